"""The handover pack: choose a place, read it in five minutes, say that it is read."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from samsyn.domain.access import Permission, SharingClass, can, reads_up_to
from samsyn.domain.calendar import now
from samsyn.web.cooperation import handover_reading as reading, handover_services as services
from samsyn.web.people.request import WorkspaceRequest
from samsyn.web.people.services import record
from samsyn.web.places.models import Place, place_for
from samsyn.web.places.place_choice import choice_of_places


def _place(request: WorkspaceRequest, slug: str) -> Place:
    found = place_for(request.actor, slug)
    if found is None or not can(request.actor, Permission.VIEW_COOPERATION):
        raise Http404
    return found


@require_safe
def handovers(request: WorkspaceRequest) -> HttpResponse:
    """Show the places that have a handover pack."""
    if not can(request.actor, Permission.VIEW_COOPERATION):
        raise Http404
    return render(request, "cooperation/handovers.html", {"choice": choice_of_places(request.actor)})


@require_safe
def handover(request: WorkspaceRequest, slug: str) -> HttpResponse:
    """Show what somebody new at the place reads in five minutes; printed it is the sheet."""
    found = _place(request, slug)
    moment = now()
    if reads_up_to(request.actor) > SharingClass.COOPERATION:
        record(request.actor, "read", found, now=moment, fields=("handover",), place_id=found.pk)
    context = {
        "pack": reading.pack_for(request.actor, found, moment),
        "readers": reading.readers_of(request.actor, found, moment),
        "fewest": reading.fewest(),
        "moment": moment,
    }
    return render(request, "cooperation/handover.html", context)


@require_POST
def read_handover(request: WorkspaceRequest, slug: str) -> HttpResponse:
    """Note that the reader has read the pack."""
    found = _place(request, slug)
    services.note_read(request.actor, found, now=now())
    messages.success(request, _("Noted. Welcome."))
    return redirect("handover", workspace=request.workspace.slug, slug=found.slug)
