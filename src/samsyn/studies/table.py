"""The store's long frame as cells that know their series, their source and whether they may be read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Protocol

from samsyn.store.areas import StatisticalArea
from samsyn.store.query import Query
from samsyn.store.schema import AreaRef, AreaRole, DatasetVersion, Frame, SeriesDefinition, rows_of
from samsyn.studies.findings import FigureState, SourceCell


class FigureStore(Protocol):
    """What a study needs of a store."""

    def run(self, query: Query) -> Frame:
        """Return the rows of a query."""

    def versions(self, dataset: str | None = None) -> Iterable[DatasetVersion]:
        """Return the versions of a data set, or of all."""

    def areas(self, scheme: str | None = None, code: str | None = None) -> Iterable[StatisticalArea]:
        """Return the statistical areas whose shape or size is known."""


@dataclass(frozen=True, slots=True, order=True)
class SeriesKey:
    """What makes a series of figures one series; the vintage of its area is a fact of each figure."""

    dataset: str
    version: int
    slug: str
    sex: str
    age_group: str
    scheme: str
    code: str

    def __str__(self) -> str:
        parts = (self.dataset, self.slug, self.sex, self.age_group, self.scheme, self.code)
        return "/".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class TableCell:
    """One figure of a table, before or after disclosure control."""

    key: SeriesKey
    first: date
    end: date
    state: FigureState
    value: float | None
    status: str
    vintage: str
    source: SourceCell
    note: str = ""
    n: int | None = None
    margin: float | None = None

    def hidden(self, state: FigureState) -> TableCell:
        """Return the cell with everything that tells its value taken out, the printed text included."""
        return replace(
            self, state=state, value=None, n=None, margin=None, note="", source=replace(self.source, raw="")
        )


@dataclass(frozen=True, slots=True)
class FigureTable:
    """Cells with what is said about their series, areas and data sets."""

    cells: tuple[TableCell, ...]
    versions: Mapping[tuple[str, int], DatasetVersion] = field(default_factory=dict)
    sizes: tuple[AreaRef, ...] = ()

    def definition(self, key: SeriesKey) -> SeriesDefinition:
        """Return what the series counts; a series the manifest does not name has only its slug."""
        version = self.versions.get((key.dataset, key.version))
        found = next((s for s in version.series if s.slug == key.slug), None) if version else None
        return found or SeriesDefinition(slug=key.slug, label=key.slug)

    def is_published(self, key: SeriesKey) -> bool:
        """Whether the source itself has published the figures."""
        version = self.versions.get((key.dataset, key.version))
        return version is not None and version.meta.published is not None

    def area(self, scheme: str, code: str, dataset: str = "") -> AreaRef | None:
        """Return the area as the data set describes it, else as any other does."""
        found = [
            (version.slug != dataset, area.area_ha is None, version.slug, area.vintage, area)
            for version in self.versions.values()
            for area in version.areas
            if (area.scheme, area.code) == (scheme, code)
        ]
        return min(found, key=lambda item: item[:4])[-1] if found else None

    def hectares(self, scheme: str, code: str, vintage: str) -> AreaRef | None:
        """Return the area with a known size whose vintage fits best, or None."""
        declared = (area for version in self.versions.values() for area in version.areas)
        sized = [
            area
            for area in (*declared, *self.sizes)
            if (area.scheme, area.code) == (scheme, code) and area.area_ha is not None
        ]
        exact = [area for area in sized if area.vintage == vintage]
        # A figure of unknown vintage may take the only size there is; two sizes would be a guess.
        sizes = {area.area_ha for area in sized}
        if exact:
            return exact[0]
        return sized[0] if sized and len(sizes) == 1 else None

    def by_series(self) -> dict[SeriesKey, list[TableCell]]:
        """Return the cells of each series in order of time."""
        found: dict[SeriesKey, list[TableCell]] = {}
        for cell in self.cells:
            found.setdefault(cell.key, []).append(cell)
        for cells in found.values():
            cells.sort(key=lambda cell: (cell.first, cell.end))
        return found


def fetch(store: FigureStore, areas: Iterable[tuple[str, str]]) -> FigureTable:
    """Return everything current that the store holds about some areas and the means of their schemes.

    Parameters
    ----------
    store : FigureStore
    areas : iterable of (scheme, code)

    Returns
    -------
    FigureTable
        All periods: earlier ones tell how much a series normally varies.
    """
    current = {(v.slug, v.version): v for v in store.versions() if str(v.state) == "current"}
    wanted = set(areas)
    means = {
        (area.scheme, area.code)
        for version in current.values()
        for area in version.areas
        if area.role is AreaRole.MEAN and area.scheme in {scheme for scheme, _ in wanted}
    }
    if not wanted or not current:
        return FigureTable((), current)
    rows = rows_of(store.run(Query(areas=tuple(wanted | means))))
    return FigureTable(tuple(_cell(row, current) for row in rows), current, _sizes(store, sorted(wanted)))


def _sizes(store: FigureStore, wanted: Iterable[tuple[str, str]]) -> tuple[AreaRef, ...]:
    """Return the areas whose shape the store holds, without the shape."""
    return tuple(
        AreaRef(area.scheme, area.code, area.vintage, area.name, area_ha=area.area_ha)
        for scheme, code in wanted
        for area in store.areas(scheme, code)
        if area.area_ha is not None
    )


def _cell(row: dict[str, Any], versions: Mapping[tuple[str, int], DatasetVersion]) -> TableCell:
    key = SeriesKey(
        row["dataset"],
        int(row["version"]),
        row["series"],
        row["sex"],
        row["age_group"],
        row["scheme"],
        row["code"],
    )
    version = versions.get((key.dataset, key.version))
    value = None if row["value"] is None else float(row["value"])
    source = SourceCell(
        dataset=key.dataset,
        version=key.version,
        file_name=version.file_name if version else "",
        row=int(row["source_row"] or 0),
        column=int(row["source_column"] or 0),
        raw=row["raw"],
    )
    return TableCell(
        key=key,
        first=row["period_start"],
        end=row["period_end"],
        state=_state(row["status"], value),
        value=value,
        status=row["status"],
        vintage=row["vintage"],
        source=source,
        note=row["note"],
        n=None if row["n"] is None else int(row["n"]),
        margin=None if row["margin"] is None else float(row["margin"]),
    )


def _state(status: str, value: float | None) -> FigureState:
    if status == "not_applicable":
        return FigureState.NOT_APPLICABLE
    if status == "suppressed":
        # How small the source thinks too small is its own rule: no mark of ours would be true.
        return FigureState.HIDDEN_BY_SOURCE
    return FigureState.MISSING if value is None else FigureState.SHOWN
