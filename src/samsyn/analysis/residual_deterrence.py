"""How long should a visit last? The Koper curve: quiet after a visit by its length, and where it turns."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from samsyn.analysis.errors import (
    FollowsTheWork,
    NoExposure,
    NoSolution,
    NothingVaries,
    SeriesDiffer,
    SettingOutOfRange,
    TooFewEvents,
)
from samsyn.analysis.rates import as_level
from samsyn.analysis.results import Interval, Result

FEWEST_EVENTS = 50
FEWEST_LENGTHS = 4

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class KoperCurve(Result):
    """The hazard of the first event after a visit, falling with its length up to a knot.

    Parameters
    ----------
    estimate : float [minutes]
        The knot: longer visits give no more.
    interval : Interval [minutes]
        By profile likelihood, among the lengths between the shortest and the longest but one.
    hazard_ratio : float [1]
        Hazard at the knot relative to the shortest visit.
    hazard_ratio_interval : Interval [1]
        With the knot held at its estimate: somewhat too short.
    slope : float [1 per minute]
        Of the log hazard before the knot; below zero: longer is quieter.
    p : float in [0, 1]
        That the length does not matter, by dealing the lengths out anew.
    events : int [events]
    n : int [visits]
    """

    estimate: float
    interval: Interval
    hazard_ratio: float
    hazard_ratio_interval: Interval
    slope: float
    p: float
    events: int
    n: int
    unit: str = "minutes"
    sidedness: str = "two_sided"
    method: str = "piecewise_exponential_knot"
    caveats: tuple[str, ...] = ()


def residual_deterrence(
    stays: Sequence[float],
    waits: Sequence[float],
    observed: Sequence[bool],
    *,
    step: float = 0.25,
    replications: int = 199,
    level: float = 0.95,
    detection_driven: bool = False,
    rng: int | np.random.Generator = 0,
) -> KoperCurve:
    """Return at which length of stay more minutes stop giving a longer quiet after a patrol visit.

    Use for visits whose lengths differ for other reasons than what happened there. Not for visits that were
    prolonged because of an event, and not for offences that the police discover themselves. The log hazard
    is a line up to the knot and level after it; the wait is exponential given the length. From 50 events;
    below some 1 000 the interval of the knot often spans most of the lengths.

    Parameters
    ----------
    stays : sequence of float, shape (visits,) [minutes]
        How long the patrol stayed.
    waits : sequence of float, shape (visits,) [minutes]
        From its departure to the first event, or to the end of watching.
    observed : sequence of bool, shape (visits,)
        Whether there was an event; false where the watching ended first.
    step : float [minutes]
        Between the knots that are tried.
    replications : int, from 19
        Of dealing out the lengths anew.
    level : float in (0, 1) [1]
    detection_driven : bool
        Whether the events are found by the patrol's own work: refused.
    rng : int or numpy Generator

    Returns
    -------
    KoperCurve

    Raises
    ------
    SeriesDiffer, NoExposure, SettingOutOfRange
        The lists or the settings cannot be used.
    TooFewEvents
        Fewer than 50 events.
    NothingVaries
        Fewer than 4 different lengths.
    FollowsTheWork
        The events are detection-driven.
    NoSolution
        The likelihood has no highest point.

    Source
    ------
    Koper (1995), Justice Quarterly 12:649–672, doi:10.1080/07418829500096231, for the question; the knot by
    profile likelihood of a piecewise exponential hazard; Phipson & Smyth (2010) for p.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> stays = rng.integers(1, 11, size=4000) * 2.0
    >>> waits = rng.exponential(30 * np.exp(0.06 * np.minimum(stays, 14)))
    >>> found = residual_deterrence(stays, waits, np.ones(4000, bool), replications=19)
    >>> found.interval.contains(14), found.p
    (True, 0.05)
    """
    level = as_level(level)
    if detection_driven:
        raise FollowsTheWork(method="residual_deterrence")
    lengths, wait, happened = _series(stays, waits, observed)
    if replications < 19:
        raise SettingOutOfRange(name="replications", value=replications, wanted="from 19")
    events = int(happened.sum())
    if events < FEWEST_EVENTS:
        raise TooFewEvents(found=events, wanted=FEWEST_EVENTS, where="first events after visits")
    unique, where = np.unique(lengths, return_inverse=True)
    if len(unique) < FEWEST_LENGTHS:
        raise NothingVaries(where=f"lengths of stay: {len(unique)} different, {FEWEST_LENGTHS} needed")
    # A knot beyond the last length but one is a straight line: nothing after it would tell.
    span = float(unique[-2] - unique[1])
    if not (math.isfinite(step) and 0 < step <= span):
        raise SettingOutOfRange(name="step", value=step, wanted=f"above 0, at most {span}")
    knots = unique[1] + np.arange(math.floor(span / step + 1e-9) + 1) * step
    bends = np.minimum(unique[None, :], knots[:, None])

    def profile(order: NDArray[np.intp]) -> tuple[Numbers, Numbers, Numbers]:
        dead: Numbers = np.bincount(order, weights=happened, minlength=len(unique)).astype(float)
        time: Numbers = np.bincount(order, weights=wait, minlength=len(unique)).astype(float)
        return _profile(bends, dead, time)

    likelihood, slopes, errors = profile(where)
    best = int(np.argmax(likelihood))
    drop = float(special.chdtri(1, 1 - level)) / 2
    kept = knots[likelihood >= likelihood[best] - drop]
    generator = np.random.default_rng(rng)
    hits = sum(
        float(np.max(profile(generator.permutation(where))[0])) >= likelihood[best] - 1e-9
        for _ in range(replications)
    )
    reach = -float(special.ndtri((1 - level) / 2)) * float(errors[best])
    knot, slope = float(knots[best]), float(slopes[best])
    distance = knot - float(unique[0])
    edge = kept[0] <= knots[0] or kept[-1] >= knots[-1]
    return KoperCurve(
        estimate=knot,
        interval=Interval(float(kept[0]), float(kept[-1]), level),
        hazard_ratio=math.exp(slope * distance),
        hazard_ratio_interval=Interval(
            math.exp((slope - reach) * distance), math.exp((slope + reach) * distance), level
        ),
        slope=slope,
        p=(int(hits) + 1) / (replications + 1),
        events=events,
        n=len(lengths),
        caveats=("knot_uncertain",) if edge else (),
    )


def _series(
    stays: Sequence[float], waits: Sequence[float], observed: Sequence[bool]
) -> tuple[Numbers, Numbers, Numbers]:
    lengths, wait = np.asarray(stays, dtype=float), np.asarray(waits, dtype=float)
    happened = np.asarray(observed, dtype=float)
    if lengths.ndim != 1 or lengths.shape != wait.shape or wait.shape != happened.shape:
        raise SeriesDiffer(
            found=f"{lengths.shape}, {wait.shape}, {happened.shape}", wanted="equally long lists"
        )
    for name, values in (("stays", lengths), ("waits", wait)):
        bad = ~np.isfinite(values) | (values <= 0)
        if np.any(bad):
            raise NoExposure(value=float(values[bad][0]), where=name)
    if np.any((happened != 0) & (happened != 1)):
        raise SeriesDiffer(found="observed", wanted="true or false")
    return lengths, wait, happened


def _profile(bends: Numbers, dead: Numbers, time: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Return log likelihood, slope and its error for every knot, by Newton steps on all of them at once.

    With the level of the hazard profiled out, the likelihood in the slope is concave.
    """
    middle = bends @ dead / dead.sum()
    centred = bends - middle[:, None]
    slope = np.zeros(len(bends))
    total = dead.sum()
    for _ in range(60):
        weight = time * np.exp(slope[:, None] * centred)
        mass = weight.sum(axis=1)
        mean = (weight * centred).sum(axis=1) / mass
        spread = (weight * centred**2).sum(axis=1) / mass - mean**2
        move = np.clip(-mean / np.maximum(spread, 1e-12), -1.0, 1.0)
        slope = slope + move
        if np.max(np.abs(move)) < 1e-10:
            break
    else:
        raise NoSolution(where="residual_deterrence")
    likelihood = -total * np.log((time * np.exp(slope[:, None] * centred)).sum(axis=1))
    return likelihood, slope, 1 / np.sqrt(total * np.maximum(spread, 1e-300))
