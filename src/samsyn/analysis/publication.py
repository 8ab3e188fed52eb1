"""What may be published when everything published before is known: tables, years and editions together."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from samsyn.analysis.audit import (
    DEFAULT_K,
    Cell,
    Mark,
    Sum,
    SuppressedTable,
    as_threshold,
    audit,
    check_cells,
    is_network,
    passes,
)
from samsyn.analysis.disclosure import MOST_CELLS, MOST_TIED, CountTable, check_totals, linked, published
from samsyn.analysis.errors import TableTooLarge, UnknownCell
from samsyn.analysis.rates import as_count
from samsyn.analysis.repair import Repair
from samsyn.analysis.results import Result

MOST_TRIED_BACK = 20


@dataclass(frozen=True, slots=True)
class Publication(Result):
    """What may leave, given all that has left.

    Parameters
    ----------
    tables : tuple of str
        Those that may be published, as ``values`` and ``marks`` say.
    refused : tuple of str
        Those that may not, in any form.
    values : mapping of table to mapping of cell to int or None [persons]
    marks : mapping of table to mapping of cell to str
        Codes of `audit.Mark`.
    primary, secondary : int [cells]
        Hidden because they are small, and for others' sake, each cell counted once.
    hidden : int [cells]
    audit_passed : bool
        False only when what has been published already tells something small; then all is refused.
    n : int [cells]
        Looked at by the audit.
    """

    tables: tuple[str, ...]
    refused: tuple[str, ...]
    values: Mapping[str, Mapping[Cell, int | None]]
    marks: Mapping[str, Mapping[Cell, str]]
    primary: int
    secondary: int
    hidden: int
    audit_passed: bool
    k: int
    n: int
    method: str = "linked_cell_suppression"
    caveats: tuple[str, ...] = ()


def may_publish(
    tables: Mapping[str, CountTable | Mapping[Cell, int | None]],
    *,
    already: Mapping[Cell, int | None] | None = None,
    sums: Iterable[Sum | Sequence[object]] = (),
    inside: Iterable[Sequence[Cell]] = (),
    k: int = DEFAULT_K,
) -> Publication:
    """Return what may be published of several tables of one population, beside what already is.

    Use for years and editions, nested areas and tables that share totals: no subtraction of one from another
    recovers a small count. Not for tables whose cells of one name are different figures: name them apart.

    Parameters
    ----------
    tables : mapping of name to CountTable or to mapping of cell to int [persons]
        True values. Given in order of importance: the last is refused first.
    already : mapping of cell to int or None [persons]
        What has been printed; None where it was hidden. A figure that differs from the true value of the same
        name is an earlier edition of it, and the difference is protected like a cell.
    sums : iterable of Sum or of (total, parts)
        What ties cells of the tables to each other.
    inside : iterable of (inner, outer) cells
        Populations within others: what lies between them is protected although it is never printed.
    k : int, 3–20 [persons]

    Returns
    -------
    Publication

    Raises
    ------
    NotACount, UnknownCell, TotalsDisagree
        As `disclosure.suppress`.
    TableTooLarge
        More than 3 000 cells.

    Source
    ------
    Rule C.8; Fischetti & Salazar (2001), Management Science 47:1008–1027.

    Examples
    --------
    >>> told = may_publish({"new": {"2024": 22}}, already={"2024": 20})
    >>> told.values["new"]
    {'2024': None}
    """
    k = as_threshold(k)
    counted = {
        name: table if isinstance(table, CountTable) else CountTable(dict(table))
        for name, table in tables.items()
    }
    asked = _asked(counted, dict(already or {}), [_sum(one) for one in sums], [tuple(p) for p in inside], k)
    chosen = list(counted)
    while True:
        safe = asked.protect({cell for name in chosen for cell in counted[name].cells})
        if safe is not None or not chosen:
            break
        chosen.pop()
    found = safe if safe is not None else asked.as_printed(set(), set(asked.truth) - set(asked.kept), set())
    marks = {name: {c: found.marks[c] for c in counted[name].cells} for name in chosen}
    cells = {cell: mark for table in marks.values() for cell, mark in table.items()}
    primary = sum(mark is Mark.SMALL for mark in cells.values())
    hidden = sum(mark not in (Mark.SHOWN, Mark.MISSING) for mark in cells.values())
    return Publication(
        tables=tuple(chosen),
        refused=tuple(name for name in counted if name not in chosen),
        values={name: {c: found.values[c] for c in counted[name].cells} for name in chosen},
        marks={name: {c: mark.value for c, mark in table.items()} for name, table in marks.items()},
        primary=primary,
        secondary=hidden - primary,
        hidden=hidden,
        audit_passed=safe is not None,
        k=k,
        n=len(found.marks),
    )


def _sum(one: Sum | Sequence[object]) -> Sum:
    if isinstance(one, Sum):
        return one
    total, parts = one
    return Sum(total, tuple(parts))  # type: ignore[arg-type]


def _asked(
    tables: Mapping[str, CountTable],
    already: dict[Cell, int | None],
    sums: list[Sum],
    inside: list[tuple[Cell, ...]],
    k: int,
) -> _Asked:
    everything = linked(*tables.values(), sums=sums)
    truth = {c: None if v is None else as_count(v, str(c)) for c, v in everything.cells.items()}
    kept: dict[Cell, int] = {}
    stays: set[Cell] = set()
    pairs = [(inner, outer) for inner, outer in inside]
    for cell, printed in already.items():
        value = None if printed is None else as_count(printed, str(cell))
        if cell not in truth:
            truth[cell] = value
        elif value is not None and truth[cell] is not None and value != truth[cell]:
            # An edition: the reader sees both, and the step between them is a count of persons too.
            old, new = ("edition", cell), truth[cell] or 0
            truth[old] = value
            pairs.append((old, cell) if value < new else (cell, old))
            cell = old
        if value is None:
            stays.add(cell)
        else:
            kept[cell] = value
    known = [*everything.sums, *_between(truth, pairs)]
    known = list(dict.fromkeys(known))
    check_cells(truth, known)
    check_totals(truth, known)
    if len(truth) > MOST_CELLS:
        raise TableTooLarge(cells=len(truth), wanted=MOST_CELLS)
    return _Asked(truth, tuple(known), k, kept, stays)


def _between(truth: dict[Cell, int | None], pairs: Iterable[tuple[Cell, Cell]]) -> Iterable[Sum]:
    """Add to ``truth`` what lies between each inner and outer population; yield the sums that say so."""
    for inner, outer in pairs:
        for cell in (inner, outer):
            if cell not in truth:
                raise UnknownCell(cell=cell)
        less, more = truth[inner], truth[outer]
        if less is None or more is None:
            continue
        rest = ("between", inner, outer)
        # Below zero the two figures contradict each other, and `check_totals` says so.
        truth[rest] = more - less if more >= less else None
        yield Sum(outer, (inner, rest))


@dataclass(frozen=True, slots=True)
class _Asked:
    """All figures with what is printed already (``kept``) and hidden already (``stays``)."""

    truth: dict[Cell, int | None]
    sums: tuple[Sum, ...]
    k: int
    kept: dict[Cell, int]
    stays: set[Cell]

    def small(self) -> set[Cell]:
        return {c for c, v in self.truth.items() if v is not None and 0 < v < self.k}

    def as_printed(self, protected: set[Cell], blank: set[Cell], dark: set[Cell]) -> SuppressedTable:
        """Return what a reader meets; of cells left out nothing is known, small ones are watched."""
        # What was printed small before is what it is: the audit shall see it.
        small = self.small() - set(self.kept)
        silent = {c for c in blank if c not in small}
        seen = {c: None if c in silent else v for c, v in self.truth.items()}
        return published(seen, self.sums, self.k, small, protected - silent, (blank & small) | dark)

    def protect(self, new: set[Cell]) -> SuppressedTable | None:
        """Return the cells as they may be printed, or None when no choice among them is safe."""
        blank = set(self.truth) - new - set(self.kept) - self.stays
        large = len(self.truth) > MOST_TIED
        if large and not (is_network(self.truth, self.sums) and not blank):
            return None
        fixed = set(self.kept)
        protected = {c for c in self.stays if (self.truth[c] or 0) >= self.k}
        # A zero that was hidden stays so; nothing can be said of it but that it is not printed.
        dark = {c for c in self.stays if self.truth[c] == 0}
        repair = Repair(self.truth, self.sums, self.k, self.small() - fixed)
        for cell in blank | fixed | dark:
            repair.price.pop(cell, None)
            repair.bounds.pop(cell, None)
        repair.withhold(blank | dark)
        while True:
            result = audit(self.as_printed(protected, blank, dark))
            if result.safe:
                return self._with_fewest(protected, blank, dark)
            extra = repair.more_to_hide(protected, result.breaches)
            if extra:
                protected |= extra
                continue
            more = repair.lines_to_withhold(result.breaches) - dark - blank
            if not more or more & fixed:
                return None
            repair.withhold(more)
            dark |= more

    def _with_fewest(self, protected: set[Cell], blank: set[Cell], dark: set[Cell]) -> SuppressedTable:
        spare = protected - self.stays
        if len(spare) <= MOST_TRIED_BACK:
            for cell in sorted(spare, key=lambda c: (-(self.truth[c] or math.inf), str(c))):
                if passes(self.as_printed(protected - {cell}, blank, dark)):
                    protected = protected - {cell}
        return self.as_printed(protected, blank, dark)
