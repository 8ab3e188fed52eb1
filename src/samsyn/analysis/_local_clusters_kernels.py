"""The compiled half of `local_clusters`: ways to reach a sum, and sums of random draws."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def add_value(ways, value, weights, top):  # type: ignore[no-untyped-def]
    """Add the areas of one count to ``ways``, in place, and return the new highest sum.

    ``ways[drawn, total]`` weighs the ways to draw so many areas with that sum; ``weights[m]`` those to draw m
    of the areas that have the count ``value``. Larger draws first, so that nothing is counted twice.

    Source: see `samsyn.analysis.local_clusters.local_clusters`.
    """
    most = ways.shape[0] - 1
    many = weights.size - 1
    width = ways.shape[1]
    new_top = min(top + many * value, width - 1)
    for drawn in range(most, 0, -1):
        for m in range(1, min(many, drawn) + 1):
            weight, shift = weights[m], m * value
            for total in range(min(top, width - 1 - shift) + 1):
                ways[drawn, total + shift] += weight * ways[drawn - m, total]
    return new_top


@njit(cache=True, nogil=True)
def drawn_tails(counts, sums, sizes, draws):  # type: ignore[no-untyped-def]
    """Return for each area how many of the draws reach its sum from below and from above.

    Source: see `samsyn.analysis.local_clusters.local_clusters`.
    """
    at_least = np.zeros(counts.size, np.int64)
    at_most = np.zeros(counts.size, np.int64)
    for area in range(counts.size):
        for row in range(draws.shape[0]):
            total = 0
            for column in range(sizes[area]):
                drawn = draws[row, column]
                # The draws are among the others: the area itself is stepped over.
                total += counts[drawn + (drawn >= area)]
            at_least[area] += total >= sums[area]
            at_most[area] += total <= sums[area]
    return at_least, at_most
