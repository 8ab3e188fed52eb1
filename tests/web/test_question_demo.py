"""The demo's year of questions: planted waiting times are found again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from samsyn.demo.questions import PLANTED_DAYS, demo_actions, demo_questions
from samsyn.domain import calendar
from samsyn.domain.access import NotAllowed, Role
from samsyn.domain.guard import GuardContext, check_saveable
from samsyn.domain.issues import IssueMove, NotToldYet
from samsyn.web.cooperation.issue_past_services import PastIssue, PastMove, load_past_issues
from samsyn.web.cooperation.models import Issue
from samsyn.web.cooperation.waiting_reading import waiting_times
from samsyn.web.people.services import broken_links
from samsyn.web.work.action_reading import overdue
from samsyn.web.work.models import Action
from samsyn.web.work.question_demo import seed_questions

from .asking import LEAD, Ladder
from .conftest import World


def test_the_content_is_the_same_each_time_and_about_no_person():
    assert demo_questions() == demo_questions()
    assert demo_actions() == demo_actions()
    context = GuardContext()
    for one in demo_questions():
        for text in (one.title, *(move.words for move in one.way if move.words)):
            assert not check_saveable(text, None, context=context, today=calendar.today()).hits, text


@pytest.fixture
def year(world: World, place) -> Ladder:
    ladder = Ladder(world, place)
    seed_questions(world.actor(LEAD), [place], ladder.function, now=calendar.now())
    return ladder


def test_the_year_answers_how_long_questions_waited_on_each_level(year):
    today, now = calendar.today(), calendar.now()
    times = waiting_times(year.actor(LEAD), today - timedelta(days=400), today + timedelta(days=1), now)
    medians = [row.waited.median_days or row.waited.at_least_days for row in times.by_level]

    assert len(medians) == 3
    for found, planted in zip(medians, PLANTED_DAYS.values(), strict=True):
        assert planted / 2 <= found <= planted * 2
    assert medians == sorted(medians)
    assert times.reopened == 1
    assert times.waiting >= 2


def test_something_of_everything_is_there(year):
    states = set(Issue.objects.values_list("state", flat=True))

    assert {"question_closed", "question_open"} <= states
    assert set(Action.objects.values_list("state", flat=True)) >= {"written_off", "finished", "decided"}
    assert len(overdue(year.actor(LEAD), calendar.now())) >= 2
    assert broken_links(year.world.workspace) == []
    assert not Issue.objects.exclude(author__in=[year.function(role) for role in Role]).exists()


def test_a_past_that_breaks_the_rules_is_not_written(year):
    before = Issue.objects.count()
    forum, function, now = year.forums["operativt"], year.function(LEAD), calendar.now()
    moves = (PastMove(now, IssueMove.CLOSE, function),)
    row = PastIssue(year.place, forum, now, function, "Trasig grind", "light", None, moves)

    with pytest.raises(NotToldYet):
        load_past_issues(year.actor(LEAD), [row], now=now)
    with pytest.raises(NotAllowed):
        load_past_issues(year.actor(Role.PUBLIC_ORDER_GUARD), [], now=now)
    assert Issue.objects.count() == before
