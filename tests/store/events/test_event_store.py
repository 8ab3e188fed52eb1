"""A version of events is there whole or not at all, and says everything about itself."""

from __future__ import annotations

import fcntl
import os
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pyarrow.parquet as parquet
import pytest
from hypothesis import given, settings, strategies as st

from samsyn.store.errors import AlreadyLoaded, BrokenVersion, ReasonNeeded, StoreBusy, UnknownDataset
from samsyn.store.events import writing
from samsyn.store.events.errors import DiskFull, NothingToKeep
from samsyn.store.events.schema import EventSet, TimePrecision, arrow_schema
from samsyn.store.events.store import EventStore
from samsyn.store.events.tables import ContentSum, event_table
from samsyn.store.provenance import Problem
from samsyn.store.schema import DatasetMeta, VersionState

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
DRAFT = EventSet(DatasetMeta("handelser", "Händelser"), attributes={"distrikt": ("1", "2")})


def moment(text):
    return np.datetime64(text, "us")


@pytest.fixture
def events(tmp_path: Path) -> EventStore:
    return EventStore(tmp_path / "store", "exempelstad", patience=0.1)


def some(count=(1, 1, -1), hour=12):
    starts = [moment(f"2024-05-{day:02d}T{hour:02d}:00") for day in range(1, len(count) + 1)]
    return event_table(
        ["robbery"] * len(count),
        starts,
        count=count,
        x=[float(n) for n in range(len(count))],
        y=[0.0] * len(count),
        attributes={"distrikt": ["1"] * len(count)},
    )


def test_a_written_version_comes_back_as_it_was_told(events):
    written = events.write(DRAFT, [some()])

    assert events.get("handelser") == written
    assert (written.version, written.rows, written.count) == (1, 3, 1)
    assert (written.first_day, written.last_day) == (date(2024, 5, 1), date(2024, 5, 3))
    assert written.kinds == {"robbery": 1}


def test_a_part_holds_plain_columns_of_the_contract(events):
    written = events.write(DRAFT, [some()])
    ((path, _part),) = events.part_files("handelser")

    assert parquet.read_schema(path).remove_metadata().equals(arrow_schema(written.columns))


def test_a_part_is_named_after_its_content_and_sorted_by_day(events):
    table = some().take([2, 0, 1])
    events.write(DRAFT, [table])
    ((path, part),) = events.part_files("handelser")

    assert path.name == f"{part.sha256[:16]}.parquet"
    assert events.read("handelser")["row"].to_pylist() == [1, 2, 3]


def test_a_part_says_where_its_events_lie_and_which_rows_they_came_from(events):
    (part,) = events.write(DRAFT, [some()]).parts

    assert part.bbox == (0.0, 0.0, 2.0, 0.0)
    assert (part.first_row, part.last_row) == (1, 3)


def test_an_event_without_position_gives_no_box(events):
    table = event_table(["theft"], [moment("2024-05-01T00:00")], attributes={"distrikt": [""]})

    assert events.write(DRAFT, [table]).parts[0].bbox is None


def test_many_events_become_several_parts(events, monkeypatch):
    monkeypatch.setattr(writing, "PART_ROWS", 4)
    written = events.write(DRAFT, [some((1,) * 3), some((1,) * 9, hour=3)])

    assert [part.rows for part in written.parts] == [3, 4, 4, 1]
    assert events.read("handelser").num_rows == 12


def test_the_next_file_becomes_the_next_version(events):
    events.write(DRAFT, [some()])
    events.write(DRAFT, [some(hour=13)])

    assert [(one.version, one.state, one.supersedes) for one in events.manifests()] == [
        (1, VersionState.SUPERSEDED, None),
        (2, VersionState.CURRENT, 1),
    ]


def test_the_same_events_twice_are_recognised(events):
    events.write(DRAFT, [some()])
    with pytest.raises(AlreadyLoaded):
        events.write(DRAFT, [some()])
    assert len(events.manifests()) == 1


def test_no_event_at_all_is_no_version(events):
    with pytest.raises(NothingToKeep):
        events.write(DRAFT, [some().slice(0, 0)])
    assert events.manifests() == ()


def test_what_fails_on_the_way_leaves_nothing(events):
    def torn():
        yield some()
        raise RuntimeError

    with pytest.raises(RuntimeError):
        events.write(DRAFT, torn())
    assert [path.name for path in (events.folder / "handelser").iterdir()] == [".lock"]


def test_leftovers_of_a_killed_load_are_swept_by_the_next(events):
    home = events.folder / "handelser"
    for name in (".incoming-abc/parts", "v0007/parts"):
        (home / name).mkdir(parents=True)
    events.write(DRAFT, [some()])

    assert sorted(path.name for path in home.iterdir()) == [".lock", "v0001"]


def test_a_part_that_no_manifest_names_goes_when_its_grace_is_over(events):
    events.write(DRAFT, [some()])
    stray = events.folder / "handelser/v0001/parts/0123456789abcdef.parquet"
    stray.write_bytes(b"x")

    assert writing.sweep(events.archive, "handelser") == 0
    assert writing.sweep(events.archive, "handelser", grace=-1) == 1
    assert not stray.exists()
    assert events.verify()[0].sound


def test_a_second_load_of_the_same_set_is_refused_with_a_sentence(events):
    home = events.folder / "handelser"
    home.mkdir(parents=True)
    with (home / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(StoreBusy):
            events.write(DRAFT, [some()])


def test_another_set_may_be_loaded_meanwhile(events):
    home = events.folder / "annan"
    home.mkdir(parents=True)
    with (home / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert events.write(DRAFT, [some()]).version == 1


def test_a_full_disk_is_told_and_leaves_nothing(events, monkeypatch):
    def full(*_args, **_more):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(parquet, "write_table", full)
    with pytest.raises(DiskFull):
        events.write(DRAFT, [some()])
    assert [path.name for path in (events.folder / "handelser").iterdir()] == [".lock"]


def test_a_withdrawn_version_is_not_current_and_keeps_its_events(events):
    events.write(DRAFT, [some()])
    events.withdraw("handelser", 1, "fel fil", "Analys", NOW)

    assert events.get("handelser", 1).state is VersionState.WITHDRAWN
    assert events.read("handelser", 1).num_rows == 3
    with pytest.raises(Exception, match="SAM203"):
        events.get("handelser")


def test_a_withdrawal_may_bring_the_former_version_back(events):
    events.write(DRAFT, [some()])
    events.write(DRAFT, [some(hour=13)])
    events.withdraw("handelser", 2, "fel fil", "Analys", NOW, reinstate_former=True)

    assert events.get("handelser").version == 1


def test_a_withdrawal_needs_a_reason(events):
    events.write(DRAFT, [some()])
    with pytest.raises(ReasonNeeded):
        events.withdraw("handelser", 1, " ", "Analys", NOW)


def test_an_unknown_set_is_told_with_the_nearest(events):
    events.write(DRAFT, [some()])
    with pytest.raises(UnknownDataset, match="handelser"):
        events.get("handelse")


def test_a_changed_part_is_named(events):
    (part,) = events.write(DRAFT, [some()]).parts
    path = events.archive.part_path("handelser", 1, part.name)
    content = bytearray(path.read_bytes())
    content[40] ^= 255
    path.write_bytes(content)

    assert [(check.part, check.problem) for check in events.verify()] == [(part.name, Problem.VALUES_CHANGED)]


def test_a_lost_part_is_no_silent_gap(events):
    (part,) = events.write(DRAFT, [some()]).parts
    os.remove(events.archive.part_path("handelser", 1, part.name))

    with pytest.raises(BrokenVersion, match=part.name):
        events.part_files("handelser")


def test_an_unreadable_manifest_does_not_stop_the_others(events):
    events.write(DRAFT, [some()])
    events.write(DRAFT, [some(hour=13)])
    (events.folder / "handelser/v0001/manifest.json").write_text("{")

    assert [one.version for one in events.manifests()] == [2]
    assert ("", Problem.MANIFEST_UNREADABLE) in [(check.part, check.problem) for check in events.verify()]


@pytest.mark.parametrize(
    ("start", "day", "hour", "weekday", "week"),
    [
        (moment("2024-07-01T22:30"), date(2024, 7, 2), 0, 1, date(2024, 7, 1)),
        (moment("2024-01-01T12:00"), date(2024, 1, 1), 13, 0, date(2024, 1, 1)),
        (moment("2023-12-31T22:59"), date(2023, 12, 31), 23, 6, date(2023, 12, 25)),
        (moment("2024-10-27T00:30"), date(2024, 10, 27), 2, 6, date(2024, 10, 21)),
        (moment("2024-10-27T01:30"), date(2024, 10, 27), 2, 6, date(2024, 10, 21)),
        (moment("1969-12-31T22:30"), date(1969, 12, 31), 23, 2, date(1969, 12, 29)),
    ],
)
def test_days_weeks_and_hours_are_those_of_the_clock_on_the_wall(start, day, hour, weekday, week):
    (event,) = event_table(["theft"], [start]).to_pylist()

    assert (event["day"], event["hour"], event["weekday"], event["week"]) == (day, hour, weekday, week)
    assert (event["month"], event["year"]) == (day.replace(day=1), day.year)


@pytest.mark.parametrize(
    ("precision", "hour", "weekday"),
    [(TimePrecision.MINUTES, 12, 2), (TimePrecision.DAY, -1, 2), (TimePrecision.MONTH, -1, -1)],
)
def test_what_a_source_does_not_know_is_not_invented(precision, hour, weekday):
    (event,) = event_table(["theft"], [moment("2024-05-01T10:00")], precision=precision).to_pylist()

    assert (event["hour"], event["weekday"]) == (hour, weekday)


TABLES = st.lists(
    st.tuples(st.sampled_from(["robbery", "theft", "drug_offence"]), st.sampled_from(["", "å", "ab", "c"])),
    min_size=1,
    max_size=12,
)


def table_of(rows):
    moments = [np.datetime64("2024-01-01T00:00", "us") + np.timedelta64(n, "h") for n in range(len(rows))]
    return event_table([kind for kind, _ in rows], moments, attributes={"a": [value for _, value in rows]})


@settings(max_examples=60, deadline=None)
@given(TABLES, st.integers(0, 12))
def test_the_checksum_of_content_does_not_depend_on_how_events_arrive(rows, cut):
    table, whole, pieces = table_of(rows), ContentSum(), ContentSum()
    whole.add(table)
    for piece in (table.slice(0, cut), table.slice(cut)):
        pieces.add(piece)

    assert whole.hexdigest() == pieces.hexdigest()


@settings(max_examples=60, deadline=None)
@given(TABLES, TABLES)
def test_the_checksum_of_content_tells_different_events_apart(one, other):
    sums = []
    for rows in (one, other):
        made = ContentSum()
        made.add(table_of(rows))
        sums.append(made.hexdigest())

    assert (sums[0] == sums[1]) == (one == other)
