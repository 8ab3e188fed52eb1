"""What the server says about what a browser may keep."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from samsyn.domain.access import Role
from samsyn.web.ui import offline

pytestmark = pytest.mark.django_db
BUILT = Path(offline.__file__).resolve().parent / "static" / "ui"


def test_the_worker_comes_from_the_root_and_never_from_a_cache(client):
    answer = client.get("/sw.js")

    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Service-Worker-Allowed"] == "/"
    assert answer["Cache-Control"] == "no-cache"
    assert "worker-src 'self'" in answer["Content-Security-Policy"]


def test_the_worker_keeps_only_files_of_the_program():
    text = (BUILT / "sw.js").read_text(encoding="utf-8")
    kept = re.findall(r'"(/[^"]*)"', text)

    assert [path for path in kept if not path.startswith("/static/ui/")] == ["/utan-natet/"]
    assert all((BUILT / path.removeprefix("/static/ui/")).is_file() for path in kept if "static" in path)


def test_the_page_for_no_signal_is_the_same_for_all(client, world):
    world.add_place()
    anonymous = client.get("/utan-natet/").content
    pages = [
        world.client(role).get("/utan-natet/").content
        for role in (Role.PUBLIC_ORDER_GUARD, Role.AREA_OFFICER)
    ]

    assert pages == [anonymous, anonymous]
    assert b"csrf" not in anonymous


def test_signing_out_tells_the_browser_to_forget(world):
    answer = world.client(Role.PUBLIC_ORDER_GUARD).post("/logga-ut/")

    assert answer["Clear-Site-Data"] == '"storage"'


def test_a_sign_out_that_waited_is_done_before_anything_is_read(world, place):
    client = world.client(Role.PUBLIC_ORDER_GUARD)
    client.cookies[offline.SIGN_OUT_COOKIE] = "1"
    answer = client.get("/exempelstad/platser/")

    assert answer.status_code == 302
    assert answer["Location"].startswith("/logga-in/")
    assert answer.cookies[offline.SIGN_OUT_COOKIE]["max-age"] == 0
    del client.cookies[offline.SIGN_OUT_COOKIE]
    assert client.get("/exempelstad/platser/").status_code == 302


def test_a_page_says_whose_it_is_without_saying_who(world, place):
    def told(client):
        return re.search(
            r'name="samsyn-reader" content="(\w*)"', client.get("/tillganglighet/").content.decode()
        )[1]

    guard, officer = (world.client(role) for role in (Role.PUBLIC_ORDER_GUARD, Role.AREA_OFFICER))

    assert told(guard) == told(guard) != told(officer)
    assert str(world.users[Role.PUBLIC_ORDER_GUARD].pk) not in told(guard)
    guard.logout()
    assert told(guard) == ""


def test_cards_are_marked_with_whose_they_are(world, place):
    answer = world.client(Role.PUBLIC_ORDER_GUARD).get("/exempelstad/vem-tar-over/kort.json")

    assert answer[offline.READER_HEADER] == offline.reader_key(world.users[Role.PUBLIC_ORDER_GUARD])


def test_the_manifest_names_pictures_that_exist(client):
    manifest = json.loads(client.get("/samsyn.webmanifest").content)

    assert manifest["scope"] == manifest["start_url"] == "/"
    assert all((BUILT / Path(icon["src"]).name).is_file() for icon in manifest["icons"])
