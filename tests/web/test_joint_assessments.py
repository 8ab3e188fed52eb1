"""The joint answer, its versions, comparisons, objections, file and seeding."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from samsyn.demo.parts import DemoAssessment
from samsyn.domain import calendar
from samsyn.domain.access import PERMISSIONS, Permission, Role, SharingClass
from samsyn.domain.scenes import (
    Answer,
    ContradictoryAnswers,
    DefinitionGate,
    UncertainWithoutReason,
    UnknownIndicator,
)
from samsyn.web.places import (
    assessment_errors as errors,
    assessment_objections as objections,
    assessment_reading as reading,
    assessment_services as services,
)
from samsyn.web.places.assessment_demo import seed_assessments
from samsyn.web.places.assessment_models import FrozenRecord
from samsyn.web.places.models import (
    AssessmentChallenge,
    AssessmentOccasion,
    JointAssessment,
    Place,
)
from samsyn.web.places.services import limit_membership

from .assessing import ASKED, GATE, LEAD, Case, everything_under, form_of, ten
from .conftest import STAFF, World, build_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(world: World, place: Place) -> Case:
    """Return a place that nobody assesses yet."""
    return Case(world, place)


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
    (
        "ODS10-2018", (6, 2, 2), "undecided",
        "än: 6 ja, 2 utan svar; 1 ja till räcker för gränsen, 2 nej till utesluter",
    ),
    (
        "ODS10-2018", (5, 3, 2), "undecided",
        "än: 5 ja, 2 utan svar; 2 ja till räcker för gränsen, 1 nej till utesluter",
    ),
    (
        "ODS7-2018", (4, 2, 1), "undecided",
        "än: 4 ja, 1 utan svar; 1 ja till räcker för gränsen, 1 nej till utesluter",
    ),
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
    objections.challenge(
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
        objections.challenge(case.world.actor(LEAD), frozen, number=number, text="Nej", now=case.now)


def test_a_draft_cannot_be_objected_to(case: Case) -> None:
    case.open()
    case.send_all()
    draft = case.joint()
    with pytest.raises(errors.KeptAsItIs):
        objections.challenge(case.world.actor(LEAD), draft, number=0, text="Nej", now=case.now)
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
    for address in everything_under(case):
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
        objections.challenge(case.world.actor(Role.TRANSIT), frozen, number=0, text="Nej", now=case.now)
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
