"""A pasted copy of a published table becomes the series that the demo has, column by column."""

from __future__ import annotations

from pathlib import Path

import pytest

from samsyn.demo.parts import DemoDataset
from samsyn.demo.published_tables import stad_table, vision_klara_table
from samsyn.store.tables import Outcome, read_text
from tests.store.tables.conftest import ASSAULT, HEADINGS, NOTES, REGION, YEARS, blanked, load, tabbed

KEY = ["series", "sex", "age_group", "scheme", "code", "vintage", "period_start", "period_end", "status"]
STAD, KLARA = stad_table(), vision_klara_table()


def figures(frame) -> dict[tuple, float | None]:
    """Return the figures of a frame by what they are about."""
    found = {tuple(row[name] for name in KEY): row["value"] for row in frame.to_dict("records")}
    assert len(found) == len(frame)
    return {key: None if key[-1] == "missing" else float(value) for key, value in found.items()}


def declared(table: DemoDataset | Outcome) -> dict:
    return {series.slug: series for series in table.series}


def test_typed_in_assaults_are_the_demos_series_with_sex_and_age_group() -> None:
    title = "Misshandel utomhus (ej målsägande 0-6 år) – anmälda brott, basområdet"
    outcome = load(read_text(tabbed(ASSAULT, title, HEADINGS) + "\n\n" + NOTES))
    assert outcome.errors == ()
    frame = STAD.frame
    of_places = frame[(frame["series"] == "misshandel-utomhus") & (frame["code"] != "snitt")]
    assert figures(outcome.rows) == figures(of_places)
    assert declared(outcome) == {"misshandel-utomhus": declared(STAD)["misshandel-utomhus"]}


@pytest.mark.parametrize("form", [tabbed, blanked])
def test_typed_in_drug_offences_are_one_series_with_an_age_group(form) -> None:
    drugs = {("Sergels torg", "2017"): (562, 87), ("Sergels torg", "2018"): (768, 142)}
    headings = ("Narkotika totalt", "Narkotika totalt <18år")
    outcome = load(read_text(form(drugs, "Narkotikabrott per basområde", headings)))
    answered = {key: value for key, value in figures(outcome.rows).items() if key[0] == "narkotikabrott"}
    there = figures(STAD.frame)
    assert len(answered) == 4
    assert answered == {key: there[key] for key in answered}


def test_a_typed_in_long_series_is_the_demos_series_of_the_region() -> None:
    page = f"Totalt anmälda\nnarkotikabrott {YEARS}\n\nRegion Stockholm {REGION}\n\nKälla: BRÅ"
    outcome = load(read_text(page))
    assert outcome.errors == ()
    frame = KLARA.frame
    region = frame[(frame["scheme"] == "polisregion") & (frame["series"] == "narkotikabrott")]
    assert figures(outcome.rows) == figures(region)
    assert declared(outcome)["narkotikabrott"] == declared(KLARA)["narkotikabrott"]


@pytest.mark.reference
@pytest.mark.parametrize(
    ("name", "first", "last", "table"),
    [("STAD2.txt", 272, 610, STAD), ("VK1.txt", 1936, 2010, KLARA)],
    ids=["STAD", "Vision Klara"],
)
def test_the_copy_from_the_report_is_the_demos_table(
    reference: Path, name: str, first: int, last: int, table: DemoDataset
) -> None:
    lines = (reference / "sources" / name).read_text(encoding="utf-8").splitlines(keepends=True)
    outcome = load(read_text("".join(lines[first - 1 : last])))
    assert outcome.errors == ()
    assert figures(outcome.rows) == figures(table.frame)
    assert declared(outcome) == declared(table)
