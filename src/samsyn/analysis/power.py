"""What can be seen before a trial starts: which count would be clear, and how large a true change must be."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

from samsyn.analysis.errors import SettingOutOfRange, TooFewEvents
from samsyn.analysis.rates import as_count, as_exposure, as_level
from samsyn.analysis.results import Result

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
DRAWS = 4_000


@dataclass(frozen=True, slots=True)
class PowerBeforeStart(Result):
    """What a comparison of counts can show, known before it starts.

    Parameters
    ----------
    baseline : int [events]
    expected_after : float [events]
        If nothing changes.
    clear_count : int or None [events]
        The count nearest the expected that is clear; None when no count is.
    clear_change : float or None [per cent]
    detectable_change : float or None [per cent]
        The true change that is found with probability ``target_power``; None when even a full stop is not.
    curve_change : tuple of float [per cent]
    curve_power : tuple of float in [0, 1]
    size : float in [0, 1]
        How often an unchanged place would be called changed in this direction.
    """

    baseline: int
    expected_after: float
    clear_count: int | None
    clear_change: float | None
    detectable_change: float | None
    target_power: float
    alpha: float
    direction: str
    phi: float
    curve_change: tuple[float, ...]
    curve_power: tuple[float, ...]
    size: float
    n: int
    sidedness: str
    method: str
    caveats: tuple[str, ...] = ()


def power_before_start(
    baseline: int,
    *,
    periods_before: float = 1,
    periods_after: float = 1,
    alpha: float = 0.05,
    two_sided: bool = True,
    direction: Literal["down", "up"] = "down",
    phi: float = 1.0,
    target_power: float = 0.8,
    comparison_before: int | None = None,
    comparison_after: int | None = None,
    rng: int | np.random.Generator = 0,
) -> PowerBeforeStart:
    """Return which later count would be clear, and how large a true change must be to be seen.

    Use before a trial, to choose its length and area. Not afterwards, on the count that was seen. Without a
    comparison every outcome is enumerated; the size is never above ``alpha`` when ``phi`` is 1.

    Parameters
    ----------
    baseline : int [events]
        Counted, or expected, in the earlier periods.
    periods_before, periods_after : float [periods]
    alpha : float in (0, 1) [1]
    two_sided : bool
        Central: half of ``alpha`` in each tail.
    direction : "down" or "up"
    phi : float, at least 1 [1]
        Variance divided by mean, see `variation.overdispersion`.
    target_power : float in (0, 1) [1]
    comparison_before, comparison_after : int or None [events]
        Counts of the comparison, the later one as expected; both or neither.
    rng : int or numpy.random.Generator
        For the draws that power with a comparison rests on.

    Returns
    -------
    PowerBeforeStart

    Raises
    ------
    NotACount, NoExposure
        A count or a length cannot be used.
    TooFewEvents
        The baseline or a count of the comparison is 0.
    SettingOutOfRange
        A setting is outside its range.

    Source
    ------
    Przyborowski & Wilenski (1940), Biometrika 31:313–323; Fisher's exact test for the comparison.

    Examples
    --------
    >>> found = power_before_start(71)
    >>> found.clear_count, round(found.clear_change)
    (48, -32)
    """
    baseline = as_count(baseline, "baseline")
    before = as_exposure(periods_before, "periods_before")
    after = as_exposure(periods_after, "periods_after")
    as_level(alpha)
    as_level(target_power)
    if direction not in ("down", "up"):
        raise SettingOutOfRange(name="direction", value=direction, wanted="down | up")
    if not (math.isfinite(phi) and phi >= 1):
        raise SettingOutOfRange(name="phi", value=phi, wanted="a number from 1")
    if (comparison_before is None) != (comparison_after is None):
        raise SettingOutOfRange(
            name="comparison", value="one count", wanted="both comparison_before and comparison_after"
        )
    if baseline < 1:
        raise TooFewEvents(found=baseline, wanted=1, where="baseline")
    tail = alpha / 2 if two_sided else alpha
    down = direction == "down"
    expected = baseline * after / before
    power: Callable[[float], float]
    if comparison_before is None or comparison_after is None:
        share = after / (before + after)
        clear = int(_clear(np.array([baseline]), share, tail, phi, down)[0])
        power = _enumerated(baseline, expected, share, tail, phi, down)
        method = "power_exact_two_counts" if phi == 1 else "power_enumerated_overdispersed"
    else:
        control = tuple(as_count(v, "comparison") for v in (comparison_before, comparison_after))
        if min(control) < 1:
            raise TooFewEvents(found=min(control), wanted=1, where="comparison")
        expected = baseline * control[1] / control[0]
        fixed = (np.array([control[0]]), np.array([control[1]]))
        clear = int(_clear_beside(np.array([baseline]), *fixed, tail, phi, down)[0])
        power = _drawn(baseline, expected, control, tail, phi, down, np.random.default_rng(rng))
        method = "power_simulated_with_comparison"
    grid = np.arange(0, -101, -5) if down else np.arange(0, 201, 10)
    curve = tuple(power(1 + change / 100) for change in grid)
    return PowerBeforeStart(
        baseline=baseline,
        expected_after=expected,
        clear_count=clear if clear >= 0 else None,
        clear_change=(clear / expected - 1) * 100 if clear >= 0 else None,
        detectable_change=_smallest(power, target_power, down),
        target_power=target_power,
        alpha=alpha,
        direction=direction,
        phi=float(phi),
        curve_change=tuple(float(change) for change in grid),
        curve_power=curve,
        size=curve[0],
        n=baseline,
        sidedness="two_sided_central" if two_sided else "one_sided",
        method=method,
        caveats=("small_numbers",) if baseline < 20 else (),
    )


def _smallest(power: Callable[[float], float], wanted: float, down: bool) -> float | None:
    """Return the smallest true change that reaches the power [per cent]."""
    far = 0.0 if down else 2.0
    while power(far) < wanted:
        if down or far > 1000:
            return None
        far *= 2
    near = 1.0
    if power(near) >= wanted:
        return 0.0
    for _step in range(40):
        middle = (near + far) / 2
        near, far = (near, middle) if power(middle) >= wanted else (middle, far)
    return (far - 1) * 100


def _tail(x: Ints, y: Ints, share: float, phi: float, down: bool) -> Floats:
    """Return the tail probability of the later count ``x`` beside the earlier ``y``."""

    def exact(a: Any, b: Any) -> Any:
        if down:
            return np.where(b > 0, special.betaincc(a + 1, np.maximum(b, 1e-300), share), 1.0)
        return np.where(a > 0, special.betainc(np.maximum(a, 1e-300), b + 1, share), 1.0)

    found: Floats = exact(x, y)
    if phi > 1:
        both = (x > 0) & (y > 0)
        a, b = np.where(both, x, 1), np.where(both, y, 1)
        z = (np.log(a / b) - math.log(share / (1 - share))) / np.sqrt(phi * (1 / a + 1 / b))
        wide = np.where(both, special.ndtr(z if down else -z), exact(x / phi, y / phi))
        found = np.maximum(found, wide)
    return found


def _bisected(clear: Callable[[Ints], NDArray[np.bool_]], top: Ints, down: bool) -> Ints:
    """Return the clear count nearest the unclear ones, −1 where there is none.

    Zero is looked at by itself, because it is judged by another function when φ is above 1.
    """
    low, high = np.ones_like(top), top.copy()
    # Invariant: the answer, if any, is between low and high; down: low is clear, up: high is clear.
    at_low, at_high = clear(low), clear(high)
    while np.any(high - low > 1):
        middle = (low + high) // 2
        yes = clear(middle)
        if down:
            low, high = np.where(yes, middle, low), np.where(yes, high, middle)
        else:
            low, high = np.where(yes, low, middle), np.where(yes, middle, high)
    if not down:
        return np.where(at_low, 1, np.where(at_high, high, -1))
    one = np.where(at_high, top, low)
    return np.where(at_low, one, np.where(clear(np.zeros_like(top)), 0, -1))


def _clear(y: Ints, share: float, tail: float, phi: float, down: bool) -> Ints:
    rate = share / (1 - share)
    reach = y * rate if down else (y + 30 * phi) * rate * 4 + 60 * phi / (1 - share) + 100
    return _bisected(lambda x: _tail(x, y, share, phi, down) < tail, np.ceil(reach).astype(int) + 2, down)


def _distribution(mean: float, phi: float) -> Any:
    """Return Poisson, or the negative binomial with variance φ times the mean."""
    if phi == 1 or mean == 0:
        return stats.poisson(mean)
    return stats.nbinom(mean / (phi - 1), 1 / phi)


def _enumerated(
    baseline: int, expected: float, share: float, tail: float, phi: float, down: bool
) -> Callable[[float], float]:
    first = _distribution(baseline, phi)
    y = np.arange(int(first.ppf(1e-12)), int(first.isf(1e-12)) + 1)
    weight, limit = first.pmf(y), _clear(y, share, tail, phi, down)

    def power(ratio: float) -> float:
        later = _distribution(expected * ratio, phi)
        reached = later.cdf(limit) if down else np.where(limit < 0, 0.0, later.sf(limit - 1))
        return float(min(1.0, np.sum(weight * np.where(limit < 0, 0.0, reached))))

    return power


def _tail_beside(x: Ints, y: Ints, c: Ints, d: Ints, phi: float, down: bool) -> Floats:
    """Return Fisher's tail for ``x`` after and ``y`` before, beside ``d`` after and ``c`` before."""
    total, later, place = x + y + c + d, x + d, x + y
    found: Floats = (
        stats.hypergeom.cdf(x, total, later, place)
        if down
        else stats.hypergeom.sf(x - 1, total, later, place)
    )
    if phi > 1:
        a, b, e, f = (np.maximum(v, 0.5) for v in (x, y, c, d))
        z = np.log(a * e / (b * f)) / np.sqrt(phi * (1 / a + 1 / b + 1 / e + 1 / f))
        found = np.maximum(found, special.ndtr(z if down else -z))
    return found


def _clear_beside(y: Ints, c: Ints, d: Ints, tail: float, phi: float, down: bool) -> Ints:
    rate = (d + 1) / np.maximum(c, 1)
    reach = y * rate if down else (y + 30 * phi) * rate * 8 + 100 * phi
    return _bisected(
        lambda x: _tail_beside(x, y, c, d, phi, down) < tail, np.ceil(reach).astype(int) + 2, down
    )


def _drawn(
    baseline: int,
    expected: float,
    control: tuple[int, ...],
    tail: float,
    phi: float,
    down: bool,
    generator: np.random.Generator,
) -> Callable[[float], float]:
    # Baselines and comparison are drawn; the later count is summed over exactly, given each draw.
    uniform = generator.random((3, DRAWS))
    y, c, d = (
        _distribution(mean, phi).ppf(u).astype(int)
        for mean, u in zip((baseline, *control), uniform, strict=True)
    )
    limit = _clear_beside(y, c, d, tail, phi, down)

    def power(ratio: float) -> float:
        later = _distribution(expected * ratio, phi)
        reached = later.cdf(limit) if down else later.sf(limit - 1)
        return float(np.mean(np.where(limit < 0, 0.0, reached)))

    return power
