"""Who takes over: the order as a table, and the rule that its twin in the browser reads."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, strategies as st

from samsyn.domain.actors import Need, TargetGroup
from samsyn.domain.duty import DutyState
from samsyn.domain.handover_order import (
    SORT_KEYS,
    Candidate,
    Situation,
    Tier,
    group_distance,
    order,
    rule,
    takes,
)

G, N, S = TargetGroup, Need, DutyState
SOON, LATER = datetime(2026, 11, 21, 7, tzinfo=UTC), datetime(2026, 11, 21, 12, tzinfo=UTC)


def one(key: str, groups: set[G], needs: set[N], state: S = S.ANSWERS, **more) -> Candidate:
    return Candidate(key, key, frozenset(groups), frozenset(needs), state, **more)


KNOWN = [
    one("ungdomsjouren", {G.UNDER_18, G.AGE_18_TO_24}, {N.UNWELL, N.CHILD_AT_RISK}, S.ON_DUTY),
    one("socialjouren", {G.WHOEVER}, {N.UNWELL, N.SHELTER, N.CHILD_AT_RISK}),
    one("fältassistenter", {G.UNDER_18}, {N.UNWELL}, S.NOT_REACHABLE, opens_at=LATER),
    one("skolhälsan", {G.UNDER_18}, {N.UNWELL}, S.NOT_REACHABLE, opens_at=SOON),
    one("uppsökarna", {G.HOMELESS_ADULT}, {N.SHELTER, N.UNWELL}),
    one("beroendeakuten", {G.ADULT}, {N.UNWELL, N.ADDICTION_CARE}),
    one("vakterna", {G.WHOEVER}, {N.UNWELL, N.ORDER_AND_PROPERTY}, S.ON_DUTY, may_act_here=False),
]


@pytest.mark.parametrize(
    ("group", "need", "wanted"),
    [
        (G.UNDER_18, N.UNWELL,
         ["ungdomsjouren", "socialjouren", "skolhälsan", "fältassistenter", "vakterna"]),
        (G.HOMELESS_ADULT, N.UNWELL, ["uppsökarna", "beroendeakuten", "socialjouren", "vakterna"]),
        (G.HOMELESS_ADULT, N.SHELTER, ["uppsökarna", "socialjouren"]),
        (G.EU_CITIZEN, N.SHELTER, ["uppsökarna", "socialjouren"]),
        (G.ADULT, N.ADDICTION_CARE, ["beroendeakuten"]),
        (G.UNDER_18, N.ADDICTION_CARE, []),
        (G.RELATIVES, N.TRAFFIC, []),
        (None, N.SHELTER, ["socialjouren", "uppsökarna"]),
    ],
)  # fmt: skip
def test_functions_come_in_the_order_to_call_them(group, need, wanted):
    assert [placed.key for placed in order(KNOWN, Situation(group, need))] == wanted


def test_whoever_may_not_act_at_the_spot_comes_last_though_on_duty():
    assert order(KNOWN, Situation(G.UNDER_18, N.ORDER_AND_PROPERTY))[-1].tier is Tier.NOT_HERE


def test_a_number_goes_before_none():
    silent = one("a", {G.ADULT}, {N.SHELTER}, has_number=False)
    assert [p.key for p in order([silent, one("b", {G.ADULT}, {N.SHELTER})], Situation(G.ADULT))] == [
        "b",
        "a",
    ]


@pytest.mark.parametrize(
    ("situation", "first"),
    [
        (Situation(need=N.ACUTE_HEALTH), True),
        (Situation(need=N.UNWELL), False),
        (Situation(acute=True), True),
    ],
)
def test_the_emergency_number_comes_first_when_it_is_acute(situation, first):
    assert situation.emergency_first is first


@given(st.permutations(KNOWN), st.sampled_from([None, *G]), st.sampled_from([None, *N]))
def test_the_order_does_not_hang_on_the_order_given(candidates, group, need):
    assert order(candidates, Situation(group, need)) == order(KNOWN, Situation(group, need))


@given(st.sets(st.sampled_from(list(G))), st.sampled_from(list(G)))
def test_the_rule_sent_to_the_browser_gives_the_same_distance(groups, wanted):
    sent = json.loads(json.dumps(rule()))
    codes = {one.value for one in groups}
    holders = [at for at, code in enumerate(sent["groups_that_hold"][wanted.value]) if code in codes]
    twin = holders[0] if holders else sent["anyone_distance"] if sent["anyone"] in codes else None
    twin = sent["not_said_distance"] if not codes else twin
    assert group_distance(frozenset(groups), wanted) == twin


def test_the_rule_names_every_tier_and_key():
    assert rule()["tiers"] == [tier.value for tier in Tier]
    assert tuple(rule()["sort_keys"]) == SORT_KEYS


def test_nothing_chosen_leaves_nobody_out():
    assert all(takes(candidate, Situation()) for candidate in KNOWN)
