"""Local clusters: equal to published z, and to every possible way of dealing out the counts."""

from __future__ import annotations

import itertools
import json
import math

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from samsyn.analysis.errors import (
    FollowsTheWork,
    NotACount,
    NothingVaries,
    SeriesDiffer,
    SettingOutOfRange,
    TooFewAreas,
    WorkTooLarge,
)
from samsyn.analysis.local_clusters import gi_star_z, local_clusters

ROW = [[1], [0, 2], [1, 3], [2, 4], [3, 5], [4]]
GRID_X, GRID_Y = (column.ravel().astype(float) for column in np.meshgrid(range(10), range(10)))


def dealt_out(counts, area, size):
    """Return every sum that so many of the other areas can have, each way once."""
    others = [count for other, count in enumerate(counts) if other != area]
    return np.array([sum(chosen) for chosen in itertools.combinations(others, size)])


@st.composite
def small_maps(draw):
    n = draw(st.integers(5, 8))
    counts = draw(st.lists(st.integers(0, 7), min_size=n, max_size=n).filter(lambda c: len(set(c)) > 1))
    lists = [
        draw(st.lists(st.sampled_from([j for j in range(n) if j != i]), max_size=n - 2, unique=True))
        for i in range(n)
    ]
    scale, shift = draw(st.sampled_from([(1, 0), (3, 0), (2, 5)]))
    return [count * scale + shift for count in counts], lists


# --- against others ------------------------------------------------------------------------------------


def test_z_equals_the_published_example(reference):
    case = json.loads((reference / "cases" / "gi_star_pysal_example.json").read_text(encoding="utf-8"))
    points = np.array(case["input"]["points"], float)
    apart = np.hypot(*(points[:, None] - points).transpose(2, 0, 1))
    near = [
        [j for j in range(len(points)) if j != i and apart[i, j] <= case["input"]["threshold"]]
        for i in range(len(points))
    ]

    z = gi_star_z(case["input"]["y"], near)

    assert z == pytest.approx(case["expected"]["Gi_star_z"], abs=case["tolerance"]["abs"])


def test_z_of_six_points_as_printed_by_getis_and_ord():
    # The same example as figures: places (10,10) (20,10) (40,10) (15,20) (30,20) (30,30), within 15.
    near = [[1, 3], [0, 3, 4], [4], [0, 1, 4], [1, 2, 3, 5], [4]]
    wanted = [-1.397276, -0.289178, 0.650650, -0.289178, 1.234521, 2.024243]

    assert gi_star_z([2, 3, 3.2, 5, 8, 7], near) == pytest.approx(wanted, abs=1e-6)


# --- against every possibility -------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(small_maps())
def test_p_and_limits_are_those_of_every_way_to_deal_out_the_counts(small_map):
    counts, lists = small_map
    found = local_clusters(counts, neighbours=lists, level=0.8)

    for area, near in enumerate(lists):
        sums = dealt_out(counts, area, len(near))
        own = sum(counts[other] for other in near)
        assert found.local_sum[area] == own
        assert found.expected[area] == pytest.approx(sums.mean())
        tails = (sums >= own).mean(), (sums <= own).mean()
        assert found.p[area] == pytest.approx(min(1, 2 * min(tails)), abs=1e-12)
        low, high = found.chance_low[area], found.chance_high[area]
        assert low in sums
        assert high in sums
        assert (sums < low).mean() <= 0.1 + 1e-12
        assert (sums > high).mean() <= 0.1 + 1e-12
        assert (sums <= low).mean() > 0.1 - 1e-12
        assert (sums >= high).mean() > 0.1 - 1e-12


@settings(max_examples=25, deadline=None)
@given(small_maps())
def test_both_paths_give_the_same_answer(small_map):
    counts, lists = small_map

    compiled, plain = (local_clusters(counts, neighbours=lists, compiled=path) for path in (True, False))

    assert compiled == plain


def test_random_draws_come_near_the_exact_answer():
    counts = np.random.default_rng(3).negative_binomial(1, 0.3, 100)
    exact = local_clusters(counts, x=GRID_X, y=GRID_Y)
    drawn = [
        local_clusters(counts, x=GRID_X, y=GRID_Y, replications=4000, rng=5, compiled=path)
        for path in (True, False)
    ]

    assert drawn[0] == drawn[1]
    assert drawn[0].method == "gi_star_conditional_monte_carlo"
    assert drawn[0].chance_low is None
    # Twice a tail of 4 000 draws: at most 2·√(0.25/4000) = 0.016, and four times that.
    assert np.allclose(drawn[0].p, exact.p, rtol=0, atol=0.064)
    assert drawn[0].z == exact.z


def test_false_discovery_rates_follow_from_p_as_in_the_definition():
    counts = np.random.default_rng(4).negative_binomial(1, 0.2, 100)
    found = local_clusters(counts, x=GRID_X, y=GRID_Y)
    ordered = sorted(found.p)

    for p, q in zip(found.p, found.q, strict=True):
        wanted = min(other * 100 / (rank + 1) for rank, other in enumerate(ordered) if other >= p)
        assert q == pytest.approx(min(1, wanted))


# --- neighbours ----------------------------------------------------------------------------------------


def test_on_a_grid_the_nearest_eight_are_the_queen_and_ties_are_all_taken():
    queen = [
        [
            other
            for other in range(100)
            if other != area
            and max(abs(GRID_X[area] - GRID_X[other]), abs(GRID_Y[area] - GRID_Y[other])) == 1
        ]
        for area in range(100)
    ]
    counts = np.random.default_rng(5).poisson(3, 100)
    by_place = local_clusters(counts, x=GRID_X, y=GRID_Y)
    by_list = local_clusters(counts, neighbours=queen)
    inside = [area for area in range(100) if len(queen[area]) == 8]

    assert [by_place.p[area] for area in inside] == [by_list.p[area] for area in inside]
    # In a corner: 3 at 1 and √2, 2 at 2, 2 at √5, 1 at √8; exactly eight.
    corner = [1, 10, 11, 2, 20, 12, 21, 22]
    assert by_place.local_sum[0] == counts[corner].sum()
    # On an edge (0, 5): 3+2 near, then (2,0) twice, (2,1)... : all that tie with the eighth.
    apart = np.hypot(GRID_X - GRID_X[5], GRID_Y - GRID_Y[5])
    eighth = np.sort(apart)[8]
    assert by_place.local_sum[5] == counts[(apart > 0) & (apart <= eighth + 1e-9)].sum()


def test_areas_in_one_place_are_each_other_s_neighbours_and_never_their_own():
    x = [0, 0, 0, 5, 6, 9]
    found = local_clusters([1, 2, 4, 8, 16, 32], x=x, y=[0] * 6, nearest=2)

    assert found.local_sum[:3] == (6, 5, 3)


def test_lists_arrays_and_lists_with_the_area_itself_are_the_same():
    counts = np.random.default_rng(6).poisson(2, 30)
    ring = [[(i - 1) % 30, (i + 1) % 30] for i in range(30)]
    first = local_clusters(counts, neighbours=ring)

    assert local_clusters(counts.tolist(), neighbours=np.array(ring)) == first
    assert local_clusters(counts, neighbours=[[i, *near] for i, near in enumerate(ring)]) == first


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(12)))
def test_the_order_of_the_areas_does_not_matter(order):
    generator = np.random.default_rng(7)
    counts, x, y = generator.poisson(2, 12), *generator.integers(0, 4, (2, 12)).astype(float)
    first = local_clusters(counts, x=x, y=y, nearest=3)
    order = np.array(order)
    moved = local_clusters(counts[order], x=x[order] + 100, y=y[order], nearest=3)

    for name in ("p", "q", "z", "chance_low", "chance_high"):
        assert np.array(getattr(first, name))[order] == pytest.approx(
            np.array(getattr(moved, name)), rel=1e-9
        )
    assert np.array(first.mark)[order].tolist() == list(moved.mark)


def test_more_of_everything_changes_no_p():
    counts = np.random.default_rng(8).poisson(2, 100)
    first = local_clusters(counts, x=GRID_X, y=GRID_Y)
    other = local_clusters(counts * 1000 + 50_000, x=GRID_X, y=GRID_Y)

    assert other.p == first.p
    assert other.mark == first.mark


# --- what it means -------------------------------------------------------------------------------------


def test_a_cluster_that_was_put_there_is_marked_and_little_else():
    counts = np.random.default_rng(9).poisson(2, 100)
    block = [0, 1, 2, 10, 11, 12, 20, 21, 22]
    counts[block] += 12
    found = local_clusters(counts, x=GRID_X, y=GRID_Y)

    assert found.mark[11] == "high"
    assert found.high == found.mark.count("high")
    assert found.low == found.mark.count("low") == 0
    assert sum(found.mark[area] == "high" for area in range(50, 100)) == 0


def test_an_empty_quarter_is_marked_low():
    counts = np.random.default_rng(10).poisson(20, 100)
    empty = [area for area in range(100) if GRID_X[area] < 4 and GRID_Y[area] < 4]
    counts[empty] = 0

    assert local_clusters(counts, x=GRID_X, y=GRID_Y).mark[11] == "low"


def test_an_area_without_neighbours_is_never_marked_and_told():
    found = local_clusters([9, 9, 9, 0, 0, 500], neighbours=[[1], [0, 2], [1, 3], [2, 4], [3], []])

    assert (found.p[5], found.mark[5]) == (1.0, "none")
    assert found.caveats == ("no_neighbours",)


@pytest.mark.parametrize("counts", [[0, 0, 0, 0, 1], [1, 0, 0, 0, 0, 0], [10**9, 0, 10**9, 0, 0, 0]])
def test_odd_counts_give_an_answer_that_json_can_hold(counts):
    n = len(counts)
    found = local_clusters(counts, neighbours=[[(i + 1) % n] for i in range(n)])

    assert "NaN" not in json.dumps(found.to_dict(), allow_nan=False)
    assert all(0 < p <= 1 for p in found.p)


def test_size_and_cover_are_never_worse_than_they_say():
    generator = np.random.default_rng(12)
    runs, small, marked, covered = 200, 0.0, 0, 0.0
    for _run in range(runs):
        found = local_clusters(generator.poisson(1.5, 100), x=GRID_X, y=GRID_Y)
        small += sum(p <= 0.05 for p in found.p) / 100
        marked += found.high + found.low > 0
        limits = zip(found.chance_low, found.local_sum, found.chance_high, strict=True)
        covered += sum(low <= own <= high for low, own, high in limits) / 100

    assert 0.01 < small / runs <= 0.05
    assert covered / runs >= 0.95
    assert marked / runs <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / runs)


# --- refusals ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"counts": [1, 2, 3, 4], "neighbours": ROW[:4]}, TooFewAreas),
        ({"counts": []}, TooFewAreas),
        ({"counts": [3] * 6}, NothingVaries),
        ({"counts": [0] * 6}, NothingVaries),
        ({"counts": [1, 2, 3, 4, 5, -1]}, NotACount),
        ({"counts": [1, 2, 3, 4, 5, 0.5]}, NotACount),
        ({"counts": [1, 2, 3, 4, 5, math.nan]}, NotACount),
        ({"counts": [1, 2, 3, 4, 5, 1e300]}, NotACount),
        ({"counts": ["many", 2, 3, 4, 5, 6]}, NotACount),
        ({"counts": [[1], [2, 3]]}, NotACount),
        ({"counts": [[1, 2, 3], [4, 5, 6]]}, SeriesDiffer),
        ({"neighbours": ROW[:5]}, SeriesDiffer),
        ({"neighbours": None}, SeriesDiffer),
        ({"x": range(6), "y": range(6)}, SeriesDiffer),
        ({"neighbours": None, "x": range(6)}, SeriesDiffer),
        ({"neighbours": None, "x": range(5), "y": range(5)}, SeriesDiffer),
        ({"neighbours": None, "x": [*range(5), math.nan], "y": range(6)}, NotACount),
        ({"neighbours": None, "x": range(6), "y": range(6), "nearest": 5}, SettingOutOfRange),
        ({"neighbours": None, "x": range(6), "y": range(6), "nearest": 0}, SettingOutOfRange),
        ({"neighbours": [[6], *ROW[1:]]}, SettingOutOfRange),
        ({"neighbours": [[-1], *ROW[1:]]}, SettingOutOfRange),
        ({"neighbours": [[1, 1], *ROW[1:]]}, SettingOutOfRange),
        ({"neighbours": [[0.5], *ROW[1:]]}, SettingOutOfRange),
        ({"neighbours": [[1, 2, 3, 4, 5], *ROW[1:]]}, SettingOutOfRange),
        ({"false_discovery_rate": 0}, SettingOutOfRange),
        ({"level": 1}, SettingOutOfRange),
        ({"replications": 98}, SettingOutOfRange),
        ({"detection_driven": True}, FollowsTheWork),
    ],
)
def test_what_it_cannot_answer_is_refused(change, error):
    with pytest.raises(error):
        local_clusters(**{"counts": [1, 2, 3, 4, 5, 6], "neighbours": ROW, **change})


def test_counts_too_large_for_the_exact_answer_are_refused_and_can_be_drawn():
    generator = np.random.default_rng(13)
    counts, x, y = generator.integers(0, 10**7, 200), *generator.uniform(0, 1, (2, 200))

    with pytest.raises(WorkTooLarge):
        local_clusters(counts, x=x, y=y)
    assert local_clusters(counts, x=x, y=y, replications=199).method == "gi_star_conditional_monte_carlo"
    with pytest.raises(WorkTooLarge):
        local_clusters(counts, x=x, y=y, replications=999_999, nearest=100)
