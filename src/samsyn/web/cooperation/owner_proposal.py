"""Who is to answer a question: proposed from the thing, the place and the category, and who comes next."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import Count, Q

from samsyn.domain.access import (
    PERMISSIONS,
    READS_UP_TO,
    Actor,
    OrganisationKind,
    Permission,
    Role,
    SharingClass,
)
from samsyn.domain.assets import AssetCategory
from samsyn.domain.issues import usually_answer
from samsyn.web.cooperation.forum_models import Forum, ForumSeat
from samsyn.web.people.models import Function, Membership
from samsyn.web.places.asset_reading import propose_owners
from samsyn.web.places.models import Asset, Place, SubPlace

TAKES_PART = [role.value for role in Role if Permission.COOPERATE in PERMISSIONS[role]]
_PRIVATE = frozenset(
    {
        OrganisationKind.PROPERTY_OWNER,
        OrganisationKind.BUSINESS,
        OrganisationKind.GUARD_COMPANY,
        OrganisationKind.CIVIL_SOCIETY,
    }
)


def open_on(day: date) -> Q:
    """Return the condition that something with two dates holds on a day."""
    return Q(valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gt=day))


def acting_memberships(function_id: UUID, day: date) -> list[Membership]:
    """Return the memberships through which somebody acts for a function on a day."""
    rows = Membership.objects.filter(open_on(day), function_id=function_id, user__is_active=True)
    return list(rows.select_related("function__organisation"))


def somebody_acts_for(function_id: UUID, day: date) -> bool:
    """Return whether a function is still there: somebody acts for it and its organisation takes part."""
    return any(
        one.function.organisation.active_to is None or one.function.organisation.active_to > day
        for one in acting_memberships(function_id, day)
    )


def reads_of(function: Function, day: date) -> SharingClass:
    """Return the narrowest class that whoever acts for a function may read."""
    organisation = function.organisation
    widest = [READS_UP_TO[Role(one.role)] for one in acting_memberships(function.pk, day)]
    found = max(widest, default=SharingClass.AUTHORITIES)
    if not organisation.is_authority or OrganisationKind(organisation.kind) in _PRIVATE:
        return min(found, SharingClass.COOPERATION)
    return found


def functions_with_size(workspace_id: UUID, day: date) -> list[tuple[Function, int]]:
    """Return the functions of a workspace and how many accounts act for each on a day."""
    ended = Q(memberships__valid_to=None) | Q(memberships__valid_to__gt=day)
    acting = Q(memberships__user__is_active=True, memberships__valid_from__lte=day) & ended
    rows = Function.objects.filter(workspace_id=workspace_id).select_related("organisation")
    return [(one, one.acting) for one in rows.annotate(acting=Count("memberships", filter=acting))]


def seats_of(forum: Forum, day: date) -> list[Function]:
    """Return the functions that sit in a forum on a day."""
    seats = ForumSeat.objects.filter(open_on(day), forum=forum).select_related("function__organisation")
    return [seat.function for seat in seats]


def seats_by(function_id: UUID, day: date) -> set[UUID]:
    """Return the forums that a function sits in on a day."""
    seats = ForumSeat.objects.filter(open_on(day), function_id=function_id)
    return set(seats.values_list("forum_id", flat=True))


def candidates(
    actor: Actor,
    forum: Forum,
    category: str,
    day: date,
    *,
    place: Place,
    sub_place: SubPlace | None = None,
    asset: Asset | None = None,
) -> list[Function]:
    """Return the functions that may be to answer, the likeliest first.

    Whoever keeps the thing comes first, then who sits in the forum for an organisation that usually answers
    such questions.
    """
    found: dict[UUID, Function] = {}
    category = category or (asset.category if asset is not None else "")
    if asset is not None or category in {one.value for one in AssetCategory}:
        for proposal in propose_owners(actor, place, category, sub_place, asset):
            function = proposal.function or _acting_in(proposal.organisation.pk, forum, day)
            if function is not None:
                found.setdefault(function.pk, function)
    for function in _by_category(forum, category, day):
        found.setdefault(function.pk, function)
    return list(found.values())


def _acting_in(organisation_id: UUID, forum: Forum, day: date) -> Function | None:
    """Return the function that an organisation is asked through: the one in the forum, else one that acts."""
    sitting = [one for one in seats_of(forum, day) if one.organisation_id == organisation_id]
    if sitting:
        return sitting[0]
    acting = Membership.objects.filter(
        open_on(day), function__organisation_id=organisation_id, user__is_active=True, role__in=TAKES_PART
    )
    first = acting.select_related("function__organisation").order_by("function__name").first()
    return first.function if first is not None else None


def _by_category(forum: Forum, category: str, day: date) -> list[Function]:
    kinds = [kind.value for kind in usually_answer(category)]
    sitting = [one for one in seats_of(forum, day) if one.organisation.kind in kinds]
    return sorted(sitting, key=lambda one: kinds.index(one.organisation.kind))


def propose(
    functions: Iterable[Function], day: date, *, text_class: SharingClass, tried: Iterable[UUID] = ()
) -> Function | None:
    """Return the first function that has not said "not ours", is still there and may read the question."""
    said_no = set(tried)
    for function in functions:
        if function.pk in said_no or not somebody_acts_for(function.pk, day):
            continue
        if text_class <= SharingClass.COOPERATION or reads_of(function, day) >= text_class:
            return function
    return None
