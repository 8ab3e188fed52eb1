"""Frozen situational pictures, who has approved them, and who disagrees."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from samsyn.web.ui.models import Record


class SituationalPicture(Record):
    """One frozen version of the picture of a place: bytes and hashes are kept, nothing is edited."""

    place_path = "place_id"

    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="pictures")
    number = models.PositiveIntegerField()
    first_year = models.PositiveSmallIntegerField()
    last_year = models.PositiveSmallIntegerField()
    program_version = models.CharField(max_length=20)
    note = models.CharField(max_length=400, blank=True)

    class Meta:
        """Numbered within the place."""

        ordering = ("-number",)
        constraints = (models.UniqueConstraint("place", "number", name="picture_number_once"),)

    def __str__(self) -> str:
        return f"{self.place}, version {self.number}"


class PictureEdition(models.Model):
    """The picture as made for one audience: the working group's is exact, the others' is disclosed."""

    picture = models.ForeignKey(SituationalPicture, on_delete=models.PROTECT, related_name="editions")
    audience = models.PositiveSmallIntegerField()
    findings = models.JSONField()
    # What stood beside the figures when it was frozen: {"assessment_summary": {language: text}}.
    context = models.JSONField(default=dict, blank=True)

    class Meta:
        """One edition for each audience."""

        constraints = (models.UniqueConstraint("picture", "audience", name="edition_once"),)

    def __str__(self) -> str:
        return f"{self.picture} ({self.audience})"


class PictureFile(models.Model):
    """The bytes of one edition in one format and language, with their hash."""

    edition = models.ForeignKey(PictureEdition, on_delete=models.PROTECT, related_name="files")
    format = models.CharField(max_length=5)
    language = models.CharField(max_length=2)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()

    class Meta:
        """One file for each format and language."""

        ordering = ("format", "language")
        constraints = (models.UniqueConstraint("edition", "format", "language", name="picture_file_once"),)

    def __str__(self) -> str:
        return f"{self.edition} {self.format} {self.language}"


class PictureApproval(Record):
    """An owner's approval, recorded: who stands behind the picture. It is not an electronic signature."""

    place_path = "picture__place_id"

    picture = models.ForeignKey(SituationalPicture, on_delete=models.PROTECT, related_name="approvals")
    note = models.CharField(max_length=400, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.CharField(max_length=400, blank=True)

    class Meta:
        """One standing approval for each organisation."""

        ordering = ("created_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("picture", "owner"), condition=Q(withdrawn_at=None), name="one_standing_approval"
            ),
        )

    def __str__(self) -> str:
        return f"{self.owner} – {self.picture}"


class Challenge(Record):
    """An "I disagree", against a frozen picture or the draft of a place; it is kept with its answer."""

    place_path = "place_id"

    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    picture = models.ForeignKey(
        SituationalPicture, null=True, blank=True, on_delete=models.PROTECT, related_name="challenges"
    )
    about = models.CharField(max_length=160, blank=True)
    text = models.TextField(max_length=1000)
    answer = models.TextField(max_length=1000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        "people.Function", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        """In the order they were written."""

        ordering = ("created_at",)

    def __str__(self) -> str:
        return f"{self.place}: {self.created_at:%Y-%m-%d}"
