"""Four formats, one table: shapes, the columns asked for and what the file says of its system.

GeoJSON and GeoPackage are read without GDAL: a program that opens "anything" also opens files that
point at other files and at addresses. GDAL is handed one kind of bytes only, a shapefile whose magic
number has been checked, under a name of our own in a folder of our own. Columns nobody asked for are
not read.
"""

from __future__ import annotations

import json
import sqlite3
import struct
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from samsyn.geography.errors import (
    NothingThere,
    SeveralLayers,
    UnknownAreaColumn,
    UnknownSystem,
    UnreadableFile,
)
from samsyn.geography.systems import WGS_84, parse_system

_MAX_FEATURES = 100_000

#: What parsing foreign bytes may raise (pyogrio's own are runtime errors). Each means the same to the
#: person who brought the file.
UNPARSEABLE: tuple[type[Exception], ...] = (
    ValueError, KeyError, IndexError, TypeError, AttributeError, ArithmeticError, RuntimeError,
    struct.error, sqlite3.Error, shapely.errors.ShapelyError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer as it stands in the file: shapes (None where a row has none), columns, label."""

    shapes: list[shapely.Geometry | None]
    columns: dict[str, list[Any]]
    label: int | None
    label_origin: str


def read_layer(
    file: str, kind: str, parts: dict[str, bytes], columns: Sequence[str], layer: str | None = None
) -> Layer:
    """Return the layer of an unpacked file.

    Parameters
    ----------
    file : str
        For messages.
    kind, parts
        From ``archives.unpack``.
    columns : sequence of str
        The only attributes that are read.
    layer : str or None
        Which of several layers of a GeoPackage.

    Returns
    -------
    Layer

    Raises
    ------
    UnreadableFile, UnknownAreaColumn, UnknownSystem, SeveralLayers, NothingThere
        See each.
    """
    if kind == ".geojson":
        return _read_geojson(file, parts[kind], columns)
    if kind == ".gpkg":
        return _read_geopackage(file, parts[kind], columns, layer)
    if kind == ".parquet":
        return _read_geoparquet(file, parts[kind], columns)
    return _read_shapefile(file, parts, columns)


def _check_columns(file: str, wanted: Sequence[str], found: Sequence[str]) -> None:
    import difflib

    for name in wanted:
        if name not in found:
            near = difflib.get_close_matches(name.casefold(), [f.casefold() for f in found], 1, 0.0)
            nearest = next((f for f in found if near and f.casefold() == near[0]), "-")
            listed = ", ".join(found) or "-"
            raise UnknownAreaColumn(file=file, wanted=name, found=listed, nearest=nearest)


# --- GeoJSON


def _read_geojson(file: str, data: bytes, columns: Sequence[str]) -> Layer:
    try:
        content = json.loads(data.decode("utf-8-sig"), parse_constant=_refuse_constant)
        features = _features(content)
        shapes = [shape_from(feature.get("geometry")) for feature in features]
    except UNPARSEABLE:
        raise UnreadableFile(file=file) from None
    rows = [feature.get("properties") or {} for feature in features]
    found = list(dict.fromkeys(name for row in rows for name in row))
    _check_columns(file, columns, found)
    label, origin = WGS_84, "format"
    stated = content.get("crs")
    if isinstance(stated, dict):
        # The older GeoJSON let a file name its system; many exports still do.
        label, origin = _named_system(file, stated), "file"
    return Layer(shapes, {name: [row.get(name) for row in rows] for name in columns}, label, origin)


def _refuse_constant(name: str) -> float:
    # Python's parser accepts NaN and Infinity, JSON does not.
    raise ValueError(name)


def _features(content: dict[str, Any]) -> list[dict[str, Any]]:
    kind = content["type"]
    if kind == "FeatureCollection":
        return list(content["features"])
    if kind == "Feature":
        return [content]
    return [{"geometry": content}]


def _named_system(file: str, stated: dict[str, Any]) -> int:
    name = str((stated.get("properties") or {}).get("name", ""))
    if name.upper().endswith("CRS84"):
        return WGS_84
    return parse_system(file, name.rsplit(":", 1)[-1] or name)


def shape_from(geometry: dict[str, Any] | None) -> shapely.Geometry | None:
    """Return the shapely shape of a GeoJSON geometry; ValueError or KeyError when it is none."""
    if not geometry:
        return None
    if geometry["type"] == "GeometryCollection":
        return shapely.GeometryCollection([shape_from(part) for part in geometry["geometries"]])
    shape = shapely.geometry.shape(geometry)
    return None if shape.is_empty else shape


# --- GeoPackage


def _read_geopackage(file: str, data: bytes, columns: Sequence[str], layer: str | None) -> Layer:
    # Bytes 18 and 19 say "write-ahead log"; an image in memory has none, and is complete without.
    data = data[:18] + b"\x01\x01" + data[20:]
    connection = sqlite3.connect(":memory:")
    try:
        connection.deserialize(data)
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA cell_size_check = ON")
        connection.set_authorizer(_only_read)
        return _geopackage_layer(file, connection, columns, layer)
    except UNPARSEABLE:
        raise UnreadableFile(file=file) from None
    finally:
        connection.close()


def _only_read(action: int, *_: object) -> int:
    # Not even functions: a hostile file can hide a call in a view, and plain tables need none.
    allowed = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ}
    return sqlite3.SQLITE_OK if action in allowed else sqlite3.SQLITE_DENY


def _geopackage_layer(
    file: str, connection: sqlite3.Connection, columns: Sequence[str], layer: str | None
) -> Layer:
    stored = connection.execute(
        "SELECT table_name, column_name, srs_id FROM gpkg_geometry_columns"
    ).fetchall()
    plain = {
        name
        for name, sql in connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
        if not str(sql).casefold().lstrip().startswith("create virtual")
    }
    layers = sorted(row for row in stored if row[0] in plain and layer in (None, row[0]))
    if not layers:
        raise NothingThere(file=file)
    if len(layers) > 1:
        raise SeveralLayers(file=file, layers=", ".join(row[0] for row in layers))
    table, geometry, srs_id = layers[0]
    query = f"SELECT * FROM {_quoted(table)} LIMIT 0"  # noqa: S608 -- names are quoted
    head = connection.execute(query).description
    _check_columns(file, columns, [name for name, *_ in head if name != geometry])
    asked = ", ".join(_quoted(name) for name in (geometry, *columns))
    query = f"SELECT {asked} FROM {_quoted(table)} LIMIT {_MAX_FEATURES}"  # noqa: S608 -- names are quoted
    rows = connection.execute(query).fetchall()
    shapes = [_geopackage_shape(row[0]) for row in rows]
    values = {name: [row[at + 1] for row in rows] for at, name in enumerate(columns)}
    return Layer(shapes, values, _geopackage_system(file, connection, srs_id), "file")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _geopackage_shape(blob: bytes | None) -> shapely.Geometry | None:
    if not blob:
        return None
    if blob[:2] != b"GP":
        raise ValueError("not a GeoPackage geometry")
    flags = blob[3]
    envelope = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}[(flags >> 1) & 0b111]
    if flags & 0b10000:  # the empty flag
        return None
    return shapely.from_wkb(blob[8 + envelope :])


def _geopackage_system(file: str, connection: sqlite3.Connection, srs_id: int) -> int | None:
    if srs_id in (0, -1):  # "undefined" in the standard
        return None
    row = connection.execute(
        "SELECT organization, organization_coordsys_id, definition FROM gpkg_spatial_ref_sys "
        "WHERE srs_id = ?",
        (srs_id,),
    ).fetchone()
    if row is None:
        return None
    organisation, code, definition = row
    if str(organisation).upper() == "EPSG":
        return parse_system(file, int(code))
    return parse_system(file, str(definition))


# --- GeoParquet


def _read_geoparquet(file: str, data: bytes, columns: Sequence[str]) -> Layer:
    import pyarrow
    import pyarrow.parquet

    try:
        opened = pyarrow.parquet.ParquetFile(pyarrow.BufferReader(data))
        about = json.loads((opened.schema_arrow.metadata or {})[b"geo"])
        geometry = about["primary_column"]
        stated = about["columns"][geometry]
        if stated["encoding"] != "WKB":
            raise ValueError(stated["encoding"])
        found = [name for name in opened.schema_arrow.names if name != geometry]
    except (*UNPARSEABLE, pyarrow.ArrowException):
        raise UnreadableFile(file=file) from None
    _check_columns(file, columns, found)
    try:
        if opened.metadata.num_rows > _MAX_FEATURES:
            raise ValueError(opened.metadata.num_rows)
        table = opened.read(columns=[geometry, *columns], use_threads=False)
        shapes: list[shapely.Geometry | None] = list(shapely.from_wkb(table[geometry].to_pylist()))
        values = {name: table[name].to_pylist() for name in columns}
    except (*UNPARSEABLE, pyarrow.ArrowException):
        raise UnreadableFile(file=file) from None
    if "crs" not in stated:  # then it is longitude and latitude, says the standard
        return Layer(shapes, values, WGS_84, "format")
    return Layer(shapes, values, _projjson_system(file, stated["crs"]), "file")


def _projjson_system(file: str, stated: Any) -> int | None:
    if stated is None:  # "unknown" in the standard
        return None
    named = stated.get("id", {}) if isinstance(stated, dict) else {}
    if str(named.get("code", "")).upper() == "CRS84":
        return WGS_84
    if str(named.get("authority", "")).upper() == "EPSG":
        return parse_system(file, int(named["code"]))
    try:
        crs = pyproj.CRS.from_json_dict(stated)
    except UNPARSEABLE:
        raise UnknownSystem(file=file, found=str(stated)[:60]) from None
    return parse_system(file, crs)


# --- Shapefile


def _read_shapefile(file: str, parts: dict[str, bytes], columns: Sequence[str]) -> Layer:
    import pyogrio  # a third of a second, and most boundaries are GeoJSON

    if len(parts[".shp"]) < 100:  # the header alone
        raise UnreadableFile(file=file)
    if columns and ".dbf" not in parts:
        raise UnknownAreaColumn(file=file, wanted=columns[0], found="-", nearest="-")
    # Without a column to read the table is not written at all.
    wanted = [".shp", ".shx", *([".dbf"] if columns else [])]
    with tempfile.TemporaryDirectory(prefix="samsyn-") as folder:
        for suffix in wanted:
            if suffix in parts:
                (Path(folder) / f"layer{suffix}").write_bytes(parts[suffix])
        path = str(Path(folder) / "layer.shp")
        try:
            if ".shx" not in parts:
                pyogrio.set_gdal_config_options({"SHAPE_RESTORE_SHX": True})
            if columns:
                _check_columns(file, columns, list(pyogrio.read_info(path)["fields"]))
            wkbs, values = _read_rows(path, columns, _encoding(parts))
            shapes: list[shapely.Geometry | None] = list(shapely.from_wkb(wkbs))
        except UNPARSEABLE:
            raise UnreadableFile(file=file) from None
        finally:
            if ".shx" not in parts:
                pyogrio.set_gdal_config_options({"SHAPE_RESTORE_SHX": None})
    text = parts.get(".prj", b"").decode("utf-8", "replace").strip("\x00 \r\n\t")
    return Layer(shapes, values, parse_system(file, text) if text else None, "file")


def _encoding(parts: dict[str, bytes]) -> str | None:
    stated = parts.get(".cpg", b"").decode("ascii", "ignore").strip()
    if stated:
        return {"65001": "UTF-8", "1252": "CP1252", "88591": "ISO-8859-1"}.get(stated, stated)
    # No label: Swedish letters in UTF-8 are recognised by being valid UTF-8, anything else is Windows'.
    table = parts.get(".dbf", b"")
    head = int.from_bytes(table[8:10], "little")
    try:
        table[head:].decode("utf-8")
    except UnicodeDecodeError:
        return "CP1252"
    return "UTF-8"


def _read_rows(
    path: str, columns: Sequence[str], encoding: str | None
) -> tuple[NDArray[np.object_], dict[str, list[Any]]]:
    import pyogrio.raw

    meta, _, wkbs, fields = pyogrio.raw.read(
        path, columns=list(columns), max_features=_MAX_FEATURES, encoding=encoding if columns else None
    )
    by_name = dict(zip(meta["fields"], fields, strict=True))
    return wkbs, {name: list(by_name[name]) for name in columns}
