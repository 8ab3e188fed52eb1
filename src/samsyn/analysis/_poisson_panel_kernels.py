"""The compiled half of the Poisson panel: one effect, with a level for each row and each column."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def _row_levels(sums, shape, b, a):  # type: ignore[no-untyped-def]
    for i in range(sums.size):
        t = 0.0
        for j in range(b.size):
            t += shape[i, j] * b[j]
        a[i] = sums[i] / t if t > 0 else 0.0


@njit(cache=True, nogil=True)
def _column_levels(sums, shape, a, b):  # type: ignore[no-untyped-def]
    """Set the columns and return the largest relative change."""
    totals = np.zeros(b.size)
    for i in range(a.size):
        for j in range(b.size):
            totals[j] += shape[i, j] * a[i]
    worst = 0.0
    for j in range(b.size):
        new = sums[j] / totals[j] if totals[j] > 0 else 0.0
        if b[j] > 0:
            worst = max(worst, abs(new / b[j] - 1))
        b[j] = new
    return worst


@njit(cache=True, nogil=True)
def _row_means(mu, d, s, r):  # type: ignore[no-untyped-def]
    for i in range(r.size):
        t, w = 0.0, 0.0
        for j in range(s.size):
            t += mu[i, j] * (d[i, j] - s[j])
            w += mu[i, j]
        r[i] = t / w if w > 0 else 0.0


@njit(cache=True, nogil=True)
def _column_means(mu, d, r, s):  # type: ignore[no-untyped-def]
    t, w = np.zeros(s.size), np.zeros(s.size)
    for i in range(r.size):
        for j in range(s.size):
            t[j] += mu[i, j] * (d[i, j] - r[i])
            w[j] += mu[i, j]
    worst = 0.0
    for j in range(s.size):
        new = t[j] / w[j] if w[j] > 0 else 0.0
        worst = max(worst, abs(new - s[j]))
        s[j] = new
    return worst


@njit(cache=True, nogil=True)
def _information(mu, d):  # type: ignore[no-untyped-def]
    """Return what rows and columns leave over of the effect."""
    r, s = np.zeros(mu.shape[0]), np.zeros(mu.shape[1])
    for _sweep in range(500):
        _row_means(mu, d, s, r)
        if _column_means(mu, d, r, s) < 1e-8:
            break
    total = 0.0
    for i in range(r.size):
        for j in range(s.size):
            total += mu[i, j] * d[i, j] * (d[i, j] - r[i] - s[j])
    return total


@njit(cache=True, nogil=True)
def fit(y, e, d):  # type: ignore[no-untyped-def]
    """Return the log ratio of cells with ``d`` 1, or NaN where there is no solution."""
    row_sum, column_sum, inside = y.sum(1), y.sum(0), (y * d).sum()
    total = row_sum.sum()
    if inside <= 0 or inside >= total:
        return np.nan
    a, b = np.ones(y.shape[0]), np.ones(y.shape[1])
    beta = 0.0
    for _outer in range(200):
        shape = e * np.exp(beta * d)
        for _sweep in range(500):
            _row_levels(row_sum, shape, b, a)
            if _column_levels(column_sum, shape, a, b) < 1e-11:
                break
        mu = shape * a.reshape(-1, 1) * b
        information = _information(mu, d)
        if information <= 1e-9 * total:
            return np.nan
        step = min(2.0, max(-2.0, (inside - (mu * d).sum()) / information))
        beta += step
        if abs(beta) > 25:
            return np.nan
        if abs(step) < 1e-10:
            return beta
    return np.nan


@njit(cache=True, nogil=True)
def _collapsed(y, starts, order, bounds):  # type: ignore[no-untyped-def]
    k = bounds.size
    sums = np.zeros((k, k))
    for area in range(y.shape[0]):
        g = 0
        for h in range(1, k):
            if bounds[h] == starts[order[area]]:
                g = h
        segment = 0
        for t in range(y.shape[1]):
            while segment + 1 < k and t >= bounds[segment + 1]:
                segment += 1
            sums[g, segment] += y[area, t]
    return sums


@njit(cache=True, nogil=True)
def refit(y, e, starts, orders, bounds, collapse):  # type: ignore[no-untyped-def]
    """Return the log ratio of every order in which the starts are dealt out to the areas.

    ``bounds`` are the distinct starts with 0 first. Without exposure, areas that start together and periods
    between two starts share one shape, so that their sums carry all there is to know of the effect.
    """
    n, periods = y.shape
    found = np.empty(orders.shape[0])
    k = bounds.size
    small = np.zeros((k, k))
    for g in range(1, k):
        small[g, g:] = 1.0
    for draw in range(orders.shape[0]):
        if collapse:
            # Every period of a segment has a level of its own; their sum is the level of the segment.
            found[draw] = fit(_collapsed(y, starts, orders[draw], bounds), np.ones((k, k)), small)
        else:
            d = np.zeros((n, periods))
            for area in range(n):
                d[area, min(starts[orders[draw, area]], periods) :] = 1.0
            found[draw] = fit(y, e, d)
    return found
