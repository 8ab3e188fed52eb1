"""The app's name and the hooks it fills."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext as _

from samsyn.domain.access import Actor, Permission, can
from samsyn.web.ui import registry


@dataclass(frozen=True)
class DraftSection:
    """The part of the start page that leads back to tables on their way in."""

    drafts: Any
    template: str = "facts/start_section.html"
    order: int = 60


def navigation(actor: Actor) -> list[tuple[int, str, str]]:
    """Return the entry of the main menu for those who may read figures."""
    return [(40, _("Data sets"), "datasets")] if can(actor, Permission.VIEW_DATA) else []


def start_sections(actor: Actor) -> list[DraftSection]:
    """Return the function's own drafts, when it has any."""
    if not can(actor, Permission.LOAD_DATA):
        return []
    from samsyn.web.facts.imports import drafts_of

    drafts = list(drafts_of(actor).defer("content")[:5])
    return [DraftSection(drafts)] if drafts else []


class FactsConfig(AppConfig):
    """Configuration of samsyn.web.facts."""

    name = "samsyn.web.facts"
    label = "facts"

    def ready(self) -> None:
        """Fill the hooks of the lower app."""
        registry.answer("navigation", navigation)
        registry.answer("start_sections", start_sections)
