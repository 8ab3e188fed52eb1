"""Circular zones of the scan statistics, and the plain scan over them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from samsyn.analysis.errors import WorkTooLarge

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
MOST_STEPS = 60_000_000
SAME = 1e-9  # log likelihood ratios this near are equal: sums were made in another order


@dataclass(frozen=True, slots=True)
class Zones:
    """Places in order of distance from every centre, one centre after the other.

    Parameters
    ----------
    order : array of int32, shape (steps,)
    starts : array of int64, shape (centres + 1,)
        Where each centre begins; the zones of a centre are its first one, two, three … places.
    """

    order: npt.NDArray[np.int32]
    starts: Ints

    def places(self, centre: int, size: int) -> Ints:
        """Return the places of one zone, nearest first."""
        start = int(self.starts[centre])
        return self.order[start : start + size].astype(np.int64)


def zones_of(x: Floats, y: Floats, weights: Floats, cap_percent: float, max_radius: float | None) -> Zones:
    """Return the zones around every place that hold at most a share of all the weight.

    Source: see `samsyn.analysis.scan`.
    """
    most = weights.sum() * cap_percent / 100 * (1 + 1e-12)
    number, parts, sizes, steps = x.size, [], [], 0
    guess = number
    if number > 400:
        guess = min(number, int(number * cap_percent / 100 * 2) + 32)
    for centre in range(number):
        far = (x - x[centre]) ** 2 + (y - y[centre]) ** 2
        near = _nearest(far, weights, most, guess)
        inside = int(np.searchsorted(np.cumsum(weights[near]), most, side="right"))
        if max_radius is not None:
            limit = max_radius * max_radius * (1 + 1e-12)
            inside = min(inside, int(np.searchsorted(far[near], limit, side="right")))
        parts.append(near[:inside].astype(np.int32))
        sizes.append(inside)
        steps += inside
        if steps > MOST_STEPS:
            raise WorkTooLarge(found=f"{steps} zones", wanted=MOST_STEPS, where="cap_percent")
    return Zones(np.concatenate(parts), np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64))


def _nearest(far: Floats, weights: Floats, most: float, guess: int) -> Ints:
    """Return the nearest places, in order of distance and then of number, enough to pass the cap."""
    while guess < far.size:
        near: Ints = np.sort(np.argpartition(far, guess)[:guess])
        near = near[np.argsort(far[near], kind="stable")]
        # A tie with the last place could hide one with a lower number: such places are left out.
        near = near[far[near] < far[near[-1]]]
        if near.size and weights[near].sum() > most:
            return near
        guess *= 2
    return np.argsort(far, kind="stable")


@dataclass(frozen=True, slots=True)
class Windows:
    """Periods as half-open positions [from, to) among the days of the study."""

    begins: Ints
    ends: Ints


def windows_of(days: int, min_days: int, max_days: int, *, prospective: bool) -> Windows:
    """Return the windows of the allowed lengths: those that last to the end, or all.

    Source: see `samsyn.analysis.scan`.
    """
    ends = [days] if prospective else range(1, days + 1)
    pairs = [(e - n, e) for e in ends for n in range(min_days, max_days + 1) if n <= e]
    table = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return Windows(table[:, 0].copy(), table[:, 1].copy())


@dataclass(frozen=True, slots=True)
class Model:
    """What a scan compares: how many cases in all, out of how much, and which way."""

    cases: int
    total: float
    bernoulli: bool
    direction: int
    least: int


def cumulative(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return sums over days from the start, with a zero first, shape (places, days + 1).

    Source: see `samsyn.analysis.scan`.
    """
    out = np.zeros((values.shape[0], values.shape[1] + 1), values.dtype)
    np.cumsum(values, axis=1, out=out[:, 1:])
    return out


Best = tuple[Floats, Ints, Ints]


def best_of_centres(
    zones: Zones, counts: Ints, bases: Floats, windows: Windows, model: Model, *, compiled: bool
) -> Best:
    """Return the best cylinder of every centre: log likelihood ratio, size and window.

    Source: see `samsyn.analysis.scan`.
    """
    found = _room(zones)
    if compiled:
        _compiled(zones, counts, bases, windows, model, found, overall=False)
    else:
        _plain(zones, counts, bases, windows, model, found)
    return found


def top(
    zones: Zones, counts: Ints, bases: Floats, windows: Windows, model: Model, *, compiled: bool
) -> float:
    """Return the largest log likelihood ratio of all cylinders.

    Source: see `samsyn.analysis.scan`.
    """
    found = _room(zones)
    if compiled:
        return float(_compiled(zones, counts, bases, windows, model, found, overall=True))
    _plain(zones, counts, bases, windows, model, found)
    return float(found[0].max(initial=0.0))


def _room(zones: Zones) -> Best:
    n = zones.starts.size - 1
    return np.zeros(n), np.zeros(n, np.int64), np.zeros(n, np.int64)


def _compiled(
    zones: Zones, counts: Ints, bases: Floats, w: Windows, m: Model, found: Best, *, overall: bool
) -> Any:
    from samsyn.analysis._scan_kernels import scan

    return scan(
        zones.order, zones.starts, counts, bases, w.begins, w.ends, float(m.cases), float(m.total),
        m.bernoulli, m.direction, m.least, *found, overall,
    )  # fmt: skip


def _plain(zones: Zones, counts: Ints, bases: Floats, w: Windows, m: Model, found: Best) -> None:
    for centre in range(zones.starts.size - 1):
        order = zones.order[zones.starts[centre] : zones.starts[centre + 1]]
        if not order.size:
            continue
        c_run, b_run = np.cumsum(counts[order], axis=0), np.cumsum(bases[order], axis=0)
        c = c_run[:, w.ends] - c_run[:, w.begins]
        base = b_run[:, w.ends] - b_run[:, w.begins]
        llr = log_likelihood_ratio(c, base, m)
        best = llr.max(initial=0.0)
        if best > 0:
            size, window = divmod(int(np.argmax(llr >= best - SAME)), w.begins.size)
            found[0][centre], found[1][centre], found[2][centre] = best, size + 1, window


def log_likelihood_ratio(c: Any, base: Any, m: Model) -> Floats:
    """Return the log likelihood ratios of cylinders; 0 where the direction or the least number forbids.

    Source: see `samsyn.analysis.scan`.
    """
    c, base = np.asarray(c, float), np.asarray(base, float)
    share = base / m.total
    usable = (share > 0) & (share < 1 - 1e-12)
    share = np.where(usable, share, 0.5)
    c = np.where(usable, c, m.cases * share)
    mu = m.cases * share
    llr = _part(c, mu) + _part(m.cases - c, m.cases - mu)
    if m.bernoulli:
        others = m.total - m.cases
        inside = np.where(usable, base - c, others * share)
        llr = llr + _part(inside, others * share) + _part(others - inside, others * (1 - share))
    allowed = usable & ((c <= mu) | (c >= m.least))
    if m.direction > 0:
        allowed &= c > mu
    elif m.direction < 0:
        allowed &= c < mu
    return np.where(allowed, np.maximum(llr, 0.0), 0.0)


def _part(a: Floats, b: Floats) -> Floats:
    positive = a > 0
    safe = np.where(positive, a, 1.0)
    return np.where(positive, safe * np.log(safe / np.where(positive, b, 1.0)), 0.0)
