"""Statistical areas: codes as text, joined parts, and no column that nobody asked for."""

from __future__ import annotations

import sqlite3

import pytest
import shapely

from samsyn import geography
from samsyn.geography import errors
from tests.geography.drawn_files import SQUARE, degrees, geojson, zipped

NEXT = shapely.box(674_100, 6_580_000, 674_300, 6_580_100)
FAR = shapely.box(676_000, 6_580_000, 676_100, 6_580_100)
ROWS = [
    {"kod": "010", "namn": "Ål", "agare_personnummer": "hemligt"},
    {"kod": "010", "namn": "Ål", "agare_personnummer": "hemligt"},
    {"kod": "002", "namn": "Ö", "agare_personnummer": "hemligt"},
]
THREE = geojson(degrees(SQUARE), degrees(NEXT), degrees(FAR), rows=ROWS)


def test_areas_with_the_same_code_are_joined_and_come_in_order_of_code():
    areas = geography.read_areas("a.geojson", THREE, code_column="kod", name_column="namn")
    assert [(area.code, area.name, area.n_parts) for area in areas] == [("002", "Ö", 1), ("010", "Ål", 2)]
    assert areas[1].area_ha == pytest.approx(3, rel=2e-3)


def test_the_same_code_twice_is_refused_when_joining_is_declined():
    with pytest.raises(errors.SeveralWithSameCode, match="010"):
        geography.read_areas("a.geojson", THREE, code_column="kod", name_column=None, dissolve=False)


def test_without_a_name_column_the_code_serves():
    areas = geography.read_areas("a.geojson", THREE, code_column="kod", name_column=None)
    assert areas[0].name == "002"


def test_an_unknown_column_names_the_nearest():
    with pytest.raises(errors.UnknownAreaColumn) as refused:
        geography.read_areas("a.geojson", THREE, code_column="kåd", name_column="namn")
    assert refused.value.facts["nearest"] == "kod"


@pytest.mark.parametrize(
    "column", ["agare_personnummer", "Fornamn", "e-post", "pnr", "telefon", "Målsägande"]
)
def test_a_column_about_persons_is_refused_before_the_file_is_opened(column):
    with pytest.raises(errors.PersonColumn):
        geography.read_areas("a.geojson", b"", code_column="kod", name_column=column)


def test_nothing_of_a_column_that_was_not_asked_for_is_kept():
    areas = geography.read_areas("a.geojson", THREE, code_column="kod", name_column="namn")
    assert "hemligt" not in repr(areas)


def test_columns_to_keep_are_handed_on():
    areas = geography.read_areas("a.geojson", THREE, code_column="kod", name_column=None, keep=["namn"])
    assert areas[1].properties == {"namn": "Ål"}


@pytest.mark.parametrize("missing", [None, "", "  "])
def test_an_area_without_code_is_named_by_its_row(missing):
    data = geojson(degrees(SQUARE), degrees(FAR), rows=[{"kod": "1"}, {"kod": missing}])
    with pytest.raises(errors.MissingAreaCode, match="number 2"):
        geography.read_areas("a.geojson", data, code_column="kod", name_column=None)


def test_a_code_stored_as_a_number_is_text_without_decimals(written):
    files = written([SQUARE], 3006, ".gpkg", kod=[101025.0])
    areas = geography.read_areas("a.gpkg", files["plats.gpkg"], code_column="kod", name_column=None)
    assert areas[0].code == "101025"


@pytest.mark.parametrize("suffix", [".gpkg", ".shp"])
def test_swedish_letters_survive_each_format(written, suffix):
    files = written([SQUARE], 3006, suffix, kod=["åäö"], namn=["Hällby Östra"])
    data = files["plats.gpkg"] if suffix == ".gpkg" else zipped(files)
    areas = geography.read_areas("a", data, code_column="kod", name_column="namn")
    assert (areas[0].code, areas[0].name) == ("åäö", "Hällby Östra")


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_swedish_letters_survive_a_shapefile_without_a_code_page(written, encoding):
    files = written([SQUARE], 3006, ".shp", kod=["1"], namn=["Hällby Östra"])
    files["plats.dbf"] = files["plats.dbf"].replace(
        "Hällby Östra".encode(), "Hällby Östra".encode(encoding).ljust(len("Hällby Östra".encode()))
    )
    del files["plats.cpg"]
    areas = geography.read_areas("a.zip", zipped(files), code_column="kod", name_column="namn")
    assert areas[0].name == "Hällby Östra"


def test_a_shapefile_without_its_table_has_no_columns(written):
    files = written([SQUARE], 3006, ".shp", kod=["1"])
    del files["plats.dbf"]
    with pytest.raises(errors.UnknownAreaColumn):
        geography.read_areas("a.zip", zipped(files), code_column="kod", name_column=None)


def test_a_geopackage_with_two_layers_is_asked_about(tmp_path, written):
    data = written([SQUARE], 3006, ".gpkg", kod=["1"])["plats.gpkg"]
    path = tmp_path / "two.gpkg"
    path.write_bytes(data)
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE annan AS SELECT * FROM plats")
        connection.execute(
            "INSERT INTO gpkg_geometry_columns SELECT 'annan', column_name, geometry_type_name, srs_id, z, m "
            "FROM gpkg_geometry_columns"
        )
    connection.close()
    with pytest.raises(errors.SeveralLayers, match="annan, plats"):
        geography.read_areas("a.gpkg", path.read_bytes(), code_column="kod", name_column=None)
    areas = geography.read_areas(
        "a.gpkg", path.read_bytes(), code_column="kod", name_column=None, layer="annan"
    )
    assert len(areas) == 1


def test_a_view_in_a_geopackage_is_not_opened(tmp_path, written):
    path = tmp_path / "view.gpkg"
    path.write_bytes(written([SQUARE], 3006, ".gpkg", kod=["1"])["plats.gpkg"])
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE VIEW vy AS SELECT fid, geom, load_extension('x') AS kod FROM plats")
        connection.execute("UPDATE gpkg_geometry_columns SET table_name = 'vy'")
    connection.close()
    with pytest.raises(errors.NothingThere):
        geography.read_areas("a.gpkg", path.read_bytes(), code_column="kod", name_column=None)


def test_small_areas_of_stockholm_join_to_381_with_the_right_size(reference):
    data = (reference / "data/geo/stockholm_basomraden_2016.geojson").read_bytes()
    areas = {
        area.code: area
        for area in geography.read_areas(
            "basomraden.geojson", data, code_column="basomrade6", name_column="namn", keep=["area_m2"]
        )
    }
    assert len(areas) == 381
    assert sum(area.n_parts for area in areas.values()) == 419
    assert areas["101025"].area_ha == pytest.approx(6.46, abs=0.01)
    assert areas["225012"].area_ha == pytest.approx(56.7, abs=0.1)
    single = [area for area in areas.values() if area.n_parts == 1]
    assert all(
        area.area_ha * 10_000 == pytest.approx(area.properties["area_m2"], rel=0.01) for area in single
    )
