"""What a situational picture says, in words."""

from __future__ import annotations

import re

import pytest

from samsyn.domain.access import SharingClass
from samsyn.reports import render_html
from samsyn.reports.document import (
    Document,
    FiguresTable,
    HiddenCell,
    MissingCell,
    NumberCell,
    Row,
    SparkCell,
    Summary,
    VerdictCell,
)
from samsyn.reports.texts import VERDICTS, verdict_word
from samsyn.reports.words import words
from samsyn.studies.findings import Word
from tests.reports.pictures import document


def rows(found: Document) -> dict[str, Row]:
    tables = (b for s in found.sections for b in s.blocks if isinstance(b, FiguresTable))
    return {row.header: row for table in reversed(list(tables)) for row in table.rows}


def html(found: Document) -> str:
    return render_html.render(found).replace("\u00a0", " ")


@pytest.fixture(scope="module")
def sergel() -> Document:
    return document()


def test_the_picture_opens_with_three_sentences(sergel: Document) -> None:
    (summary,) = (b for b in sergel.sections[0].blocks if isinstance(b, Summary))
    assert [point.heading for point in summary.points] == [
        "Tydligt färre",
        "Ryms inom normal variation",
        "Läs inte som brottslighet",
    ]
    assert "Tydlig minskning från 2018 till 2019: stöld." in summary.points[0].text
    assert "olaga hot" in summary.points[1].text
    assert "Narkotikabrott: 768 år 2018, 327 år 2019." in summary.points[2].text


def test_theft_reads_as_a_clear_decrease_with_counts_per_cent_and_interval(sergel: Document) -> None:
    verdict = next(c for c in rows(sergel)["Stöld"].cells if isinstance(c, VerdictCell))
    assert verdict.word == "Tydlig minskning"
    assert not verdict.plain
    assert re.fullmatch(r"−174 · −42\s% \(−5[678]\still\s−2[0-3]\)", verdict.figures)


def test_detection_driven_series_cannot_be_interpreted_and_are_drawn_as_outlines(sergel: Document) -> None:
    row = rows(sergel)["Narkotikabrott"]
    assert row.detection
    assert {c.word for c in row.cells if isinstance(c, VerdictCell)} == {"Kan inte tolkas"}
    assert all(c.detection for c in row.cells if isinstance(c, SparkCell))


def test_the_ratio_stands_with_its_mean_and_the_interval_of_rounding(sergel: Document) -> None:
    cell = rows(sergel)["Narkotikabrott"].cells[-1]
    assert isinstance(cell, NumberCell)
    assert (cell.text, cell.small) == ("11,7×", "snitt 28 · 11,5–11,9")


@pytest.mark.parametrize(("word", "text"), [
    (Word.CLEAR_INCREASE, "Tydlig ökning"), (Word.CLEAR_DECREASE, "Tydlig minskning"),
    (Word.POSSIBLE_INCREASE, "Möjlig ökning"), (Word.POSSIBLE_DECREASE, "Möjlig minskning"),
    (Word.WITHIN_NORMAL_VARIATION, "Ryms inom normal variation"),
    (Word.CANNOT_BE_COMPUTED, "Kan inte beräknas"), (Word.CANNOT_BE_INTERPRETED, "Kan inte tolkas"),
])  # fmt: skip
def test_a_verdict_is_one_of_the_fixed_words(word: Word, text: str) -> None:
    assert verdict_word(words("sv"), word) == text
    assert set(VERDICTS) == set(Word)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_picture_never_says_more_than_the_check_behind_it(language: str) -> None:
    said = html(document(language)).casefold()
    for banned in ("trolig", "signifikan", "ingen förändring", "likely", "significan", "no change"):
        assert banned not in said


def test_a_picture_in_swedish_has_no_english_left(sergel: Document) -> None:
    said = html(sergel)
    for english in ("Within", "Clear ", "reported", "Per hectare", "missing", "number of", "The "):
        assert english not in said, english


def test_the_reading_box_stands_with_every_detection_driven_total(sergel: Document) -> None:
    said = html(sergel)
    assert "nästan bara när polisen letar" in said
    assert "Mindre polisarbete kan förklara minskningen" in said
    assert "Mindre handel kan förklara minskningen" in said
    assert "Läs den bredvid misshandel utomhus: 103 (2017), 71 (2018), 39 (2019)." in said


def test_the_family_of_comparisons_is_told_under_the_figures(sergel: Document) -> None:
    assert re.search(r"Alla 22 jämförelser .* omkring 1,1 av 22 jämförelser", html(sergel))


def test_a_missing_figure_is_said_with_its_reason() -> None:
    found = document(name="Hässelby torg")
    row = rows(found)["Narkotikabrott, under 18 år"]
    assert row.cells[0] == MissingCell("uppgift saknas")
    said = html(found)
    assert "Narkotikabrott, under 18 år, 2017: uppgift saknas. Källan har ett streck" in said
    assert "eftersom källan saknar uppgift för 2017" in said


def test_hidden_missing_and_zero_look_different() -> None:
    found = document(audience=SharingClass.OPEN, published=False)
    cells = [cell for row in rows(found).values() for cell in row.cells]
    assert {c.text for c in cells if isinstance(c, HiddenCell)} == {"<5", "skyddas"}
    assert "”&lt;5” är ett antal personer från 1 till 4" in html(found)


def test_no_alternative_text_tells_a_hidden_figure() -> None:
    found = document(audience=SharingClass.OPEN, published=False)
    row = rows(found)["Misshandel utomhus, flickor"]
    spark = next(c for c in row.cells if isinstance(c, SparkCell))
    assert spark.alternative == "7, <5, <5"
    assert spark.values == (7, None, None)


def test_who_agrees_and_who_does_not_are_both_in_the_picture(sergel: Document) -> None:
    said = html(sergel)
    assert "Godkänd av Kommunpolis, Norrmalm" in said
    assert "Trafikförvaltningen håller inte med" in said
    assert "Inte besvarad än." in said


def test_sources_name_version_file_and_each_cell(sergel: Document) -> None:
    assert any("inläst 20\u00a0november 2026 som version 1" in line for line in sergel.sources)
    assert "2017: r2 k3 ”103”" in html(sergel)


def test_an_event_that_touches_a_whole_column_is_said_once(sergel: Document) -> None:
    said = html(sergel)
    assert "A, Ombyggnad av torget, stör 2018 → 2019 och 2017 → 2019." in said
    assert "störs av A" not in said


def test_a_jump_in_residents_is_to_be_explained(sergel: Document) -> None:
    said = html(sergel)
    assert "69 440 invånare 2017 och 71 936 2018" in said
    assert "De pekar åt olika håll" in said
