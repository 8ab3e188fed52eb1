"""Every page, for somebody who sees most and somebody who sees little, in both languages."""

from __future__ import annotations

import pytest

from . import addresses, looking
from .addresses import Trail, page_names
from .reading import Reader, Readers

SEES_MUCH, SEES_LITTLE = "samordnare", "fastighetsagare"
# Pages that only some other account is led to.
OTHERS = {"audit-log": "dataskyddsombud", "approve-picture": "samordnare"}


@pytest.fixture(scope="package")
def trails(readers: Readers) -> dict[str, Trail]:
    """Return where links lead each of the two accounts."""
    return {account: addresses.follow_links(readers.get(account)) for account in (SEES_MUCH, SEES_LITTLE)}


def opened(name: str, account: str, language: str, readers: Readers, trails: dict[str, Trail]) -> tuple[Reader, str]:
    """Return the reader and the address of the page with the name."""
    if name == "sign-in":
        return readers.fresh(language=language), addresses.WITHOUT_LINK[name]
    own, most = trails[account].found.get(name), trails[SEES_MUCH].found.get(name)
    path = own or most
    assert path, f"no link leads to {name}"
    return readers.get(account, language), path


@pytest.mark.parametrize("account", [SEES_MUCH, SEES_LITTLE])
def test_no_link_is_broken(account: str, trails: dict[str, Trail]) -> None:
    assert trails[account].broken == []


@pytest.mark.parametrize("name", page_names())
def test_a_link_leads_to_each_page_that_exists(name: str, trails: dict[str, Trail]) -> None:
    assert name in trails[SEES_MUCH].found


def test_what_is_said_to_be_no_page_is_an_address() -> None:
    assert set(addresses.NO_PAGE) - set(addresses.all_names()) == set()


def test_no_two_addresses_share_a_name() -> None:
    names = list(addresses._named(addresses.get_resolver().url_patterns))
    assert sorted({name for name in names if names.count(name) > 1}) == []


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("name", page_names())
def test_each_page_is_whole_quiet_and_in_its_language(
    name: str, language: str, readers: Readers, trails: dict[str, Trail]
) -> None:
    reader, path = opened(name, SEES_MUCH, language, readers, trails)
    assert looking.check(reader, path) == []


@pytest.mark.parametrize("name", page_names())
def test_who_sees_little_is_shown_a_whole_page_or_is_told_there_is_none(
    name: str, readers: Readers, trails: dict[str, Trail]
) -> None:
    reader, path = opened(name, SEES_LITTLE, "sv", readers, trails)
    answer = reader.open(path)
    if name in trails[SEES_LITTLE].found or answer.status == 200:
        assert looking.check(reader, path) == []
    else:
        assert answer.status == 404


@pytest.mark.parametrize("account", [SEES_MUCH, SEES_LITTLE])
@pytest.mark.parametrize("name", page_names())
def test_each_page_passes_axe_in_light_and_the_contrast_in_dark(
    name: str, account: str, readers: Readers, trails: dict[str, Trail], axe: str
) -> None:
    reader, path = opened(name, account, "sv", readers, trails)
    reader.open(path)
    assert looking.axe_problems(reader, axe) == []
