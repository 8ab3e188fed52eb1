"""Results of the statistics: frozen values that carry their interval, method, n and caveats as codes.

No sentence is written here. A caveat is a code from `CAVEATS`; the reports have one text for each.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from enum import Enum, StrEnum
from typing import Any, Literal

CAVEATS = frozenset(
    {
        "small_numbers",  # fewer than 20 events in the first period
        "hidden_small_base",  # fewer than 10: the percentage is hidden
        "unequal_lengths",  # rates per day are compared, not counts
        "season_not_handled",  # the periods cover different parts of the year
        "zero_before",
        "zero_after",
        "detection_driven",  # the count follows the work, so it gets no word
        "presence_sensitive",
        "chosen_afterwards",  # the pair was picked because it is the largest
        "focus",  # named before the figures were loaded, judged outside the family
        "assumed_overdispersion",
        "rounded_mean",
        "mean_contains_place",
        "only_lower_limit",
        "design_effect_unknown",
        "not_a_sample",  # everyone was asked: no sampling interval
        "directions_differ",
        "denominator_unexplained",
        "no_typical_step",
        "may_be_rounding",
        "same_boundary_needed",
        "positions_rounded",  # so coarsely that pairs may fall in the wrong band of distance
        "no_neighbours",  # some areas have none, and are never marked
        "times_unknown",  # events without a time are counted apart
        "spans_left_out",  # too long, or ending before they begin
        "clock_change",  # clock times that did not exist, or came twice
        "bandwidth_below_cell",  # the map shows its grid, not the density
        "outside_left_out",  # events outside the study area
        "fewer_events_than_places",
        "position_error_assumed",
        "few_per_cell",  # a cell below 5: a normal interval does not keep its promise
        "ratio_unavailable",  # a zero that would be divided by
        "scales_disagree",  # difference and ratio point in different directions
        "effect_not_shown",  # at the place itself, so displacement is not weighed
        "share_does_not_fit",  # no count of the given n rounds to the printed share
        "durations_unknown",  # visits without an end are counted but not in the minutes
        "knot_uncertain",  # the interval of the knot reaches the ends of what was looked at
        "baseline_from_counts",  # the level compared with is itself counted
        "phase_in",  # periods right after the start are read as full effect
        "phase_in_left_out",
        "sparse_left_out",  # series whose expected count is under 0.5
        "few_comparison_areas",  # fewer than 10: p from randomisation, no interval
        "few_treated_areas",  # fewer than 10: the clustered error is too small
        "staggered_starts",  # one number for starts at different times
        "estimates_disagree",  # two methods point different ways or exclude each other
        "few_donors",  # so few that p cannot be small
    }
)

PhiOrigin = Literal["history", "comparison_areas", "assumed", "given", "none"]
Sidedness = Literal["two_sided_central", "two_sided_minlike"]


class Word(StrEnum):
    """How clearly a change stands out from normal variation; the reports hold the Swedish words."""

    CLEAR = "clear"
    POSSIBLE = "possible"
    WITHIN_NORMAL_VARIATION = "within_normal_variation"
    NOT_APPLICABLE = "not_applicable"


class Direction(StrEnum):
    """Which way a measure has gone."""

    UP = "up"
    DOWN = "down"
    EQUAL = "equal"
    UNKNOWN = "unknown"


def _plain(value: Any) -> Any:
    """Return ``value`` as something JSON can hold: an infinite limit is None."""
    if isinstance(value, Result):
        return value.to_dict()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, float):
        if math.isnan(value):
            raise AssertionError("a result holds NaN: the method must refuse instead")
        return None if math.isinf(value) else value
    if isinstance(value, tuple | list | frozenset):
        return [_plain(item) for item in (sorted(value, key=str) if isinstance(value, frozenset) else value)]
    if isinstance(value, dict):
        return {_key(key): _plain(item) for key, item in value.items()}
    return value


def _key(key: Any) -> str:
    return "/".join(str(part) for part in key) if isinstance(key, tuple) else str(key)


class Result:
    """What every result can do: be written as plain values."""

    __slots__ = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the result as plain values that JSON can hold; an infinite limit becomes None."""
        return {field.name: _plain(getattr(self, field.name)) for field in fields(self)}  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Interval(Result):
    """The values that the data do not contradict.

    Parameters
    ----------
    low, high : float [same unit as the estimate]
        Limits, both included; ``high`` may be infinite (a ratio from zero).
    level : float in (0, 1) [1]
        Coverage.
    """

    low: float
    high: float
    level: float

    def __post_init__(self) -> None:
        if not self.low <= self.high:
            raise AssertionError(f"interval limits in the wrong order: {self.low}, {self.high}")

    def contains(self, value: float) -> bool:
        """Return whether ``value`` lies within the limits."""
        return self.low <= value <= self.high

    def as_percent_change(self) -> Interval:
        """Return a ratio interval as change in per cent: 0.67–0.91 is −33…−9.

        Examples
        --------
        >>> Interval(0.75, 1.5, 0.95).as_percent_change()
        Interval(low=-25.0, high=50.0, level=0.95)
        """
        return Interval((self.low - 1) * 100, (self.high - 1) * 100, self.level)


@dataclass(frozen=True, slots=True)
class Estimate(Result):
    """A number with its uncertainty.

    Parameters
    ----------
    value : float or None [unit]
        None only where the number is withheld, with the caveat that says why.
    interval : Interval or None [unit]
        None where the method has none, with the caveat that says why.
    n : float or None
        Number of events or answers behind it.
    method, unit : str
        Codes.
    caveats : tuple of str
        Codes from `CAVEATS`.
    """

    value: float | None
    interval: Interval | None
    n: float | None
    method: str
    unit: str
    caveats: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CountComparison(Result):
    """Two counts of the same series, with one p and one interval that belong to each other.

    Parameters
    ----------
    before, after : int [events]
    days_before, days_after : float [days]
        Exposure; the ratio is that of events per day.
    difference : int [events]
        after − before.
    ratio : float or None [1]
        None when ``before`` is 0.
    interval : Interval [1]
        Of the ratio, at its own level; ``high`` is infinite when ``before`` is 0.
    p_exact : float in [0, 1]
        Conditional binomial test, two-sided as ``sidedness`` says.
    p_overdispersed : float or None in [0, 1]
        The same question when events come in clusters; None when no φ was used.
    p : float in [0, 1]
        The larger of the two: the one that every word rests on.
    phi : float or None [1]
        Variance divided by mean, at least 1.
    phi_origin : str
        Where φ came from.
    """

    before: int
    after: int
    days_before: float
    days_after: float
    difference: int
    ratio: float | None
    interval: Interval
    p_exact: float
    p_overdispersed: float | None
    p: float
    phi: float | None
    phi_origin: PhiOrigin
    sidedness: Sidedness
    method: str
    caveats: tuple[str, ...] = ()

    @property
    def equal_lengths(self) -> bool:
        """Whether the counts themselves may be compared, not only the rates per day."""
        return "unequal_lengths" not in self.caveats

    @property
    def detection_driven(self) -> bool:
        """Whether the series follows the work, so that the comparison gets no word."""
        return "detection_driven" in self.caveats


@dataclass(frozen=True, slots=True)
class Verdict(Result):
    """The word for a comparison within its family, with the interval that never contradicts it.

    Parameters
    ----------
    word : Word
    p : float in [0, 1]
        The p of the comparison.
    q : float or None in [0, 1]
        Smallest false discovery rate at which it would get a word; None without a word.
    family_size : int
        m, comparisons judged together (1 for a focus series).
    words_given : int
        R, how many of them got a word.
    interval : Interval [1]
        Of the ratio at level 1 − R·0.05/m with a word, 1 − 0.05/m without.
    """

    word: Word
    p: float
    q: float | None
    family_size: int
    words_given: int
    interval: Interval
    focus: bool = False
    caveats: tuple[str, ...] = ()

    @property
    def expected_by_chance(self) -> float:
        """How many of the family would get a word if nothing had changed anywhere [comparisons]."""
        return 0.05 * self.family_size


@dataclass(frozen=True, slots=True)
class Decomposition(Result):
    """A change of count beside the change of what it is divided by.

    Parameters
    ----------
    count_before, count_after : int [events]
    base_before, base_after : float [hectares or persons]
    count_change, base_change, rate_change : float [per cent]
    rate_before, rate_after : float [events per unit of base]
    rate_ratio : float [1]
    directions_differ : bool
        Whether count and rate point in different directions.
    """

    count_before: int
    count_after: int
    base_before: float
    base_after: float
    count_change: float
    base_change: float
    rate_before: float
    rate_after: float
    rate_ratio: float
    rate_change: float
    directions_differ: bool
    unit: str
    caveats: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ImpliedDenominator(Result):
    """The population that a printed count and rate imply.

    Parameters
    ----------
    period : int or str
        Year or other label, in order.
    value : float [persons]
    interval : Interval or None [persons]
        From the rounding of the rate; the level is 1: the true value is certainly inside.
    """

    period: int | str
    value: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class DenominatorBreak(Result):
    """A jump in the implied population that is to be explained before comparison across it.

    Parameters
    ----------
    kind : "step" or "disagreement"
        A step unlike the others, or two denominators for one period.
    before, after : ImpliedDenominator
    step, typical_step : float or None [per cent]
    """

    kind: Literal["step", "disagreement"]
    before: ImpliedDenominator
    after: ImpliedDenominator
    step: float | None
    typical_step: float | None
    caveats: tuple[str, ...] = ()
