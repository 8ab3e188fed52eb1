"""Planning meetings and holding them: the page of a meeting, checking in, opening, closing, settling."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from samsyn.domain.access import Permission, can
from samsyn.domain.calendar import now
from samsyn.domain.errors import SamsynError
from samsyn.domain.meetings import (
    AHEAD_STATES,
    OPEN_STATES,
    CheckInWay,
    MeetingForm,
    MeetingState,
)
from samsyn.web.cooperation import (
    meeting_reading as reading,
    meeting_services as services,
    round_services as rounds,
)
from samsyn.web.cooperation.briefing_reading import briefing_of
from samsyn.web.cooperation.check_in_code import qr_svg
from samsyn.web.cooperation.forum_views import forum_or_404, posted_revision
from samsyn.web.cooperation.meeting_forms import CallOffForm, CheckInForm, InviteForm, MoveForm, PlanForm
from samsyn.web.cooperation.models import Meeting
from samsyn.web.cooperation.sharing import TextsRead
from samsyn.web.people.request import WorkspaceRequest, require
from samsyn.web.places.assessment_forms import show_refusal
from samsyn.web.ui.messages import sentence

SOON = timedelta(days=14)


def meeting_or_404(request: WorkspaceRequest, meeting_id: UUID) -> Meeting:
    """Return a meeting that the reader may see."""
    found = reading.meeting_for(request.actor, meeting_id)
    if found is None:
        raise Http404
    return found


def to_meeting(request: WorkspaceRequest, meeting: Meeting, part: str = "") -> HttpResponse:
    """Lead back to the meeting, or to a part of its page."""
    address = reverse("meeting", kwargs={"workspace": request.workspace.slug, "meeting_id": meeting.pk})
    return redirect(f"{address}#{part}" if part else address)


def do(request: WorkspaceRequest, meeting: Meeting, step: Callable[[], Any], done: str) -> HttpResponse:
    """Take a step, say that it is taken or why not, and lead back to the meeting."""
    try:
        step()
    except SamsynError as error:
        messages.error(request, sentence(error))
    else:
        messages.success(request, done)
    return to_meeting(request, meeting)


# ------------------------------------------------------------------ lists and planning


@require_safe
def meetings(request: WorkspaceRequest) -> HttpResponse:
    """Show the meetings ahead, those the own function is expected at first; ``?alla`` shows them all.

    A briefing comes back several times a week, so each list else stops after two weeks.
    """
    require(request, Permission.VIEW_COOPERATION)
    moment = now()
    ahead = reading.ahead(request.actor, moment)
    expected = reading.ahead(request.actor, moment, own=True).values("pk")
    shown = ahead if "alla" in request.GET else ahead.filter(starts_at__lt=moment + SOON)
    own, others = shown.filter(pk__in=expected), shown.exclude(pk__in=expected)
    recent = reading.meetings_for(request.actor).filter(ends_at__lt=moment).order_by("-starts_at")[:12]
    return render(
        request, "cooperation/meetings.html",
        {"own": own, "others": others, "later": ahead.count() - shown.count(), "recent": recent},
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def new_meeting(request: WorkspaceRequest, slug: str) -> HttpResponse:
    """Plan one meeting, or meetings that come back."""
    require(request, Permission.HOLD_MEETING)
    forum = forum_or_404(request, slug)
    form = PlanForm(request.actor, forum, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            if form.cleaned_data["repeats"]:
                series = services.plan_series(request.actor, forum, form.new_series(), now=now())
                number = series.meetings.count()
                messages.success(request, _("%(number)s meetings are planned.") % {"number": number})
                return redirect("forum", workspace=request.workspace.slug, slug=forum.slug)
            made = services.plan_meeting(
                request.actor, forum, form.new_meeting(), now=now(),
                override_reason=form.cleaned_data["override_reason"],
            )  # fmt: skip
        except SamsynError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("The meeting is planned."))
            return to_meeting(request, made)
    return render(request, "cooperation/plan.html", {"form": form, "forum": forum})


def _form_page(
    request: WorkspaceRequest, meeting: Meeting, form: forms.Form, heading: str, explanation: str, button: str
) -> HttpResponse:
    return render(
        request, "cooperation/meeting_form.html",
        {"meeting": meeting, "form": form, "heading": heading, "explanation": explanation, "button": button,
         "revision": meeting.revision},
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def move_meeting(request: WorkspaceRequest, meeting_id: UUID) -> HttpResponse:
    """Move a meeting, or it and the rest of its series."""
    require(request, Permission.HOLD_MEETING)
    meeting = meeting_or_404(request, meeting_id)
    form = MoveForm(meeting, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            number = services.move_meeting(
                request.actor, meeting, starts_at=form.moment(), rest=form.cleaned_data.get("rest", False),
                revision=posted_revision(request), now=now(),
            )  # fmt: skip
        except SamsynError as error:
            form.add_error(None, sentence(error))
        else:
            messages.success(request, _("Moved: %(number)s.") % {"number": number})
            return to_meeting(request, meeting)
    return _form_page(request, meeting, form, _("Move the meeting"), "", _("Move"))


@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: WorkspaceRequest, meeting_id: UUID) -> HttpResponse:
    """Ask further functions to a meeting."""
    require(request, Permission.HOLD_MEETING)
    meeting = meeting_or_404(request, meeting_id)
    form = InviteForm(request.actor, meeting, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.invite(request.actor, meeting, form.cleaned_data["invited"], now=now())
        except SamsynError as error:
            form.add_error(None, sentence(error))
        else:
            messages.success(request, _("The invitations are changed."))
            return to_meeting(request, meeting)
    return _form_page(
        request, meeting, form, _("Ask others to the meeting"),
        _("For an event, a demonstration, a school holiday or a festival."), _("Save"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def call_off(request: WorkspaceRequest, meeting_id: UUID) -> HttpResponse:
    """Call a meeting off with a reason; a digital round is offered at once."""
    require(request, Permission.HOLD_MEETING)
    meeting = meeting_or_404(request, meeting_id)
    form = CallOffForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.call_off(request.actor, meeting, reason=form.cleaned_data["reason"], now=now())
        except SamsynError as error:
            form.add_error(None, sentence(error))
        else:
            messages.success(
                request, _("The meeting is called off. A digital round can be held instead.")
            )  # fmt: skip
            return to_meeting(request, meeting)
    return _form_page(
        request, meeting, form, _("Call off the meeting"),
        _("The reason is counted, never blamed on anybody."), _("Call off"),
    )  # fmt: skip


@require_POST
def start_round(request: WorkspaceRequest, meeting_id: UUID) -> HttpResponse:
    """Hold a digital round instead of a meeting that was called off."""
    require(request, Permission.HOLD_MEETING)
    meeting = meeting_or_404(request, meeting_id)
    try:
        made = rounds.start_round(request.actor, meeting, now=now())
    except SamsynError as error:
        messages.error(request, sentence(error))
        return to_meeting(request, meeting)
    messages.success(request, _("The digital round is open. Each function answers the five points."))
    return to_meeting(request, made)


# ------------------------------------------------------------------ the meeting


@require_safe
def meeting(request: WorkspaceRequest, meeting_id: UUID) -> HttpResponse:
    """Show a meeting: before it, what has changed; during it, the points; after it, the card."""
    found = meeting_or_404(request, meeting_id)
    moment, actor = now(), request.actor
    state = MeetingState(found.state)
    is_round = found.form == MeetingForm.DIGITAL_ROUND
    read = TextsRead()
    points = reading.points_of(actor, found, moment, read)
    ahead = state in AHEAD_STATES | {MeetingState.IN_SESSION} and not is_round
    briefing = briefing_of(actor, found, moment) if ahead else None
    if briefing is not None and briefing.tells_narrow_lines:
        read.names.add("agenda")
    read.log(actor, found, moment, found.forum.place_id)
    holds = can(actor, Permission.HOLD_MEETING)
    over = state in {MeetingState.ENDED, MeetingState.NOTES_SETTLED} or (is_round and moment >= found.ends_at)
    return render(
        request,
        "cooperation/meeting.html",
        {
            "meeting": found,
            "forum": found.forum,
            "is_briefing": reading.is_briefing(found),
            "is_round": is_round,
            "points": points,
            "live": reading.live_of(actor, found, moment),
            "briefing": briefing,
            "card": reading.card_of(actor, found, moment, points) if over and points else None,
            "replaced_by": reading.meetings_for(actor).filter(replaces=found).first(),
            "holds": holds,
            "may_open": holds and state in AHEAD_STATES,
            "may_prepare": holds and state in OPEN_STATES and not is_round,
            "may_close": holds and state is MeetingState.IN_SESSION,
            "may_settle": holds and state is MeetingState.ENDED,
            "may_replace": holds and state is MeetingState.CALLED_OFF,
            "may_answer": is_round and not over and can(actor, Permission.COOPERATE),
            "over": over,
            "may_add": can(actor, Permission.COOPERATE) and state in OPEN_STATES and not is_round,
        },
    )


@require_safe
def meeting_live(request: WorkspaceRequest, meeting_id: UUID) -> HttpResponse:
    """Show who is here and the clock: the part of a meeting's page that is fetched again by itself."""
    found = meeting_or_404(request, meeting_id)
    return render(
        request, "cooperation/meeting_live.html",
        {"meeting": found, "live": reading.live_of(request.actor, found, now())},
    )  # fmt: skip


@require_safe
def card(request: WorkspaceRequest, meeting_id: UUID) -> HttpResponse:
    """Show what a meeting came to on a card: for those who were not there, and for paper."""
    found = meeting_or_404(request, meeting_id)
    moment = now()
    read = TextsRead()
    points = reading.points_of(request.actor, found, moment, read)
    read.log(request.actor, found, moment, found.forum.place_id)
    shown = reading.card_of(request.actor, found, moment, points)
    return render(request, "cooperation/card.html", {"meeting": found, "forum": found.forum, "card": shown})


# ------------------------------------------------------------------ who is here


@require_http_methods(["GET", "HEAD", "POST"])
def check_in(request: WorkspaceRequest, meeting_id: UUID) -> HttpResponse:
    """Check a function in: one tap on the meeting's page, or the page that its QR code opens."""
    require(request, Permission.COOPERATE)
    found = meeting_or_404(request, meeting_id)
    form = CheckInForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.check_in(
                request.actor, found, _function_id(request), now=now(),
                how=CheckInWay.QR if request.POST.get("how") == "qr" else CheckInWay.TAP,
                on_until=form.cleaned_data["on_until"],
            )  # fmt: skip
        except SamsynError as error:
            messages.error(request, sentence(error))
        else:
            if not request.headers.get("HX-Request"):
                messages.success(request, _("Checked in."))
        return _live_or_page(request, found)
    return render(
        request, "cooperation/check_in.html",
        {"meeting": found, "forum": found.forum, "form": form,
         "live": reading.live_of(request.actor, found, now()), "how": "qr" if "qr" in request.GET else "tap"},
    )  # fmt: skip


@require_POST
def undo_check_in(request: WorkspaceRequest, meeting_id: UUID) -> HttpResponse:
    """Take back a check-in made by mistake."""
    require(request, Permission.COOPERATE)
    found = meeting_or_404(request, meeting_id)
    try:
        services.undo_check_in(request.actor, found, _function_id(request), now=now())
    except SamsynError as error:
        messages.error(request, sentence(error))
    return _live_or_page(request, found)


def _function_id(request: WorkspaceRequest) -> UUID:
    written = request.POST.get("function", "")
    try:
        return UUID(written) if written else request.actor.function_id
    except ValueError:
        raise Http404 from None


def _live_or_page(request: WorkspaceRequest, found: Meeting) -> HttpResponse:
    if request.headers.get("HX-Request"):
        fresh = meeting_or_404(request, found.pk)
        return render(
            request, "cooperation/meeting_live.html",
            {"meeting": fresh, "live": reading.live_of(request.actor, fresh, now())},
        )  # fmt: skip
    return to_meeting(request, found)


@require_safe
def check_in_code(request: WorkspaceRequest, meeting_id: UUID) -> HttpResponse:
    """Return the QR code that opens the check-in of one's own function, as SVG."""
    found = meeting_or_404(request, meeting_id)
    path = reverse("check-in", kwargs={"workspace": request.workspace.slug, "meeting_id": found.pk})
    drawn = qr_svg(request.build_absolute_uri(f"{path}?qr"))
    return HttpResponse(drawn, content_type="image/svg+xml")


# ------------------------------------------------------------------ its steps


@require_POST
def open_meeting(request: WorkspaceRequest, meeting_id: UUID) -> HttpResponse:
    """Open a meeting and lead it."""
    require(request, Permission.HOLD_MEETING)
    found = meeting_or_404(request, meeting_id)
    return do(
        request, found, lambda: services.open_meeting(request.actor, found, now=now()),
        _("The meeting is open and your function is checked in."),
    )  # fmt: skip


@require_POST
def take_chair(request: WorkspaceRequest, meeting_id: UUID) -> HttpResponse:
    """Lead a meeting that is going on."""
    require(request, Permission.HOLD_MEETING)
    found = meeting_or_404(request, meeting_id)
    return do(
        request, found, lambda: services.take_chair(request.actor, found, now=now()),
        _("Your function leads the meeting."),
    )  # fmt: skip


@require_POST
def close_meeting(request: WorkspaceRequest, meeting_id: UUID) -> HttpResponse:
    """Close a meeting; the card goes to those who were not there."""
    require(request, Permission.HOLD_MEETING)
    found = meeting_or_404(request, meeting_id)
    return do(
        request, found, lambda: services.close_meeting(request.actor, found, now=now()),
        _("Closed. Attendance and notes are saved, and those who were not here get the card."),
    )  # fmt: skip


@require_POST
def settle_notes(request: WorkspaceRequest, meeting_id: UUID) -> HttpResponse:
    """Settle a meeting's notes; after that nothing in them is changed."""
    require(request, Permission.HOLD_MEETING)
    found = meeting_or_404(request, meeting_id)
    return do(
        request, found, lambda: services.settle_notes(request.actor, found, now=now()),
        _("The notes are settled."),
    )  # fmt: skip
