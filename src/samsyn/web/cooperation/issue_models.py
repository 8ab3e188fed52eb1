"""Questions that a forum must deal with, and every step they have taken."""

from __future__ import annotations

from django.db import models

from samsyn.domain.access import SharingClass
from samsyn.web.cooperation.forum_models import Forum
from samsyn.web.cooperation.keeping import Kept, KeptRecord
from samsyn.web.cooperation.meeting_models import Meeting
from samsyn.web.ui.models import sharing_class_field


class Issue(KeptRecord):
    """One line that somebody wants dealt with; ``author`` is the function that raised it."""

    place_path = "place_id"

    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="issues")
    sub_place = models.ForeignKey(
        "places.SubPlace", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    # The lamp, bush or door that it is about.
    asset = models.ForeignKey(
        "places.Asset", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    title = models.CharField(max_length=200)
    title_class = sharing_class_field(SharingClass.AUTHORITIES)
    category = models.CharField(max_length=40, blank=True)
    wants_answer = models.BooleanField(default=True)
    forum = models.ForeignKey(Forum, on_delete=models.PROTECT, related_name="issues")
    level = models.CharField(max_length=16)
    state = models.CharField(max_length=32)  # domain.issues.IssueState
    meeting = models.ForeignKey(
        Meeting, on_delete=models.PROTECT, related_name="issues", null=True, blank=True
    )
    # The function that is to answer: proposed from asset, area and category.
    responsible = models.ForeignKey(
        "people.Function", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    answer = models.CharField(max_length=1000, blank=True)
    answer_class = sharing_class_field(SharingClass.AUTHORITIES)
    answered_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    # When the last step was taken; what has happened since the last meeting is read from it.
    moved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Oldest first."""

        ordering = ("created_at",)

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """A short name that gives no text away: the beginning of the id."""
        return f"F-{str(self.pk)[:4].upper()}"


class IssueStep(Kept):
    """A step in a question's life: never changed, never removed."""

    issue = models.ForeignKey(Issue, on_delete=models.PROTECT, related_name="steps")
    at = models.DateTimeField()
    move = models.CharField(max_length=24, default="raise")  # domain.issues.IssueMove
    function = models.ForeignKey("people.Function", on_delete=models.PROTECT, related_name="+")
    from_state = models.CharField(max_length=32, blank=True)
    to_state = models.CharField(max_length=32)
    level = models.CharField(max_length=16)
    forum = models.ForeignKey(Forum, on_delete=models.PROTECT, related_name="+")
    # Who is to answer after the step, and who was told: the trace of "not ours" and of the answer.
    responsible = models.ForeignKey(
        "people.Function", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    told_to = models.CharField(max_length=16, blank=True)  # domain.issues.ToldTo
    note = models.CharField(max_length=1000, blank=True)
    note_class = sharing_class_field(SharingClass.AUTHORITIES)

    class Meta:
        """In the order they were taken."""

        ordering = ("at", "id")

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"
