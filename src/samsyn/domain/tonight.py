"""The evening as those who work it know it: it begins in the morning, passes midnight and ends at six."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from samsyn.domain.calendar import STOCKHOLM

# An evening's notes and shifts belong together until the last night shift has gone home.
TURNS_AT = time(6)
LONGEST_NOTE = 140


class NoteKind(StrEnum):
    """What a line on the tonight board is: something to know, to ask for or to offer."""

    MATTERS = "matters"
    ASKS = "asks"
    OFFERS = "offers"


@dataclass(frozen=True, slots=True)
class TonightLine:
    """A line that another part of the program puts on the board.

    ``text`` is empty when the reader may know that there is something but not read it.
    """

    text: str
    until: datetime | None = None
    function: str = ""
    address: str = ""


def evening_of(moment: datetime) -> date:
    """Return the day whose evening a moment belongs to; half past two at night is still yesterday's.

    Examples
    --------
    >>> from datetime import UTC
    >>> evening_of(datetime(2026, 11, 21, 1, 30, tzinfo=UTC)).isoformat()
    '2026-11-20'
    """
    local = moment.astimezone(STOCKHOLM)
    return local.date() if local.time() >= TURNS_AT else local.date() - timedelta(days=1)


def evening_starts(day: date) -> datetime:
    """Return when the day's notes begin to hold."""
    return datetime.combine(day, TURNS_AT, STOCKHOLM)


def evening_ends(day: date) -> datetime:
    """Return when the evening's notes end by themselves: at six the morning after."""
    return datetime.combine(day + timedelta(days=1), TURNS_AT, STOCKHOLM)
