"""Agreements: the list, one agreement with its promises, and every step that can be taken."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from samsyn.domain.access import Permission, can
from samsyn.domain.agreements import OVER, AgreementState, CommitmentOutcome
from samsyn.domain.calendar import now, today
from samsyn.domain.errors import SamsynError
from samsyn.web.cooperation import agreement_reading as reading, agreement_services, commitment_services
from samsyn.web.cooperation.agreement_forms import (
    AgreementForm,
    EndForm,
    ExtendForm,
    FollowUpForm,
    PromiseForm,
)
from samsyn.web.cooperation.agreement_models import Agreement, Commitment
from samsyn.web.people.request import WorkspaceRequest, require
from samsyn.web.ui.guarding import reason_given
from samsyn.web.ui.messages import sentence
from samsyn.web.ui.models import StaleRecord


def _agreement(request: WorkspaceRequest, agreement_id: str) -> Agreement:
    return get_object_or_404(Agreement.objects.visible_to(request.actor), pk=agreement_id)


def _commitment(request: WorkspaceRequest, agreement_id: str, commitment_id: str) -> Commitment:
    found = Commitment.objects.visible_to(request.actor).filter(agreement_id=agreement_id)
    return get_object_or_404(found.select_related("agreement"), pk=commitment_id)


def _list_address(request: WorkspaceRequest) -> str:
    return reverse("agreements", kwargs={"workspace": request.workspace.slug})


def _address(request: WorkspaceRequest, agreement: Agreement) -> str:
    return reverse("agreement", kwargs={"workspace": request.workspace.slug, "agreement_id": agreement.pk})


def _crumbs(request: WorkspaceRequest, agreement: Agreement | None = None) -> list[tuple[str, str]]:
    crumbs = [(_("Agreements"), _list_address(request))]
    return [*crumbs, (str(agreement), _address(request, agreement))] if agreement else crumbs


def _form_page(request: WorkspaceRequest, agreement: Agreement | None, **context: Any) -> HttpResponse:
    back = _address(request, agreement) if agreement else _list_address(request)
    given = {"crumbs": _crumbs(request, agreement), "back": back, "button": _("Save"), **context}
    return render(request, "cooperation/plain_form.html", given)


def _saved(request: WorkspaceRequest, form: Any, work: Callable[[], Any]) -> Any:
    """Do the work of a valid form; None when it was refused and the form says why."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        return work() or True
    except StaleRecord:
        raise
    except SamsynError as error:
        form.add_error(None, sentence(error))
        return None


# ------------------------------------------------------------------ reading


@require_safe
def agreements(request: WorkspaceRequest) -> HttpResponse:
    """Show every agreement, those that expire soon first."""
    require(request, Permission.VIEW_COOPERATION)
    rows = reading.agreement_rows(request.actor, today())
    current = [one for one in rows if one.state not in OVER]
    over = [one for one in rows if one.state in OVER]
    return render(request, "cooperation/agreements.html", {"current": current, "over": over})


@require_safe
def agreement(request: WorkspaceRequest, agreement_id: str) -> HttpResponse:
    """Show one agreement: parties and signatures, what it is for, promises, and its steps."""
    found = _agreement(request, agreement_id)
    row = reading.agreement_row(request.actor, found, today())
    member = reading.is_party(request.actor, found)
    leads = member and can(request.actor, Permission.MANAGE_COOPERATION)
    context = {
        "row": row,
        "agreement": found,
        "parties": found.parties.select_related("organisation", "signed_by"),
        "steps": found.steps.select_related("function__organisation"),
        "promises": reading.promise_rows(request.actor, agreement_services.commitments_of(found), now()),
        "purpose": found.purpose if reading.reads_purpose(request.actor, found) else "",
        "may_sign": reading.may_sign(request.actor, found),
        "may_change": leads and row.state is AgreementState.AGREEMENT_DRAFT,
        "may_promise": leads and row.state not in OVER,
        "may_end": member and agreement_services.signs(request.actor) and row.state not in OVER,
        "may_extend": leads
        and (row.holds or row.state is AgreementState.RUN_OUT)
        and not Agreement.objects.visible_to(request.actor).filter(continues=found).exists(),
        "may_decide": member and can(request.actor, Permission.DECIDE),
        "may_follow_up": member and reading.may_follow_up(request.actor),
    }
    return render(request, "cooperation/agreement.html", context)


@require_safe
def unmet(request: WorkspaceRequest) -> HttpResponse:
    """Show a year's promises: which were not kept, and which nobody has followed up."""
    require(request, Permission.VIEW_COOPERATION)
    asked = request.GET.get("ar", "")
    year = int(asked) if asked.isdecimal() and 2000 <= int(asked) <= 2100 else today().year
    rows = reading.all_promises(request.actor, now(), year=year)
    context = {
        "year": year,
        "years": [year - 1, year + 1],
        "unmet": [one for one in rows if one.unmet],
        "overdue": [one for one in rows if one.overdue],
        "others": [one for one in rows if not one.unmet and not one.overdue],
    }
    return render(request, "cooperation/promises.html", context)


# ------------------------------------------------------------------ writing


@require_http_methods(["GET", "HEAD", "POST"])
def new_agreement(request: WorkspaceRequest) -> HttpResponse:
    """Write an agreement down."""
    require(request, Permission.MANAGE_COOPERATION)
    form = AgreementForm(request.actor, request.POST if request.method == "POST" else None)
    made = _saved(
        request,
        form,
        lambda: agreement_services.draft_agreement(
            request.actor, form.details(), now=now(), override_reason=reason_given(request)
        ),
    )
    if made:
        messages.success(request, _("The draft is saved and the parties are told."))
        return redirect(_address(request, made))
    return _form_page(request, None, form=form, heading=_("New agreement"))


def _names(rows: Iterable[Any]) -> str:
    return ", ".join(sorted(str(one) for one in rows))


@require_http_methods(["GET", "HEAD", "POST"])
def edit_agreement(request: WorkspaceRequest, agreement_id: str) -> HttpResponse:
    """Change a draft; a save on an old version shows both and loses nothing."""
    require(request, Permission.MANAGE_COOPERATION)
    found = _agreement(request, agreement_id)
    if found.state != AgreementState.AGREEMENT_DRAFT.value:
        raise Http404
    form = AgreementForm(
        request.actor,
        request.POST if request.method == "POST" else None,
        initial=AgreementForm.initial_of(found),
    )
    written = request.POST.get("revision", "")
    revision = int(written) if written.isdecimal() else 0
    # What was refused for another reason is still written on the words that were read.
    shown = revision if request.method == "POST" else found.revision
    differences: list[tuple[Any, Any, Any]] = []
    try:
        done = _saved(
            request,
            form,
            lambda: agreement_services.change_agreement(
                request.actor,
                found,
                form.details(),
                revision=revision,
                now=now(),
                override_reason=reason_given(request),
            ),
        )
    except StaleRecord as error:
        current = cast(Agreement, error.current)
        done, shown = None, current.revision
        form.add_error(None, sentence(error))
        theirs = AgreementForm.initial_of(current)
        differences = [
            (form[name].label, form.cleaned_data[name], theirs[name])
            for name in ("title", "purpose", "reference", "source", "first", "last")
            if form.cleaned_data[name] != theirs[name]
        ]
        differences += [
            (form[name].label, _names(form.cleaned_data[name]), _names(theirs[name]))
            for name in ("places", "organisations")
            if _names(form.cleaned_data[name]) != _names(theirs[name])
        ]
    if done:
        messages.success(request, _("Saved. The parties sign the new words."))
        return redirect(_address(request, found))
    return _form_page(
        request,
        found,
        form=form,
        heading=_("Change the draft"),
        revision=shown,
        differences=differences,
    )


@require_POST
def sign(request: WorkspaceRequest, agreement_id: str) -> HttpResponse:
    """Note that the own organisation has signed the words it read; other words are shown first."""
    found = _agreement(request, agreement_id)
    written = request.POST.get("revision", "")
    revision = int(written) if written.isdecimal() else 0
    try:
        agreement_services.sign(request.actor, found, revision=revision, now=now())
    except StaleRecord:
        messages.error(
            request,
            _("Not signed: the draft was changed after you opened the page. Read it as it is now and sign."),
        )
    except SamsynError as error:
        messages.error(request, sentence(error))
    else:
        messages.success(request, _("Your organisation's signature is noted."))
    return redirect(_address(request, found))


@require_http_methods(["GET", "HEAD", "POST"])
def end_agreement(request: WorkspaceRequest, agreement_id: str) -> HttpResponse:
    """End an agreement with a reason."""
    found = _agreement(request, agreement_id)
    if not reading.is_party(request.actor, found) or not agreement_services.signs(request.actor):
        raise Http404
    form = EndForm(request.POST if request.method == "POST" else None)
    done = _saved(
        request,
        form,
        lambda: agreement_services.terminate(
            request.actor,
            found,
            reason=form.cleaned_data["reason"],
            now=now(),
            override_reason=reason_given(request),
        ),
    )
    if done:
        messages.success(request, _("The agreement is ended, and the other parties are told."))
        return redirect(_address(request, found))
    return _form_page(request, found, form=form, heading=_("End the agreement"), button=_("End it"))


@require_http_methods(["GET", "HEAD", "POST"])
def extend_agreement(request: WorkspaceRequest, agreement_id: str) -> HttpResponse:
    """Draft the agreement that follows."""
    require(request, Permission.MANAGE_COOPERATION)
    found = _agreement(request, agreement_id)
    if not reading.is_party(request.actor, found):
        raise Http404
    form = ExtendForm(request.POST if request.method == "POST" else None)
    made = _saved(
        request,
        form,
        lambda: agreement_services.extend(request.actor, found, last=form.cleaned_data["last"], now=now()),
    )
    if made:
        messages.success(request, _("The draft is saved and the parties are told."))
        return redirect(_address(request, made))
    return _form_page(
        request, found, form=form, heading=_("Extend"),
        lead=_("The same parties, places and purpose, from the day after. All sign anew."),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def new_promise(request: WorkspaceRequest, agreement_id: str) -> HttpResponse:
    """Write down what a party takes on."""
    require(request, Permission.MANAGE_COOPERATION)
    found = _agreement(request, agreement_id)
    if not reading.is_party(request.actor, found):
        raise Http404
    form = PromiseForm(found, request.POST if request.method == "POST" else None)
    done = _saved(
        request,
        form,
        lambda: commitment_services.promise(
            request.actor, found, form.promise(), now=now(), override_reason=reason_given(request)
        ),
    )
    if done:
        messages.success(request, _("Saved. It counts when the steering group has approved it."))
        return redirect(_address(request, found))
    return _form_page(request, found, form=form, heading=_("New promise"))


@require_POST
def approve_promise(request: WorkspaceRequest, agreement_id: str, commitment_id: str) -> HttpResponse:
    """Let the steering group approve a promise."""
    row = _commitment(request, agreement_id, commitment_id)
    try:
        commitment_services.approve(request.actor, row, now=now())
    except SamsynError:
        raise Http404 from None
    messages.success(request, _("The promise is approved."))
    return redirect(_address(request, row.agreement))


@require_http_methods(["GET", "HEAD", "POST"])
def follow_up(request: WorkspaceRequest, agreement_id: str, commitment_id: str) -> HttpResponse:
    """Say how a promise went."""
    row = _commitment(request, agreement_id, commitment_id)
    if not reading.may_follow_up(request.actor) or not reading.is_party(request.actor, row.agreement):
        raise Http404
    shown = reading.promise_rows(request.actor, [row], now())[0]
    initial = {"delivered": round(shown.kept.delivered, 1) if shown.kept.delivered is not None else None}
    if shown.proposed:
        initial["outcome"] = shown.proposed.value  # type: ignore[assignment]
    form = FollowUpForm(row, request.POST if request.method == "POST" else None, initial=initial)
    done = _saved(
        request,
        form,
        lambda: commitment_services.follow_up(
            request.actor,
            row,
            outcome=CommitmentOutcome(form.cleaned_data["outcome"]),
            on=form.cleaned_data["on"],
            delivered=form.cleaned_data.get("delivered"),
            reason=form.cleaned_data["reason"],
            reason_class=form.cleaned_data["reason_class"],
            now=now(),
            override_reason=reason_given(request),
        ),
    )
    if done:
        messages.success(request, _("Saved."))
        return redirect(_address(request, row.agreement))
    return _form_page(request, row.agreement, form=form, heading=_("Follow up"), lead=row.what)
