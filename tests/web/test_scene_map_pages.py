"""What lies around a scene: each reader meets their own, in the same numbers on map and in table."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from samsyn import geography
from samsyn.domain.access import OrganisationKind, Role
from samsyn.domain.mandates import MandateKind
from samsyn.web.places import mandate_services as mandates, services as places

from .conftest import NOW, SQUARE, World, build_world

LEAD, OWNER = Role.SAFETY_COORDINATOR, Role.PROPERTY_OWNER
PAGE = "platser/hitre-torget/omkring/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(settings, tmp_path) -> World:
    settings.SAMSYN_HOME = tmp_path
    made = build_world()
    made.add_place("Hitre torget")
    far = made.add_place("Bortre torget")
    lead = made.actor(LEAD)
    places.add_sub_place(
        lead, far, name="Busshållplatsen", kind="stop", longitude=18.0645, latitude=59.3328, now=NOW
    )
    area = mandates.NewMandate(
        MandateKind.GUARD_PERMIT, "Vakternas område", made.organisations[OrganisationKind.MUNICIPALITY],
        geography.from_geojson_geometry(SQUARE), date(2020, 1, 1),
    )  # fmt: skip
    mandates.add_mandate(lead, far, area, now=NOW)
    return made


def page(world: World, role: Role = LEAD, asked: str = "") -> str:
    answer = world.client(role).get(f"/{world.workspace.slug}/{PAGE}{asked}")
    assert answer.status_code == 200
    return answer.content.decode()


def names(html: str) -> list[str]:
    return re.findall(r'<th scope="row">\d+\. <a href="[^"]*">([^<]*)</a>', html)


def test_scenes_mandate_areas_and_stops_stand_on_the_map_and_in_the_table(world):
    html = page(world)

    assert names(html) == ["Bortre torget", "Vakternas område", "Busshållplatsen"]
    for number, name in enumerate(names(html), start=1):
        assert f"<title>{number}. {name}</title>" in html


@pytest.mark.parametrize(
    ("asked", "left"),
    [
        ("?lager=&lager=scene", ["Bortre torget"]),
        ("?lager=&lager=stop", ["Busshållplatsen"]),
        ("?lager=", []),
        ("?lager=nonsens", []),
    ],
)
def test_layers_are_chosen_without_a_program_in_the_browser(world, asked, left):
    assert names(page(world, asked=asked)) == left


def test_a_member_of_some_places_meets_nothing_of_the_others(world):
    places.limit_membership(
        world.actor(Role.ADMINISTRATOR), world.membership(OWNER), [world.places["hitre-torget"]], now=NOW
    )

    assert names(page(world, OWNER)) == []
    assert (
        world.client(OWNER).get(f"/{world.workspace.slug}/platser/bortre-torget/omkring/").status_code == 404
    )


def test_more_scenes_ask_no_more_questions(world):
    page(world)
    with CaptureQueriesContext(connection) as few:
        page(world)
    for number in range(4):
        world.add_place(f"Torg {number}")
    with CaptureQueriesContext(connection) as many:
        page(world)

    assert len(many) == len(few)
