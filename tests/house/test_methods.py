"""Every method has a page, an example that is true, and an explanation in both languages."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from samsyn.analysis.catalogue import METHODS, QUESTIONS, Method, load
from samsyn.cli.main import main
from samsyn.reports.explain import explain, without_sentence
from samsyn.reports.words import LANGUAGES
from tests.house.tree import ROOT

PAGES = ROOT / "docs" / "reference" / "metoder"
HEADINGS = ("När", "När inte", "Formel", "Exempel", "Storlek och täckning", "Källa")
FORBIDDEN = re.compile(r"signifikan|significan|ingen förändring|no change", re.IGNORECASE)


def block(page: str, name: str) -> Any:
    found = re.search(rf"^```json {name}\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert found, f"the page needs a block ```json {name}"
    return json.loads(found[1])


def agrees(wanted: Any, found: Any, where: str = "") -> list[str]:
    """Return where an answer differs from the page, which is rounded to four decimals."""
    if isinstance(wanted, dict):
        return [
            line
            for key, part in wanted.items()
            for line in (
                agrees(part, found[key], f"{where}/{key}")
                if isinstance(found, dict) and key in found
                else [f"{where}/{key} is missing"]
            )
        ]
    if isinstance(wanted, list):
        if not isinstance(found, list) or len(found) != len(wanted):
            return [f"{where}: {found!r}, the page says {wanted!r}"]
        return [
            line
            for at, (part, one) in enumerate(zip(wanted, found, strict=True))
            for line in agrees(part, one, f"{where}/{at}")
        ]
    if isinstance(wanted, float) or (isinstance(found, float) and isinstance(wanted, int)):
        same = found is not None and found == pytest.approx(wanted, rel=1e-3, abs=6e-5)
    else:
        same = wanted == found
    return [] if same else [f"{where}: {found!r}, the page says {wanted!r}"]


def answer_of(method: Method, arguments: Any, tmp_path: Path, capsys: Any, *more: str) -> Any:
    file = tmp_path / "input.json"
    file.write_text(json.dumps(arguments), encoding="utf-8")
    code = main(["analyse", method.name, "--input", str(file), "--json", *more])
    told = json.loads(capsys.readouterr().out)
    assert code == 0, told
    return told


def test_names_are_unique_and_questions_are_known():
    names = [method.name for method in METHODS]

    assert len(set(names)) == len(names)
    assert {method.question for method in METHODS} <= set(QUESTIONS)


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_a_method_can_be_loaded(method):
    assert callable(load(method.name))


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_a_method_has_a_page_with_its_headings_that_the_list_names(method):
    page = (PAGES / method.page).read_text(encoding="utf-8")

    assert page.startswith("# ")
    assert tuple(re.findall(r"^## (.+)$", page, re.MULTILINE)) == HEADINGS
    assert f"({method.page})" in (PAGES / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_the_example_of_a_page_is_what_the_command_answers(method, tmp_path, capsys):
    page = (PAGES / method.page).read_text(encoding="utf-8")

    told = answer_of(method, block(page, "indata"), tmp_path, capsys)

    wanted = block(page, "svar")
    assert wanted, "show a few keys of the answer"
    assert not agrees(wanted, told["answer"])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_a_method_is_explained_without_saying_more_than_it_knows(method, language, tmp_path, capsys):
    page = (PAGES / method.page).read_text(encoding="utf-8")
    facts = answer_of(method, block(page, "indata"), tmp_path, capsys)["answer"]

    sentences = explain(method.name, facts, language)

    assert len(sentences) >= 2
    assert not any(FORBIDDEN.search(sentence) for sentence in sentences), sentences
    assert not any("%(" in sentence or "None" in sentence for sentence in sentences), sentences


def test_every_page_is_about_a_method():
    pages = {method.page for method in METHODS}
    about_all = {"README.md", "simulering.md"}
    orphans = sorted(path.name for path in PAGES.glob("*.md") if path.name not in pages | about_all)

    assert not orphans, f"No method has these pages: {orphans}"


def test_every_reservation_has_a_sentence():
    assert not without_sentence(), "Add them to RESERVATIONS of reports/explain.py"
