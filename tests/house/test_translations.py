"""One catalogue: English message ids with named placeholders, and Swedish for every one of them."""

# ruff: noqa: E501  (sentences that say what to do stand on one line)
from __future__ import annotations

import ast
import re
import shutil
import subprocess
from pathlib import Path

import polib
import pytest

from tests.house.tree import PACKAGE, dotted, modules, parsed, shown

CATALOGUE = PACKAGE / "locale" / "sv" / "LC_MESSAGES" / "django.po"
MARKS = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "pgettext"}
NAMED = re.compile(r"%\((\w+)\)[#0\- +]?[\d.]*[sdrf]")
# %% is a printed percent sign; everything else after a bare % must be a name in parentheses.
BARE = re.compile(r"(?<!%)(?:%%)*%(?![(%])[sdrfi]")
BRACES = re.compile(r"\{\w*\}")


@pytest.fixture(scope="module")
def catalogue() -> polib.POFile:
    return polib.pofile(str(CATALOGUE))


def test_no_swedish_entry_is_empty_or_doubtful(catalogue):
    empty = [entry.msgid for entry in catalogue if not entry.translated() and not entry.obsolete]

    assert not empty, f"Translate them in {shown(CATALOGUE)}: {empty}"


def test_a_translation_has_the_placeholders_of_its_message(catalogue):
    wrong = []
    for entry in catalogue:
        wanted = set(NAMED.findall(entry.msgid)) | set(NAMED.findall(entry.msgid_plural))
        for text in [entry.msgstr, *entry.msgstr_plural.values()]:
            found = set(NAMED.findall(text))
            # The singular may leave out the number that it says with a word.
            if text and (found - wanted or (not entry.msgid_plural and wanted - found)):
                wrong.append(f"{entry.msgid!r}: {sorted(wanted)} became {sorted(found)}")

    assert not wrong, "Use the same %(name)s in both languages:\n" + "\n".join(wrong)


def test_placeholders_are_named(catalogue):
    wrong = [entry.msgid for entry in catalogue if BARE.search(entry.msgid) or BRACES.search(entry.msgid)]

    assert not wrong, f"Write %(name)s instead of %s or {{}}: word order differs between languages: {wrong}"


def first_text(node: ast.Call) -> ast.expr | None:
    return node.args[0] if node.args else None


@pytest.mark.parametrize("path", modules(), ids=shown)
def test_a_message_is_one_plain_string(path):
    wrong = []
    for node in ast.walk(parsed(path)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        text = first_text(node)
        if name not in MARKS or text is None:
            continue
        formatted = isinstance(text, ast.JoinedStr) or (
            isinstance(text, ast.Call) and getattr(text.func, "attr", "") == "format"
        )
        braces = isinstance(text, ast.Constant) and isinstance(text.value, str) and BRACES.search(text.value)
        if formatted or braces or isinstance(text, ast.BinOp):
            wrong.append(f"{shown(path)}:{node.lineno}")

    assert not wrong, (
        f'Write _("… %(name)s …") % {{"name": …}}; a formatted string is never found again: {wrong}'
    )


def extracted(tmp_path: Path) -> set[str]:
    """Return the messages that xgettext finds in the Python files, and Django's parser in the templates."""
    from django.utils.translation.template import templatize

    sources = []
    for path in modules():
        sources.append(path)
    for path in sorted(PACKAGE.rglob("templates/**/*")):
        if path.is_file():
            copy = tmp_path / (dotted(path).replace(".", "_") + path.name + ".py")
            copy.write_text(templatize(path.read_text(encoding="utf-8"), origin=path.name), encoding="utf-8")
            sources.append(copy)
    found = tmp_path / "found.pot"
    subprocess.run(
        ["xgettext", "--from-code=UTF-8", "--language=Python", "--force-po", "-o", str(found),
         "--keyword=gettext_noop", "--keyword=gettext_lazy", "--keyword=ngettext_lazy:1,2", "--keyword=pgettext:1c,2",
         *map(str, sources)],
        check=True, capture_output=True,
    )  # fmt: skip
    return {entry.msgid for entry in polib.pofile(str(found))}


@pytest.mark.skipif(not shutil.which("xgettext"), reason="needs xgettext (the package gettext)")
def test_every_message_in_the_code_has_an_entry(catalogue, tmp_path):
    known = {entry.msgid for entry in catalogue}
    missing = sorted(extracted(tmp_path) - known)

    assert not missing, f"Add them to {shown(CATALOGUE)}: {missing}"


def test_both_languages_fill_the_same_places_when_a_message_is_shown(catalogue):
    class Anything(dict):
        def __missing__(self, key: str) -> int:
            return 1

    for entry in catalogue:
        for text in filter(None, [entry.msgid, entry.msgstr, *entry.msgstr_plural.values()]):
            if "python-format" in entry.flags or NAMED.search(text):
                assert text % Anything() or True  # a stray per cent sign raises
