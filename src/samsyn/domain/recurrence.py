"""On which days a meeting that comes back is held: wall-clock time in Stockholm, whatever the season."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta

from samsyn.domain.calendar import STOCKHOLM

MOST_AHEAD = 366


def occurrences(
    weekdays: Iterable[int], at: time, first: date, until: date, *, every_weeks: int = 1
) -> Iterator[datetime]:
    """Yield when a series meets, from its first day to its last, both included.

    Parameters
    ----------
    weekdays : iterable of int
        0 is Monday.
    at : datetime.time
        What the clock in the room shows; it is kept when summer time begins or ends.
    first, until : datetime.date
        At most a year apart; later days are left for when they come closer.
    every_weeks : int
        2 is every second week, counted from the week of ``first``.

    Yields
    ------
    datetime.datetime
        In Stockholm's time.

    Examples
    --------
    >>> [f"{one:%d %H:%M %Z}" for one in occurrences([5], time(18), date(2026, 10, 24), date(2026, 11, 1))]
    ['24 18:00 CEST', '31 18:00 CET']
    """
    wanted = frozenset(weekdays)
    monday = first - timedelta(days=first.weekday())
    for number in range(min((until - first).days, MOST_AHEAD) + 1):
        day = first + timedelta(days=number)
        if day.weekday() in wanted and (day - monday).days // 7 % every_weeks == 0:
            yield at_stockholm(day, at)


def at_stockholm(day: date, at: time) -> datetime:
    """Return the moment at which a clock in Stockholm shows a time on a day."""
    return datetime.combine(day, at, STOCKHOLM)


def moved(moment: datetime, *, days: int, at: time) -> datetime:
    """Return the moment some days later at another time on the clock."""
    return at_stockholm(moment.astimezone(STOCKHOLM).date() + timedelta(days=days), at)
