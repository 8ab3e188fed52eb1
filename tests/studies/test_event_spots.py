"""Events by their nearest sub-place."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st

from samsyn.analysis.errors import SeriesDiffer
from samsyn.studies.event_spots import REACH_M, spot_sums

POINT = st.tuples(st.integers(-200, 200), st.integers(-200, 200))


@given(
    st.lists(st.tuples(POINT, st.sampled_from([1, 1, -1]), st.booleans()), max_size=30),
    st.lists(POINT, max_size=5),
)
def test_each_event_is_counted_at_the_nearest_within_reach(events, spots):
    x = np.array([float(one[0][0]) for one in events])
    y = np.array([float(one[0][1]) for one in events])
    counts = np.array([one[1] for one in events], dtype=np.int32)
    recent = np.array([one[2] for one in events], dtype=bool)
    sums = spot_sums(x, y, counts, recent, np.array(spots, dtype=float).reshape(-1, 2))

    assert sums[:, 0].sum() == counts.sum()
    assert sums[:, 1].sum() == counts[recent].sum()
    none = 0
    for at, n, _ in events:
        away = [np.hypot(at[0] - one[0], at[1] - one[1]) for one in spots]
        none += n if not away or min(away) > REACH_M else 0
    assert sums[-1, 0] == none


def test_an_event_without_a_position_is_near_none():
    at = np.array([np.nan])

    assert spot_sums(at, at, np.ones(1, np.int32), np.array([True]), np.zeros((1, 2))).tolist() == [
        [0, 0],
        [1, 1],
    ]


def test_arrays_of_different_length_are_refused():
    with pytest.raises(SeriesDiffer):
        spot_sums(np.zeros(1), np.zeros(2), np.ones(1, np.int32), np.array([True]), np.zeros((1, 2)))
