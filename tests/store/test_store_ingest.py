from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from store_examples import META, load, row, year

from samsyn.store import DatasetMeta, Query, Store, VersionState, frame_of
from samsyn.store.errors import AlreadyLoaded, InvalidDeclaration, InvalidRows, StoreBusy

HERE = Path(__file__).parent


def folders(store: Store) -> list[str]:
    home = store.folder / "brott"
    return sorted(path.name for path in home.iterdir()) if home.is_dir() else []


def test_a_loaded_value_comes_back_as_it_was(store: Store) -> None:
    load(store)
    (value,) = store.run(Query()).to_dict("records")
    assert value["value"] == 103.0
    assert (value["dataset"], value["version"], value["raw"]) == ("brott", 1, "103")


def test_a_leading_zero_of_a_code_is_kept(store: Store) -> None:
    load(store, frame_of([row(code="012345")]))
    assert store.run(Query(areas=(("basomrade", "012345"),)))["code"].tolist() == ["012345"]


def test_the_name_of_an_area_is_taken_from_its_description(store: Store) -> None:
    load(store)
    assert store.run(Query())["area_name"].tolist() == ["Sergels torg"]


def test_the_manifest_tells_what_was_loaded(store: Store) -> None:
    loaded = load(store, answers={"dash": "missing"})
    assert store.get("brott") == loaded
    assert (loaded.rows, loaded.version, loaded.state) == (1, 1, VersionState.CURRENT)
    assert loaded.answers == {"dash": "missing"}


def test_one_wrong_row_loads_nothing_and_every_error_is_told(store: Store) -> None:
    frame = frame_of([row(), row(code="1"), row(value=1.5, **year(2018))])
    with pytest.raises(InvalidRows) as refusal:
        load(store, frame)
    assert [error.column for error in refusal.value.errors] == ["code", "value"]
    assert store.versions() == ()


def test_a_name_that_would_leave_the_folder_is_refused(store: Store) -> None:
    with pytest.raises(InvalidDeclaration):
        load(store, meta=DatasetMeta("../../brott", "x"))


def test_a_new_load_supersedes_the_former(store: Store) -> None:
    load(store)
    load(store, frame_of([row(value=104.0, raw="104")]), source=b"new", reason="rättad tabell")
    assert [(v.version, v.state, v.supersedes) for v in store.versions("brott")] == [
        (1, "superseded", None),
        (2, "current", 1),
    ]
    assert store.run(Query())["value"].tolist() == [104.0]


def test_the_same_bytes_read_the_same_way_are_recognised(store: Store) -> None:
    load(store)
    with pytest.raises(AlreadyLoaded) as refusal:
        load(store, file_name="annat namn.csv")
    assert refusal.value.facts == {"file": "annat namn.csv", "dataset": "brott", "version": 1}


def test_the_same_bytes_read_with_another_answer_are_a_new_version(store: Store) -> None:
    load(store, frame_of([row(value=None, status="missing", raw="-")]))
    zero = DatasetMeta(META.slug, META.title, dash_means="zero")
    assert load(store, frame_of([row(value=0.0, raw="-")]), meta=zero).version == 2


def test_text_is_written_plainly_and_without_dictionaries(store: Store) -> None:
    load(store)
    path = store.folder / "brott" / "v0001" / "values.parquet"
    assert parquet.read_schema(path).field("code").type == pa.string()
    group = parquet.ParquetFile(path).metadata.row_group(0)
    encodings = {e for position in range(group.num_columns) for e in group.column(position).encodings}
    assert not any("DICTIONARY" in encoding for encoding in encodings)


def test_the_source_is_kept_byte_for_byte_under_a_name_of_ours(store: Store) -> None:
    load(store, source=b"\xff\x00 raw", file_name="/hemligt/../Tabell 1.XLSX")
    kept = store.folder / "brott" / "v0001" / "source.xlsx"
    assert kept.read_bytes() == b"\xff\x00 raw"
    assert store.get("brott").file_name == "Tabell 1.XLSX"


def test_a_torn_version_is_not_seen_and_is_swept_at_the_next_load(store: Store) -> None:
    torn = store.folder / "brott" / "v0001"
    torn.mkdir(parents=True)
    (torn / "values.parquet").write_bytes(b"half")
    (store.folder / "brott" / ".incoming-abc").mkdir()
    assert store.versions() == ()
    assert load(store).version == 1
    assert folders(store) == ["v0001"]


def test_a_full_disk_leaves_nothing_behind(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("samsyn.store.ingest.write_durably", full)
    with pytest.raises(OSError, match="No space"):
        load(store)
    assert folders(store) == []


def test_a_load_that_waits_too_long_says_so(tmp_path: Path) -> None:
    store = Store(tmp_path, "exempelstad", patience=0.0)
    store.folder.mkdir(parents=True)
    handle = os.open(store.folder / ".lock", os.O_RDWR | os.O_CREAT)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        with pytest.raises(StoreBusy):
            load(store)
    finally:
        os.close(handle)
    assert load(store).version == 1


def test_loads_at_the_same_time_get_numbers_of_their_own(store: Store) -> None:
    def load_one(number: int) -> int:
        frame = frame_of([row(value=float(number))])
        return load(store, frame, source=str(number).encode()).version

    with ThreadPoolExecutor(6) as threads:
        numbers = list(threads.map(load_one, range(12)))
    assert sorted(numbers) == list(range(1, 13))
    assert [check.sound for check in store.verify()] == [True] * 12
    assert [v.state for v in store.versions()].count(VersionState.CURRENT) == 1


# Each child process kills itself at its nth call that touches the disk: no clean-up code gets to run.
KILLED = textwrap.dedent("""
    import os, shutil, signal, sys
    sys.path.insert(0, sys.argv[1])
    from pathlib import Path
    from store_examples import load, row
    from samsyn.store import Store, frame_of
    import pyarrow.parquet as parquet

    def die_at(moment):
        calls = 0
        def dying(call):
            def called(*args, **kwargs):
                nonlocal calls
                calls += 1
                if calls == moment:
                    os.kill(os.getpid(), signal.SIGKILL)
                return call(*args, **kwargs)
            return called
        touching = ((os, "fsync"), (os, "replace"), (parquet, "write_table"), (Path, "mkdir"), (Path, "open"))
        for module, name in touching:
            setattr(module, name, dying(getattr(module, name)))

    first = Path(sys.argv[2]) / "first"
    load(Store(first, "exempelstad"))
    for moment in range(1, 40):
        root = Path(sys.argv[2]) / f"{moment:02d}"
        shutil.copytree(first, root)
        child = os.fork()
        if child == 0:
            die_at(moment)
            load(Store(root, "exempelstad"), frame_of([row(value=200.0, raw="200")]), source=b"second")
            os._exit(0)
        if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0:
            break
    print(moment)
""")


def test_a_load_killed_at_any_moment_is_seen_whole_or_not_at_all(tmp_path: Path) -> None:
    command = [sys.executable, "-c", KILLED, str(HERE), str(tmp_path)]
    through = int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert through > 12
    seen = []
    for moment in range(1, through + 1):
        store = Store(tmp_path / f"{moment:02d}", "exempelstad")
        seen += store.run(Query())["value"].tolist()
        assert all(check.sound for check in store.verify())
        load(store, frame_of([row(value=300.0)]), source=b"third")
        assert not [name for name in folders(store) if not name.startswith("v")]
    unseen = seen.index(200.0)
    assert unseen > 10
    assert seen == [103.0] * unseen + [200.0] * (through - unseen)
