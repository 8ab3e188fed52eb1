"""Forms for forums and the seats in them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from samsyn.domain.access import Actor
from samsyn.domain.calendar import today
from samsyn.domain.forums import ForumLevel
from samsyn.web.cooperation.forum_services import ForumDetails
from samsyn.web.cooperation.models import Forum
from samsyn.web.people.models import Function
from samsyn.web.places.assessment_forms import ReasonToKeep
from samsyn.web.places.models import Place
from samsyn.web.ui.fields import offer, offer_rows
from samsyn.web.ui.templatetags.samsyn import term_label


def functions_of(actor: Actor) -> Any:
    """Return the functions of the actor's workspace, by organisation."""
    rows = Function.objects.filter(workspace_id=actor.workspace_id, closed_on=None).select_related(
        "organisation"
    )
    return rows.order_by("organisation__name", "name")


def guarded(rows: int = 0, **attrs: str) -> forms.Widget:
    """Return a guarded text field, on one line unless rows are asked for."""
    attributes = {"data-guard": "", **attrs}
    return forms.Textarea({**attributes, "rows": rows}) if rows else forms.TextInput(attributes)


class ForumForm(ReasonToKeep):
    """What a forum is."""

    name = forms.CharField(label=_("Name"), max_length=120, widget=guarded())
    level = forms.ChoiceField(label=_("Level"), widget=forms.RadioSelect)
    place = forms.ModelChoiceField(
        label=_("Place"),
        queryset=Place.objects.none(),
        required=False,
        empty_label=_("The whole workspace"),
    )
    purpose = forms.CharField(label=_("Purpose"), max_length=400, required=False, widget=guarded(3))
    cadence = forms.CharField(
        label=_("How often"), max_length=200, required=False, widget=guarded(),
        help_text=_("In words, such as twice a week before the evening shift."),
    )  # fmt: skip
    chair = forms.ModelChoiceField(label=_("Chair"), queryset=Function.objects.none(), required=False)
    fallback_chair = forms.ModelChoiceField(
        label=_("Fallback chair"),
        queryset=Function.objects.none(),
        required=False,
        help_text=_("Is offered the chair when the chair has not come five minutes after the start."),
    )
    lifts_to = forms.ModelChoiceField(
        label=_("Lifts questions to"), queryset=Forum.objects.none(), required=False
    )
    agenda = forms.CharField(
        label=_("Points of every meeting, one on each line"),
        max_length=1500,
        required=False,
        widget=guarded(5),
        help_text=_("A joint briefing always has its five points; then leave this empty."),
    )
    members = forms.ModelMultipleChoiceField(
        label=_("Members from today"),
        queryset=Function.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, actor: Actor, forum: Forum | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "level", [(one.value, term_label(one.value)) for one in ForumLevel])
        offer_rows(self, "place", Place.objects.visible_to(actor).in_order())
        for name in ("chair", "fallback_chair", "members"):
            offer_rows(self, name, functions_of(actor))
        others = Forum.objects.visible_to(actor).filter(closed_on=None)
        offer_rows(self, "lifts_to", others.exclude(pk=forum.pk) if forum else others)
        if forum is None:
            self.initial["level"] = ForumLevel.OPERATIONAL.value
            return
        # Seats and the place are not changed here: they have dates, and meetings belong to them.
        del self.fields["members"], self.fields["place"]
        columns = ("name", "level", "purpose", "cadence", "chair", "fallback_chair", "lifts_to")
        self.initial.update({name: getattr(forum, name) for name in columns})
        self.initial["agenda"] = "\n".join(forum.agenda)

    def details(self) -> ForumDetails:
        """Return what was filled in."""
        data = self.cleaned_data
        return ForumDetails(
            name=data["name"],
            level=ForumLevel(data["level"]),
            purpose=data["purpose"],
            cadence=data["cadence"],
            chair=data["chair"],
            fallback_chair=data["fallback_chair"],
            lifts_to=data["lifts_to"],
            agenda=data["agenda"].splitlines(),
        )


class SeatForm(forms.Form):
    """A function that is to sit in a forum."""

    function = forms.ModelChoiceField(label=_("Function"), queryset=Function.objects.none())
    valid_from = forms.DateField(
        label=_("From"), initial=today, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    large_enough = forms.BooleanField(
        label=_("The function is five people or more, so its attendance may be shown by itself"),
        required=False,
    )

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "function", functions_of(actor))
