"""Assessments: blind answers, the spread, the joint answer, its versions and the objections to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from samsyn.demo.parts import DemoAssessment
from samsyn.domain import calendar
from samsyn.domain.access import PERMISSIONS, NotAllowed, Permission, Role, SharingClass
from samsyn.domain.scenes import (
    Answer,
    ContradictoryAnswers,
    DefinitionGate,
    UncertainWithoutReason,
    UnknownIndicator,
)
from samsyn.web.people.models import AuditEvent, Function
from samsyn.web.places import assessment_errors as errors
from samsyn.web.places import assessment_reading as reading
from samsyn.web.places import assessment_services as services
from samsyn.web.places.assessment_demo import seed_assessments
from samsyn.web.places.assessment_models import GATE_CLAUSES, FrozenRecord
from samsyn.web.places.models import (
    Assessment,
    AssessmentChallenge,
    AssessmentOccasion,
    JointAssessment,
    Place,
)
from samsyn.web.places.services import limit_membership
from samsyn.web.ui.models import StaleRecord

from .conftest import STAFF, World, build_world

pytestmark = pytest.mark.django_db

LEAD = Role.SAFETY_COORDINATOR
ASKED = (LEAD, Role.AREA_OFFICER, Role.PUBLIC_ORDER_GUARD)
SECRET = "Hemlig mening om trappan"
GATE = dict.fromkeys(GATE_CLAUSES, "yes")


def ten(yes: int, no: int = 0, dont_know: int = 0) -> dict[str, str]:
    """Return answers to the ten: so many yes first, then no, then don't know."""
    values = ["yes"] * yes + ["no"] * no + ["dont_know"] * dont_know
    return {str(number): value for number, value in enumerate(values, start=1)}


class Case:
    """A place being assessed, with short ways of doing what people do."""

    def __init__(self, world: World, place: Place) -> None:
        self.world, self.place = world, place
        self.now = calendar.now() - timedelta(hours=1)
        self.occasion: AssessmentOccasion | None = None

    def function(self, role: Role) -> Function:
        return self.world.membership(role).function

    def open(
        self, roles: Iterable[Role] = ASKED, set_code: str = "ODS10-2018", deadline: datetime | None = None
    ) -> AssessmentOccasion:
        self.occasion = services.open_occasion(
            self.world.actor(LEAD), self.place, set_code,
            invited=[self.function(role) for role in roles],
            deadline=deadline or self.now + timedelta(days=14), now=self.now,
        )  # fmt: skip
        return self.occasion

    def fresh(self) -> AssessmentOccasion:
        self.occasion = AssessmentOccasion.objects.get(pk=self.occasion.pk)
        return self.occasion

    def draft(
        self, role: Role, answers: Mapping[str, str] | None = None, gate: Mapping[str, str] = GATE,
        motives: Mapping[str, str] | None = None, revision: int = 0, **words: Any,
    ) -> Assessment:  # fmt: skip
        return services.save_answers(
            self.world.actor(role), self.fresh(),
            services.Given(ten(10) if answers is None else answers, gate),
            services.Words(motives=motives or {}, **words), revision=revision, now=self.now,
        )  # fmt: skip

    def send(self, role: Role, answers: Mapping[str, str] | None = None, **more: Any) -> Assessment:
        self.draft(role, answers, **more)
        return services.send_answers(self.world.actor(role), self.fresh(), now=self.now)

    def send_all(
        self, answers: Mapping[str, str] | None = None, roles: Iterable[Role] = ASKED, **more: Any
    ) -> None:
        for role in roles:
            self.send(role, answers, **more)

    def joint(
        self, answers: Mapping[str, str] | None = None, gate: Mapping[str, str] = GATE, revision: int = 0,
        role: Role = LEAD, **words: Any,
    ) -> JointAssessment:  # fmt: skip
        return services.save_joint(
            self.world.actor(role), self.fresh(), services.Given(ten(10) if answers is None else answers, gate),
            services.JointWords(**words), assessed_on=calendar.today(), revision=revision, now=self.now,
        )  # fmt: skip

    def freeze(self, answers: Mapping[str, str] | None = None, **more: Any) -> JointAssessment:
        self.joint(answers, **more)
        services.freeze_joint(self.world.actor(LEAD), self.fresh(), now=self.now)
        return JointAssessment.objects.get(occasion=self.occasion)

    def address(self, tail: str = "") -> str:
        return f"/exempelstad/platser/{self.place.slug}/bedomning/{self.occasion.pk}/{tail}"

    def page(self, role: Role, tail: str = "") -> str:
        return self.world.client(role).get(self.address(tail), follow=True).content.decode()


@pytest.fixture
def case(world: World, place: Place) -> Case:
    """Return a place that nobody assesses yet."""
    return Case(world, place)


def form_of(answers: Mapping[str, str], gate: Mapping[str, str] = GATE, **more: Any) -> dict[str, Any]:
    """Return what the browser sends."""
    chosen = {f"answer_{key}": value for key, value in {**answers, **gate}.items()}
    return {"revision": "0", "text_class": "2", **chosen, **more}


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


def _everything_under(case: Case) -> list[str]:
    place = f"/exempelstad/platser/{case.place.slug}/"
    own = [str(one.pk) for one in Assessment.objects.all()]
    tails = ("", "svar/", "svar/oppna/", "samsyn/", "ratta/", "avsluta/", "invandning/")
    return [
        "/exempelstad/", "/exempelstad/logg/", "/exempelstad/platser/", place,
        *(case.address(tail) for tail in tails),
        f"{place}bedomning/{case.occasion.pk}.json",
        *(f"{place}bedomning/{key}.json" for key in own),
        *(f"{place}bedomning/{key}/" for key in own),
    ]  # fmt: skip


@pytest.mark.parametrize("role", list(STAFF))
def test_nobody_sees_anothers_answers_before_all_are_in(case: Case, role: Role) -> None:
    case.open(roles=(LEAD, Role.AREA_OFFICER, Role.PUBLIC_ORDER_GUARD))
    writer = Role.AREA_OFFICER
    answers = {str(number): "not_assessed" for number in range(1, 11)}
    case.send(writer, answers, gate=dict.fromkeys(GATE_CLAUSES, "not_assessed"), motives={"1": SECRET})
    client = case.world.client(role)
    for address in _everything_under(case):
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


# ------------------------------------------------------------------ the joint answer


def test_nothing_is_chosen_beforehand_unless_all_gave_the_same(case: Case) -> None:
    case.open()
    case.send(ASKED[0], ten(9, 1))
    case.send(ASKED[1], ten(10))
    case.send(ASKED[2], ten(10))
    page = case.page(LEAD, "samsyn/")
    assert 'name="answer_1" value="yes" id="id_answer_1_0" checked' in page
    tenth = [line for line in page.split("<label") if 'name="answer_10"' in line]
    assert len(tenth) == 4
    assert not any("checked" in line.split(">")[1] for line in tenth)


@pytest.mark.parametrize("everybody", ["dont_know", "not_assessed"])
def test_agreeing_that_nobody_knows_is_not_a_joint_answer(case: Case, everybody: str) -> None:
    case.open()
    case.send_all({str(number): everybody for number in range(1, 11)})
    shown = reading.spread_of(
        case.world.actor(LEAD), case.fresh(), case.now, names=False, read=reading.ReadTexts()
    )
    assert {row.unanimous for row in shown.indicators} == {""}


def test_one_function_alone_is_not_unanimous(case: Case) -> None:
    case.open(roles=(LEAD,))
    case.send(LEAD)
    shown = reading.spread_of(
        case.world.actor(LEAD), case.fresh(), case.now, names=False, read=reading.ReadTexts()
    )
    assert {row.unanimous for row in shown.indicators} == {""}


# G19: answers (yes, no, don't know), the class when frozen, the sentence.
RESULTS = [
    ("ODS10-2018", (7, 0, 3), "kvalificerad_10", "kvalificerad (10)"),
    ("ODS10-2018", (4, 4, 2), "fewer_indicators", "öppen drogscen med färre indikatorer"),
    ("ODS10-2018", (6, 2, 2), "undecided", "Kan inte avgöras än: 6 ja, 2 utan svar; 1 ja till räcker för gränsen, 2 nej till utesluter den"),
    ("ODS10-2018", (5, 3, 2), "undecided", "Kan inte avgöras än: 5 ja, 2 utan svar; 2 ja till räcker för gränsen, 1 nej till utesluter den"),
    ("ODS7-2018", (4, 2, 1), "undecided", "Kan inte avgöras än: 4 ja, 1 utan svar; 1 ja till räcker för gränsen, 1 nej till utesluter den"),
    ("ODS7-2018", (5, 2, 0), "allvarlig_7", "allvarlig (7)"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "counts", "wanted", "sentence"), RESULTS)
def test_the_frozen_class_and_its_sentence(
    case: Case, code: str, counts: tuple[int, int, int], wanted: str, sentence: str
) -> None:
    case.open(set_code=code)
    # Without the clause about the public, which the ten ask as indicator 5.
    gate = {key: value for key, value in GATE.items() if code == "ODS7-2018" or key != "problem_public"}
    case.send_all(ten(*counts), gate=gate)
    frozen = case.freeze(ten(*counts), gate=gate, uncertain_reason="Svaren kommer efter sommaren")
    assert frozen.class_code == wanted
    page = case.page(LEAD)
    assert sentence in page
    assert code in page
    assert ("Fastställd som osäker" in page) is (wanted == "undecided")


def test_a_preliminary_answer_says_so_and_shows_the_interval(case: Case) -> None:
    case.open()
    gate = GATE | {"lasting": "dont_know"}
    case.send_all(ten(7, 1, 2), gate=gate)
    case.freeze(ten(7, 1, 2), gate=gate, uncertain_reason="Varaktigheten prövas i vår")
    page = case.page(LEAD)
    assert "Preliminär: kvalificerad (10)" in page
    assert "7 av 10 (2 vet ej → 7–9)" in page
    assert "Indikator 4 och 5 frågar samma sak" in page


def test_a_place_outside_the_definition_gets_no_class_word(case: Case) -> None:
    case.open()
    gate = GATE | {"public_sale": "no"}
    case.send_all(ten(10), gate=gate)
    case.freeze(ten(10), gate=gate)
    assert "Uppfyller inte definitionen (10 av 10 indikatorer)" in case.page(LEAD)


def test_a_contradiction_is_never_frozen(case: Case) -> None:
    case.open()
    case.send_all()
    gate = GATE | {"problem_authorities": "no"}
    with pytest.raises(ContradictoryAnswers):
        case.freeze(ten(10), gate=gate, uncertain_reason="Vi vill ändå")
    assert JointAssessment.objects.get().frozen_at is None


def test_an_undecided_answer_is_frozen_only_as_uncertain_with_a_reason(case: Case) -> None:
    case.open()
    case.send_all(ten(6, 2, 2))
    with pytest.raises(UncertainWithoutReason):
        case.freeze(ten(6, 2, 2))
    client = case.world.client(LEAD)
    data = form_of(ten(6, 2, 2), freeze="1", assessed_on=calendar.today().isoformat(), revision="1")
    page = client.post(case.address("samsyn/"), data).content.decode()
    assert 'href="#id_uncertain_reason"' in page
    client.post(case.address("samsyn/"), data | {"uncertain_reason": "Svaren kommer i vår"})
    assert JointAssessment.objects.get().frozen_at is not None


def test_an_answer_that_the_meeting_left_out_is_not_frozen_as_not_assessed(case: Case) -> None:
    case.open()
    case.send_all()
    with pytest.raises(errors.AnswersMissing):
        case.freeze(ten(9))


def test_the_open_indicators_are_listed_with_who_may_know(case: Case) -> None:
    case.open()
    case.send(ASKED[0], ten(6, 2, 2))
    case.send(ASKED[1], ten(10))
    case.send(ASKED[2], ten(6, 2, 2))
    frozen = case.freeze(
        ten(6, 2, 2), uncertain_reason="Svaren kommer i vår", find_out={"9": "Fältassistenter, i april"}
    )
    shown = reading.spread_of(
        case.world.actor(LEAD), case.fresh(), case.now, names=True, read=reading.ReadTexts()
    )
    frozen.occasion = case.occasion
    view = reading.joint_view(
        case.world.actor(LEAD), frozen, shown, functions={}, is_current=True, read=reading.ReadTexts()
    )
    assert [
        (one.number, [str(f.name) for f in one.functions], one.find_out) for one in view.open_indicators
    ] == [
        (9, ["Funktion area_officer"], "Fältassistenter, i april"),
        (10, ["Funktion area_officer"], ""),
    ]


def test_nothing_is_agreed_on_when_nobody_has_answered(case: Case) -> None:
    case.open(deadline=case.now + timedelta(minutes=1))
    case.now += timedelta(minutes=5)
    with pytest.raises(errors.NobodyAnswered):
        case.joint()


def test_dissent_is_kept_with_its_function_and_read_by_class(case: Case) -> None:
    case.open()
    case.send_all()
    guard = case.function(Role.PUBLIC_ORDER_GUARD)
    case.freeze(dissent=[services.Dissent(3, guard.pk, "Det är lugnare på dagtid")])
    assert "Det är lugnare på dagtid" in case.page(LEAD)
    assert "Det är lugnare på dagtid" in case.page(Role.PUBLIC_ORDER_GUARD)  # its own words
    other = case.page(Role.TRANSIT)
    assert "Det är lugnare på dagtid" not in other
    assert "En funktion höll inte med om indikator 3" in other


@pytest.mark.parametrize(("number", "invited"), [(11, True), (3, False)])
def test_dissent_names_an_invited_function_and_an_indicator_of_the_list(
    case: Case, number: int, invited: bool
) -> None:
    case.open()
    case.send_all()
    who = case.function(LEAD if invited else Role.TRANSIT)
    with pytest.raises((UnknownIndicator, errors.NotInvited)):
        case.joint(dissent=[services.Dissent(number, who.pk, "Nej")])


@pytest.mark.parametrize("field", ["motive", "uncertain_reason"])
def test_the_meetings_texts_are_guarded(case: Case, field: str) -> None:
    case.open()
    case.send_all()
    with pytest.raises(errors.TextsRefused):
        case.joint(**{field: "Enligt 640823-3234"})
    assert not JointAssessment.objects.exists()


def test_a_frozen_answer_is_never_written_over(case: Case) -> None:
    case.open()
    case.send_all()
    frozen = case.freeze()
    frozen.motive = "Ändrad i efterhand"
    with pytest.raises(FrozenRecord):
        frozen.save()
    with pytest.raises(FrozenRecord):
        frozen.delete()
    with pytest.raises(errors.KeptAsItIs):
        case.joint(ten(1, 9), revision=frozen.revision)
    answer = case.world.client(LEAD).post(case.address("samsyn/"), form_of(ten(1, 9), freeze="1"))
    assert answer.status_code == 404
    assert JointAssessment.objects.get().answers == ten(10)


def test_the_hash_holds_the_content_together(case: Case) -> None:
    case.open()
    case.send_all()
    frozen = case.freeze()
    assert services.content_hash(frozen) == frozen.content_hash
    JointAssessment.objects.filter(pk=frozen.pk).update(answers=ten(1, 9))
    changed = JointAssessment.objects.get(pk=frozen.pk)
    assert services.content_hash(changed) != changed.content_hash


def test_freezing_closes_the_occasion_so_that_a_new_one_can_be_opened(case: Case) -> None:
    case.open()
    case.send_all()
    case.freeze()
    first = case.occasion
    assert case.fresh().closed_at is not None
    case.now += timedelta(seconds=1)
    assert case.open() != first


def test_a_correction_is_a_new_version_and_the_old_one_is_shown(case: Case) -> None:
    case.open()
    case.send_all()
    old = case.freeze()
    client = case.world.client(LEAD)
    assert client.post(case.address("ratta/"), {"reason": ""}).status_code == 200
    client.post(case.address("ratta/"), {"reason": "Indikator 7 antecknades fel"})
    draft = JointAssessment.objects.get(frozen_at=None)
    assert (draft.version, draft.supersedes, draft.answers) == (2, old, old.answers)
    with pytest.raises(errors.KeptAsItIs):
        services.correct_joint(case.world.actor(LEAD), old, reason="En gång till", now=case.now)
    case.joint(ten(6, 4), revision=draft.revision)
    services.freeze_joint(case.world.actor(LEAD), case.fresh(), now=case.now)
    page = client.get(case.address()).content.decode()
    assert "Version 1, ersatt" in page
    assert "Indikator 7 antecknades fel" in page
    assert "6 av 10" in client.get(f"/exempelstad/platser/{case.place.slug}/").content.decode()
    assert JointAssessment.objects.get(pk=old.pk).content_hash == old.content_hash


def test_the_answer_proposes_a_status_and_changes_none(case: Case) -> None:
    case.open()
    case.send_all()
    case.freeze()
    page = case.page(LEAD)
    assert "Öppen drogscen – kvalificerad (10)" in page
    assert f"/platser/{case.place.slug}/status/" in page
    case.place.refresh_from_db()
    assert case.place.status == "candidate"
    assert f"/platser/{case.place.slug}/status/" not in case.page(Role.AREA_OFFICER)


# ------------------------------------------------------------------ over time, and both lists


def _assessed(case: Case, answers: dict[str, str], set_code: str = "ODS10-2018") -> JointAssessment:
    case.now += timedelta(minutes=1)
    case.open(set_code=set_code)
    case.send_all(answers)
    return case.freeze(answers)


def test_the_same_list_and_boundary_are_compared(case: Case) -> None:
    _assessed(case, ten(10))
    _assessed(case, ten(9, 1))
    assert "Indikator 10: Ja → Nej" in case.page(LEAD)


def test_another_boundary_is_not_compared(case: Case) -> None:
    _assessed(case, ten(10))
    old = case.place.boundaries.get()
    type(old).objects.filter(pk=old.pk).update(valid_to=calendar.today() - timedelta(days=1))
    old.pk, old.valid_from, old.valid_to = None, calendar.today() - timedelta(days=1), None
    old.id = AssessmentChallenge().id
    old._state.adding = True
    old.save()
    _assessed(case, ten(9, 1))
    assert "ej jämförbart (ny gräns)" in case.page(LEAD)


def test_another_list_is_not_compared_and_never_converted(case: Case) -> None:
    _assessed(case, ten(10))
    _assessed(case, {str(number): "yes" for number in range(1, 8)}, "ODS7-2018")
    assert "ej jämförbart (ny modell)" in case.page(LEAD)
    place = case.world.client(LEAD).get(f"/exempelstad/platser/{case.place.slug}/").content.decode()
    assert 'ODS10-2018:</b> <span class="num">10 av 10' in place
    assert 'ODS7-2018:</b> <span class="num">7 av 7' in place


# ------------------------------------------------------------------ not agreeing


@pytest.mark.parametrize("role", list(STAFF))
def test_whoever_may_challenge_and_sees_the_answer_objects(case: Case, role: Role) -> None:
    case.open()
    case.send_all()
    case.freeze()
    may = Permission.CHALLENGE in PERMISSIONS[role]
    data = {"number": "7", "text": "Det stämmer inte på vintern", "text_class": "2"}
    answer = case.world.client(role).post(case.address("invandning/"), data)
    assert answer.status_code == (302 if may else 404)
    assert AssessmentChallenge.objects.count() == int(may)
    if may:
        assert "Det stämmer inte på vintern" in case.page(role)


def test_an_objection_is_answered_once_by_whoever_leads_and_both_stay(case: Case) -> None:
    case.open()
    case.send_all()
    frozen = case.freeze()
    services.challenge(
        case.world.actor(Role.PROPERTY_OWNER),
        frozen,
        number=0,
        text="Räkna om efter ombyggnaden",
        now=case.now,
    )
    row = AssessmentChallenge.objects.get()
    address = case.address(f"invandning/{row.pk}/")
    assert case.world.client(Role.AREA_OFFICER).post(address, {"text": "Nej"}).status_code == 404
    case.world.client(LEAD).post(address, {"text": "Vi bedömer igen i maj"})
    again = case.world.client(LEAD).post(address, {"text": "Ändrat svar"})
    assert again.status_code == 200
    page = case.page(Role.PROPERTY_OWNER)
    assert "Räkna om efter ombyggnaden" in page
    assert "Vi bedömer igen i maj" in page
    assert "Räkna om efter ombyggnaden" not in case.page(Role.TRANSIT)


def test_an_objection_is_guarded_and_shown_again(case: Case) -> None:
    case.open()
    case.send_all()
    case.freeze()
    data = {"number": "0", "text": "Fråga 640823-3234", "text_class": "2"}
    page = case.world.client(Role.TRANSIT).post(case.address("invandning/"), data).content.decode()
    assert "640823-3234" in page
    assert not AssessmentChallenge.objects.exists()


@pytest.mark.parametrize("number", [-1, 11])
def test_an_objection_is_about_an_indicator_of_the_list(case: Case, number: int) -> None:
    case.open()
    case.send_all()
    frozen = case.freeze()
    with pytest.raises(UnknownIndicator):
        services.challenge(case.world.actor(LEAD), frozen, number=number, text="Nej", now=case.now)


def test_a_draft_cannot_be_objected_to(case: Case) -> None:
    case.open()
    case.send_all()
    draft = case.joint()
    with pytest.raises(errors.KeptAsItIs):
        services.challenge(case.world.actor(LEAD), draft, number=0, text="Nej", now=case.now)
    assert case.world.client(Role.TRANSIT).get(case.address("invandning/")).status_code == 404


# ------------------------------------------------------------------ the file, and outsiders


def test_the_file_holds_the_answer_and_withholds_what_the_reader_may_not_see(case: Case) -> None:
    case.open()
    case.send_all()
    frozen = case.freeze(motive="Mötet var enigt")
    address = f"/exempelstad/platser/{case.place.slug}/bedomning/{frozen.pk}.json"
    full = case.world.client(LEAD).get(address).json()
    assert full["indicator_set"] == {"code": "ODS10-2018", "version": 1}
    assert full["result"]["class"] == "kvalificerad_10"
    assert full["content_hash"] == frozen.content_hash
    assert full["motive"] == "Mötet var enigt"
    narrow = case.world.client(Role.TRANSIT).get(address).json()
    assert "motive" not in narrow
    assert narrow["withheld"] == ["motive"]
    by_occasion = f"/exempelstad/platser/{case.place.slug}/bedomning/{case.occasion.pk}.json"
    assert case.world.client(LEAD).get(by_occasion).json()["id"] == str(frozen.pk)


def test_a_draft_has_no_file(case: Case) -> None:
    case.open()
    case.send_all()
    draft = case.joint()
    address = f"/exempelstad/platser/{case.place.slug}/bedomning/{draft.pk}.json"
    assert case.world.client(LEAD).get(address).status_code == 404


def test_only_whoever_leads_sees_the_meetings_draft(case: Case) -> None:
    case.open()
    case.send_all()
    case.joint(motive="Inte klart än", text_class=SharingClass.COOPERATION)
    assert "Inte klart än" in case.page(LEAD, "samsyn/")
    for role in (Role.AREA_OFFICER, Role.TRANSIT, Role.STEERING_GROUP):
        assert "Inte klart än" not in case.page(role)


@pytest.mark.parametrize("role", [None, Role.DATA_PROTECTION_OFFICER])
def test_outsiders_and_those_who_only_read_logs_meet_nothing(case: Case, role: Role | None) -> None:
    case.open()
    case.send_all()
    case.freeze()
    client = case.world.client(role)
    for address in _everything_under(case):
        if address.endswith("/logg/") or address == "/exempelstad/":
            continue
        assert client.get(address).status_code in {404, 405}


def test_another_workspace_meets_nothing(case: Case) -> None:
    case.open()
    case.send_all()
    case.freeze()
    other = build_world("annanstad")
    other.add_place("Exempeltorget")
    client: Client = other.client(LEAD)
    assert client.get(case.address()).status_code == 404
    assert client.get(case.address().replace("exempelstad", "annanstad")).status_code == 404


def test_a_membership_of_another_place_meets_nothing(case: Case) -> None:
    elsewhere = case.world.add_place("Stationsparken")
    case.open()
    case.send_all()
    case.freeze()
    membership = case.world.membership(Role.TRANSIT)
    limit_membership(case.world.actor(Role.ADMINISTRATOR), membership, [elsewhere], now=case.now)
    client = case.world.client(Role.TRANSIT)
    assert client.get(case.address()).status_code == 404
    # The id under a place that the membership does reach leads nowhere either.
    assert client.get(case.address().replace("exempeltorget", "stationsparken")).status_code == 404


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_page_stands_in_both_languages(case: Case, language: str) -> None:
    case.open()
    client = case.world.client(LEAD)
    client.post("/sprak/", {"language": language, "next": "/konto/"})
    words = {"sv": ("Ej bedömd", "Metodboken, rad 194"), "en": ("Not assessed", "Method handbook, line 194")}
    page = client.get(case.address("svar/")).content.decode()
    assert all(word in page for word in words[language])
    case.send_all(ten(9, 1))
    for tail in ("", "samsyn/", "avsluta/"):
        assert client.get(case.address(tail)).status_code == 200
    case.freeze(ten(9, 1))
    for tail in ("", "ratta/", "invandning/"):
        assert client.get(case.address(tail)).status_code == 200


# ------------------------------------------------------------------ how much is asked of the database


def test_the_number_of_queries_does_not_grow_with_functions_or_objections(
    case: Case, django_assert_max_num_queries: Any
) -> None:
    roles = (*ASKED, Role.OUTREACH_WORKER, Role.TRANSIT, Role.PLACE_MANAGER, Role.MUNICIPAL_POLICE_LIAISON)
    case.open(roles=roles)
    case.send_all(roles=roles, motives={"1": "Vid trappan"})
    with django_assert_max_num_queries(40):
        case.world.client(LEAD).get(case.address("samsyn/"))
    frozen = case.freeze()
    for _number in range(10):
        services.challenge(case.world.actor(Role.TRANSIT), frozen, number=0, text="Nej", now=case.now)
    with django_assert_max_num_queries(45):
        case.world.client(LEAD).get(case.address())
    with django_assert_max_num_queries(45):
        case.world.client(LEAD).get(f"/exempelstad/platser/{case.place.slug}/")


# ------------------------------------------------------------------ the start page, and the demo


def test_the_start_page_asks_for_answers_that_are_missing_and_then_for_the_meeting(case: Case) -> None:
    case.open()
    answer, meeting = case.address("svar/"), "Dags för samsynsmöte"
    for role in (LEAD, Role.AREA_OFFICER):
        assert answer in case.world.client(role).get("/exempelstad/").content.decode()
    assert answer not in case.world.client(Role.TRANSIT).get("/exempelstad/").content.decode()
    case.send_all()
    assert meeting in case.world.client(LEAD).get("/exempelstad/").content.decode()
    assert meeting not in case.world.client(Role.AREA_OFFICER).get("/exempelstad/").content.decode()


def _demo_answers(case: Case, yes: int, day: date, place: str = "exempeltorget") -> list[DemoAssessment]:
    return [
        DemoAssessment(
            place, "ODS10-2018", who, day, 0,
            {number: Answer.YES if number <= yes else Answer.NO for number in range(1, 11)},
            DefinitionGate.all_yes(),
        )
        for who in ("polis", "vakt")
    ]  # fmt: skip


def test_simulated_answers_become_frozen_assessments_and_decisions(case: Case) -> None:
    other = case.world.add_place("Stationsparken")
    functions = {"polis": case.function(Role.AREA_OFFICER), "vakt": case.function(Role.PUBLIC_ORDER_GUARD)}
    answers = [
        *_demo_answers(case, 8, date(2021, 10, 15)),
        *_demo_answers(case, 6, date(2024, 10, 15)),
        *_demo_answers(case, 9, date(2021, 10, 16), "stationsparken"),
    ]
    written = seed_assessments(
        case.world.actor(LEAD), {one.slug: one for one in (case.place, other)}, functions, answers,
        asked_now=[case.function(LEAD)], now=case.now,
    )  # fmt: skip
    assert written == 6
    case.place.refresh_from_db()
    other.refresh_from_db()
    assert (case.place.status, other.status) == ("qualified", "qualified")
    frozen = JointAssessment.objects.filter(frozen_at__isnull=False)
    assert frozen.count() == 2
    assert all(services.content_hash(one) == one.content_hash for one in frozen)
    waiting = AssessmentOccasion.objects.filter(closed_at=None).order_by("created_at")
    assert [one.is_open_to_all(case.now) for one in waiting] == [True, False]
