"""Rates, shares and ratios of counts, each with an interval that holds for small numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence

from scipy import special

from samsyn.analysis.errors import NoExposure, NotACount, SampleSizeUnknown, SeriesDiffer, SettingOutOfRange
from samsyn.analysis.results import Estimate, Interval

PER = 100_000


def as_count(value: object, where: str) -> int:
    """Return ``value`` as a whole number from 0, or refuse it.

    Raises
    ------
    NotACount
        It is negative, broken, missing or not a number.

    Examples
    --------
    >>> as_count(3.0, "example")
    3
    """
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise NotACount(value=repr(value), where=where) from None
    if isinstance(value, bool) or not math.isfinite(number) or number < 0 or number != int(number):
        raise NotACount(value=value, where=where)
    return int(value)  # type: ignore[call-overload, no-any-return]


def as_exposure(value: object, where: str) -> float:
    """Return ``value`` as a number above zero, or refuse it.

    Raises
    ------
    NoExposure
        It is zero, negative, infinite, missing or not a number.

    Examples
    --------
    >>> as_exposure(365, "example")
    365.0
    """
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise NoExposure(value=repr(value), where=where) from None
    if not math.isfinite(number) or number <= 0:
        raise NoExposure(value=value, where=where)
    return number


def as_level(level: float) -> float:
    """Return ``level`` if it is a coverage strictly between 0 and 1, or refuse it.

    Raises
    ------
    SettingOutOfRange
        It is not.

    Examples
    --------
    >>> as_level(0.95)
    0.95
    """
    if not 0 < level < 1:
        raise SettingOutOfRange(name="level", value=level, wanted="between 0 and 1")
    return level


def poisson_interval(count: int, *, level: float = 0.95) -> Interval:
    """Return the exact interval for the expected number behind a count.

    Use for a single count of independent events. Not for clustered events: there it is too short.

    Parameters
    ----------
    count : int [events]
        Observed number, from 0.
    level : float in (0, 1) [1]
        Coverage, never below.

    Returns
    -------
    Interval [events]

    Raises
    ------
    NotACount
        The count is negative or broken.

    Source
    ------
    Garwood (1936), Biometrika 28:437–442, through the chi-square quantiles.

    Examples
    --------
    >>> interval = poisson_interval(3)
    >>> round(interval.low, 4), round(interval.high, 4)
    (0.6187, 8.7673)
    """
    count = as_count(count, "count")
    tail = (1 - as_level(level)) / 2
    low = float(special.gammaincinv(count, tail)) if count else 0.0
    return Interval(low, float(special.gammainccinv(count + 1, tail)), level)


def rate(
    count: int, exposure: float, *, per: float = PER, unit: str = "per_100000", level: float = 0.95
) -> Estimate:
    """Return events per unit of exposure with its exact interval.

    Use for counts per inhabitants, hectares, days or hours. Not where the denominator itself is a
    guess: print what it is.

    Parameters
    ----------
    count : int [events]
    exposure : float [persons, hectares, days …]
        Above zero.
    per : float [same as exposure]
        100 000 for a rate per 100 000, 1 for a rate per hectare.
    unit : str
        Code of the result.
    level : float in (0, 1) [1]

    Returns
    -------
    Estimate
        value and interval [unit], n [events].

    Raises
    ------
    NotACount, NoExposure
        The count or the denominator cannot be used.

    Source
    ------
    Garwood (1936), Biometrika 28:437–442, divided by a known exposure.

    Examples
    --------
    >>> rate(48, 3200).value
    1500.0
    """
    exposure = as_exposure(exposure, "exposure")
    interval = poisson_interval(count, level=level)
    factor = per / exposure
    return Estimate(
        value=int(count) * per / exposure,
        interval=Interval(interval.low * factor, interval.high * factor, level),
        n=int(count),
        method="garwood",
        unit=unit,
        caveats=("small_numbers",) if count < 20 else (),
    )


def survey_share(
    answers: float | None,
    n: int | None,
    *,
    design_effect: float | None = None,
    everyone_asked: bool = False,
    level: float = 0.95,
) -> Estimate:
    """Return a share of survey answers with its Wilson interval.

    Use for a sample. Where everyone was asked (``everyone_asked``) there is no sampling interval; print
    n and the response rate instead.

    Parameters
    ----------
    answers : float [answers]
        Those who gave the answer, at most ``n``; may be broken when it is read back from a share.
    n : int or None [answers]
        All who answered.
    design_effect : float or None [1]
        Variance relative to a simple random sample; None counts as 1 and is said.
    everyone_asked : bool
    level : float in (0, 1) [1]

    Returns
    -------
    Estimate
        value and interval [per cent], n [answers].

    Raises
    ------
    SampleSizeUnknown
        ``n`` is None.
    NotACount
        ``answers`` is negative or larger than ``n``.
    SettingOutOfRange
        The design effect is not above zero.

    Source
    ------
    Wilson (1927), JASA 22:209–212; the design effect divides n (Kish 1965).

    Examples
    --------
    >>> share = survey_share(30, 100, design_effect=1.0)
    >>> share.value, round(share.interval.low, 2), round(share.interval.high, 2)
    (30.0, 21.89, 39.58)
    """
    if n is None:
        raise SampleSizeUnknown()
    size = as_exposure(n, "n")
    if answers is None or not math.isfinite(answers) or not 0 <= answers <= size:
        raise NotACount(value=answers, where=f"answers of {n}")
    share = answers / size
    if everyone_asked:
        return Estimate(share * 100, None, n, "share", "percent", ("not_a_sample",))
    effect = 1.0 if design_effect is None else design_effect
    if not (math.isfinite(effect) and effect > 0):
        raise SettingOutOfRange(name="design_effect", value=effect, wanted="above 0")
    z = -float(special.ndtri((1 - as_level(level)) / 2))
    effective = size / effect
    scale = 1 + z * z / effective
    middle = (share + z * z / (2 * effective)) / scale
    half = z * math.sqrt(share * (1 - share) / effective + z * z / (4 * effective**2)) / scale
    # At 0 and n the limit is 0 and 1 exactly; rounding must not print a hair beyond or inside it.
    low = 0.0 if answers == 0 else max(0.0, middle - half)
    high = 1.0 if answers == size else min(1.0, middle + half)
    caveats = ("design_effect_unknown",) if design_effect is None else ()
    return Estimate(share * 100, Interval(low * 100, high * 100, level), n, "wilson", "percent", caveats)


def ratio_to_rounded_mean(value: float, mean: float, *, rounding_unit: float = 1.0) -> Estimate:
    """Return how many times the printed mean a value is, with the range that rounding leaves.

    Use for a place against a mean that the source has rounded. The mean contains the place itself
    unless the source says otherwise, which draws the ratio towards 1.

    Parameters
    ----------
    value : float [events]
        Of the place, not rounded.
    mean : float [events]
        As printed.
    rounding_unit : float [events]
        1.0 when the mean is printed in whole numbers.

    Returns
    -------
    Estimate
        value [1]; interval value/(mean + half) … value/(mean − half) at level 1, for rounding alone,
        with infinite upper limit when the mean may be zero.

    Raises
    ------
    NoExposure
        The mean is printed as 0 or below: there is no ratio.
    SettingOutOfRange
        The unit of rounding is not above zero.

    Source
    ------
    Rule C.2, ratio to a mean; interval arithmetic.

    Examples
    --------
    >>> ratio_to_rounded_mean(71, 9).interval
    Interval(low=7.473684210526316, high=8.352941176470589, level=1.0)
    """
    if not (math.isfinite(rounding_unit) and rounding_unit > 0):
        raise SettingOutOfRange(name="rounding_unit", value=rounding_unit, wanted="above 0")
    if not math.isfinite(value) or value < 0:
        raise NotACount(value=value, where="value")
    mean = as_exposure(mean, "mean")
    half = rounding_unit / 2
    caveats = ["rounded_mean", "mean_contains_place"]
    high = math.inf
    if mean > half:
        high = value / (mean - half)
    else:
        caveats.append("only_lower_limit")
    return Estimate(
        value / mean,
        Interval(value / (mean + half), high, 1.0),
        value,
        "rounding_range",
        "ratio",
        tuple(caveats),
    )


def pooled_rate(
    counts: Sequence[int],
    exposures: Sequence[float],
    *,
    per: float = PER,
    unit: str = "per_100000",
    level: float = 0.95,
) -> Estimate:
    """Return the rate of several areas taken together: all events over all exposure.

    Use as the level of a comparison group: large areas weigh more. `mean_of_rates` answers another
    question, and the two may differ by far.

    Parameters
    ----------
    counts : sequence of int, shape (areas,) [events]
    exposures : sequence of float, shape (areas,) [persons, hectares …]
    per, unit, level
        As in `rate`.

    Returns
    -------
    Estimate
        value and interval [unit].

    Raises
    ------
    SeriesDiffer
        The lists differ in length or are empty.

    Source
    ------
    Ratio of sums; Garwood interval of the summed count.

    Examples
    --------
    >>> round(pooled_rate([30, 12, 5], [10_000, 1_500, 8_000]).value, 2)
    241.03
    """
    numbers, bases = _pairs(counts, exposures)
    return rate(sum(numbers), math.fsum(bases), per=per, unit=unit, level=level)


def mean_of_rates(
    counts: Sequence[int], exposures: Sequence[float], *, per: float = PER, unit: str = "per_100000"
) -> Estimate:
    """Return the plain mean of the areas' rates: every area weighs the same.

    Use when the areas are the cases. It has no interval here: small areas make it jump, see
    `pooled_rate`.

    Parameters
    ----------
    counts, exposures, per, unit
        As in `pooled_rate`.

    Returns
    -------
    Estimate
        value [unit], interval None, n [areas].

    Raises
    ------
    SeriesDiffer
        The lists differ in length or are empty.

    Source
    ------
    Mean of ratios.

    Examples
    --------
    >>> mean_of_rates([30, 12, 5], [10_000, 1_500, 8_000]).value
    387.5
    """
    numbers, bases = _pairs(counts, exposures)
    value = math.fsum(number * per / base for number, base in zip(numbers, bases, strict=True)) / len(numbers)
    return Estimate(value, None, len(numbers), "mean_of_rates", unit)


def _pairs(counts: Sequence[int], exposures: Sequence[float]) -> tuple[list[int], list[float]]:
    if len(counts) != len(exposures) or not len(counts):
        raise SeriesDiffer(found=f"{len(counts)} and {len(exposures)}", wanted="as many counts as exposures")
    return [as_count(c, "counts") for c in counts], [as_exposure(e, "exposures") for e in exposures]


def ratio_of_sums(numerators: Sequence[int], denominators: Sequence[int]) -> Estimate:
    """Return how many times larger one series is than another over a whole period.

    Use instead of quoting a single year, and always with the period: yearly ratios of small numbers
    swing.

    Parameters
    ----------
    numerators, denominators : sequence of int, shape (periods,) [events]

    Returns
    -------
    Estimate
        value [1], n [events].

    Raises
    ------
    SeriesDiffer
        The lists differ in length or are empty.
    NoExposure
        The denominators sum to 0.

    Source
    ------
    Ratio of sums.

    Examples
    --------
    >>> ratio_of_sums([20, 40], [4, 6]).value
    6.0
    """
    if len(numerators) != len(denominators) or not len(numerators):
        raise SeriesDiffer(found=f"{len(numerators)} and {len(denominators)}", wanted="equally long lists")
    top = sum(as_count(x, "numerators") for x in numerators)
    bottom = sum(as_count(x, "denominators") for x in denominators)
    return Estimate(top / as_exposure(bottom, "denominators"), None, top + bottom, "ratio_of_sums", "ratio")


def share_of_total(part: int, total: int) -> Estimate:
    """Return what share of a total a part is, in per cent.

    Use for a place's share of its region in the same period. Not across sources or years.

    Parameters
    ----------
    part, total : int [events]
        ``part`` is included in ``total``.

    Returns
    -------
    Estimate
        value [per cent], n [events of the total]; everything is counted, so no interval.

    Raises
    ------
    NotACount
        The part is larger than the total.
    NoExposure
        The total is 0.

    Source
    ------
    Rule C.2, share of region.

    Examples
    --------
    >>> round(share_of_total(2794, 27892).value, 1)
    10.0
    """
    part, total = as_count(part, "part"), as_count(total, "total")
    as_exposure(total, "total")
    if part > total:
        raise NotACount(value=part, where=f"part of {total}")
    return Estimate(
        part / total * 100, None, total, "share_of_total", "percent", ("small_numbers",) if total < 20 else ()
    )
