"""What deviates: of the county, of one place, and the aggregates behind it as files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from samsyn.domain.access import Permission, can
from samsyn.domain.calendar import now
from samsyn.domain.errors import SamsynError
from samsyn.domain.events import rule_of_kind
from samsyn.reports.area_map import area_map
from samsyn.reports.boundary_words import error_cell, error_size
from samsyn.reports.deviation_words import LineWords, basis, kind_name, line_words, summary
from samsyn.reports.words import words
from samsyn.studies.deviations import DeviationFindings, DeviationLine, Span
from samsyn.web.insight import deviation_services as services, export_services as exports
from samsyn.web.insight.boundary_services import sensitivity_of
from samsyn.web.insight.event_views import EventView
from samsyn.web.insight.prepared import SINCE_DAYS
from samsyn.web.people.request import WorkspaceRequest
from samsyn.web.people.services import record
from samsyn.web.places.models import Place, place_for
from samsyn.web.ui.messages import sentence


@dataclass(frozen=True)
class Shown:
    """A line as the page shows it: its words, and where it happened."""

    line: LineWords
    place: Place | None
    picture: str
    detection: bool
    more: bool
    trace: str


@require_safe
def county(request: WorkspaceRequest) -> HttpResponse:
    """Show what deviates in all the places that the reader may see."""
    if not can(request.actor, Permission.VIEW_DATA):
        raise Http404
    try:
        view = view_of(request, None)
        places = {place.slug: place for place in Place.objects.visible_to(request.actor).in_order()}
        span, since, until = _asked(request, view)
        findings = services.deviations_of(
            request.workspace, view, list(places), span=span, since=since, until=until
        )
    except SamsynError as error:
        return refused(request, None, error)
    if view.exact:
        record(request.actor, "read", request.workspace, now=now(), fields=("events",))
    context = _context(request, view, findings, places)
    areas, alternative = _areas(request, view, findings)
    return render(
        request,
        "insight/deviations.html",
        context | {"places": places.values(), "areas": areas, "map": alternative},
    )


@require_safe
def of_place(request: WorkspaceRequest, slug: str) -> HttpResponse:
    """Show what deviates at one place, and when in the week things happen there."""
    place = place_for(request.actor, slug)
    if place is None or not can(request.actor, Permission.VIEW_DATA):
        raise Http404
    try:
        view = view_of(request, place)
        span, since, until = _asked(request, view)
        findings = services.deviations_of(
            request.workspace, view, [place.slug], place=place.slug, span=span, since=since, until=until
        )
    except SamsynError as error:
        return refused(request, place, error)
    if view.exact:
        record(request.actor, "read", place, now=now(), fields=("events",), place_id=place.pk)
    kinds = view.kinds()
    chosen = request.GET.get("slag", "")
    wanted = (chosen,) if chosen in kinds else tuple(k for k in kinds if not rule_of_kind(k).detection_driven)
    spoken = words(request.LANGUAGE_CODE)
    context = _context(request, view, findings, {place.slug: place}) | {
        "place": place,
        "week": services.week_picture(request.workspace, view, place.slug, wanted) if wanted else None,
        "season": services.season_picture(view, place.slug, wanted, spoken.months) if wanted else None,
        "spots": services.sub_place_rows(request.workspace, view, place),
        "position": _position(request, view, place, wanted),
        "kinds": [(kind, kind_name(kind, spoken)) for kind in kinds],
        "chosen_kind": chosen if chosen in kinds else "",
        "week_kinds": spoken.listing([kind_name(kind, spoken) for kind in wanted]),
        "week_detected": any(rule_of_kind(kind).detection_driven for kind in wanted),
    }
    return render(request, "insight/deviations.html", context)


@require_safe
def aggregate_file(request: WorkspaceRequest, wanted: str) -> HttpResponse:
    """Hand out sums by place, kind and month (week for others than the working group) with a dictionary."""
    if not can(request.actor, Permission.VIEW_DATA) or wanted not in exports.FORMATS:
        raise Http404
    places = {place.slug: place.name for place in Place.objects.visible_to(request.actor).in_order()}
    try:
        view = view_of(request, None)
        shapes = {
            place.slug: boundary.shape
            for place in Place.objects.visible_to(request.actor)
            if (boundary := place.boundary_on(view.end - timedelta(days=1))) is not None
        }
        made = exports.aggregates(view, places, shapes, wanted, language=request.LANGUAGE_CODE)
    except SamsynError as error:
        return refused(request, None, error)
    record(request.actor, "export", request.workspace, now=now(), fields=(view.about.slug, wanted))
    response = HttpResponse(made.content, content_type=made.media_type)
    response["Content-Disposition"] = f'attachment; filename="{made.file_name}"'
    return response


def view_of(request: WorkspaceRequest, place: Place | None) -> EventView:
    """Return the set of events that the address asks for, or the first there is."""
    found = services.views_of(request.actor, request.workspace, place)
    asked = request.GET.get("underlag", "")
    return next((view for view in found if view.about.slug == asked), found[0])


def _asked(request: WorkspaceRequest, view: EventView) -> tuple[Span, date | None, date | None]:
    """Return the span, its first day and the day after it, as the address says; what is odd is left out."""
    until = _day(request.GET.get("till", ""))
    since = _day(request.GET.get("sedan", ""))
    span = {"4-veckor": Span.FOUR_WEEKS, "sedan": Span.SINCE}.get(request.GET.get("tid", ""), Span.WEEK)
    end = until + timedelta(days=1) if until else view.end
    if not view.exact:
        # Whole weeks alone: a week that is moved by a day would give its days away.
        return Span.WEEK, None, end - timedelta(days=end.weekday())
    if span is Span.SINCE and (since is None or not 1 <= (end - since).days <= 7):
        since = end - timedelta(days=SINCE_DAYS)
    return span, since if span is Span.SINCE else None, end


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _context(
    request: WorkspaceRequest,
    view: EventView,
    findings: DeviationFindings,
    places: dict[str, Place],
) -> dict[str, Any]:
    spoken = words(request.LANGUAGE_CODE)
    lines = []
    for line in findings.lines:
        told = line_words(line, findings, spoken)
        # The drawing escapes every text that it is given.
        picture = mark_safe(told.picture)  # noqa: S308
        lines.append(
            Shown(
                told, places.get(line.place), picture, line.detection_driven, line.more,
                _trace(request, view, line, findings),
            )
        )  # fmt: skip
    outdated = services.waiting(request.workspace, view, places)
    return {
        "view": view,
        "most": settings.SAMSYN_SUPPRESSION_THRESHOLD - 1,
        "waiting": [places[slug] for slug in places if slug in outdated],
        "findings": findings,
        "lines": lines,
        "summary": summary(findings, spoken),
        "basis": basis(findings, spoken),
        "span": findings.span.value,
        "last_day": view.end - timedelta(days=1),
        "formats": exports.FORMATS,
    }


def _trace(
    request: WorkspaceRequest, view: EventView, line: DeviationLine, findings: DeviationFindings
) -> str:
    """Return the way to the rows of the file that a figure is made of, for whoever owns them."""
    if line.hours or not view.exact or view.about.owner != str(request.actor.organisation_id):
        return ""
    asked = {
        "slag": line.kind,
        "plats": line.place,
        "fran": findings.period.first.isoformat(),
        "till": (findings.period.end - timedelta(days=1)).isoformat(),
    }
    address = reverse("event-set", args=[request.workspace.slug, view.about.slug, view.about.version])
    return f"{address}?{urlencode(asked)}#h-follow"


@dataclass(frozen=True)
class PositionPicture:
    """What wrong positions do to the count of the last year, as printed."""

    period: str
    counted: str
    uncertain: str
    rows: tuple[tuple[str, str], ...]


def _position(
    request: WorkspaceRequest, view: EventView, place: Place, kinds: tuple[str, ...]
) -> PositionPicture | None:
    spoken = words(request.LANGUAGE_CODE)
    found = sensitivity_of(request.workspace, view, place, kinds)
    if found is None:
        return None
    return PositionPicture(
        spoken.period(found.period.first, found.period.end),
        spoken.number(found.counted),
        spoken.number(found.uncertain),
        tuple((error_size(size, spoken), error_cell(size, spoken)) for size in found.sizes),
    )


def _areas(request: WorkspaceRequest, view: EventView, findings: DeviationFindings) -> tuple[list[Any], str]:
    if not view.exact or not view.about.area_schemes:
        return [], ""
    spoken = words(request.LANGUAGE_CODE)
    areas = services.area_values(request.workspace, view, view.about.area_schemes[0], findings.period)
    most = sorted(areas, key=lambda area: -(area.value or 0))[:10]
    alternative = spoken.gettext(
        "Map of events by small area. Most in: %(areas)s.",
        areas=", ".join(f"{area.name} {area.text}" for area in most[:5]),
    )
    # The drawing escapes every text that it is given.
    return most, mark_safe(area_map(areas, alternative)) if areas else ""  # noqa: S308


def refused(request: WorkspaceRequest, place: Place | None, error: SamsynError) -> HttpResponse:
    """Say why there is nothing to show."""
    return render(
        request, "insight/deviations_none.html", {"place": place, "error": sentence(error)}, status=404
    )
