"""The only writer of calendar links, and who a link speaks for when it is read."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from django.db import transaction

from samsyn.domain.access import Actor, Permission, can, check_permission
from samsyn.domain.calendar import STOCKHOLM
from samsyn.web.cooperation.models import CalendarFeed, Forum
from samsyn.web.people.services import actor_for, record


@transaction.atomic
def make_feed(actor: Actor, *, forum: Forum | None, now: datetime) -> tuple[CalendarFeed, str]:
    """Make a calendar link for the actor's account; the secret is returned this once and kept nowhere.

    Raises
    ------
    NotAllowed
    """
    check_permission(actor, Permission.VIEW_COOPERATION)
    secret = secrets.token_urlsafe(32)
    feed = CalendarFeed.objects.create(
        workspace_id=actor.workspace_id,
        account_id=actor.account_id,
        forum=forum,
        secret_hash=_hash(secret),
        created_at=now,
    )
    record(actor, "make calendar link", feed, now=now, fields=("forum",))
    return feed, secret


@transaction.atomic
def revoke_feed(actor: Actor, feed: CalendarFeed, *, now: datetime) -> None:
    """Withdraw one of the account's own links: from now on it gives nothing.

    Raises
    ------
    NotAllowed
    """
    check_permission(actor, Permission.VIEW_COOPERATION)
    rows = CalendarFeed.objects.filter(pk=feed.pk, account_id=actor.account_id, revoked_at=None)
    if rows.update(revoked_at=now):
        record(actor, "withdraw calendar link", feed, now=now, fields=("revoked_at",))


def reader_of(secret: str, now: datetime) -> tuple[CalendarFeed, Actor] | None:
    """Return the link with a secret and the actor that its account is now; None when either is gone."""
    feed = (
        CalendarFeed.objects.filter(secret_hash=_hash(secret), revoked_at=None)
        .select_related("account", "workspace")
        .first()
    )
    if feed is None:
        return None
    actor = actor_for(feed.account, feed.workspace, now.astimezone(STOCKHOLM).date())
    if actor is None or not can(actor, Permission.VIEW_COOPERATION):
        return None
    return feed, actor


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
