"""The message platform: find what we have agreed to answer, copy it, print it; write and approve."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from samsyn.domain.access import Permission, can
from samsyn.domain.calendar import now, today
from samsyn.domain.errors import SamsynError
from samsyn.domain.statements import StatementState
from samsyn.web.cooperation import statement_services as services
from samsyn.web.cooperation.statement_forms import StatementForm
from samsyn.web.cooperation.statement_models import Statement
from samsyn.web.people.request import WorkspaceRequest
from samsyn.web.ui.guarding import reason_given
from samsyn.web.ui.messages import sentence
from samsyn.web.ui.models import StaleRecord
from samsyn.web.ui.text import search_text


def _visible(request: WorkspaceRequest) -> QuerySet[Statement]:
    """Return what the reader may meet: what is not approved stays in the own organisation."""
    if not can(request.actor, Permission.VIEW_COOPERATION):
        raise Http404
    own = Q(owner_id=request.actor.organisation_id)
    return Statement.objects.visible_to(request.actor).filter(Q(approved_at__isnull=False) | own)


def _statement(request: WorkspaceRequest, statement_id: str) -> Statement:
    return get_object_or_404(_visible(request).select_related("owner", "place"), pk=statement_id)


def _leads(request: WorkspaceRequest, row: Statement) -> bool:
    return row.owner_id == request.actor.organisation_id and can(request.actor, Permission.MANAGE_COOPERATION)


@require_safe
def statements(request: WorkspaceRequest) -> HttpResponse:
    """Show the agreed statements; those that may be said come first."""
    words = request.GET.get("sok", "").strip()
    found = _visible(request).select_related("owner", "place")
    if words:
        found = found.filter(search_text__contains=search_text(words))
    rows = [(one, one.state_on(today())) for one in found]
    order = list(StatementState)
    said_first = sorted(rows, key=lambda row: (row[1] is not StatementState.MAY_BE_SAID, order.index(row[1])))
    return render(request, "cooperation/statements.html", {"rows": said_first, "words": words})


@require_safe
def statement(request: WorkspaceRequest, statement_id: str) -> HttpResponse:
    """Show one statement, to be said, copied or printed while it holds."""
    row = _statement(request, statement_id)
    state = row.state_on(today())
    context = {
        "row": row,
        "state": state,
        "may_be_said": state is StatementState.MAY_BE_SAID,
        "leads": _leads(request, row),
        "may_approve": _leads(request, row) and state is StatementState.STATEMENT_DRAFT,
    }
    return render(request, "cooperation/statement.html", context)


def _form_page(request: WorkspaceRequest, row: Statement | None, **context: Any) -> HttpResponse:
    everything = reverse("statements", kwargs={"workspace": request.workspace.slug})
    crumbs = [(_("Statements"), everything)]
    back = everything
    if row is not None:
        back = reverse("statement", kwargs={"workspace": request.workspace.slug, "statement_id": row.pk})
        crumbs.append((str(row), back))
    given = {"crumbs": crumbs, "back": back, "button": _("Save"), **context}
    return render(request, "cooperation/plain_form.html", given)


@require_http_methods(["GET", "HEAD", "POST"])
def new_statement(request: WorkspaceRequest) -> HttpResponse:
    """Write a statement."""
    if not can(request.actor, Permission.MANAGE_COOPERATION):
        raise Http404
    form = StatementForm(request.actor, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.write_statement(
                request.actor, form.words(), now=now(), override_reason=reason_given(request)
            )
        except SamsynError as error:
            form.add_error(None, sentence(error))
        else:
            messages.success(request, _("Saved. It may be said when it is approved."))
            return redirect("statement", workspace=request.workspace.slug, statement_id=made.pk)
    return _form_page(request, None, form=form, heading=_("New statement"))


@require_http_methods(["GET", "HEAD", "POST"])
def edit_statement(request: WorkspaceRequest, statement_id: str) -> HttpResponse:
    """Change the words; a save on an old version shows both and loses nothing."""
    row = _statement(request, statement_id)
    if not _leads(request, row):
        raise Http404
    initial = StatementForm.initial_of(row)
    form = StatementForm(request.actor, request.POST if request.method == "POST" else None, initial=initial)
    written = request.POST.get("revision", "")
    shown, differences = row, []
    if request.method == "POST" and form.is_valid():
        try:
            services.change_statement(
                request.actor,
                row,
                form.words(),
                revision=int(written) if written.isdecimal() else 0,
                now=now(),
                override_reason=reason_given(request),
            )
        except StaleRecord as error:
            shown = cast(Statement, error.current)
            form.add_error(None, sentence(error))
            theirs = StatementForm.initial_of(shown)
            differences = [
                (form[name].label, form.cleaned_data[name], theirs[name])
                for name in ("question", "text", "sources", "valid_until")
                if form.cleaned_data[name] != theirs[name]
            ]
        except SamsynError as error:
            form.add_error(None, sentence(error))
        else:
            messages.success(request, _("Saved. It may be said when it is approved."))
            return redirect("statement", workspace=request.workspace.slug, statement_id=row.pk)
    return _form_page(
        request,
        row,
        form=form,
        heading=_("Change the words"),
        revision=shown.revision,
        differences=differences,
    )


def _take(request: WorkspaceRequest, statement_id: str, step: Callable[..., None], done: str) -> HttpResponse:
    row = _statement(request, statement_id)
    if not _leads(request, row):
        raise Http404
    try:
        step(request.actor, row, now=now())
    except SamsynError as error:
        messages.error(request, sentence(error))
    else:
        messages.success(request, done)
    return redirect("statement", workspace=request.workspace.slug, statement_id=row.pk)


@require_POST
def approve_statement(request: WorkspaceRequest, statement_id: str) -> HttpResponse:
    """Approve the words as they stand."""
    return _take(request, statement_id, services.approve_statement, _("It may be said now."))


@require_POST
def take_back_statement(request: WorkspaceRequest, statement_id: str) -> HttpResponse:
    """Say that it is no longer to be said."""
    return _take(request, statement_id, services.take_back, _("It is no longer to be said."))
