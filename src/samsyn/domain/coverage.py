"""Who is there which hours of the week: minutes covered, hours without anybody, hours that do not match.

Everything is counted in local hours. The hour that the spring night skips does not exist, and the
hour that the autumn night repeats is two; a cell is therefore a share of the minutes there were.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from samsyn.domain.calendar import STOCKHOLM, Period
from samsyn.domain.errors import SamsynError
from samsyn.domain.events import IncidentGroup, OffenceGroup, may_guide_patrols

DAYS, HOURS = 7, 24
# Under this share of its minutes an hour is seldom covered; at nothing it is a gap.
SELDOM = 0.5
# An hour is busy when it holds at least this many times what an even spread over the week would give it.
BUSY = 1.5
# Fewer events than this in a profile cannot say which hours hold many: evened out over three hours and two
# days (``evened``) an even spread gives ten for an hour, and one and a half times that is seldom chance.
SMALLEST_BASE = 300
# Days that are evened out together: the two with a long evening, and the others.
_ALIKE = ((4, 5), (0, 1, 2, 3, 6))
# A function, or a sort of actor, with fewer people than this is never a row of its own (P18).
SMALLEST_ROW = 5

Week = tuple[tuple[float, ...], ...]


class ControlKind(StrEnum):
    """What keeps an eye on a place without being on duty there."""

    OPEN_BUSINESS = "open_business"
    LIT_GROUND_FLOOR = "lit_ground_floor"
    GUARDIAN = "guardian"


class NeedFollowsPatrols(SamsynError):
    """A profile of need comes from figures that the presence itself makes."""

    code = "SAM077"
    template = "%(kind)s is counted where somebody looks, so it cannot say where somebody is needed."
    mend = "Take a series that others report: calls, reports by victims, or what people have observed."


class NotAWeek(SamsynError):
    """A profile does not have a figure for each hour of each weekday."""

    code = "SAM078"
    template = "The profile does not hold 7 × 24 figures of zero or more."
    mend = "Give one figure for each hour of each weekday, Monday first."


class TooFewToCompare(SamsynError):
    """A profile is built on so few events that chance decides which hours stand out."""

    code = "SAM079"
    template = "%(number)s events are too few to say which hours hold many."
    mend = "At least %(smallest)s are needed. Read the coverage by itself until then."


@dataclass(frozen=True, slots=True)
class Span:
    """Presence of one row of the table between two aware moments; the end is not part of it."""

    row: str
    starts_at: datetime
    ends_at: datetime
    parts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ControlHours:
    """Informal control on some weekdays between two times of day; it may pass midnight."""

    weekdays: frozenset[int]
    opens: time
    closes: time
    first: date = date.min
    end: date = date.max


@dataclass(frozen=True, slots=True)
class HourProfile:
    """How a need spreads over the hours of a week, with where that is known from.

    ``kinds`` are the codes of what was counted; empty for what people have observed. ``label`` is what that
    is called, and ``base`` how many events there are, or None where they are not events.
    """

    values: Week
    source: str
    caveat: str
    kinds: tuple[str, ...] = ()
    label: str = ""
    base: int | None = None


@dataclass(frozen=True, slots=True, order=True)
class Gap:
    """Hours that stand together, the same on some weekdays; ``seldom`` when somebody is there at times."""

    first_hour: int
    end_hour: int
    weekdays: tuple[int, ...]
    seldom: bool = False


@dataclass(frozen=True, slots=True)
class Coverage:
    """The covered share of each hour of the week: each row, and anybody at all."""

    period: Period
    rows: Mapping[str, Week]
    anybody: Week
    gaps: tuple[Gap, ...]
    seldom: tuple[Gap, ...]
    shifts: int = 0

    @property
    def hours_without(self) -> int:
        """How many of the week's 168 hours nobody covers."""
        return sum(share == 0 for day in self.anybody for share in day)


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Hours where much happens and few are there."""

    busy: tuple[Gap, ...]
    source: str
    caveat: str
    hours: int
    share_of_need: float = field(default=0.0)


def cover(spans: Iterable[Span], period: Period, *, part: str = "") -> Coverage:
    """Return how much of each hour of the week each row covers in a period.

    With ``part`` only presence at that sub-place counts; presence that names no sub-place is at the whole
    place and counts everywhere.

    Examples
    --------
    >>> noon, three = (datetime(2026, 11, 16, hour, tzinfo=STOCKHOLM) for hour in (12, 15))
    >>> found = cover([Span("police", noon, three)], Period(date(2026, 11, 16), date(2026, 11, 23)))
    >>> found.rows["police"][0][11:16]
    (0.0, 1.0, 1.0, 1.0, 0.0)
    """
    kept = [one for one in spans if not part or not one.parts or part in one.parts]
    by_row: dict[str, list[tuple[datetime, datetime]]] = {}
    for one in kept:
        by_row.setdefault(one.row, []).append((_utc(one.starts_at), _utc(one.ends_at)))
    there = _minutes_there(period)
    rows = {row: _share(_covered(_union(some), period), there) for row, some in sorted(by_row.items())}
    everybody = _union([pair for some in by_row.values() for pair in some])
    anybody = _share(_covered(everybody, period), there)
    none = [[share == 0 for share in day] for day in anybody]
    few = [[0 < share < SELDOM for share in day] for day in anybody]
    return Coverage(period, rows, anybody, _together(none), _together(few, seldom=True), len(kept))


def control(hours: Iterable[ControlHours], period: Period) -> Week:
    """Return how much of each hour of the week somebody keeps an eye open without being on duty."""
    spans = [
        Span("control", *_moments(day, one))
        for one in hours
        for day in _days(Period(period.first - timedelta(days=1), period.end))
        if day.weekday() in one.weekdays and one.first <= day < one.end
    ]
    return cover(spans, period).anybody


def mismatch(coverage: Coverage, profile: HourProfile) -> Mismatch:
    """Return the hours where the need is large and presence small.

    An hour is busy at one and a half times an even spread, and thinly covered under half of its minutes.
    Figures that follow the work itself are refused: presence would then call for more presence.

    Raises
    ------
    NeedFollowsPatrols
        The profile counts something that is found by looking.
    NotAWeek
        The profile has not 7 × 24 figures, or one is below zero.
    TooFewToCompare
        The profile holds too few events for its hours to say anything.
    """
    much = _busy(profile)
    values = profile.values
    total = sum(map(sum, values))
    marked = [
        [much[day][hour] and coverage.anybody[day][hour] < SELDOM for hour in range(HOURS)]
        for day in range(DAYS)
    ]
    need = sum(values[day][hour] for day in range(DAYS) for hour in range(HOURS) if marked[day][hour])
    hours = sum(map(sum, marked))
    return Mismatch(_together(marked), profile.source, profile.caveat, hours, need / total if total else 0.0)


def busy_hours(profile: HourProfile) -> tuple[Gap, ...]:
    """Return the hours that hold at least one and a half times an even spread, whoever is there.

    Raises
    ------
    NeedFollowsPatrols, NotAWeek, TooFewToCompare
        As for ``mismatch``.

    Examples
    --------
    >>> nine = tuple(10.0 if hour == 9 else 0.0 for hour in range(24))
    >>> busy_hours(HourProfile((nine,) * 7, "", ""))
    (Gap(first_hour=9, end_hour=10, weekdays=(0, 1, 2, 3, 4, 5, 6), seldom=False),)
    """
    return _together(_busy(profile))


def _busy(profile: HourProfile) -> list[list[bool]]:
    for kind in profile.kinds:
        if not _is_need(kind):
            raise NeedFollowsPatrols(kind=kind)
    values = profile.values
    shaped = len(values) == DAYS and all(len(day) == HOURS for day in values)
    if not shaped or any(not value >= 0 for day in values for value in day):
        raise NotAWeek
    if profile.base is not None and profile.base < SMALLEST_BASE:
        raise TooFewToCompare(number=profile.base, smallest=SMALLEST_BASE)
    even = sum(map(sum, values)) / (DAYS * HOURS)
    return [[even > 0 and value >= BUSY * even for value in day] for day in values]


def share_between(values: Week, first_hour: int, end_hour: int) -> float:
    """Return how much of a week's sum falls between two hours of the day.

    Examples
    --------
    >>> share_between(((1.0,) * 24,) * 7, 6, 12)
    0.25
    """
    total = sum(map(sum, values))
    return sum(sum(day[first_hour:end_hour]) for day in values) / total if total else 0.0


def evened(values: Week) -> Week:
    """Return a week evened out over three hours, and over Friday and Saturday and over the other days.

    A year of events at one place is a few for each of 168 hours; single events would decide which stand
    out. The sum is kept.

    Raises
    ------
    NotAWeek
        There are not 7 × 24 figures.

    Examples
    --------
    >>> one = tuple(tuple(42.0 if (day, hour) == (4, 20) else 0.0 for hour in range(24)) for day in range(7))
    >>> even = evened(one)
    >>> even[4][18:23], even[5][19:22], even[3][20]
    ((0.0, 7.0, 7.0, 7.0, 0.0), (7.0, 7.0, 7.0), 0.0)
    """
    flat = [value for day in values for value in day]
    if len(flat) != DAYS * HOURS:
        raise NotAWeek
    near = [(flat[at - 1] + flat[at] + flat[(at + 1) % len(flat)]) / 3 for at in range(len(flat))]
    pooled = {
        day: tuple(sum(near[one * HOURS + hour] for one in days) / len(days) for hour in range(HOURS))
        for days in _ALIKE
        for day in days
    }
    return tuple(pooled[day] for day in range(DAYS))


def gaps_between(coverage: Coverage, first_hour: int, end_hour: int) -> tuple[Gap, ...]:
    """Return the hours without anybody inside some hours of the day, an answer to "where is nobody 07–12".

    Examples
    --------
    >>> week = Period(date(2026, 11, 16), date(2026, 11, 23))
    >>> gaps_between(cover([], week), 7, 12)[0].weekdays
    (0, 1, 2, 3, 4, 5, 6)
    """
    inside = range(first_hour, end_hour)
    marked = [[share == 0 and hour in inside for hour, share in enumerate(day)] for day in coverage.anybody]
    return _together(marked)


def own_rows(staff: Mapping[str, int]) -> frozenset[str]:
    """Return the rows that have enough people to stand alone; the others are counted under anybody.

    Examples
    --------
    >>> sorted(own_rows({"police": 12, "outreach": 4}))
    ['police']
    """
    return frozenset(row for row, number in staff.items() if number >= SMALLEST_ROW)


def _is_need(kind: str) -> bool:
    for group in (OffenceGroup, IncidentGroup):
        if kind in {member.value for member in group}:
            return may_guide_patrols(group(kind))
    return False


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def _days(period: Period) -> list[date]:
    return [period.first + timedelta(days=number) for number in range(period.days)]


def _moments(day: date, one: ControlHours) -> tuple[datetime, datetime]:
    over = one.closes <= one.opens
    closes = day + timedelta(days=1) if over else day
    return datetime.combine(day, one.opens, STOCKHOLM), datetime.combine(closes, one.closes, STOCKHOLM)


def _union(pairs: Sequence[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    merged: list[tuple[datetime, datetime]] = []
    for start, end in sorted(pairs):
        if end <= start:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def _bounds(period: Period) -> tuple[datetime, datetime]:
    start, end = (_utc(datetime.combine(day, time(0), STOCKHOLM)) for day in (period.first, period.end))
    return start, end


def _add_minutes(into: list[list[float]], start: datetime, end: datetime) -> None:
    """Share out a stretch of time over the local hours that it passes."""
    while start < end:
        local = start.astimezone(STOCKHOLM)
        to_next = timedelta(hours=1) - timedelta(
            minutes=local.minute, seconds=local.second, microseconds=local.microsecond
        )
        stop = min(end, start + to_next)
        into[local.weekday()][local.hour] += (stop - start) / timedelta(minutes=1)
        start = stop


def _empty() -> list[list[float]]:
    return [[0.0] * HOURS for _day in range(DAYS)]


def _minutes_there(period: Period) -> list[list[float]]:
    found = _empty()
    _add_minutes(found, *_bounds(period))
    return found


def _covered(pairs: Iterable[tuple[datetime, datetime]], period: Period) -> list[list[float]]:
    first, last = _bounds(period)
    found = _empty()
    for start, end in pairs:
        _add_minutes(found, max(start, first), min(end, last))
    return found


def _share(minutes: Sequence[Sequence[float]], there: Sequence[Sequence[float]]) -> Week:
    return tuple(
        tuple(round(one / all_of, 6) if all_of else 0.0 for one, all_of in zip(day, whole, strict=True))
        for day, whole in zip(minutes, there, strict=True)
    )


def _together(marked: Sequence[Sequence[bool]], *, seldom: bool = False) -> tuple[Gap, ...]:
    """Return marked hours as stretches, the weekdays with the same stretch as one."""
    stretches: dict[tuple[int, int], list[int]] = {}
    for day, hours in enumerate(marked):
        start: int | None = None
        for hour in range(HOURS + 1):
            is_marked = hour < HOURS and hours[hour]
            if is_marked and start is None:
                start = hour
            if not is_marked and start is not None:
                stretches.setdefault((start, hour), []).append(day)
                start = None
    return tuple(sorted(Gap(first, end, tuple(days), seldom) for (first, end), days in stretches.items()))
