"""``samsyn web …``: the web project's own commands, with its settings."""

from __future__ import annotations

import os
import sys


def set_up() -> None:
    """Start Django, for commands that act through the web's services."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "samsyn.web.settings")
    import django

    django.setup()


def run(words: list[str]) -> int:
    """Pass the words on to Django's command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "samsyn.web.settings")
    from django.core.management import ManagementUtility

    try:
        ManagementUtility(["samsyn web", *words]).execute()
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else 1
    except KeyboardInterrupt:
        print(file=sys.stderr)
    return 0
