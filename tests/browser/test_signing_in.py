"""Who gets in, what they see, in which language and look."""

from __future__ import annotations

import re

from .reading import Reader, Readers, sign_in

PLACE = "/stockholm/platser/sergels-torg/"


def test_a_wrong_password_is_told_once_and_a_right_one_opens_the_workspaces(readers: Readers) -> None:
    reader = readers.fresh()
    sign_in(reader, "samordnare", "fel-losenord-igen")
    then_a_summary_tells_what_is_wrong_and_has_focus(reader)
    sign_in(reader, "samordnare")
    assert "/logga-in/" not in reader.path
    assert reader.page.locator("details.account summary").inner_text().strip()


def then_a_summary_tells_what_is_wrong_and_has_focus(reader: Reader) -> None:
    summary = reader.page.locator(".error-summary")
    summary.wait_for()
    assert summary.evaluate("e => document.activeElement === e")
    assert "fel-losenord-igen" not in reader.page.content()


def test_an_address_asked_for_before_signing_in_is_where_one_lands(readers: Readers) -> None:
    reader = readers.fresh()
    reader.open(PLACE)
    assert reader.path.startswith("/logga-in/")
    reader.page.locator("#id_username").fill("samordnare")
    reader.page.locator("#id_password").fill("samsyn-demo")
    reader.page.locator("main form button").click()
    assert reader.path == PLACE


def test_an_outsider_is_not_told_that_anything_exists(readers: Readers) -> None:
    reader = readers.fresh("utomstaende")
    for path in ("/stockholm/", PLACE, f"{PLACE}lagesbild/2017-2019/", "/stockholm/karta/platser.geojson"):
        answer = reader.open(path)
        assert answer.status == 404, path
        assert "Sergels" not in reader.page.content(), path


def test_a_property_owner_meets_only_the_place_they_share(readers: Readers) -> None:
    reader = readers.get("fastighetsagare")
    reader.open("/stockholm/platser/")
    assert "Sergels torg" in reader.text()
    assert reader.open("/stockholm/platser/ny/").status == 404


def test_signing_out_closes_the_door(readers: Readers) -> None:
    reader = readers.fresh("samordnare")
    reader.open("/stockholm/")
    reader.page.locator("details.account summary").click()
    reader.press("Sign out")
    reader.open("/stockholm/platser/")
    assert reader.path.startswith("/logga-in/")


def test_the_language_is_changed_at_the_foot_and_stays_with_the_account(readers: Readers) -> None:
    reader = readers.fresh("trafikforvaltning")
    reader.open(PLACE)
    reader.page.get_by_role("button", name="In English").click()
    reader.page.locator('html[lang="en"]').wait_for(state="attached")
    assert reader.path == PLACE
    elsewhere = readers.fresh()
    sign_in(elsewhere, "trafikforvaltning")
    assert elsewhere.page.locator("html").get_attribute("lang") == "en"


def test_the_look_is_changed_in_the_menu_and_remembered_without_a_flash(readers: Readers) -> None:
    reader = readers.fresh("samordnare")
    reader.open("/stockholm/")
    light = background(reader)
    reader.page.locator("details.account summary").click()
    reader.page.locator("[data-theme-toggle]").click()
    dark = background(reader)
    assert dark != light
    answer = reader.open("/stockholm/platser/")
    assert re.search(r'<html[^>]* data-theme="dark"', answer.text())
    assert background(reader) == dark


def background(reader: Reader) -> str:
    return str(reader.page.evaluate("() => getComputedStyle(document.body).backgroundColor"))
