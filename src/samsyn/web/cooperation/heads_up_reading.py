"""Heads-ups as one reader may meet them, on their page, on the board and on the start page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from samsyn.domain.access import Actor, Permission, can, reads_up_to
from samsyn.domain.tonight import TonightLine
from samsyn.web.cooperation.heads_up_models import HeadsUp
from samsyn.web.places.models import Place

MOST_SHOWN = 5
MOST_PAST = 30


@dataclass(frozen=True, slots=True)
class Shown:
    """A heads-up for this reader; without text when it goes no further than others."""

    row: HeadsUp
    text: str
    may_retract: bool


def holding(actor: Actor, now: datetime, place: Place | None = None) -> list[Shown]:
    """Return the heads-ups that hold, newest first."""
    if not can(actor, Permission.VIEW_COOPERATION):
        return []
    rows = HeadsUp.objects.visible_to(actor).filter(expires_at__gt=now, retracted_at=None)
    if place is not None:
        rows = rows.filter(place=place)
    return [_shown(actor, one) for one in rows.select_related("author__organisation", "place")]


def all_of(actor: Actor, now: datetime) -> tuple[list[Shown], list[HeadsUp]]:
    """Return what holds, and the newest of what is over: that it was, never what it said."""
    over = HeadsUp.objects.visible_to(actor).exclude(expires_at__gt=now, retracted_at=None)
    return holding(actor, now), list(over.select_related("author__organisation", "place")[:MOST_PAST])


def _shown(actor: Actor, row: HeadsUp) -> Shown:
    readable = row.text_class <= reads_up_to(actor) or row.author_id == actor.function_id
    own = row.owner_id == actor.organisation_id and can(actor, Permission.COOPERATE)
    return Shown(row, row.text if readable else "", own or can(actor, Permission.MANAGE_COOPERATION))


def tonight_lines(actor: Actor, place: Place, now: datetime) -> list[TonightLine]:
    """Answer the tonight board: the heads-ups of the place, without text for those who may not read it."""
    address = reverse("heads-ups", kwargs={"workspace": place.workspace.slug})
    return [
        TonightLine(one.text, one.row.expires_at, one.row.author.name, address)
        for one in holding(actor, now, place)
    ]


@dataclass(frozen=True)
class HeadsUpSection:
    """The heads-ups of the start page."""

    shown: list[Shown]
    more: int
    template: str = "cooperation/heads_up_section.html"
    order: int = 4


def start_sections(actor: Actor) -> list[Any]:
    """Return the heads-ups that hold, when there are any."""
    from samsyn.domain.calendar import now

    found = holding(actor, now())
    return [HeadsUpSection(found[:MOST_SHOWN], max(0, len(found) - MOST_SHOWN))] if found else []
