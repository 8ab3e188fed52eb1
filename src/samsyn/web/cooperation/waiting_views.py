"""How long questions waited at each level: the page that a year is read from."""

from __future__ import annotations

from datetime import date, timedelta

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from samsyn.domain.access import Permission, can
from samsyn.domain.calendar import now, today
from samsyn.web.cooperation.waiting_reading import waiting_times
from samsyn.web.people.request import WorkspaceRequest
from samsyn.web.places.models import Place


@require_safe
def waiting(request: WorkspaceRequest) -> HttpResponse:
    """Show how long questions waited on each level and with each sort of owner, for a period."""
    if not can(request.actor, Permission.VIEW_COOPERATION):
        raise Http404
    last = _day(request.GET.get("till", "")) or today()
    first = _day(request.GET.get("fran", "")) or last - timedelta(days=365)
    first = min(first, last)
    place = Place.objects.visible_to(request.actor).filter(slug=request.GET.get("plats", "")).first()
    times = waiting_times(request.actor, first, last + timedelta(days=1), now(), place=place)
    places = Place.objects.visible_to(request.actor).in_order()
    return render(
        request,
        "cooperation/waiting.html",
        {"times": times, "first": first, "last": last, "place": place, "places": places},
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
