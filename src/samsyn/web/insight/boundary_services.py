"""Counts of a place whose boundary has moved, and what wrong positions can do to them: for the working group.

A total of a year beside the weeks that others meet would give away the weeks that are hidden from them, so
only the working group meets what is counted here.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from samsyn.domain.calendar import Period
from samsyn.domain.errors import SamsynError
from samsyn.geography.dated import DatedBoundary
from samsyn.studies.boundary_counts import BoundaryCounts, packed_sensitivity, unpacked_sensitivity
from samsyn.studies.boundary_events import boundary_counts_of
from samsyn.web.facts.event_services import event_store
from samsyn.web.insight.event_views import EventView
from samsyn.web.insight.prepared import derived
from samsyn.web.people.models import Workspace
from samsyn.web.places.models import Place

YEAR = timedelta(weeks=52)
#: The shortest time after a moved boundary that is held against the same days of earlier years.
SHORTEST = timedelta(weeks=4)
MOST_PERIODS = 4


def boundaries_of(place: Place) -> tuple[DatedBoundary, ...]:
    """Return the boundaries of a place with their dates, oldest first."""
    return tuple(
        DatedBoundary(one.shape, one.valid_from, one.valid_to)
        for one in place.boundaries.exclude(wkb=None).order_by("valid_from")
    )


def periods_for(view: EventView, boundaries: tuple[DatedBoundary, ...]) -> tuple[Period, ...]:
    """Return the same days of up to four years, the newest within the newest boundary where it can be."""
    newest = max((one.first for one in boundaries), default=view.first)
    since = view.end - newest
    length = YEAR if not SHORTEST <= since < YEAR else timedelta(weeks=since.days // 7)
    ends = [view.end - YEAR * back for back in range(MOST_PERIODS)]
    found = [Period(end - length, end) for end in ends if end - length >= view.first]
    return tuple(reversed(found))


def counts_of(
    workspace: Workspace, view: EventView, place: Place, kind: str
) -> tuple[BoundaryCounts, tuple[DatedBoundary, ...]] | None:
    """Return the counts of a kind, for the working group alone; None where there is nothing to count in.

    Raises
    ------
    PositionsTooCoarse, SeriesDiffer, BrokenVersion
        And what else `samsyn.studies.boundary_events.boundary_counts_of` raises.
    """
    boundaries = boundaries_of(place)
    periods = periods_for(view, boundaries)
    if not view.exact or not boundaries or not periods or kind not in view.kinds():
        return None
    about = view.about
    key = (workspace.slug, about.slug, about.version, about.content_sha256, about.revision)
    return _counted(key, boundaries, periods, kind, _Asked(workspace, view)), boundaries


class _Asked:
    """What is read from; all of them are equal, so that only the key tells two questions apart."""

    def __init__(self, workspace: Workspace, view: EventView) -> None:
        self.workspace, self.view = workspace, view

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Asked)

    def __hash__(self) -> int:
        return 0


@lru_cache(maxsize=128)
def _counted(
    _key: tuple[object, ...],
    boundaries: tuple[DatedBoundary, ...],
    periods: tuple[Period, ...],
    kind: str,
    asked: _Asked,
) -> BoundaryCounts:
    view = asked.view
    return boundary_counts_of(
        event_store(asked.workspace), view.about.slug, boundaries, periods,
        kind=kind, audience=view.level, version=view.about.version,
    )  # fmt: skip


@dataclass(frozen=True)
class Sensitivity:
    """What wrong positions do to a count; ``uncertain`` are events that may lie on either side."""

    period: Period
    counted: int
    uncertain: int
    sizes: tuple[Any, ...]


def sensitivity_of(
    workspace: Workspace, view: EventView, place: Place, kinds: tuple[str, ...]
) -> Sensitivity | None:
    """Return what wrong positions do to the last year's count.

    For the working group alone, worked out once for each boundary; None where there is no boundary, or the
    events are in another system than it.
    """
    boundary = place.boundary_on(view.end - timedelta(days=1))
    if not view.exact or boundary is None or not kinds:
        return None
    dated = (DatedBoundary(boundary.shape, date.min),)
    digest = hashlib.sha256(boundary.shape + ",".join(sorted(kinds)).encode()).hexdigest()[:12]

    def made() -> dict[str, npt.NDArray[Any]]:
        one = boundary_counts_of(
            event_store(workspace), view.about.slug, dated, (view.profile,),
            kind=kinds[0], also=kinds[1:], audience=view.level, version=view.about.version,
        ).periods[0]  # fmt: skip
        return {
            "sizes": packed_sensitivity(one.sensitivity),
            "told": np.array([one.count or 0, one.uncertain]),
        }

    try:
        kept = derived(workspace, view, f"position-{place.slug}-{digest}", made)
    except SamsynError:
        return None
    sizes = unpacked_sensitivity(kept["sizes"])
    counted, uncertain = (int(number) for number in kept["told"])
    return Sensitivity(view.profile, counted, uncertain, sizes) if sizes else None
