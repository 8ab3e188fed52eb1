"""When in the week events occur at a place, as the coverage page asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import get_language, gettext as _, ngettext

from samsyn.domain.access import Actor, Permission, can
from samsyn.domain.calendar import Period
from samsyn.domain.coverage import HourProfile, Week, evened
from samsyn.domain.events import (
    EventKind,
    IncidentGroup,
    OffenceGroup,
    may_guide_patrols,
    rule_of_kind,
)
from samsyn.reports.deviation_words import kind_name
from samsyn.reports.words import words
from samsyn.store.schema import VersionState
from samsyn.web.facts.event_services import event_store
from samsyn.web.insight import deviation_services as deviations, prepared
from samsyn.web.insight.event_views import EventView
from samsyn.web.people.models import Workspace
from samsyn.web.places.models import Place

# A sum of everything would count twice what also has a group of its own.
_SUMS = frozenset({OffenceGroup.ALL_OFFENCES.value, IncidentGroup.ALL_INCIDENTS.value})
_MAY_GUIDE = frozenset(
    one.value for groups in (OffenceGroup, IncidentGroup) for one in groups if may_guide_patrols(one)
)


def hour_profiles(actor: Actor, place: Place, period: Period) -> list[HourProfile]:
    """Return when others report that something happens at a place: offences and incidents, each by itself.

    Only what victims and callers report: what is found by looking, or called forth by presence, is left
    out. Only for the working group of the place. The events are those of the newest year, also when the
    rosters are of another period; the caveat says of which.
    """
    if not can(actor, Permission.VIEW_DATA):
        return []
    workspace = place.workspace
    store = event_store(workspace)
    # What is not worked out yet is not opened either: the sums behind it would be made on the request.
    if not any(
        one.state is VersionState.CURRENT and one.may_deviate and prepared.is_prepared(workspace, one)
        for one in store.manifests()
    ):
        return []
    try:
        views = deviations.views_of(actor, workspace, place)
    except deviations.NoEvents:  # withdrawn since the line above
        return []
    return [profile for view in views for profile in _profiles(workspace, view, place, period)]


def _profiles(workspace: Workspace, view: EventView, place: Place, period: Period) -> Iterator[HourProfile]:
    # A request never works it out: that grows with the events. For the working group alone.
    if not view.exact or not prepared.is_prepared(workspace, view.about):
        return
    hours, year = prepared.week_profile(workspace, view), view.profile
    usable = [kind for kind in hours.kinds if kind in _MAY_GUIDE - _SUMS]
    for sort, label in (
        (EventKind.REPORTED_OFFENCE, _("Offences that somebody has reported")),
        (EventKind.INCIDENT_REPORT, _("Calls and incidents")),
    ):
        kinds = tuple(kind for kind in usable if rule_of_kind(kind).kind is sort)
        values, placed, unplaced = hours.of(place.slug, kinds)
        if placed > 0:
            yield HourProfile(
                evened(_week(values)),
                _source(view, kinds, placed, year),
                _caveat(unplaced, period, year),
                kinds,
                label,
                placed,
            )


def _week(values: Any) -> Week:
    # A withdrawn report counts as minus one, and may lie in another hour than the one that it withdraws.
    return tuple(tuple(max(0.0, float(value)) for value in day) for day in values.reshape(7, 24))


def _source(view: EventView, kinds: tuple[str, ...], placed: int, year: Period) -> str:
    spoken = words(get_language() or "sv")
    return ngettext(
        "%(title)s, %(number)s event %(first)s–%(last)s: %(kinds)s",
        "%(title)s, %(number)s events %(first)s–%(last)s: %(kinds)s",
        placed,
    ) % {
        "title": view.about.meta.title,
        "number": placed,
        "first": year.first,
        "last": year.last,
        "kinds": spoken.listing([kind_name(kind, spoken) for kind in kinds]).casefold(),
    }


def _caveat(unplaced: int, period: Period, year: Period) -> str:
    said = [
        _("The whole place, evened out over three hours, and over Friday and Saturday and the other days."),
        _("Much that happens is never reported, and more is reported where somebody is there to see it."),
    ]
    if unplaced > 0:
        said.append(
            ngettext(
                "%(number)s event has no time of day and is left out.",
                "%(number)s events have no time of day and are left out.",
                unplaced,
            )
            % {"number": unplaced}
        )
    if period.end <= year.first or period.first >= year.end:
        said.append(_("The events are of another time than the rosters."))
    return " ".join(said)
