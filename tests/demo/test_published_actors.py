"""The published parties: each says where it stands, and nothing is there that no document says."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest

from samsyn.demo import stockholm
from samsyn.demo.published_actors import PublishedFunction, published_actors
from samsyn.demo.published_forums import published_forums

ACTORS = published_actors()
ELSEWHERE = {"polisen-vallingby", "hasselby-vallingby-stadsdelsforvaltning", "fastighetsagare"}
FUNCTIONS = [(actor, one) for actor in ACTORS for one in actor.functions]


@pytest.mark.parametrize(("actor", "one"), FUNCTIONS, ids=[one.key for _actor, one in FUNCTIONS])
def test_every_function_says_its_document_and_page(actor, one):
    assert re.search(r"\((2019)\), omkring s\. \d+$|NI 2023/1244, s\. \d+$", one.source)
    assert one.text.endswith(f"Källa: {one.source}.")
    assert len(one.text) <= 400


def test_short_names_and_names_are_there_once():
    keys = [one.key for _actor, one in FUNCTIONS]
    names = [(actor.name, one.name) for actor, one in FUNCTIONS]
    assert len(keys) == len(set(keys))
    assert len(names) == len(set(names))


def test_there_is_no_room_for_numbers_hours_or_people():
    said = {one.name for one in fields(PublishedFunction)}
    assert said == {
        "key", "name", "assignment", "source", "groups", "needs", "limits", "needs_mandate",
    }  # fmt: skip
    words = " ".join(f"{one.name} {one.text} {one.limits}" for _actor, one in FUNCTIONS)
    assert not re.search(r"\b0\d{1,3}-\d|@", words)


def test_every_seat_of_a_published_forum_is_a_published_function():
    known = {one.key for _actor, one in FUNCTIONS}
    for forum in published_forums():
        assert {*forum.members} <= known
        assert {forum.chair, forum.fallback_chair} <= known | {""}


def test_the_accounts_of_the_workspace_act_for_functions_of_the_same_names():
    published = {(actor.name, one.name) for actor, one in FUNCTIONS}
    here = {
        (party.name, function.title)
        for party in stockholm.organisations()
        for function in party.functions
        if party.slug
        not in {"polisen-vallingby", "hasselby-vallingby-stadsdelsforvaltning", "fastighetsagare"}
    }
    assert here - published == {("Polisen, lokalpolisområde Norrmalm", "Ingripandepolis")}
