import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0001_initial"),
        ("places", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="AssessmentOccasion",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField()),
                ("revision", models.PositiveIntegerField(default=1)),
                (
                    "sharing_class",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "OPEN"),
                            (1, "COOPERATION"),
                            (2, "AUTHORITIES"),
                            (3, "OWN_ORGANISATION"),
                        ],
                        default=1,
                    ),
                ),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                ("set_code", models.CharField(max_length=24)),
                ("set_version", models.PositiveSmallIntegerField()),
                ("deadline", models.DateTimeField()),
                ("complete_at", models.DateTimeField(blank=True, null=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("closing_reason", models.CharField(blank=True, max_length=400)),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.function"
                    ),
                ),
                (
                    "boundary",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="places.boundary"
                    ),
                ),
                ("invited", models.ManyToManyField(related_name="+", to="people.function")),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.organisation",
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assessment_occasions",
                        to="places.place",
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.workspace"
                    ),
                ),
            ],
            options={
                "ordering": ("-created_at",),
            },
        ),
        migrations.CreateModel(
            name="Assessment",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField()),
                ("revision", models.PositiveIntegerField(default=1)),
                (
                    "sharing_class",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "OPEN"),
                            (1, "COOPERATION"),
                            (2, "AUTHORITIES"),
                            (3, "OWN_ORGANISATION"),
                        ],
                        default=1,
                    ),
                ),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("answers", models.JSONField(blank=True, default=dict)),
                ("gate", models.JSONField(blank=True, default=dict)),
                ("motives", models.JSONField(blank=True, default=dict)),
                ("sources", models.JSONField(blank=True, default=dict)),
                (
                    "text_class",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "OPEN"),
                            (1, "COOPERATION"),
                            (2, "AUTHORITIES"),
                            (3, "OWN_ORGANISATION"),
                        ],
                        default=2,
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.function"
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.organisation",
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.workspace"
                    ),
                ),
                (
                    "occasion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assessments",
                        to="places.assessmentoccasion",
                    ),
                ),
            ],
            options={
                "ordering": ("author__organisation__name", "author__name"),
            },
        ),
        migrations.CreateModel(
            name="JointAssessment",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField()),
                ("revision", models.PositiveIntegerField(default=1)),
                (
                    "sharing_class",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "OPEN"),
                            (1, "COOPERATION"),
                            (2, "AUTHORITIES"),
                            (3, "OWN_ORGANISATION"),
                        ],
                        default=1,
                    ),
                ),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                ("version", models.PositiveSmallIntegerField(default=1)),
                ("correction_reason", models.CharField(blank=True, max_length=400)),
                ("assessed_on", models.DateField()),
                ("answers", models.JSONField(blank=True, default=dict)),
                ("gate", models.JSONField(blank=True, default=dict)),
                ("motive", models.TextField(blank=True, max_length=2000)),
                ("dissent", models.JSONField(blank=True, default=list)),
                ("find_out", models.JSONField(blank=True, default=dict)),
                ("uncertain_reason", models.CharField(blank=True, max_length=400)),
                (
                    "text_class",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "OPEN"),
                            (1, "COOPERATION"),
                            (2, "AUTHORITIES"),
                            (3, "OWN_ORGANISATION"),
                        ],
                        default=2,
                    ),
                ),
                ("frozen_at", models.DateTimeField(blank=True, null=True)),
                ("merged", models.JSONField(blank=True, default=list)),
                ("class_code", models.CharField(blank=True, max_length=32)),
                ("gate_value", models.CharField(blank=True, max_length=12)),
                ("low", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("high", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("content_hash", models.CharField(blank=True, max_length=64)),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.function"
                    ),
                ),
                (
                    "occasion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="joint_assessments",
                        to="places.assessmentoccasion",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.organisation",
                    ),
                ),
                (
                    "supersedes",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.jointassessment",
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.workspace"
                    ),
                ),
            ],
            options={
                "ordering": ("-assessed_on", "-version"),
            },
        ),
        migrations.CreateModel(
            name="AssessmentChallenge",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField()),
                ("revision", models.PositiveIntegerField(default=1)),
                (
                    "sharing_class",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "OPEN"),
                            (1, "COOPERATION"),
                            (2, "AUTHORITIES"),
                            (3, "OWN_ORGANISATION"),
                        ],
                        default=1,
                    ),
                ),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                ("number", models.PositiveSmallIntegerField(default=0)),
                ("text", models.TextField(max_length=1000)),
                ("answer", models.TextField(blank=True, max_length=1000)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "text_class",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "OPEN"),
                            (1, "COOPERATION"),
                            (2, "AUTHORITIES"),
                            (3, "OWN_ORGANISATION"),
                        ],
                        default=2,
                    ),
                ),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.function",
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.function"
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.organisation",
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.workspace"
                    ),
                ),
                (
                    "joint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="challenges",
                        to="places.jointassessment",
                    ),
                ),
            ],
            options={
                "ordering": ("created_at",),
            },
        ),
        migrations.AddConstraint(
            model_name="assessmentoccasion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_at", None)),
                fields=("place", "set_code"),
                name="one_open_occasion",
            ),
        ),
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.UniqueConstraint(
                models.F("occasion"), models.F("author"), name="function_answers_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="jointassessment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("frozen_at", None)), fields=("occasion",), name="one_joint_draft"
            ),
        ),
        migrations.AddConstraint(
            model_name="jointassessment",
            constraint=models.UniqueConstraint(
                models.F("occasion"), models.F("version"), name="joint_version_once"
            ),
        ),
    ]
