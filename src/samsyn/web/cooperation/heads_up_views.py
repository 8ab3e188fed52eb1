"""Heads-ups: those that hold, writing one, and saying that one no longer holds."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from samsyn.domain.access import Permission, can
from samsyn.domain.calendar import now
from samsyn.domain.errors import SamsynError
from samsyn.web.cooperation import heads_up_services as services
from samsyn.web.cooperation.agreement_forms import HeadsUpForm
from samsyn.web.cooperation.heads_up_models import HeadsUp
from samsyn.web.cooperation.heads_up_reading import all_of
from samsyn.web.cooperation.sharing import TextsRead
from samsyn.web.people.request import WorkspaceRequest
from samsyn.web.ui.guarding import reason_given
from samsyn.web.ui.messages import sentence


@require_safe
def heads_ups(request: WorkspaceRequest) -> HttpResponse:
    """Show the heads-ups that hold, and that there were others."""
    if not can(request.actor, Permission.VIEW_COOPERATION):
        raise Http404
    holding, over = all_of(request.actor, now())
    read = TextsRead()
    for one in holding:
        if one.text:
            read.note(request.actor, "heads_up", one.row.text_class, one.row.author)
    read.log(request.actor, request.workspace, now(), None)
    return render(request, "cooperation/heads_ups.html", {"holding": holding, "over": over})


@require_http_methods(["GET", "HEAD", "POST"])
def new_heads_up(request: WorkspaceRequest) -> HttpResponse:
    """Write a heads-up."""
    if not can(request.actor, Permission.COOPERATE):
        raise Http404
    data = request.POST if request.method == "POST" else None
    chosen = request.GET.get("plats", "")
    form = HeadsUpForm(request.actor, data)
    offered = list(form.fields["places"].queryset)  # type: ignore[attr-defined]
    if data is None:
        form.initial["places"] = [one for one in offered if one.slug == chosen or len(offered) == 1]
    if request.method == "POST" and form.is_valid():
        try:
            services.write_heads_up(
                request.actor,
                list(form.cleaned_data["places"]),
                text=form.cleaned_data["text"],
                hours=form.cleaned_data["hours"],
                text_class=form.cleaned_data["text_class"],
                now=now(),
                override_reason=reason_given(request),
            )
        except SamsynError as error:
            form.add_error(None, sentence(error))
        else:
            messages.success(request, _("The others are told. It ends by itself."))
            return redirect("heads-ups", workspace=request.workspace.slug)
    address = reverse("heads-ups", kwargs={"workspace": request.workspace.slug})
    return render(
        request,
        "cooperation/plain_form.html",
        {
            "form": form,
            "heading": _("Write a heads-up"),
            "crumbs": [(_("Heads-ups"), address)],
            "back": address,
            "button": _("Tell the others"),
        },
    )


@require_POST
def retract(request: WorkspaceRequest, heads_up_id: str) -> HttpResponse:
    """Say that a heads-up no longer holds."""
    row = get_object_or_404(HeadsUp.objects.visible_to(request.actor), pk=heads_up_id)
    try:
        services.retract_heads_up(request.actor, row, now=now())
    except SamsynError:
        raise Http404 from None
    messages.success(request, _("It no longer holds. Those who were told are told again."))
    return redirect("heads-ups", workspace=request.workspace.slug)
