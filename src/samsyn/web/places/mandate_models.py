"""Mandate areas with dates and decisions, and the cards that the holder of a power has approved."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q

from samsyn.domain.access import SharingClass
from samsyn.domain.hours import OpeningHours
from samsyn.domain.laws import LawRef, law
from samsyn.domain.mandates import (
    CardState,
    MandateState,
    MandateStep,
    card_state,
    mandate_state,
)
from samsyn.web.places.models import Bounds
from samsyn.web.ui.models import Record, sharing_class_field


class MandateArea(Record, Bounds):
    """A decision gives a power inside a shape for a time. Orders about named persons are never here."""

    place_path = "place_id"

    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="mandate_areas")
    kind = models.CharField(max_length=24)  # domain.mandates.MandateKind
    name = models.CharField(max_length=120)
    holder = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="mandate_areas")
    law_code = models.CharField(max_length=24, blank=True)  # domain.laws
    decision_number = models.CharField(max_length=60, blank=True)
    conditions = models.TextField(max_length=1000, blank=True)
    conditions_class = sharing_class_field(SharingClass.AUTHORITIES)
    # When in the week the power holds; empty is always.
    hours = models.JSONField(default=dict, blank=True)
    valid_from = models.DateField()
    # The first day it no longer holds; without one it holds until it is revoked.
    valid_to = models.DateField(null=True, blank=True)
    step = models.CharField(max_length=16, default=MandateStep.GRANTED.value)
    stepped_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=200, blank=True)
    approximate = models.BooleanField(default=False)

    class Meta:
        """What ends first stands first."""

        ordering = (F("valid_to").asc(nulls_last=True), "name")
        constraints = (
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="mandate_ends_after_start"
            ),
        )

    def __str__(self) -> str:
        return self.name

    def state_on(self, day: date) -> MandateState:
        """Return where the area stands on a day."""
        return mandate_state(MandateStep(self.step), self.valid_from, self.valid_to, day)

    @property
    def opening_hours(self) -> OpeningHours:
        """When in the week the power holds."""
        return OpeningHours.from_json(self.hours)

    @property
    def law(self) -> LawRef | None:
        """The law that the decision rests on."""
        return law(self.law_code) if self.law_code else None


class MandateCard(Record):
    """What a function may do, in words that the organisation holding the power has approved.

    Without an area it holds for the whole place. It is never changed once approved: a new text is a new
    card, and the old one is put away.
    """

    place_path = "place_id"

    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="mandate_cards")
    area = models.ForeignKey(
        MandateArea, on_delete=models.PROTECT, related_name="cards", null=True, blank=True
    )
    function = models.ForeignKey("people.Function", on_delete=models.PROTECT, related_name="mandate_cards")
    # Who holds the power, and so who approves.
    holder = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    law_code = models.CharField(max_length=24, blank=True)
    may = models.TextField(max_length=800)
    may_not = models.TextField(max_length=800, blank=True)
    text_class = sharing_class_field(SharingClass.COOPERATION)
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        "people.Function", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    expires_on = models.DateField(null=True, blank=True)
    put_away_on = models.DateField(null=True, blank=True)

    class Meta:
        """By function, the newest first."""

        ordering = ("function__organisation__name", "function__name", "-created_at")

    def __str__(self) -> str:
        return f"{self.function} · {self.place}"

    def state_on(self, day: date) -> CardState:
        """Return where the card stands on a day."""
        approved = self.approved_at.date() if self.approved_at else None
        return card_state(approved, self.expires_on, day)

    @property
    def law(self) -> LawRef | None:
        """The law that the text rests on."""
        return law(self.law_code) if self.law_code else None
