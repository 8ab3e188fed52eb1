"""The web's one door to studies and reports: pictures drawn, frozen, approved and challenged."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import translation
from django.utils.translation import gettext_noop as _

from samsyn import __version__
from samsyn.domain.access import Actor, Permission, SharingClass, audience, check_permission
from samsyn.domain.calendar import Period
from samsyn.domain.errors import SamsynError
from samsyn.reports import render_docx, render_html, render_json, render_pdf, render_xlsx
from samsyn.reports.comparison import DifferencesText, differences
from samsyn.reports.document import Document
from samsyn.reports.templates import Approval as ApprovalLine, Challenge as ChallengeLine, situational_picture
from samsyn.store import Store
from samsyn.store.areas import StatisticalArea
from samsyn.store.query import Query
from samsyn.store.schema import DatasetVersion, Frame, VersionState, empty_frame
from samsyn.studies.extract import disclosed_rows
from samsyn.studies.findings import SituationFindings
from samsyn.studies.situation import ContextEvent as StudyEvent, SituationSettings, describe_situation
from samsyn.web.facts.models import ContextEvent, Dataset
from samsyn.web.facts.services import store_of
from samsyn.web.insight.models import (
    Challenge,
    PictureApproval,
    PictureEdition,
    PictureFile,
    SituationalPicture,
)
from samsyn.web.people.models import Workspace
from samsyn.web.people.services import record
from samsyn.web.places.assessment_paragraphs import edition_paragraphs
from samsyn.web.places.models import Place
from samsyn.web.ui import registry
from samsyn.web.ui.guarding import check_texts
from samsyn.web.ui.models import record_columns

FORMATS = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html; charset=utf-8",
    "json": "application/json",
}
LANGUAGES = ("sv", "en")
# The two audiences a frozen picture is made for: the working group, and everybody else in the cooperation.
EDITIONS = (SharingClass.AUTHORITIES, SharingClass.COOPERATION)
MOST_YEARS = 15


class NothingToFreeze(SamsynError):
    """The picture has no figure to freeze."""

    code = "SAM650"
    template = _("There is no figure about %(place)s in %(first)s–%(last)s.")
    mend = _("Load a data set for the place's areas, or choose other years.")


class NotAnOwner(SamsynError):
    """Only the two owners of the place approve its pictures."""

    code = "SAM651"
    template = _("Your organisation is not one of the two owners of %(place)s.")
    mend = _("The picture is approved by %(owners)s. You can write that you disagree.")


class AlreadyApproved(SamsynError):
    """The organisation's approval stands already."""

    code = "SAM652"
    template = _("Your organisation has already approved this version.")
    mend = _("Withdraw the approval first if you want to write another note.")


class EmptyText(SamsynError):
    """There is nothing to save."""

    code = "SAM653"
    template = _("There is no text.")
    mend = _("Write what you mean, in a sentence or two.")


class BadYears(SamsynError):
    """The years do not make a period."""

    code = "SAM654"
    template = _("%(first)s to %(last)s is not a period that can be shown.")
    mend = _("Choose a first year that is not after the last, at most %(most)s years.")


# ------------------------------------------------------------------ reading


@dataclass(frozen=True)
class ReadableStore:
    """The store with only the data sets that the reader may read."""

    store: Store
    datasets: frozenset[str]

    def versions(self, dataset: str | None = None) -> Iterable[DatasetVersion]:
        """Return the versions of the data sets that may be read."""
        return tuple(version for version in self.store.versions(dataset) if version.slug in self.datasets)

    def run(self, query: Query) -> Frame:
        """Answer a query from the data sets that may be read."""
        wanted = self.datasets & set(query.datasets) if query.datasets else self.datasets
        if not wanted:
            return empty_frame()
        return self.store.run(
            Query(
                series=query.series,
                areas=query.areas,
                period=query.period,
                by=query.by,
                datasets=tuple(sorted(wanted)),
                versions=query.versions,
                sex=query.sex,
                age_group=query.age_group,
            )
        )

    def areas(self, scheme: str | None = None, code: str | None = None) -> tuple[StatisticalArea, ...]:
        """Return statistical areas: outlines and sizes, which hold no figure about anything."""
        return self.store.areas(scheme, code)


def _store_for(workspace: Workspace, readable: Any) -> ReadableStore:
    current = {
        (version.slug, version.version)
        for version in store_of(workspace).versions()
        if version.state is VersionState.CURRENT
    }
    allowed = {row.slug for row in readable.filter(holds="values") if (row.slug, row.version) in current}
    return ReadableStore(store_of(workspace), frozenset(allowed))


def store_for(actor: Actor) -> ReadableStore:
    """Return the store as the actor may read it."""
    workspace = Workspace.objects.get(pk=actor.workspace_id)
    return _store_for(workspace, Dataset.objects.visible_to(actor))


def period_of(first: int, last: int) -> Period:
    """Return the whole years from the first to the last.

    Raises
    ------
    BadYears
    """
    if not (1900 <= first <= last <= 2200 and last - first < MOST_YEARS):
        raise BadYears(first=first, last=last, most=MOST_YEARS)
    return Period.of_years(first, last)


def years_with_figures(actor: Actor, place: Place) -> tuple[int, ...]:
    """Return the years for which the place's areas have figures that the actor may read."""
    areas = tuple({(area.scheme, area.code) for area in place.reference().areas})
    if not areas:
        return ()
    store = store_for(actor)
    residents = {
        (version.slug, definition.slug)
        for version in store.versions()
        for definition in version.series
        if str(definition.kind) == "residents"
    }
    rows = store.run(Query(areas=areas))
    found = {
        start.year
        for dataset, series, start in zip(rows["dataset"], rows["series"], rows["period_start"], strict=True)
        if (dataset, series) not in residents
    }
    return tuple(sorted(found))


def default_years(actor: Actor, place: Place) -> tuple[int, int] | None:
    """Return the last three years that have figures, or None."""
    years = years_with_figures(actor, place)
    return (max(years[0], years[-1] - 2), years[-1]) if years else None


def context_events(actor: Actor, place: Place, language: str = "sv") -> list[StudyEvent]:
    """Return what may disturb the place's series, as the studies read it."""
    events = ContextEvent.objects.visible_to(actor)
    return _study_events(events, place, language)


def _study_events(events: Any, place: Place, language: str) -> list[StudyEvent]:
    return [
        StudyEvent(
            key=str(event.pk),
            label=(event.text_en if language == "en" and event.text_en else event.text_sv),
            first=event.first,
            end=event.last + timedelta(days=1) if event.last else None,
            note=event.source,
        )
        for event in events
        if event.place_id in {None, place.pk}
    ]


def draw_picture(
    actor: Actor, place: Place, period: Period, *, as_of: date, language: str
) -> SituationFindings:
    """Return the numbers of the picture as this actor may read them."""
    return describe_situation(
        store_for(actor),
        place.reference(),
        period,
        audience=audience(actor, place.pk),
        as_of=as_of,
        context_events=context_events(actor, place, language),
        settings=SituationSettings(k=settings.SAMSYN_SUPPRESSION_THRESHOLD),
    )


def draft_document(actor: Actor, place: Place, findings: SituationFindings, language: str) -> Document:
    """Return the draft as a document, with the remarks that the actor may read."""
    with translation.override(language):
        status = translation.gettext("Draft, not approved")
    return situational_picture(
        findings,
        language,
        challenges=_challenge_lines(Challenge.objects.visible_to(actor).filter(place=place, picture=None)),
        assessment_summary=_assessment_summary(actor, place, language),
        status_line=status,
        banner=_banner(place, language),
    )


def _banner(place: Place, language: str) -> str:
    if not place.workspace.simulated:
        return ""
    with translation.override(language):
        return translation.gettext("Simulated: nothing here is about a real place.")


def _assessment_summary(actor: Actor, place: Place, language: str) -> str:
    sentences = [
        text for answer in registry.ask("picture_paragraphs", actor, place, language) for text in answer
    ]
    return " ".join(sentences)


def _challenge_lines(challenges: Any) -> list[ChallengeLine]:
    return [
        ChallengeLine(
            by=str(challenge.author),
            on=challenge.created_at.date(),
            text=f"{challenge.about}: {challenge.text}" if challenge.about else challenge.text,
            answer=challenge.answer,
        )
        for challenge in challenges.select_related("author__organisation")
    ]


def render(document: Document, findings: SituationFindings, wanted: str) -> bytes:
    """Return the bytes of a document in one of `FORMATS`."""
    if wanted == "json":
        return render_json.render(findings)
    if wanted == "html":
        return standalone_html(document).encode()
    by_format = {"pdf": render_pdf.render, "docx": render_docx.render, "xlsx": render_xlsx.render}
    return by_format[wanted](document)


def standalone_html(document: Document) -> str:
    """Return the document as one HTML page without anything outside itself."""
    from html import escape

    return (
        f'<!doctype html>\n<html lang="{escape(document.language)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(document.title)}</title></head>\n<body>\n{render_html.render(document)}\n</body></html>\n"
    )


# ------------------------------------------------------------------ freezing


@transaction.atomic
def freeze(actor: Actor, place: Place, period: Period, *, note: str, now: datetime) -> SituationalPicture:
    """Keep the picture as a dated version: for each audience its findings, bytes and hashes.

    Raises
    ------
    NotAllowed, NothingToFreeze, TextRefused
    """
    check_permission(actor, Permission.FREEZE_PICTURE)
    check_texts(actor, {"note": note})
    last = SituationalPicture.objects.filter(place=place).aggregate(last=Max("number"))["last"] or 0
    picture = SituationalPicture(
        **record_columns(actor, now, SharingClass(place.sharing_class)),
        place=place,
        number=last + 1,
        first_year=period.first.year,
        last_year=period.last.year,
        program_version=__version__,
        note=note.strip(),
    )
    picture.save(force_insert=True)
    for edition_class in EDITIONS:
        findings = _findings_for(place, period, edition_class, now.date())
        if not findings.series:
            raise NothingToFreeze(place=place.name, first=period.first.year, last=period.last.year)
        edition = PictureEdition.objects.create(
            picture=picture,
            audience=int(edition_class),
            findings=findings.to_dict(),
            context={
                "assessment_summary": {
                    language: " ".join(edition_paragraphs(place, edition_class, language))
                    for language in LANGUAGES
                }
            },
        )
        for wanted, language, content in _files(edition, findings):
            PictureFile.objects.create(
                edition=edition,
                format=wanted,
                language=language,
                sha256=hashlib.sha256(content).hexdigest(),
                content=content,
            )
    record(actor, "freeze", picture, now=now, fields=("number",), place_id=place.pk)
    return picture


def _findings_for(place: Place, period: Period, edition: SharingClass, as_of: date) -> SituationFindings:
    """Return what the edition's audience may read; no data set of a narrower class is in it."""
    workspace = place.workspace
    readable = Dataset.objects.filter(workspace=workspace, sharing_class__lte=int(edition))
    events = ContextEvent.objects.filter(workspace=workspace, sharing_class__lte=int(edition))
    return describe_situation(
        _store_for(workspace, readable),
        place.reference(),
        period,
        audience=edition,
        as_of=as_of,
        context_events=_study_events(events, place, "sv"),
        settings=SituationSettings(k=settings.SAMSYN_SUPPRESSION_THRESHOLD),
    )


def _files(edition: PictureEdition, findings: SituationFindings) -> Iterable[tuple[str, str, bytes]]:
    for language in LANGUAGES:
        document = frozen_document(edition, findings, language)
        for wanted in FORMATS:
            if wanted == "json" and language != LANGUAGES[0]:
                continue  # numbers have no language
            yield wanted, language, render(document, findings, wanted)


def frozen_document(edition: PictureEdition, findings: SituationFindings, language: str) -> Document:
    """Return a frozen edition as a document: the same findings and context give the same bytes."""
    picture = edition.picture
    with translation.override(language):
        status = translation.gettext("Version %(number)s, frozen %(date)s") % {
            "number": picture.number,
            "date": picture.created_at.date().isoformat(),
        }
    return situational_picture(
        findings,
        language,
        assessment_summary=edition.context.get("assessment_summary", {}).get(language, ""),
        status_line=status,
        banner=_banner(picture.place, language),
    )


def edition_for(actor: Actor, picture: SituationalPicture) -> PictureEdition:
    """Return the edition that is made for the actor: exact for the working group, else disclosed."""
    reads = audience(actor, picture.place_id)
    chosen = SharingClass.AUTHORITIES if reads >= SharingClass.AUTHORITIES else SharingClass.COOPERATION
    return picture.editions.get(audience=int(chosen))


def findings_of(edition: PictureEdition) -> SituationFindings:
    """Return the numbers of a frozen edition."""
    return SituationFindings.from_dict(edition.findings)


@dataclass(frozen=True)
class Reproduction:
    """Whether a frozen file comes out the same again, and by which program it was made and made again."""

    format: str
    language: str
    same: bool
    made_by: str
    tried_by: str


def reproduce(edition: PictureEdition) -> list[Reproduction]:
    """Render a frozen edition anew and compare hashes, file by file."""
    findings = findings_of(edition)
    kept = {(row.format, row.language): row.sha256 for row in edition.files.defer("content")}
    return [
        Reproduction(
            wanted,
            language,
            hashlib.sha256(content).hexdigest() == kept.get((wanted, language)),
            edition.picture.program_version,
            __version__,
        )
        for wanted, language, content in _files(edition, findings)
    ]


def compare(actor: Actor, old: SituationalPicture, new: SituationalPicture, language: str) -> DifferencesText:
    """Return what differs between two frozen versions, in the editions that the actor may read."""
    before, after = (findings_of(edition_for(actor, picture)) for picture in (old, new))
    return differences(before, after, language)


# ------------------------------------------------------------------ approval and challenge


@transaction.atomic
def approve(actor: Actor, picture: SituationalPicture, *, note: str, now: datetime) -> PictureApproval:
    """Record that one of the two owners stands behind the version. It is not an electronic signature.

    Raises
    ------
    NotAllowed, NotAnOwner, AlreadyApproved, TextRefused
    """
    check_permission(actor, Permission.APPROVE_PICTURE)
    check_texts(actor, {"note": note})
    place = picture.place
    if actor.organisation_id not in {place.police_owner_id, place.municipal_owner_id}:
        raise NotAnOwner(place=place.name, owners=f"{place.police_owner.name}, {place.municipal_owner.name}")
    if picture.approvals.filter(owner_id=actor.organisation_id, withdrawn_at=None).exists():
        raise AlreadyApproved()
    approval = PictureApproval(
        **record_columns(actor, now, SharingClass(picture.sharing_class)), picture=picture, note=note.strip()
    )
    approval.save(force_insert=True)
    record(actor, "approve", approval, now=now, place_id=place.pk)
    return approval


@transaction.atomic
def withdraw_approval(actor: Actor, picture: SituationalPicture, *, reason: str, now: datetime) -> None:
    """Take back the own organisation's approval, with a reason; both stay readable.

    Raises
    ------
    NotAllowed, EmptyText, TextRefused
    """
    check_permission(actor, Permission.APPROVE_PICTURE)
    check_texts(actor, {"reason": reason})
    if not reason.strip():
        raise EmptyText()
    standing = picture.approvals.filter(owner_id=actor.organisation_id, withdrawn_at=None).first()
    if standing is not None:
        standing.withdrawn_at, standing.withdrawn_reason = now, reason.strip()
        standing.save(update_fields=["withdrawn_at", "withdrawn_reason"])
        record(actor, "withdraw", standing, now=now, fields=("withdrawn_at",), place_id=picture.place_id)


def is_approved_by_both(picture: SituationalPicture) -> bool:
    """Return whether both owners' approvals stand."""
    standing = set(picture.approvals.filter(withdrawn_at=None).values_list("owner_id", flat=True))
    return {picture.place.police_owner_id, picture.place.municipal_owner_id} <= standing


@transaction.atomic
def challenge(
    actor: Actor,
    place: Place,
    *,
    text: str,
    about: str = "",
    picture: SituationalPicture | None = None,
    now: datetime,
    override_reason: str = "",
) -> Challenge:
    """Write "I disagree" against the draft or a frozen version.

    Raises
    ------
    NotAllowed, EmptyText, TextRefused
    """
    check_permission(actor, Permission.CHALLENGE)
    if not text.strip():
        raise EmptyText()
    check_texts(actor, {"text": text, "about": about}, override_reason=override_reason)
    written = Challenge(
        **record_columns(actor, now, SharingClass.COOPERATION),
        place=place,
        picture=picture,
        about=about.strip()[:160],
        text=text.strip(),
    )
    written.save(force_insert=True)
    record(actor, "challenge", written, now=now, fields=("text",), place_id=place.pk)
    return written


@transaction.atomic
def answer_challenge(actor: Actor, written: Challenge, *, text: str, now: datetime) -> None:
    """Answer somebody who disagrees; both texts stay.

    Raises
    ------
    NotAllowed, EmptyText, TextRefused
    """
    check_permission(actor, Permission.FREEZE_PICTURE)
    if not text.strip():
        raise EmptyText()
    check_texts(actor, {"answer": text})
    written.answer, written.answered_at, written.answered_by_id = text.strip(), now, actor.function_id
    written.save(update_fields=["answer", "answered_at", "answered_by"])
    record(actor, "answer", written, now=now, fields=("answer",), place_id=written.place_id)


def approval_lines(picture: SituationalPicture) -> list[ApprovalLine]:
    """Return the standing approvals as a document prints them."""
    return [
        ApprovalLine(by=str(approval.author), on=approval.created_at.date(), note=approval.note)
        for approval in picture.approvals.filter(withdrawn_at=None).select_related("author__organisation")
    ]


# ------------------------------------------------------------------ figures outside a picture


def readable_series(actor: Actor) -> list[dict[str, Any]]:
    """Return the series that the actor may ask for."""
    check_permission(actor, Permission.VIEW_DATA)
    return [
        {
            "series": definition.slug,
            "label": definition.label,
            "dataset": version.slug,
            "version": version.version,
            "unit": str(definition.unit),
            "kind": str(definition.kind),
            "areas": len(version.areas_of(definition.slug)),
        }
        for version in store_for(actor).versions()
        if version.state is VersionState.CURRENT
        for definition in version.series
    ]


def run_query(actor: Actor, query: Query) -> list[dict[str, Any]]:
    """Return the rows of a query as the actor may read them: what must be hidden is.

    Raises
    ------
    NotAllowed
        And what `samsyn.store.Store.run` raises.
    """
    check_permission(actor, Permission.VIEW_DATA)
    # A query reaches every place of the workspace, so only those who cover them all read exact figures.
    reads = audience(actor) if actor.place_ids is None else SharingClass.COOPERATION
    return disclosed_rows(
        store_for(actor), query, min(reads, audience(actor)), k=settings.SAMSYN_SUPPRESSION_THRESHOLD
    )
