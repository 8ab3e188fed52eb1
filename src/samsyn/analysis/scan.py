"""Scan statistics: is there a place and a period with more cases than chance gives anywhere?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from samsyn.analysis._scan_zones import (
    SAME,
    Best,
    Floats,
    Ints,
    Model,
    Windows,
    Zones,
    best_of_centres,
    cumulative,
    maxima_of,
    prospective_maxima,
    windows_of,
    zones_of,
)
from samsyn.analysis.errors import (
    NoExposure,
    NotACount,
    NothingVaries,
    SeriesDiffer,
    SettingOutOfRange,
    TooFewAreas,
    TooFewEvents,
    TooFewPeriods,
)
from samsyn.analysis.results import Interval, Result

Side = Literal["high", "low", "both"]
_DIRECTIONS = {"high": 1, "low": -1, "both": 0}
_LANES, _LANE_LIMIT = 32, 32_767


@dataclass(frozen=True, slots=True)
class ScanCluster(Result):
    """One zone, in one period, that stands out.

    Parameters
    ----------
    places : tuple of int
        Positions in ``x`` and ``y``, nearest the centre first.
    centre : int
    radius : float [unit of x and y]
        Distance to the place furthest out; 0 for one place.
    first_day, last_day : int or None
        Both included; None in a scan of places only.
    cases : int [cases]
    expected : float [cases]
    ratio : float [1]
        cases / expected.
    llr : float [1]
        Log likelihood ratio against the same risk everywhere.
    p : float in (0, 1]
        (replications whose largest ratio is at least as large + 1) / (replications + 1).
    recurrence_days : float or None [days]
        In a prospective scan made every day: chance gives as much once in so many days.
    """

    places: tuple[int, ...]
    centre: int
    radius: float
    first_day: int | None
    last_day: int | None
    cases: int
    expected: float
    ratio: float
    llr: float
    p: float
    recurrence_days: float | None
    direction: Literal["high", "low"]


@dataclass(frozen=True, slots=True)
class Scan(Result):
    """The clusters that do not overlap, the most likely first.

    Parameters
    ----------
    clusters : tuple of ScanCluster
        Empty where no zone goes the way that was asked for.
    statistic : float [1]
        Log likelihood ratio of the most likely cluster.
    ratio : float or None [1]
        Its cases / expected.
    p : float in (0, 1]
        Of the most likely cluster; it holds for all zones and windows together.
    by_chance : Interval [1]
        Where the statistic lies in 95 per cent of the replications.
    n : int [cases]
    places, days, zones : int
    """

    clusters: tuple[ScanCluster, ...]
    statistic: float
    ratio: float | None
    p: float
    by_chance: Interval
    n: int
    places: int
    days: int
    zones: int
    replications: int
    method: str
    sidedness: str
    caveats: tuple[str, ...] = ("chosen_afterwards",)


def space_time_permutation_scan(
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    place: npt.ArrayLike | None = None,
    day: npt.ArrayLike | None = None,
    *,
    counts: npt.ArrayLike | None = None,
    first_day: int | None = None,
    last_day: int | None = None,
    prospective: bool = True,
    min_days: int = 1,
    max_days: int = 30,
    cap_percent: float = 50,
    max_radius: float | None = None,
    direction: Side = "high",
    min_cases: int = 2,
    most_clusters: int = 10,
    replications: int = 999,
    rng: int | np.random.Generator = 0,
    threads: int = 1,
    compiled: bool = True,
) -> Scan:
    """Return the places and periods with more cases than their usual share of place and time.

    Use when only the cases are known, not how many people there are: each place and each day keeps its
    number, and days are dealt out again among the cases. Not when some places grow faster than others over
    the study: that too is interaction. Size holds for any number of cases.

    Parameters
    ----------
    x, y : array_like of float, shape (places,) [metres]
    place, day : array_like of int, shape (cases,) [position in x; days]
        The cases one by one.
    counts : array_like of int, shape (places, days) [cases]
        Instead of ``place`` and ``day``.
    first_day, last_day : int or None [days]
        The study, both included; by default from the first case to the last.
    prospective : bool
        Only windows that last to the end; otherwise all windows.
    min_days, max_days : int [days]
    cap_percent : float in (0, 50] [per cent of the cases]
        A zone never holds more.
    max_radius : float or None [unit of x and y]
    direction : "high", "low" or "both"
    min_cases : int
        Fewest cases in a high cluster.
    most_clusters : int
    replications : int, 19–99999
    rng : int or Generator
    threads : int
        The answer does not depend on it.
    compiled : bool
        False: the same answer from plain array code, slowly.

    Returns
    -------
    Scan

    Raises
    ------
    NotACount, SeriesDiffer, SettingOutOfRange
        The input cannot be used.
    TooFewAreas, TooFewEvents, TooFewPeriods, NothingVaries
        Fewer than two places, cases or days, or all cases in one place or on one day.
    WorkTooLarge
        There are too many zones.

    Source
    ------
    Kulldorff et al. (2005), PLoS Medicine 2:e59, doi:10.1371/journal.pmed.0020059.

    Examples
    --------
    >>> answer = space_time_permutation_scan([0, 1, 9], [0, 0, 0], [0, 1, 2, 2, 1, 0, 0],
    ...     [1, 2, 3, 4, 5, 9, 9], max_days=2, replications=99)
    >>> answer.clusters[0].places, answer.clusters[0].cases
    ((0,), 2)
    """
    xs, ys = _positions(x, y)
    table, first = _table(xs.size, place, day, counts, first_day, last_day)
    days = table.shape[1]
    if days < 2:
        raise TooFewPeriods(found=days, wanted=2, where="days")
    _settings(direction, cap_percent, max_radius, min_cases, most_clusters, replications, threads)
    longest = _lengths(min_days, max_days, days)
    place_totals, day_totals = table.sum(axis=1), table.sum(axis=0)
    cases = int(table.sum())
    if cases < 2:
        raise TooFewEvents(found=cases, wanted=2, where="cases")
    if np.count_nonzero(place_totals) < 2 or np.count_nonzero(day_totals) < 2:
        raise NothingVaries(where="place | day")
    zones = zones_of(xs, ys, place_totals.astype(float), cap_percent, max_radius)
    windows = windows_of(days, min_days, longest, prospective=prospective)
    bases = cumulative(np.outer(place_totals, day_totals) / cases)
    model = Model(cases, float(cases), False, _DIRECTIONS[direction], min_cases)
    counted = cumulative(table)
    generator = np.random.default_rng(rng)
    if prospective:
        # Windows never reach further back than the longest: the days before are dealt with as one.
        keep = days - longest
        counted, bases = counted[:, keep:].copy(), bases[:, keep:].copy()
        windows = Windows(windows.begins - keep, windows.ends - keep)
    found = best_of_centres(zones, counted, bases, windows, model, compiled=compiled)
    recent = day_totals[::-1][:longest] if prospective else day_totals
    case_places = np.repeat(np.arange(xs.size), place_totals)
    lengths = windows.ends - windows.begins
    fast = prospective and direction == "high" and lengths.size <= _LANES and recent.sum() < _LANE_LIMIT
    if fast and compiled:
        maxima = prospective_maxima(
            generator, zones, case_places, recent, lengths, place_totals, min_cases,
            replications=replications, threads=threads,
        )  # fmt: skip
    else:
        # The last day first, as in the fast way, so that both draw the same.
        of_day = (np.arange(recent.size) if not prospective else np.arange(recent.size)[::-1]).repeat(recent)

        def draw() -> Ints:
            dealt = case_places[generator.choice(cases, of_day.size, replace=False)]
            flat = np.bincount(dealt * recent.size + of_day, minlength=xs.size * recent.size)
            return cumulative(flat.reshape(xs.size, recent.size))

        maxima = maxima_of(
            draw, zones, bases, windows, model, replications=replications, threads=threads, compiled=compiled
        )
    shift = days - longest if prospective else 0
    return _answer(
        found, maxima, zones, counted, bases, windows, model, xs, ys,
        first=first + shift, recurrence=prospective, most=most_clusters, days=days,
        method="space_time_permutation_scan", direction=direction,
    )  # fmt: skip


def poisson_scan(
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    expected: npt.ArrayLike,
    place: npt.ArrayLike | None = None,
    day: npt.ArrayLike | None = None,
    *,
    counts: npt.ArrayLike | None = None,
    first_day: int | None = None,
    last_day: int | None = None,
    prospective: bool = False,
    min_days: int = 1,
    max_days: int = 30,
    cap_percent: float = 50,
    max_radius: float | None = None,
    direction: Side = "high",
    min_cases: int = 2,
    most_clusters: int = 10,
    replications: int = 999,
    rng: int | np.random.Generator = 0,
    threads: int = 1,
    compiled: bool = True,
) -> Scan:
    """Return the places, and periods if there are days, with more cases than population or expectation gives.

    Use when it is known how many people, hours or expected cases each place has. Not when cases come in
    groups (one raid, many reports): they then vary more than Poisson and p is too small.

    Parameters
    ----------
    x, y : array_like of float, shape (places,) [metres]
    expected : array_like of float, shape (places,) or (places, days) [any unit]
        Population or expected cases; scaled to the number of cases. One value for each place is spread
        evenly over the days.
    place, day : array_like of int, shape (cases,)
        The cases one by one; leave ``day`` out for a scan of places only.
    counts : array_like of int, shape (places,) or (places, days) [cases]
        Instead of ``place`` and ``day``.
    first_day, last_day, prospective, min_days, max_days, max_radius, direction, min_cases, most_clusters,
    replications, rng, threads, compiled
        As in `space_time_permutation_scan`.
    cap_percent : float in (0, 50] [per cent of ``expected``]

    Returns
    -------
    Scan

    Raises
    ------
    NotACount, NoExposure, SeriesDiffer, SettingOutOfRange
        The input cannot be used.
    TooFewAreas, TooFewEvents
        Fewer than two places or cases.
    WorkTooLarge
        There are too many zones.

    Source
    ------
    Kulldorff (1997), Communications in Statistics 26:1481–1496, doi:10.1080/03610929708831995; Kulldorff et
    al. (1998), American Journal of Public Health 88:1377–1380, for space and time.

    Examples
    --------
    >>> poisson_scan([0, 1, 9, 10], [0, 0, 0, 0], [10, 10, 10, 10], counts=[9, 8, 2, 1]).clusters[0].places
    (0, 1)
    """
    xs, ys = _positions(x, y)
    table, first = _table(xs.size, place, day, counts, first_day, last_day)
    days = table.shape[1]
    _settings(direction, cap_percent, max_radius, min_cases, most_clusters, replications, threads)
    weights = np.asarray(expected, float)
    if weights.ndim == 1:
        weights = np.repeat(weights[:, None] / days, days, axis=1)
    if weights.shape != table.shape:
        raise SeriesDiffer(found=f"expected {weights.shape}", wanted=f"{table.shape}")
    if not np.isfinite(weights).all() or (weights < 0).any() or weights.sum() <= 0:
        raise NoExposure(value=float(np.nanmin(weights)), where="expected")
    if (table[weights == 0] > 0).any():
        raise NoExposure(value=0, where="expected, where there are cases")
    cases = int(table.sum())
    if cases < 2:
        raise TooFewEvents(found=cases, wanted=2, where="cases")
    zones = zones_of(xs, ys, weights.sum(axis=1), cap_percent, max_radius)
    if days == 1:
        windows = Windows(np.array([0]), np.array([1]))
    else:
        windows = windows_of(days, min_days, _lengths(min_days, max_days, days), prospective=prospective)
    shares = weights / weights.sum()
    bases = cumulative(shares * cases)
    model = Model(cases, float(cases), False, _DIRECTIONS[direction], min_cases)
    counted = cumulative(table)
    found = best_of_centres(zones, counted, bases, windows, model, compiled=compiled)
    generator, flat = np.random.default_rng(rng), shares.ravel()

    def draw() -> Ints:
        return cumulative(generator.multinomial(cases, flat).reshape(table.shape))

    maxima = maxima_of(
        draw, zones, bases, windows, model, replications=replications, threads=threads, compiled=compiled
    )
    return _answer(
        found, maxima, zones, counted, bases, windows, model, xs, ys,
        first=None if days == 1 else first, recurrence=prospective and days > 1, most=most_clusters,
        days=days, method="poisson_scan", direction=direction,
    )  # fmt: skip


def bernoulli_scan(
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    cases: npt.ArrayLike,
    controls: npt.ArrayLike,
    *,
    cap_percent: float = 50,
    max_radius: float | None = None,
    direction: Side = "high",
    min_cases: int = 2,
    most_clusters: int = 10,
    replications: int = 999,
    rng: int | np.random.Generator = 0,
    threads: int = 1,
    compiled: bool = True,
) -> Scan:
    """Return the places where a larger share are cases and not controls than elsewhere.

    Use for yes or no: burgled houses among all houses, visits with trade among all visits. Not when one
    person or address is counted many times. Size holds for any number of cases.

    Parameters
    ----------
    x, y : array_like of float, shape (places,) [metres]
    cases, controls : array_like of int, shape (places,)
    cap_percent : float in (0, 50] [per cent of cases and controls]
    max_radius, direction, min_cases, most_clusters, replications, rng, threads, compiled
        As in `space_time_permutation_scan`.

    Returns
    -------
    Scan
        Without days.

    Raises
    ------
    NotACount, SeriesDiffer, SettingOutOfRange
        The input cannot be used.
    TooFewAreas, TooFewEvents
        Fewer than two places or cases, or no controls.
    WorkTooLarge
        There are too many zones.

    Source
    ------
    Kulldorff (1997), Communications in Statistics 26:1481–1496, doi:10.1080/03610929708831995.

    Examples
    --------
    >>> bernoulli_scan([0, 1, 9, 10], [0, 0, 0, 0], [5, 6, 1, 0], [1, 0, 5, 7]).clusters[0].places
    (0, 1)
    """
    xs, ys = _positions(x, y)
    yes, no = _whole(cases, "cases"), _whole(controls, "controls")
    if yes.shape != xs.shape or no.shape != xs.shape:
        raise SeriesDiffer(found=f"{yes.shape}, {no.shape}", wanted=f"{xs.shape}")
    _settings(direction, cap_percent, max_radius, min_cases, most_clusters, replications, threads)
    total, both = int(yes.sum()), yes + no
    if total < 2:
        raise TooFewEvents(found=total, wanted=2, where="cases")
    if not no.any():
        raise TooFewEvents(found=0, wanted=1, where="controls")
    zones = zones_of(xs, ys, both.astype(float), cap_percent, max_radius)
    windows = Windows(np.array([0]), np.array([1]))
    bases = cumulative(both[:, None].astype(float))
    model = Model(total, float(both.sum()), True, _DIRECTIONS[direction], min_cases)
    counted = cumulative(yes[:, None])
    found = best_of_centres(zones, counted, bases, windows, model, compiled=compiled)
    generator = np.random.default_rng(rng)
    labels = np.repeat(np.arange(xs.size), both)

    def draw() -> Ints:
        chosen = labels[generator.choice(labels.size, total, replace=False, shuffle=False)]
        return cumulative(np.bincount(chosen, minlength=xs.size)[:, None])

    maxima = maxima_of(
        draw, zones, bases, windows, model, replications=replications, threads=threads, compiled=compiled
    )
    return _answer(
        found, maxima, zones, counted, bases, windows, model, xs, ys,
        first=None, recurrence=False, most=most_clusters, days=1, method="bernoulli_scan",
        direction=direction,
    )  # fmt: skip


def _answer(
    found: Best, maxima: Floats, zones: Zones, counted: Ints, bases: Floats, windows: Windows, model: Model,
    x: Floats, y: Floats, *, first: int | None, recurrence: bool, most: int, days: int, method: str,
    direction: Side,
) -> Scan:  # fmt: skip
    """Return the best cylinder of each centre, without those that share a place with a better one."""
    clusters: list[ScanCluster] = []
    taken = np.zeros(x.size, bool)
    # Of zones with the same cases the smallest tells most: places without cases add nothing.
    for centre in np.lexsort((found[1], -np.round(found[0], 9))):
        llr = float(found[0][centre])
        if llr <= 0 or len(clusters) == most:
            break
        inside = zones.places(int(centre), int(found[1][centre]))
        if taken[inside].any():
            continue
        taken[inside] = True
        w = int(found[2][centre])
        begin, end = int(windows.begins[w]), int(windows.ends[w])
        c = int((counted[inside, end] - counted[inside, begin]).sum())
        mu = float((bases[inside, end] - bases[inside, begin]).sum()) * model.cases / model.total
        p = (int(np.count_nonzero(maxima >= llr - SAME)) + 1) / (maxima.size + 1)
        far = inside[-1]
        clusters.append(
            ScanCluster(
                places=tuple(int(one) for one in inside),
                centre=int(centre),
                radius=math.hypot(x[far] - x[centre], y[far] - y[centre]),
                first_day=None if first is None else first + begin,
                last_day=None if first is None else first + end - 1,
                cases=c,
                expected=mu,
                ratio=c / mu,
                llr=llr,
                p=p,
                recurrence_days=1 / p if recurrence else None,
                direction="high" if c > mu else "low",
            )
        )
    limit = float(np.quantile(maxima, 0.95, method="higher"))
    return Scan(
        clusters=tuple(clusters),
        statistic=clusters[0].llr if clusters else 0.0,
        ratio=clusters[0].ratio if clusters else None,
        p=clusters[0].p if clusters else 1.0,
        by_chance=Interval(0.0, limit, 0.95),
        n=model.cases,
        places=x.size,
        days=days,
        zones=int(zones.order.size),
        replications=int(maxima.size),
        method=method,
        sidedness={"high": "upper", "low": "lower", "both": "either_direction"}[direction],
    )


def _positions(x: npt.ArrayLike, y: npt.ArrayLike) -> tuple[Floats, Floats]:
    xs, ys = np.array(x, float), np.array(y, float)
    if xs.ndim != 1 or xs.shape != ys.shape:
        raise SeriesDiffer(found=f"{xs.shape}, {ys.shape}", wanted="one x and one y for each place")
    if xs.size < 2:
        raise TooFewAreas(found=xs.size, what="places", wanted=2)
    if not (np.isfinite(xs).all() and np.isfinite(ys).all()):
        raise SettingOutOfRange(name="x | y", value="nan", wanted="a position for each place")
    return xs, ys


def _whole(values: Any, where: str) -> Ints:
    found = np.asarray(values, float)
    wrong = ~np.isfinite(found) | (found < 0) | (found != np.floor(found)) | (found > 2**40)
    if wrong.any():
        raise NotACount(value=float(found[wrong][0]), where=where)
    return found.astype(np.int64)


def _table(
    places: int, place: Any, day: Any, counts: Any, first_day: int | None, last_day: int | None
) -> tuple[Ints, int]:
    """Return cases by place and day, and the number of the first day."""
    if (counts is None) == (place is None):
        raise SeriesDiffer(found="place and counts", wanted="one of them")
    if counts is not None:
        table = _whole(counts, "counts")
        table = table[:, None] if table.ndim == 1 else table
        if table.ndim != 2 or table.shape[0] != places:
            raise SeriesDiffer(found=f"counts {table.shape}", wanted=f"{places} places")
        return table, 0 if first_day is None else first_day
    where = _whole(place, "place")
    when = np.zeros(where.shape) if day is None else np.asarray(day, float)
    if where.ndim != 1 or where.shape != when.shape:
        raise SeriesDiffer(found=f"{where.shape}, {when.shape}", wanted="one place and one day for each case")
    if not where.size:
        raise TooFewEvents(found=0, wanted=2, where="cases")
    if where.max() >= places:
        raise SeriesDiffer(found=f"place {where.max()}", wanted=f"0–{places - 1}")
    if not np.isfinite(when).all() or (when != np.floor(when)).any():
        raise SettingOutOfRange(name="day", value="part of a day", wanted="whole days")
    first = int(when.min()) if first_day is None else first_day
    last = int(when.max()) if last_day is None else last_day
    if last < first or when.min() < first or when.max() > last:
        raise SettingOutOfRange(name="day", value=f"{when.min()}–{when.max()}", wanted=f"{first}–{last}")
    days = last - first + 1
    if days > 20_000:
        raise SettingOutOfRange(name="last_day", value=last, wanted="at most 20 000 days")
    flat = np.bincount(where * days + (when - first).astype(np.int64), minlength=places * days)
    return flat.reshape(places, days), first


def _lengths(min_days: int, max_days: int, days: int) -> int:
    if not 1 <= min_days <= max_days:
        raise SettingOutOfRange(name="min_days", value=min_days, wanted="from 1 to max_days")
    if min_days >= days:
        raise TooFewPeriods(found=days, wanted=min_days + 1, where="days")
    return min(max_days, days - 1)


def _settings(
    direction: str, cap: float, radius: float | None, least: int, most: int, replications: int, threads: int
) -> None:
    if direction not in _DIRECTIONS:
        raise SettingOutOfRange(name="direction", value=direction, wanted="high | low | both")
    if not 0 < cap <= 50:
        raise SettingOutOfRange(name="cap_percent", value=cap, wanted="above 0, at most 50")
    if radius is not None and not 0 <= radius < math.inf:
        raise SettingOutOfRange(name="max_radius", value=radius, wanted="0 or more")
    for name, value in (("min_cases", least), ("most_clusters", most), ("threads", threads)):
        if value < 1:
            raise SettingOutOfRange(name=name, value=value, wanted="1 or more")
    if not 19 <= replications <= 99_999:
        raise SettingOutOfRange(name="replications", value=replications, wanted="19–99999")
