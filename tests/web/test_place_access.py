"""Who reads the description of a place, and who reaches which place at all."""

from __future__ import annotations

import pytest
from django.test import Client

from samsyn.domain.access import NotAllowed, Role, SharingClass
from samsyn.web.people.models import AuditEvent
from samsyn.web.places import services

from .conftest import NOW, World, build_world
from .placing import REGISTER, coordinator, create, posted, words_of

pytestmark = pytest.mark.django_db


# ------------------------------------------------------------------ the description

SECRET = "Gångtunneln används på kvällen"


@pytest.mark.parametrize(
    "role", [Role.PUBLIC_ORDER_GUARD, Role.PLACE_MANAGER, Role.EVALUATOR, Role.CASE_OFFICER]
)
def test_those_outside_learn_that_there_is_a_description_and_not_what_it_says(
    world: World, role: Role
) -> None:
    made = create(world, description=SECRET)
    page = words_of(world.client(role).get(f"{REGISTER}{made.slug}/"))
    # The one who wrote it is of the municipality: its own organisation reads what it owns.
    if world.membership(role).function.organisation_id == made.owner_id:
        assert SECRET in page
    else:
        assert SECRET not in page
        assert "bara delas med myndigheter" in page or "myndigheter" in page


def test_reading_the_authorities_description_is_logged_and_being_refused_it_is_not(world: World) -> None:
    made = create(world, description=SECRET)
    reads = AuditEvent.objects.filter(workspace=world.workspace, verb="read", place_id=made.pk)
    world.client(Role.PUBLIC_ORDER_GUARD).get(f"{REGISTER}{made.slug}/")
    assert reads.count() == 0
    assert SECRET in words_of(world.client(Role.AREA_OFFICER).get(f"{REGISTER}{made.slug}/"))
    assert [event.fields for event in reads] == [["description"]]


def test_a_description_for_the_cooperation_is_read_by_all_and_not_logged(world: World) -> None:
    made = create(world, description="Torg med kiosk", description_class=SharingClass.COOPERATION.value)
    assert "Torg med kiosk" in words_of(world.client(Role.PUBLIC_ORDER_GUARD).get(f"{REGISTER}{made.slug}/"))
    assert not AuditEvent.objects.filter(workspace=world.workspace, verb="read").exists()


def test_the_form_neither_shows_nor_overwrites_what_the_other_organisation_keeps_to_itself(
    world: World,
) -> None:
    made = create(world, description=SECRET, description_class=SharingClass.OWN_ORGANISATION.value)
    client, address = world.client(Role.MUNICIPAL_POLICE_LIAISON), f"{REGISTER}{made.slug}/andra/"
    page = client.get(address)
    assert SECRET not in words_of(page)
    answer = client.post(address, posted(world, alias="Plattan", description="Annat", revision=made.revision))
    assert answer.status_code == 302
    made.refresh_from_db()
    assert (made.alias, made.description) == ("Plattan", SECRET)


def test_reading_the_description_in_the_form_is_logged_too(world: World) -> None:
    made = create(world, description=SECRET)
    world.client(Role.MUNICIPAL_POLICE_LIAISON).get(f"{REGISTER}{made.slug}/andra/")
    assert (
        AuditEvent.objects.filter(workspace=world.workspace, verb="read", fields=["description"]).count() == 1
    )


# ------------------------------------------------------------------ who reaches which place


@pytest.fixture
def owner(world: World) -> Client:
    """Return a property owner who reaches one place of two."""
    mine = world.add_place("Mitt torg")
    world.add_place("Andra torget")
    services.limit_membership(
        world.actor(Role.ADMINISTRATOR), world.membership(Role.PROPERTY_OWNER), [mine], now=NOW
    )
    return world.client(Role.PROPERTY_OWNER)


def test_a_property_owner_sees_the_own_place_in_the_register(owner: Client) -> None:
    assert [place.name for place, _boundary in owner.get(REGISTER).context["rows"]] == ["Mitt torg"]
    assert "Andra torget" not in words_of(owner.get("/exempelstad/"))


def test_a_property_owner_sees_the_own_place_on_the_map(owner: Client) -> None:
    layer = "/exempelstad/karta/platser.geojson"
    assert [one["properties"]["name"] for one in owner.get(layer).json()["features"]] == ["Mitt torg"]
    assert owner.get(f"{layer}?plats=andra-torget").json()["features"] == []


@pytest.mark.parametrize(
    "page", ["", "lagesbild/", "lagesbild/2017-2019/", "lagesbild/2017-2019.json", "andra/"]
)
def test_other_places_are_not_there_for_a_property_owner(owner: Client, page: str) -> None:
    assert owner.get(f"{REGISTER}andra-torget/{page}").status_code == 404
    assert owner.get(f"{REGISTER}finns-inte/{page}").status_code == 404


def test_the_own_place_opens_for_a_property_owner(owner: Client) -> None:
    assert owner.get(f"{REGISTER}mitt-torg/").status_code == 200


def test_a_place_that_is_kept_to_an_organisation_is_not_there_for_others(world: World) -> None:
    create(world, sharing_class=SharingClass.OWN_ORGANISATION)
    assert world.client(Role.SAFETY_COORDINATOR).get(f"{REGISTER}exempeltorget/").status_code == 200
    client = world.client(Role.AREA_OFFICER)
    assert client.get(f"{REGISTER}exempeltorget/").status_code == 404
    assert client.get("/exempelstad/karta/platser.geojson").json()["features"] == []


def test_an_administrator_limits_memberships_and_places_of_the_own_workspace_only(world: World) -> None:
    other = build_world("annanstad")
    strange, own = other.add_place("Torget"), world.membership(Role.PROPERTY_OWNER)
    for membership, places in ((other.membership(Role.PROPERTY_OWNER), []), (own, [strange])):
        with pytest.raises(NotAllowed):
            services.limit_membership(world.actor(Role.ADMINISTRATOR), membership, places, now=NOW)
    with pytest.raises(NotAllowed):
        services.limit_membership(coordinator(world), own, [], now=NOW)
    assert own.every_place
