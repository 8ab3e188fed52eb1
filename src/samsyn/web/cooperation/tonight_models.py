"""Lines on the tonight board: what a function wants others to know, asks for or offers."""

from __future__ import annotations

from django.db import models

from samsyn.domain.access import SharingClass
from samsyn.domain.tonight import LONGEST_NOTE, NoteKind
from samsyn.web.ui.models import Record, sharing_class_field


class TonightNote(Record):
    """One line for one evening at a place; ``author`` is the function, and ``expires_at`` ends it.

    That somebody asks or offers is told to all who cooperate at the place; the text has a class of its own.
    """

    place_path = "place_id"

    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="tonight_notes")
    day = models.DateField()
    kind = models.CharField(max_length=12, choices=[(one.value, one.name) for one in NoteKind])
    text = models.CharField(max_length=LONGEST_NOTE)
    text_class = sharing_class_field(SharingClass.AUTHORITIES)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Newest first: the latest word counts."""

        ordering = ("-created_at",)
        indexes = (models.Index(fields=("place", "day"), name="tonight_by_place_and_day"),)

    def __str__(self) -> str:
        return f"{self.place} {self.day}"
