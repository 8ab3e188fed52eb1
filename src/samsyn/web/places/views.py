"""The place register as map and table, the place page, boundaries, sub-places and decisions."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from samsyn import geography
from samsyn.domain.access import Actor, Permission, SharingClass, can, can_read
from samsyn.domain.calendar import now, today
from samsyn.domain.errors import SamsynError
from samsyn.domain.status import SCENE_TRANSITIONS, SceneStatus
from samsyn.web.people.request import WorkspaceRequest, require
from samsyn.web.people.services import record
from samsyn.web.places import services
from samsyn.web.places.forms import BoundaryForm, PlaceForm, StatusForm, SubPlaceForm
from samsyn.web.places.models import Boundary, Place, StatisticalArea, in_force, place_for
from samsyn.web.ui import registry
from samsyn.web.ui.guarding import reason_given
from samsyn.web.ui.messages import sentence
from samsyn.web.ui.models import StaleRecord
from samsyn.web.ui.templatetags.samsyn import term_label
from samsyn.web.ui.text import search_text

MAP_DETAIL_M = 60.0


def _place(request: WorkspaceRequest, slug: str) -> Place:
    place = place_for(request.actor, slug)
    if place is None:
        raise Http404
    return place


def _revision(request: WorkspaceRequest) -> int:
    """Return the revision that the form was filled in from; 0 is none, and always out of date."""
    written = request.POST.get("revision", "")
    return int(written) if written.isdecimal() else 0


@require_safe
def register(request: WorkspaceRequest) -> HttpResponse:
    """Show every place that the reader may see, on a map and in a table."""
    require(request, Permission.VIEW_PLACE)
    places = (
        Place.objects.visible_to(request.actor).in_order().select_related("police_owner", "municipal_owner")
    )
    words = request.GET.get("sok", "").strip()
    if words:
        places = places.filter(search_text__contains=search_text(words))
    status = request.GET.get("status", "")
    if status:
        places = places.filter(status=status)
    open_boundaries = {
        boundary.place_id: boundary
        for boundary in Boundary.objects.visible_to(request.actor).filter(in_force(today())).defer("wkb")
    }
    rows = [(place, open_boundaries.get(place.pk)) for place in places]
    statuses = [(member.value, term_label(member.value)) for member in SceneStatus]
    return render(
        request,
        "places/register.html",
        {"rows": rows, "words": words, "status": status, "statuses": statuses},
    )


def _reads_description(actor: Actor, found: Place) -> bool:
    return can_read(actor, SharingClass(found.description_class), found.owner_id, found.pk)


def _record_reading(actor: Actor, found: Place) -> None:
    if found.description and found.description_class >= SharingClass.AUTHORITIES:
        record(actor, "read", found, now=now(), fields=("description",), place_id=found.pk)


@require_safe
def place(request: WorkspaceRequest, slug: str) -> HttpResponse:
    """Show one place: boundary, areas, sub-places, facts, and what the upper apps add."""
    found = _place(request, slug)
    if found.slug != slug:
        return redirect("place", workspace=request.workspace.slug, slug=found.slug)
    actor = request.actor
    readable = _reads_description(actor, found)
    if readable:
        _record_reading(actor, found)
    sections = [section for answer in registry.ask("place_sections", actor, found) for section in answer]
    return render(
        request,
        "places/place.html",
        {
            "place": found,
            "boundary": found.boundary_on(today()),
            "boundaries": found.boundaries.order_by("-valid_from").select_related("author__organisation"),
            "links": found.area_links.select_related("area").order_by("area__scheme", "-share_of_place"),
            "sub_places": found.sub_places.all(),
            "decisions": found.status_decisions.select_related("author__organisation").order_by(
                "-decided_on"
            ),
            "facts": [(term_label(code), term_label(answer)) for code, answer in sorted(found.facts.items())],
            "description": found.description if readable else "",
            "description_hidden": bool(found.description) and not readable,
            "may_decide": can(actor, Permission.LEAD_ASSESSMENT)
            and bool(SCENE_TRANSITIONS[SceneStatus(found.status)]),
            "sections": sorted(sections, key=lambda section: section.order),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def new_place(request: WorkspaceRequest) -> HttpResponse:
    """Register a place with its first boundary."""
    require(request, Permission.EDIT_PLACE)
    form = PlaceForm(request.workspace, request.POST or None)
    boundary_form = BoundaryForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid() & boundary_form.is_valid():
        try:
            made = services.create_place(
                request.actor,
                boundary=boundary_form.boundary(),
                now=now(),
                override_reason=reason_given(request),
                **form.details(),
            )
        except SamsynError as error:
            form.add_error(None, sentence(error))
        else:
            _tell_of_repairs(request, boundary_form)
            messages.success(request, _("The place is registered."))
            return redirect("place", workspace=request.workspace.slug, slug=made.slug)
    return render(request, "places/new.html", {"form": form, "boundary_form": boundary_form})


@require_http_methods(["GET", "HEAD", "POST"])
def edit_place(request: WorkspaceRequest, slug: str) -> HttpResponse:
    """Change facts about a place; a save on an old version shows both and loses nothing."""
    require(request, Permission.EDIT_PLACE)
    found = _place(request, slug)
    form = PlaceForm(request.workspace, request.POST or None, initial=PlaceForm.initial_of(found))
    readable = _reads_description(request.actor, found)
    if not readable:
        form.leave_out_description()
    elif request.method == "GET":
        _record_reading(request.actor, found)
    stale: Place | None = None
    if request.method == "POST" and form.is_valid():
        try:
            services.change_place(
                request.actor,
                found,
                form.details(),
                revision=_revision(request),
                now=now(),
                override_reason=reason_given(request),
            )
        except StaleRecord as error:
            stale = cast(Place, error.current)
            form.add_error(None, sentence(error))
        except SamsynError as error:
            form.add_error(None, sentence(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("place", workspace=request.workspace.slug, slug=found.slug)
    differences = form.differences_from(stale) if stale is not None else []
    return render(
        request,
        "places/edit.html",
        {
            "place": found,
            "form": form,
            "revision": stale.revision if stale else found.revision,
            "differences": differences,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def new_boundary(request: WorkspaceRequest, slug: str) -> HttpResponse:
    """Replace the boundary in force from a date, with a reason."""
    require(request, Permission.EDIT_PLACE)
    found = _place(request, slug)
    form = BoundaryForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.set_boundary(request.actor, found, form.boundary(), now=now())
        except SamsynError as error:
            form.add_error(None, sentence(error))
        else:
            _tell_of_repairs(request, form)
            messages.success(
                request, _("The new boundary is registered; the old one is kept with its dates.")
            )
            return redirect("place", workspace=request.workspace.slug, slug=found.slug)
    return render(
        request, "places/boundary.html", {"place": found, "form": form, "present": found.boundary_on(today())}
    )


def _tell_of_repairs(request: WorkspaceRequest, form: BoundaryForm) -> None:
    for remark in form.read.warnings if form.read else ():
        messages.warning(request, _(remark.template) % remark.facts)


@require_http_methods(["GET", "HEAD", "POST"])
def new_sub_place(request: WorkspaceRequest, slug: str) -> HttpResponse:
    """Name a part of a place."""
    require(request, Permission.EDIT_PLACE)
    found = _place(request, slug)
    form = SubPlaceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.add_sub_place(request.actor, found, now=now(), **form.cleaned_data)
        except SamsynError as error:
            form.add_error(None, sentence(error))
        else:
            messages.success(request, _("The sub-place is added."))
            return redirect("place", workspace=request.workspace.slug, slug=found.slug)
    return render(
        request, "places/simple_form.html", {"place": found, "form": form, "heading": _("New sub-place")}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def decide_status(request: WorkspaceRequest, slug: str) -> HttpResponse:
    """Record a decision on the status of a place."""
    require(request, Permission.LEAD_ASSESSMENT)
    found = _place(request, slug)
    others = Place.objects.visible_to(request.actor).filter(~Q(pk=found.pk)).in_order()
    form = StatusForm(found, others, request.POST or None)
    if request.method == "POST" and form.is_valid():
        data: dict[str, Any] = dict(form.cleaned_data)
        try:
            services.decide_status(
                request.actor, found, SceneStatus(data.pop("to_status")), now=now(), **data
            )
        except SamsynError as error:
            form.add_error(None, sentence(error))
        else:
            messages.success(request, _("The decision is recorded."))
            return redirect("place", workspace=request.workspace.slug, slug=found.slug)
    return render(
        request, "places/simple_form.html", {"place": found, "form": form, "heading": _("Decide the status")}
    )


# ------------------------------------------------------------------ map layers


def _collection(features: list[dict[str, Any]]) -> JsonResponse:
    return JsonResponse({"type": "FeatureCollection", "features": features})


@require_safe
def places_layer(request: WorkspaceRequest) -> JsonResponse:
    """Return the boundaries in force, as GeoJSON, scoped like every other page."""
    require(request, Permission.VIEW_PLACE)
    visible = Place.objects.visible_to(request.actor)
    boundaries = Boundary.objects.visible_to(request.actor).filter(in_force(today()), place__in=visible)
    chosen = request.GET.get("plats")
    if chosen:
        boundaries = boundaries.filter(place__slug=chosen)
    return _collection(
        [
            {
                "type": "Feature",
                "id": str(boundary.place_id),
                "geometry": geography.to_geojson(boundary.shape),
                "properties": {
                    "name": boundary.place.name,
                    "url": f"/{request.workspace.slug}/platser/{boundary.place.slug}/",
                    "status": term_label(boundary.place.status),
                    "approximate": boundary.approximate,
                },
            }
            for boundary in boundaries.select_related("place")
        ]
    )


@require_safe
def areas_layer(request: WorkspaceRequest, scheme: str) -> JsonResponse:
    """Return the outlines of one scheme of statistical areas, generalised for the map."""
    require(request, Permission.VIEW_PLACE)
    areas = StatisticalArea.objects.filter(workspace=request.workspace, scheme=scheme).exclude(wkb=None)
    detail = MAP_DETAIL_M if scheme in {"kommun", "lan"} else 5.0
    return _collection(
        [
            {
                "type": "Feature",
                "geometry": geography.to_geojson(geography.simplify_for_map(area.shape, detail)),
                "properties": {"name": area.name, "code": area.code},
            }
            for area in areas
        ]
    )
