"""Where questions show elsewhere: the place page, the start page, a forum's agenda, the cooperation page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from samsyn.domain.access import Actor, Permission, SharingClass, can
from samsyn.domain.calendar import now as moment
from samsyn.domain.issues import ALIVE, LIFTED
from samsyn.domain.meetings import AgendaKind, AgendaPoint
from samsyn.web.cooperation import issue_reading as reading
from samsyn.web.cooperation.forum_models import Forum
from samsyn.web.cooperation.issue_models import Issue
from samsyn.web.cooperation.sharing import may_read_text

MOST_SHOWN = 5
_ALIVE = [state.value for state in ALIVE]
_LIFTED = {state.value for state in LIFTED}


@dataclass(frozen=True, slots=True)
class IssueSection:
    """The part of the place page, or of the start page, that is about questions."""

    rows: tuple[reading.IssueRow, ...]
    count: int
    template: str
    order: int


def place_section(actor: Actor, place: Any) -> list[IssueSection]:
    """Answer the place page's hook: the questions that are open at the place, oldest first."""
    if not can(actor, Permission.VIEW_COOPERATION):
        return []
    now, read = moment(), reading.ReadTexts()
    issues = reading.visible_issues(actor).filter(place=place, state__in=_ALIVE).prefetch_related("steps")
    rows = tuple(reading.rows_of(actor, issues[:MOST_SHOWN], now, read))
    read.log(actor, "Issue", now, place.pk)
    return [IssueSection(rows, issues.count(), "cooperation/issue_place_section.html", 6)]


def waiting_section(actor: Actor) -> list[IssueSection]:
    """Answer the start page's hook: the questions that wait for the reader's function."""
    if not can(actor, Permission.COOPERATE):
        return []
    now, read = moment(), reading.ReadTexts()
    issues = reading.visible_issues(actor).filter(state__in=_ALIVE).filter(reading.waits_for(actor, now))
    count = issues.count()
    if not count:
        return []
    rows = tuple(reading.rows_of(actor, issues.prefetch_related("steps")[:MOST_SHOWN], now, read))
    read.log(actor, "Issue", now)
    return [IssueSection(rows, count, "cooperation/issue_waiting_section.html", 4)]


def cooperation_links(actor: Actor) -> list[tuple[int, str, str, int | None]]:
    """Answer the cooperation page's hook: the open questions, and how long they wait."""
    if not can(actor, Permission.VIEW_COOPERATION):
        return []
    count = Issue.objects.visible_to(actor).filter(state__in=_ALIVE).count()
    return [(30, _("Questions"), "issues", count), (32, _("Waiting times"), "waiting-times", None)]


def agenda_points(actor: Actor, forum: Forum, now: datetime) -> list[AgendaPoint]:
    """Answer a meeting's hook: what has been lifted to the forum, by age, and what answers have come down."""
    from django.urls import reverse

    found = []
    issues = reading.visible_issues(actor).filter(forum=forum, state__in=_ALIVE).select_related("workspace")
    below = reading.visible_issues(actor).filter(
        steps__forum=forum, state__in=["answered", "decided", "told"]
    ).exclude(forum=forum).select_related("workspace").distinct()  # fmt: skip
    for issue in [*issues.prefetch_related("steps"), *below.prefetch_related("steps")]:
        kind = AgendaKind.ANSWER_RECEIVED if issue.answered_at else AgendaKind.LIFTED_QUESTION
        # A line for one organisation alone never goes to a meeting; its reference does.
        own = issue.title_class == SharingClass.OWN_ORGANISATION
        found.append(
            AgendaPoint(
                key=f"issue:{issue.pk}",
                kind=kind,
                title=issue.reference if own else issue.title,
                title_class=SharingClass.COOPERATION if own else SharingClass(issue.title_class),
                address=reverse("issue", kwargs={"workspace": issue.workspace.slug, "issue_id": issue.pk}),
                age_days=(now - issue.created_at).days,
                risk=1 if issue.state in _LIFTED else 0,
                changed_at=issue.moved_at,
                hidden=not own and not may_read_text(actor, issue.title_class, issue.author, issue.place_id),
            )
        )
    return found
