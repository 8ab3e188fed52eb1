"""The record that every scoped table extends, and how it is read and saved."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar, Self, TypeVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_noop as _

from samsyn.domain.access import Actor, Permission, SharingClass, can, reads_up_to
from samsyn.domain.errors import SamsynError


class StaleRecord(SamsynError):
    """Somebody else saved the record after it was read; the view shows both versions."""

    code = "SAM601"
    template = _("Somebody else saved this while you were writing (%(thing)s).")
    mend = _("Compare the two versions below and save again; nothing you wrote is lost.")

    def __init__(self, current: Record, **facts: Any) -> None:
        self.current = current
        super().__init__(**facts)


def sharing_class_field(
    default: SharingClass = SharingClass.COOPERATION,
) -> models.PositiveSmallIntegerField[int, int]:
    """Return the column that says how far a thing may be shared."""
    return models.PositiveSmallIntegerField(
        choices=[(member.value, member.name) for member in SharingClass], default=default.value
    )


_Row = TypeVar("_Row", bound="Record")


class RecordQuerySet(models.QuerySet[_Row]):
    """Rows as one actor may see them. Views start here; a house test keeps it so."""

    def visible_to(self, actor: Actor) -> Self:
        """Return the rows of the actor's workspace, classes and places."""
        if not can(actor, Permission.VIEW_PLACE):
            return self.none()
        rows = self.filter(workspace_id=actor.workspace_id).filter(
            Q(sharing_class__lte=int(reads_up_to(actor))) | Q(owner_id=actor.organisation_id)
        )
        path = self.model.place_path
        if actor.place_ids is not None and path is not None:
            rows = rows.filter(**{f"{path}__in": actor.place_ids})
        return rows


class Record(models.Model):
    """What every scoped row carries. The id may be made by a client that works without a connection.

    ``place_path`` names the column that leads to the place a row belongs to; None means that the row
    belongs to the whole workspace.
    """

    place_path: ClassVar[str | None] = None

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey("people.Workspace", on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey("people.Function", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=1)
    sharing_class = sharing_class_field()
    expires_at = models.DateTimeField(null=True, blank=True)

    objects = RecordQuerySet.as_manager()

    class Meta:
        """Rows of several tables share these columns, never a table."""

        abstract = True


def record_columns(actor: Actor, now: Any, sharing_class: SharingClass | None = None) -> dict[str, Any]:
    """Return the columns that follow from who writes and when, for a new record."""
    columns: dict[str, Any] = {
        "workspace_id": actor.workspace_id,
        "owner_id": actor.organisation_id,
        "author_id": actor.function_id,
        "created_at": now,
    }
    if sharing_class is not None:
        columns["sharing_class"] = int(sharing_class)
    return columns


def save_changes(record: Record, changes: dict[str, Any], *, revision: int) -> tuple[str, ...]:
    """Save the changed columns if nobody else has saved since ``revision`` was read.

    Returns the names of the columns that changed, for the audit event.

    Raises
    ------
    StaleRecord
        The record was saved by somebody else in between; it carries the row as it is now.
    """
    changed = tuple(name for name, value in changes.items() if getattr(record, name) != value)
    if not changed:
        return ()
    rows = type(record).objects.filter(pk=record.pk, revision=revision)
    if not rows.update(**{name: changes[name] for name in changed}, revision=revision + 1):
        current = type(record).objects.get(pk=record.pk)
        raise StaleRecord(current, thing=str(current))
    # Only now: a view shows the row again after a refusal, and its address must be one that exists.
    for name in changed:
        setattr(record, name, changes[name])
    record.revision = revision + 1
    return changed
