"""A small store in memory with published figures: what the tests of studies and reports read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from samsyn.domain.places import AreaKey, BoundaryRef, PlaceRef
from samsyn.store.query import Query
from samsyn.store.schema import AreaRef, DatasetMeta, DatasetVersion, Frame, SeriesDefinition, frame_of

VICTIMS = {"offence_type": "victim_reported"}
DETECTED = {"offence_type": "detection_driven"}
INCIDENT = {"kind": "incident_report"}
PRESENCE = {"presence_sensitive": True}

# slug: label, facts, Sergels torg, Hässelby torg, mean of all areas; None is a dash that means missing
STAD: dict[
    tuple[str, str, str], tuple[str, dict[str, Any], tuple[Any, ...], tuple[Any, ...], tuple[Any, ...]]
] = {
    ("misshandel", "", ""): ("Misshandel utomhus", VICTIMS, (103, 71, 39), (65, 38, 25), (9, 9, 8)),
    ("misshandel", "men", ""): ("Misshandel utomhus", VICTIMS, (64, 49, 20), (27, 21, 10), ()),
    ("misshandel", "women", ""): ("Misshandel utomhus", VICTIMS, (22, 15, 9), (27, 13, 9), ()),
    ("misshandel", "boys", ""): ("Misshandel utomhus", VICTIMS, (10, 3, 7), (7, 1, 3), ()),
    ("misshandel", "girls", ""): ("Misshandel utomhus", VICTIMS, (7, 4, 3), (4, 3, 3), ()),
    ("vald-mot-tjansteman", "", ""): (
        "Våld mot tjänsteman",
        VICTIMS | PRESENCE,
        (54, 54, 30),
        (11, 4, 7),
        (5, 4, 4),
    ),
    ("olaga-hot", "", ""): ("Olaga hot", VICTIMS, (35, 35, 36), (85, 50, 58), (12, 13, 12)),
    ("ran", "", ""): ("Rån", VICTIMS, (19, 12, 8), (7, 3, 11), (2, 2, 3)),
    ("stold", "", ""): ("Stöld", VICTIMS, (567, 414, 240), (268, 220, 166), (66, 73, 83)),
    ("narkotikabrott", "", ""): ("Narkotikabrott", DETECTED, (562, 768, 327), (92, 49, 108), (26, 28, 28)),
    ("narkotikabrott", "", "<18"): ("Narkotikabrott", DETECTED, (87, 142, 31), (None, 4, 6), (3, 3, 3)),
    ("brak", "", ""): ("Bråk, förargelse, ofog", INCIDENT, (206, 188, 193), (253, 174, 256), (40, 38, 36)),
    ("lob", "", ""): ("Fylleri/LOB", INCIDENT | PRESENCE, (437, 543, 464), (75, 64, 75), (32, 31, 28)),
}
NORRMALM = {
    2014: (3355, 4862), 2015: (3104, 4471), 2016: (2559, 3680), 2017: (2704, 3894), 2018: (2794, 3884),
}  # fmt: skip
SERGEL, HASSELBY, MEAN = ("basomrade", "101025"), ("basomrade", "225012"), ("basomrade", "snitt")
DISTRICT = ("stadsdelsomrade", "101")


@dataclass
class MemoryStore:
    """Versions and rows; answers a query by its areas only, which is all that a picture asks for."""

    found: list[DatasetVersion] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)

    def versions(self, dataset: str | None = None) -> Iterable[DatasetVersion]:
        return [v for v in self.found if dataset in (None, v.slug)]

    def run(self, query: Query) -> Frame:
        wanted = set(query.areas)
        return frame_of(row for row in self.rows if (row["scheme"], row["code"]) in wanted)

    def areas(self, scheme: str | None = None, code: str | None = None) -> Iterable[Any]:
        return []

    def add(
        self,
        slug: str,
        rows: list[dict[str, Any]],
        series: Iterable[SeriesDefinition],
        areas: Iterable[AreaRef],
        *,
        published: date | None = date(2020, 3, 1),
        **meta: Any,
    ) -> MemoryStore:
        facts = {"title": slug, "publisher": "Test", "reference": "tabell 1", "licence": "fri", **meta}
        self.found.append(
            DatasetVersion(
                meta=DatasetMeta(slug=slug, published=published, **facts),
                version=1,
                state="current",  # type: ignore[arg-type]
                checksum="0" * 64,
                loaded_at=datetime(2026, 11, 20, 8, 0, tzinfo=UTC),
                loaded_by="test",
                rows=len(rows),
                series=tuple(series),
                areas=tuple(areas),
                file_name=f"{slug}.csv",
                file_sha256="a" * 64,
            )
        )
        self.rows += [{"dataset": slug, "version": 1, **row} for row in rows]
        return self


def value(
    series: str, area: tuple[str, str], year: int, number: float | None, **facts: Any
) -> dict[str, Any]:
    """Return one row of a whole year."""
    row: dict[str, Any] = {
        "series": series,
        "scheme": area[0],
        "code": area[1],
        "vintage": "okänd",
        "area_name": area[1],
        "period_start": date(year, 1, 1),
        "period_end": date(year + 1, 1, 1),
        "value": number,
        "status": "missing" if number is None else "actual",
        "raw": "-" if number is None else f"{number:g}",
        "source_row": 1,
        "source_column": 1,
        "sex": "",
        "age_group": "",
    }
    return {**row, **facts}


def stockholm(*, published: date | None = date(2020, 3, 1)) -> MemoryStore:
    """Return a store with the tables of Sergels torg and Hässelby torg, and drug offences of Norrmalm."""
    store = MemoryStore()
    rows, series = [], {}
    for line, ((slug, sex, age), (label, facts, *columns)) in enumerate(STAD.items(), start=2):
        divided = bool(sex or age)
        series.setdefault(
            slug, SeriesDefinition(slug=slug, label=label, definition=f"{label} enligt källan", **facts)
        )
        for column, (area, values) in enumerate(zip((SERGEL, HASSELBY, MEAN), columns, strict=True), start=3):
            for year, number in zip((2017, 2018, 2019), values, strict=False):
                note = "" if number is not None else "källan har ett streck och skriver annars 0 för noll"
                status = "rounded" if area is MEAN else "missing" if number is None else "actual"
                rows.append(
                    value(
                        slug,
                        area,
                        year,
                        number,
                        sex=sex,
                        age_group=age,
                        note=note,
                        status=status,
                        source_row=line,
                        source_column=column,
                    )
                )
        assert divided or slug in series
    store.add(
        "stad-tabell-1",
        rows,
        series.values(),
        (
            AreaRef("basomrade", "101025", name="Sergels torg", area_ha=6.5),
            AreaRef("basomrade", "225012", name="Hässelby torg", area_ha=56.7),
            AreaRef("basomrade", "snitt", name="Alla basområden", role="mean", n_areas=450, rounded_to=1.0),  # type: ignore[arg-type]
        ),
        published=published,
        title="Delrapport 2, tabell 1",
        publisher="STAD",
    )
    norrmalm = SeriesDefinition(slug="narkotikabrott", label="Narkotikabrott", **DETECTED)
    rate = replace(
        norrmalm,
        slug="narkotikabrott-per-100000",
        unit="per_100000",
        label="Narkotikabrott per 100 000 invånare",
    )  # type: ignore[arg-type]
    store.add(
        "vk-narkotikabrott",
        [value("narkotikabrott", DISTRICT, year, count) for year, (count, _) in NORRMALM.items()]
        + [value("narkotikabrott-per-100000", DISTRICT, year, per) for year, (_, per) in NORRMALM.items()],
        (norrmalm, rate),
        (AreaRef("stadsdelsomrade", "101", name="Norrmalms stadsdelsområde"),),
        published=published,
        title="Delrapport 1",
        publisher="Vision Klara",
    )
    store.add(
        "folkmangd",
        [
            value("folkmangd", SERGEL, year, number, status="actual")
            for year, number in ((2015, 1190), (2016, 1205))
        ],
        (SeriesDefinition(slug="folkmangd", label="Folkmängd", unit="persons", kind="residents"),),  # type: ignore[arg-type]
        (AreaRef("basomrade", "101025", name="Sergels torg"),),
        title="Folkmängd per basområde",
        publisher="Stockholms stad",
    )
    return store


def place(*areas: tuple[str, str], name: str = "Sergels torg") -> PlaceRef:
    """Return a place that touches the areas."""
    return PlaceRef(
        UUID(int=1),
        name.lower().replace(" ", "-").replace("ä", "a"),
        name,
        (BoundaryRef(b"place", date(2016, 1, 1), None, 7.2),),
        tuple(AreaKey(scheme, code, "okänd") for scheme, code in areas or (SERGEL, DISTRICT)),
    )
