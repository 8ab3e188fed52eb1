"""Who meets which counts of events: the owner its own, others only what can not be subtracted apart."""

from __future__ import annotations

import itertools
import sys
from datetime import date
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from samsyn.domain.calendar import Period
from samsyn.store.events.asking import EventSource, ask_events
from samsyn.store.events.query import EventQuery
from samsyn.store.events.refusals import OnlyForTheOwner
from samsyn.studies.event_counts import EventAnswer, answer_events

sys.path.insert(0, str(Path(__file__).parents[1] / "store"))
from events_examples import event, source

FORM = ("kind", "area:basomrade", "month")
K = 5


def held(folder: Path, counts: dict[tuple[str, int], int], code: str = "101025") -> EventSource:
    """Return a set with one event for each count of a (year, month); below zero is that many withdrawn."""
    rows = [
        event(f"{when[0]}-{when[1]:02d}-15 12:00", area=code, count=count) for when, count in counts.items()
    ]
    return source(folder, rows)


def met(sources: list[EventSource], query: EventQuery, organisation: str) -> EventAnswer:
    return answer_events(sources, query, partial(ask_events, sources, engine="memory:"), organisation, k=K)


def test_the_owner_meets_its_own_counts_exactly_in_any_form(tmp_path):
    one = held(tmp_path, {("2024", 5): 2, ("2024", 6): -1})

    answer = met([one], EventQuery(by=("day", "hour")), "polisen")

    assert answer.exact
    assert [(row["day"], row["hour"], row["count"], row["rows"]) for row in answer.rows] == [
        ("2024-05-15", 14, 2, 1),
        ("2024-06-15", 14, -1, 1),
    ]


#: count of each month of a year | what others meet of them | and of the year
TABLES = [
    ({5: 7, 6: 9}, {5: 7, 6: 9}, 16),
    ({5: 2, 6: 9}, {5: "hidden_small", 6: "hidden_protects"}, 11),
    ({5: 2, 6: 9, 7: 12}, {5: "hidden_small", 6: "hidden_protects", 7: 12}, 23),
    ({5: 3}, {5: "hidden_small"}, "hidden_small"),
    ({5: 8}, {5: 8}, 8),
]


@pytest.mark.parametrize(("counts", "months", "year"), TABLES)
def test_others_meet_no_small_count_and_none_that_a_total_gives_away(counts, months, year, tmp_path):
    one = held(tmp_path, {("2024", month): count for month, count in counts.items()})

    by_month = met([one], EventQuery(by=FORM), "kommunen")
    by_year = met([one], EventQuery(by=("kind", "area:basomrade", "year")), "kommunen")

    assert not by_month.exact
    assert {int(row["month"][5:7]): row["count"] or row["state"] for row in by_month.rows} == months
    assert [row["count"] or row["state"] for row in by_year.rows] == [year]


@settings(max_examples=25, deadline=None)
@given(counts=st.lists(st.integers(-1, 12), min_size=3, max_size=14))
def test_what_is_hidden_does_not_depend_on_what_was_asked(counts, tmp_path_factory):
    when = [(str(2023 + at // 12), at % 12 + 1) for at in range(len(counts))]
    one = held(tmp_path_factory.mktemp("set"), dict(zip(when, counts, strict=True)))
    whole = {row["month"]: row for row in met([one], EventQuery(by=FORM), "kommunen").rows}

    alone = {}
    for year, month in when:
        first = date(int(year), month, 1)
        end = date(int(year) + month // 12, month % 12 + 1, 1)
        rows = met([one], EventQuery(by=FORM, period=Period(first, end)), "kommunen").rows
        alone |= {row["month"]: row for row in rows}

    assert alone == whole
    shown = [row["count"] for row in whole.values() if row["count"] is not None]
    assert not [count for count in shown if 0 < abs(count) < K]


@pytest.mark.parametrize(
    "query",
    [
        EventQuery(),
        EventQuery(by=("month",)),
        EventQuery(by=("kind", "month")),
        EventQuery(by=("area:basomrade", "month")),
        EventQuery(by=("kind", "area:kommun", "month")),
        EventQuery(by=("kind", "area:basomrade", "area:kommun", "month")),
        EventQuery(by=("kind", "area:basomrade", "day")),
        EventQuery(by=("kind", "area:basomrade", "month", "year")),
        EventQuery(by=(*FORM, "hour")),
        EventQuery(by=(*FORM, "place")),
        EventQuery(by=FORM, hours=(3,)),
        EventQuery(by=FORM, weekdays=(3,)),
        EventQuery(by=FORM, places=("klara",)),
        EventQuery(by=FORM, attributes=(("object", "cykel"),)),
        EventQuery(by=FORM, scheme="kommun", codes=("0180",)),
        EventQuery(by=FORM, period=Period(date(2024, 5, 1), date(2024, 5, 17))),
        EventQuery(by=("kind", "area:basomrade", "year"), period=Period(date(2024, 5, 1), date(2025, 1, 1))),
    ],
    ids=str,
)
def test_others_ask_in_one_form_only(query, tmp_path):
    one = held(tmp_path, {("2024", 5): 20})

    with pytest.raises(OnlyForTheOwner):
        met([one], query, "kommunen")


@pytest.mark.parametrize("months", [{5: 9, 6: -6}, {5: 9, 6: 9, 7: -1}, {5: 3, 6: -3}, {5: -7}], ids=str)
def test_a_year_with_more_withdrawn_than_came_in_some_month_is_not_told_to_others(months, tmp_path):
    one = held(tmp_path, {("2024", month): count for month, count in months.items()} | {("2023", 5): 12})

    by_year = met([one], EventQuery(by=("kind", "area:basomrade", "year")), "kommunen").rows
    by_month = met([one], EventQuery(by=FORM), "kommunen").rows

    assert [(row["year"], row["count"]) for row in by_year] == [(2023, 12), (2024, None)]
    assert all(row["count"] is None or row["count"] >= K for row in by_month)


@pytest.mark.parametrize("number", [1, 2])
def test_others_pin_no_version_because_two_of_them_subtract_to_a_small_count(number, tmp_path):
    rows = [event("2024-05-15 12:00", count=8)]
    before = source(tmp_path / "1", rows, version=1, state="withdrawn")
    current = source(tmp_path / "2", [*rows, event("2024-05-16 12:00")], version=2)
    pinned = EventQuery(by=FORM, versions=(("anmalda", number),))

    with pytest.raises(OnlyForTheOwner):
        met([before, current], pinned, "kommunen")
    assert met([before, current], pinned, "polisen").exact
    assert [row["count"] for row in met([before, current], EventQuery(by=FORM), "kommunen").rows] == [9]


def test_others_are_not_told_the_file_and_how_many_rows_it_has(tmp_path):
    one = held(tmp_path, {("2024", 5): 20})

    assert met([one], EventQuery(by=FORM), "x").lineage == ("anmalda version 1 revision 1",)


def test_others_meet_no_kind_that_is_a_sum_of_other_kinds(tmp_path):
    counts = {"all_offences": 30, "theft": 28, "sexual_offence": 2}
    one = source(tmp_path, [event("2024-05-15 12:00", kind, count=n) for kind, n in counts.items()])

    answer = met([one], EventQuery(by=FORM), "kommunen")

    assert {row["kind"]: row["count"] for row in answer.rows} == {"theft": 28, "sexual_offence": None}
    assert answer.lineage[1] == "left out as sums of other kinds: all_offences"
    with pytest.raises(OnlyForTheOwner):
        met([one], EventQuery(kinds=("all_offences",), by=FORM), "kommunen")
    assert met([one], EventQuery(kinds=("all_offences",)), "polisen").rows[0]["count"] == 30


def test_a_set_without_an_owner_is_nobodys_own(tmp_path):
    nobodys = source(tmp_path, [event("2024-05-01 10:00")], owner="")

    with pytest.raises(OnlyForTheOwner):
        met([nobodys], EventQuery(by=("day",)), "")


def test_two_owners_do_not_meet_each_others_counts_added(tmp_path):
    both = [
        source(tmp_path / owner, [event("2024-05-01 10:00")] * 9, owner, owner=owner)
        for owner in ("polisen", "regionen")
    ]

    for query in (EventQuery(datasets=("polisen", "regionen")), EventQuery(by=("dataset",))):
        with pytest.raises(OnlyForTheOwner):
            met(both, query, "polisen")


def test_others_may_narrow_by_kind_and_area(tmp_path):
    rows = [
        event("2024-05-15 12:00", kind, area=code, count=10 + at)
        for at, (kind, code) in enumerate(itertools.product(("robbery", "theft"), ("101025", "225012")))
    ]
    one = source(tmp_path, rows)

    query = EventQuery(kinds=("theft",), scheme="basomrade", codes=("225012",), by=FORM)

    assert [(row["kind"], row["area_basomrade"], row["count"]) for row in met([one], query, "x").rows] == [
        ("theft", "225012", 13)
    ]


def test_every_answer_says_where_it_comes_from(tmp_path):
    one = held(tmp_path, {("2024", 5): 20})

    assert met([one], EventQuery(by=FORM), "polisen").lineage == (
        "anmalda version 1 revision 1: 1 rows of anmalda.csv, content 0000000000000000",
    )
