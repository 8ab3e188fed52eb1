"""Coordinate systems of sources: any that PROJ knows by code, taken to a system in metres."""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np
import pyproj
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_CODE = re.compile(r"(?:EPSG|ESRI):[0-9]{4,6}")


def is_system(name: str) -> bool:
    """Return whether the name is a code that PROJ knows.

    Examples
    --------
    >>> is_system("EPSG:3006"), is_system("ESRI:102696"), is_system("+proj=longlat")
    (True, True, False)
    """
    return _system(name) is not None


def is_metric(name: str) -> bool:
    """Return whether the name is a projected EPSG system in metres."""
    system = _system(name)
    return (
        system is not None
        and name.startswith("EPSG:")
        and system.is_projected
        and all(axis.unit_conversion_factor == 1.0 for axis in system.axis_info)
    )


def to_metric(x: Floats, y: Floats, crs: str, metric_crs: str) -> tuple[Floats, Floats]:
    """Return positions in metres; what has no place there becomes NaN.

    Parameters
    ----------
    x, y : array, shape (points,)
        East and north, or longitude and latitude.
    crs, metric_crs : str

    Returns
    -------
    tuple of array
    """
    if crs == metric_crs:
        return x, y
    moved = _transformer(crs, metric_crs).transform(x, y)
    east, north = (np.asarray(one, np.float64) for one in moved)
    lost = ~(np.isfinite(east) & np.isfinite(north))
    east[lost], north[lost] = np.nan, np.nan
    return east, north


@lru_cache(maxsize=16)
def area_of_use(metric_crs: str) -> tuple[float, float, float, float]:
    """Return where a system holds: west, south, east, north in its own metres, with a little room."""
    system = pyproj.CRS.from_user_input(metric_crs)
    use = system.area_of_use
    if use is None:
        return (-2e7, -2e7, 2e7, 2e7)
    there = pyproj.Transformer.from_crs(4326, system, always_xy=True)
    west, south, east, north = there.transform_bounds(use.west, use.south, use.east, use.north)
    room = 50_000.0
    return (west - room, south - room, east + room, north + room)


@lru_cache(maxsize=64)
def _system(name: str) -> pyproj.CRS | None:
    if not _CODE.fullmatch(name):
        return None
    try:
        return pyproj.CRS.from_user_input(name)
    except pyproj.exceptions.CRSError:
        return None


@lru_cache(maxsize=16)
def _transformer(source: str, target: str) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(source, target, always_xy=True)
