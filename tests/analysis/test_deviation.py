"""Deviations: equal to statsmodels, few false ones, and quiet when nothing happens."""

from __future__ import annotations

import math

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats

from samsyn.analysis.deviation import _design, _irls, deviations
from samsyn.analysis.errors import (
    NotACount,
    SeriesDiffer,
    SettingOutOfRange,
    TooFewEvents,
    TooFewPeriods,
)


def table(rng, *, n=200, periods=157, low=3.0, high=20.0):
    at = np.arange(periods)
    means = rng.uniform(low, high, n)[:, None] * np.exp(0.3 * np.sin(2 * math.pi * at / 52.18))
    return rng.poisson(means)


@pytest.mark.parametrize("period", ["week", "day"])
def test_the_batched_fit_is_that_of_a_glm(period):
    rng = np.random.default_rng(1)
    counts = table(rng, n=4, periods=200)
    design = _design(200, period, 2, True, 1)
    weights = rng.uniform(0.2, 1.5, counts.shape)

    beta, mean, inverse = _irls(counts.astype(float), design, weights)

    for row in range(4):
        fit = sm.GLM(counts[row], design, family=sm.families.Poisson(), var_weights=weights[row]).fit(
            tol=1e-12
        )
        assert beta[row] == pytest.approx(fit.params, abs=1e-4)
        assert mean[row] == pytest.approx(fit.fittedvalues, rel=1e-4)
        assert inverse[row] == pytest.approx(fit.normalized_cov_params, rel=1e-2, abs=1e-6)


def test_nothing_happening_is_mostly_quiet():
    rng = np.random.default_rng(3)
    assert np.mean([not deviations(table(rng)).quiet for _ in range(25)]) <= 0.2


def test_false_discoveries_stay_few_when_some_are_true():
    rng = np.random.default_rng(4)
    shares, found_true = [], 0
    for _ in range(10):
        counts = table(rng)
        counts[:20, -1] += 25
        found = deviations(counts)
        hits = np.flatnonzero(stats.false_discovery_control(np.array(found.p)) <= 0.05)
        shares.append((hits >= 20).sum() / max(1, len(hits)))
        found_true += found.estimate
    assert np.mean(shares) <= 0.1
    assert found_true >= 10 * 12


def test_at_most_ten_lines_with_the_clearest_first():
    counts = table(np.random.default_rng(5))
    counts[:30, -1] += 60
    found = deviations(counts, groups=[f"place {i // 2}" for i in range(200)])

    assert len(found.lines) == 10
    assert found.more >= 5
    assert [line.q for line in found.lines] == sorted(line.q for line in found.lines)
    assert found.lines[0].observed > found.lines[0].interval.high


def test_an_earlier_peak_does_not_hide_a_new_one():
    counts = np.random.default_rng(6).poisson(6, (1, 157))
    before = deviations(counts).expected[0]
    counts[0, 150] = 90

    assert deviations(counts).expected[0] == pytest.approx(before, rel=0.35)
    counts[0, -1] = 40
    assert not deviations(counts).quiet


def test_order_of_series_does_not_matter():
    counts = table(np.random.default_rng(7), n=12)
    counts[3, -1] += 40
    found, turned = deviations(counts), deviations(counts[::-1])

    assert turned.expected[::-1] == pytest.approx(found.expected)
    assert turned.lines[0].series == 11 - found.lines[0].series == 8


def test_sparse_series_are_named_and_not_judged():
    counts = np.zeros((3, 157), dtype=int)
    counts[0] = np.random.default_rng(8).poisson(5, 157)
    counts[1, ::10] = 1
    counts[1, -1] = 9
    found = deviations(counts)

    assert found.sparse == (1, 2)
    assert found.p[1] is None
    assert "sparse_left_out" in found.caveats


def test_both_thresholds_and_directions_see_a_disappearance_or_a_peak():
    counts = np.random.default_rng(9).poisson(30, (2, 157))
    counts[0, -1], counts[1, -1] = 0, 90
    for threshold in ("negative_binomial", "two_thirds_power"):
        assert deviations(counts, direction="both", threshold=threshold).estimate == 2
        assert deviations(counts, threshold=threshold).estimate == 1


@pytest.mark.parametrize(
    ("counts", "settings_", "error"),
    [
        ([[1, 2, 3]], {}, TooFewPeriods),
        ([[1] * 200], {"period": "day"}, TooFewPeriods),
        ([[0] * 200], {}, TooFewEvents),
        ([[1] * 199 + [-1]], {}, NotACount),
        ([[1] * 199 + [0.5]], {}, NotACount),
        ([1] * 200, {}, SeriesDiffer),
        ([[1, 2], [1]], {}, SeriesDiffer),
        ([[1, 2] * 100], {"labels": ["a", "b"]}, SeriesDiffer),
        ([[1, 2] * 100], {"period": "year"}, SettingOutOfRange),
        ([[1, 2] * 100], {"direction": "down"}, SettingOutOfRange),
        ([[1, 2] * 100], {"false_discovery_rate": 0}, SettingOutOfRange),
    ],
)
def test_what_does_not_fit_is_refused(counts, settings_, error):
    with pytest.raises(error):
        deviations(counts, **settings_)


def test_a_series_that_follows_the_police_work_says_so_on_its_line():
    counts = table(np.random.default_rng(8), n=6)
    counts[:2, -1] += 200
    found = deviations(counts, detection_driven=[True, False, False, False, False, False])

    assert {line.series: line.detection_driven for line in found.lines} == {0: True, 1: False}
    assert "detection_driven" in found.caveats
    assert "detection_driven" not in deviations(counts).caveats
    with pytest.raises(SeriesDiffer):
        deviations(counts, detection_driven=[True])
