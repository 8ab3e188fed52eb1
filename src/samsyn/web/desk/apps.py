"""The app's name and what it fills in when Django starts."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Configuration of samsyn.web.desk."""

    name = "samsyn.web.desk"
    label = "desk"
