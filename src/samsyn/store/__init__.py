"""The store: validated values with provenance, asked through one small query model; engines hidden.

Everything published is ingested here, versioned and never edited. `Store` is the one door: it loads, lists,
withdraws and verifies versions, and answers a `Query` with a frame whose every row can be followed back to
the cell of the file it came from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from samsyn.store.areas import StatisticalArea, ingest_areas, read_areas
from samsyn.store.engines.base import Engine, Part, needs
from samsyn.store.engines.duckdb import DuckDBEngine
from samsyn.store.engines.memory import MemoryEngine
from samsyn.store.errors import BrokenVersion, CannotAdd, UnknownDataset, UnknownSeries, UnknownVersion
from samsyn.store.ingest import ingest_values
from samsyn.store.provenance import Archive, Lineage, Problem, StoredVersion, VersionCheck, nearest_name
from samsyn.store.query import Query
from samsyn.store.rules import RowError, Rule, check_name, check_rows
from samsyn.store.schema import (
    COLUMNS,
    DTYPES,
    MEAN_CODE,
    UNKNOWN_VINTAGE,
    AreaRef,
    AreaRole,
    DatasetMeta,
    DatasetVersion,
    Frame,
    OffenceType,
    SeriesDefinition,
    Sex,
    StatisticKind,
    Unit,
    ValueStatus,
    VersionState,
    empty_frame,
    frame_of,
    rows_of,
)

__all__ = [
    "COLUMNS",
    "DTYPES",
    "MEAN_CODE",
    "UNKNOWN_VINTAGE",
    "AreaRef",
    "AreaRole",
    "CatalogueEntry",
    "DatasetMeta",
    "DatasetVersion",
    "Frame",
    "Lineage",
    "OffenceType",
    "Problem",
    "Query",
    "RowError",
    "Rule",
    "SeriesDefinition",
    "Sex",
    "StatisticKind",
    "StatisticalArea",
    "Store",
    "Unit",
    "ValueStatus",
    "VersionCheck",
    "VersionState",
    "check_rows",
    "empty_frame",
    "frame_of",
    "rows_of",
]


class CatalogueEntry(NamedTuple):
    """A series that can be asked for now: where it is, what it is, and the areas that have rows of it."""

    version: DatasetVersion
    series: SeriesDefinition
    areas: tuple[AreaRef, ...]


class Store:
    """The figures of one workspace.

    Reading takes no lock and may be done from many threads and processes; loading takes the lock of the
    workspace. Nothing is kept open between calls, so a store costs nothing to make.

    Parameters
    ----------
    root : Path
        The folder of all workspaces, ``SAMSYN_HOME/store``. Made at the first load.
    workspace : str
        Slug; one folder each, and no query reaches outside it.
    engine : Engine or None
        Who answers; DuckDB when left out.
    patience : float [seconds]
        How long a load waits for another one.

    Examples
    --------
    >>> Store(Path("/nowhere"), "exempelstad").versions()
    ()
    """

    def __init__(
        self, root: Path, workspace: str, *, engine: Engine | None = None, patience: float = 60.0
    ) -> None:
        check_name(workspace)
        self.workspace = workspace
        self.folder = Path(root) / workspace
        self._archive = Archive(self.folder, "values.parquet")
        self._shapes = Archive(self.folder / "_areas", "areas.parquet")
        self._engine: Engine = engine or DuckDBEngine()
        self._patience = patience

    def versions(self, dataset: str | None = None) -> tuple[DatasetVersion, ...]:
        """Return every version that can be read, whatever its state, by data set and number."""
        return tuple(stored.version for stored in self._archive.stored(dataset)[0])

    def get(self, dataset: str, version: int | None = None) -> DatasetVersion:
        """Return one version; the current one when no number is given.

        Raises
        ------
        UnknownDataset, UnknownVersion, BrokenVersion
        """
        return self._find(dataset, version).version

    def ingest(
        self,
        meta: DatasetMeta,
        frame: Frame,
        series: Sequence[SeriesDefinition],
        areas: Sequence[AreaRef],
        *,
        source: bytes,
        file_name: str,
        by: str,
        now: datetime,
        answers: Mapping[str, str] | None = None,
        reason: str = "",
    ) -> DatasetVersion:
        """Load a data set whole, as the next version, or not at all.

        Use for every published table and for residents (kind ``residents``, unit ``persons``). Not for
        shapes: those are `ingest_areas`.

        Parameters
        ----------
        meta : DatasetMeta
        frame : Frame, shape (rows, columns)
            Columns of the contract; ``dataset`` and ``version`` are set here, an empty ``area_name`` is
            taken from ``areas``, other columns left out are empty.
        series, areas : sequences of SeriesDefinition and AreaRef
            Everything the rows speak of.
        source : bytes
            The file as it was handed in; kept beside the values.
        file_name : str
        by : str
            Function or account, never a private person.
        now : datetime
        answers : mapping of str to str
            What was answered when the file was read.
        reason : str
            Why it is loaded anew, when it is.

        Returns
        -------
        DatasetVersion

        Raises
        ------
        InvalidRows
            With every broken row in ``errors``.
        InvalidDeclaration, AlreadyLoaded, StoreBusy
        """
        return ingest_values(
            self._archive,
            meta,
            frame,
            series,
            areas,
            source=source,
            file_name=file_name,
            by=by,
            now=now,
            answers=answers or {},
            reason=reason,
            patience=self._patience,
        )

    def withdraw(
        self,
        dataset: str,
        version: int,
        reason: str,
        by: str,
        now: datetime,
        *,
        reinstate_former: bool = False,
    ) -> DatasetVersion:
        """Mark a version as not to be used; its files stay, so that old reports can be explained.

        The version it replaced does not come back by itself, since it was replaced for a reason. Say so with
        ``reinstate_former`` when this one was the mistake, or load the right file.

        Raises
        ------
        ReasonNeeded, UnknownVersion
        """
        return self._archive.withdraw(dataset, version, reason, by, now, reinstate_former)

    def run(self, query: Query) -> Frame:
        """Return the values that a query asks for, each with its provenance columns.

        Parameters
        ----------
        query : Query

        Returns
        -------
        Frame, shape (rows, 19)
            Ordered by data set, version, series, area, period, sex and age. A series that is known but has
            no current version gives no rows.

        Raises
        ------
        UnknownSeries, UnknownDataset, UnknownVersion
            A name that no version has ever had.
        CannotAdd
            Totals of something that is not a whole count.
        BrokenVersion
            A version that the answer needs is not what was loaded.
        """
        chosen = self._chosen(query)
        if query.by:
            _check_addable(query, chosen)
        for stored in chosen:
            self._archive.trust(stored)
        parts = [Part(stored.version.slug, stored.version.version, stored.values) for stored in chosen]
        able = needs(query) in self._engine.capabilities
        return (self._engine if able else MemoryEngine()).run(query, parts)

    def series_catalogue(self) -> tuple[CatalogueEntry, ...]:
        """Return every series of the current versions with the areas it has rows for."""
        return tuple(
            CatalogueEntry(version, definition, version.areas_of(definition.slug))
            for version in self.versions()
            if version.state is VersionState.CURRENT
            for definition in version.series
        )

    def lineage(self, row: Mapping[str, Any]) -> Lineage:
        """Return the way from a row of an answer back to the cell of the file.

        Parameters
        ----------
        row : mapping
            A row of a frame (``frame.iloc[0]``, or an item of `rows_of`).

        Returns
        -------
        Lineage
        """
        stored = self._archive.find(str(row["dataset"]), int(row["version"]))
        return Lineage(
            version=stored.version,
            file_name=stored.version.file_name,
            file_sha256=stored.version.file_sha256,
            source=stored.source,
            row=_position(row.get("source_row")),
            column=_position(row.get("source_column")),
            raw=str(row.get("raw") or ""),
        )

    def verify(self) -> tuple[VersionCheck, ...]:
        """Return what every version, of values and of areas, looks like against its checksums."""
        return (*self._archive.verify(), *self._shapes.verify())

    def ingest_areas(
        self,
        meta: DatasetMeta,
        areas: Iterable[StatisticalArea],
        *,
        source: bytes,
        file_name: str,
        by: str,
        now: datetime,
        answers: Mapping[str, str] | None = None,
        reason: str = "",
    ) -> DatasetVersion:
        """Load statistical areas with their shapes, as the next version, or not at all.

        Parameters are those of `ingest`; shapes are WKB in EPSG:3006.

        Raises
        ------
        InvalidRows, InvalidDeclaration, AlreadyLoaded, StoreBusy
        """
        return ingest_areas(
            self._shapes,
            meta,
            tuple(areas),
            source=source,
            file_name=file_name,
            by=by,
            now=now,
            answers=answers or {},
            reason=reason,
            patience=self._patience,
        )

    def areas(
        self, scheme: str | None = None, code: str | None = None, vintage: str | None = None
    ) -> tuple[StatisticalArea, ...]:
        """Return the statistical areas of the current versions, those that match what is given."""
        found: list[StatisticalArea] = []
        for stored in self._shapes.stored()[0]:
            if stored.version.state is VersionState.CURRENT:
                self._shapes.trust(stored)
                found += _areas_at(stored, stored.version.checksum)
        return tuple(
            area
            for area in found
            if scheme in (None, area.scheme) and code in (None, area.code) and vintage in (None, area.vintage)
        )

    def area_versions(self, dataset: str | None = None) -> tuple[DatasetVersion, ...]:
        """Return every version of the data sets of areas, whatever its state."""
        return tuple(stored.version for stored in self._shapes.stored(dataset)[0])

    def withdraw_areas(
        self,
        dataset: str,
        version: int,
        reason: str,
        by: str,
        now: datetime,
        *,
        reinstate_former: bool = False,
    ) -> DatasetVersion:
        """Mark a version of areas as not to be used; see `withdraw`."""
        return self._shapes.withdraw(dataset, version, reason, by, now, reinstate_former)

    def _find(self, dataset: str, version: int | None) -> StoredVersion:
        known = self._archive.datasets()
        if dataset not in known:
            raise UnknownDataset(wanted=dataset, nearest=nearest_name(dataset, known))
        if version is not None:
            return self._archive.find(dataset, version)
        current = self._archive.current_number(dataset)
        if current is None:
            finished = ", ".join(map(str, self._archive.finished(dataset)))
            raise UnknownVersion(dataset=dataset, version=VersionState.CURRENT, known=finished)
        return self._archive.find(dataset, current)

    def _chosen(self, query: Query) -> list[StoredVersion]:
        readable, unreadable = self._archive.stored()
        pinned = dict(query.versions)
        for dataset in {*query.datasets, *pinned}:
            if dataset not in self._archive.datasets():
                raise UnknownDataset(wanted=dataset, nearest=nearest_name(dataset, self._archive.datasets()))
        for dataset, number in pinned.items():
            self._archive.find(dataset, number)
        in_scope = [
            stored
            for stored in readable
            if not query.datasets or stored.version.slug in query.datasets
            if stored.version.version == pinned.get(stored.version.slug, stored.version.version)
            if stored.version.slug in pinned or stored.version.state is VersionState.CURRENT
        ]
        if not query.series:
            lost = [name for name in unreadable if not query.datasets or name[0] in query.datasets]
            self._refuse_lost(lost)
            return in_scope
        wanted = set(query.series)
        chosen = [s for s in in_scope if wanted & {definition.slug for definition in s.version.series}]
        unfound = wanted - {definition.slug for s in chosen for definition in s.version.series}
        if unfound:
            # It may be in the version that can not be read; then silence would be a wrong answer.
            self._refuse_lost(unreadable)
            ever = {definition.slug for s in readable for definition in s.version.series}
            for name in sorted(unfound - ever):
                raise UnknownSeries(wanted=name, nearest=nearest_name(name, ever))
        return chosen

    def _refuse_lost(self, unreadable: Sequence[tuple[str, int]]) -> None:
        for dataset, number in unreadable:
            if number == self._archive.current_number(dataset):
                raise BrokenVersion(dataset=dataset, version=number, problem=Problem.MANIFEST_UNREADABLE)


@lru_cache(maxsize=16)
def _areas_at(stored: StoredVersion, checksum: str) -> tuple[StatisticalArea, ...]:
    return read_areas(stored)


def _check_addable(query: Query, chosen: Sequence[StoredVersion]) -> None:
    for stored in chosen:
        for definition in stored.version.series:
            asked = not query.series or definition.slug in query.series
            if asked and not definition.unit.whole:
                raise CannotAdd(series=definition.slug, unit=definition.unit)


def _position(cell: Any) -> int | None:
    try:
        return None if cell is None else int(cell)
    except (TypeError, ValueError):  # pandas' NA
        return None
