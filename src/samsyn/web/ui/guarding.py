"""The free-text guard as the services call it: before anything is saved, on every free text."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from samsyn.domain.calendar import today
from samsyn.web.ui import registry


def context_for(workspace_id: UUID) -> GuardContext:  # noqa: F821
    """Return the names of places, organisations and functions that are not names of people."""
    from samsyn.domain.guard import GuardContext

    names: set[str] = set()
    for answer in registry.ask("guard_names", workspace_id):
        names |= answer
    return GuardContext(allowed_names=frozenset(names))


def check_texts(workspace_id: UUID, texts: Mapping[str, str], *, override_reason: str = "") -> None:
    """Raise when a text may hold something about a person; nothing is then saved.

    Raises
    ------
    samsyn.domain.guard.TextRefused
        With the field, the marked words and what to write instead.
    """
    from samsyn.domain.guard import check_saveable

    context = None
    for field, text in texts.items():
        if text and text.strip():
            context = context or context_for(workspace_id)
            check_saveable(text, field=field, override_reason=override_reason, context=context, today=today())
