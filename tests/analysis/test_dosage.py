"""Minutes of presence against a count minute by minute, and regularity against chance."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from samsyn.analysis.dosage import dosage, dosage_regularity
from samsyn.analysis.errors import NoExposure, SeriesDiffer, SettingOutOfRange, TooFewEvents

ORIGIN = datetime(2026, 5, 2, 18)  # noqa: DTZ001 - the clock on the wall


def visit(start, length, actor="polis", place="torget", **more):
    begins = ORIGIN + timedelta(minutes=start)
    ends = None if length is None else (begins + timedelta(minutes=length)).isoformat()
    return {"start": begins.isoformat(), "end": ends, "actor": actor, "place": place, **more}


VISITS = st.lists(
    st.tuples(st.integers(0, 400), st.integers(1, 90), st.sampled_from("ab"), st.sampled_from("xy")),
    min_size=1,
    max_size=8,
)


@settings(max_examples=60, deadline=None)
@given(VISITS)
def test_minutes_are_what_counting_every_minute_gives(rows):
    found = dosage([visit(*row) for row in rows])
    each = [(t, actor, place) for s, n, actor, place in rows for t in range(s, s + n)]
    assert found.value == len(each)
    assert found.minutes_with_someone == len({(t, place) for t, _actor, place in each})
    assert found.by_actor == {a: sum(x[1] == a for x in each) for a in {r[2] for r in rows}}
    assert found.by_place == {p: sum(x[2] == p for x in each) for p in {r[3] for r in rows}}
    assert found.by_hour[19] == sum(60 <= t < 120 for t, _actor, _place in each)
    assert sum(found.by_hour) == pytest.approx(found.value)


@settings(max_examples=40, deadline=None)
@given(VISITS)
def test_the_delivered_part_of_the_plan_is_counted_minute_by_minute(rows):
    plan = [visit(30, 120, place="x"), visit(200, 100, place="y")]
    found = dosage([visit(*row) for row in rows], planned=plan)
    minutes = {(t, place) for s, n, _actor, place in rows for t in range(s, s + n)}
    wanted = {(t, "x") for t in range(30, 150)} | {(t, "y") for t in range(200, 300)}
    assert found.delivered_minutes == len(minutes & wanted)
    assert found.share_covered == pytest.approx(100 * len(minutes & wanted) / 220)
    reached = any(p == "x" and 30 <= t < 150 for t, p in minutes)
    reached += any(p == "y" and 200 <= t < 300 for t, p in minutes)
    assert found.reached == reached


def test_a_visit_without_an_end_is_counted_but_gives_no_minutes():
    found = dosage([visit(0, 15), visit(60, None)], planned=[visit(50, 30)])
    assert (found.n, found.unknown_duration, found.value, found.reached) == (2, 1, 15, 1)
    assert found.delivered_minutes == 0
    assert found.caveats == ("durations_unknown",)


def test_lengths_are_judged_as_the_method_says():
    rows = [visit(i * 60, n) for i, n in enumerate((11, 12, 17, 18))] + [visit(300, 40, event=True)]
    found = dosage(rows)
    assert (found.short, found.by_method, found.longer, found.with_event) == (1, 2, 1, 1)
    assert found.fidelity == 50.0


@pytest.mark.parametrize(("day", "minutes"), [("2026-03-29", 120.0), ("2026-10-25", 240.0)])
def test_the_nights_when_the_clock_is_changed_have_their_true_length(day, minutes):
    found = dosage([{"start": f"{day}T01:00", "end": f"{day}T04:00"}])
    assert found.value == minutes
    assert found.by_hour[2] == (0.0 if minutes == 120 else 120.0)


def drawn(starts, length=240):
    rows = []
    for day, minute in enumerate(starts):
        begins = ORIGIN + timedelta(days=day)
        rows.append(
            {
                "start": (begins + timedelta(minutes=float(minute))).isoformat(),
                "window_start": begins.isoformat(),
                "window_end": (begins + timedelta(minutes=length)).isoformat(),
            }
        )
    return rows


def test_the_same_time_every_day_is_too_regular_with_the_clock_told():
    found = dosage_regularity(drawn([100 + i % 5 for i in range(10)]))
    assert (found.estimate, found.clock, found.p) == (10, "19:40", 0.001)
    assert found.verdict == "too_regular"
    assert dosage_regularity(drawn([100 + i % 5 for i in range(10)])[::-1]) == found


def test_a_window_over_midnight_is_one_stretch_of_the_clock():
    rows = drawn([355 + i for i in range(8)], length=480)
    assert dosage_regularity(rows).estimate == 8


def test_even_gaps_within_evenings_are_too_regular():
    rows = []
    for day in range(4):
        shift = timedelta(days=day, minutes=53 * day)
        for number in range(4):
            start = ORIGIN + shift + timedelta(minutes=60 * number)
            opens = ORIGIN + timedelta(days=day)
            rows.append(
                {
                    "start": start.isoformat(),
                    "window_start": opens.isoformat(),
                    "window_end": (opens + timedelta(minutes=350)).isoformat(),
                }
            )
    found = dosage_regularity(rows)
    assert found.gaps == 12
    assert found.gap_mean == pytest.approx(60.0)
    assert found.p_gaps <= 0.025


def test_random_plans_are_seldom_called_too_regular():
    rng = np.random.default_rng(8)
    called = sum(
        dosage_regularity(drawn(rng.uniform(0, 240, 12)), replications=99).verdict == "too_regular"
        for _ in range(80)
    )
    assert called <= 9


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda: dosage([]), TooFewEvents),
        (lambda: dosage([visit(0, -5)]), NoExposure),
        (lambda: dosage([visit(0, 5)], planned=[visit(0, -5)]), NoExposure),
        (lambda: dosage([{"start": "i går", "end": None}]), SeriesDiffer),
        (lambda: dosage([visit(0, 5)], timezone="Mars/Olympus"), SettingOutOfRange),
        (lambda: dosage_regularity(drawn(range(7))), TooFewEvents),
        (lambda: dosage_regularity(drawn(range(8)), replications=9), SettingOutOfRange),
        (lambda: dosage_regularity(drawn([300] * 8)), SeriesDiffer),
        (lambda: dosage_regularity(drawn([0] * 8, length=-1)), NoExposure),
    ],
)
def test_what_cannot_be_answered_is_refused(call, error):
    with pytest.raises(error):
        call()
