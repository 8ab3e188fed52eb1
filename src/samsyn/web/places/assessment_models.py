"""Assessment occasions, the functions' own answers, the joint answer and challenges to it.

The functions' answers are blind: `AssessmentQuerySet.visible_to` gives an actor the own function's rows and
nothing else, and `AssessmentQuerySet.shown_to` adds the others' once they are no longer secret. Whoever
forgets to ask for the second can therefore not show too much.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q

from samsyn.domain.access import Actor, SharingClass
from samsyn.domain.scenes import (
    Answer,
    DefinitionGate,
    GateValue,
    SceneIndicatorSet,
    SceneResult,
    assess,
    indicator_set,
    indicator_sets,
    prefill_gate,
    shows_others_answers,
)
from samsyn.web.ui.models import Record, RecordQuerySet, sharing_class_field

WHOLE = 0  # The number that stands for the assessment as a whole, where an indicator could be named.
GATE_CLAUSES = tuple(DefinitionGate.__dataclass_fields__)


class AssessmentOccasion(Record):
    """A place is assessed with one list inside one boundary, by the functions that were invited."""

    place_path = "place_id"

    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="assessment_occasions")
    boundary = models.ForeignKey("places.Boundary", on_delete=models.PROTECT, related_name="+")
    set_code = models.CharField(max_length=24)
    set_version = models.PositiveSmallIntegerField()
    invited = models.ManyToManyField("people.Function", related_name="+")
    deadline = models.DateTimeField()
    # When the last of the invited had answered; the deadline may open the answers before that.
    complete_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closing_reason = models.CharField(max_length=400, blank=True)

    class Meta:
        """One open occasion for each place and list."""

        ordering = ("-created_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("place", "set_code"), condition=Q(closed_at=None), name="one_open_occasion"
            ),
        )

    def __str__(self) -> str:
        return f"{self.place} {self.set_code} {self.created_at:%Y-%m-%d}"

    @property
    def indicators(self) -> SceneIndicatorSet:
        """The list that the occasion is about."""
        return indicator_set(self.set_code, self.set_version)

    def is_open_to_all(self, now: datetime) -> bool:
        """Return whether everybody who may see the occasion may see the answers given.

        An occasion that was closed while the answers were still secret keeps them secret for ever.
        """
        until = min(now, self.closed_at) if self.closed_at else now
        complete = self.complete_at is not None and self.complete_at <= until
        return shows_others_answers(invited=1, answered=int(complete), deadline=self.deadline, now=until)

    def takes_answers(self, now: datetime) -> bool:
        """Return whether an invited function may still write: never after others' answers are shown."""
        return self.closed_at is None and not self.is_open_to_all(now)

    def result_of(self, answers: dict[str, str], gate: dict[str, str]) -> SceneResult:
        """Return what some answers say, by the occasion's list and boundary."""
        given = answers_of(answers)
        return assess(
            self.indicators, given, gate_of(self.indicators, given, gate), boundary=str(self.boundary_id)
        )


class AssessmentQuerySet(RecordQuerySet["Assessment"]):
    """The functions' answers as one actor may see them."""

    def visible_to(self, actor: Actor) -> Self:
        """Return what the actor's own function has answered, and nobody else's."""
        return super().visible_to(actor).filter(author_id=actor.function_id)

    def shown_to(self, actor: Actor, now: datetime) -> Self:
        """Return the own function's answers, and those of others that have been sent and are not secret."""
        occasions = AssessmentOccasion.objects.visible_to(actor)
        in_force = Q(occasion__closed_at=None) & Q(occasion__deadline__lte=now)
        passed = Q(occasion__deadline__lte=F("occasion__closed_at"))
        others = Q(sent_at__isnull=False) & (Q(occasion__complete_at__lte=now) | in_force | passed)
        rows = super().visible_to(actor).filter(occasion__in=occasions)
        return rows.filter(Q(author_id=actor.function_id) | others)


class Assessment(Record):
    """What one function answered on its own; the function is the record's author."""

    place_path = "occasion__place_id"

    occasion = models.ForeignKey(AssessmentOccasion, on_delete=models.PROTECT, related_name="assessments")
    sent_at = models.DateTimeField(null=True, blank=True)
    # Keys are indicator numbers and names of clauses; absent means not answered.
    answers = models.JSONField(default=dict, blank=True)
    gate = models.JSONField(default=dict, blank=True)
    motives = models.JSONField(default=dict, blank=True)
    sources = models.JSONField(default=dict, blank=True)
    text_class = sharing_class_field(SharingClass.AUTHORITIES)

    objects: ClassVar = AssessmentQuerySet.as_manager()

    class Meta:
        """Once for each function and occasion."""

        ordering = ("author__organisation__name", "author__name")
        constraints = (models.UniqueConstraint("occasion", "author", name="function_answers_once"),)

    def __str__(self) -> str:
        return f"{self.occasion} {self.author}"

    @property
    def result(self) -> SceneResult:
        """What the function's answers say by themselves."""
        return self.occasion.result_of(self.answers, self.gate)


class FrozenRecord(TypeError):
    """Code tried to change or delete a joint assessment that has been frozen."""


class JointAssessment(Record):
    """What the meeting agreed on. Frozen it is never changed; a correction is a new version with a reason."""

    place_path = "occasion__place_id"

    occasion = models.ForeignKey(
        AssessmentOccasion, on_delete=models.PROTECT, related_name="joint_assessments"
    )
    version = models.PositiveSmallIntegerField(default=1)
    supersedes = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    correction_reason = models.CharField(max_length=400, blank=True)
    assessed_on = models.DateField()
    answers = models.JSONField(default=dict, blank=True)
    gate = models.JSONField(default=dict, blank=True)
    motive = models.TextField(max_length=2000, blank=True)
    # Each {"number": 0 or an indicator's, "function": id, "text": …}.
    dissent = models.JSONField(default=list, blank=True)
    # Who can find out, by the number of an indicator that is still open.
    find_out = models.JSONField(default=dict, blank=True)
    uncertain_reason = models.CharField(max_length=400, blank=True)
    text_class = sharing_class_field(SharingClass.AUTHORITIES)
    frozen_at = models.DateTimeField(null=True, blank=True)
    # Written when it is frozen, so that a later reader meets what the meeting met.
    merged = models.JSONField(default=list, blank=True)
    class_code = models.CharField(max_length=32, blank=True)
    gate_value = models.CharField(max_length=12, blank=True)
    low = models.PositiveSmallIntegerField(null=True, blank=True)
    high = models.PositiveSmallIntegerField(null=True, blank=True)
    content_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        """One draft at a time; a version number is used once."""

        ordering = ("-assessed_on", "-version")
        constraints = (
            models.UniqueConstraint(
                fields=("occasion",), condition=Q(frozen_at=None), name="one_joint_draft"
            ),
            models.UniqueConstraint("occasion", "version", name="joint_version_once"),
        )

    def __str__(self) -> str:
        return f"{self.occasion} v{self.version}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save a draft; what lies frozen in the database is never written over."""
        if not self._state.adding and type(self).objects.filter(pk=self.pk, frozen_at__isnull=False).exists():
            raise FrozenRecord(self.pk)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete a draft; never what has been frozen."""
        if self.frozen_at is not None:
            raise FrozenRecord(self.pk)
        return super().delete(*args, **kwargs)

    @property
    def result(self) -> SceneResult:
        """What the joint answers say."""
        return self.occasion.result_of(self.answers, self.gate)

    @property
    def preliminary(self) -> bool:
        """Whether the definition was open when the answer was frozen."""
        return self.gate_value == GateValue.UNKNOWN.value


class AssessmentChallenge(Record):
    """Somebody does not agree with a frozen joint assessment; the objection and its answer are kept."""

    place_path = "joint__occasion__place_id"

    joint = models.ForeignKey(JointAssessment, on_delete=models.PROTECT, related_name="challenges")
    number = models.PositiveSmallIntegerField(default=WHOLE)
    text = models.TextField(max_length=1000)
    answer = models.TextField(max_length=1000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        "people.Function", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    text_class = sharing_class_field(SharingClass.AUTHORITIES)

    class Meta:
        """In the order they came."""

        ordering = ("created_at",)

    def __str__(self) -> str:
        return f"{self.joint} {self.created_at:%Y-%m-%d}"


def known_sets() -> tuple[SceneIndicatorSet, ...]:
    """Return the newest version of each list, in the order of the file."""
    return tuple(indicator_set(code) for code in dict.fromkeys(one.code for one in indicator_sets()))


def answers_of(stored: dict[str, str]) -> dict[int, Answer]:
    """Return stored answers as the domain reads them."""
    return {int(number): Answer(answer) for number, answer in stored.items()}


def gate_of(
    indicators: SceneIndicatorSet, answers: dict[int, Answer], stored: dict[str, str]
) -> DefinitionGate:
    """Return the definition's clauses; one that nobody has answered is taken from the indicators.

    "Not assessed" that somebody has chosen stays what it is: only silence is filled.
    """
    explicit = DefinitionGate(**{clause: Answer(answer) for clause, answer in stored.items()})
    asked = {
        number: answer for number, answer in answers.items() if not _is_answered(indicators, number, stored)
    }
    return prefill_gate(indicators, asked, explicit)


def _is_answered(indicators: SceneIndicatorSet, number: int, stored: dict[str, str]) -> bool:
    return any(number == asked and clause in stored for clause, asked in indicators.problem_clause)
