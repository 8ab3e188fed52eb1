"""How unevenly events lie over places, and how well a forecast of places catches them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from samsyn.analysis.errors import (
    NoExposure,
    NotACount,
    SeriesDiffer,
    SettingOutOfRange,
    TooFewAreas,
    TooFewEvents,
    WorkTooLarge,
)
from samsyn.analysis.rates import as_level
from samsyn.analysis.results import Interval, Result

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
_STEPS = 20
_MOST_DRAWS = 200_000_000


@dataclass(frozen=True, slots=True)
class AccuracyPoint(Result):
    """What a forecast has caught after one more step down its list.

    Parameters
    ----------
    places : int [places]
        Those forecast as at least this high.
    area_share, hit_rate, pai : float [1]
    pei : float in [0, 1] or None [1]
        Hits divided by the most that any choice of as much ground could hold; None before any is possible.
    """

    places: int
    area_share: float
    hit_rate: float
    pai: float
    pei: float | None


@dataclass(frozen=True, slots=True)
class PredictionAccuracy(Result):
    """How well the chosen places caught the events.

    Parameters
    ----------
    value : float [1]
        PAI: the hit rate divided by the share of the ground.
    interval : Interval [1]
        Of PAI: that of the hit rate, divided likewise.
    hit_rate, area_share : float in [0, 1] [1]
    hit_interval : Interval [1]
        Clopper–Pearson, as if events fell independently of each other.
    pei : float or None [1]
        As in `AccuracyPoint`.
    hits, n : int [events]
    places : int [places]
    curve : tuple of AccuracyPoint
        One for each level of the forecast; empty when the places were chosen by hand.
    """

    value: float
    interval: Interval
    hit_rate: float
    hit_interval: Interval
    area_share: float
    pei: float | None
    hits: int
    places: int
    n: int
    curve: tuple[AccuracyPoint, ...]
    method: str = "pai_pei"
    unit: str = "ratio"
    caveats: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LorenzPoint(Result):
    """The share of events in the places that have most, beside what chance gives.

    Parameters
    ----------
    places, events : float in [0, 1] [1]
    by_chance : Interval [1]
        Where ``events`` lies when the same number is dealt out at random.
    """

    places: float
    events: float
    by_chance: Interval


@dataclass(frozen=True, slots=True)
class Concentration(Result):
    """How unevenly events lie over places.

    Parameters
    ----------
    index : float in [0, 1] [1]
        Gini generalised to fewer events than places: 0 when no more even table is possible.
    gini : float in [0, 1) [1]
        The usual one, which is high by itself when most places must be empty.
    by_chance : Interval [1]
        Where ``index`` lies when the events are dealt out at random. It describes chance, not the
        uncertainty of the index: every event is counted.
    expected_index : float [1]
        Its mean under chance.
    p : float in (0, 1]
        Upper: (random tables at least as uneven + 1) / (tables + 1).
    half, eighty : float in (0, 1] [1]
        The smallest share of the places that holds at least half, and 80 %, of the events.
    half_by_chance : Interval [1]
    top_fifth : float in [0, 1] [1]
        Share of the events in the fifth of the places that has most; a part of a place counts in part.
    crossing : float in [0, 0.5] [1]
        The share of places x that holds 1 − x of the events: 0.2 is the 80–20 rule.
    lorenz : tuple of LorenzPoint
    places : int [places]
    n : int [events]
    """

    index: float
    gini: float
    by_chance: Interval
    expected_index: float
    p: float
    half: float
    half_by_chance: Interval
    eighty: float
    top_fifth: float
    crossing: float
    lorenz: tuple[LorenzPoint, ...]
    places: int
    n: int
    replications: int
    method: str = "generalised_gini"
    sidedness: str = "upper"
    caveats: tuple[str, ...] = ()


def _counts(given: Sequence[float], where: str) -> Ints:
    array = np.asarray(given)
    if array.ndim != 1:
        raise SeriesDiffer(found=array.shape, wanted="one list")
    if array.size and (array.dtype.kind not in "iuf" or not np.all(np.isfinite(array))):
        raise NotACount(value="a value that is not a number", where=where)
    if np.any(array < 0) or np.any(array != np.round(array)):
        raise NotACount(value=array[(array < 0) | (array != np.round(array))][0], where=where)
    return array.astype(np.int64)


def _exposures(given: Sequence[float] | None, wanted: int, where: str) -> Floats:
    array = np.ones(wanted) if given is None else np.asarray(given, dtype=np.float64)
    if array.shape != (wanted,):
        raise SeriesDiffer(found=array.shape, wanted=f"{wanted} {where}")
    if not np.all(np.isfinite(array)) or np.any(array <= 0):
        raise NoExposure(value="a value that is not above 0", where=where)
    return array


def prediction_accuracy(
    observed: Sequence[int],
    *,
    predicted: Sequence[float] | None = None,
    chosen: Sequence[bool] | None = None,
    areas: Sequence[float] | None = None,
    area_share: float = 0.1,
    level: float = 0.95,
) -> PredictionAccuracy:
    """Return how much better a forecast of places caught events than the same ground taken at random.

    Use with events from after the forecast was made. Not with the events it was made from, and not to compare
    forecasts that take different shares of the ground: PAI falls as it grows. The interval never covers
    too seldom for independent events.

    Parameters
    ----------
    observed : sequence of int, shape (places,) [events]
    predicted : sequence of float, shape (places,)
        Higher is more; the highest are chosen until ``area_share`` is reached, equal ones together.
    chosen : sequence of bool, shape (places,)
        The places themselves, instead of ``predicted``.
    areas : sequence of float, shape (places,) [hectares]
        Equal where they are left out.
    area_share : float in (0, 1] [1]
    level : float in (0, 1) [1]

    Returns
    -------
    PredictionAccuracy

    Raises
    ------
    SeriesDiffer
        The lists differ in length, or not exactly one of ``predicted`` and ``chosen`` is given.
    NotACount, NoExposure
        A count or an area cannot be used.
    TooFewEvents, TooFewAreas
        No event, or no place chosen.
    SettingOutOfRange
        A setting is outside its range.

    Source
    ------
    Chainey, Tompson & Uhlig (2008), Security Journal 21:4–28 (PAI); Hunt (2016), PEI. Most hits on as much
    ground allow a part of a place, so PEI is never too high where areas differ.

    Examples
    --------
    >>> answer = prediction_accuracy([20, 80], chosen=[True, False], areas=[1, 9])
    >>> answer.value, answer.hit_rate
    (2.0, 0.2)
    """
    as_level(level)
    if not 0 < area_share <= 1:
        raise SettingOutOfRange(name="area_share", value=area_share, wanted="above 0, at most 1")
    events = _counts(observed, "observed")
    ground = _exposures(areas, len(events), "areas")
    total, whole = int(events.sum()), float(ground.sum())
    if total == 0:
        raise TooFewEvents(found=0, wanted=1, where="observed")
    if (predicted is None) == (chosen is None):
        raise SeriesDiffer(found="both or neither of predicted and chosen", wanted="one of them")
    best = np.argsort(-events / ground, kind="stable")
    best_ground = np.concatenate([[0.0], np.cumsum(ground[best])])
    best_events = np.concatenate([[0], np.cumsum(events[best])])

    def pei(hits: float, taken: float) -> float | None:
        most = float(np.interp(taken, best_ground, best_events))
        return min(1.0, hits / most) if most > 0 else None

    curve: tuple[AccuracyPoint, ...] = ()
    if chosen is not None:
        mask = np.asarray(chosen, dtype=bool)
        if mask.shape != events.shape:
            raise SeriesDiffer(found=mask.shape, wanted=f"{len(events)} chosen")
    else:
        forecast = np.asarray(predicted, dtype=np.float64)
        if forecast.shape != events.shape:
            raise SeriesDiffer(found=forecast.shape, wanted=f"{len(events)} predicted")
        if not np.all(np.isfinite(forecast)):
            raise NotACount(value="a value that is not a number", where="predicted")
        order = np.argsort(-forecast, kind="stable")
        ends = np.flatnonzero(np.append(np.diff(forecast[order]) != 0, True))
        taken, hits = np.cumsum(ground[order])[ends], np.cumsum(events[order])[ends]
        curve = tuple(
            AccuracyPoint(
                int(end) + 1,
                min(1.0, float(a) / whole),
                int(h) / total,
                int(h) / total / (float(a) / whole),
                pei(int(h), float(a)),
            )
            for end, a, h in zip(ends, taken, hits, strict=True)
        )
        fits = np.flatnonzero(taken <= area_share * whole * (1 + 1e-12))
        limit = forecast[order][ends[fits[-1]]] if len(fits) else np.inf
        mask = forecast >= limit
    if not mask.any():
        raise TooFewAreas(found=0, what="chosen places", wanted=1)
    hits_in, part = int(events[mask].sum()), min(1.0, float(ground[mask].sum()) / whole)
    rate, tail = hits_in / total, (1 - level) / 2
    low = float(special.betaincinv(hits_in, total - hits_in + 1, tail)) if hits_in else 0.0
    high = float(special.betaincinv(hits_in + 1, total - hits_in, 1 - tail)) if hits_in < total else 1.0
    return PredictionAccuracy(
        value=rate / part,
        interval=Interval(low / part, high / part, level),
        hit_rate=rate,
        hit_interval=Interval(low, high, level),
        area_share=part,
        pei=pei(hits_in, float(ground[mask].sum())),
        hits=hits_in,
        places=int(mask.sum()),
        n=total,
        curve=curve,
        caveats=("small_numbers",) if total < 20 else (),
    )


def concentration(
    counts: Sequence[int],
    *,
    exposures: Sequence[float] | None = None,
    replications: int = 999,
    level: float = 0.95,
    rng: int | np.random.Generator = 0,
) -> Concentration:
    """Return how unevenly events lie over places, beside what dealing them out at random gives.

    Use for counts at all places of a kind, those without events too. Not with only the places that have
    events (everything looks even), and not across kinds of places. p holds its size for any counts.

    Parameters
    ----------
    counts : sequence of int, shape (places,) [events]
    exposures : sequence of float, shape (places,)
        How likely chance is to pick each; equal where they are left out.
    replications : int, 19–99999
        Random tables.
    level : float in (0, 1) [1]
        Of what chance gives.
    rng : int or Generator

    Returns
    -------
    Concentration

    Raises
    ------
    NotACount, NoExposure, SeriesDiffer
        A value cannot be used.
    TooFewAreas, TooFewEvents
        Fewer than two places or events.
    SettingOutOfRange
        A setting is outside its range.
    WorkTooLarge
        Places times tables is too many.

    Source
    ------
    Bernasco & Steenbeek (2017), Journal of Quantitative Criminology 33:451–467,
    doi:10.1007/s10940-016-9324-7 (generalised Gini); Lorenz (1905).

    Examples
    --------
    >>> answer = concentration([8, 1, 1, 0, 0])
    >>> answer.half, round(answer.gini, 2)
    (0.2, 0.68)
    """
    as_level(level)
    if not 19 <= replications <= 99_999 or replications != int(replications):
        raise SettingOutOfRange(name="replications", value=replications, wanted="a whole number 19–99999")
    events = _counts(counts, "counts")
    places, total = len(events), int(events.sum())
    weights = _exposures(exposures, places, "exposures")
    if places < 2:
        raise TooFewAreas(found=places, what="places", wanted=2)
    if total < 2:
        raise TooFewEvents(found=total, wanted=2, where="counts")
    if places * replications > _MOST_DRAWS:
        raise WorkTooLarge(found=f"{places} × {replications}", wanted=_MOST_DRAWS, where="random tables")
    steps = np.linspace(0, 1, _STEPS + 1)
    observed = np.sort(events)[::-1][None, :]
    curve = _lorenz(observed, steps)[0]
    gini, index = (float(one[0]) for one in _gini(observed))
    generator = np.random.default_rng(rng)
    indices, halves = np.empty(replications), np.empty(replications)
    curves = np.empty((replications, _STEPS + 1))
    chunk = max(1, 2_000_000 // places)
    for at in range(0, replications, chunk):
        size = min(chunk, replications - at)
        drawn = generator.multinomial(total, weights / weights.sum(), size=size)
        drawn = -np.sort(-drawn, axis=1)
        indices[at : at + size] = _gini(drawn)[1]
        halves[at : at + size] = _share_holding(drawn, 1, 2)
        curves[at : at + size] = _lorenz(drawn, steps)
    tails = [(1 - level) / 2, (1 + level) / 2]
    low, high = np.quantile(curves, tails, axis=0)
    # Equal tables must not differ by the last bit.
    hits = int(np.count_nonzero(indices >= index - 1e-12))
    caveats = ["small_numbers"] * (total < 20) + ["fewer_events_than_places"] * (total < places)
    return Concentration(
        index=index,
        gini=gini,
        by_chance=_middle(indices, tails, level),
        expected_index=float(indices.mean()),
        p=(hits + 1) / (replications + 1),
        half=float(_share_holding(observed, 1, 2)[0]),
        half_by_chance=_middle(halves, tails, level),
        eighty=float(_share_holding(observed, 4, 5)[0]),
        top_fifth=float(_lorenz(observed, np.array([0.2]))[0, 0]),
        crossing=_crossing(observed[0]),
        lorenz=tuple(
            LorenzPoint(float(x), float(y), Interval(float(a), float(b), level))
            for x, y, a, b in zip(steps, curve, low, high, strict=True)
        ),
        places=places,
        n=total,
        replications=int(replications),
        caveats=tuple(caveats),
    )


def _middle(values: Floats, tails: list[float], level: float) -> Interval:
    low, high = np.quantile(values, tails)
    return Interval(float(low), float(high), level)


def _gini(falling: Ints) -> tuple[Floats, Floats]:
    """Return the usual and the generalised Gini of rows sorted from high to low."""
    places, total = falling.shape[1], int(falling[0].sum())
    # Whole numbers all the way to the division, so that equal tables are equal.
    weighted = falling @ np.arange(places - 1, -places, -2, dtype=np.int64)
    gini = weighted / (places * total)
    stretch = max(places / total, 1.0)
    return gini, np.clip(stretch * (gini - 1) + 1, 0.0, 1.0)


def _lorenz(falling: Ints, steps: Floats) -> Floats:
    places, total = falling.shape[1], int(falling[0].sum())
    sums = np.concatenate([np.zeros((len(falling), 1), dtype=np.int64), np.cumsum(falling, axis=1)], axis=1)
    at = np.minimum((steps * places).astype(np.int64), places - 1)
    within = steps * places - at
    values: Floats = (sums[:, at] * (1 - within) + sums[:, at + 1] * within) / total
    return values


def _share_holding(falling: Ints, part: int, of: int) -> Floats:
    """Return the smallest share of the places that holds at least part/of the events, in whole numbers."""
    reached = np.cumsum(falling, axis=1) * of >= int(falling[0].sum()) * part
    shares: Floats = (np.argmax(reached, axis=1) + 1) / falling.shape[1]
    return shares


def _crossing(falling: Ints) -> float:
    """Return where the curve of events over places meets the line from (0, 1) to (1, 0)."""
    y = np.concatenate([[0.0], np.cumsum(falling) / falling.sum()])
    x = np.linspace(0, 1, len(y))
    over = x + y - 1
    at = int(np.argmax(over >= 0))
    step = over[at] - over[at - 1]
    return float(x[at - 1] + (x[at] - x[at - 1]) * (-over[at - 1] / step))
