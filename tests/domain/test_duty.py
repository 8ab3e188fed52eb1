"""Who is on duty, until when, and when nobody is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from samsyn.domain.duty import DutyState, Shift, gaps, overlapping, standing
from samsyn.domain.hours import OpeningHours, read_spans

DAYTIME = OpeningHours((read_spans("08–16"),) * 7)


def at(hour: int, minute: int = 0, day: int = 20) -> datetime:
    local = datetime(2026, 11, day, hour, minute, tzinfo=ZoneInfo("Europe/Stockholm"))
    return local.astimezone(UTC)


def shift(start: int, end: int, *, cancelled: bool = False, days: int = 0) -> Shift:
    return Shift(at(start), at(end) + timedelta(days=days), cancelled)


@pytest.mark.parametrize(
    ("shifts", "hours", "moment", "state", "until"),
    [
        ([shift(18, 2, days=1)], OpeningHours(), at(22), DutyState.ON_DUTY, at(2, day=21)),
        ([shift(18, 2, days=1)], OpeningHours(), at(2, day=21), DutyState.NOT_REACHABLE, None),
        ([], DAYTIME, at(9), DutyState.ANSWERS, at(16)),
        ([shift(8, 12)], DAYTIME, at(9), DutyState.ON_DUTY, at(12)),
        ([shift(8, 12)], DAYTIME, at(13), DutyState.ANSWERS, at(16)),
        ([shift(8, 12, cancelled=True)], DAYTIME, at(9), DutyState.NOT_REACHABLE, None),
        ([shift(8, 12, cancelled=True)], DAYTIME, at(13), DutyState.ANSWERS, at(16)),
        ([shift(8, 12, cancelled=True), shift(9, 15)], DAYTIME, at(10), DutyState.ON_DUTY, at(15)),
        ([shift(8, 12), shift(12, 16)], OpeningHours(), at(9), DutyState.ON_DUTY, at(16)),
        ([], OpeningHours(), at(9), DutyState.NOT_REACHABLE, None),
    ],
)
def test_a_function_stands_as_its_roster_and_its_hours_say(shifts, hours, moment, state, until):
    found = standing(shifts, hours, moment)
    assert (found.state, found.until) == (state, until)


def test_a_closed_function_says_when_it_opens():
    assert standing([], DAYTIME, at(20)).opens_at == at(8, day=21)


def test_nobody_between_seven_and_twelve_is_a_gap():
    day = [shift(0, 7), shift(12, 23)]
    assert gaps(day, at(0), at(23)) == [(at(7), at(12))]


def test_a_cancelled_shift_leaves_a_gap():
    assert gaps([shift(7, 12, cancelled=True)], at(7), at(12)) == [(at(7), at(12))]


def test_a_gap_shorter_than_asked_for_is_left_out():
    day = [shift(0, 7), Shift(at(7, 20), at(23))]
    assert gaps(day, at(0), at(23), shortest=timedelta(minutes=30)) == []


@given(st.lists(st.tuples(st.integers(0, 47), st.integers(1, 12)), max_size=8))
def test_gaps_and_shifts_cover_every_hour_once(pairs):
    start = at(0)
    shifts = [Shift(start + timedelta(hours=a), start + timedelta(hours=a + b)) for a, b in pairs]
    found = gaps(shifts, start, start + timedelta(hours=60))
    for hour in range(60):
        moment = start + timedelta(hours=hour)
        in_gap = any(first <= moment < end for first, end in found)
        assert in_gap != any(one.runs(moment) for one in shifts)


@pytest.mark.parametrize(
    ("shifts", "clash"),
    [
        ([shift(8, 12), shift(12, 16)], None),
        ([shift(8, 12), shift(11, 16)], (0, 1)),
        ([shift(8, 12), shift(11, 16, cancelled=True)], None),
    ],
)
def test_two_shifts_at_once_are_found(shifts, clash):
    assert overlapping(shifts) == clash
