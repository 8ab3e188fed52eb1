"""The only writer of promises: what each party takes on, the steering group's yes, and follow-ups."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from samsyn.domain.access import Actor, NotAllowed, Permission, SharingClass, can, check_permission
from samsyn.domain.agreements import AgreementState, CommitmentOutcome, MeasureKind, is_period
from samsyn.domain.calendar import STOCKHOLM
from samsyn.web.cooperation.agreement_errors import (
    AgreementFixed,
    NotAParty,
    NothingWritten,
    PeriodWrong,
    PromiseIncomplete,
)
from samsyn.web.cooperation.agreement_models import Agreement, Commitment, FollowUp
from samsyn.web.people.models import Function, Organisation
from samsyn.web.people.services import record
from samsyn.web.places.assessment_services import check_fields
from samsyn.web.places.services import ReasonMissing
from samsyn.web.ui.models import record_columns, save_changes


@dataclass(frozen=True, slots=True)
class Promise:
    """What a party takes on."""

    organisation: Organisation
    what: str
    measure: MeasureKind
    first: date
    last: date
    promised: float | None = None
    unit: str = ""
    function: Function | None = None


@transaction.atomic
def promise(
    actor: Actor, agreement: Agreement, given: Promise, *, now: datetime, override_reason: str = ""
) -> Commitment:
    """Write down what a party takes on; it counts when the steering group has approved it.

    Raises
    ------
    NotAllowed, NotAParty, AgreementFixed, NothingWritten, PeriodWrong, PromiseIncomplete, TextsRefused
    """
    check_permission(actor, Permission.MANAGE_COOPERATION)
    _check_member(actor, agreement)
    if agreement.state in {AgreementState.TERMINATED.value, AgreementState.EXTENDED_BY_NEW.value}:
        raise AgreementFixed(agreement=str(agreement))
    if not given.what.strip():
        raise NothingWritten(field="what")
    inside = agreement.first <= given.first and given.last <= agreement.last
    if not is_period(given.first, given.last) or not inside:
        raise PeriodWrong(first=given.first, last=given.last)
    missing = _missing(agreement, given)
    if missing:
        raise PromiseIncomplete(missing=", ".join(missing))
    check_fields(actor, {"what": given.what, "unit": given.unit}, override_reason=override_reason)
    row = Commitment(
        **record_columns(actor, now, SharingClass(agreement.sharing_class)),
        agreement=agreement,
        organisation=given.organisation,
        function=given.function,
        what=given.what.strip(),
        measure=given.measure.value,
        promised=None if given.measure is MeasureKind.DONE_OR_NOT else given.promised,
        unit=given.unit.strip() if given.measure is MeasureKind.AMOUNT else "",
        first=given.first,
        last=given.last,
    )
    row.save(force_insert=True)
    record(actor, "promise", row, now=now, fields=("organisation", "what", "measure", "promised"))
    return row


@transaction.atomic
def approve(actor: Actor, row: Commitment, *, now: datetime) -> None:
    """Let the steering group approve a promise, once.

    Raises
    ------
    NotAllowed, NotAParty
    """
    check_permission(actor, Permission.DECIDE)
    _check_member(actor, row.agreement)
    if row.approved_at is None:
        changed = save_changes(
            row, {"approved_at": now, "approved_by_id": actor.function_id}, revision=row.revision
        )
        record(actor, "approve", row, now=now, fields=changed)


@transaction.atomic
def follow_up(
    actor: Actor,
    row: Commitment,
    *,
    outcome: CommitmentOutcome,
    on: date,
    now: datetime,
    delivered: float | None = None,
    reason: str = "",
    reason_class: SharingClass = SharingClass.AUTHORITIES,
    override_reason: str = "",
) -> FollowUp:
    """Say how it went; a promise that was not kept whole needs a reason. The earlier follow-ups stay.

    Raises
    ------
    NotAllowed, NotAParty, ReasonMissing, PeriodWrong, TextsRefused
    """
    if not (can(actor, Permission.MANAGE_COOPERATION) or can(actor, Permission.DECIDE)):
        raise NotAllowed(permission=Permission.MANAGE_COOPERATION.value)
    _check_member(actor, row.agreement)
    if outcome is not CommitmentOutcome.KEPT and not reason.strip():
        raise ReasonMissing()
    if not row.first <= on <= now.astimezone(STOCKHOLM).date():
        raise PeriodWrong(first=on, last=on)
    check_fields(actor, {"reason": reason}, override_reason=override_reason)
    made = FollowUp(
        commitment=row,
        at=now,
        on=on,
        function_id=actor.function_id,
        outcome=outcome.value,
        delivered=delivered,
        reason=reason.strip(),
        reason_class=int(reason_class),
    )
    made.save(force_insert=True)
    record(actor, "follow_up", row, now=now, fields=("outcome", "delivered", "reason"))
    return made


def _check_member(actor: Actor, agreement: Agreement) -> None:
    seen = Agreement.objects.visible_to(actor).filter(pk=agreement.pk).exists()
    if not seen or not agreement.parties.filter(organisation_id=actor.organisation_id).exists():
        raise NotAParty(agreement=str(agreement))


def _missing(agreement: Agreement, given: Promise) -> list[str]:
    missing = []
    if not agreement.parties.filter(organisation_id=given.organisation.pk).exists():
        missing.append("organisation")
    if given.function is not None and given.function.organisation_id != given.organisation.pk:
        missing.append("function")
    if given.measure is not MeasureKind.DONE_OR_NOT and not (given.promised and given.promised > 0):
        missing.append("promised")
    if given.measure is MeasureKind.AMOUNT and not given.unit.strip():
        missing.append("unit")
    return missing
