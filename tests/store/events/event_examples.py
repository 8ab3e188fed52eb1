"""A source of six events, as every kind of file, and the mapping that reads it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from samsyn.store.events.mapping import EventMapping, parse_mapping
from samsyn.store.events.places import Ground

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
MAPPING = """
format = 1
name = "exempel"
title = "Exempel"
ignore = ["Diarienummer", "Adress"]

[file]
type = "csv"

[kind]
column = "Brott"

[kind.codes]
"9802" = "robbery"
"5011" = "drug_offence"

[time]
column = "Tid"
format = "%Y-%m-%d %H:%M"
earliest = 2020-01-01

[position]
x = "X"
y = "Y"
crs = "EPSG:3006"
area = [600000, 6500000, 700000, 6700000]

[count]
column = "Antal"

[attributes.plats]
column = "Plats"
codes = { "U" = "ute", "I" = "inne" }

[quarantine]
most_percent = 60
"""
HEADINGS = ("Diarienummer", "Brott", "Tid", "X", "Y", "Antal", "Plats", "Adress")
ROWS = (
    ("K1-24", "9802", "2024-05-01 12:07", "674010", "6580030", "1", "U", "Gatan 1"),
    ("K2-24", "5011", "2024-05-01 23:59", "674010.7", "6580030", "1", "I", "Gatan 2"),
    ("K3-24", "5011", "2024-05-02 00:00", "674110", "6580030", "-1", "", "Gatan 3"),
    ("K4-24", "9802", "2024-06-01 08:15", "", "", "1", "U", ""),
)


def mapping(*changes: tuple[str, str]) -> EventMapping:
    text = MAPPING
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return parse_mapping(text)


def rows_with(**cells: str) -> tuple[tuple[str, ...], ...]:
    """Return the rows with the first one changed."""
    first = tuple(cells.get(name, cell) for name, cell in zip(HEADINGS, ROWS[0], strict=True))
    return (first, *ROWS[1:])


def write_csv(path: Path, rows=ROWS, headings=HEADINGS, delimiter=",", encoding="utf-8") -> Path:
    lines = [delimiter.join(headings), *(delimiter.join(row) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding=encoding)
    return path


def write_json(path: Path) -> Path:
    path.write_text(json.dumps([dict(zip(HEADINGS, row, strict=True)) for row in ROWS]))
    return path


def write_xlsx(path: Path) -> Path:
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    sheet.write_row(0, 0, HEADINGS)
    for at, row in enumerate(ROWS, 1):
        for place, cell in enumerate(row):
            if place == 2:
                sheet.write_datetime(at, place, datetime.fromisoformat(cell), moment)
            elif place in (3, 4, 5) and cell:
                sheet.write_number(at, place, float(cell))
            else:
                sheet.write_string(at, place, cell)
    book.close()
    return path


def write_parquet(path: Path) -> Path:
    import pyarrow as pa
    import pyarrow.parquet as parquet

    columns = list(zip(*ROWS, strict=True))
    table = pa.table(
        {
            "Diarienummer": columns[0],
            "Brott": pa.array(columns[1]).dictionary_encode(),
            "Tid": pa.array([datetime.fromisoformat(cell) for cell in columns[2]], pa.timestamp("us")),
            "X": pa.array([float(cell) if cell else None for cell in columns[3]]),
            "Y": pa.array([float(cell) if cell else None for cell in columns[4]]),
            "Antal": pa.array([int(cell) for cell in columns[5]], pa.int8()),
            "Plats": columns[6],
            "Adress": columns[7],
        }
    )
    parquet.write_table(table, path)
    return path


def write_layer(path: Path) -> Path:
    import numpy as np
    import pyogrio.raw
    import pyproj
    import shapely

    columns = list(zip(*ROWS, strict=True))
    there, crs = (lambda x, y: (x, y)), "EPSG:3006"
    if path.suffix == ".geojson":
        there, crs = pyproj.Transformer.from_crs(3006, 4326, always_xy=True).transform, "EPSG:4326"
    shapes = [
        shapely.Point(there(float(x), float(y))) if x else None
        for x, y in zip(columns[3], columns[4], strict=True)
    ]
    names = [name for name in HEADINGS if name not in ("X", "Y")]
    data = [np.array(columns[HEADINGS.index(name)], object) for name in names]
    pyogrio.raw.write(
        str(path), shapely.to_wkb(np.array(shapes, object)), data, np.array(names), crs=crs,
        geometry_type="Point",
    )  # fmt: skip
    return path


GROUND = Ground()
