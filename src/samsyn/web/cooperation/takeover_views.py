"""Vem tar över? Three choices, a list in order and one tap to call; nothing about anybody is kept."""

from __future__ import annotations

from typing import TypeVar
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from samsyn.domain.access import Permission
from samsyn.domain.actors import Need, TargetGroup
from samsyn.domain.calendar import now
from samsyn.domain.handover_order import Situation, Tier
from samsyn.web.cooperation.takeover_reading import Row, cards_for, who_takes_over
from samsyn.web.people.request import WorkspaceRequest, require
from samsyn.web.places.models import Place, SubPlace
from samsyn.web.places.place_choice import choice_of_places
from samsyn.web.ui.templatetags.samsyn import term_label

PLACE_COOKIE = "samsyn_place"
HALF_A_YEAR = 182 * 24 * 3600
_Code = TypeVar("_Code", TargetGroup, Need)


def _code(kind: type[_Code], written: str) -> _Code | None:
    return kind(written) if written in {one.value for one in kind} else None


def _place(request: WorkspaceRequest) -> Place | None:
    """Return the place that was chosen, else the one this device used last, else the only one."""
    visible = Place.objects.visible_to(request.actor)
    chosen = request.GET.get("plats", "")
    if chosen:
        place = visible.filter(slug=chosen).first()
        if place is None:
            raise Http404
        return place
    last = visible.filter(slug=request.COOKIES.get(PLACE_COOKIE, "")).first()
    return last or (visible.first() if visible.count() == 1 else None)


@require_safe
def take_over(request: WorkspaceRequest) -> HttpResponse:
    """Ask for whom and for what, then list who can take over now, in the order to call them."""
    require(request, Permission.VIEW_COOPERATION)
    place = _place(request)
    if place is None or "byt" in request.GET:
        choice = choice_of_places(request.actor)
        return render(request, "cooperation/takeover_place.html", {"choice": choice, "big": True})
    sub_place = (
        SubPlace.objects.visible_to(request.actor)
        .filter(place=place, name=request.GET.get("delplats", ""))
        .first()
    )
    group = _code(TargetGroup, request.GET.get("vem", ""))
    need = _code(Need, request.GET.get("behov", ""))
    acute = request.GET.get("akut") == "1"
    # "Anyone" is not known: then nobody is left out for whom they turn to.
    situation = Situation(None if group is TargetGroup.WHOEVER else group, need, acute)
    kept = {
        "plats": place.slug,
        "delplats": sub_place.name if sub_place else "",
        "akut": "1" if acute else "",
        "vem": group.value if group else "",
        "behov": need.value if need else "",
    }
    rows = who_takes_over(request.actor, place, situation, now(), sub_place) if group and need else []
    response = render(
        request,
        "cooperation/takeover.html",
        {
            "place": place,
            "sub_place": sub_place,
            "sub_places": place.sub_places.all(),
            "situation": situation,
            "group": group,
            "need": need,
            "groups": [(_address(kept, vem=one.value), term_label(one.value)) for one in TargetGroup],
            "needs": [(_address(kept, behov=one.value), term_label(one.value)) for one in Need],
            "parts": [
                (_address(kept, delplats=one.name), one.name, one == sub_place)
                for one in place.sub_places.all()
            ],
            "address": {
                "group": _address(kept, vem="", behov=""),
                "need": _address(kept, behov=""),
                "acute": _address(kept, akut="" if acute else "1"),
                "whole": _address(kept, delplats=""),
                "another_place": _address(kept, byt="1"),
            },
            "sections": _sections(rows),
            "nothing": bool(group and need) and not rows,
        },
    )
    response.set_cookie(
        PLACE_COOKIE, place.slug, max_age=HALF_A_YEAR, path=f"/{request.workspace.slug}/",
        samesite="Lax", secure=request.is_secure(), httponly=True,
    )  # fmt: skip
    return response


def _address(kept: dict[str, str], **changes: str) -> str:
    return "?" + urlencode({name: value for name, value in {**kept, **changes}.items() if value})


def _sections(rows: list[Row]) -> list[tuple[str, str, list[Row]]]:
    headings = {
        Tier.THERE_NOW: _("On duty now"),
        Tier.ANSWERS_NOW: _("Answers now"),
        Tier.OPENS_LATER: _("Not now"),
        Tier.NOT_HERE: _("Takes this, but not at this spot"),
    }
    found = []
    for tier, heading in headings.items():
        of_tier = [row for row in rows if row.tier is tier]
        if of_tier:
            found.append((tier.value, heading, of_tier))
    return found


@require_safe
def cards(request: WorkspaceRequest) -> JsonResponse:
    """Return the cards that a telephone keeps for when there is no signal; never a roster."""
    require(request, Permission.VIEW_COOPERATION)
    places = list(Place.objects.visible_to(request.actor).in_order().prefetch_related("sub_places"))
    found = cards_for(request.actor, places, now(), request.LANGUAGE_CODE)
    response = JsonResponse({"workspace": request.workspace.slug, **found})
    response["Cache-Control"] = "no-store"
    return response
