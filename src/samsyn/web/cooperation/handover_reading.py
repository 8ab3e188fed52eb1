"""Who takes over at a place, in order, and the cards that a telephone keeps for when there is no signal.

Nothing here is written anywhere: what was chosen is codes in an address, and no reading is recorded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from samsyn.domain.access import Actor, Permission, can
from samsyn.domain.actors import Need, TargetGroup
from samsyn.domain.calendar import STOCKHOLM
from samsyn.domain.glossary import term
from samsyn.domain.handover_order import Candidate, Situation, Tier, order, rule
from samsyn.domain.mandates import ANSWERING, HOLDS
from samsyn.web.cooperation.duty_reading import Reachable, functions_at, numbers_of, reachable
from samsyn.web.people.models import Function
from samsyn.web.places import mandate_reading
from samsyn.web.places.models import MandateCard, Place, SubPlace

#: Cards on a telephone die so long after they were made.
CARDS_LIVE = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Row:
    """One function of the answer."""

    reach: Reachable
    tier: Tier
    limits: str
    letter_box: str
    has_radio: bool
    may: tuple[str, ...]
    opens_another_day: bool


def who_takes_over(
    actor: Actor, place: Place, situation: Situation, at: datetime, sub_place: SubPlace | None = None
) -> list[Row]:
    """Return the functions that take a situation at a place, in the order to call them."""
    spot = None
    if sub_place is not None and sub_place.longitude is not None and sub_place.latitude is not None:
        spot = mandate_reading.Spot.rounded(sub_place.longitude, sub_place.latitude)
    day = at.astimezone(STOCKHOLM).date()
    functions = {one.pk: one for one in functions_at(actor, place, day)}
    answering = _answering(actor, place, spot, at)
    found = {one.function_id: one for one in reachable(actor, place, at)}
    candidates = [_candidate(functions[key], reach, answering) for key, reach in found.items()]
    return [
        _row(functions[placed.key], found[placed.key], placed.tier, answering.get(placed.key, ()), day)
        for placed in order(candidates, situation)
    ]


def _answering(
    actor: Actor, place: Place, spot: mandate_reading.Spot | None, at: datetime
) -> dict[UUID, tuple[str, ...]]:
    """Return the approved words that hold, by function; without a spot those of any area at the place."""
    found: dict[UUID, list[str]] = {}
    if spot is not None:
        for answer in mandate_reading.answers_at(actor, place, spot, at):
            if answer.card is not None:
                found.setdefault(answer.function.pk, []).append(answer.card.may)
    else:
        day = at.astimezone(STOCKHOLM).date()
        for card in mandate_reading.cards_at(actor, place):
            in_force = card.area is None or card.area.state_on(day) in HOLDS
            shown = mandate_reading.shown_card(actor, card, day)
            if in_force and shown.readable and shown.state in ANSWERING:
                found.setdefault(card.function_id, []).append(card.may)
    return {key: tuple(words) for key, words in found.items()}


def _candidate(function: Function, reach: Reachable, answering: dict[UUID, tuple[str, ...]]) -> Candidate:
    return Candidate(
        function.pk,
        function.name,
        frozenset(TargetGroup(code) for code in function.target_groups),
        frozenset(Need(code) for code in function.needs),
        reach.state,
        bool(reach.numbers),
        reach.opens_at,
        not function.needs_mandate or function.pk in answering,
    )


def _row(function: Function, reach: Reachable, tier: Tier, may: tuple[str, ...], day: date) -> Row:
    opens = reach.opens_at.astimezone(STOCKHOLM).date() if reach.opens_at else day
    return Row(reach, tier, function.limits, function.letter_box, function.has_radio, may, opens != day)


# ------------------------------------------------------------------ what a telephone keeps


def cards_for(actor: Actor, places: Sequence[Place], now: datetime, language: str) -> dict[str, Any]:
    """Return the cards that work without signal: functions, numbers, usual hours and approved words.

    Never a roster, and never what is not shared with the actor.
    """
    day = now.astimezone(STOCKHOLM).date()
    known = {place.pk: place for place in places}
    functions: dict[UUID, Function] = {}
    serves: dict[UUID, list[str]] = {}
    if can(actor, Permission.VIEW_COOPERATION):
        for place in places:
            for function in functions_at(actor, place, day):
                functions[function.pk] = function
                serves.setdefault(function.pk, []).append(place.slug)
    cards = [
        card
        for card in mandate_reading.cards_at(actor).filter(place__in=list(known))
        if mandate_reading.shown_card(actor, card, day).readable
        and card.state_on(day) in ANSWERING
        # An area that begins later today or was revoked gives no power that a telephone could claim.
        and (card.area is None or card.area.state_on(day) in HOLDS)
    ]
    return {
        "generated_at": now.isoformat(timespec="seconds"),
        "dies_at": (now + CARDS_LIVE).isoformat(timespec="seconds"),
        "rule": rule(),
        "labels": _labels(language),
        "places": [
            {"slug": place.slug, "name": place.name, "parts": [sub.name for sub in place.sub_places.all()]}
            for place in places
        ],
        "functions": [
            _function_card(function, serves[key], len(places), [c for c in cards if c.function_id == key])
            for key, function in functions.items()
        ],
    }


def _function_card(
    function: Function, serves: list[str], places: int, cards: list[MandateCard]
) -> dict[str, Any]:
    return {
        "id": str(function.pk),
        "name": function.name,
        "organisation": function.organisation.name,
        "groups": function.target_groups,
        "needs": function.needs,
        "limits": function.limits,
        "letter_box": function.letter_box,
        "has_radio": function.has_radio,
        "numbers": [
            {"number": one.number, "call": one.address, "label": one.label} for one in numbers_of(function)
        ],
        "hours": function.hours,
        "needs_mandate": function.needs_mandate,
        # Null is every place; a list is only these.
        "places": None if len(serves) == places and places > 1 else serves,
        "cards": [_mandate_card(card) for card in cards],
    }


def _mandate_card(card: MandateCard) -> dict[str, Any]:
    return {
        "place": card.place.slug,
        "may": card.may,
        "may_not": card.may_not,
        "holder": card.holder.name,
        "approved_on": card.approved_at.date().isoformat() if card.approved_at else None,
        "expires_on": card.expires_on.isoformat() if card.expires_on else None,
        "law": card.law.title if card.law else "",
        "area": card.area.name if card.area else None,
        "area_hours": card.area.hours if card.area else {},
        "area_until": card.area.valid_to.isoformat() if card.area and card.area.valid_to else None,
    }


def _labels(language: str) -> dict[str, str]:
    shown = "en" if language.startswith("en") else "sv"
    codes = [f"TargetGroup.{one.name}" for one in TargetGroup] + [f"Need.{one.name}" for one in Need]
    return {code.partition(".")[2].lower(): getattr(term(code), shown) for code in codes}
