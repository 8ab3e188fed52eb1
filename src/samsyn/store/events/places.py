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
from samsyn.store.areas import StatisticalArea
from samsyn.store.events.schema import PLACE, SchemeUse

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
        Shapes of sub-places, WKB; only for rounding to them.
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
        digest = hashlib.sha256()
        for one in sorted(self.places, key=_order):
            digest.update(f"{one.place} {one.first} {one.end} {one.crs}\n".encode())
            digest.update(hashlib.sha256(one.shape).digest())
        return digest.hexdigest()

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
        """Return a point of the sub-place that holds each position, or the other position where none does."""
        if not self.sub_places:
            return else_x, else_y
        index = _index(tuple((shape, 3006) for shape in self.sub_places), self.crs)
        inner = shapely.point_on_surface(index.polygons)
        at = index.assign(x, y)
        held = at >= 0
        return (
            np.where(held, shapely.get_x(inner)[at], else_x),
            np.where(held, shapely.get_y(inner)[at], else_y),
        )


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


def _moved(mover: pyproj.Transformer) -> Any:
    return lambda corners: np.column_stack(mover.transform(corners[:, 0], corners[:, 1]))


def _order(one: PlaceBoundary) -> tuple[date, str]:
    return (one.first or date.min, one.place)
