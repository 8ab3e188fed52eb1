"""The inner loop of `aoristic`, compiled; loaded only when it is asked for."""

from __future__ import annotations

import numpy as np
from numba import njit

WEEK = 604_800
TO_MONDAY = 259_200  # 1970-01-01 was a Thursday


@njit(cache=True, nogil=True)
def spread(starts, ends, weights, changes, offsets):  # type: ignore[no-untyped-def]
    """Return the 168 sums; ``changes`` are where each offset begins, the first before every event."""
    cells = np.zeros(168)
    for event in range(len(starts)):
        here = starts[event]
        end = ends[event]
        part = np.searchsorted(changes, here, side="right") - 1
        if here == end:
            cells[((here + offsets[part] + TO_MONDAY) % WEEK) // 3600] += weights[event]
            continue
        per_second = weights[event] / (end - here)
        while here < end:
            local = here + offsets[part]
            stop = min(end, here + 3600 - local % 3600)
            if part + 1 < len(changes) and changes[part + 1] <= stop:
                stop = changes[part + 1]
            cells[((local + TO_MONDAY) % WEEK) // 3600] += per_second * (stop - here)
            if part + 1 < len(changes) and stop == changes[part + 1]:
                part += 1
            here = stop
    return cells
