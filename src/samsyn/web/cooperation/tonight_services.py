"""The only writer of lines on the tonight board."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop as _

from samsyn.domain.access import Actor, NotAllowed, Permission, SharingClass, check_permission, covers_place
from samsyn.domain.errors import SamsynError
from samsyn.domain.tonight import LONGEST_NOTE, NoteKind, evening_ends, evening_of
from samsyn.web.cooperation.tonight_models import TonightNote
from samsyn.web.people.services import record
from samsyn.web.places.models import Place
from samsyn.web.ui.guarding import check_texts
from samsyn.web.ui.models import record_columns, save_changes

# So that the board stays one screen and one sheet: a function says the most important things.
MOST_LINES = 3


class NoteTooLong(SamsynError):
    """A line on the tonight board is longer than a line."""

    code = "SAM685"
    template = _("The line has %(length)s characters; there is room for %(longest)s.")
    mend = _("Keep what the others need tonight; the rest belongs in a question or at the briefing.")


class NoteEmpty(SamsynError):
    """A line on the tonight board says nothing."""

    code = "SAM686"
    template = _("The line is empty.")
    mend = _("Write in one line what the others should know, what you ask for or what you offer.")


class TooManyNotes(SamsynError):
    """A function has as many lines on the board as there is room for."""

    code = "SAM687"
    template = _("Your function already has %(number)s lines here tonight.")
    mend = _("Take back one that no longer matters; the board must stay one screen.")


@transaction.atomic
def write_note(
    actor: Actor,
    place: Place,
    *,
    kind: NoteKind,
    text: str,
    now: datetime,
    text_class: SharingClass = SharingClass.AUTHORITIES,
    override_reason: str = "",
) -> TonightNote:
    """Put a line on the board of the evening; it ends by itself at six in the morning.

    Raises
    ------
    NotAllowed, TextRefused, NoteTooLong, NoteEmpty, TooManyNotes
    """
    _check(actor, place)
    line = " ".join(text.split())
    if not line:
        raise NoteEmpty
    if len(line) > LONGEST_NOTE:
        raise NoteTooLong(length=len(line), longest=LONGEST_NOTE)
    check_texts(actor, {"text": line}, override_reason=override_reason)
    day = evening_of(now)
    standing = TonightNote.objects.filter(
        place=place, day=day, author_id=actor.function_id, withdrawn_at=None
    ).count()
    if standing >= MOST_LINES:
        raise TooManyNotes(number=standing)
    note = TonightNote.objects.create(
        **record_columns(actor, now, SharingClass.COOPERATION),
        place=place,
        day=day,
        kind=kind.value,
        text=line,
        text_class=int(text_class),
        expires_at=evening_ends(day),
    )
    record(actor, "write", note, now=now, fields=("kind", "text", "text_class"), place_id=place.pk)
    return note


@transaction.atomic
def withdraw_note(actor: Actor, note: TonightNote, *, now: datetime) -> None:
    """Take back a line of the own function before the evening has ended it.

    Raises
    ------
    NotAllowed
        The line is another function's.
    """
    _check(actor, note.place)
    if note.author_id != actor.function_id:
        raise NotAllowed(permission=Permission.COOPERATE.value)
    if note.withdrawn_at is None:
        save_changes(note, {"withdrawn_at": now}, revision=note.revision)
        record(actor, "withdraw", note, now=now, fields=("withdrawn_at",), place_id=note.place_id)


def _check(actor: Actor, place: Place) -> None:
    check_permission(actor, Permission.COOPERATE)
    if place.workspace_id != actor.workspace_id or not covers_place(actor, place.pk):
        raise NotAllowed(permission=Permission.COOPERATE.value)
