"""What keeps an eye on a place without being on duty, and gaps that a forum is asked to look at."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from samsyn.domain.access import SharingClass
from samsyn.domain.coverage import ControlKind
from samsyn.web.ui.models import Record, sharing_class_field


class InformalControl(Record):
    """An open shop, a lit ground floor or a guardian: weekdays and hours at all or a part of a place."""

    place_path = "place_id"

    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="informal_controls")
    sub_place = models.ForeignKey(
        "places.SubPlace", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    kind = models.CharField(max_length=24, choices=[(one.value, one.name) for one in ControlKind])
    name = models.CharField(max_length=80)
    # Numbers of weekdays, Monday 0.
    weekdays = models.JSONField(default=list)
    opens = models.TimeField()
    # Not later than ``opens`` means the next day.
    closes = models.TimeField()
    valid_from = models.DateField()
    # The first day it no longer holds.
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        """By sub-place and hour."""

        ordering = ("sub_place__name", "opens", "name")
        constraints = (
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="control_ends_after_start"
            ),
        )

    def __str__(self) -> str:
        return self.name


class CoverageFinding(Record):
    """Hours without anybody, as they stood when somebody asked a forum to look at them."""

    place_path = "place_id"

    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="coverage_findings")
    forum = models.ForeignKey("cooperation.Forum", on_delete=models.PROTECT, related_name="coverage_findings")
    first = models.DateField()
    end = models.DateField()
    # Stretches of hours with their weekdays, as domain.coverage.Gap; computed, never written.
    gaps = models.JSONField(default=list)
    hours_without = models.PositiveSmallIntegerField()
    settled_at = models.DateTimeField(null=True, blank=True)
    sharing_class = sharing_class_field(SharingClass.AUTHORITIES)

    class Meta:
        """One open finding for each place and period of a forum."""

        ordering = ("-created_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("forum", "place", "first", "end"),
                condition=Q(settled_at=None),
                name="one_open_finding",
            ),
        )

    def __str__(self) -> str:
        return f"{self.place} {self.first}–{self.end}"
