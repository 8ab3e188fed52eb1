"""Opening hours as people write them: by weekday, over midnight, with dates that differ.

Hours are local Swedish time. A span that ends at or before it begins ends the next day, so ``18–02`` is an
evening and ``00–24`` a whole day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

from samsyn.domain.calendar import STOCKHOLM
from samsyn.domain.errors import SamsynError

WEEK = 7
#: How far ahead the next opening is looked for [days].
LOOK_AHEAD_DAYS = 15
CLOSED_WORDS = frozenset({"stängt", "stangt", "closed", "-", "–"})
ALWAYS_WORDS = frozenset({"dygnet runt", "dygnetrunt", "alltid", "00-24", "always"})

_SPAN = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*[-–—]\s*(\d{1,2})(?:[:.](\d{2}))?")
_DATED = re.compile(r"(\d{4}-\d{2}-\d{2})\s*:?\s*(.*)")


class HoursUnreadable(SamsynError):
    """A line of opening hours could not be read."""

    code = "SAM061"
    template = "The hours on %(where)s could not be read."
    mend = "Write for example 07–15, or 18–02 over midnight, or 07–12, 13–16; leave it empty when closed."


class NoSuchTime(SamsynError):
    """The clock skips the hour that night."""

    code = "SAM062"
    template = "%(day)s has no %(clock)s: the clock goes from 02 to 03 that night."
    mend = "Write 03:00, or the hour before 02:00."


@dataclass(frozen=True, slots=True, order=True)
class OpenSpan:
    """From one time of day to another; the end lies the next day when it is not later than the start."""

    opens: time
    closes: time

    @property
    def over_midnight(self) -> bool:
        """Whether the span ends the next day."""
        return self.closes <= self.opens

    def text(self) -> str:
        """Return the span as it is written, with 24 for the end of the day.

        Examples
        --------
        >>> OpenSpan(time(7), time(15, 30)).text(), OpenSpan(time(18), time(0)).text()
        ('07–15:30', '18–24')
        """
        return f"{_clock(self.opens)}–{'24' if self.closes == time(0) else _clock(self.closes)}"


def _clock(moment: time) -> str:
    return f"{moment:%H}" if moment.minute == 0 else f"{moment:%H:%M}"


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """The usual hours of a function: spans for each weekday, Monday first, and dates that differ."""

    week: tuple[tuple[OpenSpan, ...], ...] = ((),) * WEEK
    dates: Mapping[date, tuple[OpenSpan, ...]] = field(default_factory=dict)

    @property
    def known(self) -> bool:
        """Whether any hours are written at all."""
        return any(self.week) or any(self.dates.values())

    def spans_of(self, day: date) -> tuple[OpenSpan, ...]:
        """Return the spans that begin on a day: those of its date where it differs, else of its weekday."""
        return self.dates[day] if day in self.dates else self.week[day.weekday()]

    def moments(self, first: date, days: int) -> Iterator[tuple[datetime, datetime]]:
        """Yield every opening and closing in UTC that begins on one of the days, in order."""
        for step in range(days):
            day = first + timedelta(days=step)
            for span in sorted(self.spans_of(day)):
                closes = day + timedelta(days=1) if span.over_midnight else day
                yield local_moment(day, span.opens), local_moment(closes, span.closes, last=True)

    def open_until(self, at: datetime) -> datetime | None:
        """Return when the hours that are running now end; None when it is closed.

        Spans that meet are one: a function that is open around the clock is open until the end of the
        days looked at.

        Examples
        --------
        >>> hours = OpeningHours(((OpenSpan(time(18), time(2)),),) * 7)
        >>> hours.open_until(datetime(2026, 1, 10, 0, 30, tzinfo=UTC)).isoformat()
        '2026-01-10T01:00:00+00:00'
        """
        day = at.astimezone(STOCKHOLM).date()
        until: datetime | None = None
        for opens, closes in self.moments(day - timedelta(days=1), LOOK_AHEAD_DAYS):
            if until is None:
                if opens <= at < closes:
                    until = closes
            elif opens <= until:
                until = max(until, closes)
        return until

    def opens_next(self, at: datetime) -> datetime | None:
        """Return when it opens next, within two weeks; None when nothing is written."""
        day = at.astimezone(STOCKHOLM).date()
        coming = [opens for opens, _closes in self.moments(day, LOOK_AHEAD_DAYS) if opens > at]
        return min(coming, default=None)

    def as_json(self) -> dict[str, Any]:
        """Return the hours as they are stored and sent: plain lists of local times."""
        return {
            "week": [[_pair(span) for span in spans] for spans in self.week],
            "dates": {day.isoformat(): [_pair(span) for span in s] for day, s in sorted(self.dates.items())},
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> OpeningHours:
        """Return stored hours; an empty mapping is none."""
        week = [tuple(_span(pair) for pair in spans) for spans in stored.get("week", [])]
        dates = {
            date.fromisoformat(day): tuple(_span(pair) for pair in spans)
            for day, spans in stored.get("dates", {}).items()
        }
        return cls(tuple(week) if len(week) == WEEK else ((),) * WEEK, dates)


def _pair(span: OpenSpan) -> list[str]:
    return [f"{span.opens:%H:%M}", f"{span.closes:%H:%M}"]


def _span(pair: Sequence[str]) -> OpenSpan:
    return OpenSpan(time.fromisoformat(pair[0]), time.fromisoformat(pair[1]))


def local_moment(day: date, clock: time, *, last: bool = False) -> datetime:
    """Return a local time of day in UTC.

    The hour that comes twice in October is the first one, or the second where ``last`` is asked for: a
    shift that begins or ends in it then never becomes shorter than it was. The hour that is skipped in
    March is read as the moment the clock jumps.

    Examples
    --------
    >>> local_moment(date(2026, 10, 25), time(2, 30)).hour
    0
    >>> local_moment(date(2026, 10, 25), time(2, 30), last=True).hour
    1
    """
    moment = datetime.combine(day, clock.replace(fold=int(last)), STOCKHOLM).astimezone(UTC)
    if is_skipped(day, clock):
        return datetime.combine(day, time(3), STOCKHOLM).astimezone(UTC)
    return moment


def is_skipped(day: date, clock: time) -> bool:
    """Return whether the clock skips the time that night."""
    local = datetime.combine(day, clock, STOCKHOLM)
    return local.astimezone(UTC).astimezone(STOCKHOLM).time() != clock


def read_clock(text: str) -> time | None:
    """Return a time of day as people write it, 24 as midnight; None when it is none.

    Examples
    --------
    >>> read_clock("7"), read_clock("22.30"), read_clock("24:00"), read_clock("25")
    (datetime.time(7, 0), datetime.time(22, 30), datetime.time(0, 0), None)
    """
    found = re.fullmatch(r"(?:kl\.?\s*)?(\d{1,2})(?:[:.]?(\d{2}))?", text.strip().lower())
    return _time(found[1], found[2]) if found else None


def _time(hour: str, minute: str | None) -> time | None:
    hours, minutes = int(hour), int(minute or 0)
    if (hours, minutes) == (24, 0):
        return time(0)
    return time(hours, minutes) if hours < 24 and minutes < 60 else None


def read_spans(text: str, where: str = "") -> tuple[OpenSpan, ...]:
    """Return the spans of one day as people write them; empty text is closed.

    Raises
    ------
    HoursUnreadable
        Something else than spans stands there, or two of them overlap.

    Examples
    --------
    >>> [span.text() for span in read_spans("07-12, 13.30–16")]
    ['07–12', '13:30–16']
    >>> read_spans("stängt")
    ()
    """
    plain = " ".join(text.lower().split())
    if not plain or plain in CLOSED_WORDS:
        return ()
    if plain in ALWAYS_WORDS:
        return (OpenSpan(time(0), time(0)),)
    spans = []
    for part in re.split(r"[,;]| och ", plain):
        found = _SPAN.fullmatch(part.strip())
        opens, closes = (_time(found[1], found[2]), _time(found[3], found[4])) if found else (None, None)
        if opens is None or closes is None:
            raise HoursUnreadable(where=where)
        spans.append(OpenSpan(opens, closes))
    spans.sort()
    for one, after in pairwise(spans):
        if one.over_midnight or one.closes > after.opens:
            raise HoursUnreadable(where=where)
    return tuple(spans)


def read_dates(text: str) -> dict[date, tuple[OpenSpan, ...]]:
    """Return the dates that differ, one a line: ``2026-12-24 stängt`` or ``2026-12-31 18–03``.

    Raises
    ------
    HoursUnreadable
        A line has no date, or hours that cannot be read.

    Examples
    --------
    >>> read_dates("2026-12-24 stängt")
    {datetime.date(2026, 12, 24): ()}
    """
    found: dict[date, tuple[OpenSpan, ...]] = {}
    for line in filter(None, (line.strip() for line in text.splitlines())):
        dated = _DATED.fullmatch(line)
        try:
            day = date.fromisoformat(dated[1]) if dated else None
        except ValueError:
            day = None
        if dated is None or day is None:
            raise HoursUnreadable(where=line[:10])
        found[day] = read_spans(dated[2], dated[1])
    return found
