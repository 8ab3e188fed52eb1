"""A place is drawn, typed or uploaded; its boundary is replaced; two people change it at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

from .reading import Reader, Readers

CORNERS = "18.0630 59.3320\n18.0660 59.3320\n18.0660 59.3335\n18.0630 59.3335"
SQUARE = {
    "type": "Polygon",
    "coordinates": [
        [[18.063, 59.332], [18.066, 59.332], [18.066, 59.3335], [18.063, 59.3335], [18.063, 59.332]]
    ],
}


def given_a_form_for_a_new_place(reader: Reader) -> str:
    name = f"Provtorget {uuid4().hex[:6]}"
    reader.open("/stockholm/platser/ny/")
    reader.page.locator("#id_name").fill(name)
    reader.page.locator("#id_police_owner").select_option(index=1)
    reader.page.locator("#id_municipal_owner").select_option(index=1)
    return name


def when_it_is_saved(reader: Reader) -> None:
    with reader.page.expect_navigation():
        reader.press("Save")


def then_the_place_stands_in_the_register(reader: Reader, name: str) -> None:
    assert reader.page.locator("h1").inner_text() == name, reader.page.locator("main").inner_text()[:600]
    reader.open("/stockholm/platser/")
    assert name in reader.page.locator("table.records").inner_text()


def map_of(reader: Reader) -> object:
    box = reader.page.locator("[data-map][data-state=ready]")
    box.wait_for()
    box.scroll_into_view_if_needed()
    return box


def test_a_coordinator_draws_a_place_with_the_mouse(readers: Readers) -> None:
    reader = readers.get("samordnare")
    name = given_a_form_for_a_new_place(reader)
    when_four_corners_are_clicked_on_the_map(reader)
    then_the_list_has_the_corners_and_the_map_says_the_size(reader, 4)
    when_it_is_saved(reader)
    then_the_place_stands_in_the_register(reader, name)


def when_four_corners_are_clicked_on_the_map(reader: Reader) -> None:
    map_of(reader)
    closer = reader.page.locator(".maplibregl-ctrl-zoom-in")
    for _ in range(4):
        closer.click()
    canvas = reader.page.locator(".maplibregl-canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    for dx, dy in ((-90, -70), (90, -70), (90, 70), (-90, 70), (-90, -70)):
        reader.page.mouse.move(middle[0] + dx, middle[1] + dy, steps=4)
        reader.page.mouse.click(middle[0] + dx, middle[1] + dy)


def then_the_list_has_the_corners_and_the_map_says_the_size(reader: Reader, number: int) -> None:
    reader.page.locator("[data-map-status]", has_text="ektar").wait_for()
    assert len(reader.page.locator("#id_corners").input_value().split("\n")) == number
    assert json.loads(reader.page.locator("#id_drawn").input_value())["type"] == "Polygon"


def test_a_place_is_drawn_with_the_keyboard_alone(readers: Readers) -> None:
    reader = readers.get("samordnare")
    name = given_a_form_for_a_new_place(reader)
    map_of(reader)
    keys = reader.page.keyboard
    reader.page.locator('[data-draw-mode="select"]').press("Enter")
    reader.page.locator(".maplibregl-canvas").focus()
    for _ in range(4):
        keys.press("+")
    for moves in (["ArrowRight"], ["ArrowDown"], ["ArrowLeft"]):
        keys.press("Enter")
        for move in moves:
            keys.press(move)
    keys.press("Enter")
    then_the_list_has_the_corners_and_the_map_says_the_size(reader, 4)
    when_it_is_saved(reader)
    then_the_place_stands_in_the_register(reader, name)


def test_corners_that_are_typed_are_drawn_on_the_map(readers: Readers) -> None:
    reader = readers.get("samordnare")
    name = given_a_form_for_a_new_place(reader)
    map_of(reader)
    reader.page.locator("#id_corners").fill(CORNERS)
    then_the_list_has_the_corners_and_the_map_says_the_size(reader, 4)
    when_it_is_saved(reader)
    then_the_place_stands_in_the_register(reader, name)


def test_a_line_that_is_no_corner_is_told_with_its_number(readers: Readers) -> None:
    reader = readers.get("samordnare")
    given_a_form_for_a_new_place(reader)
    map_of(reader)
    reader.page.locator("#id_corners").fill("18.0630 59.3320\nhär\n18.0660 59.3335")
    reader.page.locator("[data-map-status]", has_text="2").wait_for()
    assert reader.page.locator("#id_corners").get_attribute("aria-invalid") == "true"
    assert reader.page.locator("#id_drawn").input_value() == ""


def test_an_uploaded_file_becomes_the_boundary(readers: Readers, tmp_path: Path) -> None:
    reader = readers.get("samordnare")
    name = given_a_form_for_a_new_place(reader)
    file = tmp_path / "grans.geojson"
    file.write_text(json.dumps(SQUARE), encoding="utf-8")
    reader.page.locator("#id_file").set_input_files(file)
    when_it_is_saved(reader)
    then_the_place_stands_in_the_register(reader, name)


def test_a_file_whose_numbers_contradict_its_system_is_refused_with_the_reason(
    readers: Readers, tmp_path: Path
) -> None:
    reader = readers.get("samordnare")
    given_a_form_for_a_new_place(reader)
    file = tmp_path / "grans.geojson"
    # Degrees, said to be metres in SWEREF 99 TM.
    said = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3006"}}
    feature = {"type": "Feature", "properties": {}, "geometry": SQUARE}
    file.write_text(
        json.dumps({"type": "FeatureCollection", "crs": {**said}, "features": [feature]}), encoding="utf-8"
    )
    reader.page.locator("#id_file").set_input_files(file)
    when_it_is_saved(reader)
    told = reader.page.locator(".error-summary").last.inner_text()
    assert "SWEREF" in told or "grans.geojson" in told
    assert reader.page.locator("#id_name").input_value().startswith("Provtorget")


def test_a_new_boundary_replaces_the_old_one_which_is_kept_with_its_dates(readers: Readers) -> None:
    reader = readers.get("samordnare")
    name = given_a_form_for_a_new_place(reader)
    reader.page.locator("#id_valid_from").fill("2024-01-01")
    reader.page.locator("#id_corners").fill(CORNERS)
    when_it_is_saved(reader)
    reader.follow("New boundary")
    reader.page.locator("#id_corners").fill(CORNERS.replace("18.0660", "18.0670"))
    reader.page.locator("#id_valid_from").fill("2026-01-01")
    reader.page.locator("#id_reason").fill("Gångtunneln räknas in")
    when_it_is_saved(reader)
    kept = reader.page.locator("table", has_text="2024-01-01").inner_text()
    assert reader.page.locator("h1").inner_text() == name
    assert "2026-01-01" in kept
    assert "Gångtunneln räknas in" in kept


def test_when_two_people_change_a_place_both_versions_are_shown_and_nothing_is_lost(readers: Readers) -> None:
    first, second = readers.get("samordnare"), readers.get("kommunpolis")
    path = "/stockholm/platser/hasselby-torg/andra/"
    assert first.open(path).status == 200
    assert second.open(path).status == 200
    first.page.locator("#id_alias").fill("Torget i Hässelby")
    when_it_is_saved(first)
    second.page.locator("#id_alias").fill("Hässelbyplan")
    when_it_is_saved(second)
    shown = second.page.locator("table.diff").inner_text()
    assert "Torget i Hässelby" in shown
    assert "Hässelbyplan" in shown
    assert second.page.locator("#id_alias").input_value() == "Hässelbyplan"
    when_it_is_saved(second)
    assert "Hässelbyplan" in second.text()


def test_leaving_a_form_with_changes_is_asked_about(readers: Readers) -> None:
    reader = readers.fresh("samordnare")
    given_a_form_for_a_new_place(reader)
    asked: list[str] = []

    def stay(dialog: object) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    reader.page.on("dialog", stay)
    reader.page.locator(".mainnav a").first.click(no_wait_after=True)
    reader.page.wait_for_event("dialog") if not asked else None
    assert asked == ["beforeunload"]
    assert reader.page.locator("#id_name").input_value().startswith("Provtorget")


def test_a_form_sent_without_signal_stays_on_the_page_with_what_was_written(readers: Readers) -> None:
    reader = readers.get("samordnare")
    name = given_a_form_for_a_new_place(reader)
    reader.page.context.set_offline(True)
    try:
        reader.press("Save")
        reader.page.locator("[data-offline]").wait_for()
        assert "Ingen täckning" in reader.page.locator("[data-offline]").inner_text()
        assert reader.page.locator("#id_name").input_value() == name
    finally:
        reader.page.context.set_offline(False)
    reader.page.locator("[data-offline]").wait_for(state="detached")


MIDDLES = """(selector) => [...document.querySelectorAll(selector)].map((mark) => {
    const box = mark.getBoundingClientRect();
    return [box.x + box.width / 2, box.y + box.height / 2];
})"""


def middles(reader: Reader, selector: str) -> list[tuple[float, float]]:
    """Return the middle of each element."""
    return reader.page.evaluate(MIDDLES, selector)


def crowd_in_the_middle(reader: Reader) -> Any:
    """Return the shared mark nearest the middle of the map; what has left the view does not count."""
    [(x, y)] = middles(reader, ".maplibregl-canvas")
    shared = reader.page.locator(".map-crowd:not([hidden])")
    offsets = [
        (abs(at[0] - x) + abs(at[1] - y), number)
        for number, at in enumerate(middles(reader, ".map-crowd:not([hidden])"))
        if abs(at[0] - x) < 570 and abs(at[1] - y) < 260
    ]
    return shared.nth(min(offsets)[1]) if offsets else None


def then_no_two_marks_share_a_thumb(reader: Reader) -> None:
    centres = middles(reader, ".map-place:not([hidden])")
    assert centres
    close = [
        (one, other)
        for at, one in enumerate(centres)
        for other in centres[:at]
        if max(abs(one[0] - other[0]), abs(one[1] - other[1])) < 30
    ]
    assert not close


def test_places_on_the_same_spot_share_a_mark_that_opens_when_pressed(readers: Readers) -> None:
    reader = readers.get("samordnare")
    names = []
    for _ in range(2):
        names.append(given_a_form_for_a_new_place(reader))
        reader.page.locator("#id_corners").fill(CORNERS)
        when_it_is_saved(reader)
    reader.open("/stockholm/platser/")
    map_of(reader)
    then_no_two_marks_share_a_thumb(reader)
    assert crowd_in_the_middle(reader)
    for _ in range(6):
        if crowd := crowd_in_the_middle(reader):
            crowd.press("Enter")
            reader.page.wait_for_timeout(300)
    then_no_two_marks_share_a_thumb(reader)
    for name in names:
        assert reader.page.locator("a.map-place:not([hidden])", has_text=name).count() == 1


def test_the_map_of_a_county_fits_a_phone_without_marks_on_top_of_each_other(readers: Readers) -> None:
    reader = readers.fresh("samordnare", viewport={"width": 320, "height": 640})
    reader.open("/exempelstad/platser/")
    map_of(reader)
    then_no_two_marks_share_a_thumb(reader)
