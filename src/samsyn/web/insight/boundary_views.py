"""Counts of a place whose boundary has moved: as drawn, on the ground that is the same, and per hectare."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from samsyn.domain.access import Permission, can
from samsyn.domain.calendar import now
from samsyn.domain.errors import SamsynError
from samsyn.domain.events import rule_of_kind
from samsyn.reports.boundary_words import boundary_words
from samsyn.reports.deviation_words import kind_name
from samsyn.reports.words import words
from samsyn.web.insight import boundary_services as services
from samsyn.web.insight.deviation_views import refused, view_of
from samsyn.web.people.request import WorkspaceRequest
from samsyn.web.people.services import record
from samsyn.web.places.models import place_for


@require_safe
def boundaries_and_counts(request: WorkspaceRequest, slug: str) -> HttpResponse:
    """Show one kind inside the boundary of each period, and on the ground that lies within all of them."""
    place = place_for(request.actor, slug)
    if place is None or not can(request.actor, Permission.VIEW_DATA):
        raise Http404
    spoken = words(request.LANGUAGE_CODE)
    try:
        view = view_of(request, place)
        kinds = [(kind, kind_name(kind, spoken)) for kind in view.kinds()]
        asked = request.GET.get("slag", "")
        plain = [kind for kind, _name in kinds if not rule_of_kind(kind).detection_driven]
        chosen = asked if asked in dict(kinds) else next(iter(plain or dict(kinds)), "")
        found = services.counts_of(request.workspace, view, place, chosen)
    except SamsynError as error:
        return refused(request, place, error)
    if found is not None:
        record(request.actor, "read", place, now=now(), fields=("events",), place_id=place.pk)
    boundaries = [
        (one, round(dated.hectares, 1))
        for one, dated in zip(
            place.boundaries.exclude(wkb=None).order_by("valid_from"),
            services.boundaries_of(place),
            strict=True,
        )
    ]
    return render(
        request,
        "insight/boundary_counts.html",
        {
            "place": place,
            "view": view,
            "boundaries": boundaries,
            "told": boundary_words(found[0], found[1], spoken) if found else None,
            "kinds": kinds,
            "chosen": chosen,
            "kind_label": kind_name(chosen, spoken) if chosen else "",
        },
    )
