"""The only writer of self checks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from samsyn.domain.access import Actor, NotAllowed, Permission, SharingClass, check_permission, covers_place
from samsyn.domain.calendar import STOCKHOLM
from samsyn.domain.notices import NoticeKind
from samsyn.domain.self_checks import CheckAnswer, SuccessFactor, is_due
from samsyn.web.cooperation.agreement_errors import AnswersIncomplete, CheckOver
from samsyn.web.cooperation.agreement_services import leaders_of
from samsyn.web.cooperation.check_models import SelfCheck, SelfCheckAnswer
from samsyn.web.cooperation.forum_models import Forum, ForumSeat
from samsyn.web.people.models import Function
from samsyn.web.people.notices import SubjectRef, already_told, notify
from samsyn.web.people.services import record, record_by_clock
from samsyn.web.places.models import Place
from samsyn.web.ui.models import record_columns


def asked_at(place: Place, day: date) -> list[Function]:
    """Return the functions that a place's self check is for: those with a seat in its forums on a day.

    The forums that these lift to are counted in: the steering group answers too.
    """
    here = Q(forum__place=place) | Q(forum__lifted_from__place=place)
    seats = ForumSeat.objects.filter(here, forum__workspace_id=place.workspace_id, valid_from__lte=day)
    seats = seats.filter(Q(valid_to=None) | Q(valid_to__gt=day)).exclude(forum__closed_on__lte=day)
    functions = Function.objects.filter(pk__in=seats.values("function_id"))
    return list(functions.select_related("organisation"))


@transaction.atomic
def open_check(actor: Actor, place: Place, *, now: datetime) -> SelfCheck:
    """Open the year's self check at a place and tell those it is for; opened already, it is returned.

    Raises
    ------
    NotAllowed
    """
    check_permission(actor, Permission.MANAGE_COOPERATION)
    _check_place(actor, place)
    day = now.astimezone(STOCKHOLM).date()
    there = SelfCheck.objects.filter(place=place, year=day.year).first()
    if there is not None:
        return there
    made = SelfCheck(**record_columns(actor, now, SharingClass.COOPERATION), place=place, year=day.year)
    made.save(force_insert=True)
    record(actor, "open", made, now=now, fields=("year",), place_id=place.pk)
    notify(
        asked_at(place, day), workspace=place.workspace, kind=NoticeKind.SELF_CHECK_DUE,
        subject_ref=_subject(place), sharing_class=SharingClass.COOPERATION, place_id=place.pk, now=now,
        actor=actor, key=f"self-check:{made.pk}",
    )  # fmt: skip
    return made


@transaction.atomic
def answer_check(
    actor: Actor, check: SelfCheck, answers: Mapping[SuccessFactor, CheckAnswer], *, now: datetime
) -> None:
    """Answer for the actor's function; it can be changed while the year lasts.

    Raises
    ------
    NotAllowed, CheckOver, AnswersIncomplete
    """
    check_permission(actor, Permission.COOPERATE)
    _check_place(actor, check.place)
    day = now.astimezone(STOCKHOLM).date()
    if day.year != check.year:
        raise CheckOver(thing=str(check))
    if actor.function_id not in {one.pk for one in asked_at(check.place, day)}:
        raise NotAllowed(permission=Permission.COOPERATE.value)
    missing = [one.value for one in SuccessFactor if one not in answers]
    if missing:
        raise AnswersIncomplete(missing=", ".join(missing))
    SelfCheckAnswer.objects.update_or_create(
        check_of=check, function_id=actor.function_id,
        defaults={"answers": {one.value: answers[one].value for one in SuccessFactor}, "at": now},
    )  # fmt: skip
    record(actor, "answer", check, now=now, fields=("answers",), place_id=check.place_id)


def _check_place(actor: Actor, place: Place) -> None:
    if place.workspace_id != actor.workspace_id or not covers_place(actor, place.pk):
        raise NotAllowed(permission=Permission.VIEW_PLACE.value)


def _subject(place: Place) -> SubjectRef:
    # It points at the place's page of self checks, which is there before the year's check is.
    return SubjectRef(
        "SelfCheck", str(place.pk), place.municipal_owner_id, "self-check", {"slug": place.slug}
    )


def last_opened(places: list[Place]) -> dict[object, date]:
    """Return the day on which each place's last self check was opened, for places that have had one."""
    rows = SelfCheck.objects.filter(place__in=places).order_by("created_at", "pk")
    return {one.place_id: one.created_at.astimezone(STOCKHOLM).date() for one in rows}


def tick(now: datetime) -> list[str]:
    """Remind those who lead the work at a place, once a year, that its self check is due."""
    day = now.astimezone(STOCKHOLM).date()
    meets = Forum.objects.filter(closed_on=None, place__isnull=False).values("place_id")
    places = list(
        Place.objects.filter(pk__in=meets).select_related("workspace", "municipal_owner", "police_owner")
    )
    opened = last_opened(places)
    due = {f"self-check-due:{one.pk}:{day.year}": one for one in places if is_due(opened.get(one.pk), day)}
    told = sum(_remind(due[key], key, now, day) for key in sorted(due.keys() - already_told(due)))
    return [f"self checks: {told} reminders"] if told else []


@transaction.atomic
def _remind(place: Place, key: str, now: datetime, day: date) -> int:
    owners = [place.municipal_owner_id, place.police_owner_id]
    told = notify(
        leaders_of(place.workspace_id, owners, day), workspace=place.workspace,
        kind=NoticeKind.SELF_CHECK_DUE, subject_ref=_subject(place),
        sharing_class=SharingClass.COOPERATION, place_id=place.pk, now=now, key=key,
    )  # fmt: skip
    if told:
        record_by_clock("remind", place, place.municipal_owner_id, now=now, place_id=place.pk)
    return told
