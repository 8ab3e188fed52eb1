"""Agreement between raters against a peer, published numbers and slow counting."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from samsyn.analysis.agreement import cohen_kappa, gwet_ac1
from samsyn.analysis.errors import NothingVaries, SeriesDiffer, SettingOutOfRange, TooFewAreas

# Krippendorff's example of four raters and twelve units, with gaps.
FOUR = [
    [None if mark == "." else mark for mark in row]
    for row in ("1 1 . 1", "2 2 3 2", "3 3 3 3", "3 3 3 3", "2 2 2 2", "1 2 3 4", "4 4 4 4", "1 1 2 1",
                "2 2 2 2", ". 5 5 5", ". . 1 1", ". 3 . .")
    for row in [row.split()]
]  # fmt: skip


def table_as_lists(table):
    pairs = [(i, j) for i, row in enumerate(table) for j, count in enumerate(row) for _ in range(count)]
    return [a for a, _b in pairs], [b for _a, b in pairs]


def test_kappa_of_fifty_grant_proposals_is_the_textbook_one():
    found = cohen_kappa(*table_as_lists([[20, 5], [10, 15]]))
    assert found.estimate == pytest.approx(0.4)
    assert (found.agreement, found.agreement_by_chance) == pytest.approx((70.0, 50.0))


@pytest.mark.parametrize("weights", ["none", "linear", "quadratic"])
def test_kappa_and_its_error_agree_with_statsmodels(weights):
    from statsmodels.stats.inter_rater import cohens_kappa

    table = [[11, 3, 1], [2, 9, 4], [0, 3, 12]]
    peer = cohens_kappa(np.array(table), wt=None if weights == "none" else weights)
    found = cohen_kappa(*table_as_lists(table), weights=weights)
    assert found.estimate == pytest.approx(peer.kappa, abs=1e-10)
    assert found.standard_error == pytest.approx(peer.std_kappa, abs=1e-10)


def test_ac1_of_four_raters_with_gaps_is_the_published_one():
    found = gwet_ac1(FOUR)
    assert found.estimate == pytest.approx(0.77544, abs=1e-5)
    assert found.standard_error == pytest.approx(0.14295, abs=1e-5)
    assert (found.interval.low, found.interval.high) == pytest.approx((0.46081, 1.0), abs=1e-4)


ANSWERS = st.lists(st.tuples(*[st.sampled_from("abc")] * 2), min_size=10, max_size=25)


@settings(max_examples=50, deadline=None)
@given(ANSWERS)
def test_ac1_is_what_counting_pairs_gives(rows):
    seen = {answer for row in rows for answer in row}
    if len(seen) < 2:
        return
    agreed = np.mean([a == b for row in rows for a, b in itertools.combinations(row, 2)])
    shares = [np.mean([answer == one for row in rows for answer in row]) for one in seen]
    chance = sum(share * (1 - share) for share in shares) / (len(seen) - 1)
    assert gwet_ac1(rows).estimate == pytest.approx((agreed - chance) / (1 - chance))


@settings(max_examples=50, deadline=None)
@given(ANSWERS, st.randoms())
def test_order_of_items_and_raters_does_not_matter(rows, random):
    if len({answer for row in rows for answer in row}) < 2:
        return
    mixed = list(rows)
    random.shuffle(mixed)
    turned = [(b, a) for a, b in mixed]
    assert gwet_ac1(turned).estimate == pytest.approx(gwet_ac1(rows).estimate)
    one = cohen_kappa([a for a, _b in rows], [b for _a, b in rows])
    other = cohen_kappa([a for a, _b in turned], [b for _a, b in turned])
    assert other.estimate == pytest.approx(one.estimate)
    assert other.standard_error == pytest.approx(one.standard_error)


def test_full_agreement_is_one_and_a_common_answer_lowers_kappa_but_not_ac1():
    assert cohen_kappa(list("ab" * 6), list("ab" * 6)).estimate == pytest.approx(1.0)
    rows = [("j", "j")] * 38 + [("j", "n"), ("n", "j")]
    kappa = cohen_kappa([a for a, _b in rows], [b for _a, b in rows])
    assert kappa.agreement == gwet_ac1(rows).agreement == pytest.approx(95.0)
    assert kappa.estimate < 0 < 0.9 < gwet_ac1(rows).estimate


def test_numbers_are_ordered_by_size_when_near_misses_count():
    found = cohen_kappa([2, 10, 3] * 5, [2, 10, 10] * 5, weights="linear")
    assert found.categories == ("2", "3", "10")


def test_items_one_rater_left_out_are_left_out():
    found = cohen_kappa([*"jnjnjnjnjn", None], [*"jnjnjnjnjj", "j"])
    assert found.n == 10


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda: cohen_kappa(["a", "b"] * 4, ["a", "b"] * 4), TooFewAreas),
        (lambda: cohen_kappa(["a"] * 12, ["a"] * 12), NothingVaries),
        (lambda: cohen_kappa(["a"] * 12, ["b"] * 11), SeriesDiffer),
        (lambda: cohen_kappa(["a"] * 12, ["b"] * 12, categories=["a", "c"]), SeriesDiffer),
        (lambda: cohen_kappa(["a"] * 12, ["b"] * 12, weights="cubic"), SettingOutOfRange),
        (lambda: gwet_ac1([["a", "b"]] * 9), TooFewAreas),
        (lambda: gwet_ac1([["a", None]] * 20), TooFewAreas),
        (lambda: gwet_ac1([["a"]] * 20), TooFewAreas),
        (lambda: gwet_ac1([["a", "a"]] * 20), NothingVaries),
        (lambda: gwet_ac1([["a", "b"]] * 10 + [["a"]]), SeriesDiffer),
        (lambda: gwet_ac1([]), TooFewAreas),
    ],
)
def test_what_cannot_be_answered_is_refused(call, error):
    with pytest.raises(error):
        call()


@pytest.mark.parametrize("n", [40, 100])
def test_the_intervals_cover_the_truth(n):
    # Two raters who each see the truth of 30 % "yes" with probability 0.85.
    rng = np.random.default_rng(3)
    share, hit = 0.3, 0.85
    agree = hit**2 + (1 - hit) ** 2
    yes = share * hit + (1 - share) * (1 - hit)
    kappa = (agree - yes**2 - (1 - yes) ** 2) / (1 - yes**2 - (1 - yes) ** 2)
    ac1 = (agree - 2 * yes * (1 - yes)) / (1 - 2 * yes * (1 - yes))
    held = np.zeros(2)
    for _ in range(300):
        truth = rng.random(n) < share
        first, second = (np.where(rng.random(n) < hit, truth, ~truth).tolist() for _ in range(2))
        held += [
            cohen_kappa(first, second).interval.contains(kappa),
            gwet_ac1(list(zip(first, second, strict=True))).interval.contains(ac1),
        ]
    assert np.all(held / 300 > 0.95 - 4 * math.sqrt(0.05 * 0.95 / 300))
