"""Controlled rounding adds up, stays near and keeps the mean."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from samsyn.analysis.errors import NotACount, SeriesDiffer, SettingOutOfRange, TableTooLarge
from samsyn.analysis.rounding import round_table

TABLES = st.tuples(st.integers(1, 6), st.integers(1, 6)).flatmap(
    lambda size: st.lists(
        st.lists(st.integers(0, 40), min_size=size[1], max_size=size[1]), min_size=size[0], max_size=size[0]
    )
)


def with_margins(inner: list[list[int]]) -> np.ndarray:
    table = np.array(inner)
    table = np.concatenate((table, table.sum(axis=0, keepdims=True)))
    return np.concatenate((table, table.sum(axis=1, keepdims=True)), axis=1)


@settings(max_examples=150, deadline=None)
@given(TABLES, st.integers(3, 7), st.integers(0, 99))
def test_every_value_is_a_near_multiple_and_every_margin_the_sum_of_its_parts(inner, base, seed) -> None:
    rounded = np.array(round_table(inner, base=base, rng=seed).values)
    true = with_margins(inner)
    assert (rounded % base == 0).all()
    assert (np.abs(rounded - true) < base).all()
    assert (rounded[true % base == 0] == true[true % base == 0]).all()
    assert (rounded == with_margins(rounded[:-1, :-1].tolist())).all()


def test_the_mean_over_many_draws_is_the_true_table() -> None:
    inner = [[1, 4, 7], [12, 0, 3], [6, 6, 9]]
    rng = np.random.default_rng(1)
    draws = np.array([round_table(inner, base=5, rng=rng).values for _ in range(4000)])
    error = draws.std(axis=0) / np.sqrt(len(draws))
    assert (np.abs(draws.mean(axis=0) - with_margins(inner)) <= 4.5 * error + 1e-9).all()


def test_the_chance_of_going_up_is_the_published_one(reference: Path) -> None:
    case = json.loads((reference / "cases" / "rounding_base.json").read_text(encoding="utf-8"))
    base, values = case["input"]["base"], case["input"]["values"]
    rng = np.random.default_rng(2)
    for value, floor, up in zip(values, case["expected"]["floor"], case["expected"]["prob_up"], strict=True):
        draws = np.array([round_table([[value]], base=base, rng=rng).values[0][0] for _ in range(3000)])
        assert set(draws) <= {floor, floor + base}
        assert np.mean(draws > floor) == pytest.approx(up, abs=0.03)


def test_the_same_seed_gives_the_same_table() -> None:
    assert round_table([[1, 2], [3, 4]], rng=7) == round_table([[1, 2], [3, 4]], rng=np.random.default_rng(7))


@pytest.mark.parametrize(
    ("inner", "choices", "refusal"),
    [
        ([[1, 2], [3]], {}, SeriesDiffer),
        ([[1, -2]], {}, NotACount),
        ([[1, 2]], {"base": 2}, SettingOutOfRange),
        ([[1, 2]], {"base": 30}, SettingOutOfRange),
        ([[1, 2]], {"base": True}, SettingOutOfRange),
        ([[1] * 200] * 200, {}, TableTooLarge),
    ],
)
def test_what_cannot_be_rounded_is_refused(inner, choices, refusal) -> None:
    with pytest.raises(refusal):
        round_table(inner, **choices)
