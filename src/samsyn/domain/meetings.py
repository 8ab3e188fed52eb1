"""The life of a meeting as data, the five points of a joint briefing, and who may lead it.

A joint briefing lives on being short: five points, cooperation first, what has changed and not what is as
it was. When it cannot be held, the points are answered one by one before a set hour instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from samsyn.domain.access import SharingClass
from samsyn.domain.forums import MINUTES, ForumLevel

MINUTES_TO_WAIT = 5
MOST_OVERDUE = 10


class MeetingState(StrEnum):
    """Where a meeting stands; notes that are settled are never changed."""

    SCHEDULED = "scheduled"
    CALLED = "called"
    IN_SESSION = "in_session"
    ENDED = "ended"
    NOTES_SETTLED = "notes_settled"
    CALLED_OFF = "called_off"


class MeetingForm(StrEnum):
    """How a meeting is held; a digital round is answered one by one and read at the same hour."""

    PHYSICAL = "physical"
    DIGITAL = "digital"
    DIGITAL_ROUND = "digital_round"


class CalledOffReason(StrEnum):
    """Why a meeting, or planned presence, did not come about."""

    DEMONSTRATION = "demonstration"
    SERIOUS_INCIDENT = "serious_incident"
    SECONDMENT = "secondment"
    COURT_OR_GUARD_DUTY = "court_or_guard_duty"
    SICKNESS = "sickness"
    STAFF_SHORTAGE = "staff_shortage"
    EVENT = "event"
    HOLIDAY = "holiday"
    OTHER_REASON = "other_reason"


class BriefingPoint(StrEnum):
    """The five points of a joint briefing, in their order."""

    SINCE_LAST = "since_last"
    HERE_TONIGHT = "here_tonight"
    TOGETHER = "together"
    HELP_NEEDED = "help_needed"
    AHEAD = "ahead"


class AgendaKind(StrEnum):
    """Where a point of an agenda comes from, in the order in which a meeting takes them."""

    LIFTED_QUESTION = "lifted_question"
    OVERDUE_ACTION = "overdue_action"
    UNMET_COMMITMENT = "unmet_commitment"
    EXPIRING = "expiring"
    YEARLY_CHECK = "yearly_check"
    INDICATOR_IN_FOCUS = "indicator_in_focus"
    DISPLACEMENT_NOTE = "displacement_note"
    COVERAGE_GAP = "coverage_gap"
    HEADS_UP = "heads_up"
    ANSWER_RECEIVED = "answer_received"
    CARRIED_OVER = "carried_over"
    OWN_POINT = "own_point"


class PointOutcome(StrEnum):
    """How a point ended at a meeting; what is kept open comes back by itself."""

    POINT_NOTED = "point_noted"
    POINT_DECIDED = "point_decided"
    POINT_LIFTED = "point_lifted"
    POINT_KEPT_OPEN = "point_kept_open"


class CheckInWay(StrEnum):
    """How a function came to be counted as present."""

    TAP = "tap"
    QR = "qr"
    ROUND_ANSWER = "round_answer"


MEETING_TRANSITIONS: dict[MeetingState, frozenset[MeetingState]] = {
    MeetingState.SCHEDULED: frozenset(
        {MeetingState.CALLED, MeetingState.IN_SESSION, MeetingState.CALLED_OFF}
    ),
    MeetingState.CALLED: frozenset({MeetingState.IN_SESSION, MeetingState.CALLED_OFF}),
    MeetingState.IN_SESSION: frozenset({MeetingState.ENDED}),
    MeetingState.ENDED: frozenset({MeetingState.NOTES_SETTLED}),
    MeetingState.NOTES_SETTLED: frozenset(),
    MeetingState.CALLED_OFF: frozenset(),
}

# States in which somebody may still write.
OPEN_STATES = frozenset(
    {MeetingState.SCHEDULED, MeetingState.CALLED, MeetingState.IN_SESSION, MeetingState.ENDED}
)
AHEAD_STATES = frozenset({MeetingState.SCHEDULED, MeetingState.CALLED})
HELD_STATES = frozenset({MeetingState.ENDED, MeetingState.NOTES_SETTLED})

# Minutes for each point of a briefing; together they are the quarter of an hour that it may take.
BRIEFING_MINUTES: dict[BriefingPoint, int] = {
    BriefingPoint.SINCE_LAST: 3,
    BriefingPoint.HERE_TONIGHT: 2,
    BriefingPoint.TOGETHER: 5,
    BriefingPoint.HELP_NEEDED: 3,
    BriefingPoint.AHEAD: 2,
}


@dataclass(frozen=True, slots=True)
class AgendaPoint:
    """Something that a meeting may have to take up, as the part of the program that knows of it says it.

    Parameters
    ----------
    key : str
        What it is about, the same from meeting to meeting, such as ``issue:`` and an id.
    kind : AgendaKind
        Where it comes from; decides the order.
    title : str
        One line.
    title_class : SharingClass
        Who may read the line.
    line : str
        What more there is to say, read by the same.
    address : str
        Path of the page that has the rest.
    age_days : int
        How long it has waited.
    risk : int
        Higher is taken up earlier among those that have waited as long.
    changed_at : datetime.datetime, optional
        When something last happened; a briefing shows what has happened since the one before.
    hidden : bool
        Whether the line is not shared with whom it was gathered for. It is kept all the same, since who puts
        a point on an agenda need not be one who reads it; no page may show it.
    """

    key: str
    kind: AgendaKind
    title: str
    title_class: SharingClass = SharingClass.COOPERATION
    line: str = ""
    address: str = ""
    age_days: int = 0
    risk: int = 0
    changed_at: datetime | None = None
    hidden: bool = False


# ------------------------------------------------------------------ rules


def may_step(old: MeetingState, new: MeetingState) -> bool:
    """Return whether a meeting may go from one state to another."""
    return new in MEETING_TRANSITIONS[old]


def offers_fallback_chair(starts_at: datetime, chair_is_here: bool, now: datetime) -> bool:
    """Return whether the fallback chair is asked to lead: the chair has not come five minutes after start.

    Examples
    --------
    >>> from datetime import UTC
    >>> start = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
    >>> [offers_fallback_chair(start, False, start + timedelta(minutes=late)) for late in (4, 5)]
    [False, True]
    """
    return not chair_is_here and now >= starts_at + timedelta(minutes=MINUTES_TO_WAIT)


def minutes_left(opened_at: datetime, planned_minutes: int, now: datetime) -> int:
    """Return how many whole minutes of the planned time are left; negative when it has run over."""
    gone = (now - opened_at).total_seconds() / 60
    return int(planned_minutes - gone // 1)


def point_in_turn(opened_at: datetime, now: datetime) -> BriefingPoint:
    """Return which point of a briefing the clock has come to; the last one once the time is out."""
    gone = (now - opened_at).total_seconds() / 60
    for point, minutes in BRIEFING_MINUTES.items():
        if gone < minutes:
            return point
        gone -= minutes
    return BriefingPoint.AHEAD


def planned_minutes(level: ForumLevel) -> int:
    """Return how long a meeting on a level is meant to take."""
    return MINUTES[level]


def in_agenda_order(points: Iterable[AgendaPoint]) -> list[AgendaPoint]:
    """Return points as a meeting takes them: by where they come from, the oldest and gravest first."""
    order = list(AgendaKind)
    return sorted(points, key=lambda one: (order.index(one.kind), -one.age_days, -one.risk, one.title))


def shorten(points: Sequence[AgendaPoint]) -> tuple[list[AgendaPoint], int]:
    """Return an agenda with at most ten overdue actions, and how many were only counted.

    Parameters
    ----------
    points : sequence of AgendaPoint
        In any order.

    Returns
    -------
    tuple of list and int
        The points in the order of the meeting, and the number of overdue actions left out.
    """
    ordered = in_agenda_order(points)
    overdue = [one for one in ordered if one.kind is AgendaKind.OVERDUE_ACTION]
    left_out = set(map(id, overdue[MOST_OVERDUE:]))
    return [one for one in ordered if id(one) not in left_out], len(left_out)


def changed_since(points: Iterable[AgendaPoint], last: datetime | None) -> list[AgendaPoint]:
    """Return the points that something has happened to since a moment: deviations, not a list of everything.

    A point that does not say when it changed is always one: whoever sent it thought it worth the time.
    """
    return [one for one in points if last is None or one.changed_at is None or one.changed_at > last]
