"""Questions to the events of a workspace, answered as the account's organisation may meet them."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings

from samsyn.domain.access import Actor, Permission, check_permission
from samsyn.store.events.query import EventQuery
from samsyn.store.events.store import EventStore
from samsyn.studies.event_counts import EventAnswer, answer_events
from samsyn.web.people.models import Workspace


def events_for(actor: Actor) -> EventStore:
    """Return the event store of the actor's workspace."""
    workspace = Workspace.objects.get(pk=actor.workspace_id)
    return EventStore(Path(settings.SAMSYN_HOME) / "store", workspace.slug)


def ask_events(actor: Actor, query: EventQuery, engine: str) -> EventAnswer:
    """Return the answer as the actor's organisation may meet it: its own events exactly, others' disclosed.

    Raises
    ------
    NotAllowed
        And what `samsyn.studies.event_counts.answer_events` and `samsyn.store.events.store.EventStore.ask`
        raise.
    """
    check_permission(actor, Permission.VIEW_DATA)
    store = events_for(actor)
    return answer_events(
        store.sources(),
        query,
        partial(store.ask, engine=engine),
        str(actor.organisation_id),
        k=settings.SAMSYN_SUPPRESSION_THRESHOLD,
    )


def askable_events(actor: Actor) -> list[dict[str, Any]]:
    """Return what the actor may ask about: each current set with its kinds, areas and days."""
    check_permission(actor, Permission.VIEW_DATA)
    return [
        {
            "dataset": events.slug,
            "version": events.version,
            "kinds": " ".join(sorted(events.kinds)),
            "areas": " ".join(events.area_schemes),
            "attributes": " ".join(sorted(events.attributes)),
            "first": str(events.first_day or ""),
            "last": str(events.last_day or ""),
            "own": events.owner == str(actor.organisation_id),
        }
        for events in events_for(actor).manifests()
        if str(events.state) == "current"
    ]
