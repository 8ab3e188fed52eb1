"""What a form offers to choose among, when that is known first when the form is made."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _


def offer(form: forms.BaseForm, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
    """Let a field be answered with one of these (value, label)."""
    field = form.fields[name]
    if not isinstance(field, forms.ChoiceField):
        raise TypeError(f"{name} is not a choice")
    field.choices = list(choices)


def offer_rows(form: forms.BaseForm, name: str, rows: QuerySet[Any]) -> None:
    """Let a field be answered with one of these rows."""
    field = form.fields[name]
    if not isinstance(field, forms.ModelChoiceField):
        raise TypeError(f"{name} is not a choice among rows")
    field.queryset = rows


def day_input() -> forms.DateInput:
    """Return a field for a day that the browser knows how to show."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def guarded(rows: int = 0) -> forms.Widget:
    """Return a text field that the guard reads in the browser too."""
    if rows:
        return forms.Textarea(attrs={"rows": rows, "data-guard": ""})
    return forms.TextInput(attrs={"data-guard": ""})


class EndForm(forms.Form):
    """Why something in a register ends."""

    takes_override_reason = True

    reason = forms.CharField(label=_("Why?"), max_length=200, widget=guarded())
