"""The date of publication is in the manifest; a second copy could only disagree with it."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    """Drop the copy."""

    dependencies = [("facts", "0001_initial")]

    operations = [migrations.RemoveField(model_name="dataset", name="published_by_source")]
