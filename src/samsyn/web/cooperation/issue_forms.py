"""Forms for raising a question and for each step of its way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from samsyn.domain.access import SharingClass
from samsyn.web.cooperation.forum_models import Forum
from samsyn.web.cooperation.issue_words import category_choices
from samsyn.web.people.models import Function
from samsyn.web.places.models import Asset, Place, SubPlace
from samsyn.web.ui.fields import offer, offer_rows
from samsyn.web.ui.templatetags.samsyn import term_label

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django_stubs_ext import StrOrPromise

LONGEST_LINE = 200
LONGEST_ANSWER = 1000


def class_field(label: StrOrPromise, *, help_text: StrOrPromise = "") -> forms.TypedChoiceField:
    """Return the choice of who may read a text: authorities, or with one tap everybody who takes part."""
    field = forms.TypedChoiceField(
        label=label,
        help_text=help_text,
        coerce=int,
        initial=SharingClass.AUTHORITIES.value,
        widget=forms.RadioSelect,
    )
    kept = (SharingClass.AUTHORITIES, SharingClass.COOPERATION, SharingClass.OWN_ORGANISATION)
    field.choices = [(member.value, term_label(member.name.lower())) for member in kept]
    return field


def words_field(label: StrOrPromise, *, rows: int = 3, required: bool = True) -> forms.CharField:
    """Return a guarded text of a few lines."""
    return forms.CharField(
        label=label,
        max_length=LONGEST_ANSWER,
        required=required,
        widget=forms.Textarea(attrs={"rows": rows, "data-guard": ""}),
    )


class RaiseForm(forms.Form):
    """One line, where, what about, and who may read it."""

    takes_override_reason = True

    title = forms.CharField(
        label=_("What needs to be dealt with?"),
        help_text=_("One line about the place, never about a person."),
        max_length=LONGEST_LINE,
        widget=forms.TextInput(attrs={"data-guard": "", "autocomplete": "off", "autofocus": True}),
    )
    wants_answer = forms.BooleanField(label=_("I want an answer"), required=False, initial=True)
    category = forms.ChoiceField(label=_("What is it about?"), required=False, widget=forms.RadioSelect)
    place = forms.ModelChoiceField(label=_("Place"), queryset=Place.objects.none(), empty_label=None)
    sub_place = forms.ModelChoiceField(
        label=_("Where at the place?"), queryset=SubPlace.objects.none(), required=False
    )
    asset = forms.ModelChoiceField(
        label=_("Is it about a thing?"), queryset=Asset.objects.none(), required=False
    )
    forum = forms.ModelChoiceField(
        label=_("To which forum?"), queryset=Forum.objects.none(), required=False, empty_label=None
    )

    def __init__(
        self,
        places: QuerySet[Place],
        sub_places: QuerySet[SubPlace],
        assets: QuerySet[Asset],
        forums: QuerySet[Forum],
        *args: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "category", category_choices())
        offer_rows(self, "place", places)
        offer_rows(self, "sub_place", sub_places)
        offer_rows(self, "asset", assets)
        offer_rows(self, "forum", forums)
        self.fields["title_class"] = class_field(
            _("Who may read the line?"),
            help_text=_("Everybody in the cooperation sees that something has been raised."),
        )


class StepForm(forms.Form):
    """A step that needs no words."""


class ReasonForm(forms.Form):
    """Why a question is lifted or opened again."""

    takes_override_reason = True

    def __init__(self, label: StrOrPromise, *args: Any, required: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"] = words_field(label, required=required)


class AnswerForm(forms.Form):
    """The answer in plain words; the one who raised the question always reads it."""

    takes_override_reason = True

    text = words_field(_("The answer in plain words"), rows=4)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text_class"] = class_field(
            _("Who may read the answer?"),
            help_text=_("The one who raised the question always reads it."),
        )


class AssignForm(forms.Form):
    """Who is to answer."""

    function = forms.ModelChoiceField(label=_("Who is to answer?"), queryset=Function.objects.none())

    def __init__(self, functions: QuerySet[Function], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "function", functions)


class WidenForm(forms.Form):
    """Who may read the line from now on."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title_class"] = class_field(_("Who may read the line?"))
