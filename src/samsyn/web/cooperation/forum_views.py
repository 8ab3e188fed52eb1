"""The register of forums, a forum's page, the seats in it, and who took part over a period."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from samsyn.domain.access import Permission, can
from samsyn.domain.calendar import now, today
from samsyn.domain.errors import SamsynError
from samsyn.domain.forums import ForumLevel
from samsyn.domain.meetings import AHEAD_STATES
from samsyn.web.cooperation import forum_services as services
from samsyn.web.cooperation.attendance_reading import attendance_of
from samsyn.web.cooperation.forum_forms import ForumForm, SeatForm
from samsyn.web.cooperation.meeting_forms import PeriodForm
from samsyn.web.cooperation.meeting_reading import forum_for, forums_for, meetings_for
from samsyn.web.cooperation.models import Forum, ForumSeat
from samsyn.web.people.request import WorkspaceRequest, require
from samsyn.web.places.assessment_forms import show_refusal
from samsyn.web.ui.messages import sentence
from samsyn.web.ui.models import StaleRecord

DAYS_OF_A_YEAR = 365
MOST_AHEAD, MOST_BEHIND = 8, 12


def forum_or_404(request: WorkspaceRequest, slug: str) -> Forum:
    """Return a forum that the reader may see."""
    found = forum_for(request.actor, slug)
    if found is None:
        raise Http404
    return found


def _to(request: WorkspaceRequest, forum: Forum) -> HttpResponse:
    return redirect("forum", workspace=request.workspace.slug, slug=forum.slug)


@require_safe
def register(request: WorkspaceRequest) -> HttpResponse:
    """Show every forum by level."""
    require(request, Permission.VIEW_COOPERATION)
    every = list(forums_for(request.actor).filter(closed_on=None))
    levels = [(level, [one for one in every if one.level == level]) for level in ForumLevel]
    return render(request, "cooperation/forums.html", {"levels": [pair for pair in levels if pair[1]]})


@require_http_methods(["GET", "HEAD", "POST"])
def new_forum(request: WorkspaceRequest) -> HttpResponse:
    """Register a forum."""
    require(request, Permission.MANAGE_COOPERATION)
    form = ForumForm(request.actor, None, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.create_forum(
                request.actor, form.details(), place=form.cleaned_data["place"], now=now(),
                members=form.cleaned_data["members"],
                override_reason=form.cleaned_data["override_reason"],
            )  # fmt: skip
        except SamsynError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("The forum is registered. Now plan its meetings."))
            return _to(request, made)
    return render(request, "cooperation/forum_form.html", {"form": form, "heading": _("Register a forum")})


@require_safe
def forum(request: WorkspaceRequest, slug: str) -> HttpResponse:
    """Show a forum: what it is for, who sits in it, and its meetings."""
    found = forum_or_404(request, slug)
    moment = now()
    rows = meetings_for(request.actor).filter(forum=found)
    states = [state.value for state in AHEAD_STATES]
    return render(
        request,
        "cooperation/forum.html",
        {
            "forum": found,
            "seats": [
                seat
                for seat in found.seats.select_related("function__organisation")
                if seat.valid_to is None or seat.valid_to > today()
            ],
            "former": found.seats.filter(valid_to__lte=today()).select_related("function__organisation"),
            "ahead": rows.filter(ends_at__gte=moment).order_by("starts_at")[:MOST_AHEAD],
            "planned": rows.filter(starts_at__gte=moment, state__in=states).count(),
            "behind": rows.filter(ends_at__lt=moment).order_by("-starts_at")[:MOST_BEHIND],
            "manages": can(request.actor, Permission.MANAGE_COOPERATION),
            "holds": can(request.actor, Permission.HOLD_MEETING),
            "is_briefing": found.level == ForumLevel.OPERATIONAL,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def edit_forum(request: WorkspaceRequest, slug: str) -> HttpResponse:
    """Change what a forum is."""
    require(request, Permission.MANAGE_COOPERATION)
    found = forum_or_404(request, slug)
    form = ForumForm(request.actor, found, request.POST or None)
    differences: list[tuple[str, str, str]] = []
    revision = found.revision
    if request.method == "POST" and form.is_valid():
        try:
            services.change_forum(
                request.actor, found, form.details(), revision=posted_revision(request), now=now(),
                override_reason=form.cleaned_data["override_reason"],
            )  # fmt: skip
        except StaleRecord as error:
            saved = cast(Forum, error.current)
            revision = saved.revision
            theirs = ForumForm(request.actor, saved)
            differences = [
                (str(field.label), str(form[name].value() or ""), str(theirs[name].value() or ""))
                for name, field in theirs.fields.items()
                if str(form[name].value() or "") != str(theirs[name].value() or "")
            ]
            form.add_error(None, sentence(error))
        except SamsynError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("The forum is changed."))
            return _to(request, found)
    return render(
        request, "cooperation/forum_form.html",
        {"form": form, "forum": found, "heading": _("Change the forum"), "revision": revision,
         "differences": differences},
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def new_seat(request: WorkspaceRequest, slug: str) -> HttpResponse:
    """Give a function a seat."""
    require(request, Permission.MANAGE_COOPERATION)
    found = forum_or_404(request, slug)
    form = SeatForm(request.actor, request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.add_seat(
                request.actor, found, data["function"], valid_from=data["valid_from"],
                large_enough=data["large_enough"], now=now(),
            )  # fmt: skip
        except SamsynError as error:
            form.add_error(None, sentence(error))
        else:
            messages.success(request, _("The function has a seat."))
            return _to(request, found)
    return render(
        request, "cooperation/forum_form.html",
        {"form": form, "forum": found, "heading": _("Give a function a seat")},
    )  # fmt: skip


@require_POST
def end_seat(request: WorkspaceRequest, slug: str, seat_id: int) -> HttpResponse:
    """End a seat from today."""
    require(request, Permission.MANAGE_COOPERATION)
    found = forum_or_404(request, slug)
    seat = ForumSeat.objects.filter(forum=found, pk=seat_id).select_related("forum").first()
    if seat is None:
        raise Http404
    services.end_seat(request.actor, seat, now=now())
    messages.success(request, _("The seat ends today."))
    return _to(request, found)


@require_POST
def close_forum(request: WorkspaceRequest, slug: str) -> HttpResponse:
    """Close a forum from today; everything it has written stays."""
    require(request, Permission.MANAGE_COOPERATION)
    found = forum_or_404(request, slug)
    services.close_forum(request.actor, found, now=now())
    messages.success(request, _("The forum is closed. Its meetings and notes stay."))
    return _to(request, found)


@require_safe
def attendance(request: WorkspaceRequest, slug: str) -> HttpResponse:
    """Show who took part in a forum's meetings over a period, as a chart and as a table."""
    found = forum_or_404(request, slug)
    form = PeriodForm(request.GET or None)
    first, last = today() - timedelta(days=DAYS_OF_A_YEAR), today()
    if form.is_bound and form.is_valid():
        first = form.cleaned_data["first"] or first
        last = form.cleaned_data["last"] or last
    if last < first:
        first, last = last, first
    form.initial = {"first": first, "last": last}
    page = attendance_of(request.actor, found, first, last, now())
    return render(
        request, "cooperation/attendance.html",
        {"forum": found, "page": page, "form": form, "first": first, "last": last},
    )  # fmt: skip


def posted_revision(request: WorkspaceRequest) -> int:
    """Return the revision that the form began from."""
    written = request.POST.get("revision", "")
    return int(written) if written.isdecimal() and len(written) < 10 else 0
