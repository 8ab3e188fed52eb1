"""Both engines answer every shape of question alike; the plain one is the judge."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from store_examples import AREAS, META, SERIES, load, row, year

from samsyn.domain.calendar import Period
from samsyn.store import DatasetMeta, Frame, Query, SeriesDefinition, Store, frame_of
from samsyn.store.engines.base import Capability, Engine, Part
from samsyn.store.engines.duckdb import DuckDBEngine
from samsyn.store.engines.memory import MemoryEngine
from samsyn.store.ingest import _values_table
from samsyn.store.query import DIMENSIONS
from samsyn.store.schema import KEY, rows_of

ENGINES = [MemoryEngine(), DuckDBEngine()]
each_engine = pytest.mark.parametrize("engine", ENGINES, ids=["memory", "duckdb"])


def part(folder: Path, rows: list[dict[str, Any]], dataset: str = "brott", version: int = 1) -> Part:
    """Write rows as a version without the rules of ingest, so that engines meet more than it lets through."""
    import pyarrow.parquet as parquet

    path = folder / f"{dataset}{version}.parquet"
    parquet.write_table(_values_table(rows_of(frame_of(rows)), dataset, version), path, use_dictionary=False)
    return Part(dataset, version, path)


periods = st.sampled_from(
    [
        (date(2017, 1, 1), date(2018, 1, 1)),
        (date(2018, 1, 1), date(2019, 1, 1)),
        (date(2019, 1, 1), date(2020, 1, 1)),
        (date(2017, 1, 1), date(2017, 7, 1)),
        (date(2018, 1, 1), date(2020, 1, 1)),
    ]
)
codes = st.sampled_from(["101025", "012345", "10102", "snitt"])
words = st.sampled_from(["stold", "ran", "Å'\"; --"])
with_value = st.tuples(
    st.integers(0, 10**9).map(float), st.sampled_from(["actual", "preliminary", "part_year", "rounded"])
)
without_value = st.tuples(st.none(), st.sampled_from(["missing", "suppressed", "not_applicable"]))
optional_count = st.none() | st.integers(0, 10**6)


@st.composite
def drawn_rows(draw: st.DrawFn) -> dict[str, Any]:
    start, end = draw(periods)
    value, status = draw(st.one_of(with_value, with_value, with_value, without_value))
    return {
        "series": draw(words),
        "scheme": draw(st.sampled_from(["basomrade", "nyko5"])),
        "code": draw(codes),
        "vintage": draw(st.sampled_from(["2016", "okänd"])),
        "area_name": draw(st.sampled_from(["Klara", "Ängen", ""])),
        "period_start": start,
        "period_end": end,
        "value": value,
        "status": status,
        "sex": draw(st.sampled_from(["", "", "women", "men"])),
        "age_group": draw(st.sampled_from(["", "", "<18"])),
        "n": draw(optional_count),
        "margin": draw(st.none() | st.floats(0, 1e6)),
        "note": draw(st.sampled_from(["", "fotnot 3 €"])),
        "raw": "" if value is None else f"{value:.0f}",
        "source_row": draw(optional_count),
        "source_column": draw(optional_count),
    }


tables = st.lists(
    st.lists(drawn_rows(), max_size=14, unique_by=lambda r: tuple(r[name] for name in KEY)),
    min_size=1,
    max_size=3,
)
queries = st.builds(
    Query,
    series=st.lists(words, max_size=2).map(tuple),
    areas=st.lists(st.tuples(st.sampled_from(["basomrade", "nyko5", "'"]), codes), max_size=3).map(tuple),
    period=st.sampled_from([None, None, Period.of_years(2017, 2018), Period.of_years(2018, 2019)]),
    by=st.just(()) | st.sets(st.sampled_from(DIMENSIONS), min_size=1).map(tuple),
    sex=st.sampled_from([None, None, "", "women"]),
    age_group=st.sampled_from([None, None, "", "<18"]),
)


@settings(
    deadline=None,
    max_examples=120,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(tables, queries)
def test_the_engines_agree_on_every_query(tmp_path: Path, drawn: list, query: Query) -> None:
    parts = [part(tmp_path, rows, f"brott{position}") for position, rows in enumerate(drawn)]
    expected, answer = (engine.run(query, parts) for engine in ENGINES)
    pd.testing.assert_frame_equal(answer, expected, check_exact=True)
    for name in ("period_start", "period_end"):
        assert all(type(day) is date for day in answer[name])


@each_engine
def test_no_versions_give_an_empty_frame_of_the_right_types(engine: Engine) -> None:
    assert engine.run(Query(), []).dtypes.equals(frame_of([row()]).dtypes)


@each_engine
@pytest.mark.parametrize("value", [0.1 + 0.2, 1e-300, 123456789012.75, 5e15 + 1])
def test_a_number_comes_back_to_the_last_bit(engine: Engine, tmp_path: Path, value: float) -> None:
    assert engine.run(Query(), [part(tmp_path, [row(value=value)])])["value"].tolist() == [value]


def drawn(text: str) -> list[dict[str, Any]]:
    """Read a table of year, code, value, status and, where it is given, sex."""
    rows = []
    for line in text.strip().splitlines():
        number, code, value, status, *sex = line.split()
        cells = {"code": code, "value": None if value == "." else float(value), "status": status}
        rows.append(row(**cells, **year(int(number)), sex=sex[0] if sex else ""))
    return rows


TOTALS = [
    pytest.param("2017 a 3 actual\n2017 b 4 actual", ("period",), [(7.0, "actual")], id="areas are added"),
    pytest.param("2017 a 3 actual\n2018 a 4 actual", ("area",), [(7.0, "actual")], id="years are added"),
    pytest.param(
        "2017 a 3 actual\n2017 b 4 preliminary",
        ("period",),
        [(7.0, "preliminary")],
        id="least certain status",
    ),
    pytest.param(
        "2017 a 3 actual\n2017 b . missing", ("period",), [(None, "missing")], id="a missing part, no total"
    ),
    pytest.param(
        "2017 a . missing\n2017 b . suppressed",
        ("period",),
        [(None, "suppressed")],
        id="hidden outranks missing",
    ),
    pytest.param(
        "2017 a 3 actual\n2019 a 4 actual", ("area",), [(None, "not_applicable")], id="a gap between years"
    ),
    pytest.param(
        "2017 a 3 actual\n2018 a 4 actual\n2017 b 5 actual",
        ("period",),
        [(8.0, "actual"), (None, "missing")],
        id="an area that lacks a year",
    ),
    pytest.param(
        "2017 a 3 actual\n2018 a 4 actual\n2017 b 5 actual", ("series",), [(None, "missing")], id="ragged"
    ),
    pytest.param(
        "2017 a 9 actual\n2017 a 3 actual women\n2017 a 6 actual men",
        ("period",),
        [(9.0, "actual")],
        id="parts are not added to their whole",
    ),
    pytest.param(
        "2017 a 3 actual women\n2017 a 6 actual men",
        ("sex",),
        [(6.0, "actual"), (3.0, "actual")],
        id="parts that are asked for",
    ),
    pytest.param(
        "2017 a 3 actual\n2017 snitt 10 rounded", ("period",), [(3.0, "actual")], id="a mean is not added"
    ),
]


@each_engine
@pytest.mark.parametrize(("table", "by", "expected"), TOTALS)
def test_a_total_is_made_only_of_what_may_be_added(
    engine: Engine, tmp_path: Path, table: str, by: tuple[str, ...], expected: list
) -> None:
    answer = engine.run(Query(by=by), [part(tmp_path, drawn(table))])
    found = [(None if cell is pd.NA else cell) for cell in answer["value"].tolist()]
    assert list(zip(found, answer["status"], strict=True)) == expected


@each_engine
def test_overlapping_periods_are_not_added(engine: Engine, tmp_path: Path) -> None:
    rows = [row(), row(period_end=date(2017, 7, 1))]
    answer = engine.run(Query(by=("area",)), [part(tmp_path, rows)])
    assert (answer["value"].isna().tolist(), answer["status"].tolist()) == ([True], ["not_applicable"])


@each_engine
def test_a_period_takes_only_what_lies_wholly_inside(engine: Engine, tmp_path: Path) -> None:
    rows = [row(**year(number)) for number in (2016, 2017, 2018)]
    query = Query(period=Period(date(2016, 7, 1), date(2018, 1, 1)))
    assert engine.run(query, [part(tmp_path, rows)])["period_start"].tolist() == [date(2017, 1, 1)]


@each_engine
def test_an_area_is_scheme_and_code_together(engine: Engine, tmp_path: Path) -> None:
    rows = [row(), row(scheme="nyko5"), row(code="10102", scheme="nyko5"), row(code="10102")]
    query = Query(areas=(("basomrade", "101025"), ("nyko5", "10102")))
    answer = engine.run(query, [part(tmp_path, rows)])
    assert list(zip(answer["scheme"], answer["code"], strict=True)) == [
        ("basomrade", "101025"),
        ("nyko5", "10102"),
    ]


@each_engine
def test_a_name_with_quotes_is_only_a_name(engine: Engine, tmp_path: Path) -> None:
    hostile = "x') OR 1=1 --"
    rows = [row(), row(series=hostile)]
    answer = engine.run(Query(series=(hostile,), sex="", age_group=""), [part(tmp_path, rows)])
    assert answer["series"].tolist() == [hostile]


@each_engine
def test_a_path_with_odd_letters_is_read(engine: Engine, tmp_path: Path) -> None:
    folder = tmp_path / "kåk's [1] * ?"
    folder.mkdir()
    assert len(engine.run(Query(), [part(folder, [row()])])) == 1


def test_every_engine_says_what_it_can_do() -> None:
    assert [engine.capabilities for engine in ENGINES] == [frozenset(Capability)] * 2


def test_the_store_asks_the_reference_engine_for_what_another_lacks(tmp_path: Path) -> None:
    class RowsOnly:
        capabilities = frozenset({Capability.ROWS})

        def run(self, query: Query, versions: Any) -> Frame:
            return frame_of([row(value=-1.0)])

    store = Store(tmp_path, "exempelstad", engine=RowsOnly())
    load(store)
    assert store.run(Query())["value"].tolist() == [-1.0]
    assert store.run(Query(series=("stold",), by=("series",)))["value"].tolist() == [103.0]


def test_many_threads_ask_one_store_at_the_same_time(tmp_path: Path) -> None:
    store = Store(tmp_path, "exempelstad")
    for number in range(4):
        meta = DatasetMeta(f"d{number}", "x")
        load(store, frame_of([row(value=float(number))]), meta=meta, series=(SeriesDefinition("stold", "x"),))
    asked = [number % 4 for number in range(80)]
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda n: store.run(Query(datasets=(f"d{n}",)))["value"].tolist(), asked))
    assert found == [[float(number)] for number in asked]


def test_published_figures_come_back_as_they_were_printed(reference: Path, tmp_path: Path) -> None:
    table = pd.read_csv(reference / "data/published/visionklara_narkotikabrott_2008_2018.csv", dtype=str)
    table = table[(table["matt"] == "antal") & (table["plats_typ"] == "polisregion")]
    rows = [
        row(series="stold", value=float(v), raw=raw, source_row=int(line), **year(int(y)))
        for y, v, raw, line in zip(
            table["ar"], table["varde"], table["varde_raw"], table["kalla_rad"], strict=True
        )
    ]
    store = Store(tmp_path, "stockholm")
    # One printed line holds all years: the row alone does not tell values apart, the key does.
    load(store, frame_of(rows), meta=META, series=SERIES, areas=AREAS)
    answer = store.run(Query(series=("stold",), period=Period.of_years(2008, 2018)))
    assert [raw.replace(" ", "") for raw in answer["raw"]] == [f"{v:.0f}" for v in answer["value"]]
    assert len(answer) == 11
