"""J4 and G27 on a telephone: raise in a minute, answer in two, and each forbidden step refused."""

from __future__ import annotations

import io
import subprocess
import sys
import time

import pytest
from PIL import Image

from .reading import Reader, Readers
from .server import ROOT, Server, environment_for

PHONE = {"width": 360, "height": 740}
LINE = "Två lampor är släckta bakom trappan"


@pytest.fixture(scope="module")
def place(server: Server) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "tests.browser.forum_ladder"], cwd=ROOT, env=environment_for(server.home),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def on_a_phone(readers: Readers, account: str) -> Reader:
    reader = readers.get(account)
    reader.page.set_viewport_size(PHONE)
    return reader


def tapped(reader: Reader, words: str) -> None:
    with reader.page.expect_navigation():
        reader.page.locator("main").get_by_role("button", name=words, exact=True).first.click()


def followed(reader: Reader, words: str) -> None:
    with reader.page.expect_navigation():
        reader.page.locator("main").get_by_role("link", name=words, exact=True).first.click()


def picture() -> dict[str, object]:
    written = io.BytesIO()
    Image.new("RGB", (1200, 900), "teal").save(written, "JPEG")
    return {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": written.getvalue()}


def test_j4_a_need_with_a_picture_in_a_minute_and_an_answer_in_two(readers: Readers, place: str) -> None:
    manager = on_a_phone(readers, "platsansvarig")
    began, taps = time.monotonic(), 0
    manager.open(f"/exempelstad/platser/{place}/")
    followed(manager, "Föreslå en åtgärd")
    taps += 1
    manager.page.locator("#id_title").fill(LINE)
    manager.page.locator("#id_photo").set_input_files(picture())
    manager.page.locator("#id_confirmed").check()
    taps += 2
    owner = manager.page.locator("#id_responsible option", has_text="Handläggare").first.get_attribute(
        "value"
    )
    manager.page.locator("#id_responsible").select_option(owner)
    taps += 1
    tapped(manager, "Föreslå den")
    taps += 1
    assert LINE in manager.text()
    assert time.monotonic() - began < 60
    assert taps <= 6
    address = manager.path
    assert manager.page.locator(".photos img").count() == 1

    owner_reader = on_a_phone(readers, "handlaggare")
    began, taps = time.monotonic(), 0
    owner_reader.open(address)
    followed(owner_reader, "Vi tar den")
    owner_reader.page.locator("#id_due_on").fill("2027-03-01")
    tapped(owner_reader, "Vi tar den")
    taps += 3
    assert "Beslutad" in owner_reader.text()
    assert time.monotonic() - began < 120
    assert taps <= 4

    followed(owner_reader, "Den är utförd")
    owner_reader.page.locator("#id_photo").set_input_files(picture())
    owner_reader.page.locator("#id_confirmed").check()
    tapped(owner_reader, "Den är utförd")
    assert owner_reader.page.locator(".photos img").count() == 2
    tapped(owner_reader, "Avsluta")
    assert "Den som lyfte har inte fått svaret" in owner_reader.text()
    owner_reader.open(address)
    followed(owner_reader, "Återkoppla till den som lyfte")
    owner_reader.page.locator("#id_note").fill("Lamporna lyser igen.")
    tapped(owner_reader, "Återkoppla till den som lyfte")
    manager.open(address)
    assert "Lamporna lyser igen." in manager.text()


def test_g27_the_chain_and_each_step_that_is_refused(readers: Readers, place: str) -> None:
    officer = on_a_phone(readers, "omradespolis")
    began = time.monotonic()
    officer.open(f"/exempelstad/fragor/ny/?plats={place}")
    officer.page.locator("#id_title").fill("Mörkt hörn vid infarten")
    tapped(officer, "Lyft den")
    assert time.monotonic() - began < 45
    address = officer.path
    assert officer.page.get_by_role("button", name="Stäng").count() == 0
    assert officer.page.locator("text=Ta bort").count() == 0

    followed(officer, "Lyft en nivå")
    officer.page.locator("#id_note").evaluate("field => field.removeAttribute('required')")
    tapped(officer, "Lyft en nivå")
    assert officer.page.locator(".error-summary").count() == 1
    officer.page.locator("#id_note").fill("Vi råder inte över lampan.")
    tapped(officer, "Lyft en nivå")

    lead = on_a_phone(readers, "samordnare")
    lead.open(address)
    tapped(lead, "Vi har tagit emot den")
    followed(lead, "Svara")
    lead.page.locator("#id_text").fill("Lampan byts vecka 46.")
    tapped(lead, "Svara")
    assert lead.page.get_by_role("button", name="Stäng").count() == 0
    tapped(lead, "Återkoppla till den som lyfte")
    tapped(lead, "Stäng")
    officer.open(address)
    assert "Lampan byts vecka 46." in officer.text()
    assert officer.page.locator(".ladder > li").count() == 3
    wide = officer.page.evaluate("document.documentElement.scrollWidth")
    assert wide <= PHONE["width"]


def test_the_outsider_meets_nothing(readers: Readers, place: str) -> None:
    lead = on_a_phone(readers, "samordnare")
    lead.open("/exempelstad/fragor/")
    outsider = readers.get("utomstaende")
    answer = outsider.page.goto(outsider.server.url("/exempelstad/fragor/"))

    assert answer.status == 404
