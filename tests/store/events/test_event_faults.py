"""Kills, full disks, two at once, readers meanwhile, broken files: what is there is whole."""

from __future__ import annotations

import contextlib
import os
import random
import resource
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest
from event_examples import GROUND, NOW, ROWS, mapping, write_csv

from samsyn.store.errors import StoreBusy
from samsyn.store.events.errors import DiskFull
from samsyn.store.events.ingest import ingest_events
from samsyn.store.events.store import EventStore
from samsyn.store.events.upkeep import assign_anew, compact, take_out_broken

HERE = Path(__file__).parent
#: Loads a file with many rows in many small parts, so that there are many moments to be killed at.
LOADER = textwrap.dedent(
    """
    import sys
    sys.path.insert(0, sys.argv[1])
    from event_examples import GROUND, NOW, mapping
    from pathlib import Path
    from samsyn.store.events import writing
    from samsyn.store.events.ingest import ingest_events
    from samsyn.store.events.mapping import read_mapping
    from samsyn.store.events.store import EventStore

    writing.PART_ROWS = 500
    store = EventStore(Path(sys.argv[2]), "x", patience=float(sys.argv[4]))
    print("begin", flush=True)
    ingest_events(store, Path(sys.argv[3]), mapping(), "exempel", ground=GROUND, owner="7", by="A", now=NOW,
                  chunk_rows=250)
    print("done", flush=True)
    """
)


#: Forks a loader for each line it reads, so that fifty kills do not cost fifty starts of Python.
NURSERY = LOADER.partition("print(")[0].replace("store = ", "def load(file):\n    store = ").replace(
    "sys.argv[3]", "file"
) + textwrap.dedent(
    """
        ingest_events(store, Path(file), mapping(), "exempel", ground=GROUND, owner="7", by="A", now=NOW,
                      chunk_rows=250)

    import os
    for line in sys.stdin:
        child = os.fork()
        if not child:
            load(line.strip())
            os._exit(0)
        print(child, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
    """
)


def loader(store: Path, file: Path, patience: float = 5, **more) -> subprocess.Popen[str]:
    words = [sys.executable, "-c", LOADER, str(HERE), str(store), str(file), str(patience)]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more)


def many(path: Path, rows: int = 6000) -> Path:
    return write_csv(path, [ROWS[at % 3] for at in range(rows)])


@pytest.fixture
def small_parts(monkeypatch):
    from samsyn.store.events import writing

    monkeypatch.setattr(writing, "PART_ROWS", 4)


def load(events, path, **more):
    return ingest_events(
        events, path, mapping(), "exempel", ground=GROUND, owner="7", by="A", now=NOW, **more
    )


def leftovers(events: EventStore) -> list[str]:
    home = events.folder / "exempel"
    return (
        sorted(path.name for path in home.iterdir() if path.name not in (".lock",)) if home.exists() else []
    )


def test_fifty_kills_at_random_moments_leave_no_half_set(tmp_path):
    root = tmp_path / "store"
    events = EventStore(root, "x", patience=5)
    words = [sys.executable, "-c", NURSERY, str(HERE), str(root), "-", "5"]
    nursery = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def born(file):
        nursery.stdin.write(f"{file}\n")
        nursery.stdin.flush()
        return int(nursery.stdout.readline())

    born(many(tmp_path / "fil.csv", 2000))
    # From the birth of the loader, so that the moments spread over the load and not over the start of Python.
    began = time.monotonic()
    assert nursery.stdout.readline() == "0\n"
    whole = time.monotonic() - began
    moments, killed = random.Random(20261121), 0
    for at in range(50):
        child = born(many(tmp_path / "fil.csv", 2001 + at))
        time.sleep(moments.random() * whole)
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        killed += nursery.stdout.readline() == f"{-signal.SIGKILL}\n"
        for held in events.manifests():
            rows = sum(part.rows for part in held.parts)
            assert rows == held.rows == events.read("exempel", held.version).num_rows
        assert all(check.sound for check in events.verify())
    nursery.communicate()

    assert killed >= 25
    assert events.get("exempel", 1).rows == 2000
    load(events, many(tmp_path / "sist.csv", 3000))
    assert all(name.startswith("v") for name in leftovers(events))


def test_two_loads_at_once_become_one_version_and_one_sentence(tmp_path):
    root = tmp_path / "store"
    both = [loader(root, many(tmp_path / "fil.csv"), patience=30) for _ in range(2)]
    told = [one.communicate() for one in both]

    assert sorted(out.splitlines()[-1] for out, _ in told) == ["begin", "done"]
    assert any("SAM201" in problem for _, problem in told)
    assert len(EventStore(root, "x").manifests()) == 1


def test_a_load_that_may_not_wait_is_refused_while_another_runs(events, tmp_path):
    seen = []

    def other(_done, _rows):
        if not seen:
            seen.append(1)
            with pytest.raises(StoreBusy):
                load(EventStore(events.folder.parents[1], events.workspace, patience=0.0), second)

    second = many(tmp_path / "andra.csv", 50)
    load(events, many(tmp_path / "fil.csv", 30), progress=other)
    assert seen


def test_readers_meet_a_whole_version_all_the_while(events, tmp_path, small_parts):
    load(events, many(tmp_path / "fil.csv", 30))
    stop, counts, problems = threading.Event(), set(), []

    def read():
        while not stop.is_set():
            try:
                held = events.get("exempel")
                counts.add((held.version, events.read("exempel", held.version).num_rows))
            except Exception as problem:  # noqa: BLE001
                problems.append(problem)
                return

    reader = threading.Thread(target=read)
    reader.start()
    for rows in (60, 90, 120):
        load(events, many(tmp_path / "fil.csv", rows))
    compact(events, "exempel", by="A", now=NOW, part_rows=1000)
    stop.set()
    reader.join()

    assert problems == []
    assert counts <= {(1, 30), (2, 60), (3, 90), (4, 120)}


def test_a_reader_that_holds_an_older_manifest_still_finds_its_parts(events, tmp_path, small_parts):
    load(events, many(tmp_path / "fil.csv", 30))
    held = events.part_files("exempel")
    compact(events, "exempel", by="A", now=NOW, part_rows=1000)

    assert {path for path, _ in held}.isdisjoint(path for path, _ in events.part_files("exempel"))
    assert all(path.exists() for path, _ in held)


def test_a_disk_that_fills_up_is_told_and_nothing_half_remains(tmp_path):
    """A limit on the size of files stands in for a full disk, since mounting one takes rights."""
    file, root = many(tmp_path / "fil.csv", 60_000), tmp_path / "store"

    def small():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))

    running = loader(root, file, preexec_fn=small)
    _out, problem = running.communicate()

    assert "SAM230" in problem
    events = EventStore(root, "x")
    assert events.manifests() == ()
    assert leftovers(events) == []


def test_no_space_while_the_manifest_is_written_leaves_the_old_version_in_force(
    events, tmp_path, monkeypatch
):
    load(events, many(tmp_path / "fil.csv", 30))

    def full(*_args, **_more):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("samsyn.store.events.writing.write_last", full)
    with pytest.raises(DiskFull):
        load(events, many(tmp_path / "fil.csv", 60))
    assert events.get("exempel").version == 1
    assert leftovers(events) == ["v0001"]


@pytest.mark.parametrize("harm", ["changed", "cut", "gone"])
def test_a_broken_part_is_named_taken_out_and_the_rest_serves(events, tmp_path, small_parts, harm):
    written = load(events, many(tmp_path / "fil.csv", 12))
    part = written.parts[1]
    path = events.archive.part_path("exempel", 1, part.name)
    content = bytearray(path.read_bytes())
    if harm == "gone":
        path.unlink()
    else:
        content[len(content) // 2] ^= 255
        path.write_bytes(content if harm == "changed" else content[:-100])
    (gone,) = take_out_broken(events, by="A", now=NOW)

    assert (gone.part, gone.rows) == (part.name, part.rows)
    after = events.get("exempel")
    assert (after.rows, after.lost, after.revision) == (written.rows - part.rows, (part,), 2)
    assert after.revisions[-1].why == "parts lost"
    assert sum(after.kinds.values()) == after.count == sum(events.read("exempel")["count"].to_pylist())
    assert all(check.sound for check in events.verify())
    assert take_out_broken(events, by="A", now=NOW) == ()


def test_compacting_keeps_every_event_and_sorts_them_by_day(events, tmp_path, small_parts):
    written = load(events, many(tmp_path / "fil.csv", 30))
    before = sorted(events.read("exempel").to_pylist(), key=lambda row: row["row"])
    after = compact(events, "exempel", by="A", now=NOW, part_rows=1000)

    assert (len(written.parts), len(after.parts)) == (8, 1)
    assert (after.rows, after.count, after.content_sha256) == (
        written.rows,
        written.count,
        written.content_sha256,
    )
    table = events.read("exempel").to_pylist()
    assert sorted(table, key=lambda row: row["row"]) == [{**row, "x": row["x"]} for row in before]
    assert [row["day"] for row in table] == sorted(row["day"] for row in table)


def test_compacting_what_is_compact_changes_nothing(events, tmp_path):
    written = load(events, many(tmp_path / "fil.csv", 30))

    assert compact(events, "exempel", by="A", now=NOW) == written


@pytest.mark.parametrize(
    ("zone", "language"), [("Asia/Tokyo", "C"), ("America/New_York", "tr_TR.UTF-8"), ("UTC", "C")]
)
def test_the_same_file_gives_the_same_events_in_any_zone_and_language(tmp_path, zone, language):
    file, root = many(tmp_path / "fil.csv", 300), tmp_path / "store"
    environment = {**os.environ, "TZ": zone, "LC_ALL": language, "PYTHONUTF8": "0"}
    running = loader(root, file, env=environment)
    assert running.communicate()[0].endswith("done\n")
    here = EventStore(tmp_path / "annan", "x")
    load(here, file)

    assert EventStore(root, "x").get("exempel").content_sha256 == here.get("exempel").content_sha256


def test_only_parts_that_meet_a_changed_shape_are_written_anew(events, tmp_path, small_parts):
    import shapely

    from samsyn.store.events.places import AreaLayer, Ground

    def ground(east):
        shapes = (
            shapely.box(674000, 6580000, 674060, 6580100).wkb,
            shapely.box(674060, 6580000, east, 6580100).wkb,
        )
        far = shapely.box(600000, 6500000, 600100, 6500100).wkb
        return Ground(layers=(AreaLayer("ruta", "2024", ("1", "2", "3"), (*shapes, far)),))

    rows = [*[ROWS[0]] * 4, *[ROWS[2]] * 4]
    written = ingest_events(
        events, write_csv(tmp_path / "fil.csv", rows), mapping(), "exempel", ground=ground(674100), owner="7",
        by="A", now=NOW,
    )  # fmt: skip
    assert [row["area_ruta"] for row in events.read("exempel").to_pylist()] == [*["1"] * 4, *[""] * 4]
    after, touched = assign_anew(events, "exempel", ground(674200), by="A", now=NOW)

    assert touched == 1
    assert after.parts[0] == written.parts[0]
    assert [row["area_ruta"] for row in events.read("exempel").to_pylist()] == [*["1"] * 4, *["2"] * 4]
    assert (after.version, after.revision, after.content_sha256) == (1, 2, written.content_sha256)
    assert (after.schemes["ruta"].assigned, written.schemes["ruta"].assigned) == (8, 4)
    assert assign_anew(events, "exempel", ground(674200), by="A", now=NOW)[1] == 0


def test_a_new_scheme_gives_every_part_its_column(events, tmp_path, small_parts):
    import shapely

    from samsyn.store.events.places import AreaLayer, Ground

    load(events, many(tmp_path / "fil.csv", 12))
    layer = AreaLayer("ny", "2024", ("7",), (shapely.box(674000, 6580000, 674200, 6580100).wkb,))
    after, touched = assign_anew(events, "exempel", Ground(layers=(layer,)), by="A", now=NOW)

    assert touched == len(after.parts) == 3
    assert set(events.read("exempel")["area_ny"].to_pylist()) == {"7"}
    assert after.columns == tuple(events.read("exempel").column_names)
