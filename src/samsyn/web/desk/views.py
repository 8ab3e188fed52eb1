"""Pages that need every app. No models."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from samsyn.web.people.request import WorkspaceRequest
from samsyn.web.ui import registry


@require_safe
def start(request: WorkspaceRequest) -> HttpResponse:
    """Show the workspace's start page: what each app wants the reader to see first."""
    sections = [section for answer in registry.ask("start_sections", request.actor) for section in answer]
    sections.sort(key=lambda section: getattr(section, "order", 50))
    return render(request, "desk/start.html", {"sections": sections})
