"""Area × period panels of counts, and the Poisson model with a level for each area and each period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from samsyn.analysis.errors import (
    FollowsTheWork,
    NoExposure,
    NothingVaries,
    SeriesDiffer,
    SettingOutOfRange,
    TooFewAreas,
    TooFewEvents,
    TooFewPeriods,
    ZeroControl,
)
from samsyn.analysis.rates import as_count

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Panel:
    """A whole table of counts, areas down and periods across, with the column where each area starts."""

    areas: tuple[str, ...]
    periods: tuple[Any, ...]
    counts: Floats
    exposure: Floats
    starts: Ints  # number of periods where an area never starts
    own_exposure: bool

    @property
    def treated(self) -> NDArray[np.bool_]:
        """Which areas start within the panel."""
        return self.starts < len(self.periods)

    @property
    def cells(self) -> Floats:
        """1 in every cell after the start of its area."""
        return (np.arange(len(self.periods)) >= self.starts[:, None]).astype(float)


def panel(
    area: Sequence[Any],
    period: Sequence[Any],
    count: Sequence[int],
    treated_from: Mapping[str, Any] | None,
    treated: Sequence[int] | None,
    exposure: Sequence[float] | None,
    *,
    fewest_areas: int = 2,
    fewest_before: int = 1,
    detection_driven: bool = False,
    method: str = "",
) -> Panel:
    """Return lists of rows as a whole table, or refuse them.

    Raises
    ------
    SeriesDiffer, NotACount, NoExposure, TooFewAreas, TooFewPeriods, NothingVaries, ZeroControl, TooFewEvents,
    FollowsTheWork, SettingOutOfRange
        The rows cannot be used.
    """
    if detection_driven:
        raise FollowsTheWork(method=method)
    rows = len(area)
    for other in (period, count, treated, exposure):
        if other is not None and len(other) != rows:
            raise SeriesDiffer(found=f"{len(other)} and {rows} values", wanted="one value for each row")
    names = tuple(dict.fromkeys(str(one) for one in area))
    times = tuple(sorted({one.item() if isinstance(one, np.generic) else one for one in period}))
    if rows != len(names) * len(times) or len(set(zip(map(str, area), period, strict=True))) != rows:
        raise SeriesDiffer(
            found=f"{rows} rows", wanted=f"{len(names)} areas × {len(times)} periods, each once"
        )
    at = {one: i for i, one in enumerate(names)}, {one: i for i, one in enumerate(times)}
    i, j = np.array([at[0][str(one)] for one in area], int), np.array([at[1][one] for one in period], int)
    y, e = np.zeros((len(names), len(times))), np.ones((len(names), len(times)))
    y[i, j] = [as_count(one, "count") for one in count]
    if exposure is not None:
        e[i, j] = exposure
        if not (np.isfinite(e).all() and (e > 0).all()):
            raise NoExposure(value="0", where="exposure")
    starts = _starts(names, times, (i, j), treated_from, treated)
    found = Panel(names, times, y, e, starts, exposure is not None)
    _check(found, fewest_areas, fewest_before)
    return found


def _starts(
    names: tuple[str, ...],
    times: tuple[Any, ...],
    at: tuple[Ints, Ints],
    treated_from: Mapping[str, Any] | None,
    treated: Sequence[int] | None,
) -> Ints:
    if (treated_from is None) == (treated is None):
        raise SettingOutOfRange(name="treated", value="none or both", wanted="treated_from or treated, one")
    starts = np.full(len(names), len(times))
    if treated_from is not None:
        strange = sorted(set(map(str, treated_from)) - set(names))
        if strange:
            raise SeriesDiffer(found=", ".join(strange), wanted="names in area")
        for name, first in treated_from.items():
            if first is not None:
                starts[names.index(str(name))] = sum(time < first for time in times)
        return starts
    marks = np.zeros((len(names), len(times)), bool)
    marks[at] = np.asarray(treated) != 0
    if (np.diff(marks.astype(int), axis=1) < 0).any():
        raise SettingOutOfRange(name="treated", value="1 and later 0", wanted="1 from the start and onwards")
    return np.where(marks.any(1), marks.argmax(1), len(times))


def _check(found: Panel, fewest_areas: int, fewest_before: int) -> None:
    y, on = found.counts, found.treated
    if not on.any():
        raise TooFewAreas(found=0, what="areas with a start", wanted=1)
    if int((~on).sum()) < fewest_areas:
        raise TooFewAreas(found=int((~on).sum()), what="comparison areas", wanted=fewest_areas)
    first = int(found.starts[on].min())
    if first < fewest_before:
        raise TooFewPeriods(found=first, wanted=fewest_before, where="before the start")
    if (y == y.flat[0]).all():
        raise NothingVaries(where="count")
    after = np.arange(len(found.periods)) >= first
    for columns, where in ((~after, "before the start"), (after, "after the start")):
        if y[~on][:, columns].sum() == 0:
            raise ZeroControl(where=where)
    cells = found.cells == 1
    for part, where in ((cells[on], "after the start"), (~cells[on], "before the start")):
        if y[on][part].sum() == 0:
            raise TooFewEvents(found=0, wanted=1, where=where)


def fit_numpy(y: Floats, e: Floats, d: Floats) -> float:
    """Return the log ratio of cells with ``d`` 1 as `_poisson_panel_kernels.fit`, without compiling."""
    inside, total = float((y * d).sum()), float(y.sum())
    if inside <= 0 or inside >= total:
        return float("nan")
    rows, columns, beta = y.sum(1), y.sum(0), 0.0
    b = np.ones(y.shape[1])
    for _outer in range(200):
        shape = e * np.exp(beta * d)
        for _sweep in range(500):
            a = _divided(rows, shape @ b)
            new = _divided(columns, a @ shape)
            far = np.abs(_divided(new, b) - (b > 0)).max()
            b = new
            if far < 1e-11:
                break
        mu = shape * a[:, None] * b
        left = residual(d, mu)
        information = float((mu * d * left).sum())
        if information <= 1e-9 * total:
            return float("nan")
        step = float(np.clip((inside - (mu * d).sum()) / information, -2, 2))
        beta += step
        if abs(beta) > 25:
            return float("nan")
        if abs(step) < 1e-10:
            return beta
    return float("nan")


def residual(d: Floats, mu: Floats) -> Floats:
    """Return what rows and columns, weighed by ``mu``, leave over of ``d``."""
    s = np.zeros(d.shape[1])
    r = np.zeros(d.shape[0])
    for _sweep in range(500):
        r = _divided((mu * (d - s)).sum(1), mu.sum(1))
        new = _divided((mu * (d - r[:, None])).sum(0), mu.sum(0))
        far, s = np.abs(new - s).max(), new
        if far < 1e-8:
            break
    left: Floats = d - r[:, None] - s
    return left


def _divided(top: Any, bottom: Any) -> Floats:
    out: Floats = np.divide(top, bottom, out=np.zeros_like(top, float), where=bottom > 0)
    return out


def refits(found: Panel, orders: Ints, *, threads: int = 1, compiled: bool = True) -> Floats:
    """Return the log ratio when the starts are dealt out in each order; NaN where it is without bound."""
    y, e, starts = found.counts, found.exposure, found.starts
    bounds = np.unique(np.concatenate([[0], starts[found.treated]]))
    collapse = not found.own_exposure and int(starts.min()) > 0
    if compiled:
        from samsyn.analysis import _poisson_panel_kernels as kernels

        parts = np.array_split(orders, max(1, threads))
        with ThreadPoolExecutor(max(1, threads)) as pool:
            done = pool.map(lambda part: kernels.refit(y, e, starts, part, bounds, collapse), parts)
            return np.concatenate(list(done))
    column = np.arange(y.shape[1])
    return np.array([fit_numpy(y, e, (column >= starts[order][:, None]).astype(float)) for order in orders])
