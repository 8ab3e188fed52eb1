"""Events as Arrow tables of the contract, with what follows from their time worked out once for all."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from samsyn.store.events.schema import (
    AREA,
    ATTRIBUTE,
    PLACE,
    UNKNOWN_HOUR,
    UNKNOWN_WEEKDAY,
    TimePrecision,
    arrow_schema,
    columns_of,
)

if TYPE_CHECKING:
    import pyarrow as pa

Times = NDArray[np.datetime64]
Cells = Sequence[Any] | NDArray[Any]


def event_table(
    kind: Cells,
    start: Cells,
    *,
    time_zone: str = "Europe/Stockholm",
    precision: TimePrecision | Sequence[str] = TimePrecision.MINUTES,
    end: Cells | None = None,
    count: Cells | None = None,
    x: Cells | None = None,
    y: Cells | None = None,
    row: Cells | None = None,
    areas: Mapping[str, Cells] | None = None,
    place: Cells | None = None,
    attributes: Mapping[str, Cells] | None = None,
) -> pa.Table:
    """Return events as a table of the contract.

    Parameters
    ----------
    kind : sequence of str
        Our kinds.
    start, end : sequences of datetime or numpy.datetime64
        UTC without a zone. ``end`` left out is ``start``.
    time_zone : str
        Where days, weeks and hours are counted.
    precision : TimePrecision, or one word for each event
        At ``day`` the hour is unknown, at ``month`` the weekday too.
    count : sequence of int
        1 when left out.
    x, y : sequences of float [metres]
        NaN when left out.
    row : sequence of int
        Row of the source; 1, 2, 3 … when left out.
    areas : mapping of scheme to codes
    place : sequence of str
    attributes : mapping of name to values

    Returns
    -------
    pyarrow.Table

    Examples
    --------
    >>> from datetime import datetime
    >>> table = event_table(["robbery"], [datetime(2024, 7, 1, 22, 30)])
    >>> table["day"][0].as_py().isoformat(), table["hour"][0].as_py(), table["weekday"][0].as_py()
    ('2024-07-02', 0, 1)
    """
    import pyarrow as pa

    size = len(kind)
    starts = np.asarray(start, "datetime64[us]")
    nowhere = np.full(size, np.nan)
    columns: dict[str, Any] = {
        "row": np.arange(1, size + 1) if row is None else row,
        "kind": kind,
        "count": np.ones(size, np.int32) if count is None else count,
        "start": starts,
        "end": starts if end is None else np.asarray(end, "datetime64[us]"),
        "x": nowhere if x is None else x,
        "y": nowhere if y is None else y,
        **calendar_columns(starts, time_zone, precision),
        PLACE: np.full(size, "", object) if place is None else place,
        **{f"{AREA}{name}": codes for name, codes in (areas or {}).items()},
        **{f"{ATTRIBUTE}{name}": values for name, values in (attributes or {}).items()},
    }
    schema = arrow_schema(columns_of(sorted(areas or {}), sorted(attributes or {})))
    arrays = [_array(columns[field.name], field.type) for field in schema]
    return pa.Table.from_arrays(arrays, schema=schema)


def calendar_columns(
    starts: Times, time_zone: str, precision: TimePrecision | Sequence[str] = TimePrecision.MINUTES
) -> dict[str, Any]:
    """Return day, month, week, year, hour and weekday of moments, in local time.

    Examples
    --------
    >>> calendar_columns(np.array(["2024-12-31T23:30"], "datetime64[us]"), "Europe/Stockholm")["year"].item()
    2025
    """
    local = local_times(starts, time_zone)
    day = local.astype("datetime64[D]")
    weekday = (day.astype(np.int64) + 3) % 7
    hour = (local.astype("datetime64[h]").astype(np.int64) % 24).astype(np.int8)
    precisions = np.asarray(precision if isinstance(precision, str) else list(precision), object)
    coarse, coarsest = precisions != TimePrecision.MINUTES, precisions == TimePrecision.MONTH
    return {
        "day": day,
        "month": local.astype("datetime64[M]").astype("datetime64[D]"),
        "week": day - weekday.astype("timedelta64[D]"),
        "year": (local.astype("datetime64[Y]").astype(np.int64) + 1970).astype(np.int16),
        "hour": np.where(coarse, np.int8(UNKNOWN_HOUR), hour),
        "weekday": np.where(coarsest, np.int8(UNKNOWN_WEEKDAY), weekday.astype(np.int8)),
    }


def local_times(starts: Times, time_zone: str) -> Times:
    """Return moments in UTC as the clock on the wall showed them."""
    moments = pd.DatetimeIndex(starts).tz_localize("UTC").tz_convert(time_zone).tz_localize(None)
    return moments.to_numpy().astype("datetime64[us]")


class ContentSum:
    """A checksum of events in the order of their file, whatever tables they come in.

    Areas and places are not part of it: they follow from the position and are worked out anew when
    boundaries change.
    """

    def __init__(self) -> None:
        self._sums: dict[str, Any] = {}

    def add(self, table: pa.Table) -> None:
        """Take in more events."""
        import pyarrow as pa
        import pyarrow.compute as compute

        for name in table.column_names:
            if name == PLACE or name.startswith(AREA):
                continue
            digest = self._sums.setdefault(name, hashlib.sha256())
            if pa.types.is_string(table.schema.field(name).type):
                # Lengths beside the letters, so that "ab", "c" is not "a", "bc".
                lengths = self._sums.setdefault(f"{name} lengths", hashlib.sha256())
                for chunk in table[name].chunks:
                    sizes = compute.binary_length(chunk).to_numpy(zero_copy_only=False)
                    lengths.update(np.ascontiguousarray(sizes, np.int32))
                    digest.update(_letters(chunk))
            else:
                cells = table[name].to_numpy()
                cells = np.nan_to_num(cells, nan=-1e308) if cells.dtype.kind == "f" else cells
                digest.update(np.ascontiguousarray(cells).view(np.uint8))

    def hexdigest(self) -> str:
        """Return the checksum so far."""
        told = "".join(f"{name} {self._sums[name].hexdigest()}\n" for name in sorted(self._sums))
        return hashlib.sha256(told.encode()).hexdigest()


class Tally:
    """Sums over tables of events as they pass."""

    def __init__(self) -> None:
        self.rows = self.count = self.positioned = 0
        self.kinds: dict[str, int] = {}
        self.assigned: dict[str, int] = {}
        self.first_day: date | None = None
        self.last_day: date | None = None

    def add(self, table: pa.Table) -> None:
        """Take in more events."""
        import pyarrow.compute as compute

        if not table.num_rows:
            return
        self.rows += table.num_rows
        sums = table.select(["kind", "count"]).group_by("kind").aggregate([("count", "sum")])
        for kind, count in zip(sums["kind"].to_pylist(), sums["count_sum"].to_pylist(), strict=True):
            self.kinds[kind] = self.kinds.get(kind, 0) + count
            self.count += count
        self.positioned += int((~np.isnan(table["x"].to_numpy())).sum())
        days = compute.min_max(table["day"]).as_py()
        self.first_day = min(filter(None, (self.first_day, days["min"])))
        self.last_day = max(filter(None, (self.last_day, days["max"])))
        for name in table.column_names:
            if name == PLACE or name.startswith(AREA):
                held = compute.sum(compute.not_equal(table[name], "")).as_py()
                key = name.removeprefix(AREA)
                self.assigned[key] = self.assigned.get(key, 0) + held


def _letters(chunk: pa.Array) -> bytes:
    buffers = chunk.buffers()
    if not len(chunk) or buffers[2] is None:
        return b""
    offsets = np.frombuffer(buffers[1], np.int32)[chunk.offset : chunk.offset + len(chunk) + 1]
    return bytes(memoryview(buffers[2])[offsets[0] : offsets[-1]])


def _array(cells: Any, kind: pa.DataType) -> pa.Array:
    import pyarrow as pa

    if isinstance(cells, pa.ChunkedArray):
        cells = cells.combine_chunks()
    if isinstance(cells, pa.Array):
        return cells.cast(kind)
    if fixed := {str(pa.date32()): "datetime64[D]", str(pa.timestamp("us")): "datetime64[us]"}.get(str(kind)):
        return pa.array(np.asarray(cells, fixed)).cast(kind)
    return pa.array(cells, type=kind, from_pandas=False)
