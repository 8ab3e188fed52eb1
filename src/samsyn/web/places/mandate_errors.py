"""What may go wrong with mandate areas and cards."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from samsyn.domain.errors import SamsynError


class NotTheHolder(SamsynError):
    """Only the organisation that holds the power approves the words about it."""

    code = "SAM628"
    template = _("Only %(holder)s can approve this card.")
    mend = _("Ask someone there who leads meetings or the cooperation to open the card and approve it.")


class CardEndMissing(SamsynError):
    """A card was approved without an end, or with one that has passed."""

    code = "SAM629"
    template = _("A card holds until a day that lies ahead, at most two years.")
    mend = _("Choose the day when the words must be looked at again.")


class CardApproved(SamsynError):
    """An approved card is never rewritten."""

    code = "SAM638"
    template = _("The card is approved and is not rewritten.")
    mend = _("Write a new card; put the old one away when the new one is approved.")


class MandateElsewhere(SamsynError):
    """The area, the function or the holder belongs to another place or workspace."""

    code = "SAM639"
    template = _("%(name)s does not belong to this place.")
    mend = _("Choose among the areas of the place and the organisations of the workspace.")
