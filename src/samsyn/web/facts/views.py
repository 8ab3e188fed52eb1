"""Data sets as a list and a page each, their rows, withdrawal, and context events."""

from __future__ import annotations

import csv
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from samsyn.domain.access import Permission, can
from samsyn.domain.calendar import now
from samsyn.domain.caveats import CAVEAT_TEXTS, caveats_for
from samsyn.domain.errors import SamsynError
from samsyn.store.schema import COLUMNS, DatasetVersion, SeriesDefinition, VersionState, rows_of
from samsyn.web.facts import event_services, imports, services
from samsyn.web.facts.errors import UnknownDatasetHere
from samsyn.web.facts.forms import EventForm, WithdrawForm
from samsyn.web.facts.models import ContextEvent, Dataset
from samsyn.web.facts.words import answer_label, series_label, word
from samsyn.web.people.request import WorkspaceRequest, require
from samsyn.web.people.services import record
from samsyn.web.places.models import Place, PlaceArea, StatisticalArea
from samsyn.web.places.services import declare_area
from samsyn.web.ui import registry
from samsyn.web.ui.messages import sentence

ROWS_ON_A_PAGE = 200


def _found(request: WorkspaceRequest, slug: str, version: int) -> tuple[Dataset, DatasetVersion | None]:
    require(request, Permission.VIEW_DATA)
    try:
        dataset = services.find(request.actor, slug, version, request.GET.get("innehall", ""))
    except UnknownDatasetHere:
        raise Http404 from None
    return dataset, services.manifest_of(dataset)


def caveat_texts(series: SeriesDefinition) -> list[str]:
    """Return the reservations of a series as sentences."""
    return [_(CAVEAT_TEXTS[caveat]) for caveat in caveats_for(series)]


@require_safe
def datasets(request: WorkspaceRequest) -> HttpResponse:
    """List the data sets that the reader may see, the newest version of each first."""
    require(request, Permission.VIEW_DATA)
    words = request.GET.get("sok", "").strip().casefold()
    every = "alla" in request.GET
    rows = []
    years = services.years_of_current(request.actor)
    for dataset, version in services.catalogue(request.actor):
        state = version.state.value if version else "lost"
        if words and words not in f"{dataset.title} {version.meta.publisher if version else ''}".casefold():
            continue
        if every or state in {VersionState.CURRENT.value, "lost"}:
            held = years.get(dataset.slug) if state == VersionState.CURRENT.value else None
            rows.append((dataset, version, state, held))
    may_load = can(request.actor, Permission.LOAD_DATA)
    drafts = imports.drafts_of(request.actor).defer("content") if may_load else ()
    return render(
        request,
        "facts/datasets.html",
        {
            "rows": rows,
            "words": request.GET.get("sok", ""),
            "every": every,
            "drafts": drafts,
            "may_load": may_load,
            "event_sets": event_services.own_sets(request.actor),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def dataset(request: WorkspaceRequest, slug: str, version: int) -> HttpResponse:
    """Show one version: where it comes from, what it counts, for which areas, and how it was read.

    Who may change places also links an area to a place here, so that its figures reach a picture.
    """
    found, manifest = _found(request, slug, version)
    if request.method == "POST":
        return _link(request, found)
    others = Dataset.objects.visible_to(request.actor).filter(slug=slug, holds=found.holds)
    listed = services.store_of(request.workspace)
    states = {
        one.version: one.state.value
        for one in (listed.area_versions(slug) if found.holds == "areas" else listed.versions(slug))
    }
    areas = manifest.areas if manifest else ()
    return render(
        request,
        "facts/dataset.html",
        {
            "dataset": found,
            "version": manifest,
            "state": manifest.state.value if manifest else "lost",
            "others": [(other, states.get(other.version, "lost")) for other in others],
            "series": [(one, caveat_texts(one)) for one in (manifest.series if manifest else ())],
            "areas": areas[:60],
            "areas_left": max(0, len(areas) - 60),
            "places": _places_of(request, manifest) if manifest else [],
            **_linkable(request, manifest),
            "told": [(answer_label(key), answer) for key, answer in sorted(manifest.answers.items())]
            if manifest
            else [],
            "years": _years(request, found, manifest),
            "may_load": can(request.actor, Permission.LOAD_DATA) and found.holds == "values",
        },
    )


def _places_of(request: WorkspaceRequest, manifest: DatasetVersion) -> list[Any]:
    """Return the places that figures of the version are about, through their areas."""
    keys = {area.key for area in manifest.areas}
    links = (
        PlaceArea.objects.filter(area__workspace=request.workspace, area__code__in={key[1] for key in keys})
        .select_related("place", "area")
        .order_by("place__name")
    )
    visible = {place.pk for place in _visible_places(request)}
    return list(
        {
            link.place.pk: link.place
            for link in links
            if (link.area.scheme, link.area.code, link.area.vintage) in keys and link.place_id in visible
        }.values()
    )


def _linkable(request: WorkspaceRequest, manifest: DatasetVersion | None) -> dict[str, Any]:
    """Return the areas of a version that no place is linked to, and the places they may be linked to."""
    may_link = can(request.actor, Permission.EDIT_PLACE)
    if manifest is None or not may_link or len(manifest.areas) > 60:
        return {"may_link": False}
    keys = {area.key for area in manifest.areas}
    lone = StatisticalArea.objects.filter(
        workspace=request.workspace, code__in={key[1] for key in keys}, place_links=None
    )
    unlinked = [area for area in lone if (area.scheme, area.code, area.vintage) in keys]
    return {"may_link": True, "unlinked": unlinked, "linkable": _visible_places(request).in_order()}


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None


def _link(request: WorkspaceRequest, found: Dataset) -> HttpResponse:
    require(request, Permission.EDIT_PLACE)
    place = _visible_places(request).filter(slug=request.POST.get("place", "")).first()
    areas = StatisticalArea.objects.filter(workspace=request.workspace)
    area = areas.filter(pk=_uuid(request.POST.get("area", ""))).first()
    if place is None or area is None:
        raise Http404
    declare_area(request.actor, place, area, now=now())
    messages.success(
        request, _("%(area)s is linked to %(place)s.") % {"area": area.name, "place": place.name}
    )
    return redirect(dataset_address(request.workspace.slug, found))


def _visible_places(request: WorkspaceRequest) -> Any:
    return Place.objects.visible_to(request.actor)


def _years(
    request: WorkspaceRequest, found: Dataset, manifest: DatasetVersion | None
) -> tuple[int, int] | None:
    if manifest is None or found.holds == "areas":
        return None
    return services.years_of(found)


@require_safe
def rows(request: WorkspaceRequest, slug: str, version: int) -> HttpResponse:
    """Show every figure with the row and the column it stood in; also as CSV."""
    found, manifest = _found(request, slug, version)
    if manifest is None or found.holds == "areas":
        raise Http404
    shown = services.rows_for(request.actor, found, manifest, now=now())
    if request.GET.get("som") == "csv":
        return _as_csv(request, found, shown)
    numbers = shown.frame["source_row"].tolist()
    page_number: Any = request.GET.get("sida")
    wanted = request.GET.get("rad", "")
    if wanted.isdigit() and int(wanted) in numbers:
        page_number = numbers.index(int(wanted)) // ROWS_ON_A_PAGE + 1
    page = Paginator(range(len(shown.frame)), ROWS_ON_A_PAGE).get_page(page_number)
    on_page = list(page.object_list)
    part = shown.frame.iloc[on_page[0] : on_page[-1] + 1] if on_page else shown.frame
    labels = {one.slug: one.label for one in manifest.series}
    table = [
        {
            **row,
            "label": series_label(labels.get(row["series"], row["series"]), row["sex"], row["age_group"]),
            "anchor": services.cell_anchor(row),
        }
        for row in rows_of(part)
    ]
    named: set[str] = set()
    for row in table:  # a source without columns has several figures in a row: the first gets its name
        row["target"] = row["anchor"] if row["anchor"] not in named else ""
        named.add(row["anchor"])
    return render(
        request,
        "facts/rows.html",
        {
            "dataset": found,
            "version": manifest,
            "state": manifest.state.value,
            "page": page,
            "table": table,
            "count": len(shown.frame),
            "kept_back": shown.kept_back,
        },
    )


def _as_csv(request: WorkspaceRequest, found: Dataset, shown: services.ShownRows) -> HttpResponse:
    record(request.actor, "export", found, now=now(), fields=("values",))
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{found.slug}-v{found.version}.csv"'
    answer.write("\ufeff")
    writer = csv.DictWriter(answer, fieldnames=COLUMNS, delimiter=";")
    writer.writeheader()
    writer.writerows(rows_of(shown.frame))
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: WorkspaceRequest, slug: str, version: int) -> HttpResponse:
    """Say why a version must no longer be used; its rows stay, so that old pictures can be explained."""
    require(request, Permission.LOAD_DATA)
    found, manifest = _found(request, slug, version)
    if manifest is None or manifest.state is VersionState.WITHDRAWN:
        raise Http404
    form = WithdrawForm(request.POST or None)
    if manifest.supersedes is None:
        del form.fields["reinstate"]
    if request.method == "POST" and form.is_valid():
        try:
            services.withdraw(
                request.actor,
                found,
                reason=form.cleaned_data["reason"],
                reinstate_former=form.cleaned_data.get("reinstate", False),
                now=now(),
            )
        except SamsynError as error:
            form.add_error(None, sentence(error))
        else:
            messages.success(request, _("The version is withdrawn."))
            return redirect("dataset", workspace=request.workspace.slug, slug=slug, version=version)
    used = [use for answer in registry.ask("dataset_used_by", request.actor, slug, version) for use in answer]
    return render(
        request,
        "facts/withdraw.html",
        {"dataset": found, "version": manifest, "form": form, "used": used},
    )


@require_safe
def context_events(request: WorkspaceRequest) -> HttpResponse:
    """List what disturbs the series and is nobody's measure."""
    require(request, Permission.VIEW_DATA)
    visible = {place.pk for place in _visible_places(request)}
    events = ContextEvent.objects.visible_to(request.actor).select_related("place", "author__organisation")
    rows = [(event, word("event", event.kind)) for event in events if event.place_id in {None, *visible}]
    return render(
        request,
        "facts/context_events.html",
        {"rows": rows, "may_load": can(request.actor, Permission.LOAD_DATA)},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def new_context_event(request: WorkspaceRequest) -> HttpResponse:
    """Write down something that disturbs the series."""
    require(request, Permission.LOAD_DATA)
    form = EventForm(request.actor, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.add_context_event(request.actor, now=now(), **form.cleaned_data)
        except SamsynError as error:
            form.add_error(None, sentence(error))
        else:
            messages.success(
                request, _("The event is noted. It is drawn on every time line that it touches.")
            )
            return redirect("context-events", workspace=request.workspace.slug)
    return render(request, "facts/new_event.html", {"form": form})


def dataset_address(workspace_slug: str, found: Dataset) -> str:
    """Return the address of a version's page."""
    address = reverse("dataset", args=(workspace_slug, found.slug, found.version))
    return f"{address}?innehall=areas" if found.holds == "areas" else address
