"""Which texts of a shared record an actor may read: each text has a class of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from samsyn.domain.access import Actor, OrganisationKind, Role, SharingClass, can_read, reads_up_to
from samsyn.web.people.models import Function, Membership
from samsyn.web.people.services import record


def may_read_text(
    actor: Actor, text_class: int, writer: Function | None, place_id: UUID | None = None
) -> bool:
    """Return whether the actor may read a text: by its class, or because its own organisation wrote it."""
    if writer is not None and writer.pk == actor.function_id:
        return True
    if writer is None:
        return SharingClass(text_class) <= reads_up_to(actor)
    return can_read(actor, SharingClass(text_class), writer.organisation_id, place_id)


@dataclass
class TextsRead:
    """The texts above COOPERATION that a page showed and others had written; they are logged as read."""

    names: set[str] = field(default_factory=set)

    def note(self, actor: Actor, name: str, text_class: int, writer: Function | None) -> None:
        """Remember that a text was shown."""
        others = writer is None or writer.organisation_id != actor.organisation_id
        if text_class > SharingClass.COOPERATION and others:
            self.names.add(name)

    def log(self, actor: Actor, thing: Any, now: datetime, place_id: UUID | None) -> None:
        """Write one audit event for what the page showed, if it showed anything narrow."""
        if self.names:
            record(actor, "read", thing, now=now, fields=self.names, place_id=place_id)


def reader_like(actor: Actor, function: Function) -> Actor:
    """Return an actor that reads as a function does: its open membership, or else its organisation alone.

    A function that nobody acts for yet is taken to read within the cooperation only.
    """
    organisation = function.organisation
    membership = (
        Membership.objects.filter(workspace_id=actor.workspace_id, function=function, valid_to=None)
        .order_by("role")
        .first()
    )
    role = Role(membership.role) if membership else Role.CASE_OFFICER
    return Actor(
        account_id=actor.account_id,
        function_id=function.pk,
        workspace_id=actor.workspace_id,
        organisation_id=organisation.pk,
        organisation_kind=OrganisationKind(organisation.kind),
        is_authority=organisation.is_authority,
        role=role,
    )
