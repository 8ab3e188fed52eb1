"""The page that leads to everything people do together: forums, meetings, questions, agreements, actors."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from samsyn.domain.access import Permission, can
from samsyn.web.people.request import WorkspaceRequest
from samsyn.web.ui import registry


@require_safe
def hub(request: WorkspaceRequest) -> HttpResponse:
    """Show where to go: what each part of the cooperation wants to be reached by."""
    if not can(request.actor, Permission.VIEW_COOPERATION):
        raise Http404
    links = [link for answer in registry.ask("cooperation_links", request.actor) for link in answer]
    return render(request, "cooperation/hub.html", {"links": sorted(links, key=lambda link: link[0])})
