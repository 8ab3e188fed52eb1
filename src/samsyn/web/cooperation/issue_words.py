"""Codes of questions and actions as words: categories on chips, and refusals that name steps in words."""

from __future__ import annotations

from samsyn.domain.assets import AssetCategory
from samsyn.domain.errors import SamsynError
from samsyn.domain.glossary import UnknownTerm
from samsyn.domain.issues import IssueTopic
from samsyn.web.ui.messages import sentence
from samsyn.web.ui.templatetags.samsyn import term_label


def category_codes() -> tuple[str, ...]:
    """Return what a question may be about: things at the place first, then what people do."""
    return (*(one.value for one in AssetCategory), *(topic.value for topic in IssueTopic))


def category_choices() -> list[tuple[str, str]]:
    """Return the same with their words."""
    return [(code, term_label(code)) for code in category_codes()]


def refusal(error: SamsynError) -> str:
    """Return an error as a sentence, with codes of steps, states and parts as the glossary's words."""
    for name, fact in error.facts.items():
        if name in {"old", "new", "possible", "step", "parts"}:
            error.facts[name] = ", ".join(_word(part) for part in str(fact).split(", "))
    return sentence(error)


def _word(code: str) -> str:
    try:
        return term_label(code)
    except UnknownTerm:
        return code
