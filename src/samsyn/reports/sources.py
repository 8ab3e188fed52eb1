"""Where the figures came from: data sets with version and file, and the cell of each figure."""

from __future__ import annotations

from datetime import date

from samsyn.reports.document import Column, Row, Section, SourceRef, TableBlock, TextCell
from samsyn.reports.texts import area_name, series_name
from samsyn.reports.words import Words
from samsyn.studies.findings import SeriesFindings, SituationFindings, SourceCell


def source_lines(findings: SituationFindings, spoken: Words) -> tuple[str, ...]:
    """Return one line per data set: who published it, which version was loaded when, from which file."""
    t = spoken.gettext
    lines = []
    for source in findings.sources:
        cited = ", ".join(part for part in (source.publisher, source.title, source.reference) if part)
        parts = [cited]
        if source.published_by_source:
            parts.append(
                t(
                    "published by the source %(day)s",
                    day=_day_or_year(spoken, date.fromisoformat(source.published)),
                )
            )
        parts.append(
            t(
                "loaded %(day)s as version %(version)s",
                day=_day(source.loaded_at, spoken),
                version=source.version,
            )
        )
        if source.file_name:
            parts.append(
                t(
                    "file %(file)s, checksum %(sum)s",
                    file=source.file_name,
                    sum=source.file_sha256[:12] or "–",
                )
            )
        if source.licence:
            parts.append(t("licence: %(licence)s", licence=source.licence))
        lines.append(" · ".join(parts) + (f". {source.notes}" if source.notes else ""))
    return tuple(lines)


def _day(text: str, spoken: Words) -> str:
    return spoken.day(date.fromisoformat(text)) if text else "–"


def provenance_section(findings: SituationFindings, spoken: Words) -> Section:
    """Return where each figure stands in the file that it was read from."""
    t = spoken.gettext
    rows = []
    for series in findings.series:
        cells = _cells(series, spoken)
        if cells:
            version = t("%(dataset)s, version %(version)s", dataset=series.dataset, version=series.version)
            rows.append(
                Row(
                    series_name(spoken, series),
                    area_name(spoken, series.area),
                    (TextCell(version), TextCell("; ".join(text for text, _ in cells), parts=cells)),
                )
            )
    if not rows:
        return Section("", ())
    columns = (
        Column(t("Series")),
        Column(t("Data set")),
        Column(t("Cell by cell: row and column, printed text")),
    )
    caption = t("Every figure can be followed to the row and column of the file that was loaded.")
    return Section(
        t("Where each figure comes from"), (TableBlock(caption, columns, tuple(rows)),), folded=True
    )


def source_ref(source: SourceCell | None) -> SourceRef | None:
    """Return where a figure stands in its file, or None when the file has no such place."""
    if source is None or not source.row:
        return None
    return SourceRef(source.dataset, source.version, source.row, source.column)


def _cells(series: SeriesFindings, spoken: Words) -> tuple[tuple[str, SourceRef], ...]:
    found = []
    for figure in series.figures:
        source, ref = figure.source, source_ref(figure.source)
        if source is None or ref is None:
            continue
        printed = f" ”{source.raw}”" if source.raw else ""
        place = (
            spoken.gettext("r%(row)s c%(column)s", row=source.row, column=source.column)
            if source.column
            else spoken.gettext("r%(row)s", row=source.row)
        )
        found.append((f"{spoken.period(figure.first, figure.end)}: {place}{printed}", ref))
    return tuple(found)


def _day_or_year(spoken: Words, day: date) -> str:
    # New Year's Day stands for a report whose day of printing nobody has written down.
    return str(day.year) if (day.month, day.day) == (1, 1) else spoken.day(day)
