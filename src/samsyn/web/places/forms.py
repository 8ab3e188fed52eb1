"""Forms for places, boundaries, sub-places and decisions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from samsyn import geography
from samsyn.domain.access import OrganisationKind, SharingClass
from samsyn.domain.calendar import today
from samsyn.domain.categories import NeighbourhoodFact, PlaceKind, SubPlaceKind
from samsyn.domain.errors import SamsynError
from samsyn.domain.status import SCENE_TRANSITIONS, SceneStatus
from samsyn.web.people.models import Organisation, Workspace
from samsyn.web.places.models import Place
from samsyn.web.places.services import NewBoundary
from samsyn.web.ui.fields import offer, offer_rows
from samsyn.web.ui.messages import sentence
from samsyn.web.ui.templatetags.samsyn import term_label

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

DECLARABLE = (
    ("", _("As the file says")),
    ("3006", "SWEREF 99 TM"),
    ("4326", "WGS 84"),
    *((str(code), geography.system_name(code)) for code in range(3007, 3019)),
)
FACT_ANSWERS = (("", _("Not looked at")), ("yes", _("Yes")), ("no", _("No")), ("dont_know", _("Don't know")))


def _terms(enum: Any, empty: StrOrPromise | None = None) -> list[tuple[str, StrOrPromise]]:
    choices: list[tuple[str, StrOrPromise]] = [(member.value, term_label(member.value)) for member in enum]
    return [("", empty), *choices] if empty is not None else choices


class BoundaryForm(forms.Form):
    """A shape drawn on the map, or uploaded; it holds from a date and for a reason."""

    drawn = forms.CharField(label=_("Boundary drawn on the map"), required=False, widget=forms.HiddenInput())
    corners = forms.CharField(
        label=_("Corners of the boundary"),
        help_text=_(
            "One corner a line: longitude and latitude, for example 18.0649 59.3325. At least three. "
            "The map and this list follow each other."
        ),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "class": "coordinates", "spellcheck": "false"}),
    )
    file = forms.FileField(
        label=_("Or a file"),
        help_text=_(
            "GeoJSON, GeoPackage or shapefile (as a zip). SWEREF 99 TM, a local SWEREF zone or WGS 84."
        ),
        required=False,
    )
    declared_crs = forms.ChoiceField(
        label=_("Coordinate system of the file"), choices=DECLARABLE, required=False
    )
    valid_from = forms.DateField(
        label=_("Holds from"),
        initial=today,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    reason = forms.CharField(
        label=_("Why is the boundary changed?"),
        max_length=400,
        required=False,
        widget=forms.TextInput(attrs={"data-guard": ""}),
    )
    source = forms.CharField(
        label=_("Who decided it, or where is it from?"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"data-guard": ""}),
    )
    approximate = forms.BooleanField(label=_("The boundary is approximate"), required=False)

    def clean(self) -> dict[str, Any]:
        """Read the shape from whichever of the three ways was used."""
        cleaned = super().clean() or {}
        self.read: geography.ReadGeometry | None = None
        try:
            cleaned["wkb"] = self._read_shape(cleaned)
        except SamsynError as error:
            self.add_error("file" if cleaned.get("file") else None, sentence(error))
        return cleaned

    def _read_shape(self, cleaned: dict[str, Any]) -> bytes | None:
        uploaded = cleaned.get("file")
        if uploaded:
            self.read = geography.read_boundary(
                uploaded.name, uploaded.read(), declared_crs=cleaned.get("declared_crs") or None
            )
            return self.read.wkb_3006
        text = (cleaned.get("drawn") or "").strip()
        if text:
            try:
                geometry = json.loads(text)
            except ValueError:
                self.add_error(None, _("The drawing could not be read. Draw it again."))
                return None
            return geography.from_geojson_geometry(geometry)
        if (cleaned.get("corners") or "").strip():
            return self._read_corners(cleaned["corners"])
        self.add_error(
            None, _("There is no boundary. Draw it on the map, type its corners, or upload a file.")
        )
        return None

    def _read_corners(self, text: str) -> bytes | None:
        ring = []
        for number, line in enumerate(text.splitlines(), start=1):
            words = line.replace(";", " ").replace(", ", " ").split()
            if not words:
                continue
            try:
                longitude, latitude = (float(word.replace(",", ".")) for word in words)
            except ValueError:
                self.add_error(
                    "corners",
                    _("Line %(number)s: %(line)s is not two numbers. Write longitude, a blank and latitude.")
                    % {"number": number, "line": line.strip()[:40]},
                )
                return None
            ring.append([longitude, latitude])
        if len(ring) < 3:
            self.add_error("corners", _("There are fewer than three corners. Write at least three."))
            return None
        if ring[0] != ring[-1]:
            ring.append(ring[0])
        return geography.from_geojson_geometry({"type": "Polygon", "coordinates": [ring]})

    def boundary(self) -> NewBoundary:
        """Return what the form says, once it is valid."""
        data = self.cleaned_data
        return NewBoundary(
            wkb=data["wkb"],
            valid_from=data["valid_from"],
            reason=data["reason"],
            source=data["source"],
            approximate=data["approximate"],
        )


class PlaceForm(forms.Form):
    """What a place is called, what sort of place it is, what is near it and who shares it."""

    takes_override_reason = True

    name = forms.CharField(label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"data-guard": ""}))
    alias = forms.CharField(
        label=_("Other names"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"data-guard": ""}),
    )
    kind = forms.ChoiceField(label=_("Kind of place"), required=False)
    district = forms.CharField(
        label=_("City district"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"data-guard": ""}),
    )
    local_police_area = forms.CharField(
        label=_("Local police area"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"data-guard": ""}),
    )
    police_owner = forms.ModelChoiceField(label=_("Police owner"), queryset=Organisation.objects.none())
    municipal_owner = forms.ModelChoiceField(label=_("Municipal owner"), queryset=Organisation.objects.none())
    description = forms.CharField(
        label=_("Description of the place"),
        help_text=_("The place, never people. Size, surroundings, what ties the trade to the place."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "data-guard": ""}),
    )
    description_class = forms.TypedChoiceField(label=_("Who may read the description"), coerce=int)

    def __init__(self, workspace: Workspace, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organisations = Organisation.objects.filter(workspace=workspace)
        offer_rows(self, "police_owner", organisations.filter(kind=OrganisationKind.POLICE))
        offer_rows(self, "municipal_owner", organisations.filter(kind=OrganisationKind.MUNICIPALITY))
        offer(self, "kind", _terms(PlaceKind, _("Not said")))
        classes = [(member.value, term_label(member.name.lower())) for member in SharingClass]
        offer(self, "description_class", classes)
        self.fields["description_class"].initial = SharingClass.AUTHORITIES.value
        for fact in NeighbourhoodFact:
            self.fields[f"fact_{fact.value}"] = forms.ChoiceField(
                label=term_label(fact.value), choices=FACT_ANSWERS, required=False
            )

    def details(self) -> dict[str, Any]:
        """Return the columns of the place, once the form is valid."""
        data = dict(self.cleaned_data)
        looked_at = {fact.value: data.pop(f"fact_{fact.value}") for fact in NeighbourhoodFact}
        return {**data, "facts": {code: answer for code, answer in looked_at.items() if answer}}

    def leave_out_description(self) -> None:
        """Neither show nor change a description that the writer may not read."""
        del self.fields["description"], self.fields["description_class"]

    def differences_from(self, saved: Place) -> list[tuple[Any, str, str]]:
        """Return (field, as written here, as saved by somebody else) for what differs, in words."""
        theirs = self.initial_of(saved)
        found = []
        for name, field in self.fields.items():
            mine, other = str(self.data.get(name) or ""), str(theirs.get(name) or "")
            if mine != other:
                words = dict(field.widget.choices) if isinstance(field.widget, forms.Select) else {}
                shown = {str(key): str(label) for key, label in words.items()}
                found.append((field.label, shown.get(mine, mine), shown.get(other, other)))
        return found

    @staticmethod
    def initial_of(place: Place) -> dict[str, Any]:
        """Return what the form shows for a place as it is."""
        columns = (
            "name",
            "alias",
            "kind",
            "district",
            "local_police_area",
            "description",
            "description_class",
        )
        shown = {column: getattr(place, column) for column in columns}
        shown.update(police_owner=place.police_owner_id, municipal_owner=place.municipal_owner_id)
        shown.update({f"fact_{code}": answer for code, answer in place.facts.items()})
        return shown


class SubPlaceForm(forms.Form):
    """A named part of a place."""

    name = forms.CharField(label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"data-guard": ""}))
    kind = forms.ChoiceField(label=_("Kind"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "kind", _terms(SubPlaceKind))


class StatusForm(forms.Form):
    """A decision that changes the status of a place."""

    to_status = forms.ChoiceField(label=_("New status"))
    decided_on = forms.DateField(
        label=_("Decided on"),
        initial=today,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    reference = forms.CharField(
        label=_("Meeting or round"), max_length=200, widget=forms.TextInput(attrs={"data-guard": ""})
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=400, widget=forms.Textarea(attrs={"rows": 3, "data-guard": ""})
    )
    other_places = forms.ModelMultipleChoiceField(
        label=_("Merged with, or split into"), queryset=Place.objects.none(), required=False
    )

    def __init__(self, place: Place, others: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        steps = SCENE_TRANSITIONS[SceneStatus(place.status)]
        possible = [status.value for status in SceneStatus if status in steps]
        offer(self, "to_status", [(status, term_label(status)) for status in possible])
        offer_rows(self, "other_places", others)
