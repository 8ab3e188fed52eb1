"""Exact ratios, the E-test and the negative binomial against published numbers and slow sums."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from scipy import stats

from samsyn.analysis.errors import (
    NoExposure,
    NoSolution,
    NotACount,
    NothingVaries,
    SeriesDiffer,
    SettingOutOfRange,
    TooFewEvents,
)
from samsyn.analysis.small_counts import e_test, negative_binomial, rate_ratio_exact

COUNTS = [0, 1, 1, 2, 3, 5, 8, 13, 21, 34]


@pytest.mark.parametrize(
    ("k1", "k2", "n1", "n2", "p"),
    [
        (3, 0, 1, 1, 0.0883790095),
        (6, 2, 1, 1, 0.1748748209),
        (10, 5, 1, 1, 0.2061644141),
        (100, 25, 10, 5, 0.0015380663),
    ],
)
def test_the_e_test_gives_the_published_p(k1, k2, n1, n2, p):
    assert e_test(k1, k2, exposure_before=n1, exposure_after=n2).p == pytest.approx(p, abs=1e-8)


def test_the_e_test_case(reference):
    case = json.loads((reference / "cases" / "poisson_etest.json").read_text(encoding="utf-8"))
    for (k1, k2, n1, n2), p in zip(case["input"]["pairs"], case["expected"]["p"], strict=True):
        found = e_test(k1, k2, exposure_before=n1, exposure_after=n2)
        assert found.p == pytest.approx(p, abs=case["tolerance"]["abs"])


def test_seven_against_one_is_sharper_than_the_conditional_test():
    found = e_test(7, 1)
    assert round(found.p, 3) == 0.033
    assert round(found.p_conditional, 3) == 0.07


def slow_e_test(k1: int, k2: int, n1: float, n2: float) -> float:
    top = 15 * (k1 + k2) + 60
    level = (k1 + k2) / (n1 + n2)
    first, second = np.arange(top)[:, None], np.arange(top)[None, :]
    spread = (first + second) / (n1 + n2) * (1 / n1 + 1 / n2)
    distance = np.zeros((top, top))
    np.divide(np.abs(first / n1 - second / n2), np.sqrt(spread), out=distance, where=spread > 0)
    chance = stats.poisson.pmf(first, level * n1) * stats.poisson.pmf(second, level * n2)
    return float(chance[distance >= distance[k1, k2] * (1 - 1e-9)].sum())


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 15), st.integers(0, 15), st.sampled_from([0.5, 1.0, 3.0]))
def test_the_e_test_is_the_sum_over_every_pair_of_counts(k1, k2, length):
    if k1 + k2 == 0:
        return
    found = e_test(k1, k2, exposure_before=length)
    assert found.p == pytest.approx(slow_e_test(k1, k2, length, 1.0), abs=1e-9)


def test_equal_rates_over_unequal_lengths_are_no_distance_at_all():
    assert e_test(2, 4, exposure_before=0.5).p == 1
    assert e_test(6, 2, exposure_before=3.0).p == 1


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 40), st.integers(1, 40))
def test_the_e_interval_holds_one_exactly_when_p_is_at_least_five_per_cent(before, after):
    found = e_test(before, after)
    assert found.interval.contains(1.0) == (found.p >= 0.05)


def test_swapping_the_periods_turns_the_ratio_round():
    one, other = e_test(12, 5), e_test(5, 12)
    assert one.p == pytest.approx(other.p)
    assert one.interval.low == pytest.approx(1 / other.interval.high, rel=1e-3)


def test_the_bioassay_ratio_is_the_published_one(reference):
    case = json.loads((reference / "cases" / "rate_ratio_exact_bioassay.json").read_text(encoding="utf-8"))
    x1, t1, x2, t2 = (case["input"][key] for key in ("x1", "t1", "x2", "t2"))
    found = rate_ratio_exact(x1, t1, x2, t2)
    assert found.ratio == pytest.approx(case["expected"]["ratio"], abs=1e-7)
    assert [found.interval.low, found.interval.high] == pytest.approx(
        case["expected"]["ci95_central"], abs=1e-7
    )
    minlike = rate_ratio_exact(x1, t1, x2, t2, two_sided="minlike")
    assert minlike.p == pytest.approx(case["expected"]["p_minlike"], abs=1e-7)
    assert minlike.interval != found.interval


def test_small_ratios_are_the_published_ones(reference):
    case = json.loads((reference / "cases" / "rate_ratio_small_counts.json").read_text(encoding="utf-8"))
    for row, wanted in zip(case["input"]["rows"], case["expected"]["rows"], strict=True):
        central = rate_ratio_exact(*row)
        high = math.inf if wanted["ci95_central"][1] is None else wanted["ci95_central"][1]
        assert central.ratio == (None if wanted["ratio"] is None else pytest.approx(wanted["ratio"]))
        assert central.interval.low == pytest.approx(wanted["ci95_central"][0], abs=1e-6)
        assert central.interval.high == pytest.approx(high, abs=1e-6)
        assert central.interval.contains(1.0) == (central.p >= 0.05)
        minlike = rate_ratio_exact(*row, two_sided="minlike")
        assert minlike.p == pytest.approx(wanted["p_minlike"], abs=1e-6)
        if wanted["ci95_score"] is not None:
            score = rate_ratio_exact(*row, two_sided="score").interval
            assert [score.low, score.high] == pytest.approx(wanted["ci95_score"], abs=1e-5)


@pytest.mark.parametrize("mean", [2, 8, 30])
def test_the_e_test_errs_about_as_often_as_it_says(mean):
    # Exact size by summing over all pairs of counts: never far above five per cent.
    top = int(stats.poisson.isf(1e-4, mean)) + 1
    chance = stats.poisson.pmf(np.arange(top), mean)
    rejected = sum(
        chance[x] * chance[y]
        for x in range(top)
        for y in range(top)
        if chance[x] * chance[y] > 1e-7 and x != y and slow_or_fast(x, y) < 0.05
    )
    assert rejected <= 0.055


def slow_or_fast(x: int, y: int) -> float:
    from samsyn.analysis.exact import Pair
    from samsyn.analysis.small_counts import _e_p

    return _e_p(Pair(x, y, 1.0, 1.0), 1.0)


def test_theta_of_the_school_days_is_the_published_one(reference):
    case = json.loads((reference / "cases" / "negative_binomial_quine.json").read_text(encoding="utf-8"))
    given, wanted = case["input"], case["expected"]
    plain = negative_binomial(given["days"])
    assert plain.theta == pytest.approx(wanted["theta_intercept_only"], abs=1e-4)
    assert math.log(plain.intercept) == pytest.approx(wanted["log_mean"], abs=1e-4)
    # Sex/(Age + Eth*Lrn): within each sex, age, and ethnicity by learner.
    columns = {"sex": [float(s == "M") for s in given["sex"]]}
    rows = list(zip(given["sex"], given["age"], given["eth"], given["lrn"], strict=True))
    for sex in "FM":
        for age in ("F1", "F2", "F3"):
            columns[f"{sex} {age}"] = [float(s == sex and a == age) for s, a, _e, _l in rows]
        columns[f"{sex} N"] = [float(s == sex and e == "N") for s, _a, e, _l in rows]
        columns[f"{sex} SL"] = [float(s == sex and learner == "SL") for s, _a, _e, learner in rows]
        columns[f"{sex} N SL"] = [
            float(s == sex and e == "N" and learner == "SL") for s, _a, e, learner in rows
        ]
    full = negative_binomial(given["days"], predictors=columns)
    assert full.theta == pytest.approx(wanted["theta_full"], abs=1e-4)
    assert full.standard_error == pytest.approx(wanted["se_theta_full"], abs=1e-4)


def test_theta_and_mean_agree_with_the_library_that_fits_all_at_once():
    import statsmodels.api as sm

    peer = sm.NegativeBinomial(COUNTS, np.ones((len(COUNTS), 1))).fit(disp=0)
    found = negative_binomial(COUNTS)
    assert found.theta == pytest.approx(1 / peer.params[1], rel=1e-3)
    assert math.log(found.intercept) == pytest.approx(peer.params[0], rel=1e-4)
    assert found.log_likelihood == pytest.approx(peer.llf, abs=1e-6)


def test_groups_are_ratios_of_means_and_order_does_not_matter():
    labels = ["a", "b"] * 5
    found = negative_binomial(COUNTS, groups=labels)
    means = [np.mean(COUNTS[0::2]), np.mean(COUNTS[1::2])]
    assert found.coefficients[0].ratio == pytest.approx(means[1] / means[0])
    turned = negative_binomial(COUNTS[::-1], groups=labels[::-1])
    assert turned.theta == pytest.approx(found.theta, rel=1e-5)


def test_theta_is_found_again_in_simulated_counts():
    rng = np.random.default_rng(1)
    held = 0
    for _ in range(30):
        counts = rng.negative_binomial(2.0, 2.0 / 12.0, size=60)
        held += negative_binomial(counts.tolist()).interval.contains(2.0)
    assert held >= 25


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda: e_test(0, 0), TooFewEvents),
        (lambda: e_test(-1, 2), NotACount),
        (lambda: e_test(1, 2, exposure_after=0), NoExposure),
        (lambda: e_test(1, 2, level=1.0), SettingOutOfRange),
        (lambda: e_test(10**6, 2), SettingOutOfRange),
        (lambda: rate_ratio_exact(0, 1, 0, 1), TooFewEvents),
        (lambda: rate_ratio_exact(1, 1, 2, 1, two_sided="both"), SettingOutOfRange),
        (lambda: negative_binomial([1, 2, 3]), TooFewEvents),
        (lambda: negative_binomial([4] * 12), NothingVaries),
        (lambda: negative_binomial([4, 5] * 6), NoSolution),
        (lambda: negative_binomial(COUNTS, groups=["a"]), SeriesDiffer),
        (lambda: negative_binomial(COUNTS, predictors={"x": [1.0] * 10}), NothingVaries),
        (lambda: negative_binomial(COUNTS, groups=["tom"] + ["b"] * 9), TooFewEvents),
    ],
)
def test_what_cannot_be_answered_is_refused(call, error):
    with pytest.raises(error):
        call()


def test_huge_and_empty_counts_survive():
    assert e_test(0, 5).to_dict()["interval"]["high"] is None
    assert e_test(5, 0).interval.low == 0.0
    assert e_test(50_000, 51_000).p == pytest.approx(e_test(50_000, 51_000).p_conditional, rel=0.02)
