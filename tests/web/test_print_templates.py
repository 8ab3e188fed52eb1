"""The workshop series and the letter to a guest: filled from place and forum, without a person."""

from __future__ import annotations

from datetime import timedelta

import pytest

from samsyn.domain.access import Role, SharingClass
from samsyn.web.cooperation import wanted_services
from samsyn.web.cooperation.models import WantedActor
from samsyn.web.people import actor_services
from samsyn.web.places import services as places

from .conftest import World
from .meeting import GUARD, LEAD, NOW, POLICE, Round, build_round

pytestmark = pytest.mark.django_db
SERIES, LETTER = "mallar/workshopserie/exempeltorget/", "mallar/gastbrev/exempeltorget/"


@pytest.fixture
def case(world: World, place) -> Round:
    return build_round(world, place)


def wanted(case: Round, **more) -> WantedActor:
    return wanted_services.add_wanted(
        case.world.actor(LEAD), "Vårdcentralen Hemby", now=NOW, today=NOW.date(), place=case.place, **more
    )


def test_the_series_is_four_workshops_that_end_in_an_agreement_and_a_plan(case):
    page = case.page(LEAD, SERIES)

    titles = ["1. En gemensam bild", "2. Målgrupper", "3. Utmaningar och orsaker", "4. Möjliga åtgärder"]
    assert [page.index(title) for title in titles] == sorted(page.index(title) for title in titles)
    assert page.index("En överenskommelse och en åtgärdsplan.") > page.index(titles[3])


def test_the_series_invites_by_organisation_and_names_who_is_wanted(case):
    wanted(case)
    page = case.page(LEAD, SERIES)

    assert f"{case.strategic.name}</dd>" in page
    assert case.function(POLICE).name in page
    assert "Vårdcentralen Hemby" in page


def test_the_letter_names_the_guest_the_forum_and_whom_to_answer(case):
    row = wanted(case)
    lead = case.world.actor(LEAD)
    function = case.function(LEAD)
    actor_services.set_numbers(lead, function, "08-508 000 00", is_the_functions=True, now=NOW)
    case.strategic.chair = function
    case.strategic.save()
    page = case.page(LEAD, f"{LETTER}?till={row.pk}")

    assert "<b>Vårdcentralen Hemby</b>" in page
    assert case.strategic.name in page
    assert f"{function}, 08-508 000 00" in page


def test_why_a_party_is_wanted_never_leaves_in_the_letter(case):
    why = "Vården saknas när unga mår dåligt."
    row = wanted(case, why=why)

    assert why not in case.page(LEAD, f"{LETTER}?till={row.pk}")


def test_a_guest_that_is_not_shared_with_the_reader_is_left_open(case):
    row = wanted(case)
    WantedActor.objects.filter(pk=row.pk).update(sharing_class=int(SharingClass.AUTHORITIES))

    page = case.page(GUARD, f"{LETTER}?till={row.pk}")
    assert "Vårdcentralen" not in page
    assert "Till: ____" in page


@pytest.mark.parametrize(
    "asked", ["", "?till=", "?till=inget-id", "?till=00000000-0000-0000-0000-000000000000"]
)
def test_without_a_guest_there_is_a_line_to_write_on(case, asked):
    assert "Till: ____" in case.page(LEAD, LETTER + asked)


def test_the_next_meeting_stands_in_the_letter_and_one_that_is_past_does_not(case):
    case.plan(case.strategic, starts_at=NOW + timedelta(days=3650))

    assert "2036-11-17" in case.page(LEAD, LETTER)


def test_no_account_stands_on_either_page(case):
    for tail in (SERIES, LETTER):
        page = case.page(LEAD, tail).partition("<main")[2]
        assert not [user.username for user in case.world.users.values() if user.username in page]


def test_a_member_of_another_place_meets_neither_template(case):
    other = case.world.add_place("Bortre torget")
    places.limit_membership(
        case.world.actor(Role.ADMINISTRATOR), case.world.membership(Role.PROPERTY_OWNER), [other], now=NOW
    )
    client = case.world.client(Role.PROPERTY_OWNER)

    assert [client.get(f"/exempelstad/{tail}").status_code for tail in (SERIES, LETTER)] == [404, 404]
    assert "Exempeltorget" not in client.get("/exempelstad/mallar/").content.decode()
