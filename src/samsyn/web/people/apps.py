"""The app's name and its entries in the main menu."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.apps import AppConfig
from django.utils.translation import gettext as _

from samsyn.domain.access import Actor, Permission, can
from samsyn.web.ui import registry


def navigation(actor: Actor) -> list[tuple[int, str, str]]:
    """Return the menu entries that the actor may open."""
    entries = []
    if can(actor, Permission.VIEW_PLACE):
        entries.append((70, _("Who is who"), "who-is-who"))
    if can(actor, Permission.VIEW_AUDIT):
        entries.append((80, _("Log"), "audit-log"))
    return entries


def guard_names(workspace_id: UUID, actor: Actor | None) -> set[str]:
    """Return the names of organisations and functions, which no member is kept from."""
    from samsyn.web.people.models import Function, Organisation

    names = set(Organisation.objects.filter(workspace_id=workspace_id).values_list("name", flat=True))
    return names | set(Function.objects.filter(workspace_id=workspace_id).values_list("name", flat=True))


def guard_numbers(workspace_id: UUID) -> set[str]:
    """Return the numbers of functions, which are not numbers of people."""
    from samsyn.web.people.models import FunctionNumber

    return set(
        FunctionNumber.objects.filter(function__workspace_id=workspace_id).values_list("national", flat=True)
    )


def text_overridden(actor: Actor, field: str, kinds: tuple[str, ...], reason: str) -> None:
    """Keep for the data protection officer that a marked text was saved with a reason."""
    from samsyn.domain.calendar import now
    from samsyn.web.people.services import log_override

    log_override(actor, field, kinds, reason, now=now())


def notices_waiting(actor: Actor) -> int | None:
    """Return how many notices the actor has not read; None for who has no part in the cooperation."""
    from samsyn.web.people.models import Notice

    if not can(actor, Permission.VIEW_COOPERATION):
        return None
    return Notice.objects.visible_to(actor).filter(read_at=None).count()


def tick(now: datetime) -> list[str]:
    """Send the e-mails that are due and take old notices away."""
    from django.conf import settings

    from samsyn.web.people.notices import forget_old, send_due

    lines = []
    if settings.SAMSYN_SENDS_MAIL:
        sent = send_due(now)
        if sent.mails or sent.failed:
            lines.append(f"e-mails: {sent.mails} sent, {sent.failed} to be tried again")
    if gone := forget_old(now):
        lines.append(f"notices: {gone} old ones taken away")
    return lines


class PeopleConfig(AppConfig):
    """Configuration of samsyn.web.people."""

    name = "samsyn.web.people"
    label = "people"

    def ready(self) -> None:
        """Fill the hooks of the lower app."""
        registry.answer("navigation", navigation)
        registry.answer("guard_names", guard_names)
        registry.answer("guard_numbers", guard_numbers)
        registry.answer("text_overridden", text_overridden)
        registry.answer("notices_waiting", notices_waiting)
        registry.answer("tick", tick)
