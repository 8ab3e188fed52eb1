"""The web's one door to events: what positions are compared with, and a file loaded by its mapping."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.conf import settings

from samsyn.domain.access import Actor, Permission, check_permission
from samsyn.store.events.ingest import Progress, ingest_events
from samsyn.store.events.mapping import EventMapping
from samsyn.store.events.places import Ground, PlaceBoundary, layers_of
from samsyn.store.events.schema import EventSet
from samsyn.store.events.store import EventStore
from samsyn.web.facts.services import store_of
from samsyn.web.people.models import Function, Workspace
from samsyn.web.people.services import record
from samsyn.web.places.models import Boundary


def event_store(workspace: Workspace) -> EventStore:
    """Return the events of a workspace."""
    return EventStore(Path(settings.SAMSYN_HOME) / "store", workspace.slug)


def has_events(workspace: Workspace) -> bool:
    """Return whether a workspace has events; asked on every page, so it only looks for a folder."""
    return any(event_store(workspace).folder.glob("*/v*/manifest.json"))


def ground_of(workspace: Workspace) -> Ground:
    """Return the statistical areas and the places' dated boundaries of a workspace."""
    boundaries = Boundary.objects.filter(workspace=workspace).select_related("place").order_by("valid_from")
    places = tuple(
        PlaceBoundary(one.place.slug, one.shape, one.valid_from, one.valid_to) for one in boundaries
    )
    return Ground(layers_of(store_of(workspace).areas()), places)


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
) -> EventSet:
    """Load a file of events for the actor's organisation, whole or not at all.

    Raises
    ------
    NotAllowed
    PersonColumns, PersonValues, InvalidEvents, AlreadyLoaded
        And the rest of `samsyn.store.events.ingest.ingest_events`.
    """
    check_permission(actor, Permission.LOAD_DATA)
    workspace = Workspace.objects.get(pk=actor.workspace_id)
    by = str(Function.objects.select_related("organisation").get(pk=actor.function_id))
    made: EventSet = ingest_events(
        event_store(workspace), path, mapping, dataset, ground=ground_of(workspace),
        owner=str(actor.organisation_id), by=by, now=now, title=title, reason=reason, progress=progress,
    )  # fmt: skip
    record(actor, "load_events", workspace, now=now, fields=(dataset, str(made.version)))
    return made
