"""Mandate areas on the map and in the table, cards and their approval, and what may be done at a spot."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from samsyn import geography
from samsyn.domain.access import Permission, can
from samsyn.domain.calendar import now, today
from samsyn.domain.errors import SamsynError
from samsyn.domain.mandates import MANDATE_TRANSITIONS, MandateStep
from samsyn.web.people.models import Function, Organisation
from samsyn.web.people.request import WorkspaceRequest, require
from samsyn.web.places import mandate_reading as reading, mandate_services as services
from samsyn.web.places.mandate_forms import ApproveForm, CardForm, MandateForm, StepForm
from samsyn.web.places.models import MandateArea, MandateCard, Place, SubPlace, place_for
from samsyn.web.places.place_choice import choice_of_places
from samsyn.web.ui.guarding import reason_given
from samsyn.web.ui.messages import sentence
from samsyn.web.ui.templatetags.samsyn import term_label

PLACE_COOKIE = "samsyn_place"


def _place(request: WorkspaceRequest, slug: str) -> Place:
    place = place_for(request.actor, slug)
    if place is None:
        raise Http404
    return place


def _crumbs(request: WorkspaceRequest, area: MandateArea | None = None) -> list[tuple[str, str]]:
    slug = request.workspace.slug
    found = [(_("Mandate areas"), reverse("mandates", args=[slug]))]
    if area is not None:
        found.append((area.name, reverse("mandate", args=[slug, area.pk])))
    return found


@require_safe
def mandates(request: WorkspaceRequest) -> HttpResponse:
    """Show mandate areas on a map and in a table, what runs out, and the cards."""
    require(request, Permission.VIEW_COOPERATION)
    actor, day = request.actor, today()
    rows = [reading.shown_area(actor, area, day) for area in reading.areas_at(actor)]
    cards = [reading.shown_card(actor, card, day) for card in reading.cards_at(actor)]
    return render(
        request,
        "places/mandates.html",
        {
            "rows": rows,
            "soon": reading.running_out(actor, day),
            "cards": cards,
            "choice": choice_of_places(actor),
        },
    )


@require_safe
def mandate(request: WorkspaceRequest, area_id: UUID) -> HttpResponse:
    """Show one mandate area: its decision, its conditions and the cards that rest on it."""
    require(request, Permission.VIEW_COOPERATION)
    area = reading.areas_at(request.actor).filter(pk=area_id).first()
    if area is None:
        raise Http404
    shown = reading.shown_area(request.actor, area, today())
    cards = [
        reading.shown_card(request.actor, card, today())
        for card in reading.cards_at(request.actor).filter(area=area)
    ]
    may_step = can(request.actor, Permission.MANAGE_COOPERATION) and bool(MANDATE_TRANSITIONS[shown.state])
    hours = area.opening_hours.week[0] if area.hours else ()
    return render(
        request,
        "places/mandate.html",
        {
            "shown": shown,
            "area": area,
            "area_key": str(area.pk),
            "cards": cards,
            "may_step": may_step,
            "hours": [span.text() for span in hours],
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def new_mandate(request: WorkspaceRequest, slug: str) -> HttpResponse:
    """Register a mandate area with its decision."""
    require(request, Permission.MANAGE_COOPERATION)
    place = _place(request, slug)
    organisations = Organisation.objects.filter(workspace=request.workspace)
    form = MandateForm(organisations, request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.add_mandate(
                request.actor, place, form.mandate(), now=now(), override_reason=reason_given(request)
            )
        except SamsynError as error:
            form.add_error(None, sentence(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("mandate", workspace=request.workspace.slug, area_id=made.pk)
    heading = _("New mandate area at %(name)s") % {"name": place.name}
    context = {"form": form, "heading": heading, "crumbs": _crumbs(request)}
    return render(request, "ui/form_page.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def step_mandate(request: WorkspaceRequest, area_id: UUID) -> HttpResponse:
    """Write that an application was granted, or that a permit was revoked."""
    require(request, Permission.MANAGE_COOPERATION)
    area = reading.areas_at(request.actor).filter(pk=area_id).first()
    if area is None:
        raise Http404
    form = StepForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.step_mandate(
                request.actor, area, MandateStep(data["step"]), today=data["day"], now=now()
            )
        except SamsynError as error:
            form.add_error(None, sentence(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("mandate", workspace=request.workspace.slug, area_id=area.pk)
    context = {"form": form, "heading": _("A new decision"), "crumbs": _crumbs(request, area)}
    return render(request, "ui/form_page.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_card(request: WorkspaceRequest, slug: str) -> HttpResponse:
    """Write what a function may do; it answers first when whoever holds the power approves it."""
    require(request, Permission.COOPERATE)
    place = _place(request, slug)
    functions = Function.objects.filter(workspace=request.workspace, closed_on=None)
    if not can(request.actor, Permission.MANAGE_COOPERATION):
        functions = functions.filter(organisation_id=request.actor.organisation_id)
    form = CardForm(
        functions.select_related("organisation"),
        reading.areas_at(request.actor, place),
        Organisation.objects.filter(workspace=request.workspace),
        request.POST or None,
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = services.draft_card(
                request.actor, place, now=now(), override_reason=reason_given(request), **form.cleaned_data
            )
        except SamsynError as error:
            form.add_error(None, sentence(error))
        else:
            messages.success(request, _("Saved. The card answers when it is approved."))
            return redirect("mandate-card", workspace=request.workspace.slug, card_id=made.pk)
    heading = _("New mandate card at %(name)s") % {"name": place.name}
    context = {"form": form, "heading": heading, "crumbs": _crumbs(request)}
    return render(request, "ui/form_page.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def mandate_card(request: WorkspaceRequest, card_id: UUID) -> HttpResponse:
    """Show a card; whoever speaks for the holder of the power approves it here."""
    require(request, Permission.VIEW_COOPERATION)
    card = _card(request, card_id)
    shown = reading.shown_card(request.actor, card, today())
    approves = services.may_approve(request.actor, card)
    form = ApproveForm(request.POST or None) if approves and card.approved_at is None else None
    if request.method == "POST":
        if form is None:
            raise Http404
        if form.is_valid():
            try:
                services.approve_card(
                    request.actor, card, expires_on=form.cleaned_data["expires_on"], today=today(), now=now()
                )
            except SamsynError as error:
                form.add_error(None, sentence(error))
            else:
                messages.success(request, _("The card is approved and answers from now on."))
                return redirect("mandate-card", workspace=request.workspace.slug, card_id=card.pk)
    return render(
        request,
        "places/mandate_card.html",
        {"shown": shown, "card": card, "form": form, "approves": approves},
    )


def _card(request: WorkspaceRequest, card_id: UUID) -> MandateCard:
    card = reading.cards_at(request.actor).filter(pk=card_id).first()
    if card is None:
        raise Http404
    return card


@require_POST
def put_away_card(request: WorkspaceRequest, card_id: UUID) -> HttpResponse:
    """Stop a card from answering; its words are kept."""
    require(request, Permission.VIEW_COOPERATION)
    card = _card(request, card_id)
    try:
        services.put_away_card(request.actor, card, today=today(), now=now())
    except SamsynError:
        raise Http404 from None
    messages.success(request, _("The card is put away."))
    return redirect("mandates", workspace=request.workspace.slug)


# ------------------------------------------------------------------ what may be done here


@require_safe
def what_may_be_done(request: WorkspaceRequest) -> HttpResponse:
    """Answer what each function may do at a spot now, in approved words only."""
    require(request, Permission.VIEW_COOPERATION)
    visible = Place.objects.visible_to(request.actor)
    spot = _spot(request)
    chosen = request.GET.get("plats") or request.COOKIES.get(PLACE_COOKIE, "")
    place = visible.filter(slug=chosen).first()
    sub_place = None
    if spot is not None:
        place = reading.place_at(request.actor, list(visible), spot, today()) or place
    elif place is not None:
        subs = SubPlace.objects.visible_to(request.actor).filter(place=place)
        sub_place = subs.filter(name=request.GET.get("delplats", "")).first()
        if sub_place is not None and sub_place.longitude is not None and sub_place.latitude is not None:
            spot = reading.Spot.rounded(sub_place.longitude, sub_place.latitude)
    answers = reading.answers_at(request.actor, place, spot, now()) if place is not None else []
    return render(
        request,
        "places/what_may_be_done.html",
        {
            "place": place,
            "places": visible.in_order(),
            "spot": spot,
            "sub_place": sub_place,
            "sub_places": place.sub_places.all() if place else [],
            "answers": answers,
            "asked": spot is not None or sub_place is not None or "plats" in request.GET,
        },
    )


def _spot(request: WorkspaceRequest) -> reading.Spot | None:
    """Return the point that was asked about, rounded; it is kept nowhere."""
    try:
        longitude, latitude = (float(request.GET[name].replace(",", ".")) for name in ("lon", "lat"))
    except (KeyError, ValueError):
        return None
    inside = 10 < longitude < 25 and 55 < latitude < 70
    return reading.Spot.rounded(longitude, latitude) if inside else None


@require_safe
def mandates_layer(request: WorkspaceRequest) -> JsonResponse:
    """Return the mandate areas as GeoJSON, scoped like every other page."""
    require(request, Permission.VIEW_COOPERATION)
    rows: list[dict[str, Any]] = []
    for area in reading.areas_at(request.actor):
        if request.GET.get("omrade") not in {None, "", str(area.pk)}:
            continue
        rows.append(
            {
                "type": "Feature",
                "id": str(area.pk),
                "geometry": geography.to_geojson(area.shape),
                "properties": {
                    "name": area.name,
                    "note": term_label(area.state_on(today()).value),
                    "url": reverse("mandate", args=[request.workspace.slug, area.pk]),
                },
            }
        )
    return JsonResponse({"type": "FeatureCollection", "features": rows})
