"""The only writer of accounts, memberships and audit events."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext_noop as _

from samsyn.domain.access import Actor, OrganisationKind, Permission, Role, check_permission
from samsyn.domain.errors import SamsynError
from samsyn.web.people.models import (
    AuditEvent,
    Function,
    GuardOverride,
    Membership,
    Organisation,
    User,
    Workspace,
)
from samsyn.web.ui import registry

FIRST_HASH = "0" * 64
# Who did it, in the log, when nobody did: what time itself does.
CLOCK = UUID(int=0)


class DemoAccountOutsideDemo(SamsynError):
    """A demo account was about to get a membership in a real workspace."""

    code = "SAM610"
    template = _("The account %(account)s is a demo account; %(workspace)s is not a demo workspace.")
    mend = _("Create an account of its own for the person.")


class PasswordRefused(SamsynError):
    """The password is too weak."""

    code = "SAM611"
    template = _("That password will not do: %(reason)s")
    mend = _("Choose at least twelve characters that are not a common password or your user name.")


class AlreadyMember(SamsynError):
    """The account has an open membership in the workspace."""

    code = "SAM612"
    template = _("%(account)s is already a member here.")
    mend = _("End the present membership first, then add the new one.")


# ------------------------------------------------------------------ who is acting


def actor_for(user: User, workspace: Workspace, today: date) -> Actor | None:
    """Return the actor that an account is in a workspace, or None when it has no membership there."""
    if not user.is_active or (user.demo and not (workspace.demo and settings.SAMSYN_DEMO)):
        return None
    membership = (
        Membership.objects.select_related("function__organisation")
        .filter(user=user, workspace=workspace, valid_from__lte=today)
        .filter(Q(valid_to=None) | Q(valid_to__gt=today))
        .first()
    )
    if membership is None:
        return None
    organisation = membership.function.organisation
    return Actor(
        account_id=user.pk,
        function_id=membership.function_id,
        workspace_id=workspace.pk,
        organisation_id=organisation.pk,
        organisation_kind=OrganisationKind(organisation.kind),
        is_authority=organisation.is_authority,
        role=Role(membership.role),
        place_ids=None if membership.every_place else frozenset(_places_of(membership)),
    )


def _places_of(membership: Membership) -> Iterator[UUID]:
    for answer in registry.ask("places_of_membership", membership):
        yield from answer


def workspaces_of(user: User, today: date) -> list[Workspace]:
    """Return the workspaces in which the account is an actor."""
    candidates = Workspace.objects.filter(memberships__user=user).distinct()
    return [workspace for workspace in candidates if actor_for(user, workspace, today) is not None]


# ------------------------------------------------------------------ audit


def _digest(previous: str, event: dict[str, Any]) -> str:
    text = json.dumps(event, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(f"{previous}{text}".encode()).hexdigest()


def _content(event: AuditEvent) -> dict[str, Any]:
    return {
        "workspace": str(event.workspace_id),
        "at": event.at.timestamp(),
        "account": str(event.account_id),
        "function": str(event.function_id),
        "organisation": str(event.organisation_id),
        "verb": event.verb,
        "thing": event.thing,
        "thing_id": event.thing_id,
        "place": str(event.place_id) if event.place_id else None,
        "fields": event.fields,
    }


def record(
    actor: Actor,
    verb: str,
    thing: Any,
    *,
    now: datetime,
    fields: Iterable[str] = (),
    place_id: UUID | None = None,
    thing_id: str | None = None,
) -> AuditEvent:
    """Write one audit event; called inside the transaction of the write that it tells of.

    ``thing`` is a model instance, or a word for what has no row. ``fields`` are names, never values.
    """
    return _append(
        workspace_id=actor.workspace_id,
        at=now,
        account_id=actor.account_id,
        function_id=actor.function_id,
        organisation_id=actor.organisation_id,
        verb=verb,
        thing=thing if isinstance(thing, str) else type(thing).__name__,
        thing_id=thing_id if thing_id is not None else ("" if isinstance(thing, str) else str(thing.pk)),
        place_id=place_id,
        fields=sorted(fields),
    )


def record_by_clock(
    verb: str, thing: Any, organisation_id: UUID, *, now: datetime, place_id: UUID | None = None
) -> AuditEvent:
    """Write that time itself did something, such as reminding; the organisation it concerns reads it."""
    return _append(
        workspace_id=thing.workspace_id,
        at=now,
        account_id=CLOCK,
        function_id=CLOCK,
        organisation_id=organisation_id,
        verb=verb,
        thing=type(thing).__name__,
        thing_id=str(thing.pk),
        place_id=place_id,
        fields=[],
    )


def _append(**content: Any) -> AuditEvent:
    with transaction.atomic(savepoint=False):
        # The workspace row is the lock of its chain; SQLite has one writer at a time anyway.
        if connection.features.has_select_for_update:
            Workspace.objects.select_for_update().get(pk=content["workspace_id"])
        chain = AuditEvent.objects.filter(workspace_id=content["workspace_id"]).order_by("-id")
        last = chain.values_list("hash", flat=True).first()
        event = AuditEvent(**content, previous_hash=last or FIRST_HASH)
        event.hash = _digest(event.previous_hash, _content(event))
        event.save(force_insert=True)
    return event


def broken_links(workspace: Workspace) -> list[int]:
    """Return the ids of events whose hash or link does not hold; empty when the log is whole."""
    broken = []
    previous = FIRST_HASH
    for event in AuditEvent.objects.filter(workspace=workspace).order_by("id").iterator():
        if event.previous_hash != previous or event.hash != _digest(event.previous_hash, _content(event)):
            broken.append(event.pk)
        previous = event.hash
    return broken


def audit_events(actor: Actor) -> Any:
    """Return the events that the actor may see: those of the own organisation, or all for the data
    protection officer.
    """
    check_permission(actor, Permission.VIEW_AUDIT)
    events = AuditEvent.objects.filter(workspace_id=actor.workspace_id)
    if actor.role is not Role.DATA_PROTECTION_OFFICER:
        events = events.filter(organisation_id=actor.organisation_id)
    return events.order_by("-id")


def log_override(
    actor: Actor, field: str, kinds: Iterable[str], reason: str, *, now: datetime
) -> GuardOverride:
    """Keep why a marked text was saved; the reason itself has passed the guard."""
    with transaction.atomic():
        row = GuardOverride.objects.create(
            workspace_id=actor.workspace_id,
            at=now,
            account_id=actor.account_id,
            function_id=actor.function_id,
            organisation_id=actor.organisation_id,
            field=field[:80],
            kinds=list(kinds),
            reason=reason.strip()[:400],
        )
        record(actor, "override", row, now=now, fields=(field[:80],))
    return row


def overrides(actor: Actor) -> Any:
    """Return the marked texts that were saved with a reason, for those who may read the log."""
    check_permission(actor, Permission.VIEW_AUDIT)
    rows = GuardOverride.objects.filter(workspace_id=actor.workspace_id)
    if actor.role is not Role.DATA_PROTECTION_OFFICER:
        rows = rows.filter(organisation_id=actor.organisation_id)
    return rows


# ------------------------------------------------------------------ accounts and memberships


def create_account(
    username: str, password: str, *, name: str = "", email: str = "", demo: bool = False, encoded: str = ""
) -> User:
    """Create an account that can sign in; it sees nothing until it has a membership.

    ``encoded`` is the password already hashed, for the demo's many accounts with the same one.

    Raises
    ------
    PasswordRefused
        The password is too weak.
    """
    user = User(username=username.strip(), name=name.strip(), email=email.strip(), demo=demo)
    if not demo:
        try:
            validate_password(password, user)
        except ValidationError as reason:
            raise PasswordRefused(reason=" ".join(reason.messages)) from None
    if encoded:
        user.password = encoded
    else:
        user.set_password(password)
    user.save(force_insert=True)
    return user


def add_member(
    actor: Actor, user: User, function: Function, role: Role, *, now: datetime, every_place: bool = True
) -> Membership:
    """Let an account act for a function in the actor's workspace.

    Raises
    ------
    NotAllowed, DemoAccountOutsideDemo, AlreadyMember
    """
    check_permission(actor, Permission.MANAGE_MEMBERS)
    workspace = Workspace.objects.get(pk=actor.workspace_id)
    with transaction.atomic():
        membership = open_membership(
            workspace, user, function, role, valid_from=now.date(), every_place=every_place
        )
        record(actor, "add", membership, now=now, fields=("user", "function", "role"))
    return membership


def open_membership(
    workspace: Workspace,
    user: User,
    function: Function,
    role: Role,
    *,
    valid_from: date,
    every_place: bool = True,
) -> Membership:
    """Write a membership without an actor: for setting up a workspace, where there is none yet."""
    if user.demo and not workspace.demo:
        raise DemoAccountOutsideDemo(account=user.username, workspace=workspace.name)
    if Membership.objects.filter(workspace=workspace, user=user, valid_to=None).exists():
        raise AlreadyMember(account=user.username)
    return Membership.objects.create(
        workspace=workspace,
        user=user,
        function=function,
        role=role.value,
        valid_from=valid_from,
        every_place=every_place,
    )


def end_membership(actor: Actor, membership: Membership, *, now: datetime) -> None:
    """End a membership from today; the rows it wrote keep their function."""
    check_permission(actor, Permission.MANAGE_MEMBERS)
    with transaction.atomic():
        membership.valid_to = now.date()
        membership.save(update_fields=["valid_to"])
        record(actor, "end", membership, now=now, fields=("valid_to",))


def set_language(user: User, language: str) -> None:
    """Remember the language that the account reads in."""
    user.language = language
    user.save(update_fields=["language"])


def add_organisation(
    workspace: Workspace, name: str, kind: OrganisationKind, *, is_authority: bool
) -> Organisation:
    """Return the organisation of that name in the workspace, made if it is not there."""
    made, _created = Organisation.objects.get_or_create(
        workspace=workspace, name=name, defaults={"kind": kind.value, "is_authority": is_authority}
    )
    return made


def add_function(organisation: Organisation, name: str, assignment: str = "") -> Function:
    """Return the function of that name in the organisation, made if it is not there."""
    made, _created = Function.objects.get_or_create(
        workspace=organisation.workspace,
        organisation=organisation,
        name=name,
        defaults={"assignment": assignment},
    )
    return made
