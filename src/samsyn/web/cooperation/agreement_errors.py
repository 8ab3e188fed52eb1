"""What may stop an agreement, a promise, a statement or a self check, and how to mend it."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from samsyn.domain.errors import SamsynError


class NotAParty(SamsynError):
    """The organisation is not one of those that agree."""

    code = "SAM675"
    template = _("Your organisation is not a party to %(agreement)s, or you do not sign for it.")
    mend = _("Ask the function that leads the work in a party's organisation.")


class AgreementFixed(SamsynError):
    """What all have signed is not changed."""

    code = "SAM676"
    template = _("%(agreement)s is signed and is kept as it is.")
    mend = _("End it with a reason, or extend it with a new one in which the parties agree anew.")


class PeriodWrong(SamsynError):
    """A period ends before it begins, is very long, or lies outside the agreement's."""

    code = "SAM677"
    template = _("%(first)s to %(last)s is not a period that can be agreed on here.")
    mend = _(
        "Give a last day after the first, at most ten years later and inside the agreement's own period."
    )


class PromiseIncomplete(SamsynError):
    """A promise that is to be counted says no number, or names nobody who agrees."""

    code = "SAM678"
    template = _("The promise cannot be followed up as it is written (%(missing)s).")
    mend = _("Choose one of the parties, say how much and in what unit, or choose done or not.")


class NotTheOwner(SamsynError):
    """Only the organisation that wrote it can do this."""

    code = "SAM679"
    template = _("%(thing)s belongs to %(owner)s.")
    mend = _("Ask the organisation that owns it; you can write one of your own.")


class NothingWritten(SamsynError):
    """The text that everything is about is empty."""

    code = "SAM680"
    template = _("Nothing is written (%(field)s).")
    mend = _("Write it in a line or two, without anything about a person.")


class DateBehind(SamsynError):
    """A day that should lie ahead has passed, or lies too far away."""

    code = "SAM681"
    template = _("%(day)s cannot be chosen here.")
    mend = _("Choose a day from today and at most a year ahead.")


class CheckOver(SamsynError):
    """The year's self check, or the short questions, take no answers."""

    code = "SAM682"
    template = _("%(thing)s takes no more answers.")
    mend = _("Open a new one; the earlier answers stay.")


class AnsweredAlready(SamsynError):
    """The account has answered, and nobody knows what, so it cannot be changed."""

    code = "SAM683"
    template = _("You have already answered.")
    mend = _("The answers are counted without your name and cannot be found again.")


class AnswersIncomplete(SamsynError):
    """A question has no answer, or one that is not offered."""

    code = "SAM684"
    template = _("These have no answer: %(missing)s.")
    mend = _("Choose an answer for each; don't know is an answer too.")
