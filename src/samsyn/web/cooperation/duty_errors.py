"""What may go wrong with shifts and rosters."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_noop as _

from samsyn.domain.errors import SamsynError
from samsyn.domain.row_problems import RowProblem


class TableRefused(SamsynError):
    """A pasted table has errors; nothing of it was saved. ``problems`` are all of them."""

    code = "SAM602"
    template = _("Nothing was saved: %(number)s things in the table need mending.")
    mend = _("Every one of them stands below with its row, its column and what to write.")

    def __init__(self, problems: Sequence[RowProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__(number=len(self.problems))


class ShiftBackwards(SamsynError):
    """A shift would end before it begins, or last longer than a day."""

    code = "SAM603"
    template = _("The shift does not end within a day after it begins.")
    mend = _("Give an end that lies after the beginning; a night shift ends the next morning.")


class ShiftOverlaps(SamsynError):
    """The function is on duty at the place then already."""

    code = "SAM604"
    template = _("%(function)s already has a shift at the same time here.")
    mend = _("Cancel the earlier shift, or choose another time.")


class NotTheirs(SamsynError):
    """The function belongs to another organisation."""

    code = "SAM605"
    template = _("%(function)s belongs to another organisation.")
    mend = _("Ask that organisation, or someone who leads the work at the place.")


class AlreadyCancelled(SamsynError):
    """The shift has been cancelled before."""

    code = "SAM606"
    template = _("The shift is already cancelled.")
    mend = _("Add a new shift if it takes place after all.")


class PlaceTooSmall(SamsynError):
    """A part of another place was named."""

    code = "SAM607"
    template = _("%(name)s is not a part of this place.")
    mend = _("Choose among the parts of the place.")
