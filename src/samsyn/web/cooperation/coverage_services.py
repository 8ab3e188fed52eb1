"""The only writer of informal control and of gaps that are put on an agenda."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop as _

from samsyn.domain.access import (
    Actor,
    NotAllowed,
    Permission,
    SharingClass,
    check_permission,
    covers_place,
    reads_up_to,
)
from samsyn.domain.coverage import ControlKind, Coverage
from samsyn.domain.errors import SamsynError
from samsyn.web.cooperation.coverage_models import CoverageFinding, InformalControl
from samsyn.web.cooperation.forum_models import Forum
from samsyn.web.people.services import record
from samsyn.web.places.models import Place, SubPlace
from samsyn.web.ui.guarding import check_texts
from samsyn.web.ui.models import record_columns, save_changes


class NoWeekday(SamsynError):
    """Informal control is entered without a day of the week."""

    code = "SAM688"
    template = _("No day of the week is chosen.")
    mend = _("Choose at least one day on which it is open, lit or there.")


class NothingToLift(SamsynError):
    """There is no hour without anybody to put on an agenda."""

    code = "SAM689"
    template = _("There is no hour without anybody in this period.")
    mend = _("Choose another period or another part of the place.")


@transaction.atomic
def add_control(
    actor: Actor,
    place: Place,
    *,
    kind: ControlKind,
    name: str,
    weekdays: Iterable[int],
    opens: time,
    closes: time,
    now: datetime,
    valid_from: date,
    sub_place: SubPlace | None = None,
    override_reason: str = "",
) -> InformalControl:
    """Say when something keeps an eye on a place without being on duty there.

    Raises
    ------
    NotAllowed, TextRefused, NoWeekday
    """
    _check(actor, place, Permission.COOPERATE)
    days = sorted({day for day in weekdays if 0 <= day < 7})
    if not days:
        raise NoWeekday
    if sub_place is not None and sub_place.place_id != place.pk:
        raise NotAllowed(permission=Permission.COOPERATE.value)
    check_texts(actor, {"name": name}, override_reason=override_reason)
    made = InformalControl.objects.create(
        **record_columns(actor, now, SharingClass.COOPERATION),
        place=place, sub_place=sub_place, kind=kind.value, name=name.strip(), weekdays=days, opens=opens,
        closes=closes, valid_from=valid_from,
    )  # fmt: skip
    record(
        actor, "add", made, now=now, fields=("kind", "name", "weekdays", "opens", "closes"), place_id=place.pk
    )
    return made


@transaction.atomic
def end_control(actor: Actor, control: InformalControl, *, now: datetime, today: date) -> None:
    """Say that it no longer holds from today; what it was is kept for earlier periods."""
    _check(actor, control.place, Permission.COOPERATE)
    changed = save_changes(control, {"valid_to": max(today, control.valid_from)}, revision=control.revision)
    if changed:
        record(actor, "end", control, now=now, fields=changed, place_id=control.place_id)


@transaction.atomic
def put_on_agenda(
    actor: Actor, place: Place, forum: Forum, coverage: Coverage, *, now: datetime
) -> CoverageFinding:
    """Ask a forum to look at the hours without anybody; the same hours are asked about once.

    Raises
    ------
    NotAllowed, NothingToLift
    """
    _check(actor, place, Permission.COOPERATE)
    if reads_up_to(actor) < SharingClass.AUTHORITIES:
        raise NotAllowed(permission=Permission.COOPERATE.value)
    if forum.workspace_id != actor.workspace_id or forum.place_id not in {None, place.pk}:
        raise NotAllowed(permission=Permission.COOPERATE.value)
    if not coverage.gaps:
        raise NothingToLift
    there = CoverageFinding.objects.filter(
        forum=forum, place=place, first=coverage.period.first, end=coverage.period.end, settled_at=None
    ).first()
    if there is not None:
        return there
    gaps: list[dict[str, Any]] = [
        {"first_hour": gap.first_hour, "end_hour": gap.end_hour, "weekdays": list(gap.weekdays)}
        for gap in coverage.gaps
    ]
    made = CoverageFinding.objects.create(
        **record_columns(actor, now, SharingClass.AUTHORITIES),
        place=place, forum=forum, first=coverage.period.first, end=coverage.period.end, gaps=gaps,
        hours_without=coverage.hours_without,
    )  # fmt: skip
    record(actor, "put_on_agenda", made, now=now, fields=("gaps",), place_id=place.pk)
    return made


@transaction.atomic
def settle_finding(actor: Actor, finding: CoverageFinding, *, now: datetime) -> None:
    """Say that the forum has dealt with the gaps; they leave the agenda and stay in the record."""
    _check(actor, finding.place, Permission.COOPERATE)
    if finding.settled_at is None:
        save_changes(finding, {"settled_at": now}, revision=finding.revision)
        record(actor, "settle", finding, now=now, fields=("settled_at",), place_id=finding.place_id)


def _check(actor: Actor, place: Place, permission: Permission) -> None:
    check_permission(actor, permission)
    if place.workspace_id != actor.workspace_id or not covers_place(actor, place.pk):
        raise NotAllowed(permission=permission.value)
