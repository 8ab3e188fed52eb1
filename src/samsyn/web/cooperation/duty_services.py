"""The only writer of duty shifts: one by one or as a whole roster, cancelled with a reason, never removed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from samsyn.domain.access import Actor, NotAllowed, Permission, SharingClass, can, covers_place
from samsyn.domain.duty import CancelReason, Shift, overlapping
from samsyn.domain.roster import LONGEST, RosterReading, RosterRow, read_roster
from samsyn.domain.row_problems import RowProblem
from samsyn.web.cooperation.duty_errors import (
    AlreadyCancelled,
    NotTheirs,
    PlaceTooSmall,
    ShiftBackwards,
    ShiftOverlaps,
    TableRefused,
)
from samsyn.web.cooperation.models import DutyShift
from samsyn.web.people.models import Function
from samsyn.web.people.services import record
from samsyn.web.places.models import Place, SubPlace
from samsyn.web.ui.guarding import check_texts
from samsyn.web.ui.models import record_columns


def may_roster(actor: Actor, function: Function) -> bool:
    """Return whether the actor may plan a function's duty: a lead, or its own organisation."""
    own = function.organisation_id == actor.organisation_id and can(actor, Permission.COOPERATE)
    return function.workspace_id == actor.workspace_id and (own or can(actor, Permission.MANAGE_COOPERATION))


def _check(actor: Actor, place: Place, functions: Iterable[Function]) -> None:
    if place.workspace_id != actor.workspace_id or not covers_place(actor, place.pk):
        raise NotAllowed(permission=Permission.COOPERATE.value)
    for function in functions:
        if not may_roster(actor, function):
            raise NotTheirs(function=function.name)


@transaction.atomic
def add_shift(
    actor: Actor,
    place: Place,
    function: Function,
    starts_at: datetime,
    ends_at: datetime,
    *,
    now: datetime,
    sub_places: Sequence[SubPlace] = (),
    source: str = "",
) -> DutyShift:
    """Put a function on duty at a place for a time.

    Raises
    ------
    NotAllowed, NotTheirs, ShiftBackwards, ShiftOverlaps, PlaceTooSmall, TextRefused
    """
    _check(actor, place, [function])
    check_texts(actor, {"source": source})
    if not timedelta(0) < ends_at - starts_at <= LONGEST:
        raise ShiftBackwards()
    elsewhere = next((one for one in sub_places if one.place_id != place.pk), None)
    if elsewhere is not None:
        raise PlaceTooSmall(name=elsewhere.name)
    if _held(place, function, starts_at, ends_at):
        raise ShiftOverlaps(function=function.name)
    shift = _shift(actor, place, function, starts_at, ends_at, source, now)
    shift.save(force_insert=True)
    shift.sub_places.set(sub_places)
    fields = ("function", "starts_at", "ends_at")
    record(actor, "create", shift, now=now, fields=fields, place_id=place.pk)
    return shift


def _shift(
    actor: Actor,
    place: Place,
    function: Function,
    starts_at: datetime,
    ends_at: datetime,
    source: str,
    now: datetime,
) -> DutyShift:
    columns = record_columns(actor, now, SharingClass.AUTHORITIES)
    # The roster is the function's own, whoever writes it in: its organisation always reads it.
    columns["owner_id"] = function.organisation_id
    return DutyShift(
        **columns,
        place=place,
        function=function,
        starts_at=starts_at,
        ends_at=ends_at,
        source=source.strip()[:120],
    )


def _held(place: Place, function: Function, starts_at: datetime, ends_at: datetime) -> bool:
    return DutyShift.objects.filter(
        place=place, function=function, cancelled_at=None, starts_at__lt=ends_at, ends_at__gt=starts_at
    ).exists()


def read_pasted(actor: Actor, place: Place, text: str) -> RosterReading:
    """Return a pasted roster as it reads against the functions and parts of the place, with every error."""
    functions = Function.objects.filter(workspace_id=actor.workspace_id, closed_on=None).select_related(
        "organisation"
    )
    reading = read_roster(text, _named(functions), {one.name: one for one in place.sub_places.all()})
    problems = [
        *reading.problems,
        *(
            RowProblem(row.row, "function", "function_unknown", facts=(("near", "–"),))
            for row in reading.rows
            if not may_roster(actor, row.function)
        ),
        # What others have planned is not told by what a pasted row meets.
        *_meets_kept(place, [row for row in reading.rows if may_roster(actor, row.function)]),
    ]
    return RosterReading(reading.rows, tuple(problems))


def _named(functions: Iterable[Function]) -> Mapping[str, Function]:
    """Return functions by name, and by name and organisation where two share one."""
    named: dict[str, Any] = {}
    twice = set()
    for one in functions:
        named[f"{one.name}, {one.organisation.name}"] = one
        if one.name in named:
            twice.add(one.name)
        named[one.name] = one
    return {name: one for name, one in named.items() if name not in twice}


def _meets_kept(place: Place, rows: Sequence[RosterRow]) -> list[RowProblem]:
    if not rows:
        return []
    start, end = min(row.starts_at for row in rows), max(row.ends_at for row in rows)
    kept: dict[Any, list[Shift]] = {}
    for one in DutyShift.objects.filter(place=place, cancelled_at=None, starts_at__lt=end, ends_at__gt=start):
        kept.setdefault(one.function_id, []).append(Shift(one.starts_at, one.ends_at))
    return [
        RowProblem(row.row, "from", "shift_overlaps_kept")
        for row in rows
        if any(overlapping([row.shift, one]) for one in kept.get(row.function.pk, ()))
    ]


@transaction.atomic
def add_roster(actor: Actor, place: Place, text: str, *, now: datetime, source: str = "") -> int:
    """Add every shift of a pasted roster, or none; return how many.

    Raises
    ------
    NotAllowed, TableRefused, TextRefused
        ``TableRefused`` carries every problem; nothing is then saved.
    """
    _check(actor, place, ())
    check_texts(actor, {"source": source})
    reading = read_pasted(actor, place, text)
    if reading.problems:
        raise TableRefused(reading.problems)
    return add_rows(actor, place, reading.rows, now=now, source=source)


@transaction.atomic
def add_rows(
    actor: Actor, place: Place, rows: Sequence[RosterRow], *, now: datetime, source: str = ""
) -> int:
    """Add shifts that have been read and checked already; return how many."""
    _check(actor, place, {row.function.pk: row.function for row in rows}.values())
    check_texts(actor, {"source": source})
    made = [_shift(actor, place, row.function, row.starts_at, row.ends_at, source, now) for row in rows]
    DutyShift.objects.bulk_create(made, batch_size=500)
    through = DutyShift.sub_places.through
    through.objects.bulk_create(
        [
            through(dutyshift_id=shift.pk, subplace_id=sub.pk)
            for shift, row in zip(made, rows, strict=True)
            for sub in row.sub_places
        ],
        batch_size=500,
    )
    record(actor, "add roster", "DutyShift", now=now, fields=("function",), place_id=place.pk)
    return len(made)


@transaction.atomic
def cancel_shift(actor: Actor, shift: DutyShift, reason: CancelReason, *, now: datetime) -> None:
    """Cancel a shift with a reason; it is kept, so that withdrawn presence can be counted.

    Raises
    ------
    NotAllowed, NotTheirs, AlreadyCancelled
    """
    _check(actor, shift.place, [shift.function])
    if shift.cancelled_at is not None:
        raise AlreadyCancelled()
    shift.cancelled_at, shift.cancelled_reason = now, reason.value
    shift.revision += 1
    shift.save(update_fields=["cancelled_at", "cancelled_reason", "revision"])
    record(actor, "cancel", shift, now=now, fields=("cancelled_reason",), place_id=shift.place_id)
