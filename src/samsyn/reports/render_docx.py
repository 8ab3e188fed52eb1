"""A document as a Word file: real headings, marked table headers, alternative texts.

The small bars of the figures table are left out: the same figures stand beside them as numbers.
"""

from __future__ import annotations

import io
from datetime import UTC, datetime

import docx
from docx.document import Document as WordDocument
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import _Cell

from samsyn.reports import figures, render_pdf
from samsyn.reports.archives import normalised
from samsyn.reports.document import (
    Align,
    Block,
    Cell,
    DefinitionList,
    Document,
    FigureBlock,
    FiguresTable,
    Note,
    NoteKind,
    NumberCell,
    Paragraph,
    Section,
    SparkCell,
    Summary,
    TableBlock,
    VerdictCell,
)

_FONT = "Source Sans 3"
_INK, _SOFT, _ALERT = RGBColor(0x16, 0x21, 0x3A), RGBColor(0x4D, 0x57, 0x67), RGBColor(0x86, 0x4A, 0x00)
_LOCALES = {"sv": "sv-SE", "en": "en-GB"}


def render(document: Document) -> bytes:
    """Return the document as a .docx file."""
    word = docx.Document()
    _prepare(word, document)
    if document.banner:
        _line(word, document.banner, colour=_ALERT, bold=True)
    word.add_heading(document.title, level=1)
    if document.subtitle:
        _line(word, document.subtitle, colour=_SOFT)
    if document.status:
        _line(word, document.status, colour=_ALERT, bold=True)
    for section in document.sections:
        _section(word, section)
    if document.sources:
        word.add_heading(document.sources_heading, level=2)
        for source in document.sources:
            word.add_paragraph(source, style="List Bullet")
    if document.facts:
        word.add_heading(document.facts_heading, level=2)
        _terms(word, DefinitionList(document.facts))
    out = io.BytesIO()
    word.save(out)
    return normalised(out.getvalue())


def _prepare(word: WordDocument, document: Document) -> None:
    made = datetime.fromisoformat(document.made or "2000-01-01").replace(tzinfo=UTC)
    core = word.core_properties
    core.title, core.author, core.last_modified_by, core.comments = document.title, "Samsyn", "Samsyn", ""
    core.created = core.modified = made.replace(tzinfo=None)
    core.language, core.revision = _LOCALES.get(document.language, document.language), 1
    page = word.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(1.9)
    page.top_margin = page.bottom_margin = Cm(2)
    if document.banner:
        page.header.paragraphs[0].text = document.banner
    for name, size, bold in (
        ("Normal", 10, False),
        ("Heading 1", 22, True),
        ("Heading 2", 14, True),
        ("Heading 3", 11, True),
    ):
        style = word.styles[name]
        style.font.name, style.font.size, style.font.bold = _FONT, Pt(size), bold
        style.font.color.rgb = _INK
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for attribute in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(attribute), None)
        for attribute in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
            fonts.set(qn(attribute), _FONT)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), _LOCALES.get(document.language, document.language))
    word.styles["Normal"].element.get_or_add_rPr().append(language)


def _line(
    word: WordDocument, text: str, *, colour: RGBColor | None = None, bold: bool = False, size: float = 10
) -> None:
    run = word.add_paragraph().add_run(text)
    run.bold, run.font.size = bold, Pt(size)
    if colour is not None:
        run.font.color.rgb = colour


def _section(word: WordDocument, section: Section) -> None:
    if section.heading:
        word.add_heading(section.heading, level=2)
    for block in section.blocks:
        _block(word, block)


def _block(word: WordDocument, block: Block) -> None:
    match block:
        case Paragraph():
            _line(word, block.text, size=11 if block.lead else 10)
        case Summary():
            # Under a section heading these are its parts; before any, they are on the sections' own level.
            for point in block.points:
                word.add_heading(point.heading, level=2)
                word.add_paragraph(point.text)
        case FiguresTable() | TableBlock():
            _table(word, block)
        case FigureBlock():
            _line(word, block.caption, colour=_SOFT)
            width = Cm(min(16.0, figures.natural_width(block.chart) * 0.027))
            word.add_picture(io.BytesIO(render_pdf.picture(block)), width=width)
            properties = word.inline_shapes[-1]._inline.docPr
            properties.set("descr", block.alternative)
            properties.set("title", block.caption)
        case Note():
            _line(word, block.heading, bold=True, colour=_ALERT if block.kind is NoteKind.WARNING else None)
            if block.lead:
                word.add_paragraph(block.lead)
            for item in block.items:
                word.add_paragraph(item, style="List Bullet")
        case DefinitionList():
            _terms(word, block)


def _terms(word: WordDocument, block: DefinitionList) -> None:
    for item in block.items:
        paragraph = word.add_paragraph()
        paragraph.add_run(f"{item.term}: ").bold = True
        paragraph.add_run(item.text)


def _table(word: WordDocument, block: FiguresTable | TableBlock) -> None:
    drawn = {
        index
        for index in range(len(block.columns) - 1)
        if block.rows and all(isinstance(row.cells[index], SparkCell) for row in block.rows)
    }
    keep = [index for index in range(len(block.columns) - 1) if index not in drawn]
    _line(word, block.caption, colour=_SOFT)
    table = word.add_table(rows=1, cols=len(keep) + 1)
    table.alignment = WD_TABLE_ALIGNMENT.LEFT
    table.style = "Table Grid"
    _describe(table, block.caption)
    columns = [block.columns[0], *(block.columns[index + 1] for index in keep)]
    for cell, column in zip(table.rows[0].cells, columns, strict=True):
        _write(cell, column.label, bold=True, right=column.align is Align.NUMBER)
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(mark)
    for row in block.rows:
        cells = table.add_row().cells
        whole = OxmlElement("w:cantSplit")
        table.rows[-1]._tr.get_or_add_trPr().append(whole)
        _write(cells[0], ("– " if row.level else "") + row.header, small=row.small, bold=not row.level)
        for place, index in enumerate(keep, start=1):
            _fill(cells[place], row.cells[index], right=columns[place].align is Align.NUMBER)
    for note in block.notes:
        _line(word, note, colour=_SOFT, size=9)
    word.add_paragraph()


def _describe(table: docx.table.Table, caption: str) -> None:
    properties = table._tbl.tblPr
    for name in ("w:tblCaption", "w:tblDescription"):
        element = OxmlElement(name)
        element.set(qn("w:val"), caption)
        properties.append(element)


def _fill(target: _Cell, cell: Cell, *, right: bool) -> None:
    match cell:
        case VerdictCell():
            _write(target, cell.word, extra=cell.figures, small=cell.small, bold=not cell.plain)
        case NumberCell():
            _write(target, cell.text, small=cell.small, bold=cell.strong, right=right)
        case SparkCell():
            _write(target, cell.alternative)
        case _:
            _write(target, cell.text, small=cell.small, right=right)


def _write(
    target: _Cell, text: str, *, extra: str = "", small: str = "", bold: bool = False, right: bool = False
) -> None:
    paragraph = target.paragraphs[0]
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    run = paragraph.add_run(text)
    run.bold, run.font.size = bold, Pt(9)
    for line in (extra, small):
        if line:
            if text or line is small:
                paragraph.add_run().add_break()
            quiet = paragraph.add_run(line)
            quiet.font.size, quiet.font.color.rgb = Pt(8), _SOFT
