"""Where does the level of a series change? The cheapest division into segments, found exactly."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from scipy import special

from samsyn.analysis.errors import NothingVaries, SeriesDiffer, SettingOutOfRange, TooFewPeriods, WorkTooLarge
from samsyn.analysis.rates import as_count, as_exposure, as_level, poisson_interval
from samsyn.analysis.results import Interval, Result

Cost = Literal["poisson", "negative_binomial", "normal"]
COSTS: tuple[Cost, ...] = ("poisson", "negative_binomial", "normal")
MOST_PERIODS = 20_000
# The table of a fixed number of changes has one row for each of them.
MOST_STEPS = 2e9


@dataclass(frozen=True, slots=True)
class Segment(Result):
    """A stretch of periods with one level.

    Parameters
    ----------
    start, stop : int [position]
        First period, and the one after the last.
    count : float [events]
        Sum of the values in it.
    rate : float [events per unit of exposure]
    interval : Interval [events per unit of exposure]
        As if the borders had been known beforehand.
    """

    start: int
    stop: int
    count: float
    rate: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class ChangePoints(Result):
    """The division of a series into segments.

    Parameters
    ----------
    estimate : int [changes]
        How many changes.
    changes : tuple of int [position]
        First period of every segment but the first.
    segments : tuple of Segment
    score : float [1]
        What the division costs, penalties included, up to terms that are the same for every division.
    penalty : float [1]
        Paid for each change; 0 when their number was given.
    penalty_kind : str
    dispersion : float or None [1]
        α of the negative binomial, variance = mean + α·mean²; the variance of the normal cost.
    n : int [periods]
    """

    estimate: int
    changes: tuple[int, ...]
    segments: tuple[Segment, ...]
    score: float
    penalty: float
    penalty_kind: str
    dispersion: float | None
    n: int
    method: str
    caveats: tuple[str, ...] = ()


def change_points(
    counts: Sequence[int],
    *,
    exposures: Sequence[float] | None = None,
    cost: Cost = "poisson",
    penalty: float | Literal["mbic", "bic"] = "mbic",
    changes: int | None = None,
    least_length: int = 2,
    dispersion: float | None = None,
    level: float = 0.95,
    compiled: bool = True,
) -> ChangePoints:
    """Return the division of a series into segments of one level each that costs least.

    Use to see when a level shifted, in up to 20 000 periods. Not for series with season, which looks like
    shifts, and not as a test: the borders are chosen by the data, and so the intervals, which hold for
    borders known beforehand, are too short.

    Parameters
    ----------
    counts : sequence of int, shape (periods,) [events]
        Any numbers with ``cost="normal"``.
    exposures : sequence of float or None, shape (periods,) [days, persons …]
        Only with the Poisson cost; None counts every period as 1.
    cost : "poisson", "negative_binomial" or "normal"
        Twice the negative log-likelihood of a segment; the last one is for shifts of a mean with one
        variance.
    penalty : "mbic", "bic" or float [1]
        Paid for each change: 3·log n and log of each segment's share of the periods, 2·log n, or the number.
    changes : int or None [changes]
        Fixed number; the penalty is then not used.
    least_length : int [periods]
        Shortest segment.
    dispersion : float or None [1]
        Known α or variance; None reads it from steps between neighbours, where shifts weigh little.
    level : float in (0, 1) [1]
    compiled : bool
        Whether the compiled path is used; the plain one gives the same answer.

    Returns
    -------
    ChangePoints
        segments with rate and interval [events per unit of exposure].

    Raises
    ------
    NotACount, NoExposure, SeriesDiffer
        The lists cannot be used.
    TooFewPeriods
        Fewer than two shortest segments, or than the asked number of changes needs.
    NothingVaries
        All rates are equal.
    SettingOutOfRange, WorkTooLarge
        A setting, or the length of the series, is outside the range.

    Source
    ------
    Jackson et al. (2005), IEEE Signal Processing Letters 12:105–108, eq. 4, doi:10.1109/LSP.2001.838216;
    Zhang & Siegmund (2007), Biometrics 63:22–32, doi:10.1111/j.1541-0420.2006.00662.x, for the penalty.

    Examples
    --------
    >>> found = change_points([4, 5, 3, 6, 4, 5, 15, 17, 14, 16, 15], compiled=False)
    >>> found.changes, found.segments[1].rate
    ((6,), 15.4)
    """
    values, bases = _read(counts, exposures, cost, least_length, changes)
    as_level(level)
    n = len(values)
    spread = _dispersion(values, cost, dispersion)
    kind = COSTS.index("poisson" if cost == "negative_binomial" and not spread else cost)
    size = 1 / spread if kind == 1 else spread if kind == 2 else 1.0
    price, log_length = _penalty(penalty, n)
    if changes is not None:
        price, log_length = 0.0, 0.0
    sums = [np.concatenate(([0.0], np.cumsum(part))) for part in (values, values**2, bases)]
    # mBIC counts shares of n rather than lengths, which is a part of the price of each segment.
    each = price - log_length * math.log(n)
    ends, score = _divide((*sums, kind, size, log_length), each, least_length, changes, compiled)
    pieces = []
    for start, stop in zip((0, *ends), (*ends, n), strict=True):
        total, base = float(values[start:stop].sum()), float(bases[start:stop].sum())
        within = _interval(total, base, stop - start, kind, spread, level)
        pieces.append(Segment(start, stop, total, total / base, within))
    # The first segment begins no change.
    score -= price
    return ChangePoints(
        estimate=len(ends),
        changes=ends,
        segments=tuple(pieces),
        score=score,
        penalty=price,
        penalty_kind="number_given"
        if changes is not None
        else penalty
        if isinstance(penalty, str)
        else "given",
        dispersion=None if cost == "poisson" else spread,
        n=n,
        method=f"optimal_partition_{cost}",
        caveats=("chosen_afterwards",) if ends else (),
    )


def _read(counts: Any, exposures: Any, cost: str, least: int, changes: int | None) -> tuple[Any, Any]:
    _check(exposures, cost, least, changes)
    if cost == "normal":
        values = np.asarray(counts, dtype=float)
        if values.ndim != 1 or not np.isfinite(values).all():
            raise SeriesDiffer(found=str(values.shape), wanted="one list of numbers")
    else:
        values = np.array([as_count(value, "counts") for value in counts], dtype=float)
    n = len(values)
    wanted = least * (2 if changes is None else changes + 1)
    if n < wanted:
        raise TooFewPeriods(found=n, wanted=wanted, where="counts")
    if n > MOST_PERIODS or n * n * ((changes or 0) + 1) > MOST_STEPS:
        raise WorkTooLarge(found=f"{n} periods", wanted=MOST_PERIODS, where="change points")
    bases = np.ones(n)
    if exposures is not None:
        bases = np.array([as_exposure(value, "exposures") for value in exposures])
        if len(bases) != n:
            raise SeriesDiffer(found=f"{n} and {len(bases)}", wanted="one exposure for each period")
    rates = values / bases
    if rates.min() == rates.max():
        raise NothingVaries(where="counts")
    return values, bases


def _check(exposures: Any, cost: str, least: int, changes: int | None) -> None:
    if cost not in COSTS:
        raise SettingOutOfRange(name="cost", value=cost, wanted=" | ".join(COSTS))
    if not isinstance(least, int) or least < 1:
        raise SettingOutOfRange(name="least_length", value=least, wanted="a whole number from 1")
    if changes is not None and (not isinstance(changes, int) or changes < 0):
        raise SettingOutOfRange(name="changes", value=changes, wanted="a whole number from 0")
    if exposures is not None and cost != "poisson":
        raise SettingOutOfRange(name="exposures", value=cost, wanted="left out with this cost")


def _dispersion(values: Any, cost: str, given: float | None) -> float:
    if cost == "poisson":
        return 0.0
    if given is not None:
        if not (math.isfinite(given) and given > 0):
            raise SettingOutOfRange(name="dispersion", value=given, wanted="above 0")
        return float(given)
    steps = np.diff(values) ** 2 / 2
    if cost == "normal":
        return float(steps.mean())
    means = (values[1:] + values[:-1]) / 2
    # Σ mean² is itself raised by half the variance of a pair, which the steps measure.
    weight = float((means**2 - steps / 2).sum())
    # Below this α the variance is that of a Poisson count to the last digits, and 1/α loses them.
    alpha = float((steps - means).sum()) / weight if weight > 0 else 0.0
    return alpha if alpha > 1e-6 else 0.0


def _penalty(penalty: float | str, n: int) -> tuple[float, float]:
    if penalty == "mbic":
        return 3 * math.log(n), 1.0
    if penalty == "bic":
        return 2 * math.log(n), 0.0
    if isinstance(penalty, str) or not (math.isfinite(penalty) and penalty >= 0):
        raise SettingOutOfRange(name="penalty", value=penalty, wanted="mbic | bic | a number from 0")
    return float(penalty), 0.0


def _divide(
    model: tuple[Any, ...], price: float, least: int, changes: int | None, compiled: bool
) -> tuple[tuple[int, ...], float]:
    n = len(model[0]) - 1
    if compiled:
        from samsyn.analysis import _series_kernels as kernels

        if changes is None:
            best, start = kernels.cheapest(*model, price, least)  # type: ignore[call-arg]
        else:
            best, start = kernels.cheapest_of(*model, changes + 1, least)  # type: ignore[call-arg]
    else:
        best, start = _plain(model, price, least) if changes is None else _plain_of(model, changes + 1, least)
    ends: list[int] = []
    end, row = n, (changes or 0) + 1
    while end > 0:
        end = int(start[end] if changes is None else start[row, end])
        row -= 1
        if end:
            ends.append(end)
    return tuple(reversed(ends)), float(best[n] if changes is None else best[-1, n])


def _costs(model: tuple[Any, ...], begins: Any, end: int) -> Any:
    sums, squares, bases, kind, size, log_length = model
    total, length = sums[end] - sums[begins], (end - begins).astype(float)
    if kind == 0:
        cost = 2 * (total - special.xlogy(total, total / (bases[end] - bases[begins])))
    elif kind == 1:
        mean = total / length
        cost = 2 * ((total + length * size) * np.log(mean + size) - length * size * math.log(size))
        cost = cost - 2 * special.xlogy(total, mean)
    else:
        cost = np.maximum(0.0, squares[end] - squares[begins] - total * total / length) / size
    return cost + log_length * np.log(length)


def _plain(model: tuple[Any, ...], price: float, least: int) -> tuple[Any, Any]:
    n = len(model[0]) - 1
    best, start = np.full(n + 1, np.inf), np.zeros(n + 1, np.int64)
    best[0] = 0.0
    for end in range(least, n + 1):
        begins = np.arange(end - least + 1)
        costs = best[begins] + price + _costs(model, begins, end)
        start[end] = int(costs.argmin())
        best[end] = costs[start[end]]
    return best, start


def _plain_of(model: tuple[Any, ...], segments: int, least: int) -> tuple[Any, Any]:
    n = len(model[0]) - 1
    best, start = np.full((segments + 1, n + 1), np.inf), np.zeros((segments + 1, n + 1), np.int64)
    best[0, 0] = 0.0
    for k in range(1, segments + 1):
        for end in range(k * least, n + 1):
            begins = np.arange((k - 1) * least, end - least + 1)
            costs = best[k - 1, begins] + _costs(model, begins, end)
            start[k, end] = begins[costs.argmin()]
            best[k, end] = costs.min()
    return best, start


def _interval(total: float, base: float, length: int, kind: int, spread: float, level: float) -> Interval:
    if kind == 0:
        exact = poisson_interval(int(total), level=level)
        return Interval(exact.low / base, exact.high / base, level)
    z = -float(special.ndtri((1 - level) / 2))
    if kind == 2:
        half = z * math.sqrt(spread / length)
        return Interval(total / length - half, total / length + half, level)
    if total == 0:
        # Where nothing at all would be seen with probability (1 − level)/2.
        high = math.expm1(-math.log((1 - level) / 2) * spread / length) / spread
        return Interval(0.0, high, level)
    factor = math.exp(z * math.sqrt(1 / total + spread / length))
    return Interval(total / length / factor, total / length * factor, level)
