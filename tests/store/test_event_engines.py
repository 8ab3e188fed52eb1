"""Every engine answers every shape of question about events alike; the plain one is the judge."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest
from events_examples import event, source
from hypothesis import HealthCheck, given, settings, strategies as st

from samsyn.domain.calendar import Period
from samsyn.store.events.asking import EventSource, answer_of, ask_events, frame_of_answer
from samsyn.store.events.query import EventQuery

KINDS = ("robbery", "drug_offence", "Å'\"; --")
AREAS = ("", "101025", "012345", "null", "ÅÄÖ", "'; DROP")
# Both nights when the clock moves, New Year around an ISO week, and a leap day, in UTC.
MOMENTS = [
    *(datetime.fromisoformat("2024-03-30T22:00") + timedelta(minutes=45 * step) for step in range(8)),
    *(datetime.fromisoformat("2024-10-26T22:00") + timedelta(minutes=45 * step) for step in range(8)),
    *(datetime.fromisoformat("2020-12-27T20:00") + timedelta(hours=11 * step) for step in range(24)),
    *map(datetime.fromisoformat, ("2024-02-29T12:00", "2023-12-31T23:30", "2024-12-29T23:00")),
]  # fmt: skip
BY = (
    "dataset", "kind", "area:basomrade", "area:kommun", "place", "attribute:object", "year", "month", "week",
    "day", "weekday", "hour",
)  # fmt: skip

events = st.builds(
    event,
    st.sampled_from(MOMENTS),
    st.sampled_from(KINDS),
    count=st.sampled_from([1, 1, 1, 2, -1, 0, 2_000_000_000]),
    area=st.sampled_from(AREAS),
    kommun=st.sampled_from(["0180", ""]),
    place=st.sampled_from(["", "klara", "sergels-torg"]),
    thing=st.sampled_from(["", "cykel", "bil"]),
    hour_known=st.booleans(),
)
some = lambda values: st.lists(st.sampled_from(values), max_size=3).map(tuple)  # noqa: E731
periods = st.none() | st.sampled_from(
    [
        Period(date(2020, 12, 28), date(2021, 1, 4)),
        Period(date(2024, 3, 31), date(2024, 4, 1)),
        Period(date(2024, 10, 27), date(2024, 10, 28)),
        Period(date(1999, 1, 1), date(1999, 2, 1)),
        Period.of_years(2020, 2024),
    ]
)


@st.composite
def questions(draw: st.DrawFn) -> EventQuery:
    codes = draw(some(AREAS[1:]))
    return EventQuery(
        datasets=draw(st.sampled_from([("anmalda",), ("anmalda", "larm")])),
        kinds=draw(some(KINDS)),
        attributes=tuple(("object", value) for value in draw(some(["cykel", "bil", ""]))),
        scheme="basomrade" if codes else "",
        codes=codes,
        places=draw(some(["klara", "sergels-torg"])),
        period=draw(periods),
        hours=draw(some([-1, 0, 1, 2, 3, 23])),
        weekdays=draw(some(range(7))),
        by=("kind", *draw(some(BY))) if draw(st.booleans()) else draw(some(BY)),
    )


def answer(sources: list[EventSource], query: EventQuery, engine: str) -> pd.DataFrame:
    """Ask without the rules on what may be added, so that engines meet more than is let through."""
    chosen = [one for one in sources if one.dataset in query.datasets]
    return frame_of_answer(query, answer_of(chosen, query, engine))


@pytest.fixture(scope="session")
def sail() -> str:
    """Return the address of Sail in this process."""
    return "sail:"


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(events, max_size=25), st.lists(events, max_size=5), questions())
def test_duckdb_agrees_with_plain_python_on_every_question(first, second, query):
    with TemporaryDirectory() as folder:
        sources = [
            source(Path(folder) / "a", first, per_file=7),
            source(Path(folder) / "b", second, "larm"),
        ]

        expected = answer(sources, query, "memory:")

        pd.testing.assert_frame_equal(answer(sources, query, "duckdb:"), expected)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(events, min_size=1, max_size=25), st.lists(events, max_size=5), questions())
def test_sail_agrees_with_plain_python_on_every_question(sail, first, second, query):
    with TemporaryDirectory() as folder:
        sources = [
            source(Path(folder) / "a", first, per_file=7),
            source(Path(folder) / "b", second, "larm"),
        ]

        expected = answer(sources, query, "memory:")

        pd.testing.assert_frame_equal(answer(sources, query, sail), expected)


def test_engines_may_be_asked_from_many_threads(tmp_path):
    held = [source(tmp_path, [event("2024-05-01 12:00", place=name) for name in "abcdefgh"], per_file=2)]
    asked = [EventQuery(places=(name,)) for name in "abcdefgh"] * 4

    with ThreadPoolExecutor(8) as pool:
        counts = list(pool.map(lambda query: ask_events(held, query)["count"][0], asked))

    assert counts == [1] * 32
