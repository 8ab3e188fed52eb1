"""Who is on duty where and until when: functions, never persons."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from samsyn.domain.access import SharingClass
from samsyn.web.ui.models import Record, sharing_class_field


class DutyShift(Record):
    """A function is on duty at a place for a time. Rosters are class Authorities."""

    place_path = "place_id"

    function = models.ForeignKey("people.Function", on_delete=models.PROTECT, related_name="duty_shifts")
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="duty_shifts")
    sub_places = models.ManyToManyField("places.SubPlace", related_name="+", blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    # Where it is known from: a roster that was pasted, a booking, the function's usual hours.
    source = models.CharField(max_length=120, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_reason = models.CharField(max_length=40, blank=True)
    sharing_class = sharing_class_field(SharingClass.AUTHORITIES)

    class Meta:
        """In the order they begin."""

        ordering = ("starts_at",)
        indexes = (models.Index(fields=("place", "starts_at", "ends_at"), name="duty_by_place_and_time"),)
        constraints = (
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="shift_ends_after_start"),
        )

    def __str__(self) -> str:
        return f"{self.function} {self.starts_at:%Y-%m-%d %H:%M}"
