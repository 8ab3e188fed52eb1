"""A mapping: how one source's file becomes events. Read from TOML and checked whole before any file is."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from samsyn.domain.guard_columns import describes_person, scan_columns
from samsyn.store.events.errors import MappingInvalid, MappingUnreadable, UnknownMapping
from samsyn.store.events.mapping_format import FORMAT, REQUIRED, TABLES, Key, keys_of
from samsyn.store.events.schema import PositionKind, PositionRounding, Rounding, TimePrecision, is_kind
from samsyn.store.provenance import nearest_name
from samsyn.store.schema import SLUG, DatasetMeta

READY = Path(__file__).parent / "mappings"
#: Raised when the same file and mapping would give other events than before.
PIPELINE = 1
_DIRECTIVES = frozenset("YmdHMSfyzpIT")
_ATTRIBUTE = re.compile(r"[a-z][a-z0-9_]{0,39}")
#: A point that is kept as its source gave it must be known to be at least so far from where it happened.
LEAST_ERROR_M = 50.0


@dataclass(frozen=True, slots=True)
class FileForm:
    """How the bytes are read; the keys of ``[file]``."""

    type: str
    encoding: str
    delimiter: str
    decimal: str
    skip_rows: int
    columns: tuple[str, ...]
    sheet: str
    layer: str


@dataclass(frozen=True, slots=True)
class KindRule:
    """What happened; the keys of ``[kind]``."""

    column: str
    value: str
    pad: int
    first: int
    codes: Mapping[str, str]
    leave_out: tuple[str, ...]
    unknown: str


@dataclass(frozen=True, slots=True)
class TimeRule:
    """When it happened; the keys of ``[time]``."""

    column: str
    time_column: str
    end_column: str
    format: str
    time_format: str
    zone: str
    precision: str
    unknown_at: tuple[str, ...]
    minutes: int
    ambiguous: str
    nonexistent: str
    earliest: date | None
    latest: date | None
    longest_days: int


@dataclass(frozen=True, slots=True)
class PositionRule:
    """Where it happened; the keys of ``[position]``."""

    kind: str
    x: str
    y: str
    pair: str
    pair_order: str
    geometry: bool
    crs: str
    metric_crs: str
    rounding: str
    grid_m: int
    error_m: float
    missing: str
    absent: tuple[float, ...]
    area: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class CountRule:
    """How many; the keys of ``[count]``."""

    column: str
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class AttributeRule:
    """One attribute with its closed list; the keys of ``[attributes.<name>]``."""

    name: str
    column: str
    codes: Mapping[str, str]
    values: tuple[str, ...]
    whole: bool
    unknown: str

    @property
    def closed(self) -> tuple[str, ...]:
        """Every value that may come out, sorted; empty text is always allowed."""
        return tuple(sorted({*self.values, *self.codes.values()} - {""}))


@dataclass(frozen=True, slots=True)
class EventMapping:
    """How one source's file becomes events; see the page "Mappningsfiler" of the reference."""

    name: str
    title: str
    publisher: str
    licence: str
    reference: str
    notes: str
    ignore: tuple[str, ...]
    file: FileForm
    kind: KindRule
    time: TimeRule
    position: PositionRule
    count: CountRule
    attributes: tuple[AttributeRule, ...]
    most_percent: float

    @property
    def sha256(self) -> str:
        """Checksum of what the mapping says; comments and order do not count."""
        said = json.dumps([PIPELINE, asdict(self)], sort_keys=True, default=str)
        return hashlib.sha256(said.encode()).hexdigest()

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the file that are read, each once."""
        named = (
            self.kind.column, self.time.column, self.time.time_column, self.time.end_column,
            self.position.x, self.position.y, self.position.pair, self.count.column,
            *(one.column for one in self.attributes),
        )  # fmt: skip
        return tuple(dict.fromkeys(name for name in named if name))

    @property
    def code_columns(self) -> tuple[str, ...]:
        """The columns whose cells are compared with lists."""
        return tuple(
            dict.fromkeys(name for name in (self.kind.column, *(a.column for a in self.attributes)) if name)
        )

    @property
    def rounding(self) -> Rounding:
        """What is told of rounding in the manifest."""
        rounding = PositionRounding(self.position.rounding)
        grid = 0 if rounding is PositionRounding.AS_PUBLISHED else self.position.grid_m
        return Rounding(rounding, grid, self.time.minutes)

    @property
    def position_error_m(self) -> float:
        """How far a kept position may be from where it happened [metres], rounding included."""
        return self.position.error_m + self.rounding.grid_m * 2**0.5 / 2

    @property
    def precision(self) -> TimePrecision:
        """The finest thing the times tell apart."""
        return TimePrecision(self.time.precision)

    @property
    def metric_epsg(self) -> int:
        """EPSG code of the stored coordinates."""
        return int(self.position.metric_crs.rsplit(":", 1)[-1])

    def meta(self, dataset: str, title: str = "", retrieved: date | None = None) -> DatasetMeta:
        """Return what a data set made with the mapping says of its source."""
        return DatasetMeta(
            dataset,
            title or self.title,
            publisher=self.publisher,
            reference=self.reference,
            licence=self.licence,
            retrieved=retrieved,
            notes=self.notes,
        )


def ready_mappings() -> tuple[str, ...]:
    """Return the names of the mappings that come with Samsyn.

    Examples
    --------
    >>> "police-uk-street" in ready_mappings()
    True
    """
    return tuple(sorted(path.stem for path in READY.glob("*.toml")))


def read_mapping(name_or_file: str) -> EventMapping:
    """Return a ready mapping by name, or one from a file.

    Raises
    ------
    UnknownMapping
        Neither a ready mapping nor a file.
    MappingUnreadable, MappingInvalid
    """
    path = READY / f"{name_or_file}.toml" if SLUG.fullmatch(name_or_file) else Path(name_or_file)
    if not path.is_file():
        path = Path(name_or_file)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError, ValueError):
        raise UnknownMapping(
            wanted=name_or_file, nearest=nearest_name(name_or_file, ready_mappings())
        ) from None
    return parse_mapping(text, path.name)


def parse_mapping(text: str, file: str = "mapping.toml") -> EventMapping:
    """Return the mapping that a TOML text describes.

    Parameters
    ----------
    text : str
    file : str
        The name to show.

    Raises
    ------
    MappingUnreadable
        It is not TOML.
    MappingInvalid
        With every problem in ``problems``.
    """
    try:
        given = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, ValueError, RecursionError) as problem:
        raise MappingUnreadable(file=file, problem=str(problem)) from None
    problems: list[str] = []
    held = {name: _table(name, given, problems) for name in TABLES if name != "attributes"}
    attributes = _attributes(given, problems)
    for name in given:
        if name not in TABLES and name not in keys_of(""):
            problems.append(f"{name}: no such table or key")
    if problems:
        raise MappingInvalid(file=file, problems=tuple(problems))
    made = EventMapping(
        **{name: held[""][name] for name in keys_of("") if name != "format"},
        file=FileForm(**held["file"]),
        kind=KindRule(**held["kind"]),
        time=TimeRule(**held["time"]),
        position=PositionRule(**held["position"]),
        count=CountRule(**held["count"]),
        attributes=attributes,
        most_percent=float(held["quarantine"]["most_percent"]),
    )
    if problems := list(_contradictions(made, held[""]["format"])):
        raise MappingInvalid(file=file, problems=tuple(problems))
    return made


def _table(table: str, given: Mapping[str, Any], problems: list[str]) -> dict[str, Any]:
    rows = given if not table else given.get(table, {})
    if not isinstance(rows, Mapping):
        problems.append(f"{table}: must be a table")
        rows = {}
    return _keys(table, f"{table}." if table else "", rows, problems)


def _keys(table: str, shown: str, rows: Mapping[str, Any], problems: list[str]) -> dict[str, Any]:
    known = keys_of(table)
    if table:
        for name in rows:
            if name not in known:
                near = nearest_name(str(name), known)
                problems.append(f"{shown}{name}: no such key; nearest {near}")
    held = {}
    for name, key in known.items():
        if name in rows:
            held[name] = _value(key, f"{shown}{name}", rows[name], problems)
        elif key.default is REQUIRED:
            problems.append(f"{shown}{name}: must be given")
            held[name] = None
        else:
            held[name] = key.default
    return held


def _attributes(given: Mapping[str, Any], problems: list[str]) -> tuple[AttributeRule, ...]:
    tables = given.get("attributes", {})
    if not isinstance(tables, Mapping):
        problems.append("attributes: must be tables")
        return ()
    found = []
    for name, rows in sorted(tables.items()):
        if not _ATTRIBUTE.fullmatch(name) or not isinstance(rows, Mapping):
            problems.append(f"attributes.{name}: a name has a-z, 0-9 and _, and is a table")
            continue
        held = _keys("attributes", f"attributes.{name}.", rows, problems)
        found.append(AttributeRule(name=name, **held))
    return tuple(found)


def _value(key: Key, shown: str, value: Any, problems: list[str]) -> Any:
    accepts, make = _KINDS[key.kind]
    if not accepts(value):
        problems.append(f"{shown}: must be {key.kind}")
        return key.default if key.default is not REQUIRED else None
    if key.words and value not in key.words:
        problems.append(f"{shown}: must be one of {', '.join(key.words)}")
    return make(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e12


def _all(test: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and all(map(test, value))


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 500


_KINDS: dict[str, tuple[Callable[[Any], bool], Callable[[Any], Any]]] = {
    "text": (_is_text, str),
    "flag": (lambda value: isinstance(value, bool), bool),
    "whole": (lambda value: isinstance(value, int) and not isinstance(value, bool), int),
    "number": (_is_number, float),
    "day": (lambda value: type(value) is date, lambda value: value),
    "texts": (_all(_is_text), tuple),
    "numbers": (_all(_is_number), lambda value: tuple(map(float, value))),
    "codes": (
        lambda value: isinstance(value, Mapping) and all(map(_is_text, value.values())),
        lambda value: {str(code): str(ours) for code, ours in value.items()},
    ),
}


def _contradictions(mapping: EventMapping, form: int) -> list[str]:
    """Return what no single key shows to be wrong."""
    found = [] if form == FORMAT else [f"format: must be {FORMAT}"]
    if not SLUG.fullmatch(mapping.name):
        found.append("name: a-z, 0-9 and hyphen")
    return [
        *found, *_about_columns(mapping), *_about_kinds(mapping), *_about_time(mapping),
        *_about_position(mapping), *_about_rounding(mapping),
    ]  # fmt: skip


def _about_columns(mapping: EventMapping) -> list[str]:
    kept = dict.fromkeys((*mapping.columns, *(one.name for one in mapping.attributes)))
    led = {one.heading: one.reason for one in scan_columns(kept)}
    # A kind and an attribute are kept with each event, so they say nothing of who was there.
    told = dict.fromkeys((*mapping.code_columns, *(one.name for one in mapping.attributes)))
    led |= {name: "sensitive" for name in told if name not in led and describes_person(name)}
    found = [f"{name}: leads to persons ({reason}) and can not be mapped" for name, reason in led.items()]
    found += [f"{name}: both mapped and ignored" for name in mapping.columns if name in mapping.ignore]
    if len(mapping.file.delimiter) > 1:
        found.append("file.delimiter: one character")
    for one in mapping.attributes:
        if not one.closed:
            found.append(f"attributes.{one.name}: needs codes or values")
    return found


def _about_kinds(mapping: EventMapping) -> list[str]:
    kind = mapping.kind
    found = [
        f"kind.codes.{code}: {ours} is none of our kinds"
        for code, ours in kind.codes.items()
        if not is_kind(ours)
    ]
    if bool(kind.column) == bool(kind.value):
        found.append("kind: give column with codes, or value")
    if kind.column and not kind.codes:
        found.append("kind.codes: must be given")
    if kind.value and not is_kind(kind.value):
        found.append(f"kind.value: {kind.value} is none of our kinds")
    return found


def _about_time(mapping: EventMapping) -> list[str]:
    rule, found = mapping.time, []
    try:
        ZoneInfo(rule.zone)
    except (ValueError, OSError, KeyError):
        found.append(f"time.zone: {rule.zone} is not known")
    for name, pattern in (("format", rule.format), ("time_format", rule.time_format)):
        if pattern not in ("iso", "hour") and not set(re.findall("%(.)", pattern)) <= _DIRECTIVES:
            found.append(f"time.{name}: only %{', %'.join(sorted(_DIRECTIVES))}")
    if rule.minutes not in (15, 30, 60):
        found.append("time.minutes: 15, 30 or 60")
    if rule.earliest and rule.latest and rule.latest < rule.earliest:
        found.append("time.latest: before time.earliest")
    if rule.precision != "minutes" and (rule.time_column or rule.unknown_at):
        found.append("time.precision: a time of day is mapped, so it is minutes")
    return found


def _about_position(mapping: EventMapping) -> list[str]:
    rule, found = mapping.position, []
    ways = sum((bool(rule.x and rule.y), bool(rule.pair), rule.geometry))
    if rule.kind == PositionKind.NONE:
        if ways or rule.x or rule.y:
            found.append("position.kind: none, yet columns are named")
    elif ways != 1:
        found.append("position: give x and y, or pair, or geometry")
    if bool(rule.x) != bool(rule.y):
        found.append("position: x and y belong together")
    if rule.geometry and mapping.file.type not in ("gpkg", "geojson"):
        found.append("position.geometry: only for gpkg and geojson")
    return found


def _about_rounding(mapping: EventMapping) -> list[str]:
    from samsyn.store.events.systems import is_metric, is_system

    rule, found = mapping.position, []
    if not is_system(rule.crs):
        found.append(f"position.crs: {rule.crs} is not known")
    if not is_metric(rule.metric_crs):
        found.append(f"position.metric_crs: {rule.metric_crs} is no EPSG system in metres")
    if rule.grid_m < 50:
        found.append("position.grid_m: at least 50")
    if rule.rounding == PositionRounding.AS_PUBLISHED and rule.error_m < LEAST_ERROR_M:
        found.append("position.rounding: as_published needs error_m of at least 50")
    if rule.kind == PositionKind.CENTROID and rule.error_m < 1000:
        found.append("position.error_m: a centroid needs its distance to the border, at least 1000")
    if rule.area and (len(rule.area) != 4 or rule.area[0] >= rule.area[2] or rule.area[1] >= rule.area[3]):
        found.append("position.area: west, south, east, north")
    return found
