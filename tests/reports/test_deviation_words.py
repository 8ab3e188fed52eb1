"""What the deviation view says, draws and hides."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import date, timedelta

import pytest

from samsyn.domain.calendar import Period
from samsyn.reports.deviation_words import basis, kind_name, line_words, summary
from samsyn.reports.words import words
from samsyn.studies.deviations import DeviationFindings, DeviationLine, Span

MONDAY = date(2026, 11, 9)
LINE = DeviationLine(
    place="torget", kind="assault", weekdays=(), hours=(), observed=14, expected=5.2, low=1.0, high=11.0,
    detection_driven=False, phi=1.3, p=0.0001, q=0.001, also=0,
    days=(MONDAY - timedelta(days=7), MONDAY), course=(4, 14), foretold=(5.0, 5.2),
)  # fmt: skip
FOUND = DeviationFindings(
    period=Period(MONDAY, MONDAY + timedelta(days=7)), span=Span.WEEK, quiet=False, lines=(LINE,), more=0,
    possible=2, examined=40, sparse=3, history=150,
)  # fmt: skip


@pytest.mark.parametrize(
    ("language", "verdict", "figures"),
    [
        ("sv", "Tydligt fler än väntat", "14 händelser; väntat 5,2 (1 till 11)."),
        ("en", "Clearly more than expected", "14 events; 5.2 expected (1 to 11)."),
    ],
)
def test_a_line_says_what_came_and_what_was_expected(language, verdict, figures):
    told = line_words(LINE, FOUND, words(language))

    assert (told.verdict, told.figures, told.note, told.when) == (verdict, figures, "", "")


@pytest.mark.parametrize(("observed", "word"), [(30, "mer arbete"), (1, "mindre arbete")])
def test_what_the_police_look_for_gets_both_readings_and_no_direction(observed, word):
    line = replace(LINE, kind="drug_offence", detection_driven=True, observed=observed, course=(9, observed))
    told = line_words(line, FOUND, words("sv"))

    assert told.verdict == "Tydligt annat än väntat"
    assert word in told.note
    assert "handel" in told.note
    assert not re.search("bättre|sämre|ökat|minskat", told.note + told.verdict)
    assert 'class="bar detect now"' in told.picture


def test_a_part_of_the_week_is_named():
    line = replace(LINE, weekdays=(4, 5, 6), hours=(18, 24))

    assert line_words(line, FOUND, words("sv")).when == "fredag till söndag, 18–24"
    assert line_words(line, FOUND, words("en")).when == "Friday to Sunday, 18–24"


def test_the_picture_is_well_formed_and_says_the_same_in_words():
    picture = ET.fromstring(line_words(LINE, FOUND, words("sv")).picture)

    assert picture.get("role") == "img"
    assert "14" in picture.get("aria-label")
    assert len([one for one in picture if one.tag == "rect"]) == 2


def test_a_hidden_step_is_a_gap_in_the_picture_and_a_mark_in_the_table():
    line = replace(LINE, course=(None, 14))
    told = line_words(line, replace(FOUND, threshold=5, lines=(line,)), words("sv"))

    assert 'class="missing"' in told.picture
    assert [row[1] for row in told.rows] == ["14", "<5"]
    assert "mellan <5 och 14" in ET.fromstring(told.picture).get("aria-label")


def test_the_table_is_newest_first_and_as_long_as_the_course():
    told = line_words(LINE, FOUND, words("sv"))

    assert [row[0] for row in told.rows] == ["9\u00a0november 2026", "2\u00a0november 2026"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"quiet": True, "lines": ()}, "Lugnt"),
        ({}, "en sak"),
        ({"more": 3}, "4 saker"),
        ({"quiet": True, "lines": (), "refused": "SAM319"}, "två år"),
        ({"quiet": True, "lines": (), "refused": "SAM314"}, "för få händelser"),
    ],
)
def test_the_summary_says_quiet_only_when_it_was_judged(change, said):
    assert said in summary(replace(FOUND, **change), words("sv"))


def test_the_basis_names_how_many_were_judged_and_against_what():
    text = basis(FOUND, words("sv"))

    assert all(number in text for number in ("40", "150", "2", "3"))


def test_an_observation_without_a_group_keeps_its_own_name():
    assert kind_name("observation:kanyler", words("sv")) == "kanyler"
