"""Who reads what: every role, class and owner."""

from __future__ import annotations

import itertools
from uuid import UUID

import pytest

from samsyn.domain.access import (
    PERMISSIONS,
    READS_UP_TO,
    Actor,
    NotAllowed,
    OrganisationKind,
    Permission,
    Role,
    SharingClass,
    audience,
    can,
    can_read,
    check_permission,
    covers_place,
    reads_up_to,
)

OWN, OTHER = UUID(int=1), UUID(int=2)
PLACE, ELSEWHERE = UUID(int=11), UUID(int=12)
OPEN, COOPERATION, AUTHORITIES, OWN_ORGANISATION = SharingClass

# What each role reads of another organisation's things when its own organisation is an authority, and
# when it is not; written out by hand from the table of roles, not computed.
READS = {
    Role.SAFETY_COORDINATOR: (AUTHORITIES, COOPERATION),
    Role.MUNICIPAL_POLICE_LIAISON: (AUTHORITIES, COOPERATION),
    Role.AREA_OFFICER: (AUTHORITIES, COOPERATION),
    Role.RESPONSE_OFFICER: (AUTHORITIES, COOPERATION),
    Role.OUTREACH_WORKER: (AUTHORITIES, COOPERATION),
    Role.PUBLIC_ORDER_GUARD: (COOPERATION, COOPERATION),
    Role.PLACE_MANAGER: (COOPERATION, COOPERATION),
    Role.TRANSIT: (COOPERATION, COOPERATION),
    Role.PROPERTY_OWNER: (COOPERATION, COOPERATION),
    Role.STEERING_GROUP: (AUTHORITIES, COOPERATION),
    Role.CASE_OFFICER: (COOPERATION, COOPERATION),
    Role.COUNTY_ANALYST: (COOPERATION, COOPERATION),
    Role.EVALUATOR: (COOPERATION, COOPERATION),
    Role.DATA_PROTECTION_OFFICER: (OPEN, OPEN),
    Role.ADMINISTRATOR: (COOPERATION, COOPERATION),
}
PERSONAS = list(itertools.product(Role, (True, False), SharingClass))


def actor(
    role: Role,
    *,
    is_authority: bool = True,
    kind: OrganisationKind = OrganisationKind.OTHER_AUTHORITY,
    places: frozenset[UUID] | None = None,
) -> Actor:
    return Actor(UUID(int=3), UUID(int=4), UUID(int=5), OWN, kind, is_authority, role, places)


def test_the_table_names_every_role():
    assert set(READS) == set(Role) == set(PERMISSIONS) == set(READS_UP_TO)


@pytest.mark.parametrize(("role", "is_authority", "sharing_class"), PERSONAS)
def test_others_things_are_read_up_to_the_roles_class(role, is_authority, sharing_class):
    limit = READS[role][0 if is_authority else 1]
    reader = actor(role, is_authority=is_authority)

    assert can_read(reader, sharing_class, OTHER, PLACE) is (sharing_class <= limit)


@pytest.mark.parametrize(("role", "is_authority", "sharing_class"), PERSONAS)
def test_an_organisation_reads_its_own_things(role, is_authority, sharing_class):
    expected = role is not Role.DATA_PROTECTION_OFFICER or sharing_class is OPEN
    reader = actor(role, is_authority=is_authority)

    assert can_read(reader, sharing_class, OWN, PLACE) is expected


@pytest.mark.parametrize("role", Role)
def test_nobody_reads_another_organisations_own_things(role):
    assert not can_read(actor(role), OWN_ORGANISATION, OTHER, None)


@pytest.mark.parametrize(("role", "sharing_class"), list(itertools.product(Role, SharingClass)))
def test_a_wider_class_is_never_harder_to_read(role, sharing_class):
    reader = actor(role)
    readable = [can_read(reader, one, OTHER, PLACE) for one in SharingClass if one <= sharing_class]

    assert readable == sorted(readable, reverse=True)


@pytest.mark.parametrize(("role", "owner"), list(itertools.product(Role, (OWN, OTHER))))
def test_a_place_outside_the_membership_is_closed_whatever_the_class(role, owner):
    reader = actor(role, places=frozenset({PLACE}))

    assert not any(can_read(reader, one, owner, ELSEWHERE) for one in SharingClass)


def test_a_thing_without_a_place_is_not_closed_by_the_membership():
    assert can_read(actor(Role.AREA_OFFICER, places=frozenset({PLACE})), COOPERATION, OTHER, None)


@pytest.mark.parametrize(
    ("places", "covered"), [(None, True), (frozenset({PLACE}), True), (frozenset(), False)]
)
def test_a_membership_covers_all_places_or_the_named_ones(places, covered):
    assert covers_place(actor(Role.AREA_OFFICER, places=places), PLACE) is covered


@pytest.mark.parametrize(
    ("kind", "limit"),
    [
        (OrganisationKind.POLICE, AUTHORITIES),
        (OrganisationKind.MUNICIPALITY, AUTHORITIES),
        (OrganisationKind.GUARD_COMPANY, COOPERATION),
        (OrganisationKind.BUSINESS, COOPERATION),
        (OrganisationKind.PROPERTY_OWNER, COOPERATION),
        (OrganisationKind.CIVIL_SOCIETY, COOPERATION),
    ],
)
def test_a_private_organisation_ticked_as_an_authority_is_still_private(kind, limit):
    assert reads_up_to(actor(Role.AREA_OFFICER, is_authority=True, kind=kind)) is limit


def test_an_ordningsvakt_never_reads_above_cooperation():
    for kind, is_authority in itertools.product(OrganisationKind, (True, False)):
        guard = actor(Role.PUBLIC_ORDER_GUARD, kind=kind, is_authority=is_authority)
        assert not can_read(guard, AUTHORITIES, OTHER, PLACE)


@pytest.mark.parametrize(("role", "permission"), list(itertools.product(Role, Permission)))
def test_checking_a_permission_refuses_exactly_what_asking_denies(role, permission):
    reader = actor(role)
    if can(reader, permission):
        check_permission(reader, permission)
    else:
        with pytest.raises(NotAllowed, match="SAM001"):
            check_permission(reader, permission)


@pytest.mark.parametrize(
    ("permission", "roles"),
    [
        (Permission.LEAD_ASSESSMENT, {Role.SAFETY_COORDINATOR, Role.MUNICIPAL_POLICE_LIAISON}),
        (Permission.EDIT_PLACE, {Role.SAFETY_COORDINATOR, Role.MUNICIPAL_POLICE_LIAISON}),
        (
            Permission.LOAD_DATA,
            {Role.SAFETY_COORDINATOR, Role.MUNICIPAL_POLICE_LIAISON, Role.COUNTY_ANALYST},
        ),
        (
            Permission.APPROVE_PICTURE,
            {Role.SAFETY_COORDINATOR, Role.MUNICIPAL_POLICE_LIAISON, Role.STEERING_GROUP},
        ),
        (Permission.VIEW_AUDIT, {Role.DATA_PROTECTION_OFFICER, Role.ADMINISTRATOR}),
        (Permission.MANAGE_MEMBERS, {Role.ADMINISTRATOR}),
        (Permission.CHALLENGE, set(Role) - {Role.DATA_PROTECTION_OFFICER, Role.ADMINISTRATOR}),
    ],
)
def test_a_permission_is_held_by_exactly_these_roles(permission, roles):
    assert {role for role in Role if can(actor(role), permission)} == roles


def test_the_data_protection_officer_reads_logs_and_no_contents():
    assert PERMISSIONS[Role.DATA_PROTECTION_OFFICER] == {Permission.VIEW_AUDIT}


@pytest.mark.parametrize("role", Role)
def test_figures_are_made_for_the_class_that_the_reader_reads(role):
    assert audience(actor(role), PLACE) is READS[role][0]


@pytest.mark.parametrize(
    ("place", "expected"), [(PLACE, AUTHORITIES), (ELSEWHERE, COOPERATION), (None, AUTHORITIES)]
)
def test_exact_figures_are_for_members_of_the_place(place, expected):
    assert audience(actor(Role.AREA_OFFICER, places=frozenset({PLACE})), place) is expected
