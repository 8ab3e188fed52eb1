"""What may go wrong with the register of things."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_noop as _

from samsyn.domain.errors import SamsynError
from samsyn.domain.row_problems import RowProblem


class AssetFileRefused(SamsynError):
    """A file of things has errors; nothing of it was saved. ``problems`` are all of them."""

    code = "SAM625"
    template = _("Nothing was saved: %(number)s things in the file need mending.")
    mend = _("Every one of them stands below with its row, its column and what to write.")

    def __init__(self, problems: Sequence[RowProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__(number=len(self.problems))


class AssetNameTaken(SamsynError):
    """Another thing at the place has the name."""

    code = "SAM626"
    template = _("There is already something called %(name)s at the place.")
    mend = _("Give it a name of its own, for example with a number or where it stands.")


class KeeperElsewhere(SamsynError):
    """The keeper, the function or the part of the place belongs somewhere else."""

    code = "SAM627"
    template = _("%(name)s does not belong here.")
    mend = _("Choose among the organisations of the workspace and the parts of the place.")
