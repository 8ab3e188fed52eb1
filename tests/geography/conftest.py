"""A writer of the formats that programs of others write."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyogrio.raw
import pytest
import shapely


@pytest.fixture
def written(tmp_path: Path):
    """Return a function that writes shapes with pyogrio and hands back the bytes of each file."""

    def write(shapes, epsg: int | None, suffix: str, kind: str = "Polygon", **columns) -> dict[str, bytes]:
        pyogrio.raw.write(
            str(tmp_path / f"plats{suffix}"),
            geometry=np.array(shapely.to_wkb(np.array(shapes, dtype=object))),
            field_data=[
                np.array(values, dtype=object if isinstance(values[0], str) else None)
                for values in columns.values()
            ],
            fields=list(columns),
            geometry_type=kind,
            crs=f"EPSG:{epsg}" if epsg else None,
            driver={".gpkg": "GPKG", ".shp": "ESRI Shapefile"}[suffix],
        )
        return {path.name: path.read_bytes() for path in sorted(tmp_path.iterdir())}

    return write
