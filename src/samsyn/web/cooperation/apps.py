"""The app's name and the hooks it fills."""

from __future__ import annotations

from django.apps import AppConfig


class CooperationConfig(AppConfig):
    """Configuration of samsyn.web.cooperation."""

    name = "samsyn.web.cooperation"
    label = "cooperation"

    def ready(self) -> None:
        """Fill the hooks of the lower apps."""
