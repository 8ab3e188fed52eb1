"""Vem tar över? in the web: the list for a situation, what each reader is told, and that nothing is kept."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta

import pytest

from samsyn import geography
from samsyn.domain import calendar
from samsyn.domain.access import Role
from samsyn.domain.actors import Need, TargetGroup
from samsyn.domain.hours import OpeningHours, read_spans
from samsyn.domain.mandates import MandateKind
from samsyn.web.cooperation import duty_services
from samsyn.web.people import actor_services
from samsyn.web.people.models import AuditEvent, Function
from samsyn.web.places import mandate_errors, mandate_reading, mandate_services as mandates
from samsyn.web.places.models import MandateCard, Place
from samsyn.web.places.services import add_sub_place

from .conftest import SQUARE, World

pytestmark = pytest.mark.django_db
LEAD, GUARD, OUTREACH, POLICE = (
    Role.SAFETY_COORDINATOR, Role.PUBLIC_ORDER_GUARD, Role.OUTREACH_WORKER, Role.MUNICIPAL_POLICE_LIAISON,
)  # fmt: skip
ADDRESS = "/exempelstad/vem-tar-over/"
ASKED = {"plats": "exempeltorget", "vem": "under_18", "behov": "unwell"}


@pytest.fixture
def jour(world: World, place: Place) -> Function:
    """Return a function that takes young people who feel unwell, with a number and always open."""
    function = world.membership(OUTREACH).function
    changes = {
        "target_groups": [TargetGroup.UNDER_18.value],
        "needs": [Need.UNWELL.value],
        "hours": OpeningHours((read_spans("dygnet runt"),) * 7).as_json(),
    }
    lead, moment = world.actor(LEAD), calendar.now()
    actor_services.change_card(lead, function, changes, revision=1, now=moment)
    actor_services.set_numbers(lead, function, "070-174 06 05", is_the_functions=True, now=moment)
    return function


def page(world: World, reader: Role = GUARD, **asked: str) -> str:
    answer = world.client(reader).get(ADDRESS, asked)
    assert answer.status_code == 200
    return answer.content.decode()


def test_two_choices_lead_to_a_number_that_one_tap_calls(world, jour):
    assert "?plats=exempeltorget&amp;vem=under_18" in page(world)
    assert "behov=unwell" in page(world, plats="exempeltorget", vem="under_18")
    assert 'class="call" href="tel:0701740605"' in page(world, **ASKED)


def test_hours_around_the_clock_have_no_end_to_tell(world, jour):
    assert "till 00:00" not in page(world, **ASKED)


def test_a_function_that_does_not_take_it_is_not_listed(world, jour):
    assert "tel:0701740605" not in page(world, **{**ASKED, "behov": "traffic"})


def test_the_emergency_number_is_first_when_it_is_acute(world, jour):
    text = page(world, **ASKED, akut="1")
    assert text.index('href="tel:112"') < text.index("tel:0701740605")


def test_a_guard_is_not_told_until_when_the_police_are_on_duty(world, jour, place):
    police = world.membership(Role.AREA_OFFICER).function
    lead, moment = world.actor(LEAD), calendar.now()
    actor_services.change_card(lead, police, {"needs": ["unwell"]}, revision=1, now=moment)
    ends = moment.replace(second=0, microsecond=0) + timedelta(hours=2, minutes=7)
    duty_services.add_shift(lead, place, police, moment - timedelta(hours=1), ends, now=moment)
    shown = f"{ends.astimezone(calendar.STOCKHOLM):%H:%M}"
    assert f"till {shown}" in page(world, POLICE, **ASKED)
    told = page(world, GUARD, **ASKED)
    assert police.name in told
    assert shown not in told


def test_nothing_is_recorded_of_what_was_asked(world, jour):
    before = AuditEvent.objects.count()
    answer = world.client(GUARD).get(ADDRESS, ASKED)
    assert AuditEvent.objects.count() == before
    assert {name: cookie.value for name, cookie in answer.cookies.items() if "samsyn_" in name} == {
        "samsyn_place": "exempeltorget"
    }


def test_the_place_used_last_on_the_device_is_remembered(world, jour):
    world.add_place("Bortre torget")
    client = world.client(GUARD)
    assert "Bortre torget" in client.get(ADDRESS).content.decode()
    client.get(ADDRESS, {"plats": "exempeltorget"})
    assert "vem=under_18" in client.get(ADDRESS).content.decode()


@pytest.mark.parametrize("reader", [Role.EVALUATOR, Role.DATA_PROTECTION_OFFICER, Role.COUNTY_ANALYST])
def test_who_takes_no_part_meets_no_page_and_no_cards(world, jour, reader):
    client = world.client(reader)
    assert client.get(ADDRESS).status_code == 404
    assert client.get(f"{ADDRESS}kort.json").status_code == 404


# ------------------------------------------------------------------ the cards of a telephone


def test_the_cards_hold_numbers_and_hours_and_die_after_twelve_hours(world, jour):
    cards = world.client(GUARD).get(f"{ADDRESS}kort.json").json()
    (card,) = [one for one in cards["functions"] if one["id"] == str(jour.pk)]
    assert card["numbers"] == [{"number": "070-174 06 05", "call": "tel:0701740605", "label": ""}]
    assert card["hours"]["week"][0] == [["00:00", "00:00"]]
    made, dies = (datetime.fromisoformat(cards[name]) for name in ("generated_at", "dies_at"))
    assert dies - made == timedelta(hours=12)


def test_the_cards_never_hold_a_roster(world, jour, place):
    moment = calendar.now()
    before = world.client(LEAD).get(f"{ADDRESS}kort.json").json()
    duty_services.add_shift(
        world.actor(LEAD), place, jour, moment, moment + timedelta(hours=7), now=moment, source="Rosterkälla"
    )
    after = world.client(LEAD).get(f"{ADDRESS}kort.json").json()
    for cards in (before, after):
        cards.pop("generated_at"), cards.pop("dies_at")
    assert after == before
    assert "Rosterkälla" not in json.dumps(after)


def test_a_property_owners_cards_are_about_the_own_scene(world, jour, place):
    from samsyn.web.places.services import limit_membership

    other = world.add_place("Bortre torget")
    limit_membership(
        world.actor(Role.ADMINISTRATOR), world.membership(Role.PROPERTY_OWNER), [place], now=calendar.now()
    )
    cards = world.client(Role.PROPERTY_OWNER).get(f"{ADDRESS}kort.json").json()
    assert [one["slug"] for one in cards["places"]] == [place.slug]
    assert other.name not in json.dumps(cards)


# ------------------------------------------------------------------ mandate cards


@pytest.fixture
def permit(world: World, place: Place):
    """Return a guard permit over the whole square, held by the municipality."""
    new = mandates.NewMandate(
        MandateKind.GUARD_PERMIT, "Tillståndet", place.municipal_owner,
        geography.from_geojson_geometry(SQUARE), date(2020, 1, 1), conditions="Hemligt villkor",
    )  # fmt: skip
    return mandates.add_mandate(world.actor(LEAD), place, new, now=calendar.now())


@pytest.fixture
def card(world: World, place: Place, permit) -> MandateCard:
    """Return a card for the guards in the permit, not yet approved."""
    return mandates.draft_card(
        world.actor(LEAD), place, world.membership(GUARD).function, may="Avvisa den som stör.", area=permit,
        now=calendar.now(),
    )  # fmt: skip


INSIDE, OUTSIDE = mandate_reading.Spot(18.0645, 59.3328), mandate_reading.Spot(18.07, 59.34)


def answered(
    world: World, place: Place, spot: mandate_reading.Spot | None, reader: Role = GUARD
) -> list[str]:
    answers = mandate_reading.answers_at(world.actor(reader), place, spot, calendar.now())
    return [one.card.may if one.card else "fråga ditt befäl" for one in answers]


def approve(world: World, card: MandateCard, role: Role = LEAD, days: int = 365) -> None:
    day = calendar.today()
    mandates.approve_card(
        world.actor(role), card, expires_on=day + timedelta(days=days), today=day, now=calendar.now()
    )


def test_a_card_answers_only_when_its_holder_has_approved_it_and_only_inside(world, place, card):
    assert answered(world, place, INSIDE) == ["fråga ditt befäl"]
    approve(world, card)
    assert answered(world, place, INSIDE) == ["Avvisa den som stör."]
    assert answered(world, place, OUTSIDE) == ["fråga ditt befäl"]
    assert answered(world, place, None) == ["fråga ditt befäl"]


@pytest.mark.parametrize("role", [POLICE, GUARD, OUTREACH, Role.PLACE_MANAGER, Role.CASE_OFFICER])
def test_nobody_else_approves(world, card, role):
    with pytest.raises(mandate_errors.NotTheHolder):
        approve(world, card, role)


@pytest.mark.parametrize("days", [0, -1, 800])
def test_an_approval_needs_an_end_that_lies_ahead(world, card, days):
    with pytest.raises(mandate_errors.CardEndMissing):
        approve(world, card, days=days)


def test_an_approved_card_is_not_approved_again(world, card):
    approve(world, card)
    with pytest.raises(mandate_errors.CardApproved):
        approve(world, card)


def test_conditions_are_hidden_from_who_reads_less_and_the_area_is_shown(world, permit):
    assert (
        "Hemligt villkor"
        in world.client(POLICE).get(f"/exempelstad/mandat/omrade/{permit.pk}/").content.decode()
    )
    told = world.client(GUARD).get(f"/exempelstad/mandat/omrade/{permit.pk}/").content.decode()
    assert "Hemligt villkor" not in told
    assert "Texten delas inte med er." in told or "delas inte" in told


def test_a_point_is_answered_and_never_kept(world, place, card):
    approve(world, card)
    before = AuditEvent.objects.count()
    answer = world.client(GUARD).get("/exempelstad/mandat/har/", {"lon": "18.06451234", "lat": "59.33281234"})
    assert "Avvisa den som stör." in answer.content.decode()
    assert AuditEvent.objects.count() == before
    assert "59.3328" not in json.dumps({name: one.value for name, one in answer.cookies.items()})


def test_guards_outside_their_permit_come_last_with_the_words_to_ask(world, place, card):
    guards = world.membership(GUARD).function
    lead, moment = world.actor(LEAD), calendar.now()
    approve(world, card)
    actor_services.change_card(
        lead, guards, {"needs": ["order_and_property"], "needs_mandate": True}, revision=1, now=moment
    )
    for name, spot in (("Inne", INSIDE), ("Ute", OUTSIDE)):
        add_sub_place(
            lead,
            place,
            name=name,
            kind="square",
            longitude=spot.longitude,
            latitude=spot.latitude,
            now=moment,
        )
    asked = {"plats": place.slug, "vem": "adult", "behov": "order_and_property"}
    assert 'id="h-not_here"' not in page(world, **asked, delplats="Inne")
    assert 'id="h-not_here"' in page(world, **asked, delplats="Ute")
