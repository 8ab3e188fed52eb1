"""Boundaries with dates: one at a time, and the ground they share."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
import shapely

from samsyn.geography import errors
from samsyn.geography.dated import DatedBoundary, boundary_of_day, check_dates, common_ground

OLD = DatedBoundary(shapely.box(0, 0, 200, 100).wkb, date(2022, 1, 1), date(2023, 1, 1))
NEW = DatedBoundary(shapely.box(100, 0, 300, 100).wkb, date(2023, 1, 1))


def dated(*bounds: float, first: int = 2022, end: int | None = None) -> DatedBoundary:
    return DatedBoundary(shapely.box(*bounds).wkb, date(first, 1, 1), date(end, 1, 1) if end else None)


def test_an_event_belongs_to_the_boundary_of_its_own_day():
    days = np.array(["2022-12-31", "2023-01-01", "2022-12-31", "2023-01-01", "2021-06-01"], "datetime64[D]")
    found = boundary_of_day([50, 50, 250, 250, 50], [50] * 5, days, [OLD, NEW])
    assert found.tolist() == [0, -1, -1, 1, -1]


def test_the_common_ground_is_what_lies_within_all():
    ground = shapely.from_wkb(common_ground([OLD, NEW]))
    assert ground.equals(shapely.box(100, 0, 200, 100))


@pytest.mark.parametrize("other", [(200, 0, 300, 100), (200, 100, 300, 200), (500, 0, 600, 100)])
def test_borders_that_touch_share_no_ground(other):
    assert common_ground([OLD, dated(*other)]) is None


def test_equal_boundaries_share_themselves_corner_for_corner():
    assert common_ground([OLD, dated(0, 0, 200, 100, first=2023)]) == OLD.wkb
    assert common_ground([]) is None


@pytest.mark.parametrize(
    "boundaries",
    [
        [dated(0, 0, 1, 1, first=2020), dated(0, 0, 1, 1, first=2022)],
        [dated(0, 0, 1, 1, first=2021, end=2023), dated(0, 0, 1, 1, first=2022)],
        [dated(0, 0, 1, 1, first=2022, end=2022)],
    ],
)
def test_two_boundaries_in_force_on_one_day_are_refused(boundaries):
    with pytest.raises(errors.BoundariesOverlap):
        check_dates(boundaries)


def test_a_gap_between_boundaries_is_no_fault():
    check_dates([dated(0, 0, 1, 1, first=2020, end=2021), NEW])
    assert OLD.hectares == 2.0
    days = [date(2022, 12, 31), date(2023, 1, 1)]
    assert [OLD.in_force(day) for day in days] == [True, False]
    assert [NEW.in_force(day) for day in days] == [False, True]
