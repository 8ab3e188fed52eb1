"""Heads-ups: something the others should know of for a few days. The text goes when it has expired."""

from __future__ import annotations

import uuid

from django.db import models

from samsyn.domain.access import SharingClass
from samsyn.domain.heads_ups import LONGEST_TEXT
from samsyn.web.ui.models import Record, sharing_class_field


class HeadsUp(Record):
    """A heads-up at one place; ``expires_at`` is always set. Retracted is not deleted.

    After it has expired the text is taken away (``emptied_at``); that there was one stays.
    """

    place_path = "place_id"

    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="heads_ups")
    # One that concerns several places is one row for each, with the same mark.
    together = models.UUIDField(default=uuid.uuid4, editable=False)
    text = models.CharField(max_length=LONGEST_TEXT, blank=True)
    text_class = sharing_class_field(SharingClass.AUTHORITIES)
    retracted_at = models.DateTimeField(null=True, blank=True)
    retracted_by = models.ForeignKey(
        "people.Function", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    emptied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Newest first."""

        ordering = ("-created_at",)
        indexes = (models.Index(fields=("place", "expires_at"), name="heads_up_by_place_and_end"),)

    def __str__(self) -> str:
        return f"{self.place} {self.created_at:%Y-%m-%d %H:%M}"
