"""A roster as people paste it: a table with function, day, from, to and parts of the place.

Every row is read and every error is told at once, with row, column and how to mend it. A shift that ends at
or before it begins ends the next day.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from samsyn.domain.duty import Shift, overlapping
from samsyn.domain.hours import is_skipped, local_moment, read_clock
from samsyn.domain.row_problems import RowProblem, nearest

#: No shift is longer than this; a longer one is two rows in one.
LONGEST = timedelta(hours=24)
COLUMNS = ("function", "day", "from", "to", "sub_places")
#: What the columns may be headed, folded.
HEADINGS: dict[str, str] = {
    "funktion": "function", "function": "function", "vem": "function",
    "dag": "day", "datum": "day", "day": "day", "date": "day",
    "från": "from", "fran": "from", "from": "from", "start": "from", "börjar": "from",
    "till": "to", "to": "to", "slut": "to", "slutar": "to",
    "delplatser": "sub_places", "delplats": "sub_places", "var": "sub_places", "sub-places": "sub_places",
}  # fmt: skip
_SHOWN = "funktion, dag, från, till, delplatser"


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One shift of a roster that could be read; ``row`` is its number in the pasted text."""

    row: int
    function: Any
    starts_at: datetime
    ends_at: datetime
    sub_places: tuple[Any, ...] = ()

    @property
    def shift(self) -> Shift:
        """The row as the rules of duty read it."""
        return Shift(self.starts_at, self.ends_at, function=self.function)


@dataclass(frozen=True, slots=True)
class RosterReading:
    """A pasted roster as it was read: the rows, or everything that is wrong with them."""

    rows: tuple[RosterRow, ...]
    problems: tuple[RowProblem, ...]


def read_roster(text: str, functions: Mapping[str, Any], sub_places: Mapping[str, Any]) -> RosterReading:
    r"""Return the shifts of a pasted roster, and everything that is wrong with it.

    Parameters
    ----------
    text : str
        A table copied from a spreadsheet, or with semicolons; headings in the first row.
    functions, sub_places : mapping of str
        What a name stands for; names are compared without case.

    Returns
    -------
    RosterReading
        Rows in the order of the text. Nothing may be saved while there are problems.

    Examples
    --------
    >>> table = "funktion;dag;från;till\nUngdomsjouren;2026-11-21;18;02"
    >>> read_roster(table, {"Ungdomsjouren": 1}, {}).rows[0].ends_at.isoformat()
    '2026-11-22T01:00:00+00:00'
    """
    table = _cells(text)
    if not table:
        return RosterReading((), (RowProblem(1, "function", "cell_empty"),))
    headings = [HEADINGS.get(cell.strip().casefold(), "") for cell in table[0][1]]
    lacking = [name for name in COLUMNS[:4] if name not in headings]
    if lacking:
        shown = dict(zip(COLUMNS, _SHOWN.split(", "), strict=True))
        facts = tuple({"column": shown[name], "known": _SHOWN} for name in lacking)
        return RosterReading(
            (),
            tuple(
                RowProblem(table[0][0], name, "column_missing", facts=tuple(fact.items()))
                for name, fact in zip(lacking, facts, strict=True)
            ),
        )
    reader = _Reader(_folded(functions), _folded(sub_places))
    for number, cells in table[1:]:
        reader.read(number, dict(zip(headings, cells, strict=False)))
    problems = reader.problems + _overlaps(reader.rows)
    return RosterReading(
        tuple(reader.rows), tuple(sorted(problems, key=lambda one: (one.row, COLUMNS.index(one.column))))
    )


def _cells(text: str) -> list[tuple[int, list[str]]]:
    """Return the rows that are not empty, with their numbers as the writer counts them."""
    delimiter = "\t" if "\t" in text else ";" if ";" in text else ","
    plain = "\n".join(text.replace("\0", "").splitlines()).strip("\n")
    rows = csv.reader(io.StringIO(plain), delimiter=delimiter)
    return [(number, row) for number, row in enumerate(rows, start=1) if any(cell.strip() for cell in row)]


def _folded(names: Mapping[str, Any]) -> dict[str, tuple[str, Any]]:
    return {" ".join(name.casefold().split()): (name, what) for name, what in names.items()}


class _Reader:
    """Reads one row after the other and keeps what is wrong."""

    def __init__(
        self, functions: Mapping[str, tuple[str, Any]], sub_places: Mapping[str, tuple[str, Any]]
    ) -> None:
        self.functions, self.sub_places = functions, sub_places
        self.rows: list[RosterRow] = []
        self.problems: list[RowProblem] = []

    def read(self, number: int, cells: Mapping[str, str]) -> None:
        before = len(self.problems)
        function = self._named(number, "function", cells.get("function", ""), self.functions)
        span = self._span(number, cells)
        subs = [
            self._named(number, "sub_places", name, self.sub_places)
            for name in _listed(cells.get("sub_places", ""))
        ]
        if len(self.problems) == before and span is not None:
            self.rows.append(RosterRow(number, function, *span, tuple(subs)))

    def _wrong(self, number: int, column: str, code: str, cell: str = "", **facts: object) -> None:
        self.problems.append(RowProblem(number, column, code, cell, tuple(facts.items())))

    def _named(self, number: int, column: str, cell: str, known: Mapping[str, tuple[str, Any]]) -> Any:
        found = known.get(" ".join(cell.casefold().split()))
        if found:
            return found[1]
        if not cell.strip():
            self._wrong(number, column, "cell_empty")
        else:
            code = "function_unknown" if column == "function" else "sub_place_unknown"
            self._wrong(number, column, code, cell, near=nearest(cell, [name for name, _ in known.values()]))
        return None

    def _span(self, number: int, cells: Mapping[str, str]) -> tuple[datetime, datetime] | None:
        day = _day(cells.get("day", ""))
        if day is None:
            self._wrong(number, "day", "day_unreadable", cells.get("day", ""))
        clocks = []
        for column in ("from", "to"):
            clock = read_clock(cells.get(column, ""))
            if clock is None:
                self._wrong(number, column, "clock_unreadable", cells.get(column, ""))
            clocks.append(clock)
        opens, closes = clocks
        if day is None or opens is None or closes is None:
            return None
        if opens == closes and cells["from"].strip() == cells["to"].strip():
            self._wrong(number, "to", "shift_empty", cells["to"])
            return None
        last = day + timedelta(days=1) if closes <= opens else day
        for column, on, clock in (("from", day, opens), ("to", last, closes)):
            if is_skipped(on, clock):
                self._wrong(number, column, "clock_skipped", cells[column])
                return None
        return local_moment(day, opens), local_moment(last, closes, last=True)


def _listed(cell: str) -> list[str]:
    return [part.strip() for part in cell.replace("/", ",").split(",") if part.strip()]


def _day(cell: str) -> date | None:
    words = cell.strip().split()
    try:
        # "fre 2026-11-20" and "2026-11-20" alike.
        return date.fromisoformat(words[-1]) if words else None
    except ValueError:
        return None


def _overlaps(rows: Sequence[RosterRow]) -> list[RowProblem]:
    """Return one problem for each function that the roster sends to two shifts at once."""
    found = []
    for function in dict.fromkeys(row.function for row in rows):
        own = [row for row in rows if row.function == function]
        pair = overlapping([row.shift for row in own])
        if pair is not None:
            first, second = sorted((own[pair[0]].row, own[pair[1]].row))
            found.append(RowProblem(second, "from", "shift_overlaps_row", facts=(("other", first),)))
    return found
