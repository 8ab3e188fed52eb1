"""Where the tonight board is led to from: the main menu and the page of a place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from samsyn.domain.access import Actor, Permission, SharingClass, can, reads_up_to


def navigation(actor: Actor) -> list[tuple[int, str, str]]:
    """Return the menu entry of the tonight board."""
    return [(10, _("Tonight"), "tonight")] if can(actor, Permission.VIEW_COOPERATION) else []


@dataclass(frozen=True)
class TonightSection:
    """The part of the place page that leads to its board."""

    template: str = "cooperation/tonight_section.html"
    order: int = 2


def place_section(actor: Actor, place: Any) -> list[TonightSection]:
    """Return the way from a place to its board, for those who take part."""
    return [TonightSection()] if can(actor, Permission.VIEW_COOPERATION) else []


def cooperation_links(actor: Actor) -> list[tuple[int, str, str, int | None]]:
    """Return the hub's links to the board and, for the authorities, to the coverage."""
    if not can(actor, Permission.VIEW_COOPERATION):
        return []
    links: list[tuple[int, str, str, int | None]] = [(10, _("Tonight"), "tonight", None)]
    if reads_up_to(actor) >= SharingClass.AUTHORITIES:
        links.append((14, _("Coverage"), "coverage", None))
    return links
