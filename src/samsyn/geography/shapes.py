"""Areas, overlaps and distances of shapes held as WKB in SWEREF 99 TM, and their way to the map."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from samsyn.geography.systems import SWEREF_99_TM, WGS_84, project

# Scale of SWEREF 99 TM: 0.9996 on 15 degrees east, growing with the distance from it. Without this
# correction an area in Haparanda would be three and a half per mille too large.
_SCALE = 0.9996
_RADIUS_M = 6_383_000.0
_FALSE_EASTING_M = 500_000.0

# Two neighbours digitised apart always share slivers; below this a shared area is drawing noise.
_SLIVER_M2 = 0.01


@dataclass(frozen=True, slots=True)
class Overlap:
    """How a place and one statistical area share ground; shares in [0, 1], area in hectares."""

    key: Hashable
    share_of_place: float
    share_of_area: float
    overlap_ha: float


def _scale_at(east: float) -> float:
    true = (east - _FALSE_EASTING_M) / _SCALE
    return _SCALE * (1 + true**2 / (2 * _RADIUS_M**2))


def _hectares(shape: shapely.Geometry) -> float:
    if shape.is_empty:
        return 0.0
    return float(shape.area / _scale_at(shape.centroid.x) ** 2 / 10_000)


def area_ha(wkb: bytes) -> float:
    """Return the area on the ground.

    The planar area in SWEREF 99 TM is corrected for the map scale where the shape lies, which keeps it
    within 0.1 % of the area on the ellipsoid anywhere in Sweden, for anything up to a large municipality.

    Parameters
    ----------
    wkb : bytes
        Area in SWEREF 99 TM.

    Returns
    -------
    float [hectares]

    Raises
    ------
    shapely.errors.GEOSException
        The bytes are not WKB.

    Source
    ------
    Lantmäteriet, Gauss conformal projection, scale to second order.

    Examples
    --------
    >>> round(area_ha(shapely.to_wkb(shapely.box(500_000, 6_500_000, 500_100, 6_500_100))), 4)
    1.0008
    """
    return _hectares(shapely.from_wkb(wkb))


def bbox(wkb: bytes) -> tuple[float, float, float, float]:
    """Return west, south, east and north in SWEREF 99 TM [metres]."""
    west, south, east, north = shapely.from_wkb(wkb).bounds
    return float(west), float(south), float(east), float(north)


def centroid_lonlat(wkb: bytes) -> tuple[float, float]:
    """Return longitude and latitude of the middle of the shape [degrees], six decimals.

    The middle of a crescent lies outside it; then a point inside is given instead, so that a marker
    never stands in the neighbouring block.
    """
    shape = shapely.from_wkb(wkb)
    middle = shape.centroid
    if not shape.intersects(middle):
        middle = shape.point_on_surface()
    point = project(middle, SWEREF_99_TM, WGS_84)
    return round(point.x, 6), round(point.y, 6)


def covers_lonlat(wkb: bytes, longitude: float, latitude: float) -> bool:
    """Return whether a point in degrees lies in a shape or on its edge.

    Examples
    --------
    >>> square = shapely.to_wkb(shapely.box(500_000, 6_500_000, 500_100, 6_500_100))
    >>> covers_lonlat(square, 15.0005, 58.6406), covers_lonlat(square, 15.1, 58.6406)
    (True, False)
    """
    point = project(shapely.Point(longitude, latitude), WGS_84, SWEREF_99_TM)
    return bool(shapely.from_wkb(wkb).covers(point))


def part_of(wkb: bytes, share: float) -> bytes:
    """Return the southern part of a shape, as high as a share of its box; for areas that cover some of it.

    Examples
    --------
    >>> square = shapely.to_wkb(shapely.box(0, 0, 100, 100))
    >>> shapely.from_wkb(part_of(square, 0.5)).area
    5000.0
    """
    shape = shapely.from_wkb(wkb)
    west, south, east, north = shape.bounds
    kept = shape.intersection(shapely.box(west, south, east, south + (north - south) * share))
    return bytes(shapely.to_wkb(kept))


def distance_m(one: bytes, other: bytes) -> float:
    """Return the shortest distance between two shapes on the ground [metres]; 0 when they meet.

    Examples
    --------
    >>> left = shapely.to_wkb(shapely.box(674_000, 6_580_000, 674_001, 6_580_001))
    >>> right = shapely.to_wkb(shapely.box(674_004, 6_580_000, 674_005, 6_580_001))
    >>> round(distance_m(left, right), 3)
    3.0
    """
    first, second = shapely.from_wkb(one), shapely.from_wkb(other)
    middle = (first.centroid.x + second.centroid.x) / 2
    return float(first.distance(second) / _scale_at(middle))


def overlap(wkb: bytes, areas: Iterable[tuple[Hashable, bytes]]) -> list[Overlap]:
    """Return the areas that share ground with the place, the largest share of the place first.

    Use to find which statistical areas describe a place. Areas that only touch are left out. The shares
    are of ground, not of people or of crimes: half the ground may hold nearly all of either.

    Parameters
    ----------
    wkb : bytes
        The place, in SWEREF 99 TM.
    areas : iterable of (key, wkb)
        The key is handed back as it is.

    Returns
    -------
    list of Overlap
        share_of_place sums to at most 1 when the areas do not overlap each other.

    Raises
    ------
    shapely.errors.GEOSException
        Some bytes are not WKB.

    Examples
    --------
    >>> place, half = shapely.box(0, 0, 2, 2), shapely.box(1, 0, 9, 2)
    >>> overlap(shapely.to_wkb(place), [("a", shapely.to_wkb(half))])[0].share_of_place
    0.5
    """
    place = shapely.from_wkb(wkb)
    keys, stored = zip(*areas, strict=True) if (areas := list(areas)) else ((), ())
    shapes = np.array(shapely.from_wkb(list(stored)), dtype=object)
    found = []
    for index in shapely.STRtree(shapes).query(place, predicate="intersects"):
        shared = place.intersection(shapes[index])
        if shared.area > _SLIVER_M2:
            found.append(
                Overlap(
                    keys[index],
                    min(1.0, float(shared.area / place.area)),
                    min(1.0, float(shared.area / shapes[index].area)),
                    _hectares(shared),
                )
            )
    return sorted(found, key=lambda one: (-one.share_of_place, str(one.key)))


def simplify_for_map(wkb: bytes, metres: float) -> bytes:
    """Return the shape with fewer corners, none moved further than ``metres``; never empty.

    Use for drawing only: the stored boundary is what counts. Neighbours simplified one by one part
    along their common border; for outlines of the country use ``municipalities(tolerance_m)``.
    """
    shape = shapely.from_wkb(wkb)
    simpler = shapely.simplify(shape, metres, preserve_topology=True)
    if simpler.is_empty or not simpler.is_valid:
        simpler = shape
    return bytes(shapely.to_wkb(simpler))


def to_geojson(wkb: bytes) -> dict[str, Any]:
    """Return the shape as a GeoJSON geometry in WGS 84, six decimals (about a decimetre).

    Rings follow RFC 7946: the outer ring runs counter-clockwise.

    Examples
    --------
    >>> square = shapely.to_wkb(shapely.box(500_000, 6_500_000, 500_100, 6_500_100))
    >>> to_geojson(square)["coordinates"][0][0]
    [15.001723, 58.640297]
    """
    shape = shapely.orient_polygons(project(shapely.from_wkb(wkb), SWEREF_99_TM, WGS_84))
    outline: dict[str, Any] = shapely.geometry.mapping(shape)
    return {"type": outline["type"], "coordinates": _rounded(outline["coordinates"])}


def _rounded(nested: Any) -> Any:
    if isinstance(nested, int | float):
        return round(float(nested), 6)
    return [_rounded(part) for part in nested]
