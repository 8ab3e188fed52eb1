"""The rule for open drug scenes, against its worked example and against brute force."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, strategies as st

from samsyn.domain import scenes
from samsyn.domain.scenes import (
    Answer,
    ContradictoryAnswers,
    DefinitionGate,
    GateValue,
    MixedAssessments,
    SceneClass,
    SceneNote,
    UncertainWithoutReason,
    UnknownIndicator,
    UnknownIndicatorSet,
    assess,
    check_freezable,
    compare,
    indicator_set,
    prefill_gate,
    shows_others_answers,
    spread,
)

TEN, SEVEN = indicator_set("ODS10-2018"), indicator_set("ODS7-2018")
OPEN = (Answer.DONT_KNOW, Answer.NOT_ASSESSED)
MET = DefinitionGate.all_yes()
UNKNOWN_GATE = DefinitionGate(Answer.YES, Answer.DONT_KNOW, Answer.YES, Answer.YES, Answer.YES, Answer.NO)
FAILED_GATE = DefinitionGate(geographic=Answer.NO)
answers_of_any_kind = st.sampled_from(list(Answer))
gates = st.builds(DefinitionGate, *[answers_of_any_kind] * 6)


def counted(yes: int, no: int, dont_know: int = 0) -> dict[int, Answer]:
    kinds = [Answer.YES] * yes + [Answer.NO] * no + [Answer.DONT_KNOW] * dont_know
    return dict(enumerate(kinds, start=1))


@pytest.mark.parametrize(
    ("the_set", "yes", "no", "unknown", "expected", "yes_needed", "no_needed"),
    [
        (TEN, 6, 2, 2, SceneClass.UNDECIDED, 1, 2),
        (TEN, 5, 3, 2, SceneClass.UNDECIDED, 2, 1),
        (TEN, 4, 4, 2, SceneClass.FEWER_INDICATORS, None, None),
        (TEN, 7, 0, 3, SceneClass.KVALIFICERAD_10, None, None),
        (SEVEN, 4, 2, 1, SceneClass.UNDECIDED, 1, 1),
        (SEVEN, 5, 2, 0, SceneClass.ALLVARLIG_7, None, None),
        (SEVEN, 4, 3, 0, SceneClass.BELOW_SEVERE, None, None),
        (TEN, 0, 0, 10, SceneClass.UNDECIDED, 7, 4),
        (SEVEN, 7, 0, 0, SceneClass.ALLVARLIG_7, None, None),
    ],
)
def test_the_worked_example_holds(the_set, yes, no, unknown, expected, yes_needed, no_needed):
    result = assess(the_set, counted(yes, no, unknown), MET)

    assert (result.class_code, result.yes_needed, result.no_needed) == (expected, yes_needed, no_needed)


@pytest.mark.parametrize("the_set", [TEN, SEVEN], ids=["ten", "seven"])
def test_a_class_is_given_exactly_when_every_completion_agrees(the_set):
    """Each of the 3^n combinations, judged by filling in its open answers in every way."""
    size, threshold = the_set.size, the_set.threshold
    for combination in itertools.product((Answer.YES, Answer.NO, Answer.DONT_KNOW), repeat=size):
        open_at = [place for place, answer in enumerate(combination) if answer is Answer.DONT_KNOW]
        reached = set()
        for filled in itertools.product((True, False), repeat=len(open_at)):
            reached.add(sum(answer is Answer.YES for answer in combination) + sum(filled) >= threshold)
            if len(reached) == 2:
                break
        result = assess(the_set, dict(enumerate(combination, start=1)), MET)
        expected = (
            SceneClass.UNDECIDED
            if len(reached) == 2
            else the_set.reached_class
            if reached == {True}
            else the_set.not_reached_class
        )
        assert result.class_code is expected, combination


@pytest.mark.parametrize("the_set", [TEN, SEVEN], ids=["ten", "seven"])
def test_the_stated_numbers_of_yes_and_no_are_the_smallest_that_decide(the_set):
    for yes, no in itertools.product(range(the_set.size + 1), repeat=2):
        unknown = the_set.size - yes - no
        if unknown < 0:
            continue
        result = assess(the_set, counted(yes, no, unknown), MET)
        if result.class_code is not SceneClass.UNDECIDED:
            assert result.yes_needed is None
            continue
        x, y = result.yes_needed, result.no_needed
        assert assess(the_set, counted(yes + x, no), MET).class_code is the_set.reached_class
        assert assess(the_set, counted(yes + x - 1, no), MET).class_code is SceneClass.UNDECIDED
        lost = assess(the_set, counted(yes, no + y, unknown - y), MET)
        assert lost.class_code is the_set.not_reached_class
        nearly = assess(the_set, counted(yes, no + y - 1, unknown - y + 1), MET)
        assert nearly.class_code is SceneClass.UNDECIDED


@given(gates)
def test_the_gate_is_decided_exactly_when_every_completion_agrees(gate):
    clauses = [getattr(gate, name) for name in DefinitionGate.__dataclass_fields__]
    choices = [(answer.truth,) if answer.truth is not None else (True, False) for answer in clauses]
    values = {a and b and c and d and (e or f) for a, b, c, d, e, f in itertools.product(*choices)}
    decided = GateValue.MET if True in values else GateValue.NOT_MET
    expected = GateValue.UNKNOWN if len(values) == 2 else decided

    assert gate.value is expected


@given(gates, st.lists(answers_of_any_kind, min_size=7, max_size=7))
def test_certain_means_that_no_completion_of_gate_and_answers_changes_the_class(gate, given_answers):
    result = assess(SEVEN, dict(enumerate(given_answers, start=1)), gate)
    low, high = (
        assess(
            SEVEN, dict(enumerate([_fill(a, filler) for a in given_answers], start=1)), _filled(gate, filler)
        )
        for filler in (Answer.NO, Answer.YES)
    )

    assert result.certain == (low.class_code is high.class_code and low.gate is high.gate)
    if result.certain:
        assert result.class_code is low.class_code


def _fill(answer: Answer, filler: Answer) -> Answer:
    return answer if answer.truth is not None else filler


def _filled(gate: DefinitionGate, filler: Answer) -> DefinitionGate:
    clauses = DefinitionGate.__dataclass_fields__
    return DefinitionGate(*(_fill(getattr(gate, name), filler) for name in clauses))


@given(st.permutations(range(1, 11)), st.lists(answers_of_any_kind, min_size=10, max_size=10))
def test_the_class_depends_on_how_many_and_not_on_which(order, given_answers):
    straight = assess(TEN, dict(enumerate(given_answers, start=1)), MET)
    shuffled = assess(TEN, dict(zip(order, given_answers, strict=True)), MET)

    assert (straight.class_code, straight.low, straight.high) == (
        shuffled.class_code,
        shuffled.low,
        shuffled.high,
    )


def test_a_failed_gate_gives_no_class_word_whatever_the_count():
    result = assess(TEN, counted(10, 0), FAILED_GATE)

    assert (result.class_code, result.yes) == (SceneClass.NOT_MET_DEFINITION, 10)


def test_an_open_gate_makes_the_class_preliminary():
    result = assess(TEN, counted(8, 2), UNKNOWN_GATE)

    assert (result.class_code, result.preliminary, result.certain) == (
        SceneClass.KVALIFICERAD_10,
        True,
        False,
    )


def test_dont_know_and_not_assessed_count_alike_but_show_apart():
    result = assess(TEN, counted(6, 2, 1), MET)

    assert (result.dont_know, result.not_assessed, result.low, result.high) == (1, 1, 6, 8)
    assert result.open_indicators == (9, 10)


def test_an_answer_left_out_is_never_a_no():
    assert assess(TEN, {}, MET).no == 0


def test_an_answer_to_an_indicator_outside_the_list_is_refused():
    with pytest.raises(UnknownIndicator, match="SAM011"):
        assess(SEVEN, {8: Answer.YES}, MET)


@pytest.mark.parametrize(("code", "version"), [("ODS9", None), ("ODS10-2018", 2)])
def test_an_unknown_list_is_answered_with_the_known_ones(code, version):
    with pytest.raises(UnknownIndicatorSet, match="ODS7-2018"):
        indicator_set(code, version)


@pytest.mark.parametrize(
    ("fourth", "clause", "found"),
    [
        (Answer.YES, Answer.NO, (4,)),
        (Answer.NO, Answer.YES, (4,)),
        (Answer.YES, Answer.YES, ()),
        (Answer.NO, Answer.DONT_KNOW, ()),
        (Answer.DONT_KNOW, Answer.YES, ()),
        (Answer.NOT_ASSESSED, Answer.NO, ()),
    ],
)
def test_only_opposite_answers_contradict_each_other(fourth, clause, found):
    gate = DefinitionGate(problem_authorities=clause)

    assert assess(TEN, {4: fourth}, gate).contradictions == found


def test_the_problem_clause_is_prefilled_from_indicators_four_and_five():
    gate = prefill_gate(TEN, {4: Answer.NO, 5: Answer.YES}, DefinitionGate())

    assert (gate.problem_authorities, gate.problem_public) == (Answer.NO, Answer.YES)


def test_prefilling_never_overwrites_what_someone_answered():
    gate = DefinitionGate(problem_authorities=Answer.DONT_KNOW)

    assert prefill_gate(TEN, {4: Answer.YES}, gate).problem_authorities is Answer.DONT_KNOW


def test_the_list_of_seven_prefills_nothing():
    assert prefill_gate(SEVEN, counted(7, 0), DefinitionGate()) == DefinitionGate()


def test_the_overlap_between_gate_and_count_is_noted_for_the_ten_only():
    assert assess(TEN, {}, MET).notes == (SceneNote.GATE_AND_COUNT_OVERLAP,)
    assert assess(SEVEN, {}, MET).notes == ()


def test_a_contradiction_cannot_be_frozen_even_with_a_reason():
    result = assess(TEN, counted(10, 0), DefinitionGate(problem_authorities=Answer.NO))

    with pytest.raises(ContradictoryAnswers, match="SAM013"):
        check_freezable(result, uncertain_reason="vi enades")


@pytest.mark.parametrize(
    ("gate", "yes", "dont_know"), [(MET, 4, 3), (UNKNOWN_GATE, 7, 0)], ids=["open count", "open gate"]
)
def test_an_uncertain_result_is_frozen_only_with_a_reason(gate, yes, dont_know):
    result = assess(SEVEN, counted(yes, 0, dont_know), gate)

    with pytest.raises(UncertainWithoutReason, match="SAM014"):
        check_freezable(result, uncertain_reason="  ")
    check_freezable(result, uncertain_reason="ingen kunde svara")


def test_a_certain_result_is_frozen_without_more_ado():
    check_freezable(assess(SEVEN, counted(5, 2), MET))


def test_the_spread_shows_counts_and_the_share_that_agrees():
    kinds = [Answer.YES] * 4 + [Answer.NO] + [Answer.DONT_KNOW] * 2 + [Answer.NOT_ASSESSED]
    first = spread([assess(TEN, {1: kind}, MET) for kind in kinds])[0]

    assert (first.yes, first.no, first.dont_know, first.not_assessed) == (4, 1, 2, 1)
    assert first.agreement == pytest.approx(4 / 7)


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        ([Answer.YES, Answer.YES], False),
        ([Answer.YES, Answer.NO], True),
        ([Answer.YES, Answer.DONT_KNOW], True),
        ([Answer.DONT_KNOW, Answer.DONT_KNOW], True),
        ([Answer.NOT_ASSESSED, Answer.NOT_ASSESSED], True),
        ([Answer.NO, Answer.NOT_ASSESSED], False),
    ],
)
def test_what_is_not_settled_by_all_who_answered_needs_discussion(kinds, expected):
    assert spread([assess(TEN, {1: kind}, MET) for kind in kinds])[0].needs_discussion is expected


def test_one_answer_alone_gives_no_agreement_share():
    assert spread([assess(TEN, {1: Answer.YES}, MET)])[0].agreement is None


def test_no_assessments_give_no_spread():
    assert spread([]) == ()


def test_assessments_with_different_lists_have_no_common_spread():
    with pytest.raises(MixedAssessments, match="SAM012"):
        spread([assess(TEN, {}, MET), assess(SEVEN, {}, MET)])


def test_assessments_of_different_boundaries_have_no_common_spread():
    with pytest.raises(MixedAssessments):
        spread([assess(TEN, {}, MET, boundary=1), assess(TEN, {}, MET, boundary=2)])


def test_a_comparison_lists_the_answers_that_changed():
    old = assess(TEN, counted(6, 4), MET, boundary="v1")
    new = assess(TEN, counted(7, 3), MET, boundary="v1")
    found = compare(old, new)

    assert (found.code, found.class_changed) == ("comparable", True)
    assert [(change.number, change.old, change.new) for change in found.changes] == [
        (7, Answer.NO, Answer.YES)
    ]


@pytest.mark.parametrize(
    ("old", "new", "reasons"),
    [
        (assess(TEN, {}, MET, boundary="v1"), assess(SEVEN, {}, MET, boundary="v1"), ("new_set",)),
        (assess(TEN, {}, MET, boundary="v1"), assess(TEN, {}, MET, boundary="v2"), ("new_boundary",)),
        (
            assess(TEN, {}, MET, boundary="v1"),
            assess(SEVEN, {}, MET, boundary="v2"),
            ("new_set", "new_boundary"),
        ),
        (assess(TEN, {}, MET), assess(TEN, {}, MET), ("no_boundary",)),
    ],
)
def test_a_new_list_or_boundary_is_not_comparable(old, new, reasons):
    found = compare(old, new)

    assert (found.code, found.reasons, found.changes, found.class_changed) == (
        "not_comparable",
        reasons,
        (),
        None,
    )


def test_a_new_version_of_a_list_is_not_comparable():
    later = replace(TEN, version=2)

    assert compare(assess(TEN, {}, MET, boundary="v1"), assess(later, {}, MET, boundary="v1")).reasons == (
        "new_set",
    )


def test_nothing_converts_between_the_lists():
    words = ("convert", "translate", "equivalent", "corresponds", "crosswalk")

    assert not [name for name in dir(scenes) if any(word in name.lower() for word in words)]
    text = (scenes.files("samsyn.domain") / "indicators.toml").read_text(encoding="utf-8")
    assert not [word for word in words if f"{word} =" in text]


@pytest.mark.parametrize(
    ("answered", "now_hour", "visible"), [(3, 10, True), (2, 10, False), (2, 12, True), (2, 13, True)]
)
def test_answers_are_blind_until_all_have_answered_or_time_is_up(answered, now_hour, visible):
    deadline = datetime(2026, 3, 1, 12, tzinfo=UTC)
    now = datetime(2026, 3, 1, now_hour, tzinfo=UTC)

    assert shows_others_answers(invited=3, answered=answered, deadline=deadline, now=now) is visible


def test_without_a_deadline_answers_stay_blind_until_all_have_answered():
    now = datetime(2026, 3, 1, tzinfo=UTC)

    assert not shows_others_answers(invited=2, answered=1, deadline=None, now=now)


@pytest.mark.parametrize("the_set", [TEN, SEVEN], ids=["ten", "seven"])
def test_a_list_is_numbered_from_one_without_gaps(the_set):
    assert [one.number for one in the_set.indicators] == list(range(1, the_set.size + 1))


@pytest.mark.parametrize(
    ("the_set", "heading"), [(TEN, "indikatorer_metodbok"), (SEVEN, "indikatorer_visionklara")]
)
def test_numbers_and_lines_point_to_the_source_and_the_wording_is_our_own(reference, the_set, heading):
    listed = _listed(reference / "data" / "published" / "listor.yaml", heading)

    assert [(one.number, one.line) for one in the_set.indicators] == [(n, line) for n, line, _ in listed]
    own = {one.text_sv.rstrip(".") for one in the_set.indicators}
    assert not own & {text.rstrip(".") for _, _, text in listed}


def _listed(path, heading):
    """Return (number, line, text) of one list, read without a YAML library."""
    block = path.read_text(encoding="utf-8").split(f"\n{heading}:\n")[1]
    rows, text, line = [], "", 0
    for raw in block.splitlines():
        if raw and not raw.startswith(" "):
            break
        stripped = raw.strip()
        if stripped.startswith("- text: "):
            text = stripped.removeprefix("- text: ")
        elif stripped.startswith("rad: "):
            line = int(stripped.removeprefix("rad: "))
        elif stripped.startswith("nr: "):
            rows.append((int(stripped.removeprefix("nr: ")), line, text))
    return rows
