"""How long ten million events take to be spread over the 168 hours of the week: prints JSON. The goal is 2 s.

The peer is the loop a user would write: one event at a time through the time zone. It gets fewer events,
and is compared per event.
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
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np

GOAL_S = 2.0
RUNS = 3
EVENTS, PEER_EVENTS = 10_000_000, 20_000
SMALL_EVENTS, SMALL_PEER_EVENTS = 200_000, 2_000


def workload(events: int) -> tuple[np.ndarray, np.ndarray]:
    """Return starts and ends in seconds over three years, with spans from nothing to a day."""
    rng = np.random.default_rng(168)
    starts = 1_640_995_200 + rng.integers(0, 3 * 365 * 86_400, events)
    spans = np.minimum(rng.exponential(3 * 3600, events), 86_400).astype(np.int64)
    return starts, starts + np.where(rng.random(events) < 0.2, 0, spans)


def peer(starts: np.ndarray, ends: np.ndarray) -> list[float]:
    """Return the 168 sums, one event and one hour at a time."""
    zone = ZoneInfo("Europe/Stockholm")
    hours = [0.0] * 168
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        here = start
        while True:
            local = datetime.fromtimestamp(here, UTC).astimezone(zone)
            stop = min(end, here + 3600 - local.minute * 60 - local.second)
            hours[local.weekday() * 24 + local.hour] += (stop - here) / (end - start) if end > start else 1
            here = stop
            if here >= end:
                break
    return hours


def one_run(who: str, events: int) -> None:
    """Spread the events once and print what it took."""
    starts, ends = workload(events)
    if who == "peer":
        begun = time.perf_counter()
        hours = peer(starts, ends)
    else:
        from samsyn.analysis.aoristic import aoristic_hours

        compiled = who == "ours"
        aoristic_hours(starts[:10], ends[:10], compiled=compiled)  # compiling is paid once per installation
        begun = time.perf_counter()
        hours = list(aoristic_hours(starts, ends, compiled=compiled).hours)
    took = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": took, "peak_mb": peak, "hours": hours}))


def measure(who: str, events: int) -> dict[str, object]:
    """Return the median of some runs, each in a process of its own."""
    words = [sys.executable, __file__, "--one", who, str(events)]
    runs = [json.loads(subprocess.run(words, check=True, capture_output=True).stdout) for _run in range(RUNS)]
    return {
        "events": events,
        "seconds": round(statistics.median(run["seconds"] for run in runs), 4),
        "peak_mb": round(max(run["peak_mb"] for run in runs)),
        "hours": runs[0]["hours"],
    }


def main() -> None:
    """Measure ours, the same without compiling, and the peer; check that they agree, and print."""
    small = "--small" in sys.argv
    many, few = (SMALL_EVENTS, SMALL_PEER_EVENTS) if small else (EVENTS, PEER_EVENTS)
    ours, plain = measure("ours", many), measure("plain", many)
    theirs, same = measure("peer", few), measure("ours", few)
    agree = np.allclose(theirs["hours"], same["hours"], rtol=1e-9) and np.allclose(
        ours["hours"], plain["hours"], rtol=1e-9
    )
    for one in (ours, plain, theirs, same):
        del one["hours"]
    per_event = theirs["seconds"] / few / (ours["seconds"] / many)
    told = {
        "goal_s": GOAL_S,
        "runs": RUNS,
        "ours": ours,
        "ours_numpy": plain,
        "peer_loop": theirs,
        "times_faster_per_event": round(per_event),
        "answers_agree": bool(agree),
        "within_goal": None if small else ours["seconds"] < GOAL_S,
        "python": platform.python_version(),
        "versions": {name: importlib.metadata.version(name) for name in ("numpy", "numba")},
    }
    print(json.dumps(told, indent=2))
    if not agree:
        raise SystemExit("the answers differ")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one_run(sys.argv[2], int(sys.argv[3]))
    else:
        main()
