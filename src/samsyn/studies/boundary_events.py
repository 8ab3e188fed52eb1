"""The counts of a moved boundary, asked of the event store: only the days and ground that matter are read."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
import shapely

from samsyn.analysis.errors import SeriesDiffer
from samsyn.domain.access import SharingClass
from samsyn.domain.calendar import Period
from samsyn.domain.events import rule_of_kind
from samsyn.geography.dated import DatedBoundary
from samsyn.store.events.refusals import PositionsTooCoarse
from samsyn.store.events.schema import PartFile
from samsyn.store.events.store import EventStore
from samsyn.studies.boundary_counts import BoundaryCounts, boundary_counts

#: How far out events are read [metres]; six standard deviations at the largest error of the table.
_AROUND = 1_000.0
_TYPICAL_ERROR = 83.0


def boundary_counts_of(
    store: EventStore,
    dataset: str,
    boundaries: Sequence[DatedBoundary],
    periods: Sequence[Period],
    *,
    kind: str,
    audience: SharingClass,
    also: Sequence[str] = (),
    version: int | None = None,
    crs: int = 3006,
    k: int = 5,
) -> BoundaryCounts:
    """Return the counts of one kind in a place whose boundary has dates, from stored events.

    Use for scenes of the workspace. Not for sets whose positions stand for whole municipalities.

    Parameters
    ----------
    store : EventStore
    dataset : str
    boundaries, periods, kind, audience, k
        As for `boundary_counts`.
    also : sequence of str
        Kinds that are counted together with it; all are to be read by the same rule.
    version : int or None
        The current one when left out.
    crs : int
        EPSG code of the boundaries; must be that of the events.

    Returns
    -------
    BoundaryCounts

    Raises
    ------
    PositionsTooCoarse
        The positions are no points.
    SeriesDiffer
        Boundaries and events are in different systems, there are no boundaries or periods, or for a
        reader below AUTHORITIES the kinds are not read by the same rule.
    UnknownDataset, UnknownVersion, BrokenVersion
        See `EventStore.part_files`.

    Source
    ------
    `samsyn.studies.boundary_counts`.
    """
    events = store.get(dataset, version)
    if str(events.position_kind) != "point":
        raise PositionsTooCoarse(dataset=dataset, wanted=kind)
    if events.crs != crs or not boundaries or not periods:
        raise SeriesDiffer(
            found=f"EPSG:{events.crs}, {len(boundaries)}, {len(periods)}", wanted=f"EPSG:{crs}"
        )
    ruled = {(rule.detection_driven, rule.sensitive) for rule in map(rule_of_kind, (kind, *also))}
    if len(ruled) > 1 and audience < SharingClass.AUTHORITIES:
        raise SeriesDiffer(found=", ".join((kind, *also)), wanted="kinds read by the same rule")
    west, south, east, north = shapely.total_bounds([shapely.from_wkb(one.wkb) for one in boundaries])
    box = (west - _AROUND, south - _AROUND, east + _AROUND, north + _AROUND)
    first, end = periods[0].first, periods[-1].end
    tables = []
    for path, part in store.part_files(dataset, version):
        if part.last_day < first or part.first_day >= end or not (_meets(part, box)):
            continue
        tables.append(
            parquet.read_table(
                path,
                columns=["x", "y", "count", "day"],
                filters=[
                    ("kind", "in", [kind, *also]), ("day", ">=", first), ("day", "<", end),
                    ("x", ">=", box[0]), ("x", "<=", box[2]), ("y", ">=", box[1]), ("y", "<=", box[3]),
                ],
            )
        )  # fmt: skip
    found = pa.concat_tables(tables) if tables else None
    column = {
        name: found[name].to_numpy() if found is not None else np.empty(0)
        for name in ("x", "y", "count", "day")
    }
    return boundary_counts(
        column["x"], column["y"], column["count"].astype(np.int64), column["day"].astype("datetime64[D]"),
        boundaries, periods, kind=kind, audience=audience, k=k,
        median_error=events.position_error_m or _TYPICAL_ERROR,
    )  # fmt: skip


def _meets(part: PartFile, box: tuple[float, float, float, float]) -> bool:
    if part.bbox is None:
        return False
    west, south, east, north = part.bbox
    return west <= box[2] and box[0] <= east and south <= box[3] and box[1] <= north
