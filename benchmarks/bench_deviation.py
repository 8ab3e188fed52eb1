"""Deviations over many series, beside one statsmodels GLM per series: prints JSON.

Each run is a process of its own. The peer does the first of our two fits, and its expected count for the
last period is compared with ours.
"""

from __future__ import annotations

import importlib.metadata
import json
import platform
import resource
import statistics
import subprocess
import sys
import time

import numpy as np

RUNS = 3
PERIODS = 157


def workload(series: int) -> np.ndarray:
    """Return Poisson counts with season, from a fixed seed."""
    rng = np.random.default_rng(20)
    season = np.exp(0.3 * np.sin(2 * np.pi * np.arange(PERIODS) / 52.18))
    return rng.poisson(rng.uniform(3, 20, (series, 1)) * season)


def one_run(kind: str, series: int) -> None:
    """Fit once, and print what it took."""
    from samsyn.analysis.deviation import _design, _irls, deviations

    counts = workload(series)
    design = _design(PERIODS, "week", 0, True, 2)
    if kind == "ours":
        started = time.perf_counter()
        deviations(counts)
        taken = time.perf_counter() - started
        past = counts[:, :-1].astype(float)
        beta = _irls(past, design[:-1], np.ones_like(past))[0]
        answer = np.exp(beta @ design[-1])
    else:
        import statsmodels.api as sm

        family = sm.families.Poisson()
        started = time.perf_counter()
        fits = [sm.GLM(row[:-1], design[:-1], family=family).fit().params for row in counts]
        answer = np.exp(np.array(fits) @ design[-1])
        taken = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": taken, "peak_mb": peak, "answer": answer.tolist()}))


def measure(kind: str, series: int) -> list[dict[str, object]]:
    """Return some runs, each in a process of its own."""
    words = [sys.executable, __file__, "--one", kind, str(series)]
    return [json.loads(subprocess.run(words, check=True, capture_output=True).stdout) for _ in range(RUNS)]


def main() -> None:
    """Measure both and print."""
    series = 200 if "--small" in sys.argv else 3000
    ours, peer = measure("ours", series), measure("statsmodels", series)
    seconds = {
        name: statistics.median(run["seconds"] for run in runs)
        for name, runs in (("ours", ours), ("peer", peer))
    }
    told = {
        "series": series,
        "periods": PERIODS,
        "seconds": seconds,
        "ratio": seconds["peer"] / seconds["ours"],
        "peak_mb": {"ours": ours[0]["peak_mb"], "peer": peer[0]["peak_mb"]},
        "agree": bool(np.allclose(ours[0]["answer"], peer[0]["answer"], rtol=1e-3)),
        "python": platform.python_version(),
        "versions": {name: importlib.metadata.version(name) for name in ("numpy", "scipy", "statsmodels")},
    }
    print(json.dumps(told, indent=2))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one_run(sys.argv[2], int(sys.argv[3]))
    else:
        main()
