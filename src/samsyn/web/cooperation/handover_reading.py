"""The handover pack put together from what every area says, and how many have read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from samsyn.domain.access import Actor, Permission, can
from samsyn.domain.calendar import STOCKHOLM
from samsyn.domain.handover import (
    FEWEST_IN_A_FUNCTION,
    HandoverParagraph,
    fitted,
    minutes_to_read,
    readers_shown,
    words_of,
)
from samsyn.web.cooperation.handover_models import HandoverReceipt
from samsyn.web.people.models import Function, Membership
from samsyn.web.places.models import Place
from samsyn.web.ui import registry

COUNTED_DAYS = 365


@dataclass(frozen=True, slots=True)
class PackPart:
    """One part of the pack with all its lines."""

    code: str
    lines: tuple[str, ...]
    address: str


@dataclass(frozen=True, slots=True)
class Pack:
    """The handover pack of a place for one reader."""

    place: Place
    parts: tuple[PackPart, ...]
    words: int
    minutes: int
    left_out: int
    function: Function
    read_on: object


@dataclass(frozen=True, slots=True)
class Readers:
    """How many in a function have read; None where the function is too small to say."""

    function: Function
    readers: int | None


def pack_for(actor: Actor, place: Place, now: datetime) -> Pack:
    """Return the pack within its length, as the actor may read it."""
    found: list[HandoverParagraph] = []
    for answer in registry.ask("handover_paragraphs", actor, place, now):
        found += [one for one in answer if isinstance(one, HandoverParagraph)]
    kept, left_out = fitted(found)
    words = words_of(kept)
    parts = []
    for part, some in groupby(kept, key=lambda one: one.part):
        group = list(some)
        lines = tuple(line for one in group for line in one.lines)
        parts.append(PackPart(part.value, lines, next((one.address for one in group if one.address), "")))
    latest = HandoverReceipt.objects.filter(place=place, user_id=actor.account_id).order_by("-on").first()
    return Pack(
        place=place,
        parts=tuple(parts),
        words=words,
        minutes=minutes_to_read(words),
        left_out=left_out,
        function=Function.objects.select_related("organisation").get(pk=actor.function_id),
        read_on=latest.on if latest else None,
    )


def readers_of(actor: Actor, place: Place, now: datetime) -> list[Readers]:
    """Return how many in each function have read in a year, for who leads the work."""
    if not can(actor, Permission.MANAGE_COOPERATION):
        return []
    day = now.astimezone(STOCKHOLM).date()
    since = day.fromordinal(day.toordinal() - COUNTED_DAYS)
    open_now = Membership.objects.filter(workspace_id=actor.workspace_id, valid_from__lte=day)
    members = list(open_now.exclude(valid_to__lte=day).values_list("function_id", "user_id"))
    read = set(
        HandoverReceipt.objects.filter(place=place, on__gte=since).values_list("function_id", "user_id")
    )
    functions = Function.objects.filter(pk__in={function for function, _user in members})
    rows = []
    for function in functions.select_related("organisation"):
        accounts = {user for one, user in members if one == function.pk}
        # The accounts that are here now: those who have left are not counted, nor told of.
        readers = sum((function.pk, user) in read for user in accounts)
        rows.append(Readers(function, readers_shown(readers, len(accounts))))
    return rows


def fewest() -> int:
    """Return how many a function has at least where its readers are counted."""
    return FEWEST_IN_A_FUNCTION
