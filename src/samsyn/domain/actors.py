"""What a function is for: whom it turns to, which needs it takes, what it has trained, who is still missing.

The lists describe assignments. None of them is ever answered about anybody: a situation is chosen from the
same lists, used to sort the functions, and forgotten.
"""

from __future__ import annotations

from enum import StrEnum

from samsyn.domain.errors import SamsynError


class TargetGroup(StrEnum):
    """Whom a function turns to, in its assignment."""

    UNDER_18 = "under_18"
    AGE_18_TO_24 = "age_18_to_24"
    ADULT = "adult"
    HOMELESS_ADULT = "homeless_adult"
    EU_CITIZEN = "eu_citizen"
    GIRLS_AND_WOMEN = "girls_and_women"
    RELATIVES = "relatives"
    WHOEVER = "whoever"


class Need(StrEnum):
    """What a function takes over."""

    ACUTE_HEALTH = "acute_health"
    UNWELL = "unwell"
    SHELTER = "shelter"
    TALK_AND_SUPPORT = "talk_and_support"
    HELP_AGAINST_PAYMENT_FOR_SEX = "help_against_payment_for_sex"
    ADDICTION_CARE = "addiction_care"
    CHILD_AT_RISK = "child_at_risk"
    ORDER_AND_PROPERTY = "order_and_property"
    TRAFFIC = "traffic"


#: Needs where the first line is always 112, whatever else is chosen.
ACUTE_NEEDS = frozenset({Need.ACUTE_HEALTH})


class TrainingCourse(StrEnum):
    """What a function has trained together."""

    PAYMENT_FOR_SEX_COURSE = "payment_for_sex_course"
    MUMIN_COURSE = "mumin_course"
    GIRLS_ROLE_COURSE = "girls_role_course"
    OVERDOSE_FIRST_AID = "overdose_first_aid"
    CONCERN_REPORT_COURSE = "concern_report_course"
    GUARDS_ROLE_COURSE = "guards_role_course"
    SHARED_METHOD_COURSE = "shared_method_course"


#: No figure about a function with fewer people than this is kept or shown.
SMALLEST_FUNCTION = 5


class InvitationState(StrEnum):
    """Where the invitation of a wanted party stands."""

    WANTED = "wanted"
    INVITED = "invited"
    TAKES_PART = "takes_part"
    DECLINED = "declined"


INVITATION_TRANSITIONS: dict[InvitationState, frozenset[InvitationState]] = {
    InvitationState.WANTED: frozenset({InvitationState.INVITED, InvitationState.TAKES_PART}),
    InvitationState.INVITED: frozenset({InvitationState.TAKES_PART, InvitationState.DECLINED}),
    InvitationState.TAKES_PART: frozenset({InvitationState.WANTED}),
    InvitationState.DECLINED: frozenset({InvitationState.INVITED}),
}


class NoSuchInvitationStep(SamsynError):
    """The invitation cannot take the step."""

    code = "SAM060"
    template = "The invitation cannot go from %(old)s to %(new)s."
    mend = "Possible next steps: %(possible)s."


def check_invitation_step(old: InvitationState, new: InvitationState) -> None:
    """Raise unless an invitation may take the step.

    Raises
    ------
    NoSuchInvitationStep
        The workflow has no such step.

    Examples
    --------
    >>> check_invitation_step(InvitationState.WANTED, InvitationState.INVITED)
    """
    if new not in INVITATION_TRANSITIONS[old]:
        possible = ", ".join(sorted(INVITATION_TRANSITIONS[old]))
        raise NoSuchInvitationStep(old=old.value, new=new.value, possible=possible)


def may_count(staff: int | None) -> bool:
    """Return whether figures about a function may be kept: it is known to have enough people.

    Examples
    --------
    >>> may_count(4), may_count(None), may_count(5)
    (False, False, True)
    """
    return staff is not None and staff >= SMALLEST_FUNCTION
