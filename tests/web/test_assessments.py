"""Assessments until the meeting: opening, answering alone, blindness and the spread."""

from __future__ import annotations

from datetime import timedelta

import pytest

from samsyn.domain import calendar
from samsyn.domain.access import PERMISSIONS, NotAllowed, Permission, Role, SharingClass
from samsyn.domain.scenes import (
    UnknownIndicator,
)
from samsyn.web.people.models import AuditEvent
from samsyn.web.places import (
    assessment_errors as errors,
    assessment_reading as reading,
    assessment_services as services,
)
from samsyn.web.places.assessment_models import GATE_CLAUSES
from samsyn.web.places.models import (
    Assessment,
    AssessmentOccasion,
    JointAssessment,
    Place,
)
from samsyn.web.ui.models import StaleRecord

from .assessing import ASKED, GATE, LEAD, SECRET, Case, everything_under, form_of, ten
from .conftest import STAFF, World, build_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(world: World, place: Place) -> Case:
    """Return a place that nobody assesses yet."""
    return Case(world, place)


# ------------------------------------------------------------------ the whole way through


def test_the_whole_way_through_in_the_browser(case: Case) -> None:
    lead = case.world.client(LEAD)
    day = (calendar.today() + timedelta(days=7)).isoformat()
    asked = [str(case.function(role).pk) for role in ASKED]
    answer = lead.post(
        "/exempelstad/platser/exempeltorget/bedomning/ny/",
        {"set_code": "ODS10-2018", "invited": asked, "deadline": day},
    )
    case.occasion = AssessmentOccasion.objects.get()
    assert answer.url == case.address()
    for role in ASKED:
        sent = case.world.client(role).post(case.address("svar/"), form_of(ten(8, 2), send="1"))
        assert sent.url == case.address()
    assert "samsyn/" in case.page(LEAD)
    saved = lead.post(
        case.address("samsyn/"), form_of(ten(8, 2), save="1", assessed_on=calendar.today().isoformat())
    )
    assert saved.url == case.address("samsyn/")
    revision = JointAssessment.objects.get().revision
    frozen = lead.post(
        case.address("samsyn/"),
        form_of(ten(8, 2), freeze="1", assessed_on=calendar.today().isoformat(), revision=str(revision)),
    )
    assert frozen.url == case.address()
    assert JointAssessment.objects.get().class_code == "kvalificerad_10"
    assert "8 av 10" in lead.get("/exempelstad/platser/exempeltorget/").content.decode()


# ------------------------------------------------------------------ opening


@pytest.mark.parametrize("role", list(STAFF))
def test_only_those_who_lead_open_close_and_agree(case: Case, role: Role) -> None:
    may = Permission.LEAD_ASSESSMENT in PERMISSIONS[role]
    case.open()
    for tail in ("../ny/", "avsluta/"):
        answer = case.world.client(role).get(case.address(tail).replace(f"{case.occasion.pk}/../", ""))
        assert (answer.status_code == 200) is may
    if not may:
        assert case.world.client(role).get(case.address("samsyn/")).status_code == 404
        with pytest.raises(NotAllowed):
            case.joint(role=role)


def test_the_occasion_belongs_to_the_boundary_in_force(case: Case) -> None:
    assert case.open().boundary == case.place.boundary_on(calendar.today())


def test_a_place_without_a_boundary_in_force_is_not_assessed(case: Case) -> None:
    case.place.boundaries.update(valid_from=calendar.today() + timedelta(days=30))
    with pytest.raises(errors.NoBoundary):
        case.open()


def test_one_open_occasion_for_each_place_and_list(case: Case) -> None:
    case.open()
    case.open(set_code="ODS7-2018")
    with pytest.raises(errors.OccasionOpen):
        case.open()


@pytest.mark.parametrize(
    "role", [Role.PROPERTY_OWNER, Role.RESPONSE_OFFICER, Role.EVALUATOR, Role.COUNTY_ANALYST]
)
def test_a_function_that_may_not_assess_is_not_invited(case: Case, role: Role) -> None:
    with pytest.raises(errors.InvitationIncomplete):
        case.open(roles=(LEAD, role))


def test_nobody_is_invited_from_another_workspace(case: Case) -> None:
    other = build_world("annanstad").membership(Role.AREA_OFFICER).function
    with pytest.raises(errors.InvitationIncomplete):
        services.open_occasion(
            case.world.actor(LEAD), case.place, "ODS10-2018", invited=[other],
            deadline=case.now + timedelta(days=1), now=case.now,
        )  # fmt: skip


def test_a_function_that_cannot_see_the_place_is_not_invited(case: Case) -> None:
    Place.objects.filter(pk=case.place.pk).update(sharing_class=int(SharingClass.AUTHORITIES))
    case.place.refresh_from_db()
    names = {one.name for one in services.invitable(case.world.actor(LEAD), case.place, calendar.today())}
    assert "Funktion area_officer" in names
    assert "Funktion public_order_guard" not in names


def test_a_deadline_that_has_passed_would_open_the_answers_at_once(case: Case) -> None:
    with pytest.raises(errors.InvitationIncomplete):
        case.open(deadline=case.now)


# ------------------------------------------------------------------ answering alone


@pytest.mark.parametrize("role", list(STAFF))
def test_only_the_invited_answer(case: Case, role: Role) -> None:
    case.open()
    page = case.world.client(role).get(case.address("svar/"))
    sent = case.world.client(role).post(case.address("svar/"), form_of(ten(10), send="1"))
    if role in ASKED:
        assert page.status_code == 200
        assert Assessment.objects.get().author == case.function(role)
    else:
        assert page.status_code == sent.status_code == 404
        assert not Assessment.objects.exists()


def test_a_draft_is_resumed_where_it_was_left(case: Case) -> None:
    case.open()
    client = case.world.client(Role.AREA_OFFICER)
    client.post(case.address("svar/"), form_of({"1": "yes"}, {}, save="1", motive_1="Trappan mot spåret"))
    page = client.get(case.address("svar/")).content.decode()
    assert "Trappan mot spåret" in page
    assert 'name="answer_1" value="yes" id="id_answer_1_0" checked' in page
    assert Assessment.objects.get().sent_at is None


@pytest.mark.parametrize("missing", ["answer_3", "answer_10", "answer_geographic", "answer_public_sale"])
def test_everything_must_be_answered_before_it_is_sent_and_the_draft_is_kept(
    case: Case, missing: str
) -> None:
    case.open()
    data = form_of(ten(10), send="1")
    del data[missing]
    answer = case.world.client(LEAD).post(case.address("svar/"), data)
    assert f'href="#id_{missing}"' in answer.content.decode()
    kept = Assessment.objects.get()
    assert kept.sent_at is None
    assert kept.answers


def test_the_problem_clause_is_taken_from_four_and_five(case: Case) -> None:
    case.open()
    clauses = {key: value for key, value in GATE.items() if not key.startswith("problem")}
    sent = case.send(LEAD, ten(4) | {str(n): "no" for n in range(5, 11)}, gate=clauses)
    assert sent.gate == clauses
    assert sent.result.gate.value == "met"


def test_a_chosen_not_assessed_is_never_filled_from_an_indicator(case: Case) -> None:
    case.open()
    gate = GATE | {"problem_authorities": "not_assessed", "problem_public": "not_assessed"}
    assert case.send(LEAD, ten(10), gate=gate).result.gate.value == "unknown"


def test_the_seven_have_no_indicator_to_fill_the_clause_from(case: Case) -> None:
    case.open(set_code="ODS7-2018")
    clauses = {key: value for key, value in GATE.items() if not key.startswith("problem")}
    seven = {str(number): "yes" for number in range(1, 8)}
    with pytest.raises(errors.AnswersMissing) as caught:
        case.send(LEAD, seven, gate=clauses)
    assert "problem_public" in str(caught.value)


def test_a_contradiction_is_pointed_out_before_sending_and_may_be_meant(case: Case) -> None:
    case.open()
    data = form_of(ten(10), GATE | {"problem_public": "no"}, send="1")
    client = case.world.client(LEAD)
    page = client.post(case.address("svar/"), data).content.decode()
    assert "contradictions_meant" in page
    assert "Indikator 5" in page
    assert Assessment.objects.get().sent_at is None
    assert "contradictions_meant" in client.get(case.address("svar/")).content.decode()
    client.post(case.address("svar/"), data | {"contradictions_meant": "on", "revision": "1"})
    assert Assessment.objects.get().sent_at is not None


def test_sent_answers_are_reopened_by_the_same_function_until_all_are_in(case: Case) -> None:
    case.open()
    case.send(LEAD)
    client = case.world.client(LEAD)
    assert client.get(case.address("svar/")).status_code == 302
    assert client.post(case.address("svar/oppna/")).url == case.address("svar/")
    assert Assessment.objects.get().sent_at is None
    services.send_answers(case.world.actor(LEAD), case.fresh(), now=case.now)
    for role in ASKED[1:]:
        case.send(role)
    with pytest.raises(errors.AnswersClosed):
        services.reopen_answers(case.world.actor(LEAD), case.fresh(), now=case.now)


def test_nobody_reopens_for_another(case: Case) -> None:
    case.open()
    case.send(Role.AREA_OFFICER)
    case.world.client(LEAD).post(case.address("svar/oppna/"))
    case.world.client(Role.TRANSIT).post(case.address("svar/oppna/"))
    assert Assessment.objects.get().sent_at is not None


def test_no_answer_is_taken_after_the_deadline_for_it_would_not_be_blind(case: Case) -> None:
    case.open(deadline=case.now + timedelta(days=1))
    case.send(LEAD)
    case.now += timedelta(days=1)
    with pytest.raises(errors.AnswersClosed):
        case.draft(Role.AREA_OFFICER)


def test_two_windows_of_one_function_lose_nothing(case: Case) -> None:
    case.open()
    case.draft(LEAD, ten(3))
    client = case.world.client(LEAD)
    answer = client.post(case.address("svar/"), form_of(ten(0, 3), motive_1="Skrivet i andra fönstret"))
    page = answer.content.decode()
    assert "Skrivet i andra fönstret" in page
    assert "<ins>Nej</ins>" in page
    assert Assessment.objects.get().answers == ten(3)
    with pytest.raises(StaleRecord):
        case.draft(LEAD, ten(1), revision=7)


@pytest.mark.parametrize(
    "data",
    [
        {"answer_1": "kanske"},
        {"answer_1": "yes", "text_class": "0"},
        {"answer_1": "yes", "text_class": "9"},
    ],
)
def test_a_made_up_choice_is_refused(case: Case, data: dict[str, str]) -> None:
    case.open()
    case.world.client(LEAD).post(case.address("svar/"), {"revision": "0", "text_class": "2", **data})
    assert not Assessment.objects.exists()


@pytest.mark.parametrize(
    ("answers", "gate"), [({"11": "yes"}, {}), ({"0": "yes"}, {}), ({}, {"made_up": "yes"})]
)
def test_a_made_up_question_is_refused(case: Case, answers: dict[str, str], gate: dict[str, str]) -> None:
    case.open()
    with pytest.raises(UnknownIndicator):
        case.draft(LEAD, answers, gate=gate)


@pytest.mark.parametrize("field", ["motive_1", "source_10", "motive_lasting"])
def test_a_refused_text_is_shown_again_and_saved_nowhere(case: Case, field: str) -> None:
    case.open()
    text = "Ring 070-174 06 58 om det"
    answer = case.world.client(LEAD).post(case.address("svar/"), form_of(ten(10), send="1", **{field: text}))
    page = answer.content.decode()
    assert text in page
    assert f'href="#id_{field}"' in page
    assert 'name="answer_2" value="yes" id="id_answer_2_0" checked' in page
    assert not Assessment.objects.exists()


def test_a_draft_stays_as_it_was_when_a_later_text_is_refused(case: Case) -> None:
    case.open()
    case.draft(LEAD, ten(5), motives={"1": "Vid trappan"})
    with pytest.raises(errors.TextsRefused):
        case.draft(LEAD, ten(10), motives={"1": "Ring 070-174 06 58"}, revision=1)
    assert Assessment.objects.get().motives == {"1": "Vid trappan"}
    assert Assessment.objects.get().answers == ten(5)


# ------------------------------------------------------------------ blindness


@pytest.mark.parametrize("role", list(STAFF))
def test_nobody_sees_anothers_answers_before_all_are_in(case: Case, role: Role) -> None:
    case.open(roles=(LEAD, Role.AREA_OFFICER, Role.PUBLIC_ORDER_GUARD))
    writer = Role.AREA_OFFICER
    answers = {str(number): "not_assessed" for number in range(1, 11)}
    case.send(writer, answers, gate=dict.fromkeys(GATE_CLAUSES, "not_assessed"), motives={"1": SECRET})
    client = case.world.client(role)
    for address in everything_under(case):
        page = client.get(address, follow=True).content.decode()
        if role is writer:
            continue
        assert SECRET not in page
        assert "0 av 10" not in page  # what the writer's own answers come to
        assert 'value="not_assessed" id="id_answer_1_3" checked' not in page
    actor = case.world.actor(role)
    shown = Assessment.objects.shown_to(actor, calendar.now())
    assert shown.count() == (1 if role is writer else 0)
    assert Assessment.objects.visible_to(actor).count() == (1 if role is writer else 0)


def test_a_colleague_of_the_same_organisation_is_no_exception(case: Case) -> None:
    case.open(roles=(LEAD, Role.OUTREACH_WORKER))
    case.send(Role.OUTREACH_WORKER, motives={"1": SECRET}, text_class=SharingClass.OPEN)
    assert SECRET not in case.page(LEAD)
    assert SECRET not in case.page(Role.STEERING_GROUP)


def test_the_function_itself_always_reads_its_own(case: Case) -> None:
    case.open()
    case.send(Role.PUBLIC_ORDER_GUARD, motives={"1": SECRET}, text_class=SharingClass.OWN_ORGANISATION)
    assert SECRET in case.page(Role.PUBLIC_ORDER_GUARD)


def test_while_secret_only_the_names_of_those_who_have_answered_are_told(case: Case) -> None:
    case.open()
    case.send(Role.AREA_OFFICER)
    page = case.page(Role.PUBLIC_ORDER_GUARD)
    assert "1 av 3 har svarat" in page
    assert "Funktion area_officer" in page
    assert "Vad funktionerna svarade" not in page


def test_the_joint_answer_cannot_be_begun_while_secret(case: Case) -> None:
    case.open()
    case.send(LEAD)
    with pytest.raises(errors.StillBlind):
        case.joint()
    assert case.world.client(LEAD).post(case.address("samsyn/"), form_of(ten(10))).status_code == 404


def test_the_last_answer_opens_all_of_them(case: Case) -> None:
    case.open()
    case.send_all(roles=ASKED[:2])
    assert not case.fresh().is_open_to_all(case.now)
    case.send(ASKED[2])
    assert case.fresh().is_open_to_all(case.now)


def test_the_deadline_opens_what_has_been_sent_but_no_draft(case: Case) -> None:
    case.open(deadline=case.now + timedelta(minutes=30))
    case.send(Role.AREA_OFFICER, motives={"1": SECRET})
    case.draft(Role.PUBLIC_ORDER_GUARD, motives={"1": "Halvskriven mening"}, text_class=SharingClass.OPEN)
    page = case.page(LEAD)
    assert SECRET in page
    assert "Halvskriven mening" not in page


def test_answers_stay_secret_for_ever_when_the_occasion_is_closed_first(case: Case) -> None:
    case.open(deadline=case.now + timedelta(minutes=30))
    case.send(Role.AREA_OFFICER, motives={"1": SECRET})
    services.close_occasion(case.world.actor(LEAD), case.fresh(), reason="Fel lista", now=case.now)
    assert SECRET not in case.page(LEAD)
    later = case.now + timedelta(days=400)
    assert not Assessment.objects.shown_to(case.world.actor(LEAD), later).exists()
    assert not case.fresh().is_open_to_all(later)


def test_the_database_and_the_page_agree_on_when_answers_are_shown(case: Case) -> None:
    case.open(deadline=case.now + timedelta(minutes=30))
    case.send(Role.AREA_OFFICER)
    for minutes in (0, 29, 30, 31):
        moment = case.now + timedelta(minutes=minutes)
        shown = Assessment.objects.shown_to(case.world.actor(LEAD), moment).exists()
        assert shown is case.fresh().is_open_to_all(moment)


def test_the_audit_log_holds_names_of_fields_and_no_answers(case: Case) -> None:
    case.open()
    case.send(Role.AREA_OFFICER, motives={"1": SECRET})
    known = {one.name for model in (Assessment, AssessmentOccasion) for one in model._meta.get_fields()}
    events = AuditEvent.objects.filter(thing__in=("Assessment", "AssessmentOccasion"))
    assert {event.verb for event in events} == {"open", "draft", "send"}
    for event in events:
        assert set(event.fields) <= known


def test_why_it_was_closed_is_free_text_and_stays_with_authorities(case: Case) -> None:
    case.open()
    services.close_occasion(case.world.actor(LEAD), case.fresh(), reason="Fel lista valdes", now=case.now)
    assert "Fel lista valdes" in case.page(Role.AREA_OFFICER)
    assert "Fel lista valdes" not in case.page(Role.PUBLIC_ORDER_GUARD)


# ------------------------------------------------------------------ the spread


def test_the_spread_counts_agreement_and_what_to_talk_about(case: Case) -> None:
    case.open()
    case.send(ASKED[0], ten(9, 0, 1))
    case.send(ASKED[1], ten(8, 2))
    case.send(ASKED[2], ten(10))
    read = reading.ReadTexts()
    shown = reading.spread_of(case.world.actor(LEAD), case.fresh(), case.now, names=True, read=read)
    by_number = {row.number: row for row in shown.indicators}
    assert not by_number[1].needs_discussion
    assert by_number[1].unanimous == "yes"
    assert by_number[9].counts == (("Ja", 2), ("Nej", 1))
    assert by_number[9].agreement == pytest.approx(2 / 3)
    assert by_number[10].needs_discussion
    assert shown.to_discuss == 2


# Who reads the area officer's motive of class AUTHORITIES, and who is told who answered what.
READERS = {
    LEAD: (True, True),
    Role.MUNICIPAL_POLICE_LIAISON: (True, True),
    Role.OUTREACH_WORKER: (True, False),
    Role.STEERING_GROUP: (True, False),
    Role.RESPONSE_OFFICER: (True, False),
    Role.PUBLIC_ORDER_GUARD: (False, True),
    Role.PROPERTY_OWNER: (False, False),
    Role.TRANSIT: (False, False),
    Role.COUNTY_ANALYST: (False, False),
    Role.EVALUATOR: (False, False),
}


@pytest.mark.parametrize(("role", "reads", "told"), [(role, *row) for role, row in READERS.items()])
def test_motives_follow_their_class_and_names_those_who_took_part(
    case: Case, role: Role, reads: bool, told: bool
) -> None:
    case.open()
    case.send(Role.AREA_OFFICER, ten(10), motives={"1": SECRET})
    case.send(LEAD, ten(9, 1))
    case.send(Role.PUBLIC_ORDER_GUARD, ten(9, 1))
    page = case.page(role)
    assert "1 ja, 2 nej" in " ".join(page.split())
    assert (SECRET in page) is reads
    assert ("<b>Nej:</b>" in page) is told


def test_reading_a_protected_motive_is_logged_and_reading_the_spread_alone_is_not(case: Case) -> None:
    case.open()
    case.send(Role.AREA_OFFICER, motives={"1": SECRET})
    case.send(LEAD)
    case.send(Role.PUBLIC_ORDER_GUARD)
    case.page(Role.PUBLIC_ORDER_GUARD)
    case.page(Role.AREA_OFFICER)
    assert not AuditEvent.objects.filter(verb="read").exists()
    case.page(LEAD)
    assert AuditEvent.objects.get(verb="read").fields == ["motives"]
