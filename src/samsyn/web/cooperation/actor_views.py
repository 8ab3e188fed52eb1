"""The actor register: one page for each function, what it has trained, and who is wanted and missing."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from samsyn.domain.access import Permission, can
from samsyn.domain.actors import InvitationState, TrainingCourse, may_count
from samsyn.domain.calendar import now, today
from samsyn.domain.errors import SamsynError
from samsyn.web.cooperation import closing_services, wanted_services
from samsyn.web.cooperation.actor_forms import (
    WEEKDAYS,
    CardForm,
    NewFunctionForm,
    TrainingForm,
    WantedForm,
    WantedStepForm,
)
from samsyn.web.cooperation.models import WantedActor
from samsyn.web.people import actor_services
from samsyn.web.people.models import Function, Organisation
from samsyn.web.people.request import WorkspaceRequest, require
from samsyn.web.places import asset_services, mandate_reading
from samsyn.web.places.models import Place
from samsyn.web.ui.fields import EndForm
from samsyn.web.ui.guarding import reason_given
from samsyn.web.ui.messages import sentence
from samsyn.web.ui.models import StaleRecord


def _visible_functions(request: WorkspaceRequest) -> Any:
    """Return the workspace's functions; a member of some places sees those that serve one of them."""
    rows = Function.objects.filter(workspace=request.workspace).select_related("organisation")
    if request.actor.place_ids is not None:
        mine = rows.filter(serves__place__in=request.actor.place_ids) | rows.filter(serves=None)
        rows = mine | rows.filter(organisation_id=request.actor.organisation_id)
    return rows.prefetch_related("numbers", "serves__place").distinct()


def _function(request: WorkspaceRequest, function_id: UUID) -> Function:
    found: Function | None = _visible_functions(request).filter(pk=function_id).first()
    if found is None:
        raise Http404
    return found


def _crumbs(request: WorkspaceRequest, function: Function | None = None) -> list[tuple[str, str]]:
    slug = request.workspace.slug
    crumbs = [(_("Who is who"), reverse("who-is-who", args=[slug]))]
    if function is not None:
        crumbs.append((function.name, reverse("function", args=[slug, function.pk])))
    return crumbs


@require_safe
def function(request: WorkspaceRequest, function_id: UUID) -> HttpResponse:
    """Show a function's card: for whom, what it takes, when and how it is reached."""
    require(request, Permission.VIEW_COOPERATION)
    found = _function(request, function_id)
    hours = found.opening_hours
    coming = [(day, spans) for day, spans in sorted(hours.dates.items()) if day >= today()]
    reached = Place.objects.visible_to(request.actor).filter(served_by__function=found).in_order()
    cards = [
        mandate_reading.shown_card(request.actor, card, today())
        for card in mandate_reading.cards_at(request.actor).filter(function=found)
    ]
    return render(
        request,
        "cooperation/function.html",
        {
            "function": found,
            "week": [
                (label, [span.text() for span in spans])
                for label, spans in zip(WEEKDAYS, hours.week, strict=True)
            ]
            if any(hours.week)
            else [],
            "dates": [(day, [span.text() for span in spans]) for day, spans in coming],
            "reached": reached,
            "everywhere": not found.serves.exists(),
            "trainings": [
                (row, row.trained if may_count(found.staff) else None) for row in found.trainings.all()
            ],
            "cards": cards,
            "may_edit": actor_services.may_edit(request.actor, found),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def edit_function(request: WorkspaceRequest, function_id: UUID) -> HttpResponse:
    """Change a function's card; a save on an old version shows what was saved meanwhile."""
    require(request, Permission.COOPERATE)
    found = _function(request, function_id)
    if not actor_services.may_edit(request.actor, found):
        raise Http404
    places = Place.objects.visible_to(request.actor).in_order()
    form = CardForm(places, request.POST or None, initial=CardForm.initial_of(found))
    written = request.POST.get("revision", "")
    # What was refused for another reason is still written on the card that was read.
    revision = int(written) if written.isdecimal() else 0 if request.method == "POST" else found.revision
    differences: list[tuple[str, Any]] = []
    if request.method == "POST" and form.is_valid():
        try:
            _save_card(request, found, form, revision)
        except StaleRecord as error:
            kept: Any = error.current
            revision, differences = kept.revision, _differences(form, kept, places)
            form.add_error(None, sentence(error))
        except SamsynError as error:
            form.add_error(None, sentence(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("function", workspace=request.workspace.slug, function_id=found.pk)
    return render(
        request,
        "ui/form_page.html",
        {
            "form": form,
            "heading": _("Change %(name)s") % {"name": found.name},
            "crumbs": _crumbs(request, found),
            "back": reverse("function", args=[request.workspace.slug, found.pk]),
            "revision": revision,
            "differences": differences,
        },
    )


def _save_card(request: WorkspaceRequest, found: Function, form: CardForm, revision: int) -> None:
    """Save the whole page or nothing of it, as one save."""
    actor, moment, data = request.actor, now(), form.cleaned_data
    with actor_services.one_save(found, revision):
        actor_services.change_card(
            actor,
            found,
            form.changes(),
            revision=found.revision,
            now=moment,
            override_reason=reason_given(request),
        )
        actor_services.set_numbers(
            actor, found, data["numbers"], is_the_functions=data["is_the_functions"], now=moment
        )
        asset_services.set_served(actor, found, data["serves"], now=moment)


def _differences(form: CardForm, kept: Function, places: Any) -> list[tuple[str, Any]]:
    """Return label and present value of what differs; of the places only those that the reader sees."""
    shown, mine = CardForm.initial_of(kept), dict(form.cleaned_data)
    mine["numbers"] = "\n".join(line.strip() for line in mine.get("numbers", "").splitlines())
    mine["serves"] = ", ".join(sorted(str(place) for place in mine.get("serves", ())))
    shown["serves"] = ", ".join(sorted(str(place) for place in places.filter(pk__in=shown["serves"])))
    return [
        (str(field.label), shown[name])
        for name, field in form.fields.items()
        if name in shown and shown[name] != mine.get(name)
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def close_function(request: WorkspaceRequest, function_id: UUID) -> HttpResponse:
    """Close a function, with a reason; first it is said what ends with it."""
    require(request, Permission.COOPERATE)
    found = _function(request, function_id)
    if not actor_services.may_edit(request.actor, found) or found.closed_on is not None:
        raise Http404
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            closing_services.close_function(
                request.actor, found, form.cleaned_data["reason"], on=today(), now=now(),
                override_reason=reason_given(request),
            )  # fmt: skip
        except SamsynError as error:
            form.add_error(None, sentence(error))
        else:
            messages.success(request, _("The function is closed from today. All it has written stays."))
            return redirect("function", workspace=request.workspace.slug, function_id=found.pk)
    shifts = closing_services.shifts_ahead(found, now()).count()
    seats = closing_services.open_seats(found).count()
    return render(
        request,
        "ui/form_page.html",
        {
            "form": form,
            "heading": _("Close %(name)s") % {"name": found.name},
            "lead": _(
                "It is no longer offered or proposed anywhere. Shifts that are called off: %(shifts)s. "
                "Seats in forums that end: %(seats)s."
            )
            % {"shifts": shifts, "seats": seats},
            "crumbs": _crumbs(request, found),
            "button": _("Close the function"),
            "back": reverse("function", args=[request.workspace.slug, found.pk]),
        },
    )


@require_POST
def reopen_function(request: WorkspaceRequest, function_id: UUID) -> HttpResponse:
    """Open a closed function again."""
    require(request, Permission.COOPERATE)
    found = _function(request, function_id)
    if not actor_services.may_edit(request.actor, found):
        raise Http404
    actor_services.reopen_function(request.actor, found, now=now())
    messages.success(request, _("The function is open again. Enter its seats and shifts anew."))
    return redirect("function", workspace=request.workspace.slug, function_id=found.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def new_function(request: WorkspaceRequest) -> HttpResponse:
    """Enter a function of an organisation."""
    require(request, Permission.COOPERATE)
    organisations = Organisation.objects.filter(workspace=request.workspace)
    if not can(request.actor, Permission.MANAGE_COOPERATION):
        organisations = organisations.filter(pk=request.actor.organisation_id)
    form = NewFunctionForm(organisations, request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = actor_services.create_function(
                request.actor,
                data["organisation"],
                data["name"],
                assignment=data["assignment"],
                now=now(),
                override_reason=reason_given(request),
            )
        except SamsynError as error:
            form.add_error(None, sentence(error))
        else:
            return redirect("edit-function", workspace=request.workspace.slug, function_id=made.pk)
    context = {"form": form, "heading": _("New function"), "crumbs": _crumbs(request)}
    return render(request, "ui/form_page.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_training(request: WorkspaceRequest, function_id: UUID) -> HttpResponse:
    """Enter what a function has trained."""
    require(request, Permission.COOPERATE)
    found = _function(request, function_id)
    if not actor_services.may_edit(request.actor, found):
        raise Http404
    form = TrainingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actor_services.add_training(
                request.actor,
                found,
                TrainingCourse(data["course"]),
                data["held_on"],
                trained=data["trained"],
                now=now(),
            )
        except SamsynError as error:
            form.add_error("trained", sentence(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("function", workspace=request.workspace.slug, function_id=found.pk)
    return render(
        request,
        "ui/form_page.html",
        {"form": form, "heading": _("Enter a training"), "crumbs": _crumbs(request, found)},
    )


# ------------------------------------------------------------------ wanted and missing


@require_http_methods(["GET", "HEAD", "POST"])
def wanted(request: WorkspaceRequest) -> HttpResponse:
    """Show who is wanted and missing and where each invitation stands, and add one."""
    require(request, Permission.VIEW_COOPERATION)
    rows = (
        WantedActor.objects.visible_to(request.actor)
        .select_related("place", "asked_by__organisation")
        .prefetch_related("steps__function")
    )
    form = None
    if can(request.actor, Permission.COOPERATE):
        places = Place.objects.visible_to(request.actor).in_order()
        form = WantedForm(places, _visible_functions(request), request.POST or None)
    if request.method == "POST":
        if form is None:
            raise Http404
        if form.is_valid():
            try:
                wanted_services.add_wanted(
                    request.actor,
                    now=now(),
                    today=today(),
                    override_reason=reason_given(request),
                    **form.cleaned_data,
                )
            except SamsynError as error:
                form.add_error(None, sentence(error))
            else:
                messages.success(request, _("Saved."))
                return redirect("wanted-actors", workspace=request.workspace.slug)
    return render(
        request,
        "cooperation/wanted.html",
        {
            "rows": [(row, _days_waited(row, today())) for row in rows],
            "form": form,
            "may_step": can(request.actor, Permission.MANAGE_COOPERATION),
        },
    )


def _days_waited(row: WantedActor, day: date) -> int | None:
    # By the step and not by the last in order: a party is often invited before somebody enters it here.
    invited = [step.on for step in row.steps.all() if step.to_state == InvitationState.INVITED.value]
    if row.state != InvitationState.INVITED.value or not invited:
        return None
    return (day - max(invited)).days


@require_http_methods(["GET", "HEAD", "POST"])
def step_wanted(request: WorkspaceRequest, wanted_id: UUID) -> HttpResponse:
    """Write the next step of an invitation."""
    require(request, Permission.MANAGE_COOPERATION)
    row = WantedActor.objects.visible_to(request.actor).filter(pk=wanted_id).first()
    if row is None:
        raise Http404
    form = WantedStepForm(InvitationState(row.state), request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            wanted_services.step_wanted(
                request.actor, row, InvitationState(data["to_state"]), on=data["on"], now=now()
            )
        except SamsynError as error:
            form.add_error(None, sentence(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("wanted-actors", workspace=request.workspace.slug)
    crumbs = [
        *_crumbs(request),
        (_("Wanted and missing"), reverse("wanted-actors", args=[request.workspace.slug])),
    ]
    context = {"form": form, "heading": row.name, "crumbs": crumbs}
    return render(request, "ui/form_page.html", context)
