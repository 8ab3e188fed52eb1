"""What the displacement methods share: reading counts, refusing what follows the work, a ratio of ratios."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy import special

from samsyn.analysis.errors import DifferentGround, FollowsTheWork, NoExposure, NotACount, SeriesDiffer
from samsyn.analysis.results import Estimate, Interval

FEW = 5
# Larger tables are far inside the range of the log-normal interval.
MOST_EXACT = 100_000
LARGEST_COUNT = 2**40
Floats = npt.NDArray[np.float64]


def refuse_unfit(method: str, *, detection_driven: bool, same_boundary: bool) -> None:
    """Refuse outcomes that follow the work, and areas that changed shape between the periods."""
    if detection_driven:
        raise FollowsTheWork(method=method)
    if not same_boundary:
        raise DifferentGround(found="another boundary after than before", wanted="the same boundary")


def read_counts(given: npt.ArrayLike, name: str) -> Floats:
    """Return counts (before, after) in rows, shape (offences, 2)."""
    try:
        counts = np.asarray(given)
        if counts.dtype.kind not in "iuf":
            raise NotACount(value=repr(given)[:60], where=name)
        counts = counts.astype(float)
    except ValueError:
        raise NotACount(value=repr(given)[:60], where=name) from None
    rows = counts[None, :] if counts.ndim == 1 else counts
    if rows.ndim != 2 or rows.shape[1] != 2 or not len(rows):
        raise SeriesDiffer(found=f"{name} of shape {counts.shape}", wanted="before and after")
    wrong = ~((rows >= 0) & (rows <= LARGEST_COUNT) & (rows == np.floor(rows)))
    if wrong.any():
        value = float(rows[wrong].flat[0])
        raise NotACount(value=value if math.isfinite(value) else str(value), where=name)
    return rows


def read_divisors(given: npt.ArrayLike, size: int, name: str) -> Floats:
    """Return weights that are divided by: all above zero, as many as wanted."""
    try:
        weights = np.asarray(given, dtype=float)
    except (TypeError, ValueError):
        raise NoExposure(value=repr(given)[:60], where=name) from None
    if weights.shape != (size,):
        raise SeriesDiffer(found=f"{name} of shape {weights.shape}", wanted=f"{size} values")
    wrong = ~(np.isfinite(weights) & (weights > 0))
    if wrong.any():
        raise NoExposure(value=str(float(weights[wrong][0])), where=name)
    return weights


def quantile(level: float) -> float:
    """Return the normal quantile of a central interval."""
    return -float(special.ndtri((1 - level) / 2))


def two_sided(z: float) -> float:
    """Return twice the smaller normal tail."""
    return min(1.0, 2 * float(special.ndtr(-abs(z))))


def ratio_of_ratios(
    treated: Floats, control: Floats, level: float, weights: Floats
) -> tuple[Estimate, float | None]:
    """Return (after/before of the treated) / (after/before of the control) and its p.

    Equal weights on one offence: the conditional distribution given all margins, exact and central. Otherwise
    a log-normal interval whose variance comes from the weighted counts. Lengths and sizes cancel.
    """
    n = float(treated.sum() + control.sum())
    (before, after), (base_before, base_after) = weights @ treated, weights @ control
    if before == 0 or base_before == 0 or base_after == 0:
        return Estimate(None, None, n, "ratio_of_ratios", "ratio", ("ratio_unavailable",)), None
    value = float(after / before / (base_after / base_before))
    few = ("few_per_cell",) if min(treated.min(), control.min()) < FEW else ()
    if len(treated) == 1 and n <= MOST_EXACT:
        low, high, p = _conditional(treated[0], control[0], level)
        interval = Interval(min(low, value), max(high, value), level)
        return Estimate(value, interval, n, "conditional_exact_central", "ratio", few), p
    if after == 0:
        return Estimate(value, None, n, "ratio_of_ratios", "ratio", ("ratio_unavailable",)), None
    squares = weights**2
    spread = math.sqrt(
        sum(
            float(squares @ c[:, t]) / float(weights @ c[:, t]) ** 2
            for c in (treated, control)
            for t in (0, 1)
        )
    )
    interval, p = log_normal(value, spread, level)
    return Estimate(value, interval, n, "log_normal", "ratio", few), p


def log_normal(value: float, spread: float, level: float) -> tuple[Interval, float]:
    """Return the interval and p of a ratio whose logarithm has this standard error."""
    reach = math.exp(quantile(level) * spread)
    return Interval(value / reach, value * reach, level), two_sided(math.log(value) / spread)


def _conditional(treated: Floats, control: Floats, level: float) -> tuple[float, float, float]:
    """Return limits and central p of the odds ratio of a 2 × 2 table, given its margins."""
    before, after = (int(v) for v in treated)
    rows, others, columns = before + after, int(control.sum()), after + int(control[1])
    least, most = max(0, columns - others), min(rows, columns)
    x = np.arange(least, most + 1, dtype=float)
    base = -(
        special.gammaln(x + 1)
        + special.gammaln(rows - x + 1)
        + special.gammaln(columns - x + 1)
        + special.gammaln(others - columns + x + 1)
    )

    def tails(log_ratio: float) -> tuple[float, float]:
        size = base + log_ratio * x
        mass = np.exp(size - size.max())
        at = after - least
        whole = float(mass.sum())
        return float(mass[: at + 1].sum()) / whole, float(mass[at:].sum()) / whole

    tail = (1 - level) / 2
    low = 0.0 if after == least else math.exp(_crossing(lambda t: tails(t)[1] - tail))
    high = math.inf if after == most else math.exp(_crossing(lambda t: tail - tails(t)[0]))
    return low, high, min(1.0, 2 * min(tails(0.0)))


def _crossing(rising: Callable[[float], float]) -> float:
    low, high = -40.0, 40.0
    for _step in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if rising(middle) > 0 else (middle, high)
    return (low + high) / 2
