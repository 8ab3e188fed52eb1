"""What time does to questions: one reminder when an answer has waited longer than its level usually needs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from samsyn.domain.access import Actor, SharingClass
from samsyn.domain.forums import ForumLevel
from samsyn.domain.issues import LIFTED, PATIENCE_DAYS, UNANSWERED
from samsyn.domain.notices import NoticeKind
from samsyn.domain.waiting import spells_by_level
from samsyn.web.cooperation import owner_proposal as owners
from samsyn.web.cooperation.issue_models import Issue
from samsyn.web.cooperation.issue_reading import clock_steps, visible_issues
from samsyn.web.cooperation.issue_services import local_day
from samsyn.web.people.models import Function
from samsyn.web.people.notices import SubjectRef, already_told, notify
from samsyn.web.people.services import record_by_clock

_WAITING = [state.value for state in UNANSWERED | LIFTED]
# What has been late for longer stands on every agenda, and is no news to a server switched on today.
NEWS_FOR_DAYS = 30


def tick(now: datetime) -> list[str]:
    """Remind of the questions that have begun to wait too long; return what was done."""
    late = {}
    for issue in Issue.objects.filter(state__in=_WAITING).select_related(
        "workspace", "forum__chair", "forum__fallback_chair", "responsible"
    ).prefetch_related("steps"):  # fmt: skip
        spells = [one for one in spells_by_level(clock_steps(issue.steps.all())) if one.end is None]
        if not spells:
            continue
        over = spells[-1].days(now) - PATIENCE_DAYS[ForumLevel(issue.level)]
        if 0 < over <= NEWS_FOR_DAYS:
            late[f"waits:{issue.pk}:{spells[-1].start:%Y-%m-%dT%H:%M}"] = issue
    told = sum(_remind(late[key], key, now) for key in sorted(late.keys() - already_told(late)))
    return [f"questions: {told} reminders"] if told else []


def _who_answers(issue: Issue, now: datetime) -> list[Function]:
    if issue.responsible is not None:
        return [issue.responsible]
    chairs = [one for one in (issue.forum.chair, issue.forum.fallback_chair) if one is not None]
    return chairs or owners.seats_of(issue.forum, local_day(now))


@transaction.atomic
def _remind(issue: Issue, key: str, now: datetime) -> int:
    functions = _who_answers(issue, now)
    told = notify(
        functions, workspace=issue.workspace, kind=NoticeKind.QUESTION_WAITS,
        subject_ref=SubjectRef.of(issue, "issue", issue_id=issue.pk),
        sharing_class=SharingClass(issue.sharing_class), place_id=issue.place_id, now=now, key=key,
    )  # fmt: skip
    if told:
        for organisation_id in sorted({one.organisation_id for one in functions}):
            record_by_clock("remind", issue, organisation_id, now=now, place_id=issue.place_id)
    return told


def notice_labels(actor: Actor, thing: str, ids: Sequence[str]) -> dict[str, str]:
    """Say which question a notice points at: its reference and its place, never its line."""
    if thing != "Issue":
        return {}
    rows = visible_issues(actor).filter(pk__in=ids)
    return {str(one.pk): f"{one.reference} · {one.place.name}" for one in rows}
