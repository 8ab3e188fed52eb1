"""Which values the cells of a table with margins can take, when its sums form a network.

In a table of rows, columns and their totals every cell stands in at most two sums, on opposite sides. Such
sums are a network: whole-number solutions are flows, and one is turned into another by moving units round a
cycle of hidden cells. Tables with hierarchies in both directions are no network; the solver judges them.
"""

from __future__ import annotations

from collections.abc import Sequence

GROUND = 0  # the node where cells that stand in one sum only have their other end


class Network:
    """The hidden cells as arcs between the sums they stand in, with one solution as the flow.

    Use through `of`. Arc ``a`` runs from ``tail[a]`` to ``head[a]``; its flow lies within its bounds.

    Parameters
    ----------
    tail, head : list of int, shape (cells,)
        Nodes; 0 is the ground, sum ``e`` is node ``e + 1``.
    low, high : list of int, shape (cells,) [persons]
    flow : list of int, shape (cells,) [persons]
        A solution.
    """

    def __init__(
        self, tail: list[int], head: list[int], low: list[int], high: list[int], flow: list[int], nodes: int
    ) -> None:
        self.tail, self.head, self.low, self.high, self.flow = tail, head, low, high, flow
        # Arcs that can carry one more from a node to another, forwards (a) or backwards (~a).
        self._arcs: dict[tuple[int, int], set[int]] = {}
        self._out = [0] * nodes
        self._into = [0] * nodes
        # One cycle moves several cells, so a value met on the way to another cell's limit is met for good.
        self._least, self._most = list(flow), list(flow)
        for arc in range(len(tail)):
            self._refresh(arc)

    @classmethod
    def of(
        cls,
        equations: Sequence[tuple[list[int], list[int], int]],
        low: list[int],
        high: list[int],
        flow: list[int],
    ) -> Network | None:
        """Return the network of the equations, or None when they are not one.

        Parameters
        ----------
        equations : sequence of (variables, signs, right-hand side)
        low, high, flow : list of int, shape (variables,) [persons]

        Returns
        -------
        Network or None

        Source
        ------
        Ahuja, Magnanti & Orlin (1993), Network Flows, chapter 9, for flows and augmenting paths.

        Examples
        --------
        >>> two_by_two = [([a, b], [-1, -1], -4) for a, b in ((0, 1), (2, 3), (0, 2), (1, 3))]
        >>> Network.of(two_by_two, [1] * 4, [4] * 4, [2] * 4).span(0, 1, 4)
        (1, 3)
        """
        places: list[list[tuple[int, int]]] = [[] for _ in low]
        for number, (variables, signs, _right) in enumerate(equations):
            for variable, sign in zip(variables, signs, strict=True):
                if abs(sign) != 1:
                    return None
                places[variable].append((number, sign))
        if any(len(found) > 2 for found in places):
            return None
        turned = _turned(len(equations), places)
        if turned is None:
            return None
        tail, head = [GROUND] * len(low), [GROUND] * len(low)
        for variable, found in enumerate(places):
            for number, sign in found:
                if sign * turned[number] > 0:
                    tail[variable] = number + 1
                else:
                    head[variable] = number + 1
        return cls(tail, head, low, high, list(flow), len(equations) + 1)

    def span(self, arc: int, least: int, most: int) -> tuple[int, int]:
        """Return the smallest and the largest value of a cell, no further than ``least`` and ``most``.

        Every whole number between them is possible too.
        """
        while self._most[arc] < most and self._push(arc, most - self.flow[arc]):
            pass
        while self._least[arc] > least and self._push(arc, least - self.flow[arc]):
            pass
        return self._least[arc], self._most[arc]

    def _push(self, arc: int, wanted: int) -> bool:
        """Move units round one cycle through the arc, at most as many as wanted (below 0: downwards).

        Returns False if there is no such cycle.
        """
        up = wanted > 0
        room = self.high[arc] - self.flow[arc] if up else self.flow[arc] - self.low[arc]
        if room <= 0:
            return False
        start, goal = (self.head[arc], self.tail[arc]) if up else (self.tail[arc], self.head[arc])
        units = min(abs(wanted), room)
        if start == goal:
            self._move(arc if up else ~arc, units)
            return True
        self._hide(arc)
        path = self._path(start, goal)
        for step in path:
            one = step if step >= 0 else ~step
            left = self.high[one] - self.flow[one] if step >= 0 else self.flow[one] - self.low[one]
            units = min(units, left)
        for step in path:
            self._move(step, units)
        if path:
            self._move(arc if up else ~arc, units)
        else:
            self._refresh(arc)
        return bool(path)

    def _move(self, step: int, units: int) -> None:
        arc, change = (step, units) if step >= 0 else (~step, -units)
        flow = self.flow[arc] = self.flow[arc] + change
        self._least[arc] = min(self._least[arc], flow)
        self._most[arc] = max(self._most[arc], flow)
        self._refresh(arc)

    def _path(self, start: int, goal: int) -> list[int]:
        """Return arcs that carry a unit from start to goal, or an empty list; a bit is a node."""
        out, into = self._out, self._into[goal]
        if out[start] >> goal & 1:
            return [next(iter(self._arcs[start, goal]))]
        # The last step is looked up from the goal's side, so the widest layer is never spread out.
        layers, seen, last = [1 << start], 1 << start, start
        meets = out[start] & into
        while not meets:
            reached, frontier = 0, layers[-1]
            while frontier:
                lowest = frontier & -frontier
                reached |= out[lowest.bit_length() - 1]
                frontier ^= lowest
            fresh = frontier = reached & ~seen
            if not fresh:
                return []
            seen |= fresh
            layers.append(fresh)
            while frontier:
                lowest = frontier & -frontier
                last = lowest.bit_length() - 1
                meets = out[last] & into
                if meets:
                    break
                frontier ^= lowest
        middle = (meets & -meets).bit_length() - 1
        path = [next(iter(self._arcs[middle, goal])), next(iter(self._arcs[last, middle]))]
        node = last
        for layer in reversed(layers[:-1]):
            lowest = layer & self._into[node]
            before = (lowest & -lowest).bit_length() - 1
            path.append(next(iter(self._arcs[before, node])))
            node = before
        return path

    def _hide(self, arc: int) -> None:
        self._set(self.tail[arc], self.head[arc], arc, usable=False)
        self._set(self.head[arc], self.tail[arc], ~arc, usable=False)

    def _refresh(self, arc: int) -> None:
        self._set(self.tail[arc], self.head[arc], arc, usable=self.flow[arc] < self.high[arc])
        self._set(self.head[arc], self.tail[arc], ~arc, usable=self.flow[arc] > self.low[arc])

    def _set(self, start: int, end: int, step: int, *, usable: bool) -> None:
        arcs = self._arcs.setdefault((start, end), set())
        if usable:
            arcs.add(step)
            self._out[start] |= 1 << end
            self._into[end] |= 1 << start
        else:
            arcs.discard(step)
            if not arcs:
                self._out[start] &= ~(1 << end)
                self._into[end] &= ~(1 << start)


def _turned(equations: int, places: Sequence[Sequence[tuple[int, int]]]) -> list[int] | None:
    """Return 1 or −1 for each equation so that a cell has opposite signs in its two, or None."""
    ties: list[list[tuple[int, int]]] = [[] for _ in range(equations)]
    for found in places:
        if len(found) == 2:
            (first, sign), (second, other) = found
            ties[first].append((second, -sign * other))
            ties[second].append((first, -sign * other))
    turned = [0] * equations
    for begin in range(equations):
        if turned[begin]:
            continue
        turned[begin] = 1
        waiting = [begin]
        while waiting:
            one = waiting.pop()
            for other, relation in ties[one]:
                wanted = turned[one] * relation
                if turned[other] == 0:
                    turned[other] = wanted
                    waiting.append(other)
                elif turned[other] != wanted:
                    return None
    return turned
