"""What was delivered: minutes of presence by actor, place and hour, the share of the plan, and regularity."""

from __future__ import annotations

import math
import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from samsyn.analysis.errors import NoExposure, SeriesDiffer, SettingOutOfRange, TooFewEvents
from samsyn.analysis.rates import survey_share
from samsyn.analysis.results import Interval, Result

ZONE = "Europe/Stockholm"
SHORTEST, LONGEST = 12.0, 17.0
FEWEST_VISITS, FEWEST_GAPS, LONGEST_GAP = 8, 6, 240.0
DAY = 1440.0
TOO_REGULAR = 0.025

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Dosage(Result):
    """Presence that was delivered, beside what was planned.

    Parameters
    ----------
    value : float [minutes]
        Sum over visits: two actors at once count twice.
    minutes_with_someone : float [minutes]
        Union: somebody was at the place; overlaps count once.
    by_actor, by_place : dict of str to float [minutes]
        Sums.
    with_someone_by_place : dict of str to float [minutes]
        Unions.
    by_hour : tuple of float, shape (24,) [minutes]
        Sum by hour of the clock.
    n : int [visits]
    unknown_duration : int [visits]
        Visits without an end: in the counts, not in the minutes.
    short, by_method, longer, with_event : int [visits]
        Under 12, 12–17, over 17 minutes without and with an event.
    fidelity : float or None [per cent]
        Share of 12–17 minutes among visits without an event whose length is known.
    fidelity_interval : Interval or None [per cent]
    planned, reached : int or None [windows]
        A window is reached when a visit to its place overlaps it.
    planned_minutes, delivered_minutes : float or None [minutes]
        Length of the windows, and of the presence within them, overlaps once.
    share_reached, share_covered : float or None [per cent]
        Of windows, and of planned minutes.
    visits_per_window : float or None [visits]
    share_of_hours : float or None [per cent]
        Of planned clock hours in which somebody was there.
    """

    value: float
    minutes_with_someone: float
    by_actor: dict[str, float]
    by_place: dict[str, float]
    with_someone_by_place: dict[str, float]
    by_hour: tuple[float, ...]
    n: int
    unknown_duration: int
    short: int
    by_method: int
    longer: int
    with_event: int
    fidelity: float | None
    fidelity_interval: Interval | None
    planned: int | None
    reached: int | None
    planned_minutes: float | None
    delivered_minutes: float | None
    share_reached: float | None
    share_covered: float | None
    visits_per_window: float | None
    share_of_hours: float | None
    unit: str = "minutes"
    method: str = "dosage"
    caveats: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Visit:
    start: datetime
    end: datetime | None
    actor: str
    place: str
    event: bool


def _when(value: Any, zone: ZoneInfo, where: str) -> datetime:
    """Return a time in UTC, so that lengths are right on the nights when the clock is changed."""
    try:
        read = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        raise SeriesDiffer(found=f"{where} {value!r}", wanted="date and time, as 2026-05-02T21:15") from None
    return (read if read.tzinfo else read.replace(tzinfo=zone)).astimezone(UTC)


def _visits(rows: Sequence[Mapping[str, Any]], zone: ZoneInfo) -> list[_Visit]:
    found = []
    for row in rows:
        start = _when(row.get("start"), zone, "start")
        end = None if row.get("end") in (None, "") else _when(row["end"], zone, "end")
        if end is not None and end <= start:
            raise NoExposure(value=f"{(end - start).total_seconds() / 60:g}", where=f"visit {row['start']}")
        actor, place = str(row.get("actor") or "unknown"), str(row.get("place") or "unknown")
        found.append(_Visit(start, end, actor, place, bool(row.get("event"))))
    return found


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise SettingOutOfRange(name="timezone", value=name, wanted="as Europe/Stockholm") from None


def _minutes(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds() / 60


def _union(spans: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _length(spans: Iterable[Span]) -> float:
    return math.fsum(_minutes(start, end) for start, end in spans)


def _within(spans: Sequence[Span], start: datetime, end: datetime) -> list[Span]:
    return [(max(a, start), min(b, end)) for a, b in spans if a < end and b > start]


def _hours(start: datetime, end: datetime) -> Iterable[Span]:
    while start < end:
        edge = start.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        yield start, min(edge, end)
        start = edge


def dosage(
    visits: Sequence[Mapping[str, Any]],
    *,
    planned: Sequence[Mapping[str, Any]] | None = None,
    timezone: str = ZONE,
    level: float = 0.95,
) -> Dosage:
    """Return the minutes of presence by actor, place and hour, and how much of the plan was delivered.

    Use for logged visits of any function. Not as a measure of single persons, and not as an effect: read
    the share of the plan that was logged first, since what is not logged is not presence.

    Parameters
    ----------
    visits : sequence of mapping, shape (visits,)
        ``start`` and ``end`` (end None: not logged), ``actor``, ``place`` and, if wanted, ``event``.
    planned : sequence of mapping, shape (windows,)
        ``start``, ``end`` and ``place`` of the planned windows.
    timezone : str
        Of times without one; the nights when the clock is changed get their true length.
    level : float in (0, 1) [1]
        Of the interval of fidelity, with the visits seen as a sample of how the work is done.

    Returns
    -------
    Dosage

    Raises
    ------
    TooFewEvents
        No visits.
    SeriesDiffer
        A time cannot be read.
    NoExposure
        A visit or a window ends before it starts.
    SettingOutOfRange
        The time zone is unknown.

    Source
    ------
    Rules C.2 and C.5; lengths 12–17 minutes after Koper (1995).

    Examples
    --------
    >>> found = dosage([
    ...     {"start": "2026-05-02T21:50", "end": "2026-05-02T22:05", "actor": "polis", "place": "torget"},
    ...     {"start": "2026-05-02T22:00", "end": "2026-05-02T22:10", "actor": "värd", "place": "torget"},
    ... ])
    >>> found.value, found.minutes_with_someone, found.by_hour[21]
    (25.0, 20.0, 10.0)
    """
    zone = _zone(timezone)
    seen = _visits(visits, zone)
    if not seen:
        raise TooFewEvents(found=0, wanted=1, where="visits")
    actors: dict[str, float] = defaultdict(float)
    places: dict[str, list[Span]] = defaultdict(list)
    hours = [0.0] * 24
    for one in seen:
        if one.end is None:
            continue
        actors[one.actor] += _minutes(one.start, one.end)
        places[one.place].append((one.start, one.end))
        for start, end in _hours(one.start, one.end):
            hours[start.astimezone(zone).hour] += _minutes(start, end)
    together = {place: _union(spans) for place, spans in sorted(places.items())}
    unknown = sum(one.end is None for one in seen)
    return Dosage(
        value=math.fsum(actors.values()),
        minutes_with_someone=math.fsum(_length(spans) for spans in together.values()),
        by_actor=dict(sorted(actors.items())),
        by_place={place: _length(spans) for place, spans in sorted(places.items())},
        with_someone_by_place={place: _length(spans) for place, spans in together.items()},
        by_hour=tuple(hours),
        n=len(seen),
        unknown_duration=unknown,
        **_lengths(seen, level),
        **_plan(seen, together, planned, zone),
        caveats=("durations_unknown",) if unknown else (),
    )


def _lengths(seen: Sequence[_Visit], level: float) -> dict[str, Any]:
    known = [(_minutes(one.start, one.end), one.event) for one in seen if one.end is not None]
    calm = [length for length, event in known if not event]
    right = sum(SHORTEST <= length <= LONGEST for length in calm)
    share = survey_share(right, len(calm), design_effect=1.0, level=level) if calm else None
    return {
        "short": sum(length < SHORTEST for length, _event in known),
        "by_method": sum(SHORTEST <= length <= LONGEST for length, _event in known),
        "longer": sum(length > LONGEST and not event for length, event in known),
        "with_event": sum(length > LONGEST and event for length, event in known),
        "fidelity": share.value if share else None,
        "fidelity_interval": share.interval if share else None,
    }


def _plan(
    seen: Sequence[_Visit],
    together: Mapping[str, list[Span]],
    planned: Sequence[Mapping[str, Any]] | None,
    zone: ZoneInfo,
) -> dict[str, Any]:
    names = ("planned", "reached", "planned_minutes", "delivered_minutes", "share_reached", "share_covered",
             "visits_per_window", "share_of_hours")  # fmt: skip
    if not planned:
        return dict.fromkeys(names)
    reached = counted = hours = hours_reached = 0
    wanted = got = 0.0
    for row in planned:
        start, end = _when(row.get("start"), zone, "start"), _when(row.get("end"), zone, "end")
        if end <= start:
            raise NoExposure(value=f"{_minutes(start, end):g}", where=f"window {row['start']}")
        place = str(row.get("place") or "unknown")
        # A visit whose end is not logged is a moment: it reaches a window but gives no minutes.
        inside = sum(
            one.place == place
            and (start <= one.start < end or (one.end is not None and one.start < end and one.end > start))
            for one in seen
        )
        reached, counted = reached + (inside > 0), counted + inside
        spans = together.get(place, [])
        wanted, got = wanted + _minutes(start, end), got + _length(_within(spans, start, end))
        for first, last in _hours(start, end):
            hours, hours_reached = hours + 1, hours_reached + bool(_within(spans, first, last))
    size = len(planned)
    told = (size, reached, wanted, got, reached / size * 100, got / wanted * 100, counted / size,
            hours_reached / hours * 100)  # fmt: skip
    return dict(zip(names, told, strict=True))


@dataclass(frozen=True, slots=True)
class Regularity(Result):
    """Whether visits come so regularly that they can be foreseen.

    Parameters
    ----------
    estimate : int [visits]
        T: most starts within any 20 minutes of the day.
    clock : str
        Where these 20 minutes begin.
    expected : float [visits]
        Mean T when every start is drawn at random within its own window.
    p : float in [0, 1]
        As many or more at random.
    gap_mean, gap_variation : float or None [minutes], [1]
        Mean and coefficient of variation of gaps of at most 4 hours the same evening; None under 6 gaps.
    p_gaps : float or None in [0, 1]
        As even or more even at random.
    gaps : int
    verdict : "too_regular" or "not_too_regular"
        Too regular when either p is at most 0.025.
    """

    estimate: int
    clock: str
    expected: float
    p: float
    gap_mean: float | None
    gap_variation: float | None
    p_gaps: float | None
    gaps: int
    verdict: Literal["too_regular", "not_too_regular"]
    n: int
    sidedness: str = "one_sided"
    method: str = "dosage_regularity"
    caveats: tuple[str, ...] = ()


def dosage_regularity(
    visits: Sequence[Mapping[str, Any]],
    *,
    timezone: str = ZONE,
    replications: int = 999,
    rng: int | np.random.Generator | None = None,
) -> Regularity:
    """Return whether visits to one place by one kind of actor come at times that can be foreseen.

    Use for 28 days with at least 8 visits and the window each was planned in. Shown to those who plan. Not
    across places or kinds of actor. With either test at 2.5 per cent, at most 5 of 100 random plans are
    called too regular.

    Parameters
    ----------
    visits : sequence of mapping, shape (visits,)
        ``start``, ``window_start`` and ``window_end``.
    timezone : str
    replications : int, from 99
        Redraws of every start within its own window.
    rng : int, numpy Generator or None
        None: a seed from the data, so that the same visits always give the same answer.

    Returns
    -------
    Regularity

    Raises
    ------
    TooFewEvents
        Fewer than 8 visits.
    NoExposure
        A window ends before it starts.
    SeriesDiffer, SettingOutOfRange
        A time cannot be read, a start lies outside its window, or too few redraws.

    Source
    ------
    Rule C.5; Phipson & Smyth (2010), doi:10.2202/1544-6115.1585, for p.

    Examples
    --------
    >>> same = [{"start": f"2026-05-{d:02}T20:00", "window_start": f"2026-05-{d:02}T18:00",
    ...          "window_end": f"2026-05-{d:02}T22:00"} for d in range(1, 11)]
    >>> found = dosage_regularity(same)
    >>> found.estimate, found.p, found.verdict
    (10, 0.001, 'too_regular')
    """
    zone = _zone(timezone)
    if len(visits) < FEWEST_VISITS:
        raise TooFewEvents(found=len(visits), wanted=FEWEST_VISITS, where="visits")
    if replications < 99:
        raise SettingOutOfRange(name="replications", value=replications, wanted="from 99")
    rows = []
    for row in visits:
        start, first, last = (
            _when(row.get(key), zone, key).astimezone(zone).replace(tzinfo=None)
            for key in ("start", "window_start", "window_end")
        )
        if last <= first:
            raise NoExposure(value=f"{_minutes(first, last):g}", where=f"window {row['window_start']}")
        if not first <= start <= last:
            raise SeriesDiffer(found=f"start {row['start']}", wanted="a start within its own window")
        rows.append((start, first, last))
    rows.sort()
    origin = rows[0][0].replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=7)
    times = np.array([[_minutes(origin, one) for one in row] for row in rows])
    seed = zlib.crc32(np.ascontiguousarray(times).tobytes()) if rng is None else rng
    generator = np.random.default_rng(seed)
    low, high = times[:, 1], times[:, 2]
    most, where = _most_at_once(times[:, 0])
    mean, variation, gaps = _gaps(times[:, 0])
    drawn, even = [], 0
    for _ in range(replications):
        again = generator.uniform(low, high)
        drawn.append(_most_at_once(again)[0])
        if variation is not None:
            other = _gaps(again)[1]
            even += other is not None and other <= variation + 1e-12
    p = (sum(one >= most for one in drawn) + 1) / (replications + 1)
    p_gaps = None if variation is None else (even + 1) / (replications + 1)
    regular = p <= TOO_REGULAR or (p_gaps is not None and p_gaps <= TOO_REGULAR)
    return Regularity(
        estimate=most,
        clock=f"{int(where // 60) % 24:02}:{int(where % 60):02}",
        expected=float(np.mean(drawn)),
        p=p,
        gap_mean=mean,
        gap_variation=variation,
        p_gaps=p_gaps,
        gaps=gaps,
        verdict="too_regular" if regular else "not_too_regular",
        n=len(rows),
    )


def _most_at_once(minutes: NDArray[np.float64]) -> tuple[int, float]:
    """Return the most starts within 20 minutes of the day, across midnight too, and where they begin."""
    clock = np.sort(minutes % DAY)
    round_twice = np.concatenate([clock, clock + DAY])
    ends = np.searchsorted(round_twice, clock + 20.0, side="right")
    counts = np.minimum(ends - np.arange(len(clock)), len(clock))
    best = int(np.argmax(counts))
    return int(counts[best]), float(clock[best])


def _gaps(minutes: NDArray[np.float64]) -> tuple[float | None, float | None, int]:
    """Return mean, coefficient of variation and number of gaps of at most 4 hours the same evening.

    An evening lasts until six in the morning.
    """
    order = np.sort(minutes)
    gaps = np.diff(order)
    evening = np.floor((order - 360.0) / DAY)
    gaps = gaps[(gaps <= LONGEST_GAP) & (np.diff(evening) == 0)]
    if len(gaps) < FEWEST_GAPS or gaps.mean() <= 0:
        return None, None, len(gaps)
    return float(gaps.mean()), float(gaps.std(ddof=1) / gaps.mean()), len(gaps)
