"""Two small counts against each other, and counts that vary more than chance."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import special

from samsyn.analysis.errors import (
    NoSolution,
    NothingVaries,
    SeriesDiffer,
    SettingOutOfRange,
    TooFewEvents,
)
from samsyn.analysis.exact import Pair, central_limits, central_p, minlike_limits, minlike_p
from samsyn.analysis.rates import as_count, as_exposure, as_level
from samsyn.analysis.results import Interval, Result

SMALL = 20
E_TEST_LIMIT = 200_000  # summed count; beyond it the normal approximation is the same to four digits
FEWEST_COUNTS = 10


@dataclass(frozen=True, slots=True)
class RateRatio(Result):
    """How many times another rate a rate is.

    Parameters
    ----------
    ratio : float or None [1]
        None when the reference has no events.
    interval : Interval [1]
        From the same p-value function as ``p``; ``high`` is infinite when the reference has no events.
    p : float in [0, 1]
        That the rates are equal.
    p_conditional : float in [0, 1]
        The central conditional exact test, on which verdicts rest.
    events, events_reference : int [events]
    exposure, exposure_reference : float [persons, days, hours …]
    """

    ratio: float | None
    interval: Interval
    p: float
    p_conditional: float
    events: int
    exposure: float
    events_reference: int
    exposure_reference: float
    n: int
    sidedness: str
    method: str
    caveats: tuple[str, ...] = ()


def _pair(events: Any, exposure: Any, reference: Any, reference_exposure: Any) -> Pair:
    pair = Pair(
        as_count(reference, "events_reference"),
        as_count(events, "events"),
        as_exposure(reference_exposure, "exposure_reference"),
        as_exposure(exposure, "exposure"),
    )
    if pair.before + pair.after == 0:
        raise TooFewEvents(found=0, wanted=1, where="both counts")
    return pair


def _told(
    pair: Pair, limits: tuple[float, float], level: float, p: float, how: str, method: str
) -> RateRatio:
    flags = {
        "small_numbers": min(pair.before, pair.after) < SMALL,
        "zero_before": pair.before == 0,
        "zero_after": pair.after == 0,
    }
    ratio = None
    if pair.before:
        ratio = pair.after / pair.before * (pair.exposure_before / pair.exposure_after)
    return RateRatio(
        ratio=ratio,
        interval=Interval(limits[0], limits[1], level),
        p=p,
        p_conditional=central_p(pair),
        events=pair.after,
        exposure=pair.exposure_after,
        events_reference=pair.before,
        exposure_reference=pair.exposure_before,
        n=pair.before + pair.after,
        sidedness=how,
        method=method,
        caveats=tuple(code for code, raised in flags.items() if raised),
    )


def rate_ratio_exact(
    events: int,
    exposure: float,
    events_reference: int,
    exposure_reference: float,
    *,
    two_sided: Literal["central", "minlike", "score"] = "central",
    level: float = 0.95,
) -> RateRatio:
    """Return how many times another rate a rate is, with an interval that holds for any count.

    Use for two areas, groups or periods of independent events with known exposure. Not for events that come
    in clusters: use `change.compare_counts` with φ. The central test never errs more often than said; the
    score test holds its level on average only, from about 5 events in all.

    Parameters
    ----------
    events, events_reference : int [events]
    exposure, exposure_reference : float [persons, days, hours …]
        Above zero, in the same unit.
    two_sided : "central", "minlike" or "score"
        Twice the smaller tail with Clopper–Pearson limits; R's sum of unlikely outcomes with the smallest
        interval that covers what it does not reject; or the score test, approximate, with Wilson's limits.
    level : float in (0, 1) [1]

    Returns
    -------
    RateRatio

    Raises
    ------
    NotACount, NoExposure
        A count or an exposure cannot be used.
    TooFewEvents
        Neither has any events.
    SettingOutOfRange
        The level or ``two_sided`` is unknown, or there are too many events for minlike.

    Source
    ------
    Clopper & Pearson (1934), Biometrika 26:404–413; Fay (2010), R Journal 2(1):53–58; Wilson (1927).

    Examples
    --------
    >>> found = rate_ratio_exact(11, 800, 21, 3011)
    >>> round(found.ratio, 4), round(found.interval.low, 4), round(found.interval.high, 4)
    (1.9715, 0.8584, 4.2773)
    """
    pair = _pair(events, exposure, events_reference, exposure_reference)
    level = as_level(level)
    if two_sided == "central":
        limits = central_limits(pair, level)
        return _told(pair, limits, level, central_p(pair), "two_sided_central", "conditional_binomial")
    if two_sided == "minlike":
        limits = minlike_limits(pair, level)
        return _told(pair, limits, level, minlike_p(pair), "two_sided_minlike", "conditional_binomial")
    if two_sided == "score":
        p, limits = _score(pair, level)
        return _told(pair, limits, level, p, "two_sided", "score")
    raise SettingOutOfRange(name="two_sided", value=two_sided, wanted="central | minlike | score")


def _score(pair: Pair, level: float) -> tuple[float, tuple[float, float]]:
    n, x, q = pair.before + pair.after, pair.after, pair.share
    p = float(special.erfc(abs(x - n * q) / math.sqrt(n * q * (1 - q)) / math.sqrt(2)))
    z2 = float(special.ndtri((1 - level) / 2)) ** 2
    middle = (x + z2 / 2) / (n + z2)
    half = math.sqrt(z2) / (n + z2) * math.sqrt(x * (n - x) / n + z2 / 4)
    low = 0.0 if x == 0 else pair.ratio_at(middle - half)
    return p, (low, math.inf if x == n else pair.ratio_at(middle + half))


def e_test(
    before: int,
    after: int,
    *,
    exposure_before: float = 1.0,
    exposure_after: float = 1.0,
    level: float = 0.95,
) -> RateRatio:
    """Return the E-test of two counts: nearer to its level, and so sharper, than the conditional test.

    Use beside the conditional test for few events, and for power; the answer holds both p. Not for verdicts,
    which rest on the conditional test, and not for clustered events. The E-test holds its level to about
    half a percentage point; below 5 expected events in all it is cautious.

    Parameters
    ----------
    before, after : int [events]
    exposure_before, exposure_after : float [days, persons …]
        Above zero, in the same unit.
    level : float in (0, 1) [1]

    Returns
    -------
    RateRatio
        ``interval`` is the smallest that covers all ratios which the E-test does not reject.

    Raises
    ------
    NotACount, NoExposure
        A count or an exposure cannot be used.
    TooFewEvents
        Neither period has any events.
    SettingOutOfRange
        The level is not one, or there are more than 200 000 events.

    Source
    ------
    Krishnamoorthy & Thomson (2004), J. Stat. Planning and Inference 119:23–35,
    doi:10.1016/S0378-3758(02)00408-1, with the variance under the tested ratio: with equal exposures their
    own statistic, with unequal ones nearer to its level; for ratios Gu, Ng, Tang & Schucany (2008).

    Examples
    --------
    >>> found = e_test(7, 1)
    >>> round(found.p, 3), round(found.p_conditional, 3)
    (0.033, 0.07)
    """
    pair = _pair(after, exposure_after, before, exposure_before)
    level = as_level(level)
    if pair.before + pair.after > E_TEST_LIMIT:
        raise SettingOutOfRange(
            name="before + after", value=pair.before + pair.after, wanted=f"at most {E_TEST_LIMIT}"
        )
    p = _e_p(pair, 1.0)
    low, high = _e_limits(pair, level)
    # The search looks at a fine net of ratios; 1 itself is always one of them.
    if p >= 1 - level:
        low, high = min(low, 1.0), max(high, 1.0)
    return _told(pair, (low, high), level, p, "two_sided", "e_test")


def _e_p(pair: Pair, ratio: float) -> float:
    """Return the probability, at the ratio, of a distance at least as large as the one seen.

    For every first count the second counts with a smaller distance lie between the roots of a quadratic.
    """
    x, y, t, u = pair.after, pair.before, pair.exposure_after, pair.exposure_before
    share = ratio * t / (ratio * t + u)
    gap = (1 - share) * x - share * y
    # Equal rates are at no distance, and equal distances equal, in spite of rounding.
    if abs(gap) <= 1e-12 * (x + y):
        return 1.0
    seen = gap * gap / (share * (1 - share) * (x + y)) * (1 - 1e-9)
    rate_before = (x + y) / (ratio * t + u)
    mean_after, mean_before = ratio * rate_before * t, rate_before * u
    reach = 9 * math.sqrt(mean_after) + 12
    first = np.arange(max(0, math.floor(mean_after - reach)), math.ceil(mean_after + reach) + 1, dtype=float)
    a, b = (1 - share) * first, share
    c, d = share * (1 - share) * first, share * (1 - share)
    half = a * b + seen * d / 2
    root = np.sqrt(seen * seen * d * d / 4 + a * b * seen * d + b * b * seen * c)
    lower = np.floor((half - root) / b**2) + 1
    lower[first == 0] = 0.0  # nothing in either period is no distance at all
    upper = np.ceil((half + root) / b**2) - 1
    chance = np.exp(special.xlogy(first, mean_after) - mean_after - special.gammaln(first + 1))
    inside = _poisson_cdf(upper, mean_before) - _poisson_cdf(lower - 1, mean_before)
    return float(min(1.0, max(0.0, 1 - np.sum(chance * np.maximum(inside, 0.0)))))


def _poisson_cdf(count: NDArray[np.float64], mean: float) -> NDArray[np.float64]:
    return np.where(count < 0, 0.0, special.pdtr(np.maximum(count, 0.0), mean))


def _e_limits(pair: Pair, level: float) -> tuple[float, float]:
    low, high = central_limits(pair, level)
    low = low if low else (high / 1e4)
    high = high if math.isfinite(high) else low * 1e4
    reach = np.linspace(math.log(low) - 1.5, math.log(high) + 1.5, 241)
    kept = [value for value in reach if _e_p(pair, math.exp(value)) >= 1 - level]
    if not kept:
        raise NoSolution(where="e_test")
    step = float(reach[1] - reach[0])
    return (
        0.0 if pair.after == 0 else math.exp(_edge(pair, level, float(kept[0]), -step)),
        math.inf if pair.before == 0 else math.exp(_edge(pair, level, float(kept[-1]), step)),
    )


def _edge(pair: Pair, level: float, kept: float, step: float) -> float:
    rejected = kept + step
    for _ in range(40):
        middle = (kept + rejected) / 2
        if _e_p(pair, math.exp(middle)) >= 1 - level:
            kept = middle
        else:
            rejected = middle
    return rejected


@dataclass(frozen=True, slots=True)
class Coefficient(Result):
    """How many times the reference a group has, or how much each step of a predictor multiplies.

    Parameters
    ----------
    name : str
    ratio : float [1]
    interval : Interval [1]
        Wald, on the log scale, θ being held.
    """

    name: str
    ratio: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class NegativeBinomialFit(Result):
    """Counts that vary more than chance, described by a mean and θ.

    Parameters
    ----------
    theta : float [1]
        The variance is mean + mean²/θ: a small θ means large variation.
    interval : Interval [1]
        Of θ, by profile likelihood; ``high`` is infinite where pure chance cannot be excluded.
    standard_error : float [1]
        Of θ, from the curvature of the likelihood with the means held.
    intercept : float
        Mean of the reference at exposure 1 and predictors 0 [events].
    coefficients : tuple of Coefficient
    log_likelihood, log_likelihood_poisson : float
    p : float in [0, 1]
        That the counts vary by chance alone (θ infinite); half of χ² with one degree of freedom.
    """

    theta: float
    interval: Interval
    standard_error: float
    intercept: float
    coefficients: tuple[Coefficient, ...]
    log_likelihood: float
    log_likelihood_poisson: float
    p: float
    n: int
    sidedness: str = "one_sided"
    method: str = "negative_binomial"
    caveats: tuple[str, ...] = ()


def negative_binomial(
    counts: Sequence[int],
    *,
    groups: Sequence[str] | None = None,
    predictors: Mapping[str, Sequence[float]] | None = None,
    exposure: Sequence[float] | None = None,
    level: float = 0.95,
) -> NegativeBinomialFit:
    """Return how much counts vary beyond chance, and how groups or predictors multiply their mean.

    Use for counts of many places or periods, with one grouping or a few predictors. Not for a series with
    season or trend left out: they become variation. From 10 counts; the interval of θ is wide below 50.

    Parameters
    ----------
    counts : sequence of int, shape (n,) [events]
    groups : sequence of str, shape (n,)
        One label each; the first in sorted order is the reference.
    predictors : mapping of name to sequence of float, shape (n,)
    exposure : sequence of float, shape (n,) [days, persons …]
        Above zero; left out it is 1.
    level : float in (0, 1) [1]

    Returns
    -------
    NegativeBinomialFit

    Raises
    ------
    NotACount, NoExposure, SeriesDiffer
        The lists cannot be used together.
    TooFewEvents
        Fewer than 10 counts, or no events in a group.
    NothingVaries
        All counts are the same, or a predictor is.
    NoSolution
        The counts vary no more than by chance: use a rate instead.

    Source
    ------
    Venables & Ripley (2002), Modern Applied Statistics with S, 7.4.

    Examples
    --------
    >>> found = negative_binomial([0, 1, 1, 2, 3, 5, 8, 13, 21, 34])
    >>> round(found.theta, 2), round(found.intercept, 1)
    (0.72, 8.8)
    """
    from scipy import optimize  # slow to load

    level = as_level(level)
    y = np.array([as_count(value, "counts") for value in counts], dtype=float)
    if len(y) < FEWEST_COUNTS:
        raise TooFewEvents(found=len(y), wanted=FEWEST_COUNTS, where="counts")
    if np.all(y == y[0]):
        raise NothingVaries(where="counts")
    names, design = _design(y, groups, predictors)
    offset = np.zeros(len(y))
    if exposure is not None:
        if len(exposure) != len(y):
            raise SeriesDiffer(found=len(exposure), wanted=len(y))
        offset = np.log([as_exposure(value, "exposure") for value in exposure])
    poisson, _beta, _cov = _fit(y, design, offset, 0.0)

    def profile(log_theta: float) -> float:
        return _fit(y, design, offset, math.exp(-log_theta))[0]

    best = optimize.minimize_scalar(
        lambda value: -profile(value), bounds=(-7, 9), method="bounded", options={"xatol": 1e-9}
    )
    top, at = -float(best.fun), float(best.x)
    if top <= poisson + 1e-6 or at > 8.9:
        raise NoSolution(where="the counts vary no more than by chance")
    drop = float(special.chdtri(1, 1 - level)) / 2

    def below(log_theta: float) -> float:
        return profile(log_theta) - (top - drop)

    low = math.exp(optimize.brentq(below, -12.0, at)) if below(-12.0) < 0 else 0.0
    # With θ infinite the model is Poisson: is that among what the data fit?
    high = math.inf
    if poisson < top - drop:
        high = math.exp(optimize.brentq(below, at, 14.0)) if below(14.0) < 0 else math.inf
    _top, beta, covariance = _fit(y, design, offset, math.exp(-at))
    reach = -float(special.ndtri((1 - level) / 2)) * np.sqrt(np.diag(covariance))
    if not np.all(np.isfinite(reach)) or np.any(np.abs(beta) > 300):
        raise NoSolution(where="predictors")
    coefficients = tuple(
        Coefficient(
            name,
            math.exp(beta[i]),
            Interval(math.exp(beta[i] - reach[i]), math.exp(beta[i] + reach[i]), level),
        )
        for i, name in enumerate(names, start=1)
    )
    return NegativeBinomialFit(
        theta=math.exp(at),
        interval=Interval(low, high, level),
        standard_error=_theta_error(y, np.exp(design @ beta + offset), math.exp(at)),
        intercept=math.exp(beta[0]),
        coefficients=coefficients,
        log_likelihood=top,
        log_likelihood_poisson=poisson,
        p=float(special.chdtrc(1, 2 * (top - poisson))) / 2,
        n=len(y),
        caveats=("small_numbers",) if y.sum() < SMALL else (),
    )


def _theta_error(y: NDArray[np.float64], mean: NDArray[np.float64], theta: float) -> float:
    bend = special.polygamma(1, theta) - special.polygamma(1, theta + y) - 1 / theta
    bend = bend + 2 / (mean + theta) - (y + theta) / (mean + theta) ** 2
    information = float(np.sum(bend))
    if not information > 0:
        raise NoSolution(where="theta")
    return 1 / math.sqrt(information)


def _design(
    y: NDArray[np.float64],
    groups: Sequence[str] | None,
    predictors: Mapping[str, Sequence[float]] | None,
) -> tuple[list[str], NDArray[np.float64]]:
    names: list[str] = []
    columns = [np.ones(len(y))]
    if groups is not None:
        if len(groups) != len(y):
            raise SeriesDiffer(found=len(groups), wanted=len(y))
        labels = sorted({str(one) for one in groups})
        for label in labels:
            inside = np.array([str(one) == label for one in groups])
            if y[inside].sum() == 0:
                raise TooFewEvents(found=0, wanted=1, where=label)
            if label != labels[0]:
                names.append(label)
                columns.append(inside.astype(float))
    for name, values in (predictors or {}).items():
        column = np.asarray(values, dtype=float)
        if column.shape != y.shape or not np.all(np.isfinite(column)):
            raise SeriesDiffer(found=f"{name}: shape {column.shape}", wanted=f"{len(y)} numbers")
        if np.all(column == column[0]):
            raise NothingVaries(where=name)
        names.append(name)
        columns.append(column)
    design = np.column_stack(columns)
    if np.linalg.matrix_rank(design) < design.shape[1] or design.shape[1] >= len(y):
        raise NoSolution(where="the predictors say the same thing")
    return names, design


def _fit(
    y: NDArray[np.float64], design: NDArray[np.float64], offset: NDArray[np.float64], alpha: float
) -> tuple[float, NDArray[np.float64], NDArray[np.float64]]:
    """Return log likelihood, coefficients and their covariance for a held α = 1/θ (0: Poisson)."""
    import warnings

    import statsmodels.api as sm  # slow to load

    family = sm.families.NegativeBinomial(alpha=alpha) if alpha > 0 else sm.families.Poisson()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            fitted = sm.GLM(y, design, family=family, offset=offset).fit(tol=1e-10, maxiter=200)
        except (ValueError, np.linalg.LinAlgError):
            raise NoSolution(where="negative_binomial") from None
    mean = np.asarray(fitted.fittedvalues, dtype=float)
    if not fitted.converged or not np.all(np.isfinite(mean)):
        raise NoSolution(where="negative_binomial")
    if alpha > 0:
        theta = 1 / alpha
        each = (
            special.gammaln(y + theta)
            - special.gammaln(theta)
            - special.gammaln(y + 1)
            - theta * np.log1p(mean / theta)
            + special.xlogy(y, mean / (mean + theta))
        )
    else:
        each = special.xlogy(y, mean) - mean - special.gammaln(y + 1)
    # GLM's own standard errors use the expected information with scale 1.
    return float(each.sum()), np.asarray(fitted.params), np.asarray(fitted.cov_params())
