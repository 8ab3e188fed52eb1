"""A file of events on its way in, and the pages of one's own sets: versions, rows left out, withdrawal."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from samsyn.domain.access import Permission, can
from samsyn.domain.calendar import now
from samsyn.domain.errors import SamsynError
from samsyn.store.events.errors import InvalidEvents, MappingInvalid
from samsyn.store.events.findings import MENDS, SENTENCES, WHY, Findings, LeftOut
from samsyn.store.events.ingest import Trial
from samsyn.store.events.schema import EventSet
from samsyn.store.schema import VersionState
from samsyn.web.facts import event_services, event_uploads as uploads
from samsyn.web.facts.errors import UnknownDatasetHere
from samsyn.web.facts.forms import EventFileForm, FigureForm, WithdrawForm
from samsyn.web.facts.import_views import InMemoryOnly
from samsyn.web.facts.models import Dataset
from samsyn.web.facts.words import event_kind
from samsyn.web.people.request import WorkspaceRequest, require
from samsyn.web.places.models import Place
from samsyn.web.ui.messages import how_to_mend, sentence

STRETCHES_SHOWN = 200
CODES_SHOWN = 100


@csrf_exempt
def new_event_file(request: WorkspaceRequest) -> HttpResponse:
    """Take the file into memory; the form itself is protected as every other."""
    request.upload_handlers = [InMemoryOnly(request)]
    return _new_event_file(request)


@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
def _new_event_file(request: WorkspaceRequest) -> HttpResponse:
    """Choose a file and a mapping; try it, or load it whole."""
    require(request, Permission.LOAD_DATA)
    form = EventFileForm(
        uploads.mapping_choices(), uploads.OWN_MAPPING, request.POST or None, request.FILES or None
    )
    told: dict[str, Any] = {}
    status = 200
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            own = given["mapping_file"]
            mapping = uploads.mapping_from(
                request.actor, given["mapping"], own.read() if own else b"", own.name if own else ""
            )
            file = uploads.HandedIn(given["file"].name, given["file"].read(), mapping)
            if "try" in request.POST:
                told = {"trial": (trial := uploads.try_handed_in(request.actor, file, now=now()))}
                told |= _wrong(trial.findings) | {"trial_kinds": _kinds(trial)}
            else:
                row = uploads.load_handed_in(
                    request.actor,
                    file,
                    given["dataset"],
                    title=given["title"],
                    reason=given["reason"],
                    now=now(),
                )
                messages.success(request, _("The events are loaded as version %(n)s.") % {"n": row.version})
                return redirect(
                    "event-set", workspace=request.workspace.slug, slug=row.slug, version=row.version
                )
        except SamsynError as error:
            status = 400
            told = {"refused": sentence(error)}
            if isinstance(error, InvalidEvents):
                # The list below says all of it; the first error alone, as a log has it, would say it worse.
                told |= _wrong(error.found) | {"refused": how_to_mend(error)}
            if isinstance(error, MappingInvalid):
                told |= {"problems": error.problems}
    context = {"form": form, "own_sets": _names(request), **told}
    return render(request, "facts/event_file.html", context, status=status)


def _names(request: WorkspaceRequest) -> list[str]:
    return sorted({held.slug for held in event_services.own_sets(request.actor)})


def _wrong(found: Findings) -> dict[str, Any]:
    """Return everything that is wrong, in words: cells by row and column, codes, and what is left out."""
    return {
        "wrong": found.count,
        "cells": [
            (one.row, one.column, one.cell, _(SENTENCES[one.rule]), _(MENDS[one.rule])) for one in found.cells
        ],
        "rules": [
            (column, _(SENTENCES[rule]), count) for (column, rule), count in sorted(found.counts.items())
        ],
        "codes": found.codes[:CODES_SHOWN],
        "left_out": [(_(WHY[reason]), count) for reason, count in found.left_out.most_common()],
    }


def _kinds(trial: Trial) -> list[tuple[str, int]]:
    return [(event_kind(kind), count) for kind, count in sorted(trial.kinds.items(), key=lambda one: -one[1])]


def _found(request: WorkspaceRequest, slug: str, version: int) -> tuple[Dataset, EventSet | None]:
    require(request, Permission.VIEW_DATA)
    try:
        return uploads.own_set(request.actor, slug, version)
    except UnknownDatasetHere:
        raise Http404 from None


@require_safe
def event_set(request: WorkspaceRequest, slug: str, version: int) -> HttpResponse:
    """Show one version of one's own events, and follow a figure to the rows that it is made of."""
    row, events = _found(request, slug, version)
    kinds = sorted(
        ((event_kind(kind), kind, count) for kind, count in (events.kinds if events else {}).items()),
        key=lambda one: (-one[2], one[0]),
    )
    places = [(one.slug, one.name) for one in Place.objects.visible_to(request.actor).in_order()]
    asked = {name: request.GET.get(name, "") for name in ("slag", "plats", "fran", "till")}
    following = any(name in request.GET for name in asked)
    form = FigureForm([(kind, name) for name, kind, _n in kinds], places, request.GET if following else None)
    lineage, problem = None, ""
    if following and form.is_valid():
        given = form.cleaned_data
        figure = uploads.Figure(given["slag"], given["plats"], given["fran"], given["till"])
        try:
            lineage = uploads.follow(request.actor, row, figure, now=now())
        except SamsynError as error:
            problem = sentence(error)
    reasons = sorted((events.quarantine if events else {}).items(), key=lambda one: -one[1])
    return render(
        request,
        "facts/event_set.html",
        {
            "row": row,
            "events": events,
            "state": events.state.value if events else "lost",
            "kinds": kinds,
            "left_out": [(_(WHY[LeftOut(reason)]), count) for reason, count in reasons],
            "others": [held for held in event_services.own_sets(request.actor) if held.slug == slug],
            "may_load": can(request.actor, Permission.LOAD_DATA),
            "form": form,
            "following": following,
            "lineage": lineage,
            "stretches": lineage.stretches[:STRETCHES_SHOWN] if lineage else (),
            "stretches_left": max(0, len(lineage.stretches) - STRETCHES_SHOWN) if lineage else 0,
            "problem": problem,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_event_set(request: WorkspaceRequest, slug: str, version: int) -> HttpResponse:
    """Say why a version of events must no longer be used."""
    require(request, Permission.LOAD_DATA)
    row, events = _found(request, slug, version)
    if events is None or events.state is VersionState.WITHDRAWN:
        raise Http404
    form = WithdrawForm(request.POST or None)
    if events.supersedes is None:
        del form.fields["reinstate"]
    if request.method == "POST" and form.is_valid():
        try:
            event_services.withdraw_events(
                request.actor,
                row,
                reason=form.cleaned_data["reason"],
                reinstate_former=form.cleaned_data.get("reinstate", False),
                now=now(),
            )
        except SamsynError as error:
            form.add_error(None, sentence(error))
        else:
            messages.success(request, _("The version is withdrawn."))
            return redirect("event-set", workspace=request.workspace.slug, slug=slug, version=version)
    return render(request, "facts/event_set_withdraw.html", {"row": row, "events": events, "form": form})
