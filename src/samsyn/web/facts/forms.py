"""Forms about data sets: handing in, what is said about the table, withdrawal, context events."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from samsyn.domain.access import Actor, SharingClass, reads_up_to
from samsyn.domain.calendar import today
from samsyn.web.facts.words import choices
from samsyn.web.places.models import Place
from samsyn.web.ui.fields import offer, offer_rows
from samsyn.web.ui.templatetags.samsyn import term_label


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _guarded(rows: int = 0, **attrs: str) -> forms.Widget:
    if rows:
        return forms.Textarea(attrs={"rows": rows, "data-guard": "", **attrs})
    return forms.TextInput(attrs={"data-guard": "", **attrs})


class HandInForm(forms.Form):
    """A table, pasted or as a file."""

    text = forms.CharField(
        label=_("Paste the table"),
        help_text=_(
            "Copy it from the report with its headings, areas, years and footnotes, and paste it here."
        ),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false", "class": "coordinates"}),
    )
    file = forms.FileField(
        label=_("Or choose a file"),
        help_text=_("CSV, XLSX or JSON-stat2, at most 5 MB."),
        required=False,
        widget=forms.FileInput(
            attrs={"data-file": "", "accept": ".csv,.txt,.tsv,.xlsx,.xlsm,.xls,.ods,.json"}
        ),
    )
    override_reason = forms.CharField(
        label=_("Reason to keep a marked text"), max_length=200, required=False, widget=forms.TextInput()
    )


class AboutForm(forms.Form):
    """What is said about the whole table."""

    title = forms.CharField(
        label=_("Title of the data set"),
        help_text=_("As people will look for it, for example: Reported offences by base area 2017–2019."),
        max_length=200,
        widget=_guarded(),
    )
    publisher = forms.CharField(
        label=_("Who made the figures?"), max_length=160, widget=_guarded(list="publishers")
    )
    reference = forms.CharField(
        label=_("Report, table and page, or case number"), max_length=300, widget=_guarded()
    )
    licence = forms.CharField(
        label=_("Under which terms may they be used?"),
        help_text=_("For example: public document, or CC0."),
        max_length=120,
        widget=_guarded(list="licences"),
    )
    published = forms.DateField(
        label=_("Published by the source"),
        help_text=_(
            "Only if the source itself has published the figures: they are then shown as printed, also to "
            "readers outside the authorities."
        ),
        required=False,
        widget=_day(),
    )  # fmt: skip
    sharing_class = forms.TypedChoiceField(label=_("Who may read the data set?"), coerce=int)
    notes = forms.CharField(
        label=_("Footnotes and reservations of the source"),
        max_length=4000,
        required=False,
        widget=_guarded(3),
    )
    reason = forms.CharField(
        label=_("Why is it loaded anew?"), max_length=300, required=False, widget=_guarded()
    )

    def __init__(self, actor: Actor, *args: Any, replaces: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        widest = reads_up_to(actor)
        offered = [one for one in SharingClass if one <= widest or one is SharingClass.OWN_ORGANISATION]
        offer(self, "sharing_class", [(one.value, term_label(one.name.lower())) for one in offered])
        self.fields["sharing_class"].initial = SharingClass.COOPERATION.value
        if replaces:
            self.fields["reason"].required = True
        else:
            del self.fields["reason"]

    def said(self) -> dict[str, Any]:
        """Return what is right so far, as the draft keeps it; a field that is wrong keeps its former text."""
        kept = {name: value for name, value in self.cleaned_data.items() if name != "published"}
        if "published" in self.cleaned_data:
            day = self.cleaned_data["published"]
            kept["published"] = day.isoformat() if day else ""
        return kept


class WithdrawForm(forms.Form):
    """Why figures must no longer be used."""

    reason = forms.CharField(label=_("Why must the figures not be used?"), max_length=300, widget=_guarded(3))
    reinstate = forms.BooleanField(label=_("Let the version before it hold again"), required=False)


class EventForm(forms.Form):
    """Something that disturbs the series and is nobody's measure."""

    text_sv = forms.CharField(
        label=_("What happened?"),
        help_text=_("In a few words, for example: the metro station is rebuilt."),
        max_length=200,
        widget=_guarded(),
    )
    text_en = forms.CharField(
        label=_("The same in English"), max_length=200, required=False, widget=_guarded()
    )
    kind = forms.ChoiceField(label=_("Kind"))
    first = forms.DateField(label=_("First day"), widget=_day())
    last = forms.DateField(
        label=_("Last day"), help_text=_("Leave it empty while it lasts."), required=False, widget=_day()
    )
    place = forms.ModelChoiceField(
        label=_("Place"), queryset=Place.objects.none(), required=False, empty_label=_("The whole workspace")
    )
    source = forms.CharField(label=_("Source"), max_length=200, required=False, widget=_guarded())

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "kind", choices("event"))
        offer_rows(self, "place", Place.objects.visible_to(actor).in_order())
        self.fields["first"].initial = today

    def clean(self) -> dict[str, Any]:
        """Refuse an end before the beginning."""
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", _("The last day lies before the first."))
        return cleaned


class EventFileForm(forms.Form):
    """A file of events and the mapping that reads it."""

    file = forms.FileField(
        label=_("File of events"),
        help_text=_(
            "CSV, TSV, XLSX, Parquet, GeoPackage, GeoJSON or JSON; at most 5 MB and 100,000 rows. Larger "
            "files are loaded with samsyn ingest-events."
        ),
        widget=forms.FileInput(),
    )
    mapping = forms.ChoiceField(
        label=_("Mapping"),
        help_text=_("Says what the columns and codes of the source mean."),
    )
    mapping_file = forms.FileField(
        label=_("Own mapping"),
        help_text=_("A text file in TOML, when none of the ready ones fits."),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".toml,.txt"}),
    )
    dataset = forms.SlugField(
        label=_("Short name of the set"),
        help_text=_(
            "Lower-case letters, digits and hyphens. The name of a set that you have makes the next version."
        ),
        max_length=80,
        widget=forms.TextInput(attrs={"list": "own-sets", "autocomplete": "off"}),
    )
    title = forms.CharField(
        label=_("Title"),
        help_text=_("Left empty it is the title of the mapping."),
        max_length=200,
        required=False,
        widget=_guarded(),
    )
    reason = forms.CharField(
        label=_("Why is it loaded anew?"),
        help_text=_("Only when the set is there already."),
        max_length=300,
        required=False,
        widget=_guarded(),
    )

    def __init__(self, mappings: list[tuple[str, str]], own: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._own = own
        offer(self, "mapping", [*mappings, (own, str(_("An own mapping, chosen below")))])

    def clean(self) -> dict[str, Any]:
        """Ask for the file of an own mapping."""
        cleaned = super().clean() or {}
        if cleaned.get("mapping") == self._own and not cleaned.get("mapping_file"):
            self.add_error("mapping_file", _("Choose the file of the mapping."))
        return cleaned


class FigureForm(forms.Form):
    """A figure of one's own events, to be followed to the rows of the file."""

    slag = forms.ChoiceField(label=_("Kind"), required=False)
    plats = forms.ChoiceField(label=_("Place"), required=False)
    fran = forms.DateField(label=_("First day"), required=False, widget=_day())
    till = forms.DateField(label=_("Last day"), required=False, widget=_day())

    def __init__(
        self, kinds: list[tuple[str, str]], places: list[tuple[str, str]], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "slag", [("", str(_("All kinds"))), *kinds])
        offer(self, "plats", [("", str(_("Everywhere"))), *places])
