"""Near repeats beside pointpats, its class and its old function: prints JSON.

Every measurement is a process of its own. Ours counts nine bands, the peer one; that one must agree. The
goals: 100 times the class and 40 times the function at 10 000 events, and 50 000 events with 999
rearrangements within 2 s and 400 MB. ``--small`` is a quick run with fewer events.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
import warnings
from pathlib import Path
from typing import Any

PERMUTATIONS = 999
RUNS = 3
SOURCE = str(Path(__file__).resolve().parents[1] / "src")
# Peer and events; the goal is how many times faster ours is.
PEERS = (("class", 2_000, None), ("class", 10_000, 100), ("function", 10_000, 40))
SMALL = (("class", 1_000, None), ("function", 5_000, None))


def events(n: int) -> tuple[Any, Any, Any]:
    """Return clustered places on 20 × 20 km and whole days of a year, the same for every process."""
    import numpy as np

    generator = np.random.default_rng(2026)
    parents = n // 5
    x, y = generator.uniform(0, 20_000, (2, parents))
    chosen = generator.integers(0, parents, n)
    days = generator.integers(0, 365, n).astype(float)
    return x[chosen] + generator.normal(0, 150, n), y[chosen] + generator.normal(0, 150, n), days


def ours(n: int, threads: int) -> dict[str, Any]:
    import numba
    import scipy.special

    from samsyn.analysis.near_repeat import near_repeat

    assert numba
    assert scipy.special
    x, y, days = events(n)
    times = []
    for _run in range(1 + RUNS):
        started = time.perf_counter()
        found = near_repeat(x, y, days, replications=PERMUTATIONS, threads=threads)
        times.append(time.perf_counter() - started)
    return {
        "first_s": round(times[0], 3),
        "seconds": round(statistics.median(times[1:]), 4),
        "observed": found.cells[0].observed,
        "p": found.cells[0].p,
        "close_pairs": found.close_pairs,
    }


def peer(kind: str, n: int) -> dict[str, Any]:
    import numpy as np
    from pointpats.spacetime import Knox, knox

    warnings.simplefilter("ignore")
    x, y, days = events(n)
    places, times = np.column_stack([x, y]), days[:, None]
    np.random.seed(1)  # the peer draws from the global generator
    started = time.perf_counter()
    # Its edges are counted in: whole days of at most 6 are those under 7.
    if kind == "class":
        found = Knox(places, times, delta=100, tau=6, permutations=PERMUTATIONS)
        observed, p = found.statistic_, found.p_sim
    else:
        told = knox(places, times.copy(), delta=100, tau=6, permutations=PERMUTATIONS)
        observed, p = told["stat"], told["pvalue"][0]
    return {"seconds": time.perf_counter() - started, "observed": int(observed), "p": float(p)}


def process(*words: object) -> dict[str, Any]:
    environment = {**os.environ, "PYTHONPATH": SOURCE}
    line = [sys.executable, __file__, "--one", *map(str, words)]
    done = subprocess.run(line, env=environment, check=False, capture_output=True, text=True)
    if done.returncode:
        return {"missing": done.stderr.strip().splitlines()[-1]}
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def compared(kind: str, n: int, goal: float | None) -> dict[str, Any]:
    own = process("ours", n, 2)
    runs = [process(kind, n) for _run in range(RUNS)]
    if "missing" in runs[0]:
        return {"peer": kind, "events": n, "ours": own, "missing": runs[0]["missing"]}
    seconds = statistics.median(run["seconds"] for run in runs)
    ratio = seconds / own["seconds"]
    # The function folds its tail, so only an upper p below a half can be compared.
    folded = kind == "function" and own["p"] > 0.5
    return {
        "peer": kind,
        "events": n,
        "ours": own,
        "peer_s": round(seconds, 3),
        "peer_peak_mb": max(run["peak_mb"] for run in runs),
        "times_faster": round(ratio, 1),
        "goal": goal,
        "within_goal": goal is None or ratio >= goal,
        "same_pairs": all(run["observed"] == own["observed"] for run in runs),
        "same_p": folded or all(abs(run["p"] - own["p"]) < 0.08 for run in runs),
    }


def main() -> None:
    """Measure and print."""
    small = "--small" in sys.argv
    size = 10_000 if small else 50_000
    large = {f"{threads}_threads": process("ours", size, threads) for threads in (1, 2)}
    told = {
        "permutations": PERMUTATIONS,
        "runs": RUNS,
        "beside": [compared(*one) for one in (SMALL if small else PEERS)],
        "alone": {
            "events": size,
            **large,
            "within_goal": all(one["seconds"] <= 2 and one["peak_mb"] < 400 for one in large.values()),
        },
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "versions": {
            name: importlib.metadata.version(name) for name in ("numpy", "scipy", "numba", "pointpats")
        },
    }
    print(json.dumps(told, indent=2))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        kind, n = sys.argv[2], int(sys.argv[3])
        one = ours(n, int(sys.argv[4])) if kind == "ours" else peer(kind, n)
        print(
            json.dumps({**one, "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)})
        )
    else:
        main()
