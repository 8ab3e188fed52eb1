"""Writes meetings that lie behind in one go: the demo's year, or minutes from before Samsyn.

One audit event is written for each forum and not for each row: what is loaded is one act by one actor, and
a thousand links in the chain would only say the same thing slower.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from samsyn.domain.access import Actor, Permission, SharingClass, check_permission
from samsyn.domain.forums import ForumLevel
from samsyn.domain.meetings import CheckInWay, MeetingForm, MeetingState, PointOutcome, planned_minutes
from samsyn.web.cooperation.meeting_errors import MeetingTimesWrong
from samsyn.web.cooperation.meeting_services import content_hash
from samsyn.web.cooperation.models import Attendance, Forum, Meeting, MeetingPoint
from samsyn.web.people.models import Function
from samsyn.web.people.services import record
from samsyn.web.places.assessment_services import check_fields
from samsyn.web.ui.models import record_columns


@dataclass(frozen=True, slots=True)
class PastPoint:
    """A line of a meeting that was held."""

    code: str
    title: str
    note: str
    outcome: PointOutcome
    note_class: SharingClass = SharingClass.AUTHORITIES


@dataclass(frozen=True, slots=True)
class PastMeeting:
    """A meeting that lies behind; a round that replaces one comes right after it."""

    starts_at: datetime
    form: MeetingForm
    state: MeetingState
    present: tuple[Function, ...] = ()
    points: tuple[PastPoint, ...] = ()
    title: str = ""
    invited: tuple[Function, ...] = ()
    reason: str = ""
    replaces_last: bool = False


@dataclass
class _Rows:
    meetings: list[Meeting] = field(default_factory=list)
    points: list[MeetingPoint] = field(default_factory=list)
    attendances: list[Attendance] = field(default_factory=list)
    guests: dict[UUID, tuple[Function, ...]] = field(default_factory=dict)


@transaction.atomic
def load_past(
    actor: Actor, forum: Forum, past: Iterable[PastMeeting], *, now: datetime, chair: Function | None = None
) -> int:
    """Write meetings of a forum that lie behind; return how many.

    Raises
    ------
    NotAllowed, TextRefused, MeetingTimesWrong
    """
    check_permission(actor, Permission.MANAGE_COOPERATION)
    rows = _Rows()
    lines: dict[str, str] = {}
    for one in past:
        if one.starts_at > now:
            raise MeetingTimesWrong(problem=f"{one.starts_at:%Y-%m-%d}")
        _add(actor, forum, one, rows, chair)
        # The same line said at fifty meetings is read by the guard once.
        lines |= {text: text for point in one.points for text in (point.title, point.note) if text}
        lines |= {one.title: one.title} if one.title else {}
    texts = {f"note_{at}": text for at, text in enumerate(lines)}
    check_fields(actor, texts)
    Meeting.objects.bulk_create(rows.meetings)
    MeetingPoint.objects.bulk_create(rows.points)
    Attendance.objects.bulk_create(rows.attendances)
    for meeting in rows.meetings:
        if meeting.pk in rows.guests:
            meeting.invited.set(rows.guests[meeting.pk])
    settled = list(
        Meeting.objects.filter(forum=forum, content_hash="")
        .exclude(settled_at=None)
        .prefetch_related("points__answers", "attendances")
    )
    for meeting in settled:
        meeting.content_hash = content_hash(meeting)
    Meeting.objects.bulk_update(settled, ["content_hash"], batch_size=100)
    record(actor, "load past", forum, now=now, fields=("meetings", "points"), place_id=forum.place_id)
    return len(rows.meetings)


def _add(actor: Actor, forum: Forum, one: PastMeeting, rows: _Rows, chair: Function | None) -> None:
    minutes = timedelta(minutes=planned_minutes(ForumLevel(forum.level)))
    held = one.state is not MeetingState.CALLED_OFF
    columns = record_columns(actor, one.starts_at, SharingClass.COOPERATION)
    meeting = Meeting(
        **columns, forum=forum, title=one.title, starts_at=one.starts_at, ends_at=one.starts_at + minutes,
        form=one.form.value, state=one.state.value, cancelled_reason=one.reason,
        opened_at=one.starts_at if held else None,
        closed_at=one.starts_at + minutes,
        settled_at=one.starts_at + minutes if one.state is MeetingState.NOTES_SETTLED else None,
        chaired_by=(chair if chair in one.present else next(iter(one.present), None)) if held else None,
        replaces=rows.meetings[-1] if one.replaces_last else None,
    )  # fmt: skip
    rows.meetings.append(meeting)
    if one.invited:
        rows.guests[meeting.pk] = one.invited
    how = CheckInWay.ROUND_ANSWER if one.form is MeetingForm.DIGITAL_ROUND else CheckInWay.TAP
    rows.attendances += [
        Attendance(meeting=meeting, function=function, at=one.starts_at, how=how.value)
        for function in one.present
    ]
    rows.points += [
        MeetingPoint(
            **columns, meeting=meeting, position=at, code=point.code, title=point.title, note=point.note,
            note_class=int(point.note_class), note_by=meeting.chaired_by, outcome=point.outcome.value,
            lifted_to_id=forum.lifts_to_id if point.outcome is PointOutcome.POINT_LIFTED else None,
        )
        for at, point in enumerate(one.points, start=1)
    ]  # fmt: skip


def seats_by_function(functions: Mapping[str, Function], wanted: Iterable[str]) -> tuple[Function, ...]:
    """Return functions by their short names, leaving out those that are not there."""
    return tuple(functions[one] for one in wanted if one in functions)
