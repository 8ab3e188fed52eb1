"""The map around a scene: what is near, numbered as in the table, and nothing that breaks the drawing."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
import shapely

from samsyn.reports.errors import TextAlternativeMissing
from samsyn.reports.scene_map import MapThing, direction, frame_around, scene_map

SCENE = shapely.box(0, 0, 100, 100)
THINGS = [
    MapThing(1, "scene", '<b>"Torget"', shapely.box(200, 0, 300, 100)),
    MapThing(2, "mandate", "Området", shapely.box(-50, -50, 150, 150)),
    MapThing(3, "stop", "Hållplatsen", shapely.Point(150, 50)),
    MapThing(4, "scene", "Långt bort", shapely.box(9000, 0, 9100, 100)),
]


def drawn(things=THINGS):
    return ET.fromstring(scene_map(SCENE, things, frame_around(SCENE, 250), "Karta"))


def test_each_layer_is_drawn_over_the_scene_and_what_lies_outside_is_not():
    assert [one.get("class") for one in drawn() if one.tag != "text"] == [
        "here", "scene", "mandate", "stop", "axis",
    ]  # fmt: skip


def test_areas_carry_the_numbers_of_the_table():
    assert [one.text for one in drawn() if one.tag == "text"][:2] == ["1", "2"]


def test_a_name_with_signs_of_markup_is_text():
    assert drawn()[1][0].text == '1. <b>"Torget"'


def test_a_scene_with_nothing_around_is_drawn_alone():
    assert [one.get("class") for one in drawn([]) if one.tag == "path"] == ["here", "axis"]


def test_a_map_without_words_is_refused():
    with pytest.raises(TextAlternativeMissing):
        scene_map(SCENE, THINGS, frame_around(SCENE, 250), " ")


def test_an_empty_scene_has_no_frame():
    with pytest.raises(ValueError, match="empty"):
        frame_around(shapely.Polygon(), 10)


@pytest.mark.parametrize(
    ("x", "y", "told"),
    [
        (0, 500, "north"), (500, 500, "north-east"), (500, 50, "east"), (500, -400, "south-east"),
        (50, -500, "south"), (-400, -400, "south-west"), (-500, 50, "west"), (-400, 500, "north-west"),
        (50, 50, ""),
    ],
)  # fmt: skip
def test_where_something_lies_is_told_by_the_compass(x, y, told):
    assert direction(SCENE, shapely.Point(x, y)) == told
