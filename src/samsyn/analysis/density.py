"""How dense events lie over an area: a smooth map with edge correction, on a grid."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import special

from samsyn.analysis.errors import NotACount, SeriesDiffer, SettingOutOfRange, TooFewEvents, WorkTooLarge
from samsyn.analysis.position_error import contains, oriented
from samsyn.analysis.rates import as_exposure, as_level
from samsyn.analysis.results import Interval, Result

Floats = npt.NDArray[np.float64]
Ring = Sequence[Sequence[float]]
_MOST_CELLS = 4_000_000
_SIGMAS = 5  # the normal kernel ends here: less than 4 in a million lies beyond
_SQUARE_METRES = {"per_km2": 1_000_000.0, "per_hectare": 10_000.0}


@dataclass(frozen=True, slots=True)
class KernelDensity(Result):
    """Events per unit of ground in each cell of a grid.

    Parameters
    ----------
    density : tuple of rows, each a tuple of float or None [unit]
        The southernmost row first, west to east; None outside the study area. Times the area of a cell
        it adds up to ``n`` when edges are corrected.
    value : float [unit]
        The highest.
    interval : Interval [unit]
        Of the smoothed density there, for independent events.
    peak : tuple of two float [metres]
        Middle of the cell.
    west, south, cell, bandwidth : float [metres]
    n, outside : int [events]
        Within the study area, and left out.
    """

    density: tuple[tuple[float | None, ...], ...]
    value: float
    interval: Interval
    peak: tuple[float, float]
    west: float
    south: float
    cell: float
    bandwidth: float
    kernel: str
    unit: str
    n: int
    outside: int
    method: str
    caveats: tuple[str, ...] = ()


def kernel_density(
    x: Sequence[float],
    y: Sequence[float],
    *,
    boundary: Sequence[Ring] | None = None,
    rectangle: tuple[float, float, float, float] | None = None,
    cell: float = 50.0,
    bandwidth: float = 200.0,
    kernel: Literal["quartic", "gaussian"] = "quartic",
    edge_correction: bool = True,
    unit: Literal["per_km2", "per_hectare"] = "per_km2",
    level: float = 0.95,
) -> KernelDensity:
    """Return the density of events over a study area, smoothed by a kernel.

    Use to see where events lie densest. Not to tell whether anything differs from chance, and not beyond the
    study area. The map is the smoothed one: a longer bandwidth lowers its peaks. Positions are moved to the
    nearest cells, so cells should be a quarter of the bandwidth or less.

    Parameters
    ----------
    x, y : sequence of float, shape (events,) [metres]
    boundary : sequence of rings [metres]
        The study area, as in `position_error`.
    rectangle : west, south, east, north [metres]
        Instead of a boundary; the last row and column may reach beyond it. Without either, the events with
        a bandwidth around them.
    cell, bandwidth : float above 0 [metres]
        Radius where the quartic kernel ends; standard deviation of the normal one.
    kernel : "quartic" or "gaussian"
    edge_correction : bool
        Give each event its whole weight within the study area.
    unit : "per_km2" or "per_hectare"
    level : float in (0, 1) [1]

    Returns
    -------
    KernelDensity

    Raises
    ------
    SeriesDiffer
        The lists differ in length, or both a boundary and a rectangle are given.
    NotACount
        A coordinate is not a number.
    NoExposure
        The cell or the bandwidth is not above zero.
    TooFewEvents
        No event lies in the study area.
    SettingOutOfRange
        A setting is outside its range.
    WorkTooLarge
        The grid has more than four million cells.

    Source
    ------
    Silverman (1986), Density Estimation, section 4.2; Diggle (1985), Applied Statistics 34:138–147 (edges);
    Fay & Feuer (1997), Statistics in Medicine 16:791–801 (interval of a weighted sum of counts).

    Examples
    --------
    >>> answer = kernel_density([450, 455, 520], [500, 510, 480], rectangle=(0, 0, 1000, 1000))
    >>> round(sum(map(sum, answer.density)) * 0.05**2, 6)
    3.0
    """
    as_level(level)
    cell, bandwidth = as_exposure(cell, "cell"), as_exposure(bandwidth, "bandwidth")
    px, py = _checked(x, y, kernel, unit)
    if boundary is not None and rectangle is not None:
        raise SeriesDiffer(found="a boundary and a rectangle", wanted="one of them")
    rings = None if boundary is None else oriented(boundary)
    west, south, east, north = _extent(px, py, rings, rectangle, bandwidth)
    columns, rows = (max(1, math.ceil((b - a) / cell - 1e-9)) for a, b in ((west, east), (south, north)))
    reach = bandwidth if kernel == "quartic" else _SIGMAS * bandwidth
    margin = math.ceil(reach / cell) + 1
    if (columns + 2 * margin) * (rows + 2 * margin) > _MOST_CELLS:
        raise WorkTooLarge(found=f"{columns} × {rows}", wanted=_MOST_CELLS, where="cells, with a margin")
    if rings is None:
        within = (px >= west) & (px <= east) & (py >= south) & (py <= north)
    else:
        within = contains(px, py, rings)
    n = int(np.count_nonzero(within))
    if n == 0:
        raise TooFewEvents(found=0, wanted=1, where="the study area")
    middle_x: Floats = west + (np.arange(columns, dtype=np.float64) + 0.5) * cell
    middle_y: Floats = south + (np.arange(rows, dtype=np.float64) + 0.5) * cell
    inner = slice(margin, margin + rows), slice(margin, margin + columns)
    mask = np.zeros((rows + 2 * margin, columns + 2 * margin))
    mask[inner] = _cells_within(middle_x, middle_y, rings, cell)
    weights = _weights(kernel, bandwidth, cell, margin)
    binned = _binned(
        (px[within] - west) / cell + margin - 0.5, (py[within] - south) / cell + margin - 0.5, mask
    )
    share = _share_within(mask, weights, binned, bandwidth) if edge_correction else np.ones_like(mask)
    filled = binned > 0
    lifted = np.divide(binned, share, out=np.zeros_like(binned), where=filled)
    per_cell = _smooth(lifted, weights)
    # The transform leaves dust where nothing is.
    per_cell[per_cell < per_cell.max() * 1e-12] = 0.0
    per_cell *= mask
    if edge_correction:
        per_cell *= n / per_cell.sum()
    twice = np.divide(lifted, share, out=np.zeros_like(binned), where=filled)
    variance = np.maximum(_smooth(twice, weights**2), 0.0)
    at = np.unravel_index(int(np.argmax(per_cell)), per_cell.shape)
    largest = float(weights.max() / share[filled].min())
    factor = _SQUARE_METRES[unit] / cell**2
    low, high = _weighted_limits(float(per_cell[at]), float(variance[at]), largest, level)
    caveats = ["chosen_afterwards"] + ["small_numbers"] * (n < 20)
    caveats += ["bandwidth_below_cell"] * (bandwidth < cell) + ["outside_left_out"] * (n < len(px))
    return KernelDensity(
        density=_rows(per_cell[inner] * factor, mask[inner]),
        value=float(per_cell[at]) * factor,
        interval=Interval(low * factor, high * factor, level),
        peak=(float(middle_x[at[1] - margin]), float(middle_y[at[0] - margin])),
        west=west,
        south=south,
        cell=cell,
        bandwidth=bandwidth,
        kernel=kernel,
        unit=unit,
        n=n,
        outside=len(px) - n,
        method=f"{kernel}_kernel_{'edge_corrected' if edge_correction else 'uncorrected'}",
        caveats=tuple(caveats),
    )


def _checked(x: Sequence[float], y: Sequence[float], kernel: str, unit: str) -> tuple[Floats, Floats]:
    if kernel not in ("quartic", "gaussian"):
        raise SettingOutOfRange(name="kernel", value=kernel, wanted="quartic or gaussian")
    if unit not in _SQUARE_METRES:
        raise SettingOutOfRange(name="unit", value=unit, wanted="per_km2 or per_hectare")
    px, py = (np.asarray(one, dtype=np.float64) for one in (x, y))
    if px.ndim != 1 or px.shape != py.shape:
        raise SeriesDiffer(found=f"{px.shape} and {py.shape}", wanted="as many x as y")
    if not (np.all(np.isfinite(px)) and np.all(np.isfinite(py))):
        raise NotACount(value="a value that is not a number", where="x or y")
    if not len(px):
        raise TooFewEvents(found=0, wanted=1, where="the study area")
    return px, py


def _cells_within(middle_x: Floats, middle_y: Floats, rings: list[Floats] | None, cell: float) -> Floats:
    """Return 1 for each cell whose middle lies in the study area."""
    if rings is None:
        return np.ones((len(middle_y), len(middle_x)))
    grid_x, grid_y = np.meshgrid(middle_x, middle_y)
    made = contains(grid_x.ravel(), grid_y.ravel(), rings).reshape(grid_x.shape).astype(np.float64)
    if not made.any():
        raise SettingOutOfRange(name="cell", value=cell, wanted="smaller than the study area")
    return made


def _share_within(mask: Floats, weights: Floats, binned: Floats, bandwidth: float) -> Floats:
    """Return how much of an event in each cell stays in the study area."""
    share = _smooth(mask, weights)
    if np.any((share <= 1e-9) & (binned > 0)):
        raise SettingOutOfRange(name="bandwidth", value=bandwidth, wanted="longer, or the cells smaller")
    return share


def _rows(values: Floats, mask: Floats) -> tuple[tuple[float | None, ...], ...]:
    return tuple(
        tuple(value if known else None for value, known in zip(row, knowns, strict=True))
        for row, knowns in zip(values.tolist(), (mask > 0).tolist(), strict=True)
    )


def _extent(
    px: Floats,
    py: Floats,
    rings: list[Floats] | None,
    rectangle: tuple[float, float, float, float] | None,
    bandwidth: float,
) -> tuple[float, float, float, float]:
    if rings is not None:
        corners = np.concatenate(rings)
        low, high = corners.min(axis=0), corners.max(axis=0)
        return float(low[0]), float(low[1]), float(high[0]), float(high[1])
    if rectangle is None:
        low, high = (function([px, py], axis=1) for function in (np.min, np.max))
        return (
            float(low[0]) - bandwidth,
            float(low[1]) - bandwidth,
            float(high[0]) + bandwidth,
            float(high[1]) + bandwidth,
        )
    west, south, east, north = map(float, rectangle)
    if not (all(map(math.isfinite, rectangle)) and west < east and south < north):
        raise SettingOutOfRange(name="rectangle", value=rectangle, wanted="west, south, east, north in order")
    return west, south, east, north


def _weights(kernel: str, bandwidth: float, cell: float, margin: int) -> Floats:
    """Return the share of an event that each cell around its own gets; they add up to 1."""
    steps = np.arange(-margin, margin + 1) * cell
    squared = (steps[:, None] ** 2 + steps**2) / bandwidth**2
    if kernel == "quartic":
        raw = np.where(squared < 1, (1 - np.minimum(squared, 1)) ** 2, 0.0)
    else:
        raw = np.where(squared <= _SIGMAS**2, np.exp(-squared / 2), 0.0)
    made: Floats = raw / raw.sum()
    return made


def _binned(column: Floats, row: Floats, mask: Floats) -> Floats:
    """Return the events dealt out on the four nearest middles, those within the area where there are any."""
    left, below = np.floor(column).astype(np.int64), np.floor(row).astype(np.int64)
    right, above = column - left, row - below
    width, flat = mask.shape[1], mask.ravel()
    corners = [
        ((below + up) * width + left + over, part_y * part_x)
        for up, part_y in ((0, 1 - above), (1, above))
        for over, part_x in ((0, 1 - right), (1, right))
    ]
    kept = sum(part * flat[at] for at, part in corners)
    sums = np.zeros(mask.size)
    for at, part in corners:
        used = np.where(kept > 0, part * flat[at] / np.where(kept > 0, kept, 1.0), part)
        sums += np.bincount(at, weights=used, minlength=mask.size)
    return sums.reshape(mask.shape)


def _smooth(values: Floats, weights: Floats) -> Floats:
    from scipy import fft

    shape = [
        fft.next_fast_len(a + b - 1, real=True) for a, b in zip(values.shape, weights.shape, strict=True)
    ]
    whole = fft.irfft2(fft.rfft2(values, shape) * fft.rfft2(weights, shape), shape)
    half = weights.shape[0] // 2
    made: Floats = whole[half : half + values.shape[0], half : half + values.shape[1]].copy()
    return made


def _weighted_limits(value: float, variance: float, largest: float, level: float) -> tuple[float, float]:
    """Return the limits of a weighted sum of Poisson counts, by a gamma with its mean and variance."""
    tail = (1 - level) / 2
    low = float(special.gammaincinv(value**2 / variance, tail)) * variance / value if variance > 0 else value
    above, spread = value + largest, variance + largest**2
    high = float(special.gammainccinv(above**2 / spread, tail)) * spread / above
    return min(low, value), max(high, value)
