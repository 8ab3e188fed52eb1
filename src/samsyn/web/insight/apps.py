"""The app's name and the hooks it fills."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext as _

from samsyn.domain.access import Actor, Permission, can
from samsyn.web.ui import registry


@dataclass(frozen=True)
class PictureSection:
    """The part of the place page that leads to its pictures."""

    years: tuple[int, int] | None
    pictures: Any
    template: str = "insight/section.html"
    order: int = 10


def place_sections(actor: Actor, place: Any) -> list[PictureSection]:
    """Return the part about situational pictures, for those who may read figures."""
    if not can(actor, Permission.VIEW_DATA):
        return []
    from samsyn.web.insight.models import SituationalPicture
    from samsyn.web.insight.services import default_years

    pictures = SituationalPicture.objects.visible_to(actor).filter(place=place)[:3]
    return [PictureSection(default_years(actor, place), pictures)]


def dataset_used_by(actor: Actor, slug: str, version: int) -> list[tuple[str, str]]:
    """Return the frozen pictures whose figures come from a version of a data set, as the actor reads them."""
    if not can(actor, Permission.VIEW_DATA):
        return []
    from samsyn.web.insight.models import SituationalPicture
    from samsyn.web.insight.services import edition_for

    visible = SituationalPicture.objects.visible_to(actor).select_related("place__workspace")
    return [
        (
            str(picture),
            reverse("frozen-picture", args=(picture.place.workspace.slug, picture.pk)),
        )
        for picture in visible.order_by("place__name", "-number")
        if any(
            (source["slug"], source["version"]) == (slug, version)
            for source in edition_for(actor, picture).findings.get("sources", ())
        )
    ]


@dataclass(frozen=True)
class DeviationSection:
    """The part of the place page that leads to what deviates there."""

    place: Any
    template: str = "insight/deviation_section.html"
    order: int = 12


@dataclass(frozen=True)
class MapSection:
    """The part of the place page that leads to what lies around it."""

    place: Any
    template: str = "insight/map_section.html"
    order: int = 55


def map_sections(_actor: Actor, place: Any) -> list[MapSection]:
    """Return the part about what lies around, for everybody who may see the place."""
    return [MapSection(place)]


def deviation_sections(actor: Actor, place: Any) -> list[DeviationSection]:
    """Return the part about events, where the workspace has any and the actor may read figures."""
    if not can(actor, Permission.VIEW_DATA):
        return []
    from samsyn.web.facts.event_services import has_events

    return [DeviationSection(place)] if has_events(place.workspace) else []


def navigation(actor: Actor) -> list[tuple[int, str, str]]:
    """Return the menu entry of what deviates, where the workspace has events."""
    if not can(actor, Permission.VIEW_DATA):
        return []
    from samsyn.web.facts.event_services import has_events
    from samsyn.web.people.models import Workspace

    workspace = Workspace.objects.get(pk=actor.workspace_id)
    return [(25, _("Deviations"), "deviations")] if has_events(workspace) else []


def hour_profile(actor: Actor, place: Any, period: Any) -> list[Any]:
    """Answer when in the week it happens at a place, for the coverage page."""
    from samsyn.web.insight.hour_profiles import hour_profiles

    return list(hour_profiles(actor, place, period))


def events_changed(workspace: Any, dataset: str) -> None:
    """Build the sums that pages read of a set of events."""
    from samsyn.web.insight.prepared import prepare

    prepare(workspace, dataset)


def tick(now: datetime) -> list[str]:
    """Assign events anew where boundaries or areas changed, and build the sums that pages read."""
    from samsyn.web.insight import prepared

    return prepared.tick(now)


class InsightConfig(AppConfig):
    """Configuration of samsyn.web.insight."""

    name = "samsyn.web.insight"
    label = "insight"

    def ready(self) -> None:
        """Fill the hooks of the lower apps."""
        registry.answer("place_sections", place_sections)
        registry.answer("place_sections", deviation_sections)
        registry.answer("place_sections", map_sections)
        registry.answer("navigation", navigation)
        registry.answer("hour_profile", hour_profile)
        registry.answer("dataset_used_by", dataset_used_by)
        registry.answer("events_changed", events_changed)
        registry.answer("tick", tick)
