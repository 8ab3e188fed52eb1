"""What a meeting begins with: what has changed since the last one, gathered for each point, and counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from samsyn.domain.access import Actor, SharingClass
from samsyn.domain.meetings import AgendaKind, AgendaPoint, BriefingPoint, changed_since, shorten
from samsyn.domain.tonight import TonightLine
from samsyn.web.cooperation.agenda_reading import gather, previous_meeting, shown
from samsyn.web.cooperation.meeting_reading import is_briefing
from samsyn.web.cooperation.models import Meeting
from samsyn.web.cooperation.tonight_reading import OnDuty, on_duty, reads_rosters
from samsyn.web.ui import registry

# Under which of the five points a change is taken up; the rest belongs to what has happened since last time.
UNDER = {
    AgendaKind.COVERAGE_GAP: BriefingPoint.TOGETHER,
    AgendaKind.DISPLACEMENT_NOTE: BriefingPoint.TOGETHER,
    AgendaKind.EXPIRING: BriefingPoint.AHEAD,
    AgendaKind.CARRIED_OVER: BriefingPoint.AHEAD,
    AgendaKind.OWN_POINT: BriefingPoint.AHEAD,
}
MOST_OF_A_POINT = 5
HOURS_OF_AN_EVENING = 12


@dataclass(frozen=True, slots=True)
class Changes:
    """What has changed under one of the five points, and how much more there is."""

    code: str
    points: tuple[AgendaPoint, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Briefing:
    """What the reader needs before and during a meeting.

    ``on_duty`` says until when only for those who read rosters; others are told who can be reached now.
    """

    previous: Meeting | None
    changes: tuple[Changes, ...]
    on_duty: tuple[OnDuty, ...]
    reads_roster: bool
    lines: tuple[TonightLine, ...]
    unchanged: int

    @property
    def number(self) -> int:
        """How much has changed in all."""
        return sum(len(one.points) + one.more for one in self.changes)

    @property
    def tells_narrow_lines(self) -> bool:
        """Whether it tells a line that is not for everybody in the cooperation; reading it is logged."""
        return any(
            point.title_class > SharingClass.COOPERATION and not point.hidden
            for one in self.changes for point in one.points
        )  # fmt: skip


def briefing_of(actor: Actor, meeting: Meeting, now: datetime) -> Briefing | None:
    """Return the deviations of a joint briefing; other meetings have an agenda instead."""
    if not is_briefing(meeting):
        return None
    previous = previous_meeting(actor, meeting)
    every, counted = shorten(shown(gather(actor, meeting.forum, now)))
    fresh = changed_since(every, previous.starts_at if previous else None)
    changes = []
    for code in BriefingPoint:
        mine = [one for one in fresh if UNDER.get(one.kind, BriefingPoint.SINCE_LAST) is code]
        if mine:
            kept = tuple(mine[:MOST_OF_A_POINT])
            more = len(mine) - len(kept) + (counted if code is BriefingPoint.SINCE_LAST else 0)
            changes.append(Changes(code.value, kept, more))
    place = meeting.forum.place
    lines = (
        [
            line
            for answer in registry.ask("tonight_lines", actor, place, now)
            for line in answer
            if isinstance(line, TonightLine)
        ]
        if place is not None
        else []
    )
    told = {point.title for one in changes for point in one.points}
    evening = now + timedelta(hours=HOURS_OF_AN_EVENING)
    return Briefing(
        previous=previous,
        changes=tuple(changes),
        on_duty=tuple(on_duty(actor, place, now, evening)) if place is not None else (),
        reads_roster=reads_rosters(actor),
        lines=tuple(line for line in lines if line.text not in told),
        unchanged=len(every) - len(fresh),
    )
