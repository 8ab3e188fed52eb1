"""JSON-stat 2 and Brå's open statistics: files that say what their figures are."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings, strategies as st
from tests.store.tables.conftest import META, load

from samsyn.domain.errors import SamsynError
from samsyn.store.errors import CubeTooLarge, NotACube, OnlyLinks
from samsyn.store.schema import rows_of
from samsyn.store.tables import (
    Outcome,
    apply,
    questions,
    read_csv,
    read_json_stat,
    read_xlsx,
    recognise,
    recommended,
)
from samsyn.store.tables.cube import MOST_FIGURES
from samsyn.store.tables.reading import RawTable


def residents(**changed: Any) -> dict[str, Any]:
    """Return a small table in the form that PxWeb gives it."""
    return {
        "version": "2.0",
        "class": "dataset",
        "label": "Folkmängden efter region, kön, tabellinnehåll och år",
        "source": "SCB",
        "updated": "2025-02-21T07:00:00Z",
        "note": ["Uppgifterna avser förhållandena den 31 december."],
        "role": {"time": ["Tid"], "geo": ["Region"], "metric": ["ContentsCode"]},
        "id": ["Region", "Kon", "ContentsCode", "Tid"],
        "size": [2, 2, 1, 2],
        "dimension": {
            "Region": {
                "label": "region",
                "category": {
                    "index": {"0180": 0, "2582": 1},
                    "label": {"0180": "Stockholm", "2582": "2582 Boden"},
                },
            },
            "Kon": {
                "label": "kön",
                "category": {"index": {"2": 1, "1": 0}, "label": {"1": "män", "2": "kvinnor"}},
            },
            "ContentsCode": {
                "label": "tabellinnehåll",
                "category": {
                    "index": {"BE0101N1": 0},
                    "label": {"BE0101N1": "Folkmängd"},
                    "unit": {"BE0101N1": {"base": "antal personer", "decimals": 0}},
                },
            },
            "Tid": {"label": "år", "category": {"index": {"2023": 0, "2024": 1}}},
        },
        "value": [10, 11, 12, 13, None, None, None, 0],
        "status": {"4": "..", "5": "x", "6": "."},
        "extension": {"px": {"tableid": "TAB638"}},
    } | changed


def reported(**changed: Any) -> dict[str, Any]:
    """Return a table with one dimension of its own, statuses with words, and a unit with decimals."""
    return {
        "class": "dataset",
        "label": "Anmälda brott efter månad",
        "id": ["Brottstyp", "Tid"],
        "size": [2, 2],
        "role": {"time": ["Tid"]},
        "dimension": {
            "Brottstyp": {"category": {"index": ["A", "B"], "label": {"A": "Rån", "B": "Häleri"}}},
            "Tid": {"category": {"index": ["2024M01", "2024M02"]}},
        },
        "value": {"0": 3, "2": 4, "3": 5},
        "status": {"1": "c", "3": "p"},
        "extension": {"status": {"label": {"c": "Sekretess", "p": "Preliminär uppgift"}}},
    } | changed


def read(table: dict[str, Any]) -> RawTable:
    (raw,) = read_json_stat(json.dumps(table).encode())
    return raw


def told(outcome: Outcome, *columns: str) -> list[tuple[Any, ...]]:
    assert not outcome.errors, [str(error) for error in outcome.errors]
    return [tuple(row[name] for name in columns) for row in rows_of(outcome.rows)]


# ------------------------------------------------------------------ JSON-stat 2


def test_a_table_from_pxweb_becomes_rows_with_area_period_and_sex() -> None:
    outcome = load(read(residents()))
    assert told(outcome, "scheme", "code", "area_name", "sex", "period_start", "value")[:4] == [
        ("kommun", "0180", "Stockholm", "men", date(2023, 1, 1), 10),
        ("kommun", "0180", "Stockholm", "men", date(2024, 1, 1), 11),
        ("kommun", "0180", "Stockholm", "women", date(2023, 1, 1), 12),
        ("kommun", "0180", "Stockholm", "women", date(2024, 1, 1), 13),
    ]
    (series,) = outcome.series
    assert (series.slug, series.unit, series.kind, series.person_based) == (
        "folkmangd",
        "persons",
        "residents",
        True,
    )


def test_missing_hidden_not_applicable_and_zero_are_four_things() -> None:
    outcome = load(read(residents()))
    assert told(outcome, "code", "raw", "status", "value")[4:] == [
        ("2582", "..", "missing", None),
        ("2582", "x", "suppressed", None),
        ("2582", ".", "not_applicable", None),
        ("2582", "0", "actual", 0),
    ]


@pytest.mark.parametrize("answer", ["missing", "suppressed", "not_applicable"])
def test_what_two_dots_stand_for_is_a_person_s_answer(answer: str) -> None:
    outcome = load(read(residents()), {"dots": answer})
    assert told(outcome, "status", "value")[4] == (answer, None)


def test_two_dots_are_never_zero_whatever_is_answered() -> None:
    outcome = load(read(residents()), {"dots": "zero"})
    assert [(error.rule, error.cell) for error in outcome.errors] == [("dash_as_zero", "..")]


def test_a_value_without_status_is_asked_about_by_itself() -> None:
    found = recognise(read(residents(status={"4": ".."})))
    assert [q.id for q in questions(found) if q.code in ("dots", "blank", "hidden", "dot")] == [
        "dots",
        "blank",
    ]


def test_the_file_s_own_words_say_what_its_statuses_stand_for() -> None:
    raw = read(reported())
    asked = {question.id: question for question in questions(recognise(raw))}
    assert asked["stated:c"].recommended == "suppressed"
    assert asked["glued:p"].recommended == "preliminary"
    outcome = load(raw, {"area:whole": "kommun:0180:2025"})
    assert told(outcome, "series", "period_end", "status", "value") == [
        ("ran", date(2024, 2, 1), "actual", 3),
        ("ran", date(2024, 3, 1), "suppressed", None),
        ("haleri", date(2024, 2, 1), "actual", 4),
        ("haleri", date(2024, 3, 1), "preliminary", 5),
    ]


def test_an_unknown_status_is_asked_about_without_a_suggestion() -> None:
    raw = read(reported(extension={}, status={"1": "q"}))
    asked = {question.id: question for question in questions(recognise(raw))}
    assert asked["stated:q"].recommended == ""
    outcome = load(raw, {"area:whole": "kommun:0180:2025"})
    assert [error.rule for error in outcome.errors] == ["SAM217"]


def test_a_unit_without_a_name_here_stands_in_the_heading_and_is_never_guessed() -> None:
    table = residents()
    table["dimension"]["ContentsCode"]["category"]["unit"] = {"BE0101N1": {"base": "tkr"}}
    found = recognise(read(table))
    assert "[tkr]" in found.series[0].name
    (asked,) = (question for question in questions(found) if question.code == "series")
    assert asked.recommended == ""


def test_source_table_number_and_notes_are_kept() -> None:
    raw = read(residents())
    assert raw.sources == ("SCB, tabell TAB638, ändrad 2025-02-21",)
    assert [note.text for note in raw.footnotes] == ["Uppgifterna avser förhållandena den 31 december."]


def test_a_code_whose_name_is_another_is_not_taken_for_a_municipality() -> None:
    table = residents()
    table["dimension"]["Region"]["category"]["label"]["0180"] = "Luleå"
    asked = {question.subject: question for question in questions(recognise(read(table)))}
    assert asked["Luleå"].recommended == ""
    assert asked["Boden"].recommended == "kommun:2582:okänd"


def test_a_sex_that_is_unknown_makes_the_dimension_a_part_of_the_series() -> None:
    table = residents()
    table["dimension"]["Kon"]["category"]["label"]["2"] = "kön okänt"
    found = recognise(read(table))
    assert {figure.sex for figure in found.figures} == {""}
    assert len(found.series) == 2


def test_a_collection_gives_one_table_for_each_data_set() -> None:
    tables = read_json_stat(
        json.dumps(
            {"version": "2.0", "class": "collection", "link": {"item": [residents(), reported(), reported()]}}
        ).encode()
    )
    assert [table.name for table in tables] == [
        "Folkmängden efter region, kön, tabellinnehåll och år",
        "Anmälda brott efter månad",
        "Anmälda brott efter månad (3)",
    ]


def test_a_collection_of_addresses_is_refused_naming_them() -> None:
    held = {"class": "collection", "link": {"item": [{"class": "dataset", "label": "BE0101", "href": "x"}]}}
    with pytest.raises(OnlyLinks) as refused:
        read_json_stat(json.dumps(held).encode())
    assert refused.value.facts["names"] == "BE0101"


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b'{"columns": [], "data": []}', b'{"dataset": {}}', b'{"class": "dataset"}',
     b'{"class": "dataset", "dimension": {}, "value": [NaN]}', b"\xff\xfe", b"[" * 100_000],
    ids=["empty", "cut", "list", "pxweb json", "version 1", "no dimensions", "nan", "bytes", "deep"],
)  # fmt: skip
def test_what_is_no_json_stat_2_is_refused(content: bytes) -> None:
    with pytest.raises(NotACube):
        read_json_stat(content)


def test_a_cube_is_never_spread_out_before_its_size_is_known() -> None:
    many = {"category": {"index": [str(n) for n in range(1000)]}}
    table = reported(
        id=["A", "B", "C"], size=[1000] * 3, role={}, dimension={"A": many, "B": many, "C": many}
    )
    with pytest.raises(CubeTooLarge) as refused:
        read(table)
    assert refused.value.facts == {"count": 10**9, "most": MOST_FIGURES}


def test_everything_that_contradicts_itself_is_told_at_once() -> None:
    table = reported(
        size=[3, 2], value=[1, 2, 3], role={"time": ["Tid"], "geo": ["Borta"]}, status={"9": ".."}
    )
    outcome = load(read(table))
    assert sorted(error.rule for error in outcome.errors) == ["SAM245", "SAM245", "SAM246", "SAM249"]
    assert outcome.rows.empty


@pytest.mark.parametrize("value", ["3", True, [3], 1e300, 10**40])
def test_a_value_that_is_no_figure_is_told_with_its_row(value: Any) -> None:
    outcome = load(read(reported(value=[1, value, 3, 4], status={})))
    assert [(error.rule, error.row) for error in outcome.errors if error.rule == "SAM249"] == [("SAM249", 3)]


def test_a_dimension_about_persons_is_refused_and_nothing_is_kept() -> None:
    table = reported()
    table["dimension"]["Brottstyp"]["label"] = "Personnummer"
    found = recognise(read(table))
    assert found.persons == ("Personnummer",)
    assert not found.figures
    assert not found.raw.lines


SIZES = st.lists(st.integers(1, 4), min_size=1, max_size=4)


@given(sizes=SIZES, data=st.data())
@settings(max_examples=60)
def test_any_cube_comes_back_value_for_value_in_any_of_its_forms(
    sizes: list[int], data: st.DataObject
) -> None:
    """Lists and objects, sparse or whole, say the same; the last dimension runs fastest."""
    count = 1
    for size in sizes:
        count *= size
    values = data.draw(st.lists(st.none() | st.integers(0, 10**6), min_size=count, max_size=count))
    names = [f"D{n}" for n in range(len(sizes))]
    table = reported(
        id=names,
        size=sizes,
        role={},
        dimension={
            name: {"category": {"index": {f"{name}{n}": n for n in range(size)}}}
            for name, size in zip(names, sizes, strict=True)
        },
        value=values,
        status={str(n): ".." for n, value in enumerate(values) if value is None},
    )
    sparse = table | {
        "value": {str(n): value for n, value in enumerate(values) if value is not None},
        "status": [".." if value is None else None for value in values] if count > 1 else table["status"],
    }
    whole, thin = read(table).cube, read(sparse).cube
    assert whole is not None
    assert thin is not None
    assert whole.figures == thin.figures
    assert [figure.value for figure in whole.figures] == values
    for place, figure in enumerate(whole.figures):
        rest, along = place, []
        for size in reversed(sizes):
            rest, position = divmod(rest, size)
            along.append(position)
        assert [one.code for one in figure.categories] == [
            f"{name}{position}" for name, position in zip(names, reversed(along), strict=True)
        ]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 10**20) | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
PARTS = st.sampled_from(["id", "size", "role", "dimension", "value", "status", "note", "extension", "label"])


@given(changed=st.dictionaries(PARTS, JSON, min_size=1, max_size=3))
@settings(max_examples=200, deadline=None)
def test_a_file_in_any_disorder_gives_rows_or_sentences_never_a_crash(changed: dict[str, Any]) -> None:
    try:
        (raw,) = read_json_stat(json.dumps(residents() | changed).encode())
    except SamsynError:
        return
    found = recognise(raw)
    given_answers = recommended(questions(found))
    outcome = apply(found, given_answers, META)
    assert bool(outcome.errors) != (not outcome.rows.empty) or not found.figures
    assert all(str(error) for error in outcome.errors)


# ------------------------------------------------------------------ Brå's open statistics

COLUMNS = (
    "Periodetikett,Period_start,Period_slut,Preliminär,Kommun,Region_ID,"
    "Brott,Brott_ID,Brottsnivå,Förälder_ID,Antal,Per100000\n"
)
BRA = f"""{COLUMNS}\
"2025, Dec",2025-12-01,2025-12-31,False,Boden,8441,Brott mot brottsbalken,13193,1,,180,630
"2026 prel., Aug",2026-08-01,2026-08-31,True,Boden,8441,Brott mot brottsbalken,13193,1,,181,632
"2026 prel., Aug",2026-08-01,2026-08-31,True,Boden,8441,"Brott mot brottsbalken, 13-15 kap.",13217,2,13193,1,3
"2026 prel., Aug",2026-08-01,2026-08-31,True,Boden,8441,Brott mot narkotikastrafflagen,13236,2,13231,..,-
"""


def test_the_last_day_is_inclusive_and_a_preliminary_figure_says_so() -> None:
    outcome = load(read_csv(BRA.encode()), {"dash": "zero"})
    assert told(outcome, "series", "code", "period_start", "period_end", "value", "status")[:3] == [
        ("brott-mot-brottsbalken", "2582", date(2025, 12, 1), date(2026, 1, 1), 180, "actual"),
        ("brott-mot-brottsbalken-per-100000", "2582", date(2025, 12, 1), date(2026, 1, 1), 630, "actual"),
        ("brott-mot-brottsbalken", "2582", date(2026, 8, 1), date(2026, 9, 1), 181, "preliminary"),
    ]


def test_a_crime_is_a_part_of_what_the_file_says_and_of_nothing_that_is_not_there() -> None:
    outcome = load(read_csv(BRA.encode()), {"dash": "zero"})
    parents = {series.slug: series.parent for series in outcome.series}
    assert parents["brott-mot-brottsbalken-13-15-kap"] == "brott-mot-brottsbalken"
    assert parents["brott-mot-brottsbalken-13-15-kap-per-100000"] == "brott-mot-brottsbalken-per-100000"
    assert parents["brott-mot-narkotikastrafflagen"] is None


def test_what_the_police_look_for_is_said_to_be_so() -> None:
    outcome = load(read_csv(BRA.encode()), {"dash": "zero"})
    kinds = {series.slug: (series.offence_type, series.presence_sensitive) for series in outcome.series}
    assert kinds["brott-mot-narkotikastrafflagen"] == ("detection_driven", True)
    assert kinds["brott-mot-brottsbalken"] == ("mixed", False)


def test_dots_are_missing_and_a_dash_is_asked_about() -> None:
    raw = read_csv(BRA.encode())
    asked = {question.id: question for question in questions(recognise(raw))}
    assert asked["dots"].recommended == "missing"
    assert "dash" in asked
    outcome = load(raw, {"dash": "zero"})
    assert told(outcome, "raw", "value", "status")[6:] == [("..", None, "missing"), ("-", 0, "preliminary")]


def test_a_workbook_reads_as_the_csv_does() -> None:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Data")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for row, line in enumerate(read_csv(BRA.encode()).lines):
            for column, cell in enumerate(line):
                if row and column in (1, 2):
                    sheet.write_datetime(row, column, date.fromisoformat(cell.text), day)
                elif row and column == 3:
                    sheet.write_boolean(row, column, cell.text == "True")
                elif row and cell.text.isdigit():
                    sheet.write_number(row, column, int(cell.text))
                else:
                    sheet.write_string(row, column, cell.text)
    (workbook,) = read_xlsx(content.getvalue())
    columns = ("series", "code", "period_start", "period_end", "value", "status")
    answer = {"dash": "zero"}
    assert told(load(workbook, answer), *columns) == told(load(read_csv(BRA.encode()), answer), *columns)


def test_every_cell_that_does_not_fit_is_told_at_once() -> None:
    broken = BRA.replace("2025-12-01", "dec 25")
    broken = broken.replace("2026-08-31,True,Boden,8441,Brott mot n", "2026-07-31,x,,1,Brott mot n")
    outcome = load(read_csv(broken.encode()), {"dash": "zero"})
    assert [(error.row, error.cell) for error in outcome.errors if error.rule == "SAM249"] == [
        (2, "dec 25"),
        (5, "2026-07-31"),
        (5, "x"),
        (5, ""),
    ]


def test_two_crimes_with_one_name_keep_their_numbers() -> None:
    twice = BRA.replace("Brott mot narkotikastrafflagen", "Brott mot brottsbalken")
    outcome = load(read_csv(twice.encode()), {"dash": "zero"})
    assert {series.slug for series in outcome.series} >= {
        "brott-mot-brottsbalken-13193",
        "brott-mot-brottsbalken-13236",
    }


def test_another_table_with_some_of_the_headings_is_read_as_before() -> None:
    raw = read_csv("Kommun;Brott;2023;2024\nBoden;Rån;3;4\n".encode())
    assert [str(figure.printed.value) for figure in recognise(raw).figures] == ["3", "4"]


@pytest.mark.reference
def test_the_published_extract_of_boden_loads_whole(reference: Path) -> None:
    content = (reference / "data/stats/bra_anmalda_brott_boden_2026-08_utdrag.csv").read_bytes()
    outcome = load(read_csv(content))
    assert not outcome.errors
    rows = rows_of(outcome.rows)
    counts = {row["series"]: row["value"] for row in rows}
    assert len(rows) == 34
    assert counts["totalt-antal-brott"] == 225
    parts = [s.slug for s in outcome.series if s.parent == "brott-mot-brottsbalken"]
    assert sum(counts[slug] for slug in parts) == counts["brott-mot-brottsbalken"]
