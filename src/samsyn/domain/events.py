"""What counts as an offence, what is only an incident, and what a count of each says first.

A reported offence and an incident report are two things: they are never added. Some offences are found
almost only by the police looking for them; a change in those says how much was looked before it says
anything about the trade.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from samsyn.domain.errors import SamsynError


class EventKind(StrEnum):
    """What one number in a series counts; the same words as in the store."""

    REPORTED_OFFENCE = "reported_offence"
    INCIDENT_REPORT = "incident_report"
    SURVEY = "survey"
    RESIDENTS = "residents"
    REGISTER = "register"


class OffenceType(StrEnum):
    """How an offence comes to be known."""

    VICTIM_REPORTED = "victim_reported"
    DETECTION_DRIVEN = "detection_driven"
    MIXED = "mixed"
    NONE = "none"


class OffenceGroup(StrEnum):
    """A group of reported offences, as coarse as the sources publish them."""

    VIOLENCE = "violence"
    ASSAULT = "assault"
    ROBBERY = "robbery"
    UNLAWFUL_THREAT = "unlawful_threat"
    THEFT = "theft"
    BURGLARY = "burglary"
    VANDALISM = "vandalism"
    DRUG_OFFENCE = "drug_offence"
    DRUG_OWN_USE = "drug_own_use"
    DRUG_POSSESSION = "drug_possession"
    DRUG_TRANSFER = "drug_transfer"
    DRUNK_DRIVING = "drunk_driving"
    DRUG_DRIVING = "drug_driving"
    KNIFE_ACT = "knife_act"
    VIOLENCE_AGAINST_OFFICIAL = "violence_against_official"
    SEXUAL_OFFENCE = "sexual_offence"
    PAYMENT_FOR_SEX = "payment_for_sex"
    OFFENCE_IN_CLOSE_RELATION = "offence_in_close_relation"
    OFFENCE_AGAINST_CHILD = "offence_against_child"
    HOMICIDE = "homicide"
    VEHICLE_THEFT = "vehicle_theft"
    ARSON = "arson"
    FRAUD = "fraud"
    WEAPON_OFFENCE = "weapon_offence"
    PUBLIC_ORDER_OFFENCE = "public_order_offence"
    OTHER_OFFENCE = "other_offence"
    ALL_OFFENCES = "all_offences"


class IncidentGroup(StrEnum):
    """A group of police incident reports or care records: something was called in, not a crime found."""

    DISORDER = "disorder"
    BRAWL = "brawl"
    DRUG_CALL = "drug_call"
    INTOXICATED_PERSON_CARE = "intoxicated_person_care"
    OVERDOSE = "overdose"
    DEATH = "death"
    VIOLENCE_CALL = "violence_call"
    THEFT_CALL = "theft_call"
    DAMAGE_CALL = "damage_call"
    TRAFFIC_CALL = "traffic_call"
    FIRE_CALL = "fire_call"
    SHOT_OR_BLAST = "shot_or_blast"
    POLICE_CONTROL = "police_control"
    OTHER_INCIDENT = "other_incident"
    ALL_INCIDENTS = "all_incidents"


class KindsMixed(SamsynError):
    """Things that are not the same kind would be added together."""

    code = "SAM030"
    template = "These kinds cannot be added together: %(kinds)s."
    mend = "Show them side by side; an incident report is not an offence, and a share is not a count."


@dataclass(frozen=True, slots=True)
class GroupRule:
    """How figures of one group are to be read.

    Attributes
    ----------
    kind : EventKind
        Reported offence or incident report; never both.
    offence_type : OffenceType
        NONE for incidents.
    presence_sensitive : bool
        More officials in place create more events of this group.
    sensitive : bool
        Counts are about persons whatever they are crossed with, and pass disclosure control as such.
    """

    kind: EventKind
    offence_type: OffenceType
    presence_sensitive: bool = False
    sensitive: bool = False

    @property
    def detection_driven(self) -> bool:
        """Whether the count mirrors police work first."""
        return self.offence_type is OffenceType.DETECTION_DRIVEN


_DETECTED = frozenset(
    {
        OffenceGroup.DRUG_OFFENCE,
        OffenceGroup.DRUG_OWN_USE,
        OffenceGroup.DRUG_POSSESSION,
        OffenceGroup.DRUG_TRANSFER,
        OffenceGroup.DRUNK_DRIVING,
        OffenceGroup.DRUG_DRIVING,
        OffenceGroup.KNIFE_ACT,
        OffenceGroup.WEAPON_OFFENCE,
    }
)
_MIXED = frozenset(
    {
        OffenceGroup.ALL_OFFENCES,
        OffenceGroup.PAYMENT_FOR_SEX,
        OffenceGroup.PUBLIC_ORDER_OFFENCE,
        OffenceGroup.OTHER_OFFENCE,
    }
)
_SENSITIVE: frozenset[OffenceGroup | IncidentGroup] = frozenset(
    {
        OffenceGroup.SEXUAL_OFFENCE,
        OffenceGroup.PAYMENT_FOR_SEX,
        OffenceGroup.OFFENCE_IN_CLOSE_RELATION,
        OffenceGroup.OFFENCE_AGAINST_CHILD,
        OffenceGroup.HOMICIDE,
        IncidentGroup.OVERDOSE,
        IncidentGroup.DEATH,
    }
)
_PRESENCE_SENSITIVE: frozenset[OffenceGroup | IncidentGroup] = frozenset(
    {
        OffenceGroup.VIOLENCE_AGAINST_OFFICIAL,
        OffenceGroup.PUBLIC_ORDER_OFFENCE,
        IncidentGroup.INTOXICATED_PERSON_CARE,
        IncidentGroup.POLICE_CONTROL,
    }
)


def _how_known(group: OffenceGroup) -> OffenceType:
    if group in _DETECTED:
        return OffenceType.DETECTION_DRIVEN
    return OffenceType.MIXED if group in _MIXED else OffenceType.VICTIM_REPORTED


GROUP_RULES: dict[OffenceGroup | IncidentGroup, GroupRule] = {
    **{
        group: GroupRule(
            EventKind.REPORTED_OFFENCE, _how_known(group), group in _PRESENCE_SENSITIVE, group in _SENSITIVE
        )
        for group in OffenceGroup
    },
    **{
        group: GroupRule(
            EventKind.INCIDENT_REPORT, OffenceType.NONE, group in _PRESENCE_SENSITIVE, group in _SENSITIVE
        )
        for group in IncidentGroup
    },
}


def rule_of(group: OffenceGroup | IncidentGroup) -> GroupRule:
    """Return how figures of the group are to be read.

    Examples
    --------
    >>> rule_of(OffenceGroup.DRUG_TRANSFER).detection_driven
    True
    >>> rule_of(OffenceGroup.VIOLENCE_AGAINST_OFFICIAL).presence_sensitive
    True
    """
    return GROUP_RULES[group]


_OTHER = GroupRule(EventKind.INCIDENT_REPORT, OffenceType.NONE, sensitive=True)
_OF_THINGS = GroupRule(EventKind.INCIDENT_REPORT, OffenceType.NONE)
#: Observations of things and of the ground; every other observation may be of somebody.
_THINGS = frozenset(
    f"observation:{name}"
    for name in (
        "litter", "skrap", "nedskrapning", "needles", "syringes", "kanyler", "sprutor", "graffiti", "klotter",
        "damage", "skadegorelse", "lighting", "belysning", "glass", "glaskross",
    )
)  # fmt: skip
_BY_NAME = {group.value: rule for group, rule in GROUP_RULES.items()}


def rule_of_kind(kind: str) -> GroupRule:
    """Return how events of a kind, named as the store names it, are to be read.

    A kind that is none of the groups, such as a field observation, is an incident of its own sort. It counts
    as being about persons unless it is known to be of things.

    Examples
    --------
    >>> rule_of_kind("drug_offence").detection_driven, rule_of_kind("observation:litter").sensitive
    (True, False)
    """
    return _BY_NAME.get(kind, _OF_THINGS if kind in _THINGS else _OTHER)


_PARTS: dict[str, frozenset[str]] = {
    OffenceGroup.ALL_OFFENCES: frozenset(OffenceGroup) - {OffenceGroup.ALL_OFFENCES},
    IncidentGroup.ALL_INCIDENTS: frozenset(IncidentGroup) - {IncidentGroup.ALL_INCIDENTS},
    OffenceGroup.VIOLENCE: frozenset(
        {
            OffenceGroup.ASSAULT,
            OffenceGroup.HOMICIDE,
            OffenceGroup.VIOLENCE_AGAINST_OFFICIAL,
            OffenceGroup.SEXUAL_OFFENCE,
            OffenceGroup.OFFENCE_IN_CLOSE_RELATION,
            OffenceGroup.OFFENCE_AGAINST_CHILD,
        }
    ),
    OffenceGroup.DRUG_OFFENCE: frozenset(
        {OffenceGroup.DRUG_OWN_USE, OffenceGroup.DRUG_POSSESSION, OffenceGroup.DRUG_TRANSFER}
    ),
    OffenceGroup.SEXUAL_OFFENCE: frozenset({OffenceGroup.PAYMENT_FOR_SEX}),
}


def sums_beside_parts(kinds: Iterable[str]) -> frozenset[str]:
    """Return the kinds that may hold others among them: the sum less the parts is a part that is not shown.

    Use with every kind that a set has, whether or not the reader meets it.

    Examples
    --------
    >>> sorted(sums_beside_parts(["all_offences", "theft", "violence", "drug_offence", "drug_own_use"]))
    ['all_offences', 'drug_offence']
    """
    held = frozenset(map(str, kinds))
    return frozenset(kind for kind in held if held & _PARTS.get(kind, frozenset()))


def may_guide_patrols(group: OffenceGroup | IncidentGroup) -> bool:
    """Return whether peaks of the group may suggest where and when to be present.

    Detection-driven and presence-sensitive events may not: the visits would make their own hot spot.
    """
    rule = GROUP_RULES[group]
    return not rule.presence_sensitive and rule.offence_type not in (
        OffenceType.DETECTION_DRIVEN,
        OffenceType.MIXED,
    )


def check_addable(kinds: Iterable[str]) -> None:
    """Raise unless figures of these kinds may be summed.

    Raises
    ------
    KindsMixed
        There is more than one kind.
    """
    found = {str(kind) for kind in kinds}
    if len(found) > 1:
        raise KindsMixed(kinds=", ".join(sorted(found)))
