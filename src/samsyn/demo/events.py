"""Events of the invented county hour by hour: planted changes in the last weeks, quiet everywhere else.

The levels are those of the published tables of the same county, so both tell the same story. What is planted
stands in `DemoEvents.truth`; a test finds it and finds the other weeks quiet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from samsyn.demo.city import City
from samsyn.domain.events import IncidentGroup, OffenceGroup

#: Mondays; the last day with events is the Sunday before ``LAST``.
FIRST, LAST = date(2023, 1, 2), date(2026, 11, 16)

#: Series of the published tables, the word in the file and the kind it is mapped to.
KINDS: Mapping[str, tuple[str, str]] = {
    "misshandel-utomhus": ("Misshandel utomhus", OffenceGroup.ASSAULT.value),
    "stold": ("Stöld", OffenceGroup.THEFT.value),
    "ran": ("Rån", OffenceGroup.ROBBERY.value),
    "skadegorelse": ("Skadegörelse", OffenceGroup.VANDALISM.value),
    "narkotikabrott": ("Narkotikabrott", OffenceGroup.DRUG_OFFENCE.value),
    "vald-mot-tjansteman": ("Våld mot tjänsteman", OffenceGroup.VIOLENCE_AGAINST_OFFICIAL.value),
    "brak": ("Bråk", IncidentGroup.BRAWL.value),
}
#: Variance over mean of a week's events of one kind at a place.
OVERDISPERSION = 1.4

# Share of the day's events in each hour, and of the week's on each weekday; only their shapes matter.
_EVENING = (5, 4, 3, 2, 1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 6, 7, 8, 9, 10, 10, 10, 9, 7)
_NIGHT = (10, 9, 7, 4, 2, 1, 1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 6, 7, 8, 9, 10, 11, 11)
_DAYTIME = (1, 1, 1, 1, 1, 1, 2, 3, 4, 6, 8, 9, 10, 10, 10, 10, 10, 10, 9, 7, 5, 3, 2, 1)
_SHIFT = (3, 2, 1, 1, 1, 1, 1, 1, 2, 3, 5, 6, 6, 7, 9, 10, 9, 8, 9, 10, 10, 9, 8, 5)
_FLAT_WEEK, _WEEKEND = (1, 1, 1, 1, 1.1, 1.1, 0.9), (0.8, 0.8, 0.9, 1.0, 1.6, 1.8, 1.0)
_RHYTHM: Mapping[str, tuple[Sequence[float], Sequence[float], float, float]] = {
    # hours, weekdays, size of the yearly wave, week of its top
    "misshandel-utomhus": (_NIGHT, _WEEKEND, 0.25, 28.0),
    "stold": (_DAYTIME, _FLAT_WEEK, 0.10, 48.0),
    "ran": (_EVENING, _FLAT_WEEK, 0.15, 44.0),
    "skadegorelse": (_NIGHT, _WEEKEND, 0.20, 20.0),
    "narkotikabrott": (_SHIFT, _FLAT_WEEK, 0.20, 26.0),
    "vald-mot-tjansteman": (_NIGHT, _WEEKEND, 0.10, 28.0),
    "brak": (_NIGHT, _WEEKEND, 0.30, 28.0),
}


@dataclass(frozen=True, slots=True)
class PlantedChange:
    """One planted change: expected numbers are multiplied by ``factor`` in some weeks, days and hours.

    ``hours`` is the first hour and the hour after the last, ``weekdays`` has 0 for Monday; empty is all.
    """

    place: str
    series: str
    first: date
    end: date
    factor: float
    weekdays: tuple[int, ...] = ()
    hours: tuple[int, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class DemoEvents:
    """A file of events as an owner would hand it over, and the truth about it."""

    slug: str
    file_name: str
    frame: pd.DataFrame
    truth: tuple[PlantedChange, ...]

    def source(self) -> bytes:
        """Return the file: Parquet, with local times."""
        return self.frame.to_parquet(index=False)


def plan_changes(city: City) -> tuple[PlantedChange, ...]:
    """Return what is planted: five places where nothing else happens, the last weeks of the file."""
    calm = [row.place for row in city.truth if row.planted == "nothing"]
    # What is planted must show against the noise: of the quiet places, those with the most of each kind.
    levels, chosen = _levels(city), list[str]()
    for series in ("misshandel-utomhus", "narkotikabrott", "skadegorelse", "brak", "stold"):
        left = [place for place in calm if place not in chosen]
        if not left:
            raise ValueError("too few quiet places to plant in")
        chosen.append(max(left, key=lambda place: levels[city.grannskap_of[place], series]))
    assault, drugs, graffiti, brawl, theft = chosen
    week, month = LAST - timedelta(days=7), LAST - timedelta(days=28)
    return (
        PlantedChange(
            assault, "misshandel-utomhus", week, LAST, 40.0, (4, 5, 6), (18, 24),
            "Misshandeln ökar fredag till söndag kväll.",
        ),
        PlantedChange(
            drugs, "narkotikabrott", LAST - timedelta(days=56), LAST, 0.05,
            note="Polisens arbete mot narkotika upphör nästan; handeln är oförändrad.",
        ),
        PlantedChange(graffiti, "skadegorelse", week, LAST, 12.0, note="En våg av klotter."),
        PlantedChange(brawl, "brak", month, LAST, 4.0, note="Bråken ökar i fyra veckor."),
        PlantedChange(
            theft, "stold", week, LAST, 15.0, (0, 1, 2, 3), (6, 12), "Stölderna på förmiddagen ökar."
        ),
    )  # fmt: skip


def draw_events(city: City, *, seed: int = 11) -> DemoEvents:
    """Return the events of the county's scenes.

    Use for the demonstration and for tests that need a known truth. Not as evidence of anything.

    Parameters
    ----------
    city : City
    seed : int

    Returns
    -------
    DemoEvents
        One row for each event: kind in words, local start and end, easting and northing in SWEREF 99 TM
        [m], and a count of 1, or −1 for a report that was withdrawn.

    Raises
    ------
    ValueError
        The county has too few quiet places to plant in.

    Source
    ------
    Overdispersion within the range of weekly neighbourhood counts; levels from the county's own tables.

    Examples
    --------
    >>> from samsyn.demo.city import build_city
    >>> drawn = draw_events(build_city(7))
    >>> list(drawn.frame.columns)
    ['typ', 'fran', 'till', 'ost', 'nord', 'antal']
    """
    rng = np.random.default_rng([seed, city.seed])
    truth = plan_changes(city)
    weeks = (LAST - FIRST).days // 7
    levels = _levels(city)
    parts = []
    for place in city.places:
        if place.status in ("ceased", "merged"):
            continue
        spots = shapely.get_coordinates([shapely.from_wkb(one.wkb) for one in place.sub_places])
        outline = shapely.from_wkb(place.boundaries[-1].wkb)
        for series in KINDS:
            changes = [one for one in truth if (one.place, one.series) == (place.slug, series)]
            hours = _draw_hours(rng, series, levels[city.grannskap_of[place.slug], series], weeks, changes)
            parts.append(_rows(rng, series, hours, spots, outline))
    frame = pd.concat(parts, ignore_index=True).sort_values("fran", kind="stable", ignore_index=True)
    frame = pd.concat([frame, _withdrawn(rng, frame)], ignore_index=True)
    return DemoEvents("exempelstad-handelser", "handelser-exempelstad.parquet", frame, truth)


def _levels(city: City) -> dict[tuple[str, str], float]:
    """Return the yearly number of each area and series: the mean of the last three published years."""
    frame = city.dataset("exempelstad-brott").frame
    late = frame[
        (frame["sex"] == "") & (frame["age_group"] == "")
        & (frame["period_start"] >= date(city.years[-1] - 2, 1, 1))
    ]  # fmt: skip
    means = late.groupby(["code", "series"], as_index=False)["value"].mean()
    return {
        (str(code), str(series)): float(value)
        for code, series, value in zip(means["code"], means["series"], means["value"], strict=True)
    }


def _draw_hours(
    rng: np.random.Generator, series: str, level: float, weeks: int, changes: Sequence[PlantedChange]
) -> NDArray[np.int64]:
    """Return the hour of each event, counted from the first."""
    hours, weekdays, wave, top = _RHYTHM[series]
    profile = np.outer(np.array(weekdays) / sum(weekdays), np.array(hours) / sum(hours)).ravel()
    turn = 2 * np.pi * (np.arange(weeks) - top) / (365.25 / 7)
    expected = level / (365.25 / 7) * (1 + wave * np.cos(turn))
    # A gamma multiplier a week makes the week's variance OVERDISPERSION times its mean.
    shape = np.maximum(expected, 0.05) / (OVERDISPERSION - 1)
    uneven = expected * rng.gamma(shape, 1 / shape)
    if not changes:
        week = np.repeat(np.arange(weeks), rng.poisson(uneven))
        return np.asarray(week * 168 + rng.choice(168, size=len(week), p=profile))
    # Where something is planted the week's own luck is left out, or it could hide what the truth tells.
    rates, calm = uneven[:, None] * profile[None], expected[:, None] * profile[None]
    for change in changes:
        touched = np.zeros((weeks, 7, 24), dtype=bool)
        span = slice((change.first - FIRST).days // 7, (change.end - FIRST).days // 7)
        first, after = change.hours or (0, 24)
        touched[span, list(change.weekdays or range(7)), first:after] = True
        rates = np.where(touched.reshape(weeks, 168), calm * change.factor, rates)
    drawn = rng.poisson(rates).ravel()
    return np.repeat(np.arange(len(drawn)), drawn)


def _rows(
    rng: np.random.Generator,
    series: str,
    hours: NDArray[np.int64],
    spots: NDArray[np.float64],
    outline: shapely.Geometry,
) -> pd.DataFrame:
    n = len(hours)
    start = np.datetime64(FIRST, "m") + (hours * 60 + rng.integers(0, 60, n)).astype("timedelta64[m]")
    # Theft and vandalism are often found later: what is known is a span.
    late = rng.integers(30, 600, n) if series in ("stold", "skadegorelse") else np.zeros(n, dtype=np.int64)
    late = np.where(rng.uniform(size=n) < 0.4, late, 0)
    at = spots[rng.integers(0, len(spots), n)] + rng.normal(0, 18, (n, 2))
    inside = shapely.contains_xy(outline, at[:, 0], at[:, 1])
    at[~inside] = spots[0]
    return pd.DataFrame(
        {
            "typ": KINDS[series][0],
            "fran": start,
            "till": start + late.astype("timedelta64[m]"),
            "ost": np.round(at[:, 0]),
            "nord": np.round(at[:, 1]),
            "antal": 1,
        }
    )


def _withdrawn(rng: np.random.Generator, frame: pd.DataFrame) -> pd.DataFrame:
    """Return withdrawals of a few older reports: the same event once more with a count of −1."""
    old = frame[frame["fran"] < np.datetime64(date(LAST.year, 6, 1), "us")]
    taken = old.iloc[np.sort(rng.choice(len(old), size=len(old) // 400, replace=False))]
    return taken.assign(antal=-1)
