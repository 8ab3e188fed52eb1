"""Answers in sentences: the numbers are there, the words are the fixed ones, reservations follow."""

from __future__ import annotations

import pytest

from samsyn.analysis.change import compare_counts
from samsyn.analysis.denominators import rate_decomposition
from samsyn.analysis.plain_values import breaks_in_rates, judge_series, percent_change_of_counts
from samsyn.analysis.rates import rate, ratio_to_rounded_mean
from samsyn.reports.errors import UnknownLanguage
from samsyn.reports.explain import explain

YEAR = {"days_before": 365, "days_after": 365}


def said(method: str, facts: dict, language: str = "en") -> str:
    return " ".join(explain(method, facts, language)).replace("\u00a0", " ")


def test_an_estimate_is_told_with_unit_interval_n_and_method():
    text = said("rate", rate(48, 3200).to_dict())

    assert "1,500 per 100 000 residents" in text
    assert "1,106 to 1,989 (95% interval)" in text
    assert "n = 48" in text
    assert "Garwood" in text


def test_the_range_of_rounding_is_not_called_an_interval_of_chance():
    text = said("ratio-to-rounded-mean", ratio_to_rounded_mean(71, 9).to_dict())

    assert "Rounding leaves 7.47 to 8.35." in text
    assert "interval)" not in text


def test_an_infinite_limit_is_told_as_at_least():
    assert "at least 2" in said("x", ratio_to_rounded_mean(2, 0.5).to_dict())


@pytest.mark.parametrize(
    ("after", "sv", "en"),
    [
        (10, "tydlig förändring", "clear change"),
        (21, "möjlig förändring", "possible change"),
        (38, "ryms inom normal variation", "within normal variation"),
    ],
)
def test_a_family_has_three_words(after, sv, en):
    facts = judge_series([{"label": "Rån", "before": 40, "after": after}]).to_dict()

    assert f": {sv}." in said("judge-family", facts, "sv")
    assert f": {en}." in said("judge-family", facts)
    assert "Rån: from 40 to" in said("judge-family", facts)


def test_counts_that_follow_the_work_get_no_word():
    facts = judge_series([{"before": 40, "after": 4, "detection_driven": True}]).to_dict()

    assert "no verdict" in said("judge-family", facts)
    assert "may mean less work" in said("judge-family", facts) or "fall may mean" in said(
        "judge-family", facts
    )


@pytest.mark.parametrize(
    ("after", "part"), [(38, "within what such counts vary"), (8, "larger than such counts vary")]
)
def test_two_counts_are_told_with_difference_and_p(after, part):
    facts = compare_counts(40, after, **YEAR).to_dict()
    text = said("compare-counts", facts)

    assert f"from 40 to {after} (−{40 - after})" in text
    assert part in text
    assert "two-sided" in text


def test_a_tiny_p_is_not_told_as_zero():
    assert "p < 0.0001" in said("compare-counts", compare_counts(400, 100, **YEAR).to_dict())


def test_a_withheld_percentage_says_why():
    text = said("percent-change", percent_change_of_counts(9, 2).to_dict())

    assert "withheld" in text
    assert "so small that the change in per cent is not shown" in text


def test_reservations_inside_parts_are_told_once():
    facts = {"results": [one.to_dict() for one in breaks_in_rates([1000, 1200], [1000, 1000])] * 2}

    text = said("denominator-breaks", facts)

    assert text.count("is to be explained before rates are compared") == 1


def test_a_decomposition_tells_three_changes():
    text = said("rate-decomposition", rate_decomposition(2704, 2794, 69_440, 71_936).to_dict())

    assert "+3.3%" in text
    assert "different directions" in text


def test_swedish_numbers_have_a_decimal_comma():
    assert "125,5 " in said("x", {"value": 125.5, "unit": "percent", "caveats": []}, "sv")


def test_an_unknown_reservation_is_told_as_it_is_and_an_unknown_language_is_refused():
    assert "Reservation: strange thing." in said("x", {"value": 1, "caveats": ["strange_thing"]})
    with pytest.raises(UnknownLanguage):
        explain("x", {"value": 1}, "xx")


@pytest.mark.parametrize(
    "facts", [{}, {"results": []}, {"value": None}, {"results": [1, 2]}, {"value": True}]
)
def test_an_answer_without_a_number_still_gets_a_sentence(facts):
    assert len(explain("x", facts, "en")) >= 2


def test_estimates_inside_an_answer_are_told_one_by_one():
    share = {"value": 30.0, "unit": "percent", "interval": {"low": 22, "high": 40, "level": 0.95}}
    facts = {"before": share, "odd_name": {"value": 2, "interval": None}, "caveats": []}

    sentences = explain("x", facts, "en")

    assert sentences[0] == "Before: 30 per cent. The data fit with 22 to 40 (95% interval)."
    assert sentences[1] == "odd name: 2."


def test_power_is_told_as_how_often_a_change_is_found():
    assert "found 80% of the times" in said("x", {"power": 0.8, "n": 100})
