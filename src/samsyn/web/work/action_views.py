"""Actions: the plan, proposing one, its page, changing it, each step, and its pictures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _, gettext_noop
from django.views.decorators.http import require_http_methods, require_safe

from samsyn.domain.access import Permission
from samsyn.domain.actions import ActionMove
from samsyn.domain.calendar import now, today
from samsyn.domain.errors import SamsynError
from samsyn.web.cooperation import issue_reading
from samsyn.web.cooperation.issue_reading import ReadTexts
from samsyn.web.cooperation.issue_services import answerable_in
from samsyn.web.cooperation.issue_views import is_uuid, put_refusal, revision_of, usual_place
from samsyn.web.cooperation.issue_words import refusal
from samsyn.web.people.models import Organisation
from samsyn.web.people.request import WorkspaceRequest, require
from samsyn.web.places.asset_reading import assets_at
from samsyn.web.places.models import Place, SubPlace
from samsyn.web.ui.guarding import reason_given
from samsyn.web.ui.models import StaleRecord
from samsyn.web.work import action_forms as of, action_reading as reading, action_services as services, photos
from samsyn.web.work.models import Action

ON_A_PAGE = 30
VIEWS = {
    "plan": gettext_noop("Not done yet"),
    "vantar": gettext_noop("Waits for you"),
    "forsenade": gettext_noop("Late"),
    "mina": gettext_noop("Raised by us"),
    "klara": gettext_noop("Done or written off"),
}
# The address's word for a step, and what the page calls it.
STEPS = {
    "prova": (ActionMove.TRY, gettext_noop("Consider it")),
    "svara": (ActionMove.TAKE_ON, gettext_noop("We take it")),
    "inte-var": (ActionMove.NOT_OURS, gettext_noop("Not ours")),
    "borja": (ActionMove.START, gettext_noop("It has begun")),
    "vanta": (ActionMove.WAIT, gettext_noop("Waits for another")),
    "lyft": (ActionMove.LIFT, gettext_noop("Lift it one level")),
    "pausa": (ActionMove.PAUSE, gettext_noop("Pause")),
    "ga-vidare": (ActionMove.RESUME, gettext_noop("Go on")),
    "utford": (ActionMove.MARK_DONE, gettext_noop("It is done")),
    "aterkoppla": (ActionMove.TELL, gettext_noop("Tell the one who raised it")),
    "folj": (ActionMove.FOLLOW_EFFECT, gettext_noop("Follow the effect")),
    "avsluta": (ActionMove.FINISH, gettext_noop("Finish")),
    "skriv-av": (ActionMove.WRITE_OFF, gettext_noop("Write off")),
    "oppna-igen": (ActionMove.REOPEN, gettext_noop("Open again")),
}
AT_ONCE = {"try", "start", "resume", "follow_effect", "finish"}


def _action(request: WorkspaceRequest, action_id: UUID) -> Action:
    found: Action | None = reading.visible_actions(request.actor).filter(pk=action_id).first()
    if found is None:
        raise Http404
    return found


def _to(request: WorkspaceRequest, action: Action) -> HttpResponse:
    return redirect("action", workspace=request.workspace.slug, action_id=action.pk)


# ------------------------------------------------------------------ the plan


@require_safe
def actions(request: WorkspaceRequest) -> HttpResponse:
    """Show the plan: what is not done, what waits for us, what is late, what we raised, what has ended."""
    require(request, Permission.VIEW_COOPERATION)
    actor, moment, read = request.actor, now(), ReadTexts()
    wanted = request.GET.get("visa", "plan")
    wanted = wanted if wanted in VIEWS else "plan"
    rows = reading.visible_actions(actor)
    place = Place.objects.visible_to(actor).filter(slug=request.GET.get("plats", "")).first()
    if place is not None:
        rows = rows.filter(place=place)
    waiting = set(rows.filter(reading.waits_for(actor)).values_list("pk", flat=True))
    if wanted == "klara":
        rows = rows.exclude(state__in=reading.UNDONE_VALUES).order_by("-moved_at")
    elif wanted == "vantar":
        rows = rows.filter(pk__in=waiting)
    elif wanted == "mina":
        rows = rows.filter(author_id=actor.function_id)
    elif wanted == "plan":
        rows = rows.filter(state__in=reading.UNDONE_VALUES)
    left_out = 0
    if wanted == "forsenade":
        narrowed = {"place": place} if place is not None else {}
        chosen, left_out = reading.most_urgent_of(reading.overdue(actor, moment, **narrowed), moment)
    else:
        chosen = list(rows)
    page = Paginator(chosen, ON_A_PAGE).get_page(request.GET.get("sida"))
    shown = reading.rows_of(actor, page.object_list, moment, read, waiting)
    read.log(actor, "Action", moment, place.pk if place else None)
    return render(
        request,
        "work/actions.html",
        {
            "rows": shown, "page": page, "number": len(chosen), "left_out": left_out, "place": place,
            "views": [(code, _(label), code == wanted) for code, label in VIEWS.items()],
            "keep": f"&visa={wanted}" + (f"&plats={place.slug}" if place else ""),
        },
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def new_action(request: WorkspaceRequest) -> HttpResponse:
    """Propose an action, by itself or from a question."""
    require(request, Permission.COOPERATE)
    actor, moment, read = request.actor, now(), ReadTexts()
    asked = request.GET.get("fraga", "")
    issue = issue_reading.visible_issues(actor).filter(pk=asked).first() if is_uuid(asked) else None
    if asked and issue is None:
        raise Http404
    places = Place.objects.visible_to(actor).in_order()
    posted = request.POST.get("place", "")
    place = places.filter(pk=posted).first() if is_uuid(posted) else None
    place = place or (issue.place if issue else None)
    place = place or places.filter(slug=request.GET.get("plats", "")).first() or usual_place(request)
    if place is None:
        raise Http404
    initial: dict[str, Any] = {"place": place.pk}
    if issue is not None:
        initial |= {
            "title": issue_reading.title_for(actor, issue, read), "title_class": issue.title_class,
            "kind": issue.category, "sub_place": issue.sub_place_id, "asset": issue.asset_id,
            "responsible": issue.responsible_id,
        }  # fmt: skip
        read.log(actor, issue, moment, issue.place_id)
    form = of.ProposeForm(
        places,
        SubPlace.objects.visible_to(actor).filter(place=place),
        assets_at(actor, place),
        answerable_in(actor, issue.forum if issue else None, moment),
        request.POST or None,
        request.FILES or None,
        initial=initial,
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = services.propose_action(
                actor, data["place"], title=data["title"], details=form.details(), issue=issue,
                sub_place=data["sub_place"], asset=data["asset"], responsible=data["responsible"],
                photo=form.new_photo(), now=moment, override_reason=reason_given(request),
            )  # fmt: skip
        except photos.PhotoRefused as error:
            form.add_error("photo", refusal(error))
        except SamsynError as error:
            put_refusal(form, error)
        else:
            messages.success(
                request, _("Proposed. %(function)s has been asked.") % {"function": made.responsible}
            )
            return _to(request, made)
    return render(request, "work/action_new.html", {"form": form, "place": place, "issue": issue})


# ------------------------------------------------------------------ one action


@require_safe
def action(request: WorkspaceRequest, action_id: UUID) -> HttpResponse:
    """Show an action: who does it and when, the pictures, and every step."""
    found = _action(request, action_id)
    moment, read = now(), ReadTexts()
    view = reading.view_of(request.actor, found, moment, read)
    issue = None
    if found.issue_id is not None:
        issue = issue_reading.visible_issues(request.actor).filter(pk=found.issue_id).first()
    issue_title = issue_reading.title_for(request.actor, issue, read) if issue else ""
    read.log(request.actor, found, moment, found.place_id)
    slugs = {move.value: (slug, _(label)) for slug, (move, label) in STEPS.items()}
    moves = [(*slugs[move], move in AT_ONCE) for move in view.moves if move in slugs]
    return render(
        request,
        "work/action.html",
        {"view": view, "action": found, "issue": issue, "issue_title": issue_title, "moves": moves,
         "may_change": "change" in view.moves},
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def edit_action(request: WorkspaceRequest, action_id: UUID) -> HttpResponse:
    """Change an action; a save on an old version shows both and loses nothing."""
    require(request, Permission.COOPERATE)
    found = _action(request, action_id)
    actor, moment, read = request.actor, now(), ReadTexts()
    view = reading.view_of(actor, found, moment, read)
    if "change" not in view.moves:
        raise Http404
    form = of.DetailsForm(request.POST or None, initial=of.DetailsForm.initial_of(found))
    hidden = [] if view.title else ["title", "title_class"]
    hidden += ["child_note", "touches_children"] if view.child_note_hidden else []
    for name in hidden:
        del form.fields[name]
    stale: Action | None = None
    if request.method == "POST" and form.is_valid():
        try:
            services.change_action(
                actor, found, title=form.cleaned_data.get("title"), details=form.details(found),
                revision=revision_of(request), now=moment, override_reason=reason_given(request),
            )  # fmt: skip
        except StaleRecord as error:
            stale = cast(Action, error.current)
            form.add_error(None, refusal(error))
        except SamsynError as error:
            put_refusal(form, error)
        else:
            messages.success(request, _("Saved."))
            return _to(request, found)
    read.log(actor, found, moment, found.place_id)
    differences = form.differences_from(stale) if stale is not None else []
    revision = stale.revision if stale else found.revision
    return render(
        request,
        "work/action_edit.html",
        {"action": found, "form": form, "revision": revision, "differences": differences},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def action_step(request: WorkspaceRequest, action_id: UUID, step: str) -> HttpResponse:
    """Take one step of an action's way; two who take one at once see what the other did."""
    require(request, Permission.COOPERATE)
    if step not in STEPS:
        raise Http404
    found = _action(request, action_id)
    move, label = STEPS[step]
    moment, read = now(), ReadTexts()
    form = _step_form(request, move)
    revision, meanwhile = found.revision, None
    if request.method == "POST" and form.is_valid():
        try:
            _take(request, move, found, form)
        except StaleRecord as error:
            revision = error.current.revision
            meanwhile = reading.view_of(request.actor, _action(request, action_id), moment, read).steps[-1]
            form.add_error(None, refusal(error))
        except photos.PhotoRefused as error:
            form.add_error("photo", refusal(error))
        except SamsynError as error:
            put_refusal(form, error)
        else:
            messages.success(request, _("Saved."))
            return _to(request, found)
    view = reading.view_of(request.actor, found, moment, read)
    read.log(request.actor, found, moment, found.place_id)
    return render(
        request,
        "work/action_step.html",
        {
            "action": found, "view": view, "form": form, "revision": revision, "heading": _(label),
            "meanwhile": meanwhile, "step": step, "sure": not form.fields,
            "not_ours": step == "svara",
        },
    )  # fmt: skip


def _step_form(request: WorkspaceRequest, move: ActionMove) -> Any:
    data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    if move is ActionMove.TAKE_ON:
        return of.DueForm(data)
    if move is ActionMove.WAIT:
        return of.WaitForm(Organisation.objects.filter(workspace=request.workspace), data)
    if move is ActionMove.PAUSE:
        return of.PauseForm(_("Why does it rest?"), data)
    if move is ActionMove.LIFT:
        return of.ReasonForm(_("Why is it lifted?"), data)
    if move is ActionMove.REOPEN:
        return of.ReasonForm(_("Why is it opened again?"), data)
    if move is ActionMove.NOT_OURS:
        return of.ReasonForm(_("Who do you think it is? (may be left out)"), data, required=False)
    if move is ActionMove.TELL:
        return of.ReasonForm(_("What the one who raised it is told"), data)
    if move is ActionMove.MARK_DONE:
        return of.DoneForm(data, files, initial={"done_on": today()})
    if move is ActionMove.WRITE_OFF:
        return of.WriteOffForm(data)
    return of.NoWordsForm(data)


def _take(request: WorkspaceRequest, move: ActionMove, found: Action, form: forms.Form) -> None:
    data, actor = form.cleaned_data, request.actor
    words: dict[str, Any] = {"override_reason": reason_given(request)}
    common: dict[str, Any] = {"now": now(), "revision": revision_of(request)}
    takers: dict[ActionMove, Callable[[], object]] = {
        ActionMove.TRY: lambda: services.try_out(actor, found, **common),
        ActionMove.TAKE_ON: lambda: services.take_on(actor, found, due_on=data["due_on"], **common),
        ActionMove.NOT_OURS: lambda: services.not_ours(actor, found, note=data["note"], **words, **common),
        ActionMove.START: lambda: services.start(actor, found, **common),
        ActionMove.WAIT: lambda: services.wait(
            actor, found, organisation=data["organisation"], until=data["until"], **common
        ),
        ActionMove.LIFT: lambda: services.lift(actor, found, reason=data["note"], **words, **common),
        ActionMove.PAUSE: lambda: services.pause(
            actor, found, reason=data["note"], until=data["until"], **words, **common
        ),
        ActionMove.RESUME: lambda: services.resume(actor, found, **common),
        ActionMove.MARK_DONE: lambda: services.mark_done(
            actor, found, done_on=data["done_on"], note=data["note"],
            photo=cast(of.DoneForm, form).new_photo(), **words, **common,
        ),
        ActionMove.TELL: lambda: services.tell(actor, found, text=data["note"], **words, **common),
        ActionMove.FOLLOW_EFFECT: lambda: services.follow_effect(actor, found, **common),
        ActionMove.FINISH: lambda: services.finish(actor, found, **common),
        ActionMove.WRITE_OFF: lambda: services.write_off(
            actor, found, reason=data["reason"], text=data["note"], **words, **common
        ),
        ActionMove.REOPEN: lambda: services.reopen(actor, found, reason=data["note"], **words, **common),
    }  # fmt: skip
    takers[move]()


# ------------------------------------------------------------------ pictures


@require_safe
def action_photo(request: WorkspaceRequest, action_id: UUID, photo_id: int) -> HttpResponse:
    """Return a picture of an action that the reader may see; nothing leads to the file itself."""
    found = _action(request, action_id)
    photo = found.photos.filter(pk=photo_id).first()
    path = photos.path_of(request.workspace.slug, photo.sha256) if photo is not None else None
    if photo is None or path is None or not path.is_file():
        raise Http404
    answer = HttpResponse(path.read_bytes(), content_type="image/jpeg")
    answer["Content-Disposition"] = f'inline; filename="{photo.moment}-{photo.sha256[:8]}.jpg"'
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer
