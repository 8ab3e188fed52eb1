"""How many events belong to a boundary when positions are not exact."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from samsyn.analysis.errors import (
    NotACount,
    SeriesDiffer,
    SettingOutOfRange,
    TooFewEvents,
    WorkTooLarge,
)
from samsyn.analysis.rates import as_level
from samsyn.analysis.results import Interval, Result

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ring = Sequence[Sequence[float]]
MEDIAN_TO_SIGMA = 1 / math.sqrt(2 * math.log(2))
_EXACT_EVENTS = 3000
_CERTAIN = 1e-12
_MOST_WORK = 2_000_000_000
_CHUNK = 2_000_000


@dataclass(frozen=True, slots=True)
class CountAtError(Result):
    """The count within the boundary at one size of the error.

    Parameters
    ----------
    median_error : float [metres]
    expected : float [events]
    interval : Interval [events]
    """

    median_error: float
    expected: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class PositionError(Result):
    """The count within a boundary, with what wrong positions can do to it.

    Parameters
    ----------
    estimate : float [events]
        Sum of the probabilities of belonging.
    interval : Interval [events]
        Of the number truly within, from the position error alone; whole numbers.
    counted : int [events]
        Recorded within the boundary, taking positions at their word.
    probabilities : tuple of float in [0, 1], shape (events,)
    uncertain : int [events]
        With a probability from 0.05 to 0.95.
    sensitivity : tuple of CountAtError
    sigma : float [metres]
        Of each coordinate.
    n : int [events]
        All events, within or not.
    """

    estimate: float
    interval: Interval
    counted: int
    probabilities: tuple[float, ...]
    uncertain: int
    sensitivity: tuple[CountAtError, ...]
    median_error: float
    sigma: float
    rounding: float
    n: int
    method: str = "gaussian_position_error"
    unit: str = "events"
    caveats: tuple[str, ...] = ()


def position_error(
    x: Sequence[float],
    y: Sequence[float],
    boundary: Sequence[Ring],
    *,
    counts: Sequence[int] | None = None,
    median_error: float = 83.0,
    rounding: float = 0.0,
    sensitivity: Sequence[float] = (0, 50, 100, 150),
    level: float = 0.95,
) -> PositionError:
    """Return how many events truly lie within a boundary, when each recorded position may be wrong.

    Use for small boundaries, and give every event recorded within some three median errors outside too: those
    may belong. Not where wrong positions gather at one address (a station, the middle of a street): that is
    no random error. The interval holds when errors are independent, alike in all directions, and events are
    about as dense on both sides of the boundary.

    Parameters
    ----------
    x, y : sequence of float, shape (events,) [metres]
        In a plane, such as SWEREF 99 TM.
    boundary : sequence of rings, each a sequence of (x, y) [metres]
        Outer rings and holes in any order and direction, not crossing.
    counts : sequence of int, shape (events,) [events]
        Events at each position; 1 where it is left out. Each is wrong by itself.
    median_error : float from 0 [metres]
        Half of the events lie closer than this to where they are recorded.
    rounding : float from 0 [metres]
        Side of the grid that the source has rounded positions to.
    sensitivity : sequence of float [metres]
        Median errors of the table.
    level : float in (0, 1) [1]

    Returns
    -------
    PositionError

    Raises
    ------
    SeriesDiffer
        The lists differ in length or a ring has fewer than three corners.
    NotACount
        A count or a coordinate cannot be used.
    TooFewEvents
        There are none.
    SettingOutOfRange
        A setting is outside its range.
    WorkTooLarge
        Events times corners is too many.

    Source
    ------
    Rayleigh: median = σ·√(2 ln 2). The normal distribution over a polygon is a sum over its edges of Owen's T
    (1956), Annals of Mathematical Statistics 27:1075–1090, doi:10.1214/aoms/1177728074.

    Examples
    --------
    >>> square = [[[0, 0], [100, 0], [100, 100], [0, 100]]]
    >>> answer = position_error([50, 100], [50, 50], square, median_error=10)
    >>> answer.counted, [round(p, 3) for p in answer.probabilities]
    (1, [1.0, 0.5])
    """
    as_level(level)
    for name, value in [("median_error", median_error), ("rounding", rounding)] + [
        ("sensitivity", one) for one in sensitivity
    ]:
        if not (math.isfinite(value) and 0 <= value <= 100_000):
            raise SettingOutOfRange(name=name, value=value, wanted="from 0 to 100 000 metres")
    px, py = (np.asarray(one, dtype=np.float64) for one in (x, y))
    if px.ndim != 1 or px.shape != py.shape:
        raise SeriesDiffer(found=f"{px.shape} and {py.shape}", wanted="as many x as y")
    if not len(px):
        raise TooFewEvents(found=0, wanted=1, where="positions")
    if not (np.all(np.isfinite(px)) and np.all(np.isfinite(py))):
        raise NotACount(value="a value that is not a number", where="x or y")
    number = _counts(counts, len(px))
    rings = oriented(boundary)
    corners = sum(map(len, rings))
    points = 1 if rounding == 0 else 64
    if len(px) * corners * points * (1 + len(sensitivity)) > _MOST_WORK:
        raise WorkTooLarge(found=f"{len(px)} × {corners}", wanted=_MOST_WORK, where="events and corners")

    def at(median: float) -> tuple[Floats, CountAtError]:
        chance = _belonging(px, py, rings, median * MEDIAN_TO_SIGMA, rounding)
        return chance, CountAtError(
            float(median), math.fsum(chance * number), _number_within(chance, number, level)
        )

    chance, told = at(median_error)
    inside = contains(px, py, rings)
    total = int(number.sum())
    return PositionError(
        estimate=told.expected,
        interval=told.interval,
        counted=int(number[inside].sum()),
        probabilities=tuple(chance.tolist()),
        uncertain=int(number[(chance >= 0.05) & (chance <= 0.95)].sum()),
        sensitivity=tuple(at(one)[1] for one in sensitivity),
        median_error=float(median_error),
        sigma=median_error * MEDIAN_TO_SIGMA,
        rounding=float(rounding),
        n=total,
        caveats=("position_error_assumed", *(("small_numbers",) if told.expected < 20 else ())),
    )


def _counts(given: Sequence[int] | None, wanted: int) -> npt.NDArray[np.int64]:
    if given is None:
        return np.ones(wanted, dtype=np.int64)
    array = np.asarray(given)
    if array.shape != (wanted,):
        raise SeriesDiffer(found=array.shape, wanted=f"{wanted} counts")
    if array.dtype.kind not in "iuf" or not np.all(array >= 0) or np.any(array != np.round(array)):
        raise NotACount(value="a value that is not a whole number from 0", where="counts")
    return array.astype(np.int64)


def oriented(boundary: Sequence[Ring]) -> list[Floats]:
    """Return the rings as closed-less arrays: outer ones counter-clockwise, holes clockwise.

    Use before `contains`. A ring within an odd number of others is a hole.

    Parameters
    ----------
    boundary : sequence of rings, each a sequence of (x, y)

    Returns
    -------
    list of array, shape (corners, 2)

    Raises
    ------
    SeriesDiffer
        There is no ring, or one has fewer than three corners or no area.

    Source
    ------
    Even–odd rule.

    Examples
    --------
    >>> oriented([[[0, 0], [0, 1], [1, 1], [0, 0]]])[0].tolist()
    [[1.0, 1.0], [0.0, 1.0], [0.0, 0.0]]
    """
    rings: list[Floats] = []
    for given in boundary:
        try:
            corners = np.array(given, dtype=np.float64)
        except (TypeError, ValueError):
            raise SeriesDiffer(
                found="a ring that is not a list of pairs", wanted="pairs of x and y"
            ) from None
        if corners.ndim != 2 or corners.shape[1] != 2 or not np.all(np.isfinite(corners)):
            raise SeriesDiffer(found=f"a ring of shape {corners.shape}", wanted="pairs of x and y")
        if len(corners) > 1 and np.array_equal(corners[0], corners[-1]):
            corners = corners[:-1]
        if len(corners) < 3 or _area(corners) == 0:
            raise SeriesDiffer(found=f"a ring of {len(corners)} corners", wanted="at least 3, around an area")
        rings.append(corners)
    if not rings:
        raise SeriesDiffer(found="no ring", wanted="at least one")
    made: list[Floats] = []
    for at, ring in enumerate(rings):
        # A corner may touch another ring; the middle of an edge is the safer witness.
        witness = (ring[0] + ring[1]) / 2
        depth = sum(
            int(contains(witness[:1], witness[1:], [other])[0])
            for place, other in enumerate(rings)
            if place != at
        )
        made.append(ring if (_area(ring) > 0) == (depth % 2 == 0) else ring[::-1])
    return made


def _area(ring: Floats) -> float:
    x, y = (ring - ring[0]).T
    return float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2


def contains(x: npt.ArrayLike, y: npt.ArrayLike, rings: Sequence[Floats]) -> Bools:
    """Return which points lie within the rings, by counting crossings to the right.

    Use for positions as recorded. A point on the border belongs to one side only, so two areas that share
    a border never both have it.

    Parameters
    ----------
    x, y : array_like of float, shape (points,)
    rings : sequence of array, shape (corners, 2)

    Returns
    -------
    array of bool, shape (points,)

    Raises
    ------
    Nothing of its own.

    Source
    ------
    Even–odd rule with half-open edges.

    Examples
    --------
    >>> contains([1, 3], [1, 1], oriented([[[0, 0], [2, 0], [2, 2], [0, 2]]])).tolist()
    [True, False]
    """
    px, py = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    inside = np.zeros(len(px), dtype=bool)
    for ring in rings:
        for (x1, y1), (x2, y2) in zip(ring, np.roll(ring, -1, axis=0), strict=True):
            if y1 == y2:
                continue
            # The lower corner first, so that a shared edge gives the same crossing from both sides.
            if y1 > y2:
                x1, y1, x2, y2 = x2, y2, x1, y1
            crosses = (y1 <= py) & (py < y2)
            inside ^= crosses & (px < x1 + (py - y1) * ((x2 - x1) / (y2 - y1)))
    return inside


def _belonging(px: Floats, py: Floats, rings: Sequence[Floats], sigma: float, rounding: float) -> Floats:
    if rounding == 0:
        return _normal_within(px, py, rings, sigma) if sigma else contains(px, py, rings).astype(np.float64)
    # Within its cell of the grid the position could be anywhere: average over the cell.
    if sigma:
        nodes, weights = np.polynomial.legendre.leggauss(8)
        weights = weights / 2
    else:
        nodes, weights = (np.arange(32) + 0.5) / 16 - 1, np.full(32, 1 / 32)
    chance = np.zeros(len(px))
    for node_x, weight_x in zip(nodes * rounding / 2, weights, strict=True):
        for node_y, weight_y in zip(nodes * rounding / 2, weights, strict=True):
            chance += weight_x * weight_y * _belonging(px + node_x, py + node_y, rings, sigma, 0.0)
    return np.clip(chance, 0.0, 1.0)


def _normal_within(px: Floats, py: Floats, rings: Sequence[Floats], sigma: float) -> Floats:
    """Return the mass within the rings of a round normal distribution at each point, edge by edge."""
    start = np.concatenate(rings)
    end = np.concatenate([np.roll(ring, -1, axis=0) for ring in rings])
    along = end - start
    length = np.hypot(*along.T)
    start, along, length = start[length > 0], along[length > 0], length[length > 0]
    unit_x, unit_y = (along / length[:, None]).T
    chance = np.empty(len(px))
    rows = max(1, _CHUNK // len(start))
    for at in range(0, len(px), rows):
        away_x = start[None, :, 0] - px[at : at + rows, None]
        away_y = start[None, :, 1] - py[at : at + rows, None]
        height = away_x * unit_y - away_y * unit_x  # above zero when the point is to the left
        first = away_x * unit_x + away_y * unit_y
        h = np.abs(height)
        on_line = h <= 1e-9 * sigma
        safe = np.where(on_line, 1.0, h)
        t1, t2 = first / safe, (first + length) / safe
        angle = (np.arctan(t2) - np.arctan(t1)) / (2 * np.pi)
        tail = special.owens_t(h / sigma, t2) - special.owens_t(h / sigma, t1)
        # On the line of an edge, or a hair from it, the sector holds nothing.
        chance[at : at + rows] = np.where(on_line, 0.0, np.sign(height) * (angle - tail)).sum(axis=1)
    return np.clip(chance, 0.0, 1.0)


def _number_within(chance: Floats, number: npt.NDArray[np.int64], level: float) -> Interval:
    """Return the interval of a sum of independent events with unlike probabilities."""
    certain = chance >= 1 - _CERTAIN
    base = int(number[certain].sum())
    open_ = ~certain & (chance > _CERTAIN)
    size = int(number[open_].sum())
    tail = (1 - level) / 2
    if size == 0:
        return Interval(float(base), float(base), level)
    if size > _EXACT_EVENTS:
        mean = float((chance * number)[open_].sum())
        spread = math.sqrt(float((chance * (1 - chance) * number)[open_].sum()))
        reach = -float(special.ndtri(tail)) * spread + 0.5
        return Interval(
            base + max(0.0, math.floor(mean - reach)), base + min(float(size), math.ceil(mean + reach)), level
        )
    mass = np.ones(1)
    for one in np.repeat(chance[open_], number[open_]):
        mass = np.append(mass * (1 - one), 0.0) + np.append(0.0, mass * one)
    below, above = np.cumsum(mass), np.cumsum(mass[::-1])[::-1]
    # The limits are the outermost numbers whose own tail is larger than allowed to be left out.
    low = int(np.argmax(below > tail))
    high = int(size - np.argmax(above[::-1] > tail))
    return Interval(float(base + low), float(base + high), level)
