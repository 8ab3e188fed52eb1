"""What time does to actions and questions: one reminder, to the one who answers for it, read by few."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from samsyn.domain import calendar
from samsyn.domain.access import SharingClass
from samsyn.domain.issues import PATIENCE_DAYS, ForumLevel
from samsyn.domain.notices import Channel, Hours, NoticeKind
from samsyn.web.cooperation import issue_reminders
from samsyn.web.people import notices, services as people
from samsyn.web.people.models import AuditEvent, Notice
from samsyn.web.work import action_reminders, action_services
from samsyn.web.work.action_services import Details
from samsyn.web.work.models import Action

from .asking import AREA, FIELD, GUARD, LEAD, MANAGER, OWNER, Ladder
from .conftest import World

LINE = "Byt lampan bakom trappan"


@pytest.fixture
def ladder(world: World, place) -> Ladder:
    made = Ladder(world, place)
    made.now = calendar.now() - timedelta(days=60)
    return made


def taken(ladder: Ladder, days: int = 10, **more) -> Action:
    """Return an action that somebody has promised to do in some days."""
    role = more.pop("role", OWNER)
    action = action_services.propose_action(
        ladder.actor(MANAGER), ladder.place, title=LINE, responsible=ladder.function(role), now=ladder.now,
        **more,
    )  # fmt: skip
    day = (ladder.now + timedelta(days=days)).date()
    return action_services.take_on(ladder.actor(role), action, due_on=day, now=ladder.now)


def late(kind: NoticeKind = NoticeKind.ACTION_OVERDUE):
    return Notice.objects.filter(kind=kind.value)


# ------------------------------------------------------------------ actions


@pytest.mark.parametrize(("days", "told"), [(9, 0), (10, 0), (11, 1), (40, 1), (41, 0)])
def test_an_action_is_reminded_of_from_the_day_after_until_the_forum_takes_it_up(ladder, days, told):
    taken(ladder, days=10)

    action_reminders.tick(ladder.now + timedelta(days=days))
    assert late().count() == told


def test_the_reminder_goes_to_the_function_that_has_the_action_and_to_nobody_else(ladder):
    action = taken(ladder)

    assert action_reminders.tick(ladder.later(days=11)) == ["actions: 1 reminders"]
    assert late().get().function == action.responsible


def test_a_date_is_reminded_of_once_and_a_new_date_once_again(ladder):
    action = taken(ladder)
    for _again in range(3):
        action_reminders.tick(ladder.later(days=11))
        late().update(read_at=ladder.now)
        ladder.now -= timedelta(days=10)
    details = Details(due_on=ladder.now.date())
    action_services.change_action(
        ladder.actor(OWNER), action, title=None, details=details, revision=action.revision, now=ladder.now
    )

    assert late().count() == 1
    action_reminders.tick(ladder.later(days=1))
    assert late().count() == 2


@pytest.mark.parametrize("state", ["done", "finished", "written_off", "paused"])
def test_what_is_done_or_rests_is_not_reminded_of(ladder, state):
    action = taken(ladder)
    Action.objects.filter(pk=action.pk).update(
        state=state, waiting_until=(ladder.now + timedelta(days=90)).date()
    )

    assert action_reminders.tick(ladder.later(days=11)) == []


def test_nobody_is_reminded_of_what_they_may_not_read(ladder):
    action = taken(ladder, role=GUARD)
    Action.objects.filter(pk=action.pk).update(sharing_class=int(SharingClass.AUTHORITIES))

    assert action_reminders.tick(ladder.later(days=11)) == []


def test_the_reminder_waits_for_the_end_of_the_quiet_hours(ladder):
    ladder.now = ladder.now.replace(hour=12)
    taken(ladder)
    notices.choose(
        ladder.world.users[OWNER], ladder.world.workspace, email="vakthavande@exempel.invalid",
        channels={NoticeKind.ACTION_OVERDUE: Channel.EMAIL},
        hours=Hours(time(11), time(20)),
    )  # fmt: skip
    action_reminders.tick(ladder.later(days=11))

    assert late().get().mail_at.astimezone(calendar.STOCKHOLM).hour == 20


def test_the_log_says_that_the_clock_reminded_and_the_chain_holds(ladder):
    taken(ladder)
    action_reminders.tick(ladder.later(days=11))

    event = AuditEvent.objects.get(verb="remind")
    assert (event.account_id, event.function_id, event.thing) == (people.CLOCK, people.CLOCK, "Action")
    assert event.organisation_id == ladder.actor(OWNER).organisation_id
    assert people.broken_links(ladder.world.workspace) == []


def test_the_list_of_notices_names_the_action_by_its_reference(ladder):
    action = taken(ladder)
    action_reminders.tick(ladder.later(days=11))

    page = ladder.page(OWNER, "/exempelstad/aviseringar/")
    assert f"{action.reference} · {ladder.place.name}" in page
    assert LINE not in page


# ------------------------------------------------------------------ questions


def waits(ladder: Ladder):
    return late(NoticeKind.QUESTION_WAITS).filter(key__startswith="waits:")


@pytest.mark.parametrize(("over", "told"), [(-1, False), (1, True), (29, True), (31, False)])
def test_a_question_that_waits_longer_than_its_level_usually_needs_is_reminded_of(ladder, over, told):
    ladder.ask(FIELD)

    issue_reminders.tick(ladder.later(days=PATIENCE_DAYS[ForumLevel.OPERATIONAL] + over))
    assert waits(ladder).exists() is told


def test_a_question_is_reminded_of_once_on_a_level_and_anew_when_it_has_been_lifted(ladder):
    issue = ladder.ask(FIELD)
    issue_reminders.tick(ladder.later(days=15))
    assert issue_reminders.tick(ladder.later(days=1)) == []
    ladder.to(issue, AREA, "lift", reason="Kräver beslut om belysning.")
    before = waits(ladder).count()

    issue_reminders.tick(ladder.later(days=61))
    assert waits(ladder).count() > before


def test_the_reminder_of_a_question_goes_to_who_is_to_answer(ladder):
    issue = ladder.ask(FIELD)
    issue = ladder.to(issue, AREA, "assign", function=ladder.function(OWNER))
    issue_reminders.tick(ladder.later(days=15))

    assert [one.function for one in waits(ladder)] == [issue.responsible]


def test_an_answered_question_is_not_reminded_of(ladder):
    ladder.answered(ladder.ask(FIELD))

    assert issue_reminders.tick(ladder.later(days=20)) == []


def test_reminders_that_have_been_given_cost_a_fixed_number_of_queries(ladder, django_assert_max_num_queries):
    for _one in range(6):
        taken(ladder, details=Details())
        ladder.ask(LEAD)
    action_reminders.tick(ladder.later(days=16))
    issue_reminders.tick(ladder.now)

    with django_assert_max_num_queries(6):
        action_reminders.tick(ladder.now)
        issue_reminders.tick(ladder.now)
