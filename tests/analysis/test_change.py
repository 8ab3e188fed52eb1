"""One p, one interval, one word: against published figures, against enumeration and against each other."""

from __future__ import annotations

import itertools
import json
import math

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from samsyn.analysis.change import (
    assumed_overdispersion,
    boundary_decomposition,
    compare_counts,
    denominator_breaks,
    direction,
    implied_denominators,
    interval_at,
    judge_family,
    overdispersion,
    overdispersion_from_areas,
    percent_change,
    rate_decomposition,
    readings,
    rounding_corners,
)
from samsyn.analysis.errors import (
    HistoryTooShort,
    NotACount,
    RoundingDecides,
    SettingOutOfRange,
    TooManyFocusSeries,
    UnequalPeriods,
    ZeroBefore,
)
from samsyn.analysis.results import Direction, Word

YEAR = {"days_before": 365, "days_after": 365}
counts = st.one_of(st.integers(0, 100), st.sampled_from([0, 1, 10**6, 10**9]))


@settings(max_examples=200, deadline=None)
@given(counts, counts, st.sampled_from([None, 1.0, 2.0, 4.0]), st.sampled_from([0.8, 0.95, 0.99]))
def test_p_and_interval_never_contradict_each_other(before, after, phi, level):
    found = compare_counts(before, after, **YEAR, phi=phi, level=level)
    if abs(found.p - (1 - level)) > 1e-9:
        assert found.interval.contains(1.0) is (found.p > 1 - level)
    assert 0 <= found.p <= 1
    assert found.ratio is None or found.interval.low <= found.ratio * (1 + 1e-12)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 30), st.integers(0, 30), st.floats(0.2, 5))
def test_the_central_p_is_twice_the_smaller_tail_by_enumeration(before, after, ratio_of_lengths):
    n, share = before + after, ratio_of_lengths / (1 + ratio_of_lengths)
    chance = [math.comb(n, x) * share**x * (1 - share) ** (n - x) for x in range(n + 1)]
    expected = min(1.0, 2 * min(sum(chance[: after + 1]), sum(chance[after:])))
    found = compare_counts(
        before, after, days_before=100, days_after=100 * ratio_of_lengths, season_confirmed=True
    )
    assert found.p == pytest.approx(expected, rel=1e-9, abs=1e-12)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=1, max_size=12))
def test_word_and_interval_never_contradict_each_other(pairs):
    family = [compare_counts(a, b, **YEAR, phi=2, phi_origin="assumed") for a, b in pairs]
    verdicts = judge_family(family, focus=[0])
    for verdict in verdicts:
        assert (verdict.word is Word.WITHIN_NORMAL_VARIATION) is verdict.interval.contains(1.0)
    m, words = len(pairs) - 1, sum(v.word is not Word.WITHIN_NORMAL_VARIATION for v in verdicts[1:])
    for verdict in verdicts[1:]:
        share = 1 if verdict.word is Word.WITHIN_NORMAL_VARIATION else words
        assert verdict.interval.level == pytest.approx(1 - share * 0.05 / m)


@pytest.mark.parametrize(
    ("row", "ratio", "central", "minlike"),
    [
        ((2, 17877, 9, 16660), 0.2070941557, (0.0217740628, 1.0005491044), 0.0330942032),
        ((0, 100, 5, 100), 0.0, (0.0, 1.0912791052), 0.0625),
        ((5, 100, 0, 100), None, (0.9163558573, math.inf), 0.0625),
        ((1, 12, 1, 12), 1.0, (0.0127393671, 78.4968353163), 1.0),
        ((41, 28010, 15, 19017), 1.8557586576, (1.0056840627, 3.6093003111), 0.0408520263),
        ((11, 800, 21, 3011), 1.9714880952, (0.8584264034, 4.2772659437), 0.079668633),
    ],
)
def test_published_rate_ratios_are_met_and_each_p_has_its_own_interval(row, ratio, central, minlike):
    x1, t1, x2, t2 = row
    settings_ = {"days_before": t2, "days_after": t1, "season_confirmed": True}
    found = compare_counts(x2, x1, **settings_)
    assert found.ratio == (None if ratio is None else pytest.approx(ratio, abs=1e-7))
    assert (found.interval.low, found.interval.high) == pytest.approx(central, abs=1e-6)
    other = compare_counts(x2, x1, **settings_, two_sided="minlike")
    assert other.p == pytest.approx(minlike, abs=1e-7)
    assert other.interval.contains(1.0) is (other.p >= 0.05)


@pytest.mark.reference
@pytest.mark.parametrize("name", ["rate_ratio_small_counts", "rate_ratio_exact_bioassay"])
def test_the_shared_rate_ratio_cases_agree(reference, name):
    case = json.loads((reference / "cases" / f"{name}.json").read_text())
    given_, wanted = case["input"], case["expected"]
    rows = given_.get("rows") or [[given_[key] for key in ("x1", "t1", "x2", "t2")]]
    for (x1, t1, x2, t2), expected in zip(rows, wanted.get("rows") or [wanted], strict=True):
        found = compare_counts(x2, x1, days_before=t2, days_after=t1, season_confirmed=True)
        high = expected["ci95_central"][1]
        assert found.interval.low == pytest.approx(expected["ci95_central"][0], abs=1e-6)
        assert found.interval.high == (math.inf if high is None else pytest.approx(high, abs=1e-6))


@pytest.mark.parametrize(
    ("before", "after", "percent", "p", "word"),
    [
        (935, 792, -15.3, 0.015, Word.POSSIBLE),
        (792, 727, -8.2, 0.24, Word.WITHIN_NORMAL_VARIATION),
        (727, 565, -22.3, 0.0015, Word.CLEAR),
    ],
)
def test_violence_at_klara_as_focus_series(before, after, percent, p, word):
    found = compare_counts(before, after, **YEAR, phi=assumed_overdispersion("reported_offence"))
    assert percent_change(found).value == pytest.approx(percent, abs=0.05)
    assert found.p == pytest.approx(p, abs=0.005 if p > 0.1 else 0.0005)
    assert judge_family([found], focus=[0])[0].word is word


def test_the_clear_fall_at_klara_carries_its_interval_in_per_cent():
    found = compare_counts(727, 565, **YEAR, phi=2).interval.as_percent_change()
    assert (round(found.low), round(found.high)) == (-33, -9)


def test_same_goal_two_answers_is_a_break_in_the_population():
    answer = rate_decomposition(2704, 2794, 69_440, 71_936)
    assert answer.directions_differ
    assert (round(answer.count_change, 1), round(answer.rate_change, 1)) == (3.3, -0.3)
    (broken,) = denominator_breaks(implied_denominators([2704, 2794], [3894, 3884]))
    assert (round(broken.before.value), round(broken.after.value)) == (69_440, 71_936)
    assert round(broken.step, 1) == 3.6


def test_two_populations_of_one_year_that_cannot_meet_are_a_disagreement():
    found = denominator_breaks(implied_denominators([2704, 500], [3894, 600], periods=[2017, 2017]))
    assert [broken.kind for broken in found] == ["disagreement"]


def test_fewer_events_on_much_less_ground_is_denser():
    answer = boundary_decomposition(100, 90, 20.0, 9.5)
    assert (answer.count_change, answer.base_change) == (-10.0, -52.5)
    assert (answer.rate_before, round(answer.rate_after, 1), round(answer.rate_change)) == (5.0, 9.5, 89)
    assert "same_boundary_needed" in answer.caveats


def test_a_control_of_rounded_means_is_refused_when_the_sign_turns():
    def net(before, after):
        return (39 - 71) - (450 * (after - before) - (39 - 71))

    with pytest.raises(RoundingDecides) as refused:
        rounding_corners(net, [9, 8])
    assert (refused.value.facts["low"], refused.value.facts["high"]) == (-64, 836)


def test_seven_overdoses_and_then_one():
    found = compare_counts(7, 1, **YEAR, phi=assumed_overdispersion("register"), chosen_afterwards=True)
    assert found.p == pytest.approx(0.0703125)
    assert "chosen_afterwards" in found.caveats


def test_percentages_follow_the_rules_for_small_numbers():
    with pytest.raises(ZeroBefore):
        percent_change(compare_counts(0, 3, **YEAR))
    assert percent_change(compare_counts(9, 3, **YEAR)).value is None
    assert "small_numbers" in percent_change(compare_counts(19, 3, **YEAR)).caveats
    assert percent_change(compare_counts(20, 30, **YEAR)).caveats == ()


def test_unequal_periods_need_a_confirmation_and_never_get_a_percentage():
    with pytest.raises(UnequalPeriods):
        compare_counts(40, 20, days_before=365, days_after=181)
    found = compare_counts(40, 20, days_before=365, days_after=181, season_confirmed=True)
    assert "season_not_handled" in found.caveats
    with pytest.raises(UnequalPeriods):
        percent_change(found)


def test_a_leap_day_is_no_difference_in_length():
    assert compare_counts(40, 20, days_before=365, days_after=366).equal_lengths


def test_equal_and_empty_and_enormous_counts_have_finite_answers():
    assert compare_counts(0, 0, **YEAR, phi=2).p == 1.0
    assert compare_counts(0, 0, **YEAR).to_dict()["interval"]["high"] is None
    assert compare_counts(10**9, 10**9, **YEAR, phi=2).p == 1.0
    assert compare_counts(0, 10**9, **YEAR, phi=4).p < 1e-9


@pytest.mark.parametrize("bad", [-1, 2.5, math.nan, None, True])
def test_what_is_not_a_count_is_refused(bad):
    with pytest.raises(NotACount):
        compare_counts(bad, 3, **YEAR)


def test_detection_driven_series_get_no_word_and_do_not_swell_the_family():
    drugs = compare_counts(100, 300, **YEAR, phi=4, detection_driven=True)
    theft = compare_counts(300, 200, **YEAR, phi=2)
    first, second = judge_family([drugs, theft])
    assert first.word is Word.NOT_APPLICABLE
    assert first.q is None
    assert second.family_size == 1


def test_more_than_three_focus_series_and_minlike_are_refused():
    family = [compare_counts(5, 6, **YEAR)] * 4
    with pytest.raises(TooManyFocusSeries):
        judge_family(family, focus=range(4))
    with pytest.raises(SettingOutOfRange):
        judge_family([compare_counts(5, 6, **YEAR, two_sided="minlike")])


def test_overdispersion_is_the_median_over_neighbouring_periods():
    assert overdispersion([100, 130, 90, 120, 95]) == pytest.approx((900 / 230 + 900 / 210) / 2)
    assert overdispersion([50, 50, 50, 50, 50]) == 1.0
    with pytest.raises(HistoryTooShort):
        overdispersion([1, 2, 3, 4])


def test_a_shared_trend_is_not_overdispersion():
    areas = np.outer([40, 80, 120, 60, 100], [1, 2, 3, 2])
    assert overdispersion_from_areas(areas) == 1.0
    with pytest.raises(HistoryTooShort):
        overdispersion_from_areas(areas[:2])


def test_under_true_overdispersion_the_size_holds():
    rng = np.random.default_rng(20240101)
    found = 0
    for mean in (5, 20, 60):
        pairs = rng.negative_binomial(mean, 0.5, size=(400, 2))  # variance is twice the mean
        found += sum(compare_counts(int(a), int(b), **YEAR, phi=2).p < 0.05 for a, b in pairs)
    assert found / 1200 <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / 1200)


def test_the_exact_interval_covers_at_least_its_level():
    rng = np.random.default_rng(7)
    for ratio in (0.5, 1.0, 2.0):
        pairs = zip(rng.poisson(12, 400), rng.poisson(12 * ratio, 400), strict=True)
        inside = sum(compare_counts(int(a), int(b), **YEAR).interval.contains(ratio) for a, b in pairs)
        assert inside / 400 >= 0.95 - 3 * math.sqrt(0.05 * 0.95 / 400)


def test_direction_needs_both_certainty_and_ten_per_cent():
    assert direction(compare_counts(10_000, 9_200, **YEAR)) is Direction.EQUAL
    assert direction(compare_counts(10_000, 9_000, **YEAR)) is Direction.DOWN
    assert direction(compare_counts(10, 8, **YEAR)) is Direction.EQUAL
    assert direction(compare_counts(0, 30, **YEAR)) is Direction.UP
    assert direction(compare_counts(10, 80, **YEAR), coverage_after=0.69) is Direction.UNKNOWN


@pytest.mark.parametrize("case", list(itertools.product(["up", "down", "equal", "unknown"], repeat=4)))
def test_every_combination_of_directions_gets_exactly_the_readings_that_fit(case):
    drugs, presence, violence, trade = case
    expected = []
    if drugs == "down" and presence in {"down", "unknown"}:
        expected.append("less_work")
    if drugs == "down" and presence in {"equal", "up", "unknown"} and violence != "up" and trade != "up":
        expected.append("less_trade")
    if drugs == "up" and presence in {"up", "unknown"}:
        expected.append("more_work")
    if drugs == "up" and presence in {"equal", "down", "unknown"} and (violence, trade) != ("down", "down"):
        expected.append("more_trade")
    if drugs == "equal":
        expected.append("number_does_not_say")
    if not expected or (violence, trade) in {("up", "down"), ("down", "up")}:
        expected.append("pictures_diverge")
    assert [reading.value for reading in readings(*case)] == expected


def test_intervals_at_higher_levels_are_wider():
    found = compare_counts(30, 20, **YEAR, phi=2)
    assert interval_at(found, 0.99).high > found.interval.high
