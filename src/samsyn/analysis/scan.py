"""Scan statistics: is there a place and a period with more cases than chance gives anywhere?"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from samsyn.analysis._scan_input import (
    DIRECTIONS,
    check_settings,
    longest_of,
    positions_of,
    table_of,
    whole_numbers,
)
from samsyn.analysis._scan_replications import maxima_of, prospective_maxima
from samsyn.analysis._scan_results import Scan, ScanCluster, Side, answer_of
from samsyn.analysis._scan_zones import (
    Ints,
    Model,
    Windows,
    best_of_centres,
    cumulative,
    windows_of,
    zones_of,
)
from samsyn.analysis.errors import NoExposure, NothingVaries, SeriesDiffer, TooFewEvents, TooFewPeriods

__all__ = ["Scan", "ScanCluster", "bernoulli_scan", "poisson_scan", "space_time_permutation_scan"]
_LANES, _LANE_LIMIT = 32, 32_767


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
    xs, ys = positions_of(x, y)
    table, first = table_of(xs.size, place, day, counts, first_day, last_day)
    days = table.shape[1]
    if days < 2:
        raise TooFewPeriods(found=days, wanted=2, where="days")
    check_settings(direction, cap_percent, max_radius, min_cases, most_clusters, replications, threads)
    longest = longest_of(min_days, max_days, days)
    place_totals, day_totals = table.sum(axis=1), table.sum(axis=0)
    cases = int(table.sum())
    if cases < 2:
        raise TooFewEvents(found=cases, wanted=2, where="cases")
    if np.count_nonzero(place_totals) < 2 or np.count_nonzero(day_totals) < 2:
        raise NothingVaries(where="place | day")
    zones = zones_of(xs, ys, place_totals.astype(float), cap_percent, max_radius)
    windows = windows_of(days, min_days, longest, prospective=prospective)
    bases = cumulative(np.outer(place_totals, day_totals) / cases)
    model = Model(cases, float(cases), False, DIRECTIONS[direction], min_cases)
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
    return answer_of(
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
    xs, ys = positions_of(x, y)
    table, first = table_of(xs.size, place, day, counts, first_day, last_day)
    days = table.shape[1]
    check_settings(direction, cap_percent, max_radius, min_cases, most_clusters, replications, threads)
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
        windows = windows_of(days, min_days, longest_of(min_days, max_days, days), prospective=prospective)
    shares = weights / weights.sum()
    bases = cumulative(shares * cases)
    model = Model(cases, float(cases), False, DIRECTIONS[direction], min_cases)
    counted = cumulative(table)
    found = best_of_centres(zones, counted, bases, windows, model, compiled=compiled)
    generator, flat = np.random.default_rng(rng), shares.ravel()

    def draw() -> Ints:
        return cumulative(generator.multinomial(cases, flat).reshape(table.shape))

    maxima = maxima_of(
        draw, zones, bases, windows, model, replications=replications, threads=threads, compiled=compiled
    )
    return answer_of(
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
    xs, ys = positions_of(x, y)
    yes, no = whole_numbers(cases, "cases"), whole_numbers(controls, "controls")
    if yes.shape != xs.shape or no.shape != xs.shape:
        raise SeriesDiffer(found=f"{yes.shape}, {no.shape}", wanted=f"{xs.shape}")
    check_settings(direction, cap_percent, max_radius, min_cases, most_clusters, replications, threads)
    total, both = int(yes.sum()), yes + no
    if total < 2:
        raise TooFewEvents(found=total, wanted=2, where="cases")
    if not no.any():
        raise TooFewEvents(found=0, wanted=1, where="controls")
    zones = zones_of(xs, ys, both.astype(float), cap_percent, max_radius)
    windows = Windows(np.array([0]), np.array([1]))
    bases = cumulative(both[:, None].astype(float))
    model = Model(total, float(both.sum()), True, DIRECTIONS[direction], min_cases)
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
    return answer_of(
        found, maxima, zones, counted, bases, windows, model, xs, ys,
        first=None, recurrence=False, most=most_clusters, days=1, method="bernoulli_scan",
        direction=direction,
    )  # fmt: skip
