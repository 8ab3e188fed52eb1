"""Keeps the demo's evening alive: lines for the evening that somebody opens, and what is open or lit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.db.models import Count

from samsyn.demo.tonight import CONTROLS, lines
from samsyn.domain.access import Actor, Role, SharingClass
from samsyn.domain.calendar import STOCKHOLM
from samsyn.domain.tonight import evening_of
from samsyn.web.cooperation.coverage_services import add_control
from samsyn.web.cooperation.tonight_models import TonightNote
from samsyn.web.cooperation.tonight_services import write_note
from samsyn.web.people import services as people
from samsyn.web.people.models import Membership, Workspace
from samsyn.web.places.models import Place

DEMO = "exempelstad"
_STOOD_FOR = timedelta(days=200)


def seed_evening(actor_of: Callable[[Role], Actor], scenes: Sequence[Place], *, now: datetime) -> None:
    """Say what keeps an eye on the first scenes, and write the lines of the evening."""
    since = (now - _STOOD_FOR).astimezone(STOCKHOLM).date()
    for one in CONTROLS:
        place = scenes[one.scene]
        parts = list(place.sub_places.order_by("name"))
        add_control(
            actor_of(Role.SAFETY_COORDINATOR), place, kind=one.kind, name=one.name, weekdays=one.weekdays,
            opens=one.opens, closes=one.closes, valid_from=since, now=now,
            sub_place=parts[one.part % len(parts)] if parts and one.part is not None else None,
        )  # fmt: skip
    _write(actor_of, scenes, now)


def _write(actor_of: Callable[[Role], Actor], scenes: Sequence[Place], now: datetime) -> None:
    for line in lines(evening_of(now)):
        write_note(
            actor_of(line.role), scenes[line.scene], kind=line.kind, text=line.text, now=now,
            text_class=SharingClass.COOPERATION if line.wide else SharingClass.AUTHORITIES,
        )  # fmt: skip


def freshen(now: datetime) -> int:
    """Write the lines of this evening in the demo if nobody has written any; return how many.

    The lines of an evening end by themselves at six, and the demo is started again on other days.
    """
    workspace = Workspace.objects.filter(slug=DEMO, demo=True, simulated=True).first()
    if workspace is None or TonightNote.objects.filter(workspace=workspace, day=evening_of(now)).exists():
        return 0
    # Those with rosters have an evening, and the first scene has the longest roster.
    scenes = list(
        Place.objects.filter(workspace=workspace, duty_shifts__isnull=False)
        .annotate(shifts=Count("duty_shifts"))
        .order_by("-shifts")
    )
    wanted = lines(evening_of(now))
    if len(scenes) <= max(line.scene for line in wanted):
        return 0

    def actor_of(role: Role) -> Actor:
        row = Membership.objects.select_related("user").get(
            workspace=workspace, role=role.value, valid_to=None
        )
        found = people.actor_for(row.user, workspace, now.astimezone(STOCKHOLM).date())
        if found is None:
            raise RuntimeError(f"the demo account for {role} has no membership")
        return found

    _write(actor_of, scenes, now)
    return len(wanted)
