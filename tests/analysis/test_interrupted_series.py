"""Interrupted time series: equal to statsmodels, right in simulation, and refused when too short."""

from __future__ import annotations

import math

import numpy as np
import pytest
import statsmodels.api as sm

from samsyn.analysis.errors import (
    FollowsTheWork,
    NoExposure,
    NotACount,
    NothingVaries,
    SeriesDiffer,
    SettingOutOfRange,
    TooFewEvents,
    TooFewPeriods,
)
from samsyn.analysis.interrupted_series import interrupted_time_series


def series(rng, *, step=1.0, n=60, start=36, mean=40.0):
    at = np.arange(n)
    level = mean * np.exp(0.25 * np.sin(2 * math.pi * at / 12)) * np.where(at >= start, step, 1.0)
    return rng.poisson(level)


def test_the_level_is_that_of_a_glm_written_out():
    values = series(np.random.default_rng(1), step=0.7)
    at = np.arange(60)
    after = (at >= 36).astype(float)
    months = np.column_stack([at % 12 == month for month in range(1, 12)]).astype(float)
    design = np.column_stack([np.ones(60), at, after, after * (at - 36), months])
    fit = sm.GLM(values, design, family=sm.families.Poisson()).fit(scale="X2")

    found = interrupted_time_series(values, start=36, season="month")

    assert found.ratio == pytest.approx(math.exp(fit.params[2]), rel=1e-6)
    assert found.slope.value == pytest.approx(math.exp(fit.params[3]), rel=1e-6)
    assert found.phi == pytest.approx(fit.scale, rel=1e-6)
    plain = fit.bse[2] / math.sqrt(min(1, fit.scale))
    width = math.log(found.interval.high / found.interval.low) / 2
    assert width >= plain * 1.96 - 1e-9


def test_a_fall_is_found_and_calm_is_seldom_called_a_change():
    rng = np.random.default_rng(7)
    calm = [interrupted_time_series(series(rng), start=36).p < 0.05 for _ in range(150)]

    assert np.mean(calm) <= 0.1
    assert interrupted_time_series(series(rng, step=0.5), start=36).interval.high < 1


def test_p_and_interval_agree():
    rng = np.random.default_rng(8)
    for step in (1.0, 0.85, 0.8, 0.75):
        found = interrupted_time_series(series(rng, step=step), start=36)
        assert (found.p < 0.05) != found.interval.contains(1.0)


def test_units_of_exposure_do_not_matter():
    values = series(np.random.default_rng(9), step=0.8)
    one = interrupted_time_series(values, start=36, exposures=[1] * 60)
    many = interrupted_time_series(values, start=36, exposures=[1000] * 60)

    assert many.ratio == pytest.approx(one.ratio, rel=1e-7)
    assert many.interval.low == pytest.approx(one.interval.low, rel=1e-6)


def test_exposure_that_halves_with_the_count_is_no_change():
    values = [20, 22, 18, 21, 19, 20] * 4 + [10, 11, 9, 10, 11, 9] * 2
    found = interrupted_time_series(values, start=24, season="none", exposures=[2] * 24 + [1] * 12)

    assert found.interval.contains(1.0)


def test_the_values_of_the_phase_in_do_not_matter():
    values = series(np.random.default_rng(10), step=0.7)
    changed = values.copy()
    changed[36:39] = 500

    first, second = (interrupted_time_series(v, start=36, phase_in=3) for v in (values, changed))

    assert first == second
    assert first.left_out == 3
    assert "phase_in_left_out" in first.caveats


@pytest.mark.parametrize(
    ("values", "settings_", "error"),
    [
        ([5, 6] * 10, {"start": 10, "season": "none"}, TooFewPeriods),
        ([5, 6] * 10, {"start": 17, "season": "none"}, TooFewPeriods),
        ([5, 6] * 20, {"start": 20}, TooFewPeriods),
        ([5] * 60, {"start": 36}, NothingVaries),
        ([5, 6] * 15 + [0] * 30, {"start": 30}, TooFewEvents),
        ([5, -6] * 30, {"start": 36}, NotACount),
        ([5, 6] * 30, {"start": 0}, SettingOutOfRange),
        ([5, 6] * 30, {"start": 36, "season": "moon"}, SettingOutOfRange),
        ([5, 6] * 30, {"start": 36, "harmonics": 6}, SettingOutOfRange),
        ([5, 6] * 30, {"start": 36, "exposures": [1]}, SeriesDiffer),
        ([5, 6] * 30, {"start": 36, "exposures": [0] * 60}, NoExposure),
        ([5, 6] * 30, {"start": 36, "detection_driven": True}, FollowsTheWork),
    ],
)
def test_what_does_not_fit_is_refused(values, settings_, error):
    with pytest.raises(error):
        interrupted_time_series(values, **settings_)
