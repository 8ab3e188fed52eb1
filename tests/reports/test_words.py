"""Numbers, dates and periods as people write them."""

from __future__ import annotations

from datetime import date

import pytest

from samsyn.reports.errors import UnknownLanguage
from samsyn.reports.words import words

SV, EN = words("sv"), words("en")


@pytest.mark.parametrize(
    ("value", "decimals", "signed", "sv", "en"),
    [
        (1814, 0, False, "1 814", "1,814"),
        (-0.4, 1, False, "−0,4", "−0.4"),
        (-0.04, 1, True, "0,0", "0.0"),
        (3, 0, True, "+3", "+3"),
        (0, 0, True, "0", "0"),
        (-174, 0, True, "−174", "−174"),
        (1234567.25, 2, False, "1 234 567,25", "1,234,567.25"),
    ],
)
def test_numbers_are_written_as_the_language_does(
    value: float, decimals: int, signed: bool, sv: str, en: str
) -> None:
    assert SV.number(value, decimals, signed=signed).replace("\u00a0", " ") == sv
    assert EN.number(value, decimals, signed=signed) == en


def test_a_change_in_per_cent_has_a_true_minus_and_a_hard_space() -> None:
    assert SV.percent(-0.42) == "−42\u00a0%"
    assert EN.percent(-0.42) == "−42%"


def test_an_interval_of_a_change_is_read_with_till() -> None:
    assert SV.change_span(-0.57, -0.21) == "−57 till −21"
    assert SV.change_span(-0.74, 0.17) == "−74 till +17"


@pytest.mark.parametrize(
    ("first", "end", "sv"),
    [
        (date(2017, 1, 1), date(2018, 1, 1), "2017"),
        (date(2017, 1, 1), date(2020, 1, 1), "2017–2019"),
        (date(2020, 1, 1), date(2020, 7, 1), "första halvåret 2020"),
        (date(2020, 7, 1), date(2021, 1, 1), "andra halvåret 2020"),
        (date(2019, 1, 1), date(2019, 11, 1), "januari–oktober 2019"),
        (date(2019, 3, 1), date(2019, 4, 1), "mars 2019"),
        (date(2019, 3, 5), date(2019, 3, 12), "5\u00a0mars 2019 – 11\u00a0mars 2019"),
    ],
)
def test_a_half_open_period_is_written_with_its_last_day_in_it(first: date, end: date, sv: str) -> None:
    assert SV.period(first, end) == sv


@pytest.mark.parametrize(
    ("items", "text"), [([], ""), (["a"], "a"), (["a", "b"], "a och b"), (["a", "b", "c"], "a, b och c")]
)
def test_items_are_listed_as_in_a_sentence(items: list[str], text: str) -> None:
    assert SV.listing(items) == text


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(UnknownLanguage):
        words("xx")


def test_a_message_without_translation_falls_back_to_english() -> None:
    assert SV.gettext("A sentence that nobody has written") == "A sentence that nobody has written"
