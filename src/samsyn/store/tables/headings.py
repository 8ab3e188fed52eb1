"""Headings: words wrapped over lines put together, one line of words divided into columns."""

from __future__ import annotations

import re
from collections.abc import Sequence

from samsyn.store.tables.blocks import Findings, Option, Question
from samsyn.store.tables.reading import Cell

PERIOD_HEADING = re.compile(
    r"(?:år(?:tal)?|period|tid(?:speriod)?|datum|månad|halvår|kvartal|year)[:.]?", re.I
)
AREA_HEADING = re.compile(
    r"(?:områden?|plats(?:er)?|geografi|ort|kommun(?:er)?|region|län|stadsdel(?:ar)?|stadsdels\w*|basområden?|lpo"
    r"|lokalpolisområden?|områdesnamn|namn på områden?"
    r"|polis\w*|torg|område ?/ ?år|område och år|område/period|område, år|nyckelkod)[:.]?",
    re.I,
)
CODE_HEADING = re.compile(r"(?:\w*kod|nyko ?\d?|kod ?nr|\w*områdeskod|code)[:.]?", re.I)
SERIES_HEADING = re.compile(
    r"(?:brott(?:styp|skategori|sart|styper)?|serie|kategori|händelse(?:typ)?|mått|indikator|mätning)", re.I
)
UNIT_HEADING = re.compile(
    r"(?:antal|värde|value|summa|andel|procent|%|antal brott|antal anmälda brott|count|per 100 ?000.*)", re.I
)
REMARK_HEADING = re.compile(r"(?:mål|anm(?:ärkning)?\.?|kommentar|not(?:er)?|källa|trend|kalla|fråga)", re.I)


def merged(fragments: Sequence[str]) -> tuple[str, ...]:
    """Put headings together that the page broke over lines.

    A fragment goes on the one before it when it begins with a small letter or a bracket, or when the one
    before it ends with a hyphen or a comma.

    Examples
    --------
    >>> merged(["Olaga", "intrång", "Rattfylleri", "(drog-", "rattfylleri)"])
    ('Olaga intrång', 'Rattfylleri (drog-rattfylleri)')
    """
    whole: list[str] = []
    for fragment in fragments:
        if whole and re.search(r"\w[-‐]$", whole[-1]):
            whole[-1] += fragment
        elif whole and (fragment[0].islower() or fragment[0] in "(<[&/" or whole[-1].endswith(",")):
            whole[-1] += f" {fragment}"
        else:
            whole.append(fragment)
    return tuple(whole)


def divided(text: str) -> tuple[str, ...]:
    """Divide one line of heading words where a word begins with a capital letter.

    Examples
    --------
    >>> divided("Totalt Mot man Mot kvinna")
    ('Totalt', 'Mot man', 'Mot kvinna')
    """
    return merged(text.split())


def headings_for(
    count: int, proposed: Sequence[str], cell: Cell, findings: Findings, certain: bool
) -> tuple[str, ...]:
    """Return ``count`` headings: those proposed when they fit, what was answered, or numbered ones.

    A question is put unless the division is certain and fits.
    """
    fits = len(proposed) == count and all(proposed)
    if fits and certain:
        return tuple(proposed)
    value = " | ".join(proposed)
    answer = findings.ask(
        Question(
            id=f"headings:{cell.row}",
            code="headings",
            text="Which headings do the %(count)d columns have?",
            subject=cell.plain,
            where=(cell,),
            options=(Option(value, "The headings are %(headings)s", {"headings": value}),) if fits else (),
            recommended=value if fits else "",
            reason="A new heading begins with a capital letter." if fits else "",
            free=True,
            facts={"count": count},
        )
    )
    given = tuple(part.strip() for part in str(answer or (value if fits else "")).split("|"))
    if len(given) == count and all(given):
        return given
    return tuple(f"Kolumn {number}" for number in range(1, count + 1))
