"""Questions through the services: raised, lifted, answered, told, closed, opened again, never deleted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models import ProtectedError
from django.db.utils import IntegrityError

from samsyn.domain.access import NotAllowed, OrganisationKind, Role, SharingClass
from samsyn.domain.guard import TextRefused
from samsyn.domain.issues import IssueState, NothingIsDeleted, NotToldYet, NotYourStep, ReasonNeeded
from samsyn.domain.status import ForbiddenTransition
from samsyn.web.cooperation import issue_services as services
from samsyn.web.cooperation.issue_errors import NoForumHere, OwnerCannotRead
from samsyn.web.cooperation.models import Forum, Issue, IssueStep
from samsyn.web.people.models import AuditEvent
from samsyn.web.ui.models import StaleRecord

from .asking import AREA, BOARD, FIELD, GUARD, LEAD, LINE, MANAGER, OWNER, POLICE, Ladder
from .conftest import World

WRONG_TEXT = "Ring 19640823-3234 om det."


@pytest.fixture
def ladder(world: World, place) -> Ladder:
    return Ladder(world, place)


def trail(issue: Issue) -> list[str]:
    return [step.move for step in IssueStep.objects.filter(issue=issue)]


# ------------------------------------------------------------------ raising


def test_one_line_is_enough_and_goes_to_the_forum_nearest_the_street(ladder):
    issue = ladder.ask()

    assert (issue.state, issue.level, issue.forum.slug) == ("question_open", "operational", "operativt")
    assert (issue.wants_answer, issue.author) == (True, ladder.function(FIELD))
    assert trail(issue) == ["raise"]


def test_a_line_is_for_authorities_unless_the_writer_widens_it(ladder):
    kept = services.raise_issue(ladder.actor(FIELD), ladder.place, title=LINE, now=ladder.now)

    assert kept.title_class == SharingClass.AUTHORITIES
    assert kept.sharing_class == SharingClass.COOPERATION


def test_a_line_about_a_person_is_not_kept(ladder):
    with pytest.raises(TextRefused):
        ladder.ask(title=WRONG_TEXT)

    assert not Issue.objects.exists()


def test_an_empty_line_is_no_question(ladder):
    with pytest.raises(ReasonNeeded):
        ladder.ask(title="  ")


@pytest.mark.parametrize("role", [Role.EVALUATOR, Role.COUNTY_ANALYST, Role.DATA_PROTECTION_OFFICER])
def test_who_takes_no_part_raises_nothing(ladder, role):
    with pytest.raises(NotAllowed):
        ladder.ask(role)


def test_nobody_raises_a_question_about_a_place_outside_the_own_reach(ladder):
    from samsyn.web.places import services as places

    other = ladder.world.add_place("Andra torget")
    membership = ladder.world.membership(Role.PROPERTY_OWNER)
    places.limit_membership(ladder.actor(Role.ADMINISTRATOR), membership, [other], now=ladder.now)

    with pytest.raises(NotAllowed):
        ladder.ask(Role.PROPERTY_OWNER)


def test_without_a_forum_the_question_has_nowhere_to_go(ladder):
    Forum.objects.update(closed_on=ladder.now.date())

    with pytest.raises(NoForumHere):
        ladder.ask()


def test_the_owner_is_proposed_from_the_category_among_those_who_sit_there(ladder):
    assert ladder.ask(category="support").responsible.organisation.kind == OrganisationKind.MUNICIPALITY
    assert ladder.ask(category="staffing").responsible.organisation.kind == OrganisationKind.POLICE
    assert ladder.ask().responsible is None


def test_nobody_is_proposed_who_may_not_read_the_line(ladder):
    secret = ladder.ask(category="permits", title_class=SharingClass.AUTHORITIES)

    assert secret.responsible == ladder.function(AREA)
    with pytest.raises(OwnerCannotRead):
        ladder.to(secret, AREA, "assign", function=ladder.function(GUARD))


# ------------------------------------------------------------------ the way up and down


def test_a_question_goes_up_and_its_answer_comes_down(ladder):
    issue = ladder.ask()
    ladder.to(issue, AREA, "lift", reason="Vi råder inte över lampan.")
    ladder.to(issue, LEAD, "receive")
    ladder.to(issue, LEAD, "lift", reason="Kostar mer än vi får besluta.")
    ladder.to(issue, BOARD, "receive")
    decided = ladder.to(issue, BOARD, "answer", text="Belysningen byggs ut i vår.")
    ladder.to(issue, BOARD, "tell")
    closed = ladder.to(issue, FIELD, "close")

    assert decided.state == IssueState.DECIDED
    assert (closed.state, closed.level, closed.answer) == (
        "question_closed", "steering", "Belysningen byggs ut i vår.",
    )  # fmt: skip
    assert trail(issue) == ["raise", "lift", "receive", "lift", "receive", "decide", "tell", "close"]
    assert [step.level for step in issue.steps.all()][:3] == ["operational", "strategic", "strategic"]


def test_each_step_is_recorded_with_names_of_columns_and_no_words(ladder):
    ladder.to(ladder.ask(), AREA, "lift", reason="Vi råder inte över lampan.")
    event = AuditEvent.objects.filter(verb="lift").get()

    assert {"forum", "level", "state", "note"} <= set(event.fields)
    assert "lampan" not in str(event.__dict__)


@pytest.mark.parametrize("role", [GUARD, Role.RESPONSE_OFFICER, Role.TRANSIT])
def test_who_neither_chairs_nor_answers_does_not_answer(ladder, role):
    with pytest.raises(NotYourStep):
        ladder.to(ladder.ask(), role, "answer", text="Nej.")


def test_a_question_cannot_pass_a_level(ladder):
    issue = ladder.ask()
    ladder.to(issue, AREA, "lift", reason="Vi råder inte över lampan.")

    with pytest.raises(ForbiddenTransition):
        ladder.to(issue, LEAD, "lift", reason="Bråttom.")


def test_lifting_needs_a_forum_above(ladder):
    Forum.objects.filter(slug="operativt").update(lifts_to=None)
    Forum.objects.filter(slug="strategiskt").update(closed_on=ladder.now.date())

    with pytest.raises(NoForumHere):
        ladder.to(ladder.ask(), AREA, "lift", reason="Vi råder inte över lampan.")


def test_without_a_named_forum_the_one_above_for_the_same_place_is_found(ladder):
    Forum.objects.update(lifts_to=None)
    issue = ladder.to(ladder.ask(), AREA, "lift", reason="Vi råder inte över lampan.")

    assert issue.forum.slug == "strategiskt"


def test_not_ours_goes_on_to_the_next_owner_and_the_trace_stays(ladder):
    issue = ladder.ask(category="permits")
    first = issue.responsible
    passed = ladder.to(issue, AREA, "not_ours", note="Det är polisens tillstånd.")
    second = passed.responsible

    assert second is not None
    assert second != first
    steps = list(issue.steps.all())
    assert [step.responsible for step in steps] == [first, second]
    assert steps[1].note == "Det är polisens tillstånd."


def test_when_nobody_is_left_the_question_goes_back_to_the_chair(ladder):
    issue = ladder.ask(category="light")
    asked = [issue.responsible]
    while issue.responsible is not None:
        issue = ladder.to(issue, AREA, "not_ours")
        asked.append(issue.responsible)

    assert len(asked) == len(set(asked))
    assert ladder.function(AREA) in asked


# ------------------------------------------------------------------ told, closed, opened again


@pytest.mark.parametrize("before", ["ask", "answered"])
def test_a_question_is_not_closed_before_the_raiser_has_the_answer(ladder, before):
    issue = getattr(ladder, before)()

    with pytest.raises(NotToldYet):
        ladder.to(issue, LEAD, "close")
    assert Issue.objects.get(pk=issue.pk).closed_at is None


def test_the_raiser_is_told_and_when_it_is_gone_the_forum(ladder):
    there, gone = ladder.answered(), ladder.answered(ladder.ask(MANAGER))
    ladder.leave(MANAGER)
    ladder.later(days=1)

    told = [ladder.to(issue, AREA, "tell").steps.last().told_to for issue in (there, gone)]

    assert told == ["told_raiser", "told_forum"]


def test_a_question_whose_raiser_is_gone_can_still_be_closed_once_the_forum_is_told(ladder):
    issue = ladder.answered(ladder.ask(MANAGER))
    ladder.leave(MANAGER)
    ladder.later(days=1)
    with pytest.raises(NotToldYet):
        ladder.to(issue, AREA, "close")
    ladder.to(issue, AREA, "tell")

    assert ladder.to(issue, AREA, "close").state == "question_closed"


def test_a_closed_question_is_opened_again_and_the_old_answer_stays_among_the_steps(ladder):
    issue = ladder.told()
    ladder.to(issue, FIELD, "close")
    again = ladder.to(issue, FIELD, "reopen", reason="Lampan är trasig igen.")
    ladder.to(issue, AREA, "answer", text="Stolpen byts ut.")

    assert (again.state, again.closed_at, again.told_at) == ("reopened", None, None)
    assert [step.note for step in issue.steps.filter(move="answer")] == [
        "Lampan byts vecka 46.",
        "Stolpen byts ut.",
    ]


def test_opening_again_says_why(ladder):
    with pytest.raises(ReasonNeeded):
        ladder.to(ladder.told(), FIELD, "reopen", reason="")


def test_an_answer_about_a_person_is_not_kept(ladder):
    issue = ladder.ask()
    with pytest.raises(TextRefused):
        ladder.to(issue, AREA, "answer", text=WRONG_TEXT)

    assert trail(issue) == ["raise"]


# ------------------------------------------------------------------ nothing is deleted


def test_nothing_is_deleted_one_by_one_or_as_a_query(ladder):
    issue = ladder.told()
    rows = (Issue.objects.all(), IssueStep.objects.all(), issue.steps.all())
    for thing in (issue, issue.steps.first(), *rows):
        with pytest.raises(NothingIsDeleted):
            thing.delete()

    assert Issue.objects.count() == 1


def test_what_a_question_leads_to_is_protected(ladder):
    ladder.ask()
    with pytest.raises(ProtectedError):
        ladder.forums["operativt"].delete()


def test_the_database_itself_refuses_to_lose_a_question_with_steps(ladder):
    issue = ladder.ask()

    def remove() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM cooperation_issue WHERE id = %s", [issue.pk.hex])
            connection.check_constraints()

    with pytest.raises(IntegrityError):
        remove()


# ------------------------------------------------------------------ two at once


def test_the_second_of_two_who_lift_at_once_is_told_and_changes_nothing(ladder):
    issue = ladder.ask()
    seen = issue.revision
    ladder.to(issue, AREA, "lift", reason="Vi råder inte över lampan.", revision=seen)

    with pytest.raises(StaleRecord) as refused:
        ladder.to(issue, OWNER, "lift", reason="Samma sak, sagt samtidigt.", revision=seen)

    assert refused.value.current.state == "lifted_to_strategic"
    assert Issue.objects.get(pk=issue.pk).level == "strategic"
    assert trail(issue) == ["raise", "lift"]


def test_a_refusal_names_the_question_without_its_words(ladder):
    issue = ladder.ask()
    with pytest.raises(StaleRecord) as refused:
        ladder.to(issue, AREA, "lift", reason="Vi råder inte över lampan.", revision=0)

    assert LINE not in str(refused.value)
    assert issue.reference in str(refused.value)


def test_widening_is_the_writers_and_is_recorded(ladder):
    issue = ladder.ask(title_class=SharingClass.AUTHORITIES)
    with pytest.raises(NotYourStep):
        services.widen(ladder.actor(POLICE), issue, SharingClass.COOPERATION, now=ladder.now)
    services.widen(ladder.actor(FIELD), issue, SharingClass.COOPERATION, now=ladder.later(hours=1))

    assert Issue.objects.get(pk=issue.pk).title_class == SharingClass.COOPERATION
    assert "title_class" in AuditEvent.objects.get(verb="widen").fields


def test_the_time_of_the_last_step_is_kept(ladder):
    issue = ladder.ask()
    moved = ladder.now + timedelta(days=3)
    ladder.later(days=3)
    ladder.to(issue, AREA, "lift", reason="Vi råder inte över lampan.")

    assert Issue.objects.get(pk=issue.pk).moved_at == moved
