"""A program: many threads write audit events to one workspace at once; prints what came of it as JSON.

Run by test_postgres.py in a process of its own, in the environment of the database that is to be tried.
"""

from __future__ import annotations

import json
import sys
import threading
from datetime import UTC, date, datetime

WRITERS, EVENTS = 20, 10
NOW = datetime(2026, 11, 20, 21, 40, tzinfo=UTC)


def main() -> None:
    """Migrate, write, and tell."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from samsyn.domain.access import OrganisationKind, Role
    from samsyn.web.people import services as people
    from samsyn.web.people.models import AuditEvent, Workspace

    call_command("migrate", verbosity=0, interactive=False)
    workspace = Workspace.objects.create(slug="prov", name="Prov", simulated=True, demo=True)
    police = people.add_organisation(workspace, "Polisen", OrganisationKind.POLICE, is_authority=True)
    user = people.create_account("prov", "samsyn-demo", demo=True)
    function = people.add_function(police, "Kommunpolis")
    people.open_membership(
        workspace, user, function, Role.MUNICIPAL_POLICE_LIAISON, valid_from=date(2020, 1, 1)
    )
    actor = people.actor_for(user, workspace, NOW.date())
    before = AuditEvent.objects.count()
    errors: list[str] = []
    together = threading.Barrier(WRITERS)

    def write() -> None:
        together.wait()
        try:
            for _ in range(EVENTS):
                people.record(actor, "read", "prov", now=NOW)
        except Exception as error:  # noqa: BLE001 (every kind of failure is counted)
            errors.append(f"{type(error).__name__}: {error}")
        finally:
            connection.close()

    writers = [threading.Thread(target=write) for _ in range(WRITERS)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    told = {
        "vendor": connection.vendor,
        "errors": errors,
        "written": AuditEvent.objects.count() - before,
        "broken": people.broken_links(workspace),
    }
    connection.close()
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
