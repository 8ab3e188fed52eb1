"""Who took part in a forum's meetings over a period, what was called off and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from samsyn.domain.access import Actor
from samsyn.domain.attendance import Participation, ParticipationTable, participation_table
from samsyn.domain.calendar import STOCKHOLM
from samsyn.domain.meetings import HELD_STATES, MeetingForm, MeetingState
from samsyn.domain.recurrence import at_stockholm
from samsyn.web.cooperation.models import Attendance, Forum, ForumSeat, Meeting
from samsyn.web.people.models import Function
from samsyn.web.ui.templatetags.samsyn import term_label

# The chart, in its own units: a name above each bar, the share beside it.
BAR, ROW = 560, 44


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter's meetings: how many were held, called off by reason, and replaced by a round."""

    name: str
    held: int
    rounds: int
    called_off: int
    reasons: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """One function's bar and where it stands; numbers are text, since a comma would break a drawing."""

    row: Participation
    width: str
    y: str
    label_y: str
    value_y: str


@dataclass(frozen=True, slots=True)
class AttendancePage:
    """Everything that the page shows of a period."""

    table: ParticipationTable
    bars: tuple[Participation, ...]
    held: int
    rounds: int
    called_off: int
    replaced: int
    quarters: tuple[Quarter, ...]

    @property
    def height(self) -> str:
        """The height of the chart."""
        return str(ROW * len(self.bars) + 4)

    def drawn(self) -> list[Bar]:
        """Return the bars of the chart from the top."""
        return [
            Bar(
                row, f"{BAR * (row.share or 0):.1f}", str(ROW * at + 22), str(ROW * at + 16),
                str(ROW * at + 34),
            )
            for at, row in enumerate(self.bars)
        ]  # fmt: skip


def attendance_of(actor: Actor, forum: Forum, first: date, last: date, now: datetime) -> AttendancePage:
    """Return participation by function from a day to a day, both included.

    A function is expected at the meetings held while it had a seat, and at those it was invited to. A
    digital round counts as a meeting, and whoever answered it took part.
    """
    start, end = at_stockholm(first, datetime.min.time()), at_stockholm(last, datetime.max.time())
    rows = list(
        Meeting.objects.visible_to(actor)
        .filter(forum=forum, starts_at__gte=start, starts_at__lte=min(end, now))
        .prefetch_related("invited")
        .order_by("starts_at")
    )
    held = [one for one in rows if _was_held(one, now)]
    off = [one for one in rows if one.state == MeetingState.CALLED_OFF]
    replaced = {one.replaces_id for one in rows if one.replaces_id}
    table = participation_table(_participations(actor, forum, held), _("Smaller functions together"))
    shown = [*table.rows, *([table.small] if table.small else [])]
    return AttendancePage(
        table=table,
        bars=tuple(shown),
        held=len(held),
        rounds=sum(one.form == MeetingForm.DIGITAL_ROUND for one in held),
        called_off=len(off),
        replaced=sum(one.pk in replaced for one in off),
        quarters=_quarters(held, off),
    )


def _was_held(meeting: Meeting, now: datetime) -> bool:
    if MeetingState(meeting.state) in HELD_STATES:
        return True
    is_round = meeting.form == MeetingForm.DIGITAL_ROUND
    return is_round and meeting.state == MeetingState.IN_SESSION and meeting.ends_at <= now


def _participations(actor: Actor, forum: Forum, held: list[Meeting]) -> list[Participation]:
    seats: dict[object, list[ForumSeat]] = {}
    functions: dict[object, Function] = {}
    for seat in ForumSeat.objects.filter(forum=forum).select_related("function__organisation"):
        seats.setdefault(seat.function_id, []).append(seat)
        functions[seat.function_id] = seat.function
    present: Counter[object] = Counter()
    there: set[tuple[object, object]] = set()
    for row in Attendance.objects.filter(meeting__in=held).select_related("function__organisation"):
        functions.setdefault(row.function_id, row.function)
        present[row.function_id] += 1
        there.add((row.meeting_id, row.function_id))
    guests = {one.pk: {guest.pk for guest in one.invited.all()} for one in held}
    found = []
    for key, function in functions.items():
        expected = 0
        for meeting in held:
            day = meeting.starts_at.astimezone(STOCKHOLM).date()
            sits = any(
                seat.valid_from <= day and (seat.valid_to is None or seat.valid_to > day)
                for seat in seats.get(key, ())
            )
            # Whoever came without being expected is counted as expected: nobody attends more than all.
            expected += sits or key in guests[meeting.pk] or (meeting.pk, key) in there
        if expected:
            large = any(seat.large_enough for seat in seats.get(key, ()))
            own = key == actor.function_id
            found.append(Participation(str(function), expected, present[key], large, own))
    return found


def _quarters(held: list[Meeting], off: list[Meeting]) -> tuple[Quarter, ...]:
    def name(meeting: Meeting) -> tuple[int, int]:
        day = meeting.starts_at.astimezone(STOCKHOLM)
        return day.year, (day.month - 1) // 3 + 1

    found = []
    for year, number in sorted({name(one) for one in (*held, *off)}, reverse=True):
        mine = [one for one in held if name(one) == (year, number)]
        away = [one for one in off if name(one) == (year, number)]
        reasons = Counter(term_label(one.cancelled_reason) for one in away if one.cancelled_reason)
        found.append(
            Quarter(
                name=_("%(year)s, quarter %(number)s") % {"year": year, "number": number},
                held=len(mine),
                rounds=sum(one.form == MeetingForm.DIGITAL_ROUND for one in mine),
                called_off=len(away),
                reasons=tuple(sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0]))),
            )
        )
    return tuple(found)
