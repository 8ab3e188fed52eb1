"""What the tests of forums and meetings share: a place with forums on three levels, and clients."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from samsyn.domain.access import Role
from samsyn.domain.forums import ForumLevel
from samsyn.web.cooperation import (
    forum_services as forums,
    meeting_services as services,
    point_services as points,
    round_services as rounds,
)
from samsyn.web.cooperation.models import Forum, Meeting, MeetingPoint
from samsyn.web.people.models import Function
from samsyn.web.places.models import Place

from .conftest import World

LEAD, POLICE, GUARD = Role.SAFETY_COORDINATOR, Role.AREA_OFFICER, Role.PUBLIC_ORDER_GUARD
MANAGER, OUTREACH, OWNER = Role.PLACE_MANAGER, Role.OUTREACH_WORKER, Role.PROPERTY_OWNER
NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
MEMBERS = (POLICE, GUARD, OUTREACH, MANAGER)


@dataclass
class Round:
    """A place with a steering group, a place forum and a joint briefing that lift to each other."""

    world: World
    place: Place
    steering: Forum
    strategic: Forum
    operational: Forum

    def function(self, role: Role) -> Function:
        """Return the role's function."""
        return self.world.membership(role).function

    def plan(self, forum: Forum | None = None, *, starts_at: datetime = NOW, **more: Any) -> Meeting:
        """Plan one meeting."""
        new = services.NewMeeting(starts_at, **more)
        return services.plan_meeting(self.world.actor(LEAD), forum or self.operational, new, now=NOW)

    def open(self, forum: Forum | None = None, role: Role = POLICE) -> Meeting:
        """Plan and open a meeting."""
        meeting = self.plan(forum)
        services.open_meeting(self.world.actor(role), meeting, now=NOW)
        return meeting

    def point(self, meeting: Meeting, code: str = "since_last") -> MeetingPoint:
        """Return one of a meeting's points."""
        return MeetingPoint.objects.select_related("meeting__forum").get(meeting=meeting, code=code)

    def note(self, point: MeetingPoint, text: str, role: Role = POLICE, **more: Any) -> None:
        """Write the line of a point."""
        more.setdefault("revision", point.revision)
        points.write_note(self.world.actor(role), point, text, now=NOW, **more)

    def round(self) -> Meeting:
        """Hold a digital round instead of a meeting that is called off."""
        meeting = self.plan()
        services.call_off(self.world.actor(LEAD), meeting, reason="demonstration", now=NOW)
        return rounds.start_round(self.world.actor(LEAD), meeting, now=NOW)

    def page(self, role: Role, path: str) -> str:
        """Return a page as a role reads it."""
        answer = self.world.client(role).get(f"/exempelstad/{path}")
        assert answer.status_code == 200, answer.status_code
        return answer.content.decode()


def build_round(world: World, place: Place) -> Round:
    """Make the three forums through the services."""
    lead = world.actor(LEAD)

    def make(
        name: str, level: ForumLevel, upper: Forum | None, roles: tuple[Role, ...], **more: Any
    ) -> Forum:
        return forums.create_forum(
            lead, forums.ForumDetails(name, level, lifts_to=upper, **more), place=place,
            now=NOW - timedelta(days=30), members=[world.membership(role).function for role in roles],
        )  # fmt: skip

    steering = make("Styrgruppen", ForumLevel.STEERING, None, (LEAD, Role.STEERING_GROUP))
    strategic = make(
        "Platssamverkan", ForumLevel.STRATEGIC, steering, (LEAD, OUTREACH, MANAGER, OWNER),
        agenda=("Sedan förra mötet",),
    )  # fmt: skip
    operational = make(
        "Utsättningen", ForumLevel.OPERATIONAL, strategic, MEMBERS,
        chair=world.membership(POLICE).function, fallback_chair=world.membership(MANAGER).function,
    )  # fmt: skip
    return Round(world, place, steering, strategic, operational)


def minutes(number: float) -> timedelta:
    """Return a time."""
    return timedelta(minutes=number)
