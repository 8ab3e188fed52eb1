"""Named hooks that upper apps fill when Django starts and lower apps call: pull, never push.

A lower app asks, an upper app answers, and no import points upwards.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

_HOOKS: dict[str, list[Callable[..., Any]]] = defaultdict(list)

# What may be hooked, and what each is asked for.
HOOKS = {
    "places_of_membership": "(membership) -> set of place ids, or None for every place of the workspace",
    "place_sections": "(actor, place) -> sections of the place page, in order",
    "start_sections": "(actor) -> sections of the start page, in order",
    "search_hits": "(actor, words) -> hits",
    "guard_names": "(workspace_id, actor or None) -> names that the free-text guard lets through; to an"
    " actor only those it may know of",
    "guard_numbers": "(workspace_id) -> numbers of functions that the free-text guard lets through",
    "picture_paragraphs": "(actor, place, language) -> sentences about the assessments of the place",
    "dataset_used_by": "(actor, slug, version) -> (label, address) of what is built on a version",
    "text_overridden": "(actor, field, kinds, reason) -> None; a marked text is saved with a reason",
    "agenda_points": "(actor, forum, now) -> samsyn.domain.meetings.AgendaPoint for a meeting of the forum",
    "hour_profile": "(actor, place, period) -> samsyn.domain.coverage.HourProfile of each sort of need",
    "handover_paragraphs": "(actor, place, now) -> paragraphs of the handover pack of a place",
    "places_met_about": "(actor) -> set of the place ids that people meet about; they are shown first",
    "tonight_lines": "(actor, place, now) -> lines of the tonight board of a place",
    "issue_sections": "(actor, issue) -> sections of a question's page, in order",
    "cooperation_links": "(actor) -> links of the cooperation page: (order, label, url name, count or None);"
    " the headings over them are in cooperation.hub_views",
    "notices_waiting": "(actor) -> number of unread notices",
    "notice_labels": "(actor, thing, ids) -> {id: what it is called}, for the ids that the actor may read",
    "events_changed": "(workspace, dataset) -> None; events came or moved: build what pages read",
    "tick": "(now) -> lines on what was done; called every minute or so, changes nothing the second time",
    "navigation": "(actor) -> entries of the main menu: (order, label, url name)",
}


def answer(hook: str, how: Callable[..., Any]) -> None:
    """Register a function that answers a hook; called in ``AppConfig.ready``."""
    if hook not in HOOKS:
        raise KeyError(f"{hook} is not a hook; known: {', '.join(sorted(HOOKS))}")
    if how not in _HOOKS[hook]:
        _HOOKS[hook].append(how)


def ask(hook: str, *arguments: Any) -> Iterator[Any]:
    """Yield every answer to a hook, in the order the apps are installed."""
    for how in _HOOKS[hook]:
        yield how(*arguments)


def answers(hook: str) -> tuple[Callable[..., Any], ...]:
    """Return what answers a hook, for a caller that goes on when one of them fails."""
    return tuple(_HOOKS[hook])
