"""A small workspace with one account of each role, made through the services."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import pytest
from django.test import Client

from samsyn import geography
from samsyn.domain.access import Actor, OrganisationKind, Role
from samsyn.web.facts.services import reconcile, store_of
from samsyn.web.people import services as people
from samsyn.web.people.models import Membership, Organisation, User, Workspace
from samsyn.web.places import services as places
from samsyn.web.places.models import Place

NOW = datetime(2026, 11, 20, 21, 40, tzinfo=UTC)
TODAY = date(2026, 11, 20)
PASSWORD = "samsyn-demo"

# Role, organisation kind, whether that is an authority.
STAFF = {
    Role.SAFETY_COORDINATOR: (OrganisationKind.MUNICIPALITY, True),
    Role.OUTREACH_WORKER: (OrganisationKind.MUNICIPALITY, True),
    Role.CASE_OFFICER: (OrganisationKind.MUNICIPALITY, True),
    Role.STEERING_GROUP: (OrganisationKind.MUNICIPALITY, True),
    Role.ADMINISTRATOR: (OrganisationKind.MUNICIPALITY, True),
    Role.DATA_PROTECTION_OFFICER: (OrganisationKind.MUNICIPALITY, True),
    Role.MUNICIPAL_POLICE_LIAISON: (OrganisationKind.POLICE, True),
    Role.AREA_OFFICER: (OrganisationKind.POLICE, True),
    Role.RESPONSE_OFFICER: (OrganisationKind.POLICE, True),
    Role.PUBLIC_ORDER_GUARD: (OrganisationKind.GUARD_COMPANY, False),
    Role.PLACE_MANAGER: (OrganisationKind.BUSINESS, False),
    Role.PROPERTY_OWNER: (OrganisationKind.PROPERTY_OWNER, False),
    Role.TRANSIT: (OrganisationKind.TRANSIT, False),
    Role.COUNTY_ANALYST: (OrganisationKind.COUNTY_BOARD, True),
    Role.EVALUATOR: (OrganisationKind.RESEARCH, False),
}

SQUARE = {
    "type": "Polygon",
    "coordinates": [
        [[18.0630, 59.3320], [18.0660, 59.3320], [18.0660, 59.3335], [18.0630, 59.3335], [18.0630, 59.3320]]
    ],
}


@dataclass
class World:
    """A workspace, its organisations, one account of each role, and an outsider."""

    workspace: Workspace
    organisations: dict[OrganisationKind, Organisation]
    users: dict[Role, User]
    outsider: User
    places: dict[str, Place] = field(default_factory=dict)

    def actor(self, role: Role) -> Actor:
        """Return the actor that the role's account is."""
        found = people.actor_for(self.users[role], self.workspace, TODAY)
        assert found is not None
        return found

    def client(self, role: Role | None) -> Client:
        """Return a signed-in browser; None is the outsider."""
        client = Client()
        client.force_login(self.users[role] if role else self.outsider)
        return client

    def membership(self, role: Role) -> Membership:
        """Return the role's open membership."""
        return Membership.objects.get(user=self.users[role], workspace=self.workspace, valid_to=None)

    def add_place(self, name: str = "Exempeltorget", **details: object) -> Place:
        """Register a place with a square boundary, as the safety coordinator."""
        made = places.create_place(
            self.actor(Role.SAFETY_COORDINATOR),
            name=name,
            police_owner=self.organisations[OrganisationKind.POLICE],
            municipal_owner=self.organisations[OrganisationKind.MUNICIPALITY],
            boundary=places.NewBoundary(geography.from_geojson_geometry(SQUARE), date(2017, 1, 1)),
            now=NOW,
            **details,
        )
        self.places[made.slug] = made
        return made


def build_world(slug: str = "exempelstad") -> World:
    """Make a demo workspace with every role."""
    workspace = Workspace.objects.create(slug=slug, name=slug.capitalize(), simulated=True, demo=True)
    organisations: dict[OrganisationKind, Organisation] = {}
    users: dict[Role, User] = {}
    for role, (kind, is_authority) in STAFF.items():
        organisation = organisations.get(kind) or people.add_organisation(
            workspace, f"Organisation {kind.value}", kind, is_authority=is_authority
        )
        organisations[kind] = organisation
        users[role] = people.create_account(f"{slug}-{role.value}", PASSWORD, demo=True)
        function = people.add_function(organisation, f"Funktion {role.value}")
        people.open_membership(workspace, users[role], function, role, valid_from=date(2020, 1, 1))
    outsider = people.create_account(f"{slug}-utomstaende", PASSWORD, demo=True)
    return World(workspace, organisations, users, outsider)


@dataclass
class Stockholm:
    """The workspace with published figures, as the demo has it."""

    workspace: Workspace

    def client(self, username: str) -> Client:
        """Return a browser signed in as a demo account."""
        client = Client()
        client.force_login(User.objects.get(username=username))
        return client

    def actor(self, username: str) -> Actor:
        """Return the actor that a demo account is here."""
        found = people.actor_for(User.objects.get(username=username), self.workspace, TODAY)
        assert found is not None
        return found

    def place(self, slug: str = "sergels-torg") -> Place:
        """Return a place."""
        return Place.objects.get(workspace=self.workspace, slug=slug)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: object) -> None:
    """Load the workspace with published figures once; every test sees it and rolls back what it writes."""
    from samsyn.web.desk import demo

    with django_db_blocker.unblock():
        demo.load_all(only=("stockholm",))


@pytest.fixture
def stockholm(db: None) -> Stockholm:
    """Return the workspace with published figures, and nothing in its store but what the catalogue knows.

    A test's transaction is rolled back, but no transaction covers the store's folder, and a version left
    there would move the numbers of the next test's versions.
    """
    workspace = Workspace.objects.get(slug="stockholm")
    folder = store_of(workspace).folder
    for holds, slug, version in reconcile(workspace)["not_in_catalogue"]:
        shutil.rmtree((folder / "_areas" if holds == "areas" else folder) / slug / f"v{version:04}")
    return Stockholm(workspace)


@pytest.fixture
def world(db: None) -> World:
    """Return a fresh workspace with every role."""
    return build_world()


@pytest.fixture
def place(world: World) -> Place:
    """Return a place in the fresh workspace."""
    return world.add_place()
