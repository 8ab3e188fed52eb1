"""Mandate areas by date, cards by approval, and never a power that nobody has written."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from samsyn.domain.hours import OpeningHours, read_spans
from samsyn.domain.laws import UnknownLaw, in_force, law, laws
from samsyn.domain.mandates import (
    MANDATE_TRANSITIONS,
    CardCandidate,
    CardState,
    MandateState,
    MandateStep,
    NoSuchMandateStep,
    card_state,
    check_mandate_step,
    choose_cards,
    mandate_state,
)

M, C = MandateState, CardState
TODAY = date(2026, 11, 21)
NIGHT = datetime(2026, 11, 21, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("step", "first", "end", "state"),
    [
        ("application", date(2026, 1, 1), None, M.APPLIED_FOR),
        ("granted", date(2026, 12, 1), None, M.NOT_YET),
        ("granted", date(2026, 1, 1), None, M.IN_FORCE),
        ("granted", date(2026, 1, 1), date(2027, 2, 20), M.IN_FORCE),
        ("granted", date(2026, 1, 1), date(2027, 2, 19), M.RUNS_OUT_SOON),
        ("granted", date(2026, 1, 1), date(2026, 11, 22), M.RUNS_OUT_SOON),
        ("granted", date(2026, 1, 1), TODAY, M.RAN_OUT),
        ("revocation", date(2026, 1, 1), None, M.REVOKED),
    ],
)
def test_an_area_stands_where_its_decision_and_dates_say(step, first, end, state):
    assert mandate_state(MandateStep(step), first, end, TODAY) is state


@pytest.mark.parametrize("state", list(M))
def test_what_has_ended_takes_no_step_and_the_rest_only_what_the_machine_allows(state):
    for step, into in ((MandateStep.GRANTED, M.IN_FORCE), (MandateStep.REVOCATION, M.REVOKED)):
        allowed = into in MANDATE_TRANSITIONS[state] and not (
            step is MandateStep.GRANTED and state is M.NOT_YET
        )
        if allowed:
            check_mandate_step(state, step)
        else:
            with pytest.raises(NoSuchMandateStep):
                check_mandate_step(state, step)


@pytest.mark.parametrize(
    ("approved", "end", "state"),
    [
        (None, None, C.DRAFT_CARD),
        (date(2026, 1, 1), date(2027, 11, 1), C.APPROVED_CARD),
        (date(2026, 1, 1), date(2026, 12, 1), C.CARD_RUNS_OUT_SOON),
        (date(2026, 1, 1), TODAY, C.CARD_RAN_OUT),
    ],
)
def test_a_card_answers_only_when_approved_and_not_run_out(approved, end, state):
    assert card_state(approved, end, TODAY) is state


def candidate(**changes) -> CardCandidate:
    given = {
        "card": "får",
        "function": "vakterna",
        "state": C.APPROVED_CARD,
        "covers": True,
        "mandate": M.IN_FORCE,
    }
    return CardCandidate(**{**given, **changes})


@pytest.mark.parametrize(
    ("changes", "answered"),
    [
        ({}, True),
        ({"state": C.CARD_RUNS_OUT_SOON}, True),
        ({"mandate": None}, True),
        ({"mandate": M.RUNS_OUT_SOON}, True),
        ({"hours": OpeningHours((read_spans("18–02"),) * 7)}, True),
        ({"state": C.DRAFT_CARD}, False),
        ({"state": C.CARD_RAN_OUT}, False),
        ({"covers": False}, False),
        ({"mandate": M.APPLIED_FOR}, False),
        ({"mandate": M.NOT_YET}, False),
        ({"mandate": M.RAN_OUT}, False),
        ({"mandate": M.REVOKED}, False),
        ({"hours": OpeningHours((read_spans("08–16"),) * 7)}, False),
    ],
)
def test_a_card_is_chosen_by_mandate_point_and_hour_and_else_ask_your_command(changes, answered):
    (answer,) = choose_cards([candidate(**changes)], NIGHT)
    assert answer.card == ("får" if answered else None)


def test_each_function_is_answered_for_itself():
    found = choose_cards([candidate(), candidate(function="polisen", covers=False)], NIGHT)
    assert [(one.function, one.card) for one in found] == [("vakterna", "får"), ("polisen", None)]


def test_laws_are_dated_data():
    assert [one.code for one in in_force(date(2023, 12, 31)) if "ordningsvakter" in one.name] == ["1980:578"]
    assert [one.code for one in in_force(date(2024, 1, 1)) if "ordningsvakter" in one.name] == ["2023:421"]
    assert law("1984:387-22a").number == "1984:387"
    assert all(one.check for one in laws().values())


def test_a_law_that_is_not_in_the_table_is_refused():
    with pytest.raises(UnknownLaw):
        law("2099:1")
