"""The pages that lead somewhere: the cooperation page, which place, and the meetings ahead."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from samsyn.domain.access import Role
from samsyn.domain.calendar import now
from samsyn.web.cooperation import forum_services as forums
from samsyn.web.cooperation.hub_views import GROUPS
from samsyn.web.places import services as places
from samsyn.web.places.apps import FIRST, start_sections
from samsyn.web.places.models import Place
from samsyn.web.places.place_choice import choice_of_places

from .conftest import World
from .meeting import GUARD, LEAD, NOW, OWNER, Round, build_round

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(world: World, place: Place) -> Round:
    """Return a place with forums on three levels, and two places that nobody meets about."""
    world.add_place("Avlägsna backen")
    world.add_place("Östra hörnet")
    return build_round(world, place)


def headings(page: str) -> list[str]:
    return re.findall(r'<h2 id="h-\d+">([^<]+)</h2>', page)


def test_the_cooperation_page_groups_its_links_and_shows_no_empty_group(case: Round) -> None:
    page = case.page(LEAD, "samverkan/")

    assert headings(page) == [
        "Nu",
        "Mötas",
        "Fråga och göra",
        "Vad som lovats och sagts",
        "Vem som får göra vad",
        "Så att det håller",
    ]
    assert not re.search(r"<ul class=\"list\">\s*</ul>", page)


def test_the_first_group_leads_to_what_matters_now(case: Round) -> None:
    now_group = case.page(LEAD, "samverkan/").partition('id="h-2"')[0]

    assert reverse("tonight", kwargs={"workspace": "exempelstad"}) in now_group
    assert reverse("meetings", kwargs={"workspace": "exempelstad"}) not in now_group


def test_the_headings_stand_in_the_order_of_the_links() -> None:
    orders = [first for first, _heading in GROUPS]

    assert orders == sorted(set(orders))
    assert orders[0] == 0


def test_places_that_people_meet_about_come_first(case: Round) -> None:
    choice = choice_of_places(case.world.actor(LEAD))

    assert [one.name for one in choice.worked] == [case.place.name]
    assert [one.name for one in choice.others] == ["Avlägsna backen", "Östra hörnet"]


def test_the_start_page_names_the_place_that_people_meet_about_first(case: Round) -> None:
    for number in range(FIRST):
        case.world.add_place(f"Annan plats {number}")
    (section,) = start_sections(case.world.actor(LEAD))

    assert [one.name for one in section.places][:2] == [case.place.name, "Annan plats 0"]
    assert (len(section.places), section.count) == (FIRST, FIRST + 3)


def test_all_places_come_first_where_nobody_has_a_forum(world: World) -> None:
    world.add_place("Avlägsna backen")
    choice = choice_of_places(world.actor(LEAD))

    assert [one.name for one in choice.worked] == ["Avlägsna backen"]
    assert choice.others == []


def test_a_closed_forum_puts_no_place_first(case: Round) -> None:
    for forum in (case.steering, case.strategic, case.operational):
        forums.close_forum(case.world.actor(LEAD), forum, now=NOW)

    assert len(choice_of_places(case.world.actor(LEAD)).worked) == 3


@pytest.mark.parametrize(
    "address", ["i-kvall/?valj", "vem-tar-over/?byt", "tackning/", "tjanstgoring/", "overlamning/"]
)
def test_every_page_that_asks_for_a_place_offers_them_all(case: Round, address: str) -> None:
    page = case.page(LEAD, address)

    assert page.index(case.place.name) < page.index("2 andra platser") < page.index("Avlägsna backen")


def test_a_place_that_the_reader_may_not_see_is_not_offered(case: Round) -> None:
    administrator, owner = case.world.actor(Role.ADMINISTRATOR), case.world.membership(OWNER)
    places.limit_membership(administrator, owner, [case.place], now=NOW)

    page = case.page(OWNER, "vem-tar-over/?byt")

    assert "Avlägsna backen" not in page
    assert "andra platser" not in page


def test_the_list_of_meetings_stops_after_two_weeks_and_says_how_many_come_later(case: Round) -> None:
    case.plan(starts_at=now() + timedelta(days=3), title="Den nära")
    case.plan(starts_at=now() + timedelta(days=20), title="Den fjärran")

    page = case.page(GUARD, "moten/")

    assert "Den nära" in page
    assert "Den fjärran" not in page
    assert "1 möte senare än så" in page


def test_all_meetings_ahead_are_shown_to_who_asks(case: Round) -> None:
    case.plan(starts_at=now() + timedelta(days=20), title="Den fjärran")

    page = case.page(GUARD, "moten/?alla")

    assert "Den fjärran" in page
    assert "senare än så" not in page
