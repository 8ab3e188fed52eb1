"""The app's name and the hooks it fills."""

from __future__ import annotations

from django.apps import AppConfig


class WorkConfig(AppConfig):
    """Configuration of samsyn.web.work."""

    name = "samsyn.web.work"
    label = "work"

    def ready(self) -> None:
        """Fill the hooks of the lower apps."""
