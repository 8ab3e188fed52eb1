"""What time does to actions: one reminder for each date that passes, to the function that has the action."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from samsyn.domain.access import Actor, SharingClass
from samsyn.domain.actions import OVERDUE_DAYS
from samsyn.domain.notices import NoticeKind
from samsyn.web.cooperation.issue_services import local_day
from samsyn.web.people.notices import SubjectRef, already_told, notify
from samsyn.web.people.services import record_by_clock
from samsyn.web.work.action_reading import UNDONE_VALUES, late_days, visible_actions
from samsyn.web.work.models import Action


def tick(now: datetime) -> list[str]:
    """Remind of the actions whose day has passed; return what was done.

    What is later than `OVERDUE_DAYS` is no longer reminded of, also not by a server that was switched on
    today: the forum takes it up by itself.
    """
    day = local_day(now)
    passed = Action.objects.filter(
        state__in=UNDONE_VALUES, due_on__lt=day, due_on__gte=day - timedelta(days=OVERDUE_DAYS)
    ).select_related("workspace", "responsible")
    late = {_key(one): one for one in passed if late_days(one, day)}
    told = sum(_remind(late[key], key, now) for key in sorted(late.keys() - already_told(late)))
    return [f"actions: {told} reminders"] if told else []


def _key(action: Action) -> str:
    return f"late:{action.pk}:{action.due_on}"


@transaction.atomic
def _remind(action: Action, key: str, now: datetime) -> int:
    told = notify(
        [action.responsible], workspace=action.workspace, kind=NoticeKind.ACTION_OVERDUE,
        subject_ref=SubjectRef.of(action, "action", action_id=action.pk),
        sharing_class=SharingClass(action.sharing_class), place_id=action.place_id, now=now, key=key,
    )  # fmt: skip
    if told:
        record_by_clock(
            "remind", action, action.responsible.organisation_id, now=now, place_id=action.place_id
        )
    return told


def notice_labels(actor: Actor, thing: str, ids: Sequence[str]) -> dict[str, str]:
    """Say which action a notice points at: its reference and its place, never its line."""
    if thing != "Action":
        return {}
    rows = visible_actions(actor).filter(pk__in=ids)
    return {str(one.pk): f"{one.reference} · {one.place.name}" for one in rows}
