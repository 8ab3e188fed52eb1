"""From pasted text, CSV or a workbook to lines of cells; each cell remembers where it stood."""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from samsyn.store.errors import UnknownEncoding, UnreadableWorkbook
from samsyn.store.tables.cells import numeric, plain, read_cell
from samsyn.store.tables.periods import read_period

if TYPE_CHECKING:
    from samsyn.store.tables.cube import Cube

_NOTE = re.compile(r"(?P<mark>[a-zåäö]|[0-9]{1,2}|\*{1,3}|[†‡])[).]?(?P<gap>\s*)(?P<text>\S.*)")


MOST_UNPACKED = 40 * 1024 * 1024
MOST_CELLS = 1_000_000
_PLACE = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{0,3})(\d{1,9})["']""")


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the source: 1-based line and column, and the text as it stood."""

    row: int
    column: int
    text: str

    @property
    def plain(self) -> str:
        """The text without tabs, hard spaces and blanks at the ends."""
        return plain(self.text)


@dataclass(frozen=True, slots=True)
class Footnote:
    """An explanation below the table: its sign, its text and the line where it begins."""

    mark: str
    text: str
    row: int


@dataclass(frozen=True, slots=True)
class RawTable:
    """The source as lines of cells, nothing decided.

    ``form`` is ``stacked`` (one cell per line), ``tabs``, ``blanks`` (cells divided by blanks that may also
    stand inside a number), ``grid`` (CSV and workbooks) or ``cube`` (a file that says itself what it holds,
    with ``cube`` as it says it). An empty tuple is a blank line; ``gaps`` tells where such a line held tabs,
    and how many: the trace of empty cells.
    """

    form: str
    lines: tuple[tuple[Cell, ...], ...]
    footnotes: tuple[Footnote, ...] = ()
    sources: tuple[str, ...] = ()
    name: str = ""
    gaps: tuple[tuple[int, int], ...] = ()
    cube: Cube | None = None

    def cells(self) -> tuple[Cell, ...]:
        """Return every cell that holds text, in reading order."""
        return tuple(cell for line in self.lines for cell in line if cell.plain)


def read_text(text: str) -> RawTable:
    r"""Read a table pasted from a report, in any of three forms.

    Use for text from the clipboard. Not for files: `read_csv` and `read_xlsx` know their separators.

    Parameters
    ----------
    text
        One cell per line (a copy from a PDF, where tabs may stand for spaces), cells divided by tabs, or rows
        with blanks.

    Returns
    -------
    RawTable

    Examples
    --------
    >>> read_text("Område\t2017\t2018\nKlara\t3\t4").form
    'tabs'
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n").split("\n")
    if _tabs_divide(lines):
        return _closed("tabs", [_split(row, line, r"\t") for row, line in enumerate(lines, 1)])
    wide = [row for row, line in enumerate(lines, 1) if _figures(line) >= 2]
    grid = [_split(row, line.strip(" \t"), r"\t +|\t\t+ *| {2,}") for row, line in enumerate(lines, 1)]
    if _lone_figures(grid) > 2 * len(wide):
        gaps = tuple((row, line.count("\t")) for row, line in enumerate(lines, 1) if not plain(line))
        return replace(_closed("stacked", grid), gaps=tuple(gap for gap in gaps if gap[1]))
    return _closed("blanks", [_split(row, line.strip(), r"\x00") for row, line in enumerate(lines, 1)])


def read_csv(content: bytes) -> RawTable:
    """Read a CSV file: UTF-8 with or without mark, or Windows-1252; semicolon, comma or tab.

    Raises
    ------
    UnknownEncoding
        When the bytes are text in none of these.
    """
    text = _decode(content)
    best: list[list[str]] = []
    for delimiter in (";", "\t", ","):
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
        if _evenness(rows) > _evenness(best):
            best = rows
    rows = best or [[line] for line in text.splitlines()]
    return _closed(
        "grid",
        [
            tuple(Cell(row, column, cell) for column, cell in enumerate(line, 1))
            if any(map(plain, line))
            else ()
            for row, line in enumerate(rows, 1)
        ],
    )


def _check_extent(content: bytes) -> None:
    """Refuse a workbook that unpacks to more than any published table: a few bytes can name the last cell.

    The reader fills every cell between the first and the last one, and takes the whole process down when
    memory ends; so the size is read from the packed file first.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
            # The reader also opens formats whose extent nothing here can tell beforehand.
            if "xl/workbook.xml" not in packed.namelist():
                raise UnreadableWorkbook(problem="not .xlsx")
            unpacked = sum(part.file_size for part in parts)
            if unpacked > MOST_UNPACKED:
                raise UnreadableWorkbook(problem=f"{unpacked // 1024**2} MB > {MOST_UNPACKED // 1024**2} MB")
            for part in parts:
                if re.search(r"(?i)worksheets/[^/]+\.xml$", part.filename):
                    _check_sheet(packed.read(part))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, zlib.error):
        # Not packed, or broken, or an old .xls, or behind a password: none of them is read further.
        raise UnreadableWorkbook(
            problem="not an Excel workbook (.xlsx), broken, or behind a password"
        ) from None


def _check_sheet(sheet: bytes) -> None:
    rows = columns = 1
    for letters, number in _PLACE.findall(sheet):
        rows = max(rows, int(number))
        column = 0
        for letter in letters.upper():
            column = column * 26 + letter - ord("A") + 1
        columns = max(columns, column)
    if rows * columns > MOST_CELLS:
        raise UnreadableWorkbook(problem=f"{rows} × {columns} > {MOST_CELLS}")


def read_xlsx(content: bytes) -> tuple[RawTable, ...]:
    """Read every sheet of a workbook that holds something.

    Raises
    ------
    UnreadableWorkbook
        When the bytes are no workbook, or one behind a password.
    """
    import python_calamine

    _check_extent(content)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = [
            (name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in book.sheet_names
        ]
    except (python_calamine.CalamineError, OSError, ValueError) as problem:
        raise UnreadableWorkbook(problem=str(problem)) from problem
    tables = []
    for name, rows in sheets:
        lines = [
            tuple(Cell(row, column, _shown(cell)) for column, cell in enumerate(line, 1))
            if any(_shown(cell) for cell in line)
            else ()
            for row, line in enumerate(rows, 1)
        ]
        if any(lines):
            tables.append(replace(_closed("grid", lines), name=name))
    return tuple(tables)


def _shown(cell: Any) -> str:
    if isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell).replace(".", ",")
    if isinstance(cell, datetime | date):
        return cell.isoformat()[:10]
    return str(cell)


def _decode(content: bytes) -> str:
    if b"\x00" in content:
        raise UnknownEncoding()
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnknownEncoding()


def _evenness(rows: list[list[str]]) -> tuple[int, int]:
    """How many rows share the commonest width above one, and that width."""
    widths = Counter(len(row) for row in rows if len(row) > 1)
    return max(((count, width) for width, count in widths.items()), default=(0, 0))


def _tabs_divide(lines: list[str]) -> bool:
    """Whether tabs divide cells; in a copy from some PDF files they stand for the spaces between words."""
    rows = [line.split("\t") for line in lines if "\t" in line]
    divided = sum(_figures_at_end(row) >= 2 for row in rows)
    spaced = sum(
        len(re.findall(r"\w\t\w", line)) >= 3 or bool(re.search(r"\S\t +\S", line)) for line in lines
    )
    if divided:
        return divided * 2 >= spaced
    return not spaced and any(row[0].strip() and _valuelike(row[-1]) for row in rows)


def _figures_at_end(row: list[str]) -> int:
    count = 0
    for cell in reversed(row):
        if plain(cell) and not _valuelike(cell):
            break
        count += bool(plain(cell))
    return count


def _valuelike(text: str) -> bool:
    bare = plain(text)
    return bool(bare) and "(" not in bare[:1] and (read_period(bare) is not None or read_cell(bare).readable)


def _figures(line: str) -> int:
    """How many tokens at the end of a line may be parts of figures."""
    if plain(line) and read_cell(line).readable:
        return 1
    count = 0
    for token in reversed(line.split()):
        if not numeric(token):
            break
        count += 1
    return count


def _lone_figures(grid: list[tuple[Cell, ...]]) -> int:
    return sum(len(line) == 1 and read_cell(line[0].text).readable for line in grid if line)


def _split(row: int, line: str, divider: str) -> tuple[Cell, ...]:
    if not plain(line):
        return ()
    return tuple(Cell(row, column, part) for column, part in enumerate(re.split(divider, line), 1))


def _closed(form: str, lines: list[tuple[Cell, ...]]) -> RawTable:
    notes, sources, used = _footnotes(lines)
    kept = tuple(() if index in used else line for index, line in enumerate(lines))
    return RawTable(form, kept, notes, sources)


def _footnotes(lines: list[tuple[Cell, ...]]) -> tuple[tuple[Footnote, ...], tuple[str, ...], set[int]]:
    """Find explanations and source lines; they are text after the first figure that ends no row."""
    notes: list[Footnote] = []
    sources: list[str] = []
    used: set[int] = set()
    seen_figure = open_note = False
    for index, line in enumerate(lines):
        cells = [cell for cell in line if cell.plain]
        text = plain(" ".join(cell.text for cell in cells))
        lone = len(cells) == 1 or (bool(cells) and not any(_valuelike(c.text) for c in cells[1:]))
        if not text:
            open_note = False
            continue
        source = re.match(r"(?:Källa|Källor|Source)\s*:\s*(.+)", text)
        note = _NOTE.fullmatch(text)
        if source and lone:
            sources.append(source.group(1))
            used.add(index)
            open_note = False
        elif lone and seen_figure and note and _is_note(note):
            notes.append(Footnote(note.group("mark"), note.group("text"), cells[0].row))
            used.add(index)
            open_note = not text.endswith(".")
        elif lone and open_note and not _valuelike(text) and _figures(text) == 0:
            notes[-1] = replace(notes[-1], text=f"{notes[-1].text} {text}")
            used.add(index)
            open_note = not text.endswith(".")
        else:
            open_note = False
        seen_figure = seen_figure or any(_valuelike(cell.text) for cell in cells) or _figures(text) >= 2
    return tuple(notes), tuple(sources), used


def _is_note(note: re.Match[str]) -> bool:
    mark, gap, text = note.group("mark", "gap", "text")
    words = re.findall(r"[^\W\d_]{2,}", text)
    if mark.startswith("*") or mark in "†‡":
        return bool(words)
    if mark.isdigit() and read_cell(text.split()[-1]).readable and len(words) < 3:
        return False
    return bool(gap) and (text[0].isupper() or text[0].isdigit() or ":" in text) and bool(words)
