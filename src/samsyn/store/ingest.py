"""Load a data set whole or not at all.

Everything is written to a folder that no reader looks at and made durable; the manifest comes last, and one
rename makes the version visible. Whoever is killed on the way leaves only what the next load sweeps away.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from samsyn.store.errors import AlreadyLoaded, InvalidRows, StoreBusy
from samsyn.store.provenance import (
    MANIFEST,
    Archive,
    manifest_of,
    sha256_of,
    source_name,
    sync_folder,
    write_durably,
    write_last,
)
from samsyn.store.rules import check_declarations, check_rows
from samsyn.store.schema import (
    COLUMNS,
    DATE_COLUMNS,
    FLOAT_COLUMNS,
    TEXT_COLUMNS,
    AreaRef,
    DatasetMeta,
    DatasetVersion,
    Frame,
    SeriesDefinition,
    VersionState,
    rows_of,
)

if TYPE_CHECKING:
    import pyarrow as pa

LOCK = ".lock"
INCOMING = ".incoming-"


def ingest_values(
    archive: Archive,
    meta: DatasetMeta,
    frame: Frame,
    series: Sequence[SeriesDefinition],
    areas: Sequence[AreaRef],
    *,
    source: bytes,
    file_name: str,
    by: str,
    now: datetime,
    answers: Mapping[str, str],
    reason: str,
    patience: float,
) -> DatasetVersion:
    """Check and load published values; see `samsyn.store.Store.ingest`."""
    check_declarations(meta, series, areas)
    if errors := check_rows(frame, series, areas, meta):
        raise InvalidRows(file=file_name, errors=errors)
    rows = rows_of(frame)
    names = {area.key: area.name for area in areas}
    for row in rows:
        row["area_name"] = row.get("area_name") or names[row["scheme"], row["code"], row["vintage"]]
    positions = {area.key: position for position, area in enumerate(areas)}
    covers: dict[str, set[int]] = {definition.slug: set() for definition in series}
    for row in rows:
        covers[row["series"]].add(positions[row["scheme"], row["code"], row["vintage"]])
    draft = DatasetVersion(
        meta=meta,
        version=0,
        state=VersionState.CURRENT,
        checksum="",
        loaded_at=now,
        loaded_by=by,
        rows=len(rows),
        series=tuple(series),
        areas=tuple(areas),
        reason=reason,
        file_name=Path(file_name).name,
        file_sha256=hashlib.sha256(source).hexdigest(),
        answers=dict(answers),
        covers={slug: tuple(sorted(found)) for slug, found in covers.items()},
        content_sha256=_content(rows, meta, series, areas),
    )
    return publish(archive, draft, lambda version: _values_table(rows, meta.slug, version), source, patience)


def publish(
    archive: Archive,
    draft: DatasetVersion,
    table_of: Callable[[int], pa.Table],
    source: bytes,
    patience: float,
) -> DatasetVersion:
    """Give a draft its number, write it and make it visible in one step.

    Raises
    ------
    AlreadyLoaded, StoreBusy
    """
    import pyarrow.parquet as parquet

    home = archive.folder / draft.slug
    with locked(archive.folder, patience):
        sweep(archive)
        former = archive.current_number(draft.slug)
        _refuse_repetition(archive, draft, former)
        number = max(archive.finished(draft.slug), default=0) + 1
        home.mkdir(parents=True, exist_ok=True)
        incoming = home / f"{INCOMING}{uuid4().hex}"
        incoming.mkdir()
        try:
            values = incoming / archive.table
            # Plain strings: not every engine reads dictionary columns.
            parquet.write_table(table_of(number), values, use_dictionary=False, compression="zstd")
            _sync_file(values)
            write_durably(incoming / source_name(draft.file_name), source)
            version = replace(draft, version=number, supersedes=former, checksum=sha256_of(values))
            write_last(incoming, MANIFEST, manifest_of(version))
            os.replace(incoming, archive.path(draft.slug, number))
        except BaseException:
            shutil.rmtree(incoming, ignore_errors=True)
            raise
        sync_folder(home)
    return version


def sweep(archive: Archive) -> None:
    """Remove what a killed load left behind. Only while holding the lock."""
    if not archive.folder.is_dir():
        return
    for home in archive.folder.iterdir():
        if not home.is_dir() or home.name.startswith((".", "_")):
            continue
        for folder in home.iterdir():
            numbered = folder.name.startswith("v") and folder.name[1:].isdigit()
            torn = numbered and not (folder / MANIFEST).is_file()
            if folder.is_dir() and (torn or folder.name.startswith(INCOMING)):
                shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def locked(folder: Path, patience: float) -> Iterator[None]:
    """Hold the folder's lock; the system releases it when a process dies, however it dies.

    Parameters
    ----------
    folder : Path
    patience : float [seconds]

    Raises
    ------
    StoreBusy
    """
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        deadline = time.monotonic() + patience
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise StoreBusy(workspace=folder.name, seconds=patience) from None
                time.sleep(0.02)
        yield
    finally:
        os.close(handle)


def _refuse_repetition(archive: Archive, draft: DatasetVersion, current: int | None) -> None:
    # The same file read with other answers is a new version. Without a current version, an old file may be
    # loaded again: that is how one returns to it after a withdrawal.
    if current is None:
        return
    for stored in archive.stored(draft.slug)[0]:
        known = stored.version
        same = (known.file_sha256, known.content_sha256) == (draft.file_sha256, draft.content_sha256)
        if same and known.state is not VersionState.WITHDRAWN:
            raise AlreadyLoaded(file=draft.file_name, dataset=draft.slug, version=known.version)


def _content(
    rows: Sequence[Mapping[str, Any]],
    meta: DatasetMeta,
    series: Sequence[SeriesDefinition],
    areas: Sequence[AreaRef],
) -> str:
    """Return a checksum of what was read, whatever version number and day it was read on."""
    digest = hashlib.sha256()
    said = [asdict(replace(meta, retrieved=None)), [asdict(s) for s in series], [asdict(a) for a in areas]]
    digest.update(json.dumps(said, default=str, sort_keys=True).encode())
    names = [name for name in COLUMNS if name not in ("dataset", "version")]
    for row in rows:
        digest.update(json.dumps([row.get(name) or "" for name in names], default=str).encode())
    return digest.hexdigest()


def _values_table(rows: Sequence[Mapping[str, Any]], dataset: str, version: int) -> pa.Table:
    import pyarrow as pa

    arrays, columns = [], []
    for name in COLUMNS:
        if name == "dataset":
            cells: list[Any] = [dataset] * len(rows)
        elif name == "version":
            cells = [version] * len(rows)
        elif name in TEXT_COLUMNS:
            cells = [row.get(name) or "" for row in rows]
        else:
            cells = [row.get(name) for row in rows]
        kind = _arrow_type(name)
        arrays.append(pa.array(cells, type=kind))
        columns.append(pa.field(name, kind, nullable=kind not in (pa.string(), pa.date32())))
    return pa.Table.from_arrays(arrays, schema=pa.schema(columns))


def _arrow_type(name: str) -> pa.DataType:
    import pyarrow as pa

    if name in TEXT_COLUMNS:
        return pa.string()
    if name in DATE_COLUMNS:
        return pa.date32()
    return pa.float64() if name in FLOAT_COLUMNS else pa.int64()


def _sync_file(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
