"""The door for boundaries and areas: bytes in, checked shapes in SWEREF 99 TM out, or a refusal."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

from samsyn.geography.archives import unpack
from samsyn.geography.errors import (
    AreaTooLarge,
    AreaTooSmall,
    InvalidRing,
    MissingAreaCode,
    NotAnArea,
    NothingThere,
    PersonColumn,
    SeveralFeatures,
    SeveralWithSameCode,
    TooManyCorners,
    UnreadableFile,
)
from samsyn.geography.layers import UNPARSEABLE, Layer, read_layer, shape_from
from samsyn.geography.shapes import _hectares
from samsyn.geography.systems import (
    SWEREF_99_TM,
    WGS_84,
    Coordinates,
    FoundSystem,
    parse_system,
    project,
    settle,
    system_name,
)

MAX_HECTARES = 5_000
MIN_SQUARE_METRES = 100
MAX_CORNERS = 20_000
_MAX_CORNERS_OF_ALL = 2_000_000
_REPAIR_LIMIT = 0.001
_LISTED = 12

# Columns that would make a table of areas a table of persons, in Swedish and English.
_PERSON = re.compile(
    r"person|pnr|ssn|f[oö]rnamn|efternamn|firstname|lastname|surname|f[oö]delse|birth|telefon|phone|mobil|e.?post|"
    r"e.?mail|[aä]gare|owner|misst[aä]nk|suspect|m[aå]ls[aä]gand|brukare|klient",
    re.IGNORECASE,
)

REMARKS: dict[str, str] = {
    "z_dropped": "Heights in the file were left out.",
    "ring_repaired": "The outline crossed itself and was mended; the area changed by %(percent)s per cent.",
    "features_joined": "%(count)s areas in the file were joined into one boundary.",
    "system_detected": "The file does not name its coordinate system; %(system)s is the only one that fits.",
    "label_overruled": "The file says %(label)s; the chosen system was used instead.",
    "codes_joined": "%(count)s areas that share their code with another were joined: %(codes)s.",
    "features_without_shape": "%(count)s rows in the file have no area and were left out.",
}


@dataclass(frozen=True, slots=True)
class Remark:
    """Something the reader did or noticed: a code among ``REMARKS`` and the facts of its sentence."""

    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def template(self) -> str:
        """Return the English message id, to be translated and filled with ``facts``."""
        return REMARKS[self.code]


@dataclass(frozen=True, slots=True)
class ReadGeometry:
    """A boundary read from a file; ``wkb_3006`` is valid and two-dimensional, area in hectares."""

    wkb_3006: bytes
    crs_found: int
    crs_origin: str
    feature_count: int
    area_ha: float
    warnings: tuple[Remark, ...]


@dataclass(frozen=True, slots=True)
class AreaShape:
    """A statistical area read from a file: code and name as text, shape in SWEREF 99 TM, hectares."""

    code: str
    name: str
    wkb: bytes
    area_ha: float
    n_parts: int
    properties: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ReadAreas:
    """Statistical areas read from a file, and what was done or noticed on the way."""

    areas: tuple[AreaShape, ...]
    crs_found: int
    crs_origin: str
    warnings: tuple[Remark, ...]


def read_boundary(
    file_name: str,
    data: bytes,
    *,
    declared_crs: int | str | None = None,
    feature: int | None = None,
    dissolve: bool = False,
    layer: str | None = None,
) -> ReadGeometry:
    """Return the boundary in a GeoJSON, GeoPackage or shapefile (zipped or a loose .shp).

    Use for the boundary of a place. Not for statistical areas: ``read_areas`` reads codes and names.
    No attribute is read.

    Parameters
    ----------
    file_name : str
        For messages; never used as a path.
    data : bytes
        The file as uploaded.
    declared_crs : int or str, optional
        EPSG code somebody chose; it goes before the label in the file.
    feature : int, optional
        Which of several areas, counted from 1.
    dissolve : bool
        Join several areas into one boundary.
    layer : str, optional
        Which of several layers.

    Returns
    -------
    ReadGeometry

    Raises
    ------
    GeographyError
        One of SAM101-SAM114, SAM118, SAM119: each says what was found and how to mend it.

    Source
    ------
    GeoJSON RFC 7946, OGC GeoPackage 1.3, ESRI Shapefile (1998).
    """
    opened = _open(file_name, data, (), layer)
    shapes, remarks = _areas_only(file_name, opened.shapes)
    found, moved = _to_sweref(file_name, opened, shapes, declared_crs, remarks)
    count = len(moved)
    if count > 1 and feature is not None and 1 <= feature <= count:
        moved = [moved[feature - 1]]
    elif count > 1 and not dissolve:
        raise SeveralFeatures(file=file_name, count=count, listing=_listing(moved))
    mended = [_mend(file_name, shape, remarks) for shape in moved]
    if len(mended) > 1:
        remarks.append(Remark("features_joined", {"count": count}))
    shape = _check_size(file_name, shapely.union_all(mended) if len(mended) > 1 else mended[0])
    return ReadGeometry(_stored(shape), found.epsg, found.origin, count, _hectares(shape), _distinct(remarks))


def read_areas(
    file_name: str,
    data: bytes,
    *,
    code_column: str,
    name_column: str | None,
    declared_crs: int | str | None = None,
    dissolve: bool = True,
    keep: Sequence[str] = (),
    layer: str | None = None,
) -> list[AreaShape]:
    """Return the statistical areas of a file in order of code.

    Use for small areas, districts and zones. Only the columns named here are read.

    Parameters
    ----------
    file_name, data, declared_crs, layer
        As for ``read_boundary``.
    code_column, name_column : str
        Columns of code and name; without a name column the code serves.
    dissolve : bool
        Join areas with the same code, else refuse them.
    keep : sequence of str, shape (n_kept,)
        Further columns to hand on, such as an area for comparison; a tuple where joined areas differ.

    Returns
    -------
    list of AreaShape

    Raises
    ------
    GeographyError
        One of SAM101-SAM111, SAM113, SAM115-SAM120.

    Source
    ------
    As for ``read_boundary``.
    """
    read = read_area_file(
        file_name, data, code_column=code_column, name_column=name_column, declared_crs=declared_crs,
        dissolve=dissolve, keep=keep, layer=layer,
    )  # fmt: skip
    return list(read.areas)


def read_area_file(
    file_name: str,
    data: bytes,
    *,
    code_column: str,
    name_column: str | None,
    declared_crs: int | str | None = None,
    dissolve: bool = True,
    keep: Sequence[str] = (),
    by: Sequence[str] = (),
    layer: str | None = None,
) -> ReadAreas:
    """Return the statistical areas of a file with what was noticed: joined codes, mended outlines.

    Use as ``read_areas``, which returns the areas alone, when somebody is to be told.

    Parameters
    ----------
    file_name, data, code_column, name_column, declared_crs, dissolve, keep, layer
        As for ``read_areas``.
    by : sequence of str
        Columns that part areas of one code, such as a year: each combination is an area of its own.

    Returns
    -------
    ReadAreas

    Raises
    ------
    GeographyError
        As for ``read_areas``; every row without a code and every outline that cannot be mended is named.

    Source
    ------
    As for ``read_boundary``.
    """
    keep = tuple(dict.fromkeys([*keep, *by]))
    columns = tuple(dict.fromkeys([code_column, *([name_column] if name_column else []), *keep]))
    persons = [column for column in columns if _PERSON.search(column)]
    if persons:
        raise PersonColumn(file=file_name, column=", ".join(persons))
    opened = _open(file_name, data, columns, layer)
    codes = [_text(value) for value in opened.columns[code_column]]
    empty = [row for row, code in enumerate(codes, start=1) if not code]
    if empty:
        raise MissingAreaCode(file=file_name, row=_listed(empty), column=code_column)
    present = [at for at, shape in enumerate(opened.shapes) if shape is not None and not shape.is_empty]
    shapes, remarks = _areas_only(file_name, opened.shapes)
    system, moved = _to_sweref(file_name, opened, shapes, declared_crs, remarks)
    corners = int(sum(shapely.get_num_coordinates(moved)))
    if corners > _MAX_CORNERS_OF_ALL:
        raise TooManyCorners(file=file_name, found=corners, limit=_MAX_CORNERS_OF_ALL)
    groups: dict[tuple[str, ...], list[int]] = {}
    for position, at in enumerate(present):
        key = (codes[at], *(_text(opened.columns[column][at]) for column in by))
        groups.setdefault(key, []).append(position)
    twice = [" ".join(key) for key, members in groups.items() if len(members) > 1]
    if twice and not dissolve:
        raise SeveralWithSameCode(file=file_name, codes=", ".join(sorted(twice)[:_LISTED]))
    if twice:
        count = sum(len(members) for members in groups.values() if len(members) > 1)
        remarks.append(Remark("codes_joined", {"count": count, "codes": _listed(sorted(twice))}))
    mended = _mend_all(file_name, moved, remarks)
    areas = []
    for (code, *_parted), members in sorted(groups.items()):
        parts = [mended[position] for position in members]
        shape = shapely.union_all(parts) if len(parts) > 1 else parts[0]
        row = present[members[0]]
        name = _text(opened.columns[name_column][row]) if name_column else ""
        areas.append(
            AreaShape(
                code,
                name or code,
                _stored(shape),
                _hectares(shape),
                len(members),
                {column: _values(opened.columns[column], present, members) for column in keep},
            )
        )
    return ReadAreas(tuple(areas), system.epsg, system.origin, _distinct(remarks))


def _listed(found: Sequence[object]) -> str:
    shown = ", ".join(map(str, found[:_LISTED]))
    return f"{shown}, … ({len(found)})" if len(found) > _LISTED else shown


def _mend_all(file: str, shapes: Sequence[shapely.Geometry], remarks: list[Remark]) -> list[shapely.Geometry]:
    """Return the mended shapes, or name every one that cannot be mended."""
    mended, broken = [], []
    for shape in shapes:
        try:
            mended.append(_mend(file, shape, remarks))
        except InvalidRing as error:
            broken.append(str(error.facts["where"]))
    if broken:
        raise InvalidRing(file=file, where=_listed(broken))
    return mended


def _values(column: Sequence[Any], present: Sequence[int], members: Sequence[int]) -> Any:
    """Return the value of an area's rows, or a tuple where its polygons have one each."""
    found = tuple(dict.fromkeys(column[present[position]] for position in members))
    return found[0] if len(found) == 1 else found


def from_geojson_geometry(geometry: dict[str, Any], *, file_name: str = "GeoJSON") -> bytes:
    r"""Return the WKB in SWEREF 99 TM of an area drawn on the map (longitude, latitude).

    Use for a drawing; it passes the same tests as a file.

    Parameters
    ----------
    geometry : dict
        A GeoJSON Polygon or MultiPolygon, or a Feature with one, in WGS 84.
    file_name : str
        What the message calls it.

    Returns
    -------
    bytes

    Raises
    ------
    GeographyError
        As for ``read_boundary``.

    Examples
    --------
    >>> ring = [[18.0, 59.3], [18.01, 59.3], [18.01, 59.31], [18.0, 59.3]]
    >>> from_geojson_geometry({"type": "Polygon", "coordinates": [ring]})[:1]
    b'\x01'
    """
    try:
        inner = geometry["geometry"] if geometry.get("type") == "Feature" else geometry
        shape = shape_from(inner)
    except UNPARSEABLE:
        raise UnreadableFile(file=file_name) from None
    opened = Layer([shape], {}, WGS_84, "format")
    shapes, remarks = _areas_only(file_name, opened.shapes)
    _, moved = _to_sweref(file_name, opened, shapes, None, remarks)
    return _stored(_check_size(file_name, _mend(file_name, moved[0], remarks)))


def _open(file: str, data: bytes, columns: Sequence[str], layer: str | None) -> Layer:
    kind, parts = unpack(file, data, layer)
    return read_layer(file, kind, parts, columns, layer)


def _areas_only(
    file: str, shapes: Sequence[shapely.Geometry | None]
) -> tuple[list[shapely.Geometry], list[Remark]]:
    remarks: list[Remark] = []
    present = [shape for shape in shapes if shape is not None and not shape.is_empty]
    if not present:
        raise NothingThere(file=file)
    if len(present) < len(shapes):
        remarks.append(Remark("features_without_shape", {"count": len(shapes) - len(present)}))
    others: dict[str, int] = {}
    for shape in present:
        parts = shape.geoms if isinstance(shape, shapely.GeometryCollection) else [shape]
        for part in parts:
            if not isinstance(part, shapely.Polygon | shapely.MultiPolygon):
                others[part.geom_type] = others.get(part.geom_type, 0) + 1
    if others:
        listed = ", ".join(f"{count} {kind}" for kind, count in sorted(others.items()))
        raise NotAnArea(file=file, found=listed)
    if any(shape.has_z for shape in present):
        remarks.append(Remark("z_dropped"))
    flat = [
        shapely.MultiPolygon([p for part in shape.geoms for p in getattr(part, "geoms", [part])])
        if type(shape) is shapely.GeometryCollection
        else shape
        for shape in shapely.force_2d(present)
    ]
    return flat, remarks


def _to_sweref(
    file: str,
    opened: Layer,
    shapes: list[shapely.Geometry],
    declared: int | str | None,
    remarks: list[Remark],
) -> tuple[FoundSystem, list[shapely.Geometry]]:
    corners: Coordinates = shapely.get_coordinates(shapes)
    if not np.isfinite(corners).all():
        raise InvalidRing(file=file, where="-")
    chosen = None if declared is None else parse_system(file, declared)
    found = settle(file, corners, label=opened.label, label_origin=opened.label_origin, declared=chosen)
    if found.origin == "detected":
        remarks.append(Remark("system_detected", {"system": system_name(found.epsg)}))
    labelled = opened.label_origin == "file" and opened.label not in (None, found.epsg)
    if found.origin == "declared" and labelled:
        remarks.append(Remark("label_overruled", {"label": system_name(opened.label or 0)}))
    return found, [project(shape, found.epsg, SWEREF_99_TM) for shape in shapes]


def _mend(file: str, shape: shapely.Geometry, remarks: list[Remark]) -> shapely.Geometry:
    """Return a valid shape with the same area, or refuse: a guess about a boundary is nobody's decision."""
    if shape.is_valid:
        return shape
    where = _where(shape)
    mended = _polygons(shapely.make_valid(shape, method="structure", keep_collapsed=False))
    lines = _polygons(shapely.make_valid(shape, method="linework"))
    # Two ways of reading a bad ring must agree with each other and with what was drawn.
    sizes = [shape.area, mended.area, lines.area]
    change = (max(sizes) - min(sizes)) / max(*sizes, 1e-9)
    if mended.is_empty or change >= _REPAIR_LIMIT:
        raise InvalidRing(file=file, where=where)
    remarks.append(Remark("ring_repaired", {"percent": f"{100 * change:.3f}"}))
    return mended


def _polygons(shape: shapely.Geometry) -> shapely.Geometry:
    if isinstance(shape, shapely.Polygon | shapely.MultiPolygon):
        return shape
    kinds = shapely.Polygon | shapely.MultiPolygon
    parts = [part for part in shapely.get_parts(shape) if isinstance(part, kinds)]
    return shapely.union_all(parts) if parts else shapely.Polygon()


def _where(shape: shapely.Geometry) -> str:
    spot = re.search(r"\[(\S+) (\S+)\]", shapely.is_valid_reason(shape))
    if spot is None:
        return "-"
    point = project(shapely.Point(float(spot[1]), float(spot[2])), SWEREF_99_TM, WGS_84)
    return f"{point.y:.5f}, {point.x:.5f}"


def _check_size(file: str, shape: shapely.Geometry) -> shapely.Geometry:
    corners = int(shapely.get_num_coordinates(shape))
    if corners > MAX_CORNERS:
        raise TooManyCorners(file=file, found=corners, limit=MAX_CORNERS)
    hectares = _hectares(shape)
    if hectares > MAX_HECTARES:
        raise AreaTooLarge(file=file, found=f"{hectares:.0f}", limit=MAX_HECTARES)
    if hectares * 10_000 < MIN_SQUARE_METRES:
        raise AreaTooSmall(file=file, found=f"{hectares * 10_000:.0f}", limit=MIN_SQUARE_METRES)
    return shape


def _listing(shapes: Sequence[shapely.Geometry]) -> str:
    listed = []
    for number, shape in enumerate(shapes[:_LISTED], start=1):
        middle = project(shape.envelope.centroid, SWEREF_99_TM, WGS_84)
        listed.append(f"{number}: {_hectares(shape):.2f} ha, {middle.y:.4f} {middle.x:.4f}")
    if len(shapes) > _LISTED:
        listed.append("…")
    return "; ".join(listed)


def _stored(shape: shapely.Geometry) -> bytes:
    return bytes(shapely.to_wkb(shapely.orient_polygons(shape), byte_order=1))


def _text(value: Any) -> str:
    """Return a code as text: 101025.0 from a table of floats is the code 101025."""
    if value is None or value != value:
        return ""
    if isinstance(value, float | np.floating) and float(value).is_integer():
        value = int(value)
    return str(value).strip()


def _distinct(remarks: list[Remark]) -> tuple[Remark, ...]:
    seen: dict[str, Remark] = {}
    for remark in remarks:
        seen.setdefault(f"{remark.code}{sorted(remark.facts.items())}", remark)
    return tuple(seen.values())
