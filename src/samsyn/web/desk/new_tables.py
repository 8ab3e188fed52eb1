"""Makes the tables of an empty database straight from the models, as the migrations end up with them.

The migrations redraw every model at every step, which is most of the first minute of the demo. An empty
database has nothing to carry over. A test holds that both ways give the same tables.
"""

from __future__ import annotations

from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper


def bring_up_to_date() -> None:
    """Bring the database up to date: by the models when it is empty, by the migrations otherwise."""
    if connection.introspection.table_names():
        call_command("migrate", verbosity=0, interactive=False)
        return
    create_tables(connection)
    call_command("migrate", fake=True, verbosity=0, interactive=False)


def create_tables(database: BaseDatabaseWrapper) -> None:
    """Create every table in a database that has none."""
    with database.schema_editor() as editor:
        for model in apps.get_models():
            if model._meta.managed and not model._meta.proxy:
                editor.create_model(model)
