"""Agreements and promises as one reader may meet them: states, what was delivered, what is unmet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from samsyn.domain.access import Actor, Permission, SharingClass, can, reads_up_to
from samsyn.domain.agreements import (
    HOLDS,
    UNMET,
    AgreementState,
    CommitmentOutcome,
    Kept,
    MeasureKind,
    Span,
    days_left,
    hours_within,
    proposed_outcome,
    team_share,
)
from samsyn.domain.calendar import STOCKHOLM
from samsyn.web.cooperation.agreement_models import Agreement, Commitment, FollowUp
from samsyn.web.cooperation.agreement_services import signs
from samsyn.web.cooperation.duty_models import DutyShift
from samsyn.web.places.models import Place


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """An agreement in a list."""

    agreement: Agreement
    state: AgreementState
    days_left: int
    parties: tuple[str, ...]
    places: tuple[Place, ...]

    @property
    def holds(self) -> bool:
        """Whether it is in force."""
        return self.state in HOLDS


@dataclass(frozen=True, slots=True)
class PromiseRow:
    """A promise with what is known of how it went, for this reader."""

    commitment: Commitment
    outcome: CommitmentOutcome
    kept: Kept
    latest: FollowUp | None
    reason: str
    reason_hidden: bool
    proposed: CommitmentOutcome | None
    team: float | None
    overdue: bool

    @property
    def unmet(self) -> bool:
        """Whether it was followed up and not kept whole."""
        return self.outcome in UNMET

    @property
    def unit(self) -> str:
        """The unit of the promise; hours have none of their own."""
        return self.commitment.unit


def agreement_rows(actor: Actor, day: date) -> list[AgreementRow]:
    """Return the agreements that the actor may see: those that hold first, by their last day."""
    found = (
        Agreement.objects.visible_to(actor)
        .prefetch_related("parties__organisation", "places")
        .order_by("last", "title")
    )
    seen = _places(actor)
    rows = [_row(one, day, seen) for one in found]
    order = [
        AgreementState.RUNS_OUT_SOON, AgreementState.AGREEMENT_DRAFT, AgreementState.AGREEMENT_SIGNED,
        AgreementState.HOLDS_NOW, AgreementState.RUN_OUT, AgreementState.EXTENDED_BY_NEW,
        AgreementState.TERMINATED,
    ]  # fmt: skip
    return sorted(rows, key=lambda one: (order.index(one.state), one.agreement.last))


def agreement_row(actor: Actor, agreement: Agreement, day: date) -> AgreementRow:
    """Return one agreement as it stands in a list."""
    return _row(agreement, day, _places(actor))


def _places(actor: Actor) -> set[object]:
    return set(Place.objects.visible_to(actor).values_list("pk", flat=True))


def _row(one: Agreement, day: date, seen: set[object]) -> AgreementRow:
    return AgreementRow(
        one,
        one.state_on(day),
        days_left(one.last, day),
        tuple(str(party.organisation) for party in one.parties.all()),
        tuple(place for place in one.places.all() if place.pk in seen),
    )


def reads_purpose(actor: Actor, agreement: Agreement) -> bool:
    """Return whether the actor may read what an agreement is for: its parties always may."""
    is_party = agreement.parties.filter(organisation_id=actor.organisation_id).exists()
    return is_party or agreement.purpose_class <= reads_up_to(actor)


def may_sign(actor: Actor, agreement: Agreement) -> bool:
    """Return whether the own organisation's signature waits to be noted by this actor."""
    waiting = agreement.parties.filter(organisation_id=actor.organisation_id, signed_at=None).exists()
    return waiting and signs(actor) and agreement.state == AgreementState.AGREEMENT_DRAFT.value


def is_party(actor: Actor, agreement: Agreement) -> bool:
    """Return whether the actor's organisation is among those that agree."""
    return agreement.parties.filter(organisation_id=actor.organisation_id).exists()


def promise_rows(actor: Actor, commitments: Iterable[Commitment], now: datetime) -> list[PromiseRow]:
    """Return promises with what was delivered."""
    return [_promise(actor, one, now) for one in commitments]


def all_promises(actor: Actor, now: datetime, *, year: int | None = None) -> list[PromiseRow]:
    """Return the promises that the actor may see, those of a year if one is named."""
    found = Commitment.objects.visible_to(actor).select_related("agreement", "organisation", "function")
    if year is not None:
        found = found.filter(first__lte=date(year, 12, 31), last__gte=date(year, 1, 1))
    return promise_rows(actor, found.prefetch_related("follow_ups__function"), now)


def _promise(actor: Actor, one: Commitment, now: datetime) -> PromiseRow:
    latest = one.latest
    measured = latest.delivered if latest and latest.delivered is not None else None
    team = None
    # Rosters of police and guards are for the authorities; others meet what was written at a follow-up.
    if one.measure == MeasureKind.HOURS_ON_SITE.value and reads_up_to(actor) >= SharingClass.AUTHORITIES:
        hours, team = _shifts(actor, one, now)
        measured = hours if measured is None else measured
    kept = Kept(one.promised, measured)
    readable = latest is not None and (
        latest.reason_class <= reads_up_to(actor) or latest.function_id == actor.function_id
    )
    return PromiseRow(
        commitment=one,
        outcome=one.outcome,
        kept=kept,
        latest=latest,
        reason=latest.reason if latest and readable else "",
        reason_hidden=bool(latest and latest.reason and not readable),
        proposed=proposed_outcome(MeasureKind(one.measure), kept),
        team=team,
        overdue=latest is None and one.last < now.astimezone(STOCKHOLM).date(),
    )


def _shifts(actor: Actor, one: Commitment, now: datetime) -> tuple[float | None, float | None]:
    """Return the hours of the promise's shifts so far, and the share that the named team worked itself."""
    first = datetime.combine(one.first, time(), STOCKHOLM)
    end = min(datetime.combine(one.last + timedelta(days=1), time(), STOCKHOLM), now)
    shifts = DutyShift.objects.visible_to(actor).filter(
        place__in=one.agreement.places.all(),
        function__organisation_id=one.organisation_id,
        cancelled_at=None,
        starts_at__lt=end,
        ends_at__gt=first,
    )
    rows = list(shifts.values_list("function_id", "starts_at", "ends_at"))
    if not rows or end <= first:
        return None, None
    own = [row for row in rows if one.function_id in (None, row[0])]
    hours = hours_within((Span(starts, ends) for _function, starts, ends in own), first, end)
    return hours, team_share(len(own), len(rows)) if one.function_id else None


def may_follow_up(actor: Actor) -> bool:
    """Return whether the actor says how promises went."""
    return can(actor, Permission.MANAGE_COOPERATION) or can(actor, Permission.DECIDE)
