"""The only writer of heads-ups."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from samsyn.domain.access import (
    Actor,
    NotAllowed,
    Permission,
    SharingClass,
    can,
    check_permission,
    covers_place,
)
from samsyn.domain.heads_ups import DEFAULT_HOURS, expiry
from samsyn.domain.notices import NoticeKind
from samsyn.web.cooperation.agreement_errors import NothingWritten
from samsyn.web.cooperation.heads_up_models import HeadsUp
from samsyn.web.people.models import Workspace
from samsyn.web.people.notices import SubjectRef, notify
from samsyn.web.people.services import record
from samsyn.web.places.models import Place
from samsyn.web.ui.guarding import check_texts
from samsyn.web.ui.models import record_columns, save_changes


@transaction.atomic
def write_heads_up(
    actor: Actor,
    places: Sequence[Place],
    *,
    text: str,
    now: datetime,
    hours: int = DEFAULT_HOURS,
    text_class: SharingClass = SharingClass.AUTHORITIES,
    override_reason: str = "",
) -> list[HeadsUp]:
    """Tell those at some places of something to think of; it ends by itself.

    That there is one is told to all who cooperate there; the text goes as far as its class.

    Raises
    ------
    NotAllowed, NothingWritten, HeadsUpTooLong, TextRefused
    """
    check_permission(actor, Permission.COOPERATE)
    line = " ".join(text.split())
    if not line or not places:
        raise NothingWritten(field="text" if not line else "places")
    until = expiry(now, hours)
    check_texts(actor, {"text": line}, override_reason=override_reason)
    mark = uuid.uuid4()
    made = []
    for place in places:
        if place.workspace_id != actor.workspace_id or not covers_place(actor, place.pk):
            raise NotAllowed(permission=Permission.COOPERATE.value)
        row = HeadsUp(
            **record_columns(actor, now, SharingClass.COOPERATION),
            place=place,
            together=mark,
            text=line,
            text_class=int(text_class),
            expires_at=until,
        )
        row.save(force_insert=True)
        record(actor, "write", row, now=now, fields=("text", "text_class", "expires_at"), place_id=place.pk)
        _tell(row, NoticeKind.HEADS_UP, actor, now)
        made.append(row)
    return made


@transaction.atomic
def retract_heads_up(actor: Actor, row: HeadsUp, *, now: datetime) -> None:
    """Say that it no longer holds; the row stays and those who were told are told again.

    Raises
    ------
    NotAllowed
        It is another organisation's, and the actor does not lead the work.
    """
    check_permission(actor, Permission.COOPERATE)
    if row.owner_id != actor.organisation_id and not can(actor, Permission.MANAGE_COOPERATION):
        raise NotAllowed(permission=Permission.MANAGE_COOPERATION.value)
    if row.retracted_at is not None or (row.expires_at and row.expires_at <= now):
        return
    changed = save_changes(
        row, {"retracted_at": now, "retracted_by_id": actor.function_id}, revision=row.revision
    )
    record(actor, "retract", row, now=now, fields=changed, place_id=row.place_id)
    _tell(row, NoticeKind.HEADS_UP_RETRACTED, actor, now)


def empty_expired(now: datetime) -> int:
    """Take away the text of what has expired; that there was one, whose and when, is kept."""
    rows = HeadsUp.objects.filter(expires_at__lte=now, emptied_at=None)
    return rows.update(text="", emptied_at=now)


def _tell(row: HeadsUp, kind: NoticeKind, actor: Actor, now: datetime) -> None:
    notify(
        None,
        workspace=Workspace.objects.get(pk=row.workspace_id),
        kind=kind,
        subject_ref=SubjectRef.of(row, "heads-ups"),
        # Who cannot read the text need not be woken by it.
        sharing_class=SharingClass(row.text_class),
        place_id=row.place_id,
        now=now,
        actor=actor,
    )
