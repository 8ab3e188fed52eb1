"""Brings in actions that are already over, or half-way: by the same rules, audited as one batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from samsyn.domain.access import Actor, Permission, SharingClass, check_permission
from samsyn.domain.actions import ActionMove, ActionState, check_action_move, check_write_off
from samsyn.domain.issues import ToldTo
from samsyn.web.cooperation.issue_past_services import EVERYBODY
from samsyn.web.cooperation.issue_services import local_day
from samsyn.web.cooperation.models import Forum
from samsyn.web.people.models import Function
from samsyn.web.people.services import record
from samsyn.web.places.models import Place
from samsyn.web.ui.guarding import check_texts
from samsyn.web.ui.models import record_columns
from samsyn.web.work.action_services import Details
from samsyn.web.work.models import Action, ActionStep


@dataclass(frozen=True, slots=True)
class PastActionMove:
    """A step that was taken: when, what, by which function, with what words."""

    at: datetime
    move: ActionMove
    function: Function
    words: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PastAction:
    """An action that was proposed, and the steps it has taken since; it is due once it has been taken on."""

    place: Place
    forum: Forum
    proposed_at: datetime
    raiser: Function
    responsible: Function
    title: str
    details: Details
    due_on: date
    moves: tuple[PastActionMove, ...]


@transaction.atomic
def load_past_actions(actor: Actor, rows: Sequence[PastAction], *, now: datetime) -> list[Action]:
    """Write actions with all their steps; one event tells of the batch.

    Raises
    ------
    NotAllowed, TextRefused, ForbiddenTransition, ReasonNeeded, NotToldYet, WriteOffIncomplete
        Nothing is then written.
    """
    check_permission(actor, Permission.MANAGE_COOPERATION)
    texts = {text: text for row in rows for text in (row.title, *(move.words for move in row.moves))}
    check_texts(actor, {f"title and note {number}": text for number, text in enumerate(texts)})
    actions: list[Action] = []
    steps: list[ActionStep] = []
    for row in rows:
        action = _proposed(actor, row)
        steps.append(_step(action, ActionMove.PROPOSE, "", row.proposed_at, row.raiser, ""))
        for move in row.moves:
            before = action.state
            state = check_action_move(
                move.move, ActionState(before), EVERYBODY, words=move.words, told=action.told_at is not None
            )
            _stamp(action, row, move, state)
            steps.append(_step(action, move.move, before, move.at, move.function, move.words))
        actions.append(action)
    Action.objects.bulk_create(actions, batch_size=500)
    ActionStep.objects.bulk_create(steps, batch_size=500)
    record(actor, "load past actions", "Action", now=now, fields=("title", "state", "steps"))
    return actions


def _proposed(actor: Actor, row: PastAction) -> Action:
    columns = record_columns(actor, row.proposed_at, SharingClass.COOPERATION)
    columns |= {"owner_id": row.raiser.organisation_id, "author_id": row.raiser.pk}
    return Action(
        **columns, **row.details.columns(), place=row.place, forum=row.forum, title=row.title,
        responsible=row.responsible, state=ActionState.PROPOSED.value, moved_at=row.proposed_at,
    )  # fmt: skip


def _stamp(action: Action, row: PastAction, move: PastActionMove, state: ActionState) -> None:
    action.state, action.moved_at, action.revision = state.value, move.at, action.revision + 1
    if move.move is ActionMove.TAKE_ON:
        action.due_on = row.due_on
    elif move.move is ActionMove.MARK_DONE:
        action.done_on = local_day(move.at)
    elif move.move is ActionMove.WRITE_OFF:
        action.written_off_reason = check_write_off(move.reason, move.words).value
        action.told_at = move.at
    elif move.move is ActionMove.TELL:
        action.told_at = move.at


def _step(
    action: Action, move: ActionMove, before: str, at: datetime, function: Function, words: str
) -> ActionStep:
    tells = move in {ActionMove.TELL, ActionMove.WRITE_OFF}
    return ActionStep(
        action=action, at=at, move=move.value, function=function, from_state=before, to_state=action.state,
        responsible=action.responsible, due_on=action.due_on,
        told_to=ToldTo.TOLD_RAISER.value if tells else "", note=words,
        note_class=int(SharingClass.COOPERATION),
    )  # fmt: skip
