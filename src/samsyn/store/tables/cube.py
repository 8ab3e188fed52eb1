"""JSON-stat 2, as PxWeb and other statistical databases give it: a table that says itself what it holds.

A figure without a value keeps the sign that its status gives: an absent status, two dots and a figure that is
hidden are three things, and what each stands for is said by the file or asked.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import product
from typing import Any

from samsyn.domain.errors import SamsynError
from samsyn.store.errors import (
    CellUnreadable,
    CubeSizeDiffers,
    CubeTooLarge,
    DimensionBroken,
    NotACube,
    OnlyLinks,
)
from samsyn.store.tables.blocks import RowError, row_error
from samsyn.store.tables.cells import plain
from samsyn.store.tables.headings import AREA_HEADING, PERIOD_HEADING
from samsyn.store.tables.periods import read_period
from samsyn.store.tables.reading import Cell, Footnote, RawTable

MOST_FIGURES = 100_000
_LARGEST = Decimal(10) ** 15
_TIME = re.compile(r"tid|time(?:_period)?|year|month|quarter|årtal", re.IGNORECASE)
_GEO = re.compile(r"geo|geography|area|county|municipality|regionkod", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Category:
    """One value of a dimension: the source's code, the label that people read, the unit where it has one."""

    code: str
    label: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Dimension:
    """One direction of a cube; ``role`` is time, geo, metric or nothing."""

    name: str
    label: str
    role: str
    categories: tuple[Category, ...]


@dataclass(frozen=True, slots=True)
class CubeFigure:
    """One figure of a cube: its cell, its value if any, its status, and a category along each dimension."""

    cell: Cell
    value: Decimal | None
    status: str
    categories: tuple[Category, ...]


@dataclass(frozen=True, slots=True)
class Cube:
    """A data set of JSON-stat: dimensions, figures in the order of the file, and what its statuses mean.

    ``faults`` is everything in the file that contradicts itself; nothing is then loaded.
    """

    title: str
    source: str
    dimensions: tuple[Dimension, ...]
    figures: tuple[CubeFigure, ...]
    meanings: Mapping[str, str] = field(default_factory=dict, hash=False)
    faults: tuple[RowError, ...] = ()


def read_json_stat(content: bytes) -> tuple[RawTable, ...]:
    """Read a JSON-stat 2 file: one data set, or every data set that a collection holds.

    Use for the format that PxWeb calls JSON-stat2. Not for version 1 of JSON-stat and not for PxWeb's other
    JSON forms, which do not say what the dimensions are.

    Parameters
    ----------
    content : bytes
        The file as it was fetched.

    Returns
    -------
    tuple of RawTable
        One for each data set. Line 1 holds the dimensions and line n the n − 1:th figure of the file.

    Raises
    ------
    NotACube, OnlyLinks, CubeTooLarge
        What a file says that contradicts itself is no exception but a fault of the table, so that all of it
        is told at once.

    Source
    ------
    JSON-stat format, version 2.0, json-stat.org/full.

    Examples
    --------
    >>> table, = read_json_stat(b'''{"version": "2.0", "class": "dataset", "label": "Brott", "id": ["Tid"],
    ...   "size": [2], "role": {"time": ["Tid"]}, "value": [3, null], "status": {"1": ".."},
    ...   "dimension": {"Tid": {"category": {"index": ["2023", "2024"]}}}}''')
    >>> [(figure.value, figure.status) for figure in table.cube.figures]
    [(Decimal('3'), ''), (None, '..')]
    """
    try:
        found = json.loads(content.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError, ArithmeticError):
        raise NotACube() from None
    if not isinstance(found, dict):
        raise NotACube()
    if found.get("class") == "collection":
        return _collection(found)
    if found.get("class") != "dataset" or not isinstance(found.get("dimension"), dict):
        raise NotACube()
    return (_table(found, ""),)


def _no_number(_name: str) -> None:
    raise ValueError


def _collection(found: Mapping[str, Any]) -> tuple[RawTable, ...]:
    link = found.get("link")
    items = link.get("item") if isinstance(link, dict) else None
    held = [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    whole = [item for item in held if item.get("class") == "dataset" and "value" in item]
    if not whole:
        names = ", ".join(_text(item.get("label")) or _text(item.get("href")) for item in held[:10])
        raise OnlyLinks(names=names or "–")
    tables: list[RawTable] = []
    for number, item in enumerate(whole, 1):
        if not isinstance(item.get("dimension"), dict):
            raise NotACube()
        name = _text(item.get("label"))[:60] or str(number)
        taken = any(table.name == name for table in tables)
        tables.append(_table(item, f"{name} ({number})" if taken else name))
    return tuple(tables)


def _table(found: Mapping[str, Any], name: str) -> RawTable:
    reading = _Reading(found)
    cube = reading.cube()
    heading = [dimension.label for dimension in cube.dimensions]
    lines = [tuple(Cell(1, n, text) for n, text in enumerate([*heading, "Värde"], 1))]
    for figure in cube.figures:
        row = figure.cell.row
        labels = tuple(Cell(row, n, one.label) for n, one in enumerate(figure.categories, 1))
        lines.append((*labels, figure.cell))
    notes = [_text(note) for note in _list(found.get("note"))]
    footnotes = [Footnote(str(n), note, 0) for n, note in enumerate(filter(None, notes), 1)]
    footnotes += [Footnote(code, text, 0) for code, text in cube.meanings.items() if text]
    return RawTable("cube", tuple(lines), tuple(footnotes), reading.sources(), name, cube=cube)


class _Reading:
    """Reads one data set and gathers everything in it that contradicts itself; local to `_table`."""

    def __init__(self, found: Mapping[str, Any]) -> None:
        self._found = found
        self._faults: list[RowError] = []
        self._extension = _dict(found.get("extension"))

    def cube(self) -> Cube:
        dimensions = self._dimensions()
        sizes = [len(dimension.categories) for dimension in dimensions]
        count = math.prod(sizes)
        if count > MOST_FIGURES:
            raise CubeTooLarge(count=count, most=MOST_FIGURES)
        values = self._spread("value", count)
        statuses = self._spread("status", count)
        figures: tuple[CubeFigure, ...] = ()
        if not self._faults:
            figures = tuple(self._figures(dimensions, values, statuses))
        meanings = _dict(_dict(self._extension.get("status")).get("label"))
        return Cube(
            title=_text(self._found.get("label")),
            source=_text(self._found.get("source")),
            dimensions=dimensions,
            figures=figures,
            meanings={_text(code): _text(text) for code, text in meanings.items()},
            faults=tuple(self._faults),
        )

    def sources(self) -> tuple[str, ...]:
        """Return where the table comes from, as one cites it."""
        px = _dict(self._extension.get("px"))
        table = _text(px.get("tableid"))
        updated = _text(self._found.get("updated"))[:10]
        said = [
            _text(self._found.get("source")),
            table and f"tabell {table}",
            updated and f"ändrad {updated}",
        ]
        text = ", ".join(filter(None, said))
        return (text,) if text else ()

    def _dimensions(self) -> tuple[Dimension, ...]:
        described = _dict(self._found["dimension"])
        names = [_text(name) for name in _list(self._found.get("id"))]
        stated = _list(self._found.get("size"))
        roles: dict[str, str] = {}
        for role in ("time", "geo", "metric"):
            for name in _list(_dict(self._found.get("role")).get(role)):
                roles.setdefault(_text(name), role)
        for name in dict.fromkeys([*(n for n in roles if n not in names), *_twice(names)]):
            self._fault(DimensionBroken, name, wanted=1, count=names.count(name))
        if not names or len(stated) != len(names):
            self._fault(CubeSizeDiffers, "size", wanted=len(names), count=len(stated))
        found = []
        for position, name in enumerate(names):
            body = _dict(described.get(name))
            categories = self._categories(name, _dict(body.get("category")))
            size = stated[position] if position < len(stated) else None
            if size != len(categories) or not categories or isinstance(size, bool):
                wanted = size if isinstance(size, int) else 0
                self._fault(DimensionBroken, name, wanted=wanted, count=len(categories))
            found.append(Dimension(name, _text(body.get("label")) or name, roles.get(name, ""), categories))
        return _with_roles(tuple(found))

    def _categories(self, name: str, category: Mapping[str, Any]) -> tuple[Category, ...]:
        labels, units = _dict(category.get("label")), _dict(category.get("unit"))
        index = category.get("index")
        if isinstance(index, dict):
            places = list(index.values())
            if sorted(map(repr, places)) != sorted(map(repr, range(len(places)))):
                self._fault(DimensionBroken, name, wanted=len(places), count=len(set(map(repr, places))))
                places = list(range(len(places)))
            codes = [code for _, code in sorted(zip(places, index, strict=True))]
        else:
            codes = [_text(code) for code in (_list(index) if index is not None else list(labels))]
        for code in _twice(codes):
            self._fault(DimensionBroken, f"{name}: {code}", wanted=1, count=codes.count(code))
        return tuple(
            Category(_text(code), _text(labels.get(code)) or _text(code), _unit(units.get(code)))
            for code in codes
        )

    def _spread(self, name: str, count: int) -> Mapping[int, Any]:
        """Return the values or the statuses by position; both may be lists or objects."""
        given = self._found.get(name)
        if given is None and name == "status":
            return {}
        if isinstance(given, str) and name == "status":
            return dict.fromkeys(range(count), given)
        if isinstance(given, list):
            # One status in a list holds for every figure.
            if name == "status" and len(given) == 1:
                return dict.fromkeys(range(count), given[0])
            if len(given) != count:
                self._fault(CubeSizeDiffers, name, wanted=count, count=len(given))
            return dict(enumerate(given))
        if not isinstance(given, dict):
            self._fault(CubeSizeDiffers, name, wanted=count, count=0)
            return {}
        spread: dict[int, Any] = {}
        for key, held in given.items():
            place = int(key) if re.fullmatch(r"[0-9]{1,9}", key) else count
            if place >= count:
                self._fault(CellUnreadable, _text(key), heading=name)
            spread[place] = held
        return spread

    def _figures(
        self, dimensions: tuple[Dimension, ...], values: Mapping[int, Any], statuses: Mapping[int, Any]
    ) -> Iterator[CubeFigure]:
        column = len(dimensions) + 1
        for place, along in enumerate(product(*(dimension.categories for dimension in dimensions))):
            value, status = values.get(place), _text(statuses.get(place))
            number = _number(value)
            if value is not None and number is None:
                cell = Cell(place + 2, column, str(value)[:40])
                self._faults.append(row_error(CellUnreadable, cell, heading="value"))
                continue
            text = " ".join(filter(None, ["" if number is None else f"{number:f}".replace(".", ","), status]))
            yield CubeFigure(Cell(place + 2, column, text), number, status, along)

    def _fault(self, kind: type[SamsynError], subject: str, /, **facts: Any) -> None:
        self._faults.append(row_error(kind, Cell(1, 1, subject), subject=subject, **facts))


def _with_roles(dimensions: tuple[Dimension, ...]) -> tuple[Dimension, ...]:
    """Give time and geography to dimensions that are named so, in a file that gives no such role."""
    roles = [dimension.role for dimension in dimensions]
    for number, one in enumerate(dimensions):
        names = {one.name, one.label}
        if "time" not in roles and any(PERIOD_HEADING.fullmatch(n) or _TIME.fullmatch(n) for n in names):
            if all(read_period(c.label) or read_period(c.code) for c in one.categories):
                roles[number] = "time"
        elif "geo" not in roles and any(AREA_HEADING.fullmatch(n) or _GEO.fullmatch(n) for n in names):
            roles[number] = "geo"
    return tuple(
        Dimension(one.name, one.label, role, one.categories)
        for one, role in zip(dimensions, roles, strict=True)
    )


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    number = Decimal(value)
    # A figure with more digits than any statistic has is a mistake, and would cost much to write out.
    return number if abs(number) < _LARGEST and number.adjusted() > -20 else None


def _unit(unit: Any) -> str:
    if not isinstance(unit, dict):
        return _text(unit)
    return next((text for name in ("base", "label", "symbol") if (text := _text(unit.get(name)))), "")


def _text(value: Any) -> str:
    if not isinstance(value, str):
        return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""
    # Half a character of a pair can not be kept, and a control character is no text.
    return plain(_CONTROL.sub(" ", value.encode("utf-8", "replace").decode()))


def _twice(names: list[str]) -> list[str]:
    return [name for name, times in Counter(names).items() if times > 1]


def _dict(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
