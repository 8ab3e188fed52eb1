"""Counts of a place whose boundary has moved, and what wrong positions do to them: who meets what."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
import shapely

from samsyn import geography
from samsyn.domain.access import OrganisationKind, Role
from samsyn.store.events.schema import EventSet, SchemeUse
from samsyn.store.events.store import EventStore
from samsyn.store.events.tables import event_table
from samsyn.store.schema import DatasetMeta
from samsyn.web.people.models import AuditEvent
from samsyn.web.places import services as places

from .conftest import NOW, SQUARE, World, build_world

FIRST, WEEKS = date(2024, 1, 1), 130
END = FIRST + timedelta(weeks=WEEKS)
MOVED = END - timedelta(weeks=20)
LEAD, GUARD = Role.SAFETY_COORDINATOR, Role.PUBLIC_ORDER_GUARD
PAGE, PLACE = "platser/hitre-torget/granser-och-antal/", "platser/hitre-torget/avvikelser/"

pytestmark = pytest.mark.django_db


def outline() -> shapely.Geometry:
    return shapely.from_wkb(geography.from_geojson_geometry(SQUARE))


@pytest.fixture
def world(settings, tmp_path) -> World:
    """A place whose western half is taken away twenty weeks ago; one event a day in each half."""
    settings.SAMSYN_HOME = tmp_path
    made = build_world()
    place = made.add_place("Hitre torget")
    first = place.boundaries.get()
    first.valid_from = FIRST
    first.save()
    west, south, east, north = outline().bounds
    middle = (west + east) / 2
    half = shapely.box(middle, south, east, north).intersection(outline())
    places.set_boundary(
        made.actor(LEAD), place, places.NewBoundary(half.wkb, MOVED, reason="väster lämnas"), now=NOW
    )
    days = [datetime.combine(FIRST + timedelta(days=at), datetime.min.time()) for at in range(WEEKS * 7)]
    x = np.tile([(west + middle) / 2, (middle + east) / 2], len(days))
    y = np.full(len(x), (south + north) / 2)
    starts = np.repeat(np.array(days, dtype="datetime64[us]"), 2) + np.timedelta64(18, "h")
    table = event_table(["assault"] * len(x), starts, x=x, y=y, place=["hitre-torget"] * len(x))
    draft = EventSet(
        meta=DatasetMeta("provhandelser", "Provets händelser", "Polisen", licence="intern"),
        owner=str(made.organisations[OrganisationKind.POLICE].pk),
        position_error_m=25.0,
        schemes={"place": SchemeUse("", "0" * 64)},
    )
    EventStore(Path(settings.SAMSYN_HOME) / "store", made.workspace.slug).write(draft, [table])
    return made


def page(world: World, role: Role, address: str) -> str:
    answer = world.client(role).get(f"/{world.workspace.slug}/{address}")
    assert answer.status_code == 200
    return answer.content.decode()


def cells(html: str, label: str) -> list[str]:
    return re.findall(rf'<td data-label="{label}">([^<]*)</td>', html)


def test_the_count_inside_each_boundary_stands_beside_that_on_the_common_ground(world):
    html = page(world, LEAD, PAGE)

    assert cells(html, "Inom den") == ["280", "280", "140"]
    assert cells(html, "På gemensam mark") == ["140", "140", "140"]


def test_a_fall_that_the_boundary_made_is_told_as_such(world):
    html = page(world, LEAD, PAGE)

    assert "Antalet ändrades med −50 procent, ytan med −50 procent" in html
    assert "På marken som är densamma: 140 och 140 händelser." in html
    assert "inte större än slumpen kan ge" in html
    assert "Gränsen har flyttats." in html


def test_each_size_of_the_position_error_has_its_count(world):
    html = page(world, LEAD, PAGE)

    for size in ("0 m", "50 m", "100 m", "150 m"):
        assert f'<th scope="col">{size}</th>' in html
        assert len(cells(html, size)) == 3  # on a phone each cell says which size it is


def test_the_place_s_deviations_tell_what_wrong_positions_do(world):
    html = page(world, LEAD, PLACE)

    assert "Om lägena är fel" in html
    assert '<th scope="row">150 m</th>' in html
    assert "granser-och-antal" in html


@pytest.mark.parametrize("role", [GUARD, Role.PROPERTY_OWNER])
def test_others_than_the_working_group_meet_the_boundaries_and_no_count(world, role):
    html = page(world, role, PAGE)

    assert cells(html, "Inom den") == []
    assert "väster lämnas" in html
    assert not set(re.findall(r">(\d+)<", html)) & {"140", "280"}
    assert "Om lägena är fel" not in page(world, role, PLACE)


def test_reading_is_logged_and_done_once(world):
    page(world, LEAD, PAGE)

    assert AuditEvent.objects.filter(verb="read", fields=["events"]).count() == 1


@pytest.mark.parametrize("odd", ["slag=nonsens", "underlag=annat", "slag="])
def test_odd_addresses_do_not_fail(world, odd):
    assert page(world, LEAD, f"{PAGE}?{odd}")


def test_a_place_without_events_of_its_own_is_counted_as_empty(world):
    world.add_place("Bortre torget")

    assert page(world, LEAD, "platser/bortre-torget/granser-och-antal/")


def test_without_events_the_page_says_so(settings, tmp_path):
    settings.SAMSYN_HOME = tmp_path
    made = build_world()
    made.add_place("Hitre torget")

    assert made.client(LEAD).get(f"/{made.workspace.slug}/{PAGE}").status_code == 404
