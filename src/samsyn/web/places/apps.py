"""The app's name and the hooks it fills."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.apps import AppConfig
from django.utils.translation import gettext as _

from samsyn.domain.access import Actor, Permission, can
from samsyn.web.ui import registry


def navigation(actor: Actor) -> list[tuple[int, str, str]]:
    """Return the menu entry of the place register."""
    return [(20, _("Places"), "places")] if can(actor, Permission.VIEW_PLACE) else []


def guard_names(workspace_id: UUID, actor: Actor | None) -> set[str]:
    """Return the names of places and sub-places, which are not names of people."""
    from samsyn.web.places.models import Place, SubPlace

    if actor is None:
        places = Place.objects.filter(workspace_id=workspace_id)
        parts = SubPlace.objects.filter(workspace_id=workspace_id)
    else:
        places = Place.objects.visible_to(actor)
        parts = SubPlace.objects.visible_to(actor).filter(place__in=places)
    return {*places.values_list("name", flat=True), *parts.values_list("name", flat=True)}


# So many places the start page names; the rest are on the map and in the table.
FIRST = 8


@dataclass(frozen=True)
class StartSection:
    """The part of the start page that leads to the places."""

    places: Any
    count: int
    template: str = "places/start_section.html"
    order: int = 10


def start_sections(actor: Actor) -> list[StartSection]:
    """Return the first places, those that people meet about before the rest, for who may see them."""
    if not can(actor, Permission.VIEW_PLACE):
        return []
    from samsyn.web.places.place_choice import choice_of_places

    every = choice_of_places(actor).every
    return [StartSection(every[:FIRST], len(every))]


class PlacesConfig(AppConfig):
    """Configuration of samsyn.web.places."""

    name = "samsyn.web.places"
    label = "places"

    def ready(self) -> None:
        """Fill the hooks of the lower apps."""
        from samsyn.web.places.assessment_paragraphs import picture_paragraphs
        from samsyn.web.places.assessment_sections import assessment_section, waiting_section
        from samsyn.web.places.handover_paragraphs import handover_paragraphs
        from samsyn.web.places.models import places_of_membership

        registry.answer("navigation", navigation)
        registry.answer("start_sections", start_sections)
        registry.answer("places_of_membership", places_of_membership)
        registry.answer("guard_names", guard_names)
        registry.answer("handover_paragraphs", handover_paragraphs)
        registry.answer("place_sections", assessment_section)
        registry.answer("start_sections", waiting_section)
        registry.answer("picture_paragraphs", picture_paragraphs)
