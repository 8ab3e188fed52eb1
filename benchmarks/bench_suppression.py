"""Our search for what to hide, and its audit, beside pytauargus: prints JSON. ``--small`` is a quick run.

The peer is asked through `samsyn.studies.pattern`, start of its process included. Both answers must pass the
same audit; the peer's has been repaired by us where it did not.
"""

from __future__ import annotations

import importlib.metadata
import json
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

SOURCE = str(Path(__file__).resolve().parents[1] / "src")
RUNS = 3


def measure(who: str, rows: int, columns: int) -> dict[str, object]:
    sys.path.insert(0, SOURCE)
    import numpy as np

    from samsyn.analysis.disclosure import audit, suppress, table_with_margins
    from samsyn.studies.pattern import by_argus

    generator = np.random.default_rng(2026)
    table = table_with_margins(generator.poisson(generator.gamma(1.2, 10, (rows, columns))).tolist())
    pattern = by_argus if who == "pytauargus" else None
    whole, audits = [], []
    for _run in range(RUNS):
        started = time.perf_counter()
        safe = suppress(table, pattern=pattern)
        whole.append(time.perf_counter() - started)
        started = time.perf_counter()
        passed = audit(safe).safe
        audits.append(time.perf_counter() - started)
    marks = [mark.value for mark in safe.marks.values()]
    return {
        "seconds": round(statistics.median(whole), 3),
        "audit_s": round(statistics.median(audits), 3),
        "primary": marks.count("small"),
        "secondary": marks.count("protected"),
        "withheld": marks.count("withheld"),
        "audit_passed": passed,
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def main() -> None:
    shapes = [(40, 24)] if "--small" in sys.argv else [(40, 24), (300, 24)]
    told: dict[str, object] = {}
    for rows, columns in shapes:
        for who in ("samsyn", "pytauargus"):
            asked = [sys.executable, __file__, "--one", who, str(rows), str(columns)]
            ran = subprocess.run(asked, capture_output=True, text=True, check=True)
            told[f"{who} {rows}x{columns}"] = json.loads(ran.stdout)
    try:
        told["pytauargus"] = importlib.metadata.version("pytauargus")
    except importlib.metadata.PackageNotFoundError:
        told["pytauargus"] = "missing: its lines are our own search"
    print(json.dumps(told, indent=2))


if __name__ == "__main__":
    if "--one" in sys.argv:
        who, rows, columns = sys.argv[-3:]
        print(json.dumps(measure(who, int(rows), int(columns))))
    else:
        main()
