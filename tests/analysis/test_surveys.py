"""Shares, waves, indices and printed shares against published limits and slow counting."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from scipy import stats

from samsyn.analysis.errors import (
    NotACount,
    NothingVaries,
    SampleSizeUnknown,
    SeriesDiffer,
    SettingOutOfRange,
    TooFewEvents,
)
from samsyn.analysis.surveys import printed_share, survey_index, survey_share, survey_waves, weighted_share


def test_those_who_do_not_know_are_in_the_base_only_when_asked_for():
    without = survey_share(30, 60, dont_know=10, missing=5)
    within = survey_share(30, 60, dont_know=10, missing=5, dont_know_in_base=True)
    assert (without.n, within.n, within.value) == (90, 100, 30.0)
    assert (within.interval.low, within.interval.high) == pytest.approx((21.8949, 39.5849), abs=1e-3)
    assert (without.no, without.dont_know, without.missing) == (60, 10, 5)


def test_a_design_effect_of_two_is_half_the_answers():
    clustered, half = survey_share(40, 60, design_effect=2), survey_share(20, 30, design_effect=1)
    assert clustered.interval.low == pytest.approx(half.interval.low)
    assert clustered.effective_n == 50


def test_equal_weights_change_nothing_and_their_scale_does_not_matter():
    answers = [1] * 12 + [0] * 20 + ["dont_know"] * 3 + [None] * 2
    plain = survey_share(12, 20, dont_know=3, missing=2, design_effect=1)
    for scale in (1.0, 7.5):
        found = weighted_share(answers, [scale] * 37)
        assert found.value == pytest.approx(plain.value)
        assert found.interval.high == pytest.approx(plain.interval.high)
        assert (found.yes, found.no, found.dont_know, found.missing) == (12, 20, 3, 2)


def test_unequal_weights_lower_the_effective_number():
    found = weighted_share([1, 0, 1, 0], [1, 1, 3, 3])
    assert found.effective_n == pytest.approx(64 / 20)


def test_newcombes_own_example_has_its_published_limits():
    found = survey_waves(48, 80, 56, 70)
    assert found.difference == pytest.approx(20.0)
    assert (found.interval.low, found.interval.high) == pytest.approx((5.24, 33.39), abs=0.01)


@pytest.mark.parametrize(("p", "q", "n"), [(0.3, 0.3, 30), (0.1, 0.2, 60), (0.5, 0.35, 100)])
def test_the_difference_between_waves_covers_the_truth(p, q, n):
    # Exact coverage: every pair of outcomes with its probability.
    first, second = (stats.binom.pmf(np.arange(n + 1), n, share) for share in (p, q))
    covered = sum(
        first[x] * second[y]
        for x in range(n + 1)
        for y in range(n + 1)
        if first[x] * second[y] > 1e-6 and survey_waves(x, n, y, n).interval.contains(100 * (q - p))
    )
    assert 0.94 < covered < 0.98


@pytest.mark.parametrize(("share", "n"), [(0.1, 50), (0.5, 20), (0.9, 200)])
def test_a_share_covers_the_truth(share, n):
    chance = stats.binom.pmf(np.arange(n + 1), n, share)
    covered = sum(chance[x] for x in range(n + 1) if survey_share(x, n - x).interval.contains(share * 100))
    assert 0.93 < covered < 0.99


def test_an_index_is_the_mean_of_persons_who_answered_enough():
    rows = [[1, 2, 3], [4, 4, None], [None, None, 1], [2, 2, 2], [3, 1, 2], [4, 4, 4]]
    found = survey_index(rows, lowest=1, highest=4)
    means = [(2 - 1) / 3, 1.0, (2 - 1) / 3, (2 - 1) / 3, 1.0]
    assert (found.n, found.left_out, found.min_items) == (5, 1, 2)
    assert found.estimate == pytest.approx(100 * np.mean(means))
    low, high = stats.t.interval(0.95, 4, 100 * np.mean(means), 100 * stats.sem(means))
    assert (found.interval.low, found.interval.high) == pytest.approx((low, min(100, high)))


def test_alpha_is_one_for_the_same_question_asked_twice():
    rows = [[k, k] for k in (1, 2, 3, 4, 2, 3)]
    assert survey_index(rows, lowest=1, highest=4).alpha == pytest.approx(1.0)
    assert survey_index([[k] for k in (1, 2, 3, 4, 2)], lowest=1, highest=4).alpha is None


def test_the_index_interval_covers_the_truth():
    rng = np.random.default_rng(5)
    held = 0
    for _ in range(400):
        base = rng.integers(1, 4, size=(25, 1))
        rows = np.clip(base + rng.integers(0, 2, size=(25, 3)), 1, 4).tolist()
        held += survey_index(rows, lowest=1, highest=4).interval.contains(50.0)
    assert held / 400 > 0.95 - 4 * math.sqrt(0.05 * 0.95 / 400)


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 200), st.integers(0, 1000), st.integers(0, 1))
def test_a_printed_share_means_every_count_that_rounds_to_it(n, tenths, decimals):
    share = tenths / 10 if decimals else float(tenths // 10)
    half = 0.5 / 10**decimals
    slow = [k for k in range(n + 1) if abs(100 * k / n - share) <= half + 1e-9]
    cut = [k for k in range(n + 1) if share - 1e-9 <= 100 * k / n < share + 2 * half - 1e-9]
    found = printed_share(share, n, decimals=decimals)
    assert found.fits == bool(slow)
    assert (found.low, found.high) == ((slow[0], slow[-1]) if slow else (None, None))
    assert (found.truncated_low, found.truncated_high) == ((cut[0], cut[-1]) if cut else (None, None))


def test_a_share_that_no_count_gives_says_so():
    assert printed_share(38, 30).caveats == ("share_does_not_fit",)
    assert printed_share(37, 10**9).high - printed_share(37, 10**9).low == 10**7


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda: survey_share(3, None), SampleSizeUnknown),
        (lambda: survey_share(0, 0, dont_know=9), TooFewEvents),
        (lambda: survey_share(-1, 9), NotACount),
        (lambda: survey_share(1, 9, design_effect=0), SettingOutOfRange),
        (lambda: weighted_share([1, 0], [1]), SeriesDiffer),
        (lambda: weighted_share([1, 0], [1, -1]), SettingOutOfRange),
        (lambda: weighted_share([None, None], [1, 1]), TooFewEvents),
        (lambda: survey_waves(3, None, 4, 10), SampleSizeUnknown),
        (lambda: survey_waves(3, 10, 14, 10), NotACount),
        (lambda: survey_index([[1, 2]] * 4, lowest=1, highest=4), TooFewEvents),
        (lambda: survey_index([[1, 2]] * 9, lowest=1, highest=4), NothingVaries),
        (lambda: survey_index([[1, 5]] * 9, lowest=1, highest=4), SettingOutOfRange),
        (lambda: survey_index([[1, 2], [1]], lowest=1, highest=4), SeriesDiffer),
        (lambda: survey_index([[1, 2]] * 9, lowest=1, highest=4, min_items=3), SettingOutOfRange),
        (lambda: printed_share(37, None), SampleSizeUnknown),
        (lambda: printed_share(37, 0), TooFewEvents),
        (lambda: printed_share(101, 30), NotACount),
        (lambda: printed_share(37.5, 30), SettingOutOfRange),
    ],
)
def test_what_cannot_be_answered_is_refused(call, error):
    with pytest.raises(error):
        call()
