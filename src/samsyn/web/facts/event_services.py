"""Events on their way into the store and what is said of them: the web's and the command line's one door.

Rows of events are indirect data about persons. Their sets belong to one organisation and have the class of
its own; only it knows that they exist. Everybody else meets sums that have passed disclosure control.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import shapely
from django.conf import settings
from django.db import transaction

from samsyn.domain.access import Actor, Permission, SharingClass, check_permission
from samsyn.domain.errors import SamsynError
from samsyn.geography.systems import SWEREF_99_TM, WGS_84, project
from samsyn.store.errors import AlreadyLoaded, StoreBusy
from samsyn.store.events import upkeep
from samsyn.store.events.ingest import Progress, Trial, ingest_events, try_events
from samsyn.store.events.mapping import EventMapping
from samsyn.store.events.places import Ground, PlaceBoundary, boundaries_sha256, boundary_key, layers_of
from samsyn.store.events.schema import PLACE, EventSet
from samsyn.store.events.store import EventStore, PartCheck
from samsyn.store.schema import VersionState
from samsyn.web.facts.errors import NameTaken, UnknownDatasetHere
from samsyn.web.facts.models import Dataset
from samsyn.web.facts.services import store_of
from samsyn.web.people.models import Function, Workspace
from samsyn.web.people.services import record
from samsyn.web.places.models import Boundary, SubPlace
from samsyn.web.ui import registry
from samsyn.web.ui.guarding import check_texts
from samsyn.web.ui.models import record_columns

HOLDS = "events"
#: Who assigned events anew when nobody did it by hand.
CLOCK = "Samsyn"
log = logging.getLogger(__name__)


def event_store(workspace: Workspace) -> EventStore:
    """Return the events of a workspace."""
    return EventStore(Path(settings.SAMSYN_HOME) / "store", workspace.slug)


def has_events(workspace: Workspace) -> bool:
    """Return whether a workspace has events; asked on every page, so it only looks for a folder."""
    return any(event_store(workspace).folder.glob("*/v*/manifest.json"))


def ground_of(workspace: Workspace) -> Ground:
    """Return what positions are compared with: the registered areas, the places' boundaries, sub-places."""
    boundaries = Boundary.objects.filter(workspace=workspace).select_related("place")
    places = tuple(
        PlaceBoundary(one.place.slug, bytes(one.wkb), one.valid_from, one.valid_to)
        for one in boundaries
        if one.wkb is not None
    )
    dots = SubPlace.objects.filter(workspace=workspace, longitude__isnull=False, latitude__isnull=False)
    sub_places = tuple(
        shapely.to_wkb(project(shapely.Point(one.longitude, one.latitude), WGS_84, SWEREF_99_TM))
        for one in dots.order_by("pk")
    )
    return Ground(layers_of(store_of(workspace).areas()), places, sub_places)


def _workspace(actor: Actor) -> Workspace:
    return Workspace.objects.get(pk=actor.workspace_id)


def _by(actor: Actor) -> str:
    return str(Function.objects.select_related("organisation").get(pk=actor.function_id))


def try_file(
    actor: Actor, path: Path, mapping: EventMapping, *, now: datetime, progress: Progress | None = None
) -> Trial:
    """Return what a file holds as a mapping reads it; writes nothing.

    Raises
    ------
    NotAllowed
        And what `samsyn.store.events.ingest.try_events` raises.
    """
    check_permission(actor, Permission.LOAD_DATA)
    return try_events(path, mapping, ground=ground_of(_workspace(actor)), now=now, progress=progress)


def load_events(
    actor: Actor,
    path: Path,
    mapping: EventMapping,
    dataset: str,
    *,
    now: datetime,
    title: str = "",
    reason: str = "",
    progress: Progress | None = None,
    patience: float = 60.0,
    work_out: bool = True,
) -> Dataset:
    """Load a file of events as the next version of a data set, and enter it in the catalogue as one's own.

    What pages read of it is worked out at once, or left to the clock, as a request must.

    Raises
    ------
    NotAllowed, TextRefused
        And what `samsyn.store.events.ingest.ingest_events` raises; nothing is then loaded.
    """
    check_permission(actor, Permission.LOAD_DATA)
    workspace = _workspace(actor)
    check_texts(actor, {"title": title or mapping.title, "reason": reason, "file_name": path.name})
    store = event_store(workspace)
    store.patience = patience
    _refuse_others(actor, store, dataset)
    try:
        events = ingest_events(
            store, path, mapping, dataset,
            ground=ground_of(workspace), owner=str(actor.organisation_id), by=_by(actor), now=now,
            title=title, reason=reason, progress=progress,
        )  # fmt: skip
    except AlreadyLoaded as there:
        number = int(there.facts["version"])
        if Dataset.objects.filter(workspace=workspace, holds=HOLDS, slug=dataset, version=number).exists():
            raise
        events = store.get(dataset, number)  # stored, but the machine stopped before the catalogue knew
    with transaction.atomic():
        row = Dataset(
            **record_columns(actor, now, SharingClass.OWN_ORGANISATION),
            slug=events.slug, version=events.version, title=events.meta.title, holds=HOLDS,
        )  # fmt: skip
        row.save(force_insert=True)
        record(actor, "load", row, now=now, fields=("version",))
    if work_out:
        tell_of_change(workspace, dataset)
    return row


def tell_of_change(workspace: Workspace, dataset: str) -> None:
    """Let what pages read of a set be built now, so that no reader waits for it.

    What can not be built is no fault of the events: the disk may be full. It is tried again by the clock
    and at the first reading, where the fault is told.
    """
    try:
        for _built in registry.ask("events_changed", workspace, dataset):
            pass
    except (SamsynError, OSError) as reason:
        log.warning("%s/%s: sums are not built yet (%s)", workspace.slug, dataset, type(reason).__name__)


def _refuse_others(actor: Actor, store: EventStore, dataset: str) -> None:
    """Refuse a name under which another organisation has events, here or where it has moved them."""
    rows = Dataset.objects.filter(workspace_id=actor.workspace_id, holds=HOLDS, slug=dataset)
    if rows.exclude(owner_id=actor.organisation_id).exists():
        raise NameTaken(title=dataset)
    for held in store.manifests(dataset):
        if held.owner != str(actor.organisation_id):
            raise NameTaken(title=dataset)


def own_sets(actor: Actor) -> tuple[EventSet, ...]:
    """Return every version of the sets that belong to the actor's organisation."""
    seen = {(row.slug, row.version) for row in Dataset.objects.visible_to(actor).filter(holds=HOLDS)}
    store = event_store(_workspace(actor))
    return tuple(
        held
        for held in store.manifests()
        if held.owner == str(actor.organisation_id) and (held.slug, held.version) in seen
    )


def event_set_of(dataset: Dataset) -> EventSet | None:
    """Return what the store says of one version; None when it is lost, broken or another organisation's."""
    store, owner = event_store(dataset.workspace), str(dataset.owner_id)
    held = (one for one in store.manifests(dataset.slug) if one.version == dataset.version)
    return next((one for one in held if one.owner == owner), None)


def _refuse_what_is_others(dataset: Dataset) -> None:
    """Refuse a row of the catalogue when another organisation's set lies in the place of its own."""
    for held in event_store(dataset.workspace).manifests(dataset.slug):
        if held.owner != str(dataset.owner_id):
            raise UnknownDatasetHere(dataset=dataset.slug, version=dataset.version)


def verify(
    actor: Actor, *, take_out: bool, now: datetime
) -> tuple[tuple[PartCheck, ...], tuple[upkeep.TakenOut, ...]]:
    """Return what every part looks like against its checksum; and take out those that fail, when asked to.

    Raises
    ------
    NotAllowed
    """
    check_permission(actor, Permission.LOAD_DATA)
    store = event_store(_workspace(actor))
    mine = sorted({held.slug for held in own_sets(actor)})
    checks = tuple(check for name in mine for check in store.verify(name))
    gone: tuple[upkeep.TakenOut, ...] = ()
    if take_out:
        for name in mine:
            gone += upkeep.take_out_broken(store, by=_by(actor), now=now, dataset=name)
        for row in _rows(actor, {(one.dataset, one.version) for one in gone}):
            record(actor, "update", row, now=now, fields=("parts",))
    return checks, gone


def compact(actor: Actor, dataset: str, *, now: datetime) -> EventSet:
    """Join the small parts of a set.

    Raises
    ------
    NotAllowed, UnknownDatasetHere
        And what `samsyn.store.events.upkeep.compact` raises.
    """
    row = current_row(actor, dataset)
    events = upkeep.compact(event_store(row.workspace), dataset, by=_by(actor), now=now)
    record(actor, "update", row, now=now, fields=("parts",))
    tell_of_change(row.workspace, dataset)
    return events


def assign_anew(actor: Actor, dataset: str, *, now: datetime) -> tuple[EventSet, int]:
    """Assign events to areas and places again where these changed.

    Raises
    ------
    NotAllowed, UnknownDatasetHere
        And what `samsyn.store.events.upkeep.assign_anew` raises.
    """
    row = current_row(actor, dataset)
    store = event_store(row.workspace)
    done = upkeep.assign_anew(store, dataset, ground_of(row.workspace), by=_by(actor), now=now)
    if done[1]:
        record(actor, "update", row, now=now, fields=("areas",))
    tell_of_change(row.workspace, dataset)
    return done


@dataclass(frozen=True, slots=True)
class Reassigned:
    """A set whose events were assigned anew by the clock, and how many of its parts were written again."""

    workspace: Workspace
    dataset: str
    parts: int


def assign_what_changed(now: datetime) -> Iterator[Reassigned | tuple[Workspace, str, SamsynError]]:
    """Assign the events of every current set again whose areas or places have changed since.

    Use from the clock. The events and the figures of everything that did not change stay the same; who did
    it and why stands in the set's revisions. A set that is being loaded is left for the next time.

    Returns
    -------
    iterator
        What was done, or what stopped one set; the others go on.
    """
    for workspace in Workspace.objects.order_by("slug"):
        if not has_events(workspace):
            continue
        store = event_store(workspace)
        store.patience = 0.0
        ground = ground_of(workspace)
        for held in store.manifests():
            if held.state is not VersionState.CURRENT or held.uses == ground.at(held.crs).uses:
                continue
            try:
                _events, parts = upkeep.assign_anew(store, held.slug, ground, by=CLOCK, now=now)
            except StoreBusy:
                continue
            except SamsynError as stopped:
                yield workspace, held.slug, stopped
                continue
            tell_of_change(workspace, held.slug)
            yield Reassigned(workspace, held.slug, parts)


def places_waiting(workspace: Workspace, events: EventSet) -> frozenset[str]:
    """Return the places whose boundary or name has changed since the events were assigned to them.

    One question to the database, whatever the number of events: shapes are known by their checksums.
    """
    known = events.schemes.get(PLACE)
    columns = ("place__slug", "valid_from", "valid_to", "content_hash")
    rows = list(
        Boundary.objects.filter(workspace=workspace, wkb__isnull=False).values_list(*columns, named=False)
    )
    present = boundaries_sha256((slug, first, end, SWEREF_99_TM, sha) for slug, first, end, sha in rows)
    if known is not None and known.content_sha256 == present:
        return frozenset()
    outline = upkeep.read_outline(event_store(workspace), events).get(PLACE, [])
    before = {str(key) for key, _digest, _box in outline}
    after = {boundary_key(slug, first, end): slug for slug, first, end, _sha in rows}
    return frozenset(slug for key, slug in after.items() if key not in before)


def move(actor: Actor, dataset: str, url: str, *, back: bool, now: datetime) -> int:
    """Move a set to, or back from, a folder or an object store that a URL names.

    Raises
    ------
    NotAllowed, UnknownDatasetHere
        And what `samsyn.store.events.upkeep` raises.
    """
    row = current_row(actor, dataset)
    moving = upkeep.move_in if back else upkeep.move_out
    files = moving(event_store(row.workspace), dataset, url)
    record(actor, "update", row, now=now, fields=("folder",))
    return files


def withdraw_events(
    actor: Actor, dataset: Dataset, *, reason: str, now: datetime, reinstate_former: bool = False
) -> EventSet:
    """Mark a version of events as not to be used, with a reason.

    Raises
    ------
    NotAllowed, TextRefused, UnknownDatasetHere
        And ReasonNeeded from the store.
    """
    check_permission(actor, Permission.LOAD_DATA)
    check_texts(actor, {"reason": reason})
    if dataset.owner_id != actor.organisation_id:
        raise UnknownDatasetHere(dataset=dataset.slug, version=dataset.version)
    _refuse_what_is_others(dataset)
    events = event_store(dataset.workspace).withdraw(
        dataset.slug, dataset.version, reason, _by(actor), now, reinstate_former=reinstate_former
    )
    record(actor, "withdraw", dataset, now=now, fields=("state",))
    return events


def current_row(actor: Actor, dataset: str) -> Dataset:
    """Return the newest version of one's own set in the catalogue.

    Raises
    ------
    NotAllowed, UnknownDatasetHere
    """
    check_permission(actor, Permission.LOAD_DATA)
    rows = Dataset.objects.visible_to(actor).filter(holds=HOLDS, slug=dataset, owner_id=actor.organisation_id)
    row = rows.select_related("workspace").order_by("-version").first()
    if row is None:
        raise UnknownDatasetHere(dataset=dataset, version="-")
    _refuse_what_is_others(row)
    return row


def _rows(actor: Actor, wanted: set[tuple[str, int]]) -> Iterator[Dataset]:
    for row in Dataset.objects.visible_to(actor).filter(holds=HOLDS):
        if (row.slug, row.version) in wanted:
            yield row
