"""The counts of a moved boundary, asked of stored events: the same as of the arrays they came from."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
import shapely

from samsyn.analysis.errors import SeriesDiffer
from samsyn.domain.access import SharingClass
from samsyn.domain.calendar import Period
from samsyn.geography.dated import DatedBoundary
from samsyn.store.events.refusals import PositionsTooCoarse
from samsyn.store.events.schema import EventSet, PositionKind
from samsyn.store.events.store import EventStore
from samsyn.store.events.tables import event_table
from samsyn.store.schema import DatasetMeta
from samsyn.studies.boundary_counts import boundary_counts
from samsyn.studies.boundary_events import boundary_counts_of

YEARS = [Period.of_years(2022, 2022), Period.of_years(2023, 2023)]
EAST, NORTH = 674_000.0, 6_580_000.0
BOUNDARIES = [
    DatedBoundary(shapely.box(EAST, NORTH, EAST + 400, NORTH + 500).wkb, date(2022, 1, 1), date(2023, 1, 1)),
    DatedBoundary(shapely.box(EAST, NORTH, EAST + 190, NORTH + 500).wkb, date(2023, 1, 1)),
]
DRAFT = EventSet(DatasetMeta("handelser", "Händelser"))


@pytest.fixture
def drawn():
    generator = np.random.default_rng(7)
    n = 600
    days = np.datetime64("2021-07-01") + generator.integers(0, 1200, n)
    return {
        "kind": generator.choice(["theft", "robbery"], n).tolist(),
        "start": days.astype("datetime64[us]") + np.timedelta64(12, "h"),
        "x": EAST + generator.uniform(-300, 700, n) + np.where(generator.random(n) < 0.2, 50_000, 0),
        "y": NORTH + generator.uniform(-300, 800, n),
        "count": generator.choice([1, 1, 1, 2, -1], n),
    }


@pytest.fixture
def store(tmp_path, drawn):
    store = EventStore(tmp_path / "store", "exempelstad")
    table = event_table(
        drawn["kind"], list(drawn["start"]), x=drawn["x"], y=drawn["y"], count=drawn["count"].tolist()
    )
    store.write(DRAFT, [table])
    return store


def asked(store, boundaries=BOUNDARIES, periods=YEARS, **chosen):
    chosen = {"kind": "theft", "audience": SharingClass.AUTHORITIES, **chosen}
    return boundary_counts_of(store, "handelser", boundaries, periods, **chosen)


def test_stored_events_give_the_answer_of_their_arrays(store, drawn):
    theft = np.array(drawn["kind"]) == "theft"
    expected = boundary_counts(
        drawn["x"][theft], drawn["y"][theft], drawn["count"][theft],
        drawn["start"][theft].astype("datetime64[D]"), BOUNDARIES, YEARS,
        kind="theft", audience=SharingClass.AUTHORITIES,
    )  # fmt: skip

    answer = asked(store)

    assert [one.count for one in answer.periods] == [one.count for one in expected.periods]
    assert [one.on_common_ground for one in answer.periods] == [o.on_common_ground for o in expected.periods]
    for one, other in zip(answer.periods, expected.periods, strict=True):
        assert one.belonging.expected == pytest.approx(other.belonging.expected)
    assert answer.changes == expected.changes


def test_a_kind_that_is_not_there_is_counted_as_none(store):
    assert [one.count for one in asked(store, kind="arson").periods] == [0, 0]


def test_other_readers_pass_the_same_door(store):
    answer = asked(store, kind="offence_in_close_relation", audience=SharingClass.OPEN)
    assert {one.count for one in answer.periods} == {None}


def test_points_that_stand_for_municipalities_are_refused(tmp_path):
    store = EventStore(tmp_path / "other", "exempelstad")
    table = event_table(["theft"], [np.datetime64("2022-05-01T12:00", "us")], x=[EAST], y=[NORTH])
    store.write(replace(DRAFT, position_kind=PositionKind.CENTROID), [table])
    with pytest.raises(PositionsTooCoarse):
        asked(store)


@pytest.mark.parametrize("wrong", [{"crs": 26915}, {"boundaries": []}, {"periods": []}])
def test_another_system_or_nothing_to_ask_is_refused(store, wrong):
    with pytest.raises(SeriesDiffer):
        asked(store, **wrong)
