"""When it happens, on the coverage page: what others report, for the working group alone."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings as django_settings

from samsyn.domain.access import OrganisationKind, Role
from samsyn.domain.calendar import Period
from samsyn.domain.coverage import busy_hours, share_between
from samsyn.store.events.schema import EventSet, SchemeUse
from samsyn.store.events.store import EventStore
from samsyn.store.events.tables import event_table
from samsyn.store.schema import DatasetMeta
from samsyn.web.cooperation import duty_services
from samsyn.web.insight import prepared
from samsyn.web.insight.hour_profiles import hour_profiles
from samsyn.web.insight.prepared import prepare_waiting
from samsyn.web.places import services as places

from .conftest import NOW, World, build_world

LEAD, GUARD = Role.SAFETY_COORDINATOR, Role.PUBLIC_ORDER_GUARD
DAYS = 52 * 7
PERIOD = Period(date(2026, 10, 24), date(2026, 11, 21))
#: What happens each day and at which hour of UTC; the police look for drugs at eight in the evening.
EACH_DAY = (("theft", 10), ("theft", 10), ("vandalism", 1), ("drug_own_use", 20), ("drug_own_use", 20),
            ("violence_against_official", 20), ("brawl", 21), ("all_offences", 15))  # fmt: skip

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(settings, tmp_path) -> World:
    settings.SAMSYN_HOME = tmp_path
    made = build_world()
    made.add_place("Hitre torget")
    return made


def write_events(world: World, each_day=EACH_DAY, days=DAYS) -> EventSet:
    kinds, starts = [], []
    for day in range(days):
        for kind, hour in each_day:
            kinds.append(kind)
            starts.append(np.datetime64(f"2025-11-17T{hour:02}") + np.timedelta64(day, "D"))
    store = EventStore(Path(django_settings.SAMSYN_HOME) / "store", world.workspace.slug)
    draft = EventSet(
        meta=DatasetMeta("provhandelser", "Provets händelser", "Polisen", licence="intern"),
        owner=str(world.organisations[OrganisationKind.POLICE].pk),
        schemes={"place": SchemeUse("", "0" * 64)},
    )
    return store.write(draft, [event_table(kinds, starts, place=["hitre-torget"] * len(kinds))])


def profiles(world: World, role: Role = LEAD):
    return hour_profiles(world.actor(role), world.places["hitre-torget"], PERIOD)


def test_offences_and_incidents_are_apart_and_nothing_that_follows_the_police_is_in_them(world):
    write_events(world)
    prepare_waiting()
    offences, incidents = profiles(world)

    assert offences.kinds == ("theft", "vandalism")
    assert incidents.kinds == ("brawl",)
    assert (offences.base, incidents.base) == (3 * DAYS, DAYS)


def test_the_profile_says_when_with_source_period_base_and_caveat(world):
    write_events(world)
    prepare_waiting()
    offences, _incidents = profiles(world)

    assert any(gap.first_hour <= 10 < gap.end_hour for gap in busy_hours(offences))
    assert share_between(offences.values, 9, 14) == pytest.approx(2 / 3, abs=0.02)
    assert "Provets händelser, 1092 händelser 2025-11-17–2026-11-15" in offences.source
    assert "utjämnat över tre timmar" in offences.caveat


def test_rosters_of_another_time_are_said_to_be(world):
    write_events(world)
    prepare_waiting()
    earlier = Period(date(2024, 1, 1), date(2024, 2, 1))
    (one, _other) = hour_profiles(world.actor(LEAD), world.places["hitre-torget"], earlier)

    assert "en annan tid" in one.caveat


def test_whoever_is_outside_the_working_group_meets_no_hours(world):
    write_events(world)
    prepare_waiting()

    assert profiles(world, GUARD) == []
    other = world.add_place("Bortre torget")
    places.limit_membership(
        world.actor(Role.ADMINISTRATOR), world.membership(Role.OUTREACH_WORKER), [other], now=NOW
    )
    assert profiles(world, Role.OUTREACH_WORKER) == []


def test_a_request_works_nothing_out(world, monkeypatch):
    write_events(world)
    monkeypatch.setattr(prepared, "week_hours", pytest.fail)
    monkeypatch.setattr(EventStore, "cube", pytest.fail)

    assert profiles(world) == []


def test_what_was_loaded_is_worked_out_once_by_the_minute_work(world):
    write_events(world)

    assert prepare_waiting() == ["events: exempelstad/provhandelser is worked out for the pages"]
    assert prepare_waiting() == []


def test_the_coverage_page_sets_nobody_there_beside_when_it_happens(world):
    write_events(world)
    prepare_waiting()
    place = world.places["hitre-torget"]
    noon = datetime(2026, 11, 16, 11, 0, tzinfo=NOW.tzinfo)
    duty_services.add_shift(
        world.actor(LEAD), place, world.membership(Role.AREA_OFFICER).function,
        starts_at=noon, ends_at=noon + timedelta(hours=6), now=NOW,
    )  # fmt: skip
    address = "/exempelstad/tackning/?plats=hitre-torget&fran=2026-11-09&till=2026-11-15&fran_kl=7&till_kl=12"
    html = world.client(LEAD).get(address).content.decode()

    assert "Ingen tjänstgöring är inlagd" in html
    html = world.client(LEAD).get(address.replace("11-15", "11-20")).content.decode()
    assert "Brott som någon har anmält" in html
    assert "Mycket händer och få är där:" in html
    assert "Klockan 07–12:" in html
    assert "Jämnt spritt över dygnet vore det 21 %." in html
    assert "Larm och händelser" in html


def test_too_few_events_are_said_to_be_too_few(world):
    write_events(world, (("theft", 10),), days=63)
    prepare_waiting()
    html = world.client(LEAD).get("/exempelstad/tackning/?plats=hitre-torget").content.decode()

    assert "63 händelser är för få för att säga vilka timmar som har många." in html


def test_the_coverage_page_is_there_when_the_only_set_has_been_withdrawn(world):
    events = write_events(world)
    prepare_waiting()
    store = EventStore(Path(django_settings.SAMSYN_HOME) / "store", world.workspace.slug)
    store.withdraw(events.slug, events.version, "fel månad", "prov", NOW)
    answer = world.client(LEAD).get("/exempelstad/tackning/?plats=hitre-torget")

    assert answer.status_code == 200
    assert "Brott som någon har anmält" not in answer.content.decode()
    assert profiles(world) == []
