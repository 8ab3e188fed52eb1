"""Notices: that something has happened, and where to read it. Never what it says."""

from __future__ import annotations

import uuid
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from samsyn.domain.access import Actor, Permission, can, reads_up_to
from samsyn.web.people.models import Function, Organisation, User, Workspace
from samsyn.web.ui.models import sharing_class_field


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Notices as the account they are for may meet them now."""

    def visible_to(self, actor: Actor) -> Self:
        """Return the account's own notices about what it may still read.

        The class is tried again when it is read: who has changed role meets nothing of the old one.
        """
        if not can(actor, Permission.VIEW_PLACE):
            return self.none()
        rows = self.filter(
            Q(sharing_class__lte=int(reads_up_to(actor))) | Q(owner_id=actor.organisation_id),
            workspace_id=actor.workspace_id,
            user_id=actor.account_id,
            function_id=actor.function_id,
        )
        if actor.place_ids is not None:
            rows = rows.filter(Q(place_id=None) | Q(place_id__in=actor.place_ids))
        return rows


class Notice(models.Model):
    """A pointer to a thing, for one account. What is shown is made when it is read."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notices")
    # The function that the account acted for: a new function does not inherit the old one's notices.
    function = models.ForeignKey(Function, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=32)  # domain.notices.NoticeKind
    thing = models.CharField(max_length=60)
    thing_id = models.CharField(max_length=64)
    url_name = models.CharField(max_length=60)
    url_kwargs = models.JSONField(default=dict, blank=True)
    # What the thing itself asks of its reader; see visible_to.
    sharing_class = sharing_class_field()
    owner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    place_id = models.UUIDField(null=True, blank=True)
    # A reminder that must come once has a key; other notices have none.
    key = models.CharField(max_length=120, null=True, blank=True)  # noqa: DJ001 -- unique where there is one
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    mail_at = models.DateTimeField(null=True, blank=True)
    claim = models.UUIDField(null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    objects: ClassVar = NoticeQuerySet.as_manager()

    class Meta:
        """Newest first; a key is used once for each account."""

        ordering = ("-created_at", "id")
        indexes = (
            models.Index(fields=("user", "workspace", "read_at"), name="notices_unread"),
            models.Index(fields=("mail_at",), name="notices_to_mail"),
        )
        constraints = (models.UniqueConstraint("workspace", "user", "key", name="notice_key_once"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.created_at:%Y-%m-%d %H:%M}"


class NoticeHours(models.Model):
    """When an account wants e-mail from a workspace."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_to = models.TimeField(null=True, blank=True)
    digest_hour = models.PositiveSmallIntegerField(default=7)
    digest_weekday = models.PositiveSmallIntegerField(default=0)

    class Meta:
        """Once for each account and workspace."""

        constraints = (models.UniqueConstraint("workspace", "user", name="notice_hours_once"),)

    def __str__(self) -> str:
        return f"{self.user} {self.workspace}"


class NoticeChoice(models.Model):
    """How an account wants to hear of one kind."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=32)
    channel = models.CharField(max_length=12)

    class Meta:
        """Once for each account, workspace and kind."""

        constraints = (models.UniqueConstraint("workspace", "user", "kind", name="notice_choice_once"),)

    def __str__(self) -> str:
        return f"{self.user} {self.kind} {self.channel}"
