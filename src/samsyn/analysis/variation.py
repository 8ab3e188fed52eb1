"""How much a series swings from one period to the next beyond pure chance: φ, variance divided by mean."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from samsyn.analysis.errors import HistoryTooShort, SeriesDiffer, SettingOutOfRange
from samsyn.analysis.rates import as_count

FEWEST_PERIODS = 5
FEWEST_PAIRS = 3
MEDIAN_OF_CHI_SQUARE = 0.454936423119572  # median of a squared standard normal


def overdispersion(history: Sequence[int], *, median_unbiased: bool = False) -> float:
    """Return φ from earlier periods of the same series.

    Use the periods before the two that are compared, all of one length. Not across a break in how the
    series is counted. The plain median of the rule is about 0.45 of the true φ, since a squared normal has
    that median; ``median_unbiased`` divides by it.

    Parameters
    ----------
    history : sequence of int, shape (periods,), at least 5 [events]
        In order of time.
    median_unbiased : bool
        Divide by 0.455, so that a Poisson series gives 1 on average.

    Returns
    -------
    float
        Median of (x₂−x₁)²/(x₂+x₁) over neighbouring periods, at least 1 [1].

    Raises
    ------
    HistoryTooShort
        Fewer than 5 periods, or fewer than 3 neighbouring pairs with any event.
    NotACount
        A value is missing or broken.

    Source
    ------
    Rule C.2, chance check.

    Examples
    --------
    >>> overdispersion([100, 130, 90, 120, 95])
    4.099378881987578
    """
    counts = np.array([as_count(x, "history") for x in history], dtype=float)
    if len(counts) < FEWEST_PERIODS:
        raise HistoryTooShort(found=len(counts), wanted=FEWEST_PERIODS, where="periods")
    sums, steps = counts[1:] + counts[:-1], np.diff(counts)
    told = sums > 0
    if told.sum() < FEWEST_PAIRS:
        raise HistoryTooShort(
            found=int(told.sum()), wanted=FEWEST_PAIRS, where="pairs of periods with events"
        )
    return _floored(float(np.median(steps[told] ** 2 / sums[told])), median_unbiased)


def overdispersion_from_areas(counts: ArrayLike, *, median_unbiased: bool = False) -> float:
    """Return φ from comparison areas after the trend they share is taken away.

    Use when the series itself is too short. Not with the place itself among the areas.

    Parameters
    ----------
    counts : array of int, shape (areas, periods), at least (3, 2) [events]
        Periods of one length, in order.
    median_unbiased : bool
        As in `overdispersion`.

    Returns
    -------
    float
        Median of (x₂ − r·x₁)²/(r·(x₁+x₂)·(1−w)) over areas and neighbouring periods, r the step of their
        sum and w the area's share of it; at least 1 [1].

    Raises
    ------
    HistoryTooShort
        Fewer than 3 areas, or fewer than 5 pairs with events.
    SeriesDiffer
        Not a table of areas by periods.

    Source
    ------
    Rule C.2, chance check; w is the leverage of an area on the shared trend.

    Examples
    --------
    >>> overdispersion_from_areas([[10, 20], [30, 60], [5, 10], [8, 16], [12, 24]])
    1.0
    """
    try:
        table = np.array(counts, dtype=float)
    except ValueError:
        table = np.empty(0)
    if table.ndim != 2 or table.shape[1] < 2:
        raise SeriesDiffer(found=f"shape {table.shape}", wanted="one row per area, one column per period")
    for value in table.flat:
        as_count(value, "comparison areas")
    if table.shape[0] < FEWEST_PAIRS:
        raise HistoryTooShort(found=table.shape[0], wanted=FEWEST_PAIRS, where="areas")
    first, second = table[:, :-1], table[:, 1:]
    total_first, total_second = first.sum(axis=0), second.sum(axis=0)
    usable = (total_first > 0) & (total_second > 0)
    first, second = first[:, usable], second[:, usable]
    step = total_second[usable] / total_first[usable]
    both = first + second
    weight = both / (total_first[usable] + total_second[usable])
    told = (both > 0) & (weight < 1)
    if told.sum() < FEWEST_PERIODS:
        raise HistoryTooShort(
            found=int(told.sum()), wanted=FEWEST_PERIODS, where="pairs of periods with events"
        )
    with np.errstate(divide="ignore", invalid="ignore"):
        each = (second - step * first) ** 2 / (step * both * (1 - weight))
    return _floored(float(np.median(each[told])), median_unbiased)


def assumed_overdispersion(
    kind: str, *, offence_type: str = "none", presence_sensitive: bool = False
) -> float:
    """Return the φ that is assumed where neither history nor comparison areas exist.

    Use last, and print that it is assumed.

    Parameters
    ----------
    kind : str
        ``reported_offence``, ``incident_report``, ``survey``, ``residents`` or ``register``.
    offence_type : str
        ``victim_reported``, ``detection_driven``, ``mixed`` or ``none``.
    presence_sensitive : bool
        Whether more staff on the spot give more events.

    Returns
    -------
    float
        4 for incident reports, presence-sensitive and detection-driven series; 2 for other reported offences;
        1 for counts of registers and residents, whose events are single [1].

    Raises
    ------
    SettingOutOfRange
        The kind is not known.

    Source
    ------
    Rule C.2, chance check. The values for detection-driven series and registers are ours.

    Examples
    --------
    >>> assumed_overdispersion("reported_offence", offence_type="victim_reported")
    2.0
    """
    kinds = ("reported_offence", "incident_report", "survey", "residents", "register")
    if kind not in kinds:
        raise SettingOutOfRange(name="kind", value=kind, wanted=" | ".join(kinds))
    if kind == "incident_report" or presence_sensitive or offence_type == "detection_driven":
        return 4.0
    return 2.0 if kind == "reported_offence" else 1.0


def _floored(phi: float, median_unbiased: bool) -> float:
    return max(1.0, phi / MEDIAN_OF_CHI_SQUARE if median_unbiased else phi)
