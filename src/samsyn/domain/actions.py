"""The life of an action as data: done or written off with a reason, never forgotten and never deleted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from samsyn.domain.errors import SamsynError
from samsyn.domain.issues import NotToldYet, NotYourStep, Part, ReasonNeeded
from samsyn.domain.status import ForbiddenTransition

_T = TypeVar("_T")

OVERDUE_DAYS = 30
MOST_ON_AGENDA = 10


class ActionState(StrEnum):
    """Where an action stands."""

    PROPOSED = "proposed"
    TRIED = "tried"
    DECIDED = "decided"
    ONGOING = "ongoing"
    DONE = "done"
    EFFECT_FOLLOWED = "effect_followed"
    FINISHED = "finished"
    WAITING_FOR_OTHER = "waiting_for_other"
    LIFTED = "lifted"
    PAUSED = "paused"
    WRITTEN_OFF = "written_off"
    REOPENED = "reopened"


class ActionMove(StrEnum):
    """What somebody does with an action."""

    PROPOSE = "propose"
    TRY = "try"
    TAKE_ON = "take_on"
    START = "start"
    WAIT = "wait"
    LIFT = "lift"
    PAUSE = "pause"
    RESUME = "resume"
    NOT_OURS = "not_ours"
    MARK_DONE = "mark_done"
    TELL = "tell"
    FOLLOW_EFFECT = "follow_effect"
    FINISH = "finish"
    WRITE_OFF = "write_off"
    REOPEN = "reopen"
    CHANGE = "change"
    WIDEN = "widen"


class WriteOffReason(StrEnum):
    """Why an action ends without being done."""

    NOT_OURS_TO_DECIDE = "not_ours_to_decide"
    COST = "cost"
    NO_LONGER_RELEVANT = "no_longer_relevant"
    REPLACED_BY = "replaced_by"
    LEGAL_OBSTACLE = "legal_obstacle"
    OTHER_GROUND = "other_ground"


class PhotoMoment(StrEnum):
    """When a picture of the place was taken."""

    BEFORE = "before"
    AFTER = "after"


class ActionRisk(StrEnum):
    """How grave it is that the action waits; decides its place on the agenda."""

    LOW_RISK = "low_risk"
    MEDIUM_RISK = "medium_risk"
    HIGH_RISK = "high_risk"


RISK_WEIGHT: Mapping[ActionRisk, int] = {
    ActionRisk.LOW_RISK: 1,
    ActionRisk.MEDIUM_RISK: 2,
    ActionRisk.HIGH_RISK: 3,
}

S, M = ActionState, ActionMove

MAIN = frozenset({S.PROPOSED, S.TRIED, S.DECIDED, S.ONGOING, S.REOPENED})
ASIDE = frozenset({S.WAITING_FOR_OTHER, S.LIFTED, S.PAUSED})
ENDED = frozenset({S.FINISHED, S.WRITTEN_OFF})
# What still has to be done; done and followed actions are no longer due.
UNDONE = MAIN | ASIDE

_LEADS = frozenset({Part.CHAIR, Part.LEADER})
_OWNS = _LEADS | {Part.RESPONSIBLE}


@dataclass(frozen=True, slots=True)
class ActionRule:
    """From which states a step is taken, by whom, and whether it needs words.

    Attributes
    ----------
    states : frozenset of ActionState
        Where the action must stand.
    parts : frozenset of Part
        Who may; one of them is enough.
    leads_to : ActionState or None
        None where the state stays, or where it depends (`ActionMove.RESUME`).
    reason : bool
        Whether it needs words.
    """

    states: frozenset[ActionState]
    parts: frozenset[Part]
    leads_to: ActionState | None = None
    reason: bool = False


RULES: Mapping[ActionMove, ActionRule] = {
    M.TRY: ActionRule(frozenset({S.PROPOSED, S.REOPENED}), _OWNS | {Part.MEMBER}, S.TRIED),
    M.TAKE_ON: ActionRule(frozenset({S.PROPOSED, S.TRIED, S.REOPENED}), _OWNS, S.DECIDED),
    M.START: ActionRule(frozenset({S.DECIDED, S.REOPENED}), _OWNS, S.ONGOING),
    M.WAIT: ActionRule(MAIN, _OWNS, S.WAITING_FOR_OTHER),
    M.LIFT: ActionRule(MAIN | {S.WAITING_FOR_OTHER}, _OWNS | {Part.MEMBER}, S.LIFTED, reason=True),
    M.PAUSE: ActionRule(MAIN, _OWNS, S.PAUSED, reason=True),
    M.RESUME: ActionRule(ASIDE, _OWNS),
    M.NOT_OURS: ActionRule(MAIN | ASIDE, _OWNS),
    M.MARK_DONE: ActionRule(
        frozenset({S.DECIDED, S.ONGOING, S.REOPENED, S.WAITING_FOR_OTHER}), _OWNS, S.DONE
    ),
    M.TELL: ActionRule(frozenset({S.DONE, S.EFFECT_FOLLOWED}), _OWNS | {Part.MEMBER, Part.RAISER}),
    M.FOLLOW_EFFECT: ActionRule(frozenset({S.DONE}), _OWNS, S.EFFECT_FOLLOWED),
    M.FINISH: ActionRule(frozenset({S.DONE, S.EFFECT_FOLLOWED}), _OWNS | {Part.RAISER}, S.FINISHED),
    M.WRITE_OFF: ActionRule(MAIN | ASIDE, _OWNS, S.WRITTEN_OFF, reason=True),
    M.REOPEN: ActionRule(
        ENDED | {S.DONE, S.EFFECT_FOLLOWED}, _OWNS | {Part.MEMBER, Part.RAISER}, S.REOPENED, reason=True
    ),
    M.CHANGE: ActionRule(MAIN | ASIDE, _OWNS | {Part.MEMBER, Part.RAISER}),
    M.WIDEN: ActionRule(frozenset(S), frozenset({Part.RAISER, Part.RESPONSIBLE})),
}


def _transitions() -> dict[ActionState, frozenset[ActionState]]:
    found: dict[ActionState, set[ActionState]] = {state: set() for state in ActionState}
    for rule in RULES.values():
        for state in rule.states:
            if rule.leads_to is not None:
                found[state].add(rule.leads_to)
    for state in ASIDE:
        found[state] |= {S.DECIDED, S.ONGOING}
    return {state: frozenset(targets - {state}) for state, targets in found.items()}


#: The states as the reference page draws them, made from the rules; an action that was aside goes back to
#: where it came from, drawn as the two states that it most often comes from.
ACTION_TRANSITIONS: dict[ActionState, frozenset[ActionState]] = _transitions()


class WaitingUnnamed(SamsynError):
    """An action would wait for nobody in particular, or without a day."""

    code = "SAM074"
    template = "An action that waits names whom it waits for and until when (missing: %(missing)s)."
    mend = "Choose the organisation and the day on which to ask again."


class WriteOffIncomplete(SamsynError):
    """An action would be written off without saying why."""

    code = "SAM075"
    template = "Writing off needs a reason from the list and words (missing: %(missing)s)."
    mend = "Choose a reason and write what the one who raised it is to be told."


class ChildNoteMissing(SamsynError):
    """An action that touches children has no written trial of what is best for them."""

    code = "SAM076"
    template = "The action touches children, and what is best for them is not written down."
    mend = "Write how the action affects children and how that was weighed."


def check_action_move(
    move: ActionMove,
    state: ActionState,
    parts: Iterable[Part],
    *,
    words: str = "",
    told: bool = False,
    came_from: ActionState | None = None,
) -> ActionState:
    """Return the state that a step leads to, or raise.

    Parameters
    ----------
    move : ActionMove
        The step.
    state : ActionState
        Where the action stands.
    parts : iterable of Part
        What the acting function is to the action.
    words : str
        The reason, for the steps that need one.
    told : bool
        Whether the one who raised it has been told how it went.
    came_from : ActionState, optional
        Where an action that waits, is lifted or paused came from.

    Returns
    -------
    ActionState
        Where the action stands afterwards.

    Raises
    ------
    ForbiddenTransition
        The life of an action has no such step from here.
    NotYourStep
        The step belongs to another function.
    ReasonNeeded
        The step needs words.
    NotToldYet
        Finishing before the one who raised it has been told.
    """
    rule = RULES[move]
    if state not in rule.states:
        possible = ", ".join(moves_from(state)) or "-"
        raise ForbiddenTransition(old=state.value, new=move.value, possible=possible)
    if not rule.parts & frozenset(parts):
        raise NotYourStep(step=move.value, parts=", ".join(sorted(rule.parts)))
    if rule.reason and not words.strip():
        raise ReasonNeeded(step=move.value)
    if move is ActionMove.FINISH and not told:
        raise NotToldYet()
    if move is ActionMove.RESUME:
        return came_from if came_from in MAIN else ActionState.DECIDED
    return rule.leads_to or state


def check_waiting(named: bool, until: date | None) -> None:
    """Raise unless an action that waits says for whom and until when.

    Raises
    ------
    WaitingUnnamed
        One of them is missing.
    """
    missing = [word for word, there in (("who", named), ("date", until is not None)) if not there]
    if missing:
        raise WaitingUnnamed(missing=", ".join(missing))


def check_write_off(reason: str, words: str) -> WriteOffReason:
    """Return the reason for writing off, when it is on the list and words go with it.

    Raises
    ------
    WriteOffIncomplete
        The reason or the words are missing.
    """
    known = reason in {member.value for member in WriteOffReason}
    missing = [word for word, there in (("reason", known), ("text", bool(words.strip()))) if not there]
    if missing:
        raise WriteOffIncomplete(missing=", ".join(missing))
    return WriteOffReason(reason)


def check_child_note(touches_children: bool, note: str) -> None:
    """Raise when an action that touches children has no written trial of what is best for them.

    Raises
    ------
    ChildNoteMissing
        The note is missing.
    """
    if touches_children and not note.strip():
        raise ChildNoteMissing()


def is_taken_on(state: ActionState, came_from: ActionState | None = None) -> bool:
    """Return whether somebody has answered with a day, so that the action is decided or further on.

    Parameters
    ----------
    state : ActionState
        Where the action stands.
    came_from : ActionState, optional
        Where an action that waits, is lifted or paused came from.

    Examples
    --------
    >>> is_taken_on(ActionState.PAUSED, ActionState.PROPOSED), is_taken_on(ActionState.ONGOING)
    (False, True)
    """
    return (came_from or state) not in RULES[ActionMove.TAKE_ON].states


def moves_from(state: ActionState) -> tuple[ActionMove, ...]:
    """Return the steps that the life of an action has from a state, whoever takes them."""
    return tuple(move for move, rule in RULES.items() if state in rule.states)


def moves_open_to(state: ActionState, parts: Iterable[Part]) -> tuple[ActionMove, ...]:
    """Return the steps that a function may take now."""
    mine = frozenset(parts)
    return tuple(move for move in moves_from(state) if RULES[move].parts & mine)


def days_overdue(
    state: ActionState, due_on: date | None, today: date, paused_until: date | None = None
) -> int:
    """Return how many days an action is late; 0 when it is not, is done, or rests until a later day.

    Waiting for somebody else and being lifted do not stop the clock; a pause does, until its day.

    Parameters
    ----------
    state : ActionState
        Where the action stands.
    due_on : date or None
        The last day it was to be done.
    today : date
        The day to count from.
    paused_until : date, optional
        Until when an action that is paused rests.

    Returns
    -------
    int
        Whole days after ``due_on``.

    Examples
    --------
    >>> days_overdue(ActionState.LIFTED, date(2026, 10, 1), date(2026, 11, 1))
    31
    >>> days_overdue(ActionState.PAUSED, date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1))
    0
    """
    if state not in UNDONE or due_on is None:
        return 0
    if state is ActionState.PAUSED and paused_until is not None and today < paused_until:
        return 0
    return max(0, (today - due_on).days)


def comes_to_agenda(days: int) -> bool:
    """Return whether an action is so late that the forum takes it up by itself."""
    return days > OVERDUE_DAYS


@dataclass(frozen=True, slots=True)
class Late:
    """An action that is late, as the agenda weighs it.

    Attributes
    ----------
    days : int
        How late.
    risk : ActionRisk
        How grave.
    """

    days: int
    risk: ActionRisk

    @property
    def weight(self) -> int:
        """Days late times the weight of the risk: a grave thing counts its days three times."""
        return self.days * RISK_WEIGHT[self.risk]


def most_urgent(rows: Sequence[tuple[_T, Late]], most: int = MOST_ON_AGENDA) -> tuple[list[_T], int]:
    """Return what an agenda shows of late actions, by age and risk, and how many it only counts.

    Parameters
    ----------
    rows : sequence of (thing, Late)
        The late actions in any order.
    most : int
        How many the agenda has room for.

    Returns
    -------
    tuple of list and int
        The heaviest first, and the number left out.
    """
    ordered = sorted(rows, key=lambda row: (-row[1].weight, -row[1].days))
    return [thing for thing, _late in ordered[:most]], max(0, len(ordered) - most)
