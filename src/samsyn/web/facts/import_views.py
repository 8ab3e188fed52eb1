"""The import in four steps: hand in, answer, look through, load. Each step keeps what was done."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadhandler import MemoryFileUploadHandler, StopUpload
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from samsyn.domain.access import Permission
from samsyn.domain.calendar import now
from samsyn.domain.errors import SamsynError
from samsyn.domain.guard import TextRefused
from samsyn.store.errors import PersonColumns
from samsyn.store.schema import SeriesDefinition, ValueStatus, rows_of
from samsyn.store.tables import RowError
from samsyn.store.tables.found import STATED
from samsyn.store.tables.questions import SIGNS
from samsyn.web.facts import answering, imports, services
from samsyn.web.facts.errors import NotReady, UnknownDatasetHere
from samsyn.web.facts.forms import AboutForm, HandInForm
from samsyn.web.facts.models import Dataset, ImportDraft
from samsyn.web.facts.views import caveat_texts
from samsyn.web.facts.words import series_label
from samsyn.web.people.request import WorkspaceRequest, require
from samsyn.web.ui.messages import sentence

ROWS_SHOWN = 400


class InMemoryOnly(MemoryFileUploadHandler):
    """Keeps an upload in memory whatever its size, so that a refused file never touches the disk."""

    def handle_raw_input(self, *arguments: Any, **named: Any) -> None:
        """Take every upload."""
        self.activated = True
        self.total = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> Any:
        """Stop when the file is larger than any published table."""
        self.total += len(raw_data)
        if self.total > 2 * imports.LARGEST:
            raise StopUpload(connection_reset=True)
        return super().receive_data_chunk(raw_data, start)


@csrf_exempt
def new_import(request: WorkspaceRequest) -> HttpResponse:
    """Take the file into memory; the form itself is protected as every other."""
    request.upload_handlers = [InMemoryOnly(request)]
    return _new_import(request)


@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
def _new_import(request: WorkspaceRequest) -> HttpResponse:
    """Paste a table, or choose a file."""
    require(request, Permission.LOAD_DATA)
    replaces = _replaced(request)
    form = HandInForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            draft = imports.begin(
                request.actor,
                text=form.cleaned_data["text"],
                content=file.read() if file else b"",
                file_name=file.name if file else "",
                override_reason=form.cleaned_data["override_reason"].strip(),
                replaces=replaces,
                now=now(),
            )
        except SamsynError as error:
            if isinstance(error, PersonColumns):
                # Nothing of a table about persons comes back, not even on the page.
                return _hand_in_page(request, HandInForm(), replaces, sentence(error), status=400)
            form.add_error("override_reason" if isinstance(error, TextRefused) else None, sentence(error))
        else:
            return redirect("import-answers", workspace=request.workspace.slug, draft_id=draft.pk)
    return _hand_in_page(request, form, replaces)


def _hand_in_page(
    request: WorkspaceRequest,
    form: HandInForm,
    replaces: Dataset | None,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    ask_reason = "override_reason" in form.errors
    return render(
        request,
        "facts/hand_in.html",
        {
            "form": form,
            "replaces": replaces,
            "refused": refused,
            "ask_reason": ask_reason,
            "drafts": imports.drafts_of(request.actor).defer("content"),
            "step": 1,
        },
        status=status,
    )


def _replaced(request: WorkspaceRequest) -> Dataset | None:
    """Return the version that a new one is to take the place of, when the address names one."""
    slug, _dot, number = request.GET.get("ersatter", "").rpartition(".")
    if not slug or not number.isdigit():
        return None
    try:
        return services.find(request.actor, slug, int(number), "values")
    except UnknownDatasetHere:
        raise Http404 from None


def _draft(request: WorkspaceRequest, draft_id: UUID) -> ImportDraft:
    require(request, Permission.LOAD_DATA)
    draft = imports.draft_for(request.actor, draft_id)
    if draft is None:
        raise Http404
    return draft


def _done(request: WorkspaceRequest, draft: ImportDraft) -> HttpResponse:
    loaded = draft.loaded_as
    if loaded is None:
        raise Http404
    return redirect("dataset", workspace=request.workspace.slug, slug=loaded.slug, version=loaded.version)


@require_http_methods(["GET", "HEAD", "POST"])
def resume(request: WorkspaceRequest, draft_id: UUID) -> HttpResponse:
    """Go on where the work was laid aside, or throw the draft away."""
    draft = _draft(request, draft_id)
    if draft.loaded_as is not None:
        return _done(request, draft)
    if request.method == "POST":
        imports.delete_draft(request.actor, draft, now=now())
        messages.success(request, _("The draft is thrown away."))
        return redirect("datasets", workspace=request.workspace.slug)
    ready = not imports.read(draft).unanswered and all(draft.about.get(name) for name in ("title", "licence"))
    step = "import-preview" if ready else "import-answers"
    return redirect(step, workspace=request.workspace.slug, draft_id=draft.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def answers(request: WorkspaceRequest, draft_id: UUID) -> HttpResponse:
    """Say what the table is and answer what it does not say itself."""
    draft = _draft(request, draft_id)
    if draft.loaded_as is not None:
        return _done(request, draft)
    replaces = bool(draft.about.get("replaces"))
    posted = request.method == "POST"
    form = AboutForm(request.actor, request.POST if posted else None, initial=draft.about, replaces=replaces)
    refused = ""
    incomplete = False
    if posted:
        whole = form.is_valid()
        reading = imports.read(draft)
        given = answering.read_answers(reading, request.POST)
        try:
            imports.save_draft(request.actor, draft, answers=given, about=form.said())
        except TextRefused as error:
            refused = sentence(error)
            draft.answers = given  # shown again as it was written; not saved
        else:
            if "suggest" in request.POST:
                imports.accept_suggestions(draft)
                imports.save_draft(request.actor, draft, answers=draft.answers, about={})
                messages.success(request, _("The suggestions are used. Look through them below."))
            workspace = request.workspace.slug
            if "preview" in request.POST:
                incomplete = True
                if whole and not imports.read(draft).unanswered:
                    return redirect("import-preview", workspace=workspace, draft_id=draft.pk)
            elif not ("save" in request.POST and not whole):
                return redirect("import-answers", workspace=workspace, draft_id=draft.pk)
    reading = imports.read(draft)
    if posted and not incomplete and "save" not in request.POST:
        form = AboutForm(request.actor, initial={**draft.about, **request.POST.dict()}, replaces=replaces)
    page = answering.questionnaire(reading)
    former = [version.meta for _row, version in services.catalogue(request.actor) if version is not None]
    return render(
        request,
        "facts/answers.html",
        {
            "draft": draft,
            "form": form,
            "page": page,
            "refused": refused,
            "incomplete": incomplete,
            "publishers": sorted({meta.publisher for meta in former if meta.publisher}),
            "licences": sorted({meta.licence for meta in former if meta.licence}),
            "step": 2,
            **answering.lists(),
        },
    )


@require_safe
def look_through(request: WorkspaceRequest, draft_id: UUID) -> HttpResponse:
    """Show the rows as they would be loaded, or everything that has to be mended."""
    draft = _draft(request, draft_id)
    if draft.loaded_as is not None:
        return _done(request, draft)
    return _preview_page(request, draft)


def _preview_page(
    request: WorkspaceRequest, draft: ImportDraft, stopped: SamsynError | None = None, status: int = 200
) -> HttpResponse:
    reading = imports.read(draft)
    outcome = imports.preview(draft, reading)
    labels = {one.slug: one.label for one in outcome.series}
    table = [
        {**row, "label": series_label(labels.get(row["series"], row["series"]), row["sex"], row["age_group"])}
        for row in rows_of(outcome.rows[:ROWS_SHOWN])
    ]
    lacking = [name for name in imports.COMPULSORY if draft.about.get(name) in (None, "")]
    statuses = outcome.rows["status"].value_counts().to_dict()
    return render(
        request,
        "facts/preview.html",
        {
            "draft": draft,
            "outcome": outcome,
            "count": len(outcome.rows),
            "table": table,
            "left": max(0, len(outcome.rows) - ROWS_SHOWN),
            "errors": [(error, error_words(error)) for error in outcome.errors],
            "notes": [_(note.text) % note.facts for note in outcome.notes],
            "signs": _signs(reading, outcome),
            "statuses": [(code, count) for code, count in statuses.items() if code != ValueStatus.ACTUAL],
            "caveats": _by_caveat(outcome.series),
            "doubled": services.already_there(request.actor, imports.slug_of(draft), outcome.rows),
            "ready": not outcome.errors and not reading.unanswered and not lacking,
            "stopped": sentence(stopped) if stopped else "",
            "step": 3,
        },
        status=status,
    )


def _by_caveat(series: Iterable[SeriesDefinition]) -> list[tuple[str, list[str]]]:
    """Return each reservation once, with the series that it holds for."""
    found: dict[str, list[str]] = {}
    for one in series:
        for said in caveat_texts(one):
            found.setdefault(said, []).append(one.label)
    return list(found.items())


def error_words(error: RowError) -> tuple[str, str]:
    """Return what is wrong with a cell and how to mend it, in the reader's language."""
    return _(error.message) % error.facts, _(error.mend) % error.facts


def _signs(reading: imports.Reading, outcome: Any) -> list[dict[str, Any]]:
    """Return what each sign that is no figure became, and why."""
    told = []
    for question in reading.asked:
        answer = str(outcome.answers.get(question.id, ""))
        chosen = next((option for option in question.options if option.value == answer), None)
        if question.code in (*SIGNS, STATED) and chosen is not None and question.where:
            told.append(
                {
                    "sign": question.subject,
                    "count": question.facts["count"],
                    "became": _(chosen.text) % chosen.facts,
                    "reason": _(question.reason)
                    if question.reason and question.recommended == answer
                    else "",
                    "row": question.where[0].row,
                }
            )
    return told


@require_POST
def load(request: WorkspaceRequest, draft_id: UUID) -> HttpResponse:
    """Load the draft, whole or not at all."""
    draft = _draft(request, draft_id)
    try:
        made = imports.load_draft(request.actor, draft, now=now())
    except NotReady as error:
        return _preview_page(request, draft, error, status=409)
    except SamsynError as error:
        return _preview_page(request, draft, error, status=409)
    messages.success(request, _("The figures are loaded."))
    return redirect("dataset", workspace=request.workspace.slug, slug=made.slug, version=made.version)
