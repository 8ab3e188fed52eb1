"""A hostile walk: every address, with and without membership, and nothing is told or changed.

The walk follows the address patterns themselves, so a new page is walked the day it is written. A parameter
that nobody has told the walk how to fill fails the test with a hint.
"""

# ruff: noqa: E501  (sentences that say what to do stand on one line)
from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver

from samsyn.domain import calendar
from samsyn.domain.access import Role
from samsyn.web.places.models import Place
from tests.house.town import LEAD, SECRET_AREA, SECRET_NAME, Town, build_town
from tests.web.conftest import World, build_world

pytestmark = pytest.mark.django_db
# Addresses that need no membership, and why.
OPEN_TO_ALL = {
    "": "sends on: to sign in, to the own account, or to the only workspace",
    "logga-in/": "signing in",
    "logga-ut/": "signing out",
    "konto/": "the reader's own account",
    "sprak/": "the reader's own language",
    "tillganglighet/": "the statement that the law asks for",
    "sw.js": "the program that keeps the shell on a telephone; the same for all",
    "utan-natet/": "the page for no signal; says nothing of who fetched it",
    "samsyn.webmanifest": "how the program looks on a home screen",
    "halsa/": "for a load balancer; says that the database answers",
    "kalender/<str:secret>.ics": "whoever has the secret; gives what its account may see, as times and names",
    "api/v1/openapi.json": "the description of the API, without data",
    "api/v1/": "the root of the API, without data",
}
# Pages of a workspace that are about no single thing: a member of another place may open them.
ABOUT_NO_PLACE = re.compile(r"underlag/<slug:slug>/|karta/<slug:scheme>|avvikelser/summor.<")
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
BULKY = {"content", "findings", "wkb"}  # hashes of these stand in other columns


@dataclass
class Walk:
    """The town that is walked, and a neighbour whose members have no business in it."""

    town: Town
    other: World

    @property
    def world(self) -> World:
        """The workspace that is walked."""
        return self.town.world

    @property
    def place(self) -> Place:
        """The place that a limited member may not see."""
        return self.town.place

    def fill(self, route: str, workspace: str = "") -> str:
        """Return an address for a pattern, with the ids of rows that exist."""

        def value(found: re.Match[str]) -> str:
            name = found[1]
            if name == "workspace":
                return workspace or self.world.workspace.slug
            inside = route.partition(">/")[2]
            for (prefix, parameter), answer in self.town.parameters.items():
                if parameter == name and inside.startswith(prefix):
                    return str(answer)
            pytest.fail(
                f"/{route}: tell build_town in tests/house/town.py how to fill <{name}>, with a row that exists"
            )

        asked = "?first_year=2017&last_year=2019" if route.endswith("situation/") else ""
        return "/" + PARAMETER.sub(value, route) + asked


def patterns(found: list[Any] | None = None, before: str = "") -> Iterator[str]:
    """Yield the route of every address."""
    for one in get_resolver().url_patterns if found is None else found:
        route = before + str(one.pattern).removeprefix("^")
        if isinstance(one, URLResolver):
            yield from patterns(one.url_patterns, route)
        elif isinstance(one, URLPattern):
            yield route


ROUTES = sorted(set(patterns()))
IN_A_WORKSPACE = [route for route in ROUTES if "<slug:workspace>" in route]
ABOUT_A_THING = [route for route in IN_A_WORKSPACE if len(PARAMETER.findall(route)) > 1]


@pytest.fixture(scope="module")
def town(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[Walk]:
    """Return one town for the whole walk, which changes nothing; it is rolled back at the end."""
    home = override_settings(SAMSYN_HOME=tmp_path_factory.mktemp("home"))
    with django_db_blocker.unblock(), home, transaction.atomic():
        world, other = build_world("exempelstad"), build_world("grannstad")
        yield Walk(build_town(world, calendar.now() - timedelta(hours=1)), other)
        transaction.set_rollback(True)


def rows_of_everything() -> dict[str, list[Any]]:
    """Return every row of our tables; reading may write audit events and nothing else."""
    return {
        model.__name__: sorted(
            map(
                repr,
                model.objects.values_list(
                    *(one.name for one in model._meta.concrete_fields if one.name not in BULKY)
                ),
            )
        )
        for model in apps.get_models()
        if model.__module__.startswith("samsyn.") and model.__name__ not in {"AuditEvent", "User"}
    }


def ask(client: Client, address: str) -> Iterator[tuple[str, HttpResponse]]:
    """Read an address, as a fragment of a page would, and post to it."""
    yield f"GET {address}", client.get(address, headers={"HX-Request": "true"})
    yield f"POST {address}", client.post(address, {})


def body(answer: HttpResponse) -> str:
    """Return what is answered, without the address that the reader wrote and the page repeats."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode("utf-8", "replace").replace(answer.wsgi_request.path, "")


def test_every_address_without_a_workspace_is_known_to_be_open():
    unknown = sorted(set(ROUTES) - set(IN_A_WORKSPACE) - OPEN_TO_ALL.keys())

    assert not unknown, f"Put the page under a workspace, or enter it in OPEN_TO_ALL with a reason: {unknown}"


def test_whoever_has_not_signed_in_is_sent_to_do_so(town):
    before = rows_of_everything()
    for route in IN_A_WORKSPACE:
        for what, answer in ask(Client(), town.fill(route)):
            if what.startswith("POST") and answer.status_code == 405 and "/api/" in what:
                continue
            assert answer.status_code in {302, 401, 404}, f"{what}: {answer.status_code}"
            if answer.status_code == 302:
                assert answer["Location"].startswith("/logga-in/"), f"{what} sends to {answer['Location']}"
            assert SECRET_NAME not in body(answer), what
    assert rows_of_everything() == before


def test_someone_without_a_membership_meets_nothing_anywhere(town):
    before = rows_of_everything()
    client = town.world.client(None)
    for route in IN_A_WORKSPACE:
        for what, answer in ask(client, town.fill(route)):
            allowed = {404, 405} if "/api/" in what and "POST" in what else {404}
            assert answer.status_code in allowed, (
                f"{what}: {answer.status_code}; only members may know it is there"
            )
            assert SECRET_NAME not in body(answer), what
    assert rows_of_everything() == before


@pytest.mark.parametrize("address", ["/", "/konto/", "/tillganglighet/", "/halsa/"])
def test_someone_without_a_membership_still_reaches_the_own_account(town, address):
    answer = town.world.client(None).get(address, follow=True)

    assert answer.status_code == 200
    assert "Exempelstad" not in body(answer)


def test_a_member_elsewhere_meets_nothing_in_a_workspace_of_others(town):
    before = rows_of_everything()
    client = town.other.client(Role.ADMINISTRATOR)
    for route in IN_A_WORKSPACE:
        for what, answer in ask(client, town.fill(route)):
            allowed = {404, 405} if "/api/" in what and "POST" in what else {404}
            assert answer.status_code in allowed, f"{what}: {answer.status_code}"
    assert rows_of_everything() == before


@pytest.mark.parametrize("role", [LEAD, Role.ADMINISTRATOR], ids=str)
def test_a_member_elsewhere_cannot_reach_others_rows_through_the_own_address(town, role):
    before = rows_of_everything()
    client = town.other.client(role)
    for route in ABOUT_A_THING:
        address = town.fill(route, workspace=town.other.workspace.slug)
        for what, answer in ask(client, address):
            if "karta/<slug:scheme>" in route:
                assert SECRET_AREA not in body(answer), what
                continue
            assert answer.status_code in {404, 405}, (
                f"{what}: {answer.status_code}; the row is another workspace's"
            )
    assert rows_of_everything() == before


def test_a_member_of_another_place_meets_nothing_of_this_one(town):
    before = rows_of_everything()
    client = town.world.client(Role.PROPERTY_OWNER)
    for route in IN_A_WORKSPACE:
        about_the_place = route in ABOUT_A_THING and not ABOUT_NO_PLACE.search(route)
        for what, answer in ask(client, town.fill(route)):
            if about_the_place:
                assert answer.status_code in {404, 405}, (
                    f"{what}: {answer.status_code}; the place is not the reader's"
                )
            else:
                assert answer.status_code in {200, 302, 400, 404, 405, 422}, f"{what}: {answer.status_code}"
            for secret in (SECRET_NAME, town.place.slug, str(town.place.pk)):
                assert secret not in body(answer), f"{what} tells of {secret!r}"
    assert rows_of_everything() == before


def test_the_data_protection_officer_reads_the_log_and_no_contents(town):
    before = rows_of_everything()
    client = town.world.client(Role.DATA_PROTECTION_OFFICER)
    for route in IN_A_WORKSPACE:
        for what, answer in ask(client, town.fill(route)):
            if route in ABOUT_A_THING:
                assert answer.status_code in {404, 405}, f"{what}: {answer.status_code}"
            for secret in (SECRET_NAME, SECRET_AREA, "Siffran stämmer inte", "Trappan är inte med"):
                assert secret not in body(answer), f"{what} tells of {secret!r}"
    assert client.get("/exempelstad/logg/").status_code == 200
    assert rows_of_everything() == before


@pytest.mark.parametrize("role", [LEAD, Role.PLACE_MANAGER, Role.COUNTY_ANALYST], ids=str)
def test_no_reading_changes_a_row(town, role):
    before = rows_of_everything()
    client = town.world.client(role)
    for route in IN_A_WORKSPACE:
        answer = client.get(town.fill(route))
        assert answer.status_code < 500, f"{role} GET {town.fill(route)}: {answer.status_code}"
    assert rows_of_everything() == before


def test_the_walk_fills_in_rows_that_whoever_leads_the_work_can_open(town):
    client = town.world.client(LEAD)
    administrator = {"aktorer/"}
    closed = {
        route: status
        for route in ABOUT_A_THING
        if not any(part in route for part in administrator)
        and (status := client.get(town.fill(route)).status_code) not in {200, 302, 405}
    }

    assert not closed, f"The refusals above prove nothing for rows that are not there: {closed}"
