"""The tonight board: who reads what, when a line ends, and what a wall shows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from samsyn.domain import calendar
from samsyn.domain.access import NotAllowed, Role, SharingClass, passer_by
from samsyn.domain.guard import TextRefused
from samsyn.domain.tonight import LONGEST_NOTE, NoteKind, evening_ends, evening_of
from samsyn.web.cooperation import tonight_reading as reading, tonight_services as services
from samsyn.web.cooperation.models import DutyShift, Forum, Issue, Meeting, TonightNote
from samsyn.web.people.models import AuditEvent
from samsyn.web.places import services as places
from samsyn.web.ui.models import record_columns

from .conftest import NOW

pytestmark = pytest.mark.django_db
COORDINATOR, GUARD, OFFICER = Role.SAFETY_COORDINATOR, Role.PUBLIC_ORDER_GUARD, Role.AREA_OFFICER
OWNER, NIGHT = Role.PROPERTY_OWNER, Role.RESPONSE_OFFICER
SECRET = "Trappan mot parken är mörk i kväll"
HOUR = timedelta(hours=1)


def write(world, place, role=OFFICER, *, kind=NoteKind.MATTERS, text=SECRET, now=NOW, **more):
    return services.write_note(world.actor(role), place, kind=kind, text=text, now=now, **more)


def shift(world, place, role, *, starts=NOW - HOUR, ends=NOW + 2 * HOUR, **more):
    actor = world.actor(role)
    return DutyShift.objects.create(
        **record_columns(world.actor(COORDINATOR), NOW, SharingClass.AUTHORITIES),
        function_id=actor.function_id, place=place, starts_at=starts, ends_at=ends, **more,
    )  # fmt: skip


def board(world, place, role, now=NOW):
    return reading.board_of(world.actor(role), place, now)


# ------------------------------------------------------------------ the evening


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 11, 20, 21, 40, tzinfo=UTC), date(2026, 11, 20)),
        (datetime(2026, 11, 21, 1, 30, tzinfo=UTC), date(2026, 11, 20)),
        (datetime(2026, 11, 21, 4, 59, tzinfo=UTC), date(2026, 11, 20)),
        (datetime(2026, 11, 21, 5, 0, tzinfo=UTC), date(2026, 11, 21)),
        (datetime(2026, 7, 2, 3, 59, tzinfo=UTC), date(2026, 7, 1)),  # summer time: six is four in UTC
        (datetime(2026, 7, 2, 4, 0, tzinfo=UTC), date(2026, 7, 2)),
    ],
)
def test_the_evening_lasts_until_six_in_the_morning(moment, day):
    assert evening_of(moment) == day
    assert evening_ends(evening_of(moment)) > moment


# ------------------------------------------------------------------ writing


def test_a_line_ends_by_itself_at_six(world, place):
    write(world, place)

    assert board(world, place, OFFICER, NOW + 7 * HOUR).matters
    assert not board(world, place, OFFICER, evening_ends(evening_of(NOW))).matters


def test_a_line_is_recorded_without_its_words(world, place):
    write(world, place)
    event = AuditEvent.objects.filter(thing="TonightNote").get()

    assert event.verb == "write"
    assert SECRET not in str(event.fields)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("  ", services.NoteEmpty),
        ("x" * (LONGEST_NOTE + 1), services.NoteTooLong),
        ("Kalle Andersson säljer vid trappan", TextRefused),
        ("Ring 070-123 45 67", TextRefused),
    ],
)
def test_what_is_no_line_for_a_board_is_refused(world, place, text, error):
    with pytest.raises(error):
        write(world, place, text=text)
    assert not TonightNote.objects.exists()


def test_a_function_has_three_lines_and_no_more(world, place):
    notes = [write(world, place, text=f"Rad {number} om kvällen") for number in range(3)]
    with pytest.raises(services.TooManyNotes):
        write(world, place, text="En rad till om kvällen")
    services.withdraw_note(world.actor(OFFICER), notes[0], now=NOW)

    assert write(world, place, text="En rad till om kvällen")


def test_another_functions_line_cannot_be_taken_back(world, place):
    note = write(world, place)
    with pytest.raises(NotAllowed):
        services.withdraw_note(world.actor(COORDINATOR), note, now=NOW)


def test_a_line_that_is_taken_back_is_gone_from_the_board_and_kept_in_the_record(world, place):
    note = write(world, place)
    services.withdraw_note(world.actor(OFFICER), note, now=NOW)

    assert not board(world, place, OFFICER).matters
    assert TonightNote.objects.get().withdrawn_at == NOW


def test_who_does_not_take_part_cannot_write(world, place):
    with pytest.raises(NotAllowed):
        write(world, place, Role.EVALUATOR)


def test_a_member_of_another_place_cannot_write(world, place):
    other = world.add_place("Andra torget")
    places.limit_membership(world.actor(Role.ADMINISTRATOR), world.membership(OWNER), [other], now=NOW)
    with pytest.raises(NotAllowed):
        write(world, place, OWNER)


# ------------------------------------------------------------------ reading


@pytest.mark.parametrize(
    ("role", "text_class", "reads"),
    [
        (COORDINATOR, SharingClass.AUTHORITIES, True),
        (NIGHT, SharingClass.AUTHORITIES, True),
        (GUARD, SharingClass.AUTHORITIES, False),
        (OWNER, SharingClass.AUTHORITIES, False),
        (GUARD, SharingClass.COOPERATION, True),
        (OWNER, SharingClass.COOPERATION, True),
    ],
)
def test_a_line_is_read_up_to_its_class_and_always_known(world, place, role, text_class, reads):
    write(world, place, text_class=text_class)
    (line,) = board(world, place, role).matters

    assert (line.text == SECRET) is reads
    assert "area_officer" in line.function


def test_a_guard_reads_what_the_own_function_wrote(world, place):
    write(world, place, GUARD)

    assert board(world, place, GUARD).matters[0].text == SECRET


def test_rosters_are_for_the_authorities(world, place):
    shift(world, place, GUARD)
    read = board(world, place, NIGHT)

    assert read.reads_roster
    assert read.on_duty[0].ends_at == NOW + 2 * HOUR


@pytest.mark.parametrize("role", [GUARD, OWNER, Role.PLACE_MANAGER, Role.TRANSIT])
def test_others_never_meet_the_hours_of_a_shift(world, place, role):
    moment = calendar.now()
    ends = moment + timedelta(minutes=97)
    shift(world, place, OFFICER, starts=moment - HOUR, ends=ends)
    read = board(world, place, role, moment)

    assert not read.reads_roster
    assert all(one.starts_at is None and one.ends_at is None for one in read.on_duty)
    page = world.client(role).get("/exempelstad/i-kvall/").content.decode()
    assert ends.astimezone(calendar.STOCKHOLM).strftime("%H:%M") not in page


def test_a_cancelled_shift_is_not_on_the_board(world, place):
    shift(world, place, OFFICER, cancelled_at=NOW, cancelled_reason="sick")

    assert not board(world, place, COORDINATOR).on_duty


def test_those_on_now_come_before_those_who_come_later(world, place):
    shift(world, place, GUARD, starts=NOW + HOUR, ends=NOW + 3 * HOUR)
    shift(world, place, OFFICER)

    assert [one.now for one in board(world, place, COORDINATOR).on_duty] == [True, False]


def test_two_shifts_that_meet_are_one_function_until_the_later_end(world, place):
    shift(world, place, OFFICER, ends=NOW + HOUR)
    shift(world, place, OFFICER, starts=NOW + HOUR, ends=NOW + 4 * HOUR)
    (one,) = board(world, place, COORDINATOR).on_duty

    assert one.ends_at == NOW + 4 * HOUR


def forum_of(world, place):
    return Forum.objects.create(
        **record_columns(world.actor(COORDINATOR), NOW), place=place, slug="utsattning",
        name="Samverkansutsättning", level="operational",
    )  # fmt: skip


def test_the_next_briefing_is_told(world, place):
    forum = forum_of(world, place)
    for hours in (-30, 26, 2):
        starts = NOW + hours * HOUR
        Meeting.objects.create(
            **record_columns(world.actor(COORDINATOR), NOW),
            forum=forum,
            starts_at=starts,
            ends_at=starts + HOUR,
        )

    assert board(world, place, GUARD).briefing.starts_at == NOW + 2 * HOUR


def ask(world, place, forum, title, at=NOW, **more):
    return Issue.objects.create(
        **record_columns(world.actor(OFFICER), at), place=place, forum=forum, title=title,
        level="operational", state="raised", **more,
    )  # fmt: skip


def test_open_questions_are_counted_for_all_and_read_by_those_who_may(world, place):
    forum = forum_of(world, place)
    ask(world, place, forum, "Vem äger lampan?", title_class=int(SharingClass.COOPERATION))
    for number in range(4):
        ask(world, place, forum, f"Fråga {number} för myndigheterna", at=NOW + (number + 1) * HOUR)
    ask(world, place, forum, "Redan besvarad", closed_at=NOW)
    read = board(world, place, GUARD)

    assert read.open_questions == 5
    assert [one.title for one in read.questions] == ["Vem äger lampan?", ""]


# ------------------------------------------------------------------ the wall


def test_a_wall_shows_nothing_above_cooperation_even_of_the_own_function(world, place):
    write(world, place, COORDINATOR)
    shift(world, place, COORDINATOR)
    read = reading.board_of(passer_by(world.actor(COORDINATOR)), place, NOW)

    assert [line.text for line in read.matters] == [""]
    assert not read.reads_roster
    assert not any(line.mine for line in read.matters)


def test_the_wall_page_has_no_controls_and_refreshes_itself(world, place):
    services.write_note(
        world.actor(COORDINATOR), place, kind=NoteKind.ASKS, text="Vi ber om sällskap vid trappan",
        text_class=SharingClass.COOPERATION, now=calendar.now(),
    )  # fmt: skip
    page = world.client(COORDINATOR).get(f"/exempelstad/i-kvall/?plats={place.slug}&vagg=1").content.decode()

    assert "Vi ber om sällskap vid trappan" in page
    assert 'hx-trigger="every 60s"' in page
    assert not any(word in page for word in ("<form", "<button", "<nav", "Ta tillbaka"))


# ------------------------------------------------------------------ the page


def test_the_only_place_is_opened_at_once(world, place):
    assert place.name in world.client(NIGHT).get("/exempelstad/i-kvall/").content.decode()


def test_the_last_place_is_opened_the_next_time(world, place):
    world.add_place("Andra torget")
    client = world.client(NIGHT)
    assert "Vilken plats?" in client.get("/exempelstad/i-kvall/").content.decode()
    client.get("/exempelstad/i-kvall/?plats=andra-torget")

    assert "<h1>I kväll <span" in client.get("/exempelstad/i-kvall/").content.decode()
    assert "Vilken plats?" in client.get("/exempelstad/i-kvall/?valj=1").content.decode()


@pytest.mark.parametrize("role", [Role.EVALUATOR, Role.COUNTY_ANALYST, Role.DATA_PROTECTION_OFFICER])
def test_who_does_not_take_part_has_no_board(world, place, role):
    assert world.client(role).get("/exempelstad/i-kvall/").status_code == 404


def test_a_line_is_written_in_the_browser_with_three_answers(world, place):
    client = world.client(GUARD)
    answer = client.post(
        f"/exempelstad/i-kvall/{place.slug}/skriv/",
        {"kind": "offers", "text": "Vi kan stå vid trappan 22–23", "text_class": "1"},
        follow=True,
    )

    assert "Vi kan stå vid trappan 22–23" in answer.content.decode()
    assert TonightNote.objects.get().kind == "offers"


def test_a_refused_line_stays_in_the_form_and_out_of_the_base(world, place):
    answer = world.client(GUARD).post(
        f"/exempelstad/i-kvall/{place.slug}/skriv/",
        {"kind": "offers", "text": "Ring 070-123 45 67", "text_class": "1"},
    )

    assert answer.status_code == 200
    assert "070-123 45 67" in answer.content.decode()
    assert not TonightNote.objects.exists()


# ------------------------------------------------------------------ a crowded evening


def test_a_crowded_board_stays_one_screen_and_leads_to_everything(world, place):
    moment = calendar.now()
    for role in (COORDINATOR, OFFICER, Role.OUTREACH_WORKER):
        for kind in NoteKind:
            write(world, place, role, kind=kind, text="En rad om trappan", now=moment)
    short, whole = (
        reading.board_of(world.actor(COORDINATOR), place, moment, whole=one) for one in (False, True)
    )

    assert [len(lines) for _heading, lines, _id in short.groups] == [2, 2, 2]
    assert short.more_lines == 3
    assert [len(lines) for _heading, lines, _id in whole.groups] == [3, 3, 3]
    assert whole.more_lines == 0
    page = world.client(COORDINATOR).get(f"/exempelstad/i-kvall/?plats={place.slug}").content.decode()
    assert f'href="?plats={place.slug}&amp;alla=1">Visa allt</a>' in page
