"""Where actions show elsewhere: a question's page, the place page, the start page, a forum's agenda."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _, ngettext

from samsyn.domain.access import Actor, Permission, SharingClass, can
from samsyn.domain.actions import RISK_WEIGHT, ActionRisk
from samsyn.domain.calendar import now as moment
from samsyn.domain.meetings import AgendaKind, AgendaPoint
from samsyn.web.cooperation.issue_reading import ReadTexts
from samsyn.web.cooperation.issue_services import local_day
from samsyn.web.work import action_reading as reading
from samsyn.web.work.models import Action

MOST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class ActionSection:
    """The part of a page that is about actions."""

    rows: tuple[reading.ActionRow, ...]
    count: int
    template: str
    order: int
    subject: Any = None


def _section(
    actor: Actor, rows: Any, template: str, order: int, *, subject: Any = None, place_id: Any = None
) -> list[ActionSection]:
    now, read = moment(), ReadTexts()
    shown = tuple(reading.rows_of(actor, rows[:MOST_SHOWN], now, read))
    read.log(actor, "Action", now, place_id)
    return [ActionSection(shown, rows.count(), template, order, subject)]


def issue_section(actor: Actor, issue: Any) -> list[ActionSection]:
    """Answer a question's hook: what is being done about it."""
    if not can(actor, Permission.VIEW_COOPERATION):
        return []
    rows = reading.visible_actions(actor).filter(issue=issue)
    return _section(actor, rows, "work/action_issue_section.html", 10, subject=issue, place_id=issue.place_id)


def place_section(actor: Actor, place: Any) -> list[ActionSection]:
    """Answer the place page's hook: what is to be done at the place, what is due first."""
    if not can(actor, Permission.VIEW_COOPERATION):
        return []
    rows = reading.visible_actions(actor).filter(place=place, state__in=reading.UNDONE_VALUES)
    return _section(actor, rows, "work/action_place_section.html", 7, place_id=place.pk)


def waiting_section(actor: Actor) -> list[ActionSection]:
    """Answer the start page's hook: the actions that wait for the reader's function."""
    if not can(actor, Permission.COOPERATE):
        return []
    rows = reading.visible_actions(actor).filter(reading.waits_for(actor))
    return _section(actor, rows, "work/action_waiting_section.html", 5) if rows.exists() else []


def cooperation_links(actor: Actor) -> list[tuple[int, str, str, int | None]]:
    """Answer the cooperation page's hook: the plan."""
    if not can(actor, Permission.VIEW_COOPERATION):
        return []
    count = Action.objects.visible_to(actor).filter(state__in=reading.UNDONE_VALUES).count()
    return [(31, _("Actions"), "actions", count)]


def agenda_points(actor: Actor, forum: Any, now: datetime) -> list[AgendaPoint]:
    """Answer a meeting's hook: actions more than thirty days late, of which it shows ten."""
    day, found = local_day(now), []
    for action in reading.overdue(actor, now, forum=forum):
        late = reading.late_days(action, day)
        own = action.title_class == SharingClass.OWN_ORGANISATION
        words = ngettext("%(days)s day late, %(who)s", "%(days)s days late, %(who)s", late)
        found.append(
            AgendaPoint(
                key=f"action:{action.pk}",
                kind=AgendaKind.OVERDUE_ACTION,
                title=action.reference if own else action.title,
                title_class=SharingClass.COOPERATION if own else SharingClass(action.title_class),
                line=words % {"days": late, "who": action.responsible},
                address=reverse("action", args=[forum.workspace.slug, action.pk]),
                age_days=late,
                risk=RISK_WEIGHT[ActionRisk(action.risk)],
                changed_at=action.moved_at,
                hidden=not own and not reading.title_for(actor, action),
            )
        )
    return found
