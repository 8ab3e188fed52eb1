"""The API: places, series and situational pictures as JSON, scoped and disclosed like the pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_noop as _
from ninja import Field, NinjaAPI, Query, Schema

from samsyn import __version__
from samsyn.domain.access import Permission, SharingClass, audience
from samsyn.domain.calendar import now, today
from samsyn.domain.errors import SamsynError
from samsyn.store.query import Query as StoreQuery
from samsyn.web.insight import services
from samsyn.web.people.request import WorkspaceRequest, require
from samsyn.web.people.services import record, workspaces_of
from samsyn.web.places.models import Place
from samsyn.web.ui.messages import how_to_mend, what_happened


def _for_members(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Show the description of the API to those who act in some workspace; for others it is not there."""

    @wraps(view)
    def shown(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return JsonResponse({"detail": "sign in first"}, status=401)
        if not workspaces_of(request.user, today()):
            raise Http404
        return view(request, *arguments, **named)

    return shown


api = NinjaAPI(
    title="Samsyn",
    version=__version__,
    urls_namespace="api",
    docs_url=None,
    openapi_url="/openapi.json",
    docs_decorator=_for_members,
    description="Places, never persons. Signed-in sessions only; every answer is what that account may read.",
)


class PlaceOut(Schema):
    """A place as the register shows it."""

    id: UUID
    slug: str
    name: str
    municipality: str
    status: str
    area_ha: float | None
    boundary_from: date | None


class SeriesOut(Schema):
    """A series that can be asked for."""

    series: str
    label: str
    dataset: str
    version: int
    unit: str
    kind: str
    areas: int


class ValuesIn(Schema):
    """Which values are asked for; what is left out is not narrowed."""

    series: list[str] = Field(default_factory=list)
    area: list[str] = Field(default_factory=list)
    first_year: int | None = None
    last_year: int | None = None


class UnknownParameter(SamsynError):
    """The request asks with a word that the API does not have; guessing could widen what is asked."""

    code = "SAM655"
    template = _("The address has a parameter that is not known here: %(names)s.")
    mend = _("Use these: %(known)s.")


def _refuse_unknown(request: WorkspaceRequest, *known: str) -> None:
    names = sorted(set(request.GET) - set(known))
    if names:
        raise UnknownParameter(names=", ".join(names), known=", ".join(known) or "–")


@api.exception_handler(SamsynError)
def refused(request: WorkspaceRequest, error: SamsynError) -> Any:
    """Answer a refusal in the same words as the pages."""
    content = {"code": error.code, "what": what_happened(error), "mend": how_to_mend(error)}
    return api.create_response(request, content, status=400)


@api.get("/{slug:workspace}/places/", response=list[PlaceOut], summary="Places")
def places(request: WorkspaceRequest, workspace: str) -> list[dict[str, Any]]:
    """Return the places that the account may see."""
    require(request, Permission.VIEW_PLACE)
    _refuse_unknown(request)
    found = Place.objects.visible_to(request.actor).in_order().prefetch_related("boundaries")
    return [_place(place) for place in found]


def _place(place: Place) -> dict[str, Any]:
    standing = next((boundary for boundary in place.boundaries.all() if boundary.valid_to is None), None)
    return {
        "id": place.pk,
        "slug": place.slug,
        "name": place.name,
        "municipality": place.municipality_name,
        "status": place.status,
        "area_ha": standing.area_ha if standing else None,
        "boundary_from": standing.valid_from if standing else None,
    }


@api.get(
    "/{slug:workspace}/places/{uuid:place_id}/situation/",
    response=dict[str, Any],
    summary="Situational picture",
)
def situation(
    request: WorkspaceRequest, workspace: str, place_id: UUID, first_year: int, last_year: int
) -> Any:
    """Return the numbers of the situational picture, in the documented JSON form."""
    require(request, Permission.VIEW_DATA)
    _refuse_unknown(request, "first_year", "last_year")
    place = Place.objects.visible_to(request.actor).filter(pk=place_id).first()
    if place is None:
        raise Http404
    period = services.period_of(first_year, last_year)
    findings = services.draw_picture(request.actor, place, period, as_of=today(), language="sv")
    if audience(request.actor, place.pk) >= SharingClass.AUTHORITIES:
        record(request.actor, "read", place, now=now(), fields=("figures",), place_id=place.pk)
    return findings.to_dict()


@api.get("/{slug:workspace}/series/", response=list[SeriesOut], summary="Series")
def series(request: WorkspaceRequest, workspace: str) -> list[dict[str, Any]]:
    """Return the series that can be asked for."""
    require(request, Permission.VIEW_DATA)
    _refuse_unknown(request)
    return services.readable_series(request.actor)


@api.get("/{slug:workspace}/values/", response=list[dict[str, Any]], summary="Values")
def values(request: WorkspaceRequest, workspace: str, wanted: Query[ValuesIn]) -> Any:
    """Return values with their source; ``area`` is written scheme:code."""
    require(request, Permission.VIEW_DATA)
    _refuse_unknown(request, *ValuesIn.model_fields)
    period = None
    if wanted.first_year or wanted.last_year:
        first = wanted.first_year or wanted.last_year or 0
        period = services.period_of(first, wanted.last_year or first)
    query = StoreQuery(
        series=tuple(wanted.series),
        areas=tuple((scheme, code) for scheme, _, code in (text.partition(":") for text in wanted.area)),
        period=period,
    )
    return services.run_query(request.actor, query)
