"""The sentences beside an assessment."""

from __future__ import annotations

import pytest

from samsyn.domain.scene_messages import (
    CLASS_TEXTS,
    NOTE_TEXTS,
    REASON_TEXTS,
    comparison_messages,
    interval_message,
    prefix_of,
    verdict_message,
)
from samsyn.domain.scenes import Answer, DefinitionGate, SceneClass, SceneNote, assess, compare, indicator_set

TEN, SEVEN = indicator_set("ODS10-2018"), indicator_set("ODS7-2018")
MET = DefinitionGate.all_yes()


def answered(yes: int, no: int, dont_know: int = 0) -> dict[int, Answer]:
    return dict(enumerate([Answer.YES] * yes + [Answer.NO] * no + [Answer.DONT_KNOW] * dont_know, start=1))


@pytest.mark.parametrize(
    ("yes", "no", "dont_know", "expected"),
    [
        (7, 3, 0, "7 of 10"),
        (7, 1, 2, "7 of 10 (2 don't know → 7–9)"),
        (7, 1, 0, "7 of 10 (2 not assessed → 7–9)"),
        (6, 1, 1, "6 of 10 (1 don't know, 2 not assessed → 6–9)"),
    ],
)
def test_a_count_is_an_interval_that_tells_the_open_answers_apart(yes, no, dont_know, expected):
    assert interval_message(assess(TEN, answered(yes, no, dont_know), MET)).in_english() == expected


@pytest.mark.parametrize(
    ("answers", "gate", "expected"),
    [
        (answered(7, 3), MET, "qualified (10)"),
        (answered(4, 6), MET, "open drug scene with fewer indicators"),
        (
            answered(9, 1),
            DefinitionGate(lasting=Answer.NO),
            "Does not meet the definition (9 of 10 indicators)",
        ),
        (
            answered(6, 2, 2),
            MET,
            CLASS_TEXTS[SceneClass.UNDECIDED] % {"yes": 6, "open": 2, "yes_needed": 1, "no_needed": 2},
        ),
    ],
)
def test_the_verdict_is_said_with_its_numbers(answers, gate, expected):
    assert verdict_message(assess(TEN, answers, gate)).in_english() == expected


@pytest.mark.parametrize(
    ("gate", "preliminary"),
    [(MET, False), (DefinitionGate(), True), (DefinitionGate(lasting=Answer.NO), False)],
)
def test_only_an_open_definition_makes_the_verdict_preliminary(gate, preliminary):
    assert bool(prefix_of(assess(TEN, answered(8, 2), gate))) is preliminary


def test_a_new_list_and_a_new_boundary_are_both_told():
    found = compare(assess(TEN, {}, MET, boundary=1), assess(SEVEN, {}, MET, boundary=2))

    assert [message.in_english() for message in comparison_messages(found)] == [
        "not comparable (new list)",
        "not comparable (new boundary)",
    ]


def test_every_code_has_its_sentence():
    assert set(CLASS_TEXTS) == set(SceneClass)
    assert set(NOTE_TEXTS) == set(SceneNote)
    assert set(REASON_TEXTS) == {"new_set", "new_boundary", "no_boundary"}


def test_no_sentence_speaks_of_per_cent():
    assert not [text for text in CLASS_TEXTS.values() if "%%" in text or "per cent" in text]
