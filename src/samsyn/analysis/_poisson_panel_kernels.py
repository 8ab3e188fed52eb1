"""The compiled half of the Poisson panel: one effect, with a level for each row and each column."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def fit(y, e, d):  # type: ignore[no-untyped-def]
    """Return the log ratio of cells with ``d`` 1, or NaN where there is no solution."""
    rows, columns = y.shape
    row_sum, column_sum = y.sum(1), y.sum(0)
    total = row_sum.sum()
    inside = (y * d).sum()
    if inside <= 0 or inside >= total:
        return np.nan
    a, b = np.ones(rows), np.ones(columns)
    r = np.zeros(rows)
    s = np.zeros(columns)
    beta = 0.0
    for _outer in range(200):
        grow = np.exp(beta)
        for _sweep in range(500):
            for i in range(rows):
                t = 0.0
                for j in range(columns):
                    t += e[i, j] * b[j] * (grow if d[i, j] else 1.0)
                a[i] = row_sum[i] / t if t > 0 else 0.0
            worst = 0.0
            for j in range(columns):
                t = 0.0
                for i in range(rows):
                    t += e[i, j] * a[i] * (grow if d[i, j] else 1.0)
                new = column_sum[j] / t if t > 0 else 0.0
                if b[j] > 0:
                    worst = max(worst, abs(new / b[j] - 1))
                b[j] = new
            if worst < 1e-11:
                break
        score = inside
        mu = np.empty((rows, columns))
        for i in range(rows):
            for j in range(columns):
                mu[i, j] = e[i, j] * a[i] * b[j] * (grow if d[i, j] else 1.0)
                if d[i, j]:
                    score -= mu[i, j]
        # Information about the effect is what rows and columns leave over of it.
        r[:] = 0.0
        s[:] = 0.0
        for _sweep in range(500):
            worst = 0.0
            for i in range(rows):
                t, w = 0.0, 0.0
                for j in range(columns):
                    t += mu[i, j] * (d[i, j] - s[j])
                    w += mu[i, j]
                r[i] = t / w if w > 0 else 0.0
            for j in range(columns):
                t, w = 0.0, 0.0
                for i in range(rows):
                    t += mu[i, j] * (d[i, j] - r[i])
                    w += mu[i, j]
                new = t / w if w > 0 else 0.0
                worst = max(worst, abs(new - s[j]))
                s[j] = new
            if worst < 1e-8:
                break
        information = 0.0
        for i in range(rows):
            for j in range(columns):
                information += mu[i, j] * d[i, j] * (d[i, j] - r[i] - s[j])
        if information <= 1e-9 * total:
            return np.nan
        step = min(2.0, max(-2.0, score / information))
        beta += step
        if abs(beta) > 25:
            return np.nan
        if abs(step) < 1e-10:
            return beta
    return np.nan


@njit(cache=True, nogil=True)
def refit(y, e, starts, orders, bounds, collapse):  # type: ignore[no-untyped-def]
    """Return the log ratio of every order in which the starts are dealt out to the areas.

    ``bounds`` are the distinct starts with 0 first. Without exposure, areas that start together and periods
    between two starts share one shape, so that their sums carry all there is to know of the effect.
    """
    n, periods = y.shape
    found = np.empty(orders.shape[0])
    k = bounds.size
    for draw in range(orders.shape[0]):
        order = orders[draw]
        if collapse:
            sums = np.zeros((k, k))
            d = np.zeros((k, k))
            for area in range(n):
                start = starts[order[area]]
                g = 0
                for h in range(1, k):
                    if bounds[h] == start:
                        g = h
                segment = 0
                for t in range(periods):
                    while segment + 1 < k and t >= bounds[segment + 1]:
                        segment += 1
                    sums[g, segment] += y[area, t]
            for g in range(1, k):
                d[g, g:] = 1.0
            # Every period of a segment has a level of its own; their sum is the level of the segment.
            found[draw] = fit(sums, np.ones((k, k)), d)
        else:
            d = np.zeros((n, periods))
            for area in range(n):
                d[area, min(starts[order[area]], periods) :] = 1.0
            found[draw] = fit(y, e, d)
    return found
