"""Rows of the store as an audience may read them: a query whose answer has passed the one door."""

from __future__ import annotations

from typing import Any

from samsyn.domain.access import SharingClass
from samsyn.store.query import Query
from samsyn.store.schema import rows_of
from samsyn.studies.disclosure import disclose
from samsyn.studies.table import FigureStore, fetch

_DATES = ("period_start", "period_end")


def disclosed_rows(
    store: FigureStore, query: Query, audience: SharingClass, *, k: int = 5
) -> list[dict[str, Any]]:
    """Return the rows of a query with what must be hidden taken out.

    Use for everything that leaves as rows: the command line, the API, an export. The hiding is decided over
    everything that the same areas have, asked for or not, so that two narrow queries subtract to nothing.

    Parameters
    ----------
    store : FigureStore
    query : Query
        Without totals (``by``) for audiences below the authorities: a total is a table of its own.
    audience : SharingClass
    k : int [persons]

    Returns
    -------
    list of dict
        The columns of the contract; a hidden row has no value and the status ``suppressed``.
    """
    rows = rows_of(store.run(query))
    if audience < SharingClass.AUTHORITIES and rows:
        areas = sorted({(row["scheme"], row["code"]) for row in rows})
        hidden = {
            (cell.key.dataset, cell.key.version, cell.key.slug, cell.key.scheme, cell.key.code, cell.key.sex,
             cell.key.age_group, cell.first, cell.end)
            for cell in disclose(fetch(store, areas), audience, k=k).cells
            if cell.state.is_hidden
        }  # fmt: skip
        rows = [_without_value(row) if _name(row) in hidden or query.by else row for row in rows]
    return [{**row, **{name: row[name].isoformat() for name in _DATES}} for row in rows]


def _name(row: dict[str, Any]) -> tuple[Any, ...]:
    return (
        row["dataset"], int(row["version"]), row["series"], row["scheme"], row["code"], row["sex"],
        row["age_group"], row["period_start"], row["period_end"],
    )  # fmt: skip


def _without_value(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "value": None, "status": "suppressed", "n": None, "margin": None, "note": "", "raw": ""}
