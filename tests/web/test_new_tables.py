"""The demo's tables made from the models are the tables that the migrations make."""

from __future__ import annotations

import pytest
from django.db import connection, connections
from django.db.backends.sqlite3.base import DatabaseWrapper

from samsyn.web.desk.new_tables import create_tables

pytestmark = pytest.mark.django_db


def shape(database) -> dict[str, object]:
    """Return every table with its columns and constraints, in an order that does not depend on the way."""
    found = {}
    with database.cursor() as cursor:
        for table in database.introspection.table_names(cursor):
            columns = [
                (one.name, one.type_code, one.null_ok, one.pk)
                for one in database.introspection.get_table_description(cursor, table)
            ]
            constraints = database.introspection.get_constraints(cursor, table)
            told = sorted(
                (tuple(one["columns"] or ()), one["primary_key"], one["unique"], str(one["foreign_key"]),
                 one["check"], one["index"])
                for one in constraints.values()
            )  # fmt: skip
            found[table] = (sorted(columns), told)
    return found


@pytest.mark.skipif(connection.vendor != "sqlite", reason="compares two SQLite databases")
def test_both_ways_give_the_same_tables_columns_and_constraints():
    alias = "made-from-models"
    other = connections[alias] = DatabaseWrapper({**connection.settings_dict, "NAME": ":memory:"}, alias)
    try:
        create_tables(other)
        migrated, made = shape(connection), shape(other)
    finally:
        other.close()
        del connections[alias]

    assert len(made) > 60
    assert {table: migrated.get(table) for table in made} == made
    assert set(migrated) - set(made) <= {"django_migrations"}
