"""Which polygon each of many points lies in, point for point the answer of shapely.

A raster is laid over the polygons. Most of its cells lie wholly inside one polygon and answer by a look-up;
the others hold the few polygons to try, with the edges of each in that row. Where arithmetic in double
precision cannot tell on which side of an edge a point lies, shapely is asked. ADR 0031 says why no point can
come out differently.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import shapely

from samsyn.geography.errors import NotPolygons, UnlikePoints

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int32]
Rule = Literal["covers", "contains"]

#: Cells for each edge, at most so many cells, and so many marks made while the raster is built.
_CELLS_AN_EDGE, _MOST_CELLS, _MOST_MARKS = 8, 6_000_000, 60_000_000
#: Points taken at a time by a thread.
_CHUNK = 250_000
#: Fewer points than this are quicker to ask shapely about than to load the compiled half for.
_FEW = 20_000
# In a process that has not loaded the kernels yet: so many points shapely answers in less time than the
# kernels take to load, or the first time to compile.
_FEW_FOR_COLD = 300_000


@dataclass(frozen=True, slots=True)
class _Raster:
    """The arrays that the compiled half works on."""

    cx: Floats
    cy: Floats
    starts: npt.NDArray[np.int64]
    held: Places
    cells: tuple[Places, Places, Places, Places]
    grid: tuple[float, float, float, float]
    box: tuple[float, float, float, float]
    shape: tuple[int, int]


class PolygonIndex:
    """Polygons made ready for points: build once, ask with as many points as there are.

    Parameters
    ----------
    polygons : array of shapely polygons, None where one is missing

    Examples
    --------
    >>> index = PolygonIndex.build([shapely.box(0, 0, 2, 2), shapely.box(2, 0, 4, 2)])
    >>> index.assign([1.0, 2.0, 3.0, 9.0], [1.0, 1.0, 1.0, 1.0]).tolist()
    [0, 0, 1, -1]
    """

    def __init__(self, polygons: npt.NDArray[np.object_]) -> None:
        self.polygons = polygons
        self._raster: _Raster | None = None
        self._tree: shapely.STRtree | None = None

    @classmethod
    def build(
        cls, polygons: Sequence[Any] | npt.NDArray[Any], *, checked: bool = False, compiled: bool = False
    ) -> PolygonIndex:
        """Return an index of polygons.

        Use when several sets of points meet the same polygons. For one set, `assign_points` is shorter.

        Parameters
        ----------
        polygons : sequence of shapely Polygon or MultiPolygon, WKB as bytes, or None
            In any plane. None and empty ones hold no point. They may overlap.
        checked : bool
            True says that the polygons are known to be valid, as those in the store are; saves a tenth.
        compiled : bool
            Lay the raster now; otherwise it is laid when the first many points come.

        Returns
        -------
        PolygonIndex

        Raises
        ------
        NotPolygons
            Something is not an area, a corner is not a number, or an outline crosses itself: for those
            shapely's own answer depends on what it was asked before.

        Source
        ------
        ADR 0031.

        Examples
        --------
        >>> PolygonIndex.build([shapely.box(0, 0, 1, 1), None]).assign([0.5], [0.5]).tolist()
        [0]
        """
        shapes = _shapes(polygons)
        kinds = shapely.get_type_id(shapes)
        wrong = np.flatnonzero(~np.isin(kinds, (-1, 3, 6)))
        if len(wrong):
            raise NotPolygons(position=int(wrong[0]) + 1, found=shapes[wrong[0]].geom_type)
        bounds = shapely.bounds(shapes)
        # Beyond 1e100 products of coordinates overflow, in shapely as here.
        fit = (np.abs(bounds) < 1e100).all(axis=1) | shapely.is_empty(shapes) | (kinds == -1)
        if not fit.all():
            at = int(np.argmin(fit))
            raise NotPolygons(position=at + 1, found=", ".join(map(str, bounds[at])))
        if not checked:
            _check_valid(shapes)
        index = cls(shapes)
        if compiled:
            index._lay()
        return index

    def assign(
        self,
        x: npt.ArrayLike,
        y: npt.ArrayLike,
        *,
        rule: Rule = "covers",
        compiled: bool | None = None,
        threads: int = 2,
    ) -> Places:
        """Return the position of the first polygon that each point lies in, -1 where there is none.

        Use for assigning events to areas. A point on a border that two polygons share belongs to the one
        that stands first in the list, so an event is counted once.

        Parameters
        ----------
        x, y : array_like of float, shape (points,)
            In the plane of the polygons. NaN lies nowhere.
        rule : {"covers", "contains"}
            Whether the border belongs to a polygon: the first polygon in order for which
            ``shapely.covers`` ("covers", as ``intersects`` and the joins of geopandas) or
            ``shapely.contains`` ("contains", as ``within``) is true.
        compiled : bool, optional
            Work by raster or by shapely alone, with the same answer; left out, by the number of points.
        threads : int
            At most so many.

        Returns
        -------
        array of int32, shape (points,)

        Raises
        ------
        UnlikePoints
            x and y differ in length.

        Source
        ------
        ADR 0031; the predicate is that of GEOS.
        """
        px, py = np.asarray(x), np.asarray(y)
        if px.ndim != 1 or px.shape != py.shape:
            raise UnlikePoints(found=f"{px.shape} / {py.shape}")
        if compiled is None:
            warm = f"{__package__}._point_in_polygon_kernels" in sys.modules
            compiled = self._raster is not None or len(px) >= (_FEW if warm else _FEW_FOR_COLD)
        if not compiled:
            return self._asked(px.astype(np.float64), py.astype(np.float64), rule)
        raster = self._lay()
        out = np.empty(len(px), np.int32)
        steps = [slice(at, at + _CHUNK) for at in range(0, len(px), _CHUNK)]

        def work(step: slice) -> int:
            return _compiled(raster, px[step], py[step], out[step], rule)

        if threads > 1 and len(steps) > 1:
            with ThreadPoolExecutor(threads) as pool:
                unsure = sum(pool.map(work, steps))
        else:
            unsure = sum(map(work, steps))
        if unsure:
            open_ = np.flatnonzero(out == -2)
            out[open_] = self._asked(px[open_].astype(np.float64), py[open_].astype(np.float64), rule)
        return out

    def _asked(self, x: Floats, y: Floats, rule: Rule) -> Places:
        """Return the answer by shapely alone: the definition."""
        out = np.full(len(x), -1, np.int32)
        if self._tree is None:
            self._tree = shapely.STRtree(self.polygons)
        for at in range(0, len(x), _CHUNK):
            some = slice(at, at + _CHUNK)
            point, polygon = self._tree.query(shapely.points(x[some], y[some]))
            near = self.polygons[np.unique(polygon)]
            ours = near[~shapely.is_prepared(near)]
            shapely.prepare(ours)
            predicate = shapely.intersects_xy if rule == "covers" else shapely.contains_xy
            with np.errstate(all="ignore"):  # far out GEOS overflows on its way to the answer
                hit = predicate(self.polygons[polygon], x[some][point], y[some][point])
            shapely.destroy_prepared(ours)
            first = np.full(len(x[some]), len(self.polygons), np.int64)
            np.minimum.at(first, point[hit], polygon[hit])
            out[some] = np.where(first == len(self.polygons), -1, first)
        return out

    def _lay(self) -> _Raster:
        if self._raster is None:
            self._raster = _laid(self.polygons)
        return self._raster


def assign_points(
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    polygons: Sequence[Any] | npt.NDArray[Any],
    *,
    rule: Rule = "covers",
    threads: int = 2,
) -> Places:
    """Return the position of the first polygon that each point lies in, -1 where there is none.

    Use for assigning events to areas once; `PolygonIndex` when more points follow.

    Parameters
    ----------
    x, y : array_like of float, shape (points,)
    polygons : sequence of shapely Polygon or MultiPolygon, WKB as bytes, or None
    rule : {"covers", "contains"}
        See `PolygonIndex.assign`.
    threads : int

    Returns
    -------
    array of int32, shape (points,)

    Raises
    ------
    NotPolygons, UnlikePoints
        See `PolygonIndex`.

    Source
    ------
    ADR 0031.

    Examples
    --------
    >>> assign_points([0.5, 1.0, float("nan")], [0.5, 0.5, 0.5], [shapely.box(0, 0, 1, 1)]).tolist()
    [0, 0, -1]
    """
    return PolygonIndex.build(polygons).assign(x, y, rule=rule, threads=threads)


def _shapes(polygons: Sequence[Any] | npt.NDArray[Any]) -> npt.NDArray[np.object_]:
    shapes = np.empty(len(polygons), dtype=object)
    shapes[:] = list(polygons)
    raw = np.fromiter(
        (isinstance(shape, bytes | bytearray | memoryview) for shape in shapes), bool, len(shapes)
    )
    if raw.any():
        shapes[raw] = shapely.from_wkb([bytes(shape) for shape in shapes[raw]])
    foreign = np.flatnonzero(~shapely.is_geometry(shapes) & np.array([s is not None for s in shapes], bool))
    if len(foreign):
        at = int(foreign[0])
        raise NotPolygons(position=at + 1, found=type(shapes[at]).__name__)
    return shapes


def _check_valid(shapes: npt.NDArray[np.object_]) -> None:
    try:
        fit = shapely.is_valid(shapes) | shapely.is_missing(shapes)
    except shapely.errors.GEOSException:  # some crossings are too much even for the test
        fit = np.array([shape is None or _is_valid(shape) for shape in shapes], bool)
    if not fit.all():
        at = int(np.argmin(fit))
        try:
            why = shapely.is_valid_reason(shapes[at])
        except shapely.errors.GEOSException as error:
            why = str(error)
        raise NotPolygons(position=at + 1, found=why)


def _is_valid(shape: shapely.Geometry) -> bool:
    try:
        return bool(shapely.is_valid(shape))
    except shapely.errors.GEOSException:
        return False


def _compiled(raster: _Raster, x: npt.NDArray[Any], y: npt.NDArray[Any], out: Places, rule: Rule) -> int:
    from samsyn.geography import _point_in_polygon_kernels as kernels

    return int(
        kernels.assign(
            np.ascontiguousarray(x, np.float64), np.ascontiguousarray(y, np.float64), out,
            raster.cx, raster.cy, raster.starts, raster.held, raster.cells, raster.grid, raster.box,
            raster.shape, rule == "covers",
        )
    )  # fmt: skip


def _laid(polygons: npt.NDArray[np.object_]) -> _Raster:
    from samsyn.geography import _point_in_polygon_kernels as kernels

    parts, owner = shapely.get_parts(polygons, return_index=True)
    rings, of_part = shapely.get_rings(parts, return_index=True)
    corners, of_ring = shapely.get_coordinates(rings, return_index=True)
    cx, cy = np.ascontiguousarray(corners[:, 0]), np.ascontiguousarray(corners[:, 1])
    edges = np.flatnonzero(of_ring[1:] == of_ring[:-1]).astype(np.int32)
    of_polygon = owner[of_part[of_ring[edges]]]
    edges_of = np.searchsorted(of_polygon, np.arange(len(polygons) + 1)).astype(np.int64)
    if not len(edges):
        empty = np.empty(0, np.int32)
        return _Raster(
            cx, cy, np.zeros(1, np.int64), empty,
            (np.full(1, -1, np.int32), np.zeros(1, np.int32), empty, empty),
            (0.0, 0.0, 1.0, 1.0), (math.inf, math.inf, -math.inf, -math.inf), (1, 1),
        )  # fmt: skip
    bounds = shapely.bounds(polygons)
    box = (float(cx.min()), float(cy.min()), float(cx.max()), float(cy.max()))
    shape, grid = _grid(box, bounds, cx, cy, edges)
    rows_of = kernels.edges_by_row(cy, edges, edges_of, grid[1], grid[3], shape[0])
    cells = kernels.raster(cx, cy, edges, edges_of, rows_of, grid, shape)
    return _Raster(cx, cy, rows_of[2], rows_of[3], cells, grid, box, shape)


def _grid(
    box: tuple[float, float, float, float], bounds: Floats, cx: Floats, cy: Floats, edges: Places
) -> tuple[tuple[int, int], tuple[float, float, float, float]]:
    """Return rows and columns, and origin and scale: as fine as is safe, and as work and memory allow."""
    width, height = box[2] - box[0], box[3] - box[1]
    largest = max(map(abs, box))
    # A cell must be wide beside the spacing of numbers there.
    finest = largest * 2.0**-40
    if min(width, height) <= finest:
        return (1, 1), (box[0], box[1], 0.0, 0.0)
    cells = float(min(_MOST_CELLS, max(64, _CELLS_AN_EDGE * len(edges))))
    columns = min(max(1.0, math.sqrt(cells * width / height)), cells, width / finest)
    rows = min(max(1.0, cells / columns), height / finest)
    # Edges meet so many rows and columns, and polygons' boxes hold so many cells.
    spans = float((np.abs(cx[edges + 1] - cx[edges]) / width).sum() * columns)
    spans += float((np.abs(cy[edges + 1] - cy[edges]) / height).sum() * rows)
    boxes = float(np.nansum((bounds[:, 2] - bounds[:, 0]) / width * (bounds[:, 3] - bounds[:, 1]) / height))
    shrink = min(
        1.0, _MOST_MARKS / max(spans, 1.0), math.sqrt(_MOST_MARKS / max(boxes * rows * columns, 1.0))
    )
    rows, columns = max(1, int(rows * shrink)), max(1, int(columns * shrink))
    return (rows, columns), (box[0], box[1], columns / width, rows / height)
