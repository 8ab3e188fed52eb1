"""What can go wrong while a document is made; codes SAM5xx."""

from __future__ import annotations

from samsyn.domain.errors import SamsynError


class TextAlternativeMissing(SamsynError):
    """A figure was built without the text that says the same thing."""

    code = "SAM501"
    template = "The figure %(caption)r has no text alternative."
    mend = "Say in words what the figure shows, with its numbers."


class UnevenTable(SamsynError):
    """A row has more or fewer cells than the table has columns."""

    code = "SAM502"
    template = (
        "The row %(row)r of the table %(caption)r has %(found)s cells; the table has %(wanted)s columns."
    )
    mend = "Give one cell per column; use a missing cell where there is no value."


class UnknownLanguage(SamsynError):
    """A document was asked for in a language the program does not speak."""

    code = "SAM503"
    template = "There is no report in the language %(language)r."
    mend = "Use one of: %(known)s."


class PdfNotMade(SamsynError):
    """The typesetter refused the document."""

    code = "SAM504"
    template = "The PDF %(title)r could not be made: %(reason)s."
    mend = "Check the reason; the HTML and Word versions hold the same figures."
