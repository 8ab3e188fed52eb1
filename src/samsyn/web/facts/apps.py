"""The app's name and what it fills in when Django starts."""

from django.apps import AppConfig


class FactsConfig(AppConfig):
    """Configuration of samsyn.web.facts."""

    name = "samsyn.web.facts"
    label = "facts"
