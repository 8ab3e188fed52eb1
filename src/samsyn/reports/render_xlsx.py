"""A document's data as a spreadsheet: the printed tables, every figure with its cell of origin, a dictionary.

Text is always written as text: a name that begins with ``=`` stays a name, in this file and in what a reader
saves from it.
"""

from __future__ import annotations

import io
from datetime import datetime

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from samsyn.reports.archives import normalised
from samsyn.reports.document import (
    Cell,
    Document,
    FiguresTable,
    NumberCell,
    SparkCell,
    TableBlock,
    VerdictCell,
)
from samsyn.reports.words import words

_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n")


def render(document: Document) -> bytes:
    """Return the document's tables and data sheets as an .xlsx file."""
    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(out, options) as book:
        made = datetime.fromisoformat(document.made or "2000-01-01")
        book.set_properties({"title": document.title, "author": "Samsyn", "created": made})
        sheet = _Sheet(book, words(document.language).gettext("Figures"))
        sheet.heading(document.title)
        for line in (document.banner, document.subtitle, document.status):
            if line:
                sheet.row((line,))
        for section in document.sections:
            for block in section.blocks:
                if isinstance(block, FiguresTable | TableBlock):
                    _table(sheet, block)
        for source in document.sources:
            sheet.row((source,))
        for data in document.sheets:
            other = _Sheet(book, data.title)
            other.row(data.columns, bold=True)
            for values in data.rows:
                other.row(values)
            other.sheet.freeze_panes(1, 0)
    return normalised(out.getvalue())


class _Sheet:
    """A worksheet that is written from the top down."""

    def __init__(self, book: Workbook, title: str) -> None:
        self.sheet: Worksheet = book.add_worksheet(title[:31])
        self.bold: Format = book.add_format({"bold": True, "text_wrap": False})
        self.large: Format = book.add_format({"bold": True, "font_size": 14})
        self.quoted: Format = book.add_format({"quote_prefix": True})
        self.at = 0
        self.sheet.set_column(0, 0, 34)
        self.sheet.set_column(1, 30, 16)

    def heading(self, text: str) -> None:
        self.sheet.write_string(self.at, 0, text, self.large)
        self.at += 1

    def row(self, values: tuple[str | float | int | None, ...], *, bold: bool = False) -> None:
        for column, value in enumerate(values):
            if value is None or value == "":
                continue
            if isinstance(value, str):
                style = self.quoted if value.startswith(_FORMULA_SIGNS) else (self.bold if bold else None)
                self.sheet.write_string(self.at, column, value, style)
            else:
                self.sheet.write_number(self.at, column, value)
        self.at += 1


def _table(sheet: _Sheet, block: FiguresTable | TableBlock) -> None:
    drawn = [
        bool(block.rows) and all(isinstance(row.cells[index], SparkCell) for row in block.rows)
        for index in range(len(block.columns) - 1)
    ]
    sheet.row(())
    sheet.row((block.caption,), bold=True)
    labels = [column.label for column, skip in zip(block.columns[1:], drawn, strict=True) if not skip]
    sheet.row((block.columns[0].label, *labels), bold=True)
    for row in block.rows:
        head = f"{row.header} ({row.small})" if row.small else row.header
        cells = [_value(cell) for cell, skip in zip(row.cells, drawn, strict=True) if not skip]
        sheet.row((head, *cells))
    for note in block.notes:
        sheet.row((note,))


def _value(cell: Cell) -> str | float:
    match cell:
        case NumberCell() if not cell.small and _plain(cell):
            return cell.value
        case NumberCell():
            return f"{cell.text} ({cell.small})" if cell.small else cell.text
        case VerdictCell():
            return "; ".join(part for part in (cell.word, cell.figures, cell.small) if part)
        case SparkCell():
            return cell.alternative
        case _:
            return f"{cell.text} ({cell.small})" if cell.small else cell.text


def _plain(cell: NumberCell) -> bool:
    """Whether the printed text is nothing but the number, so that the number itself may stand in the cell."""
    return not any(sign in cell.text for sign in ("×", "%", "*"))
