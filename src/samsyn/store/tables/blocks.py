"""What a table is once its lines are understood: blocks of entries along printed axes, and open doubts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from samsyn.domain.errors import SamsynError
from samsyn.store.tables.reading import Cell


@dataclass(frozen=True, slots=True)
class Axis:
    """One direction in which labels are printed: a label column, a heading row, group lines.

    ``heading`` is what stands over a label column. ``role`` is area, period, series, code, unit, remark, or
    empty while nobody knows.
    """

    heading: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One printed figure with its label along each axis of the block, and where the labels stand."""

    cell: Cell
    labels: tuple[str, ...]
    label_rows: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a source under one heading."""

    title: str
    row: int
    axes: tuple[Axis, ...]
    entries: tuple[Entry, ...]

    def labels(self, axis: int) -> tuple[str, ...]:
        """Return the distinct labels along an axis, in printed order."""
        return tuple(dict.fromkeys(entry.labels[axis] for entry in self.entries))

    def with_role(self, axis: int, role: str) -> Block:
        """Return the block with one axis read as something else."""
        axes = tuple(replace(a, role=role) if i == axis else a for i, a in enumerate(self.axes))
        return replace(self, axes=axes)


@dataclass(frozen=True, slots=True)
class Option:
    """One possible answer: the value to send back and the sentence a person reads."""

    value: str
    text: str
    facts: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Question:
    """Something that the paper does not say for certain.

    ``id`` is the same each time the same source is read. ``recommended`` is the value of an option, or empty
    when guessing would be wrong; ``reason`` is the sentence that says why. ``free`` tells that another answer
    than the options may be given (an area, a series, a period, headings). ``where`` are the cells.
    """

    id: str
    code: str
    text: str
    subject: str
    where: tuple[Cell, ...]
    options: tuple[Option, ...]
    recommended: str = ""
    reason: str = ""
    compulsory: bool = True
    free: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class RowError:
    """One thing to mend before anything is loaded: row, column, cell, rule, message with facts, and mend."""

    row: int
    column: int
    cell: str
    rule: str
    message: str
    mend: str
    facts: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        return f"{self.rule}: {self.message % self.facts} {self.mend % self.facts}"


def row_error(fault: type[SamsynError], cell: Cell, /, **facts: Any) -> RowError:
    """Return a fault as a row error at a cell; the facts always hold row, column and cell."""
    known = {"row": cell.row, "column": cell.column, "cell": cell.plain, **facts}
    return RowError(cell.row, cell.column, cell.plain, fault.code, fault.template, fault.mend, known)


@dataclass(slots=True)
class Findings:
    """What the reading of the lines gathers on its way; local to one call of `recognise`."""

    answers: Mapping[str, Any]
    blocks: list[Block] = field(default_factory=list)
    asked: list[Question] = field(default_factory=list)
    faults: list[RowError] = field(default_factory=list)
    left_out: list[Cell] = field(default_factory=list)
    title: str = ""

    def ask(self, question: Question) -> Any:
        """Put a question on the list and return the answer that has been given, if any."""
        if all(question.id != other.id for other in self.asked):
            self.asked.append(question)
        return self.answers.get(question.id)

    def fault(self, kind: type[SamsynError], cell: Cell, /, **facts: Any) -> None:
        """Note a fault at a cell."""
        self.faults.append(row_error(kind, cell, **facts))

    def leave(self, cells: Iterable[Cell]) -> None:
        """Note cells that are no part of a table."""
        self.left_out.extend(cell for cell in cells if cell.plain)
