"""The reference engine: plain Python, slow and obvious. Where engines differ, this one is right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from samsyn.store.engines.base import KEPT_APART, ORDER, Capability, Part
from samsyn.store.query import Query
from samsyn.store.schema import MEAN_CODE, STATUS_ORDER, Frame, ValueStatus, frame_of

Row = dict[str, Any]


class MemoryEngine:
    """Reads every row of every version and looks at them one by one."""

    @property
    def capabilities(self) -> frozenset[Capability]:
        """Everything: it is the judge of the others."""
        return frozenset(Capability)

    def run(self, query: Query, versions: Sequence[Part]) -> Frame:
        """Return the answer; see `samsyn.store.engines.base.Engine.run`."""
        rows = [row for part in versions for row in _read(part) if _asked_for(query, row)]
        if query.by:
            rows = _totals(query, rows)
        rows.sort(key=lambda row: tuple(row[name] for name in ORDER))
        return frame_of(rows)


def _read(part: Part) -> list[Row]:
    import pyarrow.parquet as parquet

    rows: list[Row] = parquet.read_table(part.path).to_pylist()
    return rows


def _asked_for(query: Query, row: Row) -> bool:
    if query.series and row["series"] not in query.series:
        return False
    if query.areas and (row["scheme"], row["code"]) not in query.areas:
        return False
    if query.period is not None and not (
        query.period.first <= row["period_start"] and row["period_end"] <= query.period.end
    ):
        return False
    if query.sex is not None and row["sex"] != query.sex:
        return False
    return query.age_group is None or row["age_group"] == query.age_group


def _totals(query: Query, rows: Iterable[Row]) -> list[Row]:
    groups: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    families: dict[tuple[Any, ...], set[str]] = defaultdict(set)
    for row in rows:
        if row["code"] == MEAN_CODE:
            continue
        # Parts by sex or age would be counted twice with the undivided row.
        if row["sex"] and query.sex is None and "sex" not in query.by:
            continue
        if row["age_group"] and query.age_group is None and "age_group" not in query.by:
            continue
        apart = tuple(row[name] for name in KEPT_APART)
        area = row["code"] if "area" in query.by else ""
        period = (row["period_start"], row["period_end"]) if "period" in query.by else ()
        groups[apart, area, period].append(row)
        families[apart, area].add(row["code"])
    return [
        _total(dict(zip(KEPT_APART, apart, strict=True)), area, group, families[apart, area])
        for (apart, area, _), group in groups.items()
    ]


def _total(kept_apart: Row, code: str, group: list[Row], family: set[str]) -> Row:
    periods = sorted({(row["period_start"], row["period_end"]) for row in group})
    status = max((ValueStatus(row["status"]) for row in group), key=STATUS_ORDER.index)
    if status.has_value and any(earlier[1] != later[0] for earlier, later in pairwise(periods)):
        status = ValueStatus.NOT_APPLICABLE
    elif status.has_value and len(group) != len(periods) * len(family):
        status = ValueStatus.MISSING
    return {
        **kept_apart,
        "code": code,
        "area_name": min(row["area_name"] for row in group) if code else "",
        "period_start": min(start for start, _ in periods),
        "period_end": max(end for _, end in periods),
        "value": sum(row["value"] for row in group) if status.has_value else None,
        "status": str(status),
    }
