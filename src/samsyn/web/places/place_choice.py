"""Which place? Those where people meet about it come first; the rest is one press away."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from samsyn.domain.access import Actor
from samsyn.web.places.models import Place
from samsyn.web.ui import registry


@dataclass(frozen=True)
class PlaceChoice:
    """The places an actor may choose among, in Swedish order in each part."""

    worked: list[Place]
    others: list[Place]

    @property
    def every(self) -> list[Place]:
        """All of them."""
        return [*self.worked, *self.others]


def choice_of_places(actor: Actor) -> PlaceChoice:
    """Return the places that the actor sees: those with an open forum that the actor sees, and the others.

    Where no place has a forum, all of them come first.
    """
    places = list(Place.objects.visible_to(actor).in_order())
    met_about = set[UUID]().union(*registry.ask("places_met_about", actor))
    worked = [place for place in places if place.pk in met_about]
    if not worked:
        return PlaceChoice(places, [])
    return PlaceChoice(worked, [place for place in places if place.pk not in met_about])
