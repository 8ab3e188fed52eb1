"""The page that leads to everything people do together: forums, meetings, questions, agreements, actors."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_safe

from samsyn.domain.access import Permission, can
from samsyn.web.people.request import WorkspaceRequest
from samsyn.web.ui import registry

# From which order of the links a heading holds, until the next one's.
GROUPS = (
    (0, gettext_noop("Now")),
    (20, gettext_noop("Meet")),
    (30, gettext_noop("Ask and do")),
    (40, gettext_noop("What was promised, and said")),
    (60, gettext_noop("Who may do what")),
    (80, gettext_noop("So that it lasts")),
)


@require_safe
def hub(request: WorkspaceRequest) -> HttpResponse:
    """Show where to go: what each part of the cooperation wants to be reached by."""
    if not can(request.actor, Permission.VIEW_COOPERATION):
        raise Http404
    links = [link for answer in registry.ask("cooperation_links", request.actor) for link in answer]
    links.sort(key=lambda link: link[0])
    edges = [*(first for first, _heading in GROUPS[1:]), float("inf")]
    groups = [
        (gettext(heading), [link for link in links if first <= link[0] < edge])
        for (first, heading), edge in zip(GROUPS, edges, strict=True)
    ]
    return render(request, "cooperation/hub.html", {"groups": [one for one in groups if one[1]]})
