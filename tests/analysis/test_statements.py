"""A text is held against its own table, period by period."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from samsyn.analysis.errors import SeriesDiffer, SettingOutOfRange
from samsyn.analysis.statements import Figures, Statement, check_statements

YEARS = ("2017", "2018", "2019")


def row(label: str, *values: float | None, **more: object) -> Figures:
    return Figures(label, dict(zip(YEARS, values, strict=True)), **more)


def only(figures: list[Figures], **statement: object):
    return check_statements(figures, [Statement("claim", **statement)]).statements[0]


# Table 1 of STAD's second report (2020).
DRUGS = [row("S", 562, 768, 327, detection_driven=True), row("H", 92, 49, 108, detection_driven=True)]
ROBBERY = [row("S", 19, 12, 8), row("H", 7, 3, 11)]


def test_six_times_holds_in_one_year_of_three_and_for_the_years_together():
    found = only(DRUGS, what="S", relation="about_times", than="H", value=6)

    assert (found.holds_in, found.fails_in) == (("2017",), ("2018", "2019"))
    assert found.pooled_ratio == pytest.approx(1657 / 249)


def test_a_count_that_follows_the_work_gets_no_p():
    found = check_statements(DRUGS, [Statement("more", "S", "more_than", "H")])

    assert all(one.p is None and one.interval is None for one in found.statements[0].periods)
    assert "detection_driven" in found.caveats


def test_more_robberies_at_one_place_fails_in_the_last_year():
    found = only(ROBBERY, what="S", relation="more_than", than="H")

    assert (found.holds_in, found.fails_in) == (("2017", "2018"), ("2019",))
    assert all(one.p > 0.05 and one.interval.contains(1) for one in found.periods)


def test_p_and_interval_of_a_period_say_the_same():
    found = only([row("a", 100, 40, 0), row("b", 30, 38, 9)], what="a", relation="more_than", than="b")

    assert [one.p < 0.05 for one in found.periods] == [not one.interval.contains(1) for one in found.periods]


def test_a_rounded_mean_of_the_same_size_cannot_be_decided():
    found = only(
        [row("H", 11, 4, 7), row("mean", 5, 4, 4, rounding_unit=1)],
        what="H",
        relation="more_than",
        than="mean",
    )

    assert found.holds_in == ("2017", "2019")
    assert found.undecided_in == ("2018",)
    assert found.periods[1].answer == "rounding_decides"
    assert found.periods[1].possible.low == pytest.approx(4 / 4.5)
    assert found.periods[1].p is None


def test_what_is_missing_is_not_zero():
    found = only([row("S", 87, 142, 31), row("H", None, 4, 6)], what="S", relation="more_than", than="H")

    assert found.undecided_in == ("2017",)
    assert found.periods[0].ratio is None
    assert found.pooled_ratio == pytest.approx(173 / 10)


def test_nothing_to_divide_by_is_said():
    found = only([row("a", 3, 0, 1), row("b", 0, 0, 1)], what="a", relation="about_times", than="b", value=1)

    assert [one.answer for one in found.periods] == ["no_base", "no_base", "holds"]


def test_steps_are_judged_between_neighbours_and_over_the_whole():
    found = only([row("a", 103, 71, 39)], what="a", relation="fell")

    assert found.holds_in == ("2017–2018", "2018–2019", "2017–2019")
    assert found.periods[0].ratio == pytest.approx(71 / 103)


def test_parts_are_added_before_they_are_compared():
    figures = [row("men", 64, 49, 20), row("women", 22, 15, 9), row("all", 103, 71, 39)]

    found = only(figures, what=["men", "women"], relation="share_of", than="all", value=83.5, within=0.02)

    assert found.holds_in == ("2017",)


@given(
    st.lists(st.integers(0, 200), min_size=3, max_size=3),
    st.lists(st.integers(0, 200), min_size=3, max_size=3),
)
def test_more_and_fewer_never_hold_together_and_one_fails_when_the_other_holds(first, second):
    figures = [row("a", *first), row("b", *second)]

    more = only(figures, what="a", relation="more_than", than="b")
    fewer = only(figures, what="b", relation="fewer_than", than="a")

    assert more.holds_in == fewer.holds_in
    assert more.fails_in == fewer.fails_in
    assert set(more.holds_in) == {year for year, a, b in zip(YEARS, first, second, strict=True) if a > b}


@given(st.integers(1, 400), st.integers(1, 400), st.integers(0, 20), st.floats(0.5, 9))
def test_rounding_is_decided_as_by_trying_every_corner(left, right, unit, value):
    figures = [Figures("a", {"y": left}), Figures("b", {"y": right}, rounding_unit=unit)]
    corners = [left / max(right + side * unit / 2, 1e-9) for side in (-1, 1)]

    found = only(figures, what="a", relation="about_times", than="b", value=value, within=0.2).periods[0]

    inside = [0.8 * value <= ratio <= 1.2 * value for ratio in corners]
    if all(inside):
        assert found.answer == "holds"
    elif max(corners) < 0.8 * value * 0.999 or min(corners) > 1.2 * value * 1.001:
        assert found.answer == "fails"


@pytest.mark.parametrize(
    ("figures", "statement"),
    [
        (DRUGS, {"what": "S", "relation": "more_than", "than": "nowhere"}),
        (DRUGS, {"what": "S", "relation": "twice", "than": "H"}),
        (DRUGS, {"what": "S", "relation": "more_than"}),
        (DRUGS, {"what": "S", "relation": "rose", "than": "H"}),
        (DRUGS, {"what": "S", "relation": "about_times", "than": "H"}),
        (DRUGS, {"what": "S", "relation": "share_of", "than": "H", "value": 0}),
        (DRUGS, {"what": "S", "relation": "about_times", "than": "H", "value": 6, "within": 1}),
        ([*DRUGS, DRUGS[0]], {"what": "S", "relation": "more_than", "than": "H"}),
        ([row("S", -1, 2, 3)], {"what": "S", "relation": "rose"}),
        ([Figures("S", {"2017": 3})], {"what": "S", "relation": "rose"}),
        ([row("S", 1, 2, 3, rounding_unit=-1)], {"what": "S", "relation": "rose"}),
    ],
)
def test_what_cannot_be_read_is_refused(figures, statement):
    with pytest.raises(SettingOutOfRange):
        only(figures, **statement)


def test_rows_with_other_periods_are_refused():
    with pytest.raises(SeriesDiffer):
        check_statements([row("a", 1, 2, 3), Figures("b", {"2017": 1})], [Statement("x", "a", "rose")])


def test_no_statement_at_all_is_refused():
    with pytest.raises(SettingOutOfRange):
        check_statements(DRUGS, [])
