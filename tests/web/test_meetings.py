"""Forums, meetings, joint briefings, digital rounds: planning, holding, closing, and who reads what."""

from __future__ import annotations

import re
from datetime import date, time, timedelta

import pytest

from samsyn.domain import calendar
from samsyn.domain.access import PERMISSIONS, NotAllowed, Permission, Role, SharingClass
from samsyn.domain.calendar import STOCKHOLM
from samsyn.domain.forums import ForumLevel
from samsyn.domain.meetings import AgendaKind, AgendaPoint, CheckInWay, MeetingState
from samsyn.web.cooperation import (
    agenda_reading as agenda,
    briefing_reading,
    duty_services,
    forum_services as forums,
    heads_up_services as heads_ups,
    meeting_errors as errors,
    meeting_reading as reading,
    meeting_services as services,
    point_services as points,
    round_services as rounds,
)
from samsyn.web.cooperation.models import (
    Attendance,
    Forum,
    Issue,
    Meeting,
    MeetingPoint,
    RoundAnswer,
)
from samsyn.web.people.models import AuditEvent, Notice
from samsyn.web.places.assessment_errors import TextsRefused
from samsyn.web.places.models import Place
from samsyn.web.ui.models import StaleRecord

from .conftest import STAFF, World
from .meeting import GUARD, LEAD, MANAGER, NOW, OUTREACH, OWNER, POLICE, Round, build_round, minutes

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(world: World, place: Place) -> Round:
    """Return a place with forums on three levels."""
    return build_round(world, place)


# ------------------------------------------------------------------ forums


@pytest.mark.parametrize("role", list(STAFF))
def test_only_those_who_manage_the_cooperation_change_forums_and_seats(case: Round, role: Role) -> None:
    may = Permission.MANAGE_COOPERATION in PERMISSIONS[role]
    client = case.world.client(role)
    for tail in ("forum/nytt/", "forum/utsattningen/andra/", "forum/utsattningen/plats/"):
        assert (client.get(f"/exempelstad/{tail}").status_code == 200) is may
    if not may:
        with pytest.raises(NotAllowed):
            forums.close_forum(case.world.actor(role), case.operational, now=NOW)


@pytest.mark.parametrize("role", list(STAFF))
def test_only_those_who_take_part_in_the_cooperation_meet_its_pages(case: Round, role: Role) -> None:
    meeting = case.plan()
    may = Permission.VIEW_COOPERATION in PERMISSIONS[role]
    for tail in ("samverkan/", "forum/", "forum/utsattningen/", "moten/", f"moten/{meeting.pk}/"):
        answer = case.world.client(role).get(f"/exempelstad/{tail}")
        assert (answer.status_code == 200) is may, tail


def test_a_forum_lifts_only_to_the_next_level(case: Round) -> None:
    details = forums.ForumDetails("Kvällen", ForumLevel.OPERATIONAL, lifts_to=case.steering)
    with pytest.raises(errors.LevelSkipped):
        forums.create_forum(case.world.actor(LEAD), details, place=case.place, now=NOW)


def test_a_function_has_one_open_seat_and_may_come_back(case: Round) -> None:
    lead, function = case.world.actor(LEAD), case.function(GUARD)
    with pytest.raises(errors.SeatTaken):
        forums.add_seat(lead, case.operational, function, valid_from=date(2026, 11, 1), now=NOW)
    seat = case.operational.seats.get(function=function)
    forums.end_seat(lead, seat, now=NOW)
    forums.add_seat(lead, case.operational, function, valid_from=date(2026, 11, 21), now=NOW)
    assert case.operational.seats.filter(function=function).count() == 2


def test_two_who_change_a_forum_lose_nothing(case: Round) -> None:
    details = forums.ForumDetails("Utsättningen", ForumLevel.OPERATIONAL, purpose="Kvällens läge")
    first = Forum.objects.get(pk=case.operational.pk)
    forums.change_forum(case.world.actor(LEAD), first, details, revision=1, now=NOW)
    sent = case.world.client(LEAD).post(
        "/exempelstad/forum/utsattningen/andra/",
        {"name": "Utsättningen", "level": "operational", "purpose": "Natten också", "revision": "1"},
    )
    page = sent.content.decode()
    assert "Natten också" in page
    assert "Kvällens läge" in page
    assert Forum.objects.get(pk=case.operational.pk).purpose == "Kvällens läge"


def test_a_purpose_that_points_out_a_person_is_refused(case: Round) -> None:
    details = forums.ForumDetails("Nytt", ForumLevel.STRATEGIC, purpose="Ring Kalle Andersson 070-123 45 67")
    with pytest.raises(TextsRefused):
        forums.create_forum(case.world.actor(LEAD), details, place=case.place, now=NOW)


# ------------------------------------------------------------------ planning


def series(case: Round, **more: object) -> list[Meeting]:
    new = services.NewSeries((1, 4), time(16, 30), date(2026, 11, 23), date(2026, 12, 6), **more)
    made = services.plan_series(case.world.actor(LEAD), case.operational, new, now=NOW)
    return list(made.meetings.order_by("starts_at"))


def test_a_series_plans_its_meetings_ahead_with_one_event(case: Round) -> None:
    before = AuditEvent.objects.count()
    rows = series(case)
    assert [f"{row.starts_at.astimezone(STOCKHOLM):%a %H:%M}" for row in rows] == [
        "Tue 16:30", "Fri 16:30", "Tue 16:30", "Fri 16:30",
    ]  # fmt: skip
    assert {(row.ends_at - row.starts_at) for row in rows} == {timedelta(minutes=15)}
    assert AuditEvent.objects.count() == before + 1


def test_a_series_without_a_day_is_refused(case: Round) -> None:
    new = services.NewSeries((1,), time(16, 30), date(2026, 11, 25), date(2026, 11, 27))
    with pytest.raises(errors.MeetingTimesWrong):
        services.plan_series(case.world.actor(LEAD), case.operational, new, now=NOW)


def test_one_meeting_of_a_series_is_moved_or_it_and_the_rest(case: Round) -> None:
    first, second, third, fourth = series(case)
    lead = case.world.actor(LEAD)
    later = second.starts_at + timedelta(days=1, hours=1)
    assert services.move_meeting(lead, second, starts_at=later, rest=False, revision=1, now=NOW) == 1
    assert services.move_meeting(
        lead, third, starts_at=third.starts_at + timedelta(hours=2), rest=True, revision=1, now=NOW
    ) == 2  # fmt: skip
    hours = [
        f"{one.starts_at.astimezone(STOCKHOLM):%d %H:%M}" for one in Meeting.objects.order_by("starts_at")
    ]
    assert hours == ["24 16:30", "28 17:30", "01 18:30", "04 18:30"]
    assert first.starts_at < fourth.starts_at


def test_two_who_move_the_same_meeting_meet(case: Round) -> None:
    meeting = series(case)[0]
    stale = Meeting.objects.get(pk=meeting.pk)
    lead = case.world.actor(LEAD)
    at = meeting.starts_at
    services.move_meeting(lead, meeting, starts_at=at + minutes(30), rest=False, revision=1, now=NOW)
    with pytest.raises(StaleRecord):
        services.move_meeting(lead, stale, starts_at=at + minutes(60), rest=False, revision=1, now=NOW)


def test_others_are_asked_to_a_meeting_before_an_event(case: Round) -> None:
    meeting = case.plan(case.strategic, title="Inför skollovet", invited=[case.function(GUARD)])
    assert case.function(GUARD) in services.members_of(meeting)
    services.invite(case.world.actor(LEAD), meeting, [case.function(POLICE)], now=NOW)
    names = services.members_of(meeting)
    assert case.function(POLICE) in names
    assert case.function(GUARD) not in names


# ------------------------------------------------------------------ calling off and the digital round


def test_a_meeting_is_called_off_with_a_reason_from_the_list(case: Round) -> None:
    meeting = case.plan()
    with pytest.raises(errors.CallOffReasonMissing):
        services.call_off(case.world.actor(LEAD), meeting, reason="orkar inte", now=NOW)
    services.call_off(case.world.actor(LEAD), meeting, reason="sickness", now=NOW)
    with pytest.raises(errors.MeetingStepForbidden):
        services.open_meeting(case.world.actor(POLICE), meeting, now=NOW)


def test_a_digital_round_is_one_tap_from_a_meeting_that_is_called_off(case: Round) -> None:
    meeting = case.plan(starts_at=calendar.now() + timedelta(hours=3))
    client = case.world.client(POLICE)
    client.post(f"/exempelstad/moten/{meeting.pk}/stall-in/", {"reason": "demonstration"})
    assert f"/moten/{meeting.pk}/runda/" in case.page(POLICE, f"moten/{meeting.pk}/")
    sent = client.post(f"/exempelstad/moten/{meeting.pk}/runda/")
    made = Meeting.objects.get(replaces=meeting)
    assert sent.url == f"/exempelstad/moten/{made.pk}/"
    assert made.ends_at == meeting.ends_at
    assert made.points.count() == 5
    # Once only, and the page says so.
    assert "runda/" not in case.page(POLICE, f"moten/{meeting.pk}/")
    client.post(f"/exempelstad/moten/{meeting.pk}/runda/")
    assert Meeting.objects.filter(replaces=meeting).count() == 1


def test_nobody_reads_anothers_answer_before_the_hour_and_all_read_the_same_card_after(case: Round) -> None:
    made = case.round()
    for role, text in ((POLICE, "Två bilar till 23"), (OUTREACH, "Vi är ute från 18")):
        rounds.answer_round(
            case.world.actor(role), made, {"here_tonight": text}, text_class=SharingClass.COOPERATION, now=NOW
        )
    for role, own, others in ((POLICE, "Två bilar", "Vi är ute"), (GUARD, "–", "Två bilar")):
        said = str(reading.points_of(case.world.actor(role), made, NOW + minutes(1)))
        assert others not in said
        assert own in said or role is GUARD
    after = made.ends_at
    for role in (POLICE, OUTREACH, GUARD):
        card = reading.card_of(case.world.actor(role), made, after)
        assert {text.partition(": ")[2] for line in card.lines for text in line.lines} == {
            "Två bilar till 23", "Vi är ute från 18",
        }  # fmt: skip
    assert set(Attendance.objects.filter(meeting=made).values_list("how", flat=True)) == {
        CheckInWay.ROUND_ANSWER.value
    }


def test_an_answer_for_authorities_is_a_line_not_shared_for_a_guard(case: Round) -> None:
    made = case.round()
    rounds.answer_round(case.world.actor(POLICE), made, {"help_needed": "Förstärkning vid tunneln"}, now=NOW)
    card = reading.card_of(case.world.actor(GUARD), made, made.ends_at)
    assert sum(line.hidden for line in card.lines) == 1
    assert "Förstärkning" not in str(card.lines)


def test_after_the_hour_nobody_answers(case: Round) -> None:
    made = case.round()
    with pytest.raises(errors.RoundOver):
        rounds.answer_round(case.world.actor(POLICE), made, {"ahead": "Sent"}, now=made.ends_at)


def test_answering_again_before_the_hour_replaces_what_one_wrote(case: Round) -> None:
    made = case.round()
    for text in ("Först", "Sedan"):
        rounds.answer_round(case.world.actor(POLICE), made, {"ahead": text}, now=NOW)
    assert [row.text for row in RoundAnswer.objects.all()] == ["Sedan"]


# ------------------------------------------------------------------ the briefing


def test_the_whole_briefing_in_the_browser(case: Round) -> None:
    meeting = case.plan(starts_at=calendar.now())
    chair, guard = case.world.client(POLICE), case.world.client(GUARD)
    base = f"/exempelstad/moten/{meeting.pk}/"
    assert chair.post(f"{base}oppna/").url == base
    page = chair.get(base).content.decode()
    for heading in (
        "Läget sedan sist",
        "Vilka är här i kväll och till när",
        "Var behövs vi tillsammans",
        "Behov av hjälp",
        "Nästa dagar och att lyfta",
    ):
        assert heading in page
    guard.post(f"{base}har/", {"how": "qr", "on_until": "23:30"})
    point = case.point(meeting)
    chair.post(
        f"{base}punkter/{point.pk}/",
        {"note": "Lampan är lagad", "note_class": "2", "revision": str(point.revision)},
    )
    assert "Lampan är lagad" in chair.get(base).content.decode()
    assert "Lampan är lagad" not in guard.get(base).content.decode()
    chair.post(f"{base}punkter/{point.pk}/dela/")
    assert "Lampan är lagad" in guard.get(base).content.decode()
    chair.post(f"{base}avsluta/")
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.ENDED
    assert Attendance.objects.get(meeting=meeting, function=case.function(GUARD)).how == "qr"
    # The card reaches those who were not there, and not those who were.
    assert "Lampan är lagad" in case.page(OUTREACH, "")
    assert "Lampan är lagad" not in case.page(GUARD, "")


def test_the_card_is_there_though_the_meeting_was_held_before_its_hour(case: Round) -> None:
    meeting = case.plan(starts_at=NOW + minutes(10))
    services.open_meeting(case.world.actor(POLICE), meeting, now=NOW)
    services.close_meeting(case.world.actor(POLICE), meeting, now=NOW + minutes(5))
    assert reading.cards_missed(case.world.actor(GUARD), NOW + minutes(6)) == [meeting]
    assert reading.cards_missed(case.world.actor(GUARD), NOW + timedelta(days=4)) == []
    assert reading.cards_missed(case.world.actor(POLICE), NOW + minutes(6)) == []


def test_the_fallback_chair_is_offered_the_chair_after_five_minutes_and_only_then(case: Round) -> None:
    meeting, manager = case.plan(), case.world.actor(MANAGER)
    assert not reading.live_of(manager, meeting, NOW + minutes(4)).offer_fallback
    offered = reading.live_of(manager, meeting, NOW + minutes(5))
    assert (offered.offer_fallback, offered.fallback_is_me) == (True, True)
    assert not reading.live_of(case.world.actor(GUARD), meeting, NOW + minutes(5)).fallback_is_me
    services.check_in(case.world.actor(POLICE), meeting, case.function(POLICE).pk, now=NOW)
    assert not reading.live_of(manager, meeting, NOW + minutes(9)).offer_fallback


def test_once_somebody_leads_the_chair_is_not_offered_again(case: Round) -> None:
    meeting = case.plan()
    services.open_meeting(case.world.actor(MANAGER), meeting, now=NOW + minutes(6))
    assert not reading.live_of(case.world.actor(MANAGER), meeting, NOW + minutes(7)).offer_fallback
    assert meeting.chaired_by_id == case.function(MANAGER).pk
    services.take_chair(case.world.actor(POLICE), meeting, now=NOW + minutes(8))
    assert meeting.chaired_by_id == case.function(POLICE).pk


def test_one_checks_in_ones_own_function_and_whoever_holds_the_meeting_a_members(case: Round) -> None:
    meeting = case.open()
    guard, outreach = case.function(GUARD), case.function(OUTREACH)
    with pytest.raises(NotAllowed):
        services.check_in(case.world.actor(GUARD), meeting, outreach.pk, now=NOW)
    services.check_in(case.world.actor(POLICE), meeting, outreach.pk, now=NOW)
    services.check_in(case.world.actor(GUARD), meeting, guard.pk, now=NOW)
    services.check_in(case.world.actor(GUARD), meeting, guard.pk, now=NOW)
    assert Attendance.objects.filter(meeting=meeting).count() == 3
    with pytest.raises(errors.NotInForum):
        services.check_in(case.world.actor(POLICE), meeting, case.function(OWNER).pk, now=NOW)
    services.undo_check_in(case.world.actor(GUARD), meeting, guard.pk, now=NOW)
    assert not Attendance.objects.filter(meeting=meeting, function=guard).exists()


def test_a_briefing_shows_what_has_changed_since_the_last_one_and_counts_the_rest(
    case: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    last = case.open()
    services.close_meeting(case.world.actor(POLICE), last, now=NOW + minutes(15))
    kind = AgendaKind.ANSWER_RECEIVED
    said = [
        AgendaPoint("issue:1", kind, "Belysning monteras vecka 46", changed_at=NOW + timedelta(days=1)),
        AgendaPoint("issue:2", kind, "Gammalt svar", changed_at=NOW - timedelta(days=9)),
        AgendaPoint("gap:1", AgendaKind.COVERAGE_GAP, "Ingen här 07–12"),
    ]
    monkeypatch.setattr(briefing_reading, "gather", lambda *_arguments: said)
    meeting = case.plan(starts_at=NOW + timedelta(days=2))
    found = briefing_reading.briefing_of(case.world.actor(POLICE), meeting, NOW + timedelta(days=2))
    assert found is not None
    assert [(one.code, [point.title for point in one.points]) for one in found.changes] == [
        ("since_last", ["Belysning monteras vecka 46"]), ("together", ["Ingen här 07–12"]),
    ]  # fmt: skip
    assert (found.previous, found.unchanged, found.number) == (last, 1, 2)


def test_a_heads_up_that_is_new_is_told_once_in_a_briefing(case: Round) -> None:
    last = case.open()
    services.close_meeting(case.world.actor(POLICE), last, now=NOW + minutes(15))
    for at, text in ((NOW - timedelta(hours=1), "Norra trappan lagas"), (NOW + timedelta(days=1), "Konsert")):
        heads_ups.write_heads_up(case.world.actor(LEAD), [case.place], text=text, now=at, hours=96)
    meeting = case.plan(starts_at=NOW + timedelta(days=2))
    found = briefing_reading.briefing_of(case.world.actor(POLICE), meeting, NOW + timedelta(days=2))
    assert found is not None
    assert [point.title for one in found.changes for point in one.points] == ["Konsert"]
    assert [line.text for line in found.lines] == ["Norra trappan lagas"]


@pytest.mark.parametrize(("role", "hours"), [(POLICE, True), (GUARD, False), (MANAGER, False)])
def test_a_briefing_tells_hours_to_authorities_and_others_that_a_function_can_be_reached(
    case: Round, role: Role, hours: bool
) -> None:
    function, moment = case.function(OUTREACH), calendar.now()
    duty_services.add_shift(
        case.world.actor(LEAD), case.place, function, moment, moment + timedelta(hours=3), now=moment
    )
    ends = (moment + timedelta(hours=3)).astimezone(STOCKHOLM).strftime("%H:%M")
    page = case.page(role, f"moten/{case.plan(starts_at=moment + minutes(20)).pk}/")

    assert function.name in page
    assert (f"till {ends}" in page) is hours
    assert ("Nåbara nu" in page) is not hours


# ------------------------------------------------------------------ notes


def test_two_who_write_the_same_line_see_both_and_lose_nothing(case: Round) -> None:
    meeting = case.open()
    point = case.point(meeting)
    case.note(point, "Skriven först", OUTREACH)
    address = f"/exempelstad/moten/{meeting.pk}/punkter/{point.pk}/"
    sent = case.world.client(POLICE).post(
        address, {"note": "Skriven sedan", "note_class": "2", "revision": "1"}
    )
    page = sent.content.decode()
    assert sent.status_code == 200
    assert "Skriven först" in page
    assert "Skriven sedan" in page
    assert MeetingPoint.objects.get(pk=point.pk).note == "Skriven först"
    revision = re.search(r'name="revision" value="(\d+)"', page)
    assert revision
    again = case.world.client(POLICE).post(
        address, {"note": "Båda", "note_class": "2", "revision": revision[1]}
    )
    assert again.status_code == 302
    assert MeetingPoint.objects.get(pk=point.pk).note == "Båda"


def test_a_line_that_is_not_shared_is_never_written_over(case: Round) -> None:
    meeting = case.open()
    point = case.point(meeting)
    case.note(point, "För myndigheter")
    with pytest.raises(errors.NoteNotShared):
        case.note(point, "Vaktens rad", GUARD)
    assert (
        case.world.client(GUARD).get(f"/exempelstad/moten/{meeting.pk}/punkter/{point.pk}/").status_code
        == 404
    )
    assert "För myndigheter" not in case.page(GUARD, f"moten/{meeting.pk}/")


@pytest.mark.parametrize("text", ["Kalle Andersson säljer vid trappan", "Ring 070-123 45 67"])
def test_a_note_about_a_person_is_refused_and_nothing_is_saved(case: Round, text: str) -> None:
    meeting = case.open()
    point = case.point(meeting)
    with pytest.raises(TextsRefused):
        case.note(point, text)
    assert MeetingPoint.objects.get(pk=point.pk).note == ""


def test_closing_notes_what_was_said_and_keeps_open_what_was_not(case: Round) -> None:
    meeting = case.open(case.strategic, LEAD)
    said = points.add_point(case.world.actor(LEAD), meeting, "Bänkarna", now=NOW)
    silent = points.add_point(case.world.actor(OUTREACH), meeting, "Nyckeln", now=NOW)
    case.note(said, "Flyttas i vår", LEAD)
    services.close_meeting(case.world.actor(LEAD), meeting, now=NOW + minutes(60))
    outcomes = dict(MeetingPoint.objects.filter(meeting=meeting, code="").values_list("title", "outcome"))
    assert outcomes == {"Bänkarna": "point_noted", "Nyckeln": "point_kept_open"}
    following = case.plan(case.strategic, starts_at=NOW + timedelta(days=28))
    services.call_meeting(case.world.actor(LEAD), following, now=NOW)
    carried = following.points.get(carried_from=silent)
    assert (carried.title, carried.kind) == ("Nyckeln", "carried_over")


def test_a_point_kept_open_at_a_meeting_that_is_called_off_is_not_lost(case: Round) -> None:
    first = case.open(case.strategic, LEAD)
    kept = points.add_point(case.world.actor(LEAD), first, "Nyckeln", now=NOW)
    services.close_meeting(case.world.actor(LEAD), first, now=NOW)
    second = case.plan(case.strategic, starts_at=NOW + timedelta(days=7))
    services.call_meeting(case.world.actor(LEAD), second, now=NOW)
    services.call_off(case.world.actor(LEAD), second, reason="event", now=NOW)
    third = case.plan(case.strategic, starts_at=NOW + timedelta(days=14))
    services.call_meeting(case.world.actor(LEAD), third, now=NOW)
    assert third.points.filter(carried_from=kept).exists()


def test_settled_notes_are_frozen(case: Round) -> None:
    meeting = case.open()
    point = case.point(meeting)
    case.note(point, "Lugnt")
    services.close_meeting(case.world.actor(POLICE), meeting, now=NOW)
    services.settle_notes(case.world.actor(POLICE), meeting, now=NOW)
    point = case.point(meeting)
    assert services.content_hash(meeting) == meeting.content_hash
    with pytest.raises(errors.MeetingStepForbidden):
        case.note(point, "Efteråt")
    with pytest.raises(errors.MeetingStepForbidden):
        services.check_in(case.world.actor(GUARD), meeting, case.function(GUARD).pk, now=NOW)
    MeetingPoint.objects.filter(pk=point.pk).update(note="Någon skrev i databasen")
    assert services.content_hash(meeting) != meeting.content_hash


# ------------------------------------------------------------------ the agenda and lifting


def gathered() -> list[AgendaPoint]:
    narrow = SharingClass.AUTHORITIES
    return [
        AgendaPoint("issue:9", AgendaKind.LIFTED_QUESTION, "Mörkt bakom kiosken", age_days=40),
        AgendaPoint("action:1", AgendaKind.OVERDUE_ACTION, "Insatsplan för natten", narrow, age_days=35),
    ]


def test_an_agenda_is_gathered_sent_and_read_as_each_may(
    case: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    from samsyn.web.cooperation import point_views

    monkeypatch.setattr(point_views, "gather", lambda *_arguments: gathered())
    meeting = case.plan(case.strategic, starts_at=calendar.now() + timedelta(days=3))
    address = f"/exempelstad/moten/{meeting.pk}/dagordning/"
    client = case.world.client(LEAD)
    assert "Mörkt bakom kiosken" in client.get(address).content.decode()
    client.post(address, {"take": ["issue:9", "action:1"], "send": "1"})
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.CALLED
    assert list(meeting.points.values_list("source", flat=True)) == ["", "issue:9", "action:1"]
    # Sending again takes nothing twice.
    client.post(address, {"take": ["issue:9"], "save": "1"})
    assert meeting.points.count() == 3
    assert "Insatsplan" not in case.page(OWNER, f"moten/{meeting.pk}/")
    assert "Insatsplan" in case.page(OUTREACH, f"moten/{meeting.pk}/")
    seen = client.get(f"{address}?som={case.function(OWNER).pk}").content.decode()
    preview = seen[seen.index("h-seen") :]
    assert "Delas inte med den här medlemmen." in preview
    assert "Insatsplan" not in preview
    assert "Mörkt bakom kiosken" in preview


def test_a_point_that_was_lifted_comes_to_the_forum_above_with_half_a_page(case: Round) -> None:
    """Without a place there is no question to raise, so the forum above is asked by the point itself."""
    Forum.objects.update(place=None)
    case.strategic.refresh_from_db()
    meeting = case.open(case.strategic, LEAD)
    point = points.add_point(case.world.actor(OUTREACH), meeting, "Skötsel på söndagar", now=NOW)
    case.note(point, "Driften kan inte med nuvarande avtal", LEAD)
    draft = agenda.prepared_half_page(case.world.actor(LEAD), point, NOW)
    for words in ("Skötsel på söndagar", "Platssamverkan", "Driften kan inte"):
        assert words in draft
    points.lift_point(case.world.actor(LEAD), point, half_page=draft, now=NOW)
    above = agenda.lifted_points(case.world.actor(LEAD), case.steering, NOW + timedelta(days=3))
    assert [(one.title, one.kind, one.age_days) for one in above] == [
        ("Skötsel på söndagar", AgendaKind.LIFTED_QUESTION, 3)
    ]
    upper = case.plan(case.steering, starts_at=NOW + timedelta(days=9))
    points.take_up(case.world.actor(LEAD), upper, above, now=NOW)
    assert agenda.lifted_points(case.world.actor(LEAD), case.steering, NOW) == []
    view = next(one for one in reading.points_of(case.world.actor(LEAD), upper, NOW) if one.half_page)
    assert "Driften kan inte" in str(view.half_page)


def test_a_line_lifted_from_a_briefing_becomes_a_question_that_waits_at_the_level_above(case: Round) -> None:
    meeting = case.open()
    point = case.point(meeting, "ahead")
    case.note(point, "Mörkt bakom kiosken, vem äger lampan?")
    points.lift_point(case.world.actor(POLICE), point, now=NOW)
    issue = Issue.objects.get()
    assert (issue.title, issue.meeting, issue.author) == (point.note, meeting, case.function(POLICE))
    assert issue.state == "lifted_to_strategic"
    assert issue.wants_answer
    assert case.point(meeting, "ahead").source == f"issue:{issue.pk}"
    # It is asked about once: by the part that keeps questions, not by the notes too.
    assert agenda.lifted_points(case.world.actor(LEAD), case.strategic, NOW) == []


def test_a_guest_at_the_meeting_raises_the_question_and_leaves_the_lifting_to_the_forum(case: Round) -> None:
    meeting = case.open()
    point = points.add_point(case.world.actor(OWNER), meeting, "Porten står olåst", now=NOW)
    points.lift_point(case.world.actor(OWNER), point, now=NOW)
    assert Issue.objects.get().state == "question_open"


def test_the_steering_group_has_nowhere_to_lift(case: Round) -> None:
    meeting = case.open(case.steering, LEAD)
    point = points.add_point(case.world.actor(LEAD), meeting, "Målen", now=NOW)
    with pytest.raises(errors.NowhereToLift):
        points.lift_point(case.world.actor(LEAD), point, now=NOW)


def test_a_chosen_point_is_taken_off_before_the_meeting_but_a_fixed_one_is_not(case: Round) -> None:
    meeting = case.plan(case.strategic)
    services.call_meeting(case.world.actor(LEAD), meeting, now=NOW)
    own = points.add_point(case.world.actor(LEAD), meeting, "Bänkarna", now=NOW)
    points.drop_point(case.world.actor(LEAD), own, now=NOW)
    with pytest.raises(errors.MeetingStepForbidden):
        points.drop_point(case.world.actor(LEAD), meeting.points.get(), now=NOW)


# ------------------------------------------------------------------ who is told


def told(kind: str) -> set[str]:
    return {row.function.name for row in Notice.objects.filter(kind=kind).select_related("function")}


def test_members_are_told_when_a_meeting_is_called_off_and_replaced(case: Round) -> None:
    case.round()
    expected = {case.function(role).name for role in (POLICE, GUARD, OUTREACH, MANAGER)}
    assert told("meeting_cancelled") == told("round_open") == expected


def test_the_card_goes_to_those_who_were_not_there(case: Round) -> None:
    meeting = case.open()
    services.check_in(case.world.actor(GUARD), meeting, case.function(GUARD).pk, now=NOW)
    services.close_meeting(case.world.actor(POLICE), meeting, now=NOW + minutes(15))
    assert told("meeting_card") == {case.function(role).name for role in (OUTREACH, MANAGER)}


# ------------------------------------------------------------------ the own place alone


def test_a_property_owner_of_another_place_meets_neither_forum_nor_meeting(case: Round) -> None:
    from samsyn.web.places import services as places

    other = case.world.add_place("Andra torget")
    places.limit_membership(
        case.world.actor(Role.ADMINISTRATOR), case.world.membership(OWNER), [other], now=NOW
    )
    meeting = case.plan()
    client = case.world.client(OWNER)
    for tail in ("forum/utsattningen/", f"moten/{meeting.pk}/", f"moten/{meeting.pk}/har/kod.svg"):
        assert client.get(f"/exempelstad/{tail}").status_code == 404
    assert "Utsättningen" not in case.page(OWNER, "moten/")


def test_the_code_opens_the_check_in_of_ones_own_function_and_holds_no_style(case: Round) -> None:
    meeting = case.open()
    drawn = case.world.client(POLICE).get(f"/exempelstad/moten/{meeting.pk}/har/kod.svg")
    text = drawn.content.decode()
    assert drawn["Content-Type"] == "image/svg+xml"
    assert "<svg" in text
    assert "style" not in text
    page = case.page(GUARD, f"moten/{meeting.pk}/har/?qr")
    assert 'name="how" value="qr"' in page
