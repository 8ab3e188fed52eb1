"""What a reader can work out from a table with hidden cells, from the published side alone.

The audit never sees a hidden value. It knows what any reader knows: the figures shown, what the marks mean
and which totals are sums of which parts. It is written apart from the suppression, whose work it judges.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

import numpy as np
from scipy import optimize, sparse

from samsyn.analysis.errors import SettingOutOfRange, TotalsDisagree, UnknownCell
from samsyn.analysis.results import Interval, Result

Cell = Hashable
SMALLEST_K, DEFAULT_K, LARGEST_K = 3, 5, 20
NODES = 400  # steps of the search by hand before the solver is asked
WIDE = 8  # a span of values too wide to try one by one


class Mark(StrEnum):
    """What is printed in a cell."""

    SHOWN = "shown"
    SMALL = "small"  # "<5": one of 1 … k−1
    PROTECTED = "protected"  # "skyddas": k or more, hidden for another cell's sake
    MISSING = "missing"  # the source has no value
    WITHHELD = "withheld"  # the whole table is hidden


@dataclass(frozen=True, slots=True)
class Sum(Result):
    """A total and the parts it is the sum of.

    Parameters
    ----------
    total : cell
    parts : tuple of cells
    """

    total: Cell
    parts: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class SuppressedTable(Result):
    """A table, or several that share cells, as it may be published.

    Parameters
    ----------
    values : mapping of cell to int or None [persons]
        None where nothing is printed.
    marks : mapping of cell to Mark
    sums : tuple of Sum
        What the reader knows about totals.
    k : int [persons]
        "<k" means 1 … k−1.
    """

    values: Mapping[Cell, int | None]
    marks: Mapping[Cell, Mark]
    sums: tuple[Sum, ...]
    k: int

    @property
    def hidden(self) -> frozenset[Cell]:
        """The cells that hold a value which is not printed."""
        return frozenset(c for c, m in self.marks.items() if m not in (Mark.SHOWN, Mark.MISSING))

    def is_derivable_hidden(self, *cells: Cell) -> bool:
        """Return whether anything computed from these cells must be hidden too.

        Holds for changes, percentages, rates, ratios, ranks, words, charts and their text.

        Parameters
        ----------
        *cells : cell

        Raises
        ------
        UnknownCell
            The table does not have it.
        """
        for cell in cells:
            if cell not in self.marks:
                raise UnknownCell(cell=cell)
        return any(self.marks[cell] not in (Mark.SHOWN, Mark.MISSING) for cell in cells)


@dataclass(frozen=True, slots=True)
class Breach(Result):
    """Something small that a reader can work out.

    Parameters
    ----------
    kind : str
        ``shown`` (a small value in print), ``cell`` (a hidden one with fewer possible values than 1 … k−1),
        ``sum`` (hidden cells whose known sum is below k), ``missing`` (a missing value that must be small) or
        ``contradiction`` (the marks cannot be true).
    cells : tuple of cells
    possible : tuple of int [persons]
        Values the reader cannot rule out, as far as they matter.
    """

    kind: Literal["shown", "cell", "sum", "missing", "contradiction"]
    cells: tuple[Cell, ...]
    possible: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AuditResult(Result):
    """Whether a table may leave, and what stops it.

    Parameters
    ----------
    safe : bool
    breaches : tuple of Breach
    checked : int
        Small hidden cells that were looked at.
    """

    safe: bool
    breaches: tuple[Breach, ...]
    checked: int


def as_threshold(k: int) -> int:
    """Return ``k`` if it is allowed as the smallest number shown, or refuse it.

    Raises
    ------
    SettingOutOfRange
        It is not a whole number from 3 to 20.

    Examples
    --------
    >>> as_threshold(5)
    5
    """
    if isinstance(k, bool) or not isinstance(k, int | np.integer) or not SMALLEST_K <= k <= LARGEST_K:
        raise SettingOutOfRange(name="k", value=k, wanted=f"a whole number {SMALLEST_K}–{LARGEST_K}")
    return int(k)


class System:
    """The equations between the cells a reader does not see, with the bounds that the marks give.

    Unit-free; variables are numbered, an equation is (numbers, signs, right-hand side).
    """

    def __init__(
        self, bounds: Mapping[Cell, tuple[int, int]], known: Mapping[Cell, int], sums: Iterable[Sum]
    ) -> None:
        self.cells = list(bounds)
        self.number = {cell: i for i, cell in enumerate(self.cells)}
        self.low = [bounds[cell][0] for cell in self.cells]
        self.high = [bounds[cell][1] for cell in self.cells]
        self.equations: list[tuple[list[int], list[int], int]] = []
        self.of_variable: list[list[int]] = [[] for _ in self.cells]
        self.consistent = True
        for one in sums:
            signs: dict[int, int] = {}
            right = 0
            for cell, sign in ((one.total, 1), *((part, -1) for part in one.parts)):
                if cell in self.number:
                    signs[self.number[cell]] = signs.get(self.number[cell], 0) + sign
                else:
                    right -= sign * known[cell]
            signs = {i: s for i, s in signs.items() if s}
            if not signs:
                self.consistent &= right == 0
                continue
            for i in signs:
                self.of_variable[i].append(len(self.equations))
            self.equations.append((list(signs), list(signs.values()), right))
        self.consistent &= self._tighten(self.low, self.high, range(len(self.equations)))
        self._component = self._components()

    def _components(self) -> list[list[int]]:
        """Return for each variable the ones that equations tie it to."""
        group = list(range(len(self.cells)))

        def root(i: int) -> int:
            while group[i] != i:
                group[i] = group[group[i]]
                i = group[i]
            return i

        for variables, _, _ in self.equations:
            for i in variables[1:]:
                group[root(i)] = root(variables[0])
        members: dict[int, list[int]] = {}
        for i in range(len(self.cells)):
            members.setdefault(root(i), []).append(i)
        return [members[root(i)] for i in range(len(self.cells))]

    def _tighten(self, low: list[int], high: list[int], start: Iterable[int]) -> bool:
        """Narrow the bounds in place until no equation says more; False when none is left."""
        waiting = list(start)
        queued = set(waiting)
        while waiting:
            e = waiting.pop()
            queued.discard(e)
            variables, signs, right = self.equations[e]
            least = sum(s * (low[i] if s > 0 else high[i]) for i, s in zip(variables, signs, strict=True))
            most = sum(s * (high[i] if s > 0 else low[i]) for i, s in zip(variables, signs, strict=True))
            if not least <= right <= most:
                return False
            for i, s in zip(variables, signs, strict=True):
                term_low, term_high = (s * low[i], s * high[i]) if s > 0 else (s * high[i], s * low[i])
                new_low, new_high = right - (most - term_high), right - (least - term_low)
                if s < 0:
                    new_low, new_high = -new_high, -new_low
                size = abs(s)
                new_low, new_high = -(-new_low // size), new_high // size
                if new_low > low[i] or new_high < high[i]:
                    low[i], high[i] = max(low[i], new_low), min(high[i], new_high)
                    if low[i] > high[i]:
                        return False
                    for other in (*self.of_variable[i], e):
                        if other not in queued:
                            queued.add(other)
                            waiting.append(other)
                    term_low, term_high = (s * low[i], s * high[i]) if s > 0 else (s * high[i], s * low[i])
                    least = sum(
                        t * (low[j] if t > 0 else high[j]) for j, t in zip(variables, signs, strict=True)
                    )
                    most = sum(
                        t * (high[j] if t > 0 else low[j]) for j, t in zip(variables, signs, strict=True)
                    )
        return True

    def witness(self, cell: Cell, least: int, most: int) -> dict[Cell, int] | None:
        """Return whole numbers for the cells tied to ``cell`` that put it in the span, or None if none exist.

        A returned solution is its own proof; None rests on exhaustion or on the solver.
        """
        i = self.number[cell]
        low, high = self.low.copy(), self.high.copy()
        low[i], high[i] = max(low[i], least), min(high[i], most)
        if low[i] > high[i] or not self._tighten(low, high, self.of_variable[i]):
            return None
        members = self._component[i]
        self._nodes = NODES if len(members) <= 80 else 0
        self._exhausted = self._nodes > 0
        found = self._search(low, high, members) if self._nodes else None
        if found is None and not self._exhausted:
            found = self._ask_solver(low, high, members)
        return None if found is None else {self.cells[j]: found[j] for j in members}

    def _search(self, low: list[int], high: list[int], members: list[int]) -> list[int] | None:
        open_ones = [j for j in members if low[j] < high[j]]
        if not open_ones:
            return low
        self._nodes -= 1
        if self._nodes < 0:
            self._exhausted = False
            return None
        j = min(open_ones, key=lambda v: high[v] - low[v])
        span = high[j] - low[j]
        if span <= WIDE:
            tries = list(range(low[j], high[j] + 1))
        else:
            tries = [low[j], (low[j] + high[j]) // 2, high[j]]
            self._exhausted = False
        for value in tries:
            new_low, new_high = low.copy(), high.copy()
            new_low[j] = new_high[j] = value
            if self._tighten(new_low, new_high, self.of_variable[j]):
                found = self._search(new_low, new_high, members)
                if found is not None:
                    return found
            if self._nodes < 0:
                return None
        return None

    def _ask_solver(self, low: list[int], high: list[int], members: list[int]) -> list[int] | None:
        place = {j: column for column, j in enumerate(members)}
        rows = [self.equations[e] for e in sorted({e for j in members for e in self.of_variable[j]})]
        matrix = sparse.lil_array((len(rows), len(members)))
        for r, (variables, signs, _) in enumerate(rows):
            for j, s in zip(variables, signs, strict=True):
                matrix[r, place[j]] = s
        right = np.array([row[2] for row in rows], dtype=float)
        answer = optimize.milp(
            np.zeros(len(members)),
            integrality=np.ones(len(members)),
            bounds=optimize.Bounds([low[j] for j in members], [high[j] for j in members]),
            constraints=optimize.LinearConstraint(matrix.tocsr(), right, right) if rows else (),
        )
        if answer.x is None:
            return None
        found = low.copy()
        for j, value in zip(members, np.rint(answer.x), strict=True):
            found[j] = int(value)
        return found if self._holds(found, members) else None

    def _holds(self, values: list[int], members: list[int]) -> bool:
        if any(not self.low[j] <= values[j] <= self.high[j] for j in members):
            return False
        touched = {e for j in members for e in self.of_variable[j]}
        return all(
            sum(s * values[i] for i, s in zip(self.equations[e][0], self.equations[e][1], strict=True))
            == self.equations[e][2]
            for e in touched
        )


def _reader(table: SuppressedTable) -> System:
    known = {c: v for c, v in table.values.items() if table.marks[c] is Mark.SHOWN and v is not None}
    # No reader can tell how large an unbounded cell is; the cap is far above anything the sums can need.
    cap = 4 * (sum(known.values()) + LARGEST_K * (len(table.marks) + 1))
    spans = {
        Mark.SMALL: (1, table.k - 1),
        Mark.PROTECTED: (table.k, cap),
        Mark.MISSING: (0, cap),
        Mark.WITHHELD: (0, cap),
    }
    bounds = {c: spans[m] for c, m in table.marks.items() if m is not Mark.SHOWN}
    return System(bounds, known, table.sums)


def check_cells(cells: Iterable[Cell], sums: Iterable[Sum]) -> None:
    """Refuse a sum that names a cell the table does not have.

    Raises
    ------
    UnknownCell
        The cell is not there.

    Examples
    --------
    >>> check_cells(["a", "b", "both"], [Sum("both", ("a", "b"))])
    """
    have = set(cells)
    for one in sums:
        for cell in (one.total, *one.parts):
            if cell not in have:
                raise UnknownCell(cell=cell)


def audit(table: SuppressedTable) -> AuditResult:
    """Return whether a reader who knows the rule can work out anything small.

    Use on every table that leaves for Samverkan or Öppen, with all published tables of one population
    together. Not on a table whose small cells concern places and not persons.

    Parameters
    ----------
    table : SuppressedTable
        Hidden values are never read.

    Returns
    -------
    AuditResult
        Safe when every cell marked small may be each of 1 … k−1 in whole numbers, no small value is
        printed, no missing value is forced to be small, and no known sum of hidden cells is below k. (A
        known sum of two or more hidden cells below k is impossible when the first holds: one of them may be
        k−1 and the others are at least 1. It is checked all the same, total by total.)

    Raises
    ------
    UnknownCell
        A sum names a cell that is not in the table.
    TotalsDisagree
        A printed total is not the sum of its printed parts.

    Source
    ------
    Rule C.8; Fischetti & Salazar (2001), Management Science 47:1008–1027, for the attacker's problem.

    Examples
    --------
    >>> marks = {"girls": Mark.SMALL, "boys": Mark.SHOWN, "all": Mark.SHOWN}
    >>> values = {"girls": None, "boys": 9, "all": 12}
    >>> audit(SuppressedTable(values, marks, (Sum("all", ("girls", "boys")),), 5)).safe
    False
    """
    check_cells(table.marks, table.sums)
    _check_printed(table)
    reader = _reader(table)
    small = [c for c, m in table.marks.items() if m is Mark.SMALL]
    if not reader.consistent:
        return AuditResult(False, (Breach("contradiction", tuple(reader.cells), ()),), len(small))
    breaches: list[Breach] = [
        Breach("shown", (c,), (v,))
        for c, v in table.values.items()
        if table.marks[c] is Mark.SHOWN and v is not None and 0 < v < table.k
    ]
    seen: dict[Cell, set[int]] = {c: set() for c in small}
    for cell in small:
        for value in range(1, table.k):
            if value in seen[cell]:
                continue
            solution = reader.witness(cell, value, value)
            for other, number in (solution or {}).items():
                if other in seen:
                    seen[other].add(number)
        if len(seen[cell]) < table.k - 1:
            breaches.append(Breach("cell", (cell,), tuple(sorted(seen[cell]))))
    for cell, mark in table.marks.items():
        if mark is Mark.MISSING and not _may_be_large_or_zero(reader, cell, table.k):
            breaches.append(Breach("missing", (cell,), ()))
    breaches.extend(_small_sums(table))
    return AuditResult(not breaches, tuple(breaches), len(small))


def _may_be_large_or_zero(reader: System, cell: Cell, k: int) -> bool:
    i = reader.number[cell]
    large = reader.high[i] >= k and reader.witness(cell, k, reader.high[i]) is not None
    return large or reader.witness(cell, 0, 0) is not None


def _small_sums(table: SuppressedTable) -> list[Breach]:
    found = []
    for one in table.sums:
        if table.marks[one.total] is not Mark.SHOWN:
            continue
        unseen = tuple(c for c in one.parts if table.marks[c] is not Mark.SHOWN)
        if len(unseen) < 2 or all(table.marks[c] is Mark.MISSING for c in unseen):
            continue
        printed = sum(table.values[c] or 0 for c in one.parts if table.marks[c] is Mark.SHOWN)
        rest = (table.values[one.total] or 0) - printed
        if 0 < rest < table.k:
            found.append(Breach("sum", unseen, (rest,)))
    return found


def _check_printed(table: SuppressedTable) -> None:
    for one in table.sums:
        if all(table.marks[c] is Mark.SHOWN for c in (one.total, *one.parts)):
            parts = sum(table.values[c] or 0 for c in one.parts)
            if table.values[one.total] != parts:
                raise TotalsDisagree(total=one.total, value=table.values[one.total], parts=parts)


def feasible_range(table: SuppressedTable, cell: Cell) -> Interval:
    """Return the smallest and largest whole number a reader cannot rule out for a hidden cell.

    Use to show why a table is unsafe. The audit itself looks at every value between, not only at the ends.

    Parameters
    ----------
    table : SuppressedTable
    cell : cell
        A hidden one.

    Returns
    -------
    Interval [persons]
        At level 1; infinite above when no total limits it.

    Raises
    ------
    UnknownCell
        The cell is not there or not hidden.
    TotalsDisagree
        The marks cannot be true.

    Source
    ------
    As `audit`.

    Examples
    --------
    >>> marks = {"girls": Mark.WITHHELD, "boys": Mark.WITHHELD, "all": Mark.SHOWN}
    >>> values = {"girls": None, "boys": None, "all": 5}
    >>> table = SuppressedTable(values, marks, (Sum("all", ("girls", "boys")),), 5)
    >>> feasible_range(table, "girls")
    Interval(low=0, high=5, level=1.0)
    """
    check_cells(table.marks, table.sums)
    reader = _reader(table)
    if cell not in reader.number:
        raise UnknownCell(cell=cell)
    if not reader.consistent:
        raise TotalsDisagree(total=cell, value="–", parts="–")
    i = reader.number[cell]
    low, high = reader.low[i], reader.high[i]
    if reader.witness(cell, low, high) is None:
        raise TotalsDisagree(total=cell, value="–", parts="–")
    least = _first(low, high, lambda middle: reader.witness(cell, low, middle) is not None)
    most = -_first(-high, -low, lambda middle: reader.witness(cell, -middle, high) is not None)
    limited = reader.of_variable[i] and most < _reader_cap(table)
    return Interval(least, most if limited else math.inf, 1.0)


def _reader_cap(table: SuppressedTable) -> int:
    known = sum(v or 0 for c, v in table.values.items() if table.marks[c] is Mark.SHOWN)
    return known + LARGEST_K * (len(table.marks) + 1)


def _first(low: int, high: int, holds: object) -> int:
    while low < high:
        middle = (low + high) // 2
        if holds(middle):  # type: ignore[operator]
            high = middle
        else:
            low = middle + 1
    return low
