"""A table on its way in: read, guarded, asked about, previewed and loaded; whole or not at all.

A draft keeps what was handed in and what has been answered, so that nothing is lost when the work is laid
aside. What may lead to a person is refused before there is a draft.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_noop as _

from samsyn.domain.access import Actor, Permission, SharingClass, check_permission
from samsyn.domain.calendar import today
from samsyn.domain.guard import TextTooLong, check_saveable
from samsyn.store.errors import NoTable, PersonColumns, UnknownEncoding
from samsyn.store.schema import DatasetMeta, StatisticKind, VersionState
from samsyn.store.tables import (
    Option,
    Outcome,
    Question,
    RawTable,
    Recognition,
    TableMeta,
    apply,
    questions,
    read_csv,
    read_json_stat,
    read_text,
    read_xlsx,
    recognise,
)
from samsyn.store.tables.cells import read_cell
from samsyn.store.tables.known import slug as short_name
from samsyn.web.facts import services
from samsyn.web.facts.errors import (
    DraftGone,
    FileTooLarge,
    NameTaken,
    NothingToRead,
    NotReady,
    ReasonMissing,
    UnknownFileKind,
)
from samsyn.web.facts.models import Dataset, ImportDraft
from samsyn.web.people.models import Workspace
from samsyn.web.people.services import record
from samsyn.web.ui.guarding import context_for, log_overrides
from samsyn.web.ui.models import record_columns

LARGEST = 5 * 1024 * 1024
# A report's table is a few thousand characters; a whole report is not one table.
LONGEST_PASTE = 60_000
SHEET = "sheet"
PASTED = "inklistrad-tabell.txt"
_FORMS = {
    "csv": "csv",
    "txt": "text",
    "tsv": "csv",
    "xlsx": "workbook",
    "xlsm": "workbook",
    "xls": "workbook",
    "ods": "workbook",
    "json": "cube",
}
# What must be said about the table; the rest may be left out.
COMPULSORY = ("title", "publisher", "reference", "licence", "sharing_class")
TEXTS = ("title", "publisher", "reference", "licence", "notes", "reason")


@dataclass(frozen=True, slots=True)
class Reading:
    """A draft as it reads with the answers it has."""

    found: Recognition
    asked: tuple[Question, ...]
    answers: Mapping[str, Any]

    @property
    def unanswered(self) -> tuple[Question, ...]:
        """The questions that lack an answer, in the order they are asked."""
        return tuple(question for question in self.asked if not answered(self.answers.get(question.id)))

    @property
    def suggested(self) -> tuple[Question, ...]:
        """The unanswered questions that a suggestion exists for."""
        return tuple(question for question in self.unanswered if question.recommended)


def answered(answer: Any) -> bool:
    """Return whether something has been said; a half-written series counts, and is judged in the preview."""
    return answer not in (None, "", {})


def drafts_of(actor: Actor) -> QuerySet[ImportDraft]:
    """Return the drafts that the actor's own function has not loaded yet."""
    return ImportDraft.objects.visible_to(actor).filter(author_id=actor.function_id, loaded_as=None)


def draft_for(actor: Actor, draft_id: UUID) -> ImportDraft | None:
    """Return one of the actor's own drafts, also one that is loaded."""
    return (
        ImportDraft.objects.visible_to(actor)
        .filter(author_id=actor.function_id, pk=draft_id)
        .select_related("loaded_as")
        .first()
    )


# ------------------------------------------------------------------ handing in


def begin(
    actor: Actor,
    *,
    now: datetime,
    text: str = "",
    content: bytes = b"",
    file_name: str = "",
    override_reason: str = "",
    replaces: Dataset | None = None,
) -> ImportDraft:
    """Read what was handed in and keep it as a draft, unless it is about persons or holds no table.

    Raises
    ------
    NotAllowed, NothingToRead, FileTooLarge, UnknownFileKind, PersonColumns, NoTable, TextRefused
        And what the readers of `samsyn.store.tables` raise. Nothing is then kept.
    """
    check_permission(actor, Permission.LOAD_DATA)
    if not content and not text.strip():
        raise NothingToRead()
    if len(text) > LONGEST_PASTE:
        raise TextTooLong(length=len(text), most=LONGEST_PASTE)
    name, form, content = _handed_in(text, content, file_name)
    if len(content) > LARGEST:
        raise FileTooLarge(file=name, size=round(len(content) / 1024 / 1024, 1), most=LARGEST // 1024 // 1024)
    tables = raw_tables(content, form)
    found = [recognise(table) for table in tables]
    persons = dict.fromkeys(heading for one in found for heading in one.persons)
    if persons:
        raise PersonColumns(columns=", ".join(persons))
    _check_words(actor, (name, *(t for table in tables for t in _words(table))), override_reason)
    # What contradicts itself in a file that says what it holds is listed in the preview, all of it at once.
    if not any(one.figures or one.asked or (one.raw.cube and one.faults) for one in found):
        raise NoTable()
    about: dict[str, Any] = {"form": form, **_about_from(found[0], len(tables) == 1)}
    if override_reason:
        about["override_reason"] = override_reason
    if replaces is not None:
        about |= _about_former(actor, replaces)
    with transaction.atomic():
        draft = ImportDraft(
            **record_columns(actor, now, SharingClass.OWN_ORGANISATION),
            title=about.get("title", ""),
            file_name=name,
            content=content,
            about=about,
        )
        draft.save(force_insert=True)
        fields = ("content", "override_reason") if override_reason else ("content",)
        record(actor, "create", draft, now=now, fields=fields)
    return draft


def _handed_in(text: str, content: bytes, file_name: str) -> tuple[str, str, bytes]:
    if not content:
        return PASTED, "text", text.encode()
    name = file_name.replace("\\", "/").rsplit("/", 1)[-1][:200] or PASTED
    form = _FORMS.get(name.rsplit(".", 1)[-1].lower(), "")
    if not form:
        raise UnknownFileKind(file=name)
    return name, form, content


def raw_tables(content: bytes, form: str) -> tuple[RawTable, ...]:
    """Return the tables of what was handed in: one, or one for each sheet of a workbook."""
    if form == "workbook":
        tables = read_xlsx(content)
        if not tables:
            raise NoTable()
        return tables
    if form == "cube":
        return read_json_stat(content)
    return (read_text(_text_of(content)),) if form == "text" else (read_csv(content),)


def _text_of(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        if b"\x00" in content:
            raise UnknownEncoding() from None
        return content.decode("cp1252", errors="replace")


def _words(table: RawTable) -> Iterable[str]:
    """Yield every text of a table that is not a figure: headings, labels, footnotes, prose around it."""
    seen = {cell.plain for cell in table.cells()}
    yield from (text for text in seen if not read_cell(text).readable)
    yield from (note.text for note in table.footnotes)
    yield from table.sources
    if table.name:
        yield table.name


def _check_words(actor: Actor, texts: Iterable[str], override_reason: str) -> None:
    from samsyn.web.places.models import StatisticalArea

    codes = StatisticalArea.objects.filter(workspace_id=actor.workspace_id).values_list("code", flat=True)
    context = replace(context_for(actor.workspace_id), area_codes=frozenset(codes))
    marked: dict[str, None] = {}
    for text in dict.fromkeys(text for text in texts if text.strip()):
        result = check_saveable(text, override_reason or None, context=context, today=today())
        marked |= dict.fromkeys(result.kinds)
    if marked:
        log_overrides(actor, {"table": tuple(marked)}, override_reason)


def _about_from(found: Recognition, alone: bool) -> dict[str, Any]:
    if not alone:
        return {}
    notes = "\n".join(f"{note.mark} {note.text}" for note in found.raw.footnotes)
    about = {"notes": notes[:4000], "reference": "; ".join(found.raw.sources)[:300]}
    if found.raw.cube is not None:
        about |= {"title": found.raw.cube.title[:200], "publisher": found.raw.cube.source[:160]}
    return about


def _about_former(actor: Actor, former: Dataset) -> dict[str, Any]:
    version = services.manifest_of(former)
    about: dict[str, Any] = {
        "replaces": former.slug,
        "title": former.title,
        "sharing_class": former.sharing_class,
    }
    if version is not None:
        meta = version.meta
        about |= {"publisher": meta.publisher, "reference": meta.reference, "licence": meta.licence}
        about["notes"] = meta.notes
        if meta.published:
            about["published"] = meta.published.isoformat()
    return about


# ------------------------------------------------------------------ reading and answering


def read(draft: ImportDraft) -> Reading:
    """Return a draft as it reads with its answers, and the questions that follow."""
    answers = dict(draft.answers)
    tables = _tables_kept(bytes(draft.content), str(draft.about["form"]))
    table = next((one for one in tables if one.name == answers.get(SHEET)), tables[0])
    if len(tables) > 1:
        which = _which_sheet(tables)
        if answers.get(SHEET) != table.name:
            return Reading(recognise(table, answers), (which,), answers)
    found = recognise(table, answers)
    asked = tuple(_remembered(question, draft) for question in questions(found))
    return Reading(found, (which, *asked) if len(tables) > 1 else asked, answers)


@lru_cache(maxsize=4)
def _tables_kept(content: bytes, form: str) -> tuple[RawTable, ...]:
    return raw_tables(content, form)


def _which_sheet(tables: tuple[RawTable, ...]) -> Question:
    return Question(
        id=SHEET,
        code=SHEET,
        text=_("Which sheet of the workbook is it?"),
        subject="",
        where=(),
        options=tuple(Option(table.name, "%(sheet)s", {"sheet": table.name}) for table in tables),
    )


def _remembered(question: Question, draft: ImportDraft) -> Question:
    """Return the question about the dash with the answer that was given for the same source before."""
    publisher = str(draft.about.get("publisher", "")).strip()
    if question.code != "dash" or not publisher:
        return question
    store = services.store_of(Workspace.objects.get(pk=draft.workspace_id))
    for version in reversed(store.versions()):
        if version.meta.dash_means and version.meta.publisher.casefold() == publisher.casefold():
            if version.meta.dash_means == question.recommended:
                return question  # the reason in the table itself says more
            reason = _("So it was answered for this source before.")
            return replace(question, recommended=version.meta.dash_means, reason=reason)
    return question


def accept_suggestions(draft: ImportDraft) -> int:
    """Answer every open question that has a suggestion with it; return how many there were."""
    answers = dict(draft.answers)
    count = 0
    for _round in range(6):  # an answer may open new questions; the chain is short
        draft.answers = answers
        fresh = {question.id: question.recommended for question in read(draft).suggested}
        if not fresh:
            break
        count += len(fresh)
        answers = answers | fresh
    draft.answers = answers
    return count


def save_draft(
    actor: Actor, draft: ImportDraft, *, answers: Mapping[str, Any], about: Mapping[str, Any]
) -> None:
    """Keep what has been written so far.

    Raises
    ------
    NotAllowed, TextRefused, DraftGone
        Nothing of it is then saved.
    """
    check_permission(actor, Permission.LOAD_DATA)
    if draft.loaded_as_id is not None:
        raise DraftGone(file=draft.file_name)
    written = {name: str(about.get(name, "")) for name in TEXTS}
    for key, answer in answers.items():
        if isinstance(answer, Mapping):
            written |= {f"{key} {name}": str(answer.get(name, "")) for name in ("label", "definition")}
        elif answer:
            written[key] = str(answer).replace(":", " ").replace("/", " ")
    _check_words(actor, written.values(), str(draft.about.get("override_reason", "")))
    draft.answers = dict(answers)
    draft.about = {**draft.about, **about}
    draft.title = str(about.get("title", draft.title))[:200]
    draft.save(update_fields=["answers", "about", "title"])


def delete_draft(actor: Actor, draft: ImportDraft, *, now: datetime) -> None:
    """Throw a draft away; it is a working paper, not a record."""
    check_permission(actor, Permission.LOAD_DATA)
    if draft.loaded_as_id is not None:
        raise DraftGone(file=draft.file_name)
    with transaction.atomic():
        record(actor, "delete", draft, now=now)
        draft.delete()


# ------------------------------------------------------------------ preview and load


def slug_of(draft: ImportDraft) -> str:
    """Return the short name of the data set that the draft becomes."""
    return str(draft.about.get("replaces") or short_name(str(draft.about.get("title", "")))[:80])


def preview(draft: ImportDraft, reading: Reading | None = None) -> Outcome:
    """Return the rows that the draft gives, or every error."""
    reading = reading or read(draft)
    about = draft.about
    source = ", ".join(str(about[name]) for name in ("publisher", "reference") if about.get(name))
    meta = TableMeta(slug_of(draft), source, str(about.get("licence", "")))
    return apply(reading.found, reading.answers, meta)


def meta_of(draft: ImportDraft, outcome: Outcome) -> DatasetMeta:
    """Return what the store keeps about the whole table."""
    about = draft.about
    kinds = [series.kind for series in outcome.series]
    dash = str(draft.answers.get("dash", ""))
    published = about.get("published")
    return DatasetMeta(
        slug=slug_of(draft),
        title=str(about.get("title", "")).strip(),
        publisher=str(about.get("publisher", "")).strip(),
        reference=str(about.get("reference", "")).strip(),
        published=date.fromisoformat(published) if published else None,
        licence=str(about.get("licence", "")).strip(),
        retrieved=today(),
        kind=max(set(kinds), key=kinds.count) if kinds else StatisticKind.REPORTED_OFFENCE,
        dash_means=dash if dash in ("zero", "missing") else "",
        notes=str(about.get("notes", "")).strip(),
    )


def load_draft(actor: Actor, draft: ImportDraft, *, now: datetime) -> Dataset:
    """Load a draft whole as a new version, or nothing at all. A draft that is loaded gives its version.

    Raises
    ------
    NotAllowed, NotReady, NameTaken, ReasonMissing, TextRefused
        And what `samsyn.store.Store.ingest` raises. The draft is then as it was.
    """
    check_permission(actor, Permission.LOAD_DATA)
    if draft.loaded_as is not None:
        return draft.loaded_as
    reading = read(draft)
    about = draft.about
    lacking = [name for name in COMPULSORY if about.get(name) in (None, "")]
    outcome = preview(draft, reading)
    if reading.unanswered or outcome.errors or lacking:
        raise NotReady(unanswered=reading.unanswered, errors=outcome.errors, about=lacking)
    _check_name(actor, draft)
    dataset = services.load(
        actor,
        meta_of(draft, outcome),
        outcome.rows,
        outcome.series,
        outcome.areas,
        source=bytes(draft.content),
        file_name=draft.file_name,
        now=now,
        answers={key: str(answer) for key, answer in outcome.answers.items()},
        reason=str(about.get("reason", "")),
        sharing_class=SharingClass(int(about["sharing_class"])),
        override_reason=str(about.get("override_reason", "")),
    )
    # The store keeps the file from here on; the draft keeps only which version it became.
    draft.loaded_as = dataset
    draft.content, draft.answers = b"", {}
    draft.save(update_fields=["loaded_as", "content", "answers"])
    return dataset


def _check_name(actor: Actor, draft: ImportDraft) -> None:
    title = str(draft.about.get("title", ""))
    if draft.about.get("replaces"):
        if not str(draft.about.get("reason", "")).strip():
            raise ReasonMissing(title=title)
        return
    store = services.store_of(Workspace.objects.get(pk=actor.workspace_id))
    if any(version.state is not VersionState.WITHDRAWN for version in store.versions(slug_of(draft))):
        raise NameTaken(title=title)
