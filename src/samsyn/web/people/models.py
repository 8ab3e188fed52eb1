"""Workspaces and those who work in them. Staff accounts are the only persons in the whole schema."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

from samsyn.domain.access import OrganisationKind, Role
from samsyn.domain.hours import OpeningHours


def _choices(enum: type[OrganisationKind] | type[Role]) -> list[tuple[str, str]]:
    return [(member.value, member.name) for member in enum]


class Workspace(models.Model):
    """One county installation, or one demo. Every scoped row carries it and every address begins with it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    county_code = models.CharField(max_length=2, blank=True)
    simulated = models.BooleanField(default=False)
    demo = models.BooleanField(default=False)
    demo_version = models.CharField(max_length=80, blank=True)
    notice_sv = models.CharField(max_length=240, blank=True)
    notice_en = models.CharField(max_length=240, blank=True)

    class Meta:
        """Ordered by name; a simulated workspace is always a demo."""

        ordering = ("name",)
        constraints = (
            models.CheckConstraint(
                condition=Q(simulated=False) | Q(demo=True), name="simulated_workspace_is_a_demo"
            ),
        )

    def __str__(self) -> str:
        return self.name


class Organisation(models.Model):
    """A party that can hold functions and own records."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="organisations")
    name = models.CharField(max_length=160)
    kind = models.CharField(max_length=24, choices=_choices(OrganisationKind))
    # Kept as data and not derived from the kind: some municipal companies count as authorities, some not.
    is_authority = models.BooleanField()
    active_from = models.DateField(null=True, blank=True)
    active_to = models.DateField(null=True, blank=True)

    class Meta:
        """A name is used once in a workspace."""

        ordering = ("name",)
        constraints = (models.UniqueConstraint("workspace", "name", name="organisation_name_once"),)

    def __str__(self) -> str:
        return self.name


class Function(models.Model):
    """The unit of contact inside an organisation; never a private person."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="functions")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="functions")
    name = models.CharField(max_length=120)
    assignment = models.CharField(max_length=400, blank=True)
    # Closed codes of domain.actors: whom it turns to and what it takes over. Empty is not said.
    target_groups = models.JSONField(default=list, blank=True)
    needs = models.JSONField(default=list, blank=True)
    limits = models.CharField(max_length=400, blank=True)
    # The function's own letter-box, never anybody's.
    letter_box = models.CharField(max_length=120, blank=True)
    # That there is a radio channel; what it is stays outside.
    has_radio = models.BooleanField(default=False)
    # Usual hours, as domain.hours.OpeningHours writes them.
    hours = models.JSONField(default=dict, blank=True)
    # It acts only where a mandate area has a card for it.
    needs_mandate = models.BooleanField(default=False)
    # How many work in it; unknown is treated as few, and nothing is counted about few.
    staff = models.PositiveSmallIntegerField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    closed_reason = models.CharField(max_length=200, blank=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        """A name is used once in an organisation."""

        ordering = ("organisation__name", "name")
        constraints = (models.UniqueConstraint("organisation", "name", name="function_name_once"),)

    def __str__(self) -> str:
        return f"{self.name}, {self.organisation}"

    @property
    def opening_hours(self) -> OpeningHours:
        """The usual hours."""
        return OpeningHours.from_json(self.hours)


class FunctionNumber(models.Model):
    """A number that reaches a function whoever is on duty. The guard lets it through in any text."""

    function = models.ForeignKey(Function, on_delete=models.PROTECT, related_name="numbers")
    number = models.CharField(max_length=32)
    # The digits in national form, so that ways of writing compare equal.
    national = models.CharField(max_length=20)
    label = models.CharField(max_length=80, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        """In the order they are to be tried; a number once for each function."""

        ordering = ("position", "id")
        constraints = (models.UniqueConstraint("function", "national", name="function_number_once"),)

    def __str__(self) -> str:
        return self.number

    @property
    def address(self) -> str:
        """The number as a link calls it."""
        return f"tel:{self.national}"


class FunctionTraining(models.Model):
    """A function has trained something: a course and a day; how many only where the function is not small."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    function = models.ForeignKey(Function, on_delete=models.PROTECT, related_name="trainings")
    course = models.CharField(max_length=40)  # domain.actors.TrainingCourse
    held_on = models.DateField()
    trained = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        """Newest first; a course once a day."""

        ordering = ("-held_on", "course")
        constraints = (models.UniqueConstraint("function", "course", "held_on", name="training_once"),)

    def __str__(self) -> str:
        return f"{self.function} {self.course} {self.held_on}"


class UserManager(BaseUserManager["User"]):
    """Makes accounts; the password is set by ``services.create_account``."""

    def get_by_natural_key(self, username: str | None) -> User:
        """Find an account however its name is cased."""
        return self.get(username__iexact=username)


class User(AbstractBaseUser):
    """A staff account. Name and e-mail are removed when the person has left; the function stays."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    username = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=120, blank=True)
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=5, blank=True)
    is_active = models.BooleanField(default=True)
    # A demo account only opens demo workspaces, and only where the demo is switched on.
    demo = models.BooleanField(default=False)
    left_on = models.DateField(null=True, blank=True)

    objects = UserManager()
    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.username


class Membership(models.Model):
    """An account acts for a function, in a role, from a date to a date."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    function = models.ForeignKey(Function, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=32, choices=_choices(Role))
    every_place = models.BooleanField(default=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        """One open membership for an account in a workspace."""

        ordering = ("function__organisation__name", "function__name")
        constraints = (
            models.UniqueConstraint(
                fields=("workspace", "user"), condition=Q(valid_to=None), name="one_open_membership"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} · {self.function}"


class AuditEvent(models.Model):
    """Who read or changed what and when: ids, a verb and names of fields, never values.

    Each event holds the hash of the one before it in the workspace, so that a removed or altered event
    shows. Because values and names are not in it, real deletion and leavers' anonymity can both hold.
    """

    id = models.BigAutoField(primary_key=True)
    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="audit_events")
    at = models.DateTimeField()
    account_id = models.UUIDField()
    function_id = models.UUIDField()
    organisation_id = models.UUIDField()
    verb = models.CharField(max_length=60)
    thing = models.CharField(max_length=60)
    thing_id = models.CharField(max_length=64)
    place_id = models.UUIDField(null=True, blank=True)
    fields = models.JSONField(default=list)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        """Newest last; read by organisation."""

        ordering = ("id",)
        indexes = (models.Index(fields=("workspace", "organisation_id", "id"), name="audit_by_organisation"),)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb} {self.thing} {self.thing_id}"


class GuardOverride(models.Model):
    """A marked text was saved with a reason: which field, what was marked, and why. Never the text."""

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="guard_overrides")
    at = models.DateTimeField()
    account_id = models.UUIDField()
    function_id = models.UUIDField()
    organisation_id = models.UUIDField()
    field = models.CharField(max_length=80)
    kinds = models.JSONField(default=list)
    reason = models.CharField(max_length=400)

    class Meta:
        """Newest first."""

        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.field}"


# Django looks for an app's models here; these stand in a module of their own.
from samsyn.web.people.notice_models import (  # noqa: E402
    Notice as Notice,
    NoticeChoice as NoticeChoice,
    NoticeHours as NoticeHours,
)
