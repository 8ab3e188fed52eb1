"""``samsyn web prepare_demo``: bring the database up to date and load the demo workspaces once."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management import CommandError
from django.core.management.base import BaseCommand

from samsyn.domain.calendar import now
from samsyn.web.desk.new_tables import bring_up_to_date
from samsyn.web.people.models import Workspace


class Command(BaseCommand):
    """Migrate, and load what is not there yet; a second run the same evening changes nothing."""

    help = "Prepare the database and the two demo workspaces."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the command."""
        if not settings.SAMSYN_DEMO:
            raise CommandError(
                "The demo is switched off here. Set SAMSYN_DEMO=1 on a machine without real work."
            )
        settings.SAMSYN_HOME.mkdir(parents=True, exist_ok=True)
        bring_up_to_date()
        if Workspace.objects.filter(demo=True).count() >= 2:
            from samsyn.web.cooperation.tonight_demo import freshen

            freshen(now())
            return  # the loader brings in everything that computes; the second start need not wait for it
        from samsyn.web.desk import demo

        for name in demo.load_all():
            self.stdout.write(f"  {name}")
