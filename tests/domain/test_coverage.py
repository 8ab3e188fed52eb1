"""Hours of the week: what is covered, when nobody is there, and what may say where somebody is needed."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings, strategies as st

from samsyn.domain.calendar import STOCKHOLM, Period
from samsyn.domain.coverage import (
    BUSY,
    SMALLEST_BASE,
    ControlHours,
    Gap,
    HourProfile,
    NeedFollowsPatrols,
    NotAWeek,
    Span,
    TooFewToCompare,
    busy_hours,
    control,
    cover,
    evened,
    gaps_between,
    mismatch,
    own_rows,
)

MONDAY = date(2026, 11, 16)
WEEK = Period(MONDAY, MONDAY + timedelta(days=7))
FLAT = tuple((1.0,) * 24 for _day in range(7))


def at(day: int, hour: int, minute: int = 0, first: date = MONDAY) -> datetime:
    return datetime.combine(first + timedelta(days=day), time(hour, minute), STOCKHOLM)


def span(day: int, hour: int, to_day: int, to_hour: int, row: str = "police", **more) -> Span:
    return Span(row, at(day, hour), at(to_day, to_hour), **more)


def test_a_shift_covers_its_hours_and_no_others():
    found = cover([span(0, 15, 0, 23)], WEEK).rows["police"]

    assert [hour for hour in range(24) if found[0][hour] == 1] == list(range(15, 23))
    assert sum(map(sum, found)) == 8


def test_half_an_hour_is_half_an_hour():
    assert cover([Span("police", at(0, 15, 30), at(0, 16))], WEEK).anybody[0][15] == 0.5


def test_a_night_shift_belongs_to_the_day_each_hour_is_on():
    found = cover([span(4, 22, 5, 2)], WEEK).anybody

    assert (found[4][23], found[5][1], found[5][2]) == (1.0, 1.0, 0.0)


def test_two_at_the_same_time_are_not_more_than_one_hour():
    found = cover([span(0, 15, 0, 18), span(0, 16, 0, 20), span(0, 15, 0, 20, "guards")], WEEK)

    assert found.rows["police"][0][16] == 1
    assert found.anybody[0][17] == 1


def test_every_other_week_is_half():
    two = Period(MONDAY, MONDAY + timedelta(days=14))

    assert cover([span(0, 15, 0, 18)], two).anybody[0][15] == 0.5


def test_hours_without_anybody_stand_together_by_weekday():
    spans = [span(day, 0, day, 7) for day in range(7)] + [span(day, 12, day + 1, 0) for day in range(7)]
    found = cover(spans, WEEK)

    assert found.gaps == (Gap(7, 12, (0, 1, 2, 3, 4, 5, 6)),)
    assert found.hours_without == 35


def test_what_is_seldom_covered_is_told_apart_from_what_never_is():
    three = Period(MONDAY, MONDAY + timedelta(days=21))
    found = cover([span(0, 10, 0, 12)], three)

    assert Gap(10, 12, (0,), seldom=True) in found.seldom
    assert all(gap.seldom is False for gap in found.gaps)
    assert not any(0 in gap.weekdays and gap.first_hour <= 10 < gap.end_hour for gap in found.gaps)


def test_presence_at_another_part_of_the_place_is_no_presence_here():
    spans = [span(0, 10, 0, 12, parts=frozenset({"stairs"})), span(0, 14, 0, 16)]

    assert cover(spans, WEEK, part="stairs").anybody[0][10] == 1
    assert cover(spans, WEEK, part="square").anybody[0][10] == 0
    assert cover(spans, WEEK, part="square").anybody[0][14] == 1


@pytest.mark.parametrize(
    ("sunday", "hours_of_the_night", "shares"),
    [
        (date(2026, 3, 29), 23, (1.0, 0.0, 1.0)),  # two o'clock does not exist
        (date(2026, 10, 25), 25, (1.0, 1.0, 1.0)),  # two o'clock comes twice
    ],
)
def test_the_clocks_two_nights_are_counted_as_they_are(sunday, hours_of_the_night, shares):
    start, end = (datetime.combine(day, time(0), STOCKHOLM) for day in (sunday, sunday + timedelta(days=1)))
    found = cover([Span("police", start, end)], Period(sunday, sunday + timedelta(days=1)))

    assert (end.astimezone(UTC) - start.astimezone(UTC)) == timedelta(hours=hours_of_the_night)
    assert (found.anybody[6][1], found.anybody[6][2], found.anybody[6][3]) == shares


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(-60, 24 * 60 * 16), st.integers(1, 60 * 20), st.sampled_from(["a", "b"])),
        max_size=8,
    )
)
def test_the_table_equals_a_slow_count_of_minutes(shifts):
    period = Period(date(2026, 10, 19), date(2026, 11, 2))  # holds the night with two o'clock twice
    first, last = (
        datetime.combine(day, time(0), STOCKHOLM).astimezone(UTC) for day in (period.first, period.end)
    )
    spans = [
        Span(row, first + timedelta(minutes=start), first + timedelta(minutes=start + long))
        for start, long, row in shifts
    ]
    counted: dict[tuple[int, int], int] = {}
    there: dict[tuple[int, int], int] = {}
    moment = first
    while moment < last:
        local = moment.astimezone(STOCKHOLM)
        cell = (local.weekday(), local.hour)
        there[cell] = there.get(cell, 0) + 1
        counted[cell] = counted.get(cell, 0) + any(one.starts_at <= moment < one.ends_at for one in spans)
        moment += timedelta(minutes=1)
    found = cover(spans, period).anybody

    for (day, hour), whole in there.items():
        assert found[day][hour] == pytest.approx(counted[day, hour] / whole, abs=1e-6)


def test_no_shift_is_a_week_without_anybody():
    assert cover([], WEEK).hours_without == 168


# ------------------------------------------------------------------ informal control


def test_a_kiosk_that_closes_after_midnight_is_open_the_next_day_too():
    found = control([ControlHours(frozenset({4}), time(18), time(1))], WEEK)

    assert (found[4][18], found[4][23], found[5][0], found[5][1]) == (1.0, 1.0, 1.0, 0.0)


def test_a_shop_that_had_closed_for_good_does_not_count():
    shut = ControlHours(frozenset(range(7)), time(10), time(18), date(2020, 1, 1), MONDAY)

    assert sum(map(sum, control([shut], WEEK))) == 0


# ------------------------------------------------------------------ need


def busy_at(day: int, hour: int) -> tuple[tuple[float, ...], ...]:
    return tuple(
        tuple(200.0 if (one, clock) == (day, hour) else 1.0 for clock in range(24)) for one in range(7)
    )


def test_a_busy_hour_with_nobody_there_is_a_mismatch():
    found = mismatch(cover([], WEEK), HourProfile(busy_at(2, 8), "Observationer", ""))

    assert found.busy == (Gap(8, 9, (2,)),)
    assert found.share_of_need == pytest.approx(200 / 367)


def test_a_busy_hour_that_is_covered_is_none():
    assert mismatch(cover([span(2, 8, 2, 9)], WEEK), HourProfile(busy_at(2, 8), "", "")).busy == ()


def test_an_even_need_makes_no_hour_busy():
    assert BUSY > 1
    assert mismatch(cover([], WEEK), HourProfile(FLAT, "", "")).busy == ()


def test_no_need_at_all_makes_no_hour_busy():
    nothing = tuple((0.0,) * 24 for _day in range(7))

    assert mismatch(cover([], WEEK), HourProfile(nothing, "", "")).hours == 0


@pytest.mark.parametrize("kind", ["drug_own_use", "drug_offence", "drug_transfer", "no_such_kind"])
def test_what_is_found_by_looking_never_says_where_to_look(kind):
    with pytest.raises(NeedFollowsPatrols):
        mismatch(cover([], WEEK), HourProfile(FLAT, "", "", (kind,)))


@pytest.mark.parametrize("values", [(), FLAT[:6], tuple((1.0,) * 23 for _ in range(7)), ((-1.0,) * 24,) * 7,
                                    ((float("nan"),) * 24,) * 7])  # fmt: skip
def test_what_is_no_week_is_refused(values):
    with pytest.raises(NotAWeek):
        mismatch(cover([], WEEK), HourProfile(values, "", ""))


# ------------------------------------------------------------------ small functions


@pytest.mark.parametrize(("staff", "alone"), [({}, []), ({"a": 4, "b": 5}, ["b"]), ({"a": 0}, [])])
def test_fewer_than_five_people_are_no_row_of_their_own(staff, alone):
    assert sorted(own_rows(staff)) == alone


def test_some_hours_of_the_day_are_asked_about_alone():
    found = cover([span(day, 12, day, 24 - 1) for day in range(5)], WEEK)

    assert gaps_between(found, 7, 12) == (Gap(7, 12, (0, 1, 2, 3, 4, 5, 6)),)
    assert gaps_between(found, 11, 14) == (Gap(11, 12, (0, 1, 2, 3, 4)), Gap(11, 14, (5, 6)))
    assert gaps_between(found, 12, 23) == (Gap(12, 23, (5, 6)),)


# ------------------------------------------------------------------ a year of events as a profile


def test_too_few_events_say_nothing_of_hours():
    for number in (0, SMALLEST_BASE - 1):
        with pytest.raises(TooFewToCompare):
            mismatch(cover([], WEEK), HourProfile(busy_at(2, 8), "", "", base=number))
    assert busy_hours(HourProfile(busy_at(2, 8), "", "", base=SMALLEST_BASE)) == (Gap(8, 9, (2,)),)


@given(st.lists(st.floats(0, 1000), min_size=168, max_size=168))
def test_evening_out_keeps_the_sum_and_makes_nothing_negative(numbers):
    week = tuple(tuple(numbers[day * 24 : day * 24 + 24]) for day in range(7))
    even = evened(week)

    assert sum(map(sum, even)) == pytest.approx(sum(numbers))
    assert all(value >= 0 for day in even for value in day)
    assert even[4] == even[5]
    assert even[0] == even[6]


def test_a_night_of_events_is_evened_out_over_midnight_and_the_end_of_the_week():
    even = evened(busy_at(6, 23))

    assert even[6][23] == even[6][22]
    assert even[0][0] > even[0][1]


def test_a_year_without_a_pattern_seldom_has_a_busy_hour():
    rng = random.Random(5)
    found = 0
    for _time in range(50):
        week = [[0.0] * 24 for _day in range(7)]
        for _event in range(SMALLEST_BASE):
            week[rng.randrange(7)][rng.randrange(24)] += 1
        profile = HourProfile(evened(tuple(map(tuple, week))), "", "", base=SMALLEST_BASE)
        found += sum((gap.end_hour - gap.first_hour) * len(gap.weekdays) for gap in busy_hours(profile))
    assert found / (50 * 168) < 0.04


def test_a_profile_that_is_no_week_cannot_be_evened_out():
    with pytest.raises(NotAWeek):
        evened(FLAT[:6])
