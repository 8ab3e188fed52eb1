"""Boundaries with dates: which one is in force on a day, and the ground that all of them share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import shapely

from samsyn.geography.errors import BoundariesOverlap
from samsyn.geography.point_in_polygon import Places, PolygonIndex

Days = npt.NDArray[np.datetime64]


@dataclass(frozen=True, slots=True)
class DatedBoundary:
    """A boundary and the days it is in force, half-open; None for an end that has not come.

    Parameters
    ----------
    wkb : bytes
        Polygon or multipolygon in a plane in metres.
    first : date
    end : date or None
    """

    wkb: bytes
    first: date
    end: date | None = None

    @property
    def hectares(self) -> float:
        """Return the area [hectares]."""
        return float(shapely.area(shapely.from_wkb(self.wkb))) / 10_000

    def in_force(self, day: date) -> bool:
        """Return whether the boundary is in force on a day."""
        return self.first <= day and (self.end is None or day < self.end)


def check_dates(boundaries: Sequence[DatedBoundary]) -> None:
    """Refuse boundaries of which two are in force on the same day.

    Parameters
    ----------
    boundaries : sequence of DatedBoundary

    Raises
    ------
    BoundariesOverlap
        Two of them share a day, or one ends before it begins.
    """
    ordered = sorted(boundaries, key=lambda boundary: boundary.first)
    for at, boundary in enumerate(ordered):
        following = ordered[at + 1] if at + 1 < len(ordered) else None
        if boundary.end is not None and boundary.end <= boundary.first:
            raise BoundariesOverlap(first=boundary.first, second=boundary.end)
        if following and (boundary.end is None or following.first < boundary.end):
            raise BoundariesOverlap(first=boundary.first, second=following.first)


def common_ground(boundaries: Sequence[DatedBoundary]) -> bytes | None:
    """Return the ground that lies inside every boundary, None where there is none.

    Use for counts that can be compared although the boundary has moved. Where borders merely touch there is
    no ground in common.

    Parameters
    ----------
    boundaries : sequence of DatedBoundary

    Returns
    -------
    bytes or None
        WKB of a polygon or multipolygon; the very boundary when all are the same.

    Raises
    ------
    Nothing of its own.

    Examples
    --------
    >>> a, b = (DatedBoundary(shapely.box(x, 0, x + 200, 100).wkb, date(2022 + x, 1, 1)) for x in (0, 1))
    >>> round(shapely.from_wkb(common_ground([a, b])).area)
    19900
    """
    distinct = list(dict.fromkeys(boundary.wkb for boundary in boundaries))
    if len(distinct) < 2:
        return distinct[0] if distinct else None
    ground = shapely.intersection_all(shapely.from_wkb(distinct))
    parts = shapely.get_parts(shapely.get_parts(ground))
    areas = [part for part in parts if part.geom_type == "Polygon" and part.area > 0]
    if not areas:
        return None
    return bytes(shapely.to_wkb(areas[0] if len(areas) == 1 else shapely.MultiPolygon(areas)))


def boundary_of_day(
    x: npt.ArrayLike, y: npt.ArrayLike, days: Days, boundaries: Sequence[DatedBoundary]
) -> Places:
    """Return the position of the boundary that holds each point on its day, -1 where none does.

    Use for assigning events to a scene whose boundary has moved.

    Parameters
    ----------
    x, y : array_like of float, shape (events,) [metres]
    days : array of datetime64[D], shape (events,)
    boundaries : sequence of DatedBoundary

    Returns
    -------
    array of int32, shape (events,)

    Raises
    ------
    BoundariesOverlap
        Two boundaries are in force on the same day.
    NotPolygons, UnlikePoints
        See `PolygonIndex`.
    """
    check_dates(boundaries)
    px, py = np.asarray(x, np.float64), np.asarray(y, np.float64)
    out = np.full(len(px), -1, np.int32)
    for at, boundary in enumerate(boundaries):
        then = days >= np.datetime64(boundary.first)
        if boundary.end is not None:
            then &= days < np.datetime64(boundary.end)
        some = np.flatnonzero(then)
        inside = PolygonIndex.build([boundary.wkb]).assign(px[some], py[some]) == 0
        out[some[inside]] = at
    return out
