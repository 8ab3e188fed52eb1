"""What the start page and the place page show about meetings and forums."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from samsyn.domain.access import Actor, Permission, can
from samsyn.domain.calendar import STOCKHOLM, now as moment
from samsyn.domain.meetings import MeetingForm, MeetingState
from samsyn.web.cooperation.meeting_reading import Card, ahead, card_of, cards_missed, forums_for
from samsyn.web.cooperation.models import Forum, Meeting
from samsyn.web.places.models import Place


@dataclass(frozen=True, slots=True)
class MeetingSection:
    """The part of the start page about today's meetings, open rounds, and meetings one was not at."""

    today: Sequence[Meeting]
    rounds: Sequence[Meeting]
    missed: Sequence[Card]
    template: str = "cooperation/start_section.html"
    order: int = 5


def places_met_about(actor: Actor) -> set[UUID]:
    """Return the places with an open forum that the actor sees."""
    forums = Forum.objects.visible_to(actor).filter(closed_on=None).exclude(place=None)
    return set(forums.values_list("place_id", flat=True))


def meeting_section(actor: Actor) -> list[MeetingSection]:
    """Answer the start page's hook."""
    if not can(actor, Permission.VIEW_COOPERATION):
        return []
    now = moment()
    expected = ahead(actor, now, own=True)
    tomorrow = now.astimezone(STOCKHOLM).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(1)
    off = (MeetingState.CALLED_OFF.value, MeetingState.NOTES_SETTLED.value, MeetingState.ENDED.value)
    today = list(
        expected.filter(starts_at__lt=tomorrow)
        .exclude(state__in=off)
        .exclude(form=MeetingForm.DIGITAL_ROUND.value)
    )
    rounds = list(
        expected.filter(
            form=MeetingForm.DIGITAL_ROUND.value, state=MeetingState.IN_SESSION.value, ends_at__gt=now
        ).exclude(attendances__function_id=actor.function_id)
    )
    missed = [card_of(actor, one, now) for one in cards_missed(actor, now)]
    return [MeetingSection(today, rounds, missed)] if today or rounds or missed else []


@dataclass(frozen=True, slots=True)
class ForumSection:
    """The part of the place page that names its forums and their next meeting."""

    forums: Sequence[tuple[Forum, Meeting | None]]
    template: str = "cooperation/place_section.html"
    order: int = 40


def forum_section(actor: Actor, place: Place) -> list[ForumSection]:
    """Answer the place page's hook."""
    now = moment()
    forums = list(forums_for(actor).filter(place=place, closed_on=None))
    following: dict[object, Meeting] = {}
    upcoming = ahead(actor, now).filter(forum__in=forums, ends_at__gte=now)
    for meeting in upcoming.exclude(state=MeetingState.CALLED_OFF.value)[:40]:
        following.setdefault(meeting.forum_id, meeting)
    return [ForumSection([(one, following.get(one.pk)) for one in forums])] if forums else []
