"""The two published tables as rows of the value contract, with their own definitions and reservations."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta
from importlib.resources import files
from typing import Any

from samsyn.demo.parts import DemoDataset
from samsyn.store.schema import (
    MEAN_CODE,
    UNKNOWN_VINTAGE,
    AreaRef,
    AreaRole,
    DatasetMeta,
    StatisticKind,
    frame_of,
)
from samsyn.store.tables.known import SeriesChoice, as_declared, known_series

STAD_FILE = "stad_delrapport2_tabell1_2017_2019.csv"
KLARA_FILE = "visionklara_narkotikabrott_2008_2018.csv"

#: Printed category and column by the name of the known series: a pasted copy of the table becomes the same.
STAD_COLUMNS: dict[tuple[str, str], str] = {
    ("Misshandel utomhus", "Totalt"): "misshandel-utomhus",
    ("Misshandel utomhus", "Mot man"): "misshandel-utomhus-man",
    ("Misshandel utomhus", "Mot kvinna"): "misshandel-utomhus-kvinna",
    ("Misshandel utomhus", "Mot pojke"): "misshandel-utomhus-pojke",
    ("Misshandel utomhus", "Mot flicka"): "misshandel-utomhus-flicka",
    ("Våld mot tjänsteman och våldsamt motstånd", "Totalt"): "vald-mot-tjansteman",
    ("Olaga hot", "Totalt"): "olaga-hot",
    ("Rån", "Totalt"): "ran",
    ("Stöld", "Totalt"): "stold",
    ("Narkotikabrott", "Totalt"): "narkotikabrott",
    ("Narkotikabrott", "<18 år"): "narkotikabrott-under-18",
    ("Bråk, misshandel, förargelse, ofog barn/ungdom", "Totalt"): "brak-och-ofog",
    ("Olaga intrång", "Totalt"): "olaga-intrang",
    ("Fylleri/LOB", "Totalt"): "fylleri-lob",
    ("Rattfylleri", "Totalt"): "rattfylleri",
    # Printed in brackets beside drunk driving: a column of its own, and larger than the first in places,
    # so it is no part of it.
    ("Rattfylleri", "Drograttfylleri (inom parentes)"): "drograttfylleri",
}

DASH_NOTE = (
    "Källan har ett streck. Samma tabell skriver 0 där det inte finns några, så strecket läses som att "
    "uppgiften saknas."
)

_STAD_AREAS = (
    AreaRef("basomrade", "101025", UNKNOWN_VINTAGE, "Sergels torg", contains_place="sergels-torg"),
    AreaRef("basomrade", "225012", UNKNOWN_VINTAGE, "Hässelby torg", contains_place="hasselby-torg"),
    AreaRef(
        "basomrade",
        MEAN_CODE,
        UNKNOWN_VINTAGE,
        "Genomsnitt samtliga basområden",
        role=AreaRole.MEAN,
        n_areas=450,
        rounded_to=1.0,
        contains_place="sergels-torg",
    ),
)

_KLARA_AREAS = {
    "Region Stockholm": AreaRef("polisregion", "stockholm", UNKNOWN_VINTAGE, "Region Stockholm"),
    "LPO Norrmalm": AreaRef("lokalpolisomrade", "norrmalm", UNKNOWN_VINTAGE, "Lokalpolisområde Norrmalm"),
    "Norrmalms stadsdelsområde": AreaRef(
        "stadsdelsomrade", "norrmalm", UNKNOWN_VINTAGE, "Norrmalms stadsdelsområde"
    ),
}
_KLARA_UNITS = {"antal": "count", "per 100 000 inv": "per_100000"}


def stad_table() -> DemoDataset:
    """Return STAD's table of two squares and the mean of all small areas, 2017-2019.

    Use for the workspace with published figures. Not with figures of other vintages of the same codes: the
    report does not say which division it counted by.

    Returns
    -------
    DemoDataset
        132 rows; one of them missing with the reason.

    Raises
    ------
    KeyError
        The file holds a category without a definition here.

    Source
    ------
    STAD, delrapport 2 (2020), table 1.

    Examples
    --------
    >>> len(stad_table().frame)
    132
    """
    text, records = _read(STAD_FILE)
    return DemoDataset(
        DatasetMeta(
            slug="stad-delrapport2-tabell1",
            title="Brott och andra problem vid Sergels torg och Hässelby torg 2017–2019",
            publisher="STAD, Stockholm förebygger alkohol- och drogproblem",
            reference="Delrapport 2 (2020), tabell 1",
            published=date(2020, 1, 1),
            licence="Publicerade uppgifter, återgivna med källa",
            kind=StatisticKind.REPORTED_OFFENCE,
            dash_means="missing",
            notes="Snittet är källans eget: alla brott i kommunen delat med 450 basområden, avrundat till "
            "heltal och med de två platserna inräknade. Vilken indelning av basområden som använts anges "
            "inte. Delen med bråk och fylleri kommer ur händelserapporter.",
        ),
        as_declared(_stad_choice(record) for record in records),
        _STAD_AREAS,
        frame_of(_stad_rows(records)),
        text,
        STAD_FILE,
        {"dash_means": "missing", "vintage": UNKNOWN_VINTAGE},
    )


def _stad_choice(record: dict[str, str]) -> SeriesChoice:
    name = STAD_COLUMNS[record["kategori"], record["undergrupp"]]
    return known_series(name, title=record["avsnitt"])


def _klara_choice(record: dict[str, str]) -> SeriesChoice:
    return known_series("narkotikabrott", unit=_KLARA_UNITS[record["matt"]])


def _stad_rows(records: list[dict[str, str]]) -> Iterator[dict[str, Any]]:
    names = {area.code: area.name for area in _STAD_AREAS}
    for record in records:
        choice = _stad_choice(record)
        code = record["basomrade_kod"] or MEAN_CODE
        missing = record["varde"] == ""
        mean = code == MEAN_CODE
        yield {
            "dataset": "stad-delrapport2-tabell1",
            "series": choice.definition.slug,
            "scheme": "basomrade",
            "code": code,
            "vintage": UNKNOWN_VINTAGE,
            "area_name": names[code],
            "period_start": date.fromisoformat(record["period_start"]),
            "period_end": date.fromisoformat(record["period_slut"]) + timedelta(days=1),
            "value": None if missing else float(record["varde"]),
            "status": "missing" if missing else "rounded" if mean else "actual",
            "sex": choice.sex,
            "age_group": choice.age_group,
            "note": DASH_NOTE if missing else "",
            "raw": record["varde_raw"],
            "source_row": int(record["kalla_rad"]),
        }


def vision_klara_table() -> DemoDataset:
    """Return Vision Klara's table of reported drug offences in three areas, 2008-2018.

    Use for the long series around Klara. Not for Klara itself: the smallest area is the whole district.
    The counts and the rates imply populations that jump between years; that is for the reader to see.

    Returns
    -------
    DemoDataset
        66 rows.

    Raises
    ------
    KeyError
        The file holds an area or a measure without a definition here.

    Source
    ------
    Vision Klara, table of reported drug offences, figures from Brå.

    Examples
    --------
    >>> len(vision_klara_table().frame)
    66
    """
    text, records = _read(KLARA_FILE)
    return DemoDataset(
        DatasetMeta(
            slug="vision-klara-narkotikabrott",
            title="Anmälda narkotikabrott 2008–2018, Region Stockholm, Norrmalm",
            publisher="Vision Klara",
            reference="Tabell över anmälda narkotikabrott, uppgifter från Brå",
            licence="Publicerade uppgifter, återgivna med källa",
            kind=StatisticKind.REPORTED_OFFENCE,
            notes="Tre områden av olika storlek: polisregionen, lokalpolisområdet och stadsdelsområdet. "
            "Ingen av dem är Klara. Antal per 100 000 bygger på folkmängder som källan inte skriver ut.",
        ),
        as_declared(_klara_choice(record) for record in records),
        tuple(_KLARA_AREAS.values()),
        frame_of(_klara_rows(records)),
        text,
        KLARA_FILE,
        {"vintage": UNKNOWN_VINTAGE},
    )


def _klara_rows(records: list[dict[str, str]]) -> Iterator[dict[str, Any]]:
    for record in records:
        area, year = _KLARA_AREAS[record["plats"]], int(record["ar"])
        yield {
            "dataset": "vision-klara-narkotikabrott",
            "series": _klara_choice(record).definition.slug,
            "scheme": area.scheme,
            "code": area.code,
            "vintage": area.vintage,
            "area_name": area.name,
            "period_start": date(year, 1, 1),
            "period_end": date(year + 1, 1, 1),
            "value": float(record["varde"]),
            "status": "actual",
            "raw": record["varde_raw"],
            "source_row": int(record["kalla_rad"]),
        }


def _read(name: str) -> tuple[bytes, list[dict[str, str]]]:
    data = files("samsyn.demo").joinpath("published", name).read_bytes()
    return data, list(csv.DictReader(io.StringIO(data.decode("utf-8"))))
