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
    last = len(changes) - 1
    part = 0
    for event in range(len(starts)):
        here = starts[event]
        end = ends[event]
        # Neighbours in the list are often close in time; a short walk beats a search.
        while part < last and changes[part + 1] <= here:
            part += 1
        while changes[part] > here and part > 0:
            part -= 1
        second = (here + offsets[part] + TO_MONDAY) % WEEK
        cell = second // 3600
        stop = here + (cell + 1) * 3600 - second
        if here == end:
            cells[cell] += weights[event]
            continue
        per_second = weights[event] / (end - here)
        while True:
            if part < last and changes[part + 1] <= stop and changes[part + 1] < end:
                # The clock changes within this hour: begin again from there, by the new clock.
                stop = changes[part + 1]
                cells[cell] += per_second * (stop - here)
                here = stop
                part += 1
                second = (here + offsets[part] + TO_MONDAY) % WEEK
                cell = second // 3600
                stop = here + (cell + 1) * 3600 - second
                continue
            if end <= stop:
                cells[cell] += per_second * (end - here)
                break
            cells[cell] += per_second * (stop - here)
            here = stop
            stop += 3600
            cell += 1
            if cell == 168:
                cell = 0
    return cells
