"""A pasted roster: every row is read, every error is told at once, and the nights of the clock hold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from samsyn.domain.roster import read_roster
from samsyn.domain.row_problems import PROBLEMS
from samsyn.reports.words import words

FUNCTIONS = {"Ungdomsjouren": "u", "Ordningsvakter": "o"}
PARTS = {"Norra trappan": "n", "Entrén": "e"}
HEAD = "funktion\tdag\tfrån\ttill\tdelplatser\n"


def problems(text: str) -> list[tuple[int, str, str]]:
    return [(one.row, one.column, one.code) for one in read_roster(text, FUNCTIONS, PARTS).problems]


def test_a_roster_copied_from_a_spreadsheet_is_read():
    reading = read_roster(
        HEAD + "ungdomsjouren\tfre 2026-11-20\t18\t02\tNorra trappan, entrén\n"
        "Ordningsvakter\t2026-11-20\t07:00\t15.30\t\n",
        FUNCTIONS,
        PARTS,
    )
    assert reading.problems == ()
    first, second = reading.rows
    assert (first.function, first.sub_places) == ("u", ("n", "e"))
    assert first.ends_at == datetime(2026, 11, 21, 1, tzinfo=UTC)
    assert second.ends_at - second.starts_at == timedelta(hours=8, minutes=30)


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_semicolons_and_commas_do_as_well(delimiter):
    text = "funktion;dag;från;till\nUngdomsjouren;2026-11-20;18;24".replace(";", delimiter)
    assert len(read_roster(text, FUNCTIONS, PARTS).rows) == 1


def test_every_error_is_told_at_once_with_its_row_and_column():
    text = (
        HEAD + "Ungdomsjour\t2026-11-20\t18\t02\t\n"
        "Ordningsvakter\ti dag\t25\t02\tTaket\n"
        "\t2026-11-20\t18\t18\t\n"
    )
    assert problems(text) == [
        (2, "function", "function_unknown"),
        (3, "day", "day_unreadable"),
        (3, "from", "clock_unreadable"),
        (3, "sub_places", "sub_place_unknown"),
        (4, "function", "cell_empty"),
        (4, "to", "shift_empty"),
    ]


def test_the_nearest_function_is_named():
    reading = read_roster(HEAD + "Ungdomsjour\t2026-11-20\t18\t02\t\n", FUNCTIONS, PARTS)
    assert dict(reading.problems[0].facts)["near"] == "Ungdomsjouren"


def test_a_table_without_its_headings_says_which_are_missing():
    assert problems("funktion;dag\nUngdomsjouren;2026-11-20") == [
        (1, "from", "column_missing"),
        (1, "to", "column_missing"),
    ]


def test_two_rows_at_the_same_time_are_told_of():
    text = HEAD + "Ungdomsjouren\t2026-11-20\t18\t02\t\nUngdomsjouren\t2026-11-21\t01\t04\t\n"
    assert problems(text) == [(3, "from", "shift_overlaps_row")]


@pytest.mark.parametrize(
    ("day", "start", "end", "hours"),
    [("2026-03-28", "22", "06", 7), ("2026-10-24", "22", "06", 9), ("2026-10-25", "00", "02:30", 3.5)],
)
def test_the_nights_of_the_clock_have_their_true_length(day, start, end, hours):
    text = f"{HEAD}Ungdomsjouren\t{day}\t{start}\t{end}\t\n"
    (row,) = read_roster(text, FUNCTIONS, PARTS).rows
    assert row.ends_at - row.starts_at == timedelta(hours=hours)


def test_a_time_that_the_clock_skips_is_refused():
    assert problems(f"{HEAD}Ungdomsjouren\t2026-03-29\t02:30\t06\t\n") == [(2, "from", "clock_skipped")]


def test_a_whole_day_is_one_shift():
    (row,) = read_roster(f"{HEAD}Ordningsvakter\t2026-11-20\t00\t24\t\n", FUNCTIONS, PARTS).rows
    assert row.ends_at - row.starts_at == timedelta(hours=24)


@given(st.text(max_size=120))
def test_no_text_makes_the_reader_fall(text):
    reading = read_roster(HEAD + text, FUNCTIONS, PARTS)
    assert all(row.ends_at > row.starts_at for row in reading.rows)


def test_every_problem_and_its_mend_speak_swedish():
    swedish = words("sv").catalogue
    assert [text for pair in PROBLEMS.values() for text in pair if swedish.gettext(text) == text] == []
