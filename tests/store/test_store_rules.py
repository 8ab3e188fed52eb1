from __future__ import annotations

from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest
from store_examples import AREAS, META, SERIES, row

from samsyn.store import AreaRef, DatasetMeta, Frame, SeriesDefinition, frame_of
from samsyn.store.errors import InvalidDeclaration
from samsyn.store.rules import RULE_TEXTS, Rule, check_declarations, check_rows


def rules(frame: Frame, meta: DatasetMeta = META) -> list[tuple[str, str]]:
    return [(error.rule.value, error.column) for error in check_rows(frame, SERIES, AREAS, meta)]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"value": 0.0, "raw": "0"}, []),
        ({"value": None, "status": "missing", "raw": "-"}, []),
        ({"value": None, "status": "suppressed", "raw": "<5"}, []),
        ({"series": "trygghet", "value": 61.5, "n": 340, "margin": 5.1}, []),
        ({"code": "snitt", "value": 10.5, "status": "rounded"}, []),
        ({"value": None, "status": ""}, [("no_status", "status")]),
        ({"status": ""}, [("no_status", "status")]),
        ({"value": None}, [("status_without_value", "value")]),
        ({"status": "suppressed"}, [("value_beside_status", "value")]),
        ({"status": "aktual"}, [("unknown_status", "status")]),
        ({"value": 0.0, "raw": "–"}, [("dash_as_zero", "raw")]),
        ({"value": 0.0, "raw": ".."}, [("dash_as_zero", "raw")]),
        ({"value": 1.5}, [("not_whole", "value")]),
        ({"value": -1.0}, [("negative", "value")]),
        ({"series": "trygghet", "value": 101.0}, [("outside_percent", "value")]),
        ({"n": -1}, [("negative", "n")]),
        ({"margin": -0.1}, [("negative", "margin")]),
        ({"series": ""}, [("no_code", "series")]),
        ({"series": "stöld"}, [("unknown_series", "series")]),
        ({"code": "12345"}, [("unknown_area", "code")]),
        ({"scheme": "nyko5"}, [("unknown_area", "code")]),
        ({"vintage": "2021"}, [("unknown_area", "code")]),
        ({"vintage": ""}, [("unknown_area", "code")]),
        ({"sex": "kvinnor"}, [("unknown_sex", "sex")]),
        ({"period_end": date(2017, 1, 1)}, [("backward_period", "period_end")]),
        ({"period_end": date(2017, 12, 31)}, [("inclusive_end", "period_end")]),
        ({"period_end": None}, [("not_a_date", "period_end")]),
        ({"period_start": "2017-01-01"}, [("not_a_date", "period_start")]),
        ({"period_start": datetime(2017, 1, 1)}, [("not_a_date", "period_start")]),  # noqa: DTZ001
    ],
)
def test_each_rule_is_told_by_name_and_column(changes: dict, expected: list) -> None:
    assert rules(frame_of([row(**changes)])) == expected


def test_every_error_is_told_and_not_only_the_first() -> None:
    frame = frame_of([row(series="stöld", status=""), row(), row(value=1.5, n=-2, code="1")])
    assert rules(frame) == [
        ("unknown_series", "series"),
        ("no_status", "status"),
        ("unknown_area", "code"),
        ("not_whole", "value"),
        ("negative", "n"),
    ]


def test_a_code_that_was_read_as_a_number_is_refused() -> None:
    frame = pd.DataFrame([row(code=101025)])
    assert rules(frame) == [("not_text", "code")]


def test_nan_is_a_missing_value_and_never_zero() -> None:
    frame = pd.DataFrame([row(value=np.nan)])
    assert rules(frame) == [("status_without_value", "value")]


@pytest.mark.parametrize("value", [np.inf, "103", True])
def test_what_is_not_a_finite_number_is_refused(value: object) -> None:
    frame = pd.DataFrame([row(value=value)], dtype=object)
    assert rules(frame) == [("not_a_number", "value")]


def test_a_dash_is_zero_once_someone_has_said_so() -> None:
    meta = DatasetMeta("brott", "Anmälda brott", dash_means="zero")
    assert rules(frame_of([row(value=0.0, raw="-")]), meta) == []


def test_dots_are_never_zero_whatever_a_dash_is() -> None:
    meta = DatasetMeta("brott", "Anmälda brott", dash_means="zero")
    assert rules(frame_of([row(value=0.0, raw="..")]), meta) == [("dash_as_zero", "raw")]


def test_a_repeated_row_points_at_the_first_one() -> None:
    errors = check_rows(frame_of([row(), row(source_row=290, value=5.0)]), SERIES, AREAS, META)
    assert [(e.rule, e.row, e.cell) for e in errors] == [(Rule.DUPLICATE, 290, "282")]


def test_rows_that_differ_by_sex_are_not_repeated() -> None:
    assert rules(frame_of([row(), row(sex="women"), row(sex="men")])) == []


def test_an_unknown_name_suggests_the_nearest_known_one() -> None:
    (error,) = check_rows(frame_of([row(series="stolld")]), SERIES, AREAS, META)
    assert error.nearest == "stold"


def test_an_error_says_row_column_and_cell() -> None:
    (error,) = check_rows(frame_of([row(value=1.5)]), SERIES, AREAS, META)
    assert str(error) == "row 282, value: value must be a whole number, not 1.5"


def test_rows_are_counted_from_one_where_the_source_row_is_unknown() -> None:
    (error,) = check_rows(
        frame_of([row(source_row=None), row(**{"code": "1", "source_row": None})]), SERIES, AREAS, META
    )
    assert error.row == 2


def test_a_lacking_column_is_told_before_the_rows_are_looked_at() -> None:
    frame = frame_of([row(series="?")]).drop(columns=["status"]).rename(columns={"raw": "tryck"})
    assert rules(frame) == [("unknown_column", "tryck"), ("lacking_column", "status")]


def test_every_rule_has_a_text() -> None:
    assert set(RULE_TEXTS) == set(Rule)


def check(series: tuple = SERIES, areas: tuple = AREAS, meta: DatasetMeta = META) -> None:
    check_declarations(meta, series, areas)


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({"meta": DatasetMeta("../brott", "x")}, "a-z"),
        ({"meta": DatasetMeta("brott", "x", dash_means="noll")}, "dash"),
        ({"series": (SeriesDefinition("Stöld", "x"),)}, "a-z"),
        ({"series": (SeriesDefinition("a", "x"), SeriesDefinition("a", "y"))}, "described twice"),
        ({"series": (SeriesDefinition("a", "x", parent="b"),)}, "not described"),
        (
            {"series": (SeriesDefinition("a", "x", parent="b"), SeriesDefinition("b", "x", parent="a"))},
            "a part of itself",
        ),
        ({"areas": (AREAS[0], AREAS[0])}, "described twice"),
        ({"areas": (AreaRef("basomrade", "", "2016"),)}, "lacks scheme"),
        ({"areas": (AreaRef("basomrade", "snitt", "2016"),)}, "the mean of a scheme"),
        ({"areas": (AreaRef("basomrade", "101025", "2016", role="mean"),)}, "the mean of a scheme"),
    ],
)
def test_a_declaration_that_queries_could_not_rely_on_is_refused(arguments: dict, problem: str) -> None:
    with pytest.raises(InvalidDeclaration, match=problem):
        check(**arguments)


def test_parts_of_a_declared_total_are_accepted() -> None:
    check()


@pytest.mark.parametrize("field", ["unit", "kind", "offence_type"])
def test_a_series_takes_only_the_known_words(field: str) -> None:
    with pytest.raises(ValueError, match="stycken"):
        SeriesDefinition("a", "x", **{field: "stycken"})
