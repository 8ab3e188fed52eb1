"""How long a prospective space-time permutation scan takes, beside SaTScan where it is named: prints JSON.

``SAMSYN_SATSCAN`` names SaTScan's batch program. Each run is a process of its own; the first call counts the
loading of compiled code, the median is that of whole scans after it. ``--small`` makes 99 replications and
not 999 of the same cases: about a fifth of the work, since zones and the real cases are gone through as ever.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

RUNS = 3
THREADS = 2
WORK = {
    "places_500": {"places": 500, "cases": 14_625, "cap": 50, "goal_s": 0.86},
    "places_5000": {"places": 5_000, "cases": 36_525, "cap": 5, "goal_s": 7.3},
}
DAYS = 365


def workload(places: int, cases: int) -> dict[str, Any]:
    """Return places on a square of 20 km and cases in a year, from a fixed seed."""
    rng = np.random.default_rng(20_05)
    return {
        "x": np.round(rng.uniform(0, 20_000, places), 1),
        "y": np.round(rng.uniform(0, 20_000, places), 1),
        "place": rng.integers(0, places, cases),
        "day": np.concatenate([[0, DAYS - 1], rng.integers(0, DAYS, cases - 2)]),
    }


def ours(work: dict[str, Any], replications: int) -> None:
    """Run our scan and print what it took and found."""
    from samsyn.analysis.scan import space_time_permutation_scan

    data = workload(work["places"], work["cases"])
    times = []
    for _run in range(1 + RUNS):
        started = time.perf_counter()
        answer = space_time_permutation_scan(
            **data, max_days=30, cap_percent=work["cap"], replications=replications, threads=THREADS
        )
        times.append(time.perf_counter() - started)
    print(
        json.dumps(
            {
                "first_call_s": round(times[0], 3),
                "median_s": round(statistics.median(times[1:]), 3),
                "llr": answer.statistic,
                "p": answer.p,
                "zones": answer.zones,
                "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
            }
        )
    )


def satscan(program: str, work: dict[str, Any], replications: int) -> dict[str, Any]:
    """Run SaTScan on the same cases, and return what it took and found."""
    data = workload(work["places"], work["cases"])
    with tempfile.TemporaryDirectory(prefix="samsyn-bench-") as folder:
        home = Path(folder)
        where = zip(data["x"], data["y"], strict=True)
        home.joinpath("a.geo").write_text("".join(f"{i} {x} {y}\n" for i, (x, y) in enumerate(where)))
        start = np.datetime64("2023-01-01")
        pairs = zip(data["place"], data["day"], strict=True)
        home.joinpath("a.cas").write_text(
            "".join(f"{p} 1 {str(start + int(d)).replace('-', '/')}\n" for p, d in pairs)
        )
        settings = {
            "CaseFile": home / "a.cas", "CoordinatesFile": home / "a.geo", "CoordinatesType": 0,
            "PrecisionCaseTimes": 3, "StartDate": "2023/1/1", "EndDate": "2023/12/31", "AnalysisType": 4,
            "ModelType": 2, "ScanAreas": 1, "TimeAggregationUnits": 3, "TimeAggregationLength": 1,
            "MonteCarloReps": replications, "MaxSpatialSizeInPopulationAtRisk": work["cap"],
            "MaxTemporalSizeInterpretation": 1, "MaxTemporalSize": 30, "MinimumTemporalClusterSize": 1,
            "PValueReportType": 1, "ResultsFile": home / "a.txt", "NumberParallelProcesses": THREADS,
        }  # fmt: skip
        home.joinpath("a.prm").write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
        started = time.perf_counter()
        subprocess.run([program, str(home / "a.prm")], check=True, capture_output=True)
        took = time.perf_counter() - started
        text = home.joinpath("a.txt").read_text(errors="replace")
    found = re.search(r"Test statistic\.*:\s*([\d.]+)", text)
    return {"seconds": round(took, 2), "llr": float(found[1]) if found else None}


def main() -> None:
    """Measure and print."""
    small = "--small" in sys.argv
    replications = 99 if small else 999
    program = os.environ.get("SAMSYN_SATSCAN", "")
    told: dict[str, Any] = {"replications": replications, "threads": THREADS, "runs": RUNS}
    for name, work in WORK.items():
        words = [sys.executable, __file__, "--one", name, str(replications)]
        mine = json.loads(subprocess.run(words, check=True, capture_output=True).stdout)
        row: dict[str, Any] = {**work, "ours": mine, "within_goal": mine["median_s"] <= work["goal_s"]}
        if program:
            row["satscan"] = satscan(program, work, replications)
            row["times_faster"] = round(row["satscan"]["seconds"] / mine["median_s"], 1)
            llr = row["satscan"]["llr"]
            row["same_llr"] = llr is not None and abs(llr - mine["llr"]) < 1e-5
        told[name] = row
    if not program:
        told["satscan"] = "absent: name its program in SAMSYN_SATSCAN"
    told["python"] = platform.python_version()
    told["versions"] = {name: importlib.metadata.version(name) for name in ("numpy", "numba")}
    print(json.dumps(told, indent=2))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        ours(WORK[sys.argv[2]], int(sys.argv[3]))
    else:
        main()
