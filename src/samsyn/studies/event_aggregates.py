"""Sums of events that may leave: by place, kind and period, with what the reader may not meet left out."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from samsyn.analysis.errors import SeriesDiffer
from samsyn.domain.access import SharingClass
from samsyn.domain.events import rule_of_kind, sums_beside_parts


@dataclass(frozen=True, slots=True)
class Aggregate:
    """One sum.

    Parameters
    ----------
    place, kind : str
    first, end : date
        Half-open.
    count : int or None [events]
        None is from 1 to k−1 and not shown.
    detection_driven : bool
    """

    place: str
    kind: str
    first: date
    end: date
    count: int | None
    detection_driven: bool


def event_aggregates(
    values: npt.NDArray[np.int64],
    places: Sequence[str],
    kinds: Sequence[str],
    periods: Sequence[tuple[date, date]],
    *,
    audience: SharingClass,
    k: int = 5,
) -> tuple[Aggregate, ...]:
    """Return the sums as a reader may have them.

    Use for everything that leaves as a file. There are no totals in it: a total would give a hidden sum away.
    Readers below AUTHORITIES get no kind that is about persons, and none that is a sum of other kinds here.

    Parameters
    ----------
    values : array of int, shape (places, kinds, periods) [events]
    places, kinds : sequence of str
    periods : sequence of (first, end)
        That do not overlap.
    audience : SharingClass
    k : int [events]

    Returns
    -------
    tuple of Aggregate
        By place, kind and period.

    Raises
    ------
    SeriesDiffer
        The array has another shape, or periods overlap: their difference would be a third period.

    Source
    ------
    Rule C.8 for kinds about persons; the smallest number for the rest is caution with single events.

    Examples
    --------
    >>> year = (date(2025, 1, 1), date(2026, 1, 1))
    >>> one = event_aggregates(np.array([[[3]]]), ["torget"], ["theft"], [year], audience=SharingClass.OPEN)
    >>> one[0].count is None
    True
    """
    if values.shape != (len(places), len(kinds), len(periods)):
        raise SeriesDiffer(found=str(values.shape), wanted=f"({len(places)}, {len(kinds)}, {len(periods)})")
    ordered = sorted(periods)
    if any(one[1] > other[0] for one, other in itertools.pairwise(ordered)):
        raise SeriesDiffer(found="periods that overlap", wanted="periods beside each other")
    exact = audience >= SharingClass.AUTHORITIES
    sums = frozenset() if exact else sums_beside_parts(kinds)
    rows = []
    for kind_at, kind in enumerate(kinds):
        rule = rule_of_kind(kind)
        if kind in sums or (rule.sensitive and not exact):
            continue
        for place_at, place in enumerate(places):
            for at, (first, end) in enumerate(periods):
                # A withdrawn report may leave less than nothing in the period it was withdrawn in.
                count = max(0, int(values[place_at, kind_at, at]))
                shown = None if not exact and 0 < count < k else count
                rows.append(Aggregate(place, kind, first, end, shown, rule.detection_driven))
    return tuple(sorted(rows, key=lambda row: (row.place, row.kind, row.first)))
