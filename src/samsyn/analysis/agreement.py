"""Do raters agree, beyond what chance would give? Cohen's kappa and Gwet's AC1, from ten rated items."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import special

from samsyn.analysis.errors import NothingVaries, SeriesDiffer, SettingOutOfRange, TooFewAreas
from samsyn.analysis.rates import as_level
from samsyn.analysis.results import Interval, Result

FEWEST_ITEMS = 10


@dataclass(frozen=True, slots=True)
class Agreement(Result):
    """How far raters agree.

    Parameters
    ----------
    estimate : float [1]
        The coefficient: 1 is full agreement, 0 what chance gives.
    interval : Interval [1]
        Cut at −1 and 1.
    standard_error : float [1]
    agreement : float [per cent]
        Plain share of agreement, weighted where weights are used.
    agreement_by_chance : float [per cent]
        As the coefficient reckons it.
    n : int [items]
    raters : int
    categories : tuple of str
    """

    estimate: float
    interval: Interval
    standard_error: float
    agreement: float
    agreement_by_chance: float
    n: int
    raters: int
    categories: tuple[str, ...]
    method: str
    caveats: tuple[str, ...] = ()


def _items(found: int) -> None:
    if found < FEWEST_ITEMS:
        raise TooFewAreas(found=found, what="items rated by at least two", wanted=FEWEST_ITEMS)


def _order(seen: set[str], categories: Sequence[object] | None) -> list[str]:
    if categories is None:
        # Numbers in their own order, so that 10 does not come before 2.
        try:
            return sorted(seen, key=float)
        except ValueError:
            return sorted(seen)
    named = [str(one) for one in categories]
    if len(set(named)) < len(named) or not seen <= set(named):
        raise SeriesDiffer(found=", ".join(sorted(seen)), wanted=", ".join(named))
    return named


def cohen_kappa(
    first: Sequence[object],
    second: Sequence[object],
    *,
    weights: Literal["none", "linear", "quadratic"] = "none",
    categories: Sequence[object] | None = None,
    level: float = 0.95,
) -> Agreement:
    """Return how far two raters agree beyond chance, as Cohen's kappa.

    Use for two raters who judged the same items independently. Not where almost everything falls in one
    category: kappa is then low in spite of agreement, see `gwet_ac1`. The interval is the normal one: it
    covers about as often as it says from 30 items, and too seldom when agreement is nearly full.

    Parameters
    ----------
    first, second : sequence, shape (items,)
        Judgements; items that either left out (None) are left out.
    weights : "none", "linear" or "quadratic"
        For ordered categories: near misses count in part.
    categories : sequence
        All possible answers in order; left out: those seen, numbers by size and words by the alphabet.
    level : float in (0, 1) [1]

    Returns
    -------
    Agreement

    Raises
    ------
    SeriesDiffer
        The lists differ in length, or an answer is no category.
    TooFewAreas
        Fewer than 10 items rated by both.
    NothingVaries
        Both gave the same answer to everything.
    SettingOutOfRange
        The weights or the level are unknown.

    Source
    ------
    Cohen (1960), doi:10.1177/001316446002000104; Fleiss, Cohen & Everitt (1969), Psychological Bulletin
    72:323–327, for the variance.

    Examples
    --------
    >>> found = cohen_kappa(list("jjjjjjnnnnnn"), list("jjjjjnnnnnnj"))
    >>> round(found.estimate, 3), round(found.agreement, 1)
    (0.667, 83.3)
    """
    level = as_level(level)
    if weights not in ("none", "linear", "quadratic"):
        raise SettingOutOfRange(name="weights", value=weights, wanted="none | linear | quadratic")
    if len(first) != len(second):
        raise SeriesDiffer(found=f"{len(first)} and {len(second)}", wanted="equally long lists")
    both = [(str(a), str(b)) for a, b in zip(first, second, strict=True) if a is not None and b is not None]
    _items(len(both))
    order = _order({answer for pair in both for answer in pair}, categories)
    q, n = len(order), len(both)
    if len({answer for pair in both for answer in pair}) < 2:
        raise NothingVaries(where="judgements")
    table = np.zeros((q, q))
    for a, b in both:
        table[order.index(a), order.index(b)] += 1
    table /= n
    steps = np.abs(np.subtract.outer(np.arange(q), np.arange(q))) / (q - 1)
    weight = np.eye(q) if weights == "none" else 1 - (steps if weights == "linear" else steps**2)
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    observed, chance = float((weight * table).sum()), float(rows @ weight @ columns)
    if chance >= 1:
        raise NothingVaries(where="judgements")
    kappa = (observed - chance) / (1 - chance)
    share = (weight @ columns)[:, None] + (rows @ weight)[None, :]
    spread = (table * (weight - share * (1 - kappa)) ** 2).sum() - (kappa - chance * (1 - kappa)) ** 2
    error = math.sqrt(max(0.0, float(spread)) / n) / (1 - chance)
    reach = -float(special.ndtri((1 - level) / 2)) * error
    return Agreement(
        estimate=kappa,
        interval=Interval(max(-1.0, kappa - reach), min(1.0, kappa + reach), level),
        standard_error=error,
        agreement=observed * 100,
        agreement_by_chance=chance * 100,
        n=n,
        raters=2,
        categories=tuple(order),
        method="cohen_kappa" if weights == "none" else f"cohen_kappa_{weights}",
        caveats=("small_numbers",) if n < 30 else (),
    )


def gwet_ac1(
    ratings: Sequence[Sequence[object]],
    *,
    categories: Sequence[object] | None = None,
    level: float = 0.95,
) -> Agreement:
    """Return how far two or more raters agree beyond chance, as Gwet's AC1.

    Use where one category is common, where there are more than two raters, or where some items lack a
    judgement. Not to compare with kappa from elsewhere: the two reckon chance differently. The items are
    seen as a sample; the interval holds for these raters.

    Parameters
    ----------
    ratings : sequence, shape (items, raters)
        Judgements, None where there is none.
    categories : sequence
        All possible answers; left out: those seen. An answer that nobody gave changes the number.
    level : float in (0, 1) [1]

    Returns
    -------
    Agreement

    Raises
    ------
    SeriesDiffer
        The rows differ in length, or an answer is no category.
    TooFewAreas
        Fewer than 10 items rated by at least two, or fewer than two raters.
    NothingVaries
        There is only one category.

    Source
    ------
    Gwet (2008), British J. of Mathematical and Statistical Psychology 61:29–48,
    doi:10.1348/000711006X126600; t limits with items − 1 degrees of freedom.

    Examples
    --------
    >>> found = gwet_ac1([["ja", "ja"]] * 10 + [["ja", "nej"]] * 2)
    >>> round(found.estimate, 3), round(found.agreement, 1)
    (0.803, 83.3)
    """
    level = as_level(level)
    raters = len(ratings[0]) if len(ratings) else 0
    if any(len(row) != raters for row in ratings):
        raise SeriesDiffer(found="rows of different length", wanted="one place for each rater in every row")
    if raters < 2:
        raise TooFewAreas(found=raters, what="raters", wanted=2)
    rows = [[str(one) for one in row if one is not None] for row in ratings]
    rows = [row for row in rows if row]
    _items(sum(len(row) >= 2 for row in rows))
    order = _order({answer for row in rows for answer in row}, categories)
    q = len(order)
    if q < 2:
        raise NothingVaries(where="judgements")
    counts: NDArray[np.float64] = np.array([[row.count(one) for one in order] for row in rows], dtype=float)
    each = counts.sum(axis=1)
    told = each >= 2
    n, pairs = len(rows), int(told.sum())
    shares = (counts / each[:, None]).mean(axis=0)
    chance = float((shares * (1 - shares)).sum()) / (q - 1)
    agreed = np.zeros(n)
    agreed[told] = (counts[told] * (counts[told] - 1)).sum(axis=1) / (each[told] * (each[told] - 1))
    observed = float(agreed[told].mean())
    value = (observed - chance) / (1 - chance)
    # What each item adds, with the part that it has in the chance agreement (linearisation).
    own = n / pairs * (agreed - chance * told) / (1 - chance)
    own_chance = (counts * (1 - shares)).sum(axis=1) / each / (q - 1)
    own = own - 2 * (1 - value) * (own_chance - chance) / (1 - chance)
    error = math.sqrt(float(((own - value) ** 2).sum()) / (n * (n - 1)))
    reach = -float(special.stdtrit(n - 1, (1 - level) / 2)) * error
    return Agreement(
        estimate=value,
        interval=Interval(max(-1.0, value - reach), min(1.0, value + reach), level),
        standard_error=error,
        agreement=observed * 100,
        agreement_by_chance=chance * 100,
        n=pairs,
        raters=raters,
        categories=tuple(order),
        method="gwet_ac1",
        caveats=("small_numbers",) if pairs < 30 else (),
    )
