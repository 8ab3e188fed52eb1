"""Writes the demo's self checks and short questions through the services, as the functions would have."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from samsyn.domain.access import Actor, Role
from samsyn.domain.forums import ForumLevel
from samsyn.domain.self_checks import CheckAnswer, PulseQuestion, SuccessFactor
from samsyn.web.cooperation.check_services import answer_check, open_check
from samsyn.web.cooperation.models import Forum
from samsyn.web.cooperation.pulse_services import answer_pulse, open_pulse
from samsyn.web.places.models import Place

A_YEAR, CLOSED_AGO, OPENED_AGO = timedelta(days=365), timedelta(days=40), timedelta(days=3)
_ANSWERS = {"j": CheckAnswer.YES, "d": CheckAnswer.PARTLY, "n": CheckAnswer.NO, "v": CheckAnswer.DONT_KNOW}
# One letter for each factor, in their order.
LAST_YEAR: Mapping[Role, str] = {
    Role.SAFETY_COORDINATOR: "jnddjd", Role.MUNICIPAL_POLICE_LIAISON: "dnddjj",
    Role.AREA_OFFICER: "nvdnnd", Role.OUTREACH_WORKER: "dnnddv", Role.PLACE_MANAGER: "jvdjdd",
    Role.STEERING_GROUP: "jdjjdj",
}  # fmt: skip
THIS_YEAR: Mapping[Role, str] = {
    Role.SAFETY_COORDINATOR: "jdjdjj", Role.MUNICIPAL_POLICE_LIAISON: "jnjdjj",
    Role.AREA_OFFICER: "dvjndd", Role.OUTREACH_WORKER: "jnjddv", Role.PLACE_MANAGER: "jvjjjj",
    Role.STEERING_GROUP: "jjjjdj", Role.PUBLIC_ORDER_GUARD: "dvdndj",
}  # fmt: skip
# One letter for each question.
PULSE: Mapping[Role, str] = {
    Role.AREA_OFFICER: "jjn", Role.OUTREACH_WORKER: "jdd", Role.PLACE_MANAGER: "jjd",
    Role.PUBLIC_ORDER_GUARD: "jnn", Role.TRANSIT: "djv", Role.RESPONSE_OFFICER: "dnv",
}  # fmt: skip


@transaction.atomic
def seed_checks(actor_of: Callable[[Role], Actor], places: Sequence[Place], *, now: datetime) -> None:
    """Give the first place two years of self checks, and its forums one pulse that is over and one open."""
    if not places:
        return
    place, lead = places[0], actor_of(Role.SAFETY_COORDINATOR)
    for given, at in ((LAST_YEAR, now - A_YEAR), (THIS_YEAR, now)):
        check = open_check(lead, place, now=at)
        for role, letters in given.items():
            answers = {one: _ANSWERS[letter] for one, letter in zip(SuccessFactor, letters, strict=True)}
            answer_check(actor_of(role), check, answers, now=at)
    forums = {one.level: one for one in Forum.objects.filter(place=place)}
    if ForumLevel.OPERATIONAL in forums:
        pulse = open_pulse(lead, forums[ForumLevel.OPERATIONAL], now=now - CLOSED_AGO)
        for role, letters in PULSE.items():
            said = {one: _ANSWERS[letter] for one, letter in zip(PulseQuestion, letters, strict=True)}
            answer_pulse(actor_of(role), pulse, said, now=now - CLOSED_AGO)
    if ForumLevel.STRATEGIC in forums:
        open_pulse(lead, forums[ForumLevel.STRATEGIC], now=now - OPENED_AGO)
