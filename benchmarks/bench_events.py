"""Events by area, month and kind from Parquet, through our own question and beside its peers: prints JSON.

10 million events in 450 areas × 20 kinds, and with ``--large`` 50 million in 6 000 × 60, laid out as the
store lays them out. Ours is to stay within 10 % of bare DuckDB on the same SQL, and 50 million under 4 GB.
Every run is a process of its own that asks twice: the first time loads what is needed, the second is the
question alone. Answers must be identical. On a busy machine the processor time of a question says more
than the clock; both are told. Also the cube that pages read: building it, and a page's share of it.
"""

from __future__ import annotations

import argparse
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
from datetime import date
from pathlib import Path
from typing import Any

SOURCE = str(Path(__file__).resolve().parents[1] / "src")
RUNS = 3
PART_ROWS = 2_000_000
WORKLOADS = {
    "tiny": (200_000, 45, 5),
    "10 million": (10_000_000, 450, 20),
    "50 million": (50_000_000, 6_000, 60),
}
DAYS = 365 * 2
FIRST = "2023-01-01"
PEERS = ("samsyn", "duckdb", "polars", "pandas")
COLUMNS = ("kind", "area_basomrade", "month", "count", "rows")
SQL = """SELECT kind, area_basomrade, month, sum(count)::BIGINT AS count, count(*) AS rows
         FROM read_parquet([{files}]) GROUP BY ALL ORDER BY kind, area_basomrade, month"""


def generate(folder: Path, rows: int, areas: int, kinds: int) -> None:
    """Write the parts, one at a time, from a fixed seed; areas and kinds are skewed as real ones are."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as parquet

    rng = np.random.default_rng(31)
    area_names = pa.array(["", *(f"{101_000 + at:06d}" for at in range(areas - 1))])
    kind_names = pa.array([f"observation:kind{at:02d}" for at in range(kinds)])
    parts = -(-rows // PART_ROWS)
    days_each = -(-DAYS // parts)
    files = []
    for at in range(parts):
        n = min(PART_ROWS, rows - at * PART_ROWS)
        day = np.datetime64(FIRST) + np.sort(rng.integers(at * days_each, (at + 1) * days_each, n))
        hour = rng.integers(0, 24, n)
        start = day.astype("datetime64[us]") + hour.astype("timedelta64[h]")
        weekday = (day.astype(np.int64) + 3) % 7
        area = np.minimum((rng.random(n) ** 1.5 * areas).astype(np.int32), areas - 1)
        kind = np.minimum((rng.random(n) ** 2 * kinds).astype(np.int32), kinds - 1)
        text = pa.string()
        columns: dict[str, Any] = {
            "row": np.arange(at * PART_ROWS + 1, at * PART_ROWS + n + 1),
            "kind": pa.DictionaryArray.from_arrays(kind, kind_names).cast(text),
            "count": np.where(rng.random(n) < 0.01, -1, 1).astype(np.int32),
            "start": start,
            "end": start,
            "day": day,
            "month": day.astype("datetime64[M]").astype("datetime64[D]"),
            "week": day - weekday.astype("timedelta64[D]"),
            "year": (day.astype("datetime64[Y]").astype(int) + 1970).astype(np.int16),
            "hour": hour.astype(np.int8),
            "weekday": weekday.astype(np.int8),
            "x": np.round(rng.uniform(660_000, 690_000, n), -1),
            "y": np.round(rng.uniform(6_570_000, 6_600_000, n), -1),
            "area_basomrade": pa.DictionaryArray.from_arrays(area, area_names).cast(text),
            "place": pa.DictionaryArray.from_arrays(np.zeros(n, dtype=np.int32), pa.array([""])).cast(text),
        }
        path = folder / f"part{at:02d}.parquet"
        parquet.write_table(pa.table(columns), path, compression="zstd", row_group_size=250_000)
        files.append([str(path), n, str(day[0]), str(day[-1])])
    about = {"files": files, "kinds": kind_names.to_pylist()}
    (folder / "about.json").write_text(json.dumps(about), encoding="utf-8")


def source_of(folder: Path) -> Any:
    """Return the generated parts as a version of a data set."""
    from samsyn.store.engines.events_base import EventFile
    from samsyn.store.events.asking import EventSource

    about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
    files = tuple(
        EventFile(path, n, date.fromisoformat(first), date.fromisoformat(last))
        for path, n, first, last in about["files"]
    )
    return EventSource(
        "bench", 1, 1, "current", "", "point", tuple(about["kinds"]), ("basomrade",), (), files,
        folder=str(folder),
    )  # fmt: skip


def ask_samsyn(folder: Path) -> Any:
    from samsyn.store.events.asking import ask_events
    from samsyn.store.events.query import EventQuery

    return ask_events([source_of(folder)], EventQuery(by=("area:basomrade", "month", "kind")))


def ask_duckdb(folder: Path) -> Any:
    import duckdb

    files = ", ".join(f"'{path}'" for path in sorted(folder.glob("part*.parquet")))
    with duckdb.connect(config={"preserve_insertion_order": "false"}) as connection:
        return connection.sql(SQL.format(files=files)).to_arrow_table()


def ask_polars(folder: Path) -> Any:
    import polars

    events = polars.scan_parquet(sorted(folder.glob("part*.parquet")))
    keys = ["kind", "area_basomrade", "month"]
    grouped = events.group_by(keys).agg(polars.col("count").cast(polars.Int64).sum(), rows=polars.len())
    return grouped.sort(keys).collect(engine="streaming")


def ask_pandas(folder: Path) -> Any:
    import pandas as pd

    keys = ["kind", "area_basomrade", "month"]
    events = pd.read_parquet(sorted(folder.glob("part*.parquet")), columns=[*keys, "count"])
    return events.groupby(keys, sort=True)["count"].agg(["sum", "size"]).reset_index()


def one_run(peer: str, folder: Path) -> None:
    """Ask twice in this process; print the times, the memory and what the answer is."""
    started = time.perf_counter()
    ask = {"samsyn": ask_samsyn, "duckdb": ask_duckdb, "polars": ask_polars, "pandas": ask_pandas}[peer]
    ask(folder)
    first = time.perf_counter() - started
    started, worked = time.perf_counter(), time.process_time()
    answer = ask(folder)
    again, worked = time.perf_counter() - started, time.process_time() - worked
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    times = {"first_s": first, "again_s": again, "again_cpu_s": worked, "memory_mb": memory}
    print(json.dumps({**times, **told(answer)}))


def told(answer: Any) -> dict[str, int]:
    """Return what identifies an answer: how many groups, and a sum over every cell of every row."""
    import numpy as np
    import pandas as pd
    import pyarrow as pa

    if hasattr(answer, "to_arrow"):
        answer = answer.to_arrow()
    table = answer if isinstance(answer, pa.Table) else pa.Table.from_pandas(answer, preserve_index=False)
    table = table.rename_columns(list(COLUMNS))
    mark = np.zeros(len(table), dtype=np.uint64)
    for at, name in enumerate(COLUMNS):
        column = table[name]
        if name == "month":
            values = column.cast(pa.date32()).cast(pa.int32()).to_numpy().astype(np.int64)
            hashed = pd.util.hash_array(values)
        elif name in ("count", "rows"):
            hashed = pd.util.hash_array(column.cast(pa.int64()).to_numpy())
        else:
            encoded = column.cast(pa.string()).combine_chunks().dictionary_encode()
            names = pd.util.hash_array(np.array(encoded.dictionary.to_pylist(), dtype=object))
            hashed = names[encoded.indices.to_numpy()]
        mark += hashed * np.uint64(2 * at + 3)
    in_order = np.arange(1, len(mark) + 1, dtype=np.uint64)
    return {"groups": len(table), "mark": int((mark * in_order).sum(dtype=np.uint64))}


def cube_run(folder: Path) -> None:
    """Build the cube, then do what a page does; print the times."""
    from samsyn.domain.calendar import Period
    from samsyn.store.events.cube import EVERYWHERE, build_cube, cube_of

    source = source_of(folder)
    started = time.perf_counter()
    build_cube(source, "basomrade")
    built = time.perf_counter() - started
    times: dict[str, list[float]] = {"county_weeks": [], "area_days": [], "area_hours": [], "opening": []}

    def timed(name: str, what: Any) -> None:
        started = time.perf_counter()
        what()
        times[name].append(time.perf_counter() - started)

    year = Period(date(2024, 1, 1), date(2025, 1, 1))
    timed("opening", lambda: cube_of(source, "basomrade"))
    cube = cube_of(source, "basomrade")
    area = cube.areas[len(cube.areas) // 2]
    for _ in range(5):
        timed("county_weeks", lambda: cube.counts(step="week"))
        timed("area_days", lambda: cube.counts([area, EVERYWHERE], step="day"))
        timed("area_hours", lambda: cube.profile([area, EVERYWHERE], period=year))
    size = sum(path.stat().st_size for path in (folder / "cubes").rglob("*.npy")) / 2**20
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    ms = {f"{name}_ms": round(1000 * statistics.median(took), 1) for name, took in times.items()}
    print(json.dumps({"build_s": round(built, 2), **ms, "files_mb": round(size), "memory_mb": round(memory)}))


def in_process(*words: str) -> dict[str, Any]:
    environment = dict(os.environ, PYTHONPATH=SOURCE)
    command = [sys.executable, __file__, *words]
    finished = subprocess.run(command, env=environment, capture_output=True, text=True)
    if finished.returncode:
        raise SystemExit(f"{' '.join(words)}: {finished.stderr[-2000:]}")
    return dict(json.loads(finished.stdout)) if finished.stdout.strip() else {}


def compare(name: str, peers: tuple[str, ...], cube: bool) -> dict[str, Any]:
    rows, areas, kinds = WORKLOADS[name]
    with tempfile.TemporaryDirectory(prefix="samsyn-bench-") as made:
        folder = Path(made)
        in_process("--generate", name, made)
        size = sum(path.stat().st_size for path in folder.glob("*.parquet")) / 2**20
        runs: dict[str, list[dict[str, Any]]] = {peer: [] for peer in peers}
        for _ in range(RUNS):  # in turn, so that what else the machine does meets all of them
            for peer in peers:
                runs[peer].append(in_process("--one", peer, made))
        answers = {(run["groups"], run["mark"]) for every in runs.values() for run in every}
        found: dict[str, Any] = {
            "rows": rows, "areas": areas, "kinds": kinds, "files_mb": round(size),
            "identical_answers": len(answers) == 1, "groups": max(groups for groups, _ in answers),
        }  # fmt: skip
        for peer, every in runs.items():
            found[peer] = {
                "first_s": round(statistics.median(run["first_s"] for run in every), 3),
                "again_s": round(statistics.median(run["again_s"] for run in every), 3),
                "again_best_s": round(min(run["again_s"] for run in every), 3),
                "again_cpu_s": round(statistics.median(run["again_cpu_s"] for run in every), 3),
                "memory_mb": round(max(run["memory_mb"] for run in every)),
            }
        if "duckdb" in found:
            ratio = found["samsyn"]["again_s"] / found["duckdb"]["again_s"]
            found["beside_duckdb"] = round(ratio, 3)
            work = found["samsyn"]["again_cpu_s"] / found["duckdb"]["again_cpu_s"]
            found["work_beside_duckdb"] = round(work, 3)
            found["within_goal"] = ratio <= 1.1 and found["samsyn"]["memory_mb"] < 4096
        if cube:
            found["cube"] = in_process("--cube", "", made)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action="store_true", help="50 million as well; takes some minutes")
    parser.add_argument("--tiny", action="store_true", help="only a small one, to see that it works")
    parser.add_argument("--without", nargs="*", default=[], choices=PEERS[1:])
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--cube", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--generate", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.generate:
        generate(Path(options.generate[1]), *WORKLOADS[options.generate[0]])
        return
    if options.one:
        one_run(options.one[0], Path(options.one[1]))
        return
    if options.cube:
        cube_run(Path(options.cube[1]))
        return
    names = ["tiny"] if options.tiny else ["10 million", *(["50 million"] if options.large else [])]
    peers = tuple(peer for peer in PEERS if peer not in options.without)
    versions = ("duckdb", "ibis-framework", "polars", "pandas", "pyarrow")
    print(
        json.dumps(
            {
                "benchmark": "area × month × kind from Parquet",
                "goal": "within 10 % of bare DuckDB; 50 million under 4 GB",
                "load_before": os.getloadavg()[0],
                **{name: compare(name, peers, cube=True) for name in names},
                "load_after": os.getloadavg()[0],
                "cores": os.cpu_count(),
                "python": platform.python_version(),
                "versions": {name: importlib.metadata.version(name) for name in versions},
            },
            ensure_ascii=False,
            indent=2,
        )
    )


if __name__ == "__main__":
    main()
