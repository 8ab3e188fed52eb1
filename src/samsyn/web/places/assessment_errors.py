"""What may stop an assessment, and how to mend it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_noop as _

from samsyn.domain.errors import SamsynError


class NoBoundary(SamsynError):
    """An assessment belongs to a boundary, and the place has none in force."""

    code = "SAM640"
    template = _("%(place)s has no boundary in force, so nobody knows what an assessment would be about.")
    mend = _("Register a boundary first.")


class OccasionOpen(SamsynError):
    """The place is already being assessed with the list."""

    code = "SAM641"
    template = _("%(place)s is already being assessed with %(set)s.")
    mend = _("Finish or close the assessment that is open, then open a new one.")


class InvitationIncomplete(SamsynError):
    """Nobody is invited, somebody cannot answer, or the deadline has already passed."""

    code = "SAM642"
    template = _("The assessment cannot be opened (%(missing)s).")
    mend = _("Invite at least one function that may assess and can see the place, and choose a later day.")


class NotInvited(SamsynError):
    """The function is not among those that answer."""

    code = "SAM643"
    template = _("Your function is not invited to this assessment.")
    mend = _("Ask whoever leads the assessment to invite it the next time.")


class AnswersClosed(SamsynError):
    """Answers are no longer taken: somebody may already have read the others'."""

    code = "SAM644"
    template = _("The answers can no longer be changed: all have answered, the time is up or it is closed.")
    mend = _("Say what you think at the joint meeting; it can be noted as dissent.")


class StillBlind(SamsynError):
    """The joint answer would be set before the others' answers may be seen."""

    code = "SAM645"
    template = _("The answers are still secret: %(answered)s of %(invited)s have answered.")
    mend = _("Wait until all have answered, or until the deadline %(deadline)s has passed.")


class AnswersMissing(SamsynError):
    """Something is left without any of the four answers."""

    code = "SAM646"
    template = _("These have no answer: %(missing)s.")
    mend = _("Choose one of the four answers for each; don't know is an answer too.")


class KeptAsItIs(SamsynError):
    """A thing that is kept as it was would be changed."""

    code = "SAM647"
    template = _("This has already been settled and is kept as it is (%(thing)s).")
    mend = _("Correct a frozen assessment with a new version and a reason; the old one stays.")


class NobodyAnswered(SamsynError):
    """There is nothing to agree about."""

    code = "SAM648"
    template = _("No invited function has sent an answer.")
    mend = _("Close the assessment with a reason and open a new one with a later deadline.")


class TextsRefused(SamsynError):
    """One or more texts may lead to a person; ``problems`` says why, by the name of the field."""

    code = "SAM649"
    template = _("Nothing was saved: the guard stopped a text (%(count)s).")
    mend = _("Mend the marked texts and save again; what you wrote is still in the form.")

    def __init__(self, problems: Mapping[str, SamsynError], **facts: Any) -> None:
        self.problems = dict(problems)
        super().__init__(count=len(self.problems), **facts)
