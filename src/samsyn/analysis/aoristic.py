"""Which hours of the week events fall in, when only the time between two observations is known."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import numpy.typing as npt

from samsyn.analysis.errors import NotACount, SeriesDiffer, SettingOutOfRange, TooFewEvents, WorkTooLarge
from samsyn.analysis.rates import as_level, survey_share
from samsyn.analysis.results import Interval, Result

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Moment = str | int | float | datetime | None
_DAY = 86_400
_WEEK = 7 * _DAY
_TO_MONDAY = 3 * _DAY  # 1970-01-01 was a Thursday
_LONGEST_SETTING = 24 * 366.0
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC).replace(tzinfo=None)


@dataclass(frozen=True, slots=True)
class AoristicHours(Result):
    """Events by hour of the week, each spread over the hours in which it may have happened.

    Parameters
    ----------
    hours : tuple of float, 168 [events]
        Monday 00–01 first, in local time. They add up to ``total`` exactly (as `math.fsum` adds).
    share : float [1]
        Of the hour that holds most, ``peak``.
    interval : Interval [1]
        Wilson interval of ``share``, as if each event was known to the hour: unsure times make it wider.
    peak : int, 0–167
        The first of them where several hold as much.
    total, unknown, too_long, reversed : int [events]
        Placed; without a time; longer than the limit; ending before they begin. Together all that was given.
    clock_change : int [rows]
        Clock times that did not exist, or existed twice.
    n : int [events]
        The same as ``total``.
    """

    hours: tuple[float, ...]
    share: float
    interval: Interval
    peak: int
    total: int
    unknown: int
    too_long: int
    reversed: int
    clock_change: int
    time_zone: str
    n: int
    method: str = "aoristic_exact_overlap"
    caveats: tuple[str, ...] = ()


def aoristic_hours(
    starts: Sequence[Moment] | npt.NDArray[Any],
    ends: Sequence[Moment] | npt.NDArray[Any] | None = None,
    *,
    counts: Sequence[int] | npt.NDArray[Any] | None = None,
    time_zone: str = "Europe/Stockholm",
    longest_hours: float = 24.0,
    level: float = 0.95,
    compiled: bool = True,
) -> AoristicHours:
    """Return how many events fall in each of the 168 hours of the week, by exact overlap.

    Use when events are known to lie between two moments. Not to compare single hours when most spans are
    longer than the differences that are looked for. Holds for any number of events; an hour that a clock
    change leaves out gets nothing, one that comes twice gets both.

    Parameters
    ----------
    starts, ends : sequence of str, number, datetime or None, shape (events,)
        ISO text or datetime: clock time of the zone unless it names its own; number: seconds since 1970 UTC,
        rounded to whole ones. None is unknown. A clock time that comes twice is read as the first at a start
        and the second at an end. Without ``ends`` every event is known to the second.
    counts : sequence of int, shape (events,) [events]
        1 where it is left out, −1 for an event that is withdrawn.
    time_zone : str
        IANA name.
    longest_hours : float, above 0 to 8784 [hours]
        Longer spans are left out and counted.
    level : float in (0, 1) [1]
    compiled : bool
        The compiled loop, or plain numpy with the same answer.

    Returns
    -------
    AoristicHours

    Raises
    ------
    SeriesDiffer
        The lists differ in length.
    NotACount
        A count is not whole, or a time cannot be read.
    SettingOutOfRange
        The zone is unknown or a setting is outside its range.
    TooFewEvents
        Nothing is left to place.
    WorkTooLarge
        The times span more than 1 000 years.

    Source
    ------
    Ratcliffe (2002), Journal of Quantitative Criminology 18:23–43, doi:10.1023/A:1013240828824.

    Examples
    --------
    >>> answer = aoristic_hours(["2024-01-01T01:50"], ["2024-01-01T02:10"])
    >>> answer.hours[1], answer.hours[2], answer.total
    (0.5, 0.5, 1)
    """
    as_level(level)
    if not 0 < longest_hours <= _LONGEST_SETTING:
        raise SettingOutOfRange(name="longest_hours", value=longest_hours, wanted="above 0, at most 8784")
    zone = _zone(time_zone)
    begin, begin_local, begin_known = _moments(starts, "starts")
    end, end_local, end_known = (begin, begin_local, begin_known) if ends is None else _moments(ends, "ends")
    weights = _weights(counts, len(begin))
    if len(begin) != len(end):
        raise SeriesDiffer(found=f"{len(begin)} and {len(end)}", wanted="as many starts as ends")
    known = begin_known & end_known
    changes, offsets = _transitions(zone, *((begin, end) if known.all() else (begin[known], end[known])))
    begin, odd = _to_utc(begin, begin_local & known, changes, offsets, last=False)
    end, odd_end = _to_utc(end, end_local & known, changes, offsets, last=ends is not None)
    spans = end - begin
    backwards = known & (spans < 0)
    long = known & (spans > longest_hours * 3600)
    use = known & ~backwards & ~long
    total = int(weights[use].sum())
    if not use.any() or total <= 0:
        raise TooFewEvents(found=total, wanted=1, where="events with a usable time")
    if not use.all():
        begin, end, weights_used = begin[use], end[use], weights[use]
    else:  # copies of millions of rows cost more than the work on them
        weights_used = weights
    hours = _spread(compiled, begin, end, weights_used, changes, offsets)
    peak = int(np.argmax(hours))
    _close(hours, total)
    share = min(1.0, max(0.0, float(hours[peak]) / total))
    percent = survey_share(share * total, total, design_effect=1.0, level=level).interval
    assert percent is not None  # only a question to everyone has none
    strange = int(np.count_nonzero(odd | odd_end))
    caveats = ["chosen_afterwards"]
    caveats += ["small_numbers"] * (total < 20) + ["times_unknown"] * bool((~known).any())
    caveats += ["spans_left_out"] * bool((long | backwards).any()) + ["clock_change"] * bool(strange)
    return AoristicHours(
        hours=tuple(hours.tolist()),
        share=share,
        interval=Interval(percent.low / 100, percent.high / 100, level),
        peak=peak,
        total=total,
        unknown=int(weights[~known].sum()),
        too_long=int(weights[long].sum()),
        reversed=int(weights[backwards].sum()),
        clock_change=strange,
        time_zone=time_zone,
        n=total,
        caveats=tuple(caveats),
    )


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise SettingOutOfRange(name="time_zone", value=name, wanted="an IANA name of a zone") from None


def _weights(counts: Sequence[int] | npt.NDArray[Any] | None, wanted: int) -> Ints:
    if counts is None:
        return np.ones(wanted, dtype=np.int64)
    given = np.asarray(counts)
    if given.shape != (wanted,):
        raise SeriesDiffer(found=given.shape, wanted=f"{wanted} counts")
    if wanted == 0:
        return np.empty(0, dtype=np.int64)
    if given.dtype.kind not in "iuf" or not np.all(np.isfinite(given)) or np.any(given != np.round(given)):
        raise NotACount(value="a value that is not whole", where="counts")
    return given.astype(np.int64)


def _moments(given: Sequence[Moment] | npt.NDArray[Any], where: str) -> tuple[Ints, Bools, Bools]:
    """Return seconds, whether they are of the local clock, and whether they are known at all."""
    array = given if isinstance(given, np.ndarray) else None
    if array is not None and array.dtype.kind == "M":
        known = ~np.isnat(array)
        seconds = np.where(known, array, np.datetime64(0, "s")).astype("datetime64[s]").astype(np.int64)
        return seconds, known.copy(), known
    if array is not None and array.dtype.kind in "iuf":
        known = np.isfinite(array)
        whole = array if array.dtype.kind in "iu" else np.rint(np.where(known, array, 0))
        return whole.astype(np.int64, copy=False), np.zeros(len(array), dtype=bool), known
    read = [_moment(one, where) for one in given]
    seconds = np.array([one[0] for one in read], dtype=np.int64)
    return seconds, np.array([one[1] for one in read], bool), np.array([one[2] for one in read], bool)


def _moment(value: Any, where: str) -> tuple[int, bool, bool]:
    if value is None or value == "" or (isinstance(value, float) and math.isnan(value)):
        return 0, False, False
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e12:
        return round(value), False, True
    try:
        read = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise NotACount(value=repr(value), where=where) from None
    if read.tzinfo is None:
        return round((read - _EPOCH).total_seconds()), True, True
    return round((read.astimezone(UTC).replace(tzinfo=None) - _EPOCH).total_seconds()), False, True


def _transitions(zone: ZoneInfo, begin: Ints, end: Ints) -> tuple[Ints, Ints]:
    """Return when each offset from UTC begins, and the offset, over the time that the events cover."""
    if not len(begin):
        return np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64)
    first = int(min(begin.min(), end.min())) - 3 * _DAY
    last = int(max(begin.max(), end.max())) + 3 * _DAY
    if last - first > 1000 * 366 * _DAY:
        raise WorkTooLarge(found=f"{(last - first) // (366 * _DAY)} years", wanted=1000, where="times")
    changes, offsets = [first], [_offset(zone, first)]
    for day in range(first, last, _DAY):
        after = _offset(zone, day + _DAY)
        if after != offsets[-1]:
            low, high = day, day + _DAY  # the clock changes once within this day: halve until found
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if _offset(zone, middle) == offsets[-1] else (low, middle)
            changes.append(high)
            offsets.append(after)
    return np.array(changes, dtype=np.int64), np.array(offsets, dtype=np.int64)


def _offset(zone: ZoneInfo, moment: int) -> int:
    try:
        at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=moment)
        found = at.astimezone(zone).utcoffset()
    except OverflowError:
        raise NotACount(value=moment, where="times") from None
    return int(found.total_seconds()) if found else 0


def _to_utc(seconds: Ints, local: Bools, changes: Ints, offsets: Ints, *, last: bool) -> tuple[Ints, Bools]:
    """Return moments in UTC, and which clock times did not exist (read on) or existed twice."""
    if not local.any():
        return seconds, local

    def offset(moments: Ints) -> Ints:
        return offsets[np.maximum(np.searchsorted(changes, moments, side="right") - 1, 0)]

    before, after = offset(seconds - _DAY), offset(seconds + _DAY)
    early, late = seconds - before, seconds - after
    fits_early, fits_late = offset(early) == before, offset(late) == after
    twice = fits_early & fits_late & (before != after)
    choose_late = (fits_late & ~fits_early) | (twice & last)
    found = np.where(local, np.where(choose_late, late, early), seconds)
    return found, local & (twice | ~(fits_early | fits_late))


def _spread(compiled: bool, starts: Ints, ends: Ints, weights: Ints, changes: Ints, offsets: Ints) -> Floats:
    if compiled:
        from samsyn.analysis._aoristic_kernels import spread

        made: Floats = spread(starts, ends, weights, changes, offsets)
        return made
    cells = np.zeros(168)
    limits = np.append(changes[1:], np.iinfo(np.int64).max)
    here, spans = starts.copy(), ends - starts
    active = np.arange(len(starts))
    while len(active):
        at = here[active]
        part = np.searchsorted(changes, at, side="right") - 1
        local = at + offsets[part]
        stop = np.minimum(np.minimum(ends[active], at + 3600 - local % 3600), limits[part])
        # An event without length belongs whole to the hour that it lies in.
        shares = np.where(spans[active] == 0, 1.0, (stop - at) / np.maximum(spans[active], 1))
        cell = ((local + _TO_MONDAY) % _WEEK) // 3600
        cells += np.bincount(cell, weights=weights[active] * shares, minlength=168)
        here[active] = stop
        active = active[stop < ends[active]]
    return cells


def _close(hours: Floats, total: int) -> None:
    """Let one hour take the last rounding, so that the hours add up to the whole number.

    The largest hour that can hold what is missing exactly: to 1.0 half of its last digit adds nothing, and
    where events that are withdrawn have made hours negative, so much may be missing.
    """
    for _ in range(8):
        missing = total - math.fsum(hours)
        if missing == 0:
            return
        changed = hours + missing
        some = hours != 0
        holds = some & (changed - hours == missing)
        if not holds.any():
            holds = some & (changed != hours)
        if not holds.any():
            return
        at = int(np.argmax(np.where(holds, np.abs(hours), -1.0)))
        hours[at] = changed[at]
