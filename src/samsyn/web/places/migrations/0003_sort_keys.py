"""Sort å, ä and ö after z, also in names where another letter follows the z."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from samsyn.web.ui.text import swedish_key


def make_keys(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Make the key of every place anew."""
    places = apps.get_model("places", "Place").objects
    for key, name in places.values_list("pk", "name"):
        places.filter(pk=key).update(sort_key=swedish_key(name)[:200])


class Migration(migrations.Migration):
    """Keys are made from names, so there is nothing to undo."""

    dependencies = [("places", "0002_assessments")]
    operations = [migrations.RunPython(make_keys, migrations.RunPython.noop, elidable=True)]
