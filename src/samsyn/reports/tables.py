"""The tables of a situational picture: figures and verdicts, means, residents and hectares, context."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from samsyn.reports.document import (
    Align,
    Block,
    Cell,
    Column,
    FiguresTable,
    HiddenCell,
    MissingCell,
    NumberCell,
    Paragraph,
    Row,
    Section,
    SparkCell,
    TableBlock,
    TextCell,
    VerdictCell,
)
from samsyn.reports.sources import source_ref
from samsyn.reports.texts import (
    KINDS,
    UNITS,
    area_name,
    comparison_figures,
    comparison_note,
    decomposition_text,
    figure_note,
    hidden_text,
    mean_facts,
    mean_text,
    number_text,
    refusal_text,
    series_facts,
    series_name,
    verdict_word,
)
from samsyn.reports.words import Words
from samsyn.studies.findings import (
    ComparisonKind,
    ContextMark,
    Figure,
    FigureState,
    HectareFigure,
    MeanComparison,
    RateFigure,
    SeriesFindings,
    SeriesGroup,
    SituationFindings,
)

MOST_PERIODS = 4
_MOST_NAMED = 5
_Span = tuple[date, date]
_Pair = tuple[ComparisonKind, _Span, _Span]


def markers(findings: SituationFindings) -> dict[str, str]:
    """Return the letter that stands for each context event in charts and tables."""
    return {mark.key: chr(ord("A") + index) for index, mark in enumerate(findings.context[:26])}


def figure_cell(spoken: Words, figure: Figure | None, unit: str, k: str, *, strong: bool = False) -> Cell:
    """Return a figure as a cell: shown, missing and hidden look different, and zero is a number."""
    if figure is None or figure.state is FigureState.NOT_APPLICABLE:
        return MissingCell(spoken.gettext("not measured"))
    if figure.state.is_hidden:
        return HiddenCell(hidden_text(spoken, figure.state, k))
    if figure.value is None:
        return MissingCell(spoken.gettext("missing"), figure.note)
    return NumberCell(
        figure.value,
        number_text(spoken, figure.value, unit),
        figure_note(spoken, figure),
        strong,
        source_ref(figure.source),
    )


# --- figures and verdicts ------------------------------------------------------------------------------


def figures_table(group: SeriesGroup, findings: SituationFindings, spoken: Words, k: str) -> Section:
    """Return the table of one group of series: figures, small bars, verdicts, the mean beside."""
    t = spoken.gettext
    shown = _shown_periods(group.periods)
    pairs = _pairs(group)
    with_mean = any(series.means for series in group.series)
    last = group.periods[-1]
    columns = [Column(t("Series"))]
    columns += [Column(spoken.period(*span), Align.NUMBER) for span in shown]
    columns.append(Column(t("Development")))
    columns += [
        Column(t("%(before)s to %(after)s", before=spoken.period(*before), after=spoken.period(*after)))
        for _, before, after in pairs
    ]
    if with_mean:
        columns.append(Column(t("Against the mean %(period)s", period=spoken.period(*last)), Align.NUMBER))
    common = _common_disturbances(group, pairs)
    rows = tuple(
        _figures_row(series, group, findings, spoken, k, shown, pairs, with_mean, common)
        for series in group.series
    )
    notes = (*_table_notes(group, spoken), *_disturbance_notes(common, findings, spoken))
    kind = t(KINDS.get(group.kind, group.kind)).capitalize()
    if group.unit == "per_100000":
        kind = t("%(kind)s per 100 000 residents", kind=kind)
    return Section(
        f"{kind}, {area_name(spoken, group.area)}",
        (FiguresTable(_caption(group, shown, spoken), tuple(columns), rows, notes),),
    )


def _common_disturbances(group: SeriesGroup, pairs: Sequence[_Pair]) -> dict[_Pair, tuple[str, ...]]:
    """Return the context events that touch every comparison of a column: said once, not in each cell."""
    found = {}
    for pair in pairs:
        kind, before, after = pair
        events = {
            c.disturbed_by
            for series in group.series
            for c in series.comparisons
            if (c.kind, (c.before_first, c.before_end), (c.after_first, c.after_end)) == (kind, before, after)
        }
        found[pair] = next(iter(events)) if len(events) == 1 else ()
    return found


def _disturbance_notes(
    common: dict[_Pair, tuple[str, ...]], findings: SituationFindings, spoken: Words
) -> tuple[str, ...]:
    t = spoken.gettext
    letters = markers(findings)
    names = {mark.key: mark.label for mark in findings.context}
    found: dict[str, list[str]] = {}
    for (_, before, after), keys in common.items():
        for key in keys:
            found.setdefault(key, []).append(
                t("%(before)s to %(after)s", before=spoken.period(*before), after=spoken.period(*after))
            )
    return tuple(
        t(
            "%(letter)s, %(event)s, disturbs %(comparisons)s.",
            letter=letters.get(key, "*"),
            event=names[key],
            comparisons=spoken.listing(spans),
        )
        for key, spans in found.items()
    )


def _shown_periods(periods: Sequence[_Span]) -> list[_Span]:
    """Return the periods a table has room for: the first and the last ones; a chart shows them all."""
    if len(periods) <= MOST_PERIODS:
        return list(periods)
    return [periods[0], *periods[-(MOST_PERIODS - 1) :]]


def _pairs(group: SeriesGroup) -> list[_Pair]:
    """Return the comparisons that have a column of their own: the latest of each kind."""
    found: dict[ComparisonKind, tuple[_Span, _Span]] = {}
    for kind in (ComparisonKind.YEAR_BEFORE, ComparisonKind.BASELINE):
        asked = [c for series in group.series for c in series.comparisons if c.kind is kind]
        if asked:
            one = max(asked, key=lambda c: (c.after_end, -c.before_first.toordinal()))
            found[kind] = ((one.before_first, one.before_end), (one.after_first, one.after_end))
    return [(kind, *spans) for kind, spans in found.items()]


def _caption(group: SeriesGroup, shown: Sequence[_Span], spoken: Words) -> str:
    t = spoken.gettext
    parts = [t("Unit: %(unit)s.", unit=t(UNITS.get(group.unit, group.unit)))]
    names = [spoken.period(*span) for span in group.periods]
    if len(names) > 1:
        parts.append(t("The bars show %(first)s to %(last)s.", first=names[0], last=names[-1]))
    if len(shown) < len(names):
        parts.append(t("The table shows the first and the last periods; chart and spreadsheet show all."))
    if group.published_by_source:
        parts.append(t("Published by the source and reprinted as they stand."))
    return " ".join(parts)


def _table_notes(group: SeriesGroup, spoken: Words) -> tuple[str, ...]:
    """Say in full what a cell only has room to hint: why a figure is missing."""
    found: dict[str, None] = {}
    for series in group.series:
        for figure in series.figures:
            if figure.state is FigureState.MISSING and figure.note:
                found[
                    spoken.gettext(
                        "%(name)s, %(period)s: no figure. %(reason)s",
                        name=series_name(spoken, series),
                        period=spoken.period(figure.first, figure.end),
                        reason=figure.note[:1].upper()
                        + figure.note[1:]
                        + ("" if figure.note.endswith(".") else "."),
                    )
                ] = None
    return tuple(found)


def _figures_row(
    series: SeriesFindings,
    group: SeriesGroup,
    findings: SituationFindings,
    spoken: Words,
    k: str,
    shown: Sequence[_Span],
    pairs: Sequence[_Pair],
    with_mean: bool,
    common: dict[_Pair, tuple[str, ...]],
) -> Row:
    last = group.periods[-1]
    cells: list[Cell] = []
    for span in shown:
        figure = series.figure(*span)
        cell = figure_cell(spoken, figure, series.unit, k, strong=span == last)
        # The reason stands in full under the table.
        cells.append(MissingCell(cell.text) if isinstance(cell, MissingCell) else cell)
    figures = [series.figure(*span) for span in group.periods]
    alternative = ", ".join(plain_text(figure_cell(spoken, figure, series.unit, k)) for figure in figures)
    values = tuple(figure.value if figure else None for figure in figures)
    cells.append(SparkCell(values, alternative, series.is_detection_driven))
    cells += [_verdict(series, pair, common[pair], findings, spoken) for pair in pairs]
    if with_mean:
        mean = next((m for m in series.means if (m.first, m.end) == last), None)
        # Sources print means of totals only; a part has nothing to be held against.
        cells.append(TextCell("") if mean is None and series.is_part else _mean_cell(mean, spoken))
    return Row(
        series_name(spoken, series),
        series_facts(spoken, series),
        tuple(cells),
        detection=series.is_detection_driven,
        level=1 if series.is_part else 0,
    )


def plain_text(cell: Cell) -> str:
    """Return the printed text of a cell."""
    match cell:
        case VerdictCell():
            return " ".join(part for part in (cell.word, cell.figures) if part)
        case SparkCell():
            return cell.alternative
        case _:
            return cell.text


def _verdict(
    series: SeriesFindings,
    pair: _Pair,
    common: tuple[str, ...],
    findings: SituationFindings,
    spoken: Words,
) -> Cell:
    kind, before, after = pair
    own = [c for c in series.comparisons if c.kind is kind]
    # With two values the comparison with the baseline and with the year before is one and the same.
    if not own:
        return TextCell("")
    comparison = max(own, key=lambda c: c.after_end)
    notes = [comparison_note(spoken, comparison)]
    spans = ((comparison.before_first, comparison.before_end), (comparison.after_first, comparison.after_end))
    if spans != (before, after):
        notes.insert(0, f"{spoken.period(*spans[0])} → {spoken.period(*spans[1])}")
    letters = markers(findings)
    disturbing = [letters[key] for key in comparison.disturbed_by if key in letters and key not in common]
    if disturbing:
        notes.append(spoken.gettext("disturbed by %(events)s", events=spoken.listing(disturbing)))
    return VerdictCell(
        verdict_word(spoken, comparison.word),
        comparison_figures(spoken, comparison),
        " · ".join(note for note in notes if note),
        plain=not comparison.word.is_clear,
    )


def _mean_cell(mean: MeanComparison | None, spoken: Words) -> Cell:
    if mean is None:
        return MissingCell(spoken.gettext("no mean"))
    text, small = mean_text(spoken, mean)
    if not text:
        return MissingCell(spoken.gettext("cannot be computed"), small)
    return NumberCell(mean.ratio if mean.ratio is not None else mean.low or 0.0, text, small)


# --- means ---------------------------------------------------------------------------------------------


def means_section(findings: SituationFindings, spoken: Words) -> tuple[Section, ...]:
    """Return how many times the mean of all areas each series is, year by year."""
    t = spoken.gettext
    blocks: list[Block] = []
    facts: dict[str, None] = {}
    for group in findings.groups:
        series = [one for one in group.series if one.means]
        if not series:
            continue
        spans = sorted({(m.first, m.end) for one in series for m in one.means})
        columns = (
            Column(t("Series")),
            *(Column(spoken.period(*span), Align.NUMBER) for span in _shown_periods(spans)),
        )
        rows = []
        for one in series:
            means = {(m.first, m.end): m for m in one.means}
            cells = tuple(_mean_cell(means.get(span), spoken) for span in _shown_periods(spans))
            name = series_name(spoken, one)
            rows.append(
                Row(name, series_facts(spoken, one), cells, one.is_detection_driven, int(one.is_part))
            )
            facts[mean_facts(spoken, one.means[-1], group.area.scheme)] = None
        caption = t("How many times the mean of all areas: %(area)s.", area=area_name(spoken, group.area))
        blocks.append(TableBlock(caption, columns, tuple(rows)))
    if not blocks:
        return ()
    return (
        Section(t("Against the mean of all areas"), (*(Paragraph(fact) for fact in facts if fact), *blocks)),
    )


# --- residents and hectares ----------------------------------------------------------------------------


def bases_section(findings: SituationFindings, spoken: Words) -> tuple[Section, ...]:
    """Return the last figure of each total per resident and per hectare, each base named."""
    t = spoken.gettext
    blocks: list[Block] = []
    for group in findings.groups:
        series = [one for one in group.series if not one.is_part and (one.rates or one.hectares)]
        if not series:
            continue
        with_rates, with_hectares = any(s.rates for s in series), any(s.hectares for s in series)
        columns = [Column(t("Series")), Column(t("Number of events"), Align.NUMBER)]
        columns += [Column(t("Per 100 000 residents"), Align.NUMBER)] if with_rates else []
        columns += [Column(t("Per hectare"), Align.NUMBER)] if with_hectares else []
        rows = tuple(
            row for one in series if (row := _bases_row(one, spoken, with_rates, with_hectares)) is not None
        )
        caption = t("The last whole year, %(area)s.", area=area_name(spoken, group.area))
        blocks.append(TableBlock(caption, tuple(columns), rows))
    for one in findings.series:
        blocks += [
            Paragraph(
                decomposition_text(spoken, what, f"{series_name(spoken, one)}, {area_name(spoken, one.area)}")
            )
            for what in one.decompositions
        ]
    if not blocks:
        return ()
    lead = t(
        "A number, a number per resident and a number per hectare can point in different directions; "
        "all are shown."
    )
    return (Section(t("Per resident and per hectare"), (Paragraph(lead), *blocks)),)


def _bases_row(one: SeriesFindings, spoken: Words, with_rates: bool, with_hectares: bool) -> Row | None:
    whole = [figure for figure in one.figures if figure.is_whole and (figure.end - figure.first).days >= 365]
    if not whole:
        return None
    figure = whole[-1]
    span = (figure.first, figure.end)
    value = figure.value or 0.0
    cells: list[Cell] = [NumberCell(value, spoken.number(value), spoken.period(*span))]
    if with_rates:
        cells.append(_rate_cell(next((r for r in one.rates if (r.first, r.end) == span), None), spoken))
    if with_hectares:
        cells.append(_hectare_cell(next((h for h in one.hectares if (h.first, h.end) == span), None), spoken))
    return Row(series_name(spoken, one), series_facts(spoken, one), tuple(cells), one.is_detection_driven)


def _rate_cell(rate: RateFigure | None, spoken: Words) -> Cell:
    if rate is None:
        return MissingCell(spoken.gettext("no residents"))
    if rate.per_100000 is None:
        reason = (
            refusal_text(spoken, rate.refusal, period_first=rate.first, period_end=rate.end)
            if rate.refusal
            else ""
        )
        return MissingCell(spoken.gettext("cannot be computed"), reason)
    base = spoken.gettext(
        "%(residents)s residents in %(year)s",
        residents=spoken.number(rate.residents or 0),
        year=rate.residents_year,
    )
    return NumberCell(rate.per_100000, spoken.number(rate.per_100000), base)


def _hectare_cell(hectare: HectareFigure | None, spoken: Words) -> Cell:
    if hectare is None or hectare.per_hectare is None:
        return MissingCell(spoken.gettext("no area"))
    vintage = f", {hectare.boundary}" if hectare.boundary not in ("", "okänd") else ""
    text = f"{spoken.number(hectare.area_ha or 0, 1)} ha{vintage}"
    return NumberCell(hectare.per_hectare, spoken.number(hectare.per_hectare, 1), text)


# --- context -------------------------------------------------------------------------------------------


def context_section(findings: SituationFindings, spoken: Words) -> tuple[Section, ...]:
    """Return what happened round the place, in order of time, with the comparisons that it disturbs."""
    if not findings.context:
        return ()
    t = spoken.gettext
    letters = markers(findings)
    columns = (Column(t("Context event")), Column(t("When")), Column(t("Disturbs")))
    rows = tuple(
        Row(
            f"{letters[mark.key]}. {mark.label}" if mark.key in letters else mark.label,
            mark.note,
            (TextCell(_when(mark, spoken)), TextCell(_disturbed(mark, findings, spoken))),
        )
        for mark in findings.context
    )
    return (
        Section(t("What happened round the place"), (TableBlock(t("In order of time."), columns, rows),)),
    )


def _when(mark: ContextMark, spoken: Words) -> str:
    if mark.end is None:
        return spoken.gettext("from %(day)s", day=spoken.day(mark.first))
    return f"{spoken.day(mark.first)} – {spoken.day(mark.end - timedelta(days=1))}"


def _disturbed(mark: ContextMark, findings: SituationFindings, spoken: Words) -> str:
    if not mark.disturbs:
        return spoken.gettext("no comparison")
    compared = [series for series in findings.series if series.comparisons]
    if len(mark.disturbs) == len(compared):
        return spoken.gettext("all comparisons on the page")
    names = list(
        dict.fromkeys(series_name(spoken, series) for series in compared if series.key in mark.disturbs)
    )
    if len(names) > _MOST_NAMED:
        n, m = spoken.number(len(mark.disturbs)), spoken.number(len(compared))
        return spoken.gettext("%(n)s of the %(m)s series that are compared", n=n, m=m)
    return spoken.listing(names)
