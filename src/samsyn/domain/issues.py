"""The life of a question as data: who may take which step, and what nobody may skip.

A question is never deleted. It ends when the one who raised it has been told the answer, and it can be
opened again after that. How long it waited on each level is read from its steps (`samsyn.domain.waiting`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from samsyn.domain.access import OrganisationKind
from samsyn.domain.errors import SamsynError
from samsyn.domain.forums import LIFTS_TO, ForumLevel
from samsyn.domain.status import ForbiddenTransition


class IssueState(StrEnum):
    """Where a question stands; its level says in which kind of forum."""

    QUESTION_OPEN = "question_open"
    LIFTED_TO_STRATEGIC = "lifted_to_strategic"
    LIFTED_TO_STEERING = "lifted_to_steering"
    RECEIVED = "received"
    ANSWERED = "answered"
    DECIDED = "decided"
    TOLD = "told"
    QUESTION_CLOSED = "question_closed"
    REOPENED = "reopened"


class IssueMove(StrEnum):
    """What somebody does with a question."""

    RAISE = "raise"
    LIFT = "lift"
    RECEIVE = "receive"
    ASSIGN = "assign"
    NOT_OURS = "not_ours"
    ANSWER = "answer"
    DECIDE = "decide"
    TELL = "tell"
    CLOSE = "close"
    REOPEN = "reopen"
    WIDEN = "widen"


class Part(StrEnum):
    """What a function is to a question or an action; one function may be several."""

    RAISER = "raiser"
    RESPONSIBLE = "responsible"
    CHAIR = "chair"
    MEMBER = "member"
    LEADER = "leader"
    DECIDER = "decider"
    BYSTANDER = "bystander"


class ToldTo(StrEnum):
    """Who got the answer back."""

    TOLD_RAISER = "told_raiser"
    TOLD_FORUM = "told_forum"


class IssueTopic(StrEnum):
    """What a question is about when it is about no thing at the place."""

    STAFFING = "staffing"
    SUPPORT = "support"
    PERMITS = "permits"
    SHARING_KNOWLEDGE = "sharing_knowledge"
    OTHER_TOPIC = "other_topic"


S, M = IssueState, IssueMove

UNANSWERED = frozenset({S.QUESTION_OPEN, S.RECEIVED, S.REOPENED})
LIFTED = frozenset({S.LIFTED_TO_STRATEGIC, S.LIFTED_TO_STEERING})
# A level is done with a question in these; what is left is to tell and to close.
SETTLED = frozenset({S.ANSWERED, S.DECIDED, S.TOLD, S.QUESTION_CLOSED})
ALIVE = frozenset(S) - {S.QUESTION_CLOSED}

_LEADS = frozenset({Part.CHAIR, Part.LEADER})
_SITS = _LEADS | {Part.MEMBER}


def usually_answer(category: str) -> tuple[OrganisationKind, ...]:
    """Return the kinds of organisation that are asked first about a category, in order.

    Examples
    --------
    >>> usually_answer("support")[0].value, usually_answer("light")[0].value
    ('municipality', 'municipality')
    """
    if not category:
        return ()
    topics = {topic.value: topic for topic in IssueTopic}
    return USUALLY_ANSWERS[topics[category]] if category in topics else KEEPS_THINGS


@dataclass(frozen=True, slots=True)
class MoveRule:
    """From which states a step is taken, and by whom; ``levels`` is None where every level has it.

    Attributes
    ----------
    states : frozenset of IssueState
        Where the question must stand.
    parts : frozenset of Part
        Who may; one of them is enough.
    levels : frozenset of ForumLevel or None
        In what kind of forum.
    reason : bool
        Whether it needs words: why it is lifted, what the answer is.
    """

    states: frozenset[IssueState]
    parts: frozenset[Part]
    levels: frozenset[ForumLevel] | None = None
    reason: bool = False


_BELOW_STEERING = frozenset(ForumLevel) - {ForumLevel.STEERING}

RULES: Mapping[IssueMove, MoveRule] = {
    M.LIFT: MoveRule(UNANSWERED, _SITS | {Part.RESPONSIBLE}, _BELOW_STEERING, reason=True),
    M.RECEIVE: MoveRule(LIFTED, _SITS),
    M.ASSIGN: MoveRule(UNANSWERED | LIFTED, _SITS),
    M.NOT_OURS: MoveRule(UNANSWERED | LIFTED, frozenset({Part.RESPONSIBLE, *_LEADS})),
    M.ANSWER: MoveRule(UNANSWERED, _LEADS | {Part.RESPONSIBLE}, _BELOW_STEERING, reason=True),
    M.DECIDE: MoveRule(
        UNANSWERED, frozenset({Part.CHAIR, Part.DECIDER}), frozenset({ForumLevel.STEERING}), reason=True
    ),
    M.TELL: MoveRule(frozenset({S.ANSWERED, S.DECIDED}), _SITS | {Part.RESPONSIBLE, Part.RAISER}),
    M.CLOSE: MoveRule(frozenset({S.TOLD}), _LEADS | {Part.RESPONSIBLE, Part.RAISER}),
    M.REOPEN: MoveRule(frozenset({S.TOLD, S.QUESTION_CLOSED}), _SITS | {Part.RAISER}, reason=True),
    M.WIDEN: MoveRule(frozenset(S), frozenset({Part.RAISER})),
}

# What each step leads to; LIFT leads to the state of the level above, the others that are not here stay.
_LEADS_TO: Mapping[IssueMove, IssueState] = {
    M.RAISE: S.QUESTION_OPEN,
    M.RECEIVE: S.RECEIVED,
    M.ANSWER: S.ANSWERED,
    M.DECIDE: S.DECIDED,
    M.TELL: S.TOLD,
    M.CLOSE: S.QUESTION_CLOSED,
    M.REOPEN: S.REOPENED,
}
_LIFTED_TO: Mapping[ForumLevel, IssueState] = {
    ForumLevel.STRATEGIC: S.LIFTED_TO_STRATEGIC,
    ForumLevel.STEERING: S.LIFTED_TO_STEERING,
}

# The states as the reference page draws them, made from the rules.
ISSUE_TRANSITIONS: dict[IssueState, frozenset[IssueState]] = {
    S.QUESTION_OPEN: frozenset({S.LIFTED_TO_STRATEGIC, S.ANSWERED}),
    S.LIFTED_TO_STRATEGIC: frozenset({S.RECEIVED}),
    S.LIFTED_TO_STEERING: frozenset({S.RECEIVED}),
    S.RECEIVED: frozenset({S.LIFTED_TO_STEERING, S.ANSWERED, S.DECIDED}),
    S.ANSWERED: frozenset({S.TOLD}),
    S.DECIDED: frozenset({S.TOLD}),
    S.TOLD: frozenset({S.QUESTION_CLOSED, S.REOPENED}),
    S.QUESTION_CLOSED: frozenset({S.REOPENED}),
    S.REOPENED: frozenset({S.LIFTED_TO_STRATEGIC, S.LIFTED_TO_STEERING, S.ANSWERED, S.DECIDED}),
}

# Days after which a question that still waits on a level is shown as having waited long: our own choice,
# a little more than the time between two meetings. A steering group meets twice a year.
PATIENCE_DAYS: Mapping[ForumLevel, int] = {
    ForumLevel.OPERATIONAL: 14,
    ForumLevel.EXTENDED: 30,
    ForumLevel.STRATEGIC: 60,
    ForumLevel.STEERING: 200,
}


# Which organisations usually answer a question that is about no thing with a known owner.
USUALLY_ANSWERS: Mapping[IssueTopic, tuple[OrganisationKind, ...]] = {
    IssueTopic.STAFFING: (OrganisationKind.POLICE, OrganisationKind.GUARD_COMPANY),
    IssueTopic.SUPPORT: (OrganisationKind.MUNICIPALITY, OrganisationKind.HEALTH_CARE),
    IssueTopic.PERMITS: (OrganisationKind.MUNICIPALITY, OrganisationKind.POLICE),
    IssueTopic.SHARING_KNOWLEDGE: (OrganisationKind.MUNICIPALITY, OrganisationKind.POLICE),
    IssueTopic.OTHER_TOPIC: (),
}
# A thing at the place whose owner nobody has registered: the municipality first, then who owns the houses.
KEEPS_THINGS = (
    OrganisationKind.MUNICIPALITY,
    OrganisationKind.MUNICIPAL_COMPANY,
    OrganisationKind.PROPERTY_OWNER,
    OrganisationKind.TRANSIT,
)


class NotYourStep(SamsynError):
    """The step belongs to another function."""

    code = "SAM070"
    template = "Your function does not take this step (%(step)s)."
    mend = "It is taken by: %(parts)s."


class NotToldYet(SamsynError):
    """A question or an action would end before the one who raised it has been told."""

    code = "SAM071"
    template = "The one who raised it has not been told the answer."
    mend = "Tell first, then close. If the function that raised it is gone, tell the forum."


class ReasonNeeded(SamsynError):
    """A step that others must be able to understand later has no words."""

    code = "SAM072"
    template = "This step needs words (%(step)s)."
    mend = "Write one sentence that the others can read later."


class NothingIsDeleted(SamsynError):
    """Something tried to delete a question, an action or one of their steps."""

    code = "SAM073"
    template = "A question, an action and their steps are never deleted."
    mend = "Close the question with an answer, or write the action off with a reason."


def check_move(
    move: IssueMove, state: IssueState, level: ForumLevel, parts: Iterable[Part], words: str = ""
) -> IssueState:
    """Return the state that a step leads to, or raise.

    Parameters
    ----------
    move : IssueMove
        The step; `IssueMove.RAISE` begins a question and is no step from a state.
    state : IssueState
        Where the question stands.
    level : ForumLevel
        The level that has it now.
    parts : iterable of Part
        What the acting function is to the question.
    words : str
        The reason or the answer, for the steps that need one.

    Returns
    -------
    IssueState
        Where the question stands afterwards; the same for a step that only changes who answers.

    Raises
    ------
    NotToldYet
        Closing before the one who raised it has been told.
    ForbiddenTransition
        The life of a question has no such step from here.
    NotYourStep
        The step belongs to another function.
    ReasonNeeded
        The step needs words.
    """
    rule = RULES[move]
    if move is IssueMove.CLOSE and state not in rule.states | {IssueState.QUESTION_CLOSED}:
        raise NotToldYet()
    if state not in rule.states or (rule.levels is not None and level not in rule.levels):
        raise ForbiddenTransition(
            old=state.value, new=move.value, possible=", ".join(moves_from(state, level)) or "-"
        )
    if not rule.parts & frozenset(parts):
        raise NotYourStep(step=move.value, parts=", ".join(sorted(rule.parts)))
    if rule.reason and not words.strip():
        raise ReasonNeeded(step=move.value)
    if move is IssueMove.LIFT:
        upper = LIFTS_TO[level]
        return _LIFTED_TO[upper] if upper is not None else state
    return _LEADS_TO.get(move, state)


def moves_from(state: IssueState, level: ForumLevel) -> tuple[IssueMove, ...]:
    """Return the steps that the life of a question has from a state on a level, whoever takes them."""
    return tuple(
        move
        for move, rule in RULES.items()
        if state in rule.states and (rule.levels is None or level in rule.levels)
    )


def moves_open_to(state: IssueState, level: ForumLevel, parts: Iterable[Part]) -> tuple[IssueMove, ...]:
    """Return the steps that a function may take now."""
    mine = frozenset(parts)
    return tuple(move for move in moves_from(state, level) if RULES[move].parts & mine)


def whom_to_tell(raiser_is_there: bool) -> ToldTo:
    """Return who gets the answer: the raiser while somebody acts for that function, else the forum.

    Examples
    --------
    >>> whom_to_tell(raiser_is_there=False).value
    'told_forum'
    """
    return ToldTo.TOLD_RAISER if raiser_is_there else ToldTo.TOLD_FORUM
