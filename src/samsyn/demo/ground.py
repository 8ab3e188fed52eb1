"""The ground of the invented county: coast, islands, small areas and municipalities that tile the land.

It lies in the open Baltic south-east of Gotland, some forty kilometres from the nearest real shore: inside
the area SWEREF 99 TM is made for, where a map shows it right, and where nobody lives.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

import numpy as np
import shapely
from numpy.typing import NDArray

from samsyn import geography
from samsyn.demo.names import CITY, COUNTY_CODE, MUNICIPALITIES, area_names

#: Middle of the county in SWEREF 99 TM [metres]; about 19.1 degrees east, 56.5 north.
CENTRE = (752_000.0, 6_268_000.0)
VINTAGE = "2016"
SCHEME = "grannskap"

_CITY_RADIUS = 3_500.0
_TOWN_RADIUS = 1_600.0
_COUNTY_RADIUS = 19_000.0


@dataclass(frozen=True, slots=True)
class Municipality:
    """An invented municipality; the first one is the city's."""

    code: str
    name: str
    wkb: bytes


@dataclass(frozen=True, slots=True)
class Grannskap:
    """A small statistical area of the invented county; ``middle`` is where its streets meet."""

    code: str
    name: str
    municipality: str
    wkb: bytes
    area_ha: float
    middle: tuple[float, float]
    urban: bool


@dataclass(frozen=True, slots=True)
class Ground:
    """Everything that lies still, in SWEREF 99 TM; ``neighbours`` are codes that share a border."""

    land: bytes
    islands: tuple[bytes, ...]
    municipalities: tuple[Municipality, ...]
    grannskap: tuple[Grannskap, ...]
    neighbours: dict[str, tuple[str, ...]]


def lay_ground(rng: np.random.Generator, *, areas: int, municipalities: int) -> Ground:
    """Return a county with one city and ``municipalities`` more, divided into ``areas`` small areas.

    Use for the demonstration only.

    Parameters
    ----------
    rng : Generator
    areas : int
        Small areas in all; about half of them in the city.
    municipalities : int
        Besides the city's own, at most nine.

    Returns
    -------
    Ground

    Raises
    ------
    ValueError
        There are not names enough.
    """
    if not 1 <= municipalities <= len(MUNICIPALITIES):
        raise ValueError(f"between 1 and {len(MUNICIPALITIES)} municipalities")
    land = _coast(rng, _COUNTY_RADIUS, 300, roughness=0.13)
    islands = _islands(rng, land)
    towns = _towns(municipalities)
    seeds, owner, urban = _seeds(rng, land, towns, areas)
    cells = _tile(rng, land, seeds)
    # Each island belongs to the small area whose middle is nearest.
    for island in islands:
        nearest = int(np.hypot(*(seeds - [island.centroid.x, island.centroid.y]).T).argmin())
        cells[nearest] = shapely.union(cells[nearest], island)
    names = (CITY, *MUNICIPALITIES[:municipalities])
    codes = [f"{COUNTY_CODE}{number + 1:02d}" for number in range(len(names))]
    order = sorted(range(areas), key=lambda at: (owner[at], not urban[at], at))
    grannskap, kept = [], []
    counters = dict.fromkeys(codes, 0)
    for at, name in zip(order, islice(area_names(), areas), strict=True):
        code = codes[owner[at]]
        counters[code] += 1
        wkb = _wkb(cells[at])
        middle = (float(seeds[at][0]), float(seeds[at][1]))
        grannskap.append(
            Grannskap(
                f"{code}{counters[code]:02d}",
                name,
                code,
                wkb,
                geography.area_ha(wkb),
                middle,
                bool(urban[at]),
            )
        )
        kept.append(cells[at])
    whole = [
        Municipality(
            code,
            name,
            _wkb(
                shapely.union_all([c for c, g in zip(kept, grannskap, strict=True) if g.municipality == code])
            ),
        )
        for code, name in zip(codes, names, strict=True)
    ]
    return Ground(
        _wkb(land),
        tuple(_wkb(island) for island in islands),
        tuple(whole),
        tuple(grannskap),
        _neighbours(kept, [area.code for area in grannskap]),
    )


def _wkb(shape: shapely.Geometry) -> bytes:
    return bytes(shapely.to_wkb(shapely.orient_polygons(shape), byte_order=1))


def _coast(
    rng: np.random.Generator,
    radius: float,
    corners: int,
    roughness: float,
    centre: tuple[float, float] = CENTRE,
) -> shapely.Polygon:
    """Return a closed crooked line: a circle with waves whose height falls with their number."""
    angle = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    distance = np.ones(corners)
    for wave in range(2, 24):
        height = roughness / wave**0.8
        distance += height * rng.normal() * np.cos(wave * angle + rng.uniform(0, 2 * np.pi)) / 1.6
    distance = np.clip(distance, 0.55, 1.5) * radius
    ring = np.column_stack([centre[0] + distance * np.cos(angle), centre[1] + distance * np.sin(angle)])
    return shapely.Polygon(np.round(ring, 1))


def _islands(rng: np.random.Generator, land: shapely.Polygon) -> list[shapely.Polygon]:
    islands: list[shapely.Polygon] = []
    while len(islands) < 9:
        angle = rng.uniform(0.6 * np.pi, 1.5 * np.pi)  # an archipelago in the west and south
        away = _COUNTY_RADIUS * rng.uniform(0.95, 1.35)
        centre = (CENTRE[0] + away * np.cos(angle), CENTRE[1] + away * np.sin(angle))
        island = _coast(rng, rng.uniform(250, 1_100), 40, 0.2, centre)
        if min([island.distance(other) for other in (land, *islands)]) > 300:
            islands.append(island)
    return islands


def _towns(municipalities: int) -> NDArray[np.float64]:
    angle = 2 * np.pi * (np.arange(municipalities) + 0.35) / municipalities
    ring = np.column_stack([np.cos(angle), np.sin(angle)]) * 0.62 * _COUNTY_RADIUS
    return np.vstack([[0.0, 0.0], ring]) + CENTRE


def _seeds(
    rng: np.random.Generator, land: shapely.Polygon, towns: NDArray[np.float64], areas: int
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.bool_]]:
    inland = land.buffer(-400)
    in_city = areas // 2
    left = areas - in_city
    placed: list[tuple[float, float]] = []
    urban: list[bool] = []
    plan = [(0, in_city, _CITY_RADIUS)] + [
        (town, left // (len(towns) - 1) + (town <= left % (len(towns) - 1)), _TOWN_RADIUS)
        for town in range(1, len(towns))
    ]
    for town, wanted, radius in plan:
        countryside = max(1, wanted // 4)
        for number in range(wanted):
            rural = number >= wanted - countryside
            reach = 0.42 * _COUNTY_RADIUS if rural else radius
            closest = 1_600.0 if rural else 1.15 * radius / np.sqrt(wanted)
            placed.append(_free_spot(rng, inland, towns, town, reach, closest, placed))
            urban.append(not rural)
    seeds = np.array(placed)
    owner = np.hypot(*(seeds[:, None, :] - towns[None]).transpose(2, 0, 1)).argmin(axis=1)
    return seeds, owner.astype(np.int64), np.array(urban)


def _free_spot(
    rng: np.random.Generator,
    inland: shapely.Polygon,
    towns: NDArray[np.float64],
    town: int,
    reach: float,
    closest: float,
    placed: list[tuple[float, float]],
) -> tuple[float, float]:
    """Return a spot near a town that is not nearer another town nor too close to an earlier spot."""
    while True:
        for _ in range(60):
            angle, away = rng.uniform(0, 2 * np.pi), reach * np.sqrt(rng.uniform())
            spot = towns[town] + [away * np.cos(angle), away * np.sin(angle)]
            nearest = int(np.hypot(*(towns - spot).T).argmin())
            free = not placed or np.hypot(*(np.array(placed) - spot).T).min() > closest
            if nearest == town and free and shapely.contains_xy(inland, *spot):
                return round(float(spot[0]), 1), round(float(spot[1]), 1)
        closest *= 0.85  # it is getting crowded


def _tile(
    rng: np.random.Generator, land: shapely.Polygon, seeds: NDArray[np.float64]
) -> list[shapely.Geometry]:
    """Divide the land among the seeds by crooked borders: each border is bent once, for both sides."""
    borders = shapely.voronoi_polygons(
        shapely.MultiPoint(seeds), extend_to=land.buffer(5_000), only_edges=True
    )
    lines = [_bent(rng, line) for line in shapely.get_parts(shapely.line_merge(borders))]
    noded = shapely.union_all([*lines, land.exterior])
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    prepared = shapely.buffer(land, 0.5)
    cells: list[list[shapely.Geometry]] = [[] for _ in seeds]
    tree = shapely.STRtree(shapely.points(seeds))
    for face in faces:
        inside = face.point_on_surface()
        if shapely.contains(prepared, inside) and land.covers(inside):
            holding = list(tree.query(face, predicate="contains"))
            owner = int(holding[0]) if len(holding) == 1 else int(tree.nearest(inside))
            cells[owner].append(face)
    return [shapely.union_all(parts) for parts in cells]


def _bent(rng: np.random.Generator, line: shapely.LineString) -> shapely.LineString:
    points = shapely.get_coordinates(line)
    for _ in range(4):
        middle = (points[:-1] + points[1:]) / 2
        along = points[1:] - points[:-1]
        across = np.column_stack([-along[:, 1], along[:, 0]])
        middle = middle + across * rng.uniform(-0.11, 0.11, size=(len(middle), 1))
        merged = np.empty((len(points) + len(middle), 2))
        merged[0::2], merged[1::2] = points, middle
        points = merged
    points[1:-1] = np.round(points[1:-1], 1)
    return shapely.LineString(points)


def _neighbours(cells: list[shapely.Geometry], codes: list[str]) -> dict[str, tuple[str, ...]]:
    tree = shapely.STRtree(cells)
    found: dict[str, tuple[str, ...]] = {}
    for at, cell in enumerate(cells):
        beside = [other for other in tree.query(cell, predicate="intersects") if other != at]
        found[codes[at]] = tuple(sorted(codes[other] for other in beside))
    return found
