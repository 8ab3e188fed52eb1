"""Closes a function with what hangs on it: planned shifts are called off, and seats end the same day."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import F, QuerySet

from samsyn.domain.access import Actor
from samsyn.domain.duty import CancelReason
from samsyn.web.cooperation.duty_models import DutyShift
from samsyn.web.cooperation.forum_models import ForumSeat
from samsyn.web.people import actor_services
from samsyn.web.people.models import Function
from samsyn.web.people.services import record


@transaction.atomic
def close_function(
    actor: Actor, function: Function, reason: str, *, on: date, now: datetime, override_reason: str = ""
) -> None:
    """Close a function from a day: it is offered and proposed no more, and what it has done stays.

    Raises
    ------
    NotAllowed, EndNeedsReason, StillActedFor, TextRefused
    """
    actor_services.close_function(actor, function, reason, on=on, now=now, override_reason=override_reason)
    # One event for each sort and not one for each row: a roster ahead may have hundreds.
    if shifts_ahead(function, now).update(
        cancelled_at=now, cancelled_reason=CancelReason.OTHER_CAUSE.value, revision=F("revision") + 1
    ):
        record(actor, "cancel", "DutyShift", now=now, fields=("cancelled_reason",))
    seats = open_seats(function)
    ended = seats.filter(valid_from__lte=on).update(valid_to=on)
    if ended + seats.filter(valid_from__gt=on).update(valid_to=F("valid_from")):
        record(actor, "end", "ForumSeat", now=now, fields=("valid_to",))


def shifts_ahead(function: Function, now: datetime) -> QuerySet[DutyShift]:
    """Return the shifts of a function that have not begun and are not called off."""
    return DutyShift.objects.filter(function=function, starts_at__gt=now, cancelled_at=None)


def open_seats(function: Function) -> QuerySet[ForumSeat]:
    """Return the seats that a function has without a last day."""
    return ForumSeat.objects.filter(function=function, valid_to=None)
