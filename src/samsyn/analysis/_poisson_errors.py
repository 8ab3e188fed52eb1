"""Several effects on a panel of counts, their errors clustered by area, and the same by pyfixest."""

from __future__ import annotations

import math
import warnings

import numpy as np
from numpy.typing import NDArray

from samsyn.analysis._poisson_panel import Panel, residual
from samsyn.analysis.errors import NoSolution

Floats = NDArray[np.float64]

CORRECTION = "CR3L by area: linearised jackknife, (G-1)/G, t with Welch-Satterthwaite df"


def fitted(found: Panel, effect: Floats) -> Floats:
    """Return the expected counts where each cell has a log effect, by scaling rows and columns in turn."""
    mu = found.exposure * np.exp(effect)
    rows, columns = found.counts.sum(1), found.counts.sum(0)
    for _sweep in range(5000):
        now = mu.sum(1)
        mu = mu * np.divide(rows, now, out=np.zeros_like(rows), where=now > 0)[:, None]
        now = mu.sum(0)
        factor = np.divide(columns, now, out=np.zeros_like(columns), where=now > 0)
        mu = mu * factor
        if np.abs(factor - 1)[columns > 0].max() < 1e-12:
            break
    return mu


def crv1_error(found: Panel, beta: float) -> float:
    """Return the plain clustered error of the log ratio, with the factor G/(G-1) * (N-1)/(N-k)."""
    # Areas and periods without events say nothing of the effect; the peer leaves them out as well.
    keep, kept = found.counts.sum(1) > 0, found.counts.sum(0) > 0
    mu = fitted(found, beta * found.cells)[keep][:, kept]
    d, y = found.cells[keep][:, kept], found.counts[keep][:, kept]
    left = residual(d, mu)
    bread = float((mu * left * left).sum())
    meat = float(((left * (y - mu)).sum(1) ** 2).sum())
    groups, size = y.shape[0], y.size
    k = 1 + y.shape[1]  # areas are nested in the clusters: effect, and periods
    factor = groups / (groups - 1) * (size - 1) / max(size - k, 1)
    if meat <= 0 or bread <= 0:
        raise NoSolution(where="no error is left over")
    return math.sqrt(factor * meat) / bread


def _design(effects: Floats) -> Floats:
    """Return effects and a column for every period but the first, shape (areas, periods, columns)."""
    k, areas, periods = effects.shape
    columns = np.zeros((areas, periods, k + periods - 1))
    columns[:, :, :k] = np.moveaxis(effects, 0, 2)
    columns[:, 1:, k:] = np.eye(periods - 1)
    return columns


def _within(columns: Floats, mu: Floats) -> Floats:
    # The level of an area concerns only its own rows: taken away by its weighted mean, it leaves blocks that
    # add up over areas.
    left: Floats = columns - np.einsum("gt,gtc->gc", mu / mu.sum(1, keepdims=True), columns)[:, None, :]
    return left


def _blocks(columns: Floats, y: Floats, mu: Floats) -> tuple[Floats, Floats]:
    blocks: Floats = np.matmul((columns * mu[:, :, None]).transpose(0, 2, 1), columns)
    return blocks, np.einsum("gtc,gt->gc", columns, y - mu)


def fit_effects(found: Panel, effects: Floats) -> Floats:
    """Return the log ratio of several effects, shape (effects, areas, periods), by Newton's method.

    Raises
    ------
    NoSolution
        An effect is without bound, or cannot be told from the others.
    """
    keep, kept = found.counts.sum(1) > 0, found.counts.sum(0) > 0
    y, exposure = found.counts[keep][:, kept], found.exposure[keep][:, kept]
    design = _design(effects[:, keep][:, :, kept])
    beta = np.zeros(design.shape[2])
    beta[len(effects) :] = np.log(y.sum(0) / exposure.sum(0))[1:] - math.log(
        y[:, 0].sum() / exposure[:, 0].sum()
    )
    best = -np.inf
    step = np.zeros_like(beta)
    for _turn in range(100):
        shape = exposure * np.exp(design @ (beta + step))
        value = float((y * np.log(shape / shape.sum(1, keepdims=True))).sum())
        if not value >= best - 1e-9 * abs(best):
            step = step / 2
            continue
        beta, best = beta + step, value
        mu = shape * (y.sum(1) / shape.sum(1))[:, None]
        blocks, scores = _blocks(_within(design, mu), y, mu)
        whole = blocks.sum(0)
        size = np.sqrt(np.diag(whole))
        if not (size > 0).all() or np.linalg.cond(whole / np.outer(size, size)) > 1e12:
            raise NoSolution(where="effects that cannot be told apart")
        step = np.linalg.solve(whole, scores.sum(0))
        if np.abs(beta[: len(effects)]).max() > 20:
            break
        if np.abs(step).max() < 1e-10:
            solved: Floats = (beta + step)[: len(effects)]
            return solved
    raise NoSolution(where="an effect is without bound")


def jackknife(found: Panel, mu: Floats, effects: Floats) -> tuple[Floats, Floats]:
    """Return covariance and degrees of freedom of effects, shape (effects, areas, periods).

    Each area is left out in turn. The model is taken as linear around its fit, so that this needs no new fit.
    The factor is (G-1)/G, and the deviations are counted from the estimate of all areas.
    """
    keep, kept = found.counts.sum(1) > 0, found.counts.sum(0) > 0
    y, mu, on = found.counts[keep][:, kept], mu[keep][:, kept], found.treated[keep]
    areas, k = len(y), len(effects)
    columns = _within(_design(effects[:, keep][:, :, kept]), mu)
    blocks, scores = _blocks(columns, y, mu)
    whole = blocks.sum(0)
    moved = np.empty((areas, k))
    for one in range(areas):
        try:
            moved[one] = np.linalg.solve(whole - blocks[one], scores[one])[:k]
        except np.linalg.LinAlgError:
            # A period with events in this area alone says nothing when it is left out.
            moved[one] = (np.linalg.pinv(whole - blocks[one], hermitian=True) @ scores[one])[:k]
    covariance: Floats = (areas - 1) / areas * moved.T @ moved
    # With ten areas among two hundred the error rests on the ten: G-1 would be far too many degrees.
    parts = [(moved[some] ** 2).sum(0) for some in (on, ~on)]
    spread = sum(part**2 / max(int(some.sum()) - 1, 1) for part, some in zip(parts, (on, ~on), strict=True))
    degrees: Floats = np.divide(sum(parts) ** 2, spread, out=np.ones(k), where=spread > 0)
    return covariance, degrees


def jackknife_error(found: Panel, beta: float) -> tuple[float, float]:
    """Return the error of the log ratio, and its degrees of freedom, as `jackknife`."""
    covariance, degrees = jackknife(found, fitted(found, beta * found.cells), found.cells[None])
    error = math.sqrt(float(covariance[0, 0]))
    if not (math.isfinite(error) and error > 0):
        raise NoSolution(where="no error is left over")
    return error, float(degrees[0])


def by_pyfixest(found: Panel, effects: Floats) -> tuple[Floats, Floats]:
    """Return the log ratios and their plain clustered errors as pyfixest has them.

    Raises
    ------
    NoSolution
        pyfixest left an effect out.
    """
    n, t = found.counts.shape
    columns = {f"x{k}": one.ravel() for k, one in enumerate(effects)}
    with warnings.catch_warnings():
        # Words of its own about pandas and about areas it leaves out; what matters to a reader is refused.
        warnings.simplefilter("ignore")
        import pandas as pd
        import pyfixest as pf

        frame = pd.DataFrame(
            {
                "area": np.repeat(np.arange(n), t),
                "period": np.tile(np.arange(t), n),
                "y": found.counts.ravel(),
                "e": np.log(found.exposure.ravel()),
                **columns,
            }
        )
        extra = {"offset": "e"} if found.own_exposure else {}
        try:
            model = pf.fepois(
                f"y ~ {' + '.join(columns)} | area + period", data=frame, vcov={"CRV1": "area"}, **extra
            )
        except ValueError as why:  # all columns collinear
            raise NoSolution(where="effects that cannot be told apart") from why
        coefficients, errors = model.coef(), model.se()
    if list(coefficients.index) != list(columns):
        raise NoSolution(where="effects that cannot be told apart")
    return coefficients.to_numpy(dtype=float), errors.to_numpy(dtype=float)
