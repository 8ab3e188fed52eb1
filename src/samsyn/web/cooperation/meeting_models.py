"""Meetings of a forum and which functions took part."""

from __future__ import annotations

from django.db import models

from samsyn.web.cooperation.forum_models import Forum
from samsyn.web.ui.models import Record


class Meeting(Record):
    """One meeting of a forum; a joint briefing is a meeting of an operational forum."""

    place_path = "forum__place_id"

    forum = models.ForeignKey(Forum, on_delete=models.PROTECT, related_name="meetings")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    form = models.CharField(max_length=16, default="physical")  # physical, digital, digital_round
    state = models.CharField(max_length=24, default="planned")  # domain.meetings.MeetingState
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    cancelled_reason = models.CharField(max_length=40, blank=True)
    # The digital round that was held instead of a meeting that was cancelled.
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, related_name="replaced_by", null=True, blank=True
    )

    class Meta:
        """In the order they begin."""

        ordering = ("starts_at",)

    def __str__(self) -> str:
        return f"{self.forum} {self.starts_at:%Y-%m-%d}"


class Attendance(models.Model):
    """A function checked in to a meeting; never a person."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="attendances")
    function = models.ForeignKey("people.Function", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    how = models.CharField(max_length=16, default="tap")  # tap, qr, digital

    class Meta:
        """Once for each meeting."""

        constraints = (models.UniqueConstraint("meeting", "function", name="attends_once"),)

    def __str__(self) -> str:
        return f"{self.function} · {self.meeting}"
