"""The handover pack stays within five minutes without losing a part; small functions are not counted."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, strategies as st

from samsyn.domain.handover import (
    MOST_WORDS,
    HandoverParagraph,
    HandoverPart,
    fitted,
    readers_shown,
    words_of,
)
from samsyn.domain.statements import StatementState, statement_state

lines = st.lists(st.integers(1, 60).map(lambda count: " ".join(["ord"] * count)), max_size=30).map(tuple)
packs = st.lists(st.builds(HandoverParagraph, st.sampled_from(list(HandoverPart)), lines), max_size=12)


@given(packs)
def test_the_pack_never_takes_more_than_five_minutes(pack):
    kept, left_out = fitted(pack)

    assert words_of(kept) <= MOST_WORDS
    assert sum(len(one.lines) for one in kept) + left_out == sum(len(one.lines) for one in pack)


@given(packs)
def test_shortening_takes_from_the_longest_and_no_part_goes_missing(pack):
    kept, _left_out = fitted(pack)

    assert {one.part for one in kept} == {one.part for one in pack if one.lines}
    assert [one.part for one in kept] == sorted((one.part for one in kept), key=list(HandoverPart).index)


@pytest.mark.parametrize(("readers", "accounts", "shown"), [(0, 5, 0), (4, 5, 4), (1, 4, None), (0, 0, None)])
def test_how_many_have_read_is_told_from_five_accounts(readers, accounts, shown):
    assert readers_shown(readers, accounts) == shown


DAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("approved", "taken_back", "valid_until", "state"),
    [
        (True, False, DAY, StatementState.MAY_BE_SAID),
        (True, False, date(2026, 11, 20), StatementState.TOO_OLD),
        (False, False, DAY, StatementState.STATEMENT_DRAFT),
        (True, True, DAY, StatementState.TAKEN_BACK),
        (False, False, date(2026, 11, 20), StatementState.STATEMENT_DRAFT),
    ],
)
def test_only_what_is_approved_and_fresh_may_be_said(approved, taken_back, valid_until, state):
    got = statement_state(approved=approved, taken_back=taken_back, valid_until=valid_until, day=DAY)

    assert got is state
