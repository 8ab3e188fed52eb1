"""A map of counted areas as SVG: shades of one colour, never red and green, beside a table of the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from xml.sax.saxutils import escape, quoteattr

import numpy as np
import shapely

from samsyn.reports.errors import TextAlternativeMissing

#: Shades beside the one for nothing.
SHADES = 5
_WIDTH = 640.0


@dataclass(frozen=True, slots=True)
class MapArea:
    """One area: its outline in SWEREF 99 TM, its name and value; None is hidden or missing.

    ``text`` is the value as printed, in the table and in the title of the shape.
    """

    name: str
    wkb: bytes
    value: float | None
    text: str


def limits(values: Sequence[float | None]) -> tuple[float, ...]:
    """Return the upper limits of the shades but the last: fifths of the values above zero, each once.

    Parameters
    ----------
    values : sequence of float or None

    Returns
    -------
    tuple of float
        In rising order, at most four.

    Raises
    ------
    ValueError
        A value is negative.

    Source
    ------
    Quantile classes; equal values never fall in different classes.

    Examples
    --------
    >>> limits([0, 1, 2, 3, 4, 5])
    (1.0, 2.0, 3.0, 4.0)
    """
    above = sorted(value for value in values if value is not None and value != 0)
    if above and above[0] < 0:
        raise ValueError("a count is not negative")
    if not above:
        return ()
    fifths = [float(np.quantile(above, at / SHADES, method="lower")) for at in range(1, SHADES)]
    return tuple(sorted({limit for limit in fifths if limit < above[-1]}))


def shade(value: float | None, upper: Sequence[float]) -> int | None:
    """Return 0 for nothing, 1 to 5 for a shade, None for what is not shown."""
    if value is None:
        return None
    if value == 0:
        return 0
    return 1 + sum(value > limit for limit in upper)


def area_map(areas: Sequence[MapArea], alternative: str) -> str:
    """Return the areas as SVG, each with its name and value as its title.

    Use beside a table of the same values. Outlines are made coarser together, so that neighbours still meet.

    Parameters
    ----------
    areas : sequence of MapArea
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
    A drawing; nothing is computed but the classes of `limits`.
    """
    if not alternative.strip():
        raise TextAlternativeMissing(caption="map")
    width, height, paths = _paths(tuple(area.wkb for area in areas))
    upper = limits([area.value for area in areas])
    box = f'viewBox="0 0 {width:.0f} {height:.0f}"'
    parts = [f'<svg class="chart areas" {box} role="img" aria-label={quoteattr(alternative)}>']
    for area, path in zip(areas, paths, strict=True):
        tone = shade(area.value, upper)
        name = "hidden" if tone is None else f"shade-{tone}"
        parts.append(
            f'<path class="{name}" d="{path}"><title>{escape(area.name)}: {escape(area.text)}</title></path>'
        )
    return "".join([*parts, "</svg>"])


@lru_cache(maxsize=16)
def _paths(outlines: tuple[bytes, ...]) -> tuple[float, float, tuple[str, ...]]:
    """Return the size of the drawing and the path of each outline: the same for every reader and period."""
    shapes = np.array([shapely.from_wkb(outline) for outline in outlines])
    left, low, right, high = shapely.total_bounds(shapes) if len(shapes) else (0.0, 0.0, 1.0, 1.0)
    scale = _WIDTH / max(right - left, (high - low) / 1.4, 1.0)
    coarse = shapely.coverage_simplify(shapes, 0.7 / scale) if len(shapes) else shapes
    paths = tuple(_path(shape, left, high, scale) for shape in coarse)
    return (right - left) * scale, (high - low) * scale, paths


def _path(shape: shapely.Geometry, left: float, high: float, scale: float) -> str:
    rings = []
    for part in shapely.get_parts(shape):
        for ring in shapely.get_rings(part):
            points = shapely.get_coordinates(ring)[:-1]
            rings.append(
                "M" + "L".join(f"{(x - left) * scale:.1f} {(high - y) * scale:.1f}" for x, y in points) + "Z"
            )
    return "".join(rings)
