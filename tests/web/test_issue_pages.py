"""Questions as people meet them: one line, an answer back, the ladder, and what is not shared."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from samsyn.domain import calendar
from samsyn.domain.access import Role, SharingClass
from samsyn.domain.meetings import AgendaKind
from samsyn.web.cooperation.issue_sections import agenda_points
from samsyn.web.cooperation.models import Issue
from samsyn.web.people.models import AuditEvent, Notice

from .asking import AREA, BOARD, FIELD, GUARD, LEAD, LINE, MANAGER, POLICE, Ladder
from .conftest import World
from .test_issue_services import WRONG_TEXT

HIDDEN = "Texten delas inte med er."
LIST = "/exempelstad/fragor/"


@pytest.fixture
def ladder(world: World, place) -> Ladder:
    made = Ladder(world, place)
    made.now = calendar.now() - timedelta(days=20)
    return made


def address(issue: Issue, tail: str = "") -> str:
    return f"{LIST}{issue.pk}/{tail}"


def posted(ladder: Ladder, role: Role, issue: Issue, step: str, **fields: object) -> object:
    fields.setdefault("revision", Issue.objects.get(pk=issue.pk).revision)
    return ladder.world.client(role).post(address(issue, f"{step}/"), fields, follow=True)


def words(answer: object) -> str:
    return answer.content.decode()


# ------------------------------------------------------------------ raising


def raised(ladder: Ladder, role: Role = FIELD, **fields: object) -> object:
    sent = {
        "title": LINE, "place": str(ladder.place.pk), "wants_answer": "on", "title_class": "2",
        "forum": str(ladder.forums["operativt"].pk), **fields,
    }  # fmt: skip
    return ladder.world.client(role).post(f"{LIST}ny/", sent, follow=True)


def test_the_form_has_everything_but_the_line_filled_in(ladder):
    page = ladder.page(FIELD, f"{LIST}ny/?plats={ladder.place.slug}")

    assert re.search(r'name="wants_answer"[^>]*checked', page)
    assert re.search(rf'<option value="{ladder.place.pk}" selected', page)
    assert page.count("Jag vill ha svar") == 1
    assert re.search(r'name="title_class" value="2"[^>]*checked', page)


def test_a_question_raised_on_the_page_is_there_with_its_answer_to_come(ladder):
    page = words(raised(ladder, category="support"))

    assert LINE in page
    assert "Svaret visas här när det kommer" in page
    assert Issue.objects.get().category == "support"


def test_one_tap_shares_the_line_with_everybody(ladder):
    raised(ladder, title_class="1")

    assert LINE in ladder.page(GUARD, LIST)


def test_a_line_about_a_person_is_marked_and_not_kept(ladder):
    page = words(raised(ladder, title=WRONG_TEXT))

    assert "error-summary" in page
    assert not Issue.objects.exists()


def test_nobody_raises_a_question_for_a_place_that_is_not_theirs(ladder):
    from samsyn.web.places import services as places

    mine = ladder.world.add_place("Andra torget")
    places.limit_membership(
        ladder.actor(Role.ADMINISTRATOR), ladder.world.membership(Role.PROPERTY_OWNER), [mine], now=ladder.now
    )
    page = words(raised(ladder, Role.PROPERTY_OWNER))

    assert "error-summary" in page
    assert not Issue.objects.exists()


# ------------------------------------------------------------------ who reads what


def test_a_reader_above_the_class_meets_the_question_without_its_line(ladder):
    issue = ladder.ask(title_class=SharingClass.AUTHORITIES)

    for page in (ladder.page(GUARD, LIST), ladder.page(GUARD, address(issue))):
        assert LINE not in page
        assert HIDDEN in page
        assert issue.reference in page


@pytest.mark.parametrize("role", [FIELD, AREA, LEAD, POLICE])
def test_authorities_and_the_writer_read_the_line(ladder, role):
    issue = ladder.ask(title_class=SharingClass.AUTHORITIES)

    assert LINE in ladder.page(role, address(issue))


def test_the_writer_reads_what_it_wrote_and_the_answer_whatever_their_class(ladder):
    issue = ladder.ask(GUARD, title_class=SharingClass.AUTHORITIES)
    ladder.to(issue, AREA, "answer", text="Stolpen byts ut.", text_class=SharingClass.AUTHORITIES)
    page = ladder.page(GUARD, address(issue))
    other = ladder.page(MANAGER, address(issue))

    assert LINE in page
    assert "Stolpen byts ut." in page
    assert LINE not in other
    assert "Stolpen byts ut." not in other


def test_a_line_for_the_own_organisation_stays_there(ladder):
    issue = ladder.ask(FIELD, title_class=SharingClass.OWN_ORGANISATION)

    assert LINE in ladder.page(LEAD, address(issue))
    assert LINE not in ladder.page(AREA, address(issue))


def test_reading_somebody_elses_protected_line_is_logged_once(ladder):
    issue = ladder.ask(title_class=SharingClass.AUTHORITIES)
    ladder.page(AREA, address(issue))
    ladder.page(FIELD, address(issue))
    ladder.page(GUARD, address(issue))

    event = AuditEvent.objects.get(verb="read", thing="Issue")
    assert event.function_id == ladder.function(AREA).pk
    assert event.fields == ["title"]


def test_a_neighbour_and_who_takes_no_part_meet_nothing(ladder):
    issue = ladder.ask()

    for role in (Role.EVALUATOR, Role.DATA_PROTECTION_OFFICER, Role.COUNTY_ANALYST):
        assert ladder.page(role, address(issue)) == ""
        assert ladder.page(role, LIST) == ""


# ------------------------------------------------------------------ the way up and down


def test_the_page_offers_the_steps_that_are_the_readers(ladder):
    issue = ladder.ask()
    chair, guard = ladder.page(AREA, address(issue)), ladder.page(Role.RESPONSE_OFFICER, address(issue))

    assert all(f"/{step}/" in chair for step in ("lyft", "svara", "inte-var", "utse"))
    assert not any(f"/{step}/" in guard for step in ("lyft", "svara", "inte-var", "stang"))


def test_a_question_walks_the_ladder_on_the_pages_and_the_raiser_reads_the_answer(ladder):
    issue = ladder.ask()
    posted(ladder, AREA, issue, "lyft", note="Vi råder inte över stolpen.")
    posted(ladder, LEAD, issue, "ta-emot")
    posted(ladder, LEAD, issue, "lyft", note="Kostar mer än vi får besluta.")
    posted(ladder, BOARD, issue, "ta-emot")
    posted(ladder, BOARD, issue, "svara", text="Belysningen byggs ut i vår.", text_class="2")
    posted(ladder, BOARD, issue, "aterkoppla")
    page = ladder.page(FIELD, address(issue))

    assert "Belysningen byggs ut i vår." in page
    assert "Återkopplad till den som lyfte" in page
    assert page.count('class="rung-time"') == 3


def test_closing_before_the_raiser_is_told_is_refused_on_the_page(ladder):
    issue = ladder.answered()
    page = words(posted(ladder, AREA, issue, "stang"))

    assert "Den som lyfte har inte fått svaret" in page
    assert Issue.objects.get(pk=issue.pk).state == "answered"


def test_a_refused_step_is_told_in_words_and_not_in_codes(ladder):
    issue = ladder.ask()
    page = words(posted(ladder, Role.RESPONSE_OFFICER, issue, "lyft", note="Bråttom."))

    assert "forumets ordförande" in page
    assert "chair" not in page


def test_two_who_lift_at_once_the_second_sees_what_the_first_did_and_keeps_the_words(ladder):
    issue = ladder.ask()
    seen = issue.revision
    posted(ladder, AREA, issue, "lyft", note="Vi råder inte över stolpen.", revision=seen)
    page = words(posted(ladder, MANAGER, issue, "lyft", note="Skrivet under tiden.", revision=seen))

    assert "Skrivet under tiden." in page
    assert "Det som hände under tiden" in page
    assert "Lyft till strategiskt forum" in page
    assert Issue.objects.get(pk=issue.pk).level == "strategic"


STEPS = ("lyft", "ta-emot", "utse", "inte-var", "svara", "aterkoppla", "stang", "dela")


def test_each_step_has_a_page_and_an_unknown_one_has_none(ladder):
    issue = ladder.ask()

    assert all(issue.reference in ladder.page(LEAD, address(issue, f"{step}/")) for step in STEPS)
    assert ladder.page(LEAD, address(issue, "ta-bort/")) == ""


# ------------------------------------------------------------------ lists and elsewhere


def listed(ladder: Ladder, role: Role, wanted: str) -> set[str]:
    page = ladder.page(role, f"{LIST}?visa={wanted}")
    return {str(one.pk) for one in Issue.objects.all() if str(one.pk) in page}


def test_the_lists_hold_what_they_say(ladder):
    fresh = ladder.ask(AREA, category="support")
    ladder.now = calendar.now() - timedelta(days=3)
    lifted = ladder.ask(MANAGER)
    ladder.to(lifted, AREA, "lift", reason="Vi råder inte över stolpen.")
    done = ladder.told()
    ladder.to(done, FIELD, "close")
    key = {name: str(one.pk) for name, one in (("fresh", fresh), ("lifted", lifted), ("done", done))}

    assert listed(ladder, LEAD, "oppna") == {key["fresh"], key["lifted"]}
    assert listed(ladder, LEAD, "stangda") == {key["done"]}
    assert listed(ladder, MANAGER, "mina") == {key["lifted"]}
    assert listed(ladder, LEAD, "vantar") == {key["lifted"]}
    assert listed(ladder, BOARD, "forum") == set()
    assert listed(ladder, LEAD, "lange") == {key["fresh"]}
    assert listed(ladder, LEAD, "?' OR 1=1") == {key["fresh"], key["lifted"]}


def test_the_start_page_leads_to_what_waits_for_the_reader(ladder):
    ladder.ask(category="staffing")

    assert LINE in ladder.page(AREA, "/exempelstad/")
    assert LINE not in ladder.page(GUARD, "/exempelstad/")


def test_the_place_page_shows_its_questions_and_lets_one_raise_more(ladder):
    ladder.ask()
    page = ladder.page(FIELD, f"/exempelstad/platser/{ladder.place.slug}/")

    assert LINE in page
    assert f"/fragor/ny/?plats={ladder.place.slug}" in page


def test_a_forum_takes_up_what_was_lifted_to_it_and_what_came_down(ladder):
    issue = ladder.ask()
    ladder.to(issue, AREA, "lift", reason="Vi råder inte över stolpen.")
    up = agenda_points(ladder.actor(LEAD), ladder.forums["strategiskt"], calendar.now())
    ladder.to(issue, LEAD, "receive")
    ladder.to(issue, LEAD, "answer", text="Stolpen byts ut.")
    down = agenda_points(ladder.actor(AREA), ladder.forums["operativt"], calendar.now())

    assert [(point.kind, point.title, point.age_days) for point in up] == [
        (AgendaKind.LIFTED_QUESTION, LINE, 20)
    ]
    assert [point.kind for point in down] == [AgendaKind.ANSWER_RECEIVED]


def test_an_agenda_never_carries_the_line_of_one_organisation(ladder):
    ladder.ask(title_class=SharingClass.OWN_ORGANISATION)
    points = agenda_points(ladder.actor(LEAD), ladder.forums["operativt"], calendar.now())

    assert LINE not in str(points)


def test_who_is_to_act_and_who_raised_it_get_a_pointer_and_no_words(ladder):
    issue = ladder.ask(category="staffing")
    ladder.to(issue, AREA, "answer", text="Stolpen byts ut.")
    ladder.to(issue, AREA, "tell")
    told = {(row.kind, row.user.username) for row in Notice.objects.filter(thing="Issue")}

    assert told == {
        ("question_waits", "exempelstad-area_officer"),
        ("question_answered", "exempelstad-outreach_worker"),
    }
    assert LINE not in str(list(Notice.objects.values()))


# ------------------------------------------------------------------ waiting times


def test_the_year_says_how_long_questions_waited_on_each_level(ladder):
    ladder.now = calendar.now() - timedelta(days=100)
    issue = ladder.ask(category="staffing")
    ladder.later(days=10)
    ladder.to(issue, AREA, "lift", reason="Vi råder inte över stolpen.")
    ladder.later(days=30)
    ladder.to(issue, LEAD, "receive")
    ladder.to(issue, LEAD, "answer", text="Stolpen byts ut.")
    page = ladder.page(FIELD, f"{LIST}vantetider/")

    assert re.search(r"operativ.{0,400}10 dagar", page, re.S | re.I)
    assert re.search(r"strategisk.{0,400}30 dagar", page, re.S | re.I)


def test_owners_of_few_people_are_told_by_actor_type(ladder):
    ladder.ask(category="staffing")
    page = ladder.page(LEAD, f"{LIST}vantetider/")

    assert "Polismyndigheten" in page
    assert "Funktion area_officer" not in page


def test_a_question_that_still_waits_counts_as_at_least(ladder):
    ladder.ask()

    assert "minst 20 dagar" in ladder.page(LEAD, f"{LIST}vantetider/")


def test_odd_periods_are_answered_with_a_page(ladder):
    ladder.ask()

    for asked in ("fran=2099-01-01&till=2099-02-01", "fran=x&till=y", "fran=2026-12-01&till=2026-01-01"):
        assert "Hur länge frågor väntar" in ladder.page(LEAD, f"{LIST}vantetider/?{asked}")
