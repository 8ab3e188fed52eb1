"""The scenarios of the simulations can be run, and the page tells of every one."""

from __future__ import annotations

import importlib
import sys
import xml.etree.ElementTree as ET

import pytest
from tests.house.tree import ROOT

from samsyn.analysis.catalogue import METHODS

PAGES = ROOT / "docs" / "reference" / "metoder"


@pytest.fixture(scope="module")
def bench():
    before = list(sys.path)
    sys.path.insert(0, str(ROOT / "benchmarks"))
    try:
        yield importlib.import_module("bench_simulation")
    finally:
        sys.path[:] = before


def test_every_scenario_is_of_a_method_and_has_a_name_of_its_own(bench):
    every = bench.scenarios()
    keys = [one.key for one in every]

    assert {one.method for one in every} <= {method.name for method in METHODS}
    assert len(set(keys)) == len(keys)


def test_every_scenario_runs_once(bench):
    for number, one in enumerate(bench.scenarios()):
        ran = bench.run_chunk(number, 0, 1)
        asked = sum(ran["told"][claim][1] for claim in bench.CLAIMS)
        assert asked >= 1, one.key


def test_the_page_has_a_row_for_every_scenario_and_shows_the_figure(bench):
    page = (PAGES / "simulering.md").read_text(encoding="utf-8")

    for one in bench.scenarios():
        assert f"| [{one.method}]({one.method}.md) | {one.situation} |" in page
    assert "(bilder/simulering.svg)" in page
    assert "(simulering.md)" in (PAGES / "README.md").read_text(encoding="utf-8")


def test_the_figure_has_a_title_and_names_every_method(bench):
    root = ET.parse(PAGES / "bilder" / "simulering.svg").getroot()
    names = {text.text for text in root.iter("{http://www.w3.org/2000/svg}text")}

    assert root.find("{http://www.w3.org/2000/svg}title").text
    assert {one.method for one in bench.scenarios()} <= names


@pytest.mark.parametrize(
    ("claim", "exact", "value", "spread", "word"),
    [
        ("rejects", False, 0.052, 0.01, "inside"),
        ("rejects", False, 0.06, 0.01, "within_chance"),
        ("rejects", False, 0.08, 0.01, "above"),
        ("rejects", False, 0.02, 0.01, "below"),
        ("rejects", True, 0.0, 0.01, "inside"),
        ("rejects", True, 0.08, 0.01, "above"),
        ("covers", False, 0.92, 0.01, "below"),
        ("covers", True, 1.0, 0.0, "inside"),
        ("covers", True, 0.93, 0.01, "below"),
    ],
)
def test_the_verdict_says_which_side_of_the_bar(bench, claim, exact, value, spread, word):
    assert bench.verdict(claim, exact, value, value - spread, value + spread) == word
