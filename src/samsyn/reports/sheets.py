"""What a spreadsheet adds to a picture: every figure, where it came from, and what each column means."""

from __future__ import annotations

from collections.abc import Iterable

from samsyn.reports.document import DataSheet
from samsyn.reports.texts import age_group, hidden_text, series_name
from samsyn.reports.words import Words
from samsyn.studies.findings import Figure, FigureState, SeriesFindings, SituationFindings

_Row = tuple[str | float | int | None, ...]


def data_sheets(findings: SituationFindings, spoken: Words, k: str) -> tuple[DataSheet, ...]:
    """Return the sheets of figures, comparisons, provenance and data dictionary."""
    return (
        _figures(findings, spoken, k),
        _comparisons(findings, spoken),
        _provenance(findings, spoken),
        _dictionary(findings, spoken),
    )


def _each(findings: SituationFindings) -> Iterable[tuple[SeriesFindings, Figure]]:
    return ((series, figure) for series in findings.series for figure in series.figures)


def _figures(findings: SituationFindings, spoken: Words, k: str) -> DataSheet:
    t = spoken.gettext
    rows: list[_Row] = []
    for series, figure in _each(findings):
        shown = figure.state is FigureState.SHOWN
        mark = (
            hidden_text(spoken, figure.state, k)
            if figure.state.is_hidden
            else None
            if shown
            else t("missing")
        )
        rows.append(
            (
                series_name(spoken, series),
                series.slug,
                series.area.scheme,
                series.area.code,
                series.area.name,
                figure.first.isoformat(),
                figure.end.isoformat(),
                figure.value,
                mark,
                figure.status,
                series.sex,
                age_group(spoken, series.age_group) if series.age_group else "",
                figure.note,
            )
        )
    names = (
        t("series"), "series", "scheme", "code", t("area"), "period_start", "period_end", "value",
        t("why not shown"), "status", "sex", t("age"), t("note"),
    )  # fmt: skip
    return DataSheet(t("All figures"), names, tuple(rows))


def _comparisons(findings: SituationFindings, spoken: Words) -> DataSheet:
    t = spoken.gettext
    rows: list[_Row] = []
    for series in findings.series:
        for one in series.comparisons:
            check = one.check
            rows.append(
                (
                    series_name(spoken, series),
                    one.kind.value,
                    one.before_first.isoformat(),
                    one.after_first.isoformat(),
                    one.before,
                    one.after,
                    one.difference,
                    one.percent,
                    check.low if check else None,
                    check.high if check else None,
                    check.level if check else None,
                    check.p if check else None,
                    check.q if check else None,
                    check.phi if check else None,
                    check.phi_origin if check else None,
                    one.word.value,
                )
            )
    names = (
        t("series"), "kind", "before", "after", "value_before", "value_after", "difference", "change",
        "ratio_low", "ratio_high", "level", "p", "q", "phi", "phi_origin", "word",
    )  # fmt: skip
    return DataSheet(t("Comparisons"), names, tuple(rows))


def _provenance(findings: SituationFindings, spoken: Words) -> DataSheet:
    t = spoken.gettext
    rows: list[_Row] = []
    for series, figure in _each(findings):
        source = figure.source
        if source is None:
            continue
        rows.append(
            (
                series_name(spoken, series),
                figure.first.isoformat(),
                source.dataset,
                source.version,
                source.file_name,
                source.row,
                source.column,
                source.raw,
            )
        )
    names = (t("series"), "period_start", "dataset", "version", "file", "row", "column", "raw")
    return DataSheet(t("Provenance"), names, tuple(rows))


def _dictionary(findings: SituationFindings, spoken: Words) -> DataSheet:
    t = spoken.gettext
    meanings = (
        ("value", t("the figure; empty where it is missing or hidden")),
        ("mark", t("why a figure is not shown: missing in the source, or hidden to protect persons")),
        ("status", t("actual, preliminary, part_year, rounded, missing or suppressed, as the source has it")),
        ("period_start, period_end", t("the first day of the period and the first day after it")),
        ("ratio_low, ratio_high", t("limits of the later figure divided by the earlier, at the level given")),
        ("level", t("the coverage of the interval, adjusted for all comparisons of the page")),
        ("p, q", t("the chance check of the comparison, and the same adjusted for all comparisons")),
        ("phi", t("how much more the series varies than pure chance; from its history, or assumed")),
        ("word", t("the verdict; detection-driven series get none")),
        ("raw", t("the text as printed in the source")),
        ("row, column", t("where the text stands in the file that was loaded, counted from one")),
    )
    series = tuple(
        (f"{one.slug} ({one.unit})", one.definition or one.label) for one in findings.series if not one.sex
    )
    return DataSheet(t("Dictionary"), (t("column"), t("meaning")), (*meanings, *dict.fromkeys(series)))
