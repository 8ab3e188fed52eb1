"""Situational pictures: the draft, the frozen versions, approval, challenge, comparison and downloads."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from samsyn.domain.access import Permission, SharingClass, audience, can
from samsyn.domain.calendar import now, today
from samsyn.domain.errors import SamsynError
from samsyn.reports import render_html
from samsyn.reports.document import Document, SourceRef
from samsyn.web.facts.services import cell_address
from samsyn.web.insight import services
from samsyn.web.insight.forms import (
    AnswerForm,
    ApprovalForm,
    ChallengeForm,
    FreezeForm,
    WithdrawForm,
    YearsForm,
)
from samsyn.web.insight.models import Challenge, SituationalPicture
from samsyn.web.people.request import WorkspaceRequest
from samsyn.web.people.services import record
from samsyn.web.places.models import Place, place_for
from samsyn.web.ui.guarding import reason_given
from samsyn.web.ui.messages import sentence


def _place(request: WorkspaceRequest, slug: str) -> Place:
    place = place_for(request.actor, slug)
    if place is None or not can(request.actor, Permission.VIEW_DATA):
        raise Http404
    return place


def _picture(request: WorkspaceRequest, picture_id: str) -> SituationalPicture:
    visible = SituationalPicture.objects.visible_to(request.actor).select_related("place__workspace")
    return get_object_or_404(visible, pk=picture_id)


def _fragment(request: WorkspaceRequest, document: Document) -> str:
    def address(source: SourceRef) -> str:
        row = {
            "dataset": source.dataset,
            "version": source.version,
            "source_row": source.row,
            "source_column": source.column or None,
        }
        return cell_address(request.workspace.slug, row)

    # The renderer escapes every text that it is given; only its own tags are left.
    return mark_safe(render_html.render(document, with_head=False, source_link=address))  # noqa: S308


def _log_exact_reading(request: WorkspaceRequest, thing: Any, place: Place) -> None:
    if audience(request.actor, place.pk) >= SharingClass.AUTHORITIES:
        record(request.actor, "read", thing, now=now(), fields=("figures",), place_id=place.pk)


# ------------------------------------------------------------------ the draft


@require_safe
def latest(request: WorkspaceRequest, slug: str) -> HttpResponse:
    """Go to the picture of the last three years that have figures, or of the years that were asked for."""
    place = _place(request, slug)
    years = services.default_years(request.actor, place)
    if years is None:
        return render(request, "insight/no_figures.html", {"place": place})
    form = YearsForm(services.years_with_figures(request.actor, place), request.GET or None)
    if request.GET and form.is_valid():
        first, last = sorted((form.cleaned_data["first"], form.cleaned_data["last"]))
        years = (first, last)
    return redirect(
        "picture", workspace=request.workspace.slug, slug=place.slug, first=years[0], last=years[1]
    )


@require_safe
def picture(request: WorkspaceRequest, slug: str, first: int, last: int) -> HttpResponse:
    """Show the draft of the situational picture."""
    place = _place(request, slug)
    try:
        period = services.period_of(first, last)
    except SamsynError as error:
        return render(
            request, "insight/no_figures.html", {"place": place, "error": sentence(error)}, status=400
        )
    language = request.LANGUAGE_CODE
    findings = services.draw_picture(request.actor, place, period, as_of=today(), language=language)
    document = services.draft_document(request.actor, place, findings, language)
    _log_exact_reading(request, place, place)
    years = services.years_with_figures(request.actor, place)
    visible = SituationalPicture.objects.visible_to(request.actor)
    return render(
        request,
        "insight/picture.html",
        {
            "place": place,
            "document": document,
            "report": _fragment(request, document),
            "first": first,
            "last": last,
            "years_form": YearsForm(years, initial={"first": first, "last": last}) if years else None,
            "has_figures": bool(findings.series),
            "frozen": visible.filter(place=place)[:5],
            "unanswered": Challenge.objects.visible_to(request.actor)
            .filter(place=place, picture=None, answered_at=None)
            .select_related("author__organisation")
            if can(request.actor, Permission.FREEZE_PICTURE)
            else (),
            "exact": audience(request.actor, place.pk) >= SharingClass.AUTHORITIES,
            "formats": ("pdf", "docx", "xlsx", "json"),
        },
    )


@require_safe
def picture_file(request: WorkspaceRequest, slug: str, first: int, last: int, wanted: str) -> HttpResponse:
    """Download the draft in one of the formats."""
    place = _place(request, slug)
    try:
        period = services.period_of(first, last)
    except SamsynError:
        raise Http404 from None
    if wanted not in services.FORMATS:
        raise Http404
    findings = services.draw_picture(
        request.actor, place, period, as_of=today(), language=request.LANGUAGE_CODE
    )
    document = services.draft_document(request.actor, place, findings, request.LANGUAGE_CODE)
    record(request.actor, "export", place, now=now(), fields=(wanted,), place_id=place.pk)
    content = services.render(document, findings, wanted)
    return _download(content, wanted, f"lagesbild-{place.slug}-{first}-{last}-utkast.{wanted}")


def _download(content: bytes, wanted: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=services.FORMATS[wanted])
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _form_page(
    request: WorkspaceRequest, place: Place, heading: str, lead: str, form: forms.Form, back: str
) -> HttpResponse:
    return render(
        request,
        "insight/form.html",
        {"place": place, "heading": heading, "lead": lead, "form": form, "back": back},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def freeze(request: WorkspaceRequest, slug: str, first: int, last: int) -> HttpResponse:
    """Keep the picture as a dated version."""
    place = _place(request, slug)
    if not can(request.actor, Permission.FREEZE_PICTURE):
        raise Http404
    form = FreezeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            period = services.period_of(first, last)
            made = services.freeze(request.actor, place, period, note=form.cleaned_data["note"], now=now())
        except SamsynError as error:
            form.add_error(None, sentence(error))
        else:
            messages.success(
                request, _("The picture is frozen as a version. Both owners can now approve it.")
            )
            return redirect("frozen-picture", workspace=request.workspace.slug, picture_id=made.pk)
    lead = _(
        "Numbers, texts and files are kept as they are now, with their hashes. "
        "Nothing in a version is changed afterwards."
    )
    return _form_page(request, place, _("Freeze as a version"), lead, form, f"../{first}-{last}/")


@require_http_methods(["GET", "HEAD", "POST"])
def disagree(request: WorkspaceRequest, slug: str) -> HttpResponse:
    """Write that one disagrees with the draft."""
    return _disagree(request, _place(request, slug), None)


# ------------------------------------------------------------------ frozen versions


@require_safe
def frozen(request: WorkspaceRequest, picture_id: str) -> HttpResponse:
    """Show a frozen version with its approvals, remarks and files."""
    found = _picture(request, picture_id)
    edition = services.edition_for(request.actor, found)
    findings = services.findings_of(edition)
    document = services.frozen_document(edition, findings, request.LANGUAGE_CODE)
    _log_exact_reading(request, found, found.place)
    previous = (
        SituationalPicture.objects.visible_to(request.actor)
        .filter(place=found.place, number__lt=found.number)
        .first()
    )
    owners = {found.place.police_owner_id, found.place.municipal_owner_id}
    standing = found.approvals.filter(withdrawn_at=None)
    return render(
        request,
        "insight/frozen.html",
        {
            "picture": found,
            "place": found.place,
            "document": document,
            "report": _fragment(request, document),
            "files": edition.files.defer("content"),
            "approvals": found.approvals.select_related("author__organisation", "owner"),
            "approved": services.is_approved_by_both(found),
            "challenges": Challenge.objects.visible_to(request.actor)
            .filter(picture=found)
            .select_related("author__organisation", "answered_by__organisation"),
            "previous": previous,
            "may_approve": can(request.actor, Permission.APPROVE_PICTURE)
            and request.actor.organisation_id in owners
            and not standing.filter(owner_id=request.actor.organisation_id).exists(),
            "may_withdraw": standing.filter(owner_id=request.actor.organisation_id).exists()
            and can(request.actor, Permission.APPROVE_PICTURE),
            "may_answer": can(request.actor, Permission.FREEZE_PICTURE),
        },
    )


@require_safe
def frozen_file(request: WorkspaceRequest, picture_id: str, wanted: str) -> HttpResponse:
    """Download the kept bytes of a frozen version."""
    found = _picture(request, picture_id)
    edition = services.edition_for(request.actor, found)
    language = request.LANGUAGE_CODE if wanted != "json" else "sv"
    kept = get_object_or_404(edition.files, format=wanted, language=language)
    record(request.actor, "export", found, now=now(), fields=(wanted,), place_id=found.place_id)
    name = f"lagesbild-{found.place.slug}-version-{found.number}.{wanted}"
    response = _download(bytes(kept.content), wanted, name)
    response["ETag"] = f'"{kept.sha256}"'
    return response


@require_safe
def check_frozen(request: WorkspaceRequest, picture_id: str) -> HttpResponse:
    """Render a frozen version anew and say whether the bytes are the same."""
    found = _picture(request, picture_id)
    rows = services.reproduce(services.edition_for(request.actor, found))
    return render(request, "insight/check.html", {"picture": found, "place": found.place, "rows": rows})


@require_safe
def compare(request: WorkspaceRequest, picture_id: str, other_id: str) -> HttpResponse:
    """Show what differs between two frozen versions of the same place, and why."""
    new, old = _picture(request, picture_id), _picture(request, other_id)
    if new.place_id != old.place_id:
        raise Http404
    differences = services.compare(request.actor, old, new, request.LANGUAGE_CODE)
    return render(
        request,
        "insight/compare.html",
        {"place": new.place, "old": old, "new": new, "differences": differences},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def approve(request: WorkspaceRequest, picture_id: str) -> HttpResponse:
    """Record the own organisation's approval."""
    found = _picture(request, picture_id)
    if not can(request.actor, Permission.APPROVE_PICTURE):
        raise Http404
    form = ApprovalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.approve(request.actor, found, note=form.cleaned_data["note"], now=now())
        except SamsynError as error:
            form.add_error(None, sentence(error))
        else:
            messages.success(request, _("The approval is recorded."))
            return redirect("frozen-picture", workspace=request.workspace.slug, picture_id=found.pk)
    lead = _(
        "You record that your organisation stands behind this version. It is not an electronic signature."
    )
    return _form_page(request, found.place, _("Approve the version"), lead, form, "../")


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_approval(request: WorkspaceRequest, picture_id: str) -> HttpResponse:
    """Take back the own organisation's approval."""
    found = _picture(request, picture_id)
    if not can(request.actor, Permission.APPROVE_PICTURE):
        raise Http404
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.withdraw_approval(request.actor, found, reason=form.cleaned_data["reason"], now=now())
        except SamsynError as error:
            form.add_error(None, sentence(error))
        else:
            messages.success(
                request, _("The approval is withdrawn; it stays in the history with the reason.")
            )
            return redirect("frozen-picture", workspace=request.workspace.slug, picture_id=found.pk)
    lead = _("The version stays as it is, and so does the trace of the approval.")
    return _form_page(request, found.place, _("Withdraw the approval"), lead, form, "../")


@require_http_methods(["GET", "HEAD", "POST"])
def disagree_with(request: WorkspaceRequest, picture_id: str) -> HttpResponse:
    """Write that one disagrees with a frozen version."""
    found = _picture(request, picture_id)
    return _disagree(request, found.place, found)


def _disagree(request: WorkspaceRequest, place: Place, found: SituationalPicture | None) -> HttpResponse:
    form = ChallengeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.challenge(
                request.actor,
                place,
                picture=found,
                text=form.cleaned_data["text"],
                about=form.cleaned_data["about"],
                now=now(),
                override_reason=reason_given(request),
            )
        except SamsynError as error:
            form.add_error(None, sentence(error))
        else:
            messages.success(
                request, _("Thank you. What you wrote stands beside the picture, also when it is answered.")
            )
            if found is not None:
                return redirect("frozen-picture", workspace=request.workspace.slug, picture_id=found.pk)
            return redirect("latest-picture", workspace=request.workspace.slug, slug=place.slug)
    lead = _(
        "Everyone in the cooperation may question the picture. "
        "Write about the place and the figures, not about people."
    )
    return _form_page(request, place, _("I disagree"), lead, form, "../")


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: WorkspaceRequest, challenge_id: str) -> HttpResponse:
    """Answer somebody who disagrees."""
    written = get_object_or_404(Challenge.objects.visible_to(request.actor), pk=challenge_id)
    if not can(request.actor, Permission.FREEZE_PICTURE):
        raise Http404
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.answer_challenge(request.actor, written, text=form.cleaned_data["text"], now=now())
        except SamsynError as error:
            form.add_error(None, sentence(error))
        else:
            messages.success(request, _("The answer is saved."))
            if written.picture_id:
                return redirect(
                    "frozen-picture", workspace=request.workspace.slug, picture_id=written.picture_id
                )
            return redirect("latest-picture", workspace=request.workspace.slug, slug=written.place.slug)
    return _form_page(request, written.place, _("Answer"), f"{written.author}: {written.text}", form, "../")
