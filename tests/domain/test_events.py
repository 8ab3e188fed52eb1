"""Offences and incidents are kept apart, and each count says first how it came about."""

from __future__ import annotations

import pytest

from samsyn.domain.events import (
    GROUP_RULES,
    EventKind,
    IncidentGroup,
    KindsMixed,
    OffenceGroup,
    OffenceType,
    check_addable,
    may_guide_patrols,
    rule_of,
    rule_of_kind,
)

DETECTED = {
    OffenceGroup.DRUG_OFFENCE,
    OffenceGroup.DRUG_OWN_USE,
    OffenceGroup.DRUG_POSSESSION,
    OffenceGroup.DRUG_TRANSFER,
    OffenceGroup.DRUNK_DRIVING,
    OffenceGroup.DRUG_DRIVING,
    OffenceGroup.KNIFE_ACT,
    OffenceGroup.WEAPON_OFFENCE,
}
SENSITIVE = {
    OffenceGroup.SEXUAL_OFFENCE,
    OffenceGroup.PAYMENT_FOR_SEX,
    OffenceGroup.OFFENCE_IN_CLOSE_RELATION,
    OffenceGroup.OFFENCE_AGAINST_CHILD,
    OffenceGroup.HOMICIDE,
    IncidentGroup.OVERDOSE,
    IncidentGroup.DEATH,
}


@pytest.mark.parametrize("group", [*OffenceGroup, *IncidentGroup])
def test_every_group_has_a_rule(group):
    assert rule_of(group) is GROUP_RULES[group]


def test_exactly_these_offences_are_found_by_looking_for_them():
    assert {group for group, rule in GROUP_RULES.items() if rule.detection_driven} == DETECTED


def test_exactly_these_counts_are_about_persons_whatever_they_are_crossed_with():
    assert {group for group, rule in GROUP_RULES.items() if rule.sensitive} == SENSITIVE


def test_these_counts_follow_presence():
    assert {group for group, rule in GROUP_RULES.items() if rule.presence_sensitive} == {
        OffenceGroup.VIOLENCE_AGAINST_OFFICIAL,
        OffenceGroup.PUBLIC_ORDER_OFFENCE,
        IncidentGroup.INTOXICATED_PERSON_CARE,
        IncidentGroup.POLICE_CONTROL,
    }


@pytest.mark.parametrize("group", IncidentGroup)
def test_an_incident_is_never_an_offence(group):
    assert (rule_of(group).kind, rule_of(group).offence_type) == (
        EventKind.INCIDENT_REPORT,
        OffenceType.NONE,
    )


@pytest.mark.parametrize("group", OffenceGroup)
def test_an_offence_always_says_how_it_comes_to_be_known(group):
    assert rule_of(group).kind is EventKind.REPORTED_OFFENCE
    assert rule_of(group).offence_type is not OffenceType.NONE


@pytest.mark.parametrize(
    "group", sorted(DETECTED | {OffenceGroup.VIOLENCE_AGAINST_OFFICIAL, OffenceGroup.ALL_OFFENCES})
)
def test_what_the_visits_themselves_create_never_suggests_the_next_visit(group):
    assert not may_guide_patrols(group)


@pytest.mark.parametrize("group", [OffenceGroup.ROBBERY, OffenceGroup.ASSAULT, IncidentGroup.DISORDER])
def test_what_others_report_may_suggest_a_visit(group):
    assert may_guide_patrols(group)


def test_offences_and_incidents_are_never_added():
    with pytest.raises(KindsMixed, match="incident_report, reported_offence"):
        check_addable([EventKind.REPORTED_OFFENCE, "incident_report", "reported_offence"])


def test_figures_of_one_kind_may_be_added():
    check_addable(["reported_offence", EventKind.REPORTED_OFFENCE])


@pytest.mark.parametrize(
    ("kind", "sensitive"),
    [
        ("observation:litter", False),
        ("observation:kanyler", False),
        ("observation:begging", True),
        ("observation:unga", True),
        ("homicide", True),
        ("theft", False),
    ],
)
def test_an_observation_is_of_persons_unless_it_is_known_to_be_of_things(kind, sensitive):
    assert rule_of_kind(kind).sensitive is sensitive
