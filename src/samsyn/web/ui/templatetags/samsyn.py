"""Template tags that every page may use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.translation import get_language, gettext

from samsyn.domain.access import Actor, Permission, SharingClass, can
from samsyn.domain.glossary import term
from samsyn.domain.guard import HINTS, KINDS, GuardContext
from samsyn.web.ui.guarding import browser_context
from samsyn.web.ui.messages import sentence

register = template.Library()


@register.filter
def may(actor: Actor | None, permission: str) -> bool:
    """Return whether the actor holds the permission: ``{% if request.actor|may:"assess" %}``."""
    return actor is not None and can(actor, Permission(permission))


@register.filter
def term_label(code: str) -> str:
    """Return the glossary's word for a code in the reader's language."""
    entry = term(str(code))
    return entry.en if (get_language() or "sv").startswith("en") else entry.sv


@register.simple_tag
def area_label(scheme: str, name: str) -> str:
    """Return an area's scheme and name, without saying the scheme twice."""
    word = term_label(scheme)
    return name if word.casefold() in name.casefold() else f"{word} {name}"


@register.filter
def class_label(value: int) -> str:
    """Return the word for a sharing class."""
    return term_label(SharingClass(value).name.lower())


@register.filter
def error_text(error: Any) -> str:
    """Return a Samsyn error as the sentence that says what happened and how to mend it."""
    return sentence(error)


@register.filter
def hectares(value: float | None) -> str:
    """Return an area in hectares with one decimal, or two under ten."""
    from django.utils.formats import number_format

    if value is None:
        return "–"
    return f"{number_format(value, 2 if value < 10 else 1)} ha"


@register.filter
def share(value: float) -> str:
    """Return a share of one as whole per cent, or "<1" when it is above nothing but under one."""
    if 0 < value < 0.01:
        return "<1\u00a0%"
    return f"{round(value * 100)}\u00a0%"


@register.filter
def marked_kinds(kinds: list[str]) -> str:
    """Return what the guard marked, in words."""
    return ", ".join(gettext(KINDS.get(kind, kind)) for kind in kinds)


@register.filter
def at(numbers: Mapping[Any, int], key: Any) -> int:
    """Return how many there are of something, which is none where it is not named."""
    return numbers.get(key, 0)


@register.filter
def is_start_of(prefix: str, path: str) -> bool:
    """Return whether an address begins with another: the menu entry of the page being read."""
    return path.startswith(prefix)


@register.inclusion_tag("ui/field.html", takes_context=True)
def field(context: template.Context, bound: Any) -> dict[str, Any]:
    """Show one field with its label, hint, errors and, where it is guarded, its message area."""
    widget = bound.field.widget
    described = []
    if bound.help_text:
        described.append(f"{bound.auto_id}_hint")
    if bound.errors:
        described.append(f"{bound.auto_id}_error")
        widget.attrs["aria-invalid"] = "true"
    guarded = "data-guard" in widget.attrs
    if guarded:
        described.append(f"{bound.auto_id}_guard")
    if described:
        widget.attrs["aria-describedby"] = " ".join(described)
    return {
        "field": bound,
        "guarded": guarded,
        # A soft stop is overridden with a reason; forms that save one say so by having the attribute.
        "reason": guarded and getattr(bound.form, "takes_override_reason", False),
        **(_guard_data(context) if guarded else {}),
        "is_checkbox": getattr(widget, "input_type", "") == "checkbox",
        "is_file": getattr(widget, "input_type", "") == "file",
    }


def _guard_data(context: template.Context) -> dict[str, Any]:
    """Return what the guard in the browser needs, once for each page: its hints, and harmless names."""
    request = context.get("request")
    if request is None or getattr(request, "guard_data_written", False):
        return {}
    request.guard_data_written = True
    actor = getattr(request, "actor", None)
    known = browser_context(actor) if actor else GuardContext()
    return {
        "guard_words": {"hints": {code: gettext(text) for code, text in HINTS.items()}},
        "guard_context": {
            "allowedNames": sorted(known.allowed_names),
            "functionNumbers": sorted(known.function_numbers),
        },
    }
