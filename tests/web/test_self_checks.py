"""The yearly self check and the short questions: counts from five on, and nobody behind a count."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from samsyn.domain import calendar
from samsyn.domain.access import NotAllowed, Role
from samsyn.domain.meetings import AgendaKind
from samsyn.domain.self_checks import CheckAnswer, PulseQuestion, SuccessFactor
from samsyn.web.cooperation import check_services, pulse_services
from samsyn.web.cooperation.agreement_errors import AnsweredAlready, AnswersIncomplete, CheckOver
from samsyn.web.cooperation.check_models import Pulse, PulseTally, PulseTicket, SelfCheck
from samsyn.web.cooperation.check_reading import agenda_points, check_page, handover_paragraphs, pulses_of
from samsyn.web.cooperation.models import ForumSeat
from samsyn.web.people.models import AuditEvent, Notice

from .asking import AREA, BOARD, FIELD, GUARD, LEAD, MANAGER, OWNER, POLICE, Ladder
from .conftest import World

YES, PARTLY, NO, UNKNOWN = CheckAnswer
SITS = (AREA, FIELD, MANAGER, GUARD, OWNER, LEAD, POLICE)
PAGE = "/exempelstad/sjalvskattning/exempeltorget/"


@pytest.fixture
def ladder(world: World, place) -> Ladder:
    made = Ladder(world, place)
    made.now = calendar.now()
    ForumSeat.objects.filter(forum__place=place).update(valid_from=date(2025, 1, 1))
    return made


def all_of(answer: CheckAnswer) -> dict[SuccessFactor, CheckAnswer]:
    return dict.fromkeys(SuccessFactor, answer)


def opened(ladder: Ladder) -> SelfCheck:
    return check_services.open_check(ladder.actor(LEAD), ladder.place, now=ladder.now)


def answered(ladder: Ladder, *given: CheckAnswer) -> SelfCheck:
    """Return a check that the first functions have answered, one answer each to everything."""
    check = opened(ladder)
    for role, answer in zip(SITS, given, strict=False):
        check_services.answer_check(ladder.actor(role), check, all_of(answer), now=ladder.now)
    return check


def seen(ladder: Ladder, role: Role = LEAD):
    return check_page(ladder.actor(role), ladder.place, ladder.now)


# ------------------------------------------------------------------ the self check


def test_whoever_leads_opens_one_a_year_and_those_with_a_seat_are_told_once(ladder):
    first = opened(ladder)

    assert opened(ladder) == first
    told = set(Notice.objects.filter(kind="self_check_due").values_list("function_id", flat=True))
    assert told == {ladder.function(role).pk for role in (*SITS, Role.PROPERTY_OWNER, BOARD)} - {
        ladder.function(LEAD).pk
    }


@pytest.mark.parametrize("role", [FIELD, GUARD, BOARD])
def test_others_do_not_open_it(ladder, role):
    with pytest.raises(NotAllowed):
        check_services.open_check(ladder.actor(role), ladder.place, now=ladder.now)


def test_four_answers_are_not_shown_and_five_are(ladder):
    answered(ladder, YES, YES, NO, UNKNOWN)
    few = seen(ladder)
    answered(ladder, YES, YES, NO, UNKNOWN, YES)
    enough = seen(ladder)

    assert (few.answered, few.rows) == (4, ())
    assert enough.rows[0].counts == (3, 0, 1, 1)


def test_dont_know_not_answered_and_nobody_are_three_things(ladder):
    answered(ladder, YES, YES, YES, UNKNOWN, UNKNOWN)
    row = seen(ladder).rows[0]

    by_answer = dict(zip(CheckAnswer, row.counts, strict=True))
    assert (by_answer[UNKNOWN], by_answer[NO], row.unanswered) == (2, 0, 4)
    assert seen(ladder).asked == 9


def test_who_answered_what_is_never_on_the_page(ladder):
    answered(ladder, NO, YES, YES, YES, YES)
    page = ladder.page(LEAD, PAGE)

    assert "Funktion" not in page.partition("<main")[2]
    assert "vi ser olika" in page.lower()


def test_a_function_changes_its_answer_while_the_year_lasts_and_not_after(ladder):
    check = answered(ladder, YES)
    check_services.answer_check(ladder.actor(AREA), check, all_of(NO), now=ladder.now)
    assert set(seen(ladder, AREA).mine.values()) == {"no"}

    with pytest.raises(CheckOver):
        check_services.answer_check(ladder.actor(AREA), check, all_of(NO), now=ladder.later(days=300))


def test_only_those_with_a_seat_answer_and_they_answer_everything(ladder):
    check = opened(ladder)
    with pytest.raises(NotAllowed):
        check_services.answer_check(ladder.actor(Role.TRANSIT), check, all_of(YES), now=ladder.now)
    some = {one: YES for one in SuccessFactor if one is not SuccessFactor.HOLDS_THE_WHOLE}
    with pytest.raises(AnswersIncomplete, match="holds_the_whole"):
        check_services.answer_check(ladder.actor(AREA), check, some, now=ladder.now)


def test_two_years_are_compared_when_both_have_enough_answers(ladder):
    ladder.now -= timedelta(days=365)
    answered(ladder, YES, NO, NO, NO, NO)
    ladder.now += timedelta(days=365)
    answered(ladder, YES, YES, YES, NO, NO)

    page = seen(ladder)
    assert page.compared
    assert {one.change for one in page.rows} == {"+2"}
    assert "+2" in ladder.page(LEAD, PAGE)


def test_a_year_with_too_few_answers_is_not_compared_with(ladder):
    ladder.now -= timedelta(days=365)
    answered(ladder, YES, NO)
    ladder.now += timedelta(days=365)
    answered(ladder, YES, YES, YES, NO, NO)

    assert not seen(ladder).compared
    assert seen(ladder).rows[0].changed is None


@pytest.mark.parametrize(("days_ago", "points"), [(None, 1), (0, 0), (364, 0), (365, 1)])
def test_a_check_that_is_due_comes_to_the_strategic_forum_and_to_no_other(ladder, days_ago, points):
    if days_ago is not None:
        ladder.now -= timedelta(days=days_ago)
        opened(ladder)
        ladder.now += timedelta(days=days_ago)
    found = [
        point.kind
        for forum in ladder.forums.values()
        for point in agenda_points(ladder.actor(LEAD), forum, ladder.now)
    ]

    assert found == [AgendaKind.YEARLY_CHECK] * points


def reminded(ladder: Ladder) -> set[str]:
    due = Notice.objects.filter(workspace=ladder.world.workspace, key__startswith="self-check-due:")
    return set(due.values_list("user__username", flat=True))


def test_the_clock_reminds_both_owners_once_a_year(ladder):
    check_services.tick(ladder.now)

    assert {"exempelstad-safety_coordinator", "exempelstad-municipal_police_liaison"} <= reminded(ladder)
    assert check_services.tick(ladder.later(days=1)) == []


def test_the_clock_is_silent_about_a_check_that_is_open(ladder):
    opened(ladder)
    check_services.tick(ladder.later(days=1))

    assert reminded(ladder) == set()


def test_the_handover_says_how_many_have_answered_and_what_is_seen_differently(ladder):
    answered(ladder, YES, YES, YES, YES, NO)
    (paragraph,) = handover_paragraphs(ladder.actor(FIELD), ladder.place, ladder.now)

    assert "5 funktioner" in paragraph.lines[0]
    assert "Tydliga roller" in paragraph.lines[0]


def test_the_page_is_answered_through_its_form(ladder):
    client = ladder.world.client(LEAD)
    client.post(f"{PAGE}oppna/")
    given = {one.value: "partly" for one in SuccessFactor}
    missing = client.post(f"{PAGE}svara/", {**given, "anchoring": ""}).content.decode()
    client.post(f"{PAGE}svara/", given)

    assert 'href="#id_anchoring"' in missing
    assert set(seen(ladder).mine.values()) == {"partly"}


# ------------------------------------------------------------------ the pulse


def asked(ladder: Ladder) -> Pulse:
    return pulse_services.open_pulse(ladder.actor(AREA), ladder.forums["operativt"], now=ladder.now)


def pulse_answered(ladder: Ladder, *given: CheckAnswer) -> Pulse:
    pulse = asked(ladder)
    for role, answer in zip((AREA, FIELD, MANAGER, GUARD, OWNER), given, strict=False):
        questions = dict.fromkeys(PulseQuestion, answer)
        pulse_services.answer_pulse(ladder.actor(role), pulse, questions, now=ladder.now)
    return pulse


def pulse_page(ladder: Ladder, role: Role = LEAD):
    return pulses_of(ladder.actor(role), ladder.forums["operativt"], ladder.now)[0]


def test_those_with_a_seat_are_told_and_a_second_asking_is_the_same(ladder):
    first = asked(ladder)

    assert asked(ladder) == first
    assert Notice.objects.filter(kind="pulse_open").count() == 5


def test_nothing_is_shown_while_it_is_open_not_even_how_many(ladder):
    pulse_answered(ladder, YES, YES, YES, YES, NO)

    assert (pulse_page(ladder).answered, pulse_page(ladder).rows) == (None, ())


@pytest.mark.parametrize(("number", "rows"), [(4, 0), (5, 3)])
def test_it_is_shown_afterwards_from_five_answers_on(ladder, number, rows):
    pulse_answered(ladder, *[YES, YES, YES, UNKNOWN, YES][:number])
    ladder.later(days=20)

    assert len(pulse_page(ladder).rows) == rows


def test_the_counts_add_up_to_those_who_answered(ladder):
    pulse_answered(ladder, YES, NO, UNKNOWN, YES, YES)
    ladder.later(days=20)

    page = pulse_page(ladder)
    assert [row.counts for row in page.rows] == [(3, 0, 1, 1)] * 3
    assert (page.answered, page.asked, page.rows[0].unanswered) == (5, 5, 0)


def test_no_row_of_an_answer_names_an_account_or_a_function_and_the_log_is_silent(ladder):
    pulse = pulse_answered(ladder, NO)
    account, function = str(ladder.actor(AREA).account_id), str(ladder.actor(AREA).function_id)

    kept = [*PulseTally.objects.values_list(), *PulseTicket.objects.values_list()]
    assert account not in str(kept)
    assert function not in str(kept)
    assert list(AuditEvent.objects.filter(thing="Pulse").values_list("verb", flat=True)) == ["open"]
    assert not AuditEvent.objects.filter(thing="PulseTally").exists()
    assert pulse.tallies.filter(answer="no", count=1).count() == 3


def test_an_account_answers_once(ladder):
    pulse = pulse_answered(ladder, YES)
    with pytest.raises(AnsweredAlready):
        pulse_services.answer_pulse(
            ladder.actor(AREA), pulse, dict.fromkeys(PulseQuestion, NO), now=ladder.now
        )

    assert sum(PulseTally.objects.values_list("count", flat=True)) == 3


@pytest.mark.parametrize(
    ("role", "days", "error"), [(LEAD, 0, NotAllowed), (AREA, 20, CheckOver)], ids=["no seat", "closed"]
)
def test_others_and_late_answers_are_refused(ladder, role, days, error):
    pulse = asked(ladder)
    with pytest.raises(error):
        pulse_services.answer_pulse(
            ladder.actor(role), pulse, dict.fromkeys(PulseQuestion, YES), now=ladder.later(days=days)
        )


def test_a_seat_that_has_ended_answers_no_more(ladder):
    pulse = asked(ladder)
    ForumSeat.objects.filter(function=ladder.function(FIELD)).update(valid_to=date(2026, 2, 1))
    with pytest.raises(NotAllowed):
        pulse_services.answer_pulse(
            ladder.actor(FIELD), pulse, dict.fromkeys(PulseQuestion, YES), now=ladder.now
        )


def test_the_pages_ask_and_answer(ladder):
    address = "/exempelstad/forum/operativt/avstamning/"
    client = ladder.world.client(AREA)
    client.post(f"{address}oppna/")
    pulse = Pulse.objects.get()
    assert str(pulse.pk) in ladder.page(AREA, address)

    client.post(f"{address}{pulse.pk}/", dict.fromkeys((one.value for one in PulseQuestion), "yes"))
    page = ladder.page(AREA, address)
    assert "Du har svarat." in page
    assert "svarat. Svara" not in page
