"""Codes of the store as words, for the pages about data sets."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.formats import number_format

from samsyn.web.facts import words

register = template.Library()


@register.filter
def word(code: Any, family: str) -> str:
    """Return a code as a word: ``{{ series.kind|word:"kind" }}``."""
    return words.word(family, code)


@register.filter
def vintage(code: str) -> str:
    """Return the vintage of a geography; the unknown one says so."""
    return words.vintage_word(code)


@register.filter
def figure(value: float | None) -> str:
    """Return a value with the decimals it has, and a space between thousands."""
    if value is None:
        return ""
    whole = float(value).is_integer()
    text = number_format(int(value) if whole else round(value, 4), use_l10n=True, force_grouping=True)
    return str(text)


@register.filter
def last_day(end: Any) -> Any:
    """Return the day before the end of a half-open period."""
    from datetime import timedelta

    return end - timedelta(days=1)
