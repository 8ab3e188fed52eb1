"""A scene with what lies around it: other scenes, mandate areas and stops, on a map and in a table."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import shapely
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _, gettext_noop
from django.views.decorators.http import require_safe

from samsyn import geography
from samsyn.domain.calendar import today
from samsyn.domain.categories import SubPlaceKind
from samsyn.geography.systems import SWEREF_99_TM
from samsyn.reports.scene_map import LAYERS, MapThing, direction, frame_around, scene_map
from samsyn.web.people.request import WorkspaceRequest
from samsyn.web.places.mandate_reading import areas_at
from samsyn.web.places.models import Boundary, SubPlace, place_for
from samsyn.web.ui.templatetags.samsyn import term_label

REACH_M = 1000.0
# The frame is a little wider, so that what lies at the edge is drawn whole with its number.
FRAME = 1.15
STOPS = (SubPlaceKind.STOP, SubPlaceKind.ENTRANCE)
LAYER_NAMES = {
    "scene": gettext_noop("Other scenes"),
    "mandate": gettext_noop("Mandate areas"),
    "stop": gettext_noop("Stops and entrances"),
}
DIRECTIONS = {
    "": gettext_noop("here"),
    "north": gettext_noop("north"),
    "north-east": gettext_noop("north-east"),
    "east": gettext_noop("east"),
    "south-east": gettext_noop("south-east"),
    "south": gettext_noop("south"),
    "south-west": gettext_noop("south-west"),
    "west": gettext_noop("west"),
    "north-west": gettext_noop("north-west"),
}


@dataclass(frozen=True)
class Around:
    """One thing around the scene, before it has a number."""

    layer: str
    name: str
    about: str
    address: str
    shape: shapely.Geometry


@dataclass(frozen=True)
class Row:
    """One row of the table."""

    number: int
    layer: str
    name: str
    about: str
    address: str
    distance: int
    direction: str


@require_safe
def around(request: WorkspaceRequest, slug: str) -> HttpResponse:
    """Show a scene with what lies around it; layers are chosen by links, and the table says the same."""
    place = place_for(request.actor, slug)
    if place is None:
        raise Http404
    asked = [layer for layer in LAYERS if layer in request.GET.getlist("lager")]
    chosen = asked if "lager" in request.GET else list(LAYERS)
    boundary = place.boundary_on(today())
    context = {
        "place": place,
        "layers": [(layer, _(LAYER_NAMES[layer]), layer in chosen) for layer in LAYER_NAMES],
        "rows": [],
        "map": "",
    }
    if boundary is None:
        return render(request, "insight/scene_map.html", context)
    scene = shapely.from_wkb(boundary.shape)
    frame = frame_around(scene, REACH_M * FRAME)
    near = _around(request, place.pk, chosen)
    found = [one for one in near if one.shape.distance(scene) <= REACH_M]
    found.sort(key=lambda one: (list(LAYER_NAMES).index(one.layer), one.shape.distance(scene), one.name))
    things = [MapThing(at, one.layer, one.name, one.shape) for at, one in enumerate(found, start=1)]
    rows = [
        Row(
            at, _(LAYER_NAMES[one.layer]), one.name, one.about, one.address,
            int(round(one.shape.distance(scene), -1)), _(DIRECTIONS[direction(scene, one.shape)]),
        )
        for at, one in enumerate(found, start=1)
    ]  # fmt: skip
    alternative = _("Map of %(name)s with %(n)s things around it; the table lists them.") % {
        "name": place.name,
        "n": len(things),
    }
    # The drawing escapes every text that it is given.
    drawn = mark_safe(scene_map(scene, things, frame, alternative))  # noqa: S308
    return render(request, "insight/scene_map.html", context | {"rows": rows, "map": drawn})


def _around(request: WorkspaceRequest, here: UUID, chosen: list[str]) -> list[Around]:
    """Return what the reader may see of the chosen layers, wherever it lies; one question for each layer."""
    slug, day = request.workspace.slug, today()
    in_force = Q(valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gt=day))
    found = []
    if "scene" in chosen:
        shapes = Boundary.objects.visible_to(request.actor).filter(in_force).exclude(place_id=here)
        found += [
            Around(
                "scene", one.place.name, term_label(one.place.status),
                reverse("place", args=[slug, one.place.slug]), shapely.from_wkb(one.shape),
            )
            for one in shapes.exclude(wkb=None).select_related("place")
        ]  # fmt: skip
    if "mandate" in chosen:
        found += [
            Around(
                "mandate", one.name, term_label(one.state_on(day).value),
                reverse("mandate", args=[slug, one.pk]), shapely.from_wkb(one.shape),
            )
            for one in areas_at(request.actor).filter(in_force).exclude(wkb=None)
        ]  # fmt: skip
    if "stop" in chosen:
        spots = SubPlace.objects.visible_to(request.actor).filter(kind__in=[kind.value for kind in STOPS])
        placed = list(spots.exclude(longitude=None).exclude(latitude=None).select_related("place"))
        at = geography.to_metres(
            [(one.longitude or 0.0, one.latitude or 0.0) for one in placed] or [(18.0, 59.0)], SWEREF_99_TM
        )
        found += [
            Around(
                "stop", one.name, one.place.name, reverse("place", args=[slug, one.place.slug]),
                shapely.Point(x, y),
            )
            for one, (x, y) in zip(placed, at, strict=False)
        ]  # fmt: skip
    return found
