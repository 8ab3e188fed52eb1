"""The free-text guard as the services call it: before anything is saved, on every free text."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from samsyn.domain.calendar import today
from samsyn.domain.guard import GuardContext, check_saveable
from samsyn.web.ui import registry


def context_for(workspace_id: UUID) -> GuardContext:
    """Return the names of places, organisations and functions that are not names of people."""
    names: set[str] = set()
    for answer in registry.ask("guard_names", workspace_id):
        names |= answer
    return GuardContext(allowed_names=frozenset(names))


def check_texts(workspace_id: UUID, texts: Mapping[str, str], *, override_reason: str = "") -> None:
    """Raise when a text may hold something about a person; nothing is then saved.

    Raises
    ------
    samsyn.domain.guard.TextRefused
        With the marked words' kinds and what to write instead; never the text itself.
    """
    written = {field: text for field, text in texts.items() if text and text.strip()}
    if not written:
        return
    context = context_for(workspace_id)
    for text in written.values():
        check_saveable(text, override_reason or None, context=context, today=today())
