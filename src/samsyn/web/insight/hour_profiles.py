"""When in the week events occur at a place, as the coverage page asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
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
from samsyn.web.insight import deviation_services as deviations
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
    if not any(deviations.is_prepared(workspace, one) for one in store.manifests()):
        return []
    return [
        profile
        for view in deviations.views_of(actor, workspace, place)
        for profile in _profiles(workspace, view, place, period)
    ]


def _profiles(
    workspace: Workspace, view: deviations.EventView, place: Place, period: Period
) -> Iterator[HourProfile]:
    found = deviations.year_of_hours(workspace, view)
    if found is None:
        return
    hours, year = found
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


def _source(view: deviations.EventView, kinds: tuple[str, ...], placed: int, year: Period) -> str:
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


def prepare_waiting(now: datetime) -> list[str]:
    """Work out what pages read of sets of events that were loaded since last time."""
    told = []
    for workspace in Workspace.objects.order_by("slug"):
        for about in event_store(workspace).manifests():
            current = about.state is VersionState.CURRENT and about.may_have_hot_spots
            if current and not deviations.is_prepared(workspace, about):
                deviations.prepare(workspace, about.slug)
                told.append(f"{workspace.slug}: {about.slug} {about.version}")
    return told
