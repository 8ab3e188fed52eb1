"""Compiled work of the change points: the cheapest way to cut a series, by dynamic programming."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

POISSON, NEGATIVE_BINOMIAL, NORMAL = 0, 1, 2


@njit(cache=True, nogil=True)
def _cost(
    kind: int, total: float, squares: float, base: float, length: int, size: float, log_length: float
) -> float:
    cost = 0.0
    if kind == POISSON:
        if total > 0:
            cost = 2.0 * (total - total * np.log(total / base))
    elif kind == NEGATIVE_BINOMIAL:
        mean = total / length
        cost = 2.0 * (total + length * size) * np.log(mean + size) - 2.0 * length * size * np.log(size)
        if total > 0:
            cost -= 2.0 * total * np.log(mean)
    else:
        cost = max(0.0, squares - total * total / length) / size
    return float(cost + log_length * np.log(length))


@njit(cache=True, nogil=True)
def cheapest(
    sums: Any, squares: Any, bases: Any, kind: int, size: float, log_length: float, penalty: float, least: int
) -> Any:
    """Return for every end the start of its last segment, when every segment pays ``penalty``."""
    n = sums.size - 1
    best = np.full(n + 1, np.inf)
    best[0] = 0.0
    start = np.zeros(n + 1, np.int64)
    for end in range(least, n + 1):
        for begin in range(end - least + 1):
            if best[begin] == np.inf:
                continue
            cost = best[begin] + penalty
            cost += _cost(
                kind,
                sums[end] - sums[begin],
                squares[end] - squares[begin],
                bases[end] - bases[begin],
                end - begin,
                size,
                log_length,
            )
            if cost < best[end]:
                best[end] = cost
                start[end] = begin
    return best, start


@njit(cache=True, nogil=True)
def cheapest_of(
    sums: Any,
    squares: Any,
    bases: Any,
    kind: int,
    size: float,
    log_length: float,
    segments: int,
    least: int,
) -> Any:
    """Return for every number of segments and end the start of the last one."""
    n = sums.size - 1
    best = np.full((segments + 1, n + 1), np.inf)
    best[0, 0] = 0.0
    start = np.zeros((segments + 1, n + 1), np.int64)
    for k in range(1, segments + 1):
        for end in range(k * least, n + 1):
            for begin in range((k - 1) * least, end - least + 1):
                if best[k - 1, begin] == np.inf:
                    continue
                cost = best[k - 1, begin] + _cost(
                    kind,
                    sums[end] - sums[begin],
                    squares[end] - squares[begin],
                    bases[end] - bases[begin],
                    end - begin,
                    size,
                    log_length,
                )
                if cost < best[k, end]:
                    best[k, end] = cost
                    start[k, end] = begin
    return best, start
