"""Coverage: hours × actors × sub-places for a period, with gaps and what may be done about them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from samsyn.domain.access import Permission, can
from samsyn.domain.calendar import Period, now, today
from samsyn.domain.coverage import ControlKind
from samsyn.domain.errors import SamsynError
from samsyn.web.cooperation import coverage_reading as reading, coverage_services as services
from samsyn.web.cooperation.coverage_chart import draw_week
from samsyn.web.cooperation.coverage_forms import ControlForm
from samsyn.web.cooperation.coverage_models import CoverageFinding, InformalControl
from samsyn.web.people.request import WorkspaceRequest
from samsyn.web.people.services import record
from samsyn.web.places.models import Place, SubPlace, place_for
from samsyn.web.places.place_choice import choice_of_places
from samsyn.web.ui.guarding import reason_given
from samsyn.web.ui.messages import sentence


def _require(request: WorkspaceRequest) -> None:
    if not reading.may_read(request.actor):
        raise Http404


def _place(request: WorkspaceRequest, slug: str) -> Place:
    place = place_for(request.actor, slug)
    if place is None:
        raise Http404
    return place


def _period(request: WorkspaceRequest) -> tuple[Period, str]:
    """Return the period asked for and what was wrong with it, if anything."""
    usual = reading.usual_period(today())
    first, last = request.GET.get("fran", ""), request.GET.get("till", "")
    if not (first or last):
        return usual, ""
    try:
        period = Period(date.fromisoformat(first), date.fromisoformat(last) + timedelta(days=1))
    except (ValueError, OverflowError):
        return usual, _("The dates could not be read; the last four weeks are shown.")
    if period.days > reading.LONGEST_PERIOD.days:
        return usual, _("At most a year is counted at a time; the last four weeks are shown.")
    return period, ""


@require_safe
def coverage(request: WorkspaceRequest) -> HttpResponse:
    """Show which hours are covered at a place, by whom, and where and when nobody is there."""
    _require(request)
    places = list(Place.objects.visible_to(request.actor).in_order())
    wanted = request.GET.get("plats", "")
    place = _place(request, wanted) if wanted else places[0] if len(places) == 1 else None
    if place is None:
        return render(
            request, "cooperation/coverage_choose.html", {"choice": choice_of_places(request.actor)}
        )
    period, problem = _period(request)
    sub_place = _sub_place(place, request.GET.get("delplats", ""))
    hours = _hours(request)
    view = reading.view_of(request.actor, place, period, sub_place, hours)
    record(request.actor, "read", "Coverage", now=now(), fields=("shifts",), place_id=place.pk)
    days = reading._weekdays()
    alternative = _("Covered share of each hour of the week, %(hours)s hours without anybody.") % {
        "hours": view.coverage.hours_without
    }
    return render(
        request,
        "cooperation/coverage.html",
        {
            "place": place,
            "places": places,
            "period": period,
            "problem": problem,
            "sub_place": sub_place,
            "view": view,
            "chart": draw_week(
                view.coverage.anybody, days, alternative, control=view.control, busy=view.busy
            ),
            "needs": [(need, _need_chart(need, days)) for need in view.needs],
            "days": days,
            "hours": range(24),
            "asked": hours,
            "until_hours": range(1, 25),
            "table": list(zip(days, view.coverage.anybody, strict=True)),
            "controls": [
                (one, reading.days_words(one.weekdays))
                for one in reading.controls_of(request.actor, place, today())
            ],
            "forum": reading.forum_for(request.actor, place),
            "finding": reading.open_finding(request.actor, place, period),
            "may_write": can(request.actor, Permission.COOPERATE),
        },
    )


def _need_chart(need: reading.Need, days: Sequence[str]) -> SafeString | str:
    if need.refused:
        return ""
    alternative = _("When in the week it happens. Most: %(hours)s.") % {"hours": "; ".join(need.most) or "–"}
    return draw_week(need.shades, days, alternative, busy=need.busy)


def _hours(request: WorkspaceRequest) -> tuple[int, int]:
    """Return the hours of the day that are asked about; whatever is no stretch of hours is the whole day."""
    first, end = (request.GET.get(name, "") for name in ("fran_kl", "till_kl"))
    if first.isdecimal() and end.isdecimal() and 0 <= int(first) < int(end) <= 24:
        return int(first), int(end)
    return reading.WHOLE_DAY


def _sub_place(place: Place, wanted: str) -> SubPlace | None:
    if not wanted:
        return None
    try:
        found = place.sub_places.filter(pk=UUID(wanted)).first()
    except ValueError:
        found = None
    if found is None:
        raise Http404
    return found


@require_POST
def put_on_agenda(request: WorkspaceRequest, slug: str) -> HttpResponse:
    """Put the hours without anybody on the agenda of the place's forum."""
    _require(request)
    place = _place(request, slug)
    forum = reading.forum_for(request.actor, place)
    if forum is None:
        raise Http404
    period, _problem = _period(request)
    view = reading.view_of(request.actor, place, period)
    try:
        services.put_on_agenda(request.actor, place, forum, view.coverage, now=now())
    except SamsynError as error:
        messages.error(request, sentence(error))
    else:
        messages.success(request, _("It is on the next agenda of %(forum)s.") % {"forum": forum.name})
    return redirect(reading.address_of(request.workspace.slug, place, period))


@require_POST
def settle_finding(request: WorkspaceRequest, finding_id: UUID) -> HttpResponse:
    """Take the hours without anybody off the agenda when the forum has dealt with them."""
    _require(request)
    finding = (
        CoverageFinding.objects.visible_to(request.actor)
        .select_related("place")
        .filter(pk=finding_id)
        .first()
    )
    if finding is None or not can(request.actor, Permission.COOPERATE):
        raise Http404
    services.settle_finding(request.actor, finding, now=now())
    messages.success(request, _("It is off the agenda and stays in the record."))
    return redirect(
        reading.address_of(request.workspace.slug, finding.place, Period(finding.first, finding.end))
    )


@require_http_methods(["GET", "HEAD", "POST"])
def add_control(request: WorkspaceRequest, slug: str) -> HttpResponse:
    """Say what keeps an eye on the place without being on duty there."""
    if not can(request.actor, Permission.COOPERATE) or not reading.may_read(request.actor):
        raise Http404
    place = _place(request, slug)
    form = ControlForm(place, request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            services.add_control(
                request.actor, place, kind=ControlKind(given["kind"]), name=given["name"],
                weekdays=given["weekdays"], opens=given["opens"], closes=given["closes"],
                sub_place=given["sub_place"], valid_from=today(),
                override_reason=reason_given(request), now=now(),
            )  # fmt: skip
        except SamsynError as error:
            form.add_error(None, sentence(error))
        else:
            messages.success(request, _("It is noted from today."))
            return redirect(reading.address_of(request.workspace.slug, place, reading.usual_period(today())))
    return render(request, "cooperation/coverage_control.html", {"place": place, "form": form})


@require_POST
def end_control(request: WorkspaceRequest, control_id: UUID) -> HttpResponse:
    """Say that it no longer keeps an eye on the place."""
    found = (
        InformalControl.objects.visible_to(request.actor)
        .select_related("place")
        .filter(pk=control_id)
        .first()
    )
    if found is None or not can(request.actor, Permission.COOPERATE) or not reading.may_read(request.actor):
        raise Http404
    services.end_control(request.actor, found, now=now(), today=today())
    messages.success(request, _("It no longer counts from today."))
    return redirect(reading.address_of(request.workspace.slug, found.place, reading.usual_period(today())))
