"""Large tables: proposed by anybody, judged by the audit, repaired or withheld."""

from __future__ import annotations

import numpy as np
import pytest

from samsyn.analysis.disclosure import CountTable, Mark, Sum, audit, suppress, table_with_margins

SHAPE = (40, 12)


def large(seed: int = 7, mean: float = 6) -> CountTable:
    generator = np.random.default_rng(seed)
    return table_with_margins(generator.poisson(generator.gamma(1.2, mean, SHAPE)).tolist())


def nothing(*_asked: object) -> set[object]:
    return set()


def nobody_knows(*_asked: object) -> None:
    return None


def small_and_unknown_cells(values, _sums, k):
    return {cell for cell, value in values.items() if 0 < value < k} | {"no such cell"}


def everything(values, _sums, _k):
    return set(values)


@pytest.mark.parametrize(
    "pattern",
    [None, nothing, nobody_knows, small_and_unknown_cells, everything],
    ids=["none", "nothing", "nobody knows", "small and unknown", "everything"],
)
def test_whatever_is_proposed_a_large_table_leaves_safe_and_true(pattern):
    table = large()
    safe = suppress(table, pattern=pattern)

    assert audit(safe).safe
    assert Mark.WITHHELD not in safe.marks.values()
    for cell, mark in safe.marks.items():
        value = table.cells[cell] or 0
        assert (mark is Mark.SMALL) == (0 < value < 5)
        assert safe.values[cell] == (value if mark is Mark.SHOWN else None)


def test_a_lone_small_cell_in_a_large_table_gets_company():
    inner = [[20 + (row * 7 + column) % 5 for column in range(20)] for row in range(30)]
    inner[11][13] = 2
    safe = suppress(table_with_margins(inner))

    assert 3 <= len(safe.hidden) <= 6
    assert audit(safe).safe


def test_a_large_table_with_a_hierarchy_both_ways_is_withheld():
    table = large()
    halves = [
        tuple((row, column) for row in rows) for column in range(12) for rows in (range(20), range(20, 40))
    ]
    cells = dict(table.cells)
    sums = list(table.sums)
    for number, half in enumerate(halves):
        cells[("half", number)] = sum(cells[cell] or 0 for cell in half)
        sums.append(Sum(("half", number), half))
    safe = suppress(CountTable(cells, tuple(sums)))

    assert set(safe.marks.values()) == {Mark.WITHHELD}


def test_the_same_large_table_is_hidden_in_the_same_way_every_time():
    assert suppress(large()).marks == suppress(large()).marks
