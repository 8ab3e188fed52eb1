"""A scene with what lies around it as SVG: other scenes, mandate areas and stops, numbered as in a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import atan2, degrees
from xml.sax.saxutils import escape, quoteattr

import shapely

from samsyn.reports.errors import TextAlternativeMissing

_WIDTH = 640.0
#: What is drawn first lies under the rest.
LAYERS = ("scene", "mandate", "stop")


@dataclass(frozen=True, slots=True)
class MapThing:
    """One thing around the scene: its number in the table, layer, name and outline or point [metres]."""

    number: int
    layer: str
    name: str
    shape: shapely.Geometry


def frame_around(scene: shapely.Geometry, reach: float) -> tuple[float, float, float, float]:
    """Return the frame of a map: the scene and so far around it.

    Parameters
    ----------
    scene : shapely.Geometry
    reach : float [metres]

    Returns
    -------
    (west, south, east, north) [metres]

    Raises
    ------
    ValueError
        The scene has no extent.

    Source
    ------
    A frame; nothing is computed.

    Examples
    --------
    >>> frame_around(shapely.box(0, 0, 100, 100), 50)
    (-50.0, -50.0, 150.0, 150.0)
    """
    if scene.is_empty:
        raise ValueError("an empty scene has no frame")
    west, south, east, north = scene.bounds
    return (west - reach, south - reach, east + reach, north + reach)


def direction(scene: shapely.Geometry, other: shapely.Geometry) -> str:
    """Return the compass point in which something lies from the middle of the scene; "" where they meet.

    Examples
    --------
    >>> direction(shapely.Point(0, 0), shapely.Point(100, 5))
    'east'
    """
    if shapely.intersects(scene, other):
        return ""
    here, there = scene.centroid, other.centroid
    at = degrees(atan2(there.x - here.x, there.y - here.y)) % 360
    points = ("north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west")
    return points[round(at / 45) % 8]


def scene_map(
    scene: shapely.Geometry,
    things: Sequence[MapThing],
    frame: tuple[float, float, float, float],
    alternative: str,
) -> str:
    """Return the scene and what lies around it as SVG; areas carry their numbers, stops are dots.

    Use beside a table of the same things with the same numbers. Not to measure in: outlines are made coarser.

    Parameters
    ----------
    scene : shapely.Geometry
    things : sequence of MapThing
    frame : (west, south, east, north) [metres]
    alternative : str
        What the map shows, in words.

    Returns
    -------
    str

    Raises
    ------
    TextAlternativeMissing
        There is no text for those who cannot see it.

    Source
    ------
    A drawing; nothing is computed.
    """
    if not alternative.strip():
        raise TextAlternativeMissing(caption="map")
    west, south, east, north = frame
    scale = _WIDTH / max(east - west, 1.0)
    height = (north - south) * scale
    seen = shapely.box(*frame)

    def path(shape: shapely.Geometry) -> str:
        rings = []
        for part in shapely.get_parts(shapely.intersection(shape, seen)):
            if part.geom_type != "Polygon":
                continue
            for ring in shapely.get_rings(shapely.simplify(part, 0.5 / scale)):
                points = shapely.get_coordinates(ring)[:-1]
                spots = (f"{(x - west) * scale:.1f} {(north - y) * scale:.1f}" for x, y in points)
                rings.append("M" + "L".join(spots) + "Z")
        return "".join(rings)

    box = f'viewBox="0 0 {_WIDTH:.0f} {height:.0f}"'
    parts = [f'<svg class="chart scene-map" {box} role="img" aria-label={quoteattr(alternative)}>']
    labels = []
    drawn = [f'<path class="here" d="{path(scene)}"/>']
    for layer in LAYERS:
        for one in things:
            if one.layer != layer or one.shape.disjoint(seen):
                continue
            inside = shapely.intersection(one.shape, seen)
            title = f"<title>{one.number}. {escape(one.name)}</title>"
            if not one.shape.area:
                x, y = (one.shape.x - west) * scale, (north - one.shape.y) * scale
                drawn.append(f'<circle class="{layer}" cx="{x:.1f}" cy="{y:.1f}" r="4">{title}</circle>')
                continue
            drawn.append(f'<path class="{layer}" d="{path(one.shape)}">{title}</path>')
            # A mandate area often follows a scene: its number stands at its upper corner, not in the middle.
            left, _low, _right, top = inside.bounds
            spot = shapely.Point(left, top) if layer == "mandate" else shapely.point_on_surface(inside)
            x, y = (spot.x - west) * scale, (north - spot.y) * scale
            labels.append(f'<text x="{max(2.0, x - 8):.1f}" y="{max(14.0, y + 5):.1f}">{one.number}</text>')
    parts += drawn
    metre = max(1.0, round((east - west) / 4, -2))
    foot = height - 10
    ruler = f'<path class="axis" d="M10 {foot:.0f}h{metre * scale:.1f}"/>'
    return "".join([*parts, *labels, ruler, f'<text x="12" y="{foot - 6:.0f}">{metre:.0f} m</text></svg>'])
