"""From a question to an answer: which versions it is about, whether it may be asked, and by which engine."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pandas as pd

from samsyn.domain.events import GROUP_RULES, check_addable
from samsyn.domain.places import SMALLEST_FIRST
from samsyn.store.engines.distributed import SparkEvents
from samsyn.store.engines.events_base import (
    DATE_DIMENSIONS,
    NUMBER_DIMENSIONS,
    EventEngine,
    EventFile,
    EventPart,
    needs,
)
from samsyn.store.engines.events_duckdb import DuckDBEvents
from samsyn.store.engines.events_memory import MemoryEvents
from samsyn.store.errors import UnknownDataset, UnknownVersion
from samsyn.store.events.manifests import PARTS
from samsyn.store.events.query import MEASURES, EventQuery
from samsyn.store.events.refusals import (
    DatasetsAdded,
    EngineCannot,
    EngineUnknown,
    NotInTheEvents,
    PositionsTooCoarse,
    TimesTooCoarse,
)
from samsyn.store.schema import Frame, VersionState

if TYPE_CHECKING:
    import pyarrow as pa

    from samsyn.store.events.schema import EventSet

DEFAULT_ENGINE = "duckdb:"
#: The areas that a point standing for a whole municipality may be counted in.
COARSE_FROM = "kommun"
_SPARK_PORTS = {"sail": 50051, "sc": 15002, "spark": 7077}
_TEXT = pd.StringDtype("pyarrow", na_value=np.nan)


@dataclass(frozen=True, slots=True)
class EventSource:
    """One version of a data set of events, as much as a question needs of its manifest.

    Parameters
    ----------
    dataset : str
    version, revision : int
    state : str
    owner : str
        Id of the organisation that owns the rows.
    position_kind : {"point", "centroid", "none"}
    kinds : tuple of str
    schemes, attributes : tuple of str
        What every event is assigned to and described by.
    files : tuple of EventFile
    time_precision : {"minutes", "day", "month"}
    content_sha256 : str
        Of the canonical rows, for the line that says where an answer comes from.
    file_name : str
        The file that was loaded.
    folder : str
        Where the version lies.
    """

    dataset: str
    version: int
    revision: int
    state: str
    owner: str
    position_kind: str
    kinds: tuple[str, ...]
    schemes: tuple[str, ...]
    attributes: tuple[str, ...]
    files: tuple[EventFile, ...]
    time_precision: str = "minutes"
    content_sha256: str = ""
    file_name: str = ""
    folder: str = ""

    @classmethod
    def of_set(cls, events: EventSet, folder: Path) -> EventSource:
        """Return what a question needs of a version whose folder is given."""
        return cls(
            dataset=events.slug,
            version=events.version,
            revision=events.revision,
            state=str(events.state),
            owner=events.owner,
            position_kind=str(events.position_kind),
            time_precision=str(events.time_precision),
            kinds=tuple(sorted(events.kinds)),
            schemes=events.area_schemes,
            attributes=tuple(sorted(events.attributes)),
            files=tuple(
                EventFile(str(folder / PARTS / part.name), part.rows, part.first_day, part.last_day)
                for part in events.parts
            ),
            content_sha256=events.content_sha256,
            file_name=events.source.file_name,
            folder=str(folder),
        )

    def lineage(self, *, own: bool = True) -> str:
        """Return where an answer comes from, as one line; its owner alone is told the file and its size."""
        if not own:
            return f"{self.dataset} version {self.version} revision {self.revision}"
        rows = sum(file.rows for file in self.files)
        of = f" of {self.file_name}" if self.file_name else ""
        return (
            f"{self.dataset} version {self.version} revision {self.revision}: {rows} rows{of}, "
            f"content {self.content_sha256[:16] or '–'}"
        )


def ask_events(sources: Iterable[EventSource], query: EventQuery, engine: str = DEFAULT_ENGINE) -> Frame:
    """Return the answer to a question about events.

    Parameters
    ----------
    sources : iterable of EventSource
        Every version of the workspace.
    query : EventQuery
    engine : str
        Address of an engine; see `engine_at`.

    Returns
    -------
    Frame, shape (groups, len(query.by) + 2)
        One column for each dimension (text as text, days as ``datetime64``, numbers as ``int64``), then
        ``count`` and ``rows``; ordered by the dimensions.

    Raises
    ------
    UnknownDataset, UnknownVersion, NotInTheEvents
        Names that the store does not have.
    KindsMixed, DatasetsAdded, PositionsTooCoarse, TimesTooCoarse
        What must not be added or is not known so finely.
    EngineUnknown, EngineMissing, EngineCannot
    """
    chosen = chosen_sources(tuple(sources), query)
    return frame_of_answer(query, answer_of(chosen, query, engine))


def answer_of(chosen: Sequence[EventSource], query: EventQuery, engine: str = DEFAULT_ENGINE) -> pa.Table:
    """Return the answer over chosen versions as the engine gives it.

    Parameters
    ----------
    chosen : sequence of EventSource
        From `chosen_sources`, which holds the rules.
    query : EventQuery
    engine : str

    Returns
    -------
    pyarrow.Table

    Raises
    ------
    EngineUnknown, EngineMissing, EngineCannot
    """
    answering = engine_at(engine)
    parts = _parts(chosen, query)
    if lacking := sorted(needs(query, parts) - answering.capabilities):
        raise EngineCannot(engine=engine, what=", ".join(lacking))
    if parts:
        return answering.run(query, parts)
    return MemoryEvents().run(query, ())


def chosen_sources(sources: Sequence[EventSource], query: EventQuery) -> tuple[EventSource, ...]:
    """Return the versions that a question is about, once it is sure that it may be asked of them.

    Parameters
    ----------
    sources : sequence of EventSource
        Every version of the workspace.
    query : EventQuery

    Returns
    -------
    tuple of EventSource

    Raises
    ------
    UnknownDataset, UnknownVersion, NotInTheEvents
        Names that the store does not have.
    KindsMixed, DatasetsAdded, PositionsTooCoarse, TimesTooCoarse
        What must not be added or is not known so finely.
    """
    known = {source.dataset for source in sources}
    pinned = dict(query.versions)
    for dataset in {*query.datasets, *pinned}:
        if dataset not in known:
            raise UnknownDataset(wanted=dataset, nearest=_nearest(dataset, known))
    for dataset, number in pinned.items():
        if not any((one.dataset, one.version) == (dataset, number) for one in sources):
            versions = ", ".join(str(one.version) for one in sources if one.dataset == dataset)
            raise UnknownVersion(dataset=dataset, version=number, known=versions)
    named = {*query.datasets, *pinned} if query.datasets else set(pinned) or known
    chosen = tuple(
        source
        for source in sorted(sources, key=lambda one: (one.dataset, one.version))
        if source.dataset in named
        and (
            source.version == pinned[source.dataset]
            if source.dataset in pinned
            else source.state == VersionState.CURRENT
        )
    )
    _check_parts(chosen, query)
    _check_kinds(chosen, query)
    _check_positions(chosen, query)
    _check_times(chosen, query)
    if len(chosen) > 1 and not query.datasets and "dataset" not in query.by:
        raise DatasetsAdded(datasets=", ".join(source.dataset for source in chosen))
    return chosen


def engine_at(url: str) -> EventEngine:
    """Return the engine that an address names.

    ``memory:`` is the reference in plain Python. ``duckdb:`` is the default; ``duckdb:?threads=2&memory=4GB``
    holds it back. ``sail:`` starts a Sail server in this process, ``sail://host:port`` and ``sc://host:port``
    speak Spark Connect with a server, and ``spark://host:port`` is the master of a Spark cluster.
    ``?root=/shared/store`` after an address says where the cluster sees the folder that is the store here.

    Raises
    ------
    EngineUnknown
    """
    split = urlsplit(url)
    settings = dict(parse_qsl(split.query))
    if split.scheme == "memory":
        return MemoryEvents()
    if split.scheme == "duckdb":
        threads = settings.get("threads", "0")
        if not threads.isdigit():
            raise EngineUnknown(url=url)
        return DuckDBEvents(int(threads), settings.get("memory", ""))
    if split.scheme in _SPARK_PORTS and (split.hostname or split.scheme == "sail"):
        try:
            port = split.port or _SPARK_PORTS[split.scheme]
        except ValueError:
            raise EngineUnknown(url=url) from None
        return SparkEvents(split.scheme, split.hostname or "", port, settings.get("root", ""))
    raise EngineUnknown(url=url)


def frame_of_answer(query: EventQuery, answer: pa.Table) -> Frame:
    """Return an engine's answer as a frame; see `ask_events`."""
    import pyarrow as pa

    columns: dict[str, Any] = {}
    for name in (*query.columns, *MEASURES):
        column = answer.column(name)
        if name in DATE_DIMENSIONS:
            columns[name] = column.cast(pa.date32()).to_numpy().astype("datetime64[s]")
        elif name in NUMBER_DIMENSIONS:
            columns[name] = column.cast(pa.int64()).to_numpy()
        else:
            columns[name] = pd.array(column.cast(pa.large_string()).combine_chunks(), dtype=_TEXT)
    return pd.DataFrame(columns, copy=False)


def event_kind_of(kind: str) -> str:
    """Return what an event of a kind is: only those that are the same may be added.

    Examples
    --------
    >>> event_kind_of("robbery"), event_kind_of("overdose"), event_kind_of("observation:litter")
    ('reported_offence', 'incident_report', 'observation')
    """
    rule = _RULES.get(kind)
    return str(rule.kind) if rule else kind.partition(":")[0]


_RULES = {str(group): rule for group, rule in GROUP_RULES.items()}
#: What may not be asked of times that are only known to the day or the month.
_FINER_THAN: dict[str, tuple[str, ...]] = {
    "minutes": (),
    "day": ("hour",),
    "month": ("week", "day", "weekday", "hour"),
}
_COARSE = SMALLEST_FIRST[SMALLEST_FIRST.index(COARSE_FROM) :]


def _check_kinds(chosen: Sequence[EventSource], query: EventQuery) -> None:
    held = {kind for source in chosen for kind in source.kinds}
    for kind in query.kinds:
        if kind not in held and kind not in _RULES and chosen:
            datasets = ", ".join(source.dataset for source in chosen)
            raise NotInTheEvents(
                dataset=datasets, part="kind", wanted=kind, known=", ".join(sorted(held)) or "–"
            )
    if "kind" not in query.by:
        check_addable(event_kind_of(kind) for kind in (query.kinds or held))


def _check_parts(chosen: Sequence[EventSource], query: EventQuery) -> None:
    for source in chosen:
        for part, wanted, known in (
            ("scheme", query.schemes, source.schemes),
            ("attribute", query.attribute_names, source.attributes),
        ):
            for name in sorted(wanted - set(known)):
                raise NotInTheEvents(
                    dataset=source.dataset, part=part, wanted=name, known=", ".join(known) or "–"
                )


def _check_positions(chosen: Sequence[EventSource], query: EventQuery) -> None:
    asked = [*(["place"] if query.about_places else []), *sorted(query.schemes)]
    for source in chosen:
        for name in asked:
            if source.position_kind == "none" or (
                source.position_kind == "centroid"
                and name not in SMALLEST_FIRST[SMALLEST_FIRST.index(COARSE_FROM) :]
            ):
                raise PositionsTooCoarse(dataset=source.dataset, wanted=name)


def _check_times(chosen: Sequence[EventSource], query: EventQuery) -> None:
    for source in chosen:
        asked = {*query.by, *(["hour"] if query.hours else []), *(["weekday"] if query.weekdays else [])}
        for name in _FINER_THAN[source.time_precision]:
            if name in asked:
                raise TimesTooCoarse(dataset=source.dataset, wanted=name)
        if source.time_precision == "month" and query.period is not None:
            for day in (query.period.first, query.period.end):
                if day.day != 1:
                    raise TimesTooCoarse(dataset=source.dataset, wanted=str(day))


def _parts(chosen: Sequence[EventSource], query: EventQuery) -> tuple[EventPart, ...]:
    """Leave out the files that can hold nothing of what is asked for."""
    found = []
    for source in chosen:
        files = source.files
        if query.period is not None:
            files = tuple(
                file for file in files if file.first < query.period.end and query.period.first <= file.last
            )
        if files:
            found.append(EventPart(source.dataset, source.version, files))
    return tuple(found)


def _nearest(name: str, known: Iterable[str]) -> str:
    close = get_close_matches(name, sorted(known), n=1, cutoff=0.4)
    return close[0] if close else "–"
