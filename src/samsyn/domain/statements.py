"""Agreed statements for whoever must answer a question in public."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

LONGEST_MONTHS = 12


class Audience(StrEnum):
    """Whom a statement is for."""

    THE_PRESS = "the_press"
    RESIDENTS = "residents"
    SHOPS_AND_OWNERS = "shops_and_owners"
    OWN_STAFF = "own_staff"
    YOUNG_AND_PARENTS = "young_and_parents"


class StatementState(StrEnum):
    """Whether a statement may be said today."""

    STATEMENT_DRAFT = "statement_draft"
    MAY_BE_SAID = "may_be_said"
    TOO_OLD = "too_old"
    TAKEN_BACK = "taken_back"


def statement_state(*, approved: bool, taken_back: bool, valid_until: date, day: date) -> StatementState:
    """Return whether a statement may be said on a day.

    Parameters
    ----------
    approved : bool
        Whether its owner has approved the words as they stand.
    taken_back : bool
        Whether it has been taken back.
    valid_until : date
        The last day.
    day : date
        Today.

    Returns
    -------
    StatementState
        What has been taken back is never said again; age counts before approval.

    Examples
    --------
    >>> statement_state(
    ...     approved=True, taken_back=False, valid_until=date(2026, 11, 20), day=date(2026, 11, 21)
    ... ).value
    'too_old'
    """
    if taken_back:
        return StatementState.TAKEN_BACK
    if not approved:
        return StatementState.STATEMENT_DRAFT
    return StatementState.TOO_OLD if day > valid_until else StatementState.MAY_BE_SAID
