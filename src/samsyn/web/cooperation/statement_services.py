"""The only writer of the message platform."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from samsyn.domain.access import Actor, NotAllowed, Permission, SharingClass, check_permission, covers_place
from samsyn.domain.calendar import STOCKHOLM
from samsyn.domain.statements import Audience
from samsyn.web.cooperation.agreement_errors import DateBehind, NothingWritten, NotTheOwner
from samsyn.web.cooperation.statement_models import Statement
from samsyn.web.people.services import record
from samsyn.web.places.assessment_services import check_fields
from samsyn.web.places.models import Place
from samsyn.web.ui.models import record_columns, save_changes
from samsyn.web.ui.text import search_text

LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Words:
    """A question that is asked in public, and what we have agreed to answer."""

    question: str
    text: str
    audience: Audience
    valid_until: date
    sources: str = ""
    place: Place | None = None
    sharing_class: SharingClass = SharingClass.COOPERATION


@transaction.atomic
def write_statement(actor: Actor, words: Words, *, now: datetime, override_reason: str = "") -> Statement:
    """Write a statement; it may be said when its owner has approved it.

    Raises
    ------
    NotAllowed, NothingWritten, DateBehind, TextsRefused
    """
    check_permission(actor, Permission.MANAGE_COOPERATION)
    columns = _columns(actor, words, now, override_reason)
    row = Statement(**record_columns(actor, now), **columns)
    row.save(force_insert=True)
    record(actor, "write", row, now=now, fields=columns, place_id=row.place_id)
    return row


@transaction.atomic
def change_statement(
    actor: Actor, row: Statement, words: Words, *, revision: int, now: datetime, override_reason: str = ""
) -> None:
    """Change the words; an approval was for the old ones and falls.

    Raises
    ------
    NotAllowed, NotTheOwner, NothingWritten, DateBehind, TextsRefused, StaleRecord
    """
    _check_owner(actor, row)
    columns = _columns(actor, words, now, override_reason)
    if any(getattr(row, name) != value for name, value in columns.items()):
        columns |= {"approved_at": None, "approved_by_id": None}
    changed = save_changes(row, columns, revision=revision)
    if changed:
        record(actor, "change", row, now=now, fields=changed, place_id=row.place_id)


@transaction.atomic
def approve_statement(actor: Actor, row: Statement, *, now: datetime) -> None:
    """Let the owner approve the words as they stand.

    Raises
    ------
    NotAllowed, NotTheOwner, DateBehind
    """
    _check_owner(actor, row)
    if row.valid_until < now.astimezone(STOCKHOLM).date():
        raise DateBehind(day=row.valid_until)
    if row.approved_at is None and row.taken_back_at is None:
        columns = {"approved_at": now, "approved_by_id": actor.function_id}
        changed = save_changes(row, columns, revision=row.revision)
        record(actor, "approve", row, now=now, fields=changed, place_id=row.place_id)


@transaction.atomic
def take_back(actor: Actor, row: Statement, *, now: datetime) -> None:
    """Say that it is no longer to be said; it stays, marked.

    Raises
    ------
    NotAllowed, NotTheOwner
    """
    _check_owner(actor, row)
    if row.taken_back_at is None:
        changed = save_changes(row, {"taken_back_at": now}, revision=row.revision)
        record(actor, "take_back", row, now=now, fields=changed, place_id=row.place_id)


def _check_owner(actor: Actor, row: Statement) -> None:
    check_permission(actor, Permission.MANAGE_COOPERATION)
    if row.owner_id != actor.organisation_id:
        raise NotTheOwner(thing=str(row), owner=str(row.owner))


def _columns(actor: Actor, words: Words, now: datetime, override_reason: str) -> dict[str, object]:
    for field in ("question", "text"):
        if not getattr(words, field).strip():
            raise NothingWritten(field=field)
    today = now.astimezone(STOCKHOLM).date()
    if not today <= words.valid_until <= today + LONGEST:
        raise DateBehind(day=words.valid_until)
    if words.place is not None and not covers_place(actor, words.place.pk):
        raise NotAllowed(permission=Permission.MANAGE_COOPERATION.value)
    texts = {"question": words.question, "text": words.text, "sources": words.sources}
    check_fields(actor, texts, override_reason=override_reason)
    return {
        "question": words.question.strip(),
        "text": words.text.strip(),
        "sources": words.sources.strip(),
        "audience": words.audience.value,
        "valid_until": words.valid_until,
        "place": words.place,
        "sharing_class": int(words.sharing_class),
        "search_text": search_text(words.question, words.text)[:1600],
    }
