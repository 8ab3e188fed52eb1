"""Several estimates of one effect in a table that says where they disagree."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from samsyn.analysis._poisson_panel import Panel, panel
from samsyn.analysis.change import compare_counts
from samsyn.analysis.effects import difference_in_differences
from samsyn.analysis.rates import as_level
from samsyn.analysis.results import Interval, Result
from samsyn.analysis.synthetic import synthetic_control, synthetic_difference_in_differences
from samsyn.domain.errors import SamsynError


@dataclass(frozen=True, slots=True)
class EstimateOfMethod(Result):
    """One row: what one method says, or why it says nothing.

    Parameters
    ----------
    name : str
        Method.
    percent : float or None [per cent]
        Change beside what the method would expect.
    interval : Interval or None [per cent]
    p : float or None in [0, 1]
    direction : "up", "down", "equal" or "unknown"
    refused : str or None
        Code of the refusal.
    """

    name: str
    percent: float | None
    interval: Interval | None
    p: float | None
    direction: str
    refused: str | None
    caveats: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EstimatorComparison(Result):
    """The methods beside each other.

    Parameters
    ----------
    estimates : tuple of EstimateOfMethod
    directions_agree : bool
        Among the methods that gave an answer.
    opposite : tuple of (name, name)
        Pairs with different directions.
    apart : tuple of (name, name)
        Pairs whose intervals have nothing in common.
    answered : int [methods]
    n : int [events]
    """

    estimates: tuple[EstimateOfMethod, ...]
    directions_agree: bool
    opposite: tuple[tuple[str, str], ...]
    apart: tuple[tuple[str, str], ...]
    answered: int
    n: int
    method: str = "estimators_side_by_side"
    caveats: tuple[str, ...] = ()


def compare_estimators(
    area: Sequence[Any],
    period: Sequence[Any],
    count: Sequence[int],
    *,
    treated_from: Mapping[str, Any] | None = None,
    treated: Sequence[int] | None = None,
    level: float = 0.95,
    phi: float | None = None,
    replications: int = 199,
    rng: int = 0,
    detection_driven: bool = False,
) -> EstimatorComparison:
    """Return the estimates of several methods on one panel, with where they disagree.

    Use to see how much an answer rests on the method. Not to choose the method with the most welcome answer:
    name it before the figures are loaded.

    Parameters
    ----------
    area, period, count, treated_from, treated, detection_driven
        As `effects.difference_in_differences`.
    level : float in (0, 1) [1]
    phi : float or None [1]
        Overdispersion, for before and after alone.
    replications, rng : int
        For the methods that draw.

    Returns
    -------
    EstimatorComparison
        A method that refuses keeps its row, with the code of the refusal.

    Raises
    ------
    As `effects.difference_in_differences`, when the panel itself cannot be used.

    Source
    ------
    Rule C.4; each method has its own.

    Examples
    --------
    >>> rows = [(f"{a}", t, 20 + (a * 7 + t * 3) % 5) for a in range(14) for t in range(6)]
    >>> found = compare_estimators(*zip(*rows), treated_from={"0": 5})
    >>> [one.name for one in found.estimates][:2]
    ['before_after', 'difference_in_differences']
    """
    as_level(level)
    found = panel(
        area,
        period,
        count,
        treated_from,
        treated,
        None,
        detection_driven=detection_driven,
        method="compare-estimators",
    )
    rows: dict[str, Any] = {"treated_from": treated_from, "treated": treated}
    asked: dict[str, Callable[[], EstimateOfMethod]] = {
        "before_after": lambda: _before_after(found, level, phi),
        "difference_in_differences": lambda: _did(area, period, count, rows, level, replications, rng),
        "synthetic_control": lambda: _row(
            "synthetic_control", synthetic_control(area, period, count, **rows), None
        ),
        "synthetic_difference_in_differences": lambda: _sdid(
            area, period, count, rows, level, replications, rng
        ),
    }
    wdd = _displacement()
    if wdd is not None:
        function = wdd
        asked["weighted_displacement_difference"] = lambda: _wdd(function, found, level)
    estimates = []
    for name, ask in asked.items():
        try:
            estimates.append(ask())
        except SamsynError as why:
            estimates.append(EstimateOfMethod(name, None, None, None, "unknown", why.code))
    given = [one for one in estimates if one.refused is None]
    pairs = [(a, b) for i, a in enumerate(given) for b in given[i + 1 :]]
    opposite = tuple((a.name, b.name) for a, b in pairs if {a.direction, b.direction} == {"up", "down"})
    apart = tuple((a.name, b.name) for a, b in pairs if _apart(a.interval, b.interval))
    return EstimatorComparison(
        estimates=tuple(estimates),
        directions_agree=not opposite,
        opposite=opposite,
        apart=apart,
        answered=len(given),
        n=int(found.counts.sum()),
        caveats=("estimates_disagree",) if opposite or apart else (),
    )


def _apart(one: Interval | None, other: Interval | None) -> bool:
    return one is not None and other is not None and (one.high < other.low or other.high < one.low)


def _way(value: float | None) -> str:
    if value is None:
        return "unknown"
    return "equal" if abs(value) < 1e-9 else "up" if value > 0 else "down"


def _row(name: str, result: Any, interval: Interval | None) -> EstimateOfMethod:
    return EstimateOfMethod(
        name, result.percent, interval, result.p, _way(result.percent), None, result.caveats
    )


def _sums(found: Panel) -> tuple[int, int, int, int, int, int]:
    """Return counts before and after, of treated and others, and the number of periods of each."""
    first = int(found.starts.min())
    on, y = found.treated, found.counts
    cells = (y[on][:, :first], y[on][:, first:], y[~on][:, :first], y[~on][:, first:])
    a, b, c, d = (int(cell.sum()) for cell in cells)
    return a, b, c, d, first, len(found.periods) - first


def _before_after(found: Panel, level: float, phi: float | None) -> EstimateOfMethod:
    a, b, _c, _d, before, after = _sums(found)
    # Unequal numbers of periods are compared per period; the caveats of the comparison say so.
    pair = compare_counts(
        a, b, days_before=before * 30, days_after=after * 30, phi=phi, level=level, season_confirmed=True
    )
    percent = None if pair.ratio is None else (pair.ratio - 1) * 100
    return EstimateOfMethod(
        "before_after", percent, pair.interval.as_percent_change(), pair.p, _way(percent), None, pair.caveats
    )


def _did(
    area: Any, period: Any, count: Any, rows: dict[str, Any], level: float, replications: int, rng: int
) -> EstimateOfMethod:
    result = difference_in_differences(
        area, period, count, **rows, level=level, replications=replications, rng=rng, engine="own"
    )
    inside = None if result.interval is None else result.interval.as_percent_change()
    return _row("difference_in_differences", result, inside)


def _sdid(
    area: Any, period: Any, count: Any, rows: dict[str, Any], level: float, replications: int, rng: int
) -> EstimateOfMethod:
    result = synthetic_difference_in_differences(
        area, period, count, **rows, level=level, replications=replications, rng=rng
    )
    inside = None
    if result.percent is not None and result.effect:
        scale = result.percent / result.effect
        inside = Interval(result.interval.low * scale, result.interval.high * scale, level)
    return _row("synthetic_difference_in_differences", result, inside)


def _displacement() -> Callable[..., Any] | None:
    try:
        module = importlib.import_module("samsyn.analysis.displacement")
    except ImportError:
        return None
    return getattr(module, "weighted_displacement_difference", None)


def _wdd(function: Callable[..., Any], found: Panel, level: float) -> EstimateOfMethod:
    a, b, c, d, before, after = _sums(found)
    result = function([a, b], [c, d], period_weights=(before, after), level=level)
    # Events per period, divided by those of the place before.
    scale = 100 * before / a
    inside = Interval(result.interval.low * scale, result.interval.high * scale, level)
    percent = result.estimate * scale
    return EstimateOfMethod(
        "weighted_displacement_difference", percent, inside, result.p, _way(percent), None, result.caveats
    )
