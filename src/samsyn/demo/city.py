"""Exempelstad: an invented county with planted, known effects, made from one seed.

Everything that must not be invented about a real place is shown here: figures of small areas, assessments,
a place that ceased, effects that are there and effects that only seem to be. ``City.truth`` says which.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from samsyn.demo.cooperation import assess_places, context_events, organisations
from samsyn.demo.counts import (
    base_levels,
    draw_counts,
    draw_residents,
    offence_datasets,
    resident_dataset,
)
from samsyn.demo.ground import Ground, lay_ground
from samsyn.demo.names import COUNTY, COUNTY_CODE
from samsyn.demo.parts import (
    DemoAssessment,
    DemoContextEvent,
    DemoDataset,
    DemoOrganisation,
    DemoPlace,
)
from samsyn.demo.plants import TruthRow, effects, make_plan, truth_table
from samsyn.demo.scenes import choose_areas, lay_scenes

#: The seed of the demonstration workspace and of the truth table in the documentation.
DEMO_SEED = 7

# A planted effect must show against the noise, so its place is larger than a middling scene (1.0); the
# one that takes in displaced thefts is small, or they would drown.
_SIZES = {
    "real_drop": 3.2, "displacement_source": 2.6, "displacement_target": 0.7, "diffusion_source": 2.6,
    "diffusion_target": 3.6, "presence": 3.2, "real_rise": 2.6, "detection_swing": 2.6, "ceased": 1.9,
    "boundary_shrunk": 1.9,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class InsideCount:
    """Events of one year inside the first boundary of a place and inside its latest, whichever was valid."""

    place: str
    series: str
    year: int
    in_first_boundary: int
    in_latest_boundary: int


@dataclass(frozen=True, slots=True)
class City:
    """The whole invented county, ready to be seeded; ``grannskap_of`` gives the small area of a place."""

    seed: int
    years: tuple[int, ...]
    county_code: str
    county_name: str
    ground: Ground
    places: tuple[DemoPlace, ...]
    grannskap_of: dict[str, str]
    organisations: tuple[DemoOrganisation, ...]
    context_events: tuple[DemoContextEvent, ...]
    assessments: tuple[DemoAssessment, ...]
    datasets: tuple[DemoDataset, ...]
    inside_counts: tuple[InsideCount, ...]
    truth: tuple[TruthRow, ...]

    def dataset(self, slug: str) -> DemoDataset:
        """Return a data set by name: exempelstad-brott, exempelstad-halvar or exempelstad-boende."""
        return next(one for one in self.datasets if one.meta.slug == slug)

    def place(self, slug: str) -> DemoPlace:
        """Return a place by its slug."""
        return next(one for one in self.places if one.slug == slug)

    def fingerprint(self) -> str:
        """Return the SHA-256 of everything in the county; the same seed gives the same one.

        Examples
        --------
        >>> build_city(7).fingerprint() == build_city(7).fingerprint()
        True
        """
        digest = hashlib.sha256()
        for part in (
            self.seed, self.years, self.ground, self.places, self.grannskap_of, self.organisations,
            self.context_events, self.assessments, self.inside_counts, self.truth,
        ):  # fmt: skip
            digest.update(repr(part).encode())
        for dataset in self.datasets:
            digest.update(dataset.source)
        return digest.hexdigest()

    def truth_markdown(self) -> str:
        """Return the truth table in Markdown, in Swedish, one row for each planted thing."""
        lines = [
            "| Plats | Grannskap | Planterat | Serie | Från | Till | Faktor | Hör ihop med | Vad det är |",
            "|---|---|---|---|---|---|---|---|---|",
        ]
        names = {place.slug: place.name for place in self.places}
        for row in self.truth:
            factor = "" if row.factor == 1 else f"{row.factor:.2f}".replace(".", ",")
            cells = (
                names[row.place], row.area, _PLANTED[row.planted], row.series, row.first or "", row.end or "",
                factor, names.get(row.related, ""), row.note,
            )  # fmt: skip
            lines.append("| " + " | ".join(map(str, cells)) + " |")
        return "\n".join(lines) + "\n"


_PLANTED = {
    "real_drop": "verklig nedgång",
    "displacement_source": "omfördelning, härifrån",
    "displacement_target": "omfördelning, hit",
    "diffusion_source": "positiv spridning, källa",
    "diffusion_target": "positiv spridning, granne",
    "detection_swing": "upptäcktsbrott svänger",
    "presence": "närvaro",
    "real_rise": "verklig uppgång",
    "ceased": "upphörd",
    "boundary_shrunk": "gräns indragen",
    "boundary_moved": "gräns flyttad",
    "merged": "sammanslagning",
    "split": "delning",
    "nothing": "inget",
}


def build_city(
    seed: int, *, scenes: int = 48, municipalities: int = 5, years: Sequence[int] = tuple(range(2016, 2026))
) -> City:
    """Return the invented county made from a seed.

    Use for the demonstration, for tests that need a known truth, and for trying a method before real figures
    come. Not as evidence of anything: nothing here has happened.

    Parameters
    ----------
    seed : int
    scenes : int
        Places in all, at least 24 for the plan to fit; the small areas are two and a half times as many.
    municipalities : int
        Besides Exempelstad's own.
    years : sequence of int
        Calendar years in order; planted effects outside them are left out.

    Returns
    -------
    City

    Raises
    ------
    ValueError
        Too few scenes for the plan, or more municipalities than there are names for.

    Source
    ------
    Overdispersion of 2 in yearly neighbourhood counts: St. Louis 2008-2014, 1.4-3.2.

    Examples
    --------
    >>> city = build_city(7)
    >>> len(city.places), len(city.ground.grannskap), city.county_name
    (48, 120, 'Exempellän')
    """
    # One stream for each part: a change in one leaves the others as they were.
    streams = [np.random.default_rng([seed, part]) for part in range(5)]
    years = tuple(years)
    ground = lay_ground(streams[0], areas=round(scenes * 2.5), municipalities=municipalities)
    areas = choose_areas(ground, scenes)
    codes = [area.code for area in ground.grannskap]
    scene_codes = [area.code for area in areas]
    city_code = ground.municipalities[0].code
    plan = make_plan(scene_codes, ground.neighbours, [area.municipality == city_code for area in areas])
    places = lay_scenes(streams[1], ground, areas, plan)
    residents = draw_residents(streams[2], ground.grannskap, years)
    size = {
        code: float(streams[3].lognormal(0, 0.3)) * _SIZES.get(plan.role_of(at), 1.0)
        for at, code in enumerate(scene_codes)
    }
    levels = base_levels(streams[3], ground.grannskap, residents[:, 0].sum(axis=1).astype(float), size)
    thefts = [float(levels[codes.index(code), 1]) for code in scene_codes]
    planted = effects(plan, scene_codes, thefts)
    young = np.where([area.municipality == city_code for area in ground.grannskap], 0.05, 0.09)
    counts = draw_counts(streams[3], codes, levels, young, years, planted)
    slugs = [place.slug for place in places]
    shrunk = plan.by_role["boundary_shrunk"]
    yearly, half_yearly = offence_datasets(ground.grannskap, counts)
    total = counts.total[codes.index(scene_codes[shrunk])]
    return City(
        seed,
        years,
        COUNTY_CODE,
        COUNTY,
        ground,
        places,
        dict(zip(slugs, scene_codes, strict=True)),
        organisations(ground.municipalities),
        context_events(places, plan),
        assess_places(streams[4], places, ground.municipalities, min(20, scenes)),
        (yearly, half_yearly, resident_dataset(ground.grannskap, residents, years)),
        _inside(streams[4], slugs[shrunk], years, total),
        truth_table(plan, slugs, scene_codes, planted),
    )


def _inside(
    rng: np.random.Generator,
    place: str,
    years: Sequence[int],
    total: np.ndarray[tuple[int, ...], np.dtype[np.int64]],
) -> tuple[InsideCount, ...]:
    """Count inside both boundaries: four of five on the ground that remains, before and after alike."""
    found = []
    for at, year in enumerate(years):
        assaults = int(total[2 * at, 0] + total[2 * at + 1, 0])
        first = int(rng.binomial(assaults, 0.7))
        found.append(InsideCount(place, "misshandel-utomhus", year, first, int(rng.binomial(first, 0.8))))
    return tuple(found)
