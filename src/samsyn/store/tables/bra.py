"""Brå's open statistics of reported crimes: one line for each area, period and crime."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from functools import cache, partial

from samsyn.store.errors import CellUnreadable
from samsyn.store.schema import OffenceType, SeriesDefinition, StatisticKind, Unit, ValueStatus
from samsyn.store.tables.blocks import RowError, row_error
from samsyn.store.tables.cells import read_cell
from samsyn.store.tables.found import STATED, Figure, FoundArea, FoundPeriod, FoundSeries, Recognition
from samsyn.store.tables.known import SeriesChoice, slug
from samsyn.store.tables.periods import PrintedPeriod
from samsyn.store.tables.persons import person_columns
from samsyn.store.tables.reading import Cell, RawTable
from samsyn.store.tables.stated import KNOWN_NAME, Gathered, official_by_name

_BRA = {
    "first": r"period_?start",
    "last": r"period_?slut",
    "label": r"periodetikett",
    "preliminary": r"preliminär",
    "area": r"kommun|region|område",
    "area_code": r"region_?id",
    "crime": r"brott",
    "crime_code": r"brott_?id",
    "parent": r"förälder_?id",
    "count": r"antal",
    "rate": r"per ?100 ?000",
}
_NEEDED = ("first", "last", "area", "crime", "crime_code", "count")
_TRUTH = {
    "true": True,
    "false": False,
    "ja": True,
    "nej": False,
    "1": True,
    "0": False,
    "sant": True,
    "falskt": False,
}


_HEADINGS = {
    "first": "Period_start",
    "last": "Period_slut",
    "area": "Kommun",
    "crime": "Brott",
    "crime_code": "Brott_ID",
    "preliminary": "Preliminär",
    "count": "Antal",
    "rate": "Per100000",
}


class _Line:
    """One line of the file, by what its columns hold; local to one reading."""

    def __init__(self, cells: Sequence[Cell], columns: Mapping[str, int]) -> None:
        self.columns, self._row = columns, cells[0].row
        self._cells = {cell.column: cell for cell in cells}

    def __getitem__(self, name: str) -> Cell:
        column = self.columns.get(name, 0)
        return self._cells.get(column) or Cell(self._row, column, "")

    def unfit(self, name: str) -> RowError:
        """Return the fault that a cell does not hold what its heading says."""
        return row_error(CellUnreadable, self[name], heading=_HEADINGS[name])


def bra_columns(raw: RawTable) -> Mapping[str, int] | None:
    """Return where the columns of Brå's open statistics stand, or None when the table is another.

    Parameters
    ----------
    raw
        A table from CSV, a workbook or tabs.
    """
    head = next((line for line in raw.lines if line), ())
    found = {
        name: cell.column
        for cell in head
        for name, pattern in _BRA.items()
        if re.fullmatch(pattern, cell.plain, re.I)
    }
    return found if all(name in found for name in _NEEDED) else None


def recognise_bra(raw: RawTable, columns: Mapping[str, int]) -> Recognition:
    """Return what Brå's open statistics say of themselves: crime and what it is a part of, days, standing.

    Parameters
    ----------
    raw
        The table.
    columns
        What `bra_columns` found.

    Returns
    -------
    Recognition
        A series of numbers for each crime, and one per 100 000 residents where the file has it.
    """
    if persons := person_columns(raw):
        return Recognition(RawTable(raw.form, ()), persons=persons)
    gathered = Gathered()
    lines = [_Line(line, columns) for line in raw.lines if line][1:]
    slugs = _slugs({line["crime_code"].plain: line["crime"].plain for line in lines})
    # Each series is described once, not once for every figure.
    series_of = cache(partial(_bra_series, slugs))
    for line in lines:
        _bra_line(line, series_of, gathered)
    return gathered.recognition(raw, "Anmälda brott, Brottsförebyggande rådet")


def _bra_line(
    line: _Line, series_of: Callable[[str, str, str, str], FoundSeries], gathered: Gathered
) -> None:
    first, last = (_bra_day(line[name]) for name in ("first", "last"))
    unfit = [name for name, day in (("first", first), ("last", last)) if day is None]
    unfit += [name for name in ("area", "crime", "crime_code") if not line[name].plain]
    preliminary = _TRUTH.get(line["preliminary"].plain.lower() or "false")
    if preliminary is None:
        unfit.append("preliminary")
    if first and last and last < first:
        unfit.append("last")
    gathered.faults += [line.unfit(name) for name in unfit]
    if unfit or first is None or last is None:
        return
    end = last + timedelta(days=1)
    text = line["label"].plain or f"{first}–{last}"
    period = FoundPeriod(f"{first}/{end}", text, PrintedPeriod(text, STATED, first, end), ())
    name, code = line["area"].plain, line["area_code"].plain
    hint = official_by_name(name)
    area = FoundArea(f"{name} ({code})" if code else name, name, (), code=code, hint=hint,
                     reason=KNOWN_NAME if hint else "")  # fmt: skip
    said = ValueStatus.PRELIMINARY if preliminary else ""
    for measure in ("count", "rate"):
        if measure not in line.columns:
            continue
        cell = line[measure]
        printed = read_cell(cell.text)
        if not printed.readable or printed.second is not None:
            gathered.faults.append(line.unfit(measure))
            continue
        series = series_of(line["crime_code"].plain, line["crime"].plain, line["parent"].plain, measure)
        found = Figure(cell, printed, area.key, period.key, series.key, 0, said=said)
        gathered.add(found, area, period, series)


def _bra_series(slugs: Mapping[str, str], code: str, crime: str, whole: str, measure: str) -> FoundSeries:
    rate, parent = measure == "rate", slugs.get(whole)
    unit = Unit.PER_100000 if rate else Unit.COUNT
    ending = "-per-100000" if rate else ""
    # The part that drug crime is of says how it is found; every sum of it is a mixture.
    drugs = bool(re.search(r"narkotikastrafflagen|narkotikabrott", crime, re.IGNORECASE))
    definition = SeriesDefinition(
        slug=slugs[code] + ending,
        label=crime + (" per 100 000 invånare" if rate else ""),
        definition=f"Anmälda brott: {crime}. Brås brottsnummer {code}."
        + (" Per 100 000 invånare, som källan räknat." if rate else ""),
        unit=unit,
        kind=StatisticKind.REPORTED_OFFENCE,
        offence_type=OffenceType.DETECTION_DRIVEN if drugs else OffenceType.MIXED,
        presence_sensitive=drugs,
        parent=parent + ending if parent else None,
    )
    heading = crime + (", per 100 000 invånare" if rate else "")
    hint = SeriesChoice(definition, known=STATED)
    return FoundSeries(f"{code}{ending}", "Anmälda brott", heading, unit.value, (), hint=hint)


def _slugs(crimes: Mapping[str, str]) -> Mapping[str, str]:
    """Return a short name for each crime; two crimes with one name get their numbers too."""
    names = {code: slug(crime)[:60].strip("-") for code, crime in crimes.items()}
    taken = Counter(names.values())
    return {code: f"{name}-{slug(code)}" if taken[name] > 1 else name for code, name in names.items()}


def _bra_day(cell: Cell) -> date | None:
    try:
        return date.fromisoformat(cell.plain[:10])
    except ValueError:
        return None
