"""When in the week events fall, where many are only known to lie between two moments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from samsyn.analysis.aoristic import aoristic_hours
from samsyn.analysis.errors import SeriesDiffer, TooFewEvents

WEEK_HOURS = 168
FEW = 300_000


@dataclass(frozen=True, slots=True)
class WeekHours:
    """Aoristic weights by place, kind and hour of the week.

    Parameters
    ----------
    places, kinds : tuple of str
    hours : array of float, shape (places, kinds, 168) [events]
        Monday 00–01 first, local time.
    placed, unplaced : array of int, shape (places, kinds) [events]
        ``unplaced`` have no usable time of day, or span more than a day.
    """

    places: tuple[str, ...]
    kinds: tuple[str, ...]
    hours: npt.NDArray[np.float64]
    placed: npt.NDArray[np.int64]
    unplaced: npt.NDArray[np.int64]

    def of(self, place: str, kinds: tuple[str, ...]) -> tuple[npt.NDArray[np.float64], int, int]:
        """Return hours, placed and unplaced of a place, over some kinds."""
        if place not in self.places:
            return np.zeros(WEEK_HOURS), 0, 0
        at = self.places.index(place)
        rows = [self.kinds.index(kind) for kind in kinds if kind in self.kinds]
        return (
            self.hours[at, rows].sum(axis=0),
            int(self.placed[at, rows].sum()),
            int(self.unplaced[at, rows].sum()),
        )


def week_hours(
    starts: npt.NDArray[np.datetime64],
    ends: npt.NDArray[np.datetime64],
    counts: npt.NDArray[np.int32],
    places: npt.NDArray[np.object_] | pd.Categorical,
    kinds: npt.NDArray[np.object_] | pd.Categorical,
    timed: npt.NDArray[np.bool_],
    *,
    time_zone: str,
) -> WeekHours:
    """Return the weights of each place and kind.

    Use once for each load, over a year. Not on a request: the work grows with the events.

    Parameters
    ----------
    starts, ends : array of datetime64, shape (events,) [UTC]
    counts : array of int, shape (events,) [events]
        −1 for a report that was withdrawn.
    places, kinds : array of str or pandas.Categorical, shape (events,)
        Events of no place ("") are left out.
    timed : array of bool, shape (events,)
        Whether the time of day is known.
    time_zone : str
        IANA name.

    Returns
    -------
    WeekHours

    Raises
    ------
    SeriesDiffer
        The arrays differ in length.

    Source
    ------
    `samsyn.analysis.aoristic.aoristic_hours`.

    Examples
    --------
    >>> at = np.array(["2026-01-05T12:00"], dtype="datetime64[s]")
    >>> one = np.ones(1, dtype=np.int32)
    >>> names = np.array(["torget"], dtype=object), np.array(["theft"], dtype=object)
    >>> found = week_hours(at, at, one, *names, np.array([True]), time_zone="Europe/Stockholm")
    >>> float(found.hours[0, 0, 13])
    1.0
    """
    if len({len(one) for one in (starts, ends, counts, places, kinds, timed)}) != 1:
        raise SeriesDiffer(found="arrays of different length", wanted="one value for each event")
    inside = places != ""
    place_at, place_names = _numbered(places[inside])
    kind_at, kind_names = _numbered(kinds[inside])
    pair = place_at * len(kind_names) + kind_at
    order = np.argsort(pair, kind="stable")
    edges = np.searchsorted(pair[order], np.arange(len(place_names) * len(kind_names) + 1))
    shape = (len(place_names), len(kind_names))
    hours = np.zeros((*shape, WEEK_HOURS))
    placed, unplaced = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    begin, end = (one[inside][order].astype("datetime64[s]").astype(np.int64) for one in (starts, ends))
    weight, known = counts[inside][order], timed[inside][order]
    # Few events are spread out in less time than the compiled loop takes to load.
    compiled = len(begin) >= FEW
    for at in range(shape[0] * shape[1]):
        rows = slice(edges[at], edges[at + 1])
        if edges[at] == edges[at + 1]:
            continue
        where = divmod(at, shape[1])
        use = known[rows]
        total = int(weight[rows].sum())
        try:
            found = aoristic_hours(
                begin[rows][use],
                end[rows][use],
                counts=weight[rows][use],
                time_zone=time_zone,
                compiled=compiled,
            )
        except TooFewEvents:
            unplaced[where] = max(0, total)
            continue
        hours[where] = found.hours
        placed[where] = found.total
        unplaced[where] = max(0, total - found.total)
    return WeekHours(place_names, kind_names, hours, placed, unplaced)


def _numbered(names: Any) -> tuple[npt.NDArray[np.int64], tuple[str, ...]]:
    codes, found = pd.factorize(names, sort=True)
    return codes.astype(np.int64), tuple(str(name) for name in found)
