"""The handover pack: from every area, within the reader's class and five minutes, with a receipt."""

from __future__ import annotations

from datetime import timedelta

import pytest

from samsyn.domain.access import NotAllowed, Role, SharingClass
from samsyn.domain.calendar import now
from samsyn.domain.handover import MOST_WORDS
from samsyn.web.cooperation import duty_services
from samsyn.web.cooperation.handover_paragraphs import unbroken
from samsyn.web.cooperation.handover_reading import pack_for, readers_of
from samsyn.web.cooperation.handover_services import note_read
from samsyn.web.cooperation.heads_up_services import write_heads_up
from samsyn.web.cooperation.models import Forum, HandoverReceipt, Meeting
from samsyn.web.people import actor_services, services as people
from samsyn.web.people.models import AuditEvent
from samsyn.web.places import services as places
from samsyn.web.ui.models import record_columns
from tests.web.conftest import NOW

pytestmark = pytest.mark.django_db
TEXT = "Räkna med oro vid trappan i kväll"


def part(pack, code: str) -> str:
    return " ".join(line for one in pack.parts if one.code == code for line in one.lines)


def pack_of(world, place, role, at=NOW):
    return pack_for(world.actor(role), place, at)


def with_forum(world, place):
    forum = Forum.objects.create(
        **record_columns(world.actor(Role.SAFETY_COORDINATOR), NOW), place=place, slug="u",
        name="Utsättningen", level="operational", purpose="Samma bild före passet.",
        cadence="Varje dag 17.00.",
    )  # fmt: skip
    Meeting.objects.create(
        **record_columns(world.actor(Role.SAFETY_COORDINATOR), NOW), forum=forum,
        starts_at=NOW + timedelta(hours=18), ends_at=NOW + timedelta(hours=19),
    )  # fmt: skip
    return forum


def test_it_says_what_each_area_knows(world, place):
    with_forum(world, place)
    write_heads_up(world.actor(Role.AREA_OFFICER), [place], text=TEXT, now=NOW)

    pack = pack_of(world, place, Role.RESPONSE_OFFICER)

    assert "Samma bild före passet." in part(pack, "aims")
    assert "Varje dag 17.00." in part(pack, "meetings")
    assert "2026-11-21 16:40" in part(pack, "meetings")
    assert TEXT in part(pack, "matters_now")
    assert "112" in part(pack, "how_to_reach")
    assert "Status:" in part(pack, "about_the_place")
    assert part(pack, "do_not")


@pytest.mark.parametrize(
    ("role", "told"),
    [
        (Role.AREA_OFFICER, "till 00:40"),
        (Role.PUBLIC_ORDER_GUARD, "nåbar nu"),
        (Role.PROPERTY_OWNER, "nåbar nu"),
    ],
)
def test_who_is_on_is_told_with_the_hour_to_authorities_and_as_reachable_to_others(world, place, role, told):
    function = world.membership(Role.OUTREACH_WORKER).function
    lead = world.actor(Role.SAFETY_COORDINATOR)
    actor_services.set_numbers(lead, function, "08-508 000 00", is_the_functions=True, now=NOW)
    duty_services.add_shift(lead, place, function, NOW, NOW + timedelta(hours=2), now=NOW)

    line = part(pack_of(world, place, role), "on_now")

    assert line.startswith(f"{function.name}, {function.organisation.name}: {told}")
    assert unbroken("08-508 000 00") in line
    assert ("00:40" in line) is (told == "till 00:40")


def test_what_a_guard_may_not_read_is_counted_and_not_told(world, place):
    write_heads_up(world.actor(Role.AREA_OFFICER), [place], text=TEXT, now=NOW)

    pack = pack_of(world, place, Role.PUBLIC_ORDER_GUARD)

    assert TEXT not in str(pack.parts)
    assert "1 till delas inte med er." in part(pack, "matters_now")


def test_it_is_five_minutes_however_much_there_is_to_say(world, place):
    for number in range(60):
        Forum.objects.create(
            **record_columns(world.actor(Role.SAFETY_COORDINATOR), NOW), place=place, slug=f"f{number}",
            name=f"Forum {number}", level="operational", purpose=" ".join(["ord"] * 70),
            cadence=" ".join(["ord"] * 30),
        )  # fmt: skip

    pack = pack_of(world, place, Role.AREA_OFFICER)

    assert pack.words <= MOST_WORDS
    assert pack.minutes <= 5


def test_the_receipt_is_once_a_day_and_recorded(world, place):
    for _ in range(2):
        note_read(world.actor(Role.AREA_OFFICER), place, now=NOW)
    note_read(world.actor(Role.AREA_OFFICER), place, now=NOW + timedelta(days=1))

    assert HandoverReceipt.objects.count() == 2
    assert AuditEvent.objects.filter(verb="receipt").count() == 2
    assert pack_of(world, place, Role.AREA_OFFICER).read_on.isoformat() == "2026-11-21"


def test_the_lead_sees_how_many_have_read_where_the_function_is_large_enough(world, place):
    function = world.membership(Role.AREA_OFFICER).function
    for number in range(4):
        account = people.create_account(f"omrade-{number}", "samsyn-demo", demo=True)
        people.open_membership(
            world.workspace, account, function, Role.AREA_OFFICER, valid_from=NOW.date() - timedelta(days=9)
        )
    note_read(world.actor(Role.AREA_OFFICER), place, now=NOW)
    note_read(world.actor(Role.OUTREACH_WORKER), place, now=NOW)

    shown = {
        one.function: one.readers for one in readers_of(world.actor(Role.SAFETY_COORDINATOR), place, NOW)
    }

    assert shown[function] == 1
    assert shown[world.membership(Role.OUTREACH_WORKER).function] is None
    assert readers_of(world.actor(Role.AREA_OFFICER), place, NOW) == []


def test_a_place_of_others_has_no_pack(world, place):
    other = world.add_place("Bortre torget")
    places.limit_membership(
        world.actor(Role.ADMINISTRATOR), world.membership(Role.PROPERTY_OWNER), [place], now=NOW
    )
    client = world.client(Role.PROPERTY_OWNER)

    assert client.get(f"/exempelstad/overlamning/{other.slug}/").status_code == 404
    assert client.get(f"/exempelstad/overlamning/{place.slug}/").status_code == 200
    with pytest.raises(NotAllowed):
        note_read(world.actor(Role.PROPERTY_OWNER), other, now=NOW)


@pytest.mark.parametrize("role", [Role.EVALUATOR, Role.DATA_PROTECTION_OFFICER])
def test_who_has_no_part_in_the_cooperation_meets_no_pack(world, place, role):
    assert world.client(role).get(f"/exempelstad/overlamning/{place.slug}/").status_code == 404


def test_the_page_is_read_and_noted(world, place):
    write_heads_up(
        world.actor(Role.AREA_OFFICER), [place], text=TEXT, now=now(), text_class=SharingClass.COOPERATION
    )
    client = world.client(Role.PUBLIC_ORDER_GUARD)
    page = client.get(f"/exempelstad/overlamning/{place.slug}/").content.decode()

    assert TEXT in page
    assert "Hur många som har läst" not in page
    assert client.post(f"/exempelstad/overlamning/{place.slug}/last/").status_code == 302
    assert "Du läste den" in client.get(f"/exempelstad/overlamning/{place.slug}/").content.decode()
