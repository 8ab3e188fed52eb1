"""Every error has a code of its own, a page, and both its sentences in Swedish."""

from __future__ import annotations

import importlib
import re

import pytest

from samsyn.domain.errors import SamsynError
from samsyn.reports.words import words
from tests.house.tree import ROOT, dotted, modules

PAGES = ROOT / "docs" / "errors"
# The range of codes of each package, by the digit after SAM.
RANGES = {
    "samsyn.domain": "0", "samsyn.geography": "1", "samsyn.store": "2", "samsyn.analysis": "3",
    "samsyn.studies": "4", "samsyn.reports": "5", "samsyn.web": "6", "samsyn.cli": "7",
}  # fmt: skip


def all_errors() -> list[type[SamsynError]]:
    """Return every error of the package, after importing every module that may define one."""
    import django

    django.setup()
    for path in modules():
        if "SamsynError" in path.read_text(encoding="utf-8") or path.stem == "errors":
            importlib.import_module(dotted(path))
    found: list[type[SamsynError]] = []
    waiting = [SamsynError]
    while waiting:
        below = waiting.pop().__subclasses__()
        waiting += below
        found += [one for one in below if one.__module__.startswith("samsyn.")]
    return sorted(found, key=lambda one: (one.code, one.__qualname__))


ERRORS = [one for one in all_errors() if one.code]


def test_every_error_has_a_code_that_nobody_else_has():
    holders: dict[str, list[str]] = {}
    for error in ERRORS:
        if "code" in vars(error):
            holders.setdefault(error.code, []).append(f"{error.__module__}.{error.__qualname__}")
    shared = {code: names for code, names in holders.items() if len(names) > 1}

    assert not shared, f"Give each a code of its own: {shared}"


def test_every_error_that_is_raised_has_a_code():
    bare = [
        f"{one.__module__}.{one.__qualname__}"
        for one in all_errors()
        if not one.code and not one.__subclasses__()
    ]

    assert not bare, f"Give them code, template and mend: {bare}"


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: f"{error.code}-{error.__name__}")
def test_a_code_is_in_its_packages_range(error):
    package = ".".join(error.__module__.split(".")[:2])

    assert re.fullmatch(rf"SAM{RANGES[package]}\d\d", error.code), (
        f"{package} has the codes SAM{RANGES[package]}00–99"
    )


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: f"{error.code}-{error.__name__}")
def test_an_error_says_what_happened_and_how_to_mend_it(error):
    assert error.template, "template: what happened, and where"
    assert error.mend, "mend: what the reader does now"


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: f"{error.code}-{error.__name__}")
def test_an_error_speaks_swedish(error):
    swedish = words("sv").catalogue
    # A sentence that is nothing but a placeholder is filled with words that have their own entry.
    sentences = [text for text in (error.template, error.mend) if re.sub(r"%\(\w+\)s", "", text).strip()]
    untranslated = [text for text in sentences if swedish.gettext(text) == text]

    assert not untranslated, f"No Swedish for {untranslated}; add it to src/samsyn/locale/sv"


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: f"{error.code}-{error.__name__}")
def test_an_error_has_a_page_in_swedish(error):
    page = PAGES / f"{error.code}.md"

    assert page.is_file(), f"Write {page.relative_to(ROOT)}: what happened, an example, how to mend it"
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"# {error.code}"), f"Begin the page with '# {error.code}: …'"
    assert len(text) > 80, "Say what happened and how to mend it"


def test_every_page_is_about_an_error_that_exists():
    codes = {error.code for error in ERRORS}
    orphans = sorted(page.name for page in PAGES.glob("SAM*.md") if page.stem not in codes)

    assert not orphans, f"No error has these codes; remove or rename the pages: {orphans}"
