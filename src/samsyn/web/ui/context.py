"""What the base template needs on every page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language

from samsyn import __version__
from samsyn.web.ui import registry
from samsyn.web.ui.offline import cards_address, reader_key


def page(request: HttpRequest) -> dict[str, Any]:
    """Return the menu, the workspace's notice and the version."""
    actor = getattr(request, "actor", None)
    workspace = getattr(request, "workspace", None)
    entries: list[tuple[int, str, str]] = []
    notice = ""
    unread = None
    if actor is not None and workspace is not None:
        entries = sorted(entry for answer in registry.ask("navigation", actor) for entry in answer)
        unread = next(iter(registry.ask("notices_waiting", actor)), None)
        english = (get_language() or "sv").startswith("en")
        notice = workspace.notice_en if english else workspace.notice_sv
    return {
        "actor": actor,
        "workspace": workspace,
        "workspace_notice": notice,
        "navigation": entries,
        "unread_notices": unread,
        "samsyn_version": __version__,
        "offline_reader": reader_key(getattr(request, "user", None)),
        "cards_address": cards_address(actor, workspace),
        "theme": theme if (theme := request.COOKIES.get("samsyn_theme")) in {"light", "dark"} else "",
    }
