"""Periods are half-open spans of local dates."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from samsyn.domain import calendar
from samsyn.domain.calendar import Period, PeriodBackwards

some_dates = st.dates(date(1990, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("first_year", "last_year", "days"), [(2017, 2017, 365), (2020, 2020, 366), (2017, 2020, 1461)]
)
def test_whole_years_hold_all_their_days(first_year, last_year, days):
    assert Period.of_years(first_year, last_year).days == days


@given(some_dates, st.integers(1, 4000))
def test_the_last_day_is_in_the_period_and_the_end_is_not(first, days):
    period = Period(first, first + timedelta(days=days))

    assert (period.days, period.last) == (days, period.end - timedelta(days=1))
    assert period.first <= period.last < period.end


@pytest.mark.parametrize("days", [0, 1, 365])
def test_a_period_without_a_day_is_refused(days):
    first = date(2024, 1, 1)

    with pytest.raises(PeriodBackwards, match="SAM002"):
        Period(first, first - timedelta(days=days))


@pytest.mark.parametrize(
    ("period", "years"),
    [
        (Period(date(2019, 1, 1), date(2020, 1, 1)), (2019,)),
        (Period(date(2019, 12, 31), date(2020, 1, 1)), (2019,)),
        (Period(date(2019, 12, 31), date(2020, 1, 2)), (2019, 2020)),
        (Period.of_years(2017, 2019), (2017, 2018, 2019)),
    ],
)
def test_a_year_is_touched_only_if_a_day_of_it_is_in_the_period(period, years):
    assert period.years() == years


def test_periods_sort_by_their_first_day():
    later, earlier = Period.of_years(2019, 2019), Period.of_years(2018, 2020)

    assert sorted([later, earlier]) == [earlier, later]


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 1, 1, 22, 30, tzinfo=UTC), date(2026, 1, 1)),
        (datetime(2026, 1, 1, 23, 30, tzinfo=UTC), date(2026, 1, 2)),
        (datetime(2026, 7, 1, 21, 30, tzinfo=UTC), date(2026, 7, 1)),
        (datetime(2026, 7, 1, 22, 30, tzinfo=UTC), date(2026, 7, 2)),
    ],
)
def test_today_is_the_day_in_stockholm_summer_and_winter(monkeypatch, moment, day):
    monkeypatch.setattr(calendar, "now", lambda: moment)

    assert calendar.today() == day


def test_the_clock_is_in_utc():
    assert calendar.now().tzinfo is UTC
