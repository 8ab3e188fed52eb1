"""The only writer of mandate areas and cards. A card answers once the holder of the power approved it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

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
from samsyn.domain.laws import law
from samsyn.domain.mandates import MandateKind, MandateStep, check_mandate_step
from samsyn.web.people.models import Function, Organisation
from samsyn.web.people.services import record
from samsyn.web.places.mandate_errors import (
    CardApproved,
    CardEndMissing,
    MandateElsewhere,
    NotTheHolder,
)
from samsyn.web.places.models import MandateArea, MandateCard, Place
from samsyn.web.places.services import shape_columns
from samsyn.web.ui.guarding import check_texts
from samsyn.web.ui.models import record_columns

#: So long at most a card is approved for.
LONGEST_APPROVAL = timedelta(days=731)


@dataclass(frozen=True, slots=True)
class NewMandate:
    """A mandate area on its way in; the shape has been read and checked by ``samsyn.geography``."""

    kind: MandateKind
    name: str
    holder: Organisation
    wkb: bytes
    valid_from: date
    valid_to: date | None = None
    law_code: str = ""
    decision_number: str = ""
    conditions: str = ""
    conditions_class: SharingClass = SharingClass.AUTHORITIES
    hours: Mapping[str, Any] = field(default_factory=dict)
    step: MandateStep = MandateStep.GRANTED
    source: str = ""
    approximate: bool = False


def _check_place(actor: Actor, place: Place) -> None:
    check_permission(actor, Permission.MANAGE_COOPERATION)
    if place.workspace_id != actor.workspace_id or not covers_place(actor, place.pk):
        raise NotAllowed(permission=Permission.MANAGE_COOPERATION.value)


@transaction.atomic
def add_mandate(
    actor: Actor, place: Place, new: NewMandate, *, now: datetime, override_reason: str = ""
) -> MandateArea:
    """Register a mandate area with its decision.

    Raises
    ------
    NotAllowed, MandateElsewhere, TextRefused, UnknownLaw
    """
    _check_place(actor, place)
    if new.holder.workspace_id != actor.workspace_id:
        raise MandateElsewhere(name=new.holder.name)
    check_texts(
        actor,
        {
            "name": new.name,
            "decision_number": new.decision_number,
            "conditions": new.conditions,
            "source": new.source,
        },
        override_reason=override_reason,
    )
    if new.law_code:
        law(new.law_code)
    area = MandateArea(
        **record_columns(actor, now, SharingClass.COOPERATION),
        **shape_columns(new.wkb),
        place=place,
        kind=new.kind.value,
        name=new.name.strip(),
        holder=new.holder,
        law_code=new.law_code,
        decision_number=new.decision_number.strip(),
        conditions=new.conditions.strip(),
        conditions_class=int(new.conditions_class),
        hours=dict(new.hours),
        valid_from=new.valid_from,
        valid_to=new.valid_to,
        step=new.step.value,
        source=new.source.strip(),
        approximate=new.approximate,
    )
    area.save(force_insert=True)
    fields = ("kind", "holder", "valid_from", "valid_to", "wkb")
    record(actor, "create", area, now=now, fields=fields, place_id=place.pk)
    return area


@transaction.atomic
def step_mandate(actor: Actor, area: MandateArea, step: MandateStep, *, today: date, now: datetime) -> None:
    """Write that an application was granted, or that a mandate area was revoked.

    Raises
    ------
    NotAllowed, NoSuchMandateStep
    """
    _check_place(actor, area.place)
    check_mandate_step(area.state_on(today), step)
    area.step, area.stepped_on = step.value, today
    area.revision += 1
    area.save(update_fields=["step", "stepped_on", "revision"])
    record(actor, "decide", area, now=now, fields=("step",), place_id=area.place_id)


@transaction.atomic
def draft_card(
    actor: Actor,
    place: Place,
    function: Function,
    *,
    may: str,
    may_not: str = "",
    holder: Organisation | None = None,
    area: MandateArea | None = None,
    law_code: str = "",
    text_class: SharingClass = SharingClass.COOPERATION,
    now: datetime,
    override_reason: str = "",
) -> MandateCard:
    """Write a card for a function; it answers nothing until whoever holds the power approves it.

    The holder is the area's, else the function's own organisation, unless one is named.

    Raises
    ------
    NotAllowed, MandateElsewhere, TextRefused, UnknownLaw
    """
    check_permission(actor, Permission.COOPERATE)
    if function.organisation_id != actor.organisation_id:
        check_permission(actor, Permission.MANAGE_COOPERATION)
    if place.workspace_id != actor.workspace_id or not covers_place(actor, place.pk):
        raise NotAllowed(permission=Permission.COOPERATE.value)
    holder = holder or (area.holder if area is not None else function.organisation)
    if area is not None and area.place_id != place.pk:
        raise MandateElsewhere(name=area.name)
    for one in (function, holder):
        if one.workspace_id != actor.workspace_id:
            raise MandateElsewhere(name=one.name)
    check_texts(actor, {"may": may, "may_not": may_not}, override_reason=override_reason)
    if law_code:
        law(law_code)
    card = MandateCard(
        **record_columns(actor, now, SharingClass.COOPERATION),
        place=place,
        area=area,
        function=function,
        holder=holder,
        law_code=law_code,
        may=may.strip(),
        may_not=may_not.strip(),
        text_class=int(text_class),
    )
    card.save(force_insert=True)
    record(actor, "create", card, now=now, fields=("may", "may_not"), place_id=place.pk)
    return card


def may_approve(actor: Actor, card: MandateCard) -> bool:
    """Return whether the actor speaks for the organisation that holds the power."""
    speaks = can(actor, Permission.MANAGE_COOPERATION) or can(actor, Permission.HOLD_MEETING)
    return speaks and card.holder_id == actor.organisation_id and covers_place(actor, card.place_id)


@transaction.atomic
def approve_card(actor: Actor, card: MandateCard, *, expires_on: date, today: date, now: datetime) -> None:
    """Approve the words of a card until a day.

    Raises
    ------
    NotTheHolder, CardApproved, CardEndMissing
    """
    if not may_approve(actor, card):
        raise NotTheHolder(holder=card.holder.name)
    if card.approved_at is not None or card.put_away_on is not None:
        raise CardApproved()
    if not today < expires_on <= today + LONGEST_APPROVAL:
        raise CardEndMissing()
    card.approved_at, card.approved_by_id, card.expires_on = now, actor.function_id, expires_on
    card.revision += 1
    card.save(update_fields=["approved_at", "approved_by", "expires_on", "revision"])
    record(actor, "approve", card, now=now, fields=("expires_on",), place_id=card.place_id)


@transaction.atomic
def put_away_card(actor: Actor, card: MandateCard, *, today: date, now: datetime) -> None:
    """Stop a card from answering; its words and who approved them are kept.

    Raises
    ------
    NotTheHolder
    """
    drafted = card.approved_at is None and card.owner_id == actor.organisation_id
    if not may_approve(actor, card) and not drafted:
        raise NotTheHolder(holder=card.holder.name)
    card.put_away_on = today
    card.revision += 1
    card.save(update_fields=["put_away_on", "revision"])
    record(actor, "put away", card, now=now, fields=("put_away_on",), place_id=card.place_id)
