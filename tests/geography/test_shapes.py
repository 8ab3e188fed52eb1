"""Areas against the ellipsoid, overlaps that add up, outlines of the country."""

from __future__ import annotations

from itertools import pairwise

import pyproj
import pytest
import shapely
import shapely.affinity
from hypothesis import given, settings, strategies as st

from samsyn import geography
from samsyn.geography.systems import SWEREF_99_TM, WGS_84, project
from tests.geography.drawn_files import SQUARE

WKB = shapely.to_wkb(SQUARE)
GEOD = pyproj.Geod(ellps="GRS80")


@pytest.mark.parametrize(
    ("east", "north"),
    [
        (674_000, 6_580_000),
        (320_000, 6_400_000),
        (917_000, 7_310_000),
        (380_000, 6_170_000),
        (720_000, 7_660_000),
    ],
    ids=["Stockholm", "Göteborg", "Haparanda", "Malmö", "Kiruna"],
)
@pytest.mark.parametrize("side", [100, 1_000, 20_000])
def test_an_area_agrees_with_the_ellipsoid_anywhere_in_sweden(east, north, side):
    shape = shapely.box(east, north, east + side, north + side)
    around = project(shapely.segmentize(shape, side / 20), SWEREF_99_TM, WGS_84)
    truth, _ = GEOD.geometry_area_perimeter(shapely.orient_polygons(around))
    assert geography.area_ha(shapely.to_wkb(shape)) == pytest.approx(truth / 10_000, rel=1e-4)


def test_a_distance_agrees_with_the_ellipsoid():
    one, other = shapely.Point(900_000, 7_310_000), shapely.Point(903_000, 7_314_000)
    ends = [project(point, SWEREF_99_TM, WGS_84) for point in (one, other)]
    _, _, truth = GEOD.inv(ends[0].x, ends[0].y, ends[1].x, ends[1].y)
    assert geography.distance_m(shapely.to_wkb(one), shapely.to_wkb(other)) == pytest.approx(truth, rel=1e-4)


def test_a_box_is_in_metres():
    assert geography.bbox(WKB) == (674_000, 6_580_000, 674_100, 6_580_100)


def test_the_middle_of_a_crescent_lies_inside_it():
    crescent = SQUARE.buffer(500).difference(shapely.affinity.translate(SQUARE, 150).buffer(480))
    lon, lat = geography.centroid_lonlat(shapely.to_wkb(crescent))
    assert crescent.buffer(0.2).covers(project(shapely.Point(lon, lat), WGS_84, SWEREF_99_TM))


def test_areas_that_only_touch_do_not_overlap():
    beside = shapely.box(674_100, 6_580_000, 674_200, 6_580_100)
    assert geography.overlap(WKB, [("beside", shapely.to_wkb(beside))]) == []


def test_no_areas_give_no_overlaps():
    assert geography.overlap(WKB, []) == []


def test_overlaps_come_with_the_largest_share_first_and_their_key():
    most = shapely.box(674_020, 6_580_000, 674_420, 6_580_100)
    rest = shapely.box(673_980, 6_580_000, 674_020, 6_580_100)
    found = geography.overlap(
        WKB, [(("nyko5", "2"), shapely.to_wkb(rest)), (("nyko5", "1"), shapely.to_wkb(most))]
    )
    assert [one.key for one in found] == [("nyko5", "1"), ("nyko5", "2")]
    assert found[0].share_of_place == pytest.approx(0.8)
    assert found[0].share_of_area == pytest.approx(0.2)
    assert found[0].overlap_ha == pytest.approx(0.8, rel=2e-3)


cuts = st.lists(st.integers(1, 99), min_size=1, max_size=6, unique=True).map(sorted)


def _partition(columns: list[int], rows: list[int]) -> list[shapely.Polygon]:
    xs, ys = [0, *columns, 100], [0, *rows, 100]
    return [
        shapely.box(674_000 + a * 30, 6_580_000 + c * 30, 674_000 + b * 30, 6_580_000 + d * 30)
        for a, b in pairwise(xs)
        for c, d in pairwise(ys)
    ]


@given(columns=cuts, rows=cuts)
@settings(max_examples=40, deadline=None)
def test_the_areas_of_a_partition_add_up(columns, rows):
    parts = [shapely.to_wkb(part) for part in _partition(columns, rows)]
    whole = shapely.to_wkb(shapely.box(674_000, 6_580_000, 677_000, 6_583_000))
    assert sum(map(geography.area_ha, parts)) == pytest.approx(geography.area_ha(whole), rel=1e-6)


@given(
    columns=cuts, rows=cuts, x=st.floats(-1_000, 2_900), y=st.floats(-1_000, 2_900), side=st.floats(20, 2_000)
)
@settings(max_examples=40, deadline=None)
def test_the_shares_of_a_place_sum_to_at_most_one(columns, rows, x, y, side):
    place = shapely.box(674_000 + x, 6_580_000 + y, 674_000 + x + side, 6_580_000 + y + side)
    parts = list(enumerate(shapely.to_wkb(part) for part in _partition(columns, rows)))
    found = geography.overlap(shapely.to_wkb(place), parts)
    covered = place.intersection(shapely.box(674_000, 6_580_000, 677_000, 6_583_000)).area / place.area
    assert sum(one.share_of_place for one in found) <= 1 + 1e-9
    assert sum(one.share_of_place for one in found) == pytest.approx(covered, abs=1e-4)


def test_a_shape_for_the_map_is_never_empty_and_has_fewer_corners():
    circle = SQUARE.centroid.buffer(200, quad_segs=64)
    simpler = shapely.from_wkb(geography.simplify_for_map(shapely.to_wkb(circle), 5))
    assert 3 < shapely.get_num_coordinates(simpler) < shapely.get_num_coordinates(circle)
    assert not shapely.from_wkb(geography.simplify_for_map(shapely.to_wkb(circle), 10_000)).is_empty


def test_the_country_has_290_municipalities_in_21_counties():
    assert (len(geography.municipalities()), len(geography.counties())) == (290, 21)
    assert {m.county_code for m in geography.municipalities()} == {c.code for c in geography.counties()}


def test_outlines_have_the_size_they_have_in_reality():
    gotland = next(m for m in geography.municipalities() if m.name == "Gotland")
    assert geography.area_ha(gotland.wkb) == pytest.approx(313_000, rel=0.05)


def test_generalised_outlines_still_share_their_borders():
    shapes = [shapely.from_wkb([m.wkb for m in geography.municipalities(metres)]) for metres in (0, 2_000)]
    gaps = [shapely.length(shapely.coverage_invalid_edges(one)).sum() for one in shapes]
    assert gaps[1] <= gaps[0] < 0.001 * shapely.length(shapes[0]).sum()
    assert shapely.get_num_coordinates(shapes[1]).sum() < 0.8 * shapely.get_num_coordinates(shapes[0]).sum()


def test_a_point_knows_its_municipality_and_the_sea_has_none():
    assert geography.municipality_at(674_000, 6_580_000) == "Stockholm"
    assert geography.municipality_at(780_000, 6_300_000) == ""
