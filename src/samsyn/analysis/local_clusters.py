"""Where do many, or few, events lie together? Gi* for counts, with its exact conditional distribution."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from scipy import stats

from samsyn.analysis._local_clusters_tails import drawn_tails, exact_tails
from samsyn.analysis.errors import (
    FollowsTheWork,
    NotACount,
    NothingVaries,
    SeriesDiffer,
    SettingOutOfRange,
    TooFewAreas,
)
from samsyn.analysis.rates import as_level
from samsyn.analysis.results import Result

LEAST_AREAS = 5
LARGEST_COUNT = 2**31
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class LocalClusters(Result):
    """How the count of each area and its neighbours stands out among all areas.

    Parameters
    ----------
    z : tuple of float, shape (areas,) [1]
        Gi*: the sum of area and neighbours minus its mean, divided by its standard deviation.
    local_sum : tuple of int, shape (areas,) [events]
        Of the neighbours, without the area itself.
    expected : tuple of float, shape (areas,) [events]
        Mean of that sum when the counts of all other areas are dealt out at random.
    chance_low, chance_high : tuple of int, shape (areas,) [events], or None
        Limits within which the sum then lies with probability ``level`` or more; None from simulation.
    p : tuple of float, shape (areas,) [1]
        Twice the smaller tail of that distribution, given the area's own count.
    q : tuple of float, shape (areas,) [1]
        Smallest false discovery rate at which the area would be marked.
    mark : tuple of str, shape (areas,)
        ``high``, ``low`` or ``none``.
    high, low : int [areas]
        How many are marked.
    n : int [areas]
    events : int [events]
    """

    z: tuple[float, ...]
    local_sum: tuple[int, ...]
    expected: tuple[float, ...]
    chance_low: tuple[int, ...] | None
    chance_high: tuple[int, ...] | None
    p: tuple[float, ...]
    q: tuple[float, ...]
    mark: tuple[str, ...]
    high: int
    low: int
    n: int
    events: int
    level: float
    false_discovery_rate: float
    method: str
    sidedness: Literal["two_sided_central"] = "two_sided_central"
    caveats: tuple[str, ...] = ()


def local_clusters(
    counts: npt.ArrayLike,
    *,
    neighbours: Sequence[Sequence[int]] | npt.NDArray[Any] | None = None,
    x: npt.ArrayLike | None = None,
    y: npt.ArrayLike | None = None,
    nearest: int = 8,
    false_discovery_rate: float = 0.05,
    level: float = 0.95,
    replications: int | None = None,
    rng: int | np.random.Generator = 0,
    compiled: bool = True,
    detection_driven: bool = False,
) -> LocalClusters:
    """Return Gi* of each area, with the exact p of its neighbours' sum and the areas that stand out.

    Use for counts on a grid or on areas of like size. Not for rates with very different populations, and not
    where neighbours share their events. The p is exact given the counts, so its size is never above the
    nominal one; the false discovery rate is over all areas at once.

    Parameters
    ----------
    counts : array_like of int, shape (areas,) [events]
    neighbours : sequence of sequences of int, or None
        For each area the positions of its neighbours, from 0; the area itself may be left out or not.
    x, y : array_like of float, shape (areas,) [metres], or None
        Middles of the areas, in place of ``neighbours``.
    nearest : int
        That many nearest are then neighbours, and any as near as the last of them.
    false_discovery_rate : float in (0, 1) [1]
    level : float in (0, 1) [1]
        Of ``chance_low`` and ``chance_high``.
    replications : int or None, 99–999999
        None: exact. A number: that many random draws instead, for counts too large for the exact answer; the
        result then says so in ``method``.
    rng : int or Generator
        Only for draws.
    compiled : bool
        False: the same answer by numpy alone.
    detection_driven : bool
        The counts follow the police's own work: refused, the map would show where they looked.

    Returns
    -------
    LocalClusters

    Raises
    ------
    NotACount, SeriesDiffer, SettingOutOfRange
        A count is not a whole number from 0, lists do not fit together, or a neighbour does not exist.
    TooFewAreas, NothingVaries
        Fewer than five areas, or the same count in all.
    WorkTooLarge
        Counts or neighbourhoods so large that the exact distribution takes too long: ask for replications.
    FollowsTheWork
        Detection-driven counts.

    Source
    ------
    Getis & Ord (1992), Geographical Analysis 24:189–206; Ord & Getis (1995), 27:286–306, eq. 14; Benjamini &
    Hochberg (1995), JRSS B 57:289–300. The sum of k counts drawn without replacement from the other areas is
    counted by dynamic programming over the values that occur.

    Examples
    --------
    >>> row = [[1], [0, 2], [1, 3], [2, 4], [3, 5], [4]]
    >>> found = local_clusters([9, 9, 0, 0, 0, 0], neighbours=row, compiled=False)
    >>> found.p[0], found.mark[0]
    (0.4, 'none')
    """
    if detection_driven:
        raise FollowsTheWork(method="local_clusters")
    whole = _counts(counts)
    as_level(level)
    if not 0 < false_discovery_rate < 1:
        raise SettingOutOfRange(name="false_discovery_rate", value=false_discovery_rate, wanted="0–1")
    starts, members = _neighbourhoods(len(whole), neighbours, x, y, nearest)
    sizes = np.diff(starts)
    sums = np.add.reduceat(np.r_[whole[members], 0], starts[:-1]) * (sizes > 0)
    low: Ints | None = None
    high: Ints | None = None
    if replications is None:
        upper, lower, low, high = exact_tails(whole, sums, sizes, level, compiled=compiled)
        method = "gi_star_exact_conditional_permutation"
    else:
        if isinstance(replications, bool) or not 99 <= replications <= 999_999:
            raise SettingOutOfRange(name="replications", value=replications, wanted="99–999999")
        upper, lower = drawn_tails(whole, sums, sizes, int(replications), rng, compiled=compiled)
        method = "gi_star_conditional_monte_carlo"
    p = np.minimum(1.0, 2 * np.minimum(upper, lower))
    q = stats.false_discovery_control(p)
    marked = q <= false_discovery_rate
    up, down = marked & (upper < lower), marked & (lower < upper)
    mark = np.where(up, "high", np.where(down, "low", "none"))
    return LocalClusters(
        z=tuple(_standardised(whole.astype(float), sums + whole, sizes + 1).tolist()),
        local_sum=tuple(sums.tolist()),
        expected=tuple((sizes * (whole.sum() - whole) / (len(whole) - 1)).tolist()),
        chance_low=None if low is None else tuple(low.tolist()),
        chance_high=None if high is None else tuple(high.tolist()),
        p=tuple(p.tolist()),
        q=tuple(q.tolist()),
        mark=tuple(mark.tolist()),
        high=int(up.sum()),
        low=int(down.sum()),
        n=len(whole),
        events=int(whole.sum()),
        level=level,
        false_discovery_rate=false_discovery_rate,
        method=method,
        caveats=("no_neighbours",) if (sizes == 0).any() else (),
    )


def gi_star_z(values: npt.ArrayLike, neighbours: Sequence[Sequence[int]]) -> Floats:
    """Return Gi* of each area as a standardised value.

    Use to compare with other programs, also for values that are not counts. Not as a test: with few or skewed
    values it is far from normal, `local_clusters` has the exact p.

    Parameters
    ----------
    values : array_like of float, shape (areas,)
    neighbours : sequence of sequences of int
        For each area the positions of its neighbours, from 0.

    Returns
    -------
    ndarray of float, shape (areas,) [1]

    Raises
    ------
    NotACount, SeriesDiffer, SettingOutOfRange, TooFewAreas, NothingVaries
        As `local_clusters`; values may be any finite numbers.

    Source
    ------
    Ord & Getis (1995), Geographical Analysis 27:286–306, eq. 14, weights 0 and 1 with the area itself.

    Examples
    --------
    >>> near = [[1, 3], [0, 3, 4], [4], [0, 1, 4], [1, 2, 3, 5], [4]]
    >>> gi_star_z([2, 3, 3.2, 5, 8, 7], near).round(2).tolist()
    [-1.4, -0.29, 0.65, -0.29, 1.23, 2.02]
    """
    given = _numbers("values", values)
    _shape(given)
    if not np.isfinite(given).all():
        raise NotACount(value=float(given[~np.isfinite(given)][0]), where="values")
    starts, members = _neighbourhoods(len(given), neighbours, None, None, 0)
    sizes = np.diff(starts)
    sums = np.add.reduceat(np.r_[given[members], 0], starts[:-1]) * (sizes > 0)
    return _standardised(given, sums + given, sizes + 1)


def _standardised(values: Floats, sums: npt.NDArray[Any], sizes: Ints) -> Floats:
    n = len(values)
    spread = values.std() * np.sqrt(sizes * (n - sizes) / (n - 1))
    return np.asarray((sums - sizes * values.mean()) / spread, dtype=float)


def _shape(given: npt.NDArray[Any]) -> None:
    if given.ndim != 1:
        raise SeriesDiffer(found=str(given.shape), wanted="one value for each area")
    if len(given) < LEAST_AREAS:
        raise TooFewAreas(found=len(given), what="areas", wanted=LEAST_AREAS)
    if np.ptp(given) == 0:
        raise NothingVaries(where="counts")


def _numbers(name: str, values: npt.ArrayLike) -> Floats:
    try:
        return np.asarray(values, dtype=float)
    except (TypeError, ValueError) as error:
        raise NotACount(value=error, where=name) from error


def _counts(counts: npt.ArrayLike) -> Ints:
    given = _numbers("counts", counts)
    wrong = ~((given >= 0) & (given <= LARGEST_COUNT) & (given == np.floor(given)))
    if wrong.any():
        raise NotACount(value=float(given[wrong].flat[0]), where=f"area {int(np.flatnonzero(wrong)[0])}")
    _shape(given)
    return given.astype(np.int64)


def _neighbourhoods(
    n: int,
    neighbours: Sequence[Sequence[int]] | npt.NDArray[Any] | None,
    x: npt.ArrayLike | None,
    y: npt.ArrayLike | None,
    nearest: int,
) -> tuple[Ints, Ints]:
    """Return the neighbours of all areas in one list, and where those of each begin."""
    if (neighbours is None) == (x is None or y is None) or (x is None) != (y is None):
        raise SeriesDiffer(found="neighbours, x, y", wanted="either neighbours or both x and y")
    if neighbours is None:
        assert x is not None
        assert y is not None
        sizes, members = _nearest(n, x, y, nearest)
    else:
        sizes, members = _listed(n, neighbours)
    owners = np.repeat(np.arange(n), sizes)
    if ((members < 0) | (members >= n)).any():
        wrong = int(members[(members < 0) | (members >= n)][0])
        raise SettingOutOfRange(name="neighbours", value=wrong, wanted=f"0–{n - 1}")
    if (members == owners).any():
        owners, members = owners[members != owners], members[members != owners]
    pairs = np.sort(owners * n + members)
    if len(pairs) and (pairs[1:] == pairs[:-1]).any():
        twice = int(pairs[1:][pairs[1:] == pairs[:-1]][0])
        raise SettingOutOfRange(name="neighbours", value=f"{twice // n}: {twice % n}", wanted="each once")
    sizes = np.bincount(owners, minlength=n)
    if sizes.max() > n - 2:
        raise SettingOutOfRange(name="neighbours", value=int(sizes.max()), wanted=f"at most {n - 2}")
    return np.r_[0, np.cumsum(sizes)], members


def _listed(n: int, neighbours: Sequence[Sequence[int]] | npt.NDArray[Any]) -> tuple[Ints, Ints]:
    if len(neighbours) != n:
        raise SeriesDiffer(found=f"{len(neighbours)} lists", wanted=f"{n}, one for each area")
    if isinstance(neighbours, np.ndarray) and neighbours.ndim == 2:
        sizes, members = np.full(n, neighbours.shape[1]), neighbours.ravel()
    else:
        sizes = np.array([len(one) for one in neighbours], dtype=np.int64)
        members = np.array([member for one in neighbours for member in one])
    if len(members) and not np.issubdtype(members.dtype, np.integer):
        raise SettingOutOfRange(name="neighbours", value=members[0], wanted="positions of areas")
    return sizes, members.astype(np.int64)


def _nearest(n: int, x: npt.ArrayLike, y: npt.ArrayLike, nearest: int) -> tuple[Ints, Ints]:
    from scipy.spatial import cKDTree

    places = [_numbers(name, values) for name, values in (("x", x), ("y", y))]
    if any(values.shape != (n,) for values in places):
        raise SeriesDiffer(found=" | ".join(str(v.shape) for v in places), wanted=f"x and y of {n} areas")
    if not all(np.isfinite(values).all() for values in places):
        raise NotACount(value=math.nan, where="x, y")
    if isinstance(nearest, bool) or not 1 <= nearest <= n - 2:
        raise SettingOutOfRange(name="nearest", value=nearest, wanted=f"1–{n - 2}")
    points = np.column_stack(places)
    tree = cKDTree(points)
    distance, found = tree.query(points, k=nearest + 2)
    # The place itself is one of those found, but not always the first: two places may coincide.
    tied = distance[:, nearest + 1] <= distance[:, nearest] * (1 + 1e-12)
    rows = found[:, : nearest + 1].astype(np.int64)
    itself = rows == np.arange(n)[:, None]
    plain = ~tied & (itself.sum(axis=1) == 1)
    if plain.all():
        return np.full(n, nearest), rows[~itself]
    lists = [rows[area][~itself[area]] for area in range(n)]
    for area in np.flatnonzero(~plain):
        # Which of several equally near is taken would depend on their order: all are.
        within = tree.query_ball_point(points[area], distance[area, nearest] * (1 + 1e-12))
        lists[area] = np.array(sorted(set(within) - {area}), dtype=np.int64)
    return np.array([len(one) for one in lists]), np.concatenate(lists)
