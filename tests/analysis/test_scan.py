"""Scan statistics, against SaTScan's published answers, the slow loop and chance."""

from __future__ import annotations

import itertools
import json
import math

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from samsyn.analysis import _scan_replications
from samsyn.analysis._scan_zones import Model, log_likelihood_ratio
from samsyn.analysis.errors import (
    NoExposure,
    NotACount,
    NothingVaries,
    SeriesDiffer,
    SettingOutOfRange,
    TooFewAreas,
    TooFewEvents,
    TooFewPeriods,
)
from samsyn.analysis.scan import bernoulli_scan, poisson_scan, space_time_permutation_scan


def case_of(reference, name):
    return json.loads((reference / "cases" / f"{name}.json").read_text())


# --- published answers ----------------------------------------------------------------------------------


def test_the_log_likelihood_ratio_equals_the_published_unit_values(reference):
    case = case_of(reference, "scan_llr_unit")
    cases = case["input"]["C"]
    model = Model(cases, float(cases), False, 1, 1)

    found = [float(log_likelihood_ratio(c, mu, model)) for c, mu in case["input"]["rows"]]

    assert found == pytest.approx(case["expected"]["llr"], rel=case["tolerance"]["rel"])


@pytest.mark.parametrize("compiled", [True, False])
def test_north_humberside_has_the_clusters_that_satscan_finds(reference, compiled):
    case = case_of(reference, "scan_north_humberside_bernoulli")
    given_, wanted = case["input"], case["expected"]
    ids = [one for one, _ in given_["cases"]]
    xy = [given_["xy"][one] for one in ids]

    found = bernoulli_scan(
        [x for x, _ in xy], [y for _, y in xy],
        [n for _, n in given_["cases"]], [n for _, n in given_["controls"]],
        replications=19, compiled=compiled,
    )  # fmt: skip

    named = [{ids[at] for at in one.places} for one in found.clusters]
    assert [one.llr for one in found.clusters[:2]] == pytest.approx([wanted["llr"]] * 2, abs=1e-6)
    assert {frozenset(one) for one in named[:2]} == {frozenset(one) for one in wanted["clusters"]}
    assert found.clusters[2].llr == pytest.approx(wanted["third"]["llr"], abs=1e-6)
    assert set(wanted["third"]["ids"]) in named


def new_york(reference):
    case = case_of(reference, "scan_nyc_fever_stp_prospective")
    where = case["input"]["latlon"]
    ids = list(where)
    at = {one: number for number, one in enumerate(ids)}
    lat, lon = np.radians([where[one] for one in ids]).T
    cases = [(at[one], int(day[-2:].strip("/"))) for one, n, day in case["input"]["cases"] for _ in range(n)]
    return case["expected"]["clusters"], ids, {
        "x": 6371 * np.cos(np.radians(40.7)) * (lon - lon.mean()),
        "y": 6371 * (lat - lat.mean()),
        "place": [one for one, _ in cases],
        "day": [day for _, day in cases],
        "first_day": 1, "last_day": 24, "max_days": 7, "max_radius": 3,
    }  # fmt: skip


def test_the_fever_in_new_york_has_the_clusters_and_p_that_satscan_finds(reference):
    wanted, ids, data = new_york(reference)

    found = space_time_permutation_scan(**data, replications=9_999, threads=2)

    for cluster, one in zip(found.clusters, wanted, strict=False):
        assert cluster.llr == pytest.approx(one["statistic"], abs=1e-6)
        assert {ids[at] for at in cluster.places} == set(one["ids"])
        assert cluster.first_day == int(one["start"][-2:])
        assert cluster.last_day == 24
        if "expected" in one:
            assert round(cluster.expected, 2) == one["expected"]
        if "p_9999" in one:
            assert cluster.p == pytest.approx(one["p_9999"], abs=0.02)
    assert found.clusters[0].recurrence_days == pytest.approx(1 / found.p)


# --- the slow loop --------------------------------------------------------------------------------------


def slow_part(a, b):
    return a * math.log(a / b) if a else 0.0


def slow_best(x, y, weights, table, base, total, windows, *, cap, least, direction, others=None):
    """Return the largest log likelihood ratio, by obvious loops over every zone and window."""
    places, cases, best = range(len(x)), int(np.sum(table)), 0.0
    for centre in places:
        near = sorted(places, key=lambda p: ((x[p] - x[centre]) ** 2 + (y[p] - y[centre]) ** 2, p))
        for size in range(1, len(x) + 1):
            zone = near[:size]
            if sum(weights[p] for p in zone) > sum(weights) * cap / 100:
                break
            for begin, end in windows:
                c = sum(int(table[p][d]) for p in zone for d in range(begin, end))
                b = sum(float(base[p][d]) for p in zone for d in range(begin, end))
                mu = cases * b / total
                if mu <= 1e-12 or mu >= cases * (1 - 1e-12) or (c > mu and c < least):
                    continue
                if (direction == "high" and c <= mu) or (direction == "low" and c >= mu):
                    continue
                llr = slow_part(c, mu) + slow_part(cases - c, cases - mu)
                if others is not None:
                    m = others * b / total
                    llr += slow_part(b - c, m) + slow_part(others - b + c, others - m)
                best = max(best, llr)
    return best


grids = st.integers(3, 6).flatmap(
    lambda p: st.integers(3, 5).flatmap(
        lambda t: st.tuples(
            st.lists(st.lists(st.integers(0, 3), min_size=t, max_size=t), min_size=p, max_size=p),
            st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=p, max_size=p),
        )
    )
)
sides = st.sampled_from(["high", "low", "both"])


@given(grids, sides, st.booleans(), st.booleans(), st.sampled_from([20, 50]))
@settings(max_examples=60, deadline=None)
def test_a_permutation_scan_finds_what_the_slow_loop_finds(grid, direction, prospective, compiled, cap):
    table, where = np.array(grid[0]), np.array(grid[1], float)
    days, total = table.shape[1], table.sum()
    if np.count_nonzero(table.sum(1)) < 2 or np.count_nonzero(table.sum(0)) < 2:
        return
    base = np.outer(table.sum(1), table.sum(0)) / total
    ends = [days] if prospective else range(1, days + 1)
    windows = [(e - n, e) for e in ends for n in (1, 2) if n <= e]

    found = space_time_permutation_scan(
        *where.T, counts=table, max_days=2, prospective=prospective, direction=direction, cap_percent=cap,
        replications=19, compiled=compiled,
    )  # fmt: skip

    slow = slow_best(
        *where.T, table.sum(1), table, base, total, windows, cap=cap, least=2, direction=direction
    )
    assert found.statistic == pytest.approx(slow, abs=1e-9)


@given(grids, sides, st.booleans())
@settings(max_examples=40, deadline=None)
def test_a_poisson_scan_finds_what_the_slow_loop_finds(grid, direction, compiled):
    table, where = np.array(grid[0]), np.array(grid[1], float)
    if table.sum() < 2:
        return
    base = 1.0 + np.arange(table.size).reshape(table.shape) % 4
    windows = [(e - n, e) for e in range(1, table.shape[1] + 1) for n in (1, 2) if n <= e]

    found = poisson_scan(
        *where.T, base, counts=table, max_days=2, direction=direction, replications=19, compiled=compiled
    )

    slow = slow_best(
        *where.T, base.sum(1), table, base, base.sum(), windows, cap=50, least=2, direction=direction
    )
    assert found.statistic == pytest.approx(slow, abs=1e-9)


@given(grids, sides, st.booleans())
@settings(max_examples=40, deadline=None)
def test_a_bernoulli_scan_finds_what_the_slow_loop_finds(grid, direction, compiled):
    table, where = np.array(grid[0]), np.array(grid[1], float)
    yes, no = table[:, :1], table[:, 1:2]
    if yes.sum() < 2 or no.sum() < 1:
        return
    both = yes + no

    found = bernoulli_scan(
        *where.T, yes[:, 0], no[:, 0], direction=direction, replications=19, compiled=compiled
    )

    slow = slow_best(
        *where.T, both[:, 0], yes, both, both.sum(), [(0, 1)], cap=50, least=2, direction=direction,
        others=int(no.sum()),
    )  # fmt: skip
    assert found.statistic == pytest.approx(slow, abs=1e-9)


def random_cases(seed, places=25, cases=160, days=40):
    rng = np.random.default_rng(seed)
    return {
        "x": rng.uniform(0, 10, places),
        "y": rng.uniform(0, 10, places),
        "place": rng.integers(0, places, cases),
        "day": np.concatenate([[0, days - 1], rng.integers(0, days, cases - 2)]),
    }


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("max_days", [3, 30])
def test_the_fast_way_the_plain_way_and_more_threads_give_the_same_answer(seed, max_days):
    data = random_cases(seed)
    more = {"max_days": max_days, "replications": 60, "rng": seed}

    answers = [
        space_time_permutation_scan(**data, **more),
        space_time_permutation_scan(**data, **more, threads=3),
        space_time_permutation_scan(**data, **more, compiled=False),
    ]

    for one in answers[1:]:
        assert [c.p for c in one.clusters] == [c.p for c in answers[0].clusters]
        assert [c.places for c in one.clusters] == [c.places for c in answers[0].clusters]
        assert one.by_chance.high == pytest.approx(answers[0].by_chance.high, abs=1e-9)


def test_every_replication_of_the_fast_way_equals_the_general_way(monkeypatch):
    kept = []
    for name in ("prospective_maxima", "maxima_of"):
        plain = getattr(_scan_replications, name)

        def listen(*args, plain=plain, **more):
            kept.append(plain(*args, **more))
            return kept[-1]

        monkeypatch.setattr(f"samsyn.analysis.scan.{name}", listen)
    data = random_cases(5, places=40, cases=400)

    space_time_permutation_scan(**data, replications=120, max_days=20)
    space_time_permutation_scan(**data, replications=120, max_days=20, compiled=False)

    assert kept[0] == pytest.approx(kept[1], abs=1e-9)


@given(
    st.integers(0, 2**32 - 1), st.integers(2, 30), st.integers(2, 300), st.integers(2, 45),
    st.integers(1, 40), st.integers(1, 3), st.integers(1, 4), st.sampled_from([3, 20, 50]), st.booleans(),
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_the_fast_way_equals_the_general_way_whatever_the_data(
    seed, places, cases, days, max_days, min_days, min_cases, cap, uneven
):
    # Few whole coordinates: many places lie equally far away, some on each other, and some have no cases.
    rng = np.random.default_rng(seed)
    x, y = rng.integers(0, 4, (2, places))
    where = rng.integers(0, places, cases) // (rng.integers(1, 4, cases) if uneven else 1)
    when = rng.integers(0, days, cases)
    if min(np.unique(where).size, np.unique(when).size) < 2 or not min_days <= min(max_days, days - 1):
        return
    more = {
        "first_day": 0, "last_day": days - 1, "min_days": min_days, "max_days": max_days, "cap_percent": cap,
        "min_cases": min_cases, "replications": 40, "rng": seed,
    }  # fmt: skip
    kept = {}

    for name, compiled in (("prospective_maxima", True), ("maxima_of", False)):
        plain = getattr(_scan_replications, name)

        def listen(*args, name=name, plain=plain, **rest):
            kept[name] = plain(*args, **rest)
            return kept[name]

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(f"samsyn.analysis.scan.{name}", listen)
            space_time_permutation_scan(x, y, where, when, **more, compiled=compiled)

    if min(max_days, days - 1) - min_days < 32:
        assert kept["prospective_maxima"] == pytest.approx(kept["maxima_of"], abs=1e-9)


# --- invariances ----------------------------------------------------------------------------------------


def test_the_order_of_cases_the_unit_and_the_origin_do_not_matter():
    data = random_cases(7)
    back = {**data, "place": data["place"][::-1], "day": data["day"][::-1]}
    moved = {**data, "x": data["x"] * 1000 + 5, "y": data["y"] * 1000 - 7, "day": data["day"] + 19_000}

    plain, turned, far = (space_time_permutation_scan(**d, replications=99) for d in (data, back, moved))

    assert turned == plain
    assert [c.places for c in far.clusters] == [c.places for c in plain.clusters]
    assert far.clusters[0].first_day == plain.clusters[0].first_day + 19_000


def test_cases_one_by_one_equal_their_table_and_plain_lists_are_enough():
    data = random_cases(8)
    table = np.zeros((25, 40), int)
    np.add.at(table, (data["place"], data["day"]), 1)
    before = table.copy()

    one = space_time_permutation_scan(**{k: v.tolist() for k, v in data.items()}, replications=19)
    other = space_time_permutation_scan(data["x"], data["y"], counts=table, replications=19)

    assert one == other
    assert (table == before).all()


def test_clusters_share_no_place_and_never_pass_the_cap():
    data = random_cases(9)
    totals = np.bincount(data["place"], minlength=25)

    found = space_time_permutation_scan(**data, cap_percent=10, replications=19)

    assert len(found.clusters) > 1
    for one, other in itertools.combinations(found.clusters, 2):
        assert not set(one.places) & set(other.places)
    assert all(totals[list(one.places)].sum() <= 16 for one in found.clusters)
    assert json.dumps(found.to_dict(), allow_nan=False)


def test_a_planted_cluster_is_found():
    data = random_cases(10, cases=300)
    near = np.argsort((data["x"] - data["x"][3]) ** 2 + (data["y"] - data["y"][3]) ** 2)[:2]
    data["place"] = np.concatenate([data["place"], np.repeat(near, 12)])
    data["day"] = np.concatenate([data["day"], np.tile([37, 38, 39], 8)])

    found = space_time_permutation_scan(**data)

    assert set(near) <= set(found.clusters[0].places)
    assert found.p == 0.001
    assert found.clusters[0].recurrence_days == pytest.approx(1000)


def test_the_size_is_kept_where_there_is_nothing():
    rng = np.random.default_rng(3)

    ps = [
        space_time_permutation_scan(**random_cases(rng), max_days=7, replications=99, rng=rng).p
        for _ in range(200)
    ]

    assert np.mean(np.array(ps) <= 0.05) <= 0.10


# --- extremes and refusals ------------------------------------------------------------------------------


def test_extremes_give_an_answer():
    assert poisson_scan([0, 1], [0, 0], [1, 1], counts=[0, 5]).clusters[0].places == (1,)
    assert poisson_scan([0, 0, 0], [0, 0, 0], [1, 1, 2], counts=[1, 1, 2]).clusters == ()
    assert poisson_scan([0, 1], [0, 0], [1, 1], counts=[0, 10**6], replications=19).p == 0.05
    assert space_time_permutation_scan([0, 1], [0, 0], counts=np.eye(2) * 3, max_days=9).n == 6


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"counts": [[1, -1], [2, 2]]}, NotACount),
        ({"counts": [[1, 0.5], [2, 2]]}, NotACount),
        ({"counts": [[1, 1], [2, 2], [3, 3]]}, SeriesDiffer),
        ({"counts": None}, SeriesDiffer),
        ({"counts": [[1], [2]]}, TooFewPeriods),
        ({"counts": [[0, 0], [0, 1]]}, TooFewEvents),
        ({"counts": [[3, 4], [0, 0]]}, NothingVaries),
        ({"x": [1], "y": [1], "counts": [[1, 1]]}, TooFewAreas),
        ({"x": [1, float("nan")]}, SettingOutOfRange),
        ({"x": [1, 2, 3]}, SeriesDiffer),
        ({"cap_percent": 60}, SettingOutOfRange),
        ({"direction": "up"}, SettingOutOfRange),
        ({"min_days": 0}, SettingOutOfRange),
        ({"min_days": 3, "max_days": 4}, TooFewPeriods),
        ({"replications": 5}, SettingOutOfRange),
        ({"threads": 0}, SettingOutOfRange),
        ({"max_radius": -1}, SettingOutOfRange),
        ({"counts": None, "place": [0, 2], "day": [1, 2]}, SeriesDiffer),
        ({"counts": None, "place": [0, 1], "day": [1, 2], "last_day": 1}, SettingOutOfRange),
    ],
)
def test_what_does_not_fit_is_refused(more, error):
    with pytest.raises(error):
        space_time_permutation_scan(**{"x": [0, 1], "y": [0, 0], "counts": [[1, 2], [2, 1]], **more})


def test_the_other_models_refuse_what_they_cannot_weigh():
    with pytest.raises(NoExposure):
        poisson_scan([0, 1], [0, 0], [0, 1], counts=[2, 2])
    with pytest.raises(NoExposure):
        poisson_scan([0, 1], [0, 0], [-1, 1], counts=[2, 2])
    with pytest.raises(SeriesDiffer):
        poisson_scan([0, 1], [0, 0], [1, 1, 1], counts=[2, 2])
    with pytest.raises(TooFewEvents):
        bernoulli_scan([0, 1], [0, 0], [2, 2], [0, 0])
    with pytest.raises(SeriesDiffer):
        bernoulli_scan([0, 1], [0, 0], [2, 2, 1], [0, 0, 1])
