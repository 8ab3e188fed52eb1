"""Which of many places, kinds and hours have more (or fewer) events now than their own history foretells?"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from scipy import special, stats

from samsyn.analysis.errors import (
    NotACount,
    SeriesDiffer,
    SettingOutOfRange,
    TooFewEvents,
    TooFewPeriods,
    WorkTooLarge,
)
from samsyn.analysis.results import Interval, Result

Period = Literal["four_weeks", "week", "day", "hour"]
Threshold = Literal["negative_binomial", "two_thirds_power"]
PER_YEAR: dict[str, float] = {"four_weeks": 365.25 / 28, "week": 365.25 / 7, "day": 365.25, "hour": 8766.0}
YEARS = 2
SPARSE = 0.5
MOST_LINES = 10
MOST_CELLS = 200_000_000
PEAK = 2.58  # standardised Anscombe residual above which a period is down-weighted
BLOCK = 2_000_000  # cells fitted at a time, so that memory does not grow with the number of series


@dataclass(frozen=True, slots=True)
class Deviation(Result):
    """A series that deviates now.

    Parameters
    ----------
    series : int [position]
    label, group : str
    observed : int [events]
    expected : float [events]
    interval : Interval [events]
        What the history foretells for this period.
    ratio : float [1]
    phi : float [1]
        Variance over mean of its history, at least 1.
    p, q : float in [0, 1]
        q is the smallest false discovery rate at which it would be listed.
    also : int [series]
        Others of its group that deviate and are told by this line.
    detection_driven : bool
        Follows how much the police look; to be read in both ways, never as better or worse.
    course : tuple of float [events]
        What the model gives for the last year of the history, in order of time; for drawing.
    """

    series: int
    label: str
    group: str
    observed: int
    expected: float
    interval: Interval
    ratio: float
    phi: float
    p: float
    q: float
    also: int
    detection_driven: bool = False
    course: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Foretold:
    """What the history of each series foretells of its last period.

    Parameters
    ----------
    observed : array of int, shape (series,) [events]
    expected, variance : array of float, shape (series,) [events], [events squared]
        Of a new count, with the uncertainty of the fit.
    phi : array of float, shape (series,) [1]
    p : array of float, shape (series,) [1]
        NaN for the sparse.
    n : int [periods of history]
    direction, threshold : str
        As for `deviations`.
    """

    observed: Any
    expected: Any
    variance: Any
    phi: Any
    p: Any
    n: int
    direction: str
    threshold: str

    def of(self, series: Any) -> Foretold:
        """Return some of the series."""
        return replace(
            self,
            observed=self.observed[series],
            expected=self.expected[series],
            variance=self.variance[series],
            phi=self.phi[series],
            p=self.p[series],
        )


@dataclass(frozen=True, slots=True)
class Deviations(Result):
    """The deviations of a period, or quiet.

    Parameters
    ----------
    quiet : bool
        Nothing deviates.
    estimate : int [series]
        How many deviate, listed or not.
    lines : tuple of Deviation, at most 10
        Clearest first.
    more : int [lines]
        Left out of the list.
    examined : int [series]
        Judged together.
    sparse : tuple of int [position]
        Not judged: fewer than 0.5 events expected.
    merge : int or None [series or periods]
        How many cells like the sparse ones to merge to reach 0.5.
    expected, p : tuple of float or None, shape (series,) [events], [1]
        For every series; p is None for the sparse.
    n : int [periods of history]
    """

    quiet: bool
    estimate: int
    lines: tuple[Deviation, ...]
    more: int
    examined: int
    sparse: tuple[int, ...]
    merge: int | None
    expected: tuple[float, ...]
    p: tuple[float | None, ...]
    false_discovery_rate: float
    n: int
    sidedness: str
    method: str
    caveats: tuple[str, ...] = ()


def deviations(
    counts: Sequence[Sequence[int]],
    *,
    period: Period = "week",
    first_weekday: int = 0,
    labels: Sequence[str] | None = None,
    groups: Sequence[str] | None = None,
    detection_driven: Sequence[bool] | None = None,
    direction: Literal["up", "both"] = "up",
    trend: bool = True,
    harmonics: int = 2,
    threshold: Threshold = "negative_binomial",
    false_discovery_rate: float = 0.05,
    level: float = 0.95,
) -> Deviations:
    """Return the series that deviate in the last period from what their own history foretells.

    Use once per period for everything that is looked at, with at least two years of history. Not as a
    measure of crime for offences the police discover themselves: mark them, and their lines say so. Not for
    series with fewer than 0.5 expected events, which are left out and named. The rate of false discoveries
    was measured at 3 to 20 expected events.

    Parameters
    ----------
    counts : array of int, shape (series, periods) [events]
        In order of time; the last period is the one judged.
    period : "four_weeks", "week", "day" or "hour"
        Days get a term per weekday, hours one per hour of the day as well.
    first_weekday : int
        Of the first period, 0 is Monday; hours start at midnight.
    labels, groups : sequence of str or None, shape (series,)
        Series of one group (a place) make one line.
    detection_driven : sequence of bool or None, shape (series,)
        Series that follow how much the police look.
    direction : "up" or "both"
    trend : bool
    harmonics : int
        Pairs of yearly waves, 0 to 6.
    threshold : "negative_binomial" or "two_thirds_power"
        How the prediction is distributed.
    false_discovery_rate, level : float in (0, 1) [1]

    Returns
    -------
    Deviations
        lines with observed, expected and prediction interval [events].

    Raises
    ------
    NotACount, SeriesDiffer
        The table holds something else than counts, or lists do not fit.
    TooFewPeriods
        Less than two years of history.
    TooFewEvents
        Every series is expected to have fewer than 0.5 events.
    SettingOutOfRange, WorkTooLarge
        A setting or the size of the table is outside the range.

    Source
    ------
    Noufaily et al. (2013), Statistics in Medicine 32:1206–1222, doi:10.1002/sim.5595; Farrington et al.
    (1996), JRSS A 159:547–563, for the 2/3 power; Benjamini & Hochberg (1995), JRSS B 57:289–300.

    Examples
    --------
    >>> calm = [3, 4, 5, 4, 3, 5, 4, 4] * 14
    >>> found = deviations([calm + [4], calm + [19]])
    >>> found.quiet, [line.series for line in found.lines]
    (False, [1])
    """
    _check(period, first_weekday, direction, harmonics, threshold, false_discovery_rate, level)
    table = _table(counts)
    found = foretell(
        table,
        period=period,
        first_weekday=first_weekday,
        direction=direction,
        trend=trend,
        harmonics=harmonics,
        threshold=threshold,
    )
    names = _names(labels, len(table), "labels")
    places = _names(groups, len(table), "groups") if groups is not None else names
    if detection_driven is not None and len(detection_driven) != len(table):
        raise SeriesDiffer(found=f"{len(detection_driven)} detection_driven", wanted=f"{len(table)}")
    searched = [False] * len(table) if detection_driven is None else [bool(one) for one in detection_driven]

    def course(series: Sequence[int]) -> Any:
        return course_of(
            table[list(series)],
            period=period,
            first_weekday=first_weekday,
            trend=trend,
            harmonics=harmonics,
        )

    return listed(
        found,
        course,
        labels=names,
        groups=places,
        detection_driven=searched,
        false_discovery_rate=false_discovery_rate,
        level=level,
    )


def foretell(
    counts: Sequence[Sequence[int]],
    *,
    period: Period = "week",
    first_weekday: int = 0,
    direction: Literal["up", "both"] = "up",
    trend: bool = True,
    harmonics: int = 2,
    threshold: Threshold = "negative_binomial",
) -> Foretold:
    """Return what each series' history foretells of its last period, before anything is listed.

    Use where many readers meet the same series: the fits are made once and kept, and `listed` chooses among
    those that a reader may meet. Not for a list by itself: the p-values are of one series each.

    Parameters
    ----------
    counts, period, first_weekday, direction, trend, harmonics, threshold
        As for `deviations`.

    Returns
    -------
    Foretold

    Raises
    ------
    NotACount, SeriesDiffer, TooFewPeriods, SettingOutOfRange, WorkTooLarge
        As for `deviations`.

    Source
    ------
    As for `deviations`.

    Examples
    --------
    >>> found = foretell([[3, 4, 5, 4, 3, 5, 4, 4] * 14 + [19]])
    >>> int(found.observed[0]), bool(found.p[0] < 0.001)
    (19, True)
    """
    _check(period, first_weekday, direction, harmonics, threshold, 0.05, 0.95)
    table = _table(counts)
    history = table.shape[1] - 1
    wanted = math.floor(YEARS * PER_YEAR[period])
    if history < wanted:
        raise TooFewPeriods(found=history, wanted=wanted, where="history")
    design = _design(table.shape[1], period, first_weekday, trend, harmonics)
    expected, variance, phi = _predict(table[:, :-1], design, round(PER_YEAR[period]))
    now = table[:, -1]
    judged = expected >= SPARSE
    p = np.full(len(table), np.nan)
    if judged.any():
        p[judged] = _tails(now[judged], expected[judged], variance[judged], threshold, direction)
    return Foretold(now.astype(np.int64), expected, variance, phi, p, history, direction, threshold)


def listed(
    found: Foretold,
    course: Callable[[Sequence[int]], Any],
    *,
    labels: Sequence[str],
    groups: Sequence[str],
    detection_driven: Sequence[bool],
    tellable: Sequence[bool] | None = None,
    false_discovery_rate: float = 0.05,
    level: float = 0.95,
) -> Deviations:
    """Return the series that deviate among those foretold: judged together, one line for each group.

    Use after `foretell`, with the rows that a reader may meet. Not on rows that were chosen for how much they
    deviate: the false discoveries would no longer be controlled.

    Parameters
    ----------
    found : Foretold
    course : function
        From positions of series to what the model gives for the last year of each.
    labels, groups : sequence of str, shape (series,)
    detection_driven : sequence of bool, shape (series,)
    tellable : sequence of bool, shape (series,), optional
        The others are judged with the rest, but neither stand for their group nor count in it.
    false_discovery_rate, level : float in (0, 1) [1]

    Returns
    -------
    Deviations

    Raises
    ------
    TooFewEvents
        Every series is expected to have fewer than 0.5 events.

    Source
    ------
    Benjamini & Hochberg (1995), JRSS B 57:289–300.

    Examples
    --------
    >>> found = foretell([[3, 4, 5, 4, 3, 5, 4, 4] * 14 + [19]])
    >>> listed(found, lambda series: [()], labels=["a"], groups=["a"], detection_driven=[False]).estimate
    1
    """
    expected, variance, now, p = found.expected, found.variance, found.observed, found.p
    judged = ~np.isnan(p)
    if not judged.any():
        highest = f"{expected.max():.2g}" if len(expected) else "0"
        raise TooFewEvents(found=highest, wanted=SPARSE, where="expected in the largest series")
    q = np.full(len(p), np.nan)
    q[judged] = stats.false_discovery_control(p[judged])
    open_ = np.ones(len(p), bool) if tellable is None else np.asarray(tellable, bool)
    # Equal q are common after the adjustment; the ratio puts the larger deviation first.
    order = sorted(
        np.flatnonzero((q <= false_discovery_rate) & open_).tolist(),
        key=lambda i: (q[i], p[i], -abs(math.log((now[i] + 0.5) / expected[i])), i),
    )
    by_group: dict[str, list[int]] = {}
    for i in order:
        by_group.setdefault(groups[i], []).append(i)
    first = [members[0] for members in by_group.values()][:MOST_LINES]
    courses = course(first) if first else ()
    lines = tuple(
        Deviation(
            series=i,
            label=labels[i],
            group=groups[i],
            observed=int(now[i]),
            expected=float(expected[i]),
            interval=_prediction(float(expected[i]), float(variance[i]), found.threshold, level),
            ratio=float(now[i] / expected[i]),
            phi=float(found.phi[i]),
            p=float(p[i]),
            q=float(q[i]),
            also=len(by_group[groups[i]]) - 1,
            detection_driven=bool(detection_driven[i]),
            course=tuple(map(float, drawn)),
        )
        for i, drawn in zip(first, courses, strict=True)
    )
    sparse = tuple(np.flatnonzero(~judged).tolist())
    typical = float(np.median(expected[~judged])) if sparse else 0.0
    return Deviations(
        quiet=not order,
        estimate=len(order),
        lines=lines,
        more=len(by_group) - len(lines),
        examined=int(judged.sum()),
        sparse=sparse,
        merge=math.ceil(SPARSE / typical) if typical > 1e-6 else None,
        expected=tuple(map(float, expected)),
        p=tuple(None if math.isnan(value) else float(value) for value in p),
        false_discovery_rate=false_discovery_rate,
        n=found.n,
        sidedness="upper" if found.direction == "up" else "two_sided_central",
        method=f"noufaily_{found.threshold}",
        caveats=(("sparse_left_out",) if sparse else ())
        + (("detection_driven",) if any(line.detection_driven for line in lines) else ()),
    )


def course_of(
    counts: Sequence[Sequence[int]],
    *,
    period: Period = "week",
    first_weekday: int = 0,
    trend: bool = True,
    harmonics: int = 2,
) -> Any:
    """Return what the model gives for the last year of each series' history, for drawing a line.

    Use for the few series that are listed. Not as a forecast: the counts themselves made the model.

    Parameters
    ----------
    counts, period, first_weekday, trend, harmonics
        As for `deviations`; the last period is left out.

    Returns
    -------
    array of float, shape (series, periods of a year) [events]

    Raises
    ------
    NotACount, SeriesDiffer, SettingOutOfRange, WorkTooLarge
        As for `deviations`.

    Source
    ------
    As for `deviations`.

    Examples
    --------
    >>> course_of([[3, 4, 5, 4, 3, 5, 4, 4] * 14 + [19]]).shape
    (1, 52)
    """
    _check(period, first_weekday, "both", harmonics, "negative_binomial", 0.05, 0.95)
    table = _table(counts)
    design = _design(table.shape[1], period, first_weekday, trend, harmonics)
    return _fit(table[:, :-1], design, round(PER_YEAR[period]))[3]


def _check(
    period: str, weekday: int, direction: str, harmonics: int, threshold: str, rate: float, level: float
) -> None:
    wanted: tuple[tuple[str, Any, bool, str], ...] = (
        ("period", period, period in PER_YEAR, "four_weeks | week | day | hour"),
        ("first_weekday", weekday, weekday in range(7), "0 (Monday) to 6"),
        ("direction", direction, direction in ("up", "both"), "up | both"),
        ("harmonics", harmonics, harmonics in range(7), "0 to 6"),
        (
            "threshold",
            threshold,
            threshold in ("negative_binomial", "two_thirds_power"),
            "negative_binomial | two_thirds_power",
        ),
        ("false_discovery_rate", rate, 0 < rate < 1, "between 0 and 1"),
        ("level", level, 0 < level < 1, "between 0 and 1"),
    )
    for name, value, good, range_ in wanted:
        if not good:
            raise SettingOutOfRange(name=name, value=value, wanted=range_)


def _table(counts: Any) -> Any:
    try:
        table = np.asarray(counts, dtype=float)
    except (TypeError, ValueError):
        raise SeriesDiffer(found="rows of different length", wanted="a table (series, periods)") from None
    if table.ndim != 2 or not table.size:
        raise SeriesDiffer(found=str(table.shape), wanted="a table (series, periods)")
    if table.size > MOST_CELLS:
        raise WorkTooLarge(found=table.size, wanted=MOST_CELLS, where="counts")
    bad = ~((table >= 0) & (table == np.floor(table)) & np.isfinite(table))
    if bad.any():
        raise NotACount(value=table[bad][0], where="counts")
    return table


def _names(given: Sequence[str] | None, n: int, where: str) -> list[str]:
    if given is None:
        return [str(i + 1) for i in range(n)]
    if len(given) != n:
        raise SeriesDiffer(found=f"{len(given)} {where}", wanted=f"{n}")
    return [str(name) for name in given]


def _design(periods: int, period: str, weekday: int, trend: bool, harmonics: int) -> Any:
    at = np.arange(periods)
    columns = [np.ones(periods)]
    if trend:
        columns.append((at - periods / 2) / periods)
    turn = 2 * math.pi * at / PER_YEAR[period]
    for k in range(1, harmonics + 1):
        columns += [np.cos(k * turn), np.sin(k * turn)]
    if period in ("day", "hour"):
        day = ((at if period == "day" else at // 24) + weekday) % 7
        columns += [(day == d).astype(float) for d in range(1, 7)]
    if period == "hour":
        columns += [(at % 24 == h).astype(float) for h in range(1, 24)]
    return np.column_stack(columns)


def _predict(history: Any, design: Any, year: int) -> tuple[Any, Any, Any]:
    """Return expected count, variance of a new count and φ for every series."""
    step = max(1, BLOCK // history.shape[1])
    parts = [_fit(history[i : i + step], design, year)[:3] for i in range(0, len(history), step)]
    first, second, third = (np.concatenate(part) for part in zip(*parts, strict=True))
    return first, second, third


def _fit(y: Any, design: Any, year: int) -> tuple[Any, Any, Any, Any]:
    past, now = design[:-1], design[-1]
    weights = np.ones_like(y)
    beta, mean, inverse = _irls(y, past, weights)
    phi = _phi(y, mean, weights, past.shape[1])
    leverage = mean * np.einsum("ti,sij,tj->st", past, inverse, past, optimize=True)
    # The residual of a Poisson count whose 2/3 power is close to normal.
    residual = 1.5 * (y ** (2 / 3) - mean ** (2 / 3)) / mean ** (1 / 6)
    residual /= np.sqrt(phi[:, None] * np.clip(1 - leverage, 0.05, 1))
    weights = np.where(residual > PEAK, residual.clip(min=1.0) ** -2, 1.0)
    weights *= y.shape[1] / weights.sum(axis=1, keepdims=True)
    beta, mean, inverse = _irls(y, past, weights, beta)
    phi = _phi(y, mean, weights, past.shape[1])
    expected = np.exp(np.clip(beta @ now, -30, 30))
    uncertain = expected**2 * phi * np.einsum("i,sij,j->s", now, inverse, now)
    return expected, phi * expected + uncertain, phi, mean[:, -year:]


def _irls(y: Any, design: Any, weights: Any, beta: Any = None) -> tuple[Any, Any, Any]:
    """Return coefficients, means and inverse information of one weighted Poisson fit per row."""
    terms = design.shape[1]
    if beta is None:
        beta = np.zeros((len(y), terms))
        beta[:, 0] = np.log(np.maximum(y.mean(axis=1), 1e-3))
    products = (design[:, :, None] * design[:, None, :]).reshape(len(design), -1)
    # A series without events, or with an empty weekday, has its optimum at −∞; a hair of ridge stops there.
    ridge = 1e-6 * np.eye(terms)
    previous = np.full(len(y), np.inf)
    at = np.arange(len(y))  # the rows that still move: most series are done in a handful of steps
    for _step in range(50):
        mean = np.exp(np.clip(beta[at] @ design.T, -12, 25))
        information = ((weights[at] * mean) @ products).reshape(-1, terms, terms) + ridge
        score = (weights[at] * (y[at] - mean)) @ design - 1e-6 * beta[at]
        move = np.linalg.solve(information, score[:, :, None])[:, :, 0]
        size = np.abs(move).max(axis=1)
        beta[at] += move * np.minimum(1.0, 3.0 / np.maximum(size, 1e-12))[:, None]
        left = (size >= 1e-9) & ((_step <= 25) | (size < previous[at]))
        previous[at] = size
        at = at[left]
        if not len(at):
            break
    mean = np.exp(np.clip(beta @ design.T, -12, 25))
    information = ((weights * mean) @ products).reshape(-1, terms, terms) + ridge
    return beta, mean, np.linalg.inv(information)


def _phi(y: Any, mean: Any, weights: Any, terms: int) -> Any:
    return np.maximum(1.0, (weights * (y - mean) ** 2 / mean).sum(axis=1) / (y.shape[1] - terms))


def _negative_binomial(expected: Any, variance: Any) -> Any:
    extra = np.maximum(variance - expected, 1e-6 * expected)
    return stats.nbinom(expected**2 / extra, expected / (expected + extra))


def _tails(y: Any, expected: Any, variance: Any, threshold: str, direction: str) -> Any:
    if threshold == "negative_binomial":
        law = _negative_binomial(expected, variance)
        upper, lower = law.sf(y - 1), law.cdf(y)
    else:
        scale = 2 / 3 * np.sqrt(variance) / expected
        z = ((y / expected) ** (2 / 3) - 1) / scale
        upper, lower = special.ndtr(-z), special.ndtr(z)
    return upper if direction == "up" else np.minimum(1.0, 2 * np.minimum(upper, lower))


def _prediction(expected: float, variance: float, threshold: str, level: float) -> Interval:
    tail = (1 - level) / 2
    if threshold == "negative_binomial":
        law = _negative_binomial(expected, variance)
        return Interval(float(law.ppf(tail)), float(law.ppf(1 - tail)), level)
    half = -float(special.ndtri(tail)) * 2 / 3 * math.sqrt(variance) / expected
    return Interval(expected * max(0.0, 1 - half) ** 1.5, expected * (1 + half) ** 1.5, level)
