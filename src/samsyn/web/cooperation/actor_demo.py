"""Loads functions, rosters, mandates, things and wanted parties of a demo through the services."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from samsyn import geography
from samsyn.demo import actors as demo
from samsyn.demo.published_actors import PublishedActor
from samsyn.domain.access import Actor
from samsyn.domain.actors import InvitationState
from samsyn.domain.calendar import STOCKHOLM
from samsyn.domain.hours import OpeningHours, local_moment, read_clock, read_spans
from samsyn.domain.mandates import MandateKind
from samsyn.domain.roster import RosterRow
from samsyn.web.cooperation import duty_services, wanted_services
from samsyn.web.cooperation.models import DutyShift
from samsyn.web.people import actor_services, services as people
from samsyn.web.people.models import Function, Workspace
from samsyn.web.places import asset_services, mandate_services
from samsyn.web.places.models import MandateArea, Place

_ROSTER_SOURCE = "Simulerad lista"


def seed_actors(
    lead: Actor, police: Actor, workspace: Workspace, scenes: Sequence[Place], *, seed: int, now: datetime
) -> dict[str, Function]:
    """Load everything for the first scenes; the police approve their own cards."""
    today = now.astimezone(STOCKHOLM).date()
    functions = _functions(lead, workspace, scenes, now)
    for scene, place in enumerate(scenes[: demo.SCENES_WITH_ROSTERS]):
        _roster(lead, place, functions, seed, scene, today, now)
        _things(lead, place, functions, now)
        _mandates(lead, police, place, functions, today, now, soon=scene == 1)
    for name, why, steps in demo.WANTED:
        _wanted(lead, name, why, steps, today, now)
    for course, key, ago, trained in demo.TRAININGS:
        held = today - timedelta(days=ago)
        actor_services.add_training(lead, functions[key], course, held, trained=trained, now=now)
    return functions


def _functions(
    lead: Actor, workspace: Workspace, scenes: Sequence[Place], now: datetime
) -> dict[str, Function]:
    found = {}
    town = scenes[0].municipality_name
    for card in demo.cards(town):
        organisation = people.add_organisation(
            workspace, card.organisation, card.kind, is_authority=card.authority
        )
        function = people.add_function(organisation, card.name)
        week = tuple(read_spans(text, card.name) for text in card.week) or ((),) * 7
        dates = {date(now.year, 12, 24): ()} if card.key in {"mika", "platsansvarig"} else {}
        hours = OpeningHours(week, dates)
        changes = {
            "assignment": card.assignment,
            "target_groups": [one.value for one in card.groups],
            "needs": [one.value for one in card.needs],
            "limits": card.limits,
            "letter_box": card.letter_box,
            "has_radio": card.has_radio,
            "needs_mandate": card.needs_mandate,
            "staff": card.staff,
            "hours": hours.as_json() if hours.known else {},
        }
        actor_services.change_card(lead, function, changes, revision=function.revision, now=now)
        actor_services.set_numbers(lead, function, card.numbers, is_the_functions=True, now=now)
        local = [place for place in scenes if place.municipality_name == town]
        if card.key not in {"ingripandepolis", "beroende"}:
            asset_services.set_served(lead, function, local, now=now)
        found[card.key] = function
    _narrow_others(lead, workspace, found, scenes, now)
    return found


def _narrow_others(
    lead: Actor, workspace: Workspace, known: Mapping[str, Function], scenes: Sequence[Place], now: datetime
) -> None:
    """Say of the other municipalities' functions that they serve their own places only."""
    from samsyn.web.places.models import ServedPlace

    mine = {function.pk for function in known.values()}
    towns: dict[str, list[Place]] = {}
    for place in scenes:
        towns.setdefault(place.municipality_name, []).append(place)
    served = []
    for function in Function.objects.filter(workspace=workspace).select_related("organisation"):
        town = next((town for town in towns if town in function.organisation.name), "")
        if function.pk not in mine and town:
            served += [ServedPlace(function=function, place=place) for place in towns[town]]
    ServedPlace.objects.bulk_create(served, batch_size=500)


def _roster(
    lead: Actor,
    place: Place,
    functions: Mapping[str, Function],
    seed: int,
    scene: int,
    today: date,
    now: datetime,
) -> None:
    parts = list(place.sub_places.all())[:2]
    rows, cancelled = [], {}
    for at, shift in enumerate(demo.shifts(seed, scene, today)):
        start, end = read_clock(str(shift.start)), read_clock(str(shift.end))
        if start is None or end is None:
            raise RuntimeError(f"{shift} has no hours")
        last = shift.day + timedelta(days=1) if end <= start else shift.day
        row = RosterRow(
            at,
            functions[shift.key],
            local_moment(shift.day, start),
            local_moment(last, end, last=True),
            tuple(parts) if shift.key == "ordningsvakt" else (),
        )
        rows.append(row)
        if shift.cancelled is not None:
            cancelled[(row.function.pk, row.starts_at)] = shift.cancelled.value
    duty_services.add_rows(lead, place, rows, now=now, source=_ROSTER_SOURCE)
    for one in DutyShift.objects.filter(place=place, starts_at__lt=now):
        reason = cancelled.get((one.function_id, one.starts_at))
        if reason:
            one.cancelled_at, one.cancelled_reason = one.starts_at, reason
            one.save(update_fields=["cancelled_at", "cancelled_reason"])


def _things(lead: Actor, place: Place, functions: Mapping[str, Function], now: datetime) -> None:
    parts = list(place.sub_places.all())
    news = [
        asset_services.NewAsset(
            kind,
            name,
            functions[keeper].organisation,
            responsible=functions[keeper],
            sub_place=parts[at % len(parts)] if parts else None,
            longitude=parts[at % len(parts)].longitude if parts else None,
            latitude=parts[at % len(parts)].latitude if parts else None,
            report_how=how,
            row=at,
        )
        for at, (kind, name, keeper, how) in enumerate(demo.THINGS, start=2)
    ]
    asset_services.add_assets(lead, place, news, now=now)


def _mandates(
    lead: Actor,
    police: Actor,
    place: Place,
    functions: Mapping[str, Function],
    today: date,
    now: datetime,
    *,
    soon: bool,
) -> None:
    boundary = place.boundary_on(today)
    if boundary is None:
        return
    ends = today + timedelta(days=52 if soon else 540)
    permit = mandate_services.add_mandate(
        lead,
        place,
        mandate_services.NewMandate(
            MandateKind.GUARD_PERMIT,
            f"Ordningsvakter {place.name}",
            place.municipal_owner,
            geography.part_of(boundary.shape, 0.7),
            today - timedelta(days=400),
            ends,
            law_code="2023:421",
            decision_number=f"A-{today.year - 1}-17",
            conditions="Ordningsvakterna står under polisens ledning och anmäler sig vid passets början.",
            approximate=True,
        ),
        now=now,
    )
    mandate_services.add_mandate(
        lead,
        place,
        mandate_services.NewMandate(
            MandateKind.ALCOHOL_BAN,
            f"Alkoholförbud {place.name}",
            place.municipal_owner,
            bytes(boundary.shape),
            date(today.year - 4, 1, 1),
            law_code="1993:1617",
            approximate=True,
        ),
        now=now,
    )
    _write_cards(lead, police, place, permit, functions, today, now)


def _write_cards(
    lead: Actor,
    police: Actor,
    place: Place,
    permit: MandateArea,
    functions: Mapping[str, Function],
    today: date,
    now: datetime,
) -> None:
    for key, in_area, may, may_not, approved in demo.CARD_TEXTS:
        function = functions[key]
        own = police if function.organisation_id == police.organisation_id else lead
        holder = None if key == "omradespolis" or in_area else place.municipal_owner
        card = mandate_services.draft_card(
            own if key == "omradespolis" else lead,
            place,
            function,
            may=may,
            may_not=may_not,
            holder=holder,
            area=permit if in_area else None,
            now=now,
        )
        approver = next((one for one in (lead, police) if one.organisation_id == card.holder_id), None)
        if approved and approver is not None:
            mandate_services.approve_card(
                approver, card, expires_on=today + timedelta(days=365), today=today, now=now
            )


def _wanted(
    lead: Actor,
    name: str,
    why: str,
    steps: Sequence[tuple[InvitationState, int]],
    today: date,
    now: datetime,
) -> None:
    first = today - timedelta(days=steps[0][1])
    wanted = wanted_services.add_wanted(lead, name, now=now, today=first, why=why)
    for state, ago in steps[1:]:
        wanted_services.step_wanted(lead, wanted, state, on=today - timedelta(days=ago), now=now)


def seed_published_actors(
    lead: Actor, workspace: Workspace, place: Place, actors: Iterable[PublishedActor], *, now: datetime
) -> dict[str, Function]:
    """Enter the parties and functions that the documents name; return them by their short names.

    There are no numbers, hours or rosters in the documents, and none here.
    """
    found = {}
    for one in actors:
        organisation = people.add_organisation(workspace, one.name, one.kind, is_authority=one.is_authority)
        for said in one.functions:
            function = people.add_function(organisation, said.name)
            changes = {
                "assignment": said.text,
                "target_groups": [group.value for group in said.groups],
                "needs": [need.value for need in said.needs],
                "limits": said.limits,
                "needs_mandate": said.needs_mandate,
            }
            actor_services.change_card(lead, function, changes, revision=function.revision, now=now)
            if one.klara_only:
                asset_services.set_served(lead, function, [place], now=now)
            found[said.key] = function
    return found
