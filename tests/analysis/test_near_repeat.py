"""Near repeats: equal to published tables, to the slow loop, and to themselves in any order."""

from __future__ import annotations

import itertools
import json
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from samsyn.analysis._near_repeat_pairs import moments
from samsyn.analysis.errors import (
    FollowsTheWork,
    NotACount,
    NothingVaries,
    SeriesDiffer,
    SettingOutOfRange,
    TooFewEvents,
    WorkTooLarge,
)
from samsyn.analysis.near_repeat import near_repeat
from samsyn.analysis.simulate import near_repeat_points

BANDS = {"distances": (0, 100, 200, 400), "gaps": (0, 7, 14, 28)}


def table(found, name):
    values = [getattr(cell, name) for cell in found.cells]
    gaps = len({cell.gap for cell in found.cells})
    return [values[at : at + gaps] for at in range(0, len(values), gaps)]


def slow_table(x, y, days, distances, gaps, metric="euclidean"):
    """Count every pair, one at a time."""
    space = [math.inf if edge is None else edge for edge in distances]
    time = [math.inf if edge is None else edge for edge in gaps]
    counts = np.zeros((len(space) - 1, len(time) - 1), int)
    for i, j in itertools.combinations(range(len(x)), 2):
        dx, dy = abs(x[i] - x[j]), abs(y[i] - y[j])
        far = dx + dy if metric == "manhattan" else math.sqrt(dx * dx + dy * dy)
        gap = abs(days[i] - days[j])
        for row, (a, b) in enumerate(itertools.pairwise(space)):
            for column, (c, d) in enumerate(itertools.pairwise(time)):
                counts[row, column] += a <= far < b and c <= gap < d
    return counts.tolist()


def some_events(n=60, seed=3, *, side=1000, span=60):
    generator = np.random.default_rng(seed)
    return (
        generator.integers(0, side, n).astype(float),
        generator.integers(0, side, n).astype(float),
        generator.integers(0, span, n).astype(float),
    )


# --- against others ------------------------------------------------------------------------------------


def test_burkitt_counts_and_expectation_are_the_published_ones(reference):
    case = json.loads((reference / "cases" / "knox_burkitt.json").read_text(encoding="utf-8"))
    given_, wanted = case["input"], case["expected"]

    # The case counts both edges in; all its times are whole, and so are the squares of its distances.
    found = near_repeat(
        given_["x"], given_["y"], given_["t"], distances=(0, math.sqrt(20**2 + 0.5)), gaps=(0, 6)
    )

    cell = found.cells[0]
    assert (found.n, found.close_pairs, cell.observed) == (wanted["n"], wanted["ns"], wanted["nst"])
    assert cell.expected == pytest.approx(wanted["expected"], rel=1e-12)
    # The note of the case: 0.221 by another program for the upper tail that counts ties.
    assert cell.p == pytest.approx(0.221, abs=0.03)


@pytest.mark.parametrize("compiled", [True, False])
def test_chicago_arson_equals_the_reference_program(reference, compiled):
    file = reference / "cases" / "knox_chicago_arson_manhattan.json"
    case = json.loads(file.read_text(encoding="utf-8"))
    given_, wanted = case["input"], case["expected"]

    found = near_repeat(
        given_["x"],
        given_["y"],
        given_["day"],
        distances=given_["s_breaks"],
        gaps=given_["t_breaks"],
        metric="manhattan",
        compiled=compiled,
    )

    assert table(found, "observed") == wanted["observed"]
    assert np.allclose(table(found, "p"), wanted["p_mc"], rtol=0, atol=case["tolerance"]["p_abs"])
    for ours, theirs in zip(
        itertools.chain(*table(found, "ratio")), itertools.chain(*wanted["knox_ratio_mc"]), strict=True
    ):
        if theirs:
            assert ours == pytest.approx(theirs, rel=case["tolerance"]["knox_ratio_rel"])


# --- against the slow loop -----------------------------------------------------------------------------

whole = st.integers(0, 40)


@settings(max_examples=40, deadline=None)
@given(
    events=st.lists(st.tuples(whole, whole, whole), min_size=10, max_size=25),
    distances=st.sampled_from(
        [(0, 5, 10, 20), (0, 5, None), (3, 10), (3, 10, None), (0, None), (0, 0.1, 40)]
    ),
    gaps=st.sampled_from([(0, 1, 5, 10), (0, 2, None), (2, 5), (2, 5, None), (0, None), (0, 0.5, 2.5)]),
    metric=st.sampled_from(["euclidean", "manhattan"]),
)
def test_both_paths_count_what_the_slow_loop_counts(events, distances, gaps, metric):
    x, y, days = (list(column) for column in zip(*events, strict=True))
    if len(set(days)) == 1 or len(set(zip(x, y, strict=True))) == 1:
        return
    answers = [
        near_repeat(
            x, y, days, distances=distances, gaps=gaps, metric=metric, replications=39, compiled=compiled
        )
        for compiled in (True, False)
    ]

    assert answers[0] == answers[1]
    assert table(answers[0], "observed") == slow_table(x, y, days, distances, gaps, metric)


def test_edges_belong_to_the_band_above():
    x = [0, 100, 1000, 1200, 3000, 3399, 5000, 5400, 8000, 9000]
    days = [0, 7, 100, 114, 200, 227, 300, 328, 400, 500]

    found = near_repeat(x, [0] * 10, days, **BANDS, replications=19)

    assert table(found, "observed") == [[0, 0, 0], [0, 1, 0], [0, 0, 2]]


def test_mean_and_variance_are_those_of_every_rearrangement():
    x, y, days = some_events(6, seed=5, side=10, span=6)
    near = np.array([[0 < abs(a - b) + abs(c - d) < 8 for a, c in zip(x, y, strict=True)]
                     for b, d in zip(x, y, strict=True)])  # fmt: skip
    np.fill_diagonal(near, False)
    soon = np.abs(days[:, None] - days) < 2
    np.fill_diagonal(soon, False)
    every = [
        int(np.count_nonzero(near & soon[np.ix_(order, order)])) // 2
        for order in map(list, itertools.permutations(range(6)))
    ]
    assert len(set(every)) > 1

    means, variances = moments(near.sum(axis=1)[None], soon.sum(axis=1)[None])

    assert means == [Fraction(sum(every), len(every))]
    assert variances == [Fraction(sum(value**2 for value in every), len(every)) - means[0] ** 2]


def test_random_orders_have_the_exact_mean_and_variance():
    x, y, days = some_events(200, seed=8)
    found = near_repeat(x, y, days, **BANDS, replications=4000, level=0.5)

    for cell in found.cells:
        # Half of a nearly normal distribution lies within 0.674 standard deviations.
        spread = math.sqrt(cell.dispersion * cell.expected)
        low, high = (limit * cell.expected for limit in (cell.by_chance.low, cell.by_chance.high))
        assert low == pytest.approx(cell.expected - 0.674 * spread, abs=1.1 + 0.1 * spread)
        assert high == pytest.approx(cell.expected + 0.674 * spread, abs=1.1 + 0.1 * spread)


# --- what must not matter ------------------------------------------------------------------------------


def test_threads_order_and_place_of_the_map_do_not_matter():
    x, y, days = some_events(150)
    order = np.random.default_rng(1).permutation(150)
    first = near_repeat(x, y, days, **BANDS, rng=7)

    assert near_repeat(x, y, days, **BANDS, rng=7, threads=3) == first
    assert near_repeat(x[order], y[order], days[order], **BANDS, rng=7) == first
    assert near_repeat(x + 6_580_000, y - 674_000, days + 18_262, **BANDS, rng=7) == first
    assert near_repeat(list(x), list(y), list(days), **BANDS, rng=np.random.default_rng(7)) == first


def test_another_seed_changes_only_what_is_drawn():
    x, y, days = some_events(150)
    one, other = (near_repeat(x, y, days, **BANDS, rng=seed) for seed in (1, 2))

    assert table(one, "observed") == table(other, "observed")
    assert table(one, "expected") == table(other, "expected")
    assert table(one, "p") != table(other, "p")


@pytest.mark.parametrize(("per_day", "unit"), [(1, "day"), (24, "hour"), (1440, "minute"), (86400, "second")])
def test_times_in_finer_units_are_compared_in_them(per_day, unit):
    x, y, days = some_events(80)
    moved = days + np.random.default_rng(4).integers(0, per_day, 80) / per_day

    found = [
        near_repeat(x, y, moved, **BANDS, replications=39, compiled=compiled) for compiled in (True, False)
    ]

    assert found[0] == found[1]
    assert found[0].time_unit == unit
    exact = [Fraction(round(value * per_day), per_day) for value in moved]
    assert table(found[0], "observed") == slow_table(x, y, exact, BANDS["distances"], BANDS["gaps"])


def test_a_gap_of_exactly_seven_days_is_not_under_seven():
    # 7.1 − 0.1 and 0.1 + 7 do not always give 7 in floating point.
    start = np.arange(10) * 40 + 0.1
    days = np.concatenate([start, start + 7])
    found = near_repeat(np.tile(np.arange(10) * 1000, 2), [0] * 20, days, **BANDS, replications=19)

    assert table(found, "observed")[0] == [0, 10, 0]


def test_more_pairs_than_a_short_counter_holds():
    n = 400  # 79 800 pairs in one place
    days = np.arange(n) % 5
    found = near_repeat([0.0] * n + [9e5], [0.0] * (n + 1), [*days, 2], distances=(0, 1), gaps=(0, 10),
                        replications=19)  # fmt: skip

    assert found.cells[0].observed == n * (n - 1) // 2
    assert found.cells[0].p == 1


def test_input_is_left_as_it_was():
    x, y, days = some_events()
    before = [column.copy() for column in (x, y, days)]
    near_repeat(x, y, days, **BANDS, replications=19)

    assert all(np.array_equal(a, b) for a, b in zip(before, (x, y, days), strict=True))


# --- what it means -------------------------------------------------------------------------------------


def test_repeats_that_were_put_there_are_found_where_they_were_put():
    points = near_repeat_points(400, repeat_share=0.3, near=60, soon=6, rng=2)
    found = near_repeat(points.x, points.y, points.day, **BANDS)

    assert found.clearest == 0
    assert found.cells[0].ratio > 3
    assert found.p == found.cells[0].p_adjusted == 0.001


def test_adjusted_p_is_never_smaller_than_the_smallest_possible_nor_p_zero():
    found = near_repeat(*some_events(100), **BANDS, replications=99)

    for cell in found.cells:
        assert 0.01 <= cell.p <= 1
        assert 0.01 <= cell.p_adjusted <= 1
    assert found.p == min(cell.p_adjusted for cell in found.cells)


def test_without_a_limit_nothing_can_stand_out():
    found = near_repeat(*some_events(), distances=(0, None), gaps=(0, None), replications=19)

    assert (found.cells[0].ratio, found.cells[0].p, found.p) == (1.0, 1.0, 1.0)
    assert found.to_dict()["cells"][0]["distance"] == [0.0, None]


def test_poisson_stands_beside_only_where_pairs_are_almost_independent():
    x, y, days = some_events(150)
    rare = near_repeat(x, y, days, distances=(0, 30), gaps=(0, 1), replications=19).cells[0]
    crowded = near_repeat(x, y, days, distances=(0, 600), gaps=(0, 30), replications=19).cells[0]

    below = sum(math.exp(-rare.expected) * rare.expected**k / math.factorial(k) for k in range(rare.observed))
    assert rare.poisson_p == pytest.approx(1 - below, rel=1e-9)
    assert crowded.poisson_p is None


def test_rounded_positions_are_told():
    x, y, days = some_events()

    assert near_repeat(x, y, days, **BANDS, replications=19).caveats == ()
    rounded = near_repeat(np.round(x, -2), np.round(y, -2), days, **BANDS, replications=19)
    assert rounded.caveats == ("positions_rounded",)


def test_an_answer_holds_no_nan_and_json_can_hold_it():
    points = [0, 0, 0, 0, 0, 9, 9, 9, 9, 9]
    found = near_repeat(points, points, range(10), distances=(0, 1, 2), gaps=(0, 20, None), replications=19)

    assert "NaN" not in json.dumps(found.to_dict(), allow_nan=False)
    assert found.cells[2].ratio is None


def test_size_is_what_it_says():
    generator = np.random.default_rng(11)
    runs, cells, tables = 400, 0, 0
    for run in range(runs):
        x, y = generator.uniform(0, 1500, (2, 60))
        found = near_repeat(x, y, generator.integers(0, 120, 60), **BANDS, replications=99, rng=run)
        cells += sum(cell.p <= 0.05 for cell in found.cells) / len(found.cells)
        tables += found.p <= 0.05

    # 0.05 and three standard errors.
    assert cells / runs <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / runs)
    assert 0.01 < tables / runs <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / runs)


# --- refusals ------------------------------------------------------------------------------------------

X, Y, DAYS = (column.tolist() for column in some_events(20))


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"x": X[:9], "y": Y[:9], "days": DAYS[:9]}, TooFewEvents),
        ({"x": [], "y": [], "days": []}, TooFewEvents),
        ({"x": X[:19]}, SeriesDiffer),
        ({"x": [X], "y": [Y], "days": [DAYS]}, SeriesDiffer),
        ({"days": [1.0] * 20}, NothingVaries),
        ({"x": [1.0] * 20, "y": [2.0] * 20}, NothingVaries),
        ({"y": [math.nan, *Y[1:]]}, NotACount),
        ({"days": [math.inf, *DAYS[1:]]}, NotACount),
        ({"days": [1e9, *DAYS[1:-1], 0.123]}, SettingOutOfRange),
        ({"days": ["monday", *DAYS[1:]]}, NotACount),
        ({"days": [1e300, *DAYS[1:]]}, SettingOutOfRange),
        ({"x": [-1e12, *X[1:]]}, SettingOutOfRange),
        ({"distances": range(1000), "gaps": range(1000)}, WorkTooLarge),
        ({"distances": (0,)}, SettingOutOfRange),
        ({"distances": (-1, 100)}, SettingOutOfRange),
        ({"distances": (0, 100, 100)}, SettingOutOfRange),
        ({"distances": (0, None, 100)}, SettingOutOfRange),
        ({"gaps": (7, 0)}, SettingOutOfRange),
        ({"gaps": (0, math.nan)}, SettingOutOfRange),
        ({"metric": "chebyshev"}, SettingOutOfRange),
        ({"replications": 18}, SettingOutOfRange),
        ({"replications": 99.5}, SettingOutOfRange),
        ({"threads": 0}, SettingOutOfRange),
        ({"level": 1.0}, SettingOutOfRange),
        ({"detection_driven": True}, FollowsTheWork),
    ],
)
def test_what_it_cannot_answer_is_refused(change, error):
    with pytest.raises(error):
        near_repeat(**{"x": X, "y": Y, "days": DAYS, **change})


@pytest.mark.parametrize("compiled", [True, False])
def test_too_many_pairs_are_refused_before_they_fill_the_memory(compiled, monkeypatch):
    monkeypatch.setattr("samsyn.analysis._near_repeat_pairs.MOST_PAIRS", 50)

    with pytest.raises(WorkTooLarge):
        near_repeat(*some_events(60), distances=(0, 900), compiled=compiled)
