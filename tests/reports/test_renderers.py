"""The same figures everywhere, and the same bytes twice."""

from __future__ import annotations

import hashlib
import html as html_module
import io
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import docx
import pytest
from python_calamine import CalamineWorkbook

from samsyn.reports import figures, render_docx, render_html, render_json, render_pdf, render_xlsx
from samsyn.reports.document import Bar, BarChart, Document, FigureBlock, FiguresTable, NumberCell
from samsyn.reports.templates import situational_picture
from tests.reports.pictures import document, findings

ROOT = Path(__file__).resolve().parents[2]
RENDERERS = {"html": render_html, "pdf": render_pdf, "docx": render_docx, "xlsx": render_xlsx}


@pytest.fixture(scope="module")
def sergel() -> Document:
    return document()


@pytest.fixture(scope="module")
def files(sergel: Document) -> dict[str, bytes]:
    made = {name: renderer.render(sergel) for name, renderer in RENDERERS.items()}
    made["html"] = made["html"].encode()
    return made


def printed(found: Document) -> list[str]:
    """Return the printed numbers of the figures tables."""
    tables = [b for s in found.sections for b in s.blocks if isinstance(b, FiguresTable)]
    return [
        c.text.replace("\u00a0", " ")
        for t in tables
        for r in t.rows
        for c in r.cells
        if isinstance(c, NumberCell)
    ]


def pdf_text(content: bytes, tmp_path: Path) -> str:
    if shutil.which("pdftotext") is None:
        pytest.skip("needs pdftotext")
    path = tmp_path / "picture.pdf"
    path.write_bytes(content)
    done = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True)
    return done.stdout.decode()


def tokens(text: str) -> set[str]:
    """Return the numbers of a text, whatever space divides thousands."""
    return set(re.findall(r"[−+]?\d+(?:[\s\u00a0]\d{3})*(?:,\d+)?×?", text.replace("\n", "  ")))


def normal(numbers: Iterable[str]) -> set[str]:
    return {re.sub(r"[\s\u00a0]", "", number) for number in numbers}


# --- the same figures ----------------------------------------------------------------------------------


def test_html_prints_every_figure_of_the_document(sergel: Document, files: dict[str, bytes]) -> None:
    text = html_module.unescape(re.sub(r"<[^>]+>", " ", files["html"].decode()))
    assert normal(printed(sergel)) <= normal(tokens(text))


def test_the_pdf_prints_every_figure_of_the_document(
    sergel: Document, files: dict[str, bytes], tmp_path: Path
) -> None:
    assert normal(printed(sergel)) <= normal(tokens(pdf_text(files["pdf"], tmp_path)))


def test_word_prints_every_figure_of_the_document(sergel: Document, files: dict[str, bytes]) -> None:
    word = docx.Document(io.BytesIO(files["docx"]))
    text = "  ".join(cell.text for table in word.tables for row in table.rows for cell in row.cells)
    assert normal(printed(sergel)) <= normal(tokens(text))


def test_the_spreadsheet_and_json_hold_the_values_of_the_document(files: dict[str, bytes]) -> None:
    found = findings()
    wanted = [
        figure.value for series in found.series for figure in series.figures if figure.value is not None
    ]
    sheet = (
        CalamineWorkbook.from_filelike(io.BytesIO(files["xlsx"]))
        .get_sheet_by_name("Alla siffror")
        .to_python()
    )
    column = sheet[0].index("value")
    assert [row[column] for row in sheet[1:]] == wanted
    told = json.loads(render_json.render(found))
    assert [f["value"] for g in told["groups"] for s in g["series"] for f in s["figures"]] == wanted


def test_every_verdict_reads_the_same_in_html_and_word(files: dict[str, bytes]) -> None:
    page = html_module.unescape(files["html"].decode())
    word = docx.Document(io.BytesIO(files["docx"]))
    cells = " ".join(cell.text for table in word.tables for row in table.rows for cell in row.cells)
    for verdict in re.findall(r'<span class="num">([^<]+)</span>', page):
        assert verdict in cells


# --- the same bytes ------------------------------------------------------------------------------------

_MAKE = """
import hashlib, sys
sys.path[:0] = {paths!r}
from tests.reports.pictures import document, findings
from samsyn.reports import render_docx, render_html, render_json, render_pdf, render_xlsx
d = document()
for b in (render_html.render(d).encode(), render_pdf.render(d), render_docx.render(d), render_xlsx.render(d),
          render_json.render(findings())):
    print(hashlib.sha256(b).hexdigest())
"""


def test_two_processes_in_different_time_zones_make_the_same_bytes(files: dict[str, bytes]) -> None:
    made = []
    for zone, seed in (("Pacific/Kiritimati", "1"), ("America/Los_Angeles", "77")):
        code = _MAKE.format(paths=[str(ROOT / "src"), str(ROOT)])
        env = {**os.environ, "TZ": zone, "PYTHONHASHSEED": seed}
        done = subprocess.run(
            [sys.executable, "-c", code], env=env, capture_output=True, check=True, cwd=ROOT
        )
        made.append(done.stdout.decode().split())
    assert made[0] == made[1]
    here = [hashlib.sha256(files[name]).hexdigest() for name in ("html", "pdf", "docx", "xlsx")]
    assert made[0][:4] == here


def test_no_file_holds_the_time_of_writing(files: dict[str, bytes]) -> None:
    for name in ("docx", "xlsx"):
        with zipfile.ZipFile(io.BytesIO(files[name])) as archive:
            assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


# --- what each format owes its reader ------------------------------------------------------------------


def test_every_table_header_has_a_scope_and_every_cell_a_label(files: dict[str, bytes]) -> None:
    page = files["html"].decode()
    assert all("scope=" in head for head in re.findall(r"<th\b[^>]*>", page))
    assert all("data-label=" in cell for cell in re.findall(r"<td\b[^>]*>", page))


def test_html_carries_no_style_of_its_own(files: dict[str, bytes]) -> None:
    page = files["html"].decode()
    assert not re.search(r"\sstyle=|<style|<script|\son\w+=|\sfill=|\sstroke=", page)


def test_html_is_well_formed_and_headings_never_skip_a_level(sergel: Document) -> None:
    for level in (1, 2):
        root = ElementTree.fromstring(render_html.render(sergel, heading_level=level).replace("&nbsp;", " "))
        levels = [int(e.tag[1]) for e in root.iter() if re.fullmatch(r"h\d", e.tag)]
        assert levels[0] == level
        assert all(b - a <= 1 for a, b in itertools.pairwise(levels))


def test_every_drawing_on_the_page_has_a_text_alternative(files: dict[str, bytes]) -> None:
    drawings = re.findall(r"<svg\b[^>]*>", files["html"].decode())
    assert drawings
    assert all('role="img"' in svg and re.search(r'aria-label="[^"]+"', svg) for svg in drawings)


def test_the_pdf_is_tagged_in_its_language_with_the_programs_own_font(files: dict[str, bytes]) -> None:
    content = files["pdf"]
    assert b"/MarkInfo" in content
    assert b"pdfuaid" in content
    assert b"sv" in content
    if any((ROOT / "src/samsyn/reports/fonts").glob("*.ttf")):
        assert b"SourceSans3" in content


def test_word_has_real_headings_marked_table_headers_and_alternatives(files: dict[str, bytes]) -> None:
    word = docx.Document(io.BytesIO(files["docx"]))
    styles = [paragraph.style.name for paragraph in word.paragraphs if paragraph.style is not None]
    assert styles.count("Heading 1") == 1
    assert styles.count("Heading 2") > 5
    xml = zipfile.ZipFile(io.BytesIO(files["docx"])).read("word/document.xml").decode()
    assert xml.count("<w:tblHeader") == len(word.tables)
    assert all(shape._inline.docPr.get("descr") for shape in word.inline_shapes)


def test_the_banner_is_on_every_document(files: dict[str, bytes], tmp_path: Path) -> None:
    assert "Allt här är simulerat" in files["html"].decode()
    pages = pdf_text(files["pdf"], tmp_path).split("\f")[:-1]
    assert all("Allt här är simulerat" in page for page in pages)


# --- hostile text --------------------------------------------------------------------------------------

HOSTILE = '#import "x" <b>=cmd|calc</b> $x$ \\ @a *f* _g_ & "'


@pytest.fixture(scope="module")
def hostile() -> Document:
    return situational_picture(
        findings(name=HOSTILE), "sv", status_line=HOSTILE, assessment_summary=HOSTILE, banner=HOSTILE
    )


def test_a_hostile_name_is_only_a_name_on_the_page(hostile: Document) -> None:
    page = render_html.render(hostile)
    assert "<b>" not in page
    assert "&lt;b&gt;=cmd" in page


def test_a_hostile_name_is_only_a_name_in_the_pdf(hostile: Document, tmp_path: Path) -> None:
    assert "=cmd|calc" in pdf_text(render_pdf.render(hostile), tmp_path)


def test_no_cell_of_the_spreadsheet_is_a_formula() -> None:
    content = render_xlsx.render(situational_picture(findings(), "sv", status_line="=1+1", banner="@SUM(A1)"))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheets = [
            archive.read(name).decode() for name in archive.namelist() if name.startswith("xl/worksheets/")
        ]
        assert b'quotePrefix="1"' in archive.read("xl/styles.xml")
    assert not any("<f>" in sheet for sheet in sheets)


# --- charts --------------------------------------------------------------------------------------------


def test_a_missing_value_is_a_gap_and_zero_is_a_line_on_the_axis() -> None:
    chart = BarChart((Bar("2017", None, "saknas", "saknas"), Bar("2018", 0, "0"), Bar("2019", 4, "4")))
    svg = figures.bar_chart(chart, "2017 saknas, 2018 0, 2019 4")
    assert svg.count('class="missing"') == 1
    assert ">saknas<" in svg
    assert ">0<" in svg


def test_detection_driven_bars_are_outlined_and_never_wear_the_accent() -> None:
    chart = BarChart((Bar("2018", 3, "3"), Bar("2019", 4, "4")), detection=True)
    embedded = figures.bar_chart(chart, "3, 4", embedded=True)
    assert "#12495b" not in embedded
    assert 'class="bar detect now"' in figures.bar_chart(chart, "3, 4")


def test_a_chart_becomes_a_picture_for_word() -> None:
    block = FigureBlock(BarChart((Bar("2018", 3, "3"),)), "Stöld", "3")
    assert render_pdf.picture(block).startswith(b"\x89PNG")


# --- the documented format and speed -------------------------------------------------------------------


def check(schema: dict[str, Any], data: Any, defs: dict[str, Any], where: str = "$") -> None:
    """Hold data to the few words of JSON schema that the format uses."""
    if "$ref" in schema:
        return check(defs[schema["$ref"].rsplit("/", 1)[1]], data, defs, where)
    if "anyOf" in schema:
        for choice in schema["anyOf"]:
            try:
                return check(choice, data, defs, where)
            except AssertionError:
                continue
        raise AssertionError(where)
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    python = {
        "object": dict,
        "array": list,
        "string": str,
        "integer": int,
        "number": (int, float),
        "boolean": bool,
        "null": type(None),
    }
    assert any(isinstance(data, python[kind]) for kind in kinds), where
    if "enum" in schema:
        assert data in schema["enum"], where
    if isinstance(data, dict):
        assert list(data) == list(schema["properties"]), where
        for name, value in data.items():
            check(schema["properties"][name], value, defs, f"{where}.{name}")
    if isinstance(data, list):
        items = schema.get("prefixItems") or [schema["items"]] * len(data)
        for index, (item, value) in enumerate(zip(items, data, strict=True)):
            check(item, value, defs, f"{where}[{index}]")
    return None


def test_the_json_follows_its_schema_in_the_documented_order() -> None:
    schema = render_json.schema()
    check(schema, json.loads(render_json.render(findings())), schema["$defs"])


def test_the_reference_page_names_every_part_of_the_format() -> None:
    page = (ROOT / "docs/reference/lagesbild-json.md").read_text(encoding="utf-8")
    schema = render_json.schema()
    for name in (*schema["properties"], *schema["$defs"]):
        assert f"`{name}`" in page, name


def test_a_picture_is_described_and_drawn_in_time_for_a_page() -> None:
    render_html.render(situational_picture(findings(), "sv"))
    spent = []
    for _ in range(5):
        begun = time.process_time()
        render_html.render(situational_picture(findings(), "sv"))
        spent.append(time.process_time() - begun)
    assert min(spent) < 0.12


def test_a_page_leads_from_each_figure_to_its_cell_and_a_document_does_not(
    sergel: Document, files: dict[str, bytes]
) -> None:
    page = render_html.render(
        sergel, source_link=lambda source: f"/rader/?rad={source.row}&v={source.version}"
    )
    assert re.search(r'<td class="n[^>]*><a href="/rader/\?rad=\d+&amp;v=\d+">\d', page)
    assert re.search(r'<a href="/rader/\?rad=\d+&amp;v=\d+">2017: ', page)
    assert re.sub(r"</?a\b[^>]*>", "", page) == render_html.render(sergel)
    assert b"<a " not in files["html"]
