"""Questions: the list, raising one, its page with the ladder, and each step of its way."""

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

from samsyn.domain.access import Permission, SharingClass
from samsyn.domain.calendar import now
from samsyn.domain.errors import SamsynError
from samsyn.domain.guard import TextRefused
from samsyn.domain.issues import ALIVE, IssueMove
from samsyn.web.cooperation import issue_reading as reading, issue_services as services
from samsyn.web.cooperation.forum_models import Forum
from samsyn.web.cooperation.issue_forms import (
    AnswerForm,
    AssignForm,
    RaiseForm,
    ReasonForm,
    StepForm,
    WidenForm,
)
from samsyn.web.cooperation.issue_models import Issue
from samsyn.web.cooperation.issue_words import refusal
from samsyn.web.people.models import Function
from samsyn.web.people.request import WorkspaceRequest, require
from samsyn.web.places.asset_reading import assets_at
from samsyn.web.places.models import Place, SubPlace
from samsyn.web.ui import registry
from samsyn.web.ui.guarding import reason_given
from samsyn.web.ui.models import StaleRecord

ON_A_PAGE = 30
VIEWS = {
    "oppna": gettext_noop("All that are open"),
    "vantar": gettext_noop("Waits for you"),
    "mina": gettext_noop("Raised by us"),
    "forum": gettext_noop("Our forums"),
    "lange": gettext_noop("Has waited long"),
    "stangda": gettext_noop("Closed"),
}
# The address's word for a step, and what the page calls it.
STEPS = {
    "lyft": (IssueMove.LIFT, gettext_noop("Lift it one level")),
    "ta-emot": (IssueMove.RECEIVE, gettext_noop("We have received it")),
    "utse": (IssueMove.ASSIGN, gettext_noop("Name who is to answer")),
    "inte-var": (IssueMove.NOT_OURS, gettext_noop("Not ours")),
    "svara": (IssueMove.ANSWER, gettext_noop("Answer")),
    "aterkoppla": (IssueMove.TELL, gettext_noop("Tell the one who raised it")),
    "stang": (IssueMove.CLOSE, gettext_noop("Close")),
    "oppna-igen": (IssueMove.REOPEN, gettext_noop("Open again")),
    "dela": (IssueMove.WIDEN, gettext_noop("Who may read the line?")),
}


def _issue(request: WorkspaceRequest, issue_id: UUID) -> Issue:
    found: Issue | None = reading.visible_issues(request.actor).filter(pk=issue_id).first()
    if found is None:
        raise Http404
    return found


def _to(request: WorkspaceRequest, issue: Issue) -> HttpResponse:
    return redirect("issue", workspace=request.workspace.slug, issue_id=issue.pk)


def revision_of(request: WorkspaceRequest) -> int:
    """Return the revision that the form was read at; 0 is none, and always out of date."""
    written = request.POST.get("revision", "")
    return int(written) if written.isdecimal() and len(written) < 10 else 0


def put_refusal(form: forms.Form, error: SamsynError) -> None:
    """Put a refused text on the form's text, anything else on the form."""
    texts = [name for name, field in form.fields.items() if "data-guard" in field.widget.attrs]
    form.add_error(texts[0] if isinstance(error, TextRefused) and texts else None, refusal(error))


# ------------------------------------------------------------------ lists


@require_safe
def issues(request: WorkspaceRequest) -> HttpResponse:
    """Show the questions that the reader may see: open, waiting for us, ours, of our forums, waiting long."""
    require(request, Permission.VIEW_COOPERATION)
    actor, moment = request.actor, now()
    wanted = request.GET.get("visa", "oppna")
    wanted = wanted if wanted in VIEWS else "oppna"
    rows = reading.visible_issues(actor).prefetch_related("steps")
    place = Place.objects.visible_to(actor).filter(slug=request.GET.get("plats", "")).first()
    if place is not None:
        rows = rows.filter(place=place)
    waiting = set(rows.filter(reading.waits_for(actor, moment)).values_list("pk", flat=True))
    if wanted == "stangda":
        rows = rows.filter(state="question_closed").order_by("-closed_at")
    else:
        rows = rows.filter(state__in=[state.value for state in ALIVE])
    if wanted == "vantar":
        rows = rows.filter(pk__in=waiting)
    elif wanted == "mina":
        rows = rows.filter(author_id=actor.function_id)
    elif wanted == "forum":
        rows = rows.filter(forum_id__in=reading.forums_of(actor, moment))
    chosen = list(rows)
    if wanted == "lange":
        chosen = [one for one in chosen if reading.waits_long(one, reading.days_on_level(one, moment))]
    page = Paginator(chosen, ON_A_PAGE).get_page(request.GET.get("sida"))
    read = reading.ReadTexts()
    shown = reading.rows_of(actor, page.object_list, moment, read, waiting)
    read.log(actor, "Issue", moment, place.pk if place else None)
    return render(
        request,
        "cooperation/issues.html",
        {
            "rows": shown,
            "page": page,
            "number": len(chosen),
            "place": place,
            "views": [(code, _(label), code == wanted) for code, label in VIEWS.items()],
            "keep": f"&visa={wanted}" + (f"&plats={place.slug}" if place else ""),
        },
    )


# ------------------------------------------------------------------ raising


@require_http_methods(["GET", "HEAD", "POST"])
def new_issue(request: WorkspaceRequest) -> HttpResponse:
    """Raise a question with one line."""
    require(request, Permission.COOPERATE)
    actor = request.actor
    places = Place.objects.visible_to(actor).in_order()
    wanted = request.POST.get("place") or ""
    place = places.filter(pk=wanted).first() if is_uuid(wanted) else None
    place = place or places.filter(slug=request.GET.get("plats", "")).first() or usual_place(request)
    if place is None:
        raise Http404
    likely = services.forums_for(actor, place)
    form = RaiseForm(
        places,
        SubPlace.objects.visible_to(actor).filter(place=place),
        assets_at(actor, place),
        Forum.objects.visible_to(actor).filter(pk__in=[one.pk for one in likely]),
        request.POST or None,
        initial={"place": place.pk, "forum": likely[0].pk if likely else None},
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = services.raise_issue(
                actor,
                data["place"],
                title=data["title"],
                forum=data["forum"],
                sub_place=data["sub_place"],
                asset=data["asset"],
                category=data["category"],
                wants_answer=data["wants_answer"],
                title_class=SharingClass(data["title_class"]),
                now=now(),
                override_reason=reason_given(request),
            )
        except SamsynError as error:
            put_refusal(form, error)
        else:
            messages.success(request, _("The question is raised. You see the answer here when it comes."))
            return _to(request, made)
    return render(request, "cooperation/issue_new.html", {"form": form, "place": place, "forums": likely})


def is_uuid(text: str) -> bool:
    """Return whether a text from an address or a form can be an id."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def usual_place(request: WorkspaceRequest) -> Place | None:
    """Return where the function raised a question last, else where it sits in a forum, else the first."""
    actor = request.actor
    latest = (
        reading.visible_issues(actor)
        .filter(author_id=actor.function_id)
        .order_by("-created_at", "-pk")
        .first()
    )
    if latest is not None:
        return cast(Issue, latest).place
    sitting = Forum.objects.visible_to(actor).filter(pk__in=reading.forums_of(actor, now()), closed_on=None)
    forum = sitting.exclude(place=None).select_related("place").order_by("level", "name").first()
    if forum is not None:
        return forum.place
    return Place.objects.visible_to(actor).in_order().first()


# ------------------------------------------------------------------ one question


@require_safe
def issue(request: WorkspaceRequest, issue_id: UUID) -> HttpResponse:
    """Show a question: its line, the ladder with the time on each level, the answer, and every step."""
    found = _issue(request, issue_id)
    moment, read = now(), reading.ReadTexts()
    view = reading.view_of(request.actor, found, moment, read)
    read.log(request.actor, found, moment, found.place_id)
    slugs = {move.value: slug for slug, (move, _label) in STEPS.items()} | {"decide": "svara"}
    labels = {move.value: _(label) for _slug, (move, label) in STEPS.items()} | {"decide": _("Decide")}
    sections = [one for answer in registry.ask("issue_sections", request.actor, found) for one in answer]
    return render(
        request,
        "cooperation/issue.html",
        {
            "view": view,
            "issue": found,
            "moves": [
                (slugs[move], labels[move], move in {"receive", "tell", "close"}) for move in view.moves
            ],
            "sections": sections,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def issue_step(request: WorkspaceRequest, issue_id: UUID, step: str) -> HttpResponse:
    """Take one step of a question's way; two who take one at once see what the other did."""
    require(request, Permission.COOPERATE)
    if step not in STEPS:
        raise Http404
    found = _issue(request, issue_id)
    move, label = STEPS[step]
    moment, read = now(), reading.ReadTexts()
    form = _step_form(request, move, found)
    revision, meanwhile = found.revision, None
    if request.method == "POST" and form.is_valid():
        try:
            _take(request, move, found, form)
        except StaleRecord as error:
            revision = error.current.revision
            meanwhile = reading.view_of(request.actor, _issue(request, issue_id), moment, read).steps[-1]
            form.add_error(None, refusal(error))
        except SamsynError as error:
            put_refusal(form, error)
        else:
            messages.success(request, _("Saved."))
            return _to(request, found)
    title = reading.title_for(request.actor, found, read)
    read.log(request.actor, found, moment, found.place_id)
    return render(
        request,
        "cooperation/issue_step.html",
        {
            "issue": found, "title": title, "form": form, "revision": revision, "heading": _(label),
            "meanwhile": meanwhile, "step": step, "sure": not form.fields,
        },
    )  # fmt: skip


def _step_form(request: WorkspaceRequest, move: IssueMove, found: Issue) -> Any:
    data = request.POST if request.method == "POST" else None
    if move is IssueMove.LIFT:
        return ReasonForm(_("Why is it lifted?"), data)
    if move is IssueMove.REOPEN:
        return ReasonForm(_("Why is it opened again?"), data)
    if move is IssueMove.NOT_OURS:
        return ReasonForm(_("Who do you think it is? (may be left out)"), data, required=False)
    if move is IssueMove.ANSWER:
        return AnswerForm(data)
    if move is IssueMove.ASSIGN:
        return AssignForm(services.answerable(request.actor, found, now()), data)
    if move is IssueMove.WIDEN:
        return WidenForm(data, initial={"title_class": found.title_class})
    return StepForm(data)


def _take(request: WorkspaceRequest, move: IssueMove, found: Issue, form: forms.Form) -> None:
    data, actor = form.cleaned_data, request.actor
    common: dict[str, Any] = {"now": now(), "revision": revision_of(request)}
    reason = reason_given(request)
    takers: dict[IssueMove, Callable[[], object]] = {
        IssueMove.LIFT: lambda: services.lift(
            actor, found, reason=data["note"], override_reason=reason, **common
        ),
        IssueMove.RECEIVE: lambda: services.receive(actor, found, **common),
        IssueMove.ASSIGN: lambda: services.assign(actor, found, cast(Function, data["function"]), **common),
        IssueMove.NOT_OURS: lambda: services.not_ours(
            actor, found, note=data["note"], override_reason=reason, **common
        ),
        IssueMove.ANSWER: lambda: services.answer(
            actor, found, text=data["text"], text_class=SharingClass(data["text_class"]),
            override_reason=reason, **common,
        ),
        IssueMove.TELL: lambda: services.tell(actor, found, **common),
        IssueMove.CLOSE: lambda: services.close(actor, found, **common),
        IssueMove.REOPEN: lambda: services.reopen(
            actor, found, reason=data["note"], override_reason=reason, **common
        ),
        IssueMove.WIDEN: lambda: services.widen(actor, found, SharingClass(data["title_class"]), **common),
    }  # fmt: skip
    takers[move]()
