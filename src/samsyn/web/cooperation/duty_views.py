"""Rosters of a place: the week as a table, one shift at a time, a pasted roster, cancelling with a reason."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from samsyn.domain.access import Permission, can
from samsyn.domain.calendar import STOCKHOLM, Period, now, today
from samsyn.domain.duty import CancelReason
from samsyn.domain.errors import SamsynError
from samsyn.web.cooperation import duty_reading, duty_services
from samsyn.web.cooperation.duty_errors import TableRefused
from samsyn.web.cooperation.duty_forms import CancelForm, RosterForm, ShiftForm
from samsyn.web.cooperation.models import DutyShift
from samsyn.web.people.request import WorkspaceRequest
from samsyn.web.people.services import record
from samsyn.web.places.models import Place, place_for
from samsyn.web.places.place_choice import choice_of_places
from samsyn.web.ui.messages import sentence
from samsyn.web.ui.row_words import problem_lines


def _place(request: WorkspaceRequest, slug: str, permission: Permission) -> Place:
    place = place_for(request.actor, slug) if can(request.actor, permission) else None
    if place is None:
        raise Http404
    return place


@require_safe
def duty(request: WorkspaceRequest) -> HttpResponse:
    """Let the reader choose a place."""
    if not can(request.actor, Permission.VIEW_COOPERATION):
        raise Http404
    return render(request, "cooperation/duty_places.html", {"choice": choice_of_places(request.actor)})


@require_safe
def roster(request: WorkspaceRequest, slug: str) -> HttpResponse:
    """Show who is on duty at a place in one week, and to others only who can be reached now."""
    place = _place(request, slug, Permission.VIEW_COOPERATION)
    first = _monday(request.GET.get("vecka", ""))
    period = Period(first, first + timedelta(days=7))
    shifts = duty_reading.shifts_between(request.actor, place, period)
    if shifts and duty_reading.reads_rosters(request.actor):
        # Who works when is read by the authorities alone, and each reading is logged.
        record(request.actor, "read", place, now=now(), fields=("roster",), place_id=place.pk)
    days: dict[date, list[duty_reading.ShiftShown]] = defaultdict(list)
    for shift in shifts:
        days[max(shift.starts_at.astimezone(STOCKHOLM).date(), first)].append(shift)
    return render(
        request,
        "cooperation/roster.html",
        {
            "place": place,
            "first": first,
            "last": period.last,
            "earlier": first - timedelta(days=7),
            "later": first + timedelta(days=7),
            "days": sorted(days.items()),
            "reachable": duty_reading.reachable(request.actor, place, now()),
            "reads": duty_reading.reads_rosters(request.actor),
        },
    )


def _monday(written: str) -> date:
    try:
        day = date.fromisoformat(written)
    except ValueError:
        day = today()
    return day - timedelta(days=day.weekday())


def _crumbs(request: WorkspaceRequest, place: Place) -> list[tuple[str, str]]:
    slug = request.workspace.slug
    return [
        (_("Duty"), reverse("duty", args=[slug])),
        (place.name, reverse("roster", args=[slug, place.slug])),
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def new_shift(request: WorkspaceRequest, slug: str) -> HttpResponse:
    """Put a function on duty for a time."""
    place = _place(request, slug, Permission.COOPERATE)
    functions = duty_reading.functions_at(request.actor, place, today())
    if not can(request.actor, Permission.MANAGE_COOPERATION):
        functions = functions.filter(organisation_id=request.actor.organisation_id)
    form = ShiftForm(functions, place.sub_places.all(), request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            duty_services.add_shift(
                request.actor,
                place,
                data["function"],
                *form.span(),
                now=now(),
                sub_places=list(data["sub_places"]),
                source=data["source"],
            )
        except SamsynError as error:
            form.add_error(None, sentence(error))
        else:
            messages.success(request, _("The shift is saved."))
            return redirect("roster", workspace=request.workspace.slug, slug=place.slug)
    return render(
        request,
        "ui/form_page.html",
        {"form": form, "heading": _("New shift"), "crumbs": _crumbs(request, place)},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def paste_roster(request: WorkspaceRequest, slug: str) -> HttpResponse:
    """Take a roster copied from a spreadsheet whole, or tell everything that is wrong with it."""
    place = _place(request, slug, Permission.COOPERATE)
    form = RosterForm(request.POST or None)
    problems = []
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            number = duty_services.add_roster(
                request.actor, place, data["table"], source=data["source"], now=now()
            )
        except TableRefused as error:
            columns = {
                "function": _("Function"), "day": _("Day"), "from": _("From"), "to": _("To"),
                "sub_places": _("Parts of the place"),
            }  # fmt: skip
            problems = problem_lines(error.problems, columns)
            form.add_error("table", sentence(error))
        except SamsynError as error:
            form.add_error(None, sentence(error))
        else:
            said = ngettext("%(number)s shift is saved.", "%(number)s shifts are saved.", number)
            messages.success(request, said % {"number": number})
            return redirect("roster", workspace=request.workspace.slug, slug=place.slug)
    return render(
        request,
        "ui/form_page.html",
        {
            "form": form,
            "heading": _("Paste a roster"),
            "crumbs": _crumbs(request, place),
            "problems": problems,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def cancel_shift(request: WorkspaceRequest, shift_id: UUID) -> HttpResponse:
    """Cancel a shift with a reason; it is kept."""
    if not can(request.actor, Permission.COOPERATE):
        raise Http404
    shift = (
        DutyShift.objects.visible_to(request.actor)
        .select_related("place", "function__organisation")
        .filter(pk=shift_id)
        .first()
    )
    if shift is None or not duty_services.may_roster(request.actor, shift.function):
        raise Http404
    form = CancelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            duty_services.cancel_shift(
                request.actor, shift, CancelReason(form.cleaned_data["reason"]), now=now()
            )
        except SamsynError as error:
            form.add_error(None, sentence(error))
        else:
            messages.success(request, _("The shift is cancelled."))
            return redirect("roster", workspace=request.workspace.slug, slug=shift.place.slug)
    return render(
        request,
        "ui/form_page.html",
        {
            "form": form,
            "heading": _("Cancel the shift"),
            "lead": str(shift.function),
            "crumbs": _crumbs(request, shift.place),
            "button": _("Cancel the shift"),
        },
    )
