"""The message platform: what those who work together have agreed to say."""

from __future__ import annotations

from datetime import date

from django.db import models

from samsyn.domain.statements import Audience, StatementState, statement_state
from samsyn.web.ui.models import Record


class Statement(Record):
    """An agreed answer to a question; about a place, or about the whole workspace without one.

    Its class is that of its words: a statement is made to be said. A draft is read by the own organisation.
    """

    place_path = "place_id"

    place = models.ForeignKey(
        "places.Place", on_delete=models.PROTECT, related_name="statements", null=True, blank=True
    )
    question = models.CharField(max_length=160)
    text = models.TextField(max_length=1200)
    sources = models.CharField(max_length=400, blank=True)
    audience = models.CharField(max_length=20, choices=[(one.value, one.name) for one in Audience])
    search_text = models.CharField(max_length=1600, editable=False)
    valid_until = models.DateField()
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        "people.Function", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    taken_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """By question."""

        ordering = ("question",)

    def __str__(self) -> str:
        return self.question

    def state_on(self, day: date) -> StatementState:
        """Return whether it may be said on a day."""
        return statement_state(
            approved=self.approved_at is not None,
            taken_back=self.taken_back_at is not None,
            valid_until=self.valid_until,
            day=day,
        )
