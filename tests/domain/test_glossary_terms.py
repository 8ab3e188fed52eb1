"""One word for one thing, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from samsyn.domain import glossary
from samsyn.domain.access import OrganisationKind, Role
from samsyn.domain.glossary import UnknownTerm, find_terms, label, term, term_of, terms
from samsyn.domain.scenes import Answer, SceneClass, indicator_set
from samsyn.domain.status import SceneStatus

CONCEPTS = [one for one in terms().values() if not one.is_member]


def test_a_term_is_found_by_its_code():
    assert term("SafetyWalk").sv == "trygghetsvandring"


@pytest.mark.parametrize("code", ["", "Suspect", "Answer.MAYBE"])
def test_a_word_that_is_not_there_is_refused(code):
    with pytest.raises(UnknownTerm, match="SAM035"):
        term(code)


def test_a_stored_value_is_enough_to_find_a_label():
    assert term("under_assessment") is term_of(SceneStatus.UNDER_ASSESSMENT)


def test_a_value_that_means_two_things_is_refused_rather_than_guessed(monkeypatch):
    two = {"A.SAME": glossary.Term("A.SAME", "ett", "one"), "B.SAME": glossary.Term("B.SAME", "två", "two")}
    monkeypatch.setattr(glossary, "terms", lambda: two)
    glossary._by_value.cache_clear()
    try:
        with pytest.raises(UnknownTerm):
            term("same")
    finally:
        monkeypatch.undo()
        glossary._by_value.cache_clear()


@pytest.mark.parametrize(
    ("locale", "expected"), [("sv", "Vet ej"), ("en", "Don't know"), ("en-gb", "Don't know")]
)
def test_a_label_follows_the_language(locale, expected):
    assert label(Answer.DONT_KNOW, locale) == expected


@pytest.mark.parametrize(
    ("member", "expected"),
    [
        (Answer.YES, "Ja"),
        (Answer.NO, "Nej"),
        (Answer.NOT_ASSESSED, "Ej bedömd"),
        (SceneClass.KVALIFICERAD_10, "kvalificerad (10)"),
        (SceneClass.ALLVARLIG_7, "allvarlig (7)"),
        (SceneClass.FEWER_INDICATORS, "öppen drogscen med färre indikatorer"),
        (SceneClass.BELOW_SEVERE, "under gränsen för allvarlig"),
        (SceneClass.NOT_MET_DEFINITION, "Uppfyller inte definitionen"),
        (SceneClass.UNDECIDED, "Kan inte avgöras än"),
        (SceneStatus.CANDIDATE, "Kandidat"),
        (SceneStatus.UNDER_ASSESSMENT, "Under bedömning"),
        (SceneStatus.FEWER, "Öppen drogscen – färre indikatorer"),
        (SceneStatus.NOT_A_SCENE, "Inte öppen drogscen"),
        (SceneStatus.CEASED, "Upphörd – följs upp"),
        (SceneStatus.WATCH_ENDED, "Uppföljning avslutad"),
        (SceneStatus.RETURNED, "Återkommen"),
        (Role.MUNICIPAL_POLICE_LIAISON, "Kommunpolis"),
        (OrganisationKind.GUARD_COMPANY, "Bevakningsföretag/ordningsvakter"),
    ],
)
def test_labels_are_the_fields_own(member, expected):
    assert label(member) == expected


@pytest.mark.parametrize("one", terms().values(), ids=terms().keys())
def test_every_term_has_both_words(one):
    assert one.sv.strip()
    assert one.en.strip()


@pytest.mark.parametrize("one", CONCEPTS, ids=[one.code for one in CONCEPTS])
def test_every_concept_says_what_it_means_in_both_languages(one):
    assert one.definition_sv.endswith(".")
    assert one.definition_en.endswith(".")
    assert set(one.sources) <= {"STAD2", "STAD5", "Metodbok", "TJUT24", "VK1"}


def test_no_two_concepts_share_a_word_in_either_language():
    for locale in ("sv", "en"):
        words = [getattr(one, locale).casefold() for one in CONCEPTS]
        assert sorted(words) == sorted(set(words))


@pytest.mark.parametrize(
    ("one", "another"),
    [
        ("SceneIndicator", "GoalIndicator"),
        ("Intervention", "Action"),
        ("FollowUp", "Evaluation"),
        ("ReportedOffence", "IncidentReport"),
        ("PlacePartnership", "Forum"),
        ("JointBriefing", "PresenceVisit"),
        ("escalate", "written_off"),
        ("SceneClass.KVALIFICERAD_10", "SceneClass.ALLVARLIG_7"),
        ("Place", "StatisticalArea"),
    ],
)
def test_words_that_are_two_things_are_two_words(one, another):
    assert term(one).sv != term(another).sv
    assert term(one).en != term(another).en


def test_indicator_always_stands_with_its_qualifier():
    assert "indikator" not in {one.sv.casefold() for one in CONCEPTS}
    assert (term("SceneIndicator").sv, term("GoalIndicator").sv) == ("drogsceneindikator", "målindikator")


def test_the_kinds_of_area_have_five_words():
    codes = ("Place", "StatisticalArea", "LocalPoliceArea", "CityDistrict", "MandateArea")

    assert len({term(code).sv for code in codes}) == 5
    assert "område" not in {one.sv for one in CONCEPTS}


@pytest.mark.parametrize("spelling", ["upptäcktsbrott", "upptäcksbrott", "Upptäcksbrott"])
def test_both_spellings_of_detection_driven_offences_are_found(spelling):
    assert term("detection_driven") in find_terms(spelling)


def test_the_common_spelling_is_the_one_that_is_shown():
    assert term("detection_driven").sv == "upptäcktsbrott"


def test_trygghet_is_what_people_feel_and_never_safety_alone():
    assert term("perceived_safety").en == "perceived safety"
    assert "safety" not in {one.en for one in CONCEPTS}


def test_a_class_word_belongs_to_one_list_and_names_it():
    for code, size in (("ODS10-2018", "(10)"), ("ODS7-2018", "(7)")):
        assert label(indicator_set(code).reached_class).endswith(size)


@pytest.mark.parametrize("noun", ["suspect", "client", "offender", "victim", "user"])
def test_no_term_names_a_person_at_the_place(noun):
    assert noun not in {one.code.casefold() for one in CONCEPTS}


def test_the_reference_page_is_the_one_that_the_list_makes():
    page = Path(__file__).parents[2] / "docs" / "reference" / "glossary.md"

    assert page.read_text(encoding="utf-8") == glossary.reference_page()


def test_the_reference_page_sorts_as_swedish_does():
    page = glossary.reference_page()

    assert page.index("| värde |") < page.index("| åtagande |") < page.index("| öppen drogscen |")
