"""The tonight board: on a phone, on a sheet of paper, and on a wall where others walk by."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from samsyn.domain.access import Permission, SharingClass, can, passer_by
from samsyn.domain.calendar import now
from samsyn.domain.errors import SamsynError
from samsyn.domain.tonight import NoteKind
from samsyn.web.cooperation import tonight_reading as reading, tonight_services as services
from samsyn.web.cooperation.sharing import TextsRead
from samsyn.web.cooperation.tonight_forms import NoteForm
from samsyn.web.cooperation.tonight_models import TonightNote
from samsyn.web.people.request import WorkspaceRequest, require
from samsyn.web.places.models import Place, place_for
from samsyn.web.places.place_choice import choice_of_places
from samsyn.web.ui.guarding import reason_given
from samsyn.web.ui.messages import sentence

_LAST_PLACE = "last_place"


def _place(request: WorkspaceRequest, places: list[Place]) -> Place | None:
    """Return the place that is asked for, else the last one, else the only one."""
    wanted = request.GET.get("plats", "")
    if wanted:
        found = place_for(request.actor, wanted)
        if found is None:
            raise Http404
        key = f"{_LAST_PLACE}:{request.workspace.slug}"
        if request.session.get(key) != found.slug:
            request.session[key] = found.slug
        return found
    last = request.session.get(f"{_LAST_PLACE}:{request.workspace.slug}", "")
    return next((one for one in places if one.slug == last), places[0] if len(places) == 1 else None)


@require_safe
def tonight(request: WorkspaceRequest) -> HttpResponse:
    """Show who is on, what matters tonight, what is asked and offered, and what is open, at one place."""
    require(request, Permission.VIEW_COOPERATION)
    places = reading.places_of(request.actor)
    place = None if "valj" in request.GET else _place(request, places)
    if place is None:
        return render(request, "cooperation/tonight_choose.html", {"choice": choice_of_places(request.actor)})
    wall = request.GET.get("vagg") == "1"
    moment = now()
    reader = passer_by(request.actor) if wall else request.actor
    read = TextsRead()
    board = reading.board_of(
        reader, place, moment, whole=not wall and request.GET.get("alla") == "1", read=read
    )
    read.log(request.actor, place, moment, place.pk)
    context = {"board": board, "place": place, "places": places, "moment": moment, "wall": wall}
    if wall:
        return render(request, "cooperation/tonight_wall.html", context)
    context["may_write"] = can(request.actor, Permission.COOPERATE)
    return render(request, "cooperation/tonight.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def write_note(request: WorkspaceRequest, slug: str) -> HttpResponse:
    """Write a line on the board of tonight."""
    require(request, Permission.COOPERATE)
    place = place_for(request.actor, slug)
    if place is None:
        raise Http404
    asked = request.GET.get("sort", "")
    first = {"kind": asked} if asked in set(NoteKind) else None
    form = NoteForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            services.write_note(
                request.actor,
                place,
                kind=NoteKind(form.cleaned_data["kind"]),
                text=form.cleaned_data["text"],
                text_class=SharingClass(form.cleaned_data["text_class"]),
                override_reason=reason_given(request),
                now=now(),
            )
        except SamsynError as error:
            form.add_error("text", sentence(error))
        else:
            messages.success(request, _("The line is on the board until 06:00."))
            return redirect(reading.board_address(request.workspace, place))
    return render(request, "cooperation/tonight_write.html", {"place": place, "form": form})


@require_POST
def withdraw_note(request: WorkspaceRequest, note_id: UUID) -> HttpResponse:
    """Take back a line of the own function."""
    require(request, Permission.COOPERATE)
    note = TonightNote.objects.visible_to(request.actor).select_related("place").filter(pk=note_id).first()
    if note is None or note.author_id != request.actor.function_id:
        raise Http404
    services.withdraw_note(request.actor, note, now=now())
    messages.success(request, _("The line is taken off the board."))
    return redirect(reading.board_address(request.workspace, note.place))
