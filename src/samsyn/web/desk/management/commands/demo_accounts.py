"""``samsyn web demo_accounts``: print the demo accounts."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from samsyn.domain.glossary import term
from samsyn.web.desk import demo_accounts as demo


class Command(BaseCommand):
    """Print user names, roles and the password."""

    help = "Print the demo accounts."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the command."""
        self.stdout.write(f"Konton (lösenord: {demo.PASSWORD})")
        for username, role in demo.ACCOUNTS.items():
            self.stdout.write(f"  {username:<18} {term(role.value).sv}")
        self.stdout.write(f"  {demo.OUTSIDER:<18} utan medlemskap, ser ingenting")
