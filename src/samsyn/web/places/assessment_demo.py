"""Turns the answers of a simulated city into assessments, as its functions would have made them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from samsyn.demo.parts import DemoAssessment
from samsyn.domain.access import Actor, SharingClass
from samsyn.domain.calendar import STOCKHOLM
from samsyn.domain.scenes import Answer
from samsyn.domain.status import SceneStatus, can_change, proposed_status
from samsyn.web.people.models import Function
from samsyn.web.places.assessment_models import GATE_CLAUSES
from samsyn.web.places.assessment_services import (
    Dissent,
    Given,
    JointWords,
    begin,
    deadline_after,
    freeze_joint,
    save_joint,
)
from samsyn.web.places.models import Assessment, AssessmentOccasion, Place
from samsyn.web.places.services import decide_status
from samsyn.web.ui.models import record_columns

DAYS_OPEN = 14
_STATUS_LIST = "ODS10-2018"
_NOT_AGREED = "Ser det annorlunda vid andra tider på dygnet."
_UNCERTAIN = "Mötet väntar inte på de svar som saknas; de tas reda på till nästa gång."


@transaction.atomic
def seed_assessments(
    actor: Actor,
    places: Mapping[str, Place],
    functions: Mapping[str, Function],
    assessments: Iterable[DemoAssessment],
    *,
    asked_now: Sequence[Function] = (),
    now: datetime,
) -> int:
    """Write simulated answers, their joint answers and the decisions that follow; return how many answers.

    The newest answers about the first place are left without a joint answer, so that a visitor can hold
    the meeting. ``asked_now`` are functions that are asked about the second place and have not answered.
    """
    groups: dict[tuple[str, str, object, int], list[DemoAssessment]] = defaultdict(list)
    for one in assessments:
        groups[one.place, one.indicator_set, one.assessed_on, one.boundary].append(one)
    ordered = sorted(groups.values(), key=lambda group: group[0].assessed_on)
    slugs = list(dict.fromkeys(group[0].place for group in ordered))
    left = [
        group for group in ordered if (group[0].place, group[0].indicator_set) == (slugs[0], _STATUS_LIST)
    ][-1:]
    boundaries = {slug: list(places[slug].boundaries.order_by("valid_from")) for slug in slugs}
    for group in ordered:
        first = group[0]
        day = datetime.combine(first.assessed_on, datetime.min.time(), STOCKHOLM) + timedelta(hours=13)
        occasion = begin(
            actor,
            places[first.place],
            boundaries[first.place][first.boundary],
            first.indicator_set,
            invited=[functions[one.assessor] for one in group],
            deadline=deadline_after(first.assessed_on),
            now=day - timedelta(days=DAYS_OPEN),
        )
        _send(actor, occasion, group, functions, day)
        if group not in left:
            _agree(actor, occasion, group, functions, day)
    if asked_now and len(slugs) > 1:
        _ask(actor, places[slugs[1]], asked_now, now)
    return sum(len(group) for group in ordered)


def _ask(actor: Actor, place: Place, functions: Sequence[Function], now: datetime) -> None:
    boundary = place.boundary_on(now.astimezone(STOCKHOLM).date())
    if boundary is not None:
        deadline = deadline_after((now + timedelta(days=2 * DAYS_OPEN)).astimezone(STOCKHOLM).date())
        begin(actor, place, boundary, _STATUS_LIST, invited=functions, deadline=deadline, now=now)


def _send(
    actor: Actor,
    occasion: AssessmentOccasion,
    group: Sequence[DemoAssessment],
    functions: Mapping[str, Function],
    moment: datetime,
) -> None:
    columns = record_columns(actor, moment, SharingClass(occasion.sharing_class))
    rows = []
    for one in group:
        function = functions[one.assessor]
        written = {**columns, "author_id": function.pk, "owner_id": function.organisation_id}
        rows.append(
            Assessment(
                **written,
                occasion=occasion,
                sent_at=moment,
                answers={str(number): answer.value for number, answer in one.answers.items()},
                gate=_explicit(occasion, one),
            )
        )
    Assessment.objects.bulk_create(rows)
    occasion.complete_at = moment
    occasion.save(update_fields=["complete_at"])


def _explicit(occasion: AssessmentOccasion, one: DemoAssessment) -> dict[str, str]:
    """Return the clauses that the function answered itself; the others follow from the indicators."""
    taken = dict(occasion.indicators.problem_clause)
    return {clause: getattr(one.gate, clause).value for clause in GATE_CLAUSES if clause not in taken}


def _agree(
    actor: Actor,
    occasion: AssessmentOccasion,
    group: Sequence[DemoAssessment],
    functions: Mapping[str, Function],
    moment: datetime,
) -> None:
    """Hold a simulated meeting: it follows the first function that knew, and notes one that did not agree."""
    answers: dict[str, str] = {}
    dissent: list[Dissent] = []
    for number in group[0].answers:
        known = [one for one in group if one.answers[number].truth is not None]
        agreed = known[0].answers[number] if known else Answer.DONT_KNOW
        answers[str(number)] = agreed.value
        other = next((one for one in known if one.answers[number] is not agreed), None)
        if other is not None and not dissent:
            dissent.append(Dissent(number, functions[other.assessor].pk, _NOT_AGREED))
    joint = save_joint(
        actor,
        occasion,
        Given(answers, _explicit(occasion, group[0])),
        JointWords(dissent=dissent, uncertain_reason=_UNCERTAIN),
        assessed_on=group[0].assessed_on,
        revision=0,
        now=moment,
    )
    freeze_joint(actor, occasion, now=moment)
    place = Place.objects.get(pk=occasion.place_id)
    if occasion.set_code == _STATUS_LIST:
        _decide(actor, place, proposed_status(joint.result, SceneStatus(place.status)), group[0], moment)


def _decide(
    actor: Actor, place: Place, proposed: SceneStatus | None, one: DemoAssessment, moment: datetime
) -> None:
    steps = [proposed]
    if place.status == SceneStatus.CANDIDATE:
        steps.insert(0, SceneStatus.UNDER_ASSESSMENT)
    for step in steps:
        if step is not None and step.value != place.status and can_change(SceneStatus(place.status), step):
            decide_status(
                actor,
                place,
                step,
                decided_on=one.assessed_on,
                reference=f"Kartläggning {one.assessed_on.year}",
                reason="Efter samsynsmötet.",
                now=moment,
            )
