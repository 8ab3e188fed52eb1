"""The app's name and the hooks it fills."""

from __future__ import annotations

from django.apps import AppConfig

from samsyn.web.ui import registry


class WorkConfig(AppConfig):
    """Configuration of samsyn.web.work."""

    name = "samsyn.web.work"
    label = "work"

    def ready(self) -> None:
        """Fill the hooks of the lower apps."""
        from samsyn.web.work import action_reminders, action_sections

        registry.answer("issue_sections", action_sections.issue_section)
        registry.answer("place_sections", action_sections.place_section)
        registry.answer("start_sections", action_sections.waiting_section)
        registry.answer("cooperation_links", action_sections.cooperation_links)
        registry.answer("agenda_points", action_sections.agenda_points)
        registry.answer("tick", action_reminders.tick)
        registry.answer("notice_labels", action_reminders.notice_labels)
        from samsyn.web.work.handover_paragraphs import handover_paragraphs

        registry.answer("handover_paragraphs", handover_paragraphs)
