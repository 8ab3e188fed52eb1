"""Who keeps the lamp, the bush and the door; and who is to be asked when nothing says so."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from samsyn.domain.access import Actor, Permission, SharingClass, can, can_read, covers_place
from samsyn.domain.assets import NEED_OF, AssetCategory, OwnerReason
from samsyn.web.people.models import Function, Organisation
from samsyn.web.places.models import Asset, Place, SubPlace


@dataclass(frozen=True, slots=True)
class OwnerProposal:
    """Who is proposed to answer, why, and how a fault is reported where the register says so.

    ``function`` is None when only the organisation is known.
    """

    organisation: Organisation
    function: Function | None
    reason: OwnerReason
    report_how: str = ""
    asset: Asset | None = None


def assets_at(actor: Actor, place: Place) -> QuerySet[Asset]:
    """Return the things at a place that stand there now."""
    if not can(actor, Permission.VIEW_COOPERATION):
        return Asset.objects.visible_to(actor).none()
    return (
        Asset.objects.visible_to(actor)
        .filter(place=place, removed_on=None)
        .select_related("keeper", "responsible__organisation", "sub_place")
    )


def assets_by_place(actor: Actor) -> dict[UUID, int]:
    """Return how many things stand at each place that has any."""
    standing = Asset.objects.visible_to(actor).filter(removed_on=None)
    return dict(standing.order_by().values_list("place_id").annotate(Count("pk")))


def assets_once_at(actor: Actor, place: Place) -> list[tuple[Asset, str]]:
    """Return the things that stood at a place, the last removed first, with why where the actor reads it."""
    if not can(actor, Permission.VIEW_COOPERATION):
        return []
    rows = Asset.objects.visible_to(actor).filter(place=place).exclude(removed_on=None)
    return [
        (one, one.removed_reason if _reads(actor, one) else "")
        for one in rows.select_related("keeper").order_by("-removed_on", "name")
    ]


def _reads(actor: Actor, asset: Asset) -> bool:
    return can_read(actor, SharingClass(asset.text_class), asset.owner_id, asset.place_id)


def report_how(actor: Actor, asset: Asset) -> str:
    """Return how a fault is reported, if the text is shared with the actor."""
    return asset.report_how if _reads(actor, asset) else ""


def propose_owners(
    actor: Actor,
    place: Place,
    category: str,
    sub_place: SubPlace | None = None,
    asset: Asset | None = None,
) -> list[OwnerProposal]:
    """Return who may be the one to answer, the likeliest first and each organisation and function once.

    The thing itself says it; else things of the same category in the same part of the place, then at the
    place; else a function that takes such questions there; last the municipality that shares the place.
    """
    if not can(actor, Permission.VIEW_COOPERATION) or not covers_place(actor, place.pk):
        return []
    found: list[OwnerProposal] = []
    if asset is not None and asset.place_id == place.pk:
        found.append(_of_asset(actor, asset, OwnerReason.KEEPS_IT))
        category = category or asset.category
    alike = [one for one in assets_at(actor, place) if one.category == category]
    here = [one for one in alike if sub_place is not None and one.sub_place_id == sub_place.pk]
    found += _by_number(actor, here, OwnerReason.KEEPS_SUCH_THINGS_HERE)
    found += _by_number(actor, alike, OwnerReason.KEEPS_SUCH_THINGS_AT_THE_PLACE)
    found += _takers(actor, place, category)
    found.append(OwnerProposal(place.municipal_owner, None, OwnerReason.OWNS_THE_PLACE))
    once: dict[tuple[object, object], OwnerProposal] = {}
    for one in found:
        once.setdefault((one.organisation.pk, one.function.pk if one.function else None), one)
    return list(once.values())


def propose_owner(
    actor: Actor,
    place: Place,
    category: str,
    sub_place: SubPlace | None = None,
    asset: Asset | None = None,
) -> OwnerProposal | None:
    """Return the likeliest owner of a question, None only for whoever may not read the register."""
    return next(iter(propose_owners(actor, place, category, sub_place, asset)), None)


def _of_asset(actor: Actor, asset: Asset, reason: OwnerReason) -> OwnerProposal:
    return OwnerProposal(asset.keeper, asset.responsible, reason, report_how(actor, asset), asset)


def _by_number(actor: Actor, assets: list[Asset], reason: OwnerReason) -> list[OwnerProposal]:
    """Return the keepers of some things, those of the most things first."""
    count = Counter((one.keeper_id, one.responsible_id) for one in assets)
    first = {(one.keeper_id, one.responsible_id): one for one in reversed(assets)}
    return [_of_asset(actor, first[key], reason) for key, _number in count.most_common()]


def _takers(actor: Actor, place: Place, category: str) -> list[OwnerProposal]:
    if category not in {one.value for one in AssetCategory}:
        return []
    need = NEED_OF[AssetCategory(category)].value
    functions = (
        Function.objects.filter(workspace_id=actor.workspace_id, closed_on=None)
        .filter(Q(serves=None) | Q(serves__place=place))
        .select_related("organisation")
        .distinct()
    )
    # Filtered here: SQLite cannot look inside a list of codes.
    takers = [one for one in functions if need in one.needs]
    takers.sort(key=lambda one: (one.organisation_id != place.municipal_owner_id, one.name))
    return [OwnerProposal(one.organisation, one, OwnerReason.TAKES_SUCH_QUESTIONS) for one in takers]
