"""Forums, meetings and their rules as tables."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, strategies as st

from samsyn.domain import workflows
from samsyn.domain.attendance import Participation, participation_table
from samsyn.domain.calendar import STOCKHOLM
from samsyn.domain.forums import LIFTS_TO, ForumLevel, may_lift
from samsyn.domain.meetings import (
    AHEAD_STATES,
    BRIEFING_MINUTES,
    HELD_STATES,
    MEETING_TRANSITIONS,
    OPEN_STATES,
    AgendaKind,
    AgendaPoint,
    BriefingPoint,
    MeetingState,
    changed_since,
    in_agenda_order,
    may_step,
    minutes_left,
    offers_fallback_chair,
    planned_minutes,
    point_in_turn,
    shorten,
)
from samsyn.domain.recurrence import MOST_AHEAD, moved, occurrences

NOW = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
STATE = MeetingState


@pytest.mark.parametrize(
    ("old", "new", "possible"),
    [
        (STATE.SCHEDULED, STATE.CALLED, True),
        (STATE.SCHEDULED, STATE.IN_SESSION, True),
        (STATE.CALLED, STATE.CALLED_OFF, True),
        (STATE.IN_SESSION, STATE.CALLED_OFF, False),
        (STATE.CALLED_OFF, STATE.IN_SESSION, False),
        (STATE.ENDED, STATE.IN_SESSION, False),
        (STATE.ENDED, STATE.NOTES_SETTLED, True),
        (STATE.NOTES_SETTLED, STATE.ENDED, False),
    ],
)
def test_a_meeting_takes_the_drawn_steps_and_no_other(old, new, possible):
    assert may_step(old, new) is possible


def test_every_state_is_drawn_and_only_settled_or_called_off_meetings_are_closed_to_writers():
    assert set(MEETING_TRANSITIONS) == set(MeetingState)
    closed = {state for state, further in MEETING_TRANSITIONS.items() if not further}
    assert closed == set(MeetingState) - OPEN_STATES
    assert not AHEAD_STATES & HELD_STATES


def test_the_state_machine_stands_on_the_reference_page_in_swedish():
    page = workflows.reference_page()
    assert "## Möte" in page
    assert "in_session --> ended" in page
    assert "Kallelse skickad" in page


def test_the_five_points_fit_in_a_quarter_of_an_hour():
    assert list(BRIEFING_MINUTES) == list(BriefingPoint)
    assert sum(BRIEFING_MINUTES.values()) == planned_minutes(ForumLevel.OPERATIONAL) == 15


@pytest.mark.parametrize(
    ("minutes", "here", "offered"),
    [(-1, False, False), (4, False, False), (5, False, True), (9, True, False)],
)
def test_the_fallback_chair_is_offered_when_the_chair_has_not_come_in_five_minutes(minutes, here, offered):
    assert offers_fallback_chair(NOW, here, NOW + timedelta(minutes=minutes)) is offered


@pytest.mark.parametrize(
    ("gone", "left", "point"),
    [
        (0, 15, "since_last"), (2.9, 13, "since_last"), (3, 12, "here_tonight"), (5, 10, "together"),
        (14, 1, "ahead"), (15, 0, "ahead"), (22, -7, "ahead"),
    ],
)  # fmt: skip
def test_the_clock_says_which_point_it_has_come_to(gone, left, point):
    now = NOW + timedelta(minutes=gone)
    assert minutes_left(NOW, 15, now) == left
    assert point_in_turn(NOW, now) == point


@pytest.mark.parametrize("lower", list(ForumLevel))
@pytest.mark.parametrize("upper", list(ForumLevel))
def test_nothing_is_lifted_past_a_level_or_downwards(lower, upper):
    assert may_lift(lower, upper) is (LIFTS_TO[lower] is upper)
    assert not (may_lift(lower, upper) and may_lift(upper, lower))


# ------------------------------------------------------------------ the agenda


def overdue(age: int, risk: int = 0) -> AgendaPoint:
    return AgendaPoint(
        f"action:{age}:{risk}", AgendaKind.OVERDUE_ACTION, f"Åtgärd {age}", age_days=age, risk=risk
    )


def test_at_most_ten_overdue_actions_are_shown_and_the_rest_counted():
    points = [overdue(age) for age in range(31, 48)]
    shown, rest = shorten([*points, AgendaPoint("own", AgendaKind.OWN_POINT, "Egen")])
    assert [one.age_days for one in shown[:-1]] == list(range(47, 37, -1))
    assert shown[-1].kind is AgendaKind.OWN_POINT
    assert rest == 7


def test_the_gravest_comes_first_among_those_that_have_waited_as_long():
    assert [one.risk for one in in_agenda_order([overdue(40, 1), overdue(40, 3), overdue(41)])] == [0, 3, 1]


def test_a_briefing_takes_what_has_changed_since_the_last_one():
    last = NOW - timedelta(days=3)
    old = AgendaPoint("a", AgendaKind.HEADS_UP, "Gammal", changed_at=last)
    new = AgendaPoint("b", AgendaKind.HEADS_UP, "Ny", changed_at=last + timedelta(minutes=1))
    always = AgendaPoint("c", AgendaKind.EXPIRING, "Löper ut")
    assert changed_since([old, new, always], last) == [new, always]
    assert changed_since([old, new, always], None) == [old, new, always]


# ------------------------------------------------------------------ series


@given(
    st.sets(st.integers(0, 6), min_size=1),
    st.dates(date(2024, 1, 1), date(2030, 1, 1)),
    st.integers(0, 500),
    st.integers(1, 4),
)
def test_a_series_keeps_to_its_days_its_hour_and_a_year(weekdays, first, days, weeks):
    until = first + timedelta(days=days)
    found = list(occurrences(weekdays, time(18, 30), first, until, every_weeks=weeks))
    local = [one.astimezone(STOCKHOLM) for one in found]
    assert all(one.weekday() in weekdays and (one.hour, one.minute) == (18, 30) for one in local)
    assert all(first <= one.date() <= until for one in local)
    assert len(set(found)) == len(found) <= MOST_AHEAD + 1
    if weeks == 1:
        expected = sum(
            (first + timedelta(days=n)).weekday() in weekdays for n in range(min(days, MOST_AHEAD) + 1)
        )
        assert len(found) == expected


def test_every_second_week_is_counted_from_the_first():
    found = occurrences([0], time(9), date(2026, 11, 2), date(2026, 11, 30), every_weeks=2)
    assert [one.day for one in found] == [2, 16, 30]


def test_the_clock_in_the_room_is_kept_when_a_meeting_moves_over_the_change_to_winter_time():
    before = datetime(2026, 10, 24, 18, 0, tzinfo=STOCKHOLM)
    after = moved(before, days=2, at=time(18))
    assert after - before.astimezone(UTC) == timedelta(days=2, hours=1)


# ------------------------------------------------------------------ attendance


def taking_part(name: str, attended: int, *, large: bool = False, own: bool = False) -> Participation:
    return Participation(name, 10, attended, large, own)


def test_small_functions_are_counted_together_and_a_single_one_is_not_shown():
    big = [taking_part("Områdespolis", 9, large=True), taking_part("Ordningsvakter", 7, large=True)]
    small = [taking_part("Platsansvarig", 8), taking_part("Samordnare", 4)]
    table = participation_table([*big, *small], "Mindre funktioner")
    assert [one.function for one in table.rows] == ["Områdespolis", "Ordningsvakter"]
    assert table.small is not None
    assert (table.small.invited, table.small.attended, table.hidden) == (20, 12, 2)
    alone = participation_table([*big, small[0]], "Mindre funktioner")
    assert alone.small is None
    assert alone.hidden == 1


def test_one_always_sees_ones_own_function():
    table = participation_table([taking_part("Platsansvarig", 8, own=True)], "Mindre funktioner")
    assert [one.function for one in table.rows] == ["Platsansvarig"]


def test_there_is_no_share_of_no_meetings():
    assert Participation("Nya", 0, 0, large_enough=True).share is None
