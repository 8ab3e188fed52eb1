"""A place being assessed, for the tests of assessments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from samsyn.domain import calendar
from samsyn.domain.access import Role
from samsyn.web.people.models import Function
from samsyn.web.places import assessment_services as services
from samsyn.web.places.assessment_models import GATE_CLAUSES
from samsyn.web.places.models import (
    Assessment,
    AssessmentOccasion,
    JointAssessment,
    Place,
)

from .conftest import World

LEAD = Role.SAFETY_COORDINATOR
ASKED = (LEAD, Role.AREA_OFFICER, Role.PUBLIC_ORDER_GUARD)
SECRET = "Hemlig mening om trappan"
GATE = dict.fromkeys(GATE_CLAUSES, "yes")


def ten(yes: int, no: int = 0, dont_know: int = 0) -> dict[str, str]:
    """Return answers to the ten: so many yes first, then no, then don't know."""
    values = ["yes"] * yes + ["no"] * no + ["dont_know"] * dont_know
    return {str(number): value for number, value in enumerate(values, start=1)}


class Case:
    """A place being assessed, with short ways of doing what people do."""

    def __init__(self, world: World, place: Place) -> None:
        self.world, self.place = world, place
        self.now = calendar.now() - timedelta(hours=1)
        self.occasion: AssessmentOccasion | None = None

    def function(self, role: Role) -> Function:
        return self.world.membership(role).function

    def open(
        self, roles: Iterable[Role] = ASKED, set_code: str = "ODS10-2018", deadline: datetime | None = None
    ) -> AssessmentOccasion:
        self.occasion = services.open_occasion(
            self.world.actor(LEAD), self.place, set_code,
            invited=[self.function(role) for role in roles],
            deadline=deadline or self.now + timedelta(days=14), now=self.now,
        )  # fmt: skip
        return self.occasion

    def fresh(self) -> AssessmentOccasion:
        self.occasion = AssessmentOccasion.objects.get(pk=self.occasion.pk)
        return self.occasion

    def draft(
        self, role: Role, answers: Mapping[str, str] | None = None, gate: Mapping[str, str] = GATE,
        motives: Mapping[str, str] | None = None, revision: int = 0, **words: Any,
    ) -> Assessment:  # fmt: skip
        return services.save_answers(
            self.world.actor(role), self.fresh(),
            services.Given(ten(10) if answers is None else answers, gate),
            services.Words(motives=motives or {}, **words), revision=revision, now=self.now,
        )  # fmt: skip

    def send(self, role: Role, answers: Mapping[str, str] | None = None, **more: Any) -> Assessment:
        self.draft(role, answers, **more)
        return services.send_answers(self.world.actor(role), self.fresh(), now=self.now)

    def send_all(
        self, answers: Mapping[str, str] | None = None, roles: Iterable[Role] = ASKED, **more: Any
    ) -> None:
        for role in roles:
            self.send(role, answers, **more)

    def joint(
        self, answers: Mapping[str, str] | None = None, gate: Mapping[str, str] = GATE, revision: int = 0,
        role: Role = LEAD, **words: Any,
    ) -> JointAssessment:  # fmt: skip
        return services.save_joint(
            self.world.actor(role), self.fresh(),
            services.Given(ten(10) if answers is None else answers, gate),
            services.JointWords(**words), assessed_on=calendar.today(), revision=revision, now=self.now,
        )  # fmt: skip

    def freeze(self, answers: Mapping[str, str] | None = None, **more: Any) -> JointAssessment:
        self.joint(answers, **more)
        services.freeze_joint(self.world.actor(LEAD), self.fresh(), now=self.now)
        return JointAssessment.objects.get(occasion=self.occasion)

    def address(self, tail: str = "") -> str:
        return f"/exempelstad/platser/{self.place.slug}/bedomning/{self.occasion.pk}/{tail}"

    def page(self, role: Role, tail: str = "") -> str:
        return self.world.client(role).get(self.address(tail), follow=True).content.decode()


def form_of(answers: Mapping[str, str], gate: Mapping[str, str] = GATE, **more: Any) -> dict[str, Any]:
    """Return what the browser sends."""
    chosen = {f"answer_{key}": value for key, value in {**answers, **gate}.items()}
    return {"revision": "0", "text_class": "2", **chosen, **more}


def everything_under(case: Case) -> list[str]:
    """Return every address that an assessment has."""
    place = f"/exempelstad/platser/{case.place.slug}/"
    own = [str(one.pk) for one in Assessment.objects.all()]
    tails = ("", "svar/", "svar/oppna/", "samsyn/", "ratta/", "avsluta/", "invandning/")
    return [
        "/exempelstad/", "/exempelstad/logg/", "/exempelstad/platser/", place,
        *(case.address(tail) for tail in tails),
        f"{place}bedomning/{case.occasion.pk}.json",
        *(f"{place}bedomning/{key}.json" for key in own),
        *(f"{place}bedomning/{key}/" for key in own),
    ]  # fmt: skip
