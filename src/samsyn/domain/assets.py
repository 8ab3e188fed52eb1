"""What stands at a place and who keeps it: lamps, bushes, benches and doors, sorted by what can be wrong."""

from __future__ import annotations

from enum import StrEnum

from samsyn.domain.actors import Need


class AssetKind(StrEnum):
    """What the thing is."""

    LAMP = "lamp"
    BUSH = "bush"
    TREE = "tree"
    RAILING = "railing"
    BENCH = "bench"
    BIN = "bin"
    DOOR = "door"
    SIGN = "sign"
    WALL = "wall"
    GROUND = "ground"
    POWER_OUTLET = "power_outlet"
    TOILET = "toilet"
    CAMERA = "camera"


class AssetCategory(StrEnum):
    """What sort of fault it is about; a question about a place is sorted by the same list."""

    LIGHT = "light"
    GREENERY = "greenery"
    CLEANING = "cleaning"
    DAMAGE_AND_GRAFFITI = "damage_and_graffiti"
    SIGHT_AND_HIDING = "sight_and_hiding"
    LOCKS_AND_ENTRANCES = "locks_and_entrances"
    STREET_AND_TRAFFIC = "street_and_traffic"
    FURNITURE = "furniture"


CATEGORY_OF: dict[AssetKind, AssetCategory] = {
    AssetKind.LAMP: AssetCategory.LIGHT,
    AssetKind.BUSH: AssetCategory.GREENERY,
    AssetKind.TREE: AssetCategory.GREENERY,
    AssetKind.RAILING: AssetCategory.SIGHT_AND_HIDING,
    AssetKind.BENCH: AssetCategory.FURNITURE,
    AssetKind.BIN: AssetCategory.CLEANING,
    AssetKind.DOOR: AssetCategory.LOCKS_AND_ENTRANCES,
    AssetKind.SIGN: AssetCategory.STREET_AND_TRAFFIC,
    AssetKind.WALL: AssetCategory.DAMAGE_AND_GRAFFITI,
    AssetKind.GROUND: AssetCategory.STREET_AND_TRAFFIC,
    AssetKind.POWER_OUTLET: AssetCategory.FURNITURE,
    AssetKind.TOILET: AssetCategory.CLEANING,
    AssetKind.CAMERA: AssetCategory.SIGHT_AND_HIDING,
}

#: The need that a function takes when it answers for a category and no thing at the place says more.
NEED_OF: dict[AssetCategory, Need] = {
    AssetCategory.STREET_AND_TRAFFIC: Need.TRAFFIC,
    **{one: Need.ORDER_AND_PROPERTY for one in AssetCategory if one is not AssetCategory.STREET_AND_TRAFFIC},
}


class OwnerReason(StrEnum):
    """Why a function is proposed to answer."""

    KEEPS_IT = "keeps_it"
    KEEPS_SUCH_THINGS_HERE = "keeps_such_things_here"
    KEEPS_SUCH_THINGS_AT_THE_PLACE = "keeps_such_things_at_the_place"
    TAKES_SUCH_QUESTIONS = "takes_such_questions"
    OWNS_THE_PLACE = "owns_the_place"
