"""Without signal: what a telephone keeps, for whom, for how long, and that it forgets."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from .reading import Reader, Readers, sign_in

START = "/exempelstad/"
# Everything that any cache of the browser holds, and everything in its data bases.
KEPT = """async () => {
  const kept = { caches: {}, rows: [] };
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const answer = await cache.match(request);
      const text = (answer.headers.get("content-type") ?? "").includes("html") ? await answer.text() : "";
      kept.caches[new URL(request.url).pathname] = text;
    }
  }
  for (const { name } of await indexedDB.databases()) {
    const base = await new Promise((resolve, reject) => {
      const asked = indexedDB.open(name);
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
    for (const store of base.objectStoreNames) {
      const rows = await new Promise((resolve) => {
        const asked = base.transaction(store).objectStore(store).getAll();
        asked.onsuccess = () => resolve(asked.result);
      });
      kept.rows.push(...rows);
    }
    base.close();
  }
  return kept;
}"""
# A page that was on its way when the worker woke is not in its hands, but the next one is.
WORKER_THERE = (
    "async () => (await navigator.serviceWorker.getRegistration('/'))?.active?.state === 'activated'"
)
SHELL_THERE = "async () => (await caches.match('/utan-natet/')) !== undefined"
CARDS_THERE = f"async () => (await ({KEPT})()).rows.length > 0"


def kept(reader: Reader) -> dict:
    return reader.page.evaluate(KEPT)


def ready(reader: Reader, path: str = START, *, cards: bool = False) -> None:
    """Open a page with signal and wait until the telephone has what it is to have."""
    reader.open(path)
    until(reader, WORKER_THERE)
    until(reader, SHELL_THERE)
    if cards:
        until(reader, CARDS_THERE)


def until(reader: Reader, true_in_the_page: str) -> None:
    """Ask the page until it says yes; the browser's own waiting takes a promise for a yes."""
    deadline = time.monotonic() + 60
    while not reader.page.evaluate(true_in_the_page):
        assert time.monotonic() < deadline, f"the page never came to {true_in_the_page}"
        reader.page.wait_for_timeout(100)


@pytest.fixture
def phone(readers: Readers) -> Iterator[Reader]:
    reader = readers.fresh("ordningsvakt", viewport={"width": 360, "height": 740})
    yield reader
    reader.context.close()


def test_only_the_shell_is_kept_and_no_page_that_needs_signing_in(phone: Reader) -> None:
    ready(phone)
    for path in ("platser/", "i-kvall/", "platser/hasselby-torg/", "underlag/"):
        phone.open(START + path)
    phone.open("/konto/")
    found = kept(phone)["caches"]

    assert [path for path in found if not path.startswith("/static/ui/")] == ["/utan-natet/"]
    assert "ordningsvakt" not in found["/utan-natet/"]
    assert "Exempelstad" not in found["/utan-natet/"]


def test_any_page_without_signal_leads_to_the_page_for_no_signal(phone: Reader) -> None:
    ready(phone)
    phone.context.set_offline(True)
    phone.page.goto(phone.server.url(START + "platser/"))

    assert phone.say("No signal") in phone.text() or phone.say("Who takes over?") in phone.text()
    assert phone.page.locator('a[href="tel:112"]').first.is_visible()
    # The style sheet is there as well: the button is as large as a thumb.
    assert phone.page.locator('a[href="tel:112"]').first.bounding_box()["height"] >= 60


def test_the_page_comes_back_by_itself_when_the_network_does(phone: Reader) -> None:
    ready(phone)
    phone.context.set_offline(True)
    phone.page.goto(phone.server.url(START + "platser/"))
    phone.context.set_offline(False)
    phone.page.get_by_role("button", name=phone.say("The network is back: open the page")).click()
    phone.page.wait_for_url("**/platser/")

    assert phone.page.locator("h1").inner_text() == phone.say("Places")


def test_signing_out_leaves_nothing_behind(phone: Reader) -> None:
    ready(phone)
    phone.page.locator("details.account summary").click()
    with phone.page.expect_navigation():
        phone.press("Sign out")
    phone.page.wait_for_load_state("networkidle")

    assert kept(phone) == {"caches": {}, "rows": []}


def test_signing_out_without_signal_forgets_at_once_and_reaches_the_server_later(phone: Reader) -> None:
    ready(phone)
    phone.context.set_offline(True)
    phone.page.locator("details.account summary").click()
    phone.press("Sign out")
    phone.page.get_by_role("status").wait_for()
    assert kept(phone) == {"caches": {}, "rows": []}
    assert phone.page.locator("header").count() == 0
    phone.context.set_offline(False)
    phone.open(START)

    assert phone.path.startswith("/logga-in/")


def test_a_new_worker_takes_over_under_an_open_page(phone: Reader) -> None:
    ready(phone)
    phone.open(START + "i-kvall/")
    phone.page.evaluate("() => { window.stillHere = true; }")
    newer = """async () => {
      const registration = await navigator.serviceWorker.getRegistration("/");
      await caches.open("skal-000000000000");
      await registration.update();
      return registration.active !== null;
    }"""

    assert phone.page.evaluate(newer)
    assert phone.page.evaluate("() => window.stillHere")
    assert phone.page.locator("h1").is_visible()


def test_the_program_can_be_put_on_the_home_screen(phone: Reader) -> None:
    ready(phone)
    manifest = phone.context.request.get(phone.server.url("/samsyn.webmanifest"))
    icons = [icon["src"] for icon in manifest.json()["icons"]]

    assert manifest.headers["content-type"].startswith("application/manifest+json")
    assert [phone.context.request.get(phone.server.url(icon)).status for icon in icons] == [200] * 3
    assert phone.page.locator('link[rel="manifest"]').get_attribute("href") == "/samsyn.webmanifest"


# ------------------------------------------------------------------ "Vem tar över?" without signal


@pytest.fixture
def with_cards(phone: Reader) -> Reader:
    """Return a guard's telephone that has been opened once with signal."""
    ready(phone, cards=True)
    return phone


def taps(reader: Reader, *labels: str) -> int:
    """Press each in turn and return how many presses that was."""
    for label in labels:
        reader.page.get_by_role("button", name=label, exact=True).click()
    return len(labels)


# A place where somebody takes a child who is unwell: not every place of the demo has such a function.
SERVED = f"""async () => {{
  const {{ functions, places }} = (await ({KEPT})()).rows[0].cards;
  const one = functions.find((card) => card.needs.includes("unwell") && card.groups.includes("under_18"));
  return places.find((place) => one.places === null || one.places.includes(place.slug));
}}"""


def test_a_child_who_is_unwell_leads_to_a_number_in_half_a_minute_without_signal(with_cards: Reader) -> None:
    reader = with_cards
    place = reader.page.evaluate(SERVED)
    reader.context.set_offline(True)
    begun = time.monotonic()
    reader.page.goto(reader.server.url(START + "vem-tar-over/"))
    pressed = taps(reader, place["name"])
    pressed += taps(reader, "Under 18", "Mår dåligt eller påverkad")
    call = reader.page.locator("[data-cards] a.call").first
    call.wait_for()
    pressed += 1  # the call itself
    seconds = time.monotonic() - begun

    assert (call.get_attribute("href") or "").startswith("tel:")
    assert call.bounding_box()["height"] >= 44
    assert reader.page.locator('a[href="tel:112"]').first.is_visible()
    assert "min sedan" in reader.text()
    assert pressed <= 4
    assert seconds < 30


def test_the_place_that_was_open_last_is_not_asked_for_again(with_cards: Reader) -> None:
    slug = with_cards.page.evaluate(SERVED)["slug"]
    with_cards.open(f"{START}vem-tar-over/?plats={slug}")
    until(with_cards, f"async () => (await ({KEPT})()).rows[0].place === '{slug}'")
    with_cards.context.set_offline(True)
    with_cards.page.goto(with_cards.server.url(START))

    assert taps(with_cards, "Under 18", "Mår dåligt eller påverkad") == 2
    assert with_cards.page.locator("[data-cards] a.call").first.is_visible()


def test_a_guards_cards_hold_no_roster_and_nothing_for_the_authorities(with_cards: Reader) -> None:
    (row,) = kept(with_cards)["rows"]
    text = json.dumps(row, ensure_ascii=False)

    assert row["cards"]["functions"]
    assert not any(word in text for word in ("starts_at", "ends_at", "shift", "cancelled", "on_duty_until"))
    assert "ordningsvakt" not in row["account"]
    # What the lead keeps for the authorities on a card is not among the guard's.
    assert set(row["cards"]) == {
        "workspace", "generated_at", "dies_at", "rule", "labels", "places", "functions",
    }  # fmt: skip


def test_cards_die_after_twelve_hours_and_are_deleted(with_cards: Reader) -> None:
    with_cards.page.clock.install(time=datetime.now(UTC) + timedelta(hours=12, minutes=1))
    with_cards.context.set_offline(True)
    with_cards.page.goto(with_cards.server.url(START))
    with_cards.page.get_by_text("äldre än tolv timmar").wait_for()

    assert kept(with_cards)["rows"] == []
    assert with_cards.page.locator("[data-cards] a.call").count() == 0
    assert with_cards.page.locator('a[href="tel:112"]').first.is_visible()


def test_the_age_of_the_cards_is_said_in_hours(with_cards: Reader) -> None:
    with_cards.page.clock.install(time=datetime.now(UTC) + timedelta(hours=3, minutes=5))
    with_cards.context.set_offline(True)
    with_cards.page.goto(with_cards.server.url(START))

    with_cards.page.get_by_text("hämtade för 3 h sedan").wait_for()


def test_a_clock_that_is_turned_back_does_not_keep_cards_alive(with_cards: Reader) -> None:
    with_cards.page.clock.install(time=datetime.now(UTC) - timedelta(hours=1))
    with_cards.context.set_offline(True)
    with_cards.page.goto(with_cards.server.url(START))
    with_cards.page.get_by_text("äldre än tolv timmar").wait_for()

    assert kept(with_cards)["rows"] == []


def test_another_accounts_cards_are_never_there(with_cards: Reader) -> None:
    (mine,) = kept(with_cards)["rows"]
    # The first leaves without signing out: the session is gone, the telephone is not.
    with_cards.context.clear_cookies()
    sign_in(with_cards, "omradespolis")
    ready(with_cards, cards=True)
    accounts = {row["account"] for row in kept(with_cards)["rows"]}

    assert mine["account"] not in accounts
    assert len(accounts) == 1


def test_signing_out_takes_the_cards_too(with_cards: Reader) -> None:
    with_cards.page.locator("details.account summary").click()
    with with_cards.page.expect_navigation():
        with_cards.press("Sign out")
    with_cards.page.wait_for_load_state("networkidle")

    assert kept(with_cards) == {"caches": {}, "rows": []}


def test_the_page_without_signal_is_dark_where_the_reader_chose_dark(with_cards: Reader) -> None:
    with_cards.context.add_cookies(
        [{"name": "samsyn_theme", "value": "dark", "url": with_cards.server.address}]
    )
    with_cards.context.set_offline(True)
    with_cards.page.goto(with_cards.server.url(START))
    with_cards.page.locator("[data-cards] button").first.wait_for()

    assert with_cards.page.locator("html").get_attribute("data-theme") == "dark"
