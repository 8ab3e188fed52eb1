"""What a count is divided by: boundaries that move, populations that jump and means that are rounded."""

from __future__ import annotations

import itertools
import math
import statistics
from collections.abc import Callable, Sequence

from samsyn.analysis.errors import NoExposure, RoundingDecides, SeriesDiffer, SettingOutOfRange, ZeroBefore
from samsyn.analysis.rates import as_count, as_exposure
from samsyn.analysis.results import Decomposition, DenominatorBreak, Estimate, ImpliedDenominator, Interval

BREAK = 2.0  # percentage points
FEWEST_STEPS = 3
MOST_CORNERS = 12


def boundary_decomposition(
    count_before: int, count_after: int, hectares_before: float, hectares_after: float
) -> Decomposition:
    """Return the change of a count beside that of the area and of the density.

    Use when the boundary has moved between two periods. It does not tell whether events became more or
    fewer on the ground that remains: that needs events inside one and the same boundary.

    Parameters
    ----------
    count_before, count_after : int [events]
    hectares_before, hectares_after : float [hectares]

    Returns
    -------
    Decomposition
        Changes in per cent, density per hectare.

    Raises
    ------
    ZeroBefore
        The first count is 0.
    NotACount, NoExposure
        A count or an area cannot be used.

    Source
    ------
    Rule C.2, decomposition when the boundary changes.

    Examples
    --------
    >>> boundary_decomposition(100, 90, 20.0, 9.5).base_change
    -52.5
    """
    return _decomposition(
        count_before, count_after, hectares_before, hectares_after, "per_hectare", ("same_boundary_needed",)
    )


def rate_decomposition(
    count_before: int, count_after: int, population_before: float, population_after: float
) -> Decomposition:
    """Return the change of a count beside that of the population and of the rate.

    Use where a count and a rate of the same area point in different directions. Not as an explanation
    before a jump in the population is itself explained, see `denominator_breaks`.

    Parameters
    ----------
    count_before, count_after : int [events]
    population_before, population_after : float [persons]

    Returns
    -------
    Decomposition
        Changes in per cent, rate per person.

    Raises
    ------
    ZeroBefore
        The first count is 0.
    NotACount, NoExposure
        A count or a population cannot be used.

    Source
    ------
    Rule C.2, decomposition of rate against count.

    Examples
    --------
    >>> rate_decomposition(2704, 2794, 69_440, 71_936).directions_differ
    True
    """
    return _decomposition(count_before, count_after, population_before, population_after, "per_person", ())


def _decomposition(
    c0: int, c1: int, b0: float, b1: float, unit: str, caveats: tuple[str, ...]
) -> Decomposition:
    c0, c1 = as_count(c0, "count before"), as_count(c1, "count after")
    b0, b1 = as_exposure(b0, "base before"), as_exposure(b1, "base after")
    if c0 == 0:
        raise ZeroBefore(after=c1)
    ratio = (c1 * b0) / (c0 * b1)
    differ = (c1 - c0) * (ratio - 1) < 0
    return Decomposition(
        count_before=c0,
        count_after=c1,
        base_before=b0,
        base_after=b1,
        count_change=(c1 - c0) / c0 * 100,
        base_change=(b1 - b0) / b0 * 100,
        rate_before=c0 / b0,
        rate_after=c1 / b1,
        rate_ratio=ratio,
        rate_change=(ratio - 1) * 100,
        directions_differ=differ,
        unit=unit,
        caveats=(*caveats, "directions_differ") if differ else caveats,
    )


def implied_denominators(
    counts: Sequence[int],
    rates: Sequence[float],
    per: float = 100_000,
    rounding: float = 1.0,
    *,
    periods: Sequence[int | str] | None = None,
) -> tuple[ImpliedDenominator, ...]:
    """Return the population that each printed count and rate imply.

    Use wherever a source prints both, before rates are compared. Not with rates that are themselves
    estimates.

    Parameters
    ----------
    counts : sequence of int, shape (periods,) [events]
    rates : sequence of float, shape (periods,) [events per ``per``]
    per : float [persons]
    rounding : float [events per ``per``]
        Unit the rate is rounded to; 0 when it is exact.
    periods : sequence of int or str, shape (periods,)
        Labels in order; a label may come twice, for two sources of one year.

    Returns
    -------
    tuple of ImpliedDenominator, shape (periods,) [persons]
        Periods without events or rate are left out: they imply nothing.

    Raises
    ------
    SeriesDiffer
        The lists differ in length.
    NotACount, NoExposure, SettingOutOfRange
        A count, a rate or a setting cannot be used.

    Source
    ------
    Rule C.2, breaks.

    Examples
    --------
    >>> [round(d.value) for d in implied_denominators([2704, 2794], [3894, 3884])]
    [69440, 71936]
    """
    labels = range(len(counts)) if periods is None else periods
    if not len(counts) == len(rates) == len(labels):
        raise SeriesDiffer(
            found=f"{len(counts)}, {len(rates)} and {len(labels)}", wanted="equally long lists"
        )
    per = as_exposure(per, "per")
    if not (math.isfinite(rounding) and rounding >= 0):
        raise SettingOutOfRange(name="rounding", value=rounding, wanted="0 or above")
    found = []
    for label, count, printed in zip(labels, counts, rates, strict=True):
        if not (math.isfinite(printed) and printed >= 0):
            raise NoExposure(value=printed, where=f"rate {label}")
        number = as_count(count, f"count {label}")
        if number == 0 or printed == 0:
            continue
        high = number * per / (printed - rounding / 2) if printed > rounding / 2 else math.inf
        limits = Interval(number * per / (printed + rounding / 2), high, 1.0)
        found.append(ImpliedDenominator(label, number * per / printed, limits))
    return tuple(found)


def denominator_breaks(implied: Sequence[ImpliedDenominator]) -> tuple[DenominatorBreak, ...]:
    """Return the places where the implied population jumps or contradicts itself.

    Use on `implied_denominators` of one area, in order of time. A break is to be explained, not corrected.

    Parameters
    ----------
    implied : sequence of ImpliedDenominator, shape (periods,)
        Two with the same period are two sources for it.

    Returns
    -------
    tuple of DenominatorBreak
        Steps that differ more than 2 percentage points from the median step, and pairs for one period whose
        rounding intervals do not meet. With fewer than 3 steps there is no median to trust: they are compared
        with standing still.

    Raises
    ------
    Nothing
        Too few values have no breaks.

    Source
    ------
    Rule C.2, breaks.

    Examples
    --------
    >>> found = denominator_breaks(implied_denominators([2704, 2794], [3894, 3884]))
    >>> round(found[0].step, 1)
    3.6
    """
    found = []
    by_period: dict[int | str, list[ImpliedDenominator]] = {}
    for item in implied:
        by_period.setdefault(item.period, []).append(item)
    for several in by_period.values():
        for one, other in itertools.combinations(several, 2):
            if max(one.interval.low, other.interval.low) > min(one.interval.high, other.interval.high):
                found.append(DenominatorBreak("disagreement", one, other, None, None))
    line = [several[0] for several in by_period.values()]
    steps = [(b.value / a.value - 1) * 100 for a, b in itertools.pairwise(line)]
    few = len(steps) < FEWEST_STEPS
    typical = 0.0 if few else statistics.median(steps)
    for (a, b), step in zip(itertools.pairwise(line), steps, strict=True):
        if abs(step - typical) <= BREAK:
            continue
        least = (b.interval.low / a.interval.high - 1) * 100
        most = (b.interval.high / a.interval.low - 1) * 100
        caveats = ["denominator_unexplained"]
        if few:
            caveats.append("no_typical_step")
        if least <= typical + BREAK and most >= typical - BREAK:
            caveats.append("may_be_rounding")
        found.append(DenominatorBreak("step", a, b, step, typical, tuple(caveats)))
    return tuple(found)


def rounding_corners(
    statistic: Callable[..., float],
    rounded: Sequence[float],
    *,
    rounding_unit: float = 1.0,
    unit: str = "count",
) -> Estimate:
    """Return a statistic of rounded figures with the range that rounding leaves, if its sign is certain.

    Use for a control built from printed means. The statistic must rise or fall steadily in each figure, so
    that its extremes lie in the corners.

    Parameters
    ----------
    statistic : callable
        Takes the figures as positional arguments, returns a number.
    rounded : sequence of float, shape (figures,), at most 12
        As printed.
    rounding_unit : float
        1.0 when they are printed in whole numbers.
    unit : str
        Code of the result.

    Returns
    -------
    Estimate
        value at the printed figures; interval between the extreme corners at level 1.

    Raises
    ------
    RoundingDecides
        The corners differ in sign, or one of them is zero or undefined.
    SeriesDiffer
        No figures, or more than 12.

    Source
    ------
    Rule C.2, rounded means; interval arithmetic.

    Examples
    --------
    >>> rounding_corners(lambda before, after: after - before, [30, 20]).interval
    Interval(low=-11.0, high=-9.0, level=1.0)
    """
    if not 1 <= len(rounded) <= MOST_CORNERS:
        raise SeriesDiffer(found=f"{len(rounded)} figures", wanted=f"1–{MOST_CORNERS}")
    half = as_exposure(rounding_unit, "rounding_unit") / 2
    # A count below zero does not exist, so neither does that corner.
    ends = [(max(0.0, x - half) if x >= 0 else x - half, x + half) for x in rounded]
    values = []
    for corner in (tuple(rounded), *itertools.product(*ends)):
        try:
            values.append(float(statistic(*corner)))
        except ZeroDivisionError:
            values.append(math.nan)
    low, high = min(values), max(values)
    if not all(map(math.isfinite, values)):
        raise RoundingDecides(low="–", high="–")
    if low <= 0 <= high:
        raise RoundingDecides(low=round(low, 6), high=round(high, 6))
    return Estimate(
        values[0], Interval(low, high, 1.0), len(rounded), "rounding_corners", unit, ("rounded_mean",)
    )
