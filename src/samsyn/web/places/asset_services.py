"""The only writer of the register of things, and of which functions serve a place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from samsyn.domain.access import (
    Actor,
    NotAllowed,
    Permission,
    SharingClass,
    can,
    check_permission,
    covers_place,
)
from samsyn.domain.assets import CATEGORY_OF, AssetCategory, AssetKind
from samsyn.domain.row_problems import RowProblem
from samsyn.web.people.actor_services import one_save, reason_of, saved_anew
from samsyn.web.people.models import Function, Organisation
from samsyn.web.people.services import record
from samsyn.web.places.asset_errors import AssetFileRefused, AssetNameTaken, KeeperElsewhere
from samsyn.web.places.models import Asset, Place, ServedPlace, SubPlace
from samsyn.web.ui.guarding import check_texts, problems_in
from samsyn.web.ui.models import record_columns, save_changes


@dataclass(frozen=True, slots=True)
class NewAsset:
    """A thing on its way in; ``row`` is its number in the file it came from."""

    kind: AssetKind
    name: str
    keeper: Organisation
    category: AssetCategory | None = None
    responsible: Function | None = None
    sub_place: SubPlace | None = None
    longitude: float | None = None
    latitude: float | None = None
    report_how: str = ""
    text_class: SharingClass = SharingClass.COOPERATION
    row: int = 0


def may_keep_register(actor: Actor, keeper_id: object) -> bool:
    """Return whether the actor may write about an organisation's things: a lead, or the keeper itself."""
    own = keeper_id == actor.organisation_id and can(actor, Permission.COOPERATE)
    return own or can(actor, Permission.MANAGE_COOPERATION)


def _check(actor: Actor, place: Place, new: NewAsset) -> None:
    if not covers_place(actor, place.pk) or place.workspace_id != actor.workspace_id:
        raise NotAllowed(permission=Permission.COOPERATE.value)
    if not may_keep_register(actor, new.keeper.pk):
        raise NotAllowed(permission=Permission.MANAGE_COOPERATION.value)
    if new.keeper.workspace_id != actor.workspace_id:
        raise KeeperElsewhere(name=new.keeper.name)
    if new.responsible is not None and new.responsible.organisation_id != new.keeper.pk:
        raise KeeperElsewhere(name=new.responsible.name)
    if new.sub_place is not None and new.sub_place.place_id != place.pk:
        raise KeeperElsewhere(name=new.sub_place.name)


@transaction.atomic
def add_asset(
    actor: Actor, place: Place, new: NewAsset, *, now: datetime, override_reason: str = ""
) -> Asset:
    """Enter a thing at a place.

    Raises
    ------
    NotAllowed, KeeperElsewhere, AssetNameTaken, TextRefused
    """
    _check(actor, place, new)
    texts = {"name": new.name, "report_how": new.report_how}
    check_texts(actor, texts, override_reason=override_reason)
    if Asset.objects.filter(place=place, name=new.name.strip(), removed_on=None).exists():
        raise AssetNameTaken(name=new.name)
    asset = _asset(actor, place, new, now)
    asset.save(force_insert=True)
    record(actor, "create", asset, now=now, fields=("name", "kind", "keeper"), place_id=place.pk)
    return asset


def _asset(actor: Actor, place: Place, new: NewAsset, now: datetime) -> Asset:
    return Asset(
        **record_columns(actor, now, SharingClass.COOPERATION),
        place=place,
        sub_place=new.sub_place,
        kind=new.kind.value,
        category=(new.category or CATEGORY_OF[new.kind]).value,
        name=new.name.strip(),
        longitude=new.longitude,
        latitude=new.latitude,
        keeper=new.keeper,
        responsible=new.responsible,
        report_how=new.report_how.strip(),
        text_class=int(new.text_class),
    )


@transaction.atomic
def add_assets(actor: Actor, place: Place, news: Sequence[NewAsset], *, now: datetime) -> int:
    """Enter many things that have been read from a file, or none; return how many.

    Raises
    ------
    NotAllowed, KeeperElsewhere, AssetFileRefused
        The last carries every problem; nothing is then saved.
    """
    for new in news:
        _check(actor, place, new)
    problems = [*_names_taken(place, news), *_texts_refused(actor, news)]
    if problems:
        raise AssetFileRefused(problems)
    Asset.objects.bulk_create([_asset(actor, place, new, now) for new in news], batch_size=500)
    record(actor, "add assets", "Asset", now=now, fields=("name", "kind", "keeper"), place_id=place.pk)
    return len(news)


def _names_taken(place: Place, news: Sequence[NewAsset]) -> Iterable[RowProblem]:
    taken = set(place.assets.filter(removed_on=None).values_list("name", flat=True))
    for new in news:
        if new.name.strip() in taken:
            yield RowProblem(new.row, "name", "name_twice", new.name)
        taken.add(new.name.strip())


def _texts_refused(actor: Actor, news: Sequence[NewAsset]) -> Iterable[RowProblem]:
    texts: dict[str, str] = {}
    rows: dict[str, tuple[int, str]] = {}
    for new in news:
        for name, text in (("name", new.name), ("report_how", new.report_how)):
            texts[f"{name} {new.row}"] = text
            rows[f"{name} {new.row}"] = (new.row, name)
    for key in problems_in(actor, texts):
        yield RowProblem(*rows[key], "text_refused", texts[key])


@transaction.atomic
def change_asset(
    actor: Actor,
    asset: Asset,
    changes: Mapping[str, object],
    *,
    revision: int,
    now: datetime,
    override_reason: str = "",
) -> None:
    """Change what is written about a thing, or who keeps it.

    Raises
    ------
    NotAllowed, KeeperElsewhere, AssetNameTaken, StaleRecord, TextRefused
    """
    wanted = dict(changes)
    check_texts(
        actor,
        {
            "name": str(wanted.get("name", asset.name)),
            "report_how": str(wanted.get("report_how", asset.report_how)),
        },
        override_reason=override_reason,
    )
    if not may_keep_register(actor, asset.keeper_id) or not covers_place(actor, asset.place_id):
        raise NotAllowed(permission=Permission.MANAGE_COOPERATION.value)
    name = str(wanted.get("name", asset.name)).strip()
    if asset.place.assets.filter(name=name, removed_on=None).exclude(pk=asset.pk).exists():
        raise AssetNameTaken(name=name)
    keeper, function = wanted.get("keeper", asset.keeper), wanted.get("responsible", asset.responsible)
    if (
        isinstance(function, Function)
        and isinstance(keeper, Organisation)
        and function.organisation_id != keeper.pk
    ):
        raise KeeperElsewhere(name=function.name)
    changed = save_changes(asset, wanted, revision=revision)
    if changed:
        record(actor, "change", asset, now=now, fields=changed, place_id=asset.place_id)


@transaction.atomic
def remove_asset(
    actor: Actor, asset: Asset, reason: str, *, on: date, now: datetime, override_reason: str = ""
) -> None:
    """Say that a thing no longer stands there, and why; its row is kept and its name is free again.

    Raises
    ------
    NotAllowed, EndNeedsReason, TextRefused
    """
    if not may_keep_register(actor, asset.keeper_id) or not covers_place(actor, asset.place_id):
        raise NotAllowed(permission=Permission.MANAGE_COOPERATION.value)
    line = reason_of(actor, asset.name, reason, override_reason=override_reason)
    if asset.removed_on is None:
        changed = save_changes(asset, {"removed_on": on, "removed_reason": line}, revision=asset.revision)
        record(actor, "remove", asset, now=now, fields=changed, place_id=asset.place_id)


def set_served(
    actor: Actor,
    function: Function,
    places: Iterable[Place],
    *,
    now: datetime,
    revision: int | None = None,
) -> None:
    """Say which places a function serves; naming none means every place of the workspace.

    Places that the actor does not see are not the actor's to take away: they stay.

    Raises
    ------
    NotAllowed, StaleRecord
    """
    with one_save(function, revision):
        _set_served(actor, function, places, now)


def _set_served(actor: Actor, function: Function, places: Iterable[Place], now: datetime) -> None:
    check_permission(actor, Permission.COOPERATE)
    if function.organisation_id != actor.organisation_id:
        check_permission(actor, Permission.MANAGE_COOPERATION)
    chosen = list(places)
    if {function.workspace_id, *(place.workspace_id for place in chosen)} != {actor.workspace_id}:
        raise NotAllowed(permission=Permission.MANAGE_COOPERATION.value)
    before = set(ServedPlace.objects.filter(function=function).values_list("place_id", flat=True))
    seen = set(Place.objects.visible_to(actor).filter(pk__in=before).values_list("pk", flat=True))
    after = (before - seen) | {place.pk for place in chosen}
    if after == before:
        return
    ServedPlace.objects.filter(function=function, place__in=before - after).delete()
    ServedPlace.objects.bulk_create(
        [ServedPlace(function=function, place_id=place_id) for place_id in after - before]
    )
    saved_anew(function)
    record(actor, "change", function, now=now, fields=("serves",))
