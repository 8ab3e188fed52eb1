"""Is the most crowded week or fortnight of a series more crowded than chance makes some of them?"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from samsyn.analysis.errors import NotACount, SeriesDiffer, SettingOutOfRange, TooFewEvents, TooFewPeriods
from samsyn.analysis.results import Interval, Result


@dataclass(frozen=True, slots=True)
class TemporalScan(Result):
    """The most crowded window of fixed width, beside what chance gives.

    Parameters
    ----------
    statistic : int [events]
        In the most crowded window.
    first_day, last_day : int [days]
        The first such window, both included.
    expected : float [events]
        In an ordinary window.
    ratio : float [1]
    by_chance : Interval [events]
        Where the most crowded window lies in 95 per cent of the simulations.
    p : float in (0, 1]
        (simulations whose most crowded window holds at least as many + 1) / (simulations + 1).
    p_approximate : float in [0, 1]
        Naus' approximation for a window that slides in continuous time; a little larger than p on whole days.
    n : int [events]
    """

    statistic: int
    first_day: int
    last_day: int
    expected: float
    ratio: float
    by_chance: Interval
    p: float
    p_approximate: float
    n: int
    days: int
    replications: int
    method: str = "temporal_scan"
    sidedness: str = "upper"
    caveats: tuple[str, ...] = ("chosen_afterwards",)


def naus_probability(most: int, *, expected: float, windows: float) -> float:
    """Return the probability that some window of a Poisson series holds at least ``most`` events.

    Use for a steady rate and a window that slides without steps; best where the answer is below 0.1. Not for
    a series with season, weekday or trend.

    Parameters
    ----------
    most : int, 2 or more [events]
    expected : float [events]
        In one window.
    windows : float, 2 or more [1]
        Length of the study / width of the window.

    Returns
    -------
    float in [0, 1]

    Raises
    ------
    SettingOutOfRange
        A value is outside its range.

    Source
    ------
    Naus (1982), Journal of the American Statistical Association 77:177–183,
    doi:10.1080/01621459.1982.10477783.

    Examples
    --------
    >>> round(naus_probability(6, expected=0.6, windows=208), 4)
    0.039
    """
    if most < 2:
        raise SettingOutOfRange(name="most", value=most, wanted="2 or more")
    if not 0 < expected < math.inf:
        raise SettingOutOfRange(name="expected", value=expected, wanted="above 0")
    if not 2 <= windows < math.inf:
        raise SettingOutOfRange(name="windows", value=windows, wanted="2 or more")
    from scipy.stats import poisson

    n, psi = most, expected
    points = poisson.pmf(np.arange(2 * n + 1), psi)
    sums = np.cumsum(points)

    def p(i: int) -> float:
        return float(points[i]) if i >= 0 else 0.0

    def upto(i: int) -> float:
        return float(sums[i]) if i >= 0 else 0.0

    two = upto(n - 1) ** 2 - (n - 1) * p(n) * p(n - 2) - (n - 1 - psi) * p(n) * upto(n - 3)
    a1 = 2 * p(n) * upto(n - 1) * ((n - 1) * upto(n - 2) - psi * upto(n - 3))
    a2 = (
        0.5
        * p(n) ** 2
        * ((n - 1) * (n - 2) * upto(n - 3) - 2 * (n - 2) * psi * upto(n - 4) + psi**2 * upto(n - 5))
    )
    a3 = sum(p(2 * n - r) * upto(r - 1) ** 2 for r in range(1, n))
    a4 = sum(p(2 * n - r) * p(r) * ((r - 1) * upto(r - 2) - psi * upto(r - 3)) for r in range(2, n))
    three = upto(n - 1) ** 3 - a1 + a2 + a3 - a4
    if two <= 0 or three <= 0:
        return 1.0
    return float(min(1.0, max(0.0, 1 - two * (three / two) ** (windows - 2))))


def temporal_scan(
    counts: npt.ArrayLike,
    *,
    width: int = 7,
    first_day: int = 0,
    replications: int = 999,
    rng: int | np.random.Generator = 0,
) -> TemporalScan:
    """Return the most crowded window of a series of days, against events dealt out evenly.

    Use when somebody asks whether a bad week is more than chance makes of one week in a year. Not for series
    with season, weekday or trend: those crowd days by themselves. Size holds for any number of events.

    Parameters
    ----------
    counts : array_like of int, shape (days,) [events]
        One number a day.
    width : int [days]
    first_day : int [days]
        The number of the first day.
    replications : int, 19–99999
    rng : int or Generator

    Returns
    -------
    TemporalScan

    Raises
    ------
    NotACount, SeriesDiffer, SettingOutOfRange
        The input cannot be used.
    TooFewEvents, TooFewPeriods
        Fewer than two events, or fewer days than two windows.

    Source
    ------
    Naus (1982), Journal of the American Statistical Association 77:177–183,
    doi:10.1080/01621459.1982.10477783; the number of events held fixed in the simulation.

    Examples
    --------
    >>> found = temporal_scan([0, 1, 0, 0, 0, 3, 4, 0, 0, 1, 0, 0], width=2)
    >>> found.statistic, found.first_day
    (7, 5)
    """
    series = np.asarray(counts, float)
    if series.ndim != 1:
        raise SeriesDiffer(found=f"{series.shape}", wanted="one number for each day")
    wrong = ~np.isfinite(series) | (series < 0) | (series != np.floor(series))
    if wrong.any():
        raise NotACount(value=float(series[wrong][0]), where="counts")
    if width < 1:
        raise SettingOutOfRange(name="width", value=width, wanted="1 day or more")
    if not 19 <= replications <= 99_999:
        raise SettingOutOfRange(name="replications", value=replications, wanted="19–99999")
    days, n = series.size, int(series.sum())
    if days < 2 * width:
        raise TooFewPeriods(found=days, wanted=2 * width, where="days")
    if n < 2:
        raise TooFewEvents(found=n, wanted=2, where="counts")
    sums = _windows(series[None, :].astype(np.int64), width)[0]
    at, most = int(np.argmax(sums)), int(sums.max())
    generator = np.random.default_rng(rng)
    maxima = np.empty(replications, np.int64)
    step = max(1, 2_000_000 // days)
    for start in range(0, replications, step):
        number = min(step, replications - start)
        dealt = generator.multinomial(n, np.full(days, 1 / days), size=number)
        maxima[start : start + number] = _windows(dealt, width).max(axis=1)
    expected = n * width / days
    return TemporalScan(
        statistic=most,
        first_day=first_day + at,
        last_day=first_day + at + width - 1,
        expected=expected,
        ratio=most / expected,
        by_chance=Interval(
            float(np.quantile(maxima, 0.025, method="lower")),
            float(np.quantile(maxima, 0.975, method="higher")),
            0.95,
        ),
        p=(int(np.count_nonzero(maxima >= most)) + 1) / (replications + 1),
        p_approximate=naus_probability(most, expected=expected, windows=days / width) if most > 1 else 1.0,
        n=n,
        days=days,
        replications=replications,
    )


def _windows(table: npt.NDArray[np.int64], width: int) -> npt.NDArray[np.int64]:
    running = np.concatenate([np.zeros((table.shape[0], 1), np.int64), np.cumsum(table, axis=1)], axis=1)
    sums: npt.NDArray[np.int64] = running[:, width:] - running[:, :-width]
    return sums
