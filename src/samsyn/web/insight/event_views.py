"""One set of events as one reader meets it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from samsyn.domain.access import SharingClass
from samsyn.domain.calendar import Period
from samsyn.domain.events import rule_of_kind, sums_beside_parts
from samsyn.store.events.cube import Cube
from samsyn.store.events.schema import EventSet

#: A year of weeks: what a profile of the week is summed over.
PROFILE_WEEKS = 52


@dataclass(frozen=True)
class EventView:
    """One set of events as one reader meets it.

    ``exact`` is whether the reader is in the working group: others meet whole weeks by place and kind alone.
    """

    about: EventSet
    cube: Cube
    exact: bool
    level: SharingClass

    @property
    def first(self) -> date:
        """The first Monday with events."""
        day = _day(self.cube.first)
        return day + timedelta(days=-day.weekday() % 7)

    @property
    def end(self) -> date:
        """The day after the last whole week."""
        after = _day(self.cube.last) + timedelta(days=1)
        return after - timedelta(days=after.weekday())

    @property
    def profile(self) -> Period:
        """The last year of whole weeks, or what there is of it."""
        return Period(max(self.first, self.end - timedelta(weeks=PROFILE_WEEKS)), self.end)

    def kinds(self) -> tuple[str, ...]:
        """Return the kinds that the reader may meet."""
        if self.exact:
            return tuple(self.cube.kinds)
        sums = sums_beside_parts(self.cube.kinds)
        return tuple(
            kind for kind in self.cube.kinds if kind not in sums and not rule_of_kind(kind).sensitive
        )


def _day(moment: np.datetime64) -> date:
    return date.fromisoformat(str(moment.astype("datetime64[D]")))
