"""Who is on duty at a moment, until when, and when nobody is: pure rules over shifts and usual hours.

A shift is planned presence and belongs to a roster; usual hours say when somebody answers. A shift that was
cancelled closes the usual hours too while it would have run: nobody is sent to a function that is not there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any

from samsyn.domain.hours import OpeningHours


class CancelReason(StrEnum):
    """Why planned presence did not take place."""

    DEMONSTRATION = "demonstration"
    SERIOUS_INCIDENT_ELSEWHERE = "serious_incident_elsewhere"
    BORDER_CONTROL = "border_control"
    COURT_OR_GUARDING = "court_or_guarding"
    ILLNESS = "illness"
    SHORT_STAFFED = "short_staffed"
    EVENT = "event"
    OTHER_CAUSE = "other_cause"


class DutyState(StrEnum):
    """How near a function is at a moment; the first is the nearest."""

    ON_DUTY = "on_duty"
    ANSWERS = "answers"
    NOT_REACHABLE = "not_reachable"


@dataclass(frozen=True, slots=True, order=True)
class Shift:
    """Planned presence of one function; the moments are aware and the end is not part of it."""

    starts_at: datetime
    ends_at: datetime
    cancelled: bool = False
    function: Any = None

    def runs(self, at: datetime) -> bool:
        """Return whether the moment lies in the shift, held or not."""
        return self.starts_at <= at < self.ends_at


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a function at a moment.

    ``until`` ends what holds now; ``opens_at`` is the next usual opening of a function that is not
    reachable. Both are None where nothing says so.
    """

    state: DutyState
    until: datetime | None = None
    opens_at: datetime | None = None


def standing(shifts: Iterable[Shift], hours: OpeningHours, at: datetime) -> Standing:
    """Return whether a function is on duty, answers by its usual hours, or is not reachable.

    Use with the shifts of one function. Shifts that follow on each other without a break are one.

    Examples
    --------
    >>> from datetime import UTC
    >>> evening = Shift(datetime(2026, 11, 20, 17, tzinfo=UTC), datetime(2026, 11, 21, 1, tzinfo=UTC))
    >>> standing([evening], OpeningHours(), datetime(2026, 11, 20, 22, tzinfo=UTC)).state.value
    'on_duty'
    """
    known = sorted(shifts)
    until = _held_until([one for one in known if not one.cancelled], at)
    if until is not None:
        return Standing(DutyState.ON_DUTY, until)
    answers_until = hours.open_until(at)
    if answers_until is not None and not any(one.cancelled and one.runs(at) for one in known):
        return Standing(DutyState.ANSWERS, answers_until)
    return Standing(DutyState.NOT_REACHABLE, opens_at=hours.opens_next(at))


def _held_until(shifts: Sequence[Shift], at: datetime) -> datetime | None:
    until: datetime | None = None
    for one in shifts:
        if until is None:
            until = one.ends_at if one.runs(at) else None
        elif one.starts_at <= until:
            until = max(until, one.ends_at)
    return until


def gaps(
    shifts: Iterable[Shift], start: datetime, end: datetime, *, shortest: timedelta = timedelta(0)
) -> list[tuple[datetime, datetime]]:
    """Return the stretches between two moments that no held shift covers, longer than ``shortest``.

    Examples
    --------
    >>> from datetime import UTC
    >>> day = [datetime(2026, 11, 20, hour, tzinfo=UTC) for hour in (0, 7, 12, 23)]
    >>> [(a.hour, b.hour) for a, b in gaps([Shift(day[0], day[1]), Shift(day[2], day[3])], day[0], day[3])]
    [(7, 12)]
    """
    found = []
    reached = start
    for one in sorted(one for one in shifts if not one.cancelled and one.ends_at > start):
        if one.starts_at >= end:
            break
        if one.starts_at - reached > shortest:
            found.append((reached, one.starts_at))
        reached = max(reached, one.ends_at)
    if end - reached > shortest:
        found.append((reached, end))
    return found


def overlapping(shifts: Sequence[Shift]) -> tuple[int, int] | None:
    """Return the positions of two shifts that run at the same time, or None; cancelled ones do not count."""
    order = sorted((one.starts_at, one.ends_at, at) for at, one in enumerate(shifts) if not one.cancelled)
    for (_start, end, first), (start, _end, second) in pairwise(order):
        if start < end:
            return first, second
    return None
