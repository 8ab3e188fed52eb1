"""Controls scaled to the place, and controls known only as a rounded mean."""

from __future__ import annotations

import itertools
import json
import math

import numpy as np
import pytest

from samsyn.analysis.displacement import weighted_displacement_difference
from samsyn.analysis.displacement_controls import rounded_mean_control, rounding_limits, scaled_difference
from samsyn.analysis.errors import (
    DifferentGround,
    FollowsTheWork,
    NoExposure,
    NotACount,
    RoundingDecides,
    SeriesDiffer,
    SettingOutOfRange,
    TooFewEvents,
    ZeroControl,
)

CITY = {"treated": [71, 39], "mean": [9, 8], "areas": 450}


def test_a_mean_of_many_areas_is_refused_in_events_where_rounding_decides():
    with pytest.raises(RoundingDecides) as refused:
        rounded_mean_control(**CITY, scale="absolute")

    assert refused.value.facts["low"] == -64
    assert refused.value.facts["high"] == 836


def test_the_ratio_of_the_same_figures_falls_by_39_per_cent_in_every_corner():
    found = rounded_mean_control(**CITY)

    assert round(100 * (found.estimate - 1)) == -39
    assert found.estimate == pytest.approx((39 / 71) / (3561 / 3979))
    assert (found.rounding.low, found.rounding.high) == pytest.approx((0.54465, 0.69222), abs=1e-5)
    assert (found.p < 0.05) == (not found.interval.contains(1.0))


def test_the_difference_of_the_printed_figures_is_386():
    control = [450 * 9 - 71, 450 * 8 - 39]

    assert weighted_displacement_difference([71, 39], control).estimate == 386


def test_every_truth_that_rounds_to_the_mean_lies_within_the_corners():
    found = rounded_mean_control([60, 20], [9, 8], 10, contains_place=False)
    for first, second in itertools.product(np.linspace(8.5, 9.5, 11), np.linspace(7.5, 8.5, 11)):
        truth = (20 / 60) / (second / first)
        assert found.rounding.low - 1e-12 <= truth <= found.rounding.high + 1e-12


def test_few_areas_and_a_large_change_are_answered_in_events():
    found = rounded_mean_control([200, 50], [9, 8], 3, contains_place=False, scale="absolute")

    assert (found.estimate, found.rounding.low, found.rounding.high) == (-147, -150, -144)
    assert found.interval.low < -150
    assert found.interval.high > -144


def test_finer_rounding_of_the_same_mean_leaves_less_room():
    wide, narrow = rounded_mean_control(**CITY), rounded_mean_control(**CITY, rounding_unit=0.1)

    assert wide.rounding.low < narrow.rounding.low < narrow.rounding.high < wide.rounding.high


def test_random_rounding_to_a_base_stays_within_the_limits(reference):
    case = json.loads((reference / "cases" / "rounding_base.json").read_text())
    base = case["input"]["base"]
    values = zip(case["input"]["values"], case["expected"]["floor"], case["expected"]["prob_up"], strict=True)
    for value, floor, up in values:
        printed = [floor] if up == 0 else [floor, floor + base]
        for one in printed:
            assert rounding_limits(one, rounding_unit=base, rounding="random").contains(value)


def test_half_a_unit_is_left_by_rounding_to_the_nearest():
    assert [round(v) for v in (8.6, 9.4)] == [9, 9]
    assert rounding_limits(9).contains(8.6)
    assert not rounding_limits(9).contains(8.4)
    assert rounding_limits(0).low == 0


def test_a_control_scaled_by_counts_before_is_the_ratio_in_events():
    found = scaled_difference([71, 39], [4050, 3600])
    ratio = weighted_displacement_difference([71, 39], [4050, 3600]).ratio.value

    assert found.estimate == pytest.approx(39 - 39 / ratio)
    assert found.expected == pytest.approx(71 * 3600 / 4050)


def test_a_control_scaled_by_sizes_is_the_difference_weighted_by_area():
    sized = scaled_difference([71, 39], [400, 380], sizes=[2, 10])
    weighed = weighted_displacement_difference([71, 39], [400, 380], area_weights=[2, 10])

    assert sized.estimate == pytest.approx(2 * weighed.estimate)
    assert sized.se == pytest.approx(2 * weighed.se)
    assert sized.p == pytest.approx(weighed.p)


def test_a_control_of_the_same_size_is_the_plain_difference():
    plain = weighted_displacement_difference([71, 39], [80, 77])
    found = scaled_difference([71, 39], [80, 77], sizes=[3, 3])

    assert (found.estimate, found.se, found.p) == pytest.approx((plain.estimate, plain.se, plain.p))


def test_the_interval_of_a_scaled_difference_agrees_with_its_p():
    for after in range(20, 90, 3):
        for level in (0.9, 0.95):
            found = scaled_difference([70, after], [700, 650], level=level)
            assert (found.p < 1 - level) == (not found.interval.contains(0.0))


def test_the_standard_error_of_the_scaled_difference_is_that_of_repeated_draws():
    rng, n = np.random.default_rng(8), 100_000
    b, a, cb, ca = (rng.poisson(mean, n) for mean in (200, 150, 2000, 1800))

    assert scaled_difference([200, 150], [2000, 1800]).se == pytest.approx(np.std(a - b * ca / cb), rel=0.02)


def test_a_scaled_control_errs_on_the_safe_side_for_few_events():
    rng, hits, n = np.random.default_rng(9), 0, 1500
    for _draw in range(n):
        treated, control = [rng.poisson(20), rng.poisson(16)], [rng.poisson(200), rng.poisson(160)]
        hits += scaled_difference(treated, control).p <= 0.05

    assert 0.03 < hits / n < 0.062


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"control": [0, 5]}, ZeroControl),
        ({"treated": [0, 5]}, TooFewEvents),
        ({"treated": [0, 0], "control": [0, 0], "sizes": [1, 1]}, TooFewEvents),
        ({"treated": [-3, 5]}, NotACount),
        ({"treated": [[1, 2], [3, 4]]}, SeriesDiffer),
        ({"sizes": [1, 0]}, NoExposure),
        ({"sizes": [1]}, SeriesDiffer),
        ({"level": 2}, SettingOutOfRange),
        ({"detection_driven": True}, FollowsTheWork),
        ({"same_boundary": False}, DifferentGround),
    ],
)
def test_a_control_that_cannot_be_scaled_is_refused(change, error):
    with pytest.raises(error):
        scaled_difference(**({"treated": [50, 30], "control": [500, 480]} | change))


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"treated": [71, 64]}, RoundingDecides),
        ({"treated": [0, 5]}, TooFewEvents),
        ({"mean": [0.4, 8]}, ZeroControl),
        ({"mean": [0, 8]}, NoExposure),
        ({"mean": [9]}, SeriesDiffer),
        ({"areas": 1}, SettingOutOfRange),
        ({"areas": 4.5}, SettingOutOfRange),
        ({"areas": 0}, NoExposure),
        ({"scale": "log"}, SettingOutOfRange),
        ({"rounding": "down"}, SettingOutOfRange),
        ({"rounding_unit": 0}, SettingOutOfRange),
        ({"rounding_unit": math.inf}, SettingOutOfRange),
        ({"level": 1}, SettingOutOfRange),
        ({"detection_driven": True}, FollowsTheWork),
        ({"same_boundary": False}, DifferentGround),
    ],
)
def test_a_rounded_mean_that_cannot_be_used_is_refused(change, error):
    with pytest.raises(error):
        rounded_mean_control(**(CITY | change))
