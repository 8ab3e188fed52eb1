"""Who keeps the lamp: the register of things and the owner it proposes."""

from __future__ import annotations

import pytest

from samsyn.domain.access import NotAllowed, OrganisationKind, Role
from samsyn.domain.actors import Need
from samsyn.domain.assets import AssetCategory, AssetKind, OwnerReason
from samsyn.web.people.models import AuditEvent
from samsyn.web.places import asset_errors as errors, asset_reading as reading, asset_services as services
from samsyn.web.places.models import Asset, Place
from samsyn.web.places.services import add_sub_place

from .conftest import NOW, World

pytestmark = pytest.mark.django_db
LEAD, GUARD, OWNER = Role.SAFETY_COORDINATOR, Role.PUBLIC_ORDER_GUARD, Role.PROPERTY_OWNER


def lamp(world: World, place: Place, name: str = "Lampa 14", keeper: OrganisationKind | None = None, **more):
    organisation = world.organisations[keeper or OrganisationKind.PROPERTY_OWNER]
    new = services.NewAsset(AssetKind.LAMP, name, organisation, **more)
    return services.add_asset(world.actor(LEAD), place, new, now=NOW)


def proposed(world: World, place: Place, **more):
    return reading.propose_owner(world.actor(GUARD), place, AssetCategory.LIGHT.value, **more)


def test_the_thing_itself_says_who_keeps_it(world, place):
    lamp(world, place, "Lampa 1", OrganisationKind.MUNICIPALITY)
    one = lamp(world, place, report_how="Felanmälan dygnet runt")
    found = proposed(world, place, asset=one)
    assert (found.organisation, found.reason, found.report_how) == (
        world.organisations[OrganisationKind.PROPERTY_OWNER],
        OwnerReason.KEEPS_IT,
        "Felanmälan dygnet runt",
    )


def test_the_part_of_the_place_goes_before_the_place(world, place):
    part = add_sub_place(world.actor(LEAD), place, name="Norra trappan", kind="stairs", now=NOW)
    for number in range(3):
        lamp(world, place, f"Lampa {number}", OrganisationKind.MUNICIPALITY)
    lamp(world, place, "Lampa vid trappan", sub_place=part)
    assert proposed(world, place, sub_place=part).reason is OwnerReason.KEEPS_SUCH_THINGS_HERE
    at_large = proposed(world, place)
    assert at_large.reason is OwnerReason.KEEPS_SUCH_THINGS_AT_THE_PLACE
    assert at_large.organisation == world.organisations[OrganisationKind.MUNICIPALITY]


def test_a_function_that_takes_such_questions_is_next(world, place):
    function = world.membership(Role.CASE_OFFICER).function
    function.needs = [Need.ORDER_AND_PROPERTY.value]
    function.save()
    found = proposed(world, place)
    assert (found.function, found.reason) == (function, OwnerReason.TAKES_SUCH_QUESTIONS)


def test_last_comes_the_municipality_that_shares_the_place(world, place):
    found = proposed(world, place)
    assert (found.organisation, found.reason) == (place.municipal_owner, OwnerReason.OWNS_THE_PLACE)


def test_not_ours_goes_on_to_the_next_and_none_comes_twice(world, place):
    lamp(world, place, "Lampa 1", OrganisationKind.MUNICIPALITY)
    one = lamp(world, place)
    found = reading.propose_owners(world.actor(GUARD), place, AssetCategory.LIGHT.value, asset=one)
    assert [(proposal.organisation.kind, proposal.reason) for proposal in found] == [
        ("property_owner", OwnerReason.KEEPS_IT),
        ("municipality", OwnerReason.KEEPS_SUCH_THINGS_AT_THE_PLACE),
    ]


@pytest.mark.parametrize(
    ("writer", "may"), [(LEAD, True), (OWNER, True), (GUARD, False), (Role.EVALUATOR, False)]
)
def test_a_lead_or_the_keeper_writes(world, place, writer, may):
    new = services.NewAsset(AssetKind.DOOR, "Port 3", world.organisations[OrganisationKind.PROPERTY_OWNER])
    if may:
        assert services.add_asset(world.actor(writer), place, new, now=NOW).category == "locks_and_entrances"
    else:
        with pytest.raises(NotAllowed):
            services.add_asset(world.actor(writer), place, new, now=NOW)


def test_a_file_is_saved_whole_or_not_at_all(world, place):
    keeper = world.organisations[OrganisationKind.MUNICIPALITY]
    news = [
        services.NewAsset(AssetKind.LAMP, name, keeper, row=row)
        for row, name in ((2, "Lampa 1"), (3, "Lampa 1"), (4, "Lampan där Kalle Andersson säljer"))
    ]
    with pytest.raises(errors.AssetFileRefused) as refused:
        services.add_assets(world.actor(LEAD), place, news, now=NOW)
    assert [(one.row, one.code) for one in refused.value.problems] == [
        (3, "name_twice"),
        (4, "text_refused"),
    ]
    assert not Asset.objects.exists()
    assert services.add_assets(world.actor(LEAD), place, news[:1], now=NOW) == 1
    assert AuditEvent.objects.filter(verb="add assets").count() == 1


def test_a_thing_that_is_gone_proposes_nobody(world, place):
    one = lamp(world, place)
    services.remove_asset(world.actor(LEAD), one, "Utbytt", on=NOW.date(), now=NOW)
    assert proposed(world, place).reason is OwnerReason.OWNS_THE_PLACE


def test_a_property_owner_of_another_scene_is_told_nothing(world, place):
    from samsyn.web.places.services import limit_membership

    other = world.add_place("Bortre torget")
    limit_membership(world.actor(Role.ADMINISTRATOR), world.membership(OWNER), [other], now=NOW)
    assert reading.propose_owners(world.actor(OWNER), place, "light") == []
