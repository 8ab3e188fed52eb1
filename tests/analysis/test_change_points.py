"""Change points: equal to full enumeration, to ruptures and to a published series."""

from __future__ import annotations

import itertools
import json
import math

import numpy as np
import pytest
import ruptures
from hypothesis import given, settings, strategies as st

from samsyn.analysis.change_points import change_points
from samsyn.analysis.errors import (
    NotACount,
    NothingVaries,
    SeriesDiffer,
    SettingOutOfRange,
    TooFewPeriods,
    WorkTooLarge,
)


def deviance(kind, values, bases, alpha):
    """Return twice the negative log-likelihood of a segment, from the densities, without constants."""
    rate = sum(values) / sum(bases)
    total = 0.0
    for y, base in zip(values, bases, strict=True):
        mean = rate * base
        if kind == "poisson":
            total += 2 * (mean - (y * math.log(rate) if y else 0))
        else:
            size = 1 / alpha
            total -= 2 * (y * math.log(mean / (mean + size)) if y else 0)
            total -= 2 * size * math.log(size / (mean + size))
    return total


def cheapest_by_enumeration(kind, values, bases, alpha, price, mbic, least):
    n, best = len(values), math.inf
    for k in range(n // least):
        for cut in itertools.combinations(range(1, n), k):
            edges = (0, *cut, n)
            lengths = np.diff(edges)
            if lengths.min() < least:
                continue
            cost = price * k + (np.log(lengths / n).sum() if mbic else 0.0)
            cost += sum(deviance(kind, values[a:b], bases[a:b], alpha) for a, b in itertools.pairwise(edges))
            best = min(best, cost)
    return best


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(0, 30), min_size=4, max_size=9),
    st.sampled_from(["poisson", "negative_binomial"]),
    st.sampled_from(["mbic", "bic", 1.5]),
    st.integers(1, 2),
)
def test_no_other_division_is_cheaper(values, kind, penalty, least):
    if len(set(values)) == 1:
        return
    extra = {"dispersion": 0.2} if kind == "negative_binomial" else {}
    found = change_points(values, cost=kind, penalty=penalty, least_length=least, compiled=False, **extra)

    best = cheapest_by_enumeration(
        kind, values, [1] * len(values), 0.2, found.penalty, penalty == "mbic", least
    )
    assert found.score == pytest.approx(best, abs=1e-8)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.integers(0, 1000), min_size=6, max_size=40),
    st.sampled_from(["poisson", "negative_binomial", "normal"]),
    st.sampled_from([None, 0, 2]),
)
def test_the_compiled_path_costs_the_same_as_the_plain_one(values, kind, changes):
    if len(set(values)) == 1:
        return
    extra = {} if kind == "poisson" else {"dispersion": 0.5}
    plain, fast = (
        change_points(values, cost=kind, changes=changes, compiled=way, **extra) for way in (False, True)
    )

    assert fast.score == pytest.approx(plain.score, rel=1e-9, abs=1e-7)


def test_ruptures_finds_the_same_segments():

    class PoissonCost(ruptures.base.BaseCost):
        model, min_size = "", 2

        def fit(self, signal):
            self.signal = signal.reshape(len(signal), -1)
            return self

        def error(self, start, end):
            total = self.signal[start:end].sum()
            return 2 * (total - total * math.log(total / (end - start))) if total else 0.0

    rng = np.random.default_rng(5)
    for _ in range(6):
        values = np.concatenate([rng.poisson(rate, 25) for rate in rng.uniform(1, 20, 3)])
        for changes in (1, 2, 3):
            dynp = ruptures.Dynp(custom_cost=PoissonCost(), min_size=2, jump=1).fit(values.astype(float))
            assert change_points(values, changes=changes).changes == tuple(dynp.predict(changes)[:-1])
        pelt = ruptures.Pelt(custom_cost=PoissonCost(), min_size=2, jump=1).fit(values.astype(float))
        assert change_points(values, penalty=9.0).changes == tuple(pelt.predict(9.0)[:-1])


def test_the_nile_changed_after_1898(reference):
    case = json.loads((reference / "cases" / "changepoint_nile.json").read_text(encoding="utf-8"))
    found = change_points(case["input"]["flow"], cost="normal", changes=1)

    assert found.changes == (case["expected"]["n_before"],) == (28,)
    assert found.segments[0].rate == pytest.approx(case["expected"]["mean_before"], abs=1e-9)
    assert found.segments[1].rate == pytest.approx(case["expected"]["mean_after"], abs=1e-9)


def test_a_longer_exposure_is_no_change():
    values, days = [10, 11, 9, 10, 20, 19, 21, 20], [1, 1, 1, 1, 2, 2, 2, 2]

    assert change_points(values).estimate == 1
    assert change_points(values, exposures=days).estimate == 0


def test_units_of_exposure_and_direction_of_time_do_not_matter():
    rng = np.random.default_rng(2)
    values = [*rng.poisson(4, 30), *rng.poisson(12, 20)]
    found = change_points(values)

    assert change_points(values, exposures=[7] * 50).changes == found.changes
    assert change_points(values[::-1]).changes == tuple(50 - at for at in found.changes)


def test_poisson_noise_seldom_looks_like_a_change():
    rng = np.random.default_rng(1)
    hits = sum(change_points(rng.poisson(5, 60)).estimate > 0 for _ in range(400))

    assert hits <= 40


def test_zeros_and_huge_counts_get_limits():
    found = change_points([0] * 10 + [10**9] * 10, cost="negative_binomial", dispersion=0.1)

    assert found.changes == (10,)
    assert found.segments[0].interval.low == 0 < found.segments[0].interval.high


@pytest.mark.parametrize(
    ("values", "settings_", "error"),
    [
        ([1, -1, 2, 3], {}, NotACount),
        ([1, 2, 3], {}, TooFewPeriods),
        ([3] * 10, {}, NothingVaries),
        ([1, 2, 3, 4], {"changes": 2}, TooFewPeriods),
        ([1, 2, 3, 4], {"penalty": "aic"}, SettingOutOfRange),
        ([1, 2, 3, 4], {"penalty": float("nan")}, SettingOutOfRange),
        ([1, 2, 3, 4], {"cost": "l1"}, SettingOutOfRange),
        ([1, 2, 3, 4], {"exposures": [1, 1]}, SeriesDiffer),
        ([1, 2, 3, 4], {"exposures": [1] * 4, "cost": "normal"}, SettingOutOfRange),
        ([1, 2, 3, 4], {"cost": "negative_binomial", "dispersion": 0}, SettingOutOfRange),
        ([1, 2] * 10_001, {}, WorkTooLarge),
    ],
)
def test_what_does_not_fit_is_refused(values, settings_, error):
    with pytest.raises(error):
        change_points(values, **settings_)
