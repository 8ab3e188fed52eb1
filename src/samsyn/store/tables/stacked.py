"""One cell per line, as a PDF gives it: label, its periods, then the figures column by column."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from samsyn.store.errors import BrokenRun, StrayFigure
from samsyn.store.tables.blocks import Axis, Block, Entry, Findings, Option, Question
from samsyn.store.tables.cells import plain, read_cell
from samsyn.store.tables.headings import PERIOD_HEADING, headings_for, merged
from samsyn.store.tables.periods import read_period
from samsyn.store.tables.reading import Cell, RawTable

_CAPTION = re.compile(r"(?:tabell|table|figur)\s+\d+", re.IGNORECASE)


@dataclass(slots=True)
class _Run:
    """A label with the periods and the figures that follow it, each group as the blank lines divide it."""

    texts: list[list[Cell]] = field(default_factory=list)
    periods: list[Cell] = field(default_factory=list)
    groups: list[list[Cell]] = field(default_factory=list)

    @property
    def figures(self) -> list[Cell]:
        return [cell for group in self.groups for cell in group]


def read_stacked(raw: RawTable, findings: Findings) -> None:
    """Find the blocks of a table that stands with one cell per line.

    Use when `read_text` says ``stacked``. Figures are taken column by column; when a period is followed
    directly by its figures, row by row.

    Parameters
    ----------
    raw
        The lines.
    findings
        Where blocks, questions and faults are put.
    """
    runs = _runs(_groups(raw))
    pending: list[list[Cell]] = []
    headings: tuple[str, ...] = ()
    title, row, certain = "", 0, False
    entries: list[Entry] = []

    def close() -> None:
        if entries:
            axes = (Axis(role=""), Axis("År", "period"), Axis())
            findings.blocks.append(Block(title, row, axes, tuple(entries)))
            entries.clear()

    label_cells: list[Cell] = []
    for run in runs:
        if not run.periods:
            for cell in run.figures:
                findings.fault(StrayFigure, cell)
            pending += run.texts
            continue
        head, label = _heading_and_label([*pending, *run.texts])
        pending = []
        width = _width(run, findings)
        if head:
            close()
            title, proposed, anchor = _head(head, findings)
            if len(proposed) == width + 1 and not label:
                label = [cell for cell in anchor if plain(cell.text) == proposed[-1]][-1:]
                proposed = proposed[:-1]
            headings = headings_for(width, proposed, anchor[0], findings, certain=True) if width else proposed
            row, certain = anchor[0].row, True
        if not label and not (label_cells and not head):
            findings.fault(BrokenRun, run.periods[0], count=len(run.figures), periods=len(run.periods))
            continue
        label_cells = label or label_cells
        if not certain:
            headings = headings_for(width, (), run.periods[0], findings, certain=False)
            row, certain = run.periods[0].row, True
        if width == 0:
            continue
        text = " ".join(merged([cell.plain for cell in label_cells]))
        filled = headings
        if width != len(headings):
            filled = _filled(width, headings, run, text, raw, findings)
            if len(filled) != width:
                continue
        place = label_cells[0].row
        for number, cell in enumerate(run.figures):
            column, line = divmod(number, len(run.periods))
            labels = (text, run.periods[line].plain, filled[column])
            entries.append(Entry(cell, labels, (place, run.periods[line].row, row)))
    close()
    findings.leave(cell for group in pending for cell in group)


def _groups(raw: RawTable) -> list[list[Cell]]:
    groups: list[list[Cell]] = [[]]
    for line in raw.lines:
        cells = [cell for cell in line if cell.plain]
        if cells:
            groups[-1] += cells
        elif groups[-1]:
            groups.append([])
    return [group for group in groups if group]


def _runs(groups: list[list[Cell]]) -> list[_Run]:
    """Cut the stream of cells into runs; blank lines decide where periods end and figures begin."""
    runs = [_Run()]
    for group in groups:
        opened: list[Cell] | None = None
        text: list[Cell] | None = None
        years_here = 0
        for cell in group:
            run = runs[-1]
            period = read_period(cell.text)
            figure = read_cell(cell.text).readable
            if period is not None and not run.groups and (text is not None or years_here or not run.periods):
                if run.texts or runs[:-1]:
                    if _follows(run.periods, cell):
                        run.periods.append(cell)
                        years_here += 1
                        text = None
                        continue
            elif period is not None and run.groups and not figure:
                runs.append(_Run(periods=[cell]))
                opened, text = None, None
                continue
            if period is not None and run.groups and _restarts(run, cell, years_here, opened):
                runs.append(_Run(periods=[cell]))
                years_here, opened, text = 1, None, None
            elif figure:
                if opened is None:
                    opened = []
                    run.groups.append(opened)
                opened.append(cell)
                text = None
            else:
                if run.periods or run.groups:
                    runs.append(_Run())
                    years_here = 0
                if text is None:
                    text = []
                    runs[-1].texts.append(text)
                text.append(cell)
                opened = None
    return runs


def _follows(periods: list[Cell], cell: Cell) -> bool:
    """Whether a period may stand directly after those before it."""
    if not periods:
        return True
    before, now = read_period(periods[-1].text), read_period(cell.text)
    if before is None or now is None or before.first is None or now.first is None:
        return True
    return before.form == now.form and before.end == now.first


def _restarts(run: _Run, cell: Cell, years_here: int, opened: list[Cell] | None) -> bool:
    """Whether a year after figures is the next row of a row-by-row copy rather than one more figure."""
    if len(run.periods) != 1 or not run.figures:
        return False
    before, now = read_period(run.periods[0].text), read_period(cell.text)
    return bool(before and now and before.end == now.first and (opened is None or years_here))


def _width(run: _Run, findings: Findings) -> int:
    """Return how many columns the run fills; 0 and a fault when its figures do not fill any number."""
    periods, figures = len(run.periods), len(run.figures)
    sizes = {len(group) for group in run.groups}
    ragged = len(run.groups) > 1 and periods > 1 and sizes != {periods}
    if not figures or figures % periods or ragged:
        findings.fault(BrokenRun, run.periods[0], count=figures, periods=periods)
        return 0
    return figures // periods


def _filled(
    width: int, headings: tuple[str, ...], run: _Run, label: str, raw: RawTable, findings: Findings
) -> tuple[str, ...]:
    """Return which headings a run with too few columns fills: asked, unless it is too wide to be right."""
    if width > len(headings):
        findings.fault(
            BrokenRun, run.periods[0], count=len(run.figures), periods=len(run.periods) * len(headings)
        )
        return ()
    last = run.figures[-1].row
    trace = any(last < row <= last + 2 and count == len(headings) - width for row, count in raw.gaps)
    mean = width == 1 and re.match(r"totalt|samtliga|summa", headings[0], re.I) and "snitt" in label.lower()
    starts = range(len(headings) - width + 1)
    options = [" | ".join(headings[start : start + width]) for start in starts]
    reason = "Empty cells follow the figures." if trace else "A mean is printed for the total only." if mean else ""
    question = Question(
        id=f"columns:{run.periods[0].row}",
        code="columns",
        text="%(label)s has figures for %(width)d of %(count)d columns. Which?",
        subject=label,
        where=tuple(run.figures),
        options=tuple(Option(value, "They stand under %(headings)s", {"headings": value}) for value in options),
        recommended=options[0] if reason else "",
        reason=reason,
        free=True,
        facts={"label": label, "width": width, "count": len(headings)},
    )
    answer = findings.ask(question) or question.recommended
    given = tuple(part.strip() for part in str(answer).split("|"))
    return given if len(given) == width and set(given) <= set(headings) else ()


def _heading_and_label(groups: list[list[Cell]]) -> tuple[list[list[Cell]], list[Cell]]:
    """Part the words before the periods into headings and the label nearest to the periods."""
    anchors = [i for i, group in enumerate(groups) if any(PERIOD_HEADING.fullmatch(c.plain) for c in group)]
    if not groups:
        return [], []
    if not anchors:
        return groups[:-1], groups[-1]
    if anchors[-1] == len(groups) - 1:
        return groups, []
    return groups[:-1], groups[-1]


def _head(groups: list[list[Cell]], findings: Findings) -> tuple[str, tuple[str, ...], list[Cell]]:
    """Return the title, the proposed column headings and the cells that the headings were made from."""
    flat = [(i, cell) for i, group in enumerate(groups) for cell in group]
    at = max((n for n, (_, cell) in enumerate(flat) if PERIOD_HEADING.fullmatch(cell.plain)), default=None)
    if at is None:
        title = _joined(groups[-1])
        findings.leave(cell for group in groups[:-1] for cell in group)
        return title, (), groups[-1]
    group = flat[at][0]
    before = [cell for g, cell in flat[:at] if g == group]
    if not before:
        group = group - 1
        before = [cell for g, cell in flat[:at] if g == group]
    earlier = [cell for g, cell in flat[:at] if g < group]
    if not findings.title and earlier:
        findings.title = _joined(_caption(earlier))
    findings.leave(earlier)
    fragments = [cell for _, cell in flat[at + 1 :]]
    return _joined(before), merged([cell.plain for cell in fragments]), fragments or [flat[at][1]]


def _caption(cells: list[Cell]) -> list[Cell]:
    for number, cell in enumerate(cells):
        if _CAPTION.match(cell.plain):
            return cells[number:]
    return cells[-3:]


def _joined(cells: Sequence[Cell]) -> str:
    return plain(" ".join(cell.text for cell in cells))
