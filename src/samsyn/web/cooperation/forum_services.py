"""The only writer of forums and the seats in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction

from samsyn.domain.access import Actor, Permission, SharingClass, check_permission
from samsyn.domain.calendar import STOCKHOLM
from samsyn.domain.forums import ForumLevel, may_lift
from samsyn.web.cooperation.meeting_errors import LevelSkipped, SeatTaken
from samsyn.web.cooperation.models import Forum, ForumSeat
from samsyn.web.people.models import Function
from samsyn.web.people.services import record
from samsyn.web.places.assessment_services import check_fields
from samsyn.web.places.models import Place
from samsyn.web.ui.models import record_columns, save_changes
from samsyn.web.ui.text import make_slug


@dataclass(frozen=True, slots=True)
class ForumDetails:
    """What a forum is: everything that can be changed about it."""

    name: str
    level: ForumLevel
    purpose: str = ""
    cadence: str = ""
    chair: Function | None = None
    fallback_chair: Function | None = None
    lifts_to: Forum | None = None
    agenda: Sequence[str] = field(default_factory=tuple)


@transaction.atomic
def create_forum(
    actor: Actor,
    details: ForumDetails,
    *,
    place: Place | None,
    now: datetime,
    members: Iterable[Function] = (),
    override_reason: str = "",
) -> Forum:
    """Register a forum, with those who sit in it from today.

    Raises
    ------
    NotAllowed, TextRefused, LevelSkipped
    """
    check_permission(actor, Permission.MANAGE_COOPERATION)
    columns = _columns(actor, details, override_reason)
    forum = Forum(
        **record_columns(actor, now, SharingClass.COOPERATION),
        place=place,
        slug=_free_slug(actor, details.name),
        **columns,
    )
    forum.save(force_insert=True)
    record(actor, "create", forum, now=now, fields=columns, place_id=forum.place_id)
    for function in members:
        add_seat(actor, forum, function, valid_from=_day(now), now=now)
    return forum


@transaction.atomic
def change_forum(
    actor: Actor,
    forum: Forum,
    details: ForumDetails,
    *,
    revision: int,
    now: datetime,
    override_reason: str = "",
) -> None:
    """Change what a forum is.

    Raises
    ------
    NotAllowed, TextRefused, LevelSkipped, StaleRecord
    """
    check_permission(actor, Permission.MANAGE_COOPERATION)
    columns = _columns(actor, details, override_reason)
    changed = save_changes(forum, columns, revision=revision)
    if changed:
        record(actor, "change", forum, now=now, fields=changed, place_id=forum.place_id)


@transaction.atomic
def close_forum(actor: Actor, forum: Forum, *, now: datetime) -> None:
    """Close a forum from today; its meetings and notes stay.

    Raises
    ------
    NotAllowed
    """
    check_permission(actor, Permission.MANAGE_COOPERATION)
    changed = save_changes(forum, {"closed_on": _day(now)}, revision=forum.revision)
    record(actor, "close", forum, now=now, fields=changed, place_id=forum.place_id)


@transaction.atomic
def add_seat(
    actor: Actor,
    forum: Forum,
    function: Function,
    *,
    valid_from: date,
    now: datetime,
    large_enough: bool = False,
) -> ForumSeat:
    """Give a function a seat from a day.

    Raises
    ------
    NotAllowed, SeatTaken
    """
    check_permission(actor, Permission.MANAGE_COOPERATION)
    if ForumSeat.objects.filter(forum=forum, function=function, valid_to=None).exists():
        raise SeatTaken(function=str(function))
    seat = ForumSeat.objects.create(
        forum=forum, function=function, valid_from=valid_from, large_enough=large_enough
    )
    record(actor, "add", seat, now=now, fields=("function", "valid_from"), place_id=forum.place_id)
    return seat


@transaction.atomic
def end_seat(actor: Actor, seat: ForumSeat, *, now: datetime) -> None:
    """End a seat from today; what the function took part in stays.

    Raises
    ------
    NotAllowed
    """
    check_permission(actor, Permission.MANAGE_COOPERATION)
    ForumSeat.objects.filter(pk=seat.pk, valid_to=None).update(valid_to=max(_day(now), seat.valid_from))
    record(actor, "end", seat, now=now, fields=("valid_to",), place_id=seat.forum.place_id)


def _columns(actor: Actor, details: ForumDetails, override_reason: str) -> dict[str, Any]:
    agenda = [" ".join(line.split()) for line in details.agenda if line.strip()]
    texts = {"name": details.name, "purpose": details.purpose, "cadence": details.cadence}
    texts |= {f"agenda_{at}": line for at, line in enumerate(agenda)}
    check_fields(actor, texts, override_reason=override_reason)
    upper = details.lifts_to
    if upper is not None and not may_lift(details.level, ForumLevel(upper.level)):
        raise LevelSkipped(forum=upper.name)
    return {
        "name": details.name.strip(),
        "level": details.level.value,
        "purpose": details.purpose.strip(),
        "cadence": details.cadence.strip(),
        "chair_id": details.chair.pk if details.chair else None,
        "fallback_chair_id": details.fallback_chair.pk if details.fallback_chair else None,
        "lifts_to_id": upper.pk if upper else None,
        "agenda": agenda,
    }


def _free_slug(actor: Actor, name: str) -> str:
    slug = wanted = make_slug(name)
    number = 2
    while Forum.objects.filter(workspace_id=actor.workspace_id, slug=slug).exists():
        slug, number = f"{wanted[:76]}-{number}", number + 1
    return slug


def _day(now: datetime) -> date:
    return now.astimezone(STOCKHOLM).date()
