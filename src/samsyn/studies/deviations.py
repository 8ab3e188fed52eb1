"""What is clearly more or less than expected now: at a place, or in the whole county.

Where thousands of events are reported a year nobody reads a list. This reads counts by place, kind, day and
hour, holds the newest week, four weeks or days since the last briefing against the same days and hours of at
least two years, and tells at most ten lines. A quiet period says so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from samsyn.analysis.deviation import MOST_LINES, Deviation, Foretold, course_of, foretell, listed
from samsyn.analysis.errors import SeriesDiffer, TooFewEvents, TooFewPeriods
from samsyn.domain.access import SharingClass
from samsyn.domain.calendar import Period
from samsyn.domain.events import rule_of_kind, sums_beside_parts

#: Positions of an array of hours: 0–23 and one for events whose time of day is not known.
HOURS = 25
#: What is listed would be so at this false discovery rate; the rest up to `POSSIBLE` is only counted.
CLEAR, POSSIBLE = 0.01, 0.05
#: No longer history than this: what was usual ten years ago is not what is usual, and registers hold stray
#: events dated long before they were kept.
MOST_YEARS = 5
_DAY_PARTS = ((0, 6), (6, 12), (12, 18), (18, 24))
_WEEK_PARTS = ((0, 1, 2, 3), (4, 5, 6))


class Span(StrEnum):
    """What is held against the history."""

    WEEK = "week"
    FOUR_WEEKS = "four_weeks"
    SINCE = "since"


_STEP = {Span.FOUR_WEEKS: 28}


@dataclass(frozen=True, slots=True)
class EventCounts:
    """Sums of events by place, kind, day and hour of one data set.

    Parameters
    ----------
    places, kinds : tuple of str
    first : date
        The first of the days.
    counts : array of int, shape (places, kinds, days, 25 or 1) [events]
        Sums of ``count``, so that a withdrawn report takes one away; the last of 25 hours is "not known".
        A last axis of 1 holds whole days: enough for a county, and a fraction of the size.
    """

    places: tuple[str, ...]
    kinds: tuple[str, ...]
    first: date
    counts: npt.NDArray[np.integer[Any]]

    def __post_init__(self) -> None:
        wanted = (len(self.places), len(self.kinds))
        found = self.counts.shape
        if len(found) != 4 or found[:2] != wanted or found[3] not in (1, HOURS):
            raise SeriesDiffer(found=str(found), wanted=f"({wanted[0]}, {wanted[1]}, days, {HOURS} or 1)")

    @property
    def hourly(self) -> bool:
        """Whether the hours of the days are known."""
        return bool(self.counts.shape[3] == HOURS)

    @property
    def end(self) -> date:
        """The day after the last one."""
        return self.first + timedelta(days=self.counts.shape[2])


@dataclass(frozen=True, slots=True)
class DeviationLine:
    """One thing that is clearly more or less than its own history foretells.

    Parameters
    ----------
    place, kind : str
    weekdays : tuple of int
        0 is Monday; empty is all days.
    hours : tuple of int, or empty
        First hour and the hour after the last; empty is the whole day.
    observed : int or None [events]
        None where the reader may not meet so small a number.
    expected, low, high : float [events]
        What the history foretells, and its 95 % prediction interval.
    detection_driven : bool
        Follows how much the police look: to be read in both ways.
    phi : float [1]
    p, q : float in [0, 1]
    also : int [series]
        Parts of the week or other kinds of the same group that deviate as well.
    days : tuple of date
        First day of each step of the course; the last one is the period itself.
    course, foretold : tuple of float or None [events]
        Observed and foretold at each step; None where hidden.
    """

    place: str
    kind: str
    weekdays: tuple[int, ...]
    hours: tuple[int, ...]
    observed: int | None
    expected: float
    low: float
    high: float
    detection_driven: bool
    phi: float
    p: float
    q: float
    also: int
    days: tuple[date, ...]
    course: tuple[int | None, ...]
    foretold: tuple[float, ...]

    @property
    def more(self) -> bool:
        """Whether there is more than expected; what is hidden is always less than what would be listed."""
        return self.observed is not None and self.observed > self.expected


@dataclass(frozen=True, slots=True)
class DeviationFindings:
    """What a reader may be told of a period.

    Parameters
    ----------
    period : Period
    span : Span
    quiet : bool
    lines : tuple of DeviationLine, at most 10
    more : int [lines]
        Left out of the list.
    possible : int [lines]
        Others that may deviate: at a false discovery rate of 1 to 5 %.
    examined : int [series]
        Judged together.
    sparse : int [series]
        Too few events to be judged.
    history : int [periods]
    refused : str
        Empty, or the code of why nothing could be judged.
    hidden_kinds : tuple of str
        Kinds that the reader may not meet at all.
    threshold : int
        The smallest number shown to this reader; 0 is every number.
    """

    period: Period
    span: Span
    quiet: bool
    lines: tuple[DeviationLine, ...]
    more: int
    possible: int
    examined: int
    sparse: int
    history: int
    refused: str = ""
    hidden_kinds: tuple[str, ...] = ()
    threshold: int = 0


@dataclass(frozen=True, slots=True)
class _Series:
    place: int
    kind: int
    weekdays: tuple[int, ...] = ()
    hours: tuple[int, ...] = ()


def find_deviations(
    counts: EventCounts,
    *,
    audience: SharingClass,
    until: date | None = None,
    span: Span = Span.WEEK,
    since: date | None = None,
    place: str | None = None,
    k: int = 5,
) -> DeviationFindings:
    """Return what deviates in the newest period, for one reader.

    Use for a briefing, a week or four weeks. Of the whole county each place is one group; of one place each
    kind is, with parts of the week and of the day looked at too. Not as a measure of crime for kinds the
    police discover themselves: their lines say so and are never better or worse. Readers below AUTHORITIES
    meet weeks by place and kind, without kinds that are about persons and without numbers from 1 to k−1;
    parts of the week and other spans would let them be worked out.

    Parameters
    ----------
    counts : EventCounts
        At least two years before the period; at most five are used.
    audience : SharingClass
    until : date or None
        The day after the period; None is the day after the last one in ``counts``.
    span : Span
    since : date or None
        For ``Span.SINCE``: the first day, at most seven days before ``until``.
    place : str or None
        One place, or None for all.
    k : int [events]

    Returns
    -------
    DeviationFindings

    Raises
    ------
    SeriesDiffer
        The period lies outside the counts, or the place is not among them.

    Source
    ------
    Noufaily et al. (2013), doi:10.1002/sim.5595, through `samsyn.analysis.deviation`; rule C.2 for words.

    Examples
    --------
    >>> calm = np.zeros((1, 1, 7 * 120, 25), dtype=np.int32)
    >>> calm[:, :, :, 20] = 2
    >>> counts = EventCounts(("torget",), ("theft",), date(2024, 1, 1), calm)
    >>> find_deviations(counts, audience=SharingClass.AUTHORITIES).quiet
    True
    """
    if not audience >= SharingClass.AUTHORITIES:
        span, since = Span.WEEK, None
    if place is not None and place not in counts.places:
        raise SeriesDiffer(found=place, wanted="a place with events")
    parts = audience >= SharingClass.AUTHORITIES and place is not None and counts.hourly
    judgement = judge(counts, until=until, span=span, since=since, place=place, parts=parts)
    wanted = counts.places if place is None else (place,)
    return tell(
        judgement, lambda *_: counts, audience=audience, places=wanted, by_kind=place is not None, k=k
    )


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the history foretells of every place and kind in a period, whoever reads.

    Parameters
    ----------
    places, kinds : tuple of str
    parts : bool
        Whether parts of the week and of the day are judged as well.
    first : date
        The first day of the counts.
    period : Period
    span : Span
    history : int [periods]
    found : Foretold or None
        One row for each place and kind, then those of the parts.
    refused : str
        Empty, or the code of why nothing could be judged.
    """

    places: tuple[str, ...]
    kinds: tuple[str, ...]
    parts: bool
    first: date
    period: Period
    span: Span
    history: int
    found: Foretold | None
    refused: str = ""


def judge(
    counts: EventCounts,
    *,
    until: date | None = None,
    span: Span = Span.WEEK,
    since: date | None = None,
    place: str | None = None,
    parts: bool = False,
) -> Judgement:
    """Return what the history foretells of every series of the counts.

    Use once for each load: the fits are what takes time, and they are the same for all readers. Not to show:
    it holds every kind and every number; `tell` leaves out what a reader may not meet.

    Parameters
    ----------
    counts, until, span, since, place
        As for `find_deviations`.
    parts : bool
        Judge parts of the week and of the day too.

    Returns
    -------
    Judgement

    Raises
    ------
    SeriesDiffer
        The period lies outside the counts, the place is not among them, or hours are not known.

    Source
    ------
    `samsyn.analysis.deviation.foretell`.

    Examples
    --------
    >>> calm = np.full((1, 1, 7 * 120, 1), 2, dtype=np.int32)
    >>> judge(EventCounts(("torget",), ("theft",), date(2024, 1, 1), calm)).history
    119
    """
    end = until or counts.end
    first = _first_day(end, span, since)
    if first < counts.first or end > counts.end:
        raise SeriesDiffer(
            found=f"{first.isoformat()}–{end.isoformat()}",
            wanted=f"{counts.first.isoformat()}–{counts.end.isoformat()}",
        )
    if place is not None and place not in counts.places:
        raise SeriesDiffer(found=place, wanted="a place with events")
    if parts and not counts.hourly:
        raise SeriesDiffer(found="whole days", wanted="hours")
    period = Period(first, end)
    names = counts.places if place is None else (place,)
    series = [
        replace(one, place=counts.places.index(names[one.place]))
        for one in _series(len(names), len(counts.kinds), parts=parts)
    ]
    table, starts = _table(counts, series, period, _STEP.get(span, 7))
    made = partial(Judgement, names, counts.kinds, parts, counts.first, period, span, len(starts) - 1)
    try:
        return made(foretell(table, direction="both", **_model(span)))  # type: ignore[arg-type]
    except TooFewPeriods as error:
        return made(None, error.code)


def tell(
    judgement: Judgement,
    counts: Callable[[tuple[str, ...], tuple[str, ...]], EventCounts],
    *,
    audience: SharingClass,
    places: Sequence[str],
    by_kind: bool,
    k: int = 5,
) -> DeviationFindings:
    """Return what deviates among the places and kinds that a reader may meet.

    Use with what `judge` made. Not for a reader below AUTHORITIES with another span than a week, or with
    parts: it is refused.

    Parameters
    ----------
    judgement : Judgement
    counts : function
        From places and kinds to counts that hold at least them and the same days; asked for the lines alone.
    audience : SharingClass
    places : sequence of str
        Those that the reader may see.
    by_kind : bool
        One line for each kind, as for one place; else one for each place.
    k : int [events]

    Returns
    -------
    DeviationFindings

    Raises
    ------
    SeriesDiffer
        The reader may not meet the span.

    Source
    ------
    `samsyn.analysis.deviation.listed`; rule C.2 for words.

    Examples
    --------
    >>> calm = np.full((1, 1, 7 * 120, 1), 2, dtype=np.int32)
    >>> counts = EventCounts(("torget",), ("theft",), date(2024, 1, 1), calm)
    >>> held, reader = judge(counts), SharingClass.COOPERATION
    >>> told = tell(held, lambda *_: counts, audience=reader, places=["torget"], by_kind=False)
    >>> told.quiet, told.threshold
    (True, 5)
    """
    exact = audience >= SharingClass.AUTHORITIES
    if not exact and (judgement.parts or judgement.span is not Span.WEEK):
        raise SeriesDiffer(found=judgement.span.value, wanted="whole weeks")
    threshold = 0 if exact else k
    hidden = tuple(kind for kind in judgement.kinds if not exact and rule_of_kind(kind).sensitive)
    left_out = {*hidden} if exact else {*hidden, *sums_beside_parts(judgement.kinds)}
    seen = [at for at, name in enumerate(judgement.places) if name in set(places)]
    every = _series(len(judgement.places), len(judgement.kinds), parts=judgement.parts)
    rows = [
        at for at, one in enumerate(every)
        if one.place in seen and judgement.kinds[one.kind] not in left_out
    ]  # fmt: skip
    series = [every[at] for at in rows]
    period, span = judgement.period, judgement.span
    empty = DeviationFindings(
        period, span, True, (), 0, 0, 0, len(series), judgement.history, judgement.refused, hidden, threshold
    )
    if judgement.found is None:
        return empty
    drawn: list[_Drawn] = []

    def course(chosen: Sequence[int]) -> Any:
        drawn.append(_draw(judgement, [series[at] for at in chosen], counts))
        return course_of(drawn[-1].table, **_model(span))  # type: ignore[arg-type]

    foretold = judgement.found.of(np.array(rows, dtype=np.int64))
    try:
        found = listed(
            foretold,
            course,
            labels=[""] * len(series),
            groups=[judgement.kinds[one.kind] if by_kind else judgement.places[one.place] for one in series],
            detection_driven=[rule_of_kind(judgement.kinds[one.kind]).detection_driven for one in series],
            # What a reader may not meet is not listed: that it is there would tell that it is small. Nor does
            # it stand before what the reader may meet.
            tellable=[_seen(int(value), threshold) is not None for value in foretold.observed],
            false_discovery_rate=POSSIBLE,
        )
    except TooFewEvents as error:
        return replace(empty, refused=error.code)
    kept = tuple(
        _line(judgement, series[line.series], drawn[0], at, line, threshold)
        for at, line in enumerate(found.lines)
        if line.q < CLEAR
    )
    return DeviationFindings(
        period=period,
        span=span,
        quiet=not kept,
        lines=kept,
        more=found.more if len(kept) == MOST_LINES else 0,
        possible=len(found.lines) - len(kept),
        examined=found.examined,
        sparse=len(found.sparse),
        history=found.n,
        hidden_kinds=hidden,
        threshold=threshold,
    )


def month_sums(counts: EventCounts, *, place: str, kinds: Sequence[str]) -> tuple[tuple[date, int], ...]:
    """Return the sum of each whole calendar month at a place, for a picture of the season.

    Use for the working group. Not beside sums of weeks for anyone else: their difference would be a few days.

    Parameters
    ----------
    counts : EventCounts
    place : str
    kinds : sequence of str

    Returns
    -------
    tuple of (first day of the month, sum [events])

    Raises
    ------
    SeriesDiffer
        The place or a kind is not among the counts.

    Source
    ------
    A sum; nothing is estimated. Months that the counts do not cover whole are left out.
    """
    if place not in counts.places or not set(kinds) <= set(counts.kinds):
        raise SeriesDiffer(found=f"{place}, {', '.join(kinds)}", wanted="a place and kinds with events")
    rows = [counts.kinds.index(kind) for kind in kinds]
    days = counts.counts[counts.places.index(place), rows].sum(axis=(0, 2), dtype=np.int64)
    months = []
    at = counts.first if counts.first.day == 1 else _next_month(counts.first)
    while _next_month(at) <= counts.end:
        after = _next_month(at)
        months.append((at, int(days[(at - counts.first).days : (after - counts.first).days].sum())))
        at = after
    return tuple(months)


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def _first_day(end: date, span: Span, since: date | None) -> date:
    if span is Span.SINCE and since is not None:
        if not 1 <= (end - since).days <= 7:
            raise SeriesDiffer(found=f"{(end - since).days} days", wanted="1–7 days")
        return since
    return end - timedelta(days=28 if span is Span.FOUR_WEEKS else 7)


def _table(
    counts: EventCounts, series: Sequence[_Series], period: Period, step: int
) -> tuple[npt.NDArray[np.int64], tuple[date, ...]]:
    """Return counts (series, windows): the period last, before it the same days of earlier weeks."""
    offset = (period.first - counts.first).days
    windows = min(offset // step, MOST_YEARS * 364 // step) + 1
    starts = [offset - step * (windows - 1 - at) for at in range(windows)]
    days = np.array(starts)[:, None] + np.arange(period.days)[None, :]
    weekday = (days + counts.first.weekday()) % 7
    by_pair: dict[tuple[int, int], Any] = {}
    rows = []
    for one in series:
        pair = by_pair.get((one.place, one.kind))
        if pair is None:
            pair = by_pair[one.place, one.kind] = np.asarray(counts.counts[one.place, one.kind])[days]
        hours = pair[:, :, one.hours[0] : one.hours[1]] if one.hours else pair
        sums = hours.sum(axis=2, dtype=np.int64)
        if one.weekdays:
            sums = np.where(np.isin(weekday, one.weekdays), sums, 0)
        rows.append(sums.sum(axis=1))
    # A report that is withdrawn in a later week than it was made can leave a week below zero.
    table = np.maximum(np.array(rows, dtype=np.int64), 0)
    return table, tuple(counts.first + timedelta(days=at) for at in starts)


@dataclass(frozen=True, slots=True)
class _Drawn:
    table: npt.NDArray[np.int64]
    starts: tuple[date, ...]


def _series(places: int, kinds: int, *, parts: bool) -> list[_Series]:
    whole = [_Series(place, kind) for place in range(places) for kind in range(kinds)]
    cut = [
        _Series(one.place, one.kind, week, day) for one in whole for week in _WEEK_PARTS for day in _DAY_PARTS
    ]
    return whole + cut if parts else whole


def _model(span: Span) -> dict[str, Any]:
    four = span is Span.FOUR_WEEKS
    return {"period": "four_weeks" if four else "week", "harmonics": 1 if four else 2}


def _draw(
    judgement: Judgement,
    series: Sequence[_Series],
    counts: Callable[[tuple[str, ...], tuple[str, ...]], EventCounts],
) -> _Drawn:
    """Return the windows of some series, from counts that hold them."""
    places = tuple(sorted({judgement.places[one.place] for one in series}))
    kinds = tuple(sorted({judgement.kinds[one.kind] for one in series}))
    held = counts(places, kinds)
    moved = [
        replace(
            one,
            place=held.places.index(judgement.places[one.place]),
            kind=held.kinds.index(judgement.kinds[one.kind]),
        )
        for one in series
    ]
    return _Drawn(*_table(held, moved, judgement.period, _STEP.get(judgement.span, 7)))


def _line(
    judgement: Judgement, one: _Series, drawn: _Drawn, at: int, found: Deviation, k: int
) -> DeviationLine:
    steps = len(found.course) + 1
    observed = [int(value) for value in drawn.table[at, -steps:]]
    return DeviationLine(
        place=judgement.places[one.place],
        kind=judgement.kinds[one.kind],
        weekdays=one.weekdays,
        hours=one.hours,
        observed=_seen(found.observed, k),
        expected=found.expected,
        low=found.interval.low,
        high=found.interval.high,
        detection_driven=found.detection_driven,
        phi=found.phi,
        p=found.p,
        q=found.q,
        also=found.also,
        days=drawn.starts[-steps:],
        course=tuple(_seen(value, k) for value in observed),
        foretold=(*found.course, found.expected),
    )


def _seen(value: int, k: int) -> int | None:
    return None if 0 < value < k else value
