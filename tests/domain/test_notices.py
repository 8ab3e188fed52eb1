"""Quiet hours over midnight and over the nights when the clock is moved; the hour of a digest."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given, strategies as st

from samsyn.domain.calendar import STOCKHOLM
from samsyn.domain.notices import Channel, Hours, NoticeKind, first_choice, mail_at, next_digest, out_of_quiet

NIGHT = Hours(time(22), time(6))
NOON = Hours(time(12), time(13))


def local(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM, fold=fold)


@pytest.mark.parametrize(
    ("hours", "moment", "sent"),
    [
        (NIGHT, "2026-11-20 21:59", "2026-11-20 21:59"),
        (NIGHT, "2026-11-20 22:00", "2026-11-21 06:00"),
        (NIGHT, "2026-11-21 00:30", "2026-11-21 06:00"),
        (NIGHT, "2026-11-21 06:00", "2026-11-21 06:00"),
        (NOON, "2026-11-21 12:30", "2026-11-21 13:00"),
        (NOON, "2026-11-21 11:59", "2026-11-21 11:59"),
        (Hours(), "2026-11-21 03:00", "2026-11-21 03:00"),
        (Hours(time(7), time(7)), "2026-11-21 07:00", "2026-11-21 07:00"),
        # The night to 29 March 2026 is an hour shorter, the night to 25 October an hour longer.
        (NIGHT, "2026-03-28 23:00", "2026-03-29 06:00"),
        (NIGHT, "2026-10-24 23:00", "2026-10-25 06:00"),
        # 02:30 does not exist on 29 March; the clock then shows 03:30.
        (Hours(time(22), time(2, 30)), "2026-03-28 23:00", "2026-03-29 03:30"),
    ],
)
def test_an_email_waits_until_the_quiet_hours_are_over(hours, moment, sent):
    assert out_of_quiet(local(moment), hours) == local(sent)


def test_the_hour_that_comes_twice_is_quiet_both_times():
    hours = Hours(time(22), time(2, 30))

    first = out_of_quiet(local("2026-10-25 02:15"), hours)
    second = out_of_quiet(local("2026-10-25 02:15", fold=1), hours)

    # Both are 02:30 on the wall.
    assert (first, second) == (
        local("2026-10-25 02:30").astimezone(UTC),
        local("2026-10-25 02:30", fold=1).astimezone(UTC),
    )
    assert second.astimezone(UTC) - first.astimezone(UTC) == timedelta(hours=1)


moments = st.integers(1_577_836_800, 1_893_456_000).map(lambda at: datetime.fromtimestamp(at, UTC))
clocks = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))


@given(moments, clocks, clocks)
def test_nothing_is_sent_before_it_happened_or_more_than_a_day_late(moment, first, last):
    sent = out_of_quiet(moment, Hours(first, last))

    assert moment <= sent <= moment + timedelta(hours=25)


@given(moments, st.integers(0, 23), st.integers(0, 6), st.booleans())
def test_a_digest_comes_at_its_hour_and_within_its_period(moment, hour, weekday, weekly):
    sent = next_digest(moment, Hours(digest_hour=hour, digest_weekday=weekday), weekly=weekly)

    assert moment < sent <= moment + timedelta(days=8 if weekly else 2)
    shown = sent.astimezone(STOCKHOLM)
    # The hour that is skipped in spring comes an hour later.
    assert shown.hour in {hour, (hour + 1) % 24}
    assert not weekly or shown.weekday() == weekday


@pytest.mark.parametrize(
    ("channel", "sent"),
    [
        (Channel.OFF, None),
        (Channel.IN_APP, None),
        (Channel.EMAIL, "2026-11-21 06:00"),
        (Channel.DAILY, "2026-11-21 07:00"),
        (Channel.WEEKLY, "2026-11-23 07:00"),
    ],
)
def test_each_way_has_its_moment(channel, sent):
    # Friday night.
    assert mail_at(local("2026-11-20 23:00"), channel, NIGHT) == (local(sent) if sent else None)


def test_a_digest_in_the_quiet_hours_waits_too():
    hours = Hours(time(22), time(6), digest_hour=5)

    assert mail_at(local("2026-11-20 12:00"), Channel.DAILY, hours) == local("2026-11-21 06:00")


def test_only_what_somebody_waits_for_is_mailed_at_once_unasked():
    mailed = {kind for kind in NoticeKind if first_choice(kind) is Channel.EMAIL}

    assert NoticeKind.QUESTION_WAITS in mailed
    assert NoticeKind.MEETING_CARD not in mailed
    assert {first_choice(kind) for kind in NoticeKind} == {Channel.EMAIL, Channel.IN_APP}
