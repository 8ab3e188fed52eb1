"""Which mandate areas there are, what runs out, and which approved words hold at a point and an hour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from samsyn import geography
from samsyn.domain.access import Actor, Permission, SharingClass, can, can_read
from samsyn.domain.calendar import STOCKHOLM
from samsyn.domain.mandates import (
    CardAnswer,
    CardCandidate,
    CardState,
    MandateState,
    choose_cards,
)
from samsyn.web.places.models import Boundary, MandateArea, MandateCard, Place, in_force

#: Decimals that a position is rounded to before it is sent: about ten metres.
POSITION_DECIMALS = 4


@dataclass(frozen=True, slots=True)
class Spot:
    """A point, rounded; from a sub-place, from the map or from the telephone. It is never stored."""

    longitude: float
    latitude: float

    @classmethod
    def rounded(cls, longitude: float, latitude: float) -> Spot:
        """Return the point to about ten metres."""
        return cls(round(longitude, POSITION_DECIMALS), round(latitude, POSITION_DECIMALS))


@dataclass(frozen=True, slots=True)
class AreaShown:
    """A mandate area as one reader may see it."""

    area: MandateArea
    state: MandateState
    conditions: str
    conditions_hidden: bool


@dataclass(frozen=True, slots=True)
class CardShown:
    """A card as one reader may see it."""

    card: MandateCard
    state: CardState
    readable: bool


def areas_at(actor: Actor, place: Place | None = None) -> QuerySet[MandateArea]:
    """Return the mandate areas that the actor may see, of one place or of all."""
    rows = MandateArea.objects.visible_to(actor).select_related("holder", "place")
    if not can(actor, Permission.VIEW_COOPERATION):
        return rows.none()
    return rows.filter(place=place) if place is not None else rows


def cards_at(actor: Actor, place: Place | None = None) -> QuerySet[MandateCard]:
    """Return the cards that have not been put away and that the actor may see."""
    rows = MandateCard.objects.visible_to(actor).filter(put_away_on=None)
    if not can(actor, Permission.VIEW_COOPERATION):
        return rows.none()
    rows = rows.select_related("function__organisation", "holder", "area", "place", "approved_by")
    return rows.filter(place=place) if place is not None else rows


def shown_area(actor: Actor, area: MandateArea, day: date) -> AreaShown:
    """Return an area with its conditions where they are shared with the reader."""
    readable = can_read(actor, SharingClass(area.conditions_class), area.owner_id, area.place_id)
    readable = readable or area.holder_id == actor.organisation_id
    return AreaShown(
        area,
        area.state_on(day),
        area.conditions if readable else "",
        bool(area.conditions) and not readable,
    )


def shown_card(actor: Actor, card: MandateCard, day: date) -> CardShown:
    """Return a card and whether its words are shared with the reader."""
    readable = can_read(actor, SharingClass(card.text_class), card.owner_id, card.place_id)
    own = actor.organisation_id in {card.holder_id, card.function.organisation_id}
    return CardShown(card, card.state_on(day), readable or own)


def running_out(actor: Actor, day: date, place: Place | None = None) -> list[AreaShown]:
    """Return the areas that run out within the warning, the first to end first."""
    shown = [shown_area(actor, area, day) for area in areas_at(actor, place)]
    return [one for one in shown if one.state is MandateState.RUNS_OUT_SOON]


def answers_at(actor: Actor, place: Place, spot: Spot | None, at: datetime) -> list[CardAnswer]:
    """Return what each function may do at a point and a moment, in approved words only.

    Without a point the cards of the whole place answer and those of areas do not: which of them holds is
    not known. A function whose cards do not answer is there with None: ask your own command.
    """
    day = at.astimezone(STOCKHOLM).date()
    inside = spot is None or _in_place(actor, place, spot, day)
    candidates = []
    for card in cards_at(actor, place):
        shown = shown_card(actor, card, day)
        if not shown.readable:
            continue
        covers = inside if card.area is None else spot is not None and covers_spot(card.area, spot)
        candidates.append(
            CardCandidate(
                card,
                card.function,
                shown.state,
                covers,
                card.area.state_on(day) if card.area else None,
                **({"hours": card.area.opening_hours} if card.area else {}),
            )
        )
    return choose_cards(candidates, at)


def covers_spot(area: MandateArea, spot: Spot) -> bool:
    """Return whether the point lies in the area."""
    return geography.covers_lonlat(area.shape, spot.longitude, spot.latitude)


def _in_place(actor: Actor, place: Place, spot: Spot, day: date) -> bool:
    boundary = Boundary.objects.visible_to(actor).filter(in_force(day), place=place).first()
    return boundary is not None and geography.covers_lonlat(boundary.shape, spot.longitude, spot.latitude)


def place_at(actor: Actor, places: Sequence[Place], spot: Spot, day: date) -> Place | None:
    """Return the place that the point lies in: by a boundary in force, else by a mandate area in force."""
    known = {place.pk: place for place in places}
    for boundary in Boundary.objects.visible_to(actor).filter(in_force(day), place__in=list(known)):
        if geography.covers_lonlat(boundary.shape, spot.longitude, spot.latitude):
            return known[boundary.place_id]
    for area in areas_at(actor).filter(place__in=list(known)):
        if covers_spot(area, spot):
            return known[area.place_id]
    return None
