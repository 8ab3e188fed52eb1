"""The search for cells to hide beside the small ones: paths first, an integer programme where they fail."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence

import numpy as np

from samsyn.analysis.audit import Breach, Cell, Sum
from samsyn.analysis.detours import Detours

TOTAL_COSTS = 4.0  # a total tells more than a part, so it is hidden last
SOLVER_NODES = 50


class Repair:
    """The search for cells to hide so that breached cells get the values they lack."""

    def __init__(
        self, truth: Mapping[Cell, int | None], sums: tuple[Sum, ...], k: int, small: set[Cell]
    ) -> None:
        self.truth, self.sums, self.k, self.small = truth, sums, k, set(small)
        self.dark: set[Cell] = set()
        totals = {one.total for one in sums}
        self.price = {
            c: (TOTAL_COSTS if c in totals else 1.0) * (1 + math.log(v))
            for c, v in truth.items()
            if v is not None and v >= k
        }
        # Paths need every value; with missing ones the solver does it all.
        known = {c: v for c, v in truth.items() if v is not None}
        self.detours = Detours(known, sums) if len(known) == len(truth) else None
        self.bounds: dict[Cell, tuple[float, float]] = dict.fromkeys(self.price, (k, math.inf))
        self.bounds.update(dict.fromkeys(small, (1, k - 1)))

    def more_to_hide(self, protected: set[Cell], breaches: Sequence[Breach]) -> set[Cell] | None:
        """Return cells to hide besides ``protected``, cheap if not cheapest; None if nothing helps."""
        extra: set[Cell] = set()
        left: list[Breach] = []
        for breach in breaches:
            if self.detours is None or breach.kind != "cell" or not self.by_detours(breach, protected, extra):
                left.append(breach)
        if extra:
            return extra
        for breach in left:
            found = self._by_solver(breach, protected)
            if found:
                return found
        return None

    def lines_to_withhold(self, breaches: Sequence[Breach]) -> set[Cell]:
        """Return the lines to leave blank where a total and its parts are all small.

        "<5" in all of them tells that no part can be 4 and that the total cannot be 1. With the whole line
        blank, zeros too, the total may be any of 1 … k−1 and so may each part.
        """
        breached = {cell for breach in breaches for cell in breach.cells}
        dark: set[Cell] = set()
        for one in self.sums:
            if one.total in self.small and breached & {one.total, *one.parts}:
                dark |= set(one.parts)
        return dark

    def withhold(self, cells: Collection[Cell]) -> None:
        """Take cells as unknown to the reader, who is not even told whether they are small."""
        for cell in cells:
            self.bounds[cell] = (0, math.inf)
        self.small -= set(cells)
        self.dark |= set(cells)

    def by_detours(self, breach: Breach, protected: set[Cell], extra: set[Cell]) -> bool:
        """Add to ``extra`` what lets a breached cell take the values it lacks; False if some way is left."""
        cell = breach.cells[0]
        lacking = [v for v in range(1, self.k) if v not in breach.possible]
        price = {c: p for c, p in self.price.items() if c not in protected and c not in extra}
        complete = True
        for value in sorted({lacking[0], lacking[-1]}):
            delta = value - (self.truth[cell] or 0)
            moving = self.detours.cheapest(cell, delta, self.bounds, price) if self.detours else None
            if moving is None:
                complete = False
                continue
            new = {c for c in moving if c in price}
            extra |= new
            for c in new:
                del price[c]
        return complete

    def _by_solver(self, breach: Breach, protected: set[Cell]) -> set[Cell] | None:
        """Return the cheapest cells to hide for one breach.

        One copy of the unseen cells for each value wanted, all with the same choice of cells to hide. A
        solution stays a proof when more is hidden later, so the loop over breaches ends.
        """
        cell, k = breach.cells[0], self.k
        if breach.kind == "cell":
            lacking = [v for v in range(1, k) if v not in breach.possible]
            wanted: list[tuple[int, float]] = [(v, v) for v in sorted({lacking[0], lacking[-1]})]
        elif breach.kind == "missing":
            wanted = [(k, math.inf)]
        else:
            return None
        # Always in the order of the table, so that the same table is hidden in the same way every time.
        free = [c for c, v in self.truth.items() if v is None or c in self.dark]
        small = [c for c in self.truth if c in self.small]
        fixed = [c for c in self.truth if c in protected]
        spare = [c for c in self.price if c not in protected]
        reach = k * (len(self.small) + 2)
        problem = _Problem([*small, *fixed, *free, *spare], spare, len(wanted))
        problem.cost = {c: self.price[c] for c in spare}
        for copy, span in enumerate(wanted):
            for c in small:
                problem.bound(c, copy, *(span if c == cell else (1, k - 1)))
            for c in fixed:
                problem.bound(c, copy, k, math.inf)
            for c in free:
                problem.bound(c, copy, *(span if c == cell else (0, math.inf)))
            for c in spare:
                problem.may_move(c, copy, self.truth[c] or 0, k, reach)
            for one in self.sums:
                problem.balance(one, copy, self.truth)
        return problem.cheapest()


class _Problem:
    """A mixed-integer problem in the making: values per copy, and one choice per cell that may be hidden."""

    def __init__(self, unseen: Sequence[Cell], spare: Sequence[Cell], copies: int) -> None:
        self.unseen = {c: i for i, c in enumerate(unseen)}
        self.choice = {c: len(unseen) * copies + i for i, c in enumerate(spare)}
        self.width = len(unseen) * copies + len(spare)
        self.cost: dict[Cell, float] = {}
        self.low = np.zeros(self.width)
        self.high = np.full(self.width, np.inf)
        for column in self.choice.values():
            self.high[column] = 1
        self.rows: list[int] = []
        self.columns: list[int] = []
        self.entries: list[float] = []
        self.least: list[float] = []
        self.most: list[float] = []

    def column(self, cell: Cell, copy: int) -> int:
        return copy * len(self.unseen) + self.unseen[cell]

    def bound(self, cell: Cell, copy: int, low: float, high: float) -> None:
        self.low[self.column(cell, copy)], self.high[self.column(cell, copy)] = low, high

    def row(self, entries: Mapping[int, float], least: float, most: float) -> None:
        for column, entry in entries.items():
            self.rows.append(len(self.least))
            self.columns.append(column)
            self.entries.append(entry)
        self.least.append(least)
        self.most.append(most)

    def may_move(self, cell: Cell, copy: int, value: int, k: int, reach: int) -> None:
        """A cell that is shown keeps its value; one that is hidden may be k and above."""
        x, y = self.column(cell, copy), self.choice[cell]
        self.low[x], self.high[x] = max(k, value - reach), value + reach
        self.row({x: 1, y: -reach}, -math.inf, value)
        self.row({x: 1, y: min(reach, value - k)}, value, math.inf)

    def balance(self, one: Sum, copy: int, truth: Mapping[Cell, int | None]) -> None:
        entries: dict[int, float] = {}
        right = 0
        for cell, sign in ((one.total, 1), *((part, -1) for part in one.parts)):
            if cell in self.unseen:
                column = self.column(cell, copy)
                entries[column] = entries.get(column, 0) + sign
            else:
                right -= sign * (truth[cell] or 0)
        if entries:
            self.row(entries, right, right)

    def cheapest(self) -> set[Cell] | None:
        # Loaded when a solver is needed and not with the package: it takes most of a second.
        from scipy import optimize, sparse

        objective = np.zeros(self.width)
        for cell, price in self.cost.items():
            objective[self.choice[cell]] = price
        matrix = sparse.csr_array(
            (self.entries, (self.rows, self.columns)), shape=(len(self.least), self.width)
        )
        answer = optimize.milp(
            objective,
            integrality=np.ones(self.width),
            bounds=optimize.Bounds(self.low, self.high),
            constraints=optimize.LinearConstraint(matrix, self.least, self.most) if self.least else (),
            options={
                "node_limit": SOLVER_NODES,
                "mip_rel_gap": 0.1,
            },  # good enough; the audit has the last word
        )
        if answer.x is None:
            return None
        return {cell for cell, column in self.choice.items() if answer.x[column] > 0.5}
