"""The four levels on which people meet about a place, and what a meeting on each level is made of."""

from __future__ import annotations

from enum import StrEnum


class ForumLevel(StrEnum):
    """How near the street a forum is; a question is lifted upwards, never past a level."""

    OPERATIONAL = "operational"
    EXTENDED = "extended"
    STRATEGIC = "strategic"
    STEERING = "steering"


# The level that a forum lifts to. A wider circle that met for an event lifts to where its members sit.
LIFTS_TO: dict[ForumLevel, ForumLevel | None] = {
    ForumLevel.OPERATIONAL: ForumLevel.STRATEGIC,
    ForumLevel.EXTENDED: ForumLevel.STRATEGIC,
    ForumLevel.STRATEGIC: ForumLevel.STEERING,
    ForumLevel.STEERING: None,
}

# How long a meeting is meant to take, in minutes. A joint briefing that runs longer stops being held.
MINUTES: dict[ForumLevel, int] = {
    ForumLevel.OPERATIONAL: 15,
    ForumLevel.EXTENDED: 45,
    ForumLevel.STRATEGIC: 90,
    ForumLevel.STEERING: 60,
}


def holds_briefings(level: ForumLevel) -> bool:
    """Return whether the meetings of a forum are joint briefings with the five fixed points."""
    return level is ForumLevel.OPERATIONAL


def may_lift(lower: ForumLevel, upper: ForumLevel) -> bool:
    """Return whether a question may go from one forum straight to another.

    Examples
    --------
    >>> may_lift(ForumLevel.OPERATIONAL, ForumLevel.STRATEGIC)
    True
    >>> may_lift(ForumLevel.OPERATIONAL, ForumLevel.STEERING)
    False
    """
    return LIFTS_TO[lower] is upper
