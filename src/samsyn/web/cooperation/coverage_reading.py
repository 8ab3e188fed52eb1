"""Coverage of a place for a period: rows by sort of actor, informal control, need, all in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _, ngettext

from samsyn.domain.access import Actor, Permission, SharingClass, can, reads_up_to
from samsyn.domain.calendar import STOCKHOLM, Period
from samsyn.domain.coverage import (
    ControlHours,
    Coverage,
    Gap,
    HourProfile,
    NeedFollowsPatrols,
    Span,
    TooFewToCompare,
    Week,
    busy_hours,
    control,
    cover,
    gaps_between,
    mismatch,
    own_rows,
    share_between,
)
from samsyn.domain.meetings import AgendaKind, AgendaPoint
from samsyn.web.cooperation.coverage_models import CoverageFinding, InformalControl
from samsyn.web.cooperation.duty_models import DutyShift
from samsyn.web.cooperation.forum_models import Forum
from samsyn.web.places.models import Place, SubPlace
from samsyn.web.ui import registry
from samsyn.web.ui.messages import sentence
from samsyn.web.ui.templatetags.samsyn import term_label

LONGEST_PERIOD = timedelta(days=370)
WHOLE_DAY = (0, 24)
USUAL_PERIOD = timedelta(days=28)


@dataclass(frozen=True, slots=True)
class Row:
    """One sort of actor: how much of each hour it covers, and its hours in words."""

    label: str
    week: Week
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One sub-place: how many hours of the week nobody covers, and which."""

    sub_place: SubPlace
    hours_without: int
    gaps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Need:
    """When one sort of event occurs, against when somebody is there; ``refused`` says why it is not compared.

    ``asked`` and ``even`` are per cent: of the events in the hours that were asked about, and what an even
    spread over the day would give them. ``alone`` is per cent of the events in hours that are thinly covered
    and busy.
    """

    label: str
    source: str
    caveat: str
    refused: str = ""
    week: Week = ()
    most: tuple[str, ...] = ()
    busy: tuple[Gap, ...] = ()
    thin: tuple[str, ...] = ()
    alone: int = 0
    asked: int = 0
    even: int = 0

    @property
    def shades(self) -> Week:
        """The week as shares of its busiest hour."""
        top = max((value for day in self.week for value in day), default=0.0) or 1.0
        return tuple(tuple(value / top for value in day) for day in self.week)


@dataclass(frozen=True, slots=True)
class View:
    """Everything that the page shows."""

    coverage: Coverage
    rows: tuple[Row, ...]
    folded: int
    gaps: tuple[str, ...]
    seldom: tuple[str, ...]
    parts: tuple[Part, ...]
    control: Week
    needs: tuple[Need, ...]

    @property
    def busy(self) -> tuple[Gap, ...]:
        """The hours that any of the needs finds thinly covered."""
        return tuple(gap for need in self.needs for gap in need.busy)


def may_read(actor: Actor) -> bool:
    """Return whether the actor may read who covers what: authorities that take part."""
    return can(actor, Permission.VIEW_COOPERATION) and reads_up_to(actor) >= SharingClass.AUTHORITIES


def usual_period(today: date) -> Period:
    """Return the four weeks before today."""
    return Period(today - USUAL_PERIOD, today)


def spans_of(actor: Actor, place: Place, period: Period) -> tuple[list[Span], dict[str, int]]:
    """Return the held presence in a period, by sort of actor, and how many people each sort has."""
    start, end = (
        datetime.combine(day, time(0), STOCKHOLM).astimezone(UTC) for day in (period.first, period.end)
    )
    shifts = (
        DutyShift.objects.visible_to(actor)
        .filter(place=place, starts_at__lt=end, ends_at__gt=start, cancelled_at=None)
        .select_related("function__organisation")
        .prefetch_related("sub_places")
    )
    spans = []
    staff: dict[str, dict[Any, int]] = defaultdict(dict)
    for shift in shifts:
        kind = shift.function.organisation.kind
        parts = frozenset(str(sub.pk) for sub in shift.sub_places.all())
        spans.append(Span(kind, shift.starts_at, shift.ends_at, parts))
        # Unknown is treated as few: nothing is counted about a function that may be small.
        staff[kind][shift.function_id] = getattr(shift.function, "staff", None) or 0
    return spans, {kind: sum(functions.values()) for kind, functions in staff.items()}


def view_of(
    actor: Actor,
    place: Place,
    period: Period,
    sub_place: SubPlace | None = None,
    hours: tuple[int, int] = WHOLE_DAY,
) -> View:
    """Return the coverage of a place, or of one part of it, in a period."""
    spans, staff = spans_of(actor, place, period)
    part = str(sub_place.pk) if sub_place else ""
    found = cover(spans, period, part=part)
    alone = own_rows(staff)
    rows = tuple(
        Row(term_label(kind), week, _words_of(week)) for kind, week in found.rows.items() if kind in alone
    )
    return View(
        coverage=found,
        rows=rows,
        folded=len(found.rows) - len(rows),
        gaps=tuple(map(gap_words, gaps_between(found, *hours))),
        seldom=tuple(map(gap_words, found.seldom)),
        parts=tuple(_parts(place, spans, period, hours)) if sub_place is None else (),
        control=control(_controls(actor, place, period, sub_place), period),
        needs=tuple(
            _need(profile, found, hours)
            for profiles in registry.ask("hour_profile", actor, place, period)
            for profile in profiles
        ),
    )


def _parts(place: Place, spans: Sequence[Span], period: Period, hours: tuple[int, int]) -> Iterable[Part]:
    for sub in place.sub_places.all():
        found = cover(spans, period, part=str(sub.pk))
        gaps = gaps_between(found, *hours)
        without = sum((gap.end_hour - gap.first_hour) * len(gap.weekdays) for gap in gaps)
        yield Part(sub, without, tuple(map(gap_words, gaps)))


def _need(profile: HourProfile, found: Coverage, hours: tuple[int, int]) -> Need:
    try:
        gained, most = mismatch(found, profile), busy_hours(profile)
    except (NeedFollowsPatrols, TooFewToCompare) as error:
        return Need(profile.label, profile.source, profile.caveat, refused=sentence(error))
    first, end = hours
    return Need(
        profile.label,
        profile.source,
        profile.caveat,
        week=profile.values,
        most=tuple(map(gap_words, most)),
        busy=gained.busy,
        thin=tuple(map(gap_words, gained.busy)),
        alone=round(100 * gained.share_of_need),
        asked=round(100 * share_between(profile.values, first, end)),
        even=round(100 * (end - first) / 24),
    )


def controls_of(actor: Actor, place: Place, today: date) -> Any:
    """Return the informal control that holds today."""
    return (
        InformalControl.objects.visible_to(actor)
        .filter(place=place)
        .exclude(valid_to__lte=today)
        .select_related("sub_place", "author__organisation")
    )


def _controls(
    actor: Actor, place: Place, period: Period, sub_place: SubPlace | None
) -> Iterable[ControlHours]:
    rows = InformalControl.objects.visible_to(actor).filter(place=place, valid_from__lt=period.end)
    for row in rows.exclude(valid_to__lte=period.first):
        if sub_place is None or row.sub_place_id in {None, sub_place.pk}:
            yield ControlHours(
                frozenset(row.weekdays), row.opens, row.closes, row.valid_from, row.valid_to or date.max
            )


# ------------------------------------------------------------------ words


def _weekdays() -> tuple[str, ...]:
    return (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))


def days_words(days: Sequence[int]) -> str:
    """Return weekdays as they are said: three in a row or more as a span.

    >>> days_words((0, 1, 2, 3, 4, 5, 6)) != ""
    True
    """
    names = _weekdays()
    if len(days) == 7:
        return _("every day")
    parts: list[str] = []
    run: list[int] = []
    for day in [*sorted(days), 99]:
        if run and day == run[-1] + 1:
            run.append(day)
            continue
        if len(run) > 2:
            parts.append(f"{names[run[0]]}–{names[run[-1]]}")
        else:
            parts += [names[one] for one in run]
        run = [day]
    return ", ".join(parts)


def gap_words(gap: Gap) -> str:
    """Return a stretch as hours and days."""
    return f"{gap.first_hour:02}–{gap.end_hour:02} {days_words(gap.weekdays)}"


def _words_of(week: Week) -> tuple[str, ...]:
    """Return for each weekday the hours that are covered for half or more."""
    found = []
    for day in week:
        stretches, start = [], None
        for hour in range(25):
            there = hour < 24 and day[hour] >= 0.5
            if there and start is None:
                start = hour
            if not there and start is not None:
                stretches.append(f"{start:02}–{hour:02}")
                start = None
        found.append(", ".join(stretches) or "–")
    return tuple(found)


# ------------------------------------------------------------------ the agenda


def forum_for(actor: Actor, place: Place) -> Forum | None:
    """Return the forum that a gap at a place is put before: the strategic one, else the nearest."""
    rows = list(Forum.objects.visible_to(actor).filter(place=place, closed_on=None))
    order = {"strategic": 0, "operational": 1, "steering": 2}
    return min(rows, key=lambda one: (order.get(one.level, 3), one.name), default=None)


def open_finding(actor: Actor, place: Place, period: Period) -> CoverageFinding | None:
    """Return the finding that already waits on an agenda for the place and period."""
    return (
        CoverageFinding.objects.visible_to(actor)
        .filter(place=place, first=period.first, end=period.end, settled_at=None)
        .select_related("forum")
        .first()
    )


def agenda_points(actor: Actor, forum: Forum, now: datetime) -> list[AgendaPoint]:
    """Answer the agenda's hook: the gaps that a forum is asked to look at, for those who may read them."""
    if not may_read(actor):
        return []
    rows = (
        CoverageFinding.objects.visible_to(actor)
        .filter(forum=forum, settled_at=None)
        .select_related("place", "workspace")
    )
    return [
        AgendaPoint(
            key=f"coverage:{row.pk}",
            kind=AgendaKind.COVERAGE_GAP,
            title=_("%(place)s: nobody is there %(hours)s")
            % {"place": row.place.name, "hours": finding_words(row)},
            title_class=SharingClass.AUTHORITIES,
            line=ngettext(
                "%(number)s hour of the week without anybody", "%(number)s hours of the week without anybody",
                row.hours_without,
            )
            % {"number": row.hours_without},
            address=address_of(row.workspace.slug, row.place, Period(row.first, row.end)),
            age_days=max(0, (now - row.created_at).days),
            changed_at=row.created_at,
        )
        for row in rows
    ]  # fmt: skip


def finding_words(row: CoverageFinding) -> str:
    """Return the longest gaps of a finding in words."""
    gaps = [Gap(one["first_hour"], one["end_hour"], tuple(one["weekdays"])) for one in row.gaps]
    longest = sorted(gaps, key=lambda gap: -(gap.end_hour - gap.first_hour) * len(gap.weekdays))[:2]
    return "; ".join(map(gap_words, longest))


def address_of(workspace: str, place: Place, period: Period) -> str:
    """Return the address of the page for a place and a period."""
    return (
        f"{reverse('coverage', args=(workspace,))}?plats={place.slug}&fran={period.first}&till={period.last}"
    )
