"""Templates to print: the workshop series of a place, and the letter to a guest."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from samsyn.domain.access import Permission, can
from samsyn.domain.calendar import now
from samsyn.web.cooperation import template_reading as reading
from samsyn.web.people.request import WorkspaceRequest
from samsyn.web.places.models import Place
from samsyn.web.places.place_choice import choice_of_places


def _place(request: WorkspaceRequest, slug: str) -> Place:
    if not can(request.actor, Permission.VIEW_COOPERATION):
        raise Http404
    places = Place.objects.visible_to(request.actor).select_related("municipal_owner", "police_owner")
    return get_object_or_404(places, slug=slug)


@require_safe
def templates(request: WorkspaceRequest) -> HttpResponse:
    """Show what can be printed for each place."""
    if not can(request.actor, Permission.VIEW_COOPERATION):
        raise Http404
    return render(request, "cooperation/templates.html", {"choice": choice_of_places(request.actor)})


@require_safe
def workshop_series(request: WorkspaceRequest, slug: str) -> HttpResponse:
    """Show the workshop series of a place, to be printed."""
    series = reading.series_of(request.actor, _place(request, slug), now())
    return render(request, "cooperation/workshop_series.html", {"series": series, "moment": now()})


@require_safe
def guest_letter(request: WorkspaceRequest, slug: str) -> HttpResponse:
    """Show the letter to a guest, to be printed and signed by hand."""
    place = _place(request, slug)
    try:
        wanted_id = UUID(request.GET.get("till", ""))
    except ValueError:
        wanted_id = None
    letter = reading.letter_to(request.actor, place, now(), wanted_id)
    return render(
        request, "cooperation/guest_letter.html",
        {"letter": letter, "wanted": reading.wanted_at(request.actor, place), "chosen": wanted_id,
         "moment": now()},
    )  # fmt: skip
