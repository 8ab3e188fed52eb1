"""Monitoring: the promise holds at every look, and the path equals the integral it stands for."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from scipy import integrate, stats

from samsyn.analysis.errors import (
    NoExposure,
    NotACount,
    SeriesDiffer,
    SettingOutOfRange,
    TooFewEvents,
    TooFewPeriods,
)
from samsyn.analysis.monitoring import monitor

WEEKS = 52


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 12), min_size=1, max_size=5), st.sampled_from(["both", "up", "down"]))
def test_the_evidence_is_the_mixture_integral(values, direction):
    expected = [2.5] * len(values)
    x, e = sum(values), sum(expected)
    low, high = {"both": (0, 40), "up": (1, 40), "down": (0, 1)}[direction]
    prior = stats.gamma(5, scale=1 / 5)
    top, _ = integrate.quad(
        lambda r: r**x * math.exp(-(r - 1) * e) * prior.pdf(r), low, high, limit=400, points=[1, x / e + 0.01]
    )

    found = monitor(values, expected=expected, direction=direction)

    assert found.log_e[-1] == pytest.approx(math.log(top / (prior.cdf(high) - prior.cdf(low))), abs=1e-5)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(0, 40), min_size=1, max_size=8),
    st.sampled_from([{}, {"baseline_count": 300, "baseline_expected": 60}]),
    st.sampled_from(["both", "up", "down"]),
)
def test_evidence_and_interval_never_contradict_each_other(values, baseline, direction):
    found = monitor(values, expected=[6] * len(values), direction=direction, **baseline)

    for log_e, interval in zip(found.log_e, found.intervals, strict=True):
        if abs(log_e - found.log_threshold) > 1e-6:
            assert (log_e > found.log_threshold) != interval.contains(1.0)


def crossings(rate, runs, seed, **settings_):
    rng = np.random.default_rng(seed)
    return np.mean(
        [monitor(rng.poisson(rate, WEEKS), expected=[4] * WEEKS, **settings_).crossed for _ in range(runs)]
    )


def test_looking_every_week_for_a_year_keeps_the_error():
    assert crossings(4, 300, 11) <= 0.05
    assert crossings(6, 40, 12) >= 0.9


def test_the_error_holds_when_the_baseline_is_counted():
    rng = np.random.default_rng(3)
    hits = [
        monitor(
            rng.poisson(4, WEEKS),
            expected=[1] * WEEKS,
            baseline_count=rng.poisson(4 * WEEKS),
            baseline_expected=WEEKS,
        ).crossed
        for _ in range(200)
    ]

    assert np.mean(hits) <= 0.05


def test_a_plain_test_every_week_breaks_its_promise():
    sums = np.random.default_rng(4).poisson(4, (2000, WEEKS)).cumsum(axis=1)
    means = 4 * np.arange(1, WEEKS + 1)
    p = 2 * np.minimum(stats.poisson.cdf(sums, means), stats.poisson.sf(sums - 1, means))

    assert ((p < 0.05).any(axis=1)).mean() > 0.15


def test_a_counted_baseline_gives_a_wider_interval():
    known = monitor([5] * 20, expected=[4] * 20)
    counted = monitor([5] * 20, expected=[1] * 20, baseline_count=208, baseline_expected=52)

    assert counted.ratio == known.ratio
    assert counted.interval.low < known.interval.low < known.interval.high < counted.interval.high


def test_the_path_does_not_know_the_future():
    short, long = monitor([3, 9, 4], expected=[4] * 3), monitor([3, 9, 4, 30], expected=[4] * 4)

    assert long.log_e[:3] == short.log_e


def test_zero_and_huge_counts_have_limits():
    assert monitor([0], expected=[3]).interval.low == 0
    assert monitor([10**7], expected=[10**7]).interval.contains(1.0)
    assert monitor([0] * 30, expected=[3] * 30).direction == "down"


@pytest.mark.parametrize(
    ("values", "settings_", "error"),
    [
        ([], {"expected": []}, TooFewPeriods),
        ([1], {"expected": [1, 2]}, SeriesDiffer),
        ([-1], {"expected": [1]}, NotACount),
        ([1], {"expected": [0]}, NoExposure),
        ([1], {"expected": [1], "alpha": 1}, SettingOutOfRange),
        ([1], {"expected": [1], "shape": 0}, SettingOutOfRange),
        ([1], {"expected": [1], "direction": "left"}, SettingOutOfRange),
        ([1], {"expected": [1], "baseline_count": 3}, SettingOutOfRange),
        ([1], {"expected": [1], "baseline_count": 0, "baseline_expected": 5}, TooFewEvents),
    ],
)
def test_what_does_not_fit_is_refused(values, settings_, error):
    with pytest.raises(error):
        monitor(values, **settings_)
