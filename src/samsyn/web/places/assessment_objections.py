"""The only writer of objections to a frozen joint answer, and of the answers to them."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from samsyn.domain.access import Actor, Permission, SharingClass, check_permission
from samsyn.domain.scenes import UnknownIndicator
from samsyn.web.people.services import record
from samsyn.web.places.assessment_errors import KeptAsItIs
from samsyn.web.places.assessment_models import WHOLE
from samsyn.web.places.assessment_services import check_fields
from samsyn.web.places.models import AssessmentChallenge, JointAssessment
from samsyn.web.places.services import ReasonMissing
from samsyn.web.ui.models import record_columns, save_changes


@transaction.atomic
def challenge(
    actor: Actor,
    joint: JointAssessment,
    *,
    number: int,
    text: str,
    now: datetime,
    text_class: SharingClass = SharingClass.AUTHORITIES,
    override_reason: str = "",
) -> AssessmentChallenge:
    """Object to a frozen answer; the objection is kept with its date and function.

    Raises
    ------
    NotAllowed, ReasonMissing, UnknownIndicator, KeptAsItIs, TextsRefused
    """
    check_permission(actor, Permission.CHALLENGE)
    if joint.frozen_at is None:
        raise KeptAsItIs(thing=str(joint))
    if not text.strip():
        raise ReasonMissing()
    size = joint.occasion.indicators.size
    if not WHOLE <= number <= size:
        raise UnknownIndicator(set=joint.occasion.set_code, number=number, last=size)
    check_fields(actor, {"text": text}, override_reason=override_reason)
    row = AssessmentChallenge(
        **record_columns(actor, now, SharingClass(joint.sharing_class)),
        joint=joint,
        number=number,
        text=text.strip(),
        text_class=int(text_class),
    )
    row.save(force_insert=True)
    record(actor, "challenge", row, now=now, fields=("number", "text"), place_id=joint.occasion.place_id)
    return row


@transaction.atomic
def answer_challenge(
    actor: Actor, row: AssessmentChallenge, *, text: str, now: datetime, override_reason: str = ""
) -> None:
    """Answer an objection, once; both stay.

    Raises
    ------
    NotAllowed, ReasonMissing, KeptAsItIs, TextsRefused
    """
    check_permission(actor, Permission.LEAD_ASSESSMENT)
    if not text.strip():
        raise ReasonMissing()
    check_fields(actor, {"answer": text}, override_reason=override_reason)
    if row.answered_at is not None:
        raise KeptAsItIs(thing=str(row))
    columns = {"answer": text.strip(), "answered_at": now, "answered_by_id": actor.function_id}
    changed = save_changes(row, columns, revision=row.revision)
    record(actor, "answer", row, now=now, fields=changed, place_id=row.joint.occasion.place_id)
