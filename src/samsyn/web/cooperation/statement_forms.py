"""The form for an agreed statement."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from samsyn.domain.access import Actor, SharingClass
from samsyn.domain.statements import Audience
from samsyn.web.cooperation.agreement_forms import CLASSES, choices_of, class_field, day_field, text_field
from samsyn.web.cooperation.statement_models import Statement
from samsyn.web.cooperation.statement_services import Words
from samsyn.web.places.models import Place
from samsyn.web.ui.fields import offer, offer_rows


class StatementForm(forms.Form):
    """What is asked, what we answer, whom it is for and until when."""

    takes_override_reason = True

    question = text_field(_("What are we asked?"), 160)
    text = text_field(_("What we have agreed to answer"), 1200, rows=6)
    audience = forms.ChoiceField(label=_("For whom?"))
    place = forms.ModelChoiceField(
        label=_("Place"), queryset=Place.objects.none(), required=False, empty_label=_("All places")
    )
    sources = text_field(_("What it rests on"), 400, required=False)
    valid_until = day_field(_("May be said until"))
    sharing_class = class_field(_("Who may read it?"), SharingClass.COOPERATION)

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "audience", choices_of(Audience))
        offer(self, "sharing_class", choices_of(CLASSES))
        offer_rows(self, "place", Place.objects.visible_to(actor).in_order())

    def words(self) -> Words:
        """Return what was written."""
        given = dict(self.cleaned_data)
        return Words(audience=Audience(given.pop("audience")), **given)

    @staticmethod
    def initial_of(row: Statement) -> dict[str, Any]:
        """Return what a statement says now."""
        names = ("question", "text", "audience", "place", "sources", "valid_until", "sharing_class")
        return {name: getattr(row, name) for name in names}
