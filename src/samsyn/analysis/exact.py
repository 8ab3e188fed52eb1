"""Two Poisson counts: p-value functions and the intervals that are cut from them.

Given their sum, the later of two counts is binomial with probability θ·e₂/(e₁+θ·e₂) under the rate ratio θ.
Every interval here is the set of θ whose p is at least 1 − level, from the same function as the p.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from samsyn.analysis.errors import SettingOutOfRange

MINLIKE_LIMIT = 200_000  # summed count; beyond it the two conventions differ by nothing a person can see
TIE = 1 + 1e-7  # as R: probabilities this close are the same


class Pair(NamedTuple):
    """Counts and exposures of the earlier and the later period."""

    before: int
    after: int
    exposure_before: float
    exposure_after: float

    @property
    def share(self) -> float:
        """The probability that an event falls in the later period when nothing has changed [1]."""
        return self.exposure_after / (self.exposure_before + self.exposure_after)

    def ratio_at(self, probability: float) -> float:
        """Return the rate ratio that gives the later period this share of the events [1]."""
        if probability >= 1:
            return math.inf
        return probability / (1 - probability) * self.exposure_before / self.exposure_after


def central_p(pair: Pair, phi: float = 1.0) -> float:
    """Return twice the smaller tail; with φ the counts are divided by it, which zero counts survive."""
    x, y = pair.after / phi, pair.before / phi
    if x + y == 0:
        return 1.0
    lower = 1.0 if y == 0 else float(special.betaincc(x + 1, y, pair.share))
    upper = 1.0 if x == 0 else float(special.betainc(x, y + 1, pair.share))
    return min(1.0, 2 * min(lower, upper))


def central_limits(pair: Pair, level: float, phi: float = 1.0) -> tuple[float, float]:
    """Return the limits for the rate ratio that `central_p` does not reject (Clopper & Pearson)."""
    x, y, tail = pair.after / phi, pair.before / phi, (1 - level) / 2
    low = pair.ratio_at(float(special.betaincinv(x, y + 1, tail))) if x else 0.0
    high = pair.ratio_at(float(special.betainccinv(x + 1, y, tail))) if y else math.inf
    return low, high


def log_ratio_p(pair: Pair, phi: float) -> float:
    """Return 2Φ(−|ln RR|/√(φ(1/a+1/b))); with an empty period the central test on counts divided by φ."""
    if not (pair.before and pair.after):
        return central_p(pair, phi)
    distance = abs(_log_ratio(pair)) / math.sqrt(phi * (1 / pair.before + 1 / pair.after))
    return float(special.erfc(distance / math.sqrt(2)))


def log_ratio_limits(pair: Pair, level: float, phi: float) -> tuple[float, float]:
    """Return the limits for the rate ratio that `log_ratio_p` does not reject."""
    if not (pair.before and pair.after):
        return central_limits(pair, level, phi)
    reach = -float(special.ndtri((1 - level) / 2)) * math.sqrt(phi * (1 / pair.before + 1 / pair.after))
    middle = _log_ratio(pair)
    return math.exp(middle - reach), math.exp(middle + reach)


def _log_ratio(pair: Pair) -> float:
    if pair.exposure_before == pair.exposure_after and pair.before == pair.after:
        return 0.0
    return math.log(pair.after / pair.before) - math.log(pair.exposure_after / pair.exposure_before)


def minlike_p(pair: Pair) -> float:
    """Return the summed probability of every outcome no more likely than the one seen (R's convention)."""
    from scipy import stats  # slow to load, and only this convention needs it

    n = _minlike_size(pair)
    chances = stats.binom.pmf(np.arange(n + 1), n, pair.share)
    return min(1.0, float(chances[chances <= chances[pair.after] * TIE].sum()))


def minlike_limits(pair: Pair, level: float) -> tuple[float, float]:
    """Return the smallest interval that holds every rate ratio `minlike_p` does not reject."""
    n = _minlike_size(pair)
    low = pair.ratio_at(_minlike_low(pair.after, n, 1 - level))
    high = pair.ratio_at(1 - _minlike_low(pair.before, n, 1 - level))
    return low, high


def _minlike_size(pair: Pair) -> int:
    n = pair.before + pair.after
    if n > MINLIKE_LIMIT:
        raise SettingOutOfRange(
            name="two_sided", value="minlike", wanted=f"central above {MINLIKE_LIMIT} events"
        )
    return n


def _minlike_low(x: int, n: int, alpha: float) -> float:
    """Return the lowest probability at which ``x`` of ``n`` is not rejected.

    Outcome y < x is as unlikely as x from the odds (C(n,y)/C(n,x))^(1/(x−y)) on, so p jumps up there and is
    first falling, then rising until the next jump: only jumps and the ends of stretches need a look.
    """
    if x == 0:
        return 0.0
    from scipy import optimize, stats  # slow to load, and only this convention needs them

    y = np.arange(x)
    choose = special.gammaln(n + 1) - special.gammaln(y + 1) - special.gammaln(n - y + 1)
    seen = special.gammaln(n + 1) - special.gammaln(x + 1) - special.gammaln(n - x + 1)
    jumps: NDArray[np.float64] = special.expit((choose - seen) / (x - y))
    # The stretch before the first jump has no lower tail; the last one ends where x itself is the mode.
    starts, ends = np.concatenate([[0.0], jumps]), np.concatenate([jumps, [min(1.0, (x + 1) / (n + 1))]])
    ends = np.maximum(starts, ends)
    upper_start, upper_end = stats.binom.sf(x - 1, n, starts), stats.binom.sf(x - 1, n, ends)
    tail = np.arange(-1, x)
    at_start = upper_start + stats.binom.cdf(tail, n, starts)
    at_end = upper_end + stats.binom.cdf(tail, n, ends)
    reached = (at_start >= alpha) | (at_end >= alpha)
    first = int(np.argmax(reached))
    if at_start[first] >= alpha:
        return float(starts[first])

    def over(probability: float) -> float:
        below = float(stats.binom.cdf(first - 1, n, probability))
        return float(stats.binom.sf(x - 1, n, probability)) + below - alpha

    return float(optimize.brentq(over, starts[first], ends[first], xtol=1e-15, rtol=1e-14))
