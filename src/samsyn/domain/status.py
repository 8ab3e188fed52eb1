"""The status of a place as a scene, and the flow of a mapping round: workflows as data.

A score proposes, only a decision changes. `samsyn.domain.workflows` makes the reference page.
"""

from __future__ import annotations

import calendar as months
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from samsyn.domain.errors import SamsynError
from samsyn.domain.glossary import label
from samsyn.domain.scenes import SceneClass, SceneResult

_S = TypeVar("_S", bound=StrEnum)

WATCH_MONTHS = 24
REASSESSMENT_MONTHS = 12


class SceneStatus(StrEnum):
    """Where a place stands as an open drug scene; the status always names its indicator list."""

    CANDIDATE = "candidate"
    UNDER_ASSESSMENT = "under_assessment"
    QUALIFIED = "qualified"
    SEVERE = "severe"
    FEWER = "fewer"
    NOT_A_SCENE = "not_a_scene"
    CEASED = "ceased"
    WATCH_ENDED = "watch_ended"
    RETURNED = "returned"
    MERGED = "merged"
    SPLIT = "split"


class RoundStatus(StrEnum):
    """Where a mapping round stands; a confirmed round is frozen and corrected by a new version only."""

    PLANNED = "planned"
    COLLECTING = "collecting"
    JOINT_MEETING = "joint_meeting"
    CONFIRMED = "confirmed"
    PUBLISHED = "published"


class DecisionBasis(StrEnum):
    """What may change a status."""

    CONFIRMED_ROUND = "confirmed_round"
    RECORDED_DECISION = "recorded_decision"


ACTIVE = frozenset({SceneStatus.QUALIFIED, SceneStatus.SEVERE, SceneStatus.FEWER})
STRUCTURAL = frozenset({SceneStatus.MERGED, SceneStatus.SPLIT})
_OUTCOMES = ACTIVE | {SceneStatus.NOT_A_SCENE}
_AGAIN = frozenset({SceneStatus.UNDER_ASSESSMENT})

# A place keeps its status while it is assessed anew in a later round, so an active scene may go straight
# to another active class. It never goes straight to "not a scene": a scene that no longer meets the
# definition has ceased and is watched.
SCENE_TRANSITIONS: dict[SceneStatus, frozenset[SceneStatus]] = {
    SceneStatus.CANDIDATE: _AGAIN | STRUCTURAL,
    SceneStatus.UNDER_ASSESSMENT: _OUTCOMES | STRUCTURAL,
    **{
        one: (ACTIVE - {one}) | _AGAIN | {SceneStatus.CEASED} | STRUCTURAL
        for one in SceneStatus
        if one in ACTIVE
    },
    SceneStatus.NOT_A_SCENE: _AGAIN | STRUCTURAL,
    SceneStatus.CEASED: frozenset({SceneStatus.WATCH_ENDED, SceneStatus.RETURNED}) | STRUCTURAL,
    SceneStatus.WATCH_ENDED: frozenset({SceneStatus.RETURNED}) | STRUCTURAL,
    SceneStatus.RETURNED: _AGAIN | STRUCTURAL,
    SceneStatus.MERGED: frozenset(),
    SceneStatus.SPLIT: frozenset(),
}

ROUND_TRANSITIONS: dict[RoundStatus, frozenset[RoundStatus]] = {
    RoundStatus.PLANNED: frozenset({RoundStatus.COLLECTING}),
    RoundStatus.COLLECTING: frozenset({RoundStatus.JOINT_MEETING}),
    RoundStatus.JOINT_MEETING: frozenset({RoundStatus.CONFIRMED}),
    RoundStatus.CONFIRMED: frozenset({RoundStatus.PUBLISHED}),
    RoundStatus.PUBLISHED: frozenset(),
}

_PROPOSED = {
    SceneClass.KVALIFICERAD_10: SceneStatus.QUALIFIED,
    SceneClass.ALLVARLIG_7: SceneStatus.SEVERE,
    SceneClass.FEWER_INDICATORS: SceneStatus.FEWER,
    SceneClass.BELOW_SEVERE: SceneStatus.FEWER,
    SceneClass.NOT_MET_DEFINITION: SceneStatus.NOT_A_SCENE,
}


class ForbiddenTransition(SamsynError):
    """The workflow has no such step."""

    code = "SAM020"
    template = "There is no step from %(old)s to %(new)s."
    mend = "Possible next steps: %(possible)s."


class DecisionMissing(SamsynError):
    """A status would change without anybody having decided it."""

    code = "SAM021"
    template = "The status changes only by a confirmed round or a recorded decision (missing: %(missing)s)."
    mend = "Record who decided, when, and in which meeting or round; a score alone is a proposal."


class WatchNotOver(SamsynError):
    """A watch would end before its time without a reason."""

    code = "SAM022"
    template = "The place is to be watched until %(until)s."
    mend = "Wait until then, or write in the decision why the watch ends earlier."


@dataclass(frozen=True, slots=True)
class StatusDecision:
    """Who decided a change of status, when and on what basis.

    ``decided_by`` names a function or forum, ``reference`` the meeting or round, and ``other_places`` the
    places that a merger or a split concerns.
    """

    basis: DecisionBasis
    decided_by: str
    decided_on: date
    reference: str
    reason: str = ""
    other_places: tuple[str, ...] = ()


def can_change(old: SceneStatus, new: SceneStatus) -> bool:
    """Return whether the workflow has the step."""
    return new in SCENE_TRANSITIONS[old]


def check_transition(
    old: SceneStatus,
    new: SceneStatus,
    decision: StatusDecision | None,
    *,
    watch_until: date | None = None,
) -> None:
    """Raise unless the decision may take the place from the old status to the new.

    Parameters
    ----------
    old, new : SceneStatus
        The step.
    decision : StatusDecision or None
        None is what a score alone amounts to, and is refused.
    watch_until : date, optional
        When the watch over a ceased scene ends; see `watch_ends`.

    Raises
    ------
    ForbiddenTransition
        The workflow has no such step.
    DecisionMissing
        Nobody decided, or the decision does not say who, where, or which other place.
    WatchNotOver
        The watch would end early without a reason.
    """
    if not can_change(old, new):
        raise ForbiddenTransition(
            old=old.value, new=new.value, possible=", ".join(sorted(SCENE_TRANSITIONS[old])) or "-"
        )
    missing = _missing(new, decision)
    if decision is None or missing:
        raise DecisionMissing(missing=missing)
    early = watch_until is not None and decision.decided_on < watch_until
    if new is SceneStatus.WATCH_ENDED and early and not decision.reason.strip():
        raise WatchNotOver(until=watch_until)


def check_round_transition(old: RoundStatus, new: RoundStatus) -> None:
    """Raise unless a mapping round may take the step.

    Raises
    ------
    ForbiddenTransition
        The workflow has no such step; a frozen round is corrected by a new version.
    """
    if new not in ROUND_TRANSITIONS[old]:
        possible = ", ".join(sorted(ROUND_TRANSITIONS[old])) or "-"
        raise ForbiddenTransition(old=old.value, new=new.value, possible=possible)


def proposed_status(result: SceneResult, current: SceneStatus) -> SceneStatus | None:
    """Return the status that a joint assessment speaks for, or None while it is uncertain.

    It is a proposal and no more: `check_transition` asks for the decision. A scene that was active and no
    longer meets the definition is proposed as ceased.
    """
    if not result.certain:
        return None
    proposed = _PROPOSED[result.class_code]
    if current in ACTIVE and proposed is SceneStatus.NOT_A_SCENE:
        return SceneStatus.CEASED
    return proposed


def watch_ends(ceased_on: date, watch_months: int = WATCH_MONTHS) -> date:
    """Return the day on which the watch over a ceased scene may end.

    Examples
    --------
    >>> watch_ends(date(2024, 2, 29)).isoformat()
    '2026-02-28'
    """
    return _months_later(ceased_on, watch_months)


def reassessment_due(last_assessed: date, today: date, every_months: int = REASSESSMENT_MONTHS) -> bool:
    """Return whether a place under watch is to be assessed again."""
    return today >= _months_later(last_assessed, every_months)


def reference_sections() -> list[str]:
    """Return both workflows as parts of the reference page: a diagram and a table each."""
    return [
        "## Platsens status",
        "Bara en fastställd omgång eller ett antecknat beslut ändrar status. Poängen är ett förslag.",
        f"En plats som upphört följs upp i {WATCH_MONTHS} månader, om inget annat beslutas.",
        f"Under tiden bedöms den på nytt senast efter {REASSESSMENT_MONTHS} månader.",
        "Övergångarna till sammanslagen och uppdelad finns i tabellen men är utelämnade i figuren.",
        diagram(SCENE_TRANSITIONS, hidden=STRUCTURAL),
        table(SCENE_TRANSITIONS),
        "## Kartläggningsomgång",
        "Under insamlingen ser ingen de andras svar förrän alla har svarat eller tiden är ute.",
        "En fastställd omgång är fryst: en rättelse blir en ny version med skäl.",
        diagram(ROUND_TRANSITIONS),
        table(ROUND_TRANSITIONS),
    ]


def _missing(new: SceneStatus, decision: StatusDecision | None) -> str:
    if decision is None:
        return "decision"
    absent = [name for name in ("decided_by", "reference") if not getattr(decision, name).strip()]
    if new in STRUCTURAL and not decision.other_places:
        absent.append("other_places")
    return ", ".join(absent)


def _months_later(day: date, count: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, months.monthrange(year, month + 1)[1]))


def diagram(transitions: Mapping[_S, frozenset[_S]], hidden: frozenset[_S] = frozenset()) -> str:
    """Return a state machine as a Mermaid diagram with the glossary's words."""
    shown = [one for one in transitions if one not in hidden]
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {shown[0].value}"]
    lines += [f"    {one.value} : {label(one)}" for one in shown]
    for old in shown:
        lines += [f"    {old.value} --> {new.value}" for new in shown if new in transitions[old]]
        if not transitions[old] - hidden:
            lines.append(f"    {old.value} --> [*]")
    return "\n".join([*lines, "```"])


def table(transitions: Mapping[_S, frozenset[_S]]) -> str:
    """Return a state machine as a Markdown table with the glossary's words."""
    lines = ["| Från | Kan bli | Kod |", "|---|---|---|"]
    for old, targets in transitions.items():
        possible = " · ".join(label(new) for new in transitions if new in targets) or "inget mer"
        lines.append(f"| {label(old)} | {possible} | `{old.value}` |")
    return "\n".join(lines)
