"""The only writer of receipts for the handover pack."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from samsyn.domain.access import Actor, NotAllowed, Permission, check_permission, covers_place
from samsyn.domain.calendar import STOCKHOLM
from samsyn.web.cooperation.handover_models import HandoverReceipt
from samsyn.web.people.services import record
from samsyn.web.places.models import Place


@transaction.atomic
def note_read(actor: Actor, place: Place, *, now: datetime) -> HandoverReceipt:
    """Note that the account has read the pack of a place today; twice the same day is once.

    Raises
    ------
    NotAllowed
        The place is not the actor's to see, or the actor has no part in the cooperation.
    """
    check_permission(actor, Permission.VIEW_COOPERATION)
    if place.workspace_id != actor.workspace_id or not covers_place(actor, place.pk):
        raise NotAllowed(permission=Permission.VIEW_COOPERATION.value)
    row, made = HandoverReceipt.objects.get_or_create(
        workspace_id=actor.workspace_id,
        place=place,
        user_id=actor.account_id,
        on=now.astimezone(STOCKHOLM).date(),
        defaults={"function_id": actor.function_id},
    )
    if made:
        record(actor, "receipt", row, now=now, fields=("on",), place_id=place.pk)
    return row
