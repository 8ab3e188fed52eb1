"""What a meeting shows of lines that are not shared with all: gathered, taken up, carried over, lifted."""

from __future__ import annotations

from datetime import timedelta

import pytest

from samsyn.domain import calendar
from samsyn.domain.access import NotAllowed, Role, SharingClass
from samsyn.domain.meetings import PointOutcome
from samsyn.domain.tonight import NoteKind
from samsyn.web.cooperation import (
    agenda_reading as agenda,
    duty_services,
    heads_up_services as heads_ups,
    issue_services as issues,
    meeting_services as services,
    point_services as points,
)
from samsyn.web.cooperation.meeting_errors import NoteNotShared
from samsyn.web.cooperation.meeting_reading import points_of
from samsyn.web.cooperation.models import Issue, Meeting
from samsyn.web.cooperation.tonight_services import write_note
from samsyn.web.people.models import AuditEvent
from samsyn.web.places.models import Place

from .conftest import World
from .meeting import GUARD, LEAD, MANAGER, NOW, OUTREACH, OWNER, POLICE, Round, build_round, minutes

pytestmark = pytest.mark.django_db

NARROW = "Belysningen nere i tunneln"


@pytest.fixture
def case(world: World, place: Place) -> Round:
    """Return a place with forums on three levels."""
    return build_round(world, place)


def raised(case: Round) -> None:
    """Let the police raise a question with a line for the authorities."""
    issues.raise_issue(
        case.world.actor(POLICE), case.place, title=NARROW, forum=case.operational,
        title_class=SharingClass.AUTHORITIES, now=NOW - timedelta(days=1),
    )  # fmt: skip


def titles(case: Round, role: Role, meeting: Meeting) -> list[str | None]:
    return [one.title for one in points_of(case.world.actor(role), meeting, NOW)]


def kept_open(case: Round) -> Meeting:
    """Hold a briefing with a line for the authorities that is kept open, and plan the next."""
    first = case.open()
    case.note(case.point(first), NARROW, outcome=PointOutcome.POINT_KEPT_OPEN.value)
    services.close_meeting(case.world.actor(POLICE), first, now=NOW + minutes(15))
    return case.plan(starts_at=NOW + timedelta(days=1))


@pytest.mark.parametrize(("role", "reads"), [(POLICE, True), (LEAD, True), (GUARD, False), (MANAGER, False)])
def test_a_question_for_the_authorities_is_not_told_to_others_by_the_meeting_it_waits_for(
    case: Round, role: Role, reads: bool
) -> None:
    raised(case)
    page = case.page(role, f"moten/{case.plan(starts_at=NOW + timedelta(days=1)).pk}/")
    assert (NARROW in page) is reads
    assert ("En punkt som inte delas med er funktion" in page) is not reads


def test_who_prepares_an_agenda_puts_points_there_without_reading_those_not_shared(case: Round) -> None:
    raised(case)
    meeting = case.plan(starts_at=NOW + timedelta(days=1))
    address = f"moten/{meeting.pk}/dagordning/"
    assert NARROW not in case.page(MANAGER, address)
    (key,) = (one.key for one in agenda.gather(case.world.actor(MANAGER), case.operational, NOW))
    case.world.client(MANAGER).post(f"/exempelstad/{address}", {"take": [key], "save": "1"})
    assert NARROW in titles(case, POLICE, meeting)
    assert NARROW not in titles(case, MANAGER, meeting)
    assert NARROW not in case.page(MANAGER, f"moten/{meeting.pk}/")


def test_seeing_the_agenda_as_a_member_does_not_lend_that_members_eyes(case: Round) -> None:
    raised(case)
    meeting = case.plan(starts_at=NOW + timedelta(days=1))
    gathered = agenda.gather(case.world.actor(LEAD), case.operational, NOW)
    points.take_up(case.world.actor(LEAD), meeting, gathered, now=NOW)
    address = f"moten/{meeting.pk}/dagordning/?som={case.function(POLICE).pk}"
    assert NARROW in case.page(LEAD, address)
    assert NARROW not in case.page(MANAGER, address)


def test_whoever_opens_the_next_meeting_has_not_written_what_is_carried_over(case: Round) -> None:
    following = kept_open(case)
    services.open_meeting(case.world.actor(MANAGER), following, now=NOW + timedelta(days=1))
    assert NARROW in titles(case, POLICE, following)
    assert NARROW not in titles(case, MANAGER, following)
    assert None in titles(case, MANAGER, following)


def test_a_line_that_one_may_not_read_is_not_lifted_into_ones_own_question(case: Round) -> None:
    meeting = case.open()
    point = case.point(meeting)
    case.note(point, NARROW)
    with pytest.raises(NoteNotShared):
        points.lift_point(case.world.actor(GUARD), point, now=NOW)
    assert not Issue.objects.exists()
    assert NARROW not in agenda.prepared_half_page(case.world.actor(GUARD), point, NOW)


def test_the_half_page_is_read_by_its_class_also_by_whoever_added_the_point(case: Round) -> None:
    meeting = case.open(case.strategic, LEAD)
    point = points.add_point(case.world.actor(OWNER), meeting, "Grinden mot gården", now=NOW)
    points.lift_point(case.world.actor(LEAD), point, half_page=f"Vi ber om {NARROW}", now=NOW)
    assert NARROW not in case.page(OWNER, f"moten/{meeting.pk}/")
    assert NARROW in case.page(LEAD, f"moten/{meeting.pk}/")
    lift = f"moten/{meeting.pk}/punkter/{point.pk}/lyft/"
    assert NARROW not in case.page(OWNER, lift)


def test_writing_a_note_again_does_not_share_it_with_more(case: Round) -> None:
    meeting = case.open()
    case.note(case.point(meeting), NARROW)
    with pytest.raises(NotAllowed):
        case.note(case.point(meeting), NARROW, OUTREACH, note_class=SharingClass.COOPERATION)
    case.note(case.point(meeting), NARROW, LEAD, note_class=SharingClass.COOPERATION)
    assert NARROW in case.page(GUARD, f"moten/{meeting.pk}/")
    assert AuditEvent.objects.filter(verb="widen").count() == 1


@pytest.mark.parametrize(
    "path",
    ["i-kvall/?plats={place}", "overlamning/{place}/", "tjanstgoring/plats/{place}/", "lagesvarningar/"],
)
def test_reading_what_is_for_the_authorities_is_logged_wherever_it_is_read(case: Round, path: str) -> None:
    moment = calendar.now()
    heads_ups.write_heads_up(case.world.actor(LEAD), [case.place], text=NARROW, now=moment)
    write_note(case.world.actor(LEAD), case.place, kind=NoteKind.MATTERS, text=NARROW, now=moment)
    duty_services.add_shift(
        case.world.actor(LEAD), case.place, case.function(OUTREACH), moment, moment + timedelta(hours=3),
        now=moment,
    )  # fmt: skip
    for role in (POLICE, GUARD):
        case.page(role, path.format(place=case.place.slug))
    (event,) = AuditEvent.objects.filter(verb="read")
    assert event.function_id == case.function(POLICE).pk
