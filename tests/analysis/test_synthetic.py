"""Weighted comparisons: equal to a search of every weight on a grid."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from samsyn.analysis.compare_estimators import compare_estimators
from samsyn.analysis.errors import NoSolution, SettingOutOfRange, TooFewAreas, TooFewPeriods
from samsyn.analysis.synthetic import (
    simplex_weights,
    synthetic_control,
    synthetic_difference_in_differences,
)


def rows(n=9, t=8, drop=1.0, seed=4):
    generator = np.random.default_rng(seed)
    mean = np.linspace(20, 50, n)[:, None] * np.ones(t)
    mean[3, 6:] *= drop
    return (
        [str(i) for i in range(n) for _ in range(t)],
        list(range(t)) * n,
        generator.poisson(mean).ravel().tolist(),
    )


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("ridge", [0.0, 3.0])
def test_no_weights_on_a_grid_are_better(seed, ridge):
    generator = np.random.default_rng(seed)
    columns, target = generator.poisson(9, (6, 3)).astype(float), generator.poisson(9, 6).astype(float)
    grid = np.array([(a, b, 100 - a - b) for a in range(101) for b in range(101 - a)]) / 100

    def loss(w):
        return ((columns @ w - target) ** 2).sum() + ridge * (w @ w)

    found = simplex_weights(columns, target, ridge)

    assert found.sum() == pytest.approx(1)
    assert (found >= 0).all()
    assert loss(found) <= min(map(loss, grid)) + 1e-9


def test_a_halving_is_found_by_every_method():
    found = compare_estimators(*rows(drop=0.4), treated_from={"3": 6})

    assert found.directions_agree
    assert {one.direction for one in found.estimates if one.refused is None} == {"down"}


def test_p_counts_the_area_itself_among_its_placebos():
    assert synthetic_control(*rows(drop=0.2), treated_from={"3": 6}).p == pytest.approx(1 / 9)


def test_interval_and_p_of_the_synthetic_difference_agree():
    for seed in range(10):
        found = synthetic_difference_in_differences(*rows(drop=0.7, seed=seed), treated_from={"3": 6})
        assert (found.p < 0.05) == (not found.interval.contains(0))


@given(
    order=st.permutations(list(range(9 * 8))),
    names=st.lists(st.text("abcåäö ", min_size=1, max_size=6), min_size=9, max_size=9, unique=True),
    first=st.integers(-50, 2000),
    seed=st.integers(0, 50),
)
@settings(max_examples=25, deadline=None)
def test_order_and_names_change_neither_effect_nor_p(order, names, first, seed):
    area, period, count = rows(drop=0.5, seed=seed)
    given_rows = (
        [names[int(area[i])] for i in order],
        [first + period[i] for i in order],
        [count[i] for i in order],
    )
    for method in (synthetic_control, synthetic_difference_in_differences):
        one = method(area, period, count, treated_from={"3": 6})
        two = method(*given_rows, treated_from={names[3]: first + 6})

        assert two.effect == pytest.approx(one.effect, rel=1e-6, abs=1e-6)
        assert two.p == pytest.approx(one.p, rel=1e-5)
        assert {name: w for name, w in two.weights if w > 0.01} == pytest.approx(
            {names[int(name)]: w for name, w in one.weights if w > 0.01}, abs=1e-5
        )


@pytest.mark.parametrize("times", [3, 10])
def test_counts_times_ten_give_an_effect_times_ten(times):
    area, period, count = rows(drop=0.5)
    more = [times * one for one in count]
    for method in (synthetic_control, synthetic_difference_in_differences):
        one = method(area, period, count, treated_from={"3": 6})
        two = method(area, period, more, treated_from={"3": 6})

        assert two.effect == pytest.approx(times * one.effect, rel=1e-6)
        assert two.p == pytest.approx(one.p, rel=1e-5)


def test_poor_fit_and_too_little_data_are_refused():
    area, period, count = rows()
    far = [c * 9 if a == "3" else c for a, c in zip(area, count, strict=True)]

    with pytest.raises(NoSolution):
        synthetic_control(area, period, far, treated_from={"3": 6})
    with pytest.raises(TooFewPeriods):
        synthetic_control(area, period, count, treated_from={"3": 3})
    with pytest.raises(TooFewAreas):
        synthetic_control(*rows(5), treated_from={"3": 6})
    with pytest.raises(SettingOutOfRange):
        synthetic_control(area, period, count, treated_from={"3": 6, "4": 7})
