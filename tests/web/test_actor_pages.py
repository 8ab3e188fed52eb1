"""The pages of functions, things, wanted parties and duty: what is posted, what is refused, what is told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from samsyn.domain.access import Role
from samsyn.domain.assets import AssetKind
from samsyn.domain.calendar import now, today
from samsyn.domain.forums import ForumLevel
from samsyn.web.cooperation import closing_services, duty_services, forum_services
from samsyn.web.cooperation.models import DutyShift, ForumSeat, WantedActor
from samsyn.web.people import services as people
from samsyn.web.people.actor_services import EndNeedsReason, StillActedFor
from samsyn.web.people.models import AuditEvent, Function
from samsyn.web.places import asset_services, services as place_services
from samsyn.web.places.models import Asset

from .conftest import NOW, World, build_world

pytestmark = pytest.mark.django_db
LEAD, GUARD, OFFICER, OUTREACH, OWNER = (
    Role.SAFETY_COORDINATOR, Role.PUBLIC_ORDER_GUARD, Role.AREA_OFFICER, Role.OUTREACH_WORKER,
    Role.PROPERTY_OWNER,
)  # fmt: skip


def function_of(world: World, role: Role = OUTREACH) -> Function:
    return world.membership(role).function


def page(world: World, role: Role | None, path: str, **posted: object) -> str:
    client = world.client(role)
    address = f"/exempelstad/{path}"
    answer = client.post(address, posted, follow=True) if posted else client.get(address)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def status(world: World, role: Role | None, path: str, **posted: object) -> int:
    client = world.client(role)
    answer = client.post(f"/exempelstad/{path}", posted) if posted else client.get(f"/exempelstad/{path}")
    return answer.status_code


# ------------------------------------------------------------------ closing a function


@pytest.fixture
def spare(world) -> Function:
    """Return a function that nobody acts for, with a shift ahead and a seat."""
    return people.add_function(function_of(world).organisation, "Kvällsteamet")


def closing(function: Function) -> str:
    return f"aktorer/funktion/{function.pk}/avsluta/"


def test_a_closed_function_keeps_its_row_and_loses_its_shifts_and_seats(world, place, spare):
    details = forum_services.ForumDetails(name="Platssamverkan", level=ForumLevel.STRATEGIC)
    forum = forum_services.create_forum(world.actor(LEAD), details, place=place, now=now())
    forum_services.add_seat(world.actor(LEAD), forum, spare, valid_from=today(), now=now())
    start = now() + timedelta(days=1)
    for at in (start, start - timedelta(days=3)):
        duty_services.add_shift(world.actor(LEAD), place, spare, at, at + timedelta(hours=4), now=now())
    told = page(world, LEAD, closing(spare))
    html = page(world, LEAD, closing(spare), reason="Uppdraget gick över till fältassistenterna")
    spare.refresh_from_db()

    assert "Pass som ställs in: 1. Platser i forum som upphör: 1." in told
    assert f"Avslutad {today()}: Uppdraget gick över till fältassistenterna" in html
    assert spare.closed_on == today()
    assert DutyShift.objects.filter(function=spare, cancelled_at=None).count() == 1
    assert not ForumSeat.objects.filter(function=spare, valid_to=None).exists()
    verbs = AuditEvent.objects.filter(verb__in=["close", "cancel", "end"]).values_list("verb", flat=True)
    assert sorted(verbs) == ["cancel", "close", "end"]


def test_a_closed_function_is_offered_nowhere(world, place, spare):
    before = page(world, LEAD, f"tjanstgoring/plats/{place.slug}/nytt/")
    closing_services.close_function(world.actor(LEAD), spare, "Nedlagd", on=today(), now=now())

    assert "Kvällsteamet" in before
    for path in (f"tjanstgoring/plats/{place.slug}/nytt/", "forum/nytt/", f"objekt/plats/{place.slug}/nytt/"):
        assert "Kvällsteamet" not in page(world, LEAD, path)
    assert 'Kvällsteamet</a> <span class="soft">(avslutad)</span>' in page(world, LEAD, "aktorer/")


def test_a_function_that_somebody_acts_for_is_not_closed(world):
    one = function_of(world)
    html = page(world, LEAD, closing(one), reason="Nedlagd")
    one.refresh_from_db()

    assert "Konton agerar fortfarande för" in html
    assert one.closed_on is None
    with pytest.raises(StillActedFor):
        closing_services.close_function(world.actor(LEAD), one, "Nedlagd", on=today(), now=now())


@pytest.mark.parametrize("reason", ["", "   ", "\n"])
def test_nothing_is_ended_without_a_reason(world, place, spare, reason):
    asset = thing(world, place)
    with pytest.raises(EndNeedsReason):
        closing_services.close_function(world.actor(LEAD), spare, reason, on=today(), now=now())
    with pytest.raises(EndNeedsReason):
        asset_services.remove_asset(world.actor(LEAD), asset, reason, on=today(), now=now())


def test_a_reason_that_leads_to_a_person_is_refused(world, spare):
    html = page(world, LEAD, closing(spare), reason="Kalle Andersson slutade, ring 070-123 45 67")
    spare.refresh_from_db()

    assert spare.closed_on is None
    assert "field-error" in html or "error-summary" in html


def test_a_closed_function_opens_again(world, spare):
    closing_services.close_function(world.actor(LEAD), spare, "Nedlagd", on=today(), now=now())
    html = page(world, LEAD, f"aktorer/funktion/{spare.pk}/oppna/", ja="1")
    spare.refresh_from_db()

    assert "Funktionen är öppen igen." in html
    assert (spare.closed_on, spare.closed_reason) == (None, "")


@pytest.mark.parametrize(("role", "expected"), [(LEAD, 200), (OUTREACH, 200), (GUARD, 404), (None, 404)])
def test_a_lead_or_the_own_organisation_closes(world, spare, role, expected):
    assert status(world, role, closing(spare)) == expected


# ------------------------------------------------------------------ things


def thing(world: World, place, name: str = "Lampa 14") -> Asset:
    keeper = function_of(world, OWNER).organisation
    new = asset_services.NewAsset(AssetKind.LAMP, name, keeper)
    return asset_services.add_asset(world.actor(LEAD), place, new, now=NOW)


def test_a_thing_is_taken_out_with_a_reason_and_stays_in_the_record(world, place):
    asset = thing(world, place)
    assert f"/objekt/{asset.pk}/ta-bort/" in page(world, LEAD, f"objekt/{asset.pk}/")
    html = page(world, OWNER, f"objekt/{asset.pk}/ta-bort/", reason="Utbytt mot ny stolpe")
    asset.refresh_from_db()

    assert (asset.removed_on, asset.removed_reason) == (today(), "Utbytt mot ny stolpe")
    assert "Det som har stått här" in html
    assert "Utbytt mot ny stolpe" in html
    assert AuditEvent.objects.get(verb="remove").fields == ["removed_on", "removed_reason"]
    assert status(world, LEAD, f"objekt/{asset.pk}/ta-bort/") == 404


def test_the_name_of_a_thing_that_is_gone_is_free(world, place):
    asset_services.remove_asset(world.actor(LEAD), thing(world, place), "Utbytt", on=today(), now=NOW)

    assert thing(world, place).removed_on is None
    assert Asset.objects.filter(name="Lampa 14").count() == 2


def test_who_does_not_keep_a_thing_neither_changes_nor_removes_it(world, place):
    asset = thing(world, place)
    for path in (f"objekt/{asset.pk}/", f"objekt/{asset.pk}/ta-bort/"):
        assert status(world, GUARD, path) == 404
        assert status(world, GUARD, path, reason="Borta") == 404
    asset.refresh_from_db()
    assert asset.removed_on is None


def fields_of(asset: Asset, **changed: object) -> dict[str, object]:
    kept = {"kind": asset.kind, "name": asset.name, "category": asset.category, "keeper": asset.keeper_id,
            "report_how": asset.report_how, "revision": asset.revision}  # fmt: skip
    return kept | changed


def test_a_thing_is_changed_and_an_old_page_shows_what_was_saved_meanwhile(world, place):
    asset = thing(world, place)
    saved = page(world, LEAD, f"objekt/{asset.pk}/", **fields_of(asset, report_how="Felanmälan dygnet runt"))
    stale = page(world, OWNER, f"objekt/{asset.pk}/", **fields_of(asset, report_how="Ring växeln"))
    asset.refresh_from_db()

    assert "Felanmälan dygnet runt" in saved
    assert "Sparat under tiden av någon annan" in stale
    assert "Felanmälan dygnet runt" in stale
    assert asset.report_how == "Felanmälan dygnet runt"


# ------------------------------------------------------------------ a function's card


def card_of(function: Function, **changed: object) -> dict[str, object]:
    return {"name": function.name, "revision": function.revision, "numbers": "", **changed}


def test_a_card_is_changed_with_hours_and_numbers(world, place):
    one = function_of(world)
    html = page(
        world, OUTREACH, f"aktorer/funktion/{one.pk}/andra/",
        **card_of(one, day_0="12–22", dates="2026-12-24 stängt", numbers="08-465 004 01 Kvällen",
                  is_the_functions="on", serves=[str(place.pk)], needs=["unwell"]),
    )  # fmt: skip
    one.refresh_from_db()

    assert "08-465 004 01" in html
    assert "12:00–22:00" in html or "12–22" in html
    assert [row.place for row in one.serves.all()] == [place]
    assert one.needs == ["unwell"]


def test_an_old_card_shows_what_was_saved_meanwhile_and_saves_nothing(world):
    one = function_of(world)
    path = f"aktorer/funktion/{one.pk}/andra/"
    page(world, LEAD, path, **card_of(one, limits="Kör ingen"))
    html = page(world, OUTREACH, path, **card_of(one, limits="Bara kvällar"))
    one.refresh_from_db()

    assert "Sparat under tiden av någon annan" in html
    assert "Kör ingen" in html
    assert one.limits == "Kör ingen"


def test_an_old_card_does_not_wipe_a_number_that_was_added_meanwhile(world):
    one = function_of(world)
    path = f"aktorer/funktion/{one.pk}/andra/"
    page(world, LEAD, path, **card_of(one, numbers="08-465 004 01 Kvällen", is_the_functions="on"))
    html = page(world, OUTREACH, path, **card_of(one))
    one.refresh_from_db()

    assert "08-465 004 01 Kvällen" in html.partition("<table")[2].partition("</table>")[0]
    assert [row.label for row in one.numbers.all()] == ["Kvällen"]
    assert one.revision == 2


def test_an_old_card_does_not_take_away_a_place_that_was_added_meanwhile(world, place):
    one = function_of(world)
    path = f"aktorer/funktion/{one.pk}/andra/"
    page(world, LEAD, path, **card_of(one, serves=[str(place.pk)]))
    html = page(world, OUTREACH, path, **card_of(one))

    assert place.name in html.partition("<table")[2].partition("</table>")[0]
    assert [row.place for row in one.serves.all()] == [place]


def test_a_card_with_numbers_and_places_is_one_save(world, place):
    one = function_of(world)
    posted = card_of(
        one, limits="Bara kvällar", numbers="08-465 004 01", is_the_functions="on", serves=[str(place.pk)]
    )
    page(world, LEAD, f"aktorer/funktion/{one.pk}/andra/", **posted)
    one.refresh_from_db()

    assert one.revision == 2


def test_a_card_saved_as_it_was_writes_nothing(world, place):
    one = function_of(world)
    path = f"aktorer/funktion/{one.pk}/andra/"
    written = {"numbers": "08-465 004 01 Kvällen", "is_the_functions": "on", "serves": [str(place.pk)]}
    page(world, LEAD, path, **card_of(one, **written))
    one.refresh_from_db()
    events = AuditEvent.objects.filter(verb="change", thing="Function").count()
    page(world, LEAD, path, **card_of(one, **written))
    one.refresh_from_db()

    assert one.revision == 2
    assert AuditEvent.objects.filter(verb="change", thing="Function").count() == events


def test_a_page_refused_for_what_it_says_is_still_the_page_that_was_read(world):
    one = function_of(world)
    path = f"aktorer/funktion/{one.pk}/andra/"
    page(world, LEAD, path, **card_of(one, limits="Kör ingen"))
    html = page(world, OUTREACH, path, **card_of(one, day_0="i morgon"))

    assert 'name="revision" value="1"' in html


def test_a_member_of_one_place_does_not_take_away_the_places_it_does_not_see(world, place):
    one, other = function_of(world), world.add_place("Bortre torget")
    asset_services.set_served(world.actor(LEAD), one, [place, other], now=NOW)
    place_services.limit_membership(
        world.actor(Role.ADMINISTRATOR), world.membership(OUTREACH), [place], now=NOW
    )
    path = f"aktorer/funktion/{one.pk}/andra/"
    one.refresh_from_db()
    page(world, OUTREACH, path, **card_of(one, limits="Bara kvällar", serves=[str(place.pk)]))
    assert {row.place for row in one.serves.all()} == {place, other}

    one.refresh_from_db()
    page(world, OUTREACH, path, **card_of(one, limits="Bara kvällar"))
    assert {row.place for row in one.serves.all()} == {other}


def test_a_function_that_serves_only_hidden_places_does_not_come_to_serve_every_place(world, place):
    one, other = function_of(world), world.add_place("Bortre torget")
    asset_services.set_served(world.actor(LEAD), one, [other], now=NOW)
    place_services.limit_membership(
        world.actor(Role.ADMINISTRATOR), world.membership(OUTREACH), [place], now=NOW
    )
    one.refresh_from_db()
    html = page(world, OUTREACH, f"aktorer/funktion/{one.pk}/andra/", **card_of(one, limits="Bara kvällar"))
    one.refresh_from_db()

    assert "Bara kvällar" in html
    assert one.limits == "Bara kvällar"
    assert [row.place for row in one.serves.all()] == [other]


@pytest.mark.parametrize(
    ("field", "value"), [("day_0", "i morgon"), ("dates", "julafton stängt"), ("numbers", "växeln")]
)
def test_what_cannot_be_read_is_said_and_nothing_is_saved(world, field, value):
    one = function_of(world)
    page(world, LEAD, f"aktorer/funktion/{one.pk}/andra/",
         **card_of(one, limits="Kör ingen", **{field: value}))  # fmt: skip
    one.refresh_from_db()

    assert one.limits == ""


def test_nobody_opens_the_card_of_another_workspace(world):
    other = build_world("grannstad")

    assert status(world, LEAD, f"aktorer/funktion/{function_of(other).pk}/") == 404
    assert status(world, LEAD, closing(function_of(other))) == 404


# ------------------------------------------------------------------ wanted and missing


def test_a_wanted_party_is_entered_invited_and_counted_in_days(world, place):
    page(world, OUTREACH, "aktorer/onskade/", name="Vårdcentralen", why="Möter unga först", place=place.pk)
    row = WantedActor.objects.get()
    invited = today() - timedelta(days=12)
    html = page(world, LEAD, f"aktorer/onskade/{row.pk}/", to_state="invited", on=invited)
    row.refresh_from_db()

    assert row.state == "invited"
    assert "12 dagar utan svar" in html


def test_a_step_that_the_invitation_cannot_take_is_not_offered(world):
    page(world, OUTREACH, "aktorer/onskade/", name="Vårdcentralen")
    row = WantedActor.objects.get()
    html = page(world, LEAD, f"aktorer/onskade/{row.pk}/", to_state="declined", on=today())
    row.refresh_from_db()

    assert row.state == "wanted"
    assert "field-error" in html


@pytest.mark.parametrize(("role", "may"), [(LEAD, True), (OUTREACH, False), (GUARD, False)])
def test_a_lead_writes_the_steps(world, role, may):
    page(world, OUTREACH, "aktorer/onskade/", name="Vårdcentralen")
    row = WantedActor.objects.get()

    assert (status(world, role, f"aktorer/onskade/{row.pk}/") == 200) is may


def test_a_wanted_party_is_never_a_person(world):
    page(world, OUTREACH, "aktorer/onskade/", name="Rektorn Kalle Andersson, 070-123 45 67")

    assert not WantedActor.objects.exists()


# ------------------------------------------------------------------ duty


def new_shift(world: World, place, role: Role, **changed: object) -> str:
    posted = {"function": function_of(world, OFFICER).pk, "day": today(), "starts": "18", "ends": "02"}
    return page(world, role, f"tjanstgoring/plats/{place.slug}/nytt/", **(posted | changed))


def test_a_shift_over_midnight_is_entered_and_stands_in_the_week(world, place):
    html = new_shift(world, place, LEAD)
    shift = DutyShift.objects.get()

    assert shift.ends_at - shift.starts_at == timedelta(hours=8)
    assert "Passet är sparat." in html
    assert "18:00" in html


@pytest.mark.parametrize(
    ("changed", "said"),
    [({"starts": "i kväll"}, "Skriv tiden som 07:00, 7 eller 22.30."),
     ({"day": "2027-03-28", "starts": "02:30", "ends": "06"}, "field-error"),
     ({"function": ""}, "field-error")],
)  # fmt: skip
def test_a_shift_that_cannot_be_is_refused(world, place, changed, said):
    assert said in new_shift(world, place, LEAD, **changed)
    assert not DutyShift.objects.exists()


def test_a_guard_writes_shifts_of_the_own_organisation_alone(world, place):
    new_shift(world, place, GUARD)
    assert not DutyShift.objects.exists()
    new_shift(world, place, GUARD, function=function_of(world, GUARD).pk)
    assert DutyShift.objects.get().function == function_of(world, GUARD)


def test_a_pasted_roster_is_saved_or_told_what_is_wrong_with_it(world, place):
    path, name = f"tjanstgoring/plats/{place.slug}/klistra/", function_of(world, OFFICER).name
    wrong = page(world, LEAD, path, table=f"funktion;dag;från;till\n{name};i dag;18;02")
    assert "Skriv datumet som 2026-11-21." in wrong
    assert not DutyShift.objects.exists()
    right = page(world, LEAD, path, table=f"funktion;dag;från;till\n{name};{today()};18;02")
    assert "1 pass är sparat." in right


def test_a_shift_is_cancelled_with_a_reason_once(world, place):
    new_shift(world, place, LEAD)
    shift = DutyShift.objects.get()
    path = f"tjanstgoring/pass/{shift.pk}/stall-in/"
    page(world, LEAD, path, reason="illness")
    again = page(world, LEAD, path, reason="demonstration")
    shift.refresh_from_db()

    assert shift.cancelled_reason == "illness"
    assert "error-summary" in again


@pytest.mark.parametrize(("role", "reads"), [(LEAD, True), (OFFICER, True), (GUARD, False), (OWNER, False)])
def test_the_week_is_for_authorities(world, place, role, reads):
    new_shift(world, place, LEAD)
    html = page(world, role, f"tjanstgoring/plats/{place.slug}/?fran={today()}")

    assert ("02:00" in html) is reads
