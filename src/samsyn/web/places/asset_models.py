"""Things that stand at a place and who keeps them, and which functions serve the place."""

from __future__ import annotations

from django.db import models

from samsyn.domain.access import SharingClass
from samsyn.web.ui.models import Record, sharing_class_field


class Asset(Record):
    """A lamp, a bush, a bench, a door: what it is, where, who keeps it and how a fault is reported."""

    place_path = "place_id"

    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="assets")
    sub_place = models.ForeignKey(
        "places.SubPlace", on_delete=models.PROTECT, related_name="assets", null=True, blank=True
    )
    kind = models.CharField(max_length=24)  # domain.assets.AssetKind
    category = models.CharField(max_length=32)  # domain.assets.AssetCategory
    name = models.CharField(max_length=120)
    longitude = models.FloatField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    keeper = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="assets")
    responsible = models.ForeignKey(
        "people.Function", on_delete=models.PROTECT, related_name="assets", null=True, blank=True
    )
    report_how = models.CharField(max_length=200, blank=True)
    text_class = sharing_class_field(SharingClass.COOPERATION)
    removed_on = models.DateField(null=True, blank=True)
    removed_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        """By name; a name is used once at a place among the things that stand there."""

        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(
                fields=("place", "name"), condition=models.Q(removed_on=None), name="asset_name_once"
            ),
        )

    def __str__(self) -> str:
        return self.name


class ServedPlace(models.Model):
    """A function serves this place. One that names no place serves every place of the workspace."""

    function = models.ForeignKey("people.Function", on_delete=models.PROTECT, related_name="serves")
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="served_by")

    class Meta:
        """Once for each pair."""

        constraints = (models.UniqueConstraint("function", "place", name="served_once"),)

    def __str__(self) -> str:
        return f"{self.function} → {self.place}"
