"""Simulated data have the truth they claim: means, variances, repeats, changes and clusters."""

from __future__ import annotations

import numpy as np
import pytest

from samsyn.analysis.errors import SettingOutOfRange
from samsyn.analysis.simulate import (
    before_after,
    clustered_cases,
    counts,
    near_repeat_points,
    seasonal_series,
)


@pytest.mark.parametrize("phi", [1.0, 1.5, 4.0])
def test_counts_have_their_mean_and_their_variance(phi):
    drawn = counts(np.full(200_000, 12.0), overdispersion=phi, rng=1)

    assert drawn.mean() == pytest.approx(12, rel=0.01)
    assert drawn.var() / drawn.mean() == pytest.approx(phi, rel=0.03)


@pytest.mark.parametrize("make", [before_after, near_repeat_points, seasonal_series, clustered_cases])
def test_a_seed_gives_the_same_data_and_another_seed_others(make):
    assert make(rng=5) == make(rng=5)
    assert make(rng=5) != make(rng=6)


def test_a_generator_goes_on_instead_of_starting_again():
    generator = np.random.default_rng(1)

    assert before_after(rng=generator) != before_after(rng=generator)


def test_the_effect_falls_on_the_treated_area_alone():
    made = [before_after(100, [100, 200], ratio=0.5, shared_change=1.2, rng=seed) for seed in range(400)]

    assert np.mean([one.treated_after for one in made]) == pytest.approx(60, rel=0.03)
    assert np.mean([one.control_after for one in made], axis=0) == pytest.approx([120, 240], rel=0.03)
    assert np.mean([one.treated_before for one in made]) == pytest.approx(100, rel=0.03)


def test_every_repeat_has_a_first_event_near_and_shortly_before_it():
    made = near_repeat_points(400, repeat_share=0.4, near=50.0, soon=5.0, rng=2)
    x, y, day, repeat = (np.array(part) for part in (made.x, made.y, made.day, made.is_repeat))

    assert 0.3 < repeat.mean() < 0.5
    for at in np.flatnonzero(repeat):
        near = (np.abs(x - x[at]) <= 50) & (np.abs(y - y[at]) <= 50) & ~repeat
        assert np.any(near & (day <= day[at]) & (day[at] - day <= 5))


def test_without_repeats_all_events_lie_inside():
    made = near_repeat_points(200, side=500.0, days=30.0, rng=3)

    assert max(made.x) <= 500
    assert max(made.day) <= 30
    assert not any(made.is_repeat)


def test_the_expectation_of_a_series_is_its_formula():
    made = seasonal_series(
        24, level=10, season=0.5, season_length=12, trend=0.01, change_at=6, ratio=2, rng=0
    )
    slow = [
        10 * np.exp(0.01 * t) * (1 + 0.5 * np.sin(2 * np.pi * t / 12)) * (2 if t >= 6 else 1)
        for t in range(24)
    ]

    assert made.expected == pytest.approx(slow)
    assert made.n == sum(made.counts)


def test_the_risk_is_higher_inside_the_circle_by_what_is_said():
    made = clustered_cases(4000, cluster_risk=3.0, radius=3000, rng=4)
    inside, cases, people = np.array(made.inside), np.array(made.cases), np.array(made.population)

    ratio = (cases[inside].sum() / people[inside].sum()) / (cases[~inside].sum() / people[~inside].sum())

    assert ratio == pytest.approx(3.0, rel=0.05)
    assert (np.hypot(np.array(made.x) - 5000, np.array(made.y) - 5000)[inside] <= 3000).all()


@pytest.mark.parametrize(
    ("make", "settings"),
    [
        (counts, {"expected": [-1.0]}),
        (counts, {"expected": [float("nan")]}),
        (counts, {"expected": [1.0], "overdispersion": 0.5}),
        (before_after, {"ratio": -1}),
        (before_after, {"ratio": float("inf")}),
        (near_repeat_points, {"events": 0}),
        (near_repeat_points, {"repeat_share": 1.5}),
        (seasonal_series, {"season": 1.0}),
        (seasonal_series, {"periods": 0}),
        (clustered_cases, {"areas": 0}),
        (clustered_cases, {"cluster_risk": -1}),
    ],
)
def test_a_setting_out_of_range_is_refused(make, settings):
    with pytest.raises(SettingOutOfRange):
        make(**settings)


def test_nothing_expected_gives_nothing():
    assert not counts([0.0, 0.0], overdispersion=3.0).any()
    assert before_after(0, [0]).n == 0
