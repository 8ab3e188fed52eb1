"""Coverage: for the authorities, by sort of actor, with gaps that go to a forum in one tap."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from samsyn.domain.access import NotAllowed, Role, SharingClass
from samsyn.domain.calendar import STOCKHOLM, Period
from samsyn.domain.coverage import ControlKind, HourProfile
from samsyn.domain.guard import TextRefused
from samsyn.web.cooperation import coverage_reading as reading, coverage_services as services
from samsyn.web.cooperation.coverage_chart import draw_week, shade
from samsyn.web.cooperation.models import CoverageFinding, DutyShift, Forum, InformalControl
from samsyn.web.people.models import AuditEvent
from samsyn.web.places import services as places
from samsyn.web.ui import registry
from samsyn.web.ui.models import record_columns

from .conftest import NOW

pytestmark = pytest.mark.django_db
LEAD, OFFICER, GUARD = Role.SAFETY_COORDINATOR, Role.AREA_OFFICER, Role.PUBLIC_ORDER_GUARD
MONDAY = date(2026, 11, 9)
WEEK = Period(MONDAY, MONDAY + timedelta(days=7))
ADDRESS = "/exempelstad/tackning/?plats=exempeltorget&fran=2026-11-09&till=2026-11-15"


@pytest.fixture
def rosters(world, place):
    """Police every evening 12–24, guards every night 0–7: nobody is there 07–12."""
    for role, starts, hours in ((OFFICER, 12, 12), (GUARD, 0, 7)):
        function = world.membership(role).function
        function.staff = 12
        function.save(update_fields=["staff"])
        for day in range(7):
            begins = datetime.combine(MONDAY + timedelta(days=day), time(starts), STOCKHOLM)
            DutyShift.objects.create(
                **record_columns(world.actor(LEAD), NOW, SharingClass.AUTHORITIES), function=function,
                place=place, starts_at=begins, ends_at=begins + timedelta(hours=hours),
            )  # fmt: skip
    return place


@pytest.fixture
def forum(world, place):
    return Forum.objects.create(
        **record_columns(world.actor(LEAD), NOW), place=place, slug="platssamverkan", name="Platssamverkan",
        level="strategic",
    )  # fmt: skip


def view(world, place, role=LEAD, **more):
    return reading.view_of(world.actor(role), place, WEEK, **more)


def test_where_is_nobody_between_seven_and_twelve(world, rosters):
    assert view(world, rosters).gaps == ("07–12 alla dagar",)
    assert "07–12 alla dagar" in world.client(LEAD).get(ADDRESS).content.decode()


@pytest.mark.parametrize(
    "role", [GUARD, Role.PROPERTY_OWNER, Role.PLACE_MANAGER, Role.EVALUATOR, Role.ADMINISTRATOR]
)
def test_coverage_is_for_the_authorities(world, rosters, role):
    assert world.client(role).get(ADDRESS).status_code == 404


def test_reading_coverage_is_logged(world, rosters):
    world.client(OFFICER).get(ADDRESS)

    assert AuditEvent.objects.filter(verb="read", thing="Coverage", place_id=rosters.pk).count() == 1


def test_rows_are_sorts_of_actor_and_never_functions(world, rosters):
    labels = {row.label for row in view(world, rosters).rows}

    assert labels == {"Polismyndigheten", "Bevakningsföretag/ordningsvakter"}
    assert "Funktion area_officer" not in world.client(LEAD).get(ADDRESS).content.decode()


@pytest.mark.parametrize("staff", [None, 4])
def test_a_sort_of_actor_with_few_people_has_no_row(world, rosters, staff):
    function = world.membership(GUARD).function
    function.staff = staff
    function.save(update_fields=["staff"])
    found = view(world, rosters)

    assert [row.label for row in found.rows] == ["Polismyndigheten"]
    assert found.folded == 1
    assert found.coverage.anybody[0][3] == 1  # but the hours are covered


def test_a_cancelled_shift_covers_nothing(world, rosters):
    DutyShift.objects.filter(function=world.membership(OFFICER).function).update(cancelled_at=NOW)

    assert view(world, rosters).gaps == ("07–24 alla dagar",)


def test_each_part_of_the_place_has_its_own_hours(world, rosters):
    lead = world.actor(LEAD)
    stairs = places.add_sub_place(lead, rosters, name="Trappan", kind="stairs", now=NOW)
    square = places.add_sub_place(lead, rosters, name="Torgytan", kind="square", now=NOW)
    for shift in DutyShift.objects.filter(function=world.membership(OFFICER).function):
        shift.sub_places.add(square)
    without = {part.sub_place.name: part.hours_without for part in view(world, rosters).parts}

    assert without == {"Trappan": 17 * 7, "Torgytan": 5 * 7}
    page = world.client(LEAD).get(f"{ADDRESS}&delplats={stairs.pk}").content.decode()
    assert "07–24 alla dagar" in page


@pytest.mark.parametrize("query", ["fran=x&till=y", "fran=2020-01-01&till=2026-01-01",
                                   "fran=2026-02-01&till=2026-01-01",
                                   "till=9999-12-31&fran=9999-12-31"])  # fmt: skip
def test_a_period_that_will_not_do_is_said_and_the_usual_is_shown(world, rosters, query):
    answer = world.client(LEAD).get(f"/exempelstad/tackning/?plats=exempeltorget&{query}")

    assert answer.status_code == 200
    assert "de senaste fyra veckorna visas" in answer.content.decode()


# ------------------------------------------------------------------ need


def profile(*kinds):
    values = tuple(tuple(50.0 if hour == 9 else 1.0 for hour in range(24)) for _day in range(7))
    return HourProfile(values, "Observationer på platsen", "Bygger på 40 anteckningar.", kinds)


@pytest.fixture
def need(monkeypatch):
    def give(found):
        monkeypatch.setitem(registry._HOOKS, "hour_profile", [lambda actor, place, period: found])

    return give


def test_hours_where_much_happens_and_few_are_there_are_named_with_their_source(world, rosters, need):
    need([profile()])
    page = world.client(LEAD).get(ADDRESS).content.decode()

    assert "09–10 alla dagar" in page
    assert "Källa: Observationer på platsen." in page
    assert "Bygger på 40 anteckningar." in page


def test_figures_that_follow_the_work_are_refused(world, rosters, need):
    need([profile("drug_own_use")])
    (found,) = view(world, rosters).needs

    assert found.busy == ()
    assert "räknas där någon letar" in found.refused


def test_without_a_source_it_says_so(world, rosters, need):
    need([])

    assert "Ingen källa med klockslag" in world.client(LEAD).get(ADDRESS).content.decode()


# ------------------------------------------------------------------ the agenda


def test_one_tap_puts_the_gap_before_the_places_forum(world, rosters, forum):
    client = world.client(LEAD)
    answer = client.post(
        "/exempelstad/tackning/exempeltorget/dagordning/?fran=2026-11-09&till=2026-11-15", follow=True
    )
    (point,) = reading.agenda_points(world.actor(LEAD), forum, NOW)

    assert "Det står på nästa dagordning för Platssamverkan." in answer.content.decode()
    assert "07–12 alla dagar" in point.title
    assert point.title_class == SharingClass.AUTHORITIES
    assert client.get(point.address).status_code == 200


def test_the_same_gap_is_put_there_once(world, rosters, forum):
    for _time in range(2):
        services.put_on_agenda(world.actor(LEAD), rosters, forum, view(world, rosters).coverage, now=NOW)

    assert CoverageFinding.objects.count() == 1


def test_what_is_dealt_with_leaves_the_agenda_and_stays_in_the_record(world, rosters, forum):
    made = services.put_on_agenda(world.actor(LEAD), rosters, forum, view(world, rosters).coverage, now=NOW)
    world.client(LEAD).post(f"/exempelstad/tackning/punkt/{made.pk}/klar/")

    assert reading.agenda_points(world.actor(LEAD), forum, NOW) == []
    assert CoverageFinding.objects.get().settled_at is not None


def test_a_guard_meets_no_gap_on_an_agenda(world, rosters, forum):
    services.put_on_agenda(world.actor(LEAD), rosters, forum, view(world, rosters).coverage, now=NOW)

    assert reading.agenda_points(world.actor(GUARD), forum, NOW) == []
    with pytest.raises(NotAllowed):
        services.put_on_agenda(world.actor(GUARD), rosters, forum, view(world, rosters).coverage, now=NOW)


def test_a_week_without_gaps_has_nothing_to_lift(world, rosters, forum):
    function = world.membership(OFFICER).function
    for day in range(7):
        begins = datetime.combine(MONDAY + timedelta(days=day), time(7), STOCKHOLM)
        DutyShift.objects.create(
            **record_columns(world.actor(LEAD), NOW, SharingClass.AUTHORITIES), function=function,
            place=rosters, starts_at=begins, ends_at=begins + timedelta(hours=5),
        )  # fmt: skip
    with pytest.raises(services.NothingToLift):
        services.put_on_agenda(world.actor(LEAD), rosters, forum, view(world, rosters).coverage, now=NOW)


# ------------------------------------------------------------------ informal control


def add(world, place, **more):
    given = {
        "kind": ControlKind.OPEN_BUSINESS, "name": "Kiosken", "weekdays": [0, 1, 2, 3, 4], "opens": time(7),
        "closes": time(19), "valid_from": date(2026, 1, 1), **more,
    }  # fmt: skip
    return services.add_control(world.actor(LEAD), place, now=NOW, **given)


def test_an_open_shop_is_drawn_under_its_hours(world, rosters):
    add(world, rosters)
    found = view(world, rosters)

    assert (found.control[0][8], found.control[5][8]) == (1.0, 0.0)
    assert found.gaps == ("07–12 alla dagar",)  # a shop is nobody on duty


def test_what_no_longer_holds_counts_until_it_ended(world, rosters):
    made = add(world, rosters)
    services.end_control(world.actor(LEAD), made, now=NOW, today=MONDAY + timedelta(days=1))

    assert view(world, rosters).control[0][8] == 1.0
    assert view(world, rosters).control[2][8] == 0.0


@pytest.mark.parametrize(
    ("more", "error"),
    [({"weekdays": []}, services.NoWeekday), ({"name": "Kalle Anderssons kiosk 070-123 45 67"}, TextRefused)],
)
def test_what_is_no_control_is_refused(world, place, more, error):
    with pytest.raises(error):
        add(world, place, **more)
    assert not InformalControl.objects.exists()


def test_it_is_noted_in_the_browser(world, place):
    answer = world.client(LEAD).post(
        "/exempelstad/tackning/exempeltorget/oppet-och-ljus/",
        {"kind": "lit_ground_floor", "name": "Biblioteket", "weekdays": ["0", "6"],
         "opens": "16:00", "closes": "01:00"},
        follow=True,
    )  # fmt: skip

    assert "Biblioteket" in answer.content.decode()
    assert "mån, sön 16:00–01:00" in answer.content.decode()


# ------------------------------------------------------------------ the picture


@pytest.mark.parametrize(("share", "wanted"), [(0, 0), (0.01, 1), (0.25, 2), (0.5, 3), (0.75, 4), (1, 4)])
def test_a_shade_says_how_much_and_nothing_is_never_a_shade(share, wanted):
    assert shade(share) == wanted


def test_the_picture_has_words_and_a_cell_for_each_hour():
    drawn = draw_week(
        tuple((0.5,) * 24 for _ in range(7)), ("må", "ti", "on", "to", "fr", "lö", "<sö>"), "168 timmar"
    )

    assert drawn.count('class="h3"') == 168
    assert "<title>168 timmar</title>" in drawn
    assert "&lt;sö&gt;" in drawn


@pytest.mark.parametrize(
    ("days", "words"),
    [((0, 1, 2, 3, 4), "mån–fre"), ((5, 6), "lör, sön"), ((0, 2), "mån, ons"),
     (tuple(range(7)), "alla dagar"),
     ((0, 1, 2, 6), "mån–ons, sön")],
)  # fmt: skip
def test_weekdays_are_said_as_people_say_them(days, words):
    assert reading.days_words(days) == words
