"""The figures of the invented county: expected numbers, noise around them, and rows of the value contract.

Half-years are drawn and years are their sums, so both data sets tell the same story. The noise is negative
binomial with a variance twice the mean, as in real neighbourhoods; the under-18s and the victims' sex are
drawn out of the totals, so every part adds up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from samsyn.demo.ground import SCHEME, VINTAGE, Grannskap
from samsyn.demo.parts import DemoDataset
from samsyn.demo.plants import Effect
from samsyn.store.schema import (
    COLUMNS,
    DATE_COLUMNS,
    DTYPES,
    MEAN_CODE,
    TEXT_COLUMNS,
    AreaRef,
    AreaRole,
    DatasetMeta,
    OffenceType,
    SeriesDefinition,
    StatisticKind,
    Unit,
)

#: Variance over mean of every count.
OVERDISPERSION = 2.0

_VICTIM = OffenceType.VICTIM_REPORTED

SERIES: tuple[SeriesDefinition, ...] = (
    SeriesDefinition(
        "misshandel-utomhus",
        "Misshandel utomhus",
        "Anmäld misshandel utomhus, delad efter den utsattas kön och ålder.",
        offence_type=_VICTIM,
        person_based=True,
    ),
    SeriesDefinition("stold", "Stöld", "Anmälda stölder utomhus och i butik.", offence_type=_VICTIM),
    SeriesDefinition("ran", "Rån", "Anmälda personrån utomhus.", offence_type=_VICTIM),
    SeriesDefinition(
        "skadegorelse", "Skadegörelse", "Anmäld skadegörelse och klotter.", offence_type=_VICTIM
    ),
    SeriesDefinition(
        "narkotikabrott",
        "Narkotikabrott",
        "Anmälda narkotikabrott, alla slag. Raden under 18 år är en del av totalen och delas i flickor och "
        "pojkar.",
        offence_type=OffenceType.DETECTION_DRIVEN,
        person_based=True,
    ),
    SeriesDefinition(
        "vald-mot-tjansteman",
        "Våld mot tjänsteman",
        "Anmält våld mot tjänsteman. Fler tjänstemän på platsen ger fler händelser.",
        offence_type=_VICTIM,
        presence_sensitive=True,
    ),
    SeriesDefinition(
        "brak",
        "Bråk (händelserapporter)",
        "Polisens händelserapporter om bråk. Larm och händelser, inte brott.",
        kind=StatisticKind.INCIDENT_REPORT,
        offence_type=OffenceType.NONE,
    ),
)
_SLUGS = tuple(one.slug for one in SERIES)

# Per series: at a scene of middling size a year, per 1 000 residents elsewhere, trend a year, share of the
# second half-year, how much of it is left in the pandemic.
_LEVELS = {
    "misshandel-utomhus": (38.0, 2.2, -0.015, 0.53, 0.85),
    "stold": (150.0, 11.0, -0.020, 0.52, 0.75),
    "ran": (14.0, 0.6, 0.000, 0.52, 0.85),
    "skadegorelse": (55.0, 6.0, -0.010, 0.49, 0.95),
    "narkotikabrott": (70.0, 2.5, 0.010, 0.51, 1.05),
    "vald-mot-tjansteman": (16.0, 0.5, 0.005, 0.52, 0.95),
    "brak": (85.0, 7.0, -0.005, 0.54, 0.85),
}
_VICTIMS = (("men", "", 0.58), ("women", "", 0.27), ("boys", "<18", 0.09), ("girls", "<18", 0.06))
_YOUNG = ("<18", "18-64", "65+")

PANDEMIC = (date(2020, 3, 1), date(2021, 10, 1))
REORGANISATION = (date(2018, 1, 1), date(2020, 1, 1))
_REORGANISATION_LEFT = 0.85


@dataclass(frozen=True, slots=True)
class Counts:
    """Drawn numbers; arrays are [area, half-year, series] or [area, half-year, part]."""

    halves: tuple[tuple[date, date], ...]
    expected: NDArray[np.float64]
    total: NDArray[np.int64]
    victims: NDArray[np.int64]
    young: NDArray[np.int64]
    girls: NDArray[np.int64]


def base_levels(
    rng: np.random.Generator,
    grannskap: Sequence[Grannskap],
    residents: NDArray[np.float64],
    size: dict[str, float],
) -> NDArray[np.float64]:
    """Return the expected number a year of each area and series; ``size`` is 1 for a middling scene."""
    scene = np.array([size.get(area.code, 0.0) for area in grannskap])
    at_scene = np.array([_LEVELS[slug][0] for slug in _SLUGS])
    elsewhere = np.array([_LEVELS[slug][1] for slug in _SLUGS])
    crooked = np.exp(rng.normal(0, 0.25, size=(len(grannskap), len(_SLUGS))))
    levels: NDArray[np.float64] = (
        np.outer(residents / 1_000, elsewhere) + np.outer(scene, at_scene)
    ) * crooked
    return levels


def half_years(years: Sequence[int]) -> tuple[tuple[date, date], ...]:
    """Return the half-years of the years, as half-open spans."""
    return tuple(
        span
        for year in years
        for span in ((date(year, 1, 1), date(year, 7, 1)), (date(year, 7, 1), date(year + 1, 1, 1)))
    )


def draw_counts(
    rng: np.random.Generator,
    codes: Sequence[str],
    levels: NDArray[np.float64],
    young_share: NDArray[np.float64],
    years: Sequence[int],
    planted: Sequence[Effect],
) -> Counts:
    """Return drawn counts of every area, half-year and series.

    Use for the demonstration. Not as a general simulator: trend and season are fixed here.

    Parameters
    ----------
    rng : Generator
    codes : sequence of str, shape (areas,)
    levels : array, shape (areas, series) [a year]
    young_share : array, shape (areas,)
        Share of drug offences where the suspect is under 18.
    years : sequence of int
    planted : sequence of Effect

    Returns
    -------
    Counts

    Raises
    ------
    ValueError
        An effect names an area that is not there.
    """
    halves = half_years(years)
    common = np.array([[_common(slug, first, end, years[0]) for slug in _SLUGS] for first, end in halves])
    expected = levels[:, None, :] * common[None]
    for effect in planted:
        at, series = list(codes).index(effect.area), _SLUGS.index(effect.series)
        for number, (first, end) in enumerate(halves):
            if first >= effect.first and (effect.end is None or end <= effect.end):
                expected[at, number, series] *= effect.factor
    # With this parametrisation the variance is the mean times OVERDISPERSION, whatever the mean.
    total = rng.negative_binomial(expected / (OVERDISPERSION - 1), 1 / OVERDISPERSION)
    victims = rng.multinomial(total[:, :, _SLUGS.index("misshandel-utomhus")], [p for *_, p in _VICTIMS])
    young = rng.binomial(total[:, :, _SLUGS.index("narkotikabrott")], young_share[:, None])
    return Counts(halves, expected, total, victims, young, rng.binomial(young, 0.2))


def _common(slug: str, first: date, end: date, start_year: int) -> float:
    """Return what all areas share: half a year of trend, season, reorganisation and pandemic."""
    _, _, trend, second_half, left = _LEVELS[slug]
    share = second_half if first.month == 7 else 1 - second_half
    level = float(np.exp(trend * (first.year - start_year + (0.5 if first.month == 7 else 0.0))))
    days = (min(end, PANDEMIC[1]) - max(first, PANDEMIC[0])).days
    level *= 1 + (left - 1) * max(0, days) / (end - first).days
    if slug == "narkotikabrott" and REORGANISATION[0] <= first < REORGANISATION[1]:
        level *= _REORGANISATION_LEFT
    return share * level


def offence_datasets(grannskap: Sequence[Grannskap], counts: Counts) -> tuple[DemoDataset, DemoDataset]:
    """Return the yearly and the half-yearly data set; the yearly one has the mean of all areas too."""
    yearly = [(counts.halves[at][0], counts.halves[at + 1][1]) for at in range(0, len(counts.halves), 2)]
    summed = [_pairs(part) for part in (counts.total, counts.victims, counts.young, counts.girls)]
    years = Counts(tuple(yearly), counts.expected, *summed)
    return (
        _offences(
            "exempelstad-brott", "Anmälda brott och händelser per år", grannskap, years, with_mean=True
        ),
        _offences(
            "exempelstad-halvar", "Anmälda brott och händelser per halvår", grannskap, counts, with_mean=False
        ),
    )


def _pairs(halves: NDArray[np.int64]) -> NDArray[np.int64]:
    summed: NDArray[np.int64] = halves[:, 0::2] + halves[:, 1::2]
    return summed


def _offences(
    slug: str, title: str, grannskap: Sequence[Grannskap], counts: Counts, *, with_mean: bool
) -> DemoDataset:
    parts = [(series, "", "", counts.total[:, :, at]) for at, series in enumerate(_SLUGS)]
    parts += [
        ("misshandel-utomhus", sex, age, counts.victims[:, :, at])
        for at, (sex, age, _) in enumerate(_VICTIMS)
    ]
    parts += [
        ("narkotikabrott", "", "<18", counts.young),
        ("narkotikabrott", "girls", "<18", counts.girls),
        ("narkotikabrott", "boys", "<18", counts.young - counts.girls),
    ]
    last_year = counts.halves[-1][0].year
    status = ["preliminary" if first.year == last_year else "actual" for first, _ in counts.halves]
    frames = [
        _block(slug, series, sex, age, values, [(a.code, a.name) for a in grannskap], counts.halves, status)
        for series, sex, age, values in parts
    ]
    areas = [AreaRef(SCHEME, a.code, VINTAGE, a.name, area_ha=round(a.area_ha, 2)) for a in grannskap]
    if with_mean:
        name = "Genomsnitt samtliga grannskap"
        areas.append(
            AreaRef(SCHEME, MEAN_CODE, VINTAGE, name, AreaRole.MEAN, n_areas=len(grannskap), rounded_to=1.0)
        )
        rounded = ["rounded"] * len(counts.halves)
        for at, series in enumerate(_SLUGS):
            mean = np.floor(counts.total[:, :, at].mean(axis=0, keepdims=True) + 0.5)
            frames.append(_block(slug, series, "", "", mean, [(MEAN_CODE, name)], counts.halves, rounded))
    return _dataset(slug, title, StatisticKind.REPORTED_OFFENCE, SERIES, tuple(areas), frames)


def draw_residents(
    rng: np.random.Generator, grannskap: Sequence[Grannskap], years: Sequence[int]
) -> NDArray[np.int64]:
    """Return residents [area, year, part]; parts are girls and boys under 18, then women and men by age."""
    urban = np.array([area.urban for area in grannskap])
    start = np.where(urban, rng.uniform(900, 3_600, len(urban)), rng.uniform(150, 900, len(urban)))
    growth = rng.normal(0.008, 0.010, len(urban))
    totals = start[:, None] * np.exp(growth[:, None] * np.arange(len(years)))
    shares = rng.dirichlet([20.0, 21.0, 61.0, 62.0, 21.0, 18.0], len(urban))
    drift = 1 + rng.normal(0, 0.004, size=(len(urban), len(years), 6))
    return np.rint(totals[:, :, None] * shares[:, None, :] * drift).astype(np.int64)


def resident_dataset(
    grannskap: Sequence[Grannskap], residents: NDArray[np.int64], years: Sequence[int]
) -> DemoDataset:
    """Return residents on the last of December of each year, in all, by age, and by age and sex."""
    slug, spans = "exempelstad-boende", [(date(year, 1, 1), date(year + 1, 1, 1)) for year in years]
    codes = [(area.code, area.name) for area in grannskap]
    status = ["actual"] * len(spans)
    divided = [(residents.sum(axis=2), "", "")]
    for at, age in enumerate(_YOUNG):
        sexes = ("girls", "boys") if age == "<18" else ("women", "men")
        pair = residents[:, :, 2 * at : 2 * at + 2]
        divided += [
            (pair.sum(axis=2), "", age),
            (pair[:, :, 0], sexes[0], age),
            (pair[:, :, 1], sexes[1], age),
        ]
    frames = [_block(slug, "boende", sex, age, values, codes, spans, status) for values, sex, age in divided]
    definition = SeriesDefinition(
        "boende",
        "Boende",
        "Folkbokförda den sista december, efter ålder och kön.",
        unit=Unit.PERSONS,
        kind=StatisticKind.RESIDENTS,
    )
    areas = tuple(AreaRef(SCHEME, a.code, VINTAGE, a.name, area_ha=round(a.area_ha, 2)) for a in grannskap)
    return _dataset(slug, "Boende per grannskap", StatisticKind.RESIDENTS, (definition,), areas, frames)


def _block(
    dataset: str,
    series: str,
    sex: str,
    age_group: str,
    values: NDArray[np.int64] | NDArray[np.float64],
    areas: Sequence[tuple[str, str]],
    spans: Sequence[tuple[date, date]],
    status: Sequence[str],
) -> pd.DataFrame:
    """Return the rows of one series and division: every area, every span."""
    count = len(areas) * len(spans)
    return pd.DataFrame(
        {
            "series": [series] * count,
            "code": np.repeat([code for code, _ in areas], len(spans)),
            "area_name": np.repeat([name for _, name in areas], len(spans)),
            "period_start": np.tile(np.array([first for first, _ in spans], dtype=object), len(areas)),
            "period_end": np.tile(np.array([end for _, end in spans], dtype=object), len(areas)),
            "value": values.ravel().astype(float),
            "status": np.tile(np.array(list(status)), len(areas)),
            "sex": [sex] * count,
            "age_group": [age_group] * count,
            "dataset": [dataset] * count,
        }
    )


def _dataset(
    slug: str,
    title: str,
    kind: StatisticKind,
    series: tuple[SeriesDefinition, ...],
    areas: tuple[AreaRef, ...],
    frames: Sequence[pd.DataFrame],
) -> DemoDataset:
    frame = pd.concat(frames, ignore_index=True)
    frame["scheme"], frame["vintage"], frame["version"] = SCHEME, VINTAGE, 0
    frame["source_row"] = np.arange(2, len(frame) + 2)
    frame["raw"] = [str(int(value)) for value in frame["value"]]
    for name in COLUMNS:
        if name not in frame:
            frame[name] = "" if name in TEXT_COLUMNS else pd.NA
    frame = frame[list(COLUMNS)].astype(
        {name: kind for name, kind in DTYPES.items() if name not in DATE_COLUMNS}
    )
    printed = (
        "series",
        "code",
        "area_name",
        "period_start",
        "period_end",
        "sex",
        "age_group",
        "status",
        "raw",
    )
    lines = [",".join(map(str, row)) for row in zip(*(frame[name].tolist() for name in printed), strict=True)]
    return DemoDataset(
        DatasetMeta(
            slug=slug,
            title=f"{title}, Exempellän (påhittade siffror)",
            publisher="Samsyn, simulerat län",
            reference="Påhittade siffror med planterade effekter; se sanningstabellen",
            licence="EUPL-1.2",
            kind=kind,
            dash_means="zero",
            notes="Länet finns inte. Siffrorna är slumpade ur kända förväntade tal.",
        ),
        series,
        areas,
        frame,
        "\n".join([",".join(printed), *lines, ""]).encode(),
        f"{slug}.csv",
        {"vintage": VINTAGE},
    )
