"""How the replications of the scan statistics are run: the plain way, and a quick one for the newest days."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import numpy.typing as npt

from samsyn.analysis._scan_zones import Floats, Ints, Model, Windows, Zones, top

_DRAWS = 16  # replications handed to a thread at a time


def in_threads(work: Callable[[Any], Any], jobs: Iterable[Any], threads: int) -> list[Any]:
    """Return the answers of some jobs in their order, whatever the number of threads.

    Source: see `samsyn.analysis.scan`.
    """
    if threads == 1:
        return [work(job) for job in jobs]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(work, jobs))


def maxima_of(
    draw: Callable[[], Ints],
    zones: Zones,
    bases: Floats,
    windows: Windows,
    model: Model,
    *,
    replications: int,
    threads: int,
    compiled: bool,
) -> Floats:
    """Return the largest log likelihood ratio of every replication; draws are made in one order.

    Source: see `samsyn.analysis.scan`.
    """
    out: list[float] = []
    while len(out) < replications:
        batch = [draw() for _ in range(min(4 * threads, replications - len(out)))]
        out += in_threads(lambda d: top(zones, d, bases, windows, model, compiled=compiled), batch, threads)
    return np.array(out)


def prospective_maxima(
    rng: np.random.Generator,
    zones: Zones,
    case_places: Ints,
    day_counts: Ints,
    lengths: Ints,
    place_totals: Ints,
    least: int,
    *,
    replications: int,
    threads: int,
) -> Floats:
    """Return what `maxima_of` does for high counts in windows that last to the end, many times faster.

    ``day_counts`` are the cases of the last days, the last day first. Only the cases of those days are dealt
    out, since no window reaches further back.

    Source: see `samsyn.analysis.scan`.
    """
    from samsyn.analysis._scan_kernels import LANES, limits, prospective

    cases = int(case_places.size)
    lags = np.repeat(np.arange(day_counts.size), day_counts).astype(np.int64)
    window_totals = np.cumsum(day_counts)[lengths - 1].astype(np.int64)
    steps = np.zeros((day_counts.size, LANES), np.int16)
    steps[:, : lengths.size] = lengths > np.arange(day_counts.size)[:, None]
    running = np.cumsum(np.concatenate([[0], place_totals[zones.order]]))
    rows = int((running[zones.starts[1:]] - running[zones.starts[:-1]]).max(initial=0)) + 1
    places, totals = case_places.astype(np.int32), place_totals.astype(np.uint64)

    def run(number: int, levels: Floats, begin: int) -> Floats:
        tables = np.zeros((levels.size, rows, LANES), np.int16)
        in_threads(
            lambda at: limits(window_totals, cases, levels[at], least, tables[at]),
            range(levels.size),
            threads,
        )

        def one(draws: npt.NDArray[np.int32]) -> Floats:
            found = np.zeros(draws.shape[0])
            prospective(
                zones.order, zones.starts, totals, draws, lags, steps, levels, tables, begin, window_totals,
                cases, found,
            )  # fmt: skip
            return found

        out: list[Floats] = []
        left = number
        while left:
            batch: list[npt.NDArray[np.int32]] = []
            while left and len(batch) < 8 * threads:
                size = min(_DRAWS, left)
                left -= size
                drawn = [places[rng.choice(cases, lags.size, replace=False)] for _ in range(size)]
                batch.append(np.stack(drawn))
            out += in_threads(one, batch, threads)
        return np.concatenate(out)

    pilot = min(8, replications)
    first = run(pilot, np.arange(0.0, 13.0, 2.0), 0)
    if pilot == replications:
        return first
    low, high = float(first.min()), float(first.max())
    ladder = np.unique(np.concatenate([[0.0, low / 2], np.linspace(0.8 * low, high + 1.0, 7)]))
    return np.concatenate([first, run(replications - pilot, ladder, min(2, ladder.size - 1))])
