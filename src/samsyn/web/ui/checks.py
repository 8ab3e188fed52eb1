"""Django system checks: a wrong setting says what to do."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register


@register(Tags.security)
def settings_are_fit_to_serve(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Return an error for each setting that must not be served with."""
    found: list[CheckMessage] = []
    if settings.SECRET_KEY.startswith("not-set"):
        found.append(
            Error(
                "There is no secret key.",
                hint="Set SAMSYN_SECRET_KEY to at least 50 random characters and keep it out of the code.",
                id="samsyn.E001",
            )
        )
    if not settings.ALLOWED_HOSTS:
        found.append(
            Error(
                "No host name is allowed.",
                hint="Set SAMSYN_HOSTS to the name that people type, for example samsyn.kommun.se.",
                id="samsyn.E002",
            )
        )
    if not 3 <= settings.SAMSYN_SUPPRESSION_THRESHOLD <= 20:
        found.append(
            Error(
                "The suppression threshold is outside 3 to 20.",
                hint="Set SAMSYN_SUPPRESSION_THRESHOLD to a number from 3 to 20; 5 is the usual choice.",
                id="samsyn.E003",
            )
        )
    return found
