"""The printed tables that the requirement names, from the page to rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from tests.store.tables.conftest import load

from samsyn.store.tables import Outcome, questions, read_csv, read_text, read_xlsx, recognise, recommended

pytestmark = pytest.mark.reference

FIRST, LAST = 272, 610
AREAS = {"Sergels torg": "101025", "Hässelby torg": "225012", "Genomsnitt samtliga basområden": "snitt"}
SLUGS = {
    ("Misshandel utomhus", "Totalt"): ("misshandel-utomhus", "", ""),
    ("Misshandel utomhus", "Mot man"): ("misshandel-utomhus", "men", ""),
    ("Misshandel utomhus", "Mot kvinna"): ("misshandel-utomhus", "women", ""),
    ("Misshandel utomhus", "Mot pojke"): ("misshandel-utomhus", "boys", "<18"),
    ("Misshandel utomhus", "Mot flicka"): ("misshandel-utomhus", "girls", "<18"),
    ("Våld mot tjänsteman och våldsamt motstånd", "Totalt"): ("vald-mot-tjansteman", "", ""),
    ("Olaga hot", "Totalt"): ("olaga-hot", "", ""),
    ("Rån", "Totalt"): ("ran", "", ""),
    ("Stöld", "Totalt"): ("stold", "", ""),
    ("Narkotikabrott", "Totalt"): ("narkotikabrott", "", ""),
    ("Narkotikabrott", "<18 år"): ("narkotikabrott", "", "<18"),
    ("Bråk, misshandel, förargelse, ofog barn/ungdom", "Totalt"): ("brak-och-ofog", "", ""),
    ("Olaga intrång", "Totalt"): ("olaga-intrang", "", ""),
    ("Fylleri/LOB", "Totalt"): ("fylleri-lob", "", ""),
    ("Rattfylleri", "Totalt"): ("rattfylleri", "", ""),
    ("Rattfylleri", "Drograttfylleri (inom parentes)"): ("drograttfylleri", "", ""),
}
Series = tuple[str, str, str]
Cells = dict[tuple[Series, str, int], float | None]


def truth(reference: Path) -> list[dict[str, str]]:
    with (reference / "data/published/stad_delrapport2_tabell1_2017_2019.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def published(reference: Path) -> Cells:
    return {
        (SLUGS[row["kategori"], row["undergrupp"]], AREAS[row["plats"]], int(row["period_start"][:4])): (
            float(row["varde"]) if row["varde"] else None
        )
        for row in truth(reference)
    }


def named(outcome: Outcome) -> list[Series]:
    rows = outcome.rows
    return list(zip(rows["series"], rows["sex"], rows["age_group"], strict=True))


def loaded(outcome: Outcome) -> Cells:
    frame = outcome.rows
    cells = {
        (series, code, start.year): None if missing else float(value)
        for series, code, start, value, missing in zip(
            named(outcome),
            frame["code"],
            frame["period_start"],
            frame["value"],
            frame["value"].isna(),
            strict=True,
        )
    }
    assert len(cells) == len(frame)
    return cells


def paste(reference: Path) -> str:
    lines = (reference / "sources/STAD2.txt").read_text(encoding="utf-8").splitlines(keepends=True)
    return "".join(lines[FIRST - 1 : LAST])


def blocks(reference: Path) -> list[tuple[str, tuple[str, ...], list[tuple[str, str, tuple[str, ...]]]]]:
    """The four blocks of the table as rows, with the signs that the report prints."""
    headings = {
        0: ("Totalt", "Mot man", "Mot kvinna", "Mot pojke", "Mot flicka"),
        1: ("Våld mot tjänsteman", "Olaga hotc", "Rånd", "Stölde"),
        2: ("Narkotika totaltf", "Narkotika totalt <18årf"),
        3: (
            "Bråk, misshandel, förargelse, ofog barn/ungdom",
            "Olaga intrång",
            "Fylleri/LOBg",
            "Rattfylleri (drograttfylleri)",
        ),
    }
    titles = ("Misshandel utomhus (ej målsägande 0-6 år)", "Våld mot tjänsteman, olaga hot, rån och stöld",
              "Narkotikabrott", "Bråk, etc., från händelserapporter samt olaga intrång")  # fmt: skip
    glued = {"Sergels torg": "Sergels torga", "Hässelby torg": "Hässelby torga",
             "Genomsnitt samtliga basområden": "Genomsnitt samtliga basområdenb"}  # fmt: skip
    found: dict[tuple[int, str, str], dict[Series, str]] = {}
    order: dict[int, list[Series]] = {}
    for row in truth(reference):
        number = next(
            i
            for i, t in enumerate(("Misshandel", "Våld", "Narkotika", "Bråk"))
            if row["avsnitt"].startswith(t)
        )
        slug = SLUGS[row["kategori"], row["undergrupp"]]
        cell = found.setdefault((number, glued[row["plats"]], row["period_start"][:4]), {})
        if slug[0] == "drograttfylleri":
            cell["rattfylleri", "", ""] += f" ({row['varde_raw']})"
            continue
        cell[slug] = row["varde_raw"]
        if slug not in order.setdefault(number, []):
            order[number].append(slug)
    return [
        (titles[number], headings[number],
         [(area, year, tuple(cells.get(slug, "") for slug in order[number]))
          for (n, area, year), cells in found.items() if n == number])
        for number in range(4)
    ]  # fmt: skip


def notes(reference: Path) -> str:
    return "\n".join(f"{note.mark} {note.text}" for note in read_text(paste(reference)).footnotes)


def as_tabs(reference: Path) -> str:
    parts = []
    for title, headings, rows in blocks(reference):
        parts += [title, "\t".join(["Område", "År", *headings])]
        parts += ["\t".join([area, year, *cells]) for area, year, cells in rows]
        parts.append("")
    return "\n".join([*parts, notes(reference)])


def as_blanks(reference: Path) -> str:
    parts = []
    for title, headings, rows in blocks(reference):
        parts += [title, " ".join(["Område", "År", *headings])]
        parts += [" ".join([area, year, *(cell or ".." for cell in cells)]) for area, year, cells in rows]
        parts.append("")
    return "\n".join([*parts, notes(reference)])


def as_csv(reference: Path) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    for title, headings, rows in blocks(reference):
        writer.writerow([title])
        writer.writerow(["Område", "År", *headings])
        writer.writerows([area, year, *cells] for area, year, cells in rows)
        writer.writerow([])
    writer.writerows([note] for note in notes(reference).splitlines())
    return text.getvalue().encode("cp1252")


def as_xlsx(reference: Path) -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream)
    sheet = book.add_worksheet("Tabell 1")
    line = 2
    for title, headings, rows in blocks(reference):
        sheet.write(line, 1, title)
        sheet.write_row(line + 1, 1, ["Område", "År", *headings])
        line += 2
        last = ""
        for area, year, cells in rows:
            # A merged area cell holds its text in the first row only.
            values: list[Any] = ["" if area == last else area, int(year)]
            values += [int(cell) if cell.isdigit() else cell for cell in cells]
            sheet.write_row(line, 1, values)
            line, last = line + 1, area
        line += 1
    for note in notes(reference).splitlines():
        sheet.write(line, 1, note)
        line += 1
    book.close()
    return stream.getvalue()


def test_the_pdf_copy_gives_the_132_published_values(reference: Path) -> None:
    outcome = load(read_text(paste(reference)))
    assert outcome.errors == ()
    assert loaded(outcome) == published(reference)
    assert len(outcome.rows) == 132


@pytest.mark.parametrize(
    "change", [("\t", " "), ("\n", "\r\n")], ids=["tabs became blanks", "lines end as in Windows"]
)
def test_a_pdf_copy_that_a_program_has_touched_gives_the_same_values(
    reference: Path, change: tuple[str, str]
) -> None:
    outcome = load(read_text(paste(reference).replace(*change)), {"columns:60": "Totalt"})
    assert outcome.errors == ()
    assert loaded(outcome) == published(reference)


def test_a_pdf_copy_without_its_blank_lines_gives_no_wrong_figure(reference: Path) -> None:
    text = "\n".join(line for line in paste(reference).splitlines() if line.strip())
    outcome = load(read_text(text))
    assert outcome.errors
    assert outcome.rows.empty


def test_each_value_of_the_pdf_copy_names_its_line(reference: Path) -> None:
    outcome = load(read_text(paste(reference)))
    found = sorted(
        (int(row) + FIRST - 1, series)
        for row, series in zip(outcome.rows["source_row"], named(outcome), strict=True)
    )
    wanted = sorted(
        (int(row["kalla_rad"]), SLUGS[row["kategori"], row["undergrupp"]]) for row in truth(reference)
    )
    assert found == wanted


@pytest.mark.parametrize("form", [as_tabs, as_blanks])
def test_the_same_table_in_rows_gives_the_same_values(reference: Path, form: Callable[[Path], str]) -> None:
    outcome = load(read_text(form(reference)))
    assert outcome.errors == ()
    assert {k: v for k, v in loaded(outcome).items() if k in published(reference)} == published(reference)


@pytest.mark.parametrize("form", [as_tabs, as_blanks])
def test_rows_add_only_missing_cells_beside_the_published_ones(
    reference: Path, form: Callable[[Path], str]
) -> None:
    extra = {
        k: v for k, v in loaded(load(read_text(form(reference)))).items() if k not in published(reference)
    }
    assert len(extra) == 12
    assert set(extra.values()) == {None}


def test_the_same_table_as_csv_gives_the_same_values(reference: Path) -> None:
    outcome = load(read_csv(as_csv(reference)))
    assert outcome.errors == ()
    assert {k: v for k, v in loaded(outcome).items() if k in published(reference)} == published(reference)


def test_the_same_table_as_a_workbook_gives_the_same_values(reference: Path) -> None:
    (sheet,) = read_xlsx(as_xlsx(reference))
    outcome = load(sheet)
    assert sheet.name == "Tabell 1"
    assert outcome.errors == ()
    assert {k: v for k, v in loaded(outcome).items() if k in published(reference)} == published(reference)


def test_the_dash_of_the_report_is_missing_because_the_table_prints_zero(reference: Path) -> None:
    rows = load(read_text(paste(reference))).rows
    (row,) = rows[rows["value"].isna()].to_dict("records")
    assert (row["series"], row["age_group"], row["code"], row["period_start"]) == (
        "narkotikabrott",
        "<18",
        "225012",
        date(2017, 1, 1),
    )
    assert (row["status"], row["raw"], row["note"]) == ("missing", "-", "The same table prints 0 for zero.")


def test_the_mean_of_all_areas_is_rounded_and_says_of_how_many(reference: Path) -> None:
    outcome = load(read_text(paste(reference)))
    (mean,) = [area for area in outcome.areas if area.role == "mean"]
    assert (mean.scheme, mean.code, mean.n_areas, mean.rounded_to) == ("basomrade", "snitt", 450, 1.0)
    assert set(outcome.rows[outcome.rows["code"] == "snitt"]["status"]) == {"rounded"}


def test_the_six_totals_of_the_report_agree_with_their_parts(reference: Path) -> None:
    (note,) = [n for n in load(read_text(paste(reference))).notes if "totals agree" in n.text]
    assert note.facts["count"] == 6


def test_the_running_text_after_the_table_is_left_out_and_said(reference: Path) -> None:
    texts = [cell.plain for cell in recognise(read_text(paste(reference))).left_out]
    assert "Tabell 2. Kodschema för intervjumaterialet" in texts


def test_the_other_table_of_the_report_holds_words_and_gives_no_rows(reference: Path) -> None:
    lines = (reference / "sources/STAD2.txt").read_text(encoding="utf-8").splitlines(keepends=True)
    outcome = load(read_text("".join(lines[544:570])))
    assert outcome.errors
    assert outcome.rows.empty


def vk1(reference: Path, first: int, last: int) -> str:
    lines = (reference / "sources/VK1.txt").read_text(encoding="utf-8").splitlines(keepends=True)
    return "".join(lines[first - 1 : last])


@pytest.mark.parametrize(
    ("first", "last"), [(1962, 1982), (1936, 2010)], ids=["the table", "the page around it"]
)
def test_the_drug_offences_of_vision_klara_are_read_with_spaces_as_thousands(
    reference: Path, first: int, last: int
) -> None:
    outcome = load(read_text(vk1(reference, first, last)))
    with (reference / "data/published/visionklara_narkotikabrott_2008_2018.csv").open(
        encoding="utf-8"
    ) as file:
        wanted = {
            (
                row["plats"],
                int(row["ar"]),
                "narkotikabrott" + "-per-100000" * (row["matt"] != "antal"),
            ): float(row["varde"])
            for row in csv.DictReader(file)
        }
    assert outcome.errors == ()
    rows = outcome.rows
    assert wanted == {
        (name, start.year, series): value
        for name, start, series, value in zip(
            rows["area_name"], rows["period_start"], rows["series"], rows["value"].tolist(), strict=True
        )
    }


def test_every_figure_read_from_vision_klara_stands_on_its_line(reference: Path) -> None:
    text = vk1(reference, 1936, 2010)
    lines = text.splitlines()
    for row in load(read_text(text)).rows.to_dict("records"):
        assert row["raw"] in lines[row["source_row"] - 1]


@pytest.mark.parametrize(
    ("first", "last"),
    [(2180, 2275), (2385, 2440), (2440, 2500), (2540, 2600), (2605, 2660)],
    ids=["indicators and overdoses", "surveys", "staff survey", "violence", "drug offences"],
)
def test_the_goal_tables_of_vision_klara_are_asked_about_or_refused(
    reference: Path, first: int, last: int
) -> None:
    """Their cells are broken over lines and their years are not printed: nothing may come out by itself."""
    raw = read_text(vk1(reference, first, last))
    found = recognise(raw)
    asked = questions(found)
    unanswered = [question for question in asked if question.id not in recommended(asked)]
    assert unanswered or found.faults
    outcome = load(raw)
    assert outcome.errors
    assert outcome.rows.empty
