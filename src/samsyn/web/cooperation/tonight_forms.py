"""The form for a line on the tonight board: three choices and one line."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from samsyn.domain.access import SharingClass
from samsyn.domain.tonight import LONGEST_NOTE, NoteKind
from samsyn.web.ui.fields import offer
from samsyn.web.ui.templatetags.samsyn import term_label


class NoteForm(forms.Form):
    """What sort of line, the line, and who may read it."""

    takes_override_reason = True

    kind = forms.ChoiceField(label=_("What is it?"), widget=forms.RadioSelect, initial=NoteKind.MATTERS.value)
    text = forms.CharField(
        label=_("In one line"),
        help_text=_("About the place and the evening, never about a person. It disappears at 06:00."),
        max_length=LONGEST_NOTE,
        widget=forms.TextInput(attrs={"data-guard": "", "autocomplete": "off"}),
    )
    text_class = forms.TypedChoiceField(
        label=_("Who may read the line?"),
        help_text=_("Everybody in the cooperation sees that you have written something."),
        coerce=int,
        initial=SharingClass.AUTHORITIES.value,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "kind", [(one.value, term_label(one.value)) for one in NoteKind])
        kept = (SharingClass.AUTHORITIES, SharingClass.COOPERATION)
        offer(self, "text_class", [(one.value, term_label(one.name.lower())) for one in kept])
