from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from store_examples import AREAS, META, NOW, SERIES, load, row, year

from samsyn.store import DatasetMeta, Problem, Query, Store, VersionState, frame_of
from samsyn.store.errors import (
    BrokenVersion,
    CannotAdd,
    ReasonNeeded,
    UnknownDataset,
    UnknownSeries,
    UnknownVersion,
)

OTHER = DatasetMeta("boende", "Boende", kind="residents")


def load_twice(store: Store) -> None:
    load(store)
    load(store, frame_of([row(value=104.0, raw="104")]), source=b"new")


def values(store: Store, query: Query | None = None) -> list[float]:
    return store.run(query or Query())["value"].tolist()


def test_a_figure_is_followed_back_to_the_cell_of_its_file(store: Store) -> None:
    loaded = load(store)
    found = store.lineage(store.run(Query()).iloc[0])
    assert (found.version, found.row, found.column, found.raw) == (loaded, 282, 4, "103")
    assert found.source.read_bytes() == b"a;b\n1;2\n"


def test_a_total_has_a_version_but_no_row(store: Store) -> None:
    load(store)
    found = store.lineage(store.run(Query(series=("stold",), by=("series",))).iloc[0])
    assert (found.version.version, found.row, found.raw) == (1, None, "")


def test_a_pinned_version_answers_whatever_its_state(store: Store) -> None:
    load_twice(store)
    store.withdraw("brott", 1, "fel kolumn", "analytiker", NOW)
    assert values(store, Query(versions=(("brott", 1),))) == [103.0]


def test_a_withdrawn_version_gives_no_figures_and_keeps_its_reason(store: Store) -> None:
    load(store)
    withdrawn = store.withdraw("brott", 1, " fel kolumn ", "analytiker", NOW)
    assert (withdrawn.state, withdrawn.reason) == (VersionState.WITHDRAWN, "fel kolumn")
    assert values(store) == []


def test_a_withdrawal_does_not_bring_the_former_version_back(store: Store) -> None:
    load_twice(store)
    store.withdraw("brott", 2, "fel fil", "analytiker", NOW)
    assert [version.state for version in store.versions()] == ["superseded", "withdrawn"]
    assert values(store) == []


def test_a_withdrawal_brings_the_former_version_back_when_told_to(store: Store) -> None:
    load_twice(store)
    store.withdraw("brott", 2, "fel fil", "analytiker", NOW, reinstate_former=True)
    assert values(store) == [103.0]


def test_after_a_withdrawal_the_old_file_may_be_loaded_again(store: Store) -> None:
    load_twice(store)
    store.withdraw("brott", 2, "fel fil", "analytiker", NOW)
    assert load(store).version == 3
    assert values(store) == [103.0]


def test_a_second_withdrawal_keeps_the_first_reason(store: Store) -> None:
    load(store)
    store.withdraw("brott", 1, "fel fil", "analytiker", NOW)
    assert store.withdraw("brott", 1, "annat", "analytiker", NOW).reason == "fel fil"


def test_a_withdrawal_needs_a_reason(store: Store) -> None:
    load(store)
    with pytest.raises(ReasonNeeded):
        store.withdraw("brott", 1, "  ", "analytiker", NOW)


def test_a_withdrawal_that_can_not_be_read_still_stands(store: Store) -> None:
    load(store)
    (store.folder / "brott" / "v0001" / "withdrawn.json").write_text("{")
    assert values(store) == []


def damage(store: Store, name: str, content: bytes | None) -> None:
    path = store.folder / "brott" / "v0001" / name
    path.unlink()
    if content is not None:
        path.write_bytes(content)


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("manifest.json", b"{", Problem.MANIFEST_UNREADABLE),
        ("manifest.json", b'{"format": 99}', Problem.MANIFEST_UNREADABLE),
        ("manifest.json", b"[]", Problem.MANIFEST_UNREADABLE),
        ("values.parquet", b"PAR1", Problem.VALUES_CHANGED),
        ("values.parquet", None, Problem.VALUES_MISSING),
        ("source.csv", b"a;b\n1;3\n", Problem.SOURCE_CHANGED),
        ("source.csv", None, Problem.SOURCE_MISSING),
    ],
)
def test_a_broken_version_is_named_and_does_not_stop_the_others(
    store: Store, name: str, content: bytes | None, problem: Problem
) -> None:
    load(store)
    load(store, frame_of([row(series="boende")]), meta=OTHER)
    damage(store, name, content)
    checks = {(check.dataset, check.version): check.problems for check in store.verify()}
    assert checks == {("boende", 1): (), ("brott", 1): (problem,)}
    assert values(store, Query(datasets=("boende",))) == [103.0]


@pytest.mark.parametrize(
    ("name", "content"), [("values.parquet", b"PAR1"), ("values.parquet", None), ("manifest.json", b"{")]
)
@pytest.mark.parametrize("query", [Query(), Query(series=("stold",)), Query(datasets=("brott",))])
def test_figures_are_not_read_from_a_broken_version(
    store: Store, name: str, content: bytes | None, query: Query
) -> None:
    load(store)
    values(store)
    damage(store, name, content)
    with pytest.raises(BrokenVersion):
        store.run(query)


def test_an_unreadable_manifest_does_not_bring_the_former_version_back(store: Store) -> None:
    load_twice(store)
    (store.folder / "brott" / "v0002" / "manifest.json").write_text("{")
    assert [version.state for version in store.versions()] == ["superseded"]


def test_the_number_of_a_broken_version_is_not_used_again(store: Store) -> None:
    load(store)
    damage(store, "manifest.json", b"{")
    assert load(store).version == 2


def test_a_manifest_copied_from_another_version_is_refused(store: Store) -> None:
    load_twice(store)
    kept = (store.folder / "brott" / "v0001" / "manifest.json").read_bytes()
    (store.folder / "brott" / "v0002" / "manifest.json").write_bytes(kept)
    assert [check.sound for check in store.verify()] == [True, False]


def test_the_manifest_never_says_which_version_is_current(store: Store) -> None:
    load(store)
    kept = json.loads((store.folder / "brott" / "v0001" / "manifest.json").read_text(encoding="utf-8"))
    assert "state" not in kept
    assert kept["meta"]["slug"] == "brott"


def test_an_unknown_series_suggests_the_nearest(store: Store) -> None:
    load(store)
    with pytest.raises(UnknownSeries, match="Closest: stold"):
        store.run(Query(series=("stöld",)))


def test_a_known_series_without_a_current_version_gives_no_rows(store: Store) -> None:
    load(store)
    store.withdraw("brott", 1, "fel fil", "analytiker", NOW)
    assert values(store, Query(series=("stold",))) == []


@pytest.mark.parametrize(
    ("query", "error"),
    [
        (Query(datasets=("brotten",)), UnknownDataset),
        (Query(versions=(("brotten", 1),)), UnknownDataset),
        (Query(versions=(("brott", 7),)), UnknownVersion),
        (Query(series=("trygghet",), by=("area",)), CannotAdd),
        (Query(by=("area",)), CannotAdd),
    ],
)
def test_a_question_that_has_no_answer_says_why(store: Store, query: Query, error: type[Exception]) -> None:
    load(store, frame_of([row(), row(series="trygghet", value=60.0)]))
    with pytest.raises(error):
        store.run(query)


def test_getting_a_withdrawn_data_set_says_that_none_is_current(store: Store) -> None:
    load(store)
    store.withdraw("brott", 1, "fel fil", "analytiker", NOW)
    with pytest.raises(UnknownVersion, match="current"):
        store.get("brott")
    assert store.get("brott", 1).state is VersionState.WITHDRAWN


def test_the_catalogue_lists_series_with_the_areas_that_have_rows(store: Store) -> None:
    load(store, frame_of([row(), row(series="ran", scheme="nyko5", code="10102", vintage="okänd")]))
    listed = {entry.series.slug: [area.name for area in entry.areas] for entry in store.series_catalogue()}
    assert listed == {"stold": ["Sergels torg"], "ran": ["Klara"], "boende": [], "trygghet": []}


def test_residents_are_an_ordinary_data_set(store: Store) -> None:
    frame = frame_of([row(series="boende", value=float(n), **year(n)) for n in (2014, 2015)])
    load(store, frame, meta=OTHER)
    assert values(store, Query(series=("boende",))) == [2014.0, 2015.0]


def test_a_workspace_sees_nothing_of_another(store: Store) -> None:
    load(store)
    assert Store(store.folder.parent, "stockholm").versions() == ()


def test_a_manifest_survives_every_field(store: Store) -> None:
    meta = DatasetMeta(
        "brott", "Å", "P", "R", NOW.date(), "CC0", NOW.date(), "incident_report", "zero", "fotnot"
    )
    loaded = load(store, meta=meta, series=SERIES, areas=AREAS, reason="ny")
    assert Store(store.folder.parent, "exempelstad").get("brott") == loaded
    assert meta != META


def test_importing_the_store_loads_neither_duckdb_nor_the_geometry() -> None:
    check = (
        "import sys, pandas; before = set(sys.modules); import samsyn.store;"
        "loaded = {m.partition('.')[0] for m in set(sys.modules) - before};"
        "print(sorted(loaded & {'duckdb', 'pyarrow', 'shapely', 'django', 'scipy'}))"
    )
    source = Path(__file__).parents[2] / "src"
    done = subprocess.run(
        [sys.executable, "-c", check], capture_output=True, text=True, check=True, cwd=source
    )
    assert done.stdout.strip() == "[]"
