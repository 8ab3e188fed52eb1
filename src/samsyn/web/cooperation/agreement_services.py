"""The only writer of agreements. They belong to their parties together: nothing here deletes or shuts out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from samsyn.domain.access import (
    PERMISSIONS,
    Actor,
    NotAllowed,
    Permission,
    Role,
    SharingClass,
    can,
    check_permission,
    covers_place,
)
from samsyn.domain.agreements import (
    AgreementKind,
    AgreementState,
    check_parties,
    check_step,
    is_period,
    state_on,
)
from samsyn.domain.calendar import STOCKHOLM
from samsyn.domain.notices import NoticeKind
from samsyn.web.cooperation.agreement_errors import AgreementFixed, NotAParty, NothingWritten, PeriodWrong
from samsyn.web.cooperation.agreement_models import Agreement, AgreementParty, AgreementStep, Commitment
from samsyn.web.people.models import Function, Membership, Organisation
from samsyn.web.people.notices import SubjectRef, notify
from samsyn.web.people.services import record
from samsyn.web.places.assessment_services import check_fields
from samsyn.web.places.models import Place
from samsyn.web.places.services import ReasonMissing
from samsyn.web.ui.models import StaleRecord, record_columns, save_changes

# Who notes a signature for an organisation that has nobody who leads or decides here.
_SIGN_FOR_PRIVATE = frozenset({Role.PROPERTY_OWNER, Role.PLACE_MANAGER, Role.TRANSIT})
_LEADS = frozenset({Permission.MANAGE_COOPERATION, Permission.DECIDE})


@dataclass(frozen=True, slots=True)
class AgreementDetails:
    """What an agreement says."""

    kind: AgreementKind
    title: str
    first: date
    last: date
    purpose: str = ""
    reference: str = ""
    source: str = ""
    places: Sequence[Place] = ()
    organisations: Sequence[Organisation] = ()
    sharing_class: SharingClass = SharingClass.COOPERATION
    purpose_class: SharingClass = SharingClass.COOPERATION


@transaction.atomic
def draft_agreement(
    actor: Actor,
    details: AgreementDetails,
    *,
    now: datetime,
    continues: Agreement | None = None,
    override_reason: str = "",
) -> Agreement:
    """Write an agreement down; the police and municipal owners of its places are always parties.

    Raises
    ------
    NotAllowed, NothingWritten, PeriodWrong, TooFewParties, TextsRefused
    """
    check_permission(actor, Permission.MANAGE_COOPERATION)
    _check(actor, details, override_reason)
    row = Agreement(
        **record_columns(actor, now, min(details.sharing_class, SharingClass.AUTHORITIES)),
        **_columns(details),
        state=AgreementState.AGREEMENT_DRAFT.value,
        continues=continues,
    )
    row.save(force_insert=True)
    _set_parties(row, details)
    _step(actor, row, None, AgreementState.AGREEMENT_DRAFT, now)
    record(actor, "draft", row, now=now, fields=_columns(details), place_id=_only_place(details.places))
    _tell(row, NoticeKind.AGREEMENT_TO_SIGN, now, actor)
    return row


@transaction.atomic
def change_agreement(
    actor: Actor,
    row: Agreement,
    details: AgreementDetails,
    *,
    revision: int,
    now: datetime,
    override_reason: str = "",
) -> None:
    """Change a draft. Signatures that were noted fall: they were for other words.

    Raises
    ------
    NotAllowed, NotAParty, AgreementFixed, NothingWritten, PeriodWrong, TooFewParties, TextsRefused,
    StaleRecord
    """
    check_permission(actor, Permission.MANAGE_COOPERATION)
    _check_party(actor, row)
    _lock_draft(row, revision)
    _check(actor, details, override_reason)
    columns = {
        **_columns(details),
        "sharing_class": int(min(details.sharing_class, SharingClass.AUTHORITIES)),
    }
    before = {one.pk for one in row.places.all()}, {one.organisation_id for one in row.parties.all()}
    changed = list(save_changes(row, columns, revision=revision))
    _set_parties(row, details)
    after = {one.pk for one in row.places.all()}, {one.organisation_id for one in row.parties.all()}
    also = [name for name, old, new in zip(("places", "parties"), before, after, strict=True) if old != new]
    if also and not changed:
        # The columns stand, yet what is signed is another agreement than before.
        row.revision = revision + 1
        row.save(update_fields=["revision"])
    changed += also
    if changed:
        row.parties.update(signed_at=None, signed_by=None)
        record(actor, "change", row, now=now, fields=changed, place_id=_only_place(details.places))
        _tell(row, NoticeKind.AGREEMENT_TO_SIGN, now, actor)


@transaction.atomic
def sign(actor: Actor, row: Agreement, *, revision: int, now: datetime) -> None:
    """Note that the own organisation has signed; when all have, the agreement is signed.

    ``revision`` is that of the words the signer read: no signature lands on other words.

    Raises
    ------
    NotAParty, AgreementFixed, StaleRecord
    """
    _check_party(actor, row)
    _lock_draft(row, revision)
    party = _check_party(actor, row)
    if party.signed_at is None:
        party.signed_at, party.signed_by_id = now, actor.function_id
        party.save(update_fields=["signed_at", "signed_by"])
        record(actor, "sign", row, now=now, fields=("signed_at",), thing_id=str(row.pk))
    if row.parties.filter(signed_at=None).exists():
        return
    _move(actor, row, AgreementState.AGREEMENT_SIGNED, now)
    if row.continues is not None and _may_be_extended(row.continues, now):
        _move(actor, row.continues, AgreementState.EXTENDED_BY_NEW, now)


@transaction.atomic
def terminate(actor: Actor, row: Agreement, *, reason: str, now: datetime, override_reason: str = "") -> None:
    """End an agreement, or take back a draft, with a reason that every party is told of and can read.

    Raises
    ------
    NotAllowed, NotAParty, ReasonMissing, NoSuchStep, TextsRefused
    """
    _check_party(actor, row)
    if not reason.strip():
        raise ReasonMissing()
    check_fields(actor, {"reason": reason}, override_reason=override_reason)
    _move(actor, row, AgreementState.TERMINATED, now, reason=reason.strip())
    _tell(row, NoticeKind.AGREEMENT_ENDED, now, actor)


@transaction.atomic
def extend(actor: Actor, row: Agreement, *, last: date, now: datetime) -> Agreement:
    """Draft the agreement that follows: the same parties, places and purpose, from the day after.

    The earlier one stands as extended when all have signed the new one.

    Raises
    ------
    NotAllowed, NotAParty, AgreementFixed, PeriodWrong
    """
    check_permission(actor, Permission.MANAGE_COOPERATION)
    _check_party(actor, row)
    if not _may_be_extended(row, now) or Agreement.objects.filter(continues=row).exists():
        raise AgreementFixed(agreement=str(row))
    details = AgreementDetails(
        kind=AgreementKind(row.kind),
        title=row.title,
        first=row.last + timedelta(days=1),
        last=last,
        purpose=row.purpose,
        places=list(row.places.all()),
        organisations=[one.organisation for one in row.parties.select_related("organisation")],
        sharing_class=SharingClass(row.sharing_class),
        purpose_class=SharingClass(row.purpose_class),
    )
    return draft_agreement(actor, details, now=now, continues=row)


# ------------------------------------------------------------------ what the other services need


def leaders_of(workspace_id: UUID, organisations: Iterable[UUID], day: date) -> list[Function]:
    """Return the functions that answer for some organisations here: who leads, decides or signs."""
    roles = [role.value for role in Role if _LEADS & PERMISSIONS[role] or role in _SIGN_FOR_PRIVATE]
    memberships = Membership.objects.filter(
        workspace_id=workspace_id,
        function__organisation__in=list(organisations),
        role__in=roles,
        valid_from__lte=day,
    ).exclude(valid_to__lte=day)
    return list(Function.objects.filter(pk__in=memberships.values("function_id")))


def signs(actor: Actor) -> bool:
    """Return whether the actor notes signatures for the own organisation."""
    private = not actor.is_authority and actor.role in _SIGN_FOR_PRIVATE
    return private or any(can(actor, permission) for permission in _LEADS)


def _lock_draft(row: Agreement, revision: int) -> None:
    """Hold a draft for this transaction, as it is now and as the actor read it."""
    row.refresh_from_db(from_queryset=Agreement.objects.select_for_update(of=("self",)))
    if row.state != AgreementState.AGREEMENT_DRAFT.value:
        raise AgreementFixed(agreement=str(row))
    if row.revision != revision:
        raise StaleRecord(row, thing=str(row))


def _check_party(actor: Actor, row: Agreement) -> AgreementParty:
    party = row.parties.filter(organisation_id=actor.organisation_id).first()
    seen = Agreement.objects.visible_to(actor).filter(pk=row.pk).exists()
    if party is None or not seen or not signs(actor):
        raise NotAParty(agreement=str(row))
    return party


def _check(actor: Actor, details: AgreementDetails, override_reason: str) -> None:
    if not details.title.strip():
        raise NothingWritten(field="title")
    if not is_period(details.first, details.last):
        raise PeriodWrong(first=details.first, last=details.last)
    outside = [one for one in details.places if not covers_place(actor, one.pk)]
    scopes = {one.workspace_id for one in details.places} | {
        one.workspace_id for one in details.organisations
    }
    if outside or scopes - {actor.workspace_id}:
        raise NotAllowed(permission=Permission.MANAGE_COOPERATION.value)
    check_parties(_parties(details), _owners(details.places))
    if actor.organisation_id not in _parties(details):
        raise NotAParty(agreement=details.title)
    texts = {
        "title": details.title,
        "purpose": details.purpose,
        "reference": details.reference,
        "source": details.source,
    }
    check_fields(actor, texts, override_reason=override_reason)


def _columns(details: AgreementDetails) -> dict[str, object]:
    return {
        "kind": details.kind.value,
        "title": details.title.strip(),
        "purpose": details.purpose.strip(),
        "purpose_class": int(min(details.purpose_class, SharingClass.AUTHORITIES)),
        "reference": details.reference.strip(),
        "source": details.source.strip(),
        "first": details.first,
        "last": details.last,
    }


def _owners(places: Iterable[Place]) -> set[UUID]:
    return {owner for one in places for owner in (one.police_owner_id, one.municipal_owner_id)}


def _parties(details: AgreementDetails) -> set[UUID]:
    return {one.pk for one in details.organisations} | _owners(details.places)


def _set_parties(row: Agreement, details: AgreementDetails) -> None:
    row.places.set(details.places)
    wanted = _parties(details)
    row.parties.exclude(organisation_id__in=wanted).delete()
    for organisation_id in wanted:
        AgreementParty.objects.get_or_create(agreement=row, organisation_id=organisation_id)


def _may_be_extended(row: Agreement, now: datetime) -> bool:
    state = row.state_on(now.astimezone(STOCKHOLM).date())
    return state in {AgreementState.HOLDS_NOW, AgreementState.RUNS_OUT_SOON, AgreementState.RUN_OUT}


def _move(actor: Actor, row: Agreement, new: AgreementState, now: datetime, *, reason: str = "") -> None:
    old = state_on(AgreementState(row.state), row.first, row.last, now.astimezone(STOCKHOLM).date())
    check_step(old, new)
    save_changes(row, {"state": new.value}, revision=row.revision)
    _step(actor, row, old, new, now, reason)
    record(actor, new.value, row, now=now, fields=("state",))


def _step(
    actor: Actor,
    row: Agreement,
    old: AgreementState | None,
    new: AgreementState,
    now: datetime,
    reason: str = "",
) -> None:
    AgreementStep(
        agreement=row,
        at=now,
        function_id=actor.function_id,
        from_state=old.value if old else "",
        to_state=new.value,
        reason=reason,
    ).save(force_insert=True)


def _tell(row: Agreement, kind: NoticeKind, now: datetime, actor: Actor) -> None:
    parties = row.parties.values_list("organisation_id", flat=True)
    for organisation_id in parties:
        notify(
            leaders_of(row.workspace_id, [organisation_id], now.astimezone(STOCKHOLM).date()),
            workspace=row.workspace,
            kind=kind,
            # A party reads it as an owner does, whatever its class.
            subject_ref=SubjectRef(
                "Agreement", str(row.pk), organisation_id, "agreement", {"agreement_id": str(row.pk)}
            ),
            sharing_class=SharingClass(row.sharing_class),
            now=now,
            actor=actor,
        )


def _only_place(places: Sequence[Place]) -> UUID | None:
    return places[0].pk if len(places) == 1 else None


def commitments_of(row: Agreement) -> list[Commitment]:
    """Return the promises of an agreement with their follow-ups."""
    return list(
        row.commitments.select_related("organisation", "function").prefetch_related("follow_ups__function")
    )
