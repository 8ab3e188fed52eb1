"""Load a file of events by a mapping: all that is wrong is told at once, and it is loaded whole or not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from samsyn.store.errors import AlreadyLoaded
from samsyn.store.events.converting import Converter
from samsyn.store.events.errors import InvalidEvents, TooMuchLeftOut
from samsyn.store.events.findings import Findings, LeftOut
from samsyn.store.events.mapping import EventMapping
from samsyn.store.events.places import Ground
from samsyn.store.events.reading import CHUNK_ROWS, EventFile, check_unchanged, fingerprint
from samsyn.store.events.schema import EventSet, PositionKind, SourceFile
from samsyn.store.events.store import EventStore
from samsyn.store.events.tables import Tally
from samsyn.store.events.writing import OUTLINE, loading
from samsyn.store.schema import VersionState

#: Told as a file is read: how much of it, from 0 to 1, and how many rows.
Progress = Callable[[float, int], None]


@dataclass(frozen=True, slots=True)
class Trial:
    """What a file holds, as a mapping reads it; nothing was written.

    Parameters
    ----------
    rows : int
        Rows of data in the file.
    events, count : int
        Rows that can be used, and the sum of their counts.
    kinds : mapping of str to int
    first_day, last_day : date or None
    positioned : int
        Events with a position.
    unread : tuple of str
        Columns that are neither mapped nor ignored.
    findings : Findings
    sha256 : str
    """

    rows: int
    events: int
    count: int
    kinds: dict[str, int]
    first_day: date | None
    last_day: date | None
    positioned: int
    unread: tuple[str, ...]
    findings: Findings
    sha256: str

    def to_dict(self) -> dict[str, Any]:
        """Return it as values that JSON can hold."""
        return {
            "rows": self.rows, "events": self.events, "count": self.count, "kinds": self.kinds,
            "first_day": self.first_day, "last_day": self.last_day, "positioned": self.positioned,
            "unread_columns": list(self.unread), "findings": self.findings.to_dict(), "sha256": self.sha256,
        }  # fmt: skip


def try_events(
    path: Path,
    mapping: EventMapping,
    *,
    ground: Ground,
    now: datetime,
    progress: Progress | None = None,
    chunk_rows: int = CHUNK_ROWS,
) -> Trial:
    """Return what a file holds and everything that is wrong with it; writes nothing.

    Raises
    ------
    PersonColumns, PersonValues
        The file is about persons.
    EventColumnsMissing, UnreadableEvents, FileChanged
    """
    before = fingerprint(path)
    file = EventFile(path, mapping)
    converter = Converter(file, ground.at(mapping.metric_epsg), _today(mapping, now))
    tally = Tally()
    for chunk in file.chunks(chunk_rows):
        tally.add(converter.convert(chunk))
        if progress:
            progress(chunk.done, converter.rows)
    check_unchanged(path, before)
    return Trial(
        converter.rows, tally.rows, tally.count, tally.kinds, tally.first_day, tally.last_day,
        tally.positioned, file.unread, converter.findings, before.sha256,
    )  # fmt: skip


def ingest_events(
    store: EventStore,
    path: Path,
    mapping: EventMapping,
    dataset: str,
    *,
    ground: Ground,
    owner: str,
    by: str,
    now: datetime,
    title: str = "",
    reason: str = "",
    progress: Progress | None = None,
    chunk_rows: int = CHUNK_ROWS,
) -> EventSet:
    """Load a file of events as the next version of a data set, or not at all.

    Use for rows of events. Not for published tables: those are `samsyn.store.Store.ingest`.

    Parameters
    ----------
    store : EventStore
    path : Path
        Read in pieces; never copied or kept.
    mapping : EventMapping
    dataset : str
        Slug.
    ground : Ground
        What positions are compared with.
    owner : str
        Identity of the organisation whose events these are.
    by : str
        Function or account, never a private person.
    now : datetime
    title, reason : str
    progress : callable or None
        Told after each piece.
    chunk_rows : int
        How many rows to hold in memory at a time.

    Returns
    -------
    EventSet

    Raises
    ------
    PersonColumns, PersonValues
        The file is about persons; nothing of it is kept.
    InvalidEvents
        With every error in ``found``.
    AlreadyLoaded
        The same file read in the same way, or the same events, are there.
    EventColumnsMissing, UnreadableEvents, FileChanged, TooMuchLeftOut, NothingToKeep, StoreBusy, DiskFull
    """
    before = fingerprint(path)
    _refuse_repetition(store, dataset, path.name, before.sha256, mapping)
    file = EventFile(path, mapping)
    ground = ground.at(mapping.metric_epsg)
    converter = Converter(file, ground, _today(mapping, now))
    tally = Tally()
    with loading(store.archive, dataset, store.patience) as load:
        # Someone else may have loaded it while this one waited.
        _refuse_repetition(store, dataset, path.name, before.sha256, mapping)
        for chunk in file.chunks(chunk_rows):
            table = converter.convert(chunk)
            tally.add(table)
            if not converter.findings.count:
                load.add(table)
            if progress:
                progress(chunk.done, converter.rows)
        _judge(path.name, mapping, converter)
        check_unchanged(path, before)
        uses = {name: replace(use, assigned=tally.assigned.get(name, 0)) for name, use in ground.uses.items()}
        draft = EventSet(
            mapping.meta(dataset, title, retrieved=now.date()),
            owner=owner,
            crs=mapping.metric_epsg,
            time_zone=mapping.time.zone,
            position_kind=PositionKind(mapping.position.kind),
            position_error_m=mapping.position_error_m,
            time_precision=mapping.precision,
            rounding=mapping.rounding,
            attributes={one.name: one.closed for one in mapping.attributes},
            schemes=uses,
            source=SourceFile(path.name, before.sha256, converter.rows, before.bytes),
            mapping=mapping.name,
            mapping_sha256=mapping.sha256,
            quarantine={str(reason): n for reason, n in sorted(converter.findings.left_out.items())},
            loaded_at=now,
            loaded_by=by,
            reason=reason,
        )
        return load.publish(
            draft, quarantine=converter.findings.quarantine(), beside={OUTLINE: ground.outline()}
        )


def _judge(file: str, mapping: EventMapping, converter: Converter) -> None:
    found = converter.findings
    if found.count:
        raise InvalidEvents(file=file, found=found)
    # What the mapping itself leaves out is meant; only the impossible says that something is wrong.
    impossible = found.rows_left_out - found.left_out[LeftOut.LEFT_OUT]
    if impossible > converter.rows * mapping.most_percent / 100:
        reasons = ", ".join(f"{reason} {count}" for reason, count in found.left_out.most_common())
        raise TooMuchLeftOut(file=file, left_out=impossible, rows=converter.rows, reasons=reasons)


def _refuse_repetition(
    store: EventStore, dataset: str, file: str, sha256: str, mapping: EventMapping
) -> None:
    # Without a current version an old file may come again: so one returns to it after a withdrawal.
    if store.archive.current_number(dataset) is None:
        return
    for held in store.manifests(dataset):
        same = (held.source.sha256, held.mapping_sha256) == (sha256, mapping.sha256)
        if same and held.state is not VersionState.WITHDRAWN:
            raise AlreadyLoaded(file=file, dataset=dataset, version=held.version)


def _today(mapping: EventMapping, now: datetime) -> date:
    return now.astimezone(ZoneInfo(mapping.time.zone)).date()
