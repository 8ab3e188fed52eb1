"""Rates, shares and ratios against published limits and by hand."""

from __future__ import annotations

import math

import pytest
from scipy import stats

from samsyn.analysis.errors import NoExposure, NotACount, SampleSizeUnknown, SeriesDiffer
from samsyn.analysis.rates import (
    mean_of_rates,
    poisson_interval,
    pooled_rate,
    rate,
    ratio_of_sums,
    ratio_to_rounded_mean,
    share_of_total,
    survey_share,
)


@pytest.mark.parametrize(
    ("count", "low", "high"),
    [
        (0, 0.0, 3.6888794541),
        (1, 0.0253178080, 5.5716433909),
        (3, 0.6186721229, 8.7672730697),
        (10, 4.7953886961, 18.3903560420),
        (137, 115.0205344338, 161.9564046881),
    ],
)
def test_garwood_limits_are_the_published_ones(count, low, high):
    found = poisson_interval(count)
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-7)


@pytest.mark.parametrize("mean", [0.5, 3, 12, 60])
def test_garwood_never_covers_less_than_its_level(mean):
    top = int(stats.poisson.isf(1e-12, mean))
    covered = sum(stats.poisson.pmf(x, mean) for x in range(top) if poisson_interval(x).contains(mean))
    assert covered >= 0.95


def test_a_billion_events_have_a_narrow_interval():
    found = poisson_interval(10**9)
    assert found.low == pytest.approx(10**9 - 1.96 * math.sqrt(10**9), rel=1e-7)


def test_a_rate_over_time_has_the_published_interval():
    found = rate(137, 24.19893, per=1, unit="per_time")
    assert (found.value, found.interval.low, found.interval.high) == pytest.approx(
        (5.661407343, 4.753124805, 6.692709334), abs=1e-7
    )


def test_the_mean_of_rates_and_the_pooled_rate_are_two_answers():
    counts, people = [30, 12, 5], [10_000, 1_500, 8_000]
    here = rate(48, 3200).value
    assert rate(48, 12.5, per=1, unit="per_hectare").value == 3.84
    assert mean_of_rates(counts, people).value == pytest.approx(387.5)
    assert pooled_rate(counts, people).value == pytest.approx(241.02564102564105)
    assert here / mean_of_rates(counts, people).value == pytest.approx(3.870967741935484)
    assert here / pooled_rate(counts, people).value == pytest.approx(6.223404255319148)


def test_a_ratio_of_three_year_sums_is_not_a_single_years_ratio():
    assert ratio_of_sums([1657], [249]).value == pytest.approx(6.7, abs=0.05)


def test_a_rounded_mean_leaves_a_range_and_below_a_half_only_a_lower_limit():
    found = ratio_to_rounded_mean(71, 9)
    assert (found.interval.low, found.interval.high) == (71 / 9.5, 71 / 8.5)
    small = ratio_to_rounded_mean(4, 0.5)
    assert small.interval.low == 4.0
    assert small.to_dict()["interval"]["high"] is None
    assert "only_lower_limit" in small.caveats
    with pytest.raises(NoExposure):
        ratio_to_rounded_mean(4, 0)


def test_a_design_effect_widens_a_survey_interval():
    plain, clustered = survey_share(30, 100), survey_share(30, 100, design_effect=2)
    assert clustered.interval.low < plain.interval.low
    assert "design_effect_unknown" in plain.caveats
    assert survey_share(0, 50).interval.low == 0.0
    assert survey_share(50, 50).interval.high == 100.0


def test_a_share_without_a_known_sample_is_refused_and_one_of_all_has_no_interval():
    with pytest.raises(SampleSizeUnknown):
        survey_share(3, None)
    with pytest.raises(NotACount):
        survey_share(11, 10)
    assert survey_share(3, 10, everyone_asked=True).interval is None


def test_a_share_of_the_region_is_plain_division():
    assert share_of_total(2794, 27892).value == pytest.approx(10.0, abs=0.05)
    with pytest.raises(NotACount):
        share_of_total(5, 4)
    with pytest.raises(NoExposure):
        share_of_total(0, 0)


def test_lists_of_different_length_are_refused():
    with pytest.raises(SeriesDiffer):
        pooled_rate([1, 2], [3])
