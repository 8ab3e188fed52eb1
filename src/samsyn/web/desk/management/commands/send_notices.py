"""``samsyn web send_notices``: send the e-mails about notices that are due."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from samsyn.domain import calendar
from samsyn.web.people.notices import send_due


class Command(BaseCommand):
    """Send what is due; nobody gets the same e-mail twice, also after a run that was killed."""

    help = "Send the e-mails about notices that are due (also part of tick). Never holds what they are about."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the command."""
        if not settings.SAMSYN_SENDS_MAIL:
            raise CommandError("There is no mail server. Set SAMSYN_SMTP_URL; the queue waits until then.")
        sent = send_due(calendar.now())
        self.stdout.write(f"{sent.mails} sent for {sent.notices} notices, {sent.failed} to be tried again")
