"""Actions: one owner, a date, a state, and every step on the way."""

from __future__ import annotations

from django.db import models

from samsyn.domain.access import SharingClass
from samsyn.web.cooperation.keeping import Kept, KeptRecord
from samsyn.web.ui.models import sharing_class_field


class Action(KeptRecord):
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
    meeting = models.ForeignKey(
        "cooperation.Meeting", on_delete=models.PROTECT, related_name="actions", null=True, blank=True
    )
    # The lamp, bush or door that it is about.
    asset = models.ForeignKey(
        "places.Asset", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    title = models.CharField(max_length=200)
    title_class = sharing_class_field(SharingClass.COOPERATION)
    kind = models.CharField(max_length=40, blank=True)
    risk = models.CharField(max_length=16, default="medium_risk")  # domain.actions.ActionRisk
    responsible = models.ForeignKey("people.Function", on_delete=models.PROTECT, related_name="actions")
    state = models.CharField(max_length=32)  # domain.actions.ActionState
    starts_on = models.DateField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    # Whom an action waits for and until when; a pause has the day alone.
    waiting_for = models.ForeignKey(
        "people.Organisation", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    waiting_until = models.DateField(null=True, blank=True)
    cost_sek = models.PositiveIntegerField(null=True, blank=True)
    touches_children = models.BooleanField(default=False)
    child_note = models.CharField(max_length=1000, blank=True)
    child_note_class = sharing_class_field(SharingClass.AUTHORITIES)
    done_on = models.DateField(null=True, blank=True)
    written_off_reason = models.CharField(max_length=40, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    moved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """What is due first stands first."""

        ordering = ("due_on", "created_at")

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """A short name that gives no text away: the beginning of the id."""
        return f"Å-{str(self.pk)[:4].upper()}"


class ActionStep(Kept):
    """A step in an action's life: never changed, never removed."""

    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="steps")
    at = models.DateTimeField()
    move = models.CharField(max_length=24, default="propose")  # domain.actions.ActionMove
    function = models.ForeignKey("people.Function", on_delete=models.PROTECT, related_name="+")
    from_state = models.CharField(max_length=32, blank=True)
    to_state = models.CharField(max_length=32)
    responsible = models.ForeignKey(
        "people.Function", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    due_on = models.DateField(null=True, blank=True)
    told_to = models.CharField(max_length=16, blank=True)  # domain.issues.ToldTo
    note = models.CharField(max_length=1000, blank=True)
    note_class = sharing_class_field(SharingClass.AUTHORITIES)

    class Meta:
        """In the order they were taken."""

        ordering = ("at", "id")

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"


class ActionPhoto(Kept):
    """A picture of the place before or after, without people; the file is named by its content."""

    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="photos")
    moment = models.CharField(max_length=8)  # domain.actions.PhotoMoment
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    at = models.DateTimeField()
    function = models.ForeignKey("people.Function", on_delete=models.PROTECT, related_name="+")
    # Whoever sent it has looked: no people and no licence plates can be seen.
    confirmed = models.BooleanField(default=False)

    class Meta:
        """In the order they were sent; one that nobody has looked through is never kept."""

        ordering = ("at", "id")
        constraints = (
            models.CheckConstraint(condition=models.Q(confirmed=True), name="photo_is_looked_through"),
            models.UniqueConstraint("action", "sha256", "moment", name="photo_once_for_an_action"),
        )

    def __str__(self) -> str:
        return f"{self.moment} {self.sha256[:8]}"
