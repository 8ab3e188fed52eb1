"""What a reader may see of actions: each text by its own class, what is late, and what waits for whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from samsyn.domain.access import Actor, Permission, SharingClass, can, covers_place, reads_up_to
from samsyn.domain.actions import (
    UNDONE,
    ActionMove,
    ActionRisk,
    ActionState,
    Late,
    comes_to_agenda,
    days_overdue,
    most_urgent,
    moves_open_to,
)
from samsyn.web.cooperation.issue_reading import ReadTexts, may_read
from samsyn.web.cooperation.issue_services import local_day
from samsyn.web.work.action_services import parts_in, raiser_of
from samsyn.web.work.models import Action, ActionPhoto, ActionStep

UNDONE_VALUES = [state.value for state in UNDONE]


@dataclass(frozen=True, slots=True)
class ActionRow:
    """An action in a list; ``title`` is empty where it is not shared with the reader."""

    action: Action
    title: str
    late: int
    agenda: bool
    mine: bool


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step as the page tells it; ``hidden`` when there are words that are not shared with the reader."""

    step: ActionStep
    note: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class ActionView:
    """An action as one reader may see it."""

    action: Action
    title: str
    child_note: str
    child_note_hidden: bool
    steps: tuple[StepRow, ...]
    photos: tuple[ActionPhoto, ...]
    moves: tuple[str, ...]
    late: int
    told: bool


def visible_actions(actor: Actor) -> Any:
    """Return the actions that the actor may see, with what a list shows of them."""
    if not can(actor, Permission.VIEW_COOPERATION):
        return Action.objects.visible_to(actor).none()
    return Action.objects.visible_to(actor).select_related(
        "place", "sub_place", "forum", "issue__author__organisation", "asset", "author__organisation",
        "responsible__organisation", "waiting_for",
    )  # fmt: skip


def title_for(actor: Actor, action: Action, read: ReadTexts | None = None) -> str:
    """Return the action's line, or nothing where it is not shared with the actor."""
    also = {raiser_of(action)}
    if not may_read(actor, action.title_class, action.author, action.place_id, also=also):
        return ""
    if read is not None:
        read.note("title", action.title_class, action.author_id, actor)
    return action.title


def late_days(action: Action, day: date) -> int:
    """Return how many days an action is late."""
    return days_overdue(ActionState(action.state), action.due_on, day, action.waiting_until)


def waits_for(actor: Actor) -> Q:
    """Return the condition that the actor's function is the one to do something with an action now."""
    mine = actor.function_id
    chairs = Q(forum__chair_id=mine) | Q(forum__fallback_chair_id=mine)
    return (
        Q(state__in=["proposed", "tried", "decided", "ongoing", "reopened"], responsible_id=mine)
        | (Q(state__in=["done", "effect_followed"], told_at=None) & (Q(responsible_id=mine) | chairs))
        | (Q(state="lifted") & chairs)
    )


def rows_of(
    actor: Actor, actions: Iterable[Action], now: datetime, read: ReadTexts, mine: Iterable[Any] = ()
) -> list[ActionRow]:
    """Return actions as a list shows them."""
    day, own = local_day(now), set(mine)
    found = []
    for action in actions:
        late = late_days(action, day)
        title = title_for(actor, action, read)
        found.append(ActionRow(action, title, late, comes_to_agenda(late), action.pk in own))
    return found


def overdue(actor: Actor, now: datetime, **narrowed: Any) -> list[Action]:
    """Return the actions that are so late that a forum takes them up by itself, the latest first."""
    day = local_day(now)
    rows = visible_actions(actor).filter(state__in=UNDONE_VALUES, due_on__lt=day, **narrowed)
    late = [one for one in rows if comes_to_agenda(late_days(one, day))]
    return sorted(late, key=lambda one: -late_days(one, day))


def most_urgent_of(actions: Iterable[Action], now: datetime) -> tuple[list[Action], int]:
    """Return the ten that weigh most by age and risk, and how many are only counted."""
    day = local_day(now)
    return most_urgent([(one, Late(late_days(one, day), ActionRisk(one.risk))) for one in actions])


def _may_read_child_note(actor: Actor, action: Action, steps: Iterable[ActionStep]) -> bool:
    """Return whether the actor may read what is best for the children.

    The author reads it whatever its class only as long as nobody else has changed the action: from then on
    the words may be somebody else's, and the class alone decides.
    """
    change = ActionMove.CHANGE.value
    if any(step.move == change and step.function_id != action.author_id for step in steps):
        own_class = SharingClass(action.child_note_class) <= reads_up_to(actor)
        return own_class and covers_place(actor, action.place_id)
    return may_read(actor, action.child_note_class, action.author, action.place_id)


def view_of(actor: Actor, action: Action, now: datetime, read: ReadTexts) -> ActionView:
    """Return an action with its steps, its pictures and what the reader may do with it."""
    raiser = raiser_of(action)
    steps = []
    for step in action.steps.select_related("function__organisation", "responsible__organisation"):
        # Whoever raised it reads what it is told, also why an action was written off.
        also = {raiser} if step.move in {"tell", "write_off"} else set()
        readable = not step.note or may_read(
            actor, step.note_class, step.function, action.place_id, also=also
        )
        if step.note and readable:
            read.note("note", step.note_class, step.function_id, actor)
        steps.append(StepRow(step, step.note if readable else "", not readable))
    may_child = _may_read_child_note(actor, action, [row.step for row in steps])
    if action.child_note and may_child:
        read.note("child_note", action.child_note_class, action.author_id, actor)
    parts = parts_in(actor, action, local_day(now))
    moves = moves_open_to(ActionState(action.state), parts) if can(actor, Permission.COOPERATE) else ()
    return ActionView(
        action=action,
        title=title_for(actor, action, read),
        child_note=action.child_note if may_child else "",
        child_note_hidden=bool(action.child_note) and not may_child,
        steps=tuple(steps),
        photos=tuple(action.photos.all()),
        moves=tuple(move.value for move in moves),
        late=late_days(action, local_day(now)),
        told=action.told_at is not None,
    )
