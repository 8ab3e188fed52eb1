"""What a reader may see of questions: each text by its own class, the ladder, and what waits for whom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from samsyn.domain.access import Actor, Permission, SharingClass, can, can_read
from samsyn.domain.forums import ForumLevel
from samsyn.domain.issues import (
    LIFTED,
    PATIENCE_DAYS,
    UNANSWERED,
    IssueMove,
    IssueState,
    moves_open_to,
)
from samsyn.domain.waiting import Step, spells_by_level
from samsyn.web.cooperation.forum_models import Forum
from samsyn.web.cooperation.issue_models import Issue, IssueStep
from samsyn.web.cooperation.issue_services import local_day, parts_in
from samsyn.web.cooperation.owner_proposal import seats_by
from samsyn.web.people.models import Function
from samsyn.web.people.services import record

WIDEST_BAR = 100


@dataclass(slots=True)
class ReadTexts:
    """Which protected texts a page has shown, so that the reading is logged once."""

    fields: set[str] = field(default_factory=set)

    def note(self, name: str, text_class: int, writer: UUID, actor: Actor) -> None:
        """Remember a text of somebody else's that is narrower than cooperation."""
        if text_class >= SharingClass.AUTHORITIES and writer != actor.function_id:
            self.fields.add(name)

    def log(self, actor: Actor, thing: Any, now: datetime, place_id: UUID | None = None) -> None:
        """Write one event, if a protected text was shown; ``thing`` is a row or a word for a list."""
        if self.fields:
            record(actor, "read", thing, now=now, fields=self.fields, place_id=place_id)


def may_read(
    actor: Actor, text_class: int, writer: Function, place_id: UUID | None, *, also: Iterable[UUID] = ()
) -> bool:
    """Return whether the actor may read a text: up to its class, and always what the own function wrote.

    ``also`` are functions that read it whatever its class: the one who raised a question reads the answer.
    """
    if actor.function_id == writer.pk or actor.function_id in set(also):
        return True
    return can_read(actor, SharingClass(text_class), writer.organisation_id, place_id)


def visible_issues(actor: Actor) -> Any:
    """Return the questions that the actor may see, with what a list shows of them."""
    if not can(actor, Permission.VIEW_COOPERATION):
        return Issue.objects.visible_to(actor).none()
    return Issue.objects.visible_to(actor).select_related(
        "place", "sub_place", "forum", "author__organisation", "responsible__organisation"
    )


def title_for(actor: Actor, issue: Issue, read: ReadTexts | None = None) -> str:
    """Return the question's line, or nothing where it is not shared with the actor."""
    if not may_read(actor, issue.title_class, issue.author, issue.place_id):
        return ""
    if read is not None:
        read.note("title", issue.title_class, issue.author_id, actor)
    return issue.title


# ------------------------------------------------------------------ lists


@dataclass(frozen=True, slots=True)
class IssueRow:
    """A question in a list; ``title`` is empty where it is not shared with the reader."""

    issue: Issue
    title: str
    days: int
    long: bool
    mine: bool


def forums_of(actor: Actor, now: datetime) -> set[UUID]:
    """Return the forums that the actor's function sits in or chairs."""
    day, mine = local_day(now), actor.function_id
    seats = seats_by(mine, day)
    chaired = Forum.objects.visible_to(actor).filter(Q(chair_id=mine) | Q(fallback_chair_id=mine))
    return {*seats, *chaired.values_list("pk", flat=True)}


def waits_for(actor: Actor, now: datetime) -> Q:
    """Return the condition that the actor's function is the one to do something with a question now."""
    mine = actor.function_id
    chairs = Q(forum__chair_id=mine) | Q(forum__fallback_chair_id=mine)
    unanswered = [state.value for state in UNANSWERED]
    return (
        Q(state__in=[state.value for state in UNANSWERED | LIFTED], responsible_id=mine)
        | (Q(state__in=unanswered, responsible=None) & chairs)
        | (Q(state__in=[state.value for state in LIFTED]) & Q(forum_id__in=forums_of(actor, now)))
        | (Q(state__in=["answered", "decided"]) & (chairs | Q(responsible_id=mine)))
        | Q(state="told", author_id=mine)
    )


def rows_of(
    actor: Actor, issues: Iterable[Issue], now: datetime, read: ReadTexts, mine: Iterable[UUID] = ()
) -> list[IssueRow]:
    """Return questions as a list shows them, with how long each has waited where it is."""
    found, own = [], set(mine)
    for issue in issues:
        days = days_on_level(issue, now)
        found.append(
            IssueRow(issue, title_for(actor, issue, read), days, waits_long(issue, days), issue.pk in own)
        )
    return found


def days_on_level(issue: Issue, now: datetime) -> int:
    """Return for how many days a question has waited where it is now; 0 when it waits no longer."""
    spells = [one for one in spells_by_level(clock_steps(issue.steps.all())) if one.end is None]
    return int(spells[-1].days(now)) if spells else 0


def waits_long(issue: Issue, days: int) -> bool:
    """Return whether a question has waited longer on its level than such a forum usually needs."""
    return days > PATIENCE_DAYS[ForumLevel(issue.level)]


def clock_steps(steps: Iterable[IssueStep], by_owner: Any = None) -> list[Step]:
    """Return steps as the clocks read them; ``by_owner`` turns a step into the name its owner goes by."""
    return [
        Step(
            one.at,
            IssueMove(one.move),
            IssueState(one.to_state),
            ForumLevel(one.level),
            by_owner(one) if by_owner is not None else str(one.responsible_id or ""),
        )
        for one in steps
    ]


# ------------------------------------------------------------------ one question


@dataclass(frozen=True, slots=True)
class Rung:
    """A level of the ladder: how long the question has waited there, and whether it is there now."""

    level: str
    days: float | None
    here: bool
    width: int


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step as the page tells it; ``hidden`` when there are words that are not shared with the reader."""

    step: IssueStep
    note: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class IssueView:
    """A question as one reader may see it."""

    issue: Issue
    title: str
    answer: str
    answer_hidden: bool
    rungs: tuple[Rung, ...]
    steps: tuple[StepRow, ...]
    moves: tuple[str, ...]
    days: int
    long: bool
    written_by_us: bool


def view_of(actor: Actor, issue: Issue, now: datetime, read: ReadTexts) -> IssueView:
    """Return a question with its ladder, its steps and what the reader may do with it."""
    rows = list(issue.steps.select_related("function__organisation", "forum", "responsible__organisation"))
    steps = []
    for step in rows:
        also = {issue.author_id} if step.move in {"answer", "decide"} else set()
        readable = not step.note or may_read(actor, step.note_class, step.function, issue.place_id, also=also)
        if step.note and readable:
            read.note("note", step.note_class, step.function_id, actor)
        steps.append(StepRow(step, step.note if readable else "", not readable))
    answered = next((row for row in reversed(steps) if row.step.move in {"answer", "decide"}), None)
    days = days_on_level(issue, now)
    may = can(actor, Permission.COOPERATE)
    parts = parts_in(actor, issue, local_day(now))
    moves = moves_open_to(IssueState(issue.state), ForumLevel(issue.level), parts) if may else ()
    return IssueView(
        issue=issue,
        title=title_for(actor, issue, read),
        answer=answered.note if answered and issue.answer else "",
        answer_hidden=bool(answered and issue.answer and answered.hidden),
        rungs=ladder(issue, rows, now),
        steps=tuple(steps),
        moves=tuple(move.value for move in moves),
        days=days,
        long=waits_long(issue, days),
        written_by_us=issue.author_id == actor.function_id,
    )


def ladder(issue: Issue, steps: Sequence[IssueStep], now: datetime) -> tuple[Rung, ...]:
    """Return the levels from the street upwards, with the days on each; the wider forum only where used."""
    spells = spells_by_level(clock_steps(steps))
    total: dict[str, float] = {}
    for spell in spells:
        total[spell.where] = total.get(spell.where, 0.0) + spell.days(now)
    used = [level for level in ForumLevel if level is not ForumLevel.EXTENDED or level.value in total]
    longest = max(total.values(), default=0.0)
    waiting = any(spell.end is None for spell in spells)
    return tuple(
        Rung(
            level.value,
            total.get(level.value),
            waiting and level.value == issue.level,
            max(1, round(WIDEST_BAR * total[level.value] / longest)) if total.get(level.value) else 0,
        )
        for level in used
    )
