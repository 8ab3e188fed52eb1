"""The cheapest way round: which cells must move so that one small cell may take another value.

When a hidden cell moves by δ, every total it is in goes out of balance, and another cell of the same total
has to make up for it. In tables where a cell is in at most two totals such a repair is a path between those
totals, and the cheapest one is found as a shortest path. Other tables are left to the solver.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Hashable, Iterator, Mapping, Sequence

from samsyn.analysis.audit import Sum

Cell = Hashable
GROUND = -1  # where a cell that is in one total only leads


class Detours:
    """Shortest paths among the totals of one table with known values.

    Parameters
    ----------
    values : mapping of cell to int [persons]
        True values.
    sums : sequence of Sum
    """

    def __init__(self, values: Mapping[Cell, int], sums: Sequence[Sum]) -> None:
        self.values = values
        self.members: list[list[tuple[Cell, int]]] = [
            [(one.total, 1), *((part, -1) for part in one.parts)] for one in sums
        ]
        self.totals_of: dict[Cell, list[tuple[int, int]]] = {cell: [] for cell in values}
        for number, line in enumerate(self.members):
            for cell, sign in line:
                self.totals_of[cell].append((number, sign))

    def cheapest(
        self,
        cell: Cell,
        delta: int,
        bounds: Mapping[Cell, tuple[float, float]],
        price: Mapping[Cell, float],
    ) -> set[Cell] | None:
        """Return the cells that move, ``cell`` left out, when it moves by ``delta``; None if no path is
        found.

        Cells without bounds cannot move; a cell without a price moves for nothing.
        """
        ends = self.totals_of[cell]
        if len(ends) > 2:
            return None
        if not ends:
            return set()
        start, start_sign = ends[0]
        goal, goal_sign = ends[1] if len(ends) == 2 else (GROUND, 0)
        order = itertools.count()
        # A state is a total with the amount by which it is out of balance.
        first = (start, start_sign * delta)
        best: dict[tuple[int, int], float] = {first: 0.0}
        came: dict[tuple[int, int], tuple[tuple[int, int], Cell, int]] = {}
        queue = [(0.0, next(order), first)]
        while queue:
            cost, _, state = heapq.heappop(queue)
            if cost > best[state]:
                continue
            number, excess = state
            if number == GROUND or (number == goal and excess == -goal_sign * delta):
                if number == goal or goal == GROUND:
                    return self._checked(cell, delta, self._trace(state, came), bounds)
                continue
            for other, move, following in self._steps(cell, state, bounds):
                dearer = cost + price.get(other, 0.0) + 1e-6
                if dearer < best.get(following, float("inf")):
                    best[following] = dearer
                    came[following] = (state, other, move)
                    heapq.heappush(queue, (dearer, next(order), following))
        return None

    def _steps(
        self, cell: Cell, state: tuple[int, int], bounds: Mapping[Cell, tuple[float, float]]
    ) -> Iterator[tuple[Cell, int, tuple[int, int]]]:
        """Yield each cell of the total that may make up for its excess, its move and where that leads."""
        number, excess = state
        for other, sign in self.members[number]:
            if other == cell or other not in bounds:
                continue
            move = -excess * sign
            low, high = bounds[other]
            elsewhere = [(n, s) for n, s in self.totals_of[other] if n != number]
            if len(elsewhere) < 2 and low <= self.values[other] + move <= high:
                n, s = elsewhere[0] if elsewhere else (GROUND, 0)
                yield other, move, (n, s * move)

    @staticmethod
    def _trace(
        state: tuple[int, int], came: Mapping[tuple[int, int], tuple[tuple[int, int], Cell, int]]
    ) -> list[tuple[Cell, int]]:
        moves = []
        while state in came:
            state, cell, move = came[state]
            moves.append((cell, move))
        return moves

    def _checked(
        self,
        cell: Cell,
        delta: int,
        moves: Sequence[tuple[Cell, int]],
        bounds: Mapping[Cell, tuple[float, float]],
    ) -> set[Cell] | None:
        moved = {cell: delta}
        for other, move in moves:
            moved[other] = moved.get(other, 0) + move
        within = all(
            bounds[other][0] <= self.values[other] + move <= bounds[other][1]
            for other, move in moved.items()
            if other != cell
        )
        touched = {number for other in moved for number, _ in self.totals_of[other]}
        balanced = all(sum(s * moved.get(c, 0) for c, s in self.members[n]) == 0 for n in touched)
        return {c for c, move in moved.items() if move and c != cell} if within and balanced else None
