"""Files of aggregates: read back by other programs they say the same, with what the columns mean."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from datetime import date

import pyarrow.parquet as parquet
import pyogrio.raw
import pytest
import python_calamine
import shapely

from samsyn.reports import aggregate_files as files
from samsyn.reports.words import words
from samsyn.studies.event_aggregates import Aggregate

JANUARY = (date(2026, 1, 1), date(2026, 2, 1))
ROWS = (
    Aggregate("torget", "assault", *JANUARY, 12, detection_driven=False),
    Aggregate("torget", "drug_offence", *JANUARY, None, detection_driven=True),
)
ABOUT = files.About("Händelser", "Polisen", "intern", "januari 2026", "alla i samverkan", 5, "prov v1, abc")
SHAPES = {"torget": shapely.to_wkb(shapely.box(0, 0, 10, 10))}


@pytest.fixture
def rows():
    return files.rows_of(ROWS, {"torget": "Torget"}, words("sv"))


def test_a_csv_is_read_back_with_its_hidden_cells_empty(rows):
    text = files.as_csv(rows).decode("utf-8-sig")
    found = list(csv.DictReader(io.StringIO(text)))

    assert [one["count"] for one in found] == ["12", ""]
    assert [one["status"] for one in found] == ["shown", "hidden"]
    assert found[0]["kind_name"] == "Misshandel"


def test_a_workbook_has_the_sums_the_columns_and_where_they_come_from(rows):
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(files.as_xlsx(rows, ABOUT, words("sv"))))
    sheets = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}

    assert list(sheets) == ["Händelser", "Kolumner", "Om filen"]
    assert sheets["Händelser"][1][6] == 12
    assert {row[0] for row in sheets["Kolumner"]} == set(files.COLUMNS)
    assert any("Polisen" in row for row in sheets["Om filen"])


def test_parquet_carries_the_meaning_of_each_column(rows):
    table = parquet.read_table(io.BytesIO(files.as_parquet(rows, ABOUT, words("en"))))

    assert table.column("count").to_pylist() == [12, None]
    assert all(table.schema.field(name).metadata[b"description"] for name in files.COLUMNS)
    assert table.schema.metadata[b"version"] == b"prov v1, abc"


def test_a_geopackage_has_the_places_outlines_in_sweref(rows, tmp_path):
    path = tmp_path / "a.gpkg"
    path.write_bytes(files.as_geopackage(rows, SHAPES, ABOUT, words("sv")))
    meta, _, shapes, data = pyogrio.raw.read(path, layer="events")

    assert meta["crs"] == "EPSG:3006"
    assert shapely.from_wkb(shapes[0]).equals(shapely.box(0, 0, 10, 10))
    assert data[list(meta["fields"]).index("count")].tolist()[0] == 12
    assert len(pyogrio.raw.read(path, layer="columns")[3][0]) > len(files.COLUMNS)


def test_a_place_without_an_outline_is_not_drawn(rows, tmp_path):
    path = tmp_path / "a.gpkg"
    path.write_bytes(files.as_geopackage(rows, {}, ABOUT, words("sv")))

    assert len(pyogrio.raw.read(path, layer="events")[2]) == 0


def test_the_package_is_whole_and_the_same_every_time(rows):
    made = files.as_package(rows, ABOUT, words("sv"), language="sv")
    with zipfile.ZipFile(io.BytesIO(made)) as package:
        content = {name: package.read(name) for name in package.namelist()}
    sums = dict(reversed(line.split("  ")) for line in content.pop("SHA256SUMS").decode().splitlines())

    assert sums == {name: hashlib.sha256(data).hexdigest() for name, data in content.items()}
    assert "1 till 4" in content["LAS-MIG.txt"].decode()
    assert made == files.as_package(rows, ABOUT, words("sv"), language="sv")


def test_everything_shown_says_nothing_of_what_is_left_out():
    exact = files.About("Händelser", "Polisen", "intern", "januari 2026", "arbetsgruppen", 0, "prov v1")

    assert len(files.about_lines(exact, words("sv"))) == len(files.about_lines(ABOUT, words("sv"))) - 1
