"""What a notice may be about, by which way it goes, and at what hour: rules without tables.

A notice is a pointer. What it is about is read in the program, by someone who may read it there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from samsyn.domain.calendar import STOCKHOLM


class NoticeKind(StrEnum):
    """What has happened that somebody should look at."""

    QUESTION_WAITS = "question_waits"
    QUESTION_LIFTED = "question_lifted"
    QUESTION_ANSWERED = "question_answered"
    ACTION_ASSIGNED = "action_assigned"
    ACTION_OVERDUE = "action_overdue"
    ACTION_DONE = "action_done"
    MEETING_CALLED = "meeting_called"
    MEETING_CANCELLED = "meeting_cancelled"
    ROUND_OPEN = "round_open"
    MEETING_CARD = "meeting_card"
    SHIFT_CANCELLED = "shift_cancelled"
    MANDATE_EXPIRES = "mandate_expires"
    CARD_TO_APPROVE = "card_to_approve"
    HEADS_UP = "heads_up"
    HEADS_UP_RETRACTED = "heads_up_retracted"
    AGREEMENT_TO_SIGN = "agreement_to_sign"
    AGREEMENT_EXPIRES = "agreement_expires"
    AGREEMENT_ENDED = "agreement_ended"
    COMMITMENT_DUE = "commitment_due"
    SELF_CHECK_DUE = "self_check_due"
    PULSE_OPEN = "pulse_open"
    STATEMENT_TO_APPROVE = "statement_to_approve"
    PLACE_NEWS = "place_news"


class Channel(StrEnum):
    """How an account wants to hear of a kind; everything but OFF also stands in the program."""

    IN_APP = "in_app"
    EMAIL = "email"
    DAILY = "daily"
    WEEKLY = "weekly"
    OFF = "off"


# Where waiting costs somebody something, the first choice is an e-mail at once.
_AT_ONCE = frozenset(
    {
        NoticeKind.QUESTION_WAITS,
        NoticeKind.QUESTION_ANSWERED,
        NoticeKind.MEETING_CANCELLED,
        NoticeKind.AGREEMENT_TO_SIGN,
        NoticeKind.AGREEMENT_ENDED,
    }
)


def first_choice(kind: NoticeKind) -> Channel:
    """Return how a kind goes to an account that has chosen nothing.

    Parameters
    ----------
    kind : NoticeKind
        What the notice is about.

    Returns
    -------
    Channel
        E-mail where waiting costs somebody something, else in the program alone.
    """
    return Channel.EMAIL if kind in _AT_ONCE else Channel.IN_APP


@dataclass(frozen=True, slots=True)
class Hours:
    """When an account wants e-mail: quiet from and to (local, may pass midnight), and the digest's hour.

    Attributes
    ----------
    quiet_from, quiet_to : time or None
        Nothing is sent from the first until the second; equal or missing means never quiet.
    digest_hour : int
        The local hour of the digest, 0–23.
    digest_weekday : int
        The weekday of the weekly digest, Monday 0.
    """

    quiet_from: time | None = None
    quiet_to: time | None = None
    digest_hour: int = 7
    digest_weekday: int = 0


def out_of_quiet(moment: datetime, hours: Hours) -> datetime:
    """Return the moment, or the end of the quiet hours when it lies in them.

    Parameters
    ----------
    moment : datetime
        With a time zone.
    hours : Hours
        The account's hours, read on a Swedish clock also on the nights when it is moved.

    Returns
    -------
    datetime
        In UTC, never before ``moment``.

    Examples
    --------
    >>> night = Hours(time(22), time(6))
    >>> out_of_quiet(datetime(2026, 11, 20, 23, tzinfo=UTC), night).isoformat()
    '2026-11-21T05:00:00+00:00'
    """
    first, last = hours.quiet_from, hours.quiet_to
    if first is None or last is None or first == last:
        return moment
    local = moment.astimezone(STOCKHOLM)
    clock = local.time()
    over_midnight = first > last
    inside = (clock >= first or clock < last) if over_midnight else first <= clock < last
    if not inside:
        return moment
    day = local.date() + timedelta(days=1) if over_midnight and clock >= first else local.date()
    # In the hour that comes twice in October, the end belongs to the same round as the moment.
    end = _at(day, last, fold=local.fold if day == local.date() else 0)
    return max(moment, end)


def next_digest(moment: datetime, hours: Hours, *, weekly: bool) -> datetime:
    """Return when the next digest goes after a moment.

    Parameters
    ----------
    moment : datetime
        With a time zone.
    hours : Hours
        The account's hours.
    weekly : bool
        On the chosen weekday only.

    Returns
    -------
    datetime
        In UTC, later than ``moment``.

    Examples
    --------
    >>> next_digest(datetime(2026, 11, 20, 23, tzinfo=UTC), Hours(), weekly=True).isoformat()
    '2026-11-23T06:00:00+00:00'
    """
    day = moment.astimezone(STOCKHOLM).date()
    for ahead in range(9):
        candidate = day + timedelta(days=ahead)
        at = _at(candidate, time(hours.digest_hour))
        if at > moment and (not weekly or candidate.weekday() == hours.digest_weekday):
            return at
    raise AssertionError("nine days hold every weekday twice or once")  # pragma: no cover


def mail_at(moment: datetime, channel: Channel, hours: Hours) -> datetime | None:
    """Return when an e-mail about a notice may go, or None when none is to.

    Parameters
    ----------
    moment : datetime
        When it happened.
    channel : Channel
        The account's choice for the kind.
    hours : Hours
        The account's hours.

    Returns
    -------
    datetime or None
        In UTC.
    """
    if channel is Channel.EMAIL:
        return out_of_quiet(moment, hours)
    if channel in {Channel.DAILY, Channel.WEEKLY}:
        return out_of_quiet(next_digest(moment, hours, weekly=channel is Channel.WEEKLY), hours)
    return None


def _at(day: date, clock: time, fold: int = 0) -> datetime:
    return datetime.combine(day, clock.replace(fold=fold), STOCKHOLM).astimezone(UTC)
