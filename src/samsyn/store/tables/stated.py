"""Files that say themselves what their figures are: nothing is looked for, but what is unsaid is asked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from typing import Any

from samsyn.store.errors import NoTable
from samsyn.store.schema import (
    UNKNOWN_VINTAGE,
    AreaRef,
    OffenceType,
    SeriesDefinition,
    Sex,
    StatisticKind,
    Unit,
)
from samsyn.store.tables.blocks import RowError, row_error
from samsyn.store.tables.cells import Printed, plain, read_cell
from samsyn.store.tables.cube import Category, Cube, CubeFigure, Dimension
from samsyn.store.tables.found import STATED, Figure, FoundArea, FoundPeriod, FoundSeries, Recognition
from samsyn.store.tables.known import SeriesChoice, is_total, slug, suggest_series, unit_of
from samsyn.store.tables.periods import FIND, read_period
from samsyn.store.tables.persons import person_columns
from samsyn.store.tables.reading import Cell, RawTable

_MOST_CELLS = 200
_SEX = re.compile(r"kön|kon|sex|gender", re.IGNORECASE)
_AGE = re.compile(r"ålder|alder|age|åldersgrupp|åldersklass|age group", re.IGNORECASE)
_SEXES = {
    "män": Sex.MEN, "men": Sex.MEN, "male": Sex.MEN, "males": Sex.MEN, "man": Sex.MEN,
    "kvinnor": Sex.WOMEN, "women": Sex.WOMEN, "female": Sex.WOMEN, "females": Sex.WOMEN, "kvinna": Sex.WOMEN,
    "flickor": Sex.GIRLS, "girls": Sex.GIRLS, "pojkar": Sex.BOYS, "boys": Sex.BOYS,
}  # fmt: skip
_EVERYBODY = re.compile(
    r"totalt?\b.*|samtliga\b.*|alla\b.*|båda könen|män och kvinnor|kvinnor och män|both sexes|all ages", re.I
)
_RESIDENTS = re.compile(r"folkmängd|befolkning|invånare|\bpopulation\b|residents", re.IGNORECASE)
_REPORTED = re.compile(r"anmälda\b.*brott|reported (?:offences|crimes)", re.IGNORECASE)
_UNITS = (
    (r"per 100[ \u00a0]?000", Unit.PER_100000),
    (r"(?:antal )?(?:personer|persons|invånare|inhabitants|individer)", Unit.PERSONS),
    (r"antal(?: brott)?|number|st|styck|count", Unit.COUNT),
    (r"procent|per ?cent|%|andel.*", Unit.PERCENT),
    (r"index.*", Unit.INDEX),
    (r"kr|kronor|sek", Unit.SEK),
    (r"ha|hektar|hectares?", Unit.HECTARE),
)
_KNOWN_CODE = "The code in the file and the name belong together."
KNOWN_NAME = "One municipality or county has the name; the code is that of Statistics Sweden."


class Gathered:
    """Gathers figures under the names of their area, period and series; local to one reading."""

    def __init__(self) -> None:
        self.figures: list[Figure] = []
        self.faults: list[RowError] = []
        self._areas: dict[str, FoundArea] = {}
        self._series: dict[str, FoundSeries] = {}
        self._periods: dict[str, FoundPeriod] = {}

    def add(self, figure: Figure, area: FoundArea, period: FoundPeriod, series: FoundSeries) -> None:
        """Add a figure with what it stands under; the first description of each name holds."""
        self.figures.append(figure)
        self._areas[area.key] = _seen(self._areas.get(area.key, area), figure.cell)
        self._periods[period.key] = _seen(self._periods.get(period.key, period), figure.cell)
        self._series[series.key] = _seen(self._series.get(series.key, series), figure.cell)

    def recognition(self, raw: RawTable, title: str) -> Recognition:
        """Return everything that was gathered."""
        if not self.figures and not self.faults:
            self.faults.append(row_error(NoTable, Cell(1, 1, "")))
        return Recognition(
            raw=raw,
            title=title,
            figures=tuple(self.figures),
            areas=tuple(self._areas.values()),
            series=tuple(self._series.values()),
            periods=tuple(self._periods.values()),
            faults=tuple(self.faults),
            text=title,
        )


def recognise_cube(raw: RawTable, cube: Cube) -> Recognition:
    """Return what a cube of JSON-stat says of itself.

    Parameters
    ----------
    raw
        The cube as lines, with its footnotes.
    cube
        The same cube with its dimensions.

    Returns
    -------
    Recognition
        Area, period, sex and age from their dimensions; every other dimension divides series.
    """
    headings = RawTable("grid", raw.lines[:1])
    if persons := person_columns(headings):
        return Recognition(RawTable(raw.form, ()), persons=persons)
    gathered = Gathered()
    gathered.faults += cube.faults
    naming = _CubeNaming(cube)
    for figure in cube.figures:
        naming.add(figure, gathered)
    return gathered.recognition(raw, cube.title)


class _CubeNaming:
    """Says what each category of a cube is; local to one reading."""

    def __init__(self, cube: Cube) -> None:
        self._cube = cube
        dimensions = list(enumerate(cube.dimensions))
        self._time = [n for n, one in dimensions if one.role == "time"]
        self._geo = next((n for n, one in dimensions if one.role == "geo"), None)
        plain_ones = [(n, one) for n, one in dimensions if n not in (*self._time, self._geo)]
        self._sex = next((n for n, one in plain_ones if _named(one, _SEX) and _sexes(one) is not None), None)
        self._age = next((n for n, one in plain_ones if _named(one, _AGE)), None)
        self._parts = [(n, one) for n, one in plain_ones if n not in (self._sex, self._age)]
        hints = {match.group() for match in FIND.finditer(cube.title)}
        self._hint = hints.pop() if len(hints) == 1 else ""
        # Each name is made once, not once for every figure.
        self._area = cache(self._area_of)
        self._period = cache(self._period_of)
        self._series = cache(self._series_of)

    def add(self, figure: CubeFigure, gathered: Gathered) -> None:
        along = figure.categories
        area = self._area(along[self._geo]) if self._geo is not None else FoundArea("whole", self._title, ())
        period = self._period(tuple(along[n] for n in self._time))
        series = self._series(tuple(along[n] for n, _ in self._parts))
        sex = _sex_of(along[self._sex].label) or "" if self._sex is not None else ""
        age = "" if self._age is None else _age_of(along[self._age].label)
        printed = self._printed(figure, series.unit == Unit.PERCENT)
        found = Figure(figure.cell, printed, area.key, period.key, series.key, 0, sex=sex, age_group=age)
        gathered.add(found, area, period, series)

    @property
    def _title(self) -> str:
        return self._cube.title or "–"

    def _printed(self, figure: CubeFigure, percent: bool) -> Printed:
        text, status = figure.cell.text, figure.status
        if figure.value is not None:
            return Printed(text, figure.value, glued=status, percent=percent)
        sign = read_cell(status)
        # What the file says of its own sign goes before what the sign means elsewhere.
        if status in self._cube.meanings or not sign.mark or sign.mark == "unreadable":
            return Printed(text, mark=f"{STATED}:{status}")
        return Printed(text, mark=sign.mark)

    def _area_of(self, category: Category) -> FoundArea:
        name = _without_code(category)
        hint = _official(category.code, name)
        return FoundArea(
            f"{name} ({category.code})" if category.code != name else name,
            name,
            (),
            code=category.code,
            hint=hint,
            reason=_KNOWN_CODE if hint else "",
        )

    def _period_of(self, categories: tuple[Category, ...]) -> FoundPeriod:
        key = " ".join(category.code for category in categories) or "whole"
        texts = (
            " ".join(category.label for category in categories),
            " ".join(category.label for category in reversed(categories)),
            key,
        )
        printed = next((period for text in texts if (period := read_period(text))), None)
        return FoundPeriod(key, texts[0] or self._title, printed, (), self._hint)

    def _series_of(self, categories: tuple[Category, ...]) -> FoundSeries:
        names, units, kinds = [], [], []
        for (_, dimension), category in zip(self._parts, categories, strict=True):
            units.append(category.unit)
            if dimension.role == "metric" or len(self._parts) == 1:
                names.append(category.label)
            elif not (is_total(category.label) and len(dimension.categories) == 1):
                names.append(f"{dimension.label}: {category.label}")
                kinds.append(category.label)
        printed = next(filter(None, units), "")
        unit = _unit_named(printed)
        heading = ", ".join(names)
        if printed and unit is None:
            # A unit that the store has no name for stands in the heading, for the person who describes it.
            heading = f"{heading} [{printed}]"
        key = " / ".join(category.code for category in categories) or "value"
        unit = unit or Unit(unit_of(heading))
        known = printed == "" or _unit_named(printed) is not None
        hint = _described(self._cube.title, heading, kinds or [heading], unit) if known else None
        if hint is not None:
            unit = hint.definition.unit
        return FoundSeries(key, self._cube.title, heading, unit.value, (), hint=hint)


def _described(title: str, heading: str, kinds: Sequence[str], unit: Unit) -> SeriesChoice | None:
    """Return a series as far as a file's own words say what it counts, or None when they do not."""
    said = f"{heading}. {title}" if heading else title
    label = heading or title
    if _RESIDENTS.search(said) and unit in (Unit.COUNT, Unit.PERSONS):
        kind, offence, unit = StatisticKind.RESIDENTS, OffenceType.NONE, Unit.PERSONS
    elif _REPORTED.search(said) and unit in (Unit.COUNT, Unit.PER_100000):
        # One kind of crime alone may be a known series; crossed with something more it is a part of one.
        if len(kinds) == 1 and (known := suggest_series("", kinds[0], unit)):
            return known
        kind, offence = StatisticKind.REPORTED_OFFENCE, OffenceType.MIXED
    else:
        return None
    definition = SeriesDefinition(
        slug(label), label[:200], f"Som källan anger: {said}"[:1000], unit, kind, offence
    )
    return SeriesChoice(definition, known=STATED)


def _named(dimension: Dimension, pattern: re.Pattern[str]) -> bool:
    return any(pattern.fullmatch(name) for name in (dimension.name, dimension.label))


def _sexes(dimension: Dimension) -> tuple[str, ...] | None:
    """Return the sexes of a dimension, or None when it divides by something more (such as unknown)."""
    found = [_sex_of(category.label) for category in dimension.categories]
    return None if None in found or len(set(found)) < len(found) else tuple(str(sex) for sex in found)


def _sex_of(label: str) -> str | None:
    return "" if _EVERYBODY.fullmatch(label) else _SEXES.get(label.lower())


def _age_of(label: str) -> str:
    return (
        ""
        if _EVERYBODY.fullmatch(label)
        else plain(re.sub(r"\s*(?:år|years?)\b", "", label, flags=re.I)) or label
    )


def _unit_named(text: str) -> Unit | None:
    bare = plain(text).lower()
    return next((unit for pattern, unit in _UNITS if re.fullmatch(pattern, bare)), None)


def _without_code(category: Category) -> str:
    """Return the name of an area whose label repeats its code."""
    return category.label.removeprefix(f"{category.code} ").strip() or category.label


@cache
def _official_names() -> Mapping[str, tuple[str, str, str]]:
    """Return scheme, code and name of every municipality and county by its code, where they are known."""
    from samsyn.geography.outlines import counties, municipalities

    try:
        return {
            outline.code: (scheme, outline.code, outline.name)
            for scheme, outlines in (("kommun", municipalities()), ("lan", counties()))
            for outline in outlines
        }
    except FileNotFoundError:
        return {}


def _official(code: str, name: str) -> AreaRef | None:
    known = _official_names().get(code)
    if known is None or _core(known[2]) != _core(name):
        return None
    return AreaRef(known[0], known[1], UNKNOWN_VINTAGE, name)


@lru_cache(maxsize=1_000)
def official_by_name(name: str) -> AreaRef | None:
    """Return the one municipality or county of a name, or None; for files that have codes of their own."""
    same = [known for known in _official_names().values() if known[2].casefold() == name.casefold()]
    return AreaRef(same[0][0], same[0][1], UNKNOWN_VINTAGE, name) if len(same) == 1 else None


def _core(name: str) -> str:
    return re.sub(r"s?\s+(?:kommun|stad|län)$", "", plain(name).casefold())


def _seen(known: Any, cell: Cell) -> Any:
    return known if len(known.cells) >= _MOST_CELLS else replace(known, cells=(*known.cells, cell))
