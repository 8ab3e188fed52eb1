"""What may stop an action outside the life of actions itself (`samsyn.domain.actions`)."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from samsyn.domain.errors import SamsynError


class OwnerMissing(SamsynError):
    """Nobody is there to own an action."""

    code = "SAM666"
    template = _("Nobody is proposed to take the action.")
    mend = _("Choose the function that is to take it.")
