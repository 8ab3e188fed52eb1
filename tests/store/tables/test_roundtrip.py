"""Whatever small table is printed in one of the three forms is read back as it was, or not at all."""

from __future__ import annotations

import csv
import io
import random
from contextlib import suppress

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings, strategies as st
from tests.store.tables.conftest import ASSAULT, HEADINGS, blanked, load, stacked, tabbed

from samsyn.store.errors import UnknownEncoding
from samsyn.store.tables import RawTable, read_csv, read_text, read_xlsx, recognise

AREA_NAMES = ("Sergels torg", "Hässelby torg", "LPO Norrmalm", "Klara", "Stureplan", "Norra Bantorget")
COLUMN_NAMES = ("Rån", "Stöld", "Olaga hot", "Våld mot tjänsteman", "Skadegörelse")
Table = dict[tuple[str, str], tuple[int, ...]]
slow = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def tables(draw: st.DrawFn) -> Table:
    areas = draw(st.lists(st.sampled_from(AREA_NAMES), min_size=1, max_size=4, unique=True))
    years = range(start := draw(st.integers(1998, 2022)), start + draw(st.integers(1, 4)))
    width = draw(st.integers(2, 5))
    figure = st.one_of(
        st.integers(0, 30), st.integers(0, 1800), st.integers(2200, 90000), st.integers(1990, 2030)
    )
    return {(area, str(year)): tuple(draw(figure) for _ in range(width)) for area in areas for year in years}


def spaced(table: Table) -> dict[tuple[str, str], tuple[str, ...]]:
    return {
        key: tuple(f"{figure:,}".replace(",", " ") for figure in figures) for key, figures in table.items()
    }


def shown(raw: RawTable) -> dict[tuple[str, str], list[int]] | None:
    """Return figures by area and period in column order; None when a fault or an open question stops them."""
    found = recognise(raw)
    if found.faults or any(not question.recommended for question in found.asked):
        return None
    rows: dict[tuple[str, str], list[int]] = {}
    for figure in found.figures:
        assert figure.printed.value is not None
        digits = figure.cell.plain.replace(" ", "")
        assert str(figure.printed.value) in digits
        rows.setdefault((figure.area, figure.period), []).append(int(figure.printed.value))
    return rows


def headings(table: Table) -> tuple[str, ...]:
    return COLUMN_NAMES[: len(next(iter(table.values())))]


def looks_like_years(table: Table) -> bool:
    """Whether a figure could be taken for a period, so that a copy with one cell per line may be refused."""
    return any(1900 <= figure < 2100 for figures in table.values() for figure in figures)


def expected(table: Table) -> dict[tuple[str, str], list[int]]:
    return {key: list(figures) for key, figures in table.items()}


@slow
@given(tables())
def test_a_table_with_one_cell_per_line_is_read_back(table: Table) -> None:
    result = shown(read_text(stacked(table, "Anmälda brott i city", headings(table))))
    assert result == expected(table) or (result is None and looks_like_years(table))


@slow
@given(tables())
def test_a_table_with_one_cell_per_line_and_spaces_in_its_numbers_is_read_back(table: Table) -> None:
    assert shown(read_text(stacked(spaced(table), "Anmälda brott i city", headings(table)))) == expected(
        table
    )


@slow
@given(tables())
def test_a_table_with_tabs_is_read_back(table: Table) -> None:
    assert shown(read_text(tabbed(spaced(table), "Anmälda brott i city", headings(table)))) == expected(table)


@slow
@given(tables())
def test_a_table_with_blanks_is_read_back(table: Table) -> None:
    assert shown(read_text(blanked(table, "Anmälda brott i city", headings(table)))) == expected(table)


@slow
@given(tables())
def test_a_table_with_blanks_also_in_its_numbers_is_read_back_or_asked_about(table: Table) -> None:
    found = recognise(read_text(blanked(spaced(table), "Anmälda brott i city", headings(table))))
    asked = {question.where[0].row for question in found.asked if question.code == "division"}
    right = expected(table)
    rows: dict[tuple[str, str], list[int]] = {}
    for figure in found.figures:
        assert figure.printed.value is not None
        rows.setdefault((figure.area, figure.period), []).append(int(figure.printed.value))
    assert all(right[key] == figures for key, figures in rows.items() if key in right)
    if not asked and not found.faults:
        assert rows == right


@slow
@given(tables(), st.sampled_from([";", ",", "\t"]), st.sampled_from(["utf-8", "utf-8-sig", "cp1252"]))
def test_a_csv_file_is_read_back(table: Table, delimiter: str, encoding: str) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(["Område", "År", *headings(table)])
    writer.writerows([area, year, *figures] for (area, year), figures in table.items())
    assert shown(read_csv(text.getvalue().encode(encoding))) == expected(table)


@settings(max_examples=20, deadline=None)
@given(tables())
def test_a_workbook_is_read_back(table: Table) -> None:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Område", "År", *headings(table)])
    for line, ((area, year), figures) in enumerate(table.items(), 1):
        sheet.write_row(line, 0, [area, int(year), *figures])
    book.close()
    assert shown(read_xlsx(stream.getvalue())[0]) == expected(table)


@slow
@given(st.text(alphabet="0123456789 \t\n-–.,%()*[]aåRÅ:år", max_size=200))
def test_no_text_makes_the_reading_fail(text: str) -> None:
    found = recognise(read_text(text))
    for figure in found.figures:
        if figure.printed.value is not None:
            digits = "".join(c for c in figure.cell.text if c.isdigit())
            assert "".join(c for c in str(abs(figure.printed.value)) if c.isdigit()) in digits or digits == ""


@slow
@given(st.binary(max_size=100))
def test_no_bytes_make_the_reading_of_csv_fail_in_an_unknown_way(content: bytes) -> None:
    with suppress(UnknownEncoding):
        assert recognise(read_csv(content)).raw.form == "grid"


@pytest.mark.parametrize("seed", range(25))
def test_a_paste_that_lost_a_line_is_refused(seed: int) -> None:
    lines = stacked(ASSAULT, "Misshandel utomhus", HEADINGS).split("\n")
    figures = [number for number, line in enumerate(lines) if line.isdigit() and len(line) < 4]
    del lines[random.Random(seed).choice(figures)]
    outcome = load(read_text("\n".join(lines)))
    assert outcome.errors
    assert outcome.rows.empty


@pytest.mark.parametrize("seed", range(25))
def test_a_paste_with_two_figures_exchanged_is_stopped_by_its_totals(seed: int) -> None:
    lines = stacked(ASSAULT, "Misshandel utomhus", HEADINGS).split("\n")
    figures = [number for number, line in enumerate(lines) if line.isdigit() and len(line) < 4]
    chance = random.Random(seed)
    while True:
        one, two = chance.sample(figures, 2)
        if lines[one] != lines[two] and abs(one - two) % 4:
            break
    lines[one], lines[two] = lines[two], lines[one]
    outcome = load(read_text("\n".join(lines)))
    assert "SAM225" in {error.rule for error in outcome.errors}
    assert outcome.rows.empty


@pytest.mark.parametrize("seed", range(25))
def test_a_shuffled_paste_gives_errors_and_no_rows(seed: int) -> None:
    lines = stacked(ASSAULT, "Misshandel utomhus", HEADINGS).split("\n")
    random.Random(seed).shuffle(lines)
    outcome = load(read_text("\n".join(lines)))
    assert outcome.errors
    assert outcome.rows.empty
