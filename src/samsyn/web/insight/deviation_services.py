"""The web's one door to the events: what deviates, when in the week things happen, where they happen."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.utils.translation import gettext_noop as _

from samsyn.domain.access import Actor, SharingClass, audience
from samsyn.domain.calendar import Period
from samsyn.domain.errors import SamsynError
from samsyn.reports.area_map import MapArea
from samsyn.store.events.cube import PLACES
from samsyn.store.schema import VersionState
from samsyn.studies.deviations import (
    DeviationFindings,
    EventCounts,
    Span,
    month_sums,
    tell,
)
from samsyn.web.facts.event_services import event_store, places_waiting
from samsyn.web.insight import prepared
from samsyn.web.insight.event_views import EventView
from samsyn.web.people.models import Workspace
from samsyn.web.places.models import Place, StatisticalArea


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


def views_of(actor: Actor, workspace: Workspace, place: Place | None = None) -> list[EventView]:
    """Return the current sets of events with positions, as the actor meets them, the largest first.

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
    # The largest is what a page opens with: a small file that somebody loads beside it must not hide it.
    return sorted(found, key=lambda view: (-view.about.rows, view.about.slug))


def waiting(workspace: Workspace, view: EventView, visible: Collection[str]) -> frozenset[str]:
    """Return which of the places that the reader sees have sums that are still of an older boundary."""
    return places_waiting(workspace, view.about) & frozenset(visible)


def deviations_of(
    workspace: Workspace,
    view: EventView,
    places: Sequence[str],
    *,
    place: str | None = None,
    span: Span = Span.WEEK,
    since: date | None = None,
    until: date | None = None,
) -> DeviationFindings:
    """Return what deviates at the places that the reader of the view may see, or at one of them.

    Raises
    ------
    DayOutside
        The period lies outside the events.
    """
    if not view.exact:
        span, since = Span.WEEK, None
    end = until or view.end
    if not view.first + timedelta(days=28) <= end <= view.end:
        last = view.end - timedelta(days=1)
        raise DayOutside(first=view.first.isoformat(), last=last.isoformat(), wanted=end.isoformat())
    # Others than the working group meet a place as one of the county's: no hours.
    alone = place if view.exact else None
    judgement = prepared.judgement_of(workspace, view, alone, span, since, end)

    def counts(of: tuple[str, ...], kinds: tuple[str, ...]) -> EventCounts:
        if alone is not None:
            return prepared.place_counts(view, alone, kinds)
        return prepared.county_counts(view, of, kinds)

    return tell(
        judgement,
        counts,
        audience=view.level,
        places=places if place is None else [place],
        by_kind=place is not None,
        k=settings.SAMSYN_SUPPRESSION_THRESHOLD,
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

    An event that is only known to lie between two moments is spread over the hours in between. None until it
    has been worked out: a request does not read the events of a year.
    """
    if not view.exact or not prepared.is_prepared(workspace, view.about):
        return None
    hours, placed, unplaced = prepared.week_profile(workspace, view).of(place, tuple(kinds))
    pairs = hours.reshape(7, 12, 2).sum(axis=2)
    top = max(1.0, float(pairs.max()))
    rows = tuple(
        (
            f"{2 * at:02d}–{2 * at + 2:02d}",
            tuple((round(float(pairs[day, at])), _shade(float(pairs[day, at]), top)) for day in range(7)),
        )
        for at in range(12)
    )
    return WeekPicture(view.profile, rows, unplaced, placed + unplaced)


@dataclass(frozen=True)
class SeasonPicture:
    """Sums of whole months: one row for each month of the year, one column for each year."""

    years: tuple[int, ...]
    rows: tuple[tuple[str, tuple[tuple[int | None, int], ...]], ...]


def season_picture(
    view: EventView, place: str, kinds: Sequence[str], months: Sequence[str]
) -> SeasonPicture | None:
    """Return the months of every year, for the working group alone; None where a month is not whole."""
    if not view.exact:
        return None
    counts = prepared.county_counts(view, [place], kinds)
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


@dataclass(frozen=True)
class SpotRow:
    """A sub-place, or the rest of the place without a name: events of the year and of four weeks."""

    name: str
    year: int
    recent: int


def sub_place_rows(workspace: Workspace, view: EventView, place: Place) -> list[SpotRow]:
    """Return the events of the year by nearest sub-place, for the working group alone.

    Without the kinds that mirror how much the police search: they would say where the police stood. Nothing
    until what pages read of the set has been worked out.
    """
    if not view.exact or not prepared.is_prepared(workspace, view.about):
        return []
    spots = prepared.positions_of(view, place)
    if not spots[0]:
        return []
    sums = prepared.spots_of(workspace, view, place.slug, spots)
    rows = [
        SpotRow(name, int(year), int(recent))
        for name, (year, recent) in zip([*spots[0], ""], sums, strict=True)
    ]
    return sorted(rows, key=lambda row: (not row.name, -row.year))


def _shade(value: float, top: float) -> int:
    return 0 if round(value) == 0 else 1 + min(4, int(value * 5 / top))


def area_values(workspace: Workspace, view: EventView, scheme: str, period: Period) -> list[MapArea]:
    """Return the areas of a scheme with how many events a period has in each, for the working group alone.

    Without the kinds that mirror how much the police search.
    """
    if not view.exact or scheme not in view.about.area_schemes:
        return []
    areas = StatisticalArea.objects.filter(workspace=workspace, scheme=scheme).exclude(wkb=None)
    sums = prepared.area_sums(workspace, view, scheme, period)
    return [
        MapArea(name or code, bytes(wkb or b""), float(sums.get(code, 0)), str(sums.get(code, 0)))
        for code, name, wkb in areas.order_by("code").values_list("code", "name", "wkb")
    ]
