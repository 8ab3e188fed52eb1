"""The catalogue of methods, and the families that are judged from plain counts."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from samsyn.analysis.catalogue import METHODS, find, load
from samsyn.analysis.errors import NotACount, SeriesDiffer, SettingOutOfRange, TooManyFocusSeries, ZeroBefore
from samsyn.analysis.plain_values import (
    breaks_in_rates,
    judge_series,
    percent_change_of_counts,
    protect_table,
)
from samsyn.analysis.variation import overdispersion


def test_naming_the_methods_loads_none_of_them():
    code = "import sys, samsyn.analysis.catalogue; print([m for m in ('scipy', 'numpy') if m in sys.modules])"

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"


def test_a_name_finds_its_method_and_an_unknown_one_is_refused():
    assert all(find(method.name) is method for method in METHODS)
    with pytest.raises(SettingOutOfRange):
        load("no-such-method")


def test_a_method_is_plain_values():
    assert json.loads(json.dumps(METHODS[0].to_dict()))["name"] == METHODS[0].name


def test_phi_is_read_from_the_history_of_a_series():
    history = [100, 130, 90, 120, 95]

    one = judge_series([{"before": 100, "after": 60, "history": history}]).series[0]

    assert one.phi == overdispersion(history)
    assert one.phi_origin == "history"


def test_the_phi_of_a_series_wins_over_that_of_all():
    family = judge_series([{"before": 100, "after": 60}, {"before": 100, "after": 60, "phi": 1}], phi=9)

    assert [one.phi for one in family.series] == [9, 1]
    assert family.series[0].p > family.series[1].p


def test_the_order_of_the_series_does_not_change_their_words():
    rows = [
        {"label": str(n), "before": 100, "after": after} for n, after in enumerate([100, 60, 40, 95, 130])
    ]

    forward = {one.label: one.word for one in judge_series(rows).series}
    backward = {one.label: one.word for one in judge_series(rows[::-1]).series}

    assert forward == backward
    assert len(set(forward.values())) > 1


def test_a_focus_series_may_be_named_by_its_label_and_leaves_the_family():
    rows = [{"label": "a", "before": 40, "after": 20}, {"label": "b", "before": 40, "after": 40}]

    named, numbered = judge_series(rows, ["a"]), judge_series(rows, [0])

    assert named == numbered
    assert named.family_size == 1
    assert "focus" in named.series[0].caveats


def test_a_series_that_follows_the_work_gets_no_word():
    family = judge_series([{"before": 40, "after": 2, "detection_driven": True}, {"before": 9, "after": 9}])

    assert family.series[0].word == "not_applicable"
    assert (family.family_size, family.words_given) == (1, 0)


@pytest.mark.parametrize(
    ("before", "after", "way"), [(4, 5, "up"), (5, 4, "down"), (4, 4, "equal"), (0, 3, "up"), (0, 0, "equal")]
)
def test_the_direction_is_that_of_the_counts(before, after, way):
    assert judge_series([{"before": before, "after": after}]).series[0].direction == way


@pytest.mark.parametrize(
    ("series", "focus", "error"),
    [
        ([], (), SeriesDiffer),
        ([{"before": 3}], (), SeriesDiffer),
        ([{"before": 3, "after": 4, "dayz": 1}], (), SettingOutOfRange),
        ([{"before": -1, "after": 4}], (), NotACount),
        ([{"before": 3, "after": 4}], ["nobody"], SeriesDiffer),
        ([{"before": 3, "after": 4}], [7], SeriesDiffer),
        ([{"before": 3, "after": 4}] * 5, [0, 1, 2, 3], TooManyFocusSeries),
    ],
)
def test_what_cannot_be_judged_is_refused(series, focus, error):
    with pytest.raises(error):
        judge_series(series, focus)


def test_a_change_in_per_cent_is_withheld_for_small_counts_and_refused_from_zero():
    assert percent_change_of_counts(40, 30).value == -25.0
    assert percent_change_of_counts(9, 3).value is None
    with pytest.raises(ZeroBefore):
        percent_change_of_counts(0, 3)


def test_a_steady_population_has_no_breaks_and_a_jump_has_one():
    assert breaks_in_rates([1000, 1010], [1000, 1000]) == ()
    assert len(breaks_in_rates([1000, 1200], [1000, 1000])) == 1


def test_the_published_figures_of_a_square_get_their_words():
    # Reported offences at Sergels torg in 2017 and 2019, STAD's second report, table 1; φ is assumed.
    published = {
        "Misshandel utomhus": (103, 39, 2),
        "Olaga hot": (35, 36, 2),
        "Rån": (19, 8, 2),
        "Stöld": (567, 240, 2),
        "Narkotikabrott": (562, 327, 4),
        "Fylleri/LOB": (437, 464, 4),
    }
    rows = [
        {"label": label, "before": before, "after": after, "phi": phi, "phi_origin": "assumed"}
        | ({"detection_driven": True} if label == "Narkotikabrott" else {})
        for label, (before, after, phi) in published.items()
    ]

    words = {one.label: one.word for one in judge_series(rows).series}

    assert words == {
        "Misshandel utomhus": "clear",
        "Olaga hot": "within_normal_variation",
        "Rån": "within_normal_variation",
        "Stöld": "clear",
        "Narkotikabrott": "not_applicable",
        "Fylleri/LOB": "within_normal_variation",
    }


def test_a_protected_table_hides_the_small_number_and_what_would_tell_it():
    safe = protect_table([[20, 4], [30, 18]], ["A", "B"], ["x", "y"])

    assert safe.values == ((None, None, 24), (None, None, 48), (50, 22, 72))
    assert safe.marks[0][1] == "small"
    assert (safe.hidden, safe.n) == (4, 72)
    assert protect_table([[20, 14], [30, 18]]).hidden == 0
    with pytest.raises(SeriesDiffer):
        protect_table([[1, 2], [3, 4]], ["A", "A"])
