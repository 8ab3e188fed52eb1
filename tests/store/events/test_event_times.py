"""Times of a source: formats, zones, and the two hours of the year that need a rule."""

from __future__ import annotations

import locale
import time
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from event_examples import mapping
from hypothesis import example, given, settings, strategies as st

from samsyn.store.events.tables import local_times
from samsyn.store.events.times import Moments, read_hours, read_times

RULE = mapping().time


def moments(text, form="iso", zone="Europe/Stockholm", precision="minutes", **more):
    from dataclasses import replace

    read, wrong = read_times([text], form)
    assert not wrong.any()
    return Moments.settled(read, None, replace(RULE, zone=zone, precision=precision, **more))


@pytest.mark.parametrize(
    ("text", "form", "utc"),
    [
        ("2024-05-01 12:00", "iso", "2024-05-01T10:00"),
        ("2024-05-01T12:00:30", "iso", "2024-05-01T10:00:30"),
        ("2024-05-01T12:00:00Z", "iso", "2024-05-01T12:00"),
        ("2024-05-01T12:00:00+05:00", "iso", "2024-05-01T07:00"),
        ("2024-01-01", "iso", "2023-12-31T23:00"),
        ("01/05/2024 12:00", "%d/%m/%Y %H:%M", "2024-05-01T10:00"),
        ("05/01/2024 12:30:00 AM", "%m/%d/%Y %I:%M:%S %p", "2024-04-30T22:30"),
        ("05/01/2024 12:30:00 pm", "%m/%d/%Y %I:%M:%S %p", "2024-05-01T10:30"),
        ("05/01/2024 01:30:00 PM", "%m/%d/%Y %I:%M:%S %p", "2024-05-01T11:30"),
        ("2024-05-01 9:05:00 +02:00", "%Y-%m-%d %H:%M:%S %z", "2024-05-01T07:05"),
    ],
)
def test_a_time_is_read_in_the_zone_it_was_written_in(text, form, utc):
    made = moments(text, form)

    assert made.start[0] == made.end[0] == np.datetime64(utc, "us")


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("igår", "iso"), ("12:00", "iso"), ("2024", "iso"), ("2024-02-30", "iso"), ("24", "iso"),
        ("13/05/2024", "%m/%d/%Y"), ("05/01/2024 13:00 PM", "%m/%d/%Y %I:%M %p"),
        ("05/01/2024 10:00", "%m/%d/%Y %I:%M %p"),
    ],
)  # fmt: skip
def test_what_is_no_time_in_the_format_is_wrong_and_not_guessed(text, form):
    assert read_times([text], form)[1].all()


@pytest.mark.parametrize(
    ("text", "zone", "start", "end", "odd"),
    [
        ("2024-10-27 02:30", "Europe/Stockholm", "2024-10-27T00:30", "2024-10-27T01:30", "ambiguous"),
        ("2024-03-31 02:30", "Europe/Stockholm", "2024-03-31T00:30", "2024-03-31T01:30", "nonexistent"),
        ("2014-11-02 01:15", "America/Chicago", "2014-11-02T06:15", "2014-11-02T07:15", "ambiguous"),
        ("2014-03-09 02:15", "America/Chicago", "2014-03-09T07:15", "2014-03-09T08:15", "nonexistent"),
    ],
)
def test_the_hours_when_clocks_change_become_an_interval_of_both_readings(text, zone, start, end, odd):
    made = moments(text, zone=zone)

    assert (made.start[0], made.end[0]) == (np.datetime64(start, "us"), np.datetime64(end, "us"))
    assert getattr(made, odd).tolist() == [True]


@pytest.mark.parametrize(
    ("precision", "text", "form", "start", "end"),
    [
        ("day", "2024-03-31", "iso", "2024-03-30T23:00", "2024-03-31T22:00"),
        ("day", "2024-10-27 02:30", "%Y-%m-%d %H:%M", "2024-10-26T22:00", "2024-10-27T23:00"),
        ("month", "2024-02", "%Y-%m", "2024-01-31T23:00", "2024-02-29T23:00"),
        ("day", "2024-05-01 23:30:00 +00:00", "%Y-%m-%d %H:%M:%S %z", "2024-05-01T22:00", "2024-05-02T22:00"),
    ],
)
def test_a_day_and_a_month_are_intervals_of_local_days(precision, text, form, start, end):
    made = moments(text, form, precision=precision)

    assert (made.start[0], made.end[0]) == (np.datetime64(start, "us"), np.datetime64(end, "us"))


def test_a_time_that_stands_for_unknown_becomes_its_day():
    made = moments("2024-05-01 00:01", unknown_at=("00:00", "00:01"))

    assert made.precision.tolist() == ["day"]
    assert made.end[0] - made.start[0] == np.timedelta64(1, "D")


@pytest.mark.parametrize(
    ("text", "form", "hours"),
    [("07:30", "%H:%M", 7.5), ("7", "hour", 7.0), ("0730", "%H%M", 7.5), ("", "hour", -1)],
)
def test_a_time_of_day_may_have_its_own_column(text, form, hours):
    since, wrong = read_hours([text], form)

    assert not wrong.any()
    assert since[0] == (-1 if hours < 0 else hours * 3_600_000_000)


@pytest.mark.parametrize(("text", "form"), [("24", "hour"), ("7.5", "hour"), ("25:00", "%H:%M")])
def test_an_hour_that_does_not_exist_is_wrong(text, form):
    assert read_hours([text], form)[1].all()


@pytest.fixture
def abroad(monkeypatch):
    """Move the process to another zone and language, and back: both are the whole process's."""
    before = locale.setlocale(locale.LC_ALL)

    def move(zone, language):
        monkeypatch.setenv("TZ", zone)
        monkeypatch.setenv("LC_ALL", language)
        time.tzset()
        try:
            locale.setlocale(locale.LC_ALL, "")
        except locale.Error:
            locale.setlocale(locale.LC_ALL, "C")

    yield move
    monkeypatch.undo()
    time.tzset()
    locale.setlocale(locale.LC_ALL, before)


def test_nothing_depends_on_the_language_or_the_zone_of_the_machine(abroad):
    wanted = moments("05/01/2024 01:30:00 PM", "%m/%d/%Y %I:%M:%S %p").start[0]
    for zone, language in (("Asia/Tokyo", "C"), ("America/Chicago", "tr_TR.UTF-8")):
        abroad(zone, language)
        assert moments("05/01/2024 01:30:00 PM", "%m/%d/%Y %I:%M:%S %p").start[0] == wanted


@settings(max_examples=300, deadline=None)
@given(
    st.datetimes(datetime(1950, 1, 1), datetime(2037, 1, 1)),  # noqa: DTZ001
    st.sampled_from(["Europe/Stockholm", "America/Chicago", "Europe/London", "Australia/Lord_Howe"]),
)
@example(datetime(2024, 3, 31, 2, 30), "Europe/Stockholm")  # noqa: DTZ001
@example(datetime(2024, 10, 27, 2, 30), "Europe/Stockholm")  # noqa: DTZ001
def test_every_moment_agrees_with_the_standard_library(wall, zone):
    made = moments(wall.isoformat(), zone=zone)
    readings = {wall.replace(tzinfo=ZoneInfo(zone), fold=fold).timestamp() for fold in (0, 1)}
    found = [
        float((one[0] - np.datetime64(0, "us")).astype(np.int64)) / 1e6 for one in (made.start, made.end)
    ]

    assert found == pytest.approx([min(readings), max(readings)], abs=1e-4)


@settings(max_examples=200, deadline=None)
@given(
    st.datetimes(datetime(1850, 1, 1), datetime(2100, 1, 1)),  # noqa: DTZ001
    st.sampled_from(["Europe/Stockholm", "America/Chicago"]),
    st.sampled_from([15, 30, 60]),
)
def test_rounding_puts_back_to_whole_quarters_on_the_wall_and_never_forward(wall, zone, minutes):
    made = moments(wall.isoformat(), zone=zone).rounded(minutes, zone)
    local = local_times(made.start, zone).astype(np.int64)[0]

    assert local % (minutes * 60_000_000) == 0
    assert (
        0
        <= (moments(wall.isoformat(), zone=zone).start - made.start).astype(np.int64)[0]
        < minutes * 60_000_000
    )
    assert made.end[0] >= made.start[0]
