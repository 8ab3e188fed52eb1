from __future__ import annotations

import json

import pytest
from hypothesis import given, settings, strategies as st
from store_examples import row

from samsyn.domain.calendar import Period
from samsyn.store import COLUMNS, DTYPES, Query, empty_frame, frame_of, rows_of
from samsyn.store.query import DIMENSIONS

words = st.text(max_size=6)
queries = st.builds(
    Query,
    series=st.lists(words, max_size=3).map(tuple),
    areas=st.lists(st.tuples(words, words), max_size=3).map(tuple),
    period=st.none() | st.builds(Period.of_years, st.integers(1990, 2000), st.integers(2000, 2030)),
    by=st.lists(st.sampled_from(DIMENSIONS), max_size=3).map(tuple),
    datasets=st.lists(words, max_size=3).map(tuple),
    versions=st.dictionaries(words, st.integers(1, 99), max_size=3).map(lambda kept: tuple(kept.items())),
    sex=st.none() | words,
    age_group=st.none() | words,
)


@settings(deadline=None)
@given(queries)
def test_a_query_survives_json(query: Query) -> None:
    again = Query.from_dict(json.loads(json.dumps(query.to_dict())))
    assert (again, hash(again)) == (query, hash(query))


def test_order_and_repetition_carry_no_meaning() -> None:
    one = Query(series=("b", "a", "a"), areas=(("x", "2"), ("x", "1")), by=("period", "area"))
    other = Query(series=("a", "b"), areas=(("x", "1"), ("x", "2")), by=("area", "period", "series"))
    assert (one, hash(one)) == (other, hash(other))


def test_a_query_prints_what_it_asks() -> None:
    query = Query(
        series=("stold",),
        areas=(("nyko5", "10102"),),
        period=Period.of_years(2017, 2019),
        by=("period",),
        datasets=("brott",),
        versions=(("brott", 2),),
        sex="",
        age_group="<18",
    )
    assert str(query) == (
        "series stold; area nyko5 10102; from 2017-01-01 to 2019-12-31; sex not divided; age <18; "
        "totals by series, period; data set brott; pinned to brott version 2"
    )


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"by": ("month",)}, ValueError),
        ({"series": "stold"}, TypeError),
        ({"versions": (("brott", 1), ("brott", 2))}, ValueError),
    ],
)
def test_a_query_that_means_nothing_is_not_made(arguments: dict, error: type[Exception]) -> None:
    with pytest.raises(error):
        Query(**arguments)


def test_a_frame_has_the_columns_and_types_of_the_contract() -> None:
    frame = frame_of([row(), {"series": "a"}])
    assert tuple(frame.columns) == COLUMNS
    assert {name: str(kind) for name, kind in frame.dtypes.items()} == DTYPES


def test_an_empty_frame_has_the_same_types_as_a_full_one() -> None:
    assert dict(empty_frame().dtypes) == dict(frame_of([row()]).dtypes)


def test_rows_come_back_from_a_frame_as_they_went_in() -> None:
    (again,) = rows_of(frame_of([row(value=None, status="missing")]))
    assert {name: again[name] for name in row()} == row(value=None, status="missing")
