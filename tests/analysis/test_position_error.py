"""Events that may belong to a boundary, when positions are not exact."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from scipy import stats

from samsyn.analysis.errors import NotACount, SeriesDiffer, SettingOutOfRange, TooFewEvents, WorkTooLarge
from samsyn.analysis.position_error import MEDIAN_TO_SIGMA, contains, oriented, position_error

SQUARE = [[[0, 0], [200, 0], [200, 100], [0, 100]]]
HOLED = [[[0, 0], [0, 300], [300, 300], [300, 0]], [[100, 100], [200, 100], [200, 200], [100, 200]]]
CROOKED = [[[0, 0], [120, -30], [260, 40], [180, 90], [240, 200], [60, 120], [10, 180]]]


@given(st.floats(-300, 500), st.floats(-300, 400), st.floats(1, 200))
def test_a_rectangle_is_the_product_of_two_normals(x, y, median):
    sigma = median * MEDIAN_TO_SIGMA
    wanted = np.diff(stats.norm.cdf([0, 200], x, sigma))[0] * np.diff(stats.norm.cdf([0, 100], y, sigma))[0]

    found = position_error([x], [y], SQUARE, median_error=median, sensitivity=()).probabilities[0]

    assert found == pytest.approx(wanted, abs=1e-9)


@pytest.mark.parametrize("boundary", [HOLED, CROOKED])
@pytest.mark.parametrize("point", [(150, 150), (0, 0), (100, 40), (240, 200), (-60, 70)])
def test_any_shape_is_what_throwing_darts_gives(boundary, point):
    rng = np.random.default_rng(5)
    darts = rng.normal(point, 83 * MEDIAN_TO_SIGMA, (100_000, 2))
    wanted = contains(*darts.T, oriented(boundary)).mean()

    found = position_error([point[0]], [point[1]], boundary, sensitivity=()).probabilities[0]

    assert found == pytest.approx(wanted, abs=0.008)


def test_half_of_the_errors_are_shorter_than_the_median():
    circle = [[[83 * math.cos(a), 83 * math.sin(a)] for a in np.linspace(0, 2 * np.pi, 721)]]

    assert position_error([0], [0], circle).probabilities[0] == pytest.approx(0.5, abs=1e-4)


def test_on_an_edge_it_is_a_half_and_in_a_corner_a_quarter():
    answer = position_error([100, 0], [0, 0], SQUARE, median_error=2)

    assert answer.probabilities == pytest.approx((0.5, 0.25))


@pytest.mark.parametrize("hair", [1e-310, 1e-100, 1e-12, 1e-8, 1e-6])
def test_a_hair_from_an_edge_is_a_half_too(hair):
    answer = position_error([100, 100], [hair, -hair], SQUARE, median_error=2, sensitivity=())

    assert answer.probabilities == pytest.approx((0.5, 0.5), abs=1e-6)


def test_parts_add_up_to_the_whole():
    halves = [[[[0, 0], [90, 0], [90, 100], [0, 100]]], [[[90, 0], [200, 0], [200, 100], [90, 100]]]]
    x, y = [10, 90, 150, 260], [10, 50, 130, 40]

    parts = [position_error(x, y, half) for half in halves]
    whole = position_error(x, y, SQUARE)

    assert sum(part.estimate for part in parts) == pytest.approx(whole.estimate)
    assert sum(part.counted for part in parts) == whole.counted


def test_direction_of_rings_place_and_units_are_nothing():
    x, y = np.array([10.0, 140, 350]), np.array([20.0, 150, 100])
    first = position_error(x, y, HOLED)

    turned = position_error(x, y, [ring[::-1] for ring in HOLED[::-1]])
    moved = position_error(x + 674_000, y + 6_580_000, np.add(HOLED, [674_000, 6_580_000]).tolist())
    scaled = position_error(x / 10, y / 10, (np.array(HOLED) / 10).tolist(), median_error=8.3)

    for other in (turned, moved, scaled):
        assert other.probabilities == pytest.approx(first.probabilities, abs=1e-9)


@settings(max_examples=40)
@given(st.lists(st.floats(0.02, 0.98), min_size=1, max_size=7))
def test_the_interval_is_that_of_every_way_events_can_fall(places):
    # On a half-plane the probability is chosen by the distance to its border.
    wide = [[[-1e5, -1e5], [0, -1e5], [0, 1e5], [-1e5, 1e5]]]
    x = -stats.norm.ppf(places) * 50 * MEDIAN_TO_SIGMA
    answer = position_error(x, np.zeros(len(x)), wide, median_error=50, sensitivity=())
    mass = np.zeros(len(places) + 1)
    for fall in itertools.product([0, 1], repeat=len(places)):
        mass[sum(fall)] += math.prod(p if f else 1 - p for p, f in zip(places, fall, strict=True))

    low, high = int(answer.interval.low), int(answer.interval.high)

    assert answer.probabilities == pytest.approx(places)
    assert mass[:low].sum() <= 0.025 + 1e-9
    assert mass[high + 1 :].sum() <= 0.025 + 1e-9
    assert mass[: low + 1].sum() > 0.025 - 1e-9
    assert mass[high:].sum() > 0.025 - 1e-9


def test_no_error_is_the_plain_count_and_counts_are_repeated_positions():
    x, y = [50, 150, 400], [50, 50, 50]

    exact = position_error(x, y, SQUARE, median_error=0, counts=[2, 0, 5])
    repeated = position_error([50, 50], [50, 50], SQUARE, sensitivity=())

    assert exact.estimate == exact.counted == exact.interval.low == exact.interval.high == 2
    assert repeated.estimate == position_error([50], [50], SQUARE, counts=[2]).estimate
    assert [one.median_error for one in exact.sensitivity] == [0, 50, 100, 150]


def test_rounding_alone_is_the_part_of_the_cell_that_is_within():
    answer = position_error([200], [50], SQUARE, median_error=0, rounding=100)
    both = position_error([190], [50], SQUARE, median_error=20, rounding=50, sensitivity=())
    spots = np.add([190, 50], np.random.default_rng(2).uniform(-25, 25, (200_000, 2)))
    spots += np.random.default_rng(3).normal(0, 20 * MEDIAN_TO_SIGMA, spots.shape)

    assert answer.estimate == pytest.approx(0.5)
    assert both.estimate == pytest.approx(contains(*spots.T, oriented(SQUARE)).mean(), abs=0.005)


def test_many_uncertain_events_are_close_to_the_exact_interval():
    x = np.full(4000, 200.0)
    answer = position_error(x, np.full(4000, 50.0), SQUARE, median_error=5, sensitivity=())
    wanted = stats.binom.ppf([0.025, 0.975], 4000, answer.probabilities[0])

    assert (answer.interval.low, answer.interval.high) == pytest.approx(wanted, abs=2)


def test_the_interval_covers_what_was_truly_within():
    rng = np.random.default_rng(8)
    rings, hit = oriented(CROOKED), 0
    for _ in range(200):
        true = rng.uniform(-700, 900, (800, 2))
        seen = true + rng.normal(0, 40 * MEDIAN_TO_SIGMA, true.shape)
        answer = position_error(*seen.T, CROOKED, median_error=40, sensitivity=())
        hit += answer.interval.contains(int(contains(*true.T, rings).sum()))

    assert hit >= 184  # 190 expected; three standard deviations below


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"x": [], "y": []}, TooFewEvents),
        ({"x": [1, 2]}, SeriesDiffer),
        ({"x": [math.nan]}, NotACount),
        ({"counts": [-1]}, NotACount),
        ({"counts": [1, 2]}, SeriesDiffer),
        ({"boundary": []}, SeriesDiffer),
        ({"boundary": [[[0, 0], [1, 1]]]}, SeriesDiffer),
        ({"boundary": [[[0, 0], [1, 1], [2, 2]]]}, SeriesDiffer),
        ({"median_error": -1}, SettingOutOfRange),
        ({"rounding": math.inf}, SettingOutOfRange),
        ({"level": 0}, SettingOutOfRange),
    ],
)
def test_what_cannot_be_answered_is_refused(change, error):
    with pytest.raises(error):
        position_error(**({"x": [1], "y": [1], "boundary": SQUARE} | change))


def test_too_much_work_is_refused():
    ring = [[math.cos(a), math.sin(a)] for a in np.linspace(0, 6.28, 5000)]

    with pytest.raises(WorkTooLarge):
        position_error(np.zeros(200_000), np.zeros(200_000), [ring])
