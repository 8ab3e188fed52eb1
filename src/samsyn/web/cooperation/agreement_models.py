"""Agreements between organisations, what each has promised in them, and every step they have taken.

An agreement belongs to its parties together. Each reads it whatever its class, and nothing of it can be
deleted: `AgreementQuerySet.visible_to` and the services keep it so.
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from samsyn.domain.access import Actor, Permission, SharingClass, can, reads_up_to
from samsyn.domain.agreements import AgreementKind, AgreementState, CommitmentOutcome, MeasureKind, state_on
from samsyn.web.ui.models import Record, RecordQuerySet, sharing_class_field


class AgreementQuerySet(RecordQuerySet["Agreement"]):
    """Agreements as one actor may see them."""

    def visible_to(self, actor: Actor) -> Self:
        """Return those up to the actor's class, and always those that the own organisation is a party to.

        A membership of some places meets the agreements about them, and those about no place in particular
        that its own organisation has signed: nobody is bound by what they may not read.
        """
        if not can(actor, Permission.VIEW_COOPERATION):
            return self.none()
        own = AgreementParty.objects.filter(organisation_id=actor.organisation_id).values("agreement_id")
        rows = self.filter(
            Q(sharing_class__lte=int(reads_up_to(actor))) | Q(pk__in=own), workspace_id=actor.workspace_id
        )
        if actor.place_ids is not None:
            places = Agreement.places.through.objects
            here = places.filter(place_id__in=actor.place_ids).values("agreement_id")
            # One that names no place is about the own place too, for whoever is bound by it.
            nowhere = Q(pk__in=own) & ~Q(pk__in=places.values("agreement_id"))
            rows = rows.filter(Q(pk__in=here) | nowhere)
        return rows


class Agreement(Record):
    """A written agreement: who, what for, where and from when to when."""

    kind = models.CharField(max_length=24, choices=[(one.value, one.name) for one in AgreementKind])
    title = models.CharField(max_length=200)
    reference = models.CharField(max_length=120, blank=True)
    source = models.CharField(max_length=200, blank=True)
    purpose = models.TextField(max_length=1000, blank=True)
    purpose_class = sharing_class_field(SharingClass.COOPERATION)
    places = models.ManyToManyField("places.Place", related_name="agreements", blank=True)
    first = models.DateField()
    last = models.DateField()
    state = models.CharField(max_length=20, default=AgreementState.AGREEMENT_DRAFT.value)
    continues = models.OneToOneField(
        "self", on_delete=models.PROTECT, related_name="continued_by", null=True, blank=True
    )

    objects: ClassVar = AgreementQuerySet.as_manager()

    class Meta:
        """The one that ends first is first."""

        ordering = ("last", "title")
        constraints = (
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="agreement_ends_after_start"),
        )

    def __str__(self) -> str:
        return self.title

    def state_on(self, day: date) -> AgreementState:
        """Return where it stands on a day."""
        return state_on(AgreementState(self.state), self.first, self.last, day)


class AgreementParty(models.Model):
    """An organisation that agrees, and when its signature was noted."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="parties")
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(
        "people.Function", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    class Meta:
        """Once for each agreement."""

        ordering = ("organisation__name",)
        constraints = (models.UniqueConstraint("agreement", "organisation", name="party_once"),)

    def __str__(self) -> str:
        return f"{self.organisation}"


class AgreementStep(models.Model):
    """A step in an agreement's life: never changed, never removed."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="steps")
    at = models.DateTimeField()
    function = models.ForeignKey("people.Function", on_delete=models.PROTECT, related_name="+")
    from_state = models.CharField(max_length=20, blank=True)
    to_state = models.CharField(max_length=20)
    reason = models.CharField(max_length=400, blank=True)

    class Meta:
        """In the order they were taken."""

        ordering = ("at", "id")

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"


class CommitmentQuerySet(RecordQuerySet["Commitment"]):
    """Promises as one actor may see them: with the agreement they stand in."""

    def visible_to(self, actor: Actor) -> Self:
        """Return those of the agreements that the actor may see."""
        agreements = Agreement.objects.visible_to(actor)
        return self.filter(workspace_id=actor.workspace_id, agreement__in=agreements)


class Commitment(Record):
    """What one party has promised in an agreement, and how it will show."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="commitments")
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    # The function, or team, that the promise names.
    function = models.ForeignKey(
        "people.Function", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    what = models.CharField(max_length=300)
    measure = models.CharField(max_length=16, choices=[(one.value, one.name) for one in MeasureKind])
    promised = models.FloatField(null=True, blank=True)
    unit = models.CharField(max_length=40, blank=True)
    first = models.DateField()
    last = models.DateField()
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        "people.Function", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    objects: ClassVar = CommitmentQuerySet.as_manager()

    class Meta:
        """By agreement and party."""

        ordering = ("agreement", "organisation__name", "last")
        constraints = (
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="commitment_ends_after_start"),
        )

    def __str__(self) -> str:
        return self.what

    @property
    def latest(self) -> FollowUp | None:
        """The newest follow-up, which is the one that counts."""
        # Sorted here, so that follow-ups that were fetched with the list are used.
        return max(self.follow_ups.all(), key=lambda one: (one.on, one.at, one.pk), default=None)

    @property
    def outcome(self) -> CommitmentOutcome:
        """What the newest follow-up found; not tried while there is none."""
        return CommitmentOutcome(self.latest.outcome) if self.latest else CommitmentOutcome.NOT_TRIED


class FollowUp(models.Model):
    """What was found when a promise was followed up; a later one is added, none is changed."""

    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="follow_ups")
    at = models.DateTimeField()
    on = models.DateField()
    function = models.ForeignKey("people.Function", on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=16, choices=[(one.value, one.name) for one in CommitmentOutcome])
    delivered = models.FloatField(null=True, blank=True)
    reason = models.CharField(max_length=400, blank=True)
    reason_class = sharing_class_field(SharingClass.AUTHORITIES)

    class Meta:
        """Newest first."""

        ordering = ("-on", "-at")

    def __str__(self) -> str:
        return f"{self.on} {self.outcome}"
