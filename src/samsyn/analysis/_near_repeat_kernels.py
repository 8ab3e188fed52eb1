"""The compiled half of `near_repeat`: close pairs from a grid, and pairs in time bands under permutation.

The random order of permutation number r depends on the seed and on r alone, so no split of the work over
threads changes it, and the plain half (`permuted_codes`) draws the very same orders.
"""

from __future__ import annotations

import numpy as np
from numba import njit

LANES = 32  # permutations side by side: 32 short integers fill one cache line
_ROOM = 32_000  # pairs before a short counter could run over

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX2 = np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31, _S32 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(32)
_LOW32 = np.uint64(0xFFFFFFFF)
_ONE = np.uint64(1)


@njit(cache=True, nogil=True, inline="always")
def _mix(z):  # type: ignore[no-untyped-def]
    z = (z ^ (z >> _S30)) * _MIX1
    z = (z ^ (z >> _S27)) * _MIX2
    return z ^ (z >> _S31)


@njit(cache=True, nogil=True)
def _shuffle(row, state):  # type: ignore[no-untyped-def]
    # Fisher & Yates, with Lemire's draw: rejected as often as needed for equal chances.
    for last in range(row.size - 1, 0, -1):
        size = np.uint64(last + 1)
        state += _GOLDEN
        product = (_mix(state) >> _S32) * size
        if (product & _LOW32) < size:
            smallest = (_LOW32 - size + _ONE) % size
            while (product & _LOW32) < smallest:
                state += _GOLDEN
                product = (_mix(state) >> _S32) * size
        other = np.int64(product >> _S32)
        held = row[last]
        row[last] = row[other]
        row[other] = held


@njit(cache=True, nogil=True)
def permuted_rows(codes, seed, first, lanes):  # type: ignore[no-untyped-def]
    """Return ``lanes`` random orders of the codes, transposed: one row for each event.

    Source: see `samsyn.analysis.near_repeat.near_repeat`.
    """
    n = codes.size
    orders = np.empty((lanes, n), codes.dtype)
    for lane in range(lanes):
        orders[lane, :] = codes
        _shuffle(orders[lane], _mix(seed ^ _mix(np.uint64(first + lane + 1) * _GOLDEN)))
    rows = np.empty((n, lanes), codes.dtype)
    for event in range(n):
        for lane in range(lanes):
            rows[event, lane] = orders[lane, event]
    return rows


@njit(cache=True, nogil=True)
def _band(distance, limits):  # type: ignore[no-untyped-def]
    # limits are sorted; -1 below the first, and pairs beyond the last are never asked about
    found = -1
    for at in range(limits.size):
        if distance >= limits[at]:
            found = at
    return found


@njit(cache=True, nogil=True)
def close_pairs(  # type: ignore[no-untyped-def]
    x, y, cell_row, cell_column, starts, columns, limits, manhattan, most, offsets, partners
):
    """Count the close pairs of each event and band (``offsets``), or write the partners there.

    Events lie in order of their cells; each looks only at later ones. An empty ``partners`` means counting;
    it stops, and returns a number above ``most``, when there are too many.

    Source: see `samsyn.analysis.near_repeat.near_repeat`.
    """
    n, bands = x.size, limits.size - 1
    rows = (starts.size - 1) // columns
    writing = partners.size > 0
    total = np.int64(0)
    furthest = limits[bands]
    for i in range(n):
        row, column = cell_row[i], cell_column[i]
        left, right = max(column - 1, 0), min(column + 1, columns - 1)
        for step in range(2):
            if row + step >= rows:
                continue
            base = (row + step) * columns
            begin = i + 1 if step == 0 else starts[base + left]
            end = starts[base + right + 1]
            for j in range(begin, end):
                dx, dy = x[i] - x[j], y[i] - y[j]
                distance = abs(dx) + abs(dy) if manhattan else dx * dx + dy * dy
                if distance < furthest:
                    band = _band(distance, limits)
                    if band >= 0:
                        at = band * n + i
                        if writing:
                            partners[offsets[at]] = j
                        offsets[at] += 1
                        total += 1
        if total > most:
            return total
    return total


@njit(cache=True, nogil=True)
def _flush(short, long):  # type: ignore[no-untyped-def]
    for at in range(short.shape[0]):
        for lane in range(LANES):
            long[at, lane] += short[at, lane]
            short[at, lane] = 0


@njit(cache=True, nogil=True)
def _add(own, one, two, three, four, limits, short):  # type: ignore[no-untyped-def]
    kind = own.dtype.type
    for at in range(limits.size):
        limit = limits[at]
        for lane in range(LANES):
            a, b = kind(one[lane] - own[lane]), kind(two[lane] - own[lane])
            c, d = kind(three[lane] - own[lane]), kind(four[lane] - own[lane])
            a, b = max(a, kind(-a)), max(b, kind(-b))
            c, d = max(c, kind(-c)), max(d, kind(-d))
            short[at, lane] += kind(a < limit) + kind(b < limit) + kind(c < limit) + kind(d < limit)


@njit(cache=True, nogil=True)
def count_lanes(rows, bounds, partners, limits, bands):  # type: ignore[no-untyped-def]
    """Return pairs nearer in time than each limit, for each space band and each permutation.

    ``rows`` is (events, LANES); pairs of band b and event i are ``partners[bounds[b·n+i]:bounds[b·n+i+1]]``.

    Source: see `samsyn.analysis.near_repeat.near_repeat`.
    """
    n = rows.shape[0]
    found = np.zeros((bands, limits.size, LANES), np.int64)
    short = np.zeros((limits.size, LANES), rows.dtype)
    since = 0
    for band in range(bands):
        for i in range(n):
            begin, end = bounds[band * n + i], bounds[band * n + i + 1]
            own = rows[i]
            at = begin
            while at + 4 <= end:
                _add(own, rows[partners[at]], rows[partners[at + 1]], rows[partners[at + 2]],
                     rows[partners[at + 3]], limits, short)  # fmt: skip
                at += 4
                since += 4
                if since > _ROOM:
                    _flush(short, found[band])
                    since = 0
            while at < end:
                _add_one(own, rows[partners[at]], limits, short)
                at += 1
                since += 1
                if since > _ROOM:
                    _flush(short, found[band])
                    since = 0
        _flush(short, found[band])
        since = 0
    return found


@njit(cache=True, nogil=True)
def _add_one(own, one, limits, short):  # type: ignore[no-untyped-def]
    kind = own.dtype.type
    for at in range(limits.size):
        limit = limits[at]
        for lane in range(LANES):
            a = kind(one[lane] - own[lane])
            a = max(a, kind(-a))
            short[at, lane] += kind(a < limit)
