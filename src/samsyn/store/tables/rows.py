"""Rows divided by blanks, where a blank may also stand inside a number: divided by the heading's count."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from samsyn.store.errors import RowDoesNotFit
from samsyn.store.tables.blocks import Findings, Option, Question
from samsyn.store.tables.cells import numeric, plain, read_cell, segmentations
from samsyn.store.tables.headings import AREA_HEADING, REMARK_HEADING, divided, headings_for
from samsyn.store.tables.periods import FIND, read_period
from samsyn.store.tables.reading import Cell, RawTable

Line = tuple[Cell, ...]
_NUMBERED = re.compile(
    r"(gata|gatan|väg|vägen|gränd|stig|allé)$|^(zon|område|distrikt|grupp|nr|hus|plats|scen)$", re.I
)
_CODE = re.compile(r"\([0-9]{3} ?[0-9]{2,3}\)(?= \S)")
_Way = tuple[tuple[str, ...], tuple[str, ...]]


MOST_LOOKED_AT = 60


def divide_rows(raw: RawTable, findings: Findings) -> tuple[Line, ...]:
    """Return the lines of a table with blanks as lines of cells.

    Use before `samsyn.store.tables.grids.read_grid`. A row that can be divided in more than one way is
    asked about; one that can not be divided at all is a fault.

    Parameters
    ----------
    raw
        Lines with one cell each.
    findings
        Where questions and faults are put.

    Returns
    -------
    tuple of tuple of Cell
    """
    texts = [
        (line[0].row, line[0].text) if line else (number, "") for number, line in enumerate(raw.lines, 1)
    ]
    aligned = [re.split(r" {2,}|\t+", text.strip()) for _, text in texts]
    wide = [cells for cells in aligned if sum(_figure(cell) for cell in cells) >= 2]
    broken = [cells for cells in aligned if len(cells) < 3 and _tail(" ".join(cells).split()) >= 2]
    if wide and not broken and all(_aligned(cells) for cells in wide):
        return tuple(
            tuple(Cell(row, n, c) for n, c in enumerate(cells, 1)) if any(cells) else ()
            for (row, _), cells in zip(texts, aligned, strict=True)
        )
    return _by_tokens(texts, findings)


def _by_tokens(texts: list[tuple[int, str]], findings: Findings) -> tuple[Line, ...]:
    lines: list[Line] = []
    number = 0
    while number < len(texts):
        row, text = texts[number]
        heading = _period_heading(text)
        if heading:
            corner, periods, extra = heading
            corner = _with_line_above(corner, lines)
            names = [corner, *periods, *extra]
            lines.append(tuple(Cell(row, n, name) for n, name in enumerate(names, 1)))
            number = _rows(texts, number + 1, len(periods), False, lines, findings, remark=bool(extra))
            continue
        following = _figure_rows(texts, number + 1)
        if following and text and not _tail(text.split()) and (columns := _word_heading(text)):
            yearly = columns[0] != ""
            names, width = columns[1], 0
            width = _fitting(len(names), following, yearly)
            cell = Cell(row, 1, text)
            label = [columns[2], *([columns[0]] if yearly else [])]
            names = list(headings_for(width, names, cell, findings, certain=False))
            lines.append(tuple(Cell(row, n, name) for n, name in enumerate([*label, *names], 1)))
            number = _rows(texts, number + 1, width, yearly, lines, findings, remark=False)
            continue
        lines.append((Cell(row, 1, text.strip()),) if plain(text) else ())
        if plain(text) and _tail(text.split()) >= 2 and len(text.split()) < 20:
            lines.pop()
            width = min((len(w) for w in segment_free(text)), default=0)
            findings.fault(RowDoesNotFit, Cell(row, 1, text), wanted=width)
            lines.append(())
        number += 1
    return tuple(lines)


def segment_free(text: str) -> list[tuple[str, ...]]:
    """Return the ways to divide the figures of a row when no heading says how many there are."""
    tokens = text.split()
    tail = tuple(tokens[len(tokens) - _tail(tokens) :])
    return [way for count in range(1, len(tail) + 1) for way in segmentations(tail, count)]


def _rows(
    texts: list[tuple[int, str]],
    number: int,
    width: int,
    yearly: bool,
    lines: list[Line],
    findings: Findings,
    remark: bool,
) -> int:
    """Divide the rows under a heading; stop at the next heading or at prose."""
    waiting: list[Cell] = []
    shapes = _shapes(texts, number, width, yearly)
    while number < len(texts):
        row, text = texts[number]
        tokens = text.split()
        if not tokens:
            lines.append(())
            number += 1
            continue
        words_after = 0
        while remark and tokens and not numeric(tokens[-1]):
            words_after += 1
            tokens = tokens[:-1]
        tail = _tail(tokens)
        if _period_heading(text) or (_starts_block(texts, number) and not tail):
            break
        if not tail or (tail < width and len(tokens) - tail > 6):
            rest = text.split()
            if remark and not tail and len(rest) <= 8:
                waiting.append(Cell(row, 1, plain(text)))
                number += 1
                continue
            break
        cells = _divide(Cell(row, 1, text), tuple(tokens), tail, width, yearly, shapes, findings)
        if cells:
            if not cells[0].plain and waiting:
                label = plain(" ".join(cell.text for cell in waiting))
                cells = (Cell(row, 1, label), *cells[1:])
            lines.append(cells)
        waiting = []
        number += 1
    findings.leave(waiting)
    return number


def _ways(tokens: tuple[str, ...], tail: int, width: int, yearly: bool) -> tuple[list[_Way], int]:
    """Return the ways to divide a row, and how many of its first figures had to go to the label."""
    ways: list[_Way] = []
    taken = 0
    for taken in range(tail):
        label, figures = tokens[: len(tokens) - tail + taken], tokens[len(tokens) - tail + taken :]
        period: tuple[str, ...] = ()
        if yearly:
            if read_period(figures[0]) is None:
                continue
            period, figures = figures[:1], figures[1:]
        found = segmentations(figures, width)
        ways += [((" ".join(label), *period), way) for way in found]
        if found and taken == 0 and not yearly and _may_be_named(tokens[: len(tokens) - tail], found):
            # "Vasagatan 24 103 64": the 24 may belong to the name, so both readings are shown.
            continue
        if found:
            break
    return ways, 0 if yearly else taken


def _may_be_named(label: tuple[str, ...], found: tuple[tuple[str, ...], ...]) -> bool:
    """Whether the first figure's thousands may be a number that belongs to the name before it."""
    if not label or label[-1].endswith(")"):
        return False
    if not any(" " in way[0] and way[0][0].isdigit() for way in found):
        return False
    if _NUMBERED.search(label[-1]):
        return True
    return any(sum(" " in cell for cell in way[1:]) * 2 < len(way) - 1 for way in found)


def _shapes(texts: list[tuple[int, str]], number: int, width: int, yearly: bool) -> list[set[str]]:
    """Return, for each column, the shapes of its cells in the rows that can be divided in one way only."""
    shapes: list[set[str]] = [set() for _ in range(width)]
    # The first rows tell; looking through the rest again under every heading would take a long paste minutes.
    for _, text in texts[number : number + MOST_LOOKED_AT]:
        tokens = tuple(text.split())
        if not tokens:
            continue
        if not _tail(tokens):
            break
        ways, taken = _ways(tokens, _tail(tokens), width, yearly)
        if len(ways) == 1 and not taken:
            for column, cell in enumerate(ways[0][1]):
                shapes[column].add(_shape(cell))
    return shapes


def _shape(cell: str) -> str:
    printed = read_cell(cell)
    return "pair" if printed.second else "bracketed" if printed.bracketed else "plain"


def _divide(
    cell: Cell,
    tokens: tuple[str, ...],
    tail: int,
    width: int,
    yearly: bool,
    shapes: list[set[str]],
    findings: Findings,
) -> Line:
    """Return label, period and figures of one row, or nothing when that can not be said."""
    ways, taken = _ways(tokens, tail, width, yearly)
    alike = [way for way in ways if all(_shape(c) in s or not s for c, s in zip(way[1], shapes, strict=True))]
    ways = alike or ways
    if not ways:
        findings.fault(RowDoesNotFit, cell, wanted=width)
        return ()
    chosen = ways[0] if len(ways) == 1 and not taken else _asked(cell, ways, findings)
    if chosen is None:
        return ()
    return tuple(Cell(cell.row, n, text) for n, text in enumerate([*chosen[0], *chosen[1]], 1))


def _asked(cell: Cell, ways: list[_Way], findings: Findings) -> _Way | None:
    shown = [" | ".join([*label, *way]) for label, way in ways]
    answer = findings.ask(
        Question(
            id=f"division:{cell.row}",
            code="division",
            text="The row can be divided in more than one way. Which is right?",
            subject=cell.plain,
            where=(cell,),
            options=tuple(Option(value, "%(cells)s", {"cells": value}) for value in shown),
            facts={"count": len(ways)},
        )
    )
    return ways[shown.index(answer)] if answer in shown else None


def _period_heading(text: str) -> tuple[str, list[str], list[str]] | None:
    """Return corner text, periods and words after them when a line ends with two periods or more."""
    found = list(FIND.finditer(text))
    if len(found) < 2:
        return None
    marks = [re.match(r"[*]{1,3}|(?=\s|$)", text[m.end() :]) for m in found]
    if not all(marks):
        return None
    ends = [m.end() + len(mark.group()) for m, mark in zip(found, marks, strict=True) if mark]
    between = [text[ends[i] : found[i + 1].start()] for i in range(len(found) - 1)]
    if any(plain(gap) for gap in between):
        return None
    after = plain(text[ends[-1] :])
    if after and not REMARK_HEADING.fullmatch(after):
        return None
    periods = [text[m.start() : end] for m, end in zip(found, ends, strict=True)]
    read = [p for p in map(read_period, periods) if p]
    backwards = any(a.first and b.first and a.first >= b.first for a, b in pairwise(read))
    if len(read) != len(periods) or backwards:
        return None
    return plain(text[: found[0].start()]), periods, [after] if after else []


def _with_line_above(corner: str, lines: list[Line]) -> str:
    """Put a heading that begins with a small letter together with the line it was broken off from."""
    above = next((n for n in range(len(lines) - 1, max(-1, len(lines) - 3), -1) if lines[n]), None)
    if not corner or not corner[0].islower() or above is None or len(lines[above]) != 1:
        return corner
    text = lines[above][0].plain
    if len(text.split()) > 6 or text.endswith("."):
        return corner
    lines[above] = ()
    return f"{text} {corner}"


def _word_heading(text: str) -> tuple[str, list[str], str] | None:
    """Return (period heading or empty, figure headings, area heading) of a heading line of words."""
    parts = [part for part in re.split(r" {2,}|\t+", text.strip()) if part]
    words = list(divided(text)) if len(parts) < 3 else parts
    if len(words) < 2:
        return None
    year = next(
        (n for n, word in enumerate(words) if word.rstrip(":").lower() in ("år", "period", "halvår")), None
    )
    if year is not None:
        return words[year], words[year + 1 :], " ".join(words[:year])
    return ("", words[1:], words[0]) if AREA_HEADING.fullmatch(words[0]) else None


def _fitting(proposed: int, rows: list[tuple[str, ...]], yearly: bool) -> int:
    """Return the number of columns: the proposed one if a row fits it, else the commonest token count."""
    figures = [row[1:] if yearly else row for row in rows]
    if proposed and any(segmentations(row, proposed) for row in figures):
        return proposed
    counts = [len(row) for row in figures]
    return max(set(counts), key=counts.count)


def _figure_rows(texts: list[tuple[int, str]], number: int) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for _, text in texts[number:]:
        tokens = text.split()
        tail = _tail(tokens)
        if tokens and not tail:
            break
        if tail:
            rows.append(tuple(tokens[len(tokens) - tail :]))
    return rows


def _starts_block(texts: list[tuple[int, str]], number: int) -> bool:
    return bool(_word_heading(texts[number][1]) and _figure_rows(texts, number + 1))


def _tail(tokens: Sequence[str]) -> int:
    count = 0
    for token in reversed(tokens):
        if not numeric(token):
            break
        count += 1
    code = _CODE.match(" ".join(tokens[len(tokens) - count :])) if count < len(tokens) else None
    # "Lilla torget (990 011) 12 15": a code in brackets after the name closes the label.
    return count - len(code.group().split()) if code else count


def _figure(cell: str) -> bool:
    return read_cell(cell).readable and bool(plain(cell))


def _aligned(cells: list[str]) -> bool:
    return all(_figure(cell) or not _tail(cell.split()) or read_period(cell) is not None for cell in cells)
