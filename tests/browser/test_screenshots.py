"""The pictures in the documentation are taken from the running product, and each of them is used.

SAMSYN_WRITE_SCREENSHOTS=1 writes them anew; without it the pages are opened and looked at all the same.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from .reading import Readers

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "tutorial" / "bilder"
# Name, address, what must be on the page, and the height of the picture.
PICTURES = [
    ("lagesbild", "/stockholm/platser/sergels-torg/lagesbild/2017-2019/", "562", 1500),
]


@pytest.mark.parametrize(("name", "path", "shown", "height"), PICTURES)
def test_a_picture_shows_what_the_documentation_says(
    name: str, path: str, shown: str, height: int, readers: Readers
) -> None:
    reader = readers.get("samordnare")
    reader.open(path)
    if reader.page.locator("[data-map]").count():
        reader.page.locator("[data-map][data-state=ready]").first.wait_for()
    assert shown in reader.text()
    reader.page.set_viewport_size({"width": 1280, "height": height})
    taken = reader.page.screenshot()
    assert len(taken) > 20_000
    if os.environ.get("SAMSYN_WRITE_SCREENSHOTS") == "1":
        FOLDER.mkdir(parents=True, exist_ok=True)
        (FOLDER / f"{name}.png").write_bytes(taken)


def test_each_picture_is_used_and_each_that_is_used_exists() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    text = "\n".join(page.read_text(encoding="utf-8") for page in pages)
    used = set(re.findall(r"bilder/([\w-]+\.png)", text))
    assert used == {path.name for path in FOLDER.glob("*.png")}


def test_each_picture_in_the_folder_is_taken_by_a_test() -> None:
    assert {path.stem for path in FOLDER.glob("*.png")} <= {name for name, *_ in PICTURES}
