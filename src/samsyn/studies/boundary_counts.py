"""Counts of a place whose boundary has moved: as it was drawn, on the common ground, and per hectare.

A count that falls because the boundary shrank is no fall. So the count inside the boundary of each period
stands beside the count on the ground that lies within all of them, with the change of the area between, and
with what wrong positions can do to either.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import shapely

from samsyn.analysis.audit import Mark, Sum
from samsyn.analysis.change import compare_counts
from samsyn.analysis.denominators import boundary_decomposition
from samsyn.analysis.disclosure import CountTable, suppress
from samsyn.analysis.errors import SeriesDiffer
from samsyn.analysis.position_error import MEDIAN_TO_SIGMA, CountAtError, position_error
from samsyn.analysis.results import CountComparison, Decomposition, Interval
from samsyn.domain.access import SharingClass
from samsyn.domain.calendar import Period
from samsyn.domain.errors import SamsynError
from samsyn.domain.events import rule_of_kind
from samsyn.geography.dated import DatedBoundary, boundary_of_day, check_dates, common_ground
from samsyn.geography.point_in_polygon import PolygonIndex

Numbers = npt.NDArray[np.float64]
SENSITIVITY = (0.0, 50.0, 100.0, 150.0)
_REACH = 6.0  # standard deviations beyond which nothing belongs

#: What a reader of the counts must know.
CAVEATS: dict[str, str] = {
    "same_boundary_needed": "The boundary has moved. Whether events became more or fewer can only be said on "
    "the ground that lies within every boundary.",
    "boundary_changed_within": "The boundary changed within a period; each event was counted by the boundary "
    "of its own day, and nothing is given per hectare.",
    "boundary_missing": "For some of the days no boundary was in force; events on them are not counted.",
    "no_common_ground": "No ground lies within every boundary, so the periods cannot be compared.",
    "without_position": "Some events have no position and are not counted.",
    "withdrawn_reports": "Withdrawn reports are taken off the count of the day they are recorded on.",
    "position_error_assumed": "How wrong positions are is an assumption; the table shows several sizes.",
    "detection_driven": "The number follows how much the police look.",
    "small_counts_hidden": "Small numbers are not shown.",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class PeriodCount:
    """What one period holds.

    Parameters
    ----------
    period : Period
    boundary : int or None
        Which boundary is in force all through; None when it changed or was missing.
    hectares : float or None [hectares]
    count : int or None [events]
        Inside the boundary in force on the day of each event; None where it is not shown.
    mark : Mark
    per_hectare : float or None [events per hectare]
    on_common_ground : int or None [events]
    mark_on_common_ground : Mark
    belonging : CountAtError or None
        Expected number truly within, at the median error of the question.
    sensitivity : tuple of CountAtError
        The same at 0, 50, 100 and 150 metres.
    uncertain : int [events]
        That belong with a probability from 0.05 to 0.95.
    """

    period: Period
    boundary: int | None
    hectares: float | None
    count: int | None
    mark: Mark
    per_hectare: float | None
    on_common_ground: int | None
    mark_on_common_ground: Mark
    belonging: CountAtError | None = None
    sensitivity: tuple[CountAtError, ...] = ()
    uncertain: int = 0


@dataclass(frozen=True, slots=True)
class BoundaryChange:
    """One period against the one before.

    Parameters
    ----------
    before, after : int
        Positions among the periods.
    decomposition : Decomposition or None
        Change of count, area and density.
    on_common_ground : CountComparison or None
    refusal : str
        The code of the error that stopped the decomposition, "" when it was made.
    """

    before: int
    after: int
    decomposition: Decomposition | None
    on_common_ground: CountComparison | None
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class BoundaryCounts:
    """The whole answer, with everything a reader must know.

    Parameters
    ----------
    kind : str
    periods : tuple of PeriodCount
    changes : tuple of BoundaryChange
    common_hectares : float or None [hectares]
    median_error : float [metres]
    without_position : int [events]
    caveats : tuple of str
        Codes among ``CAVEATS``.
    """

    kind: str
    periods: tuple[PeriodCount, ...]
    changes: tuple[BoundaryChange, ...]
    common_hectares: float | None
    median_error: float
    without_position: int
    caveats: tuple[str, ...]


def boundary_counts(
    x: Sequence[float] | Numbers,
    y: Sequence[float] | Numbers,
    counts: Sequence[int] | npt.NDArray[np.int64],
    days: Sequence[date] | npt.NDArray[np.datetime64],
    boundaries: Sequence[DatedBoundary],
    periods: Sequence[Period],
    *,
    kind: str,
    audience: SharingClass,
    k: int = 5,
    median_error: float = 83.0,
    rounding: float = 0.0,
) -> BoundaryCounts:
    """Return the counts of one kind of events in a place whose boundary has dates.

    Use whenever two periods are compared and the boundary may have moved. Give the events around the place
    too, within some three median errors: those may belong.

    Parameters
    ----------
    x, y : array_like of float, shape (events,) [metres]
        NaN for an event without position.
    counts : array_like of int, shape (events,) [events]
        -1 for a report that was withdrawn.
    days : array_like of date, shape (events,)
    boundaries : sequence of DatedBoundary
        In the plane of the events; no two in force on one day.
    periods : sequence of Period
        In order, not overlapping.
    kind : str
        One of the groups of offences or incidents.
    audience : SharingClass
        Below AUTHORITIES small counts are hidden, with what would give them away, and so is all that is
        computed from them; kinds that are about persons are withheld whole.
    k : int, 3–20 [events]
    median_error, rounding : float [metres]
        See `position_error`.

    Returns
    -------
    BoundaryCounts

    Raises
    ------
    BoundariesOverlap
        Two boundaries are in force on one day.
    SeriesDiffer
        The lists differ in length, or the periods are not in order.

    Source
    ------
    Rules C.2 and C.8; `samsyn.analysis.position_error`.
    """
    px, py = np.asarray(x, np.float64), np.asarray(y, np.float64)
    number, day = np.asarray(counts, np.int64), np.asarray(days, "datetime64[D]")
    if not px.shape == py.shape == number.shape == day.shape or px.ndim != 1:
        raise SeriesDiffer(found=f"{px.shape}, {py.shape}, {number.shape}, {day.shape}", wanted="one length")
    if not periods or any(before.end > after.first for before, after in pairwise(periods)):
        raise SeriesDiffer(found="periods that overlap or are not in order", wanted="one after the other")
    check_dates(boundaries)
    used = [one for one in boundaries if any(_overlaps(one, period) for period in periods)]
    within = boundary_of_day(px, py, day, used) >= 0
    ground = common_ground(used)
    shared = PolygonIndex.build([ground]).assign(px, py) == 0 if ground else np.zeros(len(px), bool)
    # The common ground lies within every boundary; corners that the intersection computed may not, by a hair.
    shared &= within
    placed = np.isfinite(px) & np.isfinite(py)
    rule = rule_of_kind(kind)
    exact = audience >= SharingClass.AUTHORITIES
    found: list[PeriodCount] = []
    caveats = {"position_error_assumed"} if exact else set()
    asked = np.zeros(len(px), bool)
    for period in periods:
        then = (day >= np.datetime64(period.first)) & (day < np.datetime64(period.end))
        asked |= then
        which, codes = _in_force(used, period)
        caveats |= codes
        count, common = int(number[then & within].sum()), int(number[then & shared].sum())
        hectares = None if which is None else used[which].hectares
        one = PeriodCount(
            period, None if which is None else boundaries.index(used[which]), hectares, count, Mark.SHOWN,
            count / hectares if hectares else None, common if ground else None, Mark.SHOWN,
        )  # fmt: skip
        if exact and which is not None:
            one = _with_error(
                one, px, py, number, then & placed, within, used[which].wkb, median_error, rounding
            )
        found.append(one)
    missing = int(number[asked & ~placed].sum())
    caveats |= {
        code
        for code, holds in [
            ("same_boundary_needed", len({one.wkb for one in used}) > 1),
            ("no_common_ground", ground is None and bool(used)),
            ("without_position", bool((asked & ~placed).any())),
            ("withdrawn_reports", bool((number[asked] < 0).any())),
            ("detection_driven", rule.detection_driven),
        ]
        if holds
    }
    if not exact:
        found, missing, hidden = _hidden(found, k, withheld=rule.sensitive)
        caveats |= {"small_counts_hidden"} if hidden else set()
    changes = tuple(
        _change(found, at, rule.detection_driven, rule.presence_sensitive) for at in range(1, len(found))
    )
    return BoundaryCounts(
        kind, tuple(found), changes,
        shapely.from_wkb(ground).area / 10_000 if ground else None,
        median_error, missing, tuple(code for code in CAVEATS if code in caveats),
    )  # fmt: skip


def packed_sensitivity(sizes: Sequence[CountAtError]) -> Numbers:
    """Return the counts at each size of the error as an array, to be kept beside the events.

    Use with `unpacked_sensitivity`. Not to hand out: it holds every number.

    Parameters
    ----------
    sizes : sequence of CountAtError

    Returns
    -------
    array of float, shape (sizes, 5)

    Raises
    ------
    Nothing.

    Source
    ------
    The numbers as they are.

    Examples
    --------
    >>> packed_sensitivity([CountAtError(50.0, 3.0, Interval(2.0, 4.0, 0.95))]).tolist()
    [[50.0, 3.0, 2.0, 4.0, 0.95]]
    """
    rows = [
        (one.median_error, one.expected, one.interval.low, one.interval.high, one.interval.level)
        for one in sizes
    ]
    return np.array(rows, dtype=np.float64).reshape(-1, 5)


def unpacked_sensitivity(kept: Numbers) -> tuple[CountAtError, ...]:
    """Return what `packed_sensitivity` made an array of.

    Use for that alone. Not for arrays from elsewhere: they are taken as they are.

    Parameters
    ----------
    kept : array of float, shape (sizes, 5)

    Returns
    -------
    tuple of CountAtError

    Raises
    ------
    ValueError
        The array has another shape.

    Source
    ------
    The numbers as they are.

    Examples
    --------
    >>> unpacked_sensitivity(np.zeros((0, 5)))
    ()
    """
    return tuple(
        CountAtError(size, expected, Interval(low, high, level))
        for size, expected, low, high, level in kept.tolist()
    )


def _overlaps(boundary: DatedBoundary, period: Period) -> bool:
    return boundary.first < period.end and (boundary.end is None or period.first < boundary.end)


def _in_force(boundaries: Sequence[DatedBoundary], period: Period) -> tuple[int | None, set[str]]:
    """Return the boundary that is in force all through the period, or why there is none."""
    touched = [at for at, one in enumerate(boundaries) if _overlaps(one, period)]
    covered = sum(
        (min(one.end or period.end, period.end) - max(one.first, period.first)).days
        for one in (boundaries[at] for at in touched)
    )
    codes = set() if covered == period.days else {"boundary_missing"}
    if len({boundaries[at].wkb for at in touched}) > 1:
        codes.add("boundary_changed_within")
    return (None, codes) if codes else (touched[0], codes)


def _with_error(
    one: PeriodCount, x: Numbers, y: Numbers, number: npt.NDArray[np.int64], then: npt.NDArray[np.bool_],
    within: npt.NDArray[np.bool_], wkb: bytes, median_error: float, rounding: float,
) -> PeriodCount:  # fmt: skip
    """Return the count with its sensitivity to wrong positions; withdrawn reports are taken off."""
    shape = shapely.from_wkb(wkb)
    sizes = (median_error, *SENSITIVITY)
    shapely.prepare(shape)
    near = np.flatnonzero(then)
    far = _REACH * max(sizes) * MEDIAN_TO_SIGMA + rounding
    near = near[shapely.dwithin(shape, shapely.points(x[near], y[near]), far)]
    places, at = np.unique(np.column_stack([x[near], y[near]]), axis=0, return_inverse=True)
    net = np.zeros(len(places), np.int64)
    np.add.at(net, at.ravel(), number[near])
    rings = [np.asarray(ring.coords) for part in shapely.get_parts(shape) for ring in _rings(part)]
    halves = []
    for sign in (1, -1):
        some = net * sign > 0
        if some.any():
            px, py = places[some].T
            told = position_error(
                px.tolist(), py.tolist(), [ring.tolist() for ring in rings],
                counts=(net[some] * sign).tolist(), median_error=median_error, rounding=rounding,
                sensitivity=SENSITIVITY,
            )  # fmt: skip
            main = CountAtError(median_error, told.estimate, told.interval)
            halves.append((sign, (main, *told.sensitivity), told.uncertain))
    rows = []
    for place, size in enumerate(sizes):
        plus = next((row[place] for sign, row, _ in halves if sign > 0), None)
        minus = next((row[place] for sign, row, _ in halves if sign < 0), None)
        reach = plus.interval if plus else Interval(0.0, 0.0, 0.95)
        low, high, expected = reach.low, reach.high, plus.expected if plus else 0.0
        if minus:
            expected -= minus.expected
            low, high = low - minus.interval.high, high - minus.interval.low
        if size == 0 and rounding == 0 and one.count is not None:
            # Taken at their word: the count itself, with its own rule for the border.
            expected, low, high = float(one.count), one.count, one.count
        rows.append(CountAtError(size, expected, Interval(float(low), float(high), reach.level)))
    return replace(
        one, belonging=rows[0], sensitivity=tuple(rows[1:]), uncertain=sum(half[2] for half in halves)
    )


def _rings(part: shapely.Polygon) -> list[shapely.LinearRing]:
    return [part.exterior, *part.interiors]


def _hidden(found: Sequence[PeriodCount], k: int, *, withheld: bool) -> tuple[list[PeriodCount], int, bool]:
    """Return the periods with small counts hidden: the whole, the common ground and the rest are tied."""
    marks: dict[tuple[int, str], Mark] = {}
    for at, one in enumerate(found):
        if withheld or one.count is None or one.count < 0 or (one.on_common_ground or 0) < 0:
            marks[at, "whole"] = marks[at, "common"] = Mark.WITHHELD
            continue
        cells: dict[tuple[int, str], int | None] = {(at, "whole"): one.count}
        sums: tuple[Sum, ...] = ()
        rest = one.count - (one.on_common_ground or 0)
        if one.on_common_ground is not None and rest >= 0:
            cells |= {(at, "common"): one.on_common_ground, (at, "rest"): rest}
            sums = (Sum((at, "whole"), ((at, "common"), (at, "rest"))),)
        marks |= suppress(CountTable(cells, sums), k=k).marks  # type: ignore[arg-type]
    told = []
    for at, one in enumerate(found):
        whole, common = marks[at, "whole"], marks.get((at, "common"), Mark.MISSING)
        told.append(
            replace(
                one,
                count=one.count if whole is Mark.SHOWN else None,
                per_hectare=one.per_hectare if whole is Mark.SHOWN else None,
                mark=whole,
                on_common_ground=one.on_common_ground if common is Mark.SHOWN else None,
                mark_on_common_ground=common,
            )
        )
    hidden = any(mark not in (Mark.SHOWN, Mark.MISSING) for mark in marks.values())
    return told, 0, hidden


def _change(
    found: Sequence[PeriodCount], at: int, detection_driven: bool, presence_sensitive: bool
) -> BoundaryChange:
    before, after = found[at - 1], found[at]
    decomposition, refusal = None, ""
    if before.hectares and after.hectares and before.count is not None and after.count is not None:
        try:
            decomposition = boundary_decomposition(before.count, after.count, before.hectares, after.hectares)
        except SamsynError as error:
            refusal = error.code
    comparison = None
    if before.on_common_ground is not None and after.on_common_ground is not None:
        try:
            comparison = compare_counts(
                before.on_common_ground, after.on_common_ground,
                days_before=before.period.days, days_after=after.period.days,
                detection_driven=detection_driven, presence_sensitive=presence_sensitive,
            )  # fmt: skip
        except SamsynError as error:
            refusal = refusal or error.code
    return BoundaryChange(at - 1, at, decomposition, comparison, refusal)
