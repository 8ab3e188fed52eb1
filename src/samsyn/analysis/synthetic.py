"""A comparison put together from other areas: synthetic control and synthetic difference-in-differences."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from samsyn.analysis._poisson_panel import Panel, panel
from samsyn.analysis.errors import (
    NoSolution,
    NothingVaries,
    SettingOutOfRange,
    TooFewAreas,
)
from samsyn.analysis.rates import as_level
from samsyn.analysis.results import Interval, Result

Floats = NDArray[np.float64]
FEWEST_DONORS = 5
FEWEST_BEFORE = 5
VISIBLE = 0.0005


@dataclass(frozen=True, slots=True)
class SyntheticControl(Result):
    """The area with the measure beside a weighted mean of others that followed it before.

    Parameters
    ----------
    effect : float [events per period, or per unit of exposure]
        Mean gap after the start.
    percent : float or None [per cent]
        Of what the synthetic area has; None when that is 0.
    p : float in [0, 1]
        (hits + 1) / (donors + 1): donors whose ratio of errors after and before is at least as large.
    rmspe_before, rmspe_after, rmspe_ratio : float
    weights : tuple of (name, weight)
        Those that show, largest first.
    gaps : tuple of float, shape (periods,)
    donors : int
    donors_with_poor_fit : int
        They fit more than five times worse before; they are kept in p.
    n : int [events]
        Of the area with the measure.
    """

    effect: float
    percent: float | None
    p: float
    rmspe_before: float
    rmspe_after: float
    rmspe_ratio: float
    weights: tuple[tuple[str, float], ...]
    gaps: tuple[float, ...]
    donors: int
    donors_with_poor_fit: int
    n: int
    interval: Interval | None = None
    sidedness: str = "two_sided_rmspe_ratio"
    method: str = "synthetic_control"
    caveats: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SyntheticDifference(Result):
    """Synthetic difference-in-differences with weights on areas and on earlier periods.

    Parameters
    ----------
    effect : float [events per area and period, or per unit of exposure]
    percent : float or None [per cent]
        Of what the model gives without the measure; None when that is not above 0.
    interval : Interval [as effect]
        Normal, with the standard deviation of the placebo effects.
    standard_error : float
    p : float in [0, 1]
        From the same normal distribution as the interval.
    weights : tuple of (name, weight)
    period_weights : tuple of (period, weight)
    donors, replications : int
    n : int [events]
    """

    effect: float
    percent: float | None
    interval: Interval
    standard_error: float
    p: float
    weights: tuple[tuple[str, float], ...]
    period_weights: tuple[tuple[str, float], ...]
    donors: int
    replications: int
    n: int
    sidedness: str = "two_sided_central"
    method: str = "synthetic_difference_in_differences_placebo"
    caveats: tuple[str, ...] = ()


def simplex_weights(columns: Floats, target: Floats, ridge: float = 0.0) -> Floats:
    """Return the weights, none negative and summing to 1, that bring the columns nearest the target.

    Examples
    --------
    >>> simplex_weights(np.array([[0.0, 4.0], [4.0, 0.0]]), np.array([1.0, 3.0])).round(6)
    array([0.75, 0.25])
    """
    from scipy import optimize

    k = columns.shape[1]
    scale = max(float(np.abs(columns).max()), float(np.abs(target).max()), 1e-12)
    # With a sum of 1 the target can be taken from every column. What is left is the same in every scale of
    # the weights, so the row for the sum sets only the scale, and dividing by the sum is exact.
    shifted = (columns - target[:, None]) / scale
    rows = [shifted]
    if ridge > 0:
        rows.append(math.sqrt(ridge) / scale * np.eye(k))
    heavy = 1.0
    top = np.vstack([*rows, np.full((1, k), heavy)])
    want = np.concatenate([np.zeros(top.shape[0] - 1), [heavy]])
    found = optimize.nnls(top, want, maxiter=50 * k + 500)[0]
    weights: Floats = found / found.sum()
    return weights


def _table(found: Panel) -> Floats:
    return found.counts / found.exposure


def _one_start(found: Panel, donors: int) -> int:
    starts = set(found.starts[found.treated].tolist())
    if len(starts) > 1:
        raise SettingOutOfRange(name="treated_from", value="several starts", wanted="one start for all areas")
    if int((~found.treated).sum()) < donors:
        raise TooFewAreas(found=int((~found.treated).sum()), what="donors", wanted=donors)
    return int(starts.pop())


def _named(names: Sequence[Any], weights: Floats) -> tuple[tuple[str, float], ...]:
    order = sorted(range(len(weights)), key=lambda i: (-weights[i], i))
    return tuple((str(names[i]), float(weights[i])) for i in order if weights[i] >= VISIBLE)


def synthetic_control(
    area: Sequence[Any],
    period: Sequence[Any],
    count: Sequence[int],
    *,
    treated_from: Mapping[str, Any] | None = None,
    treated: Sequence[int] | None = None,
    exposure: Sequence[float] | None = None,
    worst_fit: float = 0.3,
    detection_driven: bool = False,
) -> SyntheticControl:
    """Return how an area went beside a weighted mean of others that followed it before the start.

    Use for one area, or several that start together and are read as their mean, with at least five donors and
    five earlier periods. Not where the area lies above or below all others: no weighted mean can follow it,
    and a poor fit is refused. The smallest p is 1/(donors + 1).

    Parameters
    ----------
    area, period, count, treated_from, treated, exposure, detection_driven
        As `effects.difference_in_differences`; with exposure, events per unit of it.
    worst_fit : float above 0 [1]
        Largest error before the start, divided by the mean.

    Returns
    -------
    SyntheticControl

    Raises
    ------
    TooFewAreas, TooFewPeriods
        Fewer than five donors or earlier periods.
    NoSolution
        The fit before the start is poor.
    As `effects.difference_in_differences`.

    Source
    ------
    Abadie et al. (2010), JASA 105:493–505, doi:10.1198/jasa.2009.ap08746.

    Examples
    --------
    >>> rows = [(f"{a}", t, 10 + a * 2 + (a * a * 5 + t * t * 3) % 7) for a in range(7) for t in range(9)]
    >>> found = synthetic_control(*zip(*rows), treated_from={"3": 7})
    >>> found.donors, found.p >= 1 / 7
    (6, True)
    """
    found = panel(
        area,
        period,
        count,
        treated_from,
        treated,
        exposure,
        fewest_areas=FEWEST_DONORS,
        fewest_before=FEWEST_BEFORE,
        detection_driven=detection_driven,
        method="synthetic-control",
    )
    start = _one_start(found, FEWEST_DONORS)
    if not worst_fit > 0:
        raise SettingOutOfRange(name="worst_fit", value=worst_fit, wanted="above 0")
    values = _table(found)
    target, donors = values[found.treated].mean(0), values[~found.treated]
    weights, gaps = _gaps(target, donors, start)
    before, after, ratio = _errors(gaps, start)
    if before > worst_fit * target[:start].mean():
        share = before / target[:start].mean()
        raise NoSolution(where=f"fit before the start: error {share:.2f} of the mean, at most {worst_fit}")
    hits = poor = 0
    for one in range(donors.shape[0]):
        # The area with the measure is no donor to the others: it may carry the effect.
        _w, own = _gaps(donors[one], np.delete(donors, one, 0), start)
        placebo = _errors(own, start)
        hits += placebo[2] >= ratio * (1 - 1e-9)
        poor += placebo[0] > 5 * before
    model = float((target - gaps)[start:].mean())
    effect = float(gaps[start:].mean())
    names = [name for name, on in zip(found.areas, found.treated, strict=True) if not on]
    return SyntheticControl(
        effect=effect,
        percent=effect / model * 100 if model > 0 else None,
        p=(hits + 1) / (len(donors) + 1),
        rmspe_before=before,
        rmspe_after=after,
        rmspe_ratio=ratio,
        weights=_named(names, weights),
        gaps=tuple(float(gap) for gap in gaps),
        donors=len(donors),
        donors_with_poor_fit=poor,
        n=int(found.counts[found.treated].sum()),
        caveats=("few_donors",) if len(donors) < 19 else (),
    )


def _gaps(target: Floats, donors: Floats, start: int) -> tuple[Floats, Floats]:
    weights = simplex_weights(donors[:, :start].T, target[:start])
    return weights, target - weights @ donors


def _errors(gaps: Floats, start: int) -> tuple[float, float, float]:
    before, after = (float(np.sqrt((part**2).mean())) for part in (gaps[:start], gaps[start:]))
    # A perfect fit must not make the ratio infinite: counts are whole, so a millionth is nothing.
    return before, after, after / max(before, 1e-6)


def synthetic_difference_in_differences(
    area: Sequence[Any],
    period: Sequence[Any],
    count: Sequence[int],
    *,
    treated_from: Mapping[str, Any] | None = None,
    treated: Sequence[int] | None = None,
    exposure: Sequence[float] | None = None,
    level: float = 0.95,
    replications: int = 200,
    rng: int | np.random.Generator = 0,
    detection_driven: bool = False,
) -> SyntheticDifference:
    """Return the effect beside areas, and against earlier periods, weighed to be like the treated ones.

    Use where no plain comparison runs in parallel, with one start for all areas. Not with fewer than five
    donors, or not more donors than areas with the measure: the placebo error needs them.

    Parameters
    ----------
    area, period, count, treated_from, treated, exposure, detection_driven
        As `effects.difference_in_differences`; with exposure, events per unit of it.
    level : float in (0, 1) [1]
    replications : int, at least 20
        Placebo effects behind the standard error; with one treated area and fewer donors, each donor once.
    rng : int or numpy.random.Generator

    Returns
    -------
    SyntheticDifference

    Raises
    ------
    TooFewAreas, TooFewPeriods
        Fewer than five donors or five earlier periods.
    NothingVaries
        All placebo effects are the same.
    As `effects.difference_in_differences`.

    Source
    ------
    Arkhangelsky et al. (2021), AER 111:4088–4118, algorithms 1 and 4, doi:10.1257/aer.20190159.

    Examples
    --------
    >>> rows = [(f"{a}", t, 10 + a * 2 + (a * a * 5 + t * t * 3) % 7) for a in range(7) for t in range(9)]
    >>> found = synthetic_difference_in_differences(*zip(*rows), treated_from={"3": 7})
    >>> found.donors, found.interval.contains(0)
    (6, True)
    """
    as_level(level)
    if replications < 20:
        raise SettingOutOfRange(name="replications", value=replications, wanted="at least 20")
    found = panel(
        area,
        period,
        count,
        treated_from,
        treated,
        exposure,
        fewest_areas=FEWEST_DONORS,
        fewest_before=FEWEST_BEFORE,
        detection_driven=detection_driven,
        method="synthetic-difference-in-differences",
    )
    many = int(found.treated.sum())
    start = _one_start(found, max(FEWEST_DONORS, many + 2))
    values = _table(found)
    donors = values[~found.treated]
    effect, weights, times, model = sdid(values[found.treated], donors, start)
    generator = np.random.default_rng(rng)
    if many == 1 and len(donors) <= replications:
        draws = [np.array([i]) for i in range(len(donors))]
    else:
        draws = [generator.permutation(len(donors))[:many] for _draw in range(replications)]
    placebo = [sdid(donors[draw], np.delete(donors, draw, 0), start)[0] for draw in draws]
    error = float(np.std(placebo))
    if error <= 1e-12:
        raise NothingVaries(where="placebo effects")
    reach = -float(special.ndtri((1 - level) / 2)) * error
    names = [name for name, on in zip(found.areas, found.treated, strict=True) if not on]
    return SyntheticDifference(
        effect=effect,
        percent=effect / model * 100 if model > 0 else None,
        interval=Interval(effect - reach, effect + reach, level),
        standard_error=error,
        p=float(special.erfc(abs(effect) / error / math.sqrt(2))),
        weights=_named(names, weights),
        period_weights=_named(found.periods[:start], times),
        donors=len(donors),
        replications=len(draws),
        n=int(found.counts[found.treated].sum()),
        caveats=("few_donors",) if len(donors) < 19 else (),
    )


def sdid(treated: Floats, donors: Floats, start: int) -> tuple[float, Floats, Floats, float]:
    """Return effect, weights of donors and of periods, and the level after without the measure.

    Examples
    --------
    >>> flat = np.arange(1.0, 7)[:, None] + np.zeros(8)
    >>> round(sdid(flat[:1] + 2.0 * (np.arange(8) >= 6), flat[1:], 6)[0], 6)
    2.0
    """
    after = donors.shape[1] - start
    noise = float(np.std(np.diff(donors[:, :start], axis=1), ddof=1)) if start > 1 else 0.0
    zeta = (len(treated) * after) ** 0.25 * noise
    target = treated[:, :start].mean(0)
    before = donors[:, :start]
    # Centring over periods is the intercept of the area weights, over donors that of the period weights.
    unit = simplex_weights(
        (before - before.mean(1, keepdims=True)).T, target - target.mean(), zeta**2 * start
    )
    later = donors[:, start:].mean(1)
    time = simplex_weights(before - before.mean(0), later - later.mean(), (1e-6 * noise) ** 2 * len(donors))
    level = float(target @ time) + float(unit @ (later - before @ time))
    return float(treated[:, start:].mean()) - level, unit, time, level
