"""The browser files match their manifest and their reference page, and fetch nothing from elsewhere."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src/samsyn"
BUILT = PACKAGE / "web/ui/static/ui"
SOURCES = PACKAGE / "web/ui/assets"
MANIFEST = json.loads((BUILT / "manifest.json").read_text(encoding="utf-8"))
REFERENCE = (ROOT / "docs/reference/components.md").read_text(encoding="utf-8")

# Hooks for scripts and natural words of a table, which need no look of their own.
UNSTYLED = {"title"}


def styles() -> str:
    return "\n".join((BUILT / name).read_text(encoding="utf-8") for name in ("app.css", "map.css"))


def tokens_of(text: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", text))


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", sorted(MANIFEST["files"]))
def test_each_built_file_has_the_hash_in_the_manifest(name: str) -> None:
    content = (PACKAGE / name).read_bytes()
    assert hashlib.sha256(content).hexdigest() == MANIFEST["files"][name]["sha256"]


def test_every_package_that_is_shipped_is_named_in_the_notice() -> None:
    notice = (ROOT / "NOTICE.md").read_text(encoding="utf-8").casefold()
    words = {
        "htmx.org": "htmx",
        "maplibre-gl": "maplibre gl",
        "terra-draw": "terra draw",
        "terra-draw-maplibre-gl-adapter": "maplibre adapter",
        "source-sans": "source sans",
        "lucide-static": "lucide",
    }
    shipped = [name for name, facts in MANIFEST["packages"].items() if facts["shipped"]]
    assert [name for name in shipped if words.get(name, name) not in notice] == []


def test_the_lock_names_no_address() -> None:
    assert "://" not in (ROOT / "package-lock.json").read_text(encoding="utf-8")


def test_the_style_sheets_fetch_only_their_own_fonts_and_embedded_pictures() -> None:
    addresses = re.findall(r"""url\((['"]?)(.*?)\1\)""", styles())
    own = ("fonts/", "data:", "./fonts/")
    strangers = [address for _, address in addresses if not address.startswith(own)]
    assert strangers == []


def test_every_font_the_style_sheet_asks_for_is_shipped() -> None:
    wanted = re.findall(r"fonts/[\w.-]+", (BUILT / "app.css").read_text(encoding="utf-8"))
    assert wanted
    assert [name for name in wanted if not (BUILT / name).is_file()] == []


def test_every_icon_in_the_list_is_in_the_sprite() -> None:
    sprite = (BUILT / "icons.svg").read_text(encoding="utf-8")
    names = (SOURCES / "icons.txt").read_text(encoding="utf-8").split()
    assert [name for name in names if f'id="{name}"' not in sprite] == []


def test_every_class_in_the_reference_has_a_look() -> None:
    snippets = "".join(re.findall(r"```(?:html|text)\n(.*?)```", REFERENCE, re.S))
    used = {name for value in re.findall(r'class="([^"]*)"', snippets) for name in value.split()}
    known = set(re.findall(r"\.([a-zA-Z][\w-]*)", styles()))
    assert sorted(used - known - UNSTYLED) == []


def test_no_snippet_carries_inline_style_or_script() -> None:
    snippets = "".join(re.findall(r"```html\n(.*?)```", REFERENCE, re.S))
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script>", snippets)


def test_both_ways_to_a_dark_page_have_the_same_colours() -> None:
    css = (BUILT / "app.css").read_text(encoding="utf-8")
    blocks = re.findall(r':root(?::not\(\[data-theme="?light"?\]\)|\[data-theme="?dark"?\])\{([^}]*)\}', css)
    assert len(blocks) == 2
    assert blocks[0] == blocks[1]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    ("text", "grounds", "least"),
    [
        ("ink", ("paper", "surface", "sunk", "accent-wash", "alert-wash", "stop-wash", "map-land"), 4.5),
        ("ink-soft", ("paper", "surface", "sunk", "accent-wash", "alert-wash", "stop-wash"), 4.5),
        ("accent", ("paper", "surface", "sunk", "accent-wash", "alert-wash", "stop-wash"), 4.5),
        ("on-accent", ("accent", "accent-deep"), 4.5),
        ("alert", ("paper", "surface", "alert-wash"), 4.5),
        ("stop", ("paper", "surface", "stop-wash"), 4.5),
        ("on-stop", ("stop",), 4.5),
        ("rule-strong", ("paper", "surface", "sunk"), 3.0),
        ("bar-now", ("paper", "band"), 3.0),
        ("detect", ("paper", "surface"), 3.0),
    ],
)
def test_colours_can_be_told_apart(theme: str, text: str, grounds: tuple[str, ...], least: float) -> None:
    light, dark = (SOURCES / "css/tokens.css").read_text(encoding="utf-8").split("@media", 1)
    colours = tokens_of(light) if theme == "light" else tokens_of(dark)
    too_weak = {ground: contrast(colours[text], colours[ground]) for ground in grounds}
    assert {ground: ratio for ground, ratio in too_weak.items() if ratio < least} == {}


def test_the_faces_for_documents_lie_beside_their_licence() -> None:
    faces = {path.name for path in (PACKAGE / "reports/fonts").iterdir()}
    wanted = {f"SourceSans3-{face}.ttf" for face in ("Regular", "SemiBold", "Bold", "Italic")}
    assert wanted | {"OFL.txt"} <= faces
