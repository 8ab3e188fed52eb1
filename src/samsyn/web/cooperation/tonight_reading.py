"""What stands on the tonight board, for one reader: who is on, what matters, what is asked and offered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from samsyn.domain.access import Actor, Permission, can, reads_up_to
from samsyn.domain.tonight import NoteKind, TonightLine, evening_ends, evening_of, evening_starts
from samsyn.web.cooperation import duty_reading as duty
from samsyn.web.cooperation.duty_models import DutyShift
from samsyn.web.cooperation.issue_models import Issue
from samsyn.web.cooperation.meeting_models import Meeting
from samsyn.web.cooperation.sharing import TextsRead
from samsyn.web.cooperation.tonight_models import TonightNote
from samsyn.web.people.models import Workspace
from samsyn.web.places.models import Place
from samsyn.web.ui import registry

# One phone screen and one sheet: the rest is counted, and stands on the whole board.
MOST_ON_DUTY = 5
MOST_LINES = 3
# With more lines than this on the board each sort has one less, and one fewer who is on stands there.
CROWDED = 5
MOST_QUESTIONS = 2
# A briefing that began a little while ago is still the one to go to.
STILL_GOING = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class OnDuty:
    """A function and whether it can be reached; the hours only for those who may read rosters."""

    name: str
    organisation: str
    now: bool
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    number: str = ""
    dial: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the board as this reader meets it; without text when it is not shared with the reader."""

    kind: NoteKind
    function: str
    text: str
    note: TonightNote | None = None
    mine: bool = False
    until: datetime | None = None
    address: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """An open question, with its words only for those who may read them."""

    level: str
    raised: datetime
    title: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Board:
    """The whole board of one evening at one place."""

    place: Place
    day: Any
    starts: datetime
    ends: datetime
    on_duty: tuple[OnDuty, ...]
    more_on_duty: int
    reads_roster: bool
    matters: tuple[Line, ...]
    asks: tuple[Line, ...]
    offers: tuple[Line, ...]
    more_lines: int
    own_lines: tuple[Line, ...]
    briefing: Meeting | None
    briefing_now: bool
    questions: tuple[Question, ...]
    open_questions: int

    @property
    def groups(self) -> tuple[tuple[str, tuple[Line, ...], str], ...]:
        """Heading, lines and id of each sort of line."""
        return (
            (_("What matters tonight"), self.matters, NoteKind.MATTERS.value),
            (_("Asks for"), self.asks, NoteKind.ASKS.value),
            (_("Offers"), self.offers, NoteKind.OFFERS.value),
        )

    @property
    def is_quiet(self) -> bool:
        """Whether nobody has written anything for the evening."""
        return not (self.matters or self.asks or self.offers)


def places_of(actor: Actor) -> list[Place]:
    """Return the places whose board the actor may open, in Swedish order."""
    if not can(actor, Permission.VIEW_COOPERATION):
        return []
    return list(Place.objects.visible_to(actor).in_order())


def board_of(
    actor: Actor, place: Place, now: datetime, *, whole: bool = False, read: TextsRead | None = None
) -> Board:
    """Return the board of the evening that ``now`` belongs to, as the actor may read it.

    ``whole`` leaves nothing out; otherwise it is one phone screen, and what is left out is counted.
    """
    day = evening_of(now)
    ends = evening_ends(day)
    people = on_duty(actor, place, now, ends)
    read = TextsRead() if read is None else read
    lines = [*_notes(actor, place, now, read), *_from_elsewhere(actor, place, now)]
    kept = {kind: [line for line in lines if line.kind is kind] for kind in NoteKind}
    crowded = sum(min(MOST_LINES, len(some)) for some in kept.values()) > CROWDED
    most_people = len(people) if whole else MOST_ON_DUTY - crowded
    most = len(lines) if whole else MOST_LINES - crowded
    briefing = _next_briefing(actor, place, now)
    questions, count = _questions(actor, place, read)
    return Board(
        place=place,
        day=day,
        starts=evening_starts(day),
        ends=ends,
        on_duty=tuple(people[:most_people]),
        more_on_duty=max(0, len(people) - most_people),
        reads_roster=reads_rosters(actor),
        matters=tuple(kept[NoteKind.MATTERS][:most]),
        asks=tuple(kept[NoteKind.ASKS][:most]),
        offers=tuple(kept[NoteKind.OFFERS][:most]),
        more_lines=sum(max(0, len(some) - most) for some in kept.values()),
        own_lines=tuple(line for line in lines if line.mine),
        briefing=briefing,
        briefing_now=briefing is not None and briefing.starts_at <= now,
        questions=questions,
        open_questions=count,
    )


def reads_rosters(actor: Actor) -> bool:
    """Return whether the actor reads who works when; others are told who can be reached now."""
    return duty.reads_rosters(actor)


def on_duty(actor: Actor, place: Place, now: datetime, until: datetime) -> list[OnDuty]:
    """Return who can be reached now and, for those who read rosters, until when and who comes on tonight."""
    reads = reads_rosters(actor)
    here = [_now(one, reads) for one in duty.on_duty(actor, place, now, now=now)]
    if not reads:
        return here
    there = {(one.name, one.organisation) for one in here}
    later = (
        DutyShift.objects.visible_to(actor)
        .filter(place=place, starts_at__gt=now, starts_at__lt=until, cancelled_at=None)
        .select_related("function__organisation")
        .prefetch_related("function__numbers")
        .order_by("starts_at", "pk")
    )
    for shift in later:
        function = shift.function
        name = (function.name, function.organisation.name)
        if name in there:
            continue
        there.add(name)
        number, dial = _first(duty.numbers_of(function))
        here.append(OnDuty(*name, False, shift.starts_at, shift.ends_at, number, dial))
    return here


def _now(one: duty.Reachable, reads: bool) -> OnDuty:
    number, dial = _first(one.numbers)
    until = one.until if reads else None
    return OnDuty(one.name, one.organisation, True, None, until, number, dial)


def _first(numbers: Sequence[duty.NumberShown]) -> tuple[str, str]:
    return (numbers[0].number, numbers[0].address) if numbers else ("", "")


def _notes(actor: Actor, place: Place, now: datetime, read: TextsRead) -> list[Line]:
    notes = (
        TonightNote.objects.visible_to(actor)
        .filter(place=place, expires_at__gt=now, created_at__lte=now, withdrawn_at=None)
        .select_related("author__organisation", "place")
    )
    for note in notes:
        if reads_text(actor, note):
            read.note(actor, "tonight_note", note.text_class, note.author)
    return [
        Line(
            NoteKind(note.kind),
            note.author.name,
            note.text if reads_text(actor, note) else "",
            note,
            mine=note.author_id == actor.function_id,
            until=note.expires_at,
        )
        for note in notes
    ]


def reads_text(actor: Actor, note: TonightNote) -> bool:
    """Return whether the actor may read what a line says: up to its class, and always the own function's."""
    return note.author_id == actor.function_id or note.text_class <= reads_up_to(actor)


def _from_elsewhere(actor: Actor, place: Place, now: datetime) -> Iterable[Line]:
    for answer in registry.ask("tonight_lines", actor, place, now):
        for line in answer:
            if isinstance(line, TonightLine):
                yield Line(NoteKind.MATTERS, line.function, line.text, until=line.until, address=line.address)


def _next_briefing(actor: Actor, place: Place, now: datetime) -> Meeting | None:
    return (
        Meeting.objects.visible_to(actor)
        .filter(forum__place=place, starts_at__gte=now - STILL_GOING, closed_at=None, cancelled_reason="")
        .select_related("forum")
        .order_by("starts_at", "pk")
        .first()
    )


def _questions(actor: Actor, place: Place, read: TextsRead) -> tuple[tuple[Question, ...], int]:
    rows = Issue.objects.visible_to(actor).filter(place=place, closed_at=None).order_by("created_at", "pk")
    oldest = list(rows.select_related("author__organisation")[:MOST_QUESTIONS])
    for row in oldest:
        if _reads_title(actor, row):
            read.note(actor, "title", row.title_class, row.author)
    shown = tuple(
        Question(row.level, row.created_at, row.title if _reads_title(actor, row) else "") for row in oldest
    )
    return shown, rows.count()


def _reads_title(actor: Actor, issue: Issue) -> bool:
    return issue.author_id == actor.function_id or issue.title_class <= reads_up_to(actor)


def board_address(workspace: Workspace, place: Place, *, wall: bool = False) -> str:
    """Return the address of a place's board."""
    return f"{reverse('tonight', args=(workspace.slug,))}?plats={place.slug}{'&vagg=1' if wall else ''}"
