"""What a reader can work out from a table with hidden cells, from the published side alone.

The audit never sees a hidden value. It knows what any reader knows: the figures shown, what the marks mean
and which totals are sums of which parts. It is written apart from the suppression, whose work it judges.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

import numpy as np

from samsyn.analysis.errors import SettingOutOfRange, TotalsDisagree, UnknownCell
from samsyn.analysis.network import Network
from samsyn.analysis.results import Interval, Result

Cell = Hashable
SMALLEST_K, DEFAULT_K, LARGEST_K = 3, 5, 20
NODES = 400  # steps of the search by hand before the solver is asked
SOLVER_NODES = 200
NETWORK_FROM = 40  # hidden cells; with fewer the search by hand is as quick
WIDE = 8  # a span of values too wide to try one by one


class Mark(StrEnum):
    """What is printed in a cell."""

    SHOWN = "shown"
    SMALL = "small"  # "<5": one of 1 … k−1
    PROTECTED = "protected"  # "skyddas": k or more, hidden for another cell's sake
    MISSING = "missing"  # the source has no value
    WITHHELD = "withheld"  # nothing is said about the value, not even whether it is small


BOUNDED = frozenset({Mark.SHOWN, Mark.SMALL, Mark.PROTECTED})


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
            narrowed = self._narrow(low, high, *self.equations[e])
            if narrowed is None:
                return False
            for i in narrowed:
                for other in self.of_variable[i]:
                    if other not in queued:
                        queued.add(other)
                        waiting.append(other)
        return True

    @staticmethod
    def _narrow(
        low: list[int], high: list[int], variables: list[int], signs: list[int], right: int
    ) -> list[int] | None:
        """Narrow the bounds by one equation; return the variables it changed, or None if none is left."""
        least = most = 0
        for i, s in zip(variables, signs, strict=True):
            if s > 0:
                least += s * low[i]
                most += s * high[i]
            else:
                least += s * high[i]
                most += s * low[i]
        if not least <= right <= most:
            return None
        if least == most:
            return []
        changed = []
        # The room left by the others is taken at the start; what they gain here is found at the next visit.
        below, above = right - most, right - least
        for i, s in zip(variables, signs, strict=True):
            old_low, old_high = low[i], high[i]
            if s > 0:
                new_low, new_high = -(-(below + s * old_high) // s), (above + s * old_low) // s
            else:
                new_low, new_high = -((above + s * old_high) // -s), (-below - s * old_low) // -s
            if new_low > old_low or new_high < old_high:
                low[i], high[i] = max(old_low, new_low), min(old_high, new_high)
                if low[i] > high[i]:
                    return None
                changed.append(i)
        return changed

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

    def solution(self) -> list[int] | None:
        """Return whole numbers for all cells, or None if the solver finds none."""
        return self._ask_solver(self.low, self.high, list(range(len(self.cells))))

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
        # Loaded when a solver is needed and not with the package: it takes most of a second.
        from scipy import optimize, sparse

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
            options={"node_limit": SOLVER_NODES},  # undecided counts as impossible: the safe side
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


def is_network(cells: Iterable[Cell], sums: Iterable[Sum]) -> bool:
    """Return whether the sums form a network, whatever is hidden: then the audit is exact and quick.

    Examples
    --------
    >>> is_network(["a", "b", "both"], [Sum("both", ("a", "b"))])
    True
    """
    number = {cell: i for i, cell in enumerate(cells)}
    equations = [
        ([number[one.total], *(number[c] for c in one.parts)], [1, *[-1] * len(one.parts)], 0) for one in sums
    ]
    return Network.of(equations, [0] * len(number), [0] * len(number), [0] * len(number)) is not None


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
        Safe when every cell marked small or withheld may be each of 1 … k−1 in whole numbers (or is known to
        be k or more), no small value is printed, no missing value is forced to be small, and no known sum of
        hidden cells is below k. (The last follows from the first: one of the cells may be k−1 and the others
        are at least 1. It is checked all the same, total by total.)

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
    breaches = tuple(_breaches(table))
    checked = sum(mark in (Mark.SMALL, Mark.WITHHELD) for mark in table.marks.values())
    return AuditResult(not breaches, breaches, checked)


def passes(table: SuppressedTable) -> bool:
    """Return whether the audit finds nothing; stops at the first thing it finds.

    Examples
    --------
    >>> passes(SuppressedTable({"a": 3}, {"a": Mark.SHOWN}, (), 5))
    False
    """
    return next(_breaches(table), None) is None


def _breaches(table: SuppressedTable) -> Iterator[Breach]:
    reader = _reader(table)
    if not reader.consistent:
        yield Breach("contradiction", tuple(reader.cells), ())
        return
    for cell, value in table.values.items():
        if table.marks[cell] is Mark.SHOWN and value is not None and 0 < value < table.k:
            yield Breach("shown", (cell,), (value,))
    yield from _small_sums(table)
    network = _network(table, reader)
    yield from _pinned(table, reader) if network is None else _pinned_in(table, reader, network)
    for cell, mark in table.marks.items():
        if mark is Mark.MISSING and not _may_be_large_or_zero(reader, cell, table.k):
            yield Breach("missing", (cell,), ())


def _pinned(table: SuppressedTable, reader: System) -> Iterator[Breach]:
    """Yield the hidden cells that cannot be all of 1 … k−1; one solution may clear many values at once."""
    seen: dict[Cell, set[int]] = {
        c: set() for c, m in table.marks.items() if m in (Mark.SMALL, Mark.WITHHELD)
    }
    for cell in seen:
        if reader.low[reader.number[cell]] >= table.k:
            continue  # withheld, and known to be no small number
        for value in range(1, table.k):
            if value in seen[cell]:
                continue
            solution = reader.witness(cell, value, value)
            for other, number in (solution or {}).items():
                if other in seen:
                    seen[other].add(number)
        possible = tuple(sorted(v for v in seen[cell] if 0 < v < table.k))
        if len(possible) < table.k - 1:
            yield Breach("cell", (cell,), possible)


def _pinned_in(table: SuppressedTable, reader: System, network: Network) -> Iterator[Breach]:
    """Yield the same as `_pinned`, where the sums form a network: exact, and quick in large tables."""
    for cell, mark in table.marks.items():
        if mark is Mark.SMALL:
            least, most = network.span(reader.number[cell], 1, table.k - 1)
            if most - least < table.k - 2:
                yield Breach("cell", (cell,), tuple(range(least, most + 1)))


def _network(table: SuppressedTable, reader: System) -> Network | None:
    """Return the hidden cells as a network, or None where they are not one, are few or hold others."""
    if len(reader.cells) < NETWORK_FROM or not {*table.marks.values()} <= BOUNDED:
        return None
    # A first look without a flow: most hierarchies are refused here, before anything is solved.
    if Network.of(reader.equations, reader.low, reader.high, reader.low) is None:
        return None
    flow = reader.solution()
    return None if flow is None else Network.of(reader.equations, reader.low, reader.high, flow)


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


def _first(low: int, high: int, holds: Callable[[int], bool]) -> int:
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low
