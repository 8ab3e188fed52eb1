"""A question about events as one Ibis expression, and that expression as the SQL of each large engine.

Ibis is used for what it is good at, saying the question once. Its connections are not used: the engines keep
their own, and so the versions of Ibis, DuckDB and Spark need not wait for each other.
"""

from __future__ import annotations

from functools import lru_cache, reduce
from typing import TYPE_CHECKING, Any, Literal

from samsyn.store.engines.events_base import COLUMN_TYPES, columns_read
from samsyn.store.events.query import EventQuery

if TYPE_CHECKING:
    from sqlglot import expressions as sql

Dialect = Literal["duckdb", "spark"]


@lru_cache(maxsize=256)
def statement(query: EventQuery, datasets: tuple[str, ...], dialect: Dialect) -> sql.Expression:
    """Return the question as a tree of SQL over the tables ``events_0``, ``events_1`` …

    Parameters
    ----------
    query : EventQuery
    datasets : tuple of str
        One table for each.
    dialect : "duckdb" or "spark"

    Returns
    -------
    sqlglot.Expression
        Shared between questions: copy it before changing it.
    """
    compiler: Any
    if dialect == "duckdb":
        from ibis.backends.sql.compilers.duckdb import DuckDBCompiler

        compiler = DuckDBCompiler()
    else:
        from ibis.backends.sql.compilers.pyspark import PySparkCompiler

        compiler = PySparkCompiler()
    made: sql.Expression = compiler.to_sqlglot(expression(query, datasets))
    return made


def text_of(tree: sql.Expression, dialect: Dialect) -> str:
    """Return the tree as text for an engine."""
    return tree.sql(dialect=dialect)


def expression(query: EventQuery, datasets: tuple[str, ...]) -> Any:
    """Return the question as an Ibis expression over one unbound table for each data set."""
    import ibis

    read = columns_read(query)
    chosen = []
    for at, dataset in enumerate(datasets):
        types = {column: COLUMN_TYPES.get(column, "string") for column in read}
        events = ibis.table(types, name=f"events_{at}")
        wanted = events.filter(conditions) if (conditions := _conditions(query, events)) else events
        columns = [
            ibis.literal(dataset).name(column) if column == "dataset" else wanted[column]
            for column in (*query.columns, "count")
        ]
        chosen.append(wanted.select(columns))
    together = reduce(lambda one, other: one.union(other, distinct=False), chosen)
    measures = {"count": together["count"].sum(), "rows": together.count()}
    if not query.by:
        return together.aggregate(count=measures["count"].fill_null(0), rows=measures["rows"])
    return together.group_by(list(query.columns)).aggregate(**measures).order_by(list(query.columns))


def _conditions(query: EventQuery, events: Any) -> list[Any]:
    listed = {
        "kind": query.kinds,
        f"area_{query.scheme}": query.codes,
        "place": query.places,
        "hour": query.hours,
        "weekday": query.weekdays,
    }
    for name, value in query.attributes:
        listed[f"attr_{name}"] = (*listed.get(f"attr_{name}", ()), value)
    found = [events[column].isin(list(values)) for column, values in listed.items() if values]
    if query.period is not None:
        found += [events["day"] >= query.period.first, events["day"] < query.period.end]
    return found
