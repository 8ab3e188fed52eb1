"""The free-text guard as the services call it: before anything is saved, on every free text."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.http import HttpRequest

from samsyn.domain.access import Actor
from samsyn.domain.calendar import today
from samsyn.domain.errors import SamsynError
from samsyn.domain.guard import GuardContext, check_saveable
from samsyn.web.ui import registry


def context_for(workspace_id: UUID, actor: Actor | None = None) -> GuardContext:
    """Return the names and numbers of places, organisations and functions, which are not about people.

    With an actor: only those that the actor may know of. The check itself knows them all.
    """
    names: set[str] = set()
    for answer in registry.ask("guard_names", workspace_id, actor):
        names |= answer
    numbers: set[str] = set()
    for answer in registry.ask("guard_numbers", workspace_id):
        numbers |= answer
    return GuardContext(allowed_names=frozenset(names), function_numbers=frozenset(numbers))


def browser_context(actor: Actor) -> GuardContext:
    """Return what the guard in the browser may know for an actor: no place that the actor may not see."""
    return context_for(actor.workspace_id, actor)


def check_texts(actor: Actor, texts: Mapping[str, str], *, override_reason: str = "") -> None:
    """Raise when a text may hold something about a person; nothing is then saved.

    A soft stop that is overridden with a reason is logged for the data protection officer to sample.

    Raises
    ------
    samsyn.domain.guard.TextRefused
        With the marked words' kinds and what to write instead; never the text itself.
    """
    for problem in problems_in(actor, texts, override_reason=override_reason).values():
        raise problem


def problems_in(
    actor: Actor, texts: Mapping[str, str], *, override_reason: str = ""
) -> dict[str, SamsynError]:
    """Return what is wrong with each text by its name; log the overrides when all of them may be saved."""
    written = {name: text for name, text in texts.items() if text and text.strip()}
    if not written:
        return {}
    context = context_for(actor.workspace_id)
    problems: dict[str, SamsynError] = {}
    overridden: dict[str, tuple[str, ...]] = {}
    for name, text in written.items():
        try:
            result = check_saveable(text, override_reason or None, context=context, today=today())
        except SamsynError as error:
            problems[name] = error
        else:
            if result.has_soft:
                overridden[name] = result.kinds
    if not problems:
        log_overrides(actor, overridden, override_reason)
    return problems


def log_overrides(actor: Actor, overridden: Mapping[str, tuple[str, ...]], reason: str) -> None:
    """Tell the app that keeps the log which texts were saved with a reason; never the texts."""
    for name, kinds in overridden.items():
        for _answer in registry.ask("text_overridden", actor, name, kinds, reason):
            pass


def reason_given(request: HttpRequest) -> str:
    """Return why a marked text is to stand: the first reason that the form's fields give."""
    return next((reason for reason in request.POST.getlist("override_reason") if reason.strip()), "")
