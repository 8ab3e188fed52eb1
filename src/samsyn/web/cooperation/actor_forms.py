"""Forms for functions' cards, training and wanted parties."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy as _

from samsyn.domain.actors import (
    INVITATION_TRANSITIONS,
    InvitationState,
    Need,
    TargetGroup,
    TrainingCourse,
)
from samsyn.domain.calendar import today
from samsyn.domain.errors import SamsynError
from samsyn.domain.hours import WEEK, OpeningHours, read_dates, read_spans
from samsyn.web.people.models import Function, Organisation
from samsyn.web.places.models import Place
from samsyn.web.ui.fields import day_input, guarded, offer, offer_rows
from samsyn.web.ui.messages import sentence
from samsyn.web.ui.templatetags.samsyn import term_label

WEEKDAYS = (
    _("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"),
)  # fmt: skip


class CardForm(forms.Form):
    """Whom a function turns to, what it takes, its limits, its hours and how it is reached."""

    takes_override_reason = True

    name = forms.CharField(label=_("Name"), max_length=120, widget=guarded())
    assignment = forms.CharField(
        label=_("Assignment"), max_length=400, required=False, widget=guarded(rows=3)
    )
    target_groups = forms.MultipleChoiceField(
        label=_("For whom"), required=False, widget=forms.CheckboxSelectMultiple
    )
    needs = forms.MultipleChoiceField(
        label=_("Takes over"), required=False, widget=forms.CheckboxSelectMultiple
    )
    limits = forms.CharField(label=_("Limits"), max_length=400, required=False, widget=guarded(rows=2))
    numbers = forms.CharField(
        label=_("Function numbers"),
        help_text=_("One a line, the first is the one to call: 08-465 004 01 Vakthavande."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "inputmode": "tel"}),
    )
    is_the_functions = forms.BooleanField(
        label=_("The numbers reach whoever is on duty. None of them is a person's own."), required=False
    )
    letter_box = forms.EmailField(label=_("E-mail of the function"), max_length=120, required=False)
    has_radio = forms.BooleanField(
        label=_("There is a radio channel (what it is never stands here)"), required=False
    )
    needs_mandate = forms.BooleanField(
        label=_("Acts only where an approved mandate card holds"), required=False
    )
    staff = forms.IntegerField(
        label=_("How many work in the function"),
        help_text=_("Nothing is counted about a function with fewer than five people."),
        min_value=1,
        max_value=9999,
        required=False,
    )
    dates = forms.CharField(
        label=_("Days that differ"),
        help_text=_("One a line: 2026-12-24 stängt, or 2026-12-31 18–03."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    serves = forms.ModelMultipleChoiceField(
        label=_("Places it works at"),
        help_text=_("None chosen means all places."),
        queryset=Place.objects.none(),
        required=False,
    )

    def __init__(self, places: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, codes in (("target_groups", TargetGroup), ("needs", Need)):
            offer(self, name, [(one.value, term_label(one.value)) for one in codes])
        offer_rows(self, "serves", places)
        for at, label in enumerate(WEEKDAYS):
            hint = _("For example 07–15, or 18–02 over midnight. Empty is closed.") if at == 0 else ""
            self.fields[f"day_{at}"] = forms.CharField(
                label=label, max_length=60, required=False, help_text=hint
            )
        order = [name for name in self.fields if name not in {"dates", "serves"}]
        self.order_fields([*order, "dates", "serves"])

    def clean(self) -> dict[str, Any]:
        """Read the hours; every line that cannot be read is told of."""
        cleaned = super().clean() or {}
        week = []
        for at, label in enumerate(WEEKDAYS):
            try:
                week.append(read_spans(cleaned.get(f"day_{at}", ""), str(label)))
            except SamsynError as error:
                week.append(())
                self.add_error(f"day_{at}", sentence(error))
        try:
            dates = read_dates(cleaned.get("dates", ""))
        except SamsynError as error:
            dates = {}
            self.add_error("dates", sentence(error))
        hours = OpeningHours(tuple(week), dates)
        cleaned["hours"] = hours.as_json() if any(week) or dates else {}
        return cleaned

    def changes(self) -> dict[str, Any]:
        """Return what the form says of the card's own columns."""
        names = (
            "name", "assignment", "target_groups", "needs", "limits", "letter_box", "has_radio", "hours",
            "needs_mandate", "staff",
        )  # fmt: skip
        return {name: self.cleaned_data[name] for name in names}

    @staticmethod
    def initial_of(function: Function) -> dict[str, Any]:
        """Return what the form shows for a function as it is."""
        hours = function.opening_hours
        columns = (
            "name", "assignment", "target_groups", "needs", "limits", "letter_box", "has_radio",
            "needs_mandate", "staff",
        )  # fmt: skip
        shown: dict[str, Any] = {column: getattr(function, column) for column in columns}
        for at in range(WEEK):
            shown[f"day_{at}"] = ", ".join(span.text() for span in hours.week[at])
        lines = [
            f"{day} {', '.join(span.text() for span in spans) or gettext('closed')}"
            for day, spans in sorted(hours.dates.items())
        ]
        shown["dates"] = "\n".join(lines)
        shown["numbers"] = "\n".join(f"{one.number} {one.label}".strip() for one in function.numbers.all())
        shown["serves"] = [row.place_id for row in function.serves.all()]
        return shown


class NewFunctionForm(forms.Form):
    """A function of an organisation, by name."""

    takes_override_reason = True

    organisation = forms.ModelChoiceField(label=_("Organisation"), queryset=Organisation.objects.none())
    name = forms.CharField(label=_("Name"), max_length=120, widget=guarded())
    assignment = forms.CharField(
        label=_("Assignment"), max_length=400, required=False, widget=guarded(rows=3)
    )

    def __init__(self, organisations: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "organisation", organisations)


class TrainingForm(forms.Form):
    """What a function has trained, and when."""

    course = forms.ChoiceField(label=_("Course"))
    held_on = forms.DateField(label=_("Held on"), initial=today, widget=day_input())
    trained = forms.IntegerField(
        label=_("How many took part"),
        help_text=_("Only for a function with at least five people."),
        min_value=1,
        max_value=9999,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "course", [(one.value, term_label(one.value)) for one in TrainingCourse])


class WantedForm(forms.Form):
    """A party that is missing, why, and who asks."""

    takes_override_reason = True

    name = forms.CharField(label=_("Who is missing?"), max_length=120, widget=guarded())
    why = forms.CharField(label=_("What for?"), max_length=400, required=False, widget=guarded(rows=2))
    place = forms.ModelChoiceField(
        label=_("Place"),
        queryset=Place.objects.none(),
        required=False,
        help_text=_("None chosen means all places."),
    )
    asked_by = forms.ModelChoiceField(label=_("Who asks"), queryset=Function.objects.none(), required=False)
    ask_before = forms.DateField(label=_("Ask before"), required=False, widget=day_input())

    def __init__(self, places: Any, functions: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "place", places)
        offer_rows(self, "asked_by", functions)


class WantedStepForm(forms.Form):
    """The next step of an invitation."""

    to_state = forms.ChoiceField(label=_("New state"))
    on = forms.DateField(label=_("Day"), initial=today, widget=day_input())

    def __init__(self, state: InvitationState, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        possible = [one for one in InvitationState if one in INVITATION_TRANSITIONS[state]]
        offer(self, "to_state", [(one.value, term_label(one.value)) for one in possible])
