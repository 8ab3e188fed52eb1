"""A printed table is judged by what a reader can work out, beside every table that fits it."""

from __future__ import annotations

from itertools import chain, product

import pytest
from hypothesis import given, settings, strategies as st

from samsyn.analysis.errors import NotACount, SeriesDiffer, SettingOutOfRange
from samsyn.analysis.plain_values import protect_table
from samsyn.analysis.printed_table import audit_table

INNER = st.lists(st.lists(st.integers(0, 9), min_size=2, max_size=2), min_size=2, max_size=2)


def printed(safe) -> list[list[int | str]]:
    words = {"small": "<5", "protected": "protected", "withheld": "withheld"}
    return [
        [value if mark == "shown" else words[mark] for value, mark in zip(values, marks, strict=True)]
        for values, marks in zip(safe.values, safe.marks, strict=True)
    ]


@settings(max_examples=60, deadline=None)
@given(INNER)
def test_what_is_protected_is_found_safe(inner) -> None:
    assert audit_table(printed(protect_table(inner))).safe


def fits(table: list[list[int | str]], inner: tuple[int, ...]) -> bool:
    a, b, c, d = inner
    full = [[a, b, a + b], [c, d, c + d], [a + c, b + d, a + b + c + d]]
    for shown, true in zip(chain(*table), chain(*full), strict=True):
        if shown == "<5" and not 1 <= true <= 4:
            return False
        if shown == "protected" and true < 5:
            return False
        if isinstance(shown, int) and shown != true:
            return False
    return True


@settings(max_examples=40, deadline=None)
@given(INNER, st.sets(st.sampled_from([(0, 0), (0, 1), (1, 0), (1, 1)]), min_size=1))
def test_limits_are_those_of_every_table_that_fits(inner, hidden) -> None:
    rows = [[*line, sum(line)] for line in inner]
    rows.append([sum(column) for column in zip(*rows, strict=True)])
    for row, column in hidden:
        value = rows[row][column]
        rows[row][column] = "<5" if 1 <= value <= 4 else "protected" if value >= 5 else value
    found = audit_table(rows)
    worlds = [world for world in product(range(19), repeat=4) if fits(rows, world)]
    for at, (row, column) in enumerate(((0, 0), (0, 1), (1, 0), (1, 1))):
        if isinstance(rows[row][column], str):
            possible = [world[at] for world in worlds]
            assert (found.low[row][column], found.high[row][column]) == (min(possible), max(possible))


def test_a_lone_hidden_cell_is_worked_out() -> None:
    found = audit_table([[20, "<5", 24], [30, 18, 48], [50, 22, 72]])
    assert not found.safe
    assert (found.low[0][1], found.high[0][1]) == (4, 4)
    assert found.breaches[0].kind == "cell"


def test_marks_that_cannot_be_true_are_said() -> None:
    found = audit_table([[20, "<5", 40], [30, 18, 48], [50, 38, 88]])
    assert not found.safe
    assert {breach.kind for breach in found.breaches} == {"contradiction"}


@pytest.mark.parametrize(
    ("table", "k", "refusal"),
    [
        ([[1, 2], [3]], 5, SeriesDiffer),
        ([[1, 2]], 5, SeriesDiffer),
        ([[1, "about 3", 4], [1, 2, 3], [2, 5, 7]], 5, NotACount),
        ([[1, "<5", 4], [1, 2, 3], [2, 5, 7]], 4, NotACount),
        ([[-1, 2], [3, 4]], 5, NotACount),
        ([[1, 1], [1, 1]], 99, SettingOutOfRange),
    ],
)
def test_what_is_no_printed_table_is_refused(table, k, refusal) -> None:
    with pytest.raises(refusal):
        audit_table(table, k=k)
