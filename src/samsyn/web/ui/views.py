"""Pages that belong to no app: errors, health and the accessibility statement."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from samsyn import __version__


def health(request: HttpRequest) -> JsonResponse:
    """Answer 200 when the database answers; for a load balancer, tells nothing else."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok", "version": __version__})


def accessibility(request: HttpRequest) -> HttpResponse:
    """Show the accessibility statement."""
    return render(request, "ui/accessibility.html")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Show that there is nothing here, or nothing for this reader: the two look the same."""
    return render(request, "ui/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Show that something went wrong here and that nothing was half saved."""
    return render(request, "ui/500.html", status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Show that the form was too old to be trusted."""
    return render(request, "ui/csrf.html", status=403)
