"""Time as the field uses it: half-open periods in local dates, and the only clock in the program."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from samsyn.domain.errors import SamsynError

STOCKHOLM = ZoneInfo("Europe/Stockholm")


def now() -> datetime:
    """Return this moment in UTC; callers below the faces take it as an argument instead."""
    return datetime.now(UTC)


def today() -> date:
    """Return today's date in Stockholm."""
    return now().astimezone(STOCKHOLM).date()


class PeriodBackwards(SamsynError, ValueError):
    """A period would end on or before its first day."""

    code = "SAM002"
    template = "The period begins on %(first)s but ends before %(end)s, so it holds no day."
    mend = "Give an end that lies after the beginning; the end itself is not part of the period."


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A half-open span of local dates: ``first`` is in it, ``end`` is not.

    Examples
    --------
    >>> Period.of_years(2017, 2019).days
    1095
    """

    first: date
    end: date

    def __post_init__(self) -> None:
        if self.end <= self.first:
            raise PeriodBackwards(first=self.first, end=self.end)

    @classmethod
    def of_years(cls, first_year: int, last_year: int) -> Period:
        """Return the whole years from the first to the last, both included."""
        return cls(date(first_year, 1, 1), date(last_year + 1, 1, 1))

    @property
    def days(self) -> int:
        """The number of days in the period."""
        return (self.end - self.first).days

    @property
    def last(self) -> date:
        """The last day in the period."""
        return self.end - timedelta(days=1)

    def years(self) -> tuple[int, ...]:
        """Return the calendar years that the period touches."""
        return tuple(range(self.first.year, self.last.year + 1))
