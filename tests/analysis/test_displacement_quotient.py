"""The displacement quotient against hand-made cases, exact fractions and simulated truths."""

from __future__ import annotations

import json
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings, strategies as st

from samsyn.analysis.displacement_quotient import displacement_quotient
from samsyn.analysis.errors import (
    DifferentGround,
    FollowsTheWork,
    NoSuccessToWeigh,
    NotACount,
    SamsynError,
    SeriesDiffer,
    SettingOutOfRange,
    TooFewEvents,
    ZeroControl,
)

FIT = {"target": [207, 110], "buffer": [178, 157], "control": [308, 318], "draws": 199}
PAIR = st.tuples(st.integers(1, 300), st.integers(1, 300))


@pytest.mark.parametrize("name", ["wdq_exact_minus_one", "wdq_on_wdd_paper_counts"])
def test_the_shared_cases_are_met(reference, name):
    case = json.loads((reference / "cases" / f"{name}.json").read_text())
    told, found = case["expected"], displacement_quotient(**case["input"], draws=199)

    assert found.quotient == pytest.approx(told["wdq"], abs=1e-12)
    assert found.success == pytest.approx(told["success"], abs=1e-12)
    assert found.buffer == pytest.approx(told["buffer"], abs=1e-12)
    assert found.gross_effect.value == told["gross_effect"]
    assert found.net_effect == pytest.approx(told["net_effect"], abs=1e-12)
    assert found.total_net_effect.value == pytest.approx(told["tne"], abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(PAIR, PAIR, PAIR)
def test_exact_fractions_give_the_same_numbers_and_place_them_alike(target, buffer, control):
    (rb, ra), (db, da), (cb, ca) = target, buffer, control
    success = Fraction(ra, ca) - Fraction(rb, cb)
    if success >= 0:
        with pytest.raises(NoSuccessToWeigh):
            displacement_quotient(target, buffer, control, draws=199, smallest=1)
        return
    found = displacement_quotient(target, buffer, control, draws=199, smallest=1)
    quotient = (Fraction(da, ca) - Fraction(db, cb)) / success
    total = (rb + db) * Fraction(ca, cb) - ra - da

    assert found.quotient == pytest.approx(float(quotient), abs=1e-9)
    assert found.total_net_effect.value == pytest.approx(float(total), abs=1e-9)
    names = {
        "diffusion_exceeds_effect": quotient > 1,
        "diffusion_equals_effect": quotient == 1,
        "some_diffusion": 0 < quotient < 1,
        "neither": quotient == 0,
        "some_displacement": -1 < quotient < 0,
        "displacement_equals_effect": quotient == -1,
        "displacement_exceeds_effect": quotient < -1,
    }
    assert names[found.size]
    json.dumps(found.to_dict(), allow_nan=False)


@settings(max_examples=30, deadline=None)
@given(PAIR, PAIR, PAIR)
def test_a_reading_never_contradicts_its_intervals(target, buffer, control):
    assume(target[1] * control[0] < target[0] * control[1])
    found = displacement_quotient(target, buffer, control, draws=199, smallest=1)
    shown = found.place_ratio.interval.high < 1

    assert (found.reading == "effect_not_shown") == (not shown) == ("effect_not_shown" in found.caveats)
    assert (found.interval is not None) == shown
    if shown:
        told = found.reading in ("diffusion", "displacement")
        assert told == (not found.buffer_ratio.interval.contains(1.0))
        assert found.interval.low <= found.quotient <= found.interval.high


def test_displacement_and_diffusion_are_told_apart():
    control = [500, 500]

    assert displacement_quotient([400, 200], [200, 320], control, draws=199).reading == "displacement"
    assert displacement_quotient([400, 200], [200, 110], control, draws=199).reading == "diffusion"
    assert (
        displacement_quotient([400, 200], [200, 205], control, draws=199).reading
        == "neither_shown_nor_excluded"
    )


def test_the_same_seed_gives_the_same_draws_and_another_seed_others():
    one, again = (
        displacement_quotient(**FIT, rng=4),
        displacement_quotient(**FIT, rng=np.random.default_rng(4)),
    )

    assert one == again
    assert displacement_quotient(**FIT, rng=5).interval != one.interval


def test_small_counts_and_places_chosen_for_their_level_carry_a_reservation():
    found = displacement_quotient([80, 20], [10, 12], [90, 95], draws=199, smallest=10, chosen_for_level=True)

    assert {"small_numbers", "chosen_afterwards"} <= set(found.caveats)


def test_an_empty_buffer_before_has_no_smallest_visible_rise():
    assert displacement_quotient([80, 20], [0, 12], [90, 95], draws=199, smallest=0).smallest_visible is None


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"target": [100, 100], "control": [100, 100]}, NoSuccessToWeigh),
        ({"target": [100, 120]}, NoSuccessToWeigh),
        ({"target": [0, 0]}, NoSuccessToWeigh),
        ({"control": [0, 10]}, ZeroControl),
        ({"control": [10, 0]}, ZeroControl),
        ({"buffer": [0, 0]}, TooFewEvents),
        ({"buffer": [0, 0], "smallest": 0}, TooFewEvents),
        ({"target": [60, 19]}, TooFewEvents),
        ({"control": [308, 19], "target": [300, 10]}, TooFewEvents),
        ({"target": [-1, 2]}, NotACount),
        ({"buffer": [1.5, 2]}, NotACount),
        ({"target": [1, 2, 3]}, SeriesDiffer),
        ({"target": [[1, 2], [3, 4]]}, SeriesDiffer),
        ({"draws": 10}, SettingOutOfRange),
        ({"draws": 10**9}, SettingOutOfRange),
        ({"level": 0}, SettingOutOfRange),
        ({"detection_driven": True}, FollowsTheWork),
        ({"same_boundary": False}, DifferentGround),
    ],
)
def test_what_cannot_be_weighed_is_refused(change, error):
    with pytest.raises(error):
        displacement_quotient(**(FIT | change))


def test_a_quiet_buffer_is_rarely_read_as_changed():
    rng, read, told, covered = np.random.default_rng(2), 0, 0, 0
    for seed in range(300):
        cells = [[rng.poisson(a), rng.poisson(b)] for a, b in ((200, 110), (180, 180), (300, 300))]
        try:
            found = displacement_quotient(*cells, draws=499, rng=seed)
        except SamsynError:
            continue
        read += 1
        told += found.reading in ("diffusion", "displacement")
        covered += found.total_net_effect.interval.contains(90)

    assert read > 290
    assert told / read < 0.08
    assert covered / read > 0.91
