"""``samsyn web tick``: what time itself does; run it every minute."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import close_old_connections

from samsyn.domain import calendar
from samsyn.web.ui import registry

SHORTEST = 5


class Command(BaseCommand):
    """Let everything that has a time of its own happen: expiry, reminders, digests, e-mails."""

    help = "Do what is due: expiry, reminders, digests, e-mails. Run it every minute; twice does no harm."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Add --every."""
        parser.add_argument(
            "--every", type=int, metavar="SECONDS", help="go on until stopped, with this pause between"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the command."""
        every = options["every"]
        while True:
            failed = self._once()
            if every is None:
                if failed:
                    raise CommandError(f"Did not work, is tried again next time: {', '.join(failed)}")
                return
            close_old_connections()
            time.sleep(max(SHORTEST, every))

    def _once(self) -> list[str]:
        failed = []
        now = calendar.now()
        for work in registry.answers("tick"):
            name = f"{work.__module__}.{work.__qualname__}"
            try:
                for line in work(now):
                    self.stdout.write(line)
            except Exception as reason:  # noqa: BLE001 -- one area's fault must not stop the others
                failed.append(name)
                self.stderr.write(f"{name}: {type(reason).__name__}")
        return failed
