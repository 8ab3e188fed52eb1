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
    OffenceType,
    SeriesDefinition,
    StatisticKind,
    Unit,
    frame_of,
)

STAD_FILE = "stad_delrapport2_tabell1_2017_2019.csv"
KLARA_FILE = "visionklara_narkotikabrott_2008_2018.csv"

_REPORTED, _INCIDENT = StatisticKind.REPORTED_OFFENCE, StatisticKind.INCIDENT_REPORT
_VICTIM, _DETECTED = OffenceType.VICTIM_REPORTED, OffenceType.DETECTION_DRIVEN

#: By the printed category. Only own words; what the source's footnotes include is told in the definition.
STAD_SERIES: dict[str, SeriesDefinition] = {
    "Misshandel utomhus": SeriesDefinition(
        "misshandel-utomhus",
        "Misshandel utomhus",
        "Anmäld misshandel utomhus. Barn under sju år som utsatts är inte med. Delas efter den utsattas kön "
        "och ålder: kvinnor, män, flickor och pojkar.",
        kind=_REPORTED,
        offence_type=_VICTIM,
        person_based=True,
    ),
    "Våld mot tjänsteman och våldsamt motstånd": SeriesDefinition(
        "vald-mot-tjansteman",
        "Våld mot tjänsteman och våldsamt motstånd",
        "Anmält våld mot tjänsteman och våldsamt motstånd. Fler tjänstemän på platsen ger fler händelser.",
        kind=_REPORTED,
        offence_type=_VICTIM,
        presence_sensitive=True,
    ),
    "Olaga hot": SeriesDefinition(
        "olaga-hot",
        "Olaga hot",
        "Anmälda hot mot privatpersoner och mot tjänstemän.",
        kind=_REPORTED,
        offence_type=_VICTIM,
    ),
    "Rån": SeriesDefinition(
        "ran",
        "Rån",
        "Anmälda rån mot butik, mot taxi och mot privatperson utomhus.",
        kind=_REPORTED,
        offence_type=_VICTIM,
    ),
    "Stöld": SeriesDefinition(
        "stold",
        "Stöld",
        "Anmälda fickstölder, väskryckningar och cykelstölder, stölder ur butik, café, restaurang, "
        "garage och källare samt bilstölder.",
        kind=_REPORTED,
        offence_type=_VICTIM,
    ),
    "Narkotikabrott": SeriesDefinition(
        "narkotikabrott",
        "Narkotikabrott",
        "Anmälda narkotikabrott: eget bruk, innehav och överlåtelse. Raden under 18 år är en del av totalen.",
        kind=_REPORTED,
        offence_type=_DETECTED,
        person_based=True,
    ),
    "Bråk, misshandel, förargelse, ofog barn/ungdom": SeriesDefinition(
        "brak-och-ofog",
        "Bråk, förargelse och ofog",
        "Polisens händelserapporter om bråk, misshandel, förargelseväckande beteende och ofog av barn och "
        "ungdomar. Det är larm och händelser, inte anmälda brott.",
        kind=_INCIDENT,
        offence_type=OffenceType.NONE,
    ),
    "Olaga intrång": SeriesDefinition(
        "olaga-intrang",
        "Olaga intrång",
        "Anmälda olaga intrång. Står i samma del av källans tabell som händelserapporterna.",
        kind=_REPORTED,
        offence_type=_VICTIM,
    ),
    "Fylleri/LOB": SeriesDefinition(
        "fylleri-lob",
        "Fylleri och omhändertagande (LOB)",
        "Händelserapporter om fylleri och omhändertaganden enligt lagen om omhändertagande av berusade "
        "personer. Fler tjänstemän på platsen ger fler omhändertaganden.",
        kind=_INCIDENT,
        offence_type=OffenceType.NONE,
        presence_sensitive=True,
    ),
    "Rattfylleri": SeriesDefinition(
        "rattfylleri",
        "Rattfylleri",
        "Anmälda rattfylleribrott.",
        kind=_REPORTED,
        offence_type=_DETECTED,
    ),
}

# Printed in brackets beside drunk driving: a column of its own, and larger than the first in places,
# so it is no part of it.
_DRUG_DRIVING = SeriesDefinition(
    "drograttfylleri",
    "Drograttfylleri",
    "Anmälda drograttfylleribrott, i källan inom parentes bredvid rattfylleri. En egen kolumn, inte en del "
    "av rattfylleriet.",
    kind=_REPORTED,
    offence_type=_DETECTED,
)

_DIVIDED = {
    "Totalt": ("", ""),
    "Mot man": ("men", ""),
    "Mot kvinna": ("women", ""),
    "Mot pojke": ("boys", "<18"),
    "Mot flicka": ("girls", "<18"),
    "<18 år": ("", "<18"),
}
_DRUG_DRIVING_GROUP = "Drograttfylleri (inom parentes)"

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
_KLARA_SERIES = {
    "antal": SeriesDefinition(
        "narkotikabrott",
        "Narkotikabrott",
        "Anmälda narkotikabrott under året, alla slag.",
        kind=_REPORTED,
        offence_type=_DETECTED,
    ),
    "per 100 000 inv": SeriesDefinition(
        "narkotikabrott-per-100000",
        "Narkotikabrott per 100 000 invånare",
        "Anmälda narkotikabrott under året per 100 000 invånare i området, som källan räknat. Folkmängden "
        "bakom talet anges inte.",
        unit=Unit.PER_100000,
        kind=_REPORTED,
        offence_type=_DETECTED,
    ),
}


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
        (*STAD_SERIES.values(), _DRUG_DRIVING),
        _STAD_AREAS,
        frame_of(_stad_rows(records)),
        text,
        STAD_FILE,
        {"dash_means": "missing", "vintage": UNKNOWN_VINTAGE},
    )


def _stad_rows(records: list[dict[str, str]]) -> Iterator[dict[str, Any]]:
    names = {area.code: area.name for area in _STAD_AREAS}
    for record in records:
        drug_driving = record["undergrupp"] == _DRUG_DRIVING_GROUP
        series = _DRUG_DRIVING if drug_driving else STAD_SERIES[record["kategori"]]
        sex, age_group = ("", "") if drug_driving else _DIVIDED[record["undergrupp"]]
        code = record["basomrade_kod"] or MEAN_CODE
        missing = record["varde"] == ""
        mean = code == MEAN_CODE
        yield {
            "dataset": "stad-delrapport2-tabell1",
            "series": series.slug,
            "scheme": "basomrade",
            "code": code,
            "vintage": UNKNOWN_VINTAGE,
            "area_name": names[code],
            "period_start": date.fromisoformat(record["period_start"]),
            "period_end": date.fromisoformat(record["period_slut"]) + timedelta(days=1),
            "value": None if missing else float(record["varde"]),
            "status": "missing" if missing else "rounded" if mean else "actual",
            "sex": sex,
            "age_group": age_group,
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
        tuple(_KLARA_SERIES.values()),
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
            "series": _KLARA_SERIES[record["matt"]].slug,
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
