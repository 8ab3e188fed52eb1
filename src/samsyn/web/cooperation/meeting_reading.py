"""A meeting as one reader may see it: its points, who is here, and the card of five lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q

from samsyn.domain.access import Actor, Permission, can
from samsyn.domain.calendar import STOCKHOLM
from samsyn.domain.forums import ForumLevel, holds_briefings
from samsyn.domain.meetings import (
    HELD_STATES,
    OPEN_STATES,
    BriefingPoint,
    MeetingForm,
    MeetingState,
    minutes_left,
    offers_fallback_chair,
    point_in_turn,
)
from samsyn.web.cooperation.meeting_services import members_of
from samsyn.web.cooperation.models import Attendance, Forum, Meeting, MeetingPoint
from samsyn.web.cooperation.point_services import title_writer
from samsyn.web.cooperation.sharing import TextsRead, may_read_text
from samsyn.web.people.models import Function
from samsyn.web.ui.templatetags.samsyn import term_label

DAYS_A_CARD_IS_NEW = 3
BRIEFING_CODES = tuple(one.value for one in BriefingPoint)


def forums_for(actor: Actor) -> Any:
    """Return the forums that the actor may see, nearest the street first."""
    if not can(actor, Permission.VIEW_COOPERATION):
        return Forum.objects.none()
    return Forum.objects.visible_to(actor).select_related(
        "place", "lifts_to", "chair__organisation", "fallback_chair__organisation"
    )


def forum_for(actor: Actor, slug: str) -> Forum | None:
    """Return one forum, or None where the actor may not see it."""
    found: Forum | None = forums_for(actor).filter(slug=slug).first()
    return found


def meetings_for(actor: Actor) -> Any:
    """Return the meetings that the actor may see, in the order they begin."""
    if not can(actor, Permission.VIEW_COOPERATION):
        return Meeting.objects.none()
    return Meeting.objects.visible_to(actor).select_related(
        "forum__place",
        "forum__chair__organisation",
        "forum__fallback_chair__organisation",
        "forum__lifts_to",
        "chaired_by__organisation",
        "series",
        "replaces",
    )


def meeting_for(actor: Actor, meeting_id: UUID) -> Meeting | None:
    """Return one meeting, or None where the actor may not see it."""
    found: Meeting | None = meetings_for(actor).filter(pk=meeting_id).first()
    return found


def is_briefing(meeting: Meeting) -> bool:
    """Return whether the meeting is a joint briefing with the five points."""
    return holds_briefings(ForumLevel(meeting.forum.level))


# ------------------------------------------------------------------ points


@dataclass(frozen=True, slots=True)
class AnswerView:
    """What one function answered in a round; ``text`` is None when it is not shared with the reader."""

    function: Function
    text: str | None


@dataclass(frozen=True, slots=True)
class PointView:
    """A point as one reader may see it; a text that is None is there but not shared with the reader."""

    point: MeetingPoint
    title: str | None
    note: str | None
    half_page: str | None
    answers: tuple[AnswerView, ...]
    in_turn: bool
    may_write: bool
    may_widen: bool

    @property
    def outcome(self) -> str:
        """How it ended, in words."""
        return term_label(self.point.outcome) if self.point.outcome else ""


def points_of(
    actor: Actor, meeting: Meeting, now: datetime, read: TextsRead | None = None
) -> list[PointView]:
    """Return a meeting's points as the actor may read them.

    Others' answers in a round are read at its hour and not before, so that nobody answers for another.
    """
    rows = (
        MeetingPoint.objects.visible_to(actor)
        .filter(meeting=meeting)
        .select_related(
            "note_by__organisation",
            "author__organisation",
            "lifted_to",
            "carried_from__note_by__organisation",
            "carried_from__author__organisation",
        )
        .prefetch_related("answers__author__organisation")
    )
    place_id = meeting.forum.place_id
    turn = (
        point_in_turn(meeting.opened_at, now)
        if meeting.opened_at and meeting.state == MeetingState.IN_SESSION and is_briefing(meeting)
        else None
    )
    is_round = meeting.form == MeetingForm.DIGITAL_ROUND
    from_below = _half_pages(actor, meeting)
    writes = can(actor, Permission.COOPERATE) and MeetingState(meeting.state) in OPEN_STATES and not is_round
    found = []
    for row in rows:

        def shown(name: str, text: str, text_class: int, writer: Function | None) -> str | None:
            if text and not may_read_text(actor, text_class, writer, place_id):
                return None
            if text and read is not None:
                read.note(actor, name, text_class, writer)
            return text

        fixed = row.code in BRIEFING_CODES and not row.title
        title = shown("title", row.title, row.title_class, title_writer(row))
        note = shown("note", row.note, row.note_class, row.note_by)
        lower = row if row.half_page else from_below.get(row.source, row)
        # Who lifted it is in the log and not on the row, so the half page is read by its class alone.
        half_page = shown("half_page", lower.half_page, lower.half_page_class, None)
        answers = tuple(
            AnswerView(one.author, shown("answer", one.text, one.text_class, one.author))
            for one in row.answers.all()
            if one.text and (now >= meeting.ends_at or one.author_id == actor.function_id)
        )
        found.append(
            PointView(
                point=row,
                title=term_label(row.code) if fixed else title,
                note=note,
                half_page=half_page,
                answers=answers,
                in_turn=turn is not None and row.code == turn.value,
                may_write=writes and note is not None,
                may_widen=bool(note) and writes and can(actor, Permission.HOLD_MEETING)
                and row.note_class > 1,
            )
        )  # fmt: skip
    return found


def _half_pages(actor: Actor, meeting: Meeting) -> dict[str, MeetingPoint]:
    """Return what lower forums wrote for this one, by what each is about."""
    rows = (
        MeetingPoint.objects.visible_to(actor)
        .filter(lifted_to_id=meeting.forum_id)
        .exclude(half_page="")
        .select_related("note_by__organisation", "author__organisation")
    )
    found: dict[str, MeetingPoint] = {}
    for row in rows:
        found[f"point:{row.pk}"] = row
        if row.source:
            found[row.source] = row
    return found


# ------------------------------------------------------------------ who is here


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A function that a meeting is for, and whether it has come."""

    function: Function
    attendance: Attendance | None
    is_chair: bool
    is_fallback: bool
    own: bool
    may_check_in: bool


@dataclass(frozen=True, slots=True)
class Live:
    """What changes on a meeting's page while it goes on."""

    members: tuple[MemberRow, ...]
    here: int
    mine: Attendance | None
    offer_fallback: bool
    fallback_is_me: bool
    minutes_left: int | None
    minutes_planned: int


def live_of(actor: Actor, meeting: Meeting, now: datetime) -> Live:
    """Return who is here, whether the fallback chair is offered the chair, and the clock."""
    state = MeetingState(meeting.state)
    present = {row.function_id: row for row in meeting.attendances.select_related("function__organisation")}
    expected = members_of(meeting)
    known = {one.pk for one in expected}
    expected += [row.function for row in present.values() if row.function_id not in known]
    forum = meeting.forum
    takes = state in OPEN_STATES and meeting.form != MeetingForm.DIGITAL_ROUND
    holds = can(actor, Permission.HOLD_MEETING)
    rows = tuple(
        MemberRow(
            function=one,
            attendance=present.get(one.pk),
            is_chair=one.pk == forum.chair_id,
            is_fallback=one.pk == forum.fallback_chair_id,
            own=one.pk == actor.function_id,
            may_check_in=takes
            and can(actor, Permission.COOPERATE)
            and (one.pk == actor.function_id or holds),
        )
        for one in expected
    )
    waiting = state in {MeetingState.SCHEDULED, MeetingState.CALLED, MeetingState.IN_SESSION}
    led = meeting.chaired_by_id is not None and meeting.chaired_by_id in present
    chair_is_here = forum.chair_id is None or forum.chair_id in present or led
    offered = (
        waiting
        and takes
        and forum.fallback_chair_id is not None
        and offers_fallback_chair(meeting.starts_at, chair_is_here, now)
    )
    planned = int((meeting.ends_at - meeting.starts_at).total_seconds() // 60)
    clock = (
        minutes_left(meeting.opened_at, planned, now)
        if meeting.opened_at and state is MeetingState.IN_SESSION and takes
        else None
    )
    return Live(
        members=rows,
        here=len(present),
        mine=present.get(actor.function_id),
        offer_fallback=offered,
        fallback_is_me=offered and holds and forum.fallback_chair_id == actor.function_id,
        minutes_left=clock,
        minutes_planned=planned,
    )


# ------------------------------------------------------------------ the card


@dataclass(frozen=True, slots=True)
class CardLine:
    """One of the card's lines: the point's name and what was said."""

    heading: str
    lines: tuple[str, ...]
    hidden: int


@dataclass(frozen=True, slots=True)
class Card:
    """What a meeting came to, short enough to be read on the way out."""

    meeting: Meeting
    lines: tuple[CardLine, ...]
    here: tuple[Function, ...]
    more: int


def card_of(actor: Actor, meeting: Meeting, now: datetime, points: Sequence[PointView] = ()) -> Card:
    """Return the card: the five points of a briefing, or the points that came to something."""
    views = list(points) or points_of(actor, meeting, now)
    fixed = [one for one in views if one.point.code in BRIEFING_CODES]
    chosen = fixed or [one for one in views if one.note or one.note is None or one.outcome]
    lines = []
    for one in chosen[:10]:
        said = [one.note] if one.note else []
        hidden = int(one.note is None)
        for answer in one.answers:
            if answer.text is None:
                hidden += 1
            else:
                said.append(f"{answer.function.name}: {answer.text}")
        lines.append(CardLine(one.title or "", tuple(said), hidden))
    here = [row.function for row in meeting.attendances.select_related("function__organisation")]
    ordered = sorted(here, key=lambda one: (one.organisation.name, one.name))
    return Card(meeting, tuple(lines), tuple(ordered), len(views) - len(lines))


def cards_missed(actor: Actor, now: datetime) -> list[Meeting]:
    """Return the newest meetings that the actor's function was expected at, and not at, and that are over.

    A round is over at its hour, also before anybody has closed it.
    """
    since = now - timedelta(days=DAYS_A_CARD_IS_NEW)
    day = now.astimezone(STOCKHOLM).date()
    seated = Q(forum__seats__function_id=actor.function_id, forum__seats__valid_from__lte=day) & (
        Q(forum__seats__valid_to=None) | Q(forum__seats__valid_to__gt=day)
    )
    over = Q(state__in=[one.value for one in HELD_STATES]) | Q(
        form=MeetingForm.DIGITAL_ROUND.value, ends_at__lte=now, state=MeetingState.IN_SESSION.value
    )
    rows = (
        meetings_for(actor)
        .filter(seated | Q(invited=actor.function_id))
        .filter(over)
        .filter(Q(closed_at__gte=since) | Q(closed_at=None, ends_at__gte=since))
        .exclude(attendances__function_id=actor.function_id)
        .distinct()
        .order_by("-starts_at")
    )
    return list(rows[:3])


def ahead(actor: Actor, now: datetime, *, own: bool = False) -> Any:
    """Return the meetings from today on; with ``own``, those that the actor's function is expected at."""
    start_of_day = now.astimezone(STOCKHOLM).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = meetings_for(actor).filter(starts_at__gte=start_of_day)
    if own:
        day = start_of_day.date()
        seated = Q(forum__seats__function_id=actor.function_id) & (
            Q(forum__seats__valid_to=None) | Q(forum__seats__valid_to__gt=day)
        )
        rows = rows.filter(seated | Q(invited=actor.function_id)).distinct()
    return rows.order_by("starts_at")
