"""The places of the invented county: where they lie, their dated boundaries and what is known of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import islice

import numpy as np
import shapely

from samsyn import geography
from samsyn.demo.ground import SCHEME, VINTAGE, Grannskap, Ground
from samsyn.demo.names import scene_names, slug
from samsyn.demo.parts import DemoBoundary, DemoPlace, DemoSubPlace
from samsyn.demo.plants import Plan, geometry_change
from samsyn.domain.categories import (
    NeighbourhoodFact,
    PlaceKind,
    SceneDominance,
    SceneForm,
    SubPlaceKind,
)
from samsyn.domain.scenes import Answer

#: When the first round mapped the county: every boundary but the later ones is valid from then.
FIRST_ROUND = date(2016, 1, 1)

_SUB_PLACES = {
    PlaceKind.GUEST_ARENA: (
        ("Torgytan", SubPlaceKind.SQUARE), ("Stationsentrén", SubPlaceKind.ENTRANCE),
        ("Trappan", SubPlaceKind.STAIRS), ("Busshållplatsen", SubPlaceKind.STOP),
    ),
    PlaceKind.LOCAL_CENTRE: (
        ("Torgytan", SubPlaceKind.SQUARE), ("Centrumentrén", SubPlaceKind.ENTRANCE),
        ("Serveringen", SubPlaceKind.LICENSED_PREMISES), ("Parkeringen", SubPlaceKind.PARKING),
    ),
    PlaceKind.PARK_OR_GREENWAY: (
        ("Lekplatsen", SubPlaceKind.PARK), ("Gångtunneln", SubPlaceKind.UNDERPASS),
        ("Scenen", SubPlaceKind.OTHER),
    ),
    PlaceKind.HOUSING_YARD_OR_PATH: (
        ("Innergården", SubPlaceKind.RESIDENTIAL_YARD), ("Källartrappan", SubPlaceKind.STAIRS),
        ("Garaget", SubPlaceKind.PARKING),
    ),
    PlaceKind.OTHER: (("Kajen", SubPlaceKind.OTHER), ("Skjulet", SubPlaceKind.OTHER)),
}  # fmt: skip

_CITY_KINDS = (
    PlaceKind.GUEST_ARENA, PlaceKind.PARK_OR_GREENWAY, PlaceKind.HOUSING_YARD_OR_PATH, PlaceKind.OTHER,
)  # fmt: skip

_REASONS = {
    "boundary_shrunk": "Gränsen dras in till torget, där nästan allt händer.",
    "boundary_moved": "Gränsen följer den nya gångvägen.",
    "merged_into": "Grannplatsen tas in: det är samma scen.",
    "split_from": "Platsen delas; de två delarna har blivit olika.",
    "split_off": "Ny plats ur en delning.",
}


def choose_areas(ground: Ground, scenes: int) -> tuple[Grannskap, ...]:
    """Return the small areas that hold a scene: the middle of the city, then the middle of each town.

    Raises
    ------
    ValueError
        There are fewer urban areas than scenes.
    """
    urban = [area for area in ground.grannskap if area.urban]
    city_code, towns = ground.municipalities[0].code, ground.municipalities[1:]
    each = max(1, round(scenes * 5 / 12 / len(towns)))
    chosen: list[Grannskap] = []
    for town in towns:
        chosen += _by_distance([area for area in urban if area.municipality == town.code])[:each]
    city = _by_distance([area for area in urban if area.municipality == city_code])
    chosen = city[: scenes - len(chosen)] + chosen
    if len(chosen) < scenes:
        raise ValueError("more scenes than urban areas")
    return tuple(chosen)


def _by_distance(areas: list[Grannskap]) -> list[Grannskap]:
    middle = np.mean([area.middle for area in areas], axis=0)
    return sorted(areas, key=lambda area: float(np.hypot(*(np.array(area.middle) - middle))))


def lay_scenes(
    rng: np.random.Generator, ground: Ground, areas: Sequence[Grannskap], plan: Plan
) -> tuple[DemoPlace, ...]:
    """Return a place in each area, with the boundary history its part in the plan asks for.

    Parameters
    ----------
    rng : Generator
    ground : Ground
    areas : sequence of Grannskap
        One for each place.
    plan : Plan

    Returns
    -------
    tuple of DemoPlace
        In the order of ``areas``.

    Raises
    ------
    ValueError
        There are not names enough.
    """
    names = list(islice(scene_names(), len(areas)))
    shapes = [_outline(rng, area, 210.0 if plan.role_of(at) == "boundary_shrunk" else None)
              for at, area in enumerate(areas)]  # fmt: skip
    stored = [(area.code, area.wkb) for area in ground.grannskap]
    city_code = ground.municipalities[0].code
    return tuple(
        _place(rng, at, areas, shapes, plan, names, stored, in_city=areas[at].municipality == city_code)
        for at in range(len(areas))
    )


def _outline(rng: np.random.Generator, area: Grannskap, radius: float | None) -> shapely.Polygon:
    size = radius or rng.uniform(85, 150)
    angle = np.linspace(0, 2 * np.pi, 14, endpoint=False) + rng.uniform(-0.12, 0.12, 14)
    away = size * rng.uniform(0.8, 1.2, 14)
    # One in six lies across a border, as real places do.
    aside = size * 1.6 * np.array([1.0, 0.4]) if radius is None and rng.uniform() < 1 / 6 else np.zeros(2)
    middle = np.array(area.middle) + aside
    ring = np.column_stack([middle[0] + away * np.cos(angle), middle[1] + away * np.sin(angle)])
    return shapely.Polygon(np.round(ring, 1))


def _history(
    at: int, role: str, shapes: Sequence[shapely.Polygon], plan: Plan
) -> tuple[tuple[DemoBoundary, ...], str, str]:
    """Return boundaries, status and the position of the related place as text."""
    shape = shapes[at]
    change = geometry_change(role)
    first = "Första kartläggningen."
    if role == "ceased":
        return (_boundary(shape, FIRST_ROUND, date(2020, 7, 1), first),), "ceased", ""
    if role == "merged":
        return (_boundary(shape, FIRST_ROUND, change, first),), "merged", str(plan.by_role["merged_into"])
    if role == "split_off":
        assert change is not None
        return (_boundary(shape, change, None, _REASONS[role]),), "split_off", str(plan.by_role["split_from"])
    if change is None:
        return (_boundary(shape, FIRST_ROUND, None, first),), "active", ""
    later = {
        "boundary_shrunk": lambda: _scaled(shape, 0.6),
        "boundary_moved": lambda: shapely.transform(shape, lambda points: points + np.array([12.0, -8.0])),
        "merged_into": lambda: _around(shape, shapes[plan.by_role["merged"]]),
        "split_from": lambda: shape,
    }[role]()
    earlier = _around(shape, shapes[plan.by_role["split_off"]]) if role == "split_from" else shape
    both = (_boundary(earlier, FIRST_ROUND, change, first), _boundary(later, change, None, _REASONS[role]))
    return both, "active", ""


def _around(one: shapely.Polygon, other: shapely.Polygon) -> shapely.Geometry:
    """Return both outlines and the street between them: the strip that joins their middles."""
    street = shapely.LineString([one.centroid, other.centroid]).buffer(30, cap_style="flat")
    return shapely.union_all([one, other, street])


def _scaled(shape: shapely.Polygon, factor: float) -> shapely.Polygon:
    middle = shapely.get_coordinates(shape.centroid)[0]
    return shapely.transform(shape, lambda points: np.round(middle + (points - middle) * factor, 1))


def _boundary(shape: shapely.Geometry, first: date, end: date | None, reason: str) -> DemoBoundary:
    wkb = bytes(shapely.to_wkb(shapely.orient_polygons(shape), byte_order=1))
    return DemoBoundary(wkb, first, end, geography.area_ha(wkb), reason)


def _place(
    rng: np.random.Generator,
    at: int,
    areas: Sequence[Grannskap],
    shapes: Sequence[shapely.Polygon],
    plan: Plan,
    names: Sequence[str],
    stored: Sequence[tuple[str, bytes]],
    *,
    in_city: bool,
) -> DemoPlace:
    boundaries, status, related = _history(at, plan.role_of(at), shapes, plan)
    kinds = [
        PlaceKind.GUEST_ARENA,
        PlaceKind.PARK_OR_GREENWAY,
        PlaceKind.HOUSING_YARD_OR_PATH,
        PlaceKind.OTHER,
    ]
    kind = kinds[rng.choice(4, p=[0.5, 0.25, 0.2, 0.05])] if in_city else PlaceKind.LOCAL_CENTRE
    corners = shapely.get_coordinates(shapes[at])
    middle = shapely.get_coordinates(shapes[at].centroid)[0]
    spots = np.round(middle + (corners[rng.choice(len(corners), 4, replace=False)] - middle) * 0.6, 1)
    yes_or_no = [Answer.YES, Answer.NO, Answer.DONT_KNOW]
    facts = tuple((fact, yes_or_no[rng.choice(3, p=[0.3, 0.6, 0.1])]) for fact in NeighbourhoodFact)
    overlaps = geography.overlap(boundaries[-1].wkb, stored)
    return DemoPlace(
        slug(names[at]),
        names[at],
        areas[at].municipality,
        kind,
        list(SceneForm)[rng.integers(len(SceneForm))],
        list(SceneDominance)[rng.integers(len(SceneDominance))],
        boundaries,
        tuple(
            DemoSubPlace(name, sub_kind, bytes(shapely.to_wkb(shapely.Point(*spot), byte_order=1)))
            for (name, sub_kind), spot in zip(_SUB_PLACES[kind], spots, strict=False)
        ),
        facts,
        tuple((SCHEME, str(one.key), VINTAGE, round(one.share_of_place, 4)) for one in overlaps),
        status,
        slug(names[int(related)]) if related else "",
    )
