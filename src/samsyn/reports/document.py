"""The document model: what a report says, free of how it is drawn.

Everything is frozen and already in the reader's language: numbers carry both their value, for a
spreadsheet, and the printed text, so that every renderer prints the same characters. A renderer decides
about layout only. What must not be left out cannot be: a figure without a text alternative and a row with
the wrong number of cells refuse to be built.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from samsyn.reports.errors import TextAlternativeMissing, UnevenTable


class Align(StrEnum):
    """How a column lines up."""

    TEXT = "text"
    NUMBER = "number"


class NoteKind(StrEnum):
    """What a note is for."""

    PLAIN = "plain"
    WARNING = "warning"
    READING = "reading"


# --- cells ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SourceRef:
    """The cell of a loaded file that something was read from; row and column count from one."""

    dataset: str
    version: int
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class TextCell:
    """Words in a table cell; ``small`` is the quieter second line.

    ``parts`` divide the text where each part stands for a cell of its own that a screen can lead to.
    """

    text: str
    small: str = ""
    parts: tuple[tuple[str, SourceRef], ...] = ()


@dataclass(frozen=True, slots=True)
class NumberCell:
    """A number: ``value`` for a spreadsheet, ``text`` as printed, ``small`` its qualification.

    ``source`` is where it was read from, for whoever can lead a reader there.
    """

    value: float
    text: str
    small: str = ""
    strong: bool = False
    source: SourceRef | None = None


@dataclass(frozen=True, slots=True)
class MissingCell:
    """The source has no value; ``text`` says so in words and ``small`` why. Not zero, not hidden."""

    text: str
    small: str = ""


@dataclass(frozen=True, slots=True)
class HiddenCell:
    """A value that this reader may not see; ``text`` is the mark that the disclosure rule prints."""

    text: str
    small: str = ""


@dataclass(frozen=True, slots=True)
class VerdictCell:
    """A verdict: a word, the figures behind it and a second line. ``plain`` words are not bold."""

    word: str
    figures: str = ""
    small: str = ""
    plain: bool = True


@dataclass(frozen=True, slots=True)
class SparkCell:
    """A row of small bars; a missing or hidden value is None and is drawn as a gap."""

    values: tuple[float | None, ...]
    alternative: str
    detection: bool = False

    def __post_init__(self) -> None:
        if not self.alternative.strip():
            raise TextAlternativeMissing(caption="spark")


Cell = TextCell | NumberCell | MissingCell | HiddenCell | VerdictCell | SparkCell


# --- blocks --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of running text."""

    text: str
    lead: bool = False


@dataclass(frozen=True, slots=True)
class SummaryPoint:
    """One of the few sentences that open a report."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Summary:
    """The sentences that open a report, side by side where there is room."""

    points: tuple[SummaryPoint, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading and how it lines up."""

    label: str
    align: Align = Align.TEXT


@dataclass(frozen=True, slots=True)
class Row:
    """A row: a heading with a quiet second line, then one cell per column after the first.

    ``detection`` marks a series that measures police effort first, ``level`` 1 a part of the row above.
    """

    header: str
    small: str
    cells: tuple[Cell, ...]
    detection: bool = False
    level: int = 0


def _check_rows(caption: str, columns: tuple[Column, ...], rows: tuple[Row, ...]) -> None:
    for row in rows:
        if len(row.cells) + 1 != len(columns):
            raise UnevenTable(caption=caption, row=row.header, found=len(row.cells) + 1, wanted=len(columns))


@dataclass(frozen=True, slots=True)
class FiguresTable:
    """The table of figures that a situational picture is built round."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _check_rows(self.caption, self.columns, self.rows)


@dataclass(frozen=True, slots=True)
class TableBlock:
    """An ordinary table."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _check_rows(self.caption, self.columns, self.rows)


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart: its label, its value or None, the printed value and why there is none."""

    label: str
    value: float | None
    text: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Marker:
    """A context event on a chart, at ``position`` in bar widths from the left edge."""

    position: float
    label: str


@dataclass(frozen=True, slots=True)
class BarChart:
    """Bars over time with printed values; ``detection`` draws them as outlines."""

    bars: tuple[Bar, ...]
    markers: tuple[Marker, ...] = ()
    detection: bool = False


@dataclass(frozen=True, slots=True)
class FigureBlock:
    """A chart with its caption and a text alternative, without which it is not built.

    Raises
    ------
    TextAlternativeMissing
        The alternative is empty.
    """

    chart: BarChart
    caption: str
    alternative: str

    def __post_init__(self) -> None:
        if not self.alternative.strip():
            raise TextAlternativeMissing(caption=self.caption)


@dataclass(frozen=True, slots=True)
class Note:
    """A box or list of remarks under a heading."""

    heading: str
    items: tuple[str, ...]
    kind: NoteKind = NoteKind.PLAIN
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Definition:
    """A term and what it says."""

    term: str
    text: str


@dataclass(frozen=True, slots=True)
class DefinitionList:
    """Terms with what they say."""

    items: tuple[Definition, ...]


Block = Paragraph | Summary | FiguresTable | TableBlock | FigureBlock | Note | DefinitionList


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a document under its own heading; an empty heading is allowed for the first part only.

    ``folded`` parts are closed on a screen until the reader asks for them; on paper they are always there.
    """

    heading: str
    blocks: tuple[Block, ...]
    anchor: str = ""
    folded: bool = False


# --- what a spreadsheet adds ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DataSheet:
    """Rows for a spreadsheet only: typed values, None where the cell is empty."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str | float | int | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report in one language.

    ``made`` is the date that the report speaks about itself (an ISO date), never the clock: the same
    findings and the same program give the same bytes. ``banner`` is printed first on every page or sheet,
    for instance that everything is simulated.
    """

    title: str
    subtitle: str
    language: str
    sections: tuple[Section, ...]
    status: str = ""
    banner: str = ""
    sources: tuple[str, ...] = ()
    facts: tuple[Definition, ...] = ()
    made: str = ""
    sheets: tuple[DataSheet, ...] = field(default=())
    sources_heading: str = ""
    facts_heading: str = ""
