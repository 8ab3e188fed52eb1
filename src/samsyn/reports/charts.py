"""Which series get a chart in a picture, and what the chart says in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from samsyn.reports.document import Bar, BarChart, FigureBlock, Marker, Section
from samsyn.reports.tables import figure_cell, markers, plain_text
from samsyn.reports.texts import area_name, in_sentence, series_name
from samsyn.reports.words import Words
from samsyn.studies.findings import ContextMark, SeriesFindings, SeriesGroup, SituationFindings

MOST_CHARTS = 6
LONG = 5


def figures_section(findings: SituationFindings, spoken: Words, k: str) -> tuple[Section, ...]:
    """Return charts of the series that need one: a word, police effort, or more periods than a table holds.

    A detection-driven series is never drawn alone: the violence that victims report stands beside it.
    """
    chosen: dict[str, tuple[SeriesGroup, SeriesFindings]] = {}
    every = {series.key: (group, series) for group in findings.groups for series in group.series}
    for group, series in every.values():
        # A printed rate follows its count: one chart of the two is enough.
        if series.is_part or series.unit == "per_100000":
            continue
        word = any(c.word.is_clear or c.word.is_possible for c in series.comparisons)
        long = len(group.periods) >= LONG
        detected = series.reading is not None and len(group.periods) > 2 and not series.small_numbers
        if detected or word or (long and not series.small_numbers):
            chosen[series.key] = (group, series)
            for companion in series.reading.companions if series.reading else ():
                chosen.setdefault(companion, every[companion])
    blocks = tuple(
        chart(series, group, findings, spoken, k) for group, series in list(chosen.values())[:MOST_CHARTS]
    )
    return (Section(spoken.gettext("Over time"), blocks),) if blocks else ()


def chart(
    series: SeriesFindings, group: SeriesGroup, findings: SituationFindings, spoken: Words, k: str
) -> FigureBlock:
    """Return a series over time with its printed values, gaps and the context events that fall inside."""
    figures = [series.figure(*span) for span in group.periods]
    bars = []
    for span, figure in zip(group.periods, figures, strict=True):
        cell = figure_cell(spoken, figure, series.unit, k)
        text = plain_text(cell)
        bars.append(Bar(_axis_label(span, spoken), figure.value if figure else None, text, text))
    name = series_name(spoken, series)
    alternative = spoken.gettext(
        "Bar chart of %(name)s in %(area)s: %(figures)s.",
        name=in_sentence(name),
        area=area_name(spoken, series.area),
        figures=", ".join(
            f"{spoken.period(*span)} {bar.text}" for span, bar in zip(group.periods, bars, strict=True)
        ),
    )
    marks, named = _markers(findings, group.periods)
    if named:
        events = spoken.listing([f"{letter} {mark.label}" for letter, mark in named])
        alternative += " " + spoken.gettext("Marked in time: %(events)s.", events=events)
    caption = f"{name}, {area_name(spoken, series.area)}"
    if series.is_detection_driven:
        caption += ". " + spoken.gettext("Outlined bars: the figure mirrors how much the police search.")
    return FigureBlock(BarChart(tuple(bars), tuple(marks), series.is_detection_driven), caption, alternative)


def _axis_label(span: tuple[date, date], spoken: Words) -> str:
    first, end = span
    half = {1: 1, 7: 2}.get(first.month)
    if half and (end.year - first.year) * 12 + end.month - first.month == 6:
        return spoken.gettext("H%(half)s %(year)s", half=half, year=first.year)
    return spoken.period(first, end)


def _markers(
    findings: SituationFindings, periods: Sequence[tuple[date, date]]
) -> tuple[list[Marker], list[tuple[str, ContextMark]]]:
    letters = markers(findings)
    placed, named = [], []
    for mark in findings.context:
        position = _position(mark.first, periods)
        if position is None or mark.key not in letters:
            continue
        placed.append(Marker(position, letters[mark.key]))
        named.append((letters[mark.key], mark))
    return placed, named


def _position(day: date, periods: Sequence[tuple[date, date]]) -> float | None:
    for index, (first, end) in enumerate(periods):
        if first <= day < end:
            return index + (day - first).days / (end - first).days
    return None
