"""The door to the events of one workspace: what is there, where its parts are, how it got there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from samsyn.store.errors import BrokenVersion
from samsyn.store.events.asking import DEFAULT_ENGINE, EventSource, ask_events
from samsyn.store.events.cube import Cube, cube_folder, cube_of
from samsyn.store.events.lineage import EventLineage, trace
from samsyn.store.events.manifests import EventArchive
from samsyn.store.events.query import EventQuery
from samsyn.store.events.schema import PLACE, EventSet, PartFile
from samsyn.store.events.writing import loading
from samsyn.store.provenance import Problem, sha256_of
from samsyn.store.rules import check_name
from samsyn.store.schema import Frame

if TYPE_CHECKING:
    import pyarrow as pa

#: Kept apart from published values, whose folders carry the names of data sets.
FOLDER = "_events"


@dataclass(frozen=True, slots=True)
class PartCheck:
    """What `EventStore.verify` found about one part, or about a whole manifest when ``part`` is empty."""

    dataset: str
    version: int
    part: str
    problem: Problem | None

    @property
    def sound(self) -> bool:
        """Whether it is byte for byte what was written."""
        return self.problem is None


class EventStore:
    """The events of one workspace.

    Reading takes no lock and may be done from many threads and processes. A load holds the lock of its data
    set. Nothing is kept open between calls.

    Parameters
    ----------
    root : Path
        The folder of all workspaces, ``SAMSYN_HOME/store``.
    workspace : str
        Slug.
    patience : float [seconds]
        How long a load waits for another one of the same data set.

    Examples
    --------
    >>> EventStore(Path("/nowhere"), "exempelstad").manifests()
    ()
    """

    def __init__(self, root: Path, workspace: str, *, patience: float = 60.0) -> None:
        check_name(workspace)
        self.workspace = workspace
        self.folder = Path(root) / workspace / FOLDER
        self.archive = EventArchive(self.folder)
        self.patience = patience

    def datasets(self) -> tuple[str, ...]:
        """Return the names of the sets that have a finished version."""
        return self.archive.datasets()

    def manifests(self, dataset: str | None = None) -> tuple[EventSet, ...]:
        """Return every version that can be read, whatever its state, by data set and number."""
        return self.archive.all(dataset)[0]

    def get(self, dataset: str, version: int | None = None) -> EventSet:
        """Return one version; the current one when no number is given.

        Raises
        ------
        UnknownDataset, UnknownVersion, BrokenVersion
        """
        return self.archive.find(dataset, version)

    def part_files(self, dataset: str, version: int | None = None) -> tuple[tuple[Path, PartFile], ...]:
        """Return the files of a version with what the manifest says of each.

        Raises
        ------
        UnknownDataset, UnknownVersion
        BrokenVersion
            A file is gone or has another size than was written; `verify` takes it out so that the rest
            serves.
        """
        events = self.get(dataset, version)
        found = []
        for part in events.parts:
            path = self.archive.part_path(dataset, events.version, part.name)
            try:
                whole = path.stat().st_size == part.bytes
            except OSError:
                whole = False
            if not whole:
                raise BrokenVersion(dataset=dataset, version=events.version, problem=part.name)
            found.append((path, part))
        return tuple(found)

    def write(self, draft: EventSet, tables: Iterable[pa.Table]) -> EventSet:
        """Write events whole, as the next version, or not at all.

        Use when the events are already tables of the contract; `samsyn.store.events.ingest` reads files.

        Parameters
        ----------
        draft : EventSet
            Everything but what follows from the events: number, sums, days, parts and checksums.
        tables : iterable of pyarrow.Table
            In the order of the source; see `samsyn.store.events.tables.event_table`.

        Returns
        -------
        EventSet

        Raises
        ------
        AlreadyLoaded, NothingToKeep, StoreBusy, DiskFull
        """
        with loading(self.archive, draft.slug, self.patience) as load:
            for table in tables:
                load.add(table)
            return load.publish(draft)

    def read(self, dataset: str, version: int | None = None, columns: list[str] | None = None) -> pa.Table:
        """Return the events of a version, or some columns of them. For tests and small sets: it takes memory.

        Raises
        ------
        UnknownDataset, UnknownVersion, BrokenVersion
        """
        import pyarrow as pa
        import pyarrow.parquet as parquet

        files = self.part_files(dataset, version)
        return pa.concat_tables(parquet.read_table(path, columns=columns) for path, _ in files)

    def sources(self) -> tuple[EventSource, ...]:
        """Return every version as a question sees it."""
        return tuple(
            EventSource.of_set(events, self.archive.path(events.slug, events.version))
            for events in self.manifests()
        )

    def ask(self, query: EventQuery, engine: str = DEFAULT_ENGINE) -> Frame:
        """Return the answer to a question; see `samsyn.store.events.asking.ask_events`.

        Parameters
        ----------
        query : EventQuery
        engine : str
            Address: ``duckdb:``, ``memory:``, ``sail:``, ``sc://host:port`` …

        Returns
        -------
        Frame, shape (groups, dimensions + 2)

        Raises
        ------
        UnknownDataset, UnknownVersion, NotInTheEvents
        KindsMixed, DatasetsAdded, PositionsTooCoarse, TimesTooCoarse
        EngineUnknown, EngineMissing, EngineCannot, BrokenVersion
        """
        return ask_events(self.sources(), query, engine)

    def cube(self, dataset: str, scheme: str, version: int | None = None) -> Cube:
        """Return the sums by area, kind, day and hour that pages read; built at the first call.

        Parameters
        ----------
        dataset : str
        scheme : str
            A scheme of areas, or ``place``.
        version : int or None
            None is the current version.

        Returns
        -------
        Cube

        Raises
        ------
        UnknownDataset, UnknownVersion, BrokenVersion, NotInTheEvents, PositionsTooCoarse
        """
        events = self.get(dataset, version)
        return cube_of(EventSource.of_set(events, self.archive.path(dataset, events.version)), scheme)

    def cubes_lacking(self, dataset: str) -> tuple[str, ...]:
        """Return the schemes of the current version, ``place`` among them, whose sums are not built yet.

        Raises
        ------
        UnknownDataset, UnknownVersion, BrokenVersion
        """
        events = self.get(dataset)
        source = EventSource.of_set(events, self.archive.path(dataset, events.version))
        return tuple(
            scheme
            for scheme in (PLACE, *events.area_schemes)
            if not (cube_folder(source, scheme) / "cube.json").exists()
        )

    def lineage(self, dataset: str, query: EventQuery, version: int | None = None) -> EventLineage:
        """Return which rows of which file the total of a question is made of.

        Parameters
        ----------
        dataset : str
        query : EventQuery
            Narrowed to the figure that is to be followed.
        version : int or None
            None is the current version.

        Raises
        ------
        UnknownDataset, UnknownVersion, BrokenVersion
        """
        return trace(self.get(dataset, version), self.part_files(dataset, version), query)

    def withdraw(
        self,
        dataset: str,
        version: int,
        reason: str,
        by: str,
        now: datetime,
        *,
        reinstate_former: bool = False,
    ) -> EventSet:
        """Mark a version as not to be used; its parts stay, so that old reports can be explained.

        Raises
        ------
        ReasonNeeded, UnknownDataset, UnknownVersion
        """
        if reason.strip():
            self.get(dataset, version)
        self.archive.mark_withdrawn(dataset, version, reason, by, now, reinstate_former)
        return self.get(dataset, version)

    def verify(self, dataset: str | None = None) -> tuple[PartCheck, ...]:
        """Return what every part of every version looks like against its checksum. Changes nothing."""
        readable, unreadable = self.archive.all(dataset)
        found = [PartCheck(name, number, "", Problem.MANIFEST_UNREADABLE) for name, number in unreadable]
        for events in readable:
            for part in events.parts:
                path = self.archive.part_path(events.slug, events.version, part.name)
                found.append(PartCheck(events.slug, events.version, part.name, _problem(path, part)))
        return tuple(found)


def _problem(path: Path, part: PartFile) -> Problem | None:
    try:
        return None if sha256_of(path) == part.sha256 else Problem.VALUES_CHANGED
    except OSError:
        return Problem.VALUES_MISSING
