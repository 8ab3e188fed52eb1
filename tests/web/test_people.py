"""Accounts, memberships, scoping and the audit log."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import transaction

from samsyn.domain.access import NotAllowed, OrganisationKind, Role
from samsyn.domain.guard import TextRefused
from samsyn.web.people import services
from samsyn.web.people.models import AuditEvent, GuardOverride, Membership, Workspace
from samsyn.web.ui.guarding import check_texts

from .conftest import NOW, PASSWORD, STAFF, TODAY, World, build_world

pytestmark = pytest.mark.django_db


def test_an_account_without_membership_is_no_actor(world: World) -> None:
    assert services.actor_for(world.outsider, world.workspace, TODAY) is None


def test_a_membership_that_has_ended_opens_nothing(world: World) -> None:
    services.end_membership(world.actor(Role.ADMINISTRATOR), world.membership(Role.TRANSIT), now=NOW)
    assert services.actor_for(world.users[Role.TRANSIT], world.workspace, TODAY) is None


def test_a_membership_that_has_not_begun_opens_nothing(world: World) -> None:
    assert services.actor_for(world.users[Role.TRANSIT], world.workspace, date(2019, 12, 31)) is None


def test_a_demo_account_never_acts_in_a_real_workspace(world: World) -> None:
    real = Workspace.objects.create(slug="riktig", name="Riktig")
    function = services.add_function(
        services.add_organisation(real, "Kommunen", OrganisationKind.MUNICIPALITY, is_authority=True),
        "Samordnare",
    )
    with pytest.raises(services.DemoAccountOutsideDemo):
        services.open_membership(real, world.users[Role.TRANSIT], function, Role.TRANSIT, valid_from=TODAY)
    # Even a row written behind the service's back opens nothing.
    Membership.objects.create(
        workspace=real, user=world.users[Role.TRANSIT], function=function, role="transit", valid_from=TODAY
    )
    assert services.actor_for(world.users[Role.TRANSIT], real, TODAY) is None


def test_demo_accounts_are_dead_where_the_demo_is_switched_off(world: World, settings: object) -> None:
    settings.SAMSYN_DEMO = False
    assert services.actor_for(world.users[Role.SAFETY_COORDINATOR], world.workspace, TODAY) is None


def test_only_the_administrator_adds_members(world: World) -> None:
    function = world.membership(Role.TRANSIT).function
    for role in STAFF:
        if role is Role.ADMINISTRATOR:
            continue
        with pytest.raises(NotAllowed):
            services.add_member(world.actor(role), world.outsider, function, Role.TRANSIT, now=NOW)
    services.add_member(world.actor(Role.ADMINISTRATOR), world.outsider, function, Role.TRANSIT, now=NOW)
    assert services.actor_for(world.outsider, world.workspace, TODAY) is not None


def test_an_account_has_one_open_membership_in_a_workspace(world: World) -> None:
    function = world.membership(Role.TRANSIT).function
    with pytest.raises(services.AlreadyMember):
        services.add_member(
            world.actor(Role.ADMINISTRATOR), world.users[Role.TRANSIT], function, Role.EVALUATOR, now=NOW
        )


@pytest.mark.parametrize("password", ["kort", "password1234", "samordnare-1"])
def test_a_weak_password_is_refused_outside_the_demo(world: World, password: str) -> None:
    with pytest.raises(services.PasswordRefused):
        services.create_account("samordnare-1", password)


def test_the_audit_chain_is_whole_after_writes(world: World) -> None:
    actor = world.actor(Role.ADMINISTRATOR)
    for number in range(5):
        services.record(actor, "change", "Thing", now=NOW + timedelta(minutes=number), thing_id=str(number))
    assert services.broken_links(world.workspace) == []


def test_an_altered_event_shows_in_the_chain(world: World) -> None:
    actor = world.actor(Role.ADMINISTRATOR)
    events = [services.record(actor, "change", "Thing", now=NOW, thing_id=str(number)) for number in range(4)]
    AuditEvent.objects.filter(pk=events[1].pk).update(verb="read")
    assert services.broken_links(world.workspace) == [events[1].pk]


def test_a_removed_event_shows_in_the_chain(world: World) -> None:
    actor = world.actor(Role.ADMINISTRATOR)
    events = [services.record(actor, "change", "Thing", now=NOW, thing_id=str(number)) for number in range(4)]
    events[1].delete()
    assert services.broken_links(world.workspace) == [events[2].pk]


def test_an_event_of_a_write_that_failed_is_not_kept(world: World) -> None:
    actor = world.actor(Role.ADMINISTRATOR)

    def write_and_fail() -> None:
        services.record(actor, "change", "Thing", now=NOW)
        raise RuntimeError

    with pytest.raises(RuntimeError), transaction.atomic():
        write_and_fail()
    assert not AuditEvent.objects.filter(workspace=world.workspace).exists()


def test_the_log_shows_the_own_organisation_only(world: World) -> None:
    services.record(world.actor(Role.MUNICIPAL_POLICE_LIAISON), "change", "Thing", now=NOW)
    services.record(world.actor(Role.SAFETY_COORDINATOR), "change", "Thing", now=NOW)
    seen = services.audit_events(world.actor(Role.ADMINISTRATOR))
    assert {event.organisation_id for event in seen} == {
        world.organisations[OrganisationKind.MUNICIPALITY].pk
    }


def test_the_data_protection_officer_sees_the_whole_log_but_no_places(world: World) -> None:
    services.record(world.actor(Role.MUNICIPAL_POLICE_LIAISON), "change", "Thing", now=NOW)
    assert services.audit_events(world.actor(Role.DATA_PROTECTION_OFFICER)).count() == 1
    assert world.client(Role.DATA_PROTECTION_OFFICER).get("/exempelstad/platser/").status_code == 404


def test_sign_in_with_a_password_leads_to_the_workspace(world: World, client: object) -> None:
    name = world.users[Role.SAFETY_COORDINATOR].username
    answer = client.post("/logga-in/", {"username": name.upper(), "password": PASSWORD}, follow=True)
    assert answer.redirect_chain[-1][0] == "/exempelstad/"


def test_a_wrong_password_gets_one_sentence_that_says_what_to_do(world: World, client: object) -> None:
    name = world.users[Role.SAFETY_COORDINATOR].username
    answer = client.post("/logga-in/", {"username": name, "password": "fel"})
    assert answer.status_code == 200
    assert len(answer.context["form"].non_field_errors()) == 1


def test_a_signed_out_reader_is_led_to_sign_in_and_back(world: World, client: object) -> None:
    answer = client.get("/exempelstad/platser/")
    assert answer.url == "/logga-in/?next=/exempelstad/platser/"


def test_the_language_follows_the_account_to_the_next_browser(world: World) -> None:
    first = world.client(Role.SAFETY_COORDINATOR)
    first.post("/sprak/", {"language": "en", "next": "/konto/"})
    assert 'lang="en"' in world.client(Role.SAFETY_COORDINATOR).get("/konto/").content.decode()


def test_the_language_form_never_leads_to_another_host(world: World) -> None:
    answer = world.client(Role.SAFETY_COORDINATOR).post(
        "/sprak/", {"language": "en", "next": "https://example.org/"}
    )
    assert answer.url == "/"


def test_two_workspaces_see_nothing_of_each_other(world: World) -> None:
    other = build_world("annanstad")
    world.add_place("Exempeltorget")
    answer = other.client(Role.SAFETY_COORDINATOR).get("/exempelstad/platser/exempeltorget/")
    assert answer.status_code == 404
    assert other.client(Role.SAFETY_COORDINATOR).get("/annanstad/platser/exempeltorget/").status_code == 404


def test_a_marked_text_saved_with_a_reason_is_logged_for_the_data_protection_officer(world: World) -> None:
    actor = world.actor(Role.SAFETY_COORDINATOR)
    check_texts(actor, {"description": "Ali står vid entrén."}, override_reason="Ali är namnet på kiosken")
    row = GuardOverride.objects.get()
    assert (row.field, row.reason, row.account_id) == (
        "description",
        "Ali är namnet på kiosken",
        actor.account_id,
    )
    page = world.client(Role.DATA_PROTECTION_OFFICER).get("/exempelstad/logg/").content.decode()
    assert "Ali är namnet på kiosken" in page
    assert "står vid entrén" not in page


def test_a_text_without_marks_leaves_no_override(world: World) -> None:
    check_texts(
        world.actor(Role.SAFETY_COORDINATOR),
        {"note": "Lampan vid trappan är trasig."},
        override_reason="onödigt",
    )
    assert not GuardOverride.objects.exists()


def test_a_hard_stop_is_not_overridden_and_logs_nothing(world: World) -> None:
    with pytest.raises(TextRefused):
        check_texts(world.actor(Role.SAFETY_COORDINATOR), {"note": "640823-3234"}, override_reason="viktigt")
    assert not GuardOverride.objects.exists()
