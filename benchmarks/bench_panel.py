"""Poisson panels of counts with a level for each area and each period: prints JSON.

999 placebo refits of 450 areas × 120 periods are to take at most 6 s. One fit with its clustered error stands
beside pyfixest and, on the small panel of ``--small`` only, beside statsmodels with a dummy for every level:
on the large one that takes about a minute and 3 GB. Every run is a process of its own; a first call, which
loads and compiles, is kept apart.
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

GOAL_S = 6.0
RUNS = 3
REFITS = 999
SOURCE = str(Path(__file__).resolve().parents[1] / "src")


def workload(areas: int, periods: int) -> Any:
    """Return a panel with one area in nine starting, at three times, from a fixed seed."""
    import numpy as np

    from samsyn.analysis._poisson_panel import Panel

    rng = np.random.default_rng(20)
    counts = rng.poisson(rng.gamma(4, 2, (areas, 1)) * rng.uniform(0.7, 1.3, periods)).astype(float)
    starts = np.full(areas, periods)
    starts[: areas // 9] = periods // 2 + 3 * (np.arange(areas // 9) % 3)
    names = tuple(str(i) for i in range(areas))
    return Panel(names, tuple(range(periods)), counts, np.ones_like(counts), starts, False)


def one_run(kind: str, areas: int, periods: int) -> None:
    """Do the work twice, and print what the first and the second time took."""
    import numpy as np

    from samsyn.analysis import _poisson_errors, _poisson_panel

    found = workload(areas, periods)

    def refits() -> list[float]:
        rng = np.random.default_rng(7)
        orders = np.array([rng.permutation(areas) for _draw in range(REFITS)])
        drawn = _poisson_panel.refits(found, orders, threads=os.cpu_count() or 1)
        return [float(drawn[0]), float(drawn[-1])]

    def refits_one_by_one() -> list[float]:
        rng = np.random.default_rng(7)
        orders = np.array([rng.permutation(areas) for _draw in range(REFITS)])[[0, -1]]
        return [float(one) for one in _poisson_panel.refits(found, orders, compiled=False)]

    def ours() -> list[float]:
        beta = _poisson_panel.fit_numpy(found.counts, found.exposure, found.cells)
        return [beta, _poisson_errors.crv1_error(found, beta)]

    def jackknife() -> list[float]:
        beta = _poisson_panel.fit_numpy(found.counts, found.exposure, found.cells)
        return [beta, _poisson_errors.jackknife_error(found, beta)[0]]

    def pyfixest() -> list[float]:
        return [float(one[0]) for one in _poisson_errors.by_pyfixest(found, found.cells[None])]

    def by_statsmodels() -> list[float]:
        import statsmodels.api as sm

        area, period = np.repeat(np.arange(areas), periods), np.tile(np.arange(periods), areas)
        design = np.column_stack([found.cells.ravel(), np.eye(areas)[area], np.eye(periods)[period][:, 1:]])
        model = sm.GLM(found.counts.ravel(), design, family=sm.families.Poisson())
        # It counts the levels of the areas in its factor, so only the estimate can be compared.
        return [float(model.fit(cov_type="cluster", cov_kwds={"groups": area}).params[0])]

    work = {
        "refits": refits,
        "refits_one_by_one": refits_one_by_one,
        "ours": ours,
        "ours_jackknife": jackknife,
        "pyfixest": pyfixest,
        "statsmodels": by_statsmodels,
    }[kind]
    times = []
    for _turn in range(2):
        started = time.perf_counter()
        answer = work()
        times.append(time.perf_counter() - started)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"first_s": times[0], "seconds": times[1], "peak_mb": peak, "answer": answer}))


def measure(kind: str, size: tuple[int, int], runs: int = RUNS) -> dict[str, Any]:
    """Return the median of some runs, each in a process of its own."""
    words = [sys.executable, __file__, "--one", kind, *map(str, size)]
    environment = {**os.environ, "PYTHONPATH": SOURCE}
    told = [
        json.loads(subprocess.run(words, env=environment, check=True, capture_output=True).stdout)
        for _run in range(runs)
    ]
    return {
        "seconds": round(statistics.median(run["seconds"] for run in told), 4),
        "first_s": round(statistics.median(run["first_s"] for run in told), 3),
        "peak_mb": round(max(run["peak_mb"] for run in told)),
        "answer": told[0]["answer"],
    }


def version(name: str) -> str | None:
    """Return the version of a package, or None when it is missing."""
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def near(one: list[float], two: list[float], most: float = 1e-5) -> bool:
    """Return whether as many answers as both have are the same."""
    return all(abs(a - b) <= most * max(1.0, abs(b)) for a, b in zip(one, two, strict=False))


def main() -> None:
    """Measure and print."""
    small = "--small" in sys.argv
    size = (60, 24) if small else (450, 120)
    refits, slow = measure("refits", size), measure("refits_one_by_one", size, 1)
    fits = {kind: measure(kind, size) for kind in ("ours", "ours_jackknife")}
    for peer, wanted in (("pyfixest", True), ("statsmodels", small)):
        if version(peer) and wanted:
            fits[peer] = measure(peer, size)
    peers = [name for name in fits if not name.startswith("ours")]
    told = {
        "areas": size[0],
        "periods": size[1],
        "refits": REFITS,
        "goal_s": GOAL_S,
        "seconds": refits["seconds"],
        "first_s": refits["first_s"],
        "peak_mb": refits["peak_mb"],
        "within_goal": refits["seconds"] <= GOAL_S,
        "agrees_with_numpy": near(refits["answer"], slow["answer"]),
        "one_fit": {
            name: {key: value for key, value in fit.items() if key != "answer"} for name, fit in fits.items()
        },
        "ratio": {name: round(fits[name]["seconds"] / fits["ours"]["seconds"], 2) for name in peers},
        "agree": {name: near(fits["ours"]["answer"], fits[name]["answer"]) for name in peers},
        "missing": [name for name in ("pyfixest", "statsmodels") if not version(name)],
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "versions": {
            name: version(name) for name in ("samsyn", "numpy", "scipy", "numba", "pyfixest", "statsmodels")
        },
    }
    print(json.dumps(told, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        # Only the answer belongs on standard out.
        warnings.simplefilter("ignore")
        one_run(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
    else:
        main()
