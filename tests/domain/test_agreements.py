"""Where an agreement stands by its dates, when to remind, and how much of a promise was kept."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given, strategies as st

from samsyn.domain.agreements import (
    AGREEMENT_TRANSITIONS,
    BY_TIME,
    OVER,
    STORED,
    AgreementState,
    CommitmentOutcome,
    Kept,
    MeasureKind,
    NoSuchStep,
    Span,
    TooFewParties,
    check_parties,
    check_step,
    hours_within,
    is_period,
    proposed_outcome,
    state_on,
    team_share,
    warning_due,
)
from samsyn.domain.heads_ups import HeadsUpTooLong, expiry

S = AgreementState
FIRST, LAST = date(2024, 1, 1), date(2026, 12, 31)


@pytest.mark.parametrize(
    ("stored", "day", "stands"),
    [
        (S.AGREEMENT_DRAFT, date(2025, 6, 1), S.AGREEMENT_DRAFT),
        (S.AGREEMENT_SIGNED, date(2023, 12, 31), S.AGREEMENT_SIGNED),
        (S.AGREEMENT_SIGNED, FIRST, S.HOLDS_NOW),
        (S.AGREEMENT_SIGNED, LAST - timedelta(days=90), S.HOLDS_NOW),
        (S.AGREEMENT_SIGNED, LAST - timedelta(days=89), S.RUNS_OUT_SOON),
        (S.AGREEMENT_SIGNED, LAST, S.RUNS_OUT_SOON),
        (S.AGREEMENT_SIGNED, LAST + timedelta(days=1), S.RUN_OUT),
        (S.TERMINATED, date(2025, 6, 1), S.TERMINATED),
        (S.EXTENDED_BY_NEW, LAST + timedelta(days=1), S.EXTENDED_BY_NEW),
    ],
)
def test_the_dates_move_what_is_signed_and_nothing_else(stored, day, stands):
    assert state_on(stored, FIRST, LAST, day) is stands


@pytest.mark.parametrize(
    ("old", "new"),
    [(old, new) for old in S for new in S if new not in AGREEMENT_TRANSITIONS[old]],
    ids=lambda one: one.value,
)
def test_every_other_step_is_refused(old, new):
    with pytest.raises(NoSuchStep):
        check_step(old, new)


def test_every_state_is_reached_by_people_or_by_time():
    assert set(S) == STORED | BY_TIME
    reached = {new for targets in AGREEMENT_TRANSITIONS.values() for new in targets}
    assert reached == set(S) - {S.AGREEMENT_DRAFT}


def test_nothing_that_is_over_begins_to_hold_again():
    for old in OVER:
        assert AGREEMENT_TRANSITIONS[old] <= {S.EXTENDED_BY_NEW}


@pytest.mark.parametrize(
    ("left", "reminder"), [(91, None), (90, 90), (31, 90), (30, 30), (1, 30), (0, 30), (-1, 0), (-400, 0)]
)
def test_a_reminder_comes_at_ninety_at_thirty_and_when_it_is_over(left, reminder):
    assert warning_due(LAST, LAST - timedelta(days=left)) == reminder


def test_the_owners_of_a_place_cannot_be_left_out():
    police, municipality, company = uuid4(), uuid4(), uuid4()

    check_parties({police, municipality, company}, {police, municipality})
    with pytest.raises(TooFewParties):
        check_parties({municipality, company}, {police, municipality})
    with pytest.raises(TooFewParties):
        check_parties({municipality}, set())


@pytest.mark.parametrize(
    ("first", "last", "fine"),
    [(FIRST, FIRST, True), (FIRST, date(2023, 12, 31), False), (FIRST, date(2034, 12, 31), True),
     (FIRST, date(2035, 1, 1), False)],
)  # fmt: skip
def test_a_period_has_an_end_that_people_live_to_see(first, last, fine):
    assert is_period(first, last) is fine


EVENING = datetime(2026, 11, 20, 18, tzinfo=UTC)


@pytest.mark.parametrize(
    ("spans", "hours"),
    [
        ([], 0.0),
        ([(0, 4)], 4.0),
        ([(-2, 1)], 1.0),
        ([(5, 9)], 1.0),
        ([(-5, -1)], 0.0),
        ([(0, 2), (1, 3)], 4.0),
    ],
)
def test_hours_are_those_inside_the_period(spans, hours):
    made = [Span(EVENING + timedelta(hours=one), EVENING + timedelta(hours=other)) for one, other in spans]

    assert hours_within(made, EVENING, EVENING + timedelta(hours=6)) == hours


@given(st.lists(st.tuples(st.integers(-100, 100), st.integers(0, 50)), max_size=8), st.integers(0, 100))
def test_hours_of_two_halves_are_the_hours_of_the_whole(spans, split):
    made = [Span(EVENING + timedelta(hours=at), EVENING + timedelta(hours=at + long)) for at, long in spans]
    first, middle = EVENING - timedelta(hours=50), EVENING + timedelta(hours=split - 50)
    end = EVENING + timedelta(hours=50)

    halves = hours_within(made, first, middle) + hours_within(made, middle, end)

    assert halves == pytest.approx(hours_within(made, first, end))


@pytest.mark.parametrize(
    ("measure", "promised", "delivered", "outcome"),
    [
        (MeasureKind.HOURS_ON_SITE, 100, 100, CommitmentOutcome.KEPT),
        (MeasureKind.HOURS_ON_SITE, 100, 99, CommitmentOutcome.PARTLY_KEPT),
        (MeasureKind.AMOUNT, 10, 5, CommitmentOutcome.PARTLY_KEPT),
        (MeasureKind.AMOUNT, 10, 4.9, CommitmentOutcome.NOT_KEPT),
        (MeasureKind.AMOUNT, 10, None, None),
        (MeasureKind.DONE_OR_NOT, None, None, None),
    ],
)
def test_numbers_propose_and_silence_proposes_nothing(measure, promised, delivered, outcome):
    assert proposed_outcome(measure, Kept(promised, delivered)) is outcome


@pytest.mark.parametrize(("team", "all_", "share"), [(3, 4, 0.75), (0, 4, 0.0), (0, 0, None)])
def test_the_share_of_the_team_says_nothing_where_there_are_no_shifts(team, all_, share):
    assert team_share(team, all_) == share


@pytest.mark.parametrize("hours", [0, -1, 169, 10_000])
def test_a_heads_up_holds_for_a_week_at_most(hours):
    with pytest.raises(HeadsUpTooLong):
        expiry(EVENING, hours)


def test_a_heads_up_holds_for_three_days_unless_something_else_is_said():
    assert expiry(EVENING) - EVENING == timedelta(hours=72)
    assert expiry(EVENING, 168) - EVENING == timedelta(days=7)
