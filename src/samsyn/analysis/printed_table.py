"""Can anything small be worked out from a table as it is printed?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from samsyn.analysis.audit import (
    Breach,
    Cell,
    Mark,
    Sum,
    SuppressedTable,
    as_threshold,
    audit,
    feasible_range,
)
from samsyn.analysis.errors import NotACount, SeriesDiffer
from samsyn.analysis.rates import as_count
from samsyn.analysis.results import Result


@dataclass(frozen=True, slots=True)
class AuditedTable(Result):
    """What a reader can work out from a printed table.

    Parameters
    ----------
    safe : bool
        Nothing small can be worked out.
    breaches : tuple of audit.Breach
    low, high : tuple of tuple of int or None, shape (rows, columns) [persons]
        Each hidden cell lies between them for certain; None above means no limit. Shown cells are themselves.
    checked : int
        Small hidden cells that were looked at.
    """

    safe: bool
    breaches: tuple[Breach, ...]
    low: tuple[tuple[int, ...], ...]
    high: tuple[tuple[int | None, ...], ...]
    checked: int
    method: str = "table_audit"
    caveats: tuple[str, ...] = ()


def audit_table(printed: Sequence[Sequence[int | str]], *, k: int = 5) -> AuditedTable:
    """Return whether anything small can be worked out from a two-way table as it is printed.

    Use on any table before it leaves, whoever hid its cells. The reader is taken to know the rule and the
    margins. Not for one of several tables of the same population: judge those together with `may_publish`.

    Parameters
    ----------
    printed : sequence, shape (rows + 1, columns + 1), of int or str [persons]
        With the margins in the last row and column. ``"<5"`` (with the k in use) is 1 … k−1, ``"protected"``
        is k or more, ``"withheld"`` is anything.
    k : int, 3–20 [persons]

    Returns
    -------
    AuditedTable

    Raises
    ------
    SeriesDiffer, NotACount, SettingOutOfRange
        Lines differ in length, or a cell is neither a count nor one of the marks.
    TableTooLarge
        As `audit.audit`.

    Source
    ------
    As `audit.audit` and `audit.feasible_range`.

    Examples
    --------
    >>> found = audit_table([[20, "<5", 24], [30, 18, 48], [50, 22, 72]])
    >>> found.safe, found.low[0][1], found.high[0][1]
    (False, 4, 4)
    """
    as_threshold(k)
    size = {len(line) for line in printed}
    if len(printed) < 2 or len(size) != 1 or min(size) < 2:
        raise SeriesDiffer(found="lines of different length, or one", wanted="the table with its margins")
    marks: dict[Cell, Mark] = {}
    values: dict[Cell, int | None] = {}
    words = {f"<{k}": Mark.SMALL, "protected": Mark.PROTECTED, "withheld": Mark.WITHHELD}
    for row, line in enumerate(printed):
        for column, cell in enumerate(line):
            place = (row, column)
            if isinstance(cell, str):
                if cell.replace(" ", "") not in words:
                    raise NotACount(value=cell, where=f"row {row + 1}, column {column + 1}")
                marks[place], values[place] = words[cell.replace(" ", "")], None
            else:
                marks[place] = Mark.SHOWN
                values[place] = as_count(cell, f"row {row + 1}, column {column + 1}")
    down, across = range(len(printed)), range(size.pop())
    sums = [Sum((row, across[-1]), tuple((row, column) for column in across[:-1])) for row in down]
    sums += [Sum((down[-1], column), tuple((row, column) for row in down[:-1])) for column in across]
    table = SuppressedTable(values, marks, tuple(sums), k)
    found = audit(table)
    contradiction = any(breach.kind == "contradiction" for breach in found.breaches)
    low, high = [], []
    for row in down:
        ranges = [
            (values[(row, column)],) * 2
            if values[(row, column)] is not None or contradiction
            else _limits(table, (row, column))
            for column in across
        ]
        low.append(tuple(int(one[0] or 0) for one in ranges))
        high.append(tuple(one[1] for one in ranges))
    return AuditedTable(found.safe, found.breaches, tuple(low), tuple(high), found.checked)


def _limits(table: SuppressedTable, cell: Cell) -> tuple[int, int | None]:
    span = feasible_range(table, cell)
    return round(span.low), None if math.isinf(span.high) else round(span.high)
