"""Places, boundaries and forms for the tests of the register."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from samsyn import geography
from samsyn.domain.access import OrganisationKind, Role, SharingClass
from samsyn.domain.places import AreaKey
from samsyn.web.places import services
from samsyn.web.places.models import Place, StatisticalArea

from .conftest import NOW, SQUARE, World

REGISTER = "/exempelstad/platser/"
LEADERS = (Role.SAFETY_COORDINATOR, Role.MUNICIPAL_POLICE_LIAISON)
WRONG_TEXT = "Ring 19640823-3234 om det."


def ring(west: float, south: float, size: float = 0.003) -> dict[str, Any]:
    """Return a square in longitude and latitude."""
    east, north = west + size, south + size / 2
    return {
        "type": "Polygon",
        "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]],
    }


def shape(west: float = 18.063, south: float = 59.332, size: float = 0.003) -> bytes:
    """Return the same as the services take it."""
    return geography.from_geojson_geometry(ring(west, south, size))


def change(
    valid_from: date = date(2025, 1, 1), reason: str = "Ny gatuplan", **more: Any
) -> services.NewBoundary:
    """Return a boundary that differs from the one that a place is made with."""
    return services.NewBoundary(more.pop("wkb", shape(18.070)), valid_from, reason=reason, **more)


def owners(world: World) -> dict[str, Any]:
    return {
        "police_owner": world.organisations[OrganisationKind.POLICE],
        "municipal_owner": world.organisations[OrganisationKind.MUNICIPALITY],
    }


def create(world: World, role: Role = Role.SAFETY_COORDINATOR, **facts: Any) -> Place:
    wanted = {"name": "Exempeltorget", **owners(world), **facts}
    wanted.setdefault("boundary", services.NewBoundary(shape(), date(2017, 1, 1)))
    return services.create_place(world.actor(role), now=NOW, **wanted)


def coordinator(world: World) -> Any:
    return world.actor(Role.SAFETY_COORDINATOR)


def edit(world: World, place: Place, **changes: Any) -> None:
    services.change_place(coordinator(world), place, changes, revision=place.revision, now=NOW)


def area(
    world: World, code: str, west: float, south: float, size: float, vintage: str = "2024"
) -> StatisticalArea:
    services.mirror_areas(
        world.workspace, [(AreaKey("basomrade", code, vintage), f"Område {code}", shape(west, south, size))]
    )
    return StatisticalArea.objects.get(workspace=world.workspace, code=code, vintage=vintage)


def posted(world: World, **fields: Any) -> dict[str, Any]:
    """Return what the form for a new place sends."""
    own = owners(world)
    return {
        "name": "Exempeltorget",
        "police_owner": str(own["police_owner"].pk),
        "municipal_owner": str(own["municipal_owner"].pk),
        "description_class": str(SharingClass.AUTHORITIES.value),
        "drawn": json.dumps(SQUARE),
        "valid_from": "2026-01-01",
        **fields,
    }


def words_of(answer: Any) -> str:
    return answer.content.decode()
