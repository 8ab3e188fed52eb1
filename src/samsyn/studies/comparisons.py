"""Two comparisons per series, judged together: with the baseline and with the year before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from samsyn.analysis.change import compare_counts, judge_family, percent_change
from samsyn.analysis.errors import HistoryTooShort
from samsyn.analysis.results import CountComparison, Verdict, Word as PlainWord
from samsyn.analysis.variation import assumed_overdispersion, overdispersion
from samsyn.domain.calendar import Period
from samsyn.store.schema import SeriesDefinition
from samsyn.studies.findings import (
    ChanceCheck,
    Comparison,
    ComparisonKind,
    Fact,
    FamilyFacts,
    FigureState,
    PercentRule,
    Refusal,
    Word,
)
from samsyn.studies.table import SeriesKey, TableCell

WHOLE_UNITS = ("count", "persons")


@dataclass(frozen=True, slots=True)
class Pairing:
    """A comparison that is asked for, with its check where both values can be read."""

    key: SeriesKey
    kind: ComparisonKind
    before: TableCell
    after: TableCell
    detection_driven: bool
    counts: CountComparison | None
    refusal: Refusal | None


def is_whole(cell: TableCell) -> bool:
    """Return whether a cell holds a final value for its whole period."""
    return cell.state is FigureState.SHOWN and cell.status in ("actual", "rounded")


def part_of_year(cell: TableCell) -> tuple[int, int, int, int, int]:
    """Return which part of the year a cell covers, the same for the same part of any year."""
    years = cell.end.year - cell.first.year
    return (cell.first.month, cell.first.day, years, cell.end.month, cell.end.day)


def shifted(day: date, years: int) -> date:
    """Return the same day another year; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def pairings(
    key: SeriesKey,
    cells: Sequence[TableCell],
    definition: SeriesDefinition,
    period: Period,
    *,
    assumed_phi: float | None = None,
) -> tuple[Pairing, ...]:
    """Return the comparisons of one series: its last whole value against the first and the year before.

    Each part of the year is compared with itself only. Part-years and preliminary values are passed over.

    Parameters
    ----------
    key : SeriesKey
    cells : sequence of TableCell
        All periods of the series in order of time; those before ``period`` tell its normal variation.
    definition : SeriesDefinition
    period : Period
    assumed_phi : float or None [1]
        Replaces the assumed overdispersion where there is no history.

    Returns
    -------
    tuple of Pairing
        None for a series that is not a count.
    """
    if str(definition.unit) not in WHOLE_UNITS:
        return ()
    found: list[Pairing] = []
    inside = [cell for cell in cells if period.first <= cell.first and cell.end <= period.end]
    for part in dict.fromkeys(part_of_year(cell) for cell in inside):
        same = [cell for cell in inside if part_of_year(cell) == part]
        after = next(
            (cell for cell in reversed(same) if cell.status not in ("preliminary", "part_year")), None
        )
        if after is None:
            continue
        earlier = [
            cell
            for cell in same
            if cell.first < after.first and cell.status not in ("preliminary", "part_year")
        ]
        if not earlier:
            continue
        year_before = next(
            (
                cell
                for cell in earlier
                if (cell.first, cell.end) == (shifted(after.first, -1), shifted(after.end, -1))
            ),
            None,
        )
        history = [cell for cell in cells if part_of_year(cell) == part]
        # With two values both comparisons are the same one: it is made once.
        chosen = [(ComparisonKind.YEAR_BEFORE, year_before)] if year_before else []
        if earlier[0] is not year_before:
            chosen.append((ComparisonKind.BASELINE, earlier[0]))
        found += [
            _pair(key, kind, before, after, definition, history, assumed_phi) for kind, before in chosen
        ]
    return tuple(found)


def _pair(
    key: SeriesKey,
    kind: ComparisonKind,
    before: TableCell,
    after: TableCell,
    definition: SeriesDefinition,
    history: Sequence[TableCell],
    assumed_phi: float | None,
) -> Pairing:
    detection = str(definition.offence_type) == "detection_driven"
    refusal = _why_not(before, after)
    if refusal is not None:
        return Pairing(key, kind, before, after, detection, None, refusal)
    past = [cell for cell in history if cell.end <= before.first and is_whole(cell)]
    try:
        # The plain median of the rule is 0.455 of the true φ (the median of a squared normal) and would let
        # twice as many quiet years pass as changes; see docs/adr on overdispersion.
        earlier = [int(cell.value or 0) for cell in past]
        phi, origin = overdispersion(earlier, median_unbiased=True), "history"
    except HistoryTooShort:
        origin = "assumed"
        phi = assumed_phi or assumed_overdispersion(
            str(definition.kind),
            offence_type=str(definition.offence_type),
            presence_sensitive=definition.presence_sensitive,
        )
    assert before.value is not None  # _why_not refused the others
    assert after.value is not None
    counts = compare_counts(
        int(before.value),
        int(after.value),
        days_before=(before.end - before.first).days,
        days_after=(after.end - after.first).days,
        phi=phi,
        phi_origin=origin,  # type: ignore[arg-type]
        detection_driven=detection,
        presence_sensitive=definition.presence_sensitive,
    )
    return Pairing(key, kind, before, after, detection, counts, None)


def _why_not(before: TableCell, after: TableCell) -> Refusal | None:
    for cell in (after, before):
        if cell.state.is_hidden:
            return Refusal(
                "hidden_value", (Fact("period_first", str(cell.first)), Fact("period_end", str(cell.end)))
            )
        if cell.state is not FigureState.SHOWN:
            facts = (
                Fact("period_first", str(cell.first)),
                Fact("period_end", str(cell.end)),
                Fact("note", cell.note),
            )
            return Refusal("missing_value", facts)
    if before.vintage != after.vintage:
        return Refusal("boundary_changed", (Fact("before", before.vintage), Fact("after", after.vintage)))
    if any(cell.value is None or cell.value < 0 or cell.value != int(cell.value) for cell in (before, after)):
        return Refusal("not_whole_numbers")
    return None


def judge(asked: Sequence[Pairing]) -> tuple[dict[int, Verdict], FamilyFacts]:
    """Return the verdict of each pairing that could be checked, by position, and the facts of the family."""
    positions = [index for index, pairing in enumerate(asked) if pairing.counts is not None]
    verdicts = judge_family([asked[index].counts for index in positions])  # type: ignore[misc]
    judged = dict(zip(positions, verdicts, strict=True))
    in_family = [v for v in verdicts if v.word is not PlainWord.NOT_APPLICABLE]
    with_word = sum(v.word in (PlainWord.CLEAR, PlainWord.POSSIBLE) for v in in_family)
    return judged, FamilyFacts(len(in_family), with_word, round(0.05 * len(in_family), 2))


def comparison(pairing: Pairing, verdict: Verdict | None, disturbed_by: tuple[str, ...]) -> Comparison:
    """Return a pairing as a finding."""
    counts = pairing.counts
    percent, rule = None, None
    caveats: tuple[str, ...] = ()
    check = None
    word = Word.CANNOT_BE_INTERPRETED if pairing.detection_driven else Word.CANNOT_BE_COMPUTED
    if counts is not None and verdict is not None:
        percent, rule = _percent(counts)
        caveats = verdict.caveats
        word = _word(counts, verdict)
        interval = verdict.interval
        check = ChanceCheck(
            ratio=counts.ratio,
            low=interval.low,
            high=None if interval.high == float("inf") else interval.high,
            level=interval.level,
            p=verdict.p,
            q=verdict.q if verdict.q is not None else verdict.p,
            phi=counts.phi or 1.0,
            phi_origin=counts.phi_origin,
            test=counts.method,
            sidedness=counts.sidedness,
            family=verdict.family_size,
        )
    elif pairing.refusal is not None:
        word = Word.CANNOT_BE_COMPUTED
    before, after = pairing.before, pairing.after
    readable = before.value is not None and after.value is not None
    return Comparison(
        kind=pairing.kind,
        before_first=before.first,
        before_end=before.end,
        after_first=after.first,
        after_end=after.end,
        before=before.value,
        after=after.value,
        difference=(after.value - before.value) if readable else None,  # type: ignore[operator]
        percent=percent,
        percent_rule=rule,
        word=word,
        check=check,
        disturbed_by=disturbed_by,
        caveats=caveats,
        refusal=pairing.refusal,
    )


def _percent(counts: CountComparison) -> tuple[float | None, PercentRule]:
    if counts.before == 0:
        return None, PercentRule.ZERO_START
    estimate = percent_change(counts)
    if estimate.value is None:
        return None, PercentRule.HIDDEN_SMALL_NUMBERS
    small = "small_numbers" in estimate.caveats
    return estimate.value / 100, PercentRule.SMALL_NUMBERS if small else PercentRule.SHOWN


def _word(counts: CountComparison, verdict: Verdict) -> Word:
    if verdict.word is PlainWord.NOT_APPLICABLE:
        return Word.CANNOT_BE_INTERPRETED
    if verdict.word is PlainWord.WITHIN_NORMAL_VARIATION:
        return Word.WITHIN_NORMAL_VARIATION
    up = counts.after * counts.days_before > counts.before * counts.days_after
    if verdict.word is PlainWord.CLEAR:
        return Word.CLEAR_INCREASE if up else Word.CLEAR_DECREASE
    return Word.POSSIBLE_INCREASE if up else Word.POSSIBLE_DECREASE
