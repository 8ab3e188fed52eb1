"""Parties that are wanted in the cooperation and are not there yet."""

from __future__ import annotations

from django.db import models

from samsyn.domain.access import SharingClass
from samsyn.domain.actors import InvitationState
from samsyn.web.ui.models import Record, sharing_class_field


class WantedActor(Record):
    """A party that is missing, why, and where the invitation stands; without a place it is for them all."""

    place_path = "place_id"

    place = models.ForeignKey(
        "places.Place", on_delete=models.PROTECT, related_name="wanted_actors", null=True, blank=True
    )
    name = models.CharField(max_length=120)
    why = models.CharField(max_length=400, blank=True)
    why_class = sharing_class_field(SharingClass.COOPERATION)
    forum = models.ForeignKey(
        "cooperation.Forum", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    state = models.CharField(max_length=16, default=InvitationState.WANTED.value)
    # The function that asks, and the day by which it does.
    asked_by = models.ForeignKey(
        "people.Function", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    ask_before = models.DateField(null=True, blank=True)

    class Meta:
        """By name."""

        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class WantedStep(models.Model):
    """A step of an invitation: never changed, never removed."""

    wanted = models.ForeignKey(WantedActor, on_delete=models.PROTECT, related_name="steps")
    on = models.DateField()
    function = models.ForeignKey("people.Function", on_delete=models.PROTECT, related_name="+")
    from_state = models.CharField(max_length=16, blank=True)
    to_state = models.CharField(max_length=16)

    class Meta:
        """In the order they were taken."""

        ordering = ("on", "id")

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"
