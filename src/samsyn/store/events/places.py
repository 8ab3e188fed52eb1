"""Where events belong: the statistical areas, places and sub-places that positions are compared with.

Every event belongs to at most one area of each scheme, and to the place whose boundary in force that day
holds it. What is compared is the rounded position, the only one that is kept, so that working it out again
gives the same answer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from samsyn.geography import PolygonIndex
from samsyn.geography.systems import SWEREF_99_TM
from samsyn.store.areas import StatisticalArea
from samsyn.store.events.schema import PLACE, SchemeUse

#: A sub-place is a point; events so near it are put there.
SUB_PLACE_WITHIN_M = 100.0

Floats = NDArray[np.float64]
Days = NDArray[np.datetime64]


@dataclass(frozen=True, slots=True)
class AreaLayer:
    """The areas of one scheme, in the order in which a shared border counts.

    Parameters
    ----------
    scheme, vintage : str
    codes : tuple of str
    shapes : tuple of bytes
        WKB, one for each code.
    crs : int
        EPSG code of the shapes.
    """

    scheme: str
    vintage: str
    codes: tuple[str, ...]
    shapes: tuple[bytes, ...] = field(repr=False)
    crs: int = 3006

    @property
    def content_sha256(self) -> str:
        """Checksum of codes and shapes."""
        digest = hashlib.sha256(f"{self.scheme} {self.vintage} {self.crs}".encode())
        for code, shape in zip(self.codes, self.shapes, strict=True):
            digest.update(f"\n{code} ".encode())
            digest.update(hashlib.sha256(shape).digest())
        return digest.hexdigest()

    @property
    def use(self) -> SchemeUse:
        """What the manifest says of the layer."""
        return SchemeUse(self.vintage, self.content_sha256)


@dataclass(frozen=True, slots=True)
class PlaceBoundary:
    """A boundary of a place while it was in force: from ``first``, up to but not with ``end``.

    Parameters
    ----------
    place : str
        Slug.
    shape : bytes
        WKB.
    first : date or None
        None for as long as anyone knows.
    end : date or None
        None while it is still in force.
    crs : int
    """

    place: str
    shape: bytes = field(repr=False)
    first: date | None = None
    end: date | None = None
    crs: int = 3006


@dataclass(frozen=True, slots=True)
class Ground:
    """Everything that positions are compared with, in one metric system.

    Parameters
    ----------
    layers : tuple of AreaLayer
    places : tuple of PlaceBoundary
    sub_places : tuple of bytes
        Points of sub-places, WKB in EPSG:3006; only for rounding to them.
    crs : int
        EPSG code of the positions.
    """

    layers: tuple[AreaLayer, ...] = ()
    places: tuple[PlaceBoundary, ...] = ()
    sub_places: tuple[bytes, ...] = field(default=(), repr=False)
    crs: int = 3006

    def at(self, crs: int) -> Ground:
        """Return the same ground for positions in another system."""
        return replace(self, crs=crs)

    @property
    def uses(self) -> dict[str, SchemeUse]:
        """What the manifest says of schemes and places."""
        return {**{one.scheme: one.use for one in self.layers}, PLACE: SchemeUse("", self.places_sha256)}

    @property
    def places_sha256(self) -> str:
        """Checksum of the places' boundaries with their dates."""
        return boundaries_sha256(
            (one.place, one.first, one.end, one.crs, hashlib.sha256(one.shape).hexdigest())
            for one in self.places
        )

    def assign(
        self, x: Floats, y: Floats, days: Days
    ) -> tuple[dict[str, NDArray[np.object_]], NDArray[np.object_]]:
        """Return the code of each event's area by scheme, and its place; "" where there is none.

        Parameters
        ----------
        x, y : array of float, shape (events,) [metres]
        days : array of datetime64[D], shape (events,)

        Returns
        -------
        tuple
        """
        areas = {}
        for layer in self.layers:
            areas[layer.scheme] = codes_at(x, y, layer, self.crs)
        return areas, self._places_at(x, y, days)

    def _places_at(self, x: Floats, y: Floats, days: Days) -> NDArray[np.object_]:
        found = np.full(len(x), "", object)
        ordered = sorted(self.places, key=_order)
        by_dates: dict[tuple[date | None, date | None], list[PlaceBoundary]] = {}
        for one in ordered:
            by_dates.setdefault((one.first, one.end), []).append(one)
        for (first, end), some in by_dates.items():
            open_ = found == ""
            open_ &= ~np.isnan(x)
            if first is not None:
                open_ &= days >= np.datetime64(first)
            if end is not None:
                open_ &= days < np.datetime64(end)
            if open_.any():
                index = _index(tuple((one.shape, one.crs) for one in some), self.crs)
                names = np.array([*(one.place for one in some), ""], object)
                found[open_] = names[index.assign(x[open_], y[open_])]
        return found

    def at_sub_places(self, x: Floats, y: Floats, else_x: Floats, else_y: Floats) -> tuple[Floats, Floats]:
        """Return the nearest sub-place of each position, or the other position where none is near."""
        if not self.sub_places:
            return else_x, else_y
        dots = shapely.from_wkb(list(self.sub_places))
        if self.crs != SWEREF_99_TM:
            mover = pyproj.Transformer.from_crs(SWEREF_99_TM, self.crs, always_xy=True)
            dots = shapely.transform(dots, _moved(mover))
        there = np.flatnonzero(~np.isnan(x))
        at, dot = shapely.STRtree(dots).query_nearest(
            shapely.points(x[there], y[there]), max_distance=SUB_PLACE_WITHIN_M, all_matches=False
        )
        new_x, new_y = else_x.copy(), else_y.copy()
        new_x[there[at]], new_y[there[at]] = shapely.get_x(dots[dot]), shapely.get_y(dots[dot])
        return new_x, new_y

    def outline(self) -> dict[str, list[tuple[str, str, tuple[float, ...]]]]:
        """Return what each shape is known by: its key, its checksum and its box, by scheme."""
        told = {
            layer.scheme: [
                (code, _digest(shape, layer.crs, at), box)
                for at, (code, shape, box) in enumerate(
                    zip(layer.codes, layer.shapes, _boxes(layer.shapes, layer.crs, self.crs), strict=True)
                )
            ]
            for layer in self.layers
        }
        boxes = _boxes(tuple(one.shape for one in self.places), SWEREF_99_TM, self.crs)
        told[PLACE] = [
            (boundary_key(one.place, one.first, one.end), _digest(one.shape, one.crs, 0), box)
            for one, box in zip(self.places, boxes, strict=True)
        ]
        return told


def boundaries_sha256(boundaries: Iterable[tuple[str, date | None, date | None, int, str]]) -> str:
    """Return the checksum of places' boundaries, for whoever knows their shapes by checksum alone.

    Parameters
    ----------
    boundaries : iterable of (place, first, end, crs, sha256 of the shape)

    Returns
    -------
    str
        Equal to `Ground.places_sha256` of the same boundaries.
    """
    digest = hashlib.sha256()
    for place, first, end, crs, shape in sorted(boundaries, key=lambda one: (one[1] or date.min, one[0])):
        digest.update(f"{place} {first} {end} {crs}\n".encode())
        digest.update(bytes.fromhex(shape))
    return digest.hexdigest()


def boundary_key(place: str, first: date | None, end: date | None) -> str:
    """Return what a boundary is known by in the outline that is kept beside a version."""
    return f"{place} {first} {end}"


def layers_of(areas: Iterable[StatisticalArea]) -> tuple[AreaLayer, ...]:
    """Return the layers of statistical areas: for each scheme its latest vintage, those with shapes."""
    by_scheme: dict[str, dict[str, list[StatisticalArea]]] = {}
    for area in areas:
        if area.wkb is not None:
            by_scheme.setdefault(area.scheme, {}).setdefault(area.vintage, []).append(area)
    found = []
    for scheme, vintages in sorted(by_scheme.items()):
        latest = max(vintages)
        some = sorted(vintages[latest], key=lambda area: area.code)
        shapes = tuple(area.wkb for area in some if area.wkb is not None)
        found.append(AreaLayer(scheme, latest, tuple(area.code for area in some), shapes))
    return tuple(found)


def codes_at(x: Floats, y: Floats, layer: AreaLayer, crs: int) -> NDArray[np.object_]:
    """Return the code of the area of a layer that each position lies in, "" where there is none."""
    codes = np.array([*layer.codes, ""], object)
    if not layer.codes:
        return np.full(len(x), "", object)
    index = _index(tuple((shape, layer.crs) for shape in layer.shapes), crs)
    return codes[index.assign(x, y)]


@lru_cache(maxsize=32)
def _index(shapes: tuple[tuple[bytes, int], ...], crs: int) -> PolygonIndex:
    """Return the polygons made ready for points; kept, since every piece of a file asks the same ones."""
    found = shapely.from_wkb([shape for shape, _ in shapes])
    for at, (_, own) in enumerate(shapes):
        if own != crs:
            mover = pyproj.Transformer.from_crs(own, crs, always_xy=True)
            found[at] = shapely.transform(found[at], _moved(mover))
    return PolygonIndex.build(found)


def _boxes(shapes: tuple[bytes, ...], own: int, crs: int) -> list[tuple[float, ...]]:
    if not shapes:
        return []
    index = _index(tuple((shape, own) for shape in shapes), crs)
    return [tuple(map(float, box)) for box in shapely.bounds(index.polygons)]


def _digest(shape: bytes, crs: int, at: int) -> str:
    # Where shapes share a border the first one counts, so its place in the order is part of what it is.
    return hashlib.sha256(f"{crs} {at} ".encode() + shape).hexdigest()[:16]


def _moved(mover: pyproj.Transformer) -> Any:
    return lambda corners: np.column_stack(mover.transform(corners[:, 0], corners[:, 1]))


def _order(one: PlaceBoundary) -> tuple[date, str]:
    return (one.first or date.min, one.place)
