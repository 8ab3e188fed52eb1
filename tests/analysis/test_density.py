"""Smooth maps of events, with their edges corrected."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from samsyn.analysis.density import kernel_density
from samsyn.analysis.errors import (
    NoExposure,
    NotACount,
    SeriesDiffer,
    SettingOutOfRange,
    TooFewEvents,
    WorkTooLarge,
)

BOX = (0.0, 0.0, 1000.0, 800.0)
L_SHAPE = [[[0, 0], [1000, 0], [1000, 300], [400, 300], [400, 800], [0, 800]]]
COORDINATES = st.lists(st.tuples(st.floats(0, 1000), st.floats(0, 800)), min_size=1, max_size=30)


def grid(answer):
    return np.array([[np.nan if value is None else value for value in row] for row in answer.density])


@settings(max_examples=30, deadline=None)
@given(COORDINATES, st.sampled_from(["quartic", "gaussian"]), st.sampled_from([60.0, 150.0, 400.0]))
def test_with_edges_corrected_the_map_holds_every_event(points, kernel, bandwidth):
    answer = kernel_density(*zip(*points, strict=True), rectangle=BOX, bandwidth=bandwidth, kernel=kernel)

    assert grid(answer).sum() * 0.05**2 == pytest.approx(len(points), rel=1e-9)
    assert grid(answer).min() >= 0


def test_the_map_of_a_crooked_area_holds_its_own_events_only():
    rng = np.random.default_rng(3)
    x, y = rng.uniform(0, 1000, 300), rng.uniform(0, 800, 300)
    answer = kernel_density(x, y, boundary=L_SHAPE, unit="per_hectare")
    inside = np.count_nonzero((y < 300) | (x < 400))

    assert (answer.n, answer.outside) == (inside, 300 - inside)
    assert np.nansum(grid(answer)) * 0.25 == pytest.approx(inside, rel=1e-9)
    assert answer.density[-1][-1] is None
    assert "outside_left_out" in answer.caveats


@pytest.mark.parametrize("kernel", ["quartic", "gaussian"])
def test_away_from_edges_it_is_the_sum_of_kernels(kernel):
    rng = np.random.default_rng(4)
    x, y = rng.uniform(900, 1100, 40), rng.uniform(900, 1100, 40)
    h = 120.0
    answer = kernel_density(
        x, y, rectangle=(0, 0, 2000, 2000), cell=10, bandwidth=h, kernel=kernel, edge_correction=False
    )
    middle = np.arange(5, 2000, 10)
    squared = ((middle[None, :, None] - x) ** 2 + (middle[:, None, None] - y) ** 2) / h**2
    each = (
        np.where(squared < 1, 3 / (math.pi * h**2) * (1 - squared) ** 2, 0)
        if kernel == "quartic"
        else np.exp(-squared / 2) / (2 * math.pi * h**2)
    )

    wanted = each.sum(axis=2) * 1e6

    assert np.abs(grid(answer) - wanted).max() <= 0.01 * wanted.max()


def test_edge_correction_weighs_each_event_by_what_lies_within():
    # Slow definition, cell by cell, with events in the middles of cells.
    x, y = [25.0, 475, 925, 25], [25.0, 375, 775, 775]
    answer = kernel_density(x, y, rectangle=BOX, bandwidth=180)
    columns, rows = np.arange(25, 1000, 50), np.arange(25, 800, 50)
    wanted = np.zeros((16, 20))
    for event_x, event_y in zip(x, y, strict=True):
        squared = ((columns - event_x) ** 2 + (rows[:, None] - event_y) ** 2) / 180**2
        kernel = np.where(squared < 1, (1 - squared) ** 2, 0)
        wanted += kernel / kernel.sum() / 0.0025

    assert grid(answer) == pytest.approx(wanted, abs=1e-8)


def test_an_even_spread_stays_even_to_the_border_when_edges_are_corrected():
    x, y = (one.ravel() for one in np.meshgrid(np.arange(25, 1000, 50), np.arange(25, 800, 50)))
    corrected = kernel_density(x, y, rectangle=BOX)
    plain = kernel_density(x, y, rectangle=BOX, edge_correction=False)

    assert grid(plain)[0, 0] < 0.45 * 400
    assert grid(corrected)[0, 0] > 0.65 * 400
    assert grid(corrected)[8, 10] == pytest.approx(400)


def test_order_and_place_are_nothing_and_units_are_a_hundred_apart():
    rng = np.random.default_rng(6)
    x, y = rng.uniform(0, 1000, 50), rng.uniform(0, 800, 50)
    first = kernel_density(x, y, rectangle=BOX)
    moved = kernel_density(
        x[::-1] + 674_000, y[::-1] + 6_580_000, rectangle=(674_000, 6_580_000, 675_000, 6_580_800)
    )
    hectare = kernel_density(x, y, rectangle=BOX, unit="per_hectare")

    assert grid(moved) == pytest.approx(grid(first), abs=1e-5)
    assert grid(hectare) * 100 == pytest.approx(grid(first))


def test_a_bandwidth_below_the_cell_is_said():
    assert "bandwidth_below_cell" in kernel_density([5], [5], cell=50, bandwidth=40).caveats
    assert "bandwidth_below_cell" not in kernel_density([5], [5], cell=50, bandwidth=50).caveats


def test_the_interval_at_the_peak_shrinks_with_more_events():
    few, many = (kernel_density([500] * n, [400] * n, rectangle=BOX) for n in (10, 1000))

    assert few.interval.contains(few.value)
    assert many.interval.high / many.value < 1.1 < few.interval.high / few.value
    # All events in one spot: the limits are those of a plain count, or a little wider.
    assert few.interval.low / few.value * 10 == pytest.approx(4.795, abs=0.3)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"x": [], "y": []}, TooFewEvents),
        ({"x": [2000]}, TooFewEvents),
        ({"x": [1, 2]}, SeriesDiffer),
        ({"boundary": L_SHAPE}, SeriesDiffer),
        ({"x": [math.inf]}, NotACount),
        ({"cell": 0}, NoExposure),
        ({"bandwidth": -1}, NoExposure),
        ({"cell": 0.1}, WorkTooLarge),
        ({"rectangle": (0, 0, -1, 1)}, SettingOutOfRange),
        ({"kernel": "flat"}, SettingOutOfRange),
        ({"unit": "per_mile"}, SettingOutOfRange),
        ({"level": 1.5}, SettingOutOfRange),
    ],
)
def test_what_cannot_be_answered_is_refused(change, error):
    with pytest.raises(error):
        kernel_density(**({"x": [1], "y": [1], "rectangle": BOX} | change))
