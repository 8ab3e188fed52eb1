"""What a change in detection-driven offences may mean, read beside presence, violence and perceived trade."""

from __future__ import annotations

from enum import StrEnum

from samsyn.analysis.results import CountComparison, Direction

LEAST_CHANGE = 0.10
LEAST_COVERAGE = 0.70


class Reading(StrEnum):
    """A reading that fits; several may fit at once, and all are shown."""

    LESS_WORK = "less_work"
    LESS_TRADE = "less_trade"
    MORE_WORK = "more_work"
    MORE_TRADE = "more_trade"
    NUMBER_DOES_NOT_SAY = "number_does_not_say"
    PICTURES_DIVERGE = "pictures_diverge"


def direction(
    comparison: CountComparison | None, *, coverage_before: float = 1.0, coverage_after: float = 1.0
) -> Direction:
    """Return which way a measure has gone.

    Use on each measure before `readings`. Not as a verdict: it has no family.

    Parameters
    ----------
    comparison : CountComparison or None
        None when a value is missing.
    coverage_before, coverage_after : float in [0, 1] [1]
        Logged visits divided by planned visits, where the measure is a log.

    Returns
    -------
    Direction
        Up or down only if the φ-interval of the ratio excludes 1 and the change is at least 10 per cent.

    Raises
    ------
    Nothing
        A missing value is a direction of its own: unknown.

    Source
    ------
    Rule C.3.3.

    Examples
    --------
    >>> direction(None).value
    'unknown'
    """
    if comparison is None or min(coverage_before, coverage_after) < LEAST_COVERAGE:
        return Direction.UNKNOWN
    if comparison.interval.contains(1.0):
        return Direction.EQUAL
    if comparison.ratio is None:
        return Direction.UP
    # A fall from 50 to 45 is ten per cent although 45/50 − 1 is a hair less in binary.
    if abs(comparison.ratio - 1) < LEAST_CHANGE - 1e-12:
        return Direction.EQUAL
    return Direction.UP if comparison.ratio > 1 else Direction.DOWN


def readings(
    drugs: Direction | str,
    presence: Direction | str,
    violence: Direction | str,
    perceived_trade: Direction | str,
) -> tuple[Reading, ...]:
    """Return every reading that fits the four directions.

    Use for detection-driven offences, which follow the work; print all of them and what would settle it.
    Never as a colour.

    Parameters
    ----------
    drugs, presence, violence, perceived_trade : Direction or its code
        Reported drug offences, logged presence, violence reported by victims, and trade as people see it.

    Returns
    -------
    tuple of Reading
        In the order of the rule, at least one.

    Raises
    ------
    ValueError
        A direction is not one of the four codes.

    Source
    ------
    Rule C.3.3.

    Examples
    --------
    >>> [reading.value for reading in readings("down", "unknown", "equal", "equal")]
    ['less_work', 'less_trade']
    """
    up, down, unknown = Direction.UP, Direction.DOWN, Direction.UNKNOWN
    drugs, presence = Direction(drugs), Direction(presence)
    signs = (Direction(violence), Direction(perceived_trade))
    found = []
    if drugs is down and presence in (down, unknown):
        found.append(Reading.LESS_WORK)
    if drugs is down and presence is not down and up not in signs:
        found.append(Reading.LESS_TRADE)
    if drugs is up and presence in (up, unknown):
        found.append(Reading.MORE_WORK)
    if drugs is up and presence is not up and signs != (down, down):
        found.append(Reading.MORE_TRADE)
    if drugs is Direction.EQUAL:
        found.append(Reading.NUMBER_DOES_NOT_SAY)
    if not found or set(signs) == {up, down}:
        found.append(Reading.PICTURES_DIVERGE)
    return tuple(found)
