"""A boundary is read as it is, or refused with what was found and the mend."""

from __future__ import annotations

import contextlib
import json
import math
import warnings
from dataclasses import asdict

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given, settings, strategies as st

from samsyn import geography
from samsyn.geography import errors
from samsyn.geography.systems import LOCAL_ZONES, SWEREF_99_TM, WGS_84, project
from tests.geography.drawn_files import SQUARE, degrees, geojson, zipped

OFFSET = np.array([674_000, 6_580_000])


def test_a_geojson_in_degrees_is_read_as_wgs_84():
    read = geography.read_boundary("torg.geojson", geojson(degrees(SQUARE)))
    assert (read.crs_found, read.crs_origin, read.feature_count, read.warnings) == (4326, "format", 1, ())
    assert shapely.from_wkb(read.wkb_3006).symmetric_difference(SQUARE).area < 0.01


def test_a_geojson_that_names_its_system_is_read_in_it():
    data = geojson(SQUARE, crs="urn:ogc:def:crs:EPSG::3006")
    read = geography.read_boundary("torg.geojson", data)
    assert (read.crs_found, read.crs_origin) == (3006, "file")


@pytest.mark.parametrize("epsg", [SWEREF_99_TM, *LOCAL_ZONES])
def test_a_shapefile_in_each_system_comes_to_the_same_ground(written, epsg):
    east = 500_000 if epsg == SWEREF_99_TM else 150_000
    drawn = shapely.box(east, 6_600_000, east + 200, 6_600_300)
    if epsg in (3016, 3017, 3018):  # zones of the north: further south they are at sea
        drawn = shapely.box(east, 7_450_000, east + 200, 7_450_300)
    read = geography.read_boundary("plats.zip", zipped(written([drawn], epsg, ".shp", namn=["x"])))
    geodesic, _ = pyproj.Geod(ellps="GRS80").geometry_area_perimeter(
        shapely.orient_polygons(project(drawn, epsg, WGS_84))
    )
    assert read.crs_found == epsg
    assert read.area_ha == pytest.approx(abs(geodesic) / 10_000, rel=1e-3)


def test_a_geopackage_is_read_with_its_system(written):
    data = written([SQUARE], 3006, ".gpkg", kod=["1"])["plats.gpkg"]
    read = geography.read_boundary("plats.gpkg", data)
    assert (read.crs_found, read.crs_origin) == (3006, "file")
    assert shapely.from_wkb(read.wkb_3006).equals(SQUARE)


def test_a_loose_shapefile_without_label_is_recognised_when_one_system_fits(written):
    data = written([SQUARE], 3006, ".shp", kod=["1"])["plats.shp"]
    read = geography.read_boundary("plats.shp", data)
    assert (read.crs_found, read.crs_origin) == (3006, "detected")
    assert [remark.code for remark in read.warnings] == ["system_detected"]


def test_a_shapefile_without_label_in_a_local_zone_is_asked_about(written):
    local = project(SQUARE, 3006, 3011)
    data = written([local], 3011, ".shp", kod=["1"])["plats.shp"]
    with pytest.raises(errors.SystemAsked, match=r"SWEREF 99 18 00 \(EPSG:3011\): Stockholm"):
        geography.read_boundary("plats.shp", data)


def test_the_answer_to_the_question_is_used(written):
    local = project(SQUARE, 3006, 3011)
    data = written([local], 3011, ".shp", kod=["1"])["plats.shp"]
    read = geography.read_boundary("plats.shp", data, declared_crs="EPSG:3011")
    assert read.crs_origin == "declared"
    assert shapely.from_wkb(read.wkb_3006).symmetric_difference(SQUARE).area < 0.01


def test_loose_files_can_be_bundled(written):
    files = written([project(SQUARE, 3006, 3011)], 3011, ".shp", kod=["1"])
    assert geography.read_boundary("plats.zip", geography.bundle(files)).crs_found == 3011


def test_a_label_from_an_older_program_is_recognised_by_its_parameters(written):
    files = written([project(SQUARE, 3006, 3011)], 3011, ".shp", kod=["1"])
    files["plats.prj"] = (
        b'PROJCS["SWEREF99_1800_local",GEOGCS["GCS_SWEREF99",DATUM["D_SWEREF99",SPHEROID["GRS_1980",'
        b'6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],'
        b'PROJECTION["Transverse_Mercator"],PARAMETER["False_Easting",150000.0],'
        b'PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",18.0],'
        b'PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
    )
    assert geography.read_boundary("plats.zip", zipped(files)).crs_found == 3011


METRES = geojson(SQUARE)
TURNED_DEGREES = geojson(shapely.transform(degrees(SQUARE), lambda p: p[:, ::-1]))
TURNED_METRES = geojson(shapely.transform(SQUARE, lambda p: p[:, ::-1]), crs="EPSG:3006")
PARIS = geojson(shapely.box(2.35, 48.85, 2.36, 48.86))
LABEL_3011_IN_DEGREES = geojson(degrees(SQUARE), crs="EPSG:3011")
LABEL_3011_IN_TM = geojson(SQUARE, crs="EPSG:3011")
RT90 = geojson(SQUARE, crs="EPSG:3021")
NO_SYSTEM = geojson(SQUARE, crs="mitt eget")


@pytest.mark.parametrize(
    ("data", "error", "says"),
    [
        (METRES, errors.SystemContradicted, "They would fit: SWEREF 99 TM"),
        (LABEL_3011_IN_DEGREES, errors.SystemContradicted, "They would fit: WGS 84"),
        (LABEL_3011_IN_TM, errors.SystemContradicted, "SWEREF 99 TM"),
        (TURNED_DEGREES, errors.SwappedAxes, "WGS 84"),
        (TURNED_METRES, errors.SwappedAxes, "SWEREF 99 TM"),
        (PARIS, errors.OutsideSweden, "2.36, 48.85"),
        (RT90, errors.UnknownSystem, "3021"),
        (NO_SYSTEM, errors.UnknownSystem, "mitt eget"),
    ],
    ids=["metres", "3011 in degrees", "3011 in TM", "turned", "turned metres", "Paris", "RT 90", "own"],
)
def test_coordinates_that_contradict_their_label_are_refused_with_what_was_found(data, error, says):
    with pytest.raises(error) as refused:
        geography.read_boundary("torg.geojson", data)
    assert says in str(refused.value)


def test_a_chosen_system_goes_before_the_label_and_is_remarked():
    read = geography.read_boundary("t.geojson", LABEL_3011_IN_TM, declared_crs=3006)
    assert [remark.code for remark in read.warnings] == ["label_overruled"]


def test_a_chosen_system_is_tried_against_the_coordinates_too():
    with pytest.raises(errors.SystemContradicted):
        geography.read_boundary("t.geojson", geojson(degrees(SQUARE)), declared_crs=3006)


def test_heights_are_dropped_with_a_remark():
    read = geography.read_boundary("t.geojson", geojson(shapely.force_3d(degrees(SQUARE), 12.0)))
    assert not shapely.from_wkb(read.wkb_3006).has_z
    assert [remark.code for remark in read.warnings] == ["z_dropped"]


@pytest.mark.parametrize(
    "shape",
    [
        shapely.Point(18, 59.3),
        shapely.LineString([(18, 59.3), (18.1, 59.3)]),
        shapely.GeometryCollection([degrees(SQUARE), shapely.Point(18, 59.3)]),
    ],
    ids=lambda shape: shape.geom_type,
)
def test_lines_and_points_are_refused(shape):
    with pytest.raises(errors.NotAnArea):
        geography.read_boundary("t.geojson", geojson(shape))


def test_a_collection_of_areas_is_an_area():
    far = shapely.box(674_200, 6_580_000, 674_300, 6_580_100)
    shape = shapely.GeometryCollection([degrees(SQUARE), degrees(far)])
    assert geography.read_boundary("t.geojson", geojson(shape)).area_ha == pytest.approx(2, rel=2e-3)


def test_a_bow_tie_is_refused_with_the_place_of_the_crossing():
    tie = shapely.Polygon([(0, 0), (100, 100), (100, 0), (0, 100)])
    tie = shapely.transform(tie, lambda p: p + OFFSET)
    with pytest.raises(errors.InvalidRing, match=r"59\.\d{5}, 18\.\d{5}"):
        geography.read_boundary("t.geojson", geojson(degrees(tie)))


def test_a_spike_without_area_is_mended_with_a_remark():
    ring = [(0, 0), (100, 0), (100, 50), (150, 50), (100, 50), (100, 100), (0, 100)]
    spike = shapely.transform(shapely.Polygon(ring), lambda p: p + OFFSET)
    read = geography.read_boundary("t.geojson", geojson(spike, crs="EPSG:3006"))
    assert [remark.code for remark in read.warnings] == ["ring_repaired"]
    assert read.area_ha == pytest.approx(geography.area_ha(shapely.to_wkb(SQUARE)), rel=1e-9)
    assert shapely.from_wkb(read.wkb_3006).is_valid


def test_every_remark_has_a_sentence_that_its_facts_fill():
    ring = [(0, 0), (100, 0), (100, 50), (150, 50), (100, 50), (100, 100), (0, 100)]
    spike = shapely.transform(shapely.Polygon(ring), lambda p: p + OFFSET)
    far = shapely.box(674_200, 6_580_000, 674_300, 6_580_100)
    data = geojson(shapely.force_3d(spike, 1.0), far, crs="EPSG:3011")
    content = json.loads(data)
    content["features"].append({"type": "Feature", "properties": {}, "geometry": None})
    read = geography.read_boundary(
        "t.geojson", json.dumps(content).encode(), declared_crs=3006, dissolve=True
    )
    assert {remark.code for remark in read.warnings} == {
        "z_dropped", "features_without_shape", "label_overruled", "ring_repaired", "features_joined",
    }  # fmt: skip
    assert all("%(" not in remark.template % remark.facts for remark in read.warnings)


TWO = geojson(degrees(SQUARE), degrees(shapely.box(674_100, 6_580_000, 674_300, 6_580_100)))


def test_several_areas_are_listed_and_asked_about():
    with pytest.raises(errors.SeveralFeatures) as asked:
        geography.read_boundary("t.geojson", TWO)
    assert asked.value.facts["count"] == 2
    assert "2: 2.00 ha" in asked.value.facts["listing"]


def test_one_of_several_areas_can_be_chosen():
    assert geography.read_boundary("t.geojson", TWO, feature=2).area_ha == pytest.approx(2, rel=2e-3)


def test_a_number_beyond_the_list_is_asked_about_again():
    with pytest.raises(errors.SeveralFeatures):
        geography.read_boundary("t.geojson", TWO, feature=3)


def test_several_areas_can_be_joined():
    read = geography.read_boundary("t.geojson", TWO, dissolve=True)
    assert read.area_ha == pytest.approx(3, rel=2e-3)
    assert shapely.from_wkb(read.wkb_3006).geom_type == "Polygon"


def _circle(corners: int, radius: float) -> shapely.Polygon:
    return shapely.Polygon(
        [
            (
                674_000 + radius * math.cos(2 * math.pi * i / corners),
                6_580_000 + radius * math.sin(2 * math.pi * i / corners),
            )
            for i in range(corners)
        ]
    )


@pytest.mark.parametrize(
    ("shape", "error"),
    [
        (shapely.box(670_000, 6_576_000, 678_000, 6_584_000), errors.AreaTooLarge),
        (shapely.box(674_000, 6_580_000, 674_009, 6_580_009), errors.AreaTooSmall),
        (_circle(20_001, 500), errors.TooManyCorners),
    ],
    ids=["large", "small", "corners"],
)
def test_a_boundary_has_a_size(shape, error):
    with pytest.raises(error):
        geography.read_boundary("t.geojson", geojson(shape, crs="EPSG:3006"))


@pytest.mark.parametrize(
    "data",
    [
        b"", b"hej", b"{", b"{}", b"[]", b'{"type": "Topology"}', b'{"type": "Polygon"}',
        b"PK\x03\x04rubbish",
        b"SQLite format 3\x00" + b"\x00" * 200, b"\x00\x00\x27\x0a" + b"\x00" * 20,
        b"<OGRVRTDataSource><OGRVRTLayer name='x'><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer>",
        b'{"type": "Polygon", "coordinates": [[["a", "b"]]]}',
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["t.geojson", "t.shp", "t.gpkg", "t.zip", "/vsicurl/http://x/t.geojson", ""])
def test_rubbish_is_refused_by_name_whatever_it_is_called(data, name):
    with pytest.raises(errors.UnreadableFile):
        geography.read_boundary(name, data)


def test_a_file_without_areas_says_so():
    with pytest.raises(errors.NothingThere):
        geography.read_boundary("t.geojson", b'{"type": "FeatureCollection", "features": []}')


def test_a_drawing_passes_the_same_tests_as_a_file():
    with pytest.raises(errors.SwappedAxes):
        geography.from_geojson_geometry(json.loads(TURNED_DEGREES)["features"][0]["geometry"])


def test_a_drawing_may_be_a_feature():
    feature = json.loads(geojson(degrees(SQUARE)))["features"][0]
    assert geography.area_ha(geography.from_geojson_geometry(feature)) == pytest.approx(1, rel=2e-3)


@pytest.mark.parametrize(
    "drawing", [{"a": 1}, {"type": "Polygon"}, {"type": "Polygon", "coordinates": [[[18, 59]]]}]
)
def test_a_drawing_that_is_none_is_refused(drawing):
    with pytest.raises(errors.UnreadableFile):
        geography.from_geojson_geometry(drawing)


@given(
    east=st.floats(330_000, 870_000),
    north=st.floats(6_500_000, 7_000_000),
    width=st.floats(15, 3_000),
    height=st.floats(15, 3_000),
)
@settings(max_examples=40, deadline=None)
def test_a_boundary_goes_to_the_map_and_back_within_a_decimetre(east, north, width, height):
    shape = shapely.box(east, north, east + width, north + height)
    wkb = shapely.to_wkb(shape)
    if not _in_sweden(shape):
        return
    back = shapely.from_wkb(geography.from_geojson_geometry(geography.to_geojson(wkb)))
    assert shapely.hausdorff_distance(back, shape) < 0.15


def _in_sweden(shape: shapely.Geometry) -> bool:
    from samsyn.geography.systems import lies_in_sweden

    return lies_in_sweden(3006, shapely.get_coordinates(shape))


@given(st.binary(max_size=300), st.sampled_from(["a.zip", "a.shp", "a.gpkg", "a.geojson"]), st.integers(0, 3))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_read_or_refused_never_worse(noise, name, magic):
    data = [b"", b"PK\x03\x04", b"\x00\x00\x27\x0a", b"SQLite format 3\x00"][magic] + noise
    with pytest.raises(errors.GeographyError):
        geography.read_boundary(name, data)


def test_a_result_can_be_kept_as_plain_values():
    read = geography.read_boundary("torg.geojson", geojson(degrees(SQUARE)))
    assert set(asdict(read)) == {
        "wkb_3006", "crs_found", "crs_origin", "feature_count", "area_ha", "warnings",
    }  # fmt: skip


def test_the_districts_of_a_real_file_in_a_local_zone_are_listed(reference):
    data = (reference / "data/geo/stockholm_stadsdelar_2021_shp_epsg3011.zip").read_bytes()
    with pytest.raises(errors.SeveralFeatures) as asked:
        geography.read_boundary("stadsdelar.zip", data)
    assert asked.value.facts["count"] == 117
    assert geography.read_boundary("stadsdelar.zip", data, feature=3).crs_found == 3011


@pytest.mark.parametrize("suffix", [".shp", ".gpkg"])
def test_a_file_damaged_anywhere_is_read_or_refused_never_worse(written, suffix):
    files = written([SQUARE, SQUARE.buffer(40)], 3006, suffix, kod=["1", "2"])
    rng = np.random.default_rng(5)
    for _ in range(150):
        damaged = dict(files)
        name = str(rng.choice([name for name in files if not name.endswith(".cpg")]))
        data = bytearray(damaged[name])
        for at in rng.integers(0, len(data), 12):
            data[at] = int(rng.integers(256))
        damaged[name] = bytes(data)
        packed = zipped(damaged)
        with contextlib.suppress(errors.GeographyError), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # GDAL says what it thinks of the file
            areas = geography.read_areas("a.zip", packed, code_column="kod", name_column=None)
            assert all(shapely.from_wkb(area.wkb).is_valid for area in areas)


@pytest.mark.parametrize("number", ["1e999", "NaN", "1" + "0" * 400, "null", '"18"', "[]"])
def test_a_coordinate_that_is_no_number_is_refused(number):
    ring = f"[[18, 59.3], [18.01, 59.3], [18.01, {number}], [18, 59.3]]"
    with pytest.raises(errors.GeographyError):
        geography.read_boundary("t.geojson", b'{"type": "Polygon", "coordinates": [%s]}' % ring.encode())
