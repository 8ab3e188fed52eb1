"""Tables whose rows are rows: from tabs, CSV and workbooks, or divided from blanks beforehand."""

from __future__ import annotations

from dataclasses import dataclass, field

from samsyn.store.errors import RowDoesNotFit, StrayFigure
from samsyn.store.tables.blocks import Axis, Block, Entry, Findings
from samsyn.store.tables.cells import plain, read_cell
from samsyn.store.tables.headings import (
    AREA_HEADING,
    CODE_HEADING,
    PERIOD_HEADING,
    REMARK_HEADING,
    SERIES_HEADING,
    headings_for,
)
from samsyn.store.tables.periods import read_period
from samsyn.store.tables.reading import Cell

Line = tuple[Cell, ...]


@dataclass(slots=True)
class Part:
    """The lines of one block: its title, its heading rows and its rows of figures."""

    titles: list[Cell] = field(default_factory=list)
    heads: list[Line] = field(default_factory=list)
    rows: list[tuple[str, Line]] = field(default_factory=list)


def read_grid(lines: tuple[Line, ...], findings: Findings) -> None:
    """Find the blocks among lines of cells.

    Use for tabs, CSV and workbooks, and for rows with blanks once `samsyn.store.tables.rows` has divided
    them. A block begins with its heading rows; lines with one text over them are its title.

    Parameters
    ----------
    lines
        Lines of cells; a column keeps its number from line to line.
    findings
        Where blocks, questions and faults are put.
    """
    for part in _parts(lines, findings):
        _block(part, findings)


def _parts(lines: tuple[Line, ...], findings: Findings) -> list[Part]:
    sheet = _Sheet()
    for line in lines:
        sheet.take(line)
    findings.leave(sheet.pending)
    for part in sheet.parts:
        if not part.rows:
            findings.leave([*part.titles, *(cell for head in part.heads for cell in head)])
    return [part for part in sheet.parts if part.rows]


class _Sheet:
    """Takes lines one by one and puts them together to parts; local to one reading."""

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self.pending: list[Cell] = []
        self._blank, self._group = True, ""

    def take(self, line: Line) -> None:
        """Put one line where it belongs."""
        kind = _kind(line)
        if kind == "years":
            kind = "head" if self._heads(line) else "figures"
        elif kind == "head" and self._words_for_figures(line):
            kind = "figures"
        if kind == "text":
            self.pending.append(next(cell for cell in line if cell.plain))
        elif kind == "head":
            self._head(line)
        elif kind == "figures":
            self._figures(line)
        self._blank = kind == "blank"

    def _heads(self, line: Line) -> bool:
        """Whether a line of years is a heading; under an open heading they may be figures."""
        part = self.parts[-1] if self.parts else None
        if part is None or not part.heads:
            return True
        if not part.rows:
            return not line[0].plain
        return self._blank or bool(self.pending)

    def _words_for_figures(self, line: Line) -> bool:
        """Whether a line of words directly under rows of figures is one more row of unreadable cells."""
        part = self.parts[-1] if self.parts else None
        if part is None or not part.rows or self._blank or self.pending:
            return False
        width = sum(bool(cell.plain) for cell in part.rows[-1][1])
        names = any(_names_axis(cell.plain) for cell in line)
        return not names and sum(bool(cell.plain) for cell in line) == width

    def _head(self, line: Line) -> None:
        part = self.parts[-1] if self.parts else None
        if part and part.heads and not part.rows and not self.pending:
            part.heads.append(line)
        else:
            self.parts.append(Part(self.pending, [line]))
        self.pending, self._group = [], ""

    def _figures(self, line: Line) -> None:
        if not self.parts:
            self.parts.append(Part(self.pending))
            self.pending = []
        if self.pending:
            self._group = plain(" ".join(cell.text for cell in self.pending))
            self.pending = []
        self.parts[-1].rows.append((self._group, line))


def _kind(line: Line) -> str:
    cells = [cell for cell in line if cell.plain]
    if not cells:
        return "blank"
    figures = [cell for cell in cells if read_cell(cell.text).readable]
    periods = [cell for cell in cells if read_period(cell.text)]
    if len(cells) == 1:
        return "figures" if figures and not periods else "text"
    if any(cell not in periods for cell in figures):
        return "figures"
    return "years" if periods else "head"


def _block(part: Part, findings: Findings) -> None:
    heads = {cell.column: cell for head in part.heads for cell in head if cell.plain}
    columns = sorted({cell.column for _, line in part.rows for cell in line if cell.plain} | heads.keys())
    roles = {column: _column_role(column, part, heads.get(column)) for column in columns}
    values = [column for column, role in roles.items() if role == "value"]
    if not values:
        findings.leave(cell for _, line in part.rows for cell in line)
        return
    texts = [c for c, role in roles.items() if role not in ("value", "remark") and (c < values[0] or role)]
    for column, role in roles.items():
        if role == "remark" or (column > values[0] and role == ""):
            findings.leave(cell for _, line in part.rows for cell in line if cell.column == column)
    texts = [c for c in texts if roles[c] or c < values[0]]
    labels = _column_labels(part, values, findings)
    corner = [
        heads[c].plain for c in texts if c in heads and roles[c] == "" and not _names_axis(heads[c].plain)
    ]
    over = _title(part, bool(corner), findings)
    title = plain(" ".join([over, *corner]))
    grouped = any(group for group, _ in part.rows)
    axes = [Axis(heads[c].plain if c in heads else "", _named_role(roles[c])) for c in texts]
    axes += [Axis()] * grouped + [Axis()] * len(labels[values[0]])
    entries = _entries(part, texts, values, labels, grouped, findings)
    if entries:
        row = part.heads[0][0].row if part.heads else entries[0].cell.row
        findings.blocks.append(Block(title, row, tuple(axes), tuple(entries)))


def _title(part: Part, corner: bool, findings: Findings) -> str:
    """Return the lines over a block that are its title; running text above them is left out and said."""
    kept: list[Cell] = []
    below = (part.heads[0] if part.heads else part.rows[0][1])[0].row
    for cell in reversed(part.titles):
        words = len(cell.plain.split())
        if (
            below - cell.row > (1 if corner else 3)
            or words > 16
            or cell.plain.endswith(".")
            or len(kept) == 3
        ):
            break
        kept.insert(0, cell)
        below = cell.row
    findings.leave(part.titles[: len(part.titles) - len(kept)])
    return plain(" ".join(cell.text for cell in kept))


def _entries(
    part: Part,
    texts: list[int],
    values: list[int],
    labels: dict[int, tuple[str, ...]],
    grouped: bool,
    findings: Findings,
) -> list[Entry]:
    entries: list[Entry] = []
    above = dict.fromkeys(texts, "")
    for group, line in part.rows:
        by_column = {cell.column: cell for cell in line}
        extra = [
            cell for cell in line if cell.plain and cell.column > values[-1] and cell.column not in texts
        ]
        for cell in extra:
            if part.heads and cell.column > max(c.column for head in part.heads for c in head):
                findings.fault(RowDoesNotFit, cell, wanted=len(values))
        own = [by_column[c].plain if c in by_column else "" for c in texts]
        if texts and not any(own) and any(c in by_column and by_column[c].plain for c in values):
            for cell in (by_column[c] for c in values if c in by_column and by_column[c].plain):
                findings.fault(StrayFigure, cell)
            continue
        for number, column in enumerate(texts):
            if own[number]:
                above[column] = own[number]
                # A new label further left starts anew; labels to its right are not carried over.
                for later in texts[number + 1 :]:
                    above[later] = ""
        given = tuple(above[c] for c in texts)
        for column in values:
            cell = by_column.get(column) or Cell(line[0].row, column, "")
            entries.append(Entry(cell, (*given, *((group,) if grouped else ()), *labels[column])))
    return entries


def _column_role(column: int, part: Part, head: Cell | None) -> str:
    """Return value, period, code, area, series, remark, or nothing for a label column of unknown kind."""
    cells = [cell for _, line in part.rows for cell in line if cell.column == column and cell.plain]
    heading = head.plain if head else ""
    if PERIOD_HEADING.fullmatch(heading) and all(read_period(cell.text) for cell in cells):
        return "period"
    if CODE_HEADING.fullmatch(heading):
        return "code"
    if read_period(heading) or not cells:
        # Under a year there are figures, whatever they look like; so also under a heading with empty cells.
        return "area" if AREA_HEADING.fullmatch(heading) else "value"
    figures = sum(read_cell(cell.text).readable for cell in cells)
    periods = sum(read_period(cell.text) is not None for cell in cells)
    if not heading and part.heads and periods == len(cells) and figures:
        return "period"
    if periods == len(cells) and not figures:
        return "period"
    if figures * 10 >= len(cells) * 6:
        return "value"
    if REMARK_HEADING.fullmatch(heading):
        return "remark"
    if AREA_HEADING.fullmatch(heading):
        return "area"
    return "series" if SERIES_HEADING.fullmatch(heading) else ""


def _named_role(role: str) -> str:
    return role if role in ("period", "code", "area", "series") else ""


def _names_axis(text: str) -> bool:
    return any(p.fullmatch(text) for p in (AREA_HEADING, SERIES_HEADING, PERIOD_HEADING, CODE_HEADING))


def _column_labels(part: Part, values: list[int], findings: Findings) -> dict[int, tuple[str, ...]]:
    """Return the heading of each figure column, one text per heading row; wide headings reach right."""
    if not part.heads:
        cell = part.rows[0][1][0]
        return {
            c: (text,)
            for c, text in zip(values, headings_for(len(values), (), cell, findings, False), strict=True)
        }
    rows = []
    for number, head in enumerate(part.heads):
        by_column = {cell.column: cell.plain for cell in head}
        texts, last = {}, ""
        for column in range(min(by_column), max(*values, *by_column) + 1):
            own = by_column.get(column, "")
            if own or number == len(part.heads) - 1:
                last = own
            texts[column] = last
        rows.append([texts.get(column, "") for column in values])
    proposed = rows[-1]
    if not all(proposed):
        proposed = list(headings_for(len(values), proposed, part.heads[-1][0], findings, False))
    rows[-1] = proposed
    return {column: tuple(row[i] for row in rows) for i, column in enumerate(values)}
