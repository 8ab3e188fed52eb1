"""What an engine for events is: one method that answers a question over the parts of named versions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from samsyn.store.events.query import MEASURES, EventQuery

if TYPE_CHECKING:
    import pyarrow as pa


class EventCapability(StrEnum):
    """What a question may need of an engine."""

    TOTALS = "totals"
    GROUPS = "groups"
    AREAS = "areas"
    ATTRIBUTES = "attributes"
    SEVERAL_DATASETS = "several data sets"


@dataclass(frozen=True, slots=True)
class EventFile:
    """One part of a data set: an immutable Parquet file with the days it spans."""

    path: str
    rows: int
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class EventPart:
    """The files of one version that may hold what is asked for."""

    dataset: str
    version: int
    files: tuple[EventFile, ...]


class EventEngine(Protocol):
    """Answers questions about events. Safe to share between threads."""

    @property
    def capabilities(self) -> frozenset[EventCapability]:
        """What this engine can do; the rest is refused before it is asked."""
        ...

    def run(self, query: EventQuery, parts: Sequence[EventPart]) -> pa.Table:
        """Return the answer, ordered by its dimensions.

        Parameters
        ----------
        query : EventQuery
            Its data sets and versions are already resolved into ``parts``.
        parts : sequence of EventPart
            At least one, each with at least one file.

        Returns
        -------
        pyarrow.Table
            The columns of ``query.columns``, then ``count`` and ``rows``.
        """
        ...


def needs(query: EventQuery, parts: Sequence[EventPart]) -> frozenset[EventCapability]:
    """Return what an engine must be able to do to answer a question."""
    found = {EventCapability.GROUPS if query.by else EventCapability.TOTALS}
    if query.schemes or query.about_places:
        found.add(EventCapability.AREAS)
    if query.attribute_names:
        found.add(EventCapability.ATTRIBUTES)
    if len(parts) > 1:
        found.add(EventCapability.SEVERAL_DATASETS)
    return frozenset(found)


def columns_read(query: EventQuery) -> tuple[str, ...]:
    """Return the columns of the files that a question needs, in a fixed order."""
    wanted = [column for column in query.columns if column != "dataset"]
    if query.kinds:
        wanted.append("kind")
    if query.scheme:
        wanted.append(f"area_{query.scheme}")
    if query.places:
        wanted.append("place")
    if query.period is not None:
        wanted.append("day")
    wanted += ["hour"] if query.hours else []
    wanted += ["weekday"] if query.weekdays else []
    wanted += [f"attr_{name}" for name, _ in query.attributes]
    return tuple(dict.fromkeys([*wanted, "count"]))


#: The types of the columns of a part file, as Ibis names them; every other column is text.
COLUMN_TYPES = {
    "row": "int64", "count": "int32", "start": "timestamp(6)", "end": "timestamp(6)", "day": "date",
    "month": "date", "week": "date", "year": "int16", "hour": "int8", "weekday": "int8", "x": "float64",
    "y": "float64",
}  # fmt: skip
DATE_DIMENSIONS = ("month", "week", "day")
NUMBER_DIMENSIONS = ("year", "weekday", "hour", *MEASURES)
