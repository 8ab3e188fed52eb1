"""Who is on duty where, and who can be reached: what each reader may know of it.

Rosters are class Authorities. Whoever reads less far is told whether a function can be reached now and by
which number, nothing else of the roster, and only for the present: otherwise the roster could be read out
by asking for every hour of the week.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from samsyn.domain.access import Actor, Permission, SharingClass, can, covers_place, reads_up_to
from samsyn.domain.calendar import STOCKHOLM, Period, now as this_moment
from samsyn.domain.duty import DutyState, Shift, Standing, standing
from samsyn.web.cooperation.models import DutyShift
from samsyn.web.people.models import Function
from samsyn.web.places.models import Place

#: Hours that run on for longer than this are said to have no end.
AROUND_THE_CLOCK = timedelta(days=2)
#: What is asked about a moment this near is asked about now.
NOW_IS_WITHIN = timedelta(minutes=15)
# Shifts that may run at a moment have begun at most this long before; longer ones are refused when written.
LONGEST_SHIFT = timedelta(hours=36)


@dataclass(frozen=True, slots=True)
class NumberShown:
    """One number of a function, as it is read and as it is called."""

    number: str
    address: str
    label: str


@dataclass(frozen=True, slots=True)
class Reachable:
    """How a function stands at a moment, narrowed to what the reader may see.

    ``until`` and ``sub_places`` come from the roster only where the reader may read it.
    """

    function_id: UUID
    name: str
    organisation: str
    organisation_id: UUID
    state: DutyState
    until: datetime | None
    opens_at: datetime | None
    numbers: tuple[NumberShown, ...]
    sub_places: tuple[str, ...] = ()
    from_roster: bool = False

    @property
    def is_reachable(self) -> bool:
        """Whether somebody answers now."""
        return self.state is not DutyState.NOT_REACHABLE


@dataclass(frozen=True, slots=True)
class ShiftShown:
    """One shift of a roster, for those who may read it."""

    id: UUID
    function_id: UUID
    function: str
    organisation: str
    starts_at: datetime
    ends_at: datetime
    sub_places: tuple[str, ...]
    sub_place_ids: tuple[UUID, ...]
    cancelled_reason: str
    source: str

    @property
    def cancelled(self) -> bool:
        """Whether the shift was cancelled."""
        return bool(self.cancelled_reason)


def reads_rosters(actor: Actor) -> bool:
    """Return whether the actor may read rosters of other organisations."""
    return can(actor, Permission.VIEW_COOPERATION) and reads_up_to(actor) >= SharingClass.AUTHORITIES


def functions_at(actor: Actor, place: Place, day: date) -> QuerySet[Function]:
    """Return the functions that serve a place: those that name it, and those that name no place at all."""
    if not can(actor, Permission.VIEW_COOPERATION) or not covers_place(actor, place.pk):
        return Function.objects.none()
    return (
        Function.objects.filter(workspace_id=actor.workspace_id)
        .filter(Q(closed_on=None) | Q(closed_on__gt=day))
        .filter(Q(serves=None) | Q(serves__place=place))
        .select_related("organisation")
        .prefetch_related("numbers")
        .distinct()
    )


def numbers_of(function: Function) -> tuple[NumberShown, ...]:
    """Return the registered numbers of a function, in the order they are to be tried."""
    return tuple(NumberShown(one.number, one.address, one.label) for one in function.numbers.all())


def reachable(
    actor: Actor, place: Place, at: datetime, *, now: datetime | None = None
) -> tuple[Reachable, ...]:
    """Return every function that serves a place and how it stands at a moment, nearest first.

    ``now`` is this moment, for tests; a moment far from it is answered without rosters that the actor may
    not read.
    """
    functions = list(functions_at(actor, place, at.astimezone(STOCKHOLM).date()))
    rosters = _rosters(actor, place, at, now or this_moment())
    found = [_shown(actor, function, rosters.get(function.pk, ()), at) for function in functions]
    rank = list(DutyState)
    far = at + timedelta(days=3650)
    return tuple(sorted(found, key=lambda one: (rank.index(one.state), one.opens_at or far, one.name)))


def on_duty(
    actor: Actor, place: Place, at: datetime, *, now: datetime | None = None
) -> tuple[Reachable, ...]:
    """Return the functions that can be reached: on duty by the roster, or by their usual hours."""
    return tuple(one for one in reachable(actor, place, at, now=now) if one.is_reachable)


def shifts_between(actor: Actor, place: Place, period: Period) -> tuple[ShiftShown, ...]:
    """Return the shifts that touch a period, for whoever may read the roster; nothing for others."""
    start, end = (datetime.combine(day, time(0), STOCKHOLM) for day in (period.first, period.end))
    if not can(actor, Permission.VIEW_COOPERATION):
        return ()
    rows = (
        DutyShift.objects.visible_to(actor)
        .filter(place=place, starts_at__lt=end, ends_at__gt=start)
        .select_related("function__organisation")
        .prefetch_related("sub_places")
    )
    return tuple(_shift_shown(row) for row in rows)


def _shift_shown(row: DutyShift) -> ShiftShown:
    subs = sorted(row.sub_places.all(), key=lambda sub: sub.name)
    return ShiftShown(
        row.pk,
        row.function_id,
        row.function.name,
        row.function.organisation.name,
        row.starts_at,
        row.ends_at,
        tuple(sub.name for sub in subs),
        tuple(sub.pk for sub in subs),
        row.cancelled_reason,
        row.source,
    )


def _rosters(actor: Actor, place: Place, at: datetime, now: datetime) -> dict[UUID, Sequence[DutyShift]]:
    """Return the shifts around a moment by function: all when it is now, else those the actor reads."""
    rows = DutyShift.objects.visible_to(actor)
    if abs(at - now) <= NOW_IS_WITHIN and can(actor, Permission.VIEW_COOPERATION):
        rows = DutyShift.objects.filter(workspace_id=actor.workspace_id)
    near = rows.filter(
        place=place, starts_at__gt=at - LONGEST_SHIFT, starts_at__lt=at + LONGEST_SHIFT, ends_at__gt=at
    ).prefetch_related("sub_places")
    found: dict[UUID, list[DutyShift]] = defaultdict(list)
    for row in near:
        found[row.function_id].append(row)
    return dict(found)


def _shown(actor: Actor, function: Function, rows: Sequence[DutyShift], at: datetime) -> Reachable:
    shifts = as_shifts(rows)
    hours = function.opening_hours
    stands = standing(shifts, hours, at)
    if stands.until is not None and stands.until - at > AROUND_THE_CLOCK:
        stands = Standing(stands.state)
    own = function.organisation_id == actor.organisation_id
    from_roster = stands.state is DutyState.ON_DUTY
    subs: tuple[str, ...] = ()
    if reads_rosters(actor) or own:
        running = [row for row in rows if row.cancelled_at is None and row.starts_at <= at < row.ends_at]
        subs = tuple(sorted({sub.name for row in running for sub in row.sub_places.all()}))
    elif from_roster:
        # One bit and the number (P17): until when is said only by the hours that everybody may read.
        stands = Standing(DutyState.ANSWERS, hours.open_until(at))
        from_roster = False
    return Reachable(
        function.pk,
        function.name,
        function.organisation.name,
        function.organisation_id,
        stands.state,
        stands.until,
        stands.opens_at,
        numbers_of(function),
        subs,
        from_roster,
    )


def as_shifts(rows: Iterable[DutyShift]) -> list[Shift]:
    """Return rows as the rules read them."""
    return [Shift(row.starts_at, row.ends_at, row.cancelled_at is not None, row.function_id) for row in rows]
