"""Close pairs of events, and how many of them are near in time when the times are rearranged."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from samsyn.analysis.errors import WorkTooLarge

MOST_PAIRS = 60_000_000
# Pairs times replications: some minutes. Values held at once: 400 MB.
MOST_WORK, MOST_HELD = 1_000_000_000_000, 50_000_000
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class ClosePairs:
    """The close pairs of events, found once, in an order that does not depend on that of the input."""

    def __init__(
        self,
        x: Floats,
        y: Floats,
        codes: npt.NDArray[Any],
        space: Floats,
        *,
        manhattan: bool,
        compiled: bool,
    ) -> None:
        self.compiled = compiled
        # The band without limit is the rest of all pairs, so it needs what lies below the first edge.
        self.edges = space[np.isfinite(space)]
        self.open = len(self.edges) < len(space)
        self.hidden = bool(self.open and space[0] > 0)
        if self.hidden:
            self.edges = np.r_[0.0, self.edges]
        self.bands = len(self.edges) - 1
        n = len(x)
        width, height = x - x.min(), y - y.min()
        # Never more cells than a few for each event, however small the distances.
        size = max(self.edges[-1], max(width.max(), height.max()) / math.sqrt(4 * n))
        column, row = (width // size).astype(np.int64), (height // size).astype(np.int64)
        columns, rows = int(column.max()) + 1, int(row.max()) + 1
        key = row * columns + column
        order = np.lexsort((codes, y, x, key))
        self.codes, x, y, key = codes[order], x[order], y[order], key[order]
        self.bounds, self.partners = np.zeros(self.bands * n + 1, np.int64), np.zeros(0, np.int32)
        if not self.bands:
            return
        limits = self.edges if manhattan else self.edges**2
        starts = np.searchsorted(key, np.arange(rows * columns + 1))
        if compiled:
            self._search(x, y, row[order], column[order], starts, columns, limits, manhattan)
        else:
            self._look_everywhere(x, y, limits, manhattan)

    def _search(self, x: Floats, y: Floats, *rest: Any) -> None:
        from samsyn.analysis import _near_repeat_kernels

        close_pairs: Any = _near_repeat_kernels.close_pairs
        tally = np.zeros(len(self.bounds) - 1, np.int64)
        total = close_pairs(x, y, *rest, MOST_PAIRS, tally, self.partners)
        _room_for(total)
        np.cumsum(tally, out=self.bounds[1:])
        self.partners = np.zeros(total, np.int32)
        if total:
            close_pairs(x, y, *rest, MOST_PAIRS, self.bounds[:-1].copy(), self.partners)

    def _look_everywhere(self, x: Floats, y: Floats, limits: Floats, manhattan: bool) -> None:
        partners: list[list[npt.NDArray[np.int64]]] = [[] for _ in range(self.bands)]
        tally = np.zeros((self.bands, len(x)), np.int64)
        for i in range(len(x) - 1):
            dx, dy = x[i] - x[i + 1 :], y[i] - y[i + 1 :]
            distance = np.abs(dx) + np.abs(dy) if manhattan else dx * dx + dy * dy
            band = np.searchsorted(limits, distance, side="right") - 1
            for at in range(self.bands):
                found = np.flatnonzero(band == at) + i + 1
                partners[at].append(found)
                tally[at, i] = len(found)
            _room_for(int(tally.sum()))
        np.cumsum(tally.ravel(), out=self.bounds[1:])
        self.partners = np.concatenate([one for band in partners for one in band]).astype(np.int32)

    def counts(self, limits: npt.NDArray[Any], seed: np.uint64, replications: int, threads: int) -> Ints:
        """Return pairs below each limit, shape (1 + replications, bands, limits); the observed come first.

        Raises
        ------
        WorkTooLarge
            It would take longer than some minutes, or hold too much at once.
        """
        held = replications * (self.bands + 1) * (len(limits) + 2)
        held = held if self.compiled else max(held, replications * len(self.codes) // 4)
        for found, most, where in (
            (len(self.partners) * replications, MOST_WORK, "pairs × replications"),
            (held, MOST_HELD, "bands × replications"),
        ):
            if found > most:
                raise WorkTooLarge(found=found, wanted=most, where=where)
        if not self.compiled:
            orders = np.vstack([self.codes, permuted_codes(self.codes, seed, replications)])
            return self._plain_counts(orders, limits)
        from samsyn.analysis._near_repeat_kernels import LANES, count_lanes, permuted_rows

        def block(first: int) -> Ints:
            rows = permuted_rows(self.codes, seed, first, LANES)
            found: Ints = count_lanes(rows, self.bounds, self.partners, limits, self.bands)
            return found.transpose(2, 0, 1)

        with ThreadPoolExecutor(threads) as pool:
            blocks = list(pool.map(block, range(0, replications, LANES)))
        own = self._plain_counts(self.codes[None, :], limits)
        return np.concatenate([own, np.concatenate(blocks)[:replications]])

    def space_degrees(self) -> Ints:
        """Return how many others lie in each band of distance from each event, shape (bands, events)."""
        n = len(self.codes)
        degrees = np.diff(self.bounds).reshape(self.bands, n)
        for band in range(self.bands):
            part = self.partners[self.bounds[band * n] : self.bounds[(band + 1) * n]]
            degrees[band] += np.bincount(part, minlength=n)
        return self._with_the_rest(degrees, np.full(n, n - 1))

    def table(self, below: Ints, edges: Floats, near_in_time: Ints) -> Ints:
        """Return counts in cells, shape (rows, distances, gaps), from `counts` below each limit of time.

        ``near_in_time`` is how many of all pairs lie in each gap: rearranging does not change it.
        """
        totals = np.diff(self.bounds[:: len(self.codes)]).reshape(1, self.bands, 1)
        cells = np.diff(_at_edges(below, totals, edges), axis=-1)
        every = np.broadcast_to(near_in_time, (len(cells), len(near_in_time)))
        return self._with_the_rest(cells.transpose(1, 0, 2), every).transpose(1, 0, 2)

    def _with_the_rest(self, bands: Ints, everything: Ints) -> Ints:
        # What lies in no limited band lies in the one without limit.
        if self.open:
            bands = np.concatenate([bands, (everything - bands.sum(axis=0))[None]])
        return bands[1:] if self.hidden else bands

    def _plain_counts(self, orders: npt.NDArray[Any], limits: npt.NDArray[Any]) -> Ints:
        counts = np.zeros((len(orders), self.bands, len(limits)), np.int64)
        n = len(self.codes)
        first = np.repeat(np.arange(self.bands * n) % n, np.diff(self.bounds))
        for band in range(self.bands):
            part = slice(self.bounds[band * n], self.bounds[(band + 1) * n])
            for at, order in enumerate(orders):
                gap = np.abs(order[first[part]] - order[self.partners[part]])
                counts[at, band] = [np.count_nonzero(gap < limit) for limit in limits]
        return counts


def _room_for(pairs: int) -> None:
    if pairs > MOST_PAIRS:
        raise WorkTooLarge(found=f"> {MOST_PAIRS}", wanted=MOST_PAIRS, where="pairs within the distances")


def permuted_codes(codes: npt.NDArray[Any], seed: np.uint64, replications: int) -> npt.NDArray[Any]:
    """Return random orders of the codes, shape (replications, events): the ones the compiled half draws.

    Source: see `samsyn.analysis.near_repeat.near_repeat`.
    """
    golden, low = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xFFFFFFFF)

    def mix(z: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))

    state = mix(np.uint64(seed) ^ mix(np.arange(1, replications + 1, dtype=np.uint64) * golden))
    orders = np.tile(codes, (replications, 1))
    every = np.arange(replications)
    for last in range(len(codes) - 1, 0, -1):
        size = np.uint64(last + 1)
        smallest = (2**32 - (last + 1)) % (last + 1)
        state = state + golden
        product = (mix(state) >> np.uint64(32)) * size
        while (again := (product & low) < smallest).any():
            state[again] += golden
            product[again] = (mix(state[again]) >> np.uint64(32)) * size
        other = (product >> np.uint64(32)).astype(np.int64)
        held = orders[every, last]
        orders[every, last] = orders[every, other]
        orders[every, other] = held
    return orders


def moments(space_degrees: Ints, time_degrees: Ints) -> tuple[list[Fraction], list[Fraction]]:
    """Return mean and variance of the pairs in each cell over all rearrangements, exactly.

    Degrees, shape (bands, events), say how many others are in a band of each event. Two pairs are the same,
    share one event, or share none; the share of rearrangements that bring both into a band of time differs.

    Source: see `samsyn.analysis.near_repeat.near_repeat`.
    """
    n = space_degrees.shape[1]
    every = n * (n - 1) // 2
    means, variances = [], []
    near = [_edges_and_paths(degrees) for degrees in space_degrees]
    soon = [_edges_and_paths(degrees) for degrees in time_degrees]
    for edges, paths in near:
        for gaps, chains in soon:
            mean = Fraction(edges * gaps, every)
            apart = (edges * edges - edges - paths) * (gaps * gaps - gaps - chains)
            square = mean + Fraction(paths * chains, n * (n - 1) * (n - 2))
            square += Fraction(apart, every * ((n - 2) * (n - 3) // 2))
            means.append(mean)
            variances.append(square - mean * mean)
    return means, variances


def _edges_and_paths(degrees: Ints) -> tuple[int, int]:
    return int(degrees.sum()) // 2, int((degrees * (degrees - 1)).sum())


def time_degrees(codes: npt.NDArray[Any], limits: npt.NDArray[Any], edges: Floats) -> Ints:
    """Return how many others lie in each band of time from each event, shape (bands, events).

    Source: see `samsyn.analysis.near_repeat.near_repeat`.
    """
    when = codes.astype(np.int64)
    ordered = np.sort(when)
    below = [
        np.searchsorted(ordered, when + limit) - np.searchsorted(ordered, when - limit, side="right") - 1
        for limit in limits.astype(np.int64)
    ]
    return np.diff(
        _at_edges(np.array(below, np.int64).reshape(len(limits), len(when)).T, len(when) - 1, edges)
    ).T


def _at_edges(below: Ints, everything: Any, edges: Floats) -> Ints:
    """Return counts below each edge in the last axis: none below 0, and all without a limit."""
    shape = (*below.shape[:-1], 1)
    parts = [np.zeros(shape, np.int64)] if edges[0] == 0 else []
    parts.append(below)
    if np.isinf(edges[-1]):
        parts.append(np.broadcast_to(everything, shape))
    return np.concatenate(parts, axis=-1)
