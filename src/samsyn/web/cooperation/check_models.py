"""The yearly self check of a place, and short questions about a forum itself."""

from __future__ import annotations

from django.db import models

from samsyn.web.cooperation.forum_models import Forum
from samsyn.web.ui.models import Record


class SelfCheck(Record):
    """One year's self check at a place; every function answers for itself."""

    place_path = "place_id"

    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="self_checks")
    year = models.PositiveSmallIntegerField()

    class Meta:
        """Once a year."""

        ordering = ("-year",)
        constraints = (models.UniqueConstraint("place", "year", name="self_check_once_a_year"),)

    def __str__(self) -> str:
        return f"{self.place} {self.year}"


class SelfCheckAnswer(models.Model):
    """What one function answered; the answers are codes, and can be changed while the year lasts."""

    check_of = models.ForeignKey(SelfCheck, on_delete=models.PROTECT, related_name="answers")
    function = models.ForeignKey("people.Function", on_delete=models.PROTECT, related_name="+")
    answers = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        """Once for each function."""

        ordering = ("function__organisation__name", "function__name")
        constraints = (models.UniqueConstraint("check_of", "function", name="self_check_answer_once"),)

    def __str__(self) -> str:
        return f"{self.function} · {self.check_of}"


class Pulse(Record):
    """Three questions about a forum, open for a while."""

    place_path = "forum__place_id"

    forum = models.ForeignKey(Forum, on_delete=models.PROTECT, related_name="pulses")
    closes_at = models.DateTimeField()

    class Meta:
        """Newest first."""

        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"{self.forum} {self.created_at:%Y-%m-%d}"


class PulseTally(models.Model):
    """How many gave an answer to a question. There is no row for anybody's answers."""

    pulse = models.ForeignKey(Pulse, on_delete=models.PROTECT, related_name="tallies")
    question = models.CharField(max_length=24)
    answer = models.CharField(max_length=12)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        """One for each answer that can be given."""

        constraints = (models.UniqueConstraint("pulse", "question", "answer", name="tally_once"),)

    def __str__(self) -> str:
        return f"{self.question} {self.answer}"


class PulseTicket(models.Model):
    """That somebody has answered, as a mark that cannot be turned back into an account."""

    pulse = models.ForeignKey(Pulse, on_delete=models.PROTECT, related_name="tickets")
    mark = models.CharField(max_length=64)

    class Meta:
        """Each answers once."""

        constraints = (models.UniqueConstraint("pulse", "mark", name="pulse_once"),)

    def __str__(self) -> str:
        return f"{self.pulse}"
