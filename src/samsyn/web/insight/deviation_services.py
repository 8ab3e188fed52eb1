"""The web's one door to the events: what deviates, when in the week things happen, where they happen."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from django.conf import settings
from django.utils.translation import gettext_noop as _

from samsyn import geography
from samsyn.domain.access import Actor, SharingClass, audience
from samsyn.domain.calendar import Period
from samsyn.domain.errors import SamsynError
from samsyn.domain.events import rule_of_kind
from samsyn.reports.area_map import MapArea
from samsyn.store.events.cube import PLACES, Cube
from samsyn.store.events.schema import EventSet
from samsyn.store.schema import VersionState
from samsyn.studies.deviations import (
    DeviationFindings,
    EventCounts,
    Span,
    find_deviations,
    month_sums,
)
from samsyn.studies.event_hours import WeekHours, week_hours
from samsyn.studies.event_spots import spot_sums
from samsyn.web.facts.event_services import (
    Reassigned,
    assign_what_changed,
    event_store,
    has_events,
    places_waiting,
)
from samsyn.web.people.models import Workspace
from samsyn.web.places.models import Place, StatisticalArea

SMALLEST = 5
#: A year of weeks: what a profile of the week is summed over.
PROFILE_WEEKS = 52


class NoEvents(SamsynError):
    """There is no set of events that the page could be made of."""

    code = "SAM690"
    template = _("There are no events with positions in %(workspace)s.")
    mend = _("Load a file of events with a mapping; the guide on loading events shows how.")


class DayOutside(SamsynError):
    """The period that was asked for lies outside the events."""

    code = "SAM691"
    template = _("The events reach from %(first)s to %(last)s; %(wanted)s cannot be shown.")
    mend = _("Choose a day within them.")


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

    def kinds(self) -> tuple[str, ...]:
        """Return the kinds that the reader may meet."""
        return tuple(kind for kind in self.cube.kinds if self.exact or not rule_of_kind(kind).sensitive)


def views_of(actor: Actor, workspace: Workspace, place: Place | None = None) -> list[EventView]:
    """Return the current sets of events with positions, as the actor meets them.

    Raises
    ------
    NoEvents
        There is none.
    """
    store = event_store(workspace)
    level = audience(actor, place.pk if place else None)
    if place is None and actor.place_ids is not None:
        # Somebody who is in the working group of some places is not in that of the county.
        level = min(level, SharingClass.COOPERATION)
    found = [
        EventView(about, store.cube(about.slug, PLACES), level >= SharingClass.AUTHORITIES, level)
        for about in store.manifests()
        if about.state is VersionState.CURRENT and about.may_deviate
    ]
    if not found:
        raise NoEvents(workspace=workspace.name)
    return found


def waiting(workspace: Workspace, view: EventView, visible: Collection[str]) -> frozenset[str]:
    """Return which of the places that the reader sees have sums that are still of an older boundary."""
    return places_waiting(workspace, view.about) & frozenset(visible)


def county_counts(view: EventView, places: Sequence[str]) -> EventCounts:
    """Return whole days by place and kind, for the places that the reader may see."""
    period = Period(view.first, view.end)
    counted = view.cube.counts(list(places), list(view.cube.kinds), period)
    return EventCounts(counted.areas, counted.kinds, view.first, counted.values[..., None])


def place_counts(view: EventView, place: str) -> EventCounts:
    """Return one place hour by hour."""
    hours = view.cube.hourly(place, list(view.cube.kinds), Period(view.first, view.end))
    return EventCounts((place,), view.cube.kinds, view.first, hours[None])


def deviations_of(
    view: EventView,
    counts: EventCounts,
    *,
    place: str | None = None,
    span: Span = Span.WEEK,
    since: date | None = None,
    until: date | None = None,
) -> DeviationFindings:
    """Return what deviates, for the reader of the view.

    Raises
    ------
    DayOutside
        The period lies outside the events.
    """
    end = until or counts.end
    if not counts.first + timedelta(days=28) <= end <= counts.end:
        last = counts.end - timedelta(days=1)
        raise DayOutside(first=counts.first.isoformat(), last=last.isoformat(), wanted=end.isoformat())
    return find_deviations(
        counts, audience=view.level, until=end, span=span, since=since, place=place, k=SMALLEST
    )


@dataclass(frozen=True)
class WeekPicture:
    """When in the week things happen: sums by weekday and two hours, and the shade of each."""

    period: Period
    rows: tuple[tuple[str, tuple[tuple[int, int], ...]], ...]
    unknown: int
    total: int


def week_picture(
    workspace: Workspace, view: EventView, place: str, kinds: Sequence[str]
) -> WeekPicture | None:
    """Return the year's events by weekday and two hours, for the working group alone.

    An event that is only known to lie between two moments is spread over the hours in between.
    """
    if not view.exact:
        return None
    hours, placed, unplaced = _week_hours(workspace, view).of(place, tuple(kinds))
    pairs = hours.reshape(7, 12, 2).sum(axis=2)
    top = max(1.0, float(pairs.max()))
    rows = tuple(
        (
            f"{2 * at:02d}–{2 * at + 2:02d}",
            tuple((round(float(pairs[day, at])), _shade(float(pairs[day, at]), top)) for day in range(7)),
        )
        for at in range(12)
    )
    return WeekPicture(_profile_period(view), rows, unplaced, placed + unplaced)


@dataclass(frozen=True)
class SeasonPicture:
    """Sums of whole months: one row for each month of the year, one column for each year."""

    years: tuple[int, ...]
    rows: tuple[tuple[str, tuple[tuple[int | None, int], ...]], ...]


def season_picture(
    view: EventView, counts: EventCounts, place: str, kinds: Sequence[str], months: Sequence[str]
) -> SeasonPicture | None:
    """Return the months of every year, for the working group alone; None where a month is not whole."""
    if not view.exact:
        return None
    sums = {month: max(0, total) for month, total in month_sums(counts, place=place, kinds=kinds)}
    if not sums:
        return None
    years = tuple(sorted({month.year for month in sums}))
    top = max(1, *sums.values())
    cells = {
        (month.year, month.month): (total, _shade(float(total), float(top))) for month, total in sums.items()
    }
    rows = tuple(
        (name, tuple(cells.get((year, month), (None, 0)) for year in years))
        for month, name in enumerate(months, start=1)
    )
    return SeasonPicture(years, rows)


def _profile_period(view: EventView) -> Period:
    return Period(max(view.first, view.end - timedelta(weeks=PROFILE_WEEKS)), view.end)


def prepare(workspace: Workspace, dataset: str) -> tuple[str, ...]:
    """Work out what pages read of a set of events, so that no reader has to wait for it.

    Returns the schemes whose sums were built; none when they were there, or when the set is context alone.
    """
    store = event_store(workspace)
    about = store.get(dataset)
    if not about.may_deviate:
        return ()
    lacking = store.cubes_lacking(dataset)
    for scheme in lacking:
        store.cube(dataset, scheme)
    view = EventView(about, store.cube(dataset, PLACES), exact=True, level=SharingClass.AUTHORITIES)
    if view.first < view.end:  # a few days hold no whole week to make a profile of
        _week_hours(workspace, view)
    return lacking


def tick(now: datetime) -> list[str]:
    """Assign events anew where boundaries or areas changed, and build the sums that pages read."""
    lines = []
    for done in assign_what_changed(now):
        if isinstance(done, Reassigned):
            lines.append(f"events: {done.workspace.slug}/{done.dataset}, {done.parts} parts assigned anew")
        else:
            workspace, dataset, stopped = done
            lines.append(f"events: {workspace.slug}/{dataset} can not be assigned anew ({stopped.code})")
    for workspace in Workspace.objects.order_by("slug"):
        if has_events(workspace):
            lines += _build_what_lacks(workspace)
    return lines


def _build_what_lacks(workspace: Workspace) -> list[str]:
    store, lines = event_store(workspace), []
    for about in store.manifests():
        if about.state is not VersionState.CURRENT or not about.may_deviate:
            continue
        try:
            built = prepare(workspace, about.slug) if store.cubes_lacking(about.slug) else ()
        except SamsynError as stopped:
            lines.append(f"events: sums of {workspace.slug}/{about.slug} can not be built ({stopped.code})")
            continue
        if built:
            lines.append(f"events: sums of {workspace.slug}/{about.slug} built ({', '.join(built)})")
    return lines


def _week_hours(workspace: Workspace, view: EventView) -> WeekHours:
    def made() -> dict[str, npt.NDArray[Any]]:
        counted = _count_week_hours(workspace, view)
        return {
            "places": np.array(counted.places, dtype=str), "kinds": np.array(counted.kinds, dtype=str),
            "hours": counted.hours, "placed": counted.placed, "unplaced": counted.unplaced,
        }  # fmt: skip

    kept = _derived(workspace, view, "week", made)
    places, kinds = (tuple(kept[name].tolist()) for name in ("places", "kinds"))
    return WeekHours(places, kinds, kept["hours"], kept["placed"], kept["unplaced"])


def _derived(
    workspace: Workspace, view: EventView, name: str, make: Callable[[], dict[str, npt.NDArray[Any]]]
) -> dict[str, npt.NDArray[Any]]:
    """Return what follows from the events, kept in a file from the first time: the work grows with them."""
    path = _derived_path(workspace, view.about, name)
    if not path.exists():
        arrays = make()
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".npz", delete=False) as file:
            np.savez(file, **arrays)  # type: ignore[arg-type]
        Path(file.name).replace(path)
    with np.load(path) as kept:
        return {key: kept[key] for key in kept.files}


def _derived_path(workspace: Workspace, about: EventSet, name: str) -> Path:
    folder = Path(settings.SAMSYN_HOME) / "derived" / workspace.slug
    return folder / f"{name}-{about.slug}-{about.content_sha256[:16]}-r{about.revision}.npz"


def is_prepared(workspace: Workspace, about: EventSet) -> bool:
    """Return whether what pages read of a set of events is worked out."""
    return _derived_path(workspace, about, "week").exists()


def year_of_hours(workspace: Workspace, view: EventView) -> tuple[WeekHours, Period] | None:
    """Return the year's events by hour of the week with the year, or None until they are worked out.

    A request never works them out: that grows with the events. For the working group alone.
    """
    if not view.exact or not is_prepared(workspace, view.about):
        return None
    return _week_hours(workspace, view), _profile_period(view)


@dataclass(frozen=True)
class SpotRow:
    """A sub-place, or the rest of the place without a name: events of the year and of four weeks."""

    name: str
    year: int
    recent: int


def sub_place_rows(workspace: Workspace, view: EventView, place: Place) -> list[SpotRow]:
    """Return the events of the year by nearest sub-place, for the working group alone.

    Without the kinds that mirror how much the police search: they would say where the police stood.
    """
    spots = list(place.sub_places.exclude(longitude=None).order_by("pk"))
    if not view.exact or not spots:
        return []
    at = geography.to_metres([(one.longitude or 0.0, one.latitude or 0.0) for one in spots], view.about.crs)
    digest = hashlib.sha256(np.ascontiguousarray(at).tobytes()).hexdigest()[:8]

    def made() -> dict[str, npt.NDArray[Any]]:
        period = _profile_period(view)
        names = ["x", "y", "count", "place", "kind", "day"]
        table = event_store(workspace).read(view.about.slug, columns=names).to_pandas()
        days = pd.to_datetime(table["day"])
        wanted = [kind for kind in view.cube.kinds if not rule_of_kind(kind).detection_driven]
        table = table[
            (table["place"] == place.slug) & table["kind"].isin(wanted)
            & (days >= pd.Timestamp(period.first)) & (days < pd.Timestamp(period.end))
        ]  # fmt: skip
        recent = pd.to_datetime(table["day"]) >= pd.Timestamp(period.end - timedelta(days=28))
        sums = spot_sums(
            table["x"].to_numpy(), table["y"].to_numpy(), table["count"].to_numpy(), recent.to_numpy(), at
        )
        return {"sums": sums}

    sums = np.maximum(_derived(workspace, view, f"spots-{place.slug}-{digest}", made)["sums"], 0)
    names = [*(one.name for one in spots), ""]
    rows = [SpotRow(name, int(year), int(recent)) for name, (year, recent) in zip(names, sums, strict=True)]
    return sorted(rows, key=lambda row: (not row.name, -row.year))


def _count_week_hours(workspace: Workspace, view: EventView) -> WeekHours:
    period = _profile_period(view)
    names = ["start", "end", "count", "place", "kind", "day", "hour"]
    table = event_store(workspace).read(view.about.slug, columns=names).to_pandas()
    days = pd.to_datetime(table["day"])
    table = table[(days >= pd.Timestamp(period.first)) & (days < pd.Timestamp(period.end))]
    return week_hours(
        table["start"].to_numpy(),
        table["end"].to_numpy(),
        table["count"].to_numpy(),
        table["place"].astype(object).to_numpy(),
        table["kind"].astype(object).to_numpy(),
        table["hour"].to_numpy() >= 0,
        time_zone=view.about.time_zone,
    )


def _shade(value: float, top: float) -> int:
    return 0 if round(value) == 0 else 1 + min(4, int(value * 5 / top))


def area_values(
    workspace: Workspace, view: EventView, scheme: str, kinds: Sequence[str], period: Period
) -> list[MapArea]:
    """Return the areas of a scheme with how many events a period has in each, for the working group alone."""
    if not view.exact or scheme not in view.about.area_schemes:
        return []
    cube = event_store(workspace).cube(view.about.slug, scheme)
    rows = (
        StatisticalArea.objects.filter(workspace=workspace, scheme=scheme).exclude(wkb=None).order_by("code")
    )
    areas = list(rows)
    summed = cube.counts([area.code for area in areas], list(kinds), period).values.sum(axis=(1, 2))
    return [
        MapArea(area.name or area.code, area.shape, float(value), str(int(value)))
        for area, value in zip(areas, np.maximum(summed, 0), strict=True)
    ]


def _day(moment: np.datetime64) -> date:
    return date.fromisoformat(str(moment.astype("datetime64[D]")))
