"""The demo's evening: lines for the evening that somebody opens, once, and only in the demo."""

from __future__ import annotations

from datetime import timedelta

import pytest

from samsyn.demo.tonight import lines
from samsyn.domain.access import Role
from samsyn.domain.calendar import now
from samsyn.domain.tonight import evening_of
from samsyn.web.cooperation import duty_services
from samsyn.web.cooperation.models import InformalControl, TonightNote
from samsyn.web.cooperation.tonight_demo import freshen, seed_evening
from samsyn.web.people.models import Workspace

from .conftest import NOW, World, build_world

pytestmark = pytest.mark.django_db


def rostered(world: World):
    """Return three places, the first with the longest roster."""
    officer = world.membership(Role.AREA_OFFICER).function
    scenes = [world.add_place(name) for name in ("Torget", "Trappan", "Parken")]
    for at, place in enumerate(scenes):
        for day in range(3 - at):
            start = NOW + timedelta(days=day)
            duty_services.add_shift(
                world.actor(Role.SAFETY_COORDINATOR), place, officer, start, start + timedelta(hours=4),
                now=NOW,
            )  # fmt: skip
    return scenes


def test_the_evening_is_seeded_through_the_services(world: World) -> None:
    seed_evening(world.actor, rostered(world), now=NOW)

    assert TonightNote.objects.filter(day=NOW.date()).count() == 8
    assert InformalControl.objects.count() == 8
    assert "Matbutiken" in [one.name for one in InformalControl.objects.filter(place__slug="torget")]


def test_another_evening_gets_its_lines_when_the_demo_starts_again_and_only_once(world: World) -> None:
    earlier, later = now() - timedelta(days=3), now()
    seed_evening(world.actor, rostered(world), now=earlier)

    assert freshen(earlier) == 0
    assert freshen(later) == 8
    assert freshen(later) == 0
    board = world.client(Role.OUTREACH_WORKER).get("/exempelstad/i-kvall/?plats=torget").content.decode()
    assert any(line.text in board for line in lines(evening_of(later)) if line.scene == 0)


def test_nothing_is_written_into_real_work(db: None) -> None:
    world = build_world("exempelstad")
    rostered(world)
    Workspace.objects.update(demo=False, simulated=False)

    assert freshen(NOW) == 0
    assert not TonightNote.objects.exists()
