"""A file of events handed in on a page, and one's own sets as pages: no row of events is ever shown.

A page reads a file while somebody waits, so it takes small ones; larger files go by the command line. What is
handed in lies in memory, is read once and is never kept: only events of the contract go into the store.
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from samsyn.domain.access import Actor, Permission, check_permission
from samsyn.domain.calendar import Period
from samsyn.store.events.ingest import Trial
from samsyn.store.events.lineage import EventLineage
from samsyn.store.events.mapping import EventMapping, parse_mapping, read_mapping, ready_mappings
from samsyn.store.events.query import EventQuery
from samsyn.store.events.schema import EventSet
from samsyn.web.facts.errors import EventFileTooLarge, MappingNotText, ReasonMissing, UnknownDatasetHere
from samsyn.web.facts.event_services import (
    HOLDS,
    event_set_of,
    event_store,
    load_events,
    try_file,
)
from samsyn.web.facts.models import Dataset
from samsyn.web.people.services import record
from samsyn.web.ui.guarding import check_texts

#: What a page takes while somebody waits: bytes, and rows, since a Parquet file holds many in few bytes.
LARGEST = 5 * 1024 * 1024
MOST_ROWS = 100_000
MEGABYTE = 1024 * 1024
OWN_MAPPING = "egen"
_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it


@dataclass(frozen=True)
class HandedIn:
    """A file of events as a form hands it over, with the mapping that reads it."""

    name: str
    content: bytes
    mapping: EventMapping


def mapping_choices() -> list[tuple[str, str]]:
    """Return the ready mappings with their titles."""
    return [(name, f"{read_mapping(name).title} ({name})") for name in ready_mappings()]


def mapping_from(actor: Actor, name: str, content: bytes, file_name: str) -> EventMapping:
    """Return a ready mapping, or the one that a file describes.

    Raises
    ------
    MappingNotText, TextRefused
        And what `samsyn.store.events.mapping.parse_mapping` raises.
    """
    if name != OWN_MAPPING and name in ready_mappings():
        return read_mapping(name)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise MappingNotText(file=file_name) from None
    mapping = parse_mapping(text, file_name)
    check_texts(
        actor,
        {
            "mapping": mapping.name, "title": mapping.title, "publisher": mapping.publisher,
            "licence": mapping.licence, "reference": mapping.reference, "notes": mapping.notes,
        },
    )  # fmt: skip
    return mapping


def try_handed_in(actor: Actor, file: HandedIn, *, now: datetime) -> Trial:
    """Return what a file holds as its mapping reads it, and all that is wrong with it; keeps nothing.

    Raises
    ------
    NotAllowed, EventFileTooLarge
        And what `samsyn.store.events.ingest.try_events` raises.
    """
    check_permission(actor, Permission.LOAD_DATA)
    with _Laid(file) as path:
        return try_file(actor, path, file.mapping, now=now, progress=_Bound(file.name))


def load_handed_in(
    actor: Actor, file: HandedIn, dataset: str, *, title: str, reason: str, now: datetime
) -> Dataset:
    """Load a file as the next version of one's own set, whole or not at all.

    Raises
    ------
    NotAllowed, EventFileTooLarge, ReasonMissing
        And what `samsyn.web.facts.event_services.load_events` raises.
    """
    check_permission(actor, Permission.LOAD_DATA)
    own = Dataset.objects.visible_to(actor).filter(holds=HOLDS, slug=dataset, owner_id=actor.organisation_id)
    if own.exists() and not reason.strip():
        raise ReasonMissing(title=dataset)
    with _Laid(file) as path:
        return load_events(
            actor, path, file.mapping, dataset,
            now=now, title=title, reason=reason, progress=_Bound(file.name), patience=5.0, work_out=False,
        )  # fmt: skip


class _Laid:
    """The file under its own name in a folder that goes when it has been read; in memory where it can be."""

    def __init__(self, file: HandedIn) -> None:
        if len(file.content) > LARGEST:
            size = round(len(file.content) / MEGABYTE, 1)
            raise EventFileTooLarge(file=file.name, size=f"{size} MB", most=f"{LARGEST // MEGABYTE} MB")
        self._file = file
        memory = _MEMORY if _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) else None
        self._folder = tempfile.TemporaryDirectory(prefix="samsyn-", dir=memory)

    def __enter__(self) -> Path:
        path = Path(self._folder.name) / (Path(self._file.name).name or "fil")
        path.write_bytes(self._file.content)
        return path

    def __exit__(self, *_problem: object) -> None:
        self._folder.cleanup()


class _Bound:
    """Stops the reading of a file that has more rows than a page should wait for."""

    def __init__(self, file: str) -> None:
        self._file = file

    def __call__(self, _done: float, rows: int) -> None:
        if rows > MOST_ROWS:
            raise EventFileTooLarge(file=self._file, size=f"> {MOST_ROWS}", most=str(MOST_ROWS))


def own_set(actor: Actor, slug: str, version: int) -> tuple[Dataset, EventSet | None]:
    """Return one version of one's own events, and what the store says of it (None when it is lost).

    Raises
    ------
    NotAllowed, UnknownDatasetHere
        Also when it is another organisation's: nobody else knows that it is there.
    """
    check_permission(actor, Permission.VIEW_DATA)
    rows = Dataset.objects.visible_to(actor).filter(holds=HOLDS, owner_id=actor.organisation_id)
    row = rows.filter(slug=slug, version=version).select_related("workspace", "owner").first()
    if row is None:
        raise UnknownDatasetHere(dataset=slug, version=version)
    return row, event_set_of(row)


@dataclass(frozen=True)
class Figure:
    """A figure of one's own events that is to be followed to its rows."""

    kind: str = ""
    place: str = ""
    first: date | None = None
    last: date | None = None


def follow(actor: Actor, dataset: Dataset, figure: Figure, *, now: datetime) -> EventLineage | None:
    """Return which rows of which file a figure is made of; None where the version holds nothing of it.

    Raises
    ------
    NotAllowed, UnknownDatasetHere
        And BrokenVersion from the store.
    """
    row, events = own_set(actor, dataset.slug, dataset.version)
    if events is None or events.first_day is None or events.last_day is None:
        return None
    if figure.kind and figure.kind not in events.kinds:
        return None
    last = figure.last or events.last_day
    first = figure.first or events.first_day
    if last < first:
        return None
    query = EventQuery(
        kinds=(figure.kind,) if figure.kind else (),
        places=(figure.place,) if figure.place else (),
        period=Period(first, date.fromordinal(last.toordinal() + 1)),
        versions=((row.slug, row.version),),
    )
    found = event_store(row.workspace).lineage(row.slug, query, row.version)
    record(actor, "read", row, now=now, fields=("lineage",))
    return found
