"""What may stop a forum or a meeting, and how to mend it."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from samsyn.domain.errors import SamsynError


class MeetingStepForbidden(SamsynError):
    """A meeting cannot go from where it stands to where somebody wants it."""

    code = "SAM656"
    template = _("That cannot be done with the meeting as it stands now (%(state)s).")
    mend = _("Read its page again: somebody may have opened, closed or called it off meanwhile.")


class NotInForum(SamsynError):
    """A function that has no seat and is not invited was to be checked in."""

    code = "SAM657"
    template = _("%(function)s has no seat in the forum and is not invited to this meeting.")
    mend = _("Give it a seat in the forum, or invite it to the meeting.")


class CallOffReasonMissing(SamsynError):
    """A meeting was to be called off without saying why."""

    code = "SAM658"
    template = _("A meeting is called off with a reason; %(reason)s is none of them.")
    mend = _("Choose the reason that comes closest.")


class MeetingTimesWrong(SamsynError):
    """A meeting ends before it begins, or a series holds no meeting."""

    code = "SAM659"
    template = _("The times do not hold together (%(problem)s).")
    mend = _("Give a time and days that lie ahead, the end after the beginning.")


class SeatTaken(SamsynError):
    """The function has an open seat in the forum."""

    code = "SAM660"
    template = _("%(function)s already has a seat in the forum.")
    mend = _("End the seat first if it is to begin anew.")


class RoundOver(SamsynError):
    """The hour of a digital round has passed."""

    code = "SAM661"
    template = _("The round closed at %(hour)s; all read the same card now.")
    mend = _("Say what you have to say at the next meeting, or raise a question.")


class LevelSkipped(SamsynError):
    """A forum would lift to a forum that is not on the next level."""

    code = "SAM662"
    template = _("%(forum)s is not on the level that this forum lifts to.")
    mend = _("Operational and wider forums lift to a strategic forum, which lifts to the steering group.")


class NowhereToLift(SamsynError):
    """The forum lifts to no other forum."""

    code = "SAM663"
    template = _("%(forum)s does not say which forum it lifts to.")
    mend = _("Whoever leads the cooperation enters it on the forum's page.")


class NoteNotShared(SamsynError):
    """Somebody would write over a note that is not shared with the own function."""

    code = "SAM664"
    template = _("There is already a note here that is not shared with your function.")
    mend = _("Ask whoever wrote it to share it within the cooperation, or add a point of your own.")
