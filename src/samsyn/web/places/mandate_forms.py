"""Forms for mandate areas, cards and the question what may be done at a spot."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy as _

from samsyn.domain.access import SharingClass
from samsyn.domain.calendar import today
from samsyn.domain.errors import SamsynError
from samsyn.domain.hours import OpeningHours, read_spans
from samsyn.domain.laws import laws
from samsyn.domain.mandates import MandateKind, MandateStep
from samsyn.web.people.models import Function, Organisation
from samsyn.web.places.forms import BoundaryForm
from samsyn.web.places.mandate_services import NewMandate
from samsyn.web.places.models import MandateArea
from samsyn.web.ui.fields import day_input, guarded, offer, offer_rows
from samsyn.web.ui.messages import sentence
from samsyn.web.ui.templatetags.samsyn import term_label

SHARED = (SharingClass.COOPERATION, SharingClass.AUTHORITIES)


def _classes() -> list[tuple[int, str]]:
    return [(one.value, term_label(f"SharingClass.{one.name}")) for one in SHARED]


def _laws() -> list[tuple[str, Any]]:
    english = (get_language() or "sv").startswith("en")
    found: list[tuple[str, Any]] = [("", _("Not said"))]
    for one in laws().values():
        found.append((one.code, f"{one.title}: {one.about_en if english else one.about_sv}"))
    return found


class MandateForm(BoundaryForm):
    """A shape with the decision that it rests on; the shape is drawn, typed or uploaded."""

    takes_override_reason = True

    kind = forms.ChoiceField(label=_("Kind"))
    name = forms.CharField(label=_("Name"), max_length=120, widget=guarded())
    holder = forms.ModelChoiceField(label=_("Who holds it"), queryset=Organisation.objects.none())
    decision_number = forms.CharField(
        label=_("Decision number"), max_length=60, required=False, widget=guarded()
    )
    law_code = forms.ChoiceField(label=_("Law"), required=False)
    valid_to = forms.DateField(
        label=_("Ends on"),
        help_text=_("The first day it no longer holds."),
        required=False,
        widget=day_input(),
    )
    conditions = forms.CharField(
        label=_("Conditions"), max_length=1000, required=False, widget=guarded(rows=3)
    )
    conditions_class = forms.TypedChoiceField(label=_("Who may read the conditions"), coerce=int)
    every_day = forms.CharField(
        label=_("Hours of each day"),
        help_text=_("For example 18–02 over midnight. Empty is always."),
        max_length=60,
        required=False,
    )
    applied_for = forms.BooleanField(label=_("Only applied for so far"), required=False)

    def __init__(self, organisations: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "kind", [(one.value, term_label(one.value)) for one in MandateKind])
        offer(self, "law_code", _laws())
        offer(self, "conditions_class", _classes())
        self.fields["conditions_class"].initial = SharingClass.AUTHORITIES.value
        offer_rows(self, "holder", organisations)
        del self.fields["reason"]

    def clean(self) -> dict[str, Any]:
        """Read the shape and the hours, and see that the end lies after the beginning."""
        cleaned = super().clean() or {}
        try:
            spans = read_spans(cleaned.get("every_day", ""), str(self.fields["every_day"].label))
        except SamsynError as error:
            spans = ()
            self.add_error("every_day", sentence(error))
        cleaned["hours"] = OpeningHours((spans,) * 7).as_json() if spans else {}
        first, end = cleaned.get("valid_from"), cleaned.get("valid_to")
        if first and end and end <= first:
            self.add_error("valid_to", _("The end must lie after the day it holds from."))
        return cleaned

    def mandate(self) -> NewMandate:
        """Return what the form says, once it is valid."""
        data = self.cleaned_data
        return NewMandate(
            kind=MandateKind(data["kind"]),
            name=data["name"],
            holder=data["holder"],
            wkb=data["wkb"],
            valid_from=data["valid_from"],
            valid_to=data["valid_to"],
            law_code=data["law_code"],
            decision_number=data["decision_number"],
            conditions=data["conditions"],
            conditions_class=SharingClass(data["conditions_class"]),
            hours=data["hours"],
            step=MandateStep.APPLICATION if data["applied_for"] else MandateStep.GRANTED,
            source=data["source"],
            approximate=data["approximate"],
        )


class CardForm(forms.Form):
    """What a function may do, in plain words."""

    takes_override_reason = True

    function = forms.ModelChoiceField(label=_("Function"), queryset=Function.objects.none())
    area = forms.ModelChoiceField(
        label=_("Area"),
        queryset=MandateArea.objects.none(),
        required=False,
        help_text=_("None chosen means the whole place."),
    )
    holder = forms.ModelChoiceField(
        label=_("Who holds the power and approves"),
        queryset=Organisation.objects.none(),
        required=False,
        help_text=_("None chosen means whoever holds the area, else the function's own organisation."),
    )
    may = forms.CharField(label=_("May do"), max_length=800, widget=guarded(rows=4))
    may_not = forms.CharField(label=_("May not do"), max_length=800, required=False, widget=guarded(rows=3))
    law_code = forms.ChoiceField(label=_("Law"), required=False)
    text_class = forms.TypedChoiceField(label=_("Who may read the card"), coerce=int)

    def __init__(self, functions: Any, areas: Any, organisations: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "function", functions)
        offer_rows(self, "area", areas)
        offer_rows(self, "holder", organisations)
        offer(self, "law_code", _laws())
        offer(self, "text_class", _classes())


class ApproveForm(forms.Form):
    """Until when the words hold."""

    expires_on = forms.DateField(
        label=_("Holds until"),
        help_text=_("At most two years. After that day the card answers: ask your own command."),
        widget=day_input(),
    )


class StepForm(forms.Form):
    """An application that was granted, or a permit that was revoked."""

    step = forms.ChoiceField(label=_("What was decided"))
    day = forms.DateField(label=_("Day"), initial=today, widget=day_input())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(
            self,
            "step",
            [(MandateStep.GRANTED.value, _("Granted")), (MandateStep.REVOCATION.value, _("Revoked"))],
        )
