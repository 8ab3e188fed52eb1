"""What leads from a picture to its figures, from a data set to its pictures, from an assessment to both."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, timedelta

import pytest

from samsyn.domain.access import Role, SharingClass
from samsyn.web.facts import services as facts
from samsyn.web.insight import services
from samsyn.web.insight.apps import dataset_used_by
from samsyn.web.places.assessment_paragraphs import edition_paragraphs, picture_paragraphs
from samsyn.web.places.models import AssessmentOccasion, JointAssessment

from .assessing import SECRET, Case, ten
from .conftest import NOW, Stockholm, World
from .test_insight import PAGE, frozen_by, load_small_counts, text_of

pytestmark = pytest.mark.django_db


# ------------------------------------------------------------------ from a data set to its pictures


def test_a_data_set_names_the_frozen_pictures_that_are_built_on_it(stockholm: Stockholm) -> None:
    actor = stockholm.actor("samordnare")
    assert dataset_used_by(actor, "stad-delrapport2-tabell1", 1) == []
    picture = frozen_by(stockholm)
    address = f"/stockholm/lagesbilder/{picture.pk}/"
    assert dataset_used_by(actor, "stad-delrapport2-tabell1", 1) == [(str(picture), address)]
    assert dataset_used_by(actor, "stad-delrapport2-tabell1", 2) == []


def test_the_page_of_withdrawal_leads_to_those_pictures(stockholm: Stockholm) -> None:
    picture = frozen_by(stockholm)
    page = stockholm.client("samordnare").get("/stockholm/underlag/stad-delrapport2-tabell1/1/dra-tillbaka/")
    assert f'<a href="/stockholm/lagesbilder/{picture.pk}/">' in page.content.decode()


def test_a_picture_is_not_named_to_whoever_reads_the_edition_without_the_data_set(
    stockholm: Stockholm,
) -> None:
    load_small_counts(stockholm, SharingClass.AUTHORITIES)
    frozen_by(stockholm)
    assert len(dataset_used_by(stockholm.actor("samordnare"), "provet", 1)) == 1
    assert dataset_used_by(stockholm.actor("ordningsvakt"), "provet", 1) == []


# ------------------------------------------------------------------ from a figure to its cell


def test_each_figure_of_the_picture_leads_to_its_row(stockholm: Stockholm) -> None:
    client = stockholm.client("samordnare")
    page = client.get(PAGE).content.decode()
    found = re.search(r'<a href="(/stockholm/[^"]+\?rad=(\d+)#(r\d+[^"]*))">103</a>', page)
    assert found, "the assaults of 2017"
    rows = client.get(found.group(1).partition("#")[0]).content.decode()
    target = re.search(rf'<tr id="{found.group(3)}">.*?</tr>', rows, re.S)
    assert target
    assert "<code>103</code>" in target.group()


def test_what_is_handed_out_has_no_links_into_the_house(stockholm: Stockholm) -> None:
    answer = stockholm.client("samordnare").get(f"{PAGE[:-1]}.html")
    assert answer.status_code == 200
    assert b"<a " not in answer.content


@pytest.mark.parametrize(
    ("row", "column", "anchor"), [(12, 3, "r12-c3"), (12, None, "r12"), (None, None, ""), (None, 3, "")]
)
def test_the_anchor_of_a_figure_is_as_exact_as_its_source(row, column, anchor) -> None:
    assert facts.cell_anchor({"source_row": row, "source_column": column}) == anchor


def test_a_page_of_rows_uses_each_anchor_once(stockholm: Stockholm) -> None:
    page = stockholm.client("samordnare").get("/stockholm/underlag/vision-klara-narkotikabrott/1/rader/")
    ids = re.findall(r'\bid="([^"]+)"', page.content.decode())
    assert len(ids) == len(set(ids))
    assert any(one.startswith("r1") for one in ids)


# ------------------------------------------------------------------ from an assessment to the picture


@pytest.fixture
def case(world: World) -> Case:
    """Return a place with a frozen joint answer: eight of ten, with a motive."""
    made = Case(world, world.add_place())
    made.open()
    made.send_all(ten(8, 2))
    made.freeze(ten(8, 2), motive=SECRET)
    return made


def _paragraphs(case: Case, role: Role, language: str = "sv") -> list[str]:
    return picture_paragraphs(case.world.actor(role), case.place, language)


def test_the_picture_says_list_day_and_verdict_of_the_newest_joint_answer(case: Case) -> None:
    joint = JointAssessment.objects.get()
    (swedish,) = _paragraphs(case, Role.SAFETY_COORDINATOR)
    (english,) = _paragraphs(case, Role.SAFETY_COORDINATOR, "en")
    assert swedish.startswith("ODS10-2018 (")
    for sentence, words in ((swedish, "8 av 10"), (english, "8 of 10")):
        assert joint.assessed_on.isoformat() in sentence
        assert words in sentence
    assert english != swedish


def test_no_motive_comes_with_the_result(case: Case) -> None:
    for role in (Role.SAFETY_COORDINATOR, Role.PUBLIC_ORDER_GUARD):
        assert SECRET not in " ".join(_paragraphs(case, role))


def test_only_the_newest_answer_of_a_list_is_told(case: Case) -> None:
    case.now += timedelta(minutes=5)
    case.open()
    case.send_all(ten(10))
    case.joint(ten(10))
    from samsyn.web.places import assessment_services

    assessment_services.freeze_joint(case.world.actor(Role.SAFETY_COORDINATOR), case.fresh(), now=case.now)
    (sentence,) = _paragraphs(case, Role.SAFETY_COORDINATOR)
    assert "10 av 10" in sentence


def test_whoever_sees_no_places_is_told_nothing(case: Case) -> None:
    assert _paragraphs(case, Role.DATA_PROTECTION_OFFICER) == []


def test_an_edition_tells_only_what_its_whole_audience_may_read(case: Case) -> None:
    AssessmentOccasion.objects.update(sharing_class=int(SharingClass.AUTHORITIES))
    assert edition_paragraphs(case.place, SharingClass.COOPERATION, "sv") == []
    assert len(edition_paragraphs(case.place, SharingClass.AUTHORITIES, "sv")) == 1


def _assess(stockholm: Stockholm) -> None:
    actor = stockholm.actor("samordnare")
    place = stockholm.place()
    from samsyn.web.places import assessment_services
    from samsyn.web.places.assessment_models import GATE_CLAUSES

    gate = dict.fromkeys(GATE_CLAUSES, "yes")
    from samsyn.web.people.models import Function

    occasion = assessment_services.open_occasion(
        actor, place, "ODS10-2018", invited=[Function.objects.get(pk=actor.function_id)],
        deadline=NOW + timedelta(days=1), now=NOW,
    )  # fmt: skip
    given = assessment_services.Given(ten(10), gate)
    assessment_services.save_answers(actor, occasion, given, assessment_services.Words(), revision=0, now=NOW)
    assessment_services.send_answers(actor, occasion, now=NOW)
    occasion.refresh_from_db()
    words = assessment_services.JointWords(motive=SECRET)
    assessment_services.save_joint(
        actor, occasion, given, words, assessed_on=date(2026, 11, 20), revision=0, now=NOW
    )
    assessment_services.freeze_joint(actor, occasion, now=NOW)


def test_the_draft_and_its_documents_say_what_the_assessment_says(stockholm: Stockholm) -> None:
    _assess(stockholm)
    client = stockholm.client("samordnare")
    assert "gemensamt svar 2026-11-20" in text_of(client, PAGE)
    document = client.get(f"{PAGE[:-1]}.docx").content
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        assert "gemensamt svar 2026-11-20" in archive.read("word/document.xml").decode()


def test_a_frozen_picture_keeps_the_sentence_and_the_same_bytes_when_the_assessment_is_made_again(
    stockholm: Stockholm,
) -> None:
    before = frozen_by(stockholm)
    _assess(stockholm)
    picture = frozen_by(stockholm)
    client = stockholm.client("ordningsvakt")
    assert "gemensamt svar" not in text_of(client, f"/stockholm/lagesbilder/{before.pk}/")
    assert "gemensamt svar 2026-11-20" in text_of(client, f"/stockholm/lagesbilder/{picture.pk}/")
    assert "joint answer of 2026-11-20" in picture.editions.first().context["assessment_summary"]["en"]
    JointAssessment.objects.update(assessed_on=date(2026, 11, 19))
    for edition in (*before.editions.all(), *picture.editions.all()):
        assert all(row.same for row in services.reproduce(edition))
        assert SECRET not in str(edition.context)
