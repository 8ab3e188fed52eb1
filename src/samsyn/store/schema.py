"""The contract between ingest and query: one long frame of published values, and what is said about it.

Every value, whatever its source, is a row of the same frame. `COLUMNS` gives the columns in order and
`DTYPES` their types: text is ``str`` and never missing (the empty string means "does not apply"), dates are
``datetime.date`` objects, ``value`` and ``margin`` are ``Float64``, ``n``, ``source_row`` and
``source_column`` are ``Int64``, ``version`` is ``int64``. A missing value is NA together with a status that
says why; it is never 0 and never NaN.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import pandas as pd

Frame = pd.DataFrame

UNKNOWN_VINTAGE = "okänd"
MEAN_CODE = "snitt"
SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")

TEXT_COLUMNS = (
    "dataset", "series", "scheme", "code", "vintage", "area_name", "status", "sex", "age_group", "note",
    "raw",
)  # fmt: skip
DATE_COLUMNS = ("period_start", "period_end")
FLOAT_COLUMNS = ("value", "margin")
INTEGER_COLUMNS = ("n", "source_row", "source_column")
COLUMNS = (
    "dataset", "version", "series", "scheme", "code", "vintage", "area_name", "period_start", "period_end",
    "value", "status", "sex", "age_group", "n", "margin", "note", "raw", "source_row", "source_column",
)  # fmt: skip
KEY = ("series", "scheme", "code", "vintage", "period_start", "period_end", "sex", "age_group")
DTYPES: Mapping[str, str] = {
    **dict.fromkeys(TEXT_COLUMNS, "str"),
    **dict.fromkeys(DATE_COLUMNS, "object"),
    **dict.fromkeys(FLOAT_COLUMNS, "Float64"),
    **dict.fromkeys(INTEGER_COLUMNS, "Int64"),
    "version": "int64",
}


class Unit(StrEnum):
    """What a value is measured in."""

    COUNT = "count"
    PER_100000 = "per_100000"
    PERCENT = "percent"
    INDEX = "index"
    SEK = "sek"
    HECTARE = "hectare"
    PERSONS = "persons"

    @property
    def whole(self) -> bool:
        """Whether values are whole numbers, which may be added exactly."""
        return self in (Unit.COUNT, Unit.PERSONS)


class StatisticKind(StrEnum):
    """Where a figure comes from; kinds are never added to each other."""

    REPORTED_OFFENCE = "reported_offence"
    INCIDENT_REPORT = "incident_report"
    SURVEY = "survey"
    RESIDENTS = "residents"
    REGISTER = "register"


class OffenceType(StrEnum):
    """How an offence comes to be known."""

    VICTIM_REPORTED = "victim_reported"
    DETECTION_DRIVEN = "detection_driven"
    MIXED = "mixed"
    NONE = "none"


class ValueStatus(StrEnum):
    """What a value is, or why there is none."""

    ACTUAL = "actual"
    PRELIMINARY = "preliminary"
    PART_YEAR = "part_year"
    ROUNDED = "rounded"
    MISSING = "missing"
    SUPPRESSED = "suppressed"
    NOT_APPLICABLE = "not_applicable"

    @property
    def has_value(self) -> bool:
        """Whether a row with this status must hold a number."""
        return self not in (ValueStatus.MISSING, ValueStatus.SUPPRESSED, ValueStatus.NOT_APPLICABLE)


#: From the most to the least telling; a total carries the last of the statuses it is made of.
STATUS_ORDER = (
    ValueStatus.ACTUAL, ValueStatus.ROUNDED, ValueStatus.PRELIMINARY, ValueStatus.PART_YEAR,
    ValueStatus.NOT_APPLICABLE, ValueStatus.MISSING, ValueStatus.SUPPRESSED,
)  # fmt: skip


class Sex(StrEnum):
    """Whom a value is about, where the source divides by sex."""

    ALL = ""
    WOMEN = "women"
    MEN = "men"
    GIRLS = "girls"
    BOYS = "boys"


class AreaRole(StrEnum):
    """Whether a row of the source is an area or the mean of all areas of the scheme."""

    AREA = "area"
    MEAN = "mean"


class VersionState(StrEnum):
    """Where a version stands."""

    CURRENT = "current"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class SeriesDefinition:
    """What one series counts, in which unit, and what it must not be used for.

    Parameters
    ----------
    slug : str
        Name in code and addresses, unique in the data set.
    label, definition : str
        The name and the definition that people read, as the source states them.
    unit : Unit
    kind : StatisticKind
    offence_type : OffenceType
    presence_sensitive : bool
        More police or guards on the place means more reports, whatever happens there.
    person_based : bool
        The values count persons, or are crossed with sex or age.
    sensitive : bool
        A kind that is treated as person-based whatever the cross.
    parent : str or None
        Slug of the total that this series is a part of.
    """

    slug: str
    label: str
    definition: str = ""
    unit: Unit = Unit.COUNT
    kind: StatisticKind = StatisticKind.REPORTED_OFFENCE
    offence_type: OffenceType = OffenceType.NONE
    presence_sensitive: bool = False
    person_based: bool = False
    sensitive: bool = False
    parent: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "unit", Unit(self.unit))
        object.__setattr__(self, "kind", StatisticKind(self.kind))
        object.__setattr__(self, "offence_type", OffenceType(self.offence_type))


@dataclass(frozen=True, slots=True)
class AreaRef:
    """An area that a data set has figures for; a code only means something with its scheme.

    Parameters
    ----------
    scheme, code, vintage, name : str
    role : AreaRole
        ``mean`` is the mean of all ``n_areas`` areas of the scheme; its code is "snitt".
    n_areas : int or None
    rounded_to : float or None
        The step the source rounded the mean to, for example 1.0.
    contains_place : str
        Slug of a place that the area holds, where the source says so.
    area_ha : float or None [hectares]
    """

    scheme: str
    code: str
    vintage: str = UNKNOWN_VINTAGE
    name: str = ""
    role: AreaRole = AreaRole.AREA
    n_areas: int | None = None
    rounded_to: float | None = None
    contains_place: str = ""
    area_ha: float | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "role", AreaRole(self.role))

    @property
    def key(self) -> tuple[str, str, str]:
        """Scheme, code and vintage."""
        return (self.scheme, self.code, self.vintage)


@dataclass(frozen=True, slots=True)
class DatasetMeta:
    """Who published a data set, where, when, and how its signs are to be read.

    Parameters
    ----------
    slug, title, publisher, reference : str
        ``reference`` is how one cites it: report, table, page.
    published, retrieved : date or None
    licence : str
    kind : StatisticKind
    dash_means : {"", "zero", "missing"}
        The answer given to what a dash stands for in this source; empty while nobody has asked.
    notes : str
        Footnotes and reservations of the source.
    """

    slug: str
    title: str
    publisher: str = ""
    reference: str = ""
    published: date | None = None
    licence: str = ""
    retrieved: date | None = None
    kind: StatisticKind = StatisticKind.REPORTED_OFFENCE
    dash_means: str = ""
    notes: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", StatisticKind(self.kind))


@dataclass(frozen=True, slots=True)
class DatasetVersion:
    """One load of a data set, as its manifest tells it. Never edited; only superseded or withdrawn.

    Parameters
    ----------
    meta : DatasetMeta
    version : int
    state : VersionState
    checksum : str
        SHA-256 of the Parquet file.
    loaded_at : datetime
    loaded_by : str
        A function or an account, never a private person.
    rows : int
    series : tuple of SeriesDefinition
    areas : tuple of AreaRef
    supersedes : int or None
    reason : str
        Why it was loaded anew or, for a withdrawn version, why it was withdrawn.
    file_name, file_sha256 : str
        The source file as it was handed in.
    answers : mapping of str to str
        What was answered when the file was read (what a dash means, which vintage …).
    covers : mapping of str to tuple of int
        For each series, the positions in ``areas`` that have rows.
    content_sha256 : str
        Checksum of what was read, whatever number and day the version got.
    """

    meta: DatasetMeta
    version: int
    state: VersionState
    checksum: str
    loaded_at: datetime
    loaded_by: str
    rows: int
    series: tuple[SeriesDefinition, ...] = ()
    areas: tuple[AreaRef, ...] = ()
    supersedes: int | None = None
    reason: str = ""
    file_name: str = ""
    file_sha256: str = ""
    answers: Mapping[str, str] = field(default_factory=dict, hash=False)
    covers: Mapping[str, tuple[int, ...]] = field(default_factory=dict, hash=False)
    content_sha256: str = ""

    @property
    def slug(self) -> str:
        """The data set's name."""
        return self.meta.slug

    def areas_of(self, series: str) -> tuple[AreaRef, ...]:
        """Return the areas that have rows of a series, in the order they were declared."""
        return tuple(self.areas[position] for position in self.covers.get(series, ()))


def empty_frame() -> Frame:
    """Return a frame with every column, its right type and no rows.

    Examples
    --------
    >>> empty_frame().shape
    (0, 19)
    """
    return frame_of([])


def frame_of(rows: Iterable[Mapping[str, Any]]) -> Frame:
    """Return rows as a frame of the contract; what is left out gets the column's empty value.

    Use when you write rows by hand or from a parser. It does not check them: `samsyn.store.rules.check_rows`
    does, and ingest calls it.

    Parameters
    ----------
    rows : iterable of mapping

    Returns
    -------
    Frame, shape (rows, 19)

    Examples
    --------
    >>> frame_of([{"series": "stold", "value": 3.0}])[["series", "value", "status"]].values.tolist()
    [['stold', 3.0, '']]
    """
    rows = list(rows)
    columns: dict[str, Any] = {}
    for name in COLUMNS:
        if name == "version":
            columns[name] = pd.array([row.get(name) or 0 for row in rows], dtype="int64")
        elif name in TEXT_COLUMNS:
            columns[name] = pd.array([_text(row.get(name)) for row in rows], dtype="str")
        elif name in DATE_COLUMNS:
            columns[name] = pd.Series([row.get(name) for row in rows], dtype="object")
        else:
            cells = [None if _absent(row.get(name)) else row.get(name) for row in rows]
            columns[name] = pd.array(cells, dtype=DTYPES[name])  # type: ignore[call-overload]
    return pd.DataFrame(columns)


def rows_of(frame: Frame) -> list[dict[str, Any]]:
    """Return a frame's rows as plain dictionaries; absent cells are None, columns left out are left out.

    Examples
    --------
    >>> rows_of(frame_of([{"series": "stold"}]))[0]["value"] is None
    True
    """
    names = [name for name in COLUMNS if name in frame.columns]
    cells = [_plain_cells(frame[name]) for name in names]
    return [dict(zip(names, row, strict=True)) for row in zip(*cells, strict=True)]


def _plain_cells(column: pd.Series[Any]) -> list[Any]:
    # Asking the column which cells are absent is far quicker than asking each cell of it.
    absent = column.isna()
    if not absent.any():
        return column.tolist()
    return column.astype(object).where(~absent, None).tolist()


def _absent(cell: Any) -> bool:
    return cell is None or cell is pd.NA or cell is pd.NaT or (isinstance(cell, float) and cell != cell)


def _text(cell: Any) -> Any:
    return "" if _absent(cell) else cell
