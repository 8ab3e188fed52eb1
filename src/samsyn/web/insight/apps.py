"""The app's name and what it fills in when Django starts."""

from django.apps import AppConfig


class InsightConfig(AppConfig):
    """Configuration of samsyn.web.insight."""

    name = "samsyn.web.insight"
    label = "insight"
