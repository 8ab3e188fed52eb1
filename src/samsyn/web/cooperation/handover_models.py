"""Who has read the handover pack of a place, for the counting alone."""

from __future__ import annotations

from django.db import models


class HandoverReceipt(models.Model):
    """An account has read the pack of a place on a day. Shown to others only as a number."""

    workspace = models.ForeignKey("people.Workspace", on_delete=models.CASCADE, related_name="+")
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey("people.User", on_delete=models.CASCADE, related_name="+")
    function = models.ForeignKey("people.Function", on_delete=models.PROTECT, related_name="+")
    on = models.DateField()

    class Meta:
        """Once a day."""

        ordering = ("-on",)
        constraints = (models.UniqueConstraint("place", "user", "on", name="handover_read_once_a_day"),)

    def __str__(self) -> str:
        return f"{self.place} {self.on}"
