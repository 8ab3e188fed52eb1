"""The handover pack: what somebody new at a place reads in five minutes before the first shift."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

WORDS_A_MINUTE = 220
# At most five minutes, and no more than one printed sheet holds.
MOST_WORDS = 700
# Fewer accounts than this in a function, and how many have read says who has not.
FEWEST_IN_A_FUNCTION = 5


class HandoverPart(StrEnum):
    """The parts of the pack in the order they are read."""

    ABOUT_THE_PLACE = "about_the_place"
    AIMS = "aims"
    WHO_MAY_WHAT = "who_may_what"
    ON_NOW = "on_now"
    HOW_TO_REACH = "how_to_reach"
    MATTERS_NOW = "matters_now"
    MEETINGS = "meetings"
    OPEN_QUESTIONS = "open_questions"
    LAST_DAYS = "last_days"
    PROMISES = "promises"
    DO_NOT = "do_not"


@dataclass(frozen=True, slots=True)
class HandoverParagraph:
    """Some lines of one part, as the area that knows of them says them.

    Attributes
    ----------
    part : HandoverPart
        Where they stand.
    lines : tuple of str
        Each a short sentence, already in the reader's language and within the reader's class.
    address : str
        The page that has the rest; empty when there is none.
    """

    part: HandoverPart
    lines: tuple[str, ...]
    address: str = ""


def words_in(text: str) -> int:
    """Return how many words a text has, as a reader counts them.

    Examples
    --------
    >>> words_in("Nästa möte: 18.00 – samling i lokalen.")
    6
    """
    return len(re.findall(r"\w[\w.:/-]*", text))


def words_of(paragraphs: Iterable[HandoverParagraph]) -> int:
    """Return how many words all the lines have together."""
    return sum(words_in(line) for one in paragraphs for line in one.lines)


def minutes_to_read(words: int) -> int:
    """Return how many minutes a number of words takes, rounded up.

    Examples
    --------
    >>> [minutes_to_read(words) for words in (1, 220, 221, 1100)]
    [1, 1, 2, 5]
    """
    return max(1, math.ceil(words / WORDS_A_MINUTE))


def fitted(
    paragraphs: Sequence[HandoverParagraph], most: int = MOST_WORDS
) -> tuple[tuple[HandoverParagraph, ...], int]:
    """Return the pack within its length, in order, and how many lines were left out.

    Parameters
    ----------
    paragraphs : sequence of HandoverParagraph
        What every area has to say, in any order.
    most : int
        Words that may be read.

    Returns
    -------
    tuple of paragraphs and int
        Lines are left out from the end of the longest part, one at a time, so that no part goes missing.
    """
    order = list(HandoverPart)
    kept = sorted((one for one in paragraphs if one.lines), key=lambda one: order.index(one.part))
    lines = [list(one.lines) for one in kept]
    counts = [[words_in(line) for line in some] for some in lines]
    words = sum(map(sum, counts))
    left_out = 0
    while words > most:
        longest = max(range(len(lines)), key=lambda at: (len(lines[at]) > 1, sum(counts[at])))
        lines[longest].pop()
        words -= counts[longest].pop()
        left_out += 1
    fit = (replace(one, lines=tuple(some)) for one, some in zip(kept, lines, strict=True) if some)
    return tuple(fit), left_out


def readers_shown(readers: int, accounts: int) -> int | None:
    """Return how many in a function have read, or None when the function is too small to say.

    Parameters
    ----------
    readers : int
        Accounts that have said that they have read.
    accounts : int
        Accounts that act for the function.

    Returns
    -------
    int or None
        None below five accounts.
    """
    return readers if accounts >= FEWEST_IN_A_FUNCTION else None
