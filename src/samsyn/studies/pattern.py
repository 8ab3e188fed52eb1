"""What τ-ARGUS would hide in a two-way table: a proposal, which the audit of the library judges.

The program writes files and keeps a state of its own, so it runs in a process that ends, in a directory that
is removed. Nothing of it is needed for a table to leave: without it the library searches by itself.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Collection, Hashable, Mapping
from pathlib import Path

from samsyn.analysis.audit import Sum

SECONDS = 60
_CHILD = Path(__file__).with_name("pattern_child.py")


def by_argus(
    values: Mapping[Hashable, int | None], sums: tuple[Sum, ...], k: int
) -> Collection[Hashable] | None:
    """Return the cells that pytauargus hides besides the small ones, or None if it cannot say.

    Use as ``pattern`` of `analysis.disclosure.suppress`. Not for tables that are no two-way table with
    margins: for them the answer is None.

    Parameters
    ----------
    values : mapping of cell to int or None [persons]
        Cells named (row, column), as `analysis.disclosure.table_with_margins` names them.
    sums : tuple of Sum
    k : int [persons]

    Returns
    -------
    collection of cells, or None

    Source
    ------
    de Wolf et al., τ-ARGUS user's manual, modular suppression.

    Examples
    --------
    >>> by_argus({"a": 3}, (), 5) is None
    True
    """
    inner = _inner(values, sums)
    if inner is None:
        return None
    rows = list(dict.fromkeys(cell[0] for cell in inner))
    columns = list(dict.fromkeys(cell[1] for cell in inner))
    asked = {
        "k": k,
        "cells": [[rows.index(r), columns.index(c), count] for (r, c), count in inner.items() if count],
    }
    with tempfile.TemporaryDirectory() as folder:
        try:
            ran = subprocess.run(  # noqa: S603 — our own module, no shell, numbers only
                [sys.executable, "-P", str(_CHILD), folder],
                input=json.dumps(asked),
                capture_output=True,
                text=True,
                cwd=folder,
                timeout=SECONDS,
                check=True,
            )
            told = json.loads(ran.stdout.splitlines()[-1])
        except (subprocess.SubprocessError, OSError, ValueError, IndexError):
            return None  # a proposal that fails costs nothing but a longer search
    down, across = _margin(sums, rows, columns)
    return {
        (rows[r] if r is not None else down, columns[c] if c is not None else across)
        for r, c in told["hidden"]
    }


def _inner(
    values: Mapping[Hashable, int | None], sums: tuple[Sum, ...]
) -> dict[tuple[Hashable, Hashable], int] | None:
    """Return the cells that are no total, or None when the table is no two-way table with both margins."""
    totals = {one.total for one in sums}
    inner: dict[tuple[Hashable, Hashable], int] = {}
    for cell, value in values.items():
        if not isinstance(cell, tuple) or len(cell) != 2 or value is None:
            return None
        if cell not in totals:
            inner[cell] = value
    rows, columns = {r for r, _ in inner}, {c for _, c in inner}
    full = len(inner) == len(rows) * len(columns)
    with_margins = len(totals) == len(rows) + len(columns) + 1 == len(sums) - 1
    return inner if inner and full and with_margins else None


def _margin(
    sums: tuple[Sum, ...], rows: Collection[Hashable], columns: Collection[Hashable]
) -> tuple[Hashable, Hashable]:
    """Return what a column's total is called among the rows, and a row's among the columns."""
    grand = [one.total for one in sums if isinstance(one.total, tuple)]
    corner = next(total for total in grand if total[0] not in rows and total[1] not in columns)
    return corner[0], corner[1]
