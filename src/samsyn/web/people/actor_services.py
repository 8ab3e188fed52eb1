"""The only writer of functions' cards: whom they turn to, what they take, how they are reached."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_noop as _

from samsyn.domain.access import Actor, NotAllowed, Permission, can
from samsyn.domain.actors import TrainingCourse, may_count
from samsyn.domain.errors import SamsynError
from samsyn.domain.guard_numbers import national_number
from samsyn.web.people.models import Function, FunctionNumber, FunctionTraining, Organisation
from samsyn.web.people.services import record
from samsyn.web.ui.guarding import check_texts
from samsyn.web.ui.models import StaleRecord

#: What may be changed on a function's card.
CARD = (
    "name", "assignment", "target_groups", "needs", "limits", "letter_box", "has_radio", "hours",
    "needs_mandate", "staff",
)  # fmt: skip
_LETTER_BOX = re.compile(r"[^@\s]+@[^@\s]+\.[a-z]{2,}", re.IGNORECASE)


class NumberUnreadable(SamsynError):
    """A line of numbers holds no telephone number."""

    code = "SAM613"
    template = _("Line %(line)s holds no telephone number.")
    mend = _("Write the number first and what it is after it: 08-465 004 01 Vakthavande.")


class NumberIsSomebodys(SamsynError):
    """Nobody has said that a number belongs to the function."""

    code = "SAM614"
    template = _("A number was added without saying that it belongs to the function.")
    mend = _("Tick that it reaches whoever is on duty. A person's own number never stands here.")


class LetterBoxUnreadable(SamsynError):
    """The address is no e-mail address."""

    code = "SAM615"
    template = _("That is no e-mail address.")
    mend = _("Write the function's own address, for example ungdomsjouren@exempelstad.example.")


class FunctionNameTaken(SamsynError):
    """The organisation has a function of that name."""

    code = "SAM616"
    template = _("%(organisation)s already has a function called %(name)s.")
    mend = _("Choose another name, or open the one that is there.")


class TooFewToCount(SamsynError):
    """How many have trained would be told of a function that is small, or whose size nobody knows."""

    code = "SAM617"
    template = _("How many took part is not kept for a function with fewer than five people.")
    mend = _("Leave the number out; the course and the day are kept.")


class EndNeedsReason(SamsynError):
    """Something in a register is ended without a word on why."""

    code = "SAM618"
    template = _("%(name)s cannot be ended without a reason.")
    mend = _("Write in one line why, for example: replaced by a new one, or taken over by another function.")


class StillActedFor(SamsynError):
    """A function is to be closed while accounts act for it."""

    code = "SAM619"
    template = _("Accounts act for %(name)s still: %(number)s.")
    mend = _("Let the administrator end their memberships, or give them another function, first.")


def may_edit(actor: Actor, function: Function) -> bool:
    """Return whether the actor may write a function's card: a lead, or its own organisation."""
    if function.workspace_id != actor.workspace_id:
        return False
    own = function.organisation_id == actor.organisation_id and can(actor, Permission.COOPERATE)
    return own or can(actor, Permission.MANAGE_COOPERATION)


def _check(actor: Actor, function: Function) -> None:
    if not may_edit(actor, function):
        raise NotAllowed(permission=Permission.MANAGE_COOPERATION.value)


@transaction.atomic
def create_function(
    actor: Actor,
    organisation: Organisation,
    name: str,
    *,
    now: datetime,
    assignment: str = "",
    override_reason: str = "",
) -> Function:
    """Enter a function of an organisation.

    Raises
    ------
    NotAllowed, FunctionNameTaken, TextRefused
    """
    function = Function(
        workspace_id=actor.workspace_id,
        organisation=organisation,
        name=name.strip(),
        assignment=assignment.strip(),
    )
    if organisation.workspace_id != actor.workspace_id:
        raise NotAllowed(permission=Permission.MANAGE_COOPERATION.value)
    _check(actor, function)
    check_texts(actor, {"name": name, "assignment": assignment}, override_reason=override_reason)
    _check_name(function)
    function.save(force_insert=True)
    record(actor, "create", function, now=now, fields=("name", "assignment"))
    return function


def _check_name(function: Function) -> None:
    others = Function.objects.filter(organisation=function.organisation, name=function.name)
    if others.exclude(pk=function.pk).exists():
        raise FunctionNameTaken(organisation=function.organisation.name, name=function.name)


@contextmanager
def one_save(function: Function, revision: int | None = None) -> Iterator[None]:
    """Hold a function's row; all that is written of its card meanwhile counts as one save.

    Parameters
    ----------
    function : Function
        The function; it is read anew.
    revision : int, optional
        That of the card that was read; without it nothing is compared.

    Raises
    ------
    StaleRecord
        Somebody else has saved since.
    """
    with transaction.atomic():
        function.refresh_from_db(from_queryset=Function.objects.select_for_update(of=("self",)))
        before = function.revision
        if revision is not None and before != revision:
            raise StaleRecord(function, thing=function.name)  # type: ignore[arg-type]
        yield
        if function.revision > before + 1:
            function.revision = before + 1
            function.save(update_fields=["revision"])


def saved_anew(function: Function) -> None:
    """Let a function's card that is held be another than the one that was read."""
    function.revision += 1
    function.save(update_fields=["revision"])


def change_card(
    actor: Actor,
    function: Function,
    changes: Mapping[str, Any],
    *,
    revision: int,
    now: datetime,
    override_reason: str = "",
) -> None:
    """Change a function's card; a save on an old revision is refused.

    Raises
    ------
    NotAllowed, FunctionNameTaken, LetterBoxUnreadable, StaleRecord, TextRefused
    """
    with one_save(function, revision):
        _change_card(actor, function, changes, now, override_reason)


def _change_card(
    actor: Actor, function: Function, changes: Mapping[str, Any], now: datetime, override_reason: str
) -> None:
    _check(actor, function)
    wanted = {name: changes[name] for name in CARD if name in changes}
    letter_box = str(wanted.get("letter_box", "")).strip()
    if letter_box and not _LETTER_BOX.fullmatch(letter_box):
        raise LetterBoxUnreadable()
    texts: dict[str, str] = {
        name: str(wanted[name]) for name in ("name", "assignment", "limits") if name in wanted
    }
    check_texts(actor, texts, override_reason=override_reason)
    changed = sorted(name for name, value in wanted.items() if getattr(function, name) != value)
    if not changed:
        return
    renamed = Function(
        pk=function.pk, organisation=function.organisation, name=wanted.get("name", function.name)
    )
    _check_name(renamed)
    for name in changed:
        setattr(function, name, wanted[name])
    function.save(update_fields=changed)
    saved_anew(function)
    record(actor, "change", function, now=now, fields=changed)


def reason_of(actor: Actor, name: str, reason: str, *, override_reason: str = "") -> str:
    """Return the reason that something in a register is ended for.

    Raises
    ------
    EndNeedsReason, TextRefused
    """
    line = " ".join(reason.split())[:200]
    if not line:
        raise EndNeedsReason(name=name)
    check_texts(actor, {"reason": line}, override_reason=override_reason)
    return line


@transaction.atomic
def close_function(
    actor: Actor, function: Function, reason: str, *, on: date, now: datetime, override_reason: str = ""
) -> None:
    """Close a function from a day, with a reason; the row and all that it has written stay.

    Raises
    ------
    NotAllowed, EndNeedsReason, StillActedFor, TextRefused
    """
    _check(actor, function)
    line = reason_of(actor, function.name, reason, override_reason=override_reason)
    acting = function.memberships.filter(Q(valid_to=None) | Q(valid_to__gt=on)).count()
    if acting:
        raise StillActedFor(name=function.name, number=acting)
    if function.closed_on is None:
        _set_closed(actor, function, on, line, "close", now)


@transaction.atomic
def reopen_function(actor: Actor, function: Function, *, now: datetime) -> None:
    """Open a function again; its numbers and hours are those that it had.

    Raises
    ------
    NotAllowed
    """
    _check(actor, function)
    if function.closed_on is not None:
        _set_closed(actor, function, None, "", "reopen", now)


def _set_closed(
    actor: Actor, function: Function, on: date | None, reason: str, verb: str, now: datetime
) -> None:
    function.closed_on, function.closed_reason = on, reason
    function.revision += 1
    function.save(update_fields=["closed_on", "closed_reason", "revision"])
    record(actor, verb, function, now=now, fields=("closed_on", "closed_reason"))


def read_numbers(text: str) -> list[tuple[str, str, str]]:
    """Return numbers as they are written, in national form, and what each is: one a line.

    Raises
    ------
    NumberUnreadable
        A line does not begin with a number of at least three figures.
    """
    found = []
    for at, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        written = re.match(r"\s*(\+?[\d() /-]*\d)\s*[,;:–-]?\s*(.*)", line)
        national = national_number(written[1]) if written else ""
        if written is None or not 3 <= len(national) <= 14:
            raise NumberUnreadable(line=at)
        found.append((written[1].strip(), national, written[2].strip()))
    return found


def set_numbers(
    actor: Actor,
    function: Function,
    text: str,
    *,
    is_the_functions: bool,
    now: datetime,
    revision: int | None = None,
) -> None:
    """Replace the numbers that reach a function; from then on the guard lets them through.

    Raises
    ------
    NotAllowed, NumberUnreadable, StaleRecord, NumberIsSomebodys, TextRefused
        The second last when a number is new and nobody has said that it is the function's own.
    """
    with one_save(function, revision):
        _set_numbers(actor, function, text, is_the_functions, now)


def _set_numbers(actor: Actor, function: Function, text: str, is_the_functions: bool, now: datetime) -> None:
    _check(actor, function)
    numbers = read_numbers(text)
    kept = {one.national for one in function.numbers.all()}
    if not is_the_functions and any(national not in kept for _written, national, _label in numbers):
        raise NumberIsSomebodys()
    check_texts(actor, {f"label {at}": label for at, (_n, _m, label) in enumerate(numbers)})
    once = {national: (written, label) for written, national, label in reversed(numbers)}
    rows = [
        FunctionNumber(
            function=function, number=written[:32], national=national[:20], label=label[:80], position=at
        )
        for at, (national, (written, label)) in enumerate(reversed(once.items()))
    ]
    before = function.numbers.order_by("position").values_list("number", "national", "label")
    if list(before) == [(one.number, one.national, one.label) for one in rows]:
        return
    function.numbers.all().delete()
    FunctionNumber.objects.bulk_create(rows)
    saved_anew(function)
    record(actor, "change", function, now=now, fields=("numbers",))


@transaction.atomic
def add_training(
    actor: Actor,
    function: Function,
    course: TrainingCourse,
    held_on: date,
    *,
    now: datetime,
    trained: int | None = None,
) -> FunctionTraining:
    """Enter that a function has trained something; how many only where the function is not small.

    Raises
    ------
    NotAllowed, TooFewToCount
    """
    _check(actor, function)
    if trained is not None and not may_count(function.staff):
        raise TooFewToCount()
    row, _made = FunctionTraining.objects.update_or_create(
        function=function, course=course.value, held_on=held_on, defaults={"trained": trained}
    )
    record(actor, "create", row, now=now, fields=("course", "held_on"))
    return row


def courses_of(functions: Sequence[Function]) -> dict[Any, list[FunctionTraining]]:
    """Return the trainings of some functions, the newest of each course first."""
    found: dict[Any, list[FunctionTraining]] = {}
    rows = FunctionTraining.objects.filter(function__in=functions)
    for row in rows:
        found.setdefault(row.function_id, []).append(row)
    return found
