"""The app's name and the hooks it fills."""

from __future__ import annotations

from uuid import UUID

from django.apps import AppConfig
from django.utils.translation import gettext as _

from samsyn.domain.access import Actor, Permission, can
from samsyn.web.ui import registry


def navigation(actor: Actor) -> list[tuple[int, str, str]]:
    """Return the menu entry of the cooperation page."""
    return [(30, _("Cooperation"), "cooperation")] if can(actor, Permission.VIEW_COOPERATION) else []


def cooperation_links(actor: Actor) -> list[tuple[int, str, str, int | None]]:
    """Return the links of the cooperation page that lead to forums and meetings."""
    from samsyn.domain.calendar import now
    from samsyn.web.cooperation.meeting_reading import ahead, forums_for

    return [
        (10, _("Meetings"), "meetings", ahead(actor, now(), own=True).count()),
        (20, _("Forums"), "forums", forums_for(actor).filter(closed_on=None).count()),
    ]


def guard_names(workspace_id: UUID) -> set[str]:
    """Return the names of forums, which are not names of people."""
    from samsyn.web.cooperation.models import Forum

    return set(Forum.objects.filter(workspace_id=workspace_id).values_list("name", flat=True))


def hidden_names(actor: Actor) -> set[str]:
    """Return the names of forums that the actor may not see; many have the name of their place in them."""
    from samsyn.web.cooperation.models import Forum

    seen = Forum.objects.visible_to(actor).values_list("name", flat=True)
    return guard_names(actor.workspace_id) - set(seen)


class CooperationConfig(AppConfig):
    """Configuration of samsyn.web.cooperation."""

    name = "samsyn.web.cooperation"
    label = "cooperation"

    def ready(self) -> None:
        """Fill the hooks of the lower apps."""
        from samsyn.web.cooperation import issue_sections
        from samsyn.web.cooperation.agenda_reading import lifted_points
        from samsyn.web.cooperation.coverage_reading import agenda_points as coverage_points
        from samsyn.web.cooperation.meeting_sections import forum_section, meeting_section
        from samsyn.web.cooperation.tonight_sections import (
            cooperation_links as tonight_links,
            navigation as tonight_navigation,
            place_section,
        )

        registry.answer("place_sections", issue_sections.place_section)
        registry.answer("start_sections", issue_sections.waiting_section)
        registry.answer("cooperation_links", issue_sections.cooperation_links)
        registry.answer("agenda_points", issue_sections.agenda_points)
        registry.answer("navigation", tonight_navigation)
        registry.answer("place_sections", place_section)
        registry.answer("cooperation_links", tonight_links)
        registry.answer("agenda_points", coverage_points)
        registry.answer("navigation", navigation)
        registry.answer("cooperation_links", cooperation_links)
        registry.answer("guard_names", guard_names)
        registry.answer("hidden_names", hidden_names)
        registry.answer("agenda_points", lifted_points)
        registry.answer("start_sections", meeting_section)
        registry.answer("place_sections", forum_section)
