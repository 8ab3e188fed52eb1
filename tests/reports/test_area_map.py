"""A map of areas: classes of values, one shape for each, nothing for those who cannot see it left out."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
import shapely
from hypothesis import given, strategies as st

from samsyn.reports.area_map import SHADES, MapArea, area_map, limits, shade
from samsyn.reports.errors import TextAlternativeMissing

SQUARES = [shapely.to_wkb(shapely.box(x, 0, x + 100, 100)) for x in (0, 100, 200)]


def areas(*values: float | None) -> list[MapArea]:
    return [
        MapArea(f"Område {at}", SQUARES[at], value, "–" if value is None else str(value))
        for at, value in enumerate(values)
    ]


def test_each_area_is_a_shape_with_its_name_and_value():
    drawn = ET.fromstring(area_map(areas(0.0, 3.0, None), "Karta"))

    assert [one.get("class") for one in drawn] == ["shade-0", "shade-1", "hidden"]
    assert [one[0].text for one in drawn] == ["Område 0: 0.0", "Område 1: 3.0", "Område 2: –"]


def test_a_name_with_signs_of_markup_is_text():
    drawn = area_map([MapArea('<b>"&', SQUARES[0], 1.0, "1")], 'Karta "över" <alla>')

    assert ET.fromstring(drawn)[0][0].text == '<b>"&: 1'


def test_a_hole_and_several_parts_are_drawn():
    ring = shapely.box(0, 0, 100, 100).difference(shapely.box(40, 40, 60, 60))
    both = shapely.union_all([ring, shapely.box(200, 0, 300, 100)])
    path = ET.fromstring(area_map([MapArea("a", shapely.to_wkb(both), 1.0, "1")], "Karta"))[0].get("d")

    assert path.count("M") == path.count("Z") == 3


def test_a_map_without_words_is_refused():
    with pytest.raises(TextAlternativeMissing):
        area_map(areas(1.0), " ")


def test_no_areas_make_an_empty_map():
    assert len(ET.fromstring(area_map([], "Karta"))) == 0


@given(st.lists(st.one_of(st.none(), st.integers(0, 500).map(float)), max_size=60))
def test_more_never_gets_a_lighter_shade_and_equal_values_the_same(values):
    upper = limits(values)
    shades = sorted((value, shade(value, upper)) for value in values if value is not None)

    assert list(upper) == sorted(set(upper))
    assert [tone for _, tone in shades] == sorted(tone for _, tone in shades)
    assert all(0 <= tone <= SHADES for _, tone in shades)
    assert all((tone == 0) == (value == 0) for value, tone in shades)


def test_a_negative_count_is_refused():
    with pytest.raises(ValueError, match="negative"):
        limits([-1.0])
