"""One cell per line, as a PDF gives it: label, its periods, then the figures column by column."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from samsyn.store.errors import BrokenRun, StrayFigure
from samsyn.store.tables.blocks import Axis, Block, Entry, Findings, Option, Question
from samsyn.store.tables.cells import plain, read_cell
from samsyn.store.tables.headings import PERIOD_HEADING, divided, headings_for, merged
from samsyn.store.tables.periods import read_period
from samsyn.store.tables.reading import Cell, RawTable

_ONE_LINE = re.compile(r"(År|Period) ([A-ZÅÄÖ].*)")
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
    page = _Page(raw, findings)
    for run in _runs(_groups(raw)):
        page.add(run)
    page.close()


class _Page:
    """Takes runs one by one and puts them together to blocks; local to one reading."""

    def __init__(self, raw: RawTable, findings: Findings) -> None:
        self.raw, self.findings = raw, findings
        self.pending: list[list[Cell]] = []
        self.headings: tuple[str, ...] = ()
        self.title, self.row = "", 0
        self.label: list[Cell] = []
        self.entries: list[Entry] = []

    def add(self, run: _Run) -> None:
        """Add one run; words without periods wait for the next one."""
        if not run.periods:
            for cell in run.figures:
                self.findings.fault(StrayFigure, cell)
            self.pending += run.texts
            return
        head, label = _heading_and_label([*self.pending, *run.texts])
        self.pending = []
        width = _width(run, self.findings)
        if head:
            label = self._open(head, label, width)
            self.label = []
        elif not self.row:
            self.row = run.periods[0].row
            self.headings = headings_for(width, (), run.periods[0], self.findings, certain=False)
        self.label = label or self.label
        if not self.label:
            self.findings.fault(BrokenRun, run.periods[0], count=len(run.figures), periods=len(run.periods))
        elif width:
            self._enter(run, width)

    def close(self) -> None:
        """Close the last block and leave the words after it."""
        self._close()
        self.findings.leave(cell for group in self.pending for cell in group)

    def _close(self) -> None:
        if self.entries:
            axes = (Axis(), Axis("År", "period"), Axis())
            self.findings.blocks.append(Block(self.title, self.row, axes, tuple(self.entries)))
        self.entries = []

    def _open(self, head: list[list[Cell]], label: list[Cell], width: int) -> list[Cell]:
        """Begin a block with its title and headings; return the label, which may end the headings."""
        self._close()
        self.title, proposed, anchor = _head(head, self.findings)
        if len(proposed) == width + 1 and not label:
            label = [cell for cell in anchor if plain(cell.text) == proposed[-1]][-1:]
            proposed = proposed[:-1]
        self.row = anchor[0].row
        self.headings = proposed
        if width:
            lines = [line for line in self.raw.lines if line and line[0].row == anchor[0].row]
            sure = not any(len(line) == 1 and _ONE_LINE.fullmatch(line[0].plain) for line in lines)
            self.headings = headings_for(width, proposed, anchor[0], self.findings, certain=sure)
        return label

    def _enter(self, run: _Run, width: int) -> None:
        text = " ".join(merged([cell.plain for cell in self.label]))
        filled = self.headings
        if width != len(filled):
            filled = _filled(width, self.headings, run, text, self.raw, self.findings)
            if len(filled) != width:
                return
        place = self.label[0].row
        for number, cell in enumerate(run.figures):
            column, line = divmod(number, len(run.periods))
            labels = (text, run.periods[line].plain, filled[column])
            self.entries.append(Entry(cell, labels, (place, run.periods[line].row, self.row)))


def _groups(raw: RawTable) -> list[list[Cell]]:
    groups: list[list[Cell]] = [[]]
    for line in raw.lines:
        cells = _heading_cells([cell for cell in line if cell.plain])
        if cells:
            groups[-1] += cells
        elif groups[-1]:
            groups.append([])
    return [group for group in groups if group]


def _heading_cells(cells: list[Cell]) -> list[Cell]:
    """Divide a heading line whose blanks no longer tell cells from words; elsewhere return the cells."""
    words = _ONE_LINE.fullmatch(cells[0].plain) if len(cells) == 1 else None
    if words is None:
        return cells
    texts = [words.group(1), *divided(words.group(2))]
    return [Cell(cells[0].row, number, text) for number, text in enumerate(texts, 1)]


def _runs(groups: list[list[Cell]]) -> list[_Run]:
    """Cut the stream of cells into runs; blank lines decide where periods end and figures begin."""
    stream = _Stream()
    for group in groups:
        stream.next_group()
        for cell in group:
            stream.take(cell)
    return stream.runs


class _Stream:
    """The cells of the page in order, put into runs; local to `_runs`."""

    def __init__(self) -> None:
        self.runs = [_Run()]
        self.next_group()

    def next_group(self) -> None:
        """Note a blank line: figures and words after it begin new groups."""
        self._figures: list[Cell] | None = None
        self._words: list[Cell] | None = None
        self._years = 0

    def take(self, cell: Cell) -> None:
        """Put one cell where it belongs."""
        if read_period(cell.text) is not None and self._period(cell):
            return
        if read_cell(cell.text).readable:
            if self._figures is None:
                self._figures = []
                self.runs[-1].groups.append(self._figures)
            self._figures.append(cell)
            self._words = None
            return
        if self.runs[-1].periods or self.runs[-1].groups:
            self.runs.append(_Run())
            self._years = 0
        if self._words is None:
            self._words = []
            self.runs[-1].texts.append(self._words)
        self._words.append(cell)
        self._figures = None

    def _period(self, cell: Cell) -> bool:
        """Take a cell as a period, unless it can only be a figure that looks like a year."""
        run = self.runs[-1]
        figure = read_cell(cell.text).readable
        if not run.groups:
            here = self._words is not None or self._years > 0 or not run.periods
            if not (here and (run.texts or len(self.runs) > 1) and _follows(run.periods, cell)):
                return False
            run.periods.append(cell)
        elif not figure or _restarts(run, cell, self._years, self._figures):
            self.runs.append(_Run(periods=[cell]))
        else:
            return False
        self._years += 1
        self._figures = self._words = None
        return True


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
    reason = (
        "Empty cells follow the figures."
        if trace
        else "A mean is printed for the total only."
        if mean
        else ""
    )
    question = Question(
        id=f"columns:{run.periods[0].row}",
        code="columns",
        text="%(label)s has figures for %(width)d of %(count)d columns. Which?",
        subject=label,
        where=tuple(run.figures),
        options=tuple(
            Option(value, "They stand under %(headings)s", {"headings": value}) for value in options
        ),
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
