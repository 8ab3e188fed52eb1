"""Files made on the spot, so that the suite needs nothing but itself."""

from __future__ import annotations

import io
import json
import zipfile

import shapely

from samsyn.geography.systems import SWEREF_99_TM, WGS_84, project

# A hectare square in central Stockholm, in SWEREF 99 TM.
SQUARE = shapely.box(674_000, 6_580_000, 674_100, 6_580_100)


def geojson(*shapes: shapely.Geometry, crs: str | None = None, rows: list[dict] | None = None) -> bytes:
    rows = rows or [{} for _ in shapes]
    content: dict = {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": row, "geometry": shapely.geometry.mapping(shape)}
            for shape, row in zip(shapes, rows, strict=True)
        ],
    }
    if crs:
        content["crs"] = {"type": "name", "properties": {"name": crs}}
    return json.dumps(content).encode()


def degrees(shape: shapely.Geometry) -> shapely.Geometry:
    return project(shape, SWEREF_99_TM, WGS_84)


def zipped(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return packed.getvalue()
