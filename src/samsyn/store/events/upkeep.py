"""Work on stored events that changes no event: take out what is broken, compact, assign anew, move away."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from samsyn.store.events.errors import NotAStoreAddress, TargetTaken, TransferTorn
from samsyn.store.events.manifests import PARTS, manifest_of
from samsyn.store.events.places import Ground
from samsyn.store.events.schema import AREA, PLACE, EventSet, PartFile, Revision, arrow_schema, columns_of
from samsyn.store.events.store import EventStore
from samsyn.store.events.tables import Tally
from samsyn.store.events.writing import (
    OUTLINE,
    PART_ROWS,
    SWEPT,
    sweep,
    told_when_full,
    with_parts,
    write_part,
)
from samsyn.store.ingest import locked
from samsyn.store.provenance import MANIFEST, sha256_of, sync_folder, write_last
from samsyn.store.schema import VersionState

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.fs

LOST = "lost"


@dataclass(frozen=True, slots=True)
class TakenOut:
    """A part that no longer was what was written, and the rows of the source that went with it."""

    dataset: str
    version: int
    part: str
    rows: int
    first_row: int
    last_row: int


def take_out_broken(
    store: EventStore, *, by: str, now: datetime, dataset: str | None = None
) -> tuple[TakenOut, ...]:
    """Take out every part that fails its checksum, so that the rest serves; returns what went.

    The file is moved aside, and the manifest says which rows of the source are missing.

    Raises
    ------
    StoreBusy
    """
    found = []
    for name in (dataset,) if dataset else store.datasets():
        broken = [check for check in store.verify(name) if check.part and not check.sound]
        for version in sorted({check.version for check in broken}):
            gone = {check.part for check in broken if check.version == version}
            with locked(store.folder / name, store.patience):
                events = store.get(name, version)
                folder = store.archive.path(name, version)
                lost = [part for part in events.parts if part.name in gone]
                kept = [part for part in events.parts if part.name not in gone]
                changed = replace(with_parts(events, kept), lost=(*events.lost, *lost))
                changed = replace(changed, kinds=_kinds(store, changed))
                revise(store, changed, by=by, now=now, why="parts lost")
                (folder / LOST).mkdir(exist_ok=True)
                for part in lost:
                    if (folder / PARTS / part.name).exists():
                        os.replace(folder / PARTS / part.name, folder / LOST / part.name)
                    found.append(TakenOut(name, version, part.name, part.rows, part.first_row, part.last_row))
    return tuple(found)


def compact(
    store: EventStore, dataset: str, *, by: str, now: datetime, part_rows: int = PART_ROWS
) -> EventSet:
    """Join the small parts of the current version and sort them by day; the events stay the same.

    Raises
    ------
    UnknownDataset, BrokenVersion, StoreBusy, DiskFull
    """
    import pyarrow as pa
    import pyarrow.parquet as parquet

    with told_when_full(dataset), locked(store.folder / dataset, store.patience):
        sweep(store.archive, dataset)
        events = store.get(dataset)
        files = {part.name: path for path, part in store.part_files(dataset)}
        small = [part for part in events.parts if part.rows < part_rows // 2]
        if len(small) < 2:
            return events
        kept = [part for part in events.parts if part not in small]
        folder = store.archive.path(dataset, events.version) / PARTS
        made: list[PartFile] = []
        for together in _bundles(small, part_rows):
            tables = [parquet.read_table(files[part.name], memory_map=False) for part in together]
            made.append(write_part(folder, _plain(pa.concat_tables(tables), events)))
        return revise(store, with_parts(events, [*kept, *made]), by=by, now=now, why="compacted")


def assign_anew(
    store: EventStore, dataset: str, ground: Ground, *, by: str, now: datetime
) -> tuple[EventSet, int]:
    """Assign events to areas and places again where these changed; returns the set and the parts written.

    Only parts whose box meets a shape that came, went or changed are written anew.

    Raises
    ------
    UnknownDataset, BrokenVersion, StoreBusy, DiskFull
    """
    import pyarrow.parquet as parquet

    with told_when_full(dataset), locked(store.folder / dataset, store.patience):
        events = store.get(dataset)
        ground = ground.at(events.crs)
        before, after = read_outline(store, events), ground.outline()
        if events.uses == ground.uses:
            return events, 0
        columns = columns_of(sorted(layer.scheme for layer in ground.layers), sorted(events.attributes))
        every = columns != events.columns
        boxes = changed_boxes(before, after)
        folder = store.archive.path(dataset, events.version) / PARTS
        parts, touched = [], 0
        tally = Tally()
        for path, part in store.part_files(dataset):
            table = _plain(parquet.read_table(path, memory_map=False), events)
            if every or (part.bbox is not None and any(_meet(part.bbox, box) for box in boxes)):
                table = _assigned(table, ground, columns)
                parts.append(write_part(folder, table))
                touched += 1
            else:
                parts.append(part)
            tally.add(table)
        uses = ground.uses
        schemes = {name: replace(use, assigned=tally.assigned.get(name, 0)) for name, use in uses.items()}
        changed = replace(with_parts(events, parts), schemes=schemes)
        done = revise(store, changed, by=by, now=now, why="assigned anew")
        write_outline(store.archive.path(dataset, events.version), ground)
        return done, touched


def revise(store: EventStore, changed: EventSet, *, by: str, now: datetime, why: str) -> EventSet:
    """Replace a version's manifest by one with other parts, in one step. Only while holding the lock."""
    events = replace(
        changed,
        revision=changed.revision + 1,
        state=VersionState.CURRENT,
        revisions=(*changed.revisions, Revision(changed.revision + 1, now, by, why)),
    )
    write_last(store.archive.path(events.slug, events.version), MANIFEST, manifest_of(events))
    return store.get(events.slug, events.version)


def write_outline(folder: Path, ground: Ground) -> None:
    """Keep what the shapes were, so that the next change finds which of them it concerns."""
    write_last(folder, OUTLINE, ground.outline())


def read_outline(store: EventStore, events: EventSet) -> dict[str, Any]:
    """Return what the shapes were when events were assigned; empty when it can not be read."""
    try:
        kept = json.loads((store.archive.path(events.slug, events.version) / OUTLINE).read_bytes())
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {}


def changed_boxes(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[float, ...]]:
    """Return the boxes of every shape that came, went or changed, as it was and as it is."""
    boxes = []
    for name in {*before, *after}:
        old, new = (_by_key(held.get(name, [])) for held in (before, after))
        for key in {*old, *new}:
            if old.get(key, (None,))[0] != new.get(key, (None,))[0]:
                boxes += [tuple(one[1]) for one in (old.get(key), new.get(key)) if one]
    return boxes


# --- to and from folders that are addressed by URL


def move_out(store: EventStore, dataset: str, url: str) -> int:
    """Move every version of a set to a folder or an object store; returns how many files went.

    Copied first, compared by checksum, and only then removed here.

    Parameters
    ----------
    store : EventStore
    dataset : str
    url : str
        ``file:///…``, ``s3://…`` or another address that Arrow knows.

    Raises
    ------
    NotAStoreAddress, TargetTaken, TransferTorn
    UnknownDataset, StoreBusy
    """
    store.archive.find(dataset, max(store.archive.finished(dataset), default=None))
    system, root = _address(url)
    home = store.folder / dataset
    with locked(home, store.patience):
        sweep(store.archive, dataset)
        names = _files(home)
        target = f"{root}/{dataset}"
        if _listed(system, target):
            raise TargetTaken(target=url, dataset=dataset)
        # Manifests last: whoever looks there sees a version when all of it has arrived.
        for name in sorted(names, key=lambda name: name.endswith(MANIFEST)):
            _send(home / name, system, f"{target}/{name}")
        away = store.folder / f"{SWEPT}{dataset}"
        shutil.rmtree(away, ignore_errors=True)
        os.replace(home, away)
    shutil.rmtree(away, ignore_errors=True)
    return len(names)


def move_in(store: EventStore, dataset: str, url: str) -> int:
    """Bring every version of a set back from where it was moved; returns how many files came.

    The copy there stays.

    Raises
    ------
    NotAStoreAddress, TargetTaken, TransferTorn, StoreBusy, DiskFull
    """
    system, root = _address(url)
    source = f"{root}/{dataset}"
    names = sorted(_listed(system, source), key=lambda name: name.endswith(MANIFEST))
    if not names:
        raise TransferTorn(file=dataset)
    home = store.folder / dataset
    with told_when_full(dataset), locked(home, store.patience):
        if store.archive.finished(dataset):
            raise TargetTaken(target=str(store.workspace), dataset=dataset)
        sweep(store.archive, dataset)
        for name in names:
            if ".." in name.split("/"):
                raise TransferTorn(file=name)
            path = home / name
            path.parent.mkdir(parents=True, exist_ok=True)
            half = path.with_name(f".{path.name}.part")
            with system.open_input_stream(f"{source}/{name}") as stream, half.open("wb") as file:
                shutil.copyfileobj(stream, file)
                file.flush()
                os.fsync(file.fileno())
            os.replace(half, path)
            sync_folder(path.parent)
        for check in store.verify(dataset):
            if not check.sound:
                shutil.rmtree(home, ignore_errors=True)
                raise TransferTorn(file=check.part or MANIFEST)
    return len(names)


def _bundles(parts: Sequence[PartFile], most: int) -> list[list[PartFile]]:
    """Return parts in heaps of at most so many rows, by day."""
    heaps: list[list[PartFile]] = [[]]
    for part in sorted(parts, key=lambda one: (one.first_day, one.first_row)):
        if heaps[-1] and sum(one.rows for one in heaps[-1]) + part.rows > most:
            heaps.append([])
        heaps[-1].append(part)
    return heaps


def _address(url: str) -> tuple[pyarrow.fs.FileSystem, str]:
    import pyarrow as pa
    import pyarrow.fs as fs

    if "://" not in url:
        raise NotAStoreAddress(url=url)
    try:
        system, root = fs.FileSystem.from_uri(url)
    except (pa.ArrowException, ValueError, OSError, NotImplementedError):
        raise NotAStoreAddress(url=url) from None
    return system, root.rstrip("/")


def _listed(system: pyarrow.fs.FileSystem, folder: str) -> list[str]:
    import pyarrow.fs as fs

    chosen = fs.FileSelector(folder, recursive=True, allow_not_found=True)
    found = system.get_file_info(chosen)
    return [info.path[len(folder) :].lstrip("/") for info in found if info.type == fs.FileType.File]


def _files(home: Path) -> list[str]:
    return [
        str(path.relative_to(home)) for path in sorted(home.rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    ]  # fmt: skip


def _send(path: Path, system: pyarrow.fs.FileSystem, target: str) -> None:
    import hashlib

    system.create_dir(target.rsplit("/", 1)[0], recursive=True)
    with path.open("rb") as file, system.open_output_stream(target) as stream:
        shutil.copyfileobj(file, stream)
    digest = hashlib.sha256()
    with system.open_input_stream(target) as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    if digest.hexdigest() != sha256_of(path):
        raise TransferTorn(file=path.name)


def _kinds(store: EventStore, events: EventSet) -> dict[str, int]:
    import pyarrow.parquet as parquet

    sums: dict[str, int] = {}
    for part in events.parts:
        path = store.archive.part_path(events.slug, events.version, part.name)
        table = parquet.read_table(path, columns=["kind", "count"], memory_map=False)
        grouped = table.group_by("kind").aggregate([("count", "sum")])
        for kind, count in zip(grouped["kind"].to_pylist(), grouped["count_sum"].to_pylist(), strict=True):
            sums[kind] = sums.get(kind, 0) + count
    return dict(sorted(sums.items()))


def _plain(table: pa.Table, events: EventSet) -> pa.Table:
    return table.select(list(events.columns)).cast(arrow_schema(events.columns))


def _assigned(table: pa.Table, ground: Ground, columns: Sequence[str]) -> pa.Table:
    import pyarrow as pa

    days = table["day"].to_numpy().astype("datetime64[D]")
    x, y = (np.ascontiguousarray(table[name].to_numpy()) for name in ("x", "y"))
    areas, place = ground.assign(x, y, days)
    made = {**{f"{AREA}{name}": codes for name, codes in areas.items()}, PLACE: place}
    arrays = [pa.array(made[name], pa.string()) if name in made else table[name] for name in columns]
    return pa.Table.from_arrays([_one(array) for array in arrays], schema=arrow_schema(tuple(columns)))


def _one(array: Any) -> Any:
    return array.combine_chunks() if hasattr(array, "combine_chunks") else array


def _by_key(rows: Iterable[Sequence[Any]]) -> dict[str, tuple[str, Sequence[float]]]:
    return {str(key): (str(digest), box) for key, digest, box in rows}


def _meet(one: Sequence[float], other: Sequence[float]) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]
