"""Hours of the week by place and kind: the same as one call each, with the untimed counted beside."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from samsyn.analysis.aoristic import aoristic_hours
from samsyn.analysis.errors import SeriesDiffer
from samsyn.studies.event_hours import week_hours

ZONE = "Europe/Stockholm"
EVENT = st.tuples(
    st.integers(0, 60 * 24 * 200), st.integers(0, 600), st.sampled_from([1, 1, 1, 2]),
    st.sampled_from(["torget", "parken", ""]), st.sampled_from(["theft", "assault"]), st.booleans(),
)  # fmt: skip


def arrays(events):
    base = np.datetime64("2026-01-01T00:00", "s")
    starts = np.array([base + np.timedelta64(one[0] * 60, "s") for one in events], dtype="datetime64[s]")
    ends = starts + np.array([one[1] * 60 for one in events], dtype="timedelta64[s]")
    counts = np.array([one[2] for one in events], dtype=np.int32)
    places = np.array([one[3] for one in events], dtype=object)
    kinds = np.array([one[4] for one in events], dtype=object)
    return starts, ends, counts, places, kinds, np.array([one[5] for one in events], dtype=bool)


@settings(max_examples=40, deadline=None)
@given(st.lists(EVENT, min_size=1, max_size=40))
def test_each_place_and_kind_is_as_if_it_were_asked_alone(events):
    given_arrays = arrays(events)
    found = week_hours(*given_arrays, time_zone=ZONE)

    for place in found.places:
        for kind in found.kinds:
            own = [one for one in events if one[3] == place and one[4] == kind]
            timed = arrays([one for one in own if one[5]])
            hours, placed, unplaced = found.of(place, (kind,))
            assert placed + unplaced == sum(one[2] for one in own)
            if len(timed[0]):
                alone = aoristic_hours(
                    timed[0].astype(np.int64), timed[1].astype(np.int64), counts=timed[2], time_zone=ZONE
                )
                assert hours == pytest.approx(alone.hours)
            else:
                assert hours.sum() == 0


def test_kinds_are_added_and_an_unknown_place_has_nothing():
    events = [(600, 0, 1, "torget", "theft", True), (700, 0, 1, "torget", "assault", True)]
    found = week_hours(*arrays(events), time_zone=ZONE)

    assert found.of("torget", ("theft", "assault"))[0].sum() == pytest.approx(2)
    assert found.of("annat", ("theft",))[1] == 0


def test_a_span_over_two_hours_is_shared_between_them():
    events = [(11 * 60 + 45, 30, 1, "torget", "theft", True)]
    found = week_hours(*arrays(events), time_zone=ZONE)
    thursday = 3 * 24

    assert found.hours[0, 0, thursday + 12] == pytest.approx(0.5)
    assert found.hours[0, 0, thursday + 13] == pytest.approx(0.5)


def test_arrays_of_different_length_are_refused():
    one = arrays([(0, 0, 1, "torget", "theft", True)])
    with pytest.raises(SeriesDiffer):
        week_hours(*one[:5], np.array([True, False]), time_zone=ZONE)
