"""Size and coverage of the methods by simulation: prints JSON.

A draw that the method refuses claims nothing and has no interval. ``--small`` is a quick run, ``--part 0.25``
a quarter of the draws; ``--write`` makes the page and its figure, and the sentence on each method's page.
"""

from __future__ import annotations

import importlib.metadata
import json
import multiprocessing
import os
import platform
import sys
import time
import zlib
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "src")]

import numpy as np  # noqa: E402
from simulation_page import FIGURE, PAGE, figure_of, page_of, tell_methods  # noqa: E402
from simulation_scenarios import ALPHA, Scenario, scenarios  # noqa: E402

from samsyn.analysis.catalogue import load  # noqa: E402
from samsyn.analysis.errors import (  # noqa: E402
    NoSolution,
    NoSuccessToWeigh,
    NothingVaries,
    RoundingDecides,
    TooFewEvents,
)

SEED, CHUNKS, SMALL = 20, 8, 100  # the chunks are fixed, so that the answer is the same on any machine
SIZE_SLACK, COVERAGE_SLACK = 0.005, 0.01
REFUSALS = (NoSolution, NoSuccessToWeigh, NothingVaries, RoundingDecides, TooFewEvents)
CLAIMS = ("rejects", "covers")


def run_chunk(number: int, chunk: int, draws: int) -> dict[str, Any]:
    """Return how often each claim was made, and how many draws were asked about it."""
    one = scenarios()[number]
    rng = np.random.default_rng([SEED, zlib.crc32(one.key.encode()), chunk])
    told = {claim: [0, 0] for claim in CLAIMS}
    refused, started = 0, time.perf_counter()
    for _draw in range(draws):
        try:
            answer = one.draw(rng)
        except REFUSALS:
            refused += 1
            answer = {"rejects": False}
        for claim, held in answer.items():
            told[claim][0] += bool(held)
            told[claim][1] += 1
    return {"told": told, "refused": refused, "seconds": time.perf_counter() - started}


def verdict(claim: str, exact: bool, value: float, low: float, high: float) -> str:
    """Return whether the value is inside its bar, or is outside but no further than chance allows."""
    if claim == "rejects":
        bottom, top = (0.0 if exact else ALPHA - SIZE_SLACK), (ALPHA if exact else ALPHA + SIZE_SLACK)
    else:
        aim = 1 - ALPHA
        bottom, top = (aim if exact else aim - COVERAGE_SLACK), (1.0 if exact else aim + COVERAGE_SLACK)
    if bottom - 1e-12 <= value <= top + 1e-12:
        return "inside"
    if high >= bottom and low <= top:
        return "within_chance"
    return "below" if value < bottom else "above"


def rows_of(one: Scenario, chunks: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return a row for each claim of a scenario; a claim only refusals were counted for has none."""
    interval = load("survey-share")
    refused, draws = sum(c["refused"] for c in chunks), sum(c["draws"] for c in chunks)
    rows = []
    for claim in CLAIMS:
        hits, asked = (sum(c["told"][claim][at] for c in chunks) for at in (0, 1))
        silent = claim == "rejects" and asked == refused and any(c["told"]["covers"][1] for c in chunks)
        if not asked or silent:
            continue
        wilson = interval(hits, asked - hits, design_effect=1.0).interval
        low, high = wilson.low / 100, wilson.high / 100
        rows.append(
            {
                "method": one.method,
                "situation": one.situation,
                "claim": claim,
                "exact": one.exact,
                "simulations": draws,
                "asked": asked,
                "refused": refused,
                "value": round(hits / asked, 4),
                "interval": [round(low, 4), round(high, 4)],
                "verdict": verdict(claim, one.exact, hits / asked, low, high),
            }
        )
    return rows


def run(small: bool, only: str = "", part: float = 1.0) -> list[dict[str, Any]]:
    """Run every scenario in two processes and return the rows of the table."""
    every = scenarios()
    chosen = [number for number, one in enumerate(every) if one.method.startswith(only)]
    chunks: dict[int, list[dict[str, Any]]] = {number: [] for number in chosen}
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        waiting = {}
        for number in chosen:
            one = every[number]
            parts = 1 if small else CHUNKS
            n = max(3, one.n // SMALL) if small else max(40, round(part * one.n))
            for chunk in range(parts):
                draws = n // parts + (chunk < n % parts)
                waiting[pool.submit(run_chunk, number, chunk, draws)] = (number, draws)
        for done in as_completed(waiting):
            number, draws = waiting[done]
            chunks[number].append(done.result() | {"draws": draws})
    for number in chosen:
        taken = sum(chunk["seconds"] for chunk in chunks[number])
        print(f"{taken:7.1f} s  {every[number].key}", file=sys.stderr)
    return [row for number in chosen for row in rows_of(every[number], chunks[number])]


def main() -> None:
    """Run and print."""
    small, write = "--small" in sys.argv, "--write" in sys.argv
    started = time.perf_counter()
    part = float(sys.argv[sys.argv.index("--part") + 1]) if "--part" in sys.argv else 1.0
    rows = run(small, part=part)
    if write:
        FIGURE.parent.mkdir(exist_ok=True)
        PAGE.write_text(page_of(rows), encoding="utf-8")
        FIGURE.write_text(figure_of(rows), encoding="utf-8")
        tell_methods(rows)
    told = {
        "small": small,
        "seconds": round(time.perf_counter() - started, 1),
        "outside": [row for row in rows if row["verdict"] in ("below", "above")],
        "rows": rows,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "versions": {name: importlib.metadata.version(name) for name in ("samsyn", "numpy", "scipy")},
    }
    print(json.dumps(told, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
