"""What τ-ARGUS proposes in its own process, and that nothing depends on it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from samsyn.analysis.disclosure import CountTable, Sum, audit, suppress, table_with_margins
from samsyn.studies import pattern

ROWS = [[20, 4, 31], [30, 18, 22], [14, 25, 40]]


def test_the_program_hides_a_rectangle_round_a_lone_small_cell():
    table = table_with_margins(ROWS, ["a", "b", "c"], ["x", "y", "z"])
    hidden = pattern.by_argus(table.cells, table.sums, 5)

    assert hidden is not None
    assert len(hidden) >= 3
    assert set(hidden) <= set(table.cells)
    assert audit(suppress(table, pattern=pattern.by_argus)).safe


@pytest.mark.parametrize(
    "table",
    [
        CountTable({"a": 3}),
        CountTable({("a", "b"): None}),
        CountTable({("a", 1): 3, ("a", 2): 4, ("a", "all"): 7}, (Sum(("a", "all"), (("a", 1), ("a", 2))),)),
    ],
)
def test_what_is_no_two_way_table_gets_no_proposal(table):
    assert pattern.by_argus(table.cells, table.sums, 5) is None


def test_a_program_that_fails_proposes_nothing(monkeypatch):
    def fails(*_asked, **_more):
        raise subprocess.CalledProcessError(1, sys.executable)

    monkeypatch.setattr(pattern.subprocess, "run", fails)
    table = table_with_margins(ROWS)

    assert pattern.by_argus(table.cells, table.sums, 5) is None
