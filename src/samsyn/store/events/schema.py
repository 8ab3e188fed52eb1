"""The contract between ingest and questions: the columns of a part, and what a manifest says of a set.

An event is a kind, a time or an interval, a position, a count and attributes from closed lists. There is no
column for text, names or numbers of cases: what can not be written can not leak. Sum ``count``; never count
rows, since a report that was withdrawn counts −1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from samsyn.store.schema import SLUG, DatasetMeta, VersionState

if TYPE_CHECKING:
    import pyarrow as pa

AREA = "area_"
ATTRIBUTE = "attr_"
OBSERVATION = "observation:"
UNKNOWN_HOUR = -1
UNKNOWN_WEEKDAY = -1

#: Columns that every part has, in order, with their types as Arrow names them. After ``y`` follow one
#: ``area_<scheme>`` for each scheme, ``place`` and one ``attr_<name>`` for each attribute, all text.
FIXED_COLUMNS: Mapping[str, str] = {
    "row": "int64",
    "kind": "string",
    "count": "int32",
    "start": "timestamp[us]",
    "end": "timestamp[us]",
    "day": "date32[day]",
    "month": "date32[day]",
    "week": "date32[day]",
    "year": "int16",
    "hour": "int8",
    "weekday": "int8",
    "x": "double",
    "y": "double",
}
PLACE = "place"


class PositionKind(StrEnum):
    """What a position stands for."""

    POINT = "point"
    CENTROID = "centroid"
    NONE = "none"


class TimePrecision(StrEnum):
    """The finest thing that the times of a set tell apart."""

    MINUTES = "minutes"
    DAY = "day"
    MONTH = "month"


class PositionRounding(StrEnum):
    """How positions were made coarse before anything was written."""

    GRID = "grid"
    SUB_PLACE = "sub_place"
    AS_PUBLISHED = "as_published"


@dataclass(frozen=True, slots=True)
class Rounding:
    """What the source's release decision says about place and time.

    Parameters
    ----------
    position : PositionRounding
    grid_m : int [metres]
        Side of the square whose middle a position is moved to; 0 when it is kept as published.
    minutes : int
        Times are put back to the last whole quarter, half hour or hour.
    """

    position: PositionRounding = PositionRounding.GRID
    grid_m: int = 50
    minutes: int = 15

    def __post_init__(self) -> None:
        object.__setattr__(self, "position", PositionRounding(self.position))


@dataclass(frozen=True, slots=True)
class SourceFile:
    """The file that events came from. It is not kept; its checksum is."""

    file_name: str
    sha256: str
    rows: int
    bytes: int


@dataclass(frozen=True, slots=True)
class PartFile:
    """One immutable Parquet file of a version, named after its content.

    Parameters
    ----------
    name, sha256 : str
    rows, bytes, count : int
        ``count`` is the sum of the column.
    first_day, last_day : date
        Both are in the part.
    first_row, last_row : int
        The rows of the source that the part is made of, from 1, both included.
    bbox : (float, float, float, float) or None [metres]
        West, south, east, north; None when no event has a position.
    """

    name: str
    sha256: str
    rows: int
    bytes: int
    count: int
    first_day: date
    last_day: date
    first_row: int
    last_row: int
    bbox: tuple[float, float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class SchemeUse:
    """The statistical areas, or the places, that events were assigned to.

    Parameters
    ----------
    vintage : str
    content_sha256 : str
        Checksum of codes and shapes; when it changes, touched parts are assigned anew.
    assigned : int
        How many rows lie in one of the areas.
    """

    vintage: str
    content_sha256: str
    assigned: int = 0


@dataclass(frozen=True, slots=True)
class Revision:
    """One change of a version's files that changed no event: assigned anew, compacted, a part lost."""

    number: int
    at: datetime
    by: str
    why: str


@dataclass(frozen=True, slots=True)
class EventSet:
    """One version of a set of events, as its manifest tells it.

    Parameters
    ----------
    meta : DatasetMeta
    version, revision : int
        A new file gives a new version; work on the same events gives a new revision.
    state : VersionState
    owner : str
        Identity of the organisation whose events these are; only it may know of single rows.
    sharing : str
        Always ``own_organisation``: rows of events are indirect data about persons.
    crs : int
        EPSG code of ``x`` and ``y``; in metres.
    time_zone : str
    position_kind : PositionKind
        Centroids are context and never hot spots.
    position_error_m : float [metres]
        How far a position may be from where it happened, rounding included.
    time_precision : TimePrecision
    rounding : Rounding
    kinds : mapping of str to int
        Our kinds, with the sum of ``count``.
    attributes : mapping of str to tuple of str
        Names with their closed lists.
    schemes : mapping of str to SchemeUse
        By scheme; the places of the workspace under ``place``.
    source : SourceFile
    mapping, mapping_sha256 : str
    quarantine : mapping of str to int
        Reason to rows left out.
    loaded_at : datetime
    loaded_by : str
    content_sha256 : str
        Of the events in the file's order, whatever parts they lie in.
    rows, count : int
    first_day, last_day : date or None
    supersedes : int or None
    reason : str
    parts, lost : tuples of PartFile
        ``lost`` are parts that no longer were what was written; they are not read.
    revisions : tuple of Revision
    """

    meta: DatasetMeta
    owner: str = ""
    version: int = 0
    revision: int = 1
    state: VersionState = VersionState.CURRENT
    sharing: str = "own_organisation"
    crs: int = 3006
    time_zone: str = "Europe/Stockholm"
    position_kind: PositionKind = PositionKind.POINT
    position_error_m: float = 0.0
    time_precision: TimePrecision = TimePrecision.MINUTES
    rounding: Rounding = field(default_factory=Rounding)
    kinds: Mapping[str, int] = field(default_factory=dict, hash=False)
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    schemes: Mapping[str, SchemeUse] = field(default_factory=dict, hash=False)
    source: SourceFile = SourceFile("", "", 0, 0)
    mapping: str = ""
    mapping_sha256: str = ""
    quarantine: Mapping[str, int] = field(default_factory=dict, hash=False)
    loaded_at: datetime | None = None
    loaded_by: str = ""
    content_sha256: str = ""
    rows: int = 0
    count: int = 0
    first_day: date | None = None
    last_day: date | None = None
    supersedes: int | None = None
    reason: str = ""
    parts: tuple[PartFile, ...] = ()
    lost: tuple[PartFile, ...] = ()
    revisions: tuple[Revision, ...] = ()

    @property
    def slug(self) -> str:
        """The data set's name."""
        return self.meta.slug

    @property
    def rows_left_out(self) -> int:
        """How many rows of the source could not be used."""
        return sum(self.quarantine.values())

    @property
    def area_schemes(self) -> tuple[str, ...]:
        """The schemes of statistical areas that every part has a column for, sorted."""
        return tuple(sorted(set(self.schemes) - {PLACE}))

    @property
    def may_have_hot_spots(self) -> bool:
        """Whether the positions are of events and not of the middle of a municipality."""
        return self.position_kind is PositionKind.POINT

    @property
    def uses(self) -> Mapping[str, SchemeUse]:
        """The areas and places that events were compared with, as `Ground.uses` tells them."""
        return {name: replace(use, assigned=0) for name, use in self.schemes.items()}

    @property
    def may_deviate(self) -> bool:
        """Whether days can be told apart, at positions that are those of events."""
        return self.may_have_hot_spots and self.time_precision is not TimePrecision.MONTH

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of every part, in order."""
        return columns_of(self.area_schemes, sorted(self.attributes))


def columns_of(
    schemes: tuple[str, ...] | list[str], attributes: tuple[str, ...] | list[str]
) -> tuple[str, ...]:
    """Return the names of a part's columns, in order.

    Examples
    --------
    >>> columns_of(("basomrade",), ("district",))[-4:]
    ('y', 'area_basomrade', 'place', 'attr_district')
    """
    areas = [f"{AREA}{name}" for name in schemes]
    return (*FIXED_COLUMNS, *areas, PLACE, *(f"{ATTRIBUTE}{name}" for name in attributes))


def arrow_schema(columns: tuple[str, ...]) -> pa.Schema:
    """Return the Arrow schema of a part; strings are plain, and only positions may be absent (NaN)."""
    import pyarrow as pa

    named = {
        "int64": pa.int64(), "int32": pa.int32(), "int16": pa.int16(), "int8": pa.int8(),
        "double": pa.float64(), "timestamp[us]": pa.timestamp("us"), "date32[day]": pa.date32(),
        "string": pa.string(),
    }  # fmt: skip
    return pa.schema(
        [pa.field(name, named[FIXED_COLUMNS.get(name, "string")], nullable=False) for name in columns]
    )


def is_kind(kind: str) -> bool:
    """Return whether a word is one of our kinds: an offence, an incident, or ``observation:`` and a name.

    Examples
    --------
    >>> is_kind("robbery"), is_kind("observation:needles"), is_kind("rån")
    (True, True, False)
    """
    return kind in known_kinds() or (
        kind.startswith(OBSERVATION) and bool(SLUG.fullmatch(kind.removeprefix(OBSERVATION)))
    )


def known_kinds() -> frozenset[str]:
    """Return the kinds that have a name of their own."""
    from samsyn.domain.events import IncidentGroup, OffenceGroup

    return frozenset((*map(str, OffenceGroup), *map(str, IncidentGroup)))
