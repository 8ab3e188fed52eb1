"""The most crowded window of a series."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from samsyn.analysis.errors import (
    NotACount,
    SeriesDiffer,
    SettingOutOfRange,
    TooFewEvents,
    TooFewPeriods,
)
from samsyn.analysis.scan_temporal import naus_probability, temporal_scan


def test_the_approximation_equals_the_published_values(reference):
    case = json.loads((reference / "cases" / "naus_temporal_scan.json").read_text())

    # The case names the exponent by L − k, which Naus' formula calls windows − 2.
    (first, second), wanted = case["input"]["calls"], case["expected"]["p"]
    found = [naus_probability(m, expected=mu, windows=n - k + 2) for n, k, mu, m in (first, second)]

    assert found[0] == pytest.approx(wanted[0], abs=case["tolerance"]["abs"])
    # The second value comes from a program whose last sum ends one term early; a simulation of three windows
    # (next test) tells the two apart.
    assert found[1] == pytest.approx(wanted[1], abs=1e-4)


def test_three_windows_equal_a_simulation_that_a_missing_term_would_fail():
    # 6 000 000 simulated series, three events, one expected in a window: 0.66227 ± 0.00019 without a cluster.
    assert 1 - naus_probability(3, expected=1.0, windows=3) == pytest.approx(0.66227, abs=0.0006)


@pytest.mark.parametrize(
    ("most", "expected", "windows", "p"), [(6, 0.6, 208, 0.0390224), (6, 1.0, 261, 0.4869039)]
)
def test_the_approximation_falls_with_the_number_asked_for(most, expected, windows, p):
    found = [naus_probability(k, expected=expected, windows=windows) for k in range(most, most + 5)]

    assert found == sorted(found, reverse=True)
    assert found[0] == pytest.approx(p, abs=2e-6)
    assert found[-1] < 1e-3 < found[0]


@given(st.lists(st.integers(0, 5), min_size=6, max_size=20).filter(lambda c: sum(c) > 1), st.integers(1, 3))
@settings(max_examples=30, deadline=None)
def test_the_most_crowded_window_is_that_of_the_slow_loop(counts, width):
    slow = [sum(counts[at : at + width]) for at in range(len(counts) - width + 1)]

    found = temporal_scan(counts, width=width, replications=19)

    assert found.statistic == max(slow)
    assert found.first_day == slow.index(max(slow))
    assert 1 / 20 <= found.p <= 1


def test_the_simulated_p_is_near_the_exact_one_of_all_ways_to_deal_out():
    # Three events on four days, windows of one day: all on one day in 4 of 64 ways.
    found = temporal_scan([3, 0, 0, 0], width=1, replications=19_999)

    assert found.p == pytest.approx(4 / 64, abs=0.008)


def test_a_later_start_only_moves_the_days():
    plain, moved = (temporal_scan([0, 5, 1, 0, 0, 1], width=2, first_day=day) for day in (0, 100))

    assert (moved.first_day, moved.last_day) == (plain.first_day + 100, plain.last_day + 100)
    assert moved.p == plain.p


def test_the_size_is_kept_on_series_without_clusters():
    rng = np.random.default_rng(11)

    ps = [temporal_scan(rng.poisson(0.5, 60), width=7, replications=99, rng=rng).p for _ in range(300)]

    assert np.mean(np.array(ps) <= 0.05) <= 0.09


@pytest.mark.parametrize(
    ("counts", "more", "error"),
    [
        ([1, -1, 2, 3], {"width": 1}, NotACount),
        ([1, float("nan"), 2, 3], {"width": 1}, NotACount),
        ([[1, 2], [3, 4]], {"width": 1}, SeriesDiffer),
        ([1, 2, 3, 4], {"width": 0}, SettingOutOfRange),
        ([1, 2, 3, 4], {"width": 1, "replications": 5}, SettingOutOfRange),
        ([1, 2, 3, 4], {"width": 3}, TooFewPeriods),
        ([0, 1, 0, 0], {"width": 1}, TooFewEvents),
        ([], {"width": 1}, TooFewPeriods),
    ],
)
def test_what_does_not_fit_is_refused(counts, more, error):
    with pytest.raises(error):
        temporal_scan(counts, **more)


@pytest.mark.parametrize("most", [0, 1])
def test_fewer_than_two_events_are_no_cluster(most):
    with pytest.raises(SettingOutOfRange):
        naus_probability(most, expected=1, windows=10)
