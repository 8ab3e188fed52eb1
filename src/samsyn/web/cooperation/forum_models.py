"""Forums on four levels and the functions that sit in them."""

from __future__ import annotations

from django.db import models

from samsyn.web.ui.models import Record


class Forum(Record):
    """A standing meeting with a purpose, members, a cadence, a chair and a fallback chair.

    Without a place it belongs to the whole workspace, and only memberships that cover all places meet it.
    """

    place_path = "place_id"

    place = models.ForeignKey(
        "places.Place", on_delete=models.PROTECT, related_name="forums", null=True, blank=True
    )
    slug = models.SlugField(max_length=80)
    name = models.CharField(max_length=120)
    level = models.CharField(max_length=16)  # domain.forums.ForumLevel
    purpose = models.CharField(max_length=400, blank=True)
    cadence = models.CharField(max_length=200, blank=True)
    chair = models.ForeignKey(
        "people.Function", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    fallback_chair = models.ForeignKey(
        "people.Function", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    # The forum that a question is lifted to from here.
    lifts_to = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="lifted_from", null=True, blank=True
    )
    # The titles of a meeting's own points, in order; a briefing has its five points instead.
    agenda = models.JSONField(default=list, blank=True)
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        """A slug is used once in a workspace."""

        ordering = ("level", "name")
        constraints = (models.UniqueConstraint("workspace", "slug", name="forum_slug_once"),)

    def __str__(self) -> str:
        return self.name


class ForumSeat(models.Model):
    """A function sits in a forum from a day to a day."""

    forum = models.ForeignKey(Forum, on_delete=models.PROTECT, related_name="seats")
    function = models.ForeignKey("people.Function", on_delete=models.PROTECT, related_name="seats")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    # Whether the function is five people or more; figures about fewer are never shown by themselves.
    large_enough = models.BooleanField(default=False)

    class Meta:
        """One open seat for a function in a forum."""

        ordering = ("function__organisation__name", "function__name")
        constraints = (
            models.UniqueConstraint(
                fields=("forum", "function"), condition=models.Q(valid_to=None), name="one_open_seat"
            ),
        )

    def __str__(self) -> str:
        return f"{self.function} · {self.forum}"
