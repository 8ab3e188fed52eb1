"""The life of a question: every state, step and part, allowed or refused, and its clocks."""

from __future__ import annotations

import contextlib
import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from samsyn.domain.errors import SamsynError
from samsyn.domain.forums import LIFTS_TO, ForumLevel
from samsyn.domain.issues import (
    ISSUE_TRANSITIONS,
    RULES,
    IssueMove,
    IssueState,
    IssueTopic,
    NotToldYet,
    NotYourStep,
    Part,
    ReasonNeeded,
    ToldTo,
    check_move,
    moves_open_to,
    usually_answer,
    whom_to_tell,
)
from samsyn.domain.status import ForbiddenTransition
from samsyn.domain.waiting import Spell, Step, spells_by_level, spells_by_owner, summarise, telling_spells

STREET, ROOM, TOP = ForumLevel.OPERATIONAL, ForumLevel.STRATEGIC, ForumLevel.STEERING
START = datetime(2026, 1, 1, 12, tzinfo=UTC)

# Who may take which step from where, written out by hand: steps as columns, and in the cells the parts by
# their first letters (r raiser, a the one who answers, c chair, m member, l leader, d decider).
LETTERS = {
    "r": Part.RAISER, "a": Part.RESPONSIBLE, "c": Part.CHAIR, "m": Part.MEMBER, "l": Part.LEADER,
    "d": Part.DECIDER, "b": Part.BYSTANDER,
}  # fmt: skip
STEPS = ("lift", "receive", "assign", "not_ours", "answer", "decide", "tell", "close", "reopen", "widen")
TABLE = """
question_open        operational  acml  -     cml  acl  acl  -   -      -     -     r
received             operational  acml  -     cml  acl  acl  -   -      -     -     r
received             strategic    acml  -     cml  acl  acl  -   -      -     -     r
received             steering     -     -     cml  acl  -    cd  -      -     -     r
reopened             operational  acml  -     cml  acl  acl  -   -      -     -     r
reopened             strategic    acml  -     cml  acl  acl  -   -      -     -     r
reopened             steering     -     -     cml  acl  -    cd  -      -     -     r
lifted_to_strategic  strategic    -     cml   cml  acl  -    -   -      -     -     r
lifted_to_steering   steering     -     cml   cml  acl  -    -   -      -     -     r
answered             operational  -     -     -    -    -    -   racml  -     -     r
answered             strategic    -     -     -    -    -    -   racml  -     -     r
decided              steering     -     -     -    -    -    -   racml  -     -     r
told                 operational  -     -     -    -    -    -   -      racl  rcml  r
told                 steering     -     -     -    -    -    -   -      racl  rcml  r
question_closed      operational  -     -     -    -    -    -   -      -     rcml  r
question_closed      steering     -     -     -    -    -    -   -      -     rcml  r
"""
CELLS = [
    (IssueState(state), ForumLevel(level), IssueMove(move), cell)
    for state, level, *cells in (line.split() for line in TABLE.strip().splitlines())
    for move, cell in zip(STEPS, cells, strict=True)
]


@pytest.mark.parametrize(("state", "level", "move", "cell"), CELLS, ids=str)
def test_a_step_is_taken_by_those_it_belongs_to_and_by_nobody_else(state, level, move, cell):
    taken = set()
    for letter, part in LETTERS.items():
        with contextlib.suppress(SamsynError):
            check_move(move, state, level, {part}, "Därför.")
            taken.add(letter)

    assert taken == set(cell.strip("-"))


def test_the_table_has_every_step_but_the_first():
    assert set(STEPS) == {move.value for move in IssueMove} - {"raise"}


@pytest.mark.parametrize("state", sorted(set(IssueState) - {IssueState.TOLD, IssueState.QUESTION_CLOSED}))
@pytest.mark.parametrize("level", ForumLevel)
def test_nobody_closes_a_question_before_the_raiser_is_told(state, level):
    with pytest.raises(NotToldYet):
        check_move(IssueMove.CLOSE, state, level, set(Part))


def test_a_question_is_lifted_one_level_at_a_time():
    first = check_move(IssueMove.LIFT, IssueState.QUESTION_OPEN, STREET, {Part.MEMBER}, "x")
    then = check_move(IssueMove.LIFT, IssueState.RECEIVED, ROOM, {Part.CHAIR}, "x")

    assert (first, then) == (IssueState.LIFTED_TO_STRATEGIC, IssueState.LIFTED_TO_STEERING)
    with pytest.raises(ForbiddenTransition):
        check_move(IssueMove.LIFT, IssueState.RECEIVED, TOP, set(Part), "x")


@pytest.mark.parametrize("move", [one for one, rule in RULES.items() if rule.reason])
@pytest.mark.parametrize("words", ["", "  \n"])
def test_a_step_that_others_must_understand_needs_words(move, words):
    rule = RULES[move]
    level = next(iter(rule.levels or {STREET}))

    with pytest.raises(ReasonNeeded):
        check_move(move, next(iter(rule.states)), level, set(Part), words)


def test_a_stranger_is_told_whose_step_it_is():
    with pytest.raises(NotYourStep) as refused:
        check_move(IssueMove.RECEIVE, IssueState.LIFTED_TO_STRATEGIC, ROOM, {Part.BYSTANDER})

    assert refused.value.facts["parts"] == "chair, leader, member"


def test_the_diagram_has_exactly_the_steps_that_the_rules_give():
    found = {state: set() for state in IssueState}
    for move, state, level in itertools.product(RULES, IssueState, ForumLevel):
        if move is IssueMove.LIFT and LIFTS_TO[level] is None:
            continue
        try:
            to = check_move(move, state, level, set(Part), "x")
        except SamsynError:
            continue
        if to is not state:
            found[state].add(to)
    # A question that is open lies in the lowest forum, and one lifted to a level is received there.
    found[IssueState.QUESTION_OPEN] -= {IssueState.LIFTED_TO_STEERING, IssueState.DECIDED}
    found[IssueState.RECEIVED] -= {IssueState.LIFTED_TO_STRATEGIC}

    assert found == {state: set(targets) for state, targets in ISSUE_TRANSITIONS.items()}


def test_every_state_can_be_reached_and_none_is_a_dead_end():
    reached = set().union(*ISSUE_TRANSITIONS.values()) | {IssueState.QUESTION_OPEN}

    assert reached == set(IssueState)
    assert all(ISSUE_TRANSITIONS.values())


def test_steps_open_to_nobody_are_not_offered():
    assert moves_open_to(IssueState.ANSWERED, STREET, {Part.BYSTANDER}) == ()
    assert IssueMove.CLOSE in moves_open_to(IssueState.TOLD, STREET, {Part.RAISER})


@pytest.mark.parametrize(("there", "told"), [(True, ToldTo.TOLD_RAISER), (False, ToldTo.TOLD_FORUM)])
def test_the_forum_is_told_only_when_the_raiser_is_gone(there, told):
    assert whom_to_tell(raiser_is_there=there) is told


def test_every_topic_says_who_usually_answers_and_a_thing_has_someone_who_keeps_it():
    assert all(usually_answer(topic.value) is not None for topic in IssueTopic)
    assert usually_answer("light")
    assert usually_answer("") == ()


# ------------------------------------------------------------------ clocks


def step(days: float, move: str, state: str, level: ForumLevel = STREET, who: str = "") -> Step:
    return Step(START + timedelta(days=days), IssueMove(move), IssueState(state), level, who)


LONG_WAY = [
    step(0, "raise", "question_open", STREET, "gatan"),
    step(4, "not_ours", "question_open", STREET, "parken"),
    step(10, "lift", "lifted_to_strategic", ROOM, "parken"),
    step(15, "receive", "received", ROOM, "parken"),
    step(40, "lift", "lifted_to_steering", TOP, "parken"),
    step(100, "receive", "received", TOP, "parken"),
    step(190, "decide", "decided", TOP, "parken"),
    step(200, "tell", "told", TOP, "parken"),
    step(201, "close", "question_closed", TOP, "parken"),
]


def days(spells: list[Spell]) -> list[tuple[str, float | None]]:
    return [(one.where, (one.end - one.start).days if one.end else None) for one in spells]


def test_each_level_is_counted_from_when_the_question_comes_until_it_leaves():
    assert days(spells_by_level(LONG_WAY)) == [("operational", 10), ("strategic", 30), ("steering", 150)]


def test_each_owner_is_counted_from_when_it_is_asked_until_it_says_not_ours_or_answers():
    assert days(spells_by_owner(LONG_WAY)) == [("gatan", 4), ("parken", 186)]


def test_telling_has_a_clock_of_its_own():
    assert days(telling_spells(LONG_WAY)) == [("told", 10)]
    assert days(telling_spells(LONG_WAY[:7])) == [("told", None)]


def test_a_question_that_waits_has_an_open_spell():
    assert days(spells_by_level(LONG_WAY[:4])) == [("operational", 10), ("strategic", None)]


def test_reopening_starts_the_clock_anew_and_keeps_the_old_time():
    again = [*LONG_WAY, step(220, "reopen", "reopened", TOP), step(230, "decide", "decided", TOP)]

    assert days(spells_by_level(again))[-2:] == [("steering", 150), ("steering", 10)]


def test_a_time_without_an_owner_is_nobodys():
    assert spells_by_owner([step(0, "raise", "question_open"), step(5, "answer", "answered")]) == []


@given(st.lists(st.tuples(st.floats(0.1, 400), st.booleans()), min_size=1, max_size=40))
def test_a_summary_never_says_less_than_is_known(rows):
    spells = [
        Spell("x", START, START + timedelta(days=length)) if over else Spell("x", START, None)
        for length, over in rows
    ]
    now = START + timedelta(days=50)
    found = summarise(spells, now)

    assert (found.n, found.open) == (len(rows), sum(not over for _length, over in rows))
    assert (found.median_days is None) != (found.at_least_days is None)
    if found.at_least_days is not None:
        reached = sum(one.days(now) >= found.at_least_days for one in spells)
        assert 2 * reached >= found.n


def test_open_questions_move_the_median_up_and_are_never_left_out():
    ended = [Spell("x", START, START + timedelta(days=length)) for length in (2, 4, 6)]
    still = [Spell("x", START, None)] * 2
    now = START + timedelta(days=20)

    assert summarise(ended, now).median_days == 4
    assert summarise([*ended, *still], now).median_days == 6
    mostly_open = summarise([*ended[:1], *still], now)
    assert (mostly_open.median_days, mostly_open.at_least_days) == (None, 20)


def test_nothing_to_summarise_is_said_so():
    found = summarise([], START)

    assert (found.n, found.median_days, found.at_least_days, found.longest_days) == (0, None, None, None)
