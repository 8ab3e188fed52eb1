"""Agreements and what each party has promised in them: the workflow as data, and how much was kept.

People take the steps of drafting, signing, extending and ending. Time takes the rest: an agreement begins
to hold, expires soon and has expired by its dates alone, whether anybody opens the program or not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from samsyn.domain.errors import SamsynError

SOON_DAYS = 90
# Days before the end on which the parties are reminded; 0 is the day after the last.
WARNINGS = (90, 30, 0)
MOST_YEARS = 10


class AgreementKind(StrEnum):
    """What sort of agreement it is."""

    COOPERATION_AGREEMENT = "cooperation_agreement"
    PLACE_COOPERATION = "place_cooperation"
    CITIZEN_PROMISE = "citizen_promise"


class AgreementState(StrEnum):
    """Where an agreement stands."""

    AGREEMENT_DRAFT = "agreement_draft"
    AGREEMENT_SIGNED = "agreement_signed"
    HOLDS_NOW = "holds_now"
    RUNS_OUT_SOON = "runs_out_soon"
    RUN_OUT = "run_out"
    EXTENDED_BY_NEW = "extended_by_new"
    TERMINATED = "terminated"


class MeasureKind(StrEnum):
    """How it shows whether a promise was kept."""

    DONE_OR_NOT = "done_or_not"
    AMOUNT = "amount"
    HOURS_ON_SITE = "hours_on_site"


class CommitmentOutcome(StrEnum):
    """What a follow-up found."""

    KEPT = "kept"
    PARTLY_KEPT = "partly_kept"
    NOT_KEPT = "not_kept"
    NOT_TRIED = "not_tried"


_S = AgreementState
# What is stored is what people decided; the rest follows from the dates.
STORED = frozenset({_S.AGREEMENT_DRAFT, _S.AGREEMENT_SIGNED, _S.EXTENDED_BY_NEW, _S.TERMINATED})
BY_TIME = frozenset({_S.HOLDS_NOW, _S.RUNS_OUT_SOON, _S.RUN_OUT})
AGREEMENT_TRANSITIONS: dict[AgreementState, frozenset[AgreementState]] = {
    _S.AGREEMENT_DRAFT: frozenset({_S.AGREEMENT_SIGNED, _S.TERMINATED}),
    _S.AGREEMENT_SIGNED: frozenset({_S.HOLDS_NOW, _S.TERMINATED}),
    _S.HOLDS_NOW: frozenset({_S.RUNS_OUT_SOON, _S.EXTENDED_BY_NEW, _S.TERMINATED}),
    _S.RUNS_OUT_SOON: frozenset({_S.RUN_OUT, _S.EXTENDED_BY_NEW, _S.TERMINATED}),
    _S.RUN_OUT: frozenset({_S.EXTENDED_BY_NEW}),
    _S.EXTENDED_BY_NEW: frozenset(),
    _S.TERMINATED: frozenset(),
}
HOLDS = frozenset({_S.HOLDS_NOW, _S.RUNS_OUT_SOON})
OVER = frozenset({_S.RUN_OUT, _S.EXTENDED_BY_NEW, _S.TERMINATED})
UNMET = frozenset({CommitmentOutcome.NOT_KEPT, CommitmentOutcome.PARTLY_KEPT})


class NoSuchStep(SamsynError):
    """The agreement cannot take the step from where it stands."""

    code = "SAM046"
    template = "An agreement that stands at %(old)s cannot become %(new)s."
    mend = "Look at what it stands at; an agreement that is over is followed by a new one."


class TooFewParties(SamsynError):
    """An agreement needs two parties, and the owners of its places are always among them."""

    code = "SAM047"
    template = "An agreement needs at least two parties (missing: %(missing)s)."
    mend = "Add the organisations that agree; police and municipality own the work at a place together."


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time with a beginning and an end, such as a shift."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """What was promised against what was delivered.

    Attributes
    ----------
    promised, delivered : float or None
        In the unit of the promise; None where there is no number.
    """

    promised: float | None
    delivered: float | None

    @property
    def share(self) -> float | None:
        """How much of the promise was delivered, where both are known."""
        if self.promised is None or self.delivered is None or self.promised <= 0:
            return None
        return self.delivered / self.promised


def state_on(stored: AgreementState, first: date, last: date, day: date) -> AgreementState:
    """Return where an agreement stands on a day.

    Parameters
    ----------
    stored : AgreementState
        What people decided last.
    first, last : date
        The period, both days included.
    day : date
        The day that is asked about.

    Returns
    -------
    AgreementState
        The stored state, moved on by the dates when all have signed.

    Examples
    --------
    >>> signed = AgreementState.AGREEMENT_SIGNED
    >>> state_on(signed, date(2024, 1, 1), date(2026, 12, 31), date(2026, 11, 21)).value
    'runs_out_soon'
    """
    if stored is not _S.AGREEMENT_SIGNED or day < first:
        return stored
    if day > last:
        return _S.RUN_OUT
    return _S.RUNS_OUT_SOON if days_left(last, day) < SOON_DAYS else _S.HOLDS_NOW


def check_step(old: AgreementState, new: AgreementState) -> None:
    """Raise unless the workflow has the step.

    Parameters
    ----------
    old : AgreementState
        Where it stands today, see `state_on`.
    new : AgreementState
        Where it is to go.

    Raises
    ------
    NoSuchStep
        The workflow lacks it.
    """
    if new not in AGREEMENT_TRANSITIONS[old]:
        raise NoSuchStep(old=old.value, new=new.value)


def check_parties(parties: Collection[UUID], owners: Collection[UUID]) -> None:
    """Raise unless there are two parties and the owners of the places are among them.

    Parameters
    ----------
    parties : collection of UUID
        The organisations that are to sign.
    owners : collection of UUID
        The police and municipal owners of the places.

    Raises
    ------
    TooFewParties
        Somebody would be left out of what is also theirs.
    """
    missing = set(owners) - set(parties)
    if missing or len(set(parties)) < 2:
        raise TooFewParties(missing=len(missing) or 2 - len(set(parties)))


def days_left(last: date, day: date) -> int:
    """Return how many days are left, the last one not counted; negative when it is over."""
    return (last - day).days


def warning_due(last: date, day: date) -> int | None:
    """Return which reminder has been reached, or None when the end is far.

    Parameters
    ----------
    last : date
        The last day.
    day : date
        Today.

    Returns
    -------
    int or None
        90, 30 or 0: the narrowest that has been passed, so that a server that slept sends one and not three.

    Examples
    --------
    >>> [warning_due(date(2026, 12, 31), date(2026, 12, day)) for day in (1, 2, 31)]
    [30, 30, 30]
    >>> warning_due(date(2026, 12, 31), date(2027, 1, 1))
    0
    """
    left = days_left(last, day)
    if left < 0:
        return 0
    reached = [limit for limit in WARNINGS if limit and left <= limit]
    return min(reached, default=None)


def is_period(first: date, last: date) -> bool:
    """Return whether two days make a period that an agreement may have."""
    return first <= last and last.year - first.year <= MOST_YEARS


def hours_within(spans: Iterable[Span], first: datetime, end: datetime) -> float:
    """Return how many hours of some spans fall in a stretch of time.

    Parameters
    ----------
    spans : iterable of Span
        Such as the shifts of a function. Two that overlap are both counted: two were there.
    first, end : datetime
        The stretch; the end is not in it.

    Returns
    -------
    float
        Hours.
    """
    seconds = 0.0
    for span in spans:
        overlap = min(span.ends_at, end) - max(span.starts_at, first)
        seconds += max(overlap, timedelta()).total_seconds()
    return seconds / 3600


def team_share(of_team: int, of_all: int) -> float | None:
    """Return the share of shifts that the promised team itself worked, or None when there are none.

    Parameters
    ----------
    of_team : int
        Shifts of the function that the promise names.
    of_all : int
        Shifts of every function of the same organisation there.

    Returns
    -------
    float or None
        Between 0 and 1; it says how often the same team came, never who.
    """
    return of_team / of_all if of_all else None


def proposed_outcome(measure: MeasureKind, kept: Kept) -> CommitmentOutcome | None:
    """Return what the numbers speak for, or None when they say nothing; a person decides.

    Parameters
    ----------
    measure : MeasureKind
        How the promise is measured.
    kept : Kept
        Promised and delivered.

    Returns
    -------
    CommitmentOutcome or None
        Kept from the whole promise, partly from half of it.
    """
    share = kept.share
    if measure is MeasureKind.DONE_OR_NOT or share is None:
        return None
    if share >= 1:
        return CommitmentOutcome.KEPT
    return CommitmentOutcome.PARTLY_KEPT if share >= 0.5 else CommitmentOutcome.NOT_KEPT
