"""Who attended a year, calendars that tell nothing, and history that is loaded in one go."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from samsyn.demo.forums import calendar_of, forums_of
from samsyn.domain import calendar
from samsyn.domain.access import Role
from samsyn.domain.forums import ForumLevel
from samsyn.domain.guard import check_text
from samsyn.domain.meetings import MeetingForm, MeetingState, PointOutcome
from samsyn.web.cooperation import (
    calendar_services as feeds,
    forum_services as forums,
    meeting_errors as errors,
    meeting_services as services,
    round_services as rounds,
)
from samsyn.web.cooperation.attendance_reading import attendance_of
from samsyn.web.cooperation.calendar_text import CalendarEvent, calendar_text
from samsyn.web.cooperation.history_services import PastMeeting, PastPoint, load_past
from samsyn.web.cooperation.models import CalendarFeed, Meeting
from samsyn.web.people import services as people
from samsyn.web.people.models import AuditEvent
from samsyn.web.places.models import Place

from .conftest import World
from .meeting import GUARD, LEAD, NOW, OUTREACH, OWNER, POLICE, Round, build_round, minutes

pytestmark = pytest.mark.django_db
YEAR = (date(2025, 11, 21), date(2026, 11, 21))


@pytest.fixture
def case(world: World, place: Place) -> Round:
    """Return a place with forums on three levels."""
    return build_round(world, place)


def held(case: Round, *present: Role, days_ago: int = 5, **more: object) -> PastMeeting:
    return PastMeeting(
        NOW - timedelta(days=days_ago), MeetingForm.PHYSICAL, MeetingState.NOTES_SETTLED,
        tuple(case.function(role) for role in present), **more,
    )  # fmt: skip


# ------------------------------------------------------------------ attendance


def test_small_functions_stand_together_and_ones_own_is_always_seen(case: Round) -> None:
    case.operational.seats.filter(function__in=[case.function(POLICE), case.function(GUARD)]).update(
        large_enough=True
    )
    past = [held(case, POLICE, GUARD, OUTREACH, days_ago=9), held(case, POLICE, days_ago=6)]
    load_past(case.world.actor(LEAD), case.operational, past, now=NOW)
    page = attendance_of(case.world.actor(LEAD), case.operational, *YEAR, NOW)
    assert [(row.function.split(",")[0], row.attended, row.invited) for row in page.table.rows] == [
        ("Funktion area_officer", 2, 2), ("Funktion public_order_guard", 1, 2),
    ]  # fmt: skip
    assert page.table.small is not None
    assert (page.table.small.attended, page.table.small.invited, page.table.hidden) == (1, 4, 2)
    own = attendance_of(case.world.actor(OUTREACH), case.operational, *YEAR, NOW)
    assert "Funktion outreach_worker" in str(own.table.rows)
    assert own.table.small is None


def test_a_function_is_expected_only_while_it_has_a_seat_or_is_asked(case: Round) -> None:
    seat = case.operational.seats.get(function=case.function(GUARD))
    forums.end_seat(case.world.actor(LEAD), seat, now=NOW - timedelta(days=8))
    past = [held(case, POLICE, days_ago=9), held(case, POLICE, days_ago=6)]
    load_past(case.world.actor(LEAD), case.operational, past, now=NOW)
    case.operational.seats.update(large_enough=True)
    rows = attendance_of(case.world.actor(LEAD), case.operational, *YEAR, NOW).table.rows
    guard = next(row for row in rows if "public_order_guard" in row.function)
    assert (guard.invited, guard.attended) == (1, 0)


def test_a_meeting_loaded_afterwards_has_the_fingerprint_of_what_it_holds(case: Round) -> None:
    load_past(case.world.actor(LEAD), case.operational, [held(case, POLICE), held(case, GUARD)], now=NOW)
    first, second = Meeting.objects.filter(forum=case.operational, state="notes_settled")

    assert first.content_hash == services.content_hash(first) != services.content_hash(second)


def test_what_was_called_off_is_counted_by_reason_and_quarter(case: Round) -> None:
    off = PastMeeting(
        NOW - timedelta(days=8), MeetingForm.PHYSICAL, MeetingState.CALLED_OFF, reason="sickness"
    )
    instead = PastMeeting(
        NOW - timedelta(days=8), MeetingForm.DIGITAL_ROUND, MeetingState.NOTES_SETTLED,
        (case.function(POLICE),), replaces_last=True,
    )  # fmt: skip
    load_past(case.world.actor(LEAD), case.operational, [off, instead, held(case, POLICE)], now=NOW)
    page = attendance_of(case.world.actor(LEAD), case.operational, *YEAR, NOW)
    assert (page.held, page.rounds, page.called_off, page.replaced) == (2, 1, 1, 1)
    assert page.quarters[0].reasons == (("Sjukdom", 1),)


def test_a_round_whose_hour_has_passed_is_held_though_nobody_closed_it(case: Round) -> None:
    meeting = case.plan()
    services.call_off(case.world.actor(LEAD), meeting, reason="event", now=NOW)
    made = rounds.start_round(case.world.actor(LEAD), meeting, now=NOW)
    rounds.answer_round(case.world.actor(POLICE), made, {"ahead": "Lugnt"}, now=NOW)
    before = attendance_of(case.world.actor(LEAD), case.operational, *YEAR, made.ends_at - minutes(1))
    after = attendance_of(case.world.actor(LEAD), case.operational, *YEAR, made.ends_at)
    assert (before.held, after.held) == (0, 1)


def test_the_page_has_the_chart_and_the_same_numbers_as_a_table(case: Round) -> None:
    case.operational.seats.update(large_enough=True)
    load_past(case.world.actor(LEAD), case.operational, [held(case, POLICE, GUARD)], now=NOW)
    page = case.page(LEAD, "forum/utsattningen/narvaro/?first=2026-01-01&last=2026-12-31")
    assert page.count('class="bar"') == 4
    assert 'data-label="Deltog">1</td>' in page
    assert "100\u00a0%" in page


# ------------------------------------------------------------------ history in one go


def test_a_year_is_loaded_with_one_event_for_each_forum(case: Round) -> None:
    before = AuditEvent.objects.count()
    past = [held(case, POLICE, days_ago=day) for day in range(2, 90)]
    assert load_past(case.world.actor(LEAD), case.operational, past, now=NOW) == 88
    assert AuditEvent.objects.count() == before + 1
    assert people.broken_links(case.world.workspace) == []


def test_what_lies_ahead_is_no_history(case: Round) -> None:
    with pytest.raises(errors.MeetingTimesWrong):
        load_past(case.world.actor(LEAD), case.operational, [held(case, days_ago=-1)], now=NOW)


def test_a_history_that_names_somebody_is_refused_whole(case: Round) -> None:
    from samsyn.web.places.assessment_errors import TextsRefused

    line = PastPoint("", "Punkt", "Kalle Andersson säljer vid trappan", PointOutcome.POINT_NOTED)
    with pytest.raises(TextsRefused):
        load_past(case.world.actor(LEAD), case.operational, [held(case, points=(line,))], now=NOW)
    assert not Meeting.objects.exists()


# ------------------------------------------------------------------ the invented year


def test_the_invented_year_is_believable_and_ends_yesterday() -> None:
    today = date(2026, 11, 21)
    found = calendar_of("Paraplytorget", "exempelstad", today, seed=7)
    briefings = [one for one in found.past if one.level is ForumLevel.OPERATIONAL]
    planned = [one for one in briefings if not one.replaces_last]
    off = [one for one in briefings if one.state is MeetingState.CALLED_OFF]
    instead = [one for one in briefings if one.replaces_last]
    assert 100 <= len(planned) <= 106
    assert 5 <= len(off) <= 30
    assert 0 < len(instead) < len(off)
    assert all(one.reason is not None for one in off)
    assert max(one.starts_at for one in found.past).date() < today
    assert found == calendar_of("Paraplytorget", "exempelstad", today, seed=7)


def test_functions_come_differently_often() -> None:
    found = calendar_of("Paraplytorget", "exempelstad", date(2026, 11, 21), seed=7)
    briefings = [one for one in found.past if one.level is ForumLevel.OPERATIONAL and one.present]
    share = {
        name: sum(f"{name}-exempelstad" in one.present for one in briefings) / len(briefings)
        for name in ("omradespolis", "ingripandepolis")
    }
    assert share["omradespolis"] > 0.8
    assert share["ingripandepolis"] < 0.4


def test_no_line_of_the_invented_year_is_about_a_person() -> None:
    found = calendar_of("Paraplytorget", "exempelstad", date(2026, 11, 21), seed=7)
    lines = {text for one in found.past for point in one.points for text in (point.title, point.note) if text}
    lines |= {one.purpose for one in forums_of("Paraplytorget", "exempelstad")}
    today = date(2026, 11, 21)
    marked = [line for line in lines if check_text(line, today=today).hits]
    assert not marked


# ------------------------------------------------------------------ calendars


def event(**more: object) -> CalendarEvent:
    columns = {"key": "k", "starts_at": NOW, "ends_at": NOW + minutes(15), "changed_at": NOW, "summary": "S",
               "pointer": "https://example.org/x"}  # fmt: skip
    return CalendarEvent(**{**columns, **more})


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=200), st.integers(0, 10**9))
def test_a_calendar_is_lines_of_at_most_75_octets_that_unfold_to_what_was_written(text, seconds) -> None:
    moment = datetime(2000, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    written = calendar_text("Namn", [event(summary=text, starts_at=moment, ends_at=moment + minutes(1))])
    lines = written.split("\r\n")
    assert lines[-1] == ""
    assert all(len(line.encode()) <= 75 for line in lines)
    unfolded = written.replace("\r\n ", "").split("\r\n")
    summary = next(line for line in unfolded if line.startswith("SUMMARY:")).removeprefix("SUMMARY:")
    plain = summary.replace("\\,", ",").replace("\\;", ";").replace("\\\\", "\\")
    assert plain.split() == text.split()
    assert f"DTSTART:{moment:%Y%m%dT%H%M%SZ}" in unfolded


def test_a_meeting_that_is_called_off_is_so_in_the_calendar() -> None:
    assert "STATUS:CANCELLED" in calendar_text("Namn", [event(called_off=True)])
    assert "STATUS:CONFIRMED" in calendar_text("Namn", [event()])


def test_a_calendar_tells_times_and_names_and_nothing_of_what_is_said(case: Round) -> None:
    case.plan(starts_at=calendar.now() + timedelta(days=1), title="Inför demonstrationen")
    text = case.world.client(POLICE).get("/exempelstad/forum/utsattningen/kalender.ics").content.decode()
    assert "SUMMARY:Utsättningen" in text
    assert "demonstrationen" not in text


def link(case: Round, role: Role, **fields: str) -> str:
    page = (
        case.world.client(role).post("/exempelstad/moten/kalender/", {"make": "1", **fields}).content.decode()
    )
    found = re.search(r"/kalender/[\w-]{30,}\.ics", page)
    assert found
    return found[0]


def test_a_calendar_link_is_shown_once_works_without_signing_in_and_can_be_withdrawn(case: Round) -> None:
    from django.test import Client

    case.plan(starts_at=calendar.now() + timedelta(days=1))
    address = link(case, POLICE)
    assert address.removeprefix("/kalender/") not in case.page(POLICE, "moten/kalender/")
    assert "SUMMARY:Utsättningen" in Client().get(address).content.decode()
    feed = CalendarFeed.objects.get()
    assert feed.secret_hash not in address
    case.world.client(GUARD).post(f"/exempelstad/moten/kalender/{feed.pk}/dra-tillbaka/")
    assert Client().get(address).status_code == 200, "another account cannot withdraw it"
    case.world.client(POLICE).post(f"/exempelstad/moten/kalender/{feed.pk}/dra-tillbaka/")
    assert Client().get(address).status_code == 404


def test_what_a_link_gives_is_decided_when_it_is_read(case: Round) -> None:
    from django.test import Client

    from samsyn.web.places import services as places

    case.plan(case.strategic, starts_at=calendar.now() + timedelta(days=1))
    address = link(case, OWNER, forum=str(case.strategic.pk))
    assert "Platssamverkan" in Client().get(address).content.decode()
    other = case.world.add_place("Andra torget")
    places.limit_membership(
        case.world.actor(Role.ADMINISTRATOR), case.world.membership(OWNER), [other], now=NOW
    )
    assert Client().get(address).status_code == 404
    mine = link(case, GUARD)
    people.end_membership(
        case.world.actor(Role.ADMINISTRATOR), case.world.membership(GUARD), now=calendar.now()
    )
    assert Client().get(mine).status_code == 404


def test_a_guessed_link_gives_nothing(case: Round) -> None:
    assert feeds.reader_of("gissat", NOW) is None
