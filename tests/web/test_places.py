"""The place register: places, sub-places, decisions, two who write at once, and the log."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from samsyn import geography
from samsyn.domain.access import NotAllowed, OrganisationKind, Role
from samsyn.domain.guard import TextRefused
from samsyn.domain.status import (
    DecisionMissing,
    ForbiddenTransition,
    SceneStatus,
)
from samsyn.web.people import services as people
from samsyn.web.people.models import AuditEvent
from samsyn.web.places import services
from samsyn.web.places.models import Boundary, Place, PlaceSlug, place_for
from samsyn.web.ui.models import StaleRecord

from .conftest import NOW, SQUARE, TODAY, World, build_world
from .placing import LEADERS, REGISTER, WRONG_TEXT, change, coordinator, create, edit, posted, words_of

pytestmark = pytest.mark.django_db


# ------------------------------------------------------------------ registering


def test_a_place_is_found_by_its_name_in_an_address(world: World) -> None:
    made = create(world, name="  Hässelby torg, södra ")
    assert (made.name, made.slug) == ("Hässelby torg, södra", "hasselby-torg-sodra")
    assert place_for(coordinator(world), "hasselby-torg-sodra") == made


def test_the_municipality_follows_from_the_boundary(world: World) -> None:
    assert create(world).municipality_name == "Stockholm"


@pytest.mark.parametrize("role", [role for role in Role if role not in LEADERS])
def test_only_those_who_lead_the_work_register_places(world: World, role: Role) -> None:
    with pytest.raises(NotAllowed):
        create(world, role)
    assert world.client(role).get(f"{REGISTER}ny/").status_code == 404


@pytest.mark.parametrize(
    ("part", "kind"),
    [
        ("police_owner", OrganisationKind.MUNICIPALITY),
        ("municipal_owner", OrganisationKind.POLICE),
        ("police_owner", OrganisationKind.GUARD_COMPANY),
        ("municipal_owner", OrganisationKind.PROPERTY_OWNER),
    ],
)
def test_the_owners_are_one_police_and_one_municipal(world: World, part: str, kind: OrganisationKind) -> None:
    with pytest.raises(services.WrongOwners):
        create(world, **{part: world.organisations[kind]})
    made = create(world)
    with pytest.raises(services.WrongOwners):
        edit(world, made, **{part: world.organisations[kind]})


def test_an_owner_of_another_workspace_is_refused(world: World) -> None:
    other = build_world("annanstad")
    with pytest.raises(services.WrongOwners):
        create(world, police_owner=other.organisations[OrganisationKind.POLICE])


def test_a_name_is_taken_once_in_a_workspace_and_again_in_another(world: World) -> None:
    create(world)
    with pytest.raises(services.NameTaken):
        create(world, name="exempel torget".replace(" ", ""))
    assert create(build_world("annanstad")).slug == "exempeltorget"


def test_the_name_that_a_place_had_is_never_given_to_another(world: World) -> None:
    made = create(world)
    edit(world, made, name="Nya torget")
    with pytest.raises(services.NameTaken):
        create(world)
    other = create(world, name="Tredje torget")
    with pytest.raises(services.NameTaken):
        edit(world, other, name="Exempeltorget")


def test_a_place_may_take_its_own_old_name_back(world: World) -> None:
    made = create(world)
    edit(world, made, name="Nya torget")
    edit(world, made, name="Exempeltorget")
    assert made.slug == "exempeltorget"
    assert PlaceSlug.objects.filter(place=made).count() == 2


def test_an_old_address_leads_to_the_new(world: World) -> None:
    edit(world, create(world), name="Nya torget")
    answer = world.client(Role.AREA_OFFICER).get(f"{REGISTER}exempeltorget/")
    assert (answer.status_code, answer.url) == (302, f"{REGISTER}nya-torget/")


def test_a_place_called_as_a_page_gets_an_address_of_its_own(world: World) -> None:
    made = create(world, name="Ny")
    assert world.client(Role.AREA_OFFICER).get(f"{REGISTER}{made.slug}/").context["place"] == made


@pytest.mark.parametrize("field", ["name", "alias", "description", "district", "local_police_area"])
def test_a_text_about_a_person_stops_everything(world: World, field: str) -> None:
    with pytest.raises(TextRefused):
        create(world, **{field: WRONG_TEXT})
    assert not Place.objects.filter(workspace=world.workspace).exists()
    made = create(world)
    with pytest.raises(TextRefused):
        edit(world, made, **{field: WRONG_TEXT})


def test_the_form_registers_a_place_and_leads_to_it(world: World) -> None:
    answer = world.client(Role.SAFETY_COORDINATOR).post(
        f"{REGISTER}ny/", posted(world, fact_near_school="yes", kind="guest_arena")
    )
    assert answer.status_code == 302, answer.context["form"].errors
    assert answer.url == f"{REGISTER}exempeltorget/"
    made = Place.objects.get(workspace=world.workspace)
    assert (made.kind, made.facts) == ("guest_arena", {"near_school": "yes"})
    assert made.boundary_on(TODAY).valid_from == date(2026, 1, 1)


def test_the_form_keeps_what_was_written_when_the_guard_says_no(world: World) -> None:
    answer = world.client(Role.SAFETY_COORDINATOR).post(
        f"{REGISTER}ny/", posted(world, description=WRONG_TEXT, alias="Plattan")
    )
    assert answer.status_code == 200
    page = words_of(answer)
    assert WRONG_TEXT in page
    assert 'value="Plattan"' in page
    assert "Polygon" in page
    assert not Place.objects.filter(workspace=world.workspace).exists()
    assert not PlaceSlug.objects.filter(workspace=world.workspace).exists()


def test_the_form_offers_the_own_workspaces_owners_only(world: World) -> None:
    other = build_world("annanstad")
    stranger = str(other.organisations[OrganisationKind.POLICE].pk)
    answer = world.client(Role.SAFETY_COORDINATOR).post(
        f"{REGISTER}ny/", posted(world, police_owner=stranger)
    )
    assert "police_owner" in answer.context["form"].errors


# ------------------------------------------------------------------ sub-places and decisions


def test_a_sub_place_is_named_once_however_it_is_cased(world: World, place: Place) -> None:
    services.add_sub_place(coordinator(world), place, name="Östra trappan", kind="stairs", now=NOW)
    with pytest.raises(services.NameTaken):
        services.add_sub_place(coordinator(world), place, name=" östra TRAPPAN", kind="stairs", now=NOW)
    assert "Östra trappan" in words_of(world.client(Role.AREA_OFFICER).get(f"{REGISTER}{place.slug}/"))


def test_a_sub_place_is_added_by_form_and_guarded(world: World, place: Place) -> None:
    client, address = world.client(Role.SAFETY_COORDINATOR), f"{REGISTER}{place.slug}/delplats/"
    kind = client.get(address).context["form"].fields["kind"].choices[0][0]
    refused = client.post(address, {"name": WRONG_TEXT, "kind": kind})
    assert refused.status_code == 200
    assert WRONG_TEXT in words_of(refused)
    assert client.post(address, {"name": "Norra trappan", "kind": kind}).status_code == 302
    assert [one.name for one in place.sub_places.all()] == ["Norra trappan"]


def decide(world: World, place: Place, to_status: SceneStatus, role: Role = LEADERS[0], **facts: Any) -> Any:
    said = {"decided_on": date(2026, 3, 1), "reference": "Samsynsmöte 3", "reason": "Kartläggningen", **facts}
    return services.decide_status(world.actor(role), place, to_status, now=NOW, **said)


def test_a_decision_moves_the_status_a_step_and_is_kept(world: World, place: Place) -> None:
    decide(world, place, SceneStatus.UNDER_ASSESSMENT)
    decide(world, place, SceneStatus.QUALIFIED)
    place.refresh_from_db()
    assert place.status == "qualified"
    assert [row.to_status for row in place.status_decisions.all()] == ["under_assessment", "qualified"]


@pytest.mark.parametrize("wanted", [SceneStatus.QUALIFIED, SceneStatus.CEASED, SceneStatus.CANDIDATE])
def test_a_step_that_the_workflow_does_not_have_is_refused(
    world: World, place: Place, wanted: SceneStatus
) -> None:
    with pytest.raises(ForbiddenTransition):
        decide(world, place, wanted)
    assert not place.status_decisions.exists()


@pytest.mark.parametrize(
    ("facts", "error"),
    [
        ({"reason": "  "}, services.ReasonMissing),
        ({"reference": ""}, DecisionMissing),
        ({"reason": WRONG_TEXT}, TextRefused),
        ({"reference": WRONG_TEXT}, TextRefused),
    ],
)
def test_a_decision_says_where_and_why(
    world: World, place: Place, facts: dict[str, str], error: type[Exception]
) -> None:
    with pytest.raises(error):
        decide(world, place, SceneStatus.UNDER_ASSESSMENT, **facts)
    place.refresh_from_db()
    assert place.status == "candidate"


@pytest.mark.parametrize("role", [role for role in Role if role not in LEADERS])
def test_only_those_who_lead_assessments_decide(world: World, place: Place, role: Role) -> None:
    with pytest.raises(NotAllowed):
        decide(world, place, SceneStatus.UNDER_ASSESSMENT, role)
    assert world.client(role).get(f"{REGISTER}{place.slug}/status/").status_code == 404


def test_a_place_that_has_ceased_is_watched_for_two_years(world: World, place: Place) -> None:
    for step in (SceneStatus.UNDER_ASSESSMENT, SceneStatus.FEWER, SceneStatus.CEASED):
        row = decide(world, place, step)
    assert row.watch_until == date(2028, 3, 1)


def test_a_merger_names_the_other_place_also_when_it_comes_one_by_one(world: World, place: Place) -> None:
    other = world.add_place("Andra torget")
    with pytest.raises(DecisionMissing):
        decide(world, place, SceneStatus.MERGED)
    row = decide(world, place, SceneStatus.MERGED, other_places=(one for one in [other]))
    assert list(row.other_places.all()) == [other]


def test_the_decision_form_offers_the_possible_steps(world: World, place: Place) -> None:
    client, address = world.client(Role.SAFETY_COORDINATOR), f"{REGISTER}{place.slug}/status/"
    offered = {code for code, _label in client.get(address).context["form"].fields["to_status"].choices}
    assert offered == {"under_assessment", "merged", "split"}
    sent = {
        "to_status": "under_assessment",
        "decided_on": "2026-03-01",
        "reference": "Möte 3",
        "reason": "Vi såg det",
    }
    assert client.post(address, {**sent, "reason": ""}).context["form"].errors["reason"]
    assert client.post(address, sent).status_code == 302
    assert "Vi såg det" in words_of(client.get(f"{REGISTER}{place.slug}/"))


# ------------------------------------------------------------------ two who write at once


def test_a_save_on_an_old_version_is_refused_and_carries_the_present_one(world: World, place: Place) -> None:
    mine = Place.objects.get(pk=place.pk)
    edit(world, place, alias="Plattan")
    with pytest.raises(StaleRecord) as refused:
        edit(world, mine, alias="Rundeln")
    assert refused.value.current.alias == "Plattan"
    assert mine.alias == ""


def test_a_save_that_changes_nothing_is_no_version(world: World, place: Place) -> None:
    edit(world, place, alias=place.alias)
    place.refresh_from_db()
    assert place.revision == 1
    assert not AuditEvent.objects.filter(workspace=world.workspace, verb="change").exists()


def test_both_versions_are_shown_in_words_and_nothing_written_is_lost(world: World, place: Place) -> None:
    client, address = world.client(Role.SAFETY_COORDINATOR), f"{REGISTER}{place.slug}/andra/"
    revision = client.get(address).context["revision"]
    edit(world, place, alias="Plattan", facts={"near_school": "yes"})
    mine = posted(world, name="Nya torget", alias="Rundeln", fact_near_school="no", revision=revision)
    answer = client.post(address, mine)
    assert answer.status_code == 200
    page = words_of(answer)
    shown = [(str(mine), str(theirs)) for _label, mine, theirs in answer.context["differences"]]
    assert ("Rundeln", "Plattan") in shown
    assert ("Nej", "Ja") in shown
    assert ("Nya torget", "Exempeltorget") in shown
    assert f"{REGISTER}nya-torget/" not in page
    again = client.post(address, {**mine, "revision": answer.context["revision"]})
    assert again.status_code == 302
    place.refresh_from_db()
    assert (place.name, place.alias, place.facts) == ("Nya torget", "Rundeln", {"near_school": "no"})


@pytest.mark.parametrize("revision", ["", "x", "-1", "1.5"])
def test_a_form_without_a_revision_is_treated_as_out_of_date(
    world: World, place: Place, revision: str
) -> None:
    answer = world.client(Role.SAFETY_COORDINATOR).post(
        f"{REGISTER}{place.slug}/andra/", posted(world, alias="Plattan", revision=revision)
    )
    assert answer.status_code == 200
    assert answer.context["differences"]


# ------------------------------------------------------------------ the register


def test_the_register_is_in_swedish_order(world: World) -> None:
    for name in ("Ödetorget", "Zinken", "Ängen", "Alby", "Åby"):
        world.add_place(name)
    shown = [place.name for place, _boundary in world.client(Role.AREA_OFFICER).get(REGISTER).context["rows"]]
    assert shown == ["Alby", "Zinken", "Åby", "Ängen", "Ödetorget"]


@pytest.mark.parametrize("words", ["ÖDE", "plattan", "odetorget", "  Öde "])
def test_a_place_is_found_by_name_other_name_or_address(world: World, words: str) -> None:
    world.add_place("Ödetorget", alias="Plattan")
    world.add_place("Alby")
    rows = world.client(Role.AREA_OFFICER).get(REGISTER, {"sok": words}).context["rows"]
    assert [place.name for place, _boundary in rows] == ["Ödetorget"]


@pytest.mark.parametrize("words", ["%", "_", "finns inte", "Ö' OR 1=1"])
def test_a_search_without_hits_says_so(world: World, place: Place, words: str) -> None:
    answer = world.client(Role.AREA_OFFICER).get(REGISTER, {"sok": words})
    assert answer.context["rows"] == []
    assert "Ingen plats" in words_of(answer)


def test_a_place_that_was_renamed_is_found_by_its_new_name(world: World, place: Place) -> None:
    edit(world, place, name="Ängen")
    client = world.client(Role.AREA_OFFICER)
    assert client.get(REGISTER, {"sok": "ängen"}).context["rows"]
    assert not client.get(REGISTER, {"sok": "exempel"}).context["rows"]


def test_the_register_is_narrowed_to_a_status(world: World, place: Place) -> None:
    world.add_place("Alby")
    decide(world, place, SceneStatus.UNDER_ASSESSMENT)
    client = world.client(Role.AREA_OFFICER)
    rows = client.get(REGISTER, {"status": "under_assessment"}).context["rows"]
    assert [one.name for one, _boundary in rows] == ["Exempeltorget"]
    assert client.get(REGISTER, {"status": "finns-inte"}).context["rows"] == []


def test_48_places_cost_no_more_questions_than_one(world: World, django_assert_max_num_queries: Any) -> None:
    made = world.add_place("Torg 0")
    client, layer = world.client(Role.AREA_OFFICER), "/exempelstad/karta/platser.geojson"
    boundary = made.boundaries.get()
    for number in range(1, 48):
        made.pk = boundary.pk = None
        made.slug, made.name = f"torg-{number}", f"Torg {number}"
        made._state.adding = boundary._state.adding = True
        made.id, boundary.id = people_id(), people_id()
        made.save(force_insert=True)
        boundary.place = made
        boundary.save(force_insert=True)
    client.get(REGISTER)
    with django_assert_max_num_queries(12):
        assert len(client.get(REGISTER).context["rows"]) == 48
    with django_assert_max_num_queries(8):
        assert len(client.get(layer).json()["features"]) == 48


def people_id() -> Any:
    import uuid

    return uuid.uuid4()


# ------------------------------------------------------------------ the log


def test_every_write_leaves_an_event_with_names_of_fields_and_no_values(world: World) -> None:
    made = create(
        world, name="Ödetorget", alias="Plattan", description="Gångtunneln används", district="Kvarnby"
    )
    edit(world, made, alias="Rundeln", kind="guest_arena")
    services.set_boundary(coordinator(world), made, change(reason="Gatan flyttad"), now=NOW)
    services.add_sub_place(coordinator(world), made, name="Östra trappan", kind="stairs", now=NOW)
    decide(world, made, SceneStatus.UNDER_ASSESSMENT, reason="Vi såg det")
    services.limit_membership(
        world.actor(Role.ADMINISTRATOR), world.membership(Role.PROPERTY_OWNER), [made], now=NOW
    )
    events = list(AuditEvent.objects.filter(workspace=world.workspace).order_by("id"))
    assert [(event.verb, event.thing) for event in events] == [
        ("create", "Place"),
        ("set", "Boundary"),
        ("change", "Place"),
        ("set", "Boundary"),
        ("create", "SubPlace"),
        ("decide", "StatusDecision"),
        ("limit", "Membership"),
    ]
    assert set(events[2].fields) >= {"alias", "kind"}
    kept = json.dumps(list(AuditEvent.objects.values()), default=str, ensure_ascii=False).casefold()
    for value in (
        "ödetorget",
        "odetorget",
        "plattan",
        "rundeln",
        "kvarnby",
        "gatan",
        "trappan",
        "vi såg",
        "gångtunneln",
    ):
        assert value not in kept
    assert people.broken_links(world.workspace) == []


def test_a_write_that_is_refused_leaves_no_event(world: World, place: Place) -> None:
    before = AuditEvent.objects.count()
    with pytest.raises(services.NameTaken):
        create(world)
    same = change(wkb=geography.from_geojson_geometry(SQUARE))
    with pytest.raises(services.SameBoundary):
        services.set_boundary(coordinator(world), place, same, now=NOW)
    assert AuditEvent.objects.count() == before
    assert Boundary.objects.filter(place=place).count() == 1
