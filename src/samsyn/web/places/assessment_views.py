"""Opening an assessment, answering it, the joint answer, objections and the frozen answer as a file."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from samsyn.domain.access import Permission, can
from samsyn.domain.calendar import STOCKHOLM, now, today
from samsyn.domain.errors import SamsynError
from samsyn.domain.scenes import ContradictoryAnswers, UncertainWithoutReason
from samsyn.web.people.models import Function
from samsyn.web.people.request import WorkspaceRequest, require
from samsyn.web.places import (
    assessment_objections as objections,
    assessment_reading as reading,
    assessment_services as services,
)
from samsyn.web.places.assessment_errors import AnswersMissing
from samsyn.web.places.assessment_export import exported
from samsyn.web.places.assessment_forms import (
    AnswerForm,
    ChallengeAnswerForm,
    ChallengeForm,
    JointForm,
    OpenForm,
    QuestionsForm,
    ReasonForm,
    show_refusal,
)
from samsyn.web.places.models import (
    Assessment,
    AssessmentChallenge,
    AssessmentOccasion,
    JointAssessment,
    Place,
    place_for,
)
from samsyn.web.ui.messages import sentence
from samsyn.web.ui.models import StaleRecord


def _place(request: WorkspaceRequest, slug: str) -> Place:
    place = place_for(request.actor, slug)
    if place is None:
        raise Http404
    return place


def _occasion(request: WorkspaceRequest, slug: str, occasion_id: UUID) -> AssessmentOccasion:
    found = reading.occasion_for(request.actor, _place(request, slug), occasion_id)
    if found is None:
        raise Http404
    return found


def _to(request: WorkspaceRequest, occasion: AssessmentOccasion, name: str = "assessment") -> HttpResponse:
    return redirect(name, workspace=request.workspace.slug, slug=occasion.place.slug, occasion_id=occasion.pk)


def _page(
    request: WorkspaceRequest, template: str, occasion: AssessmentOccasion, **context: Any
) -> HttpResponse:
    shown = {
        "place": occasion.place,
        "occasion": occasion,
        "set_name": reading.set_text(occasion.set_code),
        "last_day": (occasion.deadline.astimezone(STOCKHOLM) - timedelta(seconds=1)).date(),
        **context,
    }
    return render(request, template, shown)


# ------------------------------------------------------------------ opening, reading, closing


@require_http_methods(["GET", "HEAD", "POST"])
def open_assessment(request: WorkspaceRequest, slug: str) -> HttpResponse:
    """Ask functions to assess a place with one of the lists."""
    require(request, Permission.LEAD_ASSESSMENT)
    place = _place(request, slug)
    form = OpenForm(services.invitable(request.actor, place, today()), request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.open_occasion(
                request.actor,
                place,
                form.cleaned_data["set_code"],
                invited=form.cleaned_data["invited"],
                deadline=services.deadline_after(form.cleaned_data["deadline"]),
                now=now(),
            )
        except SamsynError as error:
            form.add_error(None, sentence(error))
        else:
            messages.success(request, _("The assessment is open. Each function answers on its own."))
            return _to(request, made)
    boundary = place.boundary_on(today())
    return render(
        request, "places/assessment_open.html", {"place": place, "form": form, "boundary": boundary}
    )


@require_safe
def assessment(request: WorkspaceRequest, slug: str, occasion_id: UUID) -> HttpResponse:
    """Show one assessment: who has answered, and what all answered once that is no longer secret."""
    occasion = _occasion(request, slug, occasion_id)
    actor, moment = request.actor, now()
    people = reading.who_has_answered(occasion)
    functions = {function.pk: function for function, _sent in people}
    leads = can(actor, Permission.LEAD_ASSESSMENT)
    read = reading.ReadTexts()
    names = reading.took_part(actor, functions.values())
    shown = reading.spread_of(actor, occasion, moment, names=names, read=read)
    versions = _versions(request, occasion, shown, functions, read)
    read.log(actor, occasion, moment)
    own = reading.own_answers(actor, occasion)
    return _page(
        request,
        "places/assessment.html",
        occasion,
        people=people,
        closing_reason=occasion.closing_reason if reading.may_read_reason(actor, occasion) else "",
        answered=sum(sent for _function, sent in people),
        spread=shown,
        versions=versions,
        own=own,
        own_verdict=reading.verdict_of(own.result) if own and own.sent_at else None,
        own_rows=reading.own_rows(own) if own and own.sent_at else (),
        is_invited=actor.function_id in functions and can(actor, Permission.ASSESS),
        takes_answers=occasion.takes_answers(moment),
        leads=leads,
        has_draft=leads and _draft(request, occasion) is not None,
        may_challenge=can(actor, Permission.CHALLENGE),
    )


def _draft(request: WorkspaceRequest, occasion: AssessmentOccasion) -> JointAssessment | None:
    drafts = JointAssessment.objects.visible_to(request.actor).filter(occasion=occasion, frozen_at=None)
    draft = drafts.select_related("supersedes").first()
    if draft is not None:
        draft.occasion = occasion
    return draft


def _versions(
    request: WorkspaceRequest,
    occasion: AssessmentOccasion,
    shown: reading.Spread | None,
    functions: dict[UUID, Function],
    read: reading.ReadTexts,
) -> list[reading.JointView]:
    actor = request.actor
    frozen = list(reading.frozen_joints(actor, occasion.place).filter(occasion=occasion).order_by("-version"))
    if not frozen:
        return []
    objections: dict[UUID, list[AssessmentChallenge]] = {}
    for row in (
        AssessmentChallenge.objects.visible_to(actor)
        .filter(joint__in=frozen)
        .select_related("author__organisation", "answered_by__organisation")
    ):
        objections.setdefault(row.joint_id, []).append(row)
    previous = reading.previous_of(actor, frozen[0])
    return [
        reading.joint_view(
            actor,
            joint,
            shown,
            functions=functions,
            is_current=joint is frozen[0],
            read=read,
            challenges=objections.get(joint.pk, ()),
            previous=previous if joint is frozen[0] else None,
        )
        for joint in frozen
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def close_assessment(request: WorkspaceRequest, slug: str, occasion_id: UUID) -> HttpResponse:
    """Close an assessment without a joint answer, with a reason."""
    require(request, Permission.LEAD_ASSESSMENT)
    occasion = _occasion(request, slug, occasion_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.close_occasion(request.actor, occasion, reason=form.cleaned_data["reason"], now=now())
        except SamsynError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("The assessment is closed."))
            return _to(request, occasion)
    return _page(
        request, "places/assessment_reason.html", occasion, form=form,
        heading=_("Close without a joint answer"),
        explanation=_("What the functions have answered stays; answers that were secret stay secret."),
    )  # fmt: skip


# ------------------------------------------------------------------ a function's own answers


@require_http_methods(["GET", "HEAD", "POST"])
def answer_assessment(request: WorkspaceRequest, slug: str, occasion_id: UUID) -> HttpResponse:
    """Answer on one's own: saved as a draft as often as one likes, then sent."""
    require(request, Permission.ASSESS)
    occasion = _occasion(request, slug, occasion_id)
    if not occasion.invited.filter(pk=request.actor.function_id).exists():
        raise Http404
    own = reading.own_answers(request.actor, occasion)
    if request.method == "GET" and ((own and own.sent_at) or not occasion.takes_answers(now())):
        return _to(request, occasion)
    form = AnswerForm(occasion, own, request.POST or None)
    revision = own.revision if own else 0
    differences: list[tuple[str, str, str]] = []
    # A draft that was resumed tells at once; after sending the error does.
    contradictions = ", ".join(map(str, own.result.contradictions)) if own else ""
    if request.method == "POST" and form.is_valid():
        try:
            own = services.save_answers(
                request.actor, occasion, form.given(), form.words(),
                revision=_revision(request), now=now(),
            )  # fmt: skip
            revision = own.revision
            if "send" not in request.POST:
                messages.success(request, _("The draft is saved. You can go on later."))
                return _to(request, occasion, "answer-assessment")
            services.send_answers(
                request.actor, occasion, now=now(),
                contradictions_meant=form.cleaned_data["contradictions_meant"],
            )  # fmt: skip
        except StaleRecord as error:
            saved = cast(Assessment, error.current)
            revision = saved.revision
            differences = _differences(form, AnswerForm(occasion, saved))
            form.add_error(None, sentence(error))
        except ContradictoryAnswers as error:
            contradictions = error.facts["numbers"]
        except AnswersMissing as error:
            _mark_missing(form, error)
        except SamsynError as error:
            show_refusal(form, error)
        else:
            last = AssessmentOccasion.objects.filter(pk=occasion.pk, complete_at__isnull=False).exists()
            messages.success(
                request,
                _("Your answers are sent. All have now answered.")
                if last
                else _("Your answers are sent. You can change them until all have answered."),
            )
            return _to(request, occasion)
    return _page(
        request, "places/assessment_answer.html", occasion, form=form, revision=revision,
        differences=differences, contradictions=contradictions, own=own,
    )  # fmt: skip


@require_POST
def reopen_assessment(request: WorkspaceRequest, slug: str, occasion_id: UUID) -> HttpResponse:
    """Take the own answers back as a draft."""
    require(request, Permission.ASSESS)
    occasion = _occasion(request, slug, occasion_id)
    try:
        services.reopen_answers(request.actor, occasion, now=now())
    except SamsynError as error:
        messages.error(request, sentence(error))
        return _to(request, occasion)
    messages.success(request, _("Your answers are a draft again. Remember to send them."))
    return _to(request, occasion, "answer-assessment")


def _revision(request: WorkspaceRequest) -> int:
    written = request.POST.get("revision", "")
    return int(written) if written.isdecimal() and len(written) < 10 else 0


def _mark_missing(form: QuestionsForm, error: AnswersMissing) -> None:
    for key in str(error.facts["missing"]).split(", "):
        form.add_error(f"answer_{key}", _("Choose one of the four answers."))


def _differences(mine: forms.Form, theirs: forms.Form) -> list[tuple[str, str, str]]:
    found = []
    for name, field in mine.fields.items():
        if name in {"override_reason", "contradictions_meant"}:
            continue
        written = str(mine[name].value() or "")
        other = str(theirs[name].value() or "") if name in theirs.fields else ""
        if written != other:
            words = dict(getattr(field, "choices", ()))
            found.append((str(field.label), str(words.get(written, written)), str(words.get(other, other))))
    return found


# ------------------------------------------------------------------ the joint answer


@require_http_methods(["GET", "HEAD", "POST"])
def joint_assessment(request: WorkspaceRequest, slug: str, occasion_id: UUID) -> HttpResponse:
    """Write down what the meeting agrees on, see what it gives, and freeze it."""
    require(request, Permission.LEAD_ASSESSMENT)
    occasion = _occasion(request, slug, occasion_id)
    actor, moment = request.actor, now()
    people = reading.who_has_answered(occasion)
    functions = {function.pk: function for function, _sent in people}
    read = reading.ReadTexts()
    shown = reading.spread_of(actor, occasion, moment, names=True, read=read)
    draft = _draft(request, occasion)
    closed_without_draft = occasion.closed_at is not None and draft is None
    if shown is None or not shown.answered or closed_without_draft:
        if request.method == "POST":
            raise Http404
        return _to(request, occasion)
    form = JointForm(occasion, draft, shown, functions.values(), request.POST or None)
    revision = draft.revision if draft else 0
    differences: list[tuple[str, str, str]] = []
    uncertain = False
    if request.method == "POST" and form.is_valid():
        try:
            draft = services.save_joint(
                actor, occasion, form.given(), form.words(),
                assessed_on=form.day(), revision=_revision(request), now=moment,
            )  # fmt: skip
            revision = draft.revision
            if "freeze" not in request.POST:
                messages.success(request, _("The draft is saved. This is what the answers give."))
                return _to(request, occasion, "joint-assessment")
            services.freeze_joint(actor, occasion, now=moment)
        except StaleRecord as error:
            saved = cast(JointAssessment, error.current)
            revision = saved.revision
            saved.occasion = occasion
            differences = _differences(form, JointForm(occasion, saved, shown, functions.values()))
            form.add_error(None, sentence(error))
        except UncertainWithoutReason as error:
            uncertain = True
            form.add_error("uncertain_reason", sentence(error))
        except AnswersMissing as error:
            _mark_missing(form, error)
        except SamsynError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("The joint answer is frozen."))
            return _to(request, occasion)
    view = (
        reading.joint_view(actor, draft, shown, functions=functions, is_current=False, read=read)
        if draft
        else None
    )
    read.log(actor, occasion, moment)
    result = view.verdict.result if view else None
    return _page(
        request, "places/assessment_joint.html", occasion, form=form, revision=revision,
        differences=differences, draft=draft, spread=shown, functions=functions.values(),
        view=view,
        contradictions=result.contradictions if result else (),
        ask_uncertain=uncertain or bool(result and not result.certain),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def correct_assessment(request: WorkspaceRequest, slug: str, occasion_id: UUID) -> HttpResponse:
    """Begin a new version of a frozen answer, with a reason."""
    require(request, Permission.LEAD_ASSESSMENT)
    occasion = _occasion(request, slug, occasion_id)
    frozen = reading.frozen_for(request.actor, occasion.place, occasion.pk)
    if frozen is None:
        raise Http404
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.correct_joint(request.actor, frozen, reason=form.cleaned_data["reason"], now=now())
        except SamsynError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("A new version is begun. The frozen one stays as it is."))
            return _to(request, occasion, "joint-assessment")
    return _page(
        request, "places/assessment_reason.html", occasion, form=form,
        heading=_("Correct the joint answer"),
        explanation=_("The frozen version stays and is shown; yours becomes a new version."),
    )  # fmt: skip


@require_safe
def assessment_file(request: WorkspaceRequest, slug: str, some_id: UUID) -> JsonResponse:
    """Return a frozen joint answer as JSON, with what the reader may see."""
    place = _place(request, slug)
    joint = reading.frozen_for(request.actor, place, some_id)
    if joint is None:
        raise Http404
    read = reading.ReadTexts()
    content = exported(request.actor, joint, read=read)
    read.log(request.actor, joint.occasion, now())
    return JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 2})


# ------------------------------------------------------------------ not agreeing


@require_http_methods(["GET", "HEAD", "POST"])
def challenge_assessment(request: WorkspaceRequest, slug: str, occasion_id: UUID) -> HttpResponse:
    """Object to the frozen answer."""
    require(request, Permission.CHALLENGE)
    occasion = _occasion(request, slug, occasion_id)
    joint = reading.frozen_for(request.actor, occasion.place, occasion.pk)
    if joint is None:
        raise Http404
    form = ChallengeForm(occasion, request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            objections.challenge(
                request.actor, joint, number=data["number"], text=data["text"], now=now(),
                text_class=data["text_class"], override_reason=data["override_reason"],
            )  # fmt: skip
        except SamsynError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("Your objection is kept with the assessment."))
            return _to(request, occasion)
    return _page(
        request, "places/assessment_reason.html", occasion, form=form, heading=_("I do not agree"),
        explanation=_(
            "The frozen answer stays. Your objection is shown beside it, and whoever leads answers it."
        ),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def answer_challenge(
    request: WorkspaceRequest, slug: str, occasion_id: UUID, challenge_id: UUID
) -> HttpResponse:
    """Answer an objection."""
    require(request, Permission.LEAD_ASSESSMENT)
    occasion = _occasion(request, slug, occasion_id)
    rows = AssessmentChallenge.objects.visible_to(request.actor).filter(joint__occasion=occasion)
    row = rows.select_related("joint__occasion", "author__organisation").filter(pk=challenge_id).first()
    if row is None or not reading.may_read_text(request.actor, row, occasion.place_id):
        raise Http404
    form = ChallengeAnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            objections.answer_challenge(
                request.actor, row, text=data["text"], now=now(), override_reason=data["override_reason"]
            )
        except SamsynError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("The answer is kept beside the objection."))
            return _to(request, occasion)
    return _page(
        request, "places/assessment_reason.html", occasion, form=form, heading=_("Answer the objection"),
        quotation=row.text, explanation=f"{row.author}, {reading.about_text(row.number)}",
    )  # fmt: skip
