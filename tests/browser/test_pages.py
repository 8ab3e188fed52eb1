"""Every page, for somebody who sees most and somebody who sees little, in both languages."""

from __future__ import annotations

import pytest

from . import addresses, looking
from .addresses import Trail, page_names
from .reading import Reader, Readers

SEES_MUCH, SEES_LITTLE = "samordnare", "fastighetsagare"
# Who is led to the pages that the coordinator has no business on.
OTHERS = ("dataskyddsombud", "kommunpolis")


@pytest.fixture(scope="package")
def trails(untouched: Readers) -> dict[str, Trail]:
    """Return where links lead each account."""
    accounts = (SEES_MUCH, SEES_LITTLE, *OTHERS)
    walked = addresses.follow_links([untouched.get(account) for account in accounts], whole=2)
    return dict(zip(accounts, walked, strict=True))


def who_is_led_to(name: str, trails: dict[str, Trail]) -> str:
    """Return the first account that a link leads to the page."""
    account = next((account for account in (SEES_MUCH, *OTHERS) if name in trails[account].found), None)
    assert account, f"no link leads to {name}"
    return account


def opened(
    name: str, account: str, language: str, readers: Readers, trails: dict[str, Trail]
) -> tuple[Reader, str]:
    """Return the reader and the address of the page with the name."""
    if name == "sign-in":
        return readers.fresh(language=language), addresses.WITHOUT_LINK[name]
    led = who_is_led_to(name, trails)
    if account == SEES_MUCH:
        account = led
    return readers.get(account, language), trails[account].found.get(name) or trails[led].found[name]


def tell(problems: list[str]) -> str:
    """Return the problems as lines of their own."""
    return "".join(f"\n  - {problem}" for problem in problems)


@pytest.mark.parametrize("account", [SEES_MUCH, SEES_LITTLE])
def test_no_link_is_broken(account: str, trails: dict[str, Trail]) -> None:
    assert not trails[account].broken, tell(trails[account].broken)


@pytest.mark.parametrize("name", page_names())
def test_a_link_leads_to_each_page_that_exists(name: str, trails: dict[str, Trail]) -> None:
    assert who_is_led_to(name, trails)


def test_what_is_said_to_be_no_page_is_an_address() -> None:
    assert set(addresses.NO_PAGE) - set(addresses.all_names()) == set()


def test_no_two_addresses_share_a_name() -> None:
    names = list(addresses._named(addresses.get_resolver().url_patterns))
    assert sorted({name for name in names if names.count(name) > 1}) == []


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("name", page_names())
def test_each_page_is_whole_quiet_accessible_and_in_its_language(
    name: str, language: str, untouched: Readers, trails: dict[str, Trail], axe: str
) -> None:
    reader, path = opened(name, SEES_MUCH, language, untouched, trails)
    problems = looking.check(reader, path, axe)
    assert not problems, path + tell(problems)


@pytest.mark.parametrize("name", page_names())
def test_who_sees_little_is_shown_a_whole_page_or_is_told_there_is_none(
    name: str, untouched: Readers, trails: dict[str, Trail], axe: str
) -> None:
    reader, path = opened(name, SEES_LITTLE, "sv", untouched, trails)
    answer = reader.open(path)
    if name in trails[SEES_LITTLE].found or answer.status == 200:
        problems = looking.check(reader, path, axe)
        assert not problems, path + tell(problems)
    else:
        assert answer.status == 404


def test_the_rules_of_accessibility_were_among_the_checks(axe: str) -> None:
    assert axe or pytest.skip(looking.AXE_ADVICE)
