"""Where every figure comes from: versions on disk, their manifests, their checksums and their withdrawal.

A version is a folder ``<dataset>/v0001`` with the values, the source as it was handed in and a manifest that
was written last. A folder without a manifest was never finished and is not seen. A manifest is never
rewritten: what happens later is a file beside it (``withdrawn.json``) or a higher version.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import Any, Generic, TypeVar

from samsyn.store.errors import BrokenVersion, ReasonNeeded, UnknownVersion
from samsyn.store.schema import AreaRef, DatasetMeta, DatasetVersion, SeriesDefinition, VersionState

MANIFEST = "manifest.json"
WITHDRAWN = "withdrawn.json"
FORMAT = 1
_NUMBERED = re.compile(r"v(\d{4,})")


class Problem(StrEnum):
    """What can be wrong with a version on disk."""

    MANIFEST_UNREADABLE = "manifest_unreadable"
    VALUES_MISSING = "values_missing"
    VALUES_CHANGED = "values_changed"
    SOURCE_MISSING = "source_missing"
    SOURCE_CHANGED = "source_changed"


@dataclass(frozen=True, slots=True)
class VersionCheck:
    """What `Store.verify` found about one version; sound when there are no problems."""

    dataset: str
    version: int
    problems: tuple[Problem, ...]

    @property
    def sound(self) -> bool:
        """Whether the files are byte for byte what was loaded."""
        return not self.problems


@dataclass(frozen=True, slots=True)
class Lineage:
    """The way from a figure back to the cell of the file that it was read from.

    Parameters
    ----------
    version : DatasetVersion
    file_name, file_sha256 : str
    source : Path
        The kept copy of the file.
    row, column : int or None
        Counted from 1; None where the source had no rows, or for a total.
    raw : str
        The printed text.
    """

    version: DatasetVersion
    file_name: str
    file_sha256: str
    source: Path
    row: int | None
    column: int | None
    raw: str


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """A version and the folder that holds it."""

    version: DatasetVersion
    folder: Path
    table: str

    @property
    def values(self) -> Path:
        """The Parquet file."""
        return self.folder / self.table

    @property
    def source(self) -> Path:
        """The source file as it was handed in."""
        return self.folder / source_name(self.version.file_name)


Told = TypeVar("Told")


class VersionFolders(Generic[Told]):
    """Numbered versions of data sets in one folder, of whatever kind: ``<dataset>/v0001/manifest.json``.

    A folder without a manifest was never finished and is not seen. Reading takes no lock.

    Parameters
    ----------
    folder : Path
        One folder for each data set.
    read : callable
        Makes a version of what a manifest holds; raises ValueError, KeyError or TypeError when it can not.
    """

    def __init__(self, folder: Path, read: Callable[[Mapping[str, Any]], Told]) -> None:
        self.folder = folder
        self._make = read
        self._read: dict[str, tuple[tuple[int, int, int], Told]] = {}

    def datasets(self) -> tuple[str, ...]:
        """Return the names of the data sets that have at least one finished version."""
        try:
            with os.scandir(self.folder) as entries:
                names = sorted(e.name for e in entries if e.name[0] not in "._" and e.is_dir())
        except FileNotFoundError:
            return ()
        return tuple(name for name in names if self.finished(name))

    def finished(self, dataset: str) -> list[int]:
        """Return the numbers of the versions whose manifest is in place, lowest first."""
        home = os.path.join(self.folder, dataset)
        try:
            names = os.listdir(home)
        except (FileNotFoundError, NotADirectoryError):
            return []
        # Plain strings, not paths: every question to the store begins here.
        return sorted(
            int(name[1:])
            for name in names
            if _NUMBERED.fullmatch(name) and os.path.isfile(f"{home}/{name}/{MANIFEST}")
        )

    def path(self, dataset: str, version: int) -> Path:
        """Return the folder of a version."""
        return self.folder / dataset / f"v{version:04d}"

    def current_number(self, dataset: str) -> int | None:
        """Return the number of the current version, readable or not; None when there is none.

        There is none when the newest was withdrawn and none came back.
        """
        return self.current_of(dataset, self.finished(dataset))

    def current_of(self, dataset: str, numbers: list[int]) -> int | None:
        """Return which of the finished versions is the current one."""
        for number in reversed(numbers):
            withdrawal = self._withdrawal(dataset, number)
            if withdrawal is None:
                return number
            if not withdrawal.get("reinstates_former"):
                return None
        return None

    def told(self, dataset: str, number: int) -> Told:
        """Return what the manifest of a version tells; read again only when the file has changed.

        Raises
        ------
        BrokenVersion
        """
        folder = self.path(dataset, number)
        path = f"{folder}/{MANIFEST}"
        try:
            signature = _signature(path)
            known = self._read.get(path)
            if known is None or known[0] != signature:
                kept = json.loads((folder / MANIFEST).read_bytes())
                if (kept["meta"]["slug"], kept["version"]) != (dataset, number):
                    raise ValueError("the manifest speaks of another version")
                known = (signature, self._make(kept))
                self._read[path] = known
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            raise BrokenVersion(
                dataset=dataset, version=number, problem=Problem.MANIFEST_UNREADABLE
            ) from None
        return known[1]

    def standing(self, dataset: str, number: int, current: int | None) -> dict[str, Any]:
        """Return the fields of a version that follow from what happened after it was written."""
        withdrawal = self._withdrawal(dataset, number)
        if withdrawal is not None:
            return {"state": VersionState.WITHDRAWN, "reason": str(withdrawal.get("reason", ""))}
        return {} if number == current else {"state": VersionState.SUPERSEDED}

    def mark_withdrawn(
        self, dataset: str, version: int, reason: str, by: str, now: datetime, reinstate_former: bool
    ) -> None:
        """Write that a version is not to be used. A second withdrawal changes nothing.

        Raises
        ------
        ReasonNeeded
        """
        if not reason.strip():
            raise ReasonNeeded(dataset=dataset, version=version)
        folder = self.path(dataset, version)
        if not (folder / WITHDRAWN).exists():
            kept = {
                "reason": reason.strip(),
                "by": by,
                "at": now.isoformat(),
                "reinstates_former": reinstate_former,
            }
            write_last(folder, WITHDRAWN, kept)

    def _withdrawal(self, dataset: str, version: int) -> dict[str, Any] | None:
        path = f"{self.folder}/{dataset}/v{version:04d}/{WITHDRAWN}"
        if not os.path.exists(path):
            return None
        try:
            with open(path, "rb") as file:
                kept = json.load(file)
        except (OSError, ValueError):
            # Someone withdrew it; that the reason can not be read must not bring the figures back.
            return {"reason": "?"}
        return kept if isinstance(kept, dict) else {"reason": "?"}


class Archive(VersionFolders[DatasetVersion]):
    """The versions of published values in one folder. Writing is `samsyn.store.ingest`.

    Parameters
    ----------
    folder : Path
        One folder for each data set.
    table : str
        Name of the Parquet file in a version's folder.
    """

    def __init__(self, folder: Path, table: str) -> None:
        super().__init__(folder, version_from)
        self.table = table
        self._trusted: dict[Path, tuple[int, int, int]] = {}

    def stored(self, dataset: str | None = None) -> tuple[list[StoredVersion], list[tuple[str, int]]]:
        """Return the versions that can be read, and the names of those whose manifest can not."""
        readable: list[StoredVersion] = []
        unreadable: list[tuple[str, int]] = []
        for name in self.datasets() if dataset is None else (dataset,):
            numbers = self.finished(name)
            current = self.current_of(name, numbers)
            for number in numbers:
                try:
                    readable.append(self._load(name, number, current))
                except BrokenVersion:
                    unreadable.append((name, number))
        return readable, unreadable

    def find(self, dataset: str, version: int) -> StoredVersion:
        """Return one version whatever its state.

        Raises
        ------
        UnknownVersion, BrokenVersion
        """
        finished = self.finished(dataset)
        if version not in finished:
            known = ", ".join(map(str, finished)) or "–"
            raise UnknownVersion(dataset=dataset, version=version, known=known)
        return self._load(dataset, version, self.current_number(dataset))

    def trust(self, stored: StoredVersion) -> None:
        """Refuse values that are not byte for byte what was loaded; looks once for each state of the file."""
        try:
            signature = _signature(stored.values)
        except OSError:
            raise _broken(stored.version, Problem.VALUES_MISSING) from None
        if self._trusted.get(stored.values) == signature:
            return
        if sha256_of(stored.values) != stored.version.checksum:
            raise _broken(stored.version, Problem.VALUES_CHANGED)
        self._trusted[stored.values] = signature

    def verify(self) -> Iterator[VersionCheck]:
        """Yield what is wrong with each finished version; one that is broken does not stop the others."""
        for dataset in self.datasets():
            for number in self.finished(dataset):
                try:
                    stored = self._load(dataset, number, None)
                except BrokenVersion:
                    yield VersionCheck(dataset, number, (Problem.MANIFEST_UNREADABLE,))
                    continue
                expected = (
                    (stored.values, stored.version.checksum, Problem.VALUES_MISSING, Problem.VALUES_CHANGED),
                    (
                        stored.source,
                        stored.version.file_sha256,
                        Problem.SOURCE_MISSING,
                        Problem.SOURCE_CHANGED,
                    ),
                )
                problems = tuple(p for check in expected if (p := _compare(*check)) is not None)
                yield VersionCheck(dataset, number, problems)

    def withdraw(
        self, dataset: str, version: int, reason: str, by: str, now: datetime, reinstate_former: bool
    ) -> DatasetVersion:
        """Mark a version as not to be used. A second withdrawal changes nothing.

        Raises
        ------
        ReasonNeeded, UnknownVersion
        """
        if reason.strip() and version not in self.finished(dataset):
            self.find(dataset, version)
        self.mark_withdrawn(dataset, version, reason, by, now, reinstate_former)
        return self.find(dataset, version).version

    def _load(self, dataset: str, number: int, current: int | None) -> StoredVersion:
        version = replace(self.told(dataset, number), **self.standing(dataset, number, current))
        return StoredVersion(version, self.path(dataset, number), self.table)


def manifest_of(version: DatasetVersion) -> dict[str, Any]:
    """Return a version as values that JSON can hold; its state is not among them, since that may change."""
    kept = asdict(version)
    del kept["state"]
    return {"format": FORMAT, **kept}


def version_from(kept: Mapping[str, Any]) -> DatasetVersion:
    """Return the version that a manifest tells of, as current until something else says otherwise."""
    if kept["format"] != FORMAT:
        raise ValueError(f"format {kept['format']} is not known")
    names = {field.name for field in fields(DatasetVersion)}
    facts = {name: value for name, value in kept.items() if name in names}
    meta = dict(kept["meta"])
    for name in ("published", "retrieved"):
        meta[name] = None if meta[name] is None else date.fromisoformat(meta[name])
    facts["meta"] = DatasetMeta(**meta)
    facts["loaded_at"] = datetime.fromisoformat(kept["loaded_at"])
    facts["series"] = tuple(SeriesDefinition(**definition) for definition in kept["series"])
    facts["areas"] = tuple(AreaRef(**area) for area in kept["areas"])
    facts["covers"] = {slug: tuple(positions) for slug, positions in kept["covers"].items()}
    return DatasetVersion(state=VersionState.CURRENT, **facts)


def write_last(folder: Path, name: str, kept: Mapping[str, Any]) -> None:
    """Write JSON beside its place, make it durable, and rename it into place in one step."""
    part = folder / f".{name}.part"
    text = json.dumps(kept, ensure_ascii=False, indent=1, default=str) + "\n"
    write_durably(part, text.encode())
    os.replace(part, folder / name)
    sync_folder(folder)


def write_durably(path: Path, content: bytes) -> None:
    """Write bytes and wait until the disk has them."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Wait until the disk has a folder's list of names, so that a rename outlives a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sha256_of(path: Path) -> str:
    """Return the checksum of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def source_name(file_name: str) -> str:
    """Return the name that the source is kept under: only its ending is taken from the outside."""
    suffix = Path(file_name).suffix.lower()
    return f"source{suffix}" if re.fullmatch(r"\.[a-z0-9]{1,8}", suffix) else "source.bin"


def nearest_name(name: str, known: Iterable[str]) -> str:
    """Return the known name that is most like a misspelt one, or a dash."""
    close = get_close_matches(name, sorted(known), n=1, cutoff=0.4)
    return close[0] if close else "–"


def _compare(path: Path, checksum: str, missing: Problem, changed: Problem) -> Problem | None:
    try:
        return None if sha256_of(path) == checksum else changed
    except OSError:
        return missing


def _signature(path: Path | str) -> tuple[int, int, int]:
    facts = os.stat(path)
    return (facts.st_mtime_ns, facts.st_size, facts.st_ino)


def _broken(version: DatasetVersion, problem: Problem) -> BrokenVersion:
    return BrokenVersion(dataset=version.slug, version=version.version, problem=problem)
