"""Counts of events as an organisation may meet them: its own exactly, others' through the one door.

Rows of events stay with the organisation that owns them. Others ask in one form only: by kind, by the
smallest areas and by whole months or years. What is hidden is then decided once for each area and kind, over
all its months and years, whatever was asked, so that no two answers subtract to a small count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from samsyn.analysis.errors import TableTooLarge
from samsyn.domain.access import SharingClass
from samsyn.domain.events import sums_beside_parts
from samsyn.domain.places import nearness
from samsyn.store.events.asking import EventSource, chosen_sources
from samsyn.store.events.query import EventQuery
from samsyn.store.events.refusals import OnlyForTheOwner
from samsyn.store.schema import (
    DatasetMeta,
    DatasetVersion,
    Frame,
    SeriesDefinition,
    VersionState,
)
from samsyn.studies.disclosure import disclose
from samsyn.studies.findings import FigureState, SourceCell
from samsyn.studies.table import FigureTable, SeriesKey, TableCell

MOST_SERIES = 2_000
_STEPS = ("month", "year")
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
Asking = Callable[[EventQuery], Frame]


class EventAnswer(NamedTuple):
    """What an account meets.

    Parameters
    ----------
    rows : list of dict
        A column for each dimension, ``count``, and ``state``: ``shown``, or why the count is None. With
        ``rows`` where the asker owns the events.
    exact : bool
        Whether the counts are the owner's own.
    lineage : tuple of str
        One line for each version.
    """

    rows: list[dict[str, Any]]
    exact: bool
    lineage: tuple[str, ...]


def answer_events(
    sources: Sequence[EventSource], query: EventQuery, ask: Asking, organisation: str, *, k: int = 5
) -> EventAnswer:
    """Return the answer to a question as an organisation may meet it.

    Use for everything that leaves as rows of counts of events. Not for pictures, which are studies of
    their own.

    Parameters
    ----------
    sources : sequence of EventSource
        Every version of the workspace.
    query : EventQuery
    ask : function of EventQuery
        Who answers.
    organisation : str
        Id of the organisation of the account that asks.
    k : int, 3–20 [events]
        Others than the owner do not meet counts from 1 to k−1.

    Returns
    -------
    EventAnswer

    Raises
    ------
    OnlyForTheOwner
        The form is finer than what others may ask.
    TableTooLarge
        Others may ask about 2 000 areas and kinds at a time.

    Source
    ------
    Rule C.8 and privacy rule P16.
    """
    chosen = chosen_sources(sources, query)
    if all(source.owner and source.owner == organisation for source in chosen):
        lineage = tuple(source.lineage() for source in chosen)
        rows = [{**row, "state": str(FigureState.SHOWN)} for row in plain_rows(ask(query))]
        return EventAnswer(rows, True, lineage)
    step = _check_form(chosen, query)
    (source,) = chosen
    sums = sorted(sums_beside_parts(source.kinds))
    if sums and not query.kinds:
        left = tuple(kind for kind in source.kinds if kind not in sums)
        query = replace(query, kinds=left)
    lineage = (
        source.lineage(own=False),
        *([f"left out as sums of other kinds: {', '.join(sums)}"] if sums else []),
    )
    return EventAnswer(_disclosed(chosen, query, step, ask, k), False, lineage)


def _check_form(chosen: Sequence[EventSource], query: EventQuery) -> str:
    """Refuse every form but the one in which hiding is decided; return its step of time."""
    schemes = [scheme for source in chosen for scheme in source.schemes]
    nearest = min(schemes, key=nearness, default="–")
    facts = {"dataset": ", ".join(source.dataset for source in chosen), "scheme": nearest}
    steps = [name for name in query.by if name in _STEPS]
    wanted = {"kind", f"area:{nearest}", *steps[:1]}
    if not wanted <= set(query.by) or len(chosen) > 1 or len(steps) != 1:
        raise OnlyForTheOwner(rule="added", **facts)
    finer = set(query.by) - wanted - {"dataset"} or query.hours or query.weekdays or query.places
    if finer or query.attributes or query.scheme not in ("", nearest):
        raise OnlyForTheOwner(rule="fine", **facts)
    if any(sums_beside_parts(source.kinds) & set(query.kinds) for source in chosen):
        raise OnlyForTheOwner(rule="added", **facts)
    if query.versions or any(source.state != VersionState.CURRENT for source in chosen):
        raise OnlyForTheOwner(rule="versions", **facts)
    edges = () if query.period is None else (query.period.first, query.period.end)
    if any(day.day != 1 or (steps == ["year"] and day.month != 1) for day in edges):
        raise OnlyForTheOwner(rule="period", **facts)
    return steps[0]


def _disclosed(
    chosen: Sequence[EventSource], query: EventQuery, step: str, ask: Asking, k: int
) -> list[dict[str, Any]]:
    (source,) = chosen
    scheme = next(name.removeprefix("area:") for name in query.by if name.startswith("area:"))
    by = ("kind", f"area:{scheme}", "month")
    found: dict[tuple[str, str], dict[date, int]] = {}
    for row in plain_rows(ask(replace(query, period=None, by=by))):
        if code := row[f"area_{scheme}"]:
            found.setdefault((row["kind"], code), {})[date.fromisoformat(row["month"])] = row["count"]
    if len(found) > MOST_SERIES:
        raise TableTooLarge(cells=len(found), wanted=MOST_SERIES)
    months = _months(source)
    rows = []
    for (kind, code), counts in sorted(found.items()):
        key = SeriesKey(source.dataset, source.version, kind, "", "", scheme, code)
        for cell in disclose(_table(source, key, counts, months), SharingClass.COOPERATION, k=k).cells:
            inside = query.period is None or query.period.first <= cell.first < query.period.end
            if not inside or _step(cell) != step:
                continue
            parts = [n for month, n in counts.items() if cell.first <= month < cell.end]
            shown, state = (None if cell.state.is_hidden else sum(parts)), cell.state
            # Hiding takes a withdrawn report for an event, so it has not proved a sum with more withdrawn in
            # some month than came in: that sum is never told.
            if shown is not None and (min(parts, default=0) < 0 or 0 < shown < k):
                shown, state = None, FigureState.HIDDEN_PROTECTS
            if shown == 0:
                continue
            named = {"dataset": source.dataset} if "dataset" in query.by else {}
            when = {"month": cell.first.isoformat()} if step == "month" else {"year": cell.first.year}
            area = {"kind": kind, f"area_{scheme}": code}
            rows.append({**named, **area, **when, "count": shown, "state": str(state)})
    return rows


def plain_rows(frame: Frame) -> list[dict[str, Any]]:
    """Return the rows of an answer with days as text and numbers as numbers, as JSON has them."""
    columns: dict[str, list[Any]] = {
        str(name): [str(day)[:10] for day in column] if column.dtype.kind == "M" else column.tolist()
        for name, column in frame.items()
    }
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _months(source: EventSource) -> list[date]:
    first = min(file.first for file in source.files)
    last = max(file.last for file in source.files)
    return [
        date(at // 12, at % 12 + 1, 1)
        for at in range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    ]


def _table(
    source: EventSource, key: SeriesKey, counts: dict[date, int], months: Iterable[date]
) -> FigureTable:
    """Return one area and kind: each month, and each year as the sum that a reader may ask for too."""
    years: dict[int, int] = {}
    cells = []
    for month in months:
        # Fewer than none, when more was withdrawn than came in, tells of single events: it counts as one.
        count = counts.get(month, 0)
        value = count if count >= 0 else 1
        years[month.year] = years.get(month.year, 0) + value
        end = date(month.year + month.month // 12, month.month % 12 + 1, 1)
        cells.append(_cell(key, month, end, value))
    cells += [_cell(key, date(year, 1, 1), date(year + 1, 1, 1), value) for year, value in years.items()]
    definition = SeriesDefinition(slug=key.slug, label=key.slug, person_based=True)
    version = DatasetVersion(
        meta=DatasetMeta(slug=source.dataset, title=source.dataset),
        version=source.version,
        state=VersionState.CURRENT,
        checksum=source.content_sha256,
        loaded_at=_NEVER,
        loaded_by="",
        rows=len(cells),
        series=(definition,),
    )
    return FigureTable(tuple(cells), {(source.dataset, source.version): version})


def _cell(key: SeriesKey, first: date, end: date, value: int) -> TableCell:
    source = SourceCell(key.dataset, key.version, "", 0, 0, "")
    return TableCell(key, first, end, FigureState.SHOWN, float(value), "actual", "", source)


def _step(cell: TableCell) -> str:
    return "year" if (cell.end - cell.first).days > 31 else "month"
