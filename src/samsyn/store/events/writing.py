"""Write a version of an event set whole or not at all.

Parts are written to a folder that no reader looks at and made durable; the manifest comes last, and one
rename makes the version visible. Whoever is killed on the way leaves only what the next load sweeps away.
The lock is one for each data set and is released by the system however its holder dies.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import numpy as np

from samsyn.store.errors import AlreadyLoaded
from samsyn.store.events.errors import DiskFull, NothingToKeep
from samsyn.store.events.manifests import PARTS, EventArchive, manifest_of
from samsyn.store.events.schema import EventSet, PartFile, arrow_schema
from samsyn.store.events.tables import ContentSum, Tally
from samsyn.store.ingest import INCOMING, LOCK, locked
from samsyn.store.provenance import MANIFEST, sha256_of, sync_folder, write_last
from samsyn.store.rules import check_name
from samsyn.store.schema import VersionState

if TYPE_CHECKING:
    import pyarrow as pa

#: A part is closed when it has so many rows; a group of rows inside it is what an engine skips or reads.
PART_ROWS = 2_000_000
GROUP_ROWS = 122_880
#: Parts that no manifest names are kept for so long, for readers that still hold an older manifest.
GRACE_SECONDS = 3600.0
SWEPT = ".swept-"
QUARANTINE = "quarantine.parquet"
OUTLINE = "ground.json"


class Load:
    """A version on its way in; made by `loading`."""

    def __init__(self, archive: EventArchive, dataset: str) -> None:
        self._archive = archive
        self._dataset = dataset
        self._incoming = archive.folder / dataset / f"{INCOMING}{uuid4().hex}"
        (self._incoming / PARTS).mkdir(parents=True)
        self._waiting: list[pa.Table] = []
        self._waiting_rows = 0
        self._content = ContentSum()
        self._parts: list[PartFile] = []
        self._tally = Tally()

    def add(self, table: pa.Table) -> None:
        """Take in more events, in the order of their file."""
        if not table.num_rows:
            return
        self._content.add(table)
        self._tally.add(table)
        for at in range(0, table.num_rows, PART_ROWS):
            piece = table.slice(at, PART_ROWS)
            if self._waiting_rows + piece.num_rows > PART_ROWS:
                self._close_part()
            self._waiting.append(piece)
            self._waiting_rows += piece.num_rows

    def publish(
        self,
        draft: EventSet,
        quarantine: pa.Table | None = None,
        beside: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> EventSet:
        """Give the version its number, write its manifest and make it visible in one step.

        Parameters
        ----------
        draft : EventSet
        quarantine : pyarrow.Table or None
            Numbers of the rows that were left out, with the reason.
        beside : mapping of file name to JSON
            What to keep beside the manifest.

        Raises
        ------
        AlreadyLoaded
            The current version has the very same events.
        NothingToKeep
            There is no event.
        """
        self._close_part()
        if not self._parts:
            raise NothingToKeep(file=draft.source.file_name or draft.slug)
        current = self._archive.current_number(draft.slug)
        content = self._content.hexdigest()
        if current is not None:
            there = self._archive.find(draft.slug, current)
            if there.content_sha256 == content:
                raise AlreadyLoaded(file=draft.source.file_name, dataset=draft.slug, version=current)
        number = max(self._archive.finished(draft.slug), default=0) + 1
        events = with_parts(draft, self._parts)
        events = replace(
            events,
            version=number,
            revision=1,
            state=VersionState.CURRENT,
            supersedes=current,
            content_sha256=content,
            kinds=dict(sorted(self._tally.kinds.items())),
            lost=(),
        )
        if quarantine is not None and quarantine.num_rows:
            _write_durably(self._incoming / QUARANTINE, quarantine)
        for name, kept in (beside or {}).items():
            write_last(self._incoming, name, kept)
        write_last(self._incoming, MANIFEST, manifest_of(events))
        os.replace(self._incoming, self._archive.path(draft.slug, number))
        sync_folder(self._archive.folder / draft.slug)
        return events

    def drop(self) -> None:
        """Forget everything that was written."""
        shutil.rmtree(self._incoming, ignore_errors=True)

    def _close_part(self) -> None:
        import pyarrow as pa

        if not self._waiting:
            return
        whole = pa.concat_tables(self._waiting)
        self._waiting, self._waiting_rows = [], 0
        self._parts.append(write_part(self._incoming / PARTS, whole))


@contextlib.contextmanager
def loading(archive: EventArchive, dataset: str, patience: float) -> Iterator[Load]:
    """Hold the data set's lock and give a version to fill; whatever was not published is dropped.

    Parameters
    ----------
    archive : EventArchive
    dataset : str
    patience : float [seconds]
        How long to wait for another load of the same data set.

    Raises
    ------
    StoreBusy
        Another load holds the lock.
    DiskFull
        There is no room; nothing is kept.
    """
    check_name(dataset)
    with told_when_full(dataset), locked(archive.folder / dataset, patience):
        sweep(archive, dataset)
        load = Load(archive, dataset)
        try:
            yield load
        except BaseException:
            load.drop()
            raise
        load.drop()


@contextlib.contextmanager
def told_when_full(dataset: str) -> Iterator[None]:
    """Turn the system's "no space left" into a sentence that says what to do.

    Raises
    ------
    DiskFull
    """
    try:
        yield
    except OSError as problem:
        # Arrow hides the number of the error in its text.
        full = problem.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG) or "No space left" in str(problem)
        if not full:
            raise
        raise DiskFull(dataset=dataset) from None


def write_part(folder: Path, table: pa.Table) -> PartFile:
    """Write events as one durable, content-named Parquet file, sorted by day, and say what it holds."""
    import pyarrow.compute as compute

    table = table.select(arrow_schema(tuple(table.column_names)).names).combine_chunks()
    table = table.take(compute.sort_indices(table, [("day", "ascending"), ("row", "ascending")]))
    draft = folder / f".{uuid4().hex}.part"
    try:
        _write_durably(draft, table)
        digest = sha256_of(draft)
        name = f"{digest[:16]}.parquet"
        size = draft.stat().st_size
        os.replace(draft, folder / name)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    sync_folder(folder)
    rows = compute.min_max(table["row"]).as_py()
    days = compute.min_max(table["day"]).as_py()
    return PartFile(
        name=name,
        sha256=digest,
        rows=table.num_rows,
        bytes=size,
        count=compute.sum(table["count"]).as_py(),
        first_day=days["min"],
        last_day=days["max"],
        first_row=rows["min"],
        last_row=rows["max"],
        bbox=_bbox(table),
    )


def _write_durably(path: Path, table: pa.Table) -> None:
    import pyarrow.parquet as parquet

    # Dictionaries of pages make the file small; the columns stay plain strings, which every engine reads.
    texts = [field.name for field in table.schema if field.type == "string"]
    parquet.write_table(
        table, path, row_group_size=GROUP_ROWS, compression="zstd", store_schema=False,
        use_dictionary=texts, coerce_timestamps="us",
    )  # fmt: skip
    with path.open("rb") as file:
        os.fsync(file.fileno())


def with_parts(events: EventSet, parts: Sequence[PartFile]) -> EventSet:
    """Return the set with these parts, and what follows from them."""
    return replace(
        events,
        parts=tuple(parts),
        rows=sum(part.rows for part in parts),
        count=sum(part.count for part in parts),
        first_day=min((part.first_day for part in parts), default=None),
        last_day=max((part.last_day for part in parts), default=None),
    )


def sweep(archive: EventArchive, dataset: str, *, grace: float = GRACE_SECONDS) -> int:
    """Remove what killed loads left and parts that no manifest names. Only while holding the lock.

    Returns
    -------
    int
        How many files and folders went.
    """
    home = archive.folder / dataset
    gone = 0
    for folder in sorted(home.iterdir()) if home.is_dir() else ():
        numbered = folder.name.startswith("v") and folder.name[1:].isdigit()
        torn = numbered and not (folder / MANIFEST).is_file()
        if folder.is_dir() and (torn or folder.name.startswith((INCOMING, SWEPT))):
            shutil.rmtree(folder, ignore_errors=True)
            gone += 1
        elif numbered:
            gone += _sweep_parts(archive, dataset, int(folder.name[1:]), grace)
    return gone


def _sweep_parts(archive: EventArchive, dataset: str, version: int, grace: float) -> int:
    try:
        events = archive.find(dataset, version)
    except Exception:  # noqa: BLE001 - a manifest that can not be read must cost no file
        return 0
    named = {part.name for part in (*events.parts, *events.lost)}
    # The clock of the disk that holds the parts, which need not be this machine's.
    clock = archive.folder / dataset / LOCK
    clock.touch()
    oldest = clock.stat().st_mtime - grace
    gone = 0
    for path in (archive.path(dataset, version) / PARTS).iterdir():
        if path.name not in named and path.stat().st_mtime <= oldest:
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def _bbox(table: pa.Table) -> tuple[float, float, float, float] | None:
    x, y = table["x"].to_numpy(), table["y"].to_numpy()
    there = ~(np.isnan(x) | np.isnan(y))
    if not there.any():
        return None
    x, y = x[there], y[there]
    return (float(x.min()), float(y.min()), float(x.max()), float(y.max()))
