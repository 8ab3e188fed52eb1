"""Power before a start: equal to the published figures and to a slow sum over every pair of counts."""

from __future__ import annotations

import pytest
from scipy import stats

from samsyn.analysis.change import compare_counts
from samsyn.analysis.errors import NotACount, SettingOutOfRange, TooFewEvents
from samsyn.analysis.power import power_before_start


def test_seventy_one_a_year_needs_forty_eight_and_a_true_fall_of_about_forty_three_per_cent():
    found = power_before_start(71)

    assert (found.clear_count, round(found.clear_change)) == (48, -32)
    assert found.detectable_change == pytest.approx(-43, abs=0.5)


@pytest.mark.parametrize("baseline", [15, 40, 71])
@pytest.mark.parametrize("phi", [1, 1.7])
def test_the_clear_count_is_the_last_that_the_comparison_of_counts_calls_clear(baseline, phi):
    found = power_before_start(baseline, phi=phi)

    def p(after):
        return compare_counts(baseline, after, days_before=365, days_after=365, phi=phi).p

    assert p(found.clear_count) < 0.05 <= p(found.clear_count + 1)


def test_power_equals_the_slow_sum_over_every_pair_of_counts():
    found = power_before_start(9)
    slow = sum(
        stats.poisson.pmf(y, 9) * stats.poisson.pmf(x, 9 * 0.25)
        for y in range(45)
        for x in range(y)
        if compare_counts(y, x, days_before=1, days_after=1).p < 0.05
    )

    assert found.curve_power[found.curve_change.index(-75.0)] == pytest.approx(slow, abs=1e-8)


@pytest.mark.parametrize("baseline", [1, 3, 20, 100])
@pytest.mark.parametrize("direction", ["down", "up"])
def test_the_size_is_never_above_its_tail(baseline, direction):
    assert power_before_start(baseline, direction=direction).size <= 0.025 + 1e-12


def test_a_comparison_of_endless_size_takes_nothing_from_what_can_be_seen():
    alone = power_before_start(71)
    beside = power_before_start(71, comparison_before=400, comparison_after=400)

    assert beside.clear_count <= alone.clear_count


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"baseline": 0}, TooFewEvents),
        ({"baseline": -1}, NotACount),
        ({"baseline": 9, "phi": 0.5}, SettingOutOfRange),
        ({"baseline": 9, "direction": "sideways"}, SettingOutOfRange),
        ({"baseline": 9, "comparison_before": 4}, SettingOutOfRange),
    ],
)
def test_what_cannot_be_answered_is_refused(wrong, error):
    with pytest.raises(error):
        power_before_start(**wrong)
