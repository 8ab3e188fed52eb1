"""What a study found: frozen values with facts and codes, never sentences.

Every figure carries where it came from and whether it is shown, missing or hidden. What could not be
computed is a `Refusal` in its place, with a code and the facts that a sentence needs. The shapes here are
the documented JSON of a situational picture, so a changed field is a changed format: raise
``FORMAT_VERSION`` with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from samsyn.analysis.readings import Reading
from samsyn.analysis.results import Direction
from samsyn.studies.frozen import from_plain, to_plain

FORMAT_VERSION = 1


class FigureState(StrEnum):
    """Whether a figure can be read, and if not, why: the three look different everywhere."""

    SHOWN = "shown"
    MISSING = "missing"
    NOT_APPLICABLE = "not_applicable"
    HIDDEN_SMALL = "hidden_small"
    HIDDEN_PROTECTS = "hidden_protects"
    HIDDEN_BY_SOURCE = "hidden_by_source"

    @property
    def is_hidden(self) -> bool:
        """Whether somebody hides the figure: disclosure control for this audience, or the source itself."""
        return self in (FigureState.HIDDEN_SMALL, FigureState.HIDDEN_PROTECTS, FigureState.HIDDEN_BY_SOURCE)


class ComparisonKind(StrEnum):
    """The two comparisons that are named before the figures are loaded."""

    BASELINE = "baseline"
    YEAR_BEFORE = "year_before"


class Word(StrEnum):
    """What may be said about a comparison; the Swedish words are in `samsyn.reports.texts`."""

    CLEAR_INCREASE = "clear_increase"
    CLEAR_DECREASE = "clear_decrease"
    POSSIBLE_INCREASE = "possible_increase"
    POSSIBLE_DECREASE = "possible_decrease"
    WITHIN_NORMAL_VARIATION = "within_normal_variation"
    CANNOT_BE_COMPUTED = "cannot_be_computed"
    CANNOT_BE_INTERPRETED = "cannot_be_interpreted"

    @property
    def is_clear(self) -> bool:
        """Whether the change stands out from normal variation by a wide margin."""
        return self in (Word.CLEAR_INCREASE, Word.CLEAR_DECREASE)

    @property
    def is_possible(self) -> bool:
        """Whether the change may stand out from normal variation."""
        return self in (Word.POSSIBLE_INCREASE, Word.POSSIBLE_DECREASE)


class PercentRule(StrEnum):
    """How a percentage may be shown; small starting numbers put the count first."""

    SHOWN = "shown"
    SMALL_NUMBERS = "small_numbers"
    HIDDEN_SMALL_NUMBERS = "hidden_small_numbers"
    ZERO_START = "zero_start"


@dataclass(frozen=True, slots=True)
class Fact:
    """A named value in a refusal."""

    name: str
    value: str | int | float | None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something that was not computed: a stable code and the facts that say why."""

    code: str
    facts: tuple[Fact, ...] = ()

    def get(self, name: str) -> str | int | float | None:
        """Return the fact of that name, or None."""
        return next((fact.value for fact in self.facts if fact.name == name), None)


@dataclass(frozen=True, slots=True)
class SourceCell:
    """The cell that a figure was read from; row and column count from one."""

    dataset: str
    version: int
    file_name: str
    row: int
    column: int
    raw: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One value of a series for one period, half-open as every period."""

    first: date
    end: date
    state: FigureState
    value: float | None
    status: str
    source: SourceCell | None
    vintage: str = ""
    note: str = ""
    n: int | None = None
    margin: float | None = None

    @property
    def is_whole(self) -> bool:
        """Whether the figure is final for its whole period, so that it may be compared year on year."""
        return self.state is FigureState.SHOWN and self.status in ("actual", "rounded")


@dataclass(frozen=True, slots=True)
class ChanceCheck:
    """The check of a change against normal variation; ratios, not per cent.

    ``q`` is the p-value after the adjustment for all ``family`` comparisons of the page; ``level`` is the
    coverage of the interval, which follows the word so that the two never contradict each other.
    """

    ratio: float | None
    low: float | None
    high: float | None
    level: float
    p: float
    q: float
    phi: float
    phi_origin: str
    test: str
    sidedness: str
    family: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """A value held against an earlier one of the same series and the same part of the year."""

    kind: ComparisonKind
    before_first: date
    before_end: date
    after_first: date
    after_end: date
    before: float | None
    after: float | None
    difference: float | None
    percent: float | None
    percent_rule: PercentRule | None
    word: Word
    check: ChanceCheck | None
    disturbed_by: tuple[str, ...] = ()
    caveats: tuple[str, ...] = ()
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class MeanComparison:
    """A value as a multiple of the mean of all areas of its scheme.

    The mean is rounded, so the ratio is an interval; ``high`` is None where the mean may be (almost) zero.
    """

    first: date
    end: date
    value: float | None
    mean: float | None
    ratio: float | None
    low: float | None
    high: float | None
    n_areas: int | None
    rounded_to: float | None
    contains_place: bool | None
    source: SourceCell | None = None
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class RateFigure:
    """A count per 100 000 residents of the area; both years are named."""

    first: date
    end: date
    count: float | None
    residents: float | None
    residents_year: int | None
    per_100000: float | None
    source: SourceCell | None = None
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class HectareFigure:
    """A count per hectare of the series' own geography, with the boundary version that gave the area."""

    first: date
    end: date
    count: float | None
    area_ha: float | None
    boundary: str
    per_hectare: float | None
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Decomposition:
    """Why a count and a rate of it moved differently: count, exposure and rate as ratios after/before."""

    exposure: str
    before_first: date
    before_end: date
    after_first: date
    after_end: date
    count_before: float
    count_after: float
    exposure_before: float
    exposure_after: float
    count_ratio: float
    exposure_ratio: float
    rate_ratio: float
    signs_differ: bool
    broken_denominator: bool = False


@dataclass(frozen=True, slots=True)
class DenominatorBreak:
    """A step in the population that a printed count and a printed rate imply, unlike its usual step."""

    scheme: str
    code: str
    area_name: str
    series: str
    before_year: int
    after_year: int
    implied_before: float
    implied_after: float
    step: float
    median_step: float


@dataclass(frozen=True, slots=True)
class DetectionReading:
    """What a detection-driven figure may mean, never alone: companions are the series to read beside it."""

    drugs: Direction
    presence: Direction
    violence: Direction
    perceived_trade: Direction
    readings: tuple[Reading, ...]
    companions: tuple[str, ...]
    may_be_single_cases: bool
    context_events: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AreaFinding:
    """The statistical area that a series belongs to."""

    scheme: str
    code: str
    vintage: str
    name: str
    area_ha: float | None


@dataclass(frozen=True, slots=True)
class SeriesFindings:
    """Everything found about one series in one area."""

    key: str
    slug: str
    label: str
    definition: str
    unit: str
    kind: str
    offence_type: str
    presence_sensitive: bool
    person_based: bool
    sensitive: bool
    parent: str | None
    sex: str
    age_group: str
    dataset: str
    version: int
    published_by_source: bool
    area: AreaFinding
    figures: tuple[Figure, ...]
    comparisons: tuple[Comparison, ...] = ()
    means: tuple[MeanComparison, ...] = ()
    rates: tuple[RateFigure, ...] = ()
    hectares: tuple[HectareFigure, ...] = ()
    decompositions: tuple[Decomposition, ...] = ()
    reading: DetectionReading | None = None
    caveats: tuple[str, ...] = ()
    small_numbers: bool = False

    @property
    def is_detection_driven(self) -> bool:
        """Whether the series measures police effort first."""
        return self.offence_type == "detection_driven"

    @property
    def is_part(self) -> bool:
        """Whether the series is a part of another on the same page (a sex, an age group, a sub-kind)."""
        return bool(self.sex or self.age_group or self.parent)

    def figure(self, first: date, end: date) -> Figure | None:
        """Return the figure of exactly that period, or None."""
        return next((f for f in self.figures if (f.first, f.end) == (first, end)), None)

    def comparison(self, kind: ComparisonKind) -> Comparison | None:
        """Return the comparison of that kind that ends last, or None."""
        found = [c for c in self.comparisons if c.kind is kind]
        return max(found, key=lambda c: c.after_first) if found else None


@dataclass(frozen=True, slots=True)
class SeriesGroup:
    """Series that may share an axis: the same kind of statistic, geography, unit, definition and standing."""

    key: str
    kind: str
    unit: str
    area: AreaFinding
    published_by_source: bool
    definition: str
    periods: tuple[tuple[date, date], ...]
    series: tuple[SeriesFindings, ...]


@dataclass(frozen=True, slots=True)
class ContextMark:
    """Something outside the place that disturbs figures, with the comparisons it falls between."""

    key: str
    label: str
    first: date
    end: date | None
    disturbs: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class DatasetSource:
    """A data set as the page cites it."""

    slug: str
    title: str
    publisher: str
    reference: str
    published: str
    licence: str
    version: int
    file_name: str
    file_sha256: str
    loaded_at: str
    published_by_source: bool
    notes: str = ""


@dataclass(frozen=True, slots=True)
class BoundaryFinding:
    """A boundary of the place that holds for a part of the period."""

    first: date
    end: date | None
    area_ha: float
    fingerprint: str


@dataclass(frozen=True, slots=True)
class FamilyFacts:
    """All comparisons of the page that got a chance check, judged as one family."""

    comparisons: int
    with_word: int
    expected_by_chance: float
    method: str = "benjamini_hochberg"


@dataclass(frozen=True, slots=True)
class SituationFindings:
    """The numbers of a situational picture for one place, period and audience."""

    place_id: str
    place_slug: str
    place_name: str
    first: date
    end: date
    audience: str
    as_of: date
    program_version: str
    boundaries: tuple[BoundaryFinding, ...]
    groups: tuple[SeriesGroup, ...]
    family: FamilyFacts
    context: tuple[ContextMark, ...] = ()
    breaks: tuple[DenominatorBreak, ...] = ()
    sources: tuple[DatasetSource, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    settings: tuple[Fact, ...] = ()
    format_version: int = FORMAT_VERSION

    @property
    def series(self) -> tuple[SeriesFindings, ...]:
        """All series of the page in their printed order."""
        return tuple(series for group in self.groups for series in group.series)

    def to_dict(self) -> dict[str, Any]:
        """Return the documented JSON form: plain values, keys in a stable order."""
        plain: dict[str, Any] = to_plain(self)
        return plain

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> SituationFindings:
        """Return the findings that `to_dict` wrote.

        Raises
        ------
        UnreadableFindings
            The format is another one, or a field is missing or of the wrong type.
        """
        return from_plain(cls, data)
