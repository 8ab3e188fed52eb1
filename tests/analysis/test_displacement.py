"""Weighted displacement difference against the published example, the slow sum and simulated truths."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from scipy import stats

from samsyn.analysis.displacement import (
    weighted_displacement_difference,
    weighted_displacement_differences,
)
from samsyn.analysis.errors import (
    DifferentGround,
    FollowsTheWork,
    NoExposure,
    NotACount,
    SeriesDiffer,
    SettingOutOfRange,
    TooFewEvents,
)

PAPER = ([207, 110], [308, 318], [178, 157], [150, 140])
PAIR = st.tuples(st.integers(0, 60), st.integers(0, 60))


def test_the_published_example_is_met(reference):
    case = json.loads((reference / "cases" / "wdd_paper.json").read_text())
    told, found = case["expected"], weighted_displacement_difference(*PAPER)

    assert list(PAPER) == [
        case["input"][k] for k in ("treated", "control", "displacement", "displacement_control")
    ]
    assert found.estimate == told["wdd_total"] == -118
    assert found.local.value == told["wdd_local"] == -107
    assert found.displaced.value == told["wdd_displacement"] == -11
    assert found.se == pytest.approx(told["se"], abs=1e-9)
    assert found.z == pytest.approx(told["z"], abs=1e-9)
    assert [found.interval.low, found.interval.high] == pytest.approx(told["ci95"], abs=1e-9)


def test_the_published_example_rounds_to_what_was_printed():
    found = weighted_displacement_difference(*PAPER)

    assert (round(found.z, 2), round(found.interval.low), round(found.interval.high)) == (-2.98, -196, -40)
    assert found.n == 1568 == round(found.se**2)


def test_periods_of_different_length_are_weighed(reference):
    case = json.loads((reference / "cases" / "wdd_time_weights.json").read_text())
    found = weighted_displacement_difference([80, 20], [100, 50], period_weights=[2, 1])
    plain = weighted_displacement_difference([80, 20], [100, 50])

    assert (found.estimate, found.se**2) == pytest.approx(
        (case["expected"]["wdd"], case["expected"]["variance"])
    )
    assert (plain.estimate, plain.se**2) == pytest.approx((-10, 250))
    assert plain.ratio == found.ratio


def test_harm_is_summed_with_squared_weights_in_the_variance(reference):
    case = json.loads((reference / "cases" / "wdd_harm.json").read_text())
    told, series = case["expected"], case["input"]["series"]
    found = weighted_displacement_difference(
        [one["treated"] for one in series.values()],
        [one["control"] for one in series.values()],
        harm_weights=[case["input"]["weights"][name] for name in series],
    )

    assert found.estimate == pytest.approx(told["harm"], abs=1e-8)
    assert found.se == pytest.approx(told["se"], abs=1e-8)
    assert found.z == pytest.approx(told["z"], abs=1e-8)
    assert [found.interval.low, found.interval.high] == pytest.approx(told["ci95"], abs=1e-8)
    for one, (value, se) in zip(found.offences, told["per_series"].values(), strict=True):
        assert one.value == pytest.approx(value)
        assert (one.interval.high - one.interval.low) / 2 == pytest.approx(stats.norm.ppf(0.975) * se)


@settings(max_examples=80, deadline=None)
@given(
    st.tuples(PAIR, PAIR, PAIR, PAIR),
    st.tuples(*[st.floats(0.2, 5)] * 2),
    st.tuples(*[st.floats(0.2, 5)] * 4),
    st.sampled_from([0.8, 0.95, 0.99]),
)
def test_the_sum_written_out_cell_by_cell_is_the_same(counts, periods, areas, level):
    value = variance = 0.0
    for area, (pair, size) in enumerate(zip(counts, areas, strict=True)):
        for when, (cell, length) in enumerate(zip(pair, periods, strict=True)):
            sign = (1 if when else -1) * (-1 if area % 2 else 1)
            value += sign * cell / length / size
            variance += cell / length**2 / size**2
    weights = {"period_weights": periods, "area_weights": areas, "level": level}
    if variance == 0:
        with pytest.raises(TooFewEvents):
            weighted_displacement_difference(*counts, **weights)
        return
    found = weighted_displacement_difference(*counts, **weights)
    many = weighted_displacement_differences(*([pair] for pair in counts), **weights)

    assert found.estimate == pytest.approx(value, abs=1e-9)
    assert found.se == pytest.approx(math.sqrt(variance))
    assert found.p == pytest.approx(2 * stats.norm.sf(abs(found.z)))
    assert (found.p < 1 - level) == (not found.interval.contains(0.0))
    for name, one in (("estimate", found.estimate), ("se", found.se), ("z", found.z), ("p", found.p)):
        assert getattr(many, name)[0] == pytest.approx(one, rel=1e-9, abs=1e-9)
    assert (many.low[0], many.high[0]) == pytest.approx((found.interval.low, found.interval.high), abs=1e-9)


@settings(max_examples=25, deadline=None)
@given(st.tuples(*[st.integers(1, 25)] * 4))
def test_the_ratio_is_judged_as_fishers_exact_test_of_the_table(cells):
    b, a, cb, ca = cells
    found = weighted_displacement_difference([b, a], [cb, ca])
    table = stats.contingency.odds_ratio([[a, b], [ca, cb]])
    limits = table.confidence_interval(0.95)
    tails = [stats.fisher_exact([[a, b], [ca, cb]], side)[1] for side in ("less", "greater")]

    assert found.ratio.value == pytest.approx(a * cb / (b * ca))
    assert found.ratio.interval.low == pytest.approx(min(limits.low, found.ratio.value), rel=1e-6)
    assert found.ratio.interval.high == pytest.approx(max(limits.high, found.ratio.value), rel=1e-6)
    assert found.ratio_p == pytest.approx(min(1, 2 * min(tails)), rel=1e-6)


def test_equal_harm_weights_leave_the_test_as_it_is():
    one = weighted_displacement_difference(*PAPER)
    harm = weighted_displacement_difference(*([pair] for pair in PAPER), harm_weights=[7])

    assert harm.estimate == pytest.approx(7 * one.estimate)
    assert harm.p == pytest.approx(one.p)


def test_splitting_the_counts_over_offences_changes_nothing():
    halves = [[[pair[0] - 20, pair[1] - 30], [20, 30]] for pair in PAPER]

    assert (
        weighted_displacement_difference(*halves).interval
        == weighted_displacement_difference(*PAPER).interval
    )


def test_a_place_and_its_control_can_change_places():
    one, other = (
        weighted_displacement_difference([50, 20], [40, 44]),
        weighted_displacement_difference([40, 44], [50, 20]),
    )

    assert other.estimate == -one.estimate
    assert other.ratio.value == pytest.approx(1 / one.ratio.value)
    assert other.ratio_p == pytest.approx(one.ratio_p)


def test_the_scales_are_said_to_disagree_where_they_do():
    found = weighted_displacement_difference([71, 39], [4050, 3600])

    assert found.estimate == 418
    assert found.ratio.value == pytest.approx(0.618, abs=5e-4)
    assert "scales_disagree" in found.caveats


@pytest.mark.parametrize(
    ("treated", "control"), [([0, 9], [9, 9]), ([9, 9], [0, 9]), ([9, 9], [9, 0]), ([0, 0], [9, 9])]
)
def test_a_ratio_that_would_divide_by_zero_is_not_given(treated, control):
    found = weighted_displacement_difference(treated, control)

    assert found.ratio.value is None
    assert found.ratio.interval is None
    assert found.ratio_p is None
    assert "ratio_unavailable" in found.ratio.caveats
    assert "few_per_cell" in found.caveats


def test_nothing_left_after_is_a_ratio_of_zero_with_an_upper_limit():
    ratio = weighted_displacement_difference([30, 0], [30, 30]).ratio

    assert ratio.value == 0
    assert ratio.interval.low == 0
    assert 0 < ratio.interval.high < 1


def test_torture_gives_finite_numbers():
    for counts in (([10**9, 10**9],) * 4, ([1, 0], [0, 0], [0, 0], [0, 0]), ([1, 1], [1, 1], [0, 0], [0, 0])):
        told = json.dumps(weighted_displacement_difference(*counts).to_dict(), allow_nan=False)
        assert "estimate" in told


def test_rows_without_events_have_no_test():
    found = weighted_displacement_differences([[0, 0], [50, 30]], [[0, 0], [50, 50]])
    told = found.to_dict()

    assert found.empty.tolist() == [True, False]
    assert found.few.tolist() == [True, False]
    assert (told["estimate"], told["p"][0]) == ([None, -20.0], None)
    assert np.isfinite([found.z, found.low, found.high]).all()
    json.dumps(told, allow_nan=False)


def test_rows_across_slices_are_those_of_one_by_one_and_input_is_left_alone():
    rng = np.random.default_rng(3)
    counts = [rng.poisson(9, (20_000, 2)) for _zone in range(4)]
    kept = [c.copy() for c in counts]
    found = weighted_displacement_differences(*counts)

    for row in (0, 8191, 8192, 16_384, 19_999):
        one = weighted_displacement_difference(*(c[row] for c in counts))
        assert (found.estimate[row], found.p[row]) == pytest.approx((one.estimate, one.p))
    assert all((a == b).all() for a, b in zip(counts, kept, strict=True))
    with pytest.raises(ValueError, match="read-only"):
        found.p[0] = 1


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"treated": [0, 0], "control": [0, 0]}, TooFewEvents),
        ({"treated": [-1, 4]}, NotACount),
        ({"treated": [1.5, 4]}, NotACount),
        ({"treated": [math.nan, 4]}, NotACount),
        ({"treated": ["many", 4]}, NotACount),
        ({"treated": [True, False]}, NotACount),
        ({"treated": [1e300, 4]}, NotACount),
        ({"treated": [1, 2, 3]}, SeriesDiffer),
        ({"treated": []}, SeriesDiffer),
        ({"treated": [[1, 2], [3, 4]]}, SeriesDiffer),
        ({"displacement_control": [9, 9]}, SeriesDiffer),
        ({"period_weights": [1, 0]}, NoExposure),
        ({"period_weights": [1]}, SeriesDiffer),
        ({"area_weights": [1, -1, 1, 1]}, NoExposure),
        ({"area_weights": ["a", 1, 1, 1]}, NoExposure),
        ({"harm_weights": [0]}, NoExposure),
        ({"harm_weights": [1, 2]}, SeriesDiffer),
        ({"level": 1.0}, SettingOutOfRange),
        ({"detection_driven": True}, FollowsTheWork),
        ({"same_boundary": False}, DifferentGround),
    ],
)
def test_what_does_not_fit_is_refused(change, error):
    with pytest.raises(error):
        weighted_displacement_difference(**({"treated": [50, 30], "control": [50, 48]} | change))


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"treated": [[-1, 4]]}, NotACount),
        ({"treated": [[0.5, 4]]}, NotACount),
        ({"treated": [1, 4]}, SeriesDiffer),
        ({"treated": [[1, 4], [2, 3]]}, SeriesDiffer),
        ({"detection_driven": True}, FollowsTheWork),
        ({"same_boundary": False}, DifferentGround),
    ],
)
def test_rows_that_do_not_fit_are_refused(change, error):
    with pytest.raises(error):
        weighted_displacement_differences(**({"treated": [[50, 30]], "control": [[50, 48]]} | change))


@pytest.mark.parametrize("mean", [5, 20, 100])
def test_size_and_coverage_hold_from_five_per_cell(mean):
    rng = np.random.default_rng(11)
    counts = [rng.poisson(mean, (60_000, 2)) for _zone in range(4)]
    size = float((weighted_displacement_differences(*counts).p <= 0.05).mean())
    counts[0][:, 1] = rng.poisson(0.6 * mean, 60_000)
    found = weighted_displacement_differences(*counts)
    covered = float(((found.low <= -0.4 * mean) & (-0.4 * mean <= found.high)).mean())

    assert abs(size - 0.05) < 0.005
    assert abs(covered - 0.95) < 0.01
