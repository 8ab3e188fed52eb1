"""Tells functions that something has happened. The only writer of notices; other apps call `notify`.

notify(
[issue.responsible], workspace=issue.workspace, kind=NoticeKind.QUESTION_WAITS,
subject_ref=SubjectRef.of(issue, "issue", issue_id=issue.pk),
sharing_class=SharingClass(issue.sharing_class), place_id=issue.place_id, now=now, actor=actor,
)
"""

from __future__ import annotations

import logging
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext, ngettext

from samsyn.domain.access import Actor, Permission, SharingClass, can, can_read
from samsyn.domain.calendar import STOCKHOLM
from samsyn.domain.notices import Channel, Hours, NoticeKind, first_choice, mail_at, out_of_quiet
from samsyn.web.people.models import (
    Function,
    Membership,
    Notice,
    NoticeChoice,
    NoticeHours,
    User,
    Workspace,
)
from samsyn.web.people.services import actor_for
from samsyn.web.ui.models import Record

MOST_ATTEMPTS = 5
RETRY_AFTER = timedelta(minutes=10)
KEPT_DAYS = 90
KEYS_KEPT_DAYS = 400

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SubjectRef:
    """What a notice points at: the thing, who owns it, and the page where it is read.

    ``url_kwargs`` leave out the workspace. ``owner_id`` is the organisation whose members read it in any
    class, as for a record.
    """

    thing: str
    thing_id: str
    owner_id: UUID
    url_name: str
    url_kwargs: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, record: Record, url_name: str, **url_kwargs: object) -> SubjectRef:
        """Return the reference of a record that is read on a page."""
        words = {name: str(value) for name, value in url_kwargs.items()}
        return cls(type(record).__name__, str(record.pk), record.owner_id, url_name, words)


def notify(
    functions: Iterable[Function] | None,
    *,
    workspace: Workspace,
    kind: NoticeKind,
    subject_ref: SubjectRef,
    sharing_class: SharingClass,
    now: datetime,
    actor: Actor | None = None,
    place_id: UUID | None = None,
    key: str = "",
) -> int:
    """Tell the accounts that act for the functions; return how many notices were made.

    Nobody is told of what they may not read: the class, the owner and the place are tried for each account.
    Whoever did it is not told (``actor``). An unread notice of the same kind about the same thing is not
    doubled. With a ``key`` a reminder comes once, ever, however often it is asked for. ``functions`` None
    means everyone in the workspace who may read it.
    """
    made = 0
    with transaction.atomic():
        for account, reader in _accounts(workspace, functions, now):
            told_already = actor is not None and account.pk == actor.account_id
            reads = can(reader, Permission.VIEW_COOPERATION) and can_read(
                reader, sharing_class, subject_ref.owner_id, place_id
            )
            channel = channel_of(account, workspace, kind)
            if told_already or not reads or channel is Channel.OFF:
                continue
            same = Notice.objects.filter(workspace=workspace, user=account)
            waiting = Q(kind=kind.value, thing_id=subject_ref.thing_id, read_at=None)
            if same.filter(Q(key=key) if key else waiting).exists():
                continue
            Notice(
                workspace=workspace,
                user=account,
                function_id=reader.function_id,
                kind=kind.value,
                thing=subject_ref.thing,
                thing_id=subject_ref.thing_id,
                url_name=subject_ref.url_name,
                url_kwargs=dict(subject_ref.url_kwargs),
                sharing_class=int(sharing_class),
                owner_id=subject_ref.owner_id,
                place_id=place_id,
                key=key or None,
                created_at=now,
                mail_at=mail_at(now, channel, hours_of(account, workspace)) if account.email else None,
            ).save(force_insert=True)
            made += 1
    return made


def already_told(keys: Iterable[str]) -> set[str]:
    """Return those of the keys that somebody has been reminded with."""
    found = Notice.objects.filter(key__in=list(keys)).values_list("key", flat=True)
    return {key for key in found if key}


def _accounts(
    workspace: Workspace, functions: Iterable[Function] | None, now: datetime
) -> Iterable[tuple[User, Actor]]:
    day = now.astimezone(STOCKHOLM).date()
    open_today = Q(valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gt=day))
    memberships = Membership.objects.filter(open_today, workspace=workspace, user__is_active=True)
    if functions is not None:
        memberships = memberships.filter(function__in=[one.pk for one in functions])
    for membership in memberships.select_related("user").order_by("pk"):
        reader = actor_for(membership.user, workspace, day)
        if reader is not None:
            yield membership.user, reader


# ------------------------------------------------------------------ the account's own choices


def channel_of(account: User, workspace: Workspace, kind: NoticeKind) -> Channel:
    """Return how the account wants to hear of a kind."""
    chosen = NoticeChoice.objects.filter(user=account, workspace=workspace, kind=kind.value).first()
    return Channel(chosen.channel) if chosen else first_choice(kind)


def hours_of(account: User, workspace: Workspace) -> Hours:
    """Return when the account wants e-mail."""
    row = NoticeHours.objects.filter(user=account, workspace=workspace).first()
    return Hours(row.quiet_from, row.quiet_to, row.digest_hour, row.digest_weekday) if row else Hours()


def choose(
    account: User,
    workspace: Workspace,
    *,
    channels: Mapping[NoticeKind, Channel],
    hours: Hours,
    email: str,
) -> None:
    """Save the account's choices, and let those notices that wait to be mailed follow them."""
    with transaction.atomic():
        for kind, channel in channels.items():
            NoticeChoice.objects.update_or_create(
                user=account, workspace=workspace, kind=kind.value, defaults={"channel": channel.value}
            )
        NoticeHours.objects.update_or_create(
            user=account,
            workspace=workspace,
            defaults={
                "quiet_from": hours.quiet_from,
                "quiet_to": hours.quiet_to,
                "digest_hour": hours.digest_hour,
                "digest_weekday": hours.digest_weekday,
            },
        )
        account.email = email
        account.save(update_fields=["email"])
        for row in Notice.objects.filter(
            user=account, workspace=workspace, mailed_at=None, claim=None, mail_at__isnull=False
        ):
            channel = channels.get(NoticeKind(row.kind), first_choice(NoticeKind(row.kind)))
            row.mail_at = mail_at(row.created_at, channel, hours) if email else None
            row.save(update_fields=["mail_at"])


# ------------------------------------------------------------------ reading


def mark_read(actor: Actor, notices: Iterable[Notice], *, now: datetime) -> int:
    """Mark the actor's own notices as read; a notice that is read is not mailed."""
    keys = [one.pk for one in notices]
    unread = Notice.objects.visible_to(actor).filter(pk__in=keys, read_at=None)
    return unread.update(read_at=now, mail_at=None)


def forget_about(thing: str, thing_id: str) -> int:
    """Take away the notices about a thing that can no longer be read; called by the thing's service."""
    return Notice.objects.filter(thing=thing, thing_id=thing_id).delete()[0]


def forget_old(now: datetime) -> int:
    """Take away notices that are older than `KEPT_DAYS`: the things they point at are kept elsewhere.

    A reminder stays longer, so that it is not given a second time.
    """
    old = Q(created_at__lt=now - timedelta(days=KEPT_DAYS), key=None)
    return Notice.objects.filter(old | Q(created_at__lt=now - timedelta(days=KEYS_KEPT_DAYS))).delete()[0]


# ------------------------------------------------------------------ e-mail


@dataclass(frozen=True, slots=True)
class Sent:
    """What one run of the queue did."""

    mails: int = 0
    notices: int = 0
    failed: int = 0


def send_due(now: datetime) -> Sent:
    """Send one e-mail to each account that has something due; return what was done.

    The rows are claimed before anything is sent and never given back after a kill, so that nobody gets the
    same e-mail twice. What a killed run may have left unsent is still unread in the program, and the next
    e-mail counts it.
    """
    mails = told = failed = 0
    for account, workspace in _who_waits(now):
        rows = _claim(account, workspace, now)
        if not rows:
            continue
        reader = actor_for(account, workspace, now.astimezone(STOCKHOLM).date())
        if reader is None or not account.email:
            continue  # has left, or wants no e-mail: the claim stays and nothing is sent
        readable = Notice.objects.visible_to(reader).filter(read_at=None)
        if not readable.filter(pk__in=[row.pk for row in rows]).exists():
            continue
        try:
            _message(account, workspace, reader, readable.count()).send()
        except OSError as reason:
            failed += 1
            _log.warning("an e-mail about notices was not taken: %s", type(reason).__name__)
            _give_back(rows, now)
            continue
        Notice.objects.filter(pk__in=[row.pk for row in rows]).update(mailed_at=now)
        mails, told = mails + 1, told + len(rows)
    return Sent(mails, told, failed)


def _waiting(now: datetime) -> Any:
    return Notice.objects.filter(
        mail_at__lte=now, mailed_at=None, claim=None, read_at=None, attempts__lt=MOST_ATTEMPTS
    )


def _who_waits(now: datetime) -> list[tuple[User, Workspace]]:
    pairs: dict[tuple[UUID, UUID], tuple[User, Workspace]] = {}
    for row in _waiting(now).select_related("user", "workspace"):
        pairs[row.user_id, row.workspace_id] = row.user, row.workspace
    return list(pairs.values())


def _claim(account: User, workspace: Workspace, now: datetime) -> list[Notice]:
    """Take what is due for an account; two runs at once never take the same row."""
    hours = hours_of(account, workspace)
    later = out_of_quiet(now, hours)
    rows = _waiting(now).filter(user=account, workspace=workspace)
    if later > now:
        rows.update(mail_at=later)
        return []
    mark = uuid.uuid4()
    rows.update(claim=mark, claimed_at=now)
    found = list(Notice.objects.filter(claim=mark))
    # The choice may have changed since it was put in the queue.
    return [one for one in found if _is_mailed(account, workspace, one)]


def _is_mailed(account: User, workspace: Workspace, row: Notice) -> bool:
    return channel_of(account, workspace, NoticeKind(row.kind)) not in {Channel.OFF, Channel.IN_APP}


def _give_back(rows: list[Notice], now: datetime) -> None:
    for row in rows:
        row.claim, row.claimed_at = None, None
        row.attempts += 1
        row.mail_at = now + RETRY_AFTER * row.attempts
        row.save(update_fields=["claim", "claimed_at", "attempts", "mail_at"])


def _message(account: User, workspace: Workspace, reader: Actor, unread: int) -> EmailMessage:
    """Return the e-mail: who it concerns, that there is news, and where. Never what it says."""
    function = Function.objects.select_related("organisation").get(pk=reader.function_id)
    with translation.override(account.language or settings.LANGUAGE_CODE):
        subject = gettext("Samsyn: there is news for you")
        lines = [
            gettext("This concerns %(function)s.") % {"function": function},
            ngettext(
                "There is %(count)s notice that you have not read.",
                "There are %(count)s notices that you have not read.",
                unread,
            )
            % {"count": unread},
            f"{settings.SAMSYN_ADDRESS.rstrip('/')}/{workspace.slug}/aviseringar/",
            "",
            gettext("What it is about is only shown in Samsyn. There you also choose when you get e-mail."),
        ]
    return EmailMessage(subject, "\n".join(lines), settings.DEFAULT_FROM_EMAIL, [account.email])


def labels_of(notices: Iterable[Notice], actor: Actor) -> dict[tuple[str, str], str]:
    """Return what the things are called for this reader, asked of the apps that own them."""
    from samsyn.web.ui import registry

    wanted: dict[str, set[str]] = defaultdict(set)
    for one in notices:
        wanted[one.thing].add(one.thing_id)
    found: dict[tuple[str, str], str] = {}
    for thing, ids in wanted.items():
        for answer in registry.ask("notice_labels", actor, thing, sorted(ids)):
            found.update({(thing, str(thing_id)): label for thing_id, label in answer.items()})
    return found
