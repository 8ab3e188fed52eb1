"""Meetings of a forum, their points and notes, and which functions took part."""

from __future__ import annotations

from django.db import models

from samsyn.domain.access import SharingClass
from samsyn.web.cooperation.forum_models import Forum
from samsyn.web.ui.models import Record, sharing_class_field


class MeetingSeries(Record):
    """A forum meets on the same weekdays at the same hour until a day."""

    place_path = "forum__place_id"

    forum = models.ForeignKey(Forum, on_delete=models.PROTECT, related_name="series")
    weekdays = models.JSONField(default=list)  # 0 is Monday
    at = models.TimeField()
    every_weeks = models.PositiveSmallIntegerField(default=1)
    first = models.DateField()
    until = models.DateField()

    class Meta:
        """In the order they begin."""

        ordering = ("first",)

    def __str__(self) -> str:
        return f"{self.forum} {self.at:%H:%M}"


class Meeting(Record):
    """One meeting of a forum; a joint briefing is a meeting of an operational forum."""

    place_path = "forum__place_id"

    forum = models.ForeignKey(Forum, on_delete=models.PROTECT, related_name="meetings")
    series = models.ForeignKey(
        MeetingSeries, on_delete=models.PROTECT, related_name="meetings", null=True, blank=True
    )
    # What it is about, where it is not an ordinary meeting of the forum.
    title = models.CharField(max_length=120, blank=True)
    # Functions asked besides those that have a seat: for an event, a demonstration, a school holiday.
    invited = models.ManyToManyField("people.Function", related_name="+", blank=True)
    starts_at = models.DateTimeField()
    # Of a digital round: the hour before which it is answered.
    ends_at = models.DateTimeField()
    form = models.CharField(max_length=16, default="physical")  # domain.meetings.MeetingForm
    state = models.CharField(max_length=24, default="scheduled")  # domain.meetings.MeetingState
    chaired_by = models.ForeignKey(
        "people.Function", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    called_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    # Of the notes as they were when they were settled.
    content_hash = models.CharField(max_length=64, blank=True)
    cancelled_reason = models.CharField(max_length=40, blank=True)
    # The meeting that was called off, where this is the digital round that was held instead.
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, related_name="replaced_by", null=True, blank=True
    )

    class Meta:
        """In the order they begin."""

        ordering = ("starts_at",)
        indexes = (models.Index(fields=("forum", "starts_at"), name="meetings_of_forum"),)

    def __str__(self) -> str:
        return f"{self.forum} {self.starts_at:%Y-%m-%d}"


class MeetingPoint(Record):
    """A line of the agenda, with its note, how it ended and what was written for the level above."""

    place_path = "meeting__forum__place_id"

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="points")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=24, blank=True)  # domain.meetings.BriefingPoint
    kind = models.CharField(max_length=24, default="own_point")  # domain.meetings.AgendaKind
    # What it is about elsewhere in the program; the same from meeting to meeting.
    source = models.CharField(max_length=80, blank=True)
    address = models.CharField(max_length=200, blank=True)
    title = models.CharField(max_length=200, blank=True)
    title_class = sharing_class_field(SharingClass.COOPERATION)
    note = models.CharField(max_length=400, blank=True)
    note_class = sharing_class_field(SharingClass.AUTHORITIES)
    note_by = models.ForeignKey(
        "people.Function", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    outcome = models.CharField(max_length=24, blank=True)  # domain.meetings.PointOutcome
    lifted_to = models.ForeignKey(
        Forum, on_delete=models.PROTECT, related_name="lifted_points", null=True, blank=True
    )
    half_page = models.TextField(max_length=2000, blank=True)
    half_page_class = sharing_class_field(SharingClass.AUTHORITIES)
    carried_from = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="carried_to", null=True, blank=True
    )

    class Meta:
        """In the order of the agenda."""

        ordering = ("position", "created_at")

    def __str__(self) -> str:
        return f"{self.meeting} {self.position}"


class RoundAnswer(Record):
    """What one function answered to a point of a digital round; the function is the author."""

    place_path = "point__meeting__forum__place_id"

    point = models.ForeignKey(MeetingPoint, on_delete=models.PROTECT, related_name="answers")
    text = models.CharField(max_length=400, blank=True)
    text_class = sharing_class_field(SharingClass.AUTHORITIES)

    class Meta:
        """Once for each function and point."""

        ordering = ("author__organisation__name", "author__name")
        constraints = (models.UniqueConstraint("point", "author", name="function_answers_point_once"),)

    def __str__(self) -> str:
        return f"{self.point} {self.author}"


class Attendance(models.Model):
    """A function checked in to a meeting; never a person."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="attendances")
    function = models.ForeignKey("people.Function", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    how = models.CharField(max_length=16, default="tap")  # domain.meetings.CheckInWay
    # Until when it is on tonight, as it said itself.
    on_until = models.TimeField(null=True, blank=True)

    class Meta:
        """Once for each meeting."""

        constraints = (models.UniqueConstraint("meeting", "function", name="attends_once"),)

    def __str__(self) -> str:
        return f"{self.function} · {self.meeting}"


class CalendarFeed(models.Model):
    """A secret address from which an account's calendar program fetches meeting times.

    Only a hash of the secret is kept; what the address gives is decided when it is read, by what the
    account may see then.
    """

    workspace = models.ForeignKey("people.Workspace", on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="calendar_feeds")
    forum = models.ForeignKey(Forum, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    secret_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Newest first."""

        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"{self.account} {self.created_at:%Y-%m-%d}"
