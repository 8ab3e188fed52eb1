"""Effects on panels of counts: equal to dummies in a general model, and to the peer."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from samsyn.analysis._poisson_panel import fit_numpy
from samsyn.analysis.effects import difference_in_differences, placebo_in_space, placebo_in_time
from samsyn.analysis.errors import (
    FollowsTheWork,
    NothingVaries,
    SeriesDiffer,
    SettingOutOfRange,
    TooFewAreas,
    TooFewPeriods,
    ZeroControl,
)


def rows(n=24, t=6, seed=1, mean=15):
    generator = np.random.default_rng(seed)
    y = generator.poisson(generator.gamma(4, mean / 4, (n, 1)) * generator.uniform(0.7, 1.3, t))
    return [str(i) for i in range(n) for _ in range(t)], list(range(t)) * n, y.ravel().tolist()


STARTS = {str(i): 3 + i % 2 for i in range(11)}


def test_the_ratio_equals_a_model_with_a_dummy_for_every_area_and_period():
    import statsmodels.api as sm

    area, period, count = rows(8, 5)
    exposure = np.random.default_rng(2).uniform(1, 5, 40)
    starts = {"0": 2, "1": 3}
    on = [float(p >= starts.get(a, 9)) for a, p in zip(area, period, strict=True)]
    dummies = np.column_stack(
        [np.array(area) == str(i) for i in range(8)] + [np.array(period) == j for j in range(1, 5)] + [on]
    ).astype(float)
    wanted = sm.GLM(count, dummies, family=sm.families.Poisson(), offset=np.log(exposure)).fit(tol=1e-12)

    found = difference_in_differences(
        area, period, count, treated_from=starts, exposure=exposure.tolist(), engine="own"
    )

    assert math.log(found.ratio) == pytest.approx(wanted.params[-1], abs=1e-7)


@pytest.mark.parametrize("exposed", [False, True])
def test_estimate_and_clustered_error_equal_pyfixest_and_nothing_is_warned_of(exposed):
    area, period, count = rows()
    more = {"exposure": np.random.default_rng(6).uniform(1, 5, len(count)).tolist()} if exposed else {}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        own, peer = (
            difference_in_differences(area, period, count, treated_from=STARTS, engine=engine, **more)
            for engine in ("own", "pyfixest")
        )

    assert (own.engine, peer.engine) == ("own", "pyfixest")
    assert math.log(own.ratio) == pytest.approx(math.log(peer.ratio), abs=1e-8)
    assert own.standard_error_crv1 == pytest.approx(peer.standard_error_crv1, rel=1e-6)
    assert own.p == pytest.approx(peer.p, rel=1e-6)
    assert own.standard_error > own.standard_error_crv1


def test_an_area_left_out_moves_the_ratio_about_as_much_as_the_error_says():
    area, period, count = rows(mean=200)
    y = np.array(count, float).reshape(24, 6)
    on = (np.arange(6) >= np.array([STARTS.get(str(i), 9) for i in range(24)])[:, None]).astype(float)
    whole = fit_numpy(y, np.ones_like(y), on)
    moved = [
        fit_numpy(*(np.delete(table, i, 0) for table in (y, np.ones_like(y), on))) - whole for i in range(24)
    ]
    found = difference_in_differences(area, period, count, treated_from=STARTS)

    assert found.standard_error == pytest.approx(math.sqrt(23 / 24 * np.square(moved).sum()), rel=0.02)
    assert 10 <= found.degrees_of_freedom <= 23


@given(
    order=st.permutations(list(range(24 * 4))),
    names=st.lists(st.text("abcåäö ", min_size=1, max_size=6), min_size=24, max_size=24, unique=True),
    first=st.integers(-50, 2000),
    times=st.integers(1, 4),
)
@settings(max_examples=25, deadline=None)
def test_order_names_periods_and_units_of_exposure_change_nothing(order, names, first, times):
    area, period, count = rows(24, 4, mean=8)
    starts = {str(i): 2 for i in range(11)}
    one = difference_in_differences(area, period, count, treated_from=starts)
    two = difference_in_differences(
        [names[int(area[i])] for i in order],
        [first + times * period[i] for i in order],
        [count[i] for i in order],
        treated_from={names[i]: first + times * 2 for i in range(11)},
        exposure=[float(times)] * len(order),
    )

    assert two.ratio == pytest.approx(one.ratio, rel=1e-8)
    assert two.standard_error == pytest.approx(one.standard_error, rel=1e-6)
    assert (two.p, two.degrees_of_freedom) == pytest.approx((one.p, one.degrees_of_freedom), rel=1e-6)


@pytest.mark.parametrize(("treated", "others"), [(15, 15), (10, 40)])
def test_p_is_small_about_one_time_in_twenty_when_nothing_was_done(treated, others):
    starts = {str(i): 2 for i in range(treated)}
    small = sum(
        difference_in_differences(*rows(treated + others, 4, seed), treated_from=starts).p <= 0.05
        for seed in range(300)
    )

    assert 2 <= small <= 28  # 15 expected, 3.4 standard errors


def test_one_start_gives_the_ratio_of_ratios():
    area, period, count = rows(6, 4)
    y = np.array(count).reshape(6, 4)
    wanted = y[0, 2:].sum() / y[0, :2].sum() / (y[1:, 2:].sum() / y[1:, :2].sum())

    assert difference_in_differences(
        area, period, count, treated_from={"0": 2}, engine="own"
    ).ratio == pytest.approx(wanted, rel=1e-8)


def test_one_area_with_a_start_is_judged_by_randomisation_however_many_it_is_compared_with():
    found = difference_in_differences(*rows(), treated_from={"0": 3}, engine="own")

    assert (found.p_origin, found.interval) == ("randomisation", None)
    assert "few_treated_areas" in found.caveats


@pytest.mark.parametrize("exposed", [False, True])
def test_placebos_are_the_same_compiled_or_not_and_for_every_number_of_threads(exposed):
    more = {"exposure": [1.0 + i % 3 for i in range(48)]} if exposed else {}
    given = dict(treated_from={"0": 3, "1": 4}, replications=39, **more)
    found = [
        placebo_in_space(*rows(8, 6), **given, **how)
        for how in ({}, {"threads": 2}, {"threads": 3}, {"compiled": False})
    ]

    assert found[0] == found[1] == found[2]
    assert found[0].hits == found[3].hits
    assert found[0].p == (found[0].hits + 1) / 40


def test_placebo_p_is_seldom_small_when_nothing_was_done():
    small = sum(
        placebo_in_space(*rows(20, 4, seed), treated_from={"0": 2}, replications=99, rng=seed).p <= 0.05
        for seed in range(200)
    )

    assert small <= 20  # 10 expected, 3.2 standard errors


def test_pretended_starts_use_nothing_after_the_true_one():
    area, period, count = rows(6, 6)
    changed = [c * 9 if p >= 4 else c for c, p in zip(count, period, strict=True)]
    first, second = (placebo_in_time(area, period, c, treated_from={"0": 4}) for c in (count, changed))

    assert first.placebo_ratios == second.placebo_ratios


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"treated_from": {}}, TooFewAreas),
        ({"treated_from": {"0": 0}}, TooFewPeriods),
        ({"treated_from": {"9": 2}}, SeriesDiffer),
        ({"treated_from": None}, SettingOutOfRange),
        ({"count": [3] * 16}, NothingVaries),
        ({"count": [5, 5, 4, 4] + [0] * 12}, ZeroControl),
        ({"area": ["0"] * 16}, SeriesDiffer),
        ({"detection_driven": True}, FollowsTheWork),
    ],
)
def test_what_cannot_be_answered_is_refused(change, error):
    area, period, count = rows(4, 4)
    given = {"area": area, "period": period, "count": count, "treated_from": {"0": 2}, "engine": "own"}

    with pytest.raises(error):
        difference_in_differences(**{**given, **change})
