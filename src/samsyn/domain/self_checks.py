"""Once a year: does the work have what it needs? And now and then: is the meeting worth its time?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

FEWEST_ANSWERS = 5
REMIND_AFTER_DAYS = 365


class SuccessFactor(StrEnum):
    """What long work at a place stands on."""

    ANCHORING = "anchoring"
    LONG_TERM_MONEY = "long_term_money"
    CLEAR_ROLES = "clear_roles"
    LONG_TIME = "long_time"
    KNOWLEDGE_SHARED = "knowledge_shared"
    HOLDS_THE_WHOLE = "holds_the_whole"


class CheckAnswer(StrEnum):
    """What a function answers about a factor or a question."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"
    DONT_KNOW = "dont_know"


class PulseQuestion(StrEnum):
    """Three questions about a forum itself."""

    WORTH_THE_TIME = "worth_the_time"
    RIGHT_PEOPLE = "right_people"
    LIFTED_COMES_BACK = "lifted_comes_back"


@dataclass(frozen=True, slots=True)
class Compared:
    """How the functions answered about a factor, this year and the year before.

    Attributes
    ----------
    factor : SuccessFactor
        What was asked about.
    now, before : mapping of CheckAnswer to int
        How many functions gave each answer.
    """

    factor: SuccessFactor
    now: Mapping[CheckAnswer, int]
    before: Mapping[CheckAnswer, int]

    @property
    def changed(self) -> int:
        """Functions that answer yes now, minus those that did the year before."""
        return self.now.get(CheckAnswer.YES, 0) - self.before.get(CheckAnswer.YES, 0)

    @property
    def divided(self) -> bool:
        """Whether some say yes and others no: what to talk about first."""
        return bool(self.now.get(CheckAnswer.YES)) and bool(self.now.get(CheckAnswer.NO))


def compare(now: Iterable[Mapping[str, str]], before: Iterable[Mapping[str, str]]) -> tuple[Compared, ...]:
    """Return the answers of two years, factor by factor.

    Parameters
    ----------
    now, before : iterable of mappings
        Each function's answers, factor to answer.

    Returns
    -------
    tuple of Compared
        One for each factor, in their order.
    """
    this, last = list(now), list(before)
    return tuple(Compared(factor, _count(this, factor), _count(last, factor)) for factor in SuccessFactor)


def is_due(last_checked: date | None, day: date) -> bool:
    """Return whether a place is to be checked again: never has been, or a year ago.

    Parameters
    ----------
    last_checked : date or None
        When the last one was opened.
    day : date
        Today.

    Returns
    -------
    bool
        True after a year.
    """
    return last_checked is None or (day - last_checked).days >= REMIND_AFTER_DAYS


def may_show(answers: int, *, closed: bool) -> bool:
    """Return whether the answers of a pulse may be shown.

    Parameters
    ----------
    answers : int
        How many have answered.
    closed : bool
        Whether it has closed: while it is open, two looks would tell what the last one answered.

    Returns
    -------
    bool
        From five answers, and only afterwards.
    """
    return closed and answers >= FEWEST_ANSWERS


def _count(answers: Iterable[Mapping[str, str]], factor: SuccessFactor) -> Mapping[CheckAnswer, int]:
    return Counter(CheckAnswer(one[factor.value]) for one in answers if factor.value in one)
