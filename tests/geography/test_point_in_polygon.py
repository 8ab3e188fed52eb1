"""Points into polygons: every point, however placed, gets the answer that shapely gives."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, reject, settings, strategies as st

from samsyn import geography
from samsyn.geography import PolygonIndex, assign_points, errors

SQUARE = shapely.box(0, 0, 2, 2)
NEXT = shapely.box(2, 0, 4, 2)

WAYS = ("linework", "structure")

# Shapes are drawn on a coarse net, where points fall on corners and edges all the time, and then moved:
# SWEREF, far out, where numbers are sparse, and to other sizes.
FRAMES = {
    "as drawn": (1.0, 0.0), "thirds": (1 / 3, 0.1), "SWEREF": (10.1, 6_580_000.3), "tiny": (1e-9, 674_000.0),
    "far out": (4.0, 2.0**54), "large": (1e90, 0.0), "small": (1e-60, 0.0), "degrees": (1e-4, 18.06),
}  # fmt: skip


@st.composite
def rings(draw, least=3, most=9):
    corner = st.tuples(st.integers(0, 12), st.integers(0, 12))
    corners = draw(st.lists(corner, min_size=least, max_size=most))
    if draw(st.booleans()):
        # Around the middle, so that most are valid.
        corners.sort(key=lambda corner: math.atan2(corner[1] - 6.1, corner[0] - 6.3))
    if draw(st.booleans()):
        corners.insert(1, corners[0])  # the same corner twice
    if draw(st.booleans()):
        corners[2:2] = [(12, corners[0][1]), corners[1]]  # a spike, or an edge there and back
    return corners


def usable(shape):
    """Return whether a moved shape is still valid; moving can make corners meet."""
    try:
        PolygonIndex.build([shape])
    except errors.NotPolygons:
        return False
    return True


@st.composite
def scenes(draw):
    """Return valid polygons with holes and parts that touch and overlap, and points where they hurt."""
    scale, shift = FRAMES[draw(st.sampled_from(sorted(FRAMES)))]
    shapes = []
    for _shape in range(draw(st.integers(1, 4))):
        parts = []
        for _part in range(draw(st.integers(1, 2))):
            parts.append(shapely.Polygon(draw(rings()), draw(st.lists(rings(most=5), max_size=2))))
        try:
            drawn = shapely.make_valid(shapely.MultiPolygon(parts), method=draw(st.sampled_from(WAYS)))
        except shapely.errors.GEOSException:  # flattened beyond what GEOS can mend
            reject()
        areas = [part for part in shapely.get_parts(drawn) if part.geom_type == "Polygon"]
        drawn = areas[0] if len(areas) == 1 else shapely.MultiPolygon(areas)
        shapes.append(shapely.transform(drawn, lambda corners: corners * scale + shift))
    shapes = [shape for shape in shapes if usable(shape)]
    shapes += draw(
        st.sampled_from(
            [
                [],
                [None],
                [shapely.Polygon()],
                shapes[:1],
                [shapely.box(*[shift] * 2, *[shift + 7 * scale] * 2)],
            ]
        )
    )
    shapes = draw(st.permutations(shapes))
    corners = np.concatenate([[(shift, shift)], shapely.get_coordinates([s for s in shapes if s])])
    share = draw(st.lists(st.floats(0, 1), min_size=2, max_size=4))
    along = [a + part * (b - a) for a, b in itertools.pairwise(corners) for part in (0.5, *share)]
    anywhere = draw(st.lists(st.tuples(*[st.floats(-1, 13)] * 2), min_size=1, max_size=20))
    points = np.concatenate([corners, np.reshape(along, (-1, 2)), np.array(anywhere) * scale + shift])
    beside = [np.nextafter(points, way) for way in (-math.inf, math.inf)]
    turned = np.column_stack([beside[0][:, 0], points[:, 1]])
    odd = [(math.nan, 0.0), (0.0, math.nan), (math.inf, 0.0), (-math.inf, math.inf)]
    everything = np.concatenate([points, *beside, turned, odd])
    return shapes, everything[:, 0], everything[:, 1]


def judged(x, y, polygons, predicate):
    """Return the first polygon of which shapely's predicate is true, one point and polygon at a time."""
    with np.errstate(all="ignore"):
        return [
            next((at for at, shape in enumerate(polygons) if shape and predicate(shape, point)), -1)
            for point in shapely.points(x, y)
        ]


@pytest.mark.parametrize(
    ("rule", "predicate"),
    [("covers", shapely.covers), ("covers", shapely.intersects), ("contains", shapely.contains)],
)
@settings(max_examples=60, deadline=None)
@given(scene=scenes())
def test_every_point_gets_the_answer_of_shapely(rule, predicate, scene):
    shapes, x, y = scene
    index = PolygonIndex.build(shapes)

    expected = judged(x, y, shapes, predicate)

    assert index.assign(x, y, rule=rule, compiled=False).tolist() == expected
    assert index.assign(x, y, rule=rule, compiled=True).tolist() == expected


def crooked_areas(side: int, seed: int = 1, shift: float = 0.0) -> list[shapely.Polygon]:
    """Return side × side areas whose shared borders have the very same corners."""
    generator = np.random.default_rng(seed)
    t = np.linspace(0, 1, 8)
    knots = np.stack(np.meshgrid(range(side + 1), range(side + 1), indexing="ij"), -1) * 100.0
    knots += generator.uniform(-12, 12, knots.shape) + shift

    def line(a, b):
        bend = generator.uniform(-6, 6, t.size) * np.minimum(1, 2 * np.minimum(t, 1 - t))
        corners = a + np.outer(t, b - a) + np.outer(bend, [b[1] - a[1], a[0] - b[0]]) / 100
        corners[-1] = b  # which a + (b − a) need not be
        return corners

    across = [[line(knots[i, j], knots[i + 1, j]) for j in range(side + 1)] for i in range(side)]
    up = [[line(knots[i, j], knots[i, j + 1]) for j in range(side)] for i in range(side + 1)]
    return [
        shapely.Polygon(np.concatenate([across[i][j], up[i + 1][j], across[i][j + 1][::-1], up[i][j][::-1]]))
        for i in range(side)
        for j in range(side)
    ]


@pytest.mark.parametrize("shift", [0.0, 6_580_000.0])
def test_many_points_among_crooked_neighbours_agree_with_shapely(shift):
    areas = crooked_areas(12, shift=shift)
    generator = np.random.default_rng(2)
    corners = shapely.get_coordinates(areas)
    middles = (corners[1:] + corners[:-1]) / 2
    x, y = np.concatenate(
        [generator.uniform(shift - 50, shift + 1250, (60_000, 2)), corners, middles, np.nextafter(middles, 0)]
    ).T
    index = PolygonIndex.build(areas)

    found = index.assign(x, y)

    assert np.array_equal(found, index.assign(x, y, compiled=False))
    assert len(np.unique(found)) == 145


def test_every_corner_of_a_shared_border_belongs_to_the_first_area():
    areas = crooked_areas(4)
    for at, area in enumerate(areas):
        x, y = shapely.get_coordinates(area).T
        assert (PolygonIndex.build(areas).assign(x, y, compiled=True) <= at).all()


def test_the_number_of_threads_and_the_size_of_the_portions_change_nothing():
    index = PolygonIndex.build(crooked_areas(5), compiled=True)
    x, y = np.random.default_rng(3).uniform(0, 500, (2, 600_000))

    alone, together = index.assign(x, y, threads=1), index.assign(x, y, threads=4)

    assert np.array_equal(alone, together)
    assert np.array_equal(alone[250_000:260_000], index.assign(x[250_000:260_000], y[250_000:260_000]))


@pytest.mark.parametrize(
    ("point", "covers", "contains"),
    [((1, 1), 0, 0), ((2, 1), 0, -1), ((0, 0), 0, -1), ((3, 2), 1, -1), ((5, 1), -1, -1)],
)
@pytest.mark.parametrize("compiled", [False, True])
def test_a_point_on_a_shared_border_belongs_to_the_first_or_to_neither(point, covers, contains, compiled):
    index = PolygonIndex.build([SQUARE, NEXT])
    x, y = [point[0]], [point[1]]

    assert index.assign(x, y, compiled=compiled).tolist() == [covers]
    assert index.assign(x, y, rule="contains", compiled=compiled).tolist() == [contains]


def test_a_later_area_behind_an_earlier_one_never_wins():
    areas = [
        shapely.box(1, 1, 2, 2),
        shapely.box(0, 0, 9, 9),
        shapely.box(0, 0, 9, 9),
        shapely.box(5, 5, 20, 20),
    ]
    x = y = np.array([1.5, 0.5, 8.0, 12.0, 30.0])

    assert PolygonIndex.build(areas).assign(x, y, compiled=True).tolist() == [0, 1, 1, 3, -1]


def test_wkb_and_whole_numbers_do_as_well():
    found = assign_points(np.array([1, 3, 7]), np.array([1, 1, 1]), [SQUARE.wkb, NEXT.wkb])

    assert found.dtype == np.int32
    assert found.tolist() == [0, 1, -1]


def test_no_polygons_and_no_points_are_answers_too():
    assert assign_points([1.0], [1.0], []).tolist() == [-1]
    assert assign_points([], [], [SQUARE]).tolist() == []
    assert PolygonIndex.build([None, shapely.Polygon()]).assign([0.0], [0.0], compiled=True).tolist() == [-1]


@pytest.mark.parametrize(
    ("shapes", "position"),
    [([SQUARE, shapely.Point(0, 0)], 2), ([SQUARE, "torg"], 2), ([shapely.LineString([(0, 0), (1, 1)])], 1)],
)
def test_what_has_no_inside_is_refused_by_its_place_in_the_list(shapes, position):
    with pytest.raises(errors.NotPolygons) as refused:
        PolygonIndex.build(shapes)
    assert refused.value.facts["position"] == position


def test_an_outline_that_crosses_itself_is_refused():
    with pytest.raises(errors.NotPolygons, match="Self-intersection"):
        PolygonIndex.build([SQUARE, shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])])


def test_a_corner_that_is_not_a_number_is_refused():
    with pytest.raises(errors.NotPolygons, match="inf"):
        PolygonIndex.build([shapely.Polygon([(0, 0), (1, math.inf), (2, 0)])])


def test_unlike_lists_of_east_and_north_are_refused():
    with pytest.raises(errors.UnlikePoints):
        assign_points([1.0, 2.0], [1.0], [SQUARE])


def test_areas_that_somebody_has_prepared_stay_prepared():
    shapely.prepare(SQUARE)
    assign_points([1.0], [1.0], [SQUARE, NEXT])
    assert shapely.is_prepared(SQUARE)
    assert not shapely.is_prepared(NEXT)


def test_every_event_of_st_louis_has_the_area_that_shapely_says(reference):
    frame = pd.read_parquet(reference / "data/events/stlouis_2008_2014.parquet")
    x, y = (frame[name].to_numpy(float) for name in ("x", "y"))
    x, y = x[::7], y[::7]
    low, high = np.nanmin([x, y], axis=1), np.nanmax([x, y], axis=1)
    areas = [
        shapely.transform(area, lambda corners: low + corners / 1000 * (high - low))
        for area in crooked_areas(10)
    ]
    index = PolygonIndex.build(areas)

    assert np.array_equal(index.assign(x, y, compiled=True), index.assign(x, y, compiled=False))


def test_points_all_over_the_base_areas_of_stockholm_agree_with_shapely(reference):
    data = (reference / "data/geo/stockholm_basomraden_2016.geojson").read_bytes()
    areas = geography.read_areas("bas.geojson", data, code_column="basomrade6", name_column=None)
    index = PolygonIndex.build([area.wkb for area in areas])
    corners = shapely.get_coordinates(index.polygons)
    anywhere = np.random.default_rng(4).uniform(corners.min(axis=0), corners.max(axis=0), (60_000, 2))
    x, y = np.concatenate([anywhere, corners, (corners[1:] + corners[:-1]) / 2]).T

    found = index.assign(x, y, compiled=True)

    assert np.array_equal(found, index.assign(x, y, compiled=False))
    assert len(areas) == 381
