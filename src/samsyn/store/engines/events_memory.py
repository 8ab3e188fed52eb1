"""The reference engine for events: plain Python, slow and obvious. Where they differ, it is right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from samsyn.store.engines.events_base import DATE_DIMENSIONS, NUMBER_DIMENSIONS, EventCapability, EventPart
from samsyn.store.events.query import EventQuery

if TYPE_CHECKING:
    import pyarrow as pa

Row = dict[str, Any]


class MemoryEvents:
    """Reads every event of every part and looks at them one by one."""

    @property
    def capabilities(self) -> frozenset[EventCapability]:
        """Everything: it is the judge of the others."""
        return frozenset(EventCapability)

    def run(self, query: EventQuery, parts: Sequence[EventPart]) -> pa.Table:
        """Return the answer; see `samsyn.store.engines.events_base.EventEngine.run`."""
        counts: dict[tuple[Any, ...], int] = defaultdict(int)
        rows: dict[tuple[Any, ...], int] = defaultdict(int)
        if not query.by:
            counts[()] = rows[()] = 0
        for event in _events(parts):
            if _asked_for(query, event):
                group = tuple(event[column] for column in query.columns)
                counts[group] += event["count"]
                rows[group] += 1
        return _table(query, [(*group, counts[group], rows[group]) for group in sorted(counts)])


def _events(parts: Sequence[EventPart]) -> Iterator[Row]:
    import pyarrow.parquet as parquet

    for part in parts:
        for file in part.files:
            for event in parquet.read_table(file.path).to_pylist():
                yield {**event, "dataset": part.dataset}


def _asked_for(query: EventQuery, event: Row) -> bool:
    if query.kinds and event["kind"] not in query.kinds:
        return False
    if query.scheme and event[f"area_{query.scheme}"] not in query.codes:
        return False
    if query.places and event["place"] not in query.places:
        return False
    if query.period is not None and not query.period.first <= event["day"] < query.period.end:
        return False
    if query.hours and event["hour"] not in query.hours:
        return False
    if query.weekdays and event["weekday"] not in query.weekdays:
        return False
    return all((name, event[f"attr_{name}"]) in query.attributes for name, _ in query.attributes)


def _table(query: EventQuery, answer: list[tuple[Any, ...]]) -> pa.Table:
    import pyarrow as pa

    names = (*query.columns, "count", "rows")
    types = {**dict.fromkeys(DATE_DIMENSIONS, pa.date32()), **dict.fromkeys(NUMBER_DIMENSIONS, pa.int64())}
    columns = [[row[at] for row in answer] for at in range(len(names))]
    return pa.table(
        {
            name: pa.array(column, types.get(name, pa.string()))
            for name, column in zip(names, columns, strict=True)
        }
    )
