"""The situational picture: read, frozen, approved by both owners, questioned, downloaded, printed."""

from __future__ import annotations

import re

from .reading import Reader, Readers

PICTURE = "/stockholm/platser/sergels-torg/lagesbild/2017-2019/"


def row_of(reader: Reader, series: str) -> str:
    """Return the text of the first row that begins with the series' name."""
    row = reader.page.locator(
        "tr", has=reader.page.locator("th[scope=row]", has_text=re.compile(f"^{series}"))
    )
    return re.sub(r"\s+", " ", row.first.inner_text())


def test_the_picture_of_sergels_torg_has_the_published_figures_and_says_how_to_read_them(
    readers: Readers,
) -> None:
    reader = readers.get("samordnare")
    reader.open(PICTURE)
    row = row_of(reader, "Narkotikabrott")
    assert re.search(r"562 .*768 .*327", row), row
    page = re.sub(r"\s+", " ", reader.text())
    then_the_mean_of_each_year_is_there(page)
    assert "Kan inte tolkas" in row
    assert "upptäckt" in page.casefold()


def then_the_mean_of_each_year_is_there(page: str) -> None:
    assert re.search(r"snitt\s26\b.{0,80}?snitt\s28\b.{0,80}?snitt\s28\b", page, re.DOTALL), (
        "the means 26, 28, 28 stand nowhere in a row"
    )


def test_a_detection_driven_series_never_looks_like_the_others(readers: Readers) -> None:
    reader = readers.get("samordnare")
    reader.open(PICTURE)
    row = reader.page.locator("tr.detect", has_text="Narkotikabrott")
    assert row.count() >= 1
    assert reader.page.locator("tr.detect .verdict.clear").count() == 0


def test_the_picture_prints_on_paper_with_its_figures_and_without_buttons(readers: Readers) -> None:
    reader = readers.get("samordnare")
    reader.open(PICTURE)
    paper = reader.page.pdf(format="A4")
    assert paper.startswith(b"%PDF")
    assert len(paper) > 30_000
    reader.page.emulate_media(media="print")
    seen = reader.text()
    hidden = reader.page.locator(".page-head .actions").first.is_hidden()
    reader.page.emulate_media(media="screen")
    assert "562" in seen
    assert hidden


def test_a_picture_is_frozen_approved_by_both_owners_questioned_and_downloaded(readers: Readers) -> None:
    coordinator, police = readers.get("samordnare"), readers.get("kommunpolis")
    version = when_the_coordinator_freezes_the_picture(coordinator)
    then_one_approval_is_not_enough(coordinator, version)
    when_the_owner_approves(police, version)
    coordinator.open(version)
    assert coordinator.say("Approved by both owners") in coordinator.text()
    then_somebody_who_sees_it_differently_is_read_beside_it(
        readers.get("fastighetsagare"), coordinator, version
    )
    then_the_files_are_the_same_bytes_each_time(coordinator, version)


def when_the_coordinator_freezes_the_picture(reader: Reader) -> str:
    reader.open(f"{PICTURE}las/")
    reader.page.locator("#id_note").fill("Till höstens styrgrupp")
    with reader.page.expect_navigation(url="**/lagesbilder/**"):
        reader.press("Freeze as a version")
    return reader.path


def when_the_owner_approves(reader: Reader, version: str) -> None:
    reader.open(f"{version}godkann/")
    with reader.page.expect_navigation(url=f"**{version}"):
        reader.press("Approve the version")


def then_one_approval_is_not_enough(reader: Reader, version: str) -> None:
    when_the_owner_approves(reader, version)
    assert reader.say("Not approved by both owners") in reader.text()


def then_somebody_who_sees_it_differently_is_read_beside_it(
    owner: Reader, reader: Reader, version: str
) -> None:
    owner.open(f"{version}jag-haller-inte-med/")
    owner.page.locator("#id_text").fill("Stölderna anmäls inte längre av butikerna.")
    with owner.page.expect_navigation(url=f"**{version}"):
        owner.press("I disagree")
    reader.open(version)
    assert "Stölderna anmäls inte längre av butikerna." in reader.text()


def then_the_files_are_the_same_bytes_each_time(reader: Reader, version: str) -> None:
    reader.open(version)
    for link in reader.page.locator(".page-head a[href*='lagesbild.']").all():
        address = link.get_attribute("href")
        first, second = (reader.context.request.get(reader.server.url(address)) for _ in range(2))
        assert first.ok, address
        assert first.headers["content-disposition"].startswith("attachment"), address
        assert first.body() == second.body(), address


# ------------------------------------------------------------------ the guard


PERSON_NUMBER = "640823-3234"


def test_a_personal_number_is_stopped_before_anything_is_sent(readers: Readers) -> None:
    reader = readers.get("samordnare")
    reader.open("/stockholm/platser/sergels-torg/lagesbild/jag-haller-inte-med/")
    reader.page.locator("#id_text").fill(f"Mannen {PERSON_NUMBER} sitter på bänken")
    reader.page.locator("[data-guard-for=id_text] mark", has_text=PERSON_NUMBER).wait_for()
    reader.press("I disagree")
    reader.page.locator("[data-guard-for=id_text].blocked").wait_for()
    assert reader.posted == []
    assert [url for url in reader.asked if PERSON_NUMBER in url] == []


def test_the_server_stops_a_personal_number_too_where_no_script_runs(readers: Readers) -> None:
    reader = readers.fresh("samordnare", java_script_enabled=False)
    reader.open("/stockholm/platser/sergels-torg/lagesbild/jag-haller-inte-med/")
    reader.page.locator("#id_text").fill(f"Mannen {PERSON_NUMBER} sitter på bänken")
    reader.press("I disagree")
    assert reader.page.locator(".error-summary").count() == 1
    reader.open("/stockholm/platser/sergels-torg/lagesbild/jag-haller-inte-med/")
    assert PERSON_NUMBER not in reader.page.content()
