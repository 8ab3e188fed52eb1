"""A document as an HTML fragment with class names only: the page round it brings the style sheet.

Headings start at ``heading_level`` so that the fragment fits under the page's own h1. Tables keep their
header cells' scope and repeat the column's name on each cell (``data-label``), because a narrow screen
shows each row as a record.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from samsyn.reports import figures
from samsyn.reports.document import (
    Align,
    Block,
    Cell,
    Column,
    DefinitionList,
    Document,
    FigureBlock,
    FiguresTable,
    HiddenCell,
    MissingCell,
    Note,
    NoteKind,
    NumberCell,
    Paragraph,
    Row,
    Section,
    SourceRef,
    SparkCell,
    Summary,
    TableBlock,
    TextCell,
    VerdictCell,
)

SourceLink = Callable[[SourceRef], str]


def render(
    document: Document,
    *,
    heading_level: int = 1,
    with_head: bool = True,
    source_link: SourceLink | None = None,
) -> str:
    """Return the document as an HTML fragment.

    Parameters
    ----------
    document : Document
    heading_level : int
        The level of the title; sections come one level below.
    with_head : bool
        Whether title, subtitle and banner are part of the fragment; a page that prints them itself says no.
    source_link : callable, optional
        Returns the address of the cell that a figure was read from, or nothing. A page passes it; a
        document that leaves the house has no links.
    """
    parts = [f'<article class="report stack" lang="{escape(document.language)}">']
    if with_head:
        parts.append(_head(document, heading_level))
    parts += [_section(section, heading_level + 1, source_link) for section in document.sections]
    if document.sources:
        items = "".join(f"<li>{escape(source)}</li>" for source in document.sources)
        heading = _heading(document.sources_heading, heading_level + 1)
        parts.append(f'<section class="sources stack">{heading}<ul class="source">{items}</ul></section>')
    if document.facts:
        heading = _heading(document.facts_heading, heading_level + 1)
        terms = _definitions(DefinitionList(document.facts))
        parts.append(f'<section class="provenance stack">{heading}{terms}</section>')
    return "\n".join([*parts, "</article>\n"])


def _head(document: Document, level: int) -> str:
    banner = f'<p class="banner">{escape(document.banner)}</p>' if document.banner else ""
    status = (
        f'<p class="status"><span class="tag draft">{escape(document.status)}</span></p>'
        if document.status
        else ""
    )
    lead = f'<p class="lead">{escape(document.subtitle)}</p>' if document.subtitle else ""
    return f'<header class="head">{banner}{_heading(document.title, level)}{lead}{status}</header>'


def _heading(text: str, level: int) -> str:
    return f"<h{level}>{escape(text)}</h{level}>" if text else ""


def _section(section: Section, level: int, link: SourceLink | None) -> str:
    anchor = f' id="{escape(section.anchor)}"' if section.anchor else ""
    blocks = "\n".join(_block(block, level, link) for block in section.blocks)
    if section.folded:
        heading = _heading(section.heading, level)
        return (
            f'<section{anchor}><details class="fold"><summary>{heading}</summary>'
            f'<div class="stack">{blocks}</div></details></section>'
        )
    return f'<section class="stack"{anchor}>{_heading(section.heading, level)}\n{blocks}\n</section>'


def _block(block: Block, level: int, link: SourceLink | None) -> str:
    match block:
        case Paragraph():
            return (
                f'<p class="lead">{escape(block.text)}</p>' if block.lead else f"<p>{escape(block.text)}</p>"
            )
        case Summary():
            points = "".join(
                f"<div>{_heading(point.heading, level)}<p>{escape(point.text)}</p></div>"
                for point in block.points
            )
            return f'<div class="summary">{points}</div>'
        case FiguresTable():
            return _table("figures records", block, link)
        case TableBlock():
            return _table("records", block, link)
        case FigureBlock():
            svg = figures.bar_chart(block.chart, block.alternative)
            return f'<figure class="figure"><figcaption>{escape(block.caption)}</figcaption>{svg}</figure>'
        case Note():
            return _note(block)
        case DefinitionList():
            return _definitions(block)


def _note(note: Note) -> str:
    items = "".join(f"<li>{escape(item)}</li>" for item in note.items)
    body = (f"<p>{escape(note.lead)}</p>" if note.lead else "") + (f"<ul>{items}</ul>" if items else "")
    if note.kind is NoteKind.PLAIN:
        return f'<details class="notes" open=""><summary>{escape(note.heading)}</summary>{body}</details>'
    name = "caveat strong" if note.kind is NoteKind.WARNING else "caveat"
    return f'<aside class="{name}"><p><strong>{escape(note.heading)}</strong></p>{body}</aside>'


def _definitions(block: DefinitionList) -> str:
    items = "".join(
        f"<div><dt>{escape(item.term)}</dt><dd>{escape(item.text)}</dd></div>" for item in block.items
    )
    return f'<dl class="facts">{items}</dl>'


def _table(name: str, table: FiguresTable | TableBlock, link: SourceLink | None) -> str:
    columns, caption = table.columns, table.caption
    heads = "".join(f'<th scope="col"{_align(column)}>{escape(column.label)}</th>' for column in columns)
    body = "\n".join(_row(row, columns, link) for row in table.rows)
    below = "".join(f'<p class="source">{escape(note)}</p>' for note in table.notes)
    return (
        f'<div class="scroll"><table class="{name}"><caption>{escape(caption)}</caption>'
        f"<thead><tr>{heads}</tr></thead>\n<tbody>\n{body}\n</tbody></table></div>{below}"
    )


def _align(column: Column) -> str:
    return ' class="n"' if column.align is Align.NUMBER else ""


def _row(row: Row, columns: tuple[Column, ...], link: SourceLink | None) -> str:
    names = [name for name, on in (("detect", row.detection), ("part", row.level > 0)) if on]
    name = f' class="{" ".join(names)}"' if names else ""
    cells = "".join(_cell(cell, column, link) for cell, column in zip(row.cells, columns[1:], strict=True))
    return f'<tr{name}><th scope="row">{escape(row.header)}{_small(row.small)}</th>{cells}</tr>'


def _small(text: str) -> str:
    return f"<small>{escape(text)}</small>" if text else ""


def _linked(text: str, source: SourceRef | None, link: SourceLink | None) -> str:
    address = link(source) if link and source else ""
    return f'<a href="{escape(address)}">{escape(text)}</a>' if address else escape(text)


def _cell(cell: Cell, column: Column, link: SourceLink | None) -> str:
    label = f' data-label="{escape(column.label)}"'
    match cell:
        case NumberCell():
            number = _linked(cell.text, cell.source, link)
            now = " now" if cell.strong else ""
            return f'<td class="n{now}"{label}>{number}{_small(cell.small)}</td>'
        case MissingCell():
            return f'<td class="n absent"{label}>{escape(cell.text)}{_small(cell.small)}</td>'
        case HiddenCell():
            return f'<td class="n kept"{label}>{escape(cell.text)}{_small(cell.small)}</td>'
        case VerdictCell():
            clear = "" if cell.plain else " clear"
            word = f'<span class="verdict{clear}">{escape(cell.word)}</span>' if cell.word else ""
            num = f' <span class="num">{escape(cell.figures)}</span>' if cell.figures else ""
            return f'<td class="wide"{label}>{word}{num}{_small(cell.small)}</td>'
        case SparkCell():
            return f'<td class="picture"{label}>{figures.spark(cell)}</td>'
        case TextCell():
            text = "; ".join(_linked(part, source, link) for part, source in cell.parts) or escape(cell.text)
            return f"<td{_align(column)}{label}>{text}{_small(cell.small)}</td>"
