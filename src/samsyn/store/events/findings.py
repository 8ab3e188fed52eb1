"""What was found wrong in a file: every error at once, and the rows that were left out, without content."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from samsyn.store.provenance import nearest_name

if TYPE_CHECKING:
    import pyarrow as pa

#: So many errors are listed one by one; the rest are counted.
LISTED = 200


class CellRule(StrEnum):
    """The rules that a cell can break, so that the file or the mapping must be mended."""

    NOT_A_TIME = "not_a_time"
    NOT_A_NUMBER = "not_a_number"
    NOT_WHOLE = "not_whole"
    COUNT_OUTSIDE = "count_outside"
    CELLS_DIFFER = "cells_differ"
    NO_CODE = "no_code"
    UNKNOWN_CODE = "unknown_code"


class LeftOut(StrEnum):
    """Why a row was left out; the file is loaded without it."""

    LEFT_OUT = "left_out"
    UNKNOWN_KIND = "unknown_kind"
    TIME_MISSING = "time_missing"
    TIME_OUTSIDE = "time_outside"
    TIME_AMBIGUOUS = "time_ambiguous"
    TIME_NONEXISTENT = "time_nonexistent"
    INTERVAL_BACKWARDS = "interval_backwards"
    INTERVAL_TOO_LONG = "interval_too_long"
    POSITION_MISSING = "position_missing"
    POSITION_OUTSIDE = "position_outside"


#: The order in which reasons are tried; a row is left out for the first that holds.
REASONS = tuple(LeftOut)

#: Each reason in words; English message ids.
WHY: Mapping[LeftOut, str] = {
    LeftOut.LEFT_OUT: "left out by the mapping",
    LeftOut.UNKNOWN_KIND: "unknown kind",
    LeftOut.TIME_MISSING: "no time",
    LeftOut.TIME_OUTSIDE: "time outside",
    LeftOut.TIME_AMBIGUOUS: "hour that runs twice",
    LeftOut.TIME_NONEXISTENT: "hour that does not exist",
    LeftOut.INTERVAL_BACKWARDS: "interval backwards",
    LeftOut.INTERVAL_TOO_LONG: "interval too long",
    LeftOut.POSITION_MISSING: "no position",
    LeftOut.POSITION_OUTSIDE: "position outside",
}
#: What each rule asks for; English message ids.
SENTENCES: Mapping[CellRule, str] = {
    CellRule.NOT_A_TIME: "the cell is not a time in the format of the mapping",
    CellRule.NOT_A_NUMBER: "the cell is not a number",
    CellRule.NOT_WHOLE: "a count is a whole number",
    CellRule.COUNT_OUTSIDE: "the count is outside what the mapping allows",
    CellRule.CELLS_DIFFER: "the row has another number of cells than the heading",
    CellRule.NO_CODE: "the code is missing",
    CellRule.UNKNOWN_CODE: "the code is not in the mapping",
}
MENDS: Mapping[CellRule, str] = {
    CellRule.NOT_A_TIME: "Correct the cell, or the format in the mapping's table time.",
    CellRule.NOT_A_NUMBER: "Correct the cell, or the decimal sign in the mapping's table file.",
    CellRule.NOT_WHOLE: "Correct the cell.",
    CellRule.COUNT_OUTSIDE: "Correct the cell, or least and most in the mapping's table count.",
    CellRule.CELLS_DIFFER: "Put text that holds the delimiter between quotation marks.",
    CellRule.NO_CODE: "Fill in the cell, or give the empty code a meaning in the mapping.",
    CellRule.UNKNOWN_CODE: "Add the code to the mapping, with one of our kinds or under leave_out.",
}


@dataclass(frozen=True, slots=True)
class CellError:
    """One cell that breaks a rule: where it is and what is asked, never what it holds.

    Parameters
    ----------
    row : int
        Row of data, from 1; the heading is not counted.
    column : str
    position : int
        The column's place in the file, from 1; 0 when the whole row is meant.
    rule : CellRule
    """

    row: int
    column: str
    position: int
    rule: CellRule

    @property
    def cell(self) -> str:
        """The cell as a spreadsheet names it, with the heading on the first row.

        Examples
        --------
        >>> CellError(4, "antal", 28, CellRule.NOT_WHOLE).cell
        'AB5'
        """
        letters, left = "", self.position
        while left:
            left, digit = divmod(left - 1, 26)
            letters = chr(65 + digit) + letters
        return f"{letters}{self.row + 1}"


@dataclass(frozen=True, slots=True)
class UnknownCode:
    """A code of the source that the mapping has no word for, how often it stands there, and the nearest."""

    column: str
    code: str
    count: int
    nearest: str
    first_row: int


@dataclass(slots=True)
class Findings:
    """Everything that was found on the way through a file."""

    cells: list[CellError] = field(default_factory=list)
    counts: Counter[tuple[str, CellRule]] = field(default_factory=Counter)
    _codes: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    _known: dict[str, tuple[str, ...]] = field(default_factory=dict)
    left_out: Counter[LeftOut] = field(default_factory=Counter)
    _rows: list[NDArray[np.int64]] = field(default_factory=list)
    _reasons: list[NDArray[np.int8]] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many errors there are, codes counted once each."""
        return sum(self.counts.values()) + len(self._codes)

    @property
    def rows_left_out(self) -> int:
        """How many rows were left out."""
        return sum(self.left_out.values())

    @property
    def codes(self) -> tuple[UnknownCode, ...]:
        """Every unknown code, the most frequent first."""
        found = [
            UnknownCode(column, code, count, nearest_name(code, self._known[column]), row)
            for (column, code), (count, row) in self._codes.items()
        ]
        return tuple(sorted(found, key=lambda one: (one.column, -one.count, one.code)))

    def wrong(self, rows: NDArray[np.int64], column: str, position: int, rule: CellRule) -> None:
        """Note cells of a column that break a rule."""
        self.counts[column, rule] += len(rows)
        room = max(0, LISTED - len(self.cells))
        self.cells += [CellError(int(row), column, position, rule) for row in rows[:room]]

    def unknown(self, column: str, code: str, count: int, first_row: int, known: tuple[str, ...]) -> None:
        """Note a code that the mapping does not have."""
        self._known[column] = known
        held = self._codes.setdefault((column, code), [0, first_row])
        held[0] += count

    def leave_out(self, rows: NDArray[np.int64], reasons: NDArray[np.int8]) -> None:
        """Note rows that are left out, by the position of the reason in `REASONS`."""
        for at in np.unique(reasons):
            self.left_out[REASONS[at]] += int((reasons == at).sum())
        self._rows.append(rows)
        self._reasons.append(reasons)

    def quarantine(self) -> pa.Table:
        """Return the numbers of the rows that were left out, with the reason; nothing else is kept."""
        import pyarrow as pa

        rows = np.concatenate([np.empty(0, np.int64), *self._rows])
        reasons = np.concatenate([np.empty(0, np.int8), *self._reasons])
        words = np.array([str(reason) for reason in REASONS], object)
        return pa.table({"row": rows, "reason": pa.array(words[reasons], pa.string())})

    def first(self) -> str:
        """Return the first error as words without content, for a log."""
        if self.cells:
            one = self.cells[0]
            return f"{one.cell} {one.column}: {one.rule}"
        codes = self.codes
        return f"{codes[0].column}: {CellRule.UNKNOWN_CODE}" if codes else ""

    def to_dict(self) -> dict[str, Any]:
        """Return everything as values that JSON can hold, bounded."""
        return {
            "count": self.count,
            "cells": [
                {
                    "row": one.row, "column": one.column, "cell": one.cell, "rule": str(one.rule),
                    "what": SENTENCES[one.rule], "mend": MENDS[one.rule],
                }
                for one in self.cells
            ],
            "by_rule": [
                {"column": column, "rule": str(rule), "count": count}
                for (column, rule), count in sorted(self.counts.items())
            ],
            "unknown_codes": [
                {
                    "column": one.column, "code": one.code, "count": one.count, "nearest": one.nearest,
                    "first_row": one.first_row, "mend": MENDS[CellRule.UNKNOWN_CODE],
                }
                for one in self.codes[:LISTED]
            ],
            "left_out": {str(reason): count for reason, count in sorted(self.left_out.items())},
        }  # fmt: skip
