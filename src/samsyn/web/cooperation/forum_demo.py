"""Loads forums and a year of meetings into the demo, and the published forums as a reading example."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from samsyn.demo.forums import (
    BRIEFING_AT,
    BRIEFING_DAYS,
    STEERING_AT,
    STRATEGIC_AT,
    DemoForum,
    DemoMeeting,
    calendar_of,
)
from samsyn.demo.published_forums import PublishedForum
from samsyn.domain.access import Actor, SharingClass
from samsyn.domain.calendar import STOCKHOLM
from samsyn.domain.forums import LIFTS_TO, ForumLevel
from samsyn.web.cooperation.forum_services import ForumDetails, add_seat, create_forum
from samsyn.web.cooperation.history_services import PastMeeting, PastPoint, load_past, seats_by_function
from samsyn.web.cooperation.meeting_services import NewMeeting, NewSeries, plan_meeting, plan_series
from samsyn.web.cooperation.models import Forum
from samsyn.web.people.models import Function
from samsyn.web.places.models import Place

DAYS_AHEAD = 60
_AHEAD = {
    ForumLevel.OPERATIONAL: (BRIEFING_DAYS, BRIEFING_AT, 1),
    ForumLevel.STRATEGIC: ((3,), STRATEGIC_AT, 4),
    ForumLevel.STEERING: ((2,), STEERING_AT, 26),
}


@transaction.atomic
def seed_forums(
    actor: Actor,
    places: Sequence[Place],
    functions: Mapping[str, Function],
    local: str,
    *,
    now: datetime,
    seed: int,
) -> None:
    """Give each place its four forums, a year behind it and two months ahead."""
    today = now.astimezone(STOCKHOLM).date()
    for at, place in enumerate(places):
        calendar = calendar_of(place.name, local, today, seed=seed + at)
        made: dict[ForumLevel, Forum] = {}
        for one in calendar.forums:
            made[one.key] = _forum(actor, place, one, functions, made, now)
            past = [_past(row, functions) for row in calendar.past if row.level is one.key]
            load_past(actor, made[one.key], past, now=now, chair=functions.get(one.chair))
            if one.key in _AHEAD:
                weekdays, clock, weeks = _AHEAD[one.key]
                until = today + timedelta(days=DAYS_AHEAD if weeks < 26 else 200)
                new = NewSeries(weekdays, clock, today, until, every_weeks=weeks)
                plan_series(actor, made[one.key], new, now=now)
        # There is always a briefing to hold on the day that somebody looks, at the first place.
        if at == 0:
            plan_meeting(
                actor, made[ForumLevel.OPERATIONAL], NewMeeting(now + timedelta(minutes=10)), now=now
            )


def _forum(
    actor: Actor,
    place: Place,
    one: DemoForum,
    functions: Mapping[str, Function],
    made: Mapping[ForumLevel, Forum],
    now: datetime,
) -> Forum:
    upper = LIFTS_TO[one.key]
    details = ForumDetails(
        name=one.name,
        level=one.key,
        purpose=one.purpose,
        cadence=one.cadence,
        chair=functions.get(one.chair),
        fallback_chair=functions.get(one.fallback_chair),
        lifts_to=made.get(upper) if upper else None,
        agenda=one.agenda,
    )
    forum = create_forum(actor, details, place=place, now=now)
    began = now.astimezone(STOCKHOLM).date() - timedelta(days=400)
    for seat in one.seats:
        if seat.function in functions:
            add_seat(
                actor, forum, functions[seat.function], valid_from=began, now=now,
                large_enough=seat.large_enough,
            )  # fmt: skip
    return forum


def _past(one: DemoMeeting, functions: Mapping[str, Function]) -> PastMeeting:
    wide, narrow = SharingClass.COOPERATION, SharingClass.AUTHORITIES
    return PastMeeting(
        starts_at=one.starts_at,
        form=one.form,
        state=one.state,
        present=seats_by_function(functions, one.present),
        points=tuple(
            PastPoint(point.code, point.title, point.note, point.outcome, wide if point.wide else narrow)
            for point in one.points
        ),
        title=one.title,
        invited=seats_by_function(functions, one.invited),
        reason=one.reason.value if one.reason else "",
        replaces_last=one.replaces_last,
    )


@transaction.atomic
def seed_published(
    actor: Actor,
    place: Place,
    forums: Iterable[PublishedForum],
    functions: Mapping[str, Function],
    *,
    now: datetime,
) -> None:
    """Enter the forums that the sources describe, with those of their members that are functions here."""
    made: dict[ForumLevel, Forum] = {}
    for one in forums:
        upper = LIFTS_TO[one.level]
        details = ForumDetails(
            name=one.name,
            level=one.level,
            purpose=one.purpose,
            cadence=one.cadence,
            chair=functions.get(one.chair),
            fallback_chair=functions.get(one.fallback_chair),
            lifts_to=made.get(upper) if upper else None,
        )
        made[one.level] = create_forum(
            actor, details, place=place, now=now, members=seats_by_function(functions, one.members)
        )
