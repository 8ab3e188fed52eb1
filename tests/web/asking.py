"""Forums, questions and actions for the tests: a chain of three forums with those who sit in them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from samsyn.domain.access import Actor, Role, SharingClass
from samsyn.domain.forums import ForumLevel
from samsyn.web.cooperation import issue_services as services
from samsyn.web.cooperation.models import Forum, ForumSeat, Issue
from samsyn.web.people import services as people
from samsyn.web.people.models import Function
from samsyn.web.places.models import Place
from samsyn.web.ui.models import record_columns

from .conftest import NOW, World

LEAD, POLICE, AREA, FIELD = (
    Role.SAFETY_COORDINATOR, Role.MUNICIPAL_POLICE_LIAISON, Role.AREA_OFFICER, Role.OUTREACH_WORKER,
)  # fmt: skip
OWNER, MANAGER, GUARD, BOARD = (
    Role.CASE_OFFICER, Role.PLACE_MANAGER, Role.PUBLIC_ORDER_GUARD, Role.STEERING_GROUP,
)  # fmt: skip
LINE = "Det är mörkt i hörnet bakom trappan"
SEATS = {
    "operativt": (AREA, FIELD, MANAGER, GUARD, OWNER),
    "strategiskt": (LEAD, POLICE, OWNER, Role.PROPERTY_OWNER),
    "styrgrupp": (BOARD, POLICE),
}


class Ladder:
    """A place with a forum on each level, and short ways of doing what people do there."""

    def __init__(self, world: World, place: Place) -> None:
        self.world, self.place, self.now = world, place, NOW
        self.forums: dict[str, Forum] = {}
        upper = None
        for slug, level, chair, where in (
            ("styrgrupp", ForumLevel.STEERING, BOARD, None),
            ("strategiskt", ForumLevel.STRATEGIC, LEAD, place),
            ("operativt", ForumLevel.OPERATIONAL, AREA, place),
        ):
            upper = Forum.objects.create(
                **record_columns(world.actor(LEAD), NOW, SharingClass.COOPERATION), slug=slug,
                name=f"Forum {slug}", level=level.value, place=where, chair=self.function(chair),
                lifts_to=upper,
            )  # fmt: skip
            self.forums[slug] = upper
            for role in SEATS[slug]:
                ForumSeat.objects.create(
                    forum=upper, function=self.function(role), valid_from=date(2026, 1, 1)
                )

    def actor(self, role: Role) -> Actor:
        return self.world.actor(role)

    def function(self, role: Role) -> Function:
        return self.world.membership(role).function

    def later(self, **span: float) -> datetime:
        self.now += timedelta(**span)
        return self.now

    def ask(self, role: Role = FIELD, title: str = LINE, **more: Any) -> Issue:
        more.setdefault("title_class", SharingClass.COOPERATION)
        return services.raise_issue(self.actor(role), self.place, title=title, now=self.now, **more)

    def to(self, issue: Issue, role: Role, move: str, **more: Any) -> Issue:
        return getattr(services, move)(self.actor(role), issue, now=self.now, **more)

    def answered(self, issue: Issue | None = None) -> Issue:
        return self.to(issue or self.ask(), AREA, "answer", text="Lampan byts vecka 46.")

    def told(self) -> Issue:
        return self.to(self.answered(), AREA, "tell")

    def leave(self, role: Role) -> None:
        people.end_membership(self.actor(Role.ADMINISTRATOR), self.world.membership(role), now=self.now)

    def page(self, role: Role, address: str) -> str:
        answer = self.world.client(role).get(address, follow=True)
        return answer.content.decode() if answer.status_code == 200 else ""
