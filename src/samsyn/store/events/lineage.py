"""The way from a figure about events back to the file and the rows it was counted from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from samsyn.store.events.query import EventQuery
from samsyn.store.events.schema import EventSet, PartFile, SourceFile

#: So many stretches of rows are told; a figure with more is told by its first and last row.
STRETCHES = 1000


@dataclass(frozen=True, slots=True)
class PartLineage:
    """What one part gave to a figure."""

    part: str
    sha256: str
    rows: int
    count: int
    first_row: int
    last_row: int


@dataclass(frozen=True, slots=True)
class EventLineage:
    """Where a figure comes from.

    Parameters
    ----------
    dataset : str
    version, revision : int
    source : SourceFile
    mapping, mapping_sha256 : str
    rows, count : int
        Rows of the source that the figure is made of, and their sum.
    stretches : tuple of (first, last)
        The rows, from 1, both ends included; at most `STRETCHES`.
    complete : bool
        Whether the stretches are all of them.
    parts : tuple of PartLineage
    """

    dataset: str
    version: int
    revision: int
    source: SourceFile
    mapping: str
    mapping_sha256: str
    rows: int
    count: int
    stretches: tuple[tuple[int, int], ...]
    complete: bool
    parts: tuple[PartLineage, ...]


def trace(events: EventSet, files: Iterable[tuple[Path, PartFile]], query: EventQuery) -> EventLineage:
    """Return which rows of the source the total of a question is made of.

    Parameters
    ----------
    events : EventSet
    files : iterable of (Path, PartFile)
        The parts of the version.
    query : EventQuery
        Its ``by`` is not looked at: narrow it to the group whose figure is to be followed.

    Returns
    -------
    EventLineage
    """
    import pyarrow.compute as compute
    import pyarrow.dataset as parts_of

    found: list[PartLineage] = []
    rows: list[Any] = []
    condition = _condition(query)
    for path, part in files:
        table = parts_of.dataset(path, format="parquet").to_table(columns=["row", "count"], filter=condition)
        if table.num_rows:
            numbers = table["row"].to_numpy()
            rows.append(numbers)
            count = compute.sum(table["count"]).as_py()
            found.append(
                PartLineage(
                    part.name, part.sha256, table.num_rows, count, int(numbers.min()), int(numbers.max())
                )
            )
    stretches = _stretches(np.sort(np.concatenate(rows)) if rows else np.empty(0, np.int64))
    return EventLineage(
        events.slug, events.version, events.revision, events.source, events.mapping, events.mapping_sha256,
        sum(one.rows for one in found), sum(one.count for one in found), stretches[:STRETCHES],
        len(stretches) <= STRETCHES, tuple(found),
    )  # fmt: skip


def _stretches(rows: Any) -> tuple[tuple[int, int], ...]:
    if not len(rows):
        return ()
    breaks = np.flatnonzero(np.diff(rows) > 1)
    first, last = np.r_[rows[0], rows[breaks + 1]], np.r_[rows[breaks], rows[-1]]
    return tuple(zip(first.tolist(), last.tolist(), strict=True))


def _condition(query: EventQuery) -> Any:
    import pyarrow.compute as compute

    listed: dict[str, list[Any]] = {
        "kind": list(query.kinds), f"area_{query.scheme}": list(query.codes), "place": list(query.places),
        "hour": list(query.hours), "weekday": list(query.weekdays),
    }  # fmt: skip
    for name, value in query.attributes:
        listed.setdefault(f"attr_{name}", []).append(value)
    found = compute.field("row") > 0
    for column, values in listed.items():
        if values:
            found &= compute.field(column).isin(values)
    if query.period is not None:
        found &= (compute.field("day") >= query.period.first) & (compute.field("day") < query.period.end)
    return found
