"""The effect period by period before and after the start."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from scipy import special

from samsyn.analysis._poisson_errors import (
    CORRECTION,
    by_pyfixest,
    fit_effects,
    fitted,
    jackknife,
)
from samsyn.analysis._poisson_panel import panel
from samsyn.analysis.errors import NoSolution, SettingOutOfRange
from samsyn.analysis.rates import as_level
from samsyn.analysis.results import Interval, Result


@dataclass(frozen=True, slots=True)
class LeadOrLag(Result):
    """One period counted from the start: −2 is two before, 0 the first with the measure.

    Parameters
    ----------
    period : int [periods]
    ratio : float [1]
        Beside the last period before the start.
    interval : Interval [1]
    p : float in [0, 1]
    open_ended : bool
        Holds all periods farther away as well.
    """

    period: int
    ratio: float
    interval: Interval
    p: float
    open_ended: bool


@dataclass(frozen=True, slots=True)
class EventStudy(Result):
    """Leads and lags of the effect, and one p for all leads together.

    Parameters
    ----------
    points : tuple of LeadOrLag
    p_leads : float or None in [0, 1]
        F test that every lead is 1; None when there is none.
    areas, comparison_areas : int
    n : int [events]
    """

    points: tuple[LeadOrLag, ...]
    p_leads: float | None
    areas: int
    comparison_areas: int
    n: int
    standard_error_correction: str
    sidedness: str = "two_sided_central"
    method: str = "poisson_event_study"
    caveats: tuple[str, ...] = ()


def event_study(
    area: Sequence[Any],
    period: Sequence[Any],
    count: Sequence[int],
    *,
    treated_from: Mapping[str, Any] | None = None,
    treated: Sequence[int] | None = None,
    exposure: Sequence[float] | None = None,
    leads: int = 4,
    lags: int = 4,
    level: float = 0.95,
    engine: Literal["own", "pyfixest"] = "own",
    detection_driven: bool = False,
) -> EventStudy:
    """Return the effect in each period before and after the start, beside the last one before it.

    Use to see when an effect comes, and whether the areas had parted before. Not with fewer than 10
    comparison areas: the clustered error is then uncertain. With 10 to 15 of each the size was 0.041 to 0.047
    (2 000 simulations); with 10 among 50, 0.07 for all leads together.

    Parameters
    ----------
    area, period, count, treated_from, treated, exposure, detection_driven
        As `effects.difference_in_differences`.
    leads, lags : int, at least 1 [periods]
        The outermost ones hold everything beyond.
    level : float in (0, 1) [1]
        Of each interval by itself.
    engine : "own" or "pyfixest"
        Both give the same estimates; see `effects.difference_in_differences`.

    Returns
    -------
    EventStudy

    Raises
    ------
    NoSolution
        The leads and lags cannot be told apart.
    As `effects.difference_in_differences`; TooFewAreas with fewer than 10 comparison areas.

    Source
    ------
    Jacobson et al. (1993), AER 83:685–709; Wooldridge (1999), Journal of Econometrics 90:77–97.

    Examples
    --------
    >>> rows = [(f"{a}", t, 20 + (a * 7 + t * 3) % 5) for a in range(14) for t in range(6)]
    >>> found = event_study(*zip(*rows), treated_from={"0": 3, "1": 3}, leads=2, lags=2)
    >>> [point.period for point in found.points]
    [-2, 0, 1, 2]
    """
    as_level(level)
    if engine not in ("own", "pyfixest"):
        raise SettingOutOfRange(name="engine", value=engine, wanted="own | pyfixest")
    for name, value in (("leads", leads), ("lags", lags)):
        if value < 1:
            raise SettingOutOfRange(name=name, value=value, wanted="at least 1")
    found = panel(
        area,
        period,
        count,
        treated_from,
        treated,
        exposure,
        fewest_areas=10,
        detection_driven=detection_driven,
        method="event-study",
    )
    n, t = found.counts.shape
    since = np.clip(np.arange(t) - found.starts[:, None], -leads, lags)
    since = np.where(found.treated[:, None], since, -1)
    wanted = [int(k) for k in np.unique(since) if k != -1]
    for k in wanted:
        if found.counts[since == k].sum() == 0:
            raise NoSolution(where=f"no events {k} periods from the start")
    effects = np.stack([(since == k).astype(float) for k in wanted])
    beta = fit_effects(found, effects)
    if engine == "pyfixest":
        beta = by_pyfixest(found, effects)[0]
    mu = fitted(found, np.tensordot(beta, effects, 1))
    covariance, degrees = jackknife(found, mu, effects)
    errors = np.sqrt(np.diag(covariance))
    if not (np.isfinite(errors).all() and (errors > 0).all()):
        raise NoSolution(where="no error is left over")
    reaches = special.stdtrit(degrees, (1 + level) / 2) * errors
    points = tuple(
        LeadOrLag(
            period=k,
            ratio=math.exp(b),
            interval=Interval(math.exp(b - reach), math.exp(b + reach), level),
            p=float(2 * special.stdtr(df, -abs(b) / s)),
            open_ended=k in (-leads, lags),
        )
        for k, b, s, df, reach in zip(wanted, beta, errors, degrees, reaches, strict=True)
    )
    before = [i for i, k in enumerate(wanted) if k < 0]
    p_leads = None
    if before:
        some = np.ix_(before, before)
        wald = float(beta[before] @ np.linalg.pinv(covariance[some]) @ beta[before])
        p_leads = float(
            special.fdtrc(len(before), float(degrees[before].min()), max(wald, 0.0) / len(before))
        )
    return EventStudy(
        points=points,
        p_leads=p_leads,
        areas=n,
        comparison_areas=int((~found.treated).sum()),
        n=int(found.counts.sum()),
        standard_error_correction=CORRECTION,
        caveats=tuple(
            code
            for code, raised in (
                ("few_treated_areas", int(found.treated.sum()) < 10),
                ("staggered_starts", len(set(found.starts[found.treated])) > 1),
            )
            if raised
        ),
    )
