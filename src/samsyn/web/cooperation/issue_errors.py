"""What may stop a question outside the life of questions itself (`samsyn.domain.issues`)."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from samsyn.domain.errors import SamsynError


class OwnerCannotRead(SamsynError):
    """A function would be asked to answer a question that it may not read."""

    code = "SAM673"
    template = _("%(function)s may not read the question and so cannot answer it.")
    mend = _("Let more readers see the text, or choose another function.")


class NoForumHere(SamsynError):
    """A question belongs to a forum, and none is there for the place or above."""

    code = "SAM674"
    template = _("There is no forum that the question can go to (%(where)s).")
    mend = _("Ask whoever leads the cooperation to set up a forum on that level.")
