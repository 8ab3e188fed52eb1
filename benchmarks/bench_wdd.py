"""A million weighted displacement differences at once: prints JSON. The goal is 0.1 s.

There is no peer that takes many at once, so the answers of some rows are held against the function for one.
Every run is a process of its own; its first call is kept apart. ``--small`` is a quick run.
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
from pathlib import Path

GOAL_S = 0.1
RUNS = 3
REPEATS = 5
SOURCE = str(Path(__file__).resolve().parents[1] / "src")


def one_run(rows: int) -> None:
    """Test all rows some times, and print what it took."""
    import numpy as np

    from samsyn.analysis.displacement import (
        weighted_displacement_difference,
        weighted_displacement_differences,
    )

    rng = np.random.default_rng(20)
    counts = [rng.poisson(mean, (rows, 2)) for mean in (20, 22, 15, 14)]
    times = []
    for _repeat in range(1 + REPEATS):
        started = time.perf_counter()
        found = weighted_displacement_differences(*counts)
        times.append(time.perf_counter() - started)
    agree = True
    for row in rng.integers(0, rows, 50):
        one = weighted_displacement_difference(*(zone[row] for zone in counts))
        both = ((one.estimate, found.estimate[row]), (one.se, found.se[row]), (one.p, found.p[row]))
        agree &= all(abs(a - b) <= 1e-9 for a, b in both)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"times": times, "agree": bool(agree), "peak_mb": peak / 1024}))


def main() -> None:
    """Measure and print."""
    rows = 20_000 if "--small" in sys.argv else 1_000_000
    environment = {**os.environ, "PYTHONPATH": SOURCE}
    words = [sys.executable, __file__, "--one", str(rows)]
    runs = [
        json.loads(subprocess.run(words, env=environment, check=True, capture_output=True).stdout)
        for _run in range(RUNS)
    ]
    seconds = statistics.median(one for run in runs for one in run["times"][1:])
    told = {
        "rows": rows,
        "goal_s": GOAL_S,
        "first_s": round(statistics.median(run["times"][0] for run in runs), 4),
        "seconds": round(seconds, 4),
        "within_goal": seconds <= GOAL_S,
        "agrees_with_one_by_one": all(run["agree"] for run in runs),
        "peer": "none takes many at once",
        "ratio": None,
        "peak_mb": round(max(run["peak_mb"] for run in runs)),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "versions": {name: importlib.metadata.version(name) for name in ("samsyn", "numpy", "scipy")},
    }
    print(json.dumps(told, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one_run(int(sys.argv[2]))
    else:
        main()
