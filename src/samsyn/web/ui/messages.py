"""Samsyn's errors as sentences in the reader's language."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext

from samsyn.domain.errors import SamsynError
from samsyn.domain.guard import HINTS, KINDS, TextRefused


def sentence(error: SamsynError) -> str:
    """Return what happened and how to mend it, in the language of the request."""
    return f"{what_happened(error)} {how_to_mend(error)}".strip()


def what_happened(error: SamsynError) -> str:
    """Return the first half: what happened and where."""
    return gettext(error.template) % _facts(error) if error.template else str(error)


def how_to_mend(error: SamsynError) -> str:
    """Return the second half: what to do now."""
    return gettext(error.mend) % _facts(error) if error.mend else ""


def _facts(error: SamsynError) -> dict[str, Any]:
    if isinstance(error, TextRefused):
        # The writer sees the own words marked; they are shown on the page and kept nowhere.
        marked = [f"{gettext(KINDS[hit.kind])} (”{hit.matched}”)" for hit in error.result.hits]
        return {
            "kinds": ", ".join(dict.fromkeys(marked)),
            "hint": " ".join(gettext(HINTS[code]) for code in error.result.hint_codes),
        }
    return {
        name: gettext(fact) if isinstance(fact, str) and fact else fact for name, fact in error.facts.items()
    }
