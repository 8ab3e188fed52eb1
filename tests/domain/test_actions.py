"""The life of an action: every state, step and part, and what an agenda shows of what is late."""

from __future__ import annotations

import contextlib
from datetime import date, timedelta

import pytest
from hypothesis import given, strategies as st

from samsyn.domain.actions import (
    ACTION_TRANSITIONS,
    ASIDE,
    MAIN,
    RISK_WEIGHT,
    RULES,
    UNDONE,
    ActionMove,
    ActionRisk,
    ActionState,
    ChildNoteMissing,
    Late,
    WaitingUnnamed,
    WriteOffIncomplete,
    WriteOffReason,
    check_action_move,
    check_child_note,
    check_waiting,
    check_write_off,
    comes_to_agenda,
    days_overdue,
    most_urgent,
    moves_open_to,
)
from samsyn.domain.errors import SamsynError
from samsyn.domain.issues import NotToldYet, Part, ReasonNeeded

TODAY = date(2026, 11, 20)
LETTERS = {
    "r": Part.RAISER, "a": Part.RESPONSIBLE, "c": Part.CHAIR, "m": Part.MEMBER, "l": Part.LEADER,
    "d": Part.DECIDER, "b": Part.BYSTANDER,
}  # fmt: skip
# Who may take which step from where, written out by hand; the letters are those of the parts above.
STEPS = ("try", "take_on", "start", "wait", "lift", "pause", "resume", "not_ours", "mark_done", "tell",
         "follow_effect", "finish", "write_off", "reopen", "change", "widen")  # fmt: skip
TABLE = """
proposed          acml acl - acl acml acl -   acl -   -     -   -    acl -     racml ra
tried             -    acl - acl acml acl -   acl -   -     -   -    acl -     racml ra
decided           -    - acl acl acml acl -   acl acl -     -   -    acl -     racml ra
ongoing           -    - -   acl acml acl -   acl acl -     -   -    acl -     racml ra
reopened          acml acl acl acl acml acl - acl acl -     -   -    acl -     racml ra
waiting_for_other -    - -   -   acml -   acl acl acl -     -   -    acl -     racml ra
lifted            -    - -   -   -    -   acl acl -   -     -   -    acl -     racml ra
paused            -    - -   -   -    -   acl acl -   -     -   -    acl -     racml ra
done              -    - -   -   -    -   -   -   -   racml acl racl -   racml -     ra
effect_followed   -    - -   -   -    -   -   -   -   racml -   racl -   racml -     ra
finished          -    - -   -   -    -   -   -   -   -     -   -    -   racml -     ra
written_off       -    - -   -   -    -   -   -   -   -     -   -    -   racml -     ra
"""
CELLS = [
    (ActionState(state), ActionMove(move), cell)
    for state, *cells in (line.split() for line in TABLE.strip().splitlines())
    for move, cell in zip(STEPS, cells, strict=True)
]


@pytest.mark.parametrize(("state", "move", "cell"), CELLS, ids=str)
def test_a_step_is_taken_by_those_it_belongs_to_and_by_nobody_else(state, move, cell):
    taken, offered = set(), set()
    for letter, part in LETTERS.items():
        if move in moves_open_to(state, {part}):
            offered.add(letter)
        with contextlib.suppress(SamsynError):
            check_action_move(move, state, {part}, words="Därför.", told=True)
            taken.add(letter)

    assert taken == set(cell.strip("-"))
    assert offered == taken


def test_the_table_has_every_step_but_the_first():
    assert set(STEPS) == {move.value for move in ActionMove} - {"propose"}


@pytest.mark.parametrize("state", [ActionState.DONE, ActionState.EFFECT_FOLLOWED])
def test_an_action_is_not_finished_before_the_raiser_is_told(state):
    with pytest.raises(NotToldYet):
        check_action_move(ActionMove.FINISH, state, set(Part), told=False)

    assert check_action_move(ActionMove.FINISH, state, set(Part), told=True) is ActionState.FINISHED


@pytest.mark.parametrize("move", [move for move, rule in RULES.items() if rule.reason])
def test_a_step_that_others_must_understand_needs_words(move):
    with pytest.raises(ReasonNeeded):
        check_action_move(move, next(iter(RULES[move].states)), set(Part), words=" ")


@pytest.mark.parametrize("aside", sorted(ASIDE))
@pytest.mark.parametrize("came_from", [*sorted(MAIN), None, ActionState.DONE])
def test_what_was_aside_goes_back_to_where_it_came_from(aside, came_from):
    found = check_action_move(ActionMove.RESUME, aside, {Part.RESPONSIBLE}, came_from=came_from)

    assert found is (came_from if came_from in MAIN else ActionState.DECIDED)


def test_every_state_can_be_reached_and_none_is_a_dead_end():
    reached = set().union(*ACTION_TRANSITIONS.values()) | {ActionState.PROPOSED}

    assert reached == set(ActionState)
    assert all(ACTION_TRANSITIONS.values())


@pytest.mark.parametrize(
    ("named", "until", "missing"),
    [(False, None, "who, date"), (True, None, "date"), (False, TODAY, "who")],
)
def test_waiting_names_whom_and_until_when(named, until, missing):
    with pytest.raises(WaitingUnnamed) as refused:
        check_waiting(named, until)

    assert refused.value.facts["missing"] == missing


def test_waiting_for_somebody_until_a_day_is_taken():
    assert check_waiting(True, TODAY) is None


@pytest.mark.parametrize(
    ("reason", "words", "missing"),
    [
        ("", "", "reason, text"),
        ("cost", " ", "text"),
        ("", "Ingen budget", "reason"),
        ("x", "x", "reason"),
    ],
)
def test_writing_off_needs_a_reason_from_the_list_and_words(reason, words, missing):
    with pytest.raises(WriteOffIncomplete) as refused:
        check_write_off(reason, words)

    assert refused.value.facts["missing"] == missing


@pytest.mark.parametrize("reason", WriteOffReason)
def test_every_reason_on_the_list_will_do(reason):
    assert check_write_off(reason.value, "Staketet ägs av någon annan.") is reason


def test_an_action_that_touches_children_says_what_is_best_for_them():
    with pytest.raises(ChildNoteMissing):
        check_child_note(True, "  ")

    assert check_child_note(True, "Skolvägen blir kortare.") is None
    assert check_child_note(False, "") is None


# ------------------------------------------------------------------ what is late


@pytest.mark.parametrize("state", ActionState)
def test_only_what_is_not_done_is_late(state):
    found = days_overdue(state, TODAY - timedelta(days=40), TODAY)

    assert found == (40 if state in UNDONE else 0)


@pytest.mark.parametrize(
    ("due_on", "until", "days"),
    [
        (None, None, 0),
        (TODAY, None, 0),
        (TODAY + timedelta(days=5), None, 0),
        (TODAY - timedelta(days=31), TODAY + timedelta(days=1), 0),
        (TODAY - timedelta(days=31), TODAY, 31),
        (TODAY - timedelta(days=31), None, 31),
    ],
)
def test_a_pause_stops_the_clock_until_its_day(due_on, until, days):
    assert days_overdue(ActionState.PAUSED, due_on, TODAY, until) == days


def test_waiting_and_being_lifted_keep_the_clock():
    due = TODAY - timedelta(days=31)

    assert days_overdue(ActionState.LIFTED, due, TODAY, TODAY + timedelta(days=9)) == 31
    assert days_overdue(ActionState.WAITING_FOR_OTHER, due, TODAY, TODAY + timedelta(days=9)) == 31


@pytest.mark.parametrize(("days", "comes"), [(0, False), (30, False), (31, True)])
def test_more_than_thirty_days_late_comes_to_the_agenda(days, comes):
    assert comes_to_agenda(days) is comes


def test_the_agenda_weighs_age_by_risk():
    rows = [
        ("old", Late(90, ActionRisk.LOW_RISK)),
        ("grave", Late(40, ActionRisk.HIGH_RISK)),
        ("ordinary", Late(50, ActionRisk.MEDIUM_RISK)),
    ]

    assert most_urgent(rows) == (["grave", "ordinary", "old"], 0)


@given(st.lists(st.tuples(st.integers(31, 400), st.sampled_from(list(ActionRisk))), max_size=40))
def test_at_most_ten_are_shown_and_the_rest_are_counted(rows):
    found, left_out = most_urgent([(at, Late(*row)) for at, row in enumerate(rows)])
    lightest = min((Late(*rows[at]).weight for at in found), default=0)

    assert len(found) == min(10, len(rows))
    assert left_out == len(rows) - len(found)
    assert all(Late(*row).weight <= lightest for at, row in enumerate(rows) if at not in found)


def test_every_risk_has_a_weight():
    assert set(RISK_WEIGHT) == set(ActionRisk)
