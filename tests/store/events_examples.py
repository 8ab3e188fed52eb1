"""Events as a person writes them, and the parts that a version of them would hold."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as parquet

from samsyn.store.engines.events_base import EventFile
from samsyn.store.events.asking import EventSource

STOCKHOLM = ZoneInfo("Europe/Stockholm")
SCHEMES = ("basomrade", "kommun")
ATTRIBUTES = ("object",)
SCHEMA = pa.schema(
    [
        ("row", pa.int64()), ("kind", pa.string()), ("count", pa.int32()), ("start", pa.timestamp("us")),
        ("end", pa.timestamp("us")), ("day", pa.date32()), ("month", pa.date32()), ("week", pa.date32()),
        ("year", pa.int16()), ("hour", pa.int8()), ("weekday", pa.int8()), ("x", pa.float64()),
        ("y", pa.float64()), ("area_basomrade", pa.string()), ("area_kommun", pa.string()),
        ("place", pa.string()), ("attr_object", pa.string()),
    ]
)  # fmt: skip


def event(
    start: str | datetime,
    kind: str = "robbery",
    *,
    count: int = 1,
    area: str = "101025",
    kommun: str = "0180",
    place: str = "",
    thing: str = "",
    hour_known: bool = True,
) -> dict[str, Any]:
    """Return one event; a text is a moment in UTC, for example ``2024-12-30 22:15``."""
    moment = datetime.fromisoformat(start) if isinstance(start, str) else start
    local = moment.replace(tzinfo=UTC).astimezone(STOCKHOLM)
    day = local.date()
    return {
        "kind": kind, "count": count, "start": moment, "end": moment, "day": day, "month": day.replace(day=1),
        "week": day - timedelta(days=day.weekday()), "year": day.year,
        "hour": local.hour if hour_known else -1, "weekday": day.weekday(), "x": 674_000.0, "y": 6_580_000.0,
        "area_basomrade": area, "area_kommun": kommun, "place": place, "attr_object": thing,
    }  # fmt: skip


def source(
    folder: Path,
    events: Sequence[dict[str, Any]],
    dataset: str = "anmalda",
    *,
    version: int = 1,
    state: str = "current",
    position_kind: str = "point",
    per_file: int = 1000,
    owner: str = "polisen",
) -> EventSource:
    """Write the events as the parts of a version and return what a question needs to know of it."""
    folder.mkdir(parents=True, exist_ok=True)
    in_order = sorted(events, key=lambda one: one["day"])
    files = []
    for at in range(0, len(in_order), per_file):
        rows = [{"row": at + index + 1, **one} for index, one in enumerate(in_order[at : at + per_file])]
        table = pa.Table.from_pylist(rows, SCHEMA)
        name = hashlib.sha256(f"{dataset}{version}{at}{rows}".encode()).hexdigest()[:16]
        parquet.write_table(table, folder / f"{name}.parquet", use_dictionary=False)
        days: list[date] = [row["day"] for row in rows]
        files.append(EventFile(str(folder / f"{name}.parquet"), len(rows), days[0], days[-1]))
    return EventSource(
        dataset, version, 1, state, owner, position_kind, tuple(sorted({one["kind"] for one in events})),
        SCHEMES, ATTRIBUTES, tuple(files), content_sha256="0" * 64, file_name=f"{dataset}.csv",
    )  # fmt: skip
