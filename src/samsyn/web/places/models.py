"""Places, their dated boundaries, what they touch, and the assessments of them."""

from __future__ import annotations

import uuid
from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from samsyn.domain.access import Actor, SharingClass
from samsyn.domain.places import AreaKey, BoundaryRef, PlaceRef, nearness
from samsyn.web.people.models import Membership
from samsyn.web.ui.models import Record, RecordQuerySet, sharing_class_field


class Bounds(models.Model):
    """A shape in SWEREF 99 TM with its size and the box it fits in, for finding neighbours by index."""

    wkb = models.BinaryField(null=True, blank=True)
    area_ha = models.FloatField(null=True, blank=True)
    min_x = models.FloatField(null=True, blank=True)
    min_y = models.FloatField(null=True, blank=True)
    max_x = models.FloatField(null=True, blank=True)
    max_y = models.FloatField(null=True, blank=True)

    class Meta:
        """Columns that several tables share."""

        abstract = True

    @property
    def shape(self) -> bytes:
        """The shape, where there is one; a boundary always has."""
        if self.wkb is None:
            raise ValueError(f"{self} has no shape")
        return bytes(self.wkb)


class StatisticalArea(Bounds):
    """A read-only mirror of a statistical area in the store; a code has a meaning only with its scheme."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey("people.Workspace", on_delete=models.PROTECT, related_name="+")
    scheme = models.CharField(max_length=24)
    code = models.CharField(max_length=60)
    vintage = models.CharField(max_length=20)
    name = models.CharField(max_length=160)

    class Meta:
        """One row for each scheme, code and vintage of a workspace."""

        ordering = ("scheme", "code")
        constraints = (models.UniqueConstraint("workspace", "scheme", "code", "vintage", name="area_once"),)
        indexes = (
            models.Index(fields=("workspace", "scheme", "min_x", "max_x", "min_y", "max_y"), name="area_box"),
        )

    def __str__(self) -> str:
        return f"{self.scheme} {self.code} {self.name}"

    @property
    def key(self) -> AreaKey:
        """The area as the layers below know it."""
        return AreaKey(self.scheme, self.code, self.vintage)


class PlaceQuerySet(RecordQuerySet["Place"]):
    """Places as one actor may see them."""

    def in_order(self) -> PlaceQuerySet:
        """Return them in Swedish alphabetical order."""
        return self.order_by("sort_key", "slug")


class Place(Record):
    """The managed unit: named, bounded, with one police and one municipal owner."""

    place_path = "id"

    slug = models.SlugField(max_length=80)
    name = models.CharField(max_length=120)
    alias = models.CharField(max_length=200, blank=True)
    search_text = models.CharField(max_length=400, editable=False)
    sort_key = models.CharField(max_length=200, editable=False)
    status = models.CharField(max_length=40, default="candidate")
    kind = models.CharField(max_length=40, blank=True)
    municipality_code = models.CharField(max_length=12, blank=True)
    municipality_name = models.CharField(max_length=80, blank=True)
    district = models.CharField(max_length=120, blank=True)
    local_police_area = models.CharField(max_length=120, blank=True)
    # Closed codes from domain.categories, each "yes", "no" or "dont_know"; absent means not looked at.
    facts = models.JSONField(default=dict, blank=True)
    description = models.TextField(max_length=2000, blank=True)
    description_class = sharing_class_field(SharingClass.AUTHORITIES)
    police_owner = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    municipal_owner = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")

    objects: ClassVar = PlaceQuerySet.as_manager()

    class Meta:
        """A slug is used once and never again."""

        ordering = ("sort_key",)
        constraints = (
            models.UniqueConstraint("workspace", "slug", name="place_slug_once"),
            models.CheckConstraint(
                condition=~Q(police_owner=F("municipal_owner")), name="place_has_two_owners"
            ),
        )

    def __str__(self) -> str:
        return self.name

    def boundary_on(self, day: date) -> Boundary | None:
        """Return the boundary in force on a day."""
        return self.boundaries.filter(in_force(day)).order_by("-valid_from").first()

    def reference(self) -> PlaceRef:
        """Return the place as the store and the studies know it."""
        boundaries = tuple(boundary.reference() for boundary in self.boundaries.order_by("valid_from"))
        links = self.area_links.select_related("area").order_by(
            "-declared", "-share_of_place", "area__scheme"
        )
        areas = tuple(sorted((link.area.key for link in links), key=lambda key: nearness(key.scheme)))
        return PlaceRef(self.pk, self.slug, self.name, boundaries, areas)


def in_force(day: date) -> Q:
    """Return the condition that a boundary is in force on a day."""
    return Q(valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gt=day))


class PlaceSlug(models.Model):
    """Every slug that has been used in a workspace, also by a place that was renamed."""

    workspace = models.ForeignKey("people.Workspace", on_delete=models.PROTECT, related_name="+")
    slug = models.SlugField(max_length=80)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="slugs")

    class Meta:
        """Once is for ever."""

        constraints = (models.UniqueConstraint("workspace", "slug", name="slug_used_once"),)

    def __str__(self) -> str:
        return self.slug


class Boundary(Record, Bounds):
    """A dated shape of a place. It is never edited, only superseded, and the reason is kept."""

    place_path = "place_id"

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="boundaries")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=400, blank=True)
    source = models.CharField(max_length=200, blank=True)
    approximate = models.BooleanField(default=False)
    content_hash = models.CharField(max_length=64)

    class Meta:
        """At most one boundary without an end for each place."""

        ordering = ("valid_from",)
        constraints = (
            models.UniqueConstraint(fields=("place",), condition=Q(valid_to=None), name="one_open_boundary"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="boundary_ends_after_start"
            ),
        )

    def __str__(self) -> str:
        return f"{self.place} {self.valid_from}–{self.valid_to or ''}"

    def reference(self) -> BoundaryRef:
        """Return the boundary as the store and the studies know it."""
        if self.area_ha is None:
            raise ValueError(f"{self} has no size")
        return BoundaryRef(self.shape, self.valid_from, self.valid_to, self.area_ha)


class PlaceArea(models.Model):
    """A place touches a statistical area: said by a source, or computed from the shapes."""

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="area_links")
    area = models.ForeignKey(StatisticalArea, on_delete=models.PROTECT, related_name="place_links")
    declared = models.BooleanField(default=False)
    share_of_place = models.FloatField(null=True, blank=True)
    share_of_area = models.FloatField(null=True, blank=True)

    class Meta:
        """One link for each pair."""

        constraints = (models.UniqueConstraint("place", "area", name="place_area_once"),)

    def __str__(self) -> str:
        return f"{self.place} – {self.area}"


class SubPlace(Record):
    """A square, an entrance, a stair: public or semi-public ground inside a place, never a dwelling."""

    place_path = "place_id"

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="sub_places")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=40)
    longitude = models.FloatField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)

    class Meta:
        """A name is used once in a place."""

        ordering = ("name",)
        constraints = (models.UniqueConstraint("place", "name", name="sub_place_once"),)

    def __str__(self) -> str:
        return self.name


class StatusDecision(Record):
    """A decision that changed the status of a place; a count alone never does."""

    place_path = "place_id"

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="status_decisions")
    from_status = models.CharField(max_length=40)
    to_status = models.CharField(max_length=40)
    decided_on = models.DateField()
    reference = models.CharField(max_length=200)
    reason = models.CharField(max_length=400)
    other_places = models.ManyToManyField(Place, related_name="+", blank=True)
    watch_until = models.DateField(null=True, blank=True)

    class Meta:
        """In the order they were decided."""

        ordering = ("decided_on", "created_at")

    def __str__(self) -> str:
        return f"{self.place}: {self.from_status} → {self.to_status}"


class PlaceAccess(models.Model):
    """A membership that does not cover every place reaches the places named here."""

    membership = models.ForeignKey("people.Membership", on_delete=models.CASCADE, related_name="+")
    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="+")

    class Meta:
        """Once for each pair."""

        constraints = (models.UniqueConstraint("membership", "place", name="place_access_once"),)

    def __str__(self) -> str:
        return f"{self.membership} → {self.place}"


def places_of_membership(membership: Membership) -> set[uuid.UUID]:
    """Return the ids of the places a membership reaches, when it does not cover all."""
    return set(PlaceAccess.objects.filter(membership=membership).values_list("place_id", flat=True))


def place_for(actor: Actor, slug: str) -> Place | None:
    """Return the place of that slug if the actor may see it; an old slug leads to the same place."""
    visible = Place.objects.visible_to(actor)
    place = visible.filter(slug=slug).first()
    if place is None:
        place = visible.filter(slugs__slug=slug).first()
    return place


# Django looks for an app's models here; they stand in a module of their own.
from samsyn.web.places.assessment_models import (  # noqa: E402
    Assessment as Assessment,
    AssessmentChallenge as AssessmentChallenge,
    AssessmentOccasion as AssessmentOccasion,
    JointAssessment as JointAssessment,
)
from samsyn.web.places.asset_models import Asset as Asset, ServedPlace as ServedPlace  # noqa: E402
from samsyn.web.places.mandate_models import (  # noqa: E402
    MandateArea as MandateArea,
    MandateCard as MandateCard,
)
