"""The yearly self check of a place, and the short questions about a forum."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from samsyn.domain.access import Permission, can
from samsyn.domain.calendar import now, today
from samsyn.domain.errors import SamsynError
from samsyn.domain.self_checks import FEWEST_ANSWERS
from samsyn.web.cooperation import check_services, pulse_services
from samsyn.web.cooperation.answer_chart import draw_answers
from samsyn.web.cooperation.check_forms import PulseForm, SelfCheckForm
from samsyn.web.cooperation.check_models import Pulse, SelfCheck
from samsyn.web.cooperation.check_reading import ANSWERS, CountedRow, check_page, overview, pulses_of
from samsyn.web.cooperation.meeting_reading import forum_for
from samsyn.web.cooperation.models import Forum
from samsyn.web.people.request import WorkspaceRequest, require
from samsyn.web.places.models import Place
from samsyn.web.ui.messages import sentence
from samsyn.web.ui.templatetags.samsyn import term_label


def _place(request: WorkspaceRequest, slug: str) -> Place:
    require(request, Permission.VIEW_COOPERATION)
    return get_object_or_404(Place.objects.visible_to(request.actor), slug=slug)


def _forum(request: WorkspaceRequest, slug: str) -> Forum:
    found = forum_for(request.actor, slug)
    if found is None:
        raise Http404
    return found


def answer_words() -> list[str]:
    """Return the words of the columns, the one for no answer last."""
    return [*(term_label(f"CheckAnswer.{one.name}") for one in ANSWERS), _("Not answered")]


def picture_of(rows: Sequence[CountedRow]) -> SafeString:
    """Return the rows as a picture."""
    return draw_answers(
        [(one.label, [*one.counts, one.unanswered]) for one in rows],
        answer_words(),
        _("How many gave each answer; the table below has the numbers."),
    )


def table_of(rows: Sequence[CountedRow]) -> list[tuple[CountedRow, list[tuple[str, int]]]]:
    """Return each row with its numbers under their words."""
    return [(one, list(zip(answer_words(), [*one.counts, one.unanswered], strict=True))) for one in rows]


# ------------------------------------------------------------------ the self check of a place


@require_safe
def self_checks(request: WorkspaceRequest) -> HttpResponse:
    """Show every place that has a forum and how far its self check has come."""
    require(request, Permission.VIEW_COOPERATION)
    return render(request, "cooperation/self_checks.html", {"pages": overview(request.actor, now())})


@require_safe
def self_check(request: WorkspaceRequest, slug: str) -> HttpResponse:
    """Show how the functions answer this year, beside the year before."""
    page = check_page(request.actor, _place(request, slug), now())
    mine = [
        (term_label(f"SuccessFactor.{name.upper()}"), term_label(f"CheckAnswer.{answer.upper()}"))
        for name, answer in (page.mine or {}).items()
    ]
    return render(
        request, "cooperation/self_check.html",
        {"page": page, "words": answer_words(), "fewest": FEWEST_ANSWERS, "mine": mine,
         "picture": picture_of(page.rows) if page.rows else "", "table": table_of(page.rows),
         "year": today().year},
    )  # fmt: skip


@require_POST
def open_self_check(request: WorkspaceRequest, slug: str) -> HttpResponse:
    """Open this year's self check."""
    require(request, Permission.MANAGE_COOPERATION)
    check_services.open_check(request.actor, _place(request, slug), now=now())
    messages.success(request, _("The self check is open, and those it is for have been told."))
    return redirect("self-check", workspace=request.workspace.slug, slug=slug)


@require_http_methods(["GET", "HEAD", "POST"])
def answer_self_check(request: WorkspaceRequest, slug: str) -> HttpResponse:
    """Answer for the own function."""
    place = _place(request, slug)
    page = check_page(request.actor, place, now())
    rows = SelfCheck.objects.visible_to(request.actor).filter(place=place, year=today().year)
    check = get_object_or_404(rows)
    if not page.may_answer:
        raise Http404
    form = SelfCheckForm(request.POST if request.method == "POST" else None, initial=page.mine)
    if request.method == "POST" and form.is_valid():
        try:
            check_services.answer_check(request.actor, check, form.answers(), now=now())
        except SamsynError as error:
            form.add_error(None, sentence(error))
        else:
            messages.success(request, _("Thank you. You can change the answers all year."))
            return redirect("self-check", workspace=request.workspace.slug, slug=slug)
    back = reverse("self-check", kwargs={"workspace": request.workspace.slug, "slug": slug})
    return render(
        request, "cooperation/answers_form.html",
        {"form": form, "heading": _("Does the work have what it needs?"), "back": back,
         "crumbs": [(_("Self check"), back)], "button": _("Save"),
         "lead": _("You answer for your function. Only numbers are shown, and only from five answers on.")},
    )  # fmt: skip


# ------------------------------------------------------------------ the pulse of a forum


@require_safe
def pulses(request: WorkspaceRequest, slug: str) -> HttpResponse:
    """Show the short questions about a forum and how they have been answered."""
    forum = _forum(request, slug)
    pages = pulses_of(request.actor, forum, now())
    return render(
        request, "cooperation/pulses.html",
        {"forum": forum, "words": answer_words(), "fewest": FEWEST_ANSWERS,
         "pages": [(one, picture_of(one.rows) if one.rows else "", table_of(one.rows)) for one in pages],
         "may_open": can(request.actor, Permission.HOLD_MEETING) and not any(one.open for one in pages)
         and forum.closed_on is None},
    )  # fmt: skip


@require_POST
def open_pulse(request: WorkspaceRequest, slug: str) -> HttpResponse:
    """Ask the three questions."""
    require(request, Permission.HOLD_MEETING)
    forum = _forum(request, slug)
    pulse_services.open_pulse(request.actor, forum, now=now())
    messages.success(request, _("The questions are open for two weeks, and the members have been told."))
    return redirect("pulses", workspace=request.workspace.slug, slug=forum.slug)


@require_http_methods(["GET", "HEAD", "POST"])
def answer_pulse(request: WorkspaceRequest, slug: str, pulse_id: str) -> HttpResponse:
    """Answer without a name."""
    forum = _forum(request, slug)
    pulse = get_object_or_404(
        Pulse.objects.visible_to(request.actor).select_related("forum"), pk=pulse_id, forum=forum
    )
    require(request, Permission.COOPERATE)
    if not pulse_services.may_answer(request.actor, forum, now()):
        raise Http404
    form = PulseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            pulse_services.answer_pulse(request.actor, pulse, form.answers(), now=now())
        except SamsynError as error:
            form.add_error(None, sentence(error))
        else:
            messages.success(request, _("Thank you. Your answers are counted, without your name."))
            return redirect("pulses", workspace=request.workspace.slug, slug=forum.slug)
    back = reverse("pulses", kwargs={"workspace": request.workspace.slug, "slug": forum.slug})
    return render(
        request, "cooperation/answers_form.html",
        {"form": form, "heading": _("Three questions about %(forum)s") % {"forum": forum.name},
         "back": back, "crumbs": [(forum.name, back)], "button": _("Answer"),
         "lead": _("Nobody can see what you answer, and it cannot be changed afterwards.")},
    )  # fmt: skip
