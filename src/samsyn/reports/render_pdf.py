"""A document as a tagged PDF (PDF/UA-1), set by typst.

The typesetter's source, `report.typ`, is fixed. Everything that people wrote goes in as data, so a place
named ``#import`` is only a name. Fonts come from the program's own folder, never from the machine, and
the time stamp is the document's own date: the same document gives the same bytes.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst

from samsyn.reports import figures
from samsyn.reports.document import (
    Block,
    Cell,
    Document,
    FigureBlock,
    FiguresTable,
    Note,
    SparkCell,
    Summary,
    TableBlock,
    VerdictCell,
)
from samsyn.reports.errors import PdfNotMade
from samsyn.reports.words import words

_HERE = Path(__file__).resolve().parent
_FONTS = _HERE / "fonts"
_SOURCE = _HERE / "report.typ"
_WIDEST = 490.0  # points: the width of the text on A4


def render(document: Document) -> bytes:
    """Return the document as PDF.

    Raises
    ------
    PdfNotMade
        The typesetter refused it, for instance a heading level that is missing.
    """
    try:
        made: bytes = typst.compile(
            _source(),
            root=str(_HERE),
            font_paths=_fonts(),
            ignore_system_fonts=True,
            format="pdf",
            pdf_standards="ua-1",
            timestamp=_timestamp(document),
            sys_inputs={"document": json.dumps(_data(document), ensure_ascii=False)},
        )
        return made
    except typst.TypstError as problem:
        raise PdfNotMade(title=document.title, reason=str(problem).splitlines()[0]) from None


def picture(block: FigureBlock, *, ppi: float = 200.0) -> bytes:
    """Return a chart as PNG, for Word, which does not draw SVG everywhere.

    Raises
    ------
    PdfNotMade
        The typesetter refused the drawing.
    """
    svg = figures.bar_chart(block.chart, block.alternative, embedded=True)
    source = (
        "#set page(width: auto, height: auto, margin: 2pt)\n"
        f'#set text(font: "{_family()}")\n'
        '#image(bytes(sys.inputs.svg), format: "svg")'
    )
    try:
        made: bytes = typst.compile(
            source.encode(),
            font_paths=_fonts(),
            ignore_system_fonts=True,
            format="png",
            ppi=ppi,
            sys_inputs={"svg": svg},
        )
        return made
    except typst.TypstError as problem:
        raise PdfNotMade(title=block.caption, reason=str(problem).splitlines()[0]) from None


@lru_cache(maxsize=1)
def _source() -> bytes:
    return _SOURCE.read_bytes()


def _fonts() -> list[Any]:
    return [str(_FONTS)] if _has_fonts() else []


@lru_cache(maxsize=1)
def _has_fonts() -> bool:
    return any(_FONTS.glob("*.ttf"))


def _family() -> str:
    return figures.FONT if _has_fonts() else "Libertinus Serif"


def _timestamp(document: Document) -> int:
    made = date.fromisoformat(document.made) if document.made else date(2000, 1, 1)
    return (made - date(1970, 1, 1)).days * 86400


def _data(document: Document) -> dict[str, Any]:
    spoken = words(document.language)
    return {
        "title": document.title,
        "subtitle": document.subtitle,
        "language": document.language,
        "status": document.status,
        "banner": document.banner,
        "made": document.made,
        "font": _family(),
        "page": spoken.gettext("Page"),
        "sections": [
            {"heading": section.heading, "blocks": [_block(block) for block in section.blocks]}
            for section in document.sections
        ],
        "sources_heading": document.sources_heading,
        "sources": list(document.sources),
        "facts_heading": document.facts_heading,
        "facts": [asdict(fact) for fact in document.facts],
    }


def _block(block: Block) -> dict[str, Any]:
    match block:
        case FiguresTable() | TableBlock():
            return {
                "kind": "table",
                "caption": block.caption,
                "columns": [{"label": c.label, "align": c.align.value} for c in block.columns],
                "rows": [
                    {
                        "header": row.header,
                        "small": row.small,
                        "level": row.level,
                        "detection": row.detection,
                        "cells": [_cell(cell) for cell in row.cells],
                    }
                    for row in block.rows
                ],
                "notes": list(block.notes),
            }
        case FigureBlock():
            svg = figures.bar_chart(block.chart, block.alternative, embedded=True)
            return {
                "kind": "figure",
                "caption": block.caption,
                "alternative": block.alternative,
                "svg": svg,
                "width": min(_WIDEST, figures.natural_width(block.chart) * 0.72),
            }
        case Summary():
            return {"kind": "summary", "points": [asdict(point) for point in block.points]}
        case Note():
            return {
                "kind": "note",
                "style": block.kind.value,
                "heading": block.heading,
                "lead": block.lead,
                "items": list(block.items),
            }
        case _:
            return {"kind": type(block).__name__.lower(), **asdict(block)}


def _cell(cell: Cell) -> dict[str, Any]:
    match cell:
        case SparkCell():
            return {
                "kind": "spark",
                "svg": figures.spark(cell, embedded=True),
                "alternative": cell.alternative,
            }
        case VerdictCell():
            return {"kind": "verdict", **asdict(cell)}
        case _:
            data = asdict(cell)
            data.pop("value", None)
            return {"kind": type(cell).__name__.removesuffix("Cell").lower(), **data}
