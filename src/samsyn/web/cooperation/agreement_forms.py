"""Forms for agreements, promises and heads-ups."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from samsyn.domain.access import Actor, SharingClass
from samsyn.domain.agreements import AgreementKind, CommitmentOutcome, MeasureKind
from samsyn.domain.calendar import today
from samsyn.domain.heads_ups import DEFAULT_HOURS, LONGEST_TEXT, HeadsUpHours
from samsyn.web.cooperation.agreement_models import Agreement, Commitment
from samsyn.web.cooperation.agreement_services import AgreementDetails
from samsyn.web.cooperation.commitment_services import Promise
from samsyn.web.people.models import Function, Organisation
from samsyn.web.places.models import Place
from samsyn.web.ui.fields import offer, offer_rows
from samsyn.web.ui.templatetags.samsyn import term_label

CLASSES = (SharingClass.COOPERATION, SharingClass.AUTHORITIES)


def day_field(label: Any, **more: Any) -> forms.DateField:
    """Return a day."""
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more
    )


def text_field(label: Any, most: int, *, rows: int = 0, **more: Any) -> forms.CharField:
    """Return a guarded text, on one line unless rows are asked for."""
    attributes: dict[str, Any] = {"data-guard": ""}
    widget = forms.Textarea(attrs={**attributes, "rows": rows}) if rows else forms.TextInput(attrs=attributes)
    return forms.CharField(label=label, max_length=most, widget=widget, **more)


def choices_of(enum: Iterable[Any]) -> list[tuple[str, str]]:
    """Return the members of an enumeration with their words."""
    return [(str(one.value), term_label(f"{type(one).__name__}.{one.name}")) for one in enum]


def class_field(label: Any, initial: SharingClass) -> forms.TypedChoiceField:
    """Return the choice of how far a text goes."""
    return forms.TypedChoiceField(
        label=label, coerce=lambda value: SharingClass(int(value)), initial=int(initial)
    )


class HeadsUpForm(forms.Form):
    """One line, where, for how long and for whom: twenty seconds."""

    takes_override_reason = True

    text = text_field(
        _("What should the others think of?"),
        LONGEST_TEXT,
        help_text=_("What and where, not who. In danger: 112."),
    )
    places = forms.ModelMultipleChoiceField(
        label=_("Where?"), queryset=Place.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    hours = forms.TypedChoiceField(label=_("For how long?"), coerce=int, initial=int(DEFAULT_HOURS))
    text_class = class_field(_("Who may read the text?"), SharingClass.AUTHORITIES)

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "places", Place.objects.visible_to(actor).in_order())
        offer(self, "hours", choices_of(HeadsUpHours))
        offer(self, "text_class", choices_of(reversed(CLASSES)))


class AgreementForm(forms.Form):
    """What is agreed, by whom, where and for how long."""

    takes_override_reason = True

    kind = forms.ChoiceField(label=_("Kind"))
    title = text_field(_("Name of the agreement"), 200)
    purpose = text_field(_("What is it for?"), 1000, rows=4, required=False)
    purpose_class = class_field(_("Who may read what it is for?"), SharingClass.COOPERATION)
    places = forms.ModelMultipleChoiceField(
        label=_("Places"),
        queryset=Place.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("The police and the municipality that own a place are always parties."),
    )
    organisations = forms.ModelMultipleChoiceField(
        label=_("Parties"),
        queryset=Organisation.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    first = day_field(_("First day"), initial=today)
    last = day_field(_("Last day"))
    reference = text_field(_("Reference number"), 120, required=False)
    source = text_field(_("Where is the document?"), 200, required=False)
    sharing_class = class_field(_("Who may see that it exists?"), SharingClass.COOPERATION)

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "kind", choices_of(AgreementKind))
        offer_rows(self, "places", Place.objects.visible_to(actor).in_order())
        offer_rows(self, "organisations", Organisation.objects.filter(workspace_id=actor.workspace_id))
        for name in ("sharing_class", "purpose_class"):
            offer(self, name, choices_of(CLASSES))

    def details(self) -> AgreementDetails:
        """Return what was filled in."""
        given = dict(self.cleaned_data)
        kind = AgreementKind(given.pop("kind"))
        return AgreementDetails(kind=kind, **{**given, "places": list(given["places"]),
                                              "organisations": list(given["organisations"])})  # fmt: skip

    @staticmethod
    def initial_of(row: Agreement) -> dict[str, Any]:
        """Return what a draft says now."""
        names = ("kind", "title", "purpose", "purpose_class", "first", "last", "reference", "source",
                 "sharing_class")  # fmt: skip
        return {
            **{name: getattr(row, name) for name in names},
            "places": list(row.places.all()),
            "organisations": [one.organisation for one in row.parties.select_related("organisation")],
        }


class EndForm(forms.Form):
    """Why an agreement is ended."""

    takes_override_reason = True

    reason = text_field(_("Why?"), 400, rows=3, help_text=_("Every party is told and can read the reason."))


class ExtendForm(forms.Form):
    """Until when the agreement that follows is to hold."""

    last = day_field(_("The new last day"))


class PromiseForm(forms.Form):
    """What a party takes on, and how it will show."""

    takes_override_reason = True

    organisation = forms.ModelChoiceField(label=_("Who promises?"), queryset=Organisation.objects.none())
    what = text_field(_("What?"), 300, rows=2)
    measure = forms.ChoiceField(label=_("How does it show?"))
    promised = forms.FloatField(label=_("How much?"), required=False, min_value=0, localize=True)
    unit = text_field(_("In what unit?"), 40, required=False, help_text=_("For example: rounds a week."))
    function = forms.ModelChoiceField(
        label=_("Which function or team?"),
        queryset=Function.objects.none(),
        required=False,
        help_text=_("Hours on site are then summed from its shifts."),
    )
    first = day_field(_("From"))
    last = day_field(_("Until"))

    def __init__(self, agreement: Agreement, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parties = agreement.parties.values("organisation_id")
        offer_rows(self, "organisation", Organisation.objects.filter(pk__in=parties))
        offer_rows(
            self,
            "function",
            Function.objects.filter(organisation__in=parties).select_related("organisation"),
        )
        offer(self, "measure", choices_of(MeasureKind))
        self.fields["first"].initial, self.fields["last"].initial = agreement.first, agreement.last

    def promise(self) -> Promise:
        """Return what was filled in."""
        given = dict(self.cleaned_data)
        return Promise(measure=MeasureKind(given.pop("measure")), **given)


class FollowUpForm(forms.Form):
    """How a promise went."""

    takes_override_reason = True

    outcome = forms.ChoiceField(label=_("How did it go?"), widget=forms.RadioSelect)
    delivered = forms.FloatField(label=_("Delivered"), required=False, min_value=0, localize=True)
    on = day_field(_("Followed up on"), initial=today)
    reason = text_field(
        _("Why not the whole?"), 400, rows=3, required=False, help_text=_("Needed unless it was kept.")
    )
    reason_class = class_field(_("Who may read the reason?"), SharingClass.AUTHORITIES)

    def __init__(self, commitment: Commitment, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "outcome", choices_of(CommitmentOutcome))
        offer(self, "reason_class", choices_of(reversed(CLASSES)))
        if commitment.measure == MeasureKind.DONE_OR_NOT.value:
            del self.fields["delivered"]
        else:
            unit = commitment.unit or term_label("MeasureKind.HOURS_ON_SITE")
            self.fields["delivered"].help_text = unit
