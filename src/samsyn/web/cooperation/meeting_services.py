"""The only writer of meetings, series and attendance. Their points and notes are in ``point_services``."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop as _

from samsyn.domain.access import Actor, Permission, SharingClass, check_permission
from samsyn.domain.calendar import STOCKHOLM
from samsyn.domain.forums import ForumLevel
from samsyn.domain.meetings import (
    AHEAD_STATES,
    CalledOffReason,
    CheckInWay,
    MeetingForm,
    MeetingState,
    may_step,
    planned_minutes,
)
from samsyn.domain.notices import NoticeKind
from samsyn.domain.recurrence import moved, occurrences
from samsyn.web.cooperation.meeting_errors import (
    CallOffReasonMissing,
    MeetingStepForbidden,
    MeetingTimesWrong,
    NotInForum,
)
from samsyn.web.cooperation.meeting_telling import tell
from samsyn.web.cooperation.models import (
    Attendance,
    Forum,
    ForumSeat,
    Meeting,
    MeetingSeries,
)
from samsyn.web.cooperation.point_services import begin_points, keep_open_points
from samsyn.web.people.models import Function
from samsyn.web.people.services import record
from samsyn.web.places.assessment_services import check_fields
from samsyn.web.ui.models import record_columns, save_changes
from samsyn.web.ui.templatetags.samsyn import term_label


@dataclass(frozen=True, slots=True)
class NewMeeting:
    """When and how a meeting is held, and who is asked besides the members."""

    starts_at: datetime
    minutes: int = 0
    form: MeetingForm = MeetingForm.PHYSICAL
    title: str = ""
    invited: Sequence[Function] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class NewSeries:
    """On which weekdays, at what hour and until when a forum meets."""

    weekdays: Sequence[int]
    at: time
    first: date
    until: date
    every_weeks: int = 1
    minutes: int = 0
    form: MeetingForm = MeetingForm.PHYSICAL


# ------------------------------------------------------------------ planning


@transaction.atomic
def plan_meeting(
    actor: Actor, forum: Forum, new: NewMeeting, *, now: datetime, override_reason: str = ""
) -> Meeting:
    """Enter one meeting.

    Raises
    ------
    NotAllowed, MeetingTimesWrong, TextRefused
    """
    check_permission(actor, Permission.HOLD_MEETING)
    texts = {"title": new.title}
    check_fields(actor, texts, override_reason=override_reason)
    if new.starts_at < now - timedelta(days=1):
        raise MeetingTimesWrong(problem=_("it lies in the past"))
    meeting = _meeting(actor, forum, new, now)
    meeting.save(force_insert=True)
    meeting.invited.set(new.invited)
    record(actor, "plan", meeting, now=now, fields=("starts_at", "invited"), place_id=forum.place_id)
    return meeting


@transaction.atomic
def plan_series(actor: Actor, forum: Forum, new: NewSeries, *, now: datetime) -> MeetingSeries:
    """Enter meetings that come back, at most a year ahead; one audit event for them all.

    Raises
    ------
    NotAllowed, MeetingTimesWrong
    """
    check_permission(actor, Permission.HOLD_MEETING)
    days = [
        moment
        for moment in occurrences(new.weekdays, new.at, new.first, new.until, every_weeks=new.every_weeks)
        if moment >= now
    ]
    if not days:
        raise MeetingTimesWrong(problem=_("no meeting falls on those days"))
    series = MeetingSeries(
        **record_columns(actor, now, SharingClass.COOPERATION),
        forum=forum, weekdays=sorted(set(new.weekdays)), at=new.at, every_weeks=new.every_weeks,
        first=new.first, until=new.until,
    )  # fmt: skip
    series.save(force_insert=True)
    rows = []
    for moment in days:
        row = _meeting(actor, forum, NewMeeting(moment, new.minutes, new.form), now)
        row.series = series
        rows.append(row)
    Meeting.objects.bulk_create(rows)
    record(actor, "plan", series, now=now, fields=("weekdays", "at", "until"), place_id=forum.place_id)
    return series


def _meeting(actor: Actor, forum: Forum, new: NewMeeting, now: datetime) -> Meeting:
    minutes = new.minutes or planned_minutes(ForumLevel(forum.level))
    return Meeting(
        **record_columns(actor, now, SharingClass.COOPERATION),
        forum=forum,
        title=new.title.strip(),
        starts_at=new.starts_at,
        ends_at=new.starts_at + timedelta(minutes=minutes),
        form=new.form.value,
        state=MeetingState.SCHEDULED.value,
    )


@transaction.atomic
def move_meeting(
    actor: Actor, meeting: Meeting, *, starts_at: datetime, rest: bool, revision: int, now: datetime
) -> int:
    """Move a meeting, or it and those after it in its series; return how many were moved.

    The others are moved by as many days and to the same hour, so a change of clock does not creep in.

    Raises
    ------
    NotAllowed, MeetingStepForbidden, MeetingTimesWrong, StaleRecord
    """
    check_permission(actor, Permission.HOLD_MEETING)
    if MeetingState(meeting.state) not in AHEAD_STATES:
        raise _forbidden(meeting)
    if starts_at <= now:
        raise MeetingTimesWrong(problem=_("it lies in the past"))
    local, was = starts_at.astimezone(STOCKHOLM), meeting.starts_at.astimezone(STOCKHOLM)
    days = (local.date() - was.date()).days
    later: list[Meeting] = []
    if rest and meeting.series_id:
        later = list(
            Meeting.objects.filter(
                series_id=meeting.series_id,
                starts_at__gt=meeting.starts_at,
                state__in=[state.value for state in AHEAD_STATES],
            )
        )
    changed = save_changes(meeting, _times(meeting, starts_at), revision=revision)
    for one in later:
        new_start = moved(one.starts_at, days=days, at=local.time())
        save_changes(one, _times(one, new_start), revision=one.revision)
    if changed:
        record(actor, "move", meeting, now=now, fields=changed, place_id=meeting.forum.place_id)
    return 1 + len(later)


def _times(meeting: Meeting, starts_at: datetime) -> dict[str, Any]:
    return {"starts_at": starts_at, "ends_at": starts_at + (meeting.ends_at - meeting.starts_at)}


@transaction.atomic
def invite(actor: Actor, meeting: Meeting, functions: Iterable[Function], *, now: datetime) -> None:
    """Ask further functions to a meeting: for an event, a demonstration, a school holiday.

    Raises
    ------
    NotAllowed, MeetingStepForbidden
    """
    check_permission(actor, Permission.HOLD_MEETING)
    if MeetingState(meeting.state) not in AHEAD_STATES:
        raise _forbidden(meeting)
    meeting.invited.set(functions)
    record(actor, "invite", meeting, now=now, fields=("invited",), place_id=meeting.forum.place_id)


# ------------------------------------------------------------------ its life


@transaction.atomic
def call_meeting(actor: Actor, meeting: Meeting, *, now: datetime) -> None:
    """Send the agenda to the members: each reads of it what it may.

    Raises
    ------
    NotAllowed, MeetingStepForbidden
    """
    check_permission(actor, Permission.HOLD_MEETING)
    _step(meeting, MeetingState.CALLED, {"called_at": now})
    begin_points(actor, meeting, now=now)
    tell(actor, meeting, members_of(meeting), NoticeKind.MEETING_CALLED, now=now)
    record(actor, "call", meeting, now=now, fields=("state",), place_id=meeting.forum.place_id)


@transaction.atomic
def call_off(actor: Actor, meeting: Meeting, *, reason: str, now: datetime) -> None:
    """Call a meeting off, with the reason that comes closest; it stays in the year's figures.

    Raises
    ------
    NotAllowed, CallOffReasonMissing, MeetingStepForbidden
    """
    check_permission(actor, Permission.HOLD_MEETING)
    if reason not in {one.value for one in CalledOffReason}:
        raise CallOffReasonMissing(reason=reason or "–")
    _step(meeting, MeetingState.CALLED_OFF, {"cancelled_reason": reason, "closed_at": now})
    tell(actor, meeting, members_of(meeting), NoticeKind.MEETING_CANCELLED, now=now)
    record(
        actor, "call off", meeting, now=now, fields=("state", "cancelled_reason"),
        place_id=meeting.forum.place_id,
    )  # fmt: skip


@transaction.atomic
def open_meeting(actor: Actor, meeting: Meeting, *, now: datetime) -> None:
    """Open a meeting: its points are laid out, and whoever opens it leads it and is present.

    Raises
    ------
    NotAllowed, MeetingStepForbidden
    """
    check_permission(actor, Permission.HOLD_MEETING)
    _step(meeting, MeetingState.IN_SESSION, {"opened_at": now, "chaired_by_id": actor.function_id})
    begin_points(actor, meeting, now=now)
    Attendance.objects.get_or_create(
        meeting=meeting, function_id=actor.function_id, defaults={"at": now, "how": CheckInWay.TAP.value}
    )
    record(actor, "open", meeting, now=now, fields=("state", "chaired_by"), place_id=meeting.forum.place_id)


@transaction.atomic
def take_chair(actor: Actor, meeting: Meeting, *, now: datetime) -> None:
    """Lead the meeting from now on; whoever led it before is not told off, only replaced.

    Raises
    ------
    NotAllowed, MeetingStepForbidden
    """
    check_permission(actor, Permission.HOLD_MEETING)
    if meeting.state != MeetingState.IN_SESSION:
        raise _forbidden(meeting)
    changed = save_changes(meeting, {"chaired_by_id": actor.function_id}, revision=meeting.revision)
    if changed:
        record(actor, "chair", meeting, now=now, fields=("chaired_by",), place_id=meeting.forum.place_id)


@transaction.atomic
def close_meeting(actor: Actor, meeting: Meeting, *, now: datetime) -> None:
    """Close a meeting in one tap: attendance and notes are saved as they stand, nothing open is lost.

    Raises
    ------
    NotAllowed, MeetingStepForbidden
    """
    check_permission(actor, Permission.HOLD_MEETING)
    _step(meeting, MeetingState.ENDED, {"closed_at": now})
    keep_open_points(meeting)
    here = set(meeting.attendances.values_list("function_id", flat=True))
    away = [one for one in members_of(meeting) if one.pk not in here]
    tell(actor, meeting, away, NoticeKind.MEETING_CARD, now=now)
    record(actor, "close", meeting, now=now, fields=("state",), place_id=meeting.forum.place_id)


@transaction.atomic
def settle_notes(actor: Actor, meeting: Meeting, *, now: datetime) -> None:
    """Settle the notes: from now on nothing in them is changed, and a hash says what they were.

    Raises
    ------
    NotAllowed, MeetingStepForbidden
    """
    check_permission(actor, Permission.HOLD_MEETING)
    _step(
        meeting,
        MeetingState.NOTES_SETTLED,
        {"settled_at": now, "content_hash": content_hash(meeting)},
    )
    record(
        actor, "settle", meeting, now=now, fields=("state", "content_hash"), place_id=meeting.forum.place_id
    )


def content_hash(meeting: Meeting) -> str:
    """Return the hash of a meeting's notes, outcomes and attendance."""
    content = {
        "meeting": str(meeting.pk),
        "starts_at": meeting.starts_at.timestamp(),
        "chair": str(meeting.chaired_by_id),
        "attendance": sorted(str(one.function_id) for one in meeting.attendances.all()),
        "points": [
            [
                point.position, point.code, point.title, int(point.title_class), point.note,
                int(point.note_class), point.outcome, str(point.lifted_to_id), point.half_page,
                sorted([str(one.author_id), one.text] for one in point.answers.all()),
            ]
            for point in meeting.points.all()
        ],
    }  # fmt: skip
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


# ------------------------------------------------------------------ who is here


def members_of(meeting: Meeting) -> list[Function]:
    """Return the functions that a meeting is for: with a seat on its day, or invited to it."""
    day = meeting.starts_at.astimezone(STOCKHOLM).date()
    seats = ForumSeat.objects.filter(forum_id=meeting.forum_id, valid_from__lte=day)
    keys = {seat.function_id for seat in seats if seat.valid_to is None or seat.valid_to > day}
    keys |= set(meeting.invited.values_list("pk", flat=True))
    functions = Function.objects.filter(pk__in=keys).select_related("organisation")
    return sorted(functions, key=lambda one: (one.organisation.name, one.name))


@transaction.atomic
def check_in(
    actor: Actor,
    meeting: Meeting,
    function_id: UUID,
    *,
    now: datetime,
    how: CheckInWay = CheckInWay.TAP,
    on_until: time | None = None,
) -> Attendance:
    """Check a function in: one's own, or a member's when one holds the meeting.

    Raises
    ------
    NotAllowed, NotInForum, MeetingStepForbidden
    """
    own = function_id == actor.function_id
    check_permission(actor, Permission.COOPERATE if own else Permission.HOLD_MEETING)
    if meeting.state in {MeetingState.CALLED_OFF, MeetingState.NOTES_SETTLED}:
        raise _forbidden(meeting)
    if not own and function_id not in {one.pk for one in members_of(meeting)}:
        function = Function.objects.filter(workspace_id=actor.workspace_id, pk=function_id).first()
        raise NotInForum(function=str(function or "–"))
    row, made = Attendance.objects.get_or_create(
        meeting=meeting, function_id=function_id,
        defaults={"at": now, "how": how.value, "on_until": on_until},
    )  # fmt: skip
    if not made and on_until is not None and row.on_until != on_until:
        Attendance.objects.filter(pk=row.pk).update(on_until=on_until)
        made = True
    if made:
        record(actor, "check in", row, now=now, fields=("function",), place_id=meeting.forum.place_id)
    return row


@transaction.atomic
def undo_check_in(actor: Actor, meeting: Meeting, function_id: UUID, *, now: datetime) -> None:
    """Take back a check-in made by mistake, while the meeting goes on.

    Raises
    ------
    NotAllowed, MeetingStepForbidden
    """
    own = function_id == actor.function_id
    check_permission(actor, Permission.COOPERATE if own else Permission.HOLD_MEETING)
    if MeetingState(meeting.state) not in AHEAD_STATES | {MeetingState.IN_SESSION}:
        raise _forbidden(meeting)
    row = Attendance.objects.filter(meeting=meeting, function_id=function_id).first()
    if row is not None:
        record(actor, "undo check-in", row, now=now, fields=("function",), place_id=meeting.forum.place_id)
        row.delete()


# ------------------------------------------------------------------ what every step checks


def _step(meeting: Meeting, new: MeetingState, columns: dict[str, Any]) -> None:
    if not may_step(MeetingState(meeting.state), new):
        raise _forbidden(meeting)
    save_changes(meeting, {"state": new.value, **columns}, revision=meeting.revision)


def _forbidden(meeting: Meeting) -> MeetingStepForbidden:
    return MeetingStepForbidden(state=term_label(meeting.state))
