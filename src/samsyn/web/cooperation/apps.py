"""The app's name and the hooks it fills."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext as _

from samsyn.domain.access import Actor, Permission, can
from samsyn.web.ui import registry


def navigation(actor: Actor) -> list[tuple[int, str, str]]:
    """Return the menu entry of the cooperation page."""
    return [(30, _("Cooperation"), "cooperation")] if can(actor, Permission.VIEW_COOPERATION) else []


class CooperationConfig(AppConfig):
    """Configuration of samsyn.web.cooperation."""

    name = "samsyn.web.cooperation"
    label = "cooperation"

    def ready(self) -> None:
        """Fill the hooks of the lower apps."""
        from samsyn.web.cooperation.coverage_reading import agenda_points as coverage_points
        from samsyn.web.cooperation.tonight_sections import (
            cooperation_links as tonight_links,
            navigation as tonight_navigation,
            place_section,
        )

        registry.answer("navigation", tonight_navigation)
        registry.answer("place_sections", place_section)
        registry.answer("cooperation_links", tonight_links)
        registry.answer("agenda_points", coverage_points)
        registry.answer("navigation", navigation)
        from samsyn.web.cooperation import agreement_hooks, heads_up_reading
        from samsyn.web.cooperation.handover_paragraphs import handover_paragraphs

        registry.answer("cooperation_links", agreement_hooks.cooperation_links)
        registry.answer("notice_labels", agreement_hooks.notice_labels)
        registry.answer("agenda_points", agreement_hooks.agenda_points)
        registry.answer("tick", agreement_hooks.tick)
        registry.answer("handover_paragraphs", handover_paragraphs)
        registry.answer("tonight_lines", heads_up_reading.tonight_lines)
        registry.answer("start_sections", heads_up_reading.start_sections)
