"""Writes the demo's agreements, promises and heads-ups through the services, as the owners would have."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction

from samsyn.demo.agreements import (
    AGREEMENTS,
    HEADS_UPS,
    STATEMENTS,
    DemoAgreement,
    DemoPromise,
    DemoStatement,
)
from samsyn.domain.access import Actor, Role, SharingClass
from samsyn.domain.agreements import AgreementKind, AgreementState
from samsyn.domain.calendar import STOCKHOLM
from samsyn.web.cooperation import (
    agreement_services as agreements,
    commitment_services as commitments,
    statement_services as statements,
)
from samsyn.web.cooperation.agreement_models import Agreement, AgreementParty
from samsyn.web.cooperation.heads_up_services import write_heads_up
from samsyn.web.people.models import Organisation
from samsyn.web.places.models import Place
from samsyn.web.ui.models import record_columns

ActorOf = Callable[[Role], Actor]


@transaction.atomic
def seed_agreements(actor_of: ActorOf, places: Sequence[Place], *, now: datetime) -> None:
    """Write agreements for the first place that the demo's police and municipality own together."""
    lead, police = actor_of(Role.SAFETY_COORDINATOR), actor_of(Role.MUNICIPAL_POLICE_LIAISON)
    shared = shared_places(lead, police, places)
    if not shared:
        return
    for one in AGREEMENTS:
        _agree(actor_of, lead, police, shared[0], one, now)
    for said in STATEMENTS:
        _state(police if said.by_police else lead, shared[0], said, now)
    for warning in HEADS_UPS:
        write_heads_up(
            police if warning.by_police else lead,
            shared[:1],
            text=warning.text,
            text_class=SharingClass.COOPERATION if warning.for_all else SharingClass.AUTHORITIES,
            now=now - timedelta(hours=warning.hours_ago),
        )


def _state(actor: Actor, place: Place, one: DemoStatement, now: datetime) -> None:
    words = statements.Words(
        one.question,
        one.text,
        one.audience,
        now.astimezone(STOCKHOLM).date() + timedelta(days=one.days),
        one.sources,
        place,
    )
    row = statements.write_statement(actor, words, now=now - timedelta(days=3))
    if one.approved:
        statements.approve_statement(actor, row, now=now - timedelta(days=2))


def shared_places(lead: Actor, police: Actor, places: Sequence[Place]) -> list[Place]:
    """Return the places whose two owners are these two."""
    return [
        one
        for one in places
        if (one.municipal_owner_id, one.police_owner_id) == (lead.organisation_id, police.organisation_id)
    ]


def _agree(
    actor_of: ActorOf, lead: Actor, police: Actor, place: Place, one: DemoAgreement, now: datetime
) -> None:
    day = now.astimezone(STOCKHOLM).date()
    first, last = (day + timedelta(days=offset) for offset in (one.first, one.last))
    written = min(now, _noon(first) - timedelta(days=20))
    row = agreements.draft_agreement(
        lead,
        agreements.AgreementDetails(
            one.kind, one.title, first, last, one.purpose, one.reference, places=[place]
        ),
        now=written,
    )
    for promised in one.promises:
        _promise(actor_of, lead, row, place, promised, now)
    if one.signed:
        for signer in (lead, police):
            row.refresh_from_db()
            agreements.sign(signer, row, revision=row.revision, now=written + timedelta(days=7))


def _promise(
    actor_of: ActorOf, lead: Actor, row: Agreement, place: Place, one: DemoPromise, now: datetime
) -> None:
    given = commitments.Promise(
        place.police_owner if one.by_police else place.municipal_owner,
        one.what, one.measure, row.first, row.last, one.promised, one.unit,
    )  # fmt: skip
    made = commitments.promise(lead, row, given, now=row.created_at)
    commitments.approve(actor_of(Role.STEERING_GROUP), made, now=row.created_at + timedelta(days=5))
    if one.outcome is not None:
        at = now - timedelta(days=one.days_ago)
        commitments.follow_up(
            lead, made, outcome=one.outcome, on=at.astimezone(STOCKHOLM).date(), now=at,
            delivered=one.delivered, reason=one.reason,
        )  # fmt: skip


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


# ------------------------------------------------------------------ what is published

_SOURCE = "Norra innerstadens stadsdelsnämnd, dnr NI 2023/1244"


@transaction.atomic
def seed_published(
    lead: Actor, municipality: Organisation, organisation: Callable[[str], Organisation], *, now: datetime
) -> None:
    """Enter the place agreement at Sergels torg as the district board describes it: years and parties.

    The source gives years and no days, and says who takes part, not who signed when; so no signature is
    noted, and the agreement names no place, whose owners it would make parties.
    """
    owners = ("Afa Fastigheter", "AMF Fastigheter", "Axfast", "Stena Fastigheter", "Vasakronan",
              "Gålöstiftelsen", "City i Samverkan")  # fmt: skip
    earlier = _published(lead, 2020, 2022, "extended", now)
    later = _published(lead, 2023, 2025, "", now, continues=earlier)
    for row, parties in ((earlier, (municipality,)), (later, (municipality, *map(organisation, owners)))):
        for party in parties:
            AgreementParty.objects.create(agreement=row, organisation=party)


def _published(
    lead: Actor, first: int, last: int, ended: str, now: datetime, continues: Agreement | None = None
) -> Agreement:
    row = Agreement(
        **record_columns(lead, now, SharingClass.OPEN),
        kind=AgreementKind.PLACE_COOPERATION.value,
        title=f"Platssamverkan på Sergels torg {first}–{last}",
        purpose="Treårigt avtal mellan staden, fastighetsägare, näringsliv och civilsamhälle. Källan anger "
        "åren; dagarna är satta till årens början och slut.",
        purpose_class=int(SharingClass.OPEN),
        source=_SOURCE,
        first=date(first, 1, 1),
        last=date(last, 12, 31),
        state=(AgreementState.EXTENDED_BY_NEW if ended else AgreementState.AGREEMENT_SIGNED).value,
        continues=continues,
    )
    row.save(force_insert=True)
    return row
