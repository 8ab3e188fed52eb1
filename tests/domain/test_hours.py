"""Opening hours as people write them: midnight, weekdays, dates that differ, and the nights of the clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from samsyn.domain.hours import (
    HoursUnreadable,
    OpeningHours,
    OpenSpan,
    is_skipped,
    local_moment,
    read_clock,
    read_dates,
    read_spans,
)

STOCKHOLM = ZoneInfo("Europe/Stockholm")
EVERY_EVENING = OpeningHours((read_spans("18–02"),) * 7)
CLOCKS = st.times().map(lambda one: one.replace(second=0, microsecond=0))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM).astimezone(UTC)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("07–15", ["07–15"]),
        ("7-15", ["07–15"]),
        ("07.30 - 16:00", ["07:30–16"]),
        ("18–24", ["18–24"]),
        ("18–02", ["18–02"]),
        ("07–12, 13–16", ["07–12", "13–16"]),
        ("13–16 och 7–12", ["07–12", "13–16"]),
        ("dygnet runt", ["00–24"]),
        ("stängt", []),
        ("", []),
    ],
)
def test_a_day_is_read_as_people_write_it(written, read):
    assert [span.text() for span in read_spans(written)] == read


@pytest.mark.parametrize("written", ["07 till 15", "25–26", "07–15–18", "07–12, 11–16", "18–02, 20–22", "x"])
def test_a_day_that_cannot_be_read_says_which_one(written):
    with pytest.raises(HoursUnreadable, match="måndag"):
        read_spans(written, "måndag")


@given(st.lists(st.tuples(CLOCKS, CLOCKS), max_size=1))
def test_what_is_written_reads_back_the_same(pairs):
    spans = tuple(OpenSpan(*pair) for pair in pairs)
    assert read_spans(", ".join(span.text() for span in spans)) == spans


@given(st.text(max_size=40))
def test_no_text_makes_the_reader_fall(text):
    try:
        spans = read_spans(text)
    except HoursUnreadable:
        return
    assert all(isinstance(span, OpenSpan) for span in spans)


@pytest.mark.parametrize(
    ("moment", "until"),
    [
        ("2026-11-20 17:59", None),
        ("2026-11-20 18:00", "2026-11-21 02:00"),
        ("2026-11-21 01:59", "2026-11-21 02:00"),
        ("2026-11-21 02:00", None),
    ],
)
def test_an_evening_lasts_past_midnight(moment, until):
    assert EVERY_EVENING.open_until(at(moment)) == (at(until) if until else None)


def test_a_date_that_differs_replaces_the_weekday():
    hours = OpeningHours(EVERY_EVENING.week, read_dates("2026-12-24 stängt\n2026-12-25 12–14"))
    assert hours.open_until(at("2026-12-24 20:00")) is None
    assert hours.open_until(at("2026-12-24 01:00")) == at("2026-12-24 02:00")
    assert hours.open_until(at("2026-12-25 13:00")) == at("2026-12-25 14:00")
    assert hours.opens_next(at("2026-12-24 03:00")) == at("2026-12-25 12:00")


def test_a_function_that_never_closes_is_open_for_all_the_days_looked_at():
    always = OpeningHours((read_spans("dygnet runt"),) * 7)
    now = at("2026-11-20 21:40")
    until = always.open_until(now)
    assert until is not None
    assert until - now > timedelta(days=10)


def test_nothing_written_is_closed_and_never_opens():
    assert OpeningHours().open_until(at("2026-11-20 12:00")) is None
    assert OpeningHours().opens_next(at("2026-11-20 12:00")) is None
    assert not OpeningHours().known


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 28), 7), (date(2026, 10, 24), 9), (date(2026, 11, 20), 8)]
)
def test_a_night_is_as_long_as_the_clock_makes_it(day, hours):
    (opens, closes), *_more = OpeningHours((read_spans("22–06"),) * 7).moments(day, 1)
    assert closes - opens == timedelta(hours=hours)


def test_the_hour_that_comes_twice_begins_early_and_ends_late():
    day = date(2026, 10, 25)
    assert local_moment(day, time(2, 30), last=True) - local_moment(day, time(2, 30)) == timedelta(hours=1)


def test_the_hour_that_is_skipped_is_the_moment_of_the_jump():
    day = date(2026, 3, 29)
    assert is_skipped(day, time(2, 30))
    assert local_moment(day, time(2, 30)) == at("2026-03-29 03:00")


@given(st.dictionaries(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.just(read_spans("07-12, 18–02"))))
def test_hours_survive_being_stored(dates):
    hours = OpeningHours(EVERY_EVENING.week, dates)
    assert OpeningHours.from_json(hours.as_json()) == hours


@pytest.mark.parametrize("text", ["2026-13-01 stängt", "julafton stängt", "2026-12-24 kanske"])
def test_a_date_that_cannot_be_read_is_refused(text):
    with pytest.raises(HoursUnreadable):
        read_dates(text)


@pytest.mark.parametrize(("text", "clock"), [("7", time(7)), ("0730", time(7, 30)), ("kl 22", time(22))])
def test_a_clock_is_read_as_people_write_it(text, clock):
    assert read_clock(text) == clock
