"""The import, the list of data sets and what each role meets of them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from samsyn.domain.access import Role
from samsyn.web.facts import imports, services
from samsyn.web.facts.models import Dataset, ImportDraft

from .conftest import NOW, World

pytestmark = pytest.mark.django_db

ABOUT = {
    "title": "Anmälda brott kring två torg",
    "publisher": "Exempelverket",
    "reference": "Rapport 1, tabell 2",
    "licence": "allmän handling",
    "sharing_class": "1",
}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Any) -> Path:
    """Keep the store of each test in a folder of its own."""
    settings.SAMSYN_HOME = tmp_path
    return tmp_path


def form_of(html: str) -> dict[str, str]:
    """Return what a browser would send of the page's main form, without any button."""
    from html.parser import HTMLParser

    class Fields(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.sent: dict[str, str] = {}
            self.inside = False
            self.area = self.select = ""

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            got = dict(attrs)
            if tag == "form":
                self.inside = got.get("class") in {"form", "confirm danger"}
            if not self.inside or (tag in {"input", "select", "textarea"} and not got.get("name")):
                return
            if tag == "input":
                kind = got.get("type", "text")
                if kind not in {"radio", "checkbox", "file"} or "checked" in got:
                    self.sent[str(got["name"])] = got.get("value") or ""
            elif tag == "textarea":
                self.area = str(got["name"])
                self.sent[self.area] = ""
            elif tag == "select":
                self.select = str(got["name"])
            elif tag == "option" and self.select and ("selected" in got or self.select not in self.sent):
                self.sent[self.select] = got.get("value") or ""

        def handle_endtag(self, tag: str) -> None:
            self.area = "" if tag == "textarea" else self.area
            self.select = "" if tag == "select" else self.select

        def handle_data(self, data: str) -> None:
            if self.area:
                self.sent[self.area] += data

    parser = Fields()
    parser.feed(html)
    parser.sent.pop("csrfmiddlewaretoken", None)
    return parser.sent


def hand_in(client: Client, text: str = "", **more: Any) -> Any:
    """Send the first step."""
    return client.post("/exempelstad/underlag/las-in/", {"text": text, **more})


def walk(client: Client, text: str, about: dict[str, str] = ABOUT, **more: Any) -> str:
    """Take a table with suggestions for everything through the steps as a person does."""
    address = hand_in(client, text, **more).url
    sent = form_of(client.get(address).content.decode())
    assert client.post(address, {**sent, "suggest": "1"}).status_code == 302
    sent = form_of(client.get(address).content.decode()) | about
    answer = client.post(address, {**sent, "preview": "1"})
    assert answer.status_code == 302, re.findall(r'error-summary.*?</div>', answer.content.decode(), re.S)
    preview = client.get(answer.url).content.decode()
    action = re.search(r'action="([^"]+/spara/)"', preview)
    assert action, preview
    return client.post(action.group(1)).url


@pytest.mark.reference
def test_the_published_table_pasted_from_the_report_gives_its_132_values(world: World, reference: Path) -> None:
    lines = (reference / "sources/STAD2.txt").read_text(encoding="utf-8").splitlines(keepends=True)
    client = world.client(Role.SAFETY_COORDINATOR)
    address = walk(client, "".join(lines[271:610]))
    assert client.get(address).status_code == 200
    version = services.store_of(world.workspace).get("anmalda-brott-kring-tva-torg")
    assert version.rows == 132
