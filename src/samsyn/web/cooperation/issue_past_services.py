"""Brings in questions that are already over, or half-way: by the same rules, audited as one batch.

For a year that is moved from another list, and for the demo. Every step is checked as if it were taken now,
by somebody who may; the texts pass the guard.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from samsyn.domain.access import Actor, Permission, SharingClass, check_permission
from samsyn.domain.forums import ForumLevel
from samsyn.domain.issues import IssueMove, IssueState, Part, ToldTo, check_move
from samsyn.web.cooperation.forum_models import Forum
from samsyn.web.cooperation.issue_models import Issue, IssueStep
from samsyn.web.cooperation.issue_services import forum_above
from samsyn.web.people.models import Function
from samsyn.web.people.services import record
from samsyn.web.places.models import Place
from samsyn.web.ui.guarding import check_texts
from samsyn.web.ui.models import record_columns

EVERYBODY = frozenset(Part)


@dataclass(frozen=True, slots=True)
class PastMove:
    """A step that was taken: when, what, by which function, with what words."""

    at: datetime
    move: IssueMove
    function: Function
    words: str = ""


@dataclass(frozen=True, slots=True)
class PastIssue:
    """A question that was raised, and the steps it has taken since."""

    place: Place
    forum: Forum
    raised_at: datetime
    raiser: Function
    title: str
    category: str
    responsible: Function | None
    moves: tuple[PastMove, ...]
    text_class: SharingClass = SharingClass.COOPERATION


@transaction.atomic
def load_past_issues(actor: Actor, rows: Sequence[PastIssue], *, now: datetime) -> list[Issue]:
    """Write questions with all their steps; one event tells of the batch.

    Raises
    ------
    NotAllowed, TextRefused, ForbiddenTransition, ReasonNeeded, NoForumHere
        Nothing is then written.
    """
    check_permission(actor, Permission.MANAGE_COOPERATION)
    texts = {text: text for row in rows for text in (row.title, *(move.words for move in row.moves))}
    check_texts(actor, {f"title and note {number}": text for number, text in enumerate(texts)})
    issues: list[Issue] = []
    steps: list[IssueStep] = []
    above: dict[object, Forum] = {}
    for row in rows:
        issue = _raised(actor, row)
        steps.append(_step(issue, IssueMove.RAISE, "", row.raised_at, row.raiser, "", row.text_class))
        for move in row.moves:
            before = issue.state
            state = check_move(move.move, IssueState(before), ForumLevel(issue.level), EVERYBODY, move.words)
            if move.move is IssueMove.LIFT:
                if issue.forum_id not in above:
                    above[issue.forum_id] = forum_above(issue.forum)
                issue.forum = above[issue.forum_id]
                issue.level = issue.forum.level
            _stamp(issue, move, state)
            words = (move.words, row.text_class)
            steps.append(_step(issue, move.move, before, move.at, move.function, *words))
        issues.append(issue)
    Issue.objects.bulk_create(issues, batch_size=500)
    IssueStep.objects.bulk_create(steps, batch_size=500)
    record(actor, "load past questions", "Issue", now=now, fields=("title", "state", "steps"))
    return issues


def _raised(actor: Actor, row: PastIssue) -> Issue:
    columns = record_columns(actor, row.raised_at, SharingClass.COOPERATION)
    columns |= {"owner_id": row.raiser.organisation_id, "author_id": row.raiser.pk}
    return Issue(
        **columns, place=row.place, title=row.title, title_class=int(row.text_class), category=row.category,
        forum=row.forum, level=row.forum.level, state=IssueState.QUESTION_OPEN.value,
        responsible=row.responsible, moved_at=row.raised_at,
    )  # fmt: skip


def _stamp(issue: Issue, move: PastMove, state: IssueState) -> None:
    issue.state, issue.moved_at, issue.revision = state.value, move.at, issue.revision + 1
    if move.move in {IssueMove.ANSWER, IssueMove.DECIDE}:
        issue.answer, issue.answer_class, issue.answered_at = move.words, issue.title_class, move.at
    elif move.move is IssueMove.TELL:
        issue.told_at = move.at
    elif move.move is IssueMove.CLOSE:
        issue.closed_at = move.at
    elif move.move is IssueMove.REOPEN:
        issue.closed_at = issue.told_at = None


def _step(
    issue: Issue, move: IssueMove, before: str, at: datetime, function: Function, words: str,
    text_class: SharingClass,
) -> IssueStep:  # fmt: skip
    told = ToldTo.TOLD_RAISER.value if move is IssueMove.TELL else ""
    return IssueStep(
        issue=issue, at=at, move=move.value, function=function, from_state=before, to_state=issue.state,
        level=issue.level, forum=issue.forum, responsible=issue.responsible, told_to=told, note=words,
        note_class=int(text_class),
    )  # fmt: skip
