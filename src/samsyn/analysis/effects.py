"""Did counts change more where something was done? Difference-in-differences and its placebos."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from scipy import special

from samsyn.analysis._poisson_errors import CORRECTION, by_pyfixest, crv1_error, jackknife_error
from samsyn.analysis._poisson_panel import Panel, fit_numpy, panel, refits
from samsyn.analysis.errors import NoSolution, SettingOutOfRange, TooFewPeriods
from samsyn.analysis.rates import as_level
from samsyn.analysis.results import Interval, Result

FEW_COMPARISONS = 10
CLOSE = 1e-9


@dataclass(frozen=True, slots=True)
class DifferenceInDifferences(Result):
    """How many times more, or fewer, events there are after the start than the comparison gives.

    Parameters
    ----------
    ratio : float [1]
    percent : float [per cent]
    interval : Interval or None [1]
        Of the ratio, from the clustered error; None with fewer than 10 areas of either kind.
    p : float in [0, 1]
        From the clustered error, or from randomisation with fewer than 10 areas of either kind.
    p_origin : "clustered" or "randomisation"
    standard_error : float
        Of the log ratio, clustered by area; behind the interval and a clustered p.
    standard_error_correction : str
        Its small-sample correction: each of the G areas left out in turn, Welch–Satterthwaite's t.
    degrees_of_freedom : float
    standard_error_crv1 : float
        The plain clustered error, as pyfixest has it, √(G/(G−1) · (N−1)/(N−k)); too small with few areas.
    areas, comparison_areas, periods : int
    n : int [events]
    """

    ratio: float
    percent: float
    interval: Interval | None
    p: float
    p_origin: Literal["clustered", "randomisation"]
    standard_error: float
    standard_error_correction: str
    degrees_of_freedom: float
    standard_error_crv1: float
    areas: int
    comparison_areas: int
    periods: int
    n: int
    engine: str
    sidedness: str = "two_sided_central"
    method: str = "poisson_two_way_fixed_effects"
    caveats: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlaceboInSpace(Result):
    """The effect beside those that the same model gives when the start is dealt out to other areas.

    Parameters
    ----------
    ratio : float [1]
    p : float in [0, 1]
        (hits + 1) / (replications + 1); a hit is at least as far from 1, either way.
    hits, replications : int
    placebo_low, placebo_high : float or None [1]
        Where the middle 95 per cent of the placebo ratios lie.
    smallest_p : float
        No p can be smaller: one divided by the number of ways to deal out the starts, or by R + 1.
    n : int [events]
    """

    ratio: float
    p: float
    hits: int
    replications: int
    placebo_low: float | None
    placebo_high: float | None
    smallest_p: float
    n: int
    sidedness: str = "two_sided_absolute"
    method: str = "placebo_in_space_randomisation"
    caveats: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlaceboInTime(Result):
    """The effect beside those of starts pretended earlier, in the periods before the true start.

    Parameters
    ----------
    ratio : float [1]
    shifts : tuple of int [periods]
        How much earlier each pretended start is.
    placebo_ratios : tuple of float or None [1]
        None where the model has no solution; it counts as a hit.
    p : float in [0, 1]
        (hits + 1) / (starts + 1).
    """

    ratio: float
    shifts: tuple[int, ...]
    placebo_ratios: tuple[float | None, ...]
    hits: int
    p: float
    n: int
    sidedness: str = "two_sided_absolute"
    method: str = "placebo_in_time"
    caveats: tuple[str, ...] = ()


def difference_in_differences(
    area: Sequence[Any],
    period: Sequence[Any],
    count: Sequence[int],
    *,
    treated_from: Mapping[str, Any] | None = None,
    treated: Sequence[int] | None = None,
    exposure: Sequence[float] | None = None,
    level: float = 0.95,
    replications: int = 999,
    rng: int | np.random.Generator = 0,
    threads: int = 1,
    engine: Literal["own", "pyfixest"] = "own",
    detection_driven: bool = False,
) -> DifferenceInDifferences:
    """Return how much counts changed after the start, beyond the change in areas without one.

    Use for many areas over several periods, also with different starts. Not where the comparison areas had
    another trend before, and not where early starters had an effect that grows: late starters are then
    compared with it. With fewer than 10 areas with a start, or without, p comes from `placebo_in_space` and
    there is no interval; with 10 or more of each the size was 0.042 to 0.057 (1 000 simulations or more).

    Parameters
    ----------
    area, period : sequence, shape (rows,)
        Every area in every period, once.
    count : sequence of int, shape (rows,) [events]
    treated_from : mapping or None
        Area to its first period with the measure; areas left out, or None, never start.
    treated : sequence of 0 and 1 or None, shape (rows,)
        The same, row by row.
    exposure : sequence of float or None, shape (rows,)
        Days or persons.
    level : float in (0, 1) [1]
    replications : int
    rng : int or numpy.random.Generator
    threads : int
    engine : "own" or "pyfixest"
        Both give the same estimate and plain clustered error. Own is the default since the first call of
        pyfixest takes many seconds, and since it ends the whole process on counts that are all 0.
    detection_driven : bool
        The count follows the work: refused.

    Returns
    -------
    DifferenceInDifferences

    Raises
    ------
    TooFewAreas, TooFewPeriods, NothingVaries, ZeroControl, TooFewEvents
        The panel does not carry the model.
    SeriesDiffer, NotACount, NoExposure, SettingOutOfRange, FollowsTheWork
        The input cannot be used.
    NoSolution
        The effect is without bound.

    Source
    ------
    Wooldridge (1999), Journal of Econometrics 90:77–97; Bertrand et al. (2004), QJE 119:249–275;
    MacKinnon et al. (2023), Journal of Econometrics 232:272–299.

    Examples
    --------
    >>> found = difference_in_differences(
    ...     ["a", "a", "b", "b", "c", "c"], [1, 2] * 3, [40, 20, 30, 33, 50, 47],
    ...     treated_from={"a": 2}, engine="own",
    ... )
    >>> round(found.ratio, 3), found.p_origin
    (0.5, 'randomisation')
    """
    as_level(level)
    if engine not in ("own", "pyfixest"):
        raise SettingOutOfRange(name="engine", value=engine, wanted="own | pyfixest")
    found = panel(
        area,
        period,
        count,
        treated_from,
        treated,
        exposure,
        detection_driven=detection_driven,
        method="difference-in-differences",
    )
    beta = _fit(found)  # first, so that what has no solution is refused by both engines
    if engine == "pyfixest":
        coefficients, errors = by_pyfixest(found, found.cells[None])
        beta, plain = float(coefficients[0]), float(errors[0])
    else:
        plain = crv1_error(found, beta)
    error, degrees = jackknife_error(found, beta)
    groups = len(found.areas)
    others = int((~found.treated).sum())
    interval: Interval | None = None
    caveats: list[str] = []
    if others < FEW_COMPARISONS:
        caveats.append("few_comparison_areas")
    # One area with a start gives a clustered error near zero, however many there are to compare with.
    if groups - others < FEW_COMPARISONS:
        caveats.append("few_treated_areas")
    if caveats:
        placebo = _in_space(found, beta, replications, rng, threads, compiled=True)
        p, origin = placebo.p, "randomisation"
    else:
        p = float(2 * special.stdtr(degrees, -abs(beta) / error))
        reach = float(special.stdtrit(degrees, (1 + level) / 2)) * error
        interval, origin = Interval(math.exp(beta - reach), math.exp(beta + reach), level), "clustered"
    if found.counts[found.treated][:, : int(found.starts.min())].sum() < 20:
        caveats.append("small_numbers")
    if len(set(found.starts[found.treated])) > 1:
        caveats.append("staggered_starts")
    return DifferenceInDifferences(
        ratio=math.exp(beta),
        percent=(math.exp(beta) - 1) * 100,
        interval=interval,
        p=p,
        p_origin="randomisation" if origin == "randomisation" else "clustered",
        standard_error=error,
        standard_error_correction=CORRECTION,
        degrees_of_freedom=degrees,
        standard_error_crv1=plain,
        areas=groups,
        comparison_areas=others,
        periods=len(found.periods),
        n=int(found.counts.sum()),
        engine=engine,
        caveats=tuple(caveats),
    )


def _fit(found: Panel) -> float:
    beta = fit_numpy(found.counts, found.exposure, found.cells)
    if not math.isfinite(beta):
        raise NoSolution(where="the effect is without bound")
    return beta


def placebo_in_space(
    area: Sequence[Any],
    period: Sequence[Any],
    count: Sequence[int],
    *,
    treated_from: Mapping[str, Any] | None = None,
    treated: Sequence[int] | None = None,
    exposure: Sequence[float] | None = None,
    replications: int = 999,
    rng: int | np.random.Generator = 0,
    threads: int = 1,
    compiled: bool = True,
    detection_driven: bool = False,
) -> PlaceboInSpace:
    """Return how often as large an effect appears when the starts are dealt out to areas at random.

    Use with few comparison areas, or beside the clustered error. Not where the areas with a start were chosen
    for being unlike the others. Its size holds when any area could as well have been chosen.

    Parameters
    ----------
    area, period, count, treated_from, treated, exposure, detection_driven
        As `difference_in_differences`.
    replications : int, at least 19
    rng : int or numpy.random.Generator
    threads : int
        The answer is the same for every number.
    compiled : bool
        False: plain numpy, the same answer more slowly.

    Returns
    -------
    PlaceboInSpace

    Raises
    ------
    As `difference_in_differences`.

    Source
    ------
    Abadie et al. (2010), JASA 105:493–505, section 2.4; Phipson & Smyth (2010), SAGMB 9:39.

    Examples
    --------
    >>> found = placebo_in_space(
    ...     ["a", "a", "b", "b", "c", "c"], [1, 2] * 3, [40, 20, 30, 33, 50, 47],
    ...     treated_from={"a": 2}, compiled=False, replications=99,
    ... )
    >>> found.p > 0.2
    True
    """
    found = panel(
        area,
        period,
        count,
        treated_from,
        treated,
        exposure,
        detection_driven=detection_driven,
        method="placebo-in-space",
    )
    return _in_space(found, _fit(found), replications, rng, threads, compiled=compiled)


def _in_space(
    found: Panel,
    beta: float,
    replications: int,
    rng: int | np.random.Generator,
    threads: int,
    *,
    compiled: bool,
) -> PlaceboInSpace:
    if replications < 19:
        raise SettingOutOfRange(name="replications", value=replications, wanted="at least 19")
    generator = np.random.default_rng(rng)
    areas = len(found.areas)
    orders = np.array([generator.permutation(areas) for _draw in range(replications)])
    drawn = refits(found, orders, threads=threads, compiled=compiled)
    # An effect without bound is farther from 1 than any.
    distance = np.where(np.isfinite(drawn), np.abs(drawn), np.inf)
    hits = int((distance >= abs(beta) - 1e-7).sum())
    ways, left = 1.0, areas
    for many in np.unique(found.starts[found.treated], return_counts=True)[1]:
        ways, left = ways * math.comb(left, int(many)), left - int(many)
    usable = drawn[np.isfinite(drawn)]
    low, high = np.exp(np.quantile(usable, [0.025, 0.975])) if usable.size else (None, None)
    return PlaceboInSpace(
        ratio=math.exp(beta),
        p=(hits + 1) / (replications + 1),
        hits=hits,
        replications=replications,
        placebo_low=None if low is None else float(low),
        placebo_high=None if high is None else float(high),
        smallest_p=max(1 / ways, 1 / (replications + 1)),
        n=int(found.counts.sum()),
        caveats=("few_comparison_areas",) if int((~found.treated).sum()) < FEW_COMPARISONS else (),
    )


def placebo_in_time(
    area: Sequence[Any],
    period: Sequence[Any],
    count: Sequence[int],
    *,
    treated_from: Mapping[str, Any] | None = None,
    treated: Sequence[int] | None = None,
    exposure: Sequence[float] | None = None,
    fewest_before: int = 2,
    detection_driven: bool = False,
) -> PlaceboInTime:
    """Return the effects of starts pretended earlier, where nothing was done yet.

    Use to see whether the areas were drifting apart before the start. Not as the only test: with few periods
    p can never be small.

    Parameters
    ----------
    area, period, count, treated_from, treated, exposure, detection_driven
        As `difference_in_differences`.
    fewest_before : int, at least 1 [periods]
        To be left before the earliest pretended start.

    Returns
    -------
    PlaceboInTime

    Raises
    ------
    TooFewPeriods
        No start can be pretended.
    As `difference_in_differences`.

    Source
    ------
    Abadie et al. (2015), AJPS 59:495–510.

    Examples
    --------
    >>> found = placebo_in_time(
    ...     ["a"] * 5 + ["b"] * 5 + ["c"] * 5, [1, 2, 3, 4, 5] * 3,
    ...     [40, 38, 41, 40, 20, 30, 33, 30, 29, 31, 50, 47, 48, 51, 50], treated_from={"a": 5},
    ... )
    >>> found.shifts, round(found.p, 2)
    ((1, 2), 0.33)
    """
    found = panel(
        area,
        period,
        count,
        treated_from,
        treated,
        exposure,
        detection_driven=detection_driven,
        method="placebo-in-time",
    )
    first = int(found.starts.min())
    if fewest_before < 1:
        raise SettingOutOfRange(name="fewest_before", value=fewest_before, wanted="at least 1")
    if first <= fewest_before:
        raise TooFewPeriods(found=first, wanted=fewest_before + 1, where="before the start")
    beta, effects = _fit(found), []
    shifts = tuple(range(1, first - fewest_before + 1))
    for shift in shifts:
        # Only periods when nobody had started; areas keep the order in which they start.
        starts = np.where(found.treated, found.starts - shift, first)
        pretended = replace(
            found,
            periods=found.periods[:first],
            counts=found.counts[:, :first],
            exposure=found.exposure[:, :first],
            starts=np.minimum(starts, first),
        )
        effects.append(fit_numpy(pretended.counts, pretended.exposure, pretended.cells))
    hits = sum(not math.isfinite(one) or abs(one) >= abs(beta) - CLOSE for one in effects)
    return PlaceboInTime(
        ratio=math.exp(beta),
        shifts=shifts,
        placebo_ratios=tuple(math.exp(one) if math.isfinite(one) else None for one in effects),
        hits=hits,
        p=(hits + 1) / (len(shifts) + 1),
        n=int(found.counts.sum()),
    )
