"""The catalogue: which data sets the workspace has, drafts on their way in, and context events.

The values themselves are in the store, whose manifests are the truth about versions and lineage.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from samsyn.web.ui.models import Record


class Dataset(Record):
    """One version of a data set in the store, with what the store does not know: class and owner."""

    slug = models.SlugField(max_length=80)
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    # "values" are figures; "areas" are shapes of statistical areas.
    holds = models.CharField(max_length=10, default="values")

    class Meta:
        """One row for each version."""

        ordering = ("slug", "-version")
        constraints = (
            models.UniqueConstraint("workspace", "holds", "slug", "version", name="dataset_version_once"),
        )

    def __str__(self) -> str:
        return f"{self.title}, version {self.version}"


class ImportDraft(Record):
    """A table on its way in: what was pasted or uploaded and what has been answered; nothing is lost."""

    title = models.CharField(max_length=200, blank=True)
    file_name = models.CharField(max_length=200)
    content = models.BinaryField()
    answers = models.JSONField(default=dict)
    about = models.JSONField(default=dict)
    loaded_as = models.ForeignKey(Dataset, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        """Newest first."""

        ordering = ("-created_at",)

    def __str__(self) -> str:
        return self.title or self.file_name


class ContextEvent(Record):
    """What disturbs a series and is not our doing: a renovation, a reorganisation, a pandemic, a law."""

    place_path = None

    text_sv = models.CharField(max_length=200)
    text_en = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=24)
    first = models.DateField()
    last = models.DateField(null=True, blank=True)
    # None holds for the whole workspace.
    place = models.ForeignKey(
        "places.Place", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        """In the order they happened."""

        ordering = ("first", "text_sv")
        constraints = (
            models.CheckConstraint(
                condition=Q(last=None) | Q(last__gte=F("first")), name="context_event_ends_after_start"
            ),
        )

    def __str__(self) -> str:
        return self.text_sv
