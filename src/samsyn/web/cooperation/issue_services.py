"""The only writer of questions and their steps. The rules are data in ``samsyn.domain.issues``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from samsyn.domain.access import (
    Actor,
    NotAllowed,
    Permission,
    SharingClass,
    can,
    check_permission,
)
from samsyn.domain.calendar import STOCKHOLM
from samsyn.domain.forums import LIFTS_TO, ForumLevel
from samsyn.domain.issues import (
    IssueMove,
    IssueState,
    Part,
    ReasonNeeded,
    check_move,
    whom_to_tell,
)
from samsyn.domain.notices import NoticeKind
from samsyn.web.cooperation import owner_proposal as owners
from samsyn.web.cooperation.forum_models import Forum
from samsyn.web.cooperation.issue_errors import NoForumHere, OwnerCannotRead
from samsyn.web.cooperation.issue_models import Issue, IssueStep
from samsyn.web.cooperation.meeting_models import Meeting
from samsyn.web.people.models import Function, Membership
from samsyn.web.people.notices import SubjectRef, notify
from samsyn.web.people.services import record
from samsyn.web.places.models import Asset, Place, SubPlace
from samsyn.web.ui.guarding import check_texts
from samsyn.web.ui.models import StaleRecord, record_columns, save_changes

_LEVELS = list(ForumLevel)


def local_day(now: datetime) -> date:
    """Return the date of a moment in Stockholm."""
    return now.astimezone(STOCKHOLM).date()


def parts_of(
    actor: Actor, forum: Forum | None, *, raiser: Any, responsible: Any, day: date
) -> frozenset[Part]:
    """Return what an actor's function is to a question or an action of a forum."""
    mine = actor.function_id
    found = {
        Part.RAISER: mine == raiser,
        Part.RESPONSIBLE: mine == responsible,
        Part.LEADER: can(actor, Permission.MANAGE_COOPERATION),
        Part.DECIDER: can(actor, Permission.DECIDE),
    }
    if forum is not None:
        found[Part.CHAIR] = mine in {forum.chair_id, forum.fallback_chair_id}
        found[Part.MEMBER] = any(one.pk == mine for one in owners.seats_of(forum, day))
    return frozenset(part for part, holds in found.items() if holds) or frozenset({Part.BYSTANDER})


def parts_in(actor: Actor, issue: Issue, day: date) -> frozenset[Part]:
    """Return what an actor's function is to a question."""
    return parts_of(actor, issue.forum, raiser=issue.author_id, responsible=issue.responsible_id, day=day)


def forums_for(actor: Actor, place: Place) -> list[Forum]:
    """Return the open forums that a question may be raised in: nearest the street, where one sits."""
    rows = Forum.objects.visible_to(actor).filter(closed_on=None).exclude(level=ForumLevel.STEERING.value)
    here = [one for one in rows.prefetch_related("seats") if one.place_id in {place.pk, None}]

    def order(forum: Forum) -> tuple[bool, int, bool]:
        sitting = {seat.function_id for seat in forum.seats.all() if seat.valid_to is None}
        sits = actor.function_id in sitting
        return (forum.place_id is None, _LEVELS.index(ForumLevel(forum.level)), not sits)

    return sorted(here, key=order)


def forum_above(forum: Forum) -> Forum:
    """Return the forum that a question is lifted to: the one named, else one on the next level.

    Raises
    ------
    NoForumHere
        There is none.
    """
    level = LIFTS_TO[ForumLevel(forum.level)]
    if forum.lifts_to is not None and level is not None and forum.lifts_to.level == level.value:
        return forum.lifts_to
    if level is not None:
        rows = Forum.objects.filter(workspace_id=forum.workspace_id, level=level.value, closed_on=None)
        found = rows.filter(place=forum.place).first() or rows.filter(place=None).first()
        if found is not None:
            return found
    raise NoForumHere(where=level.value if level is not None else forum.level)


# ------------------------------------------------------------------ raising


@transaction.atomic
def raise_issue(
    actor: Actor,
    place: Place,
    *,
    title: str,
    forum: Forum | None = None,
    meeting: Meeting | None = None,
    sub_place: SubPlace | None = None,
    category: str = "",
    wants_answer: bool = True,
    asset: Asset | None = None,
    title_class: SharingClass | None = None,
    now: datetime,
    override_reason: str = "",
) -> Issue:
    """Raise a question with one line; who is to answer is proposed at once.

    Raises
    ------
    NotAllowed, ReasonNeeded, NoForumHere, TextRefused
    """
    check_permission(actor, Permission.COOPERATE)
    if not Place.objects.visible_to(actor).filter(pk=place.pk).exists():
        raise NotAllowed(permission=Permission.COOPERATE.value)
    check_texts(actor, {"title": title}, override_reason=override_reason)
    if not title.strip():
        raise ReasonNeeded(step=IssueMove.RAISE.value)
    forum = forum or next(iter(forums_for(actor, place)), None)
    if forum is None or forum.workspace_id != actor.workspace_id:
        raise NoForumHere(where=place.name)
    day = local_day(now)
    text_class = SharingClass.AUTHORITIES if title_class is None else title_class
    likely = owners.candidates(actor, forum, category, day, place=place, sub_place=sub_place, asset=asset)
    responsible = owners.propose(likely, day, text_class=text_class, tried=[actor.function_id])
    issue = Issue(
        **record_columns(actor, now, max(SharingClass.COOPERATION, SharingClass(place.sharing_class))),
        place=place,
        sub_place=sub_place,
        asset=asset,
        title=title.strip(),
        title_class=int(text_class),
        category=category,
        wants_answer=wants_answer,
        forum=forum,
        level=forum.level,
        meeting=meeting,
        state=IssueState.QUESTION_OPEN.value,
        responsible=responsible,
        moved_at=now,
    )
    issue.save(force_insert=True)
    _write_step(actor, issue, IssueMove.RAISE, "", now=now)
    fields = ["title", "title_class", "category", "forum", "wants_answer"]
    record(actor, "raise", issue, now=now, fields=fields, place_id=place.pk)
    _tell_who_is_next(actor, issue, IssueMove.RAISE, now)
    return issue


def _write_step(
    actor: Actor,
    issue: Issue,
    move: IssueMove,
    from_state: str,
    *,
    now: datetime,
    note: str = "",
    note_class: SharingClass = SharingClass.AUTHORITIES,
    told_to: str = "",
) -> None:
    # The caller records the step in the same transaction.
    step = IssueStep(
        issue=issue, at=now, function_id=actor.function_id, move=move.value, from_state=from_state,
        to_state=issue.state, level=issue.level, forum=issue.forum, responsible_id=issue.responsible_id,
        told_to=told_to, note=note.strip(), note_class=int(note_class),
    )  # fmt: skip
    step.save(force_insert=True)


# ------------------------------------------------------------------ the steps


def locked(actor: Actor, issue: Issue, revision: int | None) -> Issue:
    """Return the question as it is now, held for this transaction.

    Raises
    ------
    NotAllowed
        The actor may not see it, or takes no part.
    StaleRecord
        Somebody has taken a step since the page was read.
    """
    check_permission(actor, Permission.COOPERATE)
    rows = (
        Issue.objects.visible_to(actor)
        .select_for_update(of=("self",))
        .select_related("forum__lifts_to", "place")
    )
    found: Issue | None = rows.filter(pk=issue.pk).first()
    if found is None:
        raise NotAllowed(permission=Permission.COOPERATE.value)
    if revision is not None and found.revision != revision:
        raise StaleRecord(found, thing=str(found))
    return found


@transaction.atomic
def take_step(
    actor: Actor,
    issue: Issue,
    move: IssueMove,
    *,
    now: datetime,
    revision: int | None = None,
    note: str = "",
    note_class: SharingClass = SharingClass.AUTHORITIES,
    override_reason: str = "",
    changes: Mapping[str, Any] | None = None,
    told_to: str = "",
) -> Issue:
    """Take one step of a question's life: checked against the rules, kept as a step, and recorded.

    Raises
    ------
    NotAllowed, StaleRecord, ForbiddenTransition, NotYourStep, NotToldYet, ReasonNeeded, TextRefused
    """
    check_texts(actor, {"note": note}, override_reason=override_reason)
    issue = locked(actor, issue, revision)
    before = issue.state
    state = check_move(
        move, IssueState(before), ForumLevel(issue.level), parts_in(actor, issue, local_day(now)), note
    )
    # The time of the step is a column, so that every step makes a new revision and two forms at once meet.
    columns = {"state": state.value, "moved_at": now, **(changes or {})}
    changed = save_changes(issue, columns, revision=issue.revision)
    _write_step(actor, issue, move, before, now=now, note=note, note_class=note_class, told_to=told_to)
    record(actor, move.value, issue, now=now, fields=(*changed, *(["note"] if note else [])),
           place_id=issue.place_id)  # fmt: skip
    _tell_who_is_next(actor, issue, move, now)
    return issue


def _tell_who_is_next(actor: Actor, issue: Issue, move: IssueMove, now: datetime) -> None:
    """Send a pointer to the functions that are to do something now, or that have been answered."""
    chairs = [one for one in (issue.forum.chair, issue.forum.fallback_chair) if one is not None]
    if move is IssueMove.LIFT:
        kind, functions = NoticeKind.QUESTION_LIFTED, chairs or owners.seats_of(issue.forum, local_day(now))
    elif move is IssueMove.TELL:
        there = owners.somebody_acts_for(issue.author_id, local_day(now))
        kind = NoticeKind.QUESTION_ANSWERED
        functions = [issue.author] if there else owners.seats_of(issue.forum, local_day(now))
    elif move in {IssueMove.RAISE, IssueMove.ASSIGN, IssueMove.NOT_OURS, IssueMove.REOPEN}:
        kind = NoticeKind.QUESTION_WAITS
        functions = [issue.responsible] if issue.responsible is not None else chairs
    else:
        return
    notify(
        functions, workspace=issue.workspace, kind=kind,
        subject_ref=SubjectRef.of(issue, "issue", issue_id=issue.pk),
        sharing_class=SharingClass(issue.sharing_class), place_id=issue.place_id, now=now, actor=actor,
    )  # fmt: skip


@transaction.atomic
def lift(actor: Actor, issue: Issue, *, reason: str, now: datetime, **more: Any) -> Issue:
    """Lift a question one level, with a reason; never past a level."""
    issue = locked(actor, issue, more.get("revision"))
    upper = issue.forum if ForumLevel(issue.level) is ForumLevel.STEERING else forum_above(issue.forum)
    return take_step(
        actor, issue, IssueMove.LIFT, note=reason, now=now,
        changes={"forum": upper, "level": upper.level}, **more,
    )  # fmt: skip


def receive(actor: Actor, issue: Issue, *, now: datetime, **more: Any) -> Issue:
    """Say that the forum above has the question."""
    return take_step(actor, issue, IssueMove.RECEIVE, now=now, **more)


@transaction.atomic
def assign(actor: Actor, issue: Issue, function: Function, *, now: datetime, **more: Any) -> Issue:
    """Name the function that is to answer.

    Raises
    ------
    OwnerCannotRead
        It may not read the question.
    """
    issue = locked(actor, issue, more.get("revision"))
    readable = owners.reads_of(function, local_day(now)) >= issue.title_class
    if not readable and function.pk != issue.author_id:
        raise OwnerCannotRead(function=str(function))
    return take_step(actor, issue, IssueMove.ASSIGN, now=now, changes={"responsible": function}, **more)


def answerable(actor: Actor, issue: Issue, now: datetime) -> Any:
    """Return the functions that may be named to answer a question."""
    return answerable_in(actor, issue.forum, now)


def answerable_in(actor: Actor, forum: Forum | None, now: datetime) -> Any:
    """Return the functions that may be asked: they sit in the forum, or somebody acts for them."""
    day = local_day(now)
    sitting = {one.pk for one in owners.seats_of(forum, day)} if forum is not None else set()
    acting = Membership.objects.filter(owners.open_on(day), workspace_id=actor.workspace_id)
    acting = acting.filter(user__is_active=True, role__in=owners.TAKES_PART)
    there = sitting | set(acting.values_list("function_id", flat=True))
    rows = Function.objects.filter(workspace_id=actor.workspace_id, pk__in=there)
    return rows.select_related("organisation")


def next_owner(actor: Actor, issue: Issue, day: date) -> Function | None:
    """Return who is asked after the one who says "not ours"; None hands it back to the forum's chair."""
    asked = set(issue.steps.exclude(responsible=None).values_list("responsible_id", flat=True))
    likely = owners.candidates(
        actor,
        issue.forum,
        issue.category,
        day,
        place=issue.place,
        sub_place=issue.sub_place,
        asset=issue.asset,
    )
    chairs = [one for one in (issue.forum.chair, issue.forum.fallback_chair) if one is not None]
    return owners.propose(
        [*likely, *chairs], day, text_class=SharingClass(issue.title_class),
        tried=asked | {issue.author_id},
    )  # fmt: skip


@transaction.atomic
def not_ours(actor: Actor, issue: Issue, *, now: datetime, note: str = "", **more: Any) -> Issue:
    """Say "not ours": the question goes on to the next one that may answer, and the trace stays."""
    issue = locked(actor, issue, more.get("revision"))
    following = next_owner(actor, issue, local_day(now))
    return take_step(
        actor, issue, IssueMove.NOT_OURS, note=note, now=now, changes={"responsible": following}, **more
    )


@transaction.atomic
def answer(
    actor: Actor,
    issue: Issue,
    *,
    text: str,
    now: datetime,
    text_class: SharingClass = SharingClass.AUTHORITIES,
    override_reason: str = "",
    **more: Any,
) -> Issue:
    """Answer in plain words; at the steering level the answer is a decision."""
    issue = locked(actor, issue, more.get("revision"))
    move = IssueMove.DECIDE if issue.level == ForumLevel.STEERING.value else IssueMove.ANSWER
    check_texts(actor, {"answer": text}, override_reason=override_reason)
    return take_step(
        actor, issue, move, note=text, note_class=text_class, now=now, override_reason=override_reason,
        changes={"answer": text.strip(), "answer_class": int(text_class), "answered_at": now}, **more,
    )  # fmt: skip


def tell(actor: Actor, issue: Issue, *, now: datetime, **more: Any) -> Issue:
    """Tell the one who raised it; the forum when nobody acts for that function any more."""
    told = whom_to_tell(owners.somebody_acts_for(issue.author_id, local_day(now)))
    return take_step(
        actor, issue, IssueMove.TELL, now=now, changes={"told_at": now}, told_to=told.value, **more
    )


def close(actor: Actor, issue: Issue, *, now: datetime, **more: Any) -> Issue:
    """Close a question whose raiser has been told.

    Raises
    ------
    NotToldYet
        Nobody has been told yet.
    """
    return take_step(actor, issue, IssueMove.CLOSE, now=now, changes={"closed_at": now}, **more)


def reopen(actor: Actor, issue: Issue, *, reason: str, now: datetime, **more: Any) -> Issue:
    """Open a question again: the answer did not hold. What was answered stays among the steps."""
    return take_step(
        actor, issue, IssueMove.REOPEN, note=reason, now=now,
        changes={"closed_at": None, "told_at": None}, **more,
    )  # fmt: skip


def widen(actor: Actor, issue: Issue, title_class: SharingClass, *, now: datetime, **more: Any) -> Issue:
    """Let more readers, or fewer, see the line that was written; only the function that wrote it may."""
    return take_step(
        actor, issue, IssueMove.WIDEN, now=now, changes={"title_class": int(title_class)}, **more
    )
