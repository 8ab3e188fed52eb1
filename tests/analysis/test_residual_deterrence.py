"""The knot of the Koper curve is found again in data made with a known one."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from samsyn.analysis.errors import (
    FollowsTheWork,
    NoExposure,
    NothingVaries,
    SeriesDiffer,
    SettingOutOfRange,
    TooFewEvents,
)
from samsyn.analysis.residual_deterrence import residual_deterrence


def visits(n, knot=14.0, slope=-0.06, seed=0, watched=np.inf):
    rng = np.random.default_rng(seed)
    stays = rng.integers(1, 11, size=n) * 2.0
    waits = rng.exponential(30 * np.exp(-slope * np.minimum(stays, knot)))
    return stays, np.minimum(waits, watched), waits <= watched


def test_the_knot_of_twenty_thousand_stays_is_the_true_one(reference):
    case = json.loads((reference / "cases" / "koper_curve_definition.json").read_text(encoding="utf-8"))
    rng = np.random.default_rng(0)
    stays = rng.choice(case["input"]["durations_min"], size=20_000).astype(float)
    waits = rng.exponential(30 * np.exp(0.06 * np.minimum(stays, 14)))
    found = residual_deterrence(stays, np.minimum(waits, 120), waits < 120, replications=19)
    wanted, tolerance = case["expected"], case["tolerance"]
    assert found.estimate == pytest.approx(wanted["knot_min"], abs=tolerance["knot_abs"])
    assert found.hazard_ratio == pytest.approx(wanted["hazard_ratio_14_vs_2"], rel=tolerance["hr_rel"])
    assert found.interval.contains(wanted["knot_min"])


def test_the_likelihood_is_that_of_a_poisson_regression_at_the_knot():
    import statsmodels.api as sm

    stays, waits, observed = visits(600, watched=60)
    found = residual_deterrence(stays, waits, observed, replications=19)

    def fit(knot):
        design = sm.add_constant(np.minimum(stays, knot))
        return sm.GLM(
            observed.astype(float), design, family=sm.families.Poisson(), offset=np.log(waits)
        ).fit()

    here = fit(found.estimate)
    assert found.slope == pytest.approx(here.params[1], rel=1e-6)
    assert all(fit(knot).llf <= here.llf + 1e-7 for knot in np.arange(4, 18.01, 1.0))
    half = 1.959964 * here.bse[1] * (found.estimate - 2)
    assert found.hazard_ratio_interval.high == pytest.approx(found.hazard_ratio * math.exp(half), rel=1e-4)


def test_the_interval_of_the_knot_covers_the_true_one():
    held = sum(
        residual_deterrence(*visits(3000, knot=12.0, seed=seed), replications=19).interval.contains(12.0)
        for seed in range(100)
    )
    assert held >= 88


def test_p_is_rarely_small_when_the_length_does_not_matter():
    small = sum(
        residual_deterrence(*visits(150, slope=0.0, seed=seed), replications=39, step=1.0).p <= 0.05
        for seed in range(120)
    )
    assert small <= 15


def test_other_units_of_waiting_and_other_orders_give_the_same_knot():
    stays, waits, observed = visits(500, watched=80)
    one = residual_deterrence(stays, waits, observed, replications=19)
    other = residual_deterrence(stays[::-1], waits[::-1] / 60, observed[::-1].tolist(), replications=19)
    assert (other.estimate, other.interval) == (one.estimate, one.interval)
    assert other.slope == pytest.approx(one.slope)


def test_a_curve_that_does_not_turn_says_that_the_knot_is_uncertain():
    assert "knot_uncertain" in residual_deterrence(*visits(400, slope=0.0, seed=4), replications=19).caveats


STAYS, WAITS, SEEN = visits(200)


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda: residual_deterrence(STAYS[:40], WAITS[:40], SEEN[:40]), TooFewEvents),
        (lambda: residual_deterrence(STAYS, WAITS, np.zeros(200)), TooFewEvents),
        (lambda: residual_deterrence(STAYS, WAITS[:9], SEEN), SeriesDiffer),
        (lambda: residual_deterrence(STAYS, WAITS * 0, SEEN), NoExposure),
        (lambda: residual_deterrence(STAYS * np.nan, WAITS, SEEN), NoExposure),
        (lambda: residual_deterrence(np.full(200, 15.0), WAITS, SEEN), NothingVaries),
        (lambda: residual_deterrence(STAYS, WAITS, SEEN, step=0), SettingOutOfRange),
        (lambda: residual_deterrence(STAYS, WAITS, SEEN, replications=9), SettingOutOfRange),
        (lambda: residual_deterrence(STAYS, WAITS, SEEN, detection_driven=True), FollowsTheWork),
    ],
)
def test_what_cannot_be_answered_is_refused(call, error):
    with pytest.raises(error):
        call()
