"""The answers of the scan statistics, and how clusters are chosen among the best of each centre."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from samsyn.analysis._scan_zones import SAME, Best, Floats, Ints, Model, Windows, Zones
from samsyn.analysis.results import Interval, Result

Side = Literal["high", "low", "both"]


@dataclass(frozen=True, slots=True)
class ScanCluster(Result):
    """One zone, in one period, that stands out.

    Parameters
    ----------
    places : tuple of int
        Positions in ``x`` and ``y``, nearest the centre first.
    centre : int
    radius : float [unit of x and y]
        Distance to the place furthest out; 0 for one place.
    first_day, last_day : int or None
        Both included; None in a scan of places only.
    cases : int [cases]
    expected : float [cases]
    ratio : float [1]
        cases / expected.
    llr : float [1]
        Log likelihood ratio against the same risk everywhere.
    p : float in (0, 1]
        (replications whose largest ratio is at least as large + 1) / (replications + 1).
    recurrence_days : float or None [days]
        In a prospective scan made every day: chance gives as much once in so many days.
    """

    places: tuple[int, ...]
    centre: int
    radius: float
    first_day: int | None
    last_day: int | None
    cases: int
    expected: float
    ratio: float
    llr: float
    p: float
    recurrence_days: float | None
    direction: Literal["high", "low"]


@dataclass(frozen=True, slots=True)
class Scan(Result):
    """The clusters that do not overlap, the most likely first.

    Parameters
    ----------
    clusters : tuple of ScanCluster
        Empty where no zone goes the way that was asked for.
    statistic : float [1]
        Log likelihood ratio of the most likely cluster.
    ratio : float or None [1]
        Its cases / expected.
    p : float in (0, 1]
        Of the most likely cluster; it holds for all zones and windows together.
    by_chance : Interval [1]
        Where the statistic lies in 95 per cent of the replications.
    n : int [cases]
    places, days, zones : int
    """

    clusters: tuple[ScanCluster, ...]
    statistic: float
    ratio: float | None
    p: float
    by_chance: Interval
    n: int
    places: int
    days: int
    zones: int
    replications: int
    method: str
    sidedness: str
    caveats: tuple[str, ...] = ("chosen_afterwards",)


def answer_of(
    found: Best, maxima: Floats, zones: Zones, counted: Ints, bases: Floats, windows: Windows, model: Model,
    x: Floats, y: Floats, *, first: int | None, recurrence: bool, most: int, days: int, method: str,
    direction: Side,
) -> Scan:  # fmt: skip
    """Return the best cylinder of each centre, without those that share a place with a better one.

    Source: see `samsyn.analysis.scan`.
    """
    clusters: list[ScanCluster] = []
    taken = np.zeros(x.size, bool)
    # Of zones with the same cases the smallest tells most: places without cases add nothing.
    for centre in np.lexsort((found[1], -np.round(found[0], 9))):
        llr = float(found[0][centre])
        if llr <= 0 or len(clusters) == most:
            break
        inside = zones.places(int(centre), int(found[1][centre]))
        if taken[inside].any():
            continue
        taken[inside] = True
        w = int(found[2][centre])
        begin, end = int(windows.begins[w]), int(windows.ends[w])
        c = int((counted[inside, end] - counted[inside, begin]).sum())
        mu = float((bases[inside, end] - bases[inside, begin]).sum()) * model.cases / model.total
        p = (int(np.count_nonzero(maxima >= llr - SAME)) + 1) / (maxima.size + 1)
        far = inside[-1]
        clusters.append(
            ScanCluster(
                places=tuple(int(one) for one in inside),
                centre=int(centre),
                radius=math.hypot(x[far] - x[centre], y[far] - y[centre]),
                first_day=None if first is None else first + begin,
                last_day=None if first is None else first + end - 1,
                cases=c,
                expected=mu,
                ratio=c / mu,
                llr=llr,
                p=p,
                recurrence_days=1 / p if recurrence else None,
                direction="high" if c > mu else "low",
            )
        )
    limit = float(np.quantile(maxima, 0.95, method="higher"))
    return Scan(
        clusters=tuple(clusters),
        statistic=clusters[0].llr if clusters else 0.0,
        ratio=clusters[0].ratio if clusters else None,
        p=clusters[0].p if clusters else 1.0,
        by_chance=Interval(0.0, limit, 0.95),
        n=model.cases,
        places=x.size,
        days=days,
        zones=int(zones.order.size),
        replications=int(maxima.size),
        method=method,
        sidedness={"high": "upper", "low": "lower", "both": "either_direction"}[direction],
    )
