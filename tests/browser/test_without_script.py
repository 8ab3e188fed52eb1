"""Everything that matters without any script: the pages, a place by its corners, a boundary, the picture."""

from __future__ import annotations

from uuid import uuid4

from .reading import Readers
from .test_places import CORNERS


def test_a_place_is_registered_by_its_corners_and_read_in_the_table(readers: Readers) -> None:
    reader = readers.fresh("samordnare", java_script_enabled=False)
    name = f"Provparken {uuid4().hex[:6]}"
    reader.open("/stockholm/platser/ny/")
    assert reader.page.locator(".map-fallback").is_visible()
    reader.page.locator("#id_name").fill(name)
    reader.page.locator("#id_police_owner").select_option(index=1)
    reader.page.locator("#id_municipal_owner").select_option(index=1)
    reader.page.locator("#id_corners").fill(CORNERS)
    reader.press("Save")
    assert reader.page.locator("h1").inner_text() == name
    reader.open("/stockholm/platser/")
    assert reader.page.locator("tr", has_text=name).locator("td.n").inner_text().strip().endswith("ha")


def test_the_picture_and_its_figures_are_read(readers: Readers) -> None:
    reader = readers.fresh("samordnare", java_script_enabled=False)
    reader.open("/stockholm/platser/sergels-torg/lagesbild/2017-2019/")
    assert all(figure in reader.text() for figure in ("562", "768", "327"))


def test_the_language_is_changed(readers: Readers) -> None:
    reader = readers.fresh("ordningsvakt", java_script_enabled=False)
    reader.open("/stockholm/platser/")
    reader.page.get_by_role("button", name="In English").click()
    assert reader.page.locator("html").get_attribute("lang") == "en"
