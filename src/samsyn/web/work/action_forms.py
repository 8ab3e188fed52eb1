"""Forms for proposing an action, changing it, and each step of its way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from samsyn.domain.access import SharingClass
from samsyn.domain.actions import ActionRisk, WriteOffReason
from samsyn.web.cooperation.issue_forms import class_field, words_field
from samsyn.web.cooperation.issue_words import category_choices
from samsyn.web.people.models import Function, Organisation
from samsyn.web.places.models import Asset, Place, SubPlace
from samsyn.web.ui.fields import offer, offer_rows
from samsyn.web.ui.templatetags.samsyn import term_label
from samsyn.web.work.action_services import Details, NewPhoto
from samsyn.web.work.models import Action

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django_stubs_ext import StrOrPromise


def _day(label: StrOrPromise, *, required: bool = True) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget)


class PhotoFields(forms.Form):
    """A picture and the promise that goes with it."""

    photo = forms.FileField(
        label=_("Picture"),
        help_text=_("Position and time are removed. Faces are not blurred here: send no people."),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    confirmed = forms.BooleanField(
        label=_("I have looked: no people and no licence plates can be seen"), required=False
    )

    def clean(self) -> dict[str, Any]:
        """Ask for the promise where there is a picture."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("photo") and not data.get("confirmed"):
            self.add_error("confirmed", _("Look through the picture and say that nobody can be seen."))
        return data

    def new_photo(self) -> NewPhoto | None:
        """Return the picture that was sent."""
        sent = self.cleaned_data.get("photo")
        return NewPhoto(sent.read(), self.cleaned_data["confirmed"]) if sent else None


class DetailsForm(forms.Form):
    """What an action is about; the same fields when it is proposed and when it is changed."""

    takes_override_reason = True

    title = forms.CharField(
        label=_("What is to be done?"),
        help_text=_("One line about the place, never about a person."),
        max_length=200,
        widget=forms.TextInput(attrs={"data-guard": "", "autocomplete": "off"}),
    )
    kind = forms.ChoiceField(label=_("What is it about?"), required=False)
    risk = forms.ChoiceField(label=_("How grave is it that it waits?"), required=False)
    due_on = _day(_("To be done no later than"), required=False)
    cost_sek = forms.IntegerField(label=_("Cost in kronor"), required=False, min_value=0, max_value=10**9)
    touches_children = forms.BooleanField(label=_("It touches children"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "kind", [("", "–"), *category_choices()])
        offer(self, "risk", [(one.value, term_label(one.value)) for one in ActionRisk])
        self.fields["child_note"] = words_field(
            _("What is best for the children, and how it was weighed"), required=False
        )
        self.fields["title_class"] = class_field(
            _("Who may read the line?"), help_text=_("Whoever is to do it must be able to read it.")
        )
        self.fields["title_class"].initial = SharingClass.COOPERATION.value
        self.fields["risk"].initial = ActionRisk.MEDIUM_RISK.value

    def details(self, before: Action | None = None) -> Details:
        """Return what the form says; fields that the page left out stay as they were."""
        data = self.cleaned_data

        def given(name: str, old: Any) -> Any:
            return data[name] if name in self.fields else old

        return Details(
            kind=given("kind", before.kind if before else ""),
            risk=ActionRisk(given("risk", before.risk if before else "") or ActionRisk.MEDIUM_RISK),
            due_on=given("due_on", before.due_on if before else None),
            cost_sek=given("cost_sek", before.cost_sek if before else None),
            touches_children=given("touches_children", before.touches_children if before else False),
            child_note=given("child_note", before.child_note if before else ""),
            child_note_class=SharingClass(before.child_note_class) if before else SharingClass.AUTHORITIES,
            title_class=SharingClass(given("title_class", before.title_class if before else 1)),
        )

    @staticmethod
    def initial_of(action: Action) -> dict[str, Any]:
        """Return what an action says, as the form shows it."""
        names = (
            "title",
            "kind",
            "risk",
            "due_on",
            "cost_sek",
            "touches_children",
            "child_note",
            "title_class",
        )
        return {name: getattr(action, name) for name in names}

    def differences_from(self, action: Action) -> list[tuple[str, str, str]]:
        """Return label, mine and theirs of each field that differs from what was saved meanwhile."""
        theirs = type(self)(initial=self.initial_of(action)) if type(self) is DetailsForm else self
        found = []
        for name, field in self.fields.items():
            if name not in self.initial_of(action):
                continue
            choices = {str(code): str(word) for code, word in getattr(field, "choices", ())}
            mine, other = str(self[name].value() or ""), str(theirs[name].value() or "")
            mine, other = ("" if text == "False" else text for text in (mine, other))
            if mine != other:
                found.append((str(field.label), choices.get(mine, mine), choices.get(other, other)))
        return found


class ProposeForm(DetailsForm, PhotoFields):
    """An action from nothing or from a question: one line, where, a thing and a picture."""

    place = forms.ModelChoiceField(label=_("Place"), queryset=Place.objects.none(), empty_label=None)
    sub_place = forms.ModelChoiceField(
        label=_("Where at the place?"), queryset=SubPlace.objects.none(), required=False
    )
    asset = forms.ModelChoiceField(
        label=_("Is it about a thing?"), queryset=Asset.objects.none(), required=False
    )
    responsible = forms.ModelChoiceField(
        label=_("Who is to do it?"),
        help_text=_("Left out, whoever keeps the thing is asked first."),
        queryset=Function.objects.none(),
        required=False,
        empty_label=_("Ask whoever keeps it"),
    )

    def __init__(
        self,
        places: QuerySet[Place],
        sub_places: QuerySet[SubPlace],
        assets: QuerySet[Asset],
        functions: QuerySet[Function],
        *args: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "place", places)
        offer_rows(self, "sub_place", sub_places)
        offer_rows(self, "asset", assets)
        offer_rows(self, "responsible", functions)


class DueForm(forms.Form):
    """The day that whoever is to do it answers with."""

    due_on = _day(_("Done no later than"))


class WaitForm(forms.Form):
    """Whom the action waits for, and until when."""

    organisation = forms.ModelChoiceField(label=_("Waits for"), queryset=Organisation.objects.none())
    until = _day(_("Ask again on"))

    def __init__(self, organisations: QuerySet[Organisation], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "organisation", organisations)


class ReasonForm(forms.Form):
    """Words that a step needs, or may have."""

    takes_override_reason = True

    def __init__(self, label: StrOrPromise, *args: Any, required: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"] = words_field(label, required=required)


class PauseForm(ReasonForm):
    """Why an action rests, and until when."""

    until = _day(_("Rests until"))


class DoneForm(PhotoFields):
    """That an action is done, when, and how it looks now."""

    takes_override_reason = True

    done_on = _day(_("Done on"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"] = words_field(_("What was done"), required=False)


class WriteOffForm(forms.Form):
    """Why an action ends without being done; the words go to the one who raised it."""

    takes_override_reason = True

    reason = forms.ChoiceField(label=_("Why is it written off?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "reason", [(one.value, term_label(one.value)) for one in WriteOffReason])
        self.fields["note"] = words_field(_("What the one who raised it is told"))


class NoWordsForm(forms.Form):
    """A step that needs no words."""
