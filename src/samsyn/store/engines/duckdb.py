"""The default engine: DuckDB over the Parquet files. The only module that imports duckdb.

There is no database file: opened for writing it would lock every other process out. One in-memory
connection per process is made on first use, and each question gets its own cursor, so that threads do not
wait for each other.
Every value that comes from a question is bound; the text of the statement is made of this module's own words.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from samsyn.store.engines.base import KEPT_APART, ORDER, Capability, Part
from samsyn.store.query import Query
from samsyn.store.schema import (
    COLUMNS,
    DATE_COLUMNS,
    DTYPES,
    MEAN_CODE,
    STATUS_ORDER,
    TEXT_COLUMNS,
    Frame,
    empty_frame,
)

if TYPE_CHECKING:
    import duckdb

_TEXT = pd.StringDtype(na_value=np.nan)  # what "str" means; looked up by name it costs more than the column
_lock = threading.Lock()
_connections: dict[int, duckdb.DuckDBPyConnection] = {}


class DuckDBEngine:
    """Answers by SQL; loads duckdb at the first question."""

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What this engine can do."""
        return frozenset(Capability)

    def run(self, query: Query, versions: Sequence[Part]) -> Frame:
        """Return the answer; see `samsyn.store.engines.base.Engine.run`."""
        if not versions:
            return empty_frame()
        chosen, bound = _chosen(query, versions)
        statement = f"{chosen} {_totals(query) if query.by else _ROWS}"
        if query.by:
            bound |= {"statuses": [str(status) for status in STATUS_ORDER]}
        cursor = _connection().cursor()
        try:
            return _frame(cursor.execute(statement, bound).fetchnumpy())
        finally:
            cursor.close()


def _connection() -> duckdb.DuckDBPyConnection:
    # By process id: a connection does not survive a fork.
    process = os.getpid()
    with _lock:
        if process not in _connections:
            import duckdb

            settings: dict[str, str | bool | int | float | list[str]] = {
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
                # A question is small; threads come from the web server, and cores are shared.
                "threads": "1",
            }
            _connections[process] = duckdb.connect(":memory:", config=settings)
        return _connections[process]


def _chosen(query: Query, versions: Sequence[Part]) -> tuple[str, dict[str, Any]]:
    bound: dict[str, Any] = {"files": [str(part.path) for part in versions]}
    where = ["true"]
    if query.series:
        where.append("list_contains($series, series)")
        bound["series"] = list(query.series)
    if query.areas:
        where.append("(scheme, code) IN (SELECT unnest($schemes), unnest($codes))")
        bound["schemes"] = [scheme for scheme, _ in query.areas]
        bound["codes"] = [code for _, code in query.areas]
    if query.period is not None:
        where.append("period_start >= $first AND period_end <= $end")
        bound |= {"first": query.period.first, "end": query.period.end}
    for name, wanted in (("sex", query.sex), ("age_group", query.age_group)):
        if wanted is not None:
            where.append(f"{name} = ${name}")
            bound[name] = wanted
        elif query.by and name not in query.by:
            where.append(f"{name} = ''")
    if query.by:
        where.append("code <> $mean")
        bound["mean"] = MEAN_CODE
    return f"WITH chosen AS (FROM read_parquet($files) WHERE {' AND '.join(where)})", bound


_ROWS = f"SELECT {', '.join(COLUMNS)} FROM chosen ORDER BY {', '.join(ORDER)}"  # noqa: S608 - own words


def _totals(query: Query) -> str:
    by_area, by_period = "area" in query.by, "period" in query.by
    names = [*KEPT_APART, *(["code"] if by_area else [])]
    keys = ", ".join([*names, *(DATE_COLUMNS if by_period else [])])
    code = "code" if by_area else "''"
    # A total by period holds one period: nothing can overlap or leave a gap. A total by area holds one area.
    before, rows, torn = ("", "chosen", "false") if by_period else (_steps(names), "stepped", "bool_or(gap)")
    spans = "" if by_period else "min(period_start) AS period_start, max(period_end) AS period_end,"
    ragged = "false"
    if not by_area and not by_period:
        ragged = "count(*) <> count(DISTINCT code) * count(DISTINCT (period_start, period_end))"
    elif not by_area:
        before, rows = _families(), "chosen JOIN families USING (" + ", ".join(KEPT_APART) + ")"
        ragged = "count(*) <> any_value(family)"
    return f"""{before}, totals AS (
        SELECT {keys}, {spans} min(area_name) AS least_name, sum(value) AS total,
               max(list_position($statuses, status)) AS worst, {torn} AS torn, {ragged} AS ragged
        FROM {rows} GROUP BY {keys}
    ), judged AS (
        SELECT *, CASE WHEN worst >= list_position($statuses, 'not_applicable') THEN $statuses[worst]
                       WHEN torn THEN 'not_applicable'
                       WHEN ragged THEN 'missing'
                       ELSE $statuses[worst] END AS verdict
        FROM totals
    )
    SELECT dataset, version, series, scheme, {code} AS code, vintage,
           {"least_name" if by_area else "''"} AS area_name, period_start, period_end,
           CASE WHEN verdict IN ('not_applicable', 'missing', 'suppressed') THEN NULL ELSE total END AS value,
           verdict AS status, sex, age_group, NULL::BIGINT AS n, NULL::DOUBLE AS margin,
           '' AS note, '' AS raw, NULL::BIGINT AS source_row, NULL::BIGINT AS source_column
    FROM judged ORDER BY {", ".join(ORDER)}"""  # noqa: S608 - made of this module's own words


def _families() -> str:
    names = ", ".join(KEPT_APART)
    return f""", families AS (
        SELECT {names}, count(DISTINCT code) AS family FROM chosen GROUP BY {names}
    )"""  # noqa: S608 - made of this module's own words


def _steps(names: Sequence[str]) -> str:
    return f""", stepped AS (
        SELECT *, coalesce(period_start <> lag(period_end) OVER steps
                           AND NOT (period_start = lag(period_start) OVER steps
                                    AND period_end = lag(period_end) OVER steps), false) AS gap
        FROM chosen
        WINDOW steps AS (PARTITION BY {", ".join(names)} ORDER BY period_start, period_end)
    )"""  # noqa: S608 - made of this module's own words


def _frame(cells: dict[str, Any]) -> Frame:
    columns: dict[str, Any] = {}
    for name in COLUMNS:
        column = cells[name]
        values, mask = np.ma.getdata(column), np.ma.getmaskarray(column)
        if name in TEXT_COLUMNS:
            columns[name] = pd.array(values, dtype=_TEXT)
        elif name in DATE_COLUMNS:
            columns[name] = values.astype("datetime64[D]").astype(object)
        elif name == "version":
            columns[name] = values.astype("int64")
        elif DTYPES[name] == "Int64":
            columns[name] = pd.arrays.IntegerArray(values.astype("int64"), mask.copy())
        else:
            columns[name] = pd.arrays.FloatingArray(values.astype("float64"), mask.copy())
    return pd.DataFrame(columns, copy=False)
