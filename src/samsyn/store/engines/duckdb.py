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
                "threads": str(min(4, os.cpu_count() or 1)),
            }
            _connections[process] = duckdb.connect(":memory:", config=settings)
        return _connections[process]


def _chosen(query: Query, versions: Sequence[Part]) -> tuple[str, dict[str, Any]]:
    bound: dict[str, Any] = {"files": [str(part.path) for part in versions]}
    where = ["true"]
    if query.series:
        where.append("series IN (SELECT unnest($series))")
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
    names = [*KEPT_APART, *(["code"] if "area" in query.by else [])]
    keys = ", ".join([*names, *(DATE_COLUMNS if "period" in query.by else [])])
    partition = ", ".join(names)
    spans = (
        "" if "period" in query.by else "min(period_start) AS period_start, max(period_end) AS period_end,"
    )
    code, name = ("code", "min(area_name)") if "area" in query.by else ("''", "''")
    # Totals by period hold one period each, so there is nothing that could overlap or leave a gap.
    torn = "false" if "period" in query.by else "bool_or(gap)"
    return f"""
    , stepped AS (
        SELECT *, coalesce(period_start <> lag(period_end) OVER steps
                           AND NOT (period_start = lag(period_start) OVER steps
                                    AND period_end = lag(period_end) OVER steps), false) AS gap
        FROM chosen
        WINDOW steps AS (PARTITION BY {partition} ORDER BY period_start, period_end)
    ), totals AS (
        SELECT {keys}, {spans} min(area_name) AS least_name,
               sum(value) AS total,
               max(list_position($statuses, status)) AS worst,
               {torn} AS torn,
               count(*) <> count(DISTINCT code) * count(DISTINCT (period_start, period_end)) AS ragged
        FROM stepped GROUP BY {keys}
    ), judged AS (
        SELECT *, CASE WHEN worst >= list_position($statuses, 'not_applicable') THEN $statuses[worst]
                       WHEN torn THEN 'not_applicable'
                       WHEN ragged THEN 'missing'
                       ELSE $statuses[worst] END AS verdict
        FROM totals
    )
    SELECT dataset, version, series, scheme, {code} AS code, vintage,
           {"least_name" if name != "''" else "''"} AS area_name, period_start, period_end,
           CASE WHEN verdict IN ('not_applicable', 'missing', 'suppressed') THEN NULL ELSE total END AS value,
           verdict AS status, sex, age_group, NULL::BIGINT AS n, NULL::DOUBLE AS margin,
           '' AS note, '' AS raw, NULL::BIGINT AS source_row, NULL::BIGINT AS source_column
    FROM judged ORDER BY {", ".join(ORDER)}"""  # noqa: S608 - made of this module's own words


def _frame(cells: dict[str, Any]) -> Frame:
    columns: dict[str, Any] = {}
    for name in COLUMNS:
        column = cells[name]
        values, mask = np.ma.getdata(column), np.ma.getmaskarray(column)
        if name in TEXT_COLUMNS:
            columns[name] = pd.array(values, dtype="str")
        elif name in DATE_COLUMNS:
            columns[name] = pd.Series(values.astype("datetime64[D]").astype(object), dtype="object")
        elif name == "version":
            columns[name] = values.astype("int64")
        elif DTYPES[name] == "Int64":
            columns[name] = pd.arrays.IntegerArray(values.astype("int64"), mask.copy())
        else:
            columns[name] = pd.arrays.FloatingArray(values.astype("float64"), mask.copy())
    return pd.DataFrame(columns)
