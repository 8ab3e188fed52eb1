"""The only writer of pulses: short questions about a forum, answered without a name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.crypto import salted_hmac

from samsyn.domain.access import Actor, NotAllowed, Permission, SharingClass, check_permission
from samsyn.domain.calendar import STOCKHOLM
from samsyn.domain.notices import NoticeKind
from samsyn.domain.self_checks import CheckAnswer, PulseQuestion
from samsyn.web.cooperation import owner_proposal as owners
from samsyn.web.cooperation.agreement_errors import AnsweredAlready, AnswersIncomplete, CheckOver
from samsyn.web.cooperation.check_models import Pulse, PulseTally, PulseTicket
from samsyn.web.cooperation.forum_models import Forum
from samsyn.web.people.notices import SubjectRef, notify
from samsyn.web.people.services import record
from samsyn.web.ui.models import record_columns

OPEN_DAYS = 14


@transaction.atomic
def open_pulse(actor: Actor, forum: Forum, *, now: datetime) -> Pulse:
    """Ask those who sit in a forum the three questions, for two weeks; the one that is open is returned.

    Raises
    ------
    NotAllowed
    """
    check_permission(actor, Permission.HOLD_MEETING)
    there = Pulse.objects.filter(forum=forum, closes_at__gt=now).first()
    if there is not None:
        return there
    last = now.astimezone(STOCKHOLM).date() + timedelta(days=OPEN_DAYS)
    made = Pulse(
        **record_columns(actor, now, SharingClass.COOPERATION),
        forum=forum,
        closes_at=datetime.combine(last, time(23, 59), STOCKHOLM),
    )
    made.save(force_insert=True)
    PulseTally.objects.bulk_create(
        PulseTally(pulse=made, question=question.value, answer=answer.value)
        for question in PulseQuestion
        for answer in CheckAnswer
    )
    record(actor, "open", made, now=now, fields=("closes_at",), place_id=forum.place_id)
    notify(
        owners.seats_of(forum, now.astimezone(STOCKHOLM).date()), workspace=forum.workspace,
        kind=NoticeKind.PULSE_OPEN, subject_ref=SubjectRef.of(made, "pulses", slug=forum.slug),
        sharing_class=SharingClass.COOPERATION, place_id=forum.place_id, now=now,
    )  # fmt: skip
    return made


def may_answer(actor: Actor, forum: Forum, now: datetime) -> bool:
    """Return whether the actor's function has a seat in the forum now."""
    return forum.pk in owners.seats_by(actor.function_id, now.astimezone(STOCKHOLM).date())


def has_answered(actor: Actor, pulse: Pulse) -> bool:
    """Return whether the account has answered; nobody can tell what."""
    return PulseTicket.objects.filter(pulse=pulse, mark=_mark(actor, pulse)).exists()


def answer_pulse(
    actor: Actor, pulse: Pulse, answers: Mapping[PulseQuestion, CheckAnswer], *, now: datetime
) -> None:
    """Count the actor's answers. They are not logged: who answered when would lead back to what.

    Raises
    ------
    NotAllowed, CheckOver, AnswersIncomplete, AnsweredAlready
    """
    check_permission(actor, Permission.COOPERATE)
    if not may_answer(actor, pulse.forum, now):
        raise NotAllowed(permission=Permission.COOPERATE.value)
    if pulse.closes_at <= now:
        raise CheckOver(thing=str(pulse.forum))
    missing = [one.value for one in PulseQuestion if one not in answers]
    if missing:
        raise AnswersIncomplete(missing=", ".join(missing))
    try:
        with transaction.atomic():
            PulseTicket(pulse=pulse, mark=_mark(actor, pulse)).save(force_insert=True)
            for question in PulseQuestion:
                tally = PulseTally.objects.filter(
                    pulse=pulse, question=question.value, answer=answers[question].value
                )
                tally.update(count=F("count") + 1)
    except IntegrityError:
        raise AnsweredAlready() from None


def _mark(actor: Actor, pulse: Pulse) -> str:
    return salted_hmac(f"samsyn.pulse:{pulse.pk}", str(actor.account_id), algorithm="sha256").hexdigest()
