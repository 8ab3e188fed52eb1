"""Events follow the places: a boundary is changed, the page says so, and the clock assigns them anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import shapely

from samsyn.domain.access import Role
from samsyn.domain.calendar import Period
from samsyn.store.areas import StatisticalArea
from samsyn.store.events.mapping import parse_mapping
from samsyn.store.events.schema import EventSet
from samsyn.store.ingest import locked
from samsyn.store.schema import DatasetMeta
from samsyn.web.facts import event_services, services
from samsyn.web.facts.models import Dataset
from samsyn.web.insight import deviation_services, prepared
from samsyn.web.people.models import AuditEvent
from samsyn.web.places import services as places
from samsyn.web.places.models import Place

from .conftest import World, build_world

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
LEAD = Role.SAFETY_COORDINATOR
WEST, EAST = shapely.box(674000, 6580000, 674500, 6580500), shapely.box(675000, 6580000, 675500, 6580500)
DAYS, FIRST = 70, date(2024, 1, 1)
MAPPING = parse_mapping(
    """
format = 1
name = "prov"
title = "Prov"
[file]
type = "csv"
[kind]
column = "Brott"
[kind.codes]
"R" = "robbery"
[time]
column = "Tid"
format = "%Y-%m-%d %H:%M"
[position]
x = "X"
y = "Y"
crs = "EPSG:3006"
area = [600000, 6500000, 700000, 6700000]
"""
)


def write(path: Path) -> Path:
    """Write one event a day in the west and two in the east."""
    lines = ["Brott,Tid,X,Y"]
    for day in range(DAYS):
        at = f"{FIRST + timedelta(days=day)} 19:00"
        lines += [f"R,{at},674210,6580210", f"R,{at},675210,6580210", f"R,{at},675310,6580310"]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def boundary(shape: shapely.Polygon, first: date) -> places.NewBoundary:
    return places.NewBoundary(shapely.to_wkb(shape), first, reason="Handeln har flyttat")


@pytest.fixture
def world(settings: Any, tmp_path: Path) -> World:
    settings.SAMSYN_HOME = tmp_path / "home"
    made = build_world()
    made.add_place("Torget")
    made.add_place("Parken")
    places.set_boundary(made.actor(LEAD), made.places["torget"], boundary(WEST, date(2018, 1, 1)), now=NOW)
    event_services.load_events(made.actor(LEAD), write(tmp_path / "fil.csv"), MAPPING, "brott", now=NOW)
    return made


def move(world: World, shape: shapely.Polygon = EAST, place: str = "torget") -> None:
    places.set_boundary(world.actor(LEAD), world.places[place], boundary(shape, date(2020, 1, 1)), now=NOW)


def counted(world: World, place: str = "torget") -> int:
    """Return the place's events as the page's sums have them."""
    cube = event_services.event_store(world.workspace).cube("brott", "place")
    return int(cube.counts([place], None, Period(FIRST, FIRST + timedelta(days=DAYS))).values.sum())


def revision(world: World) -> int:
    return event_services.event_store(world.workspace).get("brott").revision


def page(world: World, address: str = "avvikelser/") -> str:
    answer = world.client(LEAD).get(f"/{world.workspace.slug}/{address}")
    assert answer.status_code == 200
    return answer.content.decode()


OLDER = "summorna är fortfarande för den äldre gränsen"


def test_a_load_builds_the_sums_that_pages_read(world: World) -> None:
    assert event_services.event_store(world.workspace).cubes_lacking("brott") == ()
    assert counted(world) == DAYS


def test_a_new_boundary_moves_the_events_at_the_next_tick(world: World) -> None:
    move(world)
    assert counted(world) == DAYS
    lines = prepared.tick(NOW)

    assert lines == [f"events: {world.workspace.slug}/brott, 1 parts assigned anew"]
    assert counted(world) == 2 * DAYS
    assert event_services.event_store(world.workspace).cubes_lacking("brott") == ()


def test_until_then_the_pages_say_whose_sums_are_older(world: World) -> None:
    assert OLDER not in page(world).lower()
    move(world)
    html = page(world).lower()

    assert OLDER in html
    assert "torget. händelserna placeras om" in html
    assert OLDER in page(world, "platser/torget/avvikelser/").lower()
    assert OLDER not in page(world, "platser/parken/avvikelser/").lower()
    prepared.tick(NOW)
    assert OLDER not in page(world).lower()


def test_the_second_tick_does_nothing(world: World) -> None:
    move(world)
    prepared.tick(NOW)
    before = revision(world)

    assert prepared.tick(NOW) == []
    assert revision(world) == before


def test_a_boundary_where_nothing_happened_writes_no_part_anew(world: World) -> None:
    move(world, shapely.box(600000, 6600000, 600100, 6600100), "parken")

    assert prepared.tick(NOW) == [f"events: {world.workspace.slug}/brott, 0 parts assigned anew"]
    assert counted(world) == DAYS


def test_a_place_with_a_new_name_keeps_its_events(world: World) -> None:
    place = Place.objects.get(slug="torget")
    places.change_place(world.actor(LEAD), place, {"name": "Nya torget"}, revision=place.revision, now=NOW)
    assert event_services.places_waiting(world.workspace, current(world)) == {"nya-torget"}
    prepared.tick(NOW)

    assert counted(world, "nya-torget") == DAYS
    assert counted(world, "torget") == 0


def current(world: World) -> EventSet:
    return event_services.event_store(world.workspace).get("brott")


def test_a_withdrawn_file_that_is_loaded_again_is_worked_out_for_its_new_places(
    world: World, tmp_path: Path
) -> None:
    old = current(world)
    row = Dataset.objects.get(holds="events", slug="brott")
    event_services.withdraw_events(world.actor(LEAD), row, reason="Gränsen var fel", now=NOW)
    move(world)
    places.set_boundary(world.actor(LEAD), world.places["parken"], boundary(WEST, date(2018, 1, 1)), now=NOW)
    event_services.load_events(world.actor(LEAD), tmp_path / "fil.csv", MAPPING, "brott", now=NOW)
    new = current(world)
    (view,) = deviation_services.views_of(world.actor(LEAD), world.workspace)
    hours = prepared.week_profile(world.workspace, view)

    assert (new.content_sha256, new.revision) == (old.content_sha256, old.revision)
    assert set(hours.places) == {"parken", "torget"}
    assert hours.of("torget", ("robbery",))[1] == 2 * hours.of("parken", ("robbery",))[1] > 0
    kept = {path.name for path in prepared.folder_of(world.workspace, "brott").glob("*.npz")}
    assert kept
    assert all("-v2-" in name for name in kept)
    for address in ("avvikelser/", "platser/parken/avvikelser/"):
        page(world, address)


def test_new_statistical_areas_reach_the_events_too(world: World) -> None:
    area = StatisticalArea("rutor", "1", "2024", "Rutan", shapely.to_wkb(EAST), None, "")
    services.store_of(world.workspace).ingest_areas(
        DatasetMeta("rutor", "Rutor", licence="CC0"),
        [area],
        source=b"x",
        file_name="rutor.json",
        by="prov",
        now=NOW,
    )
    prepared.tick(NOW)

    assert current(world).schemes["rutor"].assigned == 2 * DAYS
    cube = event_services.event_store(world.workspace).cube("brott", "rutor")
    assert cube.counts(["1"]).values.sum() == 2 * DAYS


def test_a_set_that_is_being_loaded_is_left_for_the_next_time(world: World) -> None:
    move(world)
    with locked(event_services.event_store(world.workspace).folder / "brott", 0):
        assert prepared.tick(NOW) == []
    assert prepared.tick(NOW) != []


def test_a_broken_set_is_told_and_stops_no_other(world: World, tmp_path: Path) -> None:
    later = replace(MAPPING, title="Fler")
    event_services.load_events(world.actor(LEAD), write(tmp_path / "tva.csv"), later, "annat", now=NOW)
    ((path, _part),) = event_services.event_store(world.workspace).part_files("annat")
    path.unlink()
    move(world)
    lines = prepared.tick(NOW)

    assert f"events: {world.workspace.slug}/annat can not be assigned anew (SAM204)" in lines
    assert counted(world) == 2 * DAYS


def test_who_did_it_and_why_stands_in_the_set_and_no_person_is_named(world: World) -> None:
    move(world)
    entries = AuditEvent.objects.count()
    prepared.tick(NOW)

    assert [(one.by, one.why) for one in current(world).revisions] == [("Samsyn", "assigned anew")]
    assert AuditEvent.objects.count() == entries


def test_what_waits_is_found_with_one_question_to_the_database(
    world: World, django_assert_num_queries: Any
) -> None:
    held = current(world)
    with django_assert_num_queries(1):
        assert event_services.places_waiting(world.workspace, held) == frozenset()


def test_sums_that_are_gone_are_built_again_by_the_clock(world: World) -> None:
    import shutil

    store = event_services.event_store(world.workspace)
    shutil.rmtree(store.archive.path("brott", 1) / "cubes")

    assert prepared.tick(NOW) == [f"events: {world.workspace.slug}/brott is worked out for the pages"]
    assert prepared.tick(NOW) == []


def test_a_full_disk_never_undoes_a_load(world: World, tmp_path: Path, monkeypatch: Any) -> None:
    def full(*_arguments: Any) -> None:
        raise OSError(28, "full")

    monkeypatch.setattr(prepared, "prepare", full)
    row = event_services.load_events(
        world.actor(LEAD), write(tmp_path / "tre.csv"), MAPPING, "tredje", now=NOW
    )
    assert (row.slug, row.version) == ("tredje", 1)


def test_a_set_of_a_few_days_is_built_without_a_profile_of_the_week(world: World, tmp_path: Path) -> None:
    path = tmp_path / "dag.csv"
    path.write_text("Brott,Tid,X,Y\nR,2024-01-03 19:00,674210,6580210\n", encoding="utf-8")
    event_services.load_events(world.actor(LEAD), path, MAPPING, "en-dag", now=NOW)

    assert event_services.event_store(world.workspace).cubes_lacking("en-dag") == ()
    assert prepared.prepare(world.workspace, "en-dag") == ()


def test_events_that_only_know_their_month_are_context_and_hide_nothing_else(
    world: World, tmp_path: Path
) -> None:
    path = tmp_path / "manad.csv"
    path.write_text("Brott,Tid,X,Y\nR,2024-01,674210,6580210\n", encoding="utf-8")
    months = parse_mapping(
        """
format = 1
name = "manader"
title = "Månader"
[file]
type = "csv"
[kind]
column = "Brott"
[kind.codes]
"R" = "robbery"
[time]
column = "Tid"
format = "%Y-%m"
precision = "month"
[position]
x = "X"
y = "Y"
crs = "EPSG:3006"
area = [600000, 6500000, 700000, 6700000]
"""
    )
    event_services.load_events(world.actor(LEAD), path, months, "a-manader", now=NOW)

    views = deviation_services.views_of(world.actor(LEAD), world.workspace)
    assert [view.about.slug for view in views] == ["brott"]
    assert page(world)
