"""From lines of cells to figures with area, period and series, and what is not certain about them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from samsyn.store.errors import NoTable, UnreadableFigure
from samsyn.store.tables.blocks import Axis, Block, Entry, Findings, row_error
from samsyn.store.tables.bra import bra_columns, recognise_bra
from samsyn.store.tables.cells import Printed, plain, read_cell
from samsyn.store.tables.found import Figure, FoundArea, FoundPeriod, FoundSeries, Recognition
from samsyn.store.tables.grids import read_grid
from samsyn.store.tables.headings import UNIT_HEADING
from samsyn.store.tables.known import ident, unit_of
from samsyn.store.tables.labels import Surroundings, clean_label
from samsyn.store.tables.periods import FIND, read_period
from samsyn.store.tables.persons import person_columns
from samsyn.store.tables.reading import Cell, RawTable
from samsyn.store.tables.roles import settle_roles
from samsyn.store.tables.rows import divide_rows
from samsyn.store.tables.stacked import read_stacked
from samsyn.store.tables.stated import recognise_cube

_MEAN = re.compile(r"genomsnitt|medelvärde|medeltal|\bsnitt\b", re.IGNORECASE)


def recognise(raw: RawTable, answers: Mapping[str, Any] | None = None) -> Recognition:
    r"""Find blocks, areas, periods, series and figures in a source.

    Use after reading. Nothing is decided that the paper leaves open; `questions` lists what must be asked.
    Pass answers to read on where an earlier answer changes the layout.

    Parameters
    ----------
    raw
        What `read_text`, `read_csv`, `read_xlsx` or `read_json_stat` returned.
    answers
        Answers so far, by question id.

    Returns
    -------
    Recognition

    Examples
    --------
    >>> from samsyn.store.tables.reading import read_text
    >>> found = recognise(read_text("Rån\nOmråde\t2017\t2018\nSergels torg\t19\t12"))
    >>> [str(figure.printed.value) for figure in found.figures]
    ['19', '12']
    """
    if raw.cube is not None:
        return recognise_cube(raw, raw.cube)
    if raw.form in ("grid", "tabs") and (columns := bra_columns(raw)):
        return recognise_bra(raw, columns)
    persons = person_columns(raw)
    if persons:
        return Recognition(RawTable(raw.form, ()), persons=persons)
    findings = Findings(answers or {})
    if raw.form == "stacked":
        read_stacked(raw, findings)
    elif raw.form == "blanks":
        read_grid(divide_rows(raw, findings), findings)
    else:
        read_grid(raw.lines, findings)
    if not (findings.blocks or findings.faults or findings.asked):
        findings.faults.append(row_error(NoTable, Cell(1, 1, "")))
    labels = {text for block in findings.blocks for n in range(len(block.axes)) for text in block.labels(n)}
    around = Surroundings.of(raw, labels)
    blocks = [settle_roles(block, around.text, findings) for block in findings.blocks]
    naming = _Naming(around, findings)
    for number, block in enumerate(blocks):
        for entry in block.entries:
            naming.add(number, block, entry)
    return Recognition(
        raw=raw,
        title=findings.title,
        blocks=tuple(blocks),
        figures=tuple(naming.figures),
        areas=tuple(naming.areas.values()),
        series=tuple(_with_unit(series, findings.answers) for series in naming.series.values()),
        periods=tuple(naming.periods.values()),
        asked=tuple(findings.asked),
        faults=tuple(findings.faults),
        left_out=tuple(findings.left_out),
        text=around.text,
    )


class _Naming:
    """Gathers figures under the names of their area, period and series; local to one reading."""

    def __init__(self, around: Surroundings, findings: Findings) -> None:
        self._around, self._findings = around, findings
        self._cleaned: dict[str, str] = {}
        self.figures: list[Figure] = []
        self.areas: dict[str, FoundArea] = {}
        self.series: dict[str, FoundSeries] = {}
        self.periods: dict[str, FoundPeriod] = {}

    def add(self, number: int, block: Block, entry: Entry) -> None:
        """Add one entry; a cell that can not be read becomes a fault."""
        printed = read_cell(entry.cell.text)
        if not printed.readable:
            self._findings.fault(UnreadableFigure, entry.cell)
            return
        by_role: dict[str, list[tuple[Axis, str]]] = {}
        for axis, label in zip(block.axes, entry.labels, strict=True):
            by_role.setdefault(axis.role, []).append((axis, label))
        area = self._area(block, by_role, entry)
        period = self._period(block, by_role, entry)
        series = self._series(block, by_role, entry, printed)
        self.figures.append(Figure(entry.cell, printed, area, period, series, number))
        if printed.second is not None:
            second = self._second(series, entry)
            self.figures.append(Figure(entry.cell, printed.second, area, period, second, number))

    def _clean(self, label: str, entry: Entry) -> str:
        if label not in self._cleaned:
            row = next((r for r in entry.label_rows), entry.cell.row)
            self._cleaned[label] = clean_label(label, (Cell(row, 1, label),), self._around, self._findings)
        return self._cleaned[label]

    def _area(self, block: Block, by_role: Mapping[str, list[tuple[Axis, str]]], entry: Entry) -> str:
        texts = [self._clean(label, entry) for _, label in by_role.get("area", []) if label]
        codes = [label for _, label in by_role.get("code", []) if label]
        name = ", ".join(texts) or (codes[0] if codes else "")
        if texts and codes:
            name = f"{name} ({codes[0]})"
        key = name or f"block {block.row}"
        known = self.areas.get(key)
        cells = _with(known, entry.cell)
        self.areas[key] = FoundArea(key, name or block.title, cells, bool(_MEAN.search(name)))
        return key

    def _period(self, block: Block, by_role: Mapping[str, list[tuple[Axis, str]]], entry: Entry) -> str:
        text = " ".join(label for _, label in by_role.get("period", []) if label)
        key = text or f"block {block.row}"
        known = self.periods.get(key)
        cells = _with(known, entry.cell)
        over = block.title or self._findings.title
        hints = [match.group() for match in FIND.finditer(over)]
        hint = hints[0] if len(hints) == 1 else ""
        printed = read_period(text) if text else None
        self.periods[key] = FoundPeriod(key, text or block.title, printed, cells, hint)
        return key

    def _series(
        self, block: Block, by_role: Mapping[str, list[tuple[Axis, str]]], entry: Entry, printed: Printed
    ) -> str:
        parts = [self._clean(label, entry) for _, label in by_role.get("series", []) if label]
        units = [label for _, label in by_role.get("unit", []) if label]
        heading = ", ".join(part for part in parts if not UNIT_HEADING.fullmatch(part)) or ", ".join(parts)
        title = (
            plain(re.sub(r"\s*[-–—]?\s*(?<!totalt )anmälda brott$", "", block.title, flags=re.I))
            or block.title
        )
        title = self._clean(title, entry) if title else ""
        unit = unit_of(" ".join([block.title, heading, *units]))
        if printed.percent:
            unit = "percent"
        key = " / ".join([title or f"block {block.row}", heading]) + (f" [{unit}]" if unit != "count" else "")
        known = self.series.get(key)
        cells = _with(known, entry.cell)
        self.series[key] = FoundSeries(key, title, heading, unit, cells)
        return key

    def _second(self, series: str, entry: Entry) -> str:
        first = self.series[series]
        inside = re.search(r"\(([^()]+)\)\s*$", first.heading)
        key = f"{series} ( )"
        known = self.series.get(key)
        cells = _with(known, entry.cell)
        heading = inside.group(1) if inside else f"{first.heading} (inom parentes)"
        self.series[key] = FoundSeries(key, first.title, heading, first.unit, cells, bracketed=True)
        return key


def _with_unit(series: FoundSeries, answers: Mapping[str, Any]) -> FoundSeries:
    """Return a series with the unit that has been answered, where the heading and the figures disagree."""
    name = ident(series.key)
    answer = answers.get(f"unit:{name}") or answers.get(f"over:{name}")
    return replace(series, unit=answer) if answer in {"count", "percent", "index"} else series


def _with(
    known: FoundArea | FoundSeries | FoundPeriod | None, cell: Cell, most: int = 200
) -> tuple[Cell, ...]:
    """Return the cells of a found name with one more; enough to show, never a whole large file."""
    if known is None:
        return (cell,)
    return known.cells if len(known.cells) >= most else (*known.cells, cell)
