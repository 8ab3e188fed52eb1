"""A small data set, written out, that the tests of the store change one thing of."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from samsyn.store import AreaRef, DatasetMeta, DatasetVersion, Frame, SeriesDefinition, Store, frame_of

NOW = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
META = DatasetMeta("brott", "Anmälda brott", publisher="Polisen", reference="Tabell 1", dash_means="missing")
SERIES = (
    SeriesDefinition("stold", "Stöld", offence_type="victim_reported"),
    SeriesDefinition("ran", "Rån", parent="stold"),
    SeriesDefinition("boende", "Boende", unit="persons", kind="residents", person_based=True),
    SeriesDefinition("trygghet", "Trygghet", unit="percent", kind="survey"),
)
AREAS = (
    AreaRef("basomrade", "101025", "2016", "Sergels torg"),
    AreaRef("basomrade", "012345", "2016", "Lilla torget"),
    AreaRef("nyko5", "10102", "okänd", "Klara"),
    AreaRef("basomrade", "snitt", "2016", "Snitt", role="mean", n_areas=450, rounded_to=1.0),
)


def row(**changes: Any) -> dict[str, Any]:
    """Return a right row with some cells changed."""
    return {
        "series": "stold",
        "scheme": "basomrade",
        "code": "101025",
        "vintage": "2016",
        "period_start": date(2017, 1, 1),
        "period_end": date(2018, 1, 1),
        "value": 103.0,
        "status": "actual",
        "raw": "103",
        "source_row": 282,
        "source_column": 4,
    } | changes


def year(number: int) -> dict[str, date]:
    """Return the cells of a whole year."""
    return {"period_start": date(number, 1, 1), "period_end": date(number + 1, 1, 1)}


def load(store: Store, frame: Frame | None = None, **changes: Any) -> DatasetVersion:
    """Load the example with some arguments changed."""
    arguments: dict[str, Any] = {
        "meta": META,
        "series": SERIES,
        "areas": AREAS,
        "source": b"a;b\n1;2\n",
        "file_name": "brott.csv",
        "by": "analytiker",
        "now": NOW,
    } | changes
    return store.ingest(frame=frame_of([row()]) if frame is None else frame, **arguments)
