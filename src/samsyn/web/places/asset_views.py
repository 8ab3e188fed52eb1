"""The register of things at a place: who keeps the lamp, and how a fault is reported."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from samsyn.domain.access import Permission, can
from samsyn.domain.assets import AssetCategory, AssetKind
from samsyn.domain.calendar import now, today
from samsyn.domain.errors import SamsynError
from samsyn.web.people.models import Function, Organisation
from samsyn.web.people.request import WorkspaceRequest, require
from samsyn.web.places import asset_reading as reading, asset_services as services
from samsyn.web.places.asset_errors import AssetFileRefused
from samsyn.web.places.asset_files import read_assets, text_of
from samsyn.web.places.models import Asset, Place, SubPlace, place_for
from samsyn.web.places.place_choice import choice_of_places
from samsyn.web.ui.fields import EndForm, guarded, offer, offer_rows
from samsyn.web.ui.guarding import reason_given
from samsyn.web.ui.messages import sentence
from samsyn.web.ui.models import StaleRecord
from samsyn.web.ui.row_words import problem_lines
from samsyn.web.ui.templatetags.samsyn import term_label

LARGEST_FILE = 2 * 1024 * 1024


class AssetForm(forms.Form):
    """A thing, who keeps it and how a fault is reported."""

    takes_override_reason = True

    kind = forms.ChoiceField(label=gettext_lazy("Kind"))
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120, widget=guarded())
    category = forms.ChoiceField(label=gettext_lazy("Category"), required=False)
    keeper = forms.ModelChoiceField(label=gettext_lazy("Keeper"), queryset=Organisation.objects.none())
    responsible = forms.ModelChoiceField(
        label=gettext_lazy("Function"), queryset=Function.objects.none(), required=False
    )
    sub_place: forms.ModelChoiceField[SubPlace] = forms.ModelChoiceField(
        label=gettext_lazy("Part of the place"), queryset=None, required=False
    )
    latitude = forms.FloatField(label=gettext_lazy("Latitude"), required=False, min_value=55, max_value=70)
    longitude = forms.FloatField(label=gettext_lazy("Longitude"), required=False, min_value=10, max_value=25)
    report_how = forms.CharField(
        label=gettext_lazy("How a fault is reported"), max_length=200, required=False, widget=guarded()
    )

    def __init__(self, keepers: Any, functions: Any, parts: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "kind", [(one.value, term_label(one.value)) for one in AssetKind])
        categories = [(one.value, term_label(one.value)) for one in AssetCategory]
        offer(self, "category", [("", _("As the kind says")), *categories])
        offer_rows(self, "keeper", keepers)
        offer_rows(self, "responsible", functions)
        offer_rows(self, "sub_place", parts)


class AssetFileForm(forms.Form):
    """A file of things, or the same rows pasted."""

    file = forms.FileField(
        label=gettext_lazy("A CSV file"),
        help_text=gettext_lazy("Columns: typ; namn; ägare; funktion; delplats; lat; lon; felanmälan."),
        required=False,
    )
    table = forms.CharField(
        label=gettext_lazy("Or the rows pasted"),
        required=False,
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 8, "class": "coordinates", "spellcheck": "false"}),
    )


def _place(request: WorkspaceRequest, slug: str) -> Place:
    place = place_for(request.actor, slug)
    if place is None:
        raise Http404
    return place


def _crumbs(request: WorkspaceRequest, place: Place) -> list[tuple[str, str]]:
    slug = request.workspace.slug
    return [
        (_("Things at the places"), reverse("assets", args=[slug])),
        (place.name, reverse("place-assets", args=[slug, place.slug])),
    ]


@require_safe
def assets(request: WorkspaceRequest) -> HttpResponse:
    """Let the reader choose a place, with how many things are known there."""
    require(request, Permission.VIEW_COOPERATION)
    return render(
        request,
        "places/asset_places.html",
        {"choice": choice_of_places(request.actor), "numbers": reading.assets_by_place(request.actor)},
    )


@require_safe
def place_assets(request: WorkspaceRequest, slug: str) -> HttpResponse:
    """Show the things at a place, who keeps them, and who is to be asked about what."""
    require(request, Permission.VIEW_COOPERATION)
    place = _place(request, slug)
    rows = [
        (
            asset,
            reading.report_how(request.actor, asset),
            services.may_keep_register(request.actor, asset.keeper_id),
        )
        for asset in reading.assets_at(request.actor, place)
    ]
    owners = [
        (term_label(one.value), reading.propose_owner(request.actor, place, one.value))
        for one in AssetCategory
    ]
    return render(
        request,
        "places/assets.html",
        {
            "place": place,
            "rows": rows,
            "owners": owners,
            "gone": reading.assets_once_at(request.actor, place),
        },
    )


def _form(request: WorkspaceRequest, place: Place, **options: Any) -> AssetForm:
    keepers = Organisation.objects.filter(workspace=request.workspace)
    if not can(request.actor, Permission.MANAGE_COOPERATION):
        keepers = keepers.filter(pk=request.actor.organisation_id)
    functions = Function.objects.filter(workspace=request.workspace, closed_on=None)
    parts = SubPlace.objects.visible_to(request.actor).filter(place=place)
    return AssetForm(
        keepers, functions.select_related("organisation"), parts, request.POST or None, **options
    )


@require_http_methods(["GET", "HEAD", "POST"])
def new_asset(request: WorkspaceRequest, slug: str) -> HttpResponse:
    """Enter a thing at a place."""
    require(request, Permission.COOPERATE)
    place = _place(request, slug)
    form = _form(request, place)
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        data["kind"] = AssetKind(data["kind"])
        data["category"] = AssetCategory(data["category"]) if data["category"] else None
        try:
            services.add_asset(
                request.actor,
                place,
                services.NewAsset(**data),
                now=now(),
                override_reason=reason_given(request),
            )
        except SamsynError as error:
            form.add_error(None, sentence(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("place-assets", workspace=request.workspace.slug, slug=place.slug)
    context = {"form": form, "heading": _("New thing"), "crumbs": _crumbs(request, place)}
    return render(request, "ui/form_page.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_asset(request: WorkspaceRequest, asset_id: UUID) -> HttpResponse:
    """Change what is written about a thing; a save on an old version shows what was saved meanwhile."""
    asset = _own_asset(request, asset_id)
    columns = (
        "kind", "name", "category", "keeper", "responsible", "sub_place", "latitude", "longitude",
        "report_how",
    )  # fmt: skip
    form = _form(request, asset.place, initial={name: getattr(asset, name) for name in columns})
    revision, differences = asset.revision, []
    if request.method == "POST" and form.is_valid():
        written = request.POST.get("revision", "")
        data = dict(form.cleaned_data)
        data["category"] = data["category"] or asset.category
        try:
            services.change_asset(
                request.actor,
                asset,
                data,
                revision=int(written) if written.isdecimal() else 0,
                now=now(),
                override_reason=reason_given(request),
            )
        except StaleRecord as error:
            kept: Any = error.current
            revision = kept.revision
            differences = [
                (str(form.fields[name].label), getattr(kept, name))
                for name in columns
                if getattr(kept, name) != data[name]
            ]
            form.add_error(None, sentence(error))
        except SamsynError as error:
            form.add_error(None, sentence(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("place-assets", workspace=request.workspace.slug, slug=asset.place.slug)
    return render(
        request,
        "ui/form_page.html",
        {
            "form": form,
            "heading": asset.name,
            "crumbs": _crumbs(request, asset.place),
            "revision": revision,
            "differences": differences,
            "also": [
                (
                    _("Take it out of the register"),
                    reverse("remove-asset", args=[request.workspace.slug, asset.pk]),
                )
            ],
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def import_assets(request: WorkspaceRequest, slug: str) -> HttpResponse:
    """Take a file of things whole, or tell everything that is wrong with it."""
    require(request, Permission.MANAGE_COOPERATION)
    place = _place(request, slug)
    form = AssetFileForm(request.POST or None, request.FILES or None)
    problems: list[dict[str, Any]] = []
    if request.method == "POST" and form.is_valid():
        uploaded = form.cleaned_data["file"]
        if uploaded and uploaded.size > LARGEST_FILE:
            form.add_error("file", _("The file is larger than two megabytes."))
        else:
            text = text_of(uploaded.read()) if uploaded else form.cleaned_data["table"]
            try:
                number = _take_in(request, place, text)
            except AssetFileRefused as error:
                columns = {
                    "kind": _("Kind"), "name": _("Name"), "keeper": _("Keeper"), "function": _("Function"),
                    "sub_place": _("Part of the place"), "latitude": _("Latitude"),
                    "longitude": _("Longitude"), "report_how": _("How a fault is reported"),
                }  # fmt: skip
                problems = problem_lines(error.problems, columns)
                form.add_error(None, sentence(error))
            except SamsynError as error:
                form.add_error(None, sentence(error))
            else:
                said = ngettext("%(number)s thing is saved.", "%(number)s things are saved.", number)
                messages.success(request, said % {"number": number})
                return redirect("place-assets", workspace=request.workspace.slug, slug=place.slug)
    return render(
        request,
        "ui/form_page.html",
        {
            "form": form,
            "heading": _("Take in a file of things"),
            "crumbs": _crumbs(request, place),
            "problems": problems,
        },
    )


def _take_in(request: WorkspaceRequest, place: Place, text: str) -> int:
    organisations = list(Organisation.objects.filter(workspace=request.workspace))
    functions = list(Function.objects.filter(workspace=request.workspace, closed_on=None))
    news, problems = read_assets(text, place, organisations, functions)
    if problems:
        raise AssetFileRefused(problems)
    return services.add_assets(request.actor, place, news, now=now())


@require_http_methods(["GET", "HEAD", "POST"])
def remove_asset(request: WorkspaceRequest, asset_id: UUID) -> HttpResponse:
    """Say that a thing no longer stands there, and why."""
    asset = _own_asset(request, asset_id)
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.remove_asset(
                request.actor, asset, form.cleaned_data["reason"], on=today(), now=now(),
                override_reason=reason_given(request),
            )  # fmt: skip
        except SamsynError as error:
            form.add_error("reason", sentence(error))
        else:
            messages.success(request, _("It is taken out of the register; its row is kept."))
            return redirect("place-assets", workspace=request.workspace.slug, slug=asset.place.slug)
    slug = request.workspace.slug
    return render(
        request,
        "ui/form_page.html",
        {
            "form": form,
            "heading": _("Take %(name)s out of the register") % {"name": asset.name},
            "lead": _("It no longer stands there. What has been written about it stays."),
            "crumbs": [
                *_crumbs(request, asset.place),
                (asset.name, reverse("edit-asset", args=[slug, asset.pk])),
            ],
            "button": _("Take it out"),
            "back": reverse("edit-asset", args=[slug, asset.pk]),
        },
    )


def _own_asset(request: WorkspaceRequest, asset_id: UUID) -> Asset:
    """Return a thing that stands there and that the reader may write about."""
    require(request, Permission.COOPERATE)
    rows = Asset.objects.visible_to(request.actor).filter(removed_on=None).select_related("place")
    asset: Asset | None = rows.filter(pk=asset_id).first()
    if asset is None or not services.may_keep_register(request.actor, asset.keeper_id):
        raise Http404
    return asset
