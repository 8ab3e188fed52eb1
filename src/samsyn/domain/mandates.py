"""Areas where a power holds for a time, and the cards that say in words what may be done there.

A card is a text that the organisation holding the power has approved, with a date and an end. Geometry and
hour choose among approved cards; nothing here works out what anybody may do. Where no approved card holds,
the answer is: ask your own command.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from samsyn.domain.calendar import STOCKHOLM
from samsyn.domain.errors import SamsynError
from samsyn.domain.hours import OpeningHours

#: So long before its end an area or a card is said to run out [days].
WARNING_DAYS = 90


class MandateKind(StrEnum):
    """What sort of decision the area rests on."""

    GUARD_PERMIT = "guard_permit"
    CAMERA_AREA = "camera_area"
    LOCAL_RULES = "local_rules"
    ALCOHOL_BAN = "alcohol_ban"
    EVENT_PERMIT = "event_permit"
    SAFETY_ZONE = "safety_zone"


class MandateState(StrEnum):
    """Where a mandate area stands; the last four follow from dates."""

    APPLIED_FOR = "applied_for"
    NOT_YET = "not_yet"
    IN_FORCE = "in_force"
    RUNS_OUT_SOON = "runs_out_soon"
    RAN_OUT = "ran_out"
    REVOKED = "revoked"


class MandateStep(StrEnum):
    """What is written about a mandate area; everything else is computed from dates."""

    APPLICATION = "application"
    GRANTED = "granted"
    REVOCATION = "revocation"


MANDATE_TRANSITIONS: dict[MandateState, frozenset[MandateState]] = {
    MandateState.APPLIED_FOR: frozenset({MandateState.NOT_YET, MandateState.IN_FORCE}),
    MandateState.NOT_YET: frozenset({MandateState.IN_FORCE, MandateState.REVOKED}),
    MandateState.IN_FORCE: frozenset({MandateState.RUNS_OUT_SOON, MandateState.REVOKED}),
    MandateState.RUNS_OUT_SOON: frozenset({MandateState.RAN_OUT, MandateState.REVOKED}),
    MandateState.RAN_OUT: frozenset(),
    MandateState.REVOKED: frozenset(),
}

#: States in which the power holds today.
HOLDS = frozenset({MandateState.IN_FORCE, MandateState.RUNS_OUT_SOON})


class CardState(StrEnum):
    """Where a mandate card stands; only an approved one is ever shown as an answer."""

    DRAFT_CARD = "draft_card"
    APPROVED_CARD = "approved_card"
    CARD_RUNS_OUT_SOON = "card_runs_out_soon"
    CARD_RAN_OUT = "card_ran_out"


class NoSuchMandateStep(SamsynError):
    """The mandate area cannot take the step."""

    code = "SAM063"
    template = "A mandate area that is %(state)s cannot take that step."
    mend = "Register a new area with its own decision; the old one is kept with its dates."


def mandate_state(step: MandateStep, valid_from: date, valid_to: date | None, today: date) -> MandateState:
    """Return where a mandate area stands on a day; ``valid_to`` is the first day it no longer holds.

    Examples
    --------
    >>> mandate_state(MandateStep.GRANTED, date(2026, 1, 1), date(2027, 1, 1), date(2026, 11, 21)).value
    'runs_out_soon'
    """
    if step is MandateStep.REVOCATION:
        return MandateState.REVOKED
    if step is MandateStep.APPLICATION:
        return MandateState.APPLIED_FOR
    if today < valid_from:
        return MandateState.NOT_YET
    if valid_to is None:
        return MandateState.IN_FORCE
    if today >= valid_to:
        return MandateState.RAN_OUT
    soon = valid_to - today <= timedelta(days=WARNING_DAYS)
    return MandateState.RUNS_OUT_SOON if soon else MandateState.IN_FORCE


def check_mandate_step(state: MandateState, step: MandateStep) -> None:
    """Raise unless a mandate area in a state may be granted or revoked.

    Raises
    ------
    NoSuchMandateStep
        It has ended, or it stands there already.
    """
    allowed = {
        MandateStep.GRANTED: {MandateState.APPLIED_FOR},
        MandateStep.REVOCATION: {MandateState.NOT_YET, *HOLDS},
        MandateStep.APPLICATION: set[MandateState](),
    }[step]
    if state not in allowed:
        raise NoSuchMandateStep(state=state.value)


def card_state(approved_on: date | None, expires_on: date | None, today: date) -> CardState:
    """Return where a card stands on a day; ``expires_on`` is the first day it no longer answers.

    Examples
    --------
    >>> card_state(date(2026, 1, 1), date(2026, 11, 21), date(2026, 11, 21)).value
    'card_ran_out'
    """
    if approved_on is None or expires_on is None:
        return CardState.DRAFT_CARD
    if today >= expires_on:
        return CardState.CARD_RAN_OUT
    soon = expires_on - today <= timedelta(days=WARNING_DAYS)
    return CardState.CARD_RUNS_OUT_SOON if soon else CardState.APPROVED_CARD


#: States in which a card answers.
ANSWERING = frozenset({CardState.APPROVED_CARD, CardState.CARD_RUNS_OUT_SOON})


@dataclass(frozen=True, slots=True)
class CardCandidate:
    """One card with what chooses it; ``covers`` says whether its area holds the point.

    ``mandate`` is the state of the area that the card rests on, None for a card of the whole place;
    ``hours`` are when the area's power holds, empty for always.
    """

    card: Any
    function: Any
    state: CardState
    covers: bool
    mandate: MandateState | None = None
    hours: OpeningHours = field(default_factory=OpeningHours)


@dataclass(frozen=True, slots=True)
class CardAnswer:
    """What is answered for one function: an approved card, or None for "ask your own command"."""

    function: Any
    card: Any | None


def choose_cards(candidates: Iterable[CardCandidate], at: datetime) -> list[CardAnswer]:
    """Return for each function the approved cards that hold at the point and the moment.

    A function that has cards, none of which answers, is answered with None. Nothing is ever derived: a
    card that is missing gives no power and takes none away.

    Examples
    --------
    >>> old = CardCandidate("text", "guards", CardState.CARD_RAN_OUT, covers=True)
    >>> choose_cards([old], datetime(2026, 11, 21, tzinfo=STOCKHOLM))[0].card is None
    True
    """
    known = list(candidates)
    functions = list(dict.fromkeys(one.function for one in known))
    found = []
    for function in functions:
        answering = [one.card for one in known if one.function == function and _answers(one, at)]
        found += [CardAnswer(function, card) for card in answering] or [CardAnswer(function, None)]
    return found


def _answers(one: CardCandidate, at: datetime) -> bool:
    in_force = one.mandate is None or one.mandate in HOLDS
    in_hours = not one.hours.known or one.hours.open_until(at) is not None
    return one.covers and in_force and in_hours and one.state in ANSWERING


def is_over(day: date, at: datetime) -> bool:
    """Return whether a day has begun in Sweden at a moment: what ends on it has ended."""
    return at.astimezone(STOCKHOLM).date() >= day
