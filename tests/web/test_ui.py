"""Swedish words in addresses and lists, errors as sentences, and the choices of a form."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest
from django import forms
from django.utils import translation
from hypothesis import given, strategies as st

from samsyn.domain.access import NotAllowed
from samsyn.domain.errors import SamsynError
from samsyn.domain.guard import TextRefused, check_saveable
from samsyn.web.ui import fields, registry
from samsyn.web.ui.messages import how_to_mend, sentence, what_happened
from samsyn.web.ui.text import make_slug, search_text, swedish_key

from .conftest import TODAY

# ------------------------------------------------------------------ slugs


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Hässelby torg, södra", "hasselby-torg-sodra"),
        ("  Åby   –  Älvsjö  ", "aby-alvsjo"),
        ("ÖSTRA STATION", "ostra-station"),
        ("Café É", "cafe-e"),
        ("Bjørns plats", "bjorns-plats"),
        ("Ærø", "aero"),
        ("T-Centralen (plan 2)", "t-centralen-plan-2"),
        ("???", "plats"),
        ("", "plats"),
    ],
)
def test_a_name_becomes_an_address(name: str, slug: str) -> None:
    assert make_slug(name) == slug


@given(st.text(max_size=300))
def test_every_text_gives_an_address_that_the_pages_can_have(name: str) -> None:
    slug = make_slug(name)
    assert 1 <= len(slug) <= 80
    assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")


@given(st.text(max_size=60))
def test_an_address_is_made_of_itself(name: str) -> None:
    assert make_slug(make_slug(name)).rstrip("-") == make_slug(name).rstrip("-")


# ------------------------------------------------------------------ finding and ordering


def test_words_are_found_however_they_are_cased_and_spaced() -> None:
    assert search_text("Östra", "  TORGET ") == "östra torget"


def test_a_name_from_a_system_that_writes_letters_in_two_parts_is_the_same_name() -> None:
    apart = unicodedata.normalize("NFD", "Åkeshov ängen ö")
    assert search_text(apart) == search_text("Åkeshov ängen ö")
    assert swedish_key(apart) == swedish_key("Åkeshov ängen ö")


def test_the_letters_stand_as_in_a_swedish_list() -> None:
    names = [
        "Ödeshög",
        "Zinken",
        "Älta",
        "Årsta",
        "Alby",
        "Éslöv",
        "Eslöv b",
        "Yxan",
        "Überplatz",
        "åby",
        "Wik",
        "Vik",
    ]
    ordered = sorted(names, key=swedish_key)
    assert ordered[:1] == ["Alby"]
    assert ordered[-4:] == ["åby", "Årsta", "Älta", "Ödeshög"]
    assert ordered.index("Éslöv") < ordered.index("Eslöv b")
    assert ordered.index("Zinken") == len(names) - 5


@given(st.lists(st.text(alphabet="aåäözAÅÄÖZ ", max_size=8)))
def test_the_order_does_not_look_at_case(names: list[str]) -> None:
    assert [swedish_key(name) for name in names] == [swedish_key(name.upper()) for name in names]


# ------------------------------------------------------------------ sentences


class _Strange(SamsynError):
    code = "SAM699"
    template = "The boundary holds from %(day)s, %(place)s."
    mend = ""


def test_an_error_says_what_happened_and_how_to_mend_it() -> None:
    error = NotAllowed(permission="edit_place")
    with translation.override("en"):
        assert sentence(error) == f"{what_happened(error)} {how_to_mend(error)}"
        assert "edit_place" in what_happened(error)


def test_an_error_is_told_in_the_readers_language() -> None:
    error = NotAllowed(permission="edit_place")
    with translation.override("sv"):
        swedish = sentence(error)
    with translation.override("en"):
        assert swedish != sentence(error)


def test_a_fact_that_is_no_text_stands_as_it_is_and_an_empty_one_stays_empty() -> None:
    told = what_happened(_Strange(day=date(2026, 11, 20), place=""))
    assert told == "The boundary holds from 2026-11-20, ."
    assert how_to_mend(_Strange(day=1, place="")) == ""


def test_a_refused_text_is_shown_to_its_writer_with_what_to_write_instead() -> None:
    with pytest.raises(TextRefused) as refused:
        check_saveable("Ring 19640823-3234 om det.", None, today=TODAY)
    with translation.override("sv"):
        told = sentence(refused.value)
    assert "19640823-3234" in told
    assert len(told) > len("19640823-3234") + 40


# ------------------------------------------------------------------ choices and hooks


class _Form(forms.Form):
    kind = forms.ChoiceField()
    words = forms.CharField()


def test_a_field_is_given_its_choices_when_the_form_is_made() -> None:
    form = _Form({"kind": "a", "words": "x"})
    assert not form.is_valid()
    form = _Form({"kind": "a", "words": "x"})
    fields.offer(form, "kind", [("a", "A")])
    assert form.is_valid()


def test_a_field_of_another_sort_cannot_be_given_choices() -> None:
    with pytest.raises(TypeError, match="words"):
        fields.offer(_Form(), "words", [("a", "A")])


def test_an_unknown_hook_is_refused_with_the_known_ones() -> None:
    with pytest.raises(KeyError, match="place_sections"):
        registry.answer("nothing", print)
