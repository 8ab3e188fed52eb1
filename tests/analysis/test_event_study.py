"""Leads and lags: equal to dummies in a general model, also when an area is left out, and to the peer."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from samsyn.analysis.errors import (
    FollowsTheWork,
    NoSolution,
    SettingOutOfRange,
    TooFewAreas,
    TooFewPeriods,
)
from samsyn.analysis.event_study import event_study

AREAS, PERIODS = 22, 7
STARTS = {str(i): 3 + i % 2 for i in range(10)}


def rows(seed=1, ratios=None, mean=15, areas=AREAS):
    generator = np.random.default_rng(seed)
    mu = generator.gamma(4, mean / 4, (areas, 1)) * generator.uniform(0.7, 1.3, PERIODS)
    for name, start in STARTS.items():
        for since, ratio in (ratios or {}).items():
            if int(name) < areas:
                mu[int(name), start + since] *= ratio
    count = generator.poisson(mu).ravel().tolist()
    return [str(i) for i in range(areas) for _ in range(PERIODS)], list(range(PERIODS)) * areas, count


def dummies(area, period, leads, lags):
    """Return one column for each lead, lag, area and period but the first, the slow way."""
    wanted, columns = [k for k in range(-leads, lags + 1) if k != -1], []
    for k in wanted:
        since = [
            max(-leads, min(lags, p - STARTS[a])) if a in STARTS else -1
            for a, p in zip(area, period, strict=True)
        ]
        columns.append([float(one == k) for one in since])
    columns += [[float(a == name) for a in area] for name in dict.fromkeys(area)]
    columns += [[float(p == t) for p in period] for t in range(1, PERIODS)]
    return wanted, np.array(columns).T


@pytest.mark.parametrize("exposed", [False, True])
def test_ratios_and_errors_equal_a_model_with_dummies_where_each_area_is_left_out_in_turn(exposed):
    import statsmodels.api as sm

    area, period, count = rows()
    exposure = np.random.default_rng(3).uniform(1, 4, len(count)) if exposed else np.ones(len(count))
    wanted, x = dummies(area, period, 3, 2)
    model = sm.GLM(count, x, family=sm.families.Poisson(), offset=np.log(exposure)).fit(tol=1e-12)
    mu, names = model.mu, np.array(area)
    moved = []
    for name in dict.fromkeys(area):
        keep = names != name
        root, working = np.sqrt(mu[keep]), ((np.array(count) - mu) / mu)[keep]
        moved.append(np.linalg.lstsq(x[keep] * root[:, None], working * root, rcond=None)[0][: len(wanted)])
    covariance = (AREAS - 1) / AREAS * np.array(moved).T @ np.array(moved)

    found = event_study(
        area,
        period,
        count,
        treated_from=STARTS,
        leads=3,
        lags=2,
        exposure=exposure.tolist() if exposed else None,
    )

    assert [point.period for point in found.points] == wanted
    assert [math.log(p.ratio) for p in found.points] == pytest.approx(model.params[: len(wanted)], abs=1e-7)
    squares, on = np.array(moved) ** 2, np.array([name in STARTS for name in dict.fromkeys(area)])
    a, b = squares[on].sum(0), squares[~on].sum(0)
    degrees = (a + b) ** 2 / (a**2 / (on.sum() - 1) + b**2 / ((~on).sum() - 1))
    reach = stats.t.ppf(0.975, degrees) * np.sqrt(np.diag(covariance))
    widths = [math.log(p.interval.high / p.interval.low) for p in found.points]
    assert np.array(widths) / 2 == pytest.approx(reach, rel=1e-6)


def test_both_engines_agree_and_nothing_is_warned_of(recwarn):
    own, peer = (
        event_study(*rows(), treated_from=STARTS, leads=3, lags=2, engine=engine)
        for engine in ("own", "pyfixest")
    )

    assert [p.ratio for p in own.points] == pytest.approx([p.ratio for p in peer.points], rel=1e-7)
    assert own.p_leads == pytest.approx(peer.p_leads, rel=1e-5)
    assert not [one for one in recwarn if "pandas" in str(one.category).lower()]


def test_a_planted_effect_is_found_where_it_was_planted():
    found = event_study(*rows(mean=300, ratios={1: 0.5, 2: 0.5}), treated_from=STARTS, leads=3, lags=2)
    at = {point.period: point for point in found.points}

    assert at[1].interval.high < 0.7
    assert at[1].interval.contains(0.5)
    assert 0.85 < at[0].ratio < 1.15
    assert found.p_leads > 0.01


def test_areas_that_had_parted_before_the_start_are_seen_in_the_leads():
    found = event_study(*rows(mean=300, ratios={-3: 2.0}), treated_from=STARTS, leads=3, lags=2)

    assert found.p_leads < 0.001


def test_the_order_of_rows_and_the_names_of_areas_and_periods_change_nothing():
    area, period, count = rows()
    first = event_study(area, period, count, treated_from=STARTS, leads=3, lags=2)
    order = np.random.default_rng(5).permutation(len(count))
    second = event_study(
        [f"place {area[i]}" for i in order],
        [f"2024-{period[i] + 1:02}" for i in order],
        [count[i] for i in order],
        treated_from={f"place {name}": f"2024-{start + 1:02}" for name, start in STARTS.items()},
        leads=3,
        lags=2,
    )

    assert [p.ratio for p in second.points] == pytest.approx([p.ratio for p in first.points], rel=1e-9)
    assert [p.p for p in second.points] == pytest.approx([p.p for p in first.points], rel=1e-7)


def test_the_leads_are_seldom_found_when_nothing_was_done():
    small = sum(
        event_study(*rows(seed), treated_from=STARTS, leads=3, lags=2).p_leads <= 0.05 for seed in range(200)
    )

    assert 1 <= small <= 21  # 10 expected, 3.5 standard errors


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"leads": 0}, SettingOutOfRange),
        ({"lags": 0}, SettingOutOfRange),
        ({"level": 1.0}, SettingOutOfRange),
        ({"engine": "other"}, SettingOutOfRange),
        ({"treated_from": {"0": 0}}, TooFewPeriods),
        ({"treated_from": {str(i): 3 for i in range(13)}}, TooFewAreas),
        ({"treated_from": {}}, TooFewAreas),
        ({"detection_driven": True}, FollowsTheWork),
    ],
)
def test_what_cannot_be_answered_is_refused(change, error):
    area, period, count = rows()
    given = {"area": area, "period": period, "count": count, "treated_from": STARTS}

    with pytest.raises(error):
        event_study(**{**given, **change})


def test_a_period_without_events_where_something_was_done_has_no_ratio():
    area, period, count = rows()
    none = [
        0 if a in STARTS and p == STARTS[a] + 1 else c for a, p, c in zip(area, period, count, strict=True)
    ]

    with pytest.raises(NoSolution):
        event_study(area, period, none, treated_from=STARTS)


def test_periods_without_events_just_before_the_start_have_no_ratio():
    area, period, count = rows()
    none = [
        0 if a in STARTS and p == STARTS[a] - 1 else c for a, p, c in zip(area, period, count, strict=True)
    ]

    with pytest.raises(NoSolution):
        event_study(area, period, none, treated_from=STARTS)


def test_areas_without_events_change_no_ratio():
    area, period, count = rows()
    more = event_study(
        area + ["empty"] * PERIODS,
        period + list(range(PERIODS)),
        count + [0] * PERIODS,
        treated_from=STARTS,
        leads=3,
        lags=2,
    )
    first = event_study(area, period, count, treated_from=STARTS, leads=3, lags=2)

    assert [p.ratio for p in more.points] == pytest.approx([p.ratio for p in first.points], rel=1e-8)
