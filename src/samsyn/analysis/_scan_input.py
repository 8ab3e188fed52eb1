"""What the scan statistics take: places, cases by place and day, and settings, read and checked."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from samsyn.analysis._scan_zones import Floats, Ints
from samsyn.analysis.errors import (
    NotACount,
    SeriesDiffer,
    SettingOutOfRange,
    TooFewAreas,
    TooFewEvents,
    TooFewPeriods,
)

DIRECTIONS = {"high": 1, "low": -1, "both": 0}


def positions_of(x: npt.ArrayLike, y: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Return x and y as numbers, one of each for a place.

    Source: see `samsyn.analysis.scan`.
    """
    xs, ys = np.array(x, float), np.array(y, float)
    if xs.ndim != 1 or xs.shape != ys.shape:
        raise SeriesDiffer(found=f"{xs.shape}, {ys.shape}", wanted="one x and one y for each place")
    if xs.size < 2:
        raise TooFewAreas(found=xs.size, what="places", wanted=2)
    if not (np.isfinite(xs).all() and np.isfinite(ys).all()):
        raise SettingOutOfRange(name="x | y", value="nan", wanted="a position for each place")
    return xs, ys


def whole_numbers(values: Any, where: str) -> Ints:
    """Return counts as whole numbers.

    Source: see `samsyn.analysis.scan`.
    """
    found = np.asarray(values, float)
    wrong = ~np.isfinite(found) | (found < 0) | (found != np.floor(found)) | (found > 2**40)
    if wrong.any():
        raise NotACount(value=float(found[wrong][0]), where=where)
    return found.astype(np.int64)


def table_of(
    places: int, place: Any, day: Any, counts: Any, first_day: int | None, last_day: int | None
) -> tuple[Ints, int]:
    """Return cases by place and day, and the number of the first day.

    Source: see `samsyn.analysis.scan`.
    """
    if (counts is None) == (place is None):
        raise SeriesDiffer(found="place and counts", wanted="one of them")
    if counts is not None:
        table = whole_numbers(counts, "counts")
        table = table[:, None] if table.ndim == 1 else table
        if table.ndim != 2 or table.shape[0] != places:
            raise SeriesDiffer(found=f"counts {table.shape}", wanted=f"{places} places")
        return table, 0 if first_day is None else first_day
    where = whole_numbers(place, "place")
    when = np.zeros(where.shape) if day is None else np.asarray(day, float)
    if where.ndim != 1 or where.shape != when.shape:
        raise SeriesDiffer(found=f"{where.shape}, {when.shape}", wanted="one place and one day for each case")
    if not where.size:
        raise TooFewEvents(found=0, wanted=2, where="cases")
    if where.max() >= places:
        raise SeriesDiffer(found=f"place {where.max()}", wanted=f"0–{places - 1}")
    if not np.isfinite(when).all() or (when != np.floor(when)).any():
        raise SettingOutOfRange(name="day", value="part of a day", wanted="whole days")
    first = int(when.min()) if first_day is None else first_day
    last = int(when.max()) if last_day is None else last_day
    if last < first or when.min() < first or when.max() > last:
        raise SettingOutOfRange(name="day", value=f"{when.min()}–{when.max()}", wanted=f"{first}–{last}")
    days = last - first + 1
    if days > 20_000:
        raise SettingOutOfRange(name="last_day", value=last, wanted="at most 20 000 days")
    flat = np.bincount(where * days + (when - first).astype(np.int64), minlength=places * days)
    return flat.reshape(places, days), first


def longest_of(min_days: int, max_days: int, days: int) -> int:
    """Return the longest window that the study has room for.

    Source: see `samsyn.analysis.scan`.
    """
    if not 1 <= min_days <= max_days:
        raise SettingOutOfRange(name="min_days", value=min_days, wanted="from 1 to max_days")
    if min_days >= days:
        raise TooFewPeriods(found=days, wanted=min_days + 1, where="days")
    return min(max_days, days - 1)


def check_settings(
    direction: str, cap: float, radius: float | None, least: int, most: int, replications: int, threads: int
) -> None:
    """Refuse settings outside their range.

    Source: see `samsyn.analysis.scan`.
    """
    if direction not in DIRECTIONS:
        raise SettingOutOfRange(name="direction", value=direction, wanted="high | low | both")
    if not 0 < cap <= 50:
        raise SettingOutOfRange(name="cap_percent", value=cap, wanted="above 0, at most 50")
    if radius is not None and not 0 <= radius < math.inf:
        raise SettingOutOfRange(name="max_radius", value=radius, wanted="0 or more")
    for name, value in (("min_cases", least), ("most_clusters", most), ("threads", threads)):
        if value < 1:
            raise SettingOutOfRange(name=name, value=value, wanted="1 or more")
    if not 19 <= replications <= 99_999:
        raise SettingOutOfRange(name="replications", value=replications, wanted="19–99999")
