"""The rules a row must keep before anything is loaded. Every broken rule is told, not only the first."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from enum import StrEnum
from numbers import Real
from typing import Any

from samsyn.store.errors import InvalidDeclaration
from samsyn.store.schema import (
    COLUMNS,
    KEY,
    MEAN_CODE,
    SLUG,
    AreaRef,
    AreaRole,
    DatasetMeta,
    Frame,
    SeriesDefinition,
    Sex,
    Unit,
    ValueStatus,
    rows_of,
)

#: How sources print "nothing here". Whether a dash is zero is a question to ask, ".." never is.
DASHES = ("-", "–", "—", "−")
DOTS = (".", "..", "…")


class Rule(StrEnum):
    """What a row may break."""

    UNKNOWN_COLUMN = "unknown_column"
    LACKING_COLUMN = "lacking_column"
    NOT_TEXT = "not_text"
    NO_CODE = "no_code"
    UNKNOWN_SERIES = "unknown_series"
    UNKNOWN_AREA = "unknown_area"
    NOT_A_DATE = "not_a_date"
    BACKWARD_PERIOD = "backward_period"
    INCLUSIVE_END = "inclusive_end"
    UNKNOWN_STATUS = "unknown_status"
    NO_STATUS = "no_status"
    VALUE_BESIDE_STATUS = "value_beside_status"
    STATUS_WITHOUT_VALUE = "status_without_value"
    NOT_A_NUMBER = "not_a_number"
    NOT_WHOLE = "not_whole"
    NEGATIVE = "negative"
    OUTSIDE_PERCENT = "outside_percent"
    DASH_AS_ZERO = "dash_as_zero"
    UNKNOWN_SEX = "unknown_sex"
    DUPLICATE = "duplicate"
    NOT_A_SHAPE = "not_a_shape"
    NOT_SWEREF = "not_sweref"


#: English message ids with named placeholders; the facts are those of `RowError`.
RULE_TEXTS: Mapping[Rule, str] = {
    Rule.UNKNOWN_COLUMN: "the column %(cell)s is not one the store keeps",
    Rule.LACKING_COLUMN: "the column %(column)s is not there",
    Rule.NOT_TEXT: "%(column)s must be text, not the number %(cell)s: a code may begin with a zero",
    Rule.NO_CODE: "%(column)s is empty",
    Rule.UNKNOWN_SERIES: "the series %(cell)s is not described; closest: %(nearest)s",
    Rule.UNKNOWN_AREA: "the area %(cell)s is not described; closest: %(nearest)s",
    Rule.NOT_A_DATE: "%(column)s must be a date, not %(cell)s",
    Rule.BACKWARD_PERIOD: "the period ends (%(cell)s) before it begins",
    Rule.INCLUSIVE_END: "the period ends on %(cell)s, the last day of a month; write the day after it",
    Rule.UNKNOWN_STATUS: "%(cell)s is not a status; closest: %(nearest)s",
    Rule.NO_STATUS: "the status is empty; closest: %(nearest)s",
    Rule.VALUE_BESIDE_STATUS: "the value is %(cell)s but the status says that there is none",
    Rule.STATUS_WITHOUT_VALUE: "there is no value but the status (%(cell)s) says that there is one",
    Rule.NOT_A_NUMBER: "%(column)s must be a number, not %(cell)s",
    Rule.NOT_WHOLE: "%(column)s must be a whole number, not %(cell)s",
    Rule.NEGATIVE: "%(column)s can not be below zero (%(cell)s)",
    Rule.OUTSIDE_PERCENT: "a share lies between 0 and 100, not %(cell)s",
    Rule.DASH_AS_ZERO: "the source prints %(cell)s, which is not zero before someone has said so",
    Rule.UNKNOWN_SEX: "%(cell)s is not one of women, men, girls, boys or empty",
    Rule.DUPLICATE: "the same series, area, period, sex and age is also on row %(cell)s",
    Rule.NOT_A_SHAPE: "the outline is not a polygon that can be used (%(cell)s)",
    Rule.NOT_SWEREF: "the outline lies at %(cell)s, outside Sweden in SWEREF 99 TM: convert it first",
}


@dataclass(frozen=True, slots=True)
class RowError:
    """One broken rule: which row, which column, what stood there.

    Parameters
    ----------
    row : int
        The row in the source where it is known, else the row of the frame, counted from 1; 0 is the heading.
    column : str
    cell : str
    rule : Rule
    nearest : str
        A known name close to the one that was given.
    """

    row: int
    column: str
    cell: str
    rule: Rule
    nearest: str = ""

    @property
    def template(self) -> str:
        """The message id."""
        return RULE_TEXTS[self.rule]

    @property
    def facts(self) -> dict[str, Any]:
        """The values of the placeholders."""
        return {"row": self.row, "column": self.column, "cell": self.cell, "nearest": self.nearest}

    def __str__(self) -> str:
        return f"row {self.row}, {self.column}: {self.template % self.facts}"


@dataclass(slots=True)
class _Declared:
    series: Mapping[str, SeriesDefinition]
    areas: Mapping[tuple[str, str, str], AreaRef]
    dash_means_zero: bool
    seen: dict[tuple[Any, ...], int] = field(default_factory=dict)


def check_rows(
    frame: Frame, series: Sequence[SeriesDefinition], areas: Sequence[AreaRef], meta: DatasetMeta
) -> tuple[RowError, ...]:
    """Return every rule that the rows break, in the order of the rows.

    Use before ingest to show a person all that must be mended at once; ingest itself refuses what this finds.

    Parameters
    ----------
    frame : Frame, shape (rows, columns)
        Columns of the contract; `dataset` and `version` are set by ingest and not looked at.
    series, areas : sequences of SeriesDefinition and AreaRef
        What the rows may speak of.
    meta : DatasetMeta

    Returns
    -------
    tuple of RowError
    """
    strangers = [str(name) for name in frame.columns if name not in COLUMNS]
    needed = ("series", "scheme", "code", "period_start", "period_end", "value", "status")
    heading = [RowError(0, name, name, Rule.UNKNOWN_COLUMN) for name in strangers]
    heading += [RowError(0, name, "", Rule.LACKING_COLUMN) for name in needed if name not in frame.columns]
    if heading:
        return tuple(heading)
    declared = _Declared(
        series={definition.slug: definition for definition in series},
        areas={area.key: area for area in areas},
        dash_means_zero=meta.dash_means == "zero",
    )
    found: list[RowError] = []
    for position, row in enumerate(rows_of(frame), start=1):
        number = row.get("source_row")
        where = int(number) if isinstance(number, int | float) else position
        for column, cell, rule, nearest in _broken(row, declared, where):
            found.append(RowError(where, column, "" if cell is None else str(cell), rule, nearest))
    return tuple(found)


_Broken = tuple[str, Any, Rule, str]
_SEXES = frozenset(Sex)
_STATUSES = frozenset(ValueStatus)


def _broken(row: Mapping[str, Any], declared: _Declared, where: int) -> Iterator[_Broken]:
    yield from _names(row, declared)
    yield from _period(row)
    yield from _value(row, declared)
    for column in ("n", "margin"):
        cell = row.get(column)
        if cell is None:
            continue
        if not _is_number(cell):
            yield column, cell, Rule.NOT_A_NUMBER, ""
        elif column == "n" and cell != int(cell):
            yield column, cell, Rule.NOT_WHOLE, ""
        elif cell < 0:
            yield column, cell, Rule.NEGATIVE, ""
    key = tuple(row.get(name) or "" for name in KEY)
    if key in declared.seen:
        yield "series", declared.seen[key], Rule.DUPLICATE, ""
    declared.seen.setdefault(key, where)


def _names(row: Mapping[str, Any], declared: _Declared) -> Iterator[_Broken]:
    texts = ("series", "scheme", "code", "vintage", "area_name", "sex", "age_group", "note", "raw")
    wrong = [name for name in texts if row.get(name) is not None and not isinstance(row[name], str)]
    for name in wrong:
        yield name, row[name], Rule.NOT_TEXT, ""
    empty = [name for name in ("series", "scheme", "code") if not row.get(name) and name not in wrong]
    for name in empty:
        yield name, "", Rule.NO_CODE, ""
    unusable = {*wrong, *empty}
    if "series" not in unusable and row["series"] not in declared.series:
        yield "series", row["series"], Rule.UNKNOWN_SERIES, _nearest(row["series"], declared.series)
    if not unusable & {"scheme", "code", "vintage"}:
        area = (row["scheme"], row["code"], row.get("vintage") or "")
        if area not in declared.areas:
            known = [" ".join(key) for key in declared.areas]
            yield "code", " ".join(area), Rule.UNKNOWN_AREA, _nearest(" ".join(area), known)
    if "sex" not in wrong and (row.get("sex") or "") not in _SEXES:
        yield "sex", row["sex"], Rule.UNKNOWN_SEX, ""


def _period(row: Mapping[str, Any]) -> Iterator[_Broken]:
    days = {name: row[name] for name in ("period_start", "period_end")}
    # A datetime is a date to Python, but its clock time would make two equal days differ.
    wrong = [n for n, day in days.items() if not isinstance(day, date) or isinstance(day, datetime)]
    for name in wrong:
        yield name, days[name], Rule.NOT_A_DATE, ""
    if wrong:
        return
    start, end = days["period_start"], days["period_end"]
    if end <= start:
        yield "period_end", end, Rule.BACKWARD_PERIOD, ""
    elif start.day == 1 and (end + timedelta(days=1)).day == 1:
        yield "period_end", end, Rule.INCLUSIVE_END, ""


def _value(row: Mapping[str, Any], declared: _Declared) -> Iterator[_Broken]:
    value, status = row["value"], row["status"] or ""
    if status and status not in _STATUSES:
        yield "status", status, Rule.UNKNOWN_STATUS, _nearest(str(status), list(ValueStatus))
    elif value is not None and not _is_number(value):
        yield "value", value, Rule.NOT_A_NUMBER, ""
    elif not status:
        yield "status", "", Rule.NO_STATUS, ValueStatus.MISSING if value is None else ValueStatus.ACTUAL
    elif value is None and ValueStatus(status).has_value:
        yield "value", status, Rule.STATUS_WITHOUT_VALUE, ""
    elif value is not None and not ValueStatus(status).has_value:
        yield "value", value, Rule.VALUE_BESIDE_STATUS, ""
    elif value is not None:
        yield from _number(value, row, declared)


def _number(value: float, row: Mapping[str, Any], declared: _Declared) -> Iterator[_Broken]:
    raw = str(row.get("raw") or "").strip()
    if value == 0 and (raw in DOTS or (raw in DASHES and not declared.dash_means_zero)):
        yield "raw", raw, Rule.DASH_AS_ZERO, ""
    definition = declared.series.get(row["series"])
    if definition is None:
        return
    area = declared.areas.get((row["scheme"], row["code"], row.get("vintage") or ""))
    # The mean of all areas is the one count that may have decimals.
    is_mean = area is not None and area.role is AreaRole.MEAN
    if definition.unit.whole and value != int(value) and not is_mean:
        yield "value", value, Rule.NOT_WHOLE, ""
    if value < 0 and definition.unit not in (Unit.INDEX, Unit.SEK, Unit.PERCENT):
        yield "value", value, Rule.NEGATIVE, ""
    if definition.unit is Unit.PERCENT and definition.kind == "survey" and not 0 <= value <= 100:
        yield "value", value, Rule.OUTSIDE_PERCENT, ""


def check_declarations(
    meta: DatasetMeta, series: Sequence[SeriesDefinition], areas: Sequence[AreaRef]
) -> None:
    """Refuse a description of a data set that queries could not rely on.

    Raises
    ------
    InvalidDeclaration
        A name that is no slug, the same thing declared twice, a part without its total, or a mean whose
        code is not "snitt".
    """
    check_name(meta.slug)
    if meta.dash_means not in ("", "zero", "missing"):
        raise InvalidDeclaration(rule="dash", what=meta.dash_means)
    slugs = [definition.slug for definition in series]
    keys = [area.key for area in areas]
    for slug in slugs:
        check_name(slug)
    for rule, names in (("series_twice", slugs), ("area_twice", [" ".join(key) for key in keys])):
        if twice := [name for name, times in Counter(names).items() if times > 1]:
            raise InvalidDeclaration(rule=rule, what=twice[0])
    parents = {definition.slug: definition.parent for definition in series}
    for slug in slugs:
        _check_line(slug, parents)
    for area in areas:
        if not area.scheme or not area.code or not area.vintage:
            raise InvalidDeclaration(rule="area_key", what=area.name or " ".join(area.key).strip())
        if (area.role is AreaRole.MEAN) != (area.code == MEAN_CODE):
            raise InvalidDeclaration(rule="mean_code", what=f"{area.scheme} {area.code}")


def check_name(name: str) -> None:
    """Refuse a name that can not be a folder and a part of an address.

    Raises
    ------
    InvalidDeclaration
    """
    if not SLUG.fullmatch(name):
        raise InvalidDeclaration(rule="name", what=repr(name))


def _check_line(slug: str, parents: Mapping[str, str | None]) -> None:
    walked, parent = {slug}, parents[slug]
    while parent is not None:
        if parent not in parents:
            raise InvalidDeclaration(rule="no_total", what=slug)
        if parent in walked:
            raise InvalidDeclaration(rule="own_total", what=slug)
        walked.add(parent)
        parent = parents[parent]


def _is_number(cell: Any) -> bool:
    return isinstance(cell, Real) and not isinstance(cell, bool) and math.isfinite(cell)


def _nearest(name: str, known: Any) -> str:
    close = get_close_matches(name, list(known), n=1, cutoff=0.4)
    return str(close[0]) if close else "–"
