"""How long questions have waited, read from their steps: by level, by owner, and for how many.

A question that still waits is not left out and not counted as answered today: it has waited *at least* so
long. The median is therefore the product-limit estimate, and where fewer than half have been answered it is
given as "at least".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from samsyn.domain.forums import ForumLevel
from samsyn.domain.issues import LIFTED, UNANSWERED, IssueMove, IssueState


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a question, as its clock reads it.

    Attributes
    ----------
    at : datetime
        When it was taken.
    move : IssueMove
        What was done.
    to_state : IssueState
        Where the question stood afterwards.
    level : ForumLevel
        The level that had it afterwards.
    responsible : str
        The function that was to answer afterwards; empty when none was named.
    """

    at: datetime
    move: IssueMove
    to_state: IssueState
    level: ForumLevel
    responsible: str = ""


@dataclass(frozen=True, slots=True)
class Spell:
    """A time during which a question waited on a level, or with a function.

    Attributes
    ----------
    where : str
        The level, or the function.
    start : datetime
        When it came there.
    end : datetime or None
        When it left or was answered; None while it still waits.
    """

    where: str
    start: datetime
    end: datetime | None

    def lasted(self, now: datetime) -> timedelta:
        """Return how long it has been, until now if it is not over."""
        return (self.end or now) - self.start

    def days(self, now: datetime) -> float:
        """Return the same in days."""
        return self.lasted(now).total_seconds() / 86400


@dataclass(frozen=True, slots=True)
class Waited:
    """How long a number of spells lasted.

    Attributes
    ----------
    n : int
        How many.
    open : int
        How many of them still go on.
    median_days : float or None
        None when fewer than half have ended; then ``at_least_days`` says what can be said.
    at_least_days : float or None
        The longest time that at least half are known to have waited.
    shortest_days, longest_days : float or None
        Among those that have ended.
    longest_open_days : float or None
        Among those that still wait.
    """

    n: int
    open: int
    median_days: float | None
    at_least_days: float | None
    shortest_days: float | None
    longest_days: float | None
    longest_open_days: float | None


def spells_by_level(steps: Iterable[Step]) -> list[Spell]:
    """Return the times that a question waited on each level, in order.

    A level's clock runs from when the question comes to it until it is lifted on, answered or decided.
    Being lifted and not yet received already counts on the upper level. Reopening starts the clock anew.
    """
    return _spells(steps, lambda step: step.level.value)


def spells_by_owner(steps: Iterable[Step]) -> list[Spell]:
    """Return the times that a question waited with each function that was to answer, in order."""
    return _spells(steps, lambda step: step.responsible)


def telling_spells(steps: Iterable[Step]) -> list[Spell]:
    """Return the times from an answer until the one who raised the question was told it."""
    found: list[Spell] = []
    since: datetime | None = None
    for step in steps:
        if step.to_state in {IssueState.ANSWERED, IssueState.DECIDED}:
            since = since or step.at
        elif since is not None and step.to_state is IssueState.TOLD:
            found.append(Spell("told", since, step.at))
            since = None
    return [*found, Spell("told", since, None)] if since is not None else found


def _spells(steps: Iterable[Step], where: Callable[[Step], str]) -> list[Spell]:
    found: list[Spell] = []
    here: str = ""
    since: datetime | None = None
    for step in steps:
        waits = step.to_state in UNANSWERED | LIFTED
        there = where(step) if waits else ""
        if since is not None and (there != here or not waits):
            found.append(Spell(here, since, step.at))
            since = None
        if waits and there and since is None:
            here, since = there, step.at
    return [*found, Spell(here, since, None)] if since is not None else found


def summarise(spells: Sequence[Spell], now: datetime) -> Waited:
    """Return how long spells lasted, counting those that still go on for what they are.

    Parameters
    ----------
    spells : sequence of Spell
        Ended and open ones.
    now : datetime
        Until when the open ones have lasted.

    Returns
    -------
    Waited
        Number, median and range; see the class.

    Examples
    --------
    >>> from datetime import UTC
    >>> start = datetime(2026, 1, 1, tzinfo=UTC)
    >>> ended = [Spell("x", start, start + timedelta(days=days)) for days in (2, 4)]
    >>> summarise([*ended, Spell("x", start, None)], start + timedelta(days=10)).median_days
    4.0
    """
    ended = sorted(one.days(now) for one in spells if one.end is not None)
    still = sorted(one.days(now) for one in spells if one.end is None)
    median = _product_limit_median(ended, still)
    at_least = None
    if median is None and spells:
        everything = sorted([*ended, *still])
        at_least = everything[len(everything) // 2]
    return Waited(
        n=len(spells),
        open=len(still),
        median_days=median,
        at_least_days=at_least,
        shortest_days=ended[0] if ended else None,
        longest_days=ended[-1] if ended else None,
        longest_open_days=still[-1] if still else None,
    )


def _product_limit_median(ended: Sequence[float], still: Sequence[float]) -> float | None:
    """Return the first time at which at most half are estimated to wait still (Kaplan and Meier 1958)."""
    waiting = 1.0
    for time in sorted(set(ended)):
        at_risk = sum(other >= time for other in ended) + sum(other >= time for other in still)
        waiting *= 1 - sum(other == time for other in ended) / at_risk
        if waiting <= 0.5 + 1e-12:
            return time
    return None
