"""Has a count changed more than it normally does? One p, one interval and one word per comparison."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Literal

from scipy import stats

from samsyn.analysis.denominators import (
    boundary_decomposition,
    denominator_breaks,
    implied_denominators,
    rate_decomposition,
    rounding_corners,
)
from samsyn.analysis.errors import (
    SeriesDiffer,
    SettingOutOfRange,
    TooManyFocusSeries,
    UnequalPeriods,
    ZeroBefore,
)
from samsyn.analysis.exact import (
    Pair,
    central_limits,
    central_p,
    log_ratio_limits,
    log_ratio_p,
    minlike_limits,
    minlike_p,
)
from samsyn.analysis.rates import as_count, as_exposure, as_level
from samsyn.analysis.readings import direction, readings
from samsyn.analysis.results import CountComparison, Estimate, Interval, PhiOrigin, Verdict, Word
from samsyn.analysis.variation import assumed_overdispersion, overdispersion, overdispersion_from_areas

__all__ = [
    "assumed_overdispersion",
    "boundary_decomposition",
    "compare_counts",
    "denominator_breaks",
    "direction",
    "implied_denominators",
    "interval_at",
    "judge_family",
    "overdispersion",
    "overdispersion_from_areas",
    "percent_change",
    "rate_decomposition",
    "readings",
    "rounding_corners",
]

CLEAR, POSSIBLE = 0.01, 0.05
MOST_FOCUS_SERIES = 3
SMALL = 20


def compare_counts(
    before: int,
    after: int,
    *,
    days_before: float,
    days_after: float,
    phi: float | None = None,
    phi_origin: PhiOrigin | None = None,
    level: float = 0.95,
    two_sided: Literal["central", "minlike"] = "central",
    season_confirmed: bool = False,
    detection_driven: bool = False,
    presence_sensitive: bool = False,
    chosen_afterwards: bool = False,
) -> CountComparison:
    """Return two counts of one series compared: difference, rate ratio, its interval and its p.

    Use for two periods of the same series in the same area. Not for rolling sums, for different boundaries or
    across a break in how events are counted.

    Parameters
    ----------
    before, after : int [events]
    days_before, days_after : float [days]
        Length of the periods, or another exposure in the same unit. A leap day makes no difference.
    phi : float or None [1]
        Overdispersion, see `overdispersion`; below 1 counts as 1. None: pure chance only, for rare single
        events.
    phi_origin : str or None
        ``history``, ``comparison_areas``, ``assumed``, ``given`` or ``none``.
    level : float in (0, 1) [1]
        Coverage of the interval.
    two_sided : "central" or "minlike"
        Twice the smaller tail with Clopper–Pearson limits, or R's sum of unlikely outcomes with its own
        smallest covering interval. Words rest on central only.
    season_confirmed : bool
        The user has confirmed that season does not matter, so that unequal periods may be compared per day.
    detection_driven, presence_sensitive, chosen_afterwards : bool
        Facts about the series and the choice of the pair, carried as caveats.

    Returns
    -------
    CountComparison
        p is the larger of the exact p and that of ln RR with variance φ(1/a+1/b); the interval is the union
        of the two, so that it holds 1 exactly when p ≥ 1 − level. With an empty period the second is the
        exact test on counts divided by φ.

    Raises
    ------
    NotACount, NoExposure
        A count or a length cannot be used.
    UnequalPeriods
        The lengths differ and the season is not confirmed.
    SettingOutOfRange
        φ, level or ``two_sided`` is outside its range.

    Source
    ------
    Rule C.2, chance check; Clopper & Pearson (1934), Biometrika 26:404–413; Fay (2010), R Journal 2(1):53–58.

    Examples
    --------
    >>> compare_counts(7, 1, days_before=365, days_after=365).p
    0.0703125
    """
    pair = Pair(
        as_count(before, "before"),
        as_count(after, "after"),
        as_exposure(days_before, "days_before"),
        as_exposure(days_after, "days_after"),
    )
    as_level(level)
    if two_sided not in ("central", "minlike"):
        raise SettingOutOfRange(name="two_sided", value=two_sided, wanted="central | minlike")
    if phi is not None:
        if not math.isfinite(phi):
            raise SettingOutOfRange(name="phi", value=phi, wanted="a number from 1")
        phi = max(1.0, float(phi))
    unequal = not _same_length(pair.exposure_before, pair.exposure_after)
    if unequal and not season_confirmed:
        raise UnequalPeriods(days_before=days_before, days_after=days_after)
    origin: PhiOrigin = phi_origin or ("none" if phi is None else "given")
    flags = {
        "unequal_lengths": unequal,
        "season_not_handled": unequal,
        "small_numbers": pair.before < SMALL,
        "zero_before": pair.before == 0,
        "zero_after": pair.after == 0,
        "assumed_overdispersion": origin == "assumed",
        "detection_driven": detection_driven,
        "presence_sensitive": presence_sensitive,
        "chosen_afterwards": chosen_afterwards,
    }
    p_exact = central_p(pair) if two_sided == "central" else minlike_p(pair)
    p_over = None if phi is None else log_ratio_p(pair, phi)
    return CountComparison(
        before=pair.before,
        after=pair.after,
        days_before=pair.exposure_before,
        days_after=pair.exposure_after,
        difference=pair.after - pair.before,
        ratio=pair.after / pair.before * (pair.exposure_before / pair.exposure_after)
        if pair.before
        else None,
        interval=_interval(pair, two_sided, phi, level),
        p_exact=p_exact,
        p_overdispersed=p_over,
        p=p_exact if p_over is None else max(p_exact, p_over),
        phi=phi,
        phi_origin=origin,
        sidedness="two_sided_central" if two_sided == "central" else "two_sided_minlike",
        method="conditional_binomial" if phi is None else "conditional_binomial_overdispersed",
        caveats=tuple(code for code, raised in flags.items() if raised),
    )


def interval_at(comparison: CountComparison, level: float) -> Interval:
    """Return the ratio interval of a comparison at another level, from the same p-value function.

    Use for family-wise intervals. Not needed for the ordinary one: it is in the comparison.

    Parameters
    ----------
    comparison : CountComparison
    level : float in (0, 1) [1]

    Returns
    -------
    Interval [1]

    Raises
    ------
    SettingOutOfRange
        The level is not between 0 and 1.

    Source
    ------
    As `compare_counts`.

    Examples
    --------
    >>> wide = interval_at(compare_counts(7, 1, days_before=365, days_after=365), 0.95)
    >>> wide.contains(1.0)
    True
    """
    pair = Pair(comparison.before, comparison.after, comparison.days_before, comparison.days_after)
    two_sided = "central" if comparison.sidedness == "two_sided_central" else "minlike"
    return _interval(pair, two_sided, comparison.phi, as_level(level))


def _interval(pair: Pair, two_sided: str, phi: float | None, level: float) -> Interval:
    low, high = central_limits(pair, level) if two_sided == "central" else minlike_limits(pair, level)
    if phi is not None:
        wide_low, wide_high = log_ratio_limits(pair, level, phi)
        low, high = min(low, wide_low), max(high, wide_high)
    return Interval(low, high, level)


def _same_length(first: float, second: float) -> bool:
    # A leap day in a year, or one for every fourth year in a longer period, is no difference in length.
    return abs(first - second) <= max(1.0, 0.003 * max(first, second))


def percent_change(
    comparison: CountComparison, *, hide_below: int = 10, caveat_below: int = SMALL
) -> Estimate:
    """Return the change of a count in per cent, or withhold it where it would mislead.

    Use beside both counts, never alone. Not for periods of unequal length.

    Parameters
    ----------
    comparison : CountComparison
    hide_below : int [events]
        The percentage is None below this first count.
    caveat_below : int [events]
        It carries *small numbers* below this one.

    Returns
    -------
    Estimate
        value and interval [per cent]; both None when hidden.

    Raises
    ------
    ZeroBefore
        The first count is 0.
    UnequalPeriods
        The periods differ in length.

    Source
    ------
    Rule C.2, change in per cent.

    Examples
    --------
    >>> percent_change(compare_counts(40, 30, days_before=365, days_after=365)).value
    -25.0
    """
    if not comparison.equal_lengths:
        raise UnequalPeriods(days_before=comparison.days_before, days_after=comparison.days_after)
    if comparison.before == 0:
        raise ZeroBefore(after=comparison.after)
    caveats = tuple(code for code in comparison.caveats if code != "small_numbers")
    if comparison.before < caveat_below:
        caveats += ("small_numbers",)
    if comparison.before < hide_below:
        return Estimate(
            None, None, comparison.before, "percent_change", "percent", (*caveats, "hidden_small_base")
        )
    value = (comparison.after - comparison.before) / comparison.before * 100
    return Estimate(
        value,
        comparison.interval.as_percent_change(),
        comparison.before,
        "percent_change",
        "percent",
        caveats,
    )


def judge_family(comparisons: Sequence[CountComparison], focus: Collection[int] = ()) -> tuple[Verdict, ...]:
    """Return the word for every comparison on a page, with control of how many are given by chance.

    Use once per page or report, with all its comparisons. Not for one comparison at a time when several are
    shown.

    Parameters
    ----------
    comparisons : sequence of CountComparison, shape (comparisons,)
    focus : collection of int
        Positions of at most 3 comparisons, named before the figures were loaded: judged each on its own.

    Returns
    -------
    tuple of Verdict, shape (comparisons,)
        In the same order. Detection-driven series get no word and are not counted in the family.

    Raises
    ------
    TooManyFocusSeries
        More than 3.
    SeriesDiffer
        A position outside the list.
    SettingOutOfRange
        A comparison was made with ``two_sided="minlike"``, whose interval can contradict a word.

    Source
    ------
    Benjamini & Hochberg (1995), JRSS B 57:289–300; Benjamini & Yekutieli (2005), JASA 100:71–81, for the
    intervals; rule C.2 for the words.

    Examples
    --------
    >>> calm = compare_counts(30, 28, days_before=365, days_after=365, phi=2, phi_origin="assumed")
    >>> judge_family([calm])[0].word.value
    'within_normal_variation'
    """
    chosen = set(focus)
    if len(chosen) > MOST_FOCUS_SERIES:
        raise TooManyFocusSeries(found=len(chosen), wanted=MOST_FOCUS_SERIES)
    if any(not 0 <= position < len(comparisons) for position in chosen):
        raise SeriesDiffer(found=f"focus {sorted(chosen)}", wanted=f"positions 0–{len(comparisons) - 1}")
    if any(c.sidedness == "two_sided_minlike" for c in comparisons):
        raise SettingOutOfRange(
            name="two_sided", value="minlike", wanted="central for a comparison that gets a word"
        )
    family = [i for i, c in enumerate(comparisons) if i not in chosen and not c.detection_driven]
    ps = [comparisons[i].p for i in family]
    adjusted = dict(zip(family, stats.false_discovery_control(ps).tolist() if ps else (), strict=True))
    words = sum(q < POSSIBLE for q in adjusted.values())
    verdicts = []
    for position, comparison in enumerate(comparisons):
        if comparison.detection_driven:
            verdicts.append(_without_word(comparison, focus=position in chosen))
        elif position in chosen:
            verdicts.append(_verdict(comparison, comparison.p, 1, int(comparison.p < POSSIBLE), focus=True))
        else:
            verdicts.append(_verdict(comparison, adjusted[position], len(family), words, focus=False))
    return tuple(verdicts)


def _verdict(comparison: CountComparison, q: float, m: int, words: int, *, focus: bool) -> Verdict:
    word = Word.CLEAR if q < CLEAR else Word.POSSIBLE if q < POSSIBLE else Word.WITHIN_NORMAL_VARIATION
    share = words if q < POSSIBLE else 1
    interval = interval_at(comparison, 1 - share * POSSIBLE / m)
    if (word is Word.WITHIN_NORMAL_VARIATION) != interval.contains(1.0):
        interval = _nudged(interval, keep_one=word is Word.WITHIN_NORMAL_VARIATION)
    caveats = (*comparison.caveats, "focus") if focus else comparison.caveats
    return Verdict(word, comparison.p, q, m, words, interval, focus, caveats)


def _nudged(interval: Interval, *, keep_one: bool) -> Interval:
    """Return the interval with a limit that sits on 1 moved by the last digit of floating point."""
    if keep_one:
        return replace(interval, low=min(interval.low, 1.0), high=max(interval.high, 1.0))
    if 1 - interval.low < interval.high - 1:
        return replace(interval, low=math.nextafter(1.0, 2.0))
    return replace(interval, high=math.nextafter(1.0, 0.0))


def _without_word(comparison: CountComparison, *, focus: bool) -> Verdict:
    caveats = (*comparison.caveats, "focus") if focus else comparison.caveats
    return Verdict(Word.NOT_APPLICABLE, comparison.p, None, 0, 0, comparison.interval, focus, caveats)
