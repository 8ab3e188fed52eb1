"""The only writer of a meeting's points: the agenda, the notes, how each ended, and what is lifted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime

from django.db import transaction
from django.db.models import Max, Q

from samsyn.domain.access import Actor, NotAllowed, Permission, SharingClass, check_permission
from samsyn.domain.forums import ForumLevel, holds_briefings
from samsyn.domain.issues import NotYourStep
from samsyn.domain.meetings import (
    OPEN_STATES,
    AgendaKind,
    AgendaPoint,
    BriefingPoint,
    MeetingForm,
    MeetingState,
    PointOutcome,
)
from samsyn.web.cooperation import issue_services as issues
from samsyn.web.cooperation.meeting_errors import (
    MeetingStepForbidden,
    NoteNotShared,
    NowhereToLift,
)
from samsyn.web.cooperation.models import Issue, Meeting, MeetingPoint
from samsyn.web.cooperation.sharing import may_read_text
from samsyn.web.people.models import Function
from samsyn.web.people.services import record
from samsyn.web.places.assessment_services import check_fields
from samsyn.web.ui.models import record_columns, save_changes
from samsyn.web.ui.templatetags.samsyn import term_label

LONGEST_LINE = 400


# ------------------------------------------------------------------ the agenda


def begin_points(actor: Actor, meeting: Meeting, *, now: datetime) -> None:
    """Lay out a meeting's fixed points, once: the five of a briefing, or those of the forum's template.

    What the forum kept open at earlier meetings comes after them by itself. Called by the services that
    open or call a meeting, which record it.
    """
    if MeetingPoint.objects.filter(meeting=meeting).exclude(code="", source="").exists():
        return
    rows: list[MeetingPoint] = []
    columns = record_columns(actor, now, SharingClass.COOPERATION)
    briefing = holds_briefings(ForumLevel(meeting.forum.level))
    if briefing or meeting.form == MeetingForm.DIGITAL_ROUND:
        rows = [MeetingPoint(**columns, meeting=meeting, position=0, code=one.value) for one in BriefingPoint]
    else:
        rows = [
            MeetingPoint(**columns, meeting=meeting, position=0, code=f"fixed_{at}", title=line)
            for at, line in enumerate(meeting.forum.agenda)
        ]
    for old in open_points(meeting):
        rows.append(
            MeetingPoint(
                **columns, meeting=meeting, position=0, kind=AgendaKind.CARRIED_OVER.value,
                source=old.source or f"point:{old.pk}", address=old.address, carried_from=old,
                # A fixed point has no title of its own: what was kept open is what was noted about it.
                title=old.title or old.note[:200],
                title_class=old.title_class if old.title else old.note_class,
            )
        )  # fmt: skip
    last = MeetingPoint.objects.filter(meeting=meeting).aggregate(last=Max("position"))["last"] or 0
    for at, row in enumerate(rows, start=last + 1):
        row.position = at
    MeetingPoint.objects.bulk_create(rows)


def open_points(meeting: Meeting) -> list[MeetingPoint]:
    """Return the points that the forum kept open before a meeting and no later meeting has taken up."""
    return list(
        MeetingPoint.objects.filter(
            meeting__forum_id=meeting.forum_id,
            meeting__starts_at__lt=meeting.starts_at,
            outcome=PointOutcome.POINT_KEPT_OPEN.value,
        )
        .filter(Q(carried_to=None) | Q(carried_to__meeting__state=MeetingState.CALLED_OFF.value))
        .exclude(pk__in=MeetingPoint.objects.filter(meeting=meeting).values("carried_from_id"))
        .order_by("meeting__starts_at", "position")
    )


@transaction.atomic
def add_point(
    actor: Actor,
    meeting: Meeting,
    title: str,
    *,
    now: datetime,
    title_class: SharingClass = SharingClass.COOPERATION,
    override_reason: str = "",
) -> MeetingPoint:
    """Add a point of one's own to a meeting that is not over.

    Raises
    ------
    NotAllowed, MeetingStepForbidden, TextRefused
    """
    check_permission(actor, Permission.COOPERATE)
    check_open(meeting)
    check_fields(actor, {"title": title}, override_reason=override_reason)
    point = MeetingPoint(
        **record_columns(actor, now, SharingClass.COOPERATION),
        meeting=meeting,
        position=_next_position(meeting),
        title=" ".join(title.split())[:200],
        title_class=int(title_class),
    )
    point.save(force_insert=True)
    record(actor, "add", point, now=now, fields=("title",), place_id=meeting.forum.place_id)
    return point


@transaction.atomic
def take_up(actor: Actor, meeting: Meeting, points: Sequence[AgendaPoint], *, now: datetime) -> int:
    """Put gathered points on the agenda, those that are not there already; return how many were put there.

    Their titles come from records whose texts have passed the guard, each with its own class.

    Raises
    ------
    NotAllowed, MeetingStepForbidden
    """
    check_permission(actor, Permission.HOLD_MEETING)
    check_open(meeting)
    begin_points(actor, meeting, now=now)
    there = set(MeetingPoint.objects.filter(meeting=meeting).values_list("source", flat=True))
    position = _next_position(meeting)
    rows = [
        MeetingPoint(
            **record_columns(actor, now, SharingClass.COOPERATION),
            meeting=meeting, position=position + at, kind=one.kind.value, source=one.key[:80],
            address=one.address[:200], title=one.title[:200], title_class=int(one.title_class),
        )
        for at, one in enumerate(one for one in points if one.key not in there)
    ]  # fmt: skip
    MeetingPoint.objects.bulk_create(rows)
    if rows:
        record(actor, "take up", meeting, now=now, fields=("points",), place_id=meeting.forum.place_id)
    return len(rows)


@transaction.atomic
def drop_point(actor: Actor, point: MeetingPoint, *, now: datetime) -> None:
    """Take a point off the agenda before the meeting has begun; what it is about is untouched.

    Raises
    ------
    NotAllowed, MeetingStepForbidden
    """
    check_permission(actor, Permission.HOLD_MEETING)
    meeting = point.meeting
    if meeting.state not in {MeetingState.SCHEDULED, MeetingState.CALLED} or point.note or point.code:
        raise MeetingStepForbidden(state=term_label(meeting.state))
    record(actor, "drop", point, now=now, fields=("position",), place_id=meeting.forum.place_id)
    point.delete()


# ------------------------------------------------------------------ notes and outcomes


@transaction.atomic
def write_note(
    actor: Actor,
    point: MeetingPoint,
    note: str,
    *,
    revision: int,
    now: datetime,
    note_class: SharingClass = SharingClass.AUTHORITIES,
    outcome: str | None = None,
    override_reason: str = "",
) -> None:
    """Write the one line of a point, and how it ended. ``revision`` is the one the writer read.

    Sharing with more what another function has written is for whoever holds the meeting, and logged as that.

    Raises
    ------
    NotAllowed, MeetingStepForbidden, NoteNotShared, TextRefused, StaleRecord
    """
    check_permission(actor, Permission.COOPERATE)
    check_open(point.meeting)
    if point.note and not may_read_text(actor, point.note_class, point.note_by):
        raise NoteNotShared
    check_fields(actor, {"note": note}, override_reason=override_reason)
    line = " ".join(note.split())[:LONGEST_LINE]
    columns: dict[str, object] = {"note": line, "note_class": int(note_class)}
    if line != point.note:
        columns["note_by_id"] = actor.function_id
    widened = bool(point.note) and point.note_by_id != actor.function_id and note_class < point.note_class
    if widened:
        check_permission(actor, Permission.HOLD_MEETING)
    if outcome is not None:
        check_permission(actor, Permission.HOLD_MEETING)
        columns["outcome"] = PointOutcome(outcome).value if outcome else ""
    changed = save_changes(point, columns, revision=revision)
    if changed:
        verb = "widen" if widened else "note"
        record(actor, verb, point, now=now, fields=changed, place_id=point.meeting.forum.place_id)


@transaction.atomic
def widen_note(actor: Actor, point: MeetingPoint, *, now: datetime) -> None:
    """Share a point's line with everybody in the cooperation: explicit, and logged.

    Raises
    ------
    NotAllowed, MeetingStepForbidden, NoteNotShared
    """
    check_permission(actor, Permission.HOLD_MEETING)
    check_open(point.meeting)
    if not may_read_text(actor, point.note_class, point.note_by):
        raise NoteNotShared
    changed = save_changes(point, {"note_class": SharingClass.COOPERATION.value}, revision=point.revision)
    if changed:
        record(actor, "widen", point, now=now, fields=changed, place_id=point.meeting.forum.place_id)


@transaction.atomic
def lift_point(
    actor: Actor,
    point: MeetingPoint,
    *,
    now: datetime,
    half_page: str = "",
    half_page_class: SharingClass = SharingClass.AUTHORITIES,
    override_reason: str = "",
) -> None:
    """Lift a point to the forum above, with what that forum needs to decide.

    About a place it becomes a question, so that its clock runs and whoever lifted it gets the answer; a
    point that came from a question lifts that one.

    Raises
    ------
    NotAllowed, MeetingStepForbidden, NowhereToLift, NoteNotShared, TextRefused
    """
    check_permission(actor, Permission.COOPERATE)
    check_open(point.meeting)
    forum = point.meeting.forum
    if forum.lifts_to_id is None:
        raise NowhereToLift(forum=forum.name)
    line, line_class, writer = line_of(point)
    if line and not may_read_text(actor, line_class, writer):
        # The question would be the lifter's own, and so would the line in it.
        raise NoteNotShared
    check_fields(actor, {"half_page": half_page}, override_reason=override_reason)
    source = _lift_as_question(actor, point, half_page.strip(), now, override_reason)
    columns = {
        "source": source or point.source,
        "lifted_to_id": forum.lifts_to_id,
        "outcome": PointOutcome.POINT_LIFTED.value,
        "half_page": half_page.strip(),
        "half_page_class": int(half_page_class),
    }
    changed = save_changes(point, columns, revision=point.revision)
    record(actor, "lift", point, now=now, fields=changed, place_id=forum.place_id)


def line_of(point: MeetingPoint) -> tuple[str, int, Function | None]:
    """Return what a point is about in one line, the class of that line, and who wrote it.

    One of a briefing's five points is about what was noted under it; any other has a title of its own.
    """
    if point.title:
        return point.title, point.title_class, title_writer(point)
    return point.note, point.note_class, point.note_by


def title_writer(point: MeetingPoint) -> Function | None:
    """Return who wrote a point's title; nobody where the agenda took it from elsewhere.

    Whoever opened the meeting made the row and has not written the line: what is carried over was written
    at the meeting before, and what was gathered is read by its class alone.
    """
    if point.carried_from is not None:
        return line_of(point.carried_from)[2]
    return point.author if point.kind == AgendaKind.OWN_POINT else None


def _lift_as_question(
    actor: Actor, point: MeetingPoint, half_page: str, now: datetime, override_reason: str
) -> str:
    """Raise and lift a question for a point; return what the point is about from now on, if it is one."""
    meeting = point.meeting
    line, line_class, _writer = line_of(point)
    if point.source.startswith("issue:"):
        issue = Issue.objects.visible_to(actor).filter(pk=point.source.removeprefix("issue:")).first()
    elif meeting.forum.place is None or not line:
        return ""
    else:
        issue = issues.raise_issue(
            actor, meeting.forum.place, title=line[:200], forum=meeting.forum, meeting=meeting,
            title_class=SharingClass(line_class), now=now, override_reason=override_reason,
        )  # fmt: skip
    if issue is None:
        return ""
    reason = (half_page or line or meeting.forum.name)[:400]
    # A guest may raise a question at the meeting; lifting it is for those who sit in the forum.
    with suppress(NotAllowed, NotYourStep):
        issues.lift(actor, issue, reason=reason, now=now, override_reason=override_reason)
    return f"issue:{issue.pk}"


def keep_open_points(meeting: Meeting) -> None:
    """Decide how points ended that nobody said anything about, when a meeting closes.

    A line with a note is noted; a point of the meeting's own without one is kept for the next meeting.
    Called by the service that closes a meeting, which records it.
    """
    silent = MeetingPoint.objects.filter(meeting=meeting, outcome="")
    silent.exclude(note="").update(outcome=PointOutcome.POINT_NOTED.value)
    silent.filter(note="", code="").update(outcome=PointOutcome.POINT_KEPT_OPEN.value)


# ------------------------------------------------------------------ what every write checks


def check_open(meeting: Meeting) -> None:
    """Raise when nothing may be written in a meeting any more.

    Raises
    ------
    MeetingStepForbidden
    """
    if MeetingState(meeting.state) not in OPEN_STATES:
        raise MeetingStepForbidden(state=term_label(meeting.state))


def kept(points: Iterable[AgendaPoint], keys: Iterable[str]) -> list[AgendaPoint]:
    """Return the gathered points that somebody chose, in their order."""
    wanted = set(keys)
    return [one for one in points if one.key in wanted]


def _next_position(meeting: Meeting) -> int:
    last = MeetingPoint.objects.filter(meeting=meeting).aggregate(last=Max("position"))["last"]
    return 1 + (last or 0)
