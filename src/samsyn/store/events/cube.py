"""Sums by area, kind, day and hour, kept beside a version, so that a page never reads the events themselves.

A cube has at most one cell for each hour of each day with an event, however many events there are. Its cells
lie in the order kind, area, day, hour, and are opened as maps of the files: what a page does not ask for
is not read. A cube belongs to one revision of one version and is never changed; another revision has
another cube.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from samsyn.domain.calendar import Period
from samsyn.store.events.asking import EventSource, chosen_sources
from samsyn.store.events.query import EventQuery

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

Step = Literal["day", "week", "month"]
_Level = Literal["", "daily_", "weekly_"]
#: The area that holds every event, wherever it is and also without a position.
EVERYWHERE = "*"
PLACES = "place"
FORMAT = 1
HOURS = 25  # the last one holds events whose hour is not known
_ARRAYS = (
    "day", "hour", "count", "offsets", "daily_day", "daily_count", "daily_offsets", "weekly_day",
    "weekly_count", "weekly_offsets",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CubeCounts:
    """Counts cut out of a cube.

    Parameters
    ----------
    areas, kinds : tuple of str
        As asked for, in that order.
    starts : array of datetime64[D], shape (steps,)
        First day of each step.
    values : array of int64, shape (areas, kinds, steps) [events]
        0 where nothing was counted, also for areas and kinds that the cube has never seen.
    """

    areas: tuple[str, ...]
    kinds: tuple[str, ...]
    starts: NDArray[np.datetime64]
    values: NDArray[np.int64]


class Cube:
    """The sums of one version by one scheme of areas.

    Parameters
    ----------
    folder : Path
        Where `build_cube` put it.

    Examples
    --------
    >>> cube = cube_of(source, "basomrade")  # doctest: +SKIP
    >>> cube.counts(["101025"], ["robbery"], step="week").values.shape  # doctest: +SKIP
    (1, 1, 104)
    """

    def __init__(self, folder: Path) -> None:
        about = json.loads((folder / "cube.json").read_text(encoding="utf-8"))
        self.areas: tuple[str, ...] = tuple(about["areas"])
        self.kinds: tuple[str, ...] = tuple(about["kinds"])
        self.first = np.datetime64(about["first"], "D")
        self.last = np.datetime64(about["last"], "D")
        self._area = {code: at for at, code in enumerate(self.areas)}
        self._kind = {kind: at for at, kind in enumerate(self.kinds)}
        self._cells: dict[str, NDArray[Any]] = {
            name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in _ARRAYS
        }

    def counts(
        self,
        areas: Sequence[str] | None = None,
        kinds: Sequence[str] | None = None,
        period: Period | None = None,
        *,
        step: Step = "day",
    ) -> CubeCounts:
        """Return the counts of areas and kinds, step by step through a period.

        Use for curves, deviations and choropleths. Not for values that leave the working group: they pass
        `samsyn.studies.disclosure` first.

        Parameters
        ----------
        areas : sequence of str or None
            Codes, "" for outside every area, `EVERYWHERE` for all events. None is every code, "" left out.
        kinds : sequence of str or None
            None is every kind.
        period : Period or None
            None is from the first to the last day with an event.
        step : {"day", "week", "month"}
            Weeks begin on Monday. A first or last step that is cut by the period holds its days inside only.

        Returns
        -------
        CubeCounts
        """
        wanted, named = self._asked(areas, kinds)
        first, end = self._days(period)
        starts, step_of = _steps(np.arange(first, end), step)
        shape = (len(wanted), len(named), len(starts))
        # Whole weeks are kept added up; all of a county's areas through years are then quickly read.
        cut = period is not None and bool(_weekday(first) or _weekday(end))
        whole = step == "week" and not cut and len(starts) > 0
        level: _Level = "weekly_" if whole else "daily_"
        cell, at, day = self._cut(wanted, named, starts[0] if whole else first, end, level)
        flat = at * len(starts) + (day // 7 if whole else step_of[day])
        values = _summed(flat, self._cells[f"{level}count"], cell, shape)
        return CubeCounts(wanted, named, starts, values)

    def profile(
        self,
        areas: Sequence[str] | None = None,
        kinds: Sequence[str] | None = None,
        period: Period | None = None,
    ) -> NDArray[np.int64]:
        """Return when in the week the events begin.

        Parameters
        ----------
        areas, kinds, period
            As for `counts`.

        Returns
        -------
        array of int64, shape (areas, kinds, 7, 25) [events]
            Weekday from Monday, hour 0 to 23, and last the events whose hour is not known.
        """
        wanted, named = self._asked(areas, kinds)
        first, end = self._days(period)
        cell, at, day = self._cut(wanted, named, first, end, "")
        weekday = (day + int(first.astype(np.int64)) + 3) % 7  # the first of January 1970 was a Thursday
        flat = (at * 7 + weekday) * HOURS + self._cells["hour"][cell]
        return _summed(flat, self._cells["count"], cell, (len(wanted), len(named), 7, HOURS))

    def hourly(
        self, area: str, kinds: Sequence[str] | None = None, period: Period | None = None
    ) -> NDArray[np.int64]:
        """Return every hour of every day of one area.

        Parameters
        ----------
        area : str
        kinds, period
            As for `counts`.

        Returns
        -------
        array of int64, shape (kinds, days, 25) [events]
        """
        wanted, named = self._asked([area], kinds)
        first, end = self._days(period)
        days = int((end - first).astype(int))
        cell, at, day = self._cut(wanted, named, first, end, "")
        flat = (at * days + day) * HOURS + self._cells["hour"][cell]
        return _summed(flat, self._cells["count"], cell, (len(named), days, HOURS))

    def _asked(
        self, areas: Sequence[str] | None, kinds: Sequence[str] | None
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        every = tuple(code for code in self.areas if code not in ("", EVERYWHERE))
        return (every if areas is None else tuple(areas)), (self.kinds if kinds is None else tuple(kinds))

    def _days(self, period: Period | None) -> tuple[np.datetime64, np.datetime64]:
        if period is None:
            return self.first, self.last + np.timedelta64(1, "D")
        return np.datetime64(period.first, "D"), np.datetime64(period.end, "D")

    def _cut(
        self,
        areas: Sequence[str],
        kinds: Sequence[str],
        first: np.datetime64,
        end: np.datetime64,
        level: _Level,
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Return the cells inside, which (area, kind) of those asked for, and which day of the period."""
        begins, every_day = self._cells[f"{level}offsets"], self._cells[f"{level}day"]
        pairs = [
            (self._kind[kind] * len(self.areas) + self._area[code], area_at * len(kinds) + kind_at)
            for kind_at, kind in enumerate(kinds)
            for area_at, code in enumerate(areas)
            if kind in self._kind and code in self._area
        ]
        stored = np.array([pair for pair, _ in pairs], dtype=np.int64)
        asked = np.array([at for _, at in pairs], dtype=np.int64)
        begin = begins[stored].astype(np.int64)
        length = begins[stored + 1].astype(np.int64) - begin
        # The cells of all pairs after each other: each pair's run counted from its own beginning.
        cell = np.repeat(begin - np.cumsum(length) + length, length) + np.arange(length.sum())
        day = every_day[cell].astype(np.int64) - first.astype(np.int64)
        inside = (day >= 0) & (day < (end - first).astype(np.int64))
        return cell[inside], np.repeat(asked, length)[inside], day[inside]


def _summed(
    flat: NDArray[np.int64], count: NDArray[Any], cell: NDArray[np.int64], shape: tuple[int, ...]
) -> NDArray[np.int64]:
    # Exact: sums of whole numbers below 2**53.
    size = int(np.prod(shape))
    return np.bincount(flat, weights=count[cell], minlength=size).astype(np.int64).reshape(shape)


def cube_of(source: EventSource, scheme: str) -> Cube:
    """Return the cube of a version by a scheme of areas, and build it if nobody has yet.

    Parameters
    ----------
    source : EventSource
    scheme : str
        A scheme of the version, or `PLACES`.

    Returns
    -------
    Cube

    Raises
    ------
    NotInTheEvents, PositionsTooCoarse, TimesTooCoarse
    """
    folder = cube_folder(source, scheme)
    if not (folder / "cube.json").exists():
        build_cube(source, scheme)
    return _opened(folder)


def cube_folder(source: EventSource, scheme: str) -> Path:
    """Return where the cube of a version and a scheme lies or would lie."""
    return Path(source.folder) / "cubes" / f"r{source.revision:04d}-{scheme}"


def build_cube(source: EventSource, scheme: str) -> Path:
    """Sum the events of a version by a scheme of areas and put the cube in place, whole or not at all.

    Parameters are those of `cube_of`.

    Returns
    -------
    Path
        The folder of the cube.
    """
    folder = cube_folder(source, scheme)
    folder.parent.mkdir(parents=True, exist_ok=True)
    pinned = ((source.dataset, source.version),)
    dimension = PLACES if scheme == PLACES else f"area:{scheme}"
    chosen_sources((source,), EventQuery(by=(dimension, "kind", "day"), versions=pinned))
    made = Path(tempfile.mkdtemp(prefix=".making-", dir=folder.parent))
    try:
        _write(made, source, scheme)
        try:
            made.rename(folder)
        except OSError:
            if not (folder / "cube.json").exists():
                raise
    finally:
        shutil.rmtree(made, ignore_errors=True)
    _sweep(folder.parent, source.revision)
    return folder


def _sweep(cubes: Path, revision: int) -> None:
    """Remove the cubes of old revisions; the one before stays for those who are reading it."""
    for path in cubes.iterdir():
        number = path.name[1:5]
        if path.name.startswith("r") and number.isdecimal() and int(number) < revision - 1:
            shutil.rmtree(path, ignore_errors=True)


@lru_cache(maxsize=64)
def _opened(folder: Path) -> Cube:
    return Cube(folder)


def _write(folder: Path, source: EventSource, scheme: str) -> None:
    kinds, areas, cells = _cells(source, "place" if scheme == PLACES else f"area_{scheme}")
    cells = _with_everywhere(cells, areas.index(EVERYWHERE))
    every_pair = np.arange(len(kinds) * len(areas) + 1)

    def offsets(key: NDArray[np.int64]) -> NDArray[np.int64]:
        # Kind and area are the upper bits of a cell: where each pair begins is found without unpacking.
        first = (every_pair // len(areas) << _KIND) | (every_pair % len(areas) << _AREA)
        return np.searchsorted(key, first)

    hour = (cells.key & 31).astype(np.int8) - 1
    day = _day_of(cells.key)
    arrays: dict[str, NDArray[Any]] = {
        "day": day,
        "hour": np.where(hour < 0, np.int8(HOURS - 1), hour),
        "count": _small(cells.total),
        "offsets": offsets(cells.key),
    }
    np.save(folder / "hour.npy", arrays.pop("hour"))
    del hour
    for level in ("daily_", "weekly_"):
        # In the order of the cells, so each begins where the pair or the day changes.
        key = _to_monday(cells.key) if level == "weekly_" else cells.key & ~np.int64(31)
        begins = np.flatnonzero(np.diff(key, prepend=-1))
        arrays[f"{level}day"] = _day_of(key[begins])
        arrays[f"{level}count"] = _small(np.add.reduceat(cells.total, begins) if len(begins) else cells.total)
        arrays[f"{level}offsets"] = offsets(key[begins])
        del key, begins
    for name, values in arrays.items():
        np.save(folder / f"{name}.npy", values)
    first, last = (int(day.min()), int(day.max())) if len(day) else (0, -1)
    about = {
        "format": FORMAT,
        "areas": areas,
        "kinds": kinds,
        "first": str(np.datetime64(first, "D")),
        "last": str(np.datetime64(last, "D")),
        "cells": len(cells.key),
        "content_sha256": source.content_sha256,
    }
    (folder / "cube.json").write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")
    os.chmod(folder, 0o755)  # noqa: S103 - as every folder of the store; the temporary one was narrower


# A cell is one whole number, in the order of the cube: kind, area, day, hour. Days are counted from a day a
# thousand years before 1970, and hours from one, since an unknown hour is -1.
_DAY, _AREA, _KIND = 5, 25, 47
_BEFORE_1970 = 400_000
#: So many rows are unpacked at a time, so that memory follows the cells and not the file.
BLOCK = 1_000_000


class _Cells(NamedTuple):
    """Sums: one entry for each kind, area, day and hour that occurs, in order."""

    key: NDArray[np.int64]
    total: NDArray[np.int64]


def _day_of(key: NDArray[np.int64]) -> NDArray[np.int32]:
    return (((key >> _DAY) & ((1 << (_AREA - _DAY)) - 1)) - _BEFORE_1970).astype(np.int32)


def _to_monday(key: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the cells of whole weeks: the hour taken off, and the days since Monday."""
    weekday = (_day_of(key) + 3) % 7  # the first of January 1970 was a Thursday
    return (key & ~np.int64(31)) - (weekday.astype(np.int64) << _DAY)


def _with_everywhere(cells: _Cells, everywhere: int) -> _Cells:
    """Return the sums with those of all areas together, which has a cell for each kind, day and hour."""
    if not len(cells.key):
        return cells
    area = np.int64(((1 << (_KIND - _AREA)) - 1) << _AREA)
    whole = [
        _joined(
            [
                _Cells(
                    (cells.key[at : at + BLOCK] & ~area) | (everywhere << _AREA), cells.total[at : at + BLOCK]
                )
            ]
        )
        for at in range(0, len(cells.key), BLOCK)
    ]
    return _joined([cells, _joined(whole)])


def _cells(source: EventSource, column: str) -> tuple[list[str], list[str], _Cells]:
    """Sum the events, some rows of a file at a time, so that memory follows the cells alone."""
    import pyarrow as pa
    import pyarrow.parquet as parquet

    kinds: dict[str, int] = {}
    areas: dict[str, int] = {EVERYWHERE: 0}
    found = []
    for file in source.files:
        read = ["kind", column, "day", "hour", "count"]
        with parquet.ParquetFile(file.path, read_dictionary=["kind", column]) as opened:
            for batch in opened.iter_batches(BLOCK, columns=read):
                day, hour, total = (
                    batch.column(name).cast(pa.int32()).to_numpy().astype(np.int64)
                    for name in ("day", "hour", "count")
                )
                key = _codes(batch.column("kind"), kinds) << _KIND
                key |= _codes(batch.column(column), areas) << _AREA
                key |= ((day + _BEFORE_1970) << _DAY) | (hour + 1)
                found.append(_joined([_Cells(key, total)]))
    # By name, so that the same events give the same cube whatever order their files came in.
    kind_order, area_order = sorted(kinds), sorted(areas)
    kind_at = np.array([kind_order.index(kind) for kind in kinds], dtype=np.int64)
    place_of = {code: at for at, code in enumerate(area_order)}
    area_at = np.array([place_of[code] for code in areas], dtype=np.int64)
    areas_of_key = (1 << (_KIND - _AREA)) - 1
    for at, part in enumerate(found):
        key = kind_at[part.key >> _KIND] << _KIND
        key |= area_at[(part.key >> _AREA) & areas_of_key] << _AREA
        key |= part.key & ((1 << _AREA) - 1)
        found[at] = _joined([_Cells(key, part.total)])
    if not found:
        return kind_order, area_order, _Cells(np.zeros(0, np.int64), np.zeros(0, np.int64))
    # Two at a time, and those taken in are let go: twice the cells is the most that is held.
    while len(found) > 1:
        found = [
            _joined([found.pop(0) for _ in range(min(2, len(found)))]) for _ in range(-(-len(found) // 2))
        ]
    return kind_order, area_order, found[0]


def _codes(column: pa.Array, known: dict[str, int]) -> NDArray[np.int64]:
    encoded = column if hasattr(column, "dictionary") else column.dictionary_encode()
    names = [known.setdefault(name, len(known)) for name in encoded.dictionary.to_pylist()]
    codes: NDArray[np.int64] = np.array(names, dtype=np.int64)
    taken: NDArray[np.int64] = codes[encoded.indices.to_numpy(zero_copy_only=False)]
    return taken


def _joined(several: Sequence[_Cells]) -> _Cells:
    """Return the sums in order, those of the same cell added."""
    key = np.concatenate([one.key for one in several])
    total = np.concatenate([one.total for one in several])
    if not len(key):
        return _Cells(key, total)
    order = np.argsort(key, kind="stable")
    key, total = key[order], total[order]
    del order
    begins = np.flatnonzero(np.diff(key, prepend=-1))
    return _Cells(key[begins], np.add.reduceat(total, begins))


def _small(count: NDArray[np.int64]) -> NDArray[Any]:
    fits = not len(count) or (count.max() < 2**31 and count.min() >= -(2**31))
    return count.astype(np.int32) if fits else count


def _weekday(day: np.datetime64) -> int:
    return int((day.astype(np.int64) + 3) % 7)


def _steps(days: NDArray[np.datetime64], step: Step) -> tuple[NDArray[np.datetime64], NDArray[np.int64]]:
    if step == "week":
        first = days - ((days.astype(np.int64) + 3) % 7).astype("timedelta64[D]")
    elif step == "month":
        first = days.astype("datetime64[M]").astype("datetime64[D]")
    else:
        first = days
    starts, step_of = np.unique(first, return_inverse=True)
    return starts, step_of.astype(np.int64)
