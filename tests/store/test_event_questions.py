"""What a question to the events means, drawn as tables, and what is never answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from events_examples import event, source
from hypothesis import given
from test_event_engines import BY, questions

from samsyn.domain.calendar import Period
from samsyn.domain.events import KindsMixed
from samsyn.store.engines.events_base import EventCapability
from samsyn.store.errors import BrokenVersion, UnknownDataset, UnknownVersion
from samsyn.store.events import asking
from samsyn.store.events.asking import EventSource, ask_events, engine_at
from samsyn.store.events.query import EventQuery
from samsyn.store.events.refusals import (
    DatasetsAdded,
    EngineCannot,
    EngineMissing,
    EngineUnknown,
    InvalidEventQuery,
    NotInTheEvents,
    PositionsTooCoarse,
    TimesTooCoarse,
)

#: moment in UTC      | kind           | count | basomrade | place  | object
EVENTS = """
    2024-03-30 22:59   | robbery        |  1    | 101025    | klara  | cykel
    2024-03-30 23:01   | robbery        |  1    | 101025    | klara  |
    2024-03-31 00:30   | theft          |  1    | 101025    |        | cykel
    2024-03-31 01:30   | theft          |  2    |           |        |
    2024-10-26 22:30   | theft          |  1    | 225012    |        |
    2024-10-27 00:30   | theft          |  1    | 225012    |        | bil
    2024-10-27 01:30   | theft          | -1    | 225012    |        |
    2024-12-29 23:30   | robbery        |  1    | 101025    | klara  |
    2020-12-31 23:30   | robbery        |  1    | 101025    |        |
"""

QUESTIONS = {
    "everything is one row": (EventQuery(), ["8 9"]),
    "nothing is one row with zero": (EventQuery(kinds=("assault",)), ["0 0"]),
    "nothing divided is no row": (EventQuery(kinds=("assault",), by=("kind",)), []),
    "a withdrawn report counts minus one": (
        EventQuery(scheme="basomrade", codes=("225012",)), ["1 3"],
    ),
    "outside every area is a group of its own": (
        EventQuery(by=("area:basomrade",)), [" 2 1", "101025 5 5", "225012 1 3"],
    ),
    "a day begins at local midnight": (
        EventQuery(period=Period(date(2024, 3, 30), date(2024, 4, 1)), by=("day",)),
        ["2024-03-30 1 1", "2024-03-31 4 3"],
    ),
    "the night without two o'clock": (
        EventQuery(period=Period(date(2024, 3, 31), date(2024, 4, 1)), by=("hour",)),
        ["0 1 1", "1 1 1", "3 2 1"],
    ),
    "the night with two o'clock twice": (
        EventQuery(period=Period(date(2024, 10, 27), date(2024, 10, 28)), by=("hour",)),
        ["0 1 1", "2 0 2"],
    ),
    "the week of New Year begins on its Monday": (
        EventQuery(kinds=("robbery",), by=("week",)),
        ["2020-12-28 1 1", "2024-03-25 2 2", "2024-12-30 1 1"],
    ),
    "the year is that of the day, not of the week": (
        EventQuery(kinds=("robbery",), by=("year",)), ["2021 1 1", "2024 3 3"],
    ),
    "weekdays count from Monday": (
        EventQuery(kinds=("robbery",), weekdays=(0, 4)), ["2 2"],
    ),
    "values of one attribute widen": (
        EventQuery(attributes=(("object", "cykel"), ("object", "bil")), by=("attribute:object",)),
        ["bil 1 1", "cykel 2 2"],
    ),
    "a place and an hour narrow": (
        EventQuery(places=("klara",), hours=(23,)), ["1 1"],
    ),
    "columns stand in one order however they were named": (
        EventQuery(by=("month", "place", "kind"), period=Period.of_years(2024, 2024), places=("klara",)),
        ["robbery klara 2024-03-01 2 2", "robbery klara 2024-12-01 1 1"],
    ),
}  # fmt: skip


@pytest.fixture
def held(tmp_path) -> EventSource:
    rows = []
    for line in EVENTS.strip().splitlines():
        moment, kind, count, area, place, thing = (cell.strip() for cell in line.split("|"))
        rows.append(event(moment, kind, count=int(count), area=area, place=place, thing=thing))
    return source(tmp_path, rows, per_file=4)


@pytest.mark.parametrize("engine", ["memory:", "duckdb:"])
@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_means(name, engine, held):
    query, expected = QUESTIONS[name]

    frame = ask_events([held], query, engine)

    found = [
        " ".join(str(cell).removesuffix(" 00:00:00") for cell in row) for row in frame.itertuples(index=False)
    ]
    assert found == expected


@given(questions())
def test_a_question_survives_being_kept(query):
    kept = EventQuery.from_dict(query.to_dict())

    assert kept == query
    assert hash(kept) == hash(query)
    assert str(kept) == str(query)


def test_order_and_repetition_carry_no_meaning():
    assert EventQuery(kinds=("theft", "robbery", "theft"), by=("month", "kind")) == EventQuery(
        kinds=("robbery", "theft"), by=("kind", "month")
    )


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"by": ("sex",)}, "divided by sex"),
        ({"by": ("area:",)}, "name of a scheme"),
        ({"by": ("area:Bas Område",)}, "name of a scheme"),
        ({"by": "month"}, "list of names"),
        ({"hours": (24,)}, "Hours are"),
        ({"weekdays": (7,)}, "Weekdays are"),
        ({"codes": ("101025",)}, "need their scheme"),
        ({"scheme": "basomrade"}, "needs codes"),
        ({"versions": (("a", 1), ("a", 2))}, "at most one version"),
    ],
)
def test_a_question_that_has_no_answer_says_which_part(facts, said):
    with pytest.raises(InvalidEventQuery, match=said):
        EventQuery(**facts)


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        ({"colour": 1}, "no part named colour"),
        ({"period": ["2024-01-01", "soon"]}, "wrong form"),
        ({"period": ["2024-01-02", "2024-01-01"]}, "wrong form"),
        ({"hours": ["noon"]}, "wrong form"),
    ],
)
def test_a_kept_question_of_the_wrong_form_says_what_is_wrong(kept, said):
    with pytest.raises(InvalidEventQuery, match=said):
        EventQuery.from_dict(kept)


KIND_RULES = [
    # kinds held              | by        | answered
    (["robbery", "theft"], (), True),
    (["robbery", "overdose"], (), False),
    (["robbery", "overdose"], ("kind",), True),
    (["overdose", "observation:needles"], ("month",), False),
    (["observation:needles", "observation:litter"], (), True),
]


@pytest.mark.parametrize(("kinds", "by", "answered"), KIND_RULES)
def test_kinds_that_are_not_the_same_are_never_added(kinds, by, answered, tmp_path):
    mixed = source(tmp_path, [event("2024-05-01 10:00", kind) for kind in kinds])

    if answered:
        assert ask_events([mixed], EventQuery(by=by))["count"].sum() == len(kinds)
    else:
        with pytest.raises(KindsMixed):
            ask_events([mixed], EventQuery(by=by))


POSITION_RULES = [
    # position | asked for        | answered
    ("point", "area:basomrade", True),
    ("centroid", "area:basomrade", False),
    ("centroid", "place", False),
    ("centroid", "area:kommun", True),
    ("centroid", "month", True),
    ("none", "area:kommun", False),
    ("none", "month", True),
]


@pytest.mark.parametrize(("position", "dimension", "answered"), POSITION_RULES)
def test_no_area_is_finer_than_the_positions(position, dimension, answered, tmp_path):
    coarse = source(tmp_path, [event("2024-05-01 10:00")], position_kind=position)

    if answered:
        assert len(ask_events([coarse], EventQuery(by=(dimension,)))) == 1
    else:
        with pytest.raises(PositionsTooCoarse):
            ask_events([coarse], EventQuery(by=(dimension,)))


MAY_24 = Period(date(2024, 5, 1), date(2024, 6, 1))
TIME_RULES = [
    # known to | question                              | answered
    ("minutes", EventQuery(by=("hour",)), True),
    ("day", EventQuery(by=("day", "weekday")), True),
    ("day", EventQuery(by=("hour",)), False),
    ("day", EventQuery(hours=(3,)), False),
    ("month", EventQuery(by=("month",), period=MAY_24), True),
    ("month", EventQuery(by=("day",)), False),
    ("month", EventQuery(by=("week",)), False),
    ("month", EventQuery(weekdays=(0,)), False),
    ("month", EventQuery(period=Period(date(2024, 5, 1), date(2024, 5, 9))), False),
]


@pytest.mark.parametrize(("precision", "query", "answered"), TIME_RULES)
def test_no_step_is_finer_than_the_times(precision, query, answered, tmp_path):
    coarse = replace(source(tmp_path, [event("2024-05-01 10:00")]), time_precision=precision)

    if answered:
        assert ask_events([coarse], query)["rows"].sum() == 1
    else:
        with pytest.raises(TimesTooCoarse):
            ask_events([coarse], query)


def test_two_data_sets_are_added_only_when_they_are_named(tmp_path):
    both = [source(tmp_path / name, [event("2024-05-01 10:00")], name) for name in ("polis", "oppet")]

    with pytest.raises(DatasetsAdded):
        ask_events(both, EventQuery())

    assert ask_events(both, EventQuery(datasets=("polis", "oppet")))["count"].tolist() == [2]
    assert ask_events(both, EventQuery(by=("dataset",)))["dataset"].tolist() == ["oppet", "polis"]


def test_the_current_version_answers_unless_another_is_pinned(tmp_path):
    versions = [
        source(tmp_path / "1", [event("2024-05-01 10:00")], state="superseded"),
        source(tmp_path / "2", [event("2024-05-01 10:00")] * 2, version=2),
    ]

    assert ask_events(versions, EventQuery())["count"].tolist() == [2]
    assert ask_events(versions, EventQuery(versions=(("anmalda", 1),)))["count"].tolist() == [1]


@pytest.mark.parametrize(
    ("query", "error"),
    [
        (EventQuery(datasets=("anmaldaa",)), UnknownDataset),
        (EventQuery(versions=(("anmalda", 7),)), UnknownVersion),
        (EventQuery(by=("area:nyko5",)), NotInTheEvents),
        (EventQuery(by=("attribute:weapon",)), NotInTheEvents),
        (EventQuery(kinds=("robery",)), NotInTheEvents),
    ],
)
def test_a_name_that_the_events_do_not_have_is_refused(query, error, held):
    with pytest.raises(error):
        ask_events([held], query)


def test_a_file_that_can_hold_nothing_of_the_period_is_not_opened(held):
    gone = replace(held.files[0], path="/nowhere.parquet")
    query = EventQuery(period=Period(date(2024, 12, 1), date(2025, 1, 1)))

    assert ask_events([replace(held, files=(gone, *held.files[1:]))], query)["count"].tolist() == [1]


def test_a_part_that_is_not_parquet_is_named(held, tmp_path):
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 no")
    broken = replace(held.files[0], path=str(tmp_path / "broken.parquet"))

    with pytest.raises(BrokenVersion, match=r"anmalda, version 1, .*broken\.parquet"):
        ask_events([replace(held, files=(broken,))], EventQuery())


class OnlyTotals:
    """An engine that has said that it can do little."""

    capabilities = frozenset({EventCapability.TOTALS})

    def run(self, query, parts):
        raise AssertionError("it was asked for what it can not do")


@pytest.mark.parametrize("dimension", BY)
def test_what_an_engine_has_not_declared_is_refused_before_it_is_asked(dimension, held, monkeypatch):
    monkeypatch.setattr(asking, "engine_at", lambda url: OnlyTotals())

    with pytest.raises(EngineCannot, match="groups"):
        ask_events([held], EventQuery(kinds=("robbery",), by=(dimension,)), "toy:")


@pytest.mark.parametrize("url", ["", "duck", "postgres://x", "duckdb:?threads=many", "sc://", "sc://x:port"])
def test_an_address_that_names_no_engine_is_refused(url):
    with pytest.raises(EngineUnknown):
        engine_at(url)


@pytest.mark.parametrize("url", ["memory:", "duckdb:", "duckdb:?threads=1&memory=1GB", "duckdb:?threads=2"])
def test_settings_of_an_engine_change_no_answer(url, held):
    assert ask_events([held], EventQuery(), url)["count"].tolist() == [8]


def test_a_server_that_is_not_there_is_named(held):
    with pytest.raises(EngineMissing, match=r"sc://127\.0\.0\.1:9"):
        ask_events([held], EventQuery(), "sc://127.0.0.1:9")
