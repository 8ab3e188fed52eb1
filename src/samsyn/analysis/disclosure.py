"""Hide small counts of persons so that nobody can work them out: the step before anything leaves."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from samsyn.analysis.audit import (
    DEFAULT_K,
    AuditResult,
    Breach,
    Cell,
    Mark,
    Sum,
    SuppressedTable,
    as_threshold,
    audit,
    check_cells,
    feasible_range,
    is_network,
    passes,
)
from samsyn.analysis.errors import SeriesDiffer, TableTooLarge, TotalsDisagree
from samsyn.analysis.rates import as_count
from samsyn.analysis.repair import Repair
from samsyn.analysis.results import Result

__all__ = [
    "AuditResult",
    "Breach",
    "CountTable",
    "Mark",
    "Pattern",
    "Sum",
    "SuppressedTable",
    "audit",
    "feasible_range",
    "linked",
    "share_is_hidden",
    "suppress",
    "table_with_margins",
]

MOST_CELLS = 3000
TOTAL = "total"
MOST_TRIED_BACK = 20
MOST_TIED = 400
MOST_IN_NETWORK = 20_000  # cells of a table whose sums form a network: the audit of it is quick and exact
MOST_ROUNDS = 12

# Chooses what to hide beside the small cells: values, sums and k in, cells out; None when it cannot. Whatever
# it answers, the audit has the last word.
Pattern = Callable[[Mapping[Cell, int | None], tuple[Sum, ...], int], Collection[Cell] | None]


@dataclass(frozen=True, slots=True)
class CountTable(Result):
    """Counts of persons with the totals that tie them together.

    Parameters
    ----------
    cells : mapping of cell to int or None [persons]
        The true values; None where the source has none.
    sums : tuple of Sum
        Every total that a reader can know to be the sum of its parts: margins, a year of its halves, an
        area of the areas inside it, both sexes together.
    """

    cells: Mapping[Cell, int | None]
    sums: tuple[Sum, ...] = ()


def table_with_margins(
    inner: Sequence[Sequence[int | None]],
    rows: Sequence[Cell] | None = None,
    columns: Sequence[Cell] | None = None,
) -> CountTable:
    """Return a two-way table with its margins and grand total as cells.

    Use for one table; `linked` puts several together. Not with margins that the source has rounded.

    Parameters
    ----------
    inner : sequence, shape (rows, columns), of int [persons]
    rows, columns : sequences of names
        Left out: 0, 1, 2 …

    Returns
    -------
    CountTable
        Cells are named (row, column), margins (row, "total") and ("total", column).

    Raises
    ------
    SeriesDiffer
        The rows have different lengths, or names and rows differ in number.
    NotACount
        A value is negative, broken or missing.

    Source
    ------
    Rule C.8.

    Examples
    --------
    >>> table_with_margins([[20, 4], [3, 18]]).cells[("total", "total")]
    45
    """
    rows = range(len(inner)) if rows is None else rows
    columns = range(len(inner[0]) if len(inner) else 0) if columns is None else columns
    if len(rows) != len(inner) or any(len(line) != len(columns) for line in inner) or not len(columns):
        raise SeriesDiffer(found="rows of different length", wanted=f"{len(rows)} rows of {len(columns)}")
    cells: dict[Cell, int | None] = {}
    for row, line in zip(rows, inner, strict=True):
        for column, value in zip(columns, line, strict=True):
            cells[(row, column)] = as_count(value, f"{row} {column}")
    sums = [Sum((row, TOTAL), tuple((row, column) for column in columns)) for row in rows]
    sums += [Sum((TOTAL, column), tuple((row, column) for row in rows)) for column in columns]
    sums.append(Sum((TOTAL, TOTAL), tuple((row, TOTAL) for row in rows)))
    sums.append(Sum((TOTAL, TOTAL), tuple((TOTAL, column) for column in columns)))
    for one in sums:
        cells[one.total] = sum(cells[part] or 0 for part in one.parts)
    return CountTable(cells, tuple(sums))


def linked(*tables: CountTable, sums: Iterable[Sum] = ()) -> CountTable:
    """Return several tables of one population as one, so that they are protected together.

    Use for years and halves, nested areas and boundary versions. Cells of one name must be the same figure.

    Parameters
    ----------
    *tables : CountTable
    sums : iterable of Sum
        What ties the tables to each other.

    Returns
    -------
    CountTable

    Raises
    ------
    TotalsDisagree
        One cell has two values.

    Source
    ------
    Rule C.8: all published tables of the same population together.

    Examples
    --------
    >>> year, halves = CountTable({"2024": 9}), CountTable({"H1": 6, "H2": 3})
    >>> len(linked(year, halves, sums=[Sum("2024", ("H1", "H2"))]).cells)
    3
    """
    cells: dict[Cell, int | None] = {}
    known: list[Sum] = []
    for table in tables:
        for cell, value in table.cells.items():
            if cell in cells and cells[cell] != value:
                raise TotalsDisagree(total=cell, value=cells[cell], parts=value)
            cells[cell] = value
        known += table.sums
    return CountTable(cells, tuple(dict.fromkeys([*known, *sums])))


def suppress(table: CountTable, *, k: int = DEFAULT_K, pattern: Pattern | None = None) -> SuppressedTable:
    """Return the table as it may leave: small counts hidden, and others with them where sums would tell.

    Use for counts of persons outside the working group. Not for events counted by place alone.

    Parameters
    ----------
    table : CountTable
        All published tables of one population together, see `linked`.
    k : int, 3–20 [persons]
        Values 1 … k−1 are hidden; zero is shown.
    pattern : function or None
        Proposes what to hide in groups of more than 400 tied cells, see `Pattern`; None: our own search.

    Returns
    -------
    SuppressedTable
        Has passed `audit`. If nothing less is enough the whole table is withheld.

    Raises
    ------
    NotACount
        A value is negative or broken.
    UnknownCell
        A sum names a cell that is not in the table.
    TotalsDisagree
        A total is not the sum of its parts.
    TableTooLarge
        More than 3 000 cells, or 20 000 where no cell stands in more than two sums.

    Source
    ------
    Rule C.8; Fischetti & Salazar (2001), Management Science 47:1008–1027.

    Examples
    --------
    >>> published = suppress(table_with_margins([[20, 4], [30, 18]]))
    >>> published.marks[(0, 1)].value, published.marks[(1, 1)].value
    ('small', 'protected')
    """
    k = as_threshold(k)
    check_cells(table.cells, table.sums)
    most = MOST_IN_NETWORK if is_network(table.cells, table.sums) else MOST_CELLS
    if len(table.cells) > most:
        raise TableTooLarge(cells=len(table.cells), wanted=most)
    truth = {c: None if v is None else as_count(v, str(c)) for c, v in table.cells.items()}
    check_totals(truth, table.sums)
    values: dict[Cell, int | None] = {}
    marks: dict[Cell, Mark] = {}
    for cells, sums in _tied_together(truth, table.sums):
        part = _suppress_tied({c: truth[c] for c in cells}, sums, k, pattern)
        values |= part.values
        marks |= part.marks
    return SuppressedTable({c: values[c] for c in truth}, {c: marks[c] for c in truth}, table.sums, k)


def _tied_together(
    truth: Mapping[Cell, int | None], sums: tuple[Sum, ...]
) -> Iterable[tuple[list[Cell], tuple[Sum, ...]]]:
    """Yield the cells that some chain of sums ties to each other, and those sums.

    Nothing can be worked out from one group about another, so one that has to be withheld costs no other.
    """
    leader: dict[Cell, Cell] = {c: c for c in truth}

    def lead(cell: Cell) -> Cell:
        while leader[cell] != cell:
            leader[cell] = leader[leader[cell]]
            cell = leader[cell]
        return cell

    for one in sums:
        for part in one.parts:
            leader[lead(part)] = lead(one.total)
    groups: dict[Cell, list[Cell]] = {}
    for cell in truth:
        groups.setdefault(lead(cell), []).append(cell)
    tied: dict[Cell, list[Sum]] = {}
    for one in sums:
        tied.setdefault(lead(one.total), []).append(one)
    for head, cells in groups.items():
        yield cells, tuple(tied.get(head, ()))


def _suppress_tied(
    truth: Mapping[Cell, int | None], sums: tuple[Sum, ...], k: int, pattern: Pattern | None = None
) -> SuppressedTable:
    """Return one group of tied cells as it may leave."""
    small = {c for c, v in truth.items() if v is not None and 0 < v < k}
    if not small and None not in truth.values():
        return published(truth, sums, k, small, set())
    if len(truth) > MOST_TIED:
        return _suppress_large(truth, sums, k, small, pattern)
    protected: set[Cell] = set()
    withheld: set[Cell] = set()
    repair = Repair(truth, sums, k, small)
    while True:
        result = audit(published(truth, sums, k, small, protected, withheld))
        if result.safe:
            return _with_fewest(truth, sums, k, small, protected, withheld)
        extra = repair.more_to_hide(protected, result.breaches)
        if extra:
            protected |= extra
            continue
        dark = repair.lines_to_withhold(result.breaches) - withheld
        if not dark:
            return _withheld(truth, sums, k)
        repair.withhold(dark)
        withheld |= dark


def _suppress_large(
    truth: Mapping[Cell, int | None],
    sums: tuple[Sum, ...],
    k: int,
    small: set[Cell],
    pattern: Pattern | None,
) -> SuppressedTable:
    """Return many tied cells as they may leave: proposed, audited, repaired, or withheld as a whole.

    Only where the audit is quick and exact; other large groups are too much to prove safe in a moment, and
    get the safe side, every time.
    """
    if None in truth.values() or not is_network(truth, sums):
        return _withheld(truth, sums, k)
    proposed = (pattern(truth, sums, k) if pattern else None) or ()
    spare = {c for c, v in truth.items() if v is not None and v >= k}
    protected = spare & set(proposed)
    repair = Repair(truth, sums, k, small)
    for _round in range(MOST_ROUNDS):
        result = audit(published(truth, sums, k, small, protected))
        if result.safe:
            return published(truth, sums, k, small, protected)
        extra: set[Cell] = set()
        for breach in result.breaches:
            if breach.kind == "cell":
                repair.by_detours(breach, protected, extra)
        if extra <= protected:  # whole lines only where no way round is left
            extra = {c for breach in result.breaches for c in _lines_of(breach, sums, spare)}
        if extra <= protected:
            break
        protected |= extra
    return _withheld(truth, sums, k)


def _lines_of(breach: Breach, sums: Iterable[Sum], spare: set[Cell]) -> set[Cell]:
    """Return all that may be hidden in the lines of a breached cell, where no cheaper way was found."""
    cells = set(breach.cells)
    return {c for one in sums if cells & {one.total, *one.parts} for c in (one.total, *one.parts)} & spare


def check_totals(truth: Mapping[Cell, int | None], sums: Iterable[Sum]) -> None:
    """Refuse totals that are not the sums of their parts.

    Raises
    ------
    TotalsDisagree
        A total is less than its known parts, or not what all of them add up to.

    Examples
    --------
    >>> check_totals({"a": 3, "both": 9}, [Sum("both", ("a",))])
    Traceback (most recent call last):
    ...
    samsyn.analysis.errors.TotalsDisagree: The total both is 9, but its parts add up to 3.
    """
    for one in sums:
        parts = [truth[part] for part in one.parts]
        total = truth[one.total]
        if total is None:
            continue
        known = sum(part for part in parts if part is not None)
        if known > total or (None not in parts and known != total):
            raise TotalsDisagree(total=one.total, value=total, parts=known)


def published(
    truth: Mapping[Cell, int | None],
    sums: tuple[Sum, ...],
    k: int,
    small: set[Cell],
    protected: set[Cell],
    withheld: Collection[Cell] = (),
) -> SuppressedTable:
    """Return the cells with their marks, and only the values that are printed.

    Examples
    --------
    >>> published({"a": 3, "b": 9}, (), 5, {"a"}, set()).values
    {'a': None, 'b': 9}
    """
    marks = {
        c: Mark.MISSING
        if v is None
        else Mark.WITHHELD
        if c in withheld
        else Mark.SMALL
        if c in small
        else Mark.PROTECTED
        if c in protected
        else Mark.SHOWN
        for c, v in truth.items()
    }
    return SuppressedTable(
        {c: v if marks[c] is Mark.SHOWN else None for c, v in truth.items()}, marks, sums, k
    )


def _withheld(truth: Mapping[Cell, int | None], sums: tuple[Sum, ...], k: int) -> SuppressedTable:
    return SuppressedTable(dict.fromkeys(truth), dict.fromkeys(truth, Mark.WITHHELD), sums, k)


def _with_fewest(
    truth: Mapping[Cell, int | None],
    sums: tuple[Sum, ...],
    k: int,
    small: set[Cell],
    protected: set[Cell],
    withheld: Collection[Cell] = (),
) -> SuppressedTable:
    """Return the table with protected cells given back, largest first, as long as the audit passes."""
    best = published(truth, sums, k, small, protected, withheld)
    if len(protected) > MOST_TRIED_BACK or len(protected) < 2:
        return best
    for cell in sorted(protected, key=lambda c: (-(truth[c] or 0), str(c))):
        attempt = published(truth, sums, k, small, protected - {cell}, withheld)
        if passes(attempt):
            protected, best = protected - {cell}, attempt
    return best


def share_is_hidden(part: int, whole: int, *, k: int = DEFAULT_K, smallest: int = 20) -> bool:
    """Return whether a share of persons must be hidden.

    Use before any percentage of persons leaves the working group. Not instead of `suppress` for the counts
    behind it.

    Parameters
    ----------
    part, whole : int [persons]
    k : int, 3–20 [persons]
    smallest : int [persons]
        Shares of fewer than these are hidden, whatever they are; so 0 and 100 per cent of a small group
        never show.

    Returns
    -------
    bool
        Also True when the part, or the rest of the whole, is 1 … k−1.

    Raises
    ------
    NotACount
        A count is negative or broken.
    TotalsDisagree
        The part is larger than the whole.

    Source
    ------
    Rule C.8.

    Examples
    --------
    >>> share_is_hidden(12, 12), share_is_hidden(10, 40), share_is_hidden(38, 40)
    (True, False, True)
    """
    k = as_threshold(k)
    part, whole = as_count(part, "part"), as_count(whole, "whole")
    if part > whole:
        raise TotalsDisagree(total="whole", value=whole, parts=part)
    return whole < max(smallest, k) or 0 < part < k or 0 < whole - part < k
