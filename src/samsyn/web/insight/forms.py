"""Forms about situational pictures."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from samsyn.web.ui.fields import offer

_TEXT = {"rows": 3, "data-guard": ""}


class YearsForm(forms.Form):
    """Which years the picture is about."""

    first = forms.TypedChoiceField(label=_("From year"), coerce=int)
    last = forms.TypedChoiceField(label=_("To year"), coerce=int)

    def __init__(self, years: tuple[int, ...], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(year, str(year)) for year in years]
        offer(self, "first", choices)
        offer(self, "last", choices)


class FreezeForm(forms.Form):
    """A note that follows the frozen version."""

    note = forms.CharField(
        label=_("Note to the version"), max_length=400, required=False, widget=forms.Textarea(attrs=_TEXT)
    )


class ApprovalForm(forms.Form):
    """A note to the approval."""

    note = forms.CharField(
        label=_("Note to the approval"), max_length=400, required=False, widget=forms.Textarea(attrs=_TEXT)
    )


class WithdrawForm(forms.Form):
    """Why an approval is taken back."""

    reason = forms.CharField(
        label=_("Why is it withdrawn?"), max_length=400, widget=forms.Textarea(attrs=_TEXT)
    )


class ChallengeForm(forms.Form):
    """I disagree: with what, and why."""

    takes_override_reason = True

    about = forms.CharField(
        label=_("What is it about?"),
        help_text=_("For example a series, a year or the boundary."),
        max_length=160,
        required=False,
        widget=forms.TextInput(attrs={"data-guard": ""}),
    )
    text = forms.CharField(
        label=_("What do you see differently?"), max_length=1000, widget=forms.Textarea(attrs=_TEXT)
    )


class AnswerForm(forms.Form):
    """The answer to somebody who disagrees."""

    text = forms.CharField(label=_("Answer"), max_length=1000, widget=forms.Textarea(attrs=_TEXT))
