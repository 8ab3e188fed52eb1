"""Tails of a sum of counts drawn without replacement: exactly, or from random draws."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from samsyn.analysis.errors import WorkTooLarge

# Multiplications and cells: some ten seconds, and 400 MB.
MOST_WORK, MOST_ROOM = 2e10, 5e7
MOST_DRAWN = 100
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def exact_tails(
    counts: Ints, sums: Ints, sizes: Ints, level: float, *, compiled: bool
) -> tuple[Floats, Floats, Ints, Ints]:
    """Return P(S ≥ s), P(S ≤ s) and the limits of S, for the sum S over as many random others.

    An area's own count is not among those dealt out, so the distribution depends on that count and on the
    number of neighbours alone: one is made for each pair of them that occurs.

    Source: see `samsyn.analysis.local_clusters.local_clusters`.
    """
    least = int(counts.min())
    step = int(np.gcd.reduce(counts - least))
    # The smallest count and a common step change nothing but the scale; without them the sums are smaller.
    scaled, reduced = (counts - least) // step, (sums - sizes * least) // step
    values, which, tally = np.unique(scaled, return_inverse=True, return_counts=True)
    tree = _Tree(values, tally, int(sizes.max()), compiled)
    order = np.lexsort((sizes, which))
    edges = np.flatnonzero(np.diff(which[order] * (len(counts) + 1) + sizes[order])) + 1
    groups: dict[int, list[Ints]] = {}
    for group in np.split(order, edges):
        groups.setdefault(int(which[group[0]]), []).append(group)
    upper, lower = np.ones(len(counts)), np.ones(len(counts))
    low, high = np.zeros_like(counts), np.zeros_like(counts)
    tail = (1 - level) / 2
    for value, ways, top in tree.without_each():
        for group in groups[value]:
            size = int(sizes[group[0]])
            chances = ways[size, : top + 1]
            below = np.cumsum(chances)
            above = np.cumsum(chances[::-1])[::-1]
            everything = below[-1]
            at = reduced[group]
            upper[group] = np.minimum(above[at] / everything, 1.0)
            lower[group] = np.minimum(below[at] / everything, 1.0)
            # The widest values that still leave at most a tail outside on each side.
            first = int(np.searchsorted(below, tail * everything, side="right"))
            last = top - int(np.searchsorted(above[::-1], tail * everything, side="right"))
            low[group], high[group] = first * step + size * least, last * step + size * least
    return upper, lower, low, high


class _Tree:
    """All counts but one, for each count in turn, by halving: what two have in common is added once."""

    def __init__(self, values: Ints, tally: Ints, most: int, compiled: bool) -> None:
        self.values, self.n, self.most = values, int(tally.sum()), most
        self.add = _compiled_add if compiled else _plain_add
        self.top = int(np.repeat(values, np.minimum(tally, most))[::-1][:most].sum())
        levels = int(np.ceil(np.log2(len(values)))) + 1
        work = len(values) * levels * (self.top + 1.0) * most * (most + 1) / 2
        room = (levels + 1.0) * (most + 1) * (self.top + 1)
        for found, limit in ((most, MOST_DRAWN), (work, MOST_WORK), (room, MOST_ROOM)):
            if found > limit:
                raise WorkTooLarge(found=f"{found:.3g}", wanted=f"{limit:.3g}", where="counts, neighbours")
        # C(tally, m) / n^m: the same factor for all sums of as many areas, and never too large for a float.
        self.weights = [self._weights(int(many)) for many in tally]
        self.fewer = [self._weights(int(many) - 1) for many in tally]

    def _weights(self, many: int) -> Floats:
        m = np.arange(min(many, self.most))
        return np.asarray(np.cumprod(np.r_[1.0, (many - m) / ((m + 1) * self.n)]), dtype=float)

    def without_each(self) -> Any:
        """Yield for each value its position, the ways without one area of it, and the highest sum."""
        start = np.zeros((self.most + 1, self.top + 1))
        start[0, 0] = 1.0
        yield from self._split(0, len(self.values), start, 0)

    def _split(self, first: int, end: int, ways: Floats, top: int) -> Any:
        if end - first == 1:
            top = self.add(ways, int(self.values[first]), self.fewer[first], top)
            yield first, ways, top
            return
        middle = (first + end) // 2
        for own, others in (((first, middle), (middle, end)), ((middle, end), (first, middle))):
            part, part_top = (ways.copy() if own[0] == first else ways), top
            for at in range(*others):
                part_top = self.add(part, int(self.values[at]), self.weights[at], part_top)
            yield from self._split(*own, part, part_top)


def _compiled_add(ways: Floats, value: int, weights: Floats, top: int) -> int:
    from samsyn.analysis._local_clusters_kernels import add_value

    return int(add_value(ways, value, weights, top))


def _plain_add(ways: Floats, value: int, weights: Floats, top: int) -> int:
    width = ways.shape[1]
    for drawn in range(len(ways) - 1, 0, -1):
        for m in range(1, min(len(weights) - 1, drawn) + 1):
            end = min(top, width - 1 - m * value) + 1
            if end > 0:
                ways[drawn, m * value : m * value + end] += weights[m] * ways[drawn - m, :end]
    return int(min(top + (len(weights) - 1) * value, width - 1))


def drawn_tails(
    counts: Ints, sums: Ints, sizes: Ints, replications: int, rng: Any, *, compiled: bool
) -> tuple[Floats, Floats]:
    """Return upper and lower (hits + 1) / (replications + 1) from random draws, the same for all areas.

    Source: see `samsyn.analysis.local_clusters.local_clusters`.
    """
    most, others = int(sizes.max()), len(counts) - 1
    if replications * most > MOST_ROOM:
        raise WorkTooLarge(found=replications * most, wanted=f"{MOST_ROOM:.3g}", where="replications")
    generator = np.random.default_rng(rng)
    draws = generator.integers(0, others, (replications, most))
    for column in range(1, most):
        # A number drawn before in the row is drawn again: each set of others is equally likely.
        while (again := (draws[:, :column] == draws[:, [column]]).any(axis=1)).any():
            draws[again, column] = generator.integers(0, others, int(again.sum()))
    if compiled:
        from samsyn.analysis import _local_clusters_kernels

        count: Any = _local_clusters_kernels.drawn_tails
        at_least, at_most = count(counts, sums, sizes, draws)
    else:
        at_least, at_most = np.zeros_like(counts), np.zeros_like(counts)
        for area, size in enumerate(sizes):
            drawn = draws[:, :size]
            totals = counts[drawn + (drawn >= area)].sum(axis=1)
            at_least[area], at_most[area] = (totals >= sums[area]).sum(), (totals <= sums[area]).sum()
    return (at_least + 1) / (replications + 1), (at_most + 1) / (replications + 1)
