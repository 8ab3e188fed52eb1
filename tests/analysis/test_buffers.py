"""Rings around a place: their areas, what is taken out, and refusals."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
import shapely
from hypothesis import given, strategies as st

from samsyn.analysis.buffers import buffer_rings
from samsyn.analysis.errors import SettingOutOfRange

SQUARE = [[[0, 0], [100, 0], [100, 100], [0, 100]]]


@given(st.lists(st.floats(1, 500), min_size=1, max_size=4, unique=True).map(sorted))
def test_rings_of_a_square_have_the_area_of_the_formula(distances) -> None:
    if any(b - a < 0.5 for a, b in pairwise(distances)):
        return
    found = buffer_rings(SQUARE, distances)
    inner = 0.0
    for ring, outer in zip(found.rings, distances, strict=True):
        wanted = (400 * (outer - inner) + math.pi * (outer**2 - inner**2)) / 10_000
        assert ring.hectares == pytest.approx(wanted, rel=2e-3)
        inner = outer


def test_rings_do_not_overlap_each_other_or_the_place() -> None:
    found = buffer_rings(SQUARE, [50, 120, 300])
    ground = [shapely.Polygon(SQUARE[0])]
    ground += [shapely.Polygon(one[0], one[1:]) for ring in found.rings for one in ring.polygons]
    for at, first in enumerate(ground):
        for second in ground[:at]:
            assert first.intersection(second).area < 0.1
    assert shapely.union_all(ground).area == pytest.approx(sum(one.area for one in ground), rel=1e-6)


def test_other_places_are_taken_out() -> None:
    neighbour = [[[100, 0], [300, 0], [300, 100], [100, 100]]]
    plain, less = buffer_rings(SQUARE, [50]), buffer_rings(SQUARE, [50], without=[neighbour])
    assert plain.rings[0].hectares - less.rings[0].hectares == pytest.approx(0.5, rel=1e-6)


def test_moving_the_place_moves_the_rings_and_nothing_else() -> None:
    moved = [[[x + 6e5, y + 6.5e6] for x, y in SQUARE[0]]]
    one, two = buffer_rings(SQUARE, [80]), buffer_rings(moved, [80])
    assert two.rings[0].hectares == pytest.approx(one.rings[0].hectares)


@pytest.mark.parametrize(
    ("boundary", "distances", "without"),
    [
        (SQUARE, [], ()),
        (SQUARE, [0], ()),
        (SQUARE, [50, 50], ()),
        (SQUARE, [float("nan")], ()),
        ([[[0, 0], [1, 1]]], [50], ()),
        ([[[0, 0], [9, 9], [9, 0], [0, 9]]], [50], ()),
        ([], [50], ()),
        (SQUARE, [50], ([[[0, 0]]],)),
        (SQUARE, [50], ([[[-99, -99], [999, -99], [999, 999], [-99, 999]]],)),
    ],
)
def test_what_makes_no_ring_is_refused(boundary, distances, without) -> None:
    with pytest.raises(SettingOutOfRange):
        buffer_rings(boundary, distances, without=without)
