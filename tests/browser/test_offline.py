"""Without signal: what a telephone keeps, for whom, for how long, and that it forgets."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .reading import Reader, Readers

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
    reader.page.wait_for_function(WORKER_THERE)
    reader.page.wait_for_function(SHELL_THERE)
    if cards:
        reader.page.wait_for_function(CARDS_THERE)


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
