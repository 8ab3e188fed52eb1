"""Compiled loops of the scan statistics; imported only when they are to run.

Everything random is drawn outside, so these loops give the same answer as the plain ones.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit

LANES = 32  # windows handled together, as 16-bit counts in vector registers
UNREACHED = 0x7FFF
# Unsigned numbers spare the loop the question whether an index counts from the end.
_1, _2, _3, _4 = (np.uint64(i) for i in range(1, 5))


@njit(cache=True, nogil=True, inline="always")
def _part(a: float, b: float) -> float:
    return a * math.log(a / b) if a > 0 else 0.0


@njit(cache=True, nogil=True)
def likelihood(c: float, base: float, cases: float, total: float, bernoulli: bool) -> float:
    """Return the log likelihood ratio of ``c`` cases in a zone that holds ``base`` of ``total``.

    Source: see `samsyn.analysis.scan`.
    """
    mu = cases * base / total
    llr = _part(c, mu) + _part(cases - c, cases - mu)
    if bernoulli:
        others = total - cases
        mu_others = others * base / total
        llr += _part(base - c, mu_others) + _part(others - base + c, others - mu_others)
    return llr


@njit(cache=True, nogil=True)
def scan(  # noqa: C901
    order: Any,
    starts: Any,
    counts: Any,
    bases: Any,
    window_from: Any,
    window_to: Any,
    cases: float,
    total: float,
    bernoulli: bool,
    direction: int,
    least: int,
    best: Any,
    best_size: Any,
    best_window: Any,
    overall: bool,
) -> float:
    """Fill in the best cylinder of every centre, and return the best of all.

    ``counts`` and ``bases`` are cumulative over days, shape (places, days + 1). With ``overall`` only the
    best of all is looked for, which skips more.

    Source: see `samsyn.analysis.scan`.
    """
    days = counts.shape[1]
    c_run = np.zeros(days, np.int64)
    b_run = np.zeros(days, np.float64)
    top = 0.0
    others = total - cases
    spread = 1.0 / cases + (1.0 / others if bernoulli and others > 0 else 0.0)
    for centre in range(starts.size - 1):
        c_run[:] = 0
        b_run[:] = 0.0
        floor = top if overall else 0.0
        for at in range(starts[centre], starts[centre + 1]):
            place = order[at]
            for day in range(days):
                c_run[day] += counts[place, day]
                b_run[day] += bases[place, day]
            for w in range(window_from.size):
                c = c_run[window_to[w]] - c_run[window_from[w]]
                base = b_run[window_to[w]] - b_run[window_from[w]]
                share = base / total
                if share <= 0.0 or share >= 1.0 - 1e-12:
                    continue
                excess = c - cases * share
                if direction > 0 and (excess <= 0.0 or c < least):
                    continue
                if direction < 0 and excess >= 0.0:
                    continue
                if direction == 0 and excess > 0.0 and c < least:
                    continue
                # The likelihood ratio is never above the chi-square, so most cylinders need no logarithm.
                if excess * excess * spread <= floor * share * (1.0 - share):
                    continue
                llr = likelihood(float(c), base, cases, total, bernoulli)
                if llr > floor + 1e-11:
                    floor = llr
                    best[centre] = llr
                    best_size[centre] = at - starts[centre] + 1
                    best_window[centre] = w
        if floor > top:
            top = floor
    return top


@njit(cache=True, nogil=True)
def limits(window_totals: Any, cases: int, level: float, least: int, out: Any) -> None:
    """Fill in the fewest cases that beat ``level``, for every zone total and window.

    It never falls as the zone total grows; where no count can reach the level it is one that none has.

    Source: see `samsyn.analysis.scan`.
    """
    for w in range(LANES):
        need = least
        for row in range(out.shape[0]):
            if w >= window_totals.size:
                need = UNREACHED
            elif row > 0 and window_totals[w] > 0:
                mu = row * window_totals[w] / cases
                most = min(row, window_totals[w])
                while need <= most and (
                    need <= mu
                    or _part(float(need), mu) + _part(float(cases - need), cases - mu) <= level - 1e-9
                ):
                    need += 1
            out[row, w] = min(need, UNREACHED)


@njit(cache=True, nogil=True)
def _best_lane(inside: Any, needed: Any, zone: int, window_totals: Any, cases: int) -> float:
    """Return the largest log likelihood ratio of the windows whose count reaches what is needed."""
    best = 0.0
    for w in range(window_totals.size):
        c = np.int64(inside[w])
        if c < needed[w] or c * cases <= zone * window_totals[w]:
            continue
        mu = zone * window_totals[w] / cases
        best = max(best, _part(float(c), mu) + _part(float(cases - c), cases - mu))
    return best


@njit(cache=True, nogil=True)
def _pass_by_fours(
    order: Any, totals: Any, recent: Any, needed: Any, base: Any, at: Any, end: Any, zone: Any, inside: Any
) -> Any:
    """Pass over zones, four at a time, as long as none of the four can reach what is needed.

    Counts and needs both grow outwards: when the count of the fourth zone is below the need of the first,
    none of them reaches. Types are spelled out so that the loop over lanes becomes vector instructions.
    """
    while at + _4 <= end:
        a, b = np.uint64(order[at]), np.uint64(order[at + _1])
        c, d = np.uint64(order[at + _2]), np.uint64(order[at + _3])
        row = base + zone + totals[a]
        reached = np.int16(0)
        for lane in range(LANES):
            count = np.int16(np.int16(inside[lane] + recent[a, lane]) + recent[b, lane])
            count = np.int16(count + np.int16(recent[c, lane] + recent[d, lane]))
            inside[lane] = count
            reached = max(reached, np.int16(count - needed[row, lane] + 1))
        if reached > 0:
            for lane in range(LANES):
                count = np.int16(np.int16(inside[lane] - recent[a, lane]) - recent[b, lane])
                inside[lane] = np.int16(count - np.int16(recent[c, lane] + recent[d, lane]))
            break
        zone = zone + totals[a] + totals[b] + totals[c] + totals[d]
        at = at + _4
    return at, zone


@njit(cache=True, nogil=True)
def prospective(  # noqa: C901
    order: Any,
    starts: Any,
    totals: Any,
    draws: Any,
    lags: Any,
    steps: Any,
    levels: Any,
    tables: Any,
    begin: int,
    window_totals: Any,
    cases: int,
    out: Any,
) -> None:
    """Fill in the largest log likelihood ratio of each replication of a prospective scan for high counts.

    Zone totals do not change when days are dealt out again, so whether a count beats the best so far is one
    look in ``tables[level, zone total]``, for all windows together. Where nothing reaches the level ``begin``
    the replication is searched again from no level at all.

    Source: see `samsyn.analysis.scan`.
    """
    recent = np.zeros((totals.size, LANES), np.int16)
    inside = np.zeros(LANES, np.int16)
    last, rows = levels.size - 1, tables.shape[1]
    needed = tables.reshape(levels.size * rows, LANES)
    for r in range(draws.shape[0]):
        recent[:] = 0
        for m in range(draws.shape[1]):
            for lane in range(LANES):
                recent[draws[r, m], lane] += steps[lags[m], lane]
        level, best, found = begin, levels[begin], False
        while True:
            base = np.uint64(level * rows)
            for centre in range(starts.size - 1):
                inside[:] = 0
                zone = np.uint64(0)
                at, end = np.uint64(starts[centre]), np.uint64(starts[centre + 1])
                while at < end:
                    at, zone = _pass_by_fours(order, totals, recent, needed, base, at, end, zone, inside)
                    stop = min(at + _4, end)
                    while at < stop:
                        place = np.uint64(order[at])
                        at += _1
                        zone += totals[place]
                        row = base + zone
                        reached = np.int16(0)
                        for lane in range(LANES):
                            count = np.int16(inside[lane] + recent[place, lane])
                            inside[lane] = count
                            reached = max(reached, np.int16(count - needed[row, lane] + 1))
                        if reached <= 0:
                            continue
                        llr = _best_lane(inside, needed[row], int(zone), window_totals, cases)
                        if llr <= best:
                            continue
                        best, found = llr, True
                        while level < last and levels[level + 1] <= best:
                            level += 1
                        base = np.uint64(level * rows)
            if found or begin == 0 or best == 0.0:
                break
            level, best = 0, 0.0
        out[r] = best
