"""Moments of a source: read from text, tied to a zone, with the two hours of the year that need a rule.

When clocks go back, an hour runs twice; when they go forward, one does not exist. A source that writes such
an hour is either left out or becomes an interval that holds both readings: the earlier of the two moments
that the text may mean, until the later.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from samsyn.store.events.mapping import TimeRule
from samsyn.store.events.schema import TimePrecision
from samsyn.store.events.tables import local_times

if TYPE_CHECKING:
    import pyarrow as pa

Times = NDArray[np.datetime64]
Flags = NDArray[np.bool_]
_NONE = np.datetime64("NaT", "us")
_DAY_US = 86_400_000_000
_HALF_DAY = re.compile(r"\s*([AaPp])\.?\s?[Mm]\.?\s*$")
_PERIODS = {"day": "D", "month": "M"}


@dataclass(frozen=True, slots=True)
class ReadTimes:
    """Times as a column holds them.

    Parameters
    ----------
    at : array of datetime64[us]
        The clock on the wall, or UTC where ``settled``; NaT where the cell is empty.
    settled : array of bool
        The text said its own distance to UTC.
    """

    at: Times
    settled: Flags

    def __getitem__(self, places: Any) -> ReadTimes:
        return ReadTimes(self.at[places], self.settled[places])


@dataclass(frozen=True, slots=True)
class Moments:
    """When events happened: UTC, half-open, and what is odd about each."""

    start: Times
    end: Times
    precision: NDArray[np.object_]
    missing: Flags
    ambiguous: Flags
    nonexistent: Flags

    @classmethod
    def settled(cls, read: ReadTimes, of_day: NDArray[np.int64] | None, rule: TimeRule) -> Moments:
        """Return moments in UTC from times on the wall.

        Parameters
        ----------
        read : ReadTimes
        of_day : array of int or None [microseconds]
            The time of day from a column of its own; −1 when it is unknown.
        rule : TimeRule
        """
        size = len(read.at)
        precision = np.full(size, rule.precision, object)
        wall, settled = read.at, read.settled
        missing = np.isnat(wall)
        if settled.any() and (of_day is not None or rule.precision != TimePrecision.MINUTES):
            # Whole days are days of the zone, not of UTC.
            wall = np.where(settled, _on_the_wall(wall, rule.zone), wall)
            settled = np.zeros(size, bool)
        if of_day is not None:
            known = of_day >= 0
            wall = wall.astype("datetime64[D]").astype("datetime64[us]") + np.where(known, of_day, 0)
            precision[~known] = TimePrecision.DAY
        if rule.unknown_at:
            since = (wall - wall.astype("datetime64[D]")).astype(np.int64)
            unknown = np.isin(since // 60_000_000, [_minutes(text) for text in rule.unknown_at]) & ~settled
            precision[unknown & ~missing] = TimePrecision.DAY
        start, end, twice, never = _to_utc(wall, settled, rule.zone)
        for name, unit in _PERIODS.items():
            coarse = (precision == name) & ~missing
            if coarse.any():
                first = wall[coarse].astype(f"datetime64[{unit}]")
                nothing = np.zeros(int(coarse.sum()), bool)
                start[coarse] = _to_utc(first.astype("datetime64[us]"), nothing, rule.zone)[0]
                end[coarse] = _to_utc((first + 1).astype("datetime64[us]"), nothing, rule.zone)[0]
                twice[coarse], never[coarse] = False, False
        return cls(start, end, precision, missing, twice, never)

    def until(self, other: Moments) -> Moments:
        """Return intervals from these moments to the others; where there is no other, these as they are."""
        end = np.where(other.missing, self.end, other.end)
        return replace(
            self,
            end=end,
            ambiguous=self.ambiguous | (other.ambiguous & ~other.missing),
            nonexistent=self.nonexistent | (other.nonexistent & ~other.missing),
        )

    def rounded(self, minutes: int, zone: str) -> Moments:
        """Return the moments put back to whole quarters; an interval's end is put forward.

        On the wall and not in UTC: before 1901 a zone may differ by minutes that are no quarters.
        """
        step = minutes * 60_000_000
        point = self.start == self.end
        past = _on_the_wall(self.start, zone).astype(np.int64) % step
        left = -_on_the_wall(self.end, zone).astype(np.int64) % step
        start = np.where(self.missing, self.start, self.start - past.astype("timedelta64[us]"))
        end = np.where(self.missing, self.end, self.end + left.astype("timedelta64[us]"))
        return replace(self, start=start, end=np.where(point, start, end))


def read_times(cells: list[str] | pa.ChunkedArray, form: str) -> Any:
    """Return times as the column holds them, and for texts which ones could not be read.

    Parameters
    ----------
    cells : list of str, or a column of timestamps
    form : str
        ``iso`` or a pattern of digits.

    Returns
    -------
    ReadTimes, or (ReadTimes, array of bool) for texts
    """
    if not isinstance(cells, list):
        return _typed(cells)
    texts = pd.Series(cells, dtype=object).astype(str)
    empty = (texts == "").to_numpy(copy=True)
    if form == "iso":
        parsed = pd.to_datetime(texts.where(~empty), format="ISO8601", errors="coerce", utc=True)
        settled = texts.str.contains(r"(?:[zZ]|[+-][0-9]{2}:?[0-9]{2})$", regex=True).to_numpy(
            bool, copy=True
        )
        # A day without a time ends in what looks like a distance to UTC: 2024-05-01.
        settled &= texts.str.contains(r"[0-9][T ][0-9]", regex=True).to_numpy(bool, copy=True)
        texts_ok = texts.str.fullmatch(r"[0-9]{4}-?[0-9]{2}(?:-?[0-9]{2})?(?:[T ].*)?").to_numpy(
            bool, copy=True
        )
        at = parsed.dt.tz_localize(None).to_numpy(copy=True).astype("datetime64[us]")
        at = np.where(texts_ok, at, _NONE)
    else:
        at = _patterned(texts.where(~empty), form)
        settled = np.full(len(cells), "%z" in form)
    wrong = np.isnat(at) & ~empty
    return ReadTimes(at, settled & ~np.isnat(at)), wrong


def read_hours(texts: list[str], form: str) -> tuple[NDArray[np.int64], Flags]:
    """Return times of day [microseconds since midnight], −1 when empty, and which ones could not be read."""
    cells = pd.Series(texts, dtype=object).astype(str)
    empty = (cells == "").to_numpy(copy=True)
    if form == "hour":
        hours = pd.to_numeric(cells.where(~empty), errors="coerce").to_numpy(
            np.float64, copy=True, na_value=np.nan
        )
        fine = (hours >= 0) & (hours < 24) & (np.nan_to_num(hours) % 1 == 0)
        since = np.where(fine, np.nan_to_num(hours) * 3_600_000_000, -1).astype(np.int64)
    else:
        at = _patterned(("1970-01-01 " + cells).where(~empty), f"%Y-%m-%d {form}")
        fine = ~np.isnat(at)
        since = np.where(fine, at.astype(np.int64), -1)
    return since, ~fine & ~empty


def _typed(cells: pa.ChunkedArray) -> ReadTimes:
    import pyarrow as pa

    stamps = cells.cast(pa.timestamp("us", tz=cells.type.tz if pa.types.is_timestamp(cells.type) else None))
    settled = bool(getattr(stamps.type, "tz", None))
    # Stored with a zone, a column holds UTC.
    plain = stamps.cast(pa.timestamp("us", tz="UTC")).cast(pa.timestamp("us")) if settled else stamps
    at = plain.to_numpy().astype("datetime64[us]")
    return ReadTimes(at, np.full(len(at), settled))


def _patterned(texts: pd.Series[Any], form: str) -> Times:
    """Return texts read by a pattern. AM and PM are ours to read: the system's depend on its language."""
    late = None
    if "%p" in form:
        half = texts.str.extract(_HALF_DAY, expand=False).str.upper()
        texts = texts.str.replace(_HALF_DAY, "", regex=True)
        form = form.replace("%p", "").strip().replace("%I", "%H")
        late = half
    parsed = pd.to_datetime(texts, format=form, errors="coerce", utc=True)
    at = parsed.dt.tz_localize(None).to_numpy(copy=True).astype("datetime64[us]")
    if late is None:
        return at
    hour = (at.astype("datetime64[h]").astype(np.int64)) % 24
    impossible = late.isna().to_numpy() | (hour < 1) | (hour > 12)
    shift = np.where(hour == 12, -12, 0) + np.where((late == "P").to_numpy(), 12, 0)
    at = np.where(np.isnat(at), at, at + shift.astype("timedelta64[h]"))
    return np.where(impossible, _NONE, at)


def _to_utc(wall: Times, settled: Flags, zone: str) -> tuple[Times, Times, Flags, Flags]:
    """Return the earliest and the latest moment that times on the wall may mean, and which two differ."""
    never_known = np.isnat(wall)
    local = pd.DatetimeIndex(np.where(settled | never_known, _NONE, wall))
    plain = local.tz_localize(zone, ambiguous="NaT", nonexistent="NaT")
    start = plain.tz_convert("UTC").tz_localize(None).to_numpy(copy=True).astype("datetime64[us]")
    odd = np.isnat(start) & ~np.isnat(local.to_numpy())
    end = start.copy()
    twice, never = np.zeros(len(wall), bool), np.zeros(len(wall), bool)
    if odd.any():
        few = local[odd]
        as_summer = few.tz_localize(zone, ambiguous=np.ones(len(few), bool), nonexistent="NaT")
        gap = np.asarray(as_summer.isna())
        first = as_summer.tz_convert("UTC").tz_localize(None).to_numpy(copy=True).astype("datetime64[us]")
        second = (
            few.tz_localize(zone, ambiguous=np.zeros(len(few), bool), nonexistent="NaT")
            .tz_convert("UTC").tz_localize(None).to_numpy(copy=True).astype("datetime64[us]")
        )  # fmt: skip
        if gap.any():
            # As if the clocks had been put forward already, and as if they had not been.
            hole = few[gap]
            day = pd.Timedelta(days=1)
            wall_hole = hole.to_numpy(copy=True).astype("datetime64[us]")
            before = _distance(hole - day, zone)
            after = _distance(hole + day, zone)
            first[gap], second[gap] = wall_hole - after, wall_hole - before
        start[odd], end[odd] = np.minimum(first, second), np.maximum(first, second)
        twice[odd], never[odd] = ~gap, gap
    start, end = np.where(settled, wall, start), np.where(settled, wall, end)
    return start, end, twice, never


def _on_the_wall(moments: Times, zone: str) -> Times:
    return local_times(np.where(np.isnat(moments), np.datetime64(0, "us"), moments), zone)


def _distance(local: pd.DatetimeIndex, zone: str) -> Any:
    """Return how far before UTC the clocks on the wall are."""
    moments = local.tz_localize(zone, ambiguous=np.zeros(len(local), bool), nonexistent="shift_forward")
    utc = moments.tz_convert("UTC").tz_localize(None).to_numpy(copy=True).astype("datetime64[us]")
    return local.to_numpy(copy=True).astype("datetime64[us]") - utc


def _minutes(text: str) -> int:
    hours, _, minutes = text.partition(":")
    return int(hours) * 60 + int(minutes or 0)
