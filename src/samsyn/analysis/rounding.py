"""Controlled rounding: a table whose every count is rounded and whose totals still add up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from samsyn.analysis.disclosure import TOTAL, table_with_margins
from samsyn.analysis.errors import SettingOutOfRange, TableTooLarge
from samsyn.analysis.results import Result

MOST_CELLS = 20_000
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class RoundedTable(Result):
    """A two-way table rounded to a base, with its margins last.

    Parameters
    ----------
    rows, columns : tuple of str
        Names, "total" last.
    values : tuple of tuple of int, shape (rows, columns) [persons]
        Multiples of the base; every margin is the sum of its parts.
    base : int [persons]
        Each value is less than this from the true one.
    changed : int [cells]
        Cells, margins among them, that were not multiples.
    n : int [persons]
        The rounded total.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    values: tuple[tuple[int, ...], ...]
    base: int
    changed: int
    n: int
    method: str = "controlled_random_rounding"
    caveats: tuple[str, ...] = ()


def round_table(
    inner: Sequence[Sequence[int]],
    rows: Sequence[str] | None = None,
    columns: Sequence[str] | None = None,
    *,
    base: int = 5,
    rng: int | np.random.Generator = 0,
) -> RoundedTable:
    """Return a table of persons rounded to multiples of a base, additive and without bias.

    Use where every cell must have a number and small ones may not be exact. Not together with the exact table
    or with another rounding of it: two of them narrow the truth, so a table is rounded once and the rounded
    one kept. Over many draws the mean of every cell is its true value.

    Parameters
    ----------
    inner : sequence, shape (rows, columns), of int [persons]
        Without margins; they are added.
    rows, columns : sequence of str
        Names; left out: 1, 2, 3 …
    base : int, 3–20 [persons]
    rng : int or Generator

    Returns
    -------
    RoundedTable

    Raises
    ------
    SeriesDiffer, NotACount
        As `disclosure.table_with_margins`.
    SettingOutOfRange, TableTooLarge
        The base is outside its range, or there are over 20 000 cells.

    Source
    ------
    Cox (1987), JASA 82:520–524, doi:10.1080/01621459.1987.10478456: fractions are pushed round closed paths
    until none is left, each push with chances that keep the mean.

    Examples
    --------
    >>> found = round_table([[20, 4], [3, 18]])
    >>> found.values[2][2] - sum(row[2] for row in found.values[:2])
    0
    """
    if isinstance(base, bool) or not isinstance(base, int) or not 3 <= base <= 20:
        raise SettingOutOfRange(name="base", value=base, wanted="a whole number 3–20")
    first = [str(one) for one in rows or range(1, len(inner) + 1)]
    second = [str(one) for one in columns or range(1, (len(inner[0]) if len(inner) else 0) + 1)]
    table = table_with_margins(inner, first, second)
    if len(table.cells) > MOST_CELLS:
        raise TableTooLarge(cells=len(table.cells), wanted=MOST_CELLS)
    down, across = [*first, TOTAL], [*second, TOTAL]
    true = np.array([[table.cells[(row, column)] for column in across] for row in down], np.int64)
    # A margin stands with the other sign, so that every line and every column sums to nothing.
    signed = true.copy()
    signed[-1, :] *= -1
    signed[:, -1] *= -1
    rounded = _pushed(signed, base, np.random.default_rng(rng))
    rounded[-1, :] *= -1
    rounded[:, -1] *= -1
    return RoundedTable(
        rows=tuple(down),
        columns=tuple(across),
        values=tuple(tuple(int(value) for value in line) for line in rounded),
        base=base,
        changed=int((true % base != 0).sum()),
        n=int(rounded[-1, -1]),
    )


def _pushed(table: Ints, base: int, rng: np.random.Generator) -> Ints:
    """Return the table with every cell at one of its two multiples of the base; lines keep their sums."""
    low = np.floor_divide(table, base) * base
    over = table - low  # in units of one person, below the base
    in_row = [set(np.flatnonzero(line).tolist()) for line in over]
    in_column = [set(np.flatnonzero(line).tolist()) for line in over.T]
    for row in range(len(over)):
        while in_row[row]:
            path = _closed_path(row, in_row, in_column)
            sign = np.where(np.arange(len(path)) % 2 == 0, 1, -1)
            here = np.array([over[cell] for cell in path])
            up = int(min((base - here)[sign == 1].min(), here[sign == -1].min()))
            down = int(min(here[sign == 1].min(), (base - here)[sign == -1].min()))
            # Up by `up` with chance down/(up+down), so that the mean stays where it is.
            push = up if rng.random() * (up + down) < down else -down
            for cell, by in zip(path, sign * push, strict=True):
                over[cell] += by
                if over[cell] in (0, base):
                    in_row[cell[0]].discard(cell[1])
                    in_column[cell[1]].discard(cell[0])
    return np.asarray(low + over)


def _closed_path(
    row: int, in_row: Sequence[set[int]], in_column: Sequence[set[int]]
) -> list[tuple[int, int]]:
    """Return cells with a fraction that turn at each step and come back; every line has two or none."""
    path: list[tuple[int, int]] = []
    # How many cells the path had when it first stood in a line.
    rows, columns = {row: 0}, dict[int, int]()
    column = -1
    while True:
        column = min(one for one in in_row[row] if one != column)
        path.append((row, column))
        if column in columns:
            return path[columns[column] :]
        columns[column] = len(path)
        row = min(one for one in in_column[column] if one != row)
        path.append((row, column))
        if row in rows:
            return path[rows[row] :]
        rows[row] = len(path)
