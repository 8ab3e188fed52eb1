"""Coordinate systems: which ones are read, which one a file is really in, and the way to SWEREF 99 TM.

A label is a claim. Files in metres labelled as degrees, a local zone labelled with another and turned
axes are everyday faults, and each puts a place somewhere else without any sign. So a label is believed
only when the coordinates lie in Sweden under it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from samsyn.geography.errors import (
    OutsideSweden,
    SwappedAxes,
    SystemAsked,
    SystemContradicted,
    UnknownSystem,
)

SWEREF_99_TM = 3006
WGS_84 = 4326

# Central meridian of each local zone [degrees east].
LOCAL_ZONES: dict[int, float] = {
    3007: 12.0,
    3008: 13.5,
    3009: 15.0,
    3010: 16.5,
    3011: 18.0,
    3012: 14.25,
    3013: 15.75,
    3014: 17.25,
    3015: 18.75,
    3016: 20.25,
    3017: 21.75,
    3018: 23.25,
}
ACCEPTED: tuple[int, ...] = (SWEREF_99_TM, *LOCAL_ZONES, WGS_84)

# ETRS89, SWEREF 99 geographic and CRS84 differ from WGS 84 by less than a metre.
_AS_WGS_84 = frozenset({4258, 4619, 4326, 4937, 4979, 4977})
# SWEREF 99 with RH 2000 heights; the height is dropped.
_COMPOUND = {5845: 3006} | {5846 + step: 3007 + step for step in range(12)}

# A municipality uses the zone whose meridian runs near it; further off than this nobody uses the zone.
_ZONE_REACH = 3.0

# Sweden with its waters, drawn by us with a margin of some ten kilometres. Wide enough for any Swedish
# place and for Exempellän in the open sea, narrow enough to tell a wrong system.
_SWEDEN = shapely.Polygon(
    [
        (10.2, 57.8), (10.2, 59.0), (11.0, 59.5), (11.6, 60.2), (11.9, 61.0), (11.8, 62.0), (11.6, 62.8),
        (11.6, 63.6), (12.4, 64.4), (13.8, 65.2), (14.2, 66.2), (15.5, 67.2), (16.8, 68.2), (18.6, 68.8),
        (20.0, 69.4), (21.2, 69.4), (22.4, 68.9), (23.8, 68.3), (24.3, 67.2), (24.5, 65.6), (23.2, 65.0),
        (21.0, 63.6), (19.7, 62.4), (19.4, 61.0), (19.4, 60.1), (20.5, 58.8), (20.6, 57.4), (20.0, 56.2),
        (18.4, 55.4), (16.2, 55.1), (14.6, 55.2), (12.7, 55.1), (12.7, 55.6), (12.5, 56.0), (12.3, 56.2),
        (11.8, 56.6), (11.0, 57.2),
    ]
)  # fmt: skip
shapely.prepare(_SWEDEN)

Coordinates = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FoundSystem:
    """The system a file is in: EPSG code and where the knowledge comes from.

    ``origin`` is "declared" (someone chose), "file" (its label), "format" (GeoJSON is WGS 84) or
    "detected" (no label, one system fits).
    """

    epsg: int
    origin: str


def system_name(epsg: int) -> str:
    """Return the name of an accepted system as people write it.

    Examples
    --------
    >>> system_name(3011)
    'SWEREF 99 18 00 (EPSG:3011)'
    """
    if epsg == SWEREF_99_TM:
        return "SWEREF 99 TM (EPSG:3006)"
    if epsg == WGS_84:
        return "WGS 84 (EPSG:4326)"
    degrees = LOCAL_ZONES[epsg]
    return f"SWEREF 99 {int(degrees):02d} {round(degrees % 1 * 60):02d} (EPSG:{epsg})"


@cache
def _transformer(source: int, target: int) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(source, target, always_xy=True)


def project(shape: shapely.Geometry, source: int, target: int) -> shapely.Geometry:
    """Return the shape moved from one accepted system to another, east first.

    Parameters
    ----------
    shape : shapely geometry
        Coordinates in ``source`` [metres or degrees].
    source, target : int
        EPSG codes among ``ACCEPTED``.

    Returns
    -------
    shapely geometry
        The same rings in ``target``; each corner is moved, no corner is added.

    Raises
    ------
    KeyError
        Never for accepted systems.

    Source
    ------
    PROJ through pyproj; WGS 84 and SWEREF 99 are taken as equal (they differ by well under a metre).
    """
    if source == target:
        return shape
    transformer = _transformer(source, target)

    def move(points: Coordinates) -> Coordinates:
        east, north = transformer.transform(points[:, 0], points[:, 1])
        return np.column_stack([east, north])

    return shapely.transform(shape, move)


def lies_in_sweden(epsg: int, points: Coordinates) -> bool:
    """Return whether every point lies in Sweden or its waters, read in the system.

    Parameters
    ----------
    epsg : int
        One of ``ACCEPTED``.
    points : array of float, shape (n, 2) [metres or degrees]
        East and north.

    Returns
    -------
    bool
        False also when the numbers are so far off that they cannot be moved.
    """
    degrees = epsg == WGS_84
    if degrees != bool((np.abs(points) <= 180).all()):
        return False
    east, north = points[:, 0], points[:, 1]
    if not degrees:
        east, north = _transformer(epsg, WGS_84).transform(east, north)
    if not (np.isfinite(east).all() and np.isfinite(north).all()):
        return False
    if epsg in LOCAL_ZONES and np.abs(east - LOCAL_ZONES[epsg]).max() > _ZONE_REACH:
        return False
    return bool(shapely.contains_xy(_SWEDEN, east, north).all())


def candidates(points: Coordinates) -> tuple[int, ...]:
    """Return the systems under which every point lies in Sweden."""
    return tuple(epsg for epsg in ACCEPTED if lies_in_sweden(epsg, points))


def parse_system(file: str, declared: int | str | pyproj.CRS) -> int:
    """Return the EPSG code of an accepted system given as 3011, "EPSG:3011", well-known text or a CRS.

    Raises
    ------
    UnknownSystem
        It is not among ``ACCEPTED``.
    """
    if isinstance(declared, str) and declared.strip().upper().removeprefix("EPSG:").isdigit():
        declared = int(declared.strip().upper().removeprefix("EPSG:"))
    if isinstance(declared, int):
        epsg: int | None = declared
    else:
        try:
            # from_wkt and not from_user_input: a label from a file never names a path or an address.
            crs = pyproj.CRS.from_wkt(declared) if isinstance(declared, str) else declared
        except pyproj.exceptions.CRSError:
            raise UnknownSystem(file=file, found=str(declared)[:60]) from None
        epsg = _recognise(crs)
        declared = crs.name
    if epsg in _AS_WGS_84:
        return WGS_84
    epsg = _COMPOUND.get(epsg or 0, epsg)
    if epsg not in ACCEPTED:
        raise UnknownSystem(file=file, found=str(declared)[:60])
    return epsg


def _recognise(crs: pyproj.CRS) -> int | None:
    if crs.is_compound:
        crs = crs.sub_crs_list[0]
    epsg = crs.to_epsg(min_confidence=70)
    if epsg is not None:
        return int(epsg)
    if crs.is_geographic:
        return WGS_84 if crs.ellipsoid and crs.ellipsoid.name in {"WGS 84", "GRS 1980"} else None
    # Labels written by older programs lack codes and spell names in their own way; the parameters decide.
    operation = crs.coordinate_operation
    if operation is None or operation.method_name != "Transverse Mercator":
        return None
    value = {parameter.name: float(parameter.value) for parameter in operation.params}
    # RT 90 uses other numbers of easting, so easting and scale together tell the SWEREF family.
    meridian = value.get("Longitude of natural origin")
    easting, scale = value.get("False easting"), value.get("Scale factor at natural origin")
    if (meridian, easting, scale) == (15.0, 500_000.0, 0.9996) and "sweref" in crs.name.casefold():
        return SWEREF_99_TM
    if (easting, scale) == (150_000.0, 1.0):
        for code, degrees in LOCAL_ZONES.items():
            if meridian is not None and abs(meridian - degrees) < 1e-9:
                return code
    return None


def settle(
    file: str, points: Coordinates, *, label: int | None, label_origin: str, declared: int | None
) -> FoundSystem:
    """Return the system the coordinates are in, or refuse with what was found.

    Parameters
    ----------
    file : str
        For the message.
    points : array of float, shape (n, 2) [metres or degrees]
        All corners.
    label : int or None
        What the file says; ``label_origin`` is "file" or "format".
    declared : int or None
        What a person chose; it goes before the label, and is tried against the coordinates as hard.

    Returns
    -------
    FoundSystem

    Raises
    ------
    SystemContradicted, SwappedAxes, OutsideSweden, SystemAsked
        See each.
    """
    wanted, origin = (declared, "declared") if declared is not None else (label, label_origin)
    if wanted is not None and lies_in_sweden(wanted, points):
        return FoundSystem(wanted, origin)
    first = f"{points[0, 0]:.10g}, {points[0, 1]:.10g}"
    fitting = candidates(points)
    if wanted is None and len(fitting) == 1:
        return FoundSystem(fitting[0], "detected")
    if wanted is None and fitting:
        raise SystemAsked(file=file, candidates=_listed(fitting, points))
    if fitting:
        raise SystemContradicted(
            file=file, label=system_name(wanted or 0), first=first, candidates=_listed(fitting, points)
        )
    turned = candidates(points[:, ::-1])
    if turned:
        named = wanted if wanted in turned else turned[0]
        raise SwappedAxes(file=file, first=first, system=system_name(named))
    raise OutsideSweden(file=file, first=first, label="-" if wanted is None else system_name(wanted))


def _listed(codes: Sequence[int], points: Coordinates) -> str:
    """Name each system with the municipality it would put the middle in: that is how people choose."""
    from samsyn.geography.outlines import municipality_at

    middle = (points.min(axis=0) + points.max(axis=0)) / 2
    listed = []
    for code in codes:
        at = project(shapely.Point(*middle), code, SWEREF_99_TM)
        name = municipality_at(at.x, at.y)
        listed.append(f"{system_name(code)}: {name}" if name else system_name(code))
    return "; ".join(listed)
