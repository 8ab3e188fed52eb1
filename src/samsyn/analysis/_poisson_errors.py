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


def _block(effects: Floats, mu: Floats) -> Floats:
    """Return what one area adds to the information on effects and periods, its own level taken away.

    ``effects`` has shape (effects, periods). One period is left out: the level of an area spans their sum.
    """
    k, periods = effects.shape
    left = effects - (effects @ mu / mu.sum())[:, None]
    block = np.empty((k + periods - 1, k + periods - 1))
    block[:k, :k] = (left * mu) @ left.T
    block[:k, k:] = (left * mu)[:, 1:]
    block[k:, :k] = block[:k, k:].T
    block[k:, k:] = np.diag(mu[1:]) - np.outer(mu[1:], mu[1:]) / mu.sum()
    return block


def _scores(effects: Floats, y: Floats, mu: Floats) -> Floats:
    """Return the score of effects and periods, shape (areas, effects + periods - 1)."""
    gone: Floats = y - mu
    return np.concatenate([np.einsum("kgt,gt->gk", effects, gone), gone[:, 1:]], axis=1)


def _whole(effects: Floats, mu: Floats) -> Floats:
    k, areas, periods = effects.shape
    whole = np.zeros((k + periods - 1, k + periods - 1))
    for one in range(areas):
        whole += _block(effects[:, one], mu[one])
    return whole


def fit_effects(found: Panel, effects: Floats) -> Floats:
    """Return the log ratio of several effects, shape (effects, areas, periods), by Newton's method.

    Raises
    ------
    NoSolution
        An effect is without bound, or cannot be told from the others.
    """
    keep, kept = found.counts.sum(1) > 0, found.counts.sum(0) > 0
    y, exposure = found.counts[keep][:, kept], found.exposure[keep][:, kept]
    effects = effects[:, keep][:, :, kept]
    beta = np.zeros(len(effects) + y.shape[1] - 1)
    beta[len(effects) :] = np.log(y.sum(0) / exposure.sum(0))[1:] - math.log(
        y[:, 0].sum() / exposure[:, 0].sum()
    )
    best = -np.inf
    step = np.zeros_like(beta)
    for _turn in range(100):
        tried = beta + step
        levels = np.concatenate([[0.0], tried[len(effects) :]])
        shape = exposure * np.exp(np.tensordot(tried[: len(effects)], effects, 1) + levels)
        value = float((y * np.log(shape / shape.sum(1, keepdims=True))).sum())
        if not value >= best - 1e-9 * abs(best):
            step = step / 2
            continue
        beta, best = tried, value
        mu = shape * (y.sum(1) / shape.sum(1))[:, None]
        whole = _whole(effects, mu)
        size = np.sqrt(np.diag(whole))
        if not (size > 0).all() or np.linalg.cond(whole / np.outer(size, size)) > 1e12:
            raise NoSolution(where="effects that cannot be told apart")
        step = np.linalg.solve(whole, _scores(effects, y, mu).sum(0))
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
    effects = effects[:, keep][:, :, kept]
    whole, scores = _whole(effects, mu), _scores(effects, y, mu)
    moved = np.empty((areas, k))
    for one in range(areas):
        others = whole - _block(effects[:, one], mu[one])
        try:
            moved[one] = np.linalg.solve(others, scores[one])[:k]
        except np.linalg.LinAlgError:
            # A period with events in this area alone says nothing when it is left out.
            moved[one] = (np.linalg.pinv(others, hermitian=True) @ scores[one])[:k]
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
