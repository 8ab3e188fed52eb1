"""A cube holds the same sums as the events, whatever is cut out of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from events_examples import event, source
from hypothesis import HealthCheck, given, settings, strategies as st
from test_event_engines import AREAS, MOMENTS

from samsyn.domain.calendar import Period
from samsyn.store.events.asking import EventSource, ask_events
from samsyn.store.events.cube import EVERYWHERE, PLACES, build_cube, cube_of
from samsyn.store.events.query import EventQuery
from samsyn.store.events.refusals import NotInTheEvents

events = st.builds(
    event,
    st.sampled_from(MOMENTS),
    st.sampled_from(["robbery", "drug_offence"]),
    count=st.sampled_from([1, 1, 2, -1, 30_000_000]),
    area=st.sampled_from(AREAS),
    place=st.sampled_from(["", "klara"]),
    hour_known=st.booleans(),
)


def held(folder: Path, rows: list[dict[str, object]]) -> EventSource:
    return replace(source(folder / "parts", rows), folder=str(folder))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(events, max_size=25),
    st.sampled_from(["day", "week", "month"]),
    st.sampled_from(
        [
            Period(date(2020, 12, 28), date(2021, 1, 6)),
            Period(date(2020, 12, 28), date(2021, 1, 4)),
            Period.of_years(2020, 2024),
            None,
        ]
    ),
)
def test_a_cube_and_the_events_give_the_same_counts(rows, step, period):
    with TemporaryDirectory() as folder:
        one = held(Path(folder), rows)
        asked = EventQuery(period=period, by=("kind", "area:basomrade", step))
        expected = {
            (area, kind, str(start)[:10]): count
            for kind, area, start, count in ask_events([one], asked, "memory:")[
                ["kind", "area_basomrade", step, "count"]
            ].itertuples(index=False)
            if count
        }

        cut = cube_of(one, "basomrade").counts([*AREAS], ["robbery", "drug_offence"], period, step=step)

        found = {
            (cut.areas[a], cut.kinds[k], str(cut.starts[s])): int(cut.values[a, k, s])
            for a, k, s in zip(*np.nonzero(cut.values), strict=True)
        }
        assert found == expected


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(events, max_size=25))
def test_hours_of_the_week_add_up_to_the_same_as_the_events(rows):
    with TemporaryDirectory() as folder:
        one = held(Path(folder), rows)
        expected = np.zeros((7, 25), dtype=int)
        for weekday, hour, count in ask_events(
            [one], EventQuery(kinds=("robbery",), by=("weekday", "hour")), "memory:"
        )[["weekday", "hour", "count"]].itertuples(index=False):
            expected[weekday, hour] = count

        profile = cube_of(one, PLACES).profile([EVERYWHERE], ["robbery"])

        assert (profile[0, 0] == expected).all()


def test_every_hour_of_an_area_can_be_cut_out(tmp_path):
    one = held(tmp_path, [event("2024-05-01 10:00", place="klara"), event("2024-05-03 21:59", place="klara")])

    hours = cube_of(one, PLACES).hourly("klara", ["robbery"])

    assert hours.shape == (1, 3, 25)
    assert [tuple(int(n) for n in at) for at in np.argwhere(hours)] == [(0, 0, 12), (0, 2, 23)]


def test_an_area_or_a_kind_that_was_never_seen_has_zeros(tmp_path):
    one = held(tmp_path, [event("2024-05-01 10:00")])

    cut = cube_of(one, "basomrade").counts(["999999"], ["theft"])

    assert cut.values.tolist() == [[[0]]]


def test_another_revision_has_another_cube(tmp_path):
    first = held(tmp_path, [event("2024-05-01 10:00", area="101025")])
    assert cube_of(first, "basomrade").counts(["101025"]).values.sum() == 1

    moved = held(tmp_path, [event("2024-05-01 10:00", area="012345")])
    second = cube_of(replace(moved, revision=2), "basomrade")

    assert second.counts(["101025"]).values.sum() == 0
    assert second.counts(["012345"]).values.sum() == 1


def test_cubes_of_old_revisions_are_swept_but_not_the_one_before(tmp_path):
    one = held(tmp_path, [event("2024-05-01 10:00")])

    for revision in (1, 2, 3):
        build_cube(replace(one, revision=revision), "basomrade")

    assert sorted(path.name for path in (tmp_path / "cubes").iterdir()) == [
        "r0002-basomrade",
        "r0003-basomrade",
    ]


def test_a_cube_that_two_build_at_once_is_whole(tmp_path):
    one = held(tmp_path, [event("2024-05-01 10:00")])

    folders = {build_cube(one, "basomrade"), build_cube(one, "basomrade")}

    assert [folder.name for folder in folders] == ["r0001-basomrade"]
    assert [path.name for path in (tmp_path / "cubes").iterdir()] == ["r0001-basomrade"]


def test_a_scheme_that_the_events_are_not_assigned_to_has_no_cube(tmp_path):
    one = held(tmp_path, [event("2024-05-01 10:00")])

    with pytest.raises(NotInTheEvents):
        cube_of(one, "nyko5")

    assert list((tmp_path / "cubes").iterdir()) == []
