"""Who takes over: functions put in order for a situation, by a rule that is written as data.

The rule has a twin in the browser for when there is no signal: ``rule()`` is sent with the cards, and the
twin does nothing that is not in it. A situation is three codes. It is used to sort, and kept nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from samsyn.domain.actors import ACUTE_NEEDS, Need, TargetGroup
from samsyn.domain.duty import DutyState


class Tier(StrEnum):
    """How far down a function stands: takes it and is there, answers, comes later, or may not act here."""

    THERE_NOW = "there_now"
    ANSWERS_NOW = "answers_now"
    OPENS_LATER = "opens_later"
    NOT_HERE = "not_here"


#: Whom a function with a wider assignment also takes: a group chosen is in each of these.
GROUPS_THAT_HOLD: dict[TargetGroup, tuple[TargetGroup, ...]] = {
    TargetGroup.UNDER_18: (TargetGroup.UNDER_18,),
    TargetGroup.AGE_18_TO_24: (TargetGroup.AGE_18_TO_24, TargetGroup.ADULT),
    TargetGroup.ADULT: (TargetGroup.ADULT,),
    TargetGroup.HOMELESS_ADULT: (TargetGroup.HOMELESS_ADULT, TargetGroup.ADULT),
    TargetGroup.EU_CITIZEN: (TargetGroup.EU_CITIZEN, TargetGroup.HOMELESS_ADULT, TargetGroup.ADULT),
    TargetGroup.GIRLS_AND_WOMEN: (TargetGroup.GIRLS_AND_WOMEN,),
    TargetGroup.RELATIVES: (TargetGroup.RELATIVES,),
    TargetGroup.WHOEVER: (TargetGroup.WHOEVER,),
}
TIER_OF: dict[DutyState, Tier] = {
    DutyState.ON_DUTY: Tier.THERE_NOW,
    DutyState.ANSWERS: Tier.ANSWERS_NOW,
    DutyState.NOT_REACHABLE: Tier.OPENS_LATER,
}
#: Within a tier: these keys, each smallest first.
SORT_KEYS = ("group_distance", "number_missing", "opens_at", "name")
EMERGENCY_NUMBER = "112"
_FAR = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Situation:
    """What is chosen on the page; None is not chosen, and then everybody fits."""

    group: TargetGroup | None = None
    need: Need | None = None
    acute: bool = False

    @property
    def emergency_first(self) -> bool:
        """Whether the first line is 112."""
        return self.acute or self.need in ACUTE_NEEDS


@dataclass(frozen=True, slots=True)
class Candidate:
    """A function as the rule sees it; ``key`` is handed back as it is."""

    key: Any
    name: str
    groups: frozenset[TargetGroup]
    needs: frozenset[Need]
    state: DutyState
    has_number: bool = True
    opens_at: datetime | None = None
    may_act_here: bool = True


@dataclass(frozen=True, slots=True)
class Placed:
    """A function in its place of the list."""

    key: Any
    tier: Tier


def group_distance(groups: frozenset[TargetGroup], wanted: TargetGroup | None) -> int | None:
    """Return how far a function's groups lie from the one chosen: 0 is the same, None is not taken.

    Examples
    --------
    >>> group_distance(frozenset({TargetGroup.ADULT}), TargetGroup.HOMELESS_ADULT)
    1
    >>> group_distance(frozenset({TargetGroup.ADULT}), TargetGroup.UNDER_18) is None
    True
    """
    if wanted is None or not groups:
        return 0 if wanted is None else len(TargetGroup)
    for distance, holder in enumerate(GROUPS_THAT_HOLD[wanted]):
        if holder in groups:
            return distance
    return len(TargetGroup) - 1 if TargetGroup.WHOEVER in groups else None


def takes(one: Candidate, situation: Situation) -> bool:
    """Return whether a function takes such a situation by its assignment."""
    fits = situation.need is None or situation.need in one.needs
    return fits and group_distance(one.groups, situation.group) is not None


def order(candidates: Iterable[Candidate], situation: Situation) -> list[Placed]:
    """Return the functions that take a situation, in the order to call them.

    On duty now comes first, then who answers by usual hours, then who opens later with the soonest first,
    last who takes such things but may not act at the spot. Within each, whoever is there for just this
    group goes before whoever takes anyone.

    Examples
    --------
    >>> jour = Candidate("jour", "Jouren", frozenset(), frozenset({Need.UNWELL}), DutyState.ANSWERS)
    >>> order([jour], Situation(need=Need.UNWELL))[0].tier.value
    'answers_now'
    """
    tiers = list(Tier)

    def rank(one: Candidate) -> tuple[Any, ...]:
        keys: dict[str, Any] = {
            "group_distance": group_distance(one.groups, situation.group),
            "number_missing": not one.has_number,
            "opens_at": one.opens_at or _FAR,
            "name": one.name.casefold(),
        }
        return (tiers.index(tier_of(one)), *(keys[key] for key in SORT_KEYS))

    fitting = [one for one in candidates if takes(one, situation)]
    return [Placed(one.key, tier_of(one)) for one in sorted(fitting, key=rank)]


def tier_of(one: Candidate) -> Tier:
    """Return where a function stands: by its state, or last when it may not act at the spot."""
    return TIER_OF[one.state] if one.may_act_here else Tier.NOT_HERE


def rule() -> Mapping[str, Any]:
    """Return the rule as data, for the twin in the browser."""
    return {
        "tiers": [tier.value for tier in Tier],
        "tier_of": {state.value: tier.value for state, tier in TIER_OF.items()},
        "groups_that_hold": {
            wanted.value: [one.value for one in holders] for wanted, holders in GROUPS_THAT_HOLD.items()
        },
        "anyone": TargetGroup.WHOEVER.value,
        "anyone_distance": len(TargetGroup) - 1,
        "not_said_distance": len(TargetGroup),
        "sort_keys": list(SORT_KEYS),
        "acute_needs": sorted(need.value for need in ACUTE_NEEDS),
        "emergency_number": EMERGENCY_NUMBER,
    }
