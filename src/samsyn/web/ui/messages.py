"""Samsyn's errors as sentences in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext

from samsyn.domain.errors import SamsynError


def sentence(error: SamsynError) -> str:
    """Return what happened and how to mend it, in the language of the request."""
    return f"{what_happened(error)} {how_to_mend(error)}".strip()


def what_happened(error: SamsynError) -> str:
    """Return the first half: what happened and where."""
    return gettext(error.template) % error.facts if error.template else str(error)


def how_to_mend(error: SamsynError) -> str:
    """Return the second half: what to do now."""
    return gettext(error.mend) % error.facts if error.mend else ""
