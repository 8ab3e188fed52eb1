"""Counts of a place whose boundary has moved: what fell because the boundary did, and what fell by itself."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest
import shapely
from hypothesis import given, settings, strategies as st

from samsyn.analysis.audit import Mark
from samsyn.analysis.errors import SeriesDiffer
from samsyn.domain.access import SharingClass
from samsyn.domain.calendar import Period
from samsyn.geography.dated import DatedBoundary
from samsyn.studies.boundary_counts import CAVEATS, SENSITIVITY, boundary_counts

YEARS = [Period.of_years(2022, 2022), Period.of_years(2023, 2023)]
WIDE, NARROW = shapely.box(0, 0, 400, 500), shapely.box(0, 0, 190, 500)
OLD = DatedBoundary(WIDE.wkb, date(2022, 1, 1), date(2023, 1, 1))
NEW = DatedBoundary(NARROW.wkb, date(2023, 1, 1))


def events(*rows: tuple[float, float, int, str]):
    x, y, count, day = zip(*rows, strict=True)
    return x, y, count, np.array(day, "datetime64[D]")


def spread(before: int, after: int, *, outside: int = 0):
    """Return events on the ground that stays, in both years, and in the first year on what was left out."""
    rows = [(60 + at % 70, 100 + at % 300, 1, "2022-05-01") for at in range(before)]
    rows += [(290 + at % 20, 100 + at % 300, 1, "2022-06-01") for at in range(outside)]
    rows += [(60 + at % 70, 100 + at % 300, 1, "2023-05-01") for at in range(after)]
    return events(*rows)


def asked(of, boundaries=(OLD, NEW), periods=YEARS, **chosen):
    chosen = {"kind": "theft", "audience": SharingClass.AUTHORITIES, **chosen}
    return boundary_counts(*of, list(boundaries), list(periods), **chosen)


def test_the_count_falls_the_area_falls_and_the_density_rises():
    answer = asked(spread(40, 60, outside=40))

    assert [one.count for one in answer.periods] == [80, 60]
    assert [one.hectares for one in answer.periods] == [20.0, 9.5]
    decomposition = answer.changes[0].decomposition
    assert decomposition.count_change == pytest.approx(-25)
    assert decomposition.base_change == pytest.approx(-52.5)
    assert decomposition.rate_change == pytest.approx(100 * ((60 / 9.5) / (80 / 20) - 1))
    assert decomposition.directions_differ


def test_on_the_ground_that_remains_the_two_years_are_compared_as_they_are():
    answer = asked(spread(40, 60, outside=40))

    assert [one.on_common_ground for one in answer.periods] == [40, 60]
    assert answer.changes[0].on_common_ground.difference == 20
    assert answer.common_hectares == pytest.approx(9.5)
    assert "same_boundary_needed" in answer.caveats


def test_a_withdrawn_report_is_taken_off():
    answer = asked(events((50, 50, 1, "2022-05-01"), (50, 50, -1, "2022-05-02"), (60, 50, 1, "2022-05-02")))

    assert answer.periods[0].count == 1
    assert answer.periods[0].sensitivity[0].expected == 1
    assert "withdrawn_reports" in answer.caveats


def test_more_withdrawn_than_reported_is_told_and_not_divided():
    answer = asked(events((50, 50, -1, "2022-05-01"), (60, 50, 1, "2023-05-02")))

    assert [one.count for one in answer.periods] == [-1, 1]
    assert answer.changes[0].decomposition is None
    assert answer.changes[0].refusal.startswith("SAM")


def test_events_without_position_are_told_and_not_counted():
    answer = asked(events((50, 50, 1, "2022-05-01"), (math.nan, math.nan, 2, "2022-05-01")))

    assert answer.periods[0].count == 1
    assert answer.without_position == 2
    assert "without_position" in answer.caveats


def test_a_boundary_that_changes_within_a_period_gives_no_density():
    both = [Period.of_years(2022, 2023)]
    answer = asked(spread(40, 60, outside=40), periods=both)

    assert answer.periods[0].count == 140
    assert (answer.periods[0].hectares, answer.periods[0].per_hectare) == (None, None)
    assert "boundary_changed_within" in answer.caveats


def test_days_without_a_boundary_are_told():
    answer = asked(spread(4, 6), boundaries=[NEW])

    assert [one.count for one in answer.periods] == [0, 6]
    assert answer.periods[0].hectares is None
    assert "boundary_missing" in answer.caveats


def test_places_that_moved_altogether_have_no_common_ground():
    moved = DatedBoundary(shapely.box(1000, 0, 1200, 500).wkb, date(2023, 1, 1))
    answer = asked(spread(4, 6), boundaries=[OLD, moved])

    assert answer.common_hectares is None
    assert answer.changes[0].on_common_ground is None
    assert "no_common_ground" in answer.caveats


def test_a_detection_driven_kind_carries_its_caveat():
    assert "detection_driven" in asked(spread(40, 60), kind="drug_offence").caveats
    assert "detection_driven" not in asked(spread(40, 60)).caveats


def test_positions_at_four_sizes_of_error_stand_beside_the_count():
    answer = asked(events((10, 250, 3, "2022-05-01"), (-5, 250, 3, "2022-05-01"), (5000, 0, 9, "2022-05-01")))
    first = answer.periods[0]

    assert [one.median_error for one in first.sensitivity] == list(SENSITIVITY)
    assert first.sensitivity[0].expected == first.count == 3
    # Half of what lies on the border belongs, whatever the error.
    assert first.belonging.expected == pytest.approx(3, abs=0.4)
    assert first.uncertain == 6
    assert first.belonging.interval.low < 3 < first.belonging.interval.high


def test_an_event_far_away_changes_no_number_whatever_the_error():
    near = asked(events((10, 250, 3, "2022-05-01")))
    far = asked(events((10, 250, 3, "2022-05-01"), (9000, 250, 50, "2022-05-01")))
    assert near.periods == far.periods


def test_other_readers_meet_no_small_count_and_nothing_made_of_one():
    answer = asked(spread(3, 60, outside=40), audience=SharingClass.COOPERATION)
    first = answer.periods[0]

    # 43 in all and 3 on the common ground: one of the parts and another with it.
    assert first.on_common_ground is None
    assert first.mark_on_common_ground is Mark.SMALL
    assert first.sensitivity == ()
    assert answer.changes[0].on_common_ground is None
    assert "small_counts_hidden" in answer.caveats


def test_a_small_rest_hides_the_whole_or_the_common_ground():
    answer = asked(spread(40, 60, outside=2), audience=SharingClass.COOPERATION)
    first = answer.periods[0]

    assert None in (first.count, first.on_common_ground)


def test_kinds_about_persons_are_withheld_outside_the_working_group():
    answer = asked(spread(40, 60), kind="offence_in_close_relation", audience=SharingClass.COOPERATION)

    assert {one.count for one in answer.periods} == {None}
    assert {one.mark for one in answer.periods} == {Mark.WITHHELD}
    assert answer.changes[0].decomposition is None


@pytest.mark.parametrize("periods", [[], YEARS[::-1], [YEARS[0], YEARS[0]]])
def test_periods_out_of_order_are_refused(periods):
    with pytest.raises(SeriesDiffer):
        asked(spread(1, 1), periods=periods)


def test_lists_of_unlike_length_are_refused():
    with pytest.raises(SeriesDiffer):
        asked(([1.0], [1.0, 2.0], [1], np.array(["2022-01-01"], "datetime64[D]")))


corner = st.integers(0, 30)
boxes = st.tuples(corner, corner, st.integers(1, 20), st.integers(1, 20)).map(
    lambda at: shapely.box(at[0] * 10, at[1] * 10, (at[0] + at[2]) * 10, (at[1] + at[3]) * 10)
)
rows = st.lists(
    st.tuples(
        st.integers(0, 500),
        st.integers(0, 500),
        st.integers(1, 3),
        st.sampled_from(["2022-03-04", "2023-03-04"]),
    ),
    min_size=1,
    max_size=40,
)


@settings(max_examples=60, deadline=None)
@given(rows, boxes, boxes)
def test_the_common_ground_never_holds_more_than_either_boundary(of, before, after):
    moved = [DatedBoundary(before.wkb, OLD.first, OLD.end), DatedBoundary(after.wkb, NEW.first)]
    for one in asked(events(*of), boundaries=moved).periods:
        assert one.on_common_ground is None or one.on_common_ground <= one.count
        assert one.sensitivity[0].expected == one.count


@settings(max_examples=40, deadline=None)
@given(rows, boxes)
def test_equal_boundaries_give_equal_counts_on_the_common_ground(of, box):
    same = [DatedBoundary(box.wkb, OLD.first, OLD.end), DatedBoundary(box.wkb, NEW.first)]
    answer = asked(events(*of), boundaries=same)
    assert all(one.on_common_ground == one.count for one in answer.periods)
    assert "same_boundary_needed" not in answer.caveats


@settings(max_examples=40, deadline=None)
@given(rows, boxes, boxes)
def test_no_shown_count_tells_other_readers_a_small_one(of, before, after):
    moved = [DatedBoundary(before.wkb, OLD.first, OLD.end), DatedBoundary(after.wkb, NEW.first)]
    for one in asked(events(*of), boundaries=moved, audience=SharingClass.OPEN).periods:
        assert one.count is None or one.count == 0 or one.count >= 5
        if one.count is not None and one.on_common_ground is not None:
            assert not 0 < one.count - one.on_common_ground < 5


def test_every_caveat_has_a_sentence():
    answer = asked(spread(40, 60, outside=40), kind="drug_offence")
    assert set(answer.caveats) <= set(CAVEATS)
