"""How long a heads-up may hold: it is about tonight and the days after, never about always."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import IntEnum

from samsyn.domain.errors import SamsynError

LONGEST_TEXT = 200


class HeadsUpHours(IntEnum):
    """How long a heads-up holds, in hours; the longest is a week."""

    TONIGHT = 12
    A_DAY = 24
    THREE_DAYS = 72
    A_WEEK = 168


DEFAULT_HOURS = HeadsUpHours.THREE_DAYS


class HeadsUpTooLong(SamsynError):
    """A heads-up would hold longer than a week, or not at all."""

    code = "SAM045"
    template = "A heads-up holds for 1 to %(longest)s hours, not %(hours)s."
    mend = "Choose a shorter time; what lasts longer belongs in a question or in the mandates."


def expiry(now: datetime, hours: int = DEFAULT_HOURS) -> datetime:
    """Return when a heads-up that is written now ends by itself.

    Parameters
    ----------
    now : datetime
        When it is written.
    hours : int
        How long it holds.

    Returns
    -------
    datetime
        The moment after which its text is taken away.

    Raises
    ------
    HeadsUpTooLong
        It would hold longer than a week, or not at all.

    Examples
    --------
    >>> from datetime import UTC
    >>> expiry(datetime(2026, 11, 20, 18, tzinfo=UTC)).isoformat()
    '2026-11-23T18:00:00+00:00'
    """
    if not 1 <= hours <= HeadsUpHours.A_WEEK:
        raise HeadsUpTooLong(hours=hours, longest=int(HeadsUpHours.A_WEEK))
    return now + timedelta(hours=hours)
