"""How unevenly events lie over places, and how well a forecast catches them."""

from __future__ import annotations

import json
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from samsyn.analysis.concentration import concentration, prediction_accuracy
from samsyn.analysis.errors import (
    NoExposure,
    NotACount,
    SeriesDiffer,
    SettingOutOfRange,
    TooFewAreas,
    TooFewEvents,
    WorkTooLarge,
)

COUNTS = st.lists(st.integers(0, 9), min_size=2, max_size=7).filter(lambda counts: sum(counts) >= 2)


def test_pai_is_as_it_was_defined(reference):
    case = json.loads((reference / "cases" / "pai_chainey_definition.json").read_text())

    for (hit, area), wanted in zip(case["input"]["rows"], case["expected"]["PAI"], strict=True):
        parts = [round(100 * hit), 100 - round(100 * hit)]
        answer = prediction_accuracy(parts, chosen=[True, False], areas=[area, 1 - area])
        assert answer.value == pytest.approx(wanted, abs=case["tolerance"]["abs"])


def test_the_published_curve_of_three_places():
    answer = prediction_accuracy([6, 3, 0], predicted=[3, 2, 1], area_share=0.4)

    assert [point.pai for point in answer.curve] == pytest.approx([2, 1.5, 1], abs=1e-12)
    assert [point.pei for point in answer.curve] == [1, 1, 1]
    assert (answer.hits, answer.places) == (6, 1)


@given(COUNTS, st.data())
def test_pei_is_the_best_of_every_choice_of_as_many_equal_places(counts, data):
    places = data.draw(st.integers(1, len(counts)))
    chosen = [at < places for at in range(len(counts))]
    best = max(sum(pick) for pick in combinations(counts, places))

    assert prediction_accuracy(counts, chosen=chosen).pei == pytest.approx(sum(counts[:places]) / best)


def test_equal_forecasts_are_taken_together_whatever_their_order():
    first = prediction_accuracy([9, 0, 0, 1], predicted=[1, 1, 1, 2], area_share=0.5)
    other = prediction_accuracy([0, 0, 9, 1], predicted=[1, 1, 1, 2], area_share=0.5)

    assert first == other
    assert first.places == 1


def test_the_interval_of_the_hit_rate_is_clopper_pearson():
    answer = prediction_accuracy([4, 6], chosen=[True, False])

    assert (answer.hit_interval.low, answer.hit_interval.high) == pytest.approx((0.12155, 0.73762), abs=1e-5)
    assert answer.interval.low == pytest.approx(2 * answer.hit_interval.low)


@given(COUNTS)
def test_gini_is_half_the_mean_difference_over_the_mean(counts):
    array = np.array(counts)
    slow = np.abs(array[:, None] - array).mean() / (2 * array.mean())
    stretch = max(len(counts) / sum(counts), 1)

    answer = concentration(counts, replications=19)

    assert answer.gini == pytest.approx(slow)
    assert answer.index == pytest.approx(stretch * (slow - 1) + 1, abs=1e-12)


@given(COUNTS)
def test_half_and_eighty_are_the_fewest_places_that_hold_as_much(counts):
    answer = concentration(counts, replications=19)
    for share, found in ((5, answer.half), (8, answer.eighty)):
        least = next(
            size
            for size in range(1, len(counts) + 1)
            if max(sum(pick) for pick in combinations(counts, size)) * 10 >= share * sum(counts)
        )
        assert found == least / len(counts)


def test_spread_as_evenly_as_can_be_is_no_concentration():
    answer = concentration([1, 0, 1, 0, 0, 0, 1, 0])

    assert answer.index == pytest.approx(0, abs=1e-12)
    assert answer.gini > 0.6
    assert answer.p == 1
    assert "fewer_events_than_places" in answer.caveats


def test_twenty_places_with_four_fifths_of_the_events_cross_at_a_fifth():
    answer = concentration([16] * 20 + [1] * 80)

    assert (answer.crossing, answer.top_fifth, answer.eighty) == pytest.approx((0.2, 0.8, 0.2))
    assert answer.p == 0.001


def test_all_in_one_place_and_all_alike_are_the_ends():
    one = concentration([50, 0, 0, 0, 0])
    alike = concentration([7, 7, 7])

    assert (one.gini, one.half) == pytest.approx((0.8, 0.2))
    assert alike.gini == 0
    assert alike.crossing == pytest.approx(0.5)


def test_order_is_nothing_and_the_seed_decides_the_rest():
    counts = [3, 0, 0, 5, 1, 1, 0, 9]

    assert concentration(counts, rng=4) == concentration(counts[::-1], rng=np.random.default_rng(4))


@settings(max_examples=10)
@given(st.integers(0, 10**6))
def test_chance_contains_the_curve_of_random_tables_mostly(seed):
    counts = np.random.default_rng(seed).poisson(2, 50) + 1
    answer = concentration(counts, replications=99)

    for point in answer.lorenz:
        assert point.by_chance.low <= point.by_chance.high
        assert point.events >= point.places - 1e-12


def test_size_of_p_is_at_most_nominal():
    rng = np.random.default_rng(11)
    tables = rng.multinomial(40, np.full(60, 1 / 60), size=400)

    below = sum(concentration(table, replications=99, rng=rng).p <= 0.05 for table in tables)

    assert below <= 400 * 0.05 + 3 * (400 * 0.05 * 0.95) ** 0.5


@pytest.mark.parametrize(
    ("function", "arguments", "error"),
    [
        (concentration, {"counts": [3]}, TooFewAreas),
        (concentration, {"counts": [0, 1]}, TooFewEvents),
        (concentration, {"counts": [-1, 4]}, NotACount),
        (concentration, {"counts": [1.5, 4]}, NotACount),
        (concentration, {"counts": [1, 4], "exposures": [0, 1]}, NoExposure),
        (concentration, {"counts": [1, 4], "exposures": [1]}, SeriesDiffer),
        (concentration, {"counts": [1, 4], "replications": 5}, SettingOutOfRange),
        (concentration, {"counts": [1] * 10_000, "replications": 99_999}, WorkTooLarge),
        (prediction_accuracy, {"observed": [0, 0], "chosen": [True, False]}, TooFewEvents),
        (prediction_accuracy, {"observed": [1, 0], "chosen": [False, False]}, TooFewAreas),
        (prediction_accuracy, {"observed": [1, 0]}, SeriesDiffer),
        (prediction_accuracy, {"observed": [1, 0], "chosen": [True]}, SeriesDiffer),
        (prediction_accuracy, {"observed": [1, 0], "predicted": [1, 2], "area_share": 0}, SettingOutOfRange),
        (prediction_accuracy, {"observed": [1, 0], "predicted": [1, 2], "area_share": 0.1}, TooFewAreas),
    ],
)
def test_what_cannot_be_answered_is_refused(function, arguments, error):
    with pytest.raises(error):
        function(**arguments)
