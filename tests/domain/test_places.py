"""How a place is handed down: plain frozen values that say which area and which boundary."""

from __future__ import annotations

import itertools
from dataclasses import FrozenInstanceError
from datetime import date
from uuid import UUID

import pytest

from samsyn.domain import categories
from samsyn.domain.glossary import label
from samsyn.domain.places import AreaKey, BoundaryRef, PlaceRef

ENUMERATIONS = [
    categories.PlaceKind,
    categories.SceneForm,
    categories.SceneDominance,
    categories.SubPlaceKind,
    categories.NeighbourhoodFact,
    categories.PlaceAspect,
    categories.DesignAspect,
]


def test_the_same_code_in_two_schemes_is_two_areas():
    keys = {AreaKey("basomrade", "101023", "okänd"), AreaKey("nyko5", "101023", "okänd")}

    assert len(keys) == 2


def test_the_same_code_of_another_vintage_is_another_area():
    assert AreaKey("nyko5", "10102", "2017") != AreaKey("nyko5", "10102", "2023")


def test_areas_sort_by_scheme_before_code():
    keys = [AreaKey("nyko5", "10102", "okänd"), AreaKey("basomrade", "225012", "okänd")]

    assert [key.scheme for key in sorted(keys)] == ["basomrade", "nyko5"]


def test_a_place_that_was_handed_down_cannot_be_changed():
    boundary = BoundaryRef(b"", date(2020, 1, 1), None, 9.5)
    place = PlaceRef(UUID(int=1), "torget", "Torget", (boundary,), ())

    with pytest.raises(FrozenInstanceError):
        place.boundaries[0].area_ha = 20.0
    with pytest.raises(FrozenInstanceError):
        place.name = "Parken"


@pytest.mark.parametrize(
    ("enumeration", "labels"),
    [
        (
            categories.SubPlaceKind,
            [
                "Torg",
                "Entré",
                "Trappa",
                "Gångtunnel",
                "Serveringsställe",
                "Park",
                "Hållplats",
                "Parkering",
                "Bostadsgård",
                "Annan",
            ],
        ),
        (categories.SceneDominance, ["En dominerande grupp", "Flera konkurrerande", "Lös", "Ej beskriven"]),
        (
            categories.PlaceKind,
            [
                "Gästarena/city- och trafiknod",
                "Lokalt centrum med lokal förankring",
                "Park/grönstråk",
                "Bostadsnära gård/gångstråk",
                "Annan",
            ],
        ),
    ],
)
def test_categories_are_called_what_practitioners_call_them(enumeration, labels):
    assert [label(member) for member in enumeration] == labels


def test_two_members_of_a_list_never_read_alike():
    for enumeration, locale in itertools.product(ENUMERATIONS, ("sv", "en")):
        labels = [label(member, locale) for member in enumeration]
        assert len(set(labels)) == len(labels), enumeration
