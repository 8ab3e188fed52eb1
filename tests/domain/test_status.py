"""The status of a scene changes by a decision only, along the drawn steps."""

from __future__ import annotations

import itertools
from datetime import date
from pathlib import Path

import pytest

from samsyn.domain import status, workflows
from samsyn.domain.scenes import Answer, DefinitionGate, assess, indicator_set
from samsyn.domain.status import (
    ACTIVE,
    ROUND_TRANSITIONS,
    SCENE_TRANSITIONS,
    DecisionBasis,
    DecisionMissing,
    ForbiddenTransition,
    RoundStatus,
    SceneStatus,
    StatusDecision,
    WatchNotOver,
    can_change,
    check_round_transition,
    check_transition,
    proposed_status,
    reassessment_due,
    watch_ends,
)

S = SceneStatus
DECISION = StatusDecision(
    DecisionBasis.RECORDED_DECISION, "Kommunpolis", date(2026, 3, 1), "Styrgrupp 1", other_places=("torget",)
)
# The main line and its branches, written out by hand.
STEPS = {
    (S.CANDIDATE, S.UNDER_ASSESSMENT),
    (S.UNDER_ASSESSMENT, S.QUALIFIED),
    (S.UNDER_ASSESSMENT, S.SEVERE),
    (S.UNDER_ASSESSMENT, S.FEWER),
    (S.UNDER_ASSESSMENT, S.NOT_A_SCENE),
    (S.QUALIFIED, S.CEASED),
    (S.SEVERE, S.CEASED),
    (S.FEWER, S.CEASED),
    (S.CEASED, S.WATCH_ENDED),
    (S.CEASED, S.RETURNED),
    (S.RETURNED, S.UNDER_ASSESSMENT),
    # assessed anew in a later round
    *itertools.permutations((S.QUALIFIED, S.SEVERE, S.FEWER), 2),
    (S.QUALIFIED, S.UNDER_ASSESSMENT),
    (S.SEVERE, S.UNDER_ASSESSMENT),
    (S.FEWER, S.UNDER_ASSESSMENT),
    (S.NOT_A_SCENE, S.UNDER_ASSESSMENT),
    (S.WATCH_ENDED, S.RETURNED),
}
STRUCTURAL_STEPS = {
    (old, new) for old, new in itertools.product(S, (S.MERGED, S.SPLIT)) if old not in (S.MERGED, S.SPLIT)
}


def test_every_status_has_a_row():
    assert set(SCENE_TRANSITIONS) == set(S)
    assert set(ROUND_TRANSITIONS) == set(RoundStatus)


@pytest.mark.parametrize(("old", "new"), list(itertools.product(S, S)))
def test_exactly_the_drawn_steps_are_allowed(old, new):
    allowed = (old, new) in STEPS | STRUCTURAL_STEPS

    assert can_change(old, new) is allowed
    if allowed:
        check_transition(old, new, DECISION)
    else:
        with pytest.raises(ForbiddenTransition, match="SAM020"):
            check_transition(old, new, DECISION)


@pytest.mark.parametrize(("old", "new"), sorted(STEPS | STRUCTURAL_STEPS))
def test_no_step_is_taken_without_a_decision(old, new):
    with pytest.raises(DecisionMissing, match="SAM021"):
        check_transition(old, new, None)


@pytest.mark.parametrize(
    ("decided_by", "reference", "missing"), [("", "m", "decided_by"), ("k", " ", "reference")]
)
def test_a_decision_says_who_and_where(decided_by, reference, missing):
    decision = StatusDecision(DecisionBasis.CONFIRMED_ROUND, decided_by, date(2026, 3, 1), reference)

    with pytest.raises(DecisionMissing, match=missing):
        check_transition(S.CANDIDATE, S.UNDER_ASSESSMENT, decision)


@pytest.mark.parametrize("new", [S.MERGED, S.SPLIT])
def test_a_merger_or_split_names_the_other_places(new):
    decision = StatusDecision(DecisionBasis.CONFIRMED_ROUND, "k", date(2026, 3, 1), "m")

    with pytest.raises(DecisionMissing, match="other_places"):
        check_transition(S.QUALIFIED, new, decision)


@pytest.mark.parametrize("until", [None, date(2026, 3, 1), date(2025, 1, 1)])
def test_a_watch_that_is_over_ends_without_a_reason(until):
    check_transition(S.CEASED, S.WATCH_ENDED, DECISION, watch_until=until)


def test_a_watch_ends_early_only_with_a_reason():
    early = StatusDecision(DecisionBasis.RECORDED_DECISION, "k", date(2026, 3, 1), "m", reason="torget rivet")

    check_transition(S.CEASED, S.WATCH_ENDED, early, watch_until=date(2026, 3, 2))
    with pytest.raises(WatchNotOver, match="SAM022"):
        check_transition(S.CEASED, S.WATCH_ENDED, DECISION, watch_until=date(2026, 3, 2))


def test_a_scene_returns_during_the_watch_without_waiting():
    check_transition(S.CEASED, S.RETURNED, DECISION, watch_until=date(2028, 1, 1))


@pytest.mark.parametrize(
    ("ceased", "months", "expected"),
    [
        (date(2024, 1, 15), 24, date(2026, 1, 15)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 12, 31), 2, date(2025, 2, 28)),
        (date(2024, 11, 30), 1, date(2024, 12, 30)),
    ],
)
def test_the_watch_is_counted_in_calendar_months(ceased, months, expected):
    assert watch_ends(ceased, months) == expected


def test_the_watch_lasts_two_years_unless_set_otherwise():
    assert watch_ends(date(2024, 5, 1)) == date(2026, 5, 1)


@pytest.mark.parametrize(
    ("today", "due"), [(date(2025, 4, 30), False), (date(2025, 5, 1), True), (date(2026, 1, 1), True)]
)
def test_a_watched_place_is_assessed_again_after_a_year(today, due):
    assert reassessment_due(date(2024, 5, 1), today) is due


@pytest.mark.parametrize(
    ("code", "yes", "no", "gate", "current", "expected"),
    [
        ("ODS10-2018", 7, 3, DefinitionGate.all_yes(), S.UNDER_ASSESSMENT, S.QUALIFIED),
        ("ODS10-2018", 4, 6, DefinitionGate.all_yes(), S.UNDER_ASSESSMENT, S.FEWER),
        ("ODS7-2018", 5, 2, DefinitionGate.all_yes(), S.UNDER_ASSESSMENT, S.SEVERE),
        ("ODS7-2018", 4, 3, DefinitionGate.all_yes(), S.UNDER_ASSESSMENT, S.FEWER),
        ("ODS10-2018", 10, 0, DefinitionGate(lasting=Answer.NO), S.UNDER_ASSESSMENT, S.NOT_A_SCENE),
        ("ODS10-2018", 10, 0, DefinitionGate(lasting=Answer.NO), S.QUALIFIED, S.CEASED),
        ("ODS10-2018", 10, 0, DefinitionGate(), S.UNDER_ASSESSMENT, None),
        ("ODS10-2018", 6, 3, DefinitionGate.all_yes(), S.UNDER_ASSESSMENT, None),
    ],
)
def test_a_certain_result_proposes_a_status_and_an_uncertain_one_none(code, yes, no, gate, current, expected):
    answers = dict(enumerate([Answer.YES] * yes + [Answer.NO] * no, start=1))

    assert proposed_status(assess(indicator_set(code), answers, gate), current) is expected


def test_what_is_proposed_for_a_place_under_assessment_can_be_decided():
    for proposed in status._PROPOSED.values():
        assert can_change(S.UNDER_ASSESSMENT, proposed)


@pytest.mark.parametrize("old", sorted(ACTIVE))
def test_an_active_scene_never_stops_being_one_without_being_watched(old):
    assert not can_change(old, S.NOT_A_SCENE)


@pytest.mark.parametrize(("old", "new"), list(itertools.product(RoundStatus, RoundStatus)))
def test_a_round_goes_forward_one_step_at_a_time(old, new):
    order = list(RoundStatus)
    if order.index(new) == order.index(old) + 1:
        check_round_transition(old, new)
    else:
        with pytest.raises(ForbiddenTransition):
            check_round_transition(old, new)


def test_the_reference_page_is_the_one_that_the_code_makes():
    page = Path(__file__).parents[2] / "docs" / "reference" / "statemachines.md"

    assert page.read_text(encoding="utf-8") == workflows.reference_page()


def test_every_allowed_step_is_in_the_diagram_or_is_a_merger_or_split():
    page = workflows.reference_page()

    for old, new in STEPS:
        assert f"    {old.value} --> {new.value}\n" in page
