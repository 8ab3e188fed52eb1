"""Ten million points into 6 000 areas beside shapely, geopandas and DuckDB's spatial extension: prints JSON.

The areas have some 95 corners each and share crooked borders, corner for corner. Every measurement is a
process of its own and takes the same arrays of points and shapely polygons: building an index is counted,
making the arrays is not. Every peer's answers are compared with ours point for point; where a peer names
several areas, for a point on a border, the first is taken. A hundredth of the points lie on corners, on edges
or one number beside. DuckDB is measured where its extension is already installed; nothing is downloaded
unless ``--install`` is given. ``--small`` is a quick run. The goal is 10 times faster than the fastest peer.
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
import tempfile
import time
from pathlib import Path
from typing import Any

GOAL = 10
RUNS = 3
POINTS, WIDE, HIGH, CORNERS = 10_000_000, 75, 80, 24
SOURCE = str(Path(__file__).resolve().parents[1] / "src")
PEERS = ("shapely_strtree", "geopandas", "duckdb_spatial")


def areas(wide: int, high: int) -> Any:
    """Return polygons in metres on a sheet of some 30 by 32 km, the same for every process."""
    import numpy as np
    import shapely

    generator = np.random.default_rng(2026)
    knots = np.stack(np.meshgrid(np.arange(wide + 1.0), np.arange(high + 1.0), indexing="ij"), -1)
    knots[1:-1, 1:-1] += generator.uniform(-0.2, 0.2, (wide - 1, high - 1, 2))

    def line(a: Any, b: Any) -> Any:
        t = np.linspace(0, 1, CORNERS + 1)
        bend = np.cumsum(generator.normal(0, 0.011, t.size))
        bend -= np.linspace(bend[0], bend[-1], t.size)
        bend *= np.minimum(1, 4 * np.minimum(t, 1 - t))
        corners = a + np.outer(t, b - a) + np.outer(bend, [a[1] - b[1], b[0] - a[0]])
        corners[-1] = b  # which a + (b - a) need not be
        return corners

    across = [[line(knots[i, j], knots[i + 1, j]) for j in range(high + 1)] for i in range(wide)]
    up = [[line(knots[i, j], knots[i, j + 1]) for j in range(high)] for i in range(wide + 1)]
    rings = [
        np.concatenate([across[i][j][:-1], up[i + 1][j][:-1], across[i][j + 1][:0:-1], up[i][j][::-1]])
        for i in range(wide)
        for j in range(high)
    ]
    return shapely.polygons([shapely.linearrings(400 * ring + (660_000, 6_560_000)) for ring in rings])


def points(polygons: Any, n: int) -> Any:
    """Return x and y: anywhere on the sheet and a little outside, and a hundredth where it is hard."""
    import numpy as np
    import shapely

    generator = np.random.default_rng(1)
    west, south, east, north = shapely.total_bounds(polygons)
    x = generator.uniform(west - 200, east + 200, n)
    y = generator.uniform(south - 200, north + 200, n)
    corners = shapely.get_coordinates(polygons)
    hard = n // 300
    at = generator.integers(0, len(corners) - 1, hard)
    places = generator.choice(n, 3 * hard, replace=False)
    middle = (corners[at] + corners[at + 1]) / 2
    x[places], y[places] = np.concatenate([corners[at], middle, np.nextafter(corners[at], 0)]).T
    return x, y


def first_of(n: int, point: Any, polygon: Any) -> Any:
    """Return the first polygon of each point from pairs, -1 where there is none."""
    import numpy as np

    out = np.full(n, -1, np.int32)
    order = np.lexsort((polygon, point))[::-1]
    out[point[order]] = polygon[order]
    return out


def ours(polygons: Any, x: Any, y: Any) -> Any:
    from samsyn.geography import assign_points

    return assign_points(x, y, polygons)


def shapely_strtree(polygons: Any, x: Any, y: Any) -> Any:
    import shapely

    tree = shapely.STRtree(polygons)
    return tree.query(shapely.points(x, y), predicate="intersects")


def geopandas(polygons: Any, x: Any, y: Any) -> Any:
    import geopandas

    left = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy(x, y))
    right = geopandas.GeoDataFrame(geometry=polygons)
    joined = geopandas.sjoin(left, right, predicate="intersects")
    return joined.index.to_numpy(), joined["index_right"].to_numpy()


def duckdb_spatial(polygons: Any, x: Any, y: Any) -> Any:
    import duckdb
    import pyarrow
    import shapely

    connection = duckdb.connect()
    if "--install" in sys.argv:
        connection.execute("INSTALL spatial")
    connection.execute("LOAD spatial; SET threads = 2")
    points = pyarrow.table({"id": range_(len(x)), "x": x, "y": y})  # noqa: F841 -- named in the query
    shapes = pyarrow.table({"id": range_(len(polygons)), "wkb": shapely.to_wkb(polygons)})  # noqa: F841
    connection.execute("CREATE TABLE areas AS SELECT id, ST_GeomFromWKB(wkb) AS shape FROM shapes")
    found = connection.execute(
        "SELECT points.id AS p, min(areas.id) AS a FROM points "
        "JOIN areas ON ST_Intersects(areas.shape, ST_Point(points.x, points.y)) GROUP BY points.id"
    ).fetchnumpy()
    return found["p"], found["a"]


def range_(n: int) -> Any:
    import numpy as np

    return np.arange(n, dtype=np.int64)


def measured(kind: str, n: int, wide: int, high: int, file: str) -> dict[str, Any]:
    """Return the time and the memory of one kind; its answers go to a file."""
    import numpy as np

    polygons = areas(wide, high)
    x, y = points(polygons, n)
    function = {
        "ours": ours,
        "shapely_strtree": shapely_strtree,
        "geopandas": geopandas,
        "duckdb_spatial": duckdb_spatial,
    }[kind]
    first = None
    if kind == "ours":  # loading the compiled half is told apart
        started = time.perf_counter()
        ours(polygons[:50], x[:30_000], y[:30_000])
        first = round(time.perf_counter() - started, 2)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    started = time.perf_counter()
    answer = function(polygons, x, y)
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    np.save(file, answer if kind == "ours" else first_of(n, *answer))
    told = {"seconds": round(seconds, 3), "peak_mb": round(peak), "mb_above_its_input": round(peak - before)}
    return told if first is None else {**told, "loading_s": first}


def process(*words: object) -> dict[str, Any]:
    environment = {**os.environ, "PYTHONPATH": SOURCE}
    passed = [word for word in sys.argv[1:] if word == "--install"]
    line = [sys.executable, __file__, "--one", *map(str, words), *passed]
    done = subprocess.run(line, env=environment, check=False, capture_output=True, text=True)
    if done.returncode:
        return {"missing": (done.stderr.strip().splitlines() or [f"ended with {done.returncode}"])[-1]}
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def summary(runs: list[dict[str, Any]]) -> dict[str, Any]:
    if "missing" in runs[0]:
        return runs[0]
    return {
        "seconds": round(statistics.median(run["seconds"] for run in runs), 3),
        "each": [run["seconds"] for run in runs],
        "peak_mb": max(run["peak_mb"] for run in runs),
        "mb_above_its_input": max(run["mb_above_its_input"] for run in runs),
        **({"loading_s": runs[-1]["loading_s"]} if "loading_s" in runs[0] else {}),
    }


def version_of(name: str) -> str | None:
    """Return the version of a package; a peer that is not installed must not cost the others' numbers."""
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def main() -> None:
    """Measure and print."""
    import numpy as np

    small = "--small" in sys.argv
    n, wide, high = (200_000, 12, 10) if small else (POINTS, WIDE, HIGH)
    repeats = 1 if small else RUNS
    load_before = os.getloadavg()
    told: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="samsyn-bench-") as folder:
        process("ours", 30_000, 4, 4, f"{folder}/warm.npy")  # a new installation compiles once
        runs: dict[str, list[dict[str, Any]]] = {}
        for _run in range(repeats):  # in turn, so that a busy minute falls on all
            for kind in ("ours", *PEERS):
                if "missing" not in runs.get(kind, [{}])[0]:
                    runs.setdefault(kind, []).append(process(kind, n, wide, high, f"{folder}/{kind}.npy"))
        if "missing" in runs["ours"][0]:
            raise SystemExit(runs["ours"][0]["missing"])
        mine = np.load(f"{folder}/ours.npy")
        for kind in ("ours", *PEERS):
            told[kind] = summary(runs[kind])
            if kind != "ours" and "missing" not in told[kind]:
                told[kind]["answers_that_differ"] = int((np.load(f"{folder}/{kind}.npy") != mine).sum())
    measured_peers = {kind: told[kind] for kind in PEERS if "missing" not in told[kind]}
    fastest = min(measured_peers, key=lambda kind: measured_peers[kind]["seconds"], default=None)
    ratio = measured_peers[fastest]["seconds"] / told["ours"]["seconds"] if fastest else None
    print(
        json.dumps(
            {
                "points": n,
                "areas": wide * high,
                "corners_of_an_area": 4 * CORNERS,
                "runs": repeats,
                **told,
                "fastest_peer": fastest,
                "times_faster": ratio and round(ratio, 1),
                "goal": GOAL,
                "within_goal": ratio is not None and ratio >= GOAL,
                "same_answers": all(peer["answers_that_differ"] == 0 for peer in measured_peers.values()),
                "load_before": load_before,
                "load_after": os.getloadavg(),
                "python": platform.python_version(),
                "system": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
                "versions": {
                    name: version_of(name) for name in ("numpy", "numba", "shapely", "geopandas", "duckdb")
                },
            },
            indent=2,
        )
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        kind, n, wide, high, file = sys.argv[2:7]
        print(json.dumps(measured(kind, int(n), int(wide), int(high), file)))
    else:
        main()
