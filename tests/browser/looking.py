"""What is wrong with a page, as a list of sentences; an empty list is a good page."""

from __future__ import annotations

import ast
import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import polib

if TYPE_CHECKING:
    from .reading import Reader

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "samsyn"
CATALOGUE = PACKAGE / "locale" / "sv" / "LC_MESSAGES" / "django.po"
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
AXE_ADVICE = "needs axe-core, which npm fetches: npm ci (in the folder of package.json)"
NARROW = {"width": 320, "height": 800}
DESK = {"width": 1280, "height": 900}
AXE_RUN = """async (only) => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"], runOnly: only });
  const why = (node) => (node.any[0] ?? node.all[0] ?? node.none[0])?.message ?? "";
  return violations.map(({ id, help, nodes }) =>
    ({ id, help, nodes: nodes.map((node) => `${node.target.join(" ")} :: ${why(node)}`) }));
}"""
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SMALL_BUTTONS = """() => {
  const targets = "button, .btn, input[type=submit], summary, select, .choice";
  return [...document.querySelectorAll(targets)]
    .filter((e) => e.offsetParent && getComputedStyle(e).visibility !== "hidden")
    .map((e) => ({ e, r: e.getBoundingClientRect() }))
    .filter(({ r }) => r.width > 0 && (r.height < 43.5 || r.width < 43.5))
    .map(({ e, r }) => `${e.tagName.toLowerCase()}.${e.className} "${e.textContent.trim().slice(0, 30)}" ` +
      `${Math.round(r.width)}x${Math.round(r.height)}`);
}"""
TOO_WIDE = """() => {
  const page = document.documentElement;
  if (page.scrollWidth <= page.clientWidth) return [];
  const scrolls = (e) => ["auto", "scroll", "hidden", "clip"].includes(getComputedStyle(e).overflowX);
  const inScroller = (e) => {
    for (let p = e.parentElement; p && p !== document.body; p = p.parentElement) if (scrolls(p)) return true;
    return false;
  };
  const right = (e) => Math.round(e.getBoundingClientRect().right);
  return [...document.querySelectorAll("body *")]
    .filter((e) => right(e) > page.clientWidth + 1 && !inScroller(e)).slice(0, 5)
    .map((e) => `${e.tagName.toLowerCase()}.${e.className?.baseVal ?? e.className} ${right(e)} ` +
      `"${e.textContent.trim().slice(0, 40)}"`);
}"""


def check(reader: Reader, path: str, axe: str) -> list[str]:
    """Open a page and return what is wrong with it; without axe's source, all but what axe sees."""
    answer = reader.open(path)
    page = reader.page
    problems = [f"answered {answer.status}"] if answer.status != 200 else []
    if page.locator("[data-map]").count():
        page.locator("[data-map][data-state=ready]").first.wait_for()
    problems += _frame(reader)
    problems += [f"complains: {line}" for line in reader.complaints]
    own = urlsplit(reader.server.address).netloc
    problems += [
        f"asks another host: {url}" for url in reader.asked
        if urlsplit(url).scheme in {"http", "https", "ws", "wss"} and urlsplit(url).netloc != own
    ]  # fmt: skip
    problems += [f"other language: {text!r}" for text in foreign_words(reader.text(), reader.language)]
    problems += [f"small target: {target}" for target in page.evaluate(SMALL_BUTTONS)]
    if axe:
        problems += axe_problems(reader, axe)
    page.set_viewport_size(NARROW)
    problems += [f"wider than 320 px: {element}" for element in page.evaluate(TOO_WIDE)]
    page.set_viewport_size(DESK)
    return problems


def _frame(reader: Reader) -> list[str]:
    page = reader.page
    problems = []
    lang = page.locator("html").get_attribute("lang")
    if lang != reader.language:
        problems.append(f"lang is {lang}, not {reader.language}")
    heads = page.locator("h1").all_inner_texts()
    if len(heads) != 1:
        problems.append(f"has {len(heads)} h1: {heads}")
    title = page.title()
    if not re.fullmatch(r"\S.* · Samsyn", title):
        problems.append(f"title is {title!r}")
    elif heads and not _akin(heads[0], title):
        problems.append(f"title {title!r} says nothing of the heading {heads[0]!r}")
    skip = page.locator("a.skip").first.get_attribute("href") or "#"
    if skip == "#" or not page.locator(skip).count():
        problems.append("the skip link leads nowhere")
    return problems


def _akin(heading: str, title: str) -> bool:
    """Return whether a word of the title begins a word of the heading, or the other way round."""
    pairs = [
        (one, other) for one in re.findall(r"\w{3,}", heading.casefold())
        for other in re.findall(r"\w{3,}", title.casefold().removesuffix(" · samsyn"))
    ]  # fmt: skip
    return any(one.startswith(other) or other.startswith(one) for one, other in pairs)


def axe_problems(reader: Reader, axe: str) -> list[str]:
    """Return what axe sees on the page that is open, in light, and the contrast in dark."""
    page = reader.page
    # Under the content security policy no script tag may be added; evaluate is not bound by it.
    page.evaluate(axe)
    found = _read(page.evaluate(AXE_RUN, {"type": "tag", "values": AXE_TAGS}), "")
    page.emulate_media(color_scheme="dark")
    found += _read(page.evaluate(AXE_RUN, {"type": "rule", "values": ["color-contrast"]}), "dark: ")
    page.emulate_media(color_scheme="light")
    return found


def _read(violations: list[dict[str, Any]], prefix: str) -> list[str]:
    return [
        f"{prefix}{rule['id']}: {rule['help']} {json.dumps(rule['nodes'][:4], ensure_ascii=False)}"
        for rule in violations
    ]


# ------------------------------------------------------------------ words of the other language


@cache
def english_in_code() -> frozenset[str]:
    """Return every message that a template or a module of the web asks for."""
    found: set[str] = set()
    for template in (PACKAGE / "web").rglob("*.html"):
        text = template.read_text(encoding="utf-8")
        found.update(
            one[1] or one[2] for one in re.findall(r"""\{% translate (("([^"]+)")|'[^']+')""", text) if one[2]
        )
        found.update(re.findall(r"\{% translate '([^']+)'", text))
    for module in (PACKAGE / "web").rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            called = isinstance(node, ast.Call) and getattr(node.func, "id", "") in {
                "_",
                "gettext",
                "gettext_lazy",
            }
            if (
                called
                and node.args
                and isinstance(node.args[0], ast.Constant)
                and isinstance(node.args[0].value, str)
            ):
                found.add(node.args[0].value)
    return frozenset(found)


@cache
def words_of(language: str) -> frozenset[str]:
    """Return texts long enough to be told apart that belong to the other language than the one given."""
    pairs = {entry.msgid: entry.msgstr for entry in polib.pofile(str(CATALOGUE)) if entry.msgstr}
    if language == "sv":
        candidates = {text for text in {*english_in_code(), *pairs} if pairs.get(text) != text}
        shortest = 13
    else:
        candidates = {text for msgid, text in pairs.items() if msgid != text}
        shortest = 24
    pieces = {piece.strip(" .,:;()") for text in candidates for piece in re.split(r"%\(\w+\)[sd]|\n", text)}
    return frozenset(piece for piece in pieces if len(piece) >= shortest and " " in piece)


def foreign_words(text: str, language: str) -> list[str]:
    """Return what stands on the page in the other language."""
    flat = re.sub(r"\s+", " ", text)
    return sorted(piece for piece in words_of(language) if piece in flat)[:8]
