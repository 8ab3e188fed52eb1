"""Statistical areas with their shapes, kept as versioned data sets of their own."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from samsyn.store.errors import InvalidRows
from samsyn.store.ingest import publish
from samsyn.store.provenance import Archive, StoredVersion
from samsyn.store.rules import RowError, Rule, check_declarations
from samsyn.store.schema import DatasetMeta, DatasetVersion, VersionState

if TYPE_CHECKING:
    import pyarrow as pa

#: Sweden in SWEREF 99 TM (EPSG:3006): west, south, east, north [metres], with room for the sea.
SWEDEN = (180_000.0, 6_050_000.0, 1_050_000.0, 7_750_000.0)


@dataclass(frozen=True, slots=True)
class StatisticalArea:
    """An area that figures are published for. A code means something only with its scheme and vintage.

    Parameters
    ----------
    scheme, code, vintage, name : str
    wkb : bytes or None
        Polygon or multipolygon in EPSG:3006; None where nobody has published the shape.
    area_ha : float or None [hectares]
        Taken from the shape when left out at ingest.
    note : str
    """

    scheme: str
    code: str
    vintage: str
    name: str
    wkb: bytes | None = None
    area_ha: float | None = None
    note: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """Scheme, code and vintage."""
        return (self.scheme, self.code, self.vintage)


def ingest_areas(
    archive: Archive,
    meta: DatasetMeta,
    areas: Sequence[StatisticalArea],
    *,
    source: bytes,
    file_name: str,
    by: str,
    now: datetime,
    answers: Mapping[str, str],
    reason: str,
    patience: float,
) -> DatasetVersion:
    """Check and load areas; see `samsyn.store.Store.ingest_areas`."""
    check_declarations(meta, (), ())
    measured, errors = check_areas(areas)
    if errors:
        raise InvalidRows(file=file_name, errors=errors)
    draft = DatasetVersion(
        meta=meta,
        version=0,
        state=VersionState.CURRENT,
        checksum="",
        loaded_at=now,
        loaded_by=by,
        rows=len(measured),
        reason=reason,
        file_name=Path(file_name).name,
        file_sha256=hashlib.sha256(source).hexdigest(),
        answers=dict(answers),
        content_sha256=_content(measured),
    )
    return publish(archive, draft, lambda version: _table(measured, meta.slug, version), source, patience)


def read_areas(stored: StoredVersion) -> tuple[StatisticalArea, ...]:
    """Return the areas of one version, in the order of the source."""
    import pyarrow.parquet as parquet

    names = ["scheme", "code", "vintage", "name", "wkb", "area_ha", "note"]
    rows = parquet.read_table(stored.values, columns=names).to_pylist()
    return tuple(StatisticalArea(**row) for row in rows)


def check_areas(
    areas: Sequence[StatisticalArea],
) -> tuple[tuple[StatisticalArea, ...], tuple[RowError, ...]]:
    """Return the areas with their size, and every rule that they break.

    Parameters
    ----------
    areas : sequence of StatisticalArea

    Returns
    -------
    areas : tuple of StatisticalArea
    errors : tuple of RowError
        `row` is the position in ``areas``, counted from 1.
    """
    measured, errors, seen = [], [], dict[tuple[str, str, str], int]()
    for position, area in enumerate(areas, start=1):
        for column, cell, rule in _broken(area):
            errors.append(RowError(position, column, cell, rule))
        if (first := seen.setdefault(area.key, position)) != position:
            errors.append(RowError(position, "code", str(first), Rule.DUPLICATE))
        size = area.area_ha
        if size is None and area.wkb is not None and not errors:
            import shapely

            size = float(shapely.area(shapely.from_wkb(area.wkb))) / 10_000
        measured.append(replace(area, area_ha=size))
    return tuple(measured), tuple(errors)


def _broken(area: StatisticalArea) -> Iterator[tuple[str, str, Rule]]:
    for column in ("scheme", "code", "vintage", "name", "note"):
        cell: Any = getattr(area, column)
        if not isinstance(cell, str):
            yield column, str(cell), Rule.NOT_TEXT
        elif not cell and column in ("scheme", "code", "vintage"):
            yield column, "", Rule.NO_CODE
    if area.area_ha is not None and not area.area_ha > 0:
        yield "area_ha", str(area.area_ha), Rule.NEGATIVE
    if area.wkb is not None:
        yield from _broken_shape(area.wkb)


def _broken_shape(wkb: bytes) -> Iterator[tuple[str, str, Rule]]:
    import shapely

    try:
        shape = shapely.from_wkb(wkb)
    except (shapely.errors.ShapelyError, TypeError, ValueError):
        yield "wkb", "?", Rule.NOT_A_SHAPE
        return
    if shape is None or shape.geom_type not in ("Polygon", "MultiPolygon") or shape.is_empty:
        yield "wkb", "?" if shape is None else shape.geom_type, Rule.NOT_A_SHAPE
    elif not shape.is_valid:
        yield "wkb", shapely.is_valid_reason(shape), Rule.NOT_A_SHAPE
    else:
        west, south, east, north = shape.bounds
        if west < SWEDEN[0] or south < SWEDEN[1] or east > SWEDEN[2] or north > SWEDEN[3]:
            yield "wkb", f"{west:.0f} {south:.0f}", Rule.NOT_SWEREF


def _content(areas: Sequence[StatisticalArea]) -> str:
    digest = hashlib.sha256()
    for area in areas:
        digest.update(json.dumps([*area.key, area.name, area.area_ha, area.note]).encode())
        digest.update(area.wkb or b"")
    return digest.hexdigest()


def _table(areas: Sequence[StatisticalArea], dataset: str, version: int) -> pa.Table:
    import pyarrow as pa

    columns = {
        "dataset": pa.array([dataset] * len(areas), pa.string()),
        "version": pa.array([version] * len(areas), pa.int64()),
        **{
            name: pa.array([getattr(area, name) for area in areas], pa.string())
            for name in ("scheme", "code", "vintage", "name", "note")
        },
        "wkb": pa.array([area.wkb for area in areas], pa.binary()),
        "area_ha": pa.array([area.area_ha for area in areas], pa.float64()),
    }
    return pa.table(columns)
