"""Who may read and do what: pure functions of an actor and a thing.

``can_*`` answer, ``check_*`` raise. The functions know nothing of tables; querysets ask them for the
classes and places an actor may read and filter in the database.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum
from uuid import UUID

from samsyn.domain.errors import SamsynError


class SharingClass(IntEnum):
    """How far a thing may be shared; a higher number is narrower."""

    OPEN = 0
    COOPERATION = 1
    AUTHORITIES = 2
    OWN_ORGANISATION = 3


class OrganisationKind(StrEnum):
    """What sort of party an organisation is."""

    POLICE = "police"
    MUNICIPALITY = "municipality"
    MUNICIPAL_COMPANY = "municipal_company"
    HEALTH_CARE = "health_care"
    SCHOOL = "school"
    COUNTY_BOARD = "county_board"
    PROBATION = "probation"
    CUSTOMS = "customs"
    OTHER_AUTHORITY = "other_authority"
    TRANSIT = "transit"
    PROPERTY_OWNER = "property_owner"
    BUSINESS = "business"
    GUARD_COMPANY = "guard_company"
    CIVIL_SOCIETY = "civil_society"
    RESEARCH = "research"


class Role(StrEnum):
    """What a membership is for; the demo has one account of each."""

    SAFETY_COORDINATOR = "safety_coordinator"
    MUNICIPAL_POLICE_LIAISON = "municipal_police_liaison"
    AREA_OFFICER = "area_officer"
    RESPONSE_OFFICER = "response_officer"
    OUTREACH_WORKER = "outreach_worker"
    PUBLIC_ORDER_GUARD = "public_order_guard"
    PLACE_MANAGER = "place_manager"
    TRANSIT = "transit"
    PROPERTY_OWNER = "property_owner"
    STEERING_GROUP = "steering_group"
    CASE_OFFICER = "case_officer"
    COUNTY_ANALYST = "county_analyst"
    EVALUATOR = "evaluator"
    DATA_PROTECTION_OFFICER = "data_protection_officer"
    ADMINISTRATOR = "administrator"


class Permission(StrEnum):
    """One thing an actor may do."""

    VIEW_PLACE = "view_place"
    EDIT_PLACE = "edit_place"
    ASSESS = "assess"
    LEAD_ASSESSMENT = "lead_assessment"
    VIEW_DATA = "view_data"
    LOAD_DATA = "load_data"
    FREEZE_PICTURE = "freeze_picture"
    APPROVE_PICTURE = "approve_picture"
    CHALLENGE = "challenge"
    VIEW_COOPERATION = "view_cooperation"
    COOPERATE = "cooperate"
    HOLD_MEETING = "hold_meeting"
    MANAGE_COOPERATION = "manage_cooperation"
    DECIDE = "decide"
    VIEW_AUDIT = "view_audit"
    MANAGE_MEMBERS = "manage_members"


_READ = frozenset({Permission.VIEW_PLACE, Permission.VIEW_DATA, Permission.CHALLENGE})
_TAKE_PART = _READ | {Permission.VIEW_COOPERATION, Permission.COOPERATE}
_FIELD = _TAKE_PART | {Permission.ASSESS}
_LEAD = _FIELD | {
    Permission.HOLD_MEETING,
    Permission.MANAGE_COOPERATION,
    Permission.EDIT_PLACE,
    Permission.LEAD_ASSESSMENT,
    Permission.LOAD_DATA,
    Permission.FREEZE_PICTURE,
    Permission.APPROVE_PICTURE,
}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.SAFETY_COORDINATOR: _LEAD,
    Role.MUNICIPAL_POLICE_LIAISON: _LEAD,
    Role.AREA_OFFICER: _FIELD | {Permission.HOLD_MEETING},
    Role.RESPONSE_OFFICER: _TAKE_PART,
    Role.OUTREACH_WORKER: _FIELD,
    Role.PUBLIC_ORDER_GUARD: _FIELD,
    Role.PLACE_MANAGER: _FIELD | {Permission.HOLD_MEETING},
    Role.TRANSIT: _FIELD,
    Role.PROPERTY_OWNER: _TAKE_PART,
    Role.STEERING_GROUP: _TAKE_PART | {Permission.APPROVE_PICTURE, Permission.DECIDE},
    Role.CASE_OFFICER: _TAKE_PART,
    Role.COUNTY_ANALYST: _READ | {Permission.LOAD_DATA},
    Role.EVALUATOR: _READ,
    Role.DATA_PROTECTION_OFFICER: frozenset({Permission.VIEW_AUDIT}),
    Role.ADMINISTRATOR: frozenset(
        {Permission.VIEW_PLACE, Permission.VIEW_DATA, Permission.MANAGE_MEMBERS, Permission.VIEW_AUDIT}
    ),
}

# The widest class a role may meet at all. An organisation that is not an authority never reads above
# COOPERATION, whatever its role: secrecy holds towards private actors.
READS_UP_TO: dict[Role, SharingClass] = {
    Role.SAFETY_COORDINATOR: SharingClass.AUTHORITIES,
    Role.MUNICIPAL_POLICE_LIAISON: SharingClass.AUTHORITIES,
    Role.AREA_OFFICER: SharingClass.AUTHORITIES,
    Role.RESPONSE_OFFICER: SharingClass.AUTHORITIES,
    Role.OUTREACH_WORKER: SharingClass.AUTHORITIES,
    Role.PUBLIC_ORDER_GUARD: SharingClass.COOPERATION,
    Role.PLACE_MANAGER: SharingClass.COOPERATION,
    Role.TRANSIT: SharingClass.COOPERATION,
    Role.PROPERTY_OWNER: SharingClass.COOPERATION,
    Role.STEERING_GROUP: SharingClass.AUTHORITIES,
    Role.CASE_OFFICER: SharingClass.COOPERATION,
    Role.COUNTY_ANALYST: SharingClass.COOPERATION,
    Role.EVALUATOR: SharingClass.COOPERATION,
    Role.DATA_PROTECTION_OFFICER: SharingClass.OPEN,
    Role.ADMINISTRATOR: SharingClass.COOPERATION,
}


# Kinds that are private whatever is ticked on the organisation: a wrong tick must not open secrecy.
_PRIVATE_KINDS = frozenset(
    {
        OrganisationKind.PROPERTY_OWNER,
        OrganisationKind.BUSINESS,
        OrganisationKind.GUARD_COMPANY,
        OrganisationKind.CIVIL_SOCIETY,
    }
)


@dataclass(frozen=True, slots=True)
class Actor:
    """An account acting for one function in one workspace.

    ``place_ids`` is None when the membership covers every place of the workspace, else the places it names.
    """

    account_id: UUID
    function_id: UUID
    workspace_id: UUID
    organisation_id: UUID
    organisation_kind: OrganisationKind
    is_authority: bool
    role: Role
    place_ids: frozenset[UUID] | None = None


class NotAllowed(SamsynError):
    """The actor's role does not hold the permission."""

    code = "SAM001"
    template = "Your role does not include this step (%(permission)s)."
    mend = "Ask the administrator of the workspace, or someone who leads the work at the place."


def reads_up_to(actor: Actor) -> SharingClass:
    """Return the narrowest class the actor may read of other organisations' things."""
    narrowest = READS_UP_TO[actor.role]
    if not actor.is_authority or actor.organisation_kind in _PRIVATE_KINDS:
        return min(narrowest, SharingClass.COOPERATION)
    return narrowest


def can_read(
    actor: Actor, sharing_class: SharingClass, owner_organisation_id: UUID, place_id: UUID | None
) -> bool:
    """Return whether the actor may read a thing of this class, owner and place.

    The workspace is not looked at: a query is narrowed to the actor's workspace before it asks here.
    """
    if place_id is not None and not covers_place(actor, place_id):
        return False
    if owner_organisation_id == actor.organisation_id and can(actor, Permission.VIEW_PLACE):
        return True
    return sharing_class <= reads_up_to(actor)


def passer_by(actor: Actor) -> Actor:
    """Return the actor as whoever walks past a screen that the actor has put up on a wall.

    The same places and the same role's steps, but nothing above COOPERATION and nothing as an owner.
    """
    nobody = UUID(int=0)
    return replace(actor, is_authority=False, organisation_id=nobody, function_id=nobody)


def covers_place(actor: Actor, place_id: UUID) -> bool:
    """Return whether the actor's membership reaches the place."""
    return actor.place_ids is None or place_id in actor.place_ids


def can(actor: Actor, permission: Permission) -> bool:
    """Return whether the actor's role holds the permission."""
    return permission in PERMISSIONS[actor.role]


def check_permission(actor: Actor, permission: Permission) -> None:
    """Raise NotAllowed unless the actor's role holds the permission.

    Raises
    ------
    NotAllowed
        The role does not include it.
    """
    if not can(actor, permission):
        raise NotAllowed(permission=permission.value)


def audience(actor: Actor, place_id: UUID | None = None) -> SharingClass:
    """Return the class that figures are made for when this actor reads them.

    The working group of a place are those who may read AUTHORITIES there: they meet exact figures,
    everybody else meets figures that have passed disclosure control. Name the place wherever the figures
    are about one: whoever is not a member there is not in its working group.
    """
    if place_id is not None and not covers_place(actor, place_id):
        return min(reads_up_to(actor), SharingClass.COOPERATION)
    return reads_up_to(actor)
