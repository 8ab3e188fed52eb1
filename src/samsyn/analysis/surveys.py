"""Shares, differences and indices of surveys, and what a printed share can mean as a count."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import special

from samsyn.analysis import rates
from samsyn.analysis.errors import (
    NotACount,
    NothingVaries,
    SampleSizeUnknown,
    SeriesDiffer,
    SettingOutOfRange,
    TooFewEvents,
    WorkTooLarge,
)
from samsyn.analysis.rates import as_count, as_level
from samsyn.analysis.results import Estimate, Interval, Result

FEWEST_RESPONDENTS = 5


@dataclass(frozen=True, slots=True)
class SurveyShare(Result):
    """A share of answers, with everybody who is not in it counted apart.

    Parameters
    ----------
    value : float [per cent]
    interval : Interval or None [per cent]
        None where everyone was asked.
    n : int [answers]
        The base that the share is of.
    effective_n : float [answers]
        n divided by the design effect.
    design_effect : float or None [1]
    yes, no, dont_know, missing : int [answers]
        Unweighted; ``missing`` did not answer the question.
    dont_know_in_base : bool
    """

    value: float
    interval: Interval | None
    n: int
    effective_n: float
    design_effect: float | None
    yes: int
    no: int
    dont_know: int
    missing: int
    dont_know_in_base: bool
    unit: str = "percent"
    method: str = "wilson"
    caveats: tuple[str, ...] = ()


def survey_share(
    yes: int,
    no: int | None,
    *,
    dont_know: int = 0,
    missing: int = 0,
    dont_know_in_base: bool = False,
    design_effect: float | None = None,
    everyone_asked: bool = False,
    level: float = 0.95,
) -> SurveyShare:
    """Return the share that answered yes, with don't know, missing and no kept apart.

    Use for printed counts of a sample. Not for a share whose n is unknown: it is refused. The interval
    covers on average as often as it says from 10 in the base, for a given share a little more or less.

    Parameters
    ----------
    yes : int [answers]
    no : int or None [answers]
        All other real answers, zero if there were none; None when unknown.
    dont_know, missing : int [answers]
    dont_know_in_base : bool
        Whether those who do not know are part of what the share is of.
    design_effect : float or None [1]
        Variance relative to a simple random sample; None counts as 1 and is said.
    everyone_asked : bool
        There is then no sampling interval.
    level : float in (0, 1) [1]

    Returns
    -------
    SurveyShare

    Raises
    ------
    SampleSizeUnknown
        ``no`` is None.
    NotACount
        A count is negative or broken.
    TooFewEvents
        Nobody is in the base.
    SettingOutOfRange
        The level or the design effect is out of range.

    Source
    ------
    Wilson (1927), JASA 22:209–212; Kish (1965) for the design effect; rule C.2, survey shares.

    Examples
    --------
    >>> found = survey_share(30, 60, dont_know=10, design_effect=1.0)
    >>> round(found.value, 2), found.n, found.dont_know
    (33.33, 90, 10)
    """
    if no is None:
        raise SampleSizeUnknown()
    parts = [as_count(value, name) for value, name in
             ((yes, "yes"), (no, "no"), (dont_know, "dont_know"), (missing, "missing"))]  # fmt: skip
    base = parts[0] + parts[1] + (parts[2] if dont_know_in_base else 0)
    if base == 0:
        raise TooFewEvents(found=0, wanted=1, where="answers")
    found = rates.survey_share(
        parts[0], base, design_effect=design_effect, everyone_asked=everyone_asked, level=as_level(level)
    )
    assert found.value is not None
    return SurveyShare(
        value=found.value,
        interval=found.interval,
        n=base,
        effective_n=base / (design_effect or 1.0),
        design_effect=design_effect,
        yes=parts[0],
        no=parts[1],
        dont_know=parts[2],
        missing=parts[3],
        dont_know_in_base=dont_know_in_base,
        method=found.method,
        caveats=found.caveats,
    )


def weighted_share(
    answers: Sequence[object],
    weights: Sequence[float],
    *,
    yes: object = 1,
    dont_know: object = "dont_know",
    dont_know_in_base: bool = False,
    level: float = 0.95,
) -> SurveyShare:
    """Return a weighted share from single answers, with the design effect that the weights give.

    Use where each answer has a weight, for non-response or unequal chances to be asked. Not for samples in
    clusters unless their effect is known as well: weights alone make the interval too short there.

    Parameters
    ----------
    answers : sequence, shape (respondents,)
        ``yes``, ``dont_know``, None for missing; anything else is no.
    weights : sequence of float, shape (respondents,)
        From 0; the scale does not matter.
    yes, dont_know : object
        How these answers are written.
    dont_know_in_base : bool
    level : float in (0, 1) [1]

    Returns
    -------
    SurveyShare
        ``effective_n`` is (Σw)²/Σw².

    Raises
    ------
    SeriesDiffer
        The lists differ in length.
    SettingOutOfRange
        A weight is negative or not a number.
    TooFewEvents
        Nobody with a weight is in the base.

    Source
    ------
    Kish (1965), Survey Sampling, 11.7; Wilson (1927).

    Examples
    --------
    >>> found = weighted_share([1, 1, 0, 0, None], [1, 1, 2, 2, 1])
    >>> round(found.value, 2), found.effective_n, found.missing
    (33.33, 3.6, 1)
    """
    if len(answers) != len(weights):
        raise SeriesDiffer(found=f"{len(answers)} and {len(weights)}", wanted="a weight for every answer")
    weight = np.asarray(weights, dtype=float)
    if not np.all(np.isfinite(weight)) or np.any(weight < 0):
        raise SettingOutOfRange(name="weights", value="a weight below 0", wanted="from 0")
    missing = [one is None for one in answers]
    unsure = [one is not None and one == dont_know for one in answers]
    said = [one is not None and not u and one == yes for one, u in zip(answers, unsure, strict=True)]
    inside = np.array(
        [not m and (dont_know_in_base or not u) for m, u in zip(missing, unsure, strict=True)], dtype=bool
    )
    total = float(weight[inside].sum())
    if total == 0:
        raise TooFewEvents(found=0, wanted=1, where="answers")
    share = min(1.0, float(weight[np.array(said, dtype=bool)].sum()) / total)
    n = int(inside.sum())
    effective = total**2 / float((weight[inside] ** 2).sum())
    answered = rates.survey_share(share * n, n, design_effect=n / effective, level=as_level(level))
    return SurveyShare(
        value=share * 100,
        interval=answered.interval,
        n=n,
        effective_n=effective,
        design_effect=n / effective,
        yes=sum(said),
        no=len(answers) - sum(said) - sum(unsure) - sum(missing),
        dont_know=sum(unsure),
        missing=sum(missing),
        dont_know_in_base=dont_know_in_base,
        method="wilson_weighted",
    )


@dataclass(frozen=True, slots=True)
class WaveDifference(Result):
    """The difference between two waves of one survey.

    Parameters
    ----------
    difference : float [percentage points]
        Later minus earlier.
    interval : Interval [percentage points]
    before, after : Estimate [per cent]
    """

    difference: float
    interval: Interval
    before: Estimate
    after: Estimate
    n: int
    unit: str = "percentage_points"
    method: str = "newcombe_hybrid_score"
    caveats: tuple[str, ...] = ()


def survey_waves(
    before: float,
    n_before: int | None,
    after: float,
    n_after: int | None,
    *,
    design_effect: float | None = None,
    level: float = 0.95,
) -> WaveDifference:
    """Return the difference between the shares of two independent waves, in percentage points.

    Use for the same question, population and order of questions. Not for a panel where the same persons
    answer twice, and not for waves where everyone was asked. It covers close to its level from about 10
    answers in each wave.

    Parameters
    ----------
    before, after : float [answers]
        Those who gave the answer.
    n_before, n_after : int or None [answers]
    design_effect : float or None [1]
        Of both waves; None counts as 1 and is said.
    level : float in (0, 1) [1]

    Returns
    -------
    WaveDifference

    Raises
    ------
    SampleSizeUnknown, NotACount, SettingOutOfRange
        As `rates.survey_share`.

    Source
    ------
    Newcombe (1998), Statistics in Medicine 17:873–890, method 10, on n divided by the design effect.

    Examples
    --------
    >>> found = survey_waves(56, 70, 48, 80, design_effect=1.0)
    >>> round(found.difference, 1), round(found.interval.low, 2), round(found.interval.high, 2)
    (-20.0, -33.39, -5.24)
    """
    first = rates.survey_share(before, n_before, design_effect=design_effect, level=level)
    second = rates.survey_share(after, n_after, design_effect=design_effect, level=level)
    a, b = float(first.value or 0.0), float(second.value or 0.0)
    i, j = first.interval, second.interval
    assert i is not None
    assert j is not None
    gap = b - a
    low = gap - math.hypot(b - j.low, i.high - a)
    high = gap + math.hypot(j.high - b, a - i.low)
    return WaveDifference(
        difference=gap,
        interval=Interval(max(-100.0, low), min(100.0, high), level),
        before=replace(first, caveats=()),
        after=replace(second, caveats=()),
        n=int(n_before or 0) + int(n_after or 0),
        caveats=first.caveats,
    )


@dataclass(frozen=True, slots=True)
class SurveyIndex(Result):
    """The mean of an index made of several questions.

    Parameters
    ----------
    estimate : float [per cent of the scale]
        0 at the lowest answer to every question, 100 at the highest.
    interval : Interval [per cent of the scale]
    n : int [respondents]
        Those who answered at least ``min_items`` questions.
    left_out : int [respondents]
    alpha : float or None [1]
        Cronbach's α of those who answered everything; None where it cannot be computed.
    """

    estimate: float
    interval: Interval
    n: int
    left_out: int
    min_items: int
    alpha: float | None
    unit: str = "percent"
    method: str = "mean_index"
    caveats: tuple[str, ...] = ()


def survey_index(
    answers: Sequence[Sequence[float | None]],
    *,
    lowest: float,
    highest: float,
    min_items: int | None = None,
    design_effect: float | None = None,
    level: float = 0.95,
) -> SurveyIndex:
    """Return the mean of an index of several questions on one scale, with its interval.

    Use for questions that point the same way; turn the others round first. Not for fewer than 5 persons. A
    person's index is the mean of the questions answered, if they are at least ``min_items``. The t interval
    covers about as often as it says from 20 persons.

    Parameters
    ----------
    answers : sequence, shape (respondents, items)
        None where there is no answer.
    lowest, highest : float
        Ends of the scale.
    min_items : int or None
        None: half of the questions, rounded up.
    design_effect : float or None [1]
        None counts as 1 and is said.
    level : float in (0, 1) [1]

    Returns
    -------
    SurveyIndex

    Raises
    ------
    SeriesDiffer
        Rows of different length.
    SettingOutOfRange
        An answer outside the scale, or ``min_items`` outside the number of questions.
    TooFewEvents
        Fewer than 5 persons with enough answers.
    NothingVaries
        All have the same index, so its uncertainty cannot be seen.

    Source
    ------
    Mean and t interval; Cronbach (1951), Psychometrika 16:297–334, for α.

    Examples
    --------
    >>> found = survey_index([[1, 2], [2, 2], [3, 4], [4, 4], [2, None]], lowest=1, highest=4, min_items=1)
    >>> round(found.estimate, 1), found.n
    (53.3, 5)
    """
    level = as_level(level)
    items = len(answers[0]) if len(answers) else 0
    if not items or any(len(row) != items for row in answers):
        raise SeriesDiffer(found="rows of different length", wanted="a place for every question in every row")
    if not highest > lowest:
        raise SettingOutOfRange(name="highest", value=highest, wanted=f"above {lowest}")
    wanted = math.ceil(items / 2) if min_items is None else min_items
    if not 1 <= wanted <= items:
        raise SettingOutOfRange(name="min_items", value=wanted, wanted=f"1–{items}")
    effect = 1.0 if design_effect is None else design_effect
    if not (math.isfinite(effect) and effect > 0):
        raise SettingOutOfRange(name="design_effect", value=effect, wanted="above 0")
    table = np.array([[math.nan if one is None else float(one) for one in row] for row in answers])
    told = ~np.isnan(table)
    if np.any((table[told] < lowest) | (table[told] > highest)):
        raise SettingOutOfRange(name="answers", value="outside the scale", wanted=f"{lowest}–{highest}")
    kept = told.sum(axis=1) >= wanted
    n = int(kept.sum())
    if n < FEWEST_RESPONDENTS:
        raise TooFewEvents(found=n, wanted=FEWEST_RESPONDENTS, where="persons with enough answers")
    scaled = 100 * (np.where(told, table, 0.0)[kept].sum(axis=1) / told[kept].sum(axis=1) - lowest)
    scaled = scaled / (highest - lowest)
    spread = float(scaled.std(ddof=1))
    if spread < 1e-9:
        raise NothingVaries(where="index")
    mean = float(scaled.mean())
    reach = -float(special.stdtrit(n - 1, (1 - level) / 2)) * spread * math.sqrt(effect / n)
    caveats = [] if design_effect is not None else ["design_effect_unknown"]
    return SurveyIndex(
        estimate=mean,
        interval=Interval(max(0.0, mean - reach), min(100.0, mean + reach), level),
        n=n,
        left_out=len(answers) - n,
        min_items=wanted,
        alpha=_alpha(table[told.all(axis=1)]),
        caveats=tuple(caveats + (["small_numbers"] if n < 20 else [])),
    )


def _alpha(full: NDArray[np.float64]) -> float | None:
    people, items = full.shape
    if people < 2 or items < 2:
        return None
    total = float(full.sum(axis=1).var(ddof=1))
    if total <= 0:
        return None
    return float(items / (items - 1) * (1 - float(full.var(axis=0, ddof=1).sum()) / total))


@dataclass(frozen=True, slots=True)
class PrintedShare(Result):
    """What a printed share can mean as a number of answers.

    Parameters
    ----------
    fits : bool
        Whether any count of n rounds to the printed share.
    low, high : int or None [answers]
        Fewest and most answers that round to it; None when no count does.
    truncated_low, truncated_high : int or None [answers]
        The same if the source cut the decimals off.
    nearest : int [answers]
    nearest_share : float [per cent]
        What the nearest count would be, without rounding.
    """

    fits: bool
    low: int | None
    high: int | None
    truncated_low: int | None
    truncated_high: int | None
    nearest: int
    nearest_share: float
    printed: float
    n: int
    method: str = "rounding_range"
    caveats: tuple[str, ...] = ()


def printed_share(share: float, n: int | None, *, decimals: int = 0) -> PrintedShare:
    """Return which numbers of answers a share printed in per cent can mean.

    Use to check printed shares against their n, and to read counts back. Where none fits, ask the source:
    rounded otherwise, cut off, forced to add up to 100, weighted, or of another n. Not for weighted shares.

    Parameters
    ----------
    share : float [per cent]
        As printed.
    n : int or None [answers]
    decimals : int, 0–6
        How many the source prints.

    Returns
    -------
    PrintedShare
        A half may have been rounded either way, so both limits are included.

    Raises
    ------
    SampleSizeUnknown
        ``n`` is None.
    NotACount, SettingOutOfRange, TooFewEvents, WorkTooLarge
        The share, n or the decimals cannot be used.

    Source
    ------
    Rule C.2, survey shares; whole-number arithmetic.

    Examples
    --------
    >>> found = printed_share(37, 30)
    >>> found.low, found.high, printed_share(38, 30).fits
    (11, 11, False)
    """
    if n is None:
        raise SampleSizeUnknown()
    size = as_count(n, "n")
    if size == 0:
        raise TooFewEvents(found=0, wanted=1, where="answers")
    if size > 10**12:
        raise WorkTooLarge(found=size, wanted=10**12, where="n")
    if not isinstance(decimals, int) or not 0 <= decimals <= 6:
        raise SettingOutOfRange(name="decimals", value=decimals, wanted="0–6")
    if not (math.isfinite(share) and 0 <= share <= 100):
        raise NotACount(value=share, where="share")
    scale = 10**decimals
    steps = round(share * scale)
    if abs(steps / scale - share) > 1e-9:
        raise SettingOutOfRange(name="decimals", value=decimals, wanted=f"as many as {share} has")
    whole = 100 * scale
    # Counts k with |k/n − steps/whole| ≤ half a step, in whole numbers: 2·whole·k within n·(2·steps ± 1).
    low = max(0, -(-(size * (2 * steps - 1)) // (2 * whole)))
    high = min(size, size * (2 * steps + 1) // (2 * whole))
    cut_low = -(-(size * steps) // whole)
    cut_high = min(size, (size * (steps + 1) - 1) // whole)
    nearest = (2 * size * steps + whole) // (2 * whole)
    fits, cut = low <= high, cut_low <= cut_high
    return PrintedShare(
        fits=fits,
        low=low if fits else None,
        high=high if fits else None,
        truncated_low=cut_low if cut else None,
        truncated_high=cut_high if cut else None,
        nearest=nearest,
        nearest_share=nearest / size * 100,
        printed=float(share),
        n=size,
        caveats=() if fits else ("share_does_not_fit",),
    )
