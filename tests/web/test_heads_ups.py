"""Heads-ups: told to those who may read, on the board, and gone when they have expired."""

from __future__ import annotations

from datetime import timedelta

import pytest

from samsyn.domain.access import NotAllowed, Role, SharingClass
from samsyn.domain.calendar import now
from samsyn.domain.guard import TextRefused
from samsyn.domain.notices import NoticeKind
from samsyn.web.cooperation.agreement_errors import NothingWritten
from samsyn.web.cooperation.agreement_hooks import tick
from samsyn.web.cooperation.heads_up_reading import holding, tonight_lines
from samsyn.web.cooperation.heads_up_services import empty_expired, retract_heads_up, write_heads_up
from samsyn.web.cooperation.models import HeadsUp
from samsyn.web.people.models import AuditEvent, Notice
from samsyn.web.places import services as places
from tests.web.conftest import NOW

pytestmark = pytest.mark.django_db
TEXT = "Ett större beslag gjordes i dag; räkna med oro vid trappan"


def written(world, *where, role=Role.MUNICIPAL_POLICE_LIAISON, **more):
    return write_heads_up(world.actor(role), list(where), **{"text": TEXT, "now": NOW, **more})


def test_it_holds_for_three_days_and_its_text_then_goes(world, place):
    row = written(world, place)[0]

    assert [one.text for one in holding(world.actor(Role.AREA_OFFICER), NOW + timedelta(hours=71))] == [TEXT]
    assert holding(world.actor(Role.AREA_OFFICER), NOW + timedelta(hours=72)) == []
    assert empty_expired(NOW + timedelta(hours=71)) == 0
    assert empty_expired(NOW + timedelta(hours=72)) == 1
    assert empty_expired(NOW + timedelta(hours=72)) == 0
    row.refresh_from_db()
    assert row.text == ""
    assert row.author == world.membership(Role.MUNICIPAL_POLICE_LIAISON).function


def test_the_clock_takes_the_text_away_by_itself(world, place):
    written(world, place)

    assert any("1 texts taken away" in line for line in tick(NOW + timedelta(days=4)))
    assert HeadsUp.objects.get().text == ""


@pytest.mark.parametrize(
    ("role", "text_class", "reads"),
    [
        (Role.AREA_OFFICER, SharingClass.AUTHORITIES, True),
        (Role.PUBLIC_ORDER_GUARD, SharingClass.AUTHORITIES, False),
        (Role.PUBLIC_ORDER_GUARD, SharingClass.COOPERATION, True),
        (Role.PROPERTY_OWNER, SharingClass.AUTHORITIES, False),
    ],
)
def test_others_see_that_there_is_one_and_not_what_it_says(world, place, role, text_class, reads):
    moment = now()
    written(world, place, text_class=text_class, now=moment)

    shown = holding(world.actor(role), moment)
    board = tonight_lines(world.actor(role), place, moment)
    page = world.client(role).get("/exempelstad/lagesvarningar/").content.decode()

    assert [bool(one.text) for one in shown] == [reads]
    assert [bool(one.text) for one in board] == [reads]
    assert (TEXT in page) == reads


@pytest.mark.parametrize(
    ("role", "told"),
    [(Role.AREA_OFFICER, 1), (Role.PUBLIC_ORDER_GUARD, 0), (Role.MUNICIPAL_POLICE_LIAISON, 0)],
)
def test_those_who_may_read_it_are_told_and_the_writer_is_not(world, place, role, told):
    written(world, place)

    assert Notice.objects.visible_to(world.actor(role)).filter(kind=NoticeKind.HEADS_UP.value).count() == told


def test_several_places_have_one_each_with_the_same_mark(world, place):
    other = world.add_place("Bortre torget")
    rows = written(world, place, other)

    assert len(rows) == 2
    assert len({one.together for one in rows}) == 1


def test_a_member_of_one_place_meets_those_of_that_place_alone(world, place):
    other = world.add_place("Bortre torget")
    places.limit_membership(
        world.actor(Role.ADMINISTRATOR), world.membership(Role.PROPERTY_OWNER), [place], now=NOW
    )
    written(world, place, other, text_class=SharingClass.COOPERATION)

    assert [one.row.place for one in holding(world.actor(Role.PROPERTY_OWNER), NOW)] == [place]
    with pytest.raises(NotAllowed):
        written(world, other, role=Role.PROPERTY_OWNER)


def test_taking_it_back_deletes_nothing_and_is_told(world, place):
    row = written(world, place)[0]
    retract_heads_up(world.actor(Role.MUNICIPAL_POLICE_LIAISON), row, now=NOW)

    row.refresh_from_db()
    assert row.text == TEXT
    assert row.retracted_at == NOW
    assert holding(world.actor(Role.AREA_OFFICER), NOW) == []
    told = Notice.objects.visible_to(world.actor(Role.AREA_OFFICER))
    assert told.filter(kind=NoticeKind.HEADS_UP_RETRACTED.value).exists()


@pytest.mark.parametrize("role", [Role.OUTREACH_WORKER, Role.PUBLIC_ORDER_GUARD])
def test_another_organisation_cannot_take_it_back(world, place, role):
    row = written(world, place)[0]

    with pytest.raises(NotAllowed):
        retract_heads_up(world.actor(role), row, now=NOW)
    row.refresh_from_db()
    assert row.retracted_at is None


def test_who_leads_the_work_can_take_back_what_others_wrote(world, place):
    row = written(world, place, role=Role.PUBLIC_ORDER_GUARD)[0]
    retract_heads_up(world.actor(Role.SAFETY_COORDINATOR), row, now=NOW)

    row.refresh_from_db()
    assert row.retracted_by == world.membership(Role.SAFETY_COORDINATOR).function


def test_a_person_in_the_text_stops_it(world, place):
    with pytest.raises(TextRefused):
        write_heads_up(
            world.actor(Role.AREA_OFFICER), [place], text="Kalle Andersson säljer vid trappan", now=NOW
        )
    assert not HeadsUp.objects.exists()


@pytest.mark.parametrize(("text", "where"), [("  ", True), ("Något", False)])
def test_an_empty_one_is_refused(world, place, text, where):
    with pytest.raises(NothingWritten):
        write_heads_up(world.actor(Role.AREA_OFFICER), [place] if where else [], text=text, now=NOW)


def test_every_write_is_recorded_without_the_text(world, place):
    row = written(world, place)[0]
    retract_heads_up(world.actor(Role.SAFETY_COORDINATOR), row, now=NOW)

    events = AuditEvent.objects.filter(thing="HeadsUp").order_by("id")
    assert [one.verb for one in events] == ["write", "retract"]
    assert all(TEXT not in str(one.fields) for one in events)


def test_the_form_writes_one_with_three_answers(world, place):
    client = world.client(Role.AREA_OFFICER)
    page = client.get("/exempelstad/lagesvarningar/ny/").content.decode()
    answer = client.post(
        "/exempelstad/lagesvarningar/ny/",
        {"text": TEXT, "places": [str(place.pk)], "hours": "24", "text_class": "2"},
    )

    assert 'value="72" selected' in page
    # The only place is chosen already.
    assert "checked" in page
    assert answer.status_code == 302
    start = client.get("/exempelstad/").content.decode()
    assert TEXT in start
    hidden = world.client(Role.PUBLIC_ORDER_GUARD).get("/exempelstad/").content.decode()
    assert TEXT not in hidden
    assert "Texten delas inte med er." in hidden
