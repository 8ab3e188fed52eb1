"""Events over the hours of the week, by the overlap of their spans."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import example, given, settings, strategies as st

from samsyn.analysis.aoristic import aoristic_hours
from samsyn.analysis.errors import NotACount, SeriesDiffer, SettingOutOfRange, TooFewEvents

STOCKHOLM = ZoneInfo("Europe/Stockholm")


def slowly(start: int, end: int) -> dict[int, float]:
    """Return the hours of a span, minute by minute through the time zone."""
    found: dict[int, float] = {}
    for moment in range(start, end, 60):
        local = datetime.fromtimestamp(moment, UTC).astimezone(STOCKHOLM)
        cell = local.weekday() * 24 + local.hour
        found[cell] = found.get(cell, 0) + 60 / (end - start)
    return found


@pytest.mark.parametrize("compiled", [True, False])
def test_the_published_spans_are_cut_exactly(reference, compiled):
    case = json.loads((reference / "cases" / "aoristic_weekhour.json").read_text())

    for at, wanted in enumerate(case["expected"]["exact_overlap"]):
        found = aoristic_hours(
            [case["input"]["begin"][at]], [case["input"]["end"][at]], compiled=compiled
        ).hours
        cells = {str(cell): value for cell, value in enumerate(found) if value}
        assert cells == pytest.approx(wanted, abs=case["tolerance"]["abs"])


def test_a_span_over_midnight_is_cut_by_the_minutes():
    hours = aoristic_hours(["2024-01-01T23:30"], ["2024-01-02T01:15"]).hours

    assert hours[23:26] == pytest.approx((30 / 105, 60 / 105, 15 / 105), abs=1e-12)


def test_the_hour_that_spring_leaves_out_gets_nothing():
    answer = aoristic_hours(["2024-03-31T01:00"], ["2024-03-31T04:00"])

    assert [round(value, 12) for value in answer.hours[145:148]] == [0.5, 0.0, 0.5]


def test_the_hour_that_autumn_repeats_counts_twice():
    answer = aoristic_hours(["2024-10-27T01:00"], ["2024-10-27T04:00"])

    assert answer.hours[145:148] == pytest.approx((0.25, 0.5, 0.25))


def test_a_clock_time_that_does_not_exist_or_comes_twice_is_said():
    gone = aoristic_hours(["2024-03-31T02:30"])
    twice = aoristic_hours(["2024-10-27T02:30"], ["2024-10-27T02:40"])

    assert gone.hours[147] == 1
    assert gone.clock_change == 1
    assert "clock_change" in gone.caveats
    assert twice.hours[146] == 1
    assert twice.clock_change == 1


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 60 * 24 * 366), st.integers(1, 60 * 23), st.sampled_from([-1, 1, 1, 3])),
        min_size=1,
        max_size=4,
    )
)
# One hour is 1.0 and what rounding lost is half of its last digit: a smaller hour has to take it.
@example([(0, 1, -1), (57, 57, 1), (120, 1, 1)])
def test_overlap_is_what_counting_minutes_gives(events):
    origin = 1_704_067_200
    starts = [origin + 60 * start for start, _, _ in events]
    ends = [origin + 60 * (start + span) for start, span, _ in events]
    counts = [count for *_, count in events]
    if sum(counts) <= 0:
        return
    wanted = np.zeros(168)
    for start, end, count in zip(starts, ends, counts, strict=True):
        for cell, share in slowly(start, end).items():
            wanted[cell] += count * share

    for compiled in (True, False):
        answer = aoristic_hours(starts, ends, counts=counts, compiled=compiled)
        assert answer.hours == pytest.approx(wanted, abs=1e-9)
        assert math.fsum(answer.hours) == answer.total == sum(counts)


def test_spans_across_the_clock_changes_agree_with_counting_minutes():
    for day in (datetime(2024, 3, 30, 20, tzinfo=UTC), datetime(2024, 10, 26, 20, tzinfo=UTC)):
        start = int(day.timestamp())
        answer = aoristic_hours([start], [start + 40_000 // 60 * 60])
        wanted = slowly(start, start + 40_000 // 60 * 60)
        assert {c: v for c, v in enumerate(answer.hours) if v} == pytest.approx(wanted)


def test_texts_datetimes_numbers_and_arrays_mean_the_same():
    local = datetime.fromisoformat("2024-07-03T14:20")
    moment = int(local.replace(tzinfo=STOCKHOLM).timestamp())
    ways = [
        [local.isoformat()],
        [local],
        [moment],
        ["2024-07-03T12:20Z"],
        np.array([moment]),
        np.array([local], dtype="datetime64[s]"),
    ]

    assert len({aoristic_hours(way).hours for way in ways}) == 1


def test_what_is_left_out_is_counted_and_nothing_is_lost():
    answer = aoristic_hours(
        [None, "2024-01-01T01:00", "2024-01-01T01:00", "2024-01-05T01:00", "2024-01-01T02:00"],
        ["2024-01-01T01:00", None, "2024-01-05T01:00", "2024-01-01T01:00", "2024-01-01T02:30"],
        counts=[1, 2, 4, 8, 16],
    )

    assert (answer.unknown, answer.too_long, answer.reversed, answer.total) == (3, 4, 8, 16)
    assert {"times_unknown", "spans_left_out"} <= set(answer.caveats)


def test_a_withdrawn_event_takes_itself_back():
    rest = aoristic_hours(["2024-01-03T10:10"], ["2024-01-03T12:00"])
    both = aoristic_hours(
        ["2024-01-03T10:10", "2024-01-05T22:00", "2024-01-05T22:00"],
        ["2024-01-03T12:00", "2024-01-06T01:00", "2024-01-06T01:00"],
        counts=[1, 1, -1],
    )

    assert both.hours == pytest.approx(rest.hours, abs=1e-15)
    assert both.total == 1


def test_a_week_later_is_the_same_hour_and_order_is_nothing():
    rng = np.random.default_rng(1)
    starts = 1_717_200_000 + rng.integers(0, 10**6, 200)
    ends = starts + rng.integers(0, 80_000, 200)

    first = aoristic_hours(starts, ends)
    assert aoristic_hours(starts + 604_800, ends + 604_800).hours == pytest.approx(first.hours)
    assert aoristic_hours(starts[::-1], ends[::-1]).hours == pytest.approx(first.hours)


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"starts": []}, TooFewEvents),
        ({"starts": [None]}, TooFewEvents),
        ({"starts": ["2024-01-01"], "counts": [-1]}, TooFewEvents),
        ({"starts": ["i går"]}, NotACount),
        ({"starts": [0], "counts": [0.5]}, NotACount),
        ({"starts": [0], "ends": [0, 1]}, SeriesDiffer),
        ({"starts": [0], "counts": [1, 1]}, SeriesDiffer),
        ({"starts": [0], "time_zone": "Mars/Crater"}, SettingOutOfRange),
        ({"starts": [0], "longest_hours": 0}, SettingOutOfRange),
        ({"starts": [0], "level": 1}, SettingOutOfRange),
    ],
)
def test_what_cannot_be_answered_is_refused(arguments, error):
    with pytest.raises(error):
        aoristic_hours(**arguments)
