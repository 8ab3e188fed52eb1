"""Every code that a person reads as a word has its word in the glossary."""

from __future__ import annotations

from enum import IntEnum, StrEnum

import pytest

from samsyn.domain import (
    access,
    actions,
    agreements,
    categories,
    events,
    forums,
    handover,
    heads_ups,
    issues,
    mandates,
    meetings,
    notices,
    scenes,
    self_checks,
    statements,
    status,
    tonight,
)
from samsyn.domain.glossary import term, term_of, terms

# Shown as a sentence of its own and not as a label.
WITHOUT_LABEL = {scenes.SceneNote, mandates.MandateStep}
# One module on each line.
MODULES = (
    access,
    actions,
    agreements,
    categories,
    events,
    forums,
    handover,
    heads_ups,
    issues,
    meetings,
    notices,
    scenes,
    self_checks,
    statements,
    status,
    tonight,
)
SHOWN = [
    enumeration
    for module in MODULES
    for enumeration in vars(module).values()
    if isinstance(enumeration, type)
    and issubclass(enumeration, (StrEnum, IntEnum))
    and enumeration.__module__ == module.__name__
    and enumeration not in WITHOUT_LABEL
]
MEMBERS = [member for enumeration in SHOWN for member in enumeration]


@pytest.mark.parametrize("member", MEMBERS, ids=str)
def test_every_member_that_is_shown_has_a_term(member):
    assert term_of(member).sv


@pytest.mark.parametrize("member", MEMBERS, ids=str)
def test_a_stored_value_alone_finds_the_same_word(member):
    value = member.name.lower() if isinstance(member, IntEnum) else member.value
    found = term(value)

    assert found.sv.casefold() == term_of(member).sv.casefold() or not found.is_member


@pytest.mark.parametrize("enumeration", [one for one in SHOWN if issubclass(one, StrEnum)])
def test_the_stored_value_is_the_members_name(enumeration):
    assert all(member.value == member.name.lower() for member in enumeration)


@pytest.mark.parametrize("enumeration", SHOWN)
def test_the_glossary_has_no_member_that_the_code_lacks(enumeration):
    listed = {
        code.partition(".")[2]
        for code in terms()
        if code.partition(".")[0] == enumeration.__name__ and "." in code
    }

    assert listed == set(enumeration.__members__)


@pytest.mark.parametrize("enumeration", SHOWN)
def test_two_members_of_one_list_never_read_alike(enumeration):
    for locale in ("sv", "en"):
        words = [getattr(term_of(member), locale) for member in enumeration]
        assert len(set(words)) == len(words)
