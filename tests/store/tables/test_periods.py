"""Printed periods."""

from __future__ import annotations

from datetime import date

import pytest

from samsyn.store.tables.periods import cut_short, read_period


@pytest.mark.parametrize(
    ("text", "first", "end"),
    [
        ("2017", date(2017, 1, 1), date(2018, 1, 1)),
        ("År 2017", date(2017, 1, 1), date(2018, 1, 1)),
        ("H1 2020", date(2020, 1, 1), date(2020, 7, 1)),
        ("2020 H2", date(2020, 7, 1), date(2021, 1, 1)),
        ("första halvåret 2020", date(2020, 1, 1), date(2020, 7, 1)),
        ("Kv 4 2019", date(2019, 10, 1), date(2020, 1, 1)),
        ("2019-10", date(2019, 10, 1), date(2019, 11, 1)),
        ("2019M10", date(2019, 10, 1), date(2019, 11, 1)),
        ("2019K4", date(2019, 10, 1), date(2020, 1, 1)),
        ("jan–jun 2019", date(2019, 1, 1), date(2019, 7, 1)),
        ("januari-oktober 2019", date(2019, 1, 1), date(2019, 11, 1)),
        ("december 2019", date(2019, 12, 1), date(2020, 1, 1)),
        ("2008–2018", date(2008, 1, 1), date(2019, 1, 1)),
    ],
)
def test_a_printed_period_has_a_first_day_and_a_day_after_the_last(text: str, first: date, end: date) -> None:
    period = read_period(text)
    assert period is not None
    assert (period.first, period.end) == (first, end)


@pytest.mark.parametrize("text", ["jan–jun", "våren 2020", "hösten 2018", "vintern 2019"])
def test_a_period_that_the_paper_leaves_open_is_not_certain(text: str) -> None:
    period = read_period(text)
    assert period is not None
    assert not period.certain


@pytest.mark.parametrize("text", ["103", "1795", "22 235", "3017", "Totalt", "", "2017 2018", "2019-13"])
def test_other_texts_are_no_periods(text: str) -> None:
    assert read_period(text) is None


def test_a_star_on_a_year_is_kept() -> None:
    period = read_period("2019*")
    assert period is not None
    assert (period.year, period.mark) == (2019, "*")


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        ("2019 avser till och med 2019-10-31", (2019, date(2019, 11, 1))),
        ("2019 t.o.m. 31 oktober", (2019, date(2019, 11, 1))),
        ("Siffrorna för 2019 gäller fram till och med oktober 2019", (2019, date(2019, 11, 1))),
        ("2019 tom okt", (2019, date(2019, 11, 1))),
        ("Preliminära uppgifter för 2019", None),
        ("2019 till och med 2019-02-31", None),
    ],
)
def test_a_footnote_says_where_a_year_is_cut(note: str, expected: tuple[int, date] | None) -> None:
    assert cut_short(note) == expected
