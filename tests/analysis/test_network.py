"""The quick judgement of tables whose sums form a network, beside the slow one and brute force."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings, strategies as st

from samsyn.analysis import audit as audits, disclosure
from samsyn.analysis.audit import Mark, SuppressedTable, audit
from samsyn.analysis.disclosure import CountTable, table_with_margins
from samsyn.analysis.network import Network

K = 5


def published(inner: list[list[int]], also_hidden: set[object]) -> SuppressedTable:
    """Return the table with its small cells hidden, and others beside them."""
    table = table_with_margins(inner)
    small = {cell for cell, value in table.cells.items() if value is not None and 0 < value < K}
    large = {cell for cell in also_hidden if (table.cells[cell] or 0) >= K}
    return disclosure.published(table.cells, table.sums, K, small, large)


@st.composite
def hidden_tables(draw: st.DrawFn) -> SuppressedTable:
    rows, columns = draw(st.integers(2, 4)), draw(st.integers(2, 4))
    inner = [[draw(st.integers(0, 9)) for _ in range(columns)] for _ in range(rows)]
    cells = list(table_with_margins(inner).cells)
    return published(inner, set(draw(st.lists(st.sampled_from(cells), max_size=6))))


@settings(max_examples=120, deadline=None)
@given(hidden_tables())
def test_the_network_finds_the_same_breaches_as_the_search_by_hand(table: SuppressedTable) -> None:
    by_hand = audit(table)
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(audits, "NETWORK_FROM", 1)
        by_network = audit(table)

    def essence(result: audits.AuditResult) -> set[tuple[object, ...]]:
        return {(breach.kind, breach.cells, breach.possible) for breach in result.breaches}

    assert essence(by_network) == essence(by_hand)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 4), min_size=6, max_size=6))
def test_a_span_is_what_trying_every_value_gives(flow: list[int]) -> None:
    rows, columns = [(0, 1, 2), (3, 4, 5)], [(0, 3), (1, 4), (2, 5)]
    equations = [([*some], [-1] * len(some), -sum(flow[i] for i in some)) for some in (*rows, *columns)]
    fitting = [
        values
        for values in product(range(1, 5), repeat=6)
        if all(sum(values[i] for i in some) == -right for some, _signs, right in equations)
    ]

    network = Network.of(equations, [1] * 6, [4] * 6, flow)

    assert network is not None
    for arc in range(6):
        possible = {values[arc] for values in fitting}
        assert network.span(arc, 1, 4) == (min(possible), max(possible))
        assert possible == set(range(min(possible), max(possible) + 1))


def test_a_cell_that_no_sum_holds_may_be_anything_within_its_bounds() -> None:
    network = Network.of([], [1], [4], [2])

    assert network is not None
    assert network.span(0, 1, 4) == (1, 4)


def test_a_cell_that_stands_in_three_sums_is_no_network() -> None:
    three = [([0, i], [-1, -1], -4) for i in (1, 2, 3)]

    assert Network.of(three, [1] * 4, [4] * 4, [2] * 4) is None


def test_sums_that_cannot_be_turned_against_each_other_are_no_network() -> None:
    odd_ring = [([0, 1], [-1, -1], -4), ([1, 2], [-1, -1], -4), ([2, 0], [-1, -1], -4)]

    assert Network.of(odd_ring, [1] * 3, [4] * 3, [2] * 3) is None


def test_a_sum_that_counts_a_cell_twice_is_no_network() -> None:
    assert Network.of([([0, 1], [-2, -1], -6)], [1, 1], [4, 4], [2, 2]) is None


def test_a_withheld_cell_is_judged_by_the_search() -> None:
    table = CountTable({"a": 3, "b": 9, "all": 12}, ())
    marks = {"a": Mark.WITHHELD, "b": Mark.SHOWN, "all": Mark.SHOWN}
    withheld = SuppressedTable({"a": None, "b": 9, "all": 12}, marks, table.sums, K)
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(audits, "NETWORK_FROM", 1)
        assert audits._network(withheld, audits._reader(withheld)) is None


def test_a_large_table_with_one_hidden_cell_in_a_line_is_found() -> None:
    inner = [[20 + (row * 7 + column * 3) % 11 for column in range(20)] for row in range(60)]
    for row in range(0, 58, 2):
        for column in (row % 20, (row + 5) % 20):
            inner[row][column] = inner[row + 1][column] = 2
    inner[59][19] = 3
    result = audit(published(inner, set()))

    assert ((59, 19),) in [breach.cells for breach in result.breaches]
