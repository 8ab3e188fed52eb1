"""The only writer of wanted parties and of the steps of their invitations."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from samsyn.domain.access import Actor, NotAllowed, Permission, SharingClass, check_permission, covers_place
from samsyn.domain.actors import InvitationState, check_invitation_step
from samsyn.web.cooperation.models import WantedActor, WantedStep
from samsyn.web.people.models import Function
from samsyn.web.people.services import record
from samsyn.web.places.models import Place
from samsyn.web.ui.guarding import check_texts
from samsyn.web.ui.models import record_columns


@transaction.atomic
def add_wanted(
    actor: Actor,
    name: str,
    *,
    now: datetime,
    today: date,
    why: str = "",
    place: Place | None = None,
    asked_by: Function | None = None,
    ask_before: date | None = None,
    override_reason: str = "",
) -> WantedActor:
    """Say that a party is missing. Anybody who takes part may.

    Raises
    ------
    NotAllowed, TextRefused
    """
    check_permission(actor, Permission.COOPERATE)
    if place is not None and not covers_place(actor, place.pk):
        raise NotAllowed(permission=Permission.COOPERATE.value)
    check_texts(actor, {"name": name, "why": why}, override_reason=override_reason)
    wanted = WantedActor(
        **record_columns(actor, now, SharingClass.COOPERATION),
        name=name.strip(),
        why=why.strip(),
        why_class=int(SharingClass.COOPERATION),
        place=place,
        asked_by=asked_by,
        ask_before=ask_before,
    )
    wanted.save(force_insert=True)
    WantedStep.objects.create(
        wanted=wanted, on=today, function_id=actor.function_id, to_state=InvitationState.WANTED.value
    )
    place_id = place.pk if place else None
    record(actor, "create", wanted, now=now, fields=("name", "why"), place_id=place_id)
    return wanted


@transaction.atomic
def step_wanted(
    actor: Actor, wanted: WantedActor, to_state: InvitationState, *, on: date, now: datetime
) -> None:
    """Take the next step of an invitation; each step is kept with its day and who wrote it.

    Raises
    ------
    NotAllowed, NoSuchInvitationStep
    """
    check_permission(actor, Permission.MANAGE_COOPERATION)
    check_invitation_step(InvitationState(wanted.state), to_state)
    WantedStep.objects.create(
        wanted=wanted, on=on, function_id=actor.function_id, from_state=wanted.state, to_state=to_state.value
    )
    wanted.state = to_state.value
    wanted.revision += 1
    wanted.save(update_fields=["state", "revision"])
    record(actor, "step", wanted, now=now, fields=("state",), place_id=wanted.place_id)
