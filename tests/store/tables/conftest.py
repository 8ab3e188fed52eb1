"""Tables that several tests read: figures published in STAD's second report and in Vision Klara."""

from __future__ import annotations

from typing import Any

from samsyn.store.tables import Outcome, RawTable, TableMeta, apply, questions, recognise, recommended

META = TableMeta("stad", "STAD, delrapport 2, tabell 1", "public document")

NOTES = """a Uppgifterna gäller basområdet kring torget.
b Delat med antal basområden (n=450).
c Hot: hot mot privatperson eller tjänsteman.
d Rån: mot butik eller privatperson.
e Stöld: fickstöld och andra slag.
f Totalt: eget bruk, innehav och överlåtelse.
"""

ASSAULT = {
    ("Sergels torga", "2017"): (103, 64, 22, 10, 7),
    ("Sergels torga", "2018"): (71, 49, 15, 3, 4),
    ("Sergels torga", "2019"): (39, 20, 9, 7, 3),
    ("Hässelby torga", "2017"): (65, 27, 27, 7, 4),
    ("Hässelby torga", "2018"): (38, 21, 13, 1, 3),
    ("Hässelby torga", "2019"): (25, 10, 9, 3, 3),
}
HEADINGS = ("Totalt", "Mot man", "Mot kvinna", "Mot pojke", "Mot flicka")
REGION = "22 235 22 996 25 586 28 959 28 629 29 618 30 648 30 091 25 360 26 921 27 892"
YEARS = " ".join(str(year) for year in range(2008, 2019))


def load(raw: RawTable, answers: dict[str, Any] | None = None, meta: TableMeta = META) -> Outcome:
    """Apply the recommended answers, and any others, until no new question with a recommendation comes."""
    given: dict[str, Any] = dict(answers or {})
    for _ in range(3):
        given = {**recommended(questions(recognise(raw, given))), **given}
    return apply(recognise(raw, given), given, meta)


def stacked(table: dict[tuple[str, str], tuple[Any, ...]], title: str, headings: tuple[str, ...]) -> str:
    """Print a table as a PDF copy does: one cell per line, column by column under each area."""
    lines = [title, "\t År\t " + "\t ".join(heading.replace(" ", "\t") for heading in headings), ""]
    for area in dict.fromkeys(area for area, _ in table):
        rows = {year: figures for (name, year), figures in table.items() if name == area}
        lines += [area.replace(" ", "\t"), *rows, ""]
        for column in range(len(headings)):
            lines += [*(str(figures[column]) for figures in rows.values()), ""]
    return "\n".join(lines)


def tabbed(table: dict[tuple[str, str], tuple[Any, ...]], title: str, headings: tuple[str, ...]) -> str:
    """Print it with tabs."""
    rows = ["\t".join([area, year, *map(str, figures)]) for (area, year), figures in table.items()]
    return "\n".join([title, "\t".join(["Område", "År", *headings]), *rows])


def blanked(table: dict[tuple[str, str], tuple[Any, ...]], title: str, headings: tuple[str, ...]) -> str:
    """Print it with one blank between the cells."""
    rows = [" ".join([area, year, *map(str, figures)]) for (area, year), figures in table.items()]
    return "\n".join([title, " ".join(["Område", "År", *headings]), *rows])
