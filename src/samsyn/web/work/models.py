"""Actions: one owner, a date, a state, and every step on the way."""

from __future__ import annotations

from django.db import models

from samsyn.domain.access import SharingClass
from samsyn.web.ui.models import Record, sharing_class_field


class Action(Record):
    """Something to be done at a place. It lives until it is done or written off with a reason."""

    place_path = "place_id"

    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="actions")
    sub_place = models.ForeignKey(
        "places.SubPlace", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    issue = models.ForeignKey(
        "cooperation.Issue", on_delete=models.PROTECT, related_name="actions", null=True, blank=True
    )
    forum = models.ForeignKey(
        "cooperation.Forum", on_delete=models.PROTECT, related_name="actions", null=True, blank=True
    )
    title = models.CharField(max_length=200)
    title_class = sharing_class_field(SharingClass.COOPERATION)
    kind = models.CharField(max_length=40, blank=True)
    responsible = models.ForeignKey("people.Function", on_delete=models.PROTECT, related_name="actions")
    state = models.CharField(max_length=32)  # domain.actions.ActionState
    starts_on = models.DateField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    written_off_reason = models.CharField(max_length=40, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """What is due first stands first."""

        ordering = ("due_on", "created_at")

    def __str__(self) -> str:
        return self.title


class ActionStep(models.Model):
    """A step in an action's life: never changed, never removed."""

    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="steps")
    at = models.DateTimeField()
    function = models.ForeignKey("people.Function", on_delete=models.PROTECT, related_name="+")
    from_state = models.CharField(max_length=32, blank=True)
    to_state = models.CharField(max_length=32)
    note = models.CharField(max_length=400, blank=True)
    note_class = sharing_class_field(SharingClass.AUTHORITIES)

    class Meta:
        """In the order they were taken."""

        ordering = ("at", "id")

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"
