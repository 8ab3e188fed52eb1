"""What the place page and the start page show about assessments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from samsyn.domain.access import Actor, Permission, can
from samsyn.domain.calendar import now as moment
from samsyn.web.places.assessment_models import known_sets
from samsyn.web.places.assessment_reading import (
    Verdict,
    current_versions,
    frozen_joints,
    set_text,
    verdict_of,
)
from samsyn.web.places.models import AssessmentOccasion, JointAssessment, Place


@dataclass(frozen=True, slots=True)
class SetSummary:
    """What one list says about a place now; ``verdict`` is None while it has never been frozen."""

    code: str
    name: str
    joint: JointAssessment | None
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class OpenOccasion:
    """An assessment that is going on."""

    occasion: AssessmentOccasion
    name: str
    answered: int
    invited: int
    mine: bool
    i_have_sent: bool
    is_open_to_all: bool
    takes_answers: bool


@dataclass(frozen=True, slots=True)
class AssessmentSection:
    """The part of the place page that is about assessments."""

    summaries: tuple[SetSummary, ...]
    occasions: tuple[OpenOccasion, ...]
    earlier: tuple[tuple[JointAssessment, Verdict], ...]
    template: str = "places/assessment_section.html"
    order: int = 10


def assessment_section(actor: Actor, place: Place) -> list[AssessmentSection]:
    """Answer the place page's hook: both lists side by side, never added together."""
    now = moment()
    by_set: dict[str, list[JointAssessment]] = {}
    for joint in current_versions(frozen_joints(actor, place)):
        by_set.setdefault(joint.occasion.set_code, []).append(joint)
    summaries = []
    for one in known_sets():
        latest = next(iter(by_set.get(one.code, [])), None)
        verdict = verdict_of(latest.result) if latest else None
        summaries.append(SetSummary(one.code, set_text(one.code), latest, verdict))
    earlier = [(joint, verdict_of(joint.result)) for rows in by_set.values() for joint in rows[1:]]
    going_on = (
        AssessmentOccasion.objects.visible_to(actor)
        .filter(place=place, closed_at=None)
        .prefetch_related("invited", "assessments")
    )
    return [
        AssessmentSection(
            tuple(summaries),
            tuple(_open_occasion(actor, one, now) for one in going_on),
            tuple(sorted(earlier, key=lambda pair: pair[0].assessed_on, reverse=True)),
        )
    ]


@dataclass(frozen=True, slots=True)
class WaitingSection:
    """The part of the start page that is about assessments the reader should do something about."""

    occasions: tuple[OpenOccasion, ...]
    template: str = "places/assessment_waiting.html"
    order: int = 10


def waiting_section(actor: Actor) -> list[WaitingSection]:
    """Answer the start page's hook: what to answer, and for whoever leads the meetings to hold."""
    now = moment()
    going_on = (
        AssessmentOccasion.objects.visible_to(actor)
        .filter(closed_at=None, place__in=Place.objects.visible_to(actor))
        .select_related("place")
        .prefetch_related("invited", "assessments")
        .order_by("deadline")
    )
    leads = can(actor, Permission.LEAD_ASSESSMENT)
    rows = [_open_occasion(actor, one, now) for one in going_on]
    waiting = tuple(
        row
        for row in rows
        if (row.mine and row.takes_answers and not row.i_have_sent) or (leads and row.is_open_to_all)
    )
    return [WaitingSection(waiting)] if waiting else []


def _open_occasion(actor: Actor, occasion: AssessmentOccasion, now: datetime) -> OpenOccasion:
    sent = {one.author_id for one in occasion.assessments.all() if one.sent_at is not None}
    invited = {one.pk for one in occasion.invited.all()}
    return OpenOccasion(
        occasion=occasion,
        name=set_text(occasion.set_code),
        answered=len(sent),
        invited=len(invited),
        mine=actor.function_id in invited and can(actor, Permission.ASSESS),
        i_have_sent=actor.function_id in sent,
        is_open_to_all=occasion.is_open_to_all(now),
        takes_answers=occasion.takes_answers(now),
    )
