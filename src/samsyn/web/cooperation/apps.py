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


def takeover_navigation(actor: Actor) -> list[tuple[int, str, str]]:
    """Return the menu entry that is first of all: who takes over."""
    return [(5, _("Who takes over?"), "take-over")] if can(actor, Permission.VIEW_COOPERATION) else []


def actor_links(actor: Actor) -> list[tuple[int, str, str, int | None]]:
    """Return the links to functions, duty, mandates and things on the cooperation page."""
    if not can(actor, Permission.VIEW_COOPERATION):
        return []
    from samsyn.domain.calendar import today
    from samsyn.web.places.mandate_reading import running_out

    return [
        (60, _("Who is who"), "who-is-who", None),
        (62, _("Wanted and missing"), "wanted-actors", None),
        (64, _("Duty"), "duty", None),
        (66, _("Mandate areas running out soon"), "mandates", len(running_out(actor, today()))),
        (68, _("What may be done here?"), "what-may-be-done", None),
        (70, _("Things at the places"), "assets", None),
    ]


def cooperation_links(actor: Actor) -> list[tuple[int, str, str, int | None]]:
    """Return the links of the cooperation page that lead to forums and meetings."""
    from samsyn.domain.calendar import now
    from samsyn.web.cooperation.meeting_reading import ahead, forums_for

    return [
        (20, _("Meetings"), "meetings", ahead(actor, now(), own=True).count()),
        (22, _("Forums"), "forums", forums_for(actor).filter(closed_on=None).count()),
    ]


def guard_names(workspace_id: UUID, actor: Actor | None) -> set[str]:
    """Return the names of forums, which are not names of people; many have their place's name in them."""
    from samsyn.web.cooperation.models import Forum

    forums = Forum.objects.visible_to(actor) if actor else Forum.objects.filter(workspace_id=workspace_id)
    return set(forums.values_list("name", flat=True))


class CooperationConfig(AppConfig):
    """Configuration of samsyn.web.cooperation."""

    name = "samsyn.web.cooperation"
    label = "cooperation"

    def ready(self) -> None:
        """Fill the hooks of the lower apps."""
        from samsyn.web.cooperation import (
            agreement_hooks,
            check_reading,
            check_services,
            heads_up_reading,
            issue_reminders,
            issue_sections,
        )
        from samsyn.web.cooperation.agenda_reading import lifted_points
        from samsyn.web.cooperation.coverage_reading import agenda_points as coverage_points
        from samsyn.web.cooperation.handover_paragraphs import handover_paragraphs
        from samsyn.web.cooperation.meeting_sections import forum_section, meeting_section, places_met_about
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
        registry.answer("cooperation_links", agreement_hooks.cooperation_links)
        registry.answer("notice_labels", agreement_hooks.notice_labels)
        registry.answer("agenda_points", agreement_hooks.agenda_points)
        registry.answer("tick", agreement_hooks.tick)
        registry.answer("tick", issue_reminders.tick)
        registry.answer("tick", check_services.tick)
        registry.answer("cooperation_links", check_reading.cooperation_links)
        registry.answer("agenda_points", check_reading.agenda_points)
        registry.answer("notice_labels", check_reading.notice_labels)
        registry.answer("notice_labels", issue_reminders.notice_labels)
        registry.answer("handover_paragraphs", handover_paragraphs)
        registry.answer("handover_paragraphs", check_reading.handover_paragraphs)
        registry.answer("places_met_about", places_met_about)
        registry.answer("tonight_lines", heads_up_reading.tonight_lines)
        registry.answer("start_sections", heads_up_reading.start_sections)
        registry.answer("navigation", takeover_navigation)
        registry.answer("cooperation_links", actor_links)
        registry.answer("cooperation_links", cooperation_links)
        registry.answer("guard_names", guard_names)
        registry.answer("agenda_points", lifted_points)
        registry.answer("start_sections", meeting_section)
        registry.answer("place_sections", forum_section)
