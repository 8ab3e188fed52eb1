"""Answers in sentences: the numbers are there, the words are the fixed ones, reservations follow."""

from __future__ import annotations

import contextlib
import io
import json
import re

import pytest

from samsyn.analysis.catalogue import METHODS
from samsyn.analysis.change import compare_counts
from samsyn.analysis.denominators import rate_decomposition
from samsyn.analysis.plain_values import breaks_in_rates, judge_series, percent_change_of_counts
from samsyn.analysis.rates import rate, ratio_to_rounded_mean
from samsyn.cli.main import main
from samsyn.reports.errors import UnknownLanguage
from samsyn.reports.explain import explain
from samsyn.reports.explain_methods import TELL
from samsyn.reports.explain_names import METHOD_NAMES
from samsyn.reports.words import LANGUAGES, words
from tests.house.tree import ROOT

PAGES = ROOT / "docs" / "reference" / "metoder"
ENGLISH = re.compile(r"\b(the|of|is|are|and|that|with|than|from|chance|events|places)\b", re.IGNORECASE)
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


# --- every method of the catalogue ------------------------------------------------------------------------


def of_page(name: str) -> str:
    return (PAGES / f"{name}.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """Return a function that answers the example of a method's page, once for each method."""
    found: dict[str, dict] = {}
    folder = tmp_path_factory.mktemp("examples")

    def answer(name: str) -> dict:
        if name not in found:
            block = re.search(r"^```json indata\n(.*?)^```", of_page(name), re.MULTILINE | re.DOTALL)
            assert block, f"the page of {name} needs a block ```json indata"
            file = folder / f"{name}.json"
            file.write_text(block[1], encoding="utf-8")
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed):
                code = main(["analyse", name, "--input", str(file), "--json"])
            assert code == 0, printed.getvalue()
            found[name] = json.loads(printed.getvalue())["answer"]
        return found[name]

    return answer


@pytest.mark.parametrize("name", [method.name for method in METHODS])
def test_the_example_of_every_method_is_told_in_both_languages(name, answers):
    for language in LANGUAGES:
        sentences = explain(name, answers(name), language)

        assert len(sentences) >= 2, sentences
        assert not any("%(" in one or "See the figures" in one or "Se siffrorna" in one for one in sentences)
        assert not [one for one in sentences if one[-1:] not in {".", ")"}], sentences


@pytest.mark.parametrize("name", [method.name for method in METHODS])
def test_swedish_sentences_have_no_english_words_and_no_codes(name, answers):
    sentences = explain(name, answers(name), "sv")

    assert not [one for one in sentences if ENGLISH.search(one) or "_" in one]


@pytest.mark.parametrize("name", [method.name for method in METHODS])
def test_the_method_is_named_in_words(name, answers):
    code = answers(name).get("method") or name.replace("-", "_")

    assert code in METHOD_NAMES
    assert words("sv").gettext(METHOD_NAMES[code]) in said(name, answers(name), "sv")


def test_an_unknown_method_is_named_by_its_code():
    assert "method: odd way." in said("x", {"value": 1, "n": 3, "method": "odd_way"})


def test_every_teller_is_for_a_method_of_the_catalogue():
    assert set(TELL) <= {method.name for method in METHODS}


# --- the branches that the examples do not take -------------------------------------------------------------


def changed(answers, name: str, **facts) -> str:
    return said(name, {**answers(name), **facts})


def test_an_interval_that_holds_nothing_happened_is_within_chance(answers):
    wide = {"low": -3.0, "high": 5.0, "level": 0.95}

    assert "within what chance gives" in changed(answers, "scaled-difference", interval=wide)
    assert "more than chance usually gives" in said("scaled-difference", answers("scaled-difference"))


@pytest.mark.parametrize(
    ("reading", "part"),
    [
        ("diffusion", "may have spread"),
        ("displacement", "may have moved"),
        ("neither_shown_nor_excluded", "neither shown nor excluded"),
        ("effect_not_shown", "nothing is said of displacement"),
    ],
)
def test_the_reading_of_displacement_is_told_first(answers, reading, part):
    assert (
        part
        in explain("displacement-quotient", {**answers("displacement-quotient"), "reading": reading}, "en")[0]
    )


def test_a_place_without_surroundings_is_told_alone(answers):
    text = changed(answers, "weighted-displacement-difference", displaced=None, displaced_ratio=None)

    assert "Net of its control, the place changed by −118 events." in text
    assert "displacement is not shown" not in text


def test_power_says_when_nothing_can_be_found(answers):
    text = changed(answers, "power-before-start", clear_count=None, detectable_change=None)

    assert "No count would be clear" in text
    assert "Not even a full stop would be found 80% of the times." in text
    assert "or more would be clear" in changed(answers, "power-before-start", direction="up")


def test_few_areas_give_no_verdict_and_many_do(answers):
    assert "too few to tell an effect" in said("placebo-in-space", answers("placebo-in-space"))
    assert "within what chance gives (p = 0.16)" in changed(answers, "placebo-in-space", smallest_p=0.01)
    assert "within what chance gives (p = 0.50)" in changed(answers, "placebo-in-space", p=0.5)
    assert "within what chance gives" in changed(answers, "synthetic-control", donors=40)


def test_many_invented_starts_give_a_verdict(answers):
    ratios = [1.1, None] + [0.9] * 30

    text = changed(answers, "placebo-in-time", placebo_ratios=ratios, p=0.01)

    assert "more than chance usually gives (p = 0.010)" in text
    assert "Invented" not in changed(answers, "placebo-in-time", placebo_ratios=[None])


def test_an_event_study_tells_what_was_before_and_each_period_after(answers):
    first = {**answers("event-study")["points"][1], "open_ended": False}
    points = [{**first, "period": 0}, {**first, "period": 2}, {**first, "period": 3, "open_ended": True}]

    text = changed(answers, "event-study", points=points, p_leads=0.01)

    assert "Already before the start the areas went apart (p = 0.010)" in text
    assert "In the first period with the measure: −20%." in text
    assert "2 periods after the start: −20%." in text
    assert "From 3 periods after the start and on: −20%." in text
    assert "no earlier period" in changed(answers, "event-study", p_leads=None)


def test_estimators_that_refuse_or_disagree_are_told(answers):
    estimates = [*answers("compare-estimators")["estimates"]]
    estimates[0] = {**estimates[0], "refused": "SAM315"}

    text = changed(answers, "compare-estimators", estimates=estimates, directions_agree=False)

    assert "Before and after: no answer (SAM315)." in text
    assert "no direction should be told" in text


def test_a_quiet_series_is_within_normal_variation(answers):
    assert "normal variation" in changed(answers, "change-points", estimate=0)
    assert "normal variation" in changed(answers, "deviations", quiet=True, sparse=[1, 2])
    assert "too few events to judge: 2" in changed(answers, "deviations", quiet=True, sparse=[1, 2])
    assert "left out of the list: 4" in changed(answers, "deviations", more=4)
    assert "So far" in changed(answers, "monitor", crossed=False, crossed_at=None, direction="none")
    assert "lower than chance gives" in changed(answers, "monitor", direction="down")


def test_a_trend_after_the_start_is_judged_too(answers):
    slope = {"value": 1.1, "interval": {"low": 1.05, "high": 1.15, "level": 0.95}}

    assert "+10% per period, more than chance" in changed(answers, "interrupted-time-series", slope=slope)


def test_a_search_without_clusters_and_with_several(answers):
    cluster = answers("poisson-scan")["clusters"][0]

    assert "Nothing was found" in changed(answers, "poisson-scan", clusters=[])
    assert "2 more clusters" in changed(answers, "poisson-scan", clusters=[cluster] * 3)


def test_what_chance_gives_is_said_of_presence_maps_and_variation(answers):
    assert "within what chance gives" in changed(
        answers, "dosage-regularity", verdict="not_too_regular", p=0.4
    )
    assert "within what chance gives" in changed(answers, "concentration", p=0.4)
    assert "within what chance gives" in changed(answers, "residual-deterrence", p=0.4)
    assert "calm is shorter" in changed(answers, "residual-deterrence", slope=0.1)
    assert "within what chance gives" in changed(answers, "negative-binomial", p=0.4)


def test_a_log_without_a_plan_is_told_without_one(answers):
    assert "windows" not in changed(answers, "dosage", planned=None, fidelity=None)


def test_answers_that_are_counted_or_hang_together_poorly(answers):
    assert "counts as an answer" in changed(answers, "survey-share", dont_know_in_base=True)
    assert "answered yes" in changed(answers, "survey-share", dont_know=0, missing=0)
    assert "poorly" in changed(answers, "survey-index", alpha=0.3, left_out=0)
    assert "38% of 30 answers means 11 to 12 answers" in changed(
        answers, "printed-share", fits=True, low=11, high=12
    )
    assert "means 11 answers" in changed(answers, "printed-share", fits=True, low=11, high=11)


def test_few_events_without_a_ratio(answers):
    assert "gives no ratio" in changed(answers, "e-test", ratio=None, interval=None)


def test_what_may_not_leave_is_told(answers):
    text = changed(answers, "may-publish", tables=[], refused=["a", "b"], audit_passed=False, hidden=0)

    assert "May not be published: a and b." in text
    assert "nothing more should leave" in text
    assert "Nothing needs to be hidden." in changed(answers, "protect-table", hidden=0)
    assert "may be shown" in changed(answers, "share-is-hidden", value=False)
