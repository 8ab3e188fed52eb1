"""Compiled loops of the scan statistics; imported only when they are to run.

Everything random is drawn outside, so these loops give the same answer as the plain ones.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit

LANES = 32  # windows handled together: eight words of four 16-bit counts
_HIGH = np.uint64(0x8000800080008000)
# Unsigned numbers spare the loop the question whether an index counts from the end.
_0, _1, _2, _3, _4, _5, _6, _7 = (np.uint64(i) for i in range(8))


@njit(cache=True, nogil=True, inline="always")
def _part(a: float, b: float) -> float:
    return a * math.log(a / b) if a > 0 else 0.0


@njit(cache=True, nogil=True)
def likelihood(c: float, base: float, cases: float, total: float, bernoulli: bool) -> float:
    """Return the log likelihood ratio of ``c`` cases in a zone that holds ``base`` of ``total``."""
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
def limits(rows: int, window_totals: Any, cases: int, level: float, least: int, out: Any) -> None:
    """Fill in the fewest cases that beat ``level``, for every zone total and window, as packed words."""
    for w in range(LANES):
        need = least
        for row in range(rows):
            if w >= window_totals.size or row == 0 or window_totals[w] == 0:
                need_here = 0x7FFF
            else:
                mu = row * window_totals[w] / cases
                most = min(row, window_totals[w])
                while need <= most and (
                    need <= mu
                    or _part(float(need), mu) + _part(float(cases - need), cases - mu) <= level - 1e-9
                ):
                    need += 1
                need_here = need if need <= most else 0x7FFF
            out[row, w // 4] |= np.uint64(need_here) << np.uint64(16 * (w % 4))


@njit(cache=True, nogil=True)
def _best_lane(held: Any, limit: Any, zone: int, window_totals: Any, cases: int, least: int) -> float:
    """Return the largest log likelihood ratio of the windows whose count reaches the limit."""
    best = 0.0
    for w in range(window_totals.size):
        if not ((held[w // 4] - limit[w // 4]) >> np.uint64(16 * (w % 4))) & np.uint64(0x8000):
            continue
        c = np.int64((held[w // 4] >> np.uint64(16 * (w % 4))) & np.uint64(0x7FFF))
        if c < least or c * cases <= zone * window_totals[w]:
            continue
        mu = zone * window_totals[w] / cases
        best = max(best, _part(float(c), mu) + _part(float(cases - c), cases - mu))
    return best


@njit(cache=True, nogil=True)
def prospective(  # noqa: C901
    order: Any,
    starts: Any,
    place_totals: Any,
    draws: Any,
    lags: Any,
    steps: Any,
    levels: Any,
    tables: Any,
    begin: int,
    window_totals: Any,
    cases: int,
    least: int,
    out: Any,
) -> None:
    """Fill in the largest log likelihood ratio of each replication of a prospective scan for high counts.

    Zone totals do not change when days are dealt out again, so whether a count beats the best so far is
    looked up in ``tables[level, zone total]``, thirty-two windows in eight words. Lanes hold counts below
    2¹⁵, and their top bit is set from the start: it survives the subtraction exactly where count ≥ limit.
    """
    words = np.zeros((place_totals.size, 8), np.uint64)
    held = np.zeros(8, np.uint64)
    last, rows = levels.size - 1, tables.shape[1]
    limit = tables.reshape(levels.size * rows, 8)
    for r in range(draws.shape[0]):
        words[:] = np.uint64(0)
        for m in range(draws.shape[1]):
            place, lag = draws[r, m], lags[m]
            for i in range(8):
                words[place, i] += steps[lag, i]
        level = begin
        best = levels[level]
        found = False
        while True:
            for centre in range(starts.size - 1):
                a0 = a1 = a2 = a3 = a4 = a5 = a6 = a7 = _HIGH
                zone = 0
                base = level * rows
                for at in range(starts[centre], starts[centre + 1]):
                    place = np.uint64(order[at])
                    zone += place_totals[place]
                    row = np.uint64(base + zone)
                    a0 += words[place, _0]
                    a1 += words[place, _1]
                    a2 += words[place, _2]
                    a3 += words[place, _3]
                    a4 += words[place, _4]
                    a5 += words[place, _5]
                    a6 += words[place, _6]
                    a7 += words[place, _7]
                    hit = (
                        (a0 - limit[row, _0])
                        | (a1 - limit[row, _1])
                        | (a2 - limit[row, _2])
                        | (a3 - limit[row, _3])
                        | (a4 - limit[row, _4])
                        | (a5 - limit[row, _5])
                        | (a6 - limit[row, _6])
                        | (a7 - limit[row, _7])
                    ) & _HIGH
                    if hit == 0:
                        continue
                    held[0], held[1], held[2], held[3] = a0, a1, a2, a3
                    held[4], held[5], held[6], held[7] = a4, a5, a6, a7
                    llr = _best_lane(held, limit[row], zone, window_totals, cases, least)
                    if llr <= best:
                        continue
                    best = llr
                    found = True
                    while level < last and levels[level + 1] <= best:
                        level += 1
                    base = level * rows
            if found or begin == 0 or best == 0.0:
                break
            level = 0
            best = 0.0
        out[r] = best
