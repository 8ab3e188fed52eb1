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
        from samsyn.web.work.handover_paragraphs import handover_paragraphs

        registry.answer("handover_paragraphs", handover_paragraphs)
