"""How a place is handed down from the web to the store and the studies: an id, dates and shapes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

#: Schemes of areas from the nearest to a place outwards; a later one may hold areas of earlier ones.
SMALLEST_FIRST = (
    "grannskap", "basomrade", "nyko5", "stadsdelsomrade", "lokalpolisomrade", "kommun", "polisregion", "lan",
)  # fmt: skip


def nearness(scheme: str) -> tuple[int, str]:
    """Return what sorts schemes from the nearest to a place outwards; unknown ones come last, by name.

    Examples
    --------
    >>> min(["kommun", "basomrade"], key=nearness)
    'basomrade'
    """
    return (SMALLEST_FIRST.index(scheme) if scheme in SMALLEST_FIRST else len(SMALLEST_FIRST), scheme)


@dataclass(frozen=True, slots=True, order=True)
class AreaKey:
    """A statistical area: a code only has a meaning with its scheme, and a shape only with its vintage."""

    scheme: str
    code: str
    vintage: str


@dataclass(frozen=True, slots=True)
class BoundaryRef:
    """One dated boundary of a place; ``wkb`` is in SWEREF 99 TM (EPSG:3006), ``area_ha`` in hectares."""

    wkb: bytes
    valid_from: date
    valid_to: date | None
    area_ha: float


@dataclass(frozen=True, slots=True)
class PlaceRef:
    """A place as the layers below the web know it."""

    id: UUID
    slug: str
    name: str
    boundaries: tuple[BoundaryRef, ...]
    areas: tuple[AreaKey, ...]
