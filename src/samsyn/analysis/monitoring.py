"""Has the level risen or fallen since the start, when somebody looks every week? An e-process for counts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from scipy import optimize, special, stats

from samsyn.analysis.errors import SeriesDiffer, SettingOutOfRange, TooFewEvents, TooFewPeriods
from samsyn.analysis.rates import as_count, as_exposure, poisson_interval
from samsyn.analysis.results import Interval, Result

Watch = Literal["both", "up", "down"]
# Share of the error that is spent on not knowing the baseline.
BASELINE_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Monitoring(Result):
    """What a watched series says, at whatever week one looks.

    Parameters
    ----------
    ratio : float [1]
        Counted events over expected, from the start of the watch.
    interval : Interval [1]
        Of the ratio after the last period; one of the confidence sequence.
    intervals : tuple of Interval, shape (periods,) [1]
        Confidence sequence: all hold together with probability at least 1 − alpha.
    log_e : tuple of float, shape (periods,) [natural log]
        Evidence against "as expected" after every period.
    log_threshold : float [natural log]
        Limit for ``log_e``.
    crossed_at : int or None [position]
        First period in which the limit was reached.
    crossed : bool
    direction : "up", "down" or "none"
        Which way the series went when it crossed.
    events, expected : float [events]
    baseline_count : int or None [events]
    n : int [events]
    """

    ratio: float
    interval: Interval
    intervals: tuple[Interval, ...]
    log_e: tuple[float, ...]
    log_threshold: float
    crossed_at: int | None
    crossed: bool
    direction: str
    events: int
    expected: float
    baseline_count: int | None
    alpha: float
    n: int
    sidedness: str
    method: str
    caveats: tuple[str, ...] = ()


def monitor(
    counts: Sequence[int],
    *,
    expected: Sequence[float],
    baseline_count: int | None = None,
    baseline_expected: float | None = None,
    direction: Watch = "both",
    alpha: float = 0.05,
    shape: float = 5.0,
) -> Monitoring:
    """Return whether a series has left its expected level, with an error that holds however often one looks.

    Use for weekly or daily counts watched from a decided start. Not for counts that vary more than Poisson
    counts do (clustered events): there the promise does not hold, so watch a coarser or declustered
    series. Season belongs in ``expected``.

    Parameters
    ----------
    counts : sequence of int, shape (periods,) [events]
        From the start of the watch, in order.
    expected : sequence of float, shape (periods,) [events]
        Known expected counts, or, with a counted baseline, anything proportional to them (days, shares).
    baseline_count : int or None [events]
        Events counted before the start, when the level comes from them.
    baseline_expected : float or None [same as expected]
        What ``expected`` would sum to over that time.
    direction : "both", "up" or "down"
    alpha : float in (0, 1) [1]
        Probability of ever crossing when nothing has happened, at most.
    shape : float [events]
        Of the gamma mixture with mean 1: large looks for small changes, small for large ones.

    Returns
    -------
    Monitoring
        log_e and intervals, shape (periods,); the ratio 1 is outside the interval exactly when log_e has
        reached its limit in that period.

    Raises
    ------
    NotACount, NoExposure, SeriesDiffer
        The lists cannot be used.
    TooFewPeriods, TooFewEvents
        No period, or a baseline without events.
    SettingOutOfRange
        alpha, shape or direction is outside its range, or half a baseline is given.

    Source
    ------
    Robbins (1970), Annals of Mathematical Statistics 41:1397–1409, doi:10.1214/aoms/1177696786; Howard et al.
    (2021), Annals of Statistics 49:1055–1080, doi:10.1214/20-AOS1991, for the gamma–Poisson mixture; a
    counted baseline spends a fifth of alpha on its Garwood interval and the worst value within it.

    Examples
    --------
    >>> watched = monitor([9, 8, 11, 10, 12], expected=[4, 4, 4, 4, 4])
    >>> watched.crossed_at, watched.ratio
    (2, 2.5)
    """
    values = np.array([as_count(value, "counts") for value in counts], dtype=float)
    bases = np.array([as_exposure(value, "expected") for value in expected])
    if not len(values):
        raise TooFewPeriods(found=0, wanted=1, where="counts")
    if len(values) != len(bases):
        raise SeriesDiffer(found=f"{len(values)} and {len(bases)}", wanted="one expected count per period")
    _check(direction, alpha, shape)
    low, high, middle, spent = _baseline(baseline_count, baseline_expected, alpha)
    x, e = np.cumsum(values), np.cumsum(bases) * middle
    threshold = -math.log(alpha - spent)
    evidence = _log_mixture(x, e, direction, shape)
    # The evidence against a level is least at the end of its interval that lies nearest the counts.
    nearest = np.clip(x / e, low / middle, high / middle)
    log_e = evidence - (special.xlogy(x, nearest) - nearest * e)
    limits = [
        _limits(float(a), float(b), float(m), threshold) for a, b, m in zip(x, e, evidence, strict=True)
    ]
    intervals = tuple(Interval(a * middle / high, b * middle / low, 1 - alpha) for a, b in limits)
    above = np.flatnonzero(log_e >= threshold)
    at = int(above[0]) if above.size else None
    caveats = ("baseline_from_counts",) if baseline_count is not None else ()
    return Monitoring(
        ratio=float(x[-1] / e[-1]),
        interval=intervals[-1],
        intervals=intervals,
        log_e=tuple(map(float, log_e)),
        log_threshold=threshold,
        crossed_at=at,
        crossed=at is not None,
        direction="none" if at is None else "up" if x[at] > e[at] else "down",
        events=int(x[-1]),
        expected=float(e[-1]),
        baseline_count=baseline_count,
        alpha=alpha,
        n=int(x[-1]),
        sidedness={"both": "two_sided_mixture", "up": "upper", "down": "lower"}[direction],
        method="gamma_mixture_e_process",
        caveats=caveats + (("small_numbers",) if x[-1] < 20 else ()),
    )


def _check(direction: str, alpha: float, shape: float) -> None:
    if direction not in ("both", "up", "down"):
        raise SettingOutOfRange(name="direction", value=direction, wanted="both | up | down")
    if not 0 < alpha < 1:
        raise SettingOutOfRange(name="alpha", value=alpha, wanted="between 0 and 1")
    if not (math.isfinite(shape) and 0.1 <= shape <= 1e4):
        raise SettingOutOfRange(name="shape", value=shape, wanted="from 0.1 to 10000")


def _baseline(count: int | None, base: float | None, alpha: float) -> tuple[float, float, float, float]:
    """Return the interval of the level, the level, and the part of alpha spent on it."""
    if (count is None) != (base is None):
        raise SettingOutOfRange(name="baseline_expected", value=base, wanted="given with baseline_count")
    if count is None or base is None:
        return 1.0, 1.0, 1.0, 0.0
    number, size = as_count(count, "baseline_count"), as_exposure(base, "baseline_expected")
    if number == 0:
        raise TooFewEvents(found=0, wanted=1, where="baseline_count")
    interval = poisson_interval(number, level=1 - BASELINE_SHARE * alpha)
    return interval.low / size, interval.high / size, number / size, BASELINE_SHARE * alpha


def _log_mixture(x: Any, e: Any, direction: str, shape: float) -> Any:
    """Return log ∫ λ^x exp(−λe) dG(λ) for the gamma mixture, on the side of 1 that is watched."""
    whole = shape * math.log(shape) - special.gammaln(shape)
    whole = whole + special.gammaln(shape + x) - (shape + x) * np.log(shape + e)
    if direction == "both":
        return whole
    side = stats.gamma.logsf if direction == "up" else stats.gamma.logcdf
    return whole + side(1.0, shape + x, scale=1 / (shape + e)) - side(1.0, shape, scale=1 / shape)


def _limits(x: float, e: float, evidence: float, threshold: float) -> tuple[float, float]:
    """Return the levels λ against which the evidence stays below the threshold."""

    def excess(level: float) -> float:
        return evidence - (x * math.log(level) - level * e if x else -level * e) - threshold

    best = x / e
    high = max(2 * best, 1 / e)
    while excess(high) < 0:
        high *= 2
    upper = optimize.brentq(excess, best or high * 1e-300, high) if excess(best or 1e-300) < 0 else best
    if x == 0:
        return 0.0, float(upper)
    low = best / 2
    while excess(low) < 0:
        low /= 2
    return float(optimize.brentq(excess, low, best)), float(upper)
