"""Which period is looked at, and what keeps an eye on the place."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from samsyn.domain.coverage import ControlKind
from samsyn.web.cooperation.coverage_reading import _weekdays
from samsyn.web.places.models import Place, SubPlace
from samsyn.web.ui.fields import offer, offer_rows
from samsyn.web.ui.templatetags.samsyn import term_label


class ControlForm(forms.Form):
    """An open shop, a lit ground floor or a guardian, with weekdays and hours."""

    takes_override_reason = True

    kind = forms.ChoiceField(
        label=_("What is it?"), widget=forms.RadioSelect, initial=ControlKind.OPEN_BUSINESS.value
    )
    name = forms.CharField(
        label=_("What is it called?"),
        help_text=_("A business or a stretch of wall, never a person."),
        max_length=80,
        widget=forms.TextInput(attrs={"data-guard": "", "autocomplete": "off"}),
    )
    sub_place: forms.ModelChoiceField[SubPlace] = forms.ModelChoiceField(
        label=_("Where"), queryset=SubPlace.objects.none(), required=False, empty_label=_("The whole place")
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Days"), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    opens = forms.TimeField(
        label=_("From"), widget=forms.TimeInput(attrs={"type": "time", "class": "short"}, format="%H:%M")
    )
    closes = forms.TimeField(
        label=_("To"),
        help_text=_("Not later than the beginning means the next day."),
        widget=forms.TimeInput(attrs={"type": "time", "class": "short"}, format="%H:%M"),
    )

    def __init__(self, place: Place, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "kind", [(one.value, term_label(one.value)) for one in ControlKind])
        days = self.fields["weekdays"]
        assert isinstance(days, forms.TypedMultipleChoiceField)
        days.choices = list(enumerate(_weekdays()))
        offer_rows(self, "sub_place", place.sub_places.all())
