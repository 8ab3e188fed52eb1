"""Where could it go? Rings around a place, for counting what happens beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from samsyn.analysis.errors import SettingOutOfRange
from samsyn.analysis.results import Result

Ring = Sequence[Sequence[float]]
# Straight pieces in a quarter of a circle; the area differs from that of the circle by under 0.1 per cent.
_PIECES = 24


@dataclass(frozen=True, slots=True)
class BufferRing(Result):
    """The ground between two distances from a place.

    Parameters
    ----------
    inner, outer : float [metres]
    hectares : float [ha]
        What is left when other places are taken out.
    polygons : tuple of tuple of rings, each a tuple of (x, y) [metres]
        Each polygon is its outer ring and its holes.
    """

    inner: float
    outer: float
    hectares: float
    polygons: tuple[tuple[tuple[tuple[float, float], ...], ...], ...]


@dataclass(frozen=True, slots=True)
class BufferRings(Result):
    """A place and the rings around it.

    Parameters
    ----------
    hectares : float [ha]
        The place itself.
    rings : tuple of BufferRing
        From the inside out.
    n : int [rings]
    """

    hectares: float
    rings: tuple[BufferRing, ...]
    n: int
    method: str = "buffer_rings"
    caveats: tuple[str, ...] = ()


def buffer_rings(
    boundary: Sequence[Ring], distances: Sequence[float], *, without: Sequence[Sequence[Ring]] = ()
) -> BufferRings:
    """Return the rings around a boundary, with their areas, for displacement zones.

    Use to count events beside a place: the ring's count and area go into the weighted displacement
    difference. Choose the distances before the counts are seen. Not across water or a motorway that nobody
    crosses: take such ground out with ``without``.

    Parameters
    ----------
    boundary : sequence of rings, each a sequence of (x, y) [metres]
        The outer ring first, then holes.
    distances : sequence of float [metres]
        Outer edges of the rings, rising from above 0.
    without : sequence of boundaries
        Other places, comparison areas or ground that is not searched.

    Returns
    -------
    BufferRings

    Raises
    ------
    SettingOutOfRange
        A boundary is no polygon, distances do not rise, or nothing is left of a ring.

    Source
    ------
    Bowers & Johnson (2003), Journal of Quantitative Criminology 19:275–301, on concentric zones.

    Examples
    --------
    >>> square = [[[0, 0], [100, 0], [100, 100], [0, 100]]]
    >>> found = buffer_rings(square, [100])
    >>> found.hectares, round(found.rings[0].hectares, 1)
    (1.0, 7.1)
    """
    edges = [0.0, *map(float, distances)]
    if len(edges) < 2 or any(not first < second < 1e7 for first, second in pairwise(edges)):
        raise SettingOutOfRange(name="distances", value=list(distances), wanted="rising metres from above 0")
    place = _polygon(boundary, "boundary")
    taken = [_polygon(other, f"without {at}") for at, other in enumerate(without, start=1)]
    rings = []
    for inner, outer in pairwise(edges):
        ground = place.buffer(outer, quad_segs=_PIECES).difference(place.buffer(inner, quad_segs=_PIECES))
        for other in taken:
            ground = ground.difference(other)
        if ground.is_empty or ground.area == 0:
            raise SettingOutOfRange(
                name="without", value=f"all of {inner:g}–{outer:g} m", wanted="some ground left in each ring"
            )
        rings.append(BufferRing(inner, outer, ground.area / 10_000, _corners(ground)))
    return BufferRings(place.area / 10_000, tuple(rings), len(rings))


def _polygon(boundary: Sequence[Ring], name: str) -> Any:
    import shapely

    try:
        polygon = shapely.Polygon(boundary[0], boundary[1:])
    except (ValueError, IndexError, TypeError):
        polygon = shapely.Polygon()
    if polygon.is_empty or not polygon.is_valid or polygon.area == 0:
        raise SettingOutOfRange(
            name=name, value="…", wanted="rings of at least three corners that do not cross"
        )
    return polygon


def _corners(ground: Any) -> tuple[tuple[tuple[tuple[float, float], ...], ...], ...]:
    polygons = [one for one in getattr(ground, "geoms", [ground]) if one.geom_type == "Polygon"]
    return tuple(
        tuple(
            tuple((round(x, 2), round(y, 2)) for x, y in ring.coords)
            for ring in (one.exterior, *one.interiors)
        )
        for one in polygons
    )
