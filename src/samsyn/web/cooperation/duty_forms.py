"""Forms for shifts and rosters."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from samsyn.domain.calendar import today
from samsyn.domain.duty import CancelReason
from samsyn.domain.hours import NoSuchTime, is_skipped, local_moment, read_clock
from samsyn.web.people.models import Function
from samsyn.web.places.models import SubPlace
from samsyn.web.ui.fields import day_input, guarded, offer, offer_rows
from samsyn.web.ui.messages import sentence
from samsyn.web.ui.templatetags.samsyn import term_label


class ShiftForm(forms.Form):
    """One function on duty for a time."""

    function = forms.ModelChoiceField(label=_("Function"), queryset=Function.objects.none())
    day = forms.DateField(label=_("Day"), initial=today, widget=day_input())
    starts = forms.CharField(label=_("From"), max_length=8, help_text=_("For example 18 or 18:30."))
    ends = forms.CharField(
        label=_("To"), max_length=8, help_text=_("Earlier than the beginning means the next day.")
    )
    sub_places = forms.ModelMultipleChoiceField(
        label=_("Parts of the place"), queryset=SubPlace.objects.none(), required=False
    )
    source = forms.CharField(label=_("Known from"), max_length=120, required=False, widget=guarded())

    def __init__(self, functions: Any, sub_places: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "function", functions)
        offer_rows(self, "sub_places", sub_places)

    def clean(self) -> dict[str, Any]:
        """Read both times on the day, or the end on the next."""
        cleaned = super().clean() or {}
        clocks = {}
        for name in ("starts", "ends"):
            clocks[name] = read_clock(cleaned.get(name, ""))
            if name in cleaned and clocks[name] is None:
                self.add_error(name, _("Write the time as 07:00, 7 or 22.30."))
        day, opens, closes = cleaned.get("day"), clocks["starts"], clocks["ends"]
        if day is None or opens is None or closes is None:
            return cleaned
        last = day + timedelta(days=1) if closes <= opens else day
        for name, on, clock in (("starts", day, opens), ("ends", last, closes)):
            if is_skipped(on, clock):
                self.add_error(name, sentence(NoSuchTime(day=on, clock=f"{clock:%H:%M}")))
        cleaned["starts_at"] = local_moment(day, opens)
        cleaned["ends_at"] = local_moment(last, closes, last=True)
        return cleaned

    def span(self) -> tuple[datetime, datetime]:
        """Return the beginning and the end, once the form is valid."""
        return self.cleaned_data["starts_at"], self.cleaned_data["ends_at"]


class RosterForm(forms.Form):
    """A roster copied from a spreadsheet."""

    table = forms.CharField(
        label=_("The roster"),
        help_text=_(
            "Copy the rows with their headings: funktion, dag, från, till, delplatser. "
            "Nothing is saved until every row is right."
        ),
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 12, "class": "coordinates", "spellcheck": "false"}),
    )
    source = forms.CharField(label=_("Known from"), max_length=120, required=False, widget=guarded())


class CancelForm(forms.Form):
    """Why a shift does not take place."""

    reason = forms.ChoiceField(label=_("Reason"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "reason", [(one.value, term_label(f"CancelReason.{one.name}")) for one in CancelReason])
