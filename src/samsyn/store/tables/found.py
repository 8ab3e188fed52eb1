"""What is found in a source: names that figures stand under, the figures, and what is not certain."""

from __future__ import annotations

from dataclasses import dataclass, field

from samsyn.store.schema import AreaRef
from samsyn.store.tables.blocks import Block, Question, RowError
from samsyn.store.tables.cells import Printed
from samsyn.store.tables.known import SeriesChoice, is_total, suggest_series
from samsyn.store.tables.periods import PrintedPeriod
from samsyn.store.tables.reading import Cell, RawTable

# Begins the mark of a status that the file itself has; the name of a series as the file itself says it.
STATED = "stated"


@dataclass(frozen=True, slots=True)
class FoundArea:
    """A name that figures stand beside; ``key`` is what answers refer to.

    ``code`` is what the source itself calls the area; ``hint`` the geography that its code and name agree on,
    with ``reason`` as a message id.
    """

    key: str
    name: str
    cells: tuple[Cell, ...]
    mean: bool = False
    code: str = ""
    hint: AreaRef | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class FoundSeries:
    """A column of figures: the title over it, its heading and the unit that the words speak of.

    ``hint`` is what the source itself says that the series is, where it says enough.
    """

    key: str
    title: str
    heading: str
    unit: str
    cells: tuple[Cell, ...]
    bracketed: bool = False
    hint: SeriesChoice | None = None

    @property
    def name(self) -> str:
        """Title and heading together, as a person would say it."""
        if not self.heading or is_total(self.heading):
            return self.title or self.heading
        return f"{self.title}: {self.heading}" if self.title else self.heading

    @property
    def suggestion(self) -> SeriesChoice | None:
        """What the series probably is: as the source says, else as its name is known."""
        return self.hint or suggest_series(self.title, self.heading, self.unit)


@dataclass(frozen=True, slots=True)
class FoundPeriod:
    """A printed period; ``printed`` is None when the block prints none."""

    key: str
    text: str
    printed: PrintedPeriod | None
    cells: tuple[Cell, ...]
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: its cell, how it reads, and the keys of its area, period and series.

    ``said`` is the status that the source itself gives the figure; ``sex`` and ``age_group`` are whom it is
    about, where the source divides by them.
    """

    cell: Cell
    printed: Printed
    area: str
    period: str
    series: str
    block: int
    said: str = ""
    sex: str = ""
    age_group: str = ""


@dataclass(frozen=True, slots=True)
class Recognition:
    """What is found in a source, with the questions and faults that the reading itself raised.

    ``persons`` names columns about persons; when it is not empty nothing else is kept.
    """

    raw: RawTable
    title: str = ""
    blocks: tuple[Block, ...] = ()
    figures: tuple[Figure, ...] = ()
    areas: tuple[FoundArea, ...] = ()
    series: tuple[FoundSeries, ...] = ()
    periods: tuple[FoundPeriod, ...] = ()
    asked: tuple[Question, ...] = ()
    faults: tuple[RowError, ...] = ()
    left_out: tuple[Cell, ...] = ()
    persons: tuple[str, ...] = ()
    text: str = field(default="", repr=False)
