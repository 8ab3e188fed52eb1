"""Where things are: boundaries and areas read, checked, measured and handed to the map.

Inside the platform every shape is WKB in SWEREF 99 TM (EPSG:3006); longitude and latitude appear only
at the edges. Shares with nothing below it but the domain, and knows nothing of the web.
"""

from __future__ import annotations

from samsyn.geography.archives import bundle
from samsyn.geography.boundaries import (
    AreaShape,
    ReadAreas,
    ReadGeometry,
    Remark,
    from_geojson_geometry,
    read_area_file,
    read_areas,
    read_boundary,
)
from samsyn.geography.dated import DatedBoundary, common_ground
from samsyn.geography.outlines import Outline, counties, municipalities, municipality_at
from samsyn.geography.point_in_polygon import PolygonIndex, assign_points
from samsyn.geography.scenes import SceneOutlines, read_scenes
from samsyn.geography.shapes import (
    Overlap,
    area_ha,
    bbox,
    centroid_lonlat,
    covers_lonlat,
    distance_m,
    overlap,
    part_of,
    simplify_for_map,
    to_geojson,
)
from samsyn.geography.systems import ACCEPTED, system_name

__all__ = [
    "ACCEPTED",
    "AreaShape",
    "DatedBoundary",
    "Outline",
    "Overlap",
    "PolygonIndex",
    "ReadAreas",
    "ReadGeometry",
    "Remark",
    "SceneOutlines",
    "area_ha",
    "assign_points",
    "bbox",
    "bundle",
    "centroid_lonlat",
    "common_ground",
    "counties",
    "covers_lonlat",
    "distance_m",
    "from_geojson_geometry",
    "municipalities",
    "municipality_at",
    "overlap",
    "part_of",
    "read_area_file",
    "read_areas",
    "read_boundary",
    "read_scenes",
    "simplify_for_map",
    "system_name",
    "to_geojson",
]
