"""The coded words that describe a place: kind, sub-places, surroundings and aspects.

Every member has its Swedish and English label in the glossary. The lists describe places; none of them
describes anybody at the place.
"""

from __future__ import annotations

from enum import StrEnum


class PlaceKind(StrEnum):
    """What sort of place the scene is at (first axis of the category)."""

    GUEST_ARENA = "guest_arena"
    LOCAL_CENTRE = "local_centre"
    PARK_OR_GREENWAY = "park_or_greenway"
    HOUSING_YARD_OR_PATH = "housing_yard_or_path"
    OTHER = "other"


class SceneForm(StrEnum):
    """How the trade lies in the place (second axis): gathered, spread out or out of sight."""

    CONCENTRATED = "concentrated"
    DISPERSED = "dispersed"
    HIDDEN = "hidden"
    NOT_DESCRIBED = "not_described"


class SceneDominance(StrEnum):
    """How the trade is held (second axis): by one group, by several that compete, or loosely."""

    ONE_GROUP = "one_group"
    SEVERAL_COMPETING = "several_competing"
    LOOSE = "loose"
    NOT_DESCRIBED = "not_described"


class SubPlaceKind(StrEnum):
    """What a part of the place is."""

    SQUARE = "square"
    ENTRANCE = "entrance"
    STAIRS = "stairs"
    UNDERPASS = "underpass"
    LICENSED_PREMISES = "licensed_premises"
    PARK = "park"
    STOP = "stop"
    PARKING = "parking"
    RESIDENTIAL_YARD = "residential_yard"
    OTHER = "other"


class NeighbourhoodFact(StrEnum):
    """A fact about what the place is part of or near; answered yes, no or don't know."""

    IN_VULNERABLE_AREA = "in_vulnerable_area"
    IN_CITIZEN_PLEDGE = "in_citizen_pledge"
    NEAR_PRESCHOOL = "near_preschool"
    NEAR_SCHOOL = "near_school"
    TRANSIT_NODE = "transit_node"
    NEAR_RAIL_STATION = "near_rail_station"
    NEAR_OFF_LICENCE = "near_off_licence"
    NEAR_LOW_THRESHOLD_SERVICE = "near_low_threshold_service"


class PlaceAspect(StrEnum):
    """A heading under which a place is described in words, beside the indicators."""

    SIZE = "size"
    SURROUNDINGS = "surroundings"
    ANCHORING_OF_USE = "anchoring_of_use"
    ANCHORING_OF_SALE = "anchoring_of_sale"
    CRIME_TIED_TO_PLACE = "crime_tied_to_place"
    OTHER_PROBLEMS = "other_problems"


class DesignAspect(StrEnum):
    """What in the built place makes trade easier or harder; used in inventories and safety walks."""

    SIGHT_LINES = "sight_lines"
    LIGHTING = "lighting"
    ACCESS = "access"
    TERRITORIALITY = "territoriality"
    UPKEEP = "upkeep"
    ACTIVITY_SUPPORT = "activity_support"
    HIDING_PLACES = "hiding_places"
