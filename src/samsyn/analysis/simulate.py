"""Data with a known truth: what a method is given when its size, power and coverage are measured."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from samsyn.analysis.errors import SettingOutOfRange
from samsyn.analysis.results import Result

MOST = 5_000_000


@dataclass(frozen=True, slots=True)
class BeforeAfter(Result):
    """Counts of one treated area and its controls before and after, with the effect that made them.

    Parameters
    ----------
    treated_before, treated_after : int [events]
    control_before, control_after : tuple of int, shape (controls,) [events]
    true_ratio : float [1]
        By which the treated area's expected count was multiplied, beyond the shared change.
    """

    treated_before: int
    treated_after: int
    control_before: tuple[int, ...]
    control_after: tuple[int, ...]
    true_ratio: float
    n: int
    method: str = "simulated_before_after"
    caveats: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Points(Result):
    """Events with place and day, some of them repeats near an earlier one.

    Parameters
    ----------
    x, y : tuple of float, shape (events,) [metres]
    day : tuple of float, shape (events,) [days]
    is_repeat : tuple of bool, shape (events,)
    """

    x: tuple[float, ...]
    y: tuple[float, ...]
    day: tuple[float, ...]
    is_repeat: tuple[bool, ...]
    n: int
    method: str = "simulated_near_repeat"
    caveats: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Series(Result):
    """Counts by period with the expected number behind each.

    Parameters
    ----------
    counts : tuple of int, shape (periods,) [events]
    expected : tuple of float, shape (periods,) [events]
    change_at : int or None
        First period after the change.
    """

    counts: tuple[int, ...]
    expected: tuple[float, ...]
    change_at: int | None
    n: int
    method: str = "simulated_series"
    caveats: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClusteredCases(Result):
    """Cases and populations of small areas, with one circle where the risk is higher.

    Parameters
    ----------
    x, y : tuple of float, shape (areas,) [metres]
    population : tuple of int, shape (areas,) [persons]
    cases : tuple of int, shape (areas,) [events]
    inside : tuple of bool, shape (areas,)
        Whether the area lies in the circle.
    """

    x: tuple[float, ...]
    y: tuple[float, ...]
    population: tuple[int, ...]
    cases: tuple[int, ...]
    inside: tuple[bool, ...]
    true_risk: float
    n: int
    method: str = "simulated_cluster"
    caveats: tuple[str, ...] = ()


def counts(
    expected: ArrayLike, *, overdispersion: float = 1.0, rng: int | np.random.Generator = 0
) -> np.ndarray:
    """Return random counts with given expected numbers and variance φ times the mean.

    Use as the innermost step of a simulation. φ = 1 is Poisson, above it negative binomial.

    Parameters
    ----------
    expected : array of float, any shape [events]
        At least 0.
    overdispersion : float, at least 1 [1]
        Variance divided by mean.
    rng : int or Generator
        Seed, or a generator that goes on.

    Returns
    -------
    array of int, the shape of ``expected`` [events]

    Raises
    ------
    SettingOutOfRange
        φ is below 1, or an expected number is negative, infinite or too large.

    Source
    ------
    Gamma mixture of Poisson with shape μ/(φ−1) and scale φ−1: Cameron & Trivedi (2013), NB1.

    Examples
    --------
    >>> int(counts([0.0, 0.0]).sum())
    0
    """
    means = np.asarray(expected, dtype=float)
    if not (math.isfinite(overdispersion) and overdispersion >= 1):
        raise SettingOutOfRange(name="overdispersion", value=overdispersion, wanted="a number from 1")
    usable = (means >= 0) & (means < 1e12)
    if not usable.all():
        raise SettingOutOfRange(name="expected", value=float(means[~usable][0]), wanted="numbers from 0")
    generator = np.random.default_rng(rng)
    if overdispersion > 1:
        # A gamma of shape 0 is 0: an area without expectation stays without events.
        means = generator.gamma(means / (overdispersion - 1)) * (overdispersion - 1)
    return generator.poisson(means)


def before_after(
    treated: float = 60.0,
    controls: Sequence[float] = (60.0,),
    *,
    ratio: float = 1.0,
    shared_change: float = 1.0,
    overdispersion: float = 1.0,
    rng: int | np.random.Generator = 0,
) -> BeforeAfter:
    """Return one treated area and its controls before and after, with a known effect.

    Use to measure how often a comparison finds an effect that is there, or one that is not.

    Parameters
    ----------
    treated : float [events]
        Expected number before.
    controls : sequence of float, shape (controls,) [events]
    ratio, shared_change : float, at least 0 [1]
        The effect, and what happens everywhere.
    overdispersion : float, at least 1 [1]
    rng : int or Generator

    Returns
    -------
    BeforeAfter

    Raises
    ------
    SettingOutOfRange
        A setting lies outside its range.

    Source
    ------
    See `counts`.

    Examples
    --------
    >>> before_after(40, [50, 60], ratio=0.5, rng=1).true_ratio
    0.5
    """
    _not_negative(ratio=ratio, shared_change=shared_change)
    generator = np.random.default_rng(rng)
    base = np.array([treated, *controls], dtype=float)
    lift = np.array([ratio * shared_change, *([shared_change] * len(controls))])
    first = counts(base, overdispersion=overdispersion, rng=generator)
    second = counts(base * lift, overdispersion=overdispersion, rng=generator)
    return BeforeAfter(
        treated_before=int(first[0]),
        treated_after=int(second[0]),
        control_before=tuple(first[1:].tolist()),
        control_after=tuple(second[1:].tolist()),
        true_ratio=float(ratio),
        n=int(first.sum() + second.sum()),
    )


def near_repeat_points(
    events: int = 300,
    *,
    side: float = 3000.0,
    days: float = 365.0,
    repeat_share: float = 0.0,
    near: float = 100.0,
    soon: float = 7.0,
    rng: int | np.random.Generator = 0,
) -> Points:
    """Return events in a square and a year, a known share of which follow near and soon after another.

    Use to test near-repeat and scan methods. Without repeats place and time are independent.

    Parameters
    ----------
    events : int
        Both first events and repeats.
    side : float [metres]
    days : float [days]
    repeat_share : float in [0, 1] [1]
        Chance that an event is a repeat of an earlier one.
    near, soon : float [metres, days]
        Largest distance in each direction, and largest delay.
    rng : int or Generator

    Returns
    -------
    Points
        In order of making, not of time. Repeats may fall up to ``near`` and ``soon`` outside.

    Raises
    ------
    SettingOutOfRange
        A setting lies outside its range.

    Source
    ------
    Own construction: uniform parents, uniform offspring.

    Examples
    --------
    >>> sum(near_repeat_points(100, repeat_share=0.0).is_repeat)
    0
    """
    if not 1 <= events <= MOST:
        raise SettingOutOfRange(name="events", value=events, wanted=f"1–{MOST}")
    if not 0 <= repeat_share <= 1:
        raise SettingOutOfRange(name="repeat_share", value=repeat_share, wanted="from 0 to 1")
    _not_negative(side=side, days=days, near=near, soon=soon)
    generator = np.random.default_rng(rng)
    place = generator.uniform(0, side, (events, 2))
    day = generator.uniform(0, days, events)
    repeat = generator.random(events) < repeat_share
    repeat[0] = False  # there is nothing to repeat yet
    first = np.flatnonzero(~repeat)
    again = np.flatnonzero(repeat)
    parents = generator.choice(first, len(again))
    place[again] = place[parents] + generator.uniform(-near, near, (len(again), 2))
    day[again] = day[parents] + generator.uniform(0, soon, len(again))
    return Points(
        x=tuple(place[:, 0].tolist()),
        y=tuple(place[:, 1].tolist()),
        day=tuple(day.tolist()),
        is_repeat=tuple(repeat.tolist()),
        n=events,
    )


def seasonal_series(
    periods: int = 48,
    *,
    level: float = 30.0,
    season: float = 0.0,
    season_length: int = 12,
    trend: float = 0.0,
    change_at: int | None = None,
    ratio: float = 1.0,
    overdispersion: float = 1.0,
    rng: int | np.random.Generator = 0,
) -> Series:
    """Return a series with a season, a trend and perhaps a change, and what was expected in each period.

    Use to measure false alarms and delays of monitoring and change-point methods.

    Parameters
    ----------
    periods : int
    level : float [events per period]
        At the start.
    season : float in [0, 1) [1]
        Height of the yearly wave as a share of the level.
    season_length : int [periods]
    trend : float [1 per period]
        Growth of the logarithm.
    change_at : int or None
        First period, counted from 0, multiplied by ``ratio``.
    ratio : float, at least 0 [1]
    overdispersion : float, at least 1 [1]
    rng : int or Generator

    Returns
    -------
    Series

    Raises
    ------
    SettingOutOfRange
        A setting lies outside its range.

    Source
    ------
    Own construction: μₜ = level·exp(trend·t)·(1 + season·sin(2πt/length)), times ratio after the change.

    Examples
    --------
    >>> seasonal_series(4, level=10.0, change_at=2, ratio=0.5).expected
    (10.0, 10.0, 5.0, 5.0)
    """
    if not 1 <= periods <= MOST or season_length < 1:
        raise SettingOutOfRange(name="periods", value=periods, wanted=f"1–{MOST}")
    if not 0 <= season < 1:
        raise SettingOutOfRange(name="season", value=season, wanted="from 0 to below 1")
    _not_negative(level=level, ratio=ratio)
    at = np.arange(periods)
    expected = level * np.exp(trend * at) * (1 + season * np.sin(2 * np.pi * at / season_length))
    if change_at is not None:
        expected = np.where(at >= change_at, expected * ratio, expected)
    drawn = counts(expected, overdispersion=overdispersion, rng=rng)
    return Series(tuple(drawn.tolist()), tuple(expected.tolist()), change_at, int(drawn.sum()))


def clustered_cases(
    areas: int = 100,
    *,
    side: float = 10_000.0,
    population: int = 1000,
    risk: float = 0.02,
    cluster_risk: float = 1.0,
    radius: float = 2000.0,
    rng: int | np.random.Generator = 0,
) -> ClusteredCases:
    """Return cases of small areas with a higher risk in a circle around the middle.

    Use to test scan statistics and local statistics. ``cluster_risk`` 1 means no cluster.

    Parameters
    ----------
    areas : int
    side : float [metres]
    population : int [persons]
        Mean of the areas' populations, which vary between half and one and a half of it.
    risk : float in [0, 1] [1]
        Cases per person outside the circle.
    cluster_risk : float, at least 0 [1]
        Times higher inside.
    radius : float [metres]
    rng : int or Generator

    Returns
    -------
    ClusteredCases

    Raises
    ------
    SettingOutOfRange
        A setting lies outside its range.

    Source
    ------
    Own construction: Poisson cases on uniform points.

    Examples
    --------
    >>> clustered_cases(10, radius=0).n == sum(clustered_cases(10, radius=0).cases)
    True
    """
    if not 1 <= areas <= MOST:
        raise SettingOutOfRange(name="areas", value=areas, wanted=f"1–{MOST}")
    _not_negative(side=side, population=population, risk=risk, cluster_risk=cluster_risk, radius=radius)
    generator = np.random.default_rng(rng)
    place = generator.uniform(0, side, (areas, 2))
    people = generator.integers(population // 2, population + population // 2 + 1, areas)
    inside = np.hypot(*(place - side / 2).T) <= radius
    cases = counts(people * risk * np.where(inside, cluster_risk, 1.0), rng=generator)
    return ClusteredCases(
        x=tuple(place[:, 0].tolist()),
        y=tuple(place[:, 1].tolist()),
        population=tuple(people.tolist()),
        cases=tuple(cases.tolist()),
        inside=tuple(inside.tolist()),
        true_risk=float(cluster_risk),
        n=int(cases.sum()),
    )


def _not_negative(**settings: float) -> None:
    for name, value in settings.items():
        if not (math.isfinite(value) and value >= 0):
            raise SettingOutOfRange(name=name, value=value, wanted="a number from 0")
