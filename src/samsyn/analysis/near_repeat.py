"""Near repeats: do events that lie close in place also lie close in time, more than chance would have it?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from samsyn.analysis._near_repeat_pairs import ClosePairs, moments, time_degrees
from samsyn.analysis.errors import (
    FollowsTheWork,
    NotACount,
    NothingVaries,
    SeriesDiffer,
    SettingOutOfRange,
    TooFewEvents,
)
from samsyn.analysis.rates import as_level
from samsyn.analysis.results import Interval, Result

LEAST_EVENTS = 10
_PER_DAY = (1, 24, 1440, 86_400)
_LONGEST = 2**31 - 2
_FURTHEST = 1e9
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class NearRepeatCell(Result):
    """The pairs of events in one band of distance and one band of time.

    Parameters
    ----------
    distance, gap : tuple of two float [metres; days]
        From, included, to, excluded; infinite (None in JSON) where there is no limit.
    observed : int [pairs]
    expected : float [pairs]
        Exact mean over all rearrangements of the times: near in place × near in time / all pairs.
    ratio : float or None [1]
        observed / expected; None where nothing is expected.
    by_chance : Interval or None [1]
        Where the ratio lies in ``level`` of the rearrangements. It describes chance, not the uncertainty of
        the ratio: pairs share events, and have no interval of that kind.
    p : float in (0, 1]
        Upper: (rearrangements with at least as many + 1) / (rearrangements + 1).
    p_adjusted : float in (0, 1]
        The same for the largest standardised excess of the whole table.
    dispersion : float or None [1]
        Exact variance over all rearrangements divided by ``expected``; near 1 the pairs are like Poisson.
    poisson_p : float or None in [0, 1]
        Upper Poisson tail, for comparison; only where ``dispersion`` lies between 0.9 and 1.1.
    """

    distance: tuple[float, float]
    gap: tuple[float, float]
    observed: int
    expected: float
    ratio: float | None
    by_chance: Interval | None
    p: float
    p_adjusted: float
    dispersion: float | None
    poisson_p: float | None


@dataclass(frozen=True, slots=True)
class NearRepeat(Result):
    """Pairs of events by distance and gap in time, beside what rearranged times give.

    Parameters
    ----------
    cells : tuple of NearRepeatCell
        Rows of distance one after the other, each with its gaps in order.
    ratio, p : float [1]
        Of the cell that stands out most, with the p that holds for the whole table; ``clearest`` is its
        position among the cells.
    n : int [events]
    close_pairs : int [pairs]
        Within the largest limited distance.
    replications : int
    time_unit : str
        ``day``, ``hour``, ``minute`` or ``second``: the coarsest in which all times are whole; gaps are
        compared in it. Times that are not whole seconds are rounded to seconds.
    """

    cells: tuple[NearRepeatCell, ...]
    clearest: int
    ratio: float | None
    p: float
    n: int
    close_pairs: int
    replications: int
    metric: str
    time_unit: str
    method: str = "knox_permutation"
    sidedness: Literal["upper"] = "upper"
    caveats: tuple[str, ...] = ()


def near_repeat(
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    days: npt.ArrayLike,
    *,
    distances: Sequence[float | None] = (0, 100, 200, 400),
    gaps: Sequence[float | None] = (0, 7, 14, 28),
    metric: Literal["euclidean", "manhattan"] = "euclidean",
    replications: int = 999,
    level: float = 0.95,
    rng: int | np.random.Generator = 0,
    threads: int = 1,
    compiled: bool = True,
    detection_driven: bool = False,
) -> NearRepeat:
    """Return how many pairs of events are close in both place and time, against rearranged times.

    Use to see whether an event is followed by others nearby for a while. Not when positions are rounded more
    coarsely than the smallest distance, not across years in which the events moved between neighbourhoods
    (that alone gives excess), and not as proof of the same offender. Size holds for any number of events.

    Parameters
    ----------
    x, y : array_like of float, shape (events,) [metres]
    days : array_like of float, shape (events,) [days]
        Time from any start; parts of days are allowed.
    distances, gaps : sequence of float, rising [metres; days]
        Edges of half-open bands [a, b). A last edge of None is no limit.
    metric : "euclidean" or "manhattan"
    replications : int, 19–99999
        Rearrangements of the times.
    level : float in (0, 1) [1]
        Of ``by_chance``.
    rng : int or Generator
        Seed, or a generator that goes on.
    threads : int, 1–64
        The answer does not depend on it, nor on the order of the events.
    compiled : bool
        False: the same answer by numpy alone, for small data.
    detection_driven : bool
        The events are found by the police's own work: refused, because patrols come in bursts.

    Returns
    -------
    NearRepeat

    Raises
    ------
    TooFewEvents, NothingVaries
        Under ten events, or all at one time or one place.
    SeriesDiffer, NotACount, SettingOutOfRange
        Lists of different length, a value that is no number, or edges that do not rise from 0 or more.
    WorkTooLarge
        More than 60 million close pairs, or too many of them times replications.
    FollowsTheWork
        Detection-driven events.

    Source
    ------
    Knox (1964), Applied Statistics 13:25–29; variance: Barton & David (1966), in Research Papers in
    Statistics, 217–235; random test: Phipson & Smyth (2010), doi:10.2202/1544-6115.1585; the table's p:
    Westfall & Young (1993), max T.

    Examples
    --------
    >>> homes = [0, 500, 1000, 1500, 2000]
    >>> found = near_repeat(homes * 2, [0] * 10, [10, 60, 110, 160, 210, 13, 63, 113, 163, 213],
    ...     distances=(0, 100), gaps=(0, 7), replications=99, compiled=False)
    >>> found.cells[0].observed, round(found.cells[0].expected, 2), found.p
    (5, 0.56, 0.01)
    """
    if detection_driven:
        raise FollowsTheWork(method="near_repeat")
    if metric not in ("euclidean", "manhattan"):
        raise SettingOutOfRange(name="metric", value=metric, wanted="euclidean | manhattan")
    _within("replications", replications, 19, 99_999)
    _within("threads", threads, 1, 64)
    as_level(level)
    space, time = _edges("distances", distances), _edges("gaps", gaps)
    east, north, when = _events(x, y, days)
    codes, limits, unit = _coded(when, time)
    pairs = ClosePairs(east, north, codes, space, manhattan=metric == "manhattan", compiled=compiled)
    seed = np.random.default_rng(rng).integers(0, 2**64, dtype=np.uint64)
    soon = time_degrees(codes, limits, time)
    table = pairs.table(pairs.counts(limits, seed, replications, threads), time, soon.sum(axis=1) // 2)
    means, variances = moments(pairs.space_degrees(), soon)
    cells = _judged(table.reshape(len(table), -1), means, variances, space, time, level)
    clearest = min(range(len(cells)), key=lambda at: (cells[at].p_adjusted, cells[at].p, at))
    return NearRepeat(
        cells=cells,
        clearest=clearest,
        ratio=cells[clearest].ratio,
        p=cells[clearest].p_adjusted,
        n=len(when),
        close_pairs=int(pairs.bounds[-1]),
        replications=replications,
        metric=metric,
        time_unit=unit,
        caveats=("positions_rounded",) if _rounded(east, north, space) else (),
    )


def _within(name: str, value: Any, low: int, high: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or not low <= value <= high:
        raise SettingOutOfRange(name=name, value=value, wanted=f"{low}–{high}")


def _edges(name: str, given: Sequence[float | None]) -> Floats:
    edges = np.array([math.inf if edge is None else edge for edge in given], dtype=float)
    if len(edges) < 2 or not edges[0] >= 0 or not np.all(np.diff(edges) > 0):
        raise SettingOutOfRange(name=name, value=list(given), wanted="two or more rising numbers from 0")
    return edges


def _events(x: npt.ArrayLike, y: npt.ArrayLike, days: npt.ArrayLike) -> tuple[Floats, Floats, Floats]:
    columns = {name: _numbers(name, values) for name, values in (("x", x), ("y", y), ("days", days))}
    shapes = [column.shape for column in columns.values()]
    if len(set(shapes)) > 1 or len(shapes[0]) != 1:
        raise SeriesDiffer(found=" | ".join(map(str, shapes)), wanted="x, y and days of each event")
    for name, column in columns.items():
        if not np.isfinite(column).all():
            raise NotACount(value=float(column[~np.isfinite(column)][0]), where=name)
        if np.abs(column).max(initial=0) > _FURTHEST:
            raise SettingOutOfRange(name=name, value=float(np.abs(column).max()), wanted=f"≤ {_FURTHEST:.0e}")
    n = len(columns["x"])
    if n < LEAST_EVENTS:
        raise TooFewEvents(found=n, wanted=LEAST_EVENTS, where="near_repeat")
    east, north, when = columns.values()
    if np.ptp(when) == 0:
        raise NothingVaries(where="days")
    if np.ptp(east) == 0 and np.ptp(north) == 0:
        raise NothingVaries(where="x, y")
    return east, north, when


def _numbers(name: str, values: npt.ArrayLike) -> Floats:
    try:
        return np.asarray(values, dtype=float)
    except (TypeError, ValueError) as error:
        raise NotACount(value=error, where=name) from error


def _coded(when: Floats, edges: Floats) -> tuple[npt.NDArray[Any], npt.NDArray[Any], str]:
    """Return times as whole numbers from 0, and the limits below which a gap is counted, in one unit.

    Whole numbers make the edges exact: 7.1 − 0.1 in floating point is not always 7.
    """
    finite = edges[np.isfinite(edges) & (edges > 0)]
    for unit, per_day in zip(("day", "hour", "minute", "second"), _PER_DAY, strict=True):
        codes, bounds = np.rint(when * per_day), finite * per_day
        whole = np.abs(np.r_[when * per_day - codes, bounds - np.rint(bounds)]).max() < 1e-4
        # Whole times with an edge between two of them need no finer unit: 6.5 days is the same as 7.
        whole = whole or (np.abs(when * per_day - codes).max() < 1e-9 and per_day == 1)
        if whole or unit == "second":
            break
    longest = codes.max() - codes.min()
    if longest > _LONGEST:
        raise SettingOutOfRange(name="days", value=float(np.ptp(when)), wanted="at most 68 years")
    kind = np.int16 if longest < 2**15 - 2 else np.int32
    limits = np.minimum(np.ceil(bounds - 1e-4), longest + 1)
    return (codes - codes.min()).astype(kind), limits.astype(kind), unit


def _judged(
    counts: Ints,
    means: list[Fraction],
    variances: list[Fraction],
    space: Floats,
    time: Floats,
    level: float,
) -> tuple[NearRepeatCell, ...]:
    rows = len(counts)
    excess = _excess(counts, means, variances)
    highest = np.sort(excess.max(axis=1))
    bands = [(near, soon) for near in pairwise(space) for soon in pairwise(time)]
    tail = int((1 - level) / 2 * rows)
    cells = []
    for at, (near, soon) in enumerate(bands):
        column, mean = counts[:, at], float(means[at])
        observed = int(column[0])
        ordered = np.sort(column)
        dispersion = float(variances[at] / means[at]) if mean else None
        alike = dispersion is not None and 0.9 <= dispersion <= 1.1
        cells.append(
            NearRepeatCell(
                distance=(float(near[0]), float(near[1])),
                gap=(float(soon[0]), float(soon[1])),
                observed=observed,
                expected=mean,
                ratio=observed / mean if mean else None,
                by_chance=Interval(float(ordered[tail] / mean), float(ordered[rows - 1 - tail] / mean), level)
                if mean
                else None,
                p=float(np.count_nonzero(column >= observed) / rows),
                p_adjusted=float((rows - np.searchsorted(highest, excess[0, at])) / rows),
                dispersion=dispersion,
                poisson_p=_poisson_upper(observed, mean) if alike else None,
            )
        )
    return tuple(cells)


def _excess(counts: Ints, means: list[Fraction], variances: list[Fraction]) -> Floats:
    """Return how far each count lies above its mean, on one scale for all cells.

    The root makes rare cells and full ones alike, so that one chance pair in an almost empty cell does not
    count as the largest excess of the table.
    """
    excess = np.zeros(counts.shape)
    for at, (mean, variance) in enumerate(zip(means, variances, strict=True)):
        if variance > 0:
            spread = math.sqrt(variance / mean)
            excess[:, at] = 2 * (np.sqrt(counts[:, at] + 0.375) - math.sqrt(mean + Fraction(3, 8))) / spread
    return excess


def _poisson_upper(observed: int, mean: float) -> float:
    from scipy.special import pdtrc

    return float(pdtrc(observed - 1, mean)) if observed else 1.0


def _rounded(x: Floats, y: Floats, space: Floats) -> bool:
    """Return whether positions seem rounded so that pairs fall in the wrong band.

    All coordinates a whole number of steps apart, and a step more than a tenth of the narrowest band.
    """
    widths = np.diff(space)
    step = max(10.0, float(widths[np.isfinite(widths)].min(initial=math.inf)) / 10)
    if not math.isfinite(step):
        return False
    apart = [np.unique(np.rint((values - values.min()) * 1000)) for values in (x, y)]
    steps = [int(np.gcd.reduce(values.astype(np.int64))) / 1000 for values in apart]
    return all(found > step or found == 0 for found in steps)
