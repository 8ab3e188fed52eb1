"""The shared kit's name, and its system checks."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Configuration of samsyn.web.ui."""

    name = "samsyn.web.ui"
    label = "ui"

    def ready(self) -> None:
        """Register the system checks."""
        from samsyn.web.ui import checks  # noqa: F401  (importing registers them)
